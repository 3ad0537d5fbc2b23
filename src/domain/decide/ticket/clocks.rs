//! The clocks of a ticket: started and stopped by what happens, paused, shifted, rung (R-CMP-1…4).

use super::values;
use super::work::Work;
use crate::domain::calendar::{Allowance, Due, Timing};
use crate::domain::decide::{Context, Decision};
use crate::domain::rulebook::{Act, AllowRule, ClockRule, FILED, RoleRef, Trigger};
use crate::domain::ticket::{Clock, ClockChange, ClockState, Fired, Happened, Mark, Shift, TellHow};
use crate::domain::{Millis, Stamp, TicketId};

/// A mark that fires so much later than it should have is marked late: the desk was down.
const LATE_AFTER: Millis = 5_000;
/// One decision stops so many clocks at most that others wait for: clocks that start and stop one another in a ring end
/// there instead of never.
const MOST_STOPS: usize = 400;

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
            self.stop(rule);
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

    fn stop(&mut self, rule: &ClockRule) {
        let found = self.ticket.clocks.iter().position(|clock| clock.id == rule.id && clock.is_open());
        let Some(at) = found else { return };
        self.end_clock(at, ClockState::Stopped(self.now()));
        self.stops += 1;
        if self.stops <= MOST_STOPS {
            self.happened(&Trigger::Stopped(rule.id.clone()));
        }
    }

    /// Filing stops what still runs, also clocks of an older rulebook.
    pub(super) fn stop_all(&mut self) {
        for at in 0..self.ticket.clocks.len() {
            if self.ticket.clocks.get(at).is_some_and(Clock::is_open) {
                self.end_clock(at, ClockState::Stopped(self.now()));
            }
        }
    }

    /// A clock is over. One that stood is judged without its last pause, too; what was asked for it lapses.
    fn end_clock(&mut self, at: usize, state: ClockState) {
        let (now, timing) = (self.now(), self.timing());
        let Some(clock) = self.ticket.clocks.get_mut(at) else { return };
        let stood = clock.state == ClockState::Paused;
        close_pause(clock, now);
        let to = if stood { resumed(&timing, clock) } else { clock.due };
        let moved = (to != clock.due && matches!(state, ClockState::Stopped(_)))
            .then(|| shift(clock, to, (now, None), ClockChange::Resumed, "", ""));
        clock.state = state;
        let id = clock.id.clone();
        let over = match clock.kept() {
            Some(kept) => Happened::ClockStopped { clock: id.clone(), kept },
            None => Happened::ClockVoid(id.clone()),
        };
        self.ticket.extension = self.ticket.extension.take().filter(|asked| asked.clock != id);
        moved.into_iter().chain([over]).for_each(|line| self.line(line));
    }

    /// The fields or the rules changed: clocks that do not apply any more are void, those that apply now start at the
    /// moment they would have.
    pub(super) fn reconsider(&mut self) {
        let rules = self.clock_rules();
        let applies: Vec<&str> = rules
            .iter()
            .filter(|rule| rule.when.holds(|field| self.ticket.value(field)))
            .map(|rule| rule.id.as_str())
            .collect();
        for at in 0..self.ticket.clocks.len() {
            let lost = |clock: &Clock| clock.is_open() && !applies.contains(&clock.id.as_str());
            if self.ticket.clocks.get(at).is_some_and(lost) {
                self.end_clock(at, ClockState::Void(self.now()));
            }
        }
        for rule in rules {
            if let Some(at) = self.begins(rule).filter(|at| !self.is_over(rule, *at)) {
                self.start(rule, at);
            }
        }
    }

    /// When a clock that does not run would have started: where the ticket was registered or came to its stage, or where
    /// the one that was void since did.
    fn begins(&self, rule: &ClockRule) -> Option<Stamp> {
        let last = self.ticket.clocks.iter().rev().find(|clock| clock.id == rule.id);
        let void = last.filter(|clock| matches!(clock.state, ClockState::Void(_)));
        let at = match &rule.start {
            Trigger::Registered => Some(self.ticket.opened_at),
            Trigger::Entered(stage) if *stage == self.ticket.stage => Some(self.ticket.entered_at),
            _ => void.filter(|clock| clock.round == self.ticket.round).map(|clock| clock.started_at),
        };
        at.filter(|at| void.is_some() || last.is_none_or(|clock| clock.started_at < *at))
    }

    /// Whether what a clock waits for has been done already, as far as the ticket shows it.
    fn is_over(&self, rule: &ClockRule, since: Stamp) -> bool {
        let ticket = &self.ticket;
        let stages = &self.rules().kind(ticket.fields.kind).stages;
        let place = |id: &str| stages.iter().position(|stage| stage.id == id);
        // Waiting stands beside the way, wherever the list has it: the stage it came from is how far the ticket got.
        let beside = |id: &str| stages.iter().any(|stage| stage.id == id && stage.waits);
        let last = ticket.times.iter().map(|(stage, _)| stage).rev().find(|stage| !beside(stage));
        let here = place(last.unwrap_or(&ticket.stage));
        let been = |id: &str| ticket.times.iter().any(|(stage, _)| stage == id);
        rule.stop.iter().any(|trigger| match trigger {
            Trigger::Registered => false,
            Trigger::Reopened => ticket.rounds.iter().any(|round| round.ended_at >= since),
            Trigger::Entered(stage) => place(stage).is_some() && (here >= place(stage) || been(stage)),
            Trigger::Left(stage) => place(stage).is_some() && here > place(stage),
            Trigger::Filled(field) => !ticket.value(field).trim().is_empty(),
            Trigger::Told => ticket.told.iter().any(|told| told.at >= since && told.how != TellHow::Untold),
            Trigger::Agreed => {
                let mut shifts = ticket.clocks.iter().flat_map(|clock| &clock.shifts);
                shifts.any(|shift| shift.why == ClockChange::Agreed && shift.at >= since)
            }
            Trigger::Stopped(id) => {
                let stopped = |clock: &Clock| matches!(clock.state, ClockState::Stopped(at) if at >= since);
                ticket.clocks.iter().any(|clock| clock.id == *id && stopped(clock))
            }
            Trigger::Filed => !ticket.is_open(),
        })
    }

    /// Every running clock stands, but for one of the waiting itself: what waits for parts is not forgotten.
    pub(super) fn pause_clocks(&mut self) {
        let (now, rules) = (self.now(), self.rules().kind(self.ticket.fields.kind));
        let stage = self.stage().filter(|stage| stage.waits);
        let goes_on = |id: &str| {
            let rule = rules.clock(id);
            stage.zip(rule).is_some_and(|(stage, rule)| rule.is_of(&stage.id))
        };
        for clock in self.ticket.clocks.iter_mut().filter(|clock| clock.is_running() && !goes_on(&clock.id)) {
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

/// When a due time was agreed anew or extended last.
fn agreed_at(clock: &Clock) -> Option<Stamp> {
    let agreed = |shift: &&Shift| matches!(shift.why, ClockChange::Agreed | ClockChange::Extended);
    clock.shifts.iter().rev().find(agreed).map(|shift| shift.at)
}

/// The spans a clock stood, but for one that is not over.
fn pauses(clock: &Clock) -> Vec<(Stamp, Stamp)> {
    clock.pauses.iter().filter_map(|(from, to)| Some((*from, (*to)?))).collect()
}

/// The due time without the pauses. A moment that was agreed moves by as long as the last pause took, from the agreement
/// on, where the pause began before it had passed.
fn resumed(timing: &Timing<'_>, clock: &Clock) -> Due {
    let (pauses, agreed) = (pauses(clock), agreed_at(clock));
    match clock.allow.filter(|_| agreed.is_none()) {
        Some(allow) => timing.resume(clock.started_at, allow, &pauses),
        None => {
            let last = pauses.last().map(|(from, to)| (agreed.map_or(*from, |agreed| agreed.max(*from)), *to));
            last.map_or(clock.due, |last| put_off(clock.due, last))
        }
    }
}

/// A moment put off by a pause that began before it.
fn put_off(due: Due, (from, to): (Stamp, Stamp)) -> Due {
    let span = if from < due.at { to.since(from).max(0) } else { 0 };
    Due { at: due.at.plus(span), ..due }
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
    let kind = context.rules.kind(work.ticket.fields.kind);
    if kind.stage(&work.ticket.stage).is_none() && work.ticket.stage != FILED {
        work.begin_again();
    }
    work.stand_as_the_stage_says();
    work.reckon_anew();
    work.reconsider();
    if work.ticket.clocks != before {
        work.line(Happened::RulesChanged(context.rules.name.clone()));
    }
    work.done("rulebook")
}

impl Work<'_> {
    /// Every clock that is not over, by the rules that are in force for the ticket now.
    pub(super) fn reckon_anew(&mut self) {
        let rules = self.clock_rules();
        for at in 0..self.ticket.clocks.len() {
            let Some(clock) = self.ticket.clocks.get(at).filter(|clock| clock.is_open()).cloned() else { continue };
            let Some(rule) = rules.iter().find(|rule| rule.id == clock.id) else { continue };
            let (changed, line) = self.reckoned(rule, clock);
            if let Some(slot) = self.ticket.clocks.get_mut(at) {
                *slot = changed;
            }
            line.into_iter().for_each(|line| self.line(line));
        }
    }

    /// One clock by a rule, with the line that says so where its due time changed.
    fn reckoned(&self, rule: &ClockRule, mut clock: Clock) -> (Clock, Option<Happened>) {
        let (now, timing) = (self.now(), self.timing());
        // A time that could only be guessed before is as good as not said before.
        if let Some(allow) = clock.allow.filter(|_| clock.first_due.provisional) {
            let known = timing.due(clock.started_at, allow);
            clock.first_due = if known.provisional { clock.first_due } else { known };
        }
        let mut due = clock.due;
        if agreed_at(&clock).is_none() {
            (clock.allow, due) = allowed(self, rule, clock.started_at);
            let pauses = pauses(&clock);
            due = match clock.allow {
                Some(allow) if !pauses.is_empty() => timing.resume(clock.started_at, allow, &pauses),
                Some(_) => due,
                None => pauses.into_iter().fold(due, put_off),
            };
        }
        let moved = due != clock.due;
        let line = moved.then(|| shift(&mut clock, due, (now, None), ClockChange::Recomputed, "", ""));
        let said: Vec<Mark> =
            clock.marks.iter().filter(|mark| !moved || mark.percent < 100 || due.at <= now).cloned().collect();
        clock.marks = marks(&timing, rule, clock.started_at, due, clock.allow, &said);
        (clock, line)
    }
}
