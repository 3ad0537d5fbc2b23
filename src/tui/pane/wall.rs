//! The wall: a few large figures that are read from five metres, and below them who waits and who is there (R-LIVE-1).
//!
//! One thing stands out at most: the row under the head, in the style of what is urgent. Where all is calm it is empty.

mod digits;

use ratatui::layout::Rect;

use super::live::blocks::{self, draw_owed, draw_states};
use super::live::words::{clock, formula, kept, lately, level, share, unknown};
use super::live::{CLOCKS, below, draw_body};
use super::{columns, pieces, row};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::{LiveView, Model, Urgent, WallForm};
use crate::tui::words;

/// From this height on what is urgent has three rows.
const TALL: u16 = 40;
/// Below this width two large figures stand beside each other, not four.
const FOUR: u16 = 72;
/// From this width on a large figure has room for its formula beside its name.
const WIDE: u16 = 30;
/// The smallest screen that large figures are drawn on.
const LEAST: (u16, u16) = (40, 12);

/// Draws the whole screen.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let area = canvas.area();
    canvas.fill(area, model.theme.style("base"));
    let view = model.live_view(CLOCKS);
    head(model, canvas, row(area, 0), &view);
    if area.width < LEAST.0 || area.height < LEAST.1 {
        small(model, canvas, below(area, 1), &view);
        return;
    }
    let tall = if area.height >= TALL { 3 } else { 1 };
    urgent(model, canvas, Rect { height: tall, ..below(area, 1) }, &view);
    let foot = row(area, area.height - 1);
    let body = below(area, 1 + tall);
    let body = Rect { height: body.height.saturating_sub(1), ..body };
    match model.settings.wall.unwrap_or_default() {
        WallForm::Dense => draw_body(model, canvas, body, &view),
        WallForm::Big => {
            let used = large(model, canvas, body, &view);
            rows(model, canvas, below(body, used), &view);
        }
    }
    keys(model, canvas, foot);
}

/// Name, whether it is a rehearsal or a replay, what is unknown, and the time.
fn head(model: &Model, canvas: &mut Canvas<'_>, line: Rect, view: &LiveView<'_>) {
    canvas.fill(line, model.theme.style("status"));
    let offset = model.desk.welcome().offset_ms;
    let time = match &model.replay {
        // A replay runs by its own clock, which is the first thing to know about it.
        Some(_) => clock(model.now, offset),
        None => words::clock(model.now, offset),
    };
    let right = columns(canvas, &time) + 1;
    let replay = model.replay.as_ref().map(|replay| {
        let key = if replay.paused { "wall.replay_paused" } else { "wall.replay" };
        let day = day_of(model, model.now);
        model.words(&Say::new(key).with("day", day).with("speed", replay.speed))
    });
    let rehearsed = if view.rehearsed { format!("[{}]", model.word("mark.rehearsal")) } else { String::new() };
    let unknown = unknown(model, view);
    let unknown = if unknown.is_empty() { unknown } else { format!("!! {unknown}") };
    let shown = Rect { x: line.x + 1, width: line.width.saturating_sub(right + 2), ..line };
    pieces(
        model,
        canvas,
        shown,
        &[
            ("status.name", &model.word("app.name")),
            ("status.state", &replay.unwrap_or_default()),
            ("status.state", &rehearsed),
            ("status.bad", &unknown),
            ("status", &model.word("wall.title")),
        ],
    );
    canvas.restyle(line, ratatui::style::Style { fg: None, ..model.theme.only("status") });
    canvas.put_right(line.right().saturating_sub(1), line.y, &time, right, model.theme.style("status.name"));
}

/// `11-22`.
fn day_of(model: &Model, at: crate::domain::Stamp) -> String {
    let far = at.plus(-2 * crate::domain::state::DAY_MS);
    let moment = words::moment(at, far, model.desk.welcome().offset_ms);
    moment.split(' ').next().unwrap_or_default().to_owned()
}

