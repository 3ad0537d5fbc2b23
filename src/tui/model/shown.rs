//! What was on the screen when a key was pressed. Keys typed ahead go to the screen they were meant for: a key that
//! comes sooner after a change than anybody can see and press was meant for what stood there before.

use crate::domain::{CallId, Millis, Stamp};

/// Nobody answers a change of the screen faster.
const REACTION_MS: Millis = 200;

/// A thing on the screen, and what stood in its place before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    now: Option<CallId>,
    before: Option<CallId>,
    since: Stamp,
}

impl Seen {
    fn mark(&mut self, now: Option<CallId>, at: Stamp) {
        if self.now != now {
            *self = Seen { now, before: self.now, since: at };
        }
    }

    /// What a key pressed at this moment is meant for.
    pub fn meant(&self, at: Stamp) -> Option<CallId> {
        let early = at.since(self.since) < REACTION_MS;
        if early && self.before.is_some() { self.before } else { self.now }
    }
}

/// The calls on the screen that keys can be meant for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The one that would be answered.
    pub target: Seen,
    /// The one in hand.
    pub in_hand: Seen,
}

impl Shown {
    /// A frame with these is on the screen.
    pub fn mark(&mut self, target: Option<CallId>, in_hand: Option<CallId>, at: Stamp) {
        self.target.mark(target, at);
        self.in_hand.mark(in_hand, at);
    }
}
