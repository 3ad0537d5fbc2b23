//! The callback sheet: open before the phone is answered, a page a debt, and nothing typed is lost (R-CB-3, 5, 7, 10).

use ringdesk::client::Heard;
use ringdesk::domain::callback::{Next, Reach};
use ringdesk::domain::command::{CallCommand, CallbackCommand, Command};
use ringdesk::domain::*;
use ringdesk::text::Say;
use ringdesk::tui::command::Effect;
use ringdesk::tui::form::store::{DraftFile, DraftStore};
use ringdesk::tui::model::{CallStands, Pane};

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, ringing};
use crate::due_kit::{debt, dialled, happens, line, mine, over, rings, talks, tried, wang};

fn stands(kit: &Kit) -> CallStands {
    let (_, sheet) = kit.model.open_sheet().unwrap();
    kit.model.call_stands(sheet)
}

fn value(kit: &Kit, field: &str) -> String {
    kit.model.drafts.open().unwrap().value_of(field).to_owned()
}

/// The reports sent so far.
fn reports(kit: &Kit) -> Vec<CallbackCommand> {
    let reports = kit.sent().into_iter().filter_map(|command| match command {
        Command::Callback(report @ CallbackCommand::Report { .. }) => Some(report.clone()),
        _ => None,
    });
    reports.collect()
}

/// The desk says yes to the last thing that was asked.
fn done(kit: &mut Kit) {
    let request = kit.effects.len() as u64;
    let effects = kit.model.hear(Heard::Done(request, Made::Nothing));
    kit.effects.extend(effects);
}

fn refuse(kit: &mut Kit, why: &str) {
    let request = kit.effects.len() as u64;
    let effects = kit.model.hear(Heard::Refused(request, Say::new(why)));
    kit.effects.extend(effects);
}

/// Dialled, taken and answered.
fn in_talk(kit: &mut Kit) -> Callback {
    let line = wang(kit);
    kit.keys("alt-5 d");
    done(kit);
    happens(kit, [tried(&line, 40, None)]);
    kit.call(talks(rings(dialled(40, &line))));
    happens(kit, [tried(&line, 40, Some(Reach::Reached))]);
    line
}

#[test]
fn the_sheet_is_there_before_the_phone_is_and_says_where_the_call_stands() {
    let mut kit = Kit::new();
    let line = wang(&mut kit);
    kit.keys("alt-5 d");
    assert_eq!((kit.model.focus, stands(&kit)), (Pane::Form, CallStands::Dialling));
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        for part in ["回访单 13800001234 王强 1/2", "拨号中", "厨房漏气", "处理： 换了减压阀", "结果*"]
        {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
    }
    done(&mut kit);
    let mut ours = dialled(40, &line);
    ours.legs[0].answered_at = None;
    kit.call(ours);
    assert_eq!(stands(&kit), CallStands::PickUp);
    kit.call(dialled(40, &line));
    assert_eq!(stands(&kit), CallStands::Dialling);
    kit.call(rings(dialled(40, &line)));
    assert!(matches!(stands(&kit), CallStands::Ringing(_)));
    assert!(kit.text(SMALL).contains("振铃"));
    assert_eq!(value(&kit, "sheet.reach"), "");
    kit.passes(32_000);
    kit.call(talks(rings(dialled(40, &line))));
    assert_eq!(stands(&kit), CallStands::Talking(32_000));
    assert!(kit.text(SMALL).contains("已接通 0:32"), "{}", kit.text(SMALL));
    assert_eq!(value(&kit, "sheet.reach"), "reached", "nobody has to type what the PBX knows");
    assert!(!kit.model.drafts.open().unwrap().is_touched());
}

