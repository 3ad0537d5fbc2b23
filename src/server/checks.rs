//! What the desk does each night about recordings and spot checks: recordings that had their time are extracted or given
//! free for deletion (R-CALL-7), and the calls to be checked are drawn (R-CALL-8). Made up where the desk was down.

use std::collections::VecDeque;
use std::time::Instant;

use super::duties::{DRAW_AGAIN_MS, RETRY, desk_s};
use super::run::Loop;
use crate::desk::Period;
use crate::domain::Stamp;
use crate::domain::command::{Command, RecordingCommand};
use crate::domain::spot;
use crate::domain::state::DAY_MS;

/// What is done, and when it is looked for again.
#[derive(Default)]
pub(super) struct Checks {
    /// When to look again; at once where it is not known.
    at: Option<Stamp>,
    /// Recordings are being looked at.
    expiring: bool,
    /// Periods that are to be drawn from.
    periods: VecDeque<Period>,
}

impl Checks {
    /// When there is something to do again.
    pub fn next_at(&self) -> Option<Stamp> {
        self.at
    }

    fn is_at_work(&self) -> bool {
        self.expiring || !self.periods.is_empty()
    }
}

impl Loop {
    /// A step of the night's work, where it is time for it: one batch of recordings, or one draw, so that consoles are
    /// heard in between.
    pub(super) fn check_recordings(&mut self) {
        let now = (self.options.now)();
        // Further off than a day: the wall clock was set back meanwhile.
        let waits = self.duties.checks.at.is_some_and(|at| now < at && at.since(now) <= DAY_MS);
        if !self.duties.checks.is_at_work() {
            if waits {
                return;
            }
            if !self.begin_checks(now) {
                return;
            }
        }
        if !self.desk.has_room() {
            self.duties.next = Some(Instant::now() + RETRY);
            return;
        }
        // Drawn first: after a long absence the days that are made up are drawn from what was recorded.
        if let Some(period) = self.duties.checks.periods.pop_front() {
            self.draw_spot(&period, now);
        } else if self.duties.checks.expiring {
            self.expire(now);
        }
        if self.duties.checks.is_at_work() {
            self.duties.next = Some(Instant::now());
        }
    }

    fn begin_checks(&mut self, now: Stamp) -> bool {
        // The next night's: also where all of this one's is done.
        self.duties.checks.at = Some(spot::next_at(now, self.desk.state().offset_ms));
        match self.desk.spot_draws_due(now) {
            Ok(due) => {
                self.duties.checks.periods = due.into();
                self.duties.checks.expiring = true;
                true
            }
            Err(why) => {
                (self.options.tell)(&why);
                self.duties.checks.at = Some(now.plus(DRAW_AGAIN_MS));
                false
            }
        }
    }

    fn expire(&mut self, now: Stamp) {
        let Some(before) = self.desk.recordings_over(now) else {
            self.duties.checks.expiring = false;
            return;
        };
        let sequence = self.desk.state().sequence;
        let command = RecordingCommand::Expire { before };
        self.work(vec![desk_s(Command::Recording { command, held: Vec::new(), calls: Vec::new() })]);
        if self.desk.state().sequence == sequence {
            // Refused, or nothing that could be done: not again and again.
            self.duties.checks.expiring = false;
            self.duties.checks.at = Some(now.plus(DRAW_AGAIN_MS));
        }
    }

    /// One that is refused holds up the later ones of its rule, so that no period is passed over.
    fn draw_spot(&mut self, period: &Period, now: Stamp) {
        let drawn = match self.desk.spot_draw(period, now) {
            Ok(None) => return,
            Ok(Some(command)) => {
                let before = self.desk.state().last.spot_draw;
                self.work(vec![desk_s(command)]);
                self.desk.state().last.spot_draw != before
            }
            Err(why) => {
                (self.options.tell)(&why);
                false
            }
        };
        if !drawn {
            self.duties.checks.periods.retain(|later| later.0 != period.0);
            self.duties.checks.at = Some(now.plus(DRAW_AGAIN_MS));
        }
    }
}
