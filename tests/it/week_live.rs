//! Random weeks with live dials under random plans of attempts: strangers answer and are taken back, sheets are written
//! late, refused and signed for on visits, days are drawn and topped up. After every step the lines are what the log of
//! the calls allows, and what they are found by is what they say.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use ringdesk::domain::calendar::Allowance;
use ringdesk::domain::callback::CallbackReason;
use ringdesk::domain::command::{CallbackCommand as C, VisitCommand};
use ringdesk::domain::rulebook::{AttemptPlan, Condition, QuietHours, ShareRule};
use ringdesk::domain::*;

use crate::play::at;
use crate::week_world::{Person, Week};

const MINUTE: i64 = 60_000;
pub const NUMBERS: [(&str, &str); 4] = [
    ("13812340001", "+86 138-1234-0001"),
    ("057188880003", "0571-8888/0003"),
    ("02166660004", "(021) 6666-0004"),
    ("076988880006", "+86769 88880006"),
];

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Op {
    GivesUp(usize),
    CallsAgain(usize),
    ReportsRepair(usize),
    Returns(usize),
    Dials(bool),
    /// Of the last talk it is written that it was a stranger, a machine, a refusal, or what was said.
    Says(usize, bool, bool),
    Visits(usize, bool),
    Draws(u64),
    PutsBack(usize),
    LetsGo(bool),
    File(usize, usize),
    Wait(i64),
}

/// What happens in such a week.
pub fn op() -> impl Strategy<Value = Op> {
    let who = || 0..NUMBERS.len();
    prop_oneof![
        5 => who().prop_map(Op::GivesUp),
        1 => who().prop_map(Op::CallsAgain),
        3 => who().prop_map(Op::ReportsRepair),
        4 => (0..4usize).prop_map(Op::Returns),
        10 => any::<bool>().prop_map(Op::Dials),
        6 => (0..4usize, any::<bool>(), any::<bool>()).prop_map(|(reach, named, agreed)| Op::Says(reach, named, agreed)),
        2 => (who(), any::<bool>()).prop_map(|(who, signed)| Op::Visits(who, signed)),
        2 => any::<u64>().prop_map(Op::Draws),
        1 => (0..4usize).prop_map(Op::PutsBack),
        1 => any::<bool>().prop_map(Op::LetsGo),
        1 => (who(), who()).prop_map(|(one, other)| Op::File(one, other)),
        8 => (1..90i64).prop_map(Op::Wait),
        3 => (90..1_500i64).prop_map(Op::Wait),
    ]
}

/// A plan of attempts.
pub fn plan() -> impl Strategy<Value = AttemptPlan> {
    let waits = vec(1..400i64, 0..5);
    (waits, proptest::option::of(0..1_440u16), 0..1_440u16, 0..1_440u16).prop_map(|(waits, next_day_at, from, to)| {
        let waits_ms = waits.into_iter().map(|minutes| minutes * MINUTE).collect();
        AttemptPlan { waits_ms, next_day_at, quiet: QuietHours { from, to }, ..AttemptPlan::default() }
    })
}

fn last_talk(week: &Week) -> Option<(CallId, CallbackId)> {
    week.talks.iter().rev().find_map(|(id, talk)| Some((*id, talk.line.filter(|_| talk.answered.is_some())?)))
}

