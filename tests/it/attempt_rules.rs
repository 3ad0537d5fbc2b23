//! When a person is tried again, and when nobody is dialled (R-CB-6, R-CB-9), by hand-written times.

use proptest::prelude::*;
use ringdesk::domain::attempt::{agreed_in_quiet, may_dial, moment, next_try, not_before, quiet_until, turn, waiting};
use ringdesk::domain::call::{Call, Direction, Outcome, Phase, Verdict};
use ringdesk::domain::callback::{Attempt, Callback, CallbackReason, Debt, Gravity, Reach};
use ringdesk::domain::rulebook::{AttemptPlan, QuietHours};
use ringdesk::domain::{CallId, CallbackId, Event, Rulebook, SourceId, StaffId, Stamp, State, Tally};

/// Eight hours ahead of UTC.
const OFFSET: i64 = 8 * 3_600_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// A local moment of November 2026: day, hour, minute.
fn at(day: i64, hour: i64, minute: i64) -> Stamp {
    // 2026-11-01 00:00 in China.
    Stamp(1_793_462_400_000 + (day - 1) * DAY + hour * 60 * MINUTE + minute * MINUTE)
}

fn plan() -> AttemptPlan {
    AttemptPlan::default()
}

#[test]
fn the_moments_of_these_tests_are_what_they_say() {
    assert_eq!(moment(at(22, 14, 30), at(22, 8, 0), OFFSET), "14:30");
    assert_eq!(moment(at(23, 8, 0), at(22, 20, 58), OFFSET), "11-23 08:00");
}

#[test]
fn tries_back_off_as_the_rulebook_says() {
    let next = |tries, from| next_try(&plan(), OFFSET, tries, from, Gravity::Ordinary);
    // Nothing tried yet: at once; then 5 min, 30 min, 2 h, next day 9:00, and then it is with somebody.
    assert_eq!(next(0, at(22, 10, 0)), Some(at(22, 10, 0)));
    assert_eq!(next(1, at(22, 10, 0)), Some(at(22, 10, 5)));
    assert_eq!(next(2, at(22, 10, 6)), Some(at(22, 10, 36)));
    assert_eq!(next(3, at(22, 10, 40)), Some(at(22, 12, 40)));
    assert_eq!(next(4, at(22, 12, 41)), Some(at(23, 9, 0)));
    assert_eq!(next(5, at(23, 9, 1)), None);
    assert_eq!(next(6, at(23, 9, 1)), None);
    assert_eq!(next(u32::MAX, at(23, 9, 1)), None);
}

#[test]
fn what_falls_into_the_quiet_hours_waits_for_their_end() {
    let next = |tries, from| next_try(&plan(), OFFSET, tries, from, Gravity::Ordinary);
    assert_eq!(next(1, at(22, 20, 58)), Some(at(23, 8, 0)), "21:03 is quiet");
    assert_eq!(next(1, at(22, 20, 54)), Some(at(22, 20, 59)));
    assert_eq!(next(1, at(22, 20, 55)), Some(at(23, 8, 0)), "21:00 itself is quiet");
    assert_eq!(next(3, at(22, 19, 30)), Some(at(23, 8, 0)), "21:30");
    assert_eq!(next(1, at(23, 0, 10)), Some(at(23, 8, 0)), "after midnight the same morning");
    assert_eq!(next(2, at(23, 7, 30)), Some(at(23, 8, 0)), "08:00 itself is not quiet");
    assert_eq!(next(1, at(23, 7, 50)), Some(at(23, 8, 0)));
    assert_eq!(next(0, at(22, 23, 0)), Some(at(23, 8, 0)));
    assert_eq!(next(4, at(22, 23, 59)), Some(at(23, 9, 0)));
    assert_eq!(next(4, at(23, 0, 1)), Some(at(24, 9, 0)), "the day after that one");
    assert_eq!(next(1, at(30, 20, 58)), Some(at(31, 8, 0)), "over the end of the month");
}

