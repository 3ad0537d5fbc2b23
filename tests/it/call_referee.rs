//! Every recording against what really happened on the phones: the referee of the recordings, in Rust.
//!
//! The truth files are made from the SIP side alone. A second check holds the waits against the PBX's own stamps,
//! found by searching the wire's text, not by the code under test.

use std::collections::BTreeMap;

use ringdesk::domain::call::{Call, Outcome};
use serde_json::Value;

use crate::recorded::{bytes, desk, pbx_lines};

/// Recordings with a truth, and the file that is played.
pub const JUDGED: [(&str, &str); 23] = [
    ("abandoned-8s", "abandoned-8s.jsonl.gz"),
    ("abandoned-cancel-8s", "abandoned-cancel-8s.jsonl.gz"),
    ("ami-link-drop", "ami-link-drop.jsonl.gz"),
    ("answered-6s", "answered-6s.jsonl.gz"),
    ("answered-6s", "answered-6s.ami"),
    ("answered-late-25s", "answered-late-25s.jsonl.gz"),
    ("attended-transfer-sip", "attended-transfer-sip.jsonl.gz"),
    ("blind-transfer-sip", "blind-transfer-sip.jsonl.gz"),
    ("burst-200", "burst-200.ami.gz"),
    ("busy-agents", "busy-agents.jsonl.gz"),
    ("caller-id", "caller-id.jsonl.gz"),
    ("channelvars-and-presentation", "channelvars-and-presentation.jsonl.gz"),
    ("click-to-dial", "click-to-dial.jsonl.gz"),
    ("hold-unhold", "hold-unhold.jsonl.gz"),
    ("local-channel-member", "local-channel-member.jsonl.gz"),
    ("monitor-whisper-record", "monitor-whisper-record.jsonl.gz"),
    ("nobody-available", "nobody-available.jsonl.gz"),
    ("pbx-restart-graceful", "pbx-restart-graceful.jsonl.gz"),
    ("pbx-restart-graceful", "pbx-restart-graceful.desk.jsonl.gz"),
    ("pickup-and-remote-answer", "pickup-and-remote-answer.jsonl.gz"),
    ("queue-timeout-callback", "queue-timeout-callback.jsonl.gz"),
    ("ring-no-answer-then-next", "ring-no-answer-then-next.jsonl.gz"),
    ("thirty-at-once", "thirty-at-once.jsonl.gz"),
];

/// A stored call as an export row shows it to the referee.
struct Row {
    number: String,
    withheld: bool,
    arrived_at: String,
    inbound: bool,
    outcome: String,
    answered_by: String,
    wait_ms: Option<i64>,
    uniqueid: String,
}

/// Reads a row of `ringdesk export calls`.
fn row(export: &Value) -> Row {
    let text = |column: &str| export[column].as_str().unwrap_or_default().to_owned();
    Row {
        number: digits(&text("caller")),
        withheld: export["withheld"] == true,
        arrived_at: text("arrived_at"),
        inbound: export["direction"] == "inbound",
        outcome: text("outcome"),
        answered_by: text("answered_by"),
        wait_ms: export["wait_ms"].as_i64(),
        uniqueid: text("uniqueid"),
    }
}

