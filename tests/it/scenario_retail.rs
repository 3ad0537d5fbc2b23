//! R-CMP-RETAIL as written: closed within seven days of receipt; the demand is a price cut, a return, an exchange, damages
//! or criticism; statistics to the general manager by the 10th of the next month.

use ringdesk::domain::rulebook::FieldKind;
use ringdesk::domain::*;

use crate::play::{Play, at};
use crate::scenario_kit::*;

fn shopper() -> TicketFields {
    asks(RequestType::Complaint, "鞋底开胶", "吴女士", "13900000002", "中山路店")
}

const CARD: Filled<'static> = &[("channel", "phone"), ("demand_kind", "return")];
const REGISTERED: Screen<'static> =
    ("wang", &[("against", "中山路店"), ("gravity", "ordinary"), ("demand", "退 299 元")]);
const JUDGED: Screen<'static> = ("store_manager", &[("validity", "valid"), ("opinion", "质量问题")]);
const DISPATCHED: Screen<'static> = ("hr_manager", &[("department", "store"), ("responsible", "孙店员")]);
const INVESTIGATED: Screen<'static> = (
    "wang",
    &[
        ("cause", "胶水"),
        ("course", "穿了三天"),
        ("conclusion", "属实"),
        ("prevention", "换供货"),
        ("report", "报告 12 号"),
    ],
);
const PROPOSED: Screen<'static> = ("wang", &[("remedy", "退货")]);
const APPROVED: Screen<'static> = ("general_manager", &[("approval", "approved")]);
const CARRIED_OUT: Screen<'static> = ("wang", &[("done_what", "退款 299 元")]);
const SATISFIED: Screen<'static> =
    ("wang", &[("outcome", "已退款"), ("told_how", "phone"), ("satisfaction", "satisfied")]);

#[test]
fn the_demand_is_one_of_five() {
    let mut play = Play::new("retail", "2026-02-13 16:00");
    let FieldKind::Choice(kinds) = &play.rules.fields["demand_kind"].kind else { panic!() };
    let kinds: Vec<String> = kinds.iter().map(|kind| kind.id.clone()).collect();
    assert_eq!(kinds, ["price_cut", "return", "exchange", "damages", "criticism"]);
    let other = not_opened(&play, shopper(), &[("channel", "phone"), ("demand_kind", "apologise")]);
    assert!(other.contains("要求类别") && other.contains("apologise"), "{other}");
    // Not demanded while the shopper speaks, but on the first screen, with what they want.
    let id = play.open(shopper(), &[]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "登记还缺：来源、投诉对象、轻重、诉求、要求类别");
    let all_but = [REGISTERED.1, &[("channel", "phone")]].concat();
    assert_eq!(not_yet(&play, "wang", id, &all_but), "登记还缺：要求类别");
    assert_eq!(not_yet(&play, "wang", id, &[&all_but[..], &[("demand_kind", "apologise")]].concat()), other);
    for kind in kinds {
        let mut play = Play::new("retail", "2026-02-13 16:00");
        let id = play.open(shopper(), &[("channel", "phone"), ("demand_kind", &kind)]);
        assert_eq!(play.due(id, "close"), "2026-02-20 16:00", "{kind}");
        walk(&mut play, id, &[REGISTERED]);
        assert_eq!(play.ticket(id).stage, "judged", "{kind}");
    }
}

/// Seven days are seven days, holidays among them: from 13 February through New Year, from 30 September through the
/// National Day.
#[test]
fn closed_within_seven_days_holidays_or_not() {
    let (due, rings) = left_alone("retail", "2026-02-13 16:00", shopper(), CARD, "close");
    assert_eq!(due, "2026-02-20 16:00");
    assert_eq!(rings, ["2026-02-17 04:00 50%", "2026-02-19 06:24 80%", "2026-02-20 16:00 100%"]);
    let (due, rings) = left_alone("retail", "2026-09-30 10:00", shopper(), CARD, "close");
    assert_eq!(due, "2026-10-07 10:00");
    assert_eq!(rings, ["2026-10-03 22:00 50%", "2026-10-06 00:24 80%", "2026-10-07 10:00 100%"]);
}

