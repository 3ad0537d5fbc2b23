//! Figures counted by hand, in another way than the desk's: no facts, no slots, no sums kept, only the records as they are
//! now and a plain question to each of them. The referee of `figures_journal`.

use std::collections::BTreeMap;

use ringdesk::domain::call::{Direction, Outcome, Phase};
use ringdesk::domain::figures::{Fact, Measure};
use ringdesk::domain::rulebook::Formula;
use ringdesk::domain::ticket::{Clock, ClockState};
use ringdesk::domain::*;

/// The last value of every record, and the tickets' history.
#[derive(Default)]
pub struct Records {
    pub calls: BTreeMap<CallId, Call>,
    pub spans: BTreeMap<(AgentId, Stamp), Span>,
    pub tickets: BTreeMap<TicketId, Ticket>,
    pub lines: BTreeMap<CallbackId, Callback>,
    pub draws: BTreeMap<SpotDrawId, SpotDraw>,
    pub steps: BTreeMap<InterventionId, Intervention>,
    pub history: BTreeMap<(TicketId, u32), TicketLine>,
}

/// From when to when, and of whom; empty for everything.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub from: i64,
    pub until: i64,
    pub queue: Option<&'static str>,
    pub who: Option<&'static str>,
    pub kind: Option<&'static str>,
    pub department: Option<&'static str>,
}

impl Wanted {
    pub const ALL: Wanted =
        Wanted { from: i64::MIN, until: i64::MAX, queue: None, who: None, kind: None, department: None };

    fn at(&self, at: Stamp) -> bool {
        self.from <= at.0 && at.0 < self.until
    }

    fn of(&self, queue: &str, who: &str, kind: &str, department: &str) -> bool {
        self.queue.is_none_or(|wanted| wanted == queue)
            && self.who.is_none_or(|wanted| wanted == who)
            && self.kind.is_none_or(|wanted| wanted == kind)
            && self.department.is_none_or(|wanted| wanted == department)
    }
}

fn waited(call: &Call) -> i64 {
    let begin = call.joined_at.unwrap_or(call.arrived_at);
    let end = call.answered_at.or(call.left_queue_at).or(call.ended_at).unwrap_or(begin);
    (end.0 - begin.0).max(0)
}

fn good(word: &str) -> bool {
    word == "satisfied" || word == "very"
}

impl Records {
    pub fn keep(&mut self, event: &Event) {
        match event {
            Event::Call(call) => drop(self.calls.insert(call.id, (**call).clone())),
            Event::Span(span) => drop(self.spans.insert((span.agent.clone(), span.since), (**span).clone())),
            Event::Ticket(ticket) => drop(self.tickets.insert(ticket.id, (**ticket).clone())),
            Event::Callback(line) => drop(self.lines.insert(line.id, (**line).clone())),
            Event::SpotDraw(draw) => drop(self.draws.insert(draw.id, (**draw).clone())),
            Event::Intervention(step) => drop(self.steps.insert(step.id, (**step).clone())),
            Event::TicketLine(line) => drop(self.history.insert((line.ticket, line.number), (**line).clone())),
            _ => {}
        }
    }

    fn calls(&self, wanted: &Wanted, way: Direction, is: impl Fn(&Call) -> bool) -> Vec<&Call> {
        let who = |call: &Call| call.answered_by.clone().unwrap_or_default();
        let mut found: Vec<&Call> =
            self.calls.values().filter(|call| !call.rehearsal && call.direction == way).collect();
        found.retain(|call| wanted.at(call.arrived_at));
        found.retain(|call| wanted.of(call.queue.as_deref().unwrap_or(""), &who(call), "", ""));
        found.retain(|call| is(call));
        found
    }

    fn time(&self, wanted: &Wanted, is: impl Fn(&Span) -> bool) -> i64 {
        let mut sum = 0;
        for span in self.spans.values() {
            if !span.rehearsal && wanted.of(&span.queue, &span.agent.0, "", "") && is(span) {
                sum += (span.until.0.min(wanted.until) - span.since.0.max(wanted.from)).max(0);
            }
        }
        sum
    }

    fn tickets(&self, wanted: &Wanted, merged: bool) -> Vec<&Ticket> {
        let mut found = Vec::new();
        for ticket in self.tickets.values().filter(|ticket| !ticket.rehearsal) {
            let (who, department) = match &ticket.owner {
                Owner::Staff(staff) => {
                    let named = ticket.card.get("department").filter(|named| !named.is_empty());
                    (staff.0.as_str(), named.unwrap_or(&ticket.fields.team).as_str())
                }
                Owner::Department(department) => ("", department.as_str()),
            };
            if wanted.of("", who, ticket.fields.kind.code(), department) && (merged || ticket.merged.is_none()) {
                found.push(ticket);
            }
        }
        found
    }

