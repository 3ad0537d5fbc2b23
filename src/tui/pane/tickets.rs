//! 工单: mine, my team's, all; what is due first on top.

use ratatui::layout::Rect;

use super::{choose, due, due_short, row, titled, widest};
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
    let split = Split::of(model, canvas, rows.get(top..).unwrap_or_default().iter().take(height).copied());
    for (index, ticket) in rows.iter().enumerate().skip(top).take(height) {
        let line = row(body, u16::try_from(index - top).unwrap_or(0));
        draw_ticket(model, canvas, line, ticket, split);
        if index == at {
            choose(model, canvas, line, model.focus == Pane::Tickets);
        }
    }
}

/// Columns of a phone number.
const PHONE: u16 = 13;

/// How wide the columns before the subject are: as wide as the widest in sight, and the subject has the rest.
#[derive(Clone, Copy)]
struct Split {
    due: u16,
    id: u16,
    kind: u16,
}

impl Split {
    fn of<'t>(model: &Model, canvas: &Canvas<'_>, tickets: impl Iterator<Item = &'t Ticket> + Clone) -> Split {
        let kind = |ticket: &Ticket| model.word(words::kind(ticket.fields.kind));
        Split {
            due: widest(canvas, tickets.clone().map(|ticket| due_or_stage(model, ticket)), 11),
            id: widest(canvas, tickets.clone().map(|ticket| ticket.id.spoken()), 11),
            kind: widest(canvas, tickets.map(kind), 11),
        }
    }
}

/// When an open ticket is due; of any other, that it is filed.
fn due_or_stage(model: &Model, ticket: &Ticket) -> String {
    if ticket.is_open() { due_short(model, ticket.due_at()) } else { model.stage_name(ticket) }
}

fn draw_ticket(model: &Model, canvas: &mut Canvas<'_>, line: Rect, ticket: &Ticket, split: Split) {
    let theme = &model.theme;
    let emergency = ticket.fields.kind == RequestType::Emergency;
    let (due_style, sign) = due(model, ticket.due_at());
    let right = line.right().saturating_sub(1);
    // The sign and the time stand alone in their style: what pads them has none.
    canvas.put(line.x + 1, line.y, sign, 2, theme.style(due_style));
    canvas.put(line.x + 4, line.y, &due_or_stage(model, ticket), split.due, theme.style(due_style));
    let mut x = line.x + 4 + split.due + 1;
    let mut column = |canvas: &mut Canvas<'_>, text: &str, width: u16, style: &str| {
        canvas.put_fit(x, line.y, text, width.min(right.saturating_sub(x)), theme.style(style));
        x = (x + width + 1).min(right);
    };
    column(canvas, &ticket.id.spoken(), split.id, "strong");
    let kind_style = if emergency { "emergency" } else { "value" };
    column(canvas, &model.word(words::kind(ticket.fields.kind)), split.kind, kind_style);
    let mark = if ticket.rehearsal { format!("[{}] ", model.word("mark.rehearsal")) } else { String::new() };
    let subject = format!("{mark}{}", ticket.fields.subject);
    let tail = match line.width {
        90.. => PHONE + 1 + 9 + 9,
        70.. => PHONE + 1,
        _ => 0,
    };
    let before = 4 + split.due + 1 + split.id + 1 + split.kind + 1;
    column(canvas, &subject, right.saturating_sub(line.x + before + tail), "value");
    if line.width >= 70 {
        column(canvas, &ticket.fields.phone, PHONE, "muted");
    }
    if line.width >= 90 {
        column(canvas, &ticket.fields.name, 8, "value");
        column(canvas, &model.owner_name(&ticket.owner), 8, "muted");
    }
}
