//! An order worked from the first key to the last: one key is the next step, a form says what it lacks, and what waits
//! to be sent is in sight.

use ringdesk::client::Heard;
use ringdesk::domain::command::{CrewCommand, NoticeCommand, TicketCommand};
use ringdesk::domain::*;
use ringdesk::text::Say;
use ringdesk::tui::command::{About, Effect, Envelope};

use crate::console_kit::Kit;
use crate::tech_kit::*;

fn at(stage: &str) -> Kit {
    let mut kit = technician();
    kit.happens(vec![is(order(14, RequestType::Repair, stage, 200, "体育场路 9 号", "灶具打不着火"))]);
    kit.text(PHONE);
    kit.keys("1");
    kit.text(PHONE);
    kit
}

/// What was asked about tickets.
fn asked(kit: &Kit) -> Vec<TicketCommand> {
    let ticket = |command: &&Command| if let Command::Ticket(command) = command { Some(command.clone()) } else { None };
    kit.sent().iter().filter_map(ticket).collect()
}

fn last_request(kit: &Kit) -> u64 {
    let sent = kit.effects.iter().rposition(|effect| matches!(effect, Effect::Send(_)));
    sent.unwrap() as u64 + 1
}

fn values(command: &TicketCommand) -> Vec<(String, String)> {
    let TicketCommand::Advance { changes, .. } = command else { panic!("{command:?}") };
    changes.iter().map(|change| (change.field.clone(), change.to.clone())).collect()
}

#[test]
fn the_next_step_is_always_the_same_key() {
    let id = TicketId(14);
    let advance = |from: &str| TicketCommand::Advance { ticket: id, from: from.into(), changes: Vec::new() };
    for (stage, word, command) in [
        ("dispatched", "空格 接单", TicketCommand::Accept(id)),
        ("accepted", "空格 出发", advance("accepted")),
        ("en_route", "空格 到场", advance("en_route")),
        ("waiting", "空格 继续", advance("waiting")),
    ] {
        for key in ["space", "enter"] {
            let mut kit = at(stage);
            assert!(kit.text(PHONE).contains(word), "{}", kit.text(PHONE));
            kit.keys(key);
            assert_eq!(asked(&kit), std::slice::from_ref(&command), "{stage}");
        }
    }
}

/// A stage that waits stands by itself: one key leaves it. What was paused with a reason goes on where it was.
#[test]
fn going_on_after_waiting_is_one_step() {
    let waits = |stage: &str, why: &str| {
        let mut kit = technician();
        let mut rules = rules();
        let stages = rules.types.get_mut(&RequestType::Repair).unwrap().stages.iter_mut();
        stages.filter(|stage| stage.id == "waiting").for_each(|stage| stage.waits = true);
        kit.welcome().rulebook = rules;
        let mut order = order(14, RequestType::Repair, stage, 200, "体育场路 9 号", "灶具打不着火");
        order.paused = Some((kit.model.now, why.into()));
        kit.happens(vec![is(order)]);
        kit.text(PHONE);
        kit.keys("1");
        let shown = kit.text(PHONE);
        kit.keys("space");
        (asked(&kit), shown)
    };
    let (sent, shown) = waits("waiting", "");
    let advance = TicketCommand::Advance { ticket: TicketId(14), from: "waiting".into(), changes: Vec::new() };
    assert_eq!(sent, [advance], "{shown}");
    assert!(shown.contains("挂起 10:00") && !shown.contains("10:00："), "{shown}");
    let (sent, shown) = waits("accepted", "客户不在家");
    assert_eq!(sent, [TicketCommand::Resume(TicketId(14))]);
    assert!(shown.contains("10:00：客户不在家"), "{shown}");
}

/// A contractor that was not approved, a customer who was not content: the order comes back with the reason in sight.
#[test]
fn why_an_order_comes_back_stands_on_it() {
    let mut kit = technician();
    let mut back = order(14, RequestType::Repair, "carried_out", 200, "体育场路 9 号", "灶具打不着火");
    back.card.insert("approver_opinion".into(), "先等配件".into());
    let card = [("outcome".into(), "还是点不着".into())].into();
    back.rounds.push(ringdesk::domain::ticket::Round { number: 1, ended_at: kit.model.now, card });
    kit.happens(vec![is(back)]);
    kit.text(PHONE);
    kit.keys("1");
    let text = kit.text(PHONE);
    assert!(text.contains("先等配件") && text.contains("第 2 轮，客户说：还是点不着"), "{text}");
}

