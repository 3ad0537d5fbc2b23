//! A gas repair from dispatch to return (SPEC §5, R-WO-1): not accepted in time, accepted, on the way, on site, parts, the
//! tightness test and the receipt, returned, called back; and one that a contractor does, approved or not.

use ringdesk::domain::command::{CrewCommand, TicketCommand};
use ringdesk::domain::ticket::{FieldChange, Happened};
use ringdesk::domain::*;

use crate::orders_kit::*;
use crate::play::Play;
use crate::scenario_moves::{
    SATISFIED, TIGHT, dissatisfied, fields, goes, levels, missing, notices, rings, told_then_filed,
};

/// 10:00 registered, 10:02 sent to the repair team, nobody looks: 10:12 the supervisor. 10:15 sent to Zhao, who accepts at
/// 10:18; there at 10:40; parts until 13:00; done 13:30; returned 13:31.
#[test]
fn a_repair_from_dispatch_to_return() {
    let mut play = gas("2026-03-03 10:00");
    duty(&mut play, ZHAO, CrewCommand::OnDuty);
    let id = repair(&mut play);
    play.until("2026-03-03 10:02");
    play.by("wang", sent(id, team("repair"))).unwrap();
    assert_eq!(play.ticket(id).value("department"), "repair", "whose it is follows from to whom it is sent");
    assert_eq!(open_notices(&play, id), ["#repair notice_sent!"]);

    play.until("2026-03-03 10:15");
    assert_eq!(rings(&play, id), ["03-03 10:07 accept 50%", "03-03 10:10 accept 80%", "03-03 10:12 accept 100%"]);
    assert_eq!(levels(&play, id), ["03-03 10:12 supervisor accept"]);
    assert_eq!(
        notices(&play, id),
        [
            "03-03 10:02 #repair notice_sent",
            "03-03 10:07 #repair clock_soon",
            "03-03 10:10 #repair clock_soon",
            "03-03 10:12 @supervisor notice_escalated",
            "03-03 10:12 #repair clock_over",
        ]
    );
    play.by("boss", sent(id, person(ZHAO))).unwrap();
    assert_eq!(play.clock(id, "accept").started_at, play.now, "whoever is sent now has the whole time");
    assert_eq!(
        open_notices(&play, id),
        ["@supervisor notice_escalated!", "zhao notice_sent!"],
        "the team rings no more"
    );
    play.until("2026-03-03 10:18");
    play.by(ZHAO, TicketCommand::Accept(id)).unwrap();
    assert_eq!(open_notices(&play, id), ["@supervisor notice_escalated!"], "what went up waits for its reader");
    assert_eq!((&play.ticket(id).owner, play.ticket(id).value("responsible")), (&person(ZHAO), "赵师傅"));
    let accepts: Vec<bool> =
        play.ticket(id).clocks.iter().filter(|clock| clock.id == "accept").filter_map(|clock| clock.kept()).collect();
    assert_eq!(accepts, [false, true]);

    play.until("2026-03-03 10:20");
    assert_eq!(goes(&mut play, ZHAO, id, &[]), "en_route");
    play.until("2026-03-03 10:40");
    assert_eq!(goes(&mut play, ZHAO, id, &[]), "carried_out");
    play.until("2026-03-03 11:00");
    assert_eq!(goes(&mut play, ZHAO, id, &[("progress", "parts"), ("waiting_for", "点火针")]), "waiting");
    let (due, waited) = (play.clock(id, "repair").due.at, 2 * 3_600_000);
    play.until("2026-03-03 13:00");
    assert_eq!(goes(&mut play, ZHAO, id, &[]), "carried_out");
    assert_eq!(play.clock(id, "repair").due.at, due.plus(waited), "parts stop the clock");
    assert_eq!(missing(&play, ZHAO, id, &[]), ["progress"], "whether it is done now is asked anew");
    play.until("2026-03-03 13:30");
    assert_eq!(goes(&mut play, ZHAO, id, TIGHT), "finished");
    assert_eq!(play.clock(id, "repair").kept(), Some(true));
    play.until("2026-03-03 13:31");
    assert_eq!(goes(&mut play, ZHAO, id, &[("photo", "IMG-7"), ("work_signature", "单 88")]), "followed_up");
    assert_eq!(
        times(&play, id),
        [
            "registered 10:00",
            "dispatched 10:02",
            "dispatched 10:15",
            "accepted 10:18",
            "en_route 10:20",
            "carried_out 10:40",
            "waiting 11:00",
            "carried_out 13:00",
            "finished 13:30",
            "followed_up 13:31",
        ]
    );
    // The one who did it does not follow it up; a signature for the work is none for a visit.
    assert_eq!(play.advance(ZHAO, id, SATISFIED), Err("life.not_your_stage".into()));
    let visited = [("outcome", "修好了"), ("told_how", "visit"), ("satisfaction", "satisfied")];
    assert_eq!(missing(&play, "wang", id, &visited), ["signature"]);

    // Not content: the next round has times of its own, and rings Zhao again.
    play.until("2026-03-03 14:00");
    assert_eq!(goes(&mut play, "wang", id, &dissatisfied("又打不着")), "dispatched");
    assert_eq!(times(&play, id), ["dispatched 14:00"]);
    assert!(open_notices(&play, id).contains(&"zhao notice_sent!".to_owned()), "{:?}", open_notices(&play, id));
    assert_eq!(play.ticket(id).value("responsible"), "", "who goes is asked anew");
    play.by(ZHAO, TicketCommand::Accept(id)).unwrap();
    for filled in [&[][..], &[], TIGHT, &[]] {
        goes(&mut play, ZHAO, id, filled);
    }
    assert_eq!(play.clock(id, "again").kept(), Some(true));
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    told_then_filed(&play, id);
}

