//! To whom an order is sent, who accepts it, who gives it back, and who may not (SPEC §5, §10.4, R-REQ-8).

use ringdesk::domain::command::{CrewCommand, TicketCommand};
use ringdesk::domain::ticket::{FieldChange, Happened, TellHow};
use ringdesk::domain::*;

use crate::orders_kit::*;
use crate::play::Play;
use crate::scenario_moves::{TIGHT, complaint, fields, goes};

/// Both press in the same instant; the desk takes one after the other, whichever is first.
#[test]
fn two_accept_at_once_and_one_has_it() {
    for (first, second, name) in [(ZHAO, QIAN, "赵师傅"), (QIAN, ZHAO, "钱师傅")] {
        let mut play = gas("2026-03-03 10:00");
        let id = repair(&mut play);
        play.by("wang", sent(id, team("repair"))).unwrap();
        play.by(first, TicketCommand::Accept(id)).unwrap();
        let number = id.spoken();
        assert_eq!(refused(&play, second, TicketCommand::Accept(id)), format!("工单 {number} 已由{name}接了"));
        assert_eq!(refused(&play, first, TicketCommand::Accept(id)), format!("工单 {number} 已经接了"));
        // Of another department one hears nothing of who has it.
        assert_eq!(
            refused(&play, SUN, TicketCommand::Accept(id)),
            format!("工单 {number} 没有派给您，也没有派给您的部门")
        );
        assert_eq!(play.ticket(id).owner, person(first));
        assert_eq!(open_notices(&play, id), ["wang notice_nobody_there"], "it rings for nobody any more");
        let ended: Vec<&Notice> = play.notices.iter().filter(|notice| notice.acknowledged.is_some()).collect();
        assert!(ended.iter().all(|notice| notice.acknowledged == Some((play.now, StaffId(first.into())))));
        assert_eq!(ended.len(), 1);
        assert_eq!(play.ticket(id).hand_overs, 1, "taken inside the department, it changed hands once");
        let accepted = play.lines.iter().filter(|line| line.what == Happened::Accepted);
        assert_eq!(accepted.map(|line| line.by.clone()).collect::<Vec<_>>(), [Actor::Staff(StaffId(first.into()))]);
    }
}

/// 转派, as often as it takes, until it is finished.
#[test]
fn an_order_is_sent_to_another_until_it_is_finished() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    let done: &[&[(&str, &str)]] = &[&[], &[], TIGHT];
    play.by("wang", sent(id, person(ZHAO))).unwrap();
    play.by(ZHAO, TicketCommand::Accept(id)).unwrap();
    assert_eq!(refused(&play, "wang", sent(id, person(ZHAO))), format!("赵师傅已接工单 {}，不用再派", id.spoken()));
    goes(&mut play, ZHAO, id, &[]);
    goes(&mut play, ZHAO, id, &[]);
    play.by("wang", sent(id, person(QIAN))).unwrap();
    let now = play.ticket(id);
    assert_eq!((now.stage.as_str(), &now.owner, now.hand_overs), ("dispatched", &person(QIAN), 2));
    assert_eq!(now.value("responsible"), "", "whoever accepts it is named");
    let open = open_notices(&play, id);
    assert!(
        open.contains(&"zhao notice_taken".to_owned()) && open.contains(&"qian notice_sent!".to_owned()),
        "{open:?}"
    );
    assert_eq!(play.advance(ZHAO, id, &[]), Err("may.not_theirs".into()));
    play.by(QIAN, TicketCommand::Accept(id)).unwrap();
    // Handing it on by the other word is the same: a technician accepts what they are given.
    let hand = TicketCommand::Assign { ticket: id, to: team("repair"), why: "钱师傅的车坏了".into() };
    play.by("wang", hand).unwrap();
    assert_eq!((play.ticket(id).stage.as_str(), play.ticket(id).hand_overs), ("dispatched", 3));
    play.by(ZHAO, TicketCommand::Accept(id)).unwrap();
    for filled in done {
        goes(&mut play, ZHAO, id, filled);
    }
    assert_eq!(play.ticket(id).stage, "finished");
    let number = id.spoken();
    assert_eq!(refused(&play, "wang", sent(id, person(QIAN))), format!("工单 {number} 已完工，不能再派或接"));
    let back = TicketCommand::Object { ticket: id, why: "不是我的".into() };
    assert_eq!(refused(&play, ZHAO, back), format!("工单 {number} 已完工，不能退单"));
}

