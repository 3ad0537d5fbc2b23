//! The technician's screen: one column, from a phone's 40×12 upwards. The list, an order, or a form; a title above, what
//! must be read below it, and one line of keys at the bottom with the next step in front.
//!
//! It is drawn for a poor line: no ground is painted, nothing counts in seconds, and what was typed changes one row.

mod form;
mod list;
mod order;

use ratatui::layout::Rect;

use super::{columns, popup};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::command::{FIRST_ORDER as FIRST, can_step_now, find};
use crate::tui::form::Stage;
use crate::tui::layer::Layer;
use crate::tui::model::{Banner, Model, Tone};
use crate::tui::words;

/// The key in front.
const NEXT: &str = "tech.next";
/// The key that saves from any field; on the last one the other key does it too.
const SAVE: &str = "tech.form-save";
/// The key that has the others.
const HELP: &str = "tech.help";
/// The least a popup needs.
const POPUP: (u16, u16) = (12, 3);

/// Draws everything; gives where the caret stands.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let area = canvas.area();
    canvas.fill(area, model.theme.style("base"));
    let row = |y: u16| Rect { y, height: 1, ..area };
    let banner = model.tech_banner();
    let top = area.y + 1 + u16::from(banner.is_some());
    // On a screen without room the keys go first, then what is told.
    let keys = area.bottom().saturating_sub(1).max(top);
    let told = told(model, canvas, area);
    let rows = u16::try_from(told.as_ref().map_or(1, |told| told.1.len())).unwrap_or(1).max(1);
    let notice = keys.saturating_sub(rows).max(top);
    let body = Rect { y: top, height: notice.saturating_sub(top), ..area };
    let (mut caret, mut below) = (None, 0);
    if model.tech_form() {
        caret = form::draw(model, canvas, row(area.y), body);
    } else if let Some(ticket) = model.tech_order() {
        below = order::draw(model, canvas, row(area.y), body, ticket);
    } else {
        below = list::draw(model, canvas, row(area.y), body);
    }
    if let Some(banner) = banner {
        draw_banner(model, canvas, row(area.y + 1), banner);
    }
    if area.height > 3 {
        let more = || ("muted", vec![model.words(&Say::new("techui.more").with("count", below))]);
        if let Some((style, lines)) = told.or_else(|| (below > 0).then(more)) {
            for (line, y) in lines.iter().zip(notice..keys) {
                canvas.put(area.x, y, line, area.width, model.theme.style(style));
            }
        }
        draw_keys(model, canvas, row(keys));
    }
    let popups = Rect { y: area.y + 1, height: keys.saturating_sub(area.y + 1), ..area };
    // A box that has no room for its own frame is not drawn at all.
    if popups.width < POPUP.0 || popups.height < POPUP.1 {
        return caret.filter(|_| model.layers.is_empty());
    }
    match popup::draw(model, canvas, popups) {
        Some(at) => at,
        None => caret,
    }
}

/// A title with what stands at its right; both in sight, the right one first.
fn title(model: &Model, canvas: &mut Canvas<'_>, line: Rect, left: &str, right: (&str, &str)) {
    let used = columns(canvas, right.1).min(line.width);
    canvas.put_right(line.right(), line.y, right.1, used, model.theme.style(right.0));
    let room = line.width.saturating_sub(used + 1);
    canvas.put(line.x, line.y, left, room, model.theme.style("title"));
}

/// The new order, the refused step or the notice, and the keys that answer it.
fn draw_banner(model: &Model, canvas: &mut Canvas<'_>, line: Rect, banner: Banner<'_>) {
    let (style, words, ids): (&str, String, &[&str]) = match banner {
        Banner::Order(order) => {
            let kind = model.word(words::kind(order.fields.kind));
            let say = Say::new("techui.new_order").with("ticket", order.id.spoken()).with("kind", kind);
            let words = model.words(&say.with("address", &order.fields.address));
            ("emergency", words, &["tech.accept-new", "tech.dismiss"])
        }
        Banner::Refused(step) => {
            let why = step.refused.as_ref().map(|why| model.words(why)).unwrap_or_default();
            let say = Say::new("techui.refused").with("ticket", step.ticket.spoken());
            let say = say.with("step", model.word(&step.word)).with("why", why);
            ("error", model.words(&say), &["tech.dismiss"])
        }
        Banner::Notice(notice) => ("warning", model.notice_words(notice), &["tech.dismiss"]),
    };
    let keys: Vec<String> = ids.iter().filter_map(|id| key_and_name(model, id)).collect();
    let keys = keys.join(" ");
    let right = columns(canvas, &keys).min(line.width / 2);
    canvas.put_right(line.right(), line.y, &keys, right, model.theme.style("key"));
    let more = model.tech_news().len().saturating_sub(1);
    let words = if more > 0 { format!("+{more} {words}") } else { words };
    let room = line.width.saturating_sub(right + 1);
    let short = crate::text::shorten(&words, usize::from(room), canvas.policy().ambiguous);
    canvas.put(line.x, line.y, &short, room, model.theme.style(style));
}

