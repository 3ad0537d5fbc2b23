//! Tries: begun by a dial, ended by what came of it (R-CB-6).

use super::{Attempt, Callback, Reach};
use crate::domain::attempt::next_try;
use crate::domain::ids::{CallId, StaffId};
use crate::domain::rulebook::AttemptPlan;
use crate::domain::time::Stamp;

impl Callback {
    /// A try begins: the line is in this person's hand.
    pub fn begin_try(&mut self, by: &StaffId, at: Stamp, call: Option<CallId>, by_hand: bool) {
        self.taken_by = Some(by.clone());
        self.attempts.push(Attempt { at, by: by.clone(), call, by_hand, reach: None });
    }

    /// What came of a try.
    pub fn end_try(&mut self, at: Stamp, call: Option<CallId>, reach: Reach, plan: &AttemptPlan, offset_ms: i64) {
        if let Some(attempt) = self.attempts.iter_mut().rev().find(|attempt| attempt.call == call) {
            attempt.reach = Some(reach);
        }
        match reach {
            Reach::Reached | Reach::Refused => self.tries = 0,
            Reach::WrongNumber => self.with = Some(plan.then.clone()),
            Reach::NotReached => {
                self.tries += 1;
                match next_try(plan, offset_ms, self.tries, at, self.gravity()) {
                    Some(next) => self.due_at = next,
                    None => self.with = Some(plan.then.clone()),
                }
            }
        }
    }
}
