//! Stretches of agents' time, written down when they are over (R-CALL-10). Looked at once, at the end of every decision,
//! so that no slice that moves an agent can forget it.

use std::collections::BTreeMap;

use super::{Context, Decision};
use crate::domain::agent::Agent;
use crate::domain::event::Event;
use crate::domain::ids::AgentId;
use crate::domain::span::Span;

/// Adds the stretches that the decision's changes of agents end.
pub(super) fn follow(context: Context<'_>, decision: &mut Decision) {
    let mut before: BTreeMap<&AgentId, &Agent> = BTreeMap::new();
    let mut spans = Vec::new();
    for event in &decision.events {
        let Event::Agent(new) = event else { continue };
        let old = before.insert(&new.id, new).or_else(|| context.state.agents.get(&new.id));
        spans.extend(old.and_then(|old| ended(context, old, new)));
    }
    decision.events.extend(spans.into_iter().map(|span| Event::Span(Box::new(span))));
}

/// The stretch that the agent's new value ends; none where it goes on, or took no time.
fn ended(context: Context<'_>, old: &Agent, new: &Agent) -> Option<Span> {
    let goes_on = old.since == new.since && old.state == new.state && old.call == new.call;
    let call = old.call.and_then(|id| context.state.calls.get(id));
    if goes_on { None } else { Span::of(old, call, new.since) }
}