/// Does it.
pub fn step(week: &mut Week, op: &Op) {
    let nth = |week: &Week, at: usize| {
        let open: Vec<CallbackId> = week.state.callbacks.keys().copied().collect();
        (!open.is_empty()).then(|| open[at % open.len()])
    };
    match op {
        Op::GivesUp(who) => drop(week.calls_in(*who, None)),
        Op::CallsAgain(who) => {
            let call = week.calls_in(*who, Some("li"));
            week.hang_up(call, "li");
        }
        Op::ReportsRepair(who) => drop(week.reports_repair(*who, "wang", "zhao")),
        Op::Returns(at) => {
            if let Some(order) = week.orders_at_work().get(*at).copied() {
                week.finish_order(order);
            }
        }
        Op::Dials(wang) => drop(week.works(if *wang { "wang" } else { "li" })),
        Op::Says(reach, named, agreed) => {
            let Some((call, line)) = last_talk(week) else { return };
            let line = week.lines.get(&line).map(|line| match line.end {
                Some(CallbackEnd::Joined(older)) => older,
                _ => line.id,
            });
            let next = if *agreed { Next::Agreed(week.now.plus(50 * MINUTE)) } else { Next::Settled };
            let said = C::Report {
                callback: line.unwrap_or_default(),
                debt: None,
                call: named.then_some(call),
                reach: Reach::ALL[*reach],
                satisfaction: String::new(),
                said: "说了".into(),
                next,
            };
            let _ = week.by("wang", Command::Callback(said));
        }
        Op::Visits(who, signed) => {
            let phone = NUMBERS[*who].0;
            let Some(customer) = week.state.customer_by_phone(phone).map(|file| file.id) else { return };
            let key = ringdesk::domain::phone::match_key(phone);
            let lines = week.state.callbacks.values().filter(|line| line.has_key(&key));
            let tickets = lines.flat_map(|line| line.owed()).filter_map(|debt| debt.ticket).collect();
            let signature = if *signed { "S".to_owned() } else { String::new() };
            let visit = VisitCommand::Record { customer, at: week.now, words: String::new(), signature, tickets };
            let _ = week.by("boss", Command::Visit(visit));
        }
        Op::Draws(seed) => {
            let settled = week.tickets.values().filter(|ticket| ticket.filed_at.is_some()).cloned().collect();
            let day = week.state.day_of(week.now) - 1;
            let _ = week.desk(Command::Draw { rule: "repair".into(), day, seed: *seed, settled });
        }
        Op::PutsBack(at) => {
            let Some(callback) = nth(week, *at) else { return };
            let back = C::PutBack { callback, due_at: week.now, number: None, reason: "再打".into() };
            let _ = week.by("boss", Command::Callback(back));
        }
        Op::LetsGo(wang) => {
            let who = if *wang { "wang" } else { "li" };
            week.desk(Command::Callback(C::LetGo(StaffId(who.into())))).unwrap();
        }
        Op::File(one, other) => {
            let phones = vec![NUMBERS[*one].1.to_owned(), NUMBERS[*other].0.to_owned()];
            let known = week.state.customer_by_phone(NUMBERS[*one].0).map_or(CustomerId(0), |file| file.id);
            let file = Customer { id: known, name: "某".into(), phones, ..Customer::default() };
            let _ = week.by("wang", Command::Customer(Box::new(file)));
        }
        Op::Wait(minutes) => week.until(week.now.plus(minutes * MINUTE)),
    }
}

