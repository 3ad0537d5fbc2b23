//! The foot of the form, in words: what may be chosen, what is missing, what it may already be, how far it has come.

use ratatui::layout::Rect;

use crate::domain::RequestType;
use crate::text::{Say, Word, wrap};
use crate::tui::canvas::Canvas;
use crate::tui::form::{Ask, Draft, Field, Stage};
use crate::tui::keymap::Context;
use crate::tui::model::Model;

/// A line with the meaning of its style.
type Line = (&'static str, String);

/// Rows the fields keep, whatever the foot has to say.
const FIELDS: u16 = 7;
/// The same, on a callback's sheet.
const SHEET: u16 = 5;
/// Rows of one sentence.
const ROWS: usize = 2;

/// The lines, wrapped, the most important last so that they stand at the same place; at least one.
pub(super) fn lines(model: &Model, draft: &Draft, width: u16, height: u16, canvas: &Canvas<'_>) -> Vec<Line> {
    let mut said: Vec<Line> = Vec::new();
    if draft.stage == Stage::Open {
        said.extend(super::sheet::said(model, draft));
        said.extend(state_of(model, draft));
        said.extend(elsewhere(model, draft));
        said.extend(raised(model, draft));
        said.extend(sealed(model, draft));
        said.extend(likely(model));
        said.extend(missing(model, draft));
        said.extend(who(model, draft));
        said.extend(hint(model, draft));
    } else {
        said.push(how_far(model, draft));
    }
    // A sheet has fewer fields than a form, and a head of its own.
    let fields = if draft.sheet.is_some() { SHEET } else { FIELDS };
    let room = usize::from(height.saturating_sub(fields).max(1));
    let ambiguous = canvas.policy().ambiguous;
    let columns = usize::from(width.max(2));
    let rows = said.into_iter().flat_map(|(style, text)| {
        let rows = wrap(&text, columns, ambiguous);
        rows.into_iter().take(ROWS).map(move |row| (style, row)).collect::<Vec<_>>()
    });
    let mut rows: Vec<Line> = rows.take(room).collect();
    if rows.is_empty() {
        rows.push(("muted", String::new()));
    }
    rows
}

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, lines: &[Line]) {
    for (y, (style, line)) in (area.y..area.bottom()).zip(lines) {
        canvas.put(area.x, y, line, area.width, model.theme.style(style));
    }
}

fn key(model: &Model, id: &str) -> String {
    model.keymap.keys_of(id, &[Context::Form, Context::Global], true).unwrap_or_default().to_string()
}

fn how_far(model: &Model, draft: &Draft) -> Line {
    match draft.stage {
        Stage::Saved(ticket) => ("good", model.words(&Say::new("form.saved").with("ticket", ticket.spoken()))),
        Stage::Sending if !model.is_linked() => ("warning", model.word("form.waits-for-desk")),
        Stage::Sending | Stage::Open => ("muted", model.word("form.saving")),
    }
}

/// That it is an emergency, or kept here.
fn state_of(model: &Model, draft: &Draft) -> Option<Line> {
    if draft.raised.is_some() {
        return None;
    }
    if draft.advance.is_none() && draft.fields.kind == RequestType::Emergency {
        return Some(("emergency", model.word("life_form.emergency")));
    }
    draft.is_touched().then(|| ("muted", model.word("form.kept")))
}

/// The ticket has gone on without this screen.
fn elsewhere(model: &Model, draft: &Draft) -> Option<Line> {
    let (from, (id, _)) = (draft.advance.as_ref()?, draft.edits?);
    let ticket = model.desk.state().tickets.get(&id);
    let stage = ticket.map_or("filed", |ticket| ticket.stage.as_str());
    if stage == from {
        return None;
    }
    let word = model.desk.welcome().rulebook.stage_word(draft.fields.kind, stage);
    Some(("error", model.words(&Say::new("life.elsewhere").with("ticket", id.spoken()).with_word("stage", &word))))
}

fn raised(model: &Model, draft: &Draft) -> Option<Line> {
    let raised = draft.raised.as_ref()?;
    let say = Say::new("life_form.danger").with("word", &raised.word).with("key", key(model, "form.not-emergency"));
    Some(("emergency", model.words(&say)))
}

/// R-REQ-6: that whoever tells this is kept secret, and what must not be written elsewhere for it.
fn sealed(model: &Model, draft: &Draft) -> Option<Line> {
    let rules = &model.desk.welcome().rulebook;
    let keeper = rules.kind(draft.fields.kind).sealed_for.as_ref().filter(|_| draft.advance.is_none())?;
    Some(("strong", model.words(&Say::new("life_form.sealed").with_word("role", &rules.role_word(keeper)))))
}

