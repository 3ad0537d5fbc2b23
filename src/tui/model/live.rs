//! The live queue (R-LIVE-1): what stands in it, in which order, and what a supervisor's key is meant for.
//!
//! [`LiveView`] is everything that is glanced at, taken anew for each frame from the replica, the sums and the time. It
//! knows no place on the screen; the pane and the wall draw the same view.

mod figures;
mod health;
mod wall;

pub use figures::QueueLine;
pub use health::{NextClock, Unknown, Urgent};
pub use wall::WallForm;

use super::{Model, Pane, Timer};
use crate::domain::call::Direction;
use crate::domain::source::Link;
use crate::domain::{Agent, AgentId, AgentState, Call, CallId, Millis, Role, SourceKind, Stamp};

/// A row that can be chosen in the live queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveRow {
    /// A waiting call.
    Call(CallId),
    /// An agent who is there.
    Agent(AgentId),
}

/// Everything that is glanced at.
#[derive(Debug)]
pub struct LiveView<'m> {
    /// Waiting calls, the longest wait first; rehearsed ones behind the others.
    pub waiting: Vec<&'m Call>,
    /// Agents who are there: whoever asks for help first, then who asks for a break; rehearsed ones last.
    pub agents: Vec<&'m Agent>,
    /// What is counted in the large numbers is a rehearsal: nothing live is there to be counted.
    pub rehearsed: bool,
    /// How many of the counted wait.
    pub count: usize,
    /// How many of them are over their limit.
    pub over: usize,
    /// The longest wait of them.
    pub longest: Option<Timer>,
    /// The counted agents by the kind of their state, `AgentState::kind`.
    pub states: [usize; AgentState::KINDS],
    /// Everything together, then each queue by its name.
    pub queues: Vec<QueueLine>,
    /// Why what waits and the service level can't be known, and since when.
    pub unknown: Option<Unknown>,
    /// The next clocks of tickets, the first first.
    pub clocks: Vec<NextClock<'m>>,
    /// Clocks that are broken and still run.
    pub clocks_late: usize,
    /// Callback lines whose time has come, and those that come within the hour.
    pub callbacks: (usize, usize),
    /// Open emergencies, the oldest first.
    pub emergencies: Vec<&'m crate::domain::Ticket>,
}

impl LiveView<'_> {
    /// Counted agents who are there.
    pub fn on_duty(&self) -> usize {
        self.states.iter().sum::<usize>() - self.states[AgentState::Offline.kind()]
    }

    /// Of those, ready.
    pub fn free(&self) -> usize {
        self.states[AgentState::Ready.kind()]
    }

    /// Everything together.
    pub fn all(&self) -> &QueueLine {
        // The view is made with that line first, whatever queues there are.
        &self.queues[0]
    }
}

