//! What an operator can do with a call. A call of a PBX is moved by the PBX: the key asks it, and what it says
//! afterwards moves the call. A call entered by hand is moved here, and so is a rehearsed one: whoever practises takes
//! it from the recorded phones.

use super::{Context, Decision, agent::moved, dial, traffic};
use crate::domain::agent::{Agent, AgentState};
use crate::domain::call::record::Side;
use crate::domain::call::{
    Action, Call, Capabilities, Direction, Disposition, Leg, Outcome, Party, Phase, Turn, Verdict,
};
use crate::domain::command::{CallCommand, Made};
use crate::domain::event::Event;
use crate::domain::ids::SourceId;
use crate::domain::phone::{match_key, numbers};
use crate::domain::source::{Link, Source, SourceKind};
use crate::domain::{CallId, Stamp, TicketFields};
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, command: &CallCommand) -> Result<Decision, Say> {
    match command {
        CallCommand::Answer(id) => answer(context, *id),
        CallCommand::Hold(id) => hold(context, *id),
        CallCommand::Transfer { call, to, attended } => transfer(context, *call, to, *attended),
        CallCommand::HangUp(id) => hang_up(context, *id),
        CallCommand::Dial { number, callback } => dial::dial(context, number, *callback),
        CallCommand::DialByHand { number, callback } => dial::by_hand(context, number, *callback),
        CallCommand::ReachedByHand { call, answered } => dial::reached(context, *call, *answered),
        CallCommand::EnterByHand { number } => enter_by_hand(context, number),
        CallCommand::NameByHand { call, number, name } => name_by_hand(context, *call, number, name),
        CallCommand::GaveUp(id) => gave_up(context, *id),
        CallCommand::Dispose { call, disposition } => dispose(context, *call, *disposition),
    }
}

/// No PBX moves this call: it was entered by hand, or it is rehearsed.
pub(super) fn moved_here(call: &Call) -> bool {
    call.source == SourceId::HAND || call.rehearsal
}

/// The source of a call moved here. That of calls entered by hand is always there.
pub(super) fn source_here(context: Context<'_>, call: &Call) -> Source {
    let hand = || Source { kind: SourceKind::Hand, link: Link::Up, ..Source::default() };
    context.state.sources.get(&call.source).cloned().unwrap_or_else(hand)
}

/// Now, on the clock of the call's own source.
fn moment(context: Context<'_>, call: &Call) -> Stamp {
    context.state.sources.get(&call.source).map_or(context.now, |source| source.clock.at(context.now))
}

pub(super) fn load<'a>(context: Context<'a>, id: CallId) -> Result<&'a Call, Say> {
    let call = context.state.calls.get(id).ok_or_else(|| Say::new("refused.call_gone"))?;
    if call.is_open() { Ok(call) } else { Err(Say::new("refused.call_over").with("caller", shown(call))) }
}

fn shown(call: &Call) -> &str {
    if call.party.number.is_empty() { &call.party.name } else { &call.party.number }
}

fn source_of<'a>(context: Context<'a>, call: &Call) -> Result<&'a Source, Say> {
    context.state.sources.get(&call.source).ok_or_else(|| Say::new("refused.source_gone"))
}

/// The PBX of a call, where it is linked and can do what is asked.
pub(super) fn able<'a>(
    context: Context<'a>,
    call: &Call,
    can: fn(&Capabilities) -> bool,
    key: &str,
) -> Result<&'a Source, Say> {
    let source = source_of(context, call)?;
    if source.link != Link::Up {
        return Err(Say::new("refused.link_down").with("name", &source.name));
    }
    if can(&source.can) { Ok(source) } else { Err(Say::new(key).with("name", &source.name)) }
}

/// The one call the agent speaks in.
fn free(agent: &Agent, id: CallId) -> Result<(), Say> {
    let speaking = matches!(agent.state, AgentState::OnCall | AgentState::Hold);
    if speaking && agent.call != Some(id) { Err(Say::new("refused.already_talking")) } else { Ok(()) }
}

fn ask(rule: &'static str, source: SourceId, action: Action) -> Decision {
    Decision { actions: vec![(source, action)], ..Decision::under(rule) }
}

