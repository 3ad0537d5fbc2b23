//! A message passed on for a colleague (转告, R-CALL-3): stays in the inbox until read.

use serde::{Deserialize, Serialize};

use super::ids::{CallId, MessageId, StaffId};
use super::time::Stamp;

/// A message as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number.
    pub id: MessageId,
    /// For whom.
    pub to: StaffId,
    /// From whom.
    pub from: StaffId,
    /// When.
    pub at: Stamp,
    /// What.
    pub text: String,
    /// The call it is about.
    pub call: Option<CallId>,
    /// When it was read.
    pub read_at: Option<Stamp>,
}
