//! The overview: every measure with its number, or a row for each queue, agent, team, type, department.

use ratatui::layout::Rect;

use super::{foot, is_front};
use crate::domain::figures::{By, Counts, Group};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::figures::{Figured, Of};
use crate::tui::model::{FiguresView, Model};
use crate::tui::pane::columns;
use crate::tui::pane::popup::{choose, ink};

/// From this width on measures and counts stand side by side.
const SIDE_BY_SIDE: u16 = 100;
/// Columns of a number, and of what is above and below its line.
const VALUE: u16 = 9;
const SHARE: u16 = 22;
/// The widest name of a row.
const NAME: u16 = 26;

/// Draws it; nothing where the sums are being asked for.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, foot: Rect, view: &FiguresView) -> Option<()> {
    let table = model.overview(view)?;
    match view.by {
        By::All => {
            let counts = table.into_values().next().unwrap_or_default();
            all(model, canvas, area, view, &counts);
            super::foot(model, canvas, foot, &model.formula_note(view));
        }
        by => grouped(model, canvas, area, foot, view, &table.into_iter().map(|row| (by, row)).collect::<Vec<_>>()),
    }
    Some(())
}

/// Every measure in a row; where there is room the counts beside them.
fn all(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &FiguresView, counts: &Counts) {
    let rows: Vec<Figured> = model.figured().map(|of| model.figured_of(of, counts)).collect();
    let measures = rows.iter().filter(|row| matches!(row.of, Of::Measure(_))).count();
    let height = usize::from(area.height);
    if area.width < SIDE_BY_SIDE || height < measures {
        let top = (view.at + 1).saturating_sub(height);
        for (line, (at, row)) in rows.iter().enumerate().skip(top).take(height).enumerate() {
            put(model, canvas, line_of(area, line), row, at == view.at);
        }
        return;
    }
    let left = Rect { width: area.width / 2, ..area };
    let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
    for (at, row) in rows.iter().enumerate().take(measures) {
        put(model, canvas, line_of(left, at), row, at == view.at);
    }
    let at = view.at.saturating_sub(measures);
    let top = (at + 1).saturating_sub(height);
    for (line, (at, row)) in rows.iter().enumerate().skip(measures + top).take(height).enumerate() {
        put(model, canvas, line_of(right, line), row, at == view.at);
    }
}

fn line_of(area: Rect, line: usize) -> Rect {
    Rect { y: area.y + u16::try_from(line).unwrap_or(0), height: 1, ..area }
}

/// A measure: its name, its number, what is above and below the line.
fn put(model: &Model, canvas: &mut Canvas<'_>, line: Rect, row: &Figured, chosen: bool) {
    let name = NAME.min(line.width.saturating_sub(VALUE + 4) * 2 / 3);
    canvas.put_fit(line.x + 2, line.y, &row.name, name, ink(model, "value"));
    let x = line.x + 2 + name;
    canvas.put_right(x + VALUE, line.y, &row.value, VALUE, ink(model, "strong"));
    let room = SHARE.min(line.right().saturating_sub(x + VALUE + 2));
    canvas.put(x + VALUE + 2, line.y, &row.share, room, ink(model, "muted"));
    if chosen && is_front(model) {
        let width = (2 + name + VALUE + 2 + SHARE).min(line.width);
        choose(model, canvas, Rect { width, ..line });
    }
}

/// A row for each of them, as many measures beside each other as there is room, the chosen one among them.
fn grouped(
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
    below: Rect,
    view: &FiguresView,
    rows: &[(By, (Group, Counts))],
) {
    let figured: Vec<Of> = model.figured().collect();
    let nothing = Counts::default();
    let heads: Vec<String> = figured.iter().map(|of| model.figured_of(*of, &nothing).name).collect();
    let names: Vec<String> = rows.iter().map(|(by, (group, _))| model.group_name(*by, group)).collect();
    let name = names.iter().map(|name| columns(canvas, name)).max().unwrap_or(0).clamp(8, NAME.min(area.width / 3));
    let wide: Vec<u16> = heads.iter().map(|head| columns(canvas, head).clamp(7, 16)).collect();
    let room = area.width.saturating_sub(name + 2);
    let first = first_column(&wide, view.across, room);
    let mut x = area.x + 2 + name + 2;
    let mut shown = Vec::new();
    for (at, width) in wide.iter().enumerate().skip(first) {
        if x + width > area.right() {
            break;
        }
        let style = if at == view.across { "strong" } else { "label" };
        canvas.put_right(x + width, area.y, &short(canvas, &heads, at, *width), *width, ink(model, style));
        shown.push((at, x, *width));
        x += width + 2;
    }
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let height = usize::from(list.height);
    let top = (view.at + 1).saturating_sub(height);
    for (line, (at, (_, (_, counts)))) in rows.iter().enumerate().skip(top).take(height).enumerate() {
        let line = line_of(list, line);
        let text = names.get(at).map(String::as_str).unwrap_or_default();
        canvas.put_fit(line.x + 2, line.y, text, name, ink(model, "value"));
        for (column, x, width) in &shown {
            let Some(of) = figured.get(*column) else { continue };
            let value = model.figured_of(*of, counts).value;
            canvas.put_right(x + width, line.y, &value, *width, ink(model, "value"));
        }
        if at == view.at && is_front(model) {
            choose(model, canvas, line);
        }
        if let Some((_, x, width)) = shown.iter().find(|(column, ..)| *column == view.across && at == view.at) {
            canvas.restyle(Rect { x: *x, y: line.y, width: *width, height: 1 }, model.theme.only("field.focus"));
        }
    }
    if rows.is_empty() {
        canvas.put(list.x + 2, list.y, &model.word("figure_page.empty"), list.width, ink(model, "muted"));
    }
    said(model, canvas, below, view, rows, (&names, &figured));
}

fn said(
    model: &Model,
    canvas: &mut Canvas<'_>,
    below: Rect,
    view: &FiguresView,
    rows: &[(By, (Group, Counts))],
    (names, figured): (&[String], &[Of]),
) {
    let chosen = rows.get(view.at).zip(figured.get(view.across));
    let Some(((_, (_, counts)), of)) = chosen else { return };
    let figure = model.figured_of(*of, counts);
    let say = Say::new("figure_page.at")
        .with("what", names.get(view.at).map(String::as_str).unwrap_or_default())
        .with("name", &figure.name)
        .with("value", &figure.value)
        .with("share", &figure.share)
        .with("column", view.across + 1)
        .with("columns", figured.len());
    foot(model, canvas, below, &model.words(&say));
}

fn short(canvas: &Canvas<'_>, heads: &[String], at: usize, width: u16) -> String {
    let head = heads.get(at).map(String::as_str).unwrap_or_default();
    crate::text::shorten(head, usize::from(width), canvas.policy().ambiguous).to_string()
}

/// The first column shown, so that the chosen one is.
fn first_column(wide: &[u16], across: usize, room: u16) -> usize {
    let mut first = 0;
    let fits = |first: usize| {
        let shown = wide.get(first..=across).unwrap_or_default();
        shown.iter().map(|width| width + 2).sum::<u16>() <= room
    };
    while first < across && !fits(first) {
        first += 1;
    }
    first
}
