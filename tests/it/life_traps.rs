//! The traps others fell into (STYLE), and the rules of a ticket's life one by one, each under a rulebook small enough to
//! be read beside it. Times are local, Beijing.

use chrono::{FixedOffset, NaiveDate, TimeZone};
use ringdesk::domain::calendar::Allowance;
use ringdesk::domain::command::{CallbackCommand, TicketCommand as T};
use ringdesk::domain::decide::{Context, decide};
use ringdesk::domain::rulebook::{
    Act, AllowRule, ClockRule, Condition, FILED, FieldUse, MarkRule, MoveRule, Need, REGISTERED, RoleRef, StageRule,
    Trigger, TypeRule,
};
use ringdesk::domain::ticket::{ClockChange, ClockState, FieldChange, Seal, TellHow};
use ringdesk::domain::{
    Actor, Command, Customer, Happened, Hours, Owner, RequestType, Rulebook, StaffId, Stamp, TicketFields, TicketId,
};

use crate::life_rules::{frame, is};
use crate::life_world::World;

const ONE: TicketId = TicketId(1);
const TWO: TicketId = TicketId(2);
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn at(month: u32, day: u32, hour: u32, minute: u32) -> Stamp {
    let local = NaiveDate::from_ymd_opt(2026, month, day).unwrap().and_hms_opt(hour, minute, 0).unwrap();
    Stamp::from(FixedOffset::east_opt(8 * 3600).unwrap().from_local_datetime(&local).unwrap())
}

fn ask(field: &str) -> FieldUse {
    FieldUse { field: field.into(), need: Need::Always }
}

fn on(to: &str) -> MoveRule {
    MoveRule { to: to.into(), ..MoveRule::default() }
}

fn clock(id: &str, allow: Allowance, stop: Trigger) -> ClockRule {
    ClockRule {
        id: id.into(),
        name: Some(id.into()),
        start: Trigger::Registered,
        stop: vec![stop],
        allow: AllowRule::Fixed(allow),
        when: Condition::default(),
        marks: [80, 100].map(|percent| MarkRule { percent, acts: vec![Act::Notify(RoleRef::Owner)] }).to_vec(),
        article: String::new(),
    }
}

/// Registered → handled (department, responsible) → followed up (outcome, satisfied or another round) → filed, with one
/// clock until the caller was told.
fn rules(allow: Allowance) -> Rulebook {
    let back = MoveRule {
        to: "handled".into(),
        when: is("satisfaction", "bad"),
        round: true,
        escalate: true,
        tell: Vec::new(),
    };
    let stage = |id: &str, fields: Vec<FieldUse>, moves: Vec<MoveRule>| StageRule {
        id: id.into(),
        fields,
        moves,
        ..StageRule::default()
    };
    let kind = TypeRule {
        stages: vec![
            stage(REGISTERED, vec![], vec![on("handled")]),
            stage("handled", vec![ask("department")], vec![on("followed_up")]),
            stage("followed_up", vec![ask("outcome"), ask("satisfaction")], vec![back, on(FILED)]),
            stage(FILED, vec![], vec![]),
        ],
        clocks: vec![clock("answer", allow, Trigger::Told)],
        chain: "up".into(),
        sealed_for: Some("keeper".into()),
        ..TypeRule::default()
    };
    let mut rules = frame();
    rules.hours = Hours::parse(&["08:30-12:00".into(), "13:30-17:30".into()]).unwrap();
    rules.types = [(RequestType::Complaint, kind.clone()), (RequestType::TipOff, kind)].into();
    rules
}

fn fields(phone: &str) -> TicketFields {
    TicketFields {
        kind: RequestType::Complaint,
        subject: "收费有误".into(),
        phone: phone.into(),
        ..TicketFields::default()
    }
}

fn desk(allow: Allowance, now: Stamp) -> World {
    let mut world = World::new(rules(allow));
    world.now = now;
    world.must("wang", T::open(fields("13800000001"), None));
    world
}

fn change(field: &str, from: &str, to: &str) -> FieldChange {
    FieldChange { field: field.into(), from: from.into(), to: to.into() }
}

fn edit(changes: Vec<FieldChange>) -> T {
    T::Edit { ticket: ONE, changes, seal: None }
}

fn advance(world: &mut World, from: &str, fill: &[(&str, &str)]) {
    if from == "followed_up" {
        let phone = world.last[&ONE].fields.phone.clone();
        world.calls(&phone);
    }
    let changes = fill.iter().map(|(field, to)| change(field, "", to)).collect();
    world.must("chen", T::Advance { ticket: ONE, from: from.into(), changes });
}

