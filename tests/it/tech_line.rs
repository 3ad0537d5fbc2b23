//! A technician at the end of a line that dies: the real program in a terminal, a desk in this process. Nothing typed is
//! lost, nothing is sent twice (R-WO-4).

use rustix::process::{Signal, kill_process};

use ringdesk::client::Query;
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::ticket::Happened;
use ringdesk::domain::*;
use ringdesk::wire::Answer;

use crate::bench::{Bench, Console, login};
use crate::pty::Pty;
use crate::tech_kit::PHONE;

const ESC: &str = "\x1b";
const CTRL_S: &str = "\x13";
const ORDER: TicketId = TicketId(1);

/// A desk with a technician, who has one order; and an operator's line to it.
fn desk() -> (Bench, Console) {
    let bench = Bench::with(|options| {
        options.config.staff.push(Staff {
            id: StaffId("w07".into()),
            name: "王强".into(),
            login: login(),
            role: Role::Technician,
            ..Staff::default()
        });
        // As one that somebody runs: a console waits for it to come back, and starts none of its own.
        options.what = "serve".into();
    });
    let mut wang = bench.console("wang");
    let fields =
        TicketFields { subject: "没气".into(), address: "滨江路 8 号".into(), ..TicketFields::default() };
    wang.perform(Command::Ticket(TicketCommand::open(fields, None))).unwrap();
    let to = ringdesk::domain::ticket::Owner::Staff(StaffId("w07".into()));
    wang.perform(Command::Ticket(TicketCommand::Assign { ticket: ORDER, to, why: String::new() })).unwrap();
    (bench, wang)
}

fn technician(bench: &Bench, home: &tempfile::TempDir) -> Pty {
    let data = bench.dir.path().to_str().unwrap();
    Pty::start(home.path(), PHONE, &["--data", data, "--staff", "w07"])
}

/// With the order open.
fn at_order(bench: &Bench, home: &tempfile::TempDir) -> Pty {
    let mut pty = technician(bench, home);
    pty.sees("滨江路 8 号 没气");
    pty.keys("1");
    pty.sees("b 备注");
    pty
}

fn kill(pty: Pty) {
    kill_process(pty.pid(), Signal::KILL).unwrap();
    drop(pty);
}

/// What the order's history says of this kind.
fn lines(wang: &mut Console, wanted: impl Fn(&Happened) -> Option<String>) -> Vec<String> {
    let answers = wang.ask(Query::TicketLines(ORDER));
    let all = answers.into_iter().flat_map(|answer| match answer {
        Answer::TicketLines(lines) => lines,
        _ => Vec::new(),
    });
    all.filter_map(|line| wanted(&line.what)).collect()
}

fn notes(wang: &mut Console) -> Vec<String> {
    lines(wang, |what| if let Happened::Note(text) = what { Some(text.clone()) } else { None })
}

/// The connection is cut in the middle of a form, twice: the next login is in the same form with every character, and
/// what is saved then is saved once.
#[test]
fn the_form_that_was_on_the_screen_is_on_the_next_one() {
    let (bench, mut wang) = desk();
    let home = tempfile::tempdir().unwrap();
    let mut pty = at_order(&bench, &home);
    pty.keys("b");
    pty.sees("备注*");
    pty.keys("门禁 2580，");
    pty.sees("门禁 2580，");
    kill(pty);
    let mut pty = technician(&bench, &home);
    pty.sees("门禁 2580，");
    pty.keys("有狗");
    pty.sees("门禁 2580，有狗");
    kill(pty);
    let mut pty = technician(&bench, &home);
    pty.sees("门禁 2580，有狗");
    pty.keys(CTRL_S);
    pty.sees("空格");
    assert_eq!(notes(&mut wang), ["门禁 2580，有狗"]);
    // It is done with: the next login begins in the list.
    kill(pty);
    let mut pty = technician(&bench, &home);
    pty.sees("1-9 打开");
    assert_eq!(notes(&mut wang).len(), 1);
}

