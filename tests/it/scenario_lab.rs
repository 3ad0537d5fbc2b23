//! The laboratory's complaint (R-CMP-LAB) as the regulation has it: responsible person, plan and first agreement with the
//! customer within a day, the report to the general manager within three days after the investigation, all of it closed
//! within seven, and the follow-up call on the day it is finished.

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::{RequestType, TicketId};

use crate::play::{Play, at};
use crate::scenario_moves::*;

const HANDED: Filled<'_> = &[("against", "检测部"), ("gravity", "ordinary")];
const TO_TESTING: Filled<'_> = &[("department", "testing"), ("responsible", "department_head")];
const PLAN: Filled<'_> = &[("remedy", "重新检测"), ("prevention", "双人复核"), ("first_agreement", "客户同意重测")];

fn to_department(play: &mut Play, id: TicketId) {
    assert_eq!(goes(play, "wang", id, HANDED), "judged");
    not_theirs(play, &["wang", "department_head", "service_manager"], id);
    assert_eq!(goes(play, "quality_manager", id, &[("validity", "valid")]), "dispatched");
    not_theirs(play, &["wang", "service_manager"], id);
    assert_eq!(goes(play, "quality_manager", id, TO_TESTING), "investigated");
}

/// The report is the quality manager's, the approval the general manager's alone.
fn to_carried_out(play: &mut Play, id: TicketId) {
    not_theirs(play, &["wang", "department_head", "general_manager"], id);
    assert_eq!(missing(play, "quality_manager", id, &[]), ["report"]);
    assert_eq!(goes(play, "quality_manager", id, &[("report", "BG-1")]), "approved");
    not_theirs(play, &["quality_manager", "department_head", "deputy_manager"], id);
    assert_eq!(missing(play, "general_manager", id, &[("approval", "rejected")]), ["approver_opinion"]);
    assert_eq!(goes(play, "general_manager", id, &[("approval", "approved")]), "carried_out");
}

fn round(play: &mut Play, id: TicketId) {
    assert_eq!(goes(play, "department_head", id, FOUND), "proposed");
    assert_eq!(goes(play, "department_head", id, PLAN), "reported");
    to_carried_out(play, id);
}

