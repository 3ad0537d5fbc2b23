//! Commands of the callback sheet (R-CB-5): saved page by page, left when there is nothing left to say.

use super::super::{About, Def, Effect, Envelope, Outcome, Place};
use super::{reached_by_hand, to_form, until};
use crate::domain::call::Direction;
use crate::domain::callback::{Next, Reach};
use crate::domain::command::{CallbackCommand, Command};
use crate::domain::{Callback, CallbackReason, Stamp};
use crate::text::Say;
use crate::tui::form::sheet::{AGAIN, AGREED, AT, NEXT, SAID, SATISFACTION};
use crate::tui::form::{Draft, SheetDraft, Stage};
use crate::tui::model::{CallStands, Model};

pub(in crate::tui::command) const COMMANDS: &[Def] = &[
    Def::new("callback.answered", Place::Form, |model| by_hand(model, true)).when(rings_by_hand),
    Def::new("callback.not-answered", Place::Form, |model| by_hand(model, false)).when(rings_by_hand),
    Def::new("callback.next-debt", Place::Form, |model| turn(model, 1)).when(has_pages),
    Def::new("callback.previous-debt", Place::Form, |model| turn(model, -1)).when(has_pages),
    Def::new("callback.ticket", Place::Form, ticket).when(has_sheet),
    Def::new("callback.leave", Place::Form, leave).when(has_sheet),
];

/// Shows the sheet of a line: the one that was begun, or a new one. Gives its number.
pub(super) fn show(model: &mut Model, line: &Callback) -> u64 {
    to_form(model);
    let begun = |draft: &&Draft| draft.is_sheet_of(line.id);
    if let Some(open) = model.drafts.open().filter(begun) {
        return open.id;
    }
    if let Some(parked) = model.drafts.parked().iter().find(begun).map(|draft| draft.id) {
        model.drafts.resume(Some(parked));
        return parked;
    }
    let command = model.next_command_id();
    let id = model.drafts.next_id();
    // What the technician wrote as the outcome is what the person is told, unless the operator says it in other words.
    let outcomes = line.owed().into_iter().map(|debt| {
        let ticket = debt.ticket.and_then(|ticket| model.desk.state().tickets.get(&ticket));
        (debt.number, ticket.map(|ticket| ticket.value("outcome").to_owned()).unwrap_or_default())
    });
    let draft = Draft::for_line(id, command, line, &outcomes.collect());
    model.drafts.show(draft);
    id
}

fn sheet(model: &Model) -> Result<(&Draft, &SheetDraft), Say> {
    model.open_sheet().ok_or_else(|| Say::new("due.no-sheet"))
}

fn has_sheet(model: &Model) -> Result<(), Say> {
    sheet(model).map(drop)
}

fn has_pages(model: &Model) -> Result<(), Say> {
    let (_, sheet) = sheet(model)?;
    let left = sheet.pages.iter().enumerate().any(|(at, page)| at != sheet.at && !page.done);
    if left { Ok(()) } else { Err(Say::new("due.no-more-pages")) }
}

fn rings_by_hand(model: &Model) -> Result<(), Say> {
    let (_, sheet) = sheet(model)?;
    match model.call_stands(sheet) {
        CallStands::ByHand(_) => Ok(()),
        _ => Err(Say::new("due.not-by-hand")),
    }
}

fn by_hand(model: &mut Model, answered: bool) -> Outcome {
    let (_, sheet) = sheet(model)?;
    let call = sheet.call.ok_or_else(|| Say::new("due.not-by-hand"))?;
    Ok(vec![reached_by_hand(call, answered)])
}

fn turn(model: &mut Model, step: isize) -> Outcome {
    if let Some(draft) = model.drafts.open_mut() {
        draft.turn_page(step);
    }
    Ok(Vec::new())
}

fn ticket(model: &mut Model) -> Outcome {
    let (_, sheet) = sheet(model)?;
    let first = Model::line_tickets(&sheet.line).first().copied();
    let ticket = sheet.debt().map_or(first, |debt| debt.ticket);
    model.open_ticket(ticket.ok_or_else(|| Say::new("due.no-ticket"))?)
}

/// The call of a sheet is over, or there was none.
pub(super) fn not_talking(model: &Model, draft: u64) -> Result<(), Say> {
    let sheet = model.drafts.get(draft).and_then(|draft| draft.sheet.as_deref());
    match sheet.map(|sheet| model.call_stands(sheet)) {
        Some(stands) if stands.is_up() => Err(Say::new("due.still-in-call")),
        _ => Ok(()),
    }
}

/// Away from a sheet in which nothing is left to be saved; what is typed is saved, parked or discarded first.
fn leave(model: &mut Model) -> Outcome {
    let (draft, _) = sheet(model)?;
    let id = draft.id;
    if draft.stage == Stage::Sending {
        return Err(Say::new("refuse.being-saved"));
    }
    if draft.is_touched() {
        return Err(Say::new("due.sheet-not-saved"));
    }
    not_talking(model, id)?;
    Ok(model.close_sheet(id))
}

