//! Commands about what the open form may already be, what it belongs to, and what is said on the line meanwhile.

use super::super::{Def, Effect, Outcome, Place};
use super::{can_save, is_open, save};
use crate::domain::TicketId;
use crate::text::Say;
use crate::tui::form::Then;
use crate::tui::layer::{Layer, Page};
use crate::tui::model::{Model, Tone};

pub(in crate::tui::command) const COMMANDS: &[Def] = &[
    Def::new("form.likely-see", Place::Form, see).when(has_same),
    Def::new("form.likely-merge", Place::Form, merge).when(can_merge),
    Def::new("form.likely-ignore", Place::Form, ignore).when(has_any),
    Def::new("form.incident-attach", Place::Form, attach).when(can_attach),
    Def::new("form.incident-make", Place::Form, make).when(has_burst),
    Def::new("form.not-emergency", Place::Form, not_emergency).when(was_raised),
    Def::new("form.script", Place::Anywhere, script),
];

fn same(model: &Model) -> Result<TicketId, Say> {
    model.likely_same().map(|like| like.ticket).ok_or_else(|| Say::new("refuse_life.nothing-like-it"))
}

fn has_same(model: &Model) -> Result<(), Say> {
    same(model).map(drop)
}

fn has_any(model: &Model) -> Result<(), Say> {
    if model.likely_incident().is_some() { Ok(()) } else { has_same(model) }
}

fn can_merge(model: &Model) -> Result<(), Say> {
    same(model)?;
    can_save(model)
}

fn can_attach(model: &Model) -> Result<(), Say> {
    if model.likely_incident().is_none() {
        return Err(Say::new("refuse_life.no-incident-here"));
    }
    can_save(model)
}

fn has_burst(model: &Model) -> Result<(), Say> {
    if model.likely_burst().is_some() { Ok(()) } else { Err(Say::new("refuse_life.no-burst")) }
}

fn was_raised(model: &Model) -> Result<(), Say> {
    is_open(model)?;
    let raised = model.drafts.open().is_some_and(|draft| draft.raised.is_some());
    if raised { Ok(()) } else { Err(Say::new("refuse_life.not-raised")) }
}

fn see(model: &mut Model) -> Outcome {
    let ticket = same(model)?;
    model.open_ticket(ticket)
}

/// Saves this report and says that it is the same matter: the second step waits for the first one's number.
fn merge(model: &mut Model) -> Outcome {
    let into = same(model)?;
    save_then(model, Then::Merge(into))
}

fn attach(model: &mut Model) -> Outcome {
    let incident = model.likely_incident().map(|(id, _)| id);
    let incident = incident.ok_or_else(|| Say::new("refuse_life.no-incident-here"))?;
    save_then(model, Then::Attach(incident))
}

fn save_then(model: &mut Model, then: Then) -> Outcome {
    if let Some(draft) = model.drafts.open_mut() {
        draft.then = Some(then);
    }
    let outcome = save(model);
    if outcome.is_err()
        && let Some(draft) = model.drafts.open_mut()
    {
        draft.then = None;
    }
    outcome
}

fn ignore(model: &mut Model) -> Outcome {
    let id = same(model).ok().or_else(|| model.likely_incident().map(|(id, _)| id));
    if let (Some(id), Some(draft)) = (id, model.drafts.open_mut()) {
        draft.not_the_same.push(id);
    }
    Ok(Vec::new())
}

fn make(model: &mut Model) -> Outcome {
    let first = model.likely_burst().and_then(|burst| burst.tickets.first().copied());
    let first = first.ok_or_else(|| Say::new("refuse_life.no-burst"))?;
    super::super::life::incident::ask(model, first)
}

fn not_emergency(model: &mut Model) -> Outcome {
    if let Some(draft) = model.drafts.open_mut() {
        draft.not_an_emergency();
    }
    Ok(vec![Effect::Tell(Tone::Plain, Say::new("life_form.not-emergency"))])
}

/// R-CALL-9: what is said, for the kind of the ticket or the form in sight.
fn script(model: &mut Model) -> Outcome {
    let kind = model
        .ticket_in_sight()
        .ok()
        .map(|ticket| ticket.fields.kind)
        .or_else(|| model.drafts.open().map(|draft| draft.fields.kind))
        .unwrap_or_default();
    let lines = model.script_of(kind);
    if lines.is_empty() {
        return Err(Say::new("refuse_life.no-script"));
    }
    let title = format!("{} {}", model.word("life_form.script"), model.word(crate::tui::words::kind(kind)));
    Ok(vec![Effect::Open(Layer::Reader(Page { title, lines, at: 0 }))])
}
