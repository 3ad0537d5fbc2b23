//! Draws: the sample of a day, and whoever is drawn in place of somebody who could not be reached (R-CB-2).

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Decision};
use crate::domain::callback::{Callback, CallbackReason, Debt};
use crate::domain::command::Made;
use crate::domain::draw::{self, Draw, Settled};
use crate::domain::event::{Actor, Event};
use crate::domain::ids::{CallbackId, DrawId, TicketId};
use crate::domain::phone::match_key;
use crate::domain::revisit;
use crate::domain::rulebook::ShareRule;
use crate::domain::{Customer, Revisit, Stamp, State, Ticket};
use crate::text::Say;

/// Draws for a rule from what was filed on a day that is over. A day already drawn is left as it is.
pub(super) fn decide(
    context: Context<'_>,
    rule: &str,
    day: i64,
    seed: u64,
    settled: &[Ticket],
) -> Result<Decision, Say> {
    if !matches!(context.actor, Actor::Desk) {
        return Err(Say::new("refused.not_over_the_line"));
    }
    let state = context.state;
    let rule = of_book(context, rule).ok_or_else(|| Say::new("draw.no_rule").with("rule", rule))?;
    if day > draw::last_day(context.now, state.offset_ms) {
        return Err(Say::new("draw.day_runs"));
    }
    if state.draws.values().any(|draw| draw.rule == rule.id && draw.day == day && !draw.rehearsal) {
        return Ok(Decision::default());
    }
    let of_day = |ticket: &&Ticket| ticket.filed_at.is_some_and(|at| state.day_of(at) == day);
    let drawable = |ticket: &Ticket| draw::drawable(rule, ticket, file_of(state, ticket));
    let mut settled: Vec<Settled> = settled.iter().filter(of_day).filter_map(drawable).collect();
    settled.sort_unstable_by_key(|one| one.ticket);
    settled.dedup_by_key(|one| one.ticket);
    let mut hand = Hand::new(context, &[]);
    let id = hand.draw(rule, day, seed, settled);
    let mut decision = Decision::under("R-CB-2");
    decision.made = Made::Draw(id);
    decision.events = hand.into_events();
    Ok(decision)
}

/// Where a drawn debt ended in this decision and nobody was reached: whoever comes next is drawn, in the same decision.
/// To be called once all that the command itself changes is there.
pub(super) fn top_up(context: Context<'_>, decision: &mut Decision) {
    let short = in_vain_now(context.state, &decision.events);
    if short.is_empty() {
        return;
    }
    let mut hand = Hand::new(context, &decision.events);
    short.into_iter().for_each(|draw| hand.top_up(draw));
    decision.events.extend(hand.into_events());
}

/// The draws of which a debt ends in vain by these events.
fn in_vain_now(state: &State, events: &[Event]) -> BTreeSet<DrawId> {
    let lines = events.iter().filter_map(|event| if let Event::Callback(line) = event { Some(line) } else { None });
    let rows = lines.flat_map(|line| revisit::rows(line));
    let ended = rows.filter(|row| row.is_in_vain() && row.reason == CallbackReason::Sample);
    let was_owed = |row: &Revisit| {
        state.revisits.get(&(row.line, row.debt)).is_none_or(|before| before.is_owed() || before.draw != row.draw)
    };
    ended.filter(was_owed).filter_map(|row| row.draw).collect()
}

fn of_book<'a>(context: Context<'a>, rule: &str) -> Option<&'a ShareRule> {
    context.rules.revisits.shares.iter().find(|share| share.id == rule)
}

/// The customer file of a ticket: its own, or the one with its number.
fn file_of<'a>(state: &'a State, ticket: &Ticket) -> Option<&'a Customer> {
    let own = ticket.customer.and_then(|id| state.customers.get(&id));
    own.or_else(|| state.customer_by_phone(&ticket.fields.phone))
}

/// What is drawn, step by step: each sees the lines and the draws that those before it left.
struct Hand<'a> {
    context: Context<'a>,
    /// Lines, draws and follow-up calls as they are by now; nothing else of the desk is in it.
    left: State,
    lines: BTreeSet<CallbackId>,
    draws: BTreeMap<DrawId, Draw>,
}

