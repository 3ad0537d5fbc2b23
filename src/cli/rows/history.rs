//! Rows of tickets' histories and of notices, and what hangs on a ticket's own row.

use chrono::FixedOffset;
use serde_json::{Map, Value, json};

use super::{Row, actor, row, time};
use crate::domain::calendar::Due;
use crate::domain::ticket::{Clock, ClockChange, ClockState, FieldChange, Happened, Round, Told};
use crate::domain::{Addressee, Notice, Stamp, TicketLine};
use crate::text::Language;

/// A line of a ticket's history.
pub fn history_row(line: &TicketLine, offset: FixedOffset) -> Row {
    let (kind, who) = actor(&line.by);
    let (what, detail) = happened(&line.what, offset);
    row(json!({
        "ticket": line.ticket.spoken(),
        "number": line.number,
        "at": time(Some(line.at), offset),
        "actor": kind,
        "who": who,
        "what": what,
        "detail": detail,
    }))
}

/// A notice.
pub fn notice_row(notice: &Notice, offset: FixedOffset) -> Row {
    let (kind, to) = match &notice.to {
        Addressee::Staff(staff) => ("staff", &staff.0),
        Addressee::Role(role) => ("role", role),
        Addressee::Department(department) => ("department", department),
    };
    row(json!({
        "id": notice.id.0,
        "ticket": notice.ticket.map(|ticket| ticket.spoken()),
        "to_kind": kind,
        "to": to,
        "at": time(Some(notice.at), offset),
        "what": notice.what.key,
        "words": notice.what.words(Language::En),
        "rings": notice.rings,
        "late": notice.late,
        "acknowledged_at": time(notice.acknowledged.as_ref().map(|(at, _)| *at), offset),
        "acknowledged_by": notice.acknowledged.as_ref().map(|(_, by)| &by.0),
        "rehearsal": notice.rehearsal,
        "callback": notice.callback.map(|line| line.0),
    }))
}

pub(super) fn clock(clock: &Clock, offset: FixedOffset) -> Value {
    let (state, ended) = match clock.state {
        ClockState::Running => ("running", None),
        ClockState::Paused => ("paused", None),
        ClockState::Stopped(at) => ("stopped", Some(at)),
        ClockState::Void(at) => ("void", Some(at)),
    };
    json!({
        "id": clock.id,
        "round": clock.round,
        "started": time(Some(clock.started_at), offset),
        "first_due": time(Some(clock.first_due.at), offset),
        "due": time(Some(clock.due.at), offset),
        "provisional": clock.due.provisional,
        "state": state,
        "ended": time(ended, offset),
        "kept": clock.kept(),
        "kept_first": clock.kept_first(),
    })
}

pub(super) fn round(round: &Round, offset: FixedOffset) -> Value {
    json!({ "number": round.number, "ended": time(Some(round.ended_at), offset), "card": round.card })
}

pub(super) fn told(told: &Told, offset: FixedOffset) -> Value {
    json!({
        "at": time(Some(told.at), offset),
        "by": told.by.0,
        "how": told.how.code(),
        "what": told.what,
        "call": told.call.map(|call| call.0),
        "last": told.last,
    })
}

/// A note of a ticket; nothing for any other line.
pub(super) fn note(line: &TicketLine, offset: FixedOffset) -> Option<Value> {
    let Happened::Note(text) = &line.what else { return None };
    Some(json!({ "at": time(Some(line.at), offset), "by": actor(&line.by).1, "text": text }))
}

