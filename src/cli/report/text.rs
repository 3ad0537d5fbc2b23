//! A report as plain text in columns that stand under each other, also where Chinese is mixed with letters.

use super::blocks::blocks;
use super::content::{Page, Part};
use crate::text::width::width;
use crate::text::{Ambiguous, clean, fit, fit_right, wrap};

/// Columns of a line.
pub(super) const COLUMNS: usize = 96;
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
            Part::Numbers(heads, rows) => numbers(&mut lines, heads, rows),
            Part::Chart(chart) => lines.extend(blocks(chart)),
            Part::Words(words) => lines.extend(words.iter().flat_map(|words| wrapped(words, COLUMNS))),
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

/// A table of numbers in pieces that have at most so many columns of numbers each; the first column stands in all.
pub(super) fn abreast(heads: &[String], rows: &[Vec<String>], most: usize) -> Vec<(Vec<String>, Vec<Vec<String>>)> {
    let all = heads.len().saturating_sub(1);
    let piece = |from: usize| {
        let cut = |row: &[String]| -> Vec<String> {
            row.iter().take(1).chain(row.iter().skip(1 + from).take(most)).cloned().collect()
        };
        (cut(heads), rows.iter().map(|row| cut(row)).collect())
    };
    (0..all.max(1)).step_by(most.max(1)).map(piece).collect()
}

/// Columns between two numbers.
const GAP: usize = 2;
/// The most columns a group's name takes.
const NAMED: usize = 26;

/// A table of numbers: each column as wide as its widest cell, numbers under each other at their right end. What does not
/// go beside each other stands in a further table below.
fn numbers(lines: &mut Vec<String>, heads: &[String], rows: &[Vec<String>]) {
    let wide = |row: &[String], column: usize| row.get(column).map_or(0, |cell| width(&clean(cell, NARROW), NARROW));
    let widths: Vec<usize> = (0..heads.len())
        .map(|column| rows.iter().map(|row| wide(row, column)).chain([wide(heads, column)]).max().unwrap_or(0))
        .collect();
    let named = widths.first().map_or(0, |widest| (*widest).min(NAMED));
    let mut from = 1;
    while from < heads.len() || from == 1 {
        let mut used = named;
        let fits = |columns: &&usize| {
            used += **columns + GAP;
            used <= COLUMNS
        };
        let many = widths.iter().skip(from).take_while(fits).count().max(1);
        if from > 1 {
            lines.push(String::new());
        }
        for row in std::iter::once(heads).chain(rows.iter().map(Vec::as_slice)) {
            let mut line = fit(row.first().map(String::as_str).unwrap_or_default(), named, NARROW);
            for (cell, columns) in row.iter().zip(&widths).skip(from).take(many) {
                line.push_str(&fit_right(cell, columns + GAP, NARROW));
            }
            lines.push(line);
        }
        from += many;
    }
}
