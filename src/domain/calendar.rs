//! Working days, allowances and due times. (Replaced by the calendar's own branch.)

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::time::Stamp;

/// Public holidays and make-up working days.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calendar {
    /// By year.
    pub years: BTreeMap<i32, ()>,
}

/// Business hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hours {}

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Allowance {
    /// Minutes.
    Minutes(u32),
    /// Hours.
    Hours(u32),
    /// Calendar days.
    Days(u32),
    /// Working days.
    WorkingDays(u32),
    /// Minutes of business hours.
    WorkMinutes(u32),
    /// Same day.
    SameDay,
}

/// A due time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// When.
    pub at: Stamp,
    /// Provisional.
    pub provisional: bool,
}

/// The calendar and the hours.
#[derive(Clone, Copy, Debug)]
pub struct Timing<'a> {
    /// The calendar.
    pub calendar: &'a Calendar,
    /// The hours.
    pub hours: &'a Hours,
    /// Local is UTC plus this.
    pub offset_ms: i64,
}

impl Timing<'_> {
    /// Due.
    pub fn due(&self, from: Stamp, allow: Allowance) -> Due {
        let ms = match allow {
            Allowance::Minutes(n) | Allowance::WorkMinutes(n) => i64::from(n) * 60_000,
            Allowance::Hours(n) => i64::from(n) * 3_600_000,
            Allowance::Days(n) | Allowance::WorkingDays(n) => i64::from(n) * 86_400_000,
            Allowance::SameDay => 86_400_000,
        };
        Due { at: from.plus(ms), provisional: false }
    }
    /// Mark.
    pub fn mark(&self, from: Stamp, due: Due, _allow: Allowance, percent: u16) -> Stamp {
        from.plus(due.at.since(from) * i64::from(percent) / 100)
    }
    /// Resume.
    pub fn resume(&self, from: Stamp, allow: Allowance, pauses: &[(Stamp, Stamp)]) -> Due {
        let due = self.due(from, allow);
        Due { at: due.at.plus(pauses.iter().map(|(a, b)| b.since(*a)).sum()), ..due }
    }
}
