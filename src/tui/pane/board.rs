//! Figures in rows and columns, below the incoming calls: numbers to the right, words to the left, the first column
//! giving way where they do not all fit.

use ratatui::layout::Rect;

use super::columns;
use super::popup::{choose, ink};
use crate::tui::canvas::Canvas;
use crate::tui::layer::Layer;
use crate::tui::model::due::board::BoardView;
use crate::tui::model::{Board, Model};

/// The widest board: figures far apart are not read together.
const WIDEST: u16 = 118;
/// The gap between two columns.
const GAP: u16 = 2;

/// Draws the board of a popup.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &BoardView) {
    let board = model.board(&view.kind);
    let width = WIDEST.min(area.width);
    let outer = Rect { x: area.x + (area.width - width) / 2, width, ..area };
    canvas.fill(outer, model.theme.style("popup"));
    canvas.frame(outer, &board.title, model.theme.style("popup.border"), model.theme.style("popup.title"));
    let inside = Rect {
        x: outer.x + 2,
        y: outer.y + 1,
        width: outer.width.saturating_sub(4),
        height: outer.height.saturating_sub(2),
    };
    let set = Setting::of(canvas, &board, inside.width.saturating_sub(1));
    set.row(model, canvas, Rect { x: inside.x + 1, height: 1, ..inside }, &board.head, "label");
    let foot = u16::from(!board.foot.is_empty());
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1 + foot), ..inside };
    let height = usize::from(list.height);
    let top = (view.at + 1).saturating_sub(height);
    let front = matches!(model.layers.last(), Some(Layer::Board(_)));
    for (index, row) in board.rows.iter().enumerate().skip(top).take(height) {
        let line = super::row(list, u16::try_from(index - top).unwrap_or(0));
        let cells = Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line };
        if row.is_heading() {
            let text = row.cells.first().map(String::as_str).unwrap_or_default();
            canvas.put(cells.x, cells.y, text, cells.width, ink(model, row.style));
        } else {
            set.row(model, canvas, cells, &row.cells, row.style);
        }
        if index == view.at && front {
            choose(model, canvas, line);
        }
    }
    if board.rows.is_empty() {
        canvas.put(list.x + 1, list.y, &model.word("due.board-none"), list.width, ink(model, "muted"));
    }
    let last = inside.bottom().saturating_sub(1);
    canvas.put(inside.x, last, &board.foot, inside.width * foot, ink(model, "muted"));
}

/// How wide each column is, and whether it holds figures.
struct Setting {
    columns: Vec<(u16, bool)>,
}

impl Setting {
    fn of(canvas: &Canvas<'_>, board: &Board, width: u16) -> Setting {
        let rows = || board.rows.iter().filter(|row| !row.is_heading());
        let mut set: Vec<(u16, bool)> = Vec::new();
        for (at, head) in board.head.iter().enumerate() {
            let cells = || rows().filter_map(|row| row.cells.get(at));
            let widest = cells().map(|cell| columns(canvas, cell)).max().unwrap_or(0).max(columns(canvas, head));
            set.push((widest, cells().all(|cell| is_figure(cell))));
        }
        // What is too wide is taken from the widest column.
        let gaps = GAP * u16::try_from(set.len().saturating_sub(1)).unwrap_or(0);
        let all = |set: &[(u16, bool)]| set.iter().map(|(width, _)| *width).sum::<u16>() + gaps;
        while all(&set) > width {
            let Some(widest) = set.iter_mut().max_by_key(|(width, _)| *width) else { break };
            if widest.0 <= 4 {
                break;
            }
            widest.0 -= 1;
        }
        Setting { columns: set }
    }

    fn row(&self, model: &Model, canvas: &mut Canvas<'_>, area: Rect, cells: &[String], style: &str) {
        let mut x = area.x;
        for (at, ((width, figures), cell)) in self.columns.iter().zip(cells).enumerate() {
            let room = (*width).min(area.right().saturating_sub(x));
            let style = ink(model, if at == 0 && style == "muted" { "value" } else { style });
            if *figures {
                canvas.put_right(x + room, area.y, cell, room, style);
            } else {
                canvas.put_fit(x, area.y, cell, room, style);
            }
            x = (x + width + GAP).min(area.right());
        }
    }
}

fn is_figure(cell: &str) -> bool {
    cell.chars().all(|char| char.is_ascii_digit() || matches!(char, '%' | '.' | ':' | '!' | '\u{2013}'))
}