#[test]
fn a_valid_complaint_goes_from_the_store_to_the_general_manager_and_is_closed_in_time() {
    let mut play = Play::new("retail", "2026-02-13 16:00");
    let id = play.open(shopper(), CARD);
    walk(&mut play, id, &[REGISTERED]);
    let judged = not_yet(&play, "wang", id, JUDGED.1);
    assert_eq!(judged, "「判定」由店长、班长办");
    assert_eq!(not_yet(&play, "store_manager", id, &[("validity", "valid")]), "判定还缺：部门意见");
    walk(&mut play, id, &[JUDGED]);
    assert_eq!(not_yet(&play, "store_manager", id, DISPATCHED.1), "「分派」由行政人事部经理、班长办");
    walk(&mut play, id, &[DISPATCHED]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "调查还缺：原因、经过、结论、防范措施、调查报告");
    play.until("2026-02-17 10:00");
    walk(&mut play, id, &[INVESTIGATED]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "方案还缺：处理方案", "prevention is not typed twice");
    walk(&mut play, id, &[PROPOSED]);
    assert_eq!(not_yet(&play, "department_head", id, APPROVED.1), "「审批」由行政人事部经理、总经理办");

    // The general manager does not agree at first: another round begins with the remedy.
    assert_eq!(not_yet(&play, "general_manager", id, &[("approval", "rejected")]), "审批还缺：审批意见");
    walk(&mut play, id, &[("general_manager", &[("approval", "rejected"), ("approver_opinion", "应换货")])]);
    assert_eq!(play.ticket(id).stage, "proposed");
    assert_eq!(play.ticket(id).rounds[0].card["approver_opinion"], "应换货");
    assert_eq!(not_yet(&play, "wang", id, &[]), "方案还缺：处理方案、防范措施");
    walk(&mut play, id, &[("wang", &[("remedy", "换货"), ("prevention", "换供货")]), APPROVED, CARRIED_OUT]);
    assert_eq!(not_filed(&play, "store_manager", id), "「回访」由热线员、班长、客服经理办");
    play.until("2026-02-19 06:24");
    walk(&mut play, id, &[SATISFIED]);

    assert_eq!(clocks(&play, id), ["close kept"]);
    assert_eq!(rang(&play, id), ["2026-02-17 04:00 close 50%", "2026-02-19 06:24 close 80%"]);
    let told = told(&play, id);
    let warned = ["2026-02-13 16:00 department:store assigned", "2026-02-19 06:24 department:store clock_soon"];
    assert_eq!(told, warned, "whoever owns it is warned");
    assert!(went_up(&play, id).is_empty());
}

/// Nobody acts: the store manager, then by hand the personnel manager and the general manager.
#[test]
fn what_is_not_closed_in_seven_days_goes_up() {
    let mut play = Play::new("retail", "2026-09-30 10:00");
    let id = play.open(shopper(), CARD);
    play.until("2026-10-07 10:00");
    assert_eq!(
        told(&play, id),
        [
            "2026-10-06 00:24 staff:wang clock_soon",
            "2026-10-07 10:00 staff:wang clock_over",
            "2026-10-07 10:00 role:store_manager escalated",
        ]
    );
    acknowledge_all(&mut play, id, "hr_manager");
    play.until("2026-10-08 09:00");
    for role in ["hr_manager", "general_manager"] {
        play.by("boss", command::TicketCommand::Escalate { ticket: id, why: "七天没结案".into() }).unwrap();
        assert_eq!(went_up(&play, id).last().unwrap(), &format!("2026-10-08 09:00 {role}"));
    }
    walk(&mut play, id, &[REGISTERED, JUDGED, DISPATCHED, INVESTIGATED, PROPOSED, APPROVED, CARRIED_OUT, SATISFIED]);
    assert_eq!(clocks(&play, id), ["close broken"]);
}