fn happened(world: &World, id: TicketId) -> Vec<&Happened> {
    world.lines[&id].iter().map(|line| &line.what).collect()
}

#[test]
fn a_note_outlives_a_change_of_owner() {
    let mut world = desk(Allowance::Hours(24), at(2, 10, 9, 0));
    world.must("wang", T::Assign { ticket: ONE, to: Owner::Staff(StaffId("li".into())), why: String::new() });
    // Wang wrote it before the change was on the screen; it is kept all the same.
    world.must("wang", T::Note { ticket: ONE, text: "客户只在晚上在家".into() });
    world.must("li", T::Assign { ticket: ONE, to: Owner::Department("repair".into()), why: String::new() });
    let notes = happened(&world, ONE)
        .into_iter()
        .filter(|what| matches!(what, Happened::Note(text) if text == "客户只在晚上在家"));
    assert_eq!(notes.count(), 1);
    assert_eq!((world.last[&ONE].hand_overs, world.last[&ONE].first_receiver.0.as_str()), (2, "wang"));
}

#[test]
fn two_edits_merge_on_different_fields_and_meet_on_the_same() {
    let mut world = desk(Allowance::Hours(24), at(2, 10, 9, 0));
    world.must("wang", edit(vec![change("name", "", "张三")]));
    world.must("li", edit(vec![change("address", "", "文三路1号"), change("cause", "", "抄表有误")]));
    assert_eq!((world.last[&ONE].value("name"), world.last[&ONE].value("cause")), ("张三", "抄表有误"));
    let before = world.state.clone();
    let why = world.refused("li", edit(vec![change("address", "文三路1号", "文三路2号"), change("name", "", "章三")]));
    let words = why.words(ringdesk::text::Language::ZhHans);
    assert!(why.key == "life.changed_meanwhile" && words.contains("张三") && words.contains("章三"), "{words}");
    assert!(before == world.state);
    world.must("li", edit(vec![change("name", "张三", "章三")]));
    // The same change twice is no change.
    let lines = world.last[&ONE].lines;
    world.must("wang", edit(vec![change("name", "张三", "章三")]));
    assert_eq!(world.last[&ONE].lines, lines);
}

#[test]
fn what_fell_due_while_the_desk_was_down_rings_once_and_late() {
    let mut world = desk(Allowance::Hours(24), at(2, 10, 9, 0));
    world.wait(20 * HOUR);
    world.down(7 * DAY);
    let rang: Vec<_> = happened(&world, ONE)
        .into_iter()
        .filter_map(|what| match what {
            Happened::ClockRang { percent, late, .. } => Some((*percent, *late)),
            _ => None,
        })
        .collect();
    assert_eq!(rang, [(80, false), (100, true)]);
    let before = world.state.clone();
    for _ in 0..2 {
        world.ask(&Actor::Desk, &T::Ring(ONE)).unwrap();
    }
    assert!(before == world.state);
    // The wall clock jumps back before the due time: what rang does not ring again, nor after a reckoning.
    world.now = at(2, 10, 12, 0);
    world.change_rules(0);
    world.wait(3 * DAY);
    assert_eq!(happened(&world, ONE).iter().filter(|what| matches!(what, Happened::ClockRang { .. })).count(), 2);
}

#[test]
fn a_pause_over_the_weekend_is_counted_once() {
    // Thursday 2026-03-05. Three days; waiting for the customer from Friday noon to Monday noon.
    let mut world = desk(Allowance::Days(3), at(3, 5, 10, 0));
    world.wait(26 * HOUR);
    world.must("wang", T::Pause { ticket: ONE, why: "等客户寄单".into() });
    world.wait(3 * DAY);
    assert_eq!(happened(&world, ONE).iter().filter(|what| matches!(what, Happened::ClockRang { .. })).count(), 0);
    world.must("wang", T::Resume(ONE));
    assert_eq!(world.last[&ONE].clocks[0].due.at, at(3, 11, 10, 0));
    assert_eq!(world.last[&ONE].clocks[0].first_due.at, at(3, 8, 10, 0));
    world.change_rules(0);
    world.change_rules(0);
    assert_eq!(world.last[&ONE].clocks[0].due.at, at(3, 11, 10, 0));
    // In working days a weekend costs nothing: paused on Friday, resumed on Monday is one day.
    let mut world = desk(Allowance::WorkingDays(3), at(3, 5, 10, 0));
    world.wait(26 * HOUR);
    world.must("wang", T::Pause { ticket: ONE, why: "等客户寄单".into() });
    world.wait(3 * DAY);
    world.must("wang", T::Resume(ONE));
    assert_eq!(world.last[&ONE].clocks[0].due.at, at(3, 11, 17, 30));
}

