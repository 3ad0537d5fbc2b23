//! Months of settled matters drawn from day by day (R-CB-2): at every day's end the share is met or nobody is left, one
//! line a person, every draw comes out again from its seed; a second count from the outside agrees.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use ringdesk::domain::command::CallbackCommand;
use ringdesk::domain::decide::{Context, Decision, decide};
use ringdesk::domain::draw::{self, begin_of, month_of};
use ringdesk::domain::phone::match_key;
use ringdesk::domain::revisit::{Share, ShareOf, shares};
use ringdesk::domain::rulebook::{Condition, ShareRule, Test};
use ringdesk::domain::ticket::Seal;
use ringdesk::domain::*;
use ringdesk::text::Say;

const OFFSET: i64 = 8 * 3_600_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// 2026-02-26: two days before a month's end.
const FIRST_DAY: i64 = 20_510;
const RULE: &str = "complaint_ordinary";

fn rules(percent: u16) -> Rulebook {
    let when = Condition(vec![Test::Is("gravity".into(), vec!["ordinary".into()])]);
    let share = |id: &str, kind, when| ShareRule {
        id: id.into(),
        kind,
        when,
        percent,
        within: Allowance::Days(3),
        by: "assistant".into(),
        article: String::new(),
    };
    let mut rules = Rulebook::default();
    rules.revisits.shares =
        vec![share(RULE, RequestType::Complaint, when), share("enquiry", RequestType::Enquiry, Condition::default())];
    rules
}

fn settled(id: u64, day: i64, person: u64) -> Ticket {
    let mut ticket = Ticket { id: TicketId(id), stage: "filed".into(), ..Ticket::default() };
    ticket.fields.kind = RequestType::Complaint;
    ticket.fields.phone = format!("138000{person:05}");
    ticket.card.insert("gravity".into(), "ordinary".into());
    ticket.filed_at = Some(begin_of(day, OFFSET).plus(9 * HOUR + id as i64));
    ticket
}

struct World {
    rules: Rulebook,
    state: State,
    events: Vec<Event>,
    now: Stamp,
}

impl World {
    fn new(percent: u16) -> World {
        World { rules: rules(percent), state: State::new(OFFSET), events: Vec::new(), now: Stamp(0) }
    }

    fn fold(&mut self, event: Event) {
        self.state.fold(&event);
        self.events.push(event);
    }

    fn give(&mut self, actor: &Actor, command: &Command) -> Result<Decision, Say> {
        let boss = Staff { id: StaffId("boss".into()), role: Role::Supervisor, ..Staff::default() };
        let staff = [boss];
        let context = Context { state: &self.state, rules: &self.rules, staff: &staff, actor, now: self.now };
        let decision = decide(context, command)?;
        decision.events.iter().for_each(|event| self.fold(event.clone()));
        Ok(decision)
    }

    fn draw(&mut self, day: i64, seed: u64, settled: &[Ticket]) -> Result<Decision, Say> {
        self.now = begin_of(day + 1, OFFSET).plus(5 * 60_000);
        let settled = settled.to_vec();
        self.give(&Actor::Desk, &Command::Draw { rule: RULE.into(), day, seed, settled })
    }

    /// A follow-up of this ticket was done, as its line says.
    fn followed_up(&mut self, ticket: &Ticket, end: CallbackEnd) {
        let at = ticket.filed_at.unwrap().plus(-HOUR);
        let debt = Debt {
            number: 1,
            reason: CallbackReason::Revisit,
            ticket: Some(ticket.id),
            end: Some((at, end.clone())),
            made_at: at,
            ..Debt::default()
        };
        let line = Callback {
            id: CallbackId(self.state.last.callback + 1),
            made_at: at,
            debts: vec![debt],
            ended_at: Some(at),
            end: Some(end),
            ..Callback::default()
        };
        self.fold(Event::Callback(Box::new(line)));
    }

    /// The person of a line was reached; what was drawn of them is done.
    fn reached(&mut self, line: CallbackId) {
        let mut line = self.state.callbacks[&line].clone();
        let end = CallbackEnd::Reached(CallId(line.id.0));
        line.debts.iter_mut().for_each(|debt| debt.end = Some((self.now, end.clone())));
        line.ended_at = Some(self.now);
        line.end = Some(end);
        self.fold(Event::Callback(Box::new(line)));
    }

