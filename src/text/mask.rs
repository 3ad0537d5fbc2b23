//! Personal data made unreadable, and still recognisable to whoever knew it (R-WO-2, R-CUS-5): a surname, the two ends
//! of a number, the road without the door.
//!
//! What comes out never holds what went in, unless there was nothing personal in it.

/// Fewer digits than this in a row are no telephone number.
const SHORTEST_NUMBER: usize = 7;
/// Characters of `2026-11-22`.
const DATE: usize = 10;
/// What stands for what was taken out.
pub const STARS: &str = "****";
/// Characters an address may be cut behind: what is before them is a road, a village or a compound, not a door.
const PLACES: &str = "路街道巷弄村区苑园城镇乡里坊庄區園鎮鄉莊";

/// A name: its first character, and as many stars for every name there is.
pub fn name(name: &str) -> String {
    name.trim().chars().next().map(|first| format!("{first}**")).unwrap_or_default()
}

/// One or several telephone numbers as they stand in a field. Of a long one the first three and the last four digits
/// are left, of a short one two and two.
pub fn phone(numbers: &str) -> String {
    let joins = |char: char| digit(char).is_some() || " -()+\u{3000}－（）＋".contains(char);
    let runs = numbers.split(|char| !joins(char)).map(|run| run.chars().filter_map(digit).collect::<String>());
    let masked: Vec<String> = runs.filter(|run| !run.is_empty()).map(|run| of_digits(&run)).collect();
    match masked.is_empty() {
        true if numbers.trim().is_empty() => String::new(),
        // A name or a word in the place of a number.
        true => STARS.to_owned(),
        false => masked.join("/"),
    }
}

/// An address down to the road or the compound: everything from its first digit on is taken out, and where it is
/// written without digits everything behind the last word for a place.
pub fn address(address: &str) -> String {
    let address = address.trim();
    let (kept, rest) = match address.char_indices().find(|(_, char)| digit(*char).is_some()) {
        Some((at, _)) => address.split_at(at),
        None => address.split_at(door(address)),
    };
    if rest.trim().is_empty() { kept.to_owned() } else { format!("{}***", kept.trim_end()) }
}

/// Where an address without digits is cut: behind its last word for a place, else behind its second character.
fn door(address: &str) -> usize {
    let place = address.char_indices().rfind(|(_, char)| PLACES.contains(*char));
    let second = address.char_indices().nth(2).map_or(0, |(at, _)| at);
    place.map_or(second, |(at, char)| at + char.len_utf8())
}

/// Somebody's words: every number that may be a telephone's is masked where it stands, also one written in groups.
/// Dates are left.
pub fn words(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(char) = chars.get(at) {
        if digit(*char).is_none() {
            masked.push(*char);
            at += 1;
            continue;
        }
        let run = chars.get(at..at + run_length(&chars, at)).unwrap_or_default();
        // A date is taken for itself, also with a time behind it.
        let run = run
            .get(..DATE)
            .filter(|date| is_date(date) && !run.get(DATE).is_some_and(char::is_ascii_digit))
            .unwrap_or(run);
        let digits: String = run.iter().copied().filter_map(digit).collect();
        if digits.len() < SHORTEST_NUMBER || is_date(run) {
            masked.extend(run);
        } else {
            masked.push_str(&of_digits(&digits));
        }
        at += run.len();
    }
    masked
}

/// How far digits go on, with a single space or hyphen between two of them; the last one is a digit.
fn run_length(chars: &[char], from: usize) -> usize {
    let is_digit = |at: usize| chars.get(at).is_some_and(|char| digit(*char).is_some());
    let joins = |at: usize| chars.get(at).is_some_and(|char| " -－\u{3000}".contains(*char));
    let mut at = from;
    while is_digit(at) || (joins(at) && is_digit(at + 1)) {
        at += 1;
    }
    at - from
}

/// `2026-11-22`, and nothing else.
fn is_date(run: &[char]) -> bool {
    let dashes: Vec<usize> = run.iter().enumerate().filter(|(_, char)| **char == '-').map(|(at, _)| at).collect();
    let digits = run.iter().filter(|char| char.is_ascii_digit()).count();
    let year = run.starts_with(&['1', '9']) || run.starts_with(&['2', '0']);
    run.len() == DATE && dashes == [4, 7] && digits == 8 && year
}

fn of_digits(digits: &str) -> String {
    let (head, tail) = match digits.len() {
        11.. => (3, 4),
        SHORTEST_NUMBER..11 => (2, 2),
        _ => return STARS.to_owned(),
    };
    let (first, last) = (digits.get(..head), digits.get(digits.len() - tail..));
    format!("{}{STARS}{}", first.unwrap_or_default(), last.unwrap_or_default())
}

/// A digit as a half-width one.
fn digit(char: char) -> Option<char> {
    match char {
        '0'..='9' => Some(char),
        '０'..='９' => char::from_digit(char as u32 - '０' as u32, 10),
        _ => None,
    }
}
