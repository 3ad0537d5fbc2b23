//! The messages. A request carries a number of the console's choosing; its answer carries the same.

use serde::{Deserialize, Serialize};

use crate::domain::Event;
use crate::domain::figures::{Book, Counts, Delta, Filter, Slot};
use crate::domain::ticket::Informant;
use crate::domain::visit::VisitYear;
use crate::domain::{
    Call, CallId, Callback, CheckSheet, Command, Customer, Draw, Entry, Intervention, Made, Notice, Recording, Revisit,
    Rulebook, Span, SpotDraw, Staff, StaffId, Stamp, State, Ticket, TicketId, TicketLine, Visit,
};
use crate::text::Say;

/// The first words of a console.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// `wire::VERSION` of the console.
    pub version: u32,
    /// What it is: `console`, `script`, `tech` (a technician's, and let in for nobody else).
    pub seat: String,
    /// The staff number it asks to be, where one account serves several; empty for the account's own.
    pub staff: String,
    /// Wants the state and every later event.
    pub follow: bool,
}

/// The desk's first words to a console that is let in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// Who the desk takes it for.
    pub me: Staff,
    /// Everybody it may name; to a technician, by number and name alone, whom their tickets name (R-WO-2).
    pub staff: Vec<Staff>,
    /// The figures in force.
    pub rulebook: Rulebook,
    /// The desk's clock now.
    pub now: Stamp,
    /// Offset of the desk's local time from UTC in milliseconds.
    pub offset_ms: i64,
    /// A PBX is configured.
    pub pbx: bool,
    /// The desk's process.
    pub pid: u32,
    /// The state, where it asked to follow; to a technician, as much of it as is theirs.
    pub state: Option<Box<State>>,
    /// Where it asked to follow: the sums of yesterday and today, kept up by `Counted`. Empty for a technician.
    pub book: Box<Book>,
}

/// From a console to the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToDesk {
    /// First.
    Hello(Hello),
    /// Do this. `id` makes a repetition harmless (0: not repeatable).
    Do {
        /// The request.
        request: u64,
        /// The command's own id.
        id: u128,
        /// What.
        command: Box<Command>,
    },
    /// Tell this.
    Ask {
        /// The request.
        request: u64,
        /// What.
        query: Query,
    },
    /// Read the configuration's rulebook and calendars anew and follow them, or follow another rulebook until the desk
    /// starts again. For supervisors.
    Reload {
        /// The request.
        request: u64,
        /// Another rulebook: a shipped one's name or a path; none for the configuration's.
        rulebook: Option<String>,
    },
    /// The ticket open on this console now; none when it was closed. Not answered.
    Looking(Option<TicketId>),
}

