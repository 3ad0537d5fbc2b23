//! A stretch of an agent's time in one state, written down when it is over (R-CALL-10): what days are made of.

use serde::{Deserialize, Serialize};

use super::agent::{Agent, AgentState};
use super::call::{Call, Direction};
use super::ids::{AgentId, CallId, StaffId};
use super::time::Stamp;

/// A stretch as stored. It never changes. Time offline is no stretch: it is what lies between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The place.
    pub agent: AgentId,
    /// Who sat there.
    pub staff: Option<StaffId>,
    /// What they did.
    pub state: AgentState,
    /// From.
    pub since: Stamp,
    /// To.
    pub until: Stamp,
    /// With which call.
    pub call: Option<CallId>,
    /// The call's queue; empty for none.
    pub queue: String,
    /// The call was made from the desk.
    pub outbound: bool,
    /// Of a rehearsal, or with a rehearsed call: in no figure.
    pub rehearsal: bool,
}

impl Span {
    /// The stretch an agent is in, as it would stand if it ended at `until`; `call` is the one it is with. None offline,
    /// and where it took no time.
    pub fn of(agent: &Agent, call: Option<&Call>, until: Stamp) -> Option<Span> {
        if agent.state == AgentState::Offline || until <= agent.since {
            return None;
        }
        Some(Span {
            agent: agent.id.clone(),
            staff: agent.staff.clone(),
            state: agent.state.clone(),
            since: agent.since,
            until,
            call: agent.call,
            queue: call.and_then(|call| call.queue.clone()).unwrap_or_default(),
            outbound: call.is_some_and(|call| call.direction == Direction::Outbound),
            rehearsal: agent.rehearsal || call.is_some_and(|call| call.rehearsal),
        })
    }
}
