//! The gas company's complaint (R-CMP-GAS) as the regulation has it: handed over within 24 hours, forwarded within
//! 24 hours after that, the department's result in 3 days, the customer told within 2 days of it; what cannot be solved at
//! once: the customer told within 3 days and another time agreed. The hotline is manned day and night: hours and calendar
//! days run through the holidays, working days do not.

use ringdesk::domain::TicketId;
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::ticket::{Owner, TellHow};

use crate::play::{Play, at, local};
use crate::scenario_moves::*;

const JUDGED: Filled<'_> = &[("validity", "valid"), ("at_once", "yes")];
const HANDED: Filled<'_> = &[("against", "维修班"), ("gravity", "ordinary")];
const TO_REPAIR: Filled<'_> = &[("department", "repair"), ("responsible", "department_head")];

/// From investigated to carried out, by the department and its approver.
fn work_on(play: &mut Play, id: TicketId) {
    assert_eq!(goes(play, "department_head", id, FOUND), "proposed");
    assert_eq!(goes(play, "department_head", id, REMEDY), "approved");
    assert_eq!(goes(play, "service_manager", id, &[("approval", "approved")]), "carried_out");
    assert_eq!(goes(play, "department_head", id, &[("done_what", "已重新上门")]), "followed_up");
}

/// Registered and handed over on the day, judged, forwarded to the repair department.
fn forwarded(play: &mut Play, judged: Filled<'_>) -> TicketId {
    let id = complaint(play);
    assert_eq!(goes(play, "wang", id, HANDED), "judged");
    assert_eq!(goes(play, "service_manager", id, judged), "dispatched");
    assert_eq!(goes(play, "service_manager", id, TO_REPAIR), "investigated");
    id
}

