//! What is owed soon, what is urgent, and whether what is shown can be known at all.

use super::{LiveView, is_cut};
use crate::domain::ticket::{Clock, RequestType};
use crate::domain::{Agent, Callback, Millis, Stamp, Ticket};
use crate::tui::model::Model;

/// Callbacks that come up within this time are told beside those that are due.
const SOON_MS: Millis = 60 * 60_000;

/// Why something can't be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The line to the desk is lost, since then.
    Desk(Stamp),
    /// The link to the PBX is not up, since then where that is known.
    Pbx(Option<Stamp>),
}

impl Unknown {
    /// Since when.
    pub fn since(self) -> Option<Stamp> {
        match self {
            Unknown::Desk(since) => Some(since),
            Unknown::Pbx(since) => since,
        }
    }
}

/// A ticket's clock that runs.
#[derive(Clone, Copy, Debug)]
pub struct NextClock<'m> {
    /// Whose.
    pub ticket: &'m Ticket,
    /// Which.
    pub clock: &'m Clock,
}

/// What tickets say to the live queue.
pub(super) struct LiveTickets<'m> {
    pub(super) next: Vec<NextClock<'m>>,
    pub(super) late: usize,
    pub(super) emergencies: Vec<&'m Ticket>,
}

/// The one thing to look at.
#[derive(Clone, Copy, Debug)]
pub enum Urgent<'m> {
    /// An open emergency, and how many there are.
    Emergency(&'m Ticket, usize),
    /// An agent asks for somebody to come.
    Help(&'m Agent),
    /// So many calls wait longer than they may.
    Over(usize),
    /// An agent asks for a break.
    Break(&'m Agent),
}

impl<'m> LiveView<'m> {
    /// The one thing to look at; nothing where all is calm. Rehearsed ones behind the live ones.
    pub fn urgent(&self) -> Option<Urgent<'m>> {
        let emergency = self.emergencies.first().map(|ticket| Urgent::Emergency(ticket, self.emergencies.len()));
        let help = || self.agents.iter().find(|agent| agent.help.is_some()).map(|agent| Urgent::Help(agent));
        let over = || (self.over > 0 && self.unknown.is_none()).then_some(Urgent::Over(self.over));
        let asked = || self.agents.iter().find(|agent| agent.break_asked.is_some()).map(|agent| Urgent::Break(agent));
        emergency.or_else(help).or_else(over).or_else(asked)
    }
}

impl Model {
    /// Why what waits can't be known now (R-LIVE-3). A desk that has no PBX has lost nothing.
    pub fn unknown(&self) -> Option<Unknown> {
        if let Some((since, _)) = &self.lost {
            return Some(Unknown::Desk(*since));
        }
        match self.pbx() {
            Some(source) => is_cut(source).map(|since| Unknown::Pbx(Some(since))),
            None => (self.desk.welcome().pbx && self.replay.is_none()).then_some(Unknown::Pbx(None)),
        }
    }

    /// The clocks that fall due first, how many are broken, and open emergencies. Rehearsed tickets are in none of the
    /// figures; their emergencies are shown, behind the others.
    pub(super) fn live_tickets(&self, clocks: usize) -> LiveTickets<'_> {
        let mut next: Vec<NextClock<'_>> = Vec::new();
        let (mut late, mut emergencies) = (0, Vec::new());
        for ticket in self.desk.state().tickets.values().filter(|ticket| ticket.is_live()) {
            if ticket.fields.kind == RequestType::Emergency {
                emergencies.push(ticket);
            }
            if let Some(clock) = ticket.next_clock().filter(|_| !ticket.rehearsal) {
                late += usize::from(clock.due.at <= self.now);
                next.push(NextClock { ticket, clock });
            }
        }
        let order = |next: &NextClock<'_>| (next.clock.due.at, next.ticket.id);
        if clocks > 0 && next.len() > clocks {
            next.select_nth_unstable_by_key(clocks - 1, order);
        }
        next.truncate(clocks);
        next.sort_by_key(order);
        emergencies.sort_by_key(|ticket| (ticket.rehearsal, ticket.opened_at, ticket.id));
        LiveTickets { next, late, emergencies }
    }

    /// Callback lines of the desk whose time has come, and those that come within the hour.
    pub(super) fn live_callbacks(&self) -> (usize, usize) {
        let lines = self.desk.state().callbacks.values();
        let (mut due, mut soon) = (0, 0);
        for left in lines.filter(|line: &&Callback| !line.rehearsal && line.with.is_none()) {
            match left.due_at.since(self.now) {
                ..=0 => due += 1,
                1..=SOON_MS => soon += 1,
                _ => {}
            }
        }
        (due, soon)
    }
}
