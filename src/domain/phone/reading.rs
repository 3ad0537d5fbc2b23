//! Reads the numbers out of a text: first its groups of digits with what stands between them, then which groups are one
//! number. A number is full when its length is that of its kind; what follows a full number is its extension, another
//! number, or (behind a slash) another ending of it.

use super::Number;

/// What stands between two groups of digits. Where several things stand there the greatest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    /// Nothing, or blanks.
    #[default]
    Space,
    /// A dash, a dot or a bracket.
    Dash,
    /// `#`
    Hash,
    /// A slash.
    Slash,
    /// The enumeration comma.
    List,
    /// Words, commas: another number begins.
    Break,
    /// A word that means an extension.
    Extension,
}

#[derive(Clone, Debug, Default)]
struct Group {
    /// What stands before it.
    gap: Gap,
    /// A plus stands before it.
    plus: bool,
    digits: String,
}

/// What a full number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A mobile number.
    Mobile,
    /// With its area code.
    Landline,
    /// 400 or 800.
    Free,
    /// 110, 12345, 95598.
    Short,
    /// Seven or eight digits without area code.
    Local,
}

/// More digits than any number has: nothing is joined beyond them.
const LONGEST: usize = 20;
/// More numbers than anybody writes into a field.
const MOST: usize = 32;

pub(super) fn read(text: &str) -> Vec<Number> {
    if !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // What a PBX sends, and most of what is typed: one group.
        let key = inland(text, false).0;
        return Some(Number { key, ..Number::default() }).filter(|number| !number.key.is_empty()).into_iter().collect();
    }
    let groups = groups(text);
    let mut reading = Reading { groups: &groups, at: 0, area: String::new(), found: Vec::new() };
    while reading.at < groups.len() && reading.found.len() < MOST {
        reading.one();
    }
    let found = reading.found;
    let long = |number: &Number| number.key.len() >= 3;
    // A house number or a count beside a number is none.
    if found.iter().any(long) { found.into_iter().filter(long).collect() } else { found.into_iter().take(1).collect() }
}

/// Seven or eight digits as they are dialled inside a town.
pub(super) fn is_local(digits: &str) -> bool {
    (7..=8).contains(&digits.len()) && digits.starts_with(|c| ('2'..='8').contains(&c))
}

/// The area code a number begins with: 010, 02x, else three digits behind the zero.
pub(super) fn area_of(digits: &str) -> Option<&str> {
    let second = digits.strip_prefix('0')?.chars().next()?;
    match second {
        '1' if digits.starts_with("010") => digits.get(..3),
        '2' => digits.get(..3),
        '3'..='9' => digits.get(..4),
        _ => None,
    }
}

struct Reading<'a> {
    groups: &'a [Group],
    at: usize,
    /// The area code read last: a local number behind it is of the same town.
    area: String,
    found: Vec<Number>,
}

/// Groups taken as one number.
struct Taken {
    key: String,
    kind: Option<Kind>,
    used: usize,
}

