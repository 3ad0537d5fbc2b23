//! What a supervisor does from the live queue (R-LIVE-2): decided, with its reason, as one entry.
//!
//! Every step is an intervention in the same entry as its effect. What goes on, a supervisor in a talk, is ended wherever
//! the talk, the agent's part in it or the link ends; that is looked at once, at the end of every decision.

mod agents;
mod calls;
pub(super) mod help;
mod spy;
mod tell;

use super::{Context, Decision};
use crate::domain::Role;
use crate::domain::agent::Agent;
use crate::domain::command::{Made, OversightCommand};
use crate::domain::event::{Actor, Event};
use crate::domain::ids::{AgentId, InterventionId};
use crate::domain::oversight::{Intervention, Step};
use crate::text::Say;

pub(super) use spy::{follow, heard, too_late};

pub(super) fn decide(context: Context<'_>, command: &OversightCommand) -> Result<Decision, Say> {
    if let OversightCommand::Failed(id) = command {
        return failed(context, *id);
    }
    if context.person()?.role != Role::Supervisor {
        return Err(Say::new("refused.supervisor_only"));
    }
    match command {
        OversightCommand::Spy { agent, mode, reason } => spy::spy(context, agent, *mode, reason),
        OversightCommand::StopSpy(id) => spy::stop(context, *id),
        OversightCommand::Force { agent, state, reason } => agents::force(context, agent, state, reason),
        OversightCommand::Queue { agent, queue, joined, reason } => {
            agents::queue(context, agent, queue, *joined, reason)
        }
        OversightCommand::Break { agent, allowed, reason } => agents::answer_break(context, agent, *allowed, reason),
        OversightCommand::Take { call, phone, reason } => calls::take(context, *call, phone, reason),
        OversightCommand::Redirect { call, to, reason } => calls::redirect(context, *call, to, reason),
        OversightCommand::Announce { to, text, rings } => tell::announce(context, to, text, *rings),
        OversightCommand::Help(agent) => help::comes(context, agent),
        OversightCommand::Failed(id) => failed(context, *id),
    }
}

/// The PBX would not do its part: said beside what was done, and what was set aside for it is taken back.
fn failed(context: Context<'_>, id: InterventionId) -> Result<Decision, Say> {
    if *context.actor != Actor::Desk {
        return Err(Say::new("refused.not_over_the_line"));
    }
    let step = context.state.interventions.get(&id).ok_or_else(|| Say::new("oversight.gone"))?;
    let mut decision = Decision::under("R-LIVE-2");
    decision.events.push(spy::refused(context, step));
    decision.events.extend(calls::unmarked(context, step));
    decision.events.extend(agents::undone(context, step));
    Ok(decision)
}

/// The reason, which may not be empty.
fn reason(text: &str) -> Result<String, Say> {
    let reason = text.trim();
    if reason.is_empty() { Err(Say::new("oversight.no_reason")) } else { Ok(reason.to_owned()) }
}

/// The agent it is about.
fn agent<'a>(context: Context<'a>, id: &AgentId) -> Result<&'a Agent, Say> {
    let agent = context.state.agents.get(id).ok_or_else(|| Say::new("oversight.agent_gone").with("agent", &id.0))?;
    if agent.is_there() { Ok(agent) } else { Err(Say::new("oversight.agent_left").with("agent", &agent.name)) }
}

/// A step under the next number, over at once; what goes on says so afterwards.
fn step(context: Context<'_>, what: Step, reason: String) -> Result<Intervention, Say> {
    Ok(Intervention {
        id: InterventionId(context.state.last.intervention + 1),
        at: context.now,
        by: context.me()?.clone(),
        step: what,
        agent: None,
        call: None,
        reason,
        told: true,
        source: None,
        channel: String::new(),
        ended_at: Some(context.now),
        rehearsal: false,
        ending: Default::default(),
    })
}

/// A decision that begins with this step.
fn under(step: Intervention) -> Decision {
    let mut decision = Decision::under("R-LIVE-2");
    decision.made = Made::Intervention(step.id);
    decision.with(Event::Intervention(Box::new(step)))
}
