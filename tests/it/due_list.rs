//! The debt pane and the page of a line: one row a person, what is late by sign and word, who has it (R-CB-6, R-CB-9).

use ringdesk::domain::callback::{Gravity, Reach};
use ringdesk::domain::command::{CallCommand, CallbackCommand, Command};
use ringdesk::domain::rulebook::RoleRule;
use ringdesk::domain::*;
use ringdesk::tui::command::{About, Effect, Envelope};
use ringdesk::tui::model::Pane;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, ringing};
use crate::due_kit::{debt, happens, line, mine, tried, wang};

fn supervisor(kit: &mut Kit) {
    kit.welcome().me.role = Role::Supervisor;
    kit.welcome().staff[0].role = Role::Supervisor;
}

fn numbers(kit: &Kit) -> Vec<u64> {
    kit.model.callback_rows().iter().map(|line| line.id.0).collect()
}

#[test]
fn one_row_a_person_says_when_who_why_and_who_has_it() {
    let mut kit = Kit::new();
    let wang = wang(&mut kit);
    let mut li = line(6, "0571-88001234", "李娜", vec![debt(1, CallbackReason::Answer, 30, None)]);
    li.taken_by = Some(StaffId("8002".into()));
    li.grade = Grade::First;
    let mut zhao = tried(&line(7, "13900005678", "赵六", vec![debt(1, CallbackReason::Asked, -9, None)]), 3, None);
    zhao.due_at = NOW.plus(40 * 60_000);
    zhao.taken_by = None;
    happens(&mut kit, [li, zhao]);
    kit.keys("alt-5");
    assert_eq!(numbers(&kit), [5, 6, 7]);
    for size in [SMALL, MIDDLE, LARGE] {
        let rows = kit.rows(size);
        let row = |name: &str| rows.iter().find(|row| row.contains(name)).unwrap_or_else(|| panic!("{name} {rows:#?}"));
        let first = row("王强");
        for part in ["!!", "09:30", "重要", &wang.number, "回访x2 放弃"] {
            assert!(first.contains(part), "{size:?} {part}\n{first}");
        }
        assert!(row("李娜").contains("(李四)") && row("李娜").contains("一级"), "{size:?} {}", row("李娜"));
        assert!(row("赵六").contains("10:40"), "{}", row("赵六"));
        let again = if size == MIDDLE { "第1次" } else { "第1次 10:40再打" };
        assert!(row("赵六").contains(again), "{}", row("赵六"));
        assert!(rows.iter().any(|row| row.contains("回访 3") && row.contains("1 条已到时")), "{rows:#?}");
        assert!(rows[0].contains("!回访 1"), "whichever pane is in sight: {}", rows[0]);
    }
}

#[test]
fn what_a_supervisor_has_stands_behind_and_alone_where_it_is_asked_for() {
    let mut kit = Kit::new();
    kit.welcome().rulebook.roles.insert("supervisor".into(), RoleRule { name: "班长".into(), ..RoleRule::default() });
    wang(&mut kit);
    let mut lost = line(3, "13700001111", "孙七", vec![debt(1, CallbackReason::Abandoned, -500, None)]);
    lost.with = Some("supervisor".into());
    happens(&mut kit, [lost]);
    kit.keys("alt-5");
    assert_eq!(numbers(&kit), [5, 3], "what the desk works on comes first");
    let text = kit.text(SMALL);
    assert!(text.contains("交班长 1") && text.contains("1 条已到时"), "{text}");
    kit.keys("u");
    assert_eq!(numbers(&kit), [3]);
    assert!(kit.text(SMALL).contains("交上来的 1"));
    kit.keys("y");
    assert!(kit.notice().contains("交班长"), "an operator can't: {}", kit.notice());
    supervisor(&mut kit);
    kit.keys("y").types("+30m").keys("ctrl-u").types("14:30").keys("enter ctrl-u").types("13700002222").keys("enter");
    kit.types("号码抄错").keys("enter");
    let put_back = CallbackCommand::PutBack {
        callback: CallbackId(3),
        due_at: NOW.plus(4 * 3_600_000 + 30 * 60_000),
        number: Some("13700002222".into()),
        reason: "号码抄错".into(),
    };
    assert_eq!(kit.sent(), [&Command::Callback(put_back)]);
    let told = kit.effects.iter().find_map(|effect| match effect {
        Effect::Send(Envelope { about: About::Plain(Some(say)), .. }) => Some(kit.model.words(say)),
        _ => None,
    });
    assert_eq!(told.as_deref(), Some("已放回队列，14:30 再打"));
    kit.keys("u");
    assert_eq!(numbers(&kit), [5, 3]);
}

