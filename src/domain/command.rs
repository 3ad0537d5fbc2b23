//! What can be asked of the desk. Commands are split by noun; `decide` answers each with events or a refusal.

use serde::{Deserialize, Serialize};

use super::agent::AgentState;
use super::call::{Capabilities, Disposition, Signal};
use super::ids::{
    AgentId, CallId, CallbackId, CheckSheetId, CustomerId, DrawId, InterventionId, MessageId, NoticeId, SourceId,
    SpotDrawId, StaffId, TicketId, VisitId,
};
use super::notice::Addressee;
use super::oversight::SpyMode;
use super::source::{Link, SourceClock, SourceKind};
use super::spot::{CheckItem, Known, Pick};
use super::time::Stamp;
use super::{Call, Customer, Next, Reach, Recording, Ticket};
use crate::text::Say;

mod ticket;

pub use ticket::TicketCommand;

/// A command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// About where calls come from.
    Source(SourceCommand),
    /// About calls.
    Call(CallCommand),
    /// About the agent who gives it.
    Agent(AgentCommand),
    /// About tickets.
    Ticket(TicketCommand),
    /// About the callback queue.
    Callback(CallbackCommand),
    /// Saves a customer file; id 0 makes a new one.
    Customer(Box<Customer>),
    /// About messages for colleagues.
    Message(MessageCommand),
    /// About notices.
    Notice(NoticeCommand),
    /// About the technician who gives it.
    Crew(CrewCommand),
    /// About visits.
    Visit(VisitCommand),
    /// What a supervisor does from the live queue (R-LIVE-2).
    Oversight(OversightCommand),
    /// About a recording (R-CALL-7).
    Recording {
        /// What.
        command: RecordingCommand,
        /// The recordings it is about as they stand, read from the records by the desk: they are not at hand otherwise.
        held: Vec<Recording>,
        /// Their calls, where the desk looks whether a matter is finished.
        calls: Vec<Call>,
    },
    /// About spot checks of calls (R-CALL-8).
    Spot(SpotCommand),
    /// The desk's own: draws the sample of a day (R-CB-2).
    Draw {
        /// The rulebook's rule.
        rule: String,
        /// The local day, as days since 1970-01-01.
        day: i64,
        /// Made at random by the desk.
        seed: u64,
        /// What was filed on that day, read from the records: filed tickets are not at hand otherwise. Which of them the
        /// rule is about is decided.
        settled: Vec<Ticket>,
    },
}

/// About the technician who gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CrewCommand {
    /// On duty from now on.
    OnDuty,
    /// Off duty.
    OffDuty,
}

/// About visits (R-CB-4, R-CB-8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum VisitCommand {
    /// A visit that was made.
    Record {
        /// Whom.
        customer: CustomerId,
        /// When it was.
        at: Stamp,
        /// What was spoken of.
        words: String,
        /// Where the customer's signature lies; empty for none, which settles no revisit.
        signature: String,
        /// The tickets that were followed up.
        tickets: Vec<TicketId>,
    },
    /// Puts a customer into a class: A to D, empty for none.
    Class {
        /// Whom.
        customer: CustomerId,
        /// The class.
        class: String,
    },
}

/// About where calls come from. Given by links, rehearsals and imports, never by an operator's key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SourceCommand {
    /// A link or a rehearsal begins; answered with its number.
    Begin {
        /// What it is.
        kind: SourceKind,
        /// Its name.
        name: String,
        /// What can be asked of it.
        can: Capabilities,
        /// Its clock.
        clock: SourceClock,
    },
    /// The link changed.
    Link {
        /// Whose.
        source: SourceId,
        /// How it is now.
        link: Link,
        /// What is wrong, in a sentence.
        fault: Option<Say>,
    },
    /// Its clock was measured anew.
    Clock {
        /// Whose.
        source: SourceId,
        /// The clock.
        clock: SourceClock,
    },
    /// What it can do became known.
    Can {
        /// Whose.
        source: SourceId,
        /// What it can.
        can: Capabilities,
    },
    /// Things happened there.
    Signals {
        /// Where.
        source: SourceId,
        /// What, each with the source's own stamp.
        signals: Vec<(Stamp, Signal)>,
    },
    /// A call filled in from the PBX's own log; id 0 for one the desk never saw.
    Backfill(Box<Call>),
}

