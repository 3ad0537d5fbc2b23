//! 求助: whoever asks for somebody to come, below the emergencies and above everything else (R-LIVE-2); and the talk a
//! supervisor is in, so that it is never forgotten.

use ratatui::layout::Rect;

use super::{columns, row};
use crate::tui::canvas::Canvas;
use crate::tui::model::Model;

/// From this height on there are rows for several.
const TALL: u16 = 40;
/// So many at most: calls need their room.
const MOST: usize = 3;

/// The rows wanted on a screen of this height; none where nobody asks.
pub fn height(model: &Model, screen: u16) -> u16 {
    let most = if screen >= TALL { MOST } else { 1 };
    u16::try_from(model.help_rows().len().min(most)).unwrap_or(1)
}

/// Draws as many as there are rows for, the longest wait on top; how many there are in all where there are more.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let rows = model.help_rows();
    let shown = usize::from(area.height);
    for (index, (style, words)) in rows.iter().enumerate().take(shown) {
        let line = row(area, u16::try_from(index).unwrap_or(0));
        let style = model.theme.style(style);
        canvas.fill(line, style);
        let more = rows.len() - shown.min(rows.len());
        let tail = if index + 1 == shown && more > 0 { format!("+{more}") } else { String::new() };
        let width = columns(canvas, &tail);
        let room = line.width.saturating_sub(width + 3);
        canvas.put_fit(line.x + 1, line.y, words, room, style);
        canvas.put_right(line.right().saturating_sub(1), line.y, &tail, width, style);
    }
}