fn holds(week: &Week, op: &Op) {
    found_by_what_they_say(&week.state);
    for line in week.lines.values() {
        let open = line.debts.iter().any(Debt::is_open);
        assert_eq!(open, line.ended_at.is_none(), "{op:?} {line:#?}");
        assert_eq!(line.ended_at.is_none(), week.state.callbacks.contains_key(&line.id), "{op:?} {line:#?}");
        for debt in &line.debts {
            let (Some((_, CallbackEnd::Reached(call) | CallbackEnd::CalledAgain(call))), true) =
                (&debt.end, debt.reason.is_settled_by_speaking())
            else {
                continue;
            };
            let talk = &week.talks[call];
            assert!(talk.answered.is_some_and(|at| at >= debt.made_at), "{op:?} {debt:#?} {talk:?}");
            assert!(!line.was_in_vain(*call), "settled by a talk with a stranger: {op:?} {line:#?}");
        }
    }
    // Nobody who gave up is forgotten: each such call is owed, or was settled, in one place.
    for id in week.talks.iter().filter(|(_, talk)| !talk.outbound && talk.answered.is_none()).map(|(id, _)| id) {
        let debts = week.lines.values().flat_map(|line| &line.debts).filter(|debt| debt.calls.contains(id));
        let kept = debts.filter(|debt| !matches!(debt.end, Some((_, CallbackEnd::Joined(_))))).count();
        assert_eq!(kept, 1, "{id:?}: {op:?}");
    }
    for ticket in week.state.tickets.values().filter(|ticket| ticket.stage == "followed_up") {
        let owed =
            week.state.callbacks.values().flat_map(|line| &line.debts).filter(|debt| {
                debt.is_open() && debt.ticket == Some(ticket.id) && debt.reason == CallbackReason::Revisit
            });
        let visits = week.state.visits.values().filter(|visit| {
            !visit.signature.is_empty() && visit.tickets.contains(&ticket.id) && visit.recorded_at >= ticket.entered_at
        });
        assert_eq!(owed.count(), usize::from(visits.count() == 0), "{op:?} {ticket:#?}");
    }
    let samples = week.lines.values().flat_map(|line| &line.debts).filter(|debt| debt.reason == CallbackReason::Sample);
    for debt in samples {
        assert!(!matches!(debt.end, Some((_, CallbackEnd::Lapsed))), "{op:?} {debt:#?}");
    }
}

/// The second way to find lines: all of them, looked at one by one.
fn found_by_what_they_say(state: &State) {
    let all = || state.callbacks.values();
    let those = |is: &dyn Fn(&Callback) -> bool| all().filter(|line| is(line)).map(|line| line.id).collect::<Vec<_>>();
    let keys: BTreeSet<&String> = all().flat_map(|line| line.keys.iter().chain([&line.key])).collect();
    for key in keys {
        assert_eq!(state.lines_with_key(key).collect::<Vec<_>>(), those(&|line| line.has_key(key)));
    }
    for ticket in state.tickets.keys() {
        assert_eq!(state.lines_about(*ticket).collect::<Vec<_>>(), those(&|line| line.is_about(*ticket)));
    }
    for file in state.customers.keys() {
        assert_eq!(state.lines_of_file(*file).collect::<Vec<_>>(), those(&|line| line.customer == Some(*file)));
    }
    for who in ["wang", "li", "boss"].map(|who| StaffId(who.into())) {
        assert_eq!(state.lines_of_hand(&who).collect::<Vec<_>>(), those(&|line| line.taken_by.as_ref() == Some(&who)));
    }
    assert_eq!(state.lines_leaving().collect::<Vec<_>>(), those(&|line| line.leaving));
    for call in state.calls.all().map(|call| call.id) {
        let tries = |line: &Callback| line.attempts.iter().any(|a| a.call == Some(call) && a.reach.is_none());
        assert_eq!(state.lines_trying(call).collect::<Vec<_>>(), those(&tries));
    }
}

/// So many cases, or as many as asked for.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn lines_hold_whoever_answers(
        habits in vec((0..=10u8, 0..=10u8), NUMBERS.len()),
        plan in plan(),
        percent in 0..=100u16,
        seed in any::<u64>(),
        steps in vec(op(), 1..60),
    ) {
        let people = NUMBERS.iter().zip(habits);
        let people = people.map(|((number, written), (answers, pleased))| Person { number, written, answers, pleased });
        let mut week = Week::new("gas", at("2026-03-02 09:00"), people.collect(), seed);
        let then = week.rules.attempts.then.clone();
        week.rules.attempts = AttemptPlan { then, ..plan };
        week.rules.revisits.shares = vec![ShareRule {
            id: "repair".into(),
            kind: RequestType::Repair,
            when: Condition::default(),
            percent,
            within: Allowance::Days(3),
            by: String::new(),
            article: String::new(),
        }];
        for op in &steps {
            step(&mut week, op);
            holds(&week, op);
        }
    }
}
