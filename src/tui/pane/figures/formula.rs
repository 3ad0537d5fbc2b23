//! Where a figure comes from: its number, formula and parts on top, the records behind the chosen part below.

use ratatui::layout::Rect;

use super::framed;
use crate::text::wrap;
use crate::tui::canvas::Canvas;
use crate::tui::layer::Layer;
use crate::tui::model::{FormulaPage, Model};
use crate::tui::pane::columns;
use crate::tui::pane::popup::{choose, ink};

/// Rows that records keep where the screen is small.
const LEAST_ROWS: u16 = 4;
const GAP: u16 = 2;

/// Draws the page.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, page: &FormulaPage) {
    let inside = framed(model, canvas, area, &model.formula_title(page));
    let Some(head) = model.formula_head(page) else {
        canvas.put(inside.x, inside.y, &model.word("figure_page.asking"), inside.width, ink(model, "muted"));
        return;
    };
    let ambiguous = canvas.policy().ambiguous;
    let wrapped: Vec<(&str, String)> = head
        .into_iter()
        .flat_map(|(style, text)| {
            let lines = wrap(&text, usize::from(inside.width).max(2), ambiguous);
            lines.into_iter().map(move |line| (style, line))
        })
        .collect();
    let room = inside.height.saturating_sub(LEAST_ROWS + 1);
    let mut y = inside.y;
    for (style, line) in wrapped.iter().take(usize::from(room)) {
        canvas.put(inside.x, y, line, inside.width, ink(model, style));
        y += 1;
    }
    let list = Rect { y, height: inside.bottom().saturating_sub(y), ..inside };
    if list.height >= 2 {
        rows(model, canvas, list, page);
    }
}

/// The records, under what they are.
fn rows(model: &Model, canvas: &mut Canvas<'_>, area: Rect, page: &FormulaPage) {
    canvas.hline(area.x, area.y, area.width, ink(model, "border"));
    let title = format!(" {} ", model.rows_words(page));
    canvas.put(area.x + 1, area.y, &title, area.width, ink(model, "title"));
    let list = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let height = usize::from(list.height);
    let top = (page.at + 1).saturating_sub(height);
    let rows = page.rows_in_sight();
    let cells: Vec<Vec<String>> = rows.iter().skip(top).take(height).map(|row| model.row_cells(row)).collect();
    let widths = widths(canvas, &cells, list.width.saturating_sub(1));
    let front = matches!(model.layers.last(), Some(Layer::Formula(_)));
    for (line, (y, row)) in (list.y..list.bottom()).zip(&cells).enumerate() {
        let mut x = list.x + 1;
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let style = if at == 0 { "muted" } else { "value" };
            let room = (*width).min(list.right().saturating_sub(x));
            canvas.put_fit(x, y, cell, room, ink(model, style));
            x = (x + width + GAP).min(list.right());
        }
        if line + top == page.at && front {
            choose(model, canvas, Rect { y, height: 1, ..list });
        }
    }
    if rows.is_empty() && page.heard().is_some() {
        canvas.put(list.x + 1, list.y, &model.word("figure_page.empty"), list.width, ink(model, "muted"));
    }
}

/// As wide as the widest cell of each column; the last one gives way, and then the widest.
fn widths(canvas: &Canvas<'_>, rows: &[Vec<String>], room: u16) -> Vec<u16> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, at: usize| row.get(at).map_or(0, |cell| columns(canvas, cell));
    let mut widths: Vec<u16> = (0..count).map(|at| rows.iter().map(|row| cell(row, at)).max().unwrap_or(0)).collect();
    let all = |widths: &[u16]| widths.iter().map(|width| width + GAP).sum::<u16>();
    while all(&widths) > room + GAP {
        let Some(widest) = widths.iter_mut().rev().max_by_key(|width| **width) else { break };
        if *widest <= 4 {
            break;
        }
        *widest -= 1;
    }
    widths
}
