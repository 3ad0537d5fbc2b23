//! `ringdesk sheet`: a day, a week and a month on paper, counted by hand; and what is still open when it is printed.

use std::collections::{BTreeMap, BTreeSet};

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::oversight::{SpyMode, Step};
use ringdesk::domain::spot::{Pick, SpotDraw};
use ringdesk::domain::*;
use ringdesk::text::{Ambiguous, width};
use tempfile::TempDir;

use crate::bench::{Bench, login, now};
use crate::printed_kit::{at, call, calls, desk, faults_of_page, friday, level, printed, program, refused, word};

const GOOD: &str = "(A+Bs)/(N+B)";
const DAY: i64 = 86_400_000;

/// The part of a sheet in text below a heading.
fn part<'a>(text: &'a str, heading: &str) -> &'a str {
    let begin = text.find(&format!("== {heading}")).unwrap_or_else(|| panic!("{heading} in {text}"));
    let rest = &text[begin + 3..];
    rest.split("\n== ").next().unwrap()
}

/// The cells behind a name that begins a line.
fn row(part: &str, name: &str) -> Vec<String> {
    let line = part.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
    let line = line.unwrap_or_else(|| panic!("{name} in {part}"));
    line[name.len()..].split_whitespace().map(str::to_owned).collect()
}

/// The same of a table that goes on below: all its columns.
fn cells(part: &str, name: &str) -> Vec<String> {
    let lines = part.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
    lines.flat_map(|line| line[name.len()..].split_whitespace().map(str::to_owned)).collect()
}

fn text(data: &TempDir, arguments: &[&str]) -> String {
    printed(data, &[&["sheet"], arguments, &["--format", "text"]].concat())
}

#[test]
fn the_sheet_of_a_day_agrees_with_a_count_by_hand() {
    let data = calls(friday());
    let sheet = text(&data, &["day", "2026-11-20"]);
    assert!(sheet.lines().next().unwrap().contains("Day sheet 2026-11-20"), "{sheet}");
    let about = part(&sheet, "What of");
    assert!(about.contains("2026-11-20 00:00 – 2026-11-21 00:00"), "{about}");
    assert_eq!(row(about, "Answered late")[0], "1");
    assert!(about.contains("1 of the calls were filled in"), "{about}");
    let brief = part(&sheet, "Calls in short");
    for (fact, value) in [("offered", "6"), ("answered", "4"), ("in_time", "3"), ("abandoned", "2")] {
        assert_eq!(row(brief, &word(&format!("fact.{fact}"))), [value]);
    }
    assert_eq!(row(brief, &level("good", GOOD)), ["66.6%", "4", "/", "6"]);
    assert_eq!(row(brief, &word("measure.answer_speed"))[..4], ["12.0s", "0:00:48", "/", "4"]);
    assert_eq!(row(brief, &word("measure.occupancy"))[0], "–");
    let levels = part(&sheet, "The service level by each formula");
    assert_eq!(row(levels, "A/(N+B-Bs)")[..4], ["60.0%", "3", "/", "5"]);
    assert_eq!(levels.matches("(in force)").count(), 1);
    let halves = part(&sheet, "Calls (by half-hour)");
    assert_eq!(cells(halves, "08:30"), ["2", "1", "0", "1", "50.0%", "50.0%", "21.0s", "1:30"]);
    assert_eq!(cells(halves, "12:00"), ["0", "0", "0", "0", "–", "–", "–", "–"]);
    assert_eq!(row(halves, "Total")[..4], ["6", "4", "3", "2"]);
    let queues = part(&sheet, "Calls (by queue)");
    assert_eq!(cells(queues, "gas")[..5], ["5", "3", "2", "2", "60.0%"]);
    let agents = part(&sheet, "Calls (by agent)");
    assert_eq!(cells(agents, "1002")[..4], ["2", "1", "11.5s", "50.0s"]);
    for heading in ["Arrivals and answer rate", "How long callers waited", "Signatures"] {
        part(&sheet, heading);
    }
    let waited = part(&sheet, "How long callers waited");
    assert_eq!(
        waited.lines().filter(|line| line.contains('█')).count(),
        2,
        "two gave up, each after their time: {waited}"
    );
    let fact = |code: &str| word(&format!("fact.{code}"));
    let above = format!("Above the line: {} + {}; below:", fact("in_time"), fact("abandoned_short"));
    let unfolded = sheet.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unfolded.contains(&above)
            && unfolded.contains(&format!("{} + {}; 4 / 6.", fact("answered"), fact("abandoned")))
    );
}

