//! Reads keymap files: what they inherit, what they change, what is wrong with them.

use std::path::PathBuf;

use toml::de::DeTable;

use super::{Context, Keymap, Keys, is_text};
use crate::text::Say;
use crate::tui::command::{Def, Place, find};
use crate::tui::fault::{Fault, Shelf, Source};

/// The keymaps that come with the program.
pub const SHELF: Shelf = Shelf {
    folder: "keymaps",
    presets: &[
        ("default", include_str!("../../../keymaps/default.toml")),
        ("vim", include_str!("../../../keymaps/vim.toml")),
        ("numpad", include_str!("../../../keymaps/numpad.toml")),
    ],
};

struct Entry {
    context: Context,
    keys: Keys,
    /// `None` unbinds.
    command: Option<&'static Def>,
    at: std::ops::Range<usize>,
}

/// A binding in the making, and whether a file read later than the one before it gave it.
struct Bound {
    context: Context,
    keys: Keys,
    command: &'static Def,
    level: usize,
}

pub(super) fn load(name: &str, user_dirs: &[PathBuf]) -> (Keymap, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut chain = SHELF.chain(name, user_dirs, &mut faults);
    // Under every keymap lies the default one: a broken or empty file must not leave a console without keys.
    let default = SHELF.names().first().and_then(|name| SHELF.preset(name));
    chain.extend(default.filter(|default| !chain.contains(default)));
    let mut keymap = Keymap { name: name.to_owned(), ..Keymap::default() };
    let mut bound = Vec::new();
    for (level, source) in chain.iter().rev().enumerate() {
        let table = source.parse(&mut faults);
        read_labels(source, &table, &mut keymap, &mut faults);
        for entry in entries(source, &table, &mut faults) {
            put(source, level, entry, &mut bound, &mut faults);
        }
    }
    for binding in &bound {
        keymap.tries.entry(binding.context).or_default().bind(&binding.keys.0, binding.command);
    }
    (keymap, faults)
}

fn read_labels(source: &Source, table: &DeTable<'_>, keymap: &mut Keymap, faults: &mut Vec<Fault>) {
    let Some(labels) = table.get("prefix").and_then(|value| value.get_ref().as_table()) else { return };
    for (key, value) in labels {
        match (Keys::parse(key.get_ref()), source.text_of(value, faults)) {
            (Ok(keys), Some(words)) => drop(keymap.labels.insert(keys.to_string(), words)),
            (Err(name), _) => faults.push(source.fault(&key.span(), Say::new("fault.no-such-key").with("key", name))),
            (_, None) => {}
        }
    }
}

/// The entries of a file in the order of their lines.
fn entries(source: &Source, table: &DeTable<'_>, faults: &mut Vec<Fault>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (name, value) in table {
        if matches!(name.get_ref().as_ref(), "inherits" | "prefix") {
            continue;
        }
        let Some(context) = Context::parse(name.get_ref()) else {
            faults.push(source.fault(&name.span(), Say::new("fault.no-such-table").with("name", name.get_ref())));
            continue;
        };
        let Some(bindings) = value.get_ref().as_table() else {
            faults.push(source.fault(&value.span(), Say::new("fault.not-table")));
            continue;
        };
        for (key, command) in bindings {
            let at = key.span();
            let Some(id) = source.text_of(command, faults) else { continue };
            let keys = match Keys::parse(key.get_ref()) {
                Ok(keys) => keys,
                Err(name) => {
                    faults.push(source.fault(&at, Say::new("fault.no-such-key").with("key", name)));
                    continue;
                }
            };
            let command = find(&id);
            if command.is_none() && id != "none" {
                faults.push(source.fault(&at, Say::new("fault.no-such-command").with("command", id)));
                continue;
            }
            entries.push(Entry { context, keys, command, at });
        }
    }
    entries.sort_by_key(|entry| entry.at.start);
    entries
}

fn put(source: &Source, level: usize, entry: Entry, bound: &mut Vec<Bound>, faults: &mut Vec<Fault>) {
    let Entry { context, keys, command, at } = entry;
    let say = |key: &str| Say::new(key).with("keys", &keys);
    let known = bound.iter().position(|other| other.context == context && other.keys == keys);
    let Some(command) = command else {
        match known {
            Some(index) => drop(bound.remove(index)),
            None => faults.push(source.fault(&at, say("fault.not-bound"))),
        }
        return;
    };
    if !fits(command, context) {
        faults.push(source.fault(&at, say("fault.not-there").with("command", command.id)));
        return;
    }
    if matches!(context, Context::Form | Context::Sheet | Context::Edit | Context::Filter | Context::Work)
        && keys.0.first().is_some_and(|key| is_text(*key))
    {
        faults.push(source.fault(&at, say("fault.is-text")));
        return;
    }
    if let Some(index) = known {
        let other = bound.remove(index);
        if other.level == level {
            faults.push(source.fault(&at, say("fault.twice")));
            bound.push(other);
            return;
        }
    }
    let shadows = |other: &Bound| {
        let (one, two) = (&other.keys.0, &keys.0);
        other.context == context && one != two && (one.starts_with(two) || two.starts_with(one))
    };
    if let Some(other) = bound.iter().find(|other| shadows(other)) {
        let what = say("fault.shadows").with("other", &other.keys).with("command", other.command.id);
        faults.push(source.fault(&at, what));
        if other.level == level {
            return;
        }
        bound.retain(|other| !shadows(other));
    }
    bound.push(Bound { context, keys, command, level });
}

/// Popup and editing commands work in popups and while typing; others do not belong there.
fn fits(command: &Def, context: Context) -> bool {
    match command.place {
        Place::Popup => {
            use Context as C;
            let pages = matches!(context, C::Ticket | C::Line | C::Board | C::Figures | C::CallPage);
            pages || matches!(context, C::Popup | C::Notices)
        }
        Place::Edit => context == Context::Edit,
        Place::Wall => context == Context::Wall,
        Place::Tech => matches!(context, Context::Tech | Context::Order | Context::Work),
        Place::Anywhere => true,
        _ => !matches!(context, Context::Popup | Context::Edit),
    }
}
