//! What is drawn in the place of a character that the terminal can't be trusted to count: one of the same width that
//! every terminal counts alike. Nothing else on the screen moves for it.

use unicode_normalization::UnicodeNormalization;

use super::clean::GETA;
use super::tables;
use super::width::{is_ambiguous, within};

/// The columns that every stand-in takes.
pub const COLUMNS: u16 = 2;

/// The signs that have a wide sign like them.
const SIGNS: &[(&str, &str)] = &[
    ("“", "〝"),
    ("”", "〞"),
    ("‘’", "＇"),
    ("„", "〟"),
    ("—―", "ー"),
    ("‐–", "－"),
    ("…‥·•‧", "・"),
    ("‖", "｜"),
    ("×", "ｘ"),
    ("÷", "／"),
    ("±", "＋"),
    ("°", "゜"),
    ("′", "＇"),
    ("″", "＂"),
    ("�¿", "？"),
    ("¡", "！"),
    ("€", "Ｅ"),
    ("№", "Ｎ"),
    ("℃", "Ｃ"),
    ("℉", "Ｆ"),
    ("─━", "－"),
    ("│┃", "｜"),
    ("→⇒", "＞"),
    ("←", "＜"),
    ("↑", "＾"),
    ("≤", "＜"),
    ("≥", "＞"),
    ("∶", "："),
    ("∕", "／"),
    ("※★☆●○◆◇■□▲△▼▽", "＊"),
    ("æ", "ａ"),
    ("Æ", "Ａ"),
    ("øº", "ｏ"),
    ("Ø", "Ｏ"),
    ("œ", "ｏ"),
    ("Œ", "Ｏ"),
    ("ð", "ｄ"),
    ("Ð", "Ｄ"),
    ("ł", "ｌ"),
    ("Ł", "Ｌ"),
    ("ı", "ｉ"),
    ("ß", "ｓ"),
    ("ɑ", "ａ"),
    ("ɡ", "ｇ"),
];

/// Stands for an ambiguous grapheme of two columns; nothing for any other. A letter keeps its base, a figure in a circle
/// its figure, a sign becomes the wide sign most like it.
pub fn for_ambiguous(grapheme: &str) -> Option<char> {
    if !grapheme.chars().any(is_ambiguous) {
        return None;
    }
    let first = grapheme.chars().next()?;
    let sign = SIGNS.iter().find(|(signs, _)| signs.contains(first)).and_then(|(_, stands)| stands.chars().next());
    Some(sign.or_else(|| of_letter(first)).unwrap_or(GETA))
}

/// Stands for a grapheme with a wide character that terminals know only since Unicode 15, Han of the Extensions H, I and
/// J among them; nothing for any other.
pub fn for_newer(grapheme: &str) -> Option<char> {
    grapheme.chars().any(|character| within(tables::NEWER, u32::from(character))).then_some(GETA)
}

/// The full-width form of the letter or figure that the character is made of, where it is made of one.
fn of_letter(character: char) -> Option<char> {
    let base = std::iter::once(character).nfkd().filter(|part| !is_mark(*part)).collect::<String>();
    let mut parts = base.chars();
    match (parts.next(), parts.next()) {
        (Some(part @ '!'..='~'), None) => char::from_u32(u32::from(part) + 0xFEE0),
        _ => None,
    }
}

fn is_mark(character: char) -> bool {
    super::width::is_zero_width(character)
}
