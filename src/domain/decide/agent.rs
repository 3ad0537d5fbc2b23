//! Agents: signing on and off, ready, break, training; and how calls move their state (R-CALL-10).

use super::oversight::help;
use super::{Context, Decision, dial};
use crate::domain::agent::{Agent, AgentState};
use crate::domain::call::Action;
use crate::domain::command::AgentCommand;
use crate::domain::event::Event;
use crate::domain::ids::{AgentId, CallId};
use crate::domain::staffing::break_allowed;
use crate::domain::state::{DAY_MS, State};
use crate::domain::{Role, SourceKind, Stamp};
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, command: &AgentCommand) -> Result<Decision, Say> {
    match command {
        AgentCommand::SignOn { phone } => sign_on(context, phone),
        AgentCommand::SignOff => sign_off(context),
        AgentCommand::Set(state) => set(context, state),
        AgentCommand::AskHelp { words } => help::ask(context, words),
        AgentCommand::HelpOver => help::over(context),
        AgentCommand::AskBreak { reason } => help::ask_break(context, reason),
        AgentCommand::BreakNotNeeded => help::break_over(context),
    }
}

fn sign_on(context: Context<'_>, phone: &str) -> Result<Decision, Say> {
    let me = context.me()?;
    let id = AgentId(if phone.is_empty() { format!("@{}", me.0) } else { phone.to_owned() });
    let mut decision = Decision::under("agent.sign_on");
    if let Some(other) = context.state.agent_of(me).filter(|agent| agent.id != id) {
        if other.call.is_some() {
            return Err(Say::new("refused.sign_on_busy").with("phone", &other.phone));
        }
        let after = other.after.clone();
        decision.events.extend(help::all_heeded(context, other));
        decision = decision.with(Event::Agent(Box::new(Agent { after, ..gone(context, other) })));
    }
    let place = context.state.agents.get(&id).cloned().unwrap_or_default();
    if let Some(sitting) = place.staff.as_ref().filter(|staff| *staff != me) {
        return Err(Say::new("refused.seat_taken").with("phone", phone).with("who", &sitting.0));
    }
    if place.staff.as_ref() == Some(me) && place.state != AgentState::Offline {
        return Ok(decision);
    }
    let name = context.staff.iter().find(|staff| staff.id == *me).map_or(me.0.as_str(), |staff| staff.name.as_str());
    let state = match place.state.clone() {
        AgentState::Offline => AgentState::Ready,
        other => other,
    };
    let agent = Agent { id, phone: phone.to_owned(), name: name.to_owned(), staff: Some(me.clone()), ..place };
    let call = agent.call;
    Ok(decision.with(Event::Agent(Box::new(moved(&agent, state, call, context.now, context.state)))))
}

fn sign_off(context: Context<'_>) -> Result<Decision, Say> {
    let agent = context.seat()?;
    if matches!(agent.state, AgentState::OnCall | AgentState::Hold) {
        return Err(Say::new("refused.sign_off_on_call"));
    }
    if agent.state == AgentState::WrapUp && undisposed(context, agent) {
        return Err(Say::new("refused.disposition_first"));
    }
    let mut events = dial::put_down(context, context.me()?);
    events.extend(help::all_heeded(context, agent));
    let left = gone(context, agent);
    Ok(Decision { events, ..Decision::under("agent.sign_off") }.with(Event::Agent(Box::new(left))))
}

/// The place without anybody at it. What they had asked of the supervisors goes with them.
pub(super) fn gone(context: Context<'_>, agent: &Agent) -> Agent {
    let left = moved(agent, AgentState::Offline, None, context.now, context.state);
    Agent { staff: None, after: None, help: None, break_asked: None, ..left }
}

/// The call the agent writes up has no disposition yet.
pub(super) fn undisposed(context: Context<'_>, agent: &Agent) -> bool {
    let call = agent.call.and_then(|id| context.state.calls.get(id));
    call.is_some_and(|call| call.disposition.is_none())
}

fn set(context: Context<'_>, wanted: &AgentState) -> Result<Decision, Say> {
    let agent = context.seat()?;
    let mut decision = Decision::under("agent.set");
    match wanted {
        AgentState::Ready | AgentState::Training => {}
        AgentState::Break(reason) if !reason.trim().is_empty() => may_break(context, agent)?,
        AgentState::Break(_) => return Err(Say::new("refused.break_reason")),
        _ => return Err(Say::new("refused.state_not_chosen")),
    }
    // R-CALL-6: a call is written up before anything else; a break chosen meanwhile comes after.
    let owed = agent.state == AgentState::WrapUp && undisposed(context, agent);
    if owed && *wanted == AgentState::Ready {
        return Err(Say::new("refused.disposition_first"));
    }
    // What was asked for is had.
    if matches!(wanted, AgentState::Break(_)) {
        decision.events.extend(help::break_heeded(context, agent));
    }
    let asked = agent.break_asked.clone().filter(|_| !matches!(wanted, AgentState::Break(_)));
    let agent = &Agent { break_asked: asked, ..agent.clone() };
    let busy = owed || matches!(agent.state, AgentState::Ringing | AgentState::OnCall | AgentState::Hold);
    let new = if busy {
        Agent { after: Some(wanted.clone()), ..agent.clone() }
    } else {
        moved(agent, wanted.clone(), None, context.now, context.state)
    };
    if let Some(action) = pause(context, agent, wanted) {
        decision.actions.push(action);
    }
    Ok(decision.with(Event::Agent(Box::new(new))))
}

/// R-LIVE-4. A supervisor answers for the level and needs nobody's leave; a break that was asked for and approved does
/// not come by here.
fn may_break(context: Context<'_>, agent: &Agent) -> Result<(), Say> {
    match context.person()?.role {
        Role::Supervisor => Ok(()),
        _ => break_allowed(context.state, context.rules, context.now, agent),
    }
}

/// The pause or unpause to ask of the PBX, where it has queues for this phone.
pub(super) fn pause(
    context: Context<'_>,
    agent: &Agent,
    wanted: &AgentState,
) -> Option<(crate::domain::SourceId, Action)> {
    let live = context.state.sources.values().find(|source| source.kind == SourceKind::Live && source.can.pause)?;
    if agent.phone.is_empty() || agent.pbx.queues.is_empty() {
        return None;
    }
    let reason = match wanted {
        AgentState::Break(reason) => reason.clone(),
        _ => String::new(),
    };
    let paused = *wanted != AgentState::Ready;
    Some((live.id, Action::Pause { phone: agent.phone.clone(), paused, reason }))
}

/// The agent in a new state from `now` on; the time in the old one goes to the day's totals. Time with a rehearsed
/// call counts as training.
pub fn moved(agent: &Agent, to: AgentState, call: Option<CallId>, now: Stamp, state: &State) -> Agent {
    let mut new = Agent { call, ..agent.clone() };
    if to == agent.state && call == agent.call {
        return new;
    }
    let day = state.day_of(now);
    let midnight = Stamp(day * DAY_MS - state.offset_ms);
    if agent.totals_day != day {
        new.totals = [0; AgentState::KINDS];
        new.totals_day = day;
    }
    let rehearsed = agent.call.and_then(|id| state.calls.get(id)).is_some_and(|call| call.rehearsal);
    let kind = if rehearsed { AgentState::Training.kind() } else { agent.state.kind() };
    if let Some(total) = new.totals.get_mut(kind) {
        *total += now.since(agent.since.max(midnight)).max(0);
    }
    new.since = now;
    new.state = to;
    new
}
