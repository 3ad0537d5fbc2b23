//! Days and moments as people type them, short: `26`, `11-26`, `18:00`, `+2d`, and the words for tomorrow. Pure: what
//! time it is, and the words, are handed in.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::time::Stamp;

/// The words that stand for days and hours, several of a kind with `|` between them.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimeWords<'a> {
    /// Today.
    pub today: &'a str,
    /// Tomorrow.
    pub tomorrow: &'a str,
    /// The day after.
    pub after: &'a str,
    /// What stands behind the hour.
    pub hour: &'a str,
    /// Half past.
    pub half: &'a str,
    /// Before noon.
    pub morning: &'a str,
    /// After noon: twelve hours more.
    pub afternoon: &'a str,
}

/// When and where something is read.
#[derive(Clone, Copy, Debug)]
pub struct Typing<'a> {
    /// Now.
    pub now: Stamp,
    /// Local time ahead of UTC, in milliseconds.
    pub offset_ms: i64,
    /// The words.
    pub words: TimeWords<'a>,
    /// What is meant lies ahead: what is over is meant for the next day, month or year.
    pub ahead: bool,
}

impl Typing<'_> {
    /// The local date that a text means, as it is stored: `2026-11-26`.
    pub fn date(&self, text: &str) -> Option<String> {
        self.day(&plain(text)).map(|day| day.format("%Y-%m-%d").to_string())
    }

    /// The local moment that a text means, as it is stored: `2026-11-26 17:00`.
    pub fn moment(&self, text: &str) -> Option<String> {
        self.local(&plain(text)).map(|at| at.format("%Y-%m-%d %H:%M").to_string())
    }

    /// The moment that a text means.
    pub fn stamp(&self, text: &str) -> Option<Stamp> {
        let local = self.local(&plain(text))?;
        self.offset()?.from_local_datetime(&local).single().map(Stamp::from)
    }

    fn offset(&self) -> Option<FixedOffset> {
        FixedOffset::east_opt(i32::try_from(self.offset_ms / 1000).ok()?)
    }

    fn here(&self) -> Option<DateTime<FixedOffset>> {
        Some(self.now.at(self.offset()?))
    }

    fn day(&self, text: &str) -> Option<NaiveDate> {
        let today = self.here()?.date_naive();
        if let Some(days) = text.strip_prefix('+').unwrap_or(text).strip_suffix('d') {
            return today.checked_add_days(Days::new(days.parse().ok().filter(|days| *days <= 3_660)?));
        }
        for (words, days) in [(self.words.today, 0), (self.words.tomorrow, 1), (self.words.after, 2)] {
            if !text.is_empty() && words.split('|').any(|word| word == text) {
                return today.checked_add_days(Days::new(days));
            }
        }
        let parts: Vec<u32> = text.split(['-', '/', '.']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
        match parts.as_slice() {
            [day] if text.len() <= 2 => {
                let this = today.with_day(*day);
                let next = || today.with_day(1)?.checked_add_months(chrono::Months::new(1))?.with_day(*day);
                this.filter(|day| !self.ahead || *day >= today).or_else(next)
            }
            [month, day] => {
                let of = |year| NaiveDate::from_ymd_opt(year, *month, *day);
                of(today.year()).filter(|day| !self.ahead || *day >= today).or_else(|| of(today.year() + 1))
            }
            [year, month, day] if *year > 1900 => NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day),
            _ => None,
        }
    }

    fn local(&self, text: &str) -> Option<NaiveDateTime> {
        let here = self.here()?;
        // With its unit a span needs no sign; a figure alone is a day of the month.
        let span = text.strip_prefix('+').or_else(|| Some(text).filter(|text| text.ends_with(['d', 'h', 'm'])));
        if let Some(minutes) = span.and_then(span_minutes) {
            let at = self.now.plus(minutes.checked_mul(60_000)?);
            return Some(at.at(self.offset()?).naive_local());
        }
        if let Some(time) = self.time(text) {
            let at = here.date_naive().and_time(time);
            let tomorrow = at.checked_add_days(Days::new(1))?;
            return Some(if self.ahead && at <= here.naive_local() { tomorrow } else { at });
        }
        // A day, and then a time: with a blank between them, or a word for the day right before it.
        let (day, time) = match text.rsplit_once(' ') {
            Some((day, time)) => (self.day(day.trim())?, self.time(time)?),
            None => {
                let words = [self.words.today, self.words.tomorrow, self.words.after];
                let mut words = words.into_iter().flat_map(|words| words.split('|')).filter(|word| !word.is_empty());
                let word = words.find(|word| text.starts_with(word))?;
                (self.day(word)?, self.time(text.strip_prefix(word)?)?)
            }
        };
        Some(day.and_time(time))
    }

    fn time(&self, text: &str) -> Option<NaiveTime> {
        let cut = |words: &str| words.split('|').find_map(|word| text.strip_prefix(word).filter(|_| !word.is_empty()));
        let (text, later) = match (cut(self.words.morning), cut(self.words.afternoon)) {
            (Some(rest), _) => (rest, 0),
            (None, Some(rest)) => (rest, 12),
            (None, None) => (text, 0),
        };
        let (hours, minutes) = match text.split_once(':') {
            Some(parts) => parts,
            None => match self.words.hour.split('|').filter(|word| !word.is_empty()).find_map(|w| text.split_once(w)) {
                Some((hours, "")) => (hours, "0"),
                Some((hours, rest)) if self.words.half.split('|').any(|half| half == rest) => (hours, "30"),
                Some((hours, rest)) => (hours, rest),
                None if text.len() == 4 => text.split_at_checked(2)?,
                None => return None,
            },
        };
        let hours: u32 = hours.trim().parse().ok()?;
        let hours = if hours < 12 { hours + later } else { hours };
        NaiveTime::from_hms_opt(hours, minutes.trim().parse().ok()?, 0)
    }
}

/// `30`, `30m`, `2h`, `2d` in minutes.
fn span_minutes(text: &str) -> Option<i64> {
    let (figures, unit) = match text.find(|c: char| !c.is_ascii_digit()) {
        Some(at) => text.split_at_checked(at)?,
        None => (text, "m"),
    };
    let figures: i64 = figures.parse().ok().filter(|figures| (1..=6_000_000).contains(figures))?;
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return None,
    };
    Some(figures * minutes)
}

/// Half-width, without blanks at the ends; one blank at most between words.
fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    text.chars().map(half).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
