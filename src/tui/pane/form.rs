//! The form beside the call: the intake, a ticket's fields, or the screen of its stage.
//!
//! What does not fit scrolls, so that the field with the caret is always in sight; signs say how many are above and
//! below.

mod field;
mod foot;
mod sheet;

use ratatui::layout::Rect;

use super::{columns, pieces, titled};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::form::{Ask, Draft, Field, Stage};
use crate::tui::model::{Model, Pane};
use crate::tui::words;

/// The most rows of a field with several lines.
const LONG: u16 = 12;
/// Its rows where the fields do not all fit: with the caret in it, and without.
const LONG_TIGHT: (u16, u16) = (4, 2);

/// Draws the form; gives where the caret stands.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> Option<(u16, u16)> {
    let parked = model.drafts.parked().len();
    let beside = if parked > 0 { model.words(&Say::new("form.parked").with("count", parked)) } else { String::new() };
    let beside = others(model).unwrap_or(beside);
    let title = model.drafts.open().map_or_else(|| model.word("pane.form"), |draft| title_of(model, draft));
    let body = titled(model, canvas, area, Pane::Form, &title, &beside);
    let Some(draft) = model.drafts.open() else {
        let keys = model.keymap.keys_of("form.new", &model.contexts(), true).unwrap_or_default().to_string();
        let line = Rect { x: body.x + 1, ..body };
        pieces(model, canvas, line, &[("muted", &model.word("form.none")), ("key", &keys)]);
        return None;
    };
    let body = sheet::head(model, canvas, body, draft);
    let inner = Rect { x: body.x + 1, width: body.width.saturating_sub(1), ..body };
    let lines = foot::lines(model, draft, inner.width, body.height, canvas);
    let foot = u16::try_from(lines.len()).unwrap_or(1);
    let fields = Rect { height: body.height.saturating_sub(foot), ..body };
    let (bottom, caret) = draw_fields(model, canvas, fields, draft);
    let gap = u16::from(bottom + foot < body.bottom());
    foot::draw(model, canvas, Rect { y: bottom + gap, height: foot, ..inner }, &lines);
    caret.filter(|_| draft.stage == Stage::Open)
}

/// Draws the fields that fit, the one with the caret among them; gives the row after the last, and the caret.
fn draw_fields(model: &Model, canvas: &mut Canvas<'_>, area: Rect, draft: &Draft) -> (u16, Option<(u16, u16)>) {
    let rules = &model.desk.welcome().rulebook;
    let shown = draft.shown(rules);
    let heights = heights(model, draft, &shown, area.height);
    let at = shown.iter().position(|field| *field == draft.field).unwrap_or(0);
    let top = first_shown(&heights, at, area.height);
    let labels = shown.iter().map(|field| columns(canvas, &field::label(model, draft, field)));
    let labels = (labels.max().unwrap_or(4) + 2).min(area.width * 2 / 5);
    let (mut y, mut caret, mut hidden) = (area.y, None, 0);
    for (field, height) in shown.iter().zip(&heights).skip(top) {
        if y >= area.bottom() {
            hidden += 1;
            continue;
        }
        let theirs = draft.theirs.get(field);
        let height = (*height - u16::from(theirs.is_some())).min(area.bottom() - y).max(1);
        let line = Rect { x: area.x + labels, y, width: area.width.saturating_sub(labels + 1), height };
        field::draw_label(model, canvas, Rect { width: labels, height: 1, y, ..area }, draft, field);
        let here = field::draw(model, canvas, line, draft, field);
        if *field == draft.field {
            caret = here;
        }
        y += height;
        if let Some(theirs) = theirs.filter(|_| y < area.bottom()) {
            let line = Rect { y, height: 1, ..line };
            let theirs = model.field_value(field.id(), theirs);
            pieces(model, canvas, line, &[("warning", &model.word("form.theirs")), ("value", &theirs)]);
            y += 1;
        }
    }
    let sign = |canvas: &mut Canvas<'_>, y: u16, sign: &str, count: usize| {
        if count > 0 {
            canvas.put_right(area.right(), y, &format!("{sign}{count}"), 6, model.theme.style("key"));
        }
    };
    sign(canvas, area.y, "\u{25b2}", top);
    sign(canvas, y.saturating_sub(1), "\u{25bc}", hidden);
    (y, caret)
}

/// The rows of each field: one, or what is left for those with several lines, and one for a colleague's value.
fn heights(model: &Model, draft: &Draft, shown: &[Field], room: u16) -> Vec<u16> {
    let rules = &model.desk.welcome().rulebook;
    let long = |field: &Field| field.ask(rules) == Ask::Long;
    let longs = u16::try_from(shown.iter().filter(|field| long(field)).count()).unwrap_or(1);
    let theirs = |field: &Field| u16::from(draft.theirs.contains_key(field));
    let others: u16 = shown.iter().map(|field| theirs(field) + u16::from(!long(field))).sum();
    let each = room.saturating_sub(others + 1).checked_div(longs).unwrap_or(1);
    let rows = |field: &Field| match (long(field), *field == draft.field) {
        (false, _) => 1,
        (true, _) if each > LONG_TIGHT.1 => each.min(LONG),
        (true, true) => LONG_TIGHT.0.min(room.max(1)),
        (true, false) => LONG_TIGHT.1,
    };
    shown.iter().map(|field| rows(field) + theirs(field)).collect()
}

/// The first field shown, where the one with the caret must be in sight, and the one after it as well if it can be.
fn first_shown(heights: &[u16], at: usize, room: u16) -> usize {
    let end = (at + 2).min(heights.len());
    let (mut used, mut top) = (0, end);
    while let Some(height) = top.checked_sub(1).and_then(|above| heights.get(above)) {
        if used + height > room && top <= at {
            break;
        }
        used += height;
        top -= 1;
        if used > room && top <= at {
            return at;
        }
    }
    top
}

/// Who else has the ticket open that is changed here.
fn others(model: &Model) -> Option<String> {
    let (ticket, _) = model.drafts.open()?.edits?;
    let names = model.others_in(ticket);
    let say = Say::new("ticket_page.others").with("names", names.join(model.settings.language.word("list.join")));
    (!names.is_empty()).then(|| model.words(&say))
}

fn title_of(model: &Model, draft: &Draft) -> String {
    if let Some(sheet) = &draft.sheet {
        return sheet::title(model, sheet);
    }
    if let Some((_, ticket)) = draft.errand {
        return format!("{} {}", model.form_name(draft), ticket.spoken());
    }
    let rules = &model.desk.welcome().rulebook;
    let mut title = match (draft.edits, draft.call.and_then(|call| model.desk.state().calls.get(call))) {
        (Some((ticket, _)), _) => match &draft.advance {
            Some(stage) => {
                let stage = rules.stage_word(draft.fields.kind, stage).words(model.settings.language);
                format!("{} {} \u{b7} {stage}", model.word(words::kind(draft.fields.kind)), ticket.spoken())
            }
            None => format!("{} {}", model.word("pane.ticket"), ticket.spoken()),
        },
        (None, Some(call)) => format!("{} {}", model.word("pane.form"), model.caller(call)),
        (None, None) => model.word("pane.form"),
    };
    if draft.rehearsal {
        title = format!("{title} [{}]", model.word("mark.rehearsal"));
    }
    title
}