#[test]
fn each_debt_has_a_page_and_each_page_a_report_with_the_call() {
    let mut kit = Kit::new();
    let line = in_talk(&mut kit);
    // 结果 is known; 满意程度 by its digit, 客户说 is typed.
    kit.keys("ctrl-s");
    assert!(kit.notice().contains("满意程度") && kit.notice().contains("客户说"), "{}", kit.notice());
    kit.types("1").keys("tab tab").types("阀门好用").keys("ctrl-s");
    let report = |debt: u32, satisfaction: &str, said: &str, next: Next| CallbackCommand::Report {
        callback: line.id,
        debt: Some(debt),
        call: Some(CallId(40)),
        reach: Reach::Reached,
        satisfaction: satisfaction.into(),
        said: said.into(),
        next,
    };
    assert_eq!(reports(&kit), [report(2, "very", "阀门好用", Next::Settled)]);
    kit.types("x");
    assert!(kit.notice().contains("保存"), "nothing is typed into what is on its way: {}", kit.notice());
    done(&mut kit);
    assert!(kit.notice().contains("1/2"), "{}", kit.notice());
    // What was written freed the line: the next page has it in hand again.
    assert_eq!(kit.sent().last(), Some(&&Command::Callback(CallbackCommand::Take(line.id))));
    let text = kit.text(SMALL);
    assert!(text.contains("2/2") && text.contains("燃气表不走字"), "{text}");
    assert_eq!((value(&kit, "sheet.reach"), value(&kit, "sheet.said")), ("reached".into(), String::new()));
    // Not satisfied: handled again, unless something else is said.
    kit.keys("tab").types("4").keys("tab tab").types("还是不走").keys("ctrl-s");
    assert_eq!(reports(&kit)[1..], [report(3, "dissatisfied", "还是不走", Next::Again)]);
    kit.call(over(talks(rings(dialled(40, &line)))));
    done(&mut kit);
    assert!(kit.model.drafts.open().is_none() && kit.model.focus == Pane::Callbacks);
    assert_eq!(kit.sent().last(), Some(&&Command::Callback(CallbackCommand::Release(line.id))));
}

#[test]
fn the_two_reports_are_two_commands_and_each_keeps_its_id() {
    let mut kit = Kit::new();
    in_talk(&mut kit);
    kit.keys("tab").types("1").keys("tab tab").types("好").keys("ctrl-s");
    refuse(&mut kit, "refused.not_talking");
    kit.keys("ctrl-s");
    done(&mut kit);
    kit.keys("tab").types("1").keys("tab tab").types("好").keys("ctrl-s");
    let ids: Vec<u128> = kit
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(envelope) if matches!(envelope.command, Command::Callback(CallbackCommand::Report { .. })) => {
                Some(envelope.id)
            }
            _ => None,
        })
        .collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[0], ids[1], "said twice it is done once");
    assert!(ids[1] != ids[2] && ids[0] != 0);
}

#[test]
fn an_agreed_time_is_typed_short_and_must_lie_ahead() {
    let mut kit = Kit::new();
    in_talk(&mut kit);
    kit.keys("tab tab").types("3").keys("tab").types("明早").keys("tab").types("要问财务").keys("ctrl-s");
    assert!(reports(&kit).is_empty(), "{}", kit.notice());
    kit.keys("shift-tab ctrl-u").types("14:30").keys("ctrl-s");
    let [CallbackCommand::Report { next, satisfaction, said, .. }] = &reports(&kit)[..] else {
        panic!("{} {:?}", kit.notice(), kit.sent())
    };
    assert_eq!(*next, Next::Agreed(NOW.plus(4 * 3_600_000 + 30 * 60_000)));
    assert_eq!((satisfaction.as_str(), said.as_str()), ("", "要问财务"));
}

#[test]
fn not_reached_is_said_with_the_next_time_and_one_key_closes_it() {
    let mut kit = Kit::new();
    let line = wang(&mut kit);
    kit.keys("alt-5 d");
    done(&mut kit);
    happens(&mut kit, [tried(&line, 40, None)]);
    kit.call(rings(dialled(40, &line)));
    kit.keys("esc");
    assert!(kit.notice().contains("还没挂断"), "{}", kit.notice());
    kit.call(over(rings(dialled(40, &line))));
    let mut tried = tried(&line, 40, Some(Reach::NotReached));
    (tried.tries, tried.due_at) = (1, NOW.plus(5 * 60_000));
    happens(&mut kit, [tried]);
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        assert!(text.contains("没有接通。10:05 再打（第2次）") && text.contains("esc 关闭"), "{size:?}\n{text}");
    }
    let before = kit.sent().len();
    kit.keys("esc");
    assert!(kit.model.drafts.open().is_none());
    assert_eq!(kit.sent()[before..], [&Command::Callback(CallbackCommand::Release(line.id))]);
    assert!(reports(&kit).is_empty(), "the desk knows it already");
}

