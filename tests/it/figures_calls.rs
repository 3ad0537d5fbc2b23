//! Figures of calls: the worked examples as published, the edges at exactly the limit, and counted along the way the same
//! as counted anew.

use proptest::prelude::*;
use ringdesk::domain::call::{Call, Direction, Outcome, Phase, Verdict};
use ringdesk::domain::figures::{Book, Counts, Fact, Ledger, Measure, RecordRef, SLOT_MS, given, side_by_side};
use ringdesk::domain::rulebook::Formula;
use ringdesk::domain::{CallId, Event, Stamp};

const LIMIT: i64 = 20_000;

fn call(id: u64, arrived: i64, wait: i64, answered: bool) -> Call {
    let at = Stamp(arrived + wait);
    Call {
        id: CallId(id),
        direction: Direction::Inbound,
        phase: Phase::Ended,
        limit_ms: LIMIT,
        arrived_at: Stamp(arrived),
        answered_at: answered.then_some(at),
        ended_at: Some(if answered { at.plus(60_000) } else { at }),
        outcome: if answered { Outcome::Answered } else { Outcome::Abandoned },
        verdict: Some(match (answered, wait <= LIMIT) {
            (true, true) => Verdict::InTime,
            (true, false) => Verdict::Late,
            (false, _) => Verdict::Unanswered,
        }),
        ..Call::default()
    }
}

fn event(call: &Call) -> Event {
    Event::Call(Box::new(call.clone()))
}

fn facts(calls: impl IntoIterator<Item = Call>) -> Counts {
    let mut sum = Counts::default();
    calls.into_iter().flat_map(|call| given(&event(&call))).for_each(|(_, counts)| sum.add(&counts, 1));
    sum
}

/// Cisco's example: 70 answered in the limit, 10 abandoned in it, 20 later events, 100 in all.
#[test]
fn ciscos_worked_example_comes_out() {
    let in_limit = (0..70).map(|id| call(id, 0, 5_000, true));
    let gone_early = (70..80).map(|id| call(id, 0, 8_000, false));
    let late = (80..100).map(|id| call(id, 0, 31_000, true));
    let facts = facts(in_limit.chain(gone_early).chain(late));
    // A/N, (A+Bs)/(N+B), A/(N+B), A/(N+B−Bs): 70/90, 80/100, 70/100, 70/90.
    let shares = side_by_side(&facts).map(|figure| (figure.share.numerator, figure.share.denominator));
    assert_eq!(shares, [(70, 90), (80, 100), (70, 100), (70, 90)]);
    assert_eq!(side_by_side(&facts).map(|figure| figure.share.permille()), [777, 800, 700, 777].map(Some));
    let without_bs = &side_by_side(&facts)[3];
    assert_eq!(without_bs.left_out, [(Fact::AbandonedShort, 10)]);
}

/// 1000 answered, 860 of them in time, 60 abandoned, 20 of them early: the five shares as the trade press gives them.
#[test]
fn the_variants_of_the_trade_press_come_out() {
    let in_time = (0..860).map(|id| call(id, 0, 1_000, true));
    let late = (860..1_000).map(|id| call(id, 0, 30_000, true));
    let early = (1_000..1_020).map(|id| call(id, 0, 10_000, false));
    let patient = (1_020..1_060).map(|id| call(id, 0, 90_000, false));
    let facts = facts(in_time.chain(late).chain(early).chain(patient));
    let percent = side_by_side(&facts).map(|figure| figure.share.permille().unwrap());
    assert_eq!(percent, [860, 830, 811, 826]);
}

#[test]
fn exactly_the_limit_is_in_time_and_half_a_second_later_is_not() {
    for (wait, in_time) in [(19_500, 1), (20_000, 1), (20_001, 0), (20_500, 0)] {
        assert_eq!(facts([call(1, 0, wait, true)]).get(Fact::InTime), in_time, "{wait}");
        assert_eq!(facts([call(1, 0, wait, false)]).get(Fact::AbandonedShort), in_time, "{wait}");
    }
    // The span that begins at the limit holds what is no longer below it.
    let sum = facts([call(1, 0, 20_000, true), call(2, 0, 19_999, true)]);
    assert_eq!([3, 4].map(|span| sum.get(Fact::AnsweredAfter(span))), [1, 1]);
}

#[test]
fn no_calls_are_no_share() {
    let none = Counts::default();
    assert!(side_by_side(&none).iter().all(|figure| figure.share.permille().is_none()));
    assert_eq!(Measure::AnswerSpeed.of(&none).share.mean(), None);
    // Everybody gave up early: A/(N+B−Bs) has nothing below the line, and is not 100 %.
    let gone = facts([call(1, 0, 1_000, false)]);
    assert_eq!(Measure::ServiceLevel(Formula::AbandonedInTimeOut).of(&gone).share.permille(), None);
}

#[derive(Clone, Debug)]
struct Change {
    id: u64,
    arrived: i64,
    wait: i64,
    kind: u8,
    queue: u8,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = (0..12u64, 0..3 * 86_400_000i64, 0..400_000i64, 0..9u8, 0..3u8)
        .prop_map(|(id, arrived, wait, kind, queue)| Change { id, arrived, wait, kind, queue });
    proptest::collection::vec(change, 0..80)
}

