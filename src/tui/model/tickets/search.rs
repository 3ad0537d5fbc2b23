//! What of a ticket can be found by typing: its number with the check digit, any part of the number called from, of name,
//! address, subject, owner and the rulebook's fields, by characters, pinyin or initials. The texts are put together when
//! somebody first types, and kept.

use std::collections::HashMap;

use crate::domain::phone::keys;
use crate::domain::{Ticket, TicketId};
use crate::text::{Ear, Sound};

use super::filter::Scope;

/// Reports looked through with the ticket they were merged into.
const REPORTS: usize = 500;

#[derive(Debug)]
struct Text {
    /// Everything that is found as it is written.
    folded: Box<str>,
    /// What of it is found by its sound too.
    sound: Sound,
}

/// A word that was typed, folded.
#[derive(Debug)]
pub struct Wanted {
    text: String,
    characters: Vec<char>,
}

/// The texts of the tickets.
#[derive(Debug, Default)]
pub struct Search {
    ear: Ear,
    texts: HashMap<TicketId, Text>,
}

impl Search {
    /// Forgets a ticket's text: it changed. The one it is merged into holds its text too.
    pub fn forget(&mut self, id: TicketId, scope: &Scope<'_>) {
        self.texts.remove(&id);
        let mut into = scope.tickets.get(&id).and_then(|ticket| ticket.merged.as_ref());
        for _ in 0..REPORTS {
            let Some(merge) = into else { return };
            self.texts.remove(&merge.into);
            into = scope.tickets.get(&merge.into).and_then(|ticket| ticket.merged.as_ref());
        }
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.texts.clear();
    }

    /// Whether a ticket answers every word; an empty query is answered by all.
    pub fn answers(&mut self, query: &[Wanted], ticket: &Ticket, scope: &Scope<'_>) -> bool {
        if query.is_empty() {
            return true;
        }
        let ear = &mut self.ear;
        let text = self.texts.entry(ticket.id).or_insert_with(|| {
            let (spoken, silent) = text_of(ticket, scope);
            let spoken = Ear::folded(&spoken);
            let sound = ear.hear(&spoken);
            Text { folded: (spoken + &Ear::folded(&silent)).into(), sound }
        });
        query.iter().all(|word| text.folded.contains(&word.text) || self.ear.finds(&word.characters, &text.sound))
    }
}

/// The words of what was typed.
pub fn words_of(query: &str) -> Vec<Wanted> {
    let words = query.split_whitespace().map(Ear::folded);
    words.map(|text| Wanted { characters: text.chars().collect(), text }).collect()
}

/// Everything of a ticket and of the reports inside it that can be found, line by line: no word reaches over two fields.
/// First what is found by its sound too.
fn text_of(ticket: &Ticket, scope: &Scope<'_>) -> (String, String) {
    let mut text = (String::new(), String::new());
    let mut left = vec![ticket];
    for _ in 0..REPORTS {
        let Some(ticket) = left.pop() else { break };
        write(ticket, scope, &mut text);
        left.extend(ticket.reports.iter().filter_map(|report| scope.tickets.get(report)));
    }
    text
}

fn write(ticket: &Ticket, scope: &Scope<'_>, (spoken, silent): &mut (String, String)) {
    let fields = &ticket.fields;
    let line = |text: &mut String, part: &str| {
        if !part.is_empty() {
            text.push_str(part);
            text.push('\n');
        }
    };
    line(silent, &ticket.id.spoken());
    line(spoken, &fields.subject);
    line(spoken, &scope.owner_name(&ticket.owner));
    // R-REQ-6: nothing that could tell who gave a tip-off is looked through.
    if ticket.seal.is_some() {
        return;
    }
    line(spoken, &fields.name);
    line(spoken, &fields.address);
    line(silent, &fields.phone);
    keys(&fields.phone).iter().for_each(|key| line(silent, key));
    line(silent, &fields.detail);
    ticket.card.values().for_each(|value| line(silent, value));
}