#[test]
fn saving_what_the_desk_knows_sends_nothing_and_a_word_to_it_is_sent() {
    for (typed, sent) in [("", 0), ("家里老人接不了", 1)] {
        let mut kit = Kit::new();
        let line = wang(&mut kit);
        kit.keys("alt-5 d");
        done(&mut kit);
        happens(&mut kit, [tried(&line, 40, Some(Reach::NotReached))]);
        kit.call(rings(dialled(40, &line)));
        kit.call(over(rings(dialled(40, &line))));
        kit.keys("tab").types(typed).keys("ctrl-s");
        assert_eq!(reports(&kit).len(), sent, "{typed} {}", kit.notice());
        if let Some(CallbackCommand::Report { debt, reach, said, .. }) = reports(&kit).first() {
            assert_eq!((*debt, *reach, said.as_str()), (None, Reach::NotReached, typed));
        }
    }
}

#[test]
fn a_wrong_number_and_a_refusal_are_chosen_by_their_digit() {
    for (digit, expected, debt) in [("4", Reach::WrongNumber, None), ("3", Reach::Refused, Some(2))] {
        let mut kit = Kit::new();
        in_talk(&mut kit);
        kit.types(digit).keys("ctrl-s");
        if debt.is_some() {
            assert!(kit.notice().contains("客户说"), "why is written down: {}", kit.notice());
            kit.types("忙").keys("ctrl-s");
        }
        let [CallbackCommand::Report { debt: about, reach, call, .. }] = &reports(&kit)[..] else {
            panic!("{digit} {}", kit.notice())
        };
        assert_eq!((*about, *reach, *call), (debt, expected, Some(CallId(40))));
        done(&mut kit);
        // A wrong number is wrong for all that is owed; a refusal is written for each.
        assert_eq!(kit.model.drafts.open().is_some(), expected == Reach::Refused, "{digit}");
    }
}

#[test]
fn without_a_pbx_the_number_stands_large_and_one_key_says_what_came_of_it() {
    for (keys, answered) in [("1", true), ("2", false), ("ctrl-r", true), ("ctrl-x", false)] {
        let mut kit = Kit::new();
        kit.welcome().pbx = false;
        let line = wang(&mut kit);
        kit.keys("alt-5 d");
        let dial = CallCommand::DialByHand { number: line.number.clone(), callback: Some(line.id) };
        assert_eq!(kit.sent(), [&Command::Call(dial)]);
        done(&mut kit);
        happens(&mut kit, [tried(&line, 40, None)]);
        let hand = Call { source: SourceId::HAND, legs: Vec::new(), ..dialled(40, &line) };
        kit.call(hand);
        // Eleven digits in three rows: 1 3 8. Where there is no room for them, spaced in one.
        for size in [SMALL, MIDDLE, LARGE] {
            let rows = kit.rows(size);
            assert!(rows.iter().any(|row| row.contains("  |  _| |_|")), "{rows:#?}");
            assert!(rows.iter().any(|row| row.contains("手拨中 0:00")), "{rows:#?}");
        }
        assert!(kit.text((80, 20)).contains("1 3 8 0 0 0 0 1 2 3 4"), "{}", kit.text((80, 20)));
        kit.keys(keys);
        let reached = CallCommand::ReachedByHand { call: CallId(40), answered };
        assert_eq!(kit.sent().last(), Some(&&Command::Call(reached)), "{keys}");
    }
}

#[test]
fn a_pbx_that_does_not_hear_is_none() {
    let mut kit = Kit::new();
    let mut source = kit.state().sources[&SourceId(1)].clone();
    source.link = source::Link::Down;
    kit.happens(vec![Event::Source(source)]);
    wang(&mut kit);
    kit.keys("alt-5 d");
    assert!(matches!(kit.sent()[..], [Command::Call(CallCommand::DialByHand { .. })]), "{:?}", kit.sent());
}

#[test]
fn a_refused_dial_is_said_and_the_sheet_nobody_typed_in_goes() {
    let mut kit = Kit::new();
    wang(&mut kit);
    kit.keys("alt-5 d");
    refuse(&mut kit, "refused.already_talking");
    assert!(!kit.notice().is_empty());
    assert!(kit.model.drafts.open().is_none() && kit.model.focus == Pane::Callbacks);
    // The key stays.
    kit.keys("d").keys("tab tab tab").types("打了字");
    refuse(&mut kit, "refused.already_talking");
    assert!(kit.model.is_on_sheet(), "what was typed is not thrown away");
}

