//! Puts a text into a given number of columns: cut between graphemes, never through one, and padded where asked.
//!
//! Everything given in here is cleaned first. Right-to-left letters are masked where text reaches a row, in the
//! canvas, not here.

use super::clean::{clean, clean_capped};
use super::width::{Ambiguous, width};

/// Stands at the end of a text that was cut. Two full stops, because `…` is one column here and two there.
pub const TAIL: &str = "..";
/// Narrower than this a cut text has no tail: one wide character and the tail are the least that says anything.
const TAIL_FROM: usize = 4;
/// No cleaned grapheme is wider; reading so far beyond the columns tells whether anything is missing.
const WIDEST: usize = 32;

/// As much of the text as goes into the columns; no tail, no padding.
pub fn clip(text: &str, columns: usize, ambiguous: Ambiguous) -> String {
    clean_capped(text, columns, ambiguous).into_owned()
}

/// As much of the text as goes into the columns, ending in [`TAIL`] when something is missing; no padding. Names are
/// cut at their end only, never in the middle.
pub fn shorten(text: &str, columns: usize, ambiguous: Ambiguous) -> String {
    let near = clean_capped(text, columns.saturating_add(WIDEST), ambiguous);
    if width(&near, ambiguous) <= columns {
        return near.into_owned();
    }
    if columns < TAIL_FROM {
        return clip(&near, columns, ambiguous);
    }
    let mut short = clip(&near, columns - TAIL.len(), ambiguous);
    short.push_str(TAIL);
    short
}

/// The text in exactly so many columns: cut with a tail, or padded with spaces at its end.
pub fn fit(text: &str, columns: usize, ambiguous: Ambiguous) -> String {
    let mut fitted = shorten(text, columns, ambiguous);
    let missing = columns.saturating_sub(width(&fitted, ambiguous));
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// [`fit`] with the padding before the text.
pub fn fit_right(text: &str, columns: usize, ambiguous: Ambiguous) -> String {
    let short = shorten(text, columns, ambiguous);
    let missing = columns.saturating_sub(width(&short, ambiguous));
    let mut fitted = " ".repeat(missing);
    fitted.push_str(&short);
    fitted
}

/// The text padded to the columns, or nothing where it does not go in whole: for phone numbers, where a piece is worse
/// than none.
pub fn fit_whole(text: &str, columns: usize, ambiguous: Ambiguous) -> Option<String> {
    let whole = clean(text, ambiguous);
    (width(&whole, ambiguous) <= columns).then(|| fit(&whole, columns, ambiguous))
}

/// The column of the caret that stands before the byte `at` of the stored text, where the text is shown by itself: a
/// field draws with `put_alone`, or the caret is not where the letters are.
pub fn caret_column(text: &str, at: usize, ambiguous: Ambiguous) -> usize {
    let before = (0..=at.min(text.len())).rev().find_map(|index| text.get(..index)).unwrap_or("");
    width(&clean(before, ambiguous), ambiguous)
}
