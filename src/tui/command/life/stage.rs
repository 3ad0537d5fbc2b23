//! The form of a ticket: the screen of the stage it is in, or all of its fields.

use super::super::{Outcome, send_and_tell};
use super::in_sight;
use crate::domain::command::{Command, TicketCommand};
use crate::domain::rulebook::FILED;
use crate::text::Say;
use crate::tui::form::Draft;
use crate::tui::layer::Layer;
use crate::tui::model::{Model, Pane};

/// One key for whatever stage it is in.
pub(super) fn advance(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?.clone();
    let rules = &model.desk.welcome().rulebook;
    let stage = rules.kind(ticket.fields.kind).stage(&ticket.stage);
    if ticket.stage == FILED || stage.is_none_or(|stage| stage.moves.is_empty()) {
        return Err(Say::new("refuse_life.no-way-on").with("ticket", ticket.id.spoken()));
    }
    // Where nothing is asked there is nothing to show: set out, arrived, returned are one key (SPEC §5).
    let way = stage.filter(|stage| stage.fields.is_empty()).map(|stage| &stage.moves);
    if let Some(way) = way.and_then(|moves| moves.iter().find(|way| way.when.holds(|field| ticket.value(field)))) {
        let to = rules.stage_word(ticket.fields.kind, &way.to);
        let say = Say::new("life_form.advanced").with("ticket", ticket.id.spoken()).with_word("stage", &to);
        let from = ticket.stage.clone();
        let step = TicketCommand::Advance { ticket: ticket.id, from, changes: Vec::new() };
        return send_and_tell(Command::Ticket(step), say);
    }
    // The screen that was begun comes back with what was typed in it.
    let begun = |draft: &&Draft| {
        draft.advance.as_ref() == Some(&ticket.stage) && draft.edits.is_some_and(|(id, _)| id == ticket.id)
    };
    let parked = model.drafts.parked().iter().find(begun).map(|draft| draft.id);
    let open = model.drafts.open().as_ref().is_some_and(|draft| begun(draft) && draft.saved().is_none());
    if !open && !parked.is_some_and(|id| model.drafts.resume(Some(id))) {
        let command = model.next_command_id();
        let id = model.drafts.next_id();
        let draft = Draft::for_stage(id, command, &ticket, &model.desk.welcome().rulebook);
        model.drafts.show(draft);
    }
    to_form(model)
}

/// All its fields, to be mended.
pub(super) fn edit(model: &mut Model) -> Outcome {
    let ticket = in_sight(model)?.clone();
    let command = model.next_command_id();
    let id = model.drafts.next_id();
    let mut draft = Draft::for_ticket(id, command, &ticket);
    draft.know_danger(&model.desk.welcome().rulebook);
    model.drafts.show(draft);
    to_form(model)
}

/// The page gives way to the form.
fn to_form(model: &mut Model) -> Outcome {
    model.layers.retain(|layer| !matches!(layer, Layer::Ticket(_)));
    model.focus = Pane::Form;
    Ok(Vec::new())
}
