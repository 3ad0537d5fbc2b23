//! What was on the screen when a key was pressed. Keys typed ahead go to the screen they were meant for: a key that
//! comes sooner after a change than anybody can see and press was meant for what stood there before.

use super::{Model, Pane};
use crate::domain::{CallId, Millis, Stamp};

/// Nobody answers a change of the screen faster.
const REACTION_MS: Millis = 200;

/// A thing on the screen, and what stood in its place before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen<T> {
    now: Option<T>,
    before: Option<T>,
    since: Stamp,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Seen { now: None, before: None, since: Stamp::default() }
    }
}

impl<T: Copy + PartialEq> Seen<T> {
    /// What the operator has just chosen: keys that follow are meant for it, shown or not.
    pub fn of(chosen: Option<T>) -> Seen<T> {
        Seen { now: chosen, ..Seen::default() }
    }

    /// A frame with this is on the screen.
    pub fn mark(&mut self, now: Option<T>, at: Stamp) {
        if self.now != now {
            *self = Seen { now, before: self.now, since: at };
        }
    }

    /// What a key pressed at this moment is meant for.
    pub fn meant(&self, at: Stamp) -> Option<T> {
        let early = at.since(self.since) < REACTION_MS;
        if early && self.before.is_some() { self.before } else { self.now }
    }
}

/// The calls on the screen that keys can be meant for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The one that would be answered.
    pub target: Seen<CallId>,
    /// The one in hand.
    pub in_hand: Seen<CallId>,
}

impl Shown {
    /// A frame with these is on the screen.
    pub fn mark(&mut self, target: Option<CallId>, in_hand: Option<CallId>, at: Stamp) {
        self.target.mark(target, at);
        self.in_hand.mark(in_hand, at);
    }
}

/// Rows for calls that a tall screen always has.
const ROOM: usize = 4;

impl Model {
    /// How many rows waiting calls want. A form that is being typed in is not moved for each call: its room grows four
    /// rows at a time and comes back when twice as many are free.
    pub(super) fn make_room(&mut self) {
        let calls = self.incoming().len();
        let typing = self.focus == Pane::Form;
        self.room = match typing {
            true if calls <= self.room && calls + 2 * ROOM > self.room => self.room,
            true => calls.next_multiple_of(ROOM),
            false => calls,
        }
        .max(ROOM);
    }

    /// The rows for waiting calls on a screen of this height, without the title.
    pub fn rows_for_calls(&self, height: u16) -> u16 {
        let typing = self.focus == Pane::Form;
        let room = u16::try_from(self.room.max(ROOM)).unwrap_or(u16::MAX);
        match height {
            40.. => room.clamp(4, (height / 2).saturating_sub(1)),
            _ if typing => (height / 5).max(4),
            _ => room.clamp(4, (height / 3).saturating_sub(1).max(4)),
        }
    }
}