fn exported(calls: &[Call]) -> Vec<Value> {
    let utc = chrono::FixedOffset::east_opt(0).unwrap();
    calls.iter().map(|call| Value::Object(ringdesk::cli::call_row(call, utc))).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn judge(caller: &Value, row: &Row) -> Vec<String> {
    let answered = !caller["t_agent_answer"].is_null();
    if answered != matches!(row.outcome.as_str(), "answered" | "transferred") {
        return vec![format!("outcome {:?}, but the phone side says {}", row.outcome, caller["outcome"])];
    }
    let mut faults = Vec::new();
    if answered {
        let offers = caller["offers"].as_array().unwrap();
        let phones: Vec<&str> = offers
            .iter()
            .filter(|offer| !offer["t_answer"].is_null())
            .map(|offer| offer["phone"].as_str().unwrap())
            .collect();
        if !phones.is_empty() && !phones.iter().any(|phone| row.answered_by.contains(phone)) {
            faults.push(format!("answered_by {:?}, but it was phone {phones:?}", row.answered_by));
        }
        let real = caller["t_agent_answer"].as_f64().unwrap() - caller["t_invite"].as_f64().unwrap();
        let wait = row.wait_ms.map_or(f64::NAN, |ms| ms as f64 / 1000.0);
        if !(real - 1.2 <= wait && wait <= real + 0.2) {
            faults.push(format!("wait {wait}, but the caller waited {real:.3} s"));
        }
    } else if row.outcome == "abandoned" && caller["hung_up_by"] != "caller" {
        faults.push(format!("outcome 'abandoned', but it was ended by {}", caller["hung_up_by"]));
    } else if row.outcome != "abandoned"
        && caller["hung_up_by"] == "caller"
        && !caller["offers"].as_array().unwrap().is_empty()
    {
        faults.push(format!("outcome {:?}, but the caller gave up", row.outcome));
    }
    faults
}

/// How many agree, and every fault, of the rows of an export.
pub fn referee(truth: &str, calls: &[Value]) -> (usize, Vec<String>) {
    let truth: Value = serde_json::from_slice(&bytes(&format!("{truth}.truth.json"))).unwrap();
    let rows: Vec<Row> = calls.iter().map(row).collect();
    let known = rows.iter().any(|row| row.withheld);
    let mut wanted: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for caller in truth["callers"].as_array().unwrap() {
        let withheld = known && caller["withheld"] == true;
        let key = if withheld { "withheld".to_owned() } else { digits(caller["number"].as_str().unwrap_or("")) };
        wanted.entry(key).or_default().push(caller);
    }
    let mut stored: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        stored.entry(if row.withheld { "withheld".to_owned() } else { row.number.clone() }).or_default().push(row);
    }
    for rows in stored.values_mut() {
        rows.sort_by(|a, b| a.arrived_at.cmp(&b.arrived_at));
    }
    let (mut agree, mut faults) = (0, Vec::new());
    for (number, callers) in &wanted {
        let mut callers = callers.clone();
        callers.sort_by(|a, b| a["t_invite"].as_f64().unwrap().total_cmp(&b["t_invite"].as_f64().unwrap()));
        let have = stored.get(number).map(Vec::as_slice).unwrap_or_default();
        for (index, caller) in callers.iter().enumerate() {
            let found = have.get(index).map_or(vec!["no such call stored".to_owned()], |row| judge(caller, row));
            agree += usize::from(found.is_empty());
            faults.extend(found.into_iter().map(|fault| format!("{number} #{}: {fault}", index + 1)));
        }
        for extra in have.iter().skip(callers.len()) {
            faults.push(format!("{number}: stored once too often ({})", extra.uniqueid));
        }
    }
    for (number, rows) in &stored {
        if !wanted.contains_key(number) && rows.iter().all(|row| row.inbound) {
            faults.push(format!("{number:?}: stored, but nobody called"));
        }
    }
    (agree, faults)
}