#[test]
fn a_wished_moment_put_off_by_a_pause_stays_put_when_the_rules_are_reckoned_anew() {
    let mut book = rules(Allowance::Hours(24));
    book.types.get_mut(&RequestType::Complaint).unwrap().clocks[0].allow =
        AllowRule::Until("wish".into(), Allowance::Hours(24));
    let mut world = World::new(book);
    world.now = at(3, 5, 10, 0);
    let card = [("wish".to_owned(), "2026-03-07 10:00".to_owned())].into();
    world.must("wang", T::Open { fields: fields("13800000001"), card, call: None, seal: None });
    assert_eq!(world.last[&ONE].clocks[0].due.at, at(3, 7, 10, 0));
    world.must("wang", T::Pause { ticket: ONE, why: "客户外出".into() });
    world.wait(5 * HOUR);
    world.must("wang", T::Resume(ONE));
    (0..3).for_each(|_| world.change_rules(0));
    assert_eq!(world.last[&ONE].clocks[0].due.at, at(3, 7, 15, 0));
}

#[test]
fn a_clock_that_stood_when_it_ended_is_judged_without_the_pause() {
    let mut world = desk(Allowance::Days(1), at(3, 5, 10, 0));
    world.must("wang", T::Pause { ticket: ONE, why: "等客户寄单".into() });
    world.wait(10 * DAY);
    world.must("wang", T::Tell { ticket: ONE, how: TellHow::Phone, what: "收到单据，已退费".into(), call: None });
    let clock = &world.last[&ONE].clocks[0];
    assert_eq!((clock.kept(), clock.due.at), (Some(true), at(3, 16, 10, 0)));
}

#[test]
fn an_attempt_that_reached_nobody_stops_no_clock() {
    let mut world = desk(Allowance::Days(1), at(3, 5, 10, 0));
    world.must("wang", T::Tell { ticket: ONE, how: TellHow::Untold, what: "三次未接".into(), call: None });
    assert!(world.last[&ONE].clocks[0].is_running());
    world.must("wang", T::Tell { ticket: ONE, how: TellHow::Phone, what: "正在查".into(), call: None });
    assert!(!world.last[&ONE].clocks[0].is_open());
}

#[test]
fn a_merge_is_undone_to_what_was_before() {
    let mut world = desk(Allowance::Hours(24), at(2, 10, 9, 0));
    world.must("li", T::open(fields("0571-88880002"), None));
    let was = world.last[&TWO].clone();
    world.must("wang", T::Merge { ticket: TWO, into: ONE });
    assert_eq!(world.last[&ONE].reports, [TWO]);
    for command in [T::Pause { ticket: TWO, why: "等".into() }, T::Merge { ticket: ONE, into: TWO }] {
        assert_eq!(world.refused("wang", command).key, "life.is_merged");
    }
    // The other caller keeps the claim to an answer: the main one does not end before.
    let file = T::File { ticket: ONE, outcome: "已退费".into(), how: TellHow::Phone };
    world.wait(2 * DAY);
    assert!(!happened(&world, TWO).iter().any(|what| matches!(what, Happened::ClockRang { .. })));
    world.must("wang", T::Unmerge(TWO));
    let now = world.last[&TWO].clone();
    let counted = |ticket: &ringdesk::domain::Ticket| (ticket.version, ticket.lines, ticket.changed_at);
    let (version, lines, changed_at) = counted(&was);
    assert_eq!(ringdesk::domain::Ticket { version, lines, changed_at, ..now }, was);
    world.down(0);
    world.ask(&Actor::Desk, &T::Ring(TWO)).unwrap();
    let rang = happened(&world, TWO).into_iter().filter(|what| matches!(what, Happened::ClockRang { late: true, .. }));
    assert_eq!(rang.count(), 2);
    world.must("wang", T::Merge { ticket: TWO, into: ONE });
    advance(&mut world, REGISTERED, &[]);
    advance(&mut world, "handled", &[("department", "service")]);
    world.must("wang", edit(vec![change("satisfaction", "", "good")]));
    world.calls("13800000001");
    assert_eq!(world.refused("wang", file.clone()).key, "life.reports_untold");
    world.must("wang", T::Tell { ticket: TWO, how: TellHow::Phone, what: "已退费".into(), call: None });
    world.must("wang", file);
    assert!(world.state.tickets.is_empty());
    assert_eq!((world.last[&TWO].stage.as_str(), world.last[&TWO].outcome()), (FILED, Some("已退费")));
}

