//! Questions, answered from the records by the line's own thread; the desk's thread is not held up.

use std::sync::{Arc, RwLock};

use super::figures;
use crate::domain::phone::{alike, keys};
use crate::domain::rulebook::VisitPlan;
use crate::domain::sight::did;
use crate::domain::ticket::{FieldChange, Happened};
use crate::domain::visit::{self, VisitYear};
use crate::domain::{Call, Customer, Staff, Stamp, Ticket, TicketId, TicketLine, Visit, revisit};
use crate::store::Reader;
use crate::text::Say;
use crate::wire::{Answer, Export, ExportRow, PersonCard, Query};

/// Rows of one piece of an export.
const PIECE: usize = 500;
/// The newest tickets among which a technician's finished ones are looked for.
const LOOKED_BACK: usize = 2_000;
/// Calls and tickets on a person's card.
const CARD: usize = 20;

/// What answers need to know of the desk beside its records.
#[derive(Clone)]
pub struct Standing {
    /// The desk's own area code; empty for none.
    pub area_code: String,
    /// The plans of visits in force; the desk's thread changes them with its rulebook.
    pub plans: Arc<RwLock<Vec<VisitPlan>>>,
    /// Local time is UTC plus this many milliseconds.
    pub offset_ms: i64,
    /// The desk's clock.
    pub now: fn() -> Stamp,
}

