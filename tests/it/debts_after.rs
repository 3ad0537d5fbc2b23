//! After the talk: a sheet for what speaking settled, a stranger who answered, a visit that was signed; and lines that go on
//! for years (R-CB-2, R-CB-4, R-CB-5, R-CB-8, R-CB-10).

use ringdesk::domain::call::{Direction, Outcome};
use ringdesk::domain::callback::CallbackReason;
use ringdesk::domain::command::{CallbackCommand as C, TicketCommand, VisitCommand};
use ringdesk::domain::ticket::FieldChange;
use ringdesk::domain::*;

use crate::play::{Play, answered, local};

const ZHANG: &str = "13800000001";
const MINUTE: i64 = 60_000;

fn play() -> Play {
    Play::new("property", "2026-03-02 10:00")
}

fn lost(play: &mut Play, number: &str) -> CallId {
    let call = answered(number, play.now);
    play.call(Call { direction: Direction::Inbound, outcome: Outcome::Abandoned, answered_at: None, ..call })
}

fn comes_in(play: &mut Play, number: &str) -> CallId {
    let call = answered(number, play.now);
    play.call(Call { direction: Direction::Inbound, ..call })
}

fn asks(play: &mut Play, who: &str, command: C) -> Result<Made, String> {
    play.asked(who, &Command::Callback(command)).map_err(|why| why.key)
}

fn report(callback: CallbackId, call: Option<CallId>, reach: Reach, said: &str, next: Next) -> C {
    C::Report { callback, debt: None, call, reach, satisfaction: String::new(), said: said.into(), next }
}

fn wait(play: &mut Play, minutes: i64) {
    play.now = play.now.plus(minutes * MINUTE);
}

/// A lost call, and the call from the desk that was answered and settled it.
fn settled(play: &mut Play) -> (CallbackId, CallId) {
    lost(play, ZHANG);
    let id = *play.state.callbacks.keys().last().unwrap();
    wait(play, 6);
    let call = play.calls(ZHANG);
    assert!(play.state.callbacks.is_empty(), "speaking settles");
    (id, call)
}

// ── the stranger who answered ──

#[test]
fn a_stranger_who_answered_takes_the_settlement_back() {
    let mut play = play();
    let (id, call) = settled(&mut play);
    wait(&mut play, 2);
    asks(&mut play, "wang", report(id, Some(call), Reach::WrongNumber, "打错了", Next::Settled)).unwrap();
    let line = &play.state.callbacks[&id];
    assert_eq!((line.end.clone(), line.ended_at), (None, None));
    assert!(line.debts[0].is_open() && line.debts[0].sheets[0].said == "打错了", "{line:#?}");
    assert_eq!(line.with.as_deref(), Some("supervisor"), "a wrong number goes up at once");
    assert!(play.notices.iter().any(|notice| notice.rings && notice.callback == Some(id)));
    let again = asks(&mut play, "wang", report(id, Some(call), Reach::WrongNumber, "打错了", Next::Settled));
    assert!(again.is_ok(), "said again it stays so");
    assert_eq!(play.state.callbacks[&id].tries, 1);
    let other = play.calls(ZHANG);
    assert_eq!(play.callbacks[&id].end, Some(CallbackEnd::Reached(other)), "another call settles it");
}

#[test]
fn an_answering_machine_is_tried_again_by_the_plan() {
    let mut play = play();
    let (id, _) = settled(&mut play);
    // The call is not even named: it is the last that settled something there.
    asks(&mut play, "wang", report(id, None, Reach::NotReached, "录音", Next::Settled)).unwrap();
    let line = &play.state.callbacks[&id];
    let wait = play.rules.attempts.waits_ms[0];
    assert_eq!((line.tries, line.due_at, line.with.clone()), (1, play.now.plus(wait), None));
}

#[test]
fn who_called_since_is_not_owed_again() {
    let mut play = play();
    let (id, call) = settled(&mut play);
    wait(&mut play, 5);
    let again = comes_in(&mut play, ZHANG);
    asks(&mut play, "wang", report(id, Some(call), Reach::NotReached, "总机", Next::Settled)).unwrap();
    assert!(play.state.callbacks.is_empty());
    assert_eq!(play.callbacks[&id].end, Some(CallbackEnd::CalledAgain(again)));
}

#[test]
fn a_line_taken_back_and_a_newer_one_are_one() {
    let mut play = play();
    let (id, call) = settled(&mut play);
    wait(&mut play, 5);
    lost(&mut play, ZHANG);
    let newer = *play.state.callbacks.keys().next().unwrap();
    assert!(newer > id);
    asks(&mut play, "wang", report(id, Some(call), Reach::WrongNumber, "打错了", Next::Settled)).unwrap();
    assert_eq!(play.state.callbacks.keys().copied().collect::<Vec<_>>(), [id]);
    assert_eq!(play.state.callbacks[&id].owed().len(), 2);
    assert_eq!(play.callbacks[&newer].end, Some(CallbackEnd::Joined(id)));
}

