//! The same matter (R-REQ-3), and matters that have to do with each other.

use super::super::{Effect, Outcome};
use super::{change_ready, in_sight, of, row, send};
use crate::domain::command::TicketCommand;
use crate::domain::likeness::duplicates;
use crate::domain::{Ticket, TicketId};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Row, Subject, Then};
use crate::tui::model::Model;

/// Rows beyond the likely ones; who looks further types a part of the number, the name or the subject.
const OTHERS: usize = 500;

/// The tickets it may be, the likely ones first.
fn others(model: &Model, ticket: &Ticket) -> Vec<Row> {
    let (state, rules) = (model.desk.state(), &model.desk.welcome().rulebook);
    let likely: Vec<TicketId> =
        duplicates(state, rules, ticket, model.now).into_iter().map(|like| like.ticket).collect();
    let fits = |other: &&Ticket| other.is_live() && other.id != ticket.id && other.rehearsal == ticket.rehearsal;
    let rest = state.tickets.values().rev().filter(|other| !likely.contains(&other.id));
    let first = likely.iter().filter_map(|id| state.tickets.get(id));
    let line = |other: &Ticket| {
        let who = format!("{} {} {}", other.fields.name, other.fields.phone, other.fields.address);
        row(&other.id.0.to_string(), format!("{} {}", other.id.spoken(), other.fields.subject), who)
    };
    first.chain(rest).filter(fits).take(OTHERS).map(line).collect()
}

fn ask(model: &mut Model, title: &str, then: Then) -> Outcome {
    let ticket = in_sight(model)?.clone();
    let picker = Picker::new(title, others(model, &ticket), Subject::Ticket(ticket.id), then).or_number();
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

/// What was chosen or typed: a row, a number as it is read aloud, or the number alone.
fn number(text: &str) -> Result<TicketId, Say> {
    let id = TicketId::parse_spoken(text).or_else(|| text.trim().parse().ok().map(TicketId));
    id.ok_or_else(|| Say::new("refuse_life.no-such-ticket"))
}

pub(super) fn merge(model: &mut Model) -> Outcome {
    ask(model, "ticket_page.ask-merge", |_, subject, into| {
        let (ticket, _) = of(subject)?;
        let into = number(into)?;
        send(TicketCommand::Merge { ticket, into }, "ticket_page.was-merged", ticket)
    })
}

/// It waits inside another.
pub(super) fn merged(model: &Model) -> Result<(), Say> {
    change_ready(model)?;
    let ticket = in_sight(model)?;
    if ticket.merged.is_some() || !ticket.reports.is_empty() {
        return Ok(());
    }
    Err(Say::new("life.not_merged").with("ticket", ticket.id.spoken()))
}

/// Takes this one out of another; of one that others are in, one of those.
pub(super) fn unmerge(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?.clone();
    if ticket.merged.is_some() {
        return send(TicketCommand::Unmerge(ticket.id), "ticket_page.was-unmerged", ticket.id);
    }
    let rows = ticket.reports.iter().map(|id| row(&id.0.to_string(), model.ticket_word(*id), String::new()));
    super::pick("ticket_page.ask-unmerge", rows.collect(), Subject::Ticket(ticket.id), |_, _, id| {
        let id = number(id)?;
        send(TicketCommand::Unmerge(id), "ticket_page.was-unmerged", id)
    })
}

pub(super) fn link(model: &mut Model) -> Outcome {
    ask(model, "ticket_page.ask-link", |_, subject, other| {
        let (ticket, _) = of(subject)?;
        let other = number(other)?;
        send(TicketCommand::Link { ticket, other }, "ticket_page.was-linked", ticket)
    })
}
