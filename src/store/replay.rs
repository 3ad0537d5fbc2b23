//! Reading the journal: which segments there are, whether they are whole and follow each other, and their entries.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::disk;
use super::envelope::{self, Kind, Spoiled};
use super::error::StoreError;
use super::frame::Hash;
use super::options::{Doing, Progress};
use super::segment::{self, BadHeader, HEADER, Header, Link, Tail, Walk};
use crate::domain::Entry;

/// A place in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Which segment.
    pub number: u32,
    /// Where in it.
    pub offset: u64,
}

/// Where the journal ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// Behind its last whole entry.
    pub place: Place,
    /// What follows must be.
    pub link: Link,
    /// Bytes of an unfinished write behind it.
    pub torn: u64,
}

/// The numbers of the segments, in order, from 1 on; none may be missing.
pub(super) fn segments(dir: &Path) -> Result<Vec<u32>, StoreError> {
    let list = fs::read_dir(dir).map_err(|error| StoreError::io("read", dir, error))?;
    let mut numbers = Vec::new();
    for entry in list {
        let name = entry.map_err(|error| StoreError::io("read", dir, error))?.file_name();
        numbers.extend(name.to_str().and_then(segment::number_of));
    }
    numbers.sort_unstable();
    for (number, expected) in numbers.iter().zip(1..) {
        if *number != expected {
            return Err(StoreError::Missing(segment::path(dir, expected)));
        }
    }
    Ok(numbers)
}