#[test]
fn how_things_stood_before_the_merge_is_no_answer() {
    let mut world = desk(Allowance::Hours(24), at(2, 10, 9, 0));
    world.must("li", T::open(fields("0571-88880002"), None));
    world.must("li", T::Tell { ticket: TWO, how: TellHow::Phone, what: "正在查".into(), call: None });
    world.wait(HOUR);
    world.must("wang", T::Merge { ticket: TWO, into: ONE });
    advance(&mut world, REGISTERED, &[]);
    advance(&mut world, "handled", &[("department", "service")]);
    world.must("wang", edit(vec![change("satisfaction", "", "good")]));
    let file = T::File { ticket: ONE, outcome: "已退费".into(), how: TellHow::Phone };
    world.calls("13800000001");
    assert_eq!(world.refused("wang", file).key, "life.reports_untold");
}

#[test]
fn a_ticket_attached_to_an_incident_and_merged_into_it_ends_once() {
    let mut world = desk(Allowance::Hours(24), at(2, 10, 9, 0));
    world.must("li", T::open(fields("13800000001"), None));
    world.must("li", T::open(fields("13900000003"), None));
    world.must("chen", T::MakeIncident { ticket: ONE, area: "城东".into(), sentence: "正在抢修".into() });
    world.must("li", T::Attach { ticket: TWO, incident: ONE });
    world.must("li", T::Attach { ticket: TicketId(3), incident: ONE });
    world.must("li", T::Merge { ticket: TWO, into: ONE });
    world.must("wang", edit(vec![change("satisfaction", "", "good"), change("department", "", "service")]));
    let file = T::File { ticket: ONE, outcome: "已修复".into(), how: TellHow::Phone };
    assert_eq!(world.refused("wang", file.clone()).key, "debt.no_revisit", "nobody can have called on the way");
    advance(&mut world, REGISTERED, &[]);
    advance(&mut world, "handled", &[]);
    world.calls("13800000001");
    world.must("wang", file);
    assert_eq!(world.last[&TWO].stage, FILED);
    // Whoever was only attached is still owed an answer, and its owner knows that it is time.
    assert_eq!(world.state.tickets.keys().collect::<Vec<_>>(), [&TicketId(3)]);
    assert!(
        world
            .state
            .notices
            .values()
            .any(|notice| notice.ticket == Some(TicketId(3)) && notice.what.key == "life.notice_incident_over")
    );
}

#[test]
fn an_agreed_time_keeps_the_first() {
    let mut world = desk(Allowance::Days(3), at(3, 2, 10, 0));
    let agree =
        |until| T::Agree {
            ticket: ONE, clock: "answer".into(), until, with: "张三".into(), why: "配件未到".into()
        };
    world.must("wang", agree(at(3, 9, 12, 0)));
    world.wait(5 * DAY);
    world.must("wang", agree(at(3, 12, 12, 0)));
    let clock = world.last[&ONE].clocks[0].clone();
    assert_eq!((clock.first_due.at, clock.due.at, clock.shifts.len()), (at(3, 5, 10, 0), at(3, 12, 12, 0), 2));
    let shift = &clock.shifts[0];
    assert_eq!((shift.why, shift.with.as_str(), shift.reason.as_str()), (ClockChange::Agreed, "张三", "配件未到"));
    assert_eq!(shift.by, Some(StaffId("wang".into())));
    world.change_rules(0);
    assert_eq!(world.last[&ONE].clocks[0], clock, "an agreed time is nobody's to change");
    world.wait(3 * DAY);
    world.must("wang", T::Tell { ticket: ONE, how: TellHow::Phone, what: "已解决".into(), call: None });
    let clock = &world.last[&ONE].clocks[0];
    assert_eq!((clock.kept(), clock.kept_first()), (Some(true), Some(false)));
    for (with, why) in [("", "配件未到"), ("张三", " ")] {
        let mut world = desk(Allowance::Days(3), at(3, 2, 10, 0));
        let (with, why) = (with.to_owned(), why.to_owned());
        world.refused("wang", T::Agree { ticket: ONE, clock: "answer".into(), until: at(3, 9, 12, 0), with, why });
    }
}