/// A parts wait ends when it is sent to somebody else: the clocks run again.
#[test]
fn an_order_that_waits_runs_again_when_it_is_sent_on() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    on_site(&mut play, id, ZHAO);
    goes(&mut play, ZHAO, id, &[("progress", "customer"), ("waiting_for", "家里没人")]);
    assert!(!play.clock(id, "repair").is_running());
    play.until("2026-03-03 12:00");
    play.by("wang", sent(id, person(QIAN))).unwrap();
    assert!(play.clock(id, "repair").is_running() && play.ticket(id).paused.is_none());
    assert_eq!(play.due(id, "repair"), "2026-03-04 12:00");
}

#[test]
fn an_order_goes_to_technicians_and_only_an_order() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    let number = id.spoken();
    assert_eq!(refused(&play, "wang", sent(id, person("boss"))), "boss不是维修员，不能派单；交给别人办请用“交办”");
    assert_eq!(play.by("wang", sent(id, person("nobody"))), Err("refused.nobody".into()));
    assert_eq!(play.by("wang", sent(id, team("nowhere"))), Err("refused.nobody".into()));
    assert_eq!(refused(&play, ZHAO, sent(id, person(ZHAO))), "这一步由热线台办，请告诉热线员");
    assert_eq!(
        refused(&play, ZHAO, TicketCommand::Accept(id)),
        format!("工单 {number} 没有派给您，也没有派给您的部门")
    );
    let other = complaint(&mut play);
    assert_eq!(refused(&play, "wang", sent(other, person(ZHAO))), format!("{} 不是要派人的工单", other.spoken()));
    assert!(play.ticket(id).clocks.iter().all(|clock| clock.id != "accept"), "nothing of all that sent it");
    // What the first screen demands must be there: a power company must know where it is.
    let mut play = Play::new("power", "2026-03-03 10:00");
    let one = Staff { id: StaffId(ZHAO.into()), name: "赵".into(), role: Role::Technician, ..Staff::default() };
    play.staff.push(one);
    let id = play.open(fields(RequestType::Repair, "没电"), &[]);
    assert_eq!(refused(&play, "wang", sent(id, team("repair"))), "登记还缺：地区");
    assert_eq!(refused(&play, "wang", sent(id, person(ZHAO))), "登记还缺：地区", "a person is more than a department");
    let change = FieldChange { field: "area_kind".into(), from: String::new(), to: "city".into() };
    play.by("wang", TicketCommand::Edit { ticket: id, changes: vec![change], seal: None }).unwrap();
    play.by("wang", sent(id, person(ZHAO))).unwrap();
    assert_eq!(play.ticket(id).stage, "dispatched");
}

/// Nobody on duty: it goes, for the phone may reach them, and whoever sends it is told to use it.
#[test]
fn an_order_for_somebody_off_duty_is_sent_and_said() {
    let mut play = gas("2026-03-03 10:00");
    let unreachable = |play: &mut Play, to: Owner| {
        let id = repair(play);
        play.by("wang", sent(id, to)).unwrap();
        assert_eq!(play.ticket(id).stage, "dispatched");
        open_notices(play, id).into_iter().filter(|line| line.starts_with("wang ")).collect::<Vec<_>>()
    };
    assert_eq!(unreachable(&mut play, person(ZHAO)), ["wang notice_off_duty"]);
    assert_eq!(unreachable(&mut play, team("repair")), ["wang notice_nobody_there"]);
    duty(&mut play, QIAN, CrewCommand::OnDuty);
    assert_eq!(unreachable(&mut play, person(ZHAO)), ["wang notice_off_duty"]);
    assert_eq!(unreachable(&mut play, person(QIAN)), [""; 0]);
    assert_eq!(unreachable(&mut play, team("repair")), [""; 0]);
    assert_eq!(unreachable(&mut play, team("safety")), ["wang notice_nobody_there"]);
    duty(&mut play, QIAN, CrewCommand::OffDuty);
    assert_eq!(unreachable(&mut play, team("repair")), ["wang notice_nobody_there"]);
}

/// Pressed twice, it rings again; it changes hands once, and its time to be accepted is not given anew.
#[test]
fn sent_again_to_the_same_it_rings_again() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    play.by("wang", sent(id, person(ZHAO))).unwrap();
    play.until("2026-03-03 10:04");
    play.by("wang", sent(id, person(ZHAO))).unwrap();
    assert_eq!(play.due(id, "accept"), "2026-03-03 10:10");
    assert_eq!(play.ticket(id).hand_overs, 1);
    assert_eq!(times(&play, id), ["registered 10:00", "dispatched 10:00"]);
    let rings = open_notices(&play, id).iter().filter(|line| *line == "zhao notice_sent!").count();
    assert_eq!(rings, 2);
    play.by(ZHAO, TicketCommand::Accept(id)).unwrap();
    assert!(open_notices(&play, id).iter().all(|line| !line.ends_with('!')), "accepted once, both are answered");
}