#[test]
fn what_can_not_be_taken_back_is_asked_once() {
    let mut kit = at("finished");
    kit.keys("space");
    assert!(asked(&kit).is_empty() && kit.text(PHONE).contains("不能再改"), "{}", kit.text(PHONE));
    kit.keys("esc");
    assert!(asked(&kit).is_empty());
    kit.keys("space enter");
    let from = "finished".to_owned();
    assert_eq!(asked(&kit), [TicketCommand::Advance { ticket: TicketId(14), from, changes: Vec::new() }]);
}

/// R-WO-1: nothing is finished with a field empty that its type demands; what is missing is named.
#[test]
fn finishing_asks_what_the_type_demands() {
    let mut kit = at("carried_out");
    kit.keys("space");
    kit.types("换了密封圈").keys("ctrl-s");
    assert!(asked(&kit).is_empty());
    let notice = kit.notice();
    assert!(notice.contains("试验压力") && notice.contains("有无收费") && !notice.contains("旧表号"), "{notice}");
    // The caret stands in the first that is missing; numbers by figures alone, also as an input method sends them.
    kit.types("3\u{3002}x\u{ff15}").keys("enter").types("15").keys("enter").types("0").keys("enter");
    // A figure chooses and goes on; what is replaced asks for both serials.
    kit.types("1").types("1").types("A100").keys("enter").types("B200").keys("enter").types("2").keys("enter");
    let sent = asked(&kit);
    assert_eq!(sent.len(), 1, "{}", kit.text(PHONE));
    let expected = [
        ("progress", "done"),
        ("done_what", "换了密封圈"),
        ("pressure_kpa", "3.5"),
        ("minutes", "15"),
        ("drop", "0"),
        ("verdict", "tight"),
        ("replaced", "yes"),
        ("old_serial", "A100"),
        ("new_serial", "B200"),
        ("charged", "no"),
    ];
    let expected: Vec<(String, String)> = expected.map(|(id, value)| (id.into(), value.into())).to_vec();
    assert_eq!(values(&sent[0]), expected);
    // On the desk's disk: back to the order.
    let request = last_request(&kit);
    kit.model.hear(Heard::Done(request, Made::Nothing));
    assert!(kit.model.drafts.open().is_none() && !kit.model.takes_text());
    assert!(kit.text(PHONE).contains("体育场路"), "{}", kit.text(PHONE));
}

/// What a value hides is not sent, also when it was typed before.
/// What is missing is told whole, however many names it has; on a small screen its cut is marked.
#[test]
fn what_is_missing_is_told_to_the_last_name() {
    let mut kit = at("carried_out");
    kit.keys("space ctrl-s");
    let told = kit.notice();
    assert!(told.contains("有无收费"), "{told}");
    let rows = kit.rows(PHONE);
    let from = rows.iter().position(|row| row.starts_with('!')).unwrap();
    let shown: String = rows[from..19].iter().map(|row| row.trim_end()).collect();
    assert_eq!(shown.trim_start_matches("! "), told);
    let small = kit.rows((40, 11));
    assert!(small[9].trim_end().ends_with(".."), "{small:#?}");
}

#[test]
fn a_field_that_is_asked_no_more_is_not_sent() {
    let mut kit = at("carried_out");
    kit.keys("space").types("换表").keys("enter");
    for value in ["3", "15", "0"] {
        kit.types(value).keys("enter");
    }
    kit.types("1").types("1").types("A100").keys("up").types("2").types("2").keys("ctrl-s");
    let sent = asked(&kit);
    assert_eq!(sent.len(), 1, "{}", kit.text(PHONE));
    assert!(values(&sent[0]).iter().all(|(id, _)| id != "old_serial"), "{sent:?}");
}

#[test]
fn waiting_for_parts_is_said_where_the_stage_asks_else_the_clocks_stand() {
    let mut kit = at("carried_out");
    kit.keys("g");
    assert!(kit.text(PHONE).contains("1已处理 2等配件 3等客户"), "{}", kit.text(PHONE));
    kit.types("2").types("密封圈").keys("enter");
    let sent = asked(&kit);
    let expected = [("progress".to_owned(), "parts".to_owned()), ("waiting_for".to_owned(), "密封圈".to_owned())];
    assert_eq!(values(&sent[0]), expected);

    let mut kit = at("accepted");
    kit.keys("g").types("客户不在家").keys("enter");
    assert_eq!(asked(&kit), [TicketCommand::Pause { ticket: TicketId(14), why: "客户不在家".into() }]);
}

