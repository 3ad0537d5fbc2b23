//! The device itself, with a pseudo terminal in its place: raw, full screen, never blocking, always put back.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::AsFd;

use ringdesk::tui::terminal::tty::{Modes, enter_sequence, restore};
use ringdesk::tui::terminal::{Signals, Tty};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OutputModes, Winsize, tcgetattr, tcsetwinsize};

fn pair() -> (File, File) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let slave = OpenOptions::new().read(true).write(true).open(name).unwrap();
    (File::from(master), slave)
}

fn read_all(master: &mut File, expected: usize) -> Vec<u8> {
    let mut bytes = vec![0; expected];
    master.read_exact(&mut bytes).unwrap();
    bytes
}

#[test]
fn terminal_tty_is_put_back() {
    let (mut master, slave) = pair();
    let keep = slave.try_clone().unwrap();
    tcsetwinsize(&master, Winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let before = tcgetattr(&keep).unwrap();
    let mut tty = Tty::from_file(slave).unwrap();
    assert_eq!(tty.size().unwrap(), (200, 50));
    let modes = Modes { mouse: true, keypad: true, focus: true };
    tty.enter(modes).unwrap();
    let raw = tcgetattr(&keep).unwrap();
    assert!(!raw.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG));
    assert!(!raw.output_modes.contains(OutputModes::OPOST));
    let entered = enter_sequence(modes);
    assert_eq!(read_all(&mut master, entered.len()), entered);
    assert_eq!(tty.read(&mut [0; 8]).unwrap(), None, "nothing typed, and not waited for");

    // A terminal that does not read takes no further frame, and blocks nobody.
    let frame = vec![b'x'; 4096];
    let mut taken = 0;
    while tty.try_write(&frame).unwrap() {
        taken += 1;
        assert!(taken < 1_000, "a pseudo terminal holds no megabytes");
    }
    assert!(tty.is_blocked() && !tty.is_ready().unwrap());
    let drained = std::thread::spawn(move || {
        let bytes = read_all(&mut master, taken * 4096);
        (master, bytes)
    });
    while !tty.is_ready().unwrap() {
        let mut wait = [rustix::event::PollFd::new(&tty, rustix::event::PollFlags::OUT)];
        rustix::event::poll(&mut wait, None).unwrap();
    }
    let (mut master, bytes) = drained.join().unwrap();
    assert!(bytes.iter().all(|&byte| byte == b'x'), "every frame that was taken came out whole");

    tty.leave();
    let after = tcgetattr(&keep).unwrap();
    assert_eq!(after.local_modes, before.local_modes);
    assert_eq!(after.input_modes, before.input_modes);
    restore();
    drop(tty);
    let mut left = vec![0; 1024];
    let count = master.read(&mut left).unwrap();
    let left = String::from_utf8_lossy(&left[..count]).into_owned();
    for part in ["\x1b[?2004l", "\x1b[?1000l", "\x1b[?7h", "\x1b[8h", "\x1b[?1049l", "\x1b[?25h", "\x1b>"] {
        assert_eq!(left.matches(part).count(), 1, "{part:?} once in {left:?}");
    }
}

/// A line that is cut reads as an end, not as an error or as nothing.
#[test]
fn terminal_tty_hang_up_is_an_end() {
    let (master, slave) = pair();
    let tty = Tty::from_file(slave).unwrap();
    drop(master);
    assert_eq!(tty.read(&mut [0; 8]).unwrap(), Some(0));
}

#[test]
fn terminal_tty_signals_wake() {
    let signals = Signals::new().unwrap();
    assert_eq!(signals.take(), Default::default());
    signal_hook::low_level::raise(signal_hook::consts::SIGWINCH).unwrap();
    let mut wait = [rustix::event::PollFd::from_borrowed_fd(signals.as_fd(), rustix::event::PollFlags::IN)];
    assert_eq!(rustix::event::poll(&mut wait, None).unwrap(), 1);
    let asked = signals.take();
    assert!(asked.resize && !asked.quit && !asked.suspend);
    assert_eq!(signals.take(), Default::default());
}