    fn filed(&self, wanted: &Wanted) -> Vec<&Ticket> {
        let mut filed = self.tickets(wanted, false);
        filed.retain(|ticket| ticket.filed_at.is_some_and(|at| wanted.at(at)));
        filed
    }

    fn clocks(&self, wanted: &Wanted) -> Vec<&Clock> {
        self.tickets(wanted, false).into_iter().flat_map(|ticket| &ticket.clocks).collect()
    }

    fn overdue(&self, wanted: &Wanted) -> i64 {
        let fell = |clock: &&Clock| match clock.state {
            ClockState::Void(_) => false,
            ClockState::Stopped(at) => at > clock.due.at,
            _ => clock.marks.iter().any(|mark| mark.fired.is_some_and(|fired| fired.at >= clock.due.at)),
        };
        self.clocks(wanted).into_iter().filter(|clock| wanted.at(clock.due.at)).filter(fell).count() as i64
    }

    fn kept(&self, wanted: &Wanted, due: impl Fn(&Clock) -> Stamp) -> i64 {
        let kept = |clock: &&Clock| match clock.state {
            ClockState::Stopped(at) => wanted.at(at) && at <= due(clock),
            _ => false,
        };
        self.clocks(wanted).into_iter().filter(kept).count() as i64
    }

    /// Work that was accepted and finished, as the tickets' history tells it: how many, and how long it took in all.
    fn orders(&self, wanted: &Wanted) -> (i64, i64) {
        let (mut count, mut took) = (0, 0);
        // Whose a finished order is says the history, whoever owns the ticket since.
        let tickets = self.tickets(&Wanted { who: None, ..wanted.clone() }, false);
        for ticket in tickets {
            let mut accepted: Option<(Stamp, String)> = None;
            for line in self.history.range((ticket.id, 0)..=(ticket.id, u32::MAX)).map(|(_, line)| line) {
                match (&line.what, &line.by) {
                    (Happened::Accepted, Actor::Staff(who)) => accepted = Some((line.at, who.0.clone())),
                    (Happened::Moved { to, .. }, _) if to == "finished" => {
                        let Some((since, who)) = accepted.take() else { continue };
                        if wanted.at(line.at) && wanted.who.is_none_or(|wanted| wanted == who) {
                            count += 1;
                            took += line.at.0 - since.0;
                        }
                    }
                    _ => {}
                }
            }
        }
        (count, took)
    }

    fn debts(&self, wanted: &Wanted) -> Vec<(&Callback, &Debt)> {
        let all = self
            .lines
            .values()
            .filter(|line| !line.rehearsal)
            .flat_map(|line| line.debts.iter().map(move |debt| (line, debt)));
        all.filter(|(line, debt)| wanted.of(line.queue.as_deref().unwrap_or(""), "", debt.reason.code(), "")).collect()
    }

    fn ended(&self, wanted: &Wanted, is: impl Fn(&Debt, Stamp, &CallbackEnd) -> bool) -> i64 {
        let is = |debt: &Debt| debt.end.as_ref().is_some_and(|(at, end)| wanted.at(*at) && is(debt, *at, end));
        self.debts(wanted).into_iter().filter(|(_, debt)| is(debt)).count() as i64
    }

    fn settled(&self, wanted: &Wanted, in_time: bool) -> i64 {
        use CallbackEnd as E;
        self.ended(wanted, |debt, at, end| {
            !matches!(end, E::Closed { .. } | E::Lapsed | E::Joined(_)) && (!in_time || at <= debt.due_at)
        })
    }

    /// Every try once, wherever it is noted; where it is noted twice, as the line that goes on has it.
    fn tries(&self, wanted: &Wanted, reached: bool) -> i64 {
        let mut lines: Vec<&Callback> = self.lines.values().filter(|line| !line.rehearsal).collect();
        lines.sort_by_key(|line| !matches!(line.end, Some(CallbackEnd::Joined(_))));
        let mut tries = BTreeMap::new();
        for line in lines {
            for attempt in &line.attempts {
                tries.insert((attempt.call, attempt.at, attempt.by.clone()), (line, attempt.reach));
            }
        }
        let counts = |at: Stamp, by: &StaffId, line: &Callback, reach: Option<Reach>| {
            let here = wanted.at(at) && wanted.of(line.queue.as_deref().unwrap_or(""), &by.0, "", "");
            here && match reach {
                None => false,
                Some(Reach::Reached | Reach::Refused) => true,
                Some(_) => !reached,
            }
        };
        tries.into_iter().filter(|((_, at, by), (line, reach))| counts(*at, by, line, *reach)).count() as i64
    }

