//! R-CMP-HOTEL as written: a guest in the house has an answer by the time they asked for, one who has left within three
//! working days; receiver, department head, deputy manager, general manager; another department's matter goes from head
//! to head.

use ringdesk::domain::*;

use crate::play::Play;
use crate::scenario_kit::*;

fn guest() -> TicketFields {
    asks(RequestType::Complaint, "房间漏水", "周先生", "13900000001", "1208 房")
}

const LEFT: Filled<'static> = &[("channel", "web"), ("in_house", "no")];
const REGISTERED: Screen<'static> = ("wang", &[("against", "客房部"), ("gravity", "ordinary")]);
const JUDGED: Screen<'static> = ("wang", &[("validity", "valid"), ("other_department", "no")]);
const DISPATCHED: Screen<'static> = ("wang", &[("department", "rooms"), ("responsible", "刘领班")]);
const INVESTIGATED: Screen<'static> = ("wang", &[("cause", "水管旧了"), ("course", "半夜漏"), ("conclusion", "属实")]);
const PROPOSED: Screen<'static> = ("wang", &[("remedy", "换房"), ("prevention", "换水管")]);
const CARRIED_OUT: Screen<'static> = ("wang", &[("done_what", "换到 1510")]);
const SATISFIED: Filled<'static> = &[("outcome", "已换房"), ("told_how", "phone"), ("satisfaction", "very")];

/// Opened on New Year's Eve at 20:00; the guest wants it by 21:00 and has it at 20:40.
#[test]
fn a_guest_in_the_house_is_answered_by_the_time_they_asked_for() {
    let mut play = Play::new("hotel", "2026-02-16 20:00");
    let in_house = [("channel", "visit"), ("in_house", "yes")];
    assert_eq!(not_opened(&play, guest(), &in_house), "登记还缺：客人要求的时间");
    assert_eq!(not_opened(&play, guest(), &[("channel", "visit")]), "登记还缺：客人在店");
    let wanted = [in_house[0], in_house[1], ("wanted_by", "2026-02-16 21:00")];
    let id = play.open(guest(), &wanted);
    assert_eq!(clocks(&play, id), ["guest_time runs"], "three working days are not for guests in the house");
    assert_eq!(play.due(id, "guest_time"), "2026-02-16 21:00");
    assert_eq!(play.ticket(id).first_receiver, StaffId("wang".into()));

    assert_eq!(not_yet(&play, "wang", id, &[]), "登记还缺：投诉对象、轻重");
    walk(&mut play, id, &[REGISTERED]);
    assert_eq!(not_yet(&play, "deputy_manager", id, JUDGED.1), "「判定」由受理员工、部门负责人办");
    assert_eq!(not_yet(&play, "wang", id, &[("validity", "valid")]), "判定还缺：涉及其他部门");
    walk(&mut play, id, &[JUDGED]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "分派还缺：责任部门、负责人");
    walk(&mut play, id, &[DISPATCHED]);
    assert_eq!(play.ticket(id).owner, Owner::Department("rooms".into()));
    assert_eq!(not_filed(&play, "wang", id), "调查还缺：原因、经过、结论", "the short way skips nothing");
    play.until("2026-02-16 20:40");
    walk(&mut play, id, &[INVESTIGATED]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "方案还缺：处理方案、防范措施");
    walk(&mut play, id, &[PROPOSED]);
    assert_eq!(not_yet(&play, "wang", id, &[("approval", "approved")]), "「审批」由部门负责人、副总经理、总经理办");
    walk(&mut play, id, &[("department_head", &[("approval", "approved")]), CARRIED_OUT]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "回访还缺：告知结果、怎样告知");
    let visit = [("outcome", "已换房"), ("told_how", "visit")];
    assert_eq!(not_yet(&play, "wang", id, &visit), "回访还缺：客户签名、满意程度");
    walk(&mut play, id, &[("wang", &[visit[0], visit[1], ("signature", "签字单 7"), ("satisfaction", "satisfied")])]);

    assert_eq!(way(&play, id), "judged dispatched investigated proposed approved carried_out followed_up filed");
    assert_eq!(rang(&play, id), ["2026-02-16 20:30 guest_time 50%"]);
    assert_eq!(told(&play, id), ["2026-02-16 20:00 department:rooms assigned"]);
    assert_eq!(clocks(&play, id), ["guest_time kept"]);
    let last = &play.ticket(id).told[0];
    assert!(last.last && last.what == "已换房" && last.by == StaffId("wang".into()));
    assert_eq!(play.ticket(id).first_receiver, StaffId("wang".into()));
    assert_eq!(play.state.first_alarm(), None);
}

