//! Killed at any moment: what was acknowledged is there, whole; what was not is there whole or not at all.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::store_kit::{entries, folder, journal, open, replayed, small, try_open, visible};

/// The folder a test run again as the writer writes to.
const WRITER: &str = "RINGDESK_TEST_WRITER";

/// How many rounds; the long run sets more.
const ROUNDS: &str = "RINGDESK_CRASH_ROUNDS";

/// The process that writes until it is killed: this test, run again. Otherwise it has nothing to do.
#[test]
fn writer_child() {
    let Ok(dir) = std::env::var(WRITER) else { return };
    let mut store = try_open(Path::new(&dir), &small()).unwrap().store;
    let mut out = std::io::stdout();
    loop {
        let next = store.last_sequence() + 1;
        let group = entries(next, next * 31 % 17 + 1);
        store.append(&group).unwrap();
        writeln!(out, "kept {}", store.last_sequence()).unwrap();
        if next % 64 < 8 {
            store.flush_records().unwrap();
        }
    }
}

/// Starts the writer, kills it after a while, and gives what it acknowledged.
fn run_and_kill(dir: &Path, after: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_crash::writer_child", "--nocapture", "--test-threads=1"])
        .env(WRITER, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let kept = |line: &String| line.split_once("kept ").and_then(|(_, number)| number.parse::<u64>().ok());
    let mut last = lines.find_map(|line| kept(&line)).expect("the writer writes");
    let begun = Instant::now();
    while begun.elapsed() < after {
        last = lines.next().as_ref().and_then(kept).unwrap_or(last);
    }
    child.kill().unwrap();
    last = lines.filter_map(|line| kept(&line)).last().unwrap_or(last);
    child.wait().unwrap();
    last
}

#[test]
fn what_was_acknowledged_survives_sigkill() {
    let rounds: u64 = std::env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(30);
    let mut dir = folder();
    let (mut kills, mut rebuilt) = (0, 0);
    for round in 0..rounds {
        if round % 10 == 0 {
            dir = folder();
        }
        // Not the same moment twice, and the same moments in every run.
        let after = Duration::from_micros(round.wrapping_mul(0x9e37_79b9) % 60_000);
        let kept = run_and_kill(dir.path(), after);
        kills += 1;
        let opened = open(dir.path());
        let found = journal(&opened.store);
        let last = found.len() as u64;
        assert!(last >= kept, "round {round}: {kept} acknowledged, {last} found");
        assert_eq!(found, entries(1, last), "round {round}");
        assert_eq!(opened.state.sequence, last);
        rebuilt += opened.notes.iter().filter(|note| note.key == "store.note_rebuilt").count();
        assert!(opened.notes.iter().all(|note| note.key != "store.note_lost"), "round {round}: {:?}", opened.notes);
        if round % 10 == 9 || round + 1 == rounds {
            assert_eq!(opened.store.reader().check().faults, Vec::new(), "round {round}");
            assert!(visible(&opened.state) == visible(&replayed(&found)), "round {round}");
        }
    }
    println!("{kills} kills, records rebuilt {rebuilt} times");
}
