//! Agents' time, in the half-hour in which it passed (R-CALL-10).

use super::{Cells, about};
use crate::domain::agent::AgentState;
use crate::domain::figures::{About, Fact, SLOT_MS, Slot, half_hour_of};
use crate::domain::span::Span;
use crate::domain::time::{Millis, Stamp};

/// A stretch longer than a month is nobody's work: the desk's clock was set meanwhile. It gives nothing.
const LONGEST_MS: Millis = 31 * 86_400_000;

/// A stretch is cut where a half-hour ends, so that each half-hour has what passed in it.
pub(super) fn give(span: &Span, cells: &mut Cells) {
    let Some(fact) = fact(&span.state) else { return };
    if span.until.since(span.since) > LONGEST_MS {
        return;
    }
    let place = Slot {
        queue: span.queue.clone(),
        who: span.agent.0.clone(),
        detail: if let AgentState::Break(reason) = &span.state { reason.clone() } else { String::new() },
        ..about(About::Time)
    };
    let mut from = span.since;
    while from < span.until {
        let end = Stamp((half_hour_of(from) + 1) * SLOT_MS).min(span.until);
        let passed = end.since(from);
        let inbound = if fact == Fact::WrapUpMs && !span.outbound { passed } else { 0 };
        cells.put(from, &place, [(fact, passed), (Fact::CallWrapUpMs, inbound)]);
        from = end;
    }
}

fn fact(state: &AgentState) -> Option<Fact> {
    Some(match state {
        AgentState::Offline => return None,
        AgentState::Ready => Fact::ReadyMs,
        AgentState::Ringing => Fact::RingingMs,
        AgentState::OnCall => Fact::OnCallMs,
        AgentState::Hold => Fact::HeldMs,
        AgentState::WrapUp => Fact::WrapUpMs,
        AgentState::Break(_) => Fact::BreakMs,
        AgentState::Training => Fact::TrainingMs,
    })
}
