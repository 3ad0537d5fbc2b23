//! Commands about several tickets at once: mark rows, do one thing with all of them after one question, take the last one
//! back. The desk does all of it or none.

use super::call::on_line;
use super::{About, Def, Effect, Envelope, Outcome, Place};
use crate::domain::command::{Command, TicketCommand};
use crate::domain::{Owner, StaffId, Ticket, TicketId};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject, Sure};
use crate::tui::model::{Model, Tone};

/// Tickets changed by one command at most: the desk's own limit.
const MOST: usize = 200;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("ticket.mark", Place::Tickets, mark).when(|model| model.meant_ticket().map(drop)),
    Def::new("ticket.mark-all", Place::Tickets, mark_all),
    Def::new("ticket.unmark", Place::Tickets, |model| {
        model.tickets.marks.clear();
        Ok(Vec::new())
    }),
    Def::new("ticket.bulk-assign", Place::Tickets, assign).when(has_marks),
    Def::new("ticket.bulk-escalate", Place::Tickets, escalate).when(has_marks),
    Def::new("ticket.bulk-note", Place::Tickets, note).when(has_marks),
    Def::new("ticket.bulk-attach", Place::Tickets, attach).when(has_marks),
    Def::new("ticket.bulk-undo", Place::Tickets, undo).when(can_undo),
];

/// What was done to several tickets, and how it was before.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// What to say when it is done.
    pub done: Say,
    /// How it was before, ticket by ticket.
    pub before: Vec<Before>,
    /// It took another one back.
    pub undoes: bool,
}

/// How one ticket was, and what was made of it.
#[derive(Clone, Debug)]
pub enum Before {
    /// Its owner, and the one it was given to.
    Owner(TicketId, Owner, Owner),
    /// The incident it belonged to, and the one it was attached to.
    Incident(TicketId, Option<TicketId>, TicketId),
}

impl Model {
    /// A bulk is done: the marks have served, and it is the one that can be taken back.
    pub(in crate::tui) fn bulk_done(&mut self, bulk: &Bulk) {
        self.tell(Tone::Good, bulk.done.clone());
        self.tickets.marks.clear();
        self.last_bulk = Some(bulk.clone()).filter(|bulk| !bulk.undoes && !bulk.before.is_empty());
    }

    /// The marked tickets that are still open.
    fn marked(&self) -> Vec<&Ticket> {
        let tickets = &self.desk.state().tickets;
        self.tickets.marks.iter().filter_map(|id| tickets.get(id)).filter(|ticket| ticket.is_live()).collect()
    }
}

fn mark(model: &mut Model) -> Outcome {
    let ticket = model.meant_ticket()?;
    if !ticket.is_live() {
        return Err(Say::new("refuse.filed").with("ticket", ticket.id.spoken()));
    }
    let id = ticket.id;
    if !model.tickets.marks.remove(&id) {
        model.tickets.marks.insert(id);
    }
    model.step(1);
    Ok(Vec::new())
}

/// Marks every row of the list as it is narrowed now.
fn mark_all(model: &mut Model) -> Outcome {
    let listed = model.tickets_listed();
    let live = listed.into_iter().filter(|id| model.ticket(*id).is_some_and(Ticket::is_live));
    let live: Vec<TicketId> = live.collect();
    if live.is_empty() {
        return Err(Say::new("refuse.no-ticket"));
    }
    model.tickets.marks.extend(live);
    let count = model.tickets.marks.len();
    if count > MOST {
        return Ok(vec![Effect::Tell(Tone::Warning, too_many(count))]);
    }
    Ok(Vec::new())
}

fn too_many(count: usize) -> Say {
    Say::new("life.too_many").with("count", count).with("most", MOST)
}

fn has_marks(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    match model.marked().len() {
        0 => Err(Say::new("bulk.no-marks")),
        count if count > MOST => Err(too_many(count)),
        _ => Ok(()),
    }
}

