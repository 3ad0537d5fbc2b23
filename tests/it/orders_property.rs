//! Whatever dispatchers and technicians do to orders in whatever order: each has one owner who knows it, rings only for
//! whoever may accept it, runs its acceptance clock while nobody has, and its times are those of its history.

use proptest::prelude::*;
use ringdesk::domain::command::{CrewCommand, TicketCommand};
use ringdesk::domain::rulebook::DISPATCHED;
use ringdesk::domain::ticket::{ClockState, Happened};
use ringdesk::domain::*;

use crate::orders_kit::*;
use crate::play::Play;
use crate::scenario_moves::{TIGHT, fields};

const PEOPLE: [&str; 5] = [ZHAO, QIAN, SUN, "wang", "boss"];

/// What somebody does; numbers are turned into what there is.
#[derive(Clone, Debug)]
enum Op {
    Dispatch(usize, usize, usize),
    Accept(usize, usize),
    Step(usize, usize, usize),
    Object(usize, usize),
    Review(usize, usize, bool, usize),
    Duty(usize, bool),
    Hazard(usize, usize),
    Wait(i64),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let (ticket, who, to) = (0..3usize, 0..5usize, 0..7usize);
    let one = prop_oneof![
        4 => (ticket.clone(), 3..5usize, to.clone()).prop_map(|(t, w, to)| Op::Dispatch(t, w, to)),
        5 => (ticket.clone(), who.clone()).prop_map(|(t, w)| Op::Accept(t, w)),
        8 => (ticket.clone(), who.clone(), 0..6usize).prop_map(|(t, w, how)| Op::Step(t, w, how)),
        1 => (ticket.clone(), who.clone()).prop_map(|(t, w)| Op::Object(t, w)),
        1 => (ticket.clone(), 3..5usize, any::<bool>(), to).prop_map(|(t, w, up, to)| Op::Review(t, w, up, to)),
        1 => (who.clone(), any::<bool>()).prop_map(|(w, on)| Op::Duty(w, on)),
        1 => (ticket, who).prop_map(|(t, w)| Op::Hazard(t, w)),
        3 => (1..40i64).prop_map(Op::Wait),
    ];
    proptest::collection::vec(one, 1..70)
}

fn owner(to: usize) -> Owner {
    match to {
        0..3 => person(PEOPLE[to]),
        3 => team("safety"),
        _ => team("repair"),
    }
}

/// What a screen may be filled with.
fn filled(how: usize, stage: &str) -> Vec<(&'static str, &'static str)> {
    match (stage, how) {
        ("registered", 0) => vec![("department", "repair"), ("done_by", "contractor")],
        ("registered", _) => vec![("department", "safety")],
        (DISPATCHED, _) => vec![("responsible", "钱师傅")],
        ("carried_out", 0) => vec![("progress", "parts"), ("waiting_for", "阀")],
        ("carried_out", 1) => vec![("progress", "contractor")],
        ("carried_out", _) => TIGHT.to_vec(),
        ("contractor", 0..3) => vec![("approval", "approved"), ("contractor_name", "安顺")],
        ("contractor", _) => vec![("approval", "rejected"), ("approver_opinion", "自己做")],
        ("followed_up", 0..4) => {
            vec![("outcome", "还不行"), ("told_how", "phone"), ("satisfaction", "dissatisfied")]
        }
        ("followed_up", _) => vec![("outcome", "好了"), ("told_how", "phone"), ("satisfaction", "satisfied")],
        _ => Vec::new(),
    }
}