fn of(change: &Change) -> Call {
    let mut call = call(change.id, change.arrived, change.wait, change.kind < 4);
    match change.kind {
        0 => (call.phase, call.ended_at) = (Phase::Talking, None),
        4 => (call.phase, call.ended_at, call.outcome) = (Phase::Waiting, None, Outcome::Unknown),
        5 => call.outcome = Outcome::Timeout,
        6 => call.outcome = Outcome::QueueFull,
        7 => call.rehearsal = true,
        8 => (call.direction, call.outcome) = (Direction::Outbound, Outcome::NotReached),
        _ => {}
    }
    call.queue = (change.queue > 0).then(|| format!("q{}", change.queue));
    call.answered_by = call.answered_at.map(|_| format!("100{}", change.wait % 3));
    call
}

/// Everything by hand, in another way: each call looked at for each figure.
fn by_hand(calls: &[&Call], formula: Formula) -> (usize, usize) {
    let real = |call: &&&Call| !call.rehearsal && call.direction == Direction::Inbound;
    let waited = |call: &Call| call.answered_at.or(call.ended_at).unwrap().0 - call.arrived_at.0;
    let n: Vec<_> = calls.iter().filter(real).filter(|call| call.answered_at.is_some()).collect();
    let b: Vec<_> = calls
        .iter()
        .filter(real)
        .filter(|call| call.answered_at.is_none() && call.ended_at.is_some() && call.outcome == Outcome::Abandoned)
        .collect();
    let a = n.iter().filter(|call| waited(call) <= LIMIT).count();
    let bs = b.iter().filter(|call| waited(call) <= LIMIT).count();
    match formula {
        Formula::Answered => (a, n.len()),
        Formula::AbandonedInTimeGood => (a + bs, n.len() + b.len()),
        Formula::AllOffered => (a, n.len() + b.len()),
        Formula::AbandonedInTimeOut => (a, n.len() + b.len() - bs),
    }
}

proptest! {
    /// R-LIVE-3: kept up change by change, every formula of every queue is what a count from nothing gives, at every
    /// moment.
    #[test]
    fn kept_up_is_counted_anew(changes in changes()) {
        let mut ledger = Ledger::new(0);
        // What a console hears: differences alone.
        let mut replica = Book::default();
        let mut calls: std::collections::BTreeMap<u64, Call> = Default::default();
        for change in &changes {
            let new = of(change);
            calls.insert(change.id, new.clone());
            let delta = ledger.take(&event(&new));
            replica.add(&delta, 1);
            let mut anew = Book::default();
            calls.values().for_each(|call| anew.add(&given(&event(call)), 1));
            prop_assert_eq!(ledger.book(), &anew);
            prop_assert_eq!(&replica, &anew);
            for (half_hour, queue) in (0..144).step_by(16).flat_map(|half_hour| [(half_hour, ""), (half_hour, "q1")]) {
                let here = |call: &&Call| (half_hour..half_hour + 16).contains(&(call.arrived_at.0 / SLOT_MS));
                let wanted: Vec<&Call> = calls
                    .values()
                    .filter(here)
                    .filter(|call| call.queue.as_deref().unwrap_or("") == queue)
                    .collect();
                let sum = anew.sum(|slot| {
                    slot.queue == queue && (half_hour..half_hour + 16).contains(&slot.half_hour)
                });
                for (figure, formula) in side_by_side(&sum).iter().zip([
                    Formula::Answered,
                    Formula::AbandonedInTimeGood,
                    Formula::AllOffered,
                    Formula::AbandonedInTimeOut,
                ]) {
                    let (above, below) = by_hand(&wanted, formula);
                    prop_assert_eq!((figure.share.numerator, figure.share.denominator), (above as i64, below as i64));
                }
            }
        }
        // From a half-hour on, and after forgetting, it is the same as if nothing before had been.
        let mut late = Ledger::new(60);
        changes.iter().for_each(|change| drop(late.take(&event(&of(change)))));
        ledger.forget_before(60);
        prop_assert_eq!(ledger.book(), late.book());
    }

    /// A ledger that is filled from what all records give goes on like one that heard them change.
    #[test]
    fn filled_is_like_heard(changes in changes(), more in changes()) {
        let mut heard = Ledger::new(0);
        changes.iter().for_each(|change| drop(heard.take(&event(&of(change)))));
        let calls: std::collections::BTreeMap<u64, Call> =
            changes.iter().map(|change| (change.id, of(change))).collect();
        let mut filled = Ledger::new(0);
        for call in calls.values() {
            for (slot, counts) in given(&event(call)) {
                filled.put(RecordRef::Call(call.id), slot, counts);
            }
        }
        prop_assert_eq!(&heard, &filled);
        for change in &more {
            prop_assert_eq!(heard.take(&event(&of(change))), filled.take(&event(&of(change))));
        }
    }
}
