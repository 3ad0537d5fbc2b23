//! What is owed to people, rule by rule, each with what must come of it written by hand (R-CALL-5, R-CB-1…10, R-REQ-1, R-REQ-7).

use ringdesk::domain::call::{Direction, Outcome, Party};
use ringdesk::domain::command::{CallbackCommand as C, TicketCommand};
use ringdesk::domain::ticket::{FieldChange, Seal, TellHow};
use ringdesk::domain::*;
use ringdesk::text::Language;

use crate::play::{Play, answered, at, local};

const ZHANG: &str = "13800000001";
const HOME: &str = "0571-88880002";
const MINUTE: i64 = 60_000;

fn play() -> Play {
    Play::new("property", "2026-03-02 10:00")
}

fn wang() -> Actor {
    Actor::Staff(StaffId("wang".into()))
}

/// What a callback command comes to; the refusal's key where it is refused.
fn asks(play: &mut Play, who: &str, command: C) -> Result<Made, String> {
    let actor = Actor::Staff(StaffId(who.into()));
    let done = play.give(&actor, &Command::Callback(command));
    if let Err(why) = &done {
        for language in Language::ALL {
            let words = why.words(language);
            assert!(words != why.key && !words.contains('{'), "{words}");
        }
    }
    done.map(|decision| decision.made).map_err(|why| why.key)
}

/// A caller hangs up unanswered, now.
fn lost(play: &mut Play, number: &str) -> CallId {
    let call = answered(number, play.now);
    play.call(Call { direction: Direction::Inbound, outcome: Outcome::Abandoned, answered_at: None, ..call })
}

/// A caller is answered, now.
fn comes_in(play: &mut Play, number: &str) -> CallId {
    let call = answered(number, play.now);
    play.call(Call { direction: Direction::Inbound, ..call })
}

fn file(play: &mut Play, id: u64, phones: &[&str], grade: Grade) {
    let phones = phones.iter().map(|phone| (*phone).to_owned()).collect();
    let file = Customer { id: CustomerId(id), name: "张三".into(), phones, grade, ..Customer::default() };
    play.give(&wang(), &Command::Customer(Box::new(file))).unwrap();
}

/// The one open line; and that there is but one.
fn line(play: &Play) -> &Callback {
    let open: Vec<&Callback> = play.state.callbacks.values().collect();
    assert_eq!(open.len(), 1, "{open:#?}");
    open[0]
}

/// What is owed on a line: `revisit 2026-03-03 10:00`.
fn owes(line: &Callback) -> Vec<String> {
    line.owed().iter().map(|debt| format!("{} {}", debt.reason.code(), local(debt.due_at))).collect()
}

fn fields(phone: &str) -> TicketFields {
    TicketFields {
        kind: RequestType::Complaint,
        subject: "楼道脏".into(),
        name: "张三".into(),
        phone: phone.into(),
        ..TicketFields::default()
    }
}

/// Every screen of a complaint up to its follow-up; from where it stands.
fn carry_out(play: &mut Play, id: TicketId) {
    type Screen = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
    let screens: [Screen; 7] = [
        ("registered", "wang", &[("channel", "phone"), ("against", "保洁"), ("gravity", "important")]),
        ("judged", "service_manager", &[("validity", "valid")]),
        ("dispatched", "service_manager", &[("department", "cleaning"), ("responsible", "department_head")]),
        ("investigated", "department_head", &[("cause", "漏扫"), ("course", "三天没扫"), ("conclusion", "属实")]),
        ("proposed", "department_head", &[("remedy", "补扫"), ("prevention", "每日检查")]),
        ("approved", "director", &[("approval", "approved")]),
        ("carried_out", "department_head", &[("done_what", "已清理")]),
    ];
    for (stage, who, filled) in screens {
        if play.ticket(id).stage == stage {
            play.advance(who, id, filled).unwrap_or_else(|why| panic!("{who} at {stage}: {why}"));
        }
    }
    assert_eq!(play.ticket(id).stage, "followed_up");
}

fn followed_up(play: &mut Play, phone: &str, card: &[(&str, &str)]) -> TicketId {
    let id = play.open(fields(phone), card);
    carry_out(play, id);
    id
}

/// A report on the first debt of the one open line.
fn sheet(play: &Play, reach: Reach, satisfaction: &str, said: &str, next: Next) -> C {
    let line = line(play);
    C::Report {
        callback: line.id,
        debt: line.owed().first().map(|debt| debt.number),
        call: None,
        reach,
        satisfaction: satisfaction.into(),
        said: said.into(),
        next,
    }
}

/// Fills the follow-up's screen without calling first.
fn claims(play: &mut Play, who: &str, id: TicketId, filled: &[(&str, &str)]) -> Result<Made, String> {
    let ticket = play.ticket(id);
    let change = |(field, to): &(&str, &str)| FieldChange {
        field: (*field).into(),
        from: ticket.value(field).into(),
        to: (*to).into(),
    };
    let (from, changes) = (ticket.stage.clone(), filled.iter().map(change).collect());
    play.by(who, TicketCommand::Advance { ticket: id, from, changes })
}

