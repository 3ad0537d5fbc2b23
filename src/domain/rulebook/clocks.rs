//! The clocks of a ticket, as a rulebook writes them (R-CMP-1).

use serde::{Deserialize, Serialize};

use super::forms::Condition;
use super::{ClockId, FieldId, RoleId, StageId};
use crate::domain::calendar::Allowance;

/// A clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRule {
    /// Its name: `hand_over`.
    pub id: ClockId,
    /// How it is shown, where the company has its own word; else the catalogue's `clock.ID`.
    pub name: Option<String>,
    /// What starts it. A trigger that comes again in a later round starts it again.
    pub start: Trigger,
    /// What stops it: the first of these. Filing the ticket stops every clock.
    pub stop: Vec<Trigger>,
    /// How long it may run.
    pub allow: AllowRule,
    /// Only where this holds when it would start; looked at again when the fields change.
    pub when: Condition,
    /// What happens on the way, by percent of the allowance used, rising.
    pub marks: Vec<MarkRule>,
    /// Where the regulation says so.
    pub article: String,
}

impl ClockRule {
    /// It runs from when a ticket comes to this stage until it leaves it: a clock of the stage itself.
    pub fn is_of(&self, stage: &str) -> bool {
        let enters = matches!(&self.start, Trigger::Entered(to) if to == stage);
        enters && self.stop.iter().any(|stop| matches!(stop, Trigger::Left(from) if from == stage))
    }
}

/// What starts or stops a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trigger {
    /// The ticket was registered.
    Registered,
    /// It came to a stage.
    Entered(StageId),
    /// It left a stage.
    Left(StageId),
    /// A field was filled.
    Filled(FieldId),
    /// The person who asked was told: the outcome, or how things stand.
    Told,
    /// Another time was agreed with the person who asked (R-CMP-3).
    Agreed,
    /// Another clock stopped.
    Stopped(ClockId),
    /// The ticket was filed.
    Filed,
    /// Another round began because the customer is not satisfied: a way on with both `round` and `escalate`.
    Reopened,
}

/// How long a clock may run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AllowRule {
    /// So long.
    Fixed(Allowance),
    /// Until the moment in this field (a guest's own time); so long where the field is empty.
    Until(FieldId, Allowance),
}

/// What happens when so much of the allowance is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRule {
    /// Percent of the allowance.
    pub percent: u16,
    /// What happens. The colour changes by itself at every mark.
    pub acts: Vec<Act>,
}

/// What a clock does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Rings at the owner's console.
    Ring,
    /// A notice that must be acknowledged.
    Notify(RoleRef),
    /// One level up the type's chain (R-CMP-4).
    Escalate,
    /// Puts this value into this field, so that a stage can ask for what the regulation demands of a late matter.
    Fill(FieldId, String),
}

/// Whom a notice goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoleRef {
    /// Whoever owns the ticket then. Written `owner`.
    Owner,
    /// Whoever took it in. Written `first_receiver`.
    FirstReceiver,
    /// Everybody with this role.
    Role(RoleId),
}
