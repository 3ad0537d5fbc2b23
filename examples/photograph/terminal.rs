//! The real program in a pseudo terminal of its own.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// How long anything may take to be shown.
const LIMIT: Duration = Duration::from_secs(30);

/// A terminal and the program in it.
pub struct Terminal {
    master: File,
    /// What it shows.
    pub screen: vt100::Parser,
    child: Child,
}

/// Makes the terminal this process was started in its own, so that it hears of it like any program.
pub fn own_terminal() {
    let _ = rustix::process::setsid();
    let _ = rustix::process::ioctl_tiocsctty(std::io::stdin());
}

impl Terminal {
    /// Starts this very program as `ringdesk` with these arguments, in a terminal of this size.
    pub fn start(home: &Path, (columns, rows): (u16, u16), arguments: &[String]) -> Result<Terminal> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        tcsetwinsize(&master, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })?;
        let slave = ptsname(&master, Vec::new())?.to_string_lossy().into_owned();
        let open = || OpenOptions::new().read(true).write(true).open(&slave);
        let mut command = Command::new(std::env::current_exe()?);
        command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home).env("TERM", "xterm-256color").env("COLORTERM", "truecolor");
        let child = command.stdin(open()?).stdout(open()?).stderr(open()?).spawn()?;
        let size = |cells: u16| NonZeroU16::new(cells).context("a screen without cells");
        let screen = vt100::Parser::new(size(rows)?, size(columns)?, 0);
        Ok(Terminal { master: File::from(master), screen, child })
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) -> Result<()> {
        Ok(self.master.write_all(keys.as_bytes())?)
    }

    /// Waits until this text stands on the screen, wherever its rows break.
    pub fn sees(&mut self, text: &str) -> Result<()> {
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        let limit = Instant::now() + LIMIT;
        while !plain(&self.screen.screen().contents()).contains(&plain(text)) {
            let shown = || self.screen.screen().contents();
            if Instant::now() > limit {
                bail!("“{text}” was never shown; the screen is\n{}", shown());
            }
            let last = shown();
            if !self.read(Duration::from_millis(200))? {
                bail!("the console is gone; the screen was\n{last}");
            }
        }
        Ok(())
    }

    /// Reads on until nothing has come for this long.
    pub fn settles(&mut self, quiet: Duration) -> Result<()> {
        let mut since = Instant::now();
        while since.elapsed() < quiet {
            if self.waits(quiet.saturating_sub(since.elapsed()))? {
                self.read(Duration::ZERO)?;
                since = Instant::now();
            }
        }
        Ok(())
    }

    /// Reads whatever comes for this long.
    pub fn watches(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.read(left)?;
        }
        Ok(())
    }

    fn waits(&self, wait: Duration) -> Result<bool> {
        let wait = Timespec::try_from(wait).ok();
        Ok(poll(&mut [PollFd::new(&self.master, PollFlags::IN)], wait.as_ref())? > 0)
    }

    /// Takes in what is there, waiting a little; false once the other end is closed.
    fn read(&mut self, wait: Duration) -> Result<bool> {
        if !self.waits(wait)? {
            return Ok(true);
        }
        let mut buffer = [0; 16 * 1024];
        match self.master.read(&mut buffer) {
            Ok(0) | Err(_) => Ok(false),
            Ok(count) => self.take(&buffer[..count]).map(|()| true),
        }
    }

    /// Questions of the probe are answered as a terminal answers them.
    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        while let Some(at) = rest.windows(4).position(|window| window == b"\x1b[6n") {
            self.screen.process(&rest[..at]);
            let (row, column) = self.screen.screen().cursor_position();
            self.keys(&format!("\x1b[{};{}R", row + 1, column + 1))?;
            rest = &rest[at + 4..];
        }
        if rest.ends_with(b"\x1b[c") {
            self.keys("\x1b[?62c")?;
        }
        self.screen.process(rest);
        Ok(())
    }

    /// Closes the program as a terminal does that is closed.
    pub fn close(mut self) -> Result<()> {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let limit = Instant::now() + LIMIT;
        while self.read(Duration::from_millis(50))? && self.child.try_wait()?.is_none() {
            if Instant::now() > limit {
                bail!("the console does not end");
            }
        }
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Ended already where all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
