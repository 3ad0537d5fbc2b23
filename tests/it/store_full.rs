//! A full disk refuses before anything is half-written, and keeps enough over to sign off.

use std::fs;
use std::path::Path;
use std::process::Command;

use ringdesk::store::{OpenOptions, Store, StoreError};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::store_kit::{entries, folder, journal, open, try_open};

/// The folder a test run again under a limit writes to.
const LIMITED: &str = "RINGDESK_TEST_LIMITED";

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
    fs::write(Path::new(&dir).join("told"), (next - 1).to_string()).unwrap();
    std::process::exit(0);
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let dir = folder();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_full::limited_child", "--nocapture", "--test-threads=1"])
        .env(LIMITED, dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: u64 = fs::read_to_string(dir.path().join("told")).unwrap().parse().unwrap();
    fs::remove_file(dir.path().join("told")).unwrap();
    assert!(told > 30, "{told}");
    let mut opened = open(dir.path());
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
