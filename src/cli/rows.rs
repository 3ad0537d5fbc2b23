//! Rows of the exports. Their forms are promised in docs/exports.md and do not change without a note in CHANGELOG.md.

mod callback;
mod follow_up;
mod history;
mod oversight;

use chrono::FixedOffset;
use serde_json::{Map, Value, json};

use crate::domain::call::{Call, Direction, Disposition, LegEnd, Outcome, Verdict, record::Side};
use crate::domain::event::{Actor, Entry, Event};
use crate::domain::{SourceId, Stamp, Ticket, TicketLine};
use crate::text::Language;

pub use callback::callback_row;
pub(super) use follow_up::day;
pub use follow_up::{draw_row, revisit_row, visit_row};
pub(super) use history::happened;
pub use history::{history_row, notice_row};
pub use oversight::{check_sheet_row, intervention_row, recording_row, span_row, spot_draw_row};

/// A row: columns in the documented order.
pub type Row = Map<String, Value>;

fn row(value: Value) -> Row {
    match value {
        Value::Object(row) => row,
        _ => Row::new(),
    }
}

fn time(at: Option<Stamp>, offset: FixedOffset) -> Value {
    at.map_or(Value::Null, |at| Value::String(at.rfc3339(offset)))
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
        Direction::Internal => "internal",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "answered",
        Outcome::Transferred => "transferred",
        Outcome::Abandoned => "abandoned",
        Outcome::Timeout => "timeout",
        Outcome::QueueFull => "queue_full",
        Outcome::QueueEmpty => "queue_empty",
        Outcome::Redirected => "redirected",
        Outcome::Withdrawn => "withdrawn",
        Outcome::CutByPbx => "cut_by_pbx",
        Outcome::NotReached => "not_reached",
        Outcome::Unknown => "unknown",
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::InTime => "in_time",
        Verdict::Late => "late",
        Verdict::Unanswered => "unanswered",
    }
}

fn disposition(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::EnquiryAnswered => "enquiry_answered",
        Disposition::TicketOpened => "ticket_opened",
        Disposition::Transferred => "transferred",
        Disposition::WrongNumber => "wrong_number",
        Disposition::Nuisance => "nuisance",
        Disposition::NoVoice => "no_voice",
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Caller => "caller",
        Side::Agent => "agent",
        Side::Pbx => "pbx",
    }
}

/// The phone that really answered, and whose it is where the queue says so.
fn answered_by(call: &Call) -> Option<String> {
    let phone = call.answered_by.as_ref()?;
    let leg = call.legs.iter().find(|leg| leg.end == Some(LegEnd::Answered) && leg.phone == *phone);
    match leg.map(|leg| leg.agent.as_str()).filter(|agent| !agent.is_empty()) {
        Some(agent) => Some(format!("{phone} {agent}")),
        None => Some(phone.clone()),
    }
}

/// A call.
pub fn call_row(call: &Call, offset: FixedOffset) -> Row {
    let hidden = call.party.withheld;
    row(json!({
        "id": call.id.0,
        "uniqueid": call.uniqueid,
        "linkedid": call.linkedid,
        "direction": direction(call.direction),
        "caller": if hidden { "" } else { &call.party.number },
        "caller_name": if hidden { "" } else { &call.party.name },
        "withheld": hidden,
        "dialled": call.dialled,
        "queue": call.queue,
        "outcome": outcome(call.outcome),
        "verdict": call.verdict.map(verdict),
        "limit_ms": call.limit_ms,
        "answered_by": answered_by(call),
        "agent": call.agent,
        "transferred_to": call.transferred_to,
        "arrived_at": time(Some(call.arrived_at), offset),
        "joined_at": time(call.joined_at, offset),
        "answered_at": time(call.answered_at, offset),
        "ended_at": time(call.ended_at, offset),
        "wait_ms": call.wait_ms(),
        "ring_ms": call.ring_ms(),
        "talk_ms": call.talk_ms(),
        "hold_ms": call.hold_ms(),
        "hung_up_by": call.hung_up_by.map(side),
        "by_hand": call.source == SourceId::HAND && call.uniqueid.is_empty(),
        "reconstructed": call.reconstructed,
        "rehearsal": call.rehearsal,
        "disposition": call.disposition.map(disposition),
        "disposed_by": call.disposed_by.as_ref().map(|staff| &staff.0),
        "tickets": call.tickets.iter().map(|ticket| ticket.spoken()).collect::<Vec<_>>(),
        "callback": call.callback.map(|line| line.0),
        "nth_today": call.nth_today,
        "open": call.is_open(),
    }))
}

