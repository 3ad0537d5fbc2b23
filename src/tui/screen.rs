//! The whole screen: where each pane goes at which size, and one frame of it.
//!
//! Open emergencies, the status and the incoming calls are above everything; popups open below them, so that an emergency,
//! a ringing call and its timer are always in sight. Under the smallest size there is a sentence, the most urgent call and
//! the first emergency.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::model::{Model, Pane};
use super::pane::{
    alarm, call, callbacks, emergency, form, help, incoming, live, popup, status, tech, ticket, tickets, wall,
};
use crate::text::{Say, wrap};

/// The smallest screen with panes.
const LEAST: (u16, u16) = (60, 16);
/// From this width on work and lists are side by side.
const SIDE_BY_SIDE: u16 = 110;
/// The widest column of work: longer lines are not read faster, and lists can use what is left.
const WORK: u16 = 86;
/// Rows in which a form has all its fields. A call above it gets what is more.
const FORM: u16 = 24;

/// From this width and height on a supervisor's live queue stands above the lists.
const ALL_LISTS: u16 = 170;
const ALL_ROWS: u16 = 30;

/// Where things are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The rows of open emergencies, above everything (R-REQ-4).
    pub emergencies: Rect,
    /// The rows of those who ask for help, and of a supervisor in a talk, below the emergencies (R-LIVE-2).
    pub helps: Rect,
    /// The status line.
    pub status: Rect,
    /// The panes that are shown, the incoming calls first.
    pub panes: Vec<(Pane, Rect)>,
    /// The line for notices.
    pub notice: Rect,
    /// The line for keys.
    pub keys: Rect,
    /// Where popups may open: everything below the incoming calls.
    pub popups: Rect,
}

impl Layout {
    /// The layout for a screen of this size, or nothing where it is too small.
    pub fn of(model: &Model, screen: Rect) -> Layout {
        if screen.width < LEAST.0 || screen.height < LEAST.1 {
            return Layout::default();
        }
        let row = |y: u16| Rect { y, height: 1, ..screen };
        let (emergencies, below) = rows(screen, alarm::height(model, screen.height));
        let (helps, status) = rows(below, help::height(model, screen.height));
        let calls = model.rows_for_calls(screen.height);
        let incoming = Rect { y: status.y + 1, height: calls + 1, ..screen };
        let (keys, notice) = (row(screen.bottom() - 1), row(screen.bottom() - 2));
        let main = Rect { y: incoming.bottom(), height: notice.y - incoming.bottom(), ..screen };
        let mut panes = vec![(Pane::Incoming, incoming)];
        panes.extend(main_panes(model, main));
        Layout { emergencies, helps, status: row(status.y), panes, notice, keys, popups: main }
    }

    /// The pane at a place.
    pub fn at(&self, x: u16, y: u16) -> Option<(Pane, Rect)> {
        self.panes.iter().find(|(_, area)| area.contains((x, y).into())).copied()
    }
}

fn main_panes(model: &Model, main: Rect) -> Vec<(Pane, Rect)> {
    if main.width >= SIDE_BY_SIDE {
        let (work, lists) = columns(main, (main.width / 2).min(WORK));
        let (call, form) = rows(work, (work.height * 2 / 5).max(work.height.saturating_sub(FORM)));
        let mut panes = vec![(Pane::Call, call), (Pane::Form, form)];
        // A supervisor's live queue stands above the lists where all have room, else in their place while it has the focus.
        let lists = match model.has_live() {
            true if main.width >= ALL_LISTS && main.height >= ALL_ROWS => {
                let (live, lists) = rows(lists, lists.height * 2 / 5);
                panes.push((Pane::Live, live));
                lists
            }
            true if model.focus == Pane::Live => {
                panes.push((Pane::Live, lists));
                return panes;
            }
            _ => lists,
        };
        let (tickets, callbacks) = rows(lists, lists.height * 3 / 5);
        panes.extend([(Pane::Tickets, tickets), (Pane::Callbacks, callbacks)]);
        return panes;
    }
    // One thing at a time: the work, or the list that has the focus; calls leave what is there alone.
    match model.focus {
        Pane::Tickets | Pane::Callbacks => vec![(model.focus, main)],
        Pane::Live if model.has_live() => vec![(model.focus, main)],
        Pane::Incoming if model.in_hand().is_none() && model.drafts.open().is_none() => vec![(Pane::Tickets, main)],
        _ => {
            let (call, form) = columns(main, main.width * 2 / 5);
            vec![(Pane::Call, call), (Pane::Form, form)]
        }
    }
}

