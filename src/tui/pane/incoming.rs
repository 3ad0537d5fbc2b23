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
    let visible: Vec<&Call> = calls.iter().skip(top).take(height).copied().collect();
    let split = Split::of(model, canvas, body, &visible, columns(canvas, &answer));
    for (index, call) in visible.into_iter().enumerate() {
        let line = row(body, u16::try_from(index).unwrap_or(0));
        let key = if target == Some(call.id) { answer.as_str() } else { "" };
        draw_call(model, canvas, line, call, (key, split));
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

/// Where the columns of all rows stand, so that they stand under each other.
#[derive(Clone, Copy)]
struct Split {
    /// The caller's width.
    caller: u16,
    /// The answer key's, with the space before it.
    key: u16,
    /// Where the sign of the timer begins.
    sign_x: u16,
    /// Where its time begins, and how wide it is.
    time: (u16, u16),
    /// Where its bar begins, and how wide it is.
    bar: (u16, u16),
}

/// Columns of the phase, with the space after it.
const PHASE: u16 = 9;

impl Split {
    fn of(model: &Model, canvas: &Canvas<'_>, body: Rect, calls: &[&Call], key: u16) -> Split {
        let widest = |widths: &mut dyn Iterator<Item = u16>| widths.max().unwrap_or(0);
        let time = widest(&mut calls.iter().map(|call| columns(canvas, &time_of(&model.timer(call))))).max(9);
        // From the right: bar, time, sign; what is left is the caller's.
        let bar = (body.width / 6).clamp(10, 36);
        let bar_x = body.right().saturating_sub(bar + 1);
        let time_x = bar_x.saturating_sub(time + 1);
        let sign_x = time_x.saturating_sub(3);
        let key = if key == 0 { 0 } else { key + 1 };
        let room = sign_x.saturating_sub(body.x + 3 + PHASE + key);
        let caller = widest(&mut calls.iter().map(|call| columns(canvas, &model.caller(call))));
        let beside = widest(
            &mut calls
                .iter()
                .map(|call| beside(model, call).iter().map(|(_, text)| columns(canvas, text) + 1).sum::<u16>()),
        );
        let caller = (caller + 2).min(room.saturating_sub(beside.min(room / 2))).max(room.min(16));
        Split { caller, key, sign_x, time: (time_x, time), bar: (bar_x, bar) }
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

fn draw_call(model: &Model, canvas: &mut Canvas<'_>, line: Rect, call: &Call, (key, split): (&str, Split)) {
    let theme = &model.theme;
    let timer = model.timer(call);
    let level = timer.level();
    let filled = theme.style(level.bar_style());
    canvas.bar(split.bar.0, line.y, split.bar.1, timer.permille(), filled, theme.style("timer.empty"));
    canvas.put(split.time.0, line.y, &time_of(&timer), split.time.1, theme.style(level.style()));
    canvas.put(split.sign_x, line.y, level.sign(), 2, theme.style(level.style()));
    let ringing = call.phase == Phase::Ringing;
    let phase = if ringing && model.rings_here(call) { "phase.rings-here" } else { words::phase(call.phase) };
    let phase_style = if ringing { "strong" } else { "muted" };
    let x = line.x + 2;
    canvas.put_fit(x, line.y, &model.word(phase), PHASE - 1, theme.style(phase_style));
    let x = x + PHASE;
    canvas.put_fit(x, line.y, &model.caller(call), split.caller, theme.style("strong"));
    let x = x + split.caller + 1;
    let right = split.sign_x.saturating_sub(1);
    let rest = Rect { x, width: right.saturating_sub(x + split.key), ..line };
    let beside = beside(model, call);
    let shown: Vec<(&str, &str)> = beside.iter().map(|(style, text)| (*style, text.as_str())).collect();
    pieces(model, canvas, rest, &shown);
    if !key.is_empty() {
        canvas.put_right(right, line.y, key, split.key, theme.style("key"));
    }
}
