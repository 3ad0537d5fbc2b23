//! R-CMP-1: the desk wakes for its tickets' clocks, on time and once a mark, whatever happened to it or to the time.

use std::sync::atomic::{AtomicI64, Ordering};

use ringdesk::domain::command::{NoticeCommand, TicketCommand};
use ringdesk::domain::ticket::{FieldChange, Happened, Seal, TellHow};
use ringdesk::domain::{Addressee, Command, StaffId, Stamp, TicketFields, TicketId};
use ringdesk::server::ServeOptions;
use ringdesk::wire::{Answer, Query};

use crate::bench::{Bench, Console, now};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Some noon.
const NOON: i64 = 1_764_734_400_000;
const FIRST: TicketId = TicketId(1);

/// A clock that a test sets by hand.
macro_rules! clock {
    ($time:ident, $now:ident) => {
        static $time: AtomicI64 = AtomicI64::new(NOON);
        fn $now() -> Stamp {
            Stamp($time.load(Ordering::SeqCst))
        }
    };
}

/// A rulebook that says nothing: every ticket owes an answer in 24 hours, and rings its owner then.
fn plain(now: fn() -> Stamp) -> impl Fn(&mut ServeOptions) {
    move |options| {
        options.now = now;
        options.config.rulebook = Default::default();
    }
}

fn open(console: &mut Console, subject: &str) {
    let fields = TicketFields { subject: subject.into(), phone: "13812345678".into(), ..TicketFields::default() };
    console.perform(Command::Ticket(TicketCommand::open(fields, None))).unwrap();
}

/// When the marks of a ticket's clocks fired, and whether late.
fn rang(console: &mut Console, ticket: TicketId) -> Vec<(i64, u16, bool)> {
    let Some(Answer::TicketLines(lines)) = console.ask(Query::TicketLines(ticket)).pop() else { panic!() };
    let rang = lines.iter().filter_map(|line| match line.what {
        Happened::ClockRang { percent, late, .. } => Some((line.at.0 - NOON, percent, late)),
        _ => None,
    });
    rang.collect()
}

#[test]
fn a_clock_rings_once_at_its_time() {
    clock!(TIME, time);
    let bench = Bench::with(plain(time));
    let mut wang = bench.console("wang");
    open(&mut wang, "没气");
    TIME.store(NOON + DAY - 1, Ordering::SeqCst);
    wang.fence();
    assert_eq!(rang(&mut wang, FIRST), []);
    TIME.store(NOON + DAY, Ordering::SeqCst);
    wang.fence();
    let notice = wang.sees(|state| state.notices.values().next().cloned());
    assert_eq!((notice.to, notice.rings, notice.late), (Addressee::Staff(StaffId("wang".into())), true, false));
    TIME.store(NOON + 3 * DAY, Ordering::SeqCst);
    wang.fence();
    assert_eq!(rang(&mut wang, FIRST), [(DAY, 100, false)]);
    wang.perform(Command::Notice(NoticeCommand::Acknowledge(notice.id))).unwrap();
    assert!(wang.state().notices.is_empty());
}

/// What fell due while the desk was down fires once, marked late; starting again fires nothing more.
#[test]
fn what_fell_due_while_the_desk_was_down_is_said_late_and_once() {
    clock!(TIME, time);
    let mut bench = Bench::with(plain(time));
    let mut wang = bench.console("wang");
    for subject in ["一", "二", "三"] {
        open(&mut wang, subject);
    }
    drop(wang);
    bench.stop();
    TIME.store(NOON + DAY + HOUR, Ordering::SeqCst);
    for _ in 0..2 {
        bench.start();
        let mut wang = bench.console("wang");
        assert_eq!(wang.state().notices.len(), 3, "before anybody asked for anything");
        assert!(wang.state().notices.values().all(|notice| notice.late));
        for ticket in 1..=3 {
            assert_eq!(rang(&mut wang, TicketId(ticket)), [(DAY + HOUR, 100, true)]);
        }
        drop(wang);
        bench.stop();
    }
}