#[test]
fn every_recording_agrees_with_the_phones() {
    let mut differ = Vec::new();
    for (truth, file) in JUDGED {
        let desk = desk(&[file]);
        let (agree, faults) = referee(truth, &exported(&desk.calls()));
        println!("{file}: {agree} agree, {} differ", faults.len());
        differ.extend(faults.into_iter().map(|fault| format!("{file}: {fault}")));
        for call in desk.book.open() {
            differ.push(format!("{file}: {} never ended", call.uniqueid));
        }
        for (id, ends) in desk.ends() {
            assert_eq!(ends, 1, "{file}: call {id:?} ended {ends} times");
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// First stamps, in milliseconds, of an event by the caller's Uniqueid, searched in the text of the wire.
fn stamps(lines: &[String], event: &str) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    for message in lines.split(|line| line.is_empty()) {
        if message.first().is_none_or(|line| line != &format!("Event: {event}")) {
            continue;
        }
        let value = |key: &str| message.iter().find_map(|line| line.strip_prefix(key).map(str::to_owned));
        let (Some(id), Some(stamp)) = (value("Uniqueid: "), value("Timestamp: ")) else { continue };
        found.entry(id).or_insert(stamp.parse::<f64>().unwrap() * 1000.0);
    }
    found
}

#[test]
fn waits_are_those_of_the_wire() {
    let mut checked = 0;
    for (_, file) in JUDGED {
        let lines = pbx_lines(file);
        let (joins, connects) = (stamps(&lines, "QueueCallerJoin"), stamps(&lines, "AgentConnect"));
        let desk = desk(&[file]);
        for (id, connected) in &connects {
            let Some(joined) = joins.get(id) else { continue };
            let call = desk.book.all().find(|call| &call.uniqueid == id).unwrap();
            let wait = call.wait_ms().unwrap() as f64;
            let wire = connected - joined;
            assert!((wait - wire).abs() <= 50.0, "{file}: {id} waited {wire} on the wire, {wait} on the desk");
            checked += 1;
        }
    }
    assert!(checked >= 100, "only {checked} answered calls were compared");
}

#[test]
fn the_dropped_link_is_judged_on_what_can_be_known() {
    let desk = desk(&["ami-link-drop.dropped.jsonl.gz", "ami-link-drop.resync.jsonl.gz"]);
    for (number, phone) in
        [("13800003001", "1001"), ("13800003002", "1002"), ("13800003005", "1003"), ("13800003006", "1001")]
    {
        let call = desk.call(number);
        assert_eq!(call.outcome, Outcome::Answered, "{number}");
        assert_eq!(call.answered_by.as_deref(), Some(phone), "{number}");
        assert!(call.reconstructed, "{number} was not seen in full");
    }
    let waiting = desk.call("13800003004");
    assert_eq!(waiting.outcome, Outcome::Abandoned);
    assert!((waiting.wait_ms().unwrap() - 19_500).abs() < 1_100, "{:?}", waiting.wait_ms());
    // Whoever came and went while the link was down is in no list.
    assert!(desk.book.all().all(|call| call.party.number != "13800003003"));
    assert_eq!(desk.book.open().count(), 0);
}

#[test]
fn several_links_of_the_same_minutes_are_one_story() {
    let sets: [(&str, &[&str]); 3] = [
        (
            "ami-link-drop",
            &["ami-link-drop.jsonl.gz", "ami-link-drop.dropped.jsonl.gz", "ami-link-drop.resync.jsonl.gz"],
        ),
        ("pbx-restart-graceful", &["pbx-restart-graceful.jsonl.gz", "pbx-restart-graceful.after.jsonl.gz"]),
        (
            "pbx-restart-graceful",
            &[
                "pbx-restart-graceful.jsonl.gz",
                "pbx-restart-graceful.desk.jsonl.gz",
                "pbx-restart-graceful.after.jsonl.gz",
            ],
        ),
    ];
    for (truth, files) in sets {
        let all = desk(files);
        let (agree, faults) = referee(truth, &exported(&all.calls()));
        assert!(faults.is_empty() && agree >= 4, "{files:?}: {faults:?}");
        assert!(all.book.all().all(|call| !call.reconstructed), "{files:?}: all was seen");
        assert_eq!(all.book.open().count(), 0);
    }
}

#[test]
fn without_the_pbxs_stamps_the_times_of_arrival_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answered-6s.jsonl");
    let text = String::from_utf8(bytes("answered-6s.jsonl.gz")).unwrap();
    let bare: String =
        text.lines().filter(|line| !line.contains("\"Timestamp: ")).map(|line| format!("{line}\n")).collect();
    assert!(bare.len() < text.len());
    std::fs::write(&file, bare).unwrap();
    let mut desk = crate::recorded::Desk::default();
    for (_, reports) in ringdesk::pbx::Player::open(&[file]).unwrap() {
        for report in reports {
            if let ringdesk::pbx::Report::Signals(signals) = report {
                desk.take(&signals);
            }
        }
    }
    let (agree, faults) = referee("answered-6s", &exported(&desk.calls()));
    assert_eq!((agree, faults), (1, Vec::new()));
}
