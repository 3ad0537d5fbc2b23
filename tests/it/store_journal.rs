//! The journal: what was acknowledged is there, what was torn is cut, what is damaged is refused with its place.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use ringdesk::domain::Stamp;
use ringdesk::store::{Lock, LockInfo, Reader, StoreError, golden};
use ringdesk::text::Language;

use super::store_kit::{
    OFFSET, append, entries, entry, event, folder, journal, note_keys, open, roomy, segments, small, try_open,
};

#[test]
fn what_was_appended_is_there_after_reopening() {
    let dir = folder();
    let written = entries(1, 200);
    let mut store = open(dir.path()).store;
    append(&mut store, &written, 7);
    assert_eq!(journal(&store), written);
    assert_eq!(store.last_sequence(), 200);
    store.close().unwrap();
    let opened = open(dir.path());
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    assert_eq!(journal(&opened.store), written);
    assert_eq!(opened.state.sequence, 200);
    assert!(segments(dir.path()).len() > 3, "segments roll");
}

#[test]
fn rolled_segments_are_never_written_again() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    append(&mut store, &entries(1, 100), 5);
    let full: Vec<_> = segments(dir.path());
    let full = &full[..full.len() - 1];
    let before: Vec<_> = full.iter().map(|path| fs::read(path).unwrap()).collect();
    append(&mut store, &entries(101, 100), 5);
    store.close().unwrap();
    drop(open(dir.path()));
    let after: Vec<_> = full.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(before == after && before.len() > 1);
    // They end with their last entry, without zeros written ahead.
    assert!(before.iter().all(|bytes| golden::entry_places(bytes).last() == Some(&bytes.len()) || bytes.len() > 64));
}

#[test]
fn a_tail_torn_at_any_byte_is_cut_and_reported() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    let written = [entry(1, vec![event(1, 0)]), entry(2, vec![event(2, 1)])];
    append(&mut store, &written, 1);
    drop(store);
    let path = segments(dir.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let places = golden::entry_places(&whole);
    let (begin, end) = (places[1], places[2]);
    for cut in begin..end {
        // The records know only what a crash leaves them: nothing of the torn entry.
        let torn = folder();
        fs::create_dir(torn.path().join("journal")).unwrap();
        let mut bytes = whole.clone();
        bytes[cut..].fill(0);
        if bytes == whole {
            continue;
        }
        fs::write(torn.path().join("journal/00000001.seg"), &bytes).unwrap();
        let mut opened = open(torn.path());
        let keys = note_keys(&opened);
        let torn_noted = keys.contains(&"store.note_torn");
        assert_eq!(torn_noted, bytes[begin..].iter().any(|byte| *byte != 0), "cut at {cut}: {keys:?}");
        assert_eq!(journal(&opened.store), written[..1], "cut at {cut}");
        opened.store.append(&written[1..]).unwrap();
        assert_eq!(journal(&opened.store), written);
        if cut % 40 != 0 {
            continue;
        }
        drop(opened);
        let opened = open(torn.path());
        assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    }
}

#[test]
fn a_hole_in_an_unfinished_group_is_torn_not_damaged() {
    let dir = folder();
    let mut store = try_open(dir.path(), &roomy()).unwrap().store;
    store.append(&entries(1, 2)).unwrap();
    store.append(&entries(3, 3)).unwrap();
    drop(store);
    let path = segments(dir.path()).remove(0);
    let mut bytes = fs::read(&path).unwrap();
    let places = golden::entry_places(&bytes);
    // The first entry of the last group never arrived; the two behind it did.
    bytes[places[2]..places[3]].fill(0);
    fs::write(&path, &bytes).unwrap();
    fs::remove_dir_all(dir.path().join("records")).unwrap();
    let opened = try_open(dir.path(), &roomy()).unwrap();
    assert!(note_keys(&opened).contains(&"store.note_torn"), "{:?}", opened.notes);
    assert_eq!(journal(&opened.store), entries(1, 2));
}

#[test]
fn garbage_before_valid_entries_is_refused_with_its_place() {
    let dir = folder();
    let mut store = try_open(dir.path(), &roomy()).unwrap().store;
    append(&mut store, &entries(1, 12), 1);
    store.close().unwrap();
    let path = segments(dir.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let places = golden::entry_places(&whole);
    assert!(places.len() > 4);
    for (index, at) in (0..places.len() - 2)
        .flat_map(|index| (places[index]..places[index + 1]).step_by(23).map(move |at| (index, at)))
    {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        fs::write(&path, &bytes).unwrap();
        let Err(error) = try_open(dir.path(), &roomy()) else { panic!("opened with byte {at} flipped") };
        match &error {
            StoreError::Damaged { file, offset } => {
                assert_eq!((file, *offset), (&path, places[index] as u64), "byte {at}");
            }
            other => panic!("{other}"),
        }
        assert_eq!(error.say().key, "store.damaged");
        assert_eq!(fs::read(&path).unwrap(), bytes, "nothing was cut");
    }
}

#[test]
fn damage_and_loss_in_older_segments_is_refused() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    append(&mut store, &entries(1, 200), 3);
    store.close().unwrap();
    let paths = segments(dir.path());
    let whole = fs::read(&paths[1]).unwrap();
    let tail = whole.len() - 5;
    let mut bytes = whole.clone();
    bytes[tail] ^= 1;
    fs::write(&paths[1], &bytes).unwrap();
    assert!(matches!(try_open(dir.path(), &small()), Err(StoreError::Damaged { file, .. }) if file == paths[1]));
    fs::write(&paths[1], &whole[..tail]).unwrap();
    assert!(matches!(try_open(dir.path(), &small()), Err(StoreError::Damaged { file, .. }) if file == paths[1]));
    fs::remove_file(&paths[1]).unwrap();
    assert!(matches!(try_open(dir.path(), &small()), Err(StoreError::Missing(file)) if file == paths[1]));
    fs::write(&paths[1], &whole).unwrap();
    assert_eq!(journal(&open(dir.path()).store).len(), 200);
}

