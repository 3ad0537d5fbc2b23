//! Commands that move in lists.

use super::{Def, Outcome, Place};
use crate::tui::model::Model;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("list.up", Place::Desk, |model| step(model, -1)),
    Def::new("list.down", Place::Desk, |model| step(model, 1)),
    Def::new("list.page-up", Place::Desk, |model| step(model, -10)),
    Def::new("list.page-down", Place::Desk, |model| step(model, 10)),
    Def::new("list.first", Place::Desk, |model| step(model, isize::MIN)),
    Def::new("list.last", Place::Desk, |model| step(model, isize::MAX)),
];

fn step(model: &mut Model, step: isize) -> Outcome {
    model.step(step);
    Ok(Vec::new())
}
