//! Breaks text into lines as Chinese is set: between any two characters, but no line begins with `，` or ends with `（`,
//! and a word or a number with its unit stays whole.
//!
//! What may not stand at the begin of a line takes the character before it along.

use std::ops::Range;

use super::clean::clean;
use super::width::{Ambiguous, graphemes, width};

const NOT_FIRST: &str = "!%),.:;?]}、。，．：；？！）》」』】〕〗”’…—·・ー々〉｝％℃°‰";
const SPACES: [char; 2] = [' ', '\u{3000}'];
const NOT_LAST: &str = "([{（《「『【〔〖“‘￥$〈｛";

/// The lines of a text, none wider than the columns (of which there are at least two). Line ends in the text are kept;
/// the spaces at which a line was broken are not.
pub fn wrap(text: &str, columns: usize, ambiguous: Ambiguous) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let set = wrap_ranges(&clean(paragraph, ambiguous), columns, ambiguous);
        lines.extend(set.into_iter().map(|(line, _)| line));
    }
    lines
}

/// The lines of one cleaned paragraph, each with the bytes of the paragraph that it stands for: those of the spaces at
/// which it was broken too. There is at least one.
pub(super) fn wrap_ranges(paragraph: &str, columns: usize, ambiguous: Ambiguous) -> Vec<(String, Range<usize>)> {
    let mut lines = Vec::new();
    let mut line = Line { text: String::new(), used: 0, columns, start: 0, at: 0 };
    for piece in pieces(paragraph, ambiguous) {
        let wide = width(piece, ambiguous);
        if line.used + wide <= columns {
            line.push(piece, wide, piece.len());
        } else if piece.trim_matches(SPACES).is_empty() {
            // Spaces that do not go into the line any more are where it breaks.
            line.at += piece.len();
            line.end(&mut lines);
        } else {
            if line.used > 0 {
                line.end(&mut lines);
            }
            line.push_hard(piece, ambiguous, &mut lines);
        }
    }
    line.end(&mut lines);
    lines
}

struct Line {
    text: String,
    used: usize,
    columns: usize,
    /// Where it begins in the paragraph, and how far the paragraph is set.
    start: usize,
    at: usize,
}

impl Line {
    fn push(&mut self, piece: &str, wide: usize, bytes: usize) {
        self.text.push_str(piece);
        self.used += wide;
        self.at += bytes;
    }

    /// A piece longer than a whole line is broken wherever the line is full.
    fn push_hard(&mut self, piece: &str, ambiguous: Ambiguous, lines: &mut Vec<(String, Range<usize>)>) {
        for (grapheme, wide) in graphemes(piece, ambiguous) {
            // A grapheme that no line of this width can hold is shown as something that it can.
            let (shown, wide) = if wide > self.columns { ("?", 1) } else { (grapheme, wide) };
            if self.used + wide > self.columns {
                self.end(lines);
            }
            self.push(shown, wide, grapheme.len());
        }
    }

    fn end(&mut self, lines: &mut Vec<(String, Range<usize>)>) {
        let text = std::mem::take(&mut self.text);
        lines.push((text.trim_end_matches(SPACES).to_owned(), self.start..self.at));
        self.start = self.at;
        self.used = 0;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Word,
    Character,
}

/// The pieces of a text that no line end may part: a run of spaces, a word, or a character, together with the marks
/// that cling to it.
fn pieces(text: &str, ambiguous: Ambiguous) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<(&str, Kind)> = None;
    let mut at = 0;
    for (grapheme, _) in graphemes(text, ambiguous) {
        let kind = kind(grapheme);
        if before.is_some_and(|(last, last_kind)| may_break(last, last_kind, grapheme, kind)) {
            pieces.extend(text.get(start..at));
            start = at;
        }
        before = Some((grapheme, kind));
        at += grapheme.len();
    }
    if start < text.len() {
        pieces.extend(text.get(start..));
    }
    pieces
}

fn may_break(last: &str, last_kind: Kind, next: &str, next_kind: Kind) -> bool {
    match (last_kind, next_kind) {
        (Kind::Space, Kind::Space) | (Kind::Word, Kind::Word) => false,
        (Kind::Space, _) | (_, Kind::Space) => true,
        _ => !NOT_LAST.contains(last) && !NOT_FIRST.contains(next),
    }
}

fn kind(grapheme: &str) -> Kind {
    if grapheme.trim_matches(SPACES).is_empty() {
        return Kind::Space;
    }
    let word = grapheme.chars().next().is_some_and(|first| {
        first.is_ascii_graphic() || (first < '\u{2E80}' && first.is_alphanumeric()) || first == '\u{A0}'
    });
    if word { Kind::Word } else { Kind::Character }
}
