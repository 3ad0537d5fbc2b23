//! When a person is tried again (R-CB-6).

use super::callback::Gravity;
use super::rulebook::AttemptPlan;
use super::time::Stamp;

/// When the next try is, after so many in vain; nothing where the last one was in vain.
pub fn next_try(plan: &AttemptPlan, _offset_ms: i64, tries: u32, from: Stamp, _gravity: Gravity) -> Option<Stamp> {
    let wait = plan.waits_ms.get(usize::try_from(tries).ok()?.checked_sub(1)?)?;
    Some(from.plus(*wait))
}
