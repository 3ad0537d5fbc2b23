//! Notices: what a clock, an escalation or an emergency says to somebody, until it is acknowledged (R-CMP-4).

use serde::{Deserialize, Serialize};

use super::ids::{CallbackId, NoticeId, StaffId, TicketId};
use super::rulebook::{RoleId, Rulebook};
use super::staff::Staff;
use super::time::Stamp;
use crate::text::Say;

/// Whom a notice is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Addressee {
    /// This member of staff.
    Staff(StaffId),
    /// Everybody with this role; the first who acknowledges it does so for all.
    Role(RoleId),
    /// Everybody in this department.
    Department(String),
}

/// A notice as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its number.
    pub id: NoticeId,
    /// Belongs to a rehearsal.
    pub rehearsal: bool,
    /// About which ticket; none where it is about a callback line alone.
    pub ticket: Option<TicketId>,
    /// About which callback line.
    pub callback: Option<CallbackId>,
    /// For whom.
    pub to: Addressee,
    /// When.
    pub at: Stamp,
    /// What.
    pub what: Say,
    /// It rings.
    pub rings: bool,
    /// Said later than it should have been: the desk was down.
    pub late: bool,
    /// Acknowledged when, by whom.
    pub acknowledged: Option<(Stamp, StaffId)>,
}

impl Notice {
    /// Whether it is for this member of staff.
    pub fn is_for(&self, staff: &Staff, rules: &Rulebook) -> bool {
        match &self.to {
            Addressee::Staff(id) => *id == staff.id,
            Addressee::Role(role) => rules.holds(staff, role),
            Addressee::Department(department) => rules.department_of(staff) == Some(department),
        }
    }
}
