//! A text in lines, with every place where a caret may stand: the field of several lines draws and moves by it.

use super::UnicodeSegmentation;
use super::clean::clean;
use super::width::{Ambiguous, width};
use super::wrap::wrap_ranges;

/// A line of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldLine {
    /// What is shown, cleaned.
    pub text: String,
    /// The bytes of the stored text before which the caret may stand here, each with its column.
    pub places: Vec<(usize, usize)>,
}

/// The lines of a field; at least one. The whole text is set once, so that the caret is where the letters are.
pub fn field_lines(text: &str, columns: usize, ambiguous: Ambiguous) -> Vec<FieldLine> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.split('\n') {
        set_paragraph(paragraph, start, columns, ambiguous, &mut lines);
        start += paragraph.len() + 1;
    }
    lines
}

/// Row and column of the caret before the byte `at` of the stored text. Where a line was broken the caret stands at the
/// begin of the next one.
pub fn caret_of(lines: &[FieldLine], at: usize) -> (usize, usize) {
    let before = |line: &FieldLine| line.places.iter().rfind(|place| place.0 <= at).map(|place| place.1);
    let found = lines.iter().enumerate().rev().find_map(|(row, line)| before(line).map(|column| (row, column)));
    found.unwrap_or_default()
}

/// The byte of the stored text where a caret stands that moves by rows and keeps its column as well as it can; nothing
/// beyond the first and the last row.
pub fn caret_by_rows(lines: &[FieldLine], at: usize, rows: isize) -> Option<usize> {
    let (row, column) = caret_of(lines, at);
    let line = lines.get(row.checked_add_signed(rows)?)?;
    let near = line.places.iter().rfind(|place| place.1 <= column).or_else(|| line.places.first());
    near.map(|place| place.0)
}

fn set_paragraph(text: &str, start: usize, columns: usize, ambiguous: Ambiguous, lines: &mut Vec<FieldLine>) {
    let cleaned = clean(text, ambiguous);
    let set = wrap_ranges(&cleaned, columns, ambiguous);
    let first = lines.len();
    lines.extend(set.iter().map(|(text, _)| FieldLine { text: text.clone(), places: Vec::new() }));
    for (stored, shown) in boundaries(text, &cleaned, ambiguous) {
        let row = set.iter().rposition(|(_, range)| range.start <= shown).unwrap_or(0);
        let from = set.get(row).map_or(0, |(_, range)| range.start);
        let column = width(cleaned.get(from..shown).unwrap_or_default(), ambiguous).min(columns);
        if let Some(line) = lines.get_mut(first + row) {
            line.places.push((start + stored, column));
        }
    }
}

/// The boundaries between the graphemes of the stored text, each with its byte in the cleaned one.
fn boundaries(text: &str, cleaned: &str, ambiguous: Ambiguous) -> Vec<(usize, usize)> {
    let mut boundaries = vec![(0, 0)];
    let (mut stored, mut shown) = (0, 0);
    for grapheme in text.graphemes(true) {
        stored += grapheme.len();
        shown += clean(grapheme, ambiguous).len();
        let near = (0..=shown.min(cleaned.len())).rev().find(|&at| cleaned.is_char_boundary(at));
        boundaries.push((stored, near.unwrap_or(0)));
    }
    boundaries
}