/// About calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CallCommand {
    /// Answer this ringing or waiting call (or pick it up, where it rings elsewhere).
    Answer(CallId),
    /// Put it on hold, or take it back.
    Hold(CallId),
    /// Hand it on.
    Transfer {
        /// Which.
        call: CallId,
        /// To whom: phone or number.
        to: String,
        /// Ask first.
        attended: bool,
    },
    /// Hang up.
    HangUp(CallId),
    /// Dial a number; the callback it is for, if any.
    Dial {
        /// The number.
        number: String,
        /// The callback line.
        callback: Option<CallbackId>,
    },
    /// R-CB-7 without a PBX: a number is dialled by hand on a phone outside it, now (手拨).
    DialByHand {
        /// The number.
        number: String,
        /// The callback line.
        callback: Option<CallbackId>,
    },
    /// The other side of a call dialled by hand answered (true), or did not (false: the call is over).
    ReachedByHand {
        /// Which.
        call: CallId,
        /// Answered.
        answered: bool,
    },
    /// A phone outside the PBX rings: a call entered by hand begins now.
    EnterByHand {
        /// The caller's number, as far as known.
        number: String,
    },
    /// The number or name of a call entered by hand became known.
    NameByHand {
        /// Which.
        call: CallId,
        /// The number.
        number: String,
        /// The name.
        name: String,
    },
    /// The caller of a call entered by hand gave up before the answer.
    GaveUp(CallId),
    /// R-CALL-6: what came of it; ends wrap-up.
    Dispose {
        /// Which.
        call: CallId,
        /// What.
        disposition: Disposition,
    },
}

/// About the agent who gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AgentCommand {
    /// Sit down at a place: the phone, empty for none.
    SignOn {
        /// The phone.
        phone: String,
    },
    /// Leave.
    SignOff,
    /// Ready, break with reason, training.
    Set(AgentState),
    /// Asks for somebody to come (求助); a supervisor sees it at once.
    AskHelp {
        /// Why; may be empty.
        words: String,
    },
    /// Needs it no more.
    HelpOver,
    /// Asks a supervisor for a break that the service level does not allow (R-LIVE-4).
    AskBreak {
        /// What for.
        reason: String,
    },
    /// Takes that back.
    BreakNotNeeded,
}

/// What a supervisor does from the live queue (R-LIVE-2). Each has its reason, and is written down with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OversightCommand {
    /// Comes into the talk of an agent, on the supervisor's own phone.
    Spy {
        /// Whose talk.
        agent: AgentId,
        /// How.
        mode: SpyMode,
        /// Why.
        reason: String,
    },
    /// Leaves it again.
    StopSpy(InterventionId),
    /// Puts an agent into another state.
    Force {
        /// Whom.
        agent: AgentId,
        /// Ready, a break with its reason, training, offline.
        state: AgentState,
        /// Why.
        reason: String,
    },
    /// Puts an agent into a queue of the PBX, or takes them out of it.
    Queue {
        /// Whom.
        agent: AgentId,
        /// Which queue.
        queue: String,
        /// In (true), or out.
        joined: bool,
        /// Why.
        reason: String,
    },
    /// Gives a waiting call out of turn to a phone.
    Take {
        /// Which.
        call: CallId,
        /// The phone; empty for the supervisor's own.
        phone: String,
        /// Why.
        reason: String,
    },
    /// Sends a waiting call elsewhere.
    Redirect {
        /// Which.
        call: CallId,
        /// Phone or number.
        to: String,
        /// Why.
        reason: String,
    },
    /// Says something to everybody, or to a role or department.
    Announce {
        /// To whom.
        to: Addressee,
        /// What.
        text: String,
        /// It rings.
        rings: bool,
    },
    /// Allows the break an agent has asked for, or refuses it (R-LIVE-4).
    Break {
        /// Whose.
        agent: AgentId,
        /// Allowed.
        allowed: bool,
        /// Why.
        reason: String,
    },
    /// Goes to help an agent who asked for it.
    Help(AgentId),
    /// The desk's own: the PBX would not do what this one needed.
    Failed(InterventionId),
}

