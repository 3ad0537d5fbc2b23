//! The pages of figures: what is looked at, over which days, and the look itself. Numbers are to be read without colour.

mod agents;
mod day;
pub mod formula;
mod heat;
mod overview;
mod waits;

use ratatui::layout::Rect;

use super::columns;
use super::popup::ink;
use crate::domain::figures::{By, Fact};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::keymap::Context;
use crate::tui::layer::Layer;
use crate::tui::model::{FigureKind, FiguresView, Model};
use crate::tui::words;

/// The commands that show each of the looks, in the order of `FigureKind::ALL`.
const SHOWS: [&str; 7] = [
    "figures.overview",
    "figures.arrivals",
    "figures.waiting",
    "figures.abandons",
    "figures.agents",
    "figures.tickets",
    "figures.heat",
];

/// Draws the page.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &FiguresView) {
    let title = format!("{}  {}", model.word("figure_page.title"), model.span_words(view.span));
    let inside = framed(model, canvas, area, &title);
    if inside.height < 4 {
        return;
    }
    tabs(model, canvas, Rect { height: 1, ..inside }, view);
    about(model, canvas, Rect { y: inside.y + 1, height: 1, ..inside }, view);
    let body = Rect { y: inside.y + 2, height: inside.height - 3, ..inside };
    let foot = Rect { y: inside.bottom() - 1, height: 1, ..inside };
    let drawn = match view.kind {
        FigureKind::Overview => overview::draw(model, canvas, body, foot, view),
        FigureKind::Arrivals => day::arrivals(model, canvas, body, foot, view),
        FigureKind::Waiting => day::waiting(model, canvas, body, foot, view),
        FigureKind::Abandons => waits::draw(model, canvas, body, foot, view),
        FigureKind::Agents => agents::draw(model, canvas, body, foot, view),
        FigureKind::Tickets => day::tickets(model, canvas, body, foot, view),
        FigureKind::Heat => heat::draw(model, canvas, body, foot, view),
    };
    if drawn.is_none() {
        canvas.put(body.x, body.y + 1, &model.word("figure_page.asking"), body.width, ink(model, "muted"));
    }
}

/// The frame of a page that is as wide as the screen; gives its inside.
fn framed(model: &Model, canvas: &mut Canvas<'_>, area: Rect, title: &str) -> Rect {
    canvas.fill(area, model.theme.style("popup"));
    canvas.frame(area, title, model.theme.style("popup.border"), model.theme.style("popup.title"));
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(2) }
}

/// The looks with their keys; the one that is shown is in brackets.
fn tabs(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &FiguresView) {
    let mut x = area.x;
    for (kind, command) in FigureKind::ALL.into_iter().zip(SHOWS) {
        let keys = model.keymap.keys_of(command, &[Context::Figures], false).unwrap_or_default().to_string();
        let name = model.word(kind.key());
        let room = area.right().saturating_sub(x);
        if columns(canvas, &keys) + columns(canvas, &name) + 2 > room {
            break;
        }
        x += canvas.put(x, area.y, &keys, room, ink(model, "key"));
        let (text, style) = match kind == view.kind {
            true => (format!("[{name}]"), "strong"),
            false => (format!(" {name} "), "value"),
        };
        x += canvas.put(x, area.y, &text, area.right().saturating_sub(x), ink(model, style)) + 1;
    }
}

/// Of what: by what, what alone is wanted, what was filled in afterwards, and that the line is lost.
fn about(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &FiguresView) {
    let mut parts: Vec<(&str, String)> = Vec::new();
    if let Some((since, _)) = &model.lost {
        let since = words::clock(*since, model.desk.welcome().offset_ms);
        parts.push(("error", model.words(&Say::new("figure_page.lost").with("since", since))));
    }
    if view.kind == FigureKind::Overview {
        parts.push(("value", model.by_name(view.by)));
    }
    let filter = model.filter_words(&view.filter);
    if filter.is_empty() {
        parts.extend((view.by == By::All).then(|| ("muted", model.word("figure_page.of-all"))));
    } else {
        parts.push(("strong", model.words(&Say::new("figure_page.only").with("what", filter))));
    }
    if let (FigureKind::Overview, Some(took)) = (view.kind, model.response.within(99)) {
        let say = Say::new("figure_page.response").with("took", took).with("keys", model.response.keys());
        parts.push(("muted", model.words(&say)));
    }
    let counts = model.figure_counts(view.span, &view.filter).unwrap_or_default();
    let filled = counts.get(Fact::Reconstructed);
    if filled > 0 {
        parts.push(("mark", model.words(&Say::new("figure_page.reconstructed").with("count", filled))));
    }
    let mut x = area.x;
    for (style, text) in parts {
        x += canvas.put(x, area.y, &text, area.right().saturating_sub(x), ink(model, style)) + 2;
    }
}

/// The line at the foot: what the cursor stands on, in words.
fn foot(model: &Model, canvas: &mut Canvas<'_>, area: Rect, text: &str) {
    canvas.put_fit(area.x, area.y, text, area.width, ink(model, "label"));
}

/// The page of figures takes the keys: no popup is on top of it.
fn is_front(model: &Model) -> bool {
    matches!(model.layers.last(), Some(Layer::Figures(_) | Layer::Formula(_)))
}
