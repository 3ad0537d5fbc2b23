//! Spot checks of calls (R-CALL-8, R-QA-1, R-QA-2): which calls were drawn to be listened to, and what was found.

use serde::{Deserialize, Serialize};

use super::ids::{AgentId, CallId, CheckSheetId, SpotDrawId, StaffId};
use super::time::Stamp;

/// A call that is to be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// The call.
    pub call: CallId,
    /// Whose: the member of staff, where known.
    pub staff: Option<StaffId>,
    /// The place that answered.
    pub agent: AgentId,
    /// The newest sheet about it.
    pub sheet: Option<CheckSheetId>,
    /// That sheet found no fault.
    pub passed: bool,
}

/// A draw of calls to be checked, as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpotDraw {
    /// Its number.
    pub id: SpotDrawId,
    /// The rulebook's rule (`recording`, `operator_call`).
    pub rule: String,
    /// From this local day, as days since 1970-01-01 …
    pub first_day: i64,
    /// … to this one and with it.
    pub last_day: i64,
    /// When it was drawn.
    pub at: Stamp,
    /// Made at random by the desk.
    pub seed: u64,
    /// The calls it was drawn from, by number.
    pub population: Vec<CallId>,
    /// What was drawn, in the order of the draw.
    pub picks: Vec<Pick>,
    /// The role that checks.
    pub by: String,
}

impl SpotDraw {
    /// Some of it is still to be checked.
    pub fn is_owed(&self) -> bool {
        self.picks.iter().any(|pick| pick.sheet.is_none())
    }
}

/// What was found in one point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// As it should be.
    #[default]
    Good,
    /// A fault.
    Fault,
    /// Did not come up in this call.
    NotAsked,
}

/// A point of the sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckItem {
    /// Which (`answered_in_time`, `leak_dispatched`, `knows_emergency`, `knows_plan`, `callbacks_done`, R-QA-3).
    pub item: String,
    /// What was found.
    pub finding: Finding,
    /// Reckoned by the desk, not typed.
    pub computed: bool,
}

/// A filled sheet (R-QA-2). It never changes; a correction is a new sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckSheet {
    /// Its number.
    pub id: CheckSheetId,
    /// Of which draw.
    pub draw: SpotDrawId,
    /// About which call.
    pub call: CallId,
    /// When it was signed.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// Whose call it is.
    pub staff: Option<StaffId>,
    /// Its points.
    pub items: Vec<CheckItem>,
    /// What was found, in words.
    pub finding: String,
    /// What should follow.
    pub opinion: String,
    /// The person checked has seen and signed it: when.
    pub seen_at: Option<Stamp>,
    /// The sheet it corrects.
    pub corrects: Option<CheckSheetId>,
}