    /// A supervisor closes a line: nobody was reached.
    fn close(&mut self, line: CallbackId) -> Decision {
        let close = CallbackCommand::Close { callback: line, reason: "三次无人接".into() };
        self.give(&Actor::Staff(StaffId("boss".into())), &Command::Callback(close)).unwrap()
    }

    fn share(&self, month: i64) -> Share {
        let month = month_of(month);
        let span = (begin_of(*month.start(), OFFSET), begin_of(month.end() + 1, OFFSET));
        let all = shares(&self.state, &self.rules, OFFSET, span.0, span.1);
        assert_eq!(all[0].of, ShareOf::Returned);
        all.into_iter().find(|share| share.of == ShareOf::Rule(RULE.into())).unwrap()
    }

    /// Counted from the outside: by the events alone, ticket by ticket.
    fn counted(&self, month: i64) -> [usize; 6] {
        let month = month_of(month);
        let draws: BTreeMap<DrawId, &Draw> = self.events.iter().filter_map(drawn).map(|draw| (draw.id, draw)).collect();
        let draws = draws.into_values().filter(|draw| month.contains(&draw.day));
        let mut lines = BTreeMap::new();
        for event in &self.events {
            if let Event::Callback(line) = event {
                lines.insert(line.id, line);
            }
        }
        let debts: Vec<&Debt> =
            lines.values().flat_map(|line| &line.debts).filter(|debt| debt.draw.is_some()).collect();
        let [mut population, mut before, mut first, mut topped, mut done, mut owed] = [0; 6];
        for draw in draws {
            population += draw.population.len();
            before += draw.done.len();
            first += draw.drawn.len();
            topped += draw.topped.len();
            for ticket in draw.drawn.iter().chain(&draw.topped) {
                let own: Vec<_> =
                    debts.iter().filter(|d| d.draw == Some(draw.id) && d.ticket == Some(*ticket)).collect();
                assert_eq!(own.len(), 1, "one debt for {ticket:?}");
                owed += usize::from(own[0].end.is_none());
                done += usize::from(matches!(own[0].end, Some((_, CallbackEnd::Reached(_)))));
            }
        }
        [population, before, first, topped, done + before, owed]
    }

    fn holds(&self, day: i64) {
        for draw in self.state.draws.values() {
            assert_eq!(draw::differs(draw), None, "draw {} from its seed", draw.id.0);
        }
        let (share, counted) = (self.share(day), self.counted(day));
        assert_eq!([share.population, share.before, share.drawn, share.topped, share.done, share.owed], counted);
        let wanted = share.population * usize::from(self.rules.revisits.shares[0].percent);
        assert_eq!(share.wanted, wanted.div_ceil(100));
        let left: usize = draw::of_month(&self.state, RULE, day).map(|draw| draw.reserve.len()).sum();
        let met = share.done + share.owed >= share.wanted;
        assert!(met || left == 0, "short of {} with {left} left", share.short());
        assert_eq!(share.short() == 0, met);
        let open: Vec<&Callback> = self.state.callbacks.values().collect();
        let people: BTreeSet<&String> = open.iter().map(|line| &line.key).collect();
        assert_eq!(people.len(), open.len(), "one line a person");
    }
}

fn drawn(event: &Event) -> Option<&Draw> {
    if let Event::Draw(draw) = event { Some(draw) } else { None }
}

/// A day: who settles (a person each, and whether they were followed up), the seed, and what comes of open lines after.
type OneDay = (Vec<(u64, u8)>, u64, Vec<(usize, bool)>);

