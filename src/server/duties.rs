//! What the desk does of its own accord: it rings the clocks that are due (R-CMP-1), reckons open tickets anew when
//! their rulebook or the calendar changed, and draws the samples of the days that are over (R-CB-2).
//!
//! All are commands like any other, given by the desk itself, worked in groups between what the consoles ask.

use std::collections::VecDeque;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use super::alarm::Alarm;
use super::checks::Checks;
use super::line::LineId;
use super::run::Loop;
use crate::config;
use crate::desk::{Job, Origin};
use crate::domain::command::{Command, Made, TicketCommand};
use crate::domain::event::{Actor, RulesInForce};
use crate::domain::rulebook::VisitPlan;
use crate::domain::state::DAY_MS;
use crate::domain::{Millis, Role, Rulebook, Stamp, TicketId, draw};
use crate::text::Say;
use crate::wire::FromDesk;

/// Tickets worked between two looks at what the consoles ask.
const AT_ONCE: usize = 256;
/// Draws made between two looks at what the consoles ask.
const DRAWS_AT_ONCE: usize = 16;
/// How long draws that were refused, or could not be prepared, are left alone, in milliseconds of the desk's clock.
pub(super) const DRAW_AGAIN_MS: Millis = 10 * 60_000;
/// How long what could not be written (the disk is full) is left alone.
pub(super) const RETRY: Duration = Duration::from_secs(1);

/// The desk's own duties.
pub(super) struct Duties {
    /// Wakes the desk for the next clock.
    pub alarm: Alarm,
    /// Not before this moment are duties worked again; at once where it has passed.
    pub next: Option<Instant>,
    /// The rules to follow, until all open tickets do.
    following: Option<Following>,
    /// Draws that are due, the oldest day first.
    draws: VecDeque<Command>,
    /// When to look for draws again; at once where it is not known.
    draw_at: Option<Stamp>,
    /// What is done about recordings and spot checks.
    pub(super) checks: Checks,
    /// What the lines' threads plan visits by.
    plans: Arc<RwLock<Vec<VisitPlan>>>,
}

/// Open tickets on their way to other rules.
struct Following {
    rules: RulesInForce,
    left: VecDeque<TicketId>,
    /// Who is told when all of them have arrived.
    asked: Vec<(LineId, u64)>,
}

impl Duties {
    pub fn new(alarm: Alarm, plans: Arc<RwLock<Vec<VisitPlan>>>) -> Duties {
        Duties {
            alarm,
            next: None,
            following: None,
            draws: VecDeque::new(),
            draw_at: None,
            checks: Checks::default(),
            plans,
        }
    }
}

/// A job of the desk's own.
fn own(command: TicketCommand) -> Job {
    desk_s(Command::Ticket(command))
}

pub(super) fn desk_s(command: Command) -> Job {
    let origin = Origin { actor: Actor::Desk, seat: "desk".to_owned() };
    Job { origin, token: None, id: 0, command }
}

impl Loop {
    /// Does what is due, and sees to it that the desk is woken for what comes next. A desk that only serves a script
    /// keeps no clocks: it was started with whatever configuration the script had at hand.
    pub(super) fn duties(&mut self) {
        if !self.options.clocks || self.stop.is_some() {
            return;
        }
        if self.duties.next.is_none_or(|at| at <= Instant::now()) {
            self.duties.next = None;
            self.follow();
            self.ring();
            self.draw();
            self.check_recordings();
        }
        let now = (self.options.now)();
        // What is due already waits for `next`, not for the timer.
        let clock = self.desk.state().first_alarm().map(|(at, _)| at);
        let first = [clock, self.duties.draw_at, self.duties.checks.next_at()]
            .into_iter()
            .flatten()
            .filter(|at| *at > now)
            .min();
        self.duties.alarm.set(first, now);
    }

    /// Fires the clocks that are due, each mark once.
    fn ring(&mut self) {
        let now = (self.options.now)();
        let due: Vec<TicketId> = self.desk.state().alarms_until(now).take(AT_ONCE).collect();
        if due.is_empty() {
            return;
        }
        self.work(due.iter().map(|ticket| own(TicketCommand::Ring(*ticket))).collect());
        let left: Vec<TicketId> = self.desk.state().alarms_until(now).collect();
        if left.iter().any(|ticket| due.contains(ticket)) {
            self.duties.next = Some(Instant::now() + RETRY);
        } else if !left.is_empty() {
            self.duties.next = Some(Instant::now());
        }
    }