/// R-WO-3: grade by a figure, a deadline typed short, and all of it named where it is missing.
#[test]
fn a_hazard_found_on_site_is_registered_with_few_keys() {
    let mut kit = at("carried_out");
    kit.keys("y").types("热水器没有烟道，闻到煤气味").keys("ctrl-s");
    let notice = kit.notice();
    assert!(notice.contains("隐患等级") && notice.contains("整改期限"), "{notice}");
    assert!(asked(&kit).is_empty());
    kit.types("4").types("ZG-77").keys("enter").types("+3d").keys("enter").types("1").keys("ctrl-s");
    let card = [
        ("hazard_grade", "grave"),
        ("notice_number", "ZG-77"),
        ("deadline", "2026-11-25 10:00"),
        ("acknowledged", "yes"),
    ];
    let card = card.map(|(id, value)| (id.to_owned(), value.to_owned())).into_iter().collect();
    let subject = "热水器没有烟道，闻到煤气味".to_owned();
    assert_eq!(asked(&kit), [TicketCommand::FoundHazard { ticket: TicketId(14), subject, card }]);
}

/// A deadline is often a day: it ends with it, and says so.
#[test]
fn a_deadline_typed_as_a_day_is_the_end_of_that_day() {
    for (typed, deadline) in
        [("11-25", "2026-11-25 23:59"), ("明天", "2026-11-23 23:59"), ("11-25 9:00", "2026-11-25 09:00")]
    {
        let mut kit = at("carried_out");
        kit.keys("y").types("热水器没有烟道").keys("enter").types("4").types("ZG-77").keys("enter");
        kit.types(typed).keys("enter");
        assert!(kit.text(PHONE).contains(deadline), "{typed}: {}", kit.text(PHONE));
    }
}

/// What the desk would refuse is said before the form is written, not behind it.
#[test]
fn a_hazard_before_anybody_was_there_is_refused_at_once() {
    let mut kit = at("accepted");
    kit.keys("y");
    assert!(kit.model.drafts.open().is_none() && kit.notice().contains("还没到场"), "{}", kit.notice());
}

#[test]
fn objection_note_and_photograph_are_written_in_forms() {
    let ticket = TicketId(14);
    let mut kit = at("accepted");
    kit.keys("t enter");
    assert!(kit.notice().contains("原因"), "a reason is needed: {}", kit.notice());
    kit.types("不是我们片区").keys("enter");
    assert_eq!(asked(&kit), [TicketCommand::Object { ticket, why: "不是我们片区".into() }]);
    let mut kit = at("accepted");
    kit.keys("b").types("门禁 2580").keys("ctrl-s");
    assert_eq!(asked(&kit), [TicketCommand::Note { ticket, text: "门禁 2580".into() }]);
    let mut kit = at("accepted");
    kit.keys("z").types("IMG_0042").keys("enter enter");
    let file = TicketCommand::AttachFile { ticket, place: "IMG_0042".into(), words: String::new() };
    assert_eq!(asked(&kit), [file]);
}

/// Put down, a form waits under the key it was begun with, and its order says so.
#[test]
fn a_form_that_was_put_down_comes_back_with_its_key() {
    let mut kit = at("carried_out");
    kit.keys("space").types("换了密").keys("esc");
    assert!(kit.text(PHONE).contains("完工写了一半"), "{}", kit.text(PHONE));
    kit.keys("b").types("有狗").keys("esc q");
    assert!(kit.text(PHONE).contains("未写完"), "{}", kit.text(PHONE));
    kit.text(PHONE);
    kit.keys("1 space").types("封圈");
    assert_eq!(kit.model.drafts.open().unwrap().value_of("done_what"), "换了密封圈");
    kit.keys("esc b").types("，小心");
    assert_eq!(kit.model.drafts.open().unwrap().value_of("errand_note"), "有狗，小心");
    assert_eq!(kit.model.drafts.parked().len(), 1);
}

#[test]
fn a_new_order_rings_and_stands_until_it_is_answered_by_one_key() {
    let mut kit = technician();
    let mut new = order(22, RequestType::Emergency, "dispatched", 50, "建国北路 120 号", "路面冒气泡");
    new.owner = Owner::Department("repair".into());
    kit.happens(vec![is(new), notice(1, 22)]);
    assert!(kit.effects.iter().any(|effect| matches!(effect, Effect::Bell)), "rung once");
    let rows = kit.rows(PHONE);
    assert!(rows[1].contains("新单 22-0 报警") && rows[1].contains("0 接单"), "{}", rows[1]);
    // Also over a form, where its key is one that is not text.
    kit.keys("1 b");
    assert!(kit.rows(PHONE)[1].contains("F2 接单"), "{}", kit.text(PHONE));
    kit.types("0");
    assert!(asked(&kit).is_empty(), "typed, not pressed");
    kit.keys("esc 0");
    assert_eq!(asked(&kit), [TicketCommand::Accept(TicketId(22))]);
    let heeded = Command::Notice(NoticeCommand::Acknowledge(NoticeId(1)));
    assert!(kit.sent().contains(&&heeded), "who accepts has read it");
    assert!(!kit.rows(PHONE)[1].contains("新单"), "{}", kit.text(PHONE));
}