#[test]
fn the_page_of_a_line_has_everything_and_opens_its_tickets() {
    let mut kit = Kit::new();
    let mut wang = tried(&wang(&mut kit), 2, Some(Reach::NotReached));
    wang.taken_by = None;
    wang.keys.push("057188001234".into());
    happens(&mut kit, [wang]);
    kit.keys("alt-5 enter");
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        let shown =
            ["13800001234", "王强", "057188001234", "应回访 3 件", "1 回访", "厨房漏气", "2 回访", "燃气表不走字"];
        for part in shown {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
    }
    assert!(kit.text(MIDDLE).contains("拨过 1 次") && kit.text(MIDDLE).contains("未接通"), "{}", kit.text(MIDDLE));
    kit.keys("2");
    assert!(kit.text(MIDDLE).contains(&format!("工单 {}", TicketId(72).spoken())));
    kit.keys("esc esc");
    assert_eq!((kit.model.layers.len(), kit.model.focus), (0, Pane::Callbacks));
}

#[test]
fn a_line_that_is_settled_while_its_page_is_open_says_so() {
    let mut kit = Kit::new();
    let mut wang = wang(&mut kit);
    kit.keys("alt-5 enter");
    wang.ended_at = Some(NOW);
    wang.end = Some(CallbackEnd::CalledAgain(CallId(9)));
    happens(&mut kit, [wang]);
    assert!(kit.text(SMALL).contains("客户来电时已接听"), "{}", kit.text(SMALL));
    kit.keys("d");
    assert!(kit.sent().is_empty() && kit.notice().contains("已经办结"), "{}", kit.notice());
}

#[test]
fn the_ringing_call_and_its_timer_stay_over_the_page_at_the_smallest_size() {
    let mut kit = Kit::new();
    wang(&mut kit);
    kit.keys("alt-5 enter");
    kit.call(ringing(1, "13312345678", "陈八", 12_000, "1001"));
    let text = kit.text(SMALL);
    assert!(text.contains("13312345678") && text.contains("0:12") && text.contains("王强"), "{text}");
}

#[test]
fn somebody_elses_line_is_not_dialled_and_the_key_says_who_has_it() {
    let mut kit = Kit::new();
    let mut wang = wang(&mut kit);
    wang.taken_by = Some(StaffId("8002".into()));
    happens(&mut kit, [wang]);
    for keys in ["alt-5 d", "alt-5 o", "alt-5 F7"] {
        kit.keys(keys);
        assert!(kit.notice().contains("李四 正在办"), "{keys}: {}", kit.notice());
    }
    assert!(kit.sent().is_empty() && kit.model.drafts.open().is_none());
}

#[test]
fn dialling_from_list_and_page_says_the_line() {
    for keys in ["alt-5 d", "alt-5 F7", "alt-5 enter d"] {
        let mut kit = Kit::new();
        wang(&mut kit);
        kit.keys(keys);
        let dial = CallCommand::Dial { number: "13800001234".into(), callback: Some(CallbackId(5)) };
        assert_eq!(kit.sent(), [&Command::Call(dial)], "{keys}");
        assert!(kit.model.layers.is_empty() && kit.model.is_on_sheet(), "{keys}");
    }
}

#[test]
fn gravity_has_a_word_and_an_emergency_stands_above_what_is_due() {
    let mut kit = Kit::new();
    wang(&mut kit);
    let mut leak = debt(1, CallbackReason::Answer, -1, None);
    leak.gravity = Gravity::Emergency;
    happens(&mut kit, [line(9, "13600001111", "周九", vec![leak])]);
    kit.keys("alt-5");
    assert_eq!(numbers(&kit), [9, 5]);
    assert!(kit.rows(SMALL).iter().any(|row| row.contains("周九") && row.contains("紧急")));
}