#[test]
fn it_can_be_said_within_the_hour_and_of_calls_from_the_desk() {
    let mut play = play();
    let (id, call) = settled(&mut play);
    wait(&mut play, 60);
    let late = asks(&mut play, "wang", report(id, Some(call), Reach::WrongNumber, "打错了", Next::Settled));
    assert_eq!(late, Err("refused.callback_settled".into()));
    let mut play = self::play();
    lost(&mut play, ZHANG);
    let id = *play.state.callbacks.keys().next().unwrap();
    let call = comes_in(&mut play, ZHANG);
    let called = asks(&mut play, "wang", report(id, Some(call), Reach::WrongNumber, "打错了", Next::Settled));
    assert_eq!(called, Err("refused.callback_settled".into()));
    assert!(play.state.callbacks.is_empty());
}

// ── the sheet of a talk that settled all there was ──

#[test]
fn what_was_said_in_a_talk_that_settled_the_line_is_kept() {
    let mut play = play();
    let (id, call) = settled(&mut play);
    wait(&mut play, 2);
    let before = play.callbacks[&id].clone();
    asks(&mut play, "wang", report(id, Some(call), Reach::Reached, "问停水到几点", Next::Settled)).unwrap();
    assert!(play.state.callbacks.is_empty());
    let line = &play.callbacks[&id];
    assert_eq!((&line.end, line.ended_at), (&before.end, before.ended_at));
    let sheet = &line.debts[0].sheets[0];
    assert_eq!((sheet.call, sheet.said.as_str(), sheet.by.0.as_str()), (Some(call), "问停水到几点", "wang"));
    // A time that was agreed as well is owed on the person's next line.
    let due = play.now.plus(90 * MINUTE);
    asks(&mut play, "wang", report(id, Some(call), Reach::Reached, "再打一次", Next::Agreed(due))).unwrap();
    assert_eq!(play.callbacks[&id].debts[0].sheets.len(), 2);
    let next = play.state.callbacks.values().next().unwrap();
    assert!(next.id > id && next.reason() == CallbackReason::Agreed && next.due_at == due);
}

#[test]
fn where_more_is_owed_the_sheet_is_on_what_the_talk_settled() {
    let mut play = play();
    let ticket = followed_up(&mut play);
    lost(&mut play, ZHANG);
    let id = *play.state.callbacks.keys().next().unwrap();
    let call = play.calls(ZHANG);
    let owed: Vec<CallbackReason> = play.state.callbacks[&id].owed().iter().map(|debt| debt.reason).collect();
    assert_eq!(owed, [CallbackReason::Revisit]);
    for debt in [None, Some(play.state.callbacks[&id].debts.last().unwrap().number)] {
        let said = C::Report {
            callback: id,
            debt,
            call: Some(call),
            reach: Reach::Reached,
            satisfaction: String::new(),
            said: "知道了".into(),
            next: Next::Settled,
        };
        asks(&mut play, "wang", said).unwrap();
    }
    let line = &play.state.callbacks[&id];
    let sheets: Vec<usize> = line.debts.iter().map(|debt| debt.sheets.len()).collect();
    assert_eq!((line.debts[0].ticket, sheets), (Some(ticket), vec![0, 2]), "{line:#?}");
    // A stranger's word takes back what is settled by speaking, and proves nothing for the ticket.
    asks(&mut play, "wang", report(id, Some(call), Reach::WrongNumber, "打错了", Next::Settled)).unwrap();
    assert_eq!(play.state.callbacks[&id].owed().len(), 2);
    let refused = claims(&mut play, ticket, &[("outcome", "已清理"), ("told_how", "phone"), ("satisfaction", "fair")]);
    assert_eq!(refused, Err("debt.no_revisit".into()));
}

// ── visits and samples ──

fn fields() -> TicketFields {
    TicketFields {
        kind: RequestType::Complaint,
        subject: "楼道脏".into(),
        name: "张三".into(),
        phone: ZHANG.into(),
        ..TicketFields::default()
    }
}

