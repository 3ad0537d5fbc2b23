//! Commands that move in lists.

use super::{Def, Outcome, Place};
use crate::tui::model::{Model, Pane};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("list.up", Place::Desk, |model| step(model, -1)),
    Def::new("list.down", Place::Desk, |model| step(model, 1)),
    Def::new("list.page-up", Place::Desk, |model| page(model, -1)),
    Def::new("list.page-down", Place::Desk, |model| page(model, 1)),
    Def::new("list.first", Place::Desk, |model| step(model, isize::MIN)),
    Def::new("list.last", Place::Desk, |model| step(model, isize::MAX)),
];

fn step(model: &mut Model, step: isize) -> Outcome {
    model.step(step);
    Ok(Vec::new())
}

/// A page of the ticket list is what is on the screen.
fn page(model: &mut Model, pages: isize) -> Outcome {
    let rows = if model.focus == Pane::Tickets { model.tickets.page() } else { 10 };
    step(model, pages * rows)
}
