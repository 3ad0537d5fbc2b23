//! The device itself, with a pseudo terminal in its place: raw, full screen, never blocking, always put back.

use std::fs::{File, OpenOptions};
use std::io::Read;
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