/// Sends the page in sight. What is missing gets the caret.
pub(in crate::tui::command) fn save(model: &mut Model) -> Outcome {
    let rules = &model.desk.welcome().rulebook;
    let missing = model.drafts.open().map(|draft| draft.missing(rules)).unwrap_or_default();
    if let Some(first) = missing.first().cloned() {
        let words: Vec<_> = missing.iter().map(|field| rules.field_word(field.id())).collect();
        model.drafts.go_to(first);
        return Err(Say::new("life.form_missing").with_list("fields", &words));
    }
    let (draft, sheet) = sheet(model)?;
    let (id, command_id) = (draft.id, draft.command);
    let mut effects = Vec::new();
    if let (CallStands::ByHand(_), Some(call)) = (model.call_stands(sheet), sheet.call) {
        effects.push(reached_by_hand(call, draft.reach() != Some(Reach::NotReached)));
    }
    let Some(command) = what_to_say(model, draft, sheet)? else {
        let mut closed = model.close_sheet(id);
        effects.append(&mut closed);
        effects.push(Effect::Tell(crate::tui::model::Tone::Good, Say::new("due.closed")));
        return Ok(effects);
    };
    if let Some(draft) = model.drafts.get_mut(id) {
        draft.stage = Stage::Sending;
    }
    let command = Command::Callback(command);
    effects.push(Effect::Send(Envelope { id: command_id, command, about: About::Draft(id) }));
    Ok(effects)
}

/// The command of the page in sight; nothing where the desk knows it all already.
fn what_to_say(model: &Model, draft: &Draft, sheet: &SheetDraft) -> Result<Option<CallbackCommand>, Say> {
    let reach = draft.reach().unwrap_or_default();
    let said = draft.value_of(SAID).trim().to_owned();
    let line = &sheet.line;
    let is_open = model.desk.state().callbacks.contains_key(&line.id);
    let next = next(model, draft)?;
    let debt = sheet.debt().map(|debt| debt.number);
    let reached = reach == Reach::Reached;
    if let (true, None, Next::Agreed(due_at), None) = (reached, debt, next, sheet.call) {
        // What was owed is settled by the talk itself; the agreed time is owed from now on (R-CB-3).
        let (number, name) = (line.number.clone(), line.name.clone());
        return Ok(Some(CallbackCommand::Agree { number, name, due_at, note: said, ticket: None }));
    }
    let agreed = reached && debt.is_none() && matches!(next, Next::Agreed(_));
    // A line that ended when its call was answered: what was said is kept, and a stranger's word takes the end back.
    let lately = sheet.call.is_some() && model.desk.state().settled.contains_key(&line.id);
    let of_talk = lately && debt.is_none() && (!reached || !said.is_empty());
    if !is_open && !agreed && !of_talk {
        return if debt.is_none() || said.is_empty() { Ok(None) } else { Err(Say::new("due.settled-elsewhere")) };
    }
    if !reached && said.is_empty() && is_known(sheet, reach) {
        return Ok(None);
    }
    if reached && debt.is_some() {
        needs_call(model, sheet)?;
    }
    let debt = match reach {
        Reach::NotReached | Reach::WrongNumber => None,
        Reach::Refused | Reach::Reached => debt,
    };
    let satisfaction = if reached { draft.value_of(SATISFACTION).to_owned() } else { String::new() };
    let next = if reached { next } else { Next::Settled };
    Ok(Some(CallbackCommand::Report { callback: line.id, debt, call: sheet.call, reach, satisfaction, said, next }))
}

/// The try is on the desk's record as it was chosen here.
fn is_known(sheet: &SheetDraft, reach: Reach) -> bool {
    let own = |attempt: &&crate::domain::Attempt| attempt.call.is_some() && attempt.call == sheet.call;
    sheet.line.attempts.iter().rev().find(own).is_some_and(|attempt| attempt.reach == Some(reach))
}

fn next(model: &Model, draft: &Draft) -> Result<Next, Say> {
    Ok(match draft.value_of(NEXT) {
        AGAIN => Next::Again,
        AGREED => Next::Agreed(agreed_at(model, draft.value_of(AT))?),
        _ => Next::Settled,
    })
}

fn agreed_at(model: &Model, text: &str) -> Result<Stamp, Say> {
    let at = until(model, text)?;
    if at <= model.now { Err(Say::new("due.agreed-is-over")) } else { Ok(at) }
}

/// R-CB-10: a revisit is done by a call that the desk made and that was answered, and by nothing else.
fn needs_call(model: &Model, sheet: &SheetDraft) -> Result<(), Say> {
    if !matches!(sheet.reason(), CallbackReason::Revisit | CallbackReason::Sample) {
        return Ok(());
    }
    let made = model.sheet_call(sheet).is_some_and(|call| call.direction == Direction::Outbound);
    if made { Ok(()) } else { Err(Say::new("due.needs-outbound")) }
}