#[test]
fn a_time_agreed_during_a_pause_moves_by_what_is_left_of_it() {
    let mut world = desk(Allowance::Days(1), at(3, 2, 10, 0));
    world.must("wang", T::Pause { ticket: ONE, why: "等客户".into() });
    world.wait(4 * DAY);
    let until = at(3, 9, 10, 0);
    world
        .must("wang", T::Agree { ticket: ONE, clock: "answer".into(), until, with: "张三".into(), why: "出差".into() });
    world.wait(DAY);
    world.must("wang", T::Resume(ONE));
    assert_eq!(world.last[&ONE].clocks[0].due.at, at(3, 10, 10, 0));
}

#[test]
fn an_extension_is_asked_for_in_time_and_lapses_with_its_clock() {
    let ask = |until| T::AskExtension { ticket: ONE, clock: "answer".into(), until, why: "待检测".into() };
    let mut world = desk(Allowance::Days(3), at(3, 2, 10, 0));
    world.must("wang", ask(at(3, 7, 10, 0)));
    assert_eq!(world.refused("li", ask(at(3, 8, 10, 0))).key, "life.extension_open");
    let answer = |grant| T::AnswerExtension { ticket: ONE, grant, why: "同意".into() };
    assert_eq!(world.refused("zhou", answer(true)).key, "life.not_approver");
    world.must("chen", answer(true));
    let clock = &world.last[&ONE].clocks[0];
    assert_eq!((clock.due.at, clock.first_due.at), (at(3, 7, 10, 0), at(3, 5, 10, 0)));
    world.wait(6 * DAY);
    assert_eq!(world.refused("wang", ask(at(3, 20, 10, 0))).key, "life.extension_late");
    // A later time was agreed meanwhile: the extension does not bring it nearer.
    let mut world = desk(Allowance::Days(3), at(3, 2, 10, 0));
    world.must("wang", ask(at(3, 7, 10, 0)));
    let (until, with, why) = (at(3, 12, 10, 0), "张三".to_owned(), "出差".to_owned());
    world.must("wang", T::Agree { ticket: ONE, clock: "answer".into(), until, with, why });
    assert_eq!(world.refused("chen", answer(true)).key, "life.not_later");
    world.must("chen", answer(false));
    // The clock stops before anybody answered: there is nothing to give any more.
    let mut world = desk(Allowance::Days(3), at(3, 2, 10, 0));
    world.must("wang", ask(at(3, 7, 10, 0)));
    world.must("wang", T::Tell { ticket: ONE, how: TellHow::Phone, what: "已解决".into(), call: None });
    assert_eq!(world.refused("chen", answer(true)).key, "life.no_extension");
}

#[test]
fn a_department_objects_within_two_working_days_also_over_spring_festival() {
    // Friday 2026-02-13. Saturday the 14th is worked, 15 to 23 is the holiday: the second working day is Tuesday the 24th.
    let department = Owner::Department("service".into());
    let object = || T::Object { ticket: ONE, why: "不属本部门".into() };
    let sent = || {
        let mut world = desk(Allowance::Days(30), at(2, 13, 15, 0));
        world.must("wang", T::Assign { ticket: ONE, to: department.clone(), why: String::new() });
        world
    };
    let mut world = sent();
    world.wait(at(2, 24, 17, 30).since(world.now));
    assert_eq!(world.refused("zhou", object()).key, "may.not_theirs");
    assert_eq!(world.refused("li", object()).key, "life.not_owner");
    world.must("sun", object());
    assert_eq!(
        world.refused("li", T::Review { ticket: ONE, upheld: true, to: None, why: "是".into() }).key,
        "life.not_reviewer"
    );
    world.must("wang", T::Review { ticket: ONE, upheld: true, to: None, why: "确实".into() });
    assert_eq!(world.last[&ONE].owner, Owner::Staff(StaffId("wang".into())));
    assert_eq!(world.last[&ONE].hand_overs, 2);
    let mut world = sent();
    world.wait(at(2, 24, 17, 31).since(world.now));
    assert_eq!(world.refused("sun", object()).key, "life.objection_late");
}

