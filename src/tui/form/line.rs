//! A text being typed: a caret between graphemes, editing, undo.

use crate::text::caret::{caret_by_rows, field_lines};
use crate::text::{Ambiguous, UnicodeSegmentation};

/// Steps that can be undone.
const UNDO: usize = 200;

/// A text with a caret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextLine {
    text: String,
    caret: usize,
    before: Vec<(String, usize)>,
}

impl TextLine {
    /// A text with the caret at its end.
    pub fn new(text: &str) -> TextLine {
        TextLine { text: text.to_owned(), caret: text.len(), before: Vec::new() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The caret, as a byte of the text; always between graphemes.
    pub fn caret(&self) -> usize {
        self.caret
    }

    /// Types something at the caret. Control characters other than the end of a line are left out.
    pub fn insert(&mut self, typed: &str) {
        let typed: String = typed.chars().filter(|&char| char == '\n' || !char.is_control()).collect();
        if !typed.is_empty() {
            self.remember();
            self.text.insert_str(self.caret, &typed);
            self.caret += typed.len();
        }
    }

    /// Deletes the grapheme before the caret.
    pub fn backspace(&mut self) {
        self.delete_to(self.left_of(self.caret));
    }

    /// Deletes the grapheme after the caret.
    pub fn delete(&mut self) {
        self.delete_to(self.right_of(self.caret));
    }

    /// Deletes the word before the caret.
    pub fn delete_word(&mut self) {
        self.delete_to(self.word_left_of(self.caret));
    }

    /// Deletes everything.
    pub fn clear(&mut self) {
        self.caret = self.text.len();
        self.delete_to(0);
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        if let Some((text, caret)) = self.before.pop() {
            self.text = text;
            self.caret = caret;
        }
    }

    /// One grapheme to the left.
    pub fn left(&mut self) {
        self.caret = self.left_of(self.caret);
    }

    /// One grapheme to the right.
    pub fn right(&mut self) {
        self.caret = self.right_of(self.caret);
    }

    /// To the begin of the word before.
    pub fn word_left(&mut self) {
        self.caret = self.word_left_of(self.caret);
    }

    /// Behind the next word.
    pub fn word_right(&mut self) {
        let rest = self.text.get(self.caret..).unwrap_or_default();
        let end = rest.unicode_word_indices().next().map(|(at, word)| at + word.len());
        self.caret += end.unwrap_or(rest.len());
    }

    /// To the begin of the line.
    pub fn home(&mut self) {
        let before = self.text.get(..self.caret).unwrap_or_default();
        self.caret = before.rfind('\n').map_or(0, |at| at + 1);
    }

    /// To the end of the line.
    pub fn end(&mut self) {
        let rest = self.text.get(self.caret..).unwrap_or_default();
        self.caret += rest.find('\n').unwrap_or(rest.len());
    }

    /// To another row of the lines it is shown in; false at the first and the last one.
    pub fn by_rows(&mut self, rows: isize, columns: usize, ambiguous: Ambiguous) -> bool {
        let lines = field_lines(&self.text, columns, ambiguous);
        let Some(at) = caret_by_rows(&lines, self.caret, rows) else { return false };
        self.caret = at;
        true
    }

    fn left_of(&self, caret: usize) -> usize {
        let before = self.text.get(..caret).unwrap_or_default();
        before.grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right_of(&self, caret: usize) -> usize {
        let rest = self.text.get(caret..).unwrap_or_default();
        caret + rest.graphemes(true).next().map_or(0, str::len)
    }

    fn word_left_of(&self, caret: usize) -> usize {
        let before = self.text.get(..caret).unwrap_or_default();
        before.unicode_word_indices().next_back().map_or(0, |(at, _)| at)
    }

    fn delete_to(&mut self, other: usize) {
        let (from, to) = (self.caret.min(other), self.caret.max(other));
        if from < to {
            self.remember();
            self.text.replace_range(from..to, "");
            self.caret = from;
        }
    }

    fn remember(&mut self) {
        if self.before.len() == UNDO {
            self.before.remove(0);
        }
        self.before.push((self.text.clone(), self.caret));
    }
}
