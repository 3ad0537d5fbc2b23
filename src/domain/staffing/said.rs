//! A plan in words and cells: the numbers as they are shown, and where each comes from.

use super::missed::MayMiss;
use super::plan::{Plan, Row};
use crate::domain::figures::SLOT_MS;
use crate::domain::rulebook::{Formula, ServiceLevel};
use crate::domain::state::DAY_MS;
use crate::text::Say;

/// What is not known.
pub const NOT_KNOWN: &str = "\u{2013}";

/// The columns of [`Plan::cells`]: the catalogue has them as `staffing.head_CODE`.
pub const COLUMNS: [&str; 7] = ["time", "expected", "came", "needed", "duty", "level", "busy"];

impl Plan {
    /// A half-hour's cells, in the order of [`COLUMNS`].
    pub fn cells(&self, row: &Row) -> Vec<String> {
        let not_known = || NOT_KNOWN.to_owned();
        let planned = row.expected.is_some() && row.needed.is_some();
        vec![
            clock(row.half_hour),
            row.expected.map_or_else(not_known, |expected| format!("{:.1}", expected.calls)),
            row.came.map_or_else(not_known, |came| came.to_string()),
            row.needed.map_or_else(not_known, |needed| needed.to_string()),
            if self.on_duty > 0 { self.on_duty.to_string() } else { not_known() },
            row.with.filter(|_| planned).map_or_else(not_known, |with| percent(with.in_limit)),
            row.with.filter(|_| planned).map_or_else(not_known, |with| percent(with.occupancy)),
        ]
    }

    /// Those on duty are too few for it.
    pub fn is_short(&self, row: &Row) -> bool {
        row.needed.is_some_and(|needed| needed > self.on_duty)
    }

    /// Where the numbers come from, one sentence each.
    pub fn sources(&self) -> Vec<Say> {
        vec![self.said_rate(), self.said_trend(), self.said_handling(), self.said_patience(), self.said_target()]
    }

    fn said_rate(&self) -> Say {
        let days = self.rows.iter().filter_map(|row| row.expected.map(|expected| expected.days)).max();
        let weeks = super::WEEKS;
        match days {
            Some(days) => Say::new("staffing.from_days").with("weeks", weeks).with("days", days),
            None => Say::new("staffing.from_nothing").with("weeks", weeks),
        }
    }

    fn said_trend(&self) -> Say {
        let (came, expected) = (self.trend.came, format!("{:.1}", self.trend.expected));
        let key = if self.trend.expected < super::TREND_CALLS { "staffing.trend_none" } else { "staffing.trend" };
        let say = Say::new(key).with("came", came).with("expected", expected);
        match key {
            "staffing.trend" => say.with("factor", format!("{:.2}", self.trend.factor)),
            _ => say.with("least", super::TREND_CALLS),
        }
    }

    fn said_handling(&self) -> Say {
        let Some(handling) = self.handling else { return Say::new("staffing.handling_none") };
        let key = if handling.of_queue { "staffing.handling_queue" } else { "staffing.handling" };
        let say = Say::new(key).with("seconds", format!("{:.0}", handling.mean_s)).with("talks", handling.talks);
        say.with("wrap_up", format!("{:.0}", handling.wrap_up_s))
    }

    fn said_patience(&self) -> Say {
        let Some(patience) = self.patience else {
            return Say::new("staffing.erlang_c").with("least", super::LEAST_ABANDONED);
        };
        let seconds = |seconds: f64| format!("{seconds:.0}");
        let say = Say::new("staffing.erlang_a").with("seconds", seconds(patience.mean_s));
        let say = say.with("low", seconds(patience.low_s)).with("high", seconds(patience.high_s));
        say.with("abandoned", patience.abandoned).with("answered", patience.answered)
    }

    fn said_target(&self) -> Say {
        let key = if self.target.stated { "staffing.target" } else { "staffing.target_usual" };
        Say::new(key).with("percent", self.target.percent).with("seconds", self.target.limit_s)
    }

    /// `A` or `C`.
    pub fn erlang(&self) -> &'static str {
        if self.patience.is_some() { "A" } else { "C" }
    }
}

impl MayMiss {
    /// R-LIVE-4's line.
    pub fn said(&self, level: &ServiceLevel) -> Say {
        let day = level.over_hours == 0;
        let key = match (self.holds, self.to_mend) {
            (true, _) if day => "staffing.left_day",
            (true, _) => "staffing.left_hours",
            (false, Some(_)) if day => "staffing.short_day",
            (false, Some(_)) => "staffing.short_hours",
            (false, None) => "staffing.gone",
        };
        let say = Say::new(key).with("good", self.counted - self.missed).with("counted", self.counted);
        let say = say.with("target", level.target_percent.unwrap_or_default()).with("formula", formula(level.formula));
        let say = if day || key == "staffing.gone" { say } else { say.with("hours", level.over_hours) };
        match (self.holds, self.to_mend) {
            (true, _) => say.with("left", self.left),
            (false, Some(mend)) => say.with("mend", mend),
            (false, None) => say,
        }
    }
}

/// As the rulebooks write it.
fn formula(formula: Formula) -> &'static str {
    match formula {
        Formula::Answered => "A/N",
        Formula::AbandonedInTimeGood => "(A+Bs)/(N+B)",
        Formula::AllOffered => "A/(N+B)",
        Formula::AbandonedInTimeOut => "A/(N+B\u{2212}Bs)",
    }
}

/// A share in percent, rounded down: what is shown as kept is kept.
fn percent(share: f64) -> String {
    format!("{:.0}%", (share * 100.0 + 1e-9).floor())
}

/// When a local half-hour begins, as `15:30`.
fn clock(half_hour: i64) -> String {
    let minutes = (half_hour * SLOT_MS).rem_euclid(DAY_MS) / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