#[test]
fn every_round_is_kept_and_told_anew() {
    let mut world = desk(Allowance::Days(30), at(3, 2, 10, 0));
    advance(&mut world, REGISTERED, &[]);
    for outcome in ["已道歉", "已退费", "已赔偿"] {
        advance(&mut world, "handled", &[("department", "service"), ("cause", outcome)]);
        world.wait(HOUR);
        advance(&mut world, "followed_up", &[("outcome", outcome), ("satisfaction", "bad")]);
        let from = world.last[&ONE].value("cause").to_owned();
        world.must("wang", edit(vec![change("cause", &from, "")]));
    }
    advance(&mut world, "handled", &[("department", "service")]);
    let ticket = &world.last[&ONE];
    assert_eq!((ticket.round, ticket.level), (4, 3));
    let kept: Vec<_> = ticket.rounds.iter().map(|round| (round.number, round.card["outcome"].as_str())).collect();
    assert_eq!(kept, [(1, "已道歉"), (2, "已退费"), (3, "已赔偿")]);
    assert_eq!(ticket.outcome(), None);
    // What was told in the rounds before does not end this one.
    let stay =
        T::Advance { ticket: ONE, from: "followed_up".into(), changes: vec![change("satisfaction", "", "good")] };
    assert_eq!(world.refused("wang", stay).key, "life.missing");
    advance(&mut world, "followed_up", &[("outcome", "已赔偿"), ("satisfaction", "good")]);
    assert_eq!(world.last[&ONE].told.iter().filter(|told| told.last).count(), 4);
    assert!(world.state.tickets.is_empty());
}

#[test]
fn an_outcome_written_into_the_form_is_told_wherever_it_was_written() {
    let mut world = World::new(frame());
    let enquiry = |subject: &str| TicketFields { subject: subject.into(), ..TicketFields::default() };
    let card = [("outcome".to_owned(), "营业时间八点半".to_owned())].into();
    world.must("wang", T::Open { fields: enquiry("营业时间"), card, call: None, seal: None });
    world.must("wang", T::Advance { ticket: ONE, from: REGISTERED.into(), changes: vec![] });
    world.must("wang", T::open(enquiry("营业时间"), None));
    world.must("li", T::Edit { ticket: TWO, changes: vec![change("outcome", "", "八点半")], seal: None });
    // The same words again, when it is filed.
    world.must("wang", T::File { ticket: TWO, outcome: "八点半".into(), how: TellHow::Phone });
    assert!(world.state.tickets.is_empty());
    assert!(world.last.values().all(|ticket| ticket.told.iter().any(|told| told.last)));
}

#[test]
fn anonymous_is_owed_no_callback_and_a_letter_needs_its_file() {
    let mut world = World::new(frame());
    let open = |phone: &str, field: &str, value: &str| T::Open {
        fields: TicketFields { subject: "噪音".into(), phone: phone.into(), ..TicketFields::default() },
        card: [(field.to_owned(), value.to_owned())].into(),
        call: None,
        seal: None,
    };
    let file = |ticket, how| T::File { ticket, outcome: "已整改".into(), how };
    world.must("wang", open("", "anonymous", "yes"));
    world.must("wang", open("13800000001", "answer_by", "letter"));
    // An anonymous report holds nobody up, inside another or by itself.
    world.must("wang", T::Merge { ticket: ONE, into: TWO });
    assert_eq!(world.refused("wang", file(TWO, TellHow::Letter)).key, "life.letter_missing");
    world.must("wang", T::AttachFile { ticket: TWO, place: "柜三".into(), words: "回函".into() });
    world.must("wang", file(TWO, TellHow::Letter));
    assert_eq!(world.last[&ONE].stage, FILED);
    world.must("wang", open("", "anonymous", "yes"));
    world.must("wang", file(TicketId(3), TellHow::Untold));
    assert!(world.state.tickets.is_empty() && world.state.callbacks.is_empty());
}

#[test]
fn a_seal_is_opened_by_its_keeper_alone_and_every_time_is_kept() {
    let mut world = World::new(rules(Allowance::Days(3)));
    let seal = Seal { nonce: vec![1], text: vec![2] };
    let told = TicketFields { kind: RequestType::TipOff, subject: "盗用燃气".into(), ..TicketFields::default() };
    world.must("wang", T::Open { fields: told, card: [].into(), call: None, seal: Some(seal) });
    let open = |why: &str| T::OpenSeal { ticket: ONE, why: why.into() };
    for who in ["wang", "chen", "zhou", "sun"] {
        assert_eq!(world.refused(who, open("核实")).key, "life.not_keeper");
    }
    assert_eq!(world.refused("bao", open(" ")).key, "life.reason_missing");
    world.must("bao", open("核实"));
    world.must("bao", open("发奖"));
    let opened = happened(&world, ONE).into_iter().filter(|what| matches!(what, Happened::SealOpened(_)));
    assert_eq!(opened.count(), 2);
    // A seal alone is a change, too.
    let seal = Seal { nonce: vec![3], text: vec![4] };
    world.must("wang", T::Edit { ticket: ONE, changes: vec![], seal: Some(seal.clone()) });
    assert_eq!(world.last[&ONE].seal, Some(seal));
}

