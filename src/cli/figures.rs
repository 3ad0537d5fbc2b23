//! `ringdesk figures`: the same numbers as on the screens, for scripts and for reading (SPEC §9, R-LIVE-3).
//!
//! Everything is a sum of what the desk's records give: the desk hands the sums over, and here they are put together by
//! what was asked, by the same functions as on the screens. Nothing is counted a second way.

mod asked;
mod forms;
mod names;
mod page;
mod span;
mod subjects;
mod table;

use chrono::FixedOffset;

use super::access::Access;
use super::arguments::{Figured, FiguresForm, Wanted};
use super::report::{html, text};
use super::{DONE, complain, now, out};
use crate::domain::Stamp;
use crate::domain::figures::{Filter, Measure};
use crate::domain::rulebook::{Formula, Rulebook};
use crate::text::{Language, Say};

pub(super) use asked::{add_running, book};
pub(super) use names::Names;
pub(super) use page::{footnotes, formula_words, side_by_side_part};
pub(super) use span::{MIDNIGHT, local, midnight};
pub(super) use subjects::{Column, SUBJECTS, Subject, pairs_part, table_part};
pub(super) use table::{Line, Split, Table, table};

/// What was asked, and what it came to.
pub struct Report<'a> {
    /// From this moment on.
    pub since: Stamp,
    /// Before this one.
    pub until: Stamp,
    /// Put together by.
    pub split: Split,
    /// Only these.
    pub filter: Filter,
    /// How the service level is reckoned here.
    pub formula: Formula,
    /// The rules in force.
    pub rules: &'a Rulebook,
    /// The sums.
    pub table: Table,
    /// When it is printed.
    pub now: Stamp,
    /// The language.
    pub language: Language,
    /// Local time.
    pub offset: FixedOffset,
}

impl Report<'_> {
    /// The measures, without the service level by another formula than the one that is asked for.
    pub fn measures_of(&self, subject: &Subject) -> Vec<Measure> {
        subjects::measures(subject, self.formula)
    }
}

/// Prints what was asked for.
pub fn figures(wanted: &Wanted, asked: &Figured) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let offset = FixedOffset::east_opt(wanted.config.offset_minutes * 60)
        .ok_or_else(|| Say::new("config.offset").with("value", wanted.config.offset_minutes))?;
    let (now, language) = (now(), wanted.config.language);
    let (since, until) = span::window(asked.since.as_deref(), asked.until.as_deref(), now, offset)?;
    let split = Split::parse(&asked.by)?;
    let chosen = asked.formula.as_deref().map(asked::formula).transpose()?;
    let mut access = Access::open(wanted, "figures")?;
    let mut book = book(&mut access, since, until)?;
    if access.is_running() && since < now {
        add_running(&mut book, &access.state()?, (since, until), now);
    }
    let names = Names { rules: access.rulebook(), staff: access.staff(), language };
    let filter = names.filter(asked)?;
    for missing in asked::unheard_of(&book, &filter, asked) {
        complain(&missing.words(language));
    }
    let report = Report {
        since,
        until,
        split,
        table: table(&book, split, &filter, &names, (since, until), offset),
        filter,
        formula: chosen.unwrap_or(access.rulebook().service_level.formula),
        rules: access.rulebook(),
        now,
        language,
        offset,
    };
    let words = match if asked.json { FiguresForm::Json } else { asked.format } {
        FiguresForm::Text => text(&page::page(&report, &names)),
        FiguresForm::Html => html(&page::page(&report, &names), language),
        FiguresForm::Json => forms::json(&report),
        FiguresForm::Csv => forms::csv(&report)?,
    };
    access.close()?;
    out(&words)?;
    Ok(DONE)
}
