//! What an entry changes in the records: the one place that says so, for appending, rebuilding and checking alike.
//!
//! A record's value is its envelope over `(sequence of the entry that wrote it, record)`; its index keys follow from
//! the record alone. So folding an entry twice changes nothing, and the whole content follows from the journal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::envelope::{self, Kind, Spoiled};
use super::frame::Hash;
use super::keys;
use crate::domain::phone::{keys as numbers, match_key};
use crate::domain::{Call, Entry, Event};

/// Values over this size are kept in pieces of it. sled lets a page grow to some thirty values before it splits it, and
/// writes a page over 128 kB into a file of its own that nobody syncs; so small pieces, not just small values.
const PIECE: usize = 3 << 10;

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// How far the records follow the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The last entry folded in.
    pub sequence: u64,
    /// Its hash.
    pub hash: Hash,
}

/// The value of a record that is kept in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Split {
    /// How many.
    pub pieces: u16,
    /// Bytes in all.
    pub length: u64,
    /// The checksum over all.
    pub crc: u32,
}

/// What a record left behind that its next value may have to take away: index keys and keys of pieces.
pub(super) type Traces = Vec<Vec<u8>>;

/// Where the fold looks up what is there.
pub(super) trait Before {
    /// The traces of the record under this key, if there is one.
    fn traces(&self, record: &[u8]) -> Result<Option<Traces>, String>;
}

/// What is to be written, in one batch.
#[derive(Debug, Default)]
pub(super) struct Writes {
    /// New values; nothing where the key goes.
    pub changed: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// The traces of the records in `changed`.
    pub traces: BTreeMap<Vec<u8>, Traces>,
}

impl Writes {
    /// Folds one entry.
    pub fn fold(&mut self, before: &dyn Before, entry: &Entry, hash: &Hash) -> Result<(), String> {
        for event in &entry.events {
            self.fold_event(before, entry.sequence, event)?;
        }
        if entry.command != 0 {
            let value = entry.sequence.to_be_bytes().to_vec();
            self.changed.insert(keys::command(entry.command), Some(value));
        }
        let mark = envelope::seal(Kind::Mark, &Mark { sequence: entry.sequence, hash: *hash })?;
        self.changed.insert(vec![keys::MARK], Some(mark));
        Ok(())
    }

    fn fold_event(&mut self, before: &dyn Before, sequence: u64, event: &Event) -> Result<(), String> {
        let key = keys::record(event);
        let old = match self.traces.get(&key) {
            Some(traces) => Some(traces.clone()),
            None => before.traces(&key)?,
        };
        for trace in old.unwrap_or_default() {
            self.changed.insert(trace, None);
        }
        let mut pairs = index(event);
        let (value, pieces) = split(&key, seal(sequence, event)?)?;
        pairs.extend(pieces);
        self.traces.insert(key.clone(), pairs.iter().map(|(key, _)| key.clone()).collect());
        self.changed.extend(pairs.into_iter().map(|(key, value)| (key, Some(value))));
        self.changed.insert(key, Some(value));
        Ok(())
    }
}

/// The traces a stored record left, from its value.
pub(super) fn traces_of(key: &[u8], value: &[u8], whole: &[u8]) -> Result<Traces, String> {
    let (_, event) = unseal(key, whole).map_err(|spoiled| format!("{spoiled:?}"))?;
    let mut traces: Traces = index(&event).into_iter().map(|(key, _)| key).collect();
    if envelope::is_kind(Kind::Split, value) {
        let split: Split = envelope::open(Kind::Split, value).map_err(|spoiled| format!("{spoiled:?}"))?;
        traces.extend((0..split.pieces).map(|piece| keys::piece(key, piece)));
    }
    Ok(traces)
}

/// A record in its envelope.
fn seal(sequence: u64, event: &Event) -> Result<Vec<u8>, String> {
    match event {
        Event::Source(record) => envelope::seal(Kind::Source, &(sequence, record)),
        Event::Call(record) => envelope::seal(Kind::Call, &(sequence, record)),
        Event::Agent(record) => envelope::seal(Kind::Agent, &(sequence, record)),
        Event::Ticket(record) => envelope::seal(Kind::Ticket, &(sequence, record)),
        Event::Callback(record) => envelope::seal(Kind::Callback, &(sequence, record)),
        Event::Customer(record) => envelope::seal(Kind::Customer, &(sequence, record)),
        Event::Message(record) => envelope::seal(Kind::Message, &(sequence, record)),
        Event::TicketLine(record) => envelope::seal(Kind::TicketLine, &(sequence, record)),
        Event::Notice(record) => envelope::seal(Kind::Notice, &(sequence, record)),
        Event::Rules(record) => envelope::seal(Kind::Rules, &(sequence, record)),
        Event::Draw(record) => envelope::seal(Kind::Draw, &(sequence, record)),
        Event::Visit(record) => envelope::seal(Kind::Visit, &(sequence, record)),
        Event::Crew(record) => envelope::seal(Kind::Crew, &(sequence, record)),
        Event::Span(record) => envelope::seal(Kind::Span, &(sequence, record)),
        Event::Intervention(record) => envelope::seal(Kind::Intervention, &(sequence, record)),
        Event::Recording(record) => envelope::seal(Kind::Recording, &(sequence, record)),
        Event::SpotDraw(record) => envelope::seal(Kind::SpotDraw, &(sequence, record)),
        Event::CheckSheet(record) => envelope::seal(Kind::CheckSheet, &(sequence, record)),
    }
}

