//! What a caller in danger is told, beside the form while the emergency is taken in (R-REQ-4).

use ratatui::layout::Rect;

use crate::domain::RequestType;
use crate::text::{Ambiguous, wrap};
use crate::tui::canvas::Canvas;
use crate::tui::model::Model;

/// Rows that the call above keeps.
const CALL: u16 = 5;

/// The lines that are wanted now: nothing unless the form on the screen is an emergency's.
fn lines(model: &Model, width: u16, ambiguous: Ambiguous) -> Vec<String> {
    let emergency =
        |draft: &&crate::tui::form::Draft| draft.fields.kind == RequestType::Emergency && draft.edits.is_none();
    let Some(draft) = model.drafts.open().filter(emergency) else { return Vec::new() };
    let columns = usize::from(width.saturating_sub(2)).max(2);
    model.safety_words(draft.fields.kind).iter().flat_map(|line| wrap(line, columns, ambiguous)).collect()
}

/// Draws the words at the bottom of an area; gives what is left of it above them.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let lines = lines(model, area.width, canvas.policy().ambiguous);
    if lines.is_empty() {
        return area;
    }
    let wanted = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX);
    let height = wanted.min(area.height.saturating_sub(CALL)).max(area.height.min(2));
    let sheet = Rect { y: area.bottom() - height, height, ..area };
    let style = model.theme.style("emergency");
    canvas.fill(sheet, style);
    canvas.put(sheet.x + 1, sheet.y, &model.word("life_form.say-now"), sheet.width.saturating_sub(1), style);
    // The numbers at the end are never what is cut.
    let room = usize::from(height.saturating_sub(1));
    let skipped = lines.len().saturating_sub(room);
    let last = lines.len().saturating_sub(1);
    let shown = lines.iter().enumerate().filter(|(index, _)| *index + skipped < last || *index == last);
    for ((_, line), y) in shown.zip(sheet.y + 1..sheet.bottom()) {
        canvas.put(sheet.x + 1, y, line, sheet.width.saturating_sub(1), style);
    }
    Rect { height: area.height - height, ..area }
}
