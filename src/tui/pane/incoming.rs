//! 来电: every waiting and ringing call with its timer, the most urgent on top.

use ratatui::layout::Rect;

use super::{columns, pieces, row, titled};
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
    let target = model.target().map(|call| call.id);
    // Its column stays where there is nothing to show in it: nothing moves when answering becomes possible.
    let answer = model.keymap.keys_of("call.answer", &model.contexts(), true).unwrap_or_default().to_string();
    let keys = if crate::tui::command::can_answer_target(model).is_ok() { answer.as_str() } else { "" };
    let visible = model.incoming_in_sight(height);
    let split = Split::of(model, canvas, body, &visible, columns(canvas, &answer));
    for (index, call) in visible.into_iter().enumerate() {
        let line = row(body, u16::try_from(index).unwrap_or(0));
        let is_target = target == Some(call.id);
        draw_call(model, canvas, line, call, (if is_target { keys } else { "" }, split));
        if is_target && (focused || !keys.is_empty()) {
            mark_target(model, canvas, line, split, focused);
        }
    }
    let hidden = calls.len().saturating_sub(height);
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

/// The call that the key would take: a sign before it, and the caller in the style of what is chosen. The timer keeps
/// its own colours.
fn mark_target(model: &Model, canvas: &mut Canvas<'_>, line: Rect, split: Split, focused: bool) {
    canvas.put(line.x, line.y, ">", 1, model.theme.style("key"));
    let style = if focused { "selected" } else { "selected.target" };
    let x = split.phase_x.saturating_sub(1);
    canvas.restyle(Rect { x, width: line.right().saturating_sub(x), ..line }, model.theme.only(style));
}

/// Where the columns of all rows stand, so that they stand under each other. What is urgent stands at the left: sign
/// and time, the key that answers, the bar; then the phase, the caller, and what there is beside.
#[derive(Clone, Copy)]
struct Split {
    /// Where the sign and the time begin, and how wide they are.
    time: (u16, u16),
    /// Where the answer key stands.
    key_x: u16,
    /// Where the bar begins, and how wide it is.
    bar: (u16, u16),
    /// Where the phase begins.
    phase_x: u16,
    /// Where the caller begins, and how wide it is.
    caller: (u16, u16),
}

/// Columns of the sign, with the space after it.
const SIGN: u16 = 3;
/// Columns of the phase, with the space after it.
const PHASE: u16 = 9;
/// The widest caller.
const CALLER: u16 = 32;

impl Split {
    fn of(model: &Model, canvas: &Canvas<'_>, body: Rect, calls: &[&Call], key: u16) -> Split {
        let widest = |widths: &mut dyn Iterator<Item = u16>| widths.max().unwrap_or(0);
        let time = widest(&mut calls.iter().map(|call| columns(canvas, &time_of(&model.timer(call)))));
        let time = (body.x + 1, SIGN + time.max(9));
        let key_x = time.0 + time.1 + 1;
        let bar_x = key_x + if key == 0 { 0 } else { key + 1 };
        let bar = (body.width / 8).clamp(8, 24);
        let phase_x = bar_x + bar + 1;
        let caller_x = phase_x + PHASE;
        let caller = widest(&mut calls.iter().map(|call| columns(canvas, &model.caller(call))));
        let beside = widest(
            &mut calls
                .iter()
                .map(|call| beside(model, call).iter().map(|(_, text)| columns(canvas, text) + 1).sum::<u16>()),
        );
        let room = body.right().saturating_sub(caller_x);
        let caller = caller.clamp(12, CALLER).min(room.saturating_sub(beside.min(room / 2)).max(room.min(12)));
        Split { time, key_x, bar: (bar_x, bar), phase_x, caller: (caller_x, caller) }
    }
}

/// What is said beside the caller, the gravest first.
fn beside(model: &Model, call: &Call) -> Vec<(&'static str, String)> {
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
    if call.phase == Phase::Ringing && !model.rings_here(call) {
        beside.push(("muted", model.ringing_phones(call)));
    }
    beside
}

fn draw_call(model: &Model, canvas: &mut Canvas<'_>, line: Rect, call: &Call, (keys, split): (&str, Split)) {
    let theme = &model.theme;
    let timer = model.timer(call);
    let level = timer.level();
    let (x, y) = (split.time.0, line.y);
    let shown = format!("{:<2} {}", level.sign(), time_of(&timer));
    canvas.put(x, y, &shown, split.time.1, theme.style(level.style()));
    canvas.put(split.key_x, y, keys, split.bar.0.saturating_sub(split.key_x), theme.style("key"));
    let filled = theme.style(level.bar_style());
    canvas.bar(split.bar.0, y, split.bar.1, timer.permille(), filled, theme.style("timer.empty"));
    let ringing = call.phase == Phase::Ringing;
    let phase = if ringing && model.rings_here(call) { "phase.rings-here" } else { words::phase(call.phase) };
    let phase_style = if ringing { "strong" } else { "muted" };
    canvas.put_fit(split.phase_x, y, &model.word(phase), PHASE - 1, theme.style(phase_style));
    canvas.put_fit(split.caller.0, y, &model.caller(call), split.caller.1, theme.style("strong"));
    let x = split.caller.0 + split.caller.1 + 1;
    let rest = Rect { x, width: line.right().saturating_sub(x + 1), ..line };
    let beside = beside(model, call);
    let shown: Vec<(&str, &str)> = beside.iter().map(|(style, text)| (*style, text.as_str())).collect();
    pieces(model, canvas, rest, &shown);
}