fn answer(context: Context<'_>, id: CallId) -> Result<Decision, Say> {
    let call = load(context, id)?;
    let agent = context.seat()?;
    free(agent, id)?;
    if !call.is_waiting() {
        let who = call.agent.clone().or(call.answered_by.clone()).unwrap_or_default();
        return Err(Say::new("refused.answered_by").with("who", who));
    }
    if dial::by_hand_outside(call) {
        return dial::reached(context, id, true);
    }
    if moved_here(call) {
        return answer_by_hand(context, call, agent);
    }
    if agent.phone.is_empty() {
        return Err(Say::new("refused.no_phone"));
    }
    let rings = |leg: &&Leg| leg.end.is_none();
    let mine = call.legs.iter().filter(rings).find(|leg| leg.phone == agent.phone);
    if let Some(leg) = mine {
        let source = able(context, call, |can| can.answer, "refused.cannot_answer")?;
        return Ok(ask("R-CALL-1", source.id, Action::Answer { channel: leg.channel.clone() }));
    }
    if let Some(leg) = call.legs.iter().find(rings) {
        let source = able(context, call, |can| can.pickup, "refused.cannot_pickup")?;
        let pickup = Action::Pickup { channel: leg.channel.clone(), phone: agent.phone.clone() };
        return Ok(ask("R-CALL-3", source.id, pickup));
    }
    let source = able(context, call, |can| can.redirect, "refused.cannot_redirect")?;
    let mut marked = call.clone();
    marked.memory.redirect_asked = true;
    let redirect = Action::Redirect { channel: call.channel.clone(), to: agent.phone.clone() };
    Ok(ask("R-LIVE-2", source.id, redirect).with(Event::Call(Box::new(marked))))
}

fn hold(context: Context<'_>, id: CallId) -> Result<Decision, Say> {
    let call = load(context, id)?;
    let agent = mine(context, call)?;
    let held = match call.phase {
        Phase::Talking | Phase::Transferred => false,
        Phase::Held => true,
        _ => return Err(Say::new("refused.not_talking")),
    };
    if moved_here(call) {
        return Ok(hold_by_hand(context, call, agent, held));
    }
    let source = able(context, call, |can| can.hold, "refused.cannot_hold")?;
    let channel = my_channel(call, agent)?;
    let action = if held { Action::Resume { channel } } else { Action::Hold { channel } };
    Ok(ask("call.hold", source.id, action))
}

fn transfer(context: Context<'_>, id: CallId, to: &str, attended: bool) -> Result<Decision, Say> {
    let call = load(context, id)?;
    let agent = mine(context, call)?;
    let to = to.trim();
    if match_key(to).is_empty() {
        return Err(Say::new("refused.no_number"));
    }
    if !matches!(call.phase, Phase::Talking | Phase::Held) {
        return Err(Say::new("refused.not_talking"));
    }
    if call.source == SourceId::HAND {
        let handed =
            Call { transferred_to: Some(to.to_owned()), outcome: Outcome::Transferred, ..closed(call, context.now) };
        let events = traffic::react(
            context,
            &source_here(context, call),
            handed,
            vec![Turn::Transferred(to.to_owned()), Turn::Ended],
        );
        return Ok(Decision { events, ..Decision::under("call.transfer") });
    }
    let source = able(context, call, |can| can.transfer, "refused.cannot_transfer")?;
    let channel = my_channel(call, agent)?;
    let to = to.to_owned();
    let action =
        if attended { Action::AttendedTransfer { channel, to } } else { Action::BlindTransfer { channel, to } };
    Ok(ask("call.transfer", source.id, action))
}

fn hang_up(context: Context<'_>, id: CallId) -> Result<Decision, Say> {
    let call = load(context, id)?;
    let agent = mine(context, call)?;
    if moved_here(call) {
        if dial::by_hand_outside(call) && call.is_waiting() {
            return dial::reached(context, id, false);
        }
        if call.is_waiting() {
            return Err(Say::new("refused.not_talking"));
        }
        let ended = Call { hung_up_by: Some(Side::Agent), ..closed(call, moment(context, call)) };
        let events = traffic::react(context, &source_here(context, call), ended, vec![Turn::Ended]);
        return Ok(Decision { events, ..Decision::under("call.hang_up") });
    }
    let source = able(context, call, |can| can.hangup, "refused.cannot_hang_up")?;
    let channel = my_channel(call, agent)?;
    Ok(ask("call.hang_up", source.id, Action::Hangup { channel }))
}

