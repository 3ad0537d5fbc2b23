//! A colleague changes the ticket that is open here: different fields come together, the same field shows both values.

use std::collections::BTreeSet;

use super::{Draft, Field};
use crate::domain::Ticket;

impl Draft {
    /// A colleague changed the ticket: their values stand where nothing was typed; where both changed one field both
    /// values are kept in sight.
    pub fn meet(&mut self, ticket: &Ticket) {
        if self.edits.is_none_or(|(id, version)| id != ticket.id || version == ticket.version) {
            return;
        }
        let card: BTreeSet<&String> = self.card.keys().chain(self.base_card.keys()).chain(ticket.card.keys()).collect();
        let fields: Vec<Field> = Field::OWN.into_iter().chain(card.into_iter().cloned().map(Field::Card)).collect();
        for field in fields {
            let theirs = ticket.value(field.id()).to_owned();
            if theirs == self.base_value(&field) {
                continue;
            }
            if self.is_typed(&field) && self.value(&field) != theirs {
                self.theirs.insert(field, theirs);
            } else {
                self.put(&field, &theirs);
            }
        }
        self.base = ticket.fields.clone();
        self.base_card = ticket.card.clone();
        self.edits = Some((ticket.id, ticket.version));
        if !self.theirs.contains_key(&self.field) && !self.is_typed(&self.field) {
            self.go_to(self.field.clone());
        }
    }
}
