//! Commands about the intake form and the parked ones.

pub(super) mod likely;

use super::{About, Def, Effect, Envelope, Outcome, Place};
use crate::domain::RequestType;
use crate::domain::command::{Command, TicketCommand};
use crate::domain::rulebook::Rulebook;
use crate::text::Say;
use crate::tui::form::{Ask, Draft, Field, Stage};
use crate::tui::layer::{Layer, Picker, Row, Subject};
use crate::tui::model::{Model, Pane, Tone};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("form.new", Place::Anywhere, new),
    Def::new("form.save", Place::Form, save).when(can_save),
    Def::new("form.next", Place::Form, |model| step(model, 1)).when(has_form),
    Def::new("form.previous", Place::Form, |model| step(model, -1)).when(has_form),
    Def::new("form.down", Place::Form, |model| by_rows(model, 1)).when(has_form),
    Def::new("form.up", Place::Form, |model| by_rows(model, -1)).when(has_form),
    Def::new("form.kind-next", Place::Form, |model| kind(model, 1)).when(has_kind),
    Def::new("form.kind-previous", Place::Form, |model| kind(model, -1)).when(has_kind),
    Def::new("form.park", Place::Form, park).when(has_form),
    Def::new("form.resume", Place::Desk, resume).when(has_parked),
    Def::new("form.parked", Place::Desk, parked).when(has_parked),
    Def::new("form.discard", Place::Form, discard).when(has_form).dangerous(),
    Def::new("form.theirs", Place::Form, theirs).when(has_theirs),
    Def::new("form.keep", Place::Form, keep).when(is_stage),
];