/// The name of what happened, and what there is to say of it.
pub(crate) fn happened(what: &Happened, offset: FixedOffset) -> (&'static str, Value) {
    let at = |at: &Stamp| time(Some(*at), offset);
    let due = |due: &Due| json!({ "at": at(&due.at), "provisional": due.provisional });
    match what {
        Happened::Registered(call) => ("registered", json!({ "call": call.map(|call| call.0) })),
        Happened::Note(text) => ("note", json!({ "text": text })),
        Happened::Edited(changes) => ("edited", changed(changes)),
        Happened::Moved { from, to, round } => ("moved", json!({ "from": from, "to": to, "round": round })),
        Happened::Assigned { from, to, why } => {
            ("assigned", json!({ "from": from.to_string(), "to": to.to_string(), "why": why }))
        }
        Happened::Told { how, what, call } => {
            ("told", json!({ "how": how.code(), "what": what, "call": call.map(|call| call.0) }))
        }
        Happened::ClockStarted { clock, due: to } => ("clock_started", json!({ "clock": clock, "due": due(to) })),
        Happened::ClockStopped { clock, kept } => ("clock_stopped", json!({ "clock": clock, "kept": kept })),
        Happened::ClockVoid(clock) => ("clock_void", json!({ "clock": clock })),
        Happened::ClockRang { clock, percent, late } => {
            ("clock_rang", json!({ "clock": clock, "percent": percent, "late": late }))
        }
        Happened::ClockShifted { clock, from, to, change, with, why } => {
            let (from, to, change) = (due(from), due(to), change_code(*change));
            let detail = json!({ "clock": clock, "from": from, "to": to, "change": change, "with": with, "why": why });
            ("clock_shifted", detail)
        }
        Happened::Paused(why) => ("paused", json!({ "why": why })),
        Happened::Resumed => ("resumed", json!({})),
        Happened::Escalated { to, why } => ("escalated", json!({ "to": to, "why": why })),
        Happened::Objected(why) => ("objected", json!({ "why": why })),
        Happened::Reviewed { upheld, why } => ("reviewed", json!({ "upheld": upheld, "why": why })),
        Happened::ExtensionAsked { clock, until, why } => {
            ("extension_asked", json!({ "clock": clock, "until": at(until), "why": why }))
        }
        Happened::ExtensionRefused(why) => ("extension_refused", json!({ "why": why })),
        other => beside(other),
    }
}

/// What happened beside the way through the stages.
fn beside(what: &Happened) -> (&'static str, Value) {
    match what {
        Happened::Took(id) => ("took", json!({ "ticket": id.spoken() })),
        Happened::MergedInto(id) => ("merged_into", json!({ "ticket": id.spoken() })),
        Happened::GaveBack(id) => ("gave_back", json!({ "ticket": id.spoken() })),
        Happened::Unmerged(id) => ("unmerged", json!({ "ticket": id.spoken() })),
        Happened::BecameIncident(area) => ("became_incident", json!({ "area": area })),
        Happened::Attached(id) => ("attached", json!({ "ticket": id.spoken() })),
        Happened::Detached(id) => ("detached", json!({ "ticket": id.spoken() })),
        Happened::Ticked { item, done, note } => ("ticked", json!({ "item": item, "done": done, "note": note })),
        Happened::SealOpened(why) => ("seal_opened", json!({ "why": why })),
        Happened::FileAttached { place, words } => ("file_attached", json!({ "place": place, "words": words })),
        Happened::Linked(id) => ("linked", json!({ "ticket": id.spoken() })),
        Happened::RulesChanged(name) => ("rules_changed", json!({ "rulebook": name })),
        Happened::Printed => ("printed", json!({})),
        Happened::Dispatched { from, to, why } => {
            ("dispatched", json!({ "from": from.to_string(), "to": to.to_string(), "why": why }))
        }
        Happened::Accepted => ("accepted", json!({})),
        Happened::HazardFound(id) => ("hazard_found", json!({ "ticket": id.spoken() })),
        // Everything else was said by `happened`.
        _ => ("other", json!({})),
    }
}

/// The fields that changed, each from what to what.
fn changed(changes: &[FieldChange]) -> Value {
    let pair = |change: &FieldChange| (change.field.clone(), json!({ "from": change.from, "to": change.to }));
    Value::Object(changes.iter().map(pair).collect::<Map<_, _>>())
}

fn change_code(change: ClockChange) -> &'static str {
    match change {
        ClockChange::Agreed => "agreed",
        ClockChange::Extended => "extended",
        ClockChange::Resumed => "resumed",
        ClockChange::Recomputed => "recomputed",
    }
}
