//! The records: rebuilt whenever in doubt, the same however they came about, and checked against the journal.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use ringdesk::domain::phone::match_key;
use ringdesk::domain::{CallId, Customer, CustomerId, Event, Stamp, TicketId};
use ringdesk::store::{OpenOptions, Opened, Store, probe};

use super::store_kit::{
    NOON, append, call, entries, entry, event, folder, journal, note_keys, open, replayed, roomy, segments, settled,
    small, ticket, try_open, visible,
};

/// Set where a test runs again as the process that probes.
const PROBE: &str = "RINGDESK_TEST_PROBE";

fn filled(dir: &Path, count: u64) -> Opened {
    let mut store = open(dir).store;
    append(&mut store, &entries(1, count), 4);
    store.close().unwrap();
    open(dir)
}

fn assert_sound(opened: &Opened, count: u64) {
    let report = opened.store.reader().check();
    assert_eq!((report.entries, report.faults), (count, Vec::new()));
    assert!(opened.store.lagging().is_none());
    assert_eq!(opened.state.sequence, count);
    assert!(visible(&opened.state) == visible(&replayed(&journal(&opened.store))), "state after reopening");
}

#[test]
fn the_state_after_reopening_is_that_of_a_replay() {
    let dir = folder();
    let opened = filled(dir.path(), 300);
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    assert_sound(&opened, 300);
}

#[test]
fn missing_emptied_and_garbled_records_are_rebuilt() {
    let dir = folder();
    drop(filled(dir.path(), 120));
    settled(dir.path());
    let records = dir.path().join("records");
    fs::remove_dir_all(&records).unwrap();
    let opened = open(dir.path());
    assert_eq!(note_keys(&opened), ["store.note_missing"]);
    assert_sound(&opened, 120);
    drop(opened);
    settled(dir.path());
    fs::write(records.join("db"), b"").unwrap();
    let opened = open(dir.path());
    assert_eq!(note_keys(&opened), ["store.note_rebuilt"]);
    assert_sound(&opened, 120);
    drop(opened);
    settled(dir.path());
    let db = fs::metadata(records.join("db")).unwrap().len();
    fs::write(records.join("db"), vec![0xa5; usize::try_from(db).unwrap()]).unwrap();
    fs::write(records.join("conf"), b"nonsense").unwrap();
    let opened = open(dir.path());
    assert_eq!(note_keys(&opened), ["store.note_rebuilt"]);
    assert_sound(&opened, 120);
    assert!(dir.path().join("records.bad-1").exists() && dir.path().join("records.bad-2").exists());
}

#[test]
fn records_of_another_or_a_longer_journal_are_rebuilt() {
    let dir = folder();
    let other = folder();
    drop(filled(dir.path(), 60));
    let mut store = open(other.path()).store;
    append(&mut store, &(1..=60).map(|n| entry(n, vec![event(n, 3)])).collect::<Vec<_>>(), 9);
    store.close().unwrap();
    let swap = |from: &Path, to: &Path| {
        settled(from);
        settled(to);
        fs::remove_dir_all(to.join("records")).unwrap();
        fs::create_dir_all(to.join("records/blobs")).unwrap();
        for file in fs::read_dir(from.join("records")).unwrap().map(|file| file.unwrap()) {
            if file.path().is_file() {
                fs::copy(file.path(), to.join("records").join(file.file_name())).unwrap();
            }
        }
    };
    swap(other.path(), dir.path());
    let opened = open(dir.path());
    assert_eq!(note_keys(&opened), ["store.note_rebuilt"]);
    assert_eq!(opened.notes[0].args[0].1, "of another journal");
    assert_sound(&opened, 60);
    drop(opened);
    let longer = folder();
    drop(filled(longer.path(), 80));
    swap(longer.path(), dir.path());
    let opened = open(dir.path());
    assert_eq!(note_keys(&opened), ["store.note_lost"], "{:?}", opened.notes);
    assert_sound(&opened, 60);
}

