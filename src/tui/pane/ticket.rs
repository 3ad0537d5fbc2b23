//! The page of a ticket, below the incoming calls: what it is, what is due, what happened. It scrolls; signs in its frame
//! say how many rows are above and below.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::columns;
use crate::text::wrap;
use crate::tui::canvas::Canvas;
use crate::tui::model::pages::PageRow;
use crate::tui::model::{Model, TicketPage};

/// The widest page: longer lines are not read faster.
const WIDEST: u16 = 118;

/// A set row: pieces at their columns.
type Set = Vec<(u16, &'static str, String)>;

/// Draws the page.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, page: &TicketPage) {
    draw_rows(model, canvas, area, &model.page_title(page), &model.page_rows(page), page.at);
}

/// Draws the rows of a page in a frame of its own, from this row on.
pub(super) fn draw_rows(model: &Model, canvas: &mut Canvas<'_>, area: Rect, title: &str, rows: &[PageRow], at: usize) {
    let width = WIDEST.min(area.width);
    let x = area.x + (area.width - width) / 2;
    let outer = Rect { x, width, ..area };
    canvas.fill(outer, model.theme.style("popup"));
    let style = model.theme.style("popup.border");
    canvas.frame(outer, title, style, model.theme.style("popup.title"));
    let inside = Rect {
        x: outer.x + 2,
        y: outer.y + 1,
        width: outer.width.saturating_sub(4),
        height: outer.height.saturating_sub(2),
    };
    let rows = set(canvas, inside.width, rows);
    let height = usize::from(inside.height);
    let end = rows.len().saturating_sub(height);
    model.page_end.set(end);
    let top = at.min(end);
    for (row, y) in rows.iter().skip(top).zip(inside.y..inside.bottom()) {
        for (x, meaning, text) in row {
            let room = inside.width.saturating_sub(*x);
            canvas.put(inside.x + x, y, text, room, ink(model, meaning));
        }
    }
    let below = rows.len().saturating_sub(top + height);
    for (y, sign, count) in [(outer.y, "\u{25b2}", top), (outer.bottom().saturating_sub(1), "\u{25bc}", below)] {
        if count > 0 {
            let text = format!(" {sign}{count} ");
            canvas.put_right(outer.right().saturating_sub(2), y, &text, 8, model.theme.style("popup.title"));
        }
    }
}

/// Draws what the form beside is about, where no call is: whoever works a stage sees what it is about.
pub fn draw_beside(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> bool {
    let draft = model.drafts.open().filter(|draft| draft.saved().is_none());
    // The sheet of a callback is about the ticket of the debt in sight.
    let of_sheet = || draft?.sheet.as_ref()?.debt()?.ticket;
    let worked = draft.and_then(|draft| draft.edits).map(|(id, _)| id).or_else(of_sheet);
    let Some(ticket) = worked.and_then(|id| model.desk.state().tickets.get(&id)) else { return false };
    let title = format!("{} {}", model.word("pane.ticket"), ticket.id.spoken());
    let body = super::titled(model, canvas, area, crate::tui::model::Pane::Call, &title, "");
    let width = body.width.saturating_sub(2);
    let rows = set(canvas, width, &model.beside_rows(ticket));
    for (row, y) in rows.iter().zip(body.y..body.bottom()) {
        for (x, meaning, text) in row {
            canvas.put(body.x + 1 + x, y, text, width.saturating_sub(*x), model.theme.style(meaning));
        }
    }
    true
}

/// A meaning on the ground of the popup.
fn ink(model: &Model, meaning: &str) -> Style {
    model.theme.on("popup", meaning)
}

/// The rows as they are drawn, wrapped into this width.
fn set(canvas: &Canvas<'_>, width: u16, rows: &[PageRow]) -> Vec<Set> {
    let ambiguous = canvas.policy().ambiguous;
    let wide = |text: &String| columns(canvas, text);
    let label = rows.iter().filter_map(|row| match row {
        PageRow::Pair(name, ..) => Some(wide(name)),
        _ => None,
    });
    let label = label.max().unwrap_or(0).min(width / 3) + 2;
    let clocks = clock_columns(canvas, rows, width);
    let fold = |text: &str, from: u16| {
        let lines = wrap(text, usize::from(width.saturating_sub(from)).max(2), ambiguous);
        if lines.is_empty() { vec![String::new()] } else { lines }
    };
    let mut set: Vec<Set> = Vec::new();
    for row in rows {
        match row {
            PageRow::Heading(title, beside) => {
                let next = wide(title) + 2;
                set.push(vec![(0, "title", title.clone()), (next, "muted", beside.clone())]);
            }
            PageRow::Pair(name, style, text) => {
                for (index, line) in fold(text, label).into_iter().enumerate() {
                    let name = if index == 0 { shortened(canvas, name, label - 1) } else { String::new() };
                    set.push(vec![(0, "label", name), (label, style, line)]);
                }
            }
            PageRow::Clock(cells, style) => {
                let mut row = Vec::new();
                let mut x = 0;
                for (index, (cell, width)) in cells.iter().zip(clocks).enumerate() {
                    let style = if index == 0 || index > 2 { *style } else { "muted" };
                    let style = if index == 0 && *style != *"title" { "value" } else { style };
                    row.push((x, style, shortened(canvas, cell, width)));
                    x += width + 2;
                }
                set.push(row);
            }
            PageRow::Tick(key, done, what, by) => {
                let sign = if *done { "[x]" } else { "[ ]" };
                let at = 8 + wide(what) + 2;
                let (style, by_style) = if *done { ("muted", "good") } else { ("warning", "muted") };
                set.push(vec![
                    (0, "key", key.clone()),
                    (3, style, sign.to_owned()),
                    (8, style, what.clone()),
                    (at, by_style, by.clone()),
                ]);
            }
            PageRow::Line(when, who, what) => {
                let (first, second) = (wide(when).max(11) + 1, wide(who).clamp(6, 12) + 1);
                for (index, line) in fold(what, first + second).into_iter().enumerate() {
                    let head = |text: &String| if index == 0 { text.clone() } else { String::new() };
                    let who = shortened(canvas, &head(who), second - 1);
                    set.push(vec![(0, "muted", head(when)), (first, "value", who), (first + second, "value", line)]);
                }
            }
            PageRow::Text(style, text) => set.extend(fold(text, 0).into_iter().map(|line| vec![(0, *style, line)])),
        }
    }
    set
}

fn shortened(canvas: &Canvas<'_>, text: &str, width: u16) -> String {
    crate::text::shorten(text, usize::from(width), canvas.policy().ambiguous).to_string()
}

/// As wide as the widest of each column, the name giving way where they do not all fit.
fn clock_columns(canvas: &Canvas<'_>, rows: &[PageRow], width: u16) -> [u16; 5] {
    let mut widths = [0; 5];
    for row in rows {
        let PageRow::Clock(cells, _) = row else { continue };
        for (widest, cell) in widths.iter_mut().zip(cells) {
            *widest = columns(canvas, cell).max(*widest);
        }
    }
    let [name, rest @ ..] = widths;
    let others: u16 = rest.iter().map(|column| column + 2).sum();
    let [started, first, due, left] = rest;
    [name.min(width.saturating_sub(others).max(6)), started, first, due, left]
}