#[test]
fn opening_the_sheet_takes_the_line_and_leaving_it_lets_it_go() {
    let mut kit = Kit::new();
    let line = wang(&mut kit);
    kit.keys("alt-5 o");
    assert_eq!(kit.sent(), [&Command::Callback(CallbackCommand::Take(line.id))]);
    done(&mut kit);
    happens(&mut kit, [mine(&line)]);
    kit.keys("tab").types("2").keys("esc");
    assert!(kit.model.is_on_sheet() && kit.notice().contains("还没保存"), "{}", kit.notice());
    kit.keys("alt-d enter");
    assert!(kit.model.drafts.open().is_none());
    assert_eq!(kit.sent().last(), Some(&&Command::Callback(CallbackCommand::Release(line.id))));
    kit.keys("alt-5 o");
    assert_eq!(kit.sent().len(), 2, "it is in hand: it is not taken twice");
    kit.keys("esc");
    assert_eq!(kit.sent().last(), Some(&&Command::Callback(CallbackCommand::Release(line.id))));
}

#[test]
fn a_call_that_comes_in_leaves_every_letter_where_it_was() {
    let mut kit = Kit::new();
    let line = wang(&mut kit);
    kit.keys("alt-5 o");
    done(&mut kit);
    happens(&mut kit, [mine(&line)]);
    kit.keys("tab tab tab").types("第一件说了一半").keys("alt-right tab tab tab").types("第二件也是");
    kit.call(ringing(1, "13312345678", "陈八", 2_000, "1001"));
    assert!(kit.model.is_on_sheet(), "a ringing call takes nothing");
    assert!(kit.text(SMALL).contains("13312345678"));
    kit.keys("F2");
    kit.talks(1);
    assert!(kit.model.drafts.open().unwrap().sheet.is_none(), "the caller's form is in front");
    assert_eq!(kit.model.drafts.parked().len(), 1);
    kit.keys("alt-o");
    assert!(kit.text(SMALL).contains("回访单 王强"), "{}", kit.text(SMALL));
    kit.keys("esc ctrl-o");
    assert_eq!(value(&kit, "sheet.said"), "第二件也是");
    kit.keys("alt-left");
    assert_eq!(value(&kit, "sheet.said"), "第一件说了一半");
    // From the list too it is this sheet, not another.
    kit.keys("alt-k alt-5 o");
    assert_eq!(value(&kit, "sheet.said"), "第一件说了一半");
    assert!(kit.model.drafts.parked().iter().all(|draft| draft.sheet.is_none()));
}

#[test]
fn a_dead_console_comes_back_to_the_same_page_with_every_letter_and_its_call() {
    let dir = tempfile::tempdir().unwrap();
    let mut kit = Kit::new();
    let line = in_talk(&mut kit);
    kit.keys("tab tab tab").types("一").keys("alt-right tab").types("2").keys("tab tab").types("二");
    let mut file = DraftFile::of(dir.path(), "8001");
    file.save(kit.model.drafts.to_keep().unwrap()).unwrap();
    drop(file);
    let mut next = Kit::new();
    next.model.drafts.take_in(DraftFile::of(dir.path(), "8001").load().unwrap());
    wang(&mut next);
    happens(&mut next, [tried(&line, 40, Some(Reach::Reached))]);
    next.call(talks(rings(dialled(40, &line))));
    next.keys("alt-3");
    assert!(next.text(SMALL).contains("2/2") && next.text(SMALL).contains("已接通"), "{}", next.text(SMALL));
    assert_eq!((value(&next, "sheet.said"), value(&next, "sheet.satisfaction")), ("二".into(), "satisfied".into()));
    next.keys("ctrl-s");
    let [CallbackCommand::Report { debt, call, .. }] = &reports(&next)[..] else { panic!("{}", next.notice()) };
    assert_eq!((*debt, *call), (Some(3), Some(CallId(40))));
    next.keys("esc");
    done(&mut next);
    assert_eq!(value(&next, "sheet.said"), "一");
}

#[test]
fn a_line_settled_by_somebody_else_says_so_and_keeps_what_was_typed() {
    let mut kit = Kit::new();
    let line = wang(&mut kit);
    kit.keys("alt-5 o");
    done(&mut kit);
    kit.keys("tab tab tab").types("打了一半");
    let end = CallbackEnd::Closed { by: StaffId("8002".into()), reason: "客户来过了".into() };
    let mut settled = Callback { ended_at: Some(NOW), end: Some(end.clone()), ..line.clone() };
    for debt in &mut settled.debts {
        debt.end = Some((NOW, end.clone()));
    }
    happens(&mut kit, [settled]);
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        assert!(text.contains("已经办结") && text.contains("李四 关闭"), "{size:?}\n{text}");
    }
    assert_eq!(value(&kit, "sheet.said"), "打了一半");
    let before = kit.sent().len();
    kit.keys("alt-left").types("1").keys("ctrl-s");
    assert_eq!(kit.sent().len(), before, "{}", kit.notice());
    assert!(kit.model.drafts.open().is_some());
}

