//! `ringdesk figures`: what is printed agrees with a count by hand, and every form says the same numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ringdesk::text::{Ambiguous, width};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::import_kit::{import, said};
use crate::printed_kit::{at, call, calls, faults_of_page, friday, json, level, printed, program, refused, word};

const FRIDAY: [&str; 4] = ["--since", "2026-11-20", "--until", "2026-11-21"];
const SPLITS: [&str; 12] =
    ["all", "queue", "agent", "team", "type", "department", "half-hour", "hour", "day", "week", "month", "week-hour"];

fn by<'a>(split: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [more, &["--by", split]].concat()
}

fn fact(sums: &Value, fact: &str) -> i64 {
    sums["facts"][fact].as_i64().unwrap_or_else(|| panic!("{fact} in {sums}"))
}

/// Value, numerator and denominator of a measure.
fn measure(sums: &Value, code: &str) -> (Option<i64>, i64, i64) {
    let one = &sums["measures"][code];
    let number = |key: &str| one[key].as_i64();
    assert!(one["value"].is_null() || one["value"].is_i64(), "no floats: {one}");
    (number("value"), number("numerator").unwrap(), number("denominator").unwrap())
}

fn group<'a>(whole: &'a Value, key: &str) -> &'a Value {
    let found = whole["groups"].as_array().unwrap().iter().find(|group| group["group"] == key);
    found.unwrap_or_else(|| panic!("{key} in {}", whole["groups"]))
}

/// The rows of the CSV by their first column, and its headings.
fn csv(data: &TempDir, arguments: &[&str]) -> (Vec<String>, BTreeMap<String, Vec<String>>) {
    let text = printed(data, &[&["figures", "--format", "csv"], arguments].concat());
    let text = text.strip_prefix('\u{feff}').expect("Excel in China reads UTF-8 behind its mark alone");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
    (heads, rows.map(|row| (row[0].clone(), row)).collect())
}

#[test]
fn what_is_printed_agrees_with_a_count_by_hand() {
    let data = calls(friday());
    let whole = json(&data, &FRIDAY);
    assert_eq!(whole["form"], "ringdesk.figures/1");
    assert_eq!(whole["since"], "2026-11-20T00:00:00.000+08:00");
    assert_eq!(whole["until"], "2026-11-21T00:00:00.000+08:00");
    let total = &whole["total"];
    for (name, count) in [
        ("offered", 6),
        ("answered", 4),
        ("in_time", 3),
        ("abandoned", 2),
        ("abandoned_short", 1),
        ("reconstructed", 1),
        ("wait_ms", 48_000),
        ("talk_ms", 190_000),
        ("answered_after_0s", 1),
        ("answered_after_5s", 1),
        ("answered_after_20s", 2),
        ("abandoned_after_5s", 1),
        ("abandoned_after_45s", 1),
        ("dialled", 0),
    ] {
        assert_eq!(fact(total, name), count, "{name}");
    }
    assert_eq!(measure(total, "service_level_answered"), (Some(750), 3, 4));
    assert_eq!(measure(total, "service_level_good"), (Some(666), 4, 6));
    assert_eq!(measure(total, "service_level_all"), (Some(500), 3, 6));
    assert_eq!(measure(total, "service_level_out"), (Some(600), 3, 5));
    assert_eq!(total["measures"]["service_level_out"]["left_out"], json!({ "abandoned_short": 1 }));
    assert_eq!(measure(total, "answer_speed"), (Some(12_000), 48_000, 4));
    assert_eq!(measure(total, "talk_time"), (Some(47_500), 190_000, 4));
    assert_eq!(measure(total, "abandon_wait"), (Some(29_000), 58_000, 2));
    assert_eq!(measure(total, "occupancy"), (None, 0, 0));
    assert_eq!(whole["formula"], json!({ "measure": "service_level_good", "written": "(A+Bs)/(N+B)" }));
    let queues = json(&data, &by("queue", &FRIDAY));
    assert_eq!(measure(group(&queues, "gas"), "service_level_good"), (Some(600), 3, 5));
    assert_eq!(measure(group(&queues, "heat <1> & \"2\""), "service_level_good"), (Some(1000), 1, 1));
    let agents = json(&data, &by("agent", &FRIDAY));
    assert_eq!(["1001", "1002", ""].map(|agent| fact(group(&agents, agent), "offered")), [2, 2, 2]);
}

