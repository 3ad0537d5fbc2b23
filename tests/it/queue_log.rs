//! The PBX's own log: every line is read or reported, and calls of a gap are filled in from it.

use ringdesk::domain::call::backfill::{LogCall, fill};
use ringdesk::domain::call::{Call, Outcome};
use ringdesk::domain::{CallId, Stamp};
use ringdesk::pbx::queue_log::{Line, Lines, calls};

use crate::recorded::{bytes, desk, limit, source};

fn sample() -> (Vec<LogCall>, usize) {
    let (found, faults) = calls(&bytes("queue_log.sample.txt")[..]).unwrap();
    (found, faults.len())
}

fn filled(existing: Option<&Call>, log: &LogCall) -> Option<Call> {
    fill(&source(), &limit, existing, CallId(99), log)
}

#[test]
fn every_line_of_the_sample_is_read() {
    let (mut lines, mut about_calls, mut starts) = (0, 0, 0);
    let log = bytes("queue_log.sample.txt");
    let mut log = Lines::new(&log[..]);
    while let Some(line) = log.read().unwrap() {
        lines += 1;
        assert_eq!(line.number, lines);
        match line.line.unwrap() {
            Line::Call(_) => about_calls += 1,
            Line::Started(_) => starts += 1,
            Line::Other(_) => {}
        }
    }
    assert_eq!((lines, starts), (400, 2));
    assert!(about_calls > 120, "{about_calls}");
    let (found, faults) = sample();
    assert_eq!((found.len(), faults), (44, 0));
}

#[test]
fn a_bad_line_is_told_by_number_and_stops_nothing() {
    let log = b"1795307661|1.1|hotline|NONE|ENTERQUEUE||138|1\nrubbish\n\nx|1.1|q|NONE|ABANDON|1|1|1\n\
        1795307661|1.1|hotline|NONE|ENTERQUEUE|\n1795307670|1.1|hotline|NONE|ABANDON|1|1|9\n";
    let (found, faults) = calls(&log[..]).unwrap();
    assert_eq!(found.len(), 1);
    let numbers: Vec<&str> = faults.iter().map(|say| say.args[0].1.as_str()).collect();
    assert_eq!(numbers, ["2", "4", "5"]);
    let call = filled(None, &found[0]).unwrap();
    assert_eq!((call.outcome, call.wait_ms(), call.id), (Outcome::Abandoned, Some(9_000), CallId(99)));
}

#[test]
fn calls_never_heard_of_are_made_with_the_exact_reason() {
    let (found, _) = sample();
    let made: Vec<Call> = found.iter().filter_map(|log| filled(None, log)).collect();
    let count = |outcome: Outcome| made.iter().filter(|call| call.outcome == outcome).count();
    assert_eq!(count(Outcome::Abandoned), 14);
    assert_eq!(count(Outcome::Timeout), 2);
    assert_eq!(count(Outcome::QueueEmpty), 2);
    assert_eq!(count(Outcome::Withdrawn), 2);
    assert_eq!(count(Outcome::Answered) + count(Outcome::Transferred), 24);
    assert!(made.iter().all(|call| call.reconstructed && !call.is_open() && call.joined_at.is_some()));
    // Filling in twice changes nothing more.
    for log in &found {
        if let Some(call) = filled(None, log) {
            assert_eq!(filled(Some(&call), log), None, "{log:?}");
        }
    }
}

#[test]
fn a_call_seen_live_is_not_touched() {
    let call = desk(&["hold-unhold.jsonl.gz"]).call("13811112222");
    let log = LogCall { uniqueid: call.uniqueid.clone(), ..sample().0[0].clone() };
    assert_eq!(filled(Some(&call), &log), None);
}

#[test]
fn a_gap_is_closed_from_the_log() {
    let desk = desk(&["ami-link-drop.dropped.jsonl.gz", "ami-link-drop.resync.jsonl.gz"]);
    let log = |id: &str, rest: &[&str]| {
        let text: String = rest.iter().map(|line| line.replace("ID", id) + "\n").collect();
        calls(text.as_bytes()).unwrap().0.remove(0)
    };
    // B: joined before the freeze, answered in it (the second after), talked on after the resync.
    let b = desk.call("13800003002");
    let story = log(
        &b.uniqueid,
        &[
            "1795307478|ID|hotline|NONE|ENTERQUEUE||13800003002|1",
            "1795307479|ID|hotline|L|CONNECT|1|1795307478.3|1",
            "1795307507|ID|hotline|L|COMPLETECALLER|1|28|1",
        ],
    );
    let fixed = filled(Some(&b), &story).unwrap();
    assert_eq!(fixed.joined_at, b.joined_at, "seen to the millisecond, and the log agrees");
    assert_eq!(fixed.answered_at, Some(Stamp(1_795_307_479_000)));
    assert_eq!((fixed.answered_by.as_deref(), fixed.ended_at), (Some("1002"), b.ended_at));
    // C: came and went in the gap.
    let c = log(
        "1795307481.6",
        &["1795307481|ID|hotline|NONE|ENTERQUEUE||13800003003|1", "1795307483|ID|hotline|NONE|ABANDON|1|1|2"],
    );
    let made = filled(None, &c).unwrap();
    assert_eq!((made.outcome, made.party.number.as_str()), (Outcome::Abandoned, "13800003003"));
    assert!(made.reconstructed);
}
