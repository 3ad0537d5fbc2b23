//! The calendar of working days (R-CMP-2): public holidays, make-up working weekends (调休), and what is reckoned with
//! them: [`Allowance`], [`Hours`] of business, [`Timing`] from a start to a [`Due`] time.
//!
//! Years are data, one file a year, read by `config::calendars`. Whatever looks at a day of a year that nobody loaded
//! goes on with a plain Monday-to-Friday guess and says so: the result is provisional (暂定), never silently wrong.

mod allowance;
mod hours;
mod timing;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

pub use allowance::{Allowance, LONGEST_DAYS};
pub use hours::{Hours, MIDNIGHT, WorkDays};
pub use timing::{Due, Timing};
pub use walk::{Step, What};

/// A day of the civil calendar, without a place in any time zone.
pub type Day = chrono::NaiveDate;

/// The day of these figures, where there is one.
pub fn day(year: i32, month: u32, day: u32) -> Option<Day> {
    Day::from_ymd_opt(year, month, day)
}

/// Every year that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// By number.
    pub years: BTreeMap<i32, Year>,
}

/// One year as the State Council's notice arranges it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    /// Days off and the holiday they belong to; weekends inside a holiday are among them.
    pub holidays: BTreeMap<Day, String>,
    /// Saturdays and Sundays that are worked (调休上班).
    pub make_up: BTreeSet<Day>,
    /// The notice it comes from.
    pub source: String,
}

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// Monday to Friday, and no holiday.
    Working,
    /// A weekend day that is worked.
    MakeUp,
    /// A weekend day that is off.
    Weekend,
    /// A public holiday, with its name.
    Holiday(&'a str),
}

impl DayKind<'_> {
    /// People work on it.
    pub fn works(self) -> bool {
        matches!(self, DayKind::Working | DayKind::MakeUp)
    }
}

impl Calendar {
    /// Whether the year's notice is known. Where it is not, [`Calendar::kind`] guesses.
    pub fn is_loaded(&self, year: i32) -> bool {
        self.years.contains_key(&year)
    }

    /// What this day is. In a year that is not loaded: a guess by the day of the week.
    pub fn kind(&self, day: Day) -> DayKind<'_> {
        let year = self.years.get(&day.year());
        if let Some(name) = year.and_then(|year| year.holidays.get(&day)) {
            return DayKind::Holiday(name);
        }
        match matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            true if year.is_some_and(|year| year.make_up.contains(&day)) => DayKind::MakeUp,
            true => DayKind::Weekend,
            false => DayKind::Working,
        }
    }

    /// Whether people work on this day.
    pub fn is_working(&self, day: Day) -> bool {
        self.kind(day).works()
    }

    /// The holiday that this day belongs to.
    pub fn holiday(&self, day: Day) -> Option<&str> {
        match self.kind(day) {
            DayKind::Holiday(name) => Some(name),
            _ => None,
        }
    }

    /// How many days of a loaded year are worked. `None` for a year that is not loaded.
    pub fn working_days(&self, year: i32) -> Option<usize> {
        self.years.get(&year)?;
        let days = day(year, 1, 1)?.iter_days().take_while(|day| day.year() == year);
        Some(days.filter(|day| self.is_working(*day)).count())
    }
}
