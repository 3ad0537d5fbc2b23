//! The terminal with its surface: measured, drawn to in one write a frame, left and taken again.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use ratatui::layout::Rect;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{ConsoleOptions, Ended, ended, terminal_fault, to_ms};
use crate::text::Ambiguous;
use crate::tui::model::Model;
use crate::tui::screen;
use crate::tui::terminal::probe::{PATIENCE_LOCAL, PATIENCE_REMOTE};
use crate::tui::terminal::tty::Modes;
use crate::tui::terminal::{Depth, Probe, Prober, Profile, Surface, Tty};

/// At most thirty frames a second.
const FRAME: Duration = Duration::from_millis(33);

pub(super) struct Screen {
    tty: Tty,
    surface: Surface,
    modes: Modes,
    ambiguous: Option<Ambiguous>,
    ascii_borders: Option<bool>,
    last: Instant,
}

impl Screen {
    /// Takes the terminal and measures it; what was typed meanwhile is given back.
    pub(super) fn open(options: &ConsoleOptions, keypad: bool) -> Result<(Screen, Vec<u8>), Ended> {
        let tty = Tty::open().map_err(terminal_fault)?;
        let (width, height) = tty.size().map_err(ended)?;
        let mut screen = Screen {
            tty,
            surface: Surface::new(width, height, Profile::default()),
            // On a phone a finger calls the number it touches; the mouse would take that away.
            modes: Modes { mouse: options.mouse && !options.tech, keypad, focus: false },
            ambiguous: options.ambiguous,
            ascii_borders: options.ascii_borders,
            last: Instant::now(),
        };
        screen.tty.enter(screen.modes).map_err(ended)?;
        let (probe, typed) = screen.probe().map_err(ended)?;
        if probe.not_utf8 && !options.force {
            screen.tty.leave();
            return Err(Ended::Encoding);
        }
        screen.apply(&probe);
        Ok((screen, typed))
    }

    /// Takes the terminal again and measures it anew.
    pub(super) fn enter(&mut self) -> io::Result<Vec<u8>> {
        self.tty.enter(self.modes)?;
        let (probe, typed) = self.probe()?;
        self.apply(&probe);
        self.resize()?;
        self.surface.invalidate();
        Ok(typed)
    }

    pub(super) fn leave(&mut self) {
        self.tty.leave();
    }

    fn apply(&mut self, probe: &Probe) {
        let mut profile = profile(probe);
        profile.policy.ambiguous = self.ambiguous.unwrap_or(profile.policy.ambiguous);
        profile.policy.ascii_borders = self.ascii_borders.unwrap_or(profile.policy.ascii_borders);
        profile.policy.plain_signs = is_in_screen() && profile.policy.ambiguous == Ambiguous::Wide;
        self.surface.set_profile(profile);
    }

    fn probe(&mut self) -> io::Result<(Probe, Vec<u8>)> {
        let begun = Instant::now();
        let passed = || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let patience = if is_remote() { PATIENCE_REMOTE } else { PATIENCE_LOCAL };
        let mut prober = Prober::new(0, patience);
        self.tty.try_write(&Prober::request())?;
        while !prober.is_done(passed()) {
            let left = to_ms(prober.deadline().saturating_sub(passed()));
            let timeout = Timespec { tv_sec: left / 1000, tv_nsec: left % 1000 * 1_000_000 };
            let wanted = if self.tty.is_blocked() { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
            let mut fds = [PollFd::new(&self.tty, wanted)];
            match poll(&mut fds, Some(&timeout)) {
                Ok(0) => break,
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            self.tty.is_ready()?;
            let mut bytes = Vec::new();
            let here = self.read(&mut bytes)?;
            prober.feed(&bytes);
            if !here {
                break;
            }
        }
        Ok(prober.finish())
    }

    /// Reads what was typed; false when the terminal is gone.
    pub(super) fn read(&self, bytes: &mut Vec<u8>) -> io::Result<bool> {
        let mut buffer = [0; 4096];
        loop {
            match self.tty.read(&mut buffer)? {
                None => return Ok(true),
                Some(0) => return Ok(false),
                Some(count) => bytes.extend_from_slice(buffer.get(..count).unwrap_or_default()),
            }
        }
    }

    pub(super) fn resize(&mut self) -> io::Result<()> {
        let (width, height) = self.tty.size()?;
        self.surface.resize(width, height);
        Ok(())
    }

    pub(super) fn set_keypad(&mut self, keypad: bool) {
        if self.modes.keypad != keypad {
            self.modes.keypad = keypad;
            // The next time the terminal is taken it would come; the keys are wanted now.
            let sequence: &[u8] = if keypad { b"\x1b=" } else { b"\x1b>" };
            let _ = self.tty.try_write(sequence);
        }
    }

    /// Gives the mouse back to the terminal.
    pub(super) fn let_go_of_mouse(&mut self) {
        if std::mem::take(&mut self.modes.mouse) {
            let _ = self.tty.try_write(b"\x1b[?1006l\x1b[?1002l\x1b[?1000l");
        }
    }

    pub(super) fn area(&self) -> Rect {
        self.surface.area()
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.tty.is_blocked()
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.tty.as_fd()
    }

    /// Sends the rest of a frame that the terminal has not taken whole.
    pub(super) fn push(&mut self) -> io::Result<()> {
        if self.tty.is_blocked() {
            self.tty.is_ready()?;
        }
        Ok(())
    }

    /// Enough time has passed since the last frame.
    pub(super) fn may_draw(&self) -> bool {
        self.last.elapsed() >= FRAME
    }

    /// Milliseconds until another frame may be drawn.
    pub(super) fn until_frame(&self) -> i64 {
        let left = FRAME.saturating_sub(self.last.elapsed());
        to_ms(u64::try_from(left.as_micros().div_ceil(1000)).unwrap_or(0))
    }

    /// Draws a frame, with the bell in the same write. False where the terminal has not taken the last one yet.
    pub(super) fn draw(&mut self, model: &Model, bell: bool) -> io::Result<bool> {
        if !self.tty.is_ready()? {
            return Ok(false);
        }
        let mut frame = self.surface.draw_with(|canvas| screen::draw(model, canvas));
        if bell {
            frame.push(0x07);
        }
        if !frame.is_empty() {
            self.tty.try_write(&frame)?;
        }
        self.last = Instant::now();
        Ok(true)
    }
}

/// The terminal is at the other end of a network.
pub(super) fn is_remote() -> bool {
    std::env::var_os("SSH_CONNECTION").is_some()
}

/// GNU screen is between here and the terminal. It counts ambiguous characters by its own locale and draws them anew on
/// a terminal that may count otherwise.
fn is_in_screen() -> bool {
    std::env::var_os("STY").is_some_and(|session| !session.is_empty())
}

/// What the environment says of the terminal, before it is asked itself.
pub(super) fn profile(probe: &Probe) -> Profile {
    let read = |name: &str| std::env::var(name).unwrap_or_default();
    Profile::of(&read("TERM"), &read("COLORTERM"), !read("NO_COLOR").is_empty(), probe)
}

/// The theme for a terminal with these colours.
pub(super) fn theme_for(depth: Depth) -> &'static str {
    match depth {
        Depth::True | Depth::Indexed => "night",
        Depth::Sixteen => "sixteen",
        Depth::Mono => "mono",
    }
}
