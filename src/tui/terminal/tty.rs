//! The terminal as a device: opened, made raw, written to without ever blocking, and always put back.
//!
//! It is put back the same way at the end, at a signal and at a panic of the thread that draws; doing it twice is
//! harmless. What is written and read here means nothing to this module.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crossterm::Command;
use crossterm::terminal::{DisableLineWrap, EnterAlternateScreen};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};

/// What to ask of the terminal beside the plain screen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Modes {
    /// Report the mouse. Takes selecting text with the mouse away from the operator.
    pub mouse: bool,
    /// Tell the number pad from the digits above the letters.
    pub keypad: bool,
    /// Report when the window gets and loses the focus.
    pub focus: bool,
}

/// How long a blocked terminal is waited for when it is put back.
const RESTORE_PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };

/// Everything that [`enter_sequence`] switched on, switched off, whether it was on or not; then the screen of before.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[r\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b>\
    \x1b[8h\x1b[?7h\x1b[?1049l\x1b[?25h";

/// What is needed to put the terminal back, from wherever that has to happen.
static RESTORE: Mutex<Option<Restore>> = Mutex::new(None);

struct Restore {
    file: File,
    before: Termios,
}

/// The terminal.
#[derive(Debug)]
pub struct Tty {
    file: File,
    unsent: Vec<u8>,
}

impl Tty {
    /// Opens the terminal of this process. It is opened anew, so that making it non-blocking touches nobody else's.
    pub fn open() -> io::Result<Tty> {
        let mut last = io::Error::other("no terminal");
        for path in ["/dev/tty", "/proc/self/fd/0", "/proc/self/fd/1"] {
            match OpenOptions::new().read(true).write(true).open(path) {
                Ok(file) if file.is_terminal() => return Tty::from_file(file),
                Ok(_) => {}
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Takes an open terminal.
    pub fn from_file(file: File) -> io::Result<Tty> {
        let flags = rustix::fs::fcntl_getfl(&file)?;
        rustix::fs::fcntl_setfl(&file, flags | OFlags::NONBLOCK)?;
        Ok(Tty { file, unsent: Vec::new() })
    }

    /// Makes it raw and takes the whole screen. From here on [`restore`] puts it back.
    pub fn enter(&mut self, modes: Modes) -> io::Result<()> {
        let before = tcgetattr(&self.file)?;
        let mut raw = before.clone();
        raw.make_raw();
        {
            let mut slot = RESTORE.lock().unwrap_or_else(PoisonError::into_inner);
            if slot.is_none() {
                *slot = Some(Restore { file: self.file.try_clone()?, before });
            }
        }
        tcsetattr(&self.file, OptionalActions::Now, &raw)?;
        self.unsent.extend_from_slice(&enter_sequence(modes));
        self.flush().map(|_| ())
    }

    /// Puts the terminal back.
    pub fn leave(&mut self) {
        self.unsent.clear();
        restore();
    }

    /// Columns and rows; never none of either.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = tcgetwinsize(&self.file)?;
        Ok(if size.ws_col == 0 || size.ws_row == 0 { (80, 24) } else { (size.ws_col, size.ws_row) })
    }

    /// Reads what is there. None when there is nothing now; no bytes when the terminal is gone.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match rustix::io::read(&self.file, buffer) {
            Ok(count) => Ok(Some(count)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(Errno::IO) => Ok(Some(0)),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a frame can be taken now: all of the last one is out. Ask before drawing; where the answer is no, stay
    /// dirty and come back when the terminal is writable.
    pub fn is_ready(&mut self) -> io::Result<bool> {
        self.flush()
    }

    /// Whether to wait until the terminal is writable.
    pub fn is_blocked(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Writes a frame in one go; what the terminal does not take now is kept and goes first next time. False, and
    /// nothing taken, when there is still something of the frame before.
    pub fn try_write(&mut self, frame: &[u8]) -> io::Result<bool> {
        if !self.flush()? {
            return Ok(false);
        }
        let written = self.write_some(frame)?;
        self.unsent.extend_from_slice(frame.get(written..).unwrap_or_default());
        Ok(true)
    }

    fn flush(&mut self) -> io::Result<bool> {
        while !self.unsent.is_empty() {
            match self.write_some(&self.unsent)? {
                0 => return Ok(false),
                written => self.unsent.drain(..written),
            };
        }
        Ok(true)
    }

    fn write_some(&self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        match rustix::io::write(&self.file, bytes) {
            Ok(written) => Ok(written),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        restore();
    }
}

/// What takes the screen. Automatic wrapping and the terminal's own ordering of right-to-left text are switched off.
pub fn enter_sequence(modes: Modes) -> Vec<u8> {
    let mut ansi = String::new();
    // Writing to a string can't fail.
    let _ = EnterAlternateScreen.write_ansi(&mut ansi);
    let _ = DisableLineWrap.write_ansi(&mut ansi);
    let mut sequence = ansi.into_bytes();
    sequence.extend_from_slice(b"\x1b[8l\x1b[?2004h");
    for (wanted, part) in [
        (modes.mouse, b"\x1b[?1000h\x1b[?1002h\x1b[?1006h".as_slice()),
        (modes.keypad, b"\x1b="),
        (modes.focus, b"\x1b[?1004h"),
    ] {
        if wanted {
            sequence.extend_from_slice(part);
        }
    }
    sequence
}

/// Puts the terminal back as it was before [`Tty::enter`]. Does nothing where there is nothing to put back.
pub fn restore() {
    let taken = RESTORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(Restore { file, before }) = taken else { return };
    let mut rest = LEAVE;
    while !rest.is_empty() {
        let mut fds = [PollFd::new(&file, PollFlags::OUT)];
        if !matches!(poll(&mut fds, Some(&RESTORE_PATIENCE)), Ok(1..)) {
            break;
        }
        match rustix::io::write(&file, rest) {
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(_) => break,
        }
    }
    // A terminal that is gone cannot be put back, and nobody is left to be told.
    let _ = tcsetattr(&file, OptionalActions::Now, &before);
}

/// From here on a panic of this thread puts the terminal back before it says anything. A panic of another thread leaves
/// the screen alone: it is reported by whoever waits for that thread.
pub fn restore_on_panic() {
    let drawing = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == drawing {
            restore();
            before(info);
        } else if RESTORE.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            before(info);
        }
    }));
}

/// What signals ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The window has another size.
    pub resize: bool,
    /// Leave: the line is down, or somebody said so.
    pub quit: bool,
    /// Stop, with the terminal put back first.
    pub suspend: bool,
    /// Going on after a stop: take the screen again and probe.
    pub resume: bool,
}

/// Signals as something to poll.
#[derive(Debug)]
pub struct Signals {
    pipe: UnixStream,
    raised: Vec<(i32, Arc<AtomicBool>)>,
    ids: Vec<signal_hook::SigId>,
}

impl Signals {
    /// Catches the signals from here on.
    pub fn new() -> io::Result<Signals> {
        let (pipe, sender) = UnixStream::pair()?;
        pipe.set_nonblocking(true)?;
        let mut signals = Signals { pipe, raised: Vec::new(), ids: Vec::new() };
        for signal in [SIGWINCH, SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGCONT] {
            let flag = Arc::new(AtomicBool::new(false));
            // The flag first, so that it is up when the pipe wakes the loop.
            signals.ids.push(signal_hook::flag::register(signal, Arc::clone(&flag))?);
            signals.ids.push(signal_hook::low_level::pipe::register(signal, sender.try_clone()?)?);
            signals.raised.push((signal, flag));
        }
        Ok(signals)
    }

    /// What has been asked for since the last time.
    pub fn take(&self) -> Asked {
        let mut waste = [0; 64];
        while matches!(rustix::io::read(&self.pipe, &mut waste), Ok(1..)) {}
        let mut asked = Asked::default();
        for (signal, flag) in &self.raised {
            if flag.swap(false, Ordering::SeqCst) {
                match *signal {
                    SIGWINCH => asked.resize = true,
                    SIGTSTP => asked.suspend = true,
                    SIGCONT => asked.resume = true,
                    _ => asked.quit = true,
                }
            }
        }
        asked
    }

    /// Stops this process as Ctrl-Z would; comes back when it goes on. Put the terminal back first.
    pub fn stop_here() -> io::Result<()> {
        signal_hook::low_level::emulate_default_handler(SIGTSTP)
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}