const BY_PHONE: &[(&str, &str)] = &[("outcome", "已清理"), ("told_how", "phone"), ("satisfaction", "satisfied")];

// ── R-CALL-5, R-CB-9: lost calls ──

#[test]
fn lost_calls_of_one_person_are_one_line_and_the_next_answered_call_settles_all() {
    let mut play = play();
    let first = lost(&mut play, "+86 138-0000-0001");
    play.until("2026-03-02 10:03");
    let second = lost(&mut play, ZHANG);
    assert_eq!(owes(line(&play)), ["abandoned 2026-03-02 10:05", "abandoned 2026-03-02 10:08"]);
    assert_eq!(local(line(&play).due_at), "2026-03-02 10:05");
    let id = line(&play).id;
    play.until("2026-03-02 10:04");
    let call = comes_in(&mut play, "０１３８０００００００１");
    assert!(play.state.callbacks.is_empty());
    let settled = &play.callbacks[&id];
    let end = Some((play.now, CallbackEnd::CalledAgain(call)));
    assert!(settled.debts.iter().all(|debt| debt.end == end), "{settled:#?}");
    assert_eq!(settled.debts.iter().map(|debt| debt.calls.clone()).collect::<Vec<_>>(), [[first], [second]]);
    assert_eq!((settled.ended_at, settled.end.clone()), (Some(play.now), end.map(|(_, end)| end)));
}

#[test]
fn the_desk_reaches_them_too_and_a_call_that_nobody_answers_settles_nothing() {
    let mut play = play();
    lost(&mut play, ZHANG);
    let call = answered(ZHANG, play.now);
    play.call(Call { answered_at: None, outcome: Outcome::NotReached, ..call.clone() });
    let withheld = Party { withheld: true, ..call.party.clone() };
    play.call(Call { party: withheld, ..call.clone() });
    play.call(Call { direction: Direction::Internal, ..call });
    comes_in(&mut play, HOME);
    assert_eq!(owes(line(&play)), ["abandoned 2026-03-02 10:05"]);
    let id = line(&play).id;
    let call = play.calls(ZHANG);
    assert_eq!(play.callbacks[&id].end, Some(CallbackEnd::Reached(call)));
}

#[test]
fn a_call_from_before_settles_nothing_and_a_lost_one_told_late_calls_nobody_again() {
    let mut play = play();
    lost(&mut play, ZHANG);
    let early = answered(ZHANG, play.now.plus(-MINUTE));
    play.call(Call { direction: Direction::Inbound, ..early });
    assert_eq!(owes(line(&play)).len(), 1);
    play.until("2026-03-02 10:02");
    comes_in(&mut play, ZHANG);
    let late = answered(ZHANG, play.now.plus(-MINUTE));
    let late = Call { direction: Direction::Inbound, outcome: Outcome::Abandoned, answered_at: None, ..late };
    play.call(late);
    assert!(play.state.callbacks.is_empty());
}

#[test]
fn a_file_with_both_numbers_makes_two_lines_one() {
    let mut play = play();
    lost(&mut play, ZHANG);
    let (older, first) = (line(&play).id, play.now);
    play.until("2026-03-02 10:01");
    lost(&mut play, HOME);
    assert_eq!(play.state.callbacks.len(), 2);
    let newer = *play.state.callbacks.keys().last().unwrap();
    file(&mut play, 0, &[ZHANG, "0571 8888 0002"], Grade::First);
    let one = line(&play);
    assert_eq!((one.id, one.made_at, one.customer, one.grade), (older, first, Some(CustomerId(1)), Grade::First));
    assert_eq!(owes(one), ["abandoned 2026-03-02 10:05", "abandoned 2026-03-02 10:06"]);
    let gone = &play.callbacks[&newer];
    assert_eq!((gone.end.clone(), gone.ended_at), (Some(CallbackEnd::Joined(older)), Some(play.now)));
    assert_eq!(gone.debts[0].end, Some((play.now, CallbackEnd::Joined(older))));
    let call = comes_in(&mut play, HOME);
    assert!(
        play.callbacks[&older]
            .debts
            .iter()
            .all(|debt| matches!(&debt.end, Some((_, CallbackEnd::CalledAgain(id))) if *id == call))
    );
    // A number of the file that never called finds the same line from the first moment on.
    play.until("2026-03-02 10:02");
    lost(&mut play, HOME);
    lost(&mut play, ZHANG);
    assert_eq!(line(&play).owed().len(), 2);
    assert!(line(&play).owed().iter().all(|debt| debt.gravity == Gravity::Important));
}

// ── R-CB-1, R-REQ-1: what tickets owe ──

