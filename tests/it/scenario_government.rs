//! R-CMP-GOV as written: answered in 15 seconds, 95 % connected over any 24 hours; told the outcome within 2 hours for
//! danger, 24 hours for water, power, gas and heat, 7 days for an ordinary matter, 15 days for a complex one.

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::likeness::duplicates;
use ringdesk::domain::rulebook::Formula;
use ringdesk::domain::ticket::{FieldChange, TellHow};
use ringdesk::domain::*;

use crate::play::{Play, local};
use crate::scenario_kit::*;

fn citizen() -> TicketFields {
    asks(RequestType::Complaint, "路灯不亮", "冯女士", "13900000021", "人民路 5 号")
}

const ORDINARY: Filled<'static> = &[("channel", "phone"), ("matter", "ordinary")];
const REGISTERED: Screen<'static> = ("wang", &[("against", "路灯所"), ("gravity", "ordinary")]);
const JUDGED: Screen<'static> = ("service_manager", &[("validity", "valid")]);
const DISPATCHED: Screen<'static> = ("boss", &[("department", "city"), ("responsible", "城管局值班")]);
const INVESTIGATED: Screen<'static> = ("wang", &[("cause", "线断"), ("course", "上周起"), ("conclusion", "属实")]);
const PROPOSED: Screen<'static> = ("wang", &[("remedy", "换线"), ("prevention", "巡检")]);
const APPROVED: Screen<'static> = ("department_head", &[("approval", "approved")]);
const CARRIED_OUT: Screen<'static> = ("wang", &[("done_what", "已换")]);
const TO_THE_CALL: [Screen<'static>; 7] =
    [REGISTERED, JUDGED, DISPATCHED, INVESTIGATED, PROPOSED, APPROVED, CARRIED_OUT];
const HEARD: Filled<'static> = &[("outcome", "灯亮了"), ("told_how", "phone"), ("satisfaction", "satisfied")];

#[test]
fn fifteen_seconds_and_ninety_five_percent_over_a_day() {
    let rules = Play::new("government", "2026-02-13 16:00").rules;
    assert_eq!(rules.limit_ms(None), 15_000);
    assert_eq!(rules.limit_ms(Some("12345")), 15_000);
    let level = &rules.service_level;
    assert_eq!((level.formula, level.target_percent, level.over_hours), (Formula::AllOffered, Some(95), 24));
    assert!(rules.hours.is_always());
}

/// The four promises, rung at their times through New Year and the National Day; whichever type asks.
#[test]
fn the_outcome_is_told_within_the_time_of_the_matter() {
    for (begin, matter, rings) in [
        ("2026-02-16 23:30", "danger", ["2026-02-17 00:30", "2026-02-17 01:06", "2026-02-17 01:30"]),
        ("2026-10-01 08:00", "danger", ["2026-10-01 09:00", "2026-10-01 09:36", "2026-10-01 10:00"]),
        ("2026-02-16 23:30", "utility", ["2026-02-17 11:30", "2026-02-17 18:42", "2026-02-17 23:30"]),
        ("2026-10-01 08:00", "utility", ["2026-10-01 20:00", "2026-10-02 03:12", "2026-10-02 08:00"]),
        ("2026-02-13 16:00", "ordinary", ["2026-02-17 04:00", "2026-02-19 06:24", "2026-02-20 16:00"]),
        ("2026-09-30 10:00", "ordinary", ["2026-10-03 22:00", "2026-10-06 00:24", "2026-10-07 10:00"]),
        ("2026-02-13 16:00", "complex", ["2026-02-21 04:00", "2026-02-25 16:00", "2026-02-28 16:00"]),
        ("2026-09-30 10:00", "complex", ["2026-10-07 22:00", "2026-10-12 10:00", "2026-10-15 10:00"]),
    ] {
        use RequestType::*;
        for kind in [Complaint, Enquiry, Suggestion, Praise, Repair, Outage, Application, Hazard] {
            let card = [("channel", "phone"), ("matter", matter)];
            let clock = format!("told_{matter}");
            let fields = asks(kind, "事情", "冯女士", "13900000021", "");
            let (due, rang) = left_alone("government", begin, fields, &card, &clock);
            assert_eq!(due, rings[2], "{matter} {kind:?}");
            let wanted: Vec<String> =
                rings.iter().zip([50, 80, 100]).map(|(at, percent)| format!("{at} {percent}%")).collect();
            assert_eq!(rang, wanted, "{matter} {kind:?}");
        }
    }
}

#[test]
fn an_ordinary_matter_is_handled_in_time() {
    let mut play = Play::new("government", "2026-02-13 16:00");
    assert_eq!(not_opened(&play, citizen(), &[("channel", "phone")]), "登记还缺：事项类别");
    let id = play.open(citizen(), ORDINARY);
    assert_eq!(clocks(&play, id), ["told_ordinary runs"]);
    walk(&mut play, id, &TO_THE_CALL[..1]);
    assert_eq!(not_yet(&play, "department_head", id, JUDGED.1), "「判定」由班长、客服经理办");
    walk(&mut play, id, &TO_THE_CALL[1..3]);
    assert_eq!(play.ticket(id).owner, Owner::Department("city".into()));
    play.until("2026-02-19 09:00");
    walk(&mut play, id, &TO_THE_CALL[3..5]);
    assert_eq!(not_yet(&play, "duty_leader", id, APPROVED.1), "「审批」由部门负责人、客服经理、副总经理、热线办主任办");
    walk(&mut play, id, &TO_THE_CALL[5..]);
    assert_eq!(not_yet(&play, "wang", id, &HEARD[2..]), "回访还缺：告知结果、怎样告知");
    walk(&mut play, id, &[("wang", HEARD)]);
    assert_eq!(clocks(&play, id), ["told_ordinary kept"], "filing begins nothing anew");
    assert_eq!(rang(&play, id), ["2026-02-17 04:00 told_ordinary 50%", "2026-02-19 06:24 told_ordinary 80%"]);
    let told = told(&play, id);
    assert_eq!(told, ["2026-02-13 16:00 department:city assigned", "2026-02-19 06:24 department:city clock_soon"]);
    assert_eq!(play.ticket(id).first_receiver, StaffId("wang".into()));
}

/// Two hours over: the owner and the supervisor; by hand the department, the leader on duty, the head of the office.
#[test]
fn danger_that_is_not_answered_in_two_hours_goes_up() {
    let mut play = Play::new("government", "2026-02-16 23:30");
    let id = play.open(citizen(), &[("channel", "phone"), ("matter", "danger")]);
    play.until("2026-02-17 02:00");
    assert_eq!(
        told(&play, id),
        [
            "2026-02-17 01:06 staff:wang clock_soon",
            "2026-02-17 01:30 staff:wang clock_over",
            "2026-02-17 01:30 role:supervisor escalated",
        ]
    );
    acknowledge_all(&mut play, id, "duty_leader");
    for role in ["department_head", "duty_leader", "general_manager"] {
        play.by("wang", TicketCommand::Escalate { ticket: id, why: "危险未排除".into() }).unwrap();
        assert_eq!(went_up(&play, id).last().unwrap(), &format!("2026-02-17 02:00 {role}"));
    }
    walk(&mut play, id, &TO_THE_CALL);
    walk(&mut play, id, &[("wang", HEARD)]);
    assert_eq!(clocks(&play, id), ["told_danger broken"]);
}

/// An ordinary matter turns out to be dangerous: the shorter promise holds, from the beginning.
#[test]
fn a_matter_that_is_graded_anew_has_the_other_promise() {
    let mut play = Play::new("government", "2026-02-13 16:00");
    let id = play.open(citizen(), ORDINARY);
    play.until("2026-02-13 17:00");
    let change = FieldChange { field: "matter".into(), from: "ordinary".into(), to: "danger".into() };
    play.by("wang", TicketCommand::Edit { ticket: id, changes: vec![change], seal: None }).unwrap();
    assert_eq!(clocks(&play, id), ["told_ordinary void", "told_danger runs"]);
    assert_eq!(play.due(id, "told_danger"), "2026-02-13 18:00");
}

#[test]
fn what_is_not_valid_is_answered_and_closed() {
    let mut play = Play::new("government", "2026-09-30 10:00");
    let id = play.open(citizen(), ORDINARY);
    walk(&mut play, id, &[REGISTERED]);
    assert_eq!(not_yet(&play, "boss", id, &[("validity", "invalid")]), "判定还缺：部门意见");
    walk(&mut play, id, &[("boss", &[("validity", "invalid"), ("opinion", "检修，已公告")])]);
    play.until("2026-10-07 10:00");
    walk(&mut play, id, &[("wang", &[("outcome", "婉转说明"), ("told_how", "phone")])]);
    assert_eq!(way(&play, id), "judged answered filed");
    assert_eq!(clocks(&play, id), ["told_ordinary kept"], "on the minute is in time");
}

/// Every round is owed its answer in the time of the matter, from the moment the caller said no.
#[test]
fn three_rounds_each_with_the_promise_anew() {
    let mut play = Play::new("government", "2026-02-13 16:00");
    let id = play.open(citizen(), ORDINARY);
    walk(&mut play, id, &TO_THE_CALL[..3]);
    for (round, due) in ["2026-02-23 10:00", "2026-03-01 10:00", "2026-03-05 10:00"].into_iter().enumerate() {
        play.until(["2026-02-16 10:00", "2026-02-22 10:00", "2026-02-26 10:00"][round]);
        let (cause, outcome) = (format!("原因 {round}"), format!("答复 {round}"));
        let investigated = [("cause", cause.as_str()), ("course", "上周起"), ("conclusion", "属实")];
        walk(&mut play, id, &[("wang", &investigated), PROPOSED, APPROVED, CARRIED_OUT]);
        walk(
            &mut play,
            id,
            &[("wang", &[("outcome", &outcome), ("told_how", "phone"), ("satisfaction", "dissatisfied")])],
        );
        assert_eq!(play.due(id, "told_ordinary_again"), due);
    }
    play.until("2026-03-05 11:00");
    walk(&mut play, id, &TO_THE_CALL[3..]);
    walk(&mut play, id, &[("wang", HEARD)]);
    let ticket = play.ticket(id);
    assert_eq!((ticket.stage.as_str(), ticket.round, ticket.told.len()), ("filed", 4, 4));
    for (at, round) in ticket.rounds.iter().enumerate() {
        let kept = ["cause", "outcome", "satisfaction", "matter"].map(|field| round.card[field].clone());
        assert_eq!(kept, [format!("原因 {at}"), format!("答复 {at}"), "dissatisfied".into(), "ordinary".into()]);
        assert_eq!(usize::try_from(round.number).unwrap(), at + 1);
    }
    let again = "told_ordinary_again";
    let all =
        ["told_ordinary kept".into(), format!("{again} kept"), format!("{again} kept"), format!("{again} broken")];
    assert_eq!(clocks(&play, id), all);
    assert_eq!(
        went_up(&play, id),
        [
            "2026-02-16 10:00 supervisor",
            "2026-02-22 10:00 department_head",
            "2026-02-26 10:00 duty_leader",
            "2026-03-05 10:00 general_manager",
        ]
    );
}

/// R-REQ-7: nobody to call back; the reason why nobody was told stands in the record.
#[test]
fn an_anonymous_request_is_filed_without_a_callback() {
    let mut play = Play::new("government", "2026-02-13 16:00");
    let nobody = asks(RequestType::Complaint, "路灯不亮", "", "", "人民路 5 号");
    let id = play.open(nobody, &[ORDINARY, &[("anonymous", "yes")]].concat());
    assert!(play.ticket(id).is_anonymous());
    walk(&mut play, id, &TO_THE_CALL);
    let untold: Filled<'_> = &[("outcome", "灯亮了"), ("told_how", "untold"), ("untold_reason", "匿名")];
    assert_eq!(not_yet(&play, "wang", id, &untold[..2]), "回访还缺：没能告知的原因");
    walk(&mut play, id, &[("wang", untold)]);
    let told = &play.ticket(id).told[0];
    assert_eq!((told.how, told.what.as_str(), told.last), (TellHow::Untold, "匿名", true));
}

/// R-REQ-7: only a written answer was asked for: no call and no rating, but the answer itself must be there.
#[test]
fn a_request_for_a_letter_has_the_letter_attached() {
    let mut play = Play::new("government", "2026-02-13 16:00");
    let id = play.open(citizen(), &[ORDINARY, &[("answer_by", "letter")]].concat());
    walk(&mut play, id, &TO_THE_CALL);
    let letter: Filled<'_> = &[("outcome", "已函复"), ("told_how", "letter")];
    assert!(not_yet(&play, "wang", id, letter).ends_with("要书面答复，请先附上答复文件"));
    assert!(not_filed(&play, "wang", id).contains("满意程度"), "by phone it would be rated");
    let place = "答复函/2026-12.pdf".to_owned();
    play.by("wang", TicketCommand::AttachFile { ticket: id, place, words: "复函".into() }).unwrap();
    walk(&mut play, id, &[("wang", letter)]);
    assert_eq!(play.ticket(id).stage, "filed");
    assert_eq!(play.ticket(id).files[0].place, "答复函/2026-12.pdf");
}

/// R-REQ-3: two callers, one matter: one record, and neither is forgotten.
#[test]
fn a_matter_reported_twice_is_one_record_and_both_are_told() {
    let mut play = Play::new("government", "2026-02-13 16:00");
    let main = play.open(citizen(), ORDINARY);
    play.until("2026-02-13 18:00");
    let second = TicketFields { name: "陈先生".into(), phone: "13900000022".into(), ..citizen() };
    let typed = Ticket { fields: second.clone(), ..Ticket::default() };
    let proposed = duplicates(&play.state, &play.rules, &typed, play.now);
    assert_eq!(proposed.iter().map(|like| like.ticket).collect::<Vec<_>>(), [main], "while it is being typed");
    assert!(proposed[0].premises && !proposed[0].number);
    let report = play.open(second, ORDINARY);
    let before = play.ticket(report).clone();
    play.by("wang", TicketCommand::Merge { ticket: report, into: main }).unwrap();
    assert_eq!(play.ticket(main).reports, [report]);
    assert_eq!(
        play.by("wang", TicketCommand::Escalate { ticket: report, why: "急".into() }).unwrap_err(),
        "life.is_merged"
    );

    // Undone, it is what it was, but for its history.
    play.by("wang", TicketCommand::Unmerge(report)).unwrap();
    let undone = play.ticket(report).clone();
    let same = Ticket { lines: before.lines, version: before.version, changed_at: before.changed_at, ..undone };
    assert_eq!(same, before);
    play.by("wang", TicketCommand::Merge { ticket: report, into: main }).unwrap();

    play.until("2026-02-18 10:00");
    assert!(rang(&play, report).is_empty(), "the main one rings for both");
    walk(&mut play, main, &TO_THE_CALL);
    play.calls("13900000021");
    let owed = not_yet(&play, "wang", main, HEARD);
    assert_eq!(owed, format!("归并的工单还没告知：{}", report.spoken()));
    assert_eq!(not_yet(&play, "wang", main, &[("outcome", "灯亮了")]), "回访还缺：怎样告知", "its own caller first");
    play.by("wang", TicketCommand::Tell { ticket: report, how: TellHow::Phone, what: "灯亮了".into(), call: None })
        .unwrap();
    assert!(not_yet(&play, "wang", main, &[]).starts_with("回访还缺：告知结果"), "one told is not both told");
    walk(&mut play, main, &[("wang", HEARD)]);
    let filed = [main, report].map(|id| play.ticket(id).stage.clone());
    assert_eq!(filed, ["filed", "filed"]);
    assert_eq!(play.ticket(report).outcome(), Some("灯亮了"));
    assert_eq!(play.ticket(report).told.len(), 1);
    assert_eq!(play.state.first_alarm(), None);
}

/// R-REQ-4: dispatched in minutes, on site in the hour, the outcome told in two hours; the leader on duty is told.
#[test]
fn an_emergency_from_the_first_word_to_filing() {
    let mut play = Play::new("government", "2026-10-01 08:00");
    let fields = asks(RequestType::Emergency, "楼里冒烟", "卫先生", "13900000023", "解放路 1 号");
    let id = play.open(fields, &[]);
    assert_eq!(clocks(&play, id), ["arrive runs", "told_danger runs", "dispatch runs"]);
    let dues = ["dispatch", "arrive", "told_danger"].map(|clock| play.due(id, clock));
    assert_eq!(dues, ["2026-10-01 08:05", "2026-10-01 09:00", "2026-10-01 10:00"]);
    play.until("2026-10-01 08:01");
    walk(&mut play, id, &[("wang", &[("department", "emergency")])]);
    let tick =
        |item: &str| TicketCommand::Tick { ticket: id, item: item.into(), done: true, note: "119 已接警".into() };
    for item in ["caller_out", "dispatched", "duty_manager", "fire"] {
        play.by("wang", tick(item)).unwrap();
    }
    assert_eq!(local(play.ticket(id).ticks["fire"].at), "2026-10-01 08:01");
    assert_eq!(play.ticket(id).ticks["fire"].note, "119 已接警");
    play.until("2026-10-01 09:00");
    walk(&mut play, id, &[("wang", &[("responsible", "应急局值班")])]);
    drives(&mut play, "wang", id, "2026-10-01 09:00");
    play.until("2026-10-01 10:00");
    walk(&mut play, id, &[("wang", &[("cause", "电线"), ("done_what", "扑灭")])]);
    returned(&mut play, "wang", id);
    assert_eq!(
        told(&play, id),
        [
            "2026-10-01 08:00 role:supervisor emergency",
            "2026-10-01 08:01 department:emergency sent",
            "2026-10-01 08:02 department:emergency clock_soon",
            "2026-10-01 08:03 department:emergency clock_soon",
            "2026-10-01 08:04 role:supervisor escalated",
            "2026-10-01 08:04 department:emergency clock_over",
            "2026-10-01 08:30 department:emergency clock_soon",
            "2026-10-01 08:48 department:emergency clock_soon",
            "2026-10-01 09:00 role:duty_leader clock_over",
            "2026-10-01 09:00 role:duty_leader escalated",
            "2026-10-01 09:00 department:emergency clock_soon",
            "2026-10-01 09:36 department:emergency clock_soon",
            "2026-10-01 10:00 role:duty_leader clock_over",
            "2026-10-01 10:00 role:duty_leader escalated",
        ]
    );
    let no = [HEARD[0], HEARD[1], ("satisfaction", "dissatisfied")];
    walk(&mut play, id, &[("wang", &no)]);
    assert_eq!(play.due(id, "told_danger_again"), "2026-10-01 12:00");
    walk(&mut play, id, &[("wang", &[("department", "emergency"), ("responsible", "应急局值班")])]);
    drives(&mut play, "wang", id, "2026-10-01 10:00");
    for item in ["ambulance", "police"] {
        let note = "无人受伤，不必警戒".to_owned();
        play.by("wang", TicketCommand::Tick { ticket: id, item: item.into(), done: true, note }).unwrap();
    }
    walk(&mut play, id, &[("wang", &[("cause", "电线"), ("done_what", "复查")])]);
    returned(&mut play, "wang", id);
    walk(&mut play, id, &[("wang", HEARD)]);
    let ends = clocks(&play, id);
    let kept = ["dispatch kept", "arrive kept", "told_danger kept"].map(String::from);
    assert!(kept.iter().all(|one| ends.contains(one)), "{ends:?}");
    assert!(ends.contains(&"told_danger_again kept".to_owned()), "{ends:?}");
    assert_eq!(play.ticket(id).stage, "filed");
}

/// Not satisfied, and nobody goes again: the hour on site begins anew, and it is the leader on duty who hears of it.
#[test]
fn an_emergency_nobody_goes_to_again_is_the_duty_leaders() {
    let mut play = Play::new("government", "2026-10-01 08:00");
    let id = play.open(asks(RequestType::Emergency, "楼里冒烟", "", "13900000023", "解放路 1 号"), &[]);
    walk(&mut play, id, &[("wang", &[("department", "emergency")]), ("wang", &[("responsible", "应急局值班")])]);
    drives(&mut play, "wang", id, "2026-10-01 08:00");
    walk(&mut play, id, &[("wang", &[("cause", "电线"), ("done_what", "扑灭")])]);
    returned(&mut play, "wang", id);
    walk(&mut play, id, &[("wang", &[HEARD[0], HEARD[1], ("satisfaction", "dissatisfied")])]);
    assert_eq!(play.due(id, "again"), "2026-10-01 09:00");
    play.until("2026-10-01 09:00");
    let told = told(&play, id);
    assert!(told.contains(&"2026-10-01 09:00 role:duty_leader clock_over".to_owned()), "{told:?}");
    assert!(told.iter().all(|line| !line.contains("duty_manager")), "{told:?}");
}

/// Repair, outage and application, each from the first word to filing, told in the time of the matter.
#[test]
fn repairs_of_every_kind_are_told_in_the_time_of_the_matter() {
    for kind in [RequestType::Repair, RequestType::Outage, RequestType::Application] {
        let mut play = Play::new("government", "2026-02-16 23:30");
        let id =
            play.open(asks(kind, "没水", "褚女士", "13900000024", ""), &[("channel", "web"), ("matter", "utility")]);
        assert_eq!(play.due(id, "told_utility"), "2026-02-17 23:30");
        let sent: Screen<'_> = ("wang", &[("department", "water")]);
        let taken: Screen<'_> = ("wang", &[("responsible", "水务局值班")]);
        let parts: Screen<'_> = ("wang", &[("progress", "parts"), ("waiting_for", "阀门")]);
        walk(&mut play, id, &[sent, taken]);
        drives(&mut play, "wang", id, "2026-02-16 23:30");
        walk(&mut play, id, &[parts]);
        play.until("2026-02-17 01:30");
        walk(&mut play, id, &[("wang", &[])]);
        assert_eq!(play.due(id, "told_utility"), "2026-02-18 01:30", "what was waited does not count");
        let mended: Filled<'_> = &[("progress", "done"), ("done_what", "换阀"), ("replaced", "no"), ("charged", "no")];
        walk(&mut play, id, &[("wang", mended)]);
        returned(&mut play, "wang", id);
        walk(&mut play, id, &[("wang", HEARD)]);
        let stages = "dispatched accepted en_route carried_out waiting carried_out finished followed_up filed";
        assert_eq!(way(&play, id), stages, "{kind:?}");
        assert!(clocks(&play, id).iter().all(|line| line.ends_with("kept")), "{:?}", clocks(&play, id));
    }
}

/// Not satisfied, the promise of the matter begins again and no other beside it: seven days stay seven days.
#[test]
fn a_repair_done_again_has_the_time_of_the_matter_again() {
    for kind in [RequestType::Repair, RequestType::Outage, RequestType::Application] {
        let mut play = Play::new("government", "2026-02-13 16:00");
        let id = play.open(asks(kind, "路灯不亮", "褚女士", "13900000024", ""), ORDINARY);
        let mended: Filled<'_> = &[("progress", "done"), ("done_what", "换灯"), ("replaced", "no"), ("charged", "no")];
        let sent: Filled<'_> = &[("department", "water"), ("responsible", "值班")];
        walk(&mut play, id, &[("wang", &sent[..1]), ("wang", &sent[1..])]);
        drives(&mut play, "wang", id, "2026-02-13 16:00");
        walk(&mut play, id, &[("wang", mended)]);
        returned(&mut play, "wang", id);
        play.until("2026-02-16 10:00");
        walk(&mut play, id, &[("wang", &[HEARD[0], HEARD[1], ("satisfaction", "dissatisfied")])]);
        let promises = |play: &Play| -> Vec<String> {
            clocks(play, id).into_iter().filter(|line| !line.starts_with("accept ")).collect()
        };
        assert_eq!(promises(&play), ["told_ordinary kept", "told_ordinary_again runs"], "{kind:?}");
        assert_eq!(play.due(id, "told_ordinary_again"), "2026-02-23 10:00", "{kind:?}");
        walk(&mut play, id, &[("wang", sent)]);
        drives(&mut play, "wang", id, "2026-02-19 10:00");
        assert!(rang(&play, id).iter().all(|line| !line.contains("100%")), "{:?}", rang(&play, id));
        walk(&mut play, id, &[("wang", mended)]);
        returned(&mut play, "wang", id);
        walk(&mut play, id, &[("wang", HEARD)]);
        assert_eq!(promises(&play), ["told_ordinary kept", "told_ordinary_again kept"], "{kind:?}");
    }
}

#[test]
fn every_other_type_runs_from_the_first_word_to_filing() {
    every_other_type("government", &[("matter", "ordinary")]);
}
