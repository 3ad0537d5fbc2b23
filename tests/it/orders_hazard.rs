//! R-WO-3: a hazard found on site is graded, noticed, acknowledged, and followed until it was inspected again.

use std::collections::BTreeMap;

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::rulebook::FieldKind;
use ringdesk::domain::*;
use ringdesk::tui::form::Errand;

use crate::orders_kit::*;
use crate::play::Play;
use crate::scenario_moves::{fields, goes, levels, missing, rings, told_then_filed};

fn found(ticket: TicketId, subject: &str, card: &[(&str, &str)]) -> TicketCommand {
    let card: BTreeMap<String, String> = card.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect();
    TicketCommand::FoundHazard { ticket, subject: subject.into(), card }
}

fn notice(grade: &str) -> [(&str, &str); 5] {
    [
        ("hazard_grade", grade),
        ("conclusion", "胶管老化"),
        ("notice_number", "ZG-12"),
        ("deadline", "2026-03-10 12:00"),
        ("acknowledged", "yes"),
    ]
}

fn registered(play: &mut Play, command: TicketCommand) -> TicketId {
    match play.by(ZHAO, command) {
        Ok(command::Made::Ticket(id)) => id,
        other => panic!("{other:?}"),
    }
}

/// Each grade is a ticket of its own, for the same premises and person, and its deadline rings.
#[test]
fn a_hazard_of_each_grade_is_followed_until_it_is_inspected_again() {
    for (grade, rings_head) in [("slight", false), ("ordinary", false), ("larger", true), ("grave", true)] {
        let mut play = gas("2026-03-03 10:00");
        let about = TicketFields { detail: "三楼".into(), ..fields(RequestType::Repair, "灶具打不着") };
        let order = play.open(about, &[("premises", "和平路一弄二号 301")]);
        on_site(&mut play, order, ZHAO);
        play.until("2026-03-03 12:00");
        let id = registered(&mut play, found(order, "胶管超期", &notice(grade)));
        let (hazard, old) = (play.ticket(id).clone(), play.ticket(order).clone());
        assert_eq!(hazard.stage, "reinspected", "{grade}");
        assert_eq!((hazard.fields.kind, hazard.fields.subject.as_str()), (RequestType::Hazard, "胶管超期"));
        let of = |ticket: &Ticket| {
            let fields = ticket.fields.clone();
            (fields.name, fields.phone, fields.address, ticket.customer, ticket.value("premises").to_owned())
        };
        assert_eq!(of(&hazard), of(&old));
        assert!(hazard.customer.is_some());
        assert_eq!((hazard.links.as_slice(), old.links.as_slice()), (&[order][..], &[id][..]));
        assert_eq!((&hazard.owner, hazard.first_receiver.0.as_str()), (&team("repair"), ZHAO));
        assert_eq!(times(&play, id), ["registered 12:00", "investigated 12:00", "reinspected 12:00"]);
        assert_eq!((old.stage.as_str(), &old.owner), ("carried_out", &person(ZHAO)), "the order goes on as it was");
        assert_eq!(play.clock(id, "inspect").kept(), Some(true));
        assert_eq!(play.due(id, "rectify"), "2026-03-10 12:00", "the deadline of the notice");
        let head = format!("@department_head notice_hazard{}", if rings_head { "!" } else { "" });
        assert_eq!(open_notices(&play, id), [head], "{grade}");

        play.until("2026-03-10 13:00");
        let deadline: Vec<String> = rings(&play, id).into_iter().filter(|line| line.contains("rectify")).collect();
        assert_eq!(deadline, ["03-07 00:00 rectify 50%", "03-09 02:24 rectify 80%", "03-10 12:00 rectify 100%"]);
        // Inspected again by another of the department: not gone, a second notice; then gone.
        assert_eq!(goes(&mut play, QIAN, id, &[("rectified", "not_yet")]), "investigated");
        let again = [&notice(grade)[..3], &[("deadline", "2026-03-12 12:00"), ("acknowledged", "yes")]].concat();
        assert_eq!(goes(&mut play, QIAN, id, &again), "reinspected");
        assert_eq!(play.due(id, "rectify"), "2026-03-12 12:00");
        assert_eq!(goes(&mut play, QIAN, id, &[("rectified", "rectified")]), "answered");
        assert_eq!(goes(&mut play, "wang", id, &[("outcome", "已换管"), ("told_how", "phone")]), "filed");
        told_then_filed(&play, id);
    }
}

/// Dangerous and not rectified: reported to the authority and cut off, with the head's approval.
#[test]
fn a_dangerous_hazard_is_cut_off_with_approval() {
    let mut play = gas("2026-03-03 10:00");
    let order = repair(&mut play);
    on_site(&mut play, order, ZHAO);
    let id = registered(&mut play, found(order, "私接管线", &notice("grave")));
    assert_eq!(goes(&mut play, ZHAO, id, &[("rectified", "dangerous")]), "approved");
    let told = open_notices(&play, id);
    assert!(told.contains(&"@department_head moves.notice".to_owned()), "who approves is told: {told:?}");
    assert_eq!(play.due(id, "cut_approval"), "2026-03-03 11:00");
    play.until("2026-03-03 11:00");
    assert_eq!(levels(&play, id), ["03-03 11:00 supervisor cut_approval"], "and nobody sleeps over it");
    assert_eq!(play.advance(ZHAO, id, &[("approval", "approved")]), Err("life.not_your_stage".into()));
    assert_eq!(missing(&play, "department_head", id, &[("approval", "approved")]), ["reported_to"]);
    let approved = [("approval", "approved"), ("reported_to", "住建局")];
    assert_eq!(goes(&mut play, "department_head", id, &approved), "carried_out");
    assert_eq!(play.due(id, "cut_off"), "2026-03-03 15:00");
    assert_eq!(goes(&mut play, ZHAO, id, &[("done_what", "已停气")]), "reinspected");
}

