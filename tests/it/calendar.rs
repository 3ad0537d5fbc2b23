//! The calendar against its referees: a table of due times, a second and slower calendar, and the traps that others fell
//! into.

use std::fs;

use proptest::prelude::*;
use ringdesk::config::calendars::{load, shipped};
use ringdesk::domain::calendar::{DayKind, day};
use ringdesk::domain::{Allowance, Calendar, Due, Hours, Stamp, Step, Timing, What, WorkDays};

use crate::calendar_kit::{MINUTE, OFFSET, Plain, fixture, hours, local, number, said, stamp, written};
use crate::hostile::shared;

fn known() -> Calendar {
    shipped().unwrap()
}

fn timing<'a>(calendar: &'a Calendar, hours: &'a Hours) -> Timing<'a> {
    Timing { calendar, hours, offset_ms: OFFSET }
}

fn allow(text: &str) -> Allowance {
    Allowance::parse(text).unwrap()
}

const OFFICE: &str = "working 08:30-12:00,13:30-17:30";

#[test]
fn every_year_has_its_days() {
    let (calendar, plain) = (known(), Plain::new());
    let mut years = 0;
    for line in fixture("years.txt").lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let year: i32 = cells[0].parse().unwrap();
        assert_eq!(calendar.working_days(year), Some(cells[1].parse().unwrap()), "{year}");
        for day in day(year, 1, 1).unwrap().iter_days().take(366) {
            let number = local(&day.to_string()) / 1_440;
            if written(number * 1_440).starts_with(&format!("{year}-")) {
                assert_eq!(calendar.is_working(day), plain.works(number), "{day}");
            }
        }
        years += 1;
    }
    assert_eq!((years, calendar.years.len()), (7, 7));
}

#[test]
fn days_are_what_the_notices_call_them() {
    let calendar = known();
    let kind = |month, number| calendar.kind(day(2026, month, number).unwrap());
    assert_eq!(kind(2, 14), DayKind::MakeUp);
    assert_eq!(kind(2, 15), DayKind::Holiday("春节"));
    assert_eq!(kind(2, 24), DayKind::Working);
    assert_eq!(kind(3, 1), DayKind::Weekend);
    assert_eq!(kind(9, 20), DayKind::MakeUp);
    assert_eq!(kind(10, 7), DayKind::Holiday("国庆节"));
    assert_eq!(calendar.holiday(day(2025, 10, 6).unwrap()), Some("中秋节"));
    assert!(calendar.is_working(day(2026, 2, 14).unwrap()) && !calendar.is_loaded(2027));
    assert!(calendar.years.values().all(|year| year.source.contains("gov.cn")));
}

