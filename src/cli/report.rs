//! `ringdesk report`: a ticket's investigation report (投诉调查报告), or what was called back in a month (客户回访记录), to
//! print or to read. What is under seal is never in it (R-REQ-6).

mod blocks;
mod chart;
mod content;
mod html;
mod month;
mod svg;
mod text;

use chrono::{FixedOffset, Months, NaiveDate};

use super::access::Access;
use super::arguments::{Form, Wanted};
use super::{DONE, now, out};
use crate::domain::command::{Command, TicketCommand};
use crate::domain::{Stamp, Ticket, TicketId, TicketLine};
use crate::text::Say;
use crate::wire::{Answer, Export, ExportRow, Query};

use content::{Matter, page};
use month::{Month, month_page};

pub(super) use chart::Chart;
pub(super) use content::{Page, Part};
pub(super) use html::html;
pub(super) use text::text;

pub fn report(wanted: &Wanted, number: &str, form: Form) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let offset = FixedOffset::east_opt(wanted.config.offset_minutes * 60)
        .ok_or_else(|| Say::new("config.offset").with("value", wanted.config.offset_minutes))?;
    let plain = number.trim().parse().ok().map(TicketId);
    let id =
        TicketId::parse_spoken(number).or(plain).ok_or_else(|| Say::new("report.bad_number").with("ticket", number))?;
    let mut access = Access::open(wanted, "report")?;
    let ticket = ticket(&mut access, id)?.ok_or_else(|| Say::new("report.no_ticket").with("ticket", id.spoken()))?;
    if ticket.is_open() {
        // A filed ticket's history is closed: printing it leaves no line.
        access.perform(Command::Ticket(TicketCommand::Printed(id)))?;
    }
    let lines = lines(&mut access, id)?;
    let matter = Matter {
        ticket: &ticket,
        lines: &lines,
        rules: access.rulebook(),
        staff: access.staff(),
        language: wanted.config.language,
        offset,
        now: now(),
    };
    let page = page(&matter);
    access.close()?;
    print(wanted, &page, form)
}

/// R-CB-5: the sheet of a month, `2026-11`.
pub fn callbacks(wanted: &Wanted, name: &str, form: Form) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let offset = FixedOffset::east_opt(wanted.config.offset_minutes * 60)
        .ok_or_else(|| Say::new("config.offset").with("value", wanted.config.offset_minutes))?;
    let name = name.trim();
    let (from, until) = bounds(name, offset).ok_or_else(|| Say::new("month.bad").with("month", name))?;
    let mut access = Access::open(wanted, "report")?;
    let (mut lines, mut visits) = (Vec::new(), Vec::new());
    for what in ["callbacks", "visits"] {
        // A line of long ago may have been written on in this month: all of them are looked at.
        let export = Export { what: what.to_owned(), since: None, until: None };
        access.ask(Query::Export(export), &mut |answer| {
            let Answer::Rows { rows, last } = answer else { return Ok(true) };
            for row in rows {
                match row {
                    ExportRow::Callback(line) => lines.push(*line),
                    ExportRow::Visit(visit) => visits.push(*visit),
                    _ => {}
                }
            }
            Ok(!last)
        })?;
    }
    let (staff, language, now) = (access.staff(), wanted.config.language, now());
    let (lines, visits) = (lines.as_slice(), visits.as_slice());
    let page = month_page(&Month { name, from, until, lines, visits, staff, language, offset, now });
    access.close()?;
    print(wanted, &page, form)
}

/// When a local month begins and ends.
pub(super) fn bounds(name: &str, offset: FixedOffset) -> Option<(Stamp, Stamp)> {
    let first = NaiveDate::parse_from_str(&format!("{name}-01"), "%Y-%m-%d").ok()?;
    let at = |day: NaiveDate| day.and_hms_opt(0, 0, 0)?.and_local_timezone(offset).single().map(Stamp::from);
    Some((at(first)?, at(first.checked_add_months(Months::new(1))?)?))
}

pub(super) fn print(wanted: &Wanted, page: &Page, form: Form) -> Result<u8, Say> {
    let words = match form {
        Form::Html => html(page, wanted.config.language),
        Form::Text => text(page),
    };
    out(&words)?;
    Ok(DONE)
}

fn ticket(access: &mut Access, id: TicketId) -> Result<Option<Ticket>, Say> {
    let mut found = None;
    access.ask(Query::Ticket(id), &mut |answer| {
        if let Answer::Ticket(ticket) = answer {
            found = ticket.map(|ticket| *ticket);
        }
        Ok(false)
    })?;
    Ok(found)
}

fn lines(access: &mut Access, id: TicketId) -> Result<Vec<TicketLine>, Say> {
    let mut found = Vec::new();
    access.ask(Query::TicketLines(id), &mut |answer| {
        if let Answer::TicketLines(lines) = answer {
            found = lines;
        }
        Ok(false)
    })?;
    Ok(found)
}