#[test]
fn every_formula_can_be_reckoned_again_from_the_facts_beside_it() {
    let data = calls(friday());
    let whole = json(&data, &FRIDAY);
    let formulae = whole["formulae"].as_object().unwrap();
    assert_eq!(formulae.len(), whole["total"]["measures"].as_object().unwrap().len());
    for (code, formula) in formulae {
        let sum = |part: &str| -> i64 {
            let names = formula[part].as_array().unwrap();
            names.iter().map(|name| fact(&whole["total"], name.as_str().unwrap())).sum()
        };
        let (value, numerator, denominator) = measure(&whole["total"], code);
        assert_eq!((numerator, denominator), (sum("above"), sum("below") - sum("less")), "{code}");
        assert_eq!(value.is_none(), denominator == 0, "{code}: nothing to count is no number");
    }
}

#[test]
fn whatever_they_are_put_together_by_the_groups_add_up_and_every_form_says_the_same() {
    let data = calls(friday());
    let total = json(&data, &FRIDAY)["total"].clone();
    for split in SPLITS {
        let arguments = by(split, &FRIDAY);
        let whole = json(&data, &arguments);
        assert_eq!(whole["by"], split);
        assert_eq!(whole["total"], total, "{split}");
        let groups = whole["groups"].as_array().unwrap();
        for (name, sum) in total["facts"].as_object().unwrap() {
            let counted: i64 = groups.iter().map(|group| fact(group, name)).sum();
            assert_eq!(Some(counted), sum.as_i64(), "{split} {name}");
        }
        let (heads, rows) = csv(&data, &arguments);
        assert_eq!(rows.len(), groups.len(), "{split}: a line a group");
        let text = printed(&data, &[&["figures"], arguments.as_slice()].concat());
        for group in groups {
            let row = &rows[group["group"].as_str().unwrap()];
            let cells: BTreeMap<&str, &str> =
                heads.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect();
            same_in_csv(group, &cells);
            same_in_text(group, &text, split);
        }
    }
}

fn same_in_csv(group: &Value, cells: &BTreeMap<&str, &str>) {
    assert_eq!(cells["label"], group["label"].as_str().unwrap());
    let facts: &Map<String, Value> = group["facts"].as_object().unwrap();
    facts.iter().for_each(|(name, count)| assert_eq!(cells[name.as_str()], count.to_string()));
    let measures = group["measures"].as_object().unwrap();
    assert_eq!(cells.len(), 2 + facts.len() + 3 * measures.len(), "a column for each and no other");
    for (code, one) in measures {
        let unit = one["unit"].as_str().unwrap();
        let value = one["value"].as_i64().map(|value| value.to_string()).unwrap_or_default();
        assert_eq!(cells[format!("{code}_{unit}").as_str()], value);
        for part in ["numerator", "denominator"] {
            assert_eq!(cells[format!("{code}_{part}").as_str()], one[part].to_string());
        }
    }
}

/// The text's lines of a group: counts of calls, and every service level, as the JSON has them.
fn same_in_text(group: &Value, text: &str, split: &str) {
    let label = group["label"].as_str().unwrap();
    let percent = |code: &str| match group["measures"][code]["value"].as_i64() {
        Some(permille) => format!("{}.{}%", permille / 10, permille % 10),
        None => "–".to_owned(),
    };
    let levels = ["answered", "good", "all", "out"].map(|code| percent(&format!("service_level_{code}")));
    let facts = ["offered", "answered", "in_time", "answered_late"];
    let counts = facts.map(|name| fact(group, name).to_string());
    if split == "all" {
        let names = facts.map(|fact| word(&format!("fact.{fact}")));
        for (name, value) in names.iter().zip(&counts) {
            let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
            assert_eq!(line[name.len()..].split_whitespace().next(), Some(value.as_str()), "{line}");
        }
        levels.iter().for_each(|level| assert!(text.contains(level.as_str()), "{level} in {text}"));
        return;
    }
    let rows = || text.lines().filter_map(|line| line.strip_prefix(label));
    let cells = |row: &str| row.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert!(rows().any(|row| cells(row) == levels), "{split} {label} {levels:?} in {text}");
    assert!(rows().any(|row| cells(row).starts_with(&counts)), "{split} {label} {counts:?} in {text}");
}