/// R-REQ-3 and R-REQ-10: what it may already be, and what it belongs to.
fn likely(model: &Model) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(like) = model.likely_same() {
        let alike = [(like.number, "life_form.same-number"), (like.premises, "life_form.same-premises")];
        let mut words: Vec<Word> =
            alike.into_iter().filter(|(holds, _)| *holds).map(|(_, key)| Word::Key(key.to_owned())).collect();
        if like.subject >= 50 {
            words.push(Word::Key("life_form.same-subject".to_owned()));
        }
        let say = Say::new("life_form.likely").with("ticket", model.ticket_word(like.ticket)).with_list("why", &words);
        lines.push(("warning", model.words(&say)));
        let say = Say::new("life_form.likely-keys").with("see", key(model, "form.likely-see"));
        let say = say.with("merge", key(model, "form.likely-merge")).with("not", key(model, "form.likely-ignore"));
        lines.push(("key", model.words(&say)));
    }
    if let Some((id, ticket)) = model.likely_incident() {
        let sentence = ticket.master.as_ref().map(|master| master.sentence.clone()).unwrap_or_default();
        let say = Say::new("life_form.incident").with("ticket", id.spoken()).with("sentence", sentence);
        lines.push(("warning", model.words(&say)));
        let say = Say::new("life_form.incident-keys").with("attach", key(model, "form.incident-attach"));
        lines.push(("key", model.words(&say.with("not", key(model, "form.likely-ignore")))));
    }
    if let Some(burst) = model.likely_burst() {
        let say = Say::new("life_form.burst").with("area", &burst.area).with("count", burst.tickets.len());
        lines.push(("warning", model.words(&say.with("make", key(model, "form.incident-make")))));
    }
    lines
}

/// What is missing, before saving is tried.
fn missing(model: &Model, draft: &Draft) -> Option<Line> {
    let rules = &model.desk.welcome().rulebook;
    let missing: Vec<Word> = draft.missing(rules).iter().map(|field| rules.field_word(field.id())).collect();
    let begun = draft.advance.is_some() || draft.is_touched();
    if missing.is_empty() || !begun {
        return None;
    }
    Some(("warning", model.words(&Say::new("life_form.missing").with_list("fields", &missing))))
}

/// Who may move a stage on, where not everybody may.
fn who(model: &Model, draft: &Draft) -> Option<Line> {
    let rules = &model.desk.welcome().rulebook;
    let stage = draft.stage_rule(rules).filter(|stage| !stage.by.is_empty())?;
    let me = &model.desk.welcome().me;
    let mine = stage.by.iter().any(|role| rules.holds(me, role));
    let roles: Vec<Word> = stage.by.iter().map(|role| rules.role_word(role)).collect();
    let words = model.words(&Say::new("life_form.who").with_list("roles", &roles));
    Some((if mine { "muted" } else { "warning" }, words))
}

/// How the field with the caret is filled.
fn hint(model: &Model, draft: &Draft) -> Option<Line> {
    let welcome = model.desk.welcome();
    let typed = draft.value(&draft.field);
    let typing = crate::tui::words::typing(model.settings.language, model.now, welcome.offset_ms, false);
    let read = |fits: bool| if typed.is_empty() || fits { "muted" } else { "warning" };
    match draft.field.ask(&welcome.rulebook) {
        Ask::Choice => {
            let offer = draft.choices(&welcome.rulebook, &welcome.staff, &draft.field);
            let words = offer.iter().enumerate().map(|(index, (_, word))| {
                let figure = if index < 9 { (index + 1).to_string() } else { String::new() };
                format!("{figure} {}", word.words(model.settings.language)).trim().to_owned()
            });
            Some(("muted", words.collect::<Vec<_>>().join("  ")))
        }
        Ask::Person => Some(("muted", model.word("life_form.hint-person"))),
        Ask::Date => Some((read(typing.date(typed).is_some()), model.word("life_form.hint-date"))),
        Ask::Moment => Some((read(typing.moment(typed).is_some()), model.word("life_form.hint-moment"))),
        Ask::Number(_) => {
            let number = typed.trim().parse::<f64>().is_ok();
            (!number && !typed.is_empty()).then(|| ("warning", model.word("life_form.hint-number")))
        }
        Ask::Kind | Ask::Line | Ask::Long => {
            (draft.field == Field::Kind).then(|| ("muted", model.word("life_form.hint-kind")))
        }
    }
}
