//! What the PBX says: sources and their links, and how a call's turns move agents and callbacks with it.

use std::collections::BTreeMap;

use super::{Context, Decision, agent::moved, callback, recording, tries};
use crate::domain::agent::{Agent, AgentState};
use crate::domain::call::signal::MemberFacts;
use crate::domain::call::{Call, CallTurn, Direction, LegEnd, Outcome, Phase, Signal, Turn, machine};
use crate::domain::callback::CallbackReason;
use crate::domain::command::{Made, SourceCommand};
use crate::domain::customer::Grade;
use crate::domain::event::Event;
use crate::domain::ids::{AgentId, SourceId};
use crate::domain::phone::match_key;
use crate::domain::source::{Link, Source, SourceKind};
use crate::domain::state::DAY_MS;
use crate::domain::{CallId, Stamp};
use crate::text::Say;

pub(super) fn source(context: Context<'_>, command: &SourceCommand) -> Result<Decision, Say> {
    match command {
        SourceCommand::Begin { kind, name, can, clock } => {
            let known = context
                .state
                .sources
                .values()
                .find(|source| *kind == SourceKind::Live && source.kind == *kind && source.name == *name);
            let id = known.map_or(SourceId(context.state.last.source + 1), |source| source.id);
            let source = Source {
                id,
                kind: *kind,
                name: name.clone(),
                clock: *clock,
                can: *can,
                link_since: context.now,
                ..Source::default()
            };
            let mut decision = Decision::under("source.begin");
            decision.made = Made::Source(id);
            Ok(decision.with(Event::Source(source)))
        }
        SourceCommand::Link { source, link, fault } => {
            let old = load(context, *source)?;
            let since = if old.link == *link { old.link_since } else { context.now };
            let new = Source { link: *link, link_since: since, fault: fault.clone(), ..old.clone() };
            let mut decision = changed("source.link", old, new);
            if *link == Link::Over {
                decision.events.extend(left_open(context, old));
            }
            Ok(decision)
        }
        SourceCommand::Clock { source, clock } => {
            let old = load(context, *source)?;
            let drift = clock.at(context.now).since(old.clock.at(context.now)).abs();
            let same = drift < DRIFT_MS && old.clock.rate_permille == clock.rate_permille;
            let clock = if same { old.clock } else { *clock };
            Ok(changed("source.clock", old, Source { clock, ..old.clone() }))
        }
        SourceCommand::Can { source, can } => {
            let old = load(context, *source)?;
            Ok(changed("source.can", old, Source { can: *can, ..old.clone() }))
        }
        // Each signal is decided on the state the one before it left: the desk hands them to `signal` one by one.
        SourceCommand::Signals { .. } => Ok(Decision::under("source.signals")),
        SourceCommand::Backfill(call) => backfill(context, call),
    }
}

/// A call as the PBX's log tells it. Somebody who is owed a call by what the log says is put into the queue, unless
/// it is long ago or the person was answered since (R-CALL-5, R-LIVE-3).
fn backfill(context: Context<'_>, told: &Call) -> Result<Decision, Say> {
    let next = context.state.calls.next_id();
    let id = if told.id == CallId(0) { next } else { told.id };
    if told.id >= next {
        return Err(Say::new("import.refused_unknown"));
    }
    if context.state.calls.get(id).is_some_and(|known| !known.reconstructed) {
        return Err(Say::new("import.refused_live"));
    }
    let ended = told.ended_at.unwrap_or(told.arrived_at);
    // A call of a day that has not come would become the newest day, and take the day's figures with it.
    if told.arrived_at.max(ended).since(context.now) > DAY_MS {
        return Err(Say::new("import.refused_future"));
    }
    let call = Call { id, phase: Phase::Ended, reconstructed: true, ..told.clone() };
    let turns = vec![if owed(context, &call, ended) { Turn::Ended } else { Turn::Changed }];
    let fallback = Source::default();
    let source = context.state.sources.get(&call.source).unwrap_or(&fallback);
    let mut decision = Decision::under("R-LIVE-3");
    decision.made = Made::Call(id);
    decision.events = Reaction::to(context, source, CallTurn { call, turns });
    Ok(decision)
}