#[test]
fn all_that_is_owed_to_a_caller_shows_while_it_rings_by_any_of_their_numbers() {
    let mut kit = Kit::new();
    let wang = wang(&mut kit);
    let mut other = line(8, "0571-88009999", "王强", vec![debt(1, CallbackReason::Agreed, 90, None)]);
    other.debts[0].note = "报价".into();
    other.customer = Some(CustomerId(4));
    happens(&mut kit, [other]);
    kit.call(ringing(1, &wang.number, "", 3_000, "1001"));
    let phones = vec![wang.number.clone(), "057188009999".to_owned()];
    let customer = Customer { id: CustomerId(4), name: "王强".into(), phones, ..Customer::default() };
    kit.card(ringdesk::client::PersonCard {
        number: wang.number.clone(),
        customer: Some(customer),
        ..Default::default()
    });
    kit.keys("alt-2");
    for size in [MIDDLE, LARGE] {
        let text = kit.text(size);
        for part in ["厨房漏气", "燃气表不走字", "报价", "排队 3 分钟"] {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
    }
}

#[test]
fn a_line_in_hand_is_let_go_by_its_key() {
    let mut kit = Kit::new();
    let wang = wang(&mut kit);
    kit.keys("alt-5 L");
    assert!(kit.sent().is_empty() && kit.notice().contains("不在你手上"), "{}", kit.notice());
    happens(&mut kit, [mine(&wang)]);
    kit.keys("L");
    assert_eq!(kit.sent(), [&Command::Callback(CallbackCommand::Release(CallbackId(5)))]);
}

#[test]
fn an_agreed_time_is_typed_as_short_as_in_the_forms() {
    let day = 24 * 60;
    // It is 10:00.
    let typed = [
        ("15:30 13800001234 报价", 5 * 60 + 30, "报价"),
        ("+30 13800001234 报价 单", 30, "报价 单"),
        ("明天9点 +8613800001234", day - 60, ""),
        ("明天 9:00 13800001234 报价", day - 60, "报价"),
        ("2d 13800001234", 2 * day, ""),
        ("+1d 0930 13800001234", day - 30, ""),
        // A short number is no time where no other follows.
        ("+2d 1200 报价3号", 2 * day, "报价3号"),
    ];
    for (text, minutes, about) in typed {
        let mut kit = Kit::new();
        kit.keys("alt-c ctrl-u").types(text).keys("enter");
        let [Command::Callback(CallbackCommand::Agree { number, due_at, note, .. })] = kit.sent()[..] else {
            panic!("{text}: {} {:?}", kit.notice(), kit.sent())
        };
        assert_eq!((due_at.since(NOW) / 60_000, note.as_str()), (minutes, about), "{text}");
        assert!(text.contains(number.as_str()), "{text}");
    }
    for (text, why) in
        [("报价 13800001234", "时间写成"), ("明天 9:00 报价", "号码"), ("今天 9:00 13800001234", "已经过了")]
    {
        let mut kit = Kit::new();
        kit.keys("alt-c ctrl-u").types(text).keys("enter");
        assert!(kit.sent().is_empty() && kit.notice().contains(why), "{text}: {}", kit.notice());
    }
}

/// A time of day means today's however long the other questions take to answer.
#[test]
fn the_time_of_a_line_put_back_is_reckoned_when_it_is_typed() {
    let mut kit = Kit::new();
    supervisor(&mut kit);
    let mut lost = line(3, "13700001111", "孙七", vec![debt(1, CallbackReason::Abandoned, -500, None)]);
    lost.with = Some("supervisor".into());
    happens(&mut kit, [lost]);
    kit.keys("alt-5 y").types("10:01").keys("enter");
    kit.passes(5 * 60_000);
    kit.keys("enter").types("再试").keys("enter");
    let [Command::Callback(CallbackCommand::PutBack { due_at, .. })] = kit.sent()[..] else {
        panic!("{} {:?}", kit.notice(), kit.sent())
    };
    assert_eq!(*due_at, NOW.plus(60_000));
}
