//! The console as a person has it: in a terminal, with a desk of its own behind it.

use rustix::process::{Signal, kill_process};

use ringdesk::store::Lock;

use crate::pty::{Pty, blank};

const F2: &str = "\x1bOQ";
const F4: &str = "\x1bOS";
const CTRL_S: &str = "\x13";
const CTRL_L: &str = "\x0c";

fn start(home: &tempfile::TempDir, size: (u16, u16)) -> Pty {
    let data = home.path().join("data");
    let mut pty = Pty::start(home.path(), size, &["--data", data.to_str().unwrap()]);
    pty.sees("F4");
    pty
}

/// A console in a call entered by hand, with a subject typed and not saved.
fn taking_in(home: &tempfile::TempDir, subject: &str) -> Pty {
    let mut pty = start(home, (80, 24));
    pty.keys(F4);
    pty.sees("0:00/0:20");
    pty.keys(F2);
    pty.sees("F12");
    pty.keys(subject);
    pty.sees(subject);
    pty
}

/// Kills the background desk of a test that does not wait for its leaving.
fn kill_desk(home: &tempfile::TempDir) {
    let pid = Lock::holder(&home.path().join("data")).unwrap().pid;
    kill_process(rustix::process::Pid::from_raw(pid as i32).unwrap(), Signal::KILL).unwrap();
}

/// A terminal that is busy for a while takes a part of a frame; the rest comes when it reads on, without a key.
#[test]
fn a_frame_that_was_not_taken_whole_is_finished() {
    let home = tempfile::tempdir().unwrap();
    let mut pty = start(&home, (200, 60));
    pty.keys(CTRL_L);
    let mut most = 0;
    while most < 3_800 {
        most = most.max(pty.waiting());
        std::thread::yield_now();
    }
    pty.screen = blank((200, 60));
    pty.until(|screen| {
        let rows: Vec<String> = screen.rows(0, 200).collect();
        rows.last().is_some_and(|row| row.contains("F1")) && screen.contents().contains("F4")
    });
    kill_process(pty.pid(), Signal::TERM).unwrap();
    let (status, _) = pty.end();
    assert!(status.success());
}

/// SIGTERM, SIGHUP, SIGINT, SIGQUIT: the terminal is put back, the alternate screen left last.
#[test]
fn asked_to_leave_it_puts_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let home = tempfile::tempdir().unwrap();
        let pty = start(&home, (80, 24));
        kill_process(pty.pid(), signal).unwrap();
        let (status, written) = pty.end();
        assert!(status.success(), "{signal:?}: {status:?}");
        let text = String::from_utf8_lossy(&written);
        for sequence in ["\x1b[?1049l", "\x1b[?2004l", "\x1b[?25h", "\x1b[?7h"] {
            assert!(text.rfind(sequence) > text.rfind("F4"), "{signal:?}: {sequence:?} is missing at the end");
        }
    }
}

/// What the screen calls saved is on disk, also when everything is killed.
#[test]
fn what_the_screen_calls_saved_survives_killing_everything() {
    let home = tempfile::tempdir().unwrap();
    let mut pty = taking_in(&home, "没气了");
    pty.keys(CTRL_S);
    pty.sees("1-9");
    kill_desk(&home);
    kill_process(pty.pid(), Signal::KILL).unwrap();
    let ringdesk = std::process::Command::new(env!("CARGO_BIN_EXE_ringdesk"))
        .env("HOME", home.path())
        .args(["--data", home.path().join("data").to_str().unwrap(), "export", "tickets"])
        .output()
        .unwrap();
    let ticket: serde_json::Value = serde_json::from_slice(&ringdesk.stdout).unwrap();
    assert_eq!((&ticket["ticket"], &ticket["subject"]), (&"1-9".into(), &"没气了".into()));
}

/// A desk that dies under a half-typed form: the console comes back by itself and nothing typed is gone; a console
/// that dies leaves its draft to the next one.
#[test]
fn a_half_typed_form_outlives_the_desk_and_the_console() {
    let home = tempfile::tempdir().unwrap();
    let mut pty = taking_in(&home, "闻到煤气味");
    let first = Lock::holder(&home.path().join("data")).unwrap().pid;
    kill_desk(&home);
    pty.until(|screen| {
        let desk = Lock::holder(&home.path().join("data"));
        desk.is_some_and(|desk| desk.pid != first) && screen.contents().contains("闻到煤气味")
    });
    pty.keys("很浓");
    pty.sees("闻到煤气味很浓");
    kill_process(pty.pid(), Signal::KILL).unwrap();
    drop(pty);
    let mut next = start(&home, (80, 24));
    next.sees("闻到煤气味很浓");
    kill_process(next.pid(), Signal::TERM).unwrap();
    assert!(next.end().0.success());
}

/// A window too small for anything says so, and the desk is there again when it grows.
#[test]
fn a_window_too_small_says_so() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let mut pty = Pty::start(home.path(), (20, 5), &["--data", data.to_str().unwrap()]);
    pty.until(|screen| !screen.contents().trim().is_empty() && screen.contents().contains("20"));
    kill_process(pty.pid(), Signal::TERM).unwrap();
    assert!(pty.end().0.success());
}