/// The same for a stage's own screen; what it lacks is named.
#[test]
fn a_stage_half_filled_comes_back_too() {
    let (bench, _wang) = desk();
    let home = tempfile::tempdir().unwrap();
    let mut pty = at_order(&bench, &home);
    pty.keys(" ");
    pty.sees("还缺 2");
    pty.keys(CTRL_S);
    pty.sees("告知结果、");
    pty.keys("表前阀没开");
    pty.sees("表前阀没开");
    kill(pty);
    let mut pty = technician(&bench, &home);
    pty.sees("表前阀没开");
    pty.keys(ESC);
    pty.sees("写了一半");
    pty.keys(" ，已打开");
    pty.sees("表前阀没开，已打开");
}

/// A line that died unnoticed: the console at its end still holds the form when the next one comes, and hands it over
/// the moment it is gone.
#[test]
fn a_console_that_still_holds_the_form_hands_it_over() {
    let (bench, mut wang) = desk();
    let home = tempfile::tempdir().unwrap();
    let mut old = at_order(&bench, &home);
    old.keys("b");
    old.sees("备注*");
    old.keys("半句话");
    old.sees("半句话");
    let mut new = technician(&bench, &home);
    new.sees("没气");
    // The desk may have sent it away already.
    let _ = kill_process(old.pid(), Signal::KILL);
    drop(old);
    new.sees("半句话");
    new.keys(CTRL_S);
    new.sees("空格");
    assert_eq!(notes(&mut wang), ["半句话"]);
}

/// Saved while the desk is away, and the console killed before it came back: the next console sends it, once, under the
/// same id.
#[test]
fn what_was_saved_without_a_desk_is_sent_once() {
    let (mut bench, wang) = desk();
    let home = tempfile::tempdir().unwrap();
    let mut pty = at_order(&bench, &home);
    pty.keys("b");
    pty.sees("备注*");
    pty.keys("换了灶前阀");
    pty.sees("换了灶前阀");
    drop(wang);
    bench.stop();
    pty.keys(CTRL_S);
    pty.sees("存好了，还没送出");
    kill(pty);
    bench.start();
    let mut pty = technician(&bench, &home);
    pty.sees("空格");
    let mut wang = bench.console("wang");
    assert_eq!(notes(&mut wang), ["换了灶前阀"]);
    pty.keys("q");
    pty.sees("1-9 打开");
}

/// A step pressed while the desk is away stands as not sent, and is made once when it is back.
#[test]
fn a_step_without_a_desk_is_made_once() {
    let (mut bench, mut wang) = desk();
    let pause = TicketCommand::Pause { ticket: ORDER, why: "等配件".into() };
    wang.perform(Command::Ticket(pause)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut pty = at_order(&bench, &home);
    pty.sees("继续");
    drop(wang);
    bench.stop();
    pty.sees("连接断了");
    pty.keys("  ");
    pty.sees("继续：还没送出");
    kill(pty);
    bench.start();
    let mut pty = technician(&bench, &home);
    pty.sees("1-9 打开");
    let mut wang = bench.console("wang");
    let paused = wang.sees(|state| state.tickets.get(&ORDER).map(|ticket| ticket.paused.is_some()));
    let resumed = |what: &Happened| matches!(what, Happened::Resumed).then(String::new);
    while paused && lines(&mut wang, resumed).is_empty() {}
    assert_eq!(lines(&mut wang, resumed).len(), 1);
}

/// The desk answers the same command again, and does it once.
#[test]
fn the_desk_does_a_command_once() {
    let (bench, mut wang) = desk();
    let mut line = bench.console("w07");
    let note = Command::Ticket(TicketCommand::Note { ticket: ORDER, text: "一次".into() });
    for _ in 0..2 {
        let request = line.line.send(77, note.clone()).unwrap();
        line.done(request).unwrap();
    }
    assert_eq!(notes(&mut wang), ["一次"]);
}

/// The second of two consoles of one technician dies in its turn: the form is on the third.
#[test]
fn the_form_of_a_second_console_comes_back_as_well() {
    let (bench, _wang) = desk();
    let home = tempfile::tempdir().unwrap();
    let old = at_order(&bench, &home);
    let mut new = at_order(&bench, &home);
    new.keys("b");
    new.sees("备注*");
    new.keys("二楼没人");
    new.sees("二楼没人");
    let _ = kill_process(new.pid(), Signal::KILL);
    drop(new);
    drop(old);
    let mut third = technician(&bench, &home);
    third.sees("二楼没人");
    third.sees("备注*");
}