/// Answers a question, in one or more pieces. `give` returns false when the line is gone.
pub fn answer(
    reader: &Reader,
    standing: &Standing,
    query: Query,
    give: &mut dyn FnMut(Answer) -> bool,
) -> Result<(), Say> {
    // Records that stand still would leave out what was saved since: better no answer than half of one.
    if let Some(fault) = reader.fault().filter(|_| !matches!(query, Query::Check | Query::Fence)) {
        return Err(fault);
    }
    let whole = match query {
        Query::Person { number, rehearsal } => {
            Answer::Person(Box::new(person(reader, &standing.area_code, &number, rehearsal)))
        }
        Query::Ticket(id) => Answer::Ticket(reader.ticket(id).map(Box::new)),
        Query::TicketLines(id) => Answer::TicketLines(lines(reader, id)),
        Query::FindTickets { text, limit } => Answer::Tickets(reader.find_tickets(&text, limit as usize)),
        Query::Export(export) => return rows(reader, &export, give),
        Query::Check => {
            let report = reader.check();
            Answer::Checked { entries: report.entries, faults: report.faults }
        }
        Query::CallsByUniqueid(ids) => Answer::Calls(ids.iter().flat_map(|id| reader.call_by_uniqueid(id)).collect()),
        Query::Figures { since, until } => return figures::sums(reader, since, until, give),
        Query::FigureRows { since, until, filter, facts, limit } => {
            figures::rows(reader, (since, until), &filter, &facts, limit as usize)
        }
        Query::Spans { since, until } => Answer::Spans(reader.spans(since, until).collect()),
        Query::Call(id) => Answer::Call(reader.call(id).map(Box::new), reader.recording(id).map(Box::new)),
        Query::Recordings { register, limit } => figures::recordings(reader, register, limit as usize),
        Query::RecordingsAfter { register, since, after, limit } => {
            Answer::Recordings(reader.recordings_after(register, since, after).take(limit as usize).collect())
        }
        Query::SpotDraws { after, limit } => {
            let behind = reader.spot_draws().filter(|draw| draw.id.0 > after);
            Answer::SpotDraws(behind.take(limit as usize).collect())
        }
        Query::CheckSheets(call) => Answer::CheckSheets(reader.check_sheets_of(call)),
        Query::StateAt(at) => figures::state_at(reader, at, standing.offset_ms)?,
        Query::Visits { year } => Answer::Visits(Box::new(visits(reader, standing, year))),
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

/// A year's plan of visits: of every customer in a class, by the plans in force now.
fn visits(reader: &Reader, standing: &Standing, year: i32) -> VisitYear {
    // Nobody panics while holding it; and without plans there is nothing to show.
    let plans = standing.plans.read().map(|plans| plans.clone()).unwrap_or_default();
    let customers: Vec<Customer> = reader.customers().filter(|customer| !customer.class.is_empty()).collect();
    let whole = visit::periods(year, 1, standing.offset_ms).pop();
    let visits: Vec<Visit> =
        whole.map(|(from, until)| reader.visits(Some(from), Some(until)).collect()).unwrap_or_default();
    visit::year(year, &plans, customers.iter(), visits.iter(), standing.offset_ms, (standing.now)())
}

/// Everything known under any number of this text, local ones with and without the desk's area code. A switchboard's
/// bare number shows what is known of its extensions too: it may be any of them who calls.
fn person(reader: &Reader, area_code: &str, number: &str, rehearsal: bool) -> PersonCard {
    let wanted: Vec<String> = keys(number).iter().flat_map(|key| alike(key, area_code)).collect();
    let mut card = PersonCard { number: number.to_owned(), ..PersonCard::default() };
    for key in &wanted {
        card.tickets.extend(reader.tickets_by_phone(key, CARD));
        card.calls.extend(reader.calls_by_phone(key, CARD));
        card.callbacks.extend(reader.callbacks_by_phone(key, CARD));
        card.customer = card.customer.or_else(|| reader.customer_by_phone(key));
    }
    card.tickets.retain(|ticket| ticket.rehearsal == rehearsal);
    card.tickets.sort_by_key(|ticket| (!ticket.is_open(), std::cmp::Reverse(ticket.id)));
    card.tickets.dedup_by_key(|ticket| ticket.id);
    card.tickets.truncate(CARD);
    card.calls.retain(|call| call.rehearsal == rehearsal);
    card.calls.sort_by_key(|call| std::cmp::Reverse((call.arrived_at, call.id)));
    card.calls.dedup_by_key(|call| call.id);
    card.calls.truncate(CARD);
    card.callbacks.retain(|line| line.rehearsal == rehearsal && line.ended_at.is_none());
    card.callbacks.sort_by_key(|line| std::cmp::Reverse((line.made_at, line.id)));
    card.callbacks.dedup_by_key(|line| line.id);
    card.callbacks.truncate(CARD);
    card
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
        "draws" => pieces(&mut reader.draws(since, until).map(|draw| Ok(ExportRow::Draw(Box::new(draw)))), give),
        "visits" => pieces(&mut reader.visits(since, until).map(|visit| Ok(ExportRow::Visit(Box::new(visit)))), give),
        "revisits" => {
            let within = |at: Stamp| since.is_none_or(|since| at >= since) && until.is_none_or(|until| at < until);
            let lines = reader.callbacks(None, None);
            let revisits = lines.flat_map(|line| revisit::rows(&line).collect::<Vec<_>>());
            let revisits = revisits.filter(|row| within(row.made_at) && !row.is_elsewhere());
            pieces(&mut revisits.map(|row| Ok(ExportRow::Revisit(Box::new(row)))), give)
        }
        "spans" | "interventions" | "recordings" | "spot_draws" | "check_sheets" => watched(reader, export, give),
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

/// Rows about agents' time, supervisors, recordings and spot checks.
fn watched(reader: &Reader, export: &Export, give: &mut dyn FnMut(Answer) -> bool) -> Result<(), Say> {
    let (since, until) = (export.since, export.until);
    let within = |at: Stamp| since.is_none_or(|since| at >= since) && until.is_none_or(|until| at < until);
    match export.what.as_str() {
        "spans" => {
            let spans = reader.spans(since.unwrap_or(Stamp(i64::MIN)), until.unwrap_or(Stamp(i64::MAX)));
            pieces(&mut spans.map(|span| Ok(ExportRow::Span(Box::new(span)))), give)
        }
        "interventions" => {
            let steps = reader.interventions(since, until);
            pieces(&mut steps.map(|step| Ok(ExportRow::Intervention(Box::new(step)))), give)
        }
        "recordings" => {
            let recordings = reader.recordings().filter(|recording| within(recording.made_at));
            pieces(&mut recordings.map(|recording| Ok(ExportRow::Recording(Box::new(recording)))), give)
        }
        "spot_draws" => {
            let draws = reader.spot_draws().filter(|draw| within(draw.at));
            pieces(&mut draws.map(|draw| Ok(ExportRow::SpotDraw(Box::new(draw)))), give)
        }
        _ => {
            let sheets = reader.check_sheets().filter(|sheet| within(sheet.at));
            pieces(&mut sheets.map(|sheet| Ok(ExportRow::CheckSheet(Box::new(sheet)))), give)
        }
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
