//! The power company's promises as its rulebook cites them (十项承诺): on site in 45, 90, 120 minutes, restored in 3 and 4
//! hours, a complaint contacted in 1 and answered in 5 working days, an installation in 5 working days.

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::likeness::burst;
use ringdesk::domain::ticket::{FieldChange, TellHow};
use ringdesk::domain::*;

use crate::play::{Play, local};
use crate::scenario_kit::*;

fn complains() -> TicketFields {
    asks(RequestType::Complaint, "抄表不准", "孙先生", "13900000004", "建设路 20 号")
}

fn broken(kind: RequestType, address: &str, phone: &str) -> TicketFields {
    asks(kind, "家里没电", "赵女士", phone, address)
}

const CARD: Filled<'static> = &[("channel", "phone")];
const REGISTERED: Screen<'static> = ("wang", &[("against", "抄表员"), ("gravity", "ordinary")]);
const JUDGED: Screen<'static> = ("service_manager", &[("validity", "valid")]);
const DISPATCHED: Screen<'static> = ("boss", &[("department", "marketing"), ("responsible", "小钱")]);
const INVESTIGATED: Screen<'static> = ("wang", &[("cause", "抄错"), ("course", "二月抄表"), ("conclusion", "属实")]);
const PROPOSED: Screen<'static> = ("wang", &[("remedy", "退费"), ("prevention", "复核")]);
const APPROVED: Screen<'static> = ("service_manager", &[("approval", "approved")]);
const CARRIED_OUT: Screen<'static> = ("wang", &[("done_what", "退 42 元")]);
const TO_THE_CALL: [Screen<'static>; 7] =
    [REGISTERED, JUDGED, DISPATCHED, INVESTIGATED, PROPOSED, APPROVED, CARRIED_OUT];
const HEARD: Filled<'static> = &[("outcome", "已办"), ("told_how", "phone"), ("satisfaction", "satisfied")];

const SENT: [Screen<'static>; 2] =
    [("wang", &[("department", "repair")]), ("department_head", &[("responsible", "孙师傅")])];
const MENDED: Filled<'static> = &[
    ("progress", "done"),
    ("done_what", "换保险"),
    ("restored_at", "2026-02-17 16:30"),
    ("replaced", "no"),
    ("charged", "no"),
];

/// By hand: one working day after 13 February is the 14th, a Saturday worked; five are 14, 24, 25, 26, 27 February. After
/// 30 September: 8 October; 8, 9, 10, 12, 13 October.
#[test]
fn a_complaint_is_contacted_in_one_and_answered_in_five_working_days() {
    for (begin, clock, due, rings) in [
        ("2026-02-13 16:00", "contact", "2026-02-15 00:00", ["2026-02-14 08:00", "2026-02-14 17:36"]),
        ("2026-02-13 16:00", "answer", "2026-02-28 00:00", ["2026-02-20 20:00", "2026-02-25 03:12"]),
        ("2026-02-14 16:00", "contact", "2026-02-25 00:00", ["2026-02-19 20:00", "2026-02-22 22:24"]),
        ("2026-02-24 00:00", "answer", "2026-03-03 00:00", ["2026-02-27 12:00", "2026-03-01 14:24"]),
        ("2026-09-30 10:00", "contact", "2026-10-09 00:00", ["2026-10-04 17:00", "2026-10-07 06:48"]),
        ("2026-09-30 10:00", "answer", "2026-10-14 00:00", ["2026-10-07 05:00", "2026-10-11 06:48"]),
        ("2026-09-18 00:00", "answer", "2026-09-25 00:00", ["2026-09-21 12:00", "2026-09-23 14:24"]),
    ] {
        let (until, rang) = left_alone("power", begin, complains(), CARD, clock);
        assert_eq!(until, due, "{begin} {clock}");
        assert_eq!(rang, [format!("{} 50%", rings[0]), format!("{} 80%", rings[1]), format!("{due} 100%")], "{begin}");
    }
}

#[test]
fn a_complaint_that_is_settled_in_time() {
    let mut play = Play::new("power", "2026-02-13 16:00");
    let id = play.open(complains(), CARD);
    play.until("2026-02-14 09:00");
    let how = TellHow::Phone;
    play.by("wang", TicketCommand::Tell { ticket: id, how, what: "已受理，在查".into(), call: None }).unwrap();
    assert_eq!(clocks(&play, id), ["answer runs", "contact kept"]);
    walk(&mut play, id, &TO_THE_CALL[..1]);
    assert_eq!(not_yet(&play, "wang", id, JUDGED.1), "「判定」由班长、客服经理办");
    walk(&mut play, id, &TO_THE_CALL[1..3]);
    assert_eq!(not_yet(&play, "wang", id, &[("cause", "抄错")]), "调查还缺：经过、结论");
    play.until("2026-02-24 10:00");
    walk(&mut play, id, &TO_THE_CALL[3..]);
    assert_eq!(not_yet(&play, "wang", id, &HEARD[..2]), "回访还缺：满意程度");
    walk(&mut play, id, &[("wang", HEARD)]);
    assert_eq!(clocks(&play, id), ["answer kept", "contact kept"], "filing begins nothing anew");
    assert_eq!(rang(&play, id), ["2026-02-14 08:00 contact 50%", "2026-02-20 20:00 answer 50%"]);
    assert_eq!(told(&play, id), ["2026-02-14 09:00 department:marketing assigned"]);
    assert_eq!(play.ticket(id).told.iter().map(|told| told.last).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_complaint_nobody_touches_goes_up_twice() {
    let mut play = Play::new("power", "2026-02-13 16:00");
    let id = play.open(complains(), CARD);
    play.until("2026-03-31 00:00");
    assert_eq!(
        told(&play, id),
        [
            "2026-02-14 17:36 staff:wang clock_soon",
            "2026-02-15 00:00 staff:wang clock_over",
            "2026-02-15 00:00 role:supervisor escalated",
            "2026-02-25 03:12 staff:wang clock_soon",
            "2026-02-28 00:00 staff:wang clock_over",
            "2026-02-28 00:00 role:service_manager escalated",
        ]
    );
    acknowledge_all(&mut play, id, "deputy_manager");
    walk(&mut play, id, &TO_THE_CALL);
    walk(&mut play, id, &[("wang", HEARD)]);
    assert_eq!(clocks(&play, id), ["answer broken", "contact broken"]);
}

#[test]
fn a_complaint_that_is_not_valid_is_answered_and_closed() {
    let mut play = Play::new("power", "2026-02-13 16:00");
    let id = play.open(complains(), CARD);
    let invalid: Screen<'_> = ("boss", &[("validity", "invalid"), ("opinion", "读数无误")]);
    walk(&mut play, id, &[REGISTERED, invalid, ("wang", &HEARD[..2])]);
    assert_eq!(way(&play, id), "judged answered filed");
    assert_eq!(clocks(&play, id), ["answer kept", "contact kept"]);
}

/// Every round is contacted and answered within the promise, from the moment the customer said no.
#[test]
fn three_rounds_each_with_the_promise_anew() {
    let mut play = Play::new("power", "2026-02-13 16:00");
    let id = play.open(complains(), CARD);
    walk(&mut play, id, &TO_THE_CALL[..3]);
    let dues = [
        ("2026-02-16", "2026-02-25", "2026-03-01"),
        ("2026-02-24", "2026-02-26", "2026-03-03"),
        ("2026-02-26", "2026-02-28", "2026-03-05"),
    ];
    for (round, (day, contact, answer)) in dues.iter().enumerate() {
        play.until(&format!("{day} 10:00"));
        walk(&mut play, id, &TO_THE_CALL[3..]);
        let outcome = format!("答复 {round}");
        walk(
            &mut play,
            id,
            &[("wang", &[("outcome", &outcome), ("told_how", "phone"), ("satisfaction", "dissatisfied")])],
        );
        assert_eq!(play.due(id, "contact_again"), format!("{contact} 00:00"), "round {round}");
        assert_eq!(play.due(id, "answer_again"), format!("{answer} 00:00"), "round {round}");
        assert!(play.ticket(id).clocks.iter().rev().take(2).all(ticket::Clock::is_running));
    }
    play.until("2026-03-05 00:00");
    walk(&mut play, id, &TO_THE_CALL[3..]);
    walk(&mut play, id, &[("wang", HEARD)]);
    let ticket = play.ticket(id);
    assert_eq!((ticket.stage.as_str(), ticket.round, ticket.rounds.len()), ("filed", 4, 3));
    let outcomes: Vec<&str> = ticket.rounds.iter().map(|round| round.card["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["答复 0", "答复 1", "答复 2"]);
    assert_eq!(
        clocks(&play, id),
        [
            "answer kept",
            "contact broken",
            "contact_again kept",
            "answer_again kept",
            "contact_again broken",
            "answer_again kept",
            "contact_again broken",
            "answer_again kept",
        ]
    );
    let up: Vec<String> = went_up(&play, id).iter().map(|line| line[17..].to_owned()).collect();
    let chain = ["supervisor", "service_manager", "deputy_manager", "general_manager"];
    assert_eq!(up[..4], chain, "the first contact, two rounds, the second round's contact");
    assert_eq!(up[4..], ["general_manager"; 3], "the third round, its contact and its answer: nobody is above");
}

/// On site in 45 minutes in the city, restored 3 hours after; while parts are waited for nothing counts and nothing rings.
#[test]
fn a_repair_in_the_city_with_a_wait_for_parts() {
    let mut play = Play::new("power", "2026-02-17 10:00");
    let fields = || broken(RequestType::Repair, "建设路 12 号", "13900000005");
    let unasked = play.open(fields(), &[]);
    assert_eq!(clocks(&play, unasked), ["arrive_city runs"], "where it is was not asked: the shortest counts");
    assert_eq!(play.due(unasked, "arrive_city"), "2026-02-17 10:45");
    assert_eq!(not_yet(&play, "wang", unasked, &[]), "登记还缺：地区、责任部门");
    assert_eq!(not_yet(&play, "wang", unasked, SENT[0].1), "登记还缺：地区");
    walk(&mut play, unasked, &[("wang", &[SENT[0].1, &[("area_kind", "remote")]].concat())]);
    assert_eq!(clocks(&play, unasked), ["arrive_city void", "arrive_remote runs", "accept runs"]);
    assert_eq!(play.due(unasked, "arrive_remote"), "2026-02-17 12:00", "from the first word on");

    let mut play = Play::new("power", "2026-02-17 10:00");
    let id = play.open(fields(), &[("area_kind", "city")]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "登记还缺：责任部门");
    walk(&mut play, id, &SENT[..1]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "派单还缺：负责人");
    walk(&mut play, id, &SENT[1..]);
    assert_eq!(clocks(&play, id), ["arrive_city runs", "accept kept"], "accepted is not arrived");
    drives(&mut play, "wang", id, "2026-02-17 10:30");
    assert_eq!(clocks(&play, id), ["arrive_city kept", "accept kept", "restore_city runs"]);
    assert_eq!(play.due(id, "restore_city"), "2026-02-17 13:30");

    play.until("2026-02-17 11:30");
    assert_eq!(not_yet(&play, "wang", id, &[("progress", "parts")]), "处理还缺：等什么");
    walk(&mut play, id, &[("wang", &[("progress", "parts"), ("waiting_for", "保险管")])]);
    assert_eq!(play.ticket(id).stage, "waiting");
    let waits = ["arrive_city kept", "accept kept", "restore_city runs", "waiting runs"];
    assert_eq!(clocks(&play, id), waits, "waiting is not mending");
    play.until("2026-02-17 15:30");
    assert_eq!(rang(&play, id), ["2026-02-17 10:22 arrive_city 50%"], "nothing rings meanwhile");
    walk(&mut play, id, &[("wang", &[])]);
    assert_eq!(play.due(id, "restore_city"), "2026-02-17 17:30");
    let mended = not_yet(&play, "wang", id, &[("progress", "done")]);
    assert_eq!(mended, "处理还缺：做了什么、恢复时间、有无更换、有无收费");
    play.until("2026-02-17 16:30");
    // One hour before the wait and half an hour after: half of three.
    assert_eq!(rang(&play, id)[1..], ["2026-02-17 16:00 restore_city 50%"]);
    walk(&mut play, id, &[("wang", MENDED)]);
    let mended = ["arrive_city kept", "accept kept", "restore_city kept", "waiting kept"];
    assert_eq!(clocks(&play, id), mended, "there is light");
    returned(&mut play, "wang", id);
    assert_eq!(play.due(id, "answer"), "2026-02-18 16:30");
    walk(&mut play, id, &[("wang", HEARD)]);
    assert_eq!(clocks(&play, id), [&mended[..], &["answer kept"]].concat());
}

#[test]
fn arrival_by_area_and_what_happens_when_it_is_late() {
    for (area, clock, rings) in [
        ("city", "arrive_city", ["23:52 50%", "00:06 80%", "00:15 100%"]),
        ("rural", "arrive_rural", ["00:15 50%", "00:42 80%", "01:00 100%"]),
        ("remote", "arrive_remote", ["00:30 50%", "01:06 80%", "01:30 100%"]),
    ] {
        for kind in [RequestType::Repair, RequestType::Outage] {
            let fields = broken(kind, "", "13900000006");
            let (_, rang) = left_alone("power", "2026-02-16 23:30", fields, &[("area_kind", area)], clock);
            let times: Vec<&str> = rang.iter().map(|line| &line[11..]).collect();
            assert_eq!(times, rings, "{area} {kind:?}");
        }
    }
    let mut play = Play::new("power", "2026-10-01 08:00");
    let id = play.open(broken(RequestType::Outage, "", "13900000006"), &[("area_kind", "rural")]);
    walk(&mut play, id, &SENT);
    play.until("2026-10-01 09:30");
    assert_eq!(
        told(&play, id),
        [
            "2026-10-01 08:00 department:repair sent",
            "2026-10-01 09:12 department:repair clock_soon",
            "2026-10-01 09:30 department:repair clock_over",
            "2026-10-01 09:30 role:supervisor escalated",
        ]
    );
    drives(&mut play, "wang", id, "2026-10-01 09:30");
    assert_eq!(play.due(id, "restore_rural"), "2026-10-01 13:30", "four hours outside the city");
    assert_eq!(clocks(&play, id)[0], "arrive_rural kept", "on the minute is in time");
}

/// 十项承诺 6: a home connected in five working days.
#[test]
fn an_installation_in_five_working_days() {
    let fields = || asks(RequestType::Application, "新装电表", "钱先生", "13900000007", "和平路 9 号");
    let (due, _) = left_alone("power", "2026-02-13 16:00", fields(), CARD, "repair");
    assert_eq!(due, "2026-02-28 00:00");
    let mut play = Play::new("power", "2026-09-30 10:00");
    let id = play.open(fields(), CARD);
    assert_eq!(play.due(id, "repair"), "2026-10-14 00:00");
    walk(&mut play, id, &SENT);
    drives(&mut play, "wang", id, "2026-10-09 10:00");
    let done: Filled<'_> = &[("progress", "done"), ("done_what", "装表"), ("charged", "yes")];
    assert_eq!(not_yet(&play, "wang", id, done), "处理还缺：金额、收据号");
    walk(&mut play, id, &[("wang", &[done, &[("amount", "300"), ("receipt", "SJ9")]].concat())]);
    returned(&mut play, "wang", id);
    walk(&mut play, id, &[("wang", HEARD)]);
    assert_eq!(clocks(&play, id), ["repair kept", "accept kept", "answer kept"]);
    assert_eq!(way(&play, id), "dispatched accepted en_route carried_out finished followed_up filed");
}

/// R-REQ-4, R-REQ-11: taken in with what there is, dispatched at once, the list ticked, the callers' area asked on the way.
#[test]
fn an_emergency_from_the_first_word_to_filing() {
    let mut play = Play::new("power", "2026-02-16 23:58");
    assert_eq!(play.rules.dangers_in("路口有断线掉在地上"), ["断线"]);
    let id = play.open(broken(RequestType::Emergency, "城关镇东街 1 号", "13900000008"), &[]);
    assert_eq!(told(&play, id), ["2026-02-16 23:58 role:supervisor emergency"]);
    assert_eq!(play.due(id, "arrive_city"), "2026-02-17 00:43", "unknown, it is the shortest");
    let change = FieldChange { field: "area_kind".into(), from: String::new(), to: "rural".into() };
    play.by("wang", TicketCommand::Edit { ticket: id, changes: vec![change], seal: None }).unwrap();
    assert_eq!(play.due(id, "arrive_rural"), "2026-02-17 01:28", "from the first word on");
    assert_eq!(clocks(&play, id), ["arrive_city void", "dispatch runs", "arrive_rural runs"]);

    play.until("2026-02-17 00:03");
    assert_eq!(
        rang(&play, id),
        ["2026-02-17 00:00 dispatch 50%", "2026-02-17 00:02 dispatch 80%", "2026-02-17 00:03 dispatch 100%"]
    );
    assert_eq!(
        told(&play, id)[1..],
        [
            "2026-02-17 00:00 staff:wang clock_soon",
            "2026-02-17 00:02 staff:wang clock_soon",
            "2026-02-17 00:03 role:supervisor clock_over",
            "2026-02-17 00:03 role:supervisor escalated",
        ]
    );
    play.until("2026-02-17 00:04");
    walk(&mut play, id, &SENT);
    let plan = play.rules.kind(RequestType::Emergency).emergency.clone().unwrap();
    assert!(plan.script.iter().any(|line| line.contains("8 米")));
    assert!(plan.tell.iter().any(|item| item.id == "duty_manager"));
    let items: Vec<String> = plan.checklist.iter().chain(&plan.tell).map(|item| item.id.clone()).collect();
    let tick = |item: &str, done| TicketCommand::Tick { ticket: id, item: item.into(), done, note: String::new() };
    assert_eq!(play.by("wang", tick("coffee", true)).unwrap_err(), "life.no_item");
    for (minute, item) in items.iter().enumerate() {
        play.until(&format!("2026-02-17 00:{:02}", 4 + minute));
        play.by("wang", tick(item, true)).unwrap();
    }
    play.by("wang", tick("fire", false)).unwrap();
    let ticks = &play.ticket(id).ticks;
    assert_eq!(ticks.len(), items.len() - 1, "a tick can be taken back");
    assert_eq!(local(ticks["caller_safe"].at), "2026-02-17 00:04");
    assert_eq!(ticks["power_cut"].by, StaffId("wang".into()));

    drives(&mut play, "wang", id, "2026-02-17 01:00");
    assert_eq!(not_yet(&play, "wang", id, &[]), "处理还缺：原因、做了什么");
    walk(&mut play, id, &[("wang", &[("cause", "大风"), ("done_what", "接好")])]);
    returned(&mut play, "wang", id);
    play.calls("13900000008");
    let unsaid = not_yet(&play, "wang", id, HEARD);
    assert!(unsaid.contains("还没交代通知了谁：消防"), "{unsaid}");
    let fire = TicketCommand::Tick { ticket: id, item: "fire".into(), done: true, note: "没有起火".into() };
    play.by("wang", fire).unwrap();
    walk(&mut play, id, &[("wang", HEARD)]);
    assert_eq!(way(&play, id), "dispatched accepted en_route carried_out finished followed_up filed");
    assert_eq!(
        clocks(&play, id),
        ["arrive_city void", "dispatch broken", "arrive_rural kept", "accept kept", "answer kept"]
    );
}

/// R-REQ-10: three outages in one road within half an hour; one is made the incident, the others hang on it, and when it
/// is over every one of their callers is still owed an answer.
#[test]
fn a_burst_of_outages_becomes_an_incident() {
    let mut play = Play::new("power", "2026-10-01 19:00");
    let mut ids = Vec::new();
    for (at, number) in [(0, 12), (10, 15), (29, 9), (40, 7)] {
        play.until(&format!("2026-10-01 19:{at:02}"));
        let fields = broken(RequestType::Outage, &format!("城关镇建设路{number}号"), &format!("139000001{number:02}"));
        ids.push(play.open(fields, &[("area_kind", "city")]));
    }
    let bursts: Vec<_> = ids.iter().map(|id| told(&play, *id).iter().any(|line| line.ends_with("burst"))).collect();
    assert_eq!(bursts, [false, false, true, false], "proposed once, by the one that makes it three");
    assert!(told(&play, ids[2]).contains(&"2026-10-01 19:29 role:supervisor burst".to_owned()));

    let attach = |ticket, incident| TicketCommand::Attach { ticket, incident };
    assert_eq!(play.by("wang", attach(ids[1], ids[0])).unwrap_err(), "life.no_incident");
    let sentence = "建设路停电，抢修班已到，预计 21:30 前恢复。";
    let make = |sentence: &str| TicketCommand::MakeIncident {
        ticket: ids[0],
        area: "城关镇建设路".into(),
        sentence: sentence.into(),
    };
    assert_eq!(play.by("boss", make("")).unwrap_err(), "life.incident_words");
    play.by("boss", make(sentence)).unwrap();
    assert_eq!(play.ticket(ids[0]).master.as_ref().unwrap().approved_by, StaffId("boss".into()));
    for id in &ids[1..] {
        let seen = burst(&play.state, &play.rules, play.ticket(*id), play.now).unwrap();
        assert_eq!(seen.incident, Some(ids[0]), "offered to whoever takes the next call");
        play.by("wang", attach(*id, ids[0])).unwrap();
    }

    let later = broken(RequestType::Outage, "城关镇建设路21号", "13900000200");
    let fifth = play.open(later, &[("area_kind", "city")]);
    assert!(told(&play, fifth).is_empty(), "there is an incident already");
    play.by("wang", attach(fifth, ids[0])).unwrap();
    ids.push(fifth);

    let all: Vec<Screen<'_>> = [&SENT[..], &[("wang", &[]), ("wang", &[]), ("wang", MENDED), ("wang", &[])]].concat();
    walk(&mut play, ids[0], &all);
    walk(&mut play, ids[0], &[("wang", HEARD)]);
    for id in &ids[1..] {
        let over = "2026-10-01 19:40 staff:wang incident_over".to_owned();
        assert!(told(&play, *id).contains(&over), "{:?}", told(&play, *id));
        assert!(play.ticket(*id).is_open() && play.ticket(*id).told.is_empty(), "still owed");
        assert_eq!(not_filed(&play, "wang", *id), "登记还缺：责任部门");
    }
    play.until("2026-10-01 20:11");
    assert!(rang(&play, ids[1]).iter().any(|line| line.contains("arrive_city 100%")), "its own promise runs on");
    for id in &ids[1..] {
        walk(&mut play, *id, &all);
        assert_eq!(not_yet(&play, "wang", *id, &[]), "回访还缺：告知结果、怎样告知");
        walk(&mut play, *id, &[("wang", HEARD)]);
        assert!(play.ticket(*id).told[0].last);
    }
    assert_eq!(play.state.first_alarm(), None);
}

#[test]
fn every_other_type_runs_from_the_first_word_to_filing() {
    every_other_type("power", &[]);
}
