//! The byte forms that are on disk for ever, laid open for the tests that hold them still. Nothing else may use them.

use super::envelope::{self, Kind};
use super::fold::{Before, Pair, Traces, Writes};
use super::frame;
use super::segment::{Header, Walk};
use crate::domain::{Entry, Event};

struct Nothing;

impl Before for Nothing {
    fn traces(&self, _record: &[u8]) -> Result<Option<Traces>, String> {
        Ok(None)
    }
}

/// An entry in its envelope, as it lies in the journal.
pub fn entry_bytes(entry: &Entry) -> Result<Vec<u8>, String> {
    envelope::seal(Kind::Entry, entry)
}

/// Everything an event puts into new records: keys and values, in order.
pub fn record_bytes(event: &Event) -> Result<Vec<Pair>, String> {
    let entry = Entry {
        sequence: 7,
        at: crate::domain::Stamp(0),
        actor: crate::domain::Actor::Desk,
        seat: String::new(),
        rule: String::new(),
        command: 0,
        events: vec![event.clone()],
    };
    let mut writes = Writes::default();
    writes.fold(&Nothing, &entry, &[0; 32])?;
    Ok(writes.changed.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect())
}

/// The first segment of a journal that holds these entries, each appended by itself.
pub fn segment_bytes(entries: &[Entry]) -> Result<Vec<u8>, String> {
    let mut bytes = Header { number: 1, first: 1, previous: [0; 32] }.to_bytes().to_vec();
    let mut previous = [0; 32];
    for entry in entries {
        let sealed = entry_bytes(entry)?;
        previous = frame::write(&mut bytes, (entry.sequence, entry.sequence, entry.at.0), &previous, &sealed);
    }
    Ok(bytes)
}

/// Where each entry of a segment begins, and at last where they end.
pub fn entry_places(segment: &[u8]) -> Vec<usize> {
    let Ok(header) = Header::parse(segment) else { return Vec::new() };
    let mut walk = Walk::new(segment, &header);
    let mut places = vec![walk.offset];
    while walk.next().is_some() {
        places.push(walk.offset);
    }
    places
}
