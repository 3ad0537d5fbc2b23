//! Issue 4, first thing to be seen: a simulated week. Whatever happens in it, every debt is settled or with a supervisor
//! at its end, nobody was dialled out of turn, and no debt was cleared without its call. The referee is the log of what
//! really happened (`week_world`), not what the desk says of itself.

use proptest::prelude::*;
use ringdesk::domain::phone::match_key;
use ringdesk::domain::*;

use crate::play::at;
use crate::week_world::{Person, Week};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Numbers as the PBX shows them and as people write them.
const NUMBERS: [(&str, &str); 6] = [
    ("13812340001", "+86 138-1234-0001"),
    ("13812340002", "１３８１２３４０００２"),
    ("057188880003", "0571-8888/0003"),
    ("02166660004", "(021) 6666-0004"),
    ("013912340005", "139 1234 0005"),
    ("076988880006", "+86769 88880006"),
];

#[derive(Clone, Debug)]
enum Happening {
    GivesUp(usize),
    CallsAgain(usize),
    ReportsRepair(usize),
    Complains(usize),
}

fn happenings() -> impl Strategy<Value = Vec<(i64, Happening)>> {
    let what = prop_oneof![
        3 => (0..NUMBERS.len()).prop_map(Happening::GivesUp),
        1 => (0..NUMBERS.len()).prop_map(Happening::CallsAgain),
        2 => (0..NUMBERS.len()).prop_map(Happening::ReportsRepair),
        1 => (0..NUMBERS.len()).prop_map(Happening::Complains),
    ];
    proptest::collection::vec((0..7 * 24 * 60i64, what), 4..24).prop_map(|mut all| {
        all.sort_by_key(|(minute, _)| *minute);
        all
    })
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    let habits = proptest::collection::vec((0..=10u8, 3..=10u8), NUMBERS.len());
    habits.prop_map(|habits| {
        let people = NUMBERS.iter().zip(habits);
        people.map(|((number, written), (answers, pleased))| Person { number, written, answers, pleased }).collect()
    })
}

/// Plays what happens, with the operators looking at the queue every few minutes, until nothing is left to do.
fn play(week: &mut Week, begin: Stamp, mut happenings: Vec<(i64, Happening)>) {
    happenings.reverse();
    let mut minute = 0;
    let mut day = week.state.day_of(begin);
    // A week of happenings, and as long again for what they left.
    while minute < 24 * 24 * 60 {
        week.until(begin.plus(minute * MINUTE));
        while let Some((_, what)) = happenings.pop_if(|(when, _)| *when <= minute) {
            match what {
                Happening::GivesUp(person) => drop(week.calls_in(person, None)),
                Happening::CallsAgain(person) => {
                    let call = week.calls_in(person, Some("li"));
                    week.hang_up(call, "li");
                }
                Happening::Complains(person) => week.complains(person, "li"),
                Happening::ReportsRepair(person) => drop(week.reports_repair(person, "wang", "zhao")),
            }
        }
        // The desk draws at 00:05.
        let today = week.state.day_of(week.now.plus(-5 * MINUTE));
        if today > day {
            week.draws(day);
            day = today;
        }
        week.judge_complaints();
        for order in week.orders_at_work().into_iter().take(1) {
            week.finish_order(order);
        }
        while week.works("wang") || week.works("li") {}
        if minute > 10 * 24 * 60 {
            // Whoever was never satisfied would be called round after round for ever, as the rules have it.
            week.people.iter_mut().for_each(|person| person.pleased = 10);
        }
        let quiet = happenings.is_empty() && week.orders_at_work().is_empty() && week.complaint_at_work().is_none();
        // What the last day leaves is drawn from on the day after.
        let drawn = week.tickets.values().all(|ticket| ticket.filed_at.is_none_or(|at| week.state.day_of(at) < day));
        if quiet && drawn && week.state.callbacks.values().all(|line| line.with.is_some()) {
            return;
        }
        minute += 11;
    }
}

