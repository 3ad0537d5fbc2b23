//! The technician's orders: two rows each, what is most urgent on top.

use ratatui::layout::Rect;

use super::super::columns;
use super::title;
use crate::domain::{Owner, RequestType, Ticket};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::{Model, Part};
use crate::tui::words;

/// Rows of an order.
const ROWS: u16 = 2;

/// Draws the list; gives how many orders are below the edge.
pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, head: Rect, body: Rect) -> usize {
    draw_title(model, canvas, head);
    let orders = model.tech_orders();
    let fit = usize::from(body.height / ROWS);
    let top = model.tech_top(fit);
    model.tech.sight.set((top, fit));
    if orders.is_empty() {
        let on_duty = model.on_duty_since().is_some();
        let words = match (&model.lost, on_duty) {
            (Some(_), _) => "techui.connecting",
            (None, true) => "techui.none",
            (None, false) => "techui.none_off_duty",
        };
        canvas.put(body.x, body.y, &model.word(words), body.width, model.theme.style("value"));
        return 0;
    }
    let at = model.tech_row();
    for (index, (part, ticket)) in orders.iter().enumerate().skip(top).take(fit) {
        let nth = index - top;
        let y = body.y + u16::try_from(nth).unwrap_or(0) * ROWS;
        let digit = if nth < 9 { (nth + 1).to_string() } else { String::new() };
        let area = Rect { y, height: ROWS, ..body };
        draw_order(model, canvas, area, ticket, *part, (&digit, index == at));
    }
    orders.len().saturating_sub(top + fit)
}

/// Who, on duty or not; how many to accept, at work, late.
fn draw_title(model: &Model, canvas: &mut Canvas<'_>, head: Rect) {
    let me = &model.desk.welcome().me.name;
    let duty = model.word(if model.on_duty_since().is_some() { "techui.on_duty" } else { "techui.off_duty" });
    let (offered, mine, late) = model.tech_counts();
    let unread = model.my_messages().count();
    let mut counts = Vec::new();
    for (key, count) in [("techui.offered", offered), ("techui.mine", mine), ("techui.late_count", late)] {
        if count > 0 {
            counts.push(model.words(&Say::new(key).with("count", count)));
        }
    }
    if unread > 0 {
        counts.push(model.words(&Say::new("techui.unread").with("count", unread)));
    }
    let style = if late > 0 { "due.late" } else { "title" };
    title(model, canvas, head, &format!("{me} {duty}"), (style, &counts.join(" ")));
}

fn draw_order(
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
    ticket: &Ticket,
    part: Part,
    (digit, chosen): (&str, bool),
) {
    let theme = &model.theme;
    let (due_style, due) = due(model, ticket, part);
    let right = columns(canvas, &due).min(area.width / 2);
    canvas.put_right(area.right(), area.y, &due, right, theme.style(due_style));
    let mark = if chosen { ">" } else { " " };
    let mut x = area.x + canvas.put(area.x, area.y, &format!("{mark}{digit}"), 3, theme.style("strong")) + 1;
    let end = area.right().saturating_sub(right + 1);
    let emergency = ticket.fields.kind == RequestType::Emergency && part != Part::Done;
    let kind = model.word(words::kind(ticket.fields.kind));
    let (kind, kind_style) = if emergency { (format!("!{kind}"), "emergency") } else { (kind, "strong") };
    let plain = if part == Part::Done { "muted" } else { "value" };
    for (style, text) in [(plain, ticket.id.spoken()), (kind_style, kind), (plain, stage(model, ticket, part))] {
        x += canvas.put(x, area.y, &text, end.saturating_sub(x), theme.style(style)) + 1;
    }
    let what = format!("{} {}", ticket.fields.address, ticket.fields.subject);
    let room = area.width.saturating_sub(3);
    let short = crate::text::shorten(what.trim(), usize::from(room), canvas.policy().ambiguous);
    let style = if chosen { "strong" } else { plain };
    canvas.put(area.x + 3, area.y + 1, &short, room, theme.style(style));
}

/// Where it stands: a step that is not sent and a form that is half written are told there.
fn stage(model: &Model, ticket: &Ticket, part: Part) -> String {
    if let Some(step) = model.step_under_way(ticket.id) {
        return model.words(&Say::new("techui.unsent").with("step", model.word(&step.word)));
    }
    if let Some(draft) = model.drafts.parked().iter().find(|draft| draft.order() == Some(ticket.id)) {
        return model.words(&Say::new("techui.begun").with("form", model.form_name(draft)));
    }
    match (part, &ticket.owner) {
        (Part::Offered, Owner::Department(_)) => model.word("techui.offered_department"),
        (Part::Offered, Owner::Staff(_)) => model.word("techui.offered_me"),
        _ if ticket.paused.is_some() => model.word("techui.waits"),
        _ => model.stage_name(ticket),
    }
}

/// What stands at the right: when it is due, or how long it has waited to be accepted.
fn due(model: &Model, ticket: &Ticket, part: Part) -> (&'static str, String) {
    match part {
        Part::Done => ("muted", model.when(ticket.changed_at)),
        Part::Offered => {
            let waits = words::minutes(model.now.since(ticket.entered_at));
            let waits = model.words(&Say::new("techui.has_waited").with("time", waits));
            let (style, due) = model.tech_due(ticket.due_at());
            if style == "due.late" { (style, format!("{due} {waits}")) } else { ("strong", waits) }
        }
        Part::Mine => model.tech_due(ticket.due_at()),
    }
}
