//! What can be asked about tickets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::event::RulesInForce;
use crate::domain::ids::{CallId, TicketId};
use crate::domain::rulebook::{ClockId, FieldId, StageId};
use crate::domain::ticket::{FieldChange, Owner, Seal, TellHow, TicketFields};
use crate::domain::time::Stamp;

/// About tickets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TicketCommand {
    /// Register.
    Open {
        /// What.
        fields: TicketFields,
        /// What the rulebook's form asks beyond that.
        card: BTreeMap<FieldId, String>,
        /// The call it came with.
        call: Option<CallId>,
        /// The informant under seal; put there by the desk, never by a console (R-REQ-6).
        seal: Option<Seal>,
    },
    /// Change fields. A field that somebody else changed meanwhile refuses the whole, and both values are named.
    Edit {
        /// Which.
        ticket: TicketId,
        /// Each field with what stood in it when the change was begun.
        changes: Vec<FieldChange>,
        /// As in `Open`.
        seal: Option<Seal>,
    },
    /// Fill a stage's screen and move on, where it is complete. Incomplete fields are refused with what is missing.
    Advance {
        /// Which.
        ticket: TicketId,
        /// The stage the screen was for; refused when the ticket is elsewhere by now.
        from: StageId,
        /// What was filled in.
        changes: Vec<FieldChange>,
    },
    /// Add a note.
    Note {
        /// Which.
        ticket: TicketId,
        /// What.
        text: String,
    },
    /// 派单: send a technician, or a department whose technicians may accept it (SPEC §5).
    Dispatch {
        /// Which.
        ticket: TicketId,
        /// To whom.
        to: Owner,
        /// What they should know; may be empty.
        why: String,
    },
    /// 接单: the technician it was sent to accepts it; one of the department's takes it for themselves.
    Accept(TicketId),
    /// R-WO-3: a hazard found on site, registered as a ticket of its own and linked with this order.
    FoundHazard {
        /// The order.
        ticket: TicketId,
        /// What is wrong, in one line.
        subject: String,
        /// Grade, notice number, deadline, acknowledgement: the hazard's own fields.
        card: BTreeMap<FieldId, String>,
    },
    /// Hand to another owner (R-REQ-8).
    Assign {
        /// Which.
        ticket: TicketId,
        /// To whom.
        to: Owner,
        /// Why; may be empty.
        why: String,
    },
    /// The person who asked was told how things stand, or the outcome (R-REQ-1).
    Tell {
        /// Which.
        ticket: TicketId,
        /// How.
        how: TellHow,
        /// What.
        what: String,
        /// In which call.
        call: Option<CallId>,
    },
    /// File from any stage that allows it: the outcome was told (R-REQ-1).
    File {
        /// Which.
        ticket: TicketId,
        /// What the caller was told.
        outcome: String,
        /// How.
        how: TellHow,
    },
    /// One level up the type's chain (R-CMP-4).
    Escalate {
        /// Which.
        ticket: TicketId,
        /// Why.
        why: String,
    },
    /// R-REQ-8: the department gives it back, with a reason, inside its own clock.
    Object {
        /// Which.
        ticket: TicketId,
        /// Why.
        why: String,
    },
    /// R-REQ-8: the objection is confirmed (it goes to `to`) or not (it stays).
    Review {
        /// Which.
        ticket: TicketId,
        /// The department was right.
        upheld: bool,
        /// Where it goes then.
        to: Option<Owner>,
        /// Why.
        why: String,
    },
    /// R-REQ-9: more time is asked for, before the clock runs out.
    AskExtension {
        /// Which.
        ticket: TicketId,
        /// Which of its clocks.
        clock: ClockId,
        /// Until when.
        until: Stamp,
        /// Why.
        why: String,
    },
    /// R-REQ-9: the extension is given or refused, by role.
    AnswerExtension {
        /// Which.
        ticket: TicketId,
        /// Given.
        grant: bool,
        /// Why.
        why: String,
    },
    /// R-CMP-3: another time was agreed with the person who asked.
    Agree {
        /// Which.
        ticket: TicketId,
        /// Which of its clocks.
        clock: ClockId,
        /// Until when.
        until: Stamp,
        /// Who agreed.
        with: String,
        /// Why.
        why: String,
    },
    /// Its clocks stand: it waits for the customer or for parts.
    Pause {
        /// Which.
        ticket: TicketId,
        /// Why.
        why: String,
    },
    /// They run again.
    Resume(TicketId),
    /// R-REQ-3: the same matter as another; both histories stay, and every caller's claim to an answer.
    Merge {
        /// The one that goes into the other.
        ticket: TicketId,
        /// The one that stands for both.
        into: TicketId,
    },
    /// Takes a merged ticket out again: exactly what was before.
    Unmerge(TicketId),
    /// R-REQ-10: makes a ticket a master incident with its approved sentence, or changes the sentence.
    MakeIncident {
        /// Which.
        ticket: TicketId,
        /// The area, in words.
        area: String,
        /// What operators read out.
        sentence: String,
    },
    /// Attaches a ticket to an incident.
    Attach {
        /// Which.
        ticket: TicketId,
        /// To which incident.
        incident: TicketId,
    },
    /// Takes it out of its incident.
    Detach(TicketId),
    /// R-REQ-4: ticks something off the emergency's lists, or takes the tick back.
    Tick {
        /// Which.
        ticket: TicketId,
        /// What.
        item: String,
        /// Done.
        done: bool,
        /// With these words.
        note: String,
    },
    /// R-REQ-6: opens the informant's seal, with a reason that stays in the journal.
    OpenSeal {
        /// Which.
        ticket: TicketId,
        /// Why.
        why: String,
    },
    /// Notes where a file, a letter or a photograph lies.
    AttachFile {
        /// Which.
        ticket: TicketId,
        /// Where.
        place: String,
        /// What it is.
        words: String,
    },
    /// Links it with another ticket, both ways.
    Link {
        /// Which.
        ticket: TicketId,
        /// With which.
        other: TicketId,
    },
    /// It was printed (R-CMP: the investigation report).
    Printed(TicketId),
    /// Several at once: all of them, or none with the first refusal.
    Each(Vec<TicketCommand>),
    /// The desk's own: fires what is due on this ticket.
    Ring(TicketId),
    /// The desk's own: the rulebook or the calendar changed; reckons the ticket's clocks anew.
    Recompute(TicketId),
    /// The desk's own: all open tickets are reckoned by these rules now.
    RulesChanged(RulesInForce),
}

impl TicketCommand {
    /// Registers what the desk's own form holds.
    pub fn open(fields: TicketFields, call: Option<CallId>) -> TicketCommand {
        TicketCommand::Open { fields, card: BTreeMap::new(), call, seal: None }
    }
}
