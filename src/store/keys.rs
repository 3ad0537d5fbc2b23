//! The keys of the records: one byte says what it is, then big-endian numbers, so that order on disk is order in time.
//!
//! The numbers are on disk for ever; a new index takes a new one.

use crate::domain::{Event, Stamp};

/// How far the records follow the journal.
pub(super) const MARK: u8 = 0x00;
/// Pieces of records that are too large for one value: `PIECE | key | u16`.
pub(super) const PIECE: u8 = 0x0f;
/// Sources by id.
pub(super) const SOURCE: u8 = 0x10;
/// Calls by id.
pub(super) const CALL: u8 = 0x11;
/// Agents by id.
pub(super) const AGENT: u8 = 0x12;
/// Tickets by id.
pub(super) const TICKET: u8 = 0x13;
/// Callback lines by id.
pub(super) const CALLBACK: u8 = 0x14;
/// Customers by id.
pub(super) const CUSTOMER: u8 = 0x15;
/// Messages by id.
pub(super) const MESSAGE: u8 = 0x16;
/// Lines of tickets' histories: `ticket, number u32`.
pub(super) const TICKET_LINE: u8 = 0x17;
/// Notices by id.
pub(super) const NOTICE: u8 = 0x18;
/// The rulebook open tickets are reckoned by; one for all.
pub(super) const RULES: u8 = 0x19;
/// Draws by id.
pub(super) const DRAW: u8 = 0x1a;
/// Visits by id.
pub(super) const VISIT: u8 = 0x1b;
/// Technicians' duty by staff number.
pub(super) const CREW: u8 = 0x1c;
/// Stretches of agents' time: `since, place`.
pub(super) const SPAN: u8 = 0x1d;
/// What supervisors did, by id.
pub(super) const INTERVENTION: u8 = 0x1e;
/// Recordings by call.
pub(super) const RECORDING: u8 = 0x1f;
/// `arrived_at, id` of calls; the value says whether it is rehearsed.
pub(super) const CALL_ARRIVED: u8 = 0x20;
/// Open calls.
pub(super) const CALL_OPEN: u8 = 0x21;
/// `match key, 0, newest first` of calls.
pub(super) const CALL_PHONE: u8 = 0x22;
/// `length u16, PBX id, id` of calls.
pub(super) const CALL_CHANNEL: u8 = 0x23;
/// `opened_at, id` of tickets.
pub(super) const TICKET_OPENED: u8 = 0x28;
/// Open tickets.
pub(super) const TICKET_OPEN: u8 = 0x29;
/// `match key, 0, newest first` of tickets.
pub(super) const TICKET_PHONE: u8 = 0x2a;
/// Tickets with a sealed informant.
pub(super) const TICKET_SEALED: u8 = 0x2b;
/// `filed_at, id` of filed tickets.
pub(super) const TICKET_FILED: u8 = 0x2c;
/// `made_at, id` of callback lines.
pub(super) const CALLBACK_MADE: u8 = 0x30;
/// Open callback lines.
pub(super) const CALLBACK_OPEN: u8 = 0x31;
/// `match key, 0, newest first` of callback lines.
pub(super) const CALLBACK_PHONE: u8 = 0x32;
/// `match key, 0, id` of customers, one for each number.
pub(super) const CUSTOMER_PHONE: u8 = 0x34;
/// Unread messages.
pub(super) const MESSAGE_UNREAD: u8 = 0x38;
/// Notices nobody has acknowledged.
pub(super) const NOTICE_OPEN: u8 = 0x3a;
/// `rule, 0, day, id` of draws.
pub(super) const DRAW_OF: u8 = 0x3c;
/// `at, id` of visits.
pub(super) const VISIT_AT: u8 = 0x3d;
/// `made_at, call` of recordings that are neither given free for deletion nor extracted.
pub(super) const RECORDING_MADE: u8 = 0x3e;
/// `number` of the recording register to its call.
pub(super) const RECORDING_REGISTER: u8 = 0x3f;
/// `command id u128` to the sequence of its entry.
pub(super) const COMMAND: u8 = 0x40;
/// Draws of calls to be checked, by id.
pub(super) const SPOT_DRAW: u8 = 0x41;
/// Sheets of spot checks, by id.
pub(super) const CHECK_SHEET: u8 = 0x42;
/// `call, id` of sheets of spot checks.
pub(super) const CHECK_OF_CALL: u8 = 0x43;
/// Sheets of spot checks that the person checked has not seen.
pub(super) const CHECK_UNSEEN: u8 = 0x44;
/// What each record gives to the figures: `half-hour, slot, record` to its facts.
pub(super) const FIGURE: u8 = 0x50;

/// A key of a kind and a number.
pub(super) fn numbered(kind: u8, id: u64) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend_from_slice(&id.to_be_bytes());
    key
}

/// A moment so that bytes compare as the moments do.
fn ordered(at: Stamp) -> [u8; 8] {
    (at.0 as u64 ^ (1 << 63)).to_be_bytes()
}

