//! Reads values out of a rulebook's tree. What is missing, unknown or of the wrong kind is noted with its line, and the
//! reading goes on, so that one run tells all that is wrong.

use std::collections::BTreeMap;

use super::notation;
use super::tree::{Faults, Node, Place, Tree};
use crate::domain::calendar::Allowance;
use crate::domain::rulebook::Condition;
use crate::text::Say;

/// Where the entries stand, by their path: `types.complaint.stage.judged`.
pub type Places = BTreeMap<String, Place>;

/// A reading in progress.
#[derive(Debug, Default)]
pub struct Reader {
    pub faults: Faults,
    pub places: Places,
}

/// A table of the file with the path to it.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub node: &'a Node,
    pub path: String,
}

impl Entry<'_> {
    /// The path of a key of it.
    pub fn below(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    /// Where a key stands, or the entry itself.
    pub fn place(&self, key: &str) -> Place {
        self.node.get(key).map_or(self.node.place, |node| node.place)
    }

    /// Whether it has this key.
    pub fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }
}

impl Reader {
    /// A table that may have these keys and no others.
    pub fn entry<'n>(&mut self, node: &'n Node, path: &str, keys: &[&str]) -> Entry<'n> {
        self.places.insert(path.to_owned(), node.place);
        if !matches!(node.tree, Tree::Table(_)) {
            self.faults.add(node.place, Say::new("rulebook.not_table").with("key", path));
        }
        for (key, value) in node.entries() {
            if !keys.contains(&key.as_str()) {
                let say = Say::new("rulebook.unknown_key").with("key", key).with("entry", shown(path));
                self.faults.add(value.place, say.with("allowed", keys.join(", ")));
            }
        }
        Entry { node, path: path.to_owned() }
    }

    /// The tables below a key of the root, by their names; names are checked.
    pub fn named<'n>(&mut self, root: &'n Node, key: &str) -> Vec<(&'n str, &'n Node)> {
        let Some(node) = root.get(key) else { return Vec::new() };
        if !matches!(node.tree, Tree::Table(_)) {
            self.faults.add(node.place, Say::new("rulebook.not_table").with("key", key));
        }
        for (name, below) in node.entries() {
            if !notation::is_name(name) {
                self.faults.add(below.place, Say::new("rulebook.no_name").with("text", name));
            }
        }
        node.entries().iter().map(|(name, node)| (name.as_str(), node)).collect()
    }

    /// The article of an entry, which every entry must have.
    pub fn article(&mut self, entry: &Entry<'_>) -> String {
        match self.text(entry, "article") {
            Some(article) if !article.trim().is_empty() => article.trim().to_owned(),
            _ => {
                let say = Say::new("rulebook.article_missing").with("entry", shown(&entry.path));
                self.faults.add(entry.place("article"), say);
                String::new()
            }
        }
    }

    /// A text, where there is one.
    pub fn text(&mut self, entry: &Entry<'_>, key: &str) -> Option<String> {
        let node = entry.node.get(key)?;
        if node.text().is_none() {
            self.faults.add(node.place, Say::new("rulebook.not_text").with("key", key));
        }
        node.text().map(str::to_owned)
    }

    /// A text that must be there and not be empty.
    pub fn must(&mut self, entry: &Entry<'_>, key: &str) -> String {
        let text = self.text(entry, key).unwrap_or_default();
        if text.trim().is_empty() {
            let say = Say::new("rulebook.missing").with("key", key).with("entry", shown(&entry.path));
            self.faults.add(entry.place(key), say);
        }
        text.trim().to_owned()
    }

    /// `true` or `false`; false where there is nothing.
    pub fn yes(&mut self, entry: &Entry<'_>, key: &str) -> bool {
        match entry.node.get(key) {
            None => false,
            Some(Node { tree: Tree::YesNo(yes), .. }) => *yes,
            Some(node) => {
                self.faults.add(node.place, Say::new("rulebook.not_yes_no").with("key", key));
                false
            }
        }
    }

    /// A whole number between two bounds, where there is one.
    pub fn number<T: TryFrom<i64>>(&mut self, entry: &Entry<'_>, key: &str, least: i64, most: i64) -> Option<T> {
        let node = entry.node.get(key)?;
        let number = if let Tree::Whole(number) = node.tree { Some(number) } else { None };
        let number =
            number.filter(|number| (least..=most).contains(number)).and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            let say = Say::new("rulebook.number").with("key", key).with("least", least).with("most", most);
            self.faults.add(node.place, say);
        }
        number
    }

    /// A share in percent.
    pub fn percent(&mut self, entry: &Entry<'_>, key: &str) -> u16 {
        self.number(entry, key, 0, 100).unwrap_or_default()
    }

    /// The texts of a list with their places; one text alone is a list of one.
    pub fn words(&mut self, entry: &Entry<'_>, key: &str) -> Vec<(Place, String)> {
        let Some(node) = entry.node.get(key) else { return Vec::new() };
        let items = match &node.tree {
            Tree::List(items) => items.iter().collect(),
            Tree::Text(_) => vec![node],
            _ => {
                self.faults.add(node.place, Say::new("rulebook.not_list").with("key", key));
                Vec::new()
            }
        };
        let mut words = Vec::new();
        for item in items {
            match item.text().filter(|text| !text.trim().is_empty()) {
                Some(text) => words.push((item.place, text.trim().to_owned())),
                None => self.faults.add(item.place, Say::new("rulebook.not_text").with("key", key)),
            }
        }
        words
    }

    /// The texts of a list, each read in the notation given.
    pub fn read<T>(&mut self, entry: &Entry<'_>, key: &str, read: impl Fn(&str) -> Result<T, Say>) -> Vec<(Place, T)> {
        let mut values = Vec::new();
        for (place, word) in self.words(entry, key) {
            match read(&word) {
                Ok(value) => values.push((place, value)),
                Err(say) => self.faults.add(place, say),
            }
        }
        values
    }

    /// A condition; always, where there is none.
    pub fn condition(&mut self, entry: &Entry<'_>, key: &str) -> Condition {
        let Some(text) = self.text(entry, key) else { return Condition::default() };
        notation::condition(&text).unwrap_or_else(|say| {
            self.faults.add(entry.place(key), say);
            Condition::default()
        })
    }

    /// An allowance that must be there.
    pub fn allowance(&mut self, entry: &Entry<'_>, key: &str) -> Option<Allowance> {
        let text = self.must(entry, key);
        if text.is_empty() {
            return None;
        }
        match Allowance::parse(&text) {
            Ok(allowance) => Some(allowance),
            Err(say) => {
                self.faults.add(entry.place(key), ours(&say));
                None
            }
        }
    }

    /// Where an entry stands.
    pub fn place(&self, path: &str) -> Place {
        self.places.get(path).copied().unwrap_or_default()
    }
}

/// The calendar's sentence as the rulebook's, which has a place for the file and the line.
pub fn ours(say: &Say) -> Say {
    Say { key: say.key.replace("calendar.", "rulebook."), args: say.args.clone() }
}

/// An entry as it is shown: the whole file is a dot.
fn shown(path: &str) -> &str {
    if path.is_empty() { "." } else { path }
}