fn enter_by_hand(context: Context<'_>, number: &str) -> Result<Decision, Say> {
    let agent = context.seat()?;
    if matches!(agent.state, AgentState::Ringing | AgentState::OnCall | AgentState::Hold) {
        return Err(Say::new("refused.already_talking"));
    }
    let id = context.state.calls.next_id();
    let call = Call {
        id,
        direction: Direction::Inbound,
        party: Party { number: number.trim().to_owned(), ..Party::default() },
        phase: Phase::Ringing,
        limit_ms: context.rules.limit_ms(None),
        arrived_at: context.now,
        in_hand: Some(agent.id.clone()),
        ..Call::default()
    };
    let after = agent.after.clone().or(Some(agent.state.clone())).filter(|state| *state != AgentState::WrapUp);
    let ringing = Agent { after, ..moved(agent, AgentState::Ringing, Some(id), context.now, context.state) };
    let mut decision = Decision::under("R-CALL-1");
    decision.made = Made::Call(id);
    decision.events = traffic::react(context, &source_here(context, &call), call.clone(), vec![Turn::Arrived]);
    Ok(decision.with(Event::Agent(Box::new(ringing))))
}

fn answer_by_hand(context: Context<'_>, call: &Call, agent: &Agent) -> Result<Decision, Say> {
    let at = moment(context, call);
    let wait = at.since(call.timer_from()).max(0);
    let phone = if agent.phone.is_empty() { agent.id.0.clone() } else { agent.phone.clone() };
    let answered = Call {
        phase: Phase::Talking,
        outcome: Outcome::Answered,
        verdict: Some(if wait <= call.limit_ms { Verdict::InTime } else { Verdict::Late }),
        answered_at: Some(at),
        answered_by: Some(phone),
        agent: Some(agent.name.clone()),
        in_hand: Some(agent.id.clone()),
        ..call.clone()
    };
    let settled = super::callback::settled_by(context.state, &answered);
    let after = match &agent.state {
        AgentState::Ringing | AgentState::WrapUp => agent.after.clone(),
        other => Some(other.clone()),
    };
    let talking = moved(agent, AgentState::OnCall, Some(call.id), context.now, context.state);
    let talking = Agent { after, ..talking };
    let mut decision = Decision::under("R-CALL-1").with(Event::Call(Box::new(answered)));
    decision.events.push(Event::Agent(Box::new(talking)));
    decision.events.extend(settled.map(|line| Event::Callback(Box::new(line))));
    Ok(decision)
}

fn hold_by_hand(context: Context<'_>, call: &Call, agent: &Agent, held: bool) -> Decision {
    let mut changed = call.clone();
    let at = moment(context, call);
    let state = if held {
        changed.held_ms += call.held_since.map_or(0, |since| at.since(since).max(0));
        changed.held_since = None;
        changed.phase = Phase::Talking;
        AgentState::OnCall
    } else {
        changed.held_since = Some(at);
        changed.phase = Phase::Held;
        AgentState::Hold
    };
    let agent = moved(agent, state, Some(call.id), context.now, context.state);
    Decision::under("call.hold").with(Event::Call(Box::new(changed))).with(Event::Agent(Box::new(agent)))
}

fn name_by_hand(context: Context<'_>, id: CallId, number: &str, name: &str) -> Result<Decision, Say> {
    let call = context.state.calls.get(id).ok_or_else(|| Say::new("refused.call_gone"))?;
    if call.source != SourceId::HAND {
        return Err(Say::new("refused.not_by_hand"));
    }
    if call.party.withheld {
        // The only way for a call entered by hand to be withheld: it brought a tip-off (R-REQ-6).
        return Err(Say::new("seal.call"));
    }
    context.me()?;
    Ok(Decision { events: named(context, call.clone(), number, name), ..Decision::under("call.name_by_hand") })
}

