//! Quotas and consequences: parsed and checked with the rulebook, worked by the floors that need them.

use serde::{Deserialize, Serialize};

use super::forms::Condition;
use super::{ClockId, RoleId};
use crate::domain::calendar::Allowance;
use crate::domain::recording::LEAST_DAYS;
use crate::domain::ticket::RequestType;
use crate::domain::time::Millis;

/// R-LIVE-3: what "service level" is. A answered in the limit, N answered, B abandoned, Bs abandoned in the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Formula {
    /// A/N
    Answered,
    /// (A+Bs)/(N+B)
    #[default]
    AbandonedInTimeGood,
    /// A/(N+B)
    AllOffered,
    /// A/(N+B−Bs)
    AbandonedInTimeOut,
}

impl Formula {
    /// All of them, in R-LIVE-3's order.
    pub const ALL: [Formula; 4] =
        [Formula::Answered, Formula::AbandonedInTimeGood, Formula::AllOffered, Formula::AbandonedInTimeOut];

    /// As rulebooks write it and screens name it.
    pub fn written(self) -> &'static str {
        match self {
            Formula::Answered => "A/N",
            Formula::AbandonedInTimeGood => "(A+Bs)/(N+B)",
            Formula::AllOffered => "A/(N+B)",
            Formula::AbandonedInTimeOut => "A/(N+B-Bs)",
        }
    }
}

/// The formula in force and the share to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLevel {
    /// The formula.
    pub formula: Formula,
    /// The share to keep in percent (R-LIVE-4); none where the rulebook has none.
    pub target_percent: Option<u16>,
    /// Over so many hours, rolling.
    pub over_hours: u32,
    /// Where the regulation says so.
    pub article: String,
}

/// R-LIVE-2: what agents hear of supervisors in their talks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OversightRule {
    /// An agent sees that somebody listens. Whispering and barging are heard anyway, and always shown.
    pub told: bool,
    /// Where the regulation says so.
    pub article: String,
}

impl Default for OversightRule {
    fn default() -> Self {
        OversightRule { told: true, article: "R-LIVE-2".into() }
    }
}

/// R-LIVE-4: what breaks hang on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BreakRule {
    /// Whoever wants one takes it.
    Always,
    /// While the service level holds and somebody stays; else a supervisor is asked.
    WhileLevelHolds,
}

/// R-REQ-3: what counts as the same matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateRule {
    /// Looked for among tickets registered at most so many days before.
    pub days: u32,
    /// Where the regulation says so.
    pub article: String,
}

impl Default for DuplicateRule {
    fn default() -> Self {
        DuplicateRule { days: 30, article: "R-REQ-3".into() }
    }
}

/// R-REQ-10: what counts as a burst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentRule {
    /// So many tickets of one type in one area…
    pub count: u32,
    /// …within so many minutes.
    pub minutes: u32,
    /// Where the regulation says so.
    pub article: String,
}

impl Default for IncidentRule {
    fn default() -> Self {
        IncidentRule { count: 3, minutes: 30, article: "R-REQ-10".into() }
    }
}

/// R-CMP-5: what follows from a proven complaint. Written to the ledger with its article, never by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// What it is for, in words.
    pub cause: String,
    /// Where it applies, over the ticket's fields.
    pub when: Condition,
    /// Only where this clock was not kept; empty for any.
    pub late: ClockId,
    /// Fine in yuan.
    pub fine: u32,
    /// The most it may be, where the regulation leaves room; 0 for none.
    pub fine_most: u32,
    /// Points taken.
    pub points: u32,
    /// A demerit or the like, in words; empty for none.
    pub demerit: String,
    /// Where the regulation says so.
    pub article: String,
}

/// R-REQ-6: what an informant is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// What for, in words.
    pub cause: String,
    /// Where it applies, over the ticket's fields.
    pub when: Condition,
    /// A sum in yuan.
    pub yuan: u32,
    /// Or a share in percent of what is recovered.
    pub percent: u32,
    /// Where the regulation says so.
    pub article: String,
}

