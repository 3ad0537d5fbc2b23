//! One number everywhere: what a desk over a real store has counted is said alike by `ringdesk figures` in every form, the
//! day's sheet, the pages of figures, the wall, the plan of the next half-hours, and the rows behind each of them.

use std::collections::BTreeMap;

use ringdesk::domain::command::AgentCommand;
use ringdesk::domain::figures::{By, Counts, Fact, Filter, Group, Measure};
use ringdesk::domain::rulebook::Formula;
use ringdesk::domain::*;
use ringdesk::tui::model::figures::FigureSpan;
use ringdesk::wire::{Answer, Query};
use serde_json::Value;

use crate::bench::{Bench, Console, now};
use crate::console_kit::Kit;
use crate::figures_journal::busy;
use crate::printed_kit::{at, call, program, word};
use crate::store_kit::{append, settled, try_open};

const DAY: i64 = 86_400_000;
const OFFSET: i64 = 8 * 3_600_000;

fn day_of(at: Stamp) -> i64 {
    (at.0 + OFFSET).div_euclid(DAY)
}

fn date(day: i64) -> String {
    chrono::DateTime::from_timestamp_millis(day * DAY).unwrap().format("%Y-%m-%d").to_string()
}

/// A desk with yesterday and today in its records, and two who sit there now.
fn desk(today: i64, events: Vec<Entry>) -> (Bench, Console) {
    let mut bench = Bench::with(|options| options.clocks = false);
    bench.stop();
    settled(bench.dir.path());
    let mut store = try_open(bench.dir.path(), &Default::default()).unwrap().store;
    let before = store.last_sequence();
    let entries: Vec<Entry> = (before + 1..).zip(events).map(|(sequence, entry)| Entry { sequence, ..entry }).collect();
    append(&mut store, &entries, 8);
    store.close().unwrap();
    settled(bench.dir.path());
    bench.start();
    for (who, phone, state) in [("wang", "1001", AgentState::Ready), ("li", "1002", AgentState::Training)] {
        let mut console = bench.console(who);
        console.perform(Command::Agent(AgentCommand::SignOn { phone: phone.into() })).unwrap();
        console.perform(Command::Agent(AgentCommand::Set(state))).unwrap();
    }
    let mut console = bench.console("wang");
    console.fence();
    assert_eq!(day_of(now()), today, "the day changed while the desk was made");
    (bench, console)
}

/// A console attached to that desk, at a moment.
fn kit(console: &Console, now: Stamp) -> Kit {
    let mut kit = Kit::new();
    *kit.welcome() = console.line.welcome().clone();
    *kit.welcome().book = console.line.book().clone();
    *kit.state() = console.state().clone();
    kit.model.now = now;
    assert_eq!(console.line.welcome().offset_ms, OFFSET);
    kit
}

