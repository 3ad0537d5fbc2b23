//! R-CMP-DIRECT as written: a grievance is settled within three days, or the customer's file moves to another colleague.

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::ticket::Happened;
use ringdesk::domain::*;

use crate::play::{Play, at, local};
use crate::scenario_kit::*;

fn grievance() -> TicketFields {
    asks(RequestType::Complaint, "答应上门没来", "郑阿姨", "13900000003", "解放路 8 号")
}

const CARD: Filled<'static> = &[("channel", "phone")];
const REGISTERED: Screen<'static> = ("wang", &[("against", "服务一部小李"), ("gravity", "important")]);
const JUDGED: Screen<'static> = ("boss", &[("validity", "valid")]);
const DISPATCHED: Screen<'static> = ("boss", &[("department", "first"), ("responsible", "小李")]);
const INVESTIGATED: Screen<'static> = ("wang", &[("cause", "忘了"), ("course", "约在周三"), ("conclusion", "属实")]);
const PROPOSED: Screen<'static> = ("wang", &[("remedy", "上门道歉"), ("prevention", "登记预约")]);
const APPROVED: Screen<'static> = ("department_head", &[("approval", "approved")]);
const CARRIED_OUT: Screen<'static> = ("wang", &[("done_what", "已上门")]);
const TO_THE_CALL: [Screen<'static>; 7] =
    [REGISTERED, JUDGED, DISPATCHED, INVESTIGATED, PROPOSED, APPROVED, CARRIED_OUT];
const SATISFIED: Filled<'static> = &[("outcome", "已道歉"), ("told_how", "phone"), ("satisfaction", "very")];

#[test]
fn settled_within_three_days_the_file_stays() {
    let mut play = Play::new("direct", "2026-02-13 16:00");
    let id = play.open(grievance(), CARD);
    assert_eq!(play.due(id, "settle"), "2026-02-16 16:00");
    walk(&mut play, id, &[REGISTERED]);
    assert_eq!(not_yet(&play, "wang", id, JUDGED.1), "「判定」由班长、客服经理办");
    assert_eq!(not_yet(&play, "boss", id, &[]), "判定还缺：是否成立");
    walk(&mut play, id, &TO_THE_CALL[1..3]);
    assert_eq!(play.ticket(id).owner, Owner::Department("first".into()));
    walk(&mut play, id, &TO_THE_CALL[3..5]);
    assert_eq!(
        not_yet(&play, "customer_director", id, APPROVED.1),
        "「审批」由部门负责人、客服经理、副总经理、总经理办"
    );
    walk(&mut play, id, &TO_THE_CALL[5..]);
    play.until("2026-02-15 10:00");
    assert_eq!(not_filed(&play, "wang", id), "回访还缺：满意程度");
    walk(&mut play, id, &[("wang", SATISFIED)]);
    assert_eq!(rang(&play, id), ["2026-02-15 04:00 settle 50%"]);
    assert_eq!(told(&play, id), ["2026-02-13 16:00 department:first assigned"]);
    assert_eq!(clocks(&play, id), ["settle kept"]);
    assert_eq!((play.ticket(id).value("overdue"), play.ticket(id).value("moved_to")), ("", ""));
}

/// Three days over: everybody the rule names is told, and there is no filing without the colleague the file moved to.
#[test]
fn not_settled_in_three_days_the_file_moves_to_another_colleague() {
    let mut play = Play::new("direct", "2026-02-13 16:00");
    let id = play.open(grievance(), CARD);
    walk(&mut play, id, &TO_THE_CALL[..3]);
    play.until("2026-02-16 16:00");
    let first = "department:first";
    assert_eq!(
        told(&play, id),
        [
            format!("2026-02-13 16:00 {first} assigned"),
            format!("2026-02-16 01:36 {first} clock_soon"),
            format!("2026-02-16 16:00 {first} clock_over"),
            "2026-02-16 16:00 role:department_head clock_over".into(),
            "2026-02-16 16:00 role:customer_director clock_over".into(),
            "2026-02-16 16:00 role:department_head escalated".into(),
        ]
    );
    assert_eq!(play.ticket(id).value("overdue"), "yes");
    let noted = play.lines.iter().any(|line| {
        line.by == Actor::Desk
            && matches!(&line.what, Happened::Edited(changes) if changes.iter().any(|change| change.field == "overdue"))
    });
    assert!(noted, "the history says who put it there");
    acknowledge_all(&mut play, id, "general_manager");

    let second = Owner::Department("second".into());
    let moved = TicketCommand::Assign { ticket: id, to: second.clone(), why: "三日没处理好".into() };
    play.by("customer_director", moved).unwrap();
    assert_eq!(play.ticket(id).owner, second);
    assert_eq!(told(&play, id).last().unwrap(), "2026-02-16 16:00 department:second assigned");
    walk(&mut play, id, &TO_THE_CALL[3..]);
    assert_eq!(not_yet(&play, "wang", id, SATISFIED), "回访还缺：客户移交给");
    assert_eq!(not_filed(&play, "wang", id), "回访还缺：满意程度、客户移交给", "nor by the short way");
    play.until("2026-02-16 16:01");
    let with_file = [SATISFIED, &[("moved_to", "服务二部小赵")]].concat();
    walk(&mut play, id, &[("wang", &with_file)]);
    assert_eq!(play.ticket(id).value("moved_to"), "服务二部小赵");
    assert_eq!(clocks(&play, id), ["settle broken"]);
}

/// Three days are days of 24 hours, through New Year and through the National Day.
#[test]
fn three_days_are_three_days_in_the_holidays_too() {
    let (due, rings) = left_alone("direct", "2026-02-13 16:00", grievance(), CARD, "settle");
    assert_eq!(due, "2026-02-16 16:00");
    assert_eq!(rings, ["2026-02-15 04:00 50%", "2026-02-16 01:36 80%", "2026-02-16 16:00 100%"]);
    let (due, rings) = left_alone("direct", "2026-09-30 10:00", grievance(), CARD, "settle");
    assert_eq!(due, "2026-10-03 10:00");
    assert_eq!(rings, ["2026-10-01 22:00 50%", "2026-10-02 19:36 80%", "2026-10-03 10:00 100%"]);
}

/// R-CMP-3: a time agreed anew with the customer holds instead; the first stays visible, and nothing is overdue.
#[test]
fn a_time_agreed_anew_holds_and_the_first_stays_visible() {
    let mut play = Play::new("direct", "2026-09-30 10:00");
    let id = play.open(grievance(), CARD);
    play.until("2026-10-02 20:00");
    let agree = |with: &str, why: &str| TicketCommand::Agree {
        ticket: id,
        clock: "settle".into(),
        until: at("2026-10-08 10:00"),
        with: with.into(),
        why: why.into(),
    };
    assert_eq!(play.by("wang", agree("", "节后上门")).unwrap_err(), "life.agreed_with");
    assert_eq!(play.by("wang", agree("郑阿姨", " ")).unwrap_err(), "life.reason_missing");
    play.by("wang", agree("郑阿姨", "节后上门")).unwrap();
    play.until("2026-10-08 09:00");
    walk(&mut play, id, &TO_THE_CALL);
    walk(&mut play, id, &[("wang", SATISFIED)]);
    assert_eq!(rang(&play, id), ["2026-10-01 22:00 settle 50%", "2026-10-02 19:36 settle 80%"]);
    let clock = play.clock(id, "settle");
    assert_eq!((clock.kept(), clock.kept_first()), (Some(true), Some(false)));
    assert_eq!(local(clock.first_due.at), "2026-10-03 10:00");
    let shift = &clock.shifts[0];
    assert_eq!((shift.with.as_str(), shift.reason.as_str()), ("郑阿姨", "节后上门"));
    assert_eq!(play.ticket(id).value("overdue"), "");
}

#[test]
fn what_is_not_valid_is_answered_and_closed() {
    let mut play = Play::new("direct", "2026-02-13 16:00");
    let id = play.open(grievance(), CARD);
    walk(&mut play, id, &[REGISTERED]);
    assert_eq!(not_yet(&play, "boss", id, &[("validity", "invalid")]), "判定还缺：部门意见");
    walk(&mut play, id, &[("boss", &[("validity", "invalid"), ("opinion", "约的是下周")])]);
    walk(&mut play, id, &[("wang", &[("outcome", "婉转说明"), ("told_how", "phone")])]);
    assert_eq!(way(&play, id), "judged answered filed");
    assert_eq!(clocks(&play, id), ["settle kept"]);
}

/// Three rounds, the third day between the second and the third: from then on the file has moved.
#[test]
fn three_rounds_are_kept_and_the_file_moves_on_the_third_day() {
    let mut play = Play::new("direct", "2026-02-13 16:00");
    let id = play.open(grievance(), CARD);
    walk(&mut play, id, &TO_THE_CALL[..3]);
    for round in 0..4 {
        play.until(&format!("2026-02-{} 10:00", 14 + round));
        let (remedy, outcome) = (format!("方案 {round}"), format!("答复 {round}"));
        let proposed = [("remedy", remedy.as_str()), ("prevention", "登记")];
        walk(&mut play, id, &[INVESTIGATED, ("wang", &proposed), APPROVED, CARRIED_OUT]);
        let satisfied = if round == 3 { "fair" } else { "dissatisfied" };
        let mut heard = vec![("outcome", outcome.as_str()), ("told_how", "phone"), ("satisfaction", satisfied)];
        if round == 3 {
            assert_eq!(not_yet(&play, "wang", id, &heard), "回访还缺：客户移交给");
            heard.push(("moved_to", "小赵"));
        }
        walk(&mut play, id, &[("wang", &heard)]);
    }
    let ticket = play.ticket(id);
    assert_eq!((ticket.stage.as_str(), ticket.round, ticket.rounds.len()), ("filed", 4, 3));
    for (at, round) in ticket.rounds.iter().enumerate() {
        let kept = ["remedy", "outcome", "satisfaction"].map(|field| round.card[field].clone());
        assert_eq!(kept, [format!("方案 {at}"), format!("答复 {at}"), "dissatisfied".into()]);
    }
    assert_eq!(
        went_up(&play, id),
        [
            "2026-02-14 10:00 department_head",
            "2026-02-15 10:00 customer_director",
            "2026-02-16 10:00 general_manager",
            "2026-02-16 16:00 general_manager",
        ]
    );
}

/// What the regulation takes for it, always with its article (R-CMP-5).
#[test]
fn the_fines_are_as_written() {
    let rules = Play::new("direct", "2026-02-13 16:00").rules;
    let fines: Vec<_> = rules.consequences.iter().map(|one| (one.fine, one.late.as_str())).collect();
    assert_eq!(fines, [(100, ""), (500, "settle")]);
    assert!(rules.consequences.iter().all(|one| !one.article.is_empty()));
}

/// What a clock may fill in by itself is checked at load.
#[test]
fn a_clock_that_fills_what_it_cannot_is_refused() {
    let refused = |act: &str| {
        let source = format!(
            "inherits = \"direct\"\n[types.complaint.clocks.settle]\nmarks = [\"100% ring, {act}\"]\narticle = \"x\"\n"
        );
        let calendar = ringdesk::config::calendars::shipped().unwrap();
        let read = ringdesk::config::check_rulebook_text("own.toml", &source, std::path::Path::new("."), calendar);
        let says = read.map(drop).err().unwrap_or_default();
        says.into_iter().map(|say| say.key).collect::<Vec<_>>()
    };
    assert_eq!(refused("fill overdue=yes"), [""; 0]);
    assert_eq!(refused("fill overdue=perhaps"), ["rulebook.unknown_choice"]);
    assert_eq!(refused("fill nothing=yes"), ["rulebook.unknown_field"]);
    assert_eq!(refused("fill kind=praise"), ["rulebook.unknown_field"], "a type is people's to change");
    assert_eq!(refused("fill moved_to=zhao"), ["rulebook.not_a_choice"]);
    assert_eq!(refused("fill overdue"), ["rulebook.mark"]);
}