/// R-REQ-6: a call that brought a tip-off, or in which its informant was told, says no more who was at the other end.
pub(super) fn sealed(mut call: Call) -> Vec<Event> {
    let own: Vec<String> = numbers(&call.party.number).into_iter().map(|number| number.key).collect();
    let theirs = |other: &str| numbers(other).iter().any(|number| own.contains(&number.key));
    for leg in call.legs.iter_mut().filter(|leg| theirs(&leg.phone)) {
        leg.phone.clear();
    }
    if theirs(&call.dialled) {
        call.dialled.clear();
    }
    call.answered_by = call.answered_by.filter(|phone| !theirs(phone));
    let party = Party { withheld: true, ..Party::default() };
    let call = Call { party, customer: None, grade: Default::default(), nth_today: 0, ..call };
    vec![Event::Call(Box::new(call))]
}

/// A call entered by hand without a number gets the one that its intake form was given; any other stays as it is.
pub(super) fn named_by_intake(context: Context<'_>, call: Call, fields: &TicketFields) -> Vec<Event> {
    let unknown = call.source == SourceId::HAND && call.party.number.is_empty() && !call.party.withheld;
    if unknown && !match_key(&fields.phone).is_empty() {
        named(context, call, &fields.phone, &fields.name)
    } else {
        vec![Event::Call(Box::new(call))]
    }
}

/// The call with its number and name, and the callback that it settles by being answered.
fn named(context: Context<'_>, call: Call, number: &str, name: &str) -> Vec<Event> {
    let party = Party { number: number.trim().to_owned(), name: name.trim().to_owned(), withheld: false };
    let known = match_key(&party.number) == match_key(&call.party.number);
    let nth_today = if known { call.nth_today } else { 0 };
    let named = Call { party, nth_today, ..call };
    let owed = super::callback::settled_by(context.state, &named);
    let mut events = traffic::react(context, &source_here(context, &named), named, vec![Turn::Changed]);
    events.extend(owed.map(|line| Event::Callback(Box::new(line))));
    events
}

fn gave_up(context: Context<'_>, id: CallId) -> Result<Decision, Say> {
    let call = load(context, id)?;
    context.me()?;
    if call.source != SourceId::HAND {
        return Err(Say::new("refused.not_by_hand"));
    }
    if !call.is_waiting() {
        return Err(Say::new("refused.answered_already"));
    }
    if dial::by_hand_outside(call) {
        return dial::reached(context, id, false);
    }
    let ended = Call {
        outcome: Outcome::Abandoned,
        verdict: Some(Verdict::Unanswered),
        hung_up_by: Some(Side::Caller),
        ..closed(call, context.now)
    };
    let events = traffic::react(context, &source_here(context, call), ended, vec![Turn::Ended]);
    Ok(Decision { events, ..Decision::under("R-CALL-5") })
}

pub(super) fn closed(call: &Call, now: Stamp) -> Call {
    Call {
        phase: Phase::Ended,
        ended_at: Some(now),
        held_ms: call.held_ms + call.held_since.map_or(0, |since| now.since(since).max(0)),
        held_since: None,
        ..call.clone()
    }
}

fn dispose(context: Context<'_>, id: CallId, disposition: Disposition) -> Result<Decision, Say> {
    let call = context.state.calls.get(id).ok_or_else(|| Say::new("refused.call_gone"))?;
    let agent = context.seat()?;
    if call.in_hand.as_ref() != Some(&agent.id) {
        return Err(Say::new("refused.not_in_hand"));
    }
    let disposed = Call { disposition: Some(disposition), disposed_by: Some(context.me()?.clone()), ..call.clone() };
    let mut decision = Decision::under("R-CALL-6").with(Event::Call(Box::new(disposed)));
    if agent.state == AgentState::WrapUp && agent.call == Some(id) {
        decision.events.push(Event::Agent(Box::new(traffic::rested(context, agent))));
    }
    Ok(decision)
}

/// The agent who asks, where the call is in that agent's hand.
pub(super) fn mine<'a>(context: Context<'a>, call: &Call) -> Result<&'a Agent, Say> {
    let agent = context.seat()?;
    if call.in_hand.as_ref() == Some(&agent.id) { Ok(agent) } else { Err(Say::new("refused.not_in_hand")) }
}

/// The channel of the agent's phone in this call.
pub(super) fn my_channel(call: &Call, agent: &Agent) -> Result<String, Say> {
    let open = |leg: &&Leg| leg.phone == agent.phone && leg.ended_at.is_none();
    let leg = call.legs.iter().rev().find(open).ok_or_else(|| Say::new("refused.not_talking"))?;
    Ok(leg.channel.clone())
}
