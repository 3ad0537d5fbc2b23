//! Questions, answered from the records by the line's own thread; the desk's thread is not held up.

use crate::domain::phone::match_key;
use crate::domain::sight::did;
use crate::domain::ticket::{FieldChange, Happened};
use crate::domain::{Call, Staff, Stamp, Ticket, TicketId, TicketLine};
use crate::store::Reader;
use crate::text::Say;
use crate::wire::{Answer, Export, ExportRow, PersonCard, Query};

/// Rows of one piece of an export.
const PIECE: usize = 500;
/// The newest tickets among which a technician's finished ones are looked for.
const LOOKED_BACK: usize = 2_000;
/// Calls and tickets on a person's card.
const CARD: usize = 20;

/// Answers a question, in one or more pieces. `give` returns false when the line is gone.
pub fn answer(reader: &Reader, query: Query, give: &mut dyn FnMut(Answer) -> bool) -> Result<(), Say> {
    // Records that stand still would leave out what was saved since: better no answer than half of one.
    if let Some(fault) = reader.fault().filter(|_| !matches!(query, Query::Check | Query::Fence)) {
        return Err(fault);
    }
    let whole = match query {
        Query::Person { number, rehearsal } => Answer::Person(Box::new(person(reader, &number, rehearsal))),
        Query::Ticket(id) => Answer::Ticket(reader.ticket(id).map(Box::new)),
        Query::TicketLines(id) => Answer::TicketLines(lines(reader, id)),
        Query::FindTickets { text, limit } => Answer::Tickets(reader.find_tickets(&text, limit as usize)),
        Query::Export(export) => return rows(reader, &export, give),
        Query::Check => {
            let report = reader.check();
            Answer::Checked { entries: report.entries, faults: report.faults }
        }
        Query::CallsByUniqueid(ids) => Answer::Calls(ids.iter().flat_map(|id| reader.call_by_uniqueid(id)).collect()),
        Query::Fence => Answer::Fence,
    };
    give(whole);
    Ok(())
}

/// Filed tickets that a technician's question may be about, as far back as is looked.
pub(super) fn filed(reader: &Reader, query: &Query, staff: &Staff) -> Vec<Ticket> {
    let mut filed = match query {
        Query::Ticket(id) => reader.ticket(*id).into_iter().collect(),
        Query::FindTickets { .. } => reader.find_tickets("", LOOKED_BACK),
        _ => Vec::new(),
    };
    filed.retain(|ticket| !ticket.is_open() && did(ticket, staff));
    filed
}

/// A ticket's history.
pub(super) fn lines(reader: &Reader, id: TicketId) -> Vec<TicketLine> {
    reader.ticket_lines(id).into_iter().map(|line| unnamed(reader, line)).collect()
}

/// A line of a ticket that was sealed later says no more what stood in the fields that are under seal now (R-REQ-6).
fn unnamed(reader: &Reader, mut line: TicketLine) -> TicketLine {
    if let Happened::Edited(changes) = &mut line.what {
        let names = |change: &FieldChange| ["name", "phone", "address"].contains(&change.field.as_str());
        if changes.iter().any(names) && reader.ticket(line.ticket).is_some_and(|ticket| ticket.seal.is_some()) {
            changes.retain(|change| !names(change));
        }
    }
    line
}

fn person(reader: &Reader, number: &str, rehearsal: bool) -> PersonCard {
    let key = match_key(number);
    if key.is_empty() {
        return PersonCard { number: number.to_owned(), ..PersonCard::default() };
    }
    let mut tickets = reader.tickets_by_phone(&key, CARD);
    tickets.retain(|ticket| ticket.rehearsal == rehearsal);
    tickets.sort_by_key(|ticket| (!ticket.is_open(), std::cmp::Reverse(ticket.id)));
    let mut calls = reader.calls_by_phone(&key, CARD);
    calls.retain(|call| call.rehearsal == rehearsal);
    let mut callbacks = reader.callbacks_by_phone(&key, CARD);
    callbacks.retain(|line| line.rehearsal == rehearsal && line.ended_at.is_none());
    let customer = reader.customer_by_phone(&key);
    PersonCard { number: number.to_owned(), customer, tickets, callbacks, calls }
}

fn rows(reader: &Reader, export: &Export, give: &mut dyn FnMut(Answer) -> bool) -> Result<(), Say> {
    let (since, until) = (export.since, export.until);
    match export.what.as_str() {
        "calls" => pieces(&mut calls(reader, since, until).map(|call| Ok(ExportRow::Call(Box::new(call)))), give),
        "tickets" => {
            let row = |ticket: Ticket| {
                let mut notes = reader.ticket_lines(ticket.id);
                notes.retain(|line| matches!(line.what, Happened::Note(_)));
                Ok(ExportRow::Ticket(Box::new(ticket), notes))
            };
            pieces(&mut reader.tickets(since, until).map(row), give)
        }
        "history" => {
            let row = |line: TicketLine| Ok(ExportRow::Line(Box::new(unnamed(reader, line))));
            pieces(&mut reader.history(since, until).map(row), give)
        }
        "notices" => {
            pieces(&mut reader.notices(since, until).map(|notice| Ok(ExportRow::Notice(Box::new(notice)))), give)
        }
        "callbacks" => {
            pieces(&mut reader.callbacks(since, until).map(|line| Ok(ExportRow::Callback(Box::new(line)))), give)
        }
        "journal" => {
            let entries = reader.journal(since, until);
            let mut rows = entries.map(|entry| match entry {
                Ok((entry, hash)) => Ok(ExportRow::Entry(Box::new(entry), hash)),
                Err(error) => Err(error.say()),
            });
            pieces(&mut rows, give)
        }
        other => Err(Say::new("export.unknown").with("what", other)),
    }
}

fn calls(reader: &Reader, since: Option<Stamp>, until: Option<Stamp>) -> impl Iterator<Item = Call> {
    reader.calls(since, until)
}

fn pieces(
    rows: &mut dyn Iterator<Item = Result<ExportRow, Say>>,
    give: &mut dyn FnMut(Answer) -> bool,
) -> Result<(), Say> {
    loop {
        let piece: Vec<ExportRow> = rows.take(PIECE).collect::<Result<_, Say>>()?;
        let last = piece.len() < PIECE;
        if !give(Answer::Rows { rows: piece, last }) || last {
            return Ok(());
        }
    }
}
