//! `ringdesk sheet`: a day, a week or a month on paper (SPEC §9), to be signed. What came in and what became of it is
//! counted by the same sums as on the screens; what is still open is as the desk has it when the sheet is printed, and
//! says so.

mod charts;
mod content;
mod stock;

use chrono::{Days, FixedOffset, Months, NaiveDate};

use super::access::Access;
use super::arguments::{Form, Wanted};
use super::figures::{Names, add_running, book, local, midnight};
use super::report::print;
use super::{DONE, now};
use crate::domain::figures::Book;
use crate::domain::{Intervention, Stamp, State};
use crate::text::{Language, Say};
use crate::wire::{Answer, Export, ExportRow, Query};

/// How long a time a sheet is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// A local day.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

/// What a sheet is made of.
pub struct Sheet<'a> {
    /// How long.
    pub span: Span,
    /// Its first day.
    pub first: NaiveDate,
    /// It begins…
    pub since: Stamp,
    /// …and ends before this moment.
    pub until: Stamp,
    /// The sums of it.
    pub book: &'a Book,
    /// The desk now.
    pub state: &'a State,
    /// What supervisors did in it.
    pub steps: &'a [Intervention],
    /// Who and what may be named, by the rules in force.
    pub names: Names<'a>,
    /// The language.
    pub language: Language,
    /// Local time.
    pub offset: FixedOffset,
    /// When it is printed.
    pub now: Stamp,
}

/// Prints a sheet.
pub fn sheet(wanted: &Wanted, span: &str, date: Option<&str>, form: Form) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let offset = FixedOffset::east_opt(wanted.config.offset_minutes * 60)
        .ok_or_else(|| Say::new("config.offset").with("value", wanted.config.offset_minutes))?;
    let span = match span {
        "week" => Span::Week,
        "month" => Span::Month,
        _ => Span::Day,
    };
    let (now, language) = (now(), wanted.config.language);
    let day = match date {
        Some(text) => day(text.trim(), span).ok_or_else(|| no_date(text, span))?,
        None => now.at(offset).date_naive(),
    };
    let (first, since, until) = bounds(day, span, offset).ok_or_else(|| no_date(date.unwrap_or_default(), span))?;
    if since > now {
        return Err(Say::new("printed.not_yet").with("date", local(since, offset, "%Y-%m-%d")));
    }
    let mut access = Access::open(wanted, "sheet")?;
    // Asked first: whom no figures are told to is told so, before a second line is opened.
    let mut book = book(&mut access, since, until)?;
    let steps = steps(&mut access, since, until)?;
    let state = access.state()?;
    if access.is_running() {
        add_running(&mut book, &state, (since, until), now);
    }
    let names = Names { rules: access.rulebook(), staff: access.staff(), language };
    let sheet =
        Sheet { span, first, since, until, book: &book, state: &state, steps: &steps, names, language, offset, now };
    let page = content::page(&sheet);
    access.close()?;
    print(wanted, &page, form)?;
    Ok(DONE)
}

fn no_date(text: &str, span: Span) -> Say {
    let key = if span == Span::Month { "printed.no_month" } else { "printed.no_day" };
    Say::new(key).with("text", text)
}

/// The day that is meant: a date, and of a month its first.
fn day(text: &str, span: Span) -> Option<NaiveDate> {
    let whole = || (span == Span::Month).then(|| format!("{text}-01"));
    let read = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    read(text).or_else(|| read(&whole()?))
}

/// The first day, where it begins and where it ends, in local time.
fn bounds(day: NaiveDate, span: Span, offset: FixedOffset) -> Option<(NaiveDate, Stamp, Stamp)> {
    use chrono::Datelike as _;
    let (first, next) = match span {
        Span::Day => (day, day.checked_add_days(Days::new(1))?),
        Span::Week => {
            let monday = day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))?;
            (monday, monday.checked_add_days(Days::new(7))?)
        }
        Span::Month => {
            let first = day.with_day(1)?;
            (first, first.checked_add_months(Months::new(1))?)
        }
    };
    let at = |day: NaiveDate| day.and_hms_opt(0, 0, 0)?.and_local_timezone(offset).single().map(Stamp::from);
    let since = at(first)?;
    debug_assert_eq!(since, midnight(since, offset));
    Some((first, since, at(next)?))
}

fn steps(access: &mut Access, since: Stamp, until: Stamp) -> Result<Vec<Intervention>, Say> {
    let mut steps = Vec::new();
    let export = Export { what: "interventions".to_owned(), since: Some(since), until: Some(until) };
    access.ask(Query::Export(export), &mut |answer| {
        let Answer::Rows { rows, last } = answer else { return Ok(true) };
        steps.extend(rows.into_iter().filter_map(|row| match row {
            ExportRow::Intervention(step) if !step.rehearsal => Some(*step),
            _ => None,
        }));
        Ok(!last)
    })?;
    Ok(steps)
}
