//! Calls of a log on their way to the desk: which of them it knows, what the log adds to each, written in groups.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::access::Access;
use crate::domain::call::Call;
use crate::domain::call::backfill::{LogCall, fill};
use crate::domain::command::{Command, SourceCommand};
use crate::domain::{CallId, Source, SourceKind};
use crate::pbx::queue_log::command_id;
use crate::text::Say;
use crate::wire::{Answer, Query};

/// Calls asked about, and written, at once: two groups of the desk, so that each sync of the disk serves many calls and
/// a console's command waits for no more than these.
const AT_ONCE: usize = 256;
/// How often a command is tried again that did not fit into its group.
const TRIES: usize = 8;

/// What came of an import.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Calls of the log that have an end.
    pub calls: usize,
    /// Calls of the desk that the log added to.
    pub filled: usize,
    /// Calls the desk had not heard of.
    pub new: usize,
    /// Calls the log added nothing to.
    pub same: usize,
}

/// The line to the desk and what waits to go over it.
pub struct Batch {
    access: Access,
    dry_run: bool,
    calls: Vec<LogCall>,
    ids: BTreeSet<String>,
    count: Count,
    faults: Vec<Say>,
}

impl Batch {
    /// Nothing waits yet.
    pub fn new(access: Access, dry_run: bool) -> Batch {
        Batch { access, dry_run, calls: Vec::new(), ids: BTreeSet::new(), count: Count::default(), faults: Vec::new() }
    }

    /// So far.
    pub fn count(&self) -> Count {
        self.count
    }

    /// Calls the desk refused since this was asked last, each with its line and the desk's sentence.
    pub fn faults(&mut self) -> Vec<Say> {
        std::mem::take(&mut self.faults)
    }

    /// Adds a call. Another one under the same PBX id must be known to the desk before it is asked about this one.
    pub fn push(&mut self, call: LogCall) -> Result<(), Say> {
        if self.calls.len() >= AT_ONCE || self.ids.contains(&call.uniqueid) {
            self.send()?;
        }
        self.ids.insert(call.uniqueid.clone());
        self.calls.push(call);
        Ok(())
    }

    /// Brings what waits to the desk, and comes back when it is on disk.
    pub fn send(&mut self) -> Result<(), Say> {
        let logs = std::mem::take(&mut self.calls);
        let ids = std::mem::take(&mut self.ids);
        if logs.is_empty() {
            return Ok(());
        }
        self.count.calls += logs.len();
        let known = self.known(ids)?;
        let mut told = Vec::new();
        for log in &logs {
            told.extend(self.filled(log, &known).into_iter().map(|call| (log, call)));
        }
        if self.dry_run {
            return Ok(());
        }
        for _ in 0..TRIES {
            told = self.write(told)?;
            if told.is_empty() {
                return Ok(());
            }
        }
        Err(Say::new("desk.try_again"))
    }

    /// Gives back what did not fit and has to be sent again.
    fn write<'a>(&mut self, told: Vec<(&'a LogCall, Call)>) -> Result<Vec<(&'a LogCall, Call)>, Say> {
        let mut sent = Vec::with_capacity(told.len());
        for (log, call) in &told {
            let command = Command::Source(SourceCommand::Backfill(Box::new(call.clone())));
            sent.push(self.access.send_as(command_id(log, call.id), command)?);
        }
        let mut refused = BTreeMap::new();
        self.access.all_answered(&sent, &mut |place, why| drop(refused.insert(place, why)))?;
        let mut again = Vec::new();
        for (place, (log, call)) in told.into_iter().enumerate() {
            match refused.remove(&place) {
                None => {}
                Some(why) if why.key == "desk.try_again" => again.push((log, call)),
                Some(why) if of_the_call(&why) => {
                    self.uncount(&call);
                    self.faults.push(why.with("line", log.line).with("id", &log.uniqueid));
                }
                Some(why) => return Err(why),
            }
        }
        Ok(again)
    }

    fn uncount(&mut self, call: &Call) {
        let counted = if call.id == CallId(0) { &mut self.count.new } else { &mut self.count.filled };
        *counted = counted.saturating_sub(1);
    }

    fn known(&mut self, ids: BTreeSet<String>) -> Result<BTreeMap<String, Vec<Call>>, Say> {
        let mut known: BTreeMap<String, Vec<Call>> = BTreeMap::new();
        self.access.ask(Query::CallsByUniqueid(ids.into_iter().collect()), &mut |answer| {
            let Answer::Calls(calls) = answer else { return Ok(true) };
            for call in calls {
                known.entry(call.uniqueid.clone()).or_default().push(call);
            }
            Ok(false)
        })?;
        Ok(known)
    }

    /// What the log adds to the call of the desk that it tells of, or the one call nobody knew.
    fn filled(&mut self, log: &LogCall, known: &BTreeMap<String, Vec<Call>>) -> Vec<Call> {
        let rulebook = self.access.rulebook();
        let limits = |queue: Option<&str>| rulebook.limit_ms(queue);
        let source = Source { kind: SourceKind::Live, ..Source::default() };
        let existing: Vec<&Call> = known.get(&log.uniqueid).into_iter().flatten().filter(|call| log.is(call)).collect();
        if existing.is_empty() {
            let new = fill(&source, &limits, None, CallId(0), log);
            self.count.new += usize::from(new.is_some());
            return new.into_iter().collect();
        }
        let calls: Vec<Call> =
            existing.iter().filter_map(|call| fill(&source, &limits, Some(call), call.id, log)).collect();
        self.count.filled += calls.len();
        self.count.same += existing.len() - calls.len();
        calls
    }
}

/// The desk refused this one call; the others may be taken.
fn of_the_call(why: &Say) -> bool {
    why.key.starts_with("import.") || why.key == "desk.too_much"
}

impl Batch {
    /// Closes the line, and the desk where it was ours.
    pub fn close(self) -> Result<Count, Say> {
        self.access.close()?;
        Ok(self.count)
    }
}
