//! The journal's writer: where the next entry goes, room made ahead of it, and the one sync that makes it true.
//!
//! A file is only ever written where zeros have been written and synced before, so an append changes no size and takes
//! no space: `fdatasync` has nothing but the data to bring to the disk, and a full disk is found out before.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::fdatasync;

use super::disk;
use super::envelope::{self, Kind};
use super::error::StoreError;
use super::frame::{self, Hash};
use super::options::{OpenOptions, Progress};
use super::replay::{self, Place};
use super::segment::{self, HEADER, Header, Link};
use crate::domain::Entry;
use crate::text::Say;

static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// The journal, open for appending.
#[derive(Debug)]
pub(super) struct Journal {
    dir: PathBuf,
    file: File,
    path: PathBuf,
    number: u32,
    offset: u64,
    /// Up to here there are zeros on the disk.
    room: u64,
    link: Link,
    segment_bytes: u64,
    ahead_bytes: u64,
    reserve_bytes: u64,
    poisoned: Option<String>,
}

impl Journal {
    /// Opens the journal of a data folder, or begins one; cuts a torn tail off and says so in the notes.
    pub fn open(
        data: &Path,
        options: &OpenOptions,
        notes: &mut Vec<Say>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Journal, StoreError> {
        let dir = data.join("journal");
        disk::private_dir(&dir)?;
        let mut numbers = replay::segments(&dir)?;
        if numbers.is_empty() {
            let header = Header { number: 1, first: 1, previous: [0; 32] };
            begin_segment(&dir, &header, HEADER as u64)?;
            disk::sync_dir(data)?;
            numbers = vec![1];
        }
        let end = replay::verify(&dir, &numbers, options.verify_bytes, progress)?;
        let number = numbers.last().copied().unwrap_or(1);
        let path = segment::path(&dir, number);
        let file = disk::open_private(&path)?;
        let size = file.metadata().map_err(|error| StoreError::io("stat", &path, error))?.len();
        let mut journal = Journal {
            dir,
            file,
            path,
            number,
            offset: end.place.offset,
            room: size,
            link: end.link,
            segment_bytes: options.segment_bytes,
            ahead_bytes: options.ahead_bytes.max(1),
            reserve_bytes: options.reserve_bytes,
            poisoned: None,
        };
        if end.torn > 0 {
            journal.cut(end.torn, notes)?;
        }
        // A desk must come up on a full disk, to show what it has; each append asks for room again.
        match journal.make_room(0) {
            Err(error) if error.is_full() => notes.push(error.say()),
            other => other?,
        }
        Ok(journal)
    }

    /// Sets the bytes of a torn write aside, then ends the file where the last whole entry ends.
    fn cut(&mut self, torn: u64, notes: &mut Vec<Say>) -> Result<(), StoreError> {
        let mut bytes = vec![0; usize::try_from(torn).unwrap_or(0)];
        self.file.read_exact_at(&mut bytes, self.offset).map_err(|error| StoreError::io("read", &self.path, error))?;
        let aside = self.dir.join(format!("{:08}-{}.torn", self.number, self.offset));
        // Only a courtesy: what was torn was never acknowledged, and a full disk must not keep the desk down.
        let _kept = fs::write(&aside, &bytes).is_ok() && disk::chmod(&aside, 0o600).is_ok();
        self.file.set_len(self.offset).map_err(|error| StoreError::io("truncate", &self.path, error))?;
        self.file.sync_all().map_err(|error| StoreError::io("fsync", &self.path, error))?;
        self.room = self.offset;
        notes.push(
            Say::new("store.note_torn")
                .with("bytes", torn)
                .with("file", self.path.display())
                .with("offset", self.offset),
        );
        Ok(())
    }

    /// Where the next entry will lie.
    pub fn end(&self) -> Place {
        Place { number: self.number, offset: self.offset }
    }

    /// The last entry's number; 0 for an empty journal.
    pub fn last(&self) -> u64 {
        self.link.next - 1
    }

    /// The folder of the segments.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes sure that `bytes` more, and the reserve, can be appended without asking the disk for space.
    pub fn make_room(&mut self, bytes: u64) -> Result<(), StoreError> {
        self.check_well()?;
        self.roll_if_due();
        self.check_well()?;
        self.extend_to(self.offset + bytes + self.reserve_bytes)
    }

    /// Appends a group: one write, one sync. `Full` and every refusal come before anything is written.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Vec<Hash>, StoreError> {
        self.check_well()?;
        self.roll_if_due();
        self.check_well()?;
        let (bytes, hashes) = encode(self.link, entries)?;
        let length = bytes.len() as u64;
        self.extend_to(self.offset + length)?;
        if let Err(error) = self.file.write_all_at(&bytes, self.offset) {
            return Err(self.poison("write", error));
        }
        if let Err(error) = fdatasync(&self.file) {
            return Err(self.poison("fdatasync", error.into()));
        }
        self.offset += length;
        if let Some(hash) = hashes.last() {
            self.link = Link { next: self.link.next + entries.len() as u64, hash: *hash };
        }
        Ok(hashes)
    }