#[test]
fn what_was_carried_out_owes_a_revisit_and_its_call_settles_it() {
    let mut play = play();
    let id = followed_up(&mut play, ZHANG, &[]);
    let one = line(&play);
    let due = local(play.clock(id, "replied").due.at);
    assert_eq!(owes(one), [format!("revisit {due}")], "the clock that runs until the outcome is told");
    assert_eq!((one.gravity(), one.debts[0].ticket, one.name.as_str()), (Gravity::Important, Some(id), "张三"));
    let line_id = one.id;
    play.until("2026-03-02 11:00");
    let call = play.calls(ZHANG);
    assert_eq!(owes(line(&play)), [format!("revisit {due}")], "spoken to, and nothing written yet");
    claims(&mut play, "wang", id, BY_PHONE).unwrap();
    assert_eq!(play.ticket(id).stage, "filed");
    assert_eq!(play.ticket(id).told.last().unwrap().call, Some(call));
    let settled = &play.callbacks[&line_id];
    assert_eq!((settled.end.clone(), settled.ended_at), (Some(CallbackEnd::Reached(call)), Some(play.now)));
    assert!(play.state.callbacks.is_empty());
}

#[test]
fn the_answer_is_owed_where_the_outcome_is_told_and_told_otherwise_lapses() {
    let mut play = play();
    let enquiry = TicketFields { kind: RequestType::Enquiry, ..fields(ZHANG) };
    let id = play.open(enquiry, &[]);
    assert!(play.state.callbacks.is_empty(), "registered: whoever asks is on the line");
    let department = play.rules.departments.keys().next().unwrap().clone();
    play.advance("wang", id, &[("department", &department)]).unwrap();
    assert_eq!(owes(line(&play)), ["answer 2026-03-03 10:00"]);
    let line_id = line(&play).id;
    // Made another matter, it stands where nobody is told yet.
    let kind = FieldChange { field: "kind".into(), from: "enquiry".into(), to: "complaint".into() };
    play.by("wang", TicketCommand::Edit { ticket: id, changes: vec![kind], seal: None }).unwrap();
    let ticket = play.ticket(id).clone();
    if ticket.stage == "answered" {
        assert_eq!(line(&play).owed().len(), 1, "the complaint's stage of that name tells the outcome too");
    } else {
        assert_eq!(play.callbacks[&line_id].end, Some(CallbackEnd::Lapsed));
    }
}

#[test]
fn a_clock_that_presses_for_an_answer_owes_one_until_they_are_told_how_things_stand() {
    let mut play = Play::new("base", "2026-03-02 10:00");
    let id = play.open(fields(ZHANG), &[("channel", "phone")]);
    let due = play.due(id, "answer");
    assert_eq!(due, "2026-03-05 10:00");
    play.until("2026-03-04 19:35");
    assert!(play.state.callbacks.is_empty());
    play.until("2026-03-04 19:36");
    assert_eq!(owes(line(&play)), ["answer 2026-03-05 10:00"]);
    let number = line(&play).id;
    let call = play.calls(ZHANG);
    assert_eq!(owes(line(&play)).len(), 1);
    let report = sheet(&play, Reach::Reached, "", "还在查，周五给答复", Next::Settled);
    assert_eq!(asks(&mut play, "wang", report), Ok(Made::Ticket(id)));
    assert_eq!(play.callbacks[&number].end, Some(CallbackEnd::Reached(call)));
    let told = play.ticket(id).told.last().unwrap().clone();
    assert_eq!((told.what.as_str(), told.call, told.last), ("还在查，周五给答复", Some(call), false));
    assert_eq!(play.ticket(id).stage, "registered");
    // Over time, it presses again.
    play.until("2026-03-05 10:00");
    assert_eq!(owes(line(&play)), ["answer 2026-03-05 10:00"]);
}

#[test]
fn nobody_is_called_about_what_has_nobody_to_call() {
    let mut play = play();
    followed_up(&mut play, "", &[]);
    followed_up(&mut play, ZHANG, &[("anonymous", "yes")]);
    followed_up(&mut play, ZHANG, &[("answer_by", "letter")]);
    assert!(play.state.callbacks.is_empty(), "{:?}", play.state.callbacks);
    let tip = TicketFields { kind: RequestType::TipOff, subject: "私接".into(), ..TicketFields::default() };
    let seal = Some(Seal { nonce: vec![1], text: vec![2] });
    let card = [("tip_kind".to_owned(), "theft".to_owned())].into();
    let opened = play.by("wang", TicketCommand::Open { fields: tip, card, call: None, seal });
    let Ok(Made::Ticket(id)) = opened else { panic!("{opened:?}") };
    let department = play.rules.departments.keys().next().unwrap().clone();
    play.advance("wang", id, &[("department", &department)]).unwrap();
    play.advance("boss", id, &[("verified", "yes"), ("conclusion", "属实"), ("amount", "1")]).unwrap();
    assert_eq!(play.ticket(id).stage, "answered");
    assert!(play.state.callbacks.is_empty());
}

