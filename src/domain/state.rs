//! The desk's state: the fold of the journal that is kept in mind. A console's replica is the same fold.

mod lines;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::call::{Call, CallBook};
use super::event::{Entry, Event, RulesInForce};
use super::ids::{
    AgentId, CallId, CallbackId, CheckSheetId, CustomerId, DrawId, InterventionId, MessageId, NoticeId, SourceId,
    SpotDrawId, StaffId, TicketId, VisitId,
};
use super::phone::{alike, keys, match_key};
use super::revisit;
use super::tally::Tally;
use super::{
    Agent, Callback, CheckSheet, Crew, Customer, Draw, Intervention, Message, Notice, Recording, Revisit, Source,
    SpotDraw, Stamp, Ticket, Visit,
};

pub use lines::SETTLED_KEPT_MS;

/// Ended calls a console is given when it attaches, at least.
const CONSOLE_ENDED: usize = 300;
/// The half-hour before now is counted from calls in mind (R-LIVE-1): a console is given all of it, and a little more.
const CONSOLE_RECENT_MS: super::time::Millis = 35 * 60_000;

/// How long visits are at hand: two years, so that this year's and last year's rate can be told.
const VISITS_KEPT_MS: i64 = 2 * 366 * DAY_MS;

/// How many days draws of calls to be checked are at hand.
const SPOT_DRAWS_KEPT_DAYS: i64 = 35;

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;

/// Everything open, and what of the past the desk must have at hand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The last journal entry folded in.
    pub sequence: u64,
    /// Offset of the desk's local time from UTC in milliseconds: decides where a day begins.
    pub offset_ms: i64,
    /// The desk's own area code (`0571`): a local number without it is the same line as with it. Empty: not configured.
    pub area_code: String,
    /// Where calls come from.
    pub sources: BTreeMap<SourceId, Source>,
    /// Calls.
    pub calls: CallBook,
    /// Agents.
    pub agents: BTreeMap<AgentId, Agent>,
    /// Open tickets.
    pub tickets: BTreeMap<TicketId, Ticket>,
    /// Open callback lines.
    pub callbacks: BTreeMap<CallbackId, Callback>,
    /// Lines that speaking settled lately ([`SETTLED_KEPT_MS`] before the newest line was made, and since): what is
    /// written of the talk afterwards still finds them.
    pub settled: BTreeMap<CallbackId, Callback>,
    /// Unread messages.
    pub messages: BTreeMap<MessageId, Message>,
    /// Notices nobody has acknowledged.
    pub notices: BTreeMap<NoticeId, Notice>,
    /// What open tickets are reckoned by.
    pub rules: RulesInForce,
    /// Technicians' duty (SPEC §5).
    pub crew: BTreeMap<StaffId, Crew>,
    /// The draws of the last two months (R-CB-2).
    pub draws: BTreeMap<DrawId, Draw>,
    /// Visits of the newest visit's year and the year before (R-CB-8).
    pub visits: BTreeMap<VisitId, Visit>,
    /// What supervisors do now, and did on the newest day (R-LIVE-2).
    pub interventions: BTreeMap<InterventionId, Intervention>,
    /// Draws of calls to be checked: of the last five weeks, and those with checks still owed (R-CALL-8).
    pub spot_draws: BTreeMap<SpotDrawId, SpotDraw>,
    /// Recordings of open calls (R-CALL-7); the others are looked up.
    pub recordings: BTreeMap<CallId, Recording>,
    /// Sheets of spot checks that wait to be seen by the person checked (R-QA-2).
    pub check_sheets: BTreeMap<CheckSheetId, CheckSheet>,
    /// Follow-up calls of the last two months, and all that are owed (R-CB-1, R-CB-2).
    pub revisits: BTreeMap<(CallbackId, u32), Revisit>,
    /// Customer files (the desk's own state; a console asks).
    pub customers: BTreeMap<CustomerId, Customer>,
    /// The newest local day seen, as days since 1970-01-01, that `tally` and `callers` are of.
    pub day: i64,
    /// The day's facts.
    pub tally: Tally,
    /// How often each number called on the day, by match key; rehearsals have a count of their own.
    pub callers: BTreeMap<(bool, String), u32>,
    /// The highest numbers given out.
    pub last: LastIds,
    by_phone: BTreeMap<String, CustomerId>,
    /// When the newest callback line was made: decides which follow-up calls are still at hand.
    newest_line: Stamp,
    /// Settled lines with follow-up calls at hand, by when they were made.
    settled_rows: BTreeSet<(Stamp, CallbackId)>,
    /// What open lines are found by; the desk's own, a console has none.
    line_index: lines::LineIndex,
    /// When each open ticket must be looked at again: one ordered set, one sleeper (STYLE, habit 4).
    alarms: BTreeSet<(Stamp, TicketId)>,
}

