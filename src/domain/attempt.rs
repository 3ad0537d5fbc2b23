//! When a person is tried again, and when nobody is dialled (R-CB-6, R-CB-9). Pure: the plan, the time and the day's
//! counts in, a moment or a refusal out.

use chrono::DateTime;

use super::call::{Direction, Phase};
use super::callback::{CallbackReason, Gravity};
use super::rulebook::{AttemptPlan, QuietHours};
use super::state::DAY_MS;
use super::{Callback, Rulebook, Stamp, State};
use crate::text::Say;

const MINUTE_MS: i64 = 60_000;

/// When to try again after `tries` tries in vain, the last of which ended at `from`; nothing when that was the last one.
/// `offset_ms`: local time is UTC plus this. What falls into the quiet hours is tried at their end, but for emergencies.
pub fn next_try(plan: &AttemptPlan, offset_ms: i64, tries: u32, from: Stamp, gravity: Gravity) -> Option<Stamp> {
    let done = usize::try_from(tries).unwrap_or(usize::MAX);
    let at = match (done.checked_sub(1), plan.next_day_at) {
        (None, _) => from,
        (Some(index), _) if index < plan.waits_ms.len() => from.plus(*plan.waits_ms.get(index)?),
        (Some(index), Some(minute)) if index == plan.waits_ms.len() => {
            let tomorrow = (from.0.saturating_add(offset_ms)).div_euclid(DAY_MS) + 1;
            Stamp(tomorrow * DAY_MS + i64::from(minute) * MINUTE_MS - offset_ms)
        }
        _ => return None,
    };
    let quiet = quiet_until(plan.quiet, offset_ms, at).filter(|_| gravity != Gravity::Emergency);
    Some(quiet.unwrap_or(at))
}

/// The end of the quiet hours that a moment lies in. They begin with their first minute and end before their last.
pub fn quiet_until(quiet: QuietHours, offset_ms: i64, at: Stamp) -> Option<Stamp> {
    let (from, to) = (i64::from(quiet.from) * MINUTE_MS, i64::from(quiet.to) * MINUTE_MS);
    let local = at.0.saturating_add(offset_ms);
    let (day, time) = (local.div_euclid(DAY_MS) * DAY_MS, local.rem_euclid(DAY_MS));
    let end = if from <= to {
        (from <= time && time < to).then_some(day + to)
    } else if time < to {
        Some(day + to)
    } else {
        (time >= from).then_some(day + DAY_MS + to)
    };
    end.map(|end| Stamp(end.saturating_sub(offset_ms)))
}

/// R-CB-6: nobody is dialled in the quiet hours, unless it is an emergency or a time in them was agreed.
pub fn may_dial(plan: &AttemptPlan, offset_ms: i64, now: Stamp, gravity: Gravity, agreed: bool) -> Result<(), Say> {
    let quiet = quiet_until(plan.quiet, offset_ms, now);
    if quiet.is_none() || gravity == Gravity::Emergency || agreed {
        return Ok(());
    }
    let hours = |minute: u16| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    Err(Say::new("try.quiet").with("from", hours(plan.quiet.from)).with("to", hours(plan.quiet.to)))
}

/// A time was agreed with this person that lies in the quiet hours which `now` is in.
pub fn agreed_in_quiet(plan: &AttemptPlan, offset_ms: i64, now: Stamp, line: &Callback) -> bool {
    let Some(end) = quiet_until(plan.quiet, offset_ms, now) else { return false };
    let agreed = line.debts.iter().filter(|debt| debt.is_open() && debt.reason == CallbackReason::Agreed);
    agreed.into_iter().any(|debt| quiet_until(plan.quiet, offset_ms, debt.due_at) == Some(end))
}

/// R-CB-6: no second try before its time. A supervisor may.
pub fn not_before(line: &Callback, offset_ms: i64, now: Stamp, supervisor: bool) -> Result<(), Say> {
    let put_off = line.not_before.is_some_and(|at| now < at);
    if supervisor || !put_off && (line.tries == 0 || now >= line.due_at) {
        return Ok(());
    }
    Err(Say::new("try.not_before").with("at", moment(line.due_at, now, offset_ms)))
}

/// R-CB-9: whose turn it is, the callers' who wait or the callback's. While callers wait, of a hundred talks the desk
/// begins today so many may be callbacks as the rulebook says; this one would be one more. An emergency waits for nobody,
/// and nothing here delays a caller.
pub fn turn(state: &State, rules: &Rulebook, gravity: Gravity) -> Result<(), Say> {
    let waiting = waiting(state);
    if waiting == 0 || gravity == Gravity::Emergency {
        return Ok(());
    }
    let callbacks = state.tally.callbacks + 1;
    let all = state.tally.answered + callbacks;
    if callbacks * 100 <= i64::from(rules.attempts.share_percent) * all {
        return Ok(());
    }
    let say = Say::new("try.callers_wait").with("count", waiting);
    Err(say.with("percent", rules.attempts.share_percent))
}

/// Callers who wait for an answer now. One who still listens to a menu waits for nobody yet.
pub fn waiting(state: &State) -> usize {
    let waits = |phase: Phase| matches!(phase, Phase::Waiting | Phase::Offered | Phase::Ringing);
    let mine = state.calls.open().filter(|call| call.direction == Direction::Inbound && !call.rehearsal);
    mine.filter(|call| waits(call.phase)).count()
}

/// A moment as it is said: the time of day, with its date where that is another day's.
pub fn moment(at: Stamp, now: Stamp, offset_ms: i64) -> String {
    let local = |at: Stamp| DateTime::from_timestamp_millis(at.0.saturating_add(offset_ms));
    let Some(there) = local(at) else { return String::new() };
    let same = local(now).is_some_and(|now| now.date_naive() == there.date_naive());
    there.format(if same { "%H:%M" } else { "%m-%d %H:%M" }).to_string()
}
