//! Popups, drawn below the incoming calls: palette, help, pickers, prompts, pages, and the keys that may follow.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{columns, row};
use crate::text::wrap;
use crate::tui::canvas::Canvas;
use crate::tui::command::{self, Def};
use crate::tui::form::TextLine;
use crate::tui::keymap::{Context, Trie};
use crate::tui::layer::{Finder, Layer, Page, Picker, Prompt, Sealed, Subject, Sure, Typed};
use crate::tui::model::Model;

/// Where the caret stands in a popup, if it has one.
pub(super) type Caret = Option<(u16, u16)>;

/// Draws the popups, the uppermost last. Nothing where there is none; else where its caret stands.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) -> Option<Caret> {
    let mut caret = None;
    for layer in &model.layers {
        caret = Some(match layer {
            Layer::Finder(finder) => draw_finder(model, canvas, area, finder),
            Layer::Picker(picker) => draw_picker(model, canvas, area, picker),
            Layer::Prompt(prompt) => draw_prompt(model, canvas, area, prompt),
            Layer::Confirm(def) => draw_confirm(model, canvas, area, def),
            Layer::Reader(page) => draw_page(model, canvas, area, page),
            Layer::Ticket(page) => {
                super::ticket::draw(model, canvas, area, page);
                None
            }
            Layer::Line(page) => {
                super::line::draw(model, canvas, area, page);
                None
            }
            Layer::Board(view) => {
                super::board::draw(model, canvas, area, view);
                None
            }
            Layer::Figures(view) => {
                super::figures::draw(model, canvas, area, view);
                None
            }
            Layer::Formula(page) => {
                super::figures::formula::draw(model, canvas, area, page);
                None
            }
            Layer::Call(page) => {
                super::call_page::draw(model, canvas, area, page);
                None
            }
            Layer::Sealed(sealed) => draw_sealed(model, canvas, area, sealed),
            Layer::Sure(sure) => draw_sure(model, canvas, area, sure),
            Layer::Notices(list) => super::notices::draw(model, canvas, area, list),
        });
    }
    if !model.pending.is_empty() {
        draw_which_key(model, canvas, area);
        caret = Some(None);
    }
    caret
}

/// A box in the middle; gives its inside.
pub(super) fn boxed(model: &Model, canvas: &mut Canvas<'_>, area: Rect, title: &str, width: u16, rows: usize) -> Rect {
    let width = width.min(area.width.saturating_sub(2)).max(10);
    let height = u16::try_from(rows + 2).unwrap_or(u16::MAX).min(area.height).max(3);
    let x = area.x + (area.width - width.min(area.width)) / 2;
    let y = area.y + (area.height - height) / 3;
    let outer = Rect { x, y, width, height };
    canvas.fill(outer, model.theme.style("popup"));
    canvas.frame(outer, title, model.theme.style("popup.border"), model.theme.style("popup.title"));
    Rect { x: x + 2, y: y + 1, width: width - 4, height: height - 2 }
}

/// A meaning on the ground of the popup, so that its box is one even area.
pub(super) fn ink(model: &Model, meaning: &str) -> Style {
    model.theme.on("popup", meaning)
}

/// Marks the chosen row: by `>` and by its style.
pub(super) fn choose(model: &Model, canvas: &mut Canvas<'_>, line: Rect) {
    canvas.restyle(line, model.theme.only("selected.popup"));
    canvas.put(line.x, line.y, ">", 1, Style::new());
}

fn draw_line(model: &Model, canvas: &mut Canvas<'_>, area: Rect, line: &TextLine) -> Caret {
    let style = model.theme.style("field.popup");
    canvas.fill(Rect { height: 1, ..area }, style);
    let ambiguous = canvas.policy().ambiguous;
    let (text, caret) = (line.text(), line.caret());
    let room = usize::from(area.width.saturating_sub(1));
    let starts = crate::text::UnicodeSegmentation::grapheme_indices(text, true).map(|(start, _)| start);
    let column = |start: usize| {
        crate::text::fit::caret_column(text.get(start..).unwrap_or_default(), caret.saturating_sub(start), ambiguous)
    };
    let from = starts.chain([text.len()]).find(|start| column(*start) <= room).unwrap_or(0);
    canvas.put(area.x, area.y, text.get(from..).unwrap_or_default(), area.width, style);
    Some((area.x + u16::try_from(column(from)).unwrap_or(0), area.y))
}