#[test]
fn a_technician_works_on_what_is_theirs_and_nothing_else() {
    let mut world = desk(Allowance::Days(3), at(3, 2, 10, 0));
    world.must("wang", T::open(fields("13800000002"), None));
    let why = || "待料".to_owned();
    let work = || {
        [
            T::Note { ticket: ONE, text: why() },
            T::AttachFile { ticket: ONE, place: "柜三".into(), words: "照片".into() },
            T::Tell { ticket: ONE, how: TellHow::Visit, what: "已上门".into(), call: None },
            T::Pause { ticket: ONE, why: why() },
            T::Resume(ONE),
            T::Advance { ticket: ONE, from: REGISTERED.into(), changes: vec![] },
        ]
    };
    for command in work() {
        assert_eq!(world.refused("zhou", command).key, "may.not_theirs");
    }
    let to = |owner| T::Assign { ticket: ONE, to: owner, why: String::new() };
    world.must("wang", to(Owner::Department("service".into())));
    assert_eq!(world.refused("zhou", T::Note { ticket: ONE, text: why() }).key, "may.not_theirs");
    let zhou = || Owner::Staff(StaffId("zhou".into()));
    world.must("wang", to(Owner::Department("repair".into())));
    let mut own = world.clone();
    own.must("wang", to(zhou()));
    for mut world in [world, own] {
        let before = world.state.clone();
        let desk = [
            to(Owner::Staff(StaffId("li".into()))),
            edit(vec![change("name", "", "张三")]),
            T::Escalate { ticket: ONE, why: why() },
            T::Merge { ticket: ONE, into: TWO },
            T::Link { ticket: ONE, other: TWO },
            T::File { ticket: ONE, outcome: "好了".into(), how: TellHow::Phone },
            T::Each(vec![T::Note { ticket: ONE, text: why() }, T::Detach(ONE)]),
        ];
        for command in desk {
            assert_eq!(world.refused("zhou", command).key, "may.desk_only");
        }
        let note = |ticket| T::Note { ticket, text: why() };
        assert_eq!(world.refused("zhou", T::Each(vec![note(ONE), note(TWO)])).key, "may.not_theirs");
        assert!(world.state == before);
        for command in work() {
            world.must("zhou", command);
        }
    }
}

#[test]
fn callbacks_and_customer_files_are_the_desks_work() {
    let world = World::new(rules(Allowance::Days(3)));
    let (number, name, note) = ("13800000001".to_owned(), "张三".to_owned(), String::new());
    let commands = [
        Command::Callback(CallbackCommand::Agree { number, name: name.clone(), due_at: world.now, note, ticket: None }),
        Command::Customer(Box::new(Customer { name, ..Customer::default() })),
    ];
    for command in commands {
        let by = |who: &str| {
            let actor = world.actor(who);
            let (state, rules, staff) = (&world.state, &world.rules, world.staff.as_slice());
            decide(Context { state, rules, staff, actor: &actor, now: world.now }, &command).map(drop)
        };
        assert_eq!(by("zhou").unwrap_err().key, "may.desk_only");
        by("wang").unwrap();
    }
}

#[test]
fn what_operators_read_out_is_approved_by_a_supervisor() {
    let mut world = desk(Allowance::Days(3), at(3, 2, 10, 0));
    let make = || T::MakeIncident { ticket: ONE, area: "城东".into(), sentence: "正在抢修".into() };
    for who in ["wang", "zhou", "sun"] {
        assert_eq!(world.refused(who, make()).key, "may.supervisor", "{who}");
    }
    world.must("chen", make());
}