#[test]
fn the_page_is_whole_and_names_can_not_break_it() {
    let data = calls(friday());
    for arguments in [["day", "2026-11-20"], ["week", "2026-11-20"], ["month", "2026-11"]] {
        let page = printed(&data, &[&["sheet"], &arguments[..]].concat());
        assert_eq!(faults_of_page(&page), Vec::<String>::new(), "{arguments:?}");
        assert!(page.contains("heat &lt;1&gt; &amp; &quot;2&quot;") && !page.contains("heat <1>"), "{arguments:?}");
        assert!(page.contains("@page{size:A4") && page.contains("<svg "), "{arguments:?}");
        // The bars' numbers stand in the drawing.
        assert!(page.contains("text-anchor=\"middle\">66%") || arguments[0] == "day", "{arguments:?}");
        assert_eq!(page.matches("<td>Head of department</td>").count(), 1, "somebody signs it");
    }
    // The looker itself sees what is wrong.
    for wrong in
        ["<p><b></p></b>", "<p>", "<p>a & b</p>", "<p title=\"a>b</p>", "<script></script>", "<p onclick=\"a\"></p>"]
    {
        assert!(!faults_of_page(&format!("<!DOCTYPE html>{wrong}")).is_empty(), "{wrong}");
    }
}

#[test]
fn a_week_and_a_month_have_their_days_and_their_hours() {
    let mut all = friday();
    all.push(call(20, at("2026-11-15T23:59:59+08:00"), "gas", 1_000, None));
    all.push(call(21, at("2026-11-16T00:00:00+08:00"), "gas", 1_000, Some(("1001", 9_000))));
    all.push(call(22, at("2026-11-30T23:59:59+08:00"), "gas", 1_000, Some(("1001", 9_000))));
    let data = calls(all);
    // Any day names its week.
    for day in ["2026-11-16", "2026-11-20", "2026-11-22"] {
        let sheet = text(&data, &["week", day]);
        assert!(sheet.contains("Week sheet from 2026-11-16"), "{sheet}");
        let days = part(&sheet, "Calls (by day)");
        let offered: Vec<String> = (16..=22).map(|day| row(days, &format!("2026-11-{day}"))[0].clone()).collect();
        assert_eq!(offered, ["1", "0", "0", "0", "6", "0", "0"]);
        let hours = part(&sheet, "Arrivals by day of the week and hour");
        assert_eq!(row(hours, "08")[..7], ["0", "0", "0", "0", "4", "0", "0"], "Friday is the fifth");
        assert_eq!(row(hours, "00")[..7], ["1", "0", "0", "0", "0", "0", "0"]);
    }
    let month = text(&data, &["month", "2026-11"]);
    let days = part(&month, "Calls (by day)");
    let dates: BTreeSet<&str> =
        days.lines().filter_map(|line| line.get(..10)).filter(|at| at.starts_with("2026-11-")).collect();
    assert_eq!(dates.len(), 30);
    assert_eq!(row(days, "Total")[0], "9");
    assert_eq!(row(days, "2026-11-30")[0], "1");
    assert!(month.contains("Month sheet 2026-11"), "{month}");
    assert_eq!(text(&data, &["month", "2026-11-20"]).lines().next(), month.lines().next());
}

#[test]
fn an_empty_day_says_that_nobody_called() {
    let data = calls(friday());
    for arguments in [["day", "2026-11-15"], ["week", "2026-10-15"], ["month", "2026-10"]] {
        let sheet = text(&data, &arguments);
        assert!(!sheet.contains("100"), "{sheet}");
        assert_eq!(row(part(&sheet, "Calls in short"), &word("fact.offered")), ["0"]);
        assert_eq!(row(part(&sheet, "Calls in short"), &level("good", GOOD))[0], "–");
        let page = printed(&data, &[&["sheet"], &arguments[..]].concat());
        assert_eq!(faults_of_page(&page), Vec::<String>::new(), "{arguments:?}");
        assert!(!page.contains("100%<") && page.contains("<td>–</td>"), "{arguments:?}");
    }
}

#[test]
fn what_is_no_day_and_what_has_not_come_is_said() {
    let data = calls([]);
    for (arguments, sentence) in [
        (["day", "2026-02-30"], "\"2026-02-30\" is no date"),
        (["day", "2026-11"], "\"2026-11\" is no date"),
        (["week", "next"], "\"next\" is no date"),
        (["month", "2026-13"], "\"2026-13\" is no month"),
        (["day", "2999-01-01"], "2999-01-01 has not come yet"),
    ] {
        let said = refused(&data, &[&["sheet"], &arguments[..]].concat());
        assert!(said.contains(sentence), "{arguments:?}: {said}");
    }
}

fn ticket(id: u64, kind: RequestType, days: i64, grade: &str) -> Event {
    let opened_at = now().plus(-days * DAY - 60_000);
    let card = if grade.is_empty() { BTreeMap::new() } else { BTreeMap::from([("hazard_grade".into(), grade.into())]) };
    Event::Ticket(Box::new(Ticket {
        id: TicketId(id),
        fields: TicketFields { kind, subject: "阀门漏气".into(), ..TicketFields::default() },
        card,
        stage: "registered".into(),
        opened_at,
        ..Ticket::default()
    }))
}

