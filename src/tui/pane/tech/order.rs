//! An order: where, who, what, what is due, what was done.

use ratatui::layout::Rect;

use super::title;
use crate::domain::{RequestType, Ticket};
use crate::text::wrap;
use crate::tui::canvas::Canvas;
use crate::tui::model::{Model, OrderRow, Part};
use crate::tui::words;

/// Draws the order; gives how many of its rows are below the edge.
pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, head: Rect, body: Rect, ticket: &Ticket) -> usize {
    let kind = model.word(words::kind(ticket.fields.kind));
    let sign = if ticket.fields.kind == RequestType::Emergency { "!" } else { "" };
    let mark = if ticket.rehearsal { format!(" [{}]", model.word("mark.rehearsal")) } else { String::new() };
    let words = format!("{} {sign}{kind} {}{mark}", ticket.id.spoken(), model.stage_name(ticket));
    let due = match model.tech_part(ticket) {
        Some(Part::Done) | None => ("muted", model.word("techui.given_back")),
        _ => model.tech_due(ticket.due_at()),
    };
    title(model, canvas, head, &words, (due.0, &due.1));
    let order = model.order_rows(ticket);
    let height = usize::from(body.height);
    let mut rows = set(canvas, &order, body.width, false);
    let apart = order.iter().filter(|row| row.apart).count();
    if rows.len() + apart <= height {
        rows = set(canvas, &order, body.width, true);
    }
    let end = rows.len().saturating_sub(height);
    model.tech.end.set(end);
    let top = model.tech.at.min(end);
    for ((style, indent, text), y) in rows.iter().skip(top).take(height).zip(body.y..) {
        let x = body.x + indent;
        canvas.put(x, y, text, body.right().saturating_sub(x), model.theme.style(style));
    }
    end - top
}

/// The rows as they fit: what does not go into one continues in the next.
fn set(canvas: &Canvas<'_>, order: &[OrderRow], width: u16, roomy: bool) -> Vec<(&'static str, u16, String)> {
    let ambiguous = canvas.policy().ambiguous;
    let mut rows = Vec::new();
    for OrderRow { style, text, indent, apart } in order {
        let (style, indent) = (*style, (*indent).min(width / 3));
        if *apart && roomy && !rows.is_empty() {
            rows.push((style, 0, String::new()));
        }
        let lines = wrap(text, usize::from(width), ambiguous);
        let fits = lines.len() <= 1 || indent == 0;
        if fits {
            rows.extend(lines.into_iter().map(|line| (style, 0, line)));
            continue;
        }
        // The first row is as wide as the screen; what is left is set anew, further in.
        let first = lines.into_iter().next().unwrap_or_default();
        let rest = text.get(first.len()..).unwrap_or_default().trim_start().to_owned();
        rows.push((style, 0, first));
        let narrow = usize::from(width - indent).max(2);
        rows.extend(wrap(&rest, narrow, ambiguous).into_iter().map(|line| (style, indent, line)));
    }
    rows
}