fn followed_up(play: &mut Play) -> TicketId {
    type Screen = (&'static str, &'static [(&'static str, &'static str)]);
    let id = play.open(fields(), &[]);
    let screens: [Screen; 7] = [
        ("wang", &[("channel", "phone"), ("against", "保洁"), ("gravity", "important")]),
        ("service_manager", &[("validity", "valid")]),
        ("service_manager", &[("department", "cleaning"), ("responsible", "department_head")]),
        ("department_head", &[("cause", "漏扫"), ("course", "三天没扫"), ("conclusion", "属实")]),
        ("department_head", &[("remedy", "补扫"), ("prevention", "每日检查")]),
        ("director", &[("approval", "approved")]),
        ("department_head", &[("done_what", "已清理")]),
    ];
    for (who, filled) in screens {
        play.advance(who, id, filled).unwrap_or_else(|why| panic!("{who}: {why}"));
    }
    assert_eq!(play.ticket(id).stage, "followed_up");
    id
}

fn claims(play: &mut Play, id: TicketId, filled: &[(&str, &str)]) -> Result<Made, String> {
    let ticket = play.ticket(id);
    let change = |(field, to): &(&str, &str)| FieldChange {
        field: (*field).into(),
        from: ticket.value(field).into(),
        to: (*to).into(),
    };
    let (from, changes) = (ticket.stage.clone(), filled.iter().map(change).collect());
    play.by("wang", TicketCommand::Advance { ticket: id, from, changes })
}

fn visit(play: &mut Play, tickets: Vec<TicketId>, signature: &str) {
    let phones = vec![ZHANG.to_owned()];
    let file = Customer { id: CustomerId(0), name: "张三".into(), phones, ..Customer::default() };
    if play.state.customers.is_empty() {
        play.asked("wang", &Command::Customer(Box::new(file))).unwrap();
    }
    let customer = *play.state.customers.keys().next().unwrap();
    let (at, words, signature) = (play.now, "都好".to_owned(), signature.to_owned());
    let record = VisitCommand::Record { customer, at, words, signature, tickets };
    play.asked("wang", &Command::Visit(record)).unwrap();
}

#[test]
fn what_a_signed_visit_followed_up_is_owed_no_call_and_is_filed_by_its_screen() {
    let mut play = play();
    let ticket = followed_up(&mut play);
    let id = *play.state.callbacks.keys().next().unwrap();
    visit(&mut play, vec![ticket], "");
    assert!(play.state.callbacks[&id].is_about(ticket), "without a signature nothing is settled");
    wait(&mut play, 1);
    visit(&mut play, vec![ticket], "S-1");
    assert!(matches!(play.callbacks[&id].end, Some(CallbackEnd::Visited(_))));
    let owes = |play: &Play| play.state.callbacks.values().any(|line| line.is_about(ticket));
    assert!(!owes(&play));
    // Whatever touches the ticket in that stage owes no call again.
    play.asked("wang", &Command::Ticket(TicketCommand::Note { ticket, text: "已签字".into() })).unwrap();
    play.give(&Actor::Desk, &Command::Ticket(TicketCommand::Recompute(ticket))).unwrap();
    let changes = vec![FieldChange { field: "phone".into(), from: ZHANG.into(), to: "138 0000 0001".into() }];
    play.by("wang", TicketCommand::Edit { ticket, changes, seal: None }).unwrap();
    wait(&mut play, 3 * 24 * 60);
    play.give(&Actor::Desk, &Command::Ticket(TicketCommand::Recompute(ticket))).unwrap();
    assert!(!owes(&play));
    let unsigned = claims(&mut play, ticket, &[("outcome", "已清理"), ("told_how", "visit")]);
    assert!(unsigned.is_err(), "the screen asks for the signature");
    let screen = [("outcome", "已清理"), ("told_how", "visit"), ("signature", "S-1"), ("satisfaction", "satisfied")];
    claims(&mut play, ticket, &screen).unwrap();
    assert_eq!(play.ticket(ticket).stage, "filed");
    assert!(play.state.callbacks.is_empty());
}

#[test]
fn the_next_round_of_a_visited_ticket_is_owed_its_own_call() {
    let mut play = play();
    let ticket = followed_up(&mut play);
    visit(&mut play, vec![ticket], "S-1");
    wait(&mut play, 1);
    let screen =
        [("outcome", "没扫干净"), ("told_how", "visit"), ("signature", "S-1"), ("satisfaction", "dissatisfied")];
    claims(&mut play, ticket, &screen).unwrap();
    let again = play.ticket(ticket);
    assert!(again.stage != "followed_up" && again.stage != "filed", "{}", again.stage);
    for _ in 0..9 {
        if play.ticket(ticket).stage == "followed_up" {
            break;
        }
        let stage = play.ticket(ticket).stage.clone();
        wait(&mut play, 1);
        let (who, filled): (&str, &[(&str, &str)]) = match stage.as_str() {
            "judged" => ("service_manager", &[("validity", "valid")]),
            "dispatched" => ("service_manager", &[("department", "cleaning"), ("responsible", "department_head")]),
            "investigated" => ("department_head", &[("cause", "漏扫"), ("course", "又没扫"), ("conclusion", "属实")]),
            "proposed" => ("department_head", &[("remedy", "补扫"), ("prevention", "抽查")]),
            "approved" => ("director", &[("approval", "approved")]),
            _ => ("department_head", &[("done_what", "又清理了")]),
        };
        play.advance(who, ticket, filled).unwrap_or_else(|why| panic!("{stage}: {why}"));
    }
    let line = play.state.callbacks.values().find(|line| line.is_about(ticket)).unwrap();
    assert_eq!(local(line.made_at), local(play.ticket(ticket).entered_at));
}

