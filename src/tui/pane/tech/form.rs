//! A form of an order: one field a line, figures choose, and what must be filled has a star.

use ratatui::layout::Rect;

use super::super::columns;
use super::title;
use crate::text::Say;
use crate::text::caret::{caret_of, field_lines};
use crate::tui::canvas::Canvas;
use crate::tui::form::{Ask, Draft, Field, Stage};
use crate::tui::model::Model;

/// The rows a text may have before it scrolls in its field.
const TALL: usize = 4;

/// A field as it is set.
struct Set {
    field: Field,
    label: String,
    lines: Vec<String>,
    /// The row and column of the caret in it.
    caret: Option<(usize, usize)>,
    /// What is behind the last line: a unit.
    beside: String,
    theirs: Option<String>,
}

impl Set {
    fn height(&self) -> usize {
        self.lines.len().max(1) + usize::from(self.theirs.is_some())
    }
}

/// Draws the form on the screen; gives where the caret stands.
pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, head: Rect, body: Rect) -> Option<(u16, u16)> {
    let draft = model.drafts.open()?;
    let rules = &model.desk.welcome().rulebook;
    let order = draft.order().map(|order| order.spoken()).unwrap_or_default();
    let missing = draft.missing(rules).len();
    let right = match missing {
        0 => model.word("techui.complete"),
        count => model.words(&Say::new("techui.missing").with("count", count)),
    };
    title(model, canvas, head, &format!("{order} {}", model.form_name(draft)), ("title", &right));
    let shown = draft.shown(rules);
    let labels: Vec<String> = shown.iter().map(|field| label(model, draft, field)).collect();
    let widest = labels.iter().map(|label| columns(canvas, label)).max().unwrap_or(4);
    let indent = (widest + 2).min(body.width * 2 / 5);
    let room = usize::from(body.width.saturating_sub(indent + 1)).max(4);
    let sets: Vec<Set> =
        shown.iter().zip(labels).map(|(field, label)| set(model, canvas, draft, field, label, room)).collect();
    let at = shown.iter().position(|field| *field == draft.field).unwrap_or(0);
    let top = first_shown(&sets, at, usize::from(body.height));
    let (mut y, mut caret) = (body.y, None);
    for set in sets.iter().skip(top) {
        if y >= body.bottom() {
            break;
        }
        let area = Rect { y, height: body.bottom() - y, ..body };
        let here = draw_set(model, canvas, area, indent, set, set.field == draft.field);
        caret = caret.or(here);
        y += u16::try_from(set.height()).unwrap_or(1);
    }
    caret.filter(|_| draft.stage == Stage::Open)
}

fn label(model: &Model, draft: &Draft, field: &Field) -> String {
    let rules = &model.desk.welcome().rulebook;
    let word = rules.field_word(field.id()).words(model.settings.language);
    if draft.needs(rules, field) { format!("{word}*") } else { word }
}

fn set(model: &Model, canvas: &Canvas<'_>, draft: &Draft, field: &Field, label: String, room: usize) -> Set {
    let ambiguous = canvas.policy().ambiguous;
    let rules = &model.desk.welcome().rulebook;
    let value = draft.value(field);
    let focused = *field == draft.field && draft.stage == Stage::Open;
    let theirs = draft.theirs.get(field).map(|theirs| model.field_value(field.id(), theirs));
    let whole = |lines: Vec<String>| Set {
        field: field.clone(),
        label: label.clone(),
        lines,
        caret: None,
        beside: String::new(),
        theirs: theirs.clone(),
    };
    match field.ask(rules) {
        Ask::Choice | Ask::Person | Ask::Kind if focused => {
            let lines = crate::text::wrap(&offer(model, draft, field), room, ambiguous);
            Set { caret: Some((0, 0)), ..whole(lines) }
        }
        Ask::Choice | Ask::Person | Ask::Kind => {
            let shown = if value.is_empty() { String::new() } else { model.field_value(field.id(), value) };
            whole(crate::text::wrap(&shown, room, ambiguous))
        }
        ask => {
            let lines = field_lines(value, room, ambiguous);
            let caret = caret_of(&lines, draft.line().caret());
            let beside = if let Ask::Number(unit) = ask { unit.to_owned() } else { String::new() };
            // A long text shows the rows around its caret.
            let from = if focused { (caret.0 + 1).saturating_sub(TALL) } else { 0 };
            let text = lines.into_iter().skip(from).take(TALL).map(|line| line.text).collect();
            Set { caret: focused.then(|| (caret.0 - from, caret.1)), beside, ..whole(text) }
        }
    }
}

/// What may be chosen, each with its figure; the chosen one in brackets.
fn offer(model: &Model, draft: &Draft, field: &Field) -> String {
    let welcome = model.desk.welcome();
    let value = draft.value(field);
    let choices = draft.choices(&welcome.rulebook, &welcome.staff, field);
    let words = choices.iter().enumerate().map(|(index, (id, word))| {
        let word = format!("{}{}", index + 1, word.words(model.settings.language));
        if id == value { format!("[{word}]") } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn draw_set(
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
    indent: u16,
    set: &Set,
    focused: bool,
) -> Option<(u16, u16)> {
    let theme = &model.theme;
    let (mark, style) = if focused { (">", "title.focus") } else { (" ", "field.label") };
    let name = crate::text::shorten(&set.label, usize::from(indent.saturating_sub(2)), canvas.policy().ambiguous);
    canvas.put(area.x, area.y, &format!("{mark}{name}"), indent.saturating_sub(1), theme.style(style));
    let (x, room) = (area.x + indent, area.width.saturating_sub(indent));
    let style = theme.style(if focused { "field.focus" } else { "field" });
    let mut y = area.y;
    for line in &set.lines {
        if y < area.bottom() {
            let used = canvas.put(x, y, line, room, style);
            let last = std::ptr::eq(line, set.lines.last().unwrap_or(line));
            if last && !set.beside.is_empty() {
                let beside = x + used + 1;
                canvas.put(beside, y, &set.beside, area.right().saturating_sub(beside), theme.style("muted"));
            }
        }
        y += 1;
    }
    if let Some(theirs) = set.theirs.as_ref().filter(|_| y < area.bottom()) {
        let words = format!("{} {theirs}", model.word("form.theirs"));
        canvas.put(x, y, &words, room, theme.style("warning"));
    }
    let (row, column) = set.caret?;
    let at = (x + u16::try_from(column).unwrap_or(0), area.y + u16::try_from(row).unwrap_or(0));
    (at.0 < area.right() && at.1 < area.bottom()).then_some(at)
}

/// The first field shown, so that the one with the caret is in sight, and the one after it as well if it can be.
fn first_shown(sets: &[Set], at: usize, room: usize) -> usize {
    let rows = |from: usize, to: usize| sets.iter().take(to).skip(from).map(Set::height).sum::<usize>();
    let wanted = (0..=at).find(|top| rows(*top, (at + 2).min(sets.len())) <= room);
    wanted.or_else(|| (0..=at).find(|top| rows(*top, at + 1) <= room)).unwrap_or(at)
}
