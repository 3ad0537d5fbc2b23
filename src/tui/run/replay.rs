//! A day that is replayed, at a terminal: a clock of its own and no line to a desk, so that nothing can be sent.

use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::screen::Screen;
use super::{ConsoleOptions, Ended, console_parts, ended, terminal_fault, to_ms};
use crate::client::Welcome;
use crate::domain::{Millis, State};
use crate::tui::command::Effect;
use crate::tui::model::{Desk, Model, Replay};
use crate::tui::terminal::{Input, Reader, Signals, tty};

/// A day, with all that is needed to draw it.
pub struct Day {
    /// What the desk said at the door: names, rulebook, local time.
    pub welcome: Box<Welcome>,
    /// The desk as it was when the day began.
    pub state: Box<State>,
    /// What was written in it.
    pub replay: Replay,
}

/// Plays the day until it is left.
pub fn replay(options: ConsoleOptions, day: Day) -> Result<(), Ended> {
    tty::restore_on_panic();
    let mut theatre = match Theatre::open(options, day) {
        Ok(theatre) => theatre,
        Err(Ended::Gone) => return Ok(()),
        Err(why) => return Err(why),
    };
    while !theatre.quit {
        match theatre.turn() {
            Ok(()) => {}
            Err(Ended::Gone) => break,
            Err(why) => return Err(why),
        }
    }
    theatre.screen.leave();
    Ok(())
}

struct Theatre {
    model: Model,
    screen: Screen,
    signals: Signals,
    reader: Reader,
    started: Instant,
    /// When the day's clock was moved last.
    moved: Instant,
    dirty: bool,
    quit: bool,
}

impl Theatre {
    fn open(options: ConsoleOptions, day: Day) -> Result<Theatre, Ended> {
        let signals = Signals::new().map_err(terminal_fault)?;
        let (mut model, screen, mut reader, typed) = console_parts(&options)?;
        let first = day.replay.first();
        let Day { welcome, state, replay } = day;
        model.desk = Desk::Given(Box::new((*welcome, *state)));
        model.replay = Some(replay);
        // The day begins at midnight; what there is to see begins with the first thing that was written.
        model.replay_to(first.plus(-1));
        let started = Instant::now();
        let inputs = reader.feed(&typed, 0);
        let mut theatre = Theatre { model, screen, signals, reader, started, moved: started, dirty: true, quit: false };
        theatre.take(inputs);
        Ok(theatre)
    }

    fn turn(&mut self) -> Result<(), Ended> {
        self.wait()?;
        self.pass();
        self.screen.push().map_err(terminal_fault)?;
        let asked = self.signals.take();
        self.quit |= asked.quit;
        if asked.resize {
            self.screen.resize().map_err(ended)?;
            self.dirty = true;
        }
        let mut bytes = Vec::new();
        if !self.screen.read(&mut bytes).map_err(ended)? {
            self.quit = true;
        }
        let ticks = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let inputs = self.reader.feed(&bytes, ticks);
        self.take(inputs);
        if self.dirty && self.screen.may_draw() && self.screen.draw(&self.model, false).map_err(ended)? {
            self.model.plan_tick();
            self.dirty = false;
        }
        Ok(())
    }

    /// Moves the day's clock by what has really passed.
    fn pass(&mut self) {
        let passed = self.moved.elapsed();
        let ms = to_ms(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX));
        if ms == 0 {
            return;
        }
        self.moved += std::time::Duration::from_millis(ms.unsigned_abs());
        let next = self.model.replay.as_ref().and_then(Replay::next_at);
        self.model.replay_passes(ms);
        let played = self.model.replay.as_ref().and_then(Replay::next_at) != next;
        self.dirty |= played | self.model.tick_due();
    }

    fn take(&mut self, inputs: Vec<Input>) {
        for input in inputs {
            self.dirty = true;
            let Input::Key(key) = input else { continue };
            for effect in self.model.press(key) {
                match effect {
                    Effect::Quit => self.quit = true,
                    Effect::Redraw if self.screen.enter().is_err() => self.quit = true,
                    _ => {}
                }
            }
        }
    }

    fn idle_ms(&self) -> Option<Millis> {
        let ticks = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let reader = self.reader.deadline().map(|at| to_ms(at.saturating_sub(ticks)));
        let frame = (self.dirty && !self.screen.is_blocked()).then(|| self.screen.until_frame());
        // A fast day would ask for a frame at every turn: what it shows next may wait for the frame after this one.
        let rests = self.model.replay_rests().map(|ms| ms.max(self.screen.until_frame()).max(1));
        [reader, frame, rests].into_iter().flatten().min().map(|ms| ms.max(0))
    }

    fn wait(&self) -> Result<(), Ended> {
        let timeout = self.idle_ms().map(|ms| Timespec { tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1_000_000 });
        let wanted = if self.screen.is_blocked() { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
        let mut fds = [PollFd::new(&self.signals, PollFlags::IN), PollFd::from_borrowed_fd(self.screen.fd(), wanted)];
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(terminal_fault(error).into()),
        }
    }
}
