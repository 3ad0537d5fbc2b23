//! The page of a ticket, and the lists of an emergency that are ticked off on it (R-REQ-4).

use super::super::Outcome;
use super::{and, change_ready, in_sight, of, pick, prompt, row, send, step};
use crate::domain::command::TicketCommand;
use crate::text::Say;
use crate::tui::layer::Subject;
use crate::tui::model::Model;

pub(super) fn open(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?.id;
    model.open_ticket(ticket)
}

/// There is something to tick off.
pub(super) fn has_items(model: &Model) -> Result<(), Say> {
    change_ready(model)?;
    if model.tick_items(in_sight(model)?).is_empty() { Err(Say::new("refuse_life.no-checklist")) } else { Ok(()) }
}

/// Ticks the item of this place off, or takes the tick back.
pub(super) fn tick_at(model: &mut Model, at: usize) -> Outcome {
    let ticket = in_sight(model)?;
    let item = model.tick_items(ticket).into_iter().nth(at).ok_or_else(|| Say::new("refuse.no-choice"))?;
    let done = !ticket.ticks.contains_key(&item.id);
    let command = TicketCommand::Tick { ticket: ticket.id, item: item.id, done, note: String::new() };
    send(command, if done { "ticket_page.was-ticked" } else { "ticket_page.was-unticked" }, ticket.id)
}

/// One from the list, with words to it: whom one spoke to.
pub(super) fn tick(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?.clone();
    let rows = model.tick_items(&ticket).into_iter().map(|item| {
        let sign = if ticket.ticks.contains_key(&item.id) { "[x]" } else { "[ ]" };
        row(&item.id, format!("{sign} {}", item.name), item.phone)
    });
    let rows = rows.collect();
    pick("ticket_page.checklist", rows, Subject::Ticket(ticket.id), |model, subject, item| {
        let (ticket, steps) = of(subject)?;
        let done = model.desk.state().tickets.get(&ticket).is_some_and(|ticket| ticket.ticks.contains_key(item));
        if done {
            let command = TicketCommand::Tick { ticket, item: item.to_owned(), done: false, note: String::new() };
            return send(command, "ticket_page.was-unticked", ticket);
        }
        prompt("ticket_page.ask-tick", "", and(ticket, steps, item), |_, subject, note| {
            let (ticket, steps) = of(subject)?;
            let note = note.trim().to_owned();
            let command = TicketCommand::Tick { ticket, item: step(steps, 0), done: true, note };
            send(command, "ticket_page.was-ticked", ticket)
        })
    })
}
