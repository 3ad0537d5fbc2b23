//! What is around every bincode payload on disk: `magic | kind | schema u16 | flags | payload | crc32c`.
//!
//! Most single-bit flips of a bare bincode payload decode without complaint into something else, and so do bytes of an
//! older struct. So nothing is decoded before its checksum and its schema are known, and every byte must be used.
//!
//! One struct per (kind, schema) is frozen with its release. Before a struct changes, copy its old form into a module
//! of its own, raise the kind's schema, and let `decode` turn the old form into the new one.

use bincode::config::{self, Configuration, Limit, LittleEndian, Varint};
use serde::Serialize;
use serde::de::DeserializeOwned;

const MAGIC: [u8; 2] = *b"RD";
const HEAD: usize = 6;
const CRC: usize = 4;

/// The largest payload.
pub(super) const LARGEST: usize = 1 << 20;

/// What is in an envelope. The numbers are on disk for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// A journal entry.
    Entry = 1,
    /// A source.
    Source = 2,
    /// A call.
    Call = 3,
    /// An agent.
    Agent = 4,
    /// A ticket.
    Ticket = 5,
    /// A callback line.
    Callback = 6,
    /// A customer.
    Customer = 7,
    /// A message.
    Message = 8,
    /// How far the records follow the journal.
    Mark = 9,
    /// A record in several pieces.
    Split = 10,
    /// A line of a ticket's history.
    TicketLine = 11,
    /// A notice.
    Notice = 12,
    /// The rulebook open tickets are reckoned by.
    Rules = 13,
    /// A draw.
    Draw = 14,
    /// A visit.
    Visit = 15,
    /// A technician's duty.
    Crew = 16,
    /// A stretch of an agent's time.
    Span = 17,
    /// Something a supervisor did.
    Intervention = 18,
    /// A recording.
    Recording = 19,
    /// A draw of calls to be checked.
    SpotDraw = 20,
    /// A filled sheet of a spot check.
    CheckSheet = 21,
}

impl Kind {
    /// The schema written now; older ones are read.
    fn schema(self) -> u16 {
        1
    }
}

/// Why an envelope can't be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spoiled {
    /// Not what was written.
    Damaged(String),
    /// Written by a newer program.
    Newer(u16),
}

fn configuration() -> Configuration<LittleEndian, Varint, Limit<LARGEST>> {
    config::standard().with_limit::<LARGEST>()
}

/// Puts a value in an envelope.
pub(super) fn seal<T: Serialize>(kind: Kind, value: &T) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(&MAGIC);
    bytes.push(kind as u8);
    bytes.extend_from_slice(&kind.schema().to_be_bytes());
    bytes.push(0);
    bincode::serde::encode_into_std_write(value, &mut bytes, configuration()).map_err(|error| error.to_string())?;
    let crc = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&crc.to_be_bytes());
    Ok(bytes)
}

/// Takes a value out of its envelope.
pub(super) fn open<T: DeserializeOwned>(kind: Kind, bytes: &[u8]) -> Result<T, Spoiled> {
    let (schema, payload) = payload(kind, bytes)?;
    match schema {
        1 => decode(payload),
        newer => Err(Spoiled::Newer(newer)),
    }
}

/// The kind an envelope says it is; whether that is true is for `open` to find out.
pub(super) fn is_kind(kind: Kind, bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) && bytes.get(2) == Some(&(kind as u8))
}

fn payload(kind: Kind, bytes: &[u8]) -> Result<(u16, &[u8]), Spoiled> {
    let damaged = |what: &str| Spoiled::Damaged(what.to_owned());
    let (body, crc) = bytes.split_last_chunk::<CRC>().ok_or_else(|| damaged("too short"))?;
    let (head, payload) = body.split_first_chunk::<HEAD>().ok_or_else(|| damaged("too short"))?;
    let [magic0, magic1, found, schema0, schema1, flags] = *head;
    if [magic0, magic1] != MAGIC {
        return Err(damaged("no magic"));
    }
    if crc32c::crc32c(body) != u32::from_be_bytes(*crc) {
        return Err(damaged("checksum"));
    }
    let schema = u16::from_be_bytes([schema0, schema1]);
    if schema > kind.schema() {
        return Err(Spoiled::Newer(schema));
    }
    if found != kind as u8 || flags != 0 || schema == 0 {
        return Err(damaged("another kind"));
    }
    Ok((schema, payload))
}

fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Spoiled> {
    let (value, used) = bincode::serde::decode_from_slice(payload, configuration())
        .map_err(|error| Spoiled::Damaged(error.to_string()))?;
    if used != payload.len() {
        return Err(Spoiled::Damaged(format!("{} bytes left over", payload.len() - used)));
    }
    Ok(value)
}
