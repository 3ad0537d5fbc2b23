//! Who is on duty, how many orders they have open, and where they were last (SPEC §5).

use ringdesk::domain::command::{CrewCommand, TicketCommand};
use ringdesk::domain::crew::on_duty;
use ringdesk::domain::*;

use crate::orders_kit::*;
use crate::play::{Play, local};
use crate::scenario_moves::{TIGHT, fields, goes};

/// `赵师傅 10:00 2 和平路 10:20`, a line a technician; `-` for off duty.
fn rows(play: &Play, department: Option<&str>) -> Vec<String> {
    let clock = |at: Option<Stamp>| at.map_or("-".to_owned(), |at| local(at)[11..].to_owned());
    let row = |row: crew::CrewRow| {
        format!("{} {} {} {} {}", row.name, clock(row.on_duty_since), row.open, row.place, clock(row.place_at))
    };
    on_duty(&play.state, &play.rules, &play.staff, department).into_iter().map(row).collect()
}

#[test]
fn those_on_duty_come_first_and_whoever_has_least() {
    let mut play = gas("2026-03-03 10:00");
    assert_eq!(rows(&play, Some("repair")), ["赵师傅 - 0  -", "钱师傅 - 0  -"]);
    duty(&mut play, QIAN, CrewCommand::OnDuty);
    assert_eq!(rows(&play, None), ["钱师傅 10:00 0  -", "孙师傅 - 0  -", "赵师傅 - 0  -"]);
    play.until("2026-03-03 10:10");
    duty(&mut play, ZHAO, CrewCommand::OnDuty);
    duty(&mut play, QIAN, CrewCommand::OnDuty);
    let address = |address: &str| TicketFields { address: address.into(), ..fields(RequestType::Repair, "灶具") };
    let one = play.open(address("和平路 1 号"), &[]);
    let other = play.open(address("建设路 2 号"), &[]);
    play.by("wang", sent(one, person(ZHAO))).unwrap();
    play.by("wang", sent(other, team("repair"))).unwrap();
    assert_eq!(rows(&play, Some("repair")), ["钱师傅 10:00 0  -", "赵师傅 10:10 1  -"], "on duty since the first time");
    play.by(ZHAO, TicketCommand::Accept(one)).unwrap();
    play.by(ZHAO, TicketCommand::Accept(other)).unwrap();
    play.until("2026-03-03 10:20");
    goes(&mut play, ZHAO, one, &[]);
    assert_eq!(rows(&play, Some("repair"))[1], "赵师傅 10:10 2 和平路 1 号 10:20", "set out for it");
    play.until("2026-03-03 10:35");
    goes(&mut play, ZHAO, one, &[]);
    assert_eq!(rows(&play, Some("repair"))[1], "赵师傅 10:10 2 和平路 1 号 10:35", "arrived");
    assert_eq!(play.state.crew[&StaffId(ZHAO.into())].ticket, Some(one));
    goes(&mut play, ZHAO, one, TIGHT);
    assert_eq!(rows(&play, Some("repair"))[1], "赵师傅 10:10 1 和平路 1 号 10:35", "finished is not open");
    // Off duty they keep their orders, and where they were.
    duty(&mut play, ZHAO, CrewCommand::OffDuty);
    assert_eq!(rows(&play, Some("repair")), ["钱师傅 10:00 0  -", "赵师傅 - 1 和平路 1 号 10:35"]);
    assert_eq!(play.ticket(other).owner, person(ZHAO));
    assert_eq!(rows(&play, Some("safety")), ["孙师傅 - 0  -"], "by its name on screen, too");
    assert_eq!(rows(&play, Some("nowhere")), [""; 0]);
}

#[test]
fn only_technicians_go_on_duty_and_twice_is_once() {
    let mut play = gas("2026-03-03 10:00");
    for who in ["wang", "boss"] {
        let refused = play.asked(who, &Command::Crew(CrewCommand::OnDuty)).unwrap_err();
        assert_eq!(refused.key, "order.crew_only", "{who}");
    }
    assert!(play.state.crew.is_empty());
    duty(&mut play, ZHAO, CrewCommand::OffDuty);
    assert!(play.state.crew.is_empty(), "nothing changed, nothing is written");
    duty(&mut play, ZHAO, CrewCommand::OnDuty);
    let before = play.state.crew.clone();
    play.until("2026-03-03 11:00");
    duty(&mut play, ZHAO, CrewCommand::OnDuty);
    assert_eq!(play.state.crew, before);
}

/// The desk steps for somebody who telephones: the place is still theirs. A contractor's way is nobody's.
#[test]
fn where_they_are_follows_the_order_whoever_presses() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    play.by("wang", sent(id, person(ZHAO))).unwrap();
    for filled in [&[("responsible", "赵师傅")][..], &[], &[]] {
        goes(&mut play, "wang", id, filled);
    }
    let zhao = &play.state.crew[&StaffId(ZHAO.into())];
    assert_eq!((zhao.place.as_str(), zhao.on_duty_since), ("和平路一弄二号", None));
    let id = repair(&mut play);
    goes(&mut play, "wang", id, &[("department", "safety"), ("done_by", "contractor")]);
    let yes = [("approval", "approved"), ("contractor_name", "安顺公司")];
    goes(&mut play, "department_head", id, &yes);
    goes(&mut play, "wang", id, &[]);
    assert_eq!(play.state.crew.len(), 1);
}