/// The wall clock is set forward over a due time, back before it, and runs over it once more.
#[test]
fn a_wall_clock_that_jumps_rings_nothing_twice() {
    clock!(TIME, time);
    let bench = Bench::with(plain(time));
    let mut wang = bench.console("wang");
    open(&mut wang, "没气");
    for at in [2 * DAY, -DAY, 0, DAY, 3 * DAY] {
        TIME.store(NOON + at, Ordering::SeqCst);
        wang.fence();
    }
    assert_eq!(rang(&mut wang, FIRST), [(2 * DAY, 100, true)]);
    // One opened while the clock was back is due by that clock.
    TIME.store(NOON - DAY, Ordering::SeqCst);
    open(&mut wang, "停气");
    TIME.store(NOON, Ordering::SeqCst);
    wang.fence();
    assert_eq!(rang(&mut wang, TicketId(2)), [(0, 100, false)]);
}

/// Nobody says a word: the timer alone wakes the desk.
#[test]
fn the_desk_wakes_by_itself() {
    static AHEAD: AtomicI64 = AtomicI64::new(0);
    fn ahead() -> Stamp {
        Stamp(now().0 + AHEAD.load(Ordering::SeqCst))
    }
    let mut bench = Bench::with(plain(ahead));
    let mut wang = bench.console("wang");
    open(&mut wang, "没气");
    let due = wang.state().tickets[&FIRST].due_at();
    drop(wang);
    bench.stop();
    // So that it falls due a moment after the desk is open again.
    AHEAD.store(due.0 - now().0 - 1_500, Ordering::SeqCst);
    bench.start();
    let mut wang = bench.console("wang");
    let notice = wang.sees(|state| state.notices.values().next().cloned());
    assert!(notice.at >= due, "not before its time");
    let Some(Answer::TicketLines(lines)) = wang.ask(Query::TicketLines(FIRST)).pop() else { panic!() };
    assert_eq!(lines.iter().filter(|line| matches!(line.what, Happened::ClockRang { .. })).count(), 1);
}

#[test]
fn hundreds_that_fall_due_together_all_ring() {
    clock!(TIME, time);
    let bench = Bench::with(plain(time));
    let mut wang = bench.console("wang");
    for number in 0..700 {
        open(&mut wang, &format!("第{number}"));
    }
    TIME.store(NOON + DAY, Ordering::SeqCst);
    wang.fence();
    wang.sees(|state| (state.notices.len() == 700).then_some(()));
    assert_eq!(wang.state().first_alarm(), None);
}

/// A desk that is there for one script changes nothing by itself.
#[test]
fn a_script_s_desk_rings_nothing() {
    clock!(TIME, time);
    let mut bench = Bench::with(plain(time));
    let mut wang = bench.console("wang");
    open(&mut wang, "没气");
    let before = wang.state().sequence;
    drop(wang);
    bench.stop();
    TIME.store(NOON + DAY, Ordering::SeqCst);
    bench.start_with(move |options| {
        options.now = time;
        options.clocks = false;
    });
    let mut wang = bench.console("wang");
    wang.fence();
    assert_eq!(wang.state().sequence, before, "nor does it follow another rulebook");
}

#[test]
fn what_the_desk_does_itself_comes_over_no_line() {
    let bench = Bench::new();
    let mut wang = bench.console("wang");
    open(&mut wang, "没气");
    let seal = || Some(Seal { nonce: vec![0; 24], text: vec![1; 48] });
    let fields = TicketFields { subject: "举报".into(), ..TicketFields::default() };
    let change = FieldChange { field: "subject".into(), from: "没气".into(), to: "停气".into() };
    let tell = TicketCommand::Tell { ticket: FIRST, how: TellHow::Phone, what: "好".into(), call: None };
    let before = wang.state().clone();
    let forbidden = [
        TicketCommand::Ring(FIRST),
        TicketCommand::Recompute(FIRST),
        TicketCommand::RulesChanged(Default::default()),
        TicketCommand::Open { fields, card: Default::default(), call: None, seal: seal() },
        TicketCommand::Edit { ticket: FIRST, changes: vec![change], seal: seal() },
        TicketCommand::Each(vec![tell.clone(), TicketCommand::Ring(FIRST)]),
        TicketCommand::Each(vec![tell, TicketCommand::OpenSeal { ticket: FIRST, why: "x".into() }]),
    ];
    for command in forbidden {
        let why = wang.perform(Command::Ticket(command.clone())).unwrap_err();
        assert_eq!(why.key, "refused.not_over_the_line", "{command:?}");
    }
    assert_eq!(wang.state(), &before);
}
