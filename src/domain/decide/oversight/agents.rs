//! Agents put into another state, in and out of queues, and the breaks they ask for (R-LIVE-2, R-LIVE-4).

use super::super::agent::{gone, moved, pause, undisposed};
use super::super::dial;
use super::help::{all_heeded, break_heeded};
use super::tell::{name_of, to_agent};
use super::{agent, reason, step, under};
use crate::domain::SourceKind;
use crate::domain::agent::{Agent, AgentState};
use crate::domain::call::Action;
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::ids::{AgentId, SourceId};
use crate::domain::oversight::{Intervention, Step};
use crate::domain::source::Link;
use crate::text::{Say, Word};

pub(super) fn force(context: Context<'_>, id: &AgentId, to: &AgentState, why: &str) -> Result<Decision, Say> {
    let reason = reason(why)?;
    let old = agent(context, id)?;
    match to {
        AgentState::Ready | AgentState::Training | AgentState::Offline => {}
        AgentState::Break(why) if !why.trim().is_empty() => {}
        AgentState::Break(_) => return Err(Say::new("refused.break_reason")),
        _ => return Err(Say::new("refused.state_not_chosen")),
    }
    if *to == AgentState::Offline && in_call(old) {
        return Err(Say::new("oversight.talks").with("agent", &old.name));
    }
    let done = Intervention {
        agent: Some(old.id.clone()),
        call: old.call,
        rehearsal: old.rehearsal,
        ..step(context, Step::Force(to.clone()), reason.clone())?
    };
    let mut decision = under(done);
    let action = asked_pause(context, old, to, &reason);
    let mut new = if *to == AgentState::Offline {
        decision.events.extend(old.staff.as_ref().map(|staff| dial::put_down(context, staff)).unwrap_or_default());
        decision.events.extend(all_heeded(context, old));
        gone(context, old)
    } else {
        set(context, old, to)
    };
    if let (AgentState::Offline, Some((_, Action::Pause { reason, .. }))) = (to, &action) {
        // What the PBX says of it next is no news: nobody is there who could be on a break.
        (new.pbx.paused, new.pbx.reason) = (true, reason.clone());
    }
    decision.events.push(Event::Agent(Box::new(new)));
    let word = Word::Key(format!("state.{}", word_of(to)));
    let what = said(context, "oversight.notice_forced", &reason).with_word("state", &word);
    decision.events.extend(to_agent(context, old, what, true));
    decision.actions.extend(action);
    Ok(decision)
}

fn in_call(agent: &Agent) -> bool {
    matches!(agent.state, AgentState::Ringing | AgentState::OnCall | AgentState::Hold)
}

/// At once, or after the call; a call is written up before anything else (R-CALL-6).
fn set(context: Context<'_>, old: &Agent, to: &AgentState) -> Agent {
    let owed = old.state == AgentState::WrapUp && undisposed(context, old);
    if owed || in_call(old) {
        Agent { after: Some(to.clone()), ..old.clone() }
    } else {
        Agent { after: None, ..moved(old, to.clone(), None, context.now, context.state) }
    }
}

/// What the PBX is asked for it, with the reason. Never for an agent of a rehearsal, whose phone may be a real one's.
fn asked_pause(context: Context<'_>, agent: &Agent, to: &AgentState, why: &str) -> Option<(SourceId, Action)> {
    if agent.rehearsal {
        return None;
    }
    let (source, mut action) = pause(context, agent, to)?;
    if let Action::Pause { reason, paused: true, .. } = &mut action
        && reason.is_empty()
    {
        why.clone_into(reason);
    }
    Some((source, action))
}

/// A sentence to the agent: who did it, and why.
fn said(context: Context<'_>, key: &str, reason: &str) -> Say {
    let who = context.me().map(|me| name_of(context, me)).unwrap_or_default();
    Say::new(key).with("who", who).with("reason", reason)
}

fn word_of(state: &AgentState) -> &'static str {
    match state {
        AgentState::Ready => "ready",
        AgentState::Training => "training",
        AgentState::Break(_) => "break",
        _ => "offline",
    }
}

pub(super) fn queue(context: Context<'_>, id: &AgentId, queue: &str, joined: bool, why: &str) -> Result<Decision, Say> {
    let reason = reason(why)?;
    let old = agent(context, id)?;
    let queue = queue.trim();
    if !is_known(context, queue) {
        return Err(Say::new("oversight.no_queue").with("queue", queue));
    }
    if old.rehearsal {
        return Err(Say::new("oversight.no_pbx"));
    }
    if old.phone.is_empty() {
        return Err(Say::new("oversight.agent_no_phone").with("agent", &old.name));
    }
    let source = context.state.sources.values().find(|source| source.kind == SourceKind::Live && source.can.queues);
    let source = source.ok_or_else(|| Say::new("oversight.cannot_queues"))?;
    if source.link != Link::Up {
        return Err(Say::new("refused.link_down").with("name", &source.name));
    }
    let done = Intervention {
        agent: Some(old.id.clone()),
        source: Some(source.id),
        ..step(context, Step::Queue { queue: queue.to_owned(), joined }, reason.clone())?
    };
    let (queue, phone) = (queue.to_owned(), old.phone.clone());
    let key = if joined { "oversight.notice_joined" } else { "oversight.notice_left" };
    let what = said(context, key, &reason).with("queue", &queue);
    let action = if joined {
        Action::JoinQueue { queue, phone, name: old.name.clone(), paused: old.state != AgentState::Ready }
    } else {
        Action::LeaveQueue { queue, phone }
    };
    let mut decision = under(done);
    decision.events.extend(to_agent(context, old, what, true));
    decision.actions.push((source.id, action));
    Ok(decision)
}

/// The queues the desk has heard of: members', callers', and those with a limit of their own.
fn is_known(context: Context<'_>, queue: &str) -> bool {
    let state = context.state;
    !queue.is_empty() && state.queues().any(|known| known == queue) || context.rules.queue_limit_ms.contains_key(queue)
}

/// The agent was told of what the PBX then would not do.
pub(super) fn undone(context: Context<'_>, step: &Intervention) -> Option<Event> {
    let Step::Queue { queue, .. } = &step.step else { return None };
    let agent = step.agent.as_ref().and_then(|id| context.state.agents.get(id))?;
    to_agent(context, agent, Say::new("oversight.notice_undone").with("queue", queue), false)
}

pub(super) fn answer_break(context: Context<'_>, id: &AgentId, allowed: bool, why: &str) -> Result<Decision, Say> {
    let reason = reason(why)?;
    let old = agent(context, id)?;
    let asked = old.break_asked.clone().ok_or_else(|| Say::new("oversight.no_break").with("agent", &old.name))?;
    let done = Intervention {
        agent: Some(old.id.clone()),
        rehearsal: old.rehearsal,
        ..step(context, Step::Break { allowed }, reason.clone())?
    };
    let mut decision = under(done);
    decision.events.extend(break_heeded(context, old));
    let to = AgentState::Break(asked.reason);
    let new = if allowed { set(context, old, &to) } else { old.clone() };
    decision.events.push(Event::Agent(Box::new(Agent { break_asked: None, ..new })));
    if allowed {
        decision.actions.extend(asked_pause(context, old, &to, &reason));
    }
    let key = if allowed { "oversight.notice_break_allowed" } else { "oversight.notice_break_refused" };
    decision.events.extend(to_agent(context, old, said(context, key, &reason), true));
    Ok(decision)
}
