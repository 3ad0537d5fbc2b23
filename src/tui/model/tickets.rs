//! The ticket list: what is in it, in which order, where the operator stands in it, and which rows are marked.
//!
//! The operator stands on a ticket, not on a row: rows come and go above, and the choice stays where it was. Where the
//! chosen ticket itself leaves the list the row in its place is chosen, and a key that was meant for the one before is
//! refused.

mod filter;
mod index;
mod order;
mod search;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

pub use filter::{Scope, Which};
pub use index::{Index, Plan};
pub use order::{RowKey, Sort};

use super::shown::Seen;
use super::{Model, Pane};
use crate::domain::state::DAY_MS;
use crate::domain::{Entry, Event, RequestType, Stamp, Ticket, TicketId};
use crate::text::Say;
use crate::tui::form::TextLine;

/// The ticket list.
#[derive(Debug, Default)]
pub struct TicketView {
    /// Which tickets.
    pub which: Which,
    /// In which order.
    pub sort: Sort,
    /// What is looked for among the open ones, as it is typed.
    pub line: TextLine,
    /// It is being typed.
    pub typing: bool,
    /// What was looked for, and what the desk found, filed ones too.
    pub found: Option<(String, Vec<Ticket>)>,
    /// The marked ones.
    pub marks: BTreeSet<TicketId>,
    /// The ticket the operator stands on, and the row it had.
    chosen: Option<TicketId>,
    row: usize,
    seen: Seen<TicketId>,
    /// The first row shown and how many there were, as the list was drawn last.
    sight: Cell<(usize, usize)>,
    index: RefCell<Index>,
}

impl TicketView {
    /// Shows other tickets, from the top.
    pub fn show(&mut self, which: Which) {
        self.which = which;
        self.found = None;
        // Whoever asks for all of them does not mean those of an older search.
        self.typing = false;
        self.line = Default::default();
        self.to_top();
    }

    /// Stands on the first row.
    pub fn to_top(&mut self) {
        (self.chosen, self.row) = (None, 0);
        self.seen = Seen::default();
    }

    /// Everything is to be built anew.
    pub fn outdate(&mut self) {
        self.index.get_mut().outdate();
    }

    /// The emergencies as the list knew them before the desk spoke; nothing where it was not built.
    pub(super) fn known_emergencies(&self) -> Option<Vec<TicketId>> {
        let index = self.index.borrow();
        index.is_made().then(|| index.emergencies().to_vec())
    }

    /// Rows of a page, as the list was drawn last.
    pub fn page(&self) -> isize {
        isize::try_from(self.sight.get().1.saturating_sub(1).max(1)).unwrap_or(1)
    }

    fn plan(&self) -> Plan {
        Plan { which: self.which.clone(), sort: self.sort, query: self.line.text().trim().to_owned() }
    }
}

