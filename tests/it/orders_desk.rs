//! Orders over the socket: two technicians accept in the same instant, and whoever is on duty stays so when a line is lost
//! and when the desk comes back.

use ringdesk::domain::command::{CrewCommand, TicketCommand};
use ringdesk::domain::*;
use ringdesk::server::ServeOptions;
use ringdesk::text::Language;

use crate::bench::{Bench, login};

/// Two technicians of the repair team beside the operators; `gas` is the rulebook a desk has by itself.
fn technicians(options: &mut ServeOptions) {
    for (id, name) in [("zhao", "赵师傅"), ("qian", "钱师傅")] {
        options.config.staff.push(Staff {
            id: StaffId(id.into()),
            name: name.into(),
            login: login(),
            role: Role::Technician,
            team: "repair".into(),
            ..Staff::default()
        });
    }
}

fn repair() -> Command {
    let fields = TicketFields {
        kind: RequestType::Repair,
        subject: "灶具打不着".into(),
        phone: "13812345678".into(),
        address: "和平路 1 号".into(),
        ..TicketFields::default()
    };
    Command::Ticket(TicketCommand::open(fields, None))
}

#[test]
fn of_two_who_accept_in_the_same_instant_one_has_it() {
    let bench = Bench::with(technicians);
    let mut wang = bench.console("wang");
    let (mut zhao, mut qian) = (bench.console("zhao"), bench.console("qian"));
    for number in 1..=6 {
        let id = TicketId(number);
        assert_eq!(wang.perform(repair()), Ok(Made::Ticket(id)));
        let to = Owner::Department("repair".into());
        wang.perform(Command::Ticket(TicketCommand::Dispatch { ticket: id, to, why: String::new() })).unwrap();
        // Both are on their way before either is answered; who is first on the wire changes from order to order.
        let accept = || Command::Ticket(TicketCommand::Accept(id));
        let (first, second) = if number % 2 == 0 { (&mut zhao, &mut qian) } else { (&mut qian, &mut zhao) };
        let one = first.line.send(u128::from(number) * 2, accept()).unwrap();
        let other = second.line.send(u128::from(number) * 2 + 1, accept()).unwrap();
        let (one, other) = (first.done(one), second.done(other));
        let ticket = wang.sees(|state| state.tickets.get(&id).filter(|one| one.stage == "accepted").cloned());
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let why = one.err().or(other.err()).unwrap();
        let has = wang.state().tickets[&id].owner.clone();
        let name = if has == Owner::Staff(StaffId("zhao".into())) { "赵师傅" } else { "钱师傅" };
        assert_eq!(why.words(Language::ZhHans), format!("工单 {} 已由{name}接了", id.spoken()));
        assert_eq!(ticket.value("responsible"), name);
    }
}

#[test]
fn on_duty_outlives_the_line_and_the_desk() {
    let mut bench = Bench::with(technicians);
    let mut zhao = bench.console("zhao");
    zhao.perform(Command::Crew(CrewCommand::OnDuty)).unwrap();
    drop(zhao);
    let zhao = StaffId("zhao".into());
    let mut wang = bench.console("wang");
    let since = wang.sees(|state| state.crew.get(&zhao).and_then(|crew| crew.on_duty_since));
    wang.perform(repair()).unwrap();
    drop(wang);
    bench.reopen();
    let mut wang = bench.console("wang");
    assert_eq!(wang.state().crew[&zhao].on_duty_since, Some(since));
    let refused = wang.perform(Command::Crew(CrewCommand::OffDuty)).unwrap_err();
    assert_eq!(refused.key, "order.crew_only");
    // On duty, they are sent without a word about the telephone.
    let dispatch = TicketCommand::Dispatch { ticket: TicketId(1), to: Owner::Staff(zhao), why: String::new() };
    wang.perform(Command::Ticket(dispatch)).unwrap();
    let sent = wang.sees(|state| {
        let about = state.notices.values().filter(|notice| notice.ticket == Some(TicketId(1)));
        let keys: Vec<String> = about.map(|notice| notice.what.key.clone()).collect();
        (!keys.is_empty()).then_some(keys)
    });
    assert_eq!(sent, ["order.notice_sent"]);
}
