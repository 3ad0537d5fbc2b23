//! Reads the PBX's own `queue_log`: `epoch|uniqueid|queue|agent|EVENT|data…`, whole seconds, exact reasons (AMI.md §6).
//!
//! [`Lines`] reads it line by line, [`Gather`] puts the lines of a call together; both in bounded memory, however long
//! the log is. A line that can't be read is reported with its number and stops nothing.

mod gather;

use std::io::BufRead;

use md5::{Digest, Md5};

pub use gather::Gather;

use crate::domain::CallId;
use crate::domain::call::LeaveReason;
use crate::domain::call::backfill::{LogCall, LogEntry, LogEvent};
use crate::domain::call::record::Side;
use crate::domain::time::{Millis, Stamp};
use crate::text::Say;

/// Longer lines are no log of a queue.
const LINE_BYTES: usize = 64 * 1024;
/// 1990-01-01 in seconds: no PBX wrote a log before.
const EARLIEST: i64 = 631_152_000;
/// 2200-01-01 in seconds: no clock of ours gets there.
const LATEST: i64 = 7_258_118_400;

/// One line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// About a call.
    Call(LogEntry),
    /// The PBX started.
    Started(Stamp),
    /// About something else (pauses, reloads).
    Other(Stamp),
}

impl Line {
    /// When it was written.
    pub fn at(&self) -> Stamp {
        match self {
            Line::Call(entry) => entry.at,
            Line::Started(at) | Line::Other(at) => *at,
        }
    }
}

/// A line as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// Its number, from 1.
    pub number: usize,
    /// What it says, or what is wrong with it.
    pub line: Result<Line, Say>,
    /// What is odd about a line that is kept.
    pub odd: Option<Say>,
}

/// A log, line by line.
#[derive(Debug)]
pub struct Lines<R> {
    log: R,
    number: usize,
    bytes: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Reads from its beginning.
    pub fn new(log: R) -> Lines<R> {
        Lines { log, number: 0, bytes: Vec::new() }
    }

    /// What it reads from.
    pub fn log(&self) -> &R {
        &self.log
    }

    /// The next line that is not empty; nothing at the log's end.
    pub fn read(&mut self) -> std::io::Result<Option<Numbered>> {
        loop {
            let Some(whole) = self.read_bytes()? else { return Ok(None) };
            self.number += 1;
            let number = self.number;
            if !whole {
                let why = Say::new("import.line_long").with("line", number).with("bytes", LINE_BYTES);
                return Ok(Some(Numbered { number, line: Err(why), odd: None }));
            }
            while self.bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                self.bytes.pop();
            }
            if self.bytes.is_empty() {
                continue;
            }
            let (line, odd) = match parse(&String::from_utf8_lossy(&self.bytes), number) {
                Ok((line, odd)) => (Ok(line), odd),
                Err(why) => (Err(why), None),
            };
            return Ok(Some(Numbered { number, line, odd }));
        }
    }

    /// One line into the buffer. `Some(false)`: it was longer than a line may be, and the rest of it was passed over.
    fn read_bytes(&mut self) -> std::io::Result<Option<bool>> {
        self.bytes.clear();
        let mut whole = true;
        loop {
            let piece = match self.log.fill_buf() {
                Ok(piece) => piece,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if piece.is_empty() {
                return Ok((!self.bytes.is_empty() || !whole).then_some(whole));
            }
            let end = piece.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(piece.len());
            if self.bytes.len() + taken > LINE_BYTES {
                whole = false;
                self.bytes.clear();
            }
            if whole {
                self.bytes.extend_from_slice(piece.get(..taken).unwrap_or_default());
            }
            self.log.consume(taken);
            if end.is_some() {
                return Ok(Some(whole));
            }
        }
    }
}

/// Every call of a log and everything that is wrong with it, in the order they are told. For logs that fit into memory.
pub fn calls(log: impl BufRead) -> std::io::Result<(Vec<LogCall>, Vec<Say>)> {
    let mut lines = Lines::new(log);
    let mut gather = Gather::default();
    let mut found = Vec::new();
    while let Some(line) = lines.read()? {
        gather.take(line);
        found.append(&mut gather.calls());
    }
    gather.finish();
    found.append(&mut gather.calls());
    Ok((found, gather.faults()))
}

/// The id of the command that writes this call down: the same for the same entries about the same call of the desk, so
/// that a repetition is answered and not done again.
pub fn command_id(call: &LogCall, known: CallId) -> u128 {
    let mut hash = Md5::new();
    hash.update(b"queue_log");
    hash.update(known.0.to_be_bytes());
    hash.update(call.restarted_at.map_or(0, |at| at.0).to_be_bytes());
    hash.update([u8::from(call.given_up)]);
    for entry in &call.entries {
        hash.update(write(entry).as_bytes());
        hash.update(b"\n");
    }
    // 0 names no command.
    u128::from_be_bytes(hash.finalize().into()).max(1)
}

