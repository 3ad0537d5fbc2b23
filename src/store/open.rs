//! The store as its one owner sees it: opened, appended to, flushed, closed.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::disk;
use super::error::StoreError;
use super::fold::{Mark, Writes};
use super::frame::Hash;
use super::journal::{self, Journal};
use super::lock::Lock;
use super::options::{Doing, OpenOptions, Progress};
use super::probe;
use super::reader::Reader;
use super::records::Records;
use super::replay::{self, Cursor, Place};
use super::revive;
use super::search::{Changed, Search};
use crate::domain::{Entry, Event, State};
use crate::text::Say;

/// Entries folded into the records with one batch while catching up.
const BATCH: usize = 1_000;

/// What owner and readers share.
#[derive(Debug)]
pub(super) struct Shared {
    /// The folder of the segments.
    pub journal: PathBuf,
    /// Behind the last acknowledged entry. Held while the records change, so whoever holds it sees both agree.
    pub end: Mutex<Place>,
    /// The records failed and stand still.
    pub lagging: AtomicBool,
    /// Which tickets changed since somebody searched. Held for no longer than it takes to note a number.
    pub changed: Mutex<Changed>,
    /// What tickets are found by; readers only, so that a search never holds the owner up.
    pub search: Mutex<Search>,
}

impl Shared {
    /// The end of the journal, and the right to look at the records while nothing moves.
    pub fn still(&self) -> std::sync::MutexGuard<'_, Place> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which tickets changed since somebody searched.
    pub fn changed(&self) -> std::sync::MutexGuard<'_, Changed> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What tickets are found by.
    pub fn search(&self) -> std::sync::MutexGuard<'_, Search> {
        self.search.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A data folder, open.
pub struct Store {
    journal: Journal,
    records: Records,
    shared: Arc<Shared>,
    doubt: PathBuf,
    fault: Option<String>,
    _lock: Lock,
}

/// What opening gives.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// The desk's state as of the journal's last entry.
    pub state: State,
    /// What had to be done to open it: a torn tail cut, records rebuilt.
    pub notes: Vec<Say>,
}