#[test]
fn a_journal_that_vanished_is_refused_not_begun_anew() {
    let dir = folder();
    drop(filled(dir.path(), 20));
    settled(dir.path());
    fs::remove_dir_all(dir.path().join("journal")).unwrap();
    let error = try_open(dir.path(), &roomy()).err().expect("refused");
    assert_eq!(error.say().key, "store.missing");
    assert!(try_open(dir.path(), &roomy()).is_err(), "and stays so");
}

#[test]
fn large_records_make_no_blobs() {
    let dir = folder();
    let mut store = try_open(dir.path(), &OpenOptions::default()).unwrap().store;
    for round in 0..4 {
        let events = |n: u64| {
            let note = "x".repeat(3_000 * (1 + (n + round) as usize % 12));
            let one = Customer { id: CustomerId(n % 60), note, ..Customer::default() };
            vec![Event::Customer(Box::new(one))]
        };
        let group: Vec<_> = (1..=100).map(|n| entry(round * 100 + n, events(n))).collect();
        append(&mut store, &group, 10);
        store.flush_records().unwrap();
    }
    assert_eq!(fs::read_dir(dir.path().join("records/blobs")).unwrap().count(), 0);
    assert_eq!(store.reader().check().faults, Vec::new());
}

#[test]
fn a_half_written_snapshot_does_not_matter() {
    let dir = folder();
    drop(filled(dir.path(), 20));
    settled(dir.path());
    fs::write(dir.path().join("records/snap.0000000000000000.generating"), b"half").unwrap();
    let opened = open(dir.path());
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    assert_sound(&opened, 20);
}

#[test]
fn check_finds_what_was_planted() {
    let dir = folder();
    drop(filled(dir.path(), 50));
    settled(dir.path());
    let db = sled::Config::new().path(dir.path().join("records")).open().unwrap();
    let tree = db.open_tree("records").unwrap();
    let keys = |prefix: u8| tree.scan_prefix([prefix]).keys().map(|key| key.unwrap()).collect::<Vec<_>>();
    // One message in the place of another, a command forgotten, something that has no reason to be there.
    let (mut messages, commands) = (keys(0x16), keys(0x40));
    messages.retain(|key| tree.get([&[0x38], &key[1..]].concat()).unwrap().is_none());
    let other = tree.get(&messages[1]).unwrap().unwrap();
    tree.insert(&messages[0], other).unwrap();
    tree.remove(&commands[7]).unwrap();
    tree.insert([0x7f, 1, 2, 3], &[]).unwrap();
    db.flush().unwrap();
    drop((tree, db));
    let opened = open(dir.path());
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    let report = opened.store.reader().check();
    let faults: BTreeSet<_> = report.faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(faults, BTreeSet::from(["store.fault_differs", "store.fault_extra", "store.fault_missing"]));
    assert_eq!((report.entries, report.faults.len()), (50, 3));
}

#[test]
fn check_finds_damage_that_opening_does_not_read() {
    let dir = folder();
    drop(filled(dir.path(), 200));
    settled(dir.path());
    let old = &segments(dir.path())[0];
    let mut bytes = fs::read(old).unwrap();
    bytes[500] ^= 1;
    fs::write(old, &bytes).unwrap();
    let opened = try_open(dir.path(), &OpenOptions { verify_bytes: 1, ..small() }).unwrap();
    let report = opened.store.reader().check();
    assert_eq!(report.faults.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), ["store.damaged"]);
}

#[test]
fn an_index_without_its_record_leads_to_a_rebuild() {
    let dir = folder();
    drop(filled(dir.path(), 50));
    settled(dir.path());
    let db = sled::Config::new().path(dir.path().join("records")).open().unwrap();
    let tree = db.open_tree("records").unwrap();
    for key in tree.scan_prefix([0x13]).keys() {
        tree.remove(key.unwrap()).unwrap();
    }
    db.flush().unwrap();
    drop((tree, db));
    let opened = open(dir.path());
    assert_eq!(note_keys(&opened), ["store.note_rebuilt"]);
    assert_sound(&opened, 50);
}