/// Whether somebody who was not answered still waits for a call. History is long, so the day is looked at first.
fn owed(context: Context<'_>, call: &Call, ended: Stamp) -> bool {
    if context.now.since(ended) >= DAY_MS {
        return false;
    }
    let key = match_key(&call.party.number);
    let answered = |other: &Call| other.answered_at.is_some_and(|at| at >= ended);
    !context.state.calls.all().any(|other| answered(other) && match_key(&other.party.number) == key)
}

/// The recording ended under these calls: how they came out is not known beyond what was played.
fn left_open(context: Context<'_>, source: &Source) -> Vec<Event> {
    let mut scratch = context.state.clone();
    let mut events = Vec::new();
    for call in context.state.calls.open().filter(|call| call.source == source.id) {
        let turn = CallTurn { call: Call { phase: Phase::Ended, ..call.clone() }, turns: vec![Turn::Ended] };
        let reaction = Reaction::to(Context { state: &scratch, ..context }, source, turn);
        reaction.iter().for_each(|event| scratch.fold(event));
        events.extend(reaction);
    }
    events
}

fn load<'a>(context: Context<'a>, id: SourceId) -> Result<&'a Source, Say> {
    context.state.sources.get(&id).ok_or_else(|| Say::new("refused.source_gone"))
}

fn changed(rule: &'static str, old: &Source, new: Source) -> Decision {
    let decision = Decision::under(rule);
    if *old == new { decision } else { decision.with(Event::Source(new)) }
}

/// What one signal of a source leads to. Nothing where it is not new.
pub(super) fn signal(context: Context<'_>, id: SourceId, at: Stamp, signal: &Signal) -> Decision {
    let mut decision = Decision::under("R-CALL-1");
    let Some(source) = context.state.sources.get(&id) else { return decision };
    match signal {
        Signal::Member(facts) => decision.events.extend(member(context, source, facts)),
        Signal::MemberGone { queue, interface } => {
            decision.events.extend(member_gone(context, source, queue, interface))
        }
        Signal::CallbackRequested { uniqueid, number, .. } => {
            decision.rule = "R-CALL-5";
            let call = context.state.calls.by_channel(id, uniqueid);
            let line = call.and_then(|call| {
                callback::asked(context.state, context.rules, call, CallbackReason::Asked, number, at)
            });
            let new = line.filter(|line| context.state.callbacks.get(&line.id) != Some(line));
            decision.events.extend(new.map(|line| Event::Callback(Box::new(line))));
        }
        Signal::Recorded { uniqueid, path } => {
            decision.rule = "R-CALL-7";
            decision.events.extend(recording::begun(context, id, uniqueid, path));
        }
        _ => {}
    }
    let limits = |queue: Option<&str>| context.rules.limit_ms(queue);
    let turns = machine::step(&context.state.calls, source, &limits, at, signal);
    let mut scratch = None;
    let last = turns.len();
    for (index, turn) in turns.into_iter().enumerate() {
        let state = scratch.as_ref().unwrap_or(context.state);
        let events = Reaction::to(Context { state, ..context }, source, turn);
        if index + 1 < last {
            let folded = scratch.get_or_insert_with(|| context.state.clone());
            events.iter().for_each(|event| folded.fold(event));
        }
        decision.events.extend(events);
    }
    decision
}

/// Two measurements of one clock differ by the network's mood; less than this is no news, and nobody is woken for it.
const DRIFT_MS: i64 = 100;

/// How the agents at a rehearsal's phones are named.
const REHEARSED: &str = "rehearsal/";