fn parse(text: &str, number: usize) -> Result<(Line, Option<Say>), Say> {
    let bad = |key: &'static str| Say::new(key).with("line", number);
    let mut parts = text.split('|');
    let mut next = || parts.next().unwrap_or("");
    let (epoch, uniqueid, queue, agent, event) = (next(), next(), next(), next(), next());
    let seconds = epoch.parse::<i64>().map_err(|_| bad("import.line_no_time").with("time", shown(epoch)))?;
    if !(EARLIEST..LATEST).contains(&seconds) {
        return Err(bad("import.line_time").with("time", seconds));
    }
    let at = Stamp(seconds * 1_000);
    if event.is_empty() {
        return Err(bad("import.line_event"));
    }
    let data: Vec<&str> = parts.collect();
    if event == "QUEUESTART" {
        return Ok((Line::Started(at), None));
    }
    if uniqueid == "NONE" || uniqueid.is_empty() {
        return Ok((Line::Other(at), None));
    }
    let what = call_event(event, &data).ok_or_else(|| bad("import.line_data").with("event", shown(event)))?;
    let negative = durations(event).iter().filter_map(|index| data.get(*index)?.parse::<i64>().ok()).find(|s| *s < 0);
    let odd = negative.map(|seconds| bad("import.line_negative").with("event", event).with("seconds", seconds));
    let entry = LogEntry {
        at,
        uniqueid: uniqueid.to_owned(),
        queue: queue.to_owned(),
        agent: if agent == "NONE" { String::new() } else { agent.to_owned() },
        event: what,
    };
    Ok((Line::Call(entry), odd))
}

/// What a sentence shows of a field that may be anything.
fn shown(field: &str) -> String {
    field.chars().take(24).collect()
}

/// Where an event's data has durations.
fn durations(event: &str) -> &'static [usize] {
    match event {
        "CONNECT" => &[0, 2],
        "RINGNOANSWER" => &[0],
        "COMPLETECALLER" | "COMPLETEAGENT" => &[0, 1],
        "ABANDON" | "EXITWITHTIMEOUT" => &[2],
        _ => &[],
    }
}

/// `None` for an event whose data is not what it must be; an event not known here says nothing of the call.
fn call_event(event: &str, data: &[&str]) -> Option<LogEvent> {
    let field = |index: usize| data.get(index).copied();
    let number = |index: usize| field(index)?.parse::<i64>().ok();
    Some(match event {
        "ENTERQUEUE" => LogEvent::Entered { number: caller(field(1)?) },
        "CONNECT" => LogEvent::Connected {
            leg: field(1)?.to_owned(),
            rang_ms: span(number(2).unwrap_or(0).checked_mul(1_000).unwrap_or_default()),
        },
        "RINGNOANSWER" => LogEvent::RangOut(span(number(0)?)),
        "COMPLETECALLER" => LogEvent::Ended(Side::Caller),
        "COMPLETEAGENT" => LogEvent::Ended(Side::Agent),
        "ABANDON" => LogEvent::Left(LeaveReason::Caller),
        "EXITWITHTIMEOUT" => LogEvent::Left(LeaveReason::Timeout),
        "EXITEMPTY" | "JOINEMPTY" => LogEvent::Left(LeaveReason::Empty),
        "FULL" => LogEvent::Left(LeaveReason::Full),
        "WITHDRAW" => LogEvent::Left(LeaveReason::Withdrawn),
        "EXITWITHKEY" => LogEvent::Left(LeaveReason::Redirected),
        "BLINDTRANSFER" | "TRANSFER" => LogEvent::Transferred(field(0).map(str::to_owned)),
        "ATTENDEDTRANSFER" => LogEvent::Transferred(None),
        _ => LogEvent::Other,
    })
}

/// A duration as it can be: not negative, and not longer than a day.
fn span(ms: Millis) -> Millis {
    ms.clamp(0, crate::domain::state::DAY_MS)
}

/// The entry as a line of a log that is read as the same entry again.
pub fn write(entry: &LogEntry) -> String {
    let (event, data) = match &entry.event {
        LogEvent::Entered { number } => ("ENTERQUEUE", format!("|{number}|1")),
        LogEvent::Connected { leg, rang_ms } => ("CONNECT", format!("0|{leg}|{}", rang_ms / 1_000)),
        LogEvent::RangOut(ms) => ("RINGNOANSWER", ms.to_string()),
        LogEvent::Left(LeaveReason::Caller) => ("ABANDON", "1|1|0".to_owned()),
        LogEvent::Left(LeaveReason::Timeout) => ("EXITWITHTIMEOUT", "1|1|0".to_owned()),
        LogEvent::Left(LeaveReason::Empty) => ("EXITEMPTY", "1|1|0".to_owned()),
        LogEvent::Left(LeaveReason::Full) => ("FULL", String::new()),
        LogEvent::Left(LeaveReason::Withdrawn) => ("WITHDRAW", String::new()),
        LogEvent::Left(LeaveReason::Redirected) => ("EXITWITHKEY", "0|1|1|0".to_owned()),
        LogEvent::Ended(Side::Caller) => ("COMPLETECALLER", "0|0|1".to_owned()),
        LogEvent::Ended(Side::Agent) => ("COMPLETEAGENT", "0|0|1".to_owned()),
        LogEvent::Transferred(Some(to)) => ("BLINDTRANSFER", to.clone()),
        LogEvent::Transferred(None) => ("ATTENDEDTRANSFER", String::new()),
        // No line is read as one of these.
        LogEvent::Left(LeaveReason::Unsaid) | LogEvent::Ended(Side::Pbx) | LogEvent::Other => ("OTHER", String::new()),
    };
    let agent = if entry.agent.is_empty() { "NONE" } else { &entry.agent };
    let (seconds, uniqueid, queue) = (entry.at.0.div_euclid(1_000), &entry.uniqueid, &entry.queue);
    format!("{seconds}|{uniqueid}|{queue}|{agent}|{event}|{data}")
}

fn caller(number: &str) -> String {
    match number {
        "unknown" | "<unknown>" | "anonymous" | "Anonymous" => String::new(),
        _ => number.to_owned(),
    }
}
