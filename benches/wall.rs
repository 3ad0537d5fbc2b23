//! The wall under two hundred calls at once: `cargo bench --bench wall`. Prints what a frame with 200 waiting calls costs,
//! and how long after a change the terminal of a real `ringdesk wall` gets bytes, while a real `ringdesk rehearse` plays
//! burst-200 in its own time. Asserts nothing. Needs `setsid` (util-linux).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use ringdesk::client::{Heard, Hello, Line, Welcome};
use ringdesk::domain::call::{Party, Phase};
use ringdesk::domain::{Call, CallId, Event, SourceId, Staff, Stamp, State};
use ringdesk::store::Lock;
use ringdesk::tui::keymap::Keymap;
use ringdesk::tui::model::{Desk, Model, Settings, WallForm};
use ringdesk::tui::screen;
use ringdesk::tui::terminal::{Profile, Surface};
use ringdesk::tui::theme::Theme;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

const NOW: Stamp = Stamp(1_795_312_800_000);

fn model(form: WallForm) -> Model {
    let mut state = State::new(8 * 3_600_000);
    for id in 1..=200 {
        let at = NOW.plus(-(id as i64 * 97 % 60_000));
        state.fold(&Event::Call(Box::new(Call {
            id: CallId(id),
            source: SourceId(1),
            party: Party { number: format!("139{id:08}"), name: format!("客户{id}"), withheld: false },
            queue: Some("热线".into()),
            phase: Phase::Waiting,
            limit_ms: 20_000,
            arrived_at: at,
            joined_at: Some(at),
            ..Call::default()
        })));
    }
    let welcome = Welcome { me: Staff::default(), now: NOW, offset_ms: 8 * 3_600_000, ..Welcome::default() };
    let (keymap, theme) = (Keymap::load("default", &[]).0, Theme::load("night", &[]).0);
    let settings = Settings { wall: Some(form), ..Settings::default() };
    Model::new(Desk::Given(Box::new((welcome, state))), settings, keymap, theme, 7)
}

/// One second of the wall after the other, each a frame of its own.
fn frames(form: WallForm) {
    let mut model = model(form);
    let mut surface = Surface::new(200, 60, Profile::default());
    surface.draw_with(|canvas| screen::draw(&model, canvas));
    let (begun, count) = (Instant::now(), 200);
    let mut bytes = 0;
    for second in 1..=count {
        model.now = NOW.plus(second * 1_000);
        bytes += black_box(surface.draw_with(|canvas| screen::draw(&model, canvas))).len();
    }
    let each = begun.elapsed() / u32::try_from(count).unwrap();
    println!("200 waiting, {form:?} at {:?}: {each:?} a frame, {} bytes", surface.area(), bytes / count as usize);
}

/// A wall in a terminal of 200 by 60; the terminal.
fn wall(home: &Path) -> (Child, File) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).and_then(|()| unlockpt(&master)).unwrap();
    tcsetwinsize(&master, Winsize { ws_row: 60, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let slave = ptsname(&master, Vec::new()).unwrap().to_string_lossy().into_owned();
    let open = || fs::OpenOptions::new().read(true).write(true).open(&slave).unwrap();
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_ringdesk"), "--data"]).arg(home.join("data")).arg("wall");
    command.env("HOME", home).env("TERM", "xterm-256color");
    (command.stdin(open()).stdout(open()).stderr(open()).spawn().unwrap(), File::from(master))
}

/// Follows the desk beside the wall until the rehearsal is over and nothing more comes; when something changed.
fn follow(home: &Path, mut rehearsal: Child) -> Vec<Instant> {
    let socket = Lock::holder(&home.join("data")).unwrap().socket;
    let hello = Hello { seat: "console".into(), follow: true, ..Hello::default() };
    let mut line = Line::connect(socket.as_ref(), hello).unwrap();
    let mut changes = Vec::new();
    loop {
        let wait = Timespec { tv_sec: 1, tv_nsec: 0 };
        let quiet = poll(&mut [PollFd::new(&line, PollFlags::IN)], Some(&wait)).unwrap() == 0;
        let at = Instant::now();
        let heard = line.pump().unwrap();
        let calls = |heard: &Heard| match heard {
            Heard::Changed(entry) => entry.events.iter().any(|event| matches!(event, Event::Call(_))),
            _ => false,
        };
        changes.extend(heard.iter().any(calls).then_some(at));
        if quiet && rehearsal.try_wait().unwrap().is_some() {
            return changes;
        }
    }
}

fn gaps() {
    let home = tempfile::tempdir().unwrap();
    let (mut child, mut master) = wall(home.path());
    let mut reading = master.try_clone().unwrap();
    let (told, frames) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 64 * 1024];
        while let Ok(count @ 1..) = reading.read(&mut buffer) {
            let _ = told.send((Instant::now(), count));
        }
    });
    std::thread::sleep(Duration::from_secs(6));
    let recording = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/recordings/burst-200.ami.gz");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringdesk"));
    command.env("HOME", home.path()).arg("--data").arg(home.path().join("data")).args(["rehearse", recording]);
    let rehearsal = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let changes = follow(home.path(), rehearsal);
    let _ = master.write_all(b"q");
    let _ = child.wait();
    let written: Vec<(Instant, usize)> = frames.try_iter().collect();
    let mut waits: Vec<Duration> = changes
        .iter()
        .filter_map(|change| Some(written.iter().find(|(at, _)| at >= change)?.0.duration_since(*change)))
        .collect();
    waits.sort();
    let at =
        |percent: usize| waits.get((waits.len() * percent / 100).min(waits.len() - 1)).copied().unwrap_or_default();
    println!(
        "burst-200 in its own time: {} changes, {} writes to the terminal; from a change to the next write: p50 {:?}, p99 {:?}, longest {:?}",
        changes.len(),
        written.len(),
        at(50),
        at(99),
        at(100)
    );
}

fn main() {
    frames(WallForm::Big);
    frames(WallForm::Dense);
    gaps();
}