/// The one thing to look at.
fn urgent(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &LiveView<'_>) {
    let Some(urgent) = view.urgent() else { return };
    let (style, words) = match urgent {
        Urgent::Emergency(ticket, count) => {
            let since = words::span(model.now.since(ticket.opened_at));
            let mark = if ticket.rehearsal { format!("[{}] ", model.word("mark.rehearsal")) } else { String::new() };
            let say = Say::new("wall.emergency")
                .with("count", count)
                .with("ticket", ticket.id.spoken())
                .with("subject", &ticket.fields.subject)
                .with("time", since);
            ("emergency", format!("{mark}{}", model.words(&say)))
        }
        Urgent::Help(agent) => {
            let say = Say::new("wall.help").with("name", blocks::name(model, agent));
            ("emergency", model.words(&say))
        }
        Urgent::Over(count) => ("timer.late", model.words(&Say::new("wall.over").with("count", count))),
        Urgent::Break(agent) => {
            let say = Say::new("wall.break").with("name", blocks::name(model, agent));
            ("warning", model.words(&say))
        }
    };
    let grounded = style == "emergency";
    if grounded {
        canvas.fill(area, model.theme.style(style));
    }
    let y = area.y + area.height / 2;
    canvas.put(area.x + 1, y, &format!("!! {words}"), area.width.saturating_sub(2), model.theme.style(style));
}

/// A large figure: what it is, the figure, the meaning of its style, and what stands below it.
struct Tile {
    label: String,
    figure: String,
    style: &'static str,
    below: (&'static str, String),
}

fn tiles(model: &Model, view: &LiveView<'_>, wide: bool) -> [Tile; 4] {
    let word = |key: &str| model.word(key);
    let known = view.unknown.is_none();
    let figure = |words: String| if known { words } else { "?".to_owned() };
    let unknown = || ("warning", word("live.unknown"));
    let over = match view.over {
        0 => ("muted", String::new()),
        count => ("timer.late", model.words(&Say::new("wall.over_short").with("count", count))),
    };
    let waiting = Tile {
        label: word("live.waiting"),
        figure: figure(view.count.to_string()),
        style: if view.over > 0 { "timer.late" } else { "strong" },
        below: if known { over } else { unknown() },
    };
    let level_of = view.longest.map(|timer| timer.level());
    let limit = view.longest.map(|timer| {
        let sign = timer.level().sign().trim();
        model.words(&Say::new("wall.limit").with("limit", words::span(timer.limit)).with("sign", sign))
    });
    let longest = Tile {
        label: word("live.longest"),
        figure: figure(view.longest.map_or_else(|| "-".to_owned(), |timer| words::span(timer.elapsed))),
        style: level_of.map_or("muted", |level| level.style()),
        below: if known {
            (level_of.map_or("muted", |level| level.style()), limit.unwrap_or_default())
        } else {
            unknown()
        },
    };
    let lately = lately(model, view, view.all());
    let (style, exact) = kept(model, view, view.all().of_today(level(model)));
    let service = Tile {
        label: if wide { format!("{} {}", word("live.lately"), formula(model)) } else { word("live.lately") },
        figure: figure(lately.map_or_else(|| "-".to_owned(), |share| format!("{}%", share / 10))),
        style: match lately.and_then(|share| model.keeps_target(share)) {
            _ if !known => "muted",
            Some(true) => "timer.calm",
            Some(false) => "timer.late",
            None => "strong",
        },
        // Where there is no room beside its name, the formula stands below, and today's figure with the queues.
        below: if wide {
            (style, format!("{} {exact}", target(model, lately, known)))
        } else {
            ("muted", formula(model).to_owned())
        },
    };
    let duty = Tile {
        label: word("wall.duty"),
        figure: if model.is_linked() { format!("{}/{}", view.free(), view.on_duty()) } else { "?".to_owned() },
        style: if view.free() > 0 { "good" } else { "timer.half" },
        below: if view.on_duty() == 0 {
            ("warning", format!("!{}", word("live.nobody")))
        } else {
            ("muted", String::new())
        },
    };
    [waiting, longest, service, duty]
}

/// Whether the share of the last thirty minutes is as it must be, in a word; then what today's figure is called.
fn target(model: &Model, lately: Option<i64>, known: bool) -> String {
    let today = model.word("live.today_short");
    match lately.filter(|_| known).and_then(|share| model.keeps_target(share).map(|kept| (share, kept))) {
        Some((exact, kept)) => {
            let key = if kept { "wall.kept" } else { "wall.missed" };
            format!("{} {}  {today}", share(Some(exact)), model.word(key))
        }
        None => today,
    }
}

/// Four large figures; gives the rows used.
fn large(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &LiveView<'_>) -> u16 {
    let beside: u16 = if area.width >= FOUR { 4 } else { 2 };
    let lines = 4 / beside;
    let wide = area.width / beside;
    // Half of the screen at most: below stands who it is about.
    let high = (area.height / 2 / lines).clamp(7, 18);
    let tiles = tiles(model, view, wide >= WIDE);
    // All of one height: the largest that all have room for.
    let room = Rect { width: wide.saturating_sub(3), height: high.saturating_sub(2), ..area };
    let dot = tiles.iter().map(|tile| digits::rows_of_a_dot(&tile.figure, room)).min().unwrap_or(0);
    let high = if dot == 0 { high } else { dot * 5 + 2 };
    for (index, tile) in tiles.into_iter().enumerate() {
        let index = u16::try_from(index).unwrap_or(0);
        let x = area.x + index % beside * wide + 1;
        let place = Rect { x, y: area.y + index / beside * high, width: room.width, height: high };
        draw_tile(model, canvas, place.intersection(area), &tile);
    }
    (high * lines).min(area.height)
}

fn draw_tile(model: &Model, canvas: &mut Canvas<'_>, area: Rect, tile: &Tile) {
    canvas.put(area.x, area.y, &tile.label, area.width, model.theme.style("label"));
    let room = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    let used = digits::draw(canvas, room, &tile.figure, model.theme.style(tile.style));
    let (style, words) = &tile.below;
    canvas.put(area.x, area.y + 1 + used, words, area.width, model.theme.style(style));
}

/// What stands below the large figures: agents by state, what is owed, who waits, who is there, queues.
fn rows(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &LiveView<'_>) {
    let inset = |line: Rect| Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line };
    if area.height > 0 {
        draw_states(model, canvas, inset(row(area, 0)), view);
    }
    if area.height > 1 {
        draw_owed(model, canvas, inset(row(area, 1)), view);
    }
    super::live::lists(model, canvas, below(area, 2), view, (None, None));
}

