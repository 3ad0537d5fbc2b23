//! Columns, each as high as its number, with the numbers of the peaks beside them.
//!
//! Block elements are of ambiguous width: they are drawn where the terminal was found to draw them in one column, else the
//! columns are made of `#`, with `:` and `.` for what is less than a whole row.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::columns;
use super::popup::ink;
use crate::text::Ambiguous;
use crate::tui::canvas::{Canvas, Policy};
use crate::tui::model::Model;

/// The columns left of a chart in which its scale stands.
pub const SCALE: u16 = 7;
/// Numbers written at peaks.
const PEAKS: usize = 6;
/// Parts of a row that a column's end is drawn in.
const EIGHTHS: i64 = 8;

/// A chart of columns.
pub struct Chart<'a> {
    /// The numbers; nothing where there is no number.
    pub values: &'a [Option<i64>],
    /// The number of the full height.
    pub full: i64,
    /// A number in words.
    pub words: &'a dyn Fn(i64) -> String,
    /// The meaning of its style.
    pub style: &'static str,
    /// Whether the numbers of the highest are written beside them.
    pub peaks: bool,
    /// The chosen column.
    pub chosen: Option<usize>,
}

/// How wide each column of a chart with so many of them is.
pub fn column_width(width: u16, count: usize) -> u16 {
    let count = u16::try_from(count).unwrap_or(u16::MAX).max(1);
    (width.saturating_sub(SCALE) / count).clamp(1, 6)
}

/// What a row of a column is drawn with, by the eighths of it that are full.
pub fn glyph(policy: Policy, eighths: i64) -> &'static str {
    const BLOCKS: [&str; 9] =
        [" ", "\u{2581}", "\u{2582}", "\u{2583}", "\u{2584}", "\u{2585}", "\u{2586}", "\u{2587}", "\u{2588}"];
    let eighths = eighths.clamp(0, EIGHTHS);
    if policy.ambiguous == Ambiguous::Narrow && !policy.ascii_borders && !policy.plain_signs {
        return BLOCKS.get(usize::try_from(eighths).unwrap_or(0)).copied().unwrap_or(" ");
    }
    match eighths {
        0 => " ",
        1..=2 => ".",
        3..=5 => ":",
        _ => "#",
    }
}

/// The eighths of a row in which a number ends, counted from the bottom of the chart: what is there at all shows.
pub fn eighths_of(value: i64, full: i64, height: u16) -> i64 {
    if value <= 0 {
        return 0;
    }
    let whole = i64::from(height) * EIGHTHS;
    (value.min(full) * whole / full.max(1)).max(1)
}

/// Draws the columns with their scale; the row on top is left for the numbers of the highest.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, chart: &Chart<'_>) {
    if area.height < 2 || area.width <= SCALE {
        return;
    }
    let plot = Rect { x: area.x + SCALE, y: area.y + 1, width: area.width - SCALE, height: area.height - 1 };
    scale(model, canvas, plot, chart);
    let width = column_width(area.width, chart.values.len());
    let policy = canvas.policy();
    let style = ink(model, chart.style);
    for (at, value) in chart.values.iter().enumerate() {
        let Some(value) = value else { continue };
        let x = plot.x + width * u16::try_from(at).unwrap_or(0);
        let eighths = eighths_of(*value, chart.full, plot.height);
        for row in 0..plot.height {
            let part = (eighths - i64::from(row) * EIGHTHS).clamp(0, EIGHTHS);
            // A number that is nothing is told from none by its foot.
            let glyph = if *value == 0 && row == 0 { "_" } else { glyph(policy, part) };
            if glyph == " " || x + width > plot.right() {
                continue;
            }
            // A gap between wide columns lets them be counted.
            let bar = glyph.repeat(usize::from(if width > 2 { width - 1 } else { width }));
            canvas.put(x, plot.bottom() - 1 - row, &bar, width, style);
        }
    }
    if let Some(at) = chart.chosen.filter(|at| *at < chart.values.len()) {
        let x = plot.x + width * u16::try_from(at).unwrap_or(0);
        canvas.restyle(Rect { x, y: plot.y, width, height: plot.height }, model.theme.only("selected.popup"));
    }
    if chart.peaks {
        peaks(model, canvas, area, chart, width);
    }
}