/// From the desk to a console.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromDesk {
    /// Let in.
    Welcome(Box<Welcome>),
    /// Not let in, or no longer; the line is closed after it.
    Goodbye(Say),
    /// Something changed: a journal entry, already on disk.
    Changed(Box<Entry>),
    /// A command was done and is on disk.
    Done {
        /// The request.
        request: u64,
        /// What it made.
        made: Made,
    },
    /// A command or query was refused.
    Refused {
        /// The request.
        request: u64,
        /// Why.
        why: Say,
    },
    /// An answer.
    Answer {
        /// The request.
        request: u64,
        /// What.
        answer: Box<Answer>,
    },
    /// A line for everybody: the desk is in trouble, or well again.
    Notice(Say),
    /// Other figures are in force from here on.
    Rules(Box<Rulebook>),
    /// What the last `Changed` changes in the sums. Not for technicians.
    Counted(Delta),
    /// Who else looks at the ticket this console looks at. Kept nowhere.
    Looking {
        /// Which ticket.
        ticket: TicketId,
        /// Who, without this console.
        staff: Vec<StaffId>,
    },
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// R-CALL-4: all about a number.
    Person {
        /// The number.
        number: String,
        /// Look among the rehearsed.
        rehearsal: bool,
    },
    /// One ticket, also a filed one.
    Ticket(TicketId),
    /// A ticket's history, oldest first.
    TicketLines(TicketId),
    /// Tickets, newest first, also filed ones, that hold the text in number, name, phone, subject or address.
    FindTickets {
        /// The text; empty for all.
        text: String,
        /// At most so many.
        limit: u32,
    },
    /// Rows for a script, in pieces; the last piece says so.
    Export(Export),
    /// Re-derive everything from the journal and compare.
    Check,
    /// Every call the PBX's log speaks of that the desk has under this PBX id.
    CallsByUniqueid(Vec<String>),
    /// Sums of what the records give to the figures, by where they count (R-LIVE-3, §9), in pieces. Not for technicians.
    Figures {
        /// From this half-hour on (`figures::half_hour_of`).
        since: i64,
        /// Before this one.
        until: i64,
    },
    /// The records behind a figure, newest first. Not for technicians.
    FigureRows {
        /// From this half-hour on.
        since: i64,
        /// Before this one.
        until: i64,
        /// Which cells.
        filter: Filter,
        /// Records that give any of these facts.
        facts: Vec<u8>,
        /// At most so many.
        limit: u32,
    },
    /// Stretches of agents' time that begin in this span. Not for technicians.
    Spans {
        /// From this moment on.
        since: Stamp,
        /// Before this moment.
        until: Stamp,
    },
    /// R-CALL-7: a call with its recording. Not for technicians.
    Call(CallId),
    /// R-CALL-7: recordings: those of the register, or those given free for deletion. Not for technicians.
    Recordings {
        /// The register; else what is free for deletion.
        register: bool,
        /// At most so many.
        limit: u32,
    },
    /// R-CALL-8: the sheets about a call, oldest first. Not for technicians.
    CheckSheets(CallId),
    /// R-CALL-7: a piece of the register by its numbers, or of what is free for deletion by call; no rehearsed ones. Not for
    /// technicians.
    RecordingsAfter {
        /// The register; else what is free for deletion.
        register: bool,
        /// Entered, or given free, at this moment or later.
        since: Option<Stamp>,
        /// Behind this number of the register, or this call.
        after: u64,
        /// At most so many.
        limit: u32,
    },
    /// R-CALL-8: a piece of the draws of calls to be checked, by number. Not for technicians.
    SpotDraws {
        /// Behind this number.
        after: u64,
        /// At most so many.
        limit: u32,
    },
    /// The desk's state and sums as they were at a moment, folded anew from the journal; for a replay. Not for technicians.
    StateAt(Stamp),
    /// R-CB-8: the plan of visits of a calendar year, with what came of it. Not for technicians.
    Visits {
        /// Which.
        year: i32,
    },
    /// Answered when everything asked before it on this line is done.
    Fence,
}

/// What to export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// `calls`, `tickets`, `callbacks`, `history`, `notices`, `draws`, `revisits`, `visits`, `spans`, `interventions`,
    /// `recordings`, `spot_draws`, `check_sheets` or `journal`.
    pub what: String,
    /// From this moment on.
    pub since: Option<Stamp>,
    /// Before this moment.
    pub until: Option<Stamp>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ExportRow {
    /// A call.
    Call(Box<Call>),
    /// A ticket, with the notes of its history.
    Ticket(Box<Ticket>, Vec<TicketLine>),
    /// A callback line.
    Callback(Box<Callback>),
    /// A line of a ticket's history.
    Line(Box<TicketLine>),
    /// A notice.
    Notice(Box<Notice>),
    /// A draw.
    Draw(Box<Draw>),
    /// A follow-up call that was owed.
    Revisit(Box<Revisit>),
    /// A visit.
    Visit(Box<Visit>),
    /// A journal entry and its hash.
    Entry(Box<Entry>, String),
    /// A stretch of an agent's time.
    Span(Box<Span>),
    /// Something a supervisor did.
    Intervention(Box<Intervention>),
    /// A recording.
    Recording(Box<Recording>),
    /// A draw of calls to be checked.
    SpotDraw(Box<SpotDraw>),
    /// A sheet of a spot check.
    CheckSheet(Box<CheckSheet>),
}

