//! The live queue (R-LIVE-1): what stands in it, in which order, and what a supervisor's key is meant for.

use super::{Model, Pane};
use crate::domain::{AgentId, CallId, Role};

/// A row that can be chosen in the live queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveRow {
    /// A waiting call.
    Call(CallId),
    /// An agent who is there.
    Agent(AgentId),
}

impl Model {
    /// The rows of the live queue: waiting calls, the longest wait first, then agents: whoever asks for help first.
    pub fn live_rows(&self) -> Vec<LiveRow> {
        let state = self.desk.state();
        let mut calls: Vec<_> = state.calls.open().filter(|call| call.is_waiting()).collect();
        calls.sort_by_key(|call| (call.rehearsal, call.timer_from()));
        let mut agents: Vec<_> = state.agents.values().filter(|agent| agent.is_there()).collect();
        agents.sort_by_key(|agent| (agent.help.is_none(), agent.break_asked.is_none(), agent.rehearsal, &agent.id));
        let calls = calls.into_iter().map(|call| LiveRow::Call(call.id));
        calls.chain(agents.into_iter().map(|agent| LiveRow::Agent(agent.id.clone()))).collect()
    }

    /// The chosen row, where the live queue has the focus.
    pub fn chosen_live(&self) -> Option<LiveRow> {
        let rows = self.live_rows();
        (self.focus == Pane::Live).then(|| rows.get(self.live_list.at(rows.len())).cloned()).flatten()
    }

    /// The live queue is there for supervisors.
    pub fn has_live(&self) -> bool {
        self.desk.welcome().me.role == Role::Supervisor
    }
}
