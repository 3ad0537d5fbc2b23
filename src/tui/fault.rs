//! What is wrong with a file of the operator's, with its name and line, and where such files are looked for.
//!
//! A console starts whatever its files say: a faulty entry is left out and shown, the defaults stay in force.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::{Language, Say};

/// Files may build on each other this deep.
const DEPTH: usize = 8;

/// One fault of a keymap or a theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub what: Say,
}

impl Fault {
    /// `file:line: sentence`.
    pub fn words(&self, language: Language) -> String {
        let what = self.what.words(language);
        if self.line == 0 { format!("{}: {what}", self.file) } else { format!("{}:{}: {what}", self.file, self.line) }
    }
}

/// A file that was found, or a preset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name for people.
    pub file: String,
    /// What is in it.
    pub text: String,
}

impl Source {
    /// A fault at a place of the file.
    pub fn fault(&self, at: &Range<usize>, what: Say) -> Fault {
        let before = self.text.as_bytes().get(..at.start.min(self.text.len())).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        Fault { file: self.file.clone(), line, what }
    }

    /// Reads the file as far as it can be read.
    pub fn parse(&self, faults: &mut Vec<Fault>) -> DeTable<'_> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in errors {
            let at = error.span().unwrap_or_default();
            faults.push(self.fault(&at, Say::new("fault.toml").with("what", error.message())));
        }
        table.into_inner()
    }

    /// The text of an entry, or a fault where it is something else.
    pub fn text_of(&self, value: &Spanned<DeValue<'_>>, faults: &mut Vec<Fault>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            faults.push(self.fault(&value.span(), Say::new("fault.not-text")));
        }
        text
    }
}

/// A kind of file with the presets that come with the program.
#[derive(Clone, Copy, Debug)]
pub struct Shelf {
    /// The folder's name: `keymaps`, `themes`.
    pub folder: &'static str,
    /// Name and text of every preset; the first is the default.
    pub presets: &'static [(&'static str, &'static str)],
}

impl Shelf {
    /// Finds a file: a path as it is, then `<user dir>/<folder>/<name>.toml`, then a preset.
    pub fn find(&self, name: &str, user_dirs: &[PathBuf], inherited: bool) -> Result<Source, Fault> {
        if name.contains('/') || name.ends_with(".toml") {
            return read(Path::new(name));
        }
        for dir in user_dirs.iter().filter(|_| !inherited || self.preset(name).is_none()) {
            let path = dir.join(self.folder).join(format!("{name}.toml"));
            if path.exists() {
                return read(&path);
            }
        }
        self.preset(name).ok_or_else(|| {
            let what = Say::new("fault.no-such-file").with("name", name).with("names", self.names().join(" "));
            Fault { file: format!("{}/{name}.toml", self.folder), line: 0, what }
        })
    }

    /// A file and everything it inherits from, the nearest first. Where nothing is found the default stands in.
    pub fn chain(&self, name: &str, user_dirs: &[PathBuf], faults: &mut Vec<Fault>) -> Vec<Source> {
        let mut chain: Vec<Source> = Vec::new();
        let mut next = Some((name.to_owned(), false));
        while let Some((name, inherited)) = next.take() {
            match self.find(&name, user_dirs, inherited) {
                Ok(source) if chain.contains(&source) || chain.len() >= DEPTH => {
                    faults.push(source.fault(&(0..0), Say::new("fault.inherits-itself")));
                }
                Ok(source) => {
                    next = source
                        .parse(&mut Vec::new())
                        .get("inherits")
                        .and_then(|parent| parent.get_ref().as_str())
                        .map(|parent| (parent.to_owned(), true));
                    chain.push(source);
                }
                Err(fault) => {
                    faults.push(fault);
                    next =
                        chain.is_empty().then(|| (self.presets.first().map_or("", |first| first.0).to_owned(), true));
                }
            }
        }
        chain
    }

    /// The preset of this name.
    pub fn preset(&self, name: &str) -> Option<Source> {
        let (_, text) = self.presets.iter().find(|(preset, _)| *preset == name)?;
        Some(Source { file: format!("{}/{name}.toml", self.folder), text: (*text).to_owned() })
    }

    /// The names of the presets.
    pub fn names(&self) -> Vec<&'static str> {
        self.presets.iter().map(|(name, _)| *name).collect()
    }

    /// The names of everything there is to choose from: presets, then the user's own files.
    pub fn choices(&self, user_dirs: &[PathBuf]) -> Vec<String> {
        let mut names: Vec<String> = self.names().into_iter().map(str::to_owned).collect();
        for dir in user_dirs {
            let Ok(entries) = std::fs::read_dir(dir.join(self.folder)) else { continue };
            let mut own: Vec<String> = entries
                .flatten()
                .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
                .filter(|name| !names.contains(name))
                .collect();
            own.sort();
            names.append(&mut own);
        }
        names
    }
}

fn read(path: &Path) -> Result<Source, Fault> {
    let file = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Source { file, text }),
        Err(error) => Err(Fault { file, line: 0, what: Say::new("fault.cannot-read").with("why", error) }),
    }
}
