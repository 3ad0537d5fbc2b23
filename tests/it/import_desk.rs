//! What history does to a desk: it fills nothing that the day needs, and nobody writes with it what was never seen.

use ringdesk::domain::call::{Call, Outcome, Phase, Verdict};
use ringdesk::domain::command::SourceCommand;
use ringdesk::domain::decide::{Context, decide};
use ringdesk::domain::{Actor, CallId, Command, Event, Rulebook, SourceId, Stamp, State};

const DAY: i64 = 86_400_000;
const TODAY: i64 = 20_700 * DAY + 9 * 3_600_000;

fn call(id: u64, at: i64) -> Call {
    Call {
        id: CallId(id),
        source: SourceId(1),
        uniqueid: format!("h.{id}"),
        phase: Phase::Ended,
        outcome: Outcome::Answered,
        verdict: Some(Verdict::InTime),
        arrived_at: Stamp(at),
        answered_at: Some(Stamp(at + 4_000)),
        ended_at: Some(Stamp(at + 60_000)),
        ..Call::default()
    }
}

fn fold(state: &mut State, call: Call) {
    state.fold(&Event::Call(Box::new(call)));
}

fn backfill(state: &State, call: Call) -> Result<Vec<Event>, String> {
    let actor = Actor::Pbx("script".into());
    let context =
        Context { state, rules: &Rulebook::default(), staff: &[], actor: &actor, now: Stamp(TODAY + 3_600_000) };
    let command = Command::Source(SourceCommand::Backfill(Box::new(call)));
    decide(context, &command).map(|decision| decision.events).map_err(|why| why.key)
}

#[test]
fn history_pushes_none_of_the_days_calls_out() {
    let mut state = State::new(0);
    for id in 1..=50 {
        fold(&mut state, call(id, TODAY + id as i64 * 10_000));
    }
    let (day, tally) = (state.day, state.tally);
    for id in 51..=9_050 {
        let old = Call { reconstructed: true, source: SourceId(0), ..call(id, TODAY - 40 * DAY + id as i64 * 300_000) };
        fold(&mut state, old);
    }
    assert_eq!((state.day, state.tally), (day, tally));
    assert!((1..=50).all(|id| state.calls.get(CallId(id)).is_some()));
    assert_eq!(state.calls.all().count(), 4_000, "the desk's memory does not grow with its history");
    let console = state.for_console();
    assert!((1..=50).all(|id| console.calls.get(CallId(id)).is_some()), "a console sees the day, not what came last");
    // A call of the day that changes after all that history is still counted once.
    fold(&mut state, Call { answered_at: None, outcome: Outcome::Abandoned, verdict: None, ..call(7, TODAY + 70_000) });
    assert_eq!((state.tally.answered, state.tally.abandoned), (49, 1));
    assert_eq!(state.calls.next_id(), CallId(9_051));
}

#[test]
fn what_a_log_may_not_say_is_refused() {
    let mut state = State::new(0);
    fold(&mut state, call(1, TODAY));
    let told = |id, at| Call { reconstructed: true, ..call(id, at) };
    assert_eq!(backfill(&state, told(0, TODAY + 3 * DAY)), Err("import.refused_future".into()));
    assert_eq!(backfill(&state, told(2, TODAY)), Err("import.refused_unknown".into()));
    assert_eq!(backfill(&state, told(u64::MAX, TODAY)), Err("import.refused_unknown".into()));
    assert_eq!(backfill(&state, told(1, TODAY)), Err("import.refused_live".into()));
    let events = backfill(&state, told(0, TODAY - DAY)).unwrap();
    let [Event::Call(made)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((made.id, made.reconstructed, made.nth_today), (CallId(2), true, 0));
}

#[test]
fn an_old_call_of_a_number_does_not_count_as_todays() {
    let mut state = State::new(0);
    let of = |call: Call| {
        let mut call = call;
        call.party.number = "13800000001".into();
        call
    };
    fold(&mut state, of(call(1, TODAY)));
    for (at, nth) in [(TODAY - DAY, 0), (TODAY + 60_000, 2)] {
        let events = backfill(&state, of(call(0, at))).unwrap();
        let Some(Event::Call(made)) = events.first() else { panic!("{events:?}") };
        assert_eq!(made.nth_today, nth);
    }
}
