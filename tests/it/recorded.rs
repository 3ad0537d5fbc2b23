//! Plays recordings through player and machine, as the desk does, at the speed of the processor.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use ringdesk::domain::call::{Call, CallBook, CallTurn, Signal, step};
use ringdesk::domain::source::{Source, SourceKind};
use ringdesk::domain::{CallId, SourceId, Stamp};
use ringdesk::pbx::{Player, Report};

/// The limit of R-CALL-1 in tests: 20 s for every queue.
pub fn limit(_queue: Option<&str>) -> i64 {
    20_000
}

/// Where the recordings are.
pub fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings").join(file)
}

/// Every report of a recording, with the millisecond it comes at.
pub fn reports(files: &[&str]) -> Vec<(i64, Report)> {
    let files: Vec<PathBuf> = files.iter().map(|file| path(file)).collect();
    let player = Player::open(&files).unwrap_or_else(|say| panic!("{files:?}: {say:?}"));
    player.flat_map(|(ms, reports)| reports.into_iter().map(move |report| (ms, report))).collect()
}

/// Every signal of a recording, in order.
pub fn signals(files: &[&str]) -> Vec<(Stamp, Signal)> {
    let all = reports(files).into_iter();
    all.filter_map(|(_, report)| match report {
        Report::Signals(signals) => Some(signals),
        _ => None,
    })
    .flatten()
    .collect()
}

/// The source recordings are played as.
pub fn source() -> Source {
    Source { id: SourceId(1), kind: SourceKind::Rehearsal, ..Source::default() }
}

/// A desk that only keeps calls.
#[derive(Default)]
pub struct Desk {
    pub book: CallBook,
    pub turns: Vec<(Stamp, CallTurn)>,
}

impl Desk {
    /// Takes signals in.
    pub fn take(&mut self, signals: &[(Stamp, Signal)]) {
        let source = source();
        for (at, signal) in signals {
            for turn in step(&self.book, &source, &limit, *at, signal) {
                self.book.put(turn.call.clone());
                self.turns.push((*at, turn));
            }
        }
    }

    /// The calls, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.book.all().cloned().collect()
    }

    /// The call of this number; the number must have called once.
    pub fn call(&self, number: &str) -> Call {
        let found: Vec<&Call> = self.book.all().filter(|call| call.party.number == number).collect();
        assert_eq!(found.len(), 1, "{number} has {} calls", found.len());
        found[0].clone()
    }

    /// How often a call came to an end.
    pub fn ends(&self) -> BTreeMap<CallId, usize> {
        let mut ends = BTreeMap::new();
        for (_, turn) in &self.turns {
            if turn.turns.contains(&ringdesk::domain::call::Turn::Ended) {
                *ends.entry(turn.call.id).or_insert(0) += 1;
            }
        }
        ends
    }
}

/// A desk after a recording.
pub fn desk(files: &[&str]) -> Desk {
    let mut desk = Desk::default();
    desk.take(&signals(files));
    desk
}

/// The bytes of a fixture, unpacked where packed.
pub fn bytes(file: &str) -> Vec<u8> {
    let raw = std::fs::read(path(file)).unwrap();
    if !file.ends_with(".gz") {
        return raw;
    }
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(&raw[..]).read_to_end(&mut out).unwrap();
    out
}

/// The lines the PBX sent in a recording, without CRLF.
pub fn pbx_lines(file: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(&bytes(file)).into_owned();
    if file.contains(".ami") {
        return text.split("\r\n").map(str::to_owned).collect();
    }
    text.lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line["d"] == "<")
        .map(|line| line["l"].as_str().unwrap().to_owned())
        .collect()
}
