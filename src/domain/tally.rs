//! The day's facts about answering, counted from the calls' own records (R-LIVE-3). Facts, not figures: a formula is
//! chosen where they are shown, and changing it rewrites nothing.

use serde::{Deserialize, Serialize};

use super::call::{Call, Direction, Outcome, Verdict};
use super::figures::{Counts, Fact, Measure};
use super::rulebook::Formula;
use super::time::Millis;

/// Counts over some calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Answered in the limit (A).
    pub in_time: i64,
    /// Answered (N).
    pub answered: i64,
    /// Abandoned (B).
    pub abandoned: i64,
    /// Abandoned within the limit (Bs).
    pub abandoned_short: i64,
    /// Sum of the waits of the answered, for the average speed of answer.
    pub wait_ms: Millis,
    /// Callbacks that were dialled, reached or not (R-CB-9).
    pub callbacks: i64,
}

impl Tally {
    /// What one call adds. Rehearsed and internal calls add nothing, calls from the desk only where they are callbacks.
    pub fn of(call: &Call) -> Tally {
        let mut tally = Tally::default();
        if !call.rehearsal && call.direction == Direction::Outbound && call.callback.is_some() {
            // While it is open it counts, so that two dialled at once are two; a person who was never rung does not.
            tally.callbacks = i64::from(call.is_open() || call.rang_the_other_side());
        }
        if call.rehearsal || call.direction != Direction::Inbound {
            return tally;
        }
        let wait = call.wait_ms().unwrap_or(0);
        if call.answered_at.is_some() {
            tally.answered = 1;
            tally.in_time = i64::from(call.verdict == Some(Verdict::InTime));
            tally.wait_ms = wait;
        } else if call.outcome == Outcome::Abandoned {
            tally.abandoned = 1;
            tally.abandoned_short = i64::from(wait <= call.limit_ms);
        }
        tally
    }

    /// Adds `new` and takes `old` away: what a changed record does to the count.
    pub fn exchange(&mut self, old: Tally, new: Tally) {
        self.in_time += new.in_time - old.in_time;
        self.answered += new.answered - old.answered;
        self.abandoned += new.abandoned - old.abandoned;
        self.abandoned_short += new.abandoned_short - old.abandoned_short;
        self.wait_ms += new.wait_ms - old.wait_ms;
        self.callbacks += new.callbacks - old.callbacks;
    }

    /// The service level by a formula of R-LIVE-3 in thousandths; nothing when there was no call.
    pub fn service_level_permille(&self, formula: Formula) -> Option<i64> {
        let counts = Counts::of([
            (Fact::InTime, self.in_time),
            (Fact::Answered, self.answered),
            (Fact::Abandoned, self.abandoned),
            (Fact::AbandonedShort, self.abandoned_short),
        ]);
        Measure::ServiceLevel(formula).of(&counts).permille()
    }
}