#[test]
fn every_caller_of_a_merged_matter_is_owed_an_answer_of_their_own() {
    let mut play = play();
    let main = play.open(fields(ZHANG), &[]);
    let other = play.open(fields(HOME), &[]);
    let same = play.open(fields(ZHANG), &[]);
    for ticket in [other, same] {
        play.by("wang", TicketCommand::Merge { ticket, into: main }).unwrap();
    }
    assert!(play.state.callbacks.is_empty());
    carry_out(&mut play, main);
    let owed: Vec<(String, Vec<TicketId>)> = play
        .state
        .callbacks
        .values()
        .map(|line| (line.number.clone(), line.owed().iter().filter_map(|debt| debt.ticket).collect()))
        .collect();
    assert_eq!(owed, [(ZHANG.to_owned(), vec![main]), (HOME.to_owned(), vec![other])]);
    let home = play.state.callbacks.values().find(|line| line.number == HOME).unwrap().id;
    let call = play.calls(HOME);
    let report = C::Report {
        callback: home,
        debt: Some(1),
        call: Some(call),
        reach: Reach::Reached,
        satisfaction: String::new(),
        said: "已清理".into(),
        next: Next::Settled,
    };
    asks(&mut play, "wang", report).unwrap();
    assert_eq!(play.callbacks[&home].end, Some(CallbackEnd::Reached(call)));
    assert_eq!(play.ticket(other).told.last().unwrap().call, Some(call));
    play.advance("wang", main, BY_PHONE).unwrap();
    assert!(play.state.tickets.is_empty() && play.state.callbacks.is_empty());
}

#[test]
fn another_number_on_the_ticket_is_another_persons_line() {
    let mut play = play();
    let id = followed_up(&mut play, ZHANG, &[]);
    let first = line(&play).id;
    let change = FieldChange { field: "phone".into(), from: ZHANG.into(), to: "13900000009".into() };
    let with = |play: &mut Play, change: FieldChange| {
        play.by("wang", TicketCommand::Edit { ticket: id, changes: vec![change], seal: None }).unwrap();
    };
    // The file of the intake has the ticket: it is the same person under another number, which is called from now on.
    with(&mut play, change);
    assert_eq!((line(&play).id, line(&play).number.as_str()), (first, "13900000009"));
    assert!(line(&play).has_key(ZHANG) && line(&play).has_key("13900000009"));
    with(&mut play, FieldChange { field: "phone".into(), from: "13900000009".into(), to: String::new() });
    assert_eq!(play.callbacks[&first].end, Some(CallbackEnd::Lapsed), "nobody to call any more");
}

#[test]
fn looking_again_adds_nothing() {
    let mut play = play();
    lost(&mut play, HOME);
    let id = followed_up(&mut play, ZHANG, &[]);
    let again = play.give(&Actor::Desk, &Command::Ticket(TicketCommand::Recompute(id))).unwrap();
    assert!(again.events.is_empty(), "{:?}", again.events);
    // A ticket whose debt is missing gets it.
    let ended = Callback { ended_at: Some(play.now), ..play.state.callbacks[&CallbackId(2)].clone() };
    play.state.fold(&Event::Callback(Box::new(ended)));
    let again = play.give(&Actor::Desk, &Command::Ticket(TicketCommand::Recompute(id))).unwrap();
    assert_eq!(again.events.len(), 1);
    assert_eq!(play.state.callbacks[&CallbackId(3)].owed()[0].ticket, Some(id));
}

// ── R-CB-10: no revisit without its call ──

#[test]
fn a_revisit_by_phone_needs_its_answered_call_from_the_desk() {
    let mut play = play();
    play.calls(ZHANG);
    play.until("2026-03-02 10:01");
    let id = followed_up(&mut play, ZHANG, &[]);
    let no = |play: &mut Play| assert_eq!(claims(play, "wang", id, BY_PHONE), Err("debt.no_revisit".into()));
    no(&mut play);
    play.until("2026-03-02 10:02");
    let call = answered(ZHANG, play.now);
    play.call(Call { answered_at: None, outcome: Outcome::NotReached, ..call.clone() });
    no(&mut play);
    comes_in(&mut play, ZHANG);
    no(&mut play);
    play.calls(HOME);
    no(&mut play);
    play.call(Call { party: Party { withheld: true, ..call.party.clone() }, ..call });
    no(&mut play);
    assert_eq!(
        play.by("boss", TicketCommand::File { ticket: id, outcome: "好".into(), how: TellHow::Phone }),
        Err("life.missing".into())
    );
    assert_eq!(claims(&mut play, "boss", id, BY_PHONE), Err("debt.no_revisit".into()), "of nobody");
    let call = play.calls(ZHANG);
    claims(&mut play, "wang", id, BY_PHONE).unwrap();
    assert_eq!(play.ticket(id).told.last().unwrap().call, Some(call));
}