#[test]
fn an_emergency_knows_no_quiet_hours() {
    let next = |tries, from| next_try(&plan(), OFFSET, tries, from, Gravity::Emergency);
    assert_eq!(next(1, at(22, 20, 58)), Some(at(22, 21, 3)));
    assert_eq!(next(2, at(23, 2, 0)), Some(at(23, 2, 30)));
    assert_eq!(next(4, at(23, 2, 0)), Some(at(24, 9, 0)));
    for gravity in [Gravity::Grave, Gravity::Important, Gravity::Ordinary] {
        assert_eq!(next_try(&plan(), OFFSET, 1, at(22, 20, 58), gravity), Some(at(23, 8, 0)));
    }
}

#[test]
fn another_rulebook_says_otherwise() {
    let plan = AttemptPlan {
        waits_ms: vec![10 * MINUTE],
        next_day_at: None,
        quiet: QuietHours { from: 12 * 60, to: 14 * 60 },
        ..plan()
    };
    let next = |tries, from| next_try(&plan, OFFSET, tries, from, Gravity::Ordinary);
    assert_eq!(next(1, at(22, 11, 55)), Some(at(22, 14, 0)), "quiet at noon, within a day");
    assert_eq!(next(1, at(22, 22, 0)), Some(at(22, 22, 10)));
    assert_eq!(next(2, at(22, 9, 0)), None);
    let none = AttemptPlan { quiet: QuietHours { from: 0, to: 0 }, waits_ms: Vec::new(), ..plan };
    assert_eq!(next_try(&none, OFFSET, 1, at(22, 3, 0), Gravity::Ordinary), None);
    assert_eq!(quiet_until(none.quiet, OFFSET, at(22, 3, 0)), None);
    let late = AttemptPlan { next_day_at: Some(7 * 60), ..AttemptPlan::default() };
    assert_eq!(next_try(&late, OFFSET, 4, at(22, 12, 0), Gravity::Ordinary), Some(at(23, 8, 0)), "7:00 is quiet");
}

#[test]
fn nobody_is_dialled_in_the_quiet_hours_unless() {
    let may = |now, gravity, agreed| may_dial(&plan(), OFFSET, now, gravity, agreed).map_err(|say| say.key);
    assert_eq!(may(at(22, 20, 59), Gravity::Ordinary, false), Ok(()));
    assert_eq!(may(at(22, 21, 0), Gravity::Ordinary, false), Err("try.quiet".into()));
    assert_eq!(may(at(23, 7, 59), Gravity::Grave, false), Err("try.quiet".into()));
    assert_eq!(may(at(23, 8, 0), Gravity::Ordinary, false), Ok(()));
    assert_eq!(may(at(22, 23, 0), Gravity::Emergency, false), Ok(()));
    assert_eq!(may(at(22, 23, 0), Gravity::Ordinary, true), Ok(()));
    let line = |due| Callback {
        debts: vec![Debt { reason: CallbackReason::Agreed, due_at: due, ..Debt::default() }],
        ..Callback::default()
    };
    let agreed = |due, now| agreed_in_quiet(&plan(), OFFSET, now, &line(due));
    assert!(agreed(at(22, 22, 0), at(22, 22, 1)) && agreed(at(22, 22, 0), at(23, 1, 0)));
    assert!(!agreed(at(22, 20, 0), at(22, 22, 0)), "agreed for before them");
    assert!(!agreed(at(22, 22, 0), at(23, 22, 0)), "agreed for yesterday's");
    assert!(!agreed(at(22, 22, 0), at(22, 12, 0)));
    let mut other = line(at(22, 22, 0));
    other.debts[0].reason = CallbackReason::Abandoned;
    assert!(!agreed_in_quiet(&plan(), OFFSET, at(22, 22, 1), &other));
}

