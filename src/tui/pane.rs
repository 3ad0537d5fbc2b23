//! What is drawn where: one file a pane, each from the model alone.
//!
//! Words come from the catalogue, colours from the theme, and text reaches cells through the canvas only. Nothing is told
//! by colour alone: a sign or a word says the same.

pub mod alarm;
pub mod board;
pub mod call;
pub mod call_page;
pub mod callbacks;
pub mod chart;
pub mod emergency;
pub mod figures;
pub mod form;
pub mod help;
pub mod incoming;
pub mod line;
pub mod live;
pub mod notices;
pub mod popup;
pub mod status;
pub mod tech;
pub mod ticket;
pub mod tickets;
pub mod wall;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::model::{Model, Pane};
use super::words;
use crate::domain::Stamp;
use crate::text::width;

/// The columns of a text on this canvas.
pub(in crate::tui) fn columns(canvas: &Canvas<'_>, text: &str) -> u16 {
    u16::try_from(width(text, canvas.policy().ambiguous)).unwrap_or(u16::MAX)
}

/// Draws a pane's title row; gives what is left for the pane.
fn titled(model: &Model, canvas: &mut Canvas<'_>, area: Rect, pane: Pane, title: &str, beside: &str) -> Rect {
    let focused = model.focus == pane;
    let (line, words) = if focused { ("border.focus", "title.focus") } else { ("border", "title") };
    canvas.hline(area.x, area.y, area.width, model.theme.style(line));
    let mark = if focused { ">" } else { " " };
    let used = canvas.put(area.x, area.y, &format!("{mark}{title} "), area.width, model.theme.style(words));
    if !beside.is_empty() {
        let room = area.width.saturating_sub(used + 1);
        canvas.put(area.x + used, area.y, &format!("{beside} "), room, model.theme.style("muted"));
    }
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}

/// Writes pieces one after the other, each with the meaning of its style, as far as there is room.
fn pieces(model: &Model, canvas: &mut Canvas<'_>, area: Rect, pieces: &[(&str, &str)]) {
    let mut x = area.x;
    for (meaning, text) in pieces.iter().filter(|(_, text)| !text.is_empty()) {
        x += canvas.put(x, area.y, text, area.right().saturating_sub(x), model.theme.style(meaning));
        x += 1;
    }
}

/// As many of the pieces as there is whole room for: a figure that is cut off reads as another figure.
fn whole_pieces(model: &Model, canvas: &mut Canvas<'_>, area: Rect, texts: &[(&str, &str)]) {
    let texts: Vec<(&str, &str)> = texts.iter().filter(|(_, text)| !text.is_empty()).copied().collect();
    // The screen's last column does not bear every sign.
    let room = area.width - u16::from(area.width > 0 && area.right() >= canvas.area().right());
    let mut used: u16 = 0;
    let fits = |(_, text): &&(&str, &str)| {
        let end = used.saturating_add(columns(canvas, text));
        used = end.saturating_add(1);
        end <= room
    };
    let count = texts.iter().take_while(fits).count();
    let shown = texts.get(..count).unwrap_or_default();
    // A name whose figure has no room goes with it.
    let shown = if count < texts.len() {
        let end = shown.iter().rposition(|(meaning, _)| *meaning != "label").map_or(0, |last| last + 1);
        shown.get(..end).unwrap_or_default()
    } else {
        shown
    };
    pieces(model, canvas, area, shown);
}

/// One row of an area.
fn row(area: Rect, index: u16) -> Rect {
    Rect { y: area.y + index, height: 1, ..area }
}

/// Marks the chosen row of a list: by `>` and by its style. An emergency keeps the ground it stands out by: its letters
/// could not be read on another.
fn choose(model: &Model, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
    let style = model.theme.only(if focused { "selected" } else { "selected.idle" });
    canvas.restyle_on(area, style, model.theme.style("base").bg);
    if focused {
        canvas.put(area.x, area.y, ">", 1, Style::new());
    }
}

/// The columns that the widest of some texts needs, up to a limit.
fn widest(canvas: &Canvas<'_>, texts: impl Iterator<Item = String>, at_most: u16) -> u16 {
    texts.map(|text| columns(canvas, &text)).max().unwrap_or(0).min(at_most)
}

/// When something is due, in five columns: the time today, the date on other days.
fn due_short(model: &Model, due_at: Stamp) -> String {
    // Where nothing is owed the due time lies at the end of time.
    if due_at == Stamp(i64::MAX) {
        return String::new();
    }
    let moment = words::moment(due_at, model.now, model.desk.welcome().offset_ms);
    moment.split(' ').next().unwrap_or_default().to_owned()
}

/// How something due looks, and the sign that says the same.
fn due(model: &Model, due_at: Stamp) -> (&'static str, &'static str) {
    let left = due_at.since(model.now);
    match left {
        ..=0 => ("due.late", "!!"),
        1..=3_600_000 => ("due.soon", "!"),
        _ => ("due", " "),
    }
}