/// R-CALL-4: what shows when a number rings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonCard {
    /// The number asked for.
    pub number: String,
    /// The file.
    pub customer: Option<Customer>,
    /// Tickets of the number, open ones first, then newest first.
    pub tickets: Vec<Ticket>,
    /// Open callback lines.
    pub callbacks: Vec<Callback>,
    /// Calls, newest first.
    pub calls: Vec<Call>,
}

/// A record behind a figure, with what it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureRow {
    /// The record.
    pub row: FigureOf,
    /// What it gives there.
    pub counts: Counts,
}

/// A record behind a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FigureOf {
    /// A call.
    Call(Box<Call>),
    /// A stretch of an agent's time.
    Span(Box<Span>),
    /// A ticket; nothing that is under seal.
    Ticket(Box<Ticket>),
    /// A callback line.
    Callback(Box<Callback>),
    /// A draw of calls to be checked.
    SpotDraw(Box<SpotDraw>),
    /// Something a supervisor did.
    Intervention(Box<Intervention>),
}

impl FigureOf {
    /// The record as a change has it: what `figures::given` takes.
    pub fn event(&self) -> Event {
        match self.clone() {
            FigureOf::Call(call) => Event::Call(call),
            FigureOf::Span(span) => Event::Span(span),
            FigureOf::Ticket(ticket) => Event::Ticket(ticket),
            FigureOf::Callback(line) => Event::Callback(line),
            FigureOf::SpotDraw(draw) => Event::SpotDraw(draw),
            FigureOf::Intervention(step) => Event::Intervention(step),
        }
    }
}

/// Answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To `Person`.
    Person(Box<PersonCard>),
    /// To `Ticket`.
    Ticket(Option<Box<Ticket>>),
    /// To `TicketLines`.
    TicketLines(Vec<TicketLine>),
    /// To `FindTickets`.
    Tickets(Vec<Ticket>),
    /// A piece of an export.
    Rows {
        /// The rows.
        rows: Vec<ExportRow>,
        /// No more after this.
        last: bool,
    },
    /// To `Check`: what differs; empty when all agrees. And how many entries were read.
    Checked {
        /// Journal entries read.
        entries: u64,
        /// What differs or is damaged.
        faults: Vec<Say>,
    },
    /// To `CallsByUniqueid`.
    Calls(Vec<Call>),
    /// To `Figures`: a piece of the sums.
    Figures {
        /// Sums by where they count.
        cells: Vec<(Slot, Counts)>,
        /// No more after this.
        last: bool,
    },
    /// To `FigureRows`.
    FigureRows {
        /// The records.
        rows: Vec<FigureRow>,
        /// How many there are in all.
        of: u64,
    },
    /// To `Spans`, by their begin.
    Spans(Vec<Span>),
    /// To `Call`.
    Call(Option<Box<Call>>, Option<Box<Recording>>),
    /// To `SpotDraws`.
    SpotDraws(Vec<SpotDraw>),
    /// To `Recordings` and `RecordingsAfter`.
    Recordings(Vec<Recording>),
    /// To `CheckSheets`.
    CheckSheets(Vec<CheckSheet>),
    /// To `StateAt`.
    StateAt(Box<State>, Box<Book>),
    /// To `Visits`.
    Visits(Box<VisitYear>),
    /// To the command `OpenSeal`, before its `Done`: the informant, to this line alone (R-REQ-6).
    Informant(Box<Informant>),
    /// To `Reload`, before its `Refused`: all that is wrong with the rulebook, a sentence each.
    Faults(Vec<Say>),
    /// To `Fence`.
    Fence,
}
