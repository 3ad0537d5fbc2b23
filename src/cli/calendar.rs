//! `ringdesk calendar`: when an allowance ends and how that comes about, for people and for scripts. Needs no desk and no
//! data folder.

mod show;
mod stdin;

use std::path::Path;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Weekday};

use super::arguments::{CalendarVerb, Wanted};
use super::export::moment;
use super::{DONE, out};
use crate::config::{self, calendars};
use crate::domain::{Allowance, Calendar, Day, Hours, Millis, Stamp, Step, Timing, What};
use crate::text::{Language, Say};

const MINUTE_MS: Millis = 60_000;

pub fn calendar(wanted: &Wanted, verb: CalendarVerb) -> Result<u8, Say> {
    let calendar = calendars::load(Some(&calendars::folder(wanted.config.file.as_deref())))?;
    let (from, allow, rulebook, stdin) = match verb {
        CalendarVerb::Show { year } => return show::show(&calendar, year, wanted.config.language),
        CalendarVerb::Due { from, allow, rulebook, stdin } => (from, allow, rulebook, stdin),
    };
    let hours = match &rulebook {
        Some(named) => config::load_rulebook(named, Path::new(""), calendar.clone())?.hours,
        None => wanted.config.rulebook.hours.clone(),
    };
    let offset = FixedOffset::east_opt(wanted.config.offset_minutes * 60)
        .ok_or_else(|| Say::new("config.offset").with("value", wanted.config.offset_minutes))?;
    let desk = Desk { calendar: &calendar, hours: &hours, offset, language: wanted.config.language };
    if stdin {
        return stdin::answer(&desk);
    }
    let question = Question::read(&from.unwrap_or_default(), &allow.unwrap_or_default(), offset)?;
    out(&desk.explain(&question))?;
    Ok(DONE)
}

/// What is asked.
struct Question {
    from: Stamp,
    /// The start was given as a date without a time.
    bare: bool,
    allow: Allowance,
}

impl Question {
    fn read(from: &str, allow: &str, offset: FixedOffset) -> Result<Question, Say> {
        let from = from.trim();
        let at = moment(from, offset)?;
        if !(1900..3000).contains(&at.at(offset).year()) {
            return Err(Say::new("calendar.far").with("text", from));
        }
        let bare = NaiveDate::parse_from_str(from, "%Y-%m-%d").is_ok();
        Ok(Question { from: at, bare, allow: Allowance::parse(allow)? })
    }
}

/// What a question is answered with.
struct Desk<'a> {
    calendar: &'a Calendar,
    hours: &'a Hours,
    offset: FixedOffset,
    language: Language,
}

impl Desk<'_> {
    fn timing(&self) -> Timing<'_> {
        let offset_ms = i64::from(self.offset.local_minus_utc()) * 1000;
        Timing { calendar: self.calendar, hours: self.hours, offset_ms }
    }

    /// The due time, and below it how it comes about, day by day.
    fn explain(&self, question: &Question) -> String {
        let steps = self.timing().derive(question.from, question.allow);
        let mut text = String::new();
        for step in &steps {
            if let What::Due(due) = step.what {
                let key = if due.provisional { "calendar.due_provisional" } else { "calendar.due" };
                let say = Say::new(key).with("at", format!("{} {}", step.day, self.clock(due.at, step.day)));
                let say = say.with("weekday", self.weekday(step.day)).with("allow", question.allow.code());
                text = format!("{}\n", say.words(self.language));
            }
        }
        for step in &steps {
            let guess = if step.guessed { self.language.word("calendar.guessed") } else { "" };
            text.push_str(&format!(
                "  {}  {}  {}{guess}\n",
                step.day,
                self.weekday(step.day),
                self.words(step, question.allow)
            ));
        }
        let mut years: Vec<_> =
            steps.iter().filter(|step| step.guessed).map(|step| step.day.year().to_string()).collect();
        years.dedup();
        if !years.is_empty() {
            let folder = Say::new("calendar.not_loaded").with("years", years.join(", "));
            text.push_str(&format!("{}\n", folder.words(self.language)));
        }
        text
    }

    fn words(&self, step: &Step, allow: Allowance) -> String {
        let say = match &step.what {
            What::Start(at) if matches!(allow, Allowance::WorkingDays(_)) => {
                Say::new("calendar.step_start_uncounted").with("time", self.clock(*at, step.day))
            }
            What::Start(at) => Say::new("calendar.step_start").with("time", self.clock(*at, step.day)),
            What::Elapsed(span) => Say::new("calendar.step_elapsed").with("minutes", minutes(*span)),
            What::Counted { make_up, .. } if allow == Allowance::SameDay => {
                Say::new(if *make_up { "calendar.step_business_make_up" } else { "calendar.step_business_day" })
            }
            What::Counted { nth, make_up } => {
                Say::new(if *make_up { "calendar.step_make_up" } else { "calendar.step_working" }).with("nth", nth)
            }
            What::Weekend => Say::new("calendar.step_weekend"),
            What::Holiday(name) => Say::new("calendar.step_holiday").with("name", name),
            What::Closed => Say::new("calendar.step_closed"),
            What::Business { used_ms, left_ms, make_up } => {
                let key = if *make_up { "calendar.step_used_make_up" } else { "calendar.step_used" };
                Say::new(key).with("used", minutes(*used_ms)).with("left", minutes(*left_ms))
            }
            What::Due(due) => Say::new("calendar.step_due").with("time", self.clock(due.at, step.day)),
        };
        say.words(self.language)
    }

    /// The time of a moment on a day, with seconds where there are any; 24:00 for the end of the day.
    fn clock(&self, at: Stamp, day: Day) -> String {
        let seconds = at.since(self.timing().begin_of(day)) / 1000;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        match seconds {
            0 => format!("{hours:02}:{minutes:02}"),
            _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        }
    }

    fn weekday(&self, day: Day) -> &str {
        match day.weekday() {
            Weekday::Mon => self.language.word("calendar.monday"),
            Weekday::Tue => self.language.word("calendar.tuesday"),
            Weekday::Wed => self.language.word("calendar.wednesday"),
            Weekday::Thu => self.language.word("calendar.thursday"),
            Weekday::Fri => self.language.word("calendar.friday"),
            Weekday::Sat => self.language.word("calendar.saturday"),
            Weekday::Sun => self.language.word("calendar.sunday"),
        }
    }
}

/// A span in minutes, with a decimal where it is not whole.
fn minutes(span: Millis) -> String {
    match span % MINUTE_MS {
        0 => (span / MINUTE_MS).to_string(),
        _ => format!("{}.{}", span / MINUTE_MS, span % MINUTE_MS * 10 / MINUTE_MS),
    }
}

/// A moment for scripts: RFC 3339 in local time, with a fraction only where there is one.
fn rfc3339(at: Stamp, offset: FixedOffset) -> String {
    let at: DateTime<FixedOffset> = at.at(offset);
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}