#[test]
fn a_second_try_waits_for_its_time() {
    let line = Callback { tries: 1, due_at: at(22, 14, 30), ..Callback::default() };
    let refused = not_before(&line, OFFSET, at(22, 14, 0), false).unwrap_err();
    assert_eq!(refused.key, "try.not_before");
    assert!(refused.words(Default::default()).contains("14:30"), "{}", refused.words(Default::default()));
    assert_eq!(not_before(&line, OFFSET, at(22, 14, 0), true), Ok(()), "a supervisor may");
    assert_eq!(not_before(&line, OFFSET, at(22, 14, 30), false), Ok(()));
    let fresh = Callback { tries: 0, ..line };
    assert_eq!(not_before(&fresh, OFFSET, at(22, 14, 0), false), Ok(()));
    // A supervisor put it back for a later time: that holds before any try, too.
    let put_back = Callback { not_before: Some(at(22, 15, 0)), due_at: at(22, 15, 0), ..Callback::default() };
    assert!(not_before(&put_back, OFFSET, at(22, 14, 59), false).is_err());
    assert_eq!(not_before(&put_back, OFFSET, at(22, 15, 0), false), Ok(()));
}

fn call(id: u64, phase: Phase, answered: bool) -> Call {
    Call {
        id: CallId(id),
        source: SourceId(1),
        phase,
        arrived_at: at(22, 10, 0).plus(id as i64),
        answered_at: answered.then_some(at(22, 10, 1)),
        verdict: answered.then_some(Verdict::InTime),
        outcome: if answered { Outcome::Answered } else { Outcome::Unknown },
        ended_at: (phase == Phase::Ended).then_some(at(22, 10, 5)),
        ..Call::default()
    }
}

fn callback(id: u64) -> Call {
    let outbound = call(id, Phase::Ended, false);
    let legs = vec![Default::default(), Default::default()];
    Call { direction: Direction::Outbound, callback: Some(CallbackId(1)), legs, ..outbound }
}

#[test]
fn callbacks_get_their_share_while_callers_wait() {
    let rules = Rulebook::default();
    assert_eq!(rules.attempts.share_percent, 20);
    let mut state = State::new(OFFSET);
    let fold = |state: &mut State, call: Call| state.fold(&Event::Call(Box::new(call)));
    assert_eq!(turn(&state, &rules, Gravity::Ordinary), Ok(()), "nobody waits");
    fold(&mut state, call(1, Phase::Waiting, false));
    let refused = turn(&state, &rules, Gravity::Ordinary).unwrap_err();
    assert!(refused.words(Default::default()).contains('1'), "{}", refused.words(Default::default()));
    assert_eq!(turn(&state, &rules, Gravity::Emergency), Ok(()));
    for id in 2..=4 {
        fold(&mut state, call(id, Phase::Ended, true));
    }
    assert!(turn(&state, &rules, Gravity::Grave).is_err(), "one of four would be more than a fifth");
    fold(&mut state, call(5, Phase::Ended, true));
    assert_eq!(turn(&state, &rules, Gravity::Ordinary), Ok(()), "one of five");
    fold(&mut state, callback(6));
    assert_eq!(state.tally, Tally { callbacks: 1, ..state.tally });
    assert!(turn(&state, &rules, Gravity::Ordinary).is_err());
    // A menu is no wait, a rehearsed caller waits for nobody, and the waiting one is answered.
    fold(&mut state, call(7, Phase::Arrived, false));
    fold(&mut state, Call { rehearsal: true, ..call(8, Phase::Ringing, false) });
    assert_eq!(waiting(&state), 1);
    fold(&mut state, call(1, Phase::Talking, true));
    assert_eq!((waiting(&state), turn(&state, &rules, Gravity::Ordinary)), (0, Ok(())));
    // The next day begins with nothing.
    fold(&mut state, Call { arrived_at: at(23, 9, 0), ..call(9, Phase::Waiting, false) });
    assert_eq!(state.tally.callbacks, 0);
}

