//! Commands about the console itself: panes, help, palette, looks, leaving.

use super::{Def, Effect, Outcome, Place};
use crate::domain::SourceKind;
use crate::domain::source::Link;
use crate::text::{Language, Say};
use crate::tui::layer::{Finder, Layer, Picker, Row, Subject};
use crate::tui::model::{BoardKind, Model, Pane, Tone};
use crate::tui::{keymap, theme};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("view.help", Place::Desk, |_| open(Layer::Finder(Finder::help()))),
    Def::new("view.palette", Place::Desk, |_| open(Layer::Finder(Finder::palette()))),
    Def::new("view.incoming", Place::Desk, |model| focus(model, Pane::Incoming)),
    Def::new("view.call", Place::Desk, |model| focus(model, Pane::Call)),
    Def::new("view.form", Place::Desk, |model| focus(model, Pane::Form)),
    Def::new("view.tickets", Place::Desk, |model| focus(model, Pane::Tickets)),
    Def::new("view.callbacks", Place::Desk, |model| focus(model, Pane::Callbacks)),
    Def::new("view.live", Place::Desk, |model| focus(model, Pane::Live)).when(has_live),
    Def::new("view.next", Place::Desk, |model| beside(model, 1)),
    Def::new("view.previous", Place::Desk, |model| beside(model, -1)),
    Def::new("view.figures", Place::Desk, Model::open_figures),
    Def::new("view.staffing", Place::Desk, |model| Ok(model.open_staffing())).when(can_see_staffing),
    Def::new("view.checks", Place::Desk, |_| Ok(vec![Model::open_board(BoardKind::Checks)])),
    Def::new("view.log", Place::Desk, |model| open(Layer::Reader(model.log_page()))),
    Def::new("view.theme", Place::Desk, pick_theme),
    Def::new("view.keymap", Place::Desk, pick_keymap),
    Def::new("view.language", Place::Desk, pick_language),
    Def::new("view.bell", Place::Desk, bell),
    Def::new("view.flash", Place::Desk, flash),
    Def::new("view.rehearse", Place::Desk, |_| Ok(vec![Effect::Rehearse])).when(can_rehearse),
    Def::new("view.redraw", Place::Anywhere, |_| Ok(vec![Effect::Redraw])),
    Def::new("view.suspend", Place::Anywhere, |_| Ok(vec![Effect::Suspend])),
    Def::new("view.quit", Place::Desk, quit).dangerous(),
];

fn has_live(model: &Model) -> Result<(), Say> {
    if model.has_live() { Ok(()) } else { Err(Say::new("live.not_yours")) }
}

fn open(layer: Layer) -> Outcome {
    Ok(vec![Effect::Open(layer)])
}

fn focus(model: &mut Model, pane: Pane) -> Outcome {
    model.focus = pane;
    Ok(Vec::new())
}

fn beside(model: &mut Model, step: isize) -> Outcome {
    model.focus = model.focus.beside(step);
    if model.focus == Pane::Live && !model.has_live() {
        model.focus = model.focus.beside(step);
    }
    Ok(Vec::new())
}

fn picker(title: &str, names: Vec<String>, current: &str, then: crate::tui::layer::Then) -> Outcome {
    let rows = names.into_iter().map(|name| Row {
        beside: if name == current { "*".to_owned() } else { String::new() },
        text: name.clone(),
        id: name,
    });
    open(Layer::Picker(Picker::new(title, rows.collect(), Subject::None, then)))
}

fn pick_theme(model: &mut Model) -> Outcome {
    let names = theme::SHELF.choices(&model.settings.user_dirs);
    picker("command.view.theme.name", names, &model.theme.name, |_, _, name| Ok(vec![Effect::Theme(name.to_owned())]))
}

fn pick_keymap(model: &mut Model) -> Outcome {
    let names = keymap::SHELF.choices(&model.settings.user_dirs);
    picker("command.view.keymap.name", names, &model.keymap.name, |_, _, name| {
        Ok(vec![Effect::Keymap(name.to_owned())])
    })
}

fn pick_language(_: &mut Model) -> Outcome {
    let rows = Language::ALL.into_iter().map(|language| Row {
        id: language.tag().to_owned(),
        text: language.word("language.name").to_owned(),
        beside: language.tag().to_owned(),
    });
    let rows = rows.collect();
    let picker = Picker::new("command.view.language.name", rows, Subject::None, |model, _, tag| {
        model.settings.language = Language::parse(tag).unwrap_or(model.settings.language);
        Ok(Vec::new())
    });
    open(Layer::Picker(picker))
}

fn quit(model: &mut Model) -> Outcome {
    model.left_by_key = true;
    Ok(vec![Effect::Quit])
}

fn bell(model: &mut Model) -> Outcome {
    model.settings.bell = !model.settings.bell;
    let key = if model.settings.bell { "view.bell-on" } else { "view.bell-off" };
    Ok(vec![Effect::Tell(Tone::Plain, Say::new(key))])
}

fn flash(model: &mut Model) -> Outcome {
    model.settings.flash = !model.settings.flash;
    let key = if model.settings.flash { "view.flash-on" } else { "view.flash-off" };
    Ok(vec![Effect::Tell(Tone::Plain, Say::new(key))])
}

fn can_see_staffing(model: &Model) -> Result<(), Say> {
    if model.has_live() { Ok(()) } else { Err(Say::new("refused.supervisor_only")) }
}

fn can_rehearse(model: &Model) -> Result<(), Say> {
    super::call::on_line(model)?;
    let running = |source: &crate::domain::Source| source.kind == SourceKind::Rehearsal && source.link != Link::Over;
    if model.desk.state().sources.values().any(running) { Err(Say::new("refuse.rehearsing")) } else { Ok(()) }
}
