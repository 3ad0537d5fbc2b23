//! Notes, and what the person who asked is told: how things stand, or the outcome (R-REQ-1).

use super::super::Outcome;
use super::{filled, in_sight, of, pick, prompt, row, send, step};
use crate::domain::command::TicketCommand;
use crate::domain::phone::same_person;
use crate::domain::ticket::TellHow;
use crate::domain::{CallId, Ticket};
use crate::text::Say;
use crate::tui::layer::{Row, Subject};
use crate::tui::model::{Model, pages::history::how as how_key};

/// How satisfied they are, asked after the work (R-CB-5).
const SATISFACTION: &str = "satisfaction";

pub(super) fn note(model: &mut Model) -> Outcome {
    let subject = Subject::Ticket(in_sight(model)?.id);
    prompt("command.ticket.note.name", "", subject, |_, subject, text| {
        let (ticket, _) = of(subject)?;
        let text = filled(text, "refuse.no-text")?.to_owned();
        send(TicketCommand::Note { ticket, text }, "ticket.noted", ticket)
    })
}

/// Everybody's own words first, then how they were told: the telephone is the first choice, and in a call with that
/// person nothing is asked.
pub(super) fn tell(model: &mut Model) -> Outcome {
    let subject = Subject::Ticket(in_sight(model)?.id);
    prompt("ticket_page.ask-told", "", subject, |model, subject, text| {
        let (ticket, _) = of(subject)?;
        let text = filled(text, "life.told_what")?;
        match call_with(model, ticket) {
            Some(_) => told(model, &Subject::Steps(ticket, vec![text.to_owned()]), TellHow::Phone.code()),
            None => pick("ticket_page.ask-how", hows(model), Subject::Steps(ticket, vec![text.to_owned()]), told),
        }
    })
}

fn told(model: &mut Model, subject: &Subject, how: &str) -> Outcome {
    let (ticket, steps) = of(subject)?;
    let how = TellHow::parse(how).unwrap_or_default();
    let call = call_with(model, ticket).filter(|_| how == TellHow::Phone);
    send(TicketCommand::Tell { ticket, how, what: step(steps, 0), call }, "ticket_page.was-told", ticket)
}

/// The short way to the end. Where the stage asks how satisfied they are, its screen is the way: the outcome alone would be
/// refused after it was typed.
pub(super) fn file(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?;
    let stage = model.desk.welcome().rulebook.kind(ticket.fields.kind).stage(&ticket.stage);
    let asks = stage.is_some_and(|stage| stage.fields.iter().any(|used| used.field == SATISFACTION));
    if asks && ticket.value(SATISFACTION).is_empty() {
        return super::stage::advance(model);
    }
    let subject = Subject::Ticket(in_sight(model)?.id);
    prompt("ticket.ask-outcome", "", subject, |model, subject, text| {
        let (ticket, _) = of(subject)?;
        let outcome = filled(text, "refuse.no-outcome")?;
        let subject = Subject::Steps(ticket, vec![outcome.to_owned()]);
        match call_with(model, ticket) {
            Some(_) => filed(model, &subject, TellHow::Phone.code()),
            None => pick("ticket_page.ask-how", hows(model), subject, filed),
        }
    })
}

fn filed(_: &mut Model, subject: &Subject, how: &str) -> Outcome {
    let (ticket, steps) = of(subject)?;
    let how = TellHow::parse(how).ok_or_else(|| Say::new("refuse.no-choice"))?;
    send(TicketCommand::File { ticket, outcome: step(steps, 0), how }, "ticket.filed", ticket)
}

fn hows(model: &Model) -> Vec<Row> {
    TellHow::ALL.into_iter().map(|how| row(how.code(), model.word(how_key(how)), String::new())).collect()
}

/// The call in hand, where it is with the person this ticket is of.
fn call_with(model: &Model, ticket: crate::domain::TicketId) -> Option<CallId> {
    let ticket: &Ticket = model.desk.state().tickets.get(&ticket)?;
    let call = model.in_hand().filter(|call| call.is_open())?;
    let same = same_person(&call.party.number, &ticket.fields.phone, &model.desk.state().area_code);
    (same || ticket.calls.contains(&call.id)).then_some(call.id)
}