#[test]
fn a_callback_whose_person_was_never_rung_is_not_counted() {
    let own_phone_only = Call { legs: vec![Default::default()], ..callback(1) };
    assert_eq!(Tally::of(&own_phone_only).callbacks, 0);
    assert_eq!(Tally::of(&Call { phase: Phase::Ringing, ..own_phone_only.clone() }).callbacks, 1, "not known yet");
    assert_eq!(Tally::of(&Call { source: SourceId::HAND, ..own_phone_only }).callbacks, 1);
    assert_eq!(Tally::of(&Call { rehearsal: true, ..callback(1) }).callbacks, 0);
    assert_eq!(Tally::of(&Call { callback: None, ..callback(1) }).callbacks, 0, "an ordinary call out");
    assert_eq!(Tally::of(&callback(1)).callbacks, 1);
}

/// The share is kept however calls and callbacks come, and callbacks are not starved: each time enough callers were
/// answered one may be dialled.
#[test]
fn neither_side_starves() {
    for share in [0u16, 1, 10, 20, 33, 50, 99, 100] {
        let mut rules = Rulebook::default();
        rules.attempts.share_percent = share;
        let mut state = State::new(OFFSET);
        state.fold(&Event::Call(Box::new(call(1, Phase::Waiting, false))));
        for id in 2..400 {
            let dialled = turn(&state, &rules, Gravity::Ordinary).is_ok();
            let next = if dialled { callback(id) } else { call(id, Phase::Ended, true) };
            state.fold(&Event::Call(Box::new(next)));
            let (callbacks, all) = (state.tally.callbacks, state.tally.callbacks + state.tally.answered);
            assert!(callbacks * 100 <= i64::from(share) * all, "{callbacks} of {all} at {share} %");
        }
        let all = state.tally.callbacks + state.tally.answered;
        assert!((state.tally.callbacks + 1) * 100 > i64::from(share) * (all - 1), "starved at {share} %");
    }
}

fn staff(id: &str) -> StaffId {
    StaffId(id.into())
}

#[test]
fn a_try_in_vain_sets_the_next_and_the_last_hands_the_line_up() {
    let mut line = Callback::default();
    let mut now = at(22, 10, 0);
    let dues = [at(22, 10, 5), at(22, 10, 35), at(22, 12, 35), at(23, 9, 0)];
    for (index, due) in dues.into_iter().enumerate() {
        let call = Some(CallId(index as u64 + 1));
        line.begin_try(&staff("wang"), now, call, false);
        assert_eq!(
            (line.taken_by.clone(), line.under_way().map(|attempt| attempt.call)),
            (Some(staff("wang")), Some(call))
        );
        line.end_try(now, call, Reach::NotReached, &plan(), OFFSET);
        assert_eq!((line.due_at, line.taken_by.clone(), line.with.clone()), (due, None, None));
        // The same said again changes nothing.
        let once = line.clone();
        line.end_try(now.plus(MINUTE), call, Reach::NotReached, &plan(), OFFSET);
        assert_eq!(once, line);
        now = due;
    }
    line.begin_try(&staff("li"), now, Some(CallId(9)), true);
    line.end_try(now, Some(CallId(9)), Reach::NotReached, &plan(), OFFSET);
    assert_eq!((line.tries, line.with.as_deref()), (5, Some("supervisor")));
    assert_eq!(
        line.attempts.last().unwrap(),
        &Attempt { at: now, by: staff("li"), call: Some(CallId(9)), by_hand: true, reach: Some(Reach::NotReached) }
    );
}

