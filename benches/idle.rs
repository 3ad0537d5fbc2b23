//! What a console costs while nothing happens, and while a timer shows: `cargo bench --bench idle`. Starts the real
//! binary in a pseudo terminal of its own over a new data folder, and counts bytes written and wake-ups in ten seconds
//! each. Prints; asserts nothing. Needs `setsid` (util-linux).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// The two ends of a pseudo terminal of 80 by 24.
fn terminal() -> (OwnedFd, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).and_then(|()| unlockpt(&master)).unwrap();
    let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&master, size).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    (master, name.to_string_lossy().into_owned())
}

fn console(home: &Path, slave: &str) -> Child {
    let open = || fs::OpenOptions::new().read(true).write(true).open(slave).unwrap();
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_ringdesk"), "--data"]).arg(home.join("data"));
    command.env("HOME", home).env("TERM", "xterm-256color");
    command.stdin(open()).stdout(open()).stderr(open()).spawn().unwrap()
}

/// Context switches of all threads of a process so far: each wake-up is at least one.
fn switches(pid: u32) -> u64 {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return 0 };
    let status = |task: fs::DirEntry| fs::read_to_string(task.path().join("status")).unwrap_or_default();
    let count = |text: String| {
        let lines = text.lines().filter(|line| line.contains("ctxt_switches")).map(str::to_owned).collect::<Vec<_>>();
        lines.iter().filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum::<u64>()
    };
    tasks.filter_map(Result::ok).map(status).map(count).sum()
}

fn child_of(pid: u32) -> u32 {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    text.split_whitespace().next().and_then(|child| child.parse().ok()).unwrap_or(pid)
}

fn measure(what: &str, pid: u32, written: &AtomicU64) {
    let (bytes, wakes) = (written.load(Ordering::SeqCst), switches(pid));
    thread::sleep(Duration::from_secs(10));
    let (bytes, wakes) = (written.load(Ordering::SeqCst) - bytes, switches(pid) - wakes);
    println!("{what:<40} {bytes:>6} bytes, {wakes:>4} wake-ups in ten seconds");
}

fn main() {
    let home = tempfile::tempdir().unwrap();
    let (master, slave) = terminal();
    let mut child = console(home.path(), &slave);
    let mut master = File::from(master);
    let mut reading = master.try_clone().unwrap();
    let written = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&written);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(bytes @ 1..) = reading.read(&mut buffer) {
            count.fetch_add(bytes as u64, Ordering::SeqCst);
        }
    });
    thread::sleep(Duration::from_secs(4));
    let pid = child_of(child.id());
    measure("idle", pid, &written);
    // F4: a call entered by hand begins to ring, with its timer.
    let _ = master.write_all(b"\x1bOS");
    thread::sleep(Duration::from_secs(2));
    measure("one timer showing", pid, &written);
    let _ = rustix::process::kill_process(
        rustix::process::Pid::from_raw(pid as i32).unwrap_or_else(|| std::process::exit(1)),
        rustix::process::Signal::TERM,
    );
    let _ = child.wait();
}
