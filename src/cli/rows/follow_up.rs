//! Rows about what is followed up: draws, follow-up calls, visits.

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::callback::callback_end;
use super::{Row, row, time};
use crate::domain::state::DAY_MS;
use crate::domain::{Draw, Revisit, TicketId, Visit};

fn spoken(tickets: &[TicketId]) -> Vec<String> {
    tickets.iter().map(|ticket| ticket.spoken()).collect()
}

/// A local day, `2026-11-22`.
pub fn day(day: i64) -> String {
    let at = day.checked_mul(DAY_MS).and_then(DateTime::from_timestamp_millis).unwrap_or_default();
    at.date_naive().to_string()
}

/// A draw: all that is needed to make it again.
pub fn draw_row(draw: &Draw, offset: FixedOffset) -> Row {
    row(json!({
        "id": draw.id.0,
        "rule": draw.rule,
        "day": day(draw.day),
        "at": time(Some(draw.at), offset),
        // A number of 64 bits does not survive in every reader of JSON.
        "seed": format!("{:016x}", draw.seed),
        "population": spoken(&draw.population),
        "done": spoken(&draw.done),
        "tried": spoken(&draw.tried),
        "wanted": draw.wanted,
        "drawn": spoken(&draw.drawn),
        "topped": spoken(&draw.topped),
        "reserve": draw.reserve.iter().map(|one| one.ticket.spoken()).collect::<Vec<_>>(),
        "rehearsal": draw.rehearsal,
    }))
}

/// A follow-up call that was owed.
pub fn revisit_row(one: &Revisit, offset: FixedOffset) -> Row {
    let (state, by_call, closed_by, closed_reason) = match &one.end {
        None => ("open", None, None, None),
        Some((_, end)) => callback_end(end),
    };
    let visit = match &one.end {
        Some((_, crate::domain::CallbackEnd::Visited(visit))) => Value::from(visit.0),
        _ => Value::Null,
    };
    row(json!({
        "line": one.line.0,
        "debt": one.debt,
        "reason": one.reason.code(),
        "ticket": one.ticket.spoken(),
        "draw": one.draw.map(|draw| draw.0),
        "by": one.by,
        "made_at": time(Some(one.made_at), offset),
        "due_at": time(Some(one.due_at), offset),
        "state": state,
        "settled_by_call": by_call,
        "settled_by_visit": visit,
        "closed_by": closed_by,
        "closed_reason": closed_reason,
        "ended_at": time(one.end.as_ref().map(|(at, _)| *at), offset),
        "done": one.is_done(),
        "by_hand": one.by_hand,
        "satisfaction": one.satisfaction,
        "rehearsal": one.rehearsal,
        // R-CB-4: 电话回访, or a visit with its signature.
        "how": match &one.end {
            Some((_, crate::domain::CallbackEnd::Reached(_))) => "phone",
            Some((_, crate::domain::CallbackEnd::Visited(_))) => "visit",
            _ => "",
        },
    }))
}

/// A visit.
pub fn visit_row(visit: &Visit, offset: FixedOffset) -> Row {
    row(json!({
        "id": visit.id.0,
        "customer": visit.customer.0,
        "name": visit.name,
        "class": visit.class,
        "at": time(Some(visit.at), offset),
        "recorded_at": time(Some(visit.recorded_at), offset),
        "by": visit.by.0,
        "late": visit.late,
        "words": visit.words,
        "signature": visit.signature,
        "tickets": spoken(&visit.tickets),
        "rehearsal": visit.rehearsal,
    }))
}
