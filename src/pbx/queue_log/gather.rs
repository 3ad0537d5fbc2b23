//! Puts the lines of a log together into calls, in bounded memory.
//!
//! A call is handed on once the log has gone on for an hour after its end, or for a day without one; the hour is for a
//! caller who comes into another queue afterwards, and for parts of a PBX whose clocks disagree. What is not over at the
//! log's end is kept for the log after this one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Line, Numbered};
use crate::domain::call::backfill::{DISAGREE, LogCall, LogEntry, LogEvent};
use crate::domain::state::DAY_MS;
use crate::domain::time::{Millis, Stamp};
use crate::text::Say;

/// How long a call that is over may still be added to.
const SETTLE: Millis = 3_600_000;
/// A line this far from its neighbours is looked at twice.
const FAR: Millis = 3_600_000;
/// Calls in the making at once; beyond it the one due first is handed on.
const MAKING: usize = 20_000;
/// Entries of all of them together; the same.
const HELD: usize = 200_000;
/// Phones that let one call ring; further ones are left out. And other entries of one call: no call has as many.
const RINGS: usize = 500;
const ENTRIES: usize = 1_000;
/// Agents whose talks are compared, and talks of each.
const AGENTS: usize = 10_000;
const TALKS: usize = 64;
/// Restarts of the PBX in mind.
const STARTS: usize = 10_000;
/// Ids of calls handed on, to notice one that comes again: a million-line log has some 300,000.
const IDS: usize = 500_000;

/// A call in the making.
#[derive(Clone, Debug, Default)]
struct Making {
    /// The line that told of it first; 0 for an earlier log's.
    line: usize,
    entries: Vec<LogEntry>,
    last: Stamp,
    over: bool,
    due: Stamp,
    /// This log has a line of it; a call of which only an earlier log told was handed on then.
    fresh: bool,
}

/// Calls in the making, and what is known of the log so far.
#[derive(Debug)]
pub struct Gather {
    making: BTreeMap<String, Making>,
    due: BTreeSet<(Stamp, String)>,
    /// Where the log's clock stands.
    water: Option<Stamp>,
    begun: Option<Stamp>,
    /// Lines after this moment can't be: it has not come yet.
    until: Stamp,
    /// A line far from the one before, until the next one says which of them is odd.
    far: Option<(usize, Line)>,
    starts: BTreeSet<Stamp>,
    /// The last moment of each call handed on, by its id's digest.
    ended: BTreeMap<u64, Stamp>,
    /// Entries in `making`.
    held: usize,
    talks: BTreeMap<String, VecDeque<(Stamp, Stamp, usize)>>,
    ready: Vec<LogCall>,
    faults: Vec<Say>,
    /// Ends of calls that began before this log.
    headless: Vec<LogEntry>,
}

impl Default for Gather {
    fn default() -> Gather {
        Gather {
            making: BTreeMap::new(),
            due: BTreeSet::new(),
            water: None,
            begun: None,
            until: Stamp(i64::MAX),
            far: None,
            starts: BTreeSet::new(),
            ended: BTreeMap::new(),
            held: 0,
            talks: BTreeMap::new(),
            ready: Vec::new(),
            faults: Vec::new(),
            headless: Vec::new(),
        }
    }
}

impl Gather {
    /// Holds every line after this moment to be wrong.
    pub fn until(self, until: Stamp) -> Gather {
        Gather { until, ..self }
    }

    /// Takes what an earlier log left over, before the first line of this one.
    pub fn carried(&mut self, entries: impl IntoIterator<Item = LogEntry>) {
        for entry in entries {
            self.entry(0, entry);
        }
    }

    /// Takes the next line.
    pub fn take(&mut self, numbered: Numbered) {
        let Numbered { number, line, odd } = numbered;
        self.faults.extend(odd);
        match line {
            Ok(line) if line.at() > self.until => {
                self.faults.push(Say::new("import.line_future").with("line", number));
            }
            Ok(line) => self.place(number, line),
            Err(why) => self.faults.push(why),
        }
    }

    /// The calls that are ready to be written down.
    pub fn calls(&mut self) -> Vec<LogCall> {
        std::mem::take(&mut self.ready)
    }