#[test]
fn in_time_through_spring_festival_and_three_rounds_until_the_customer_is_satisfied() {
    let mut play = Play::new("gas", "2026-02-13 16:00");
    let said = fields(ringdesk::domain::RequestType::Complaint, "态度");
    assert_eq!(asked_first("gas", "2026-02-13 16:00", said), ["channel", "against", "gravity"]);
    let id = complaint(&mut play);
    assert_eq!(span(&play, id, "hand_over"), "02-13 16:00 → 02-14 16:00");
    play.until("2026-02-14 09:00");
    not_theirs(&mut play, &["department_head", "general_manager", "sealed_keeper"], id);
    assert_eq!(missing(&play, "wang", id, &[]), ["against", "gravity"]);
    assert_eq!(goes(&mut play, "wang", id, HANDED), "judged");
    assert_eq!(span(&play, id, "forward"), "02-14 09:00 → 02-15 09:00");
    play.until("2026-02-14 15:00");
    not_theirs(&mut play, &["wang", "department_head"], id);
    assert_eq!(missing(&play, "service_manager", id, &[]), ["validity"]);
    assert_eq!(missing(&play, "service_manager", id, &[("validity", "valid")]), ["at_once"]);
    assert_eq!(goes(&mut play, "service_manager", id, JUDGED), "dispatched");
    play.until("2026-02-15 08:00");
    not_theirs(&mut play, &["wang", "department_head"], id);
    assert_eq!(goes(&mut play, "service_manager", id, TO_REPAIR), "investigated");
    assert_eq!(play.ticket(id).owner.to_string(), "department_head");
    assert_eq!(span(&play, id, "result"), "02-15 08:00 → 02-18 08:00");
    play.until("2026-02-18 07:00");
    assert_eq!(missing(&play, "department_head", id, &[]), ["cause", "course", "conclusion"]);
    assert_eq!(goes(&mut play, "department_head", id, FOUND), "proposed");
    assert_eq!(missing(&play, "department_head", id, &[]), ["remedy", "prevention"]);
    assert_eq!(goes(&mut play, "department_head", id, REMEDY), "approved");
    not_theirs(&mut play, &["wang", "supervisor"], id);
    assert_eq!(missing(&play, "service_manager", id, &[("approval", "rejected")]), ["approver_opinion"]);
    assert_eq!(goes(&mut play, "service_manager", id, &[("approval", "approved")]), "carried_out");
    assert_eq!(goes(&mut play, "department_head", id, &[("done_what", "已重新上门")]), "followed_up");
    assert_eq!(span(&play, id, "told"), "02-18 07:00 → 02-20 07:00");
    play.until("2026-02-19 10:00");
    not_theirs(&mut play, &["department_head"], id);
    assert_eq!(missing(&play, "wang", id, &[("told_how", "phone")]), ["outcome", "satisfaction"]);
    assert_eq!(missing(&play, "wang", id, &[("told_how", "visit"), ("outcome", "一")]), ["signature", "satisfaction"]);

    for (told, dissatisfied_at, wanted) in [
        ("一", "", "02-19 10:00 → 02-22 10:00"),
        ("二", "2026-02-21 10:00", "02-21 10:00 → 02-24 10:00"),
        ("三", "2026-02-22 09:00", "02-22 09:00 → 02-25 09:00"),
    ] {
        if !dissatisfied_at.is_empty() {
            play.until(dissatisfied_at);
            work_on(&mut play, id);
        }
        assert_eq!(goes(&mut play, "wang", id, &dissatisfied(told)), "investigated");
        assert_eq!(span(&play, id, "result"), wanted, "the department's three days begin again");
    }
    play.until("2026-02-24 09:00");
    work_on(&mut play, id);
    play.until("2026-02-24 09:30");
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    three_rounds_kept(&play, id, ["一", "二", "三"]);
    assert!(all_kept(&play, id));
    assert_eq!(play.ticket(id).first_receiver.0, "wang");
    assert_eq!(
        rings(&play, id),
        [
            "02-14 04:00 hand_over 50%",
            "02-14 21:00 forward 50%",
            "02-15 04:12 forward 80%",
            "02-16 20:00 result 50%",
            "02-17 17:36 result 80%",
            "02-19 07:00 told 50%",
            "02-20 22:00 result 50%",
            "02-23 21:00 result 50%",
        ]
    );
    assert_eq!(
        notices(&play, id),
        [
            "02-15 04:12 @service_manager clock_soon",
            "02-15 08:00 department_head notice_assigned",
            "02-17 17:36 department_head clock_soon",
            "02-19 10:00 @supervisor notice_escalated",
            "02-21 10:00 @service_manager notice_escalated",
            "02-22 09:00 @deputy_manager notice_escalated",
        ]
    );
    assert_eq!(
        levels(&play, id),
        [
            "02-19 10:00 supervisor satisfaction",
            "02-21 10:00 service_manager satisfaction",
            "02-22 09:00 deputy_manager satisfaction"
        ]
    );
}

#[test]
fn late_at_every_step_over_national_day_goes_up_one_level_at_a_time() {
    let mut play = Play::new("gas", "2026-09-30 16:00");
    let id = complaint(&mut play);
    play.until("2026-10-01 17:00");
    assert_eq!(goes(&mut play, "wang", id, HANDED), "judged");
    play.until("2026-10-03 09:00");
    assert_eq!(goes(&mut play, "service_manager", id, JUDGED), "dispatched");
    play.until("2026-10-03 10:00");
    assert_eq!(goes(&mut play, "service_manager", id, TO_REPAIR), "investigated");
    assert_eq!(span(&play, id, "result"), "10-03 10:00 → 10-06 10:00");
    play.until("2026-10-07 09:00");
    work_on(&mut play, id);
    assert_eq!(span(&play, id, "told"), "10-07 09:00 → 10-09 09:00");
    play.until("2026-10-09 10:00");
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    assert_eq!(
        rings(&play, id),
        [
            "10-01 04:00 hand_over 50%",
            "10-01 11:12 hand_over 80%",
            "10-01 16:00 hand_over 100%",
            "10-02 05:00 forward 50%",
            "10-02 12:12 forward 80%",
            "10-02 17:00 forward 100%",
            "10-04 22:00 result 50%",
            "10-05 19:36 result 80%",
            "10-06 10:00 result 100%",
            "10-08 09:00 told 50%",
            "10-08 23:24 told 80%",
            "10-09 09:00 told 100%",
        ]
    );
    assert_eq!(
        notices(&play, id),
        [
            "10-01 11:12 wang clock_soon",
            "10-01 16:00 wang clock_over",
            "10-01 16:00 @supervisor notice_escalated",
            "10-02 12:12 @service_manager clock_soon",
            "10-02 17:00 @service_manager clock_over",
            "10-02 17:00 @service_manager notice_escalated",
            "10-03 10:00 department_head notice_assigned",
            "10-05 19:36 department_head clock_soon",
            "10-06 10:00 department_head clock_over",
            "10-06 10:00 @service_manager clock_over",
            "10-06 10:00 @deputy_manager notice_escalated",
            "10-08 23:24 wang clock_soon",
            "10-08 23:24 @service_manager clock_soon",
            "10-09 09:00 wang clock_over",
            "10-09 09:00 @service_manager clock_over",
            "10-09 09:00 @general_manager notice_escalated",
        ]
    );
    let kept: Vec<_> = play.ticket(id).clocks.iter().map(|clock| (clock.id.as_str(), clock.kept())).collect();
    let late = Some(false);
    assert_eq!(kept, [("hand_over", late), ("forward", late), ("result", late), ("told", late)]);
    let acknowledged = |notice: &ringdesk::domain::Notice| notice.acknowledged.is_some();
    assert!(!play.notices.iter().any(acknowledged), "a notice stands until somebody acknowledges it");
}

