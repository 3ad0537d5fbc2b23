//! R-LIVE-4: whether somebody may go on a break now, with the reason where not. From the desk's state alone: what is
//! expected of the next half-hours plays no part in it, so that everybody can see why.

use crate::domain::agent::{Agent, AgentState};
use crate::domain::call::{Call, Direction};
use crate::domain::rulebook::{BreakRule, Formula, Rulebook};
use crate::domain::source::{Link, SourceKind};
use crate::domain::state::State;
use crate::domain::time::Stamp;
use crate::text::Say;

/// Allows a break or says why not. Where the rulebook lets breaks hang on the level, one is refused while a call that
/// the agent would be offered has waited longer than half of its limit, while no other agent would stay ready, and
/// while the day's level is below the target.
pub fn break_allowed(state: &State, rules: &Rulebook, now: Stamp, agent: &Agent) -> Result<(), Say> {
    if rules.break_rule() == BreakRule::Always || agent.rehearsal || matches!(agent.state, AgentState::Break(_)) {
        return Ok(());
    }
    if let Some((call, waited)) = longest(state, now, agent).filter(|(call, waited)| 2 * waited > call.limit_ms) {
        let say = Say::new("staffing.break_waiting").with("seconds", waited / 1_000);
        return Err(say.with("limit", call.limit_ms / 1_000));
    }
    let ready = |other: &&Agent| other.id != agent.id && other.state == AgentState::Ready && side_by_side(agent, other);
    let stays = state.agents.values().filter(|other| can_take(state, other)).filter(ready).count();
    if stays == 0 {
        return Err(Say::new("staffing.break_nobody"));
    }
    level_holds(state, rules, now)
}

/// The call that has waited longest of those this agent may be offered, and its wait in milliseconds.
fn longest<'s>(state: &'s State, now: Stamp, agent: &Agent) -> Option<(&'s Call, i64)> {
    let queues = &agent.pbx.queues;
    let mine = |call: &&Call| match &call.queue {
        Some(queue) => queues.is_empty() || queues.contains(queue),
        None => true,
    };
    let inbound = |call: &&Call| call.is_waiting() && !call.rehearsal && call.direction == Direction::Inbound;
    let waiting = state.calls.open().filter(inbound);
    waiting.filter(mine).map(|call| (call, now.since(call.timer_from()))).max_by_key(|(_, waited)| *waited)
}

/// They take the same calls, as far as the PBX says which.
fn side_by_side(agent: &Agent, other: &Agent) -> bool {
    let (mine, others) = (&agent.pbx.queues, &other.pbx.queues);
    mine.is_empty() || others.is_empty() || mine.iter().any(|queue| others.contains(queue))
}

/// The day's level as far as it is counted; a day without calls holds.
fn level_holds(state: &State, rules: &Rulebook, now: Stamp) -> Result<(), Say> {
    let Some(target) = rules.service_level.target_percent.filter(|_| state.day == state.day_of(now)) else {
        return Ok(());
    };
    let tally = &state.tally;
    let (above, below) = match rules.service_level.formula {
        Formula::Answered => (tally.in_time, tally.answered),
        Formula::AbandonedInTimeGood => (tally.in_time + tally.abandoned_short, tally.answered + tally.abandoned),
        Formula::AllOffered => (tally.in_time, tally.answered + tally.abandoned),
        Formula::AbandonedInTimeOut => (tally.in_time, tally.answered + tally.abandoned - tally.abandoned_short),
    };
    if below <= 0 || 100 * above >= i64::from(target) * below {
        return Ok(());
    }
    let permille = 1_000 * above / below;
    let say = Say::new("staffing.break_level").with("share", format!("{}.{}", permille / 10, permille % 10));
    Err(say.with("above", above).with("below", below).with("target", target))
}

/// A place that calls can come to: not a rehearsal's, and with a phone where there is a PBX. A supervisor's console
/// without one is nobody who stays.
fn can_take(state: &State, agent: &Agent) -> bool {
    let has_pbx = || state.sources.values().any(|source| source.kind == SourceKind::Live);
    !agent.rehearsal && (!agent.phone.is_empty() || !has_pbx())
}

/// Agents who take calls or are with one: of a queue where the PBX says who is in it, else of all. Rehearsals apart.
pub fn on_duty(state: &State, queue: Option<&str>) -> u32 {
    let works =
        |agent: &&Agent| !matches!(agent.state, AgentState::Offline | AgentState::Break(_) | AgentState::Training);
    let takes = |agent: &&Agent| {
        let queues = &agent.pbx.queues;
        queue.is_none_or(|queue| queues.is_empty() || queues.iter().any(|known| known == queue))
    };
    let count = state.agents.values().filter(|agent| can_take(state, agent)).filter(works).filter(takes).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Who is on duty can be told: the link to the PBX is up, where there is one (R-LIVE-3).
pub fn knows_who_is_there(state: &State) -> bool {
    state.sources.values().filter(|source| source.kind == SourceKind::Live).all(|source| source.link == Link::Up)
}
