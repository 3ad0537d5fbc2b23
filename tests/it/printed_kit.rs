//! What the tests of printed figures share: a folder with known calls in it, the program over it, and a look at whether a
//! page is whole.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use ringdesk::domain::call::{Call, Direction, Outcome, Phase, Verdict};
use ringdesk::domain::{CallId, Event, SourceId, Stamp};
use ringdesk::text::Language;
use serde_json::Value;
use tempfile::TempDir;

use crate::store_kit::{append, entry, folder, roomy, settled, try_open};

/// A moment as it is written.
pub fn at(text: &str) -> Stamp {
    Stamp::from(chrono::DateTime::parse_from_rfc3339(text).unwrap_or_else(|why| panic!("{text}: {why}")))
}

/// An inbound call that is over: it waited, and was answered by a phone and talked to, or gave up.
pub fn call(id: u64, arrived: Stamp, queue: &str, wait_ms: i64, talk: Option<(&str, i64)>) -> Call {
    let left = arrived.plus(wait_ms);
    Call {
        id: CallId(id),
        source: SourceId(1),
        uniqueid: format!("f.{id}"),
        direction: Direction::Inbound,
        phase: Phase::Ended,
        queue: Some(queue.to_owned()),
        limit_ms: 20_000,
        arrived_at: arrived,
        joined_at: Some(arrived),
        answered_at: talk.map(|_| left),
        ended_at: Some(talk.map_or(left, |(_, talk_ms)| left.plus(talk_ms))),
        answered_by: talk.map(|(phone, _)| phone.to_owned()),
        outcome: if talk.is_some() { Outcome::Answered } else { Outcome::Abandoned },
        verdict: Some(match (talk, wait_ms <= 20_000) {
            (Some(_), true) => Verdict::InTime,
            (Some(_), false) => Verdict::Late,
            (None, _) => Verdict::Unanswered,
        }),
        ..Call::default()
    }
}

/// A folder whose journal holds these events.
pub fn desk(events: impl IntoIterator<Item = Event>) -> TempDir {
    let dir = folder();
    let mut opened = try_open(dir.path(), &roomy()).unwrap();
    let entries: Vec<_> = (1..).zip(events).map(|(sequence, event)| entry(sequence, vec![event])).collect();
    append(&mut opened.store, &entries, 50);
    drop(opened);
    settled(dir.path());
    dir
}

/// A folder with these calls.
pub fn calls(calls: impl IntoIterator<Item = Call>) -> TempDir {
    desk(calls.into_iter().map(|call| Event::Call(Box::new(call))))
}

/// The day of which the count by hand is: a Friday. Six calls that count, two that don't, one filled in afterwards.
pub fn friday() -> Vec<Call> {
    let on = |time: &str| at(&format!("2026-11-20T{time}+08:00"));
    let mut day = vec![
        call(1, on("08:10:00"), "gas", 5_000, Some(("1001", 60_000))),
        call(2, on("08:29:59.999"), "gas", 20_000, Some(("1001", 30_000))),
        call(3, on("08:30:00"), "gas", 21_000, Some(("1002", 90_000))),
        call(4, on("08:40:00"), "gas", 8_000, None),
        call(5, on("09:00:00"), "gas", 50_000, None),
        call(6, on("23:59:59.999"), "heat <1> & \"2\"", 2_000, Some(("1002", 10_000))),
    ];
    day[5].reconstructed = true;
    day.push(Call { rehearsal: true, ..call(7, on("10:00:00"), "gas", 1_000, Some(("1001", 5_000))) });
    day.push(Call { direction: Direction::Internal, ..call(8, on("10:00:00"), "gas", 1_000, Some(("1001", 5_000))) });
    day
}

/// What the catalogue calls it, in English.
pub fn word(key: &str) -> String {
    Language::En.word(key).to_owned()
}

/// What a service level is called beside its formula.
pub fn level(code: &str, written: &str) -> String {
    let name = word(&format!("measure.service_level_{code}"));
    if name.contains(written) { name } else { format!("{name} {written}") }
}

/// The program over a folder, in a language.
pub fn program(data: &Path, language: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringdesk"));
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "RINGDESK_PBX_SECRET"] {
        command.env_remove(variable);
    }
    command.env("HOME", data).env("RINGDESK_LANGUAGE", language).arg("--data").arg(data);
    command.args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// What it prints, in English.
pub fn printed(data: &TempDir, arguments: &[&str]) -> String {
    let output = program(data.path(), "en", arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Why it refuses.
pub fn refused(data: &TempDir, arguments: &[&str]) -> String {
    let output = program(data.path(), "en", arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty(), "{arguments:?} prints something all the same");
    String::from_utf8(output.stderr).unwrap()
}

/// `ringdesk figures --json` with more arguments.
pub fn json(data: &TempDir, more: &[&str]) -> Value {
    let text = printed(data, &[&["figures", "--json"], more].concat());
    serde_json::from_str(&text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// Says what is wrong with a page: a tag that is not closed, closed out of order, or has a quote left open; a bare `&`;
/// anything that runs or is fetched.
pub fn faults_of_page(page: &str) -> Vec<String> {
    let (mut open, mut faults) = (Vec::new(), Vec::new());
    let body = page.strip_prefix("<!DOCTYPE html>").unwrap_or_else(|| panic!("no page: {page}"));
    for (text, tag) in body.split('<').skip(1).filter_map(|part| {
        let (tag, text) = part.split_once('>')?;
        Some((text, tag))
    }) {
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        if tag.matches('"').count() % 2 == 1 {
            faults.push(format!("a quote is left open in <{tag}>"));
        }
        for forbidden in ["script", "link", "iframe", "img", "object", "embed"] {
            if name == forbidden {
                faults.push(format!("<{tag}> has no place on a sheet"));
            }
        }
        if tag.contains(" on") || tag.contains("href") || tag.contains("src=") {
            faults.push(format!("<{tag}> runs or fetches something"));
        }
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                faults.push(format!("</{name}> closes something else"));
            }
        } else if !tag.ends_with('/') && name != "meta" {
            open.push(name);
        }
        if name != "style" && text.contains('"') {
            faults.push(format!("a bare quote: {text}"));
        }
        for (place, _) in text.match_indices('&') {
            let entity = text[place..].split_once(';').map(|(entity, _)| entity);
            if !matches!(entity, Some("&amp" | "&lt" | "&gt" | "&quot" | "&#39")) {
                faults.push(format!("a bare &: {text}"));
            }
        }
    }
    faults.extend(open.into_iter().map(|name| format!("<{name}> is never closed")));
    faults
}