#[test]
fn check_agrees_while_the_owner_goes_on() {
    let dir = folder();
    let mut store = filled(dir.path(), 100).store;
    let reader = store.reader();
    let checker = std::thread::spawn(move || (0..5).map(|_| reader.check()).collect::<Vec<_>>());
    let mut next = 101;
    while !checker.is_finished() {
        append(&mut store, &entries(next, 5), 5);
        next += 5;
    }
    for report in checker.join().unwrap() {
        assert_eq!(report.faults, Vec::new());
        assert!(report.entries >= 100);
    }
}

#[test]
fn lookups_find_what_they_should() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    let mut events: Vec<Event> = (1..=40).map(|id| Event::Call(Box::new(call(id, 1)))).collect();
    events.extend((1..=20).map(|id| Event::Ticket(Box::new(ticket(id, id)))));
    let changed = entry(2, vec![Event::Ticket(Box::new(ticket(3, 8)))]);
    store.append(&[entry(1, events), changed.clone()]).unwrap();
    let reader = store.reader();
    assert_eq!(reader.call(CallId(7)), Some(call(7, 1)));
    assert_eq!(reader.call(CallId(700)), None);
    assert_eq!(reader.ticket(TicketId(3)), Some(ticket(3, 8)));
    assert_eq!(reader.customer(CustomerId(1)), None);
    let ids = |calls: Vec<ringdesk::domain::Call>| calls.iter().map(|call| call.id.0).collect::<Vec<_>>();
    assert_eq!(ids(reader.calls(None, None).collect()), (1..=40).collect::<Vec<_>>());
    let at = |id: u64| Some(Stamp(NOON + id as i64 * 60_000));
    assert_eq!(ids(reader.calls(at(5), at(8)).collect()), [5, 6, 7]);
    assert_eq!(ids(reader.calls(at(38), None).collect()), [38, 39, 40]);
    assert_eq!(ids(reader.calls(at(8), at(5)).collect()), [0u64; 0]);
    assert_eq!(ids(reader.calls_by_phone(&match_key("13800000002"), 3)), [37, 30, 23]);
    assert_eq!(ids(reader.calls_by_phone("", 3)), [0u64; 0]);
    assert_eq!(ids(reader.call_by_uniqueid("17000.4")), [4]);
    assert_eq!(ids(reader.call_by_uniqueid("17001.40")), [40]);
    assert_eq!(ids(reader.call_by_uniqueid("17000.")), [0u64; 0]);
    let tickets = |tickets: Vec<ringdesk::domain::Ticket>| tickets.iter().map(|one| one.id.0).collect::<Vec<_>>();
    assert_eq!(tickets(reader.tickets_by_phone("057188880003", 9)), [18, 13, 8, 3]);
    assert_eq!(tickets(reader.find_tickets("", 3)), [20, 19, 18]);
    assert_eq!(tickets(reader.find_tickets("since 8", 2)), [8, 3]);
    assert_eq!(tickets(reader.find_tickets(&TicketId(12).spoken(), 9)), [12]);
    assert_eq!(tickets(reader.find_tickets("05718888 0003", 2)), [18, 13]);
    assert_eq!(tickets(reader.find_tickets("WANG", 1)), [20]);
    assert_eq!(reader.command(changed.command), Some(2));
    assert_eq!(reader.command(99), None);
    let (told, hash) = reader.journal(Some(changed.at), None).next().unwrap().unwrap();
    assert_eq!((told, hash.len()), (changed, 64));
    assert!(reader.fault().is_none());
}