/// `kind, moment`: where a range over moments begins or ends.
pub(super) fn moment(kind: u8, at: Stamp) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend_from_slice(&ordered(at));
    key
}

/// `kind, moment, id`.
pub(super) fn timed(kind: u8, at: Stamp, id: u64) -> Vec<u8> {
    let mut key = moment(kind, at);
    key.extend_from_slice(&id.to_be_bytes());
    key
}

/// The start of every key of a number's match key.
pub(super) fn phone(kind: u8, key: &str) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend_from_slice(key.as_bytes());
    bytes.push(0);
    bytes
}

/// The start of every key of the extensions behind a number's match key.
pub(super) fn behind(kind: u8, key: &str) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend_from_slice(key.as_bytes());
    bytes.push(b'x');
    bytes
}

/// `kind, match key, 0, moment and id inverted`.
pub(super) fn phone_of(kind: u8, key: &str, at: Stamp, id: u64) -> Vec<u8> {
    let mut bytes = phone(kind, key);
    bytes.extend(ordered(at).iter().map(|byte| !byte));
    bytes.extend_from_slice(&(!id).to_be_bytes());
    bytes
}

/// `kind, rule, 0, day`: a rule's draws in the order of their days.
pub(super) fn draw_of(rule: &str, day: i64) -> Vec<u8> {
    let mut key = phone(DRAW_OF, rule);
    key.extend_from_slice(&ordered(Stamp(day)));
    key
}

/// The day in a key of [`draw_of`] with a draw's number behind it.
pub(super) fn day_of_draw(key: &[u8]) -> Option<i64> {
    let day = key.len().checked_sub(16).and_then(|at| key.get(at..)).and_then(|end| end.first_chunk::<8>())?;
    Some((u64::from_be_bytes(*day) ^ (1 << 63)) as i64)
}

/// The start of every key of a PBX id.
pub(super) fn channel(uniqueid: &str) -> Vec<u8> {
    let mut key = vec![CALL_CHANNEL];
    let length = uniqueid.len().min(usize::from(u16::MAX));
    key.extend_from_slice(&(length as u16).to_be_bytes());
    key.extend_from_slice(uniqueid.as_bytes().get(..length).unwrap_or_default());
    key
}

/// The key of a piece of a large record.
pub(super) fn piece(record: &[u8], piece: u16) -> Vec<u8> {
    let mut key = vec![PIECE];
    key.extend_from_slice(record);
    key.extend_from_slice(&piece.to_be_bytes());
    key
}

/// The key of a command's id.
pub(super) fn command(id: u128) -> Vec<u8> {
    let mut key = vec![COMMAND];
    key.extend_from_slice(&id.to_be_bytes());
    key
}

/// The number at the end of a key.
pub(super) fn last_number(key: &[u8]) -> Option<u64> {
    key.last_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes))
}

/// `ticket, number` of a line of history, so that a ticket's lines stand together in their order.
pub(super) fn ticket_line(ticket: u64, number: u32) -> Vec<u8> {
    let mut key = numbered(TICKET_LINE, ticket);
    key.extend_from_slice(&number.to_be_bytes());
    key
}

/// The key of the record an event is about.
pub(super) fn record(event: &Event) -> Vec<u8> {
    match event {
        Event::Source(source) => {
            let mut key = vec![SOURCE];
            key.extend_from_slice(&source.id.0.to_be_bytes());
            key
        }
        Event::Call(call) => numbered(CALL, call.id.0),
        Event::Agent(agent) => {
            let mut key = vec![AGENT];
            key.extend_from_slice(agent.id.0.as_bytes());
            key
        }
        Event::Ticket(ticket) => numbered(TICKET, ticket.id.0),
        Event::Callback(line) => numbered(CALLBACK, line.id.0),
        Event::Customer(customer) => numbered(CUSTOMER, customer.id.0),
        Event::Message(message) => numbered(MESSAGE, message.id.0),
        Event::TicketLine(line) => ticket_line(line.ticket.0, line.number),
        Event::Notice(notice) => numbered(NOTICE, notice.id.0),
        Event::Rules(_) => vec![RULES],
        Event::Draw(draw) => numbered(DRAW, draw.id.0),
        Event::Visit(visit) => numbered(VISIT, visit.id.0),
        Event::Crew(crew) => {
            let mut key = vec![CREW];
            key.extend_from_slice(crew.staff.0.as_bytes());
            key
        }
        Event::Span(span) => {
            let mut key = moment(SPAN, span.since);
            key.extend_from_slice(span.agent.0.as_bytes());
            key
        }
        Event::Intervention(step) => numbered(INTERVENTION, step.id.0),
        Event::Recording(recording) => numbered(RECORDING, recording.call.0),
        Event::SpotDraw(draw) => numbered(SPOT_DRAW, draw.id.0),
        Event::CheckSheet(sheet) => numbered(CHECK_SHEET, sheet.id.0),
    }
}