fn printed(bench: &Bench, arguments: &[&str]) -> String {
    let output = program(bench.dir.path(), "en", &[&["--staff", "wang"], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(bench: &Bench, day: i64, by: &str) -> Value {
    let (since, until) = (date(day), date(day + 1));
    let arguments = ["figures", "--json", "--since", &since, "--until", &until, "--by", by];
    serde_json::from_str(&printed(bench, &arguments)).unwrap()
}

/// Facts and measures as JSON has them, against the sums.
fn same(sums: &Value, counts: &Counts, what: &str) {
    for fact in Fact::ALL {
        assert_eq!(sums["facts"][fact.code()], counts.get(*fact), "{what}: {fact:?}");
    }
    for measure in Measure::ALL {
        let (figure, one) = (measure.of(counts), &sums["measures"][measure.code()]);
        assert_eq!(one["numerator"], figure.share.numerator, "{what}: {measure:?}");
        assert_eq!(one["denominator"], figure.share.denominator, "{what}: {measure:?}");
        assert_eq!(one["value"].as_i64(), figure.number(), "{what}: {measure:?}");
    }
}

/// The pages of figures at the moment the numbers were printed, however they are put together.
fn pages(bench: &Bench, console: &Console, span: FigureSpan, day: i64) {
    for (by, name) in [
        (By::All, "all"),
        (By::Queue, "queue"),
        (By::Agent, "agent"),
        (By::Type, "type"),
        (By::Department, "department"),
        (By::HalfHour, "half-hour"),
    ] {
        let whole = json(bench, day, name);
        let kit = kit(console, at(whole["printed_at"].as_str().unwrap()));
        let table = kit.model.figure_table(span, by, &Filter::default()).unwrap();
        let total = kit.model.figure_counts(span, &Filter::default()).unwrap();
        same(&whole["total"], &total, name);
        let key = |group: &Group| match group {
            Group::All => String::new(),
            Group::Named(name) => name.clone(),
            Group::At(at) => format!("{:02}:{:02}", at / 2, at % 2 * 30),
        };
        let mut groups: BTreeMap<String, Counts> =
            table.iter().map(|(group, counts)| (key(group), counts.clone())).collect();
        for group in whole["groups"].as_array().unwrap() {
            let key = group["group"].as_str().unwrap();
            same(group, &groups.remove(key).unwrap_or_default(), &format!("{name} {key}"));
        }
        assert!(groups.is_empty(), "{name}: {groups:?}");
    }
}

/// CSV and the sheet of the day: between what was printed before and after them only running stretches have grown.
fn paper(bench: &Bench, day: i64) {
    let (since, until) = (date(day), date(day + 1));
    let before = json(bench, day, "all");
    let text = printed(bench, &["figures", "--format", "csv", "--since", &since, "--until", &until]);
    let sheet = printed(bench, &["sheet", "day", &since, "--format", "text"]);
    let after = json(bench, day, "all");
    let mut csv = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let heads = csv.headers().unwrap().clone();
    let row = csv.records().next().unwrap().unwrap();
    let cells: BTreeMap<&str, &str> = heads.iter().zip(row.iter()).collect();
    let brief = sheet.split("== Calls in short").nth(1).unwrap().split("\n== ").next().unwrap();
    let cell = |name: &str| {
        let line = brief.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with("  ")));
        line.map(|line| line[name.len()..].split_whitespace().next().unwrap().to_owned())
    };
    let mut compared = 0;
    for fact in Fact::ALL {
        let of = |whole: &Value| whole["total"]["facts"][fact.code()].as_i64().unwrap();
        let value: i64 = cells[fact.code()].parse().unwrap();
        assert!(of(&before) <= value && value <= of(&after), "{fact:?}: {value}");
        if let Some(shown) = cell(&word(&format!("fact.{}", fact.code()))) {
            assert_eq!(shown, value.to_string(), "{fact:?}");
            compared += 1;
        }
    }
    for measure in Measure::ALL {
        let of = |whole: &Value| whole["total"]["measures"][measure.code()]["value"].as_i64();
        let value = ["permille", "ms"].iter().find_map(|unit| cells.get(format!("{}_{unit}", measure.code()).as_str()));
        let name = word(&format!("measure.{}", measure.code()));
        if of(&before) != of(&after) {
            assert_eq!(measure, Measure::Occupancy, "nothing else runs");
            continue;
        }
        assert_eq!(value.unwrap().parse().ok(), of(&before), "{measure:?}");
        let shown = cell(&name).filter(|_| !matches!(measure, Measure::ServiceLevel(_)));
        if let Some(shown) = shown.filter(|_| !measure.is_time()) {
            let percent = of(&before).map_or("–".to_owned(), |share| format!("{}.{}%", share / 10, share % 10));
            assert_eq!(shown, percent, "{measure:?}");
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared} of the sheet: {brief}");
}

/// Each fact is the sum over the rows behind it, and what still runs.
fn rows(console: &mut Console, span: FigureSpan, day: i64) {
    let kit = kit(console, now());
    let counts = kit.model.figure_counts(span, &Filter::default()).unwrap();
    let running = kit.model.figure_running(span, &Filter::default());
    let since = (day * DAY - OFFSET) / 1_800_000;
    for fact in Fact::ALL.iter().copied().chain((0..4).map(Fact::AnsweredAfter)) {
        let mut ask = |limit: u32| {
            let (filter, facts) = (Filter::default(), vec![fact.number()]);
            let query = Query::FigureRows { since, until: since + 48, filter, facts, limit };
            let answers = console.ask(query);
            let [Answer::FigureRows { rows, of }] = answers.as_slice() else { panic!("{answers:?}") };
            (rows.clone(), *of)
        };
        let (rows, of) = ask(100_000);
        assert_eq!(rows.len() as u64, of, "{fact:?}");
        let sum: i64 = rows.iter().map(|row| row.counts.get(fact)).sum();
        assert_eq!(sum + running.get(fact), counts.get(fact), "{fact:?}");
        assert!(rows.iter().all(|row| row.counts.get(fact) != 0), "{fact:?}: a row that has nothing to do with it");
        // Fewer of them are the newest, with as much in each, and the count of all.
        let (few, still) = ask(2);
        assert_eq!((few.as_slice(), still), (&rows[..rows.len().min(2)], of), "{fact:?}");
    }
}

/// The wall, and what the plan of the next half-hours is made of.
fn wall_and_plan(bench: &Bench, console: &Console, today: i64) {
    let kit = kit(console, now());
    let (span, all) = (FigureSpan::Today, Filter::default());
    let counts = kit.model.figure_counts(span, &all).unwrap();
    let view = kit.model.live_view(0);
    let levels = Formula::ALL.map(Measure::ServiceLevel);
    let times = [Measure::AnswerSpeed, Measure::HandlingTime, Measure::AbandonRate, Measure::Occupancy];
    for measure in levels.into_iter().chain(times) {
        assert_eq!(view.all().of_today(measure), measure.of(&counts).number(), "{measure:?}");
    }
    assert_eq!(view.all().today.get(Fact::Abandoned), counts.get(Fact::Abandoned));
    let queues = kit.model.figure_table(span, By::Queue, &all).unwrap();
    for line in view.queues.iter().filter(|line| line.queue.as_ref().is_some_and(|queue| !queue.is_empty())) {
        let same = &queues.get(&Group::Named(line.queue.clone().unwrap())).cloned().unwrap_or_default();
        for measure in levels.into_iter().chain([Measure::AnswerSpeed, Measure::HandlingTime, Measure::AbandonRate]) {
            assert_eq!(line.of_today(measure), measure.of(same).number(), "{:?} {measure:?}", line.queue);
        }
    }
    let plan: Value = serde_json::from_str(&printed(bench, &["staffing", "--json", "--day", &date(today)])).unwrap();
    let halves = json(bench, today, "half-hour");
    let offered = |clock: &str| {
        let group = halves["groups"].as_array().unwrap().iter().find(|group| group["group"] == clock);
        group.map_or(0, |group| group["facts"]["offered"].as_i64().unwrap())
    };
    let mut came = 0;
    for row in plan["rows"].as_array().unwrap().iter().filter(|row| !row["came"].is_null()) {
        let clock = &row["from"].as_str().unwrap()[11..16];
        assert_eq!(row["came"], offered(clock), "{clock}");
        came += 1;
    }
    assert!(came > 0, "{plan:#}");
    let talked: i64 = [today - 1, today]
        .iter()
        .map(|day| json(bench, *day, "all")["total"]["facts"]["talked"].as_i64().unwrap())
        .sum();
    assert_eq!(plan["handling"]["talks"], talked);
}

#[test]
fn a_number_is_the_same_wherever_it_stands() {
    let today = day_of(now());
    let begin = Stamp((today - 1) * DAY - OFFSET + 9 * 3_600_000);
    let (bench, mut console) = desk(today, busy(begin, Stamp((today + 1) * DAY - OFFSET), 7));
    let mut all = Counts::default();
    for (span, day) in [(FigureSpan::Yesterday, today - 1), (FigureSpan::Today, today)] {
        pages(&bench, &console, span, day);
        paper(&bench, day);
        rows(&mut console, span, day);
        all.add(&kit(&console, now()).model.figure_counts(span, &Filter::default()).unwrap(), 1);
    }
    wall_and_plan(&bench, &console, today);
    let running = kit(&console, now()).model.figure_running(FigureSpan::Today, &Filter::default());
    assert!(running.get(Fact::ReadyMs) > 0 && running.get(Fact::TrainingMs) > 0, "somebody sits there: {running:?}");
    // There is something of each kind, so that something is compared.
    for fact in [Fact::Answered, Fact::Abandoned, Fact::ReadyMs, Fact::Opened, Fact::Owed, Fact::ChecksOwed] {
        assert!(all.get(fact) > 0, "{fact:?} {all:?}");
    }
    assert!(all.get(Fact::Interventions) == 0, "an operator's line does not tell them");
}

/// Callers who soon gave up on an empty desk are no full service level, on no screen and on no paper (R-LIVE-3).
#[test]
fn a_service_level_without_service_is_nowhere_full() {
    let today = day_of(now());
    let gave_up = call(900, Stamp(today * DAY - OFFSET), "gas", 3_000, None);
    let entry = Entry {
        sequence: 1,
        at: gave_up.arrived_at,
        actor: Actor::Desk,
        seat: String::new(),
        rule: String::new(),
        command: 0,
        events: vec![Event::Call(Box::new(gave_up))],
    };
    let (bench, console) = desk(today, vec![entry]);
    let good = Measure::ServiceLevel(Formula::AbandonedInTimeGood);
    let one = &json(&bench, today, "all")["total"]["measures"][good.code()];
    assert_eq!((&one["value"], &one["numerator"], &one["denominator"]), (&Value::Null, &1.into(), &1.into()));
    let kit = kit(&console, now());
    assert_eq!(kit.model.live_view(0).all().of_today(good), None);
    let counts = kit.model.figure_counts(FigureSpan::Today, &Filter::default()).unwrap();
    let figured = kit.model.figured_of(ringdesk::tui::model::figures::Of::Measure(good), &counts);
    assert_eq!(figured.value, "–");
    let sheet = printed(&bench, &["sheet", "day", &date(today), "--format", "text"]);
    let levels = sheet.split("== The service level by each formula").nth(1).unwrap().split("\n== ").next().unwrap();
    assert!(levels.contains("(A+Bs)/(N+B)") && !levels.contains("100.0%"), "{levels}");
}
