//! Finds Chinese by what an operator can type without an input method: 张三 is found by 张, zhangsan, zs and zhangs.
//!
//! Every reading of a character counts; which one is meant is not guessed here.

mod ear;

use std::borrow::Cow;
use std::cell::OnceCell;

use pinyin::ToPinyinMulti;

pub use ear::{Ear, Sound};

/// How a character may be read.
type Readings = Vec<Cow<'static, str>>;

/// How well a text matches a query; more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub u32);

const LITERAL: u32 = 3_000;
const SOUND: u32 = 2_000;
const SCATTERED: u32 = 1_000;
/// What a match at the very begin of the text is worth more than one far behind.
const NEARNESS: u32 = 400;
/// What a match that leaves nothing of the text over is worth.
const WHOLE: u32 = 300;

/// Readings of family names that the dictionary of characters lacks.
const NAME_READINGS: &[(char, &[&str])] = &[
    ('单', &["shan"]),
    ('仇', &["qiu"]),
    ('解', &["xie"]),
    ('查', &["zha"]),
    ('任', &["ren"]),
    ('朴', &["piao"]),
    ('区', &["ou"]),
    ('葛', &["ge"]),
    ('乐', &["yue"]),
    ('尉', &["yu"]),
    ('万', &["mo"]),
    ('俟', &["qi"]),
    ('长', &["zhang"]),
    ('缪', &["miao"]),
    ('翟', &["zhai"]),
    ('种', &["chong"]),
    ('冼', &["xian"]),
    ('盖', &["ge"]),
    ('曾', &["zeng"]),
    ('华', &["hua"]),
];

/// Whether the text answers the query, and how well. A query of several words asks for each of them; an empty one is
/// answered by everything.
pub fn matches(query: &str, text: &str) -> Option<Score> {
    let text: Vec<char> = text.chars().map(fold).collect();
    let spoken: OnceCell<Vec<Readings>> = OnceCell::new();
    let mut total = 0;
    for word in query.split_whitespace() {
        let word: Vec<char> = word.chars().map(fold).collect();
        let spoken = || spoken.get_or_init(|| text.iter().map(|&character| readings(character)).collect()).as_slice();
        total += match_word(&word, &text, spoken)?;
    }
    Some(Score(total))
}

/// The sounds of a text for an index: all first letters, then every whole syllable in its commonest reading.
pub fn keys(text: &str) -> (String, String) {
    let mut initials = String::new();
    let mut syllables = String::new();
    for character in text.chars().map(fold) {
        match readings(character).first() {
            Some(reading) => {
                initials.extend(reading.chars().next());
                syllables.push_str(reading);
            }
            None => {
                initials.push(character);
                syllables.push(character);
            }
        }
    }
    (initials, syllables)
}

/// A text in the one form that searches compare: small letters, half-width forms.
pub fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// The bit of a small letter; none for anything else.
pub fn letter(letter: u8) -> u32 {
    if letter.is_ascii_lowercase() { 1 << (letter - b'a') } else { 0 }
}

/// The letters that characters of this text may begin with when spoken, a bit each: what no word can sound like is
/// known without comparing.
pub fn beginnings(text: &str) -> u32 {
    let mut bits = 0;
    for character in text.chars().map(fold) {
        bits |= u8::try_from(character).map_or(0, letter);
        for reading in readings(character) {
            bits |= reading.bytes().next().map_or(0, letter);
        }
    }
    bits
}

/// Whether a part of the text holds the word or sounds like it: 张三 by zhangsan, zs, zhangs. Unlike [`matches()`], the
/// word's letters scattered over the text are not enough.
pub fn sounds_like(word: &str, text: &str) -> bool {
    matches(word, text).is_some_and(|Score(score)| score >= SOUND)
}

