//! What the scenarios of several rulebooks share: walking a ticket from screen to screen, and reading back what rang, who
//! was told, where it went, in lines that can be compared with what a regulation says.

use ringdesk::domain::command::{NoticeCommand, TicketCommand};
use ringdesk::domain::decide::{Context, decide};
use ringdesk::domain::ticket::{FieldChange, Happened};
use ringdesk::domain::*;
use ringdesk::text::Language;

use crate::play::{Play, local};

/// What one screen is filled with.
pub type Filled<'a> = &'a [(&'a str, &'a str)];
/// Who fills a screen, and with what.
pub type Screen<'a> = (&'a str, Filled<'a>);

/// What the intake form holds.
pub fn asks(kind: RequestType, subject: &str, name: &str, phone: &str, address: &str) -> TicketFields {
    TicketFields {
        kind,
        subject: subject.into(),
        name: name.into(),
        phone: phone.into(),
        address: address.into(),
        ..TicketFields::default()
    }
}

/// Fills screen after screen; every one must be accepted.
pub fn walk(play: &mut Play, id: TicketId, steps: &[Screen<'_>]) {
    for (who, filled) in steps {
        let stage = play.ticket(id).stage.clone();
        play.advance(who, id, filled).unwrap_or_else(|why| panic!("{who} at {stage}: {why}"));
    }
}

fn refused(play: &Play, who: &str, command: TicketCommand) -> String {
    let actor = Actor::Staff(StaffId(who.into()));
    let context = Context { state: &play.state, rules: &play.rules, staff: &play.staff, actor: &actor, now: play.now };
    let done = decide(context, &Command::Ticket(command)).map(drop);
    done.expect_err("it was not refused").words(Language::ZhHans)
}

/// Sets out and arrives: two keys, nothing to fill in. The desk keeps when each was.
pub fn drives(play: &mut Play, who: &str, id: TicketId, arrives: &str) {
    assert_eq!(play.ticket(id).stage, "accepted");
    walk(play, id, &[(who, &[])]);
    assert_eq!(play.ticket(id).stage, "en_route");
    play.until(arrives);
    walk(play, id, &[(who, &[])]);
    let ticket = play.ticket(id);
    let last = ticket.times.last().map(|(stage, at)| (stage.as_str(), local(*at)));
    assert_eq!(last, Some(("carried_out", arrives.to_owned())));
}

/// Returned to the desk, which calls back: one key, nothing to fill in.
pub fn returned(play: &mut Play, who: &str, id: TicketId) {
    assert_eq!(play.ticket(id).stage, "finished");
    walk(play, id, &[(who, &[])]);
    assert_eq!(play.ticket(id).stage, "followed_up");
}

/// The sentence with which a screen is refused, in the operators' words.
pub fn not_yet(play: &Play, who: &str, id: TicketId, filled: Filled<'_>) -> String {
    let ticket = play.ticket(id);
    let changes = filled
        .iter()
        .map(|(field, to)| FieldChange { field: (*field).into(), from: ticket.value(field).into(), to: (*to).into() })
        .collect();
    refused(play, who, TicketCommand::Advance { ticket: id, from: ticket.stage.clone(), changes })
}

/// The sentence with which an intake form is refused.
pub fn not_opened(play: &Play, fields: TicketFields, card: Filled<'_>) -> String {
    let card = card.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect();
    refused(play, "wang", TicketCommand::Open { fields, card, call: None, seal: None })
}

/// The sentence with which filing by the short way is refused.
pub fn not_filed(play: &Play, who: &str, id: TicketId) -> String {
    let how = ringdesk::domain::ticket::TellHow::Phone;
    refused(play, who, TicketCommand::File { ticket: id, outcome: "办好了".into(), how })
}

/// Every ring: `2026-02-16 20:30 guest_time 50%`, with `late` behind it where it was.
pub fn rang(play: &Play, id: TicketId) -> Vec<String> {
    let line = |(at, clock, percent, late): (String, String, u16, bool)| {
        format!("{at} {clock} {percent}%{}", if late { " late" } else { "" })
    };
    play.rings(id).into_iter().map(line).collect()
}

/// Every notice: `2026-02-16 20:48 staff:wang clock_soon`.
pub fn told(play: &Play, id: TicketId) -> Vec<String> {
    let notices = play.notices.iter().filter(|notice| notice.ticket == Some(id) && notice.acknowledged.is_none());
    let line = |notice: &Notice| {
        let to = match &notice.to {
            Addressee::Staff(staff) => format!("staff:{}", staff.0),
            Addressee::Role(role) => format!("role:{role}"),
            Addressee::Department(department) => format!("department:{department}"),
        };
        let key =
            notice.what.key.trim_start_matches("life.").trim_start_matches("order.").trim_start_matches("notice_");
        assert!(!notice.late, "{key}");
        format!("{} {to} {key}", local(notice.at))
    };
    notices.map(line).collect()
}

/// Every level a ticket went up: `2026-02-16 21:00 department_head`.
pub fn went_up(play: &Play, id: TicketId) -> Vec<String> {
    let lines = play.lines.iter().filter(|line| line.ticket == id);
    let up = lines.filter_map(|line| match &line.what {
        Happened::Escalated { to, .. } => Some(format!("{} {to}", local(line.at))),
        _ => None,
    });
    up.collect()
}

/// The stages a ticket came to, in order.
pub fn way(play: &Play, id: TicketId) -> String {
    let lines = play.lines.iter().filter(|line| line.ticket == id);
    let stages = lines.filter_map(|line| match &line.what {
        Happened::Moved { to, .. } => Some(to.as_str()),
        _ => None,
    });
    stages.collect::<Vec<_>>().join(" ")
}

/// Every clock of a ticket that has not been void, with whether it was kept: `close kept`.
pub fn clocks(play: &Play, id: TicketId) -> Vec<String> {
    let clocks = play.ticket(id).clocks.iter();
    let line = |clock: &ringdesk::domain::ticket::Clock| {
        use ringdesk::domain::ticket::ClockState;
        let how = match clock.state {
            ClockState::Running | ClockState::Paused => "runs",
            ClockState::Stopped(_) if clock.kept() == Some(true) => "kept",
            ClockState::Stopped(_) => "broken",
            ClockState::Void(_) => "void",
        };
        format!("{} {how}", clock.id)
    };
    clocks.map(line).collect()
}

/// A ticket registered at a moment and left alone: its due time, and every ring of the clock on the way.
pub fn left_alone(
    rulebook: &str,
    begin: &str,
    fields: TicketFields,
    card: Filled<'_>,
    clock: &str,
) -> (String, Vec<String>) {
    let mut play = Play::new(rulebook, begin);
    let id = play.open(fields, card);
    let due = play.due(id, clock);
    assert!(!play.clock(id, clock).due.provisional);
    play.until("2026-12-31 00:00");
    let rings = rang(&play, id).into_iter().filter(|line| line.contains(&format!(" {clock} ")));
    (due, rings.map(|line| line.replace(&format!(" {clock}"), "")).collect())
}

/// That every notice of a ticket can be acknowledged by whom it is for, and by nobody of another role.
pub fn acknowledge_all(play: &mut Play, id: TicketId, stranger: &str) {
    let open: Vec<Notice> = play.state.notices.values().filter(|notice| notice.ticket == Some(id)).cloned().collect();
    assert!(!open.is_empty());
    for notice in open {
        let who = match &notice.to {
            Addressee::Staff(staff) => staff.0.clone(),
            Addressee::Role(role) => role.clone(),
            Addressee::Department(_) => continue,
        };
        let command = Command::Notice(NoticeCommand::Acknowledge(notice.id));
        let mut by = |who: &str| {
            let actor = Actor::Staff(StaffId(who.into()));
            let context =
                Context { state: &play.state, rules: &play.rules, staff: &play.staff, actor: &actor, now: play.now };
            let events = decide(context, &command).map(|decision| decision.events);
            events.map(|events| events.iter().for_each(|event| play.state.fold(event))).map_err(|why| why.key)
        };
        assert_eq!(by(stranger), Err("life.notice_not_yours".to_owned()), "{who}");
        by(&who).unwrap();
        assert!(!play.state.notices.contains_key(&notice.id), "an acknowledged notice is gone");
    }
}

/// The types that are neither complaint nor emergency nor a repair of some kind, each from its first word to filing under
/// a rulebook that goes the common way with them; `more` is what its forms ask besides.
pub fn every_other_type(rulebook: &str, more: Filled<'_>) {
    const ANSWERED: Screen<'static> = ("wang", &[("outcome", "已告知"), ("told_how", "phone")]);
    for kind in [RequestType::Enquiry, RequestType::Suggestion, RequestType::Praise] {
        let mut play = Play::new(rulebook, "2026-02-13 16:00");
        let at_once = play.open(asks(kind, "问营业时间", "何女士", "13900000011", ""), more);
        let nothing = not_yet(&play, "wang", at_once, &[]);
        assert_eq!(nothing, "登记还缺：告知结果、责任部门", "{kind:?}: answered now, or by somebody");
        walk(&mut play, at_once, &[ANSWERED]);
        assert_eq!(way(&play, at_once), "filed", "{kind:?}");

        let by_others = play.open(asks(kind, "问安装费", "何先生", "13900000012", ""), more);
        let department = play.rules.departments.keys().next().unwrap().clone();
        walk(&mut play, by_others, &[("wang", &[("department", &department)])]);
        assert_eq!(play.ticket(by_others).owner, Owner::Department(department));
        assert_eq!(not_yet(&play, "wang", by_others, &[]), "答复还缺：告知结果、怎样告知");
        walk(&mut play, by_others, &[ANSWERED]);
        assert_eq!(way(&play, by_others), "answered filed", "{kind:?}");
        assert!(play.ticket(by_others).told[0].last);
    }
    hazard(rulebook, more);
    tip_off(rulebook, more);
}

/// R-WO-3: graded, a notice with a deadline, inspected again until it is gone; dangerous, with approvals and reported.
fn hazard(rulebook: &str, more: Filled<'_>) {
    let mut play = Play::new(rulebook, "2026-02-13 16:00");
    let id = play.open(asks(RequestType::Hazard, "配电箱开着", "严师傅", "13900000013", "和平路 3 号"), more);
    assert_eq!(play.due(id, "inspect"), "2026-02-14 16:00");
    let department = play.rules.departments.keys().next().unwrap().clone();
    let registered: Screen<'_> = ("wang", &[("department", &department)]);
    let found: Filled<'_> = &[
        ("hazard_grade", "larger"),
        ("conclusion", "箱门坏"),
        ("notice_number", "整改 5 号"),
        ("deadline", "2026-02-25 16:00"),
        ("acknowledged", "yes"),
    ];
    walk(&mut play, id, &[registered]);
    assert_eq!(not_yet(&play, "wang", id, &[]), "调查还缺：隐患等级、结论、整改通知书号、期限、客户已签收");
    walk(&mut play, id, &[("wang", found)]);
    assert_eq!(play.due(id, "rectify"), "2026-02-25 16:00", "the deadline of the notice, not thirty days");
    play.until("2026-02-25 17:00");
    let rings: Vec<_> = rang(&play, id).into_iter().filter(|line| line.contains("rectify")).collect();
    // 288 hours: 144, 230.4.
    assert_eq!(
        rings,
        ["2026-02-19 16:00 rectify 50%", "2026-02-23 06:24 rectify 80%", "2026-02-25 16:00 rectify 100%"]
    );
    walk(&mut play, id, &[("wang", &[("rectified", "not_yet")])]);
    assert_eq!((play.ticket(id).stage.as_str(), play.ticket(id).round), ("investigated", 2));
    let again = [&found[..3], &[("deadline", "2026-02-26 16:00"), ("acknowledged", "yes")]].concat();
    walk(&mut play, id, &[("wang", &again)]);
    assert_eq!(play.due(id, "rectify"), "2026-02-26 16:00");
    walk(&mut play, id, &[("wang", &[("rectified", "dangerous")])]);
    let cut: Filled<'_> = &[("approval", "approved"), ("reported_to", "主管部门")];
    assert!(not_yet(&play, "wang", id, cut).starts_with("「审批」由部门负责人"));
    assert_eq!(not_yet(&play, "department_head", id, &cut[..1]), "审批还缺：报告了谁");
    walk(&mut play, id, &[("department_head", cut), ("wang", &[("done_what", "已停供")])]);
    walk(&mut play, id, &[("wang", &[("rectified", "rectified")])]);
    walk(&mut play, id, &[("wang", &[("outcome", "已消除"), ("told_how", "phone")])]);
    let stages = "investigated reinspected investigated reinspected approved carried_out reinspected answered filed";
    assert_eq!(way(&play, id), stages);
}