fn one_day() -> impl Strategy<Value = OneDay> {
    let before = prop_oneof![8 => Just(0u8), 1 => Just(1), 1 => Just(2)];
    let settled = vec((0..60u64, before), 0..9);
    (settled, any::<u64>(), vec((0..20usize, any::<bool>()), 0..6))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn shares_are_met_at_every_day_s_end(days in vec(one_day(), 1..34), percent in prop_oneof![1..=100u16, Just(50)]) {
        let mut world = World::new(percent);
        let mut next = 1;
        for (day, (people, seed, ends)) in (FIRST_DAY..).zip(days) {
            let mut filed = Vec::new();
            for (person, before) in people {
                let ticket = settled(next, day, person);
                next += 1;
                match before {
                    1 => world.followed_up(&ticket, CallbackEnd::Reached(CallId(9))),
                    2 => world.followed_up(&ticket, CallbackEnd::Refused(CallId(9))),
                    _ => {}
                }
                filed.push(ticket);
            }
            world.draw(day, seed, &filed).unwrap();
            world.holds(day);
            // The same day again draws nothing.
            prop_assert_eq!(world.draw(day, seed ^ 1, &filed).unwrap().events, []);
            for (which, reached) in ends {
                let open: Vec<CallbackId> = world.state.callbacks.keys().copied().collect();
                let Some(line) = open.get(which % open.len().max(1)) else { continue };
                if reached { world.reached(*line) } else { drop(world.close(*line)) }
                world.holds(day);
                // A month that is over goes on being topped up.
                world.holds(FIRST_DAY);
            }
        }
        let mut again = State::new(OFFSET);
        for event in world.events.iter().chain(&world.events) {
            again.fold(event);
        }
        prop_assert_eq!(&again.draws, &world.state.draws);
    }
}

#[test]
fn only_whom_the_rule_means_and_who_can_be_called_is_drawn_from() {
    type Change = fn(&mut Ticket);
    let mut world = World::new(100);
    let changes: [(&str, bool, Change); 12] = [
        ("as it is", true, |_| {}),
        ("no number", false, |ticket| ticket.fields.phone.clear()),
        ("no digits", false, |ticket| ticket.fields.phone = "没有".into()),
        ("another type", false, |ticket| ticket.fields.kind = RequestType::Praise),
        ("graver", false, |ticket| drop(ticket.card.insert("gravity".into(), "grave".into()))),
        ("rehearsed", false, |ticket| ticket.rehearsal = true),
        ("anonymous", false, |ticket| drop(ticket.card.insert("anonymous".into(), "yes".into()))),
        ("by letter", false, |ticket| drop(ticket.card.insert("answer_by".into(), "letter".into()))),
        ("by phone", true, |ticket| drop(ticket.card.insert("answer_by".into(), "phone".into()))),
        ("sealed", false, |ticket| ticket.seal = Some(Seal { nonce: vec![0; 24], text: vec![1] })),
        ("filed the day after", false, |ticket| ticket.filed_at = ticket.filed_at.map(|at| at.plus(DAY))),
        ("filed at its last moment", true, |ticket| ticket.filed_at = Some(begin_of(FIRST_DAY + 1, OFFSET).plus(-1))),
    ];
    let mut expected = Vec::new();
    let filed: Vec<Ticket> = (1..)
        .zip(changes)
        .map(|(id, (_, drawn, change))| {
            let mut ticket = settled(id, FIRST_DAY, id);
            change(&mut ticket);
            expected.extend(drawn.then_some(ticket.id));
            ticket
        })
        .collect();
    let decision = world.draw(FIRST_DAY, 7, &filed).unwrap();
    let draw = decision.events.iter().find_map(drawn).unwrap();
    assert_eq!(draw.population, expected);
    assert_eq!((draw.wanted, draw.drawn.len()), (3, 3));
    assert_eq!(decision.made, Made::Draw(draw.id));
    // Three days after it was settled, by the assistant.
    let line = world.state.callbacks.values().find(|line| line.key == match_key("13800000001")).unwrap();
    let debt = &line.debts[0];
    assert_eq!((debt.reason, debt.by.as_str(), debt.draw), (CallbackReason::Sample, "assistant", Some(draw.id)));
    assert_eq!((debt.due_at, line.due_at), (filed[0].filed_at.unwrap().plus(3 * DAY), debt.due_at));
}

#[test]
fn a_draw_is_the_desk_s_alone_and_of_a_day_that_is_over() {
    let mut world = World::new(50);
    world.now = begin_of(FIRST_DAY + 1, OFFSET).plus(5 * 60_000 - 1);
    let draw = |rule: &str| Command::Draw { rule: rule.into(), day: FIRST_DAY, seed: 1, settled: Vec::new() };
    let key = |answer: Result<Decision, Say>| answer.unwrap_err().key;
    assert_eq!(key(world.give(&Actor::Desk, &draw(RULE))), "draw.day_runs");
    world.now = world.now.plus(1);
    assert_eq!(key(world.give(&Actor::Desk, &draw("none"))), "draw.no_rule");
    assert_eq!(key(world.give(&Actor::Staff(StaffId("boss".into())), &draw(RULE))), "refused.not_over_the_line");
    let empty = world.give(&Actor::Desk, &draw(RULE)).unwrap();
    assert_eq!(empty.events.len(), 1, "a day on which nothing was settled is looked at once");
    assert_eq!(world.give(&Actor::Desk, &draw(RULE)).unwrap().events, []);
    assert_eq!(world.give(&Actor::Desk, &draw("enquiry")).unwrap().events.len(), 1, "each rule by itself");
}

