//! Spot checks of calls (R-CALL-8): drawn, signed, seen. The points the desk can reckon are reckoned (R-QA-3).

use super::{Context, Decision};
use crate::domain::call::Verdict;
use crate::domain::callback::{Callback, Debt};
use crate::domain::command::{Made, SpotCommand};
use crate::domain::draw::begin_of;
use crate::domain::event::{Actor, Event};
use crate::domain::ids::{CallId, CheckSheetId, NoticeId, SpotDrawId};
use crate::domain::notice::{Addressee, Notice};
use crate::domain::rulebook::{DISPATCHED, Sampling};
use crate::domain::spot::{
    CheckItem, CheckSheet, Finding, ITEMS, Known, OPERATOR_CALL, Pick, RECORDING, SpotDraw, had_a_hand, last_day,
};
use crate::domain::staff::Role;
use crate::domain::{RequestType, Ticket};
use crate::text::Say;

/// The clock of an emergency that runs until somebody is sent (R-CMP-2).
const DISPATCH: &str = "dispatch";

pub(super) fn decide(context: Context<'_>, command: &SpotCommand) -> Result<Decision, Say> {
    match command {
        SpotCommand::Draw { rule, first_day, last_day, seed, population } => {
            draw(context, rule, (*first_day, *last_day), *seed, population)
        }
        SpotCommand::Sign { draw, call, items, finding, opinion, corrects, known } => {
            let words = (finding.trim(), opinion.trim());
            Signing { context, draw: drawn(context, *draw)?, corrects: *corrects, known }.sign(*call, items, words)
        }
        SpotCommand::Seen(sheet) => seen(context, *sheet),
    }
}

/// A quota about calls: this desk draws and keeps it. Others are about work outside.
pub(super) fn is_of_calls(one: &Sampling) -> bool {
    one.what == RECORDING || one.what == OPERATOR_CALL
}

/// Draws for a rule from a period that is over. One already drawn is left as it is.
fn draw(context: Context<'_>, rule: &str, days: (i64, i64), seed: u64, population: &[Pick]) -> Result<Decision, Say> {
    if !matches!(context.actor, Actor::Desk) {
        return Err(Say::new("refused.not_over_the_line"));
    }
    let state = context.state;
    let ruled = context.rules.sampling.iter().find(|one| is_of_calls(one) && one.what == rule);
    let ruled = ruled.ok_or_else(|| Say::new("draw.no_rule").with("rule", rule))?;
    if days.1 > last_day(context.now, state.offset_ms) {
        return Err(Say::new("draw.day_runs"));
    }
    if state.spot_draws.values().any(|draw| draw.rule == rule && (draw.first_day, draw.last_day) == days) {
        return Ok(Decision::default());
    }
    let mut population = population.to_vec();
    population.sort_unstable_by_key(|pick| pick.call);
    population.dedup_by_key(|pick| pick.call);
    let whose = |pick: &Pick| pick.staff.as_ref().map_or(&pick.agent.0, |staff| &staff.0).clone();
    let mut draw = SpotDraw {
        id: SpotDrawId(state.last.spot_draw + 1),
        rule: rule.to_owned(),
        first_day: days.0,
        last_day: days.1,
        at: context.now,
        seed,
        population: population.iter().map(|pick| pick.call).collect(),
        whose: if rule == OPERATOR_CALL { population.iter().map(whose).collect() } else { Vec::new() },
        percent: ruled.percent,
        least: ruled.least,
        by: ruled.by.clone(),
        ..SpotDraw::default()
    };
    let picked = |call: CallId| population.iter().find(|pick| pick.call == call).cloned();
    draw.picks = draw.drawn().into_iter().filter_map(picked).collect();
    let mut decision = Decision::under("R-CALL-8");
    decision.made = Made::SpotDraw(draw.id);
    Ok(decision.with(Event::SpotDraw(Box::new(draw))))
}