/// R-WO-1: each field that is missing is named, and the order stays where it is.
#[test]
fn nothing_is_finished_half() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    on_site(&mut play, id, ZHAO);
    let test = ["done_what", "pressure_kpa", "minutes", "drop", "verdict", "replaced", "charged"];
    assert_eq!(missing(&play, ZHAO, id, &[("progress", "done")]), test);
    for left_out in test {
        let most: Vec<(&str, &str)> = TIGHT.iter().copied().filter(|(field, _)| *field != left_out).collect();
        assert_eq!(missing(&play, ZHAO, id, &most), [left_out]);
    }
    let with = |field: &'static str, value: &'static str| {
        let mut filled: Vec<(&str, &str)> = TIGHT.to_vec();
        filled.iter_mut().filter(|one| one.0 == field).for_each(|one| one.1 = value);
        filled
    };
    assert_eq!(missing(&play, ZHAO, id, &with("replaced", "yes")), ["old_serial", "new_serial"]);
    assert_eq!(missing(&play, ZHAO, id, &with("charged", "yes")), ["amount", "receipt"]);
    assert_eq!(play.ticket(id).stage, "carried_out");
    assert_eq!(goes(&mut play, ZHAO, id, &with("verdict", "leaks")), "carried_out", "it leaks: it is not finished");
    assert_eq!(goes(&mut play, ZHAO, id, &[("verdict", "tight")]), "finished");
}

/// 外协 from the desk: the head says no, and it is the desk's again; asked again, the head says yes.
#[test]
fn a_contractor_is_the_heads_to_approve() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    let asked = [("department", "repair"), ("done_by", "contractor")];
    assert_eq!(goes(&mut play, "wang", id, &asked), "contractor");
    assert!(notices(&play, id).contains(&"03-03 10:00 @department_head moves.notice".to_owned()));
    for nobody in ["wang", "service_manager"] {
        assert_eq!(play.advance(nobody, id, &[("approval", "approved")]), Err("life.not_your_stage".into()));
    }
    assert_eq!(play.advance(ZHAO, id, &[("approval", "approved")]), Err("order.departments".into()));
    assert_eq!(missing(&play, "department_head", id, &[]), ["approval"]);
    assert_eq!(missing(&play, "department_head", id, &[("approval", "rejected")]), ["approver_opinion"]);
    assert_eq!(missing(&play, "department_head", id, &[("approval", "approved")]), ["contractor_name"]);
    let no = [("approval", "rejected"), ("approver_opinion", "赵师傅下午有空")];
    assert_eq!(goes(&mut play, "department_head", id, &no), "registered");
    assert_eq!(play.ticket(id).value("done_by"), "", "who does it is decided anew");
    assert!(notices(&play, id).contains(&"03-03 10:00 wang moves.notice".to_owned()), "whoever took it in knows");

    assert_eq!(goes(&mut play, "wang", id, &[("done_by", "contractor")]), "contractor");
    assert_eq!(play.ticket(id).value("approval"), "", "another question is not answered by the last answer");
    let yes = [("approval", "approved"), ("contractor_name", "安顺公司")];
    assert_eq!(goes(&mut play, "department_head", id, &yes), "en_route");
    assert_eq!(goes(&mut play, "wang", id, &[]), "carried_out");
    assert_eq!(missing(&play, "wang", id, &[("progress", "done")]).len(), 7, "R-WO-1 holds for contractors, too");
    assert_eq!(goes(&mut play, "wang", id, TIGHT), "finished");
    let gone = |key: &str| {
        let edited = play.lines.iter().filter_map(|line| match &line.what {
            Happened::Edited(changes) => Some(changes),
            _ => None,
        });
        edited.flatten().filter(|change| change.field == key).map(|change| change.to.clone()).collect::<Vec<_>>()
    };
    assert_eq!(gone("approval"), ["rejected", "", "approved"], "the history has both answers");
}

