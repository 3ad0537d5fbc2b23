//! Commands for a text being typed, in the form and in popups alike.

use super::{Def, Outcome, Place};
use crate::text::Say;
use crate::tui::form::{Ask, TextLine};
use crate::tui::model::Model;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("edit.left", Place::Edit, |model| sideways(model, -1, TextLine::left)),
    Def::new("edit.right", Place::Edit, |model| sideways(model, 1, TextLine::right)),
    Def::new("edit.word-left", Place::Edit, |model| change(model, TextLine::word_left)),
    Def::new("edit.word-right", Place::Edit, |model| change(model, TextLine::word_right)),
    Def::new("edit.home", Place::Edit, |model| change(model, TextLine::home)),
    Def::new("edit.end", Place::Edit, |model| change(model, TextLine::end)),
    Def::new("edit.backspace", Place::Edit, |model| change(model, TextLine::backspace)),
    Def::new("edit.delete", Place::Edit, |model| change(model, TextLine::delete)),
    Def::new("edit.delete-word", Place::Edit, |model| change(model, TextLine::delete_word)),
    Def::new("edit.clear", Place::Edit, |model| change(model, TextLine::clear)),
    Def::new("edit.undo", Place::Edit, |model| change(model, TextLine::undo)),
    Def::new("edit.enter", Place::Edit, enter),
];

fn change(model: &mut Model, change: impl FnOnce(&mut TextLine)) -> Outcome {
    model.edit(change)?;
    Ok(Vec::new())
}

/// The caret moves; where the field is chosen, the choice does.
fn sideways(model: &mut Model, step: isize, caret: fn(&mut TextLine)) -> Outcome {
    if model.is_choosing() {
        super::form_is_open(model)?;
        model.step_choice(step);
        return Ok(Vec::new());
    }
    change(model, caret)
}

/// A new line where the field has several, else the next field.
fn enter(model: &mut Model) -> Outcome {
    let rules = &model.desk.welcome().rulebook;
    let Some(draft) = model.drafts.open() else { return Err(Say::new("refuse.no-form")) };
    if draft.field.ask(rules) == Ask::Long {
        return change(model, |line| line.insert("\n"));
    }
    super::form::step(model, 1)
}