#[test]
fn columns_stand_under_each_other_in_every_language() {
    let data = calls(friday());
    for language in ["zh-Hans", "zh-Hant", "en"] {
        let output = program(data.path(), language, &[&["figures"], by("queue", &FRIDAY).as_slice()].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let row = |label: &str| {
            let line = text.lines().filter(|line| line.starts_with(label)).find(|line| line.contains('%')).unwrap();
            width(line, Ambiguous::Narrow)
        };
        assert_eq!(row("gas"), row("heat"), "{text}");
        let widest = text.lines().map(|line| width(line, Ambiguous::Narrow)).max();
        assert!(widest <= Some(96), "{widest:?}: {text}");
    }
}

#[test]
fn half_hours_are_local_and_gaps_between_them_are_nothing() {
    let data = calls(friday());
    let whole = json(&data, &by("half-hour", &FRIDAY));
    let counts: Vec<(String, i64)> = whole["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["group"].as_str().unwrap().to_owned(), fact(group, "offered")))
        .collect();
    assert_eq!(counts.len(), 32, "from the first to the last: {counts:?}");
    let busy: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).map(|(at, count)| (at.as_str(), *count)).collect();
    assert_eq!(busy, [("08:00", 2), ("08:30", 2), ("09:00", 1), ("23:30", 1)]);
    assert_eq!(measure(group(&whole, "12:00"), "service_level_good"), (None, 0, 0));
    let hours = json(&data, &by("hour", &FRIDAY));
    assert_eq!(fact(group(&hours, "08:00"), "offered"), 4);
    let week = json(&data, &by("week-hour", &FRIDAY));
    assert_eq!(fact(group(&week, "5 08:00"), "offered"), 4);
    assert_eq!(group(&week, "5 08:00")["label"], "Fri 08:00");
}

/// A millisecond before midnight is the day before, also where a month, and at UTC nothing at all, ends there.
#[test]
fn days_and_months_end_at_the_desks_midnight() {
    let data = calls([
        call(1, at("2026-10-31T23:59:59.999+08:00"), "gas", 1_000, None),
        call(2, at("2026-11-01T00:00:00+08:00"), "gas", 1_000, Some(("1001", 5_000))),
        // Still October in London.
        call(3, at("2026-11-01T07:59:59+08:00"), "gas", 1_000, Some(("1001", 5_000))),
    ]);
    let offered = |arguments: &[&str]| fact(&json(&data, arguments)["total"], "offered");
    assert_eq!(offered(&["--since", "2026-10-31", "--until", "2026-11-01"]), 1);
    assert_eq!(offered(&["--until", "2026-11-01"]), 1, "without a begin the day that ends there");
    assert_eq!(offered(&["--since", "2026-11-01", "--until", "2026-11-02"]), 2);
    assert_eq!(offered(&["--since", "2026-10-31T16:00:00Z", "--until", "2026-11-01T00:00:00Z"]), 2);
    assert_eq!(offered(&["--since", "2026-11-01 00:30", "--until", "2026-11-02"]), 1);
    let span = ["--since", "2026-10-30", "--until", "2026-11-03"];
    let days = json(&data, &by("day", &span));
    let by_day: Vec<i64> = days["groups"].as_array().unwrap().iter().map(|day| fact(day, "offered")).collect();
    assert_eq!(by_day, [0, 1, 2, 0], "a day without calls has a line");
    let months = json(&data, &by("month", &span));
    assert_eq!(["2026-10", "2026-11"].map(|month| fact(group(&months, month), "offered")), [1, 2]);
    // The first of November is a Sunday: one week, by its Monday.
    let weeks = json(&data, &by("week", &span));
    assert_eq!(["2026-10-26", "2026-11-02"].map(|week| fact(group(&weeks, week), "offered")), [3, 0]);
}

#[test]
fn an_empty_day_is_nothing_and_never_all_of_it() {
    let data = calls(friday());
    let empty = ["--since", "2026-11-15", "--until", "2026-11-16"];
    for split in SPLITS {
        let arguments = by(split, &empty);
        let whole = json(&data, &arguments);
        let groups = whole["groups"].as_array().unwrap();
        for sums in groups.iter().chain([&whole["total"]]) {
            assert!(sums["measures"].as_object().unwrap().values().all(|one| one["value"].is_null()), "{split}");
        }
        let text = printed(&data, &[&["figures"], arguments.as_slice()].concat());
        assert!(text.contains('–') && !text.contains("100"), "{split}: {text}");
        let (heads, rows) = csv(&data, &arguments);
        let at = heads.iter().position(|head| head == "service_level_good_permille").unwrap();
        assert!(rows.values().all(|row| row[at].is_empty()));
    }
}

#[test]
fn filters_take_their_part() {
    let data = calls(friday());
    let offered = |more: &[&str]| fact(&json(&data, &[&FRIDAY, more].concat())["total"], "offered");
    assert_eq!(offered(&["--queue", "gas"]), 5);
    assert_eq!(offered(&["--agent", "1002"]), 2);
    assert_eq!(offered(&["--agent", "1002", "--queue", "gas"]), 1);
    assert_eq!(offered(&["--type", "repair"]), 0);
    let output = program(data.path(), "en", &[&["figures"], &FRIDAY[..], &["--queue", "gsa"]].concat());
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing in this span counts for \"gsa\""));
}

