//! The half-hours of a day: calls expected, agents needed, and what comes out with those who are there.

use super::handling::{Handling, handling};
use super::history::{A_DAY, Expected, History, Trend, local};
use super::patience::{LEAST_ABANDONED, Patience, patience};
use crate::domain::erlang::{Forecast, Load, agents_needed, impatient, patient};
use crate::domain::figures::{About, Book, SLOT_MS, half_hour_of};
use crate::domain::rulebook::Rulebook;
use crate::domain::time::{Millis, Stamp};

/// The share to plan for where the rulebook has none, in percent.
pub const PERCENT: u16 = 80;

/// More agents than this are not looked for.
pub const MOST_AGENTS: u32 = 20_000;

/// The share that is planned for where the rulebook wants every call answered in time: no number of agents is enough
/// for that.
const NEARLY_ALL: f64 = 0.999;

/// What is to be planned.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The sums of the weeks before and of the day itself, as far as it has come.
    pub book: &'a Book,
    /// The figures in force, with the calendar.
    pub rules: &'a Rulebook,
    /// Local time is UTC plus this.
    pub offset_ms: Millis,
    /// Of this queue; none for all together.
    pub queue: Option<&'a str>,
    /// The desk's clock.
    pub now: Stamp,
    /// The local day, as days since 1970-01-01; none for what is left of today.
    pub day: Option<i64>,
    /// Agents on duty.
    pub on_duty: u32,
}

/// The share to hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// In percent of all who call: A/(N+B), by which no other formula of R-LIVE-3 gives less.
    pub percent: u16,
    /// Within this, in seconds.
    pub limit_s: f64,
    /// By the rulebook; else [`PERCENT`].
    pub stated: bool,
}

/// A half-hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// The local half-hour since 1970-01-01.
    pub half_hour: i64,
    /// Calls expected; none where no day like it had one.
    pub expected: Option<Expected>,
    /// Agents needed to hold the target.
    pub needed: Option<u32>,
    /// What comes out with those on duty; none where nobody is.
    pub with: Option<Forecast>,
    /// Calls that came, where it is over or running.
    pub came: Option<i64>,
}

/// The half-hours and what they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The half-hours, in order.
    pub rows: Vec<Row>,
    /// How long a call keeps an agent busy; none where nobody has talked.
    pub handling: Option<Handling>,
    /// The callers' patience: Erlang A. None with too few abandoned calls: Erlang C.
    pub patience: Option<Patience>,
    /// How the day so far compares.
    pub trend: Trend,
    /// What is to be held.
    pub target: Target,
    /// Agents on duty.
    pub on_duty: u32,
}

impl Plan {
    /// Calls still expected from the running half-hour on, rounded: of the running one what has not come yet. None
    /// where nothing is known of any.
    pub fn left(&self) -> Option<i64> {
        let mut rows = self.rows.iter().filter(|row| row.expected.is_some()).peekable();
        rows.peek()?;
        let rest = |row: &Row| {
            let expected = row.expected.map_or(0.0, |expected| expected.calls);
            (expected - row.came.unwrap_or(0) as f64).max(0.0)
        };
        Some(rows.map(rest).sum::<f64>().round() as i64)
    }
}

/// Plans the half-hours of a day: of today those from the running one on.
pub fn plan(ask: &Ask<'_>) -> Plan {
    let history = History::of(ask.book, ask.queue, ask.offset_ms);
    let running = local(half_hour_of(ask.now), ask.offset_ms);
    let today = running.div_euclid(A_DAY);
    let day = ask.day.unwrap_or(today);
    let trend = if day == today { history.trend(day, running, &ask.rules.calendar) } else { Trend::default() };
    let level = &ask.rules.service_level;
    let of_calls = ask.book.sum(|slot| {
        slot.about == About::Calls
            && local(slot.half_hour, ask.offset_ms) < day.min(today) * A_DAY
            && ask.queue.is_none_or(|queue| queue == slot.queue)
    });
    let mut plan = Plan {
        rows: Vec::new(),
        handling: handling(ask.book, ask.queue),
        patience: patience(&of_calls, LEAST_ABANDONED),
        trend,
        target: Target {
            percent: level.target_percent.unwrap_or(PERCENT),
            limit_s: ask.rules.limit_ms(ask.queue) as f64 / 1_000.0,
            stated: level.target_percent.is_some(),
        },
        on_duty: ask.on_duty,
    };
    let from = if ask.day.is_none() { running } else { day * A_DAY };
    for half_hour in from..(day + 1) * A_DAY {
        let expected = history.expected(half_hour, today, &ask.rules.calendar).map(|expected| Expected {
            // What is over is shown as it was expected before the day began.
            calls: if half_hour >= running { expected.calls * trend.factor } else { expected.calls },
            ..expected
        });
        let came = history.came(half_hour).filter(|_| half_hour <= running);
        let (needed, with) = plan.outcome(expected);
        plan.rows.push(Row { half_hour, expected, needed, with, came });
    }
    plan
}

impl Plan {
    fn outcome(&self, expected: Option<Expected>) -> (Option<u32>, Option<Forecast>) {
        let (Some(expected), Some(handling)) = (expected, self.handling) else { return (None, None) };
        let interval_s = SLOT_MS as f64 / 1_000.0;
        let load = Load { calls: expected.calls, interval_s, handling_s: handling.mean_s };
        let (limit_s, patience_s) = (self.target.limit_s, self.patience.map(|patience| patience.mean_s));
        let share = (f64::from(self.target.percent) / 100.0).min(NEARLY_ALL);
        // The root of the load measures how far its chance goes; what lies far beyond need not be looked at.
        let far = 2.0 * load.erlangs() + 20.0 * load.erlangs().sqrt() + 20.0;
        let most = if far < f64::from(MOST_AGENTS) { far as u32 } else { MOST_AGENTS };
        let needed = agents_needed(load, share, limit_s, patience_s, most);
        let with = (self.on_duty > 0).then(|| match patience_s {
            Some(patience_s) => impatient(load, self.on_duty, limit_s, patience_s),
            None => patient(load, self.on_duty, limit_s),
        });
        (needed, with)
    }
}
