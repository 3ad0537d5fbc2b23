//! The property company's complaint (R-CMP-PROP) as the regulation has it: looked into the same day, the result to the
//! responsible department and the director, the reply to resident and director when it is done. The day ends at 18:00
//! on working days; what comes after that, or on a day off, is the next working day's.

use ringdesk::domain::{Addressee, RequestType, StaffId, TicketId};

use crate::play::{Play, local};
use crate::scenario_moves::*;

const HANDED: Filled<'_> = &[("against", "保洁"), ("gravity", "ordinary")];
const TO_CLEANING: Filled<'_> = &[("department", "cleaning"), ("responsible", "department_head")];

fn to_department(play: &mut Play, id: TicketId) {
    assert_eq!(goes(play, "wang", id, HANDED), "judged");
    assert_eq!(goes(play, "service_manager", id, &[("validity", "valid")]), "dispatched");
    assert_eq!(goes(play, "service_manager", id, TO_CLEANING), "investigated");
}

fn to_approved(play: &mut Play, id: TicketId) {
    assert_eq!(goes(play, "department_head", id, FOUND), "proposed");
    assert_eq!(goes(play, "department_head", id, REMEDY), "approved");
}

fn to_followed_up(play: &mut Play, id: TicketId) {
    assert_eq!(goes(play, "director", id, &[("approval", "approved")]), "carried_out");
    assert_eq!(goes(play, "department_head", id, &[("done_what", "已清理")]), "followed_up");
}

#[test]
fn in_time_through_spring_festival_and_three_rounds_until_the_resident_is_satisfied() {
    let mut play = Play::new("property", "2026-02-13 10:00");
    let said = fields(RequestType::Complaint, "楼道脏");
    assert_eq!(asked_first("property", "2026-02-13 10:00", said), ["channel", "against", "gravity"]);
    let id = complaint(&mut play);
    assert_eq!(span(&play, id, "looked_into"), "02-13 10:00 → 02-13 18:00");
    not_theirs(&mut play, &["director", "department_head"], id);
    assert_eq!(missing(&play, "wang", id, &[]), ["against", "gravity"]);
    play.until("2026-02-13 11:00");
    to_department(&mut play, id);
    play.until("2026-02-13 15:00");
    assert_eq!(missing(&play, "department_head", id, &[("cause", "漏扫")]), ["course", "conclusion"]);
    assert_eq!(goes(&mut play, "department_head", id, FOUND), "proposed");
    assert_eq!(span(&play, id, "reported"), "02-13 15:00 → 02-13 18:00");
    play.until("2026-02-13 16:40");
    assert_eq!(goes(&mut play, "department_head", id, REMEDY), "approved");
    not_theirs(&mut play, &["wang", "department_head", "service_manager", "general_manager"], id);
    play.until("2026-02-14 10:00");
    assert_eq!(missing(&play, "director", id, &[]), ["approval"]);
    to_followed_up(&mut play, id);
    assert_eq!(span(&play, id, "replied"), "02-14 10:00 → 02-14 18:00", "a Saturday that is worked");
    play.until("2026-02-14 11:00");
    not_theirs(&mut play, &["department_head", "director"], id);
    assert_eq!(goes(&mut play, "wang", id, &dissatisfied("一")), "investigated");
    assert_eq!(span(&play, id, "looked_into_again"), "02-14 11:00 → 02-14 18:00");
    play.until("2026-02-14 15:00");
    to_approved(&mut play, id);
    to_followed_up(&mut play, id);
    play.until("2026-02-14 17:00");
    assert_eq!(goes(&mut play, "wang", id, &dissatisfied("二")), "investigated");
    play.until("2026-02-14 17:40");
    to_approved(&mut play, id);
    play.until("2026-02-24 09:00");
    to_followed_up(&mut play, id);
    assert_eq!(span(&play, id, "replied"), "02-24 09:00 → 02-24 18:00");
    play.until("2026-02-24 10:00");
    assert_eq!(goes(&mut play, "wang", id, &dissatisfied("三")), "investigated");
    play.until("2026-02-24 11:00");
    to_approved(&mut play, id);
    to_followed_up(&mut play, id);
    play.until("2026-02-24 11:30");
    assert_eq!(
        missing(&play, "wang", id, &[("told_how", "visit"), ("outcome", "已清理")]),
        ["signature", "satisfaction"]
    );
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    three_rounds_kept(&play, id, ["一", "二", "三"]);
    assert!(all_kept(&play, id));
    assert_eq!(
        rings(&play, id),
        [
            "02-13 14:00 looked_into 50%",
            "02-13 16:30 reported 50%",
            "02-14 14:30 looked_into_again 50%",
            "02-14 16:30 replied 50%",
            "02-14 17:30 looked_into_again 50%",
        ]
    );
    assert_eq!(
        notices(&play, id),
        [
            "02-13 11:00 department_head notice_assigned",
            "02-13 15:00 @director moves.notice",
            "02-14 11:00 @supervisor notice_escalated",
            "02-14 15:00 @director moves.notice",
            "02-14 17:00 @department_head notice_escalated",
            "02-14 17:40 @director moves.notice",
            "02-24 10:00 @director notice_escalated",
            "02-24 11:00 @director moves.notice",
            "02-24 11:30 @director moves.notice",
        ]
    );
}

