//! Rulebooks: a regulation as TOML, each entry with the article it comes from. Read, laid over what it inherits, checked.
//!
//! docs/rulebooks.md has every key. Whatever is wrong is told with file, line and a sentence; a rulebook with a fault is
//! not taken at all.

mod check;
mod figures;
mod notation;
mod plans;
mod reader;
mod tree;
mod types;

use std::path::Path;

use crate::domain::{Calendar, Rulebook};
use crate::text::Say;
use reader::Reader;
use tree::Node;

pub use check::check_staff;

/// The rulebooks that ship with the desk.
pub const RULEBOOKS: [(&str, &str); 9] = [
    ("gas", include_str!("../../rulebooks/gas.toml")),
    ("property", include_str!("../../rulebooks/property.toml")),
    ("lab", include_str!("../../rulebooks/lab.toml")),
    ("service", include_str!("../../rulebooks/service.toml")),
    ("hotel", include_str!("../../rulebooks/hotel.toml")),
    ("retail", include_str!("../../rulebooks/retail.toml")),
    ("direct", include_str!("../../rulebooks/direct.toml")),
    ("power", include_str!("../../rulebooks/power.toml")),
    ("government", include_str!("../../rulebooks/government.toml")),
];

/// What all of them inherit from: the standard fields, roles, stages.
pub const BASE: &str = "base";
const BASE_SOURCE: &str = include_str!("../../rulebooks/base.toml");

const KEYS: [&str; 30] = [
    "title",
    "answer",
    "queues",
    "service_level",
    "oversight",
    "wrap_up",
    "callback",
    "breaks",
    "dispositions",
    "danger",
    "hours",
    "roles",
    "departments",
    "chains",
    "fields",
    "marks",
    "types",
    "clocks",
    "duplicates",
    "incidents",
    "objection",
    "consequences",
    "rewards",
    "attempts",
    "revisits",
    "visits",
    "sampling",
    "recordings",
    "scripts",
    "reports",
];

/// The shipped rulebook of this name.
fn find(name: &str) -> Option<&'static str> {
    if name == BASE {
        return Some(BASE_SOURCE);
    }
    RULEBOOKS.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

/// Reads and checks a rulebook: a shipped one by its name, or a file, relative to `base_dir`. All faults, by file and
/// line, each a sentence.
pub fn check(named: &str, base_dir: &Path, calendar: Calendar) -> Result<Rulebook, Vec<Say>> {
    let mut reader = Reader::default();
    let node = tree::read(named, base_dir, &mut reader.faults);
    finish(reader, node, named, calendar)
}

/// As [`check`], from a text in hand; `file` is what faults call it.
pub fn check_text(file: &str, source: &str, base_dir: &Path, calendar: Calendar) -> Result<Rulebook, Vec<Say>> {
    let mut reader = Reader::default();
    let node = tree::read_text(file, source, base_dir, &mut reader.faults);
    finish(reader, node, file, calendar)
}

/// As [`check`], with the first fault alone.
pub fn load(named: &str, base_dir: &Path, calendar: Calendar) -> Result<Rulebook, Say> {
    check(named, base_dir, calendar).map_err(|faults| faults.into_iter().next().unwrap_or_default())
}

fn finish(mut reader: Reader, node: Option<Node>, named: &str, calendar: Calendar) -> Result<Rulebook, Vec<Say>> {
    let Some(root) = node else { return Err(reader.faults.into_says()) };
    let mut rules = Rulebook { name: tree::name_of(named), calendar, ..Rulebook::default() };
    rules.title = title(&mut reader, &root);
    figures::figures(&mut reader, &root, &mut rules);
    plans::people(&mut reader, &root, &mut rules);
    types::fields(&mut reader, &root, &mut rules);
    types::types(&mut reader, &root, &mut rules);
    plans::plans(&mut reader, &root, &mut rules);
    check::check(&mut reader, &rules);
    if reader.faults.any() { Err(reader.faults.into_says()) } else { Ok(rules) }
}

fn title(reader: &mut Reader, root: &Node) -> String {
    let entry = reader.entry(root, "", &KEYS);
    reader.must(&entry, "title")
}