impl Store {
    /// Opens a data folder, or begins one, with the usual options.
    pub fn open(
        dir: &Path,
        lock: Lock,
        offset_ms: i64,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Opened, StoreError> {
        Store::open_with(dir, lock, offset_ms, &OpenOptions::default(), progress)
    }

    /// Opens a data folder, or begins one.
    ///
    /// The journal's newest part is verified and a torn tail cut; the records are probed, opened and brought up to the
    /// journal's end, or set aside and built anew where they are bad; then the state is made from them.
    pub fn open_with(
        dir: &Path,
        lock: Lock,
        offset_ms: i64,
        options: &OpenOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Opened, StoreError> {
        disk::private_dir(dir)?;
        let mut notes = Vec::new();
        let journal = Journal::open(dir, options, &mut notes, progress)?;
        let opening = Opening { dir, options, journal: &journal, offset_ms };
        let (records, state) = opening.records(&mut notes, progress)?;
        let shared = Arc::new(Shared {
            journal: journal.dir().to_owned(),
            end: Mutex::new(journal.end()),
            lagging: AtomicBool::new(false),
            changed: Mutex::default(),
            search: Mutex::default(),
        });
        let doubt = doubt_file(dir);
        let store = Store { journal, records, shared, doubt, fault: None, _lock: lock };
        Ok(Opened { store, state, notes })
    }

    /// Makes sure that the next `append` of so many bytes can't run out of disk, and that a reserve stays over for
    /// signing off and handing over, which need no asking. `Full` where that can't be had.
    pub fn make_room(&mut self, bytes: usize) -> Result<(), StoreError> {
        self.journal.make_room(bytes as u64)
    }

    /// The bytes these entries take in the journal, for `make_room`; `TooLarge` for one that can't be appended.
    pub fn size_of(entries: &[Entry]) -> Result<usize, StoreError> {
        journal::size_of(entries)
    }

    /// Appends a group of entries, numbered on from the last. When this returns, all of them are on the disk.
    ///
    /// May use the reserve. An error other than a failed write or sync leaves the store as it was; after one of those it
    /// takes nothing more. Records that can't follow are no error: they stand still ([`Store::lagging`]) and are built
    /// anew on the next opening.
    pub fn append(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let hashes = self.journal.append(entries)?;
        let shared = Arc::clone(&self.shared);
        let mut end = shared.still();
        *end = self.journal.end();
        if self.fault.is_none()
            && let Err(error) = fold_into(&self.records, entries.iter().zip(&hashes))
        {
            self.doubt_records(error);
        }
        drop(end);
        let tickets = entries.iter().flat_map(|entry| &entry.events).filter_map(|event| match event {
            Event::Ticket(ticket) => Some(ticket.id.0),
            _ => None,
        });
        shared.changed().note(tickets);
        Ok(())
    }

    /// The number of the last entry.
    pub fn last_sequence(&self) -> u64 {
        self.journal.last()
    }

    /// What is wrong with the records, where they stand still.
    pub fn lagging(&self) -> Option<Say> {
        self.fault.as_ref().map(|error| Say::new("store.lagging").with("error", error))
    }

    /// A look at what is stored, for any thread.
    pub fn reader(&self) -> Reader {
        Reader::new(self.records.clone(), Arc::clone(&self.shared))
    }

    /// Brings the records to the disk, so that the next opening has little to catch up. Not needed for safety.
    pub fn flush_records(&mut self) -> Result<(), StoreError> {
        if let Some(error) = &self.fault {
            return Err(StoreError::Records(error.clone()));
        }
        self.records.flush().map_err(|error| {
            self.doubt_records(error.clone());
            StoreError::Records(error)
        })
    }

    /// Flushes the records and lets the folder go.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.flush_records()
    }

    /// What the records hold on the disk is not known from here on: they stand still, and a file says so.
    fn doubt_records(&mut self, error: String) {
        // Without the file the next opening still finds the mark behind the journal's end, and catches up.
        let _marked = disk::open_private(&self.doubt);
        self.shared.lagging.store(true, Ordering::Release);
        self.fault = Some(error);
    }
}

fn doubt_file(dir: &Path) -> PathBuf {
    dir.join("records.doubt")
}

/// Folds entries into the records as one batch.
fn fold_into<'a>(records: &Records, entries: impl Iterator<Item = (&'a Entry, &'a Hash)>) -> Result<(), String> {
    let mut writes = Writes::default();
    for (entry, hash) in entries {
        writes.fold(records, entry, hash)?;
    }
    records.apply(&writes)
}

/// Opening the records beside a journal.
struct Opening<'a> {
    dir: &'a Path,
    options: &'a OpenOptions,
    journal: &'a Journal,
    offset_ms: i64,
}

/// Why records can't be used as they are.
enum Unfit {
    /// They can't be opened or read, or are empty.
    Bad(String),
    /// They hold entries the journal does not have.
    Ahead(u64),
    /// The journal itself can't be read; nothing is wrong with the records.
    Journal(StoreError),
}

impl From<String> for Unfit {
    fn from(error: String) -> Unfit {
        Unfit::Bad(error)
    }
}

