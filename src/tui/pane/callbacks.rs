//! 回访: who is owed a call, one line a person, by due time (R-CB-6, R-CB-9).

use ratatui::layout::Rect;

use super::{choose, columns, due, due_short, row, titled, widest};
use crate::domain::{Callback, Gravity};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::{Model, Pane};
use crate::tui::words;

/// The widest column of reasons.
const REASONS: u16 = 20;

/// Draws the pane.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let rows = model.callback_rows();
    let (title, beside) = title(model, &rows);
    let body = titled(model, canvas, area, Pane::Callbacks, &title, &beside);
    if rows.is_empty() {
        let key = if model.handed_up { "due.none-handed-up" } else { "callbacks.none" };
        canvas.put(body.x + 2, body.y, &model.word(key), body.width, model.theme.style("muted"));
        return;
    }
    let (height, at) = (usize::from(body.height), model.callback_list.at(rows.len()));
    let top = model.callback_list.top(rows.len(), height);
    let split = Split::of(model, canvas, rows.get(top..).unwrap_or_default().iter().take(height).copied());
    for (index, line) in rows.iter().enumerate().skip(top).take(height) {
        let area = row(body, u16::try_from(index - top).unwrap_or(0));
        draw_line(model, canvas, area, line, split);
        if index == at {
            choose(model, canvas, area, model.focus == Pane::Callbacks);
        }
    }
}

/// How many, how many late, how many with the supervisor. Rehearsed ones are in none of the last two.
fn title(model: &Model, rows: &[&Callback]) -> (String, String) {
    let lines = || model.desk.state().callbacks.values().filter(|line| !line.rehearsal);
    let late = lines().filter(|line| line.with.is_none() && line.due_at <= model.now).count();
    let with = lines().filter(|line| line.with.is_some()).count();
    let key = if model.handed_up { "due.handed-up-title" } else { "callbacks.title" };
    let counts = [("callbacks.late", late), ("due.with-count", with)];
    let beside = counts.into_iter().filter(|(_, count)| *count > 0);
    let beside: Vec<String> = beside.map(|(key, count)| model.words(&Say::new(key).with("count", count))).collect();
    (model.words(&Say::new(key).with("count", rows.len())), beside.join("  "))
}

/// How wide the columns before marks and note are: as wide as the widest in sight.
#[derive(Clone, Copy)]
struct Split {
    number: u16,
    name: u16,
    reason: u16,
}

impl Split {
    fn of<'c>(model: &Model, canvas: &Canvas<'_>, lines: impl Iterator<Item = &'c Callback> + Clone) -> Split {
        Split {
            number: widest(canvas, lines.clone().map(|line| line.number.clone()), 16),
            name: widest(canvas, lines.clone().map(|line| name(model, line)), 14),
            reason: widest(canvas, lines.map(|line| reasons(model, line)), REASONS),
        }
    }
}

/// The name with the grade of an important customer.
fn name(model: &Model, line: &Callback) -> String {
    match words::grade(line.grade) {
        Some((grade, _)) => format!("{} {}", line.name, model.word(grade)).trim_start().to_owned(),
        None => line.name.clone(),
    }
}

/// The reasons of all that is owed, the gravest first, each once with how often.
fn reasons(model: &Model, line: &Callback) -> String {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for debt in line.owed() {
        let word = model.word(words::reason(debt.reason));
        match counted.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counted.push((word, 1)),
        }
    }
    let word = |(word, count): (String, usize)| if count > 1 { format!("{word}x{count}") } else { word };
    counted.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The sign of what is graver than the ordinary, and how it looks.
fn gravity(model: &Model, line: &Callback) -> (&'static str, String) {
    let gravity = line.gravity();
    let style = match gravity {
        Gravity::Emergency => "emergency",
        Gravity::Grave => "error",
        Gravity::Important => "warning",
        Gravity::Ordinary => return ("value", String::new()),
    };
    (style, model.word(words::gravity(gravity)))
}

