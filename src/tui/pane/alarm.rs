//! 报警: every open emergency, above everything at every console, whatever is open there (R-REQ-4).

use ratatui::layout::Rect;

use super::{columns, row};
use crate::domain::Ticket;
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::Model;
use crate::tui::words;

/// From this height on there are rows for several.
const TALL: u16 = 40;
/// So many at most: calls need their room.
const MOST: usize = 3;

/// The rows emergencies have on a screen of this height; none where there is none.
pub fn height(model: &Model, screen: u16) -> u16 {
    let most = if screen >= TALL { MOST } else { 1 };
    u16::try_from(model.emergencies().len().min(most)).unwrap_or(1)
}

/// Draws as many as there are rows for, the one that must be looked at first on top.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let emergencies = model.emergencies();
    for (index, ticket) in emergencies.iter().enumerate().take(usize::from(area.height)) {
        let line = row(area, u16::try_from(index).unwrap_or(0));
        draw_one(model, canvas, line, ticket, (index + 1, emergencies.len()));
    }
}

fn draw_one(model: &Model, canvas: &mut Canvas<'_>, line: Rect, ticket: &Ticket, (nth, of): (usize, usize)) {
    let style = model.theme.style("emergency");
    canvas.fill(line, style);
    let elapsed = words::span(model.now.since(ticket.opened_at));
    let mut head = format!("!! {}", model.word("kind.emergency"));
    if of > 1 {
        head = format!("{head} {nth}/{of}");
    }
    if ticket.rehearsal {
        head = format!("{head} [{}]", model.word("mark.rehearsal"));
    }
    let head = format!("{head} {} {elapsed} ", ticket.id.spoken());
    let mut tail = Vec::new();
    if let Some(clock) = model.emergency_clock(ticket) {
        let name = model.desk.welcome().rulebook.clock_word(ticket.fields.kind, &clock.id);
        let left = clock.due.at.since(model.now);
        let key = if left > 0 { "alarm.left" } else { "alarm.over" };
        let say = Say::new(key).with_word("clock", &name).with("time", words::span(left.abs()));
        tail.push(model.words(&say));
    }
    let owner = model.owner_name(&ticket.owner);
    let (done, all) = model.ticked(ticket);
    if all > 0 {
        tail.push(model.words(&Say::new("alarm.ticked").with("done", done).with("all", all)));
    }
    // The figures keep their room; who has it gives way to the subject where the row is short.
    let mut tail = tail.join(" ");
    let subject = columns(canvas, &ticket.fields.subject).min(16);
    let room = line.width.saturating_sub(columns(canvas, &head) + columns(canvas, &tail) + 2);
    if room > subject + columns(canvas, &owner) + 1 {
        tail = format!("{owner} {tail}");
    }
    let tail = tail.trim_end();
    let used = canvas.put(line.x, line.y, &head, line.width, style);
    let tail_width = columns(canvas, tail).min(line.width.saturating_sub(used));
    let room = line.width.saturating_sub(used + tail_width + 2);
    let middle = format!("{} {}", ticket.fields.subject, ticket.fields.address);
    canvas.put_fit(line.x + used, line.y, middle.trim_end(), room, style);
    canvas.put_right(line.right().saturating_sub(1), line.y, tail, tail_width, style);
}
