//! Rows of the callback queue: a line with every debt, every try and every sheet (R-CB-5, R-CB-9).

use chrono::FixedOffset;
use serde_json::{Value, json};

use super::{Row, row, time};
use crate::domain::callback::{Attempt, Callback, CallbackEnd, Debt, Gravity, Next, Sheet};

/// A callback line.
pub fn callback_row(line: &Callback, offset: FixedOffset) -> Row {
    let (state, by_call, closed_by, closed_reason) = match &line.end {
        None => ("open", None, None, None),
        Some(end) => callback_end(end),
    };
    row(json!({
        "id": line.id.0,
        "number": line.number,
        "name": line.name,
        "reason": line.reason().code(),
        "queue": line.queue,
        "note": line.first().map(|debt| debt.note.as_str()),
        "made_at": time(Some(line.made_at), offset),
        "due_at": time(Some(line.due_at), offset),
        "calls": line.debts.iter().flat_map(|debt| &debt.calls).map(|call| call.0).collect::<Vec<_>>(),
        "ticket": line.first().and_then(|debt| debt.ticket).map(|ticket| ticket.spoken()),
        "attempts": line.attempts.iter().filter_map(|attempt| attempt.call).map(|call| call.0).collect::<Vec<_>>(),
        "state": state,
        "settled_by_call": by_call,
        "closed_by": closed_by,
        "closed_reason": closed_reason,
        "ended_at": time(line.ended_at, offset),
        "rehearsal": line.rehearsal,
        "customer": line.customer.map(|customer| customer.0),
        "gravity": gravity(line.gravity()),
        "tries": line.tries,
        "not_before": time(line.not_before, offset),
        "taken_by": line.taken_by.as_ref().map(|staff| &staff.0),
        "with": line.with,
        "joined": match &line.end {
            Some(CallbackEnd::Joined(older)) => Some(older.0),
            _ => None,
        },
        "debts": line.debts.iter().map(|owed| debt(owed, offset)).collect::<Vec<_>>(),
        "tried": line.attempts.iter().map(|tried| attempt(tried, offset)).collect::<Vec<_>>(),
    }))
}

/// How something owed was settled: the word, the call, who closed it and why.
pub fn callback_end(end: &CallbackEnd) -> (&'static str, Option<u64>, Option<&String>, Option<&String>) {
    match end {
        CallbackEnd::CalledAgain(call) => ("called_again", Some(call.0), None, None),
        CallbackEnd::Reached(call) => ("reached", Some(call.0), None, None),
        CallbackEnd::Refused(call) => ("refused", Some(call.0), None, None),
        CallbackEnd::Visited(_) => ("visited", None, None, None),
        CallbackEnd::Told => ("told", None, None, None),
        CallbackEnd::Lapsed => ("lapsed", None, None, None),
        CallbackEnd::Joined(_) => ("joined", None, None, None),
        CallbackEnd::Closed { by, reason } => ("closed", None, Some(&by.0), Some(reason)),
    }
}

fn gravity(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Emergency => "emergency",
        Gravity::Grave => "grave",
        Gravity::Important => "important",
        Gravity::Ordinary => "ordinary",
    }
}

/// Something owed.
fn debt(debt: &Debt, offset: FixedOffset) -> Value {
    let end = debt.end.as_ref();
    let (state, call, by, reason) = end.map_or(("open", None, None, None), |(_, end)| callback_end(end));
    json!({
        "number": debt.number,
        "reason": debt.reason.code(),
        "gravity": gravity(debt.gravity),
        "ticket": debt.ticket.map(|ticket| ticket.spoken()),
        "draw": debt.draw.map(|draw| draw.0),
        "by": debt.by,
        "calls": debt.calls.iter().map(|call| call.0).collect::<Vec<_>>(),
        "note": debt.note,
        "made_at": time(Some(debt.made_at), offset),
        "due_at": time(Some(debt.due_at), offset),
        "sheets": debt.sheets.iter().map(|written| sheet(written, offset)).collect::<Vec<_>>(),
        "state": state,
        "settled_by_call": call,
        "visit": match end {
            Some((_, CallbackEnd::Visited(visit))) => Some(visit.0),
            _ => None,
        },
        "closed_by": by,
        "closed_reason": reason,
        "ended_at": time(end.map(|(at, _)| *at), offset),
    })
}

/// What was written about a conversation or a try.
fn sheet(sheet: &Sheet, offset: FixedOffset) -> Value {
    let (next, again_at) = match sheet.next {
        Next::Settled => ("settled", None),
        Next::Again => ("again", None),
        Next::Agreed(at) => ("agreed", Some(at)),
    };
    json!({
        "at": time(Some(sheet.at), offset),
        "by": sheet.by.0,
        "call": sheet.call.map(|call| call.0),
        "by_hand": sheet.by_hand,
        "reach": sheet.reach.code(),
        "satisfaction": sheet.satisfaction,
        "said": sheet.said,
        "next": next,
        "agreed_at": time(again_at, offset),
    })
}

/// A try.
fn attempt(attempt: &Attempt, offset: FixedOffset) -> Value {
    json!({
        "at": time(Some(attempt.at), offset),
        "by": attempt.by.0,
        "call": attempt.call.map(|call| call.0),
        "by_hand": attempt.by_hand,
        "reach": attempt.reach.map(|reach| reach.code()),
    })
}
