//! Changing fields, notes, files, links.

use super::open;
use super::values;
use super::work::Work;
use crate::domain::decide::{Context, Decision, calls};
use crate::domain::event::Event;
use crate::domain::rulebook::Trigger;
use crate::domain::ticket::{FieldChange, FileReference, Happened, Seal, Ticket, TicketLine};
use crate::domain::{RequestType, TicketId};
use crate::text::Say;

pub(super) fn edit(
    context: Context<'_>,
    id: TicketId,
    changes: &[FieldChange],
    seal: Option<&Seal>,
) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    let before = work.ticket.fields.kind;
    let done = values::apply(&mut work, changes)?;
    if done.is_empty() && seal.is_none() {
        return Ok(work.done("ticket.edit"));
    }
    if let Some(seal) = seal {
        work.ticket.seal = Some(seal.clone());
        work.ticket.customer = None;
        work.seal_calls();
    }
    open::check(context, &work.ticket.fields)?;
    let seen = |change: &FieldChange| seal.is_none() || !["name", "phone", "address"].contains(&change.field.as_str());
    work.line(Happened::Edited(done.iter().filter(|change| seen(change)).cloned().collect()));
    let kind = work.ticket.fields.kind;
    if kind != before {
        work.of_another_kind();
    }
    work.filled(done.iter().filter(|change| !change.to.trim().is_empty()).map(|change| change.field.as_str()));
    work.reconsider();
    if kind != before && kind == RequestType::Emergency {
        work.raise_emergency();
    }
    Ok(work.done("ticket.edit"))
}

impl Work<'_> {
    /// R-REQ-6: no call of a sealed ticket says who was at the other end.
    pub(super) fn seal_calls(&mut self) {
        let calls = self.ticket.calls.iter().chain(self.ticket.told.iter().filter_map(|told| told.call.as_ref()));
        let mut known: Vec<_> = calls.filter_map(|id| self.context.state.calls.get(*id)).collect();
        known.retain(|call| !call.party.withheld || !call.party.number.is_empty());
        known.sort_by_key(|call| call.id);
        known.dedup_by_key(|call| call.id);
        self.others.extend(known.into_iter().cloned().flat_map(calls::sealed));
    }

    /// Its type became another: its stages, its clocks and their figures are that one's from now on.
    fn of_another_kind(&mut self) {
        if self.rules().kind(self.ticket.fields.kind).stage(&self.ticket.stage).is_none() {
            self.begin_again();
        }
        self.stand_as_the_stage_says();
        self.reckon_anew();
    }

    /// A clock puts a value into a field. The history shows it as any other change, by the desk.
    pub(super) fn fill(&mut self, field: &str, value: &str) {
        let from = self.ticket.value(field).to_owned();
        if from == value {
            return;
        }
        values::put(&mut self.ticket, field, value);
        self.line(Happened::Edited(vec![FieldChange { field: field.to_owned(), from, to: value.to_owned() }]));
        self.happened(&Trigger::Filled(field.to_owned()));
        self.reconsider();
    }
}

pub(super) fn note(context: Context<'_>, id: TicketId, text: &str) -> Result<Decision, Say> {
    if text.trim().is_empty() {
        return Err(Say::new("refused.note_empty"));
    }
    values::short(text)?;
    context.me()?;
    let mut work = Work::any(context, id)?;
    work.line(Happened::Note(text.trim().to_owned()));
    Ok(work.done("ticket.note"))
}

pub(super) fn attach_file(context: Context<'_>, id: TicketId, place: &str, words: &str) -> Result<Decision, Say> {
    if place.trim().is_empty() {
        return Err(Say::new("life.place_missing"));
    }
    values::short(place)?;
    values::short(words)?;
    let by = context.me()?.clone();
    let mut work = Work::any(context, id)?;
    let (place, words) = (place.trim().to_owned(), words.trim().to_owned());
    work.ticket.files.push(FileReference { at: context.now, by, place: place.clone(), words: words.clone() });
    work.line(Happened::FileAttached { place, words });
    Ok(work.done("ticket.file"))
}

/// Links two open tickets, both ways.
pub(super) fn link(context: Context<'_>, id: TicketId, other: TicketId) -> Result<Decision, Say> {
    context.me()?;
    if id == other {
        return Err(Say::new("life.itself").with("ticket", id.spoken()));
    }
    let mut work = Work::any(context, id)?;
    let there = Work::any(context, other)?.ticket;
    if work.ticket.links.contains(&other) {
        return Ok(work.done("ticket.link"));
    }
    work.ticket.links.push(other);
    work.line(Happened::Linked(other));
    let (ticket, line) =
        with_line(context, Ticket { links: [&there.links[..], &[id]].concat(), ..there }, Happened::Linked(id));
    work.others.extend([ticket, line]);
    Ok(work.done("ticket.link"))
}

/// Another ticket that changes beside the one being worked, with its line of history.
pub(super) fn with_line(context: Context<'_>, mut ticket: Ticket, what: Happened) -> (Event, Event) {
    let line = TicketLine { ticket: ticket.id, number: ticket.lines, at: context.now, by: context.actor.clone(), what };
    ticket.lines += 1;
    ticket.version += 1;
    ticket.changed_at = context.now;
    (Event::Ticket(Box::new(ticket)), Event::TicketLine(Box::new(line)))
}

pub(super) fn printed(context: Context<'_>, id: TicketId) -> Result<Decision, Say> {
    context.me()?;
    let mut work = Work::any(context, id)?;
    work.line(Happened::Printed);
    Ok(work.done("ticket.printed"))
}
