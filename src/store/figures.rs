//! The index of what each record gives to the figures (R-LIVE-3, §9): one key for each place a record counts in.
//!
//! Figures are sums over a range of these keys, and the rows behind a figure are the records they name. The keys follow
//! from the record alone, like those of every other index, so `check` holds them to the journal too.

use super::fold::Pair;
use super::keys;
use super::records::Walk;
use crate::domain::Event;
use crate::domain::figures::{About, Counts, Fact, RecordRef, Slot, given};
use crate::domain::ids::{AgentId, CallId, CallbackId, InterventionId, SpotDrawId, TicketId};
use crate::domain::time::Stamp;

/// Bytes of a place before its names: which index, the half-hour, what kind of record.
const HEAD: usize = 10;
/// Names of a place: queue, who, kind, department, detail.
const PARTS: usize = 5;

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
    let end = place_end(key)?;
    let (place, record) = key.split_at_checked(end)?;
    Some((read_record(record)?, read_slot(place)?, counts(value)?))
}

/// Where the place ends in a key, and the record's name begins.
fn place_end(key: &[u8]) -> Option<usize> {
    let mut end = HEAD;
    for _ in 0..PARTS {
        let length = key.get(end..)?.first_chunk::<2>()?;
        end += 2 + usize::from(u16::from_be_bytes(*length));
    }
    (end <= key.len()).then_some(end)
}

fn read_slot(place: &[u8]) -> Option<Slot> {
    let (head, mut rest) = place.split_first_chunk::<HEAD>()?;
    let half_hour = (u64::from_be_bytes(*head.get(1..9)?.first_chunk()?) ^ (1 << 63)) as i64;
    let about = About::of_number(*head.get(9)?)?;
    let mut part = || {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        let (text, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = behind;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    Some(Slot { half_hour, about, queue: part()?, who: part()?, kind: part()?, department: part()?, detail: part()? })
}

fn read_record(name: &[u8]) -> Option<RecordRef> {
    let (kind, rest) = name.split_first()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let number = u64::from_be_bytes(*number);
    Some(match kind {
        1 => RecordRef::Call(CallId(number)),
        2 => RecordRef::Span(Stamp(number as i64), AgentId(String::from_utf8_lossy(rest).into_owned())),
        3 => RecordRef::Ticket(TicketId(number)),
        4 => RecordRef::Callback(CallbackId(number)),
        5 => RecordRef::SpotDraw(SpotDrawId(number)),
        6 => RecordRef::Intervention(InterventionId(number)),
        _ => return None,
    })
}

fn counts(value: &[u8]) -> Option<Counts> {
    let mut counts = Counts::default();
    add(value, &mut counts)?;
    Some(counts)
}

/// Adds a value to a sum, without a list of its own.
fn add(value: &[u8], sum: &mut Counts) -> Option<()> {
    for pair in value.chunks(9) {
        let (number, count) = pair.split_first()?;
        sum.put(Fact::of_number(*number)?, i64::from_be_bytes(*count.first_chunk()?));
    }
    Some(())
}

/// Sums of a range, place by place. Keys of one place lie side by side: only the place at hand is held, and its names are
/// read once, however many records count there.
pub(super) struct Sums {
    pairs: Walk,
    place: Vec<u8>,
    sum: Counts,
}

impl Sums {
    pub fn of(pairs: Walk) -> Sums {
        Sums { pairs, place: Vec::new(), sum: Counts::default() }
    }

    fn take(&mut self) -> Option<Result<(Slot, Counts), String>> {
        let (place, sum) = (std::mem::take(&mut self.place), std::mem::take(&mut self.sum));
        (!place.is_empty()).then(|| Ok((read_slot(&place).ok_or_else(no_figure)?, sum)))
    }
}

fn no_figure() -> String {
    "no figure".to_owned()
}

impl Iterator for Sums {
    type Item = Result<(Slot, Counts), String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (key, value) = match self.pairs.next() {
                None => return self.take(),
                Some(Err(why)) => return Some(Err(why)),
                Some(Ok(pair)) => pair,
            };
            let Some(place) = place_end(&key).and_then(|end| key.get(..end)) else { return Some(Err(no_figure())) };
            let done = if place == self.place { None } else { self.take() };
            if self.place.is_empty() {
                self.place = place.to_vec();
            }
            if add(&value, &mut self.sum).is_none() {
                return Some(Err(no_figure()));
            }
            if done.is_some() {
                return done;
            }
        }
    }
}

/// The records that give any of some facts at places that are wanted, each with its half-hour; of a record that counts at
/// several places each time. Whether a place is wanted is asked once for all records that count there.
pub(super) struct Behind<F> {
    pairs: Walk,
    wanted: F,
    facts: Vec<u8>,
    place: Vec<u8>,
    half_hour: Option<i64>,
}

impl<F: FnMut(&Slot) -> bool> Behind<F> {
    /// Any fact at all where none is named.
    pub fn of(pairs: Walk, wanted: F, facts: &[Fact]) -> Behind<F> {
        let facts = facts.iter().map(|fact| fact.number()).collect();
        Behind { pairs, wanted, facts, place: Vec::new(), half_hour: None }
    }

    fn one(&mut self, key: &[u8], value: &[u8]) -> Option<Option<(RecordRef, i64)>> {
        let (place, record) = key.split_at_checked(place_end(key)?)?;
        if place != self.place {
            let slot = read_slot(place)?;
            self.place = place.to_vec();
            self.half_hour = (self.wanted)(&slot).then_some(slot.half_hour);
        }
        let gives = self.facts.is_empty()
            || value.chunks(9).any(|pair| pair.first().is_some_and(|fact| self.facts.contains(fact)));
        match self.half_hour.filter(|_| gives) {
            Some(half_hour) => Some(Some((read_record(record)?, half_hour))),
            None => Some(None),
        }
    }
}

impl<F: FnMut(&Slot) -> bool> Iterator for Behind<F> {
    type Item = Result<(RecordRef, i64), String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.pairs.next()? {
                Err(why) => return Some(Err(why)),
                Ok((key, value)) => match self.one(&key, &value) {
                    None => return Some(Err(no_figure())),
                    Some(Some(found)) => return Some(Ok(found)),
                    Some(None) => {}
                },
            }
        }
    }
}
