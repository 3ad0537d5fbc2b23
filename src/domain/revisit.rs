//! The figures of follow-up calls: one row for each that was owed, kept for two months so that a share can be opened to
//! its rows (R-CB-1, R-CB-2). Folded from the callback lines; nothing is decided by them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::callback::{Callback, CallbackEnd, CallbackReason, Debt};
use super::draw::Draw;
use super::ids::{CallbackId, DrawId, TicketId};
use super::rulebook::{RoleId, Rulebook};
use super::state::{DAY_MS, State};
use super::ticket::RequestType;
use super::time::Stamp;

/// How long the rows of settled lines are at hand, in milliseconds: 62 days.
pub const KEPT_MS: i64 = 62 * 86_400_000;

/// A follow-up call that was owed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisit {
    /// The line.
    pub line: CallbackId,
    /// When the line was made: decides how long the row is kept.
    pub line_made_at: Stamp,
    /// The debt's number in the line.
    pub debt: u32,
    /// Made by a rehearsal.
    pub rehearsal: bool,
    /// Returned work, or drawn.
    pub reason: CallbackReason,
    /// The draw that chose it.
    pub draw: Option<DrawId>,
    /// Who calls, where the rulebook says so.
    pub by: RoleId,
    /// The ticket.
    pub ticket: TicketId,
    /// When it came up.
    pub made_at: Stamp,
    /// When it was or is due.
    pub due_at: Stamp,
    /// When and how it was settled.
    pub end: Option<(Stamp, CallbackEnd)>,
    /// Settled by a call dialled by hand: its only proof is the operator's word.
    pub by_hand: bool,
    /// What the customer said of it: `very`, `satisfied`, `fair`, `dissatisfied`; empty for not asked.
    pub satisfaction: String,
    /// Nobody could be reached, or they did not want to be asked: it does not count as done.
    pub unreached: bool,
}

impl Revisit {
    /// R-CB-10: with an answered outbound call on record, or a signed visit.
    pub fn is_done(&self) -> bool {
        matches!(&self.end, Some((_, CallbackEnd::Reached(_) | CallbackEnd::Visited(_))))
    }

    /// Still owed.
    pub fn is_owed(&self) -> bool {
        self.end.is_none()
    }

    /// The debt went over to another line of the same person, and is counted there.
    pub fn is_elsewhere(&self) -> bool {
        matches!(&self.end, Some((_, CallbackEnd::Joined(_))))
    }

    /// Told in another way, as was asked (R-REQ-7).
    pub fn is_told(&self) -> bool {
        matches!(&self.end, Some((_, CallbackEnd::Told)))
    }

    /// Ended, and the person was not spoken with: for a drawn one, somebody else is drawn (R-CB-2).
    pub fn is_in_vain(&self) -> bool {
        !(self.is_owed() || self.is_done() || self.is_told() || self.is_elsewhere())
    }
}

/// The rows of a line: its follow-up calls.
pub fn rows(line: &Callback) -> impl Iterator<Item = Revisit> {
    // What moved to another line is a row there.
    let moved = |debt: &Debt| matches!(&debt.end, Some((_, CallbackEnd::Joined(_))));
    let follow_ups = line.debts.iter().filter(move |debt| !moved(debt)).filter_map(|debt| Some((debt, debt.ticket?)));
    let follow_ups =
        follow_ups.filter(|(debt, _)| matches!(debt.reason, CallbackReason::Revisit | CallbackReason::Sample));
    follow_ups.map(|(debt, ticket)| {
        let last = debt.sheets.last();
        let ended_in_vain = matches!(&debt.end, Some((_, CallbackEnd::Closed { .. } | CallbackEnd::Refused(_))));
        Revisit {
            line: line.id,
            line_made_at: line.made_at,
            debt: debt.number,
            rehearsal: line.rehearsal,
            reason: debt.reason,
            draw: debt.draw,
            by: debt.by.clone(),
            ticket,
            made_at: debt.made_at,
            due_at: debt.due_at,
            end: debt.end.clone(),
            by_hand: last.is_some_and(|sheet| sheet.by_hand),
            satisfaction: last.map(|sheet| sheet.satisfaction.clone()).unwrap_or_default(),
            unreached: ended_in_vain,
        }
    })
}

