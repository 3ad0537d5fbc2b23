//! 通话: the call in hand, or the one that would be answered, and all about who calls (R-CALL-4), without a key.

use ratatui::layout::Rect;

use super::{columns, due, pieces, row, titled};
use crate::client::PersonCard;
use crate::domain::Call;
use crate::domain::call::{Direction, Verdict};
use crate::domain::phone::match_key;
use crate::text::{Say, wrap};
use crate::tui::canvas::Canvas;
use crate::tui::model::{Model, Pane};
use crate::tui::words;

/// The rows of a pane, written from top to bottom as far as they go.
struct Rows<'a, 'b, 'c> {
    model: &'a Model,
    canvas: &'b mut Canvas<'c>,
    area: Rect,
    next: u16,
}

impl Rows<'_, '_, '_> {
    fn put(&mut self, texts: &[(&str, &str)]) {
        if self.next < self.area.height {
            let line = row(self.area, self.next);
            pieces(self.model, self.canvas, Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line }, texts);
            self.next += 1;
        }
    }

    fn wrapped(&mut self, style: &str, text: &str, at_most: usize) {
        let width = usize::from(self.area.width.saturating_sub(1)).max(2);
        for line in wrap(text, width, self.canvas.policy().ambiguous).iter().take(at_most) {
            self.put(&[(style, line)]);
        }
    }
}

/// Draws the pane.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let call = model.pop_call();
    let in_hand = model.in_hand().is_some();
    let title = model.word(if in_hand || call.is_none() { "pane.call" } else { "pane.caller" });
    let body = titled(model, canvas, area, Pane::Call, &title, "");
    let mut rows = Rows { model, canvas, area: body, next: 0 };
    let Some(call) = call else {
        rows.wrapped("muted", &model.word("call.none"), 4);
        return;
    };
    draw_head(&mut rows, call, in_hand);
    if call.party.number.is_empty() {
        let key = if call.party.withheld { "caller.withheld" } else { "caller.no-number" };
        rows.put(&[("warning", &model.word(key))]);
        return;
    }
    let card = model.card.as_ref().filter(|card| match_key(&card.number) == match_key(&call.party.number));
    match card {
        None => rows.put(&[("muted", &model.word("call.looking"))]),
        Some(card) => draw_card(&mut rows, call, card),
    }
}

fn draw_head(rows: &mut Rows<'_, '_, '_>, call: &Call, in_hand: bool) {
    let model = rows.model;
    rows.put(&[("strong", &model.caller(call))]);
    let timer = if in_hand { model.in_hand_timer(call) } else { model.timer(call) };
    let phase = if in_hand && !call.is_open() { "state.wrap-up" } else { words::phase(call.phase) };
    let outbound = if call.direction == Direction::Outbound { model.word("call.outbound") } else { String::new() };
    let time = words::span(timer.elapsed);
    let (style, sign) = if timer.limit > 0 { (timer.level().style(), timer.level().sign()) } else { ("value", "") };
    let queue = call.queue.clone().unwrap_or_default();
    let phase = model.word(phase);
    rows.put(&[("title", &phase), (style, &time), (style, sign.trim()), ("value", &outbound), ("muted", &queue)]);
    let marks: Vec<String> = words::marks(call).map(|mark| format!("[{}]", model.word(mark))).collect();
    let grade = words::grade(call.grade).map(|(word, style)| (style, model.word(word)));
    let (grade_style, grade) = grade.unwrap_or(("grade", String::new()));
    let nth = if call.nth_today > 0 {
        model.words(&Say::new("incoming.nth").with("count", call.nth_today))
    } else {
        String::new()
    };
    let verdict = match call.verdict.filter(|_| in_hand) {
        Some(Verdict::Late) => {
            model.words(&Say::new("call.late").with("time", words::span(call.wait_ms().unwrap_or(0))))
        }
        Some(Verdict::InTime) => {
            model.words(&Say::new("call.in-time").with("time", words::span(call.wait_ms().unwrap_or(0))))
        }
        _ => String::new(),
    };
    let verdict_style = if call.verdict == Some(Verdict::Late) { "warning" } else { "good" };
    let line = [(grade_style, grade.as_str()), ("mark", &marks.join(" ")), ("value", &nth), (verdict_style, &verdict)];
    if line.iter().any(|(_, text)| !text.is_empty()) {
        rows.put(&line);
    }
    for line in model.told_of_talk() {
        rows.put(&[("warning", &line)]);
    }
    let codes = words::odd_codes(call);
    if !codes.is_empty() {
        rows.put(&[("muted", &codes)]);
    }
}

