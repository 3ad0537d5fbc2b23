//! Dialling out: through the PBX with one key, or by hand where there is none (R-CB-6, R-CB-7, R-CB-9).
//!
//! Who dials a person of the queue has the line from that moment, in the same entry as the call: of two desks that press
//! the key in the same instant one dials, and the other is told who does.

use super::calls::{closed, load, mine, moved_here, source_here};
use super::{Context, Decision, agent::moved, traffic};
use crate::domain::agent::{Agent, AgentState};
use crate::domain::attempt;
use crate::domain::call::record::Side;
use crate::domain::call::{Action, Call, Direction, Outcome, Party, Phase, Signal, Turn};
use crate::domain::command::Made;
use crate::domain::event::Event;
use crate::domain::ids::{CallId, CallbackId, SourceId};
use crate::domain::phone::{dialled, match_key};
use crate::domain::source::{Link, SourceKind};
use crate::domain::{Callback, StaffId};
use crate::text::Say;

/// Rings the dialler's own phone, then calls the number (AMI.md §7: asynchronously, under an id of our own).
pub(super) fn dial(context: Context<'_>, number: &str, callback: Option<CallbackId>) -> Result<Decision, Say> {
    let agent = ready(context, number)?;
    let line = line_of(context, number, callback)?;
    if let Some(line) = line {
        if line.rehearsal {
            return Err(Say::new("try.rehearsal"));
        }
        allowed(context, line)?;
    }
    let live = context.state.sources.values().find(|source| source.kind == SourceKind::Live && source.can.dial);
    let source = live.ok_or_else(|| Say::new("refused.cannot_dial").with("number", number))?;
    if source.link != Link::Up {
        return Err(Say::new("refused.link_down").with("name", &source.name));
    }
    if agent.phone.is_empty() {
        return Err(Say::new("refused.no_phone"));
    }
    let id = format!("desk-{}-{}", context.now.0, context.state.calls.next_id().0);
    let (phone, digits) = (agent.phone.clone(), dialled(number));
    let asked = Signal::DialAsked { id: id.clone(), phone: phone.clone(), number: number.trim().to_owned() };
    let mut decision = super::signal(context, source.id, source.clock.at(context.now), &asked);
    for event in &mut decision.events {
        if let Event::Call(call) = event {
            call.dialled.clone_from(&digits);
            call.in_hand = Some(agent.id.clone());
            call.callback = line.map(|line| line.id);
            decision.made = Made::Call(call.id);
        }
    }
    if let (Some(line), Made::Call(call)) = (line, decision.made) {
        decision.events.push(begun(context, line, call, false)?);
    }
    decision.rule = "R-CB-7";
    decision.actions.push((source.id, Action::Dial { id, phone, number: digits }));
    Ok(decision)
}

/// R-CB-7 without a PBX: the operator dials on a telephone outside it, now.
pub(super) fn by_hand(context: Context<'_>, number: &str, callback: Option<CallbackId>) -> Result<Decision, Say> {
    let agent = ready(context, number)?;
    let line = line_of(context, number, callback)?;
    if let Some(line) = line {
        allowed(context, line)?;
    }
    let id = context.state.calls.next_id();
    let call = Call {
        id,
        rehearsal: line.is_some_and(|line| line.rehearsal),
        direction: Direction::Outbound,
        party: Party { number: number.trim().to_owned(), ..Party::default() },
        dialled: dialled(number),
        phase: Phase::Ringing,
        arrived_at: context.now,
        offered_at: Some(context.now),
        in_hand: Some(agent.id.clone()),
        callback: line.map(|line| line.id),
        ..Call::default()
    };
    let after = agent.after.clone().or(Some(agent.state.clone())).filter(|state| *state != AgentState::WrapUp);
    let ringing = Agent { after, ..moved(agent, AgentState::Ringing, Some(id), context.now, context.state) };
    let mut decision = Decision::under("R-CB-7");
    decision.made = Made::Call(id);
    decision.events = traffic::react(context, &source_here(context, &call), call, vec![Turn::Arrived]);
    decision.events.push(Event::Agent(Box::new(ringing)));
    if let Some(line) = line {
        decision.events.push(begun(context, line, id, true)?);
    }
    Ok(decision)
}