impl Reading<'_> {
    fn one(&mut self) {
        let Some(group) = self.groups.get(self.at) else { return };
        if self.another_ending(group) || self.another_extension(group) {
            self.at += 1;
            return;
        }
        let taken = self.take(self.at, true);
        self.at += taken.used;
        let mut number = Number { key: taken.key, extension: String::new() };
        match taken.kind {
            Some(Kind::Local) if !self.area.is_empty() => number.key.insert_str(0, &self.area),
            Some(Kind::Landline) => self.area = area_of(&number.key).unwrap_or_default().to_owned(),
            _ => {}
        }
        if let Some(extension) = self.extension(taken.kind) {
            number.extension = extension;
            self.at += 1;
        }
        if !number.key.is_empty() {
            self.found.push(number);
        }
    }

    /// Behind a slash: fewer digits than a number has replace the end of the one before.
    fn another_ending(&mut self, group: &Group) -> bool {
        let Some(before) = self.found.last().filter(|before| before.extension.is_empty()) else { return false };
        let digits = &group.digits;
        let listed = group.gap == Gap::Slash || (group.gap == Gap::List && digits.len() == 4);
        let full = kind_of(&before.key).is_some_and(|kind| kind != Kind::Short);
        let area_follows = digits.starts_with('0') && self.joins_next();
        if !listed || !full || digits.len() > 4 || area_follows || self.take(self.at, false).kind.is_some() {
            return false;
        }
        let Some(kept) = before.key.get(..before.key.len() - digits.len()) else { return false };
        let key = format!("{kept}{digits}");
        self.found.push(Number { key, extension: String::new() });
        true
    }

    fn joins_next(&self) -> bool {
        self.groups.get(self.at + 1).is_some_and(|next| next.gap <= Gap::Dash && !next.plus)
    }

    /// Behind an extension: as many digits again are another extension of the same number.
    fn another_extension(&mut self, group: &Group) -> bool {
        let Some(before) = self.found.last().filter(|before| !before.extension.is_empty()) else { return false };
        let as_long = group.digits.len() == before.extension.len() && !group.plus;
        if !as_long || self.take(self.at, false).kind.is_some() {
            return false;
        }
        self.found.push(Number { key: before.key.clone(), extension: group.digits.clone() });
        true
    }

    /// The extension that stands next, behind a number of this kind.
    fn extension(&self, kind: Option<Kind>) -> Option<String> {
        let next = self.groups.get(self.at).filter(|next| !next.plus)?;
        let digits = &next.digits;
        let follows = self.take(self.at, false).kind;
        let is = match next.gap {
            Gap::Extension => true,
            Gap::Hash => digits.len() <= 6,
            Gap::Dash => {
                let number = matches!(follows, Some(Kind::Mobile | Kind::Landline | Kind::Free));
                kind.is_some() && digits.len() <= 6 && !number
            }
            Gap::Space => {
                let wired = matches!(kind, Some(Kind::Landline | Kind::Local));
                wired && (3..=5).contains(&digits.len()) && follows.is_none()
            }
            Gap::Slash | Gap::List | Gap::Break => false,
        };
        is.then(|| digits.clone())
    }

    /// As many groups as are one number: until it is full, else all that hang together. A group 86 of its own is the
    /// country's code where that makes a number full.
    fn take(&self, from: usize, over_slash: bool) -> Taken {
        let Some(first) = self.groups.get(from) else {
            return Taken { key: String::new(), kind: None, used: 1 };
        };
        if first.digits == "86" && !first.plus {
            let abroad = self.join(from, first, true, over_slash);
            if abroad.kind.is_some() {
                return abroad;
            }
        }
        self.join(from, first, first.plus, over_slash)
    }

    fn join(&self, from: usize, first: &Group, plus: bool, over_slash: bool) -> Taken {
        let mut digits = first.digits.clone();
        let mut used = 1;
        loop {
            let together = used == 1 || (used == 2 && first.digits == "86");
            let kind = full(&digits, plus, together);
            let next =
                self.groups.get(from + used).filter(|next| kind.is_none() && !next.plus && digits.len() < LONGEST);
            let joined = next.map(|next| format!("{digits}{}", next.digits));
            let joins = next.zip(joined.as_ref()).is_some_and(|(next, joined)| match next.gap {
                Gap::Space | Gap::Dash => full(joined, plus, false).is_some() || !stands_alone(&next.digits),
                Gap::Slash => over_slash && full(joined, plus, false).is_some(),
                _ => false,
            });
            match joined.filter(|_| joins) {
                Some(joined) => {
                    digits = joined;
                    used += 1;
                }
                None => return Taken { key: inland(&digits, plus).0, kind, used },
            }
        }
    }
}

/// A group that is a whole number by itself, whatever stands before it.
fn stands_alone(digits: &str) -> bool {
    matches!(full(digits, false, true), Some(Kind::Mobile | Kind::Landline | Kind::Free))
}

/// What these digits are, if they are a full number. `single`: they stand together, in one group.
fn full(digits: &str, plus: bool, single: bool) -> Option<Kind> {
    let (key, abroad) = inland(digits, plus);
    let free = key.starts_with("400") || key.starts_with("800");
    match kind_of(&key)? {
        // Behind a country code there is an area code before a local number; 400 may be the beginning of more.
        Kind::Local if plus || abroad || (free && !single) => None,
        Kind::Short if !single => None,
        kind => Some(kind),
    }
}

/// What a key is, if it is a full number.
fn kind_of(key: &str) -> Option<Kind> {
    let length = key.len();
    if is_mobile(key) {
        return Some(Kind::Mobile);
    }
    if let Some(area) = area_of(key) {
        let local = length - area.len();
        let fits = if area.len() == 3 { local == 8 } else { local == 7 || local == 8 };
        return fits.then_some(Kind::Landline);
    }
    let free = key.starts_with("400") || key.starts_with("800");
    if free && length == 10 {
        return Some(Kind::Free);
    }
    let emergency = length == 3 && (key.starts_with("11") || key.starts_with("12"));
    let service = length == 5 && ["10", "11", "12", "95", "96"].iter().any(|start| key.starts_with(start));
    if emergency || service || (length == 6 && (key.starts_with("95") || key.starts_with("96"))) {
        return Some(Kind::Short);
    }
    is_local(key).then_some(Kind::Local)
}

