//! Every file on the disk cut short or garbled at its end: the desk comes up with all that is left, and says what it
//! found, or refuses with the place. It never comes up silently with less, and never with anything else.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use ringdesk::store::golden;

use super::store_kit::{append, entries, folder, journal, open, replayed, settled, small, try_open, visible};

const COUNT: u64 = 60;

fn filled() -> tempfile::TempDir {
    let dir = folder();
    let mut store = open(dir.path()).store;
    append(&mut store, &entries(1, COUNT), 4);
    store.close().unwrap();
    settled(dir.path());
    dir
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// Opens what is left, and judges.
fn judge(dir: &Path, what: &str) {
    let opened = match try_open(dir, &small()) {
        Ok(opened) => opened,
        Err(error) => {
            let key = error.say().key;
            assert!(["store.damaged", "store.missing"].contains(&key.as_str()), "{what}: {error}");
            return;
        }
    };
    let found = journal(&opened.store);
    assert_eq!(found, entries(1, found.len() as u64), "{what}");
    let lost = opened.notes.iter().any(|note| note.key == "store.note_lost");
    assert_eq!(lost, (found.len() as u64) < COUNT, "{what}: {} left, {:?}", found.len(), opened.notes);
    assert_eq!(opened.store.reader().check().faults, Vec::new(), "{what}");
    assert!(visible(&opened.state) == visible(&replayed(&found)), "{what}");
}

#[test]
fn every_file_with_its_tail_cut() {
    let names: Vec<_> = relative(&filled());
    for name in names {
        for bytes in [1, 100, 5_000] {
            let dir = filled();
            let path = dir.path().join(&name);
            let Ok(meta) = fs::metadata(&path) else { continue };
            OpenOptions::new().write(true).open(&path).unwrap().set_len(meta.len().saturating_sub(bytes)).unwrap();
            judge(dir.path(), &format!("{} less {bytes}", name.display()));
        }
    }
}

#[test]
fn every_file_with_its_tail_garbled() {
    let names: Vec<_> = relative(&filled());
    for name in names {
        for bytes in [3, 700] {
            let dir = filled();
            let path = dir.path().join(&name);
            let Ok(content) = fs::read(&path) else { continue };
            // The end of what was written, not of the zeros behind it.
            let end = match golden::entry_places(&content).last() {
                Some(end) => *end,
                None => content.len(),
            };
            let begin = end.saturating_sub(bytes);
            let noise: Vec<u8> = content[begin..end].iter().map(|byte| byte ^ 0x5a).collect();
            OpenOptions::new().write(true).open(&path).unwrap().write_all_at(&noise, begin as u64).unwrap();
            judge(dir.path(), &format!("{} garbled by {bytes}", name.display()));
        }
    }
}

#[test]
fn an_emptied_records_folder() {
    let dir = filled();
    let records = dir.path().join("records");
    fs::remove_dir_all(&records).unwrap();
    fs::create_dir(&records).unwrap();
    judge(dir.path(), "emptied folder");
    assert_eq!(journal(&open(dir.path()).store).len() as u64, COUNT);
}

fn relative(dir: &tempfile::TempDir) -> Vec<PathBuf> {
    files(dir.path()).iter().map(|path| path.strip_prefix(dir.path()).unwrap().to_owned()).collect()
}