/// When nobody is called, as minutes of the local day; over midnight where `from` is after `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// From this minute of the day…
    pub from: u16,
    /// …to this one.
    pub to: u16,
}

/// R-CB-6: how often and when a callback is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptPlan {
    /// The waits between the attempts, in milliseconds.
    pub waits_ms: Vec<Millis>,
    /// The minute of the next day the last attempt is made at; none for no such attempt.
    pub next_day_at: Option<u16>,
    /// When nobody is called, but for emergencies.
    pub quiet: QuietHours,
    /// Who gets the line after the last attempt.
    pub then: RoleId,
    /// R-CB-9: of a hundred calls a free operator takes, so many are callbacks while callers wait.
    pub share_percent: u16,
    /// Where the regulation says so.
    pub article: String,
}

impl Default for AttemptPlan {
    fn default() -> Self {
        AttemptPlan {
            waits_ms: vec![5 * 60_000, 30 * 60_000, 120 * 60_000],
            next_day_at: Some(9 * 60),
            quiet: QuietHours { from: 21 * 60, to: 8 * 60 },
            then: "supervisor".into(),
            share_percent: 20,
            article: "R-CB-6".into(),
        }
    }
}

/// R-CB-1, R-CB-2: a share of what was settled that is called again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareRule {
    /// Its name in the rulebook: `complaint_ordinary`.
    pub id: String,
    /// Which type.
    pub kind: RequestType,
    /// Only where this holds (gravity).
    pub when: Condition,
    /// At least so many percent.
    pub percent: u16,
    /// Within this time after it was settled.
    pub within: Allowance,
    /// Called by whom.
    pub by: RoleId,
    /// Where the regulation says so.
    pub article: String,
}

/// R-CB-1, R-CB-2: who is called again afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisitPlan {
    /// The shares. Work orders a technician returned are called back all, whatever this says.
    pub shares: Vec<ShareRule>,
}

/// R-CB-8: how often a class of customers is visited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitPlan {
    /// The class: A, B, C or D.
    pub class: String,
    /// Visits a year.
    pub per_year: u16,
    /// Where the regulation says so.
    pub article: String,
}

/// R-QA-1: a sampling quota.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampling {
    /// What is checked: `meter_reading`, `ignition`, `operator_log`, `recording`.
    pub what: String,
    /// How it is shown.
    pub name: String,
    /// Percent of the period's.
    pub percent: u16,
    /// The most that is asked, where the regulation leaves room; 0 for none.
    pub percent_most: u16,
    /// But at least so many.
    pub least: u32,
    /// `day`, `week`, `month`, `quarter`, `year`.
    pub every: String,
    /// Parts of the sample in percent, by name; empty for none. They add up to a hundred where there are any.
    pub parts: Vec<(String, u16)>,
    /// By whom.
    pub by: RoleId,
    /// Where the regulation says so.
    pub article: String,
}

/// R-CALL-7: how long recordings are kept, and who may listen beside supervisors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingRule {
    /// So many days at least; never fewer than [`LEAST_DAYS`].
    pub days: u32,
    /// Roles that may listen.
    pub listen: Vec<RoleId>,
    /// Where the regulation says so.
    pub article: String,
}

impl Default for RecordingRule {
    fn default() -> Self {
        RecordingRule { days: LEAST_DAYS, listen: Vec::new(), article: "R-CALL-7".into() }
    }
}

/// R-CMP-6: a sheet that is due again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRule {
    /// How it is called: `complaints`.
    pub id: String,
    /// How it is shown.
    pub name: String,
    /// `week`, `month`, `quarter`, `half_year`, `year`.
    pub every: String,
    /// Due by this day of the period that follows; 0 for its first day of business.
    pub day: u32,
    /// To whom.
    pub to: RoleId,
    /// Where the regulation says so.
    pub article: String,
}
