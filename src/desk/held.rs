//! What a decision about recordings and spot checks needs of the records, put into its command before it is decided:
//! ended calls, their recordings, filed tickets and settled lines are not at hand otherwise. Whatever a line sent in their
//! place is thrown away. And which spot checks are due (R-CALL-8).

use std::collections::{BTreeMap, BTreeSet};

use super::work::Desk;
use crate::domain::call::Direction;
use crate::domain::command::{Command, RecordingCommand, SpotCommand};
use crate::domain::draw::begin_of;
use crate::domain::event::{Entry, Event};
use crate::domain::recording::{LEAST_DAYS, Recording};
use crate::domain::spot::{self, Known, OPERATOR_CALL, Pick, RECORDING, had_a_hand};
use crate::domain::state::DAY_MS;
use crate::domain::{AgentId, Call, CallId, Callback, SpotDrawId, StaffId, Stamp, TicketId};
use crate::text::Say;

/// How far back a rule that was never drawn by looks for calls: a week, and what is over of the one before.
const LOOKED_BACK_DAYS: i64 = 8;

/// Recordings looked at in one decision.
const AT_ONCE: usize = 256;
/// Settled lines are looked for among those made so long before the draw's first day.
const LINES_BEFORE_MS: i64 = 7 * DAY_MS;

/// A period that is to be drawn from: the rule, its first and its last day.
pub type Period = (String, i64, i64);

impl Desk {
    /// The command with what the records hold; nothing where it needs none of it. `group` is what was decided since the
    /// records were written: it is newer than they are.
    pub(super) fn with_records(&self, command: &Command, group: &[Entry]) -> Result<Option<Command>, Say> {
        let filled = match command {
            Command::Recording { command, .. } => {
                let (held, calls) = self.held(command, group);
                Command::Recording { command: command.clone(), held, calls }
            }
            Command::Spot(command @ SpotCommand::Sign { draw, call, .. }) => {
                let mut filled = command.clone();
                if let SpotCommand::Sign { known, .. } = &mut filled {
                    **known = self.known(*draw, *call);
                }
                Command::Spot(filled)
            }
            _ => return Ok(None),
        };
        // Half of what there is would let a recording go that belongs to somebody's matter.
        self.reader_ref().fault().map_or(Ok(Some(filled)), Err)
    }

    fn held(&self, command: &RecordingCommand, group: &[Entry]) -> (Vec<Recording>, Vec<Call>) {
        let newest = |call: CallId| {
            let of_it = |event: &Event| match event {
                Event::Recording(recording) if recording.call == call => Some((**recording).clone()),
                _ => None,
            };
            let changed = group.iter().rev().find_map(|entry| entry.events.iter().rev().find_map(of_it));
            changed.or_else(|| self.reader_ref().recording(call))
        };
        match command {
            RecordingCommand::Listen { call, .. } | RecordingCommand::Extract { call, .. } => {
                (newest(*call).into_iter().collect(), Vec::new())
            }
            RecordingCommand::Expire { before } => {
                let due = self.recordings_due(*before).take(AT_ONCE);
                let held: Vec<Recording> = due.filter_map(|recording| newest(recording.call)).collect();
                let calls = held.iter().filter_map(|recording| self.call(recording.call)).collect();
                (held, calls)
            }
        }
    }

    /// Recordings that have had their time and were not looked at yet, the oldest first; not those of calls that go on.
    fn recordings_due(&self, before: Stamp) -> impl Iterator<Item = Recording> {
        let goes_on = |recording: &Recording| self.state().calls.get(recording.call).is_some_and(Call::is_open);
        self.reader_ref().recordings_before(before).filter(move |recording| !goes_on(recording))
    }

    /// A call as it is, at hand or not.
    fn call(&self, id: CallId) -> Option<Call> {
        self.state().calls.get(id).cloned().or_else(|| self.reader_ref().call(id))
    }

    /// Before this moment recordings have had their time by the rules in force, and whether there are any.
    pub fn recordings_over(&self, now: Stamp) -> Option<Stamp> {
        let days = i64::from(self.rules().recordings.days.max(LEAST_DAYS));
        let before = now.plus(-days * DAY_MS);
        self.recordings_due(before).next().map(|_| before)
    }

    /// What the computed points of a sheet are reckoned from (R-QA-3).
    fn known(&self, draw: SpotDrawId, id: CallId) -> Known {
        let (state, reader) = (self.state(), self.reader_ref());
        let call = self.call(id);
        let named = call.iter().flat_map(|call| call.tickets.iter().copied());
        let naming = state.tickets.values().filter(|ticket| ticket.calls.contains(&id)).map(|ticket| ticket.id);
        let tickets: BTreeSet<TicketId> = named.chain(naming).collect();
        let ticket = |id: TicketId| state.tickets.get(&id).cloned().or_else(|| reader.ticket(id));
        let tickets = tickets.into_iter().filter_map(ticket).collect();
        let draw = state.spot_draws.get(&draw);
        let staff = draw.and_then(|draw| draw.pick(id)).and_then(|pick| pick.staff.as_ref());
        let callbacks = staff.zip(draw).map_or_else(Vec::new, |(staff, draw)| {
            let from = begin_of(draw.first_day, state.offset_ms).plus(-LINES_BEFORE_MS);
            let lines = reader.callbacks(Some(from), Some(begin_of(draw.last_day + 1, state.offset_ms)));
            lines.filter(|line: &Callback| had_a_hand(line, staff)).collect()
        });
        Known { call, tickets, callbacks }
    }

