//! A company's regulation as data: the figures, forms, stages, clocks and promises that the desk runs on.
//!
//! Read from `rulebooks/*.toml` by `config`, checked there before it gets here, and never changed by a decision. The
//! defaults are those of SPEC's rules and hold where a file says nothing. Every part names the article it comes from.

mod clocks;
mod flow;
mod forms;
mod people;
mod plans;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Hours, Timing};
use super::ticket::RequestType;
use super::time::Millis;
use crate::text::Word;

pub use clocks::{Act, AllowRule, ClockRule, MarkRule, RoleRef, Trigger};
pub use flow::{ACCEPTED, CARRIED_OUT, DISPATCHED, EN_ROUTE, FILED, FINISHED, FOLLOWED_UP, REGISTERED, WAITING};
pub use flow::{EmergencyRule, Item, MoveRule, StageRule, TypeRule};
pub use forms::{ChoiceRule, Condition, FieldKind, FieldRule, FieldUse, Need, Test};
pub use people::{DepartmentRule, RoleRule};
pub use plans::{
    AttemptPlan, BreakRule, Consequence, DuplicateRule, Formula, IncidentRule, OversightRule, QuietHours,
    RecordingRule, ReportRule, RevisitPlan, Reward, Sampling, ServiceLevel, ShareRule, VisitPlan,
};

/// The name of a role in a rulebook: `operator`, `manager`.
pub type RoleId = String;
/// The name of a department in a rulebook: `service`, `repair`.
pub type DepartmentId = String;
/// The name of a field: `cause`, `meter_number`.
pub type FieldId = String;
/// The name of a stage: `registered`, `judged`, `filed`.
pub type StageId = String;
/// The name of a clock: `answer`, `hand_over`.
pub type ClockId = String;

/// China's ring cadence: one second on, four off (R-CALL-2).
const RING_CYCLE_MS: Millis = 5_000;
const RING_ON_MS: Millis = 1_000;

/// A regulation in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rulebook {
    /// Its name, as the file is called.
    pub name: String,
    /// What it is, in the company's words.
    pub title: String,
    /// R-CALL-1: the answer limit in milliseconds, where a queue has none of its own.
    pub answer_limit_ms: Millis,
    /// The limit per queue.
    pub queue_limit_ms: BTreeMap<String, Millis>,
    /// R-LIVE-3: how the service level is reckoned, and the share to keep.
    pub service_level: ServiceLevel,
    /// R-LIVE-2: what agents hear of supervisors in their talks.
    pub oversight: OversightRule,
    /// R-CALL-6: how long wrap-up may last before its timer turns.
    pub wrap_up_ms: Millis,
    /// R-CB-6: how long after its reason came up a callback is due.
    pub callback_after_ms: Millis,
    /// Break reasons on offer.
    pub break_reasons: Vec<String>,
    /// R-CALL-6: the company's own words for what comes of a call, beside the desk's.
    pub dispositions: Vec<ChoiceRule>,
    /// Words in the subject that mean danger (R-REQ-11).
    pub danger_words: Vec<String>,
    /// Words that hold one of these and mean none: a stove that won't light is no fire.
    pub danger_except: Vec<String>,
    /// When the company works: business hours, lunch breaks, and what "the same day" ends with.
    pub hours: Hours,
    /// Public holidays and make-up working days.
    pub calendar: Calendar,
    /// Who there is.
    pub roles: BTreeMap<RoleId, RoleRule>,
    /// Where matters go.
    pub departments: BTreeMap<DepartmentId, DepartmentRule>,
    /// Who a matter is escalated to, one level after the other (R-CMP-4).
    pub chains: BTreeMap<String, Vec<RoleId>>,
    /// Every field that forms and stages speak of.
    pub fields: BTreeMap<FieldId, FieldRule>,
    /// What happens to each type of request.
    pub types: BTreeMap<RequestType, TypeRule>,
    /// R-REQ-3: what counts as the same matter.
    pub duplicates: DuplicateRule,
    /// R-REQ-10: what counts as a burst.
    pub incidents: IncidentRule,
    /// R-REQ-8: how long a department may object to an order, as an allowance (`2wd`).
    pub objection: super::calendar::Allowance,
    /// R-CMP-5: what follows from a proven complaint.
    pub consequences: Vec<Consequence>,
    /// R-REQ-6: what an informant is given.
    pub rewards: Vec<Reward>,
    /// R-CB-6: how often and when a callback is tried.
    pub attempts: AttemptPlan,
    /// R-CB-1, R-CB-2: who is called again afterwards.
    pub revisits: RevisitPlan,
    /// R-CB-8: who is visited.
    pub visits: Vec<VisitPlan>,
    /// R-QA-1: what is checked.
    pub sampling: Vec<Sampling>,
    /// R-CALL-7: how long recordings are kept, and who may listen.
    pub recordings: RecordingRule,
    /// R-CALL-9: what to say, by request type code, or `greeting`, `ask`, `repeat`, `close`.
    pub scripts: BTreeMap<String, Vec<String>>,
    /// R-CMP-6: the sheets that go up.
    pub reports: Vec<ReportRule>,
    /// Where the regulation says so, for what has no place for an article of its own: `answer`, `hours`,
    /// `chains.complaint`.
    pub articles: BTreeMap<String, String>,
    /// R-LIVE-4: what breaks hang on; [`Rulebook::break_rule`] where a file does not say.
    pub breaks_allowed: Option<BreakRule>,
}