#[test]
fn what_is_still_open_is_there_by_stage_grade_and_age() {
    let mut rehearsed = ticket(9, RequestType::Hazard, 0, "grave");
    if let Event::Ticket(ticket) = &mut rehearsed {
        ticket.rehearsal = true;
    }
    let step = |id: u64, step: Step| {
        let done = now();
        let by = StaffId("chen".into());
        let made = Intervention {
            id: InterventionId(id),
            at: done,
            by,
            step,
            agent: None,
            call: None,
            reason: "看一下".into(),
            told: false,
            source: None,
            channel: String::new(),
            ended_at: Some(done),
            rehearsal: false,
            ending: ringdesk::domain::oversight::Ending::Over,
        };
        Event::Intervention(Box::new(made))
    };
    let pick =
        |call: u64, sheet: Option<u64>| Pick { call: CallId(call), sheet: sheet.map(CheckSheetId), ..Pick::default() };
    let draw = SpotDraw {
        id: SpotDrawId(1),
        rule: "recording".into(),
        picks: vec![pick(1, None), pick(2, Some(1)), pick(3, None)],
        ..SpotDraw::default()
    };
    let data = desk([
        ticket(1, RequestType::Hazard, 0, "grave"),
        ticket(2, RequestType::Hazard, 3, "slight"),
        ticket(3, RequestType::Hazard, 10, "slight"),
        ticket(4, RequestType::Hazard, 40, ""),
        ticket(5, RequestType::Repair, 2, ""),
        rehearsed,
        step(1, Step::Spy(SpyMode::Listen)),
        step(2, Step::Spy(SpyMode::Listen)),
        step(3, Step::Announce),
        Event::SpotDraw(Box::new(draw)),
    ]);
    let sheet = text(&data, &["day"]);
    let hazards = part(&sheet, "Open hazards");
    let grade = |name: &str| row(hazards, name).iter().map(|cell| cell.parse::<i64>().unwrap()).collect::<Vec<_>>();
    assert_eq!(grade("grave"), [1, 0, 0, 0, 0]);
    assert_eq!(grade("slight"), [0, 1, 1, 0, 0]);
    assert_eq!(grade("(none)"), [0, 0, 0, 1, 0]);
    assert_eq!(grade("Total"), [1, 1, 1, 1, 0]);
    let open = part(&sheet, "Open tickets");
    assert_eq!(row(open, "Total"), ["5", "0", "40"]);
    let steps = part(&sheet, "Supervisors' steps");
    assert!(steps.lines().any(|line| line.starts_with("chen") && line.ends_with(" 2")), "{steps}");
    let owed = part(&sheet, "Spot checks owed");
    assert!(owed.lines().any(|line| line.ends_with(" 2")), "{owed}");
    assert!(sheet.contains("(this span is not over yet)"), "{sheet}");
}

#[test]
fn a_sheet_fits_its_lines_in_every_language() {
    let data = calls(friday());
    for language in ["zh-Hans", "zh-Hant", "en"] {
        for span in ["day", "week", "month"] {
            let output = program(data.path(), language, &["sheet", span, "2026-11-20", "--format", "text"]);
            let sheet = String::from_utf8(output.stdout).unwrap();
            let widest = sheet.lines().max_by_key(|line| width(line, Ambiguous::Narrow)).unwrap_or_default();
            assert!(width(widest, Ambiguous::Narrow) <= 96, "{language} {span}: {widest}");
            assert!(!sheet.contains("printed.") && !sheet.contains("fact."), "{language} {span}: {sheet}");
        }
    }
}

/// A desk that runs is asked over its socket: what its consoles did a moment ago is on the sheet.
#[test]
fn a_running_desk_is_asked() {
    let bench = Bench::with(|options| {
        let technician =
            Staff { id: StaffId("wei".into()), login: login(), role: Role::Technician, ..Staff::default() };
        options.config.staff.push(technician);
    });
    let mut wang = bench.console("wang");
    let fields =
        TicketFields { subject: "灶具打不着".into(), phone: "13812345678".into(), ..TicketFields::default() };
    wang.perform(Command::Ticket(TicketCommand::open(fields, None))).unwrap();
    let ask = |arguments: &[&str]| program(bench.dir.path(), "en", &[&["--staff", "li"], arguments].concat());
    let sheet = String::from_utf8(ask(&["sheet", "day", "--format", "text"]).stdout).unwrap();
    assert_eq!(row(part(&sheet, "Open tickets"), "Total"), ["1", "0", "0"]);
    assert!(ask(&["figures", "--json"]).status.success());
    // Technicians are told no figures, and asking does not end their console.
    let mut console = bench.console("wei");
    for arguments in [&["figures"][..], &["sheet", "day"]] {
        let output = program(bench.dir.path(), "en", &[&["--staff", "wei"], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{output:?}");
    }
    console.fence();
}
