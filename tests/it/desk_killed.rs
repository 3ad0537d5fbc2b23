//! The desk is killed under load, at moments nobody chose, and opened again: what it acknowledged is there, whole.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};

use ringdesk::client::{Heard, Line};
use ringdesk::domain::command::{AgentCommand, CallCommand, TicketCommand};
use ringdesk::domain::{Command, Made, TicketFields, TicketId};
use ringdesk::store::Lock;
use ringdesk::wire::{Answer, Hello, Query};

use crate::bench::{Console, options};

/// How often it is killed; more by `RINGDESK_KILLS=500 cargo test killed`.
fn rounds() -> u64 {
    std::env::var("RINGDESK_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12)
}

fn serve(dir: &Path) -> Child {
    let mut child = Process::new(env!("CARGO_BIN_EXE_ringdesk"))
        .args(["serve", "--background", "--data"])
        .arg(dir)
        .env("HOME", dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut word = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut word).unwrap();
    assert_eq!(word.trim(), "open");
    child
}

fn console(dir: &Path) -> Console {
    let socket = Lock::holder(dir).unwrap().socket;
    let hello = Hello { seat: "console".into(), follow: true, ..Hello::default() };
    let mut console = Console { line: Line::connect(socket.as_ref(), hello).unwrap() };
    console.until(|heard| matches!(heard, Heard::Welcome));
    console
}

/// Keeps sixteen tickets under way and kills the desk once so many are acknowledged.
fn register_until_killed(dir: &Path, mut child: Child, enough: usize, acknowledged: &mut BTreeSet<TicketId>) {
    let mut console = console(dir);
    console.perform(Command::Agent(AgentCommand::SignOn { phone: String::new() })).unwrap();
    let by_hand = CallCommand::EnterByHand { number: "13800000001".into() };
    let call = match console.perform(Command::Call(by_hand)) {
        Ok(Made::Call(call)) => Some(call),
        _ => console.state().calls.open().next().map(|call| call.id),
    };
    let fields =
        |number| TicketFields { subject: format!("工单{number}"), detail: "字".repeat(200), ..Default::default() };
    let (mut sent, mut heard) = (0, 0);
    while heard < enough {
        while sent < heard + 16 {
            let open = TicketCommand::open(fields(sent), call);
            console.line.send(0, Command::Ticket(open)).unwrap();
            sent += 1;
        }
        for answer in console.until(|heard| matches!(heard, Heard::Done(..))) {
            if let Heard::Done(_, Made::Ticket(ticket)) = answer {
                acknowledged.insert(ticket);
                heard += 1;
            }
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn killed_at_any_moment_it_keeps_what_it_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    let mut chance: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..rounds() {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        register_until_killed(dir.path(), serve(dir.path()), 1 + (chance >> 58) as usize, &mut acknowledged);
        let child = serve(dir.path());
        let mut after = console(dir.path());
        let there: BTreeSet<_> = after.state().tickets.keys().copied().collect();
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "acknowledged and gone: {lost:?}");
        half_done(&after);
        let Some(Answer::Checked { faults, .. }) = after.ask(Query::Check).pop() else { panic!() };
        assert!(faults.is_empty(), "{faults:?}");
        end(child);
    }
}

/// A ticket and its call point at each other, or neither was written.
fn half_done(console: &Console) {
    for ticket in console.state().tickets.values() {
        assert_eq!(ticket.fields.detail.chars().count(), 200);
        for call in &ticket.calls {
            assert!(console.state().calls.get(*call).unwrap().tickets.contains(&ticket.id), "{:?}", ticket.id);
        }
    }
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn asked_to_stop_it_closes_and_frees_the_folder() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::HUP, rustix::process::Signal::INT] {
        let dir = tempfile::tempdir().unwrap();
        let mut child = serve(dir.path());
        let mut console = console(dir.path());
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, signal).unwrap();
        console.until(|heard| matches!(heard, Heard::Goodbye(_)));
        assert!(child.wait().unwrap().success());
        assert!(Lock::holder(dir.path()).is_none());
        ringdesk::server::start(options(dir.path()), &mut |_| {}).unwrap().stop();
    }
}

#[test]
fn a_background_desk_leaves_when_its_last_console_left() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = serve(dir.path());
    let (first, second) = (console(dir.path()), console(dir.path()));
    drop(first);
    let mut second = second;
    assert_eq!(second.ask(Query::Fence), [Answer::Fence]);
    drop(second);
    assert!(child.wait().unwrap().success());
}

/// Its folder was taken away under it: asked to stop, it still stops.
#[test]
fn a_desk_without_its_folder_can_be_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = serve(dir.path());
    std::fs::remove_dir_all(dir.path()).unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    child.wait().unwrap();
}
