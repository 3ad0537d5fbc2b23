//! Questions about figures, answered from the index of what each record gives (R-LIVE-3, §9), and the desk's own sums
//! of yesterday and today.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::domain::figures::{Book, Counts, Fact, Filter, Ledger, RecordRef, Slot, given, half_hour_of, kept_from};
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

/// Sums over a span, in pieces, as they are read: nothing of it is held but the piece.
pub(super) fn sums(reader: &Reader, since: i64, until: i64, give: &mut dyn FnMut(Answer) -> bool) -> Result<(), Say> {
    let mut cells = reader.figure_sums(since, until);
    loop {
        let piece: Vec<(Slot, Counts)> = cells.by_ref().take(PIECE).collect();
        if let Some(fault) = reader.fault() {
            return Err(fault);
        }
        let last = piece.len() < PIECE;
        if !give(Answer::Figures { cells: piece, last }) || last {
            return Ok(());
        }
    }
}

/// The records behind a figure, the newest first, and how many there are. However many there are, no more than `limit` of
/// them are held, beside the numbers of tickets and callbacks, which count at several times.
pub(super) fn rows(reader: &Reader, span: (i64, i64), filter: &Filter, facts: &[u8], limit: usize) -> Answer {
    let facts: Vec<Fact> = facts.iter().filter_map(|number| Fact::of_number(*number)).collect();
    let mut newest = Newest { limit, ..Newest::default() };
    let mut count = Distinct::default();
    for (record, half_hour) in reader.behind(span, |slot| filter.takes(slot), &facts) {
        count.see(&record, half_hour, span.0);
        newest.see(record, half_hour);
    }
    let rows = newest.order.into_iter().rev().filter_map(|(_, record)| {
        let row = record_of(reader, &record)?;
        // What it gives follows from the record alone: the index says the same.
        let wanted = |slot: &Slot| (span.0..span.1).contains(&slot.half_hour) && filter.takes(slot);
        let mut counts = Counts::default();
        for (_, given) in given(&row.event()).iter().filter(|(slot, _)| wanted(slot)) {
            if facts.is_empty() || facts.iter().any(|fact| given.get(*fact) != 0) {
                counts.add(given, 1);
            }
        }
        (!counts.is_empty()).then_some(FigureRow { row, counts })
    });
    Answer::FigureRows { rows: rows.collect(), of: count.of }
}

/// The newest records, each by the last half-hour in which it counts. They come by half-hour, so one that was let go and
/// counts again later comes back.
#[derive(Default)]
struct Newest {
    limit: usize,
    order: BTreeSet<(i64, RecordRef)>,
    at: BTreeMap<RecordRef, i64>,
}

impl Newest {
    fn see(&mut self, record: RecordRef, half_hour: i64) {
        if let Some(before) = self.at.insert(record.clone(), half_hour) {
            self.order.remove(&(before, record.clone()));
        }
        self.order.insert((half_hour, record));
        while self.order.len() > self.limit {
            if let Some((_, record)) = self.order.pop_first() {
                self.at.remove(&record);
            }
        }
    }
}

/// How many different records. A call counts at one place; a stretch in each half-hour it lasts, the first of which is
/// known; of all others the numbers are kept.
#[derive(Default)]
struct Distinct {
    of: u64,
    seen: HashSet<RecordRef>,
}

impl Distinct {
    fn see(&mut self, record: &RecordRef, half_hour: i64, since: i64) {
        let new = match record {
            RecordRef::Call(_) => true,
            RecordRef::Span(begin, _) => half_hour == half_hour_of(*begin).max(since),
            other => self.seen.insert(other.clone()),
        };
        self.of += u64::from(new);
    }
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
