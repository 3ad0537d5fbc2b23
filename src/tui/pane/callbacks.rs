//! 回访: who is owed a call, by due time.

use ratatui::layout::Rect;

use super::{choose, due, row, titled};
use crate::domain::Callback;
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::{Model, Pane};
use crate::tui::words;

/// Draws the pane.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let rows = model.callback_rows();
    let late = rows.iter().filter(|line| line.due_at <= model.now).count();
    let title = model.words(&Say::new("callbacks.title").with("count", rows.len()));
    let beside = if late > 0 { model.words(&Say::new("callbacks.late").with("count", late)) } else { String::new() };
    let body = titled(model, canvas, area, Pane::Callbacks, &title, &beside);
    if rows.is_empty() {
        canvas.put(body.x + 2, body.y, &model.word("callbacks.none"), body.width, model.theme.style("muted"));
        return;
    }
    let (height, at) = (usize::from(body.height), model.callback_list.at(rows.len()));
    let top = model.callback_list.top(rows.len(), height);
    for (index, line) in rows.iter().enumerate().skip(top).take(height) {
        let area = row(body, u16::try_from(index - top).unwrap_or(0));
        draw_line(model, canvas, area, line);
        if index == at {
            choose(model, canvas, area, model.focus == Pane::Callbacks);
        }
    }
}

fn draw_line(model: &Model, canvas: &mut Canvas<'_>, area: Rect, line: &Callback) {
    let theme = &model.theme;
    let (style, sign) = due(model, line.due_at);
    let mut x = area.x + 2;
    let mut column = |canvas: &mut Canvas<'_>, text: &str, width: u16, style: &str| {
        canvas.put_fit(x, area.y, text, width.min(area.right().saturating_sub(x)), theme.style(style));
        x = (x + width + 1).min(area.right());
    };
    column(canvas, sign, 2, style);
    column(canvas, &words::moment(line.due_at, model.now, model.desk.welcome().offset_ms), 11, style);
    column(canvas, &line.number, 13, "strong");
    column(canvas, &line.name, 10, "value");
    column(canvas, &model.word(words::reason(line.reason)), 10, "value");
    let mark = if line.rehearsal { format!("[{}] ", model.word("mark.rehearsal")) } else { String::new() };
    let taken = line.taken_by.as_ref().map(|staff| format!("({}) ", model.staff_name(staff))).unwrap_or_default();
    let tries = if line.attempts.is_empty() {
        String::new()
    } else {
        format!("{} ", model.words(&Say::new("callbacks.tried").with("count", line.attempts.len())))
    };
    column(canvas, &format!("{mark}{taken}{tries}{}", line.note), area.width, "muted");
}