impl Model {
    /// Takes the view of this moment; so many clocks of tickets.
    pub fn live_view(&self, clocks: usize) -> LiveView<'_> {
        let waiting = self.live_calls();
        let agents = self.live_agents();
        let rehearsed = self.counts_rehearsal(&waiting);
        let counted = || waiting.iter().filter(|call| call.rehearsal == rehearsed);
        let timers = || counted().map(|call| self.timer(call));
        let mut states = [0; AgentState::KINDS];
        for agent in agents.iter().filter(|agent| agent.rehearsal == rehearsed) {
            states[agent.state.kind()] += 1;
        }
        let tickets = self.live_tickets(clocks);
        let (count, over) = (counted().count(), timers().filter(|timer| timer.elapsed >= timer.limit).count());
        let longest = timers().max_by_key(|timer| timer.elapsed);
        let queues = self.queue_lines(&waiting, rehearsed);
        LiveView {
            rehearsed,
            count,
            over,
            longest,
            states,
            queues,
            unknown: self.unknown(),
            clocks: tickets.next,
            clocks_late: tickets.late,
            callbacks: self.live_callbacks(),
            emergencies: tickets.emergencies,
            waiting,
            agents,
        }
    }

    /// A rehearsal is counted where there is nothing else: no link to a PBX, and no live call waiting.
    fn counts_rehearsal(&self, waiting: &[&Call]) -> bool {
        let played = self.desk.state().sources.values().any(|source| source.kind == SourceKind::Rehearsal);
        let playing = self.rehearses() || waiting.iter().any(|call| call.rehearsal);
        let rehearsed = played && (playing || self.live_agents().iter().all(|agent| agent.rehearsal));
        rehearsed && self.pbx().is_none() && waiting.iter().all(|call| call.rehearsal)
    }

    /// Calls from outside that wait, the longest wait first; rehearsed ones behind the others.
    pub fn live_calls(&self) -> Vec<&Call> {
        let waits = |call: &&Call| call.is_waiting() && call.direction == Direction::Inbound;
        let mut calls: Vec<&Call> = self.desk.state().calls.open().filter(waits).collect();
        calls.sort_by_key(|call| (call.rehearsal, call.timer_from(), call.id));
        calls
    }

    /// Agents who are there: whoever asks for help first, then who asks for a break; rehearsed ones last.
    pub fn live_agents(&self) -> Vec<&Agent> {
        let mut agents: Vec<&Agent> = self.desk.state().agents.values().filter(|agent| agent.is_there()).collect();
        agents.sort_by_key(|agent| (agent.rehearsal, agent.help.is_none(), agent.break_asked.is_none(), &agent.id));
        agents
    }

    /// The rows of the live queue: waiting calls, then agents, each as [`LiveView`] has them.
    pub fn live_rows(&self) -> Vec<LiveRow> {
        let calls = self.live_calls().into_iter().map(|call| LiveRow::Call(call.id));
        calls.chain(self.live_agents().into_iter().map(|agent| LiveRow::Agent(agent.id.clone()))).collect()
    }

    /// The chosen row, where the live queue has the focus.
    pub fn chosen_live(&self) -> Option<LiveRow> {
        let rows = self.live_rows();
        let at = self.live_place(&rows).filter(|_| self.focus == Pane::Live)?;
        rows.get(at).cloned()
    }

    /// Where the choice stands: with the row it was put on, wherever that is now. None where that row is gone: what a
    /// key did to the one that moved up into its place was meant for somebody else.
    pub fn live_at(&self) -> Option<usize> {
        self.live_place(&self.live_rows())
    }

    fn live_place(&self, rows: &[LiveRow]) -> Option<usize> {
        match &self.live_kept {
            Some((place, row)) if *place == self.live_list => rows.iter().position(|there| there == row),
            _ => (!rows.is_empty()).then(|| self.live_list.at(rows.len())),
        }
    }

    /// Moves the choice from where it stands now.
    pub(super) fn step_live(&mut self, step: isize) {
        let rows = self.live_rows();
        if let Some(at) = self.live_place(&rows) {
            self.live_list.select(at);
        }
        self.live_kept = None;
        self.live_list.step(step, rows.len());
    }

    /// After every key: the choice stays with the row it is on.
    pub fn keep_live(&mut self) {
        if self.focus != Pane::Live {
            return;
        }
        let rows = self.live_rows();
        let at = self.live_place(&rows).unwrap_or_else(|| self.live_list.at(rows.len()));
        self.live_list.select(at);
        self.live_kept = rows.get(at).map(|row| (self.live_list, row.clone()));
    }

    /// The live queue is there for supervisors.
    pub fn has_live(&self) -> bool {
        self.desk.welcome().me.role == Role::Supervisor
    }

    /// How long an agent has been in their state, in milliseconds. A rehearsed one by the recording's own clock.
    pub fn in_state(&self, agent: &Agent) -> Millis {
        self.now.since(agent.since).max(0)
    }

    /// Something in the live queue counts in seconds: a wait, an emergency, or a state that lasts as long as a call.
    pub(super) fn live_counts_seconds(&self) -> bool {
        let state = self.desk.state();
        let emergency = |ticket: &crate::domain::Ticket| {
            ticket.fields.kind == crate::domain::ticket::RequestType::Emergency && ticket.is_live()
        };
        state.calls.open().any(|call| call.is_waiting() && call.direction == Direction::Inbound)
            || state.agents.values().any(|agent| crate::tui::pane::status::counts_seconds(&agent.state))
            || state.tickets.values().any(emergency)
    }

    /// The measure a figure of the live queue is taken by: what `f` explains where the live queue has the focus.
    pub fn live_figure_under_cursor(&self) -> crate::domain::figures::Measure {
        crate::domain::figures::Measure::ServiceLevel(self.desk.welcome().rulebook.service_level.formula)
    }
}

/// A live source is known and its link is not up.
fn is_cut(source: &crate::domain::Source) -> Option<Stamp> {
    (source.link != Link::Up).then_some(source.link_since)
}