#[test]
fn a_debt_that_comes_meanwhile_gets_a_page_behind() {
    let mut kit = Kit::new();
    let line = in_talk(&mut kit);
    kit.keys("tab tab tab").types("写");
    let mut more = tried(&line, 40, Some(Reach::Reached));
    more.debts.push(debt(4, CallbackReason::Answer, 5, None));
    happens(&mut kit, [more]);
    assert!(kit.text(SMALL).contains("1/3"), "{}", kit.text(SMALL));
    assert_eq!(value(&kit, "sheet.said"), "写");
}

#[test]
fn whoever_calls_in_is_answered_in_the_same_talk_but_not_revisited() {
    let mut kit = Kit::new();
    let mut answer = debt(1, CallbackReason::Answer, 20, Some(71));
    answer.note = "处理结果".into();
    let debts = vec![answer, debt(2, CallbackReason::Revisit, 60, Some(72))];
    let owed = line(5, "13800001234", "王强", debts);
    happens(&mut kit, [owed.clone()]);
    kit.keys("alt-6");
    assert!(kit.notice().contains("没有通话"), "{}", kit.notice());
    kit.call(ringing(1, "13800001234", "王强", 3_000, "1001"));
    kit.talks(1);
    kit.keys("alt-6");
    assert_eq!(kit.sent(), [&Command::Callback(CallbackCommand::Take(owed.id))]);
    done(&mut kit);
    happens(&mut kit, [mine(&owed)]);
    assert_eq!(value(&kit, "sheet.reach"), "reached");
    kit.keys("tab tab tab").types("已告知").keys("ctrl-s");
    let [CallbackCommand::Report { debt, call, .. }] = &reports(&kit)[..] else { panic!("{}", kit.notice()) };
    assert_eq!((*debt, *call), (Some(1), Some(CallId(1))));
    done(&mut kit);
    let text = kit.text(MIDDLE);
    assert!(text.contains("按 F7 拨号"), "{text}");
    kit.keys("tab").types("1").keys("tab tab").types("好").keys("ctrl-s");
    assert_eq!(reports(&kit).len(), 1);
    assert!(kit.notice().contains("回访要用去电"), "{}", kit.notice());
    // The intake form of the call is one key away, and another draft.
    kit.keys("F3").types("又漏了");
    assert_eq!(kit.model.drafts.open().unwrap().call, Some(CallId(1)));
    assert_eq!(kit.model.drafts.parked().len(), 1);
}

#[test]
fn a_line_settled_by_speaking_asks_for_no_sheet_but_takes_an_agreed_time() {
    let mut kit = Kit::new();
    let lost = line(7, "13900005678", "赵六", vec![debt(1, CallbackReason::Abandoned, -5, None)]);
    happens(&mut kit, [lost.clone()]);
    kit.keys("alt-5 d");
    done(&mut kit);
    kit.call(talks(rings(dialled(40, &lost))));
    let call = CallId(40);
    let settled = Callback { ended_at: Some(NOW), end: Some(CallbackEnd::Reached(call)), ..lost.clone() };
    happens(&mut kit, [settled]);
    kit.keys("tab").types("2").keys("tab").types("+2d 9:00").keys("ctrl-u").types("16:00").keys("tab").types("报价");
    kit.keys("ctrl-s");
    let agreed = CallbackCommand::Report {
        callback: lost.id,
        debt: None,
        call: Some(call),
        reach: Reach::Reached,
        satisfaction: String::new(),
        said: "报价".into(),
        next: Next::Agreed(NOW.plus(6 * 3_600_000)),
    };
    assert_eq!(kit.sent().last(), Some(&&Command::Callback(agreed)), "{}", kit.notice());
    done(&mut kit);
    assert!(kit.model.drafts.open().is_none());
}