#[test]
fn every_row_of_the_table_comes_out() {
    let calendar = known();
    let mut wrong = Vec::new();
    for line in fixture("due.tsv").lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let hours = hours(cells[0]);
        let due = timing(&calendar, &hours).due(stamp(cells[1]), allow(cells[2]));
        if said(due.at) != cells[3] || due.provisional {
            wrong.push(format!("{line}: {} {}", said(due.at), due.provisional));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The larger table, where it is there.
#[test]
fn every_row_of_the_referee_comes_out() {
    let Some(path) = shared("calendar/deadline_oracle_sample.csv") else {
        println!("skipped: no referee beside the repository");
        return;
    };
    let (calendar, hours) = (known(), Hours::default());
    let mut rows = 0;
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let due = timing(&calendar, &hours).due(stamp(&row[0]), allow(&format!("{}wd", &row[1])));
        let day = timing(&calendar, &hours).day_of(due.at);
        assert_eq!((day.to_string().as_str(), due.provisional), (&row[2], false), "{row:?}");
        rows += 1;
    }
    assert!(rows > 2_000, "{rows}");
}

#[test]
fn the_other_table_of_holidays_agrees() {
    let Some(path) = shared("calendar/cn_holidays_2020_2026.json") else {
        println!("skipped: no referee beside the repository");
        return;
    };
    let table: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    for (number, year) in known().years {
        let theirs = &table["years"][number.to_string()];
        let days = |key: &str| -> Vec<String> {
            theirs[key].as_array().unwrap().iter().map(|day| day["date"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(year.holidays.keys().map(ToString::to_string).collect::<Vec<_>>(), days("holidays"));
        assert_eq!(year.make_up.iter().map(ToString::to_string).collect::<Vec<_>>(), days("makeup_workdays"));
        assert_eq!(known().working_days(number), theirs["workdays_in_year"].as_u64().map(|days| days as usize));
    }
}

/// A year nobody loaded is guessed and said to be; loading it gives the due time anew, and for good.
#[test]
fn a_year_not_loaded_is_provisional_until_it_is() {
    let (calendar, hours) = (known(), Hours::default());
    let before = timing(&calendar, &hours).due(stamp("2026-12-31 10:00"), allow("1wd"));
    assert_eq!((said(before.at).as_str(), before.provisional), ("2027-01-02 00:00", true));
    assert!(!timing(&calendar, &hours).due(stamp("2026-12-30 10:00"), allow("1wd")).provisional);
    assert!(!timing(&calendar, &hours).due(stamp("2026-12-31 23:00"), allow("9d")).provisional);
    assert!(!timing(&calendar, &Hours::always()).due(stamp("2027-06-01 23:00"), allow("same-day")).provisional);
    assert!(timing(&calendar, &hours).due(stamp("2027-06-01 23:00"), allow("same-day")).provisional);
    assert!(timing(&calendar, &hours).due(stamp("2026-12-31 23:30"), allow("31wm")).provisional);
    assert!(!timing(&calendar, &hours).due(stamp("2026-12-31 23:30"), allow("30wm")).provisional);

    let folder = tempfile::tempdir().unwrap();
    let text = "year = 2027\nsource = \"x\"\n[[holiday]]\nname = \"元旦\"\nfrom = 2027-01-01\nto = 2027-01-03\n";
    fs::write(folder.path().join("2027.toml"), text).unwrap();
    let calendar = load(Some(folder.path())).unwrap();
    let after = timing(&calendar, &hours).due(stamp("2026-12-31 10:00"), allow("1wd"));
    assert_eq!((said(after.at).as_str(), after.provisional), ("2027-01-05 00:00", false));
}

#[test]
fn a_derivation_names_every_day() {
    let (calendar, hours) = (known(), hours(OFFICE));
    let steps = timing(&calendar, &hours).derive(stamp("2026-02-13 10:00"), allow("2wd"));
    let day = |number| day(2026, 2, number).unwrap();
    assert_eq!((steps.len(), steps[0].what == What::Start(stamp("2026-02-13 10:00"))), (13, true));
    assert_eq!((steps[1].day, &steps[1].what), (day(14), &What::Counted { nth: 1, make_up: true }));
    for step in &steps[2..11] {
        assert_eq!(step.what, What::Holiday("春节".into()), "{}", step.day);
    }
    assert_eq!((steps[11].day, &steps[11].what), (day(24), &What::Counted { nth: 2, make_up: false }));
    let due = Due { at: stamp("2026-02-24 17:30"), provisional: false };
    assert_eq!((steps[12].day, &steps[12].what), (day(24), &What::Due(due)));

    let steps = timing(&calendar, &hours).derive(stamp("2026-02-14 17:00"), allow("60wm"));
    let used =
        |used: i64, left: i64, make_up| What::Business { used_ms: used * MINUTE, left_ms: left * MINUTE, make_up };
    assert_eq!((steps[1].day, &steps[1].what), (day(14), &used(30, 30, true)));
    assert_eq!((steps[11].day, &steps[11].what), (day(24), &used(30, 0, false)));
}

#[test]
fn hours_that_make_no_sense_are_refused() {
    let parse = |spans: &[&str]| Hours::parse(&spans.iter().map(|span| (*span).to_owned()).collect::<Vec<_>>());
    let cases: [(&[&str], &str); 12] = [
        (&[], "calendar.span_none"),
        (&["08:30"], "calendar.span_wrong"),
        (&["8.30-12.00"], "calendar.span_wrong"),
        (&["08:60-12:00"], "calendar.span_wrong"),
        (&["+8:30-12:00"], "calendar.span_wrong"),
        (&["0800:30-12:00"], "calendar.span_wrong"),
        (&["12:00-08:30"], "calendar.span_reversed"),
        (&["12:00-12:00"], "calendar.span_reversed"),
        (&["20:00-24:30"], "calendar.span_beyond"),
        (&["20:00-99:59"], "calendar.span_beyond"),
        (&["13:00-17:00", "08:30-13:30"], "calendar.span_overlap"),
        (&["08:00-12:00", "08:00-12:00"], "calendar.span_overlap"),
    ];
    for (spans, key) in cases {
        assert_eq!(parse(spans).unwrap_err().key, key, "{spans:?}");
    }
    let split = parse(&["13:30-17:30", " 8:30 - 12:00 "]).unwrap();
    assert_eq!((split.spans(), split.close()), (&[(510, 720), (810, 1_050)][..], 1_050));
    assert_eq!(parse(&["00:00-12:00", "12:00-24:00"]).unwrap().spans(), [(0, 1_440)]);
    assert_eq!((Hours::default().close(), Hours::default().is_always()), (1_440, false));
    assert!(Hours::always().is_always());
    assert!(Hours::parse_on(WorkDays::Every, &["00:00-24:00".into()]).unwrap().is_always());
}

#[test]
fn allowances_that_make_no_sense_are_refused() {
    for (text, key) in [
        ("", "calendar.allowance_wrong"),
        ("5", "calendar.allowance_wrong"),
        ("wd", "calendar.allowance_wrong"),
        ("-5wd", "calendar.allowance_wrong"),
        ("1.5h", "calendar.allowance_wrong"),
        ("5 wd", "calendar.allowance_wrong"),
        ("５wd", "calendar.allowance_wrong"),
        ("5天", "calendar.allowance_wrong"),
        ("0wd", "calendar.allowance_zero"),
        ("3651d", "calendar.allowance_long"),
        ("87601h", "calendar.allowance_long"),
        ("99999999999999999999m", "calendar.allowance_long"),
    ] {
        assert_eq!(Allowance::parse(text).unwrap_err().key, key, "{text}");
    }
    assert_eq!(allow(" 8WH "), Allowance::WorkMinutes(480));
    assert_eq!(allow("3650wd"), Allowance::WorkingDays(3_650));
}

/// Zammad #3180: a calendar of 24 hours a day that loses the minute at midnight.
#[test]
fn no_minute_is_lost_at_midnight() {
    let calendar = known();
    for hours in [Hours::always(), hours("every 00:00-23:59"), Hours::default()] {
        let timing = timing(&calendar, &hours);
        let week = timing.business_ms(stamp("2026-03-02 00:00"), stamp("2026-03-07 00:00")) / MINUTE;
        let minutes_a_day = i64::from(hours.close());
        assert_eq!(week, 5 * minutes_a_day);
        let due = timing.due(stamp("2026-03-02 23:58"), allow("3wm"));
        let lost = 1_440 - minutes_a_day;
        assert_eq!(said(due.at), written(local("2026-03-03 00:01") + lost));
    }
}

/// GLPI #10594: a pause over a weekend counted twice.
#[test]
fn a_pause_over_a_weekend_counts_once() {
    let (calendar, hours) = (known(), hours(OFFICE));
    let timing = timing(&calendar, &hours);
    let due = |from, text, pause: (&str, &str)| {
        said(timing.resume(stamp(from), allow(text), &[(stamp(pause.0), stamp(pause.1))]).at)
    };
    // Friday afternoon to Monday morning: half an hour of business.
    assert_eq!(due("2026-03-06 16:00", "8wh", ("2026-03-06 17:00", "2026-03-09 08:30")), "2026-03-09 17:00");
    assert_eq!(due("2026-03-06 16:00", "8wh", ("2026-03-06 17:30", "2026-03-09 08:30")), "2026-03-09 16:30");
    assert_eq!(due("2026-03-06 16:00", "8wh", ("2026-03-07 00:00", "2026-03-08 24:00")), "2026-03-09 16:30");
    // One working day lies in it.
    assert_eq!(due("2026-03-05 16:00", "2wd", ("2026-03-06 17:00", "2026-03-09 08:30")), "2026-03-10 17:30");
    assert_eq!(due("2026-03-05 16:00", "2wd", ("2026-03-07 09:00", "2026-03-08 20:00")), "2026-03-09 17:30");
    assert_eq!(due("2026-03-05 16:00", "2wd", ("2026-03-06 09:00", "2026-03-06 20:00")), "2026-03-09 17:30");
    // Over Spring Festival: the 14th is worked, the next is the 24th.
    assert_eq!(due("2026-02-13 16:00", "1wd", ("2026-02-13 17:00", "2026-02-23 08:30")), "2026-02-24 17:30");
    assert_eq!(due("2026-02-13 16:00", "1h", ("2026-02-13 16:30", "2026-02-23 08:30")), "2026-02-23 09:00");
    // What is paused after it fell due changes nothing.
    assert_eq!(due("2026-03-05 16:00", "1wd", ("2026-03-06 17:30", "2026-03-20 08:30")), "2026-03-06 17:30");
    assert_eq!(due("2026-03-05 10:00", "same-day", ("2026-03-05 11:00", "2026-03-06 08:30")), "2026-03-06 17:30");
}

#[test]
fn marks_lie_in_the_time_that_counts() {
    let (calendar, hours) = (known(), hours(OFFICE));
    let timing = timing(&calendar, &hours);
    let mark = |from, text, percent| {
        let due = timing.due(stamp(from), allow(text));
        said(timing.mark(stamp(from), due, allow(text), percent))
    };
    assert_eq!(mark("2026-03-06 16:30", "2wh", 50), "2026-03-06 17:30");
    assert_eq!(mark("2026-03-06 16:30", "2wh", 80), "2026-03-09 09:06");
    assert_eq!(mark("2026-03-06 16:30", "2wh", 100), "2026-03-09 09:30");
    assert_eq!(mark("2026-03-06 16:30", "2wh", 200), "2026-03-09 11:30");
    assert_eq!(mark("2026-03-06 16:30", "2h", 50), "2026-03-06 17:30");
    assert_eq!(mark("2026-03-06 17:30", "1wd", 100), "2026-03-09 17:30");
    assert_eq!(mark("2026-03-06 17:30", "1wd", 50), "2026-03-08 05:30");
}

/// Whatever is asked, there is an answer, soon, and not before the start.
#[test]
fn absurd_questions_end() {
    let calendar = known();
    let far = [i64::MIN, -8_000_000_000_000_000, 0, 1_770_000_000_000, 8_000_000_000_000_000, i64::MAX].map(Stamp);
    let most = u32::MAX;
    let allowances = [
        Allowance::Minutes(most),
        Allowance::Hours(most),
        Allowance::Days(most),
        Allowance::WorkingDays(most),
        Allowance::WorkMinutes(most),
        Allowance::SameDay,
        Allowance::WorkingDays(0),
        Allowance::WorkMinutes(0),
    ];
    for hours in [Hours::always(), Hours::default(), hours("every 23:59-24:00"), hours(OFFICE)] {
        for from in far {
            for allow in allowances {
                let timing = timing(&calendar, &hours);
                let due = timing.due(from, allow);
                assert!(due.at >= from, "{from:?} {allow:?}");
                assert!(timing.resume(from, allow, &far.map(|at| (at, Stamp(i64::MAX)))).at >= due.at);
                assert!(timing.mark(from, due, allow, 50) <= timing.mark(from, due, allow, u16::MAX));
                assert!(matches!(timing.derive(from, allow).last().unwrap().what, What::Due(last) if last == due));
            }
        }
        let many = timing(&calendar, &hours).due(far[3], Allowance::WorkingDays(most));
        assert!(many.provisional && many.at > far[3]);
    }
}

fn an_hour_plan() -> impl Strategy<Value = Hours> {
    let texts = [
        "every 00:00-24:00",
        "working 00:00-24:00",
        OFFICE,
        "every 08:00-20:00",
        "working 09:00-11:30,12:30-15:00,15:15-18:00",
        "every 00:00-06:00,22:00-24:00",
        "working 23:59-24:00",
    ];
    proptest::sample::select(texts.to_vec()).prop_map(hours)
}

fn an_allowance() -> impl Strategy<Value = Allowance> {
    prop_oneof![
        (1..200_000u32).prop_map(Allowance::Minutes),
        (1..2_000u32).prop_map(Allowance::Hours),
        (1..90u32).prop_map(Allowance::Days),
        (1..60u32).prop_map(Allowance::WorkingDays),
        (1..9_000u32).prop_map(Allowance::WorkMinutes),
        Just(Allowance::SameDay),
    ]
}

/// A minute between 2020 and the autumn of 2026.
fn a_minute() -> impl Strategy<Value = i64> {
    number(2020, 1, 1) * 1_440..number(2026, 9, 1) * 1_440
}

/// Pauses as minutes after the start and minutes long.
fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    proptest::collection::vec((-500..20_000i64, 0..6_000i64), 0..6)
}

fn at(minute: i64) -> Stamp {
    Stamp(minute * MINUTE - OFFSET)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn working_days_agree_with_counting(minute in a_minute(), ms in 0..MINUTE, count in 1..60u32, hours in an_hour_plan()) {
        let (calendar, plain) = (known(), Plain::new());
        let due = timing(&calendar, &hours).due(at(minute).plus(ms), Allowance::WorkingDays(count));
        let day = plain.nth(minute.div_euclid(1_440), count);
        prop_assert_eq!(due.at, at(day * 1_440 + i64::from(hours.close())));
        prop_assert!(!due.provisional || written(day * 1_440).starts_with("2027"));
    }

    #[test]
    fn business_agrees_with_counting_minutes(
        minute in a_minute(), count in 1..1_500u32, hours in an_hour_plan(), pauses in pauses(),
    ) {
        let (calendar, plain) = (known(), Plain::new());
        let count = if hours.close() == 1_440 && hours.spans().len() == 1 { count } else { count / 4 + 1 };
        let count = if hours.spans() == [(1_439, 1_440)] { count % 20 + 1 } else { count };
        let timing = timing(&calendar, &hours);
        let allow = Allowance::WorkMinutes(count);
        let due = timing.due(at(minute), allow);
        prop_assert_eq!(said(due.at), written(plain.business(&hours, minute, count, &[])));
        prop_assert_eq!(timing.business_ms(at(minute), due.at), i64::from(count) * MINUTE);
        let spans: Vec<_> = pauses.iter().map(|(after, long)| (minute + after, minute + after + long)).collect();
        let stamps: Vec<_> = spans.iter().map(|(begin, end)| (at(*begin), at(*end))).collect();
        let resumed = timing.resume(at(minute), allow, &stamps);
        prop_assert_eq!(said(resumed.at), written(plain.business(&hours, minute, count, &spans)));
    }

    #[test]
    fn pauses_merge_and_never_hasten(
        minute in a_minute(), ms in 0..MINUTE, allow in an_allowance(), hours in an_hour_plan(), pauses in pauses(),
        cut in 0..100i64, turn in 0..6usize,
    ) {
        let calendar = known();
        let (timing, from) = (timing(&calendar, &hours), at(minute).plus(ms));
        let pauses: Vec<_> =
            pauses.iter().map(|(after, long)| (at(minute + after), at(minute + after + long))).collect();
        let due = timing.resume(from, allow, &pauses);
        prop_assert!(due.at >= timing.due(from, allow).at);
        prop_assert_eq!(timing.resume(from, allow, &[]), timing.due(from, allow));
        let mut turned = pauses.clone();
        turned.rotate_left(turn.min(pauses.len()));
        turned.reverse();
        prop_assert_eq!(timing.resume(from, allow, &turned), due, "order");
        let mut halves = pauses.clone();
        for (begin, end) in &pauses {
            let middle = begin.plus(end.since(*begin) * cut / 100);
            halves.extend([(*begin, middle), (middle, *end), (middle, middle), (*end, *begin)]);
        }
        halves.drain(..pauses.len());
        prop_assert_eq!(timing.resume(from, allow, &halves), due, "cut in two, with empty and reversed ones");
        let doubled = [pauses.clone(), pauses.clone()].concat();
        prop_assert_eq!(timing.resume(from, allow, &doubled), due, "twice");
        let longer: Vec<_> = pauses.iter().map(|(begin, end)| (*begin, end.plus(cut * MINUTE))).collect();
        prop_assert!(timing.resume(from, allow, &longer).at >= due.at, "a longer pause gives more time");
    }

    #[test]
    fn marks_and_derivations_hold_together(
        minute in a_minute(), allow in an_allowance(), hours in an_hour_plan(), one in 0..300u16, other in 0..300u16,
    ) {
        let calendar = known();
        let (timing, from) = (timing(&calendar, &hours), at(minute));
        let due = timing.due(from, allow);
        let (low, high) = (one.min(other), one.max(other));
        prop_assert!(timing.mark(from, due, allow, low) <= timing.mark(from, due, allow, high));
        prop_assert_eq!(timing.mark(from, due, allow, 100), due.at);
        prop_assert_eq!(timing.mark(from, due, allow, 0), from);
        let steps = timing.derive(from, allow);
        prop_assert_eq!(&steps.last().unwrap().what, &What::Due(due));
        prop_assert!(steps.windows(2).all(|pair| pair[0].day <= pair[1].day), "days go forward");
        prop_assert_eq!(steps.iter().any(|step| step.guessed), due.provisional);
        let counted = steps.iter().filter(|step| matches!(step.what, What::Counted { .. })).count();
        match allow {
            Allowance::WorkingDays(count) => prop_assert_eq!(counted, count as usize),
            Allowance::SameDay => prop_assert_eq!(counted, 1),
            _ => prop_assert_eq!(counted, 0),
        }
        if let Allowance::WorkMinutes(count) = allow {
            let used: i64 = steps
                .iter()
                .map(|step| if let What::Business { used_ms, .. } = step.what { used_ms } else { 0 })
                .sum();
            prop_assert!(hours.is_always() || used == i64::from(count) * MINUTE);
        }
    }

    #[test]
    fn an_allowance_is_read_back(allow in an_allowance(), text in "[ 0-9]{0,6}[a-z\\-天]{0,3}") {
        prop_assert_eq!(Allowance::parse(&allow.code()).unwrap(), allow);
        if let Ok(read) = Allowance::parse(&text) {
            prop_assert_eq!(Allowance::parse(&read.code()).unwrap(), read);
        }
    }

    /// On a desk that never closes, a minute of business is a minute.
    #[test]
    fn round_the_clock_business_is_plain_time(minute in a_minute(), ms in 0..MINUTE, count in 1..200_000u32) {
        let (calendar, hours) = (known(), Hours::always());
        let timing = timing(&calendar, &hours);
        let from = at(minute).plus(ms);
        prop_assert_eq!(timing.due(from, Allowance::WorkMinutes(count)), timing.due(from, Allowance::Minutes(count)));
    }
}

/// A calendar and a due time come back from where they were written to, so that a change of either is noticed.
#[test]
fn what_is_written_is_read_back() {
    let calendar = known();
    let hours = hours(OFFICE);
    let steps = timing(&calendar, &hours).derive(stamp("2026-12-31 10:00"), allow("2wd"));
    let whole = (calendar.clone(), hours, steps, allow("90wm"));
    let json = serde_json::to_string(&whole).unwrap();
    assert!(serde_json::from_str::<(Calendar, Hours, Vec<Step>, Allowance)>(&json).unwrap() == whole);
    let config = bincode::config::standard();
    let bytes = bincode::serde::encode_to_vec(&whole, config).unwrap();
    let (back, _): ((Calendar, Hours, Vec<Step>, Allowance), _) =
        bincode::serde::decode_from_slice(&bytes, config).unwrap();
    assert!(back == whole && back.0 == calendar);
}
