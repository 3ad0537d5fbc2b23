//! What one call adds to the figures of its day.

use serde::{Deserialize, Serialize};

use crate::domain::call::{Call, Direction, Outcome, Verdict};
use crate::domain::time::Millis;

/// The upper ends, in seconds, of the spans by which waits are told apart; the last span has no end.
pub const PATIENCE_S: [i64; 11] = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300];

/// Counts and sums over some calls. A group: adding and taking away is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Inbound calls that are over, or answered.
    pub offered: i64,
    /// Answered (N).
    pub answered: i64,
    /// Answered in the limit (A); a wait of exactly the limit is in it.
    pub in_time: i64,
    /// The caller gave up (B).
    pub abandoned: i64,
    /// The caller gave up within the limit (Bs).
    pub abandoned_short: i64,
    /// The queue's own limit ended the wait.
    pub timed_out: i64,
    /// Never let in: the queue was full or nobody was on duty.
    pub turned_away: i64,
    /// Taken elsewhere, cut by the PBX, or ended in a way nobody knows.
    pub elsewhere: i64,
    /// Handed on after the answer.
    pub transferred: i64,
    /// Filled in afterwards from the PBX's log.
    pub reconstructed: i64,
    /// Sum of the waits of the answered, in milliseconds.
    pub wait_ms: Millis,
    /// Sum of the waits of those who gave up.
    pub abandoned_wait_ms: Millis,
    /// Answered calls that are over: those whose talk is known.
    pub talked: i64,
    /// Sum of their talks, holds included.
    pub talk_ms: Millis,
    /// Sum of their holds.
    pub hold_ms: Millis,
    /// The answered by how long they waited ([`PATIENCE_S`]).
    pub answered_after: [i64; PATIENCE_S.len() + 1],
    /// Those who gave up by how long they waited.
    pub abandoned_after: [i64; PATIENCE_S.len() + 1],
    /// Calls the desk made.
    pub dialled: i64,
    /// Of those, answered by the other side.
    pub reached: i64,
}

impl Facts {
    /// What one call adds. Rehearsed and internal calls add nothing; one that still waits adds nothing yet.
    pub fn of(call: &Call) -> Facts {
        let mut facts = Facts::default();
        if call.rehearsal {
            return facts;
        }
        match call.direction {
            Direction::Internal => {}
            Direction::Outbound => {
                facts.dialled = 1;
                facts.reached = i64::from(call.answered_at.is_some());
            }
            Direction::Inbound => facts.inbound(call),
        }
        facts
    }

    fn inbound(&mut self, call: &Call) {
        let wait = call.wait_ms().unwrap_or(0);
        if call.answered_at.is_some() {
            self.answered = 1;
            self.in_time = i64::from(call.verdict == Some(Verdict::InTime));
            self.wait_ms = wait;
            self.count_wait(true, wait);
            if let Some(talk) = call.talk_ms() {
                self.talked = 1;
                self.talk_ms = talk;
                self.hold_ms = call.hold_ms().unwrap_or(0);
            }
        } else if call.is_open() {
            return;
        } else {
            match call.outcome {
                Outcome::Abandoned => {
                    self.abandoned = 1;
                    self.abandoned_short = i64::from(wait <= call.limit_ms);
                    self.abandoned_wait_ms = wait;
                    self.count_wait(false, wait);
                }
                Outcome::Timeout => self.timed_out = 1,
                Outcome::QueueFull | Outcome::QueueEmpty => self.turned_away = 1,
                _ => self.elsewhere = 1,
            }
        }
        self.offered = 1;
        self.transferred = i64::from(call.outcome == Outcome::Transferred);
        self.reconstructed = i64::from(call.reconstructed);
    }

    fn count_wait(&mut self, answered: bool, wait: Millis) {
        let span = PATIENCE_S.iter().position(|end| wait < end * 1_000).unwrap_or(PATIENCE_S.len());
        let counts = if answered { &mut self.answered_after } else { &mut self.abandoned_after };
        if let Some(count) = counts.get_mut(span) {
            *count += 1;
        }
    }

    /// Adds `times` times what another has: 1 to add it, −1 to take it away.
    pub fn add(&mut self, other: &Facts, times: i64) {
        let Facts { answered_after, abandoned_after, .. } = other;
        let pairs = [
            (&mut self.offered, other.offered),
            (&mut self.answered, other.answered),
            (&mut self.in_time, other.in_time),
            (&mut self.abandoned, other.abandoned),
            (&mut self.abandoned_short, other.abandoned_short),
            (&mut self.timed_out, other.timed_out),
            (&mut self.turned_away, other.turned_away),
            (&mut self.elsewhere, other.elsewhere),
            (&mut self.transferred, other.transferred),
            (&mut self.reconstructed, other.reconstructed),
            (&mut self.wait_ms, other.wait_ms),
            (&mut self.abandoned_wait_ms, other.abandoned_wait_ms),
            (&mut self.talked, other.talked),
            (&mut self.talk_ms, other.talk_ms),
            (&mut self.hold_ms, other.hold_ms),
            (&mut self.dialled, other.dialled),
            (&mut self.reached, other.reached),
        ];
        pairs.into_iter().for_each(|(mine, theirs)| *mine += theirs * times);
        self.answered_after.iter_mut().zip(answered_after).for_each(|(mine, theirs)| *mine += theirs * times);
        self.abandoned_after.iter_mut().zip(abandoned_after).for_each(|(mine, theirs)| *mine += theirs * times);
    }
}