#[test]
fn late_at_every_step_over_national_day_goes_up_one_level_at_a_time() {
    let mut play = Play::new("property", "2026-09-30 17:00");
    let id = complaint(&mut play);
    play.until("2026-10-08 09:00");
    to_department(&mut play, id);
    assert_eq!(goes(&mut play, "department_head", id, FOUND), "proposed");
    assert_eq!(span(&play, id, "reported"), "10-08 09:00 → 10-08 18:00");
    play.until("2026-10-09 09:00");
    assert_eq!(goes(&mut play, "department_head", id, REMEDY), "approved");
    to_followed_up(&mut play, id);
    assert_eq!(span(&play, id, "replied"), "10-09 09:00 → 10-09 18:00");
    play.until("2026-10-10 09:00");
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    assert_eq!(
        rings(&play, id),
        [
            "09-30 17:30 looked_into 50%",
            "09-30 17:48 looked_into 80%",
            "09-30 18:00 looked_into 100%",
            "10-08 13:30 reported 50%",
            "10-08 16:12 reported 80%",
            "10-08 18:00 reported 100%",
            "10-09 13:30 replied 50%",
            "10-09 16:12 replied 80%",
            "10-09 18:00 replied 100%",
        ]
    );
    assert_eq!(
        notices(&play, id),
        [
            "09-30 17:48 wang clock_soon",
            "09-30 18:00 wang clock_over",
            "09-30 18:00 @supervisor notice_escalated",
            "10-08 09:00 department_head notice_assigned",
            "10-08 09:00 @director moves.notice",
            "10-08 16:12 department_head clock_soon",
            "10-08 18:00 department_head clock_over",
            "10-08 18:00 @director clock_over",
            "10-08 18:00 @department_head notice_escalated",
            "10-09 16:12 department_head clock_soon",
            "10-09 18:00 department_head clock_over",
            "10-09 18:00 @director clock_over",
            "10-09 18:00 @director notice_escalated",
            "10-10 09:00 @director moves.notice",
        ]
    );
    assert!(play.ticket(id).clocks.iter().all(|clock| clock.kept() == Some(false)));
}