/// The agent at a phone of this source. Phones of a rehearsal are agents of their own: they never mix with real ones.
fn agent_id(source: &Source, phone: &str) -> AgentId {
    match source.kind {
        SourceKind::Rehearsal => AgentId(format!("{REHEARSED}{phone}")),
        SourceKind::Hand | SourceKind::Live => AgentId(phone.to_owned()),
    }
}

fn known_agent(context: Context<'_>, source: &Source, phone: &str, name: &str) -> Agent {
    let id = agent_id(source, phone);
    context.state.agents.get(&id).cloned().unwrap_or_else(|| Agent {
        id,
        phone: phone.to_owned(),
        name: name.to_owned(),
        since: context.now,
        totals_day: context.state.day_of(context.now),
        rehearsal: source.kind == SourceKind::Rehearsal,
        ..Agent::default()
    })
}

fn member(context: Context<'_>, source: &Source, facts: &MemberFacts) -> Option<Event> {
    if facts.phone.is_empty() {
        return None;
    }
    let old = known_agent(context, source, &facts.phone, &facts.name);
    let mut new = old.clone();
    new.pbx.paused = facts.paused;
    new.pbx.reason.clone_from(&facts.reason);
    new.pbx.unavailable = facts.unavailable;
    if !new.pbx.queues.contains(&facts.queue) {
        new.pbx.queues.push(facts.queue.clone());
    }
    let paused = AgentState::Break(facts.reason.clone());
    let wanted = match (&old.state, facts.paused) {
        // A phone that was paused when its agent was sent off, or left on a break, is no break: nobody is there.
        (AgentState::Offline, true) if old.staff.is_none() && !old.pbx.paused => Some(paused),
        (AgentState::Ready, true) => Some(paused),
        (AgentState::Break(_), false) => Some(AgentState::Ready),
        (AgentState::Offline, false) if old.staff.is_none() && !facts.unavailable => Some(AgentState::Ready),
        (AgentState::Ready, false) if old.staff.is_none() && facts.unavailable => Some(AgentState::Offline),
        _ => None,
    };
    if let Some(wanted) = wanted {
        new = Agent { pbx: new.pbx, ..moved(&old, wanted, None, context.now, context.state) };
    }
    (context.state.agents.get(&new.id) != Some(&new)).then(|| Event::Agent(Box::new(new)))
}

fn member_gone(context: Context<'_>, source: &Source, queue: &str, interface: &str) -> Option<Event> {
    let phone = interface.rsplit('/').next().unwrap_or(interface);
    let mut agent = context.state.agents.get(&agent_id(source, phone))?.clone();
    let before = agent.pbx.queues.len();
    agent.pbx.queues.retain(|name| name != queue);
    (agent.pbx.queues.len() != before).then(|| Event::Agent(Box::new(agent)))
}

/// Somebody who practises took this rehearsed call from the recorded phones: from then on the recording only says when
/// the caller hangs up.
fn practised(call: &Call) -> bool {
    let here = |agent: &AgentId| !agent.0.starts_with(REHEARSED);
    call.rehearsal && call.answered_at.is_some() && call.in_hand.as_ref().is_some_and(here)
}

fn as_practised(old: &Call, turn: CallTurn) -> CallTurn {
    let new = turn.call;
    let call = Call {
        phase: if new.is_open() { old.phase } else { Phase::Ended },
        outcome: Outcome::Answered,
        verdict: old.verdict,
        answered_at: old.answered_at,
        answered_by: old.answered_by.clone(),
        agent: old.agent.clone(),
        left_queue_at: old.left_queue_at,
        held_since: old.held_since,
        held_ms: old.held_ms,
        ..new
    };
    let kept = |turn: &Turn| !matches!(turn, Turn::Answered(_) | Turn::Held | Turn::Resumed | Turn::PhoneDone(_));
    CallTurn { call, turns: turn.turns.into_iter().filter(kept).collect() }
}

/// What follows from one call's turns: the call itself, the agents it moves, the callback it makes or settles.
struct Reaction<'a> {
    context: Context<'a>,
    source: &'a Source,
    call: Call,
    agents: BTreeMap<AgentId, Agent>,
}