#[test]
fn the_pages_key_and_the_tab_beyond_the_last_field_turn_the_page() {
    let mut kit = Kit::new();
    in_talk(&mut kit);
    let at = |kit: &Kit| kit.model.open_sheet().unwrap().1.at;
    kit.keys("tab tab tab");
    assert_eq!((at(&kit), kit.model.drafts.open().unwrap().field.id()), (0, "sheet.said"));
    kit.keys("tab");
    assert_eq!((at(&kit), kit.model.drafts.open().unwrap().field.id()), (1, "sheet.reach"));
    kit.keys("shift-tab");
    assert_eq!((at(&kit), kit.model.drafts.open().unwrap().field.id()), (0, "sheet.said"));
    kit.keys("alt-right");
    assert_eq!(at(&kit), 1);
    kit.keys("ctrl-g");
    assert!(kit.text(MIDDLE).contains(&format!("工单 {}", TicketId(72).spoken())));
}

#[test]
fn a_line_whose_sheet_was_saved_in_the_talk_is_let_go_when_the_talk_is_over() {
    let mut kit = Kit::new();
    let line = in_talk(&mut kit);
    let release = Command::Callback(CallbackCommand::Release(line.id));
    for _ in 0..2 {
        kit.keys("tab").types("1").keys("tab tab").types("好").keys("ctrl-s");
        done(&mut kit);
    }
    assert!(kit.model.drafts.open().is_none());
    assert!(!kit.sent().contains(&&release));
    kit.call(over(talks(rings(dialled(40, &line)))));
    assert!(kit.sent().contains(&&release));
}

/// The same line at two consoles: whoever was first has it, the other's words stay and it is said whose it is.
#[test]
fn two_consoles_on_one_line_see_each_other_and_lose_no_letter() {
    let (mut one, mut two) = (Kit::new(), Kit::new());
    two.welcome().me = crate::console_kit::staff("8002", "李四", "1002");
    let line = wang(&mut one);
    wang(&mut two);
    one.keys("alt-5 o");
    two.keys("alt-5 o tab tab tab").types("李四写的");
    let taken = mine(&line);
    for kit in [&mut one, &mut two] {
        happens(kit, [taken.clone()]);
    }
    refuse(&mut two, "refused.callback_settled");
    assert!(two.model.is_on_sheet(), "somebody typed in it");
    for size in [SMALL, MIDDLE, LARGE] {
        let text = two.text(size);
        assert!(text.contains("李四写的") && text.contains("张三 正在办这条"), "{size:?}\n{text}");
        assert!(!one.text(size).contains("正在办"));
    }
    two.keys("F7");
    assert!(two.notice().contains("张三 正在办"), "{}", two.notice());
    // One lets it go: the other has the key again, and every letter.
    happens(&mut two, [Callback { taken_by: None, ..line.clone() }]);
    two.keys("F7");
    assert!(matches!(two.sent().last(), Some(Command::Call(CallCommand::Dial { .. }))), "{:?}", two.sent());
    assert_eq!(value(&two, "sheet.said"), "李四写的");
}

#[test]
fn a_release_that_is_refused_is_nothing_to_tell() {
    let mut kit = Kit::new();
    let line = wang(&mut kit);
    kit.keys("alt-5 o");
    done(&mut kit);
    happens(&mut kit, [mine(&line)]);
    kit.keys("esc");
    refuse(&mut kit, "refused.callback_settled");
    assert_eq!(kit.notice(), "");
}

#[test]
fn what_was_owed_stays_in_sight_while_it_is_spoken_about() {
    let mut kit = Kit::new();
    let mut owed = debt(1, CallbackReason::Agreed, -5, None);
    owed.note = "安装报价".into();
    let line = line(5, "13800001234", "王强", vec![owed]);
    happens(&mut kit, [line.clone()]);
    kit.keys("alt-5 d");
    done(&mut kit);
    happens(&mut kit, [tried(&line, 40, None)]);
    kit.call(rings(dialled(40, &line)));
    let text = kit.text(LARGE);
    assert!(text.contains("第1次 正在拨"), "{text}");
    kit.call(talks(rings(dialled(40, &line))));
    let mut settled = tried(&line, 40, Some(Reach::Reached));
    let end = CallbackEnd::Reached(CallId(40));
    settled.debts[0].end = Some((NOW, end.clone()));
    (settled.ended_at, settled.end) = (Some(NOW), Some(end));
    happens(&mut kit, [settled]);
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        assert!(text.contains("安装报价") && text.contains("已接通"), "{size:?}\n{text}");
    }
}