#[test]
fn not_valid_is_answered_tactfully_within_two_days_and_filed() {
    let mut play = Play::new("gas", "2026-02-13 16:00");
    let id = complaint(&mut play);
    assert_eq!(goes(&mut play, "wang", id, HANDED), "judged");
    play.until("2026-02-14 09:00");
    assert_eq!(missing(&play, "service_manager", id, &[("validity", "invalid")]), ["opinion"]);
    let judged = [("validity", "invalid"), ("opinion", "按规定收费")];
    assert_eq!(goes(&mut play, "service_manager", id, &judged), "answered");
    assert_eq!(play.clock(id, "forward").kept(), Some(true), "nothing is left to forward");
    assert_eq!(span(&play, id, "told_invalid"), "02-14 09:00 → 02-16 09:00");
    assert_eq!(
        play.by("boss", TicketCommand::File { ticket: id, outcome: String::new(), how: TellHow::Phone }),
        Err("refused.outcome_missing".into())
    );
    play.until("2026-02-16 10:00");
    not_theirs(&mut play, &["department_head"], id);
    assert_eq!(missing(&play, "wang", id, &[]), ["outcome", "told_how"]);
    assert_eq!(missing(&play, "wang", id, &[("told_how", "untold"), ("outcome", "打不通")]), ["untold_reason"]);
    assert_eq!(goes(&mut play, "wang", id, &[("told_how", "phone"), ("outcome", "已解释，客户理解")]), "filed");
    told_then_filed(&play, id);
    assert_eq!(
        rings(&play, id),
        [
            "02-14 04:00 forward 50%",
            "02-15 09:00 told_invalid 50%",
            "02-15 23:24 told_invalid 80%",
            "02-16 09:00 told_invalid 100%"
        ]
    );
    assert_eq!(
        notices(&play, id),
        [
            "02-15 23:24 wang clock_soon",
            "02-15 23:24 @service_manager clock_soon",
            "02-16 09:00 wang clock_over",
            "02-16 09:00 @service_manager clock_over",
            "02-16 09:00 @supervisor notice_escalated",
        ]
    );
    assert_eq!(runs(&play, id, "result") + runs(&play, id, "told"), 0);
}

