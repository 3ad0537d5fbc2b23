//! Commands about a single ticket: the one whose page is open, or the chosen one of the list. Each asks only what is
//! needed; what the desk refuses comes back in words.

mod dispatch;
mod files;
pub(in crate::tui::command) mod hands;
mod hazard;
pub(in crate::tui::command) mod incident;
mod merge;
mod sheet;
mod stage;
mod tell;
mod times;

use super::call::on_line;
use super::{About, Def, Effect, Envelope, Outcome, Place, send_and_tell};
use crate::domain::command::{Command, TicketCommand};
use crate::domain::{Ticket, TicketId};
use crate::text::Say;
use crate::tui::form::{Owed, Then as Follows};
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject, Then};
use crate::tui::model::Model;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("ticket.read", Place::Ticket, sheet::open).when(in_sight_ready),
    Def::new("ticket.advance", Place::Ticket, stage::advance).when(open_ready),
    Def::new("ticket.edit", Place::Ticket, stage::edit).when(open_ready),
    Def::new("ticket.note", Place::Ticket, tell::note).when(open_ready),
    Def::new("ticket.assign", Place::Ticket, hands::assign).when(open_ready),
    Def::new("ticket.dispatch", Place::Ticket, dispatch::dispatch).when(dispatch::ready),
    Def::new("ticket.hazard", Place::Ticket, hazard::hazard).when(hazard::ready),
    Def::new("ticket.tell", Place::Ticket, tell::tell).when(change_ready),
    Def::new("ticket.file", Place::Ticket, tell::file).when(open_ready),
    Def::new("ticket.escalate", Place::Ticket, hands::escalate).when(open_ready),
    Def::new("ticket.object", Place::Ticket, hands::object).when(open_ready),
    Def::new("ticket.review", Place::Ticket, hands::review).when(hands::objected),
    Def::new("ticket.extend", Place::Ticket, times::extend).when(times::has_clock),
    Def::new("ticket.answer", Place::Ticket, times::answer).when(times::asked),
    Def::new("ticket.agree", Place::Ticket, times::agree).when(times::has_clock),
    Def::new("ticket.pause", Place::Ticket, times::pause).when(open_ready),
    Def::new("ticket.merge", Place::Ticket, merge::merge).when(open_ready),
    Def::new("ticket.unmerge", Place::Ticket, merge::unmerge).when(merge::merged),
    Def::new("ticket.incident", Place::Ticket, incident::make).when(open_ready),
    Def::new("ticket.attach", Place::Ticket, incident::attach).when(open_ready),
    Def::new("ticket.detach", Place::Ticket, incident::detach).when(incident::attached),
    Def::new("ticket.place", Place::Ticket, files::attach).when(open_ready),
    Def::new("ticket.link", Place::Ticket, merge::link).when(open_ready),
    Def::new("ticket.seal", Place::Ticket, files::seal).when(files::sealed),
    Def::new("ticket.print", Place::Ticket, files::print).when(in_sight_ready),
    Def::new("ticket.tick", Place::Ticket, sheet::tick).when(sheet::has_items),
    Def::new("ticket.tick-1", Place::Ticket, |model| sheet::tick_at(model, 0)).when(sheet::has_items),
    Def::new("ticket.tick-2", Place::Ticket, |model| sheet::tick_at(model, 1)).when(sheet::has_items),
    Def::new("ticket.tick-3", Place::Ticket, |model| sheet::tick_at(model, 2)).when(sheet::has_items),
    Def::new("ticket.tick-4", Place::Ticket, |model| sheet::tick_at(model, 3)).when(sheet::has_items),
    Def::new("ticket.tick-5", Place::Ticket, |model| sheet::tick_at(model, 4)).when(sheet::has_items),
    Def::new("ticket.tick-6", Place::Ticket, |model| sheet::tick_at(model, 5)).when(sheet::has_items),
    Def::new("ticket.tick-7", Place::Ticket, |model| sheet::tick_at(model, 6)).when(sheet::has_items),
    Def::new("ticket.tick-8", Place::Ticket, |model| sheet::tick_at(model, 7)).when(sheet::has_items),
    Def::new("ticket.tick-9", Place::Ticket, |model| sheet::tick_at(model, 8)).when(sheet::has_items),
];

fn in_sight(model: &Model) -> Result<&Ticket, Say> {
    model.ticket_in_sight()
}

fn in_sight_ready(model: &Model) -> Result<(), Say> {
    in_sight(model).map(drop)
}

/// A ticket that is not filed, and a desk that hears.
fn change_ready(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    let ticket = in_sight(model)?;
    if ticket.is_open() { Ok(()) } else { Err(Say::new("refuse.filed").with("ticket", ticket.id.spoken())) }
}

/// One that is worked by itself: what is merged into another is worked there.
fn open_ready(model: &Model) -> Result<(), Say> {
    change_ready(model)?;
    let ticket = in_sight(model)?;
    match &ticket.merged {
        None => Ok(()),
        Some(merge) => {
            let say = Say::new("life.is_merged").with("ticket", ticket.id.spoken());
            Err(say.with("into", merge.into.spoken()))
        }
    }
}

/// The ticket a popup is about, and what was answered before.
fn of(subject: &Subject) -> Result<(TicketId, &[String]), Say> {
    match subject {
        Subject::Ticket(ticket) => Ok((*ticket, &[])),
        Subject::Steps(ticket, steps) => Ok((*ticket, steps)),
        _ => Err(Say::new("refuse.no-ticket")),
    }
}

/// What was typed, without blanks at its ends.
fn filled<'a>(text: &'a str, empty: &str) -> Result<&'a str, Say> {
    match text.trim() {
        "" => Err(Say::new(empty)),
        text => Ok(text),
    }
}

/// One of the answers before.
fn step(steps: &[String], at: usize) -> String {
    steps.get(at).cloned().unwrap_or_default()
}

/// Asks for a line.
fn prompt(title: &'static str, given: &str, subject: Subject, then: Then) -> Outcome {
    Ok(vec![Effect::Open(Layer::Prompt(Prompt::new(title, given, subject, then)))])
}

/// Asks for one of several.
fn pick(title: &str, rows: Vec<Row>, subject: Subject, then: Then) -> Outcome {
    Ok(vec![Effect::Open(Layer::Picker(Picker::new(title, rows, subject, then)))])
}

/// Asks for the next thing, with what was answered so far.
fn and(ticket: TicketId, steps: &[String], answer: &str) -> Subject {
    Subject::Steps(ticket, steps.iter().cloned().chain([answer.to_owned()]).collect())
}

/// Sends a command about a ticket; what is said when it is done names it.
fn send(command: TicketCommand, done: &str, ticket: TicketId) -> Outcome {
    send_and_tell(Command::Ticket(command), Say::new(done).with("ticket", ticket.spoken()))
}

/// A row of a list to choose from.
fn row(id: &str, text: String, beside: String) -> Row {
    Row { id: id.to_owned(), text, beside }
}

/// The second step of a saved form, under its own id: said twice it is done once.
pub(in crate::tui) fn owed_envelope(owed: Owed) -> Envelope {
    let ticket = owed.ticket;
    let command = match owed.then {
        Follows::Merge(into) => TicketCommand::Merge { ticket, into },
        Follows::Attach(incident) => TicketCommand::Attach { ticket, incident },
    };
    Envelope { id: owed.command, command: Command::Ticket(command), about: About::Owed }
}