#[test]
fn a_clock_taken_away_by_a_slip_comes_back_with_its_start() {
    let mut book = rules(Allowance::Days(3));
    let kind = book.types.get_mut(&RequestType::Complaint).unwrap();
    kind.clocks[0].start = Trigger::Filled("cause".into());
    kind.clocks[0].when = is("gravity", "high");
    let mut world = World::new(book);
    world.now = at(3, 2, 10, 0);
    world.must("wang", T::open(fields("13800000001"), None));
    world.must("wang", edit(vec![change("gravity", "", "high"), change("cause", "", "泄漏")]));
    world.wait(HOUR);
    world.must("wang", edit(vec![change("gravity", "high", "low")]));
    assert_eq!(world.last[&ONE].clocks[0].state, ClockState::Void(world.now));
    world.must("wang", edit(vec![change("gravity", "low", "high")]));
    let clock = world.last[&ONE].clocks.last().unwrap();
    assert_eq!((clock.is_running(), clock.started_at, clock.due.at), (true, at(3, 2, 10, 0), at(3, 5, 10, 0)));
}

#[test]
fn clocks_of_one_name_follow_the_type() {
    let mut book = rules(Allowance::Days(3));
    let mut urgent = book.types[&RequestType::Complaint].clone();
    urgent.clocks[0].allow = AllowRule::Fixed(Allowance::Minutes(30));
    book.types.insert(RequestType::Emergency, urgent);
    let mut world = World::new(book);
    world.now = at(3, 2, 10, 0);
    world.must("wang", T::open(fields("13800000001"), None));
    world.must("wang", edit(vec![change("kind", "complaint", "emergency")]));
    let clock = &world.last[&ONE].clocks[0];
    assert_eq!((clock.due.at, clock.first_due.at), (at(3, 2, 10, 30), at(3, 5, 10, 0)));
    let emergency = world.state.notices.values().find(|notice| notice.what.key == "life.notice_emergency").unwrap();
    assert!(
        world.staff.iter().filter(|staff| emergency.is_for(staff, &world.rules)).map(|staff| &staff.name).eq(["chen"])
    );
    assert_eq!(world.refused("wang", edit(vec![change("kind", "emergency", "")])).key, "life.not_a_choice");
}

#[test]
fn a_stage_that_waits_does_not_hold_another_type() {
    let mut book = rules(Allowance::Days(3));
    let complaint = book.types.get_mut(&RequestType::Complaint).unwrap();
    complaint.stages[1].waits = true;
    let mut world = World::new(book);
    world.must("wang", T::open(fields("13800000001"), None));
    advance(&mut world, REGISTERED, &[]);
    assert!(world.last[&ONE].paused.is_some());
    world.must("wang", edit(vec![change("kind", "complaint", "tip_off")]));
    assert!(world.last[&ONE].paused.is_none() && world.last[&ONE].clocks[0].is_running());
}

#[test]
fn a_reassigned_ticket_is_not_handed_back_by_what_an_earlier_screen_named() {
    let mut world = desk(Allowance::Days(3), at(3, 2, 10, 0));
    advance(&mut world, REGISTERED, &[]);
    advance(&mut world, "handled", &[("department", "service")]);
    assert_eq!(world.last[&ONE].owner, Owner::Department("service".into()));
    world.must("chen", T::Assign { ticket: ONE, to: Owner::Staff(StaffId("li".into())), why: "改派".into() });
    advance(&mut world, "followed_up", &[("outcome", "已退费"), ("satisfaction", "good")]);
    assert_eq!((world.last[&ONE].owner.clone(), world.last[&ONE].hand_overs), (Owner::Staff(StaffId("li".into())), 2));
}

#[test]
fn clocks_that_start_and_stop_each_other_end_all_the_same() {
    let mut book = rules(Allowance::Days(3));
    let kind = book.types.get_mut(&RequestType::Complaint).unwrap();
    let ring = |id: &str, start: &str, stop: &[&str]| ClockRule {
        start: Trigger::Stopped(start.into()),
        stop: stop.iter().map(|id| Trigger::Stopped((*id).into())).collect(),
        ..clock(id, Allowance::Days(1), Trigger::Filed)
    };
    let first = ClockRule { stop: vec![Trigger::Told], ..clock("y0", Allowance::Days(1), Trigger::Told) };
    kind.clocks = vec![first, ring("y", "y", &["x", "z", "y0"]), ring("x", "y", &["z"]), ring("z", "y", &["x"])];
    kind.clocks[1].start = Trigger::Stopped("y".into());
    for (at, start) in [(1, Trigger::Registered), (2, Trigger::Registered), (3, Trigger::Registered)] {
        let again = kind.clocks[at].clone();
        kind.clocks.push(ClockRule { start, ..again });
    }
    let mut world = World::new(book);
    world.must("wang", T::open(fields("13800000001"), None));
    world.must("wang", T::Tell { ticket: ONE, how: TellHow::Phone, what: "正在查".into(), call: None });
}
