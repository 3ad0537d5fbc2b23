//! A replayed day against the desk that lived it: at its end the same state and the same sums; at every moment what a fold
//! of the journal up to there gives, whichever way one came there.

use ringdesk::domain::command::{AgentCommand, CallCommand, SourceCommand};
use ringdesk::domain::figures::{Ledger, half_hour_of};
use ringdesk::domain::source::{SourceClock, SourceKind};
use ringdesk::domain::*;
use ringdesk::tui::model::{Desk, Replay, WallForm};
use ringdesk::wire::{Answer, Export, ExportRow, Query};

use crate::bench::Bench;
use crate::recorded;
use crate::wall_kit::{OFFSET_MS, Wall, draw, model};

/// A replay of entries from an empty desk, as a model.
fn replayed(begin: Stamp, start: State, entries: Vec<Entry>) -> ringdesk::tui::model::Model {
    let mut model = model(Some(WallForm::Dense), "night");
    let replay = Replay::new(begin, &start, entries);
    let Desk::Given(given) = &mut model.desk else { unreachable!() };
    given.1 = start;
    model.replay = Some(replay);
    model.now = begin;
    model
}

/// Begin of the local day of a moment.
fn day_of(at: Stamp) -> Stamp {
    let day = 86_400_000;
    Stamp((at.0 + OFFSET_MS).div_euclid(day) * day - OFFSET_MS)
}

#[test]
fn a_replayed_day_ends_as_it_ended_and_is_at_every_moment_what_it_was() {
    let mut wall = Wall::before(&["thirty-at-once.jsonl.gz"], SourceKind::Live, "night");
    let end = wall.model.now.plus(60_000);
    wall.until(end);
    assert!(wall.is_over() && wall.entries.len() > 100, "{} entries", wall.entries.len());
    let begin = day_of(wall.model.now);
    let mut again = replayed(begin, State::new(OFFSET_MS), wall.entries.clone());
    let naive = |at: Stamp| {
        let (mut state, mut ledger) = (State::new(OFFSET_MS), Ledger::new(half_hour_of(begin)));
        for entry in wall.entries.iter().filter(|entry| entry.at <= at) {
            entry.events.iter().for_each(|event| drop(ledger.take(event)));
            state.apply(entry);
        }
        (state, ledger.book().clone())
    };
    // On, back, to the end, to the begin: a walk that goes over every part both ways.
    let first = wall.entries[0].at;
    let mut moments: Vec<Stamp> = (0..120).map(|step| first.plus((step * 7_919) % 61_000)).collect();
    moments.extend([end, begin, first, end]);
    for at in moments {
        again.replay_to(at);
        let (state, book) = naive(at);
        assert_eq!(again.desk.state(), &state, "at {at:?}");
        assert_eq!(again.desk.book(), &book, "at {at:?}");
        assert_eq!(again.now, at);
    }
    assert_eq!(again.desk.state(), wall.model.desk.state());
    assert_eq!(again.desk.book(), wall.ledger.book());
    assert!(!again.desk.book().cells.is_empty(), "a live recording gives figures");
    // The wall at the end is drawn alike, but for what says that it is a replay and for when something changed last.
    wall.model.settings.wall = Some(WallForm::Dense);
    let (lived, seen) = (wall.draw((120, 40)).rows(), draw(&again, (120, 40)).rows());
    assert_eq!(lived[7..38], seen[7..38]);
    assert!(seen[0].contains("回放") && !lived[0].contains("回放"));
}

