//! 来电: every waiting and ringing call with its timer, the most urgent on top.

use ratatui::layout::Rect;

use super::{choose, columns, pieces, row, titled};
use crate::domain::Call;
use crate::domain::call::Phase;
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::{Model, Pane, Timer};
use crate::tui::words;

/// Draws the pane.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let calls = model.incoming();
    let ringing = calls.iter().filter(|call| call.phase == Phase::Ringing).count();
    let flashes = model.flash_until.is_some_and(|until| model.now < until);
    let counts = Say::new("incoming.counts").with("waiting", calls.len() - ringing).with("ringing", ringing);
    let beside = match (calls.is_empty(), flashes) {
        (true, _) => String::new(),
        (false, true) => format!("{}  *** {} ***", model.words(&counts), model.word("incoming.new")),
        (false, false) => model.words(&counts),
    };
    let body = titled(model, canvas, area, Pane::Incoming, &model.word("pane.incoming"), &beside);
    if flashes {
        canvas.restyle(row(area, 0), model.theme.only("flash"));
    }
    if calls.is_empty() {
        draw_none(model, canvas, body);
        return;
    }
    let height = usize::from(body.height);
    let focused = model.focus == Pane::Incoming && model.layers.is_empty();
    let top = if focused { model.incoming_list.top(calls.len(), height) } else { 0 };
    let target = model.target().map(|call| call.id);
    let answer = model.keymap.keys_of("call.answer", &model.contexts(), true).unwrap_or_default().to_string();
    for (index, call) in calls.iter().skip(top).take(height).enumerate() {
        let line = row(body, u16::try_from(index).unwrap_or(0));
        let key = if target == Some(call.id) { answer.as_str() } else { "" };
        draw_call(model, canvas, line, call, key);
        if focused && target == Some(call.id) {
            choose(model, canvas, Rect { width: 2, ..line }, true);
        }
    }
    let hidden = calls.len().saturating_sub(top + height);
    if hidden > 0 {
        let more = model.words(&Say::new("incoming.more").with("count", hidden));
        canvas.put_right(area.right(), area.y, &format!(" {more} "), area.width / 3, model.theme.style("timer.half"));
    }
}

/// Nobody waits; with no PBX, what can be done without one.
fn draw_none(model: &Model, canvas: &mut Canvas<'_>, body: Rect) {
    if model.desk.welcome().pbx || !model.is_linked() {
        canvas.put(body.x + 2, body.y, &model.word("incoming.none"), body.width, model.theme.style("muted"));
        return;
    }
    let width = body.width.saturating_sub(2);
    canvas.put(body.x + 2, body.y, &model.word("incoming.no-pbx"), width, model.theme.style("warning"));
    for (index, id) in ["call.by-hand", "view.rehearse"].into_iter().enumerate() {
        let Some(def) = crate::tui::command::find(id) else { continue };
        let keys = model.keymap.keys_of(id, &model.contexts(), true).unwrap_or_default().to_string();
        let language = model.settings.language;
        let line = row(body, u16::try_from(index + 1).unwrap_or(0));
        let line = Rect { x: line.x + 2, width, ..line };
        pieces(model, canvas, line, &[("key", &keys), ("strong", def.name(language)), ("muted", def.about(language))]);
    }
}

/// `0:12/0:20`.
pub fn time_of(timer: &Timer) -> String {
    format!("{}/{}", words::span(timer.elapsed), words::span(timer.limit))
}

fn draw_call(model: &Model, canvas: &mut Canvas<'_>, line: Rect, call: &Call, key: &str) {
    let theme = &model.theme;
    let timer = model.timer(call);
    let level = timer.level();
    // From the right: bar, time, sign; what is left is the caller's.
    let bar = (line.width / 6).clamp(10, 36);
    let bar_x = line.right().saturating_sub(bar + 1);
    let filled = theme.style(level.bar_style());
    canvas.bar(bar_x, line.y, bar, timer.permille(), filled, theme.style("timer.empty"));
    let time = time_of(&timer);
    let time_width = columns(canvas, &time).max(9);
    let time_x = bar_x.saturating_sub(time_width + 1);
    canvas.put(time_x, line.y, &time, time_width, theme.style(level.style()));
    let sign_x = time_x.saturating_sub(3);
    canvas.put(sign_x, line.y, level.sign(), 2, theme.style(level.style()));
    let left = Rect { x: line.x + 2, width: sign_x.saturating_sub(line.x + 3), ..line };
    let here = model.rings_here(call);
    let phase = if call.phase == Phase::Ringing && here { "phase.rings-here" } else { words::phase(call.phase) };
    let phase_style = if call.phase == Phase::Ringing { "strong" } else { "muted" };
    let phase_width = 8;
    canvas.put_fit(left.x, left.y, &model.word(phase), phase_width, theme.style(phase_style));
    let mut beside: Vec<(&str, String)> = Vec::new();
    if model.is_emergency(call) {
        beside.push(("emergency", model.word("kind.emergency")));
    }
    if let Some((word, style)) = words::grade(call.grade) {
        beside.push((style, model.word(word)));
    }
    beside.extend(words::marks(call).map(|mark| ("mark", format!("[{}]", model.word(mark)))));
    if call.nth_today > 1 {
        beside.push(("value", model.words(&Say::new("incoming.nth").with("count", call.nth_today))));
    }
    if let Some(queue) = &call.queue {
        beside.push(("muted", queue.clone()));
    }
    if call.phase == Phase::Ringing && !here {
        beside.push(("muted", model.ringing_phones(call)));
    }
    let mut x = left.x + phase_width + 1;
    let caller = model.caller(call);
    let key_width = if key.is_empty() { 0 } else { columns(canvas, key) + 1 };
    let wide: u16 = beside.iter().map(|(_, text)| columns(canvas, text) + 1).sum();
    let room = left.right().saturating_sub(x + key_width);
    let caller_width =
        columns(canvas, &caller).min(room.saturating_sub(wide.min(room / 2))).max(room.min(16)).max(room / 2);
    canvas.put_fit(x, left.y, &caller, caller_width.min(room), theme.style("strong"));
    x += caller_width.min(room) + 1;
    let rest = Rect { x, width: left.right().saturating_sub(x + key_width), ..left };
    let shown: Vec<(&str, &str)> = beside.iter().map(|(style, text)| (*style, text.as_str())).collect();
    pieces(model, canvas, rest, &shown);
    if !key.is_empty() {
        canvas.put_right(left.right(), left.y, key, key_width, theme.style("key"));
    }
}
