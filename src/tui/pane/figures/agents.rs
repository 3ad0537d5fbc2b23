//! The agents' day as a strip: a row an agent, a sign and a colour for every few minutes, with the signs explained.

use ratatui::layout::Rect;

use super::{foot, is_front};
use crate::domain::AgentState;
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::figures::{Strip, StripRow, sign_of};
use crate::tui::model::{FiguresView, Model};
use crate::tui::pane::columns;
use crate::tui::pane::popup::ink;
use crate::tui::words;

const NAME: u16 = 12;

/// The meaning of a kind of state's style, and its word.
const KINDS: [(&str, &str); AgentState::KINDS] = [
    ("strip", "state.offline"),
    ("strip.ready", "state.ready"),
    ("strip.ringing", "state.ringing"),
    ("strip.on-call", "state.on-call"),
    ("strip.hold", "state.hold"),
    ("strip.wrap-up", "state.wrap-up"),
    ("strip.break", "state.break"),
    ("strip.training", "state.training"),
];

/// Draws it; nothing where the stretches are being asked for.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, below: Rect, view: &FiguresView) -> Option<()> {
    let lane = Rect { x: area.x + 2 + NAME, width: area.width.saturating_sub(2 + NAME), ..area };
    let strip = model.strip_of(view, usize::from(lane.width))?;
    clock(model, canvas, Rect { height: 1, ..lane }, &strip);
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    let height = usize::from(list.height);
    let top = (view.at + 1).saturating_sub(height);
    for (y, (at, row)) in (list.y..list.bottom()).zip(strip.rows.iter().enumerate().skip(top)) {
        let chosen = at == view.at && is_front(model);
        let name = model.who_name(&row.who);
        if chosen {
            canvas.put(area.x, y, ">", 1, ink(model, "key"));
        }
        canvas.put_fit(area.x + 2, y, &name, NAME - 1, ink(model, if chosen { "strong" } else { "value" }));
        lane_of(model, canvas, Rect { y, height: 1, ..lane }, row);
    }
    if strip.rows.is_empty() {
        canvas.put(list.x + 2, list.y, &model.word("figure_page.empty"), list.width, ink(model, "muted"));
    }
    legend(model, canvas, Rect { y: area.bottom().saturating_sub(1), height: 1, ..area }, &strip);
    if let Some(row) = strip.rows.get(view.at) {
        foot(model, canvas, below, &totals(model, row));
    }
    Some(())
}

/// The full hours above the columns.
fn clock(model: &Model, canvas: &mut Canvas<'_>, area: Rect, strip: &Strip) {
    let per_hour = (3_600_000 / strip.step.max(1)).max(1);
    let width = u16::try_from(per_hour).unwrap_or(1);
    let every = if width >= 3 { 1 } else { 3_u16.div_ceil(width) };
    let columns = strip.rows.first().map_or(0, |row| row.columns.len());
    let hours = u16::try_from(columns).unwrap_or(0).div_ceil(width);
    for hour in (0..hours).step_by(usize::from(every)) {
        let at = strip.from.plus(i64::from(hour) * 3_600_000);
        let words = words::clock(at, model.desk.welcome().offset_ms);
        let words = words.split(':').next().unwrap_or_default();
        let x = area.x + hour * width;
        canvas.put(x, area.y, words, area.right().saturating_sub(x), ink(model, "muted"));
    }
}

fn lane_of(model: &Model, canvas: &mut Canvas<'_>, lane: Rect, row: &StripRow) {
    let mut x = lane.x;
    for same in row.columns.chunk_by(|one, next| one == next) {
        let kind = same.first().copied().unwrap_or(0);
        let text: String = std::iter::repeat_n(sign_of(kind), same.len()).collect();
        let style = KINDS.get(kind).map_or("strip", |kind| kind.0);
        x += canvas.put(x, lane.y, &text, lane.right().saturating_sub(x), ink(model, style));
    }
}

/// What each sign stands for, and how long a column is.
fn legend(model: &Model, canvas: &mut Canvas<'_>, area: Rect, strip: &Strip) {
    let mut x = area.x + 2;
    let minutes = model.words(&Say::new("figure_page.column-is").with("count", strip.step / 60_000));
    x += canvas.put(x, area.y, &minutes, area.width, ink(model, "muted")) + 2;
    for (kind, (style, word)) in KINDS.into_iter().enumerate().skip(1) {
        let word = model.word(word);
        if x + columns(canvas, &word) + 3 > area.right() {
            break;
        }
        x += canvas.put(x, area.y, &sign_of(kind).to_string(), 1, ink(model, style)) + 1;
        x += canvas.put(x, area.y, &word, area.right().saturating_sub(x), ink(model, "muted")) + 2;
    }
}

/// An agent's day in figures.
fn totals(model: &Model, row: &StripRow) -> String {
    let named = KINDS.into_iter().zip(row.totals).skip(1).filter(|(_, total)| *total > 0);
    let parts: Vec<String> =
        named.map(|((_, word), total)| format!("{} {}", model.word(word), words::span(total))).collect();
    format!("{}  {}", model.who_name(&row.who), parts.join("  "))
}
