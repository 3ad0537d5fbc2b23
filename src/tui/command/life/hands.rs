//! Whose a ticket is: assigned, escalated, given back, and the giving back reviewed (R-REQ-8, R-CMP-4).

use super::super::Outcome;
use super::{and, change_ready, filled, in_sight, of, pick, prompt, row, send, step};
use crate::domain::command::TicketCommand;
use crate::domain::{Owner, StaffId, Ticket, TicketId};
use crate::text::Say;
use crate::tui::layer::{Row, Subject};
use crate::tui::model::Model;

/// Stands before a department's name in a list of owners; no staff number has a colon.
pub(super) const DEPARTMENT: &str = "department:";

/// Staff and departments, by name and by sound.
fn owners(model: &Model) -> Vec<Row> {
    let welcome = model.desk.welcome();
    let departments = welcome.rulebook.departments.iter();
    let department = model.word("ticket_page.department");
    let departments =
        departments.map(|(id, rule)| row(&format!("{DEPARTMENT}{id}"), rule.name.clone(), department.clone()));
    let staff = welcome.staff.iter().map(|staff| row(&staff.id.0, staff.name.clone(), staff.team.clone()));
    staff.chain(departments).collect()
}

pub(super) fn owner(id: &str) -> Owner {
    match id.strip_prefix(DEPARTMENT) {
        Some(department) => Owner::Department(department.to_owned()),
        None => Owner::Staff(StaffId(id.to_owned())),
    }
}

pub(super) fn assign(model: &mut Model) -> Outcome {
    let subject = Subject::Ticket(in_sight(model)?.id);
    pick("command.ticket.assign.name", owners(model), subject, |model, subject, to| {
        let (ticket, _) = of(subject)?;
        let to = owner(filled(to, "refuse.no-choice")?);
        let done = Say::new("ticket.assigned").with("ticket", ticket.spoken()).with("name", model.owner_name(&to));
        let command = TicketCommand::Assign { ticket, to, why: String::new() };
        super::send_and_tell(crate::domain::Command::Ticket(command), done)
    })
}

/// Tickets offered to be given to somebody else.
const OFFERED: usize = 200;

/// From the live queue (R-LIVE-2): of the tickets whose time runs out first, one to somebody else, with the reason.
pub(in crate::tui::command) fn reassign(model: &mut Model) -> Outcome {
    let open = model.desk.state().tickets.values().filter(|ticket| ticket.is_live() && ticket.merged.is_none());
    let mut open: Vec<&Ticket> = open.collect();
    open.sort_by_key(|ticket| {
        let due = ticket.next_clock().map(|clock| clock.due.at);
        (ticket.rehearsal, due.is_none(), due, ticket.id)
    });
    let named = |ticket: &&Ticket| {
        let text = format!("{} {}", ticket.id.spoken(), ticket.fields.subject);
        row(&ticket.id.0.to_string(), text, model.owner_name(&ticket.owner))
    };
    let rows: Vec<Row> = open.iter().take(OFFERED).map(named).collect();
    if rows.is_empty() {
        return Err(Say::new("refuse.no-ticket"));
    }
    pick("command.oversight.reassign.name", rows, Subject::None, |model, _, id| {
        let ticket = TicketId(filled(id, "refuse.no-ticket")?.parse().unwrap_or_default());
        pick("command.ticket.assign.name", owners(model), Subject::Ticket(ticket), |_, subject, to| {
            let (ticket, steps) = of(subject)?;
            let subject = and(ticket, steps, filled(to, "refuse.no-choice")?);
            prompt("oversight.ask_reason", "", subject, |model, subject, why| {
                let (ticket, steps) = of(subject)?;
                let (to, why) = (owner(&step(steps, 0)), filled(why, "oversight.no_reason")?.to_owned());
                let name = model.owner_name(&to);
                let done = Say::new("ticket.assigned").with("ticket", ticket.spoken()).with("name", name);
                super::send_and_tell(crate::domain::Command::Ticket(TicketCommand::Assign { ticket, to, why }), done)
            })
        })
    })
}

pub(super) fn escalate(model: &mut Model) -> Outcome {
    let subject = Subject::Ticket(in_sight(model)?.id);
    prompt("ticket_page.ask-escalate", "", subject, |_, subject, why| {
        let (ticket, _) = of(subject)?;
        let why = filled(why, "refuse.no-reason")?.to_owned();
        send(TicketCommand::Escalate { ticket, why }, "ticket_page.was-escalated", ticket)
    })
}

pub(super) fn object(model: &mut Model) -> Outcome {
    let subject = Subject::Ticket(in_sight(model)?.id);
    prompt("ticket_page.ask-object", "", subject, |_, subject, why| {
        let (ticket, _) = of(subject)?;
        let why = filled(why, "refuse.no-reason")?.to_owned();
        send(TicketCommand::Object { ticket, why }, "ticket_page.was-objected", ticket)
    })
}

/// A department has given it back, and nobody has said yes or no.
pub(super) fn objected(model: &Model) -> Result<(), Say> {
    change_ready(model)?;
    let ticket = in_sight(model)?;
    if ticket.objection.is_some() {
        return Ok(());
    }
    Err(Say::new("life.no_objection").with("ticket", ticket.id.spoken()))
}

/// Right or not; where it goes, if it was; why.
pub(super) fn review(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?;
    let subject = Subject::Ticket(ticket.id);
    // Whoever reviews sees who would not have it, and why.
    let said = ticket.objection.as_ref().map(|said| format!("{} {}", model.staff_name(&said.by), said.why));
    let rows = ["yes", "no"].map(|id| {
        let beside = said.clone().filter(|_| id == "yes").unwrap_or_default();
        row(id, model.word(&format!("ticket_page.review-{id}")), beside)
    });
    pick("command.ticket.review.name", rows.to_vec(), subject, |model, subject, upheld| {
        let (ticket, steps) = of(subject)?;
        let next = and(ticket, steps, upheld);
        match upheld {
            "yes" => pick("ticket_page.ask-review-to", owners(model), next, |_, subject, to| {
                let (ticket, steps) = of(subject)?;
                prompt("ticket_page.ask-review-why", "", and(ticket, steps, to), reviewed)
            }),
            _ => prompt("ticket_page.ask-review-why", "", next, reviewed),
        }
    })
}

fn reviewed(_: &mut Model, subject: &Subject, why: &str) -> Outcome {
    let (ticket, steps) = of(subject)?;
    let why = filled(why, "refuse.no-reason")?.to_owned();
    let upheld = step(steps, 0) == "yes";
    let to = steps.get(1).map(|to| owner(to));
    send(TicketCommand::Review { ticket, upheld, to, why }, "ticket_page.was-reviewed", ticket)
}