#[test]
fn what_was_written_before_the_call_is_told_in_it() {
    let mut play = play();
    let id = followed_up(&mut play, ZHANG, &[]);
    let changes = BY_PHONE.iter().map(|(field, to)| FieldChange {
        field: (*field).into(),
        from: String::new(),
        to: (*to).into(),
    });
    play.by("wang", TicketCommand::Edit { ticket: id, changes: changes.collect(), seal: None }).unwrap();
    assert_eq!(play.ticket(id).told.last().unwrap().call, None);
    assert_eq!(owes(line(&play)).len(), 1, "written is not called");
    assert_eq!(claims(&mut play, "wang", id, &[]), Err("debt.no_revisit".into()));
    let call = play.calls(ZHANG);
    claims(&mut play, "wang", id, &[]).unwrap();
    assert_eq!(play.ticket(id).told.last().unwrap().call, Some(call));
    assert_eq!(play.callbacks[&CallbackId(1)].end, Some(CallbackEnd::Reached(call)));
}

#[test]
fn other_ways_need_their_own_proof() {
    let mut play = play();
    let visited = [("outcome", "已清理"), ("told_how", "visit"), ("satisfaction", "very")];
    let id = followed_up(&mut play, ZHANG, &[]);
    assert_eq!(claims(&mut play, "wang", id, &visited), Err("life.missing".into()), "the signature");
    let letter = [("outcome", "已函复"), ("told_how", "letter")];
    assert_eq!(claims(&mut play, "wang", id, &letter), Err("debt.not_in_writing".into()));
    let untold = [("outcome", "已清理"), ("told_how", "untold"), ("untold_reason", "三天打不通")];
    assert_eq!(claims(&mut play, "wang", id, &untold), Err("debt.untold".into()));
    claims(&mut play, "wang", id, &[&visited[..], &[("signature", "柜三")]].concat()).unwrap();
    assert_eq!(play.callbacks[&CallbackId(1)].end, Some(CallbackEnd::Told));

    let id = followed_up(&mut play, ZHANG, &[]);
    claims(&mut play, "boss", id, &untold).unwrap();
    let by = StaffId("boss".into());
    assert_eq!(play.callbacks[&CallbackId(2)].end, Some(CallbackEnd::Closed { by, reason: "三天打不通".into() }));

    let id = followed_up(&mut play, "", &[]);
    assert_eq!(claims(&mut play, "wang", id, BY_PHONE), Err("debt.no_number".into()));
    claims(&mut play, "wang", id, &untold).unwrap();

    let id = followed_up(&mut play, ZHANG, &[("answer_by", "letter")]);
    assert_eq!(claims(&mut play, "wang", id, &letter), Err("life.letter_missing".into()));
    play.by("wang", TicketCommand::AttachFile { ticket: id, place: "柜四".into(), words: "复函".into() }).unwrap();
    claims(&mut play, "wang", id, &letter).unwrap();
    assert!(play.state.tickets.is_empty() && play.state.callbacks.is_empty());
}

// ── R-CB-3, R-CB-5: the sheet ──

#[test]
fn a_sheet_moves_the_ticket_on_in_one_decision() {
    let mut play = play();
    let id = followed_up(&mut play, ZHANG, &[]);
    let report = sheet(&play, Reach::Reached, "satisfied", "已清理干净", Next::Settled);
    assert_eq!(asks(&mut play, "wang", report), Err("debt.no_call".into()));
    play.until("2026-03-02 10:30");
    let call = play.calls(ZHANG);
    let missing = sheet(&play, Reach::Reached, "", "已清理干净", Next::Settled);
    let before = play.state.clone();
    assert_eq!(asks(&mut play, "wang", missing), Err("life.missing".into()), "the stage asks how satisfied they are");
    let odd = sheet(&play, Reach::Reached, "thrilled", "已清理干净", Next::Settled);
    assert_eq!(asks(&mut play, "wang", odd), Err("debt.satisfaction".into()));
    assert_eq!(before, play.state);
    let report = sheet(&play, Reach::Reached, "satisfied", " 已清理干净 ", Next::Settled);
    asks(&mut play, "wang", report).unwrap();
    let ticket = play.ticket(id);
    let told = ticket.told.last().unwrap();
    assert_eq!((ticket.stage.as_str(), ticket.outcome(), told.call), ("filed", Some("已清理干净"), Some(call)));
    assert_eq!((ticket.value("satisfaction"), ticket.value("told_how")), ("satisfied", "phone"));
    let debt = &play.callbacks[&CallbackId(1)].debts[0];
    assert_eq!(debt.end, Some((play.now, CallbackEnd::Reached(call))));
    let written = Sheet {
        at: play.now,
        by: StaffId("wang".into()),
        call: Some(call),
        by_hand: true,
        reach: Reach::Reached,
        satisfaction: "satisfied".into(),
        said: "已清理干净".into(),
        next: Next::Settled,
    };
    assert_eq!(debt.sheets, [written]);
}

