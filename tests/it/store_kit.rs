//! What the store's tests share: a folder with a store in it, and entries to put there.

use std::path::{Path, PathBuf};

use ringdesk::domain::call::{Leg, Phase};
use ringdesk::domain::{
    Actor, Agent, AgentId, Call, CallId, Callback, CallbackId, Customer, CustomerId, Entry, Event, Message, MessageId,
    Source, SourceId, SourceKind, StaffId, Stamp, State, Ticket, TicketId,
};
use ringdesk::store::{Lock, LockInfo, OpenOptions, Opened, Store, StoreError};

/// Eight hours ahead of UTC.
pub const OFFSET: i64 = 8 * 3_600_000;

/// A Monday noon.
pub const NOON: i64 = 1_700_000_000_000;

/// A folder that goes away with the test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Small segments, so that a test has several.
pub fn small() -> OpenOptions {
    OpenOptions { segment_bytes: 4 << 10, ahead_bytes: 4 << 10, reserve_bytes: 4 << 10, ..OpenOptions::default() }
}

/// One segment for everything.
pub fn roomy() -> OpenOptions {
    OpenOptions { segment_bytes: 1 << 20, ahead_bytes: 64 << 10, ..small() }
}

/// Opens with options.
pub fn try_open(dir: &Path, options: &OpenOptions) -> Result<Opened, StoreError> {
    let lock = Lock::take(dir, &LockInfo { pid: std::process::id(), what: "test".to_owned(), ..LockInfo::default() })?;
    Store::open_with(dir, lock, OFFSET, options, &mut |_| {})
}

/// Opens with small segments.
pub fn open(dir: &Path) -> Opened {
    try_open(dir, &small()).unwrap()
}

/// Waits until the threads of a store dropped in this process have let its records go, before a test touches them.
pub fn settled(dir: &Path) {
    if let Ok(db) = std::fs::File::open(dir.join("records/db")) {
        rustix::fs::flock(&db, rustix::fs::FlockOperation::LockExclusive).unwrap();
    }
}

/// The keys of the notes.
pub fn note_keys(opened: &Opened) -> Vec<&str> {
    opened.notes.iter().map(|note| note.key.as_str()).collect()
}

/// An entry about these events.
pub fn entry(sequence: u64, events: Vec<Event>) -> Entry {
    Entry {
        sequence,
        at: Stamp(NOON + sequence as i64 * 1000),
        actor: Actor::Staff(StaffId("1001".to_owned())),
        seat: "console".to_owned(),
        rule: "test".to_owned(),
        command: u128::from(sequence) << 64 | 1,
        events,
    }
}

/// A call of the given number; every third is open.
pub fn call(id: u64, turn: u64) -> Call {
    let mut call = Call { id: CallId(id), source: SourceId(1), ..Call::default() };
    call.uniqueid = format!("17000.{id}");
    call.party.number = format!("+86 138{:08}", id % 7);
    call.arrived_at = Stamp(NOON + id as i64 * 60_000);
    call.rehearsal = id.is_multiple_of(11);
    call.limit_ms = turn as i64;
    call.legs = vec![Leg { uniqueid: format!("17001.{id}"), phone: "1002".to_owned(), ..Leg::default() }];
    if turn > 0 && !id.is_multiple_of(3) {
        call.phase = Phase::Ended;
        call.answered_at = Some(call.arrived_at.plus(5_000));
        call.ended_at = Some(call.arrived_at.plus(50_000));
    }
    call
}

/// A ticket; an even turn is open.
pub fn ticket(id: u64, turn: u64) -> Ticket {
    let mut ticket = Ticket { id: TicketId(id), opened_at: Stamp(NOON + id as i64), ..Ticket::default() };
    ticket.fields.subject = format!("No gas since {turn}");
    ticket.fields.name = "Wang".to_owned();
    ticket.fields.phone = format!("0571-8888{:04}", id % 5);
    ticket.version = turn as u32;
    ticket.stage = if turn.is_multiple_of(2) { "registered".into() } else { "filed".into() };
    ticket
}

/// An event of any kind, from two numbers.
pub fn event(id: u64, turn: u64) -> Event {
    match (id + turn) % 7 {
        0 => Event::Source(Source {
            id: SourceId(id as u32 % 3),
            kind: SourceKind::Live,
            name: format!("pbx {turn}"),
            ..Source::default()
        }),
        1 => Event::Call(Box::new(call(id, turn))),
        2 => Event::Agent(Box::new(Agent {
            id: AgentId(format!("10{id:02}")),
            name: format!("agent {turn}"),
            ..Agent::default()
        })),
        3 => Event::Ticket(Box::new(ticket(id, turn))),
        4 => Event::Callback(Box::new(Callback {
            id: CallbackId(id),
            number: format!("1390000{:04}", id % 4),
            key: format!("1390000{:04}", id % 4),
            made_at: Stamp(NOON + id as i64),
            ended_at: (turn % 2 == 1).then_some(Stamp(NOON)),
            ..Callback::default()
        })),
        5 => Event::Customer(Box::new(Customer {
            id: CustomerId(id),
            name: format!("customer {turn}"),
            phones: vec![format!("1370000{:04}", id % 9)],
            note: "x".repeat(usize::try_from(turn % 40).unwrap() * 1000),
            ..Customer::default()
        })),
        _ => Event::Message(Box::new(Message {
            id: MessageId(id),
            text: format!("message {turn}"),
            read_at: (turn % 2 == 1).then_some(Stamp(NOON)),
            ..Message::default()
        })),
    }
}

/// Entries numbered from `first`, with one to three events each.
pub fn entries(first: u64, count: u64) -> Vec<Entry> {
    (first..first + count).map(|n| entry(n, (0..=n % 3).map(|k| event(n * 7 % 23 + 1, n + k)).collect())).collect()
}

/// Appends entries in groups of this size.
pub fn append(store: &mut Store, entries: &[Entry], group: usize) {
    for group in entries.chunks(group) {
        store.append(group).unwrap();
    }
}

/// All entries the journal gives.
pub fn journal(store: &Store) -> Vec<Entry> {
    store.reader().journal(None, None).map(|entry| entry.unwrap().0).collect()
}

/// What a full replay gives.
pub fn replayed(entries: &[Entry]) -> State {
    let mut state = State::new(OFFSET);
    for entry in entries {
        state.apply(entry);
    }
    state
}

/// A state as everybody outside it sees it: as it is sent to a console, with the customer files.
pub fn visible(state: &State) -> Vec<u8> {
    bincode::serde::encode_to_vec(Visible(state), bincode::config::standard()).unwrap()
}

struct Visible<'a>(&'a State);

impl serde::Serialize for Visible<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let state = self.0;
        let calls: Vec<&Call> = state.calls.all().collect();
        let phones: Vec<_> = state
            .customers
            .values()
            .flat_map(|customer| &customer.phones)
            .map(|phone| (phone, state.customer_by_phone(phone).map(|customer| customer.id)))
            .collect();
        let maps = (&state.sources, &state.agents, &state.tickets, &state.callbacks, &state.messages, &state.customers);
        let counts = (state.sequence, state.offset_ms, state.day, &state.tally, &state.callers, &state.last);
        (calls, state.calls.next_id(), phones, maps, counts).serialize(serializer)
    }
}

/// The segments of a data folder, in order.
pub fn segments(dir: &Path) -> Vec<PathBuf> {
    let list = std::fs::read_dir(dir.join("journal")).unwrap();
    let mut paths: Vec<PathBuf> = list.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "seg"));
    paths.sort();
    paths
}
