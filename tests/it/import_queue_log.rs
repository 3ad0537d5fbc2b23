//! `ringdesk import queue_log` as somebody at a shell sees it: a small log with every kind of dirt, cut off and begun
//! again, without doubles.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::import_kit::{calls, import, log_of, ringdesk, said, text};

fn dirt() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/queue_log/dirt.txt")
}

/// What is wrong with the fixture, by hand; line 38 begins with a control sequence and is looked at by itself.
const TOLD: [&str; 14] = [
    "line 4 does not begin with a time (“rubbish”); skipped",
    "line 7: CONNECT has a negative duration (-1 s); the duration is left out, the event kept",
    "line 9: call p.1 began before this log; kept for the log before it",
    "line 11: ENTERQUEUE lacks what belongs to it; skipped",
    "line 12 does not begin with a time (“x”); skipped",
    "line 16: agent L talks in call d.5 and at the same time in that of line 14; both kept",
    "line 20 is of a time that has not come; skipped. Check the PBX’s clock",
    "line 21: the time 12 can not be; skipped",
    "line 23 is over an hour away from the lines around it; skipped",
    "line 28: call d.10 has no end a day later; kept up to its last event, outcome unknown",
    "line 31: call p.2 never entered a queue (no ENTERQUEUE); left out",
    "line 33: the id d.1 was another call’s 36 hours before; brought in as a call of its own",
    "line 35: call d.13 runs 15 s backwards; counted as 0 s",
    "line 41 names no event; skipped",
];

/// The calls of the fixture, by hand: PBX id, outcome, wait and talk in seconds.
const CALLS: [(&str, &str, i64, Option<i64>); 12] = [
    ("d.1", "answered", 4, Some(46)),
    ("d.1", "abandoned", 30, None),
    ("d.10", "unknown", 0, None),
    ("d.11", "abandoned", 5, None),
    ("d.13", "answered", 5, Some(0)),
    ("d.15", "cut_by_pbx", 50, None),
    ("d.2", "answered", 0, Some(30)),
    ("d.3", "abandoned", 11, None),
    ("d.4", "answered", 5, Some(55)),
    ("d.5", "answered", 10, Some(80)),
    ("d.7", "timeout", 10, None),
    ("d.9", "answered", 15, Some(95)),
];

fn told_of_the_fixture(said: &[String]) {
    for expected in TOLD {
        assert_eq!(said.iter().filter(|line| *line == expected).count(), 1, "{expected}\n{said:#?}");
    }
    assert_eq!(
        said.iter().filter(|line| line.starts_with("line 38 does not begin with a time")).count(),
        1,
        "{said:#?}"
    );
    assert!(!said.iter().any(|line| line.contains('\u{1b}')), "a log's text reached the terminal as it was");
    assert_eq!(said.iter().filter(|line| line.starts_with("line ")).count(), TOLD.len() + 1, "{said:#?}");
    assert!(said.iter().any(|line| line.starts_with("1 calls are not over at the log’s end")), "{said:#?}");
}

fn calls_of_the_fixture(data: &Path) {
    let found = calls(data);
    let seconds = |row: &serde_json::Value, column: &str| row[column].as_i64().map(|ms| ms / 1_000);
    let seen: Vec<_> = found
        .iter()
        .map(|row| {
            let wait = seconds(row, "wait_ms").unwrap();
            (text(row, "uniqueid"), text(row, "outcome"), wait, seconds(row, "talk_ms"))
        })
        .collect();
    let expected: Vec<_> =
        CALLS.iter().map(|(id, outcome, wait, talk)| (id.to_string(), outcome.to_string(), *wait, *talk)).collect();
    assert_eq!(seen, expected);
    assert!(found.iter().all(|row| row["reconstructed"] == true && row["open"] == false));
}

#[test]
fn every_kind_of_dirt_is_told_and_what_can_be_kept_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let dry = import(data.path(), &dirt(), &["--dry-run"]);
    told_of_the_fixture(&said(&import(data.path(), &dirt(), &[])));
    calls_of_the_fixture(data.path());
    let dry = said(&dry);
    assert!(dry.contains(&"queue log: 12 calls; 0 filled in, 12 new, 0 untouched, 15 bad lines".into()), "{dry:#?}");
    assert!(dry.contains(&"dry run: nothing was written".into()), "{dry:#?}");
    let again = said(&import(data.path(), &dirt(), &[]));
    told_of_the_fixture(&again);
    assert!(
        again.contains(&"queue log: 12 calls; 0 filled in, 0 new, 12 untouched, 15 bad lines".into()),
        "{again:#?}"
    );
    calls_of_the_fixture(data.path());
    let checked = ringdesk(data.path()).arg("check").output().unwrap();
    assert!(checked.status.success(), "{:?}", said(&checked));
}

