//! The house rules, read from the source itself: which floor may lean on which, which outside crate lives where, how
//! long a file or a function may be, that every module says what it is, and where words, keys and colours may stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which floors a floor may import (docs/architecture.md). `cli` is the binary's floor: it may see all.
const FLOORS: [(&str, &[&str]); 11] = [
    ("text", &[]),
    ("domain", &["text"]),
    ("store", &["domain", "text"]),
    ("pbx", &["domain", "text"]),
    ("config", &["domain", "pbx", "text"]),
    ("desk", &["domain", "store", "pbx", "text"]),
    ("wire", &["domain", "text"]),
    ("server", &["desk", "wire", "domain", "store", "pbx", "config", "text"]),
    ("client", &["wire", "domain", "text"]),
    ("tui", &["client", "domain", "text"]),
    ("cli", &["client", "config", "desk", "domain", "pbx", "server", "store", "text", "tui", "wire"]),
];

/// Outside crates that live only on some floors.
const CRATES: [(&str, &[&str]); 24] = [
    ("chacha20poly1305", &["desk"]),
    ("getrandom", &["desk"]),
    ("sled", &["store"]),
    ("bincode", &["store", "wire"]),
    ("crc32c", &["store"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("unicode_width", &["text"]),
    ("unicode_segmentation", &["text"]),
    ("unicode_normalization", &["text"]),
    ("pinyin", &["text"]),
    ("md5", &["pbx"]),
    ("flate2", &["pbx", "cli"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli"]),
    ("csv", &["cli"]),
    ("chrono", &["domain", "cli", "store"]),
    ("signal_hook", &["cli", "tui"]),
    ("rustix", &["store", "server", "cli", "tui"]),
    ("sha2", &["store", "config"]),
    ("toml", &["text", "config", "tui"]),
    ("serde_json", &["cli", "pbx", "tui", "store"]),
    ("thiserror", &["store", "wire", "client", "tui"]),
    ("serde", &["text", "domain", "store", "wire", "config", "tui", "pbx"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every source file: its path below `src`, its floor, its text.
fn sources() -> Vec<(String, String, String)> {
    let src = root().join("src");
    files_below(&src, ".rs")
        .into_iter()
        .map(|path| {
            let below = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
            let floor = below.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
            (below, floor, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The code of a file without comments; strings stay.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| {
        let trimmed = line.trim_start();
        let comment = trimmed.starts_with("//");
        (at + 1, if comment { "" } else { line.split(" // ").next().unwrap() })
    })
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn is_word(text: &str, at: usize, word: &str) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + word.len()..].chars().next();
    let joins = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !joins(before) && !joins(after)
}

#[test]
fn no_floor_leans_on_one_it_may_not() {
    let allowed: BTreeMap<_, _> = FLOORS.into_iter().collect();
    let mut faults = Vec::new();
    for (file, floor, text) in sources() {
        if file == "lib.rs" || file == "main.rs" {
            continue;
        }
        let allowed =
            allowed.get(floor.as_str()).unwrap_or_else(|| panic!("{file}: floor {floor} is not in the table"));
        let whole: String = code(&text).map(|(_, line)| format!("{line}\n")).collect();
        for (at, _) in whole.match_indices("crate::") {
            let rest = &whole[at + 7..];
            let named: Vec<String> = match rest.strip_prefix('{') {
                Some(group) => names_of_group(group),
                None => vec![rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()],
            };
            for named in named {
                if named != floor
                    && FLOORS.iter().any(|(floor, _)| *floor == named)
                    && !allowed.contains(&named.as_str())
                {
                    faults.push(format!("{file}: {floor} may not import {named}"));
                }
            }
        }
    }
    report(faults);
}

/// The first names inside `{a::b, c::{d, e}}`.
fn names_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut fresh) = (0, Vec::new(), true);
    let mut name = String::new();
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if depth == 0 && fresh && (c.is_alphanumeric() || c == '_') => name.push(c),
            _ if !name.is_empty() => {
                names.push(std::mem::take(&mut name));
                fresh = false;
            }
            _ => {}
        }
    }
    names.extend((!name.is_empty()).then_some(name));
    names
}

#[test]
fn outside_crates_live_on_their_floors() {
    let mut faults = Vec::new();
    for (file, floor, text) in sources() {
        for (line_number, line) in code(&text) {
            for (name, floors) in CRATES {
                let used = line.match_indices(name).any(|(at, _)| {
                    is_word(line, at, name) && line[at + name.len()..].starts_with("::") && !line[..at].ends_with("::")
                });
                if used && !floors.contains(&floor.as_str()) {
                    faults.push(format!("{file}:{line_number}: {name} does not live on {floor}"));
                }
            }
        }
    }
    report(faults);
}

#[test]
fn every_dependency_is_in_the_table() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let known: BTreeSet<_> = CRATES.into_iter().map(|(name, _)| name).collect();
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        let name = match name.as_str() {
            "md-5" => "md5".to_owned(),
            other => other.replace('-', "_"),
        };
        assert!(known.contains(name.as_str()), "{name} has no floor");
    }
}

#[test]
fn files_are_small_and_say_what_they_are() {
    let mut faults = Vec::new();
    for (file, _, text) in sources() {
        let lines = text.lines().count();
        if lines > 600 {
            faults.push(format!("{file}: {lines} lines"));
        }
        if !text.starts_with("//! ") {
            faults.push(format!("{file}: no opening words"));
        }
    }
    report(faults);
}

#[test]
fn functions_are_short() {
    let mut faults = Vec::new();
    for (file, _, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let trimmed = line.trim_start();
            let plain =
                trimmed.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ").trim_start_matches("pub ");
            if !plain.trim_start_matches("const ").starts_with("fn ") {
                continue;
            }
            let indent = line.len() - trimmed.len();
            let close = format!("{}}}", " ".repeat(indent));
            let length = lines[at..].iter().position(|line| *line == close).map_or(0, |length| length + 1);
            if length > 80 {
                faults.push(format!("{file}:{}: {length} lines", at + 1));
            }
        }
    }
    report(faults);
}

#[test]
fn the_domain_reads_no_clock_no_file_and_no_chance() {
    let forbidden =
        ["SystemTime", "Instant", "std::fs", "std::net", "std::env", "std::thread", "Utc::now", "Local::now", "rand::"];
    let mut faults = Vec::new();
    for (file, floor, text) in sources() {
        for (number, line) in code(&text).filter(|_| floor == "domain" || floor == "wire") {
            for word in forbidden.iter().filter(|word| line.contains(**word)) {
                faults.push(format!("{file}:{number}: {word}"));
            }
        }
    }
    report(faults);
}

#[test]
fn applying_an_event_cannot_fail() {
    let (_, _, state) = sources().into_iter().find(|(file, ..)| file == "domain/state.rs").unwrap();
    for name in ["pub fn apply(", "pub fn fold("] {
        let signature = state.lines().find(|line| line.contains(name)).unwrap();
        assert!(!signature.contains("->"), "{signature}");
    }
}

/// A Han character outside the message catalogues is a visible word that can't be translated.
#[test]
fn no_visible_word_stands_outside_the_catalogues() {
    // Tables of characters, not words: what may not start a line, what stands for a missing glyph, how a search is
    // folded; and the kinds of keys a Chinese input method sends.
    let tables = ["text/", "tui/terminal/"];
    let mut faults = Vec::new();
    for (file, _, text) in sources() {
        if tables.iter().any(|table| file.starts_with(table)) {
            continue;
        }
        for (number, line) in code(&text) {
            if line.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c)) && !line.contains("/// 铃台") {
                faults.push(format!("{file}:{number}: {}", line.trim()));
            }
        }
    }
    report(faults);
}

#[test]
fn nothing_panics_by_habit() {
    let forbidden = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "dbg!("];
    let mut faults = Vec::new();
    for (file, _, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in code(&text) {
            let reason = number >= 2 && lines[number - 2].trim_start().starts_with("//");
            for word in forbidden.iter().filter(|word| line.contains(**word)) {
                if !reason && !line.contains(" // ") {
                    faults.push(format!("{file}:{number}: {word} without a reason beside it"));
                }
            }
        }
    }
    report(faults);
}
