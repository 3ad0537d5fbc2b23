//! What may stand in a field, and putting values there.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, TimeZone};

use super::LONGEST;
use super::work::Work;
use crate::domain::phone::match_key;
use crate::domain::rulebook::{FieldKind, Rulebook};
use crate::domain::ticket::{FieldChange, Ticket, TicketFields};
use crate::domain::{RequestType, Stamp};
use crate::text::Say;

/// A reason that must be given.
pub(super) fn reason(why: &str) -> Result<(), Say> {
    match why.trim().len() {
        0 => Err(Say::new("life.reason_missing")),
        bytes if bytes > LONGEST => Err(too_long(bytes)),
        _ => Ok(()),
    }
}

/// A text within its bounds.
pub(super) fn short(text: &str) -> Result<(), Say> {
    if text.len() > LONGEST { Err(too_long(text.len())) } else { Ok(()) }
}

fn too_long(bytes: usize) -> Say {
    Say::new("refused.text_too_long").with("bytes", bytes).with("most", LONGEST)
}

/// The moment a field's text means, local: `2026-11-22 14:30`.
pub(super) fn moment(text: &str, offset_ms: i64) -> Option<Stamp> {
    let local = NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%d %H:%M").ok()?;
    let offset = FixedOffset::east_opt(i32::try_from(offset_ms / 1000).ok()?)?;
    offset.from_local_datetime(&local).single().map(Stamp::from)
}

/// Whether a value may stand in a field. Empty always may: whether it must be filled is the stage's matter.
pub(super) fn check(rules: &Rulebook, field: &str, value: &str) -> Result<(), Say> {
    short(value)?;
    if field != "kind" && (value.trim().is_empty() || TicketFields::NAMES.contains(&field)) {
        return Ok(());
    }
    let wrong = |key: &str| Say::new(key).with_word("field", &rules.field_word(field)).with("value", value);
    if field == "kind" {
        return RequestType::parse(value).map(|_| ()).ok_or_else(|| wrong("life.not_a_choice"));
    }
    let Some(rule) = rules.fields.get(field) else { return Ok(()) };
    let fits = match &rule.kind {
        FieldKind::Text | FieldKind::Long | FieldKind::Person | FieldKind::Reference => true,
        FieldKind::Number { least, most, unit } => {
            let number: Option<f64> = value.trim().parse().ok().filter(|number: &f64| number.is_finite());
            let within = |number: f64| {
                least.is_none_or(|least| number >= least as f64) && most.is_none_or(|most| number <= most as f64)
            };
            if !number.is_some_and(within) {
                let bound = |bound: &Option<i64>| bound.map_or_else(|| "…".to_owned(), |bound| bound.to_string());
                return Err(wrong("life.not_a_number")
                    .with("least", bound(least))
                    .with("most", bound(most))
                    .with("unit", unit));
            }
            true
        }
        FieldKind::Choice(choices) if !choices.iter().any(|choice| choice.id == value) => {
            return Err(wrong("life.not_a_choice"));
        }
        FieldKind::YesNo if !matches!(value, "yes" | "no") => return Err(wrong("life.not_a_choice")),
        FieldKind::Choice(_) | FieldKind::YesNo => true,
        FieldKind::Date => NaiveDate::parse_from_str(value.trim(), "%Y-%m-%d").is_ok(),
        FieldKind::Moment => NaiveDateTime::parse_from_str(value.trim(), "%Y-%m-%d %H:%M").is_ok(),
        FieldKind::Phone => !match_key(value).is_empty(),
        FieldKind::Department => rules.departments.contains_key(value),
    };
    match rule.kind {
        _ if fits => Ok(()),
        FieldKind::Date => Err(wrong("life.no_date")),
        FieldKind::Moment => Err(wrong("life.no_moment")),
        FieldKind::Phone => Err(wrong("life.no_phone")),
        _ => Err(wrong("life.does_not_fit")),
    }
}

/// Puts a value into a field. An emptied field of the rulebook's is taken away.
pub(super) fn put(ticket: &mut Ticket, field: &str, value: &str) {
    if ticket.fields.set(field, value) || TicketFields::NAMES.contains(&field) {
        return;
    }
    if value.is_empty() {
        ticket.card.remove(field);
    } else {
        ticket.card.insert(field.to_owned(), value.to_owned());
    }
}

/// Changes fields where nobody else changed them meanwhile; gives what really changed. Where somebody did, the whole is
/// refused with both values, so that whoever typed can choose.
pub(super) fn apply(work: &mut Work<'_>, changes: &[FieldChange]) -> Result<Vec<FieldChange>, Say> {
    let rules = work.rules();
    let mut done = Vec::new();
    for change in changes {
        let now = work.ticket.value(&change.field).to_owned();
        if now == change.to {
            continue;
        }
        if now != change.from {
            return Err(Say::new("life.changed_meanwhile")
                .with_word("field", &rules.field_word(&change.field))
                .with_word("theirs", &rules.value_word(&change.field, &now))
                .with_word("mine", &rules.value_word(&change.field, &change.to)));
        }
        check(rules, &change.field, &change.to)?;
        put(&mut work.ticket, &change.field, &change.to);
        done.push(FieldChange { from: now, ..change.clone() });
    }
    Ok(done)
}