impl<'a> Reaction<'a> {
    fn to(context: Context<'a>, source: &'a Source, turn: CallTurn) -> Vec<Event> {
        let old = context.state.calls.get(turn.call.id).filter(|old| practised(old));
        let turn = match old {
            Some(old) if !old.is_open() => return Vec::new(),
            Some(old) => as_practised(old, turn),
            None => turn,
        };
        Reaction::of(context, source, turn)
    }

    fn of(context: Context<'a>, source: &'a Source, turn: CallTurn) -> Vec<Event> {
        let mut reaction = Reaction { context, source, call: turn.call, agents: BTreeMap::new() };
        reaction.know_the_caller();
        turn.turns.iter().for_each(|turn| reaction.turn(turn));
        let line = turn.turns.iter().find_map(|turn| reaction.callback(turn));
        if let Some(line) = &line {
            reaction.call.callback = Some(line.id);
        }
        let mut lines: Vec<_> = line.into_iter().collect();
        tries::follow(context, &reaction.call, &turn.turns, &mut lines);
        let mut events = vec![Event::Call(Box::new(reaction.call))];
        let moved = reaction.agents.into_values().filter(|agent| context.state.agents.get(&agent.id) != Some(agent));
        events.extend(moved.map(|agent| Event::Agent(Box::new(agent))));
        events.extend(lines.into_iter().map(|line| Event::Callback(Box::new(line))));
        events
    }

    fn know_the_caller(&mut self) {
        if self.call.party.withheld {
            // The PBX may say only at the queue that the number is withheld: what was known by it is forgotten.
            (self.call.customer, self.call.grade, self.call.nth_today) = (None, Grade::default(), 0);
            return;
        }
        let key = match_key(&self.call.party.number);
        if key.is_empty() || self.call.nth_today > 0 {
            return;
        }
        let state = self.context.state;
        let day = state.day_of(self.call.arrived_at);
        // A call of an earlier day, brought in from a log, is none of today's; one of a new day is its number's first.
        if self.call.rehearsal || day >= state.day {
            let counted = self.call.rehearsal || day == state.day;
            let before = state.callers.get(&(self.call.rehearsal, key)).copied().filter(|_| counted).unwrap_or(0);
            self.call.nth_today = before + 1;
        }
        if let Some(customer) = self.context.state.customer_by_phone(&self.call.party.number) {
            self.call.customer = Some(customer.id);
            self.call.grade = customer.grade;
        }
    }

    fn turn(&mut self, turn: &Turn) {
        match turn {
            Turn::Offered(leg) | Turn::Ringing(leg) => self.offered(*leg),
            Turn::OfferEnded(leg, end) if *end != LegEnd::Answered => self.not_taken(*leg),
            Turn::Answered(phone) => self.answered(&phone.clone()),
            Turn::Held => self.hold(AgentState::Hold),
            Turn::Resumed => self.hold(AgentState::OnCall),
            Turn::PhoneDone(phone) => {
                let id = agent_id(self.source, phone);
                self.done(&id);
            }
            Turn::Ended => {
                let involved = self.context.state.agents.values().filter(|agent| agent.call == Some(self.call.id));
                let ids: Vec<_> = involved.map(|agent| agent.id.clone()).collect();
                ids.iter().for_each(|id| self.done(id));
            }
            _ => {}
        }
    }

    fn offered(&mut self, leg: usize) {
        let Some(leg) = self.call.legs.get(leg).cloned() else { return };
        if leg.phone.is_empty() || leg.end.is_some() {
            return;
        }
        let agent = self.agent(&leg.phone, &leg.agent);
        if matches!(agent.state, AgentState::Ringing | AgentState::OnCall | AgentState::Hold) {
            return;
        }
        let after = match agent.state.clone() {
            AgentState::WrapUp => agent.after.clone(),
            AgentState::Offline => Some(AgentState::Ready),
            other => Some(other),
        };
        let ringing = self.moved(&agent, AgentState::Ringing, true);
        self.keep(Agent { after, ..ringing });
    }