/// Starts a console on a pseudo terminal of its own and answers its questions as a terminal does that gives `中` so many
/// columns.
fn console(home: &std::path::Path, han: usize) -> (File, std::process::Child) {
    let (master, slave) = pair();
    tcsetwinsize(&master, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    // A session of its own, with this terminal as its terminal.
    let mut command = std::process::Command::new("setsid");
    command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_ringdesk"), "--data"]).arg(home.join("data"));
    command.env("HOME", home).env("XDG_STATE_HOME", home).env("TERM", "xterm").env_remove("SSH_CONNECTION");
    command.stdin(slave.try_clone().unwrap()).stdout(slave.try_clone().unwrap()).stderr(slave);
    let child = command.spawn().unwrap();
    let mut answering = master.try_clone().unwrap();
    let mut heard = Vec::new();
    while !heard.ends_with(b"\x1b[c") {
        let mut byte = [0];
        answering.read_exact(&mut byte).unwrap();
        heard.push(byte[0]);
    }
    let mut answers = String::new();
    for at in 0..ringdesk::tui::terminal::probe::STRINGS.len() {
        let columns = if at == 3 { han } else { [1, 1, 1, 2, 2, 2, 2, 1, 6, 4, 1, 2, 1][at] };
        answers.push_str(&format!("\x1b[2;{}R", columns + 1));
    }
    answering.write_all(format!("{answers}\x1b[?62;22c").as_bytes()).unwrap();
    (master, child)
}

#[test]
fn terminal_tty_of_another_encoding_is_told_in_it() {
    let home = tempfile::tempdir().unwrap();
    let (mut master, mut child) = console(home.path(), 3);
    let help = ringdesk::tui::terminal::encoding::HELP;
    let mut said = Vec::new();
    while !said.windows(help.len()).any(|part| part == help) {
        let mut byte = [0];
        master.read_exact(&mut byte).unwrap();
        // The line end of the terminal may add a return of its own.
        if !(byte[0] == b'\r' && said.last() == Some(&b'\r')) {
            said.push(byte[0]);
        }
    }
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert!(help.starts_with(b"ringdesk: this terminal does not read UTF-8."));
    assert!(help.windows(4).any(|part| part == b"\xd6\xd0\xce\xc4"), "the two characters of 中文 in GBK");
}

/// A window that is closed ends its console without a word, and with what was typed kept.
#[test]
fn terminal_tty_that_goes_away_is_left_quietly() {
    for probed in [true, false] {
        let home = tempfile::tempdir().unwrap();
        let errors = home.path().join("errors");
        // A desk that ends with this test; the console would start one that stays.
        let mut desk = std::process::Command::new(env!("CARGO_BIN_EXE_ringdesk"));
        desk.arg("--data").arg(home.path().join("data")).arg("serve").env("HOME", home.path());
        let mut desk = desk.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        while ringdesk::store::Lock::holder(&home.path().join("data")).is_none() {
            std::thread::park_timeout(std::time::Duration::from_millis(20));
        }
        let (master, slave) = pair();
        // Without a controlling terminal no signal comes: the console has to notice by itself.
        let mut wrapped = std::process::Command::new("setsid");
        wrapped.args(["--wait", env!("CARGO_BIN_EXE_ringdesk"), "--data"]).arg(home.path().join("data"));
        wrapped.env("HOME", home.path()).env("XDG_STATE_HOME", home.path()).env("TERM", "xterm");
        wrapped.stdin(slave.try_clone().unwrap()).stdout(slave).stderr(File::create(&errors).unwrap());
        let mut child = wrapped.spawn().unwrap();
        std::thread::park_timeout(std::time::Duration::from_millis(if probed { 1_500 } else { 150 }));
        drop(wrapped);
        drop(master);
        let ended = child.wait().unwrap();
        desk.kill().unwrap();
        desk.wait().unwrap();
        assert!(ended.success());
        assert_eq!(std::fs::read_to_string(&errors).unwrap(), "");
    }
}
