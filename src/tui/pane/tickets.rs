//! 工单: the open ones, narrowed, ordered and looked through as the title says; what is due first on top.

use ratatui::layout::Rect;

use super::{choose, columns, due_short, row, titled};
use crate::domain::{RequestType, Ticket};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::keymap::Context;
use crate::tui::model::{Model, Pane};
use crate::tui::words;

/// Draws the pane; gives where the caret stands while a search is typed.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> Option<(u16, u16)> {
    let count = model.ticket_count();
    let title = model.words(&Say::new("tickets.title").with("count", count));
    let mut body = titled(model, canvas, area, Pane::Tickets, &title, &model.listing().join(" · "));
    let caret = model.is_filtering().then(|| {
        let caret = draw_search(model, canvas, row(body, 0));
        body = Rect { y: body.y + 1, height: body.height.saturating_sub(1), ..body };
        caret
    });
    if count == 0 {
        let searched = !model.tickets.line.text().is_empty() && model.tickets.found.is_none();
        let keys = || model.keymap.keys_of("ticket.find", &[Context::Global], true).unwrap_or_default();
        let nothing = match searched {
            true => model.words(&Say::new("listing.nothing").with("keys", keys())),
            false => model.word("tickets.none"),
        };
        canvas.put(body.x + 2, body.y, &nothing, body.width.saturating_sub(2), model.theme.style("muted"));
        return caret;
    }
    let height = usize::from(body.height);
    let top = model.ticket_top(height);
    let cursor = model.ticket_cursor();
    let rows: Vec<Cells<'_>> =
        model.tickets_in_sight(top, height).into_iter().map(|ticket| Cells::of(model, ticket, body.width)).collect();
    let split = Split::of(canvas, &rows, body.width);
    for (index, cells) in rows.iter().enumerate() {
        let line = row(body, u16::try_from(index).unwrap_or(0));
        draw_ticket(model, canvas, line, cells, &split);
        if top + index == cursor {
            choose(model, canvas, line, model.focus == Pane::Tickets);
        }
    }
    caret
}

/// The line that is typed in, with what it does beside.
fn draw_search(model: &Model, canvas: &mut Canvas<'_>, line: Rect) -> (u16, u16) {
    let style = model.theme.style("field.focus");
    canvas.fill(line, style);
    let used = canvas.put(line.x + 1, line.y, "/ ", 2, model.theme.style("key")) + 1;
    let typed = &model.tickets.line;
    let room = line.width.saturating_sub(used + 1);
    let before = typed.text().get(..typed.caret()).unwrap_or_default();
    canvas.put(line.x + used, line.y, typed.text(), room, style);
    let x = line.x + used + columns(canvas, before).min(room);
    if typed.text().is_empty() {
        let hint = model.word("listing.hint");
        canvas.put(line.x + used + 1, line.y, &hint, room.saturating_sub(1), model.theme.style("muted"));
    }
    (x, line.y)
}

/// What stands in the columns of one row.
struct Cells<'t> {
    ticket: &'t Ticket,
    due: (&'static str, &'static str),
    /// When it is due, and how long that is from now.
    when: String,
    left: String,
    id: String,
    kind: String,
    stage: String,
    /// What is out of the ordinary: paused, escalated, handed over, merged, of an incident.
    flags: Vec<(&'static str, String)>,
    name: String,
    phone: String,
    owner: String,
}

