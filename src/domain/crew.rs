//! Technicians on duty: who can be sent, and where they were last (SPEC §5).

use serde::{Deserialize, Serialize};

use super::ids::{StaffId, TicketId};
use super::time::Stamp;

/// A technician's duty as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crew {
    /// Who.
    pub staff: StaffId,
    /// On duty since; none for off duty. A lost line changes nothing of it.
    pub on_duty_since: Option<Stamp>,
    /// The address they last arrived at, or set out for; empty for none yet.
    pub place: String,
    /// When that was.
    pub place_at: Option<Stamp>,
    /// The order they were there for.
    pub ticket: Option<TicketId>,
}