/// 外协 from the site: refused, the technician goes on; approved, the contractor comes.
#[test]
fn a_technician_on_site_may_need_a_contractor() {
    let mut play = gas("2026-03-03 10:00");
    let id = repair(&mut play);
    on_site(&mut play, id, ZHAO);
    let needed = [("progress", "contractor")];
    assert_eq!(goes(&mut play, ZHAO, id, &needed), "contractor");
    assert_eq!(play.advance(ZHAO, id, &[("approval", "approved")]), Err("life.not_your_stage".into()));
    let no = [("approval", "rejected"), ("approver_opinion", "自己能修")];
    assert_eq!(goes(&mut play, "department_head", id, &no), "carried_out");
    assert_eq!(missing(&play, ZHAO, id, &[]), ["progress"]);
    assert_eq!(goes(&mut play, ZHAO, id, &needed), "contractor");
    let yes = [("approval", "approved"), ("contractor_name", "安顺公司")];
    assert_eq!(goes(&mut play, "department_head", id, &yes), "en_route");
    assert_eq!(play.ticket(id).owner, person(ZHAO), "it stays whose it was");
    assert_eq!(goes(&mut play, ZHAO, id, &[]), "carried_out");
    assert_eq!(play.ticket(id).value("progress"), "");
    assert_eq!(goes(&mut play, ZHAO, id, TIGHT), "finished");
}

/// An emergency has three minutes to be accepted, and arriving is what its hour waits for.
#[test]
fn a_leak_is_accepted_in_three_minutes() {
    let mut play = gas("2026-03-03 02:00");
    let id = play.open(fields(RequestType::Emergency, "厨房有煤气味"), &[]);
    play.by("wang", sent(id, team("repair"))).unwrap();
    play.until("2026-03-03 02:03");
    let up = levels(&play, id);
    assert_eq!(up, ["03-03 02:03 supervisor accept"]);
    play.by(QIAN, TicketCommand::Accept(id)).unwrap();
    let state = |play: &Play, clock: &str| play.clock(id, clock).kept();
    assert_eq!(
        (state(&play, "dispatch"), state(&play, "accept"), state(&play, "arrive")),
        (Some(true), Some(true), None)
    );
    goes(&mut play, QIAN, id, &[]);
    play.until("2026-03-03 02:30");
    assert_eq!(state(&play, "arrive"), None, "on the way");
    goes(&mut play, QIAN, id, &[]);
    assert_eq!(state(&play, "arrive"), Some(true));
}

/// Given back, a leak has to be sent out again within the same minutes; and what turns out to be a leak has them from the
/// first word on.
#[test]
fn a_leak_is_dispatched_at_once_however_it_came_to_the_desk() {
    let mut play = gas("2026-03-03 02:00");
    let id = play.open(fields(RequestType::Emergency, "厨房有煤气味"), &[]);
    play.by("wang", sent(id, person(ZHAO))).unwrap();
    play.until("2026-03-03 02:02");
    play.by(ZHAO, TicketCommand::Object { ticket: id, why: "我在外地".into() }).unwrap();
    play.by("boss", TicketCommand::Review { ticket: id, upheld: true, to: None, why: "是的".into() }).unwrap();
    assert_eq!((play.ticket(id).stage.as_str(), play.due(id, "dispatch").as_str()), ("registered", "2026-03-03 02:07"));
    assert_eq!(play.due(id, "arrive"), "2026-03-03 03:00", "the hour of the caller runs on");
    play.until("2026-03-03 02:07");
    assert!(rings(&play, id).contains(&"03-03 02:07 dispatch 100%".to_owned()), "{:?}", rings(&play, id));

    let id = repair(&mut play);
    play.until("2026-03-03 02:09");
    let kind = FieldChange { field: "kind".into(), from: "repair".into(), to: "emergency".into() };
    play.by("wang", TicketCommand::Edit { ticket: id, changes: vec![kind], seal: None }).unwrap();
    assert_eq!(play.due(id, "dispatch"), "2026-03-03 02:12", "registered at 02:07");
    assert_eq!(play.due(id, "arrive"), "2026-03-03 03:07");
}