fn draw_finder(model: &Model, canvas: &mut Canvas<'_>, area: Rect, finder: &Finder) -> Caret {
    let language = model.settings.language;
    let rows = finder.rows(language);
    let title = model.word(if finder.help { "command.view.help.name" } else { "command.view.palette.name" });
    let width = if finder.help { 110 } else { 70 };
    let inside = boxed(model, canvas, area, &title, width, rows.len() + 1);
    let caret = draw_line(model, canvas, inside, &finder.line);
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    let height = usize::from(list.height);
    let top = (finder.at + 1).saturating_sub(height);
    for (index, def) in rows.iter().enumerate().skip(top).take(height) {
        let line = row(list, u16::try_from(index - top).unwrap_or(0));
        draw_command(model, canvas, line, def, finder.help);
        if index == finder.at {
            choose(model, canvas, line);
        }
    }
    if rows.is_empty() {
        canvas.put(list.x, list.y, &model.word("popup.nothing"), list.width, ink(model, "muted"));
    }
    caret
}

fn draw_command(model: &Model, canvas: &mut Canvas<'_>, line: Rect, def: &'static Def, help: bool) {
    let language = model.settings.language;
    let keys = model.keymap.keys_of(def.id, &Context::ALL, false).unwrap_or_default().to_string();
    let why = (def.ready)(model).err();
    let style = if def.dangerous {
        "dangerous"
    } else if why.is_some() && !help {
        "muted"
    } else {
        "value"
    };
    let (key_width, name_width) = (12, if help { 22 } else { 26 });
    canvas.put_fit(line.x + 1, line.y, &keys, key_width, ink(model, "key"));
    let name = if def.dangerous { format!("{} (!)", def.name(language)) } else { def.name(language).to_owned() };
    canvas.put_fit(line.x + 2 + key_width, line.y, &name, name_width, ink(model, style));
    let x = line.x + 3 + key_width + name_width;
    let beside = match why {
        Some(why) if !help => model.words(&why),
        _ => def.about(language).to_owned(),
    };
    canvas.put_fit(x, line.y, &beside, line.right().saturating_sub(x), ink(model, "muted"));
}

fn draw_picker(model: &Model, canvas: &mut Canvas<'_>, area: Rect, picker: &Picker) -> Caret {
    let rows = picker.rows();
    let digits = picker.typed != Typed::Number && picker.line.text().is_empty();
    let inside = boxed(model, canvas, area, &asked(model, &picker.title, &picker.subject), 66, rows.len().max(1) + 1);
    let caret = draw_line(model, canvas, inside, &picker.line);
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    let height = usize::from(list.height);
    let top = (picker.at + 1).saturating_sub(height);
    for (index, choice) in rows.iter().enumerate().skip(top).take(height) {
        let line = row(list, u16::try_from(index - top).unwrap_or(0));
        let number = if digits && index < 9 { (index + 1).to_string() } else { String::new() };
        canvas.put_fit(line.x + 1, line.y, &number, 2, ink(model, "key"));
        let beside = columns(canvas, &choice.beside).min(line.width / 2);
        let room = line.width.saturating_sub(4 + beside + 1);
        canvas.put_fit(line.x + 4, line.y, &choice.text, room, ink(model, "value"));
        canvas.put_right(line.right(), line.y, &choice.beside, beside, ink(model, "muted"));
        if index == picker.at {
            choose(model, canvas, line);
        }
    }
    if rows.is_empty() {
        let key = if picker.typed == Typed::Filter { "popup.nothing" } else { "popup.type-it" };
        canvas.put(list.x, list.y, &model.word(key), list.width, ink(model, "muted"));
    }
    caret
}

/// What is asked; for a supervisor's step also which step, and whom it is about: the row it was meant for may have moved.
fn asked(model: &Model, title: &str, subject: &Subject) -> String {
    let title = model.word(title);
    match subject {
        Subject::Oversight(step) => format!("{title} {}", command::about(model, step)).trim_end().to_owned(),
        _ => title,
    }
}

fn draw_prompt(model: &Model, canvas: &mut Canvas<'_>, area: Rect, prompt: &Prompt) -> Caret {
    let inside = boxed(model, canvas, area, &asked(model, prompt.title, &prompt.subject), 66, 1);
    draw_line(model, canvas, inside, &prompt.line)
}

fn draw_confirm(model: &Model, canvas: &mut Canvas<'_>, area: Rect, def: &'static Def) -> Caret {
    let language = model.settings.language;
    let title = format!("{} ?", def.name(language));
    let inside = boxed(model, canvas, area, &title, 66, 2);
    canvas.put(inside.x, inside.y, def.about(language), inside.width, ink(model, "dangerous"));
    let key = |id: &str| model.keymap.keys_of(id, &[Context::Popup], false).unwrap_or_default().to_string();
    let say = crate::text::Say::new("popup.confirm").with("yes", key("popup.accept")).with("no", key("popup.cancel"));
    canvas.put(inside.x, inside.y + 1, &model.words(&say), inside.width, ink(model, "value"));
    None
}

