//! The history of a ticket, line by line: what happened, when, by whom. Lines are only added.

use serde::{Deserialize, Serialize};

use super::clock::ClockChange;
use super::parts::TellHow;
use super::{Owner, Stamp};
use crate::domain::calendar::Due;
use crate::domain::event::Actor;
use crate::domain::ids::{CallId, TicketId};
use crate::domain::rulebook::{ClockId, FieldId, StageId};

/// A field that was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which, the desk's own or the rulebook's.
    pub field: FieldId,
    /// What stood in it.
    pub from: String,
    /// What stands in it now.
    pub to: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketLine {
    /// Whose.
    pub ticket: TicketId,
    /// Which, from 0 without gaps.
    pub number: u32,
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub what: Happened,
}

/// What can happen to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Happened {
    /// It was registered, in this call.
    Registered(Option<CallId>),
    /// A note.
    Note(String),
    /// Fields were changed.
    Edited(Vec<FieldChange>),
    /// It came to another stage.
    Moved {
        /// From.
        from: StageId,
        /// To.
        to: StageId,
        /// The round it is in now.
        round: u32,
    },
    /// It changed hands.
    Assigned {
        /// From.
        from: Owner,
        /// To.
        to: Owner,
        /// Why.
        why: String,
    },
    /// The person who asked was told something.
    Told {
        /// How.
        how: TellHow,
        /// What.
        what: String,
        /// In which call.
        call: Option<CallId>,
    },
    /// A clock started.
    ClockStarted {
        /// Which.
        clock: ClockId,
        /// Due when.
        due: Due,
    },
    /// A clock stopped; in time or not.
    ClockStopped {
        /// Which.
        clock: ClockId,
        /// In time.
        kept: bool,
    },
    /// A clock does not apply any more.
    ClockVoid(ClockId),
    /// A mark of a clock fired.
    ClockRang {
        /// Which.
        clock: ClockId,
        /// Percent of the allowance.
        percent: u16,
        /// Later than it should have.
        late: bool,
    },
    /// A due time was changed.
    ClockShifted {
        /// Which.
        clock: ClockId,
        /// From.
        from: Due,
        /// To.
        to: Due,
        /// What kind of change.
        change: ClockChange,
        /// Who agreed.
        with: String,
        /// Why.
        why: String,
    },
    /// Its clocks are paused.
    Paused(String),
    /// They run again.
    Resumed,
    /// It went one level up.
    Escalated {
        /// To which role.
        to: String,
        /// Why: a clock's name, or words.
        why: String,
    },
    /// A department gives it back.
    Objected(String),
    /// The objection was reviewed.
    Reviewed {
        /// The department was right.
        upheld: bool,
        /// Why.
        why: String,
    },
    /// More time was asked for.
    ExtensionAsked {
        /// For which clock.
        clock: ClockId,
        /// Until when.
        until: Stamp,
        /// Why.
        why: String,
    },
    /// It was not given.
    ExtensionRefused(String),
    /// Another ticket was merged into this one.
    Took(TicketId),
    /// It was merged into another.
    MergedInto(TicketId),
    /// Another ticket was taken out again.
    GaveBack(TicketId),
    /// It stands by itself again.
    Unmerged(TicketId),
    /// It was made a master incident.
    BecameIncident(String),
    /// It was attached to an incident.
    Attached(TicketId),
    /// It was taken out of it.
    Detached(TicketId),
    /// Something was ticked off, or unticked.
    Ticked {
        /// What.
        item: String,
        /// Done.
        done: bool,
        /// With these words.
        note: String,
    },
    /// The informant's seal was opened (R-REQ-6).
    SealOpened(String),
    /// A file was attached.
    FileAttached {
        /// Where it lies.
        place: String,
        /// What it is.
        words: String,
    },
    /// It was linked with another ticket.
    Linked(TicketId),
    /// The rulebook or the calendar changed; its clocks were reckoned anew.
    RulesChanged(String),
    /// It was printed.
    Printed,
    /// 派单、转派: it was sent to a technician, or to a department's (SPEC §5).
    Dispatched {
        /// Whose it was.
        from: Owner,
        /// To whom.
        to: Owner,
        /// What they should know.
        why: String,
    },
    /// 接单: whoever is named in the line accepted it.
    Accepted,
    /// R-WO-3: a hazard was found on site and registered as this ticket.
    HazardFound(TicketId),
}