/// R-REQ-9: more time, asked for before it runs out and given by role; the first time stays and both are counted.
#[test]
fn more_time_is_asked_for_and_given_by_role() {
    use command::TicketCommand::{AnswerExtension, AskExtension};
    let mut play = Play::new("retail", "2026-02-13 16:00");
    let id = play.open(shopper(), CARD);
    play.until("2026-02-18 10:00");
    let ask =
        || AskExtension {
            ticket: id, clock: "close".into(), until: at("2026-02-24 16:00"), why: "厂家放假".into()
        };
    play.by("wang", ask()).unwrap();
    let answer = || AnswerExtension { ticket: id, grant: true, why: "同意".into() };
    assert_eq!(play.by("hr_manager", answer()).unwrap_err(), "life.not_approver");
    play.by("store_manager", answer()).unwrap();
    walk(&mut play, id, &[REGISTERED, JUDGED, DISPATCHED, INVESTIGATED, PROPOSED, APPROVED, CARRIED_OUT]);
    // 264 hours now: four fifths are 211.2.
    play.until("2026-02-24 16:00");
    assert_eq!(
        rang(&play, id),
        ["2026-02-17 04:00 close 50%", "2026-02-22 11:12 close 80%", "2026-02-24 16:00 close 100%"]
    );
    walk(&mut play, id, &[SATISFIED]);
    let clock = play.clock(id, "close");
    assert_eq!((clock.kept(), clock.kept_first()), (Some(true), Some(false)));
    assert_eq!(crate::play::local(clock.first_due.at), "2026-02-20 16:00");
    let late = play.by("wang", ask()).unwrap_err();
    assert_eq!(late, "refused.ticket_not_open");
}

#[test]
fn what_is_the_customers_own_doing_is_explained_tactfully() {
    let mut play = Play::new("retail", "2026-02-13 16:00");
    let id = play.open(shopper(), CARD);
    let invalid: Screen<'_> = ("store_manager", &[("validity", "invalid"), ("opinion", "自己剪坏")]);
    walk(&mut play, id, &[REGISTERED, invalid]);
    assert_eq!(not_yet(&play, "wang", id, &[("told_how", "phone")]), "答复还缺：告知结果");
    play.until("2026-02-14 09:00");
    walk(&mut play, id, &[("wang", &[("outcome", "婉转讲明理由"), ("told_how", "phone")])]);
    assert_eq!(way(&play, id), "judged answered filed");
    assert_eq!(clocks(&play, id), ["close kept"]);
}

#[test]
fn three_rounds_are_kept_and_the_seven_days_run_on() {
    let mut play = Play::new("retail", "2026-02-13 16:00");
    let id = play.open(shopper(), CARD);
    walk(&mut play, id, &[REGISTERED, JUDGED, DISPATCHED]);
    for round in 0..4 {
        play.until(&format!("2026-02-{} 10:00", 16 + 2 * round));
        let (cause, outcome) = (format!("原因 {round}"), format!("答复 {round}"));
        let satisfied = if round == 3 { "very" } else { "dissatisfied" };
        let mut investigated = INVESTIGATED.1.to_vec();
        investigated[0].1 = &cause;
        investigated.push(("responsible", "孙店员"));
        let heard = [("outcome", outcome.as_str()), ("told_how", "phone"), ("satisfaction", satisfied)];
        walk(&mut play, id, &[("wang", &investigated), PROPOSED, APPROVED, CARRIED_OUT, ("wang", &heard)]);
    }
    let ticket = play.ticket(id);
    assert_eq!((ticket.stage.as_str(), ticket.round, ticket.told.len()), ("filed", 4, 4));
    for (at, round) in ticket.rounds.iter().enumerate() {
        let kept =
            ["cause", "outcome", "satisfaction", "demand_kind", "opinion"].map(|field| round.card[field].as_str());
        let (cause, outcome) = (format!("原因 {at}"), format!("答复 {at}"));
        assert_eq!(kept, [&cause, &outcome, "dissatisfied", "return", "质量问题"]);
    }
    assert_eq!(
        went_up(&play, id),
        [
            "2026-02-16 10:00 store_manager",
            "2026-02-18 10:00 hr_manager",
            "2026-02-20 10:00 general_manager",
            "2026-02-20 16:00 general_manager",
        ],
        "three times not satisfied, then the seven days were over; above the general manager is nobody"
    );
    assert_eq!(clocks(&play, id), ["close broken"]);
}

#[test]
fn the_statistics_are_due_on_the_tenth() {
    let rules = Play::new("retail", "2026-02-13 16:00").rules;
    let report = rules.reports.iter().find(|report| report.id == "complaints").unwrap();
    assert_eq!((report.every.as_str(), report.day, report.to.as_str()), ("month", 10, "general_manager"));
}
