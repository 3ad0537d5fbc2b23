//! Which call spoke to somebody: answered, with one of their numbers, since a moment. What R-CALL-5, R-CB-9 and R-CB-10
//! rest on; a call that says no more who was at the other end proves nothing.

use crate::domain::call::{Call, Direction};
use crate::domain::ids::CallId;
use crate::domain::phone::match_key;
use crate::domain::{Stamp, State};

/// A moment of the desk's clock on the clock of a call's own source.
pub(super) fn moment(state: &State, call: &Call, desk: Stamp) -> Stamp {
    state.sources.get(&call.source).map_or(desk, |source| source.clock.at(desk))
}

/// The number of the person in a call, to match by; empty where it is not known or not to be known.
pub(super) fn key_of(call: &Call) -> String {
    if call.party.withheld || call.direction == Direction::Internal {
        String::new()
    } else {
        match_key(&call.party.number)
    }
}

/// Whom a call must have been with, and when, to count.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    /// All the person's numbers, to match by.
    pub keys: &'a [String],
    /// Answered at this moment of the desk's clock, or later.
    pub since: Stamp,
    /// Only calls from the desk count (R-CB-10).
    pub outbound: bool,
    /// The matter belongs to a rehearsal: calls of either kind count, for nobody rehearsed can be dialled.
    pub rehearsal: bool,
}

impl Wanted<'_> {
    /// Whether this call counts.
    pub fn is(&self, state: &State, call: &Call) -> bool {
        let counts = call.answered_at.is_some_and(|at| at >= moment(state, call, self.since))
            && (self.rehearsal || !call.rehearsal)
            && (!self.outbound || call.direction == Direction::Outbound);
        let key = if counts { key_of(call) } else { String::new() };
        !key.is_empty() && self.keys.contains(&key)
    }

    /// The newest call that counts, but for those that were written up as in vain.
    pub fn newest(&self, state: &State, in_vain: impl Fn(CallId) -> bool) -> Option<CallId> {
        state.calls.all().rev().find(|call| self.is(state, call) && !in_vain(call.id)).map(|call| call.id)
    }
}
