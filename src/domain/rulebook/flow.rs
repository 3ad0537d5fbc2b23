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
/// 派单: sent to somebody who has not accepted it yet (SPEC §5). A complaint has a stage of this name, too, and is no work
/// order: see [`TypeRule::is_order`].
pub const DISPATCHED: &str = "dispatched";
/// 接单: accepted; whoever has it has not set out.
pub const ACCEPTED: &str = "accepted";
/// 出发: on the way.
pub const EN_ROUTE: &str = "en_route";
/// 到场、处理: on site since the ticket came here.
pub const CARRIED_OUT: &str = "carried_out";
/// 挂起: waiting for parts or the customer.
pub const WAITING: &str = "waiting";
/// 完工: all that its type demands is there (R-WO-1); to be returned.
pub const FINISHED: &str = "finished";

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

    /// Whether its tickets are work orders: sent to a technician, who accepts them (SPEC §5).
    pub fn is_order(&self) -> bool {
        [DISPATCHED, ACCEPTED, FINISHED].iter().all(|stage| self.stage(stage).is_some())
    }

    /// Whether a work order in this stage is still to be done: registered, on its way or being carried out, waiting or with
    /// a contractor. What stands in the list of stages from [`FINISHED`] on is not.
    pub fn before_finished(&self, stage: &str) -> bool {
        let place = |id: &str| self.stages.iter().position(|stage| stage.id == id);
        self.is_order() && place(stage).is_some_and(|here| Some(here) < place(FINISHED))
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