#[test]
fn a_dry_run_writes_nothing_and_a_packed_log_is_the_same_log() {
    let data = tempfile::tempdir().unwrap();
    import(data.path(), &dirt(), &["--dry-run"]);
    assert!(calls(data.path()).is_empty());
    assert!(!data.path().join("queue_log.open").exists());
    // Known by what it is, whatever it is called.
    let packed = data.path().join("queue_log.1");
    let mut writer = flate2::write::GzEncoder::new(File::create(&packed).unwrap(), flate2::Compression::fast());
    writer.write_all(&fs::read(dirt()).unwrap()).unwrap();
    writer.finish().unwrap();
    told_of_the_fixture(&said(&import(data.path(), &packed, &[])));
    calls_of_the_fixture(data.path());
}

#[test]
fn a_call_cut_in_two_by_the_change_of_logs_is_one_call() {
    let (data, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = log_of(40);
    let lines: Vec<&str> = log.lines().collect();
    let place = |name: &str, lines: &[&str]| {
        let path = data.path().join(name);
        fs::write(&path, lines.join("\n") + "\n").unwrap();
        path
    };
    let (first, second) = lines.split_at(lines.iter().position(|line| line.contains("CONNECT")).unwrap() + 1);
    let (first, second, all) = (place("log.1", first), place("log.2", second), place("log", &lines));
    let told = said(&import(data.path(), &first, &[]));
    assert!(told.iter().any(|line| line.starts_with("1 calls are not over")), "{told:#?}");
    for log in [&second, &first, &second] {
        import(data.path(), log, &[]);
    }
    import(whole.path(), &all, &[]);
    assert_eq!(calls(data.path()), calls(whole.path()));
    assert_eq!(calls(whole.path()).len(), 40);
}

/// Starts an import and waits until it has reported so many bad lines; the log has one after every hundred calls.
fn under_way(data: &Path, log: &Path, bad_lines: usize) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = ringdesk(data).args(["import", "queue_log"]).arg(log).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    let mut seen = 0;
    while seen < bad_lines {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "it ended before");
        seen += usize::from(line.contains("does not begin with a time"));
    }
    (child, told)
}

#[test]
fn killed_interrupted_and_begun_again_it_makes_no_doubles_and_loses_nothing() {
    let (data, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = whole.path().join("log");
    fs::write(&log, log_of(3_000)).unwrap();
    let once = import(whole.path(), &log, &[]);
    assert!(once.status.success(), "{:?}", said(&once));
    for bad_lines in [9, 14] {
        let (mut child, _told) = under_way(data.path(), &log, bad_lines);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (mut child, mut told) = under_way(data.path(), &log, 20);
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut told, &mut rest).unwrap();
    let code = child.wait().unwrap().code();
    // It may have been done already; a log this short is read quickly.
    assert!(code == Some(0) || (code == Some(130) && rest.contains("interrupted at line")), "{code:?} {rest}");
    assert!(calls(data.path()).len() >= 512, "nothing was kept of what went before");
    let last = import(data.path(), &log, &[]);
    assert!(last.status.success(), "{:?}", said(&last));
    assert_eq!(calls(data.path()).len(), 3_000);
    assert!(calls(data.path()) == calls(whole.path()));
}

#[test]
fn a_desk_killed_under_an_import_costs_a_sentence_and_nothing_else() {
    let (data, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = whole.path().join("log");
    fs::write(&log, log_of(3_000)).unwrap();
    let mut desk = ringdesk(data.path()).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
    let mut open = String::new();
    BufReader::new(desk.stderr.take().unwrap()).read_line(&mut open).unwrap();
    let (mut child, mut told) = under_way(data.path(), &log, 12);
    desk.kill().unwrap();
    desk.wait().unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut told, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{open} {rest}");
    assert!(rest.contains("the line to the desk was lost"), "{rest}");
    for folder in [data.path(), whole.path()] {
        let output = import(folder, &log, &[]);
        assert!(output.status.success(), "{:?}", said(&output));
    }
    assert!(calls(data.path()) == calls(whole.path()));
}