/// The highest numbers given out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastIds {
    /// Tickets.
    pub ticket: u64,
    /// Callback lines.
    pub callback: u64,
    /// Customers.
    pub customer: u64,
    /// Messages.
    pub message: u64,
    /// Notices.
    pub notice: u64,
    /// Draws.
    pub draw: u64,
    /// Visits.
    pub visit: u64,
    /// What supervisors did.
    pub intervention: u64,
    /// Draws of calls to be checked.
    pub spot_draw: u64,
    /// Sheets of spot checks.
    pub check_sheet: u64,
    /// Entries of the recording register.
    pub extraction: u64,
    /// Sources.
    pub source: u32,
}

impl State {
    /// An empty desk whose local time is `offset_ms` ahead of UTC.
    pub fn new(offset_ms: i64) -> State {
        State { offset_ms, ..State::default() }
    }

    /// Folds one entry. An entry already folded in changes nothing.
    pub fn apply(&mut self, entry: &Entry) {
        if entry.sequence <= self.sequence {
            return;
        }
        self.sequence = entry.sequence;
        for event in &entry.events {
            self.fold(event);
        }
    }

    /// Folds one event. Folding the same one again changes nothing.
    pub fn fold(&mut self, event: &Event) {
        match event {
            Event::Source(source) => {
                self.last.source = self.last.source.max(source.id.0);
                self.sources.insert(source.id, source.clone());
            }
            Event::Call(call) => self.fold_call(call),
            Event::Agent(agent) => {
                self.agents.insert(agent.id.clone(), (**agent).clone());
            }
            Event::Ticket(ticket) => {
                self.last.ticket = self.last.ticket.max(ticket.id.0);
                if let Some(at) = self.tickets.get(&ticket.id).and_then(Ticket::alarm) {
                    self.alarms.remove(&(at, ticket.id));
                }
                self.alarms.extend(ticket.alarm().map(|at| (at, ticket.id)));
                keep_if(&mut self.tickets, ticket.id, ticket, ticket.is_open());
            }
            Event::Callback(callback) => self.fold_line(callback),
            Event::Customer(customer) => self.fold_customer(customer),
            Event::Message(message) => {
                self.last.message = self.last.message.max(message.id.0);
                keep_if(&mut self.messages, message.id, message, message.read_at.is_none());
            }
            // History is looked up where it is read; nothing is decided by it.
            Event::TicketLine(_) => {}
            Event::Notice(notice) => {
                self.last.notice = self.last.notice.max(notice.id.0);
                keep_if(&mut self.notices, notice.id, notice, notice.acknowledged.is_none());
            }
            Event::Rules(rules) => self.rules = rules.clone(),
            Event::Crew(crew) => {
                self.crew.insert(crew.staff.clone(), (**crew).clone());
            }
            Event::Draw(draw) => {
                self.last.draw = self.last.draw.max(draw.id.0);
                self.draws.insert(draw.id, (**draw).clone());
                // The newest by number: a day drawn while the clock was far ahead must not push out what comes after.
                let newest = self.draws.values().next_back().map(|draw| draw.day).unwrap_or_default();
                self.draws.retain(|_, draw| draw.day > newest - revisit::KEPT_MS / DAY_MS);
            }
            Event::Visit(visit) => {
                self.last.visit = self.last.visit.max(visit.id.0);
                self.visits.insert(visit.id, (**visit).clone());
                let newest = self.visits.values().map(|visit| visit.at).max().unwrap_or_default();
                self.visits.retain(|_, visit| newest.since(visit.at) < VISITS_KEPT_MS);
            }
            // Looked up where it is read.
            Event::Span(_) => {}
            Event::Intervention(step) => {
                self.last.intervention = self.last.intervention.max(step.id.0);
                self.interventions.insert(step.id, (**step).clone());
                let newest = self.interventions.values().map(|step| step.at).max().unwrap_or_default();
                self.interventions.retain(|_, step| step.is_open() || newest.since(step.at) < DAY_MS);
            }
            Event::Recording(recording) => {
                let number = recording.extraction.as_ref().map_or(0, |extraction| extraction.number);
                self.last.extraction = self.last.extraction.max(number);
                let open = self.calls.get(recording.call).is_some_and(Call::is_open);
                keep_if(&mut self.recordings, recording.call, recording, open);
            }
            Event::SpotDraw(draw) => {
                self.last.spot_draw = self.last.spot_draw.max(draw.id.0);
                self.spot_draws.insert(draw.id, (**draw).clone());
                let newest = self.spot_draws.values().next_back().map(|draw| draw.last_day).unwrap_or_default();
                self.spot_draws.retain(|_, draw| draw.is_owed() || draw.last_day > newest - SPOT_DRAWS_KEPT_DAYS);
            }
            Event::CheckSheet(sheet) => {
                self.last.check_sheet = self.last.check_sheet.max(sheet.id.0);
                keep_if(&mut self.check_sheets, sheet.id, sheet, sheet.waits());
            }
        }
    }