#[test]
fn not_content_is_handled_again_and_called_again() {
    let mut play = play();
    let id = followed_up(&mut play, ZHANG, &[]);
    for round in 1..=3 {
        let call = play.calls(ZHANG);
        let content = sheet(&play, Reach::Reached, "satisfied", "没干净", Next::Again);
        assert_eq!(asks(&mut play, "wang", content), Err("debt.again".into()));
        let report = sheet(&play, Reach::Reached, "dissatisfied", "没干净", Next::Again);
        asks(&mut play, "wang", report).unwrap();
        assert_eq!((play.ticket(id).round, play.ticket(id).stage.as_str()), (round + 1, "investigated"));
        let ended = play.callbacks.values().flat_map(|line| &line.debts).filter(|debt| debt.end.is_some());
        assert_eq!(
            ended.filter(|debt| matches!(debt.end, Some((_, CallbackEnd::Reached(id))) if id == call)).count(),
            1
        );
        assert!(play.state.callbacks.is_empty(), "owed again when it is carried out again");
        let after = play.now.plus(MINUTE);
        play.until(&local(after));
        carry_out(&mut play, id);
        assert_eq!(line(&play).owed().len(), 1);
    }
}

#[test]
fn an_agreed_time_is_the_next_callback_and_the_revisit_stays_owed() {
    let mut play = play();
    let id = followed_up(&mut play, ZHANG, &[]);
    play.calls(ZHANG);
    let then = at("2026-03-05 15:00");
    let past = sheet(&play, Reach::Reached, "", "在开会", Next::Agreed(play.now));
    assert_eq!(asks(&mut play, "wang", past), Err("debt.agreed_past".into()));
    let report = sheet(&play, Reach::Reached, "", "在开会，周四下午", Next::Agreed(then));
    asks(&mut play, "wang", report).unwrap();
    let one = line(&play);
    assert_eq!(one.debts.iter().map(|debt| debt.reason.code()).collect::<Vec<_>>(), ["revisit", "agreed"]);
    assert_eq!((one.due_at, one.debts[1].ticket, play.ticket(id).stage.as_str()), (then, Some(id), "followed_up"));
    assert_eq!(one.debts[0].sheets[0].next, Next::Agreed(then));
    // Another reason does not wait for it.
    play.until("2026-03-02 10:01");
    lost(&mut play, ZHANG);
    assert_eq!(local(line(&play).due_at), "2026-03-02 10:06");
    play.until("2026-03-05 15:00");
    let call = play.calls(ZHANG);
    assert_eq!(owes(line(&play)).len(), 1, "spoken to: what was lost and what was agreed is settled");
    assert_eq!(line(&play).debts[1].end, Some((play.now, CallbackEnd::Reached(call))));
    let report = sheet(&play, Reach::Reached, "fair", "已清理", Next::Settled);
    asks(&mut play, "wang", report).unwrap();
    assert!(play.state.callbacks.is_empty() && play.state.tickets.is_empty());
}

#[test]
fn who_does_not_want_to_be_asked_was_called_all_the_same() {
    let mut play = play();
    let id = followed_up(&mut play, ZHANG, &[]);
    let refused = |play: &Play, said: &str| sheet(play, Reach::Refused, "", said, Next::Settled);
    let report = refused(&play, "别再打");
    assert_eq!(asks(&mut play, "wang", report), Err("debt.no_call".into()));
    let call = play.calls(ZHANG);
    let report = refused(&play, "");
    assert_eq!(asks(&mut play, "wang", report), Err("debt.said_missing".into()));
    let report = refused(&play, "别再打");
    asks(&mut play, "wang", report).unwrap();
    assert_eq!(play.callbacks[&CallbackId(1)].end, Some(CallbackEnd::Refused(call)));
    let ticket = play.ticket(id);
    assert_eq!(
        (ticket.stage.as_str(), ticket.value("told_how"), ticket.value("untold_reason")),
        ("filed", "untold", "别再打")
    );
}

// ── R-CB-6: tries, those above ──

