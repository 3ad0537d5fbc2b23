//! Commands about the intake form and the parked ones.

use super::{About, Def, Effect, Envelope, Outcome, Place};
use crate::domain::RequestType;
use crate::domain::command::{Command, TicketCommand};
use crate::text::Say;
use crate::tui::form::{Draft, Field, Stage};
use crate::tui::layer::{Layer, Picker, Row, Subject};
use crate::tui::model::{Model, Pane, Tone};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("form.new", Place::Anywhere, new),
    Def::new("form.save", Place::Form, save).when(can_save),
    Def::new("form.next", Place::Form, |model| step(model, 1)).when(has_form),
    Def::new("form.previous", Place::Form, |model| step(model, -1)).when(has_form),
    Def::new("form.down", Place::Form, |model| by_rows(model, 1)).when(has_form),
    Def::new("form.up", Place::Form, |model| by_rows(model, -1)).when(has_form),
    Def::new("form.kind-next", Place::Form, |model| kind(model, 1)).when(is_open),
    Def::new("form.kind-previous", Place::Form, |model| kind(model, -1)).when(is_open),
    Def::new("form.park", Place::Form, park).when(has_form),
    Def::new("form.resume", Place::Desk, resume).when(has_parked),
    Def::new("form.parked", Place::Desk, parked).when(has_parked),
    Def::new("form.discard", Place::Form, discard).when(has_form).dangerous(),
    Def::new("form.theirs", Place::Form, theirs).when(has_theirs),
];

fn has_form(model: &Model) -> Result<(), Say> {
    if model.drafts.open().is_some() { Ok(()) } else { Err(Say::new("refuse.no-form")) }
}

/// A form is on the screen and can be typed in.
pub(in crate::tui) fn is_open(model: &Model) -> Result<(), Say> {
    match model.drafts.open().map(|draft| draft.stage) {
        None => Err(Say::new("refuse.no-form")),
        Some(Stage::Open) => Ok(()),
        Some(Stage::Sending) => Err(Say::new("refuse.being-saved")),
        Some(Stage::Saved(ticket)) => Err(Say::new("refuse.saved").with("ticket", ticket.spoken())),
    }
}

fn can_save(model: &Model) -> Result<(), Say> {
    is_open(model)?;
    let empty = model.drafts.open().is_none_or(|draft| draft.fields.subject.trim().is_empty());
    if empty { Err(Say::new("refuse.no-subject")) } else { Ok(()) }
}

fn has_parked(model: &Model) -> Result<(), Say> {
    if model.drafts.parked().is_empty() && !model.has_popups_aside() {
        return Err(Say::new("refuse.none-parked"));
    }
    Ok(())
}

fn has_theirs(model: &Model) -> Result<(), Say> {
    let has = model.drafts.open().is_some_and(|draft| draft.theirs.contains_key(&draft.field));
    if has { Ok(()) } else { Err(Say::new("refuse.no-theirs")) }
}

/// An empty form, or the form of the call in hand if there is none yet.
fn new(model: &mut Model) -> Outcome {
    let call = model.in_hand().cloned();
    let parked = match call {
        Some(call) if model.drafts.open().is_none_or(|draft| draft.call != Some(call.id)) => model.open_form_for(&call),
        _ => {
            let command = model.next_command_id();
            let id = model.drafts.next_id();
            model.drafts.show(Draft::new(id, command))
        }
    };
    model.focus = Pane::Form;
    Ok(match parked {
        true => vec![Effect::Tell(Tone::Plain, Say::new("form.parked").with("count", model.drafts.parked().len()))],
        false => Vec::new(),
    })
}

fn save(model: &mut Model) -> Outcome {
    let Some(draft) = model.drafts.open_mut() else { return Err(Say::new("refuse.no-form")) };
    draft.stage = Stage::Sending;
    Ok(vec![Effect::Send(envelope(draft))])
}

/// The command that saves a draft; the same one however often it is said.
pub(in crate::tui) fn envelope(draft: &Draft) -> Envelope {
    let fields = draft.fields.clone();
    let command = match draft.edits {
        Some((ticket, _)) => TicketCommand::Edit { ticket, changes: fields.changes_from(&draft.base), seal: None },
        None => TicketCommand::open(fields, draft.call),
    };
    Envelope { id: draft.command, command: Command::Ticket(command), about: About::Draft(draft.id) }
}

fn step(model: &mut Model, step: isize) -> Outcome {
    if let Some(draft) = model.drafts.open_mut() {
        draft.step(step);
    }
    model.focus = Pane::Form;
    Ok(Vec::new())
}

/// A row of the detail further; beyond its first and last row, and in the fields of one row, the next field.
fn by_rows(model: &mut Model, rows: isize) -> Outcome {
    let (columns, ambiguous) = model.detail_set.get();
    let open = is_open(model).is_ok() && model.focus == Pane::Form;
    let mut moved = false;
    if let Some(draft) = model.drafts.open_mut().filter(|draft| open && draft.field == Field::Detail) {
        draft.edit(|line| moved = line.by_rows(rows, columns, ambiguous));
    }
    if moved { Ok(Vec::new()) } else { step(model, rows) }
}

fn kind(model: &mut Model, step: isize) -> Outcome {
    if let Some(draft) = model.drafts.open_mut() {
        draft.step_kind(step);
    }
    Ok(Vec::new())
}

fn park(model: &mut Model) -> Outcome {
    let parked = model.drafts.park();
    model.focus = Pane::Tickets;
    let say = if parked {
        Say::new("form.parked").with("count", model.drafts.parked().len())
    } else {
        Say::new("form.closed")
    };
    Ok(vec![Effect::Tell(Tone::Plain, say)])
}

fn resume(model: &mut Model) -> Outcome {
    if model.take_popups_back() {
        return Ok(Vec::new());
    }
    model.drafts.resume(None);
    model.focus = Pane::Form;
    Ok(Vec::new())
}

fn parked(model: &mut Model) -> Outcome {
    let rows = model.drafts.parked().iter().rev().map(|draft| {
        let fields = &draft.fields;
        let subject = if fields.subject.is_empty() { &fields.detail } else { &fields.subject };
        Row {
            id: draft.id.to_string(),
            text: format!("{} {}", model.word(crate::tui::words::kind(fields.kind)), subject),
            beside: format!("{} {}", fields.name, fields.phone),
        }
    });
    let picker = Picker::new("command.form.parked.name", rows.collect(), Subject::None, |model, _, id| {
        model.drafts.resume(id.parse().ok());
        model.focus = Pane::Form;
        Ok(Vec::new())
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn discard(model: &mut Model) -> Outcome {
    model.drafts.discard();
    Ok(vec![Effect::Tell(Tone::Plain, Say::new("form.discarded"))])
}

/// Takes the colleague's value of the field; once more brings the own one back by undo.
fn theirs(model: &mut Model) -> Outcome {
    if let Some(draft) = model.drafts.open_mut() {
        let field: Field = draft.field;
        let value = draft.theirs.remove(&field);
        if let (Field::Kind, Some(kind)) = (field, value.as_deref().and_then(RequestType::parse)) {
            draft.fields.kind = kind;
        } else if let Some(value) = value {
            draft.edit(|line| {
                line.clear();
                line.insert(&value);
            });
        }
    }
    Ok(Vec::new())
}