/// Nobody does anything: warned at 48 minutes, over at 60, and one level up at a time, each told with a notice.
#[test]
fn a_guests_time_that_passes_goes_up_level_by_level() {
    let mut play = Play::new("hotel", "2026-10-01 10:00");
    let card = [("channel", "phone"), ("in_house", "yes"), ("wanted_by", "2026-10-01 11:00")];
    let id = play.open(guest(), &card);
    play.until("2026-10-01 18:00");
    let rings =
        ["2026-10-01 10:30 guest_time 50%", "2026-10-01 10:48 guest_time 80%", "2026-10-01 11:00 guest_time 100%"];
    assert_eq!(rang(&play, id), rings, "nothing rings twice");
    assert_eq!(
        told(&play, id),
        [
            "2026-10-01 10:48 staff:wang clock_soon",
            "2026-10-01 11:00 staff:wang clock_over",
            "2026-10-01 11:00 role:department_head escalated",
        ]
    );
    acknowledge_all(&mut play, id, "receiver");
    for (role, hour) in [("deputy_manager", "18"), ("general_manager", "19"), ("general_manager", "20")] {
        play.until(&format!("2026-10-01 {hour}:30"));
        play.by("wang", command::TicketCommand::Escalate { ticket: id, why: "超出权限".into() }).unwrap();
        assert_eq!(went_up(&play, id).last().unwrap(), &format!("2026-10-01 {hour}:30 {role}"));
    }
    let approved = ("general_manager", &[("approval", "approved")] as Filled);
    walk(&mut play, id, &[REGISTERED, JUDGED, DISPATCHED, INVESTIGATED, PROPOSED, approved, CARRIED_OUT]);
    walk(&mut play, id, &[("wang", SATISFIED)]);
    assert_eq!(clocks(&play, id), ["guest_time broken"]);
}

/// Three working days, to the end of the third: a house that never closes ends its day at 24:00. By hand, with the
/// holidays of 2026: 15 to 23 February and 1 to 7 October off; Saturdays 14 and 28 February, Sunday 20 September and
/// Saturday 10 October worked; 25 to 27 September off.
#[test]
fn who_has_left_is_answered_within_three_working_days() {
    let due = |begin: &str| left_alone("hotel", begin, guest(), LEFT, "departed");
    // 14, 24, 25 February.
    let (until, rings) = due("2026-02-13 16:00");
    assert_eq!(until, "2026-02-26 00:00");
    // 296 hours: half is 148, four fifths 236.8.
    assert_eq!(rings, ["2026-02-19 20:00 50%", "2026-02-23 12:48 80%", "2026-02-26 00:00 100%"]);
    // 8, 9, 10 October. 254 hours: 127, 203.2.
    let (until, rings) = due("2026-09-30 10:00");
    assert_eq!(until, "2026-10-11 00:00");
    assert_eq!(rings, ["2026-10-05 17:00 50%", "2026-10-08 21:12 80%", "2026-10-11 00:00 100%"]);
    for (begin, until) in [
        ("2026-02-14 09:00", "2026-02-27 00:00"), // 24, 25, 26 February
        ("2026-02-18 09:00", "2026-02-27 00:00"), // in the holiday: the same
        ("2026-02-26 10:00", "2026-03-03 00:00"), // 27, 28 February, 2 March
        ("2026-09-18 17:00", "2026-09-23 00:00"), // 20, 21, 22 September
        ("2026-09-24 08:00", "2026-10-01 00:00"), // 28, 29, 30 September
        ("2026-10-03 08:00", "2026-10-11 00:00"), // 8, 9, 10 October
    ] {
        assert_eq!(due(begin).0, until, "{begin}");
    }
}

/// The guest leaves before it is settled: the other promise holds, from the same beginning.
#[test]
fn a_guest_who_leaves_has_three_working_days_from_the_beginning() {
    let mut play = Play::new("hotel", "2026-02-13 16:00");
    let card = [("channel", "phone"), ("in_house", "yes"), ("wanted_by", "2026-02-13 22:00")];
    let id = play.open(guest(), &card);
    play.until("2026-02-13 17:00");
    let change = ticket::FieldChange { field: "in_house".into(), from: "yes".into(), to: "no".into() };
    play.by("wang", command::TicketCommand::Edit { ticket: id, changes: vec![change], seal: None }).unwrap();
    assert_eq!(clocks(&play, id), ["guest_time void", "departed runs"]);
    assert_eq!(play.due(id, "departed"), "2026-02-26 00:00");
}

