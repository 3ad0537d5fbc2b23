//! The desk draws by itself (R-CB-2): once for every day that is over, also for those it was down, and never twice.

use std::sync::atomic::{AtomicI64, Ordering};

use ringdesk::domain::command::{CallbackCommand, TicketCommand};
use ringdesk::domain::rulebook::{Condition, ShareRule};
use ringdesk::domain::ticket::TellHow;
use ringdesk::domain::{
    Allowance, CallbackReason, Command, Draw, RequestType, Rulebook, StaffId, Stamp, TicketFields, TicketId, draw,
};
use ringdesk::server::ServeOptions;
use ringdesk::wire::{Answer, Export, ExportRow, Query};

use crate::bench::{Bench, Console};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const OFFSET: i64 = 8 * HOUR;
/// 2026-11-10, a local midnight.
const TENTH: i64 = 1_794_240_000_000;
/// That day's number.
const TENTH_DAY: i64 = (TENTH + OFFSET) / DAY;

macro_rules! clock {
    ($time:ident, $now:ident) => {
        static $time: AtomicI64 = AtomicI64::new(TENTH);
        fn $now() -> Stamp {
            Stamp($time.load(Ordering::SeqCst))
        }
    };
}

fn rules() -> Rulebook {
    let mut rules = Rulebook::default();
    rules.revisits.shares = vec![ShareRule {
        id: "enquiry".into(),
        kind: RequestType::Enquiry,
        when: Condition::default(),
        percent: 50,
        within: Allowance::Days(3),
        by: "operator".into(),
        article: String::new(),
    }];
    rules
}

fn drawing(now: fn() -> Stamp) -> impl Fn(&mut ServeOptions) {
    move |options| {
        options.now = now;
        options.config.rulebook = rules();
    }
}

fn file(console: &mut Console, count: u64) {
    for _ in 0..count {
        let next = console.state().last.ticket + 1;
        let fields = TicketFields { subject: "问".into(), phone: format!("138{next:08}"), ..TicketFields::default() };
        console.perform(Command::Ticket(TicketCommand::open(fields, None))).unwrap();
        let file = TicketCommand::File { ticket: TicketId(next), outcome: "说清楚了".into(), how: TellHow::Phone };
        console.perform(Command::Ticket(file)).unwrap();
    }
}

/// Every draw there ever was: day from the tenth, how many there were, how many were drawn.
fn draws(console: &mut Console) -> Vec<(i64, usize, usize)> {
    exported(console).iter().map(|draw| (draw.day - TENTH_DAY, draw.population.len(), draw.drawn.len())).collect()
}

fn exported(console: &mut Console) -> Vec<Draw> {
    let export = Export { what: "draws".into(), since: None, until: None };
    let answers = console.ask(Query::Export(export));
    let rows =
        answers.into_iter().flat_map(|answer| if let Answer::Rows { rows, .. } = answer { rows } else { vec![] });
    rows.filter_map(|row| if let ExportRow::Draw(draw) = row { Some(*draw) } else { None }).collect()
}

fn sound(console: &mut Console) {
    let Some(Answer::Checked { faults, .. }) = console.ask(Query::Check).pop() else { panic!() };
    assert_eq!(faults, []);
    for draw in exported(console) {
        assert_eq!(draw::differs(&draw), None);
    }
}

#[test]
fn a_day_that_is_over_is_drawn_once_also_after_a_restart() {
    clock!(TIME, time);
    let set = |at: i64| TIME.store(TENTH + at, Ordering::SeqCst);
    set(10 * HOUR);
    let mut bench = Bench::with(drawing(time));
    let mut wang = bench.console("wang");
    assert_eq!(draws(&mut wang), [(-1, 0, 0)], "the day before, on which nothing was settled");
    file(&mut wang, 5);
    set(DAY + 5 * 60_000 - 1);
    wang.fence();
    assert_eq!(draws(&mut wang).len(), 1, "not before five past midnight");
    set(DAY + 5 * 60_000);
    wang.fence();
    assert_eq!(draws(&mut wang), [(-1, 0, 0), (0, 5, 3)]);
    let owed = wang.sees(|state| (state.callbacks.len() == 3).then(|| state.callbacks.clone()));
    assert!(owed.values().all(|line| line.reason() == CallbackReason::Sample && line.debts.len() == 1));
    let seed = exported(&mut wang)[1].seed;
    for _ in 0..3 {
        drop(wang);
        bench.reopen();
        wang = bench.console("wang");
        wang.fence();
        assert_eq!(draws(&mut wang), [(-1, 0, 0), (0, 5, 3)]);
    }
    assert_eq!(exported(&mut wang)[1].seed, seed);
    assert_eq!(wang.state().draws.len(), 2);
    sound(&mut wang);
}

/// Nobody says a word to the desk for days: it was down. Every day is made up, the oldest first; days on which nothing was
/// settled leave nothing but the last.
#[test]
fn days_it_was_down_are_made_up_in_their_order() {
    clock!(TIME, time);
    let set = |at: i64| TIME.store(TENTH + at, Ordering::SeqCst);
    set(9 * HOUR);
    let mut bench = Bench::with(drawing(time));
    let mut wang = bench.console("wang");
    file(&mut wang, 3);
    // Filed on the eleventh before the desk has looked at the tenth, and again on the thirteenth.
    set(DAY + 60_000);
    file(&mut wang, 2);
    drop(wang);
    bench.stop();
    set(6 * DAY + HOUR);
    bench.start();
    let mut wang = bench.console("wang");
    // Over the month so far: half of three are two, and of five three.
    assert_eq!(draws(&mut wang), [(-1, 0, 0), (0, 3, 2), (1, 2, 1), (5, 0, 0)]);
    sound(&mut wang);
}