/// About a recording (R-CALL-7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RecordingCommand {
    /// Somebody listens to it now.
    Listen {
        /// The call's.
        call: CallId,
        /// What for.
        reason: String,
    },
    /// It is taken out to be kept (提取), with an entry in the register.
    Extract {
        /// The call's.
        call: CallId,
        /// For which unfinished matter.
        ticket: Option<TicketId>,
        /// Where the copy lies; empty where it stays.
        place: String,
        /// Why.
        reason: String,
    },
    /// The desk's own: those made before this moment have had their time. What belongs to an unfinished matter is
    /// extracted, the others are given free for deletion.
    Expire {
        /// Made before.
        before: Stamp,
    },
}

/// About spot checks of calls (R-CALL-8).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SpotCommand {
    /// The desk's own: draws the calls of a period that are to be checked.
    Draw {
        /// The rulebook's rule.
        rule: String,
        /// From this local day …
        first_day: i64,
        /// … to this one.
        last_day: i64,
        /// Made at random by the desk.
        seed: u64,
        /// The calls of that time that may be drawn, read from the records.
        population: Vec<Pick>,
    },
    /// Signs a sheet about a drawn call.
    Sign {
        /// Of which draw.
        draw: SpotDrawId,
        /// About which call.
        call: CallId,
        /// What was found, point by point; what the desk reckons is put in by the desk.
        items: Vec<CheckItem>,
        /// In words.
        finding: String,
        /// What should follow.
        opinion: String,
        /// The newest sheet when this one was begun, which it corrects: what was signed meanwhile is corrected by nobody
        /// who has not seen it (R-QA-2).
        corrects: Option<CheckSheetId>,
        /// What the computed points are reckoned from: read by the desk, whatever is sent.
        known: Box<Known>,
    },
    /// The person checked has seen the sheet.
    Seen(CheckSheetId),
}

/// Notices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NoticeCommand {
    /// Seen (R-CMP-4).
    Acknowledge(NoticeId),
}

/// About the callback queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CallbackCommand {
    /// Agree a time with somebody (R-CB-3).
    Agree {
        /// The number.
        number: String,
        /// The name.
        name: String,
        /// When.
        due_at: Stamp,
        /// What about.
        note: String,
        /// The ticket.
        ticket: Option<TicketId>,
    },
    /// Close a line by hand, with the reason. A supervisor's.
    Close {
        /// Which.
        callback: CallbackId,
        /// Why.
        reason: String,
    },
    /// Take the line: nobody else dials it meanwhile. Dialling takes it by itself.
    Take(CallbackId),
    /// Let it go again.
    Release(CallbackId),
    /// What came of a try, or of a conversation (R-CB-5).
    Report {
        /// Which line.
        callback: CallbackId,
        /// About which debt; none where only the try is reported (not reached, wrong number).
        debt: Option<u32>,
        /// In which call; none where the call was made outside the desk's record.
        call: Option<CallId>,
        /// Whether the person was reached.
        reach: Reach,
        /// `very`, `satisfied`, `fair`, `dissatisfied`; empty where it was not asked.
        satisfaction: String,
        /// What was said; for a debt about a ticket, the outcome the person was told.
        said: String,
        /// What comes next.
        next: Next,
    },
    /// A supervisor puts a line that was handed up back into the queue: with another time, and another number where the
    /// old one is wrong.
    PutBack {
        /// Which.
        callback: CallbackId,
        /// Tried next at this time.
        due_at: Stamp,
        /// The right number; none for the one there is.
        number: Option<String>,
        /// Why.
        reason: String,
    },
    /// The desk's own: whoever had lines in hand is gone; they are let go.
    LetGo(StaffId),
}

/// About messages for colleagues (R-CALL-3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MessageCommand {
    /// Leave one.
    Leave {
        /// For whom.
        to: StaffId,
        /// What.
        text: String,
        /// About which call.
        call: Option<CallId>,
    },
    /// It was read.
    Read(MessageId),
}

/// What a command is answered with when it was done, beside its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Made {
    /// Nothing was made.
    #[default]
    Nothing,
    /// This call.
    Call(CallId),
    /// This ticket.
    Ticket(TicketId),
    /// This callback line.
    Callback(CallbackId),
    /// This source.
    Source(SourceId),
    /// This visit.
    Visit(VisitId),
    /// This draw.
    Draw(DrawId),
    /// This entry of what supervisors did.
    Intervention(InterventionId),
    /// This draw of calls to be checked.
    SpotDraw(SpotDrawId),
    /// This sheet of a spot check.
    CheckSheet(CheckSheetId),
}
