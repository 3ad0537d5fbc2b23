//! Looking things up, from any thread, while the owner goes on appending.
//!
//! Readers never hold the owner up. What the records can't give (they failed) reads as not there, and
//! [`Reader::fault`] says so.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::check::{self, CheckReport};
use super::error::StoreError;
use super::figures;
use super::frame::Hash;
use super::keys;
use super::open::Shared;
use super::records::{Records, Walk};
use super::replay::Cursor;
use crate::domain::figures::{Counts, Fact, RecordRef, Slot};
use crate::domain::ids::AgentId;
use crate::domain::phone::keys as numbers;
use crate::domain::ticket::Seal;
use crate::domain::{
    Call, CallId, Callback, CallbackId, CheckSheet, CheckSheetId, Customer, CustomerId, Draw, Entry, Event,
    Intervention, InterventionId, Message, MessageId, Notice, Recording, Span, SpotDraw, SpotDrawId, Stamp, Ticket,
    TicketId, TicketLine, Visit,
};
use crate::text::Say;

/// A look at what is stored. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    records: Records,
    shared: Arc<Shared>,
    failed: Arc<AtomicBool>,
}

/// From an event of the right kind to its record.
type Pick<T> = fn(Event) -> Option<T>;

fn pick_call(event: Event) -> Option<Call> {
    if let Event::Call(call) = event { Some(*call) } else { None }
}

fn pick_ticket(event: Event) -> Option<Ticket> {
    if let Event::Ticket(ticket) = event { Some(*ticket) } else { None }
}

fn pick_callback(event: Event) -> Option<Callback> {
    if let Event::Callback(line) = event { Some(*line) } else { None }
}

fn pick_customer(event: Event) -> Option<Customer> {
    if let Event::Customer(customer) = event { Some(*customer) } else { None }
}

fn pick_message(event: Event) -> Option<Message> {
    if let Event::Message(message) = event { Some(*message) } else { None }
}

fn pick_draw(event: Event) -> Option<Draw> {
    if let Event::Draw(draw) = event { Some(*draw) } else { None }
}

fn pick_visit(event: Event) -> Option<Visit> {
    if let Event::Visit(visit) = event { Some(*visit) } else { None }
}

fn pick_line(event: Event) -> Option<TicketLine> {
    if let Event::TicketLine(line) = event { Some(*line) } else { None }
}

fn pick_notice(event: Event) -> Option<Notice> {
    if let Event::Notice(notice) = event { Some(*notice) } else { None }
}

fn pick_span(event: Event) -> Option<Span> {
    if let Event::Span(span) = event { Some(*span) } else { None }
}

fn pick_intervention(event: Event) -> Option<Intervention> {
    if let Event::Intervention(step) = event { Some(*step) } else { None }
}

fn pick_recording(event: Event) -> Option<Recording> {
    if let Event::Recording(recording) = event { Some(*recording) } else { None }
}

fn pick_spot_draw(event: Event) -> Option<SpotDraw> {
    if let Event::SpotDraw(draw) = event { Some(*draw) } else { None }
}

fn pick_check_sheet(event: Event) -> Option<CheckSheet> {
    if let Event::CheckSheet(sheet) = event { Some(*sheet) } else { None }
}

impl Reader {
    pub(super) fn new(records: Records, shared: Arc<Shared>) -> Reader {
        Reader { records, shared, failed: Arc::default() }
    }

    /// A call.
    pub fn call(&self, id: CallId) -> Option<Call> {
        self.one(keys::CALL, id.0, pick_call)
    }

    /// A ticket, also a filed one.
    pub fn ticket(&self, id: TicketId) -> Option<Ticket> {
        self.one(keys::TICKET, id.0, pick_ticket)
    }

    /// A ticket's history, oldest first.
    pub fn ticket_lines(&self, id: TicketId) -> Vec<TicketLine> {
        let walk = self.records.prefix(&keys::numbered(keys::TICKET_LINE, id.0));
        walk.filter_map(|pair| self.unseal(pair).and_then(pick_line)).collect()
    }

    /// Lines of all tickets' histories written at or after `since` and before `until`, ticket by ticket.
    pub fn history(&self, since: Option<Stamp>, until: Option<Stamp>) -> impl Iterator<Item = TicketLine> + use<> {
        let reader = self.clone();
        let lines =
            self.records.prefix(&[keys::TICKET_LINE]).filter_map(move |pair| reader.unseal(pair).and_then(pick_line));
        lines.filter(move |line| within(line.at, since, until))
    }

