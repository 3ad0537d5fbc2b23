//! One field of the form: its label and what stands in it.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::columns;
use crate::domain::RequestType;
use crate::text::caret::{FieldLine, caret_of, field_lines};
use crate::text::fit::caret_column;
use crate::tui::canvas::Canvas;
use crate::tui::form::{Ask, Draft, Field, Stage};
use crate::tui::model::{Model, Pane};
use crate::tui::words;

/// A field's name, with a star where it must be filled.
pub(super) fn label(model: &Model, draft: &Draft, field: &Field) -> String {
    let rules = &model.desk.welcome().rulebook;
    let word = rules.field_word(field.id()).words(model.settings.language);
    if draft.needs(rules, field) { format!("{word}*") } else { word }
}

pub(super) fn draw_label(model: &Model, canvas: &mut Canvas<'_>, area: Rect, draft: &Draft, field: &Field) {
    let focused = *field == draft.field && model.focus == Pane::Form;
    let mark = if focused { ">" } else { " " };
    let style = model.theme.style(if focused { "title.focus" } else { "field.label" });
    let text = format!("{mark}{}", label(model, draft, field));
    canvas.put_fit(area.x, area.y, &text, area.width.saturating_sub(1), style);
}

pub(super) fn draw(
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
    draft: &Draft,
    field: &Field,
) -> Option<(u16, u16)> {
    let focused = *field == draft.field && model.focus == Pane::Form && draft.stage == Stage::Open;
    let style = model.theme.style(if focused { "field.focus" } else { "field" });
    canvas.fill(area, style);
    let text = draft.value(field);
    match field.ask(&model.desk.welcome().rulebook) {
        Ask::Kind => {
            let emergency = draft.fields.kind == RequestType::Emergency;
            let style = if emergency { model.theme.style("emergency") } else { style };
            let kind = model.word(words::kind(draft.fields.kind));
            Some(draw_choice(canvas, area, &kind, focused, style))
        }
        Ask::Choice | Ask::Person => {
            let value = if text.is_empty() { String::new() } else { model.field_value(field.id(), text) };
            Some(draw_choice(canvas, area, &value, focused, style))
        }
        Ask::Long => draw_long(model, canvas, area, draft, text, focused),
        Ask::Number(unit) if !unit.is_empty() => {
            let unit_width = columns(canvas, unit).min(area.width / 3);
            canvas.put_right(area.right(), area.y, unit, unit_width, model.theme.style("muted"));
            let area = Rect { width: area.width.saturating_sub(unit_width + 1), ..area };
            draw_line(canvas, area, draft, text, focused, style)
        }
        _ => draw_line(canvas, area, draft, text, focused, style),
    }
}

fn draw_choice(canvas: &mut Canvas<'_>, area: Rect, value: &str, focused: bool, style: Style) -> (u16, u16) {
    let shown = if focused { format!("< {value} >") } else { value.to_owned() };
    canvas.put_fit(area.x, area.y, &shown, area.width, style);
    (area.x, area.y)
}

fn draw_line(
    canvas: &mut Canvas<'_>,
    area: Rect,
    draft: &Draft,
    text: &str,
    focused: bool,
    style: Style,
) -> Option<(u16, u16)> {
    let ambiguous = canvas.policy().ambiguous;
    if !focused {
        canvas.put_fit(area.x, area.y, text, area.width, style);
        return None;
    }
    // A text longer than its field moves to the left, grapheme by grapheme, until the caret is in sight.
    let caret = draft.line().caret();
    let mut from = 0;
    let room = usize::from(area.width.saturating_sub(1));
    let starts = crate::text::UnicodeSegmentation::grapheme_indices(text, true);
    for (start, _) in starts {
        let shown = text.get(start..).unwrap_or_default();
        from = start;
        if start >= caret || caret_column(shown, caret - start, ambiguous) <= room {
            break;
        }
    }
    let shown = text.get(from..).unwrap_or_default();
    canvas.put_alone(area.x, area.y, shown, area.width, style);
    let column = caret_column(shown, caret.saturating_sub(from), ambiguous);
    Some((area.x + u16::try_from(column).unwrap_or(0).min(area.width), area.y))
}

fn draw_long(
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
    draft: &Draft,
    text: &str,
    focused: bool,
) -> Option<(u16, u16)> {
    let style = model.theme.style(if focused { "field.focus" } else { "field" });
    let columns = usize::from(area.width.saturating_sub(1)).max(2);
    if focused {
        model.detail_set.set((columns, canvas.policy().ambiguous));
    }
    let lines = field_lines(text, columns, canvas.policy().ambiguous);
    draw_lines(canvas, area, &lines, if focused { draft.line().caret() } else { 0 }, focused, style)
}

/// A text of several lines: wrapped, with the rows around the caret. The last column is the caret's.
fn draw_lines(
    canvas: &mut Canvas<'_>,
    area: Rect,
    lines: &[FieldLine],
    caret: usize,
    focused: bool,
    style: Style,
) -> Option<(u16, u16)> {
    let at = caret_of(lines, caret);
    let height = usize::from(area.height);
    let top = if focused { (at.0 + 1).saturating_sub(height) } else { 0 };
    for (index, line) in lines.iter().skip(top).take(height).enumerate() {
        let y = area.y + u16::try_from(index).unwrap_or(0);
        if focused {
            canvas.put_alone(area.x, y, &line.text, area.width, style);
        } else {
            canvas.put(area.x, y, &line.text, area.width, style);
        }
    }
    let (y, x) = (u16::try_from(at.0 - top.min(at.0)).unwrap_or(0), u16::try_from(at.1).unwrap_or(0));
    focused.then_some((area.x + x.min(area.width), area.y + y))
}