/// The one question before it is done: how many, what, and what can't be taken back.
fn sure(model: &Model, what: &Say, lasting: Option<&str>, text: &str, then: crate::tui::layer::Then) -> Outcome {
    let marked = model.marked();
    let mut lines = vec![model.words(what)];
    let hidden = marked.iter().filter(|ticket| model.ticket_row(ticket.id).is_none()).count();
    if hidden > 0 {
        lines.push(model.words(&Say::new("bulk.hidden").with("count", hidden)));
    }
    lines.push(model.word(lasting.unwrap_or("bulk.can-undo")));
    let title = model.words(&Say::new("bulk.title").with("count", marked.len()));
    let sure = Sure { title, lines, subject: Subject::None, text: text.to_owned(), then };
    Ok(vec![Effect::Open(Layer::Sure(sure))])
}

fn send(commands: Vec<TicketCommand>, bulk: Bulk) -> Outcome {
    if commands.is_empty() {
        return Err(Say::new("bulk.nothing"));
    }
    let command = Command::Ticket(TicketCommand::Each(commands));
    Ok(vec![Effect::Send(Envelope { id: 0, command, about: About::Bulk(bulk) })])
}

fn assign(model: &mut Model) -> Outcome {
    let welcome = model.desk.welcome();
    let staff = welcome.staff.iter().map(|staff| Row {
        id: staff.id.0.clone(),
        text: staff.name.clone(),
        beside: staff.team.clone(),
    });
    let departments = welcome.rulebook.departments.iter().map(|(id, rule)| Row {
        id: format!("department:{id}"),
        text: rule.name.clone(),
        beside: model.word("bulk.department"),
    });
    let rows = staff.chain(departments).collect();
    let picker = Picker::new("command.ticket.bulk-assign.name", rows, Subject::None, |model, _, to| {
        has_marks(model)?;
        let owner = owner_of(to);
        let marked = model.marked();
        let (count, objections) = (marked.len(), marked.iter().filter(|ticket| ticket.objection.is_some()).count());
        let what = Say::new("bulk.assign").with("count", count).with("name", model.owner_name(&owner));
        // Whoever objected, did so to being given it: that does not come back with the owner.
        let lasting = (objections > 0).then_some("bulk.objections-go");
        sure(model, &what, lasting, to, do_assign)
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn owner_of(text: &str) -> Owner {
    match text.strip_prefix("department:") {
        Some(department) => Owner::Department(department.to_owned()),
        None => Owner::Staff(StaffId(text.to_owned())),
    }
}

fn do_assign(model: &mut Model, _: &Subject, to: &str) -> Outcome {
    has_marks(model)?;
    let owner = owner_of(to);
    let changed: Vec<&Ticket> = model.marked().into_iter().filter(|ticket| ticket.owner != owner).collect();
    let commands =
        changed.iter().map(|ticket| TicketCommand::Assign { ticket: ticket.id, to: owner.clone(), why: String::new() });
    let before = changed.iter().map(|ticket| Before::Owner(ticket.id, ticket.owner.clone(), owner.clone()));
    let done = Say::new("bulk.assigned").with("count", changed.len()).with("name", model.owner_name(&owner));
    let bulk = Bulk { done, before: before.collect(), undoes: false };
    send(commands.collect(), bulk)
}

fn escalate(_: &mut Model) -> Outcome {
    let prompt = Prompt::new("bulk.ask-why", "", Subject::None, |model, _, why| {
        let why = filled(why, "refuse.no-reason")?;
        has_marks(model)?;
        let what = Say::new("bulk.escalate").with("count", model.marked().len()).with("why", &why);
        sure(model, &what, Some("bulk.no-undo"), &why, |model, _, why| {
            let make = |ticket| TicketCommand::Escalate { ticket, why: why.to_owned() };
            for_good(model, "bulk.escalated", make)
        })
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

fn note(_: &mut Model) -> Outcome {
    let prompt = Prompt::new("bulk.ask-note", "", Subject::None, |model, _, text| {
        let text = filled(text, "refuse.no-text")?;
        has_marks(model)?;
        let what = Say::new("bulk.note").with("count", model.marked().len()).with("text", &text);
        sure(model, &what, Some("bulk.no-undo"), &text, |model, _, text| {
            let make = |ticket| TicketCommand::Note { ticket, text: text.to_owned() };
            for_good(model, "bulk.noted", make)
        })
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

fn filled(text: &str, empty: &str) -> Result<String, Say> {
    let text = text.trim();
    if text.is_empty() { Err(Say::new(empty)) } else { Ok(text.to_owned()) }
}

/// Does to every marked ticket what can't be taken back.
fn for_good(model: &Model, done: &str, make: impl Fn(TicketId) -> TicketCommand) -> Outcome {
    has_marks(model)?;
    let commands: Vec<_> = model.marked().into_iter().map(|ticket| make(ticket.id)).collect();
    let done = Say::new(done).with("count", commands.len());
    send(commands, Bulk { done, before: Vec::new(), undoes: false })
}

fn attach(model: &mut Model) -> Outcome {
    let masters = model.desk.state().tickets.values().filter(|ticket| ticket.is_live());
    let rows: Vec<Row> = masters
        .filter_map(|ticket| ticket.master.as_ref().map(|master| (ticket, master)))
        .map(|(ticket, master)| Row {
            id: ticket.id.0.to_string(),
            text: format!("{} {}", ticket.id.spoken(), ticket.fields.subject),
            beside: master.area.clone(),
        })
        .collect();
    if rows.is_empty() {
        return Err(Say::new("bulk.no-incident"));
    }
    let picker = Picker::new("command.ticket.bulk-attach.name", rows, Subject::None, |model, _, id| {
        has_marks(model)?;
        let incident = TicketId(id.parse().unwrap_or_default());
        let what = Say::new("bulk.attach").with("count", model.marked().len()).with("ticket", incident.spoken());
        sure(model, &what, None, id, do_attach)
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn do_attach(model: &mut Model, _: &Subject, id: &str) -> Outcome {
    has_marks(model)?;
    let incident = TicketId(id.parse().unwrap_or_default());
    let others = |ticket: &&Ticket| ticket.id != incident && ticket.incident != Some(incident);
    let changed: Vec<&Ticket> = model.marked().into_iter().filter(others).collect();
    let commands = changed.iter().map(|ticket| TicketCommand::Attach { ticket: ticket.id, incident });
    let before = changed.iter().map(|ticket| Before::Incident(ticket.id, ticket.incident, incident));
    let done = Say::new("bulk.attached").with("count", changed.len()).with("ticket", incident.spoken());
    send(commands.collect(), Bulk { done, before: before.collect(), undoes: false })
}

fn can_undo(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    if model.last_bulk.is_some() { Ok(()) } else { Err(Say::new("bulk.nothing-to-undo")) }
}

/// Takes the last one back, ticket by ticket, but for those that somebody changed since.
fn undo(model: &mut Model) -> Outcome {
    can_undo(model)?;
    let Some(bulk) = model.last_bulk.clone() else { return Ok(Vec::new()) };
    let why = model.word("bulk.undo-why");
    let commands: Vec<_> = bulk.before.iter().filter_map(|before| back(model, before, &why)).collect();
    let (count, left) = (commands.len(), bulk.before.len() - commands.len());
    let done = match left {
        0 => Say::new("bulk.undone-all").with("count", count),
        _ => Say::new("bulk.undone").with("count", count).with("left", left),
    };
    send(commands, Bulk { done, before: Vec::new(), undoes: true })
}

fn back(model: &Model, before: &Before, why: &str) -> Option<TicketCommand> {
    let live = |id: &TicketId| model.desk.state().tickets.get(id).filter(|ticket| ticket.is_live());
    match before {
        Before::Owner(id, was, made) => live(id)
            .filter(|ticket| ticket.owner == *made)
            .map(|_| TicketCommand::Assign { ticket: *id, to: was.clone(), why: why.to_owned() }),
        Before::Incident(id, was, made) => {
            live(id).filter(|ticket| ticket.incident == Some(*made)).map(|_| match was {
                Some(incident) => TicketCommand::Attach { ticket: *id, incident: *incident },
                None => TicketCommand::Detach(*id),
            })
        }
    }
}