#[test]
fn in_time_before_spring_festival_and_three_rounds_until_the_customer_is_satisfied() {
    let mut play = Play::new("lab", "2026-02-13 10:00");
    let said = fields(RequestType::Complaint, "数据不对");
    assert_eq!(asked_first("lab", "2026-02-13 10:00", said), ["channel", "against", "gravity"]);
    let id = complaint(&mut play);
    assert_eq!(span(&play, id, "plan"), "02-13 10:00 → 02-14 10:00");
    assert_eq!(span(&play, id, "close"), "02-13 10:00 → 02-20 10:00");
    play.until("2026-02-13 14:00");
    to_department(&mut play, id);
    play.until("2026-02-13 16:00");
    assert_eq!(missing(&play, "department_head", id, &[]), ["cause", "course", "conclusion"]);
    assert_eq!(goes(&mut play, "department_head", id, FOUND), "proposed");
    assert_eq!(span(&play, id, "report"), "02-13 16:00 → 02-16 16:00");
    play.until("2026-02-14 09:00");
    assert_eq!(missing(&play, "department_head", id, &[]), ["remedy", "prevention", "first_agreement"]);
    assert_eq!(goes(&mut play, "department_head", id, PLAN), "reported");
    assert_eq!(play.clock(id, "plan").kept(), Some(true));
    play.until("2026-02-14 11:00");
    to_carried_out(&mut play, id);
    play.until("2026-02-14 14:00");
    let done: Filled<'_> = &[("done_what", "已重测")];
    assert_eq!(goes(&mut play, "department_head", id, done), "followed_up");
    assert_eq!(span(&play, id, "follow_up"), "02-14 14:00 → 02-14 17:30", "a Saturday that is worked");
    play.until("2026-02-14 16:00");
    not_theirs(&mut play, &["wang", "department_head"], id);
    assert_eq!(missing(&play, "quality_manager", id, &[("told_how", "phone")]), ["outcome", "satisfaction"]);
    assert_eq!(goes(&mut play, "quality_manager", id, &dissatisfied("一")), "investigated");
    round(&mut play, id);
    play.until("2026-02-14 17:00");
    assert_eq!(goes(&mut play, "department_head", id, done), "followed_up");
    assert_eq!(span(&play, id, "follow_up"), "02-14 17:00 → 02-14 17:30");
    play.until("2026-02-14 17:20");
    assert_eq!(goes(&mut play, "quality_manager", id, &dissatisfied("二")), "investigated");
    round(&mut play, id);
    play.until("2026-02-14 18:00");
    assert_eq!(goes(&mut play, "department_head", id, done), "followed_up");
    assert_eq!(span(&play, id, "follow_up"), "02-14 18:00 → 02-24 17:30", "after the last close before the festival");
    play.until("2026-02-14 18:30");
    assert_eq!(goes(&mut play, "quality_manager", id, &dissatisfied("三")), "investigated");
    round(&mut play, id);
    play.until("2026-02-14 19:00");
    assert_eq!(goes(&mut play, "department_head", id, done), "followed_up");
    assert_eq!(goes(&mut play, "quality_manager", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    three_rounds_kept(&play, id, ["一", "二", "三"]);
    assert!(play.ticket(id).rounds.iter().all(|round| round.card["report"] == "BG-1"));
    assert!(all_kept(&play, id));
    assert_eq!(
        rings(&play, id),
        ["02-13 22:00 plan 50%", "02-14 05:12 plan 80%", "02-14 15:45 follow_up 50%", "02-14 17:15 follow_up 50%",]
    );
    assert_eq!(
        notices(&play, id),
        [
            "02-13 14:00 department_head notice_assigned",
            "02-14 05:12 department_head clock_soon",
            "02-14 16:00 @department_head notice_escalated",
            "02-14 17:20 @quality_manager notice_escalated",
            "02-14 18:30 @general_manager notice_escalated",
        ]
    );
    let proven = |kind: &str| {
        play.rules.consequences.iter().any(|one| one.when.holds(|field| if field == "validity" { kind } else { "" }))
    };
    assert!(proven("valid") && !proven("invalid"), "a fine for what is proven, and for nothing else");
}

#[test]
fn late_at_every_step_over_national_day_goes_up_one_level_at_a_time() {
    let mut play = Play::new("lab", "2026-09-30 16:00");
    let id = complaint(&mut play);
    play.until("2026-10-03 09:00");
    to_department(&mut play, id);
    assert_eq!(goes(&mut play, "department_head", id, FOUND), "proposed");
    play.until("2026-10-08 09:00");
    assert_eq!(goes(&mut play, "department_head", id, PLAN), "reported");
    to_carried_out(&mut play, id);
    assert_eq!(goes(&mut play, "department_head", id, &[("done_what", "已重测")]), "followed_up");
    assert_eq!(span(&play, id, "follow_up"), "10-08 09:00 → 10-08 17:30");
    play.until("2026-10-09 09:00");
    assert_eq!(goes(&mut play, "quality_manager", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    assert!(play.ticket(id).clocks.iter().all(|clock| clock.kept() == Some(false)));
    assert_eq!(
        rings(&play, id),
        [
            "10-01 04:00 plan 50%",
            "10-01 11:12 plan 80%",
            "10-01 16:00 plan 100%",
            "10-04 04:00 close 50%",
            "10-04 21:00 report 50%",
            "10-05 18:36 report 80%",
            "10-06 06:24 close 80%",
            "10-06 09:00 report 100%",
            "10-07 16:00 close 100%",
            "10-08 13:15 follow_up 50%",
            "10-08 15:48 follow_up 80%",
            "10-08 17:30 follow_up 100%",
        ]
    );
    assert_eq!(
        notices(&play, id),
        [
            "10-01 11:12 wang clock_soon",
            "10-01 16:00 wang clock_over",
            "10-01 16:00 @department_head notice_escalated",
            "10-03 09:00 department_head notice_assigned",
            "10-05 18:36 @quality_manager clock_soon",
            "10-06 06:24 department_head clock_soon",
            "10-06 06:24 @quality_manager clock_soon",
            "10-06 09:00 @quality_manager clock_over",
            "10-06 09:00 @quality_manager notice_escalated",
            "10-07 16:00 department_head clock_over",
            "10-07 16:00 @quality_manager clock_over",
            "10-07 16:00 @general_manager notice_escalated",
            "10-08 15:48 @quality_manager clock_soon",
            "10-08 17:30 @quality_manager clock_over",
            "10-08 17:30 @general_manager notice_escalated",
        ],
        "the top of the chain is told again"
    );
}

#[test]
fn not_valid_is_answered_tactfully_and_filed() {
    let mut play = Play::new("lab", "2026-02-13 10:00");
    let id = complaint(&mut play);
    assert_eq!(goes(&mut play, "wang", id, HANDED), "judged");
    assert_eq!(missing(&play, "quality_manager", id, &[("validity", "invalid")]), ["opinion"]);
    let judged = [("validity", "invalid"), ("opinion", "数据无误")];
    play.until("2026-02-14 09:00");
    assert_eq!(goes(&mut play, "quality_manager", id, &judged), "answered");
    not_theirs(&mut play, &["department_head"], id);
    assert_eq!(missing(&play, "wang", id, &[]), ["outcome", "told_how"]);
    assert_eq!(missing(&play, "wang", id, &[("told_how", "untold"), ("outcome", "打不通")]), ["untold_reason"]);
    play.until("2026-02-17 10:00");
    assert_eq!(goes(&mut play, "wang", id, &[("told_how", "phone"), ("outcome", "已解释，客户谅解")]), "filed");
    told_then_filed(&play, id);
    assert!(all_kept(&play, id));
    assert_eq!(rings(&play, id), ["02-13 22:00 plan 50%", "02-14 05:12 plan 80%", "02-16 22:00 close 50%"]);
}

/// The general manager does not approve: the remedy is worked out again, and that round is kept too.
#[test]
fn what_is_not_approved_is_proposed_again() {
    let mut play = Play::new("lab", "2026-09-28 10:00");
    let id = complaint(&mut play);
    to_department(&mut play, id);
    assert_eq!(goes(&mut play, "department_head", id, FOUND), "proposed");
    assert_eq!(goes(&mut play, "department_head", id, PLAN), "reported");
    assert_eq!(goes(&mut play, "quality_manager", id, &[("report", "BG-1")]), "approved");
    let rejected = [("approval", "rejected"), ("approver_opinion", "措施不够")];
    assert_eq!(goes(&mut play, "general_manager", id, &rejected), "proposed");
    let ticket = play.ticket(id);
    assert_eq!((ticket.round, ticket.level, ticket.rounds[0].card["remedy"].as_str()), (2, 0, "重新检测"));
    assert_eq!((ticket.value("remedy"), ticket.value("cause")), ("", "没按预约"));
    assert_eq!(missing(&play, "department_head", id, &[]), ["remedy", "prevention", "first_agreement"]);
}

/// R-REQ-9: more time to close it, asked for by the department, granted by the head of its chain.
#[test]
fn more_time_keeps_the_first_time() {
    let mut play = Play::new("lab", "2026-09-30 16:00");
    let id = complaint(&mut play);
    to_department(&mut play, id);
    play.until("2026-10-06 09:00");
    let ask = TicketCommand::AskExtension {
        ticket: id,
        clock: "close".into(),
        until: at("2026-10-12 16:00"),
        why: "节后送检".into(),
    };
    play.by("wang", ask).unwrap();
    let answer = || TicketCommand::AnswerExtension { ticket: id, grant: true, why: "同意".into() };
    assert_eq!(play.by("quality_manager", answer()), Err("life.not_approver".into()));
    play.by("department_head", answer()).unwrap();
    assert_eq!(span(&play, id, "close"), "09-30 16:00 → 10-12 16:00");
    assert_eq!(play.clock(id, "close").first_due.at, at("2026-10-07 16:00"));
    round(&mut play, id);
    assert_eq!(goes(&mut play, "department_head", id, &[("done_what", "已重测")]), "followed_up");
    assert_eq!(span(&play, id, "follow_up"), "10-06 09:00 → 10-08 17:30", "finished on a day off");
    play.until("2026-10-08 10:00");
    assert_eq!(goes(&mut play, "quality_manager", id, SATISFIED), "filed");
    let clock = play.clock(id, "close");
    assert_eq!((clock.kept(), clock.kept_first()), (Some(true), Some(false)), "figures count both");
}

#[test]
fn the_other_types_run_from_open_to_filed() {
    plain_types("lab", "17:30");
    hazard("lab");
    emergency("lab", &[("cause", "试剂泄漏"), ("done_what", "已处置")]);
    repair_again("lab", MENDED);
    objection("lab", "17:30");
    let mut play = Play::new("lab", "2026-02-13 11:00");
    let id = tip_off(&mut play, "other", &[("verified", "no"), ("conclusion", "不属实")]);
    assert_eq!(span(&play, id, "inspect"), "02-13 11:00 → 02-16 11:00");
}
