//! 回访: who is owed a call, by due time.

use ratatui::layout::Rect;

use super::{choose, due, due_short, row, titled, widest};
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
    let split = Split::of(model, canvas, rows.get(top..).unwrap_or_default().iter().take(height).copied());
    for (index, line) in rows.iter().enumerate().skip(top).take(height) {
        let area = row(body, u16::try_from(index - top).unwrap_or(0));
        draw_line(model, canvas, area, line, split);
        if index == at {
            choose(model, canvas, area, model.focus == Pane::Callbacks);
        }
    }
}

/// How wide the columns before marks and note are: as wide as the widest in sight.
#[derive(Clone, Copy)]
struct Split {
    number: u16,
    name: u16,
    reason: u16,
}

impl Split {
    fn of<'c>(model: &Model, canvas: &Canvas<'_>, lines: impl Iterator<Item = &'c Callback> + Clone) -> Split {
        Split {
            number: widest(canvas, lines.clone().map(|line| line.number.clone()), 16),
            name: widest(canvas, lines.clone().map(|line| line.name.clone()), 10),
            reason: widest(canvas, lines.map(|line| model.word(words::reason(line.reason()))), 12),
        }
    }
}

fn draw_line(model: &Model, canvas: &mut Canvas<'_>, area: Rect, line: &Callback, split: Split) {
    let theme = &model.theme;
    let (style, sign) = due(model, line.due_at);
    let right = area.right().saturating_sub(1);
    // The sign and the time stand alone in their style: what pads them has none.
    canvas.put(area.x + 1, area.y, sign, 2, theme.style(style));
    canvas.put(area.x + 4, area.y, &due_short(model, line.due_at), 5, theme.style(style));
    let mut x = area.x + 10;
    let mut column = |canvas: &mut Canvas<'_>, text: &str, width: u16, style: &str| {
        if width > 0 {
            canvas.put_fit(x, area.y, text, width.min(right.saturating_sub(x)), theme.style(style));
            x = (x + width + 1).min(right);
        }
    };
    column(canvas, &line.number, split.number, "strong");
    column(canvas, &line.name, split.name, "value");
    column(canvas, &model.word(words::reason(line.reason())), split.reason, "value");
    let mark = if line.rehearsal { format!("[{}] ", model.word("mark.rehearsal")) } else { String::new() };
    let taken = line.taken_by.as_ref().map(|staff| format!("({}) ", model.staff_name(staff))).unwrap_or_default();
    let note = line.first().map(|debt| debt.note.as_str()).unwrap_or_default();
    let tries = if line.attempts.is_empty() {
        String::new()
    } else {
        format!("{} ", model.words(&Say::new("callbacks.tried").with("count", line.attempts.len())))
    };
    column(canvas, &format!("{mark}{taken}{tries}{note}"), area.width, "muted");
}
