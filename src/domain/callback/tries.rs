//! The tries to reach the person of a line (R-CB-6): begun with the dial, ended by the call, corrected by the report.

use super::{Attempt, Callback, Reach};
use crate::domain::attempt::next_try;
use crate::domain::ids::{CallId, StaffId};
use crate::domain::rulebook::AttemptPlan;
use crate::domain::time::Stamp;

impl Callback {
    /// The person is dialled: the line is in the hands of who dials.
    pub fn begin_try(&mut self, by: &StaffId, at: Stamp, call: Option<CallId>, by_hand: bool) {
        self.attempts.push(Attempt { at, by: by.clone(), call, by_hand, reach: None });
        self.taken_by = Some(by.clone());
    }

    /// What came of a try: of the one with this call; without a call, of the one under way, else of one made outside the
    /// desk's record. Said again it changes nothing; said differently it corrects what was said before. A try in vain sets
    /// the next time and lets the line go; the last one in vain, and a wrong number, hand it to the plan's role. Whoever
    /// reached the person keeps the line, to write it up.
    pub fn end_try(&mut self, at: Stamp, call: Option<CallId>, reach: Reach, plan: &AttemptPlan, offset_ms: i64) {
        let before = self.ended_before(at, call, reach);
        if before == Some(reach) {
            return;
        }
        match reach {
            Reach::Reached | Reach::Refused => {
                self.tries = 0;
                self.with = None;
            }
            Reach::NotReached | Reach::WrongNumber => {
                self.tries = match before {
                    None => self.tries + 1,
                    Some(Reach::NotReached | Reach::WrongNumber) => self.tries,
                    Some(Reach::Reached | Reach::Refused) => self.in_vain_so_far(),
                };
                let next = next_try(plan, offset_ms, self.tries, at, self.gravity());
                match next.filter(|_| reach == Reach::NotReached) {
                    Some(next) => {
                        self.due_at = next;
                        self.with = self.with.take().filter(|_| before != Some(Reach::WrongNumber));
                    }
                    None => {
                        self.with = Some(plan.then.clone());
                        // Should they call in now, what is still owed is not dialled the next moment.
                        self.due_at = at.plus(plan.waits_ms.first().copied().unwrap_or_default());
                    }
                }
                self.taken_by = None;
            }
        }
    }

    /// Notes what came of a try; what was noted of it before, if anything was.
    fn ended_before(&mut self, at: Stamp, call: Option<CallId>, reach: Reach) -> Option<Reach> {
        let index = self.attempts.iter().rposition(|attempt| match call {
            Some(_) => attempt.call == call,
            None => attempt.reach.is_none(),
        });
        match index.and_then(|index| self.attempts.get_mut(index)) {
            Some(attempt) => attempt.reach.replace(reach),
            None if call.is_none() => {
                let by = self.taken_by.clone().unwrap_or_default();
                self.attempts.push(Attempt { at, by, call, by_hand: true, reach: Some(reach) });
                None
            }
            // A call that was no try: the person called.
            None => None,
        }
    }

    /// The tries in vain at the end of all.
    fn in_vain_so_far(&self) -> u32 {
        let vain = |attempt: &&Attempt| matches!(attempt.reach, Some(Reach::NotReached | Reach::WrongNumber));
        u32::try_from(self.attempts.iter().rev().take_while(vain).count()).unwrap_or(u32::MAX)
    }

    /// Nobody was rung (the PBX refused, or the dialler's own phone was not answered): it was no try, and the line is free.
    pub fn take_back_try(&mut self, call: CallId) {
        let before = self.attempts.len();
        self.attempts.retain(|attempt| attempt.call != Some(call) || attempt.reach.is_some());
        if self.attempts.len() < before {
            self.taken_by = None;
        }
    }

    /// This call was a try, and nobody or somebody else was reached in it.
    pub fn was_in_vain(&self, call: CallId) -> bool {
        let vain = |attempt: &Attempt| matches!(attempt.reach, Some(Reach::NotReached | Reach::WrongNumber));
        self.attempts.iter().any(|attempt| attempt.call == Some(call) && vain(attempt))
    }

    /// The try that is under way: dialled, and nothing came of it yet.
    pub fn under_way(&self) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|attempt| attempt.reach.is_none())
    }
}