    fn not_taken(&mut self, leg: usize) {
        let Some(phone) = self.call.legs.get(leg).map(|leg| leg.phone.clone()) else { return };
        let agent = self.agent(&phone, "");
        if agent.call == Some(self.call.id) && agent.state == AgentState::Ringing {
            self.rest(&agent);
        }
    }

    fn answered(&mut self, phone: &str) {
        let name = self.call.agent.clone().unwrap_or_default();
        let agent = self.agent(phone, &name);
        let after = match agent.state.clone() {
            AgentState::Ringing | AgentState::WrapUp => agent.after.clone(),
            AgentState::OnCall | AgentState::Hold => agent.after.clone(),
            AgentState::Offline => Some(AgentState::Ready),
            other => Some(other),
        };
        self.call.in_hand = Some(agent.id.clone());
        let talking = self.moved(&agent, AgentState::OnCall, true);
        self.keep(Agent { after, ..talking });
    }

    fn hold(&mut self, to: AgentState) {
        let Some(phone) = self.call.answered_by.clone() else { return };
        let agent = self.agent(&phone, "");
        if agent.call == Some(self.call.id) {
            let held = self.moved(&agent, to, true);
            self.keep(held);
        }
    }

    /// The agent's part is over: written up where somebody sits there and a disposition is owed, else back to rest.
    fn done(&mut self, id: &AgentId) {
        let Some(agent) = self.agents.get(id).or_else(|| self.context.state.agents.get(id)).cloned() else { return };
        if agent.call != Some(self.call.id) || agent.state == AgentState::WrapUp {
            return;
        }
        let spoke = matches!(agent.state, AgentState::OnCall | AgentState::Hold);
        if spoke && agent.staff.is_some() && self.call.disposition.is_none() {
            let writing = self.moved(&agent, AgentState::WrapUp, true);
            self.keep(writing);
        } else {
            self.rest(&agent);
        }
    }

    fn rest(&mut self, agent: &Agent) {
        let rested = rested(self.context, agent);
        self.keep(rested);
    }

    fn moved(&self, agent: &Agent, to: AgentState, with_call: bool) -> Agent {
        let call = with_call.then_some(self.call.id);
        moved(agent, to, call, self.context.now, self.context.state)
    }

    fn agent(&self, phone: &str, name: &str) -> Agent {
        let by_hand = self.call.in_hand.clone().filter(|_| self.source.kind == SourceKind::Hand);
        let id = by_hand.unwrap_or_else(|| agent_id(self.source, phone));
        self.agents.get(&id).cloned().unwrap_or_else(|| known_agent(self.context, self.source, phone, name))
    }

    fn keep(&mut self, agent: Agent) {
        self.agents.insert(agent.id.clone(), agent);
    }

    fn callback(&self, turn: &Turn) -> Option<crate::domain::Callback> {
        let state = self.context.state;
        match turn {
            Turn::Ended if self.call.answered_at.is_none() => {
                callback::for_unanswered(state, self.context.rules, &self.call)
            }
            Turn::Answered(_) if self.call.direction != Direction::Internal => callback::settled_by(state, &self.call),
            _ => None,
        }
    }
}

/// The agent back in what was set aside, else ready.
pub(super) fn rested(context: Context<'_>, agent: &Agent) -> Agent {
    let to = agent.after.clone().unwrap_or(AgentState::Ready);
    Agent { after: None, ..moved(agent, to, None, context.now, context.state) }
}

/// What an ended call leads to when it was ended by hand: the same as when the PBX says so.
pub(super) fn react(context: Context<'_>, source: &Source, call: Call, turns: Vec<Turn>) -> Vec<Event> {
    Reaction::of(context, source, CallTurn { call, turns })
}
