//! The real binary in a pseudo terminal of its own, driven as a person would: keys in, a screen out.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::bench::LIMIT;

/// A console in a terminal.
pub struct Pty {
    pub master: File,
    pub screen: vt100::Parser,
    /// Everything it wrote.
    pub written: Vec<u8>,
    child: Child,
}

/// An empty screen of this size.
pub fn blank((columns, rows): (u16, u16)) -> vt100::Parser {
    vt100::Parser::new(NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap(), 0)
}

impl Pty {
    /// Starts `ringdesk` with these arguments in a terminal of this size. `setsid` makes the terminal its own.
    pub fn start(home: &Path, (columns, rows): (u16, u16), arguments: &[&str]) -> Pty {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringdesk"));
        command.args(arguments);
        for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "STY", "SSH_CONNECTION", "NO_COLOR"] {
            command.env_remove(variable);
        }
        command.env("HOME", home).env("TERM", "xterm-256color");
        Pty::run(&command, (columns, rows))
    }

    /// Starts any program in a terminal of this size, with the arguments and the environment it was given.
    pub fn run(program: &Command, (columns, rows): (u16, u16)) -> Pty {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        tcsetwinsize(&master, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let slave = ptsname(&master, Vec::new()).unwrap().to_string_lossy().into_owned();
        let open = || fs::OpenOptions::new().read(true).write(true).open(&slave).unwrap();
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait"]).arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let child = command.stdin(open()).stdout(open()).stderr(open()).spawn().unwrap();
        let screen = blank((columns, rows));
        Pty { master: File::from(master), screen, written: Vec::new(), child }
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).unwrap();
    }

    /// Bytes that wait to be read.
    pub fn waiting(&self) -> u64 {
        rustix::io::ioctl_fionread(&self.master).unwrap()
    }

    /// Reads until the screen shows what is looked for.
    pub fn until(&mut self, shown: impl Fn(&vt100::Screen) -> bool) {
        let limit = Instant::now() + LIMIT;
        while !shown(self.screen.screen()) {
            assert!(Instant::now() < limit, "never shown; the screen is\n{}", self.screen.screen().contents());
            assert!(self.read(), "the console is gone; the screen was\n{}", self.screen.screen().contents());
        }
    }

    /// Waits until this text stands on the screen.
    pub fn sees(&mut self, text: &str) {
        self.until(|screen| screen.contents().contains(text));
    }

    /// Reads to the end and waits for the console to end.
    pub fn end(mut self) -> (ExitStatus, Vec<u8>) {
        let limit = Instant::now() + LIMIT;
        while self.read() {
            assert!(Instant::now() < limit, "the console does not end");
        }
        (self.child.wait().unwrap(), std::mem::take(&mut self.written))
    }

    /// The process of the console itself.
    pub fn pid(&self) -> rustix::process::Pid {
        let id = self.child.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let console = children.split_whitespace().next().map_or(id, |child| child.parse().unwrap());
        rustix::process::Pid::from_raw(console as i32).unwrap()
    }

    /// Takes in what is there, waiting a little; false once the other end is closed. Questions of the probe are
    /// answered as a terminal answers them.
    fn read(&mut self) -> bool {
        let wait = Timespec { tv_sec: 1, tv_nsec: 0 };
        if poll(&mut [PollFd::new(&self.master, PollFlags::IN)], Some(&wait)).unwrap() == 0 {
            return true;
        }
        let mut buffer = [0; 16 * 1024];
        match self.master.read(&mut buffer) {
            Ok(0) | Err(_) => false,
            Ok(count) => {
                self.take(&buffer[..count]);
                true
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
        let mut rest = bytes;
        while let Some(at) = rest.windows(4).position(|window| window == b"\x1b[6n") {
            self.screen.process(&rest[..at]);
            let (row, column) = self.screen.screen().cursor_position();
            self.keys(&format!("\x1b[{};{}R", row + 1, column + 1));
            rest = &rest[at + 4..];
        }
        if rest.ends_with(b"\x1b[c") {
            self.keys("\x1b[?62c");
        }
        self.screen.process(rest);
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // Ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
