//! Finding tickets by whatever somebody remembers of them, and never by what is no longer there.

use std::collections::BTreeMap;

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::rulebook::{FieldKind, FieldRule};
use ringdesk::domain::ticket::{FieldChange, TellHow};
use ringdesk::domain::{Command, RequestType, TicketFields, TicketId};
use ringdesk::wire::{Answer, Query};

use crate::bench::{Bench, Console};

fn bench() -> Bench {
    Bench::with(|options| {
        options.config.rulebook = Default::default();
        let serial = FieldRule { name: Some("表号".into()), kind: FieldKind::Text, article: "R-WO-1".into() };
        options.config.rulebook.fields.insert("serial".into(), serial);
    })
}

fn find(console: &mut Console, text: &str) -> Vec<u64> {
    let query = Query::FindTickets { text: text.into(), limit: 50 };
    let Some(Answer::Tickets(found)) = console.ask(query).pop() else { panic!() };
    found.into_iter().map(|ticket| ticket.id.0).collect()
}

fn open(console: &mut Console, subject: &str, name: &str, phone: &str, address: &str, serial: &str) {
    let fields = TicketFields {
        kind: RequestType::Repair,
        subject: subject.into(),
        name: name.into(),
        phone: phone.into(),
        address: address.into(),
        ..TicketFields::default()
    };
    let card = BTreeMap::from([("serial".to_owned(), serial.to_owned())]);
    console.perform(Command::Ticket(TicketCommand::Open { fields, card, call: None, seal: None })).unwrap();
}

#[test]
fn a_ticket_is_found_by_any_part_of_it() {
    let mut bench = bench();
    let mut wang = bench.console("wang");
    assert_eq!(find(&mut wang, "张三"), [0; 0], "nothing there yet");
    open(&mut wang, "没气", "张三", "13812345678", "东风路12号", "AX-0071");
    open(&mut wang, "灶具打不着火", "单雄信", "0571-8888 4321", "解放里3栋", "bk2200");
    open(&mut wang, "漏气", "Smith 三", "+86 139 0000 5678", "东风路88号", "");
    let expected: &[(&str, &[u64])] = &[
        ("", &[3, 2, 1]),
        ("5678", &[3, 1]),
        ("138 1234 5678", &[1]),
        ("0571-88884321", &[2]),
        ("张三", &[1]),
        ("三", &[3, 1]),
        ("zs", &[1]),
        ("zhangs", &[1]),
        ("ZhangSan", &[1]),
        ("sxx", &[2]),
        ("danxiongxin", &[2]),
        ("ＳＭＩＴＨ", &[3]),
        ("东风路", &[3, 1]),
        ("东风路 张", &[1]),
        ("没气", &[1]),
        ("ax-0071", &[1]),
        ("BK22", &[2]),
        ("nobody", &[]),
        ("zx", &[]),
    ];
    for (text, found) in expected {
        assert_eq!(find(&mut wang, text), *found, "{text}");
    }
    // What changed is found by what it is now, also by a desk that was started anew.
    let changes = vec![FieldChange { field: "name".into(), from: "张三".into(), to: "李四".into() }];
    wang.perform(Command::Ticket(TicketCommand::Edit { ticket: TicketId(1), changes, seal: None })).unwrap();
    for _ in 0..2 {
        assert_eq!((find(&mut wang, "zs"), find(&mut wang, "ls")), (vec![], vec![1]));
        drop(wang);
        bench.reopen();
        wang = bench.console("wang");
    }
}

/// The number somebody reads out comes first, however many newer ones begin alike; filed and merged ones are found too.
#[test]
fn the_very_number_comes_first() {
    let bench = bench();
    let mut wang = bench.console("wang");
    for number in 1..=21 {
        open(&mut wang, &format!("第 {number} 件"), "", "", "", "");
    }
    assert_eq!(find(&mut wang, "2")[..3], [2, 21, 20]);
    assert_eq!(find(&mut wang, &TicketId(12).spoken()), [12]);
    let file = TicketCommand::File { ticket: TicketId(7), outcome: "已办".into(), how: TellHow::Phone };
    wang.perform(Command::Ticket(file)).unwrap();
    wang.perform(Command::Ticket(TicketCommand::Merge { ticket: TicketId(8), into: TicketId(9) })).unwrap();
    assert_eq!((find(&mut wang, "7")[0], find(&mut wang, "8")[0]), (7, 8));
}