/// A record out of its (whole) envelope, with the sequence of the entry that wrote it.
pub(super) fn unseal(key: &[u8], whole: &[u8]) -> Result<(u64, Event), Spoiled> {
    match key.first().copied().unwrap_or_default() {
        keys::SOURCE => envelope::open(Kind::Source, whole).map(|(at, record)| (at, Event::Source(record))),
        keys::CALL => envelope::open(Kind::Call, whole).map(|(at, record)| (at, Event::Call(record))),
        keys::AGENT => envelope::open(Kind::Agent, whole).map(|(at, record)| (at, Event::Agent(record))),
        keys::TICKET => envelope::open(Kind::Ticket, whole).map(|(at, record)| (at, Event::Ticket(record))),
        keys::CALLBACK => envelope::open(Kind::Callback, whole).map(|(at, record)| (at, Event::Callback(record))),
        keys::CUSTOMER => envelope::open(Kind::Customer, whole).map(|(at, record)| (at, Event::Customer(record))),
        keys::MESSAGE => envelope::open(Kind::Message, whole).map(|(at, record)| (at, Event::Message(record))),
        keys::TICKET_LINE => {
            envelope::open(Kind::TicketLine, whole).map(|(at, record)| (at, Event::TicketLine(record)))
        }
        keys::NOTICE => envelope::open(Kind::Notice, whole).map(|(at, record)| (at, Event::Notice(record))),
        keys::RULES => envelope::open(Kind::Rules, whole).map(|(at, record)| (at, Event::Rules(record))),
        keys::DRAW => envelope::open(Kind::Draw, whole).map(|(at, record)| (at, Event::Draw(record))),
        keys::VISIT => envelope::open(Kind::Visit, whole).map(|(at, record)| (at, Event::Visit(record))),
        keys::CREW => envelope::open(Kind::Crew, whole).map(|(at, record)| (at, Event::Crew(record))),
        keys::SPAN => envelope::open(Kind::Span, whole).map(|(at, record)| (at, Event::Span(record))),
        keys::INTERVENTION => {
            envelope::open(Kind::Intervention, whole).map(|(at, record)| (at, Event::Intervention(record)))
        }
        keys::RECORDING => envelope::open(Kind::Recording, whole).map(|(at, record)| (at, Event::Recording(record))),
        keys::SPOT_DRAW => envelope::open(Kind::SpotDraw, whole).map(|(at, record)| (at, Event::SpotDraw(record))),
        keys::CHECK_SHEET => {
            envelope::open(Kind::CheckSheet, whole).map(|(at, record)| (at, Event::CheckSheet(record)))
        }
        kind => Err(Spoiled::Damaged(format!("no record of kind {kind}"))),
    }
}

/// The value to store, and the pieces of one that is too large for a value.
fn split(key: &[u8], whole: Vec<u8>) -> Result<(Vec<u8>, Vec<Pair>), String> {
    if whole.len() <= PIECE {
        return Ok((whole, Vec::new()));
    }
    let pieces: Vec<Pair> =
        (0u16..).zip(whole.chunks(PIECE)).map(|(at, piece)| (keys::piece(key, at), piece.to_vec())).collect();
    let split = Split {
        pieces: u16::try_from(pieces.len()).map_err(|error| error.to_string())?,
        length: whole.len() as u64,
        crc: crc32c::crc32c(&whole),
    };
    Ok((envelope::seal(Kind::Split, &split)?, pieces))
}

/// Puts a stored record together: its value, or the pieces it names.
pub(super) fn join(
    key: &[u8],
    value: &[u8],
    get: impl Fn(&[u8]) -> Result<Option<Vec<u8>>, String>,
) -> Result<Vec<u8>, String> {
    if !envelope::is_kind(Kind::Split, value) {
        return Ok(value.to_vec());
    }
    let split: Split = envelope::open(Kind::Split, value).map_err(|spoiled| format!("{spoiled:?}"))?;
    let mut whole = Vec::new();
    for piece in 0..split.pieces {
        whole.extend(get(&keys::piece(key, piece))?.ok_or("a piece is missing")?);
    }
    if whole.len() as u64 != split.length || crc32c::crc32c(&whole) != split.crc {
        return Err("the pieces do not fit".to_owned());
    }
    Ok(whole)
}

