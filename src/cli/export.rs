//! `ringdesk export`: rows for scripts.

use std::io::{BufWriter, Write};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use serde_json::Value;

use super::DONE;
use super::access::Access;
use super::arguments::{Format, Wanted};
use super::rows::{
    Row, call_row, callback_row, check_sheet_row, draw_row, history_row, intervention_row, journal_row, notice_row,
    recording_row, revisit_row, span_row, spot_draw_row, ticket_row, visit_row,
};
use crate::domain::Stamp;
use crate::text::Say;
use crate::wire::{Answer, Export, ExportRow, Query};

/// Excel in China reads UTF-8 only behind this mark.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub fn export(wanted: Wanted, what: &str, since: Option<&str>, until: Option<&str>, format: Format) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let offset = FixedOffset::east_opt(wanted.config.offset_minutes * 60)
        .ok_or_else(|| Say::new("config.offset").with("value", wanted.config.offset_minutes))?;
    let read = |text: Option<&str>| text.map(|text| moment(text, offset)).transpose();
    let export = Export { what: what.to_owned(), since: read(since)?, until: read(until)? };
    let mut access = Access::open(&wanted, "export")?;
    let mut sink = Sink::new(format);
    access.ask(Query::Export(export), &mut |answer| {
        let Answer::Rows { rows, last } = answer else { return Ok(true) };
        for row in rows {
            sink.put(&columns(row, offset))?;
        }
        Ok(!last)
    })?;
    sink.finish()?;
    access.close()?;
    Ok(DONE)
}

/// A row's columns.
fn columns(row: ExportRow, offset: FixedOffset) -> Row {
    match row {
        ExportRow::Call(call) => call_row(&call, offset),
        ExportRow::Ticket(ticket, notes) => ticket_row(&ticket, &notes, offset),
        ExportRow::Callback(line) => callback_row(&line, offset),
        ExportRow::Line(line) => history_row(&line, offset),
        ExportRow::Notice(notice) => notice_row(&notice, offset),
        ExportRow::Draw(draw) => draw_row(&draw, offset),
        ExportRow::Revisit(row) => revisit_row(&row, offset),
        ExportRow::Visit(visit) => visit_row(&visit, offset),
        ExportRow::Entry(entry, hash) => journal_row(&entry, &hash, offset),
        ExportRow::Span(span) => span_row(&span, offset),
        ExportRow::Intervention(step) => intervention_row(&step, offset),
        ExportRow::Recording(recording) => recording_row(&recording, offset),
        ExportRow::SpotDraw(draw) => spot_draw_row(&draw, offset),
        ExportRow::CheckSheet(sheet) => check_sheet_row(&sheet, offset),
    }
}

/// A moment as people write it: RFC 3339, or a local date with or without a time.
pub(super) fn moment(text: &str, offset: FixedOffset) -> Result<Stamp, Say> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Stamp::from(at));
    }
    let date = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|date| date.and_hms_opt(0, 0, 0));
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S"))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M"))
        .ok()
        .or_else(date);
    let at = local.and_then(|local| local.and_local_timezone(offset).single());
    at.map(Stamp::from).ok_or_else(|| Say::new("cli.moment").with("text", text))
}

/// Where rows go.
enum Sink {
    Jsonl(BufWriter<std::io::Stdout>),
    Csv(Box<csv::Writer<BufWriter<std::io::Stdout>>>, bool),
}

impl Sink {
    fn new(format: Format) -> Sink {
        let out = BufWriter::new(std::io::stdout());
        match format {
            Format::Jsonl => Sink::Jsonl(out),
            Format::Csv => Sink::Csv(Box::new(csv::Writer::from_writer(out)), false),
        }
    }

    fn put(&mut self, row: &Row) -> Result<(), Say> {
        let written = match self {
            Sink::Jsonl(out) => {
                serde_json::to_writer(&mut *out, row).map_err(std::io::Error::from).and_then(|()| out.write_all(b"\n"))
            }
            Sink::Csv(out, begun) => csv_row(out, begun, row),
        };
        written.map_err(stdout)
    }

    fn finish(self) -> Result<(), Say> {
        match self {
            Sink::Jsonl(mut out) => out.flush().map_err(stdout),
            Sink::Csv(mut out, _) => out.flush().map_err(stdout),
        }
    }
}

fn csv_row<W: Write>(out: &mut csv::Writer<W>, begun: &mut bool, row: &Row) -> std::io::Result<()> {
    if !*begun {
        *begun = true;
        let mut names = row.keys();
        let first = names.next().map(String::as_str).unwrap_or_default();
        let marked = [BYTE_ORDER_MARK, first.as_bytes()].concat();
        out.write_record(std::iter::once(marked).chain(names.map(|name| name.as_bytes().to_vec())))?;
    }
    out.write_record(row.values().map(cell))?;
    Ok(())
}

/// A cell. Lists are joined by spaces, inner objects stay JSON; a text that a spreadsheet would take for a formula is
/// given a quote mark, so that a caller's name can't run in the supervisor's Excel.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err() => {
            format!("'{text}")
        }
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object()) => {
            items.iter().map(cell).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

fn stdout(error: std::io::Error) -> Say {
    Say::new("cli.stdout").with("error", error)
}
