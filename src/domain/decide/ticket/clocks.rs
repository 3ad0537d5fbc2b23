//! The clocks of a ticket: started and stopped by what happens, paused, shifted, rung (R-CMP-1…4).

use super::values;
use super::work::Work;
use crate::domain::calendar::{Allowance, Due, Timing};
use crate::domain::decide::{Context, Decision};
use crate::domain::rulebook::{Act, AllowRule, ClockRule, FILED, RoleRef, Trigger};
use crate::domain::ticket::{Clock, ClockChange, ClockState, Fired, Happened, Mark, Shift};
use crate::domain::{Millis, Stamp, TicketId};

/// A mark that fires so much later than it should have is marked late: the desk was down.
const LATE_AFTER: Millis = 5_000;

impl<'a> Work<'a> {
    /// The calendar and the hours of this desk.
    pub(super) fn timing(&self) -> Timing<'a> {
        self.context.rules.timing(self.context.state.offset_ms)
    }

    /// The rules of this ticket's clocks.
    fn clock_rules(&self) -> &'a [ClockRule] {
        &self.context.rules.kind(self.ticket.fields.kind).clocks
    }

    /// Something happened: clocks that waited for it stop, then clocks that begin with it start.
    pub(super) fn happened(&mut self, trigger: &Trigger) {
        let rules = self.clock_rules();
        for rule in rules.iter().filter(|rule| rule.stop.contains(trigger) || *trigger == Trigger::Filed) {
            self.stop(rule, self.now());
        }
        if *trigger == Trigger::Filed {
            return self.stop_all();
        }
        for rule in rules.iter().filter(|rule| rule.start == *trigger) {
            self.start(rule, self.now());
        }
    }

    /// Starts a clock where its condition holds and it does not run already.
    fn start(&mut self, rule: &ClockRule, at: Stamp) {
        let open = self.ticket.clocks.iter().any(|clock| clock.id == rule.id && clock.is_open());
        if open || !rule.when.holds(|field| self.ticket.value(field)) {
            return;
        }
        let (allow, due) = allowed(self, rule, at);
        let marks = marks(&self.timing(), rule, at, due, allow, &[]);
        self.ticket.clocks.push(Clock {
            id: rule.id.clone(),
            round: self.ticket.round,
            started_at: at,
            allow,
            first_due: due,
            due,
            shifts: Vec::new(),
            pauses: Vec::new(),
            marks,
            state: ClockState::Running,
        });
        self.line(Happened::ClockStarted { clock: rule.id.clone(), due });
        if self.ticket.paused.is_some() {
            self.pause_clocks();
        }
    }

    fn stop(&mut self, rule: &ClockRule, at: Stamp) {
        let found = self.ticket.clocks.iter_mut().find(|clock| clock.id == rule.id && clock.is_open());
        let Some(clock) = found else { return };
        clock.state = ClockState::Stopped(at);
        close_pause(clock, at);
        let kept = clock.kept().unwrap_or_default();
        self.line(Happened::ClockStopped { clock: rule.id.clone(), kept });
        self.happened(&Trigger::Stopped(rule.id.clone()));
    }

    /// Filing stops what still runs, also clocks of an older rulebook.
    fn stop_all(&mut self) {
        let now = self.now();
        let mut stopped = Vec::new();
        for clock in self.ticket.clocks.iter_mut().filter(|clock| clock.is_open()) {
            clock.state = ClockState::Stopped(now);
            close_pause(clock, now);
            stopped.push((clock.id.clone(), clock.kept().unwrap_or_default()));
        }
        for (clock, kept) in stopped {
            self.line(Happened::ClockStopped { clock, kept });
        }
    }

    /// The fields or the rules changed: clocks that do not apply any more are void, those that apply now start at the
    /// moment they would have.
    pub(super) fn reconsider(&mut self) {
        let rules = self.clock_rules();
        let now = self.now();
        let mut void = Vec::new();
        let applies: Vec<&str> = rules
            .iter()
            .filter(|rule| rule.when.holds(|field| self.ticket.value(field)))
            .map(|rule| rule.id.as_str())
            .collect();
        let lost = |clock: &&mut Clock| clock.is_open() && !applies.contains(&clock.id.as_str());
        for clock in self.ticket.clocks.iter_mut().filter(lost) {
            clock.state = ClockState::Void(now);
            close_pause(clock, now);
            void.push(clock.id.clone());
        }
        for clock in void {
            self.line(Happened::ClockVoid(clock));
        }
        for rule in rules {
            let began = match &rule.start {
                Trigger::Registered => Some(self.ticket.opened_at),
                Trigger::Entered(stage) if *stage == self.ticket.stage => Some(self.ticket.entered_at),
                _ => None,
            };
            let had = self
                .ticket
                .clocks
                .iter()
                .any(|clock| clock.id == rule.id && !matches!(clock.state, ClockState::Void(_)));
            if let Some(at) = began.filter(|_| !had) {
                self.start(rule, at);
            }
        }
    }

    /// Every running clock stands.
    pub(super) fn pause_clocks(&mut self) {
        let now = self.now();
        for clock in self.ticket.clocks.iter_mut().filter(|clock| clock.is_running()) {
            clock.state = ClockState::Paused;
            clock.pauses.push((now, None));
        }
    }

    /// Every paused clock runs again, with the pause left out of its allowance.
    pub(super) fn resume_clocks(&mut self) {
        let now = self.now();
        let timing = self.timing();
        let mut lines = Vec::new();
        for clock in self.ticket.clocks.iter_mut().filter(|clock| clock.state == ClockState::Paused) {
            clock.state = ClockState::Running;
            close_pause(clock, now);
            let (before, to) = (clock.due.at, resumed(&timing, clock));
            if to != clock.due {
                lines.push(shift(clock, to, (now, None), ClockChange::Resumed, "", ""));
            }
            put_off_marks(clock, before, now);
        }
        lines.into_iter().for_each(|line| self.line(line));
    }

    /// Gives an open clock another due time (R-CMP-3, R-REQ-9). The first stays.
    pub(super) fn shift_clock(&mut self, id: &str, until: Stamp, change: ClockChange, with: &str, why: &str) {
        let (now, me, timing) = (self.now(), self.me(), self.timing());
        let rule = self.clock_rules().iter().find(|rule| rule.id == id);
        let Some(clock) = self.ticket.clocks.iter_mut().find(|clock| clock.id == id && clock.is_open()) else { return };
        let to = Due { at: until, provisional: false };
        let line = shift(clock, to, (now, Some(me)), change, with, why);
        if let Some(rule) = rule {
            // What has not been said yet is said by the new time; the due time itself rings once more.
            let said: Vec<Mark> = clock.marks.iter().filter(|mark| mark.percent < 100).cloned().collect();
            clock.marks = marks(&timing, rule, clock.started_at, to, clock.allow, &said);
        }
        self.line(line);
    }
}

