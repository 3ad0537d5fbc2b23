//! How patient callers are: who was answered and who gave up after which wait, and how many of those who still waited did.

use ratatui::layout::Rect;

use super::{foot, is_front};
use crate::domain::figures::Measure;
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::figures::{NOTHING, figure_words, wait_words};
use crate::tui::model::{FiguresView, Model};
use crate::tui::pane::chart;
use crate::tui::pane::popup::{choose, ink};

/// The columns of the table: the wait, answered, gave up, still waiting, and which share of them gave up.
const WAIT: u16 = 10;
const NUMBER: u16 = 10;

/// Draws it; nothing where the sums are being asked for.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, below: Rect, view: &FiguresView) -> Option<()> {
    let waits = model.waits(view)?;
    let counts = model.figure_counts(view.span, &view.filter)?;
    let heads = ["wait", "answered", "gave-up", "waiting", "share"];
    let right = |column: u16| area.x + 2 + WAIT + column * NUMBER;
    canvas.put(area.x + 2, area.y, &model.word("figure_page.wait-wait"), WAIT, ink(model, "label"));
    for (column, head) in (1..).zip(heads.into_iter().skip(1)) {
        let word = model.word(&format!("figure_page.wait-{head}"));
        canvas.put_right(right(column), area.y, &word, NUMBER, ink(model, "label"));
    }
    let bars = Rect { x: right(4) + 2, width: area.right().saturating_sub(right(4) + 2), ..area };
    let whole = Measure::AbandonRate.of(&counts);
    let value = format!("{}  {}", model.measure_name(Measure::AbandonRate), figure_words(&whole));
    let rows = 1 + waits.len();
    let height = usize::from(area.height.saturating_sub(1));
    let top = (view.at + 1).saturating_sub(height).min(rows.saturating_sub(height));
    for (y, at) in (area.y + 1..area.bottom()).zip(top..rows) {
        let line = Rect { y, height: 1, ..area };
        match at.checked_sub(1).and_then(|at| Some((at, waits.get(at)?))) {
            None => drop(canvas.put(line.x + 2, y, &value, line.width, ink(model, "strong"))),
            Some((span, wait)) => {
                canvas.put_fit(line.x + 2, y, &wait_words(span), WAIT, ink(model, "value"));
                let share = wait.gave_up();
                let percent = share.map(|share| format!("{}.{}%", share / 10, share % 10));
                let cells = [wait.answered.to_string(), wait.abandoned.to_string(), wait.waiting.to_string()];
                let cells = cells.into_iter().chain([percent.unwrap_or_else(|| NOTHING.to_owned())]);
                for (column, cell) in (1..).zip(cells) {
                    canvas.put_right(right(column), y, &cell, NUMBER - 1, ink(model, "value"));
                }
                let bar = Rect { y, height: 1, ..bars };
                chart::bar(canvas, bar, share.unwrap_or(0), ink(model, "chart"));
            }
        }
        if at == view.at && is_front(model) {
            choose(model, canvas, line);
        }
    }
    let say = Say::new("figure_page.waits-foot").with("wait", figure_words(&Measure::AbandonWait.of(&counts)));
    foot(model, canvas, below, &model.words(&say));
    Some(())
}