/// Where there is no room for anything large.
fn small(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &LiveView<'_>) {
    for (index, tile) in tiles(model, view, true).into_iter().enumerate() {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        if index < area.height {
            let (_, below) = tile.below;
            let words = format!("{} {} {below}", tile.label, tile.figure);
            canvas.put(area.x, area.y + index, &words, area.width, model.theme.style(tile.style));
        }
    }
}

/// The notice, or the keys that work here.
fn keys(model: &Model, canvas: &mut Canvas<'_>, line: Rect) {
    if let Some(notice) = model.notice_in_sight() {
        let words = model.words(&notice.say);
        canvas.put(line.x + 1, line.y, &words, line.width, model.theme.style(notice.tone.style()));
        return;
    }
    let replay = [
        "replay.pause",
        "replay.slower",
        "replay.faster",
        "replay.back",
        "replay.forward",
        "replay.first",
        "replay.last",
    ];
    let ids = replay.into_iter().filter(|_| model.replay.is_some());
    let mut x = line.x + 1;
    for id in ids.chain(["wall.big", "wall.dense", "wall.leave"]) {
        let keys = model.keymap.keys_of(id, &model.contexts(), false);
        let (Some(keys), Some(def)) = (keys, crate::tui::command::find(id)) else { continue };
        let (keys, name) = (keys.to_string(), def.name(model.settings.language));
        if x + columns(canvas, &keys) + columns(canvas, name) + 2 > line.right() {
            break;
        }
        x += canvas.put(x, line.y, &keys, line.width, model.theme.style("muted")) + 1;
        x += canvas.put(x, line.y, name, line.width, model.theme.style("muted")) + 2;
    }
}