fn ringdesk(bench: &Bench, arguments: &[&str]) -> (String, Option<i32>) {
    let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_ringdesk"));
    let home = tempfile::tempdir().unwrap();
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "RINGDESK_PBX_SECRET"] {
        process.env_remove(variable);
    }
    process.env("HOME", home.path()).env("RINGDESK_LANGUAGE", "en").stdin(std::process::Stdio::null());
    process.arg("--data").arg(bench.dir.path()).args(["--staff", "wang"]).args(arguments);
    let output = process.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8(said).unwrap(), output.status.code())
}

/// Drawn again from the outside: by the command, and by whoever reads the export.
#[test]
fn anybody_can_draw_again() {
    clock!(TIME, time);
    TIME.store(TENTH + 9 * HOUR, Ordering::SeqCst);
    let bench = Bench::with(drawing(time));
    let mut wang = bench.console("wang");
    file(&mut wang, 5);
    TIME.store(TENTH + DAY + HOUR, Ordering::SeqCst);
    wang.fence();
    let seed = exported(&mut wang)[1].seed;
    let (said, code) = ringdesk(&bench, &["draw", "--check"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!((lines.len(), code), (3, Some(0)), "{said}");
    assert!(lines[1].contains(&format!("enquiry  2026-11-10  seed {seed:016x}  of 5")), "{said}");
    assert!(lines[..2].iter().all(|line| line.ends_with("  same")) && lines[2].contains("drawn again: 2, 0"), "{said}");
    let (one, code) = ringdesk(&bench, &["draw", "2"]);
    assert_eq!((one.lines().count(), code), (1, Some(0)), "{one}");
    assert_eq!(ringdesk(&bench, &["draw", "9", "--check"]), ("ringdesk: there is no draw 9\n".to_owned(), Some(1)));
    for (what, column) in [("draws", "\"seed\""), ("revisits", "\"satisfaction\""), ("visits", "")] {
        let (rows, code) = ringdesk(&bench, &["export", what]);
        assert!(rows.contains(column) && code == Some(0), "{what}: {rows}");
        assert_eq!(
            rows.lines().count(),
            match what {
                "draws" => 2,
                "revisits" => 3,
                _ => 0,
            }
        );
    }
}

/// A clock that is set far ahead and back again draws no day twice, and goes on afterwards.
#[test]
fn a_clock_that_jumps_draws_no_day_twice() {
    clock!(TIME, time);
    let set = |at: i64| TIME.store(TENTH + at, Ordering::SeqCst);
    set(9 * HOUR);
    let bench = Bench::with(drawing(time));
    let mut wang = bench.console("wang");
    file(&mut wang, 4);
    for at in [20 * DAY, 10 * HOUR, DAY + HOUR, 400 * DAY, 2 * DAY + HOUR, 2 * DAY + 2 * HOUR] {
        set(at);
        wang.fence();
    }
    file(&mut wang, 2);
    set(3 * DAY + HOUR);
    wang.fence();
    let mut drawn = draws(&mut wang);
    assert!(drawn.contains(&(0, 4, 2)) && drawn.contains(&(2, 2, 1)), "{drawn:?}");
    let count = drawn.len();
    drawn.sort_unstable();
    drawn.dedup_by_key(|draw| draw.0);
    assert_eq!(drawn.len(), count, "one a day");
    sound(&mut wang);
}

/// A desk that is there for one script draws nothing, and nobody draws over a line.
#[test]
fn nobody_else_draws() {
    clock!(TIME, time);
    let bench = Bench::with(move |options| {
        drawing(time)(options);
        options.clocks = false;
    });
    let mut wang = bench.console("wang");
    file(&mut wang, 2);
    TIME.store(TENTH + 2 * DAY, Ordering::SeqCst);
    wang.fence();
    assert_eq!(draws(&mut wang), []);
    let draw = Command::Draw { rule: "enquiry".into(), day: TENTH_DAY, seed: 1, settled: Vec::new() };
    assert_eq!(wang.perform(draw).unwrap_err().key, "refused.not_over_the_line");
}

/// Closed by a supervisor: whoever comes next is drawn in the same entry, and it all comes back after a restart.
#[test]
fn the_next_is_drawn_where_nobody_was_reached() {
    clock!(TIME, time);
    TIME.store(TENTH + 9 * HOUR, Ordering::SeqCst);
    let mut bench = Bench::with(move |options| {
        drawing(time)(options);
        let boss = options.config.staff.iter_mut().find(|staff| staff.id == StaffId("li".into())).unwrap();
        boss.role = ringdesk::domain::Role::Supervisor;
    });
    let mut li = bench.console("li");
    file(&mut li, 4);
    TIME.store(TENTH + DAY + HOUR, Ordering::SeqCst);
    li.fence();
    let line = li.sees(|state| state.callbacks.keys().next().copied());
    let sequence = li.state().sequence;
    let close = CallbackCommand::Close { callback: line, reason: "空号".into() };
    li.perform(Command::Callback(close)).unwrap();
    assert_eq!(li.state().sequence, sequence + 1, "one entry");
    let topped = |console: &Console| console.state().draws.values().map(|draw| draw.topped.len()).sum::<usize>();
    assert_eq!((topped(&li), li.state().callbacks.len()), (1, 2));
    let before = (li.state().draws.clone(), li.state().revisits.clone(), li.state().callbacks.clone());
    drop(li);
    bench.reopen();
    let mut li = bench.console("li");
    assert_eq!((li.state().draws.clone(), li.state().revisits.clone(), li.state().callbacks.clone()), before);
    sound(&mut li);
}
