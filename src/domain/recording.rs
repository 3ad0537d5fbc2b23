//! The index of recordings (R-CALL-7): where each lies, who listened, which are kept beyond their time and why. The sound
//! stays with the PBX.

use serde::{Deserialize, Serialize};

use super::ids::{CallId, SourceId, StaffId, TicketId};
use super::time::Stamp;

/// Somebody listened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listen {
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: StaffId,
    /// What for.
    pub reason: String,
}

/// An entry of the recording register (录音存档登记): taken out to be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extraction {
    /// Its number in the register, from 1 without gaps.
    pub number: u64,
    /// When.
    pub at: Stamp,
    /// By whom; none for the desk itself.
    pub by: Option<StaffId>,
    /// For which unfinished matter.
    pub ticket: Option<TicketId>,
    /// Why.
    pub reason: String,
    /// Where the copy lies; empty where it stays where it was.
    pub place: String,
}

/// A call's recording as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// Of which call.
    pub call: CallId,
    /// On which PBX.
    pub source: SourceId,
    /// The full path on the PBX's host, as the PBX said it.
    pub path: String,
    /// When it was begun.
    pub made_at: Stamp,
    /// Who listened, oldest first.
    pub listens: Vec<Listen>,
    /// Kept beyond its time.
    pub extraction: Option<Extraction>,
    /// When its time was over and it was given free for deletion.
    pub expired_at: Option<Stamp>,
    /// Of a rehearsal.
    pub rehearsal: bool,
}
