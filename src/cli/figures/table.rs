//! The sums put together, line by line: a line for each group, and for times also where nothing happened.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate};

use super::names::Names;
use crate::domain::Stamp;
use crate::domain::figures::{Book, By, Counts, Filter, Group, Places, first_of_month, monday_of};
use crate::domain::state::DAY_MS;
use crate::text::Say;

/// What figures are put together by, as it is written.
const SPLITS: [(&str, Split); 12] = [
    ("all", Split::By(By::All)),
    ("queue", Split::By(By::Queue)),
    ("agent", Split::By(By::Agent)),
    ("team", Split::By(By::Team)),
    ("type", Split::By(By::Type)),
    ("department", Split::By(By::Department)),
    ("half-hour", Split::By(By::HalfHour)),
    ("hour", Split::Hour),
    ("day", Split::By(By::Day)),
    ("week", Split::By(By::Week)),
    ("month", Split::By(By::Month)),
    ("week-hour", Split::By(By::WeekHour)),
];

/// What figures are put together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// As on the screens.
    By(By),
    /// The hour of the day: two half-hours.
    Hour,
}

impl Split {
    /// Reads what is written.
    ///
    /// # Errors
    /// What is allowed.
    pub fn parse(text: &str) -> Result<Split, Say> {
        let found = SPLITS.iter().find(|(written, _)| *written == text.trim());
        found.map(|(_, split)| *split).ok_or_else(|| {
            let allowed = SPLITS.map(|(written, _)| written).join("  ");
            Say::new("printed.no_split").with("by", text).with("allowed", allowed)
        })
    }

    /// How it is written.
    pub fn code(self) -> &'static str {
        SPLITS.iter().find(|(_, split)| *split == self).map_or("all", |(written, _)| written)
    }

    /// By time: its lines have an order and gaps of their own.
    pub fn is_time(self) -> bool {
        match self {
            Split::Hour => true,
            Split::By(by) => matches!(by, By::HalfHour | By::Day | By::Week | By::Month | By::WeekHour),
        }
    }

    fn by(self) -> By {
        match self {
            Split::By(by) => by,
            Split::Hour => By::HalfHour,
        }
    }
}

/// A group with its sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name in the records, or its time: `08:30`, `2026-11-22`, `2026-11`, `1 08:00` (Monday is 1).
    pub key: String,
    /// What people call it.
    pub label: String,
    /// The sums.
    pub counts: Counts,
}

/// All groups, and everything together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The groups, in order.
    pub lines: Vec<Line>,
    /// Everything together.
    pub total: Counts,
}

/// Puts the wanted sums together.
pub fn table(
    book: &Book,
    split: Split,
    filter: &Filter,
    names: &Names<'_>,
    (since, until): (Stamp, Stamp),
    offset: FixedOffset,
) -> Table {
    let east = i64::from(offset.local_minus_utc()) * 1_000;
    let team_of = |who: &str| names.team_of(who);
    let places = Places { offset_ms: east, team_of: &team_of };
    let mut groups: BTreeMap<Group, Counts> = BTreeMap::new();
    for (group, counts) in book.table(split.by(), filter, &places) {
        let group = match group {
            Group::At(half_hour) if split == Split::Hour => Group::At(half_hour / 2),
            other => other,
        };
        groups.entry(group).or_default().add(&counts, 1);
    }
    let day = |at: i64| (at + east).div_euclid(DAY_MS);
    for at in between(split, &groups, (day(since.0), day(until.0 - 1))) {
        groups.entry(Group::At(at)).or_default();
    }
    let lines = groups.into_iter().map(|(group, counts)| {
        let key = key(&group, split);
        Line { label: label(&group, &key, split, names), key, counts }
    });
    Table { lines: lines.collect(), total: book.sum(|slot| filter.takes(slot)) }
}

/// Times that have a line whether anything happened or not: every day, week and month of the span; of hours and
/// half-hours those from the first with something to count to the last.
fn between(split: Split, groups: &BTreeMap<Group, Counts>, (first, last): (i64, i64)) -> Vec<i64> {
    match split {
        Split::By(By::Day) => (first..=last).collect(),
        Split::By(By::Week) => (monday_of(first)..=last).step_by(7).collect(),
        Split::By(By::Month) => {
            let next = |at: &i64| date(*at)?.checked_add_months(Months::new(1)).map(day_number);
            std::iter::successors(Some(first_of_month(first)), next).take_while(|at| *at <= last).collect()
        }
        _ if split.is_time() => {
            let at = |group: Option<&Group>| if let Some(Group::At(at)) = group { Some(*at) } else { None };
            match (at(groups.keys().next()), at(groups.keys().next_back())) {
                (Some(first), Some(last)) => (first..=last).collect(),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn date(day: i64) -> Option<NaiveDate> {
    DateTime::from_timestamp_millis(day.checked_mul(DAY_MS)?).map(|at| at.date_naive())
}

fn day_number(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - i64::from(NaiveDate::default().num_days_from_ce())
}

fn key(group: &Group, split: Split) -> String {
    let at = match group {
        Group::All => return String::new(),
        Group::Named(name) => return name.clone(),
        Group::At(at) => *at,
    };
    match split {
        Split::Hour => format!("{at:02}:00"),
        Split::By(By::HalfHour) => format!("{:02}:{:02}", at / 2, at % 2 * 30),
        Split::By(By::WeekHour) => format!("{} {:02}:00", at / 24 + 1, at % 24),
        Split::By(By::Month) => date(at).map(|date| date.format("%Y-%m").to_string()).unwrap_or_default(),
        _ => date(at).map(|date| date.to_string()).unwrap_or_default(),
    }
}

fn label(group: &Group, key: &str, split: Split, names: &Names<'_>) -> String {
    match group {
        Group::All => names.language.word("printed.all").to_owned(),
        Group::Named(name) => names.named(split, name),
        Group::At(at) if split == Split::By(By::WeekHour) => {
            let weekday = format!("printed.weekday.{}", at / 24 + 1);
            let weekday = names.language.word(&weekday);
            format!("{weekday} {:02}:00", at % 24)
        }
        Group::At(_) => key.to_owned(),
    }
}