fn draw_sure(model: &Model, canvas: &mut Canvas<'_>, area: Rect, sure: &Sure) -> Caret {
    let width = 66.min(area.width.saturating_sub(2));
    let room = usize::from(width.saturating_sub(4)).max(2);
    let lines: Vec<String> = sure.lines.iter().flat_map(|line| wrap(line, room, canvas.policy().ambiguous)).collect();
    let inside = boxed(model, canvas, area, &sure.title, width, lines.len() + 1);
    for (index, line) in lines.iter().enumerate().take(usize::from(inside.height.saturating_sub(1))) {
        let style = if index == 0 { "strong" } else { "dangerous" };
        canvas.put(inside.x, row(inside, u16::try_from(index).unwrap_or(0)).y, line, inside.width, ink(model, style));
    }
    let key = |id: &str| model.keymap.keys_of(id, &[Context::Popup], false).unwrap_or_default().to_string();
    let say = crate::text::Say::new("popup.confirm").with("yes", key("popup.accept")).with("no", key("popup.cancel"));
    canvas.put(inside.x, inside.bottom().saturating_sub(1), &model.words(&say), inside.width, ink(model, "value"));
    None
}

fn draw_page(model: &Model, canvas: &mut Canvas<'_>, area: Rect, page: &Page) -> Caret {
    let width = 90.min(area.width.saturating_sub(2));
    let columns = usize::from(width.saturating_sub(4)).max(2);
    let ambiguous = canvas.policy().ambiguous;
    let lines: Vec<(&str, String)> = page
        .lines
        .iter()
        .flat_map(|(style, text)| {
            let wrapped = wrap(text, columns, ambiguous);
            let wrapped = if wrapped.is_empty() { vec![String::new()] } else { wrapped };
            wrapped.into_iter().map(move |line| (*style, line))
        })
        .collect();
    let inside = boxed(model, canvas, area, &page.title, width, lines.len().max(1));
    let height = usize::from(inside.height);
    let top = page.at.min(lines.len().saturating_sub(height));
    for (index, (style, line)) in lines.iter().skip(top).take(height).enumerate() {
        let y = inside.y + u16::try_from(index).unwrap_or(0);
        canvas.put_alone(inside.x, y, line, inside.width, ink(model, style));
    }
    None
}

/// What is under seal, until the next key.
fn draw_sealed(model: &Model, canvas: &mut Canvas<'_>, area: Rect, sealed: &Sealed) -> Caret {
    let lines = sealed.lines();
    let inside = boxed(model, canvas, area, &model.word("ticket_page.sealed-title"), 66, lines.len() + 1);
    for ((style, line), y) in lines.iter().zip(inside.y..inside.bottom()) {
        canvas.put(inside.x, y, line, inside.width, ink(model, style));
    }
    let last = inside.bottom().saturating_sub(1);
    canvas.put(inside.x, last, &model.word("ticket_page.sealed-foot"), inside.width, ink(model, "warning"));
    None
}

/// What may follow the keys pressed so far.
fn draw_which_key(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let language = model.settings.language;
    let following = model.keymap.following(&model.contexts(), &model.pending);
    let title = model.keymap.label(&model.pending, language);
    // More than there are rows stand in two columns, so that none is out of sight.
    let rows = usize::from(area.height.saturating_sub(2)).max(1);
    let columns = if following.len() > rows { 2 } else { 1 };
    let rows = following.len().div_ceil(columns);
    let inside = boxed(model, canvas, area, &title, if columns == 2 { 76 } else { 44 }, rows);
    let width = inside.width / u16::try_from(columns).unwrap_or(1);
    for (index, (key, node)) in following.iter().enumerate() {
        let (column, row) = (index / rows.max(1), u16::try_from(index % rows.max(1)).unwrap_or(0));
        if row >= inside.height {
            continue;
        }
        let (x, y) = (inside.x + width * u16::try_from(column).unwrap_or(0), inside.y + row);
        let (style, words) = match node {
            Trie::Leaf(def) if (def.ready)(model).is_err() => ("muted", def.name(language).to_owned()),
            Trie::Leaf(def) => ("value", def.name(language).to_owned()),
            Trie::Branch(_) => {
                let keys: Vec<_> = model.pending.iter().copied().chain([*key]).collect();
                ("title", model.keymap.label(&keys, language))
            }
        };
        canvas.put_fit(x, y, &key.to_string(), 8, ink(model, "key"));
        canvas.put(x + 9, y, &words, width.saturating_sub(9), ink(model, style));
    }
}
