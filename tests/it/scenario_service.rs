//! The service company's complaint (R-CMP-SVC) as the regulation has it: the investigation opened within one working
//! day, a satisfactory answer within two: an answer the customer is not satisfied with does not stop that clock.

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::{RequestType, TicketId};

use crate::play::{Play, at};
use crate::scenario_moves::*;

const HANDED: Filled<'_> = &[("against", "业务员"), ("gravity", "ordinary")];
const TO_SALES: Filled<'_> = &[("department", "sales"), ("responsible", "department_head")];

fn judged(play: &mut Play, id: TicketId) {
    assert_eq!(goes(play, "wang", id, HANDED), "judged");
    not_theirs(play, &["wang", "department_head", "service_manager"], id);
    assert_eq!(goes(play, "hr_manager", id, &[("validity", "valid")]), "dispatched");
    not_theirs(play, &["wang", "department_head", "service_manager"], id);
}

fn work_on(play: &mut Play, id: TicketId) {
    assert_eq!(goes(play, "department_head", id, FOUND), "proposed");
    assert_eq!(goes(play, "department_head", id, REMEDY), "approved");
    not_theirs(play, &["wang", "hr_manager"], id);
    assert_eq!(goes(play, "department_head", id, &[("approval", "approved")]), "carried_out");
    assert_eq!(goes(play, "department_head", id, &[("done_what", "已道歉")]), "followed_up");
    not_theirs(play, &["wang", "department_head"], id);
}