fn match_word<'a>(word: &[char], text: &[char], spoken: impl FnOnce() -> &'a [Readings]) -> Option<u32> {
    if let Some(at) = text.windows(word.len().max(1)).position(|window| window == word) {
        return Some(LITERAL + worth(at, word.len(), text.len()));
    }
    let spoken = spoken();
    // As long as the text.
    let spoken = |at: usize| &spoken[at];
    let sounding = (0..text.len()).find_map(|at| sound_end(word, text, &spoken, at).map(|end| (at, end - at)));
    if let Some((at, length)) = sounding {
        return Some(SOUND + worth(at, length, text.len()));
    }
    scattered(word, text).map(|spread| SCATTERED.saturating_sub(spread))
}

fn worth(at: usize, length: usize, of: usize) -> u32 {
    let near = NEARNESS.saturating_sub(u32::try_from(at).unwrap_or(NEARNESS));
    if length == of { near + WHOLE } else { near }
}

/// Where a run of the text ends that begins at `at` and sounds like the word. Each Chinese character takes its whole
/// syllable, the syllable's begin, or itself; the last one any part of its syllable.
fn sound_end<'a>(word: &[char], text: &[char], spoken: &dyn Fn(usize) -> &'a Readings, at: usize) -> Option<usize> {
    let mut reached = vec![false; word.len() + 1];
    reached[0] = true; // one longer than the word, so never empty
    for (index, &character) in text.iter().enumerate().skip(at) {
        let mut next = vec![false; word.len() + 1];
        for from in (0..word.len()).filter(|&from| reached[from]) {
            // `from` is below the length of both
            if advance(&word[from..], character, spoken(index), from, &mut next) {
                return Some(index + 1);
            }
        }
        if !next.contains(&true) {
            return None;
        }
        reached = next;
    }
    None
}

/// Marks how far into the word one character of the text leads; true when to its end.
fn advance(rest: &[char], character: char, spoken: &Readings, from: usize, next: &mut [bool]) -> bool {
    let mut done = false;
    let mut mark = |length: usize| {
        done |= length == rest.len();
        if let Some(slot) = next.get_mut(from + length) {
            *slot = true;
        }
    };
    if rest.first() == Some(&character) {
        mark(1);
    }
    for reading in spoken {
        let same = reading.chars().zip(rest).take_while(|(ours, theirs)| ours == *theirs).count();
        let whole = reading.chars().count();
        let hissing = whole > 1 && reading.chars().nth(1) == Some('h');
        for length in 1..=same {
            let begin = length == 1 || (length == 2 && hissing);
            if begin || length == whole || length == rest.len() {
                mark(length);
            }
        }
    }
    done
}

/// The letters of the word anywhere in the text, in their order; how far apart they are.
fn scattered(word: &[char], text: &[char]) -> Option<u32> {
    let mut first = None;
    let mut at = 0;
    for &letter in word {
        let found = at + text.get(at..)?.iter().position(|&character| character == letter)?;
        first.get_or_insert(found);
        at = found + 1;
    }
    u32::try_from(at - first? - word.len()).ok()
}

fn readings(character: char) -> Readings {
    if character.is_ascii() {
        return Vec::new();
    }
    let mut found = Readings::new();
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        for spelling in spellings(reading.plain()) {
            if !found.contains(&spelling) {
                found.push(spelling);
            }
        }
    }
    let names = NAME_READINGS.iter().filter(|(name, _)| *name == character).flat_map(|(_, more)| more.iter());
    for &reading in names {
        if !found.iter().any(|known| known == reading) {
            found.push(Cow::Borrowed(reading));
        }
    }
    found
}

/// 吕 is typed lv by most and lu by the rest.
fn spellings(plain: &'static str) -> Readings {
    if plain.contains('ü') {
        vec![plain.replace('ü', "v").into(), plain.replace('ü', "u").into()]
    } else {
        vec![Cow::Borrowed(plain)]
    }
}

/// One form for what is typed in several: small letters, half-width forms.
fn fold(character: char) -> char {
    let half = match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        'ü' | 'Ü' => 'v',
        other => other,
    };
    half.to_lowercase().next().unwrap_or(half)
}