fn is_mobile(digits: &str) -> bool {
    let mut chars = digits.chars();
    digits.len() == 11 && chars.next() == Some('1') && chars.next().is_some_and(|c| ('3'..='9').contains(&c))
}

/// The digits as they are dialled inside the country, and whether the country's code stood before them.
fn inland(digits: &str, plus: bool) -> (String, bool) {
    // Behind a plus no zero stands before the country's code; one that was typed all the same says nothing.
    let mut rest = if plus { digits.trim_start_matches('0') } else { digits };
    let mut abroad = false;
    while let Some(behind) = behind_country(rest, plus && !abroad) {
        (rest, abroad) = (behind, true);
    }
    if plus && !abroad {
        return (format!("00{rest}"), false);
    }
    let key = match rest.strip_prefix('0') {
        Some(mobile) if is_mobile(mobile) => mobile.to_owned(),
        _ if abroad && lacks_zero(rest) => format!("0{rest}"),
        _ => rest.to_owned(),
    };
    (key, abroad)
}

/// What stands behind the country's code, where it is there. Without a plus or 00 it is taken for one only where the
/// rest is a full number.
fn behind_country(digits: &str, plus: bool) -> Option<&str> {
    if let Some(rest) = digits.strip_prefix("0086") {
        return Some(rest);
    }
    let rest = digits.strip_prefix("86")?;
    let whole = || {
        let with_area = kind_of(&format!("0{rest}")) == Some(Kind::Landline);
        let itself = matches!(kind_of(rest), Some(Kind::Mobile | Kind::Landline | Kind::Free));
        digits.len() >= 12 && (itself || with_area || rest.strip_prefix('0').is_some_and(is_mobile))
    };
    (plus || whole()).then_some(rest)
}

/// Behind the country code an area code stands without its zero: two or three digits and seven or eight more. Mobile
/// numbers, 400 and 800 lines and the short ones (95598) have none.
fn lacks_zero(national: &str) -> bool {
    let plain = ["0", "400", "800"].iter().any(|start| national.starts_with(start));
    (9..=11).contains(&national.len()) && !is_mobile(national) && !plain
}

/// The groups of digits of a text with what stands between them.
fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut next = Group::default();
    let mut word = String::new();
    for c in text.chars().map(half_width) {
        if c.is_alphabetic() {
            close(&mut next, &mut groups);
            word.extend(c.to_lowercase());
            continue;
        }
        hear(&mut word, &mut next);
        if c.is_ascii_digit() {
            next.digits.push(c);
            continue;
        }
        close(&mut next, &mut groups);
        match c {
            '+' => (next.gap, next.plus) = (Gap::Break, true),
            // Between the word for an extension and its digits.
            ':' | '=' | '.' | '#' | '-' | '(' | ')' | ' ' if next.gap == Gap::Extension => {}
            c if gap(c) == Gap::Break => next.gap = Gap::Break,
            c => next.gap = next.gap.max(gap(c)),
        }
    }
    close(&mut next, &mut groups);
    groups
}

/// A group ends; what comes next is before another one.
fn close(next: &mut Group, groups: &mut Vec<Group>) {
    if !next.digits.is_empty() {
        groups.push(std::mem::take(next));
    }
}

/// What a word before the next digits means for them.
fn hear(word: &mut String, next: &mut Group) {
    if !word.is_empty() {
        next.gap = if means_extension(word) { Gap::Extension } else { Gap::Break };
        next.plus = false;
        word.clear();
    }
}

/// The words for an extension (zhuan, zhuanjie, fenji, neixian, in both scripts): alone, or at the end of what is said.
fn means_extension(word: &str) -> bool {
    const SAID: [&str; 8] = [
        "\u{8f6c}",
        "\u{8f49}",
        "\u{8f6c}\u{63a5}",
        "\u{8f49}\u{63a5}",
        "\u{5206}\u{673a}",
        "\u{5206}\u{6a5f}",
        "\u{5185}\u{7ebf}",
        "\u{5167}\u{7dda}",
    ];
    matches!(word, "x" | "ext" | "extn" | "extension") || SAID.iter().any(|said| word.ends_with(said))
}

fn gap(c: char) -> Gap {
    match c {
        '-' | '.' | '(' | ')' | '[' | ']' => Gap::Dash,
        '#' => Gap::Hash,
        '/' | '\\' => Gap::Slash,
        '\u{3001}' => Gap::List, // the enumeration comma
        ' ' | '\t' => Gap::Space,
        _ => Gap::Break,
    }
}

/// Signs of full width, and every kind of dash and blank, as the plain ones.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{2002}'..='\u{200b}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{fe63}' | '~' => '-',
        '\u{3010}' | '\u{3014}' => '(',
        '\u{3011}' | '\u{3015}' => ')',
        c => c,
    }
}