fn does(play: &mut Play, ids: &[TicketId], op: &Op) {
    match op {
        Op::Dispatch(ticket, who, to) => drop(play.by(PEOPLE[*who], sent(ids[*ticket], owner(*to)))),
        Op::Accept(ticket, who) => {
            let before = play.ticket(ids[*ticket]).clone();
            let accepted = play.by(PEOPLE[*who], TicketCommand::Accept(ids[*ticket])).is_ok();
            if accepted {
                assert_eq!(before.stage, DISPATCHED);
                assert_eq!(play.ticket(ids[*ticket]).owner, person(PEOPLE[*who]));
                assert_eq!(play.ticket(ids[*ticket]).hand_overs, before.hand_overs);
            }
        }
        Op::Step(ticket, who, how) => {
            let (id, who) = (ids[*ticket], PEOPLE[*who]);
            let before = play.ticket(id).clone();
            let done = play.advance(who, id, &filled(*how, &before.stage)).is_ok();
            if done && [ZHAO, QIAN, SUN].contains(&who) {
                assert_eq!(before.owner, person(who), "a technician's step on another's order");
                assert!(before.times.iter().any(|(stage, _)| stage == "accepted" || stage == "en_route"));
            }
        }
        Op::Object(ticket, who) => {
            drop(play.by(PEOPLE[*who], TicketCommand::Object { ticket: ids[*ticket], why: "不归我".into() }));
        }
        Op::Review(ticket, who, upheld, to) => {
            let to = (*to > 1).then(|| owner(*to));
            let review = TicketCommand::Review { ticket: ids[*ticket], upheld: *upheld, to, why: "看过".into() };
            drop(play.by(PEOPLE[*who], review));
        }
        Op::Duty(who, on) => {
            let command = if *on { CrewCommand::OnDuty } else { CrewCommand::OffDuty };
            drop(play.asked(PEOPLE[*who], &Command::Crew(command)));
        }
        Op::Hazard(ticket, who) => {
            let card = [
                ("hazard_grade", "slight"),
                ("conclusion", "旧"),
                ("notice_number", "1"),
                ("deadline", "2026-05-01 10:00"),
                ("acknowledged", "yes"),
            ];
            let card = card.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect();
            let found = TicketCommand::FoundHazard { ticket: ids[*ticket], subject: "旧管".into(), card };
            let before = play.state.tickets.len();
            let made = play.by(PEOPLE[*who], found).is_ok();
            assert_eq!(play.state.tickets.len(), before + usize::from(made));
        }
        Op::Wait(minutes) => {
            let to = crate::play::local(play.now.plus(minutes * 60_000));
            play.until(&to);
        }
    }
}

fn holds(play: &Play, id: TicketId) {
    let ticket = play.ticket(id);
    let sent = ticket.stage == DISPATCHED;
    // One clock of acceptance, exactly while nobody has accepted.
    let accepts: Vec<_> = ticket.clocks.iter().filter(|clock| clock.id == "accept" && clock.is_open()).collect();
    assert_eq!(accepts.len(), usize::from(sent), "{:?}", ticket.stage);
    assert!(accepts.iter().all(|clock| clock.started_at == ticket.entered_at && clock.state == ClockState::Running));
    // It rings for whoever may accept it, and for nobody else.
    let ringing: Vec<&Notice> = play.state.notices.values().filter(|n| n.what.key == "order.notice_sent").collect();
    let ringing: Vec<_> = ringing.into_iter().filter(|notice| notice.ticket == Some(id)).collect();
    let to = match &ticket.owner {
        Owner::Staff(staff) => Addressee::Staff(staff.clone()),
        Owner::Department(department) => Addressee::Department(department.clone()),
    };
    assert_eq!(!ringing.is_empty(), sent, "{} {ringing:?}", ticket.stage);
    assert!(ringing.iter().all(|notice| notice.to == to && notice.rings), "{to:?} {ringing:?}");
    // The times are those of the history, in order, and end where it stands.
    let lines = play.lines.iter().filter(|line| line.ticket == id);
    let moved = lines.clone().filter_map(|line| match &line.what {
        Happened::Registered(_) => Some((1, "registered".to_owned(), line.at)),
        Happened::Moved { to, round, .. } => Some((*round, to.clone(), line.at)),
        _ => None,
    });
    let moved: Vec<_> = moved.filter(|(round, ..)| *round == ticket.round).map(|(_, to, at)| (to, at)).collect();
    assert_eq!(ticket.times, moved);
    assert_eq!(ticket.times.last(), Some(&(ticket.stage.clone(), ticket.entered_at)));
    // Every hand-over is in the history, and no other.
    let hands = lines.filter(|line| match &line.what {
        Happened::Assigned { .. } => true,
        Happened::Dispatched { from, to, .. } => from != to,
        _ => false,
    });
    assert_eq!(hands.count(), ticket.hand_overs as usize);
    // Finished, all of the tightness test is there.
    if ["finished", "followed_up"].contains(&ticket.stage.as_str()) {
        let test = ["pressure_kpa", "minutes", "drop", "done_what"];
        assert!(test.iter().all(|field| !ticket.value(field).is_empty()) && ticket.value("verdict") == "tight");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn orders_stay_in_order(ops in ops()) {
        let mut play = gas("2026-03-03 10:00");
        play.staff.iter_mut().filter(|one| one.id.0 == "boss").for_each(|one| one.name = "班长".into());
        let ids: Vec<TicketId> = (0..3)
            .map(|_| play.open(fields(RequestType::Repair, "灶具打不着"), &[]))
            .collect();
        for op in &ops {
            does(&mut play, &ids, op);
            ids.iter().for_each(|id| holds(&play, *id));
        }
    }
}