fn key_and_name(model: &Model, id: &str) -> Option<String> {
    let keys = model.keymap.keys_of(id, &model.contexts(), model.takes_text())?;
    let name = find(id)?.name(model.settings.language);
    Some(format!("{} {name}", model.key_name(&keys.to_string())))
}

/// The rows that what is told may take: what is missing in a form has many names.
const TOLD: usize = 3;

/// What was said last; else that the line is down, or that something is on its way. In as many rows as it needs, where
/// there is room.
fn told(model: &Model, canvas: &Canvas<'_>, area: Rect) -> Option<(&'static str, Vec<String>)> {
    let sending = model.drafts.open().is_some_and(|draft| draft.stage == Stage::Sending);
    let told = model.notice_in_sight().filter(|_| !(sending && model.lost.is_some()));
    let (style, words) = if let Some(notice) = told {
        let sign = if matches!(notice.tone, Tone::Warning | Tone::Error) { "! " } else { "" };
        (notice.tone.style(), format!("{sign}{}", model.words(&notice.say)))
    } else if let Some((since, why)) = &model.lost {
        let key = if sending { "techui.lost_sending" } else { "techui.lost" };
        let time = words::clock(*since, model.desk.welcome().offset_ms);
        ("error", model.words(&Say::new(key).with("time", time).with("why", model.words(why))))
    } else if sending {
        ("notice", model.word("techui.sending"))
    } else {
        return None;
    };
    let (ambiguous, width) = (canvas.policy().ambiguous, usize::from(area.width));
    let most = if area.height < 12 { 1 } else { TOLD };
    let mut lines = crate::text::wrap(&words, width, ambiguous);
    if lines.len() > most {
        lines.truncate(most - 1);
        let shown: usize = lines.iter().map(String::len).sum();
        let rest = words.get(shown..).unwrap_or(&words);
        lines.push(crate::text::shorten(rest, width, ambiguous));
    }
    Some((style, lines))
}

/// The keys that work here, the next step in front.
fn draw_keys(model: &Model, canvas: &mut Canvas<'_>, line: Rect) {
    let contexts = model.contexts();
    // Where there is no room for names the help has them all: its key is always there.
    let help = model.keymap.keys_of(HELP, &contexts, model.takes_text()).filter(|_| model.layers.is_empty());
    let help = help.map(|keys| format!(" {} ", model.key_name(&keys.to_string()))).unwrap_or_default();
    let right = line.right().saturating_sub(columns(canvas, &help) + 1);
    canvas.put(right, line.y, &help, line.width, model.theme.style("key"));
    let mut x = line.x;
    for id in offered(model) {
        let Some(def) = find(id) else { continue };
        let Some(keys) = model.keymap.keys_of(id, &contexts, model.takes_text()) else { continue };
        // What the next step means may lag behind the screen for a blink; whether it is offered does not.
        let ready = if *id == NEXT { can_step_now(model) } else { (def.ready)(model) };
        if ready.is_err() || (*id == SAVE && on_last_field(model)) {
            continue;
        }
        let keys = if *id == FIRST { model.digit_keys() } else { model.key_name(&keys.to_string()) };
        let keys = format!(" {keys} ");
        let name = name_of(model, id).unwrap_or_else(|| def.name(model.settings.language).to_owned());
        if x + columns(canvas, &keys) + columns(canvas, &name) > right {
            break;
        }
        x += canvas.put(x, line.y, &keys, line.width, model.theme.style("key"));
        // The next step is one block with its key: the largest thing on the line.
        let (name, style) = if *id == NEXT { (format!("{name} "), "key") } else { (name, "key.name") };
        x += canvas.put(x, line.y, &name, line.width, model.theme.style(style));
        x += u16::from(*id != NEXT);
    }
}

fn on_last_field(model: &Model) -> bool {
    let rules = &model.desk.welcome().rulebook;
    model.drafts.open().is_some_and(|draft| draft.shown(rules).last() == Some(&draft.field))
}

/// What a key does just now, where that is not its name.
fn name_of(model: &Model, id: &str) -> Option<String> {
    let language = model.settings.language;
    match id {
        NEXT => Some(model.word(model.next_step(model.tech_order()?)?.word)),
        FIRST => Some(find("tech.open")?.name(language).to_owned()),
        "tech.form-next" => on_last_field(model).then(|| find(SAVE).map(|def| def.name(language).to_owned()))?,
        "tech.duty" => {
            Some(model.word(if model.on_duty_since().is_some() { "techui.go_off_duty" } else { "techui.go_on_duty" }))
        }
        _ => None,
    }
}

/// The commands worth a place in the key line, the most useful first.
fn offered(model: &Model) -> &'static [&'static str] {
    match model.layers.last() {
        Some(Layer::Reader(_)) => &["popup.cancel", "popup.down", "popup.up"],
        Some(_) => &["popup.accept", "popup.cancel"],
        None if model.tech_form() => &["tech.form-next", SAVE, "tech.form-leave", "tech.form-up", "form.theirs"],
        None if model.tech_order().is_some() => {
            &[NEXT, "tech.object", "tech.wait", "tech.hazard", "tech.note", "tech.photo", "tech.back"]
        }
        None => &[FIRST, "tech.duty", "message.read", "tech.form-left", "view.quit"],
    }
}