/// A segment read whole.
pub(super) struct Segment {
    /// Its file.
    pub path: PathBuf,
    /// Its header.
    pub header: Header,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Reads a segment.
pub(super) fn load(dir: &Path, number: u32) -> Result<Segment, StoreError> {
    let path = segment::path(dir, number);
    let bytes = disk::read(&path)?;
    let header = header_of(&path, number, &bytes)?;
    Ok(Segment { path, header, bytes })
}

fn header_of(path: &Path, number: u32, bytes: &[u8]) -> Result<Header, StoreError> {
    match Header::parse(bytes) {
        Ok(header) if header.number == number => Ok(header),
        Err(BadHeader::Newer(schema)) => Err(StoreError::Newer { file: path.to_owned(), schema }),
        _ => Err(StoreError::Damaged { file: path.to_owned(), offset: 0 }),
    }
}

/// Reads only the header of a segment.
pub(super) fn load_header(dir: &Path, number: u32) -> Result<Header, StoreError> {
    let path = segment::path(dir, number);
    let mut bytes = Vec::with_capacity(HEADER);
    fs::File::open(&path)
        .and_then(|file| file.take(HEADER as u64).read_to_end(&mut bytes))
        .map_err(|error| StoreError::io("read", &path, error))?;
    header_of(&path, number, &bytes)
}

/// Verifies the newest `limit` bytes of the journal, whole segments of it, and finds its end.
pub(super) fn verify(
    dir: &Path,
    numbers: &[u32],
    limit: u64,
    progress: &mut dyn FnMut(Progress),
) -> Result<End, StoreError> {
    let mut total = 0;
    let mut begin = numbers.len();
    while begin > 0 && (begin == numbers.len() || total < limit) {
        begin -= 1;
        let path = segment::path(dir, numbers[begin]);
        total += fs::metadata(&path).map_err(|error| StoreError::io("stat", &path, error))?.len();
    }
    let last = numbers.last().copied().unwrap_or_default();
    let mut done = 0;
    let mut link: Option<Link> = None;
    for number in numbers.iter().skip(begin).copied() {
        let segment = load(dir, number)?;
        check_joint(&segment.path, &segment.header, link, number)?;
        let mut walk = Walk::new(&segment.bytes, &segment.header);
        while walk.next().is_some() {}
        let torn = tail_of(&walk, &segment.path, number == last)?;
        done += segment.bytes.len() as u64;
        progress(Progress { doing: Doing::Verifying, done, total });
        if number == last {
            let place = Place { number, offset: walk.offset as u64 };
            return Ok(End { place, link: walk.link, torn });
        }
        link = Some(walk.link);
    }
    Err(StoreError::Missing(segment::path(dir, 1)))
}

/// Each segment goes on where the one before ended; the first one begins at 1.
fn check_joint(path: &Path, header: &Header, link: Option<Link>, number: u32) -> Result<(), StoreError> {
    let found = Link { next: header.first, hash: header.previous };
    let expected = match link {
        None if number == 1 => Link { next: 1, hash: [0; 32] },
        None => found,
        Some(link) => link,
    };
    if found == expected { Ok(()) } else { Err(StoreError::Damaged { file: path.to_owned(), offset: 0 }) }
}

/// Only the last segment may end in an unfinished write.
fn tail_of(walk: &Walk<'_>, path: &Path, last: bool) -> Result<u64, StoreError> {
    match walk.tail() {
        Tail::Clean => Ok(0),
        Tail::Torn(bytes) if last => Ok(bytes),
        Tail::Torn(_) | Tail::Damaged => Err(StoreError::Damaged { file: path.to_owned(), offset: walk.offset as u64 }),
    }
}

/// The segment that holds an entry.
pub(super) fn segment_of(dir: &Path, last: u32, sequence: u64) -> Result<u32, StoreError> {
    let (mut low, mut high) = (1, last);
    while low < high {
        let middle = high - (high - low) / 2;
        if load_header(dir, middle)?.first <= sequence {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// Reads entry after entry, with the chain verified, up to an end that was fixed before.
pub(super) struct Cursor {
    dir: PathBuf,
    end: Place,
    next: u32,
    segment: Option<Segment>,
    offset: usize,
    link: Option<Link>,
    resume: Option<usize>,
}

impl Cursor {
    /// Begins with the first entry of a segment.
    pub fn new(dir: &Path, first: u32, end: Place) -> Cursor {
        Cursor { dir: dir.to_owned(), end, next: first, segment: None, offset: HEADER, link: None, resume: None }
    }

    /// The next entry and its hash.
    pub fn read(&mut self) -> Result<Option<(Entry, Hash)>, StoreError> {
        loop {
            if self.segment.is_none() && !self.load_next()? {
                return Ok(None);
            }
            let Some(segment) = &self.segment else { return Ok(None) };
            let mut walk = Walk::new(&segment.bytes, &segment.header);
            walk.offset = self.offset;
            walk.link = self.link.unwrap_or(walk.link);
            if let Some((frame, hash)) = walk.next() {
                let entry = open_entry(&segment.path, self.offset as u64, frame.envelope)?;
                (self.offset, self.link) = (walk.offset, Some(walk.link));
                return Ok(Some((entry, hash)));
            }
            tail_of(&walk, &segment.path, false)?;
            self.link = Some(walk.link);
            self.segment = None;
        }
    }

    /// Goes on to a later end, after it was read to its own.
    pub fn go_on_to(&mut self, end: Place) {
        if self.segment.is_none() && self.link.is_some() {
            // The segment that was the last is read again, from where it ended then.
            self.next = self.end.number;
            self.resume = Some(self.offset);
        }
        self.end = end;
    }

    fn load_next(&mut self) -> Result<bool, StoreError> {
        if self.next > self.end.number {
            return Ok(false);
        }
        let mut segment = load(&self.dir, self.next)?;
        let resume = self.resume.take();
        if resume.is_none() {
            check_joint(&segment.path, &segment.header, self.link, self.next)?;
            self.link = Some(Link { next: segment.header.first, hash: segment.header.previous });
        }
        if self.next == self.end.number {
            let end = usize::try_from(self.end.offset).unwrap_or(usize::MAX);
            if segment.bytes.len() < end {
                return Err(StoreError::Damaged { file: segment.path, offset: segment.bytes.len() as u64 });
            }
            segment.bytes.truncate(end);
        }
        self.offset = resume.unwrap_or(HEADER);
        self.next += 1;
        self.segment = Some(segment);
        Ok(true)
    }
}

/// Takes an entry out of its envelope; one whose checksums hold and that still can't be read was changed or is newer.
fn open_entry(file: &Path, offset: u64, bytes: &[u8]) -> Result<Entry, StoreError> {
    envelope::open(Kind::Entry, bytes).map_err(|spoiled| match spoiled {
        Spoiled::Newer(schema) => StoreError::Newer { file: file.to_owned(), schema },
        Spoiled::Damaged(_) => StoreError::Damaged { file: file.to_owned(), offset },
    })
}