/// The number of the full height, of half of it where there is room, and nothing at the foot.
fn scale(model: &Model, canvas: &mut Canvas<'_>, plot: Rect, chart: &Chart<'_>) {
    let style = ink(model, "muted");
    let put = |canvas: &mut Canvas<'_>, y: u16, value: i64| {
        canvas.put_right(plot.x - 1, y, &(chart.words)(value), SCALE - 1, style);
    };
    put(canvas, plot.y, chart.full);
    if plot.height >= 5 && chart.full >= 4 {
        put(canvas, plot.y + plot.height / 2, chart.full / 2);
    }
    if plot.height >= 2 {
        put(canvas, plot.bottom() - 1, 0);
    }
}

/// The numbers of the highest columns, each right above its column where nothing else stands.
fn peaks(model: &Model, canvas: &mut Canvas<'_>, area: Rect, chart: &Chart<'_>, width: u16) {
    let height = area.height - 1;
    let rows = |at: usize| {
        let value = chart.values.get(at).copied().flatten().unwrap_or(0);
        u16::try_from((eighths_of(value, chart.full, height) + EIGHTHS - 1) / EIGHTHS).unwrap_or(height)
    };
    let mut order: Vec<(i64, usize)> =
        chart.values.iter().enumerate().filter_map(|(at, value)| Some(((*value)?, at))).collect();
    order.retain(|(value, at)| *value > 0 && is_peak(chart.values, *at));
    order.sort_by_key(|(value, at)| (std::cmp::Reverse(*value), *at));
    let mut taken: Vec<(u16, u16, u16)> = Vec::new();
    for (value, at) in order {
        let words = (chart.words)(value);
        let long = columns(canvas, &words);
        let column = area.x + SCALE + width * u16::try_from(at).unwrap_or(0);
        let x = (column + width / 2).saturating_sub(long / 2).clamp(area.x + SCALE, area.right().saturating_sub(long));
        let y = area.bottom().saturating_sub(rows(at) + 1).max(area.y);
        let covered =
            (x.saturating_sub(area.x + SCALE) / width)..=((x + long - 1).saturating_sub(area.x + SCALE) / width);
        let clear = covered.into_iter().all(|other| rows(usize::from(other)) <= rows(at));
        let apart = taken.iter().all(|(from, to, row)| x > to + 1 || x + long < *from || row.abs_diff(y) > 1);
        if clear && apart && taken.len() < PEAKS {
            canvas.put(x, y, &words, long, ink(model, "strong"));
            taken.push((x, x + long, y));
        }
    }
}

/// Neither neighbour is higher.
fn is_peak(values: &[Option<i64>], at: usize) -> bool {
    let value = |at: usize| values.get(at).copied().flatten().unwrap_or(0);
    let left = at.checked_sub(1).map_or(0, value);
    value(at) >= left && value(at) >= value(at + 1)
}

/// Writes the hours below the columns of half-hours that begin with this one.
pub fn hours(model: &Model, canvas: &mut Canvas<'_>, area: Rect, first: usize, count: usize) {
    let width = column_width(area.width, count);
    let step = [2, 4, 6, 8, 12].into_iter().find(|step| width * step >= 3).unwrap_or(12);
    for at in 0..count {
        let slot = first + at;
        let x = area.x + SCALE + width * u16::try_from(at).unwrap_or(0);
        if slot.is_multiple_of(usize::from(step)) && x + 2 <= area.right() {
            canvas.put(x, area.y, &format!("{:02}", slot / 2), 2, ink(model, "muted"));
        }
    }
}

/// A bar to the right, in thousandths of its room: blocks, or `#`.
pub fn bar(canvas: &mut Canvas<'_>, area: Rect, permille: i64, style: Style) {
    let full = i64::from(area.width) * permille.clamp(0, 1_000) / 1_000;
    let full = usize::try_from(if permille > 0 { full.max(1) } else { full }).unwrap_or(0);
    let text = glyph(canvas.policy(), EIGHTHS).repeat(full);
    canvas.put(area.x, area.y, &text, area.width, style);
}
