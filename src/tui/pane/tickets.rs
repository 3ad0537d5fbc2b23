//! 工单: mine, my team's, all; what is due first on top.

use ratatui::layout::Rect;

use super::{choose, due, row, titled};
use crate::domain::{RequestType, Ticket};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::{Model, Pane, Which};
use crate::tui::words;

/// Draws the pane.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let rows = model.ticket_rows();
    let title = model.words(&Say::new("tickets.title").with("count", rows.len()));
    let beside = match &model.tickets.found {
        Some((text, _)) => model.words(&Say::new("tickets.found").with("text", text)),
        None => {
            let tabs = [Which::Mine, Which::Team, Which::All].map(|which| {
                let word = model.word(which.key());
                if which == model.tickets.which { format!("[{word}]") } else { word }
            });
            tabs.join(" ")
        }
    };
    let body = titled(model, canvas, area, Pane::Tickets, &title, &beside);
    if rows.is_empty() {
        canvas.put(body.x + 2, body.y, &model.word("tickets.none"), body.width, model.theme.style("muted"));
        return;
    }
    let (height, at) = (usize::from(body.height), model.tickets.list.at(rows.len()));
    let top = model.tickets.list.top(rows.len(), height);
    for (index, ticket) in rows.iter().enumerate().skip(top).take(height) {
        let line = row(body, u16::try_from(index - top).unwrap_or(0));
        draw_ticket(model, canvas, line, ticket);
        if index == at {
            choose(model, canvas, line, model.focus == Pane::Tickets);
        }
    }
}

fn draw_ticket(model: &Model, canvas: &mut Canvas<'_>, line: Rect, ticket: &Ticket) {
    let theme = &model.theme;
    let offset = model.desk.welcome().offset_ms;
    let emergency = ticket.fields.kind == RequestType::Emergency;
    let (due_style, sign) = due(model, ticket.due_at);
    let at = if ticket.is_open() {
        words::moment(ticket.due_at, model.now, offset)
    } else {
        model.word(words::stage(ticket.stage))
    };
    let wide = line.width >= 90;
    let mut x = line.x + 2;
    let mut column = |canvas: &mut Canvas<'_>, text: &str, width: u16, style: &str| {
        canvas.put_fit(x, line.y, text, width.min(line.right().saturating_sub(x)), theme.style(style));
        x = (x + width + 1).min(line.right());
    };
    column(canvas, sign, 2, due_style);
    column(canvas, &at, 11, due_style);
    column(canvas, &ticket.id.spoken(), 8, "strong");
    let kind_style = if emergency { "emergency" } else { "value" };
    column(canvas, &model.word(words::kind(ticket.fields.kind)), 10, kind_style);
    let mark = if ticket.rehearsal { format!("[{}] ", model.word("mark.rehearsal")) } else { String::new() };
    let subject = format!("{mark}{}", ticket.fields.subject);
    let tail = if wide { 13 + 9 + 9 } else { 13 + 1 };
    let room = line.right().saturating_sub(line.x + 2 + 3 + 12 + 9 + 11 + tail);
    column(canvas, &subject, room, "value");
    column(canvas, &ticket.fields.phone, 12, "muted");
    if wide {
        column(canvas, &ticket.fields.name, 8, "value");
        column(canvas, &model.staff_name(&ticket.owner), 8, "muted");
    }
}
