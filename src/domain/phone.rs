//! When are two numbers the same person's line: how Chinese numbers are written, and what they are matched by.
//!
//! A key holds half-width digits as they are dialled inside the country: without +86 or 0086, with the zero before an
//! area code, without one before a mobile number; an extension follows behind an `x` (`057188881234x8001`), so that two
//! people behind one switchboard are two people. A number of another country begins with 00. Keys follow from the text
//! alone; what the desk's own area code adds is asked for when keys are compared ([`alike`]), so that records and their
//! indexes stay what they are when it is set.

mod reading;

/// One number of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// The number itself, as digits.
    pub key: String,
    /// The extension behind it; empty for none.
    pub extension: String,
}

impl Number {
    /// What it is matched by: the extension kept.
    pub fn match_key(&self) -> String {
        if self.extension.is_empty() { self.key.clone() } else { format!("{}{BEHIND}{}", self.key, self.extension) }
    }
}

/// What stands between a number and its extension in a key.
const BEHIND: char = 'x';

/// The numbers in a text, in the order they stand in: `0571-88881234/5678` holds two, `0571-8888/8801` one.
pub fn numbers(text: &str) -> Vec<Number> {
    reading::read(text)
}

/// What the first number of a text is matched by. Empty for a text without digits, which matches nothing.
pub fn match_key(text: &str) -> String {
    numbers(text).first().map(Number::match_key).unwrap_or_default()
}

/// What all numbers of a text are matched by, each once.
pub fn keys(text: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for key in numbers(text).iter().map(Number::match_key) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// The first number of a text without its extension: the switchboard.
pub fn main_key(text: &str) -> String {
    numbers(text).into_iter().next().map(|number| number.key).unwrap_or_default()
}

/// What a telephone dials for the first number of a text: its digits without the extension, which is dialled when the
/// switchboard answers. A code of digits, stars and hashes stays as it was typed.
pub fn dialled(text: &str) -> String {
    let plain = text.trim();
    let code = plain.starts_with(['*', '#']) && plain.chars().all(|c| c.is_ascii_digit() || "*#".contains(c));
    if code { plain.to_owned() } else { main_key(text) }
}

/// A key without its extension.
pub fn bare(key: &str) -> &str {
    key.split(BEHIND).next().unwrap_or(key)
}

/// The keys that mean the same line as this one where the desk's own area code is `area` (empty: not configured), the
/// key itself first: a local number with and without it.
pub fn alike(key: &str, area: &str) -> Vec<String> {
    let mut all = vec![key.to_owned()];
    if key.is_empty() || area.is_empty() {
        return all;
    }
    if reading::is_local(bare(key)) {
        all.push(format!("{area}{key}"));
    } else if let Some(local) = key.strip_prefix(area).filter(|local| reading::is_local(bare(local))) {
        all.push(local.to_owned());
    }
    all
}

/// Two keys mean the same line.
pub fn same(one: &str, other: &str, area: &str) -> bool {
    !one.is_empty() && alike(one, area).iter().any(|key| key == other)
}

/// The two texts have a number in common. Two extensions behind one switchboard are two people, and the switchboard's
/// own number is neither of them.
pub fn same_person(one: &str, other: &str, area: &str) -> bool {
    let others = keys(other);
    keys(one).iter().any(|key| others.iter().any(|other| same(key, other, area)))
}

/// A call from `caller` shows what is known under `key`: the same line, or somebody behind that switchboard. To show is
/// not to settle: a call from the switchboard's bare number may be anybody's there.
pub fn shows(caller: &str, key: &str, area: &str) -> bool {
    same(caller, key, area) || (!caller.contains(BEHIND) && same(caller, bare(key), area))
}

/// A call from the number `caller` shows what is known of the numbers in `text`.
pub fn concerns(caller: &str, text: &str, area: &str) -> bool {
    let theirs = keys(text);
    keys(caller).iter().any(|caller| theirs.iter().any(|key| shows(caller, key, area)))
}

/// An area code as it is configured: `0571`, `010`, `021`.
pub fn is_area_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit()) && reading::area_of(text) == Some(text)
}
