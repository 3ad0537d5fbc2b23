//! A rulebook file as a tree in which every value knows its file and line, and the merging of one tree onto another.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::find;
use crate::text::Say;

/// How deep rulebooks may inherit from each other.
const DEEPEST: usize = 16;

/// Where something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which of the files that were read, in the order they were.
    pub file: usize,
    /// From 1.
    pub line: usize,
}

impl Place {
    /// The nearer of two: what is inherited was right before the file at hand changed something else.
    pub fn nearer(self, other: Place) -> Place {
        if other.line > 0 && other.file < self.file { other } else { self }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    pub place: Place,
    pub tree: Tree,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Tree {
    Text(String),
    Whole(i64),
    YesNo(bool),
    List(Vec<Node>),
    /// In the order in which it is written.
    Table(Vec<(String, Node)>),
    /// A decimal number, a date: nothing that a rulebook has.
    Other,
}

/// The files that were read, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Faults {
    files: Vec<String>,
    found: Vec<(Place, Say)>,
}

impl Faults {
    /// Notes a fault. The sentence gets the file and the line.
    pub fn add(&mut self, place: Place, say: Say) {
        // What stands nowhere, because it is missing, is told of the file's first line.
        let place = Place { line: place.line.max(1), ..place };
        let file = self.files.get(place.file).map_or("", String::as_str);
        let say = Say { key: say.key, args: say.args }.with("file", file).with("line", place.line);
        if !self.found.iter().any(|(_, known)| *known == say) {
            self.found.push((place, say));
        }
    }

    /// Whether there are any so far.
    pub fn any(&self) -> bool {
        !self.found.is_empty()
    }

    /// All of them, by file and line.
    pub fn into_says(mut self) -> Vec<Say> {
        self.found.sort_by_key(|(place, _)| *place);
        self.found.into_iter().map(|(_, say)| say).collect()
    }
}

impl Node {
    /// The value of a key, where this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, node)| node)
    }

    /// The entries, where this is a table.
    pub fn entries(&self) -> &[(String, Node)] {
        if let Tree::Table(entries) = &self.tree { entries } else { &[] }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        if let Tree::Text(text) = &self.tree { Some(text) } else { None }
    }

    /// It takes away what it inherits.
    fn removes(&self) -> bool {
        matches!(&self.tree, Tree::Text(text) if text == "none") || matches!(self.tree, Tree::YesNo(false))
    }
}

/// The rulebook's name as it is shown: `gas` for `gas` and for `rules/gas.toml`.
pub fn name_of(named: &str) -> String {
    let stem = Path::new(named).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.unwrap_or_else(|| named.to_owned())
}

/// Reads a rulebook, shipped or a file, with all that it inherits.
pub fn read(named: &str, base_dir: &Path, faults: &mut Faults) -> Option<Node> {
    read_chain(named, base_dir, &mut Vec::new(), None, faults)
}

/// Reads a rulebook from its text.
pub fn read_text(file: &str, source: &str, base_dir: &Path, faults: &mut Faults) -> Option<Node> {
    let path = base_dir.join(file);
    inherit(file.to_owned(), source, base_dir, &mut vec![identity(&path)], faults)
}

fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// `asked` is where the rulebook that inherits from this one says so; `seen` are those on the way to it.
fn read_chain(
    named: &str,
    dir: &Path,
    seen: &mut Vec<PathBuf>,
    asked: Option<Place>,
    faults: &mut Faults,
) -> Option<Node> {
    let shipped = find(named);
    let path = dir.join(named);
    let this = if shipped.is_some() { PathBuf::from(named) } else { identity(&path) };
    if seen.contains(&this) || seen.len() >= DEEPEST {
        faults.add(asked.unwrap_or_default(), Say::new("rulebook.inherits_itself").with("name", named));
        return None;
    }
    seen.push(this);
    if let Some(source) = shipped {
        return inherit(format!("rulebooks/{named}.toml"), source, Path::new("rulebooks"), seen, faults);
    }
    match fs::read_to_string(&path) {
        Ok(source) => {
            let dir = path.parent().unwrap_or(Path::new(".")).to_owned();
            inherit(path.display().to_string(), &source, &dir, seen, faults)
        }
        Err(error) => {
            let say = Say::new(if asked.is_some() { "rulebook.inherits_nothing" } else { "rulebook.unreadable" });
            let place = asked.unwrap_or_else(|| {
                faults.files.push(path.display().to_string());
                Place { file: faults.files.len() - 1, line: 1 }
            });
            faults.add(place, say.with("name", named).with("error", error));
            None
        }
    }
}