    fn check_well(&self) -> Result<(), StoreError> {
        self.poisoned.as_ref().map_or(Ok(()), |error| Err(StoreError::Poisoned(error.clone())))
    }

    /// After a failed write or sync nobody knows what is on the disk, and asking again may be answered with a lie.
    fn poison(&mut self, op: &'static str, error: std::io::Error) -> StoreError {
        self.poisoned = Some(format!("{op} {}: {error}", self.path.display()));
        StoreError::Io { op, path: self.path.clone(), source: error }
    }

    /// Writes zeros up to `wanted`, and somewhat further where there is space.
    fn extend_to(&mut self, wanted: u64) -> Result<(), StoreError> {
        if wanted <= self.room {
            return Ok(());
        }
        let generous = wanted.max(self.room + self.ahead_bytes);
        match self.write_zeros(generous) {
            Err(error) if error.is_full() && self.room < wanted => self.write_zeros(wanted),
            Err(error) if error.is_full() => Ok(()),
            other => other,
        }
    }

    fn write_zeros(&mut self, to: u64) -> Result<(), StoreError> {
        let written = fill(&self.file, self.room, to);
        if let Err(error) = fdatasync(&self.file) {
            let error = StoreError::io("fdatasync", &self.path, error.into());
            if !error.is_full() {
                self.poisoned = Some(error.to_string());
            }
            return Err(error);
        }
        match written {
            Ok(()) => {
                self.room = to;
                Ok(())
            }
            Err(error) => {
                let size = self.file.metadata().map_or(self.room, |meta| meta.len());
                self.room = self.room.max(size.min(to));
                Err(StoreError::io("write", &self.path, error))
            }
        }
    }

    /// Begins the next segment where this one has its size. Without space for it this one goes on.
    fn roll_if_due(&mut self) {
        if self.offset < self.segment_bytes.max(HEADER as u64 + 1) {
            return;
        }
        let Some(number) = self.number.checked_add(1) else { return };
        let header = Header { number, first: self.link.next, previous: self.link.hash };
        let size = HEADER as u64 + self.reserve_bytes + self.ahead_bytes;
        let Ok(file) = begin_segment(&self.dir, &header, size) else { return };
        // The full segment loses its zeros and is never written again.
        let closed = self.file.set_len(self.offset).and_then(|()| self.file.sync_all());
        if let Err(error) = closed {
            self.poison("truncate", error);
            return;
        }
        self.file = file;
        self.path = segment::path(&self.dir, number);
        self.number = number;
        self.offset = HEADER as u64;
        self.room = size;
    }
}

/// The bytes of a group, and each entry's hash.
fn encode(mut link: Link, entries: &[Entry]) -> Result<(Vec<u8>, Vec<Hash>), StoreError> {
    let group = link.next;
    let mut bytes = Vec::with_capacity(1024 * entries.len());
    let mut hashes = Vec::with_capacity(entries.len());
    for entry in entries {
        if entry.sequence != link.next {
            return Err(StoreError::OutOfOrder { expected: link.next, got: entry.sequence });
        }
        let sealed = seal(entry)?;
        let hash = frame::write(&mut bytes, (entry.sequence, group, entry.at.0), &link.hash, &sealed);
        link = Link { next: link.next + 1, hash };
        hashes.push(hash);
    }
    Ok((bytes, hashes))
}

fn seal(entry: &Entry) -> Result<Vec<u8>, StoreError> {
    let sealed = envelope::seal(Kind::Entry, entry).map_err(StoreError::Records)?;
    if sealed.len() > envelope::LARGEST { Err(StoreError::TooLarge(sealed.len())) } else { Ok(sealed) }
}

/// The bytes these entries take in the journal.
pub(super) fn size_of(entries: &[Entry]) -> Result<usize, StoreError> {
    entries.iter().map(|entry| seal(entry).map(|sealed| frame::HEAD + sealed.len())).sum()
}

/// Writes zeros from one place of a file to another.
fn fill(file: &File, mut from: u64, to: u64) -> std::io::Result<()> {
    while from < to {
        let step = ZEROS.len().min(usize::try_from(to - from).unwrap_or(ZEROS.len()));
        file.write_all_at(ZEROS.get(..step).unwrap_or_default(), from)?;
        from += step as u64;
    }
    Ok(())
}

/// Makes a segment with its header and zeros up to `size`, whole on the disk before it has its name.
fn begin_segment(dir: &Path, header: &Header, size: u64) -> Result<File, StoreError> {
    let path = segment::path(dir, header.number);
    let draft = path.with_extension("new");
    disk::remove(&draft)?;
    let file = disk::open_private(&draft)?;
    let written = file
        .write_all_at(&header.to_bytes(), 0)
        .and_then(|()| fill(&file, HEADER as u64, size))
        .and_then(|()| file.sync_all())
        .map_err(|error| StoreError::io("write", &draft, error))
        .and_then(|()| disk::rename(&draft, &path));
    if let Err(error) = written {
        disk::remove(&draft)?;
        return Err(error);
    }
    Ok(file)
}