/// The index keys of a record, those of what it gives to the figures among them.
fn index(event: &Event) -> Vec<Pair> {
    let mut pairs = index_of(event);
    pairs.extend(super::figures::pairs(event));
    pairs
}

fn index_of(event: &Event) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut add = |key: Vec<u8>| pairs.push((key, Vec::new()));
    match event {
        Event::Source(_) | Event::Agent(_) | Event::TicketLine(_) | Event::Rules(_) => {}
        Event::Crew(_) | Event::Span(_) | Event::Intervention(_) | Event::SpotDraw(_) => {}
        Event::Recording(recording) => {
            if recording.expired_at.is_none() && recording.extraction.is_none() {
                add(keys::timed(keys::RECORDING_MADE, recording.made_at, recording.call.0));
            }
            if let Some(extraction) = &recording.extraction {
                let mut key = keys::numbered(keys::RECORDING_REGISTER, extraction.number);
                key.extend_from_slice(&recording.call.0.to_be_bytes());
                add(key);
            }
        }
        Event::CheckSheet(sheet) => {
            let mut key = keys::numbered(keys::CHECK_OF_CALL, sheet.call.0);
            key.extend_from_slice(&sheet.id.0.to_be_bytes());
            add(key);
            if sheet.waits() {
                add(keys::numbered(keys::CHECK_UNSEEN, sheet.id.0));
            }
        }
        Event::Draw(draw) => {
            let mut key = keys::draw_of(&draw.rule, draw.day);
            key.extend_from_slice(&draw.id.0.to_be_bytes());
            add(key);
        }
        Event::Visit(visit) => add(keys::timed(keys::VISIT_AT, visit.at, visit.id.0)),
        Event::Notice(notice) => {
            if notice.acknowledged.is_none() {
                add(keys::numbered(keys::NOTICE_OPEN, notice.id.0));
            }
        }
        Event::Customer(customer) => {
            for phone in customer.phones.iter().flat_map(|phone| numbers(phone)) {
                add(keys::phone_of(keys::CUSTOMER_PHONE, &phone, customer.made_at, customer.id.0));
            }
        }
        Event::Call(call) => return index_call(call),
        Event::Ticket(ticket) => {
            add(keys::timed(keys::TICKET_OPENED, ticket.opened_at, ticket.id.0));
            if ticket.is_open() {
                add(keys::numbered(keys::TICKET_OPEN, ticket.id.0));
            }
            if let Some(at) = ticket.filed_at {
                add(keys::timed(keys::TICKET_FILED, at, ticket.id.0));
            }
            if ticket.seal.is_some() {
                add(keys::numbered(keys::TICKET_SEALED, ticket.id.0));
            }
            for phone in numbers(&ticket.fields.phone) {
                add(keys::phone_of(keys::TICKET_PHONE, &phone, ticket.opened_at, ticket.id.0));
            }
        }
        Event::Callback(line) => {
            add(keys::timed(keys::CALLBACK_MADE, line.made_at, line.id.0));
            if line.ended_at.is_none() {
                add(keys::numbered(keys::CALLBACK_OPEN, line.id.0));
            }
            let own = (!line.keys.contains(&line.key)).then_some(&line.key);
            for key in line.keys.iter().chain(own).filter(|key| !key.is_empty()) {
                add(keys::phone_of(keys::CALLBACK_PHONE, key, line.made_at, line.id.0));
            }
        }
        Event::Message(message) => {
            if message.read_at.is_none() {
                add(keys::numbered(keys::MESSAGE_UNREAD, message.id.0));
            }
        }
    }
    pairs
}

fn index_call(call: &Call) -> Vec<Pair> {
    let id = call.id.0;
    let arrived = keys::timed(keys::CALL_ARRIVED, call.arrived_at, id);
    let mut pairs = vec![(arrived, vec![u8::from(call.rehearsal)])];
    if call.is_open() {
        pairs.push((keys::numbered(keys::CALL_OPEN, id), Vec::new()));
    }
    let phone = match_key(&call.party.number);
    if !phone.is_empty() {
        pairs.push((keys::phone_of(keys::CALL_PHONE, &phone, call.arrived_at, id), Vec::new()));
    }
    let legs = call.legs.iter().map(|leg| leg.uniqueid.as_str());
    let channels = legs.chain([call.uniqueid.as_str()]).chain(call.memory.channels.iter().map(String::as_str));
    for channel in channels.filter(|channel| !channel.is_empty()) {
        let mut key = keys::channel(channel);
        key.extend_from_slice(&id.to_be_bytes());
        pairs.push((key, Vec::new()));
    }
    pairs
}
