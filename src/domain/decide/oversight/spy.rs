//! A supervisor in a talk: 监听, 耳语, 强插 (AMI.md §7). Begun by the desk, ended by whatever ends it first.

use std::collections::BTreeMap;

use super::super::calls::{able, moved_here, my_channel};
use super::{agent, reason, step, under};
use crate::domain::StaffId;
use crate::domain::agent::{Agent, AgentState};
use crate::domain::call::{Action, Call, Signal};
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::ids::{AgentId, CallId, InterventionId, SourceId};
use crate::domain::oversight::{Ending, Intervention, SPY_ID, SpyMode, Step};
use crate::domain::source::{Link, Source};
use crate::text::Say;

pub(super) fn spy(context: Context<'_>, id: &AgentId, mode: SpyMode, why: &str) -> Result<Decision, Say> {
    let reason = reason(why)?;
    let agent = agent(context, id)?;
    let call = talk_of(context, agent)?;
    let mine = context.seat()?;
    if mine.id == agent.id {
        return Err(Say::new("oversight.own_talk"));
    }
    if mine.phone.is_empty() {
        return Err(Say::new("refused.no_phone"));
    }
    if matches!(mine.state, AgentState::Ringing | AgentState::OnCall | AgentState::Hold) {
        return Err(Say::new("refused.already_talking"));
    }
    if let Some(open) = in_talk_by(context, context.me()?) {
        let whose = open.agent.as_ref().and_then(|id| context.state.agents.get(id));
        return Err(Say::new("oversight.already_in").with("agent", whose.map_or("", |agent| &agent.name)));
    }
    let source = able(context, call, |can| can.spy, "oversight.cannot_spy")?;
    let channel = my_channel(call, agent).unwrap_or_default();
    if channel.is_empty() {
        return Err(Say::new("oversight.no_talk").with("agent", &agent.name));
    }
    let begun = step(context, Step::Spy(mode), reason)?;
    let own = format!("{SPY_ID}{}-{}", begun.id.0, context.now.0);
    let begun = Intervention {
        agent: Some(agent.id.clone()),
        call: Some(call.id),
        // Whoever is spoken to hears it: only listening can be kept from the agent.
        told: context.rules.oversight.told || mode != SpyMode::Listen,
        source: Some(source.id),
        channel: own.clone(),
        ended_at: None,
        ..begun
    };
    let action = Action::Spy { id: own, phone: mine.phone.clone(), channel, mode, told: begun.told };
    let mut decision = under(begun);
    decision.actions.push((source.id, action));
    Ok(decision)
}

/// The talk an agent is in, where a PBX carries it.
fn talk_of<'a>(context: Context<'a>, agent: &Agent) -> Result<&'a Call, Say> {
    let none = || Say::new("oversight.no_talk").with("agent", &agent.name);
    if !talks(agent) {
        return Err(none());
    }
    let call = agent.call.and_then(|id| context.state.calls.get(id)).filter(|call| call.is_open()).ok_or_else(none)?;
    if moved_here(call) { Err(Say::new("oversight.no_pbx")) } else { Ok(call) }
}

fn talks(agent: &Agent) -> bool {
    matches!(agent.state, AgentState::OnCall | AgentState::Hold)
}

fn in_talk_by<'a>(context: Context<'a>, staff: &StaffId) -> Option<&'a Intervention> {
    context.state.interventions.values().find(|step| step.is_in_talk() && step.by == *staff)
}

/// The PBX ends it, and says so: until then the supervisor is in the talk.
pub(super) fn stop(context: Context<'_>, id: InterventionId) -> Result<Decision, Say> {
    let open = context.state.interventions.get(&id).filter(|step| step.is_in_talk());
    let open = open.ok_or_else(|| Say::new("oversight.not_in"))?;
    if open.by != *context.me()? {
        return Err(Say::new("oversight.not_yours"));
    }
    let source = open.source.and_then(|source| context.state.sources.get(&source));
    let source = source.ok_or_else(|| Say::new("refused.source_gone"))?;
    if !source.can.hangup {
        return Err(Say::new("refused.cannot_hang_up").with("name", &source.name));
    }
    let mut decision = Decision::under("R-LIVE-2");
    decision.actions.push((source.id, Action::Hangup { channel: open.channel.clone() }));
    Ok(decision)
}

