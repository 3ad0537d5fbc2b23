//! Which tickets a text typed into the search line means.
//!
//! What can be found of each ticket is kept in mind, folded for comparing: a hundred thousand tickets are gone through
//! in the time of a key press, which reading their records is not. It is made when somebody first looks for something,
//! and from then on the tickets that changed are looked at again before the next search. An informant under seal is not
//! in the record and so not in here (R-REQ-6).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::phone::{keys, match_key};
use crate::domain::{Ticket, TicketId};
use crate::text::pinyin::{beginnings, folded, letter, sounds_like};

/// Fewer digits are in too many numbers to mean one.
const PHONE_DIGITS: usize = 3;

/// What can be found, by the number of the ticket.
#[derive(Debug, Default)]
pub(super) struct Search {
    tickets: BTreeMap<u64, Findable>,
}

/// Tickets that changed since they were looked at; nothing before anybody looked for anything.
#[derive(Debug, Default)]
pub(super) struct Changed(Option<BTreeSet<u64>>);

impl Changed {
    /// The tickets to look at before a search; `None` for all of them, the first time.
    pub fn take(&mut self) -> Option<BTreeSet<u64>> {
        self.0.replace(BTreeSet::new())
    }

    /// These tickets changed.
    pub fn note(&mut self, tickets: impl Iterator<Item = u64>) {
        if let Some(changed) = &mut self.0 {
            changed.extend(tickets);
        }
    }
}

/// What a ticket is found by.
#[derive(Debug)]
struct Findable {
    /// Everything in words, folded, a line each.
    text: Box<str>,
    /// The name, for finding it by its sound.
    name: Box<str>,
    /// The letters that a character of the name may begin with, a bit each.
    begins: u32,
    /// The digits of the phones, a line each.
    digits: Box<str>,
    /// The number as it is spoken.
    spoken: Box<str>,
}

impl Search {
    /// Keeps what a ticket is found by.
    pub fn keep(&mut self, ticket: &Ticket) {
        self.tickets.insert(ticket.id.0, Findable::of(ticket));
    }

    /// The tickets that are meant: the one with this very number, then those that hold the text as it was typed, then
    /// those that hold its words; the newest of each first.
    pub fn find(&self, text: &str) -> impl Iterator<Item = u64> {
        let words: Vec<Word> = text.split_whitespace().map(Word::new).collect();
        let whole = folded(text.trim());
        let number = text.trim().parse().ok().or_else(|| TicketId::parse_spoken(text).map(|id| id.0));
        let rank = move |(id, ticket): (&u64, &Findable)| {
            let rank = if Some(*id) == number {
                0
            } else if words.len() > 1 && ticket.text.contains(&whole) {
                1
            } else if words.iter().all(|word| word.is_in(ticket)) {
                2
            } else {
                return None;
            };
            Some((rank, *id))
        };
        let mut found: Vec<(u8, u64)> = self.tickets.iter().rev().filter_map(rank).collect();
        // Stable: within a rank the newest stay first.
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, id)| id)
    }
}

impl Findable {
    fn of(ticket: &Ticket) -> Findable {
        let fields = &ticket.fields;
        let own = [&fields.subject, &fields.name, &fields.phone, &fields.address, &fields.detail, &fields.demand];
        let area = ticket.master.iter().map(|master| &master.area);
        let mut text = String::new();
        for part in own.into_iter().chain(ticket.card.values()).chain(area).filter(|part| !part.is_empty()) {
            text.push_str(&folded(part));
            text.push('\n');
        }
        Findable {
            text: text.into(),
            name: fields.name.as_str().into(),
            begins: beginnings(&fields.name),
            digits: keys(&fields.phone).join("\n").into(),
            spoken: ticket.id.spoken().into(),
        }
    }
}

/// One word of what is looked for; every one of them must be found.
struct Word {
    text: String,
    digits: String,
    /// Typed in letters: perhaps the sound of a name.
    sound: bool,
}

impl Word {
    /// The word as typed: case does not matter, nor the width of its forms.
    fn new(word: &str) -> Word {
        let text = folded(word);
        let dialled = text.chars().all(|c| c.is_ascii_digit() || "+-()".contains(c));
        let digits = if dialled { match_key(&text) } else { String::new() };
        let sound = !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase());
        Word { text, digits, sound }
    }

    fn is_in(&self, ticket: &Findable) -> bool {
        ticket.text.contains(&self.text)
            || ticket.spoken.starts_with(&self.text)
            || (self.digits.len() >= PHONE_DIGITS && ticket.digits.contains(&self.digits))
            || self.sounds_like(ticket)
    }

    fn sounds_like(&self, ticket: &Findable) -> bool {
        let first = self.text.bytes().next().unwrap_or_default();
        self.sound && ticket.begins & letter(first) != 0 && sounds_like(&self.text, &ticket.name)
    }
}
