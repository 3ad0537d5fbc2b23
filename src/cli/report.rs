//! `ringdesk report`: a ticket's investigation report (投诉调查报告), to print or to read. What is under seal is never in
//! it (R-REQ-6).

mod content;
mod html;
mod text;

use chrono::FixedOffset;

use super::access::Access;
use super::arguments::{Form, Wanted};
use super::{DONE, now, out};
use crate::domain::command::{Command, TicketCommand};
use crate::domain::{Ticket, TicketId, TicketLine};
use crate::text::Say;
use crate::wire::{Answer, Query};

use content::{Matter, page};
use html::html;
use text::text;

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
    let words = match form {
        Form::Html => html(&page, wanted.config.language),
        Form::Text => text(&page),
    };
    access.close()?;
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
