//! One segment file: its header, its name, and the walk over its entries that tells a clean end from a torn one and
//! both from damage.

use std::path::{Path, PathBuf};

use super::frame::{self, Frame, Hash};

const MAGIC: [u8; 8] = *b"RDJOURNL";
const FORMAT: u16 = 1;

/// Bytes before the first entry.
pub(super) const HEADER: usize = 64;

/// The first bytes of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The segment's own number, as in its name.
    pub number: u32,
    /// The sequence of its first entry.
    pub first: u64,
    /// The hash of the last entry of the segment before; zeros in the first one.
    pub previous: Hash,
}

/// Why a header can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadHeader {
    /// Not what was written.
    Damaged,
    /// Written by a newer program.
    Newer(u16),
}

impl Header {
    /// `magic[8] | format u16 | 0 u16 | number u32 | first u64 | previous[32] | 0 u32 | crc32c u32`.
    pub fn to_bytes(&self) -> [u8; HEADER] {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_be_bytes());
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.first.to_be_bytes());
        bytes.extend_from_slice(&self.previous);
        bytes.extend_from_slice(&[0; 4]);
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_be_bytes());
        let mut header = [0; HEADER];
        header.copy_from_slice(&bytes);
        header
    }

    /// Reads the header of a segment.
    pub fn parse(bytes: &[u8]) -> Result<Header, BadHeader> {
        let header = bytes.first_chunk::<HEADER>().ok_or(BadHeader::Damaged)?;
        let (body, crc) = header.split_last_chunk::<4>().ok_or(BadHeader::Damaged)?;
        if !body.starts_with(&MAGIC) || crc32c::crc32c(body).to_be_bytes() != *crc {
            return Err(BadHeader::Damaged);
        }
        let format = u16::from_be_bytes([header[8], header[9]]);
        if format > FORMAT {
            return Err(BadHeader::Newer(format));
        }
        let number = header[12..].first_chunk::<4>().ok_or(BadHeader::Damaged)?;
        let first = header[16..].first_chunk::<8>().ok_or(BadHeader::Damaged)?;
        let previous = header[24..].first_chunk::<32>().ok_or(BadHeader::Damaged)?;
        Ok(Header { number: u32::from_be_bytes(*number), first: u64::from_be_bytes(*first), previous: *previous })
    }
}

/// The name of a segment.
pub(super) fn path(journal: &Path, number: u32) -> PathBuf {
    journal.join(format!("{number:08}.seg"))
}

/// The number in a segment's name.
pub(super) fn number_of(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(".seg")?;
    (digits.len() == 8).then(|| digits.parse().ok())?
}

/// What comes after the last whole entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Nothing, or the zeros written ahead.
    Clean,
    /// A write that was never finished, of this many bytes.
    Torn(u64),
    /// Something that was whole once: entries of a later write follow, or the chain does not fit.
    Damaged,
}

/// Where the chain stands: the number the next entry must have, and the hash it must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The next entry's number.
    pub next: u64,
    /// The last entry's hash.
    pub hash: Hash,
}

/// Walks over the entries of one segment.
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    /// Where the next entry would lie.
    pub offset: usize,
    /// What the next entry must be.
    pub link: Link,
}

impl<'a> Walk<'a> {
    /// Begins behind the header.
    pub fn new(bytes: &'a [u8], header: &Header) -> Walk<'a> {
        Walk { bytes, offset: HEADER, link: Link { next: header.first, hash: header.previous } }
    }

    /// The next entry, with its hash, where one lies here that follows the last.
    pub fn next(&mut self) -> Option<(Frame<'a>, Hash)> {
        let frame = frame::parse(self.bytes.get(self.offset..)?)?;
        if frame.sequence != self.link.next || frame.previous != self.link.hash {
            return None;
        }
        let hash = frame.hash();
        self.offset += frame.size();
        self.link = Link { next: frame.sequence + 1, hash };
        Some((frame, hash))
    }

    /// What lies where no entry follows any more.
    ///
    /// Pages of one write may reach the disk in any order, so a whole entry behind a hole can belong to the same
    /// unfinished write; one of a later write can't, because that was begun only after this one was synced.
    pub fn tail(&self) -> Tail {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        let Some(last) = rest.iter().rposition(|byte| *byte != 0) else { return Tail::Clean };
        if frame::parse(rest).is_some() {
            return Tail::Damaged;
        }
        let later = (1..last).filter_map(|at| frame::parse(rest.get(at..)?)).any(|frame| frame.group > self.link.next);
        if later { Tail::Damaged } else { Tail::Torn(last as u64 + 1) }
    }
}