    /// What was found wrong since this was asked last.
    pub fn faults(&mut self) -> Vec<Say> {
        std::mem::take(&mut self.faults)
    }

    /// The log is at its end: hands on every call that is over, and gives back what the next log may go on with.
    pub fn finish(&mut self) -> Vec<LogEntry> {
        if let Some((number, line)) = self.far.take() {
            self.place_now(number, line);
        }
        let mut carried = Vec::new();
        let due: Vec<String> = std::mem::take(&mut self.due).into_iter().map(|(_, id)| id).collect();
        for id in due {
            let Some(making) = self.taken(&id) else { continue };
            if entered(&making.entries).is_none() {
                self.give_up(id, making);
            } else {
                // A restart of the PBX ended it for good.
                if making.over || self.restart_after(making.last).is_none() {
                    carried.extend(making.entries.iter().cloned());
                }
                self.hand_on(id, making, false);
            }
        }
        carried.append(&mut self.headless);
        carried
    }

    /// Lines that are far from their neighbours are wrong; where the next line is as far, the log itself has moved.
    fn place(&mut self, number: usize, line: Line) {
        let Some(water) = self.water else { return self.place_now(number, line) };
        if let Some((held, before)) = self.far.take() {
            let ahead = before.at() > water;
            let odd = if ahead { before.at().since(line.at()) > FAR } else { water.since(line.at()) <= FAR };
            if odd {
                self.faults.push(Say::new("import.line_far").with("line", held));
            } else {
                self.water = Some(before.at());
                self.place_now(held, before);
            }
        }
        let water = self.water.unwrap_or(water);
        if line.at().since(water).abs() > FAR {
            self.far = Some((number, line));
        } else {
            self.place_now(number, line);
        }
    }

    fn place_now(&mut self, number: usize, line: Line) {
        let at = line.at();
        self.begun.get_or_insert(at);
        self.water = Some(self.water.map_or(at, |water| water.max(at)));
        match line {
            Line::Call(entry) if entry.event == LogEvent::Other => {}
            Line::Call(entry) => self.entry(number, entry),
            Line::Started(at) => {
                self.starts.insert(at);
                if self.starts.len() > STARTS {
                    self.starts.pop_first();
                }
            }
            Line::Other(_) => {}
        }
        self.hand_on_due();
    }

    fn entry(&mut self, number: usize, entry: LogEntry) {
        let id = entry.uniqueid.clone();
        if self.making.get(&id).is_some_and(|making| entry.at.since(making.last).abs() > DAY_MS)
            && let Some(old) = self.taken(&id)
        {
            self.due.remove(&(old.due, id.clone()));
            self.give_up(id.clone(), old);
        }
        if !self.making.contains_key(&id) {
            self.note_repeated(number, &entry);
        }
        let making = self.making.entry(id.clone()).or_insert_with(|| Making { line: number, ..Making::default() });
        if number > 0 {
            making.fresh = true;
            making.line = if making.line == 0 { number } else { making.line };
        }
        if making.entries.contains(&entry) {
            return;
        }
        let ring = matches!(entry.event, LogEvent::RangOut(_));
        let most = if ring { RINGS } else { ENTRIES };
        if making.entries.len() >= most {
            self.faults.push(Say::new("import.call_long").with("line", number).with("id", &id));
            return;
        }
        making.last = making.last.max(entry.at);
        making.entries.push(entry);
        if !ring {
            making.over = sorted(&id, making).is_over();
        }
        self.held += 1;
        self.due.remove(&(making.due, id.clone()));
        making.due = making.last.plus(if making.over { SETTLE } else { DAY_MS });
        self.due.insert((making.due, id));
    }

    /// An id that was another call's.
    fn note_repeated(&mut self, number: usize, entry: &LogEntry) {
        let Some(before) = self.ended.get(&digest(&entry.uniqueid)) else { return };
        if matches!(entry.event, LogEvent::Entered { .. }) {
            let hours = entry.at.since(*before) / 3_600_000;
            let say = Say::new("import.call_again").with("line", number).with("id", &entry.uniqueid);
            self.faults.push(say.with("hours", hours));
        }
    }

