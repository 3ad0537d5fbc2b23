//! What happened, as it is written to the journal. Every event carries full values, so that folding it twice is harmless.

use serde::{Deserialize, Serialize};

use super::ids::StaffId;
use super::time::Stamp;
use super::{
    Agent, Call, Callback, CheckSheet, Crew, Customer, Draw, Intervention, Message, Notice, Recording, Source,
};
use super::{Span, SpotDraw, Ticket, TicketLine, Visit};

/// A change of one record: its full new value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A source appeared or its link or clock changed.
    Source(Source),
    /// A call changed.
    Call(Box<Call>),
    /// An agent changed.
    Agent(Box<Agent>),
    /// A ticket changed.
    Ticket(Box<Ticket>),
    /// A callback line changed.
    Callback(Box<Callback>),
    /// A customer file changed.
    Customer(Box<Customer>),
    /// A message was left or read.
    Message(Box<Message>),
    /// A line of a ticket's history.
    TicketLine(Box<TicketLine>),
    /// A notice was given or acknowledged.
    Notice(Box<Notice>),
    /// The rulebook and the calendar that open tickets are reckoned by now.
    Rules(RulesInForce),
    /// A sample was drawn, or topped up (R-CB-2).
    Draw(Box<Draw>),
    /// A visit was recorded (R-CB-8).
    Visit(Box<Visit>),
    /// A technician's duty changed (SPEC §5).
    Crew(Box<Crew>),
    /// A stretch of an agent's time is over (R-CALL-10).
    Span(Box<Span>),
    /// A supervisor did something, or it is over (R-LIVE-2).
    Intervention(Box<Intervention>),
    /// A recording appeared, was listened to, extracted, or its time is over (R-CALL-7).
    Recording(Box<Recording>),
    /// Calls were drawn to be checked, or one of them was (R-CALL-8).
    SpotDraw(Box<SpotDraw>),
    /// A sheet of a spot check was signed (R-QA-2).
    CheckSheet(Box<CheckSheet>),
}

/// The rulebook and the calendar in force, as far as the desk must remember them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesInForce {
    /// The rulebook's name.
    pub name: String,
    /// Changes whenever anything in it or in the calendar does.
    pub fingerprint: String,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// The desk itself: a deadline, a rule.
    Desk,
    /// The PBX, by the name of its link.
    Pbx(String),
    /// A member of staff.
    Staff(StaffId),
}

/// One journal entry: all that one command changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts entries from 1 without gaps.
    pub sequence: u64,
    /// When the desk decided it (desk clock).
    pub at: Stamp,
    /// Who.
    pub actor: Actor,
    /// From which seat: `console`, `script`, the link's name.
    pub seat: String,
    /// The rule or the command it follows from (`R-CALL-5`, `ticket.open`).
    pub rule: String,
    /// The command's own id; a command that comes again with the same id is not done twice. 0 for none.
    pub command: u128,
    /// What changed.
    pub events: Vec<Event>,
}