    /// Draws the samples of the days that are over, each rule's days in their order: one that is refused holds up the
    /// later ones of its rule, so that no day is passed over.
    fn draw(&mut self) {
        let now = (self.options.now)();
        if self.desk.rules().revisits.shares.is_empty() {
            self.duties.draw_at = None;
            return;
        }
        // Further off than a day: the wall clock was set back meanwhile.
        let waits = self.duties.draw_at.is_some_and(|at| now < at && at.since(now) <= DAY_MS);
        if self.duties.draws.is_empty() && waits {
            return;
        }
        if !self.desk.has_room() {
            self.duties.next = Some(Instant::now() + RETRY);
            return;
        }
        if self.duties.draws.is_empty() {
            // The next day's: also where all of today's are drawn.
            self.duties.draw_at = Some(draw::next_at(now, self.desk.state().offset_ms));
            match self.desk.draws_due(now) {
                Ok(due) => self.duties.draws = due.into(),
                Err(why) => {
                    (self.options.tell)(&why);
                    self.duties.draw_at = Some(now.plus(DRAW_AGAIN_MS));
                }
            }
        }
        for _ in 0..DRAWS_AT_ONCE {
            let Some(command) = self.duties.draws.pop_front() else { return };
            let Command::Draw { rule, day, .. } = &command else { continue };
            let (rule, day) = (rule.clone(), *day);
            self.work(vec![desk_s(command)]);
            if self.desk.reader().newest_draw(&rule, day) != Some(day) {
                self.duties.draws.retain(|later| !matches!(later, Command::Draw { rule: of, .. } if *of == rule));
                self.duties.draw_at = Some(now.plus(DRAW_AGAIN_MS));
            }
        }
        if !self.duties.draws.is_empty() {
            self.duties.next = Some(Instant::now());
        }
    }

    /// At the start: where the rules are not those the open tickets were last reckoned by, they are reckoned anew.
    pub(super) fn compare_rules(&mut self) {
        if self.options.clocks {
            self.follow_from(Vec::new());
        }
    }

    /// Other rules are in force: told to everybody, then followed ticket by ticket.
    pub(super) fn reload(&mut self, line: LineId, request: u64, rulebook: Rulebook) {
        let Some(seat) = self.lines.get(&line) else { return };
        let refused = if seat.staff.role != Role::Supervisor {
            Some("refused.supervisor_only")
        } else if !self.options.clocks {
            Some("reload.no_clocks")
        } else if !self.desk.has_room() {
            Some("desk.full_refused")
        } else {
            None
        };
        if let Some(key) = refused {
            return self.say(line, &FromDesk::Refused { request, why: Say::new(key) });
        }
        let mut asked = self.duties.following.take().map(|following| following.asked).unwrap_or_default();
        asked.push((line, request));
        if rulebook != *self.desk.rules() {
            // Nobody panics while holding it.
            if let Ok(mut plans) = self.duties.plans.write() {
                plans.clone_from(&rulebook.visits);
            }
            self.desk.take_rules(rulebook.clone());
            self.tell_desk(&FromDesk::Rules(Box::new(rulebook.clone())));
            self.renew_technicians();
            // Whoever asked hears of it too, also where it did not ask to follow.
            if self.lines.get(&line).is_some_and(|seat| !seat.follow) {
                self.say(line, &FromDesk::Rules(Box::new(rulebook)));
            }
        }
        self.follow_from(asked);
    }

    fn follow_from(&mut self, asked: Vec<(LineId, u64)>) {
        let rules = self.desk.rules();
        let rules = RulesInForce { name: rules.name.clone(), fingerprint: config::fingerprint(rules) };
        // There may be rules that were not drawn by before, and those there were may ask for another share.
        self.duties.draws.clear();
        self.duties.draw_at = None;
        self.duties.checks = Checks::default();
        if rules == self.desk.state().rules {
            return self.arrived(&asked);
        }
        let left = self.desk.state().tickets.keys().copied().collect();
        self.duties.following = Some(Following { rules, left, asked });
        self.duties.next = None;
    }

    /// The next open tickets are reckoned by the new rules; the last step says that all of them are.
    fn follow(&mut self) {
        if self.duties.following.is_none() {
            return;
        }
        if !self.desk.has_room() {
            self.duties.next = Some(Instant::now() + RETRY);
            return;
        }
        let Some(following) = &mut self.duties.following else { return };
        let count = following.left.len().min(AT_ONCE);
        let mut jobs: Vec<Job> =
            following.left.drain(..count).map(|ticket| own(TicketCommand::Recompute(ticket))).collect();
        let last = following.left.is_empty();
        if last {
            jobs.push(own(TicketCommand::RulesChanged(following.rules.clone())));
        }
        self.work(jobs);
        self.duties.next = Some(Instant::now());
        if last && let Some(following) = self.duties.following.take() {
            self.arrived(&following.asked);
        }
    }

    fn arrived(&mut self, asked: &[(LineId, u64)]) {
        for (line, request) in asked {
            self.say(*line, &FromDesk::Done { request: *request, made: Made::Nothing });
        }
    }
}
