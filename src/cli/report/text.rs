//! A report as plain text in columns that stand under each other, also where Chinese is mixed with letters.

use super::content::{Page, Part};
use crate::text::width::width;
use crate::text::{Ambiguous, clean, fit, wrap};

/// Columns of a line.
const COLUMNS: usize = 96;
/// Columns of the names before the values.
const NAMES: usize = 20;
const NARROW: Ambiguous = Ambiguous::Narrow;

/// The report as lines of text.
pub fn text(page: &Page) -> String {
    let indent = COLUMNS.saturating_sub(width(&page.title, NARROW)) / 2;
    let mut lines = vec![format!("{}{}", " ".repeat(indent), page.title)];
    for (heading, part) in &page.parts {
        lines.extend([String::new(), format!("== {} ==", clean(heading, NARROW))]);
        match part {
            Part::Pairs(pairs) => pairs.iter().for_each(|(name, value)| pair(&mut lines, name, value)),
            Part::Table(heads, rows) => table(&mut lines, heads, rows),
            Part::Signatures(names) => names.iter().for_each(|name| {
                lines.extend([String::new(), format!("{}{}", fit(name, NAMES, NARROW), "_".repeat(40))]);
            }),
        }
    }
    lines.extend([String::new(), page.foot.clone()]);
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The lines of a text that was typed, cleaned of whatever is not text.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrap(&clean(line, NARROW), columns, NARROW)).collect()
}

fn pair(lines: &mut Vec<String>, name: &str, value: &str) {
    for (at, part) in wrapped(value, COLUMNS - NAMES).into_iter().enumerate() {
        let name = if at == 0 { name } else { "" };
        lines.push(format!("{}{part}", fit(name, NAMES, NARROW)));
    }
}

/// A table: every column as wide as its widest cell, the last one wrapped into what is left of the line.
fn table(lines: &mut Vec<String>, heads: &[String], rows: &[Vec<String>]) {
    let last = heads.len().saturating_sub(1);
    let cells =
        |column: usize| rows.iter().chain([&heads.to_vec()]).filter_map(|row| row.get(column).cloned()).collect();
    let widths: Vec<usize> = (0..last)
        .map(|column| {
            let cells: Vec<String> = cells(column);
            cells.iter().map(|cell| width(&clean(cell, NARROW), NARROW)).max().unwrap_or(0)
        })
        .collect();
    let left = COLUMNS.saturating_sub(widths.iter().map(|width| width + 2).sum()).max(12);
    for row in [heads.to_vec()].iter().chain(rows) {
        let mut first = String::new();
        for (cell, columns) in row.iter().zip(&widths) {
            first.push_str(&fit(&clean(cell, NARROW), columns + 2, NARROW));
        }
        let wrapped = wrapped(row.get(last).map(String::as_str).unwrap_or_default(), left);
        let rest = " ".repeat(width(&first, NARROW));
        lines.push(format!("{first}{}", wrapped.first().cloned().unwrap_or_default()));
        lines.extend(wrapped.into_iter().skip(1).map(|part| format!("{rest}{part}")));
    }
}