/// Somebody was quicker: it is said in a sentence of one row, and does not hide the next order.
#[test]
fn an_order_that_somebody_else_has_says_so_below_the_next_one() {
    let mut kit = technician();
    let mut ours = order(21, RequestType::Repair, "dispatched", 50, "文三路 77 号", "灶具点不着");
    ours.owner = Owner::Department("repair".into());
    kit.happens(vec![is(ours), notice(1, 21)]);
    kit.text(PHONE);
    kit.keys("0");
    let asked_as = kit.effects.iter().position(|effect| {
        matches!(effect, Effect::Send(sent) if matches!(sent.command, Command::Ticket(TicketCommand::Accept(_))))
    });
    kit.happens(vec![is(Ticket { id: TicketId(21), stage: "filed".into(), ..Ticket::default() })]);
    let refused = Say::new("may.not_theirs").with("ticket", "21-2");
    kit.model.hear(Heard::Refused(asked_as.unwrap() as u64 + 1, refused));
    let row = kit.rows(PHONE)[1].clone();
    assert!(row.contains("接单没办成：已被别人接走或改派") && row.contains("x 知道了"), "{row}");
    kit.happens(vec![is(order(22, RequestType::Emergency, "dispatched", 50, "建国北路", "冒气")), notice(2, 22)]);
    let row = kit.rows(PHONE)[1].clone();
    assert!(row.contains("新单 22-0 报警") && row.contains("0 接单"), "{row}");
    kit.keys("0");
    assert_eq!(asked(&kit).last(), Some(&TicketCommand::Accept(TicketId(22))));
    assert!(kit.rows(PHONE)[1].contains("已被别人接走或改派"), "{}", kit.text(PHONE));
    kit.keys("x");
    assert!(!kit.text(PHONE).contains("已被别人接走"), "{}", kit.text(PHONE));
}

#[test]
fn a_banner_can_be_read_without_accepting() {
    let mut kit = technician();
    kit.happens(vec![is(order(22, RequestType::Repair, "dispatched", 50, "建国北路", "冒气")), notice(1, 22)]);
    kit.text(PHONE);
    kit.keys("x");
    assert_eq!(kit.sent(), [&Command::Notice(NoticeCommand::Acknowledge(NoticeId(1)))]);
}

/// A key pressed right when a more urgent order takes the banner's place is meant for the one that stood there.
#[test]
fn a_key_typed_ahead_accepts_the_order_that_stood_there() {
    let mut kit = technician();
    kit.happens(vec![is(order(21, RequestType::Repair, "dispatched", 50, "文三路", "冒气")), notice(1, 21)]);
    kit.text(PHONE);
    kit.passes(5_000);
    kit.happens(vec![is(order(22, RequestType::Emergency, "dispatched", 50, "建国北路", "冒气")), notice(2, 22)]);
    assert!(kit.rows(PHONE)[1].contains("22-0"));
    kit.passes(50);
    kit.keys("0");
    assert_eq!(asked(&kit), [TicketCommand::Accept(TicketId(21))]);
}

/// The order changed under the key: it is refused in words, and pressed again it means what is on the screen.
#[test]
fn a_step_pressed_as_the_order_changed_is_refused() {
    let mut kit = at("accepted");
    kit.passes(5_000);
    let mut changed = order(14, RequestType::Repair, "en_route", 200, "体育场路 9 号", "灶具打不着火");
    changed.version = 2;
    kit.happens(vec![is(changed)]);
    kit.text(PHONE);
    kit.passes(50);
    kit.keys("space");
    assert!(asked(&kit).is_empty() && kit.notice().contains("刚有变化"), "{}", kit.notice());
    kit.passes(500);
    kit.keys("space");
    assert_eq!(asked(&kit).len(), 1);
}