    /// Takes a call out of the making; its place among the due ones is the caller's to clear.
    fn taken(&mut self, id: &str) -> Option<Making> {
        let making = self.making.remove(id)?;
        self.held -= making.entries.len().min(self.held);
        Some(making)
    }

    fn hand_on_due(&mut self) {
        let Some(water) = self.water else { return };
        while self.due.first().is_some_and(|(due, _)| *due <= water) || self.making.len() > MAKING || self.held > HELD {
            let Some((_, id)) = self.due.pop_first() else { return };
            if let Some(making) = self.taken(&id) {
                self.give_up(id, making);
            }
        }
    }

    /// Nothing more will come of this call.
    fn give_up(&mut self, id: String, making: Making) {
        if entered(&making.entries).is_some() {
            return self.hand_on(id, making, true);
        }
        let begun_before = self.begun.is_none_or(|begun| making.last.since(begun) <= DAY_MS);
        if making.line == 0 || (begun_before && self.headless.len() < MAKING) {
            // The log before this one has its beginning, and may come later. One that is older than this log was
            // waited for long enough.
            let waits = self.begun.is_none_or(|begun| begun.since(making.last) <= DAY_MS);
            self.headless.extend(making.entries.into_iter().filter(|_| waits));
        }
        if making.line > 0 {
            let key = if begun_before { "import.call_headless" } else { "import.call_phantom" };
            self.faults.push(Say::new(key).with("line", making.line).with("id", &id));
        }
    }

    fn hand_on(&mut self, id: String, making: Making, for_good: bool) {
        if !making.fresh && making.over {
            // It was handed on at the end of the log before.
            return;
        }
        let mut call = sorted(&id, &making);
        call.restarted_at = self.restart_after(making.last);
        call.given_up = for_good && !call.is_over();
        if !call.is_over() {
            return;
        }
        if call.given_up {
            let key = if call.line == 0 { "import.call_endless_before" } else { "import.call_endless" };
            self.faults.push(Say::new(key).with("line", call.line).with("id", &id));
        }
        if let Some(ms) = call.runs_backwards() {
            let say = Say::new("import.call_backwards").with("line", call.line).with("id", &id);
            self.faults.push(say.with("seconds", ms / 1_000));
        }
        self.compare_talks(&call);
        self.ended.insert(digest(&id), making.last);
        if self.ended.len() > IDS {
            self.ended.pop_first();
        }
        self.ready.push(call);
    }

    fn restart_after(&self, last: Stamp) -> Option<Stamp> {
        self.starts.range(last..).next().copied()
    }

    /// One agent can't talk with two callers at once; both calls are kept, and it is said.
    fn compare_talks(&mut self, call: &LogCall) {
        let Some((agent, from, to)) = call.talk().filter(|(agent, ..)| !agent.is_empty()) else { return };
        if !self.talks.contains_key(agent) && self.talks.len() >= AGENTS {
            return;
        }
        let talks = self.talks.entry(agent.to_owned()).or_default();
        let both = |other: &&(Stamp, Stamp, usize)| to.min(other.1).since(from.max(other.0)) > DISAGREE;
        if let Some((_, _, other)) = talks.iter().find(both) {
            let say = Say::new("import.call_overlaps").with("line", call.line).with("id", &call.uniqueid);
            self.faults.push(say.with("agent", agent).with("other", other));
        }
        talks.push_back((from, to, call.line));
        if talks.len() > TALKS {
            talks.pop_front();
        }
    }
}

fn entered(entries: &[LogEntry]) -> Option<&LogEntry> {
    entries.iter().find(|entry| matches!(entry.event, LogEvent::Entered { .. }))
}

/// The call as far as it is told, its entries by their time and, within a second, as they were written.
fn sorted(id: &str, making: &Making) -> LogCall {
    let mut entries = making.entries.clone();
    entries.sort_by_key(|entry| entry.at);
    LogCall { uniqueid: id.to_owned(), entries, line: making.line, ..LogCall::default() }
}

/// Short for an id: 500,000 ids are kept in 8 MB instead of 40. Two that fall together cost a sentence too many.
fn digest(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