/// 退单: upheld it is the desk's again, or goes to whom it is given; not upheld it stays.
#[test]
fn an_order_is_given_back_with_a_reason() {
    let object = |ticket| TicketCommand::Object { ticket, why: "不在我们片区".into() };
    let review = |ticket, upheld, to| TicketCommand::Review { ticket, upheld, to, why: "看过了".into() };
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    play.by("wang", sent(id, person(ZHAO))).unwrap();
    assert_eq!(play.by(QIAN, object(id)), Err("may.not_theirs".into()));
    play.by(ZHAO, object(id)).unwrap();
    assert_eq!(play.by("wang", sent(id, person(QIAN))), Err("life.objection_open".into()), "first the answer");
    play.by("boss", review(id, true, None)).unwrap();
    let back = play.ticket(id);
    assert_eq!((back.stage.as_str(), &back.owner, back.objection.is_none()), ("registered", &person("wang"), true));
    assert!(!play.clock(id, "accept").is_open(), "nobody is asked to accept it");
    assert!(open_notices(&play, id).iter().all(|line| !line.starts_with("zhao")));

    // Accepted by one of the department and found to be nobody's of theirs: to another department at once.
    play.by("wang", sent(id, team("repair"))).unwrap();
    play.by(QIAN, TicketCommand::Accept(id)).unwrap();
    play.by(QIAN, object(id)).unwrap();
    play.by("wang", review(id, true, Some(team("safety")))).unwrap();
    assert_eq!((play.ticket(id).stage.as_str(), &play.ticket(id).owner), ("dispatched", &team("safety")));
    assert_eq!(play.ticket(id).value("department"), "safety");
    play.by(SUN, object(id)).unwrap();
    play.by("wang", review(id, false, None)).unwrap();
    assert_eq!((play.ticket(id).stage.as_str(), &play.ticket(id).owner), ("dispatched", &team("safety")));
    play.by(SUN, TicketCommand::Accept(id)).unwrap();
    assert_eq!(play.ticket(id).owner, person(SUN));
    // To somebody at the desk it comes back as the desk's.
    play.by(SUN, object(id)).unwrap();
    play.by("boss", review(id, true, Some(person("boss")))).unwrap();
    assert_eq!((play.ticket(id).stage.as_str(), &play.ticket(id).owner), ("registered", &person("boss")));
}

/// A technician takes steps on orders they have accepted, and on nothing else.
#[test]
fn no_step_before_it_is_accepted() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    let number = id.spoken();
    let step = |play: &Play, stage: &str| TicketCommand::Advance {
        ticket: id,
        from: stage.into(),
        changes: vec![FieldChange {
            field: "responsible".into(),
            from: play.ticket(id).value("responsible").into(),
            to: "赵师傅".into(),
        }],
    };
    assert_eq!(refused(&play, ZHAO, step(&play, "registered")), format!("维修员只办自己和本部门的工单，{number} 不是"));
    play.by("wang", sent(id, team("repair"))).unwrap();
    assert_eq!(refused(&play, ZHAO, step(&play, "dispatched")), format!("工单 {number} 还没接，先接单"));
    let tell = |ticket| TicketCommand::Tell { ticket, how: TellHow::Phone, what: "在路上".into(), call: None };
    assert_eq!(refused(&play, ZHAO, tell(id)), format!("工单 {number} 还没接，先接单"));
    assert_eq!(play.by(ZHAO, TicketCommand::Pause { ticket: id, why: "等".into() }), Err("order.accept_first".into()));
    play.by(ZHAO, TicketCommand::Note { ticket: id, text: "我离得近".into() }).unwrap();
    assert_eq!(play.by(SUN, TicketCommand::Note { ticket: id, text: "我也是".into() }), Err("may.not_theirs".into()));
    play.by("wang", sent(id, person(ZHAO))).unwrap();
    assert_eq!(refused(&play, ZHAO, step(&play, "dispatched")), format!("工单 {number} 还没接，先接单"));
    play.by(ZHAO, TicketCommand::Accept(id)).unwrap();
    play.by(ZHAO, tell(id)).unwrap();
    assert_eq!(play.advance(QIAN, id, &[]), Err("may.not_theirs".into()));
    goes(&mut play, ZHAO, id, &[]);
    // Whoever works by telephone has the desk note it: their name is what says that they accepted.
    let id = repair(&mut play);
    play.by("wang", sent(id, team("repair"))).unwrap();
    assert_eq!(goes(&mut play, "wang", id, &[("responsible", "钱师傅")]), "accepted");
    assert_eq!(play.ticket(id).owner, person(QIAN));
    assert!(open_notices(&play, id).iter().all(|line| !line.contains("notice_sent")));
}
