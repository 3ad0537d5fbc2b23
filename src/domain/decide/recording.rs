//! Recordings (R-CALL-7): begun by the PBX, listened to, extracted, expired. The sound stays with the PBX; what is said
//! here is which file it may delete.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Decision};
use crate::domain::command::RecordingCommand;
use crate::domain::event::{Actor, Event};
use crate::domain::recording::{Extraction, Listen, Recording, UNFINISHED};
use crate::domain::staff::Role;
use crate::domain::state::DAY_MS;
use crate::domain::{Call, CallId, SourceId, Stamp, State, TicketId};
use crate::text::Say;

pub(super) fn decide(
    context: Context<'_>,
    command: &RecordingCommand,
    held: &[Recording],
    calls: &[Call],
) -> Result<Decision, Say> {
    match command {
        RecordingCommand::Listen { call, reason } => listen(context, of(held, *call)?, reason),
        RecordingCommand::Extract { call, ticket, place, reason } => {
            let extraction = Extraction {
                ticket: *ticket,
                place: place.trim().to_owned(),
                reason: reason.trim().to_owned(),
                ..Extraction::default()
            };
            extract(context, of(held, *call)?, extraction)
        }
        RecordingCommand::Expire { before } => expire(context, *before, held, calls),
    }
}

/// A recording that the PBX began on a channel. Of a call's several, the first gives the path and the others are noted
/// behind it; a path that is known already is no news. A channel of no call, or of one that is over, has none.
pub(super) fn begun(context: Context<'_>, source: SourceId, uniqueid: &str, path: &str) -> Option<Event> {
    let call = context.state.calls.by_channel(source, uniqueid).filter(|call| call.is_open())?;
    let recording = match context.state.recordings.get(&call.id) {
        Some(known) if known.paths().any(|known| known == path) => return None,
        Some(known) => {
            let further = known.further.iter().cloned().chain([path.to_owned()]).collect();
            Recording { further, made_at: known.made_at.max(context.now), ..known.clone() }
        }
        None => Recording {
            call: call.id,
            source,
            path: path.to_owned(),
            made_at: context.now,
            rehearsal: call.rehearsal,
            ..Recording::default()
        },
    };
    Some(Event::Recording(Box::new(recording)))
}

fn of(held: &[Recording], call: CallId) -> Result<&Recording, Say> {
    let found = held.iter().find(|recording| recording.call == call);
    found.ok_or_else(|| Say::new("recording.none").with("call", call.0))
}

fn still_there(recording: &Recording) -> Result<(), Say> {
    if recording.expired_at.is_none() {
        return Ok(());
    }
    Err(Say::new("recording.expired").with("call", recording.call.0))
}

/// Supervisors listen, and whom the rulebook names: for it, or for checking calls.
fn listen(context: Context<'_>, recording: &Recording, reason: &str) -> Result<Decision, Say> {
    let person = context.person()?;
    let rules = context.rules;
    let checks = rules.sampling.iter().filter(|one| super::spot::is_of_calls(one)).map(|one| &one.by);
    let mut named = rules.recordings.listen.iter().chain(checks);
    if person.role != Role::Supervisor && !named.any(|role| rules.holds(person, role)) {
        return Err(Say::new("recording.may_not_listen"));
    }
    if reason.trim().is_empty() {
        return Err(Say::new("recording.no_reason"));
    }
    still_there(recording)?;
    let listen = Listen { at: context.now, by: context.me()?.clone(), reason: reason.trim().to_owned() };
    let mut heard = recording.clone();
    heard.listens.push(listen);
    Ok(Decision::under("R-CALL-7").with(Event::Recording(Box::new(heard))))
}

fn extract(context: Context<'_>, recording: &Recording, extraction: Extraction) -> Result<Decision, Say> {
    if context.person()?.role != Role::Supervisor {
        return Err(Say::new("refused.supervisor_only"));
    }
    if extraction.reason.is_empty() {
        return Err(Say::new("recording.no_reason"));
    }
    if let Some(entry) = &recording.extraction {
        return Err(Say::new("recording.extracted").with("call", recording.call.0).with("number", entry.number));
    }
    // The register is the company's; what is practised with is in no book.
    if recording.rehearsal {
        return Err(Say::new("recording.rehearsed"));
    }
    still_there(recording)?;
    if let Some(ticket) = extraction.ticket.filter(|ticket| !context.state.tickets.contains_key(ticket)) {
        return Err(Say::new("recording.not_open").with("ticket", ticket.spoken()));
    }
    let by = Some(context.me()?.clone());
    let number = context.state.last.extraction + 1;
    let extraction = Some(Extraction { number, at: context.now, by, ..extraction });
    let kept = Recording { extraction, ..recording.clone() };
    Ok(Decision::under("R-CALL-7").with(Event::Recording(Box::new(kept))))
}

/// Those that had their time: what belongs to an unfinished matter is extracted, the others are given free. Nobody's
/// clock or rulebook makes that time shorter than the rulebook in force says.
fn expire(context: Context<'_>, before: Stamp, held: &[Recording], calls: &[Call]) -> Result<Decision, Say> {
    if !matches!(context.actor, Actor::Desk) {
        return Err(Say::new("refused.not_over_the_line"));
    }
    let before = before.min(over_before(context));
    let due = |recording: &&Recording| {
        let goes_on = context.state.calls.get(recording.call).is_some_and(Call::is_open);
        recording.made_at < before && recording.expired_at.is_none() && recording.extraction.is_none() && !goes_on
    };
    let unfinished = unfinished(context.state, calls);
    let mut seen = BTreeSet::new();
    let mut number = context.state.last.extraction;
    let mut decision = Decision::under("R-CALL-7");
    for recording in held.iter().filter(due).filter(|recording| seen.insert(recording.call)) {
        let matter = unfinished.get(&recording.call).copied().filter(|_| !recording.rehearsal);
        let mut over = recording.clone();
        match matter {
            Some(ticket) => {
                number += 1;
                over.extraction = Some(Extraction {
                    number,
                    at: context.now,
                    ticket: Some(ticket),
                    reason: UNFINISHED.to_owned(),
                    ..Extraction::default()
                });
            }
            None => over.expired_at = Some(context.now),
        }
        decision.events.push(Event::Recording(Box::new(over)));
    }
    Ok(decision)
}

/// What was begun before this moment has had its time: kept for the rulebook's days to the millisecond, and no less.
fn over_before(context: Context<'_>) -> Stamp {
    let days = context.rules.recordings.days.max(crate::domain::recording::LEAST_DAYS);
    context.now.plus(-i64::from(days).saturating_mul(DAY_MS))
}

/// The calls that belong to an unfinished matter, each with it: an open ticket names the call, or the call it. What was
/// merged into a ticket belongs to that ticket's matter.
fn unfinished(state: &State, calls: &[Call]) -> BTreeMap<CallId, TicketId> {
    let mut unfinished = BTreeMap::new();
    for ticket in state.tickets.values() {
        for call in &ticket.calls {
            unfinished.entry(*call).or_insert(ticket.id);
        }
    }
    for call in calls {
        if let Some(open) = call.tickets.iter().find(|ticket| state.tickets.contains_key(ticket)) {
            unfinished.entry(call.id).or_insert(*open);
        }
    }
    unfinished
}
