//! Figures over the recordings of a real PBX, and as a desk gives them over its socket: sums, rows behind them, and the
//! desk as it was at a moment.

use std::sync::atomic::{AtomicI64, Ordering};

use ringdesk::domain::call::Signal;
use ringdesk::domain::command::{AgentCommand, SourceCommand, TicketCommand};
use ringdesk::domain::decide::{self, Context};
use ringdesk::domain::figures::{Book, Fact, Filter, Ledger, SLOT_MS};
use ringdesk::domain::state::DAY_MS;
use ringdesk::domain::*;
use ringdesk::store::OpenOptions;
use ringdesk::wire::{Answer, FigureOf, Query};

use crate::bench::Bench;
use crate::figures_journal::{agents_time, anew, one_week, walk};
use crate::recorded::signals;
use crate::store_kit::{append, journal, settled, try_open};

fn phone(nth: usize) -> (StaffId, String) {
    let phone = format!("100{}", nth + 1);
    (StaffId(format!("staff-{phone}")), phone)
}

/// A recording played into a desk as its live PBX, with somebody at each of three phones.
fn played(recording: &str) -> Vec<Entry> {
    let signals: Vec<(Stamp, Signal)> = signals(&[&format!("{recording}.jsonl.gz")]);
    let rules = Rulebook::default();
    let first = signals.first().map_or(Stamp(0), |(at, _)| *at);
    let (mut state, mut now, mut entries) = (State::new(8 * 3_600_000), first, Vec::new());
    let mut keep = |state: &mut State, now: Stamp, events: Vec<Event>| {
        if events.is_empty() {
            return;
        }
        let (sequence, seat, rule) = (state.sequence + 1, String::new(), String::new());
        let entry = Entry { sequence, at: now, actor: Actor::Desk, seat, rule, command: 0, events };
        state.apply(&entry);
        entries.push(entry);
    };
    let clock = SourceClock { desk0: first, stamp0: first, rate_permille: 1_000 };
    let begin = SourceCommand::Begin { kind: SourceKind::Live, name: "pbx".into(), can: Default::default(), clock };
    let mut commands = vec![(Actor::Desk, Command::Source(begin))];
    commands.extend(
        (0..3).map(phone).map(|(staff, phone)| (Actor::Staff(staff), Command::Agent(AgentCommand::SignOn { phone }))),
    );
    for (actor, command) in commands {
        let context = Context { state: &state, rules: &rules, staff: &[], actor: &actor, now };
        let events = decide::decide(context, &command).unwrap().events;
        keep(&mut state, now, events);
    }
    let actor = Actor::Pbx("pbx".into());
    for (at, signal) in &signals {
        now = now.max(*at);
        let context = Context { state: &state, rules: &rules, staff: &[], actor: &actor, now };
        let events = decide::signal(context, SourceId(1), *at, signal).events;
        keep(&mut state, now, events);
    }
    entries
}

/// What a real PBX said: holds, transfers, queues that were full, timed out or had nobody, phones that rang in vain.
#[test]
fn figures_of_recordings_are_what_counting_by_hand_gives() {
    let mut all = Book::default();
    for recording in [
        "abandoned-8s",
        "answered-6s",
        "answered-late-25s",
        "attended-transfer-sip",
        "blind-transfer-sip",
        "busy-agents",
        "click-to-dial",
        "hold-unhold",
        "nobody-available",
        "pickup-and-remote-answer",
        "queue-timeout-callback",
        "ring-no-answer-then-next",
    ] {
        let entries = played(recording);
        let walked = walk(&entries);
        agents_time(&entries, &walked.records);
        let cells: Vec<_> = walked.ledger.book().cells.clone().into_iter().collect();
        all.add(&cells, 1);
    }
    // They have something of each kind, so that the referee referees something.
    let sum = all.sum(|_| true);
    for fact in [
        Fact::InTime,
        Fact::AnsweredLate,
        Fact::Abandoned,
        Fact::TimedOut,
        Fact::TurnedAway,
        Fact::Transferred,
        Fact::HoldMs,
        Fact::HeldMs,
        Fact::Reached,
        Fact::RingingMs,
        Fact::CallWrapUpMs,
    ] {
        assert!(sum.get(fact) > 0, "{fact:?} {sum:?}");
    }
}

