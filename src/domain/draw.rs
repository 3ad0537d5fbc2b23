//! Drawn samples: who of the settled is called again (R-CB-2). Fair, seeded, and repeatable by anyone.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike};
use serde::{Deserialize, Serialize};

use super::callback::{CallbackEnd, CallbackReason, Gravity};
use super::customer::{Customer, Grade};
use super::ids::{CallId, CustomerId, DrawId, TicketId};
use super::phone::match_key;
use super::revisit::Revisit;
use super::rulebook::ShareRule;
use super::state::{DAY_MS, State};
use super::ticket::{RequestType, Ticket};
use super::time::{Millis, Stamp};
use crate::text::Say;

/// How long after local midnight the day before is drawn from, in milliseconds: five minutes, for what was decided in
/// the last moment and for clocks that are put right.
const AFTER_MIDNIGHT_MS: Millis = 5 * 60_000;

/// A draw as stored: everything needed to make it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// Its number.
    pub id: DrawId,
    /// Made by a rehearsal.
    pub rehearsal: bool,
    /// The rulebook's rule: the name of its `[revisits.NAME]`.
    pub rule: String,
    /// The local day whose settled matters were drawn from, as days since 1970-01-01.
    pub day: i64,
    /// When it was made.
    pub at: Stamp,
    /// The seed, made at random by the desk when it drew.
    pub seed: u64,
    /// All that could be drawn, in order of their numbers.
    pub population: Vec<TicketId>,
    /// How many had to be drawn.
    pub wanted: u32,
    /// Drawn, in the order of the draw.
    pub drawn: Vec<TicketId>,
    /// Drawn later, because one before could not be reached: in the same order, further on.
    pub topped: Vec<TicketId>,
    /// Of the population: followed up already when it was drawn. They count as done and are not drawn from.
    pub done: Vec<TicketId>,
    /// Of the population: their follow-up was tried and closed or refused, or they were told as they had asked. They count
    /// as settled and not as done, and are not called about once more.
    pub tried: Vec<TicketId>,
    /// All others that are not drawn yet, in the order of the draw: whoever has to be drawn next stands first.
    pub reserve: Vec<Settled>,
}

/// A settled matter as far as calling about it needs: filed tickets are not at hand when one more is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The ticket.
    pub ticket: TicketId,
    /// When it was settled: filed.
    pub at: Stamp,
    /// The number to call.
    pub number: String,
    /// The name.
    pub name: String,
    /// The customer file.
    pub customer: Option<CustomerId>,
    /// How grave.
    pub gravity: Gravity,
}

