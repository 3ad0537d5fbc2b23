//! What happens to a type of request: its form, its stages, and who may move it on.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::clocks::{AllowRule, ClockRule, MarkRule, Trigger};
use super::forms::{Condition, FieldUse, Need};
use super::{Act, RoleId, RoleRef, StageId};
use crate::domain::calendar::Allowance;

/// Where every ticket begins.
pub const REGISTERED: &str = "registered";
/// Where what was carried out is followed up with the person who asked: all of it (R-CB-1).
pub const FOLLOWED_UP: &str = "followed_up";
/// Where every ticket ends.
pub const FILED: &str = "filed";

/// What happens to a type of request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeRule {
    /// What the intake form asks beyond the desk's own fields.
    pub form: Vec<FieldUse>,
    /// The stages; the first is [`REGISTERED`], the last [`FILED`].
    pub stages: Vec<StageRule>,
    /// The clocks.
    pub clocks: Vec<ClockRule>,
    /// The chain it is escalated along; empty for none.
    pub chain: String,
    /// The informant's identity is sealed (R-REQ-6); opened by this role alone.
    pub sealed_for: Option<RoleId>,
    /// R-REQ-4: what an emergency needs at once.
    pub emergency: Option<EmergencyRule>,
    /// Where the regulation says so.
    pub article: String,
}

/// A stage, with the one screen that belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRule {
    /// Its name: `judged`.
    pub id: StageId,
    /// How it is shown, where the company has its own word; else the catalogue's `stage.ID`.
    pub name: Option<String>,
    /// Who may move it on: any of these. Empty: whoever owns the ticket, and whoever may do everything.
    pub by: Vec<RoleId>,
    /// What its screen asks. What must be filled before the ticket moves on says so.
    pub fields: Vec<FieldUse>,
    /// Where it goes from here: the first whose condition holds.
    pub moves: Vec<MoveRule>,
    /// The clocks that stand while the ticket is here are paused (waiting for the customer, for parts).
    pub waits: bool,
    /// Where the regulation says so.
    pub article: String,
}

/// A way on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveRule {
    /// To which stage.
    pub to: StageId,
    /// Only where this holds.
    pub when: Condition,
    /// It begins another round: the customer is not satisfied, or the remedy was not approved. The stages' fields are
    /// kept with the round and asked anew.
    pub round: bool,
    /// It is escalated one level on the way (R-CMP-4).
    pub escalate: bool,
    /// Who is told that it went this way: the result to the director, the reply to whoever waits for it.
    pub tell: Vec<RoleRef>,
}

/// Something to tick off, or somebody to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// How it is stored.
    pub id: String,
    /// How it is shown.
    pub name: String,
    /// The number to dial, where there is one.
    pub phone: String,
}

/// R-REQ-4: what an emergency needs at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyRule {
    /// What to tell the caller, line by line.
    pub script: Vec<String>,
    /// The plan's checklist.
    pub checklist: Vec<Item>,
    /// Who must be told.
    pub tell: Vec<Item>,
    /// Where the plan says so.
    pub article: String,
}

impl TypeRule {
    /// A stage by its name.
    pub fn stage(&self, id: &str) -> Option<&StageRule> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// A clock by its name.
    pub fn clock(&self, id: &str) -> Option<&ClockRule> {
        self.clocks.iter().find(|clock| clock.id == id)
    }

    /// What a type follows that a rulebook says nothing about: registered, then filed once the outcome was told, with
    /// an answer owed in a day (R-REQ-1).
    pub fn plain() -> &'static TypeRule {
        static PLAIN: OnceLock<TypeRule> = OnceLock::new();
        PLAIN.get_or_init(|| TypeRule {
            stages: vec![
                StageRule {
                    id: REGISTERED.into(),
                    fields: vec![FieldUse { field: "outcome".into(), need: Need::Always }],
                    moves: vec![MoveRule { to: FILED.into(), ..MoveRule::default() }],
                    article: "R-REQ-1".into(),
                    ..StageRule::default()
                },
                StageRule { id: FILED.into(), article: "R-REQ-1".into(), ..StageRule::default() },
            ],
            clocks: vec![ClockRule {
                id: "answer".into(),
                name: None,
                start: Trigger::Registered,
                stop: vec![Trigger::Told],
                allow: AllowRule::Fixed(Allowance::Hours(24)),
                when: Condition::default(),
                marks: vec![MarkRule { percent: 100, acts: vec![Act::Ring, Act::Notify(RoleRef::Owner)] }],
                article: "R-REQ-1".into(),
            }],
            article: "R-REQ-1".into(),
            ..TypeRule::default()
        })
    }
}
