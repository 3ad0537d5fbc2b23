//! `docs/keys.md`: every command with its keys in every keymap that comes with the program, from the table itself.

use std::fmt::Write;

use super::{Def, all};
use crate::text::Language;
use crate::tui::keymap::{self, Keymap};

/// The document in a language.
pub fn keys_document(language: Language) -> String {
    let names = keymap::SHELF.names();
    let keymaps: Vec<Keymap> = names.iter().map(|name| Keymap::load(name, &[]).0).collect();
    let mut text = format!("# {}\n\n{}\n", language.word("keys.title"), language.word("keys.intro"));
    let mut noun = "";
    for def in all() {
        if def.noun() != noun {
            noun = def.noun();
            let _ = write!(
                text,
                "\n## {}\n\n| {} |",
                language.word(&format!("noun.{noun}")),
                language.word("keys.command")
            );
            for name in &names {
                let _ = write!(text, " {name} |");
            }
            let _ = writeln!(text, " {} |", language.word("keys.about"));
            let _ = writeln!(text, "|---|{}---|", "---|".repeat(names.len()));
        }
        row(&mut text, def, &keymaps, language);
    }
    text
}

fn row(text: &mut String, def: &Def, keymaps: &[Keymap], language: Language) {
    let danger = if def.dangerous { " (!)" } else { "" };
    let _ = write!(text, "| {}{danger} `{}` |", def.name(language), def.id);
    for keymap in keymaps {
        let bound = keymap.bindings().into_iter().filter(|binding| binding.command.id == def.id);
        let keys: Vec<String> = bound.map(|binding| format!("`{}`", binding.keys).replace('|', "\\|")).collect();
        let mut once: Vec<String> = Vec::new();
        for key in keys {
            if !once.contains(&key) {
                once.push(key);
            }
        }
        let _ = write!(text, " {} |", once.join(" "));
    }
    let _ = writeln!(text, " {} |", def.about(language));
}
