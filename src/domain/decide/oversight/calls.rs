//! Waiting calls taken out of turn, or sent elsewhere (R-LIVE-2; AMI.md §5 trap 3: our own mark comes first).

use super::super::calls::{able, load, moved_here};
use super::{reason, step, under};
use crate::domain::agent::AgentState;
use crate::domain::call::{Action, Call, Direction};
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::ids::CallId;
use crate::domain::oversight::{Intervention, Step};
use crate::domain::phone::dialled;
use crate::text::Say;

pub(super) fn take(context: Context<'_>, id: CallId, phone: &str, why: &str) -> Result<Decision, Say> {
    let reason = reason(why)?;
    let call = waiting(context, id)?;
    let phone = phone.trim();
    let agent = if phone.is_empty() {
        context.seat()?
    } else {
        let known = context.state.agents.values().find(|agent| agent.phone == phone && !agent.rehearsal);
        known.ok_or_else(|| Say::new("oversight.not_a_phone").with("phone", phone))?
    };
    if agent.phone.is_empty() {
        return Err(Say::new("refused.no_phone"));
    }
    if !agent.is_there() {
        return Err(Say::new("oversight.agent_left").with("agent", &agent.name));
    }
    if matches!(agent.state, AgentState::OnCall | AgentState::Hold) {
        return Err(Say::new("oversight.talks").with("agent", &agent.name));
    }
    let phone = agent.phone.clone();
    let done =
        Intervention { agent: Some(agent.id.clone()), ..step(context, Step::Take { phone: phone.clone() }, reason)? };
    sent(context, call, done, phone)
}

pub(super) fn redirect(context: Context<'_>, id: CallId, to: &str, why: &str) -> Result<Decision, Say> {
    let reason = reason(why)?;
    let call = waiting(context, id)?;
    let number = dialled(to);
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit() || "*#+".contains(c)) {
        return Err(Say::new("oversight.not_a_number").with("text", to.trim()));
    }
    let done = step(context, Step::Redirect { to: number.clone() }, reason)?;
    sent(context, call, done, number)
}

/// A call that waits at a PBX.
fn waiting(context: Context<'_>, id: CallId) -> Result<&Call, Say> {
    let call = load(context, id)?;
    if !call.is_waiting() || call.direction == Direction::Outbound {
        return Err(Say::new("oversight.not_waiting"));
    }
    if moved_here(call) { Err(Say::new("oversight.no_pbx")) } else { Ok(call) }
}

fn sent(context: Context<'_>, call: &Call, done: Intervention, to: String) -> Result<Decision, Say> {
    let source = able(context, call, |can| can.redirect, "refused.cannot_redirect")?;
    if call.channel.is_empty() {
        return Err(Say::new("oversight.not_waiting"));
    }
    let mut marked = call.clone();
    marked.memory.redirect_asked = true;
    let mut decision = under(Intervention { call: Some(call.id), source: Some(source.id), ..done });
    decision.events.push(Event::Call(Box::new(marked)));
    decision.actions.push((source.id, Action::Redirect { channel: call.channel.clone(), to }));
    Ok(decision)
}

/// The PBX would not: the caller is still in the queue's hands.
pub(super) fn unmarked(context: Context<'_>, step: &Intervention) -> Option<Event> {
    if !matches!(step.step, Step::Take { .. } | Step::Redirect { .. }) {
        return None;
    }
    let call = step.call.and_then(|id| context.state.calls.get(id)).filter(|call| call.is_open())?;
    let mut call = call.clone();
    call.memory.redirect_asked = false;
    Some(Event::Call(Box::new(call)))
}
