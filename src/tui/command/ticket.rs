//! Commands about tickets in the list.

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, Question, send_and_tell};
use crate::client::Query;
use crate::domain::command::{Command, TicketCommand};
use crate::domain::ticket::{Owner, TellHow};
use crate::domain::{StaffId, Ticket, TicketId};
use crate::text::Say;
use crate::tui::form::Draft;
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject};
use crate::tui::model::{Model, Pane, Which};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("ticket.read", Place::Tickets, read).when(selected_ready),
    Def::new("ticket.edit", Place::Tickets, edit).when(change_ready),
    Def::new("ticket.note", Place::Tickets, note).when(change_ready),
    Def::new("ticket.assign", Place::Tickets, assign).when(change_ready),
    Def::new("ticket.file", Place::Tickets, file).when(change_ready),
    Def::new("ticket.mine", Place::Desk, |model| show(model, Which::Mine)),
    Def::new("ticket.team", Place::Desk, |model| show(model, Which::Team)),
    Def::new("ticket.all", Place::Desk, |model| show(model, Which::All)),
    Def::new("ticket.find", Place::Desk, find).when(on_line),
];

fn selected(model: &Model) -> Result<&Ticket, Say> {
    model.selected_ticket().ok_or_else(|| Say::new("refuse.no-ticket"))
}

fn selected_ready(model: &Model) -> Result<(), Say> {
    selected(model).map(drop)
}

fn change_ready(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    let ticket = selected(model)?;
    if ticket.is_open() { Ok(()) } else { Err(Say::new("refuse.filed").with("ticket", ticket.id.spoken())) }
}

fn read(model: &mut Model) -> Outcome {
    let ticket = selected(model)?.clone();
    Ok(vec![Effect::Open(Layer::Reader(model.ticket_page(&ticket)))])
}

fn edit(model: &mut Model) -> Outcome {
    let ticket = selected(model)?.clone();
    let command = model.next_command_id();
    let id = model.drafts.next_id();
    model.drafts.show(Draft::for_ticket(id, command, &ticket));
    model.focus = Pane::Form;
    Ok(Vec::new())
}

fn prompt(model: &Model, title: &'static str, then: crate::tui::layer::Then) -> Outcome {
    let ticket = selected(model)?.id;
    Ok(vec![Effect::Open(Layer::Prompt(Prompt::new(title, "", Subject::Ticket(ticket), then)))])
}

fn about(subject: &Subject, text: &str, empty: &str) -> Result<(TicketId, String), Say> {
    match subject {
        Subject::Ticket(ticket) if !text.trim().is_empty() => Ok((*ticket, text.trim().to_owned())),
        Subject::Ticket(_) => Err(Say::new(empty)),
        _ => Err(Say::new("refuse.no-ticket")),
    }
}

fn done(key: &str, ticket: TicketId) -> Say {
    Say::new(key).with("ticket", ticket.spoken())
}

fn note(model: &mut Model) -> Outcome {
    prompt(model, "command.ticket.note.name", |_, subject, text| {
        let (ticket, text) = about(subject, text, "refuse.no-text")?;
        send_and_tell(Command::Ticket(TicketCommand::Note { ticket, text }), done("ticket.noted", ticket))
    })
}

fn file(model: &mut Model) -> Outcome {
    prompt(model, "ticket.ask-outcome", |_, subject, text| {
        let (ticket, outcome) = about(subject, text, "refuse.no-outcome")?;
        send_and_tell(
            Command::Ticket(TicketCommand::File { ticket, outcome, how: TellHow::Phone }),
            done("ticket.filed", ticket),
        )
    })
}

fn assign(model: &mut Model) -> Outcome {
    let ticket = selected(model)?.id;
    let staff = &model.desk.welcome().staff;
    let rows = staff
        .iter()
        .map(|staff| Row { id: staff.id.0.clone(), text: staff.name.clone(), beside: staff.team.clone() })
        .collect();
    let picker = Picker::new("command.ticket.assign.name", rows, Subject::Ticket(ticket), |model, subject, staff| {
        let (ticket, owner) = about(subject, staff, "refuse.no-text")?;
        let name = model.staff_name(&StaffId(owner.clone()));
        let say = done("ticket.assigned", ticket).with("name", name);
        send_and_tell(
            Command::Ticket(TicketCommand::Assign { ticket, to: Owner::Staff(StaffId(owner)), why: String::new() }),
            say,
        )
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn show(model: &mut Model, which: Which) -> Outcome {
    model.tickets.which = which;
    model.tickets.found = None;
    model.tickets.list.select(0);
    model.focus = Pane::Tickets;
    Ok(Vec::new())
}

fn find(_: &mut Model) -> Outcome {
    let prompt = Prompt::new("command.ticket.find.name", "", Subject::None, |_, _, text| {
        let text = text.trim().to_owned();
        // A number read aloud comes with its check digit: the number alone is what is looked for.
        let asked = TicketId::parse_spoken(&text).map_or_else(|| text.clone(), |ticket| ticket.0.to_string());
        Ok(vec![Effect::Ask(Query::FindTickets { text: asked, limit: 200 }, Question::Find(text))])
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}