#[test]
fn a_sample_outlives_its_ticket() {
    let mut play = play();
    let ticket = followed_up(&mut play);
    let id = *play.state.callbacks.keys().next().unwrap();
    let mut line = play.state.callbacks[&id].clone();
    let (reason, due_at) = (CallbackReason::Sample, play.now.plus(24 * 60 * MINUTE));
    line.add(Debt { reason, ticket: Some(ticket), draw: Some(DrawId(1)), due_at, ..Debt::default() });
    play.state.fold(&Event::Callback(Box::new(line)));
    play.advance("wang", ticket, &[("outcome", "已清理"), ("told_how", "phone"), ("satisfaction", "satisfied")])
        .unwrap();
    assert_eq!(play.ticket(ticket).stage, "filed");
    play.calls(ZHANG);
    lost(&mut play, ZHANG);
    comes_in(&mut play, ZHANG);
    let owed: Vec<CallbackReason> = play.state.callbacks[&id].owed().iter().map(|debt| debt.reason).collect();
    assert_eq!(owed, [CallbackReason::Sample]);
}

// ── lines that go on for years ──

/// How large a line is in an entry.
fn bytes(line: &Callback) -> usize {
    serde_json::to_vec(line).unwrap().len()
}

#[test]
fn a_line_of_five_hundred_settled_debts_and_tries_stays_small_and_loses_none() {
    let mut play = play();
    followed_up(&mut play);
    let id = *play.state.callbacks.keys().next().unwrap();
    let (mut calls, mut largest) = (Vec::new(), 0);
    for turn in 0..500 {
        wait(&mut play, 97);
        if play.state.callbacks[&id].with.is_some() {
            let (due_at, reason) = (play.now, "再打".to_owned());
            asks(&mut play, "boss", C::PutBack { callback: id, due_at, number: None, reason }).unwrap();
        }
        if turn % 2 == 0 {
            calls.push(lost(&mut play, ZHANG));
            wait(&mut play, 3);
            comes_in(&mut play, ZHANG);
        } else {
            asks(&mut play, "wang", report(id, None, Reach::NotReached, "", Next::Settled)).unwrap();
        }
        let line = &play.state.callbacks[&id];
        assert!(line.debts.len() <= 62 && line.attempts.len() <= 60, "{} {}", line.debts.len(), line.attempts.len());
        let numbers: std::collections::BTreeSet<u32> = line.debts.iter().map(|debt| debt.number).collect();
        assert_eq!(numbers.len(), line.debts.len());
        let plain = Callback {
            debts: line.debts.iter().map(|d| Debt { sheets: vec![], ..d.clone() }).collect(),
            ..line.clone()
        };
        largest = largest.max(bytes(&plain));
    }
    assert!(largest < 24_000, "{largest}");
    for call in calls {
        let debts = play.callbacks.values().flat_map(|line| &line.debts);
        assert_eq!(debts.filter(|debt| debt.calls.contains(&call)).count(), 1, "{call:?}");
    }
    let tries: usize = play.callbacks.values().map(|line| line.attempts.len()).sum();
    assert_eq!(tries, 250);
    for line in play.callbacks.values().filter(|line| line.id != id) {
        assert!(line.ended_at.is_some() && line.taken_by.is_none() && line.has_key(ZHANG), "{line:#?}");
    }
}

#[test]
fn whoever_calls_a_hundred_times_unanswered_is_owed_all_of_it_in_one_small_line() {
    let mut play = play();
    let calls: Vec<CallId> = (0..100).map(|_| lost(&mut play, ZHANG)).collect();
    let line = play.state.callbacks.values().next().unwrap();
    assert_eq!((play.state.callbacks.len(), line.debts.len()), (1, 20));
    assert!(calls.iter().all(|call| line.debts.iter().any(|debt| debt.calls.contains(call))));
    wait(&mut play, 1);
    play.calls(ZHANG);
    assert!(play.state.callbacks.is_empty());
}
