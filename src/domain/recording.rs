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
    /// The full path on the PBX's host, as the PBX said it: of the first one begun.
    pub path: String,
    /// When the desk heard that it was begun (the last one of the call, where there are several), by its own clock: what
    /// its time is counted from. A PBX's clock that is behind must not cut that time short.
    pub made_at: Stamp,
    /// Who listened, oldest first.
    pub listens: Vec<Listen>,
    /// Kept beyond its time.
    pub extraction: Option<Extraction>,
    /// When its time was over and it was given free for deletion.
    pub expired_at: Option<Stamp>,
    /// Of a rehearsal.
    pub rehearsal: bool,
    /// The paths of further ones of the same call, in the order they were begun: after a transfer, or begun by hand. What
    /// is said of a recording holds for all of a call's together.
    pub further: Vec<String>,
}

impl Recording {
    /// All paths, in the order the recordings were begun.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.path).chain(&self.further).map(String::as_str)
    }
}

/// The reason in the register where the desk itself took a recording out, because its matter was not finished.
pub const UNFINISHED: &str = "unfinished";

/// R-CALL-7: no rulebook may have recordings kept for fewer days.
pub const LEAST_DAYS: u32 = 30;