fn draw_card(rows: &mut Rows<'_, '_, '_>, call: &Call, card: &PersonCard) {
    let model = rows.model;
    let offset = model.desk.welcome().offset_ms;
    match &card.customer {
        None => rows.put(&[("muted", &model.word("call.no-file"))]),
        Some(customer) => {
            rows.put(&[("value", &customer.name), ("muted", &customer.address)]);
            if !customer.note.is_empty() {
                rows.wrapped("warning", &customer.note, 3);
            }
        }
    }
    draw_owed(rows, call);
    let open = card.tickets.iter().filter(|ticket| ticket.is_open()).count();
    if open > 0 {
        rows.put(&[("title", &model.words(&Say::new("call.open-tickets").with("count", open)))]);
    }
    for ticket in card.tickets.iter().filter(|ticket| ticket.is_open()).take(6) {
        let (style, sign) = due(model, ticket.due_at());
        let kind = model.word(words::kind(ticket.fields.kind));
        let kind_style =
            if ticket.fields.kind == crate::domain::RequestType::Emergency { "emergency" } else { "value" };
        let number = ticket.id.spoken();
        rows.put(&[(style, &number), (style, sign.trim()), (kind_style, &kind), ("value", &ticket.fields.subject)]);
    }
    let earlier: Vec<&Call> = card.calls.iter().filter(|other| other.id != call.id).collect();
    if !earlier.is_empty() {
        rows.put(&[("title", &model.word("call.earlier"))]);
    }
    for other in earlier {
        let at = words::moment(other.arrived_at, model.now, offset);
        let what = other.disposition.map_or(words::outcome(other), words::disposition);
        let agent = other.agent.clone().unwrap_or_default();
        rows.put(&[("muted", &at), ("value", &model.word(what)), ("muted", &agent)]);
    }
}

/// All that is owed to the person, by whatever number of theirs: it can be settled in this talk.
fn draw_owed(rows: &mut Rows<'_, '_, '_>, call: &Call) {
    let model = rows.model;
    let offset = model.desk.welcome().offset_ms;
    for line in model.lines_of(&call.party.number, call.rehearsal) {
        let taken = line.taken_by.as_ref().filter(|_| !model.has_line(line));
        let taken = taken.map(|staff| format!("({})", model.staff_name(staff))).unwrap_or_default();
        for debt in line.owed() {
            let (style, sign) = due(model, debt.due_at);
            let at = words::moment(debt.due_at, model.now, offset);
            let why = model.word(words::reason(debt.reason));
            let ticket = debt.ticket.map(|ticket| model.ticket_word(ticket)).unwrap_or_default();
            let what = if debt.note.is_empty() { ticket } else { format!("{} {ticket}", debt.note) };
            let word = model.word("call.callback-due");
            let due = [("title", word.as_str()), (style, &at), (style, sign.trim()), ("value", &why), ("mark", &taken)];
            let used: u16 = due.iter().map(|(_, text)| columns(rows.canvas, text) + 1).sum();
            // What it is about is not cut for the sake of a row.
            if used + columns(rows.canvas, &what) < rows.area.width {
                rows.put(&[&due[..], &[("value", what.trim_end())]].concat());
            } else {
                rows.put(&due);
                rows.wrapped("value", what.trim_end(), 2);
            }
        }
    }
}