#[test]
fn ten_thousand_ended_calls_over_two_days_revive_alike() {
    let dir = folder();
    let mut store = try_open(dir.path(), &OpenOptions::default()).unwrap().store;
    let mut sequence = 0;
    let mut group = Vec::new();
    for id in 1..=6_000u64 {
        for turn in 0..2 {
            sequence += 1;
            let mut call = call(id, turn);
            call.arrived_at = Stamp(NOON + id as i64 * 20_000);
            call.rehearsal = id % 5 == 0;
            group.push(entry(sequence, vec![Event::Call(Box::new(call))]));
        }
        if group.len() >= 500 {
            store.append(&group).unwrap();
            group.clear();
        }
    }
    store.append(&group).unwrap();
    store.close().unwrap();
    let opened = try_open(dir.path(), &OpenOptions::default()).unwrap();
    assert!(opened.notes.is_empty());
    assert!(visible(&opened.state) == visible(&replayed(&journal(&opened.store))));
}

/// The process that probes: this test, run again by `probing_script`. Otherwise it has nothing to do.
#[test]
fn probe_child() {
    if let Ok(dir) = std::env::var(PROBE) {
        std::process::exit(probe(Path::new(&dir)));
    }
}

/// An executable that takes `--probe-records DIR` as the real one does.
fn probing_script(dir: &Path, name: &str, body: &str) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_probe_that_fails_or_hangs_leads_to_a_rebuild() {
    let (dir, scripts) = (folder(), folder());
    drop(filled(dir.path(), 40));
    settled(dir.path());
    let test = std::env::current_exe().unwrap();
    let good = format!("{PROBE}=\"$2\" exec '{}' --exact store_records::probe_child --nocapture", test.display());
    let good = probing_script(scripts.path(), "good", &good);
    let bad = probing_script(scripts.path(), "bad", "exit 101");
    let hangs = probing_script(scripts.path(), "hangs", "exec sleep 1000");
    let with = |exe: &Path, limit: u64| {
        let probe_limit = Duration::from_millis(limit);
        let options = OpenOptions { probe: Some(exe.to_owned()), probe_limit, ..roomy() };
        try_open(dir.path(), &options).unwrap()
    };
    let opened = with(&good, 60_000);
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    drop(opened);
    let opened = with(&bad, 60_000);
    assert_eq!(note_keys(&opened), ["store.note_rebuilt"]);
    assert_sound(&opened, 40);
    drop(opened);
    let begun = Instant::now();
    let opened = with(&hangs, 50);
    assert_eq!(note_keys(&opened), ["store.note_rebuilt"]);
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert_sound(&opened, 40);
    drop(opened);
    settled(dir.path());
    fs::write(dir.path().join("records/db"), b"").unwrap();
    let opened = with(&good, 60_000);
    assert_eq!(note_keys(&opened), ["store.note_rebuilt"]);
    assert_sound(&opened, 40);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_entries_in_any_groups_come_back(
        groups in prop::collection::vec((1usize..9, any::<bool>()), 1..12),
        seeds in prop::collection::vec((1u64..30, 0u64..60), 200),
    ) {
        let dir = folder();
        let mut store = open(dir.path()).store;
        let (mut written, mut seeds) = (Vec::new(), seeds.into_iter());
        for (size, reopen) in groups {
            let group: Vec<_> = (0..size)
                .map(|k| {
                    let events = seeds.by_ref().take(1 + k % 2).map(|(id, turn)| event(id, turn)).collect();
                    entry(written.len() as u64 + k as u64 + 1, events)
                })
                .collect();
            store.append(&group).unwrap();
            written.extend(group);
            if reopen {
                drop(store);
                store = open(dir.path()).store;
            }
        }
        Store::close(store).unwrap();
        let opened = open(dir.path());
        prop_assert_eq!(&journal(&opened.store), &written);
        prop_assert!(opened.store.reader().check().faults.is_empty());
        let replay = replayed(&written);
        prop_assert_eq!(&opened.state.tickets, &replay.tickets);
        prop_assert_eq!(opened.state.last, replay.last);
        prop_assert_eq!(&opened.state.tally, &replay.tally);
        prop_assert!(opened.state.calls.all().eq(replay.calls.all()));
        prop_assert_eq!(&opened.state.customers, &replay.customers);
    }
}