#[test]
fn not_valid_is_answered_tactfully_the_same_day() {
    let mut play = Play::new("property", "2026-02-14 10:00");
    let id = complaint(&mut play);
    assert_eq!(goes(&mut play, "wang", id, HANDED), "judged");
    play.until("2026-02-14 11:00");
    assert_eq!(missing(&play, "service_manager", id, &[("validity", "invalid")]), ["opinion"]);
    let judged = [("validity", "invalid"), ("opinion", "非管理范围")];
    assert_eq!(goes(&mut play, "service_manager", id, &judged), "answered");
    assert_eq!(span(&play, id, "told_invalid"), "02-14 11:00 → 02-14 18:00");
    play.until("2026-02-14 17:00");
    assert_eq!(missing(&play, "wang", id, &[]), ["outcome", "told_how"]);
    assert_eq!(goes(&mut play, "wang", id, &[("told_how", "phone"), ("outcome", "已解释")]), "filed");
    told_then_filed(&play, id);
    assert!(all_kept(&play, id));
    assert_eq!(rings(&play, id), ["02-14 14:30 told_invalid 50%", "02-14 16:36 told_invalid 80%"]);
    assert_eq!(notices(&play, id), ["02-14 16:36 wang clock_soon"]);
}

#[test]
fn the_same_day_ends_at_close_and_on_the_next_working_day() {
    for (registered, due) in [
        ("2026-02-13 17:59", "2026-02-13 18:00"),
        ("2026-02-13 18:00", "2026-02-14 18:00"),
        ("2026-02-14 10:00", "2026-02-14 18:00"),
        ("2026-02-14 19:00", "2026-02-24 18:00"),
        ("2026-02-16 10:00", "2026-02-24 18:00"),
        ("2026-02-28 10:00", "2026-02-28 18:00"),
        ("2026-03-01 10:00", "2026-03-02 18:00"),
        ("2026-09-20 10:00", "2026-09-20 18:00"),
        ("2026-09-25 10:00", "2026-09-28 18:00"),
        ("2026-10-01 10:00", "2026-10-08 18:00"),
        ("2026-10-10 10:00", "2026-10-10 18:00"),
        ("2026-10-11 10:00", "2026-10-12 18:00"),
    ] {
        let mut play = Play::new("property", registered);
        let id = complaint(&mut play);
        assert_eq!(play.due(id, "looked_into"), due, "{registered}");
        assert!(!play.clock(id, "looked_into").due.provisional);
    }
    // Into a year whose holidays are not known: said to be provisional.
    let mut play = Play::new("property", "2026-12-31 19:00");
    let id = complaint(&mut play);
    assert!(play.clock(id, "looked_into").due.provisional);
}

/// The desk is down over the festival: said once, late, when it is up again.
#[test]
fn what_fell_due_while_the_desk_was_down_is_said_once_and_late() {
    let mut play = Play::new("property", "2026-02-14 17:00");
    let id = complaint(&mut play);
    play.until("2026-02-14 17:30");
    play.sleep_until("2026-02-24 08:30");
    play.sleep_until("2026-02-25 08:30");
    assert_eq!(
        rings(&play, id),
        ["02-14 17:30 looked_into 50%", "02-24 08:30 looked_into 80% late", "02-24 08:30 looked_into 100% late",]
    );
    let to: Vec<Addressee> = play.told(id).into_iter().map(|(to, _)| to).collect();
    let owner = Addressee::Staff(StaffId("wang".into()));
    assert_eq!(to, [owner.clone(), owner, Addressee::Role("supervisor".into())]);
    assert!(play.notices.iter().all(|notice| notice.late && local(notice.at) == "2026-02-24 08:30"));
}

#[test]
fn the_other_types_run_from_open_to_filed() {
    plain_types("property", "18:00");
    hazard("property");
    emergency("property", &[("cause", "线路老化"), ("done_what", "已灭火")]);
    repair_again("property", MENDED);
    objection("property", "18:00");
    let mut play = Play::new("property", "2026-02-13 11:00");
    let id = tip_off(&mut play, "other", &[("verified", "yes"), ("conclusion", "属实")]);
    assert_eq!(span(&play, id, "inspect"), "02-13 11:00 → 02-16 11:00");
}
