//! Questions about figures, answered from the index of what each record gives (R-LIVE-3, §9), and the desk's own sums
//! of yesterday and today.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::figures::{Book, Counts, Fact, Filter, Ledger, RecordRef, Slot, kept_from};
use crate::domain::ticket::Seal;
use crate::domain::{Event, Recording, Stamp, State, Ticket};
use crate::store::Reader;
use crate::text::Say;
use crate::wire::{Answer, FigureOf, FigureRow};

/// Sums of one piece of an answer.
const PIECE: usize = 2_000;

/// The sums of yesterday and today, record by record, as the records have them.
pub(super) fn ledger(reader: &Reader, now: Stamp, offset_ms: i64) -> Ledger {
    let from = kept_from(now, offset_ms);
    let mut ledger = Ledger::new(from);
    reader.figures(from, i64::MAX).for_each(|(record, slot, counts)| ledger.put(record, slot, counts));
    ledger
}

/// Sums over a span, in pieces.
pub(super) fn sums(reader: &Reader, since: i64, until: i64, give: &mut dyn FnMut(Answer) -> bool) -> Result<(), Say> {
    let mut cells: BTreeMap<Slot, Counts> = BTreeMap::new();
    for (_, slot, counts) in reader.figures(since, until) {
        cells.entry(slot).or_default().add(&counts, 1);
    }
    if let Some(fault) = reader.fault() {
        return Err(fault);
    }
    let mut cells = cells.into_iter();
    loop {
        let piece: Vec<(Slot, Counts)> = cells.by_ref().take(PIECE).collect();
        let last = piece.len() < PIECE;
        if !give(Answer::Figures { cells: piece, last }) || last {
            return Ok(());
        }
    }
}

/// The records behind a figure, the newest first.
pub(super) fn rows(reader: &Reader, (since, until): (i64, i64), filter: &Filter, facts: &[u8], limit: usize) -> Answer {
    let facts: Vec<Fact> = facts.iter().filter_map(|number| Fact::of_number(*number)).collect();
    let mut of: BTreeMap<RecordRef, (i64, Counts)> = BTreeMap::new();
    for (record, slot, counts) in reader.figures(since, until).filter(|(_, slot, _)| filter.takes(slot)) {
        if facts.is_empty() || facts.iter().any(|fact| counts.get(*fact) != 0) {
            let (newest, sum) = of.entry(record).or_insert((slot.half_hour, Counts::default()));
            *newest = (*newest).max(slot.half_hour);
            sum.add(&counts, 1);
        }
    }
    let mut order: BTreeSet<(i64, RecordRef)> = of.iter().map(|(record, (at, _))| (*at, record.clone())).collect();
    let mut rows = Vec::new();
    while let Some((_, record)) = order.pop_last().filter(|_| rows.len() < limit) {
        let counts = of.get(&record).map(|(_, counts)| counts.clone()).unwrap_or_default();
        rows.extend(record_of(reader, &record).map(|row| FigureRow { row, counts }));
    }
    Answer::FigureRows { rows, of: of.len() as u64 }
}

fn record_of(reader: &Reader, record: &RecordRef) -> Option<FigureOf> {
    Some(match record {
        RecordRef::Call(id) => FigureOf::Call(Box::new(reader.call(*id)?)),
        RecordRef::Span(since, agent) => FigureOf::Span(Box::new(reader.span(*since, agent)?)),
        RecordRef::Ticket(id) => FigureOf::Ticket(Box::new(unsealed(reader.ticket(*id)?))),
        RecordRef::Callback(id) => FigureOf::Callback(Box::new(reader.callback(*id)?)),
        RecordRef::SpotDraw(id) => FigureOf::SpotDraw(Box::new(reader.spot_draw(*id)?)),
        RecordRef::Intervention(id) => FigureOf::Intervention(Box::new(reader.intervention(*id)?)),
    })
}

/// That it is sealed is known; what was sealed does not leave the desk with a figure.
fn unsealed(ticket: Ticket) -> Ticket {
    Ticket { seal: ticket.seal.as_ref().map(|_| Seal::default()), ..ticket }
}

/// The register of recordings, or those that are free for deletion; the newest of them.
pub(super) fn recordings(reader: &Reader, register: bool, limit: usize) -> Answer {
    let mut recordings: Vec<Recording> = if register {
        reader.recording_register().collect()
    } else {
        reader.recordings().filter(|recording| recording.expired_at.is_some()).collect()
    };
    let surplus = recordings.len().saturating_sub(limit);
    recordings.drain(..surplus);
    Answer::Recordings(recordings)
}

/// The desk as it was at a moment, from the journal alone.
pub(super) fn state_at(reader: &Reader, at: Stamp, offset_ms: i64) -> Result<Answer, Say> {
    let mut state = State::new(offset_ms);
    let mut ledger = Ledger::new(kept_from(at, offset_ms));
    for entry in reader.journal(None, Some(at)) {
        let (entry, _) = entry.map_err(|error| error.say())?;
        entry.events.iter().for_each(|event: &Event| drop(ledger.take(event)));
        state.apply(&entry);
    }
    let book: Book = ledger.book().clone();
    Ok(Answer::StateAt(Box::new(state.for_console()), Box::new(book)))
}