/// What a share is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareOf {
    /// Work a technician returned: all of it (R-CB-1).
    Returned,
    /// What was settled, by a rule of the rulebook: the name of its `[revisits.NAME]` (R-CB-2).
    Rule(String),
}

/// How satisfied those were who were asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Satisfaction {
    /// 非常满意
    pub very: usize,
    /// 满意
    pub satisfied: usize,
    /// 一般
    pub fair: usize,
    /// 不满意
    pub dissatisfied: usize,
}

impl Satisfaction {
    /// How many said anything.
    pub fn asked(self) -> usize {
        self.very + self.satisfied + self.fair + self.dissatisfied
    }

    /// Satisfied or more, in percent of those who were asked; nothing where nobody was.
    pub fn percent(self) -> Option<u16> {
        percent(self.very + self.satisfied, self.asked())
    }

    fn count(&mut self, code: &str) {
        match code {
            "very" => self.very += 1,
            "satisfied" => self.satisfied += 1,
            "fair" => self.fair += 1,
            "dissatisfied" => self.dissatisfied += 1,
            _ => {}
        }
    }
}

/// A share of what was settled that is followed up: what the rulebook wants of it, and what was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What of.
    pub of: ShareOf,
    /// The request type; none for returned work of every type, or for a rule the rulebook no longer has.
    pub kind: Option<RequestType>,
    /// Who calls; empty for anybody at the desk.
    pub by: RoleId,
    /// At least so many percent; none for a rule the rulebook no longer has.
    pub percent: Option<u16>,
    /// Returned, or settled and could be drawn.
    pub population: usize,
    /// How many of them the rulebook wants followed up.
    pub wanted: usize,
    /// Followed up already when the day was drawn: they count as done and were not drawn.
    pub before: usize,
    /// Drawn on the day after.
    pub drawn: usize,
    /// Drawn later, in place of somebody who could not be reached.
    pub topped: usize,
    /// R-CB-10: with an answered outbound call on record or a signed visit; `before` among them.
    pub done: usize,
    /// Of `done`: dialled by hand, so that the operator's word is the only proof.
    pub by_hand: usize,
    /// Told in another way, as was asked: neither done nor owed.
    pub told: usize,
    /// Ended without anybody having been spoken to.
    pub unreached: usize,
    /// Still owed.
    pub owed: usize,
    /// Of `owed`: due before the moment the span ends.
    pub overdue: usize,
    /// What was said.
    pub satisfaction: Satisfaction,
    /// The rows behind the figures, by line and number.
    pub rows: Vec<Revisit>,
}

impl Share {
    /// Done in percent of all there were; nothing where there were none.
    pub fn done_percent(&self) -> Option<u16> {
        percent(self.done, self.population)
    }

    /// How many are missing to what is wanted although nobody is left to draw: neither done nor owed.
    pub fn short(&self) -> usize {
        self.wanted.saturating_sub(self.done + self.told + self.owed)
    }

    /// Whether what is wanted was done; nothing where nothing is wanted.
    pub fn is_met(&self) -> Option<bool> {
        (self.wanted > 0).then_some(self.done + self.told >= self.wanted)
    }

    fn new(of: ShareOf) -> Share {
        Share {
            of,
            kind: None,
            by: RoleId::new(),
            percent: None,
            population: 0,
            wanted: 0,
            before: 0,
            drawn: 0,
            topped: 0,
            done: 0,
            by_hand: 0,
            told: 0,
            unreached: 0,
            owed: 0,
            overdue: 0,
            satisfaction: Satisfaction::default(),
            rows: Vec::new(),
        }
    }

    fn count(&mut self, row: &Revisit, until: Stamp) {
        self.owed += usize::from(row.is_owed());
        self.overdue += usize::from(row.is_owed() && row.due_at < until);
        self.done += usize::from(row.is_done());
        self.by_hand += usize::from(row.is_done() && row.by_hand);
        self.told += usize::from(row.is_told());
        self.unreached += usize::from(row.is_in_vain());
        self.satisfaction.count(&row.satisfaction);
        self.rows.push(row.clone());
    }
}

