//! Times that change: extensions, another time agreed with the person who asked, pauses (R-REQ-9, R-CMP-3).

use super::super::{Effect, Outcome};
use super::{and, change_ready, filled, in_sight, of, open_ready, pick, prompt, row, send, step};
use crate::domain::command::TicketCommand;
use crate::domain::{Stamp, Ticket};
use crate::text::Say;
use crate::tui::layer::{Layer, Prompt, Row, Subject, Then};
use crate::tui::model::Model;
use crate::tui::words;

/// A clock of it is not over.
pub(super) fn has_clock(model: &Model) -> Result<(), Say> {
    open_ready(model)?;
    let ticket = in_sight(model)?;
    if ticket.clocks.iter().any(|clock| clock.is_open()) {
        return Ok(());
    }
    Err(Say::new("refuse_life.no-clock").with("ticket", ticket.id.spoken()))
}

/// Asks which clock, where there are several; then goes on with the first answer.
fn of_clock(model: &mut Model, title: &'static str, then: Then) -> Outcome {
    let ticket = in_sight(model)?.clone();
    let clocks = clock_rows(model, &ticket);
    let subject = Subject::Ticket(ticket.id);
    match clocks.as_slice() {
        [only] => then(model, &subject, &only.id),
        _ => pick(title, clocks, subject, then),
    }
}

fn clock_rows(model: &Model, ticket: &Ticket) -> Vec<Row> {
    let rules = &model.desk.welcome().rulebook;
    let open = ticket.clocks.iter().filter(|clock| clock.is_open());
    let word = |id: &str| rules.clock_word(ticket.fields.kind, id).words(model.settings.language);
    open.map(|clock| row(&clock.id, word(&clock.id), model.when(clock.due.at))).collect()
}

/// A moment ahead, typed short: `18:00`, `11-26 17:00`, `+2d`.
fn until(model: &Model, text: &str) -> Result<Stamp, Say> {
    let typing = words::typing(model.settings.language, model.now, model.desk.welcome().offset_ms, true);
    typing.stamp(text).ok_or_else(|| Say::new("refuse_life.no-moment"))
}

pub(super) fn extend(model: &mut Model) -> Outcome {
    of_clock(model, "ticket_page.ask-clock", |_, subject, clock| {
        let (ticket, steps) = of(subject)?;
        prompt("ticket_page.ask-until", "", and(ticket, steps, clock), |model, subject, text| {
            let (ticket, steps) = of(subject)?;
            until(model, text)?;
            prompt("ticket_page.ask-extend-why", "", and(ticket, steps, text), |model, subject, why| {
                let (ticket, steps) = of(subject)?;
                let until = until(model, &step(steps, 1))?;
                let why = filled(why, "refuse.no-reason")?.to_owned();
                let command = TicketCommand::AskExtension { ticket, clock: step(steps, 0), until, why };
                send(command, "ticket_page.was-asked", ticket)
            })
        })
    })
}

/// More time was asked for, and nobody has answered.
pub(super) fn asked(model: &Model) -> Result<(), Say> {
    change_ready(model)?;
    let ticket = in_sight(model)?;
    if ticket.extension.is_some() {
        return Ok(());
    }
    Err(Say::new("life.no_extension").with("ticket", ticket.id.spoken()))
}

pub(super) fn answer(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?;
    let subject = Subject::Ticket(ticket.id);
    // Whoever answers sees what was asked for.
    let asked = ticket.extension.as_ref().map(|asked| format!("{} {}", model.when(asked.until), asked.why));
    let rows = ["yes", "no"].map(|id| {
        let beside = asked.clone().filter(|_| id == "yes").unwrap_or_default();
        row(id, model.word(&format!("ticket_page.grant-{id}")), beside)
    });
    pick("command.ticket.answer.name", rows.to_vec(), subject, |_, subject, grant| {
        let (ticket, steps) = of(subject)?;
        prompt("ticket_page.ask-why", "", and(ticket, steps, grant), |_, subject, why| {
            let (ticket, steps) = of(subject)?;
            let why = filled(why, "refuse.no-reason")?.to_owned();
            let grant = step(steps, 0) == "yes";
            send(TicketCommand::AnswerExtension { ticket, grant, why }, "ticket_page.was-answered", ticket)
        })
    })
}

/// Which clock, until when, with whom; the name of who asked is there already.
pub(super) fn agree(model: &mut Model) -> Outcome {
    of_clock(model, "ticket_page.ask-clock", |_, subject, clock| {
        let (ticket, steps) = of(subject)?;
        prompt("ticket_page.ask-agreed", "", and(ticket, steps, clock), |model, subject, text| {
            let (ticket, steps) = of(subject)?;
            until(model, text)?;
            let name = model.desk.state().tickets.get(&ticket).map(|ticket| ticket.fields.name.clone());
            let subject = and(ticket, steps, text);
            let prompt = Prompt::new("ticket_page.ask-with", &name.unwrap_or_default(), subject, agreed_with);
            Ok(vec![Effect::Open(Layer::Prompt(prompt))])
        })
    })
}

fn agreed_with(_: &mut Model, subject: &Subject, with: &str) -> Outcome {
    let (ticket, steps) = of(subject)?;
    let with = filled(with, "life.agreed_with")?;
    prompt("ticket_page.ask-agree-why", "", and(ticket, steps, with), |model, subject, why| {
        let (ticket, steps) = of(subject)?;
        let until = until(model, &step(steps, 1))?;
        let why = filled(why, "refuse.no-reason")?.to_owned();
        let command = TicketCommand::Agree { ticket, clock: step(steps, 0), until, with: step(steps, 2), why };
        send(command, "ticket_page.was-agreed", ticket)
    })
}

/// One key for both ways.
pub(super) fn pause(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?;
    if ticket.paused.is_some() {
        return send(TicketCommand::Resume(ticket.id), "ticket_page.was-resumed", ticket.id);
    }
    prompt("ticket_page.ask-pause", "", Subject::Ticket(ticket.id), |_, subject, why| {
        let (ticket, _) = of(subject)?;
        let why = filled(why, "refuse.no-reason")?.to_owned();
        send(TicketCommand::Pause { ticket, why }, "ticket_page.was-paused", ticket)
    })
}
