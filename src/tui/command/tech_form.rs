//! Commands of the technician's forms: the screen of a stage, and what is written beside it.

use super::{Def, Outcome, Place, form, tech};
use crate::domain::Ticket;
use crate::text::Say;
use crate::tui::form::{Draft, Errand, Field};
use crate::tui::model::{Model, Pane};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("tech.form-next", Place::Tech, next).when(has_form),
    Def::new("tech.form-down", Place::Tech, |model| form::step(model, 1)).when(has_form),
    Def::new("tech.form-up", Place::Tech, |model| form::step(model, -1)).when(has_form),
    Def::new("tech.form-save", Place::Tech, form::save).when(form::can_save),
    Def::new("tech.form-leave", Place::Tech, leave).when(has_form),
    Def::new("tech.form-left", Place::Tech, left).when(has_left),
];

fn has_form(model: &Model) -> Result<(), Say> {
    form::has_form(model)
}

/// The next field; behind the last one the form is saved.
fn next(model: &mut Model) -> Outcome {
    let rules = &model.desk.welcome().rulebook;
    let last = model.drafts.open().is_some_and(|draft| draft.shown(rules).last() == Some(&draft.field));
    if !last {
        return form::step(model, 1);
    }
    form::can_save(model)?;
    form::save(model)
}

/// Back to the order; what was written waits, and comes back with the same key.
fn leave(model: &mut Model) -> Outcome {
    let order = model.drafts.open().and_then(Draft::order);
    model.drafts.park();
    model.focus = Pane::Tickets;
    match order {
        Some(order) => tech::show(model, order),
        None => Ok(Vec::new()),
    }
}

fn has_left(model: &Model) -> Result<(), Say> {
    if model.tech_orphans().is_empty() { Err(Say::new("techui.none_left")) } else { Ok(()) }
}

/// A form whose order went to somebody else: to be read, or thrown away.
fn left(model: &mut Model) -> Outcome {
    let id = model.tech_orphans().last().copied();
    if model.drafts.resume(id) {
        model.focus = Pane::Form;
    }
    Ok(Vec::new())
}

/// The form of this kind that was begun for this order comes back, from the screen or from where it is parked.
fn resume(model: &mut Model, begun: impl Fn(&Draft) -> bool) -> bool {
    let open = model.drafts.open().is_some_and(|draft| begun(draft) && draft.saved().is_none());
    let parked = model.drafts.parked().iter().find(|draft| begun(draft)).map(|draft| draft.id);
    let found = open || parked.is_some_and(|id| model.drafts.resume(Some(id)));
    if found {
        model.focus = Pane::Form;
    }
    found
}

/// The screen of the stage an order is in. `progress` is how far it came, where that is said with the key: what waits is
/// chosen in the form.
pub(super) fn stage(model: &mut Model, order: &Ticket, progress: Option<&str>) -> Outcome {
    let begun = |draft: &Draft| {
        draft.advance.as_ref() == Some(&order.stage) && draft.edits.is_some_and(|(id, _)| id == order.id)
    };
    if !resume(model, begun) {
        let (id, command) = (model.drafts.next_id(), model.next_command_id());
        let draft = model.stage_draft(order, id, command);
        model.drafts.show(draft);
        model.focus = Pane::Form;
    }
    let field = Field::of("progress");
    let rules = &model.desk.welcome().rulebook;
    if let Some(draft) = model.drafts.open_mut().filter(|_| model.focus == Pane::Form)
        && draft.uses(rules).iter().any(|used| used.field == field.id())
    {
        match progress {
            Some(value) => {
                draft.put(&field, value);
                draft.go_to(field);
            }
            // By the key for finishing it is finished.
            None if draft.value(&field).is_empty() => draft.put(&field, "done"),
            None => {}
        }
    }
    Ok(Vec::new())
}

/// It waits: where its stage asks how far it came, that is said there; else the clocks stand, with the reason.
pub(super) fn wait(model: &mut Model) -> Outcome {
    let order = tech::order(model)?.clone();
    if model.asks_progress(&order) { stage(model, &order, Some("")) } else { errand(model, Errand::Pause) }
}

/// Begins what is written about an order, or goes on with it.
pub(super) fn errand(model: &mut Model, errand: Errand) -> Outcome {
    let order = tech::order(model)?.clone();
    errand_about(model, errand, &order);
    Ok(Vec::new())
}

/// The same for an order that is not the technician's own screen's: the desk writes for whoever telephones.
pub(super) fn errand_about(model: &mut Model, errand: Errand, order: &Ticket) {
    if !resume(model, |draft| draft.errand == Some((errand, order.id))) {
        let (id, command) = (model.drafts.next_id(), model.next_command_id());
        model.drafts.show(Draft::for_errand(id, command, errand, order));
        model.focus = Pane::Form;
    }
}
