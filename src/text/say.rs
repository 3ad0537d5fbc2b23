//! Sentences for people, by key and arguments, put into words only where they are shown.
//!
//! Every floor that has something to say returns a [`Say`]; the words live in `messages/*.toml`, one file a language,
//! and nowhere else. A key or argument missing in a language shows as the key itself: ugly, never silent, and a test
//! keeps it from happening.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// The languages of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// 简体中文
    #[default]
    #[serde(rename = "zh-Hans")]
    ZhHans,
    /// 繁體中文
    #[serde(rename = "zh-Hant")]
    ZhHant,
    /// English
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 3] = [Language::ZhHans, Language::ZhHant, Language::En];

    /// The tag of BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Language::ZhHans => "zh-Hans",
            Language::ZhHant => "zh-Hant",
            Language::En => "en",
        }
    }

    /// Reads a tag.
    pub fn parse(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    fn source(self) -> &'static str {
        match self {
            Language::ZhHans => include_str!("../../messages/zh-Hans.toml"),
            Language::ZhHant => include_str!("../../messages/zh-Hant.toml"),
            Language::En => include_str!("../../messages/en.toml"),
        }
    }

    fn catalogue(self) -> &'static BTreeMap<String, String> {
        static CATALOGUES: [OnceLock<BTreeMap<String, String>>; 3] = [const { OnceLock::new() }; 3];
        // The catalogues are compiled in and parsed by a test; a broken one shows keys instead of words.
        CATALOGUES[self as usize].get_or_init(|| parse_catalogue(self.source()))
    }

    /// The words of a key without arguments.
    pub fn word(self, key: &str) -> &str {
        self.catalogue().get(key).map_or(key, String::as_str)
    }

    /// Every key of the catalogue with its template, for tests and for search over commands.
    pub fn entries(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.catalogue().iter().map(|(key, words)| (key.as_str(), words.as_str()))
    }
}

/// Flattens the tables of a catalogue into `table.key = words`.
fn parse_catalogue(source: &str) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::new();
    if let Ok(table) = source.parse::<toml::Table>() {
        flatten("", &table, &mut flat);
    }
    flat
}

fn flatten(prefix: &str, table: &toml::Table, flat: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::String(words) => {
                flat.insert(path, words.clone());
            }
            toml::Value::Table(inner) => flatten(&path, inner, flat),
            _ => {}
        }
    }
}

/// A word for a place of a sentence: put into the language where it is shown, or as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// A key of the catalogue.
    Key(String),
    /// As it is.
    Text(String),
}

/// Stands before a catalogue's key inside a value.
const KEY: char = '\u{1e}';
/// Stands between the words of a list inside a value.
const NEXT: char = '\u{1f}';

impl Word {
    /// The word in a language.
    pub fn words(&self, language: Language) -> String {
        match self {
            Word::Key(key) => language.word(key).to_owned(),
            Word::Text(text) => text.clone(),
        }
    }

    fn coded(&self) -> String {
        match self {
            Word::Key(key) => format!("{KEY}{key}"),
            Word::Text(text) => text.clone(),
        }
    }
}

/// A value in words: its keys looked up, its list joined as the language does.
fn value_words(value: &str, language: Language) -> String {
    let word = |part: &str| part.strip_prefix(KEY).map_or_else(|| part.to_owned(), |key| language.word(key).to_owned());
    value.split(NEXT).map(word).collect::<Vec<_>>().join(language.word("list.join"))
}

/// A sentence not yet in any language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// The key in the catalogue.
    pub key: String,
    /// Values for the `{name}` places of the sentence.
    pub args: Vec<(String, String)>,
}

impl Say {
    /// A sentence without arguments so far.
    pub fn new(key: &str) -> Say {
        Say { key: key.to_owned(), args: Vec::new() }
    }

    /// Adds a value for the place `{name}`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Say {
        self.args.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds a word for the place `{name}`.
    #[must_use]
    pub fn with_word(self, name: &str, word: &Word) -> Say {
        let coded = word.coded();
        self.with(name, coded)
    }

    /// Adds a list of words for the place `{name}`.
    #[must_use]
    pub fn with_list(self, name: &str, words: &[Word]) -> Say {
        let coded: Vec<String> = words.iter().map(Word::coded).collect();
        self.with(name, coded.join(&NEXT.to_string()))
    }

    /// The sentence in words.
    pub fn words(&self, language: Language) -> String {
        let template = language.word(&self.key);
        let mut words = String::with_capacity(template.len() + 16);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            words.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                words.push('{');
                rest = after;
                continue;
            };
            match self.args.iter().find(|(key, _)| key == name) {
                Some((_, value)) => words.push_str(&value_words(value, language)),
                None => {
                    words.push('{');
                    words.push_str(name);
                    words.push('}');
                }
            }
            rest = tail;
        }
        words.push_str(rest);
        words
    }
}