impl<'a> Hand<'a> {
    fn new(context: Context<'a>, events: &[Event]) -> Hand<'a> {
        let state = context.state;
        let mut left = state.for_draw();
        events.iter().filter(|event| matches!(event, Event::Callback(_))).for_each(|event| left.fold(event));
        Hand { context, left, lines: BTreeSet::new(), draws: BTreeMap::new() }
    }

    /// Draws for the first time from a day.
    fn draw(&mut self, rule: &ShareRule, day: i64, seed: u64, settled: Vec<Settled>) -> DrawId {
        let population: Vec<TicketId> = settled.iter().map(|one| one.ticket).collect();
        let before = |id: &TicketId| draw::follow_up(self.context.state, *id);
        let (done, left): (Vec<TicketId>, Vec<TicketId>) =
            population.iter().partition(|id| before(id).is_some_and(Revisit::is_done));
        let (tried, left): (Vec<TicketId>, Vec<TicketId>) =
            left.iter().partition(|id| before(id).is_some_and(draw::is_tried));
        let order = draw::order(seed, &left);
        let reserve = order.iter().filter_map(|id| settled.iter().find(|one| one.ticket == *id)).cloned().collect();
        let mut standing = draw::standing(&self.left, &rule.id, day);
        standing.settled += population.len();
        standing.done += done.len();
        let wanted = standing.short(rule.percent);
        let id = DrawId(self.left.last.draw + 1);
        let mut draw = Draw {
            id,
            rule: rule.id.clone(),
            day,
            at: self.context.now,
            seed,
            population,
            wanted: u32::try_from(wanted).unwrap_or(u32::MAX),
            done,
            tried,
            reserve,
            ..Draw::default()
        };
        let count = wanted.min(draw.reserve.len());
        let drawn: Vec<Settled> = draw.reserve.drain(..count).collect();
        draw.drawn = drawn.iter().map(|one| one.ticket).collect();
        self.put(draw);
        drawn.iter().for_each(|one| self.owe(rule, id, one));
        // Where too few of this day are left to draw, other days of the month make up for it.
        self.top_up(id);
        id
    }

    /// As many more as the month is short of, the next of this draw first, then of the month's others, the newest first.
    fn top_up(&mut self, id: DrawId) {
        let Some(own) = self.left.draws.get(&id) else { return };
        let (day, Some(rule)) = (own.day, of_book(self.context, &own.rule)) else { return };
        let others = draw::of_month(&self.left, &rule.id, day).filter(|draw| draw.id != id).map(|draw| draw.id);
        let mut others: Vec<DrawId> = others.collect();
        others.reverse();
        for id in [vec![id], others].concat() {
            while draw::standing(&self.left, &rule.id, day).short(rule.percent) > 0 {
                let Some(mut draw) = self.left.draws.get(&id).filter(|draw| !draw.reserve.is_empty()).cloned() else {
                    break;
                };
                let one = draw.reserve.remove(0);
                draw.topped.push(one.ticket);
                self.put(draw);
                self.owe(rule, id, &one);
            }
        }
    }

    fn put(&mut self, draw: Draw) {
        self.left.fold(&Event::Draw(Box::new(draw.clone())));
        self.draws.insert(draw.id, draw);
    }

    /// The person of a drawn ticket is owed a call, on the line that is theirs already where there is one.
    fn owe(&mut self, rule: &ShareRule, draw: DrawId, one: &Settled) {
        let due_at = self.context.rules.timing(self.context.state.offset_ms).due(one.at, rule.within).at;
        let mut line = self.line_of(one);
        owe_sample(&mut line, rule, draw, one, due_at, self.context.now);
        self.lines.insert(line.id);
        self.left.fold(&Event::Callback(Box::new(line)));
    }

    fn line_of(&self, one: &Settled) -> Callback {
        let key = match_key(&one.number);
        let theirs = one.customer.into_iter().flat_map(|file| self.left.lines_of_file(file));
        let mut theirs = theirs.filter_map(|id| self.left.callbacks.get(&id)).filter(|line| !line.rehearsal);
        let by_number = self.left.callback_for(false, &key);
        let mut line = match by_number.or_else(|| theirs.next()) {
            Some(line) => line.clone(),
            None => Callback {
                id: CallbackId(self.left.last.callback + 1),
                number: one.number.clone(),
                key: key.clone(),
                name: one.name.clone(),
                made_at: self.context.now,
                due_at: Stamp(i64::MAX),
                ..Callback::default()
            },
        };
        if !line.keys.contains(&key) {
            line.keys.push(key);
        }
        if let (None, Some(file)) = (line.customer, one.customer.and_then(|id| self.context.state.customers.get(&id))) {
            line.customer = Some(file.id);
            line.grade = file.grade;
        }
        line
    }

    /// Draws before lines, each once with its last value.
    fn into_events(self) -> Vec<Event> {
        let Hand { left, lines, draws, .. } = self;
        let drawn = draws.into_values().map(|draw| Event::Draw(Box::new(draw)));
        let lines = lines.iter().filter_map(|id| left.callbacks.get(id));
        drawn.chain(lines.map(|line| Event::Callback(Box::new(line.clone())))).collect()
    }
}

/// Puts the debt of a drawn ticket on a line. A line that is being tried keeps the time of its next try.
fn owe_sample(line: &mut Callback, rule: &ShareRule, draw: DrawId, one: &Settled, due_at: Stamp, now: Stamp) {
    line.add(Debt {
        reason: CallbackReason::Sample,
        gravity: one.gravity,
        ticket: Some(one.ticket),
        draw: Some(draw),
        by: rule.by.clone(),
        made_at: now,
        due_at,
        ..Debt::default()
    });
    if line.tries == 0 {
        line.due_at = line.due_at.min(due_at);
    }
}