/// The population in the order of the draw: the first n are the sample of n, whatever n is. The same seed and the same
/// population give the same order on any machine (SplitMix64 over seed and number; written down in docs/architecture.md).
pub fn order(seed: u64, population: &[TicketId]) -> Vec<TicketId> {
    let mut ranked: Vec<(u64, TicketId)> = population.iter().map(|id| (rank(seed, id.0), *id)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().map(|(_, id)| id).collect()
}

/// As [`order`], over the numbers of calls (R-CALL-8).
pub fn order_calls(seed: u64, population: &[CallId]) -> Vec<CallId> {
    let mut ranked: Vec<(u64, CallId)> = population.iter().map(|id| (rank(seed, id.0), *id)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().map(|(_, id)| id).collect()
}

/// How many of a population a share in percent asks for: rounded up, "at least".
pub fn wanted(percent: u16, population: usize) -> usize {
    (population * usize::from(percent)).div_ceil(100)
}

/// The last local day that can be drawn from: it is over since five minutes.
pub fn last_day(now: Stamp, offset_ms: i64) -> i64 {
    now.plus(offset_ms).plus(-AFTER_MIDNIGHT_MS).0.div_euclid(DAY_MS) - 1
}

/// When there is a day more to draw from: the next 00:05 of local time after `now`.
pub fn next_at(now: Stamp, offset_ms: i64) -> Stamp {
    let begin = (last_day(now, offset_ms).saturating_add(2)).saturating_mul(DAY_MS).saturating_sub(offset_ms);
    Stamp(begin).plus(AFTER_MIDNIGHT_MS)
}

/// When a local day begins.
pub fn begin_of(day: i64, offset_ms: i64) -> Stamp {
    Stamp(day.saturating_mul(DAY_MS).saturating_sub(offset_ms))
}

/// The days of the calendar month a local day lies in: the span over which a share is kept.
pub fn month_of(day: i64) -> RangeInclusive<i64> {
    let date = day.checked_mul(DAY_MS).and_then(DateTime::from_timestamp_millis).unwrap_or_default().date_naive();
    let first = day - i64::from(date.day0());
    let next = first + 31;
    // The 32nd day from a month's first lies in the month after, by as many days as this month has fewer than 31.
    let date = next.checked_mul(DAY_MS).and_then(DateTime::from_timestamp_millis).unwrap_or_default().date_naive();
    first..=next - i64::from(date.day0()) - 1
}

/// A settled ticket as the rule can draw it; nothing where it is not the rule's matter, or nobody can be called about it:
/// sealed (R-REQ-6), asked without a name or for a letter (R-REQ-7), or without a number that can be matched. A ticket
/// merged into another is drawn with that one.
pub fn drawable(rule: &ShareRule, ticket: &Ticket, customer: Option<&Customer>) -> Option<Settled> {
    let at = ticket.filed_at?;
    let ruled = ticket.fields.kind == rule.kind && rule.when.holds(|field| ticket.value(field));
    let callable = ticket.seal.is_none() && !ticket.is_anonymous() && !ticket.wants_letter();
    if !ruled || !callable || ticket.rehearsal || ticket.merged.is_some() {
        return None;
    }
    let numbers = std::iter::once(&ticket.fields.phone).chain(customer.iter().flat_map(|customer| &customer.phones));
    let number = numbers.into_iter().find(|number| !match_key(number).is_empty())?.clone();
    let name = if ticket.fields.name.is_empty() {
        customer.map(|customer| customer.name.clone()).unwrap_or_default()
    } else {
        ticket.fields.name.clone()
    };
    let gravity = gravity(ticket, customer.map(|customer| customer.grade).unwrap_or_default());
    let customer = customer.map(|customer| customer.id).or(ticket.customer);
    Some(Settled { ticket: ticket.id, at, number, name, customer, gravity })
}

/// As grave as the matter was. What is settled is no emergency any more: nobody is rung up at night for a sample.
fn gravity(ticket: &Ticket, grade: Grade) -> Gravity {
    match ticket.value("gravity") {
        "grave" => Gravity::Grave,
        "important" => Gravity::Important,
        _ if ticket.fields.kind == RequestType::Emergency => Gravity::Important,
        _ if matches!(grade, Grade::Special | Grade::First) => Gravity::Important,
        _ => Gravity::Ordinary,
    }
}

/// The last follow-up of a ticket: of the round it was settled in (R-CB-1).
pub fn follow_up(state: &State, ticket: TicketId) -> Option<&Revisit> {
    let rows = state.revisits.values().filter(|row| row.ticket == ticket && row.reason == CallbackReason::Revisit);
    rows.filter(|row| !row.is_elsewhere()).max_by_key(|row| row.made_at)
}

/// A follow-up that was tried and is not to be made once more, although it is not done.
pub fn is_tried(row: &Revisit) -> bool {
    matches!(&row.end, Some((_, CallbackEnd::Closed { .. } | CallbackEnd::Refused(_) | CallbackEnd::Told)))
}

/// How a rule stands in a calendar month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Settled so far and could be drawn.
    pub settled: usize,
    /// Of them, followed up before they were drawn from.
    pub done: usize,
    /// Drawn and not in vain: reached, or still owed.
    pub drawn: usize,
}

impl Standing {
    /// How many more have to be drawn for a share of so many percent.
    pub fn short(self, percent: u16) -> usize {
        wanted(percent, self.settled).saturating_sub(self.done + self.drawn)
    }
}

/// How a rule stands in the month a local day lies in, by the draws made so far.
pub fn standing(state: &State, rule: &str, day: i64) -> Standing {
    let mut standing = Standing::default();
    for draw in of_month(state, rule, day) {
        standing.settled += draw.population.len();
        standing.done += draw.done.len();
        standing.drawn += (draw.drawn.len() + draw.topped.len()).saturating_sub(in_vain(state, draw.id));
    }
    standing
}

/// A rule's draws of the month a local day lies in, by number.
pub fn of_month<'a>(state: &'a State, rule: &'a str, day: i64) -> impl Iterator<Item = &'a Draw> {
    let month = month_of(day);
    state.draws.values().filter(move |draw| draw.rule == rule && !draw.rehearsal && month.contains(&draw.day))
}

/// How many of a draw's tickets ended without anybody having been reached.
fn in_vain(state: &State, draw: DrawId) -> usize {
    let mut tickets: BTreeMap<TicketId, bool> = BTreeMap::new();
    for row in state.revisits.values().filter(|row| row.draw == Some(draw) && !row.is_elsewhere()) {
        *tickets.entry(row.ticket).or_insert(true) &= row.is_in_vain();
    }
    tickets.into_values().filter(|in_vain| *in_vain).count()
}

/// Makes a draw again from its seed and its population, and says what differs from what was drawn, if anything: whoever
/// was neither followed up nor tried already, in the order of the draw, must be the drawn, the topped up and the reserve.
pub fn differs(draw: &Draw) -> Option<Say> {
    let out = |id: &TicketId| draw.done.contains(id) || draw.tried.contains(id);
    let left: Vec<TicketId> = draw.population.iter().filter(|id| !out(id)).copied().collect();
    let again = order(draw.seed, &left);
    let reserve = draw.reserve.iter().map(|one| one.ticket);
    let stored: Vec<TicketId> = draw.drawn.iter().chain(&draw.topped).copied().chain(reserve).collect();
    let place = (0..again.len().max(stored.len())).find(|at| again.get(*at) != stored.get(*at));
    let spoken = |id: Option<&TicketId>| id.map_or_else(|| "–".to_owned(), |id| id.spoken());
    if let Some(at) = place {
        let say = Say::new("draw.differs").with("draw", draw.id.0).with("place", at + 1);
        return Some(say.with("again", spoken(again.get(at))).with("stored", spoken(stored.get(at))));
    }
    let wanted = draw.drawn.len() == left.len().min(draw.wanted as usize);
    (!wanted).then(|| {
        let say = Say::new("draw.count_differs").with("draw", draw.id.0);
        say.with("wanted", draw.wanted).with("drawn", draw.drawn.len())
    })
}

fn rank(seed: u64, number: u64) -> u64 {
    mix(seed ^ mix(number))
}

/// SplitMix64's step.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
