//! The head and the foot of a callback's sheet (R-CB-5, R-CB-7): where its call stands, whom it is about and what was
//! promised, above the fields; what stands in its way below them.

use ratatui::layout::Rect;

use super::super::{columns, pieces, row};
use crate::domain::call::Direction;
use crate::domain::callback::Reach;
use crate::domain::{CallbackEnd, CallbackReason, Debt};
use crate::text::{Say, wrap};
use crate::tui::canvas::Canvas;
use crate::tui::form::sheet::REACH;
use crate::tui::form::{Draft, SheetDraft};
use crate::tui::keymap::Context;
use crate::tui::model::{CallStands, Model};
use crate::tui::words;

/// Rows the fields of a page and their foot want.
const FIELDS: u16 = 9;
/// Rows of a number that is read off the screen to be dialled.
const LARGE: u16 = 3;

/// The title: the person, and how far the sheet is.
pub(super) fn title(model: &Model, sheet: &SheetDraft) -> String {
    let mut title = format!("{} {} {}", model.word("due.sheet"), sheet.line.number, sheet.line.name);
    if sheet.pages.len() > 1 {
        title = format!("{} {}/{}", title.trim_end(), sheet.at + 1, sheet.pages.len());
    }
    if sheet.line.rehearsal {
        title = format!("{title} [{}]", model.word("mark.rehearsal"));
    }
    title
}

/// Draws the head; gives what is left below it for the fields.
pub(super) fn head(model: &Model, canvas: &mut Canvas<'_>, area: Rect, draft: &Draft) -> Rect {
    let Some(sheet) = &draft.sheet else { return area };
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let stands = model.call_stands(sheet);
    draw_stands(model, canvas, row(inner, 0), sheet, stands);
    let mut used = 1;
    let unanswered = matches!(stands, CallStands::None | CallStands::ByHand(_) | CallStands::NotReached);
    let by_hand = unanswered && model.dials_by_hand(&sheet.line);
    if by_hand {
        let room = area.height.saturating_sub(used + FIELDS);
        used += draw_number(model, canvas, Rect { y: inner.y + used, height: room, ..inner }, &sheet.line.number);
    }
    let room = area.height.saturating_sub(used + FIELDS).max(2);
    let width = usize::from(inner.width).max(2);
    let about = about(model, sheet);
    let each = if usize::from(room) > about.len() * 2 { 3 } else { 2 };
    let lines = about.into_iter().flat_map(|(style, text)| {
        let lines = wrap(&text, width, canvas.policy().ambiguous);
        lines.into_iter().take(each).map(move |line| (style, line)).collect::<Vec<_>>()
    });
    let lines: Vec<(&str, String)> = lines.take(usize::from(room)).collect();
    for (style, line) in lines {
        if used < area.height {
            canvas.put(inner.x, inner.y + used, &line, inner.width, model.theme.style(style));
            used += 1;
        }
    }
    Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area }
}

fn draw_stands(model: &Model, canvas: &mut Canvas<'_>, area: Rect, sheet: &SheetDraft, stands: CallStands) {
    let (style, key, time) = match stands {
        CallStands::None => ("muted", "due.call-none", None),
        CallStands::Dialling => ("warning", "due.call-dialling", None),
        CallStands::PickUp => ("warning", "due.call-pick-up", None),
        CallStands::Ringing(time) => ("warning", "due.call-ringing", Some(time)),
        CallStands::ByHand(time) => ("warning", "due.call-by-hand", Some(time)),
        CallStands::Talking(time) => ("good", "due.call-talking", Some(time)),
        CallStands::Talked(time) => ("value", "due.call-talked", Some(time)),
        CallStands::NotReached => ("error", "due.call-not-reached", None),
    };
    let call = model.sheet_call(sheet);
    let inbound = call.is_some_and(|call| call.direction != Direction::Outbound);
    let inbound = if inbound { format!("[{}]", model.word("due.inbound")) } else { String::new() };
    let hand = call.is_some_and(|call| call.source == crate::domain::SourceId::HAND) && inbound.is_empty();
    let hand = if hand { format!("[{}]", model.word("due.by-hand")) } else { String::new() };
    let time = time.map(words::span).unwrap_or_default();
    let tries = match sheet.line.attempts.len() {
        0 => String::new(),
        count => model.words(&Say::new("due.nth").with("count", count)),
    };
    let parts = [
        ("title", model.word("due.call")),
        (style, model.word(key)),
        (style, time),
        ("mark", hand),
        ("mark", inbound),
        ("muted", tries),
    ];
    let parts: Vec<(&str, &str)> = parts.iter().map(|(style, text)| (*style, text.as_str())).collect();
    pieces(model, canvas, area, &parts);
}

