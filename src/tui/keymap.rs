//! Which keys do what: a trie per context, read from `keymaps/*.toml` and the operator's own files.
//!
//! A key press has one of four outcomes: a command, more keys are needed, no such key, or called off. While somebody
//! types, plain characters are text and never reach the keymap. No key is named anywhere but in the keymap files.

mod load;
mod trie;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

pub use load::SHELF;
pub use trie::Trie;

use crate::text::Language;
use crate::tui::command::Def;
use crate::tui::fault::Fault;
use crate::tui::terminal::key::{KeyCode, KeyPress};

/// Where a key is pressed. The keymap has a table for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere, after the others were asked.
    Global,
    /// The list of incoming calls.
    Incoming,
    /// The call in hand.
    Call,
    /// The intake form: plain characters are text.
    Form,
    /// The ticket list.
    Tickets,
    /// The ticket list while a search is typed: plain characters are text.
    Filter,
    /// The list of notices.
    Notices,
    /// The callback list.
    Callbacks,
    /// A popup.
    Popup,
    /// A text being typed, in the form or in a popup.
    Edit,
    /// The page of a ticket.
    Ticket,
    /// The technician's list of orders.
    Tech,
    /// An order on the technician's screen.
    Order,
    /// A form of an order: plain characters are text.
    Work,
    /// A callback's sheet: plain characters are text.
    Sheet,
    /// The page of a callback line.
    Line,
    /// Figures in rows.
    Board,
    /// The live queue.
    Live,
    /// The pages of figures.
    Figures,
    /// The wall, and a day that is replayed.
    Wall,
    /// The page of a call that is over.
    CallPage,
}

impl Context {
    /// All of them, in the order they are listed.
    pub const ALL: [Context; 21] = [
        Context::Global,
        Context::Incoming,
        Context::Call,
        Context::Form,
        Context::Tickets,
        Context::Filter,
        Context::Notices,
        Context::Callbacks,
        Context::Popup,
        Context::Edit,
        Context::Ticket,
        Context::Tech,
        Context::Order,
        Context::Work,
        Context::Sheet,
        Context::Line,
        Context::Board,
        Context::Live,
        Context::Figures,
        Context::Wall,
        Context::CallPage,
    ];

    /// The name of its table.
    pub fn name(self) -> &'static str {
        match self {
            Context::Global => "global",
            Context::Incoming => "incoming",
            Context::Call => "call",
            Context::Form => "form",
            Context::Tickets => "tickets",
            Context::Filter => "filter",
            Context::Notices => "notices",
            Context::Callbacks => "callbacks",
            Context::Popup => "popup",
            Context::Edit => "edit",
            Context::Ticket => "ticket",
            Context::Tech => "tech",
            Context::Order => "order",
            Context::Work => "work",
            Context::Sheet => "sheet",
            Context::Line => "line",
            Context::Board => "board",
            Context::Live => "live",
            Context::Figures => "figures",
            Context::Wall => "wall",
            Context::CallPage => "call_page",
        }
    }

    /// Reads the name.
    pub fn parse(name: &str) -> Option<Context> {
        Context::ALL.into_iter().find(|context| context.name() == name)
    }
}

/// A key that writes a character while somebody types. Those of the number pad can be bound there all the same.
pub fn is_text(key: KeyPress) -> bool {
    key.text().is_some() && !matches!(key.code, KeyCode::Keypad(_))
}

/// Keys one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(pub Vec<KeyPress>);

impl fmt::Display for Keys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(out, "{gap}{key}")?;
        }
        Ok(())
    }
}

impl Keys {
    /// Reads key names with spaces between them; the name that is none, on failure.
    pub fn parse(text: &str) -> Result<Keys, String> {
        let keys = text.split_whitespace().map(|name| name.parse::<KeyPress>().map_err(|_| name.to_owned()));
        let keys = Keys(keys.collect::<Result<_, _>>()?);
        if keys.0.is_empty() { Err(text.to_owned()) } else { Ok(keys) }
    }
}

