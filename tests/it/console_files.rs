//! Keymaps and themes of the operator's own: good ones and bad ones, each fault with file and line.

use std::fs;
use std::path::PathBuf;

use ringdesk::text::Language;
use ringdesk::tui::keymap::{Context, Found, Keymap, Keys, SHELF};
use ringdesk::tui::theme::{self, Theme};

fn dir(kind: &str, text: &str) -> (tempfile::TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join(kind)).unwrap();
    fs::write(dir.path().join(kind).join("own.toml"), text).unwrap();
    let dirs = vec![dir.path().to_path_buf()];
    (dir, dirs)
}

fn command(keymap: &Keymap, context: Context, keys: &str) -> Option<&'static str> {
    let keys = Keys::parse(keys).unwrap().0;
    let (last, before) = keys.split_last().unwrap();
    match keymap.press(&[context], before, *last, false) {
        Found::Matched(def) => Some(def.id),
        _ => None,
    }
}

#[test]
fn what_comes_with_the_program_has_no_fault() {
    for name in SHELF.names() {
        let (_, faults) = Keymap::load(name, &[]);
        let faults: Vec<_> = faults.iter().map(|fault| fault.words(Language::En)).collect();
        // What vim's keys take from the default's is told nowhere else.
        assert!(faults.is_empty(), "{name}: {faults:#?}");
    }
    for name in theme::SHELF.names() {
        let (_, faults) = Theme::load(name, &[]);
        assert!(
            faults.is_empty(),
            "{name}: {:?}",
            faults.iter().map(|fault| fault.words(Language::En)).collect::<Vec<_>>()
        );
    }
}

#[test]
fn an_own_keymap_gives_only_what_differs() {
    let (_dir, dirs) =
        dir("keymaps", "inherits = \"default\"\n[global]\n\"F2\" = \"none\"\n\"ctrl-g\" = \"call.answer\"\n");
    let (keymap, faults) = Keymap::load("own", &dirs);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(command(&keymap, Context::Global, "F2"), None);
    assert_eq!(command(&keymap, Context::Global, "ctrl-g"), Some("call.answer"));
    assert_eq!(command(&keymap, Context::Global, "F5"), Some("call.hold"));
}

#[test]
fn each_fault_of_a_keymap_has_its_line_and_the_rest_holds() {
    let cases = [
        ("[global]\n\"F2\" = \"call.anwser\"\n", 2, "call.anwser"),
        ("[global]\n\n\"hyper-x\" = \"call.answer\"\n", 3, "hyper-x"),
        ("[global]\n\"ctrl-s\" = \"form.save\"\n\"ctrl-S\" = \"form.new\"\n", 3, "twice"),
        ("inherits = \"default\"\n[global]\n\"g\" = \"form.new\"\n", 3, "shadow"),
        ("[golbal]\n", 1, "golbal"),
        ("[form]\n\"a\" = \"call.answer\"\n", 2, "text"),
        ("[global]\n\"F3\" = 3\n", 2, "text is expected"),
        ("[popup]\n\"F3\" = \"form.save\"\n", 2, "does not work"),
        ("inherits = \"default\"\n[global]\n\"F24\" = \"none\"\n", 3, "not bound"),
        ("[global\n", 1, "well formed"),
    ];
    for (text, line, says) in cases {
        let (_dir, dirs) = dir("keymaps", text);
        let (_, faults) = Keymap::load("own", &dirs);
        let words: Vec<_> = faults.iter().map(|fault| fault.words(Language::En)).collect();
        assert!(
            words.iter().any(|words| words.contains(&format!("own.toml:{line}: ")) && words.contains(says)),
            "{text}{words:#?}"
        );
    }
    let (keymap, faults) = Keymap::load("nowhere", &[]);
    assert_eq!(faults.len(), 1);
    assert_eq!(command(&keymap, Context::Global, "F2"), Some("call.answer"), "the default stands in");
}

#[test]
fn each_fault_of_a_theme_has_its_line() {
    let cases = [
        ("[styles]\n\"timer.lat\" = \"red\"\n", 2, "timer.lat"),
        ("[styles]\ntitle = \"rde\"\n", 2, "rde"),
        ("[styles]\ntitle = { bold = \"yes\" }\n", 2, "true or false"),
        ("[styles]\ntitle = { bald = true }\n", 2, "bald"),
        ("[palette]\nink = \"#12345\"\n", 2, "#12345"),
        ("[colours]\n", 1, "colours"),
    ];
    for (text, line, says) in cases {
        let (_dir, dirs) = dir("themes", text);
        let (_, faults) = Theme::load("own", &dirs);
        let words: Vec<_> = faults.iter().map(|fault| fault.words(Language::En)).collect();
        assert!(
            words.iter().any(|words| words.contains(&format!("own.toml:{line}: ")) && words.contains(says)),
            "{text}{words:#?}"
        );
    }
}

#[test]
fn a_meaning_falls_back_to_the_part_before_its_dot() {
    let (_dir, dirs) = dir("themes", "[styles]\ntimer = \"red\"\n");
    let (theme, faults) = Theme::load("own", &dirs);
    assert!(faults.is_empty());
    assert_eq!(theme.style("timer.late.bar"), theme.style("timer"));
    let (day, _) = Theme::load("day", &[]);
    let (night, _) = Theme::load("night", &[]);
    assert_ne!(day.style("base"), night.style("base"), "a palette of its own recolours what is inherited");
}