/// What came of a call dialled by hand: the other side answered, or did not.
pub(super) fn reached(context: Context<'_>, id: CallId, answered: bool) -> Result<Decision, Say> {
    let call = load(context, id)?;
    let agent = mine(context, call)?;
    if !by_hand_outside(call) {
        return Err(Say::new("refused.not_by_hand"));
    }
    if !call.is_waiting() {
        return Err(Say::new("try.answered_already"));
    }
    if !answered {
        return Ok(Decision { events: not_reached(context, call), ..Decision::under("R-CB-7") });
    }
    let phone = if agent.phone.is_empty() { agent.id.0.clone() } else { agent.phone.clone() };
    let talking = Call {
        phase: Phase::Talking,
        outcome: Outcome::Answered,
        answered_at: Some(context.now),
        answered_by: Some(phone.clone()),
        agent: Some(agent.name.clone()),
        ..call.clone()
    };
    let events = traffic::react(context, &source_here(context, call), talking, vec![Turn::Answered(phone)]);
    Ok(Decision { events, ..Decision::under("R-CB-7") })
}

/// What somebody who leaves was still dialling by hand ends unanswered: no PBX would ever say so, and the person's line
/// would stay taken.
pub(super) fn put_down(context: Context<'_>, staff: &StaffId) -> Vec<Event> {
    let theirs = |call: &&Call| {
        let agent = call.in_hand.as_ref().and_then(|agent| context.state.agents.get(agent));
        by_hand_outside(call) && call.is_waiting() && agent.is_some_and(|agent| agent.staff.as_ref() == Some(staff))
    };
    let Some(call) = context.state.calls.open().find(theirs) else { return Vec::new() };
    not_reached(context, call)
}

fn not_reached(context: Context<'_>, call: &Call) -> Vec<Event> {
    let ended = Call { outcome: Outcome::NotReached, hung_up_by: Some(Side::Agent), ..closed(call, context.now) };
    traffic::react(context, &source_here(context, call), ended, vec![Turn::Ended])
}

/// A call from the desk that was dialled by hand.
pub(super) fn by_hand_outside(call: &Call) -> bool {
    call.direction == Direction::Outbound && moved_here(call) && call.source == SourceId::HAND
}

/// The agent who may dial now.
fn ready<'a>(context: Context<'a>, number: &str) -> Result<&'a Agent, Say> {
    let agent = context.seat()?;
    if match_key(number).is_empty() {
        return Err(Say::new("refused.no_number"));
    }
    if matches!(agent.state, AgentState::Ringing | AgentState::OnCall | AgentState::Hold) {
        return Err(Say::new("refused.already_talking"));
    }
    Ok(agent)
}

/// The line the call is for: the one named, else that of the person with the number.
fn line_of<'a>(context: Context<'a>, number: &str, callback: Option<CallbackId>) -> Result<Option<&'a Callback>, Say> {
    match callback {
        Some(id) => context.state.callbacks.get(&id).map(Some).ok_or_else(|| Say::new("refused.callback_settled")),
        None => Ok(context.state.callback_for(false, &match_key(number))),
    }
}

/// Whether this person may be dialled by whoever asks, now.
fn allowed(context: Context<'_>, line: &Callback) -> Result<(), Say> {
    context.at_desk()?;
    free(context, line)?;
    let supervisor = context.rules.holds(context.person()?, "supervisor");
    if let Some(role) = line.with.as_ref().filter(|_| !supervisor)
        && !context.rules.holds(context.person()?, role)
    {
        return Err(Say::new("try.with_role").with_word("role", &context.rules.role_word(role)));
    }
    let (plan, offset, gravity) = (&context.rules.attempts, context.state.offset_ms, line.gravity());
    let agreed = attempt::agreed_in_quiet(plan, offset, context.now, line);
    attempt::may_dial(plan, offset, context.now, gravity, agreed)?;
    attempt::not_before(line, offset, context.now, supervisor)?;
    if line.rehearsal { Ok(()) } else { attempt::turn(context.state, context.rules, gravity) }
}

/// Nobody else has the line, and it is not dialled already.
fn free(context: Context<'_>, line: &Callback) -> Result<(), Say> {
    let me = context.me()?;
    let person = if line.name.is_empty() { &line.number } else { &line.name };
    let name = |staff: &StaffId| {
        let listed = context.staff.iter().find(|other| other.id == *staff);
        listed.map_or_else(|| staff.0.clone(), |other| other.name.clone())
    };
    if let Some(other) = line.taken_by.as_ref().filter(|other| *other != me) {
        return Err(Say::new("try.taken").with("who", name(other)).with("person", person));
    }
    let up = |call: CallId| context.state.calls.get(call).is_some_and(Call::is_open);
    match line.under_way().filter(|attempt| attempt.call.is_some_and(up)) {
        Some(attempt) => Err(Say::new("try.under_way").with("who", name(&attempt.by)).with("person", person)),
        None => Ok(()),
    }
}

/// The line with the try that begins.
fn begun(context: Context<'_>, line: &Callback, call: CallId, by_hand: bool) -> Result<Event, Say> {
    let mut line = line.clone();
    line.begin_try(context.me()?, context.now, Some(call), by_hand);
    Ok(Event::Callback(Box::new(line)))
}
