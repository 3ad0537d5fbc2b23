//! The messages. A request carries a number of the console's choosing; its answer carries the same.

use serde::{Deserialize, Serialize};

use crate::domain::ticket::Informant;
use crate::domain::visit::VisitYear;
use crate::domain::{
    Call, Callback, Command, Customer, Draw, Entry, Made, Notice, Revisit, Rulebook, Staff, StaffId, Stamp, State,
    Ticket, TicketId, TicketLine, Visit,
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
    /// `calls`, `tickets`, `callbacks`, `history`, `notices`, `draws`, `revisits`, `visits` or `journal`.
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
    /// To `Visits`.
    Visits(Box<VisitYear>),
    /// To the command `OpenSeal`, before its `Done`: the informant, to this line alone (R-REQ-6).
    Informant(Box<Informant>),
    /// To `Reload`, before its `Refused`: all that is wrong with the rulebook, a sentence each.
    Faults(Vec<Say>),
    /// To `Fence`.
    Fence,
}
