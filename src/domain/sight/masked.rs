//! A finished ticket without its customer: what was done, when and by whom, and enough to know it again (R-WO-2).

use crate::domain::rulebook::{FieldKind, Rulebook};
use crate::domain::ticket::{Ticket, TicketFields};
use crate::text::{Say, mask};

/// Where an address stands in the rulebook's fields.
const PREMISES: &str = "premises";
/// Shorter than this, what stands in a field is too common a word to be looked for in others.
const LEAST: usize = 2;

/// The masked form. Built up from nothing: what is not named here does not leave the desk.
pub(super) fn ticket(ticket: &Ticket, rules: &Rulebook) -> Ticket {
    let fields = &ticket.fields;
    let words = |text: &str| words(text, Some(ticket));
    Ticket {
        id: ticket.id,
        rehearsal: ticket.rehearsal,
        fields: TicketFields {
            kind: fields.kind,
            subject: words(&fields.subject),
            // Told in somebody's own words, which may hold an address or a name written another way.
            detail: hidden(&fields.detail),
            demand: hidden(&fields.demand),
            name: mask::name(&fields.name),
            phone: mask::phone(&fields.phone),
            address: mask::address(&fields.address),
            team: fields.team.clone(),
        },
        card: ticket
            .card
            .iter()
            .filter_map(|(id, value)| Some((id.clone(), field(ticket, rules, id, value)?)))
            .collect(),
        stage: ticket.stage.clone(),
        entered_at: ticket.entered_at,
        round: ticket.round,
        times: ticket.times.clone(),
        first_receiver: ticket.first_receiver.clone(),
        owner: ticket.owner.clone(),
        assigned_at: ticket.assigned_at,
        opened_at: ticket.opened_at,
        changed_at: ticket.changed_at,
        filed_at: ticket.filed_at,
        lines: ticket.lines,
        version: ticket.version,
        ..Ticket::default()
    }
}

/// That there was something, and no more.
fn hidden(text: &str) -> String {
    if text.is_empty() { String::new() } else { mask::STARS.to_owned() }
}

/// What may stand in a field of the rulebook; nothing where it says where a paper of the customer's lies.
fn field(ticket: &Ticket, rules: &Rulebook, id: &str, value: &str) -> Option<String> {
    if id == PREMISES {
        return Some(mask::address(value));
    }
    Some(match rules.fields.get(id).map(|rule| &rule.kind) {
        Some(FieldKind::Reference) => return None,
        Some(FieldKind::Phone) => mask::phone(value),
        Some(FieldKind::Number { .. } | FieldKind::Choice(_) | FieldKind::YesNo) => value.to_owned(),
        Some(FieldKind::Date | FieldKind::Moment | FieldKind::Department) => value.to_owned(),
        // A member of staff, by number or by name, unless somebody wrote the customer there.
        Some(FieldKind::Person) if !value.contains(ticket.fields.name.as_str()) => value.to_owned(),
        Some(FieldKind::Text | FieldKind::Long | FieldKind::Person) | None => words(value, Some(ticket)),
    })
}

/// Somebody's words without the customer's name, number and address, and without any telephone number.
fn words(text: &str, ticket: Option<&Ticket>) -> String {
    let mut text = text.to_owned();
    if let Some(fields) = ticket.map(|ticket| &ticket.fields) {
        let parts = [
            (fields.name.trim(), mask::name(&fields.name)),
            (fields.phone.trim(), mask::phone(&fields.phone)),
            (fields.address.trim(), mask::address(&fields.address)),
        ];
        for (part, masked) in parts {
            if part.chars().count() >= LEAST {
                text = text.replace(part, &masked);
            }
        }
    }
    mask::words(&text)
}

/// A notice's sentence. Its ticket's number is no telephone number, however long it is; the subject of a ticket that is
/// not at hand may name anybody.
pub(super) fn say(say: &Say, ticket: Option<&Ticket>) -> Say {
    let mut say = say.clone();
    for (name, value) in say.args.iter_mut().filter(|(name, _)| name != "ticket") {
        let unknown = ticket.is_none() && name == "subject";
        *value = if unknown { mask::STARS.to_owned() } else { words(value, ticket) };
    }
    say
}