/// What is missing is named, one by one and all together; nothing is registered by half.
#[test]
fn a_hazard_half_written_down_is_refused() {
    let mut play = gas("2026-03-03 10:00");
    let order = repair(&mut play);
    let number = order.spoken();
    play.by("wang", sent(order, person(ZHAO))).unwrap();
    let whole = || found(order, "胶管超期", &notice("slight"));
    assert_eq!(refused(&play, ZHAO, whole()), format!("工单 {number} 还没到场；到了现场再登记隐患"));
    play.by(ZHAO, TicketCommand::Accept(order)).unwrap();
    goes(&mut play, ZHAO, order, &[]);
    assert_eq!(refused(&play, ZHAO, whole()), format!("工单 {number} 还没到场；到了现场再登记隐患"));
    goes(&mut play, ZHAO, order, &[]);
    assert_eq!(
        refused(&play, ZHAO, found(order, "胶管超期", &[])),
        "调查还缺：隐患等级、整改通知书号、期限、客户已签收"
    );
    let words = ["隐患等级", "结论", "整改通知书号", "期限", "客户已签收"];
    for (left_out, word) in notice("slight").iter().map(|(field, _)| *field).zip(words) {
        // What was found is the conclusion, where no other is written.
        if left_out == "conclusion" {
            continue;
        }
        let most: Vec<(&str, &str)> = notice("slight").into_iter().filter(|(field, _)| *field != left_out).collect();
        assert_eq!(refused(&play, ZHAO, found(order, "胶管超期", &most)), format!("调查还缺：{word}"));
    }
    assert_eq!(play.by(ZHAO, found(order, " ", &notice("slight"))), Err("refused.ticket_empty".into()));
    assert_eq!(play.by(ZHAO, found(order, "胶管超期", &notice("huge"))), Err("life.not_a_choice".into()));
    assert_eq!(play.by(QIAN, whole()), Err("may.not_theirs".into()));
    assert_eq!((play.state.tickets.len(), play.ticket(order).links.len()), (1, 0), "nothing of all that is there");
    // Whoever is at the desk may write it down for them; it is the technician's department all the same.
    let Ok(command::Made::Ticket(id)) = play.by("wang", whole()) else { panic!() };
    assert_eq!(play.ticket(id).owner, team("repair"));
}

/// The form a hazard is written on asks whatever a shipped rulebook demands of one: filled, it is never refused.
#[test]
fn the_hazards_form_asks_all_that_any_rulebook_demands() {
    for (name, _) in ringdesk::config::RULEBOOKS {
        let mut play = Play::new(name, "2026-03-03 10:00");
        if play.rules.kind(RequestType::Hazard).stages.len() < 3 {
            continue;
        }
        let order = emergency_on_site(&mut play);
        let asked = Errand::Hazard.fields(&play.rules);
        assert_eq!(asked.first().map(String::as_str), Some("subject"), "{name}");
        let card = asked[1..].iter().map(|field| (field.clone(), some_value(&play.rules, field))).collect();
        let found = TicketCommand::FoundHazard { ticket: order, subject: "旧管".into(), card };
        let Ok(command::Made::Ticket(id)) = play.by("wang", found) else { panic!("{name}: {asked:?}") };
        assert_eq!(play.ticket(id).stage, "reinspected", "{name}");
    }
}

/// Any emergency, filled with whatever its screens demand until somebody is there.
fn emergency_on_site(play: &mut Play) -> TicketId {
    let asks = &play.rules.kind(RequestType::Emergency).form;
    let card: Vec<(String, String)> =
        asks.iter().map(|used| (used.field.clone(), some_value(&play.rules, &used.field))).collect();
    let card: Vec<(&str, &str)> = card.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
    let id = play.open(fields(RequestType::Emergency, "险情"), &card);
    while play.ticket(id).stage != "carried_out" {
        let stage = play.ticket(id).stage.clone();
        let asks = &play.rules.kind(RequestType::Emergency).stage(&stage).unwrap().fields;
        let must = asks.iter().filter(|used| used.need == ringdesk::domain::rulebook::Need::Always);
        let filled: Vec<(String, String)> =
            must.map(|used| (used.field.clone(), some_value(&play.rules, &used.field))).collect();
        let filled: Vec<(&str, &str)> = filled.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
        goes(play, "wang", id, &filled);
    }
    id
}

/// A value that a field of this kind takes.
fn some_value(rules: &Rulebook, field: &str) -> String {
    match &rules.fields[field].kind {
        FieldKind::Choice(choices) => choices[0].id.clone(),
        FieldKind::YesNo => "yes".into(),
        FieldKind::Department => rules.departments.keys().next().unwrap().clone(),
        FieldKind::Person => "department_head".into(),
        FieldKind::Number { .. } => "1".into(),
        FieldKind::Moment => "2026-03-10 12:00".into(),
        _ => "一".into(),
    }
}