#[test]
fn tries_in_vain_put_the_next_one_off_and_end_with_a_supervisor_aloud() {
    let mut play = play();
    lost(&mut play, ZHANG);
    let id = line(&play).id;
    let try_ = |play: &mut Play, reach| {
        let report = sheet(play, reach, "", "没人接", Next::Settled);
        asks(play, "wang", report).unwrap();
    };
    play.until("2026-03-02 10:05");
    try_(&mut play, Reach::NotReached);
    assert_eq!((line(&play).tries, local(line(&play).due_at)), (1, "2026-03-02 10:10".into()));
    lost(&mut play, ZHANG);
    assert_eq!(local(line(&play).due_at), "2026-03-02 10:10", "another lost call is not tried before");
    play.until("2026-03-02 10:10");
    try_(&mut play, Reach::NotReached);
    assert_eq!(local(line(&play).due_at), "2026-03-02 10:40");
    while line(&play).with.is_none() {
        assert!(line(&play).tries < 6 && play.notices.is_empty());
        play.now = line(&play).due_at;
        try_(&mut play, Reach::NotReached);
    }
    let role = Addressee::Role("supervisor".into());
    let notice = play.notices[0].clone();
    assert_eq!((notice.to, notice.callback, notice.ticket, notice.rings), (role, Some(id), None, true));
    assert_eq!((notice.what.key.as_str(), play.notices.len()), ("debt.notice_in_vain", 1));
    assert_eq!(asks(&mut play, "wang", C::Take(id)), Err("debt.with_role".into()));
    let back = |who: &str, play: &mut Play, number: Option<&str>| {
        let due_at = play.now.plus(60 * MINUTE);
        let number = number.map(str::to_owned);
        asks(play, who, C::PutBack { callback: id, due_at, number, reason: "白天再打".into() })
    };
    assert_eq!(back("wang", &mut play, None), Err("debt.above".into()));
    back("boss", &mut play, Some(HOME)).unwrap();
    let one = line(&play);
    assert_eq!((one.with.clone(), one.tries, one.due_at), (None, 0, play.now.plus(60 * MINUTE)));
    assert_eq!((one.number.as_str(), one.has_key(ZHANG), one.has_key("057188880002")), (HOME, false, true));
    assert_eq!(one.owed()[0].sheets.last().unwrap().said, "白天再打");
}

#[test]
fn the_right_number_is_the_tickets_too() {
    let mut play = play();
    let id = followed_up(&mut play, ZHANG, &[]);
    let (callback, due_at) = (line(&play).id, play.now.plus(MINUTE));
    let number = Some(HOME.to_owned());
    asks(&mut play, "boss", C::PutBack { callback, due_at, number, reason: "问到了".into() }).unwrap();
    assert_eq!((play.ticket(id).fields.phone.as_str(), line(&play).id), (HOME, callback));
    let call = play.calls(HOME);
    claims(&mut play, "wang", id, BY_PHONE).unwrap();
    assert_eq!(play.callbacks[&callback].end, Some(CallbackEnd::Reached(call)));
}

#[test]
fn a_wrong_number_goes_up_at_once_and_settles_nothing() {
    let mut play = play();
    lost(&mut play, ZHANG);
    let id = followed_up(&mut play, ZHANG, &[]);
    let call = play.calls(ZHANG);
    assert_eq!(line(&play).owed().len(), 1, "speaking settled the lost call");
    let mut report = sheet(&play, Reach::WrongNumber, "", "不是本人", Next::Settled);
    if let C::Report { call: named, .. } = &mut report {
        *named = Some(call);
    }
    asks(&mut play, "wang", report).unwrap();
    let one = line(&play);
    assert_eq!((one.owed().len(), one.with.as_deref()), (2, Some("supervisor")), "somebody else was spoken to");
    assert_eq!(play.notices.last().unwrap().what.key, "debt.notice_wrong");
    assert_eq!(play.notices.last().unwrap().ticket, Some(id));
}

#[test]
fn a_line_is_closed_by_a_supervisor_alone_and_not_what_a_ticket_owes() {
    let mut play = play();
    lost(&mut play, ZHANG);
    let id = followed_up(&mut play, ZHANG, &[]);
    let line_id = line(&play).id;
    let close = |reason: &str| C::Close { callback: line_id, reason: reason.into() };
    assert_eq!(asks(&mut play, "wang", close("不用回")), Err("debt.above".into()));
    assert_eq!(asks(&mut play, "boss", close(" ")), Err("refused.close_reason".into()));
    asks(&mut play, "boss", close("骚扰电话")).unwrap();
    let one = line(&play);
    let end = CallbackEnd::Closed { by: StaffId("boss".into()), reason: "骚扰电话".into() };
    assert_eq!(one.debts.iter().find(|debt| debt.end.is_some()).unwrap().end, Some((play.now, end)));
    assert_eq!(one.owed().iter().map(|debt| debt.ticket).collect::<Vec<_>>(), [Some(id)]);
    assert_eq!(asks(&mut play, "boss", close("算了")), Err("debt.close_ticket".into()));
}

// ── R-CB-9: one hand on a line ──