/// R-REQ-6: nobody but the keeper opens the seal, and every opening is in the history.
fn tip_off(rulebook: &str, more: Filled<'_>) {
    let mut play = Play::new(rulebook, "2026-02-13 16:00");
    let seal = ticket::Seal { nonce: vec![7; 12], text: vec![1, 2, 3] };
    let card = [more, &[("tip_kind", "theft")]].concat();
    let card = card.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect();
    let fields = asks(RequestType::TipOff, "有人私接", "", "", "");
    let opened = play.by("wang", TicketCommand::Open { fields, card, call: None, seal: Some(seal) });
    let Ok(command::Made::Ticket(id)) = opened else { panic!("{opened:?}") };
    assert_eq!(play.ticket(id).customer, None, "a file would say who it was");
    assert_eq!(play.due(id, "inspect"), "2026-02-16 16:00");
    let look = |why: &str| TicketCommand::OpenSeal { ticket: id, why: why.into() };
    for nosy in ["wang", "boss", "general_manager"] {
        assert_eq!(play.by(nosy, look("看看")).unwrap_err(), "life.not_keeper", "{nosy}");
    }
    assert_eq!(play.by("sealed_keeper", look("")).unwrap_err(), "life.reason_missing");
    play.by("sealed_keeper", look("核实后回告")).unwrap();
    let openings =
        play.lines.iter().filter(|line| matches!(&line.what, Happened::SealOpened(why) if why == "核实后回告"));
    assert_eq!(openings.count(), 1);
    let department = play.rules.departments.keys().next().unwrap().clone();
    walk(&mut play, id, &[("wang", &[("department", &department)])]);
    assert_eq!(not_yet(&play, "wang", id, &[("verified", "yes")]), "调查还缺：结论、金额");
    walk(&mut play, id, &[("wang", &[("verified", "yes"), ("conclusion", "属实"), ("amount", "1200")])]);
    let answered: Filled<'_> = &[("outcome", "已查处"), ("told_how", "letter")];
    assert_eq!(not_yet(&play, "wang", id, answered), "「答复」由举报专管员、班长办");
    walk(&mut play, id, &[("sealed_keeper", answered)]);
    assert_eq!(way(&play, id), "investigated answered filed");
    let shown = format!("{:?} {:?}", play.lines, play.notices);
    assert!(!shown.contains("nonce"), "the seal is in no line and no notice");
}
