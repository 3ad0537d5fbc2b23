//! The calls the desk has in mind: every open one, and the ended ones of the recent past, findable by any channel id.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::record::Call;
use crate::domain::ids::{CallId, SourceId};
use crate::domain::time::{Millis, Stamp};

/// Ended calls kept in mind, so that a late or doubled signal finds the call it is about.
const ENDED_KEPT: usize = 4_000;

/// Calls by id, with an index over every PBX channel id that belongs to one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Plain", into = "Plain")]
pub struct CallBook {
    calls: BTreeMap<CallId, Call>,
    by_channel: BTreeMap<(SourceId, String), CallId>,
    /// The ended ones by their arrival: history brought in later has new ids, and must not push the day's calls out.
    ended: BTreeSet<(Stamp, CallId)>,
    next: u64,
}

#[derive(Serialize, Deserialize)]
struct Plain {
    calls: Vec<Call>,
    next: u64,
}

impl From<CallBook> for Plain {
    fn from(book: CallBook) -> Plain {
        Plain { calls: book.calls.into_values().collect(), next: book.next }
    }
}

impl From<Plain> for CallBook {
    fn from(plain: Plain) -> CallBook {
        let mut book = CallBook { next: plain.next, ..CallBook::default() };
        for call in plain.calls {
            book.put(call);
        }
        book
    }
}

impl CallBook {
    /// The id the next new call gets.
    pub fn next_id(&self) -> CallId {
        CallId(self.next.max(1))
    }

    /// The call with this id.
    pub fn get(&self, id: CallId) -> Option<&Call> {
        self.calls.get(&id)
    }

    /// The call a PBX channel (the caller's, a leg's, a Local half's) belongs to.
    pub fn by_channel(&self, source: SourceId, uniqueid: &str) -> Option<&Call> {
        let id = self.by_channel.get(&(source, uniqueid.to_owned()))?;
        self.calls.get(id)
    }

    /// All calls in mind, oldest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.values()
    }

    /// The open ones, oldest first.
    pub fn open(&self) -> impl Iterator<Item = &Call> {
        self.calls.values().filter(|call| call.is_open())
    }

    /// Stores a call's new value; old ended calls leave, those that arrived first before the others.
    pub fn put(&mut self, call: Call) {
        self.next = self.next.max(call.id.0 + 1);
        for channel in channels_of(&call) {
            self.by_channel.insert((call.source, channel.to_owned()), call.id);
        }
        let (id, arrived, ended) = (call.id, call.arrived_at, !call.is_open());
        if let Some(old) = self.calls.insert(id, call) {
            self.ended.remove(&(old.arrived_at, id));
        }
        if ended {
            self.ended.insert((arrived, id));
        }
        self.trim(ENDED_KEPT);
    }

    /// A copy for a console: of ended calls the newest `ended_kept`, and however many there are of those that arrived at
    /// most `recent` milliseconds before their source's newest: what just now was like is counted from them (R-LIVE-1).
    pub fn trimmed(&self, ended_kept: usize, recent: Millis) -> CallBook {
        let mut newest: BTreeMap<SourceId, Stamp> = BTreeMap::new();
        // Each source by itself: their clocks are not one, and a rehearsal's is of another day.
        for call in self.calls.values() {
            let at = newest.entry(call.source).or_insert(call.arrived_at);
            *at = call.arrived_at.max(*at);
        }
        let is_recent = |id: &CallId| {
            let newest = self.calls.get(id).and_then(|call| Some(newest.get(&call.source)?.since(call.arrived_at)));
            newest.is_some_and(|since| since <= recent)
        };
        let surplus = self.ended.len().saturating_sub(ended_kept);
        let mut book = self.clone();
        for (at, id) in self.ended.iter().take(surplus).filter(|(_, id)| !is_recent(id)) {
            book.ended.remove(&(*at, *id));
            book.forget(*id);
        }
        book
    }

    fn trim(&mut self, kept: usize) {
        while self.ended.len() > kept {
            let Some((_, id)) = self.ended.pop_first() else { return };
            self.forget(id);
        }
    }

    fn forget(&mut self, id: CallId) {
        let Some(call) = self.calls.remove(&id) else { return };
        for channel in channels_of(&call) {
            let key = (call.source, channel.to_owned());
            if self.by_channel.get(&key) == Some(&id) {
                self.by_channel.remove(&key);
            }
        }
    }
}

/// Every channel id of a call. Empty ids (calls entered by hand) are in no index.
fn channels_of(call: &Call) -> impl Iterator<Item = &str> {
    std::iter::once(call.uniqueid.as_str())
        .chain(call.legs.iter().map(|leg| leg.uniqueid.as_str()))
        .chain(call.memory.channels.iter().map(String::as_str))
        .filter(|id| !id.is_empty())
}