/// What was concluded against what really happened.
fn judge(week: &Week, plan: &ringdesk::domain::rulebook::AttemptPlan) {
    for line in week.state.callbacks.values() {
        assert!(line.with.is_some(), "still in the queue, and with nobody: {line:#?}");
    }
    for line in week.lines.values() {
        for debt in &line.debts {
            match &debt.end {
                Some((at, CallbackEnd::CalledAgain(call))) => cleared_by(week, line, *call, false, debt.made_at, *at),
                Some((at, CallbackEnd::Reached(call) | CallbackEnd::Refused(call))) => {
                    cleared_by(week, line, *call, true, debt.made_at, *at);
                }
                Some((_, CallbackEnd::Lapsed)) => {
                    assert!(debt.ticket.is_some(), "only a ticket's debt lapses: {debt:?}")
                }
                Some((_, other)) => panic!("nobody closed anything in this week: {other:?} {debt:?}"),
                None => assert!(line.ended_at.is_none(), "the line ended and the debt did not: {line:#?}"),
            }
        }
        tries_keep_their_distance(week, line, plan);
    }
    // Every call that was given up is owed to that person, or was made good.
    for (id, talk) in week.talks.iter().filter(|(_, talk)| !talk.outbound && talk.answered.is_none()) {
        let owed = week.lines.values().flat_map(|line| &line.debts).any(|debt| debt.calls.contains(id));
        assert!(owed, "{id:?} of {} is forgotten", week.people[talk.person].number);
    }
    // R-CB-1: every order that was returned was followed up by a real talk, or its line is with the supervisor.
    for ticket in week.tickets.values().filter(|ticket| ticket.stage == "filed") {
        let number = match_key(&ticket.fields.phone);
        let talked = week.talks.values().any(|talk| {
            let theirs = match_key(week.people[talk.person].number) == number;
            theirs && talk.outbound && talk.answered.is_some_and(|at| at >= ticket.opened_at)
        });
        assert!(talked, "{:?} was filed and nobody spoke to {}", ticket.id, ticket.fields.phone);
    }
    shares_are_met(week);
    for ticket in week.state.tickets.values() {
        let line = week.state.callbacks.values().find(|line| line.is_about(ticket.id));
        let handed_up = line.is_some_and(|line| line.with.is_some());
        let waits = ["followed_up", "answered"].contains(&ticket.stage.as_str());
        assert!(waits && handed_up, "{:?} stands in {}", ticket.id, ticket.stage);
    }
}

/// R-CB-2: of what was settled in the month, the rulebook's share was called again by a real talk afterwards or before, or
/// is with the supervisor, or nobody is left to draw. And every draw comes out of its seed again.
fn shares_are_met(week: &Week) {
    for draw in week.draws.values() {
        let order = ringdesk::domain::draw::order(draw.seed, &draw.population);
        let left = order.into_iter().filter(|id| !draw.done.contains(id) && !draw.tried.contains(id));
        let reserve = draw.reserve.iter().map(|one| one.ticket);
        let stored = draw.drawn.iter().chain(&draw.topped).copied().chain(reserve);
        assert!(left.eq(stored), "not the order of its seed: {draw:#?}");
    }
    for rule in &week.rules.revisits.shares {
        let settled: usize =
            week.settled.iter().filter(|(id, _)| *id == rule.id).map(|(_, tickets)| tickets.len()).sum();
        let debts = || week.lines.values().flat_map(|line| line.debts.iter().map(move |debt| (line, debt)));
        let counts = |(line, debt): &(&Callback, &Debt)| match (&debt.end, debt.reason) {
            (Some((_, CallbackEnd::Reached(call))), CallbackReason::Revisit | CallbackReason::Sample) => {
                week.talks[call].answered.is_some()
            }
            (None, CallbackReason::Sample) => line.with.is_some(),
            _ => false,
        };
        let mut called: Vec<TicketId> = debts()
            .filter(counts)
            .filter_map(|(_, debt)| debt.ticket)
            .filter(|id| week.settled.iter().any(|(rule_id, tickets)| *rule_id == rule.id && tickets.contains(id)))
            .collect();
        called.sort_unstable();
        called.dedup();
        let wanted = (settled * usize::from(rule.percent)).div_ceil(100);
        let reserve: usize =
            week.draws.values().filter(|draw| draw.rule == rule.id).map(|draw| draw.reserve.len()).sum();
        assert!(called.len() >= wanted || reserve == 0, "{}: {} of {settled}, {wanted} wanted", rule.id, called.len());
    }
}