    fn sheets(&self, wanted: &Wanted, pleased: bool) -> i64 {
        let mut count = 0;
        for (line, debt) in self.debts(&Wanted { who: None, ..wanted.clone() }) {
            if matches!(debt.end, Some((_, CallbackEnd::Joined(_)))) {
                continue;
            }
            // What was written last about a call is what was said in it.
            let mut said: Vec<&Sheet> = Vec::new();
            for sheet in debt.sheets.iter().filter(|sheet| !sheet.satisfaction.is_empty()) {
                said.retain(|before| before.call.is_none() || before.call != sheet.call);
                said.push(sheet);
            }
            let queue = line.queue.as_deref().unwrap_or("");
            said.retain(|sheet| wanted.at(sheet.at) && wanted.of(queue, &sheet.by.0, debt.reason.code(), ""));
            count += said.iter().filter(|sheet| !pleased || good(&sheet.satisfaction)).count();
        }
        count as i64
    }

    fn picks(&self, wanted: &Wanted, is: impl Fn(&spot::Pick) -> bool) -> i64 {
        let drawn = self.draws.values().filter(|draw| wanted.at(draw.at));
        let picks =
            drawn.flat_map(|draw| draw.picks.iter().filter(|pick| wanted.of("", &pick.agent.0, &draw.rule, "")));
        picks.filter(|pick| is(pick)).count() as i64
    }

    /// A measure: above and below the line.
    pub fn measure(&self, measure: Measure, wanted: &Wanted) -> (i64, i64) {
        let answered = self.calls(wanted, Direction::Inbound, |call| call.answered_at.is_some());
        let gone = self.calls(wanted, Direction::Inbound, |call| {
            call.answered_at.is_none() && call.phase == Phase::Ended && call.outcome == Outcome::Abandoned
        });
        let talked: Vec<&&Call> = answered.iter().filter(|call| call.ended_at.is_some()).collect();
        let short = |calls: &[&Call]| calls.iter().filter(|call| waited(call) <= call.limit_ms).count() as i64;
        let (n, b, a, bs) = (answered.len() as i64, gone.len() as i64, short(&answered), short(&gone));
        let talk = |call: &&&Call| call.ended_at.unwrap().0 - call.answered_at.unwrap().0;
        let kind = |kinds: &'static [usize]| self.time(wanted, |span| kinds.contains(&span.state.kind()));
        let written_up = |span: &Span| {
            let out =
                span.call.and_then(|id| self.calls.get(&id)).is_some_and(|call| call.direction == Direction::Outbound);
            span.state == AgentState::WrapUp && !out
        };
        let filed = self.filed(wanted);
        let all_kept = |ticket: &&&Ticket, due: fn(&Clock) -> Stamp| {
            ticket.clocks.iter().all(|clock| match clock.state {
                ClockState::Stopped(at) => at <= due(clock),
                ClockState::Void(_) => true,
                _ => false,
            })
        };
        let kept = |due: fn(&Clock) -> Stamp| filed.iter().filter(|ticket| all_kept(ticket, due)).count() as i64;
        match measure {
            Measure::ServiceLevel(Formula::Answered) => (a, n),
            Measure::ServiceLevel(Formula::AbandonedInTimeGood) => (a + bs, n + b),
            Measure::ServiceLevel(Formula::AllOffered) => (a, n + b),
            Measure::ServiceLevel(Formula::AbandonedInTimeOut) => (a, n + b - bs),
            Measure::AnswerRate => {
                let came = |call: &Call| call.answered_at.is_some() || call.phase == Phase::Ended;
                (n, self.calls(wanted, Direction::Inbound, came).len() as i64)
            }
            Measure::LateRate => (n - a, n),
            Measure::AbandonRate => (b, n + b),
            Measure::AnswerSpeed => (answered.iter().map(|call| waited(call)).sum(), n),
            Measure::TalkTime => (talked.iter().map(talk).sum(), talked.len() as i64),
            Measure::HandlingTime => {
                (talked.iter().map(talk).sum::<i64>() + self.time(wanted, written_up), talked.len() as i64)
            }
            Measure::HoldTime => (talked.iter().map(|call| call.held_ms).sum(), talked.len() as i64),
            Measure::TransferRate => {
                (answered.iter().filter(|call| call.outcome == Outcome::Transferred).count() as i64, n)
            }
            Measure::AbandonWait => (gone.iter().map(|call| waited(call)).sum(), b),
            Measure::Occupancy => (kind(&[3, 4, 5]), kind(&[1, 2, 3, 4, 5])),
            Measure::ReachRate => {
                let reached = self.calls(wanted, Direction::Outbound, |call| call.answered_at.is_some()).len();
                let over = |call: &Call| call.answered_at.is_some() || call.phase == Phase::Ended;
                (reached as i64, self.calls(wanted, Direction::Outbound, over).len() as i64)
            }
            Measure::Timeliness => (kept(|clock| clock.due.at), filed.len() as i64),
            Measure::FirstTimeliness => (kept(|clock| clock.first_due.at), filed.len() as i64),
            Measure::OverdueRate => {
                let (late, kept) = (self.overdue(wanted), self.kept(wanted, |clock| clock.due.at));
                (late, late + kept)
            }
            Measure::CloseTime => {
                let took = |ticket: &&Ticket| ticket.filed_at.unwrap().0 - ticket.opened_at.0;
                (filed.iter().map(took).sum(), filed.len() as i64)
            }
            Measure::OrderTime => {
                let (count, took) = self.orders(wanted);
                (took, count)
            }
            Measure::Satisfaction => {
                let said: Vec<&str> =
                    filed.iter().map(|ticket| ticket.value("satisfaction")).filter(|word| !word.is_empty()).collect();
                (said.iter().filter(|word| good(word)).count() as i64, said.len() as i64)
            }
            Measure::CallbackTimeliness => (self.settled(wanted, true), self.settled(wanted, false)),
            Measure::CallbackReach => (self.tries(wanted, true), self.tries(wanted, false)),
            Measure::CallbackSatisfaction => (self.sheets(wanted, true), self.sheets(wanted, false)),
            Measure::CheckRate => (self.picks(wanted, |pick| pick.sheet.is_some()), self.picks(wanted, |_| true)),
            Measure::CheckPass => (
                self.picks(wanted, |pick| pick.sheet.is_some() && pick.passed),
                self.picks(wanted, |pick| pick.sheet.is_some()),
            ),
        }
    }