    /// Notices given at or after `since` and before `until`, by id.
    pub fn notices(&self, since: Option<Stamp>, until: Option<Stamp>) -> impl Iterator<Item = Notice> + use<> {
        let reader = self.clone();
        let notices =
            self.records.prefix(&[keys::NOTICE]).filter_map(move |pair| reader.unseal(pair).and_then(pick_notice));
        notices.filter(move |notice| within(notice.at, since, until))
    }

    /// Any informant's seal, also a filed ticket's.
    pub fn any_seal(&self) -> Option<Seal> {
        let ids = self.records.prefix(&[keys::TICKET_SEALED]).filter_map(|pair| self.id(pair));
        ids.filter_map(|id| self.ticket(TicketId(id))?.seal).next()
    }

    /// A callback line, also a settled one.
    pub fn callback(&self, id: CallbackId) -> Option<Callback> {
        self.one(keys::CALLBACK, id.0, pick_callback)
    }

    /// A customer file.
    pub fn customer(&self, id: CustomerId) -> Option<Customer> {
        self.one(keys::CUSTOMER, id.0, pick_customer)
    }

    /// A message, also one that was read.
    pub fn message(&self, id: MessageId) -> Option<Message> {
        self.one(keys::MESSAGE, id.0, pick_message)
    }