    fn fold_call(&mut self, call: &Call) {
        let day = self.day_of(call.arrived_at);
        if day > self.day && !call.rehearsal {
            self.day = day;
            self.tally = Tally::default();
            self.callers.clear();
        }
        let old = self.calls.get(call.id);
        let known = old.is_some_and(|old| match_key(&old.party.number) == match_key(&call.party.number));
        let former = old.filter(|_| !known).map(|old| (old.rehearsal, match_key(&old.party.number)));
        let before = old.map(Tally::of).unwrap_or_default();
        if day == self.day {
            self.tally.exchange(before, Tally::of(call));
        }
        if (day == self.day || call.rehearsal) && !known {
            // A number that turned out to be another, or is not to be known any more, called once less.
            if let Some((former, count)) =
                former.and_then(|former| Some((former.clone(), self.callers.get_mut(&former)?)))
            {
                *count -= 1;
                if *count == 0 {
                    self.callers.remove(&former);
                }
            }
            if !call.party.number.is_empty() {
                *self.callers.entry((call.rehearsal, match_key(&call.party.number))).or_default() += 1;
            }
        }
        if !call.is_open() {
            self.recordings.remove(&call.id);
        }
        self.calls.put(call.clone());
    }

    fn fold_customer(&mut self, customer: &Customer) {
        self.last.customer = self.last.customer.max(customer.id.0);
        for key in customer.phones.iter().flat_map(|phone| keys(phone)) {
            self.by_phone.insert(key, customer.id);
        }
        self.customers.insert(customer.id, customer.clone());
    }

    /// The first moment a ticket must be looked at again, and which.
    pub fn first_alarm(&self) -> Option<(Stamp, TicketId)> {
        self.alarms.first().copied()
    }

    /// The tickets whose clocks have something to say at or before this moment, the oldest first.
    pub fn alarms_until(&self, now: Stamp) -> impl Iterator<Item = TicketId> {
        self.alarms.range(..=(now, TicketId(u64::MAX))).map(|(_, ticket)| *ticket)
    }

    /// The local day of a moment, as days since 1970-01-01.
    pub fn day_of(&self, at: super::Stamp) -> i64 {
        (at.0 + self.offset_ms).div_euclid(DAY_MS)
    }

    /// The customer a number belongs to; of several numbers the first that is known.
    pub fn customer_by_phone(&self, number: &str) -> Option<&Customer> {
        let wanted = self.keys_of(number);
        wanted.iter().find_map(|key| {
            let customer = self.customers.get(self.by_phone.get(key)?)?;
            customer.phones.iter().any(|phone| keys(phone).contains(key)).then_some(customer)
        })
    }

    /// What all numbers of a text are matched by, with what the desk's own area code makes the same.
    pub fn keys_of(&self, text: &str) -> Vec<String> {
        keys(text).iter().flat_map(|key| alike(key, &self.area_code)).collect()
    }

    /// The agent a member of staff sits as.
    pub fn agent_of(&self, staff: &StaffId) -> Option<&Agent> {
        self.agents.values().find(|agent| agent.staff.as_ref() == Some(staff))
    }

    /// The agent at a phone.
    pub fn agent_at(&self, phone: &str) -> Option<&Agent> {
        if phone.is_empty() { None } else { self.agents.values().find(|agent| agent.phone == phone) }
    }

    /// The queues heard of: members', and callers'. One may come twice.
    pub fn queues(&self) -> impl Iterator<Item = &str> {
        let members = self.agents.values().flat_map(|agent| agent.pbx.queues.iter());
        members.chain(self.calls.open().filter_map(|call| call.queue.as_ref())).map(String::as_str)
    }

    /// What a console is given when it attaches: everything open, the recent past, no customer files.
    pub fn for_console(&self) -> State {
        State {
            calls: self.calls.trimmed(CONSOLE_ENDED, CONSOLE_RECENT_MS),
            customers: BTreeMap::new(),
            by_phone: BTreeMap::new(),
            line_index: lines::LineIndex::default(),
            ..self.clone()
        }
    }
}

fn keep_if<K: Ord, V: Clone>(map: &mut BTreeMap<K, V>, key: K, value: &V, keep: bool) {
    if keep {
        map.insert(key, value.clone());
    } else {
        map.remove(&key);
    }
}
