//! The index of what each record gives to the figures (R-LIVE-3, §9): one key for each place a record counts in.
//!
//! Figures are sums over a range of these keys, and the rows behind a figure are the records they name. The keys follow
//! from the record alone, like those of every other index, so `check` holds them to the journal too.

use super::fold::Pair;
use super::keys;
use crate::domain::Event;
use crate::domain::figures::{About, Counts, RecordRef, Slot, given};
use crate::domain::ids::{AgentId, CallId, CallbackId, InterventionId, SpotDrawId, TicketId};
use crate::domain::time::Stamp;

/// What a record gives, as keys and values.
pub(super) fn pairs(event: &Event) -> Vec<Pair> {
    let Some(record) = RecordRef::of(event) else { return Vec::new() };
    given(event).into_iter().map(|(slot, counts)| (key(&slot, &record), value(&counts))).collect()
}

/// Where a range of half-hours begins.
pub(super) fn from(half_hour: i64) -> Vec<u8> {
    keys::moment(keys::FIGURE, Stamp(half_hour))
}

fn key(slot: &Slot, record: &RecordRef) -> Vec<u8> {
    let mut key = from(slot.half_hour);
    key.push(slot.about.number());
    for part in [&slot.queue, &slot.who, &slot.kind, &slot.department, &slot.detail] {
        let length = part.len().min(usize::from(u16::MAX));
        key.extend_from_slice(&(length as u16).to_be_bytes());
        key.extend_from_slice(part.as_bytes().get(..length).unwrap_or_default());
    }
    match record {
        RecordRef::Call(id) => key.extend(numbered(1, id.0)),
        RecordRef::Span(since, agent) => {
            key.extend(numbered(2, since.0 as u64));
            key.extend_from_slice(agent.0.as_bytes());
        }
        RecordRef::Ticket(id) => key.extend(numbered(3, id.0)),
        RecordRef::Callback(id) => key.extend(numbered(4, id.0)),
        RecordRef::SpotDraw(id) => key.extend(numbered(5, id.0)),
        RecordRef::Intervention(id) => key.extend(numbered(6, id.0)),
    }
    key
}

fn numbered(kind: u8, number: u64) -> Vec<u8> {
    keys::numbered(kind, number)
}

fn value(counts: &Counts) -> Vec<u8> {
    let facts: Vec<(u8, i64)> = counts.iter().map(|(fact, count)| (fact.number(), count)).collect();
    let mut value = Vec::with_capacity(facts.len() * 9);
    for (fact, count) in facts {
        value.push(fact);
        value.extend_from_slice(&count.to_be_bytes());
    }
    value
}

/// Reads a key and its value back; nothing where they are no such pair.
pub(super) fn read(key: &[u8], value: &[u8]) -> Option<(RecordRef, Slot, Counts)> {
    let (head, mut rest) = key.split_first_chunk::<10>()?;
    let half_hour = (u64::from_be_bytes(*head.get(1..9)?.first_chunk()?) ^ (1 << 63)) as i64;
    let about = About::of_number(*head.get(9)?)?;
    let mut part = || {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        let (text, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = behind;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    let slot =
        Slot { half_hour, about, queue: part()?, who: part()?, kind: part()?, department: part()?, detail: part()? };
    let (kind, rest) = rest.split_first()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let number = u64::from_be_bytes(*number);
    let record = match kind {
        1 => RecordRef::Call(CallId(number)),
        2 => RecordRef::Span(Stamp(number as i64), AgentId(String::from_utf8_lossy(rest).into_owned())),
        3 => RecordRef::Ticket(TicketId(number)),
        4 => RecordRef::Callback(CallbackId(number)),
        5 => RecordRef::SpotDraw(SpotDrawId(number)),
        6 => RecordRef::Intervention(InterventionId(number)),
        _ => return None,
    };
    Some((record, slot, counts(value)?))
}

fn counts(value: &[u8]) -> Option<Counts> {
    use crate::domain::figures::Fact;
    let facts = value.chunks(9).map(|pair| {
        let (number, count) = pair.split_first()?;
        Some((Fact::of_number(*number)?, i64::from_be_bytes(*count.first_chunk()?)))
    });
    Some(Counts::of(facts.collect::<Option<Vec<_>>>()?))
}
