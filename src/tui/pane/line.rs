//! The page of a callback line, below the incoming calls.

use ratatui::layout::Rect;

use super::ticket;
use crate::tui::canvas::Canvas;
use crate::tui::model::{LinePage, Model};

/// Draws the page.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, page: &LinePage) {
    let title = model.line_title(&page.line);
    ticket::draw_rows(model, canvas, area, &title, &model.line_rows(&page.line), page.at);
}
