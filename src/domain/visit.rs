//! Visits to customers by class A–D: planned by the year, recorded by the day after (R-CB-4, R-CB-8).

use serde::{Deserialize, Serialize};

use super::ids::{CustomerId, StaffId, TicketId, VisitId};
use super::time::Stamp;

/// 走访: a visit as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Its number.
    pub id: VisitId,
    /// Made during a rehearsal.
    pub rehearsal: bool,
    /// Whom.
    pub customer: CustomerId,
    /// The customer's name and class when visited, so that the year's rate can be told without the file.
    pub name: String,
    /// A, B, C or D; empty for none.
    pub class: String,
    /// When it was.
    pub at: Stamp,
    /// When it was recorded.
    pub recorded_at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// Recorded later than the day after it.
    pub late: bool,
    /// What was spoken of.
    pub words: String,
    /// Where the customer's signature lies (R-CB-4).
    pub signature: String,
    /// The tickets followed up on that visit.
    pub tickets: Vec<TicketId>,
}