#[test]
fn a_line_has_one_hand_on_it_and_is_let_go_when_that_is_gone() {
    let mut play = play();
    lost(&mut play, ZHANG);
    let id = line(&play).id;
    asks(&mut play, "wang", C::Take(id)).unwrap();
    for command in [C::Take(id), C::Release(id), sheet(&play, Reach::NotReached, "", "", Next::Settled)] {
        assert_eq!(asks(&mut play, "general_manager", command), Err("debt.taken".into()));
    }
    assert!(play.give(&wang(), &Command::Callback(C::Take(id))).unwrap().events.is_empty(), "taken is taken");
    let gone = Command::Callback(C::LetGo(StaffId("wang".into())));
    assert_eq!(play.give(&wang(), &gone).unwrap_err().key, "refused.not_over_the_line");
    play.give(&Actor::Desk, &gone).unwrap();
    assert_eq!(line(&play).taken_by, None);
    assert!(play.give(&Actor::Desk, &gone).unwrap().events.is_empty());
    // Signed off is gone.
    let sign = |command| Command::Agent(command);
    play.give(&wang(), &sign(command::AgentCommand::SignOn { phone: "1001".into() })).unwrap();
    asks(&mut play, "wang", C::Take(id)).unwrap();
    play.give(&wang(), &sign(command::AgentCommand::SignOff)).unwrap();
    assert_eq!(line(&play).taken_by, None);
}

#[test]
fn a_line_whose_call_is_up_is_let_go_after_it() {
    let mut play = play();
    lost(&mut play, ZHANG);
    let id = line(&play).id;
    let call = CallId(77);
    let up = Call {
        id: call,
        phase: call::Phase::Ringing,
        reconstructed: true,
        answered_at: None,
        ended_at: None,
        ..answered(ZHANG, play.now)
    };
    play.state.fold(&Event::Call(Box::new(up.clone())));
    let mut taken = line(&play).clone();
    taken.begin_try(&StaffId("wang".into()), play.now, Some(call), false);
    play.state.fold(&Event::Callback(Box::new(taken)));
    assert_eq!(asks(&mut play, "wang", C::Release(id)), Err("debt.call_up".into()));
    play.give(&Actor::Desk, &Command::Callback(C::LetGo(StaffId("wang".into())))).unwrap();
    assert_eq!((line(&play).taken_by.clone(), line(&play).leaving), (Some(StaffId("wang".into())), true));
    play.until("2026-03-02 10:01");
    let over = Call { phase: call::Phase::Ended, outcome: Outcome::NotReached, ended_at: Some(play.now), ..up };
    play.call(over);
    let one = line(&play);
    assert_eq!((one.taken_by.clone(), one.leaving, one.tries), (None, false, 1));
    assert_eq!(one.attempts.last().unwrap().reach, Some(Reach::NotReached), "the call itself said so");
    assert_eq!(local(one.due_at), "2026-03-02 10:06");
}

// ── R-CB-2: a drawn customer ──

#[test]
fn a_drawn_customer_who_is_not_content_is_a_new_matter() {
    let mut play = play();
    play.state.last.ticket = 7;
    lost(&mut play, ZHANG);
    let drawn = |play: &mut Play, draw: u64| {
        let mut one = play.state.callbacks.values().next().unwrap().clone();
        let (reason, by, ticket) = (CallbackReason::Sample, "service_manager".into(), Some(TicketId(5)));
        let (made_at, due_at) = (play.now, play.now.plus(72 * 60 * MINUTE));
        one.add(Debt { reason, by, ticket, draw: Some(DrawId(draw)), made_at, due_at, ..Debt::default() });
        play.state.fold(&Event::Callback(Box::new(one)));
    };
    let about = |play: &Play, reach, satisfaction: &str, said: &str| {
        let one = line(play);
        let debt = one.owed().into_iter().find(|debt| debt.reason == CallbackReason::Sample).map(|debt| debt.number);
        let (callback, call, next) = (one.id, None, Next::Settled);
        C::Report { callback, debt, call, reach, satisfaction: satisfaction.into(), said: said.into(), next }
    };
    drawn(&mut play, 1);
    drawn(&mut play, 2);
    play.until("2026-03-02 10:02");
    comes_in(&mut play, ZHANG);
    let content = about(&play, Reach::Reached, "very", "好");
    assert_eq!(asks(&mut play, "wang", content.clone()), Err("debt.by_role".into()));
    assert_eq!(asks(&mut play, "service_manager", content.clone()), Err("debt.no_call".into()), "not from the desk");
    let call = play.calls(ZHANG);
    asks(&mut play, "service_manager", content).unwrap();
    assert_eq!(line(&play).owed().len(), 1);
    let angry = about(&play, Reach::Reached, "dissatisfied", "又脏了");
    assert_eq!(asks(&mut play, "service_manager", angry), Ok(Made::Ticket(TicketId(8))));
    let again = play.ticket(TicketId(8));
    assert_eq!((again.fields.kind, again.fields.phone.as_str()), (RequestType::Complaint, ZHANG));
    assert_eq!(
        (again.links.clone(), again.calls.clone(), again.value("subject")),
        (vec![TicketId(5)], vec![call], "又脏了")
    );
    assert!(play.state.callbacks.is_empty() && !again.clocks.is_empty());
    let ends = play.callbacks[&CallbackId(1)].debts.iter().filter(|debt| debt.draw.is_some());
    assert!(ends.into_iter().all(|debt| debt.end == Some((play.now, CallbackEnd::Reached(call)))));
}
