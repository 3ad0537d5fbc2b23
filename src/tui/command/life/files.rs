//! Files that lie elsewhere, the informant's seal, the printed report.

use super::super::{Effect, Outcome};
use super::{and, filled, in_sight, of, prompt, send, step};
use crate::domain::command::TicketCommand;
use crate::text::Say;
use crate::tui::layer::Subject;
use crate::tui::model::{Model, Tone};

pub(super) fn attach(model: &mut Model) -> Outcome {
    let subject = Subject::Ticket(in_sight(model)?.id);
    prompt("ticket_page.ask-place", "", subject, |_, subject, place| {
        let (ticket, steps) = of(subject)?;
        let place = filled(place, "life.place_missing")?;
        prompt("ticket_page.ask-file", "", and(ticket, steps, place), |_, subject, words| {
            let (ticket, steps) = of(subject)?;
            let words = words.trim().to_owned();
            send(TicketCommand::AttachFile { ticket, place: step(steps, 0), words }, "ticket_page.was-filed-at", ticket)
        })
    })
}

/// An informant is under seal here (R-REQ-6).
pub(super) fn sealed(model: &Model) -> Result<(), Say> {
    super::on_line(model)?;
    let ticket = in_sight(model)?;
    if ticket.seal.is_some() {
        return Ok(());
    }
    Err(Say::new("life.no_seal").with("ticket", ticket.id.spoken()))
}

/// The reason stays in the journal; who may not is told by the desk.
pub(super) fn seal(model: &mut Model) -> Outcome {
    let subject = Subject::Ticket(in_sight(model)?.id);
    prompt("ticket_page.ask-seal", "", subject, |_, subject, why| {
        let (ticket, _) = of(subject)?;
        let why = filled(why, "refuse.no-reason")?.to_owned();
        send(TicketCommand::OpenSeal { ticket, why }, "ticket_page.was-unsealed", ticket)
    })
}

/// The page to print comes from the command line: a terminal has no printer of its own.
pub(super) fn print(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?.id;
    Ok(vec![Effect::Tell(Tone::Plain, Say::new("ticket_page.how-to-print").with("ticket", ticket.spoken()))])
}
