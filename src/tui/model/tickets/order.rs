//! The order of the ticket list. A row's key holds all that it is sorted by, so that a row is found again by the key it
//! stands under, whatever became of its ticket since.

use crate::domain::{RequestType, Stamp, Ticket, TicketId};

use super::filter::Scope;

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What is due first on top.
    #[default]
    Due,
    /// The most escalated, then the most urgent type.
    Gravity,
    /// The newest on top.
    Opened,
    /// What changed last on top.
    Changed,
    /// By type.
    Kind,
    /// By owner.
    Owner,
}

impl Sort {
    /// All of them, in the order they are offered.
    pub const ALL: [Sort; 6] = [Sort::Due, Sort::Gravity, Sort::Opened, Sort::Changed, Sort::Kind, Sort::Owner];

    /// The key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Sort::Due => "listing.by-due",
            Sort::Gravity => "listing.by-gravity",
            Sort::Opened => "listing.by-opened",
            Sort::Changed => "listing.by-changed",
            Sort::Kind => "listing.by-kind",
            Sort::Owner => "listing.by-owner",
        }
    }
}

/// What a row is sorted by. Live before rehearsed, emergencies before everything (R-REQ-4), then as chosen, then what is
/// due first; the number makes it unique.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    rehearsal: bool,
    ordinary: bool,
    rank: i64,
    name: String,
    due: Stamp,
    /// Whose row it is.
    pub id: TicketId,
}

impl RowKey {
    /// The key of a ticket in this order.
    pub fn of(ticket: &Ticket, sort: Sort, scope: &Scope<'_>) -> RowKey {
        let due = ticket.due_at();
        let rank = match sort {
            Sort::Due | Sort::Owner => 0,
            Sort::Gravity => ticket.fields.kind as i64 - i64::from(ticket.level) * 100,
            Sort::Opened => -ticket.opened_at.0,
            Sort::Changed => -ticket.changed_at.0,
            Sort::Kind => ticket.fields.kind as i64,
        };
        let name = if sort == Sort::Owner { scope.owner_name(&ticket.owner) } else { String::new() };
        RowKey {
            rehearsal: ticket.rehearsal,
            ordinary: ticket.fields.kind != RequestType::Emergency,
            rank,
            name,
            due,
            id: ticket.id,
        }
    }
}