#[test]
fn what_is_said_of_a_try_afterwards_corrects_it() {
    let mut line = Callback::default();
    line.begin_try(&staff("wang"), at(22, 10, 0), Some(CallId(1)), false);
    line.end_try(at(22, 10, 0), Some(CallId(1)), Reach::NotReached, &plan(), OFFSET);
    line.begin_try(&staff("wang"), at(22, 10, 5), Some(CallId(2)), false);
    line.end_try(at(22, 10, 5), Some(CallId(2)), Reach::Reached, &plan(), OFFSET);
    assert_eq!((line.tries, &line.taken_by), (0, &Some(staff("wang"))), "to be written up");
    // It was only the answering machine: the tries before count again.
    line.end_try(at(22, 10, 6), Some(CallId(2)), Reach::NotReached, &plan(), OFFSET);
    assert_eq!((line.tries, line.due_at, &line.taken_by), (2, at(22, 10, 36), &None));
    // Somebody else's number: at once with a supervisor, and counted once.
    line.end_try(at(22, 10, 7), Some(CallId(2)), Reach::WrongNumber, &plan(), OFFSET);
    assert_eq!((line.tries, line.with.is_some(), line.attempts.len()), (2, true, 2));
    line.end_try(at(22, 10, 8), Some(CallId(2)), Reach::NotReached, &plan(), OFFSET);
    assert_eq!((line.tries, line.with.clone()), (2, None));
    // A try outside the desk's record, reported without a call.
    line.end_try(at(22, 11, 0), None, Reach::NotReached, &plan(), OFFSET);
    assert_eq!((line.tries, line.due_at, line.attempts.len()), (3, at(22, 13, 0), 3));
    // A call that was no try of ours: the person called and was spoken to.
    line.end_try(at(22, 11, 5), Some(CallId(77)), Reach::Reached, &plan(), OFFSET);
    assert_eq!((line.tries, line.attempts.len()), (0, 3));
}

#[test]
fn a_try_that_rang_nobody_is_taken_back() {
    let mut line = Callback { due_at: at(22, 9, 0), tries: 2, ..Callback::default() };
    let before = line.clone();
    line.begin_try(&staff("wang"), at(22, 10, 0), Some(CallId(1)), false);
    line.take_back_try(CallId(1));
    assert_eq!(line, before);
    line.begin_try(&staff("wang"), at(22, 10, 0), Some(CallId(1)), false);
    line.end_try(at(22, 10, 0), Some(CallId(1)), Reach::NotReached, &plan(), OFFSET);
    let ended = line.clone();
    line.take_back_try(CallId(1));
    assert_eq!(line, ended, "what came to an end stays");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the plan: never before it was tried, never in the quiet hours, and the tries end.
    #[test]
    fn a_next_try_is_later_and_in_no_quiet_hour(
        waits in prop::collection::vec(1i64..600, 0..5), next_day in prop::option::of(0u16..1440),
        (from, to) in (0u16..1440, 0u16..1440), start in 0i64..20_000_000, offset in -12i64..=14,
    ) {
        let plan = AttemptPlan {
            waits_ms: waits.iter().map(|minutes| minutes * MINUTE).collect(),
            next_day_at: next_day,
            quiet: QuietHours { from, to },
            ..AttemptPlan::default()
        };
        let offset = offset * 60 * MINUTE;
        let mut now = Stamp(start * MINUTE);
        let mut tries = 0;
        loop {
            tries += 1;
            let Some(next) = next_try(&plan, offset, tries, now, Gravity::Ordinary) else { break };
            prop_assert!(next > now, "{tries}: {now:?} {next:?}");
            prop_assert_eq!(quiet_until(plan.quiet, offset, next), None);
            prop_assert!(may_dial(&plan, offset, next, Gravity::Ordinary, false).is_ok());
            // A second reckoning of the quiet hours, minute by minute of the local day.
            let minute = ((next.0 + offset).div_euclid(MINUTE)).rem_euclid(1440) as u16;
            let quiet = if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to };
            prop_assert!(!quiet);
            let urgent = next_try(&plan, offset, tries, now, Gravity::Emergency).unwrap();
            prop_assert!(urgent <= next && urgent > now);
            now = next;
        }
        let last = waits.len() as u32 + u32::from(next_day.is_some());
        prop_assert_eq!(tries, last + 1);
    }
}