#[test]
fn an_exchanged_entry_breaks_the_chain() {
    let dir = folder();
    fs::create_dir(dir.path().join("journal")).unwrap();
    let mut told = entries(1, 4);
    let whole = golden::segment_bytes(&told).unwrap();
    told[1].seat = "sealed".to_owned();
    let other = golden::segment_bytes(&told).unwrap();
    let (places, others) = (golden::entry_places(&whole), golden::entry_places(&other));
    let mut mixed = whole[..places[1]].to_vec();
    mixed.extend_from_slice(&other[others[1]..others[2]]);
    mixed.extend_from_slice(&whole[places[2]..]);
    fs::write(dir.path().join("journal/00000001.seg"), &mixed).unwrap();
    assert!(matches!(try_open(dir.path(), &small()), Err(StoreError::Damaged { .. })));
}

#[test]
fn entries_must_follow_and_fit() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    assert!(matches!(store.append(&entries(2, 1)), Err(StoreError::OutOfOrder { expected: 1, got: 2 })));
    let mut large = entry(1, Vec::new());
    large.rule = "x".repeat(2 << 20);
    assert!(store.append(&[large]).is_err());
    store.append(&entries(1, 1)).unwrap();
    assert_eq!(store.last_sequence(), 1);
}

#[test]
fn the_lock_names_its_holder() {
    let dir = folder();
    assert_eq!(Lock::holder(dir.path()), None);
    let who = LockInfo {
        pid: 42,
        what: "desk".to_owned(),
        since: Stamp(0),
        offset_ms: 8 * 3_600_000,
        socket: "/run/desk".to_owned(),
    };
    let lock = Lock::take(dir.path(), &who).unwrap();
    assert_eq!(Lock::holder(dir.path()), Some(who.clone()));
    match Lock::take(dir.path(), &LockInfo::default()) {
        Err(error @ StoreError::Locked(_)) => {
            let args: Vec<_> = error.say().args.into_iter().map(|(_, value)| value).collect();
            assert_eq!(args, ["42", "desk", "1970-01-01 08:00:00", "/run/desk"]);
        }
        other => panic!("{other:?}"),
    }
    drop(lock);
    assert_eq!(Lock::holder(dir.path()), None);
    Lock::take(dir.path(), &LockInfo::default()).unwrap();
}

#[test]
fn only_the_owner_can_read_the_files() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    append(&mut store, &entries(1, 50), 5);
    store.close().unwrap();
    let mut folders = vec![dir.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{folder:?}");
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
            }
        }
    }
    assert!(files > 4);
}

#[test]
fn the_holder_is_shown_with_its_own_time() {
    for (since, words) in [
        (0, "1970-01-01 08:00:00"),
        (951_782_399_999, "2000-02-29 07:59:59"),
        (1_709_222_400_000, "2024-03-01 00:00:00"),
        (1_735_660_799_000, "2024-12-31 23:59:59"),
        (-28_801_000, "1969-12-31 23:59:59"),
    ] {
        let info = LockInfo { since: Stamp(since), offset_ms: OFFSET, ..LockInfo::default() };
        assert_eq!(info.since_words(), words);
    }
}

#[test]
fn every_sentence_of_the_store_is_in_every_language() {
    let places = |words: &str| {
        words
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect::<BTreeSet<_>>()
    };
    let mut used = BTreeSet::new();
    for path in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store")).unwrap() {
        let source = fs::read_to_string(path.unwrap().path()).unwrap();
        let keys = source.split('"').filter(|text| text.starts_with("store."));
        used.extend(keys.map(str::to_owned));
    }
    assert!(used.len() > 20, "{used:?}");
    for key in &used {
        for language in Language::ALL {
            assert_ne!(language.word(key), key, "{}", language.tag());
            assert_eq!(places(language.word(key)), places(Language::En.word(key)), "{key} {}", language.tag());
        }
    }
    let known: BTreeSet<_> = Language::En.entries().map(|(key, _)| key.to_owned()).collect();
    let idle: Vec<_> = known.iter().filter(|key| key.starts_with("store.") && !used.contains(*key)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn readers_go_to_other_threads() {
    fn travels<T: Clone + Send + Sync + 'static>() {}
    travels::<Reader>();
}
