//! Which tickets a text typed into the search line means.

use crate::domain::Ticket;
use crate::domain::phone::match_key;

/// Fewer digits are in too many numbers to mean one.
const PHONE_DIGITS: usize = 3;

/// What is looked for.
pub(super) struct Wanted {
    text: String,
    digits: String,
}

impl Wanted {
    /// The text as typed: case does not matter, nor do blanks around it.
    pub fn new(text: &str) -> Wanted {
        let text = text.trim().to_lowercase();
        let dialled = text.chars().all(|c| c.is_numeric() || "+-() ".contains(c));
        let digits = if dialled { match_key(&text) } else { String::new() };
        Wanted { text, digits }
    }

    /// Is it in number, name, phone, subject or address.
    pub fn is_in(&self, ticket: &Ticket) -> bool {
        let fields = &ticket.fields;
        let plain = [&fields.subject, &fields.name, &fields.phone, &fields.address];
        self.text.is_empty()
            || plain.iter().any(|field| field.to_lowercase().contains(&self.text))
            || ticket.id.spoken().starts_with(&self.text)
            || (self.digits.len() >= PHONE_DIGITS && match_key(&fields.phone).contains(&self.digits))
    }
}