/// What a clock is given when it starts now.
fn allowed(work: &Work<'_>, rule: &ClockRule, at: Stamp) -> (Option<Allowance>, Due) {
    let fixed = match &rule.allow {
        AllowRule::Fixed(allow) => *allow,
        AllowRule::Until(field, otherwise) => {
            let wanted = values::moment(work.ticket.value(field), work.context.state.offset_ms);
            match wanted.filter(|wanted| *wanted > at) {
                Some(at) => return (None, Due { at, provisional: false }),
                None => *otherwise,
            }
        }
    };
    (Some(fixed), work.timing().due(at, fixed))
}

/// The marks of a clock for a due time. What fired already stays fired.
fn marks(
    timing: &Timing<'_>,
    rule: &ClockRule,
    from: Stamp,
    due: Due,
    allow: Option<Allowance>,
    before: &[Mark],
) -> Vec<Mark> {
    let linear = |percent: u16| from.plus(due.at.since(from).saturating_mul(i64::from(percent)) / 100);
    let mark = |percent: u16| Mark {
        percent,
        at: allow.map_or_else(|| linear(percent), |allow| timing.mark(from, due, allow, percent)),
        fired: before.iter().find(|mark| mark.percent == percent).and_then(|mark| mark.fired),
    };
    rule.marks.iter().map(|rule| mark(rule.percent)).collect()
}

/// The due time without the pauses. One that was agreed moves by as long as the last pause took.
fn resumed(timing: &Timing<'_>, clock: &Clock) -> Due {
    let pauses: Vec<(Stamp, Stamp)> = clock.pauses.iter().filter_map(|(from, to)| Some((*from, (*to)?))).collect();
    let agreed = clock.shifts.iter().any(|shift| matches!(shift.why, ClockChange::Agreed | ClockChange::Extended));
    match clock.allow.filter(|_| !agreed) {
        Some(allow) => timing.resume(clock.started_at, allow, &pauses),
        None => {
            let last = pauses.last().map_or(0, |(from, to)| to.since(*from));
            Due { at: clock.due.at.plus(last), ..clock.due }
        }
    }
}

fn shift(
    clock: &mut Clock,
    to: Due,
    (at, by): (Stamp, Option<crate::domain::StaffId>),
    why: ClockChange,
    with: &str,
    reason: &str,
) -> Happened {
    let from = clock.due;
    clock.due = to;
    clock.shifts.push(Shift { at, by, from, to, why, with: with.to_owned(), reason: reason.to_owned() });
    Happened::ClockShifted {
        clock: clock.id.clone(),
        from,
        to,
        change: why,
        with: with.to_owned(),
        why: reason.to_owned(),
    }
}