    /// The periods that are over and were not drawn from, each rule's in their order. A rule goes on after the newest that
    /// was drawn; one never drawn by begins with the first call of the last days, and not before there is one.
    pub fn spot_draws_due(&self, now: Stamp) -> Result<Vec<Period>, Say> {
        let (state, reader) = (self.state(), self.reader_ref());
        let last = spot::last_day(now, state.offset_ms);
        let mut due = Vec::new();
        let rules = self.rules().sampling.iter().filter(|one| one.what == RECORDING || one.what == OPERATOR_CALL);
        for rule in rules {
            let of_rule = |draw: &crate::domain::SpotDraw| draw.rule == rule.what && draw.last_day <= last;
            let newest = reader.spot_draws().rev().find(of_rule).map(|draw| draw.last_day);
            // The last period that is over ends on the last day, or before the period that day lies in.
            let (first, ends) = spot::period_of(&rule.every, last);
            let over = if ends <= last { (first, ends) } else { spot::period_of(&rule.every, first - 1) };
            let begins = || self.first_call_after(last - LOOKED_BACK_DAYS).map(|day| spot::period_of(&rule.every, day));
            let next = newest.map(|newest| spot::period_of(&rule.every, newest + 1)).or_else(begins);
            let Some(mut period) = next else { continue };
            while period.1 <= over.1 {
                due.push((rule.what.clone(), period.0, period.1));
                period = spot::period_of(&rule.every, period.1 + 1);
            }
        }
        // Records that stand still would have a period drawn twice.
        reader.fault().map_or(Ok(due), Err)
    }

    /// The local day of the first call since a day, where there is one.
    fn first_call_after(&self, day: i64) -> Option<i64> {
        let state = self.state();
        let calls = self.reader_ref().calls(Some(begin_of(day, state.offset_ms)), None);
        calls.filter(|call| !call.rehearsal).map(|call| state.day_of(call.arrived_at)).min()
    }

    /// The draw of a period, with the calls there are to draw from. None for a period without any that another follows:
    /// only the last one leaves a record, which says how far the rule has come.
    pub fn spot_draw(&self, (rule, first, last): &Period, now: Stamp) -> Result<Option<Command>, Say> {
        let state = self.state();
        let population = self.population(rule, begin_of(*first, state.offset_ms), begin_of(last + 1, state.offset_ms));
        let reader = self.reader_ref();
        if let Some(fault) = reader.fault() {
            return Err(fault);
        }
        let every = self.rules().sampling.iter().find(|one| one.what == *rule).map_or("day", |one| &one.every);
        let follows = spot::period_of(every, last + 1).1 <= spot::last_day(now, state.offset_ms);
        if population.is_empty() && follows {
            return Ok(None);
        }
        let seed = super::draw::seed()?;
        let (rule, first_day, last_day) = (rule.clone(), *first, *last);
        Ok(Some(Command::Spot(SpotCommand::Draw { rule, first_day, last_day, seed, population })))
    }

    /// Answered calls from outside in a span, with whose they are. By the rule of recordings those that are recorded; by
    /// the rule of operators' calls those of operators of whom nothing was recorded in that time.
    fn population(&self, rule: &str, since: Stamp, until: Stamp) -> Vec<Pick> {
        let reader = self.reader_ref();
        let answered = |call: &Call| {
            call.direction == Direction::Inbound && !call.rehearsal && call.answered_at.is_some() && !call.is_open()
        };
        let calls = reader.calls(Some(since), Some(until)).filter(answered);
        let talks = reader.spans(since.plus(-DAY_MS), until.plus(DAY_MS)).filter(|span| !span.rehearsal);
        let talked: BTreeMap<CallId, StaffId> = talks.filter_map(|span| Some((span.call?, span.staff?))).collect();
        let pick = |call: Call| (self.pick(&call, talked.get(&call.id)), reader.recording(call.id));
        let (recorded, others): (Vec<_>, Vec<_>) = calls.map(pick).partition(|(_, found)| found.is_some());
        if rule == RECORDING {
            let there = |found: &Option<Recording>| found.as_ref().is_some_and(|found| found.expired_at.is_none());
            return recorded.into_iter().filter(|(_, found)| there(found)).map(|(pick, _)| pick).collect();
        }
        let whose = |pick: &Pick| (pick.staff.clone(), pick.agent.clone());
        let heard: BTreeSet<(Option<StaffId>, AgentId)> = recorded.iter().map(|(pick, _)| whose(pick)).collect();
        let others = others.into_iter().map(|(pick, _)| pick);
        others.filter(|pick| !heard.contains(&whose(pick)) && !pick.agent.0.is_empty()).collect()
    }

    /// Whose a call was: who wrote it up, else who sat where it was spoken, else whose phone answered by the configuration.
    fn pick(&self, call: &Call, talked: Option<&StaffId>) -> Pick {
        let phone = call.answered_by.clone().unwrap_or_default();
        let agent = call.in_hand.clone().unwrap_or(AgentId(phone.clone()));
        let mut configured = self.staff().iter().filter(|staff| !phone.is_empty() && staff.phone == phone);
        let staff = call.disposed_by.as_ref().or(talked).cloned().or_else(|| Some(configured.next()?.id.clone()));
        Pick { call: call.id, staff, agent, ..Pick::default() }
    }
}