fn over(context: Context<'_>, step: &Intervention, ending: Ending) -> Event {
    let ended_at = step.ended_at.or(Some(context.now));
    Event::Intervention(Box::new(Intervention { ended_at, ending, ..step.clone() }))
}

/// The PBX would not.
pub(super) fn refused(context: Context<'_>, step: &Intervention) -> Event {
    // What was over by itself before the PBX's word came was no refusal.
    let ending = if step.is_open() || step.ending == Ending::Over { Ending::Refused } else { step.ending };
    over(context, step, ending)
}

/// What a signal says about those who listen in.
pub(in crate::domain::decide) fn heard(context: Context<'_>, source: SourceId, signal: &Signal) -> Option<Event> {
    let (spy, ending) = match signal {
        Signal::SpyStopped { spy } => (spy, Ending::Over),
        Signal::Hungup { channel, .. } => (&channel.uniqueid, Ending::Over),
        Signal::DialStarted { id, answered: false, .. } => (id, Ending::Refused),
        _ => return None,
    };
    let step = by_channel(context, source, spy).filter(|step| step.is_open())?;
    Some(over(context, step, ending))
}

/// A supervisor's telephone that is answered after the talk was over would wait for the next one on that channel.
pub(in crate::domain::decide) fn too_late(
    context: Context<'_>,
    source: SourceId,
    signal: &Signal,
) -> Option<(SourceId, Action)> {
    let Signal::DialStarted { id, answered: true, .. } = signal else { return None };
    let step = by_channel(context, source, id).filter(|step| !step.is_open())?;
    Some((source, Action::Hangup { channel: step.channel.clone() }))
}

fn by_channel<'a>(context: Context<'a>, source: SourceId, id: &str) -> Option<&'a Intervention> {
    if !id.starts_with(SPY_ID) {
        return None;
    }
    context.state.interventions.values().rev().find(|step| step.source == Some(source) && step.channel == id)
}

/// Ends every stay in a talk that the decision's changes end: the call's, the agent's part in it, the link's.
pub(in crate::domain::decide) fn follow(context: Context<'_>, decision: &mut Decision) {
    let mut open: BTreeMap<InterventionId, &Intervention> = BTreeMap::new();
    open.extend(context.state.interventions.iter().filter(|(_, step)| step.is_in_talk()).map(|(id, step)| (*id, step)));
    if open.is_empty() {
        return;
    }
    let mut over_calls: Vec<CallId> = Vec::new();
    let mut agents: BTreeMap<&AgentId, &Agent> = BTreeMap::new();
    let mut lost: Vec<SourceId> = Vec::new();
    for event in &decision.events {
        match event {
            Event::Intervention(step) => drop(open.remove(&step.id)),
            Event::Call(call) if !call.is_open() => over_calls.push(call.id),
            Event::Agent(agent) => drop(agents.insert(&agent.id, agent)),
            Event::Source(source) if is_lost(source) => lost.push(source.id),
            _ => {}
        }
    }
    let ending = |step: &Intervention| {
        let left = |agent: &&Agent| !talks(agent) || agent.call != step.call;
        let agent = step.agent.as_ref().and_then(|id| agents.get(id)).filter(|agent| left(agent));
        if step.source.is_some_and(|source| lost.contains(&source)) {
            Some(Ending::LinkLost)
        } else if agent.is_some() || step.call.is_some_and(|call| over_calls.contains(&call)) {
            Some(Ending::TalkOver)
        } else {
            None
        }
    };
    let ended: Vec<Event> = open.values().filter_map(|step| Some(over(context, step, ending(step)?))).collect();
    decision.events.extend(ended);
}

/// A link that catches up has been lost before: told then.
fn is_lost(source: &Source) -> bool {
    matches!(source.link, Link::Down | Link::Over)
}