#[test]
fn in_time_through_spring_festival_and_three_rounds_until_the_customer_is_satisfied() {
    let mut play = Play::new("service", "2026-02-13 10:00");
    let said = fields(RequestType::Complaint, "态度差");
    assert_eq!(asked_first("service", "2026-02-13 10:00", said), ["channel", "against", "gravity"]);
    let id = complaint(&mut play);
    assert_eq!(span(&play, id, "opened"), "02-13 10:00 → 02-14 18:00");
    assert_eq!(span(&play, id, "answer"), "02-13 10:00 → 02-24 18:00");
    play.until("2026-02-13 15:00");
    assert_eq!(missing(&play, "wang", id, &[]), ["against", "gravity"]);
    judged(&mut play, id);
    play.until("2026-02-14 09:00");
    assert_eq!(missing(&play, "hr_manager", id, &[]), ["department", "responsible"]);
    assert_eq!(goes(&mut play, "hr_manager", id, TO_SALES), "investigated");
    assert_eq!(play.clock(id, "opened").kept(), Some(true));
    for (answer, when) in [("一", "2026-02-14 11:00"), ("二", "2026-02-14 14:00"), ("三", "2026-02-14 16:00")] {
        play.until(when);
        work_on(&mut play, id);
        assert_eq!(goes(&mut play, "hr_manager", id, &dissatisfied(answer)), "investigated");
        assert!(play.clock(id, "answer").is_running(), "that was no satisfactory answer");
    }
    play.until("2026-02-24 10:00");
    work_on(&mut play, id);
    assert_eq!(missing(&play, "hr_manager", id, &[("told_how", "phone")]), ["outcome", "satisfaction"]);
    assert_eq!(goes(&mut play, "hr_manager", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    three_rounds_kept(&play, id, ["一", "二", "三"]);
    assert!(all_kept(&play, id));
    assert_eq!(rings(&play, id), ["02-14 02:00 opened 50%", "02-19 02:00 answer 50%", "02-22 11:36 answer 80%"]);
    assert_eq!(
        notices(&play, id),
        [
            "02-14 09:00 department_head notice_assigned",
            "02-14 11:00 @department_head notice_escalated",
            "02-14 14:00 @hr_manager notice_escalated",
            "02-14 16:00 @general_manager notice_escalated",
            "02-22 11:36 department_head clock_soon",
            "02-22 11:36 @hr_manager clock_soon",
        ]
    );
}

#[test]
fn late_over_national_day_goes_up_one_level_at_a_time() {
    let mut play = Play::new("service", "2026-09-30 10:00");
    let id = complaint(&mut play);
    assert_eq!(span(&play, id, "opened"), "09-30 10:00 → 10-08 18:00");
    assert_eq!(span(&play, id, "answer"), "09-30 10:00 → 10-09 18:00");
    play.until("2026-10-09 09:00");
    judged(&mut play, id);
    assert_eq!(goes(&mut play, "hr_manager", id, TO_SALES), "investigated");
    play.until("2026-10-10 09:00");
    work_on(&mut play, id);
    assert_eq!(goes(&mut play, "hr_manager", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    assert!(play.ticket(id).clocks.iter().all(|clock| clock.kept() == Some(false)));
    assert_eq!(
        rings(&play, id),
        [
            "10-04 14:00 opened 50%",
            "10-05 02:00 answer 50%",
            "10-07 02:00 opened 80%",
            "10-07 21:12 answer 80%",
            "10-08 18:00 opened 100%",
            "10-09 18:00 answer 100%",
        ]
    );
    assert_eq!(
        notices(&play, id),
        [
            "10-07 02:00 wang clock_soon",
            "10-07 02:00 @hr_manager clock_soon",
            "10-07 21:12 wang clock_soon",
            "10-07 21:12 @hr_manager clock_soon",
            "10-08 18:00 wang clock_over",
            "10-08 18:00 @hr_manager clock_over",
            "10-08 18:00 @department_head notice_escalated",
            "10-09 09:00 department_head notice_assigned",
            "10-09 18:00 department_head clock_over",
            "10-09 18:00 @hr_manager clock_over",
            "10-09 18:00 @hr_manager notice_escalated",
        ]
    );
}

#[test]
fn not_valid_is_answered_tactfully_and_filed() {
    let mut play = Play::new("service", "2026-09-30 10:00");
    let id = complaint(&mut play);
    assert_eq!(goes(&mut play, "wang", id, HANDED), "judged");
    assert_eq!(missing(&play, "hr_manager", id, &[("validity", "invalid")]), ["opinion"]);
    let judged = [("validity", "invalid"), ("opinion", "要求不合理")];
    assert_eq!(goes(&mut play, "hr_manager", id, &judged), "answered");
    assert_eq!(play.clock(id, "opened").kept(), Some(true), "nothing is left to investigate");
    play.until("2026-10-08 10:00");
    assert_eq!(missing(&play, "wang", id, &[]), ["outcome", "told_how"]);
    assert_eq!(goes(&mut play, "wang", id, &[("told_how", "phone"), ("outcome", "已解释")]), "filed");
    told_then_filed(&play, id);
    assert!(all_kept(&play, id));
    assert_eq!(rings(&play, id), ["10-05 02:00 answer 50%", "10-07 21:12 answer 80%"]);
    assert_eq!(notices(&play, id), ["10-07 21:12 wang clock_soon", "10-07 21:12 @hr_manager clock_soon"]);
}

/// One and two working days, each ending at 18:00.
#[test]
fn working_days_across_both_holidays() {
    for (registered, opened, answer) in [
        ("2026-02-14 10:00", "2026-02-24", "2026-02-25"),
        ("2026-02-16 10:00", "2026-02-24", "2026-02-25"),
        ("2026-02-27 10:00", "2026-02-28", "2026-03-02"),
        ("2026-09-18 10:00", "2026-09-20", "2026-09-21"),
        ("2026-09-24 10:00", "2026-09-28", "2026-09-29"),
        ("2026-10-03 10:00", "2026-10-08", "2026-10-09"),
        ("2026-10-08 23:59", "2026-10-09", "2026-10-10"),
        ("2026-10-09 10:00", "2026-10-10", "2026-10-12"),
    ] {
        let mut play = Play::new("service", registered);
        let id = complaint(&mut play);
        assert_eq!(play.due(id, "opened"), format!("{opened} 18:00"), "{registered}");
        assert_eq!(play.due(id, "answer"), format!("{answer} 18:00"), "{registered}");
    }
}

/// R-CMP-3: a time agreed with the customer keeps the first, and figures count both.
#[test]
fn an_agreed_time_keeps_the_first() {
    let mut play = Play::new("service", "2026-09-30 10:00");
    let id = complaint(&mut play);
    judged(&mut play, id);
    assert_eq!(goes(&mut play, "hr_manager", id, TO_SALES), "investigated");
    play.until("2026-10-08 09:00");
    let agree = |why: &str| TicketCommand::Agree {
        ticket: id,
        clock: "answer".into(),
        until: at("2026-10-15 18:00"),
        with: "张三".into(),
        why: why.into(),
    };
    assert_eq!(play.by("hr_manager", agree("")), Err("life.reason_missing".into()));
    play.by("hr_manager", agree("客户出差")).unwrap();
    assert_eq!(play.clock(id, "answer").first_due.at, at("2026-10-09 18:00"));
    play.until("2026-10-14 10:00");
    work_on(&mut play, id);
    assert_eq!(goes(&mut play, "hr_manager", id, SATISFIED), "filed");
    let clock = play.clock(id, "answer");
    assert_eq!((clock.kept(), clock.kept_first()), (Some(true), Some(false)));
    let answer: Vec<String> = rings(&play, id).into_iter().filter(|line| line.contains("answer")).collect();
    assert_eq!(
        answer,
        ["10-05 02:00 answer 50%", "10-07 21:12 answer 80%"],
        "said once, and not again by the new time"
    );
}

/// R-CMP-5: what follows, by what was found.
#[test]
fn consequences_by_what_was_found() {
    let play = Play::new("service", "2026-02-13 10:00");
    let fines = |fault: &'static str| -> Vec<(u32, u32, u32)> {
        let value = |field: &str| match field {
            "validity" => "valid",
            "fault_of" => fault,
            _ => "",
        };
        let due = play.rules.consequences.iter().filter(|one| one.when.holds(value));
        due.map(|one| (one.fine, one.fine_most, one.points)).collect()
    };
    assert_eq!(fines("attitude"), [(30, 100, 0)]);
    assert_eq!(fines("quarrel"), [(200, 0, 5)]);
    assert_eq!(fines("deny"), [(300, 0, 10)]);
    assert_eq!(fines("delay"), [(1000, 0, 0)]);
    assert_eq!(fines("abuse"), [(0, 0, 0)]);
    assert_eq!(fines(""), []);
}

#[test]
fn the_other_types_run_from_open_to_filed() {
    plain_types("service", "18:00");
    hazard("service");
    emergency("service", &[("cause", "线路老化"), ("done_what", "已灭火")]);
    repair_again("service", MENDED);
    objection("service", "18:00");
    let mut play = Play::new("service", "2026-02-13 11:00");
    let id = tip_off(&mut play, "other", &[("verified", "no"), ("conclusion", "不属实")]);
    assert_eq!(span(&play, id, "inspect"), "02-13 11:00 → 02-16 11:00");
}