/// The number to be dialled by hand: its digits in three rows where there is room, else spaced in one.
fn draw_number(model: &Model, canvas: &mut Canvas<'_>, area: Rect, number: &str) -> u16 {
    let style = model.theme.style("strong");
    let large: Vec<[&str; 3]> = number.chars().filter_map(large).collect();
    let wide = u16::try_from(large.len() * 4).unwrap_or(u16::MAX);
    if area.height > LARGE && wide <= area.width && !large.is_empty() {
        for line in 0..LARGE {
            let part = |glyph: &[&'static str; 3]| glyph.get(usize::from(line)).copied().unwrap_or_default();
            let text: Vec<&str> = large.iter().map(part).collect();
            canvas.put(area.x, area.y + line, &text.join(" "), area.width, style);
        }
        return LARGE;
    }
    let spaced: Vec<String> = number.chars().map(String::from).collect();
    let text = spaced.join(" ");
    let text = if columns(canvas, &text) <= area.width { text } else { number.to_owned() };
    canvas.put(area.x, area.y, &text, area.width, style);
    1
}

/// A digit of a telephone number in three rows of three columns.
fn large(digit: char) -> Option<[&'static str; 3]> {
    Some(match digit {
        '0' => [" _ ", "| |", "|_|"],
        '1' => ["   ", "  |", "  |"],
        '2' => [" _ ", " _|", "|_ "],
        '3' => [" _ ", " _|", " _|"],
        '4' => ["   ", "|_|", "  |"],
        '5' => [" _ ", "|_ ", " _|"],
        '6' => [" _ ", "|_ ", "|_|"],
        '7' => [" _ ", "  |", "  |"],
        '8' => [" _ ", "|_|", "|_|"],
        '9' => [" _ ", "|_|", " _|"],
        '+' => ["   ", " | ", "-+-"],
        '-' | ' ' | '/' => ["   ", " _ ", "   "],
        _ => return None,
    })
}

/// What it is about, what was promised, what was done: the debt in sight, or all that speaking settles.
fn about(model: &Model, sheet: &SheetDraft) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    match sheet.debt() {
        Some(debt) => about_debt(model, debt, &mut lines),
        None => {
            // What the call itself has settled is still what the talk is about.
            let by_this = |debt: &&Debt| {
                use CallbackEnd::{CalledAgain, Reached};
                matches!(&debt.end, Some((_, Reached(call) | CalledAgain(call))) if Some(*call) == sheet.call)
            };
            let settled = sheet.line.debts.iter().filter(by_this);
            for debt in sheet.line.owed().into_iter().chain(settled) {
                let reason = model.word(words::reason(debt.reason));
                let text = format!("{reason}  {}  {}", model.when(debt.made_at), debt.note);
                lines.push(("strong", text.trim_end().to_owned()));
            }
        }
    }
    lines
}

