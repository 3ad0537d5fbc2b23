//! Makes any text harmless to show: no control, no direction trick, nothing invisible, one known width a grapheme.
//!
//! What is stored stays as it was written; cleaning happens where it is shown, and a field that it changes is marked
//! (see [`is_clean`]) so that the operator knows to open the detail. Nothing here measures or cuts a column to fit.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::tables;
use super::width::{Ambiguous, graphemes, is_ambiguous, is_zero_width, trusted_char, within};

/// Shown for a character somebody's private font has and nobody else's: the missing-sort mark of the printers, wide
/// everywhere.
pub const GETA: char = '〓';
/// Shown for what is no character, or no character by itself.
pub const UNKNOWN: char = '?';
/// Shown for letters that turn the direction of a line.
pub const RTL: &str = "[RTL]";

/// The longest grapheme that is shown whole, in bytes.
const GRAPHEME_BYTES: usize = 32;
/// How many marks a letter carries.
const MARKS: usize = 2;
/// One pass may bring together what the next one has to take apart again; three is the most ever seen.
const PASSES: usize = 8;

/// The text as it may be shown. Cleaning twice changes nothing more.
pub fn clean(text: &str, ambiguous: Ambiguous) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = pass(text, ambiguous);
    for _ in 1..PASSES {
        let again = pass(&cleaned, ambiguous);
        if again == cleaned {
            break;
        }
        cleaned = again;
    }
    if cleaned == text { Cow::Borrowed(text) } else { Cow::Owned(cleaned) }
}

/// Whether the text is shown exactly as it is stored. A field that is not gets a mark beside it.
pub fn is_clean(original: &str, ambiguous: Ambiguous) -> bool {
    clean(original, ambiguous) == original
}

/// [`clean`], but no further than the columns that are wanted: what is longer costs nothing.
pub fn clean_capped(text: &str, max_columns: usize, ambiguous: Ambiguous) -> Cow<'_, str> {
    // No grapheme of interest takes more bytes than this; a flood of invisible characters ends the text early.
    let enough = max_columns.saturating_add(2).saturating_mul(4 * GRAPHEME_BYTES);
    let near = text.get(..floor_boundary(text, enough)).unwrap_or(text);
    let cleaned = clean(near, ambiguous);
    let end = columns_end(&cleaned, max_columns, ambiguous);
    match cleaned {
        Cow::Borrowed(whole) => Cow::Borrowed(whole.get(..end).unwrap_or(whole)),
        Cow::Owned(mut whole) => {
            whole.truncate(end);
            Cow::Owned(whole)
        }
    }
}

/// The text with every run of right-to-left letters replaced by [`RTL`]: in a table one such name makes some terminals
/// turn the whole row around. The run itself is shown alone on a line of the detail.
pub fn mask_right_to_left(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !has_right_to_left(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut neutral = String::new();
    let mut inside = false;
    for character in text.chars() {
        if is_right_to_left(character) {
            if !inside {
                masked.push_str(RTL);
            }
            inside = true;
            neutral.clear();
        } else if inside && is_zero_width(character) {
            continue;
        } else if inside && !character.is_alphanumeric() {
            neutral.push(character);
        } else {
            masked.push_str(&neutral);
            neutral.clear();
            inside = false;
            masked.push(character);
        }
    }
    masked.push_str(&neutral);
    Cow::Owned(masked)
}

/// Whether the text has letters that turn the direction of a line.
pub fn has_right_to_left(text: &str) -> bool {
    text.chars().any(is_right_to_left)
}

fn is_right_to_left(character: char) -> bool {
    within(tables::RIGHT_TO_LEFT, u32::from(character))
}

/// Characters that stay what they are beside any other such character.
fn is_plain(character: char) -> bool {
    trusted_char(character) && !matches!(character, '\u{F900}'..='\u{FAFF}')
}

fn pass(text: &str, ambiguous: Ambiguous) -> String {
    let composed: String = widen_kana(text).nfc().collect();
    let mut cleaned = String::with_capacity(composed.len());
    for grapheme in composed.graphemes(true) {
        push_grapheme(&mut cleaned, grapheme, ambiguous);
    }
    cleaned.nfc().collect()
}

/// Half-width kana as the full-width kana it stands for, so that a voicing mark joins its letter.
fn widen_kana(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().map(|character| match character {
        '\u{FF61}'..='\u{FF9F}' => std::iter::once(character).nfkc().next().unwrap_or(character),
        other => other,
    })
}

fn push_grapheme(cleaned: &mut String, grapheme: &str, ambiguous: Ambiguous) {
    if is_break(grapheme) {
        cleaned.push(' ');
        return;
    }
    let flag = grapheme.chars().filter(|&character| is_regional(character)).count() == 2;
    let start = cleaned.len();
    let mut marks = 0;
    for character in grapheme.chars() {
        let first = cleaned.len() == start;
        if character == '\u{200D}' && cleaned.get(start..).is_some_and(is_picture) {
            break;
        }
        if within(tables::DROPPED, u32::from(character)) || (!first && is_skin(character)) {
            continue;
        }
        let shown = replace(character, first, flag);
        if is_zero_width(shown) {
            marks += 1;
            // Some terminals draw nothing for U+FFFD; a mark on it would land on the letter before.
            let stands = !cleaned.get(start..).is_some_and(|begun| begun.starts_with('\u{FFFD}'));
            if marks > MARKS || !stands || (ambiguous == Ambiguous::Wide && is_ambiguous(shown)) {
                continue;
            }
        } else {
            marks = 0;
        }
        if cleaned.len() - start + shown.len_utf8() > GRAPHEME_BYTES {
            break;
        }
        cleaned.push(shown);
    }
}

fn replace(character: char, first: bool, flag: bool) -> char {
    let code = u32::from(character);
    if is_break_char(character) {
        ' '
    } else if character.is_control() || within(tables::UNASSIGNED, code) || character == '\u{FDFD}' {
        UNKNOWN
    } else if is_private(code) {
        GETA
    } else if (first && (is_zero_width(character) || is_skin(character))) || (is_regional(character) && !flag) {
        UNKNOWN
    } else {
        character
    }
}

fn is_break(grapheme: &str) -> bool {
    grapheme == "\r\n" || (grapheme.chars().count() == 1 && grapheme.chars().all(is_break_char))
}

fn is_break_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\u{B}' | '\u{C}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_regional(character: char) -> bool {
    matches!(character, '\u{1F1E6}'..='\u{1F1FF}')
}

fn is_skin(character: char) -> bool {
    matches!(character, '\u{1F3FB}'..='\u{1F3FF}')
}

fn is_private(code: u32) -> bool {
    matches!(code, 0xE000..=0xF8FF | 0xF0000..=0xFFFFD | 0x10_0000..=0x10_FFFD)
}

/// Whether a grapheme began with a picture: joined by U+200D to another, only the first is shown.
fn is_picture(begun: &str) -> bool {
    begun.chars().next().is_some_and(|first| matches!(u32::from(first), 0xA9 | 0xAE | 0x203C..=0x3299 | 0x1F000..))
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&index| text.is_char_boundary(index)).unwrap_or(0)
}

fn columns_end(text: &str, max_columns: usize, ambiguous: Ambiguous) -> usize {
    let mut used = 0;
    let mut end = 0;
    for (grapheme, columns) in graphemes(text, ambiguous) {
        if used + columns > max_columns {
            return end;
        }
        used += columns;
        end += grapheme.len();
    }
    end
}