fn drawn(context: Context<'_>, id: SpotDrawId) -> Result<&SpotDraw, Say> {
    context.state.spot_draws.get(&id).ok_or_else(|| Say::new("spot.no_draw").with("draw", id.0))
}

/// A sheet being signed.
struct Signing<'a> {
    context: Context<'a>,
    draw: &'a SpotDraw,
    corrects: Option<CheckSheetId>,
    known: &'a Known,
}

impl Signing<'_> {
    fn sign(&self, call: CallId, items: &[CheckItem], (finding, opinion): (&str, &str)) -> Result<Decision, Say> {
        let context = self.context;
        let pick = self.draw.pick(call).ok_or_else(|| Say::new("spot.not_drawn").with("call", call.0))?;
        self.may(pick)?;
        if let Some(newest) = pick.sheet.filter(|_| pick.sheet != self.corrects) {
            return Err(Say::new("spot.signed_meanwhile").with("call", call.0).with("sheet", newest.0));
        }
        let items = self.items(pick, items)?;
        if finding.is_empty() && items.iter().any(|item| item.finding == Finding::Fault && !item.computed) {
            return Err(Say::new("spot.no_finding"));
        }
        let sheet = CheckSheet {
            id: CheckSheetId(context.state.last.check_sheet + 1),
            draw: self.draw.id,
            call,
            at: context.now,
            by: context.me()?.clone(),
            staff: pick.staff.clone(),
            items,
            finding: finding.to_owned(),
            opinion: opinion.to_owned(),
            seen_at: None,
            corrects: pick.sheet,
        };
        let mut draw = self.draw.clone();
        for pick in draw.picks.iter_mut().filter(|pick| pick.call == call) {
            (pick.sheet, pick.passed) = (Some(sheet.id), sheet.passed());
        }
        let notice = notice(context, &sheet);
        let mut decision = Decision::under("R-QA-2");
        decision.made = Made::CheckSheet(sheet.id);
        let decision = decision.with(Event::CheckSheet(Box::new(sheet))).with(Event::SpotDraw(Box::new(draw)));
        Ok(notice.into_iter().fold(decision, |decision, notice| decision.with(Event::Notice(Box::new(notice)))))
    }

    /// The rule's role and supervisors check; nobody checks a call of their own.
    fn may(&self, pick: &Pick) -> Result<(), Say> {
        let (person, rules) = (self.context.person()?, self.context.rules);
        if person.role == Role::Technician {
            return Err(Say::new("may.desk_only"));
        }
        if person.role != Role::Supervisor && !rules.holds(person, &self.draw.by) {
            let role = rules.role_word(&self.draw.by);
            return Err(Say::new("spot.not_yours").with_word("role", &role));
        }
        let me = self.context.me()?;
        let my_place = || self.context.seat().is_ok_and(|agent| agent.id == pick.agent);
        if pick.staff.as_ref() == Some(me) || (pick.staff.is_none() && my_place()) {
            return Err(Say::new("spot.own_call"));
        }
        Ok(())
    }

    /// The five points in their order: what the desk reckons is never what was typed (R-QA-3).
    fn items(&self, pick: &Pick, typed: &[CheckItem]) -> Result<Vec<CheckItem>, Say> {
        if let Some(other) = typed.iter().find(|item| ITEMS.iter().all(|(known, _)| item.item != *known)) {
            return Err(Say::new("spot.no_item").with("item", &other.item));
        }
        let item = |(name, computed): &(&str, bool)| {
            let finding = match *name {
                "answered_in_time" => self.answered(),
                "leak_dispatched" => self.dispatched(),
                "callbacks_done" => self.callbacks(pick),
                _ => typed.iter().find(|item| item.item == *name).map(|item| item.finding).unwrap_or(Finding::NotAsked),
            };
            CheckItem { item: (*name).to_owned(), finding, computed: *computed }
        };
        Ok(ITEMS.iter().map(item).collect())
    }

    fn answered(&self) -> Finding {
        match self.known.call.as_ref().and_then(|call| call.verdict) {
            Some(Verdict::InTime) => Finding::Good,
            Some(Verdict::Late | Verdict::Unanswered) => Finding::Fault,
            None => Finding::NotAsked,
        }
    }

    /// Every emergency that the call brought was dispatched in time; one whose time runs still says nothing.
    fn dispatched(&self) -> Finding {
        let tickets = self.known.tickets.iter();
        let emergencies = tickets.filter(|ticket| ticket.fields.kind == RequestType::Emergency && !ticket.rehearsal);
        worst(emergencies.map(|ticket| self.was_dispatched(ticket)))
    }

    fn was_dispatched(&self, ticket: &Ticket) -> Finding {
        // The first time it was to be sent; what a later round did is not this call's.
        let Some(clock) = ticket.clocks.iter().find(|clock| clock.id == DISPATCH) else {
            let sent = ticket.times.iter().any(|(stage, _)| stage == DISPATCHED);
            return if sent { Finding::Good } else { Finding::Fault };
        };
        match clock.kept_first() {
            Some(true) => Finding::Good,
            Some(false) => Finding::Fault,
            None if clock.is_open() && clock.first_due.at < self.context.now => Finding::Fault,
            None => Finding::NotAsked,
        }
    }

    /// What the person had in hand and fell due in the time of the draw was called back; what is still owed and over its
    /// time is a fault.
    fn callbacks(&self, pick: &Pick) -> Finding {
        let Some(staff) = &pick.staff else { return Finding::NotAsked };
        let (state, now) = (self.context.state, self.context.now);
        let from = begin_of(self.draw.first_day, state.offset_ms);
        let until = begin_of(self.draw.last_day + 1, state.offset_ms);
        let open = state.callbacks.values();
        let settled = self.known.callbacks.iter().filter(|line| !state.callbacks.contains_key(&line.id));
        let mine = |line: &&Callback| !line.rehearsal && had_a_hand(line, staff);
        let debts = open.chain(settled).filter(mine).flat_map(|line| &line.debts);
        let due = debts.filter(|debt| debt.due_at >= from && debt.due_at < until);
        worst(due.map(|debt: &Debt| match debt.is_open() {
            false => Finding::Good,
            true if debt.due_at < now => Finding::Fault,
            true => Finding::NotAsked,
        }))
    }
}