/// What has not fired is as far from its due time after a pause as it was when the pause began: a mark neither falls into
/// the pause nor rings late for it.
fn put_off_marks(clock: &mut Clock, before: Stamp, now: Stamp) {
    let Some((begun, _)) = clock.pauses.last().copied() else { return };
    let (left, still) = (before.since(begun), clock.due.at.since(now));
    for mark in clock.marks.iter_mut().filter(|mark| mark.fired.is_none() && mark.at > begun) {
        let away = mark.at.since(begun);
        let scaled = i128::from(away) * i128::from(still) / i128::from(left.max(1));
        let away = if left > 0 && still > 0 { Millis::try_from(scaled).unwrap_or(away) } else { away };
        mark.at = now.plus(away);
    }
}

fn close_pause(clock: &mut Clock, at: Stamp) {
    if let Some((_, to @ None)) = clock.pauses.last_mut() {
        *to = Some(at);
    }
}

/// Fires what is due. A mark fires once; one that should have fired while the desk was down is marked late.
pub(super) fn ring(context: Context<'_>, id: TicketId) -> Decision {
    let Ok(mut work) = Work::any(context, id) else { return Decision::default() };
    if !work.ticket.is_live() {
        return Decision::default();
    }
    let now = context.now;
    let mut rang = Vec::new();
    for clock in work.ticket.clocks.iter_mut().filter(|clock| clock.is_running()) {
        for mark in clock.marks.iter_mut().filter(|mark| mark.fired.is_none() && mark.at <= now) {
            let late = now.since(mark.at) > LATE_AFTER;
            mark.fired = Some(Fired { at: now, late });
            rang.push((clock.id.clone(), mark.percent, late));
        }
    }
    for (clock, percent, late) in rang {
        work.line(Happened::ClockRang { clock: clock.clone(), percent, late });
        act(&mut work, &clock, percent, late);
    }
    work.done("R-CMP-1")
}

fn act(work: &mut Work<'_>, clock: &str, percent: u16, late: bool) {
    let rules = work.rules();
    let kind = work.ticket.fields.kind;
    let Some(mark) =
        rules.kind(kind).clock(clock).and_then(|rule| rule.marks.iter().find(|mark| mark.percent == percent))
    else {
        return;
    };
    let key = if percent >= 100 { "life.clock_over" } else { "life.clock_soon" };
    let what = work.about(key).with_word("clock", &rules.clock_word(kind, clock)).with("percent", percent);
    let rings = mark.acts.contains(&Act::Ring);
    let mut told = false;
    for act in &mark.acts {
        match act {
            Act::Notify(to) => {
                let to = work.addressee(to);
                work.notice(to, what.clone(), rings, late);
                told = true;
            }
            Act::Escalate => work.one_level_up(clock, late),
            Act::Fill(field, value) => work.fill(field, value),
            Act::Ring => {}
        }
    }
    if rings && !told {
        let owner = work.addressee(&RoleRef::Owner);
        work.notice(owner, what, true, late);
    }
}

/// The rulebook or the calendar changed: an open ticket's clocks are reckoned anew. What stopped stays as it was, first
/// due times stay, agreed times stay.
pub(super) fn recompute(context: Context<'_>, id: TicketId) -> Decision {
    let Ok(mut work) = Work::any(context, id) else { return Decision::default() };
    let before = work.ticket.clocks.clone();
    let (now, timing, rules) = (context.now, work.timing(), work.clock_rules());
    let kind = context.rules.kind(work.ticket.fields.kind);
    if kind.stage(&work.ticket.stage).is_none() && work.ticket.stage != FILED {
        work.to_first_stage();
    }
    let mut lines = Vec::new();
    for at in 0..work.ticket.clocks.len() {
        let Some(clock) = work.ticket.clocks.get(at).filter(|clock| clock.is_open()).cloned() else { continue };
        let Some(rule) = rules.iter().find(|rule| rule.id == clock.id) else { continue };
        let agreed = clock.shifts.iter().any(|shift| matches!(shift.why, ClockChange::Agreed | ClockChange::Extended));
        let (allow, mut due) = if agreed { (clock.allow, clock.due) } else { allowed(&work, rule, clock.started_at) };
        let mut changed = Clock { allow, ..clock.clone() };
        if !agreed && !changed.pauses.is_empty() {
            due = resumed(&timing, &changed);
        }
        if due != clock.due {
            lines.push(shift(&mut changed, due, (now, None), ClockChange::Recomputed, "", ""));
            // A time that could only be guessed before is as good as not said before.
            if changed.first_due.provisional && !due.provisional && clock.shifts.is_empty() {
                changed.first_due = due;
            }
        }
        let said = if due.at > now {
            changed.marks.iter().filter(|m| m.percent < 100).cloned().collect()
        } else {
            changed.marks.clone()
        };
        changed.marks = marks(&timing, rule, changed.started_at, due, allow, &said);
        if let Some(slot) = work.ticket.clocks.get_mut(at) {
            *slot = changed;
        }
    }
    lines.into_iter().for_each(|line| work.line(line));
    work.reconsider();
    if work.ticket.clocks != before {
        work.line(Happened::RulesChanged(context.rules.name.clone()));
    }
    work.done("rulebook")
}