    /// Facts that are in no formula above its line or below it; nothing for the others.
    pub fn fact(&self, fact: Fact, wanted: &Wanted) -> Option<i64> {
        let lost = |outcomes: &'static [Outcome]| {
            let is = |call: &Call| {
                call.answered_at.is_none() && call.phase == Phase::Ended && outcomes.contains(&call.outcome)
            };
            self.calls(wanted, Direction::Inbound, is).len() as i64
        };
        let kind = |kind: usize| self.time(wanted, |span| span.state.kind() == kind);
        Some(match fact {
            Fact::TimedOut => lost(&[Outcome::Timeout]),
            Fact::TurnedAway => lost(&[Outcome::QueueFull, Outcome::QueueEmpty]),
            Fact::ReadyMs => kind(1),
            Fact::WrapUpMs => kind(5),
            Fact::BreakMs => kind(6),
            Fact::TrainingMs => kind(7),
            Fact::Opened => {
                self.tickets(wanted, true).into_iter().filter(|ticket| wanted.at(ticket.opened_at)).count() as i64
            }
            Fact::ClocksKeptFirst => self.kept(wanted, |clock| clock.first_due.at),
            Fact::ClosedLate => {
                let (in_time, filed) = self.measure(Measure::Timeliness, wanted);
                filed - in_time
            }
            Fact::Owed => {
                let owed =
                    |debt: &Debt| wanted.at(debt.made_at) && !matches!(debt.end, Some((_, CallbackEnd::Joined(_))));
                self.debts(wanted).into_iter().filter(|(_, debt)| owed(debt)).count() as i64
            }
            Fact::ClosedByHand => self.ended(wanted, |_, _, end| matches!(end, CallbackEnd::Closed { .. })),
            Fact::Lapsed => self.ended(wanted, |_, _, end| *end == CallbackEnd::Lapsed),
            Fact::Interventions => {
                let real = self.steps.values().filter(|step| !step.rehearsal && wanted.at(step.at));
                let who = |step: &Intervention| step.agent.as_ref().map(|agent| agent.0.clone()).unwrap_or_default();
                let queue = |step: &Intervention| match &step.step {
                    oversight::Step::Queue { queue, .. } => queue.clone(),
                    _ => String::new(),
                };
                real.filter(|step| wanted.of(&queue(step), &who(step), "", "")).count() as i64
            }
            _ => return None,
        })
    }
}