/// R-WO-4: a step made while the line is down is shown as not sent, once, and refused in sight where it came too late.
#[test]
fn a_step_without_a_line_waits_in_sight() {
    let mut kit = at("accepted");
    kit.model.line_lost(Say::new("desk.connecting"));
    kit.keys("space");
    assert!(kit.text(PHONE).contains("出发：还没送出"), "{}", kit.text(PHONE));
    kit.keys("space");
    assert_eq!(asked(&kit).len(), 1, "not made twice");
    assert!(kit.notice().contains("还没送出"));
    kit.keys("q");
    assert!(kit.text(PHONE).contains("出发·未送出"), "{}", kit.text(PHONE));
    // It is kept with the drafts: the next console says it under the same id.
    let kept = kit.model.drafts.to_keep().unwrap().clone();
    let kept: ringdesk::tui::form::store::Kept = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
    let id = kept.steps[0].id;
    let sent = kit.effects.iter().find_map(|effect| match effect {
        Effect::Send(Envelope { id, about: About::Step, .. }) => Some(*id),
        _ => None,
    });
    assert_eq!(sent, Some(id));
    let request = last_request(&kit);
    kit.model.hear(Heard::Refused(request, Say::new("may.desk_only")));
    let rows = kit.rows(PHONE);
    assert!(rows[1].contains("14-0 出发没办成") && rows[1].contains("x 知道了"), "{}", rows[1]);
    kit.keys("x");
    assert!(!kit.text(PHONE).contains("没办成") && kit.model.drafts.steps().is_empty());
}

#[test]
fn on_duty_and_off_is_one_key() {
    let mut kit = technician();
    assert!(kit.text(PHONE).contains("王强 在岗"));
    kit.keys("d");
    assert_eq!(kit.sent(), [&Command::Crew(CrewCommand::OffDuty)]);
    let off = Crew { staff: StaffId("w07".into()), ..Crew::default() };
    kit.happens(vec![Event::Crew(Box::new(off))]);
    assert!(kit.text(PHONE).contains("王强 离岗") && kit.text(PHONE).contains("d 上岗"), "{}", kit.text(PHONE));
    kit.keys("d");
    assert_eq!(kit.sent()[1], &Command::Crew(CrewCommand::OnDuty));
}

/// An order that went to somebody else while something was written about it: what was typed can still be read.
#[test]
fn what_was_written_about_an_order_that_is_gone_can_be_read() {
    let mut kit = at("accepted");
    kit.keys("b").types("门禁 2580").keys("esc");
    let mut away = order(14, RequestType::Repair, "accepted", 200, "体育场路 9 号", "灶具打不着火");
    away.owner = Owner::Staff(StaffId("w08".into()));
    kit.happens(vec![is(away)]);
    assert!(kit.text(PHONE).contains("r 看剩下的"), "{}", kit.text(PHONE));
    kit.keys("r");
    assert!(kit.text(PHONE).contains("门禁 2580"));
    kit.keys("alt-d enter");
    assert!(kit.model.drafts.open().is_none() && kit.model.drafts.parked().is_empty());
}

/// An order taken away while its form is open: the desk sends it empty, and what was typed stays as it was.
#[test]
fn an_order_taken_away_takes_nothing_from_the_form() {
    let mut kit = at("carried_out");
    kit.keys("space").types("换了密封圈");
    let gone = Ticket { id: TicketId(14), stage: "filed".into(), ..Ticket::default() };
    kit.happens(vec![is(gone)]);
    assert!(kit.text(PHONE).contains("换了密封圈"), "{}", kit.text(PHONE));
    assert!(kit.model.drafts.open().unwrap().theirs.is_empty());
}

/// What others decide (a contractor, SPEC §5) has no key here; what may be filled at the end is asked there.
#[test]
fn a_stage_that_others_decide_has_no_next_step_and_the_last_shows_its_fields() {
    let mut kit = technician();
    let rules = &mut kit.welcome().rulebook;
    let repair = rules.types.get_mut(&RequestType::Repair).unwrap();
    for stage in &mut repair.stages {
        if stage.id == "waiting" {
            stage.by = vec!["department_head".into()];
        }
        if stage.id == "finished" {
            let need = ringdesk::domain::rulebook::Need::Free;
            stage.fields.push(ringdesk::domain::rulebook::FieldUse { field: "receipt".into(), need });
        }
    }
    kit.happens(vec![
        is(order(14, RequestType::Repair, "waiting", 100, "体育场路 9 号", "灶具打不着火")),
        is(order(15, RequestType::Repair, "finished", 200, "文三路 77 号", "热水器")),
    ]);
    kit.text(PHONE);
    kit.keys("1 space");
    assert!(asked(&kit).is_empty() && kit.notice().contains("不归维修员办"), "{}", kit.notice());
    kit.keys("q");
    kit.text(PHONE);
    kit.keys("2 space").types("S-1").keys("enter");
    assert_eq!(values(&asked(&kit)[0]), [("receipt".to_owned(), "S-1".to_owned())]);
}
