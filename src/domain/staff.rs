//! Staff as the configuration names them: who may sit at the desk, and as what.

use serde::{Deserialize, Serialize};

use super::ids::StaffId;

/// What somebody may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 热线员
    #[default]
    Operator,
    /// 维修员
    Technician,
    /// 班长
    Supervisor,
}

/// A member of staff.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The staff number, or the login where none is given.
    pub id: StaffId,
    /// The name on screen.
    pub name: String,
    /// The operating system's account.
    pub login: String,
    /// The phone on the desk; empty for none.
    pub phone: String,
    /// What they may do.
    pub role: Role,
    /// The team or department.
    pub team: String,
    /// The rulebook's roles they were named for, beside those their rank gives.
    pub roles: Vec<String>,
}