/// The shares of a span, which should begin and end with local days: returned work first, then each rule of the rulebook
/// in its order, then rules that were drawn by and are no longer in it. Rehearsals are left out. Only what the state still
/// has at hand is counted: two months ([`KEPT_MS`]).
pub fn shares(state: &State, rules: &Rulebook, offset_ms: i64, from: Stamp, until: Stamp) -> Vec<Share> {
    let day = |at: Stamp| at.0.saturating_add(offset_ms).div_euclid(DAY_MS);
    let days = day(from)..=day(until.plus(-1));
    let draws = state.draws.values().filter(|draw| !draw.rehearsal && days.contains(&draw.day));
    let draws: Vec<&Draw> = draws.filter(|_| from < until).collect();
    let mut shares = vec![returned(state, from, until)];
    for rule in &rules.revisits.shares {
        let mut share = drawn(state, &rule.id, &draws, until);
        share.kind = Some(rule.kind);
        share.by.clone_from(&rule.by);
        share.percent = Some(rule.percent);
        share.wanted = super::draw::wanted(rule.percent, share.population);
        shares.push(share);
    }
    let mut gone: Vec<&String> =
        draws.iter().filter(|draw| !draw.population.is_empty()).map(|draw| &draw.rule).collect();
    gone.retain(|id| rules.revisits.shares.iter().all(|rule| rule.id != **id));
    gone.sort_unstable();
    gone.dedup();
    shares.extend(gone.into_iter().map(|rule| drawn(state, rule, &draws, until)));
    shares
}

/// R-CB-1: all of what was returned in the span.
fn returned(state: &State, from: Stamp, until: Stamp) -> Share {
    let mut share = Share::new(ShareOf::Returned);
    share.percent = Some(100);
    let lapsed = |row: &Revisit| matches!(row.end, Some((_, CallbackEnd::Lapsed)));
    let rows = state.revisits.values().filter(|row| row.reason == CallbackReason::Revisit && !row.rehearsal);
    let rows = rows.filter(|row| (from..until).contains(&row.made_at) && !row.is_elsewhere() && !lapsed(row));
    for row in rows {
        share.population += 1;
        share.count(row, until);
    }
    share.wanted = share.population;
    share
}

/// R-CB-2: what these draws of a rule came to.
fn drawn(state: &State, rule: &str, draws: &[&Draw], until: Stamp) -> Share {
    let mut share = Share::new(ShareOf::Rule(rule.to_owned()));
    let (mut ids, mut before) = (BTreeSet::new(), BTreeSet::new());
    for draw in draws.iter().filter(|draw| draw.rule == rule) {
        share.population += draw.population.len();
        share.drawn += draw.drawn.len();
        share.topped += draw.topped.len();
        ids.insert(draw.id);
        before.extend(draw.done.iter().copied());
    }
    share.before = before.len();
    // Without the rule itself: what was asked for when it was drawn.
    share.wanted = share.before + share.drawn;
    let mut followed: BTreeMap<TicketId, &Revisit> = BTreeMap::new();
    for row in state.revisits.values().filter(|row| !row.is_elsewhere()) {
        if row.draw.is_some_and(|draw| ids.contains(&draw)) {
            share.count(row, until);
        } else if row.reason == CallbackReason::Revisit && before.contains(&row.ticket) {
            let last = followed.entry(row.ticket).or_insert(row);
            if row.made_at > last.made_at {
                *last = row;
            }
        }
    }
    // A follow-up whose row is no longer at hand was done all the same.
    followed.retain(|_, row| row.is_done());
    share.done += share.before - followed.len();
    followed.into_values().for_each(|row| share.count(row, until));
    share
}

fn percent(part: usize, whole: usize) -> Option<u16> {
    (part * 100).checked_div(whole).and_then(|percent| u16::try_from(percent).ok())
}