/// The call that cleared a debt took place, with that person, in that direction, after the debt came up.
fn cleared_by(week: &Week, line: &Callback, call: CallId, outbound: bool, made_at: Stamp, at: Stamp) {
    let talk = week.talks.get(&call).unwrap_or_else(|| panic!("no such call {call:?}: {line:#?}"));
    assert_eq!(talk.outbound, outbound, "{line:#?}");
    assert!(line.has_key(&match_key(week.people[talk.person].number)), "another person's call cleared {line:#?}");
    let answered = talk.answered.unwrap_or_else(|| panic!("cleared by a call nobody answered: {talk:?}"));
    assert!(answered >= made_at && at >= answered, "{talk:?} {line:#?}");
}

/// Nobody is dialled again before the plan allows it, and nobody who was spoken to is dialled for the same matter again.
fn tries_keep_their_distance(week: &Week, line: &Callback, plan: &ringdesk::domain::rulebook::AttemptPlan) {
    let dials: Vec<_> = week.talks.iter().filter(|(_, talk)| talk.outbound && talk.line == Some(line.id)).collect();
    // Whoever called in meanwhile was spoken to: the plan begins anew with the next dial.
    let called_in = |from: Stamp, to: Stamp| {
        let theirs = |number: &str| line.has_key(&match_key(number));
        let mut talks = week.talks.values().filter(|talk| !talk.outbound && theirs(week.people[talk.person].number));
        talks.any(|talk| talk.answered.is_some_and(|at| from <= at && at <= to))
    };
    let mut in_vain = 0;
    for (before, pair) in (0..).zip(dials.windows(2)) {
        let [(first_id, first), (_, second)] = pair else { continue };
        assert!(second.begun > first.begun, "two dials at once");
        let last = if before == 0 { line.made_at } else { dials[before - 1].1.begun };
        if called_in(last, first.begun) {
            in_vain = 0;
        }
        if first.answered.is_none() {
            let wait = plan.waits_ms.get(in_vain).copied().unwrap_or(0);
            assert!(second.begun.since(first.begun) >= wait, "too early after {in_vain} in vain: {first:?} {second:?}");
            in_vain += 1;
        } else {
            // Spoken to: what was owed then is settled by it, and this dial is for something that came up since.
            in_vain = 0;
            let since = line.debts.iter().any(|debt| {
                let open_then = debt.end.as_ref().is_none_or(|(at, _)| *at > second.begun);
                open_then && debt.made_at > first.begun && debt.made_at <= second.begun
            });
            assert!(since, "dialled again after {first_id:?} for what that talk was about: {line:#?}");
        }
    }
    let quiet = |at: Stamp| {
        let minute = (at.0 + 8 * HOUR).rem_euclid(DAY) / MINUTE;
        !(8 * 60..21 * 60).contains(&minute)
    };
    assert!(dials.iter().all(|(_, talk)| !quiet(talk.begun)), "dialled in quiet hours: {dials:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_week_leaves_nothing_owed(
        people in people(),
        happenings in happenings(),
        seed in any::<u64>(),
        book in prop_oneof![Just("gas"), Just("property")],
    ) {
        let begin = at("2026-03-02 00:00");
        let mut week = Week::new(book, begin, people, seed);
        let plan = week.rules.attempts.clone();
        play(&mut week, begin, happenings);
        judge(&week, &plan);
    }

    /// With waits of an hour and more, nobody is dialled twice for one matter in the same hour.
    #[test]
    fn nobody_is_dialled_twice_in_an_hour(people in people(), happenings in happenings(), seed in any::<u64>()) {
        let begin = at("2026-03-02 00:00");
        let mut week = Week::new("gas", begin, people, seed);
        week.rules.attempts.waits_ms = vec![HOUR, 2 * HOUR, 4 * HOUR];
        let plan = week.rules.attempts.clone();
        play(&mut week, begin, happenings);
        judge(&week, &plan);
        for line in week.lines.values() {
            let dials: Vec<_> = week.talks.values().filter(|talk| talk.outbound && talk.line == Some(line.id)).collect();
            for pair in dials.windows(2) {
                let same_matter = pair[0].answered.is_none();
                prop_assert!(!same_matter || pair[1].begun.since(pair[0].begun) >= HOUR, "{:?} {:?} {line:#?}", pair[0], pair[1]);
            }
        }
    }
}
