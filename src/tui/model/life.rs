//! A ticket in sight: its page with its history, kept fresh while it is open.

use std::collections::BTreeMap;

use crate::client::Query;
use crate::domain::ticket::Informant;
use crate::domain::{Ticket, TicketId, TicketLine};
use crate::text::Say;
use crate::tui::command::{Effect, Outcome, Question};
use crate::tui::layer::{Layer, Sealed};

use super::{Model, Pane};

/// A ticket's page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TicketPage {
    /// Whose.
    pub id: TicketId,
    /// The ticket, where the replica does not have it: one that is filed.
    pub ticket: Option<Box<Ticket>>,
    /// Its history as far as it was heard, by number.
    pub lines: BTreeMap<u32, TicketLine>,
    /// The history before was heard as well.
    pub loaded: bool,
    /// The first row shown.
    pub at: usize,
}

impl Model {
    /// Opens the page of a ticket and asks for its history; of a filed one, for the ticket too.
    pub(in crate::tui) fn open_ticket(&mut self, id: TicketId) -> Outcome {
        let page = TicketPage { id, ticket: self.ticket(id).cloned().map(Box::new), ..TicketPage::default() };
        let known = page.ticket.is_some();
        let mut effects = vec![Effect::Open(Layer::Ticket(Box::new(page)))];
        if !known {
            effects.push(Effect::Ask(Query::Ticket(id), Question::Ticket));
        }
        effects.push(Effect::Ask(Query::TicketLines(id), Question::Lines(id)));
        Ok(effects)
    }

    /// A question has gone out over the line.
    pub fn note_asked(&mut self, request: u64, question: Question) {
        self.questions.push((request, question));
    }

    /// Questions that wait for their answer.
    pub fn questions_asked(&self) -> usize {
        self.questions.len()
    }

    /// The ticket of a page.
    pub fn page_ticket<'a>(&'a self, page: &'a TicketPage) -> Option<&'a Ticket> {
        self.desk.state().tickets.get(&page.id).or(page.ticket.as_deref())
    }

    /// The ticket that a command is about: the one whose page is open, else the one of the list that the key was meant
    /// for.
    pub fn ticket_in_sight(&self) -> Result<&Ticket, Say> {
        let none = || Say::new("refuse.no-ticket");
        match self.layers.last() {
            Some(Layer::Ticket(page)) => self.page_ticket(page).ok_or_else(none),
            Some(_) => Err(none()),
            None if self.focus == Pane::Tickets => self.meant_ticket(),
            None => Err(none()),
        }
    }

    /// The ticket this console has open: its page, or the form that changes it.
    fn looks_at(&self) -> Option<TicketId> {
        let page = self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Ticket(page) => Some(page.id),
            _ => None,
        });
        page.or_else(|| self.drafts.open().filter(|draft| draft.saved().is_none())?.edits.map(|(id, _)| id))
    }

    /// Tells the desk what is open here, where that has changed.
    pub(super) fn look(&mut self) -> Option<Effect> {
        let now = self.looks_at();
        if now == self.looked || !self.is_linked() {
            return None;
        }
        self.looked = now;
        Some(Effect::Looking(now))
    }

    /// Who else has this ticket open, by name.
    pub fn others_in(&self, ticket: TicketId) -> Vec<String> {
        let (looked, staff) = &self.beside;
        if *looked == ticket { staff.iter().map(|id| self.staff_name(id)).collect() } else { Vec::new() }
    }

    /// The informant, until the next key.
    pub(super) fn sealed_page(&self, informant: &Informant) -> Layer {
        let line = |key: &str, value: &str| ("strong", format!("{}  {value}", self.word(key)));
        Layer::Sealed(Sealed::new(vec![
            line("field.name", &informant.name),
            line("field.phone", &informant.phone),
            line("field.address", &informant.address),
        ]))
    }

    fn pages_of(&mut self, id: TicketId) -> impl Iterator<Item = &mut TicketPage> {
        self.layers.iter_mut().chain(&mut self.aside).filter_map(move |layer| match layer {
            Layer::Ticket(page) if page.id == id => Some(page.as_mut()),
            _ => None,
        })
    }

    /// A ticket changed: one that is filed by it is no longer in the replica.
    pub(super) fn page_meets(&mut self, ticket: &Ticket) {
        for page in self.pages_of(ticket.id) {
            page.ticket = Some(Box::new(ticket.clone()));
        }
    }

    /// Another line of a history.
    pub(super) fn page_hears(&mut self, line: &TicketLine) {
        for page in self.pages_of(line.ticket) {
            page.lines.insert(line.number, line.clone());
        }
    }

    /// The history as it was asked for; what was heard meanwhile stays.
    pub(super) fn page_lines(&mut self, id: TicketId, lines: Vec<TicketLine>) {
        for page in self.pages_of(id) {
            page.loaded = true;
            page.lines.extend(lines.iter().map(|line| (line.number, line.clone())));
        }
    }

    /// The ticket that was asked for.
    pub(super) fn show_ticket(&mut self, ticket: Ticket) {
        for page in self.pages_of(ticket.id) {
            page.ticket = Some(Box::new(ticket.clone()));
        }
    }

    /// The ticket that was asked for is not there.
    pub(super) fn no_ticket(&mut self) {
        let state = self.desk.state();
        let empty = |layer: &Layer| matches!(layer, Layer::Ticket(page) if page.ticket.is_none() && !state.tickets.contains_key(&page.id));
        let before = self.layers.len();
        self.layers.retain(|layer| !empty(layer));
        if self.layers.len() < before {
            self.tell(super::Tone::Warning, Say::new("refuse_life.no-such-ticket"));
        }
    }
}
