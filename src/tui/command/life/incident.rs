//! Master incidents (R-REQ-10): one sentence for everybody who asks, and every caller attached is still told.

use super::super::Outcome;
use super::{and, change_ready, filled, in_sight, of, pick, prompt, row, send, step};
use crate::domain::TicketId;
use crate::domain::command::TicketCommand;
use crate::domain::likeness::area;
use crate::text::Say;
use crate::tui::layer::Subject;
use crate::tui::model::Model;

pub(super) fn make(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?.id;
    ask(model, ticket)
}

/// Asks for the area and the sentence; what stands there already is offered to be changed.
pub(in crate::tui::command) fn ask(model: &mut Model, id: TicketId) -> Outcome {
    let ticket = model.desk.state().tickets.get(&id).ok_or_else(|| Say::new("refuse.no-ticket"))?;
    let before = ticket.master.as_ref().map(|master| master.area.clone());
    let area = before.or_else(|| area(&ticket.fields.address)).unwrap_or_default();
    prompt("ticket_page.ask-area", &area, Subject::Ticket(id), |model, subject, area| {
        let (ticket, steps) = of(subject)?;
        let area = filled(area, "life.incident_words")?;
        let master = model.desk.state().tickets.get(&ticket).and_then(|ticket| ticket.master.as_ref());
        let sentence = master.map(|master| master.sentence.clone()).unwrap_or_default();
        prompt("ticket_page.ask-sentence", &sentence, and(ticket, steps, area), |_, subject, sentence| {
            let (ticket, steps) = of(subject)?;
            let sentence = filled(sentence, "life.incident_words")?.to_owned();
            let command = TicketCommand::MakeIncident { ticket, area: step(steps, 0), sentence };
            send(command, "ticket_page.was-made", ticket)
        })
    })
}

pub(super) fn attach(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?;
    let masters = model.desk.state().tickets.values().filter(|other| other.master.is_some() && other.is_open());
    let rows: Vec<_> = masters
        .filter(|other| other.id != ticket.id && other.rehearsal == ticket.rehearsal)
        .map(|other| {
            let master = other.master.clone().unwrap_or_default();
            row(&other.id.0.to_string(), format!("{} {}", other.id.spoken(), master.area), master.sentence)
        })
        .collect();
    if rows.is_empty() {
        return Err(Say::new("refuse_life.no-incident-here"));
    }
    pick("ticket_page.ask-incident", rows, Subject::Ticket(ticket.id), |_, subject, id| {
        let (ticket, _) = of(subject)?;
        let incident = id.parse().map(TicketId).map_err(|_| Say::new("refuse.no-choice"))?;
        send(TicketCommand::Attach { ticket, incident }, "ticket_page.was-attached", ticket)
    })
}

/// It belongs to an incident.
pub(super) fn attached(model: &Model) -> Result<(), Say> {
    change_ready(model)?;
    let ticket = in_sight(model)?;
    if ticket.incident.is_some() {
        return Ok(());
    }
    Err(Say::new("life.not_attached").with("ticket", ticket.id.spoken()))
}

pub(super) fn detach(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?.id;
    send(TicketCommand::Detach(ticket), "ticket_page.was-detached", ticket)
}
