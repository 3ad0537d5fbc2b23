//! Reads the PBX's own `queue_log`: `epoch|uniqueid|queue|agent|EVENT|data…`, whole seconds, exact reasons (AMI.md §6).
//!
//! A line that can't be read is reported with its number and stops nothing.

use std::collections::BTreeMap;
use std::io::BufRead;

use crate::domain::call::LeaveReason;
use crate::domain::call::backfill::{LogCall, LogEntry, LogEvent};
use crate::domain::call::record::Side;
use crate::domain::time::Stamp;
use crate::text::Say;

/// Longer lines are no log of a queue.
const LINE_BYTES: usize = 64 * 1024;

/// One line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// About a call.
    Call(LogEntry),
    /// The PBX started.
    Started(Stamp),
    /// About something else (pauses, reloads).
    Other,
}

/// Reads line by line, telling the number of each (from 1) and what it says or what is wrong with it.
pub fn read(mut log: impl BufRead, mut each: impl FnMut(usize, Result<Line, Say>)) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        bytes.clear();
        if log.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        number += 1;
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        if !bytes.is_empty() {
            each(number, line(&String::from_utf8_lossy(&bytes), number));
        }
    }
}

/// Every call of a log, and every bad line. Calls come in the order they first show up.
pub fn calls(log: impl BufRead) -> std::io::Result<(Vec<LogCall>, Vec<Say>)> {
    let mut found: Vec<LogCall> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let (mut starts, mut faults) = (Vec::new(), Vec::new());
    read(log, |_, line| match line {
        Ok(Line::Call(entry)) => {
            let place = *places.entry(entry.uniqueid.clone()).or_insert_with(|| {
                found.push(LogCall { uniqueid: entry.uniqueid.clone(), ..LogCall::default() });
                found.len() - 1
            });
            if let Some(call) = found.get_mut(place) {
                call.entries.push(entry);
            }
        }
        Ok(Line::Started(at)) => starts.push(at),
        Ok(Line::Other) => {}
        Err(fault) => faults.push(fault),
    })?;
    for call in &mut found {
        call.entries.sort_by_key(|entry| entry.at);
        let last = call.entries.last().map(|entry| entry.at);
        call.restarted_at = starts.iter().copied().find(|start| last.is_some_and(|last| *start >= last));
    }
    Ok((found, faults))
}

fn line(text: &str, number: usize) -> Result<Line, Say> {
    let bad = || Say::new("pbx.queue_log_line").with("line", number);
    if text.len() > LINE_BYTES {
        return Err(bad());
    }
    let mut parts = text.split('|');
    let mut next = || parts.next().unwrap_or("");
    let (epoch, uniqueid, queue, agent, event) = (next(), next(), next(), next(), next());
    let at = epoch.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000)).map(Stamp).ok_or_else(bad)?;
    if event.is_empty() {
        return Err(bad());
    }
    let data: Vec<&str> = parts.collect();
    if event == "QUEUESTART" {
        return Ok(Line::Started(at));
    }
    if uniqueid == "NONE" || uniqueid.is_empty() {
        return Ok(Line::Other);
    }
    let event = call_event(event, &data).ok_or_else(bad)?;
    Ok(Line::Call(LogEntry {
        at,
        uniqueid: uniqueid.to_owned(),
        queue: queue.to_owned(),
        agent: if agent == "NONE" { String::new() } else { agent.to_owned() },
        event,
    }))
}

/// `None` for an event whose data is not what it must be; an event not known here says nothing of the call.
fn call_event(event: &str, data: &[&str]) -> Option<LogEvent> {
    let field = |index: usize| data.get(index).copied();
    let number = |index: usize| field(index)?.parse::<i64>().ok();
    Some(match event {
        "ENTERQUEUE" => LogEvent::Entered { number: caller(field(1)?) },
        "CONNECT" => {
            LogEvent::Connected { leg: field(1)?.to_owned(), rang_ms: number(2).unwrap_or(0).saturating_mul(1000) }
        }
        "RINGNOANSWER" => LogEvent::RangOut(number(0)?),
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

fn caller(number: &str) -> String {
    match number {
        "unknown" | "<unknown>" | "anonymous" | "Anonymous" => String::new(),
        _ => number.to_owned(),
    }
}
