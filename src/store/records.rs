//! sled, and all that has to be done around it: what it trips over removed before, what it never syncs synced after,
//! its panics caught. docs/storage.md says why, with what was measured.

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::fdatasync;

use super::disk;
use super::envelope::{self, Kind};
use super::fold::{self, Before, Mark, Traces, Writes};
use super::keys;
use crate::domain::Event;

/// How often, and how far apart, sled's own lock is asked for.
const TRIES: u32 = 300;
const PAUSE: Duration = Duration::from_millis(10);

/// The records. Clones share one sled.
#[derive(Clone)]
pub(super) struct Records {
    tree: sled::Tree,
    db: sled::Db,
    folder: PathBuf,
}

/// Runs something of sled's; what it panics with becomes an error.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("sled panicked".to_owned()),
    }
}

impl Records {
    /// Opens the records' folder, or makes it.
    pub fn open(folder: &Path, cache_bytes: u64) -> Result<Records, String> {
        let text = |error: super::StoreError| error.to_string();
        let fresh = !folder.join("db").exists();
        disk::private_dir(folder).map_err(text)?;
        remove_half_snapshots(folder).map_err(|error| error.to_string())?;
        let db = open_when_free(folder, cache_bytes)?;
        let tree = guarded(|| db.open_tree("records"))?;
        let records = Records { tree, db, folder: folder.to_owned() };
        if fresh {
            // sled never syncs the files and folders it makes.
            records.flush()?;
            disk::sync_file(&folder.join("conf")).map_err(text)?;
            disk::sync_file(&folder.join("db")).map_err(text)?;
            disk::sync_dir(folder).map_err(text)?;
            folder.parent().map_or(Ok(()), disk::sync_dir).map_err(text)?;
        }
        records.close_modes();
        Ok(records)
    }

    /// sled makes its files readable for all; the folder above keeps them closed anyway.
    fn close_modes(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let mode = if entry.path().is_dir() { 0o700 } else { 0o600 };
            // A file sled has just removed needs no mode.
            let _closed = disk::chmod(&entry.path(), mode);
        }
    }

    /// Brings all of it to the disk. sled's own flush only hands the pages to the system.
    pub fn flush(&self) -> Result<(), String> {
        guarded(|| self.db.flush())?;
        let file = File::open(self.folder.join("db")).map_err(|error| error.to_string())?;
        fdatasync(&file).map_err(|error| error.to_string())?;
        self.close_modes();
        Ok(())
    }

    /// Writes a batch: all of it or nothing.
    pub fn apply(&self, writes: &Writes) -> Result<(), String> {
        let mut batch = sled::Batch::default();
        for (key, value) in &writes.changed {
            match value {
                Some(value) => batch.insert(key.as_slice(), value.as_slice()),
                None => batch.remove(key.as_slice()),
            }
        }
        guarded(|| self.tree.apply_batch(batch))
    }

    /// How far the records follow the journal; nothing for new records.
    pub fn mark(&self) -> Result<Option<Mark>, String> {
        match self.get(&[keys::MARK])? {
            Some(value) => envelope::open(Kind::Mark, &value).map(Some).map_err(|spoiled| format!("{spoiled:?}")),
            None if guarded(|| Ok(self.tree.is_empty()))? => Ok(None),
            None => Err("no mark".to_owned()),
        }
    }

    /// A value.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        guarded(|| self.tree.get(key)).map(|value| value.map(|value| value.to_vec()))
    }

    /// A record by its key, with the sequence of the entry that wrote it.
    pub fn record(&self, key: &[u8]) -> Result<Option<(u64, Event)>, String> {
        match self.get(key)? {
            Some(value) => self.unseal(key, &value).map(Some),
            None => Ok(None),
        }
    }

    /// A record from its key and value.
    pub fn unseal(&self, key: &[u8], value: &[u8]) -> Result<(u64, Event), String> {
        let whole = fold::join(key, value, |key| self.get(key))?;
        fold::unseal(key, &whole).map_err(|spoiled| format!("{spoiled:?}"))
    }

    /// All keys that begin so, in order.
    pub fn prefix(&self, prefix: &[u8]) -> Walk {
        Walk { inner: self.tree.scan_prefix(prefix) }
    }

    /// All keys in a range, in order.
    pub fn range(&self, from: Vec<u8>, to: Vec<u8>) -> Walk {
        // sled panics at a range that ends before it begins.
        let to = to.max(from.clone());
        Walk { inner: self.tree.range(from..to) }
    }

    /// All there is.
    pub fn all(&self) -> Walk {
        Walk { inner: self.tree.iter() }
    }

    /// Reads everything once, for the probe.
    pub fn read_all(&self) -> Result<(), String> {
        for pair in self.all() {
            let (key, value) = pair?;
            if (keys::SOURCE..=keys::MESSAGE).contains(key.first().unwrap_or(&0)) {
                self.unseal(&key, &value)?;
            }
        }
        Ok(())
    }
}

impl Before for Records {
    fn traces(&self, record: &[u8]) -> Result<Option<Traces>, String> {
        let Some(value) = self.get(record)? else { return Ok(None) };
        let whole = fold::join(record, &value, |key| self.get(key))?;
        fold::traces_of(record, &value, &whole).map(Some)
    }
}

/// Opens sled. A sled this process has just dropped may hold its own lock for a moment longer, until its threads are
/// done; nobody else can, under ours.
fn open_when_free(folder: &Path, cache_bytes: u64) -> Result<sled::Db, String> {
    let config = sled::Config::new().path(folder).cache_capacity(cache_bytes).flush_every_ms(None);
    let mut tries = 0;
    loop {
        match guarded(|| config.open()) {
            Err(error) if error.contains("acquire lock") && tries < TRIES => tries += 1,
            other => return other,
        }
        std::thread::sleep(PAUSE);
    }
}

/// A walk over keys and values, from either end. After an error there is nothing more.
pub(super) struct Walk {
    inner: sled::Iter,
}

type Step = Result<(Vec<u8>, Vec<u8>), String>;

fn step(next: impl FnOnce() -> Option<sled::Result<(sled::IVec, sled::IVec)>>) -> Option<Step> {
    let pair = guarded(|| next().transpose());
    pair.map(|pair| pair.map(|(key, value)| (key.to_vec(), value.to_vec()))).transpose()
}

impl Iterator for Walk {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        step(|| self.inner.next())
    }
}

impl DoubleEndedIterator for Walk {
    fn next_back(&mut self) -> Option<Step> {
        step(|| self.inner.next_back())
    }
}

/// A snapshot is written under this name, and the loader trips over one that was not finished.
fn remove_half_snapshots(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