pub(super) fn has_form(model: &Model) -> Result<(), Say> {
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

pub(super) fn can_save(model: &Model) -> Result<(), Say> {
    is_open(model)?;
    let empty = model.drafts.open().is_none_or(|draft| {
        if draft.sheet.is_some() {
            return false;
        }
        let detail = draft.fields.kind == RequestType::Emergency && !draft.fields.detail.trim().is_empty();
        draft.errand.is_none() && draft.advance.is_none() && draft.fields.subject.trim().is_empty() && !detail
    });
    if empty { Err(Say::new("refuse.no-subject")) } else { Ok(()) }
}

/// A form of a ticket: a callback's sheet has no kind.
fn has_kind(model: &Model) -> Result<(), Say> {
    is_open(model)?;
    if model.open_sheet().is_some() { Err(Say::new("refuse.no-form")) } else { Ok(()) }
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

/// An empty form, or the form of the call in hand if there is none yet. A second form in one call knows who speaks.
fn new(model: &mut Model) -> Outcome {
    let call = model.in_hand().cloned();
    let of_call = call.as_ref().and_then(|call| model.drafts.open().filter(|draft| draft.call == Some(call.id)));
    let parked = match (call, of_call.cloned()) {
        (Some(call), None) => model.open_form_for(&call),
        (Some(_), Some(draft)) if draft.stage == Stage::Open && !draft.is_touched() => false,
        (_, before) => {
            let command = model.next_command_id();
            let mut draft = Draft::new(model.drafts.next_id(), command);
            if let Some(before) = before {
                draft.same_caller(&before, &model.desk.welcome().rulebook);
            }
            model.drafts.show(draft)
        }
    };
    model.focus = Pane::Form;
    Ok(match parked {
        true => vec![Effect::Tell(Tone::Plain, Say::new("form.parked").with("count", model.drafts.parked().len()))],
        false => Vec::new(),
    })
}

pub(super) fn save(model: &mut Model) -> Outcome {
    leave_field(model);
    if model.open_sheet().is_some() {
        return super::callback::sheet::save(model);
    }
    send_draft(model, |rules, draft| {
        let missing: Vec<_> = draft.missing(rules).iter().map(|field| rules.field_word(field.id())).collect();
        match (missing.is_empty(), draft.stage_rule(rules)) {
            (true, _) => Ok(()),
            (false, None) => Err(Say::new("life.form_missing").with_list("fields", &missing)),
            (false, Some(stage)) => {
                let word = rules.stage_word(draft.fields.kind, &stage.id);
                Err(Say::new("life.missing").with_word("stage", &word).with_list("fields", &missing))
            }
        }
    })
}

/// Sends the form on the screen, where nothing speaks against it; else the caret goes to what is missing.
fn send_draft(model: &mut Model, check: fn(&Rulebook, &Draft) -> Result<(), Say>) -> Outcome {
    let rules = &model.desk.welcome().rulebook;
    let Some(draft) = model.drafts.open_mut() else { return Err(Say::new("refuse.no-form")) };
    if let Err(why) = check(rules, draft) {
        if let Some(first) = draft.missing(rules).into_iter().next() {
            draft.go_to(first);
        }
        return Err(why);
    }
    draft.stage = Stage::Sending;
    Ok(vec![Effect::Send(envelope(rules, draft))])
}

/// What was filled of a stage's screen is written to the ticket, which stays where it is.
fn keep(model: &mut Model) -> Outcome {
    leave_field(model);
    let rules = &model.desk.welcome().rulebook;
    let Some(draft) = model.drafts.open_mut() else { return Err(Say::new("refuse.no-form")) };
    let Some((ticket, _)) = draft.edits else { return Err(Say::new("refuse_life.no-stage")) };
    let command = Command::Ticket(TicketCommand::Edit { ticket, changes: draft.changes(rules), seal: None });
    draft.stage = Stage::Sending;
    Ok(vec![Effect::Send(Envelope { id: draft.command, command, about: About::Draft(draft.id) })])
}

fn is_stage(model: &Model) -> Result<(), Say> {
    is_open(model)?;
    let stage = model.drafts.open().is_some_and(|draft| draft.advance.is_some());
    if stage { Ok(()) } else { Err(Say::new("refuse_life.no-stage")) }
}

/// The command that saves a draft; the same one however often it is said.
pub(in crate::tui) fn envelope(rules: &Rulebook, draft: &Draft) -> Envelope {
    if let Some(command) = draft.errand_command(rules) {
        return Envelope { id: draft.command, command: Command::Ticket(command), about: About::Draft(draft.id) };
    }
    let changes = || draft.changes(rules);
    let command = match (draft.edits, &draft.advance) {
        (Some((ticket, _)), Some(from)) => TicketCommand::Advance { ticket, from: from.clone(), changes: changes() },
        (Some((ticket, _)), None) => TicketCommand::Edit { ticket, changes: changes(), seal: None },
        (None, _) => {
            let asked = draft.shown(rules);
            let shown = |id: &String| asked.iter().any(|field| field.id() == id);
            let card = draft.card.iter().filter(|(id, _)| shown(id)).map(|(id, value)| (id.clone(), value.clone()));
            TicketCommand::Open { fields: draft.fields.clone(), card: card.collect(), call: draft.call, seal: None }
        }
    };
    Envelope { id: draft.command, command: Command::Ticket(command), about: About::Draft(draft.id) }
}

/// What was typed short in the field the caret leaves stands there whole: `26` becomes `2026-11-26`.
fn leave_field(model: &mut Model) {
    let language = model.settings.language;
    let welcome = model.desk.welcome();
    // A time that is agreed and a hazard's deadline lie ahead; what a stage asks for may be over.
    let ahead = model.drafts.open().is_some_and(|draft| draft.sheet.is_some() || draft.errand.is_some());
    let typing = crate::tui::words::typing(language, model.now, welcome.offset_ms, ahead);
    if let Some(draft) = model.drafts.open_mut().filter(|draft| draft.stage == Stage::Open) {
        let typed = draft.value(&draft.field).to_owned();
        let whole = match draft.field.ask(&welcome.rulebook) {
            Ask::Date => typing.date(&typed),
            // A deadline that is a day alone is the end of that day; it stands there to be changed.
            Ask::Moment if draft.errand.is_some() => {
                typing.moment(&typed).or_else(|| Some(format!("{} 23:59", typing.date(&typed)?)))
            }
            Ask::Moment => typing.moment(&typed),
            _ => None,
        };
        if let Some(whole) = whole.filter(|whole| *whole != typed) {
            draft.choose(&whole);
        }
    }
}

pub(super) fn step(model: &mut Model, step: isize) -> Outcome {
    leave_field(model);
    let rules = &model.desk.welcome().rulebook;
    if let Some(draft) = model.drafts.open_mut() {
        draft.step(rules, step);
    }
    model.focus = Pane::Form;
    Ok(Vec::new())
}

/// A row of the detail further; beyond its first and last row, and in the fields of one row, the next field.
fn by_rows(model: &mut Model, rows: isize) -> Outcome {
    let (columns, ambiguous) = model.detail_set.get();
    let open = is_open(model).is_ok() && model.focus == Pane::Form;
    let mut moved = false;
    let rules = &model.desk.welcome().rulebook;
    let long = |draft: &&mut Draft| open && draft.field.ask(rules) == Ask::Long;
    if let Some(draft) = model.drafts.open_mut().filter(long) {
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
        if let Some(sheet) = &draft.sheet {
            let text = format!("{} {}", model.word("due.sheet"), sheet.line.name);
            return Row { id: draft.id.to_string(), text, beside: sheet.line.number.clone() };
        }
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
    // The line of a callback's sheet is let go with it.
    let mut effects = match model.open_sheet().map(|(draft, _)| draft.id) {
        Some(sheet) => model.close_sheet(sheet),
        None => {
            model.drafts.discard();
            Vec::new()
        }
    };
    effects.push(Effect::Tell(Tone::Plain, Say::new("form.discarded")));
    Ok(effects)
}

/// Takes the colleague's value of the field; once more brings the own one back by undo.
fn theirs(model: &mut Model) -> Outcome {
    if let Some(draft) = model.drafts.open_mut() {
        let field: Field = draft.field.clone();
        let value = draft.theirs.remove(&field);
        if let (Field::Kind, Some(kind)) = (&field, value.as_deref().and_then(RequestType::parse)) {
            draft.choose_kind(kind);
        } else if let Some(value) = value {
            draft.edit(|line| {
                line.clear();
                line.insert(&value);
            });
        }
    }
    Ok(Vec::new())
}
