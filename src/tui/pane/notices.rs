//! 提醒: what clocks, escalations and emergencies say to me, until I acknowledge it (R-CMP-4). The newest on top.

use ratatui::layout::Rect;

use super::popup::{Caret, boxed, choose, ink};
use super::row;
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::layer::NoticeList;
use crate::tui::model::{Model, is_escalation};
use crate::tui::words;

/// Draws the list.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, list: &NoticeList) -> Caret {
    let waiting = &model.desk.state().notices;
    let count = list.rows.iter().filter(|notice| waiting.contains_key(&notice.id)).count();
    let title = model.words(&Say::new("notices.title").with("count", count));
    let width = area.width.saturating_sub(2).min(110);
    let inside = boxed(model, canvas, area, &title, width, list.rows.len().max(1));
    let height = usize::from(inside.height);
    let top = (list.at + 1).saturating_sub(height);
    for (index, notice) in list.rows.iter().enumerate().skip(top).take(height) {
        let line = row(inside, u16::try_from(index - top).unwrap_or(0));
        let waits = waiting.contains_key(&notice.id);
        let (style, sign) = match (waits, is_escalation(notice), notice.rings) {
            (false, ..) => ("muted", " "),
            (true, true, _) => ("error", "!!"),
            (true, false, true) => ("warning", "!"),
            (true, false, false) => ("value", " "),
        };
        canvas.put(line.x + 1, line.y, sign, 2, ink(model, style));
        let at = words::moment(notice.at, model.now, model.desk.welcome().offset_ms);
        let used = canvas.put(line.x + 4, line.y, &at, 11, ink(model, "muted")).max(5);
        let seen = if waits { String::new() } else { format!("[{}] ", model.word("notices.acknowledged")) };
        let rehearsal = if notice.rehearsal { format!("[{}] ", model.word("mark.rehearsal")) } else { String::new() };
        let text = format!("{seen}{rehearsal}{}", model.notice_words(notice));
        let x = line.x + 4 + used + 1;
        canvas.put_fit(x, line.y, &text, line.right().saturating_sub(x), ink(model, style));
        if index == list.at {
            choose(model, canvas, line);
        }
    }
    None
}