impl Default for Rulebook {
    fn default() -> Self {
        Rulebook {
            name: String::new(),
            title: String::new(),
            answer_limit_ms: 20_000,
            queue_limit_ms: BTreeMap::new(),
            service_level: ServiceLevel::default(),
            oversight: OversightRule::default(),
            wrap_up_ms: 30_000,
            callback_after_ms: 5 * 60_000,
            break_reasons: Vec::new(),
            dispositions: Vec::new(),
            danger_words: Vec::new(),
            danger_except: Vec::new(),
            hours: Hours::default(),
            calendar: Calendar::default(),
            roles: BTreeMap::new(),
            departments: BTreeMap::new(),
            chains: BTreeMap::new(),
            fields: BTreeMap::new(),
            types: BTreeMap::new(),
            duplicates: DuplicateRule::default(),
            incidents: IncidentRule::default(),
            objection: super::calendar::Allowance::WorkingDays(2),
            consequences: Vec::new(),
            rewards: Vec::new(),
            attempts: AttemptPlan::default(),
            revisits: RevisitPlan::default(),
            visits: Vec::new(),
            sampling: Vec::new(),
            recordings: RecordingRule::default(),
            scripts: BTreeMap::new(),
            reports: Vec::new(),
            articles: BTreeMap::new(),
            breaks_allowed: None,
        }
    }
}

impl Rulebook {
    /// The answer limit of a queue, or the general one.
    pub fn limit_ms(&self, queue: Option<&str>) -> Millis {
        queue.and_then(|queue| self.queue_limit_ms.get(queue)).copied().unwrap_or(self.answer_limit_ms)
    }

    /// R-LIVE-4: what breaks hang on. Where no share has to be kept, there is nothing they could hang on.
    pub fn break_rule(&self) -> BreakRule {
        let by_target = || match self.service_level.target_percent {
            Some(_) => BreakRule::WhileLevelHolds,
            None => BreakRule::Always,
        };
        self.breaks_allowed.unwrap_or_else(by_target)
    }

    /// What happens to a type of request. A type the rulebook leaves out follows [`TypeRule::plain`].
    pub fn kind(&self, kind: RequestType) -> &TypeRule {
        self.types.get(&kind).unwrap_or_else(|| TypeRule::plain())
    }

    /// The calendar and the hours, for a desk whose local time is `offset_ms` ahead of UTC.
    pub fn timing(&self, offset_ms: i64) -> Timing<'_> {
        Timing { calendar: &self.calendar, hours: &self.hours, offset_ms }
    }

    /// How a field is called.
    pub fn field_word(&self, field: &str) -> Word {
        named(self.fields.get(field).and_then(|rule| rule.name.as_ref()), "field", field)
    }

    /// How a stage of a type is called. Where a work order's word is another than a complaint's, it has its own.
    pub fn stage_word(&self, kind: RequestType, stage: &str) -> Word {
        let rule = self.kind(kind);
        let own = rule.is_order() && matches!(stage, DISPATCHED | CARRIED_OUT | WAITING);
        named(rule.stage(stage).and_then(|rule| rule.name.as_ref()), if own { "order_stage" } else { "stage" }, stage)
    }

    /// How a clock of a type is called.
    pub fn clock_word(&self, kind: RequestType, clock: &str) -> Word {
        named(self.kind(kind).clock(clock).and_then(|rule| rule.name.as_ref()), "clock", clock)
    }

    /// How a value of a field is called: a choice by its name, anything else as it stands.
    pub fn value_word(&self, field: &str, value: &str) -> Word {
        let choices = match self.fields.get(field).map(|rule| &rule.kind) {
            Some(FieldKind::Choice(choices)) => choices,
            Some(FieldKind::YesNo) if matches!(value, "yes" | "no") => return Word::Key(format!("choice.{value}")),
            Some(FieldKind::Department) => {
                return Word::Text(self.departments.get(value).map_or(value, |rule| &rule.name).to_owned());
            }
            _ => return Word::Text(value.to_owned()),
        };
        match choices.iter().find(|choice| choice.id == value) {
            Some(choice) => named(choice.name.as_ref(), &format!("choice.{field}"), value),
            None => Word::Text(value.to_owned()),
        }
    }

    /// How a role is called.
    pub fn role_word(&self, role: &str) -> Word {
        Word::Text(self.roles.get(role).map_or(role, |rule| &rule.name).to_owned())
    }

    /// The danger words in a text, in the rulebook's order (R-REQ-11); not those inside a word that is excepted.
    pub fn dangers_in(&self, text: &str) -> Vec<&String> {
        let harmless = self.danger_except.iter().filter(|word| !word.is_empty());
        let rest = harmless.fold(text.to_owned(), |rest, word| rest.replace(word, "\n"));
        self.danger_words.iter().filter(|word| !word.is_empty() && rest.contains(*word)).collect()
    }
}

fn named(name: Option<&String>, table: &str, id: &str) -> Word {
    name.map_or_else(|| Word::Key(format!("{table}.{id}")), |name| Word::Text(name.clone()))
}

/// R-CALL-2: "within n rings" in milliseconds: to the end of the n-th ring.
pub fn rings_to_ms(rings: u32) -> Millis {
    if rings == 0 { 0 } else { Millis::from(rings - 1) * RING_CYCLE_MS + RING_ON_MS }
}