#[test]
fn another_formula_can_be_asked_for_and_the_one_in_force_stays_named() {
    let data = calls(friday());
    for (written, code, share) in
        [("A/N", "answered", "75.0%"), (" a / (n+b) ", "all", "50.0%"), ("A/(N+B)", "all", "50.0%")]
    {
        let asked = [&["figures"], &FRIDAY[..], &["--formula", written]].concat();
        let text = printed(&data, &asked);
        let name = level(code, &written.to_uppercase().replace(' ', ""));
        let calls = text.split("== Calls ==").nth(1).unwrap();
        let line = calls.lines().find(|line| line.starts_with(&name)).unwrap();
        assert!(line.contains(share), "{line}");
        let marked = |mark: &str| text.lines().filter(|line| line.contains(mark)).collect::<Vec<_>>();
        let (force, chosen) = (marked("(in force)"), marked("(asked for)"));
        assert!(
            matches!(force.as_slice(), [line] if line.contains("(A+Bs)/(N+B)") && line.contains("66.6%")),
            "{text}"
        );
        assert!(matches!(chosen.as_slice(), [line] if line.contains(share)), "{text}");
    }
    let whole = json(&data, &[&FRIDAY[..], &["--formula", "A/N"]].concat());
    assert_eq!(whole["formula"]["measure"], "service_level_answered");
    let whole_minus = json(&data, &[&FRIDAY[..], &["--formula", "A/(N+B\u{2212}Bs)"]].concat());
    assert_eq!(whole_minus["formula"]["measure"], "service_level_out", "with the minus sign of the SPEC too");
    assert_eq!(whole["formula_in_force"]["measure"], "service_level_good");
}

