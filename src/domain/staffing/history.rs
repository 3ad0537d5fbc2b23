//! How many calls a half-hour brings, from the same half-hour of the days that were like this one.
//!
//! Like goes with like: a Tuesday with Tuesdays, a public holiday with Sundays, a make-up working day with working days.
//! A day on which nobody counted is no day without calls, and a half-hour without a single call in all that time is not
//! known rather than empty.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Weekday};

use crate::domain::calendar::{Calendar, Day, DayKind};
use crate::domain::figures::{About, Book, Fact, SLOT_MS};
use crate::domain::time::Millis;

/// How far back is looked, in weeks.
pub const WEEKS: i64 = 8;

/// Today is told from other days when at least so many calls were expected by now.
pub const TREND_CALLS: f64 = 20.0;
/// What today's calls so far can make of the rest at least.
pub const TREND_LEAST: f64 = 0.5;
/// And at most.
pub const TREND_MOST: f64 = 2.0;

/// Half-hours of a day.
pub(super) const A_DAY: i64 = 48;

/// Calls by local half-hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Calls of the queue by local half-hour since 1970-01-01T00:00 local time.
    calls: BTreeMap<i64, i64>,
    /// Days on which any queue had a call, as days since 1970-01-01.
    days: std::collections::BTreeSet<i64>,
    /// The first local half-hour with a call in any queue: nothing is known from before.
    first: i64,
}

/// What is expected of a half-hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Calls, by the mean of those days, times what today is like.
    pub calls: f64,
    /// How many days that were like it.
    pub days: u32,
    /// The fewest calls among them.
    pub least: i64,
    /// The most calls among them.
    pub most: i64,
}

/// How a day compares with what was expected of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Calls that came in its finished half-hours of which something was expected.
    pub came: i64,
    /// What was expected of those.
    pub expected: f64,
    /// What the rest is multiplied with: between [`TREND_LEAST`] and [`TREND_MOST`]; 1 below [`TREND_CALLS`].
    pub factor: f64,
}

impl Default for Trend {
    fn default() -> Self {
        Trend { came: 0, expected: 0.0, factor: 1.0 }
    }
}

/// What a day is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Like {
    Weekday(Weekday),
    /// Any working day.
    Worked,
}

fn like(calendar: &Calendar, day: Day) -> Like {
    match calendar.kind(day) {
        DayKind::Holiday(_) => Like::Weekday(Weekday::Sun),
        DayKind::MakeUp => Like::Worked,
        DayKind::Working | DayKind::Weekend => Like::Weekday(day.weekday()),
    }
}

/// The day of so many days since 1970-01-01.
fn day_of(days: i64) -> Option<Day> {
    let epoch = DateTime::UNIX_EPOCH.date_naive();
    let ahead = Days::new(days.unsigned_abs());
    if days < 0 { epoch.checked_sub_days(ahead) } else { epoch.checked_add_days(ahead) }
}

impl History {
    /// Of the calls of a queue, or of all queues. Local time is UTC plus `offset_ms`.
    pub fn of(book: &Book, queue: Option<&str>, offset_ms: Millis) -> History {
        let mut history = History { first: i64::MAX, ..History::default() };
        for (slot, counts) in book.cells.iter().filter(|(slot, _)| slot.about == About::Calls) {
            let (local, offered) = (local(slot.half_hour, offset_ms), counts.get(Fact::Offered));
            if offered == 0 {
                continue;
            }
            history.first = history.first.min(local);
            history.days.insert(local.div_euclid(A_DAY));
            if queue.is_none_or(|queue| queue == slot.queue) {
                *history.calls.entry(local).or_default() += offered;
            }
        }
        history
    }

    /// Calls that came in a local half-hour; none where nothing was counted yet.
    pub fn came(&self, half_hour: i64) -> Option<i64> {
        (half_hour >= self.first).then(|| self.calls.get(&half_hour).copied().unwrap_or(0))
    }

    /// What is expected of a local half-hour by the days like it among those before `today` (days since 1970-01-01),
    /// at most [`WEEKS`] before the half-hour itself.
    pub fn expected(&self, half_hour: i64, today: i64, calendar: &Calendar) -> Option<Expected> {
        let (day, of_day) = (half_hour.div_euclid(A_DAY), half_hour.rem_euclid(A_DAY));
        let wanted = like(calendar, day_of(day)?);
        let alike = |past: &i64| {
            let serves = |past: Day| match wanted {
                Like::Worked => calendar.is_working(past),
                wanted => like(calendar, past) == wanted,
            };
            self.days.contains(past) && day_of(*past).is_some_and(serves)
        };
        let past = (day - WEEKS * 7)..day.min(today);
        let calls: Vec<i64> = past.filter(alike).filter_map(|past| self.came(past * A_DAY + of_day)).collect();
        let sum: i64 = calls.iter().sum();
        if sum == 0 {
            return None;
        }
        Some(Expected {
            calls: sum as f64 / calls.len() as f64,
            days: u32::try_from(calls.len()).unwrap_or(u32::MAX),
            least: calls.iter().min().copied().unwrap_or(0),
            most: calls.iter().max().copied().unwrap_or(0),
        })
    }

    /// How the finished half-hours of a day, those before `until`, compare with what was expected of them.
    pub fn trend(&self, day: i64, until: i64, calendar: &Calendar) -> Trend {
        let mut trend = Trend::default();
        for half_hour in (day * A_DAY)..until.min((day + 1) * A_DAY) {
            if let (Some(expected), Some(came)) = (self.expected(half_hour, day, calendar), self.came(half_hour)) {
                trend.expected += expected.calls;
                trend.came += came;
            }
        }
        if trend.expected >= TREND_CALLS {
            trend.factor = (trend.came as f64 / trend.expected).clamp(TREND_LEAST, TREND_MOST);
        }
        trend
    }
}

/// The local half-hour of one counted in UTC.
pub(super) fn local(half_hour: i64, offset_ms: Millis) -> i64 {
    (half_hour * SLOT_MS + offset_ms).div_euclid(SLOT_MS)
}
