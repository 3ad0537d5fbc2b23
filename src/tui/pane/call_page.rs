//! The page of a call that is over, below the incoming calls.

use ratatui::layout::Rect;

use super::ticket;
use crate::tui::canvas::Canvas;
use crate::tui::model::{CallPage, Model};

/// Draws the page.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, page: &CallPage) {
    ticket::draw_rows(model, canvas, area, &model.call_title(page), &model.call_page_rows(page), page.at);
}
