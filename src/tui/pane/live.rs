//! 实时队列: who waits, who is there, and how the day goes, in rows (R-LIVE-1).

pub mod blocks;
pub mod words;

use ratatui::layout::Rect;

use super::titled;
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::{LiveView, Model, Pane};
use blocks::{Place, agents, calls, next, queues, summary};

/// From this width on calls and agents stand beside each other.
const TWO: u16 = 100;
/// From this width on queues stand beside them.
const THREE: u16 = 160;
/// So many clocks of tickets at most.
pub const CLOCKS: usize = 8;

/// Draws the pane.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let view = model.live_view(CLOCKS);
    let counts = Say::new("live.title").with("waiting", words::count(model, &view, view.count));
    let title = model.words(&counts.with("agents", view.on_duty()));
    let body = titled(model, canvas, area, Pane::Live, &title, &words::unknown(model, &view));
    draw_body(model, canvas, body, &view);
}

/// Draws what stands under the title: the summary, then calls, agents and queues.
pub fn draw_body(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &LiveView<'_>) {
    let used = summary(model, canvas, area, view);
    // The choice goes through calls, then agents.
    let focused = model.focus == Pane::Live && !model.is_wall();
    let at = model.live_at().filter(|_| focused);
    let of_calls = at.filter(|at| *at < view.waiting.len());
    let of_agents = at.and_then(|at| at.checked_sub(view.waiting.len()));
    lists(model, canvas, below(area, used), view, (of_calls, of_agents));
}

/// Draws calls, agents, queues and clocks beside each other or one under the other, as there is room; each list with its
/// chosen row.
pub fn lists(
    model: &Model,
    canvas: &mut Canvas<'_>,
    rest: Rect,
    view: &LiveView<'_>,
    (of_calls, of_agents): (Option<usize>, Option<usize>),
) {
    if rest.width >= THREE {
        let third = rest.width / 3;
        let place = |index: u16, last: bool| Rect {
            x: rest.x + index * third,
            width: if last { rest.width - 2 * third } else { third - 1 },
            ..rest
        };
        calls(model, canvas, Place { area: place(0, false), at: of_calls }, view);
        agents(model, canvas, Place { area: place(1, false), at: of_agents }, view);
        let right = place(2, true);
        let used = queues(model, canvas, right, view, right.height / 2);
        next(model, canvas, below(right, used), view);
    } else if rest.width >= TWO {
        let half = rest.width / 2;
        let left = Rect { width: half - 1, ..rest };
        let right = Rect { x: rest.x + half, width: rest.width - half, ..rest };
        let lists = rest.height.saturating_sub(queue_rows(view, rest.height / 3));
        calls(model, canvas, Place { area: Rect { height: lists, ..left }, at: of_calls }, view);
        agents(model, canvas, Place { area: Rect { height: lists, ..right }, at: of_agents }, view);
        queues(model, canvas, below(left, lists), view, rest.height - lists);
        next(model, canvas, below(right, lists), view);
    } else {
        stacked(model, canvas, rest, view, (of_calls, of_agents));
    }
}

/// One under the other: each as many rows as it needs, calls before the others.
fn stacked(
    model: &Model,
    canvas: &mut Canvas<'_>,
    rest: Rect,
    view: &LiveView<'_>,
    (of_calls, of_agents): (Option<usize>, Option<usize>),
) {
    let rows = |count: usize| u16::try_from(count.max(1) + 1).unwrap_or(u16::MAX);
    // Where there is next to no room, the row that a key is meant for comes before the day's sums.
    let queue = if rest.height < 6 { 0 } else { queue_rows(view, rest.height / 4) };
    let lists = rest.height.saturating_sub(queue);
    // Each gets what it needs, and at least its half where both need more.
    let (wanted, others) = (rows(view.waiting.len()), rows(view.agents.len()));
    let most = lists.saturating_sub(others).max(lists / 2);
    let for_calls = wanted.min(most);
    let for_agents = others.min(lists - for_calls);
    calls(model, canvas, Place { area: Rect { height: for_calls, ..rest }, at: of_calls }, view);
    let area = Rect { height: for_agents, ..below(rest, for_calls) };
    agents(model, canvas, Place { area, at: of_agents }, view);
    let area = below(rest, for_calls + for_agents);
    let used = queues(model, canvas, area, view, queue.max(area.height / 2));
    next(model, canvas, below(area, used), view);
}

/// Rows that queues want, at most so many.
fn queue_rows(view: &LiveView<'_>, most: u16) -> u16 {
    u16::try_from(view.queues.len() + 1).unwrap_or(most).min(most.max(2))
}

/// What is left of an area below so many rows.
pub fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