fn inherit(file: String, source: &str, dir: &Path, seen: &mut Vec<PathBuf>, faults: &mut Faults) -> Option<Node> {
    let number = faults.files.len();
    faults.files.push(file);
    let starts: Vec<usize> = std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let lines = Lines { file: number, starts };
    let table = match DeTable::parse(source) {
        Ok(table) => table,
        Err(error) => {
            let place = lines.place(error.span().map_or(0, |span| span.start));
            faults.add(place, Say::new("rulebook.toml").with("error", error.message()));
            return None;
        }
    };
    let mut node = lines.table(table.get_ref(), lines.place(0));
    let Some(from) = node.get("inherits").cloned() else { return Some(node) };
    let Some(name) = from.text() else {
        faults.add(from.place, Say::new("rulebook.not_text").with("key", "inherits"));
        return None;
    };
    let mut base = read_chain(name, dir, seen, Some(from.place), faults)?;
    if let Tree::Table(entries) = &mut node.tree {
        entries.retain(|(key, _)| key != "inherits");
    }
    merge(&mut base, node, "", faults);
    Some(base)
}

struct Lines {
    file: usize,
    starts: Vec<usize>,
}

impl Lines {
    fn place(&self, at: usize) -> Place {
        Place { file: self.file, line: self.starts.partition_point(|start| *start <= at).max(1) }
    }

    fn table(&self, table: &DeTable<'_>, place: Place) -> Node {
        let mut entries: Vec<(usize, String, Node)> = table
            .iter()
            .map(|(key, value)| {
                let mut node = self.node(value);
                // A table is where its head is; what is written in one line is there anyway.
                node.place = self.place(key.span().start);
                (key.span().start, key.get_ref().to_string(), node)
            })
            .collect();
        entries.sort_by_key(|(at, ..)| *at);
        Node { place, tree: Tree::Table(entries.into_iter().map(|(_, key, node)| (key, node)).collect()) }
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let place = self.place(value.span().start);
        let tree = match value.get_ref() {
            DeValue::String(text) => Tree::Text(text.to_string()),
            DeValue::Integer(whole) => {
                i64::from_str_radix(whole.as_str(), whole.radix()).map_or(Tree::Other, Tree::Whole)
            }
            DeValue::Boolean(yes) => Tree::YesNo(*yes),
            DeValue::Array(list) => Tree::List(list.iter().map(|value| self.node(value)).collect()),
            DeValue::Table(table) => return self.table(table, place),
            DeValue::Float(_) | DeValue::Datetime(_) => Tree::Other,
        };
        Node { place, tree }
    }
}

/// Lays one tree over another: tables go into each other, anything else replaces, `"none"` and `false` take away. An
/// entry that is changed must cite its own article: the one it inherits speaks of other figures.
pub fn merge(base: &mut Node, over: Node, path: &str, faults: &mut Faults) {
    let Tree::Table(new) = over.tree else {
        *base = over;
        return;
    };
    let Tree::Table(old) = &mut base.tree else {
        *base = Node { place: over.place, tree: Tree::Table(new) };
        return;
    };
    let changes = new.iter().any(|(_, node)| !matches!(node.tree, Tree::Table(_)) && !node.removes());
    let cites = |entries: &[(String, Node)]| entries.iter().any(|(key, _)| key == "article");
    if changes && cites(old) && !cites(&new) {
        faults.add(over.place, Say::new("rulebook.article_changed").with("entry", path));
    }
    if changes {
        base.place = over.place;
    }
    for (key, node) in new {
        let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let at = old.iter().position(|(known, _)| *known == key);
        match at.and_then(|at| old.get_mut(at)) {
            Some((_, known)) if node.removes() && !matches!(known.tree, Tree::YesNo(_) | Tree::Text(_)) => {
                old.retain(|(known, _)| *known != key);
            }
            Some((_, known)) => merge(known, node, &below, faults),
            None if node.removes() && !matches!(node.tree, Tree::YesNo(_)) => {
                faults.add(node.place, Say::new("rulebook.removes_nothing").with("entry", &below));
            }
            None => old.push((key, node)),
        }
    }
}