/// A drawn debt joins the line of its person: by number, or by customer file.
#[test]
fn one_line_a_person() {
    let mut world = World::new(100);
    let customer = Customer {
        id: CustomerId(4),
        phones: vec!["13900000001".into(), "0571-88880001".into()],
        grade: Grade::First,
        ..Customer::default()
    };
    world.fold(Event::Customer(Box::new(customer)));
    let lost = Debt { number: 1, due_at: Stamp(i64::MAX - 1), ..Debt::default() };
    let line = |id, number: &str, tries| Callback {
        id: CallbackId(id),
        number: number.into(),
        key: match_key(number),
        debts: vec![lost.clone()],
        due_at: Stamp(i64::MAX - 1),
        not_before: (tries > 0).then_some(Stamp(i64::MAX - 1)),
        tries,
        ..Callback::default()
    };
    let mut theirs = line(2, "13900000001", 1);
    theirs.customer = Some(CustomerId(4));
    world.fold(Event::Callback(Box::new(line(1, "13800000001", 0))));
    world.fold(Event::Callback(Box::new(theirs)));
    let mut other_number = settled(2, FIRST_DAY, 2);
    other_number.fields.phone = "057188880001".into();
    let filed = [settled(1, FIRST_DAY, 1), other_number, settled(3, FIRST_DAY, 1)];
    world.draw(FIRST_DAY, 3, &filed).unwrap();
    assert_eq!(world.state.callbacks.len(), 2);
    let (by_number, by_file) = (&world.state.callbacks[&CallbackId(1)], &world.state.callbacks[&CallbackId(2)]);
    assert_eq!(by_number.debts.iter().filter_map(|debt| debt.ticket).count(), 2);
    assert_eq!(by_number.due_at, filed[0].filed_at.unwrap().plus(3 * DAY), "the earliest due");
    assert_eq!(by_file.debts[1].gravity, Gravity::Important, "a customer of the first grade");
    assert_eq!(by_file.due_at, Stamp(i64::MAX - 1), "a line that is being tried keeps its next time");
    assert!(by_file.has_key(&match_key("0571-88880001")));
}

/// Four settled, half of them drawn; one after the other can't be reached, until nobody is left.
#[test]
fn whoever_cannot_be_reached_is_replaced_until_nobody_is_left() {
    let mut world = World::new(50);
    let filed: Vec<Ticket> = (1..=4).map(|id| settled(id, FIRST_DAY, id)).collect();
    world.draw(FIRST_DAY, 11, &filed).unwrap();
    let order = draw::order(11, &filed.iter().map(|ticket| ticket.id).collect::<Vec<_>>());
    let line_of = |world: &World, ticket: TicketId| {
        world.state.callbacks.values().find(|line| line.is_about(ticket)).map(|line| line.id).unwrap()
    };
    for (nth, id) in order.iter().enumerate() {
        let line = line_of(&world, *id);
        let decision = world.close(line);
        let topped = decision.events.iter().filter_map(drawn).next().map(|draw| draw.topped.clone());
        let expected = (nth < 2).then(|| order[2..=nth + 2].to_vec());
        assert_eq!(topped, expected, "in the same decision, in the same order");
    }
    let share = world.share(FIRST_DAY);
    assert_eq!((share.wanted, share.done, share.owed, share.unreached, share.short()), (2, 0, 0, 4, 2));
    assert_eq!((share.topped, share.is_met(), share.done_percent()), (2, Some(false), Some(0)));
    // The day after there is somebody again: the month is made good.
    let more: Vec<Ticket> = (5..=8).map(|id| settled(id, FIRST_DAY + 1, id)).collect();
    world.draw(FIRST_DAY + 1, 12, &more).unwrap();
    assert_eq!(world.share(FIRST_DAY).owed, 4, "half of eight");
}

