//! Numbers over the whole desk: every number of a field is found, a switchboard shows its extensions and settles none of
//! them, and the desk's own area code makes local numbers the same.

use ringdesk::config;
use ringdesk::domain::command::{AgentCommand, CallCommand, CallbackCommand, TicketCommand};
use ringdesk::domain::{CallId, CallbackId, Command, Customer, Made, Stamp, TicketFields, TicketId};
use ringdesk::text::Language;
use ringdesk::wire::{Answer, PersonCard, Query};

use crate::bench::{Bench, Console};

fn card(console: &mut Console, number: &str) -> PersonCard {
    console.fence();
    match console.ask(Query::Person { number: number.into(), rehearsal: false }).pop() {
        Some(Answer::Person(card)) => *card,
        other => panic!("{other:?}"),
    }
}

fn tickets(card: &PersonCard) -> Vec<u64> {
    card.tickets.iter().map(|ticket| ticket.id.0).collect()
}

fn open(console: &mut Console, name: &str, phone: &str) -> TicketId {
    let fields =
        TicketFields { subject: "没气".into(), name: name.into(), phone: phone.into(), ..TicketFields::default() };
    match console.perform(Command::Ticket(TicketCommand::open(fields, None))) {
        Ok(Made::Ticket(ticket)) => ticket,
        other => panic!("{other:?}"),
    }
}

/// A call from this number, answered.
fn answered(console: &mut Console, number: &str) -> CallId {
    let Ok(Made::Call(call)) = console.perform(Command::Call(CallCommand::EnterByHand { number: number.into() }))
    else {
        panic!()
    };
    console.perform(Command::Call(CallCommand::Answer(call))).unwrap();
    call
}

fn over(console: &mut Console, call: CallId) {
    console.perform(Command::Call(CallCommand::HangUp(call))).unwrap();
    let disposition = ringdesk::domain::call::Disposition::EnquiryAnswered;
    console.perform(Command::Call(CallCommand::Dispose { call, disposition })).unwrap();
}

fn owed(console: &mut Console, number: &str) -> CallbackId {
    let (number, name, note) = (number.into(), String::new(), "回电".into());
    let agree = CallbackCommand::Agree { number, name, due_at: Stamp(9), note, ticket: None };
    match console.perform(Command::Callback(agree)) {
        Ok(Made::Callback(line)) => line,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_number_of_a_field_finds_its_person() {
    let mut bench = Bench::with(|options| options.config.area_code = "0571".into());
    let mut wang = bench.console("wang");
    wang.perform(Command::Agent(AgentCommand::SignOn { phone: "1001".into() })).unwrap();
    let one = open(&mut wang, "张三", "0571-8888/8801、13800000001");
    for number in ["057188888801", "8888-8801", "+86 571 8888 8801", "138 0000 0001", "8613800000001"] {
        assert_eq!(tickets(&card(&mut wang, number)), [one.0], "{number}");
    }
    assert!(tickets(&card(&mut wang, "05718888")).is_empty() && tickets(&card(&mut wang, "0572-88888801")).is_empty());
    // The customer file made by the intake has both numbers, and a second intake finds it by either.
    let file = card(&mut wang, "88888801").customer.unwrap();
    assert_eq!(file.name, "张三");
    open(&mut wang, "李四", "13900000002 或 88888801");
    assert_eq!(card(&mut wang, "13800000001").customer.unwrap().id, file.id);
    let other = Customer { name: "王五".into(), phones: vec!["0571-88881234/5678".into()], ..Customer::default() };
    wang.perform(Command::Customer(Box::new(other))).unwrap();
    assert_eq!(card(&mut wang, "88885678").customer.unwrap().name, "王五");
    // A line agreed under one way of writing is settled by a call from another.
    owed(&mut wang, "8888-5678");
    assert_eq!(card(&mut wang, "057188885678").callbacks.len(), 1);
    let call = answered(&mut wang, "057188885678");
    assert!(wang.state().callbacks.is_empty());
    over(&mut wang, call);
    // All of it is the journal's, also when it is opened again.
    drop(wang);
    bench.reopen();
    let mut wang = bench.console("wang");
    assert_eq!(tickets(&card(&mut wang, "8888-8801")), [2, 1]);
    let Some(Answer::Checked { faults, .. }) = wang.ask(Query::Check).pop() else { panic!() };
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn a_switchboard_shows_what_its_extensions_are_owed_and_settles_none_of_it() {
    let bench = Bench::new();
    let mut wang = bench.console("wang");
    wang.perform(Command::Agent(AgentCommand::SignOn { phone: "1001".into() })).unwrap();
    let (one, other) = (owed(&mut wang, "0571-88881234转8001"), owed(&mut wang, "0571-88881234-8002"));
    assert_ne!(one, other, "two people");
    let shown = card(&mut wang, "057188881234");
    let mut lines: Vec<CallbackId> = shown.callbacks.iter().map(|line| line.id).collect();
    lines.sort();
    assert_eq!((lines, shown.customer), (vec![one, other], None));
    assert_eq!(card(&mut wang, "0571-88881234转8001").callbacks.len(), 1);
    let call = answered(&mut wang, "057188881234");
    assert_eq!(wang.state().callbacks.len(), 2, "it may have been anybody there");
    over(&mut wang, call);
    let call = answered(&mut wang, "0571-88881234转8001");
    assert_eq!(wang.state().callbacks.keys().collect::<Vec<_>>(), [&other]);
    over(&mut wang, call);
}

#[test]
fn the_area_code_is_configured_and_a_wrong_one_is_said_with_its_line() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let write = |text: &str| std::fs::write(file.path(), text).unwrap();
    write("[desk]\narea_code = \"0571\"\n");
    let config = config::load(Some(file.path())).unwrap();
    assert_eq!(config.area_code, "0571");
    assert!(config::show(&config, Language::En).contains("desk.area_code = \"0571\""));
    write("[desk]\n\narea_code = \"571\"\n");
    let why = config::load(Some(file.path())).unwrap_err();
    assert_eq!(why.key, "config.area_code");
    assert!(why.words(Language::En).contains(":3:"), "{}", why.words(Language::En));
    write("");
    assert_eq!(config::load(Some(file.path())).unwrap().area_code, "");
}