impl Model {
    /// Who looks, at what, when.
    pub fn scope(&self) -> Scope<'_> {
        let welcome = self.desk.welcome();
        let begin = (self.now.0 + welcome.offset_ms).div_euclid(DAY_MS) * DAY_MS - welcome.offset_ms;
        Scope {
            me: &welcome.me,
            staff: &welcome.staff,
            rules: &welcome.rulebook,
            tickets: &self.desk.state().tickets,
            now: self.now,
            today: Stamp(begin)..Stamp(begin + DAY_MS),
        }
    }

    /// The rows as they must be now.
    fn rows<T>(&self, look: impl FnOnce(&Index) -> T) -> T {
        let mut index = self.tickets.index.borrow_mut();
        index.ensure(&self.tickets.plan(), self.desk.state().sequence, &self.scope());
        look(&index)
    }

    /// The desk said an entry: the rows it touches move.
    pub(super) fn hear_tickets(&mut self, entry: &Entry) {
        let changed = entry.events.iter().filter_map(|event| match event {
            Event::Ticket(ticket) => Some(ticket.id),
            _ => None,
        });
        self.tickets.index.borrow_mut().hear(entry.sequence, changed, &self.scope());
    }

    /// A ticket of the list: as the desk has it now, or as it was found.
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        let found = || self.tickets.found.iter().flat_map(|(_, found)| found).find(|ticket| ticket.id == id);
        self.desk.state().tickets.get(&id).or_else(found)
    }

    /// How many rows the list has.
    pub fn ticket_count(&self) -> usize {
        match &self.tickets.found {
            Some((_, found)) => found.len(),
            None => self.rows(Index::count),
        }
    }

    /// Whose row this is.
    pub fn ticket_at(&self, row: usize) -> Option<TicketId> {
        match &self.tickets.found {
            Some((_, found)) => found.get(row).map(|ticket| ticket.id),
            None => self.rows(|index| index.id_at(row)),
        }
    }

    /// Which row a ticket has.
    pub fn ticket_row(&self, id: TicketId) -> Option<usize> {
        match &self.tickets.found {
            Some((_, found)) => found.iter().position(|ticket| ticket.id == id),
            None => self.rows(|index| index.position(id)),
        }
    }

    /// The rows from one on, as many as asked.
    pub fn tickets_in_sight(&self, from: usize, count: usize) -> Vec<&Ticket> {
        let ids: Vec<TicketId> = match &self.tickets.found {
            Some((_, found)) => found.iter().skip(from).take(count).map(|ticket| ticket.id).collect(),
            None => self.rows(|index| index.ids(from, count).collect()),
        };
        ids.into_iter().filter_map(|id| self.ticket(id)).collect()
    }

    /// Every ticket of the list.
    pub fn tickets_listed(&self) -> Vec<TicketId> {
        match &self.tickets.found {
            Some((_, found)) => found.iter().map(|ticket| ticket.id).collect(),
            None => self.rows(|index| index.ids(0, usize::MAX).collect()),
        }
    }

    /// The row the operator stands on.
    pub fn ticket_cursor(&self) -> usize {
        let at = self.tickets.chosen.and_then(|id| self.ticket_row(id));
        at.unwrap_or_else(|| self.tickets.row.min(self.ticket_count().saturating_sub(1)))
    }

    /// The ticket the operator stands on.
    pub fn selected_ticket(&self) -> Option<&Ticket> {
        self.ticket_at(self.ticket_cursor()).and_then(|id| self.ticket(id))
    }

    /// The ticket that a key pressed now is meant for. Where the one it was meant for has left the list, says so.
    pub fn meant_ticket(&self) -> Result<&Ticket, Say> {
        let here = self.selected_ticket();
        match (self.tickets.seen.meant(self.now), here) {
            (Some(meant), here) if here.is_none_or(|ticket| ticket.id != meant) => {
                Err(Say::new("listing.gone").with("ticket", meant.spoken()))
            }
            (_, Some(ticket)) => Ok(ticket),
            (_, None) => Err(Say::new("refuse.no-ticket")),
        }
    }

    /// Stands on a row.
    pub fn select_ticket(&mut self, row: usize) {
        let row = row.min(self.ticket_count().saturating_sub(1));
        (self.tickets.row, self.tickets.chosen) = (row, self.ticket_at(row));
        self.tickets.seen = Seen::of(self.tickets.chosen);
    }

    /// Moves from row to row.
    pub(super) fn step_tickets(&mut self, step: isize) {
        self.select_ticket(self.ticket_cursor().saturating_add_signed(step));
    }

    /// Remembers what a frame has shown: from then on the operator stands on that ticket.
    pub(super) fn mark_tickets_shown(&mut self) {
        let row = self.ticket_cursor();
        let id = self.ticket_at(row);
        self.tickets.seen.mark(id, self.now);
        (self.tickets.row, self.tickets.chosen) = (row, id);
    }

    /// The first row shown where so many fit. It moves only as far as it must.
    pub fn ticket_top(&self, height: usize) -> usize {
        let (at, count) = (self.ticket_cursor(), self.ticket_count());
        let least = (at + 1).saturating_sub(height);
        let top = self.tickets.sight.get().0.clamp(least, at.max(least)).min(count.saturating_sub(height));
        self.tickets.sight.set((top, height));
        top
    }

    /// Something is being typed into the list.
    pub fn is_filtering(&self) -> bool {
        self.tickets.typing && self.focus == Pane::Tickets
    }

    /// A number typed whole is stood on, wherever it is among what answers it.
    pub(in crate::tui) fn stand_on_typed_number(&mut self) {
        let text = self.tickets.line.text().trim();
        let id = TicketId::parse_spoken(text).or_else(|| text.parse().ok().map(TicketId));
        self.tickets.to_top();
        if let Some(row) = id.and_then(|id| self.ticket_row(id)) {
            self.select_ticket(row);
        }
    }

    /// What the desk found, emergencies on top.
    pub(super) fn show_found(&mut self, text: String, mut found: Vec<Ticket>) {
        found.sort_by_key(|ticket| !(ticket.is_live() && ticket.fields.kind == RequestType::Emergency));
        self.tickets.found = Some((text, found));
        self.tickets.to_top();
        self.focus = Pane::Tickets;
        self.tickets.typing = false;
    }

    /// Every open emergency, the one that must be looked at first on top: live before rehearsed, then by what is due,
    /// then the oldest (R-REQ-4).
    pub fn emergencies(&self) -> Vec<&Ticket> {
        let ids = {
            let mut index = self.tickets.index.borrow_mut();
            index.ensure(&self.tickets.plan(), self.desk.state().sequence, &self.scope());
            index.emergencies().to_vec()
        };
        let mut tickets: Vec<&Ticket> = ids.into_iter().filter_map(|id| self.desk.state().tickets.get(&id)).collect();
        tickets.sort_by_key(|ticket| (ticket.rehearsal, ticket.due_at(), ticket.opened_at, ticket.id));
        tickets
    }

    /// What the list shows, in words: filter, order, search. Always on the screen.
    pub fn listing(&self) -> Vec<String> {
        let view = &self.tickets;
        let rules = &self.desk.welcome().rulebook;
        let mut parts = Vec::new();
        if let Some((text, _)) = &view.found {
            parts.push(self.words(&Say::new("tickets.found").with("text", text)));
            return parts;
        }
        parts.push(match &view.which {
            Which::Kind(kind) => self.word(crate::tui::words::kind(*kind)),
            Which::Stage(stage) => {
                let kinds = RequestType::ALL.into_iter().find(|kind| rules.kind(*kind).stage(stage).is_some());
                rules.stage_word(kinds.unwrap_or_default(), stage).words(self.settings.language)
            }
            which => self.word(which.key()),
        });
        parts.push(self.word(view.sort.key()));
        if !view.marks.is_empty() {
            parts.push(self.words(&Say::new("listing.marked").with("count", view.marks.len())));
        }
        let text = view.line.text();
        if !text.is_empty() && !self.is_filtering() {
            parts.push(self.words(&Say::new("listing.search").with("text", text)));
        }
        parts
    }
}