/// What cannot be solved at once: three days from the registering, and it is over only when another time is agreed.
/// The agreed time keeps the first (R-CMP-3), and figures count both.
#[test]
fn not_solvable_at_once_another_time_is_agreed_within_three_days() {
    let mut play = Play::new("gas", "2026-02-13 16:00");
    let id = forwarded(&mut play, &[("validity", "valid"), ("at_once", "no")]);
    assert_eq!(span(&play, id, "renegotiate"), "02-13 16:00 → 02-16 16:00");
    assert_eq!(span(&play, id, "result"), "02-13 16:00 → 02-16 16:00");
    play.until("2026-02-15 10:00");
    let tell = TicketCommand::Tell { ticket: id, how: TellHow::Phone, what: "节后换管".into(), call: None };
    play.by("wang", tell).unwrap();
    assert!(play.clock(id, "renegotiate").is_running(), "told, but no time agreed yet");
    let agree = |until: &str, with: &str| TicketCommand::Agree {
        ticket: id,
        clock: "result".into(),
        until: at(until),
        with: with.into(),
        why: "节后才有材料".into(),
    };
    assert_eq!(play.by("wang", agree("2026-02-25 16:00", "")), Err("life.agreed_with".into()));
    assert_eq!(play.by("wang", agree("2026-02-14 16:00", "张三")), Err("life.not_later".into()));
    play.by("wang", agree("2026-02-25 16:00", "张三")).unwrap();
    assert_eq!(play.clock(id, "renegotiate").kept(), Some(true));
    let clock = play.clock(id, "result");
    assert_eq!(
        (local(clock.first_due.at), local(clock.due.at)),
        ("2026-02-16 16:00".into(), "2026-02-25 16:00".into())
    );
    let shift = &clock.shifts[0];
    assert_eq!(
        (shift.with.as_str(), shift.reason.as_str(), local(shift.at)),
        ("张三", "节后才有材料", "2026-02-15 10:00".into())
    );
    play.until("2026-02-25 15:00");
    work_on(&mut play, id);
    let clock = play.clock(id, "result");
    assert_eq!((clock.kept(), clock.kept_first()), (Some(true), Some(false)), "figures count both");
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    // Half of the three days had gone when the new time was agreed: that is said once. Twelve days have 80 % on the 23rd.
    assert_eq!(rings(&play, id), ["02-15 04:00 renegotiate 50%", "02-15 04:00 result 50%", "02-23 06:24 result 80%"]);
}

#[test]
fn nobody_agreed_another_time_in_three_days_is_said_to_customer_service() {
    let mut play = Play::new("gas", "2026-09-30 16:00");
    let id = forwarded(&mut play, &[("validity", "valid"), ("at_once", "no")]);
    play.until("2026-10-03 16:00");
    let late: Vec<String> = notices(&play, id).into_iter().filter(|line| line.starts_with("10-03 16:00")).collect();
    assert_eq!(
        late,
        [
            "10-03 16:00 wang clock_over",
            "10-03 16:00 @service_manager clock_over",
            "10-03 16:00 @supervisor notice_escalated",
            "10-03 16:00 department_head clock_over",
            "10-03 16:00 @service_manager clock_over",
            "10-03 16:00 @service_manager notice_escalated",
        ]
    );
}

/// R-REQ-9: asked for before the clock runs out, answered by role, the customer is to be told, both times are counted.
#[test]
fn more_time_is_asked_for_before_it_runs_out() {
    let mut play = Play::new("gas", "2026-09-30 16:00");
    let id = forwarded(&mut play, JUDGED);
    let ask = |until: &str| TicketCommand::AskExtension {
        ticket: id,
        clock: "result".into(),
        until: at(until),
        why: "等厂家".into(),
    };
    let answer = |grant| TicketCommand::AnswerExtension { ticket: id, grant, why: "同意".into() };
    play.until("2026-10-02 09:00");
    assert_eq!(play.by("boss", answer(true)), Err("life.no_extension".into()));
    play.by("department_head", ask("2026-10-09 16:00")).unwrap();
    assert_eq!(play.by("department_head", answer(true)), Err("life.not_approver".into()));
    assert_eq!(play.by("wang", answer(true)), Err("life.not_approver".into()));
    play.by("supervisor", answer(false)).unwrap();
    assert_eq!(span(&play, id, "result"), "09-30 16:00 → 10-03 16:00");
    play.by("department_head", ask("2026-10-09 16:00")).unwrap();
    play.by("supervisor", answer(true)).unwrap();
    assert_eq!(span(&play, id, "result"), "09-30 16:00 → 10-09 16:00");
    assert_eq!(
        notices(&play, id)[1..],
        [
            "10-02 09:00 @supervisor notice_extension",
            "10-02 09:00 department_head notice_not_extended",
            "10-02 09:00 @supervisor notice_extension",
            "10-02 09:00 department_head notice_tell_extension",
            "10-02 09:00 department_head notice_extended",
        ]
    );
    play.until("2026-10-09 16:01");
    assert_eq!(play.by("department_head", ask("2026-10-10 16:00")), Err("life.extension_late".into()));
    assert_eq!(play.clock(id, "result").first_due.at, at("2026-10-03 16:00"));
    // Nine days: 50 % after four and a half, 80 % after seven days, four hours and 48 minutes.
    assert_eq!(rings(&play, id), ["10-02 04:00 result 50%", "10-07 20:48 result 80%", "10-09 16:00 result 100%"]);
}

