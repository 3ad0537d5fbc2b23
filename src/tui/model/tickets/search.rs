//! What of a ticket can be found by typing: its number with the check digit, any part of the number called from, of name,
//! address, subject, owner and the rulebook's fields, by characters, pinyin or initials. The texts are put together when
//! somebody first types, and kept.

use std::collections::HashMap;

use crate::domain::phone::match_key;
use crate::domain::{Ticket, TicketId};
use crate::text::Ear;

use super::filter::Scope;

/// Reports looked through with the ticket they were merged into.
const REPORTS: usize = 500;

#[derive(Debug)]
struct Text {
    folded: Box<str>,
    letters: u32,
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
    pub fn answers(&mut self, query: &[String], ticket: &Ticket, scope: &Scope<'_>) -> bool {
        if query.is_empty() {
            return true;
        }
        let ear = &mut self.ear;
        let text = self.texts.entry(ticket.id).or_insert_with(|| {
            let folded = Ear::folded(&text_of(ticket, scope));
            Text { letters: ear.learn(&folded), folded: folded.into() }
        });
        query.iter().all(|word| self.ear.finds(word, &text.folded, text.letters))
    }
}

/// The words of what was typed, folded.
pub fn words_of(query: &str) -> Vec<String> {
    query.split_whitespace().map(Ear::folded).collect()
}

/// Everything of a ticket and of the reports inside it that can be found, line by line: no word reaches over two fields.
fn text_of(ticket: &Ticket, scope: &Scope<'_>) -> String {
    let mut text = String::new();
    let mut left = vec![ticket];
    for _ in 0..REPORTS {
        let Some(ticket) = left.pop() else { break };
        write(ticket, scope, &mut text);
        left.extend(ticket.reports.iter().filter_map(|report| scope.tickets.get(report)));
    }
    text
}

fn write(ticket: &Ticket, scope: &Scope<'_>, text: &mut String) {
    let fields = &ticket.fields;
    let mut line = |part: &str| {
        if !part.is_empty() {
            text.push_str(part);
            text.push('\n');
        }
    };
    line(&ticket.id.spoken());
    line(&fields.subject);
    line(&scope.owner_name(&ticket.owner));
    // R-REQ-6: nothing that could tell who gave a tip-off is looked through.
    if ticket.seal.is_some() {
        return;
    }
    line(&fields.name);
    line(&fields.phone);
    line(&match_key(&fields.phone));
    line(&fields.address);
    line(&fields.detail);
    ticket.card.values().for_each(|value| line(value));
}