    /// Calls that arrived at or after `since` and before `until`, by id.
    pub fn calls(&self, since: Option<Stamp>, until: Option<Stamp>) -> impl Iterator<Item = Call> + Send + 'static {
        self.all(keys::CALL, keys::CALL_ARRIVED, (since, until), pick_call)
    }

    /// Tickets opened at or after `since` and before `until`, by id.
    pub fn tickets(&self, since: Option<Stamp>, until: Option<Stamp>) -> impl Iterator<Item = Ticket> + Send + 'static {
        self.all(keys::TICKET, keys::TICKET_OPENED, (since, until), pick_ticket)
    }

    /// Tickets filed at or after `since` and before `until`, by id.
    pub fn tickets_filed(
        &self,
        since: Option<Stamp>,
        until: Option<Stamp>,
    ) -> impl Iterator<Item = Ticket> + Send + 'static {
        let filed = self.all(keys::TICKET, keys::TICKET_FILED, (since, until), pick_ticket);
        filed.filter(|ticket| ticket.filed_at.is_some())
    }

    /// Draws made at or after `since` and before `until`, by id.
    pub fn draws(&self, since: Option<Stamp>, until: Option<Stamp>) -> impl Iterator<Item = Draw> + Send + 'static {
        let reader = self.clone();
        let draws = self.records.prefix(&[keys::DRAW]).filter_map(move |pair| reader.unseal(pair).and_then(pick_draw));
        draws.filter(move |draw| within(draw.at, since, until))
    }

    /// The newest local day up to `until` and with it that was drawn from for a rule.
    pub fn newest_draw(&self, rule: &str, until: i64) -> Option<i64> {
        let mut range = self.records.range(keys::draw_of(rule, i64::MIN), keys::draw_of(rule, until.saturating_add(1)));
        let (key, _) = self.well(range.next_back()?)?;
        keys::day_of_draw(&key)
    }

    /// Visits made at or after `since` and before `until`, by id.
    pub fn visits(&self, since: Option<Stamp>, until: Option<Stamp>) -> impl Iterator<Item = Visit> + Send + 'static {
        self.all(keys::VISIT, keys::VISIT_AT, (since, until), pick_visit)
    }

    /// Callback lines made at or after `since` and before `until`, by id.
    pub fn callbacks(
        &self,
        since: Option<Stamp>,
        until: Option<Stamp>,
    ) -> impl Iterator<Item = Callback> + Send + 'static {
        self.all(keys::CALLBACK, keys::CALLBACK_MADE, (since, until), pick_callback)
    }

    /// Customer files by id.
    pub fn customers(&self) -> impl Iterator<Item = Customer> + Send + 'static {
        let reader = self.clone();
        self.records.prefix(&[keys::CUSTOMER]).filter_map(move |pair| reader.unseal(pair).and_then(pick_customer))
    }

    /// Calls of a number, by match key, newest first.
    pub fn calls_by_phone(&self, key: &str, limit: usize) -> Vec<Call> {
        self.by_phone(keys::CALL_PHONE, keys::CALL, key, pick_call).take(limit).collect()
    }

    /// Tickets of a number, by match key, newest first; then those of its extensions, where it is a switchboard's.
    pub fn tickets_by_phone(&self, key: &str, limit: usize) -> Vec<Ticket> {
        self.by_phone(keys::TICKET_PHONE, keys::TICKET, key, pick_ticket).take(limit).collect()
    }

    /// The customer with a number, by its match key.
    pub fn customer_by_phone(&self, key: &str) -> Option<Customer> {
        let same =
            |customer: &Customer| customer.phones.iter().any(|phone| numbers(phone).iter().any(|own| own == key));
        self.by_phone(keys::CUSTOMER_PHONE, keys::CUSTOMER, key, pick_customer).find(same)
    }

    /// Callback lines of a number, by match key, newest first; then those of its extensions.
    pub fn callbacks_by_phone(&self, key: &str, limit: usize) -> Vec<Callback> {
        self.by_phone(keys::CALLBACK_PHONE, keys::CALLBACK, key, pick_callback).take(limit).collect()
    }

    /// Calls that have this PBX channel id, the caller's or any other of the call, by id.
    pub fn call_by_uniqueid(&self, uniqueid: &str) -> Vec<Call> {
        if uniqueid.is_empty() {
            return Vec::new();
        }
        let reader = self.clone();
        let ids = self.records.prefix(&keys::channel(uniqueid)).filter_map(move |pair| reader.id(pair));
        ids.filter_map(|id| self.one(keys::CALL, id, pick_call)).collect()
    }

    /// Tickets that hold every word of the text, newest first, the one with this very number before all others; all of
    /// them for an empty text. Looked for in number, subject, name (also by its sound), phone, address, what was told
    /// and demanded, and the rulebook's fields.
    pub fn find_tickets(&self, text: &str, limit: usize) -> Vec<Ticket> {
        let mut search = self.shared.search();
        // Taken before the records are read: what changes from here on is looked at again next time.
        let changed = self.shared.changed().take();
        match changed {
            None => self.tickets(None, None).for_each(|ticket| search.keep(&ticket)),
            Some(changed) => {
                changed.into_iter().filter_map(|id| self.ticket(TicketId(id))).for_each(|ticket| search.keep(&ticket));
            }
        }
        search.find(text).take(limit).filter_map(|id| self.ticket(TicketId(id))).collect()
    }

    /// The sequence of the entry a command with this id made, if it was done.
    pub fn command(&self, id: u128) -> Option<u64> {
        let value = self.well(self.records.get(&keys::command(id)))??;
        Some(u64::from_be_bytes(*value.first_chunk()?))
    }

    /// What each record gives to the figures in half-hours from `since` on and before `until`, by half-hour and slot.
    pub fn figures(&self, since: i64, until: i64) -> impl Iterator<Item = (RecordRef, Slot, Counts)> + Send + use<> {
        let reader = self.clone();
        let pairs = self.records.range(figures::from(since), figures::from(until));
        pairs.filter_map(move |pair| {
            let (key, value) = reader.well(pair)?;
            reader.well(figures::read(&key, &value).ok_or_else(|| "no figure".to_owned()))
        })
    }

    /// Sums of what all records give in half-hours from `since` on and before `until`, place by place, each place once.
    pub fn figure_sums(&self, since: i64, until: i64) -> impl Iterator<Item = (Slot, Counts)> + Send + use<> {
        let reader = self.clone();
        let pairs = self.records.range(figures::from(since), figures::from(until));
        figures::Sums::of(pairs).filter_map(move |sum| reader.well(sum))
    }

    /// The records that give any of some facts (of none: anything) at wanted places of half-hours from `since` on and
    /// before `until`, by half-hour; a record once for each place where it does.
    pub fn behind<'w>(
        &self,
        (since, until): (i64, i64),
        wanted: impl FnMut(&Slot) -> bool + 'w,
        facts: &[Fact],
    ) -> impl Iterator<Item = (RecordRef, i64)> + 'w {
        let reader = self.clone();
        let pairs = self.records.range(figures::from(since), figures::from(until));
        figures::Behind::of(pairs, wanted, facts).filter_map(move |found| reader.well(found))
    }

    /// Stretches of agents' time that begin at or after `since` and before `until`, by their begin.
    pub fn spans(&self, since: Stamp, until: Stamp) -> impl Iterator<Item = Span> + Send + use<> {
        let reader = self.clone();
        let pairs = self.records.range(keys::moment(keys::SPAN, since), keys::moment(keys::SPAN, until));
        pairs.filter_map(move |pair| reader.unseal(pair).and_then(pick_span))
    }

    /// The stretch of an agent's time that begins at a moment.
    pub fn span(&self, since: Stamp, agent: &AgentId) -> Option<Span> {
        self.spans(since, since.plus(1)).find(|span| span.agent == *agent)
    }

    /// Something a supervisor did.
    pub fn intervention(&self, id: InterventionId) -> Option<Intervention> {
        self.one(keys::INTERVENTION, id.0, pick_intervention)
    }

    /// What supervisors did at or after `since` and before `until`, by number.
    pub fn interventions(
        &self,
        since: Option<Stamp>,
        until: Option<Stamp>,
    ) -> impl Iterator<Item = Intervention> + Send + use<> {
        let reader = self.clone();
        let steps = self.records.prefix(&[keys::INTERVENTION]);
        let steps = steps.filter_map(move |pair| reader.unseal(pair).and_then(pick_intervention));
        steps.filter(move |step| within(step.at, since, until))
    }

    /// The recording of a call.
    pub fn recording(&self, call: CallId) -> Option<Recording> {
        self.one(keys::RECORDING, call.0, pick_recording)
    }

    /// Recordings made before a moment that are neither given free for deletion nor extracted, the oldest first.
    pub fn recordings_before(&self, before: Stamp) -> impl Iterator<Item = Recording> + Send + use<> {
        let reader = self.clone();
        let pairs = self.records.range(vec![keys::RECORDING_MADE], keys::moment(keys::RECORDING_MADE, before));
        pairs.filter_map(move |pair| {
            let id = reader.id(pair)?;
            reader.one(keys::RECORDING, id, pick_recording)
        })
    }

    /// The recording register, by its numbers; the newest can be had from its end.
    pub fn recording_register(&self) -> impl Iterator<Item = Recording> + Send + use<> {
        let reader = self.clone();
        self.records.prefix(&[keys::RECORDING_REGISTER]).filter_map(move |pair| {
            let id = reader.id(pair)?;
            reader.one(keys::RECORDING, id, pick_recording)
        })
    }

    /// The register behind a number, or what was given free for deletion behind a call, from a moment on; no rehearsed ones.
    pub fn recordings_after(
        &self,
        register: bool,
        since: Option<Stamp>,
        after: u64,
    ) -> impl Iterator<Item = Recording> + Send + use<> {
        let (reader, kind) = (self.clone(), if register { keys::RECORDING_REGISTER } else { keys::RECORDING });
        let pairs = self.records.range(keys::numbered(kind, after.saturating_add(1)), vec![kind + 1]);
        let recordings = pairs.filter_map(move |pair| {
            if !register {
                return reader.unseal(pair).and_then(pick_recording);
            }
            let id = reader.id(pair)?;
            reader.one(keys::RECORDING, id, pick_recording)
        });
        recordings.filter(move |recording| {
            let entered = recording.extraction.as_ref().map(|entry| entry.at);
            let at = if register { entered } else { recording.expired_at };
            !recording.rehearsal && at.is_some_and(|at| within(at, since, None))
        })
    }

    /// All recordings, by call.
    pub fn recordings(&self) -> impl Iterator<Item = Recording> + Send + use<> {
        let reader = self.clone();
        self.records.prefix(&[keys::RECORDING]).filter_map(move |pair| reader.unseal(pair).and_then(pick_recording))
    }

    /// A draw of calls to be checked.
    pub fn spot_draw(&self, id: SpotDrawId) -> Option<SpotDraw> {
        self.one(keys::SPOT_DRAW, id.0, pick_spot_draw)
    }

    /// All draws of calls to be checked, by number.
    pub fn spot_draws(&self) -> impl DoubleEndedIterator<Item = SpotDraw> + Send + use<> {
        let reader = self.clone();
        self.records.prefix(&[keys::SPOT_DRAW]).filter_map(move |pair| reader.unseal(pair).and_then(pick_spot_draw))
    }

    /// A sheet of a spot check.
    pub fn check_sheet(&self, id: CheckSheetId) -> Option<CheckSheet> {
        self.one(keys::CHECK_SHEET, id.0, pick_check_sheet)
    }

    /// All sheets of spot checks, by number.
    pub fn check_sheets(&self) -> impl Iterator<Item = CheckSheet> + Send + use<> {
        let reader = self.clone();
        let sheets = self.records.prefix(&[keys::CHECK_SHEET]);
        sheets.filter_map(move |pair| reader.unseal(pair).and_then(pick_check_sheet))
    }

    /// The sheets about a call, oldest first.
    pub fn check_sheets_of(&self, call: CallId) -> Vec<CheckSheet> {
        let ids = self.records.prefix(&keys::numbered(keys::CHECK_OF_CALL, call.0)).filter_map(|pair| self.id(pair));
        ids.filter_map(|id| self.one(keys::CHECK_SHEET, id, pick_check_sheet)).collect()
    }

    /// Journal entries decided at or after `since` and before `until`, each with its hash in hexadecimal digits, up to
    /// the last one acknowledged now. The chain is verified on the way; damage ends the walk.
    pub fn journal(
        &self,
        since: Option<Stamp>,
        until: Option<Stamp>,
    ) -> impl Iterator<Item = Result<(Entry, String), StoreError>> + Send + 'static {
        let end = *self.shared.still();
        let mut cursor = Some(Cursor::new(&self.shared.journal, 1, end));
        std::iter::from_fn(move || {
            loop {
                match cursor.as_mut()?.read() {
                    Ok(Some((entry, _))) if !within(entry.at, since, until) => {}
                    Ok(Some((entry, hash))) => return Some(Ok((entry, hex(&hash)))),
                    Ok(None) => cursor = None,
                    Err(error) => {
                        cursor = None;
                        return Some(Err(error));
                    }
                }
            }
        })
    }

    /// Replays the whole journal, verifies its chain, and compares what follows from it with the records, byte for byte
    /// and both ways. The owner may go on meanwhile.
    pub fn check(&self) -> CheckReport {
        check::run(&self.records, &self.shared)
    }

    /// What is wrong with the records, if anything has shown.
    pub fn fault(&self) -> Option<Say> {
        let lagging = self.shared.lagging.load(Ordering::Acquire);
        let failed = self.failed.load(Ordering::Acquire);
        (lagging || failed).then(|| Say::new("store.reading_failed"))
    }

    fn well<T>(&self, result: Result<T, String>) -> Option<T> {
        if result.is_err() {
            self.failed.store(true, Ordering::Release);
        }
        result.ok()
    }

    fn id(&self, pair: Result<(Vec<u8>, Vec<u8>), String>) -> Option<u64> {
        keys::last_number(&self.well(pair)?.0)
    }

    fn unseal(&self, pair: Result<(Vec<u8>, Vec<u8>), String>) -> Option<Event> {
        let (key, value) = self.well(pair)?;
        match self.records.unseal(&key, &value) {
            Ok((_, event)) => Some(event),
            // A large record may have changed between its value and its pieces.
            Err(_) => self.well(self.records.record(&key))?.map(|(_, event)| event),
        }
    }

    fn one<T>(&self, kind: u8, id: u64, pick: Pick<T>) -> Option<T> {
        let key = keys::numbered(kind, id);
        let found = self.records.record(&key).or_else(|_| self.records.record(&key));
        let (_, event) = self.well(found)??;
        pick(event)
    }

    /// Without bounds a walk over the records, else over the ids the index of moments gives, in their order.
    fn all<T: 'static>(
        &self,
        kind: u8,
        index: u8,
        (since, until): (Option<Stamp>, Option<Stamp>),
        pick: Pick<T>,
    ) -> impl Iterator<Item = T> + Send + use<T> {
        let reader = self.clone();
        let mut whole: Option<Walk> = None;
        let mut ids = BTreeSet::new();
        if since.is_none() && until.is_none() {
            whole = Some(self.records.prefix(&[kind]));
        } else {
            let from = since.map_or(vec![index], |since| keys::moment(index, since));
            let to = until.map_or(vec![index + 1], |until| keys::moment(index, until));
            ids = self.records.range(from, to).filter_map(|pair| self.id(pair)).collect();
        }
        let other = reader.clone();
        let walked = whole.into_iter().flatten().filter_map(move |pair| other.unseal(pair).and_then(pick));
        walked.chain(ids.into_iter().filter_map(move |id| reader.one(kind, id, pick)))
    }

    fn by_phone<T: 'static>(&self, index: u8, kind: u8, key: &str, pick: Pick<T>) -> impl Iterator<Item = T> {
        let own = (!key.is_empty()).then(|| self.records.prefix(&keys::phone(index, key)));
        let behind = (!key.is_empty()).then(|| self.records.prefix(&keys::behind(index, key)));
        let ids = own.into_iter().flatten().chain(behind.into_iter().flatten()).filter_map(|pair| self.id(pair));
        ids.filter_map(move |id| self.one(kind, !id, pick))
    }
}

fn within(at: Stamp, since: Option<Stamp>, until: Option<Stamp>) -> bool {
    since.is_none_or(|since| at >= since) && until.is_none_or(|until| at < until)
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
