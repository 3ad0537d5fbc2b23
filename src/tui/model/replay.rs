//! A day as it was: its journal played again, on a clock of its own (R-LIVE-1).
//!
//! There is no line to the desk in a replay. The state at the day's begin and the day's entries were asked for before;
//! the sums are kept by a ledger folded from the same entries, as the desk keeps its own. To go back, the entries are
//! folded anew from the begin or the last mark before.

use super::{Desk, Model};
use crate::domain::figures::{Ledger, half_hour_of};
use crate::domain::state::DAY_MS;
use crate::domain::{Entry, Millis, Stamp, State};

/// A mark to go back to is kept at least every so many entries, and at most so many marks a day.
const MARK_EVERY: usize = 500;
const MARKS: usize = 24;
/// How fast it can be played.
pub const SPEEDS: [u32; 8] = [1, 2, 5, 10, 30, 60, 120, 300];

/// A day being played.
#[derive(Debug)]
pub struct Replay {
    /// Where the day begins and ends.
    span: (Stamp, Stamp),
    entries: Vec<Entry>,
    /// When each entry is played: at its own time, but never before the one before it.
    times: Vec<Stamp>,
    /// The first entry that is not folded in.
    next: usize,
    ledger: Ledger,
    marks: Vec<Mark>,
    /// How many times faster than it was.
    pub speed: u32,
    /// It stands still.
    pub paused: bool,
}

/// The desk as it was before an entry.
#[derive(Debug)]
struct Mark {
    next: usize,
    state: State,
    ledger: Ledger,
}

impl Replay {
    /// A day that begins at `begin`, and what was written in it; `start` is the desk as it was then.
    pub fn new(begin: Stamp, start: &State, entries: Vec<Entry>) -> Replay {
        let span = (begin, begin.plus(DAY_MS));
        let mut newest = begin;
        let times = entries.iter().map(|entry| {
            newest = newest.max(entry.at).min(span.1);
            newest
        });
        let times = times.collect();
        // What counts before the day is not shown in it, and no record that was there gives anything to it yet.
        let ledger = Ledger::new(half_hour_of(begin));
        let marks = vec![Mark { next: 0, state: start.clone(), ledger: ledger.clone() }];
        Replay { span, entries, times, next: 0, ledger, marks, speed: 1, paused: false }
    }

    /// Where the day begins and ends.
    pub fn span(&self) -> (Stamp, Stamp) {
        self.span
    }

    /// When something was written first; the begin of the day where nothing was.
    pub fn first(&self) -> Stamp {
        self.times.first().copied().unwrap_or(self.span.0)
    }

    /// When something was written last.
    pub fn last(&self) -> Stamp {
        self.times.last().copied().unwrap_or(self.span.0)
    }

    /// When the next entry is to be played.
    pub fn next_at(&self) -> Option<Stamp> {
        self.times.get(self.next).copied()
    }

    /// The next speed that is faster, or slower.
    pub fn change_speed(&mut self, step: isize) {
        let at = SPEEDS.iter().position(|speed| *speed >= self.speed).unwrap_or(SPEEDS.len() - 1);
        let at = at.saturating_add_signed(step).min(SPEEDS.len() - 1);
        self.speed = SPEEDS.get(at).copied().unwrap_or(1);
    }

    /// Folds up to a moment, entries of that moment included.
    fn go_to(&mut self, at: Stamp, state: &mut State) {
        let wanted = self.times.partition_point(|time| *time <= at);
        if wanted < self.next {
            let mark = self.marks.iter().rev().find(|mark| mark.next <= wanted).or(self.marks.first());
            if let Some(mark) = mark {
                (self.next, self.ledger) = (mark.next, mark.ledger.clone());
                state.clone_from(&mark.state);
            }
        }
        let every = MARK_EVERY.max(self.entries.len() / MARKS + 1);
        while let Some(entry) = self.entries.get(self.next).filter(|_| self.next < wanted) {
            if self.next.is_multiple_of(every) && self.marks.last().is_none_or(|mark| mark.next < self.next) {
                let (next, state, ledger) = (self.next, state.clone(), self.ledger.clone());
                self.marks.push(Mark { next, state, ledger });
            }
            entry.events.iter().for_each(|event| drop(self.ledger.take(event)));
            state.apply(entry);
            self.next += 1;
        }
    }
}

impl Model {
    /// Goes to a moment of the day that is replayed, or as near as the day reaches.
    pub fn replay_to(&mut self, at: Stamp) {
        let Some(replay) = &mut self.replay else { return };
        let at = at.clamp(replay.span.0, Stamp(replay.span.1.0 - 1));
        self.now = at;
        if let Desk::Given(given) = &mut self.desk {
            let before = replay.next;
            replay.go_to(at, &mut given.1);
            if replay.next != before {
                *given.0.book = replay.ledger.book().clone();
                self.changed_at = replay.next.checked_sub(1).and_then(|last| replay.times.get(last)).copied();
            }
        }
    }

    /// So many real milliseconds have passed. What is over stands still.
    pub fn replay_passes(&mut self, real_ms: Millis) {
        let Some(replay) = &self.replay else { return };
        if !replay.paused {
            self.replay_to(self.now.plus(real_ms.saturating_mul(Millis::from(replay.speed))));
        }
    }

    /// Real milliseconds until the replay shows something else by itself; nothing while it stands still.
    pub fn replay_rests(&self) -> Option<Millis> {
        let replay = self.replay.as_ref().filter(|replay| !replay.paused && self.now.0 + 1 < replay.span.1.0)?;
        let next = [replay.next_at(), self.next_tick()].into_iter().flatten().min()?;
        Some((next.since(self.now).max(0) + Millis::from(replay.speed) - 1) / Millis::from(replay.speed))
    }
}
