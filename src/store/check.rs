//! Does the journal hold, and do the records say what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::fold::{Before, Traces, Writes};
use super::frame::Hash;
use super::keys;
use super::open::Shared;
use super::records::Records;
use super::replay::Cursor;
use crate::domain::{DrawId, Event, SpotDrawId, draw};
use crate::text::Say;

/// Differences told one by one; of the rest only how many.
const TOLD: usize = 100;

/// What `check` found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Journal entries read and verified.
    pub entries: u64,
    /// What is damaged or differs; empty when all agrees.
    pub faults: Vec<Say>,
}

/// What the records should hold: the hash of every value, and what the fold must know of each record.
#[derive(Default)]
struct Shadow {
    values: BTreeMap<Vec<u8>, Hash>,
    traces: BTreeMap<Vec<u8>, Traces>,
    touched: BTreeSet<Vec<u8>>,
    entries: u64,
    /// The draws that do not come out the same when they are made again (R-CB-2), by their last value.
    draws: BTreeMap<DrawId, Say>,
    /// The same of the draws of calls (R-QA-1).
    spot_draws: BTreeMap<SpotDrawId, Say>,
}

impl Before for Shadow {
    fn traces(&self, record: &[u8]) -> Result<Option<Traces>, String> {
        Ok(self.traces.get(record).cloned())
    }
}

impl Shadow {
    /// Folds entries that lie before the end of the cursor.
    fn follow(&mut self, cursor: &mut Cursor, note_touched: bool) -> Result<(), StoreError> {
        while let Some((entry, hash)) = cursor.read()? {
            let mut writes = Writes::default();
            writes.fold(self, &entry, &hash).map_err(StoreError::Records)?;
            for event in &entry.events {
                match event {
                    Event::Draw(draw) => keep(&mut self.draws, draw.id, draw::differs(draw)),
                    Event::SpotDraw(draw) => keep(&mut self.spot_draws, draw.id, draw.differs()),
                    _ => {}
                }
            }
            self.traces.extend(writes.traces);
            for (key, value) in writes.changed {
                if note_touched {
                    self.touched.insert(key.clone());
                }
                match value {
                    Some(value) => self.values.insert(key, Sha256::digest(&value).into()),
                    None => self.values.remove(&key),
                };
            }
            self.entries += 1;
        }
        Ok(())
    }
}

/// A fault of the last value, or none.
fn keep<K: Ord>(faults: &mut BTreeMap<K, Say>, key: K, fault: Option<Say>) {
    match fault {
        Some(fault) => drop(faults.insert(key, fault)),
        None => drop(faults.remove(&key)),
    }
}

/// Checks everything while the owner goes on: what seems to differ is looked at once more at the end, when the owner is
/// held up for the moment it takes to fold what it appended meanwhile.
pub(super) fn run(records: &Records, shared: &Shared) -> CheckReport {
    let mut shadow = Shadow::default();
    let mut faults = Vec::new();
    if let Err(error) = compare(records, shared, &mut shadow, &mut faults) {
        faults.push(error.say());
    }
    faults.extend(shadow.draws.into_values().chain(shadow.spot_draws.into_values()));
    CheckReport { entries: shadow.entries, faults }
}

fn compare(records: &Records, shared: &Shared, shadow: &mut Shadow, faults: &mut Vec<Say>) -> Result<(), StoreError> {
    let end = *shared.still();
    let mut cursor = Cursor::new(&shared.journal, 1, end);
    shadow.follow(&mut cursor, false)?;
    let mut doubtful = differing(records, shadow).map_err(StoreError::Records)?;
    let now = shared.still();
    cursor.go_on_to(*now);
    shadow.follow(&mut cursor, true)?;
    doubtful.append(&mut shadow.touched);
    let mut left = 0u64;
    for key in doubtful {
        let stored = records.get(&key).map_err(StoreError::Records)?;
        let Some(fault) = fault(&key, shadow.values.get(&key), stored.as_deref()) else { continue };
        if faults.len() < TOLD {
            faults.push(fault.with("key", name(&key)));
        } else {
            left += 1;
        }
    }
    if left > 0 {
        faults.push(Say::new("store.fault_more").with("count", left));
    }
    Ok(())
}

/// The keys whose values are not what they should be, and those that are on one side only.
fn differing(records: &Records, shadow: &Shadow) -> Result<BTreeSet<Vec<u8>>, String> {
    let mut differing = BTreeSet::new();
    let mut expected = shadow.values.iter().peekable();
    for pair in records.all() {
        let (key, value) = pair?;
        while let Some((missing, _)) = expected.next_if(|(expected, _)| **expected < key) {
            differing.insert(missing.clone());
        }
        let hash = expected.next_if(|(expected, _)| **expected == key).map(|(_, hash)| hash);
        if fault(&key, hash, Some(&value)).is_some() {
            differing.insert(key);
        }
    }
    differing.extend(expected.map(|(key, _)| key.clone()));
    Ok(differing)
}

fn fault(_key: &[u8], expected: Option<&Hash>, stored: Option<&[u8]>) -> Option<Say> {
    match (expected, stored) {
        (None, None) => None,
        (Some(_), None) => Some(Say::new("store.fault_missing")),
        (None, Some(_)) => Some(Say::new("store.fault_extra")),
        (Some(hash), Some(value)) => {
            let found: Hash = Sha256::digest(value).into();
            (found != *hash).then(|| Say::new("store.fault_differs"))
        }
    }
}

/// A key for people: what it is and its number, or its bytes.
fn name(key: &[u8]) -> String {
    let kind = match key.first().copied().unwrap_or_default() {
        keys::SOURCE => "source",
        keys::CALL => "call",
        keys::AGENT => "agent",
        keys::TICKET => "ticket",
        keys::CALLBACK => "callback",
        keys::CUSTOMER => "customer",
        keys::MESSAGE => "message",
        keys::COMMAND => "command",
        keys::MARK => return "mark".to_owned(),
        _ => "index",
    };
    match (kind, key.get(1..), keys::last_number(key)) {
        ("agent", Some(id), _) => format!("agent {}", String::from_utf8_lossy(id)),
        ("call" | "ticket" | "callback" | "customer" | "message", _, Some(id)) => format!("{kind} {id}"),
        _ => format!("{kind} {}", key.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    }
}
