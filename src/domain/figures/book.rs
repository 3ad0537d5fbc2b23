//! Facts by where they count: summed, changed by differences, and kept up record by record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Counts, Slot, given};
use crate::domain::event::Event;
use crate::domain::ids::{AgentId, CallId, CallbackId, InterventionId, SpotDrawId, TicketId};
use crate::domain::state::DAY_MS;
use crate::domain::time::{Millis, Stamp};

/// A half-hour.
pub const SLOT_MS: Millis = 30 * 60_000;

/// The half-hour a moment is in, counted from 1970-01-01T00:00Z.
pub fn half_hour_of(at: Stamp) -> i64 {
    at.0.div_euclid(SLOT_MS)
}

/// The half-hour that the local day before this moment's began with: from there on the desk and its consoles keep sums up.
pub fn kept_from(now: Stamp, offset_ms: Millis) -> i64 {
    let today = (now.0 + offset_ms).div_euclid(DAY_MS);
    ((today - 1) * DAY_MS - offset_ms).div_euclid(SLOT_MS)
}

/// The record that gives facts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RecordRef {
    /// A call.
    Call(CallId),
    /// A stretch of an agent's time, by its begin.
    Span(Stamp, AgentId),
    /// A ticket.
    Ticket(TicketId),
    /// A callback line.
    Callback(CallbackId),
    /// A draw of calls to be checked.
    SpotDraw(SpotDrawId),
    /// Something a supervisor did.
    Intervention(InterventionId),
}

impl RecordRef {
    /// The record an event is about, where it gives facts at all.
    pub fn of(event: &Event) -> Option<RecordRef> {
        match event {
            Event::Call(call) => Some(RecordRef::Call(call.id)),
            Event::Span(span) => Some(RecordRef::Span(span.since, span.agent.clone())),
            Event::Ticket(ticket) => Some(RecordRef::Ticket(ticket.id)),
            Event::Callback(line) => Some(RecordRef::Callback(line.id)),
            Event::SpotDraw(draw) => Some(RecordRef::SpotDraw(draw.id)),
            Event::Intervention(step) => Some(RecordRef::Intervention(step.id)),
            _ => None,
        }
    }
}

/// What changes in sums.
pub type Delta = Vec<(Slot, Counts)>;

/// Sums of facts by where they count. What is zero is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The sums.
    pub cells: BTreeMap<Slot, Counts>,
}

impl Book {
    /// Adds `times` times what stands in a difference.
    pub fn add(&mut self, delta: &[(Slot, Counts)], times: i64) {
        for (slot, counts) in delta {
            match self.cells.get_mut(slot) {
                Some(cell) => cell.add(counts, times),
                None => drop(self.cells.insert(slot.clone(), counts.times(times))),
            }
            if self.cells.get(slot).is_some_and(Counts::is_empty) {
                self.cells.remove(slot);
            }
        }
    }

    /// The sum of the cells that are wanted.
    pub fn sum(&self, wanted: impl Fn(&Slot) -> bool) -> Counts {
        let mut sum = Counts::default();
        self.cells.iter().filter(|(slot, _)| wanted(slot)).for_each(|(_, counts)| sum.add(counts, 1));
        sum
    }

    /// Forgets what counts before a half-hour.
    pub fn forget_before(&mut self, half_hour: i64) {
        self.cells.retain(|slot, _| slot.half_hour >= half_hour);
    }
}

/// Sums kept up record by record: what a changed record gave before goes, what it gives now comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    book: Book,
    of: BTreeMap<RecordRef, Delta>,
    /// Nothing that counts before this half-hour is kept.
    from: i64,
}

impl Ledger {
    /// An empty one that keeps what counts from a half-hour on.
    pub fn new(from: i64) -> Ledger {
        Ledger { from, ..Ledger::default() }
    }

    /// The sums.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Takes what a record gives, as read from an index of what all records give.
    pub fn put(&mut self, record: RecordRef, slot: Slot, counts: Counts) {
        if slot.half_hour >= self.from {
            self.book.add(&[(slot.clone(), counts.clone())], 1);
            // In the order of `given`, whatever order an index has.
            let of = self.of.entry(record).or_default();
            let at = of.partition_point(|(before, _)| *before < slot);
            of.insert(at, (slot, counts));
        }
    }

    /// A record has a new value. Gives what changes in the sums.
    pub fn take(&mut self, event: &Event) -> Delta {
        let Some(record) = RecordRef::of(event) else { return Delta::new() };
        let mut new = given(event);
        new.retain(|(slot, _)| slot.half_hour >= self.from);
        let old = self.of.remove(&record).unwrap_or_default();
        if old == new {
            if !new.is_empty() {
                self.of.insert(record, new);
            }
            return Delta::new();
        }
        let mut change = Book::default();
        change.add(&old, -1);
        change.add(&new, 1);
        if !new.is_empty() {
            self.of.insert(record, new);
        }
        let delta: Delta = change.cells.into_iter().collect();
        self.book.add(&delta, 1);
        delta
    }

    /// Forgets what counts before a half-hour.
    pub fn forget_before(&mut self, half_hour: i64) {
        self.from = self.from.max(half_hour);
        self.book.forget_before(half_hour);
        self.of.retain(|_, given| {
            given.retain(|(slot, _)| slot.half_hour >= half_hour);
            !given.is_empty()
        });
    }
}
