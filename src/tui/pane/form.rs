//! The intake form beside the call.

use ratatui::layout::Rect;

use super::{columns, pieces, row, titled};
use crate::domain::RequestType;
use crate::text::Say;
use crate::text::caret::{FieldLine, caret_of, field_lines};
use crate::text::fit::caret_column;
use crate::tui::canvas::Canvas;
use crate::tui::form::{Draft, Field, Stage};
use crate::tui::model::{Model, Pane};
use crate::tui::words;

/// Draws the form; gives where the caret stands.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> Option<(u16, u16)> {
    let parked = model.drafts.parked().len();
    let beside = if parked > 0 { model.words(&Say::new("form.parked").with("count", parked)) } else { String::new() };
    let title = model.drafts.open().map_or_else(|| model.word("pane.form"), |draft| title_of(model, draft));
    let body = titled(model, canvas, area, Pane::Form, &title, &beside);
    let Some(draft) = model.drafts.open() else {
        let keys = model.keymap.keys_of("form.new", &model.contexts(), true).unwrap_or_default().to_string();
        let line = Rect { x: body.x + 1, ..body };
        pieces(model, canvas, line, &[("muted", &model.word("form.none")), ("key", &keys)]);
        return None;
    };
    let labels = Field::ALL.iter().map(|field| columns(canvas, &model.word(field.key()))).max().unwrap_or(4) + 3;
    // The detail has several rows; every other field has one.
    let others = u16::try_from(Field::ALL.len() - 1 + draft.theirs.len()).unwrap_or(8);
    let detail = body.height.saturating_sub(others + 2).clamp(1, 12);
    let (mut y, mut caret) = (body.y, None);
    for field in Field::ALL {
        let height = if field == Field::Detail { detail } else { 1 };
        if y + height > body.bottom() {
            break;
        }
        let line = Rect { x: body.x + labels, y, width: body.width.saturating_sub(labels + 1), height };
        draw_label(model, canvas, Rect { x: body.x, width: labels, y, height: 1 }, draft, field);
        let at = draw_field(model, canvas, line, draft, field);
        if field == draft.field {
            caret = at;
        }
        y += height;
        if let Some(theirs) = draft.theirs.get(&field).filter(|_| y < body.bottom()) {
            let line = Rect { y, height: 1, ..line };
            // A kind is kept by its name in exports and shown by its word.
            let kind = RequestType::parse(theirs).filter(|_| field == Field::Kind);
            let theirs = kind.map_or_else(|| theirs.clone(), |kind| model.word(words::kind(kind)));
            pieces(model, canvas, line, &[("warning", &model.word("form.theirs")), ("value", &theirs)]);
            y += 1;
        }
    }
    if y < body.bottom() {
        draw_foot(
            model,
            canvas,
            Rect { x: body.x + 1, y: y + u16::from(y + 1 < body.bottom()), height: 1, width: body.width - 1 },
            draft,
        );
    }
    caret.filter(|_| draft.stage == Stage::Open)
}

fn title_of(model: &Model, draft: &Draft) -> String {
    let mut title = match (draft.edits, draft.call.and_then(|call| model.desk.state().calls.get(call))) {
        (Some((ticket, _)), _) => format!("{} {}", model.word("pane.ticket"), ticket.spoken()),
        (None, Some(call)) => format!("{} {}", model.word("pane.form"), model.caller(call)),
        (None, None) => model.word("pane.form"),
    };
    if draft.rehearsal {
        title = format!("{title} [{}]", model.word("mark.rehearsal"));
    }
    title
}

fn draw_label(model: &Model, canvas: &mut Canvas<'_>, area: Rect, draft: &Draft, field: Field) {
    let focused = field == draft.field && model.focus == Pane::Form;
    let mark = if focused { ">" } else { " " };
    let style = model.theme.style(if focused { "title.focus" } else { "field.label" });
    canvas.put(area.x, area.y, &format!("{mark}{}", model.word(field.key())), area.width, style);
}

fn draw_field(model: &Model, canvas: &mut Canvas<'_>, area: Rect, draft: &Draft, field: Field) -> Option<(u16, u16)> {
    let focused = field == draft.field && model.focus == Pane::Form && draft.stage == Stage::Open;
    let style = model.theme.style(if focused { "field.focus" } else { "field" });
    canvas.fill(area, style);
    let Some(text) = field.text(&draft.fields) else {
        let kind = model.word(words::kind(draft.fields.kind));
        let emergency = draft.fields.kind == crate::domain::RequestType::Emergency;
        let style = if emergency { model.theme.style("emergency") } else { style };
        let shown = if focused { format!("< {kind} >") } else { kind };
        canvas.put(area.x, area.y, &shown, area.width, style);
        return Some((area.x, area.y));
    };
    if area.height > 1 {
        let columns = usize::from(area.width.saturating_sub(1)).max(2);
        model.detail_set.set((columns, canvas.policy().ambiguous));
        let lines = field_lines(text, columns, canvas.policy().ambiguous);
        return draw_lines(canvas, area, &lines, draft.line().caret(), focused, style);
    }
    let ambiguous = canvas.policy().ambiguous;
    if !focused {
        canvas.put_fit(area.x, area.y, text, area.width, style);
        return None;
    }
    // A text longer than its field moves to the left, grapheme by grapheme, until the caret is in sight.
    let caret = draft.line().caret();
    let mut from = 0;
    let room = usize::from(area.width.saturating_sub(1));
    let starts = crate::text::UnicodeSegmentation::grapheme_indices(text.as_str(), true);
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

/// The detail: wrapped, with the rows around the caret. The last column is the caret's.
fn draw_lines(
    canvas: &mut Canvas<'_>,
    area: Rect,
    lines: &[FieldLine],
    caret: usize,
    focused: bool,
    style: ratatui::style::Style,
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

fn draw_foot(model: &Model, canvas: &mut Canvas<'_>, area: Rect, draft: &Draft) {
    let danger = model.desk.welcome().rulebook.danger_words.iter().find(|word| {
        let fields = &draft.fields;
        !word.is_empty() && (fields.subject.contains(word.as_str()) || fields.detail.contains(word.as_str()))
    });
    let emergency = draft.fields.kind == crate::domain::RequestType::Emergency;
    let (style, words) = match draft.stage {
        Stage::Saved(ticket) => ("good", model.words(&Say::new("form.saved").with("ticket", ticket.spoken()))),
        Stage::Sending if !model.is_linked() => ("warning", model.word("form.waits-for-desk")),
        Stage::Sending => ("muted", model.word("form.saving")),
        Stage::Open => match danger {
            Some(word) => ("emergency", model.words(&Say::new("form.danger").with("word", word))),
            None if emergency => ("emergency", model.word("form.emergency")),
            None if draft.is_touched() => ("muted", model.word("form.kept")),
            None => ("muted", String::new()),
        },
    };
    let line = row(area, 0);
    canvas.put(line.x, line.y, &words, line.width, model.theme.style(style));
}
