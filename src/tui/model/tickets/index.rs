//! The rows of the ticket list in their order, kept as the desk speaks: a change moves one row, and only another filter,
//! order or search builds them anew. Ten thousand open tickets cost a frame no more than the rows it shows.

use std::collections::HashMap;

use crate::domain::{RequestType, Stamp, Ticket, TicketId};

use super::filter::{Scope, Which};
use super::order::{RowKey, Sort};
use super::search::{Search, Wanted, words_of};

/// What the rows are made by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Which tickets.
    pub which: Which,
    /// In which order.
    pub sort: Sort,
    /// Those that answer this.
    pub query: String,
}

/// The rows.
#[derive(Debug, Default)]
pub struct Index {
    plan: Plan,
    /// The journal's entry they are of, and how many open tickets there were; nothing where they must be built.
    made_for: Option<(u64, usize)>,
    /// When they were built, and until when they hold where nothing happens.
    holds: (Stamp, Stamp),
    words: Vec<Wanted>,
    rows: Vec<RowKey>,
    keys: HashMap<TicketId, RowKey>,
    search: Search,
    emergencies: Vec<TicketId>,
}

impl Index {
    /// Everything must be built anew: another line, another rulebook.
    pub fn outdate(&mut self) {
        self.made_for = None;
        self.search.clear();
    }

    /// It was built, and follows what the desk says.
    pub fn is_made(&self) -> bool {
        self.made_for.is_some()
    }

    /// Makes the rows what they must be for this plan, now, after this entry.
    pub fn ensure(&mut self, plan: &Plan, sequence: u64, scope: &Scope<'_>) {
        if self.made_for != Some((sequence, scope.tickets.len())) {
            self.outdate();
            self.gather_emergencies(scope);
            self.build(plan, scope);
        } else if self.plan != *plan || scope.now < self.holds.0 || scope.now >= self.holds.1 {
            self.build(plan, scope);
        }
        self.made_for = Some((sequence, scope.tickets.len()));
    }

    /// The desk said an entry in which these tickets changed.
    pub fn hear(&mut self, sequence: u64, changed: impl Iterator<Item = TicketId>, scope: &Scope<'_>) {
        // Whoever missed an entry builds anew when the rows are looked at.
        if self.made_for.is_none_or(|(seen, _)| seen + 1 != sequence) {
            self.outdate();
            return;
        }
        for id in changed {
            self.search.forget(id, scope);
            let into = scope.tickets.get(&id).and_then(|ticket| ticket.merged.as_ref()).map(|merge| merge.into);
            for id in [Some(id), into].into_iter().flatten() {
                self.put(id, scope);
            }
        }
        self.made_for = Some((sequence, scope.tickets.len()));
    }

    /// One ticket goes where it belongs.
    fn put(&mut self, id: TicketId, scope: &Scope<'_>) {
        if let Some(key) = self.keys.remove(&id)
            && let Ok(at) = self.rows.binary_search(&key)
        {
            self.rows.remove(at);
        }
        self.emergencies.retain(|other| *other != id);
        let Some(ticket) = scope.tickets.get(&id) else { return };
        if is_emergency(ticket) {
            self.emergencies.push(id);
        }
        self.holds.1 = self.holds.1.min(self.plan.which.holds_until(ticket, scope));
        if self.plan.which.shows(ticket, scope) && self.search.answers(&self.words, ticket, scope) {
            let key = RowKey::of(ticket, self.plan.sort, scope);
            let at = self.rows.binary_search(&key).unwrap_or_else(|at| at);
            self.rows.insert(at, key.clone());
            self.keys.insert(id, key);
        }
    }

    fn build(&mut self, plan: &Plan, scope: &Scope<'_>) {
        // One more letter leaves fewer of the same rows.
        let narrows = self.made_for.is_some()
            && (&self.plan.which, self.plan.sort) == (&plan.which, plan.sort)
            && (self.holds.0..self.holds.1).contains(&scope.now)
            && plan.query.starts_with(&self.plan.query);
        self.words = words_of(&plan.query);
        if narrows {
            let (search, words) = (&mut self.search, &self.words);
            self.rows
                .retain(|key| scope.tickets.get(&key.id).is_some_and(|ticket| search.answers(words, ticket, scope)));
        } else {
            let mut until = Stamp(i64::MAX);
            self.rows.clear();
            for ticket in scope.tickets.values() {
                until = until.min(plan.which.holds_until(ticket, scope));
                if plan.which.shows(ticket, scope) && self.search.answers(&self.words, ticket, scope) {
                    self.rows.push(RowKey::of(ticket, plan.sort, scope));
                }
            }
            self.rows.sort_unstable();
            self.holds = (scope.now, until);
        }
        self.plan = plan.clone();
        self.keys = self.rows.iter().map(|key| (key.id, key.clone())).collect();
    }

    fn gather_emergencies(&mut self, scope: &Scope<'_>) {
        self.emergencies =
            scope.tickets.values().filter(|ticket| is_emergency(ticket)).map(|ticket| ticket.id).collect();
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Whose row this is.
    pub fn id_at(&self, row: usize) -> Option<TicketId> {
        self.rows.get(row).map(|key| key.id)
    }

    /// Which row a ticket has.
    pub fn position(&self, id: TicketId) -> Option<usize> {
        self.rows.binary_search(self.keys.get(&id)?).ok()
    }

    /// The rows from one on, as many as asked.
    pub fn ids(&self, from: usize, count: usize) -> impl Iterator<Item = TicketId> {
        self.rows.iter().skip(from).take(count).map(|key| key.id)
    }

    /// Every open emergency, in no order.
    pub fn emergencies(&self) -> &[TicketId] {
        &self.emergencies
    }
}

fn is_emergency(ticket: &Ticket) -> bool {
    ticket.fields.kind == RequestType::Emergency && ticket.is_live()
}