impl Opening<'_> {
    fn folder(&self) -> PathBuf {
        self.dir.join("records")
    }

    /// The records as they are, with the state made from them, or both made anew.
    fn records(
        &self,
        notes: &mut Vec<Say>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Records, State), StoreError> {
        let existed = self.folder().exists();
        let note = match self.try_open(existed, progress) {
            Ok(opened) => return Ok(opened),
            Err(Unfit::Journal(error)) => return Err(error),
            // An empty desk where there was a full one is worse than none.
            Err(Unfit::Ahead(_)) if self.journal.last() == 0 => {
                return Err(StoreError::Missing(self.journal.dir().to_owned()));
            }
            Err(Unfit::Ahead(records)) => {
                Say::new("store.note_lost").with("records", records).with("journal", self.journal.last())
            }
            Err(Unfit::Bad(error)) if existed => Say::new("store.note_rebuilt").with("error", error),
            Err(Unfit::Bad(_)) => Say::new("store.note_missing"),
        };
        let aside = self.set_aside(existed)?;
        notes.push(note.with("folder", aside.display()));
        self.rebuild(progress)
    }

    fn rebuild(&self, progress: &mut dyn FnMut(Progress)) -> Result<(Records, State), StoreError> {
        let records = Records::open(&self.folder(), self.options.cache_bytes).map_err(StoreError::Records)?;
        match self.catch_up(&records, None, Doing::Rebuilding, progress) {
            Ok(()) => {}
            Err(Unfit::Journal(error)) => return Err(error),
            Err(Unfit::Bad(error)) => return Err(StoreError::Records(error)),
            Err(Unfit::Ahead(_)) => return Err(StoreError::Records("ahead".to_owned())),
        }
        records.flush().map_err(StoreError::Records)?;
        disk::remove(&doubt_file(self.dir))?;
        let state = revive::state(&records, self.offset_ms).map_err(StoreError::Records)?;
        Ok((records, state))
    }

    fn try_open(&self, existed: bool, progress: &mut dyn FnMut(Progress)) -> Result<(Records, State), Unfit> {
        if doubt_file(self.dir).exists() {
            return Err(Unfit::Bad("records.doubt".to_owned()));
        }
        if !existed && self.journal.last() > 0 {
            return Err(Unfit::Bad("missing".to_owned()));
        }
        if let (true, Some(exe)) = (existed, &self.options.probe) {
            probe::run(exe, self.dir, self.options.probe_limit)?;
        }
        let records = Records::open(&self.folder(), self.options.cache_bytes)?;
        let mark = records.mark()?;
        match mark {
            None if self.journal.last() > 0 => return Err(Unfit::Bad("empty".to_owned())),
            Some(mark) if mark.sequence > self.journal.last() => return Err(Unfit::Ahead(mark.sequence)),
            _ => {}
        }
        self.catch_up(&records, mark, Doing::CatchingUp, progress)?;
        let state = revive::state(&records, self.offset_ms)?;
        Ok((records, state))
    }

    /// Folds what the journal has behind the mark; the mark's own entry must be the one the journal has.
    fn catch_up(
        &self,
        records: &Records,
        mark: Option<Mark>,
        doing: Doing,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Unfit> {
        let (end, from, last) = (self.journal.end(), mark.map_or(0, |mark| mark.sequence), self.journal.last());
        let dir = self.journal.dir();
        let first = replay::segment_of(dir, end.number, from.max(1)).map_err(Unfit::Journal)?;
        let mut cursor = Cursor::new(dir, first, end);
        let mut batch: Vec<(Entry, Hash)> = Vec::new();
        while let Some((entry, hash)) = cursor.read().map_err(Unfit::Journal)? {
            match mark {
                Some(mark) if entry.sequence == mark.sequence && hash != mark.hash => {
                    return Err(Unfit::Bad("of another journal".to_owned()));
                }
                Some(mark) if entry.sequence <= mark.sequence => continue,
                _ => batch.push((entry, hash)),
            }
            if batch.len() >= BATCH {
                self.fold_batch(records, &mut batch, (doing, from, last), progress)?;
            }
        }
        self.fold_batch(records, &mut batch, (doing, from, last), progress)
    }

    fn fold_batch(
        &self,
        records: &Records,
        batch: &mut Vec<(Entry, Hash)>,
        (doing, from, last): (Doing, u64, u64),
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Unfit> {
        let Some((newest, _)) = batch.last() else { return Ok(()) };
        let done = newest.sequence - from;
        fold_into(records, batch.iter().map(|(entry, hash)| (entry, hash)))?;
        batch.clear();
        progress(Progress { doing, done, total: last - from });
        Ok(())
    }

    /// Renames the records' folder to the first free `records.bad-<n>`.
    fn set_aside(&self, existed: bool) -> Result<PathBuf, StoreError> {
        let folder = self.folder();
        if !existed && !folder.exists() {
            return Ok(folder);
        }
        let free = (1u32..).map(|n| self.dir.join(format!("records.bad-{n}"))).find(|path| !path.exists());
        let aside = free.unwrap_or_else(|| self.dir.join("records.bad"));
        disk::rename(&folder, &aside)?;
        Ok(aside)
    }
}