impl<'t> Cells<'t> {
    fn of(model: &Model, ticket: &'t Ticket, width: u16) -> Cells<'t> {
        let sealed = ticket.seal.is_some();
        let (left, owner) = match width {
            90.. => (left(model, ticket), model.owner_name(&ticket.owner)),
            _ => (String::new(), String::new()),
        };
        Cells {
            ticket,
            due: due(model, ticket),
            when: when(model, ticket),
            left,
            id: ticket.id.spoken(),
            kind: model.word(words::kind(ticket.fields.kind)),
            stage: if ticket.is_open() { model.stage_name(ticket) } else { String::new() },
            flags: flags(model, ticket),
            // R-REQ-6: of a tip-off under seal a list says what it is and nothing of who gave it.
            name: if sealed { String::new() } else { ticket.fields.name.clone() },
            phone: if sealed { String::new() } else { ticket.fields.phone.clone() },
            owner,
        }
    }

    fn flags_width(&self, canvas: &Canvas<'_>) -> u16 {
        self.flags.iter().map(|(_, flag)| columns(canvas, flag) + 1).sum::<u16>().saturating_sub(1)
    }
}

/// How something due looks, and the sign that says the same: by the marks its clock has passed, or where it has none by
/// the time that is left.
pub(in crate::tui) fn due(model: &Model, ticket: &Ticket) -> (&'static str, &'static str) {
    let Some(clock) = ticket.next_clock() else { return ("due", " ") };
    match clock.due.at.since(model.now) {
        ..=0 => ("due.late", "!!"),
        _ if clock.reached() >= 100 => ("due.late", "!!"),
        1..=3_600_000 => ("due.soon", "!"),
        _ if clock.reached() > 0 => ("due.soon", "!"),
        _ => ("due", " "),
    }
}

/// The time today, the date on other days, with a mark where the calendar of that year is not loaded; of a filed ticket
/// that it is filed.
fn when(model: &Model, ticket: &Ticket) -> String {
    if !ticket.is_open() {
        return model.stage_name(ticket);
    }
    let Some(clock) = ticket.next_clock() else {
        return model.word(if ticket.paused.is_some() { "listing.paused" } else { "listing.no-clock" });
    };
    let provisional = if clock.due.provisional { model.word("listing.provisional") } else { String::new() };
    format!("{}{provisional}", due_short(model, clock.due.at))
}

/// How long until it is due, or since: `2h05`, `3d`, `-0h40`.
fn left(model: &Model, ticket: &Ticket) -> String {
    let Some(clock) = ticket.next_clock() else { return String::new() };
    let left = clock.due.at.since(model.now);
    let minutes = left.abs() / 60_000;
    let sign = if left < 0 { "-" } else { "" };
    match minutes {
        ..1440 => format!("{sign}{}h{:02}", minutes / 60, minutes % 60),
        _ => format!("{sign}{}d", minutes / 1440),
    }
}

fn flags(model: &Model, ticket: &Ticket) -> Vec<(&'static str, String)> {
    let say = |key: &str, count: usize| model.words(&Say::new(key).with("count", count));
    let mut flags = Vec::new();
    if ticket.rehearsal {
        flags.push(("mark", format!("[{}]", model.word("mark.rehearsal"))));
    }
    if ticket.paused.is_some() {
        flags.push(("warning", model.word("listing.paused")));
    }
    if ticket.level > 0 {
        flags.push(("warning", say("listing.level", ticket.level as usize)));
    }
    if ticket.objection.is_some() {
        flags.push(("warning", model.word("listing.objection")));
    }
    if ticket.extension.is_some() {
        flags.push(("warning", model.word("listing.extension")));
    }
    if !ticket.reports.is_empty() {
        flags.push(("strong", format!("+{}", ticket.reports.len())));
    }
    if ticket.master.is_some() {
        flags.push(("strong", model.word("listing.master")));
    } else if let Some(incident) = ticket.incident {
        flags.push(("muted", format!("{}{}", model.word("listing.incident"), incident.spoken())));
    }
    if ticket.hand_overs > 0 {
        flags.push(("muted", say("listing.hand-overs", ticket.hand_overs as usize)));
    }
    flags
}

/// Columns of a phone number.
const PHONE: u16 = 12;
/// Where the due time begins, behind the marks and the sign.
const DUE: u16 = 5;

/// How wide the columns are: as wide as the widest in sight, up to what a row of this width can give. The subject has
/// the rest.
struct Split {
    when: u16,
    left: u16,
    id: u16,
    kind: u16,
    stage: u16,
    flags: u16,
    phone: u16,
    name: u16,
    owner: u16,
}

impl Split {
    fn of(canvas: &Canvas<'_>, rows: &[Cells<'_>], width: u16) -> Split {
        let widest =
            |at_most: u16, cell: &dyn Fn(&Cells<'_>) -> u16| rows.iter().map(cell).max().unwrap_or(0).min(at_most);
        let text =
            |at_most: u16, cell: &dyn Fn(&Cells<'_>) -> String| widest(at_most, &|cells| columns(canvas, &cell(cells)));
        // What must be read at 60 columns is read first; a wider pane has more, and more of it.
        let by = |narrow: u16, middle: u16, wide: u16| match width {
            110.. => wide,
            76.. => middle,
            _ => narrow,
        };
        let mut split = Split {
            when: text(11, &|cells| cells.when.clone()),
            left: text(by(0, 0, 7), &|cells| cells.left.clone()),
            id: text(9, &|cells| cells.id.clone()),
            kind: text(by(4, 9, 11), &|cells| cells.kind.clone()),
            stage: text(by(4, 6, 10), &|cells| cells.stage.clone()),
            flags: widest(by(7, 12, 24), &|cells| cells.flags_width(canvas)),
            phone: by(0, PHONE, PHONE).min(text(PHONE, &|cells| cells.phone.clone())),
            name: text(by(0, 0, 8), &|cells| cells.name.clone()),
            owner: text(by(0, 0, 8), &|cells| cells.owner.clone()),
        };
        // What is asked is read before where it stands: a narrow row gives the stage up for a long subject.
        let subject = widest(u16::MAX, &|cells| columns(canvas, &cells.ticket.fields.subject));
        if width < 76 && split.head() + split.tail() + subject + 1 > width {
            split.stage = 0;
        }
        split
    }

    /// Columns of what stands before the subject, with the gaps behind.
    fn head(&self) -> u16 {
        let columns = [self.left, self.id, self.kind, self.stage, self.flags];
        DUE + self.when + 1 + columns.into_iter().filter(|width| *width > 0).map(|width| width + 1).sum::<u16>()
    }

    /// Columns of what stands behind the subject, with the gaps before.
    fn tail(&self) -> u16 {
        [self.phone, self.name, self.owner].into_iter().filter(|width| *width > 0).map(|width| width + 1).sum()
    }
}

fn draw_ticket(model: &Model, canvas: &mut Canvas<'_>, line: Rect, cells: &Cells<'_>, split: &Split) {
    let theme = &model.theme;
    let ticket = cells.ticket;
    let emergency = ticket.fields.kind == RequestType::Emergency;
    let right = line.right().saturating_sub(1);
    let (due_style, sign) = cells.due;
    if model.tickets.marks.contains(&ticket.id) {
        canvas.put(line.x + 1, line.y, "*", 1, theme.style("strong"));
    }
    // The sign and the time stand alone in their style: what pads them has none.
    canvas.put(line.x + 2, line.y, sign, 2, theme.style(due_style));
    canvas.put(line.x + DUE, line.y, &cells.when, split.when, theme.style(due_style));
    let kind = if emergency { "emergency" } else { "value" };
    let mut x = line.x + DUE + split.when + 1;
    let put = |canvas: &mut Canvas<'_>, x: &mut u16, text: &str, width: u16, style: &str| {
        if width > 0 {
            canvas.put_fit(*x, line.y, text, width.min(right.saturating_sub(*x)), theme.style(style));
            *x = (*x + width + 1).min(right);
        }
    };
    put(canvas, &mut x, &cells.left, split.left, due_style);
    put(canvas, &mut x, &cells.id, split.id, "strong");
    put(canvas, &mut x, &cells.kind, split.kind, kind);
    put(canvas, &mut x, &cells.stage, split.stage, "muted");
    if split.flags > 0 {
        let (mut at, end) = (x, (x + split.flags).min(right));
        for (style, flag) in &cells.flags {
            at += canvas.put(at, line.y, flag, end.saturating_sub(at), theme.style(style)) + 1;
        }
        x = (end + 1).min(right);
    }
    let room = right.saturating_sub(x + split.tail());
    put(canvas, &mut x, &ticket.fields.subject, room, "value");
    put(canvas, &mut x, &cells.phone, split.phone, "muted");
    put(canvas, &mut x, &cells.name, split.name, "value");
    put(canvas, &mut x, &cells.owner, split.owner, "muted");
}
