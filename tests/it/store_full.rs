//! A full disk refuses before anything is half-written, and keeps enough over to sign off.

use std::fs;
use std::path::Path;
use std::process::Command;

use ringdesk::store::{OpenOptions, Store, StoreError};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::store_kit::{entries, folder, journal, note_keys, open, try_open};

/// The folder a test run again under a limit writes to.
const LIMITED: &str = "RINGDESK_TEST_LIMITED";

/// The same for a disk that fails.
const FAILING: &str = "RINGDESK_TEST_FAILING";

/// No file may grow beyond this: the disk of the child.
const DISK: u64 = 600_000;

fn options() -> OpenOptions {
    OpenOptions { segment_bytes: 64 << 20, ahead_bytes: 100_000, reserve_bytes: 100_000, ..OpenOptions::default() }
}

/// The process on a small disk: this test, run again. Otherwise it has nothing to do.
#[test]
fn limited_child() {
    let Ok(dir) = std::env::var(LIMITED) else { return };
    // A file over the limit is answered with a signal first; it must not end the process.
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default()).unwrap();
    let mut store = try_open(Path::new(&dir), &options()).unwrap().store;
    setrlimit(Resource::Fsize, Rlimit { current: Some(DISK), maximum: Some(DISK) }).unwrap();
    let mut next = 1;
    let refusal = loop {
        let group = entries(next, 3);
        let bytes = Store::size_of(&group).unwrap();
        match store.make_room(bytes) {
            Ok(()) => store.append(&group).unwrap(),
            Err(refusal) => break refusal,
        }
        next += 3;
    };
    assert!(matches!(refusal, StoreError::Full(_)), "{refusal}");
    assert_eq!(refusal.say().key, "store.full");
    // Signing off needs no asking, and the reserve holds it.
    let off = entries(next, 3);
    store.append(&off).unwrap();
    next += 3;
    // Until that is gone too; then nothing is half-written, and the store goes on.
    let last = loop {
        let group = entries(next, 1);
        match store.append(&group) {
            Ok(()) => next += 1,
            Err(refusal) => break refusal,
        }
    };
    assert!(last.is_full(), "{last}");
    assert_eq!(store.last_sequence(), next - 1);
    assert_eq!(journal(&store).len() as u64, next - 1);
    // The records ran out of disk too: they stand still and say so, which took nothing from what was acknowledged.
    assert_eq!(store.lagging().unwrap().key, "store.lagging");
    assert!(store.reader().fault().is_some());
    fs::write(Path::new(&dir).join("told"), (next - 1).to_string()).unwrap();
    std::process::exit(0);
}

/// The process whose disk fails in the middle of a write: this test, run again. Otherwise it has nothing to do.
#[test]
fn failing_child() {
    let Ok(dir) = std::env::var(FAILING) else { return };
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default()).unwrap();
    let mut store = try_open(Path::new(&dir), &options()).unwrap().store;
    store.append(&entries(1, 9)).unwrap();
    // Room was made, but writing there fails all the same: the limit holds for every byte beyond it.
    let failing = |limit| setrlimit(Resource::Fsize, Rlimit { current: limit, maximum: None }).unwrap();
    failing(Some(200));
    let first = store.append(&entries(10, 1)).unwrap_err();
    assert!(matches!(first, StoreError::Io { op: "write", .. }), "{first}");
    failing(None);
    // The disk is well again, but what the failed write left there is not known.
    for _ in 0..2 {
        let error = store.append(&entries(10, 1)).unwrap_err();
        assert!(matches!(error, StoreError::Poisoned(_)), "{error}");
        assert_eq!(error.say().key, "store.poisoned");
    }
    assert!(store.make_room(0).is_err());
    assert_eq!(journal(&store).len(), 9, "what was acknowledged can still be read");
    fs::write(Path::new(&dir).join("told"), "9").unwrap();
    std::process::exit(0);
}

#[test]
fn a_failed_write_ends_the_store_but_not_what_it_kept() {
    let dir = folder();
    run_child("store_full::failing_child", FAILING, dir.path());
    let opened = open(dir.path());
    assert_eq!(journal(&opened.store), entries(1, 9));
}

/// Runs a test of this binary as a process of its own, and gives the number it told.
fn run_child(test: &str, variable: &str, dir: &Path) -> u64 {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(variable, dir)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = fs::read_to_string(dir.join("told")).unwrap().parse().unwrap();
    fs::remove_file(dir.join("told")).unwrap();
    told
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let dir = folder();
    let told = run_child("store_full::limited_child", LIMITED, dir.path());
    assert!(told > 30, "{told}");
    let mut opened = open(dir.path());
    assert_eq!(note_keys(&opened), ["store.note_rebuilt"]);
    assert!(opened.store.lagging().is_none());
    assert_eq!(journal(&opened.store), entries(1, told));
    assert_eq!(opened.store.reader().check().faults, Vec::new());
    // With room again it goes on.
    opened.store.append(&entries(told + 1, 5)).unwrap();
    assert_eq!(journal(&opened.store).len() as u64, told + 5);
}

#[test]
fn a_folder_that_can_not_be_written_is_refused_in_a_sentence() {
    let dir = folder();
    // A file where the folder should be stands in for a disk that takes nothing; root may write anywhere.
    fs::write(dir.path().join("journal"), b"").unwrap();
    let error = try_open(dir.path(), &options()).err().expect("refused");
    assert!(error.say().key.starts_with("store."), "{error}");
}