#[test]
fn what_can_not_be_answered_is_said() {
    let data = calls([]);
    for (arguments, sentence) in [
        (&["--since", "2026-02-30"][..], "\"2026-02-30\" is not a time"),
        (&["--since", "yesterday"], "\"yesterday\" is not a time"),
        (&["--since", "2026-11-20", "--until", "2026-11-20"], "there is no time: --since must be earlier"),
        (&["--since", "2026-11-21", "--until", "2026-11-20"], "from 2026-11-21 00:00 to 2026-11-20 00:00"),
        (&["--since", "2020-01-01", "--until", "2026-01-01"], "more than five years"),
        (&["--since", "2026-11-20 08:17"], "\"2026-11-20 08:17\" is between two; write 08:00 or 08:30"),
        (&["--by", "quue"], "figures can't be put together by \"quue\"; --by takes one of: all  queue  agent"),
        (&["--formula", "A/B"], "write one of: A/N  (A+Bs)/(N+B)  A/(N+B)  A/(N+B-Bs)"),
        (&["--type", "repairs"], "there is no type \"repairs\"; --type takes one of: enquiry  repair"),
    ] {
        let said = refused(&data, &[&["figures"], arguments].concat());
        assert!(said.contains(sentence), "{arguments:?}: {said}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    std::fs::remove_dir(nowhere.path()).unwrap();
    assert!(refused(&nowhere, &["figures"]).contains("there is no data folder"));
}

#[test]
fn the_page_is_whole_and_runs_nothing() {
    let data = calls(friday());
    for split in SPLITS {
        let page = printed(&data, &[&["figures", "--format", "html"], by(split, &FRIDAY).as_slice()].concat());
        assert_eq!(faults_of_page(&page), Vec::<String>::new(), "{split}");
        assert!(page.contains("66.6%"), "{split}");
        if split == "queue" {
            assert!(page.contains("heat &lt;1&gt; &amp; &quot;2&quot;"), "{page}");
        }
    }
}

/// A month of a queue's log, a call every twenty minutes: day by day it is the whole month.
#[test]
fn the_days_of_an_imported_month_add_up_to_it() {
    let data = tempfile::tempdir().unwrap();
    let (mut log, mut abandoned, mut late) = (String::new(), 0, 0);
    let begin = at("2026-09-01T00:00:00+08:00").0 / 1_000;
    let all = 30 * 72;
    for one in 0..all {
        let (arrived, wait, talk) = (begin + one * 1_200, one * 7 % 41, 5 + one * 13 % 200);
        let id = format!("{arrived}.{one}");
        writeln!(log, "{arrived}|{id}|gas|NONE|ENTERQUEUE||139{one:08}|1").unwrap();
        if one % 6 == 0 {
            abandoned += 1;
            writeln!(log, "{}|{id}|gas|NONE|ABANDON|1|1|{wait}", arrived + wait).unwrap();
        } else {
            // The log has whole seconds: one that says twenty may have been twenty and a half, and is not claimed.
            late += i64::from(wait >= 20);
            writeln!(log, "{}|{id}|gas|A{}|CONNECT|{wait}|{id}1|{wait}", arrived + wait, one % 9).unwrap();
            writeln!(log, "{}|{id}|gas|A{}|COMPLETECALLER|{wait}|{talk}|1", arrived + wait + talk, one % 9).unwrap();
        }
    }
    let file = data.path().join("queue_log");
    std::fs::write(&file, log).unwrap();
    let output = import(data.path(), &file, &[]);
    assert!(output.status.success(), "{:?}", said(&output));
    let month = ["--since", "2026-09-01", "--until", "2026-10-01"];
    let whole = json(&data, &month);
    let total = &whole["total"];
    assert_eq!((fact(total, "offered"), fact(total, "abandoned")), (all, abandoned));
    assert_eq!(fact(total, "answered") - fact(total, "in_time"), late);
    let days = json(&data, &by("day", &month));
    let days = days["groups"].as_array().unwrap();
    assert_eq!(days.len(), 30);
    assert!(days.iter().all(|day| fact(day, "offered") == 72));
    for (name, sum) in total["facts"].as_object().unwrap() {
        assert_eq!(Some(days.iter().map(|day| fact(day, name)).sum::<i64>()), sum.as_i64(), "{name}");
    }
}