#[test]
fn keys_of_a_replay_move_its_clock_and_nothing_is_sent() {
    let mut wall = Wall::before(&["answered-6s.jsonl.gz"], SourceKind::Live, "night");
    let end = wall.model.now.plus(60_000);
    wall.until(end);
    let first = wall.entries[0].at;
    let mut again = replayed(day_of(end), State::new(OFFSET_MS), wall.entries.clone());
    let mut press = |keys: &str| {
        for key in ringdesk::tui::keymap::Keys::parse(keys).unwrap().0 {
            let effects = again.press(key);
            assert!(effects.iter().all(|effect| matches!(effect, ringdesk::tui::command::Effect::Quit)), "{effects:?}");
        }
        let replay = again.replay.as_ref().unwrap();
        (again.now, replay.speed, replay.paused)
    };
    assert_eq!(press("home"), (first.plus(-1), 1, false));
    assert_eq!(press("right"), (first.plus(299_999), 1, false));
    assert_eq!(press("left"), (first.plus(-1), 1, false));
    assert_eq!(press("+ + ="), (first.plus(-1), 10, false));
    assert_eq!(press("-").1, 5);
    assert!(press("space").2);
    assert_eq!(press("F2 F4 a n ctrl-s").1, 5, "no other key does anything");
    let last = wall.entries.last().unwrap().at;
    assert_eq!(press("end").0, last);
    again.replay_passes(60_000);
    assert_eq!(again.now, last, "it stands still");
    again.press(ringdesk::tui::keymap::Keys::parse("space").unwrap().0[0]);
    again.replay_passes(1_000);
    assert_eq!(again.now, last.plus(5_000));
    again.plan_tick();
    assert!(
        again.replay_rests().is_some_and(|ms| ms <= 12_000),
        "the next minute of its clock at five times the speed"
    );
}

/// The real desk: what it answers when it is asked for a day, played to the end, is what it is.
#[test]
fn a_day_asked_of_the_desk_ends_as_the_desk_is() {
    let bench = Bench::new();
    let mut console = bench.console("wang");
    let can = call::Capabilities::default();
    let signals = recorded::signals(&["busy-agents.jsonl.gz"]);
    let now = crate::bench::now();
    let shift = now.since(signals[0].0);
    let clock = SourceClock { desk0: now, stamp0: now, rate_permille: 1000 };
    let begin = SourceCommand::Begin { kind: SourceKind::Rehearsal, name: "day".into(), can, clock };
    let Ok(Made::Source(source)) = console.perform(Command::Source(begin)) else { panic!("no rehearsal") };
    let signals = signals.into_iter().map(|(at, signal)| (at.plus(shift), signal.shifted(shift))).collect();
    console.perform(Command::Source(SourceCommand::Signals { source, signals })).unwrap();
    let phone = "1001".into();
    console.perform(Command::Agent(AgentCommand::SignOn { phone })).unwrap();
    let number = "13800000001".into();
    console.perform(Command::Call(CallCommand::EnterByHand { number })).unwrap();
    console.fence();
    let offset = console.line.welcome().offset_ms;
    let begin = Stamp((now.0 + offset).div_euclid(86_400_000) * 86_400_000 - offset);
    let until = begin.plus(2 * 86_400_000);
    let state_at = |console: &mut crate::bench::Console, at: Stamp| {
        let answers = console.ask(Query::StateAt(at));
        let Some(Answer::StateAt(state, _)) = answers.into_iter().next() else { panic!("no state") };
        *state
    };
    let start = state_at(&mut console, begin);
    let export = Export { what: "journal".into(), since: Some(begin), until: Some(until) };
    let rows = console.ask(Query::Export(export)).into_iter().flat_map(|answer| match answer {
        Answer::Rows { rows, .. } => rows,
        other => panic!("{other:?}"),
    });
    let entries: Vec<Entry> = rows
        .map(|row| match row {
            ExportRow::Entry(entry, _) => *entry,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(entries.len() > 20, "{} entries", entries.len());
    let mut again = replayed(begin, start, entries);
    again.replay_to(begin.plus(86_400_000));
    let there = state_at(&mut console, until);
    let seen = again.desk.state().for_console();
    assert_eq!(seen.sequence, console.state().sequence);
    assert_eq!((&seen.calls, &seen.agents, &seen.sources), (&there.calls, &there.agents, &there.sources));
    assert_eq!(seen, there);
    let today = half_hour_of(begin);
    let mut book = console.line.book().clone();
    book.forget_before(today);
    assert_eq!(again.desk.book(), &book);
}