/// A ticket.
pub fn ticket_row(ticket: &Ticket, notes: &[TicketLine], offset: FixedOffset) -> Row {
    row(json!({
        "ticket": ticket.id.spoken(),
        "type": ticket.fields.kind.code(),
        "subject": ticket.fields.subject,
        "detail": ticket.fields.detail,
        "demand": ticket.fields.demand,
        "name": ticket.fields.name,
        "phone": ticket.fields.phone,
        "address": ticket.fields.address,
        "team": ticket.fields.team,
        "stage": ticket.stage,
        "times": ticket.times.iter().map(|(stage, at)| json!({ "stage": stage, "at": time(Some(*at), offset) })).collect::<Vec<_>>(),
        "first_receiver": ticket.first_receiver.0,
        "owner": ticket.owner.to_string(),
        "opened_at": time(Some(ticket.opened_at), offset),
        "due_at": time(ticket.next_clock().map(|clock| clock.due.at), offset),
        "changed_at": time(Some(ticket.changed_at), offset),
        "filed_at": time(ticket.filed_at, offset),
        "outcome": ticket.outcome(),
        "calls": ticket.calls.iter().map(|call| call.0).collect::<Vec<_>>(),
        "customer": ticket.customer.map(|customer| customer.0),
        "notes": notes.iter().filter_map(|line| history::note(line, offset)).collect::<Vec<_>>(),
        "version": ticket.version,
        "rehearsal": ticket.rehearsal,
        "card": ticket.card,
        "round": ticket.round,
        "rounds": ticket.rounds.iter().map(|round| history::round(round, offset)).collect::<Vec<_>>(),
        "clocks": ticket.clocks.iter().map(|clock| history::clock(clock, offset)).collect::<Vec<_>>(),
        "told": ticket.told.iter().map(|told| history::told(told, offset)).collect::<Vec<_>>(),
        "hand_overs": ticket.hand_overs,
        "level": ticket.level,
        "merged": ticket.merged.as_ref().map(|merge| merge.into.spoken()),
        "reports": ticket.reports.iter().map(|report| report.spoken()).collect::<Vec<_>>(),
        "incident": ticket.incident.map(|incident| incident.spoken()),
        "links": ticket.links.iter().map(|link| link.spoken()).collect::<Vec<_>>(),
        "files": ticket.files.iter().map(|file| json!({ "place": file.place, "words": file.words })).collect::<Vec<_>>(),
        "sealed": ticket.seal.is_some(),
    }))
}

/// What somebody is, and which.
fn actor(actor: &Actor) -> (&'static str, Option<&String>) {
    match actor {
        Actor::Desk => ("desk", None),
        Actor::Pbx(name) => ("pbx", Some(name)),
        Actor::Staff(staff) => ("staff", Some(&staff.0)),
    }
}

/// A journal entry.
pub fn journal_row(entry: &Entry, hash: &str, offset: FixedOffset) -> Row {
    let (kind, who) = actor(&entry.actor);
    row(json!({
        "sequence": entry.sequence,
        "at": time(Some(entry.at), offset),
        "actor": kind,
        "who": who,
        "seat": entry.seat,
        "rule": entry.rule,
        "command": (entry.command != 0).then(|| format!("{:032x}", entry.command)),
        "events": entry.events.iter().map(|event| event_row(event, offset)).collect::<Vec<_>>(),
        "hash": hash,
    }))
}

fn event_row(event: &Event, offset: FixedOffset) -> Value {
    match event {
        Event::Source(source) => {
            json!({ "source": { "id": source.id.0, "name": source.name, "fault": source.fault.as_ref().map(|fault| fault.words(Language::En)) } })
        }
        Event::Call(call) => json!({ "call": call_row(call, offset) }),
        Event::Agent(agent) => json!({ "agent": {
            "id": agent.id.0,
            "staff": agent.staff.as_ref().map(|staff| &staff.0),
            "state": agent_state(agent.state.kind()),
            "since": time(Some(agent.since), offset),
        } }),
        Event::Ticket(ticket) => json!({ "ticket": ticket_row(ticket, &[], offset) }),
        Event::Callback(line) => json!({ "callback": callback_row(line, offset) }),
        Event::Customer(customer) => json!({ "customer": { "id": customer.id.0, "name": customer.name } }),
        Event::Message(message) => {
            json!({ "message": { "id": message.id.0, "from": message.from.0, "to": message.to.0 } })
        }
        Event::TicketLine(line) => json!({ "line": history_row(line, offset) }),
        Event::Notice(notice) => json!({ "notice": notice_row(notice, offset) }),
        Event::Rules(rules) => json!({ "rules": { "name": rules.name, "fingerprint": rules.fingerprint } }),
        Event::Draw(draw) => json!({ "draw": draw_row(draw, offset) }),
        Event::Visit(visit) => json!({ "visit": visit_row(visit, offset) }),
        Event::Crew(crew) => json!({ "crew": { "staff": crew.staff.0, "on_duty": crew.on_duty_since.is_some() } }),
        Event::Span(span) => json!({ "span": span_row(span, offset) }),
        Event::Intervention(step) => json!({ "intervention": intervention_row(step, offset) }),
        Event::Recording(recording) => json!({ "recording": recording_row(recording, offset) }),
        Event::SpotDraw(draw) => json!({ "spot_draw": spot_draw_row(draw, offset) }),
        Event::CheckSheet(sheet) => json!({ "check_sheet": check_sheet_row(sheet, offset) }),
    }
}

fn agent_state(kind: usize) -> &'static str {
    const NAMES: [&str; 8] = ["offline", "ready", "ringing", "on_call", "hold", "wrap_up", "break", "training"];
    NAMES.get(kind).copied().unwrap_or("unknown")
}