/// Two areas side by side with a column between them.
fn columns(area: Rect, left: u16) -> (Rect, Rect) {
    let left = left.min(area.width.saturating_sub(1));
    let right = Rect { x: area.x + left + 1, width: area.width - left - 1, ..area };
    (Rect { width: left, ..area }, right)
}

fn rows(area: Rect, top: u16) -> (Rect, Rect) {
    let top = top.min(area.height);
    (Rect { height: top, ..area }, Rect { y: area.y + top, height: area.height - top, ..area })
}

/// Draws everything; gives where the caret stands.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>) -> Option<(u16, u16)> {
    if model.is_wall() {
        wall::draw(model, canvas);
        return None;
    }
    if model.is_tech() {
        return tech::draw(model, canvas);
    }
    let area = canvas.area();
    canvas.fill(area, model.theme.style("base"));
    let layout = Layout::of(model, area);
    if layout.panes.is_empty() {
        too_small(model, canvas);
        return None;
    }
    alarm::draw(model, canvas, layout.emergencies);
    help::draw(model, canvas, layout.helps);
    status::draw(model, canvas, layout.status);
    let mut caret = None;
    for (pane, area) in &layout.panes {
        match pane {
            Pane::Incoming => incoming::draw(model, canvas, *area),
            Pane::Call => {
                let rest = emergency::draw(model, canvas, *area);
                if model.pop_call().is_some() || !ticket::draw_beside(model, canvas, rest) {
                    call::draw(model, canvas, rest);
                }
            }
            Pane::Form => caret = caret.or(form::draw(model, canvas, *area).filter(|_| model.focus == Pane::Form)),
            Pane::Tickets => caret = caret.or(tickets::draw(model, canvas, *area)),
            Pane::Callbacks => callbacks::draw(model, canvas, *area),
            Pane::Live => live::draw(model, canvas, *area),
        }
        if area.x > 0 {
            canvas.vline(area.x - 1, area.y, area.height, model.theme.style("border"));
        }
    }
    status::draw_notice(model, canvas, layout.notice);
    status::draw_keys(model, canvas, layout.keys);
    if let Some(at) = popup::draw(model, canvas, layout.popups) {
        return at;
    }
    caret
}

/// A sentence, and the most urgent call and the first emergency where there are rows left for them.
fn too_small(model: &Model, canvas: &mut Canvas<'_>) {
    let area = canvas.area();
    let mut y = area.y;
    if let Some(call) = model.target() {
        let timer = model.timer(call);
        let style = model.theme.style(timer.level().style());
        let line = format!("{} {}", incoming::time_of(&timer), model.caller(call));
        canvas.put(area.x, y, &line, area.width, style);
        y += 1;
    }
    if y + 1 < area.bottom() && !model.emergencies().is_empty() {
        alarm::draw(model, canvas, Rect { y, height: 1, ..area });
        y += 1;
    }
    let say = Say::new("screen.too-small")
        .with("width", LEAST.0)
        .with("height", LEAST.1)
        .with("now", format!("{}x{}", area.width, area.height));
    for line in wrap(&model.words(&say), usize::from(area.width.max(2)), canvas.policy().ambiguous) {
        canvas.put(area.x, y, &line, area.width, model.theme.style("warning"));
        y += 1;
    }
}