/// Another department's matter: the receiver reports to the head, and no one but the heads agrees on the remedy.
#[test]
fn another_departments_matter_goes_from_head_to_head() {
    let mut play = Play::new("hotel", "2026-02-13 16:00");
    let id = play.open(guest(), LEFT);
    let other: Screen<'_> = ("wang", &[("validity", "valid"), ("other_department", "yes")]);
    let food: Screen<'_> = ("wang", &[("department", "food"), ("responsible", "陈厨师长")]);
    walk(&mut play, id, &[REGISTERED, other, food, INVESTIGATED]);
    assert_eq!(told(&play, id), ["2026-02-13 16:00 department:food assigned"]);
    assert_eq!(play.ticket(id).stage, "conferred");
    assert_eq!(not_yet(&play, "wang", id, &[("heads_agreed", "双方同意")]), "「会商」由部门负责人办");
    assert_eq!(not_yet(&play, "department_head", id, &[]), "会商还缺：负责人会商结果");
    walk(&mut play, id, &[("department_head", &[("heads_agreed", "客房部、餐饮部同意免餐费")])]);
    walk(
        &mut play,
        id,
        &[PROPOSED, ("department_head", &[("approval", "approved")]), CARRIED_OUT, ("wang", SATISFIED)],
    );
    let stages = "judged dispatched investigated conferred proposed approved carried_out followed_up filed";
    assert_eq!(way(&play, id), stages);
}

/// Not valid: the opinion says why, the guest is told tactfully, and that is the end.
#[test]
fn what_is_not_valid_is_answered_and_closed() {
    let mut play = Play::new("hotel", "2026-02-13 16:00");
    let id = play.open(guest(), LEFT);
    walk(&mut play, id, &[REGISTERED]);
    assert_eq!(not_yet(&play, "wang", id, &[("validity", "invalid")]), "判定还缺：部门意见");
    walk(&mut play, id, &[("wang", &[("validity", "invalid"), ("opinion", "客人自己开的窗")])]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "答复还缺：告知结果、怎样告知");
    play.until("2026-02-25 23:59");
    walk(&mut play, id, &[("wang", &[("outcome", "婉转说明"), ("told_how", "phone")])]);
    assert_eq!(way(&play, id), "judged answered filed");
    assert_eq!(clocks(&play, id), ["departed kept"]);
    assert_eq!(rang(&play, id), ["2026-02-19 20:00 departed 50%", "2026-02-23 12:48 departed 80%"]);
}

/// Not satisfied three times: department head, deputy manager, general manager; every round is kept with its card.
#[test]
fn a_guest_who_is_not_satisfied_is_heard_until_they_are() {
    let mut play = Play::new("hotel", "2026-09-30 10:00");
    let id = play.open(guest(), LEFT);
    walk(&mut play, id, &[REGISTERED, JUDGED, DISPATCHED]);
    let heads = ["department_head", "deputy_manager", "general_manager", "general_manager"];
    for (round, head) in heads.iter().enumerate() {
        play.until(&format!("2026-10-0{} 12:00", 8 + round.min(1)));
        let (cause, remedy) = (format!("原因 {round}"), format!("方案 {round}"));
        let satisfied = if round == 3 { "satisfied" } else { "dissatisfied" };
        let outcome = format!("答复 {round}");
        walk(
            &mut play,
            id,
            &[
                ("wang", &[("cause", &cause), ("course", "经过"), ("conclusion", "结论")]),
                ("wang", &[("remedy", &remedy), ("prevention", "防范")]),
                (head, &[("approval", "approved")]),
                CARRIED_OUT,
                ("wang", &[("outcome", &outcome), ("told_how", "phone"), ("satisfaction", satisfied)]),
            ],
        );
    }
    let ticket = play.ticket(id);
    assert_eq!((ticket.stage.as_str(), ticket.round), ("filed", 4));
    assert_eq!(
        went_up(&play, id),
        ["2026-10-08 12:00 department_head", "2026-10-09 12:00 deputy_manager", "2026-10-09 12:00 general_manager"]
    );
    assert_eq!(ticket.rounds.iter().map(|round| round.number).collect::<Vec<_>>(), [1, 2, 3]);
    for (at, round) in ticket.rounds.iter().enumerate() {
        assert_eq!(round.card["cause"], format!("原因 {at}"));
        assert_eq!(round.card["remedy"], format!("方案 {at}"));
        assert_eq!(round.card["outcome"], format!("答复 {at}"));
        assert_eq!(round.card["satisfaction"], "dissatisfied");
        assert_eq!(round.card["in_house"], "no", "what the form asked stays");
    }
    assert_eq!(ticket.value("cause"), "原因 3");
    assert_eq!(ticket.told.len(), 4, "told every time");
    assert_eq!(clocks(&play, id), ["departed kept"], "one promise, through all rounds");
}

/// What the house lays down besides.
#[test]
fn the_sheets_and_the_chain_are_as_written() {
    let rules = Play::new("hotel", "2026-02-13 16:00").rules;
    assert_eq!(rules.chains["service"], ["department_head", "deputy_manager", "general_manager"]);
    assert!(rules.hours.is_always());
    assert!(rules.departments.values().all(|department| department.head == "department_head"));
}
