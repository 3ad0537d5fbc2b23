//! `ringdesk export` of agents' time, supervisors' steps, recordings and spot checks.

use ringdesk::domain::agent::AgentState;
use ringdesk::domain::oversight::Step;
use ringdesk::domain::recording::{Extraction, Listen, Recording};
use ringdesk::domain::spot::{CheckItem, CheckSheet, Finding, Pick, SpotDraw};
use ringdesk::domain::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::printed_kit::{at, desk, printed};

const MORNING: &str = "2026-11-20T08:00:00.000+08:00";
const NOON: &str = "2026-11-20T12:00:00.000+08:00";

fn rows(data: &TempDir, what: &str, more: &[&str]) -> Vec<Value> {
    let text = printed(data, &[&["export", what], more].concat());
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn data() -> TempDir {
    let staff = |id: &str| StaffId(id.into());
    let span = |since: &str, state: AgentState| Span {
        agent: AgentId("1001".into()),
        staff: Some(staff("wang")),
        state,
        since: at(since),
        until: at(since).plus(60_000),
        call: None,
        queue: String::new(),
        rehearsal: false,
        outbound: false,
    };
    let step = |id: u64, moment: &str, step: Step| Intervention {
        id: InterventionId(id),
        at: at(moment),
        by: staff("chen"),
        step,
        agent: Some(AgentId("1001".into())),
        call: None,
        reason: "吃饭".into(),
        told: true,
        source: None,
        channel: String::new(),
        ended_at: Some(at(moment)),
        rehearsal: false,
        ending: ringdesk::domain::oversight::Ending::Over,
    };
    let recording = |call: u64, moment: &str| Recording {
        call: CallId(call),
        path: format!("/var/spool/{call}.wav"),
        made_at: at(moment),
        ..Recording::default()
    };
    let kept = Recording {
        listens: vec![Listen { at: at(NOON), by: staff("chen"), reason: "投诉".into() }],
        extraction: Some(Extraction { number: 1, at: at(NOON), reason: "未办结".into(), ..Extraction::default() }),
        ..recording(7, MORNING)
    };
    let draw = SpotDraw {
        id: SpotDrawId(1),
        rule: "recording".into(),
        first_day: 20_777,
        last_day: 20_777,
        at: at(MORNING),
        seed: 255,
        population: vec![CallId(7), CallId(8)],
        picks: vec![Pick { call: CallId(7), sheet: Some(CheckSheetId(1)), passed: true, ..Pick::default() }],
        by: "manager".into(),
        percent: 100,
        least: 0,
        whose: Vec::new(),
    };
    let item = CheckItem { item: "answered_in_time".into(), finding: Finding::Good, computed: true };
    let sheet = CheckSheet {
        id: CheckSheetId(1),
        draw: SpotDrawId(1),
        call: CallId(7),
        at: at(NOON),
        by: staff("chen"),
        items: vec![item],
        ..CheckSheet::default()
    };
    desk([
        Event::Span(Box::new(span(MORNING, AgentState::Ready))),
        Event::Span(Box::new(span(NOON, AgentState::Break("吃饭".into())))),
        Event::Intervention(Box::new(step(1, MORNING, Step::Force(AgentState::Ready)))),
        Event::Intervention(Box::new(step(2, NOON, Step::Break { allowed: true }))),
        Event::Recording(Box::new(kept)),
        Event::Recording(Box::new(recording(8, NOON))),
        Event::SpotDraw(Box::new(draw)),
        Event::CheckSheet(Box::new(sheet)),
    ])
}

#[test]
fn what_is_watched_over_is_exported() {
    let data = data();
    let spans = rows(&data, "spans", &[]);
    let states: Vec<_> = spans.iter().map(|span| (&span["state"], &span["reason"])).collect();
    assert_eq!(states, [(&json!("ready"), &json!("")), (&json!("break"), &json!("吃饭"))]);
    assert_eq!(spans[0]["since"], MORNING);
    assert_eq!(spans[0]["until"], "2026-11-20T08:01:00.000+08:00");
    let steps = rows(&data, "interventions", &[]);
    let told: Vec<_> = steps.iter().map(|step| (&step["step"], &step["state"], &step["at"])).collect();
    assert_eq!(
        told,
        [(&json!("force"), &json!("ready"), &json!(MORNING)), (&json!("break"), &json!("allowed"), &json!(NOON))]
    );
    let recordings = rows(&data, "recordings", &[]);
    assert_eq!(recordings[0]["listens"], json!([{ "at": NOON, "by": "chen", "reason": "投诉" }]));
    assert_eq!((&recordings[0]["register"], &recordings[1]["register"]), (&json!(1), &Value::Null));
    let draws = rows(&data, "spot_draws", &[]);
    assert_eq!((&draws[0]["seed"], &draws[0]["first_day"]), (&json!("00000000000000ff"), &json!("2026-11-20")));
    assert_eq!(draws[0]["picks"][0]["passed"], true);
    let sheets = rows(&data, "check_sheets", &[]);
    assert_eq!(sheets[0]["items"], json!([{ "item": "answered_in_time", "finding": "good", "computed": true }]));
}

#[test]
fn a_span_of_time_takes_what_began_in_it() {
    let data = data();
    let until_noon = ["--since", MORNING, "--until", NOON];
    for (what, before, after) in
        [("spans", 1, 1), ("interventions", 1, 1), ("recordings", 1, 1), ("spot_draws", 1, 0), ("check_sheets", 0, 1)]
    {
        assert_eq!(rows(&data, what, &until_noon).len(), before, "{what}");
        assert_eq!(rows(&data, what, &["--since", NOON]).len(), after, "{what}");
        let csv = printed(&data, &["export", what, "--format", "csv"]);
        let csv = csv.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("{what}: {csv}"));
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let heads: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(reader.records().filter(|row| row.as_ref().unwrap().len() == heads.len()).count(), before + after);
        // Every column is promised in the document.
        let document = include_str!("../../docs/exports.md");
        let section =
            document.split(&format!("\n## {what}\n")).nth(1).unwrap_or_else(|| panic!("{what} has no section"));
        let section = section.split("\n## ").next().unwrap();
        heads
            .iter()
            .for_each(|head| assert!(section.contains(&format!("`{head}`")), "{what} {head} is not documented"));
        // And every column that the document has is there.
        let named = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
        for name in named.flat_map(|names| names.split(',')).map(|name| name.trim().trim_matches('`')) {
            assert!(heads.iter().any(|head| head == name), "{what} has no {name}");
        }
    }
}
