//! Commands inside popups.

use super::{Def, Outcome, Place};
use crate::tui::model::Model;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("popup.up", Place::Popup, |model| step(model, -1)),
    Def::new("popup.down", Place::Popup, |model| step(model, 1)),
    Def::new("popup.page-up", Place::Popup, |model| step(model, -10)),
    Def::new("popup.page-down", Place::Popup, |model| step(model, 10)),
    Def::new("popup.first", Place::Popup, |model| step(model, isize::MIN)),
    Def::new("popup.last", Place::Popup, |model| step(model, isize::MAX)),
    Def::new("popup.accept", Place::Popup, |model| model.accept(None)),
    Def::new("popup.cancel", Place::Popup, |model| {
        model.layers.pop();
        Ok(Vec::new())
    }),
    Def::new("popup.pick-1", Place::Popup, |model| model.accept(Some(0))),
    Def::new("popup.pick-2", Place::Popup, |model| model.accept(Some(1))),
    Def::new("popup.pick-3", Place::Popup, |model| model.accept(Some(2))),
    Def::new("popup.pick-4", Place::Popup, |model| model.accept(Some(3))),
    Def::new("popup.pick-5", Place::Popup, |model| model.accept(Some(4))),
    Def::new("popup.pick-6", Place::Popup, |model| model.accept(Some(5))),
    Def::new("popup.pick-7", Place::Popup, |model| model.accept(Some(6))),
    Def::new("popup.pick-8", Place::Popup, |model| model.accept(Some(7))),
    Def::new("popup.pick-9", Place::Popup, |model| model.accept(Some(8))),
];

fn step(model: &mut Model, step: isize) -> Outcome {
    if let Some(layer) = model.layers.last_mut() {
        layer.step(step);
    }
    Ok(Vec::new())
}