fn about_debt(model: &Model, debt: &Debt, lines: &mut Vec<(&'static str, String)>) {
    let reason = model.word(words::reason(debt.reason));
    let ticket = debt.ticket.map(|ticket| model.ticket_word(ticket)).unwrap_or_default();
    lines.push(("strong", format!("{reason}  {ticket}")));
    for (key, text) in [("due.promised", model.promised(debt)), ("due.done-about", model.done_about(debt))] {
        if !text.is_empty() {
            lines.push(("value", format!("{} {text}", model.word(key))));
        }
    }
}

/// What is said below the fields, beside what every form says: what stands in the way, what comes next, which keys.
pub(super) fn said(model: &Model, draft: &Draft) -> Vec<(&'static str, String)> {
    let Some(sheet) = &draft.sheet else { return Vec::new() };
    let key = |id: &str| {
        let contexts = [Context::Sheet, Context::Form, Context::Global];
        model.keymap.keys_of(id, &contexts, true).unwrap_or_default().to_string()
    };
    let mut lines = Vec::new();
    if !model.desk.state().callbacks.contains_key(&sheet.line.id) {
        lines.push(("warning", settled(model, sheet, &key("callback.leave"))));
    }
    if let Some((at, end)) = sheet.debt().and_then(|debt| debt.end.as_ref()) {
        let say = Say::new("due.debt-settled").with("time", model.when(*at)).with("how", model.end_words(end));
        lines.push(("warning", model.words(&say)));
    }
    if let Some(staff) = sheet.line.taken_by.as_ref().filter(|_| !model.has_line(&sheet.line)) {
        lines.push(("error", model.words(&Say::new("due.taken-by").with("name", model.staff_name(staff)))));
    }
    let rules = &model.desk.welcome().rulebook;
    let others = sheet.debt().map(|debt| &debt.by).filter(|role| !role.is_empty());
    if let Some(role) = others.filter(|role| !rules.holds(&model.desk.welcome().me, role)) {
        lines.push(("warning", model.words(&Say::new("due.by-role").with_word("role", &rules.role_word(role)))));
    }
    let call = model.sheet_call(sheet);
    let inbound = call.is_none_or(|call| call.direction != Direction::Outbound);
    let asks = matches!(sheet.reason(), CallbackReason::Revisit | CallbackReason::Sample);
    if inbound && asks {
        let say = Say::new("due.needs-outbound-key").with("key", key("callback.dial"));
        lines.push(("warning", model.words(&say)));
    }
    match model.call_stands(sheet) {
        CallStands::NotReached => {
            let (_, next) = model.next_try(&sheet.line);
            let say = Say::new("due.not-reached").with("next", next).with("key", key("callback.leave"));
            lines.push(("strong", model.words(&say)));
        }
        CallStands::ByHand(_) => {
            // With the caret in the result the figure of the choice says it too.
            let figure = |reach: Reach| Reach::ALL.iter().position(|known| *known == reach).map_or(0, |at| at + 1);
            let (yes, no) = match draft.field.id() == REACH {
                true => (figure(Reach::Reached).to_string(), figure(Reach::NotReached).to_string()),
                false => (key("callback.answered"), key("callback.not-answered")),
            };
            lines.push(("key", model.words(&Say::new("due.by-hand-keys").with("yes", yes).with("no", no))));
        }
        // Tried in vain, and not to be tried again yet.
        CallStands::None if draft.reach().is_none() && sheet.line.tries > 0 && sheet.line.due_at > model.now => {
            lines.push(("strong", model.next_try(&sheet.line).1));
        }
        CallStands::None if draft.reach().is_none() => {
            lines.push(("key", model.words(&Say::new("due.dial-key").with("key", key("callback.dial")))));
        }
        _ => {}
    }
    if draft.reach() == Some(Reach::WrongNumber) {
        lines.push(("warning", model.word("due.wrong-number")));
    }
    let other = |(at, page): &(usize, &crate::tui::form::sheet::SheetPage)| *at != sheet.at && !page.done;
    let left = sheet.pages.iter().enumerate().filter(other).count();
    if left > 0 {
        let say = Say::new("due.pages-left").with("count", left).with("key", key("callback.next-debt"));
        lines.push(("muted", model.words(&say)));
    }
    lines
}

/// Who settled the line meanwhile, or that it is no more.
fn settled(model: &Model, sheet: &SheetDraft, key: &str) -> String {
    let how = sheet.line.end.as_ref().map(|end| model.end_words(end)).unwrap_or_default();
    model.words(&Say::new("due.settled-meanwhile").with("how", how).with("key", key))
}
