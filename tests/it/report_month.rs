//! R-CB-5: the callback sheets of a month with their totals, as they come out of the command.

use ringdesk::domain::command::{AgentCommand, CallCommand, CallbackCommand, TicketCommand};
use ringdesk::domain::rulebook::QuietHours;
use ringdesk::domain::ticket::FieldChange;
use ringdesk::domain::*;
use ringdesk::text::{Ambiguous, width};

use crate::bench::{Bench, Console, now};
use crate::report::run;
use crate::scenario_moves::TIGHT;

const NUMBER: &str = "13812345678";

fn advance(console: &mut Console, id: TicketId, filled: &[(&str, &str)]) {
    let from = console.sees(|state| state.tickets.get(&id).map(|ticket| ticket.stage.clone()));
    let change = |(field, to): &(&str, &str)| FieldChange {
        field: (*field).to_owned(),
        from: console.state().tickets[&id].value(field).to_owned(),
        to: (*to).to_owned(),
    };
    let changes = filled.iter().map(change).collect();
    let advance = TicketCommand::Advance { ticket: id, from: from.clone(), changes };
    console.perform(Command::Ticket(advance)).unwrap_or_else(|why| panic!("{from}: {why:?}"));
    console.sees(|state| state.tickets.get(&id).filter(|ticket| ticket.stage != from).map(drop));
}

/// A repair that came back, and waits for its call.
fn returned(console: &mut Console) -> TicketId {
    let fields = TicketFields {
        kind: RequestType::Repair,
        subject: "灶具打不着".into(),
        name: "张三丰".into(),
        phone: NUMBER.into(),
        address: "和平路 1 号".into(),
        ..TicketFields::default()
    };
    let Ok(Made::Ticket(id)) = console.perform(Command::Ticket(TicketCommand::open(fields, None))) else { panic!() };
    let screens: [&[(&str, &str)]; 6] =
        [&[("department", "repair")], &[("responsible", "wang")], &[], &[], TIGHT, &[("photo", "IMG-1")]];
    screens.iter().for_each(|filled| advance(console, id, filled));
    id
}

#[test]
fn the_sheets_of_a_month_come_out_with_their_totals() {
    let bench = Bench::with(|options| options.config.rulebook.attempts.quiet = QuietHours { from: 0, to: 0 });
    let mut wang = bench.console("wang");
    wang.perform(Command::Agent(AgentCommand::SignOn { phone: "1001".into() })).unwrap();
    let id = returned(&mut wang);
    let line = wang.sees(|state| state.callbacks.values().find(|line| line.is_about(id)).map(|line| line.id));
    let dial = CallCommand::DialByHand { number: NUMBER.into(), callback: Some(line) };
    let Ok(Made::Call(call)) = wang.perform(Command::Call(dial)) else { panic!() };
    wang.perform(Command::Call(CallCommand::ReachedByHand { call, answered: true })).unwrap();
    let report = CallbackCommand::Report {
        callback: line,
        debt: Some(1),
        call: Some(call),
        reach: callback::Reach::Reached,
        satisfaction: "satisfied".into(),
        said: "修好了，问 13987654321".into(),
        next: callback::Next::Settled,
    };
    wang.perform(Command::Callback(report)).unwrap();
    let east = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
    let month = now().at(east).format("%Y-%m").to_string();
    let page = run(&bench, &["report", "--callbacks", &month]);
    let text = run(&bench, &["report", "--callbacks", &month, "--format", "text"]);
    let spoken = id.spoken();
    let title = format!("客户回访记录 {month}");
    for words in [title.as_str(), &spoken, "电话回访（手拨）", "张**", "满意", "修好了", "部门主管", "公司领导"]
    {
        assert!(page.contains(words) && text.contains(words), "{words} in {text}");
    }
    let figure = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {text}"));
        line[name.len()..].trim().to_owned()
    };
    let figures =
        ["回单应回访", "已回访", "其中手拨", "其中上门回访", "还欠", "回访率", "非常满意", "满意"].map(figure);
    assert_eq!(figures, ["1", "1", "1", "0", "0", "100%", "0", "1"]);
    for hidden in ["张三丰", NUMBER, "13987654321"] {
        assert!(!page.contains(hidden) && !text.contains(hidden), "{hidden} is passed on: {text}");
    }
    let widest = text.lines().map(|line| width(line, Ambiguous::Narrow)).max();
    assert!(widest <= Some(96), "{widest:?}: {text}");
    // Another month has nothing, and no share.
    let empty = run(&bench, &["report", "--callbacks", "2001-02", "--format", "text"]);
    assert!(empty.contains("回访率") && empty.contains('–') && !empty.contains(&spoken), "{empty}");
}

#[test]
fn what_is_no_month_is_said() {
    let bench = Bench::new();
    for wrong in ["11", "2026-13", "now"] {
        let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_ringdesk"));
        process.env("HOME", bench.dir.path()).env("RINGDESK_LANGUAGE", "en");
        let output =
            process.arg("--data").arg(bench.dir.path()).args(["report", "--callbacks", wrong]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{wrong}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("is no month"), "{output:?}");
    }
}