/// What a key comes to.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// This command.
    Matched(&'static Def),
    /// The begin of something: what may follow.
    Pending(&'a Trie),
    /// Nothing.
    NotFound,
    /// The keys before it were called off.
    Cancelled,
}

/// One binding as it is in force.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// The keys.
    pub keys: Keys,
    /// What they do.
    pub command: &'static Def,
}

/// All bindings in force.
#[derive(Clone, Debug, Default)]
pub struct Keymap {
    /// Its name.
    pub name: String,
    tries: BTreeMap<Context, Trie>,
    labels: BTreeMap<String, String>,
}

impl Keymap {
    /// Loads a keymap by name or path. Never fails: what can't be used is in the faults, the default is in its place.
    pub fn load(name: &str, user_dirs: &[PathBuf]) -> (Keymap, Vec<Fault>) {
        load::load(name, user_dirs)
    }

    /// What a key does after the pending ones, in the first of the contexts that knows it. `typing` leaves plain
    /// characters out: they are text.
    pub fn press(&self, contexts: &[Context], pending: &[KeyPress], key: KeyPress, typing: bool) -> Found<'_> {
        if typing && pending.is_empty() && is_text(key) {
            return Found::NotFound;
        }
        let mut keys = pending.to_vec();
        keys.push(key);
        for context in contexts {
            match self.tries.get(context).and_then(|trie| trie.at(&keys)) {
                Some(Trie::Leaf(def)) => return Found::Matched(def),
                Some(branch) => return Found::Pending(branch),
                None => {}
            }
        }
        if !pending.is_empty() && self.cancels(key) { Found::Cancelled } else { Found::NotFound }
    }

    /// What may follow the pending keys.
    pub fn following(&self, contexts: &[Context], pending: &[KeyPress]) -> Vec<(KeyPress, &Trie)> {
        let tries = contexts.iter().filter_map(|context| self.tries.get(context)?.at(pending));
        tries.flat_map(Trie::children).collect()
    }

    fn cancels(&self, key: KeyPress) -> bool {
        let popup = self.tries.get(&Context::Popup).and_then(|trie| trie.at(&[key]));
        matches!(popup, Some(Trie::Leaf(def)) if def.id == "popup.cancel")
    }

    /// The words for a prefix: a key of the catalogue, or as the file has them.
    pub fn label(&self, keys: &[KeyPress], language: Language) -> String {
        let name = Keys(keys.to_vec()).to_string();
        self.labels.get(&name).map_or_else(|| format!("{name} .."), |label| language.word(label).to_owned())
    }

    /// Whether any key of the number pad is bound: the terminal has to tell them apart then.
    pub fn uses_keypad(&self) -> bool {
        let keypad = |key: &KeyPress| matches!(key.code, KeyCode::Keypad(_));
        self.bindings().iter().any(|binding| binding.keys.0.iter().any(keypad))
    }

    /// Every binding, by context.
    pub fn bindings(&self) -> Vec<Binding> {
        let mut all = Vec::new();
        for (context, trie) in &self.tries {
            trie.walk(&mut Vec::new(), &mut |keys, command| {
                all.push(Binding { context: *context, keys: Keys(keys.to_vec()), command });
            });
        }
        all
    }

    /// The keys of a command in these contexts, the shortest first.
    pub fn keys_of(&self, id: &str, contexts: &[Context], typing: bool) -> Option<Keys> {
        let mut found: Option<Keys> = None;
        for context in contexts {
            let Some(trie) = self.tries.get(context) else { continue };
            trie.walk(&mut Vec::new(), &mut |keys, command| {
                let reached = !typing || keys.first().is_none_or(|key| !is_text(*key));
                if command.id == id && reached && found.as_ref().is_none_or(|best| keys.len() < best.0.len()) {
                    found = Some(Keys(keys.to_vec()));
                }
            });
        }
        found
    }
}