/// R-REQ-8: within two working days of the order, which end at 24:00 where the desk is manned day and night.
#[test]
fn an_objection_counts_working_days_across_the_holidays() {
    for (assigned, last, over) in [
        // 14 February is worked, 15 to 23 is Spring Festival.
        ("2026-02-13 16:00", "2026-02-25 00:00", "2026-02-25 00:01"),
        ("2026-02-14 23:59", "2026-02-26 00:00", "2026-02-26 00:01"),
        // 28 February, a Saturday, is worked.
        ("2026-02-27 09:00", "2026-03-03 00:00", "2026-03-03 00:01"),
        // 20 September, a Sunday, and 10 October, a Saturday, are worked.
        ("2026-09-18 09:00", "2026-09-22 00:00", "2026-09-22 00:01"),
        ("2026-09-30 09:00", "2026-10-10 00:00", "2026-10-10 00:01"),
        ("2026-10-09 09:00", "2026-10-13 00:00", "2026-10-13 00:01"),
    ] {
        let object = |ticket| TicketCommand::Object { ticket, why: "不归我部门".into() };
        let mut play = Play::new("gas", assigned);
        let id = forwarded(&mut play, JUDGED);
        play.until(over);
        assert_eq!(play.by("department_head", object(id)), Err("life.objection_late".into()), "{assigned}");

        let mut play = Play::new("gas", assigned);
        let id = forwarded(&mut play, JUDGED);
        play.until(last);
        assert_eq!(play.by("service_manager", object(id)).map(drop), Err("life.not_owner".into()));
        assert_eq!(
            play.by("department_head", TicketCommand::Object { ticket: id, why: " ".into() }),
            Err("life.reason_missing".into())
        );
        play.by("department_head", object(id)).unwrap_or_else(|why| panic!("{assigned}: {why}"));
        let review = |upheld| TicketCommand::Review {
            ticket: id,
            upheld,
            to: Some(Owner::Department("engineering".into())),
            why: "归工程技术部".into(),
        };
        assert_eq!(play.by("service_manager", review(true)), Err("life.not_reviewer".into()));
        let hand_overs = play.ticket(id).hand_overs;
        play.by("wang", review(true)).unwrap();
        let ticket = play.ticket(id);
        assert_eq!((ticket.hand_overs, &ticket.owner), (hand_overs + 1, &Owner::Department("engineering".into())));
        assert_eq!(ticket.objection, None);
        let told = notices(&play, id);
        let tail: Vec<&str> = told.iter().rev().take(3).rev().map(|line| &line[12..]).collect();
        assert_eq!(tail, ["wang notice_objected", "@supervisor notice_objected", "#engineering notice_assigned"]);
    }
}

/// The desk is down from New Year's Eve to after the festival: what fell due meanwhile is said once, marked late.
#[test]
fn what_fell_due_while_the_desk_was_down_is_said_once_and_late() {
    let mut play = Play::new("gas", "2026-02-13 16:00");
    let id = forwarded(&mut play, JUDGED);
    play.until("2026-02-15 05:00");
    play.sleep_until("2026-02-24 08:00");
    let said = ["02-15 04:00 result 50%", "02-24 08:00 result 80% late", "02-24 08:00 result 100% late"];
    assert_eq!(rings(&play, id), said);
    assert_eq!(
        notices(&play, id)[1..],
        [
            "02-24 08:00 department_head clock_soon late",
            "02-24 08:00 department_head clock_over late",
            "02-24 08:00 @service_manager clock_over late",
            "02-24 08:00 @supervisor notice_escalated late",
        ]
    );
    play.sleep_until("2026-03-10 08:00");
    assert_eq!(rings(&play, id), said, "once");
    assert_eq!(play.ticket(id).level, 1);
}
