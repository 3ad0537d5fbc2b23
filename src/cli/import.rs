//! `ringdesk import queue_log`: fills calls in from the PBX's own log. A call that was seen live is not touched; one
//! the desk never heard of is entered, marked reconstructed. Doing it twice does nothing the second time.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, FAILED, complain};
use crate::domain::call::Call;
use crate::domain::call::backfill::{LogCall, fill};
use crate::domain::command::{Command, SourceCommand};
use crate::domain::{CallId, Rulebook, Source, SourceKind};
use crate::pbx::queue_log;
use crate::text::Say;
use crate::wire::{Answer, Query};

/// Calls asked about, and written, at once.
const AT_ONCE: usize = 200;

/// What came of an import.
#[derive(Debug, Default)]
struct Count {
    filled: usize,
    new: usize,
    same: usize,
}

pub fn import(wanted: Wanted, what: &str, file: &Path, dry_run: bool) -> Result<u8, Say> {
    debug_assert_eq!(what, "queue_log");
    let unreadable =
        |error: std::io::Error| Say::new("cli.unreadable").with("file", file.display()).with("error", error);
    let language = wanted.config.language;
    let (calls, faults) = queue_log::calls(open(file).map_err(unreadable)?).map_err(unreadable)?;
    faults.iter().for_each(|fault| complain(&fault.words(language)));
    let mut access = Access::open(&wanted, "import")?;
    let rulebook = access.rulebook().clone();
    let mut count = Count::default();
    for piece in calls.chunks(AT_ONCE) {
        let known = known(&mut access, piece)?;
        let mut sent = Vec::new();
        for call in piece.iter().flat_map(|log| filled(log, &known, &rulebook, &mut count)) {
            if !dry_run {
                sent.push(access.send(Command::Source(SourceCommand::Backfill(Box::new(call))))?);
            }
        }
        access.all_done(&sent)?;
    }
    access.close()?;
    let summary = Say::new("cli.imported").with("calls", calls.len()).with("bad", faults.len());
    let summary = summary.with("filled", count.filled).with("new", count.new).with("same", count.same);
    complain(&summary.words(language));
    if dry_run {
        complain(&Say::new("cli.imported_dry").words(language));
    }
    // Not a line of it could be read: that was no log of a queue.
    Ok(if calls.is_empty() && !faults.is_empty() { FAILED } else { DONE })
}

fn open(file: &Path) -> std::io::Result<Box<dyn BufRead>> {
    let opened = File::open(file)?;
    if file.extension().is_some_and(|ending| ending == "gz") {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(opened))));
    }
    Ok(Box::new(BufReader::new(opened)))
}

fn known(access: &mut Access, piece: &[LogCall]) -> Result<BTreeMap<String, Vec<Call>>, Say> {
    let ids = piece.iter().map(|call| call.uniqueid.clone()).collect();
    let mut known: BTreeMap<String, Vec<Call>> = BTreeMap::new();
    access.ask(Query::CallsByUniqueid(ids), &mut |answer| {
        let Answer::Calls(calls) = answer else { return Ok(true) };
        for call in calls {
            known.entry(call.uniqueid.clone()).or_default().push(call);
        }
        Ok(false)
    })?;
    Ok(known)
}

/// What the log adds to each call of this PBX id, or the one call it tells of that nobody knew.
fn filled(log: &LogCall, known: &BTreeMap<String, Vec<Call>>, rulebook: &Rulebook, count: &mut Count) -> Vec<Call> {
    let limits = |queue: Option<&str>| rulebook.limit_ms(queue);
    let source = Source { kind: SourceKind::Live, ..Source::default() };
    let existing = known.get(&log.uniqueid).map(Vec::as_slice).unwrap_or_default();
    if existing.is_empty() {
        let new = fill(&source, &limits, None, CallId(0), log);
        count.new += usize::from(new.is_some());
        return new.into_iter().collect();
    }
    let mut calls = Vec::new();
    for call in existing {
        match fill(&source, &limits, Some(call), call.id, log) {
            Some(call) => calls.push(call),
            None => count.same += 1,
        }
    }
    count.filled += calls.len();
    calls
}
