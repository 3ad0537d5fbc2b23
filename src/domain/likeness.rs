//! What looks like the same matter (R-REQ-3), and what looks like one incident (R-REQ-10). Pure looks at the open tickets.

use std::collections::BTreeSet;

use super::phone::{keys, same};
use super::rulebook::Rulebook;
use super::state::{DAY_MS, State};
use super::ticket::{Ticket, TicketFields};
use super::{Stamp, TicketId};

/// Points for the same number; the same premises; a subject half of whose pairs of characters agree.
const SAME_NUMBER: u32 = 40;
const SAME_PREMISES: u32 = 40;
const SAME_KIND: u32 = 10;
const SUBJECT: u32 = 40;
/// From here on two reports are likely one matter.
const LIKELY: u32 = 60;

/// Why two reports look like one matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// The ticket that is there already.
    pub ticket: TicketId,
    /// The same caller's number.
    pub number: bool,
    /// The same premises.
    pub premises: bool,
    /// How much of the subject agrees, in percent.
    pub subject: u32,
    /// All of it in points; the highest first.
    pub points: u32,
}

/// R-REQ-3: the open tickets that this one may already be, the likeliest first. It need not be registered yet; a rehearsal
/// is one matter with rehearsals only.
pub fn duplicates(state: &State, rules: &Rulebook, ticket: &Ticket, now: Stamp) -> Vec<Likeness> {
    let since = now.plus(-(i64::from(rules.duplicates.days) * DAY_MS));
    let wanted = Wanted::of(&ticket.fields, &state.area_code);
    if wanted.is_empty() {
        return Vec::new();
    }
    let others = state.tickets.values().filter(|other| other.is_live() && other.opened_at >= since);
    let mut found: Vec<Likeness> = others
        .filter(|other| other.id != ticket.id && other.rehearsal == ticket.rehearsal && other.seal.is_none())
        .map(|other| wanted.likeness(other))
        .filter(|likeness| likeness.points >= LIKELY)
        .collect();
    found.sort_by_key(|likeness| std::cmp::Reverse((likeness.points, likeness.ticket)));
    found
}

struct Wanted<'a> {
    fields: &'a TicketFields,
    phones: Vec<String>,
    area_code: &'a str,
    address: String,
    pairs: BTreeSet<(char, char)>,
}

impl<'a> Wanted<'a> {
    fn of(fields: &'a TicketFields, area_code: &'a str) -> Wanted<'a> {
        let (phones, address) = (keys(&fields.phone), plain(&fields.address));
        Wanted { fields, phones, area_code, address, pairs: pairs(&fields.subject) }
    }

    fn has_number(&self, text: &str) -> bool {
        !self.phones.is_empty()
            && keys(text).iter().any(|theirs| self.phones.iter().any(|own| same(own, theirs, self.area_code)))
    }

    fn is_empty(&self) -> bool {
        self.phones.is_empty() && self.address.chars().count() < 4
    }

    fn likeness(&self, ticket: &Ticket) -> Likeness {
        let number = self.has_number(&ticket.fields.phone);
        let premises =
            self.address.chars().count() >= 4 && same_premises(&self.address, &plain(&ticket.fields.address));
        if !number && !premises {
            return Likeness { ticket: ticket.id, ..Likeness::default() };
        }
        let theirs = pairs(&ticket.fields.subject);
        let common = self.pairs.intersection(&theirs).count();
        let smaller = self.pairs.len().min(theirs.len());
        let subject = u32::try_from((common * 100).checked_div(smaller).unwrap_or(0)).unwrap_or(0);
        let kind = if ticket.fields.kind == self.fields.kind { SAME_KIND } else { 0 };
        let points = if number { SAME_NUMBER } else { 0 }
            + if premises { SAME_PREMISES } else { 0 }
            + kind
            + subject.min(100) * SUBJECT / 100;
        Likeness { ticket: ticket.id, number, premises, subject, points }
    }
}

/// The same door: one address holds the other's end, from the road on. A house 1 is not the end of a house 21.
fn same_premises(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let Some(before) = long.strip_suffix(short) else { return false };
    let digit = |c: char| c.is_ascii_digit();
    short.chars().count() >= 4 && !(short.starts_with(digit) && before.ends_with(digit)) || one == other
}

/// Neighbouring characters of a text without blanks and signs.
fn pairs(text: &str) -> BTreeSet<(char, char)> {
    let plain: Vec<char> = plain(text).chars().collect();
    plain.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect()
}

/// A text without blanks and signs, half-width, in lower case.
fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(half).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Requests of one kind that burst in one area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Burst {
    /// The area, as the newest one's address begins.
    pub area: String,
    /// The others, the oldest first.
    pub tickets: Vec<TicketId>,
    /// The incident one of them is attached to, or is.
    pub incident: Option<TicketId>,
}

/// R-REQ-10: the other requests of this one's kind in its area within the rulebook's minutes, if there are enough of
/// them with it, or any where an incident is declared there already.
pub fn burst(state: &State, rules: &Rulebook, ticket: &Ticket, now: Stamp) -> Option<Burst> {
    let area = area(&ticket.fields.address)?;
    let since = now.plus(-(i64::from(rules.incidents.minutes) * 60_000));
    let here = state.tickets.values().filter(|other| {
        other.is_live()
            && other.id != ticket.id
            && other.rehearsal == ticket.rehearsal
            && other.fields.kind == ticket.fields.kind
            && self::area(&other.fields.address).as_deref() == Some(&area)
    });
    let mut burst = Burst { area: area.clone(), ..Burst::default() };
    for other in here {
        let incident = other.incident.or_else(|| other.master.as_ref().map(|_| other.id));
        burst.incident = burst.incident.or(incident);
        if other.opened_at >= since {
            burst.tickets.push(other.id);
        }
    }
    let enough = burst.tickets.len() + 1 >= rules.incidents.count as usize;
    (enough || burst.incident.is_some()).then_some(burst)
}

/// The area of an address: everything up to its first number, which is a house, a block or a door.
pub fn area(address: &str) -> Option<String> {
    let plain = plain(address);
    let area: String = plain.chars().take_while(|c| !c.is_ascii_digit()).collect();
    (area.chars().count() >= 2).then_some(area)
}