/// Of the same draw first, then of the month's other draws, the newest first; another month's are left alone.
#[test]
fn the_next_is_of_the_same_draw_then_of_the_month_s_others() {
    let mut world = World::new(34);
    // 2026-02-27, -28 and 2026-03-01: two, two and two of three are drawn over the month's end.
    let days = [FIRST_DAY + 1, FIRST_DAY + 2, FIRST_DAY + 3];
    for (n, day) in days.iter().enumerate() {
        let filed: Vec<Ticket> = (0..3).map(|k| settled(n as u64 * 3 + k + 1, *day, n as u64 * 3 + k)).collect();
        world.draw(*day, 5, &filed).unwrap();
    }
    let draws = |world: &World| world.state.draws.values().cloned().collect::<Vec<Draw>>();
    let before = draws(&world);
    assert_eq!(before.iter().map(|draw| draw.drawn.len()).collect::<Vec<_>>(), [2, 1, 2]);
    let close = |world: &mut World, ticket: TicketId| {
        let line = world.state.callbacks.values().find(|line| line.is_about(ticket)).unwrap().id;
        world.close(line);
    };
    close(&mut world, before[0].drawn[0]);
    assert_eq!(draws(&world)[0].topped, [before[0].reserve[0].ticket], "its own");
    close(&mut world, before[0].drawn[1]);
    assert_eq!(draws(&world)[1].topped, [before[1].reserve[0].ticket], "the next day's of the same month");
    assert_eq!(draws(&world)[2], before[2], "not the month after");
}

/// Whoever refused is not called once more for the sample: somebody else of the month is.
#[test]
fn whoever_refused_is_left_alone() {
    let mut world = World::new(50);
    let first: Vec<Ticket> = (1..=4).map(|id| settled(id, FIRST_DAY, id)).collect();
    world.draw(FIRST_DAY, 1, &first).unwrap();
    let next: Vec<Ticket> = (5..=6).map(|id| settled(id, FIRST_DAY + 1, id)).collect();
    next.iter().for_each(|ticket| world.followed_up(ticket, CallbackEnd::Refused(CallId(1))));
    let decision = world.draw(FIRST_DAY + 1, 2, &next).unwrap();
    let draws: Vec<&Draw> = decision.events.iter().filter_map(drawn).collect();
    let second = draws.iter().find(|draw| draw.day == FIRST_DAY + 1).unwrap();
    assert_eq!((second.wanted, second.drawn.len(), second.tried.len()), (1, 0, 2));
    let topped = draws.iter().find(|draw| draw.day == FIRST_DAY).unwrap();
    assert_eq!((topped.drawn.len(), topped.topped.len(), topped.reserve.len()), (2, 1, 1));
    assert_eq!(world.share(FIRST_DAY).owed, 3);
}

/// Returned work that was followed up with an answered call counts, and is not drawn; a closed one is not done.
#[test]
fn what_was_followed_up_already_is_done() {
    let mut world = World::new(50);
    let filed: Vec<Ticket> = (1..=4).map(|id| settled(id, FIRST_DAY, id)).collect();
    world.followed_up(&filed[0], CallbackEnd::Reached(CallId(1)));
    world.followed_up(&filed[1], CallbackEnd::Visited(VisitId(1)));
    let closed = CallbackEnd::Closed { by: StaffId("boss".into()), reason: "x".into() };
    world.followed_up(&filed[2], closed);
    let decision = world.draw(FIRST_DAY, 1, &filed).unwrap();
    let draw = decision.events.iter().find_map(drawn).unwrap();
    assert_eq!((draw.done.as_slice(), draw.wanted), ([TicketId(1), TicketId(2)].as_slice(), 0));
    assert_eq!(draw.tried, [TicketId(3)]);
    let share = world.share(FIRST_DAY);
    assert_eq!((share.done, share.owed, share.done_percent(), share.is_met()), (2, 0, Some(50), Some(true)));
    assert_eq!(share.rows.len(), 2, "the two that were followed up, to look at");
    let span = (begin_of(FIRST_DAY, OFFSET), begin_of(FIRST_DAY + 1, OFFSET));
    let returned = &shares(&world.state, &world.rules, OFFSET, span.0, span.1)[0];
    assert_eq!((returned.population, returned.done, returned.unreached, returned.rows.len()), (3, 2, 1, 3));
    let empty = &shares(&world.state, &world.rules, OFFSET, Stamp(0), Stamp(1))[0];
    assert_eq!((empty.done_percent(), empty.is_met(), empty.satisfaction.percent()), (None, None, None));
}
