//! Agents and their states (R-CALL-10). An agent is a place with a phone; staff sit at it. Time in each state is kept.

use serde::{Deserialize, Serialize};

use super::ids::{AgentId, CallId, StaffId};
use super::oversight::{BreakAsked, Help};
use super::time::{Millis, Stamp};

/// What an agent is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentState {
    /// 离线: nobody at the desk.
    #[default]
    Offline,
    /// 空闲: takes calls.
    Ready,
    /// 振铃: the phone rings.
    Ringing,
    /// 通话
    OnCall,
    /// 保持
    Hold,
    /// 话后: writing up, with its own timer.
    WrapUp,
    /// 小休, with the reason.
    Break(String),
    /// 培训
    Training,
}

impl Agent {
    /// Somebody is there: signed on, or the PBX has the phone in a queue.
    pub fn is_there(&self) -> bool {
        self.state != AgentState::Offline
    }
}

impl AgentState {
    /// The number of kinds of state, for totals.
    pub const KINDS: usize = 8;

    /// A number for the kind of state, stable on disk: the index into `Agent::totals`.
    pub fn kind(&self) -> usize {
        match self {
            AgentState::Offline => 0,
            AgentState::Ready => 1,
            AgentState::Ringing => 2,
            AgentState::OnCall => 3,
            AgentState::Hold => 4,
            AgentState::WrapUp => 5,
            AgentState::Break(_) => 6,
            AgentState::Training => 7,
        }
    }
}

/// What the PBX says of the agent's phone in the queues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneState {
    /// Paused in the queues.
    pub paused: bool,
    /// The PBX's reason for it.
    pub reason: String,
    /// The phone can't be reached.
    pub unavailable: bool,
    /// Queues it is a member of.
    pub queues: Vec<String>,
}

/// An agent as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The place.
    pub id: AgentId,
    /// The phone, empty where there is none.
    pub phone: String,
    /// The name on screen.
    pub name: String,
    /// Who sits there.
    pub staff: Option<StaffId>,
    /// What the agent does now.
    pub state: AgentState,
    /// Since when.
    pub since: Stamp,
    /// Set aside while calls ring, talk and are written up: what comes after (ready, or a break asked for meanwhile).
    pub after: Option<AgentState>,
    /// The call the state is about.
    pub call: Option<CallId>,
    /// What the PBX says of the phone.
    pub pbx: PhoneState,
    /// Finished time in each kind of state since `totals_day`, in milliseconds, by `AgentState::kind`.
    pub totals: [Millis; AgentState::KINDS],
    /// The local day the totals are of, as days since 1970-01-01.
    pub totals_day: i64,
    /// Known only from a rehearsal.
    pub rehearsal: bool,
    /// Asks for somebody to come.
    pub help: Option<Help>,
    /// Asks for a break that the service level does not allow (R-LIVE-4).
    pub break_asked: Option<BreakAsked>,
}
