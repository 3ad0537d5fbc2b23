//! One entry in a segment: a head of 64 bytes, then the entry's envelope. Pure bytes, no files.
//!
//! `length u32 | crc32c u32 | sequence u64 | group u64 | time i64 | hash of the previous entry [32] | envelope`, all
//! big-endian; the length counts what follows the checksum, and the checksum covers it. An entry's hash is the SHA-256
//! of those same bytes, so each hash covers all that went before. `group` is the sequence of the first entry that was
//! written and synced together with this one: it tells a write that was torn from damage to what was once whole.

use sha2::{Digest, Sha256};

use super::envelope::{Kind, LARGEST, is_kind};

/// A SHA-256.
pub(super) type Hash = [u8; 32];

const LEAD: usize = 8;
const FIXED: usize = 56;

/// Bytes before the envelope.
pub(super) const HEAD: usize = LEAD + FIXED;

/// An entry as it lies in a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    /// Its number.
    pub sequence: u64,
    /// The number of the first entry written together with it.
    pub group: u64,
    /// The hash of the entry before.
    pub previous: Hash,
    /// The entry in its envelope.
    pub envelope: &'a [u8],
    body: &'a [u8],
}

impl Frame<'_> {
    /// Bytes it takes in the segment.
    pub fn size(&self) -> usize {
        LEAD + self.body.len()
    }

    /// Its hash.
    pub fn hash(&self) -> Hash {
        Sha256::digest(self.body).into()
    }
}

/// Appends an entry to a buffer and gives its hash.
pub(super) fn write(
    buffer: &mut Vec<u8>,
    (sequence, group, time): (u64, u64, i64),
    previous: &Hash,
    envelope: &[u8],
) -> Hash {
    let mut body = Vec::with_capacity(FIXED + envelope.len());
    body.extend_from_slice(&sequence.to_be_bytes());
    body.extend_from_slice(&group.to_be_bytes());
    body.extend_from_slice(&time.to_be_bytes());
    body.extend_from_slice(previous);
    body.extend_from_slice(envelope);
    // An envelope is held to its limit when it is sealed, so the length fits.
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    buffer.extend_from_slice(&length.to_be_bytes());
    buffer.extend_from_slice(&crc32c::crc32c(&body).to_be_bytes());
    buffer.extend_from_slice(&body);
    Sha256::digest(&body).into()
}

/// Reads the entry at the start of `bytes`; nothing where there is none or its checksum is wrong.
pub(super) fn parse(bytes: &[u8]) -> Option<Frame<'_>> {
    let (lead, rest) = bytes.split_first_chunk::<LEAD>()?;
    let (length, crc) = lead.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    if !(FIXED..=FIXED + LARGEST + 16).contains(&length) {
        return None;
    }
    let body = rest.get(..length)?;
    let envelope = body.get(FIXED..)?;
    if !is_kind(Kind::Entry, envelope) || crc32c::crc32c(body).to_be_bytes() != *crc {
        return None;
    }
    let (sequence, rest) = body.split_first_chunk::<8>()?;
    let (group, rest) = rest.split_first_chunk::<8>()?;
    let (_time, rest) = rest.split_first_chunk::<8>()?;
    let previous = *rest.first_chunk::<32>()?;
    let (sequence, group) = (u64::from_be_bytes(*sequence), u64::from_be_bytes(*group));
    Some(Frame { sequence, group, previous, envelope, body })
}
