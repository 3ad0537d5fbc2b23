//! 隐患: a hazard found on site, written down at the desk for a technician who telephones (R-WO-3). The form is the
//! technician's own.

use super::super::{Outcome, tech_form};
use super::{change_ready, in_sight, open_ready};
use crate::text::Say;
use crate::tui::form::Errand;
use crate::tui::layer::Layer;
use crate::tui::model::Model;

/// A work order; whether somebody is there already is for the desk to say.
pub(super) fn ready(model: &Model) -> Result<(), Say> {
    change_ready(model)?;
    open_ready(model)?;
    let ticket = in_sight(model)?;
    if model.desk.welcome().rulebook.kind(ticket.fields.kind).is_order() {
        return Ok(());
    }
    Err(Say::new("order.not_order").with("ticket", ticket.id.spoken()))
}

pub(super) fn hazard(model: &mut Model) -> Outcome {
    let order = in_sight(model)?.clone();
    model.layers.retain(|layer| !matches!(layer, Layer::Ticket(_)));
    tech_form::errand_about(model, Errand::Hazard, &order);
    Ok(Vec::new())
}
