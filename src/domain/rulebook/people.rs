//! Roles and departments, as a rulebook names them.

use serde::{Deserialize, Serialize};

use super::{DepartmentId, RoleId, Rulebook};
use crate::domain::staff::{Role, Staff};

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRule {
    /// How it is shown.
    pub name: String,
    /// Every operator has it, unless the configuration names roles of their own.
    pub operators: bool,
    /// It is had only by those named for it: a supervisor does not have it by rank (R-REQ-6).
    pub named_only: bool,
    /// Where the regulation says so.
    pub article: String,
}

/// A department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentRule {
    /// How it is shown.
    pub name: String,
    /// The role of its head.
    pub head: RoleId,
    /// Where the regulation says so.
    pub article: String,
}

impl Rulebook {
    /// Whether somebody has a role. Named roles count; a supervisor has every role that is not for named people only,
    /// an operator those that all operators have.
    pub fn holds(&self, staff: &Staff, role: &str) -> bool {
        if staff.roles.iter().any(|held| held == role) {
            return true;
        }
        // The rank itself is a role everywhere: the desk speaks to supervisors under any rulebook.
        let Some(rule) = self.roles.get(role) else { return role == "supervisor" && staff.role == Role::Supervisor };
        match staff.role {
            Role::Supervisor => !rule.named_only,
            Role::Operator => rule.operators && staff.roles.is_empty(),
            Role::Technician => false,
        }
    }

    /// The department somebody belongs to, by its name in the rulebook or as it is shown.
    pub fn department_of(&self, staff: &Staff) -> Option<&DepartmentId> {
        self.department(&staff.team)
    }

    /// A department by its name in the rulebook or as it is shown.
    pub fn department(&self, named: &str) -> Option<&DepartmentId> {
        self.departments.iter().find(|(id, rule)| *id == named || rule.name == named).map(|(id, _)| id)
    }
}