/// One fault is a fault; nothing at all did not come up.
fn worst(findings: impl Iterator<Item = Finding>) -> Finding {
    findings.fold(Finding::NotAsked, |worst, finding| match (worst, finding) {
        (Finding::Fault, _) | (_, Finding::Fault) => Finding::Fault,
        (Finding::Good, _) | (_, Finding::Good) => Finding::Good,
        (Finding::NotAsked, Finding::NotAsked) => Finding::NotAsked,
    })
}

/// The person checked is told, where it is known who they are.
fn notice(context: Context<'_>, sheet: &CheckSheet) -> Option<Notice> {
    let key = if sheet.passed() { "spot.told_good" } else { "spot.told_fault" };
    Some(Notice {
        id: NoticeId(context.state.last.notice + 1),
        rehearsal: false,
        ticket: None,
        callback: None,
        to: Addressee::Staff(sheet.staff.clone()?),
        at: context.now,
        what: Say::new(key).with("sheet", sheet.id.0).with("call", sheet.call.0).with("finding", &sheet.finding),
        rings: false,
        late: false,
        acknowledged: None,
    })
}

/// The person checked has seen the sheet: nobody else can say so.
fn seen(context: Context<'_>, id: CheckSheetId) -> Result<Decision, Say> {
    let sheet = context.state.check_sheets.get(&id).ok_or_else(|| Say::new("spot.no_sheet").with("sheet", id.0))?;
    if sheet.staff.as_ref() != Some(context.me()?) {
        return Err(Say::new("spot.not_about_you"));
    }
    let seen = CheckSheet { seen_at: Some(context.now), ..sheet.clone() };
    Ok(Decision::under("R-QA-2").with(Event::CheckSheet(Box::new(seen))))
}