#[test]
fn a_desk_gives_figures_their_rows_and_itself_as_it_was() {
    let week = one_week();
    let mut bench = Bench::with(|options| {
        options.clocks = false;
        // An operator is not told all that supervisors did.
        options.config.staff.iter_mut().for_each(|staff| staff.role = ringdesk::domain::Role::Supervisor);
    });
    bench.stop();
    settled(bench.dir.path());
    let mut store = try_open(bench.dir.path(), &OpenOptions::default()).unwrap().store;
    let before = store.last_sequence();
    let entries: Vec<Entry> =
        week.entries.into_iter().map(|entry| Entry { sequence: entry.sequence + before, ..entry }).collect();
    append(&mut store, &entries, 8);
    let journal = journal(&store);
    store.close().unwrap();
    settled(bench.dir.path());
    bench.start();
    let mut console = bench.console("wang");
    let offset = console.state().offset_ms;
    // As it was at any moment: everything decided before it, folded.
    for nth in [1, entries.len() / 3, entries.len() / 2, entries.len() - 1] {
        for at in [entries[nth].at, entries[nth].at.plus(1)] {
            let yesterday = ((at.0 + offset).div_euclid(DAY_MS) - 1) * DAY_MS - offset;
            let (mut state, mut ledger) = (State::new(offset), Ledger::new(yesterday.div_euclid(SLOT_MS)));
            for entry in journal.iter().filter(|entry| entry.at < at) {
                state.apply(entry);
                entry.events.iter().for_each(|event| drop(ledger.take(event)));
            }
            let answers = console.ask(Query::StateAt(at));
            let [Answer::StateAt(then, book)] = answers.as_slice() else { panic!("{answers:?}") };
            assert_eq!(then.sequence, state.sequence, "{at:?}");
            assert!(**then == state.for_console(), "{at:?}");
            assert_eq!(&**book, ledger.book(), "{at:?}");
        }
    }
    // The sums of the week, and who is behind one of them.
    let half_hour = |at: Stamp| at.0.div_euclid(SLOT_MS);
    let (since, until) = (half_hour(entries[0].at), half_hour(entries[entries.len() - 1].at) + 48);
    let mut book = Book::default();
    for answer in console.ask(Query::Figures { since, until }) {
        let Answer::Figures { cells, last: true } = answer else { panic!("{answer:?}") };
        book.add(&cells, 1);
    }
    let mut newest = std::collections::BTreeMap::new();
    for event in entries.iter().flat_map(|entry| &entry.events) {
        newest.extend(ringdesk::domain::figures::RecordRef::of(event).map(|record| (record, event)));
    }
    let mut expected = anew(newest.into_values());
    expected.cells.retain(|slot, _| (since..until).contains(&slot.half_hour));
    assert_eq!(book, expected);
    let answered = book.sum(|_| true).get(Fact::Answered);
    let (filter, facts) = (Filter::default(), vec![Fact::Answered.number()]);
    let answers = console.ask(Query::FigureRows { since, until, filter, facts, limit: 2 });
    let [Answer::FigureRows { rows, of }] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!((rows.len(), *of as i64), (2, answered));
    for row in rows {
        assert!(matches!(&row.row, FigureOf::Call(call) if call.answered_at.is_some()), "{row:?}");
        assert_eq!(row.counts.get(Fact::Answered), 1);
    }
}

/// What somebody does counts on every console, at once.
#[test]
fn a_ticket_counts_on_the_other_console() {
    let bench = Bench::new();
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    let opened = |book: &Book| book.sum(|_| true).get(Fact::Opened);
    assert_eq!(opened(li.line.book()), 0);
    let fields = TicketFields { subject: "没气".into(), phone: "13800000001".into(), ..TicketFields::default() };
    wang.perform(Command::Ticket(TicketCommand::open(fields, None))).unwrap();
    li.fence();
    assert_eq!((opened(li.line.book()), opened(wang.line.book())), (1, 1));
    assert_eq!(li.line.book(), wang.line.book());
    // Whoever comes later is told the same.
    assert_eq!(bench.console("li").line.book(), wang.line.book());
}

/// A console that stays open over midnight forgets what the desk forgets: its sums are those of one that comes now.
#[test]
fn a_console_that_stays_open_keeps_two_days() {
    static NOW: AtomicI64 = AtomicI64::new(1_794_240_000_000);
    fn now() -> Stamp {
        Stamp(NOW.load(Ordering::SeqCst))
    }
    let bench = Bench::with(|options: &mut ringdesk::server::ServeOptions| options.now = now);
    let mut wang = bench.console("wang");
    let mut opens = |nth: i64| {
        let fields = TicketFields { subject: format!("{nth}"), phone: "13800000001".into(), ..TicketFields::default() };
        wang.perform(Command::Ticket(TicketCommand::open(fields, None))).unwrap();
        wang.fence();
        let fresh = bench.console("li");
        assert_eq!(wang.line.book(), fresh.line.book(), "day {nth}");
        wang.line.book().sum(|_| true).get(Fact::Opened)
    };
    let opened: Vec<i64> = (0..4)
        .map(|nth| {
            let opened = opens(nth);
            NOW.fetch_add(86_400_000, Ordering::SeqCst);
            opened
        })
        .collect();
    assert_eq!(opened, [1, 2, 2, 2], "yesterday and today");
}
