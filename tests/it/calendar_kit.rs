//! A second calendar for the tests, slow and plain: days counted by hand, minutes one by one, from a table of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ringdesk::domain::{Hours, Stamp, WorkDays};

pub const MINUTE: i64 = 60_000;
/// China.
pub const OFFSET: i64 = 8 * 60 * MINUTE;

pub fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/calendar").join(name);
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01, added up year by year and month by month.
pub fn number(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| 365 + i64::from(leap(year))).sum();
    years + (1..month).map(|month| length(year, month)).sum::<i64>() + day - 1
}

/// `2026-02-14` or `2026-02-14 10:30` in China, as minutes of local time since 1970.
pub fn local(text: &str) -> i64 {
    let figures: Vec<i64> = text.split(['-', ' ', ':']).map(|part| part.parse().unwrap()).collect();
    let clock = figures.get(3).map_or(0, |hour| hour * 60 + figures[4]);
    number(figures[0], figures[1], figures[2]) * 1_440 + clock
}

/// The same as a moment.
pub fn stamp(text: &str) -> Stamp {
    Stamp(local(text) * MINUTE - OFFSET)
}

/// Minutes of local time back into a text.
pub fn written(minutes: i64) -> String {
    let (mut days, clock) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
    let (mut year, mut month) = (1970, 1);
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    while days >= length(year, month) {
        days -= length(year, month);
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02} {:02}:{:02}", days + 1, clock / 60, clock % 60)
}

pub fn said(at: Stamp) -> String {
    written((at.0 + OFFSET).div_euclid(MINUTE))
}

/// Days by number.
#[derive(Debug, Default)]
pub struct Plain {
    off: BTreeSet<i64>,
    on: BTreeSet<i64>,
}

impl Plain {
    pub fn new() -> Plain {
        let mut plain = Plain::default();
        for line in fixture("years.txt").lines() {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let year: i64 = cells[0].parse().unwrap();
            plain.off.extend(numbers(year, cells[2]));
            plain.on.extend(numbers(year, cells[3]));
        }
        plain
    }

    pub fn works(&self, day: i64) -> bool {
        // 1970-01-01 was a Thursday.
        let weekend = (day + 3).rem_euclid(7) >= 5;
        self.on.contains(&day) || (!weekend && !self.off.contains(&day))
    }

    /// The n-th working day after a day.
    pub fn nth(&self, day: i64, count: u32) -> i64 {
        (day + 1..).filter(|day| self.works(*day)).nth(count as usize - 1).unwrap()
    }

    pub fn open(&self, hours: &Hours, minute: i64) -> bool {
        let (day, clock) = (minute.div_euclid(1_440), minute.rem_euclid(1_440));
        let works = hours.days() == WorkDays::Every || self.works(day);
        works && hours.spans().iter().any(|(from, until)| (i64::from(*from)..i64::from(*until)).contains(&clock))
    }

    /// So many minutes of business after a minute, those inside a pause left out.
    pub fn business(&self, hours: &Hours, from: i64, count: u32, pauses: &[(i64, i64)]) -> i64 {
        let (mut minute, mut left) = (from, count);
        while left > 0 {
            let paused = pauses.iter().any(|(begin, end)| (*begin..*end).contains(&minute));
            left -= u32::from(!paused && self.open(hours, minute));
            minute += 1;
        }
        minute
    }
}

/// `01-01 02-15..02-23` as day numbers.
fn numbers(year: i64, text: &str) -> Vec<i64> {
    let at = |text: &str| {
        let (month, day) = text.split_once('-').unwrap();
        number(year, month.parse().unwrap(), day.parse().unwrap())
    };
    let spans = text.split_whitespace().map(|span| span.split_once("..").unwrap_or((span, span)));
    spans.flat_map(|(from, to)| at(from)..=at(to)).collect()
}

/// `working 08:30-12:00,13:30-17:30` or `every 00:00-24:00`.
pub fn hours(text: &str) -> Hours {
    let (days, spans) = text.split_once(' ').unwrap();
    let days = if days == "every" { WorkDays::Every } else { WorkDays::Working };
    Hours::parse_on(days, &spans.split(',').map(str::to_owned).collect::<Vec<_>>()).unwrap()
}
