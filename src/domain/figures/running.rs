//! What is no record yet: the stretches of agents' time that still run (R-CALL-10). Whoever shows figures as of now adds
//! them by this one function, so that a wall, a page and a sheet say the same at the same moment.

use super::{Delta, Fact, given};
use crate::domain::event::Event;
use crate::domain::span::Span;
use crate::domain::state::State;
use crate::domain::time::Stamp;

/// What the running stretches would give if all of them ended now, each in the half-hours in which it passed.
///
/// Two things wait until the stretch is over: talk is counted with its call, and so is the wrap-up that belongs to it
/// (`CallWrapUpMs`), for half a wrap-up would make handling look shorter than it is. Rehearsals give nothing.
pub fn running(state: &State, now: Stamp) -> Delta {
    let mut delta = Delta::new();
    for agent in state.agents.values() {
        let call = agent.call.and_then(|id| state.calls.get(id));
        let Some(span) = Span::of(agent, call, now) else { continue };
        for (slot, mut counts) in given(&Event::Span(Box::new(span))) {
            counts.put(Fact::CallWrapUpMs, -counts.get(Fact::CallWrapUpMs));
            delta.push((slot, counts));
        }
    }
    delta
}
