//! The investigation report and the exports of what happened, as they come out of the commands.

use std::collections::BTreeMap;
use std::process::Command as Process;

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::rulebook::{RoleRule, TypeRule};
use ringdesk::domain::ticket::{FieldChange, Happened, TellHow};
use ringdesk::domain::{Command, RequestType, Rulebook, TicketFields, TicketId};
use ringdesk::text::{Ambiguous, width};
use ringdesk::wire::{Answer, Query};
use serde_json::Value;

use crate::bench::{Bench, Console};

const EVIL: &str = "<script>alert('服务')</script> & \"态度\"\u{1b}[31m";

fn bench() -> Bench {
    Bench::with(|options| {
        let mut rules = Rulebook { name: "plain".into(), ..Rulebook::default() };
        rules.roles.insert("keeper".into(), RoleRule { named_only: true, ..RoleRule::default() });
        let sealed = TypeRule { sealed_for: Some("keeper".into()), ..TypeRule::plain().clone() };
        rules.types.insert(RequestType::TipOff, sealed);
        options.config.rulebook = rules;
    })
}

pub fn run(bench: &Bench, arguments: &[&str]) -> String {
    let mut process = Process::new(env!("CARGO_BIN_EXE_ringdesk"));
    process.env("HOME", bench.dir.path()).env("RINGDESK_LANGUAGE", "zh-Hans");
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        process.env_remove(variable);
    }
    let output = process.arg("--data").arg(bench.dir.path()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn rows(bench: &Bench, what: &str) -> Vec<Value> {
    run(bench, &["export", what]).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn open(console: &mut Console, fields: TicketFields) {
    let card = BTreeMap::from([("against".to_owned(), "三号柜台".to_owned())]);
    console.perform(Command::Ticket(TicketCommand::Open { fields, card, call: None, seal: None })).unwrap();
}

fn complaint() -> TicketFields {
    TicketFields {
        kind: RequestType::Complaint,
        subject: EVIL.into(),
        detail: "第一行\n第二行".into(),
        name: "张三".into(),
        phone: "13812345678".into(),
        ..TicketFields::default()
    }
}

fn printed(console: &mut Console, ticket: u64) -> usize {
    let Some(Answer::TicketLines(lines)) = console.ask(Query::TicketLines(TicketId(ticket))).pop() else { panic!() };
    lines.iter().filter(|line| line.what == Happened::Printed).count()
}

#[test]
fn a_report_says_all_of_it_and_runs_nothing() {
    let bench = bench();
    let mut wang = bench.console("wang");
    open(&mut wang, complaint());
    let tell = TicketCommand::Tell { ticket: TicketId(1), how: TellHow::Visit, what: "正在查".into(), call: None };
    wang.perform(Command::Ticket(tell)).unwrap();
    let page = run(&bench, &["report", "1"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("size:A4"), "{page}");
    assert!(!page.contains("<script") && !page.contains('\u{1b}') && !page.contains("http"), "{page}");
    let text = run(&bench, &["report", &TicketId(1).spoken(), "--format", "text"]);
    for words in ["投诉调查报告", "张三", "13812345678", "三号柜台", "第二行", "正在查", "上门", "答复期限", "调查人"]
    {
        assert!(page.contains(words) && text.contains(words), "{words} in {text}");
    }
    assert!(page.contains("&lt;script&gt;alert(&#39;服务&#39;)&lt;/script&gt; &amp; &quot;态度&quot;"));
    assert!(!text.contains('\u{1b}'));
    let widest = text.lines().map(|line| width(line, Ambiguous::Narrow)).max();
    assert!(widest <= Some(96), "{widest:?}: {text}");
    assert_eq!(printed(&mut wang, 1), 2, "each printing is in the history");
    // The due times, first and now, stand under their headings.
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.contains("原定")).unwrap();
    let column = |line: &str, word: &str| width(line.split(word).next().unwrap(), Ambiguous::Narrow);
    let due = wang.state().tickets[&TicketId(1)].clocks[0].due.at;
    let due = due.at(chrono::FixedOffset::east_opt(8 * 3600).unwrap()).format("%Y-%m-%d %H:%M").to_string();
    assert_eq!(column(lines[at], "原定"), column(lines[at + 1], &due), "{text}");
}

#[test]
fn a_filed_ticket_is_printed_too_and_a_wrong_number_is_said() {
    let bench = bench();
    let mut wang = bench.console("wang");
    open(&mut wang, complaint());
    let file = TicketCommand::File { ticket: TicketId(1), outcome: "已道歉".into(), how: TellHow::Phone };
    wang.perform(Command::Ticket(file)).unwrap();
    let text = run(&bench, &["report", "1", "--format", "text"]);
    assert!(text.contains("已道歉") && text.contains("按时"), "{text}");
    for wrong in ["2", "x", "1-0"] {
        let mut process = Process::new(env!("CARGO_BIN_EXE_ringdesk"));
        process.env("HOME", bench.dir.path()).env("RINGDESK_LANGUAGE", "en");
        let output = process.arg("--data").arg(bench.dir.path()).args(["report", wrong]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{wrong}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("ticket"), "{output:?}");
    }
}

/// R-REQ-6: nothing that is printed or exported names the informant, also where the ticket became a tip-off later.
#[test]
fn nothing_that_comes_out_names_an_informant() {
    let bench = bench();
    let mut wang = bench.console("wang");
    open(&mut wang, TicketFields { kind: RequestType::TipOff, ..complaint() });
    open(&mut wang, TicketFields { name: String::new(), phone: String::new(), ..complaint() });
    let edit = |field: &str, from: &str, to: &str| {
        let changes = vec![FieldChange { field: field.into(), from: from.into(), to: to.into() }];
        Command::Ticket(TicketCommand::Edit { ticket: TicketId(2), changes, seal: None })
    };
    wang.perform(edit("name", "", "张三")).unwrap();
    wang.perform(edit("phone", "", "13812345678")).unwrap();
    wang.perform(edit("kind", "complaint", "tip_off")).unwrap();
    let mut all = String::new();
    for ticket in ["1", "2"] {
        for format in ["html", "text"] {
            let report = run(&bench, &["report", ticket, "--format", format]);
            assert!(report.contains("（密封）"), "{report}");
            all += &report;
        }
    }
    for what in ["tickets", "history", "notices", "calls", "callbacks"] {
        all += &run(&bench, &["export", what]);
    }
    assert!(!all.contains("张三") && !all.contains("13812345678"), "{all}");
}

#[test]
fn what_happened_is_exported_line_by_line() {
    let bench = bench();
    let mut wang = bench.console("wang");
    open(&mut wang, complaint());
    let note = TicketCommand::Note { ticket: TicketId(1), text: "再查".into() };
    wang.perform(Command::Ticket(note)).unwrap();
    let file = TicketCommand::File { ticket: TicketId(1), outcome: "已道歉".into(), how: TellHow::Phone };
    wang.perform(Command::Ticket(file)).unwrap();
    let Some(Answer::TicketLines(lines)) = wang.ask(Query::TicketLines(TicketId(1))).pop() else { panic!() };
    let history = rows(&bench, "history");
    assert_eq!(history.len(), lines.len());
    assert!(history.iter().enumerate().all(|(at, row)| row["number"] == at && row["what"] != "other"));
    let [ticket] = &rows(&bench, "tickets")[..] else { panic!() };
    assert_eq!(ticket["notes"][0]["text"], "再查");
    assert_eq!(ticket["clocks"][0]["kept"], true);
    assert_eq!(ticket["card"]["against"], "三号柜台");
    assert_eq!(ticket["told"][0]["what"], "已道歉");
    // The journal's rows hold the same lines.
    let journal = rows(&bench, "journal");
    let events = journal.iter().flat_map(|row| row["events"].as_array().unwrap().clone());
    let told: Vec<Value> = events.filter_map(|event| event.get("line").cloned()).collect();
    assert_eq!(told, history);
}
