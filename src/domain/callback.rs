//! The callback queue: who is owed a call, one line per person (R-CALL-5, R-CB-6, R-CB-9).

use serde::{Deserialize, Serialize};

use super::ids::{CallId, CallbackId, StaffId, TicketId};
use super::time::Stamp;

/// Why a call is owed. The order is its gravity when two fall due together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CallbackReason {
    /// The caller hung up unanswered.
    #[default]
    Abandoned,
    /// The queue's limit ended the wait.
    Timeout,
    /// The queue was full or nobody was on duty.
    TurnedAway,
    /// The PBX stopped under the waiting call.
    CutByPbx,
    /// The caller asked for it in the menu.
    Asked,
    /// A time was agreed (R-CB-3).
    Agreed,
}

/// How a callback line was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallbackEnd {
    /// The person called again and was answered in this call (R-CALL-5).
    CalledAgain(CallId),
    /// The desk reached the person in this answered outbound call (R-CB-10).
    Reached(CallId),
    /// Closed by hand, with the reason.
    Closed {
        /// Who.
        by: StaffId,
        /// Why.
        reason: String,
    },
}

/// A line of the queue as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Its number.
    pub id: CallbackId,
    /// Made by a rehearsal.
    pub rehearsal: bool,
    /// The number to call, as it came.
    pub number: String,
    /// The number to match by (`domain::phone`).
    pub key: String,
    /// The name, if known.
    pub name: String,
    /// Why.
    pub reason: CallbackReason,
    /// The calls that made it.
    pub calls: Vec<CallId>,
    /// The ticket it is about, if any.
    pub ticket: Option<TicketId>,
    /// What to say, or what was agreed.
    pub note: String,
    /// The queue they called.
    pub queue: Option<String>,
    /// When the first reason for it came up.
    pub made_at: Stamp,
    /// When it is due.
    pub due_at: Stamp,
    /// Outbound calls tried so far.
    pub attempts: Vec<CallId>,
    /// Who is working on it.
    pub taken_by: Option<StaffId>,
    /// When it was settled.
    pub ended_at: Option<Stamp>,
    /// How.
    pub end: Option<CallbackEnd>,
}
