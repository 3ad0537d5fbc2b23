//! Spot checks of calls (R-CALL-8, R-QA-1, R-QA-2): which calls were drawn to be listened to, and what was found.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike};
use serde::{Deserialize, Serialize};

use super::callback::Callback;
use super::draw::{self, month_of};
use super::ids::{AgentId, CallId, CheckSheetId, SpotDrawId, StaffId};
use super::state::DAY_MS;
use super::time::{Millis, Stamp};
use super::{Call, Ticket};
use crate::text::Say;

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
    /// At least so many percent of the population, or of each operator's in it.
    pub percent: u16,
    /// But at least so many, where there are so many.
    pub least: u32,
    /// Whose each call of the population is, where the quota is each operator's own; empty where it is the whole's.
    pub whose: Vec<String>,
}

/// The rule by which recorded calls are drawn (`[sampling.recording]`).
pub const RECORDING: &str = "recording";
/// The rule by which calls of operators without recordings are drawn, for each operator (`[sampling.operator_call]`).
pub const OPERATOR_CALL: &str = "operator_call";

/// How long after local midnight the periods that are over are drawn from and recordings come to the end of their time,
/// in milliseconds: ten minutes, after the samples of what was settled.
const AFTER_MIDNIGHT_MS: Millis = 10 * 60_000;

/// The last local day that can be drawn from: it is over since ten minutes.
pub fn last_day(now: Stamp, offset_ms: i64) -> i64 {
    now.plus(offset_ms).plus(-AFTER_MIDNIGHT_MS).0.div_euclid(DAY_MS) - 1
}

/// When there is a day more: the next 00:10 of local time after `now`.
pub fn next_at(now: Stamp, offset_ms: i64) -> Stamp {
    let begin = last_day(now, offset_ms).saturating_add(2).saturating_mul(DAY_MS).saturating_sub(offset_ms);
    Stamp(begin).plus(AFTER_MIDNIGHT_MS)
}

/// The period a local day lies in (`day`, `week` from Monday on, `month`, `quarter`, `half_year`, `year`), by its first
/// and last day. Anything else is a day.
pub fn period_of(every: &str, day: i64) -> (i64, i64) {
    let months = match every {
        // 1970-01-01 was a Thursday.
        "week" => {
            let monday = day - (day + 3).rem_euclid(7);
            return (monday, monday + 6);
        }
        "month" => 1,
        "quarter" => 3,
        "half_year" => 6,
        "year" => 12,
        _ => return (day, day),
    };
    let (mut first, mut last) = month_of(day).into_inner();
    // The month's place in the year, from 0: as many months before it in its period as the remainder says.
    let place = month_in_year(day) % months;
    (0..place).for_each(|_| first = *month_of(first - 1).start());
    (place + 1..months).for_each(|_| last = *month_of(last + 1).end());
    (first, last)
}

fn month_in_year(day: i64) -> u32 {
    day.checked_mul(DAY_MS).and_then(DateTime::from_timestamp_millis).unwrap_or_default().month0()
}

impl SpotDraw {
    /// Some of it is still to be checked.
    pub fn is_owed(&self) -> bool {
        self.picks.iter().any(|pick| pick.sheet.is_none())
    }

    /// How many of it are checked.
    pub fn done(&self) -> usize {
        self.picks.iter().filter(|pick| pick.sheet.is_some()).count()
    }

    /// The pick of a call.
    pub fn pick(&self, call: CallId) -> Option<&Pick> {
        self.picks.iter().find(|pick| pick.call == call)
    }

    /// The calls that the seed, the population and the quota give, in the order of the draw: made anew, from nothing
    /// else. The order is that of the other draws (docs/architecture.md, "Draws"), over the calls' numbers.
    pub fn drawn(&self) -> Vec<CallId> {
        let wanted = |count: usize| draw::wanted(self.percent, count).max(self.least as usize).min(count);
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        let whose: BTreeMap<CallId, &str> =
            self.population.iter().copied().zip(self.whose.iter().map(String::as_str)).collect();
        let of = |call: &CallId| whose.get(call).copied().unwrap_or_default();
        self.population.iter().for_each(|call| *left.entry(of(call)).or_default() += 1);
        left.values_mut().for_each(|count| *count = wanted(*count));
        let mut calls = draw::order_calls(self.seed, &self.population);
        calls.retain(|call| {
            let Some(left) = left.get_mut(of(call)).filter(|left| **left > 0) else { return false };
            *left -= 1;
            true
        });
        calls
    }

    /// Makes the draw again and says what differs from what was drawn, if anything.
    pub fn differs(&self) -> Option<Say> {
        let (again, stored) = (self.drawn(), self.picks.iter().map(|pick| pick.call).collect::<Vec<_>>());
        let place = (0..again.len().max(stored.len())).find(|at| again.get(*at) != stored.get(*at))?;
        let number = |call: Option<&CallId>| call.map_or_else(|| "\u{2013}".to_owned(), |call| call.0.to_string());
        let say = Say::new("draw.differs").with("draw", self.id.0).with("place", place + 1);
        Some(say.with("again", number(again.get(place))).with("stored", number(stored.get(place))))
    }
}

/// What the records hold about a call that is checked, as far as the computed points need it. Read by the desk before it
/// decides: ended calls, filed tickets and settled lines are not at hand otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The call.
    pub call: Option<Call>,
    /// Its tickets.
    pub tickets: Vec<Ticket>,
    /// Lines of the callback queue that the person checked had a hand in, around the time of the draw.
    pub callbacks: Vec<Callback>,
}

/// Whether somebody had a hand in a line: took it, tried it, or wrote about it.
pub fn had_a_hand(line: &Callback, staff: &StaffId) -> bool {
    let wrote = || line.debts.iter().flat_map(|debt| &debt.sheets).any(|sheet| sheet.by == *staff);
    line.taken_by.as_ref() == Some(staff) || line.attempts.iter().any(|attempt| attempt.by == *staff) || wrote()
}

/// R-QA-3: the points of an operator's sheet, in their order, and whether the desk reckons them.
pub const ITEMS: [(&str, bool); 5] = [
    ("answered_in_time", true),
    ("leak_dispatched", true),
    ("knows_emergency", false),
    ("knows_plan", false),
    ("callbacks_done", true),
];

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

impl CheckSheet {
    /// No point of it is a fault.
    pub fn passed(&self) -> bool {
        self.items.iter().all(|item| item.finding != Finding::Fault)
    }

    /// It waits to be seen by the person checked.
    pub fn waits(&self) -> bool {
        self.staff.is_some() && self.seen_at.is_none()
    }
}
