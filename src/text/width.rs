//! How many columns a text takes: the only place that answers, for the layout and for the terminal alike.
//!
//! Measured is cleaned text (see [`super::clean()`]); what a terminal does with anything else is its own secret.

use unicode_segmentation::UnicodeSegmentation;

use super::tables;

/// What the terminal makes of characters that Unicode leaves open: `“ … ─ ① é Я`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ambiguous {
    /// One column, as most terminals do.
    #[default]
    Narrow,
    /// Two columns, as terminals set up for Chinese often do.
    Wide,
}

/// The columns a cleaned text takes.
pub fn width(text: &str, ambiguous: Ambiguous) -> usize {
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        return text.len();
    }
    graphemes(text, ambiguous).map(|(_, columns)| columns).sum()
}

/// The columns one grapheme takes: what its characters take one by one, which is how most terminals count. A flag is
/// two letters of one column each.
pub fn grapheme_width(grapheme: &str, ambiguous: Ambiguous) -> usize {
    grapheme.chars().map(|character| char_width(character, ambiguous)).sum()
}

/// The graphemes of a cleaned text, each with its columns.
pub fn graphemes(text: &str, ambiguous: Ambiguous) -> impl Iterator<Item = (&str, usize)> {
    text.graphemes(true).map(move |grapheme| (grapheme, grapheme_width(grapheme, ambiguous)))
}

/// Whether every terminal is known to advance by exactly our width after this grapheme. After any other the cursor
/// has to be addressed anew.
pub fn trusted(grapheme: &str, box_drawing: bool) -> bool {
    let mut characters = grapheme.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => trusted_char(character) || (box_drawing && is_box(character)),
        _ => false,
    }
}

fn is_box(character: char) -> bool {
    matches!(character, '\u{2500}'..='\u{257F}')
}

/// Printable ASCII, Chinese punctuation, kana, bopomofo, Han to Extension A, Hangul, full-width forms.
pub(super) fn trusted_char(character: char) -> bool {
    matches!(character,
        ' '..='~'
        | '\u{3000}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}' | '\u{309B}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FA6D}'
        | '\u{FF01}'..='\u{FF5E}')
}

fn char_width(character: char, ambiguous: Ambiguous) -> usize {
    let code = u32::from(character);
    if (0x20..0x7F).contains(&code) {
        1
    } else if is_control(character) || within(tables::ZERO, code) {
        0
    } else if within(tables::WIDE, code) || (ambiguous == Ambiguous::Wide && within(tables::AMBIGUOUS, code)) {
        2
    } else {
        1
    }
}

fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

pub(super) fn is_zero_width(character: char) -> bool {
    within(tables::ZERO, u32::from(character))
}

pub(super) fn is_ambiguous(character: char) -> bool {
    within(tables::AMBIGUOUS, u32::from(character))
}

pub(super) fn within(ranges: &[(u32, u32)], code: u32) -> bool {
    let after = ranges.partition_point(|&(first, _)| first <= code);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|&(_, last)| code <= last)
}