fn draw_line(model: &Model, canvas: &mut Canvas<'_>, area: Rect, line: &Callback, split: Split) {
    let theme = &model.theme;
    let (style, sign) = due(model, line.due_at);
    let right = area.right().saturating_sub(1);
    // The sign and the time stand alone in their style: what pads them has none.
    let (style, sign) = if line.with.is_some() { ("muted", " ") } else { (style, sign) };
    canvas.put(area.x + 1, area.y, sign, 2, theme.style(style));
    canvas.put(area.x + 4, area.y, &due_short(model, line.due_at), 5, theme.style(style));
    let (grave, word) = gravity(model, line);
    let mut x = area.x + 10;
    let mut put = |canvas: &mut Canvas<'_>, text: &str, width: u16, style: &str, fill: bool| {
        let room = width.min(right.saturating_sub(x));
        if width > 0 && room > 0 {
            let used = if fill {
                canvas.put_fit(x, area.y, text, room, theme.style(style));
                room
            } else {
                canvas.put(x, area.y, text, room, theme.style(style))
            };
            x = (x + used + 1).min(right);
        }
    };
    put(canvas, &line.number, split.number, "strong", true);
    put(canvas, &name(model, line), split.name, "value", true);
    for (style, mark) in marks(model, line, (grave, word)) {
        put(canvas, &mark, 24, style, false);
    }
    put(canvas, &reasons(model, line), split.reason, "value", true);
    let note = line.first().map(|debt| note(model, debt)).unwrap_or_default();
    // Where there is no room for the time beside the count, it stands in front of the line all the same.
    let whole = tries(model, line, true);
    let room = right.saturating_sub(x);
    let tries = if columns(canvas, &whole) > room { tries(model, line, false) } else { whole };
    canvas.put_fit(x, area.y, &format!("{tries}{note}"), room, theme.style("muted"));
}

/// What sets a line apart, before its reasons: who has it, how grave it is, whose it is now.
fn marks(model: &Model, line: &Callback, grave: (&'static str, String)) -> Vec<(&'static str, String)> {
    let mut marks = Vec::new();
    if let Some(staff) = &line.taken_by {
        let style = if model.has_line(line) { "good" } else { "mark" };
        marks.push((style, format!("({})", model.staff_name(staff))));
    }
    if let Some(role) = &line.with {
        let role = model.desk.welcome().rulebook.role_word(role);
        marks.push(("warning", model.words(&Say::new("due.handed-to").with_word("role", &role))));
    }
    if !grave.1.is_empty() {
        marks.push(grave);
    }
    if line.rehearsal {
        marks.push(("mark", format!("[{}]", model.word("mark.rehearsal"))));
    }
    marks
}

/// How often it was tried, and that it is tried again at the time in front.
fn tries(model: &Model, line: &Callback, with_time: bool) -> String {
    if line.attempts.is_empty() {
        return String::new();
    }
    let up = |call| model.desk.state().calls.get(call).is_some_and(crate::domain::Call::is_open);
    if line.under_way().and_then(|attempt| attempt.call).is_some_and(up) {
        let count = Say::new("due.nth").with("count", line.attempts.len());
        return format!("{} {} ", model.words(&count), model.word("due.rings"));
    }
    let again = line.with.is_none() && line.due_at > model.now;
    let key = match (again, with_time) {
        (true, true) => "due.nth-again",
        (true, false) => "due.nth-later",
        (false, _) => "due.nth",
    };
    let say = Say::new(key).with("count", line.attempts.len());
    let say = if again && with_time { say.with("time", model.when(line.due_at)) } else { say };
    format!("{} ", model.words(&say))
}

fn note(model: &Model, debt: &crate::domain::Debt) -> String {
    if !debt.note.is_empty() {
        return debt.note.clone();
    }
    debt.ticket.map(|ticket| model.ticket_word(ticket)).unwrap_or_default()
}
