//! Calls on the console: always in sight, never in the way.

use ringdesk::domain::call::Phase;
use ringdesk::domain::command::{CallCommand, Command, TicketCommand};
use ringdesk::domain::*;
use ringdesk::text::{Ambiguous, width};
use ringdesk::tui::command::Effect;
use ringdesk::tui::model::Pane;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, due, ringing};

fn has_call(rows: &[String], number: &str, time: &str) -> bool {
    rows.iter().any(|row| row.contains(number) && row.contains(time))
}

#[test]
fn the_ringing_call_and_its_timer_are_always_in_sight() {
    for size in [SMALL, MIDDLE, LARGE] {
        let mut kit = Kit::new();
        kit.call(ringing(1, "13800001234", "王五", 5_000, "1001"));
        for keys in
            ["F1", "esc", "ctrl-p", "esc", "F7", "esc", "g s", "esc", "F8", "esc", "F3", "alt-1", "alt-4", "alt-5"]
        {
            kit.keys(keys);
            let rows = kit.rows(size);
            assert!(has_call(&rows, "13800001234", "0:05/0:20"), "{size:?} {keys}\n{}", rows.join("\n"));
        }
    }
}

#[test]
fn the_most_urgent_is_on_top_and_looks_change_at_half_and_at_the_limit() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "1111111", "", 2_000, ""));
    kit.call(ringing(2, "2222222", "", 19_900, ""));
    kit.call(ringing(3, "3333333", "", 10_000, ""));
    let rows = kit.rows(SMALL);
    let at = |number: &str| rows.iter().position(|row| row.contains(number)).unwrap();
    assert!(at("2222222") < at("3333333") && at("3333333") < at("1111111"));
    assert!(!rows[at("1111111")].contains('!'));
    assert!(rows[at("3333333")].contains('!') && !rows[at("3333333")].contains("!!"));
    kit.passes(100);
    let rows = kit.rows(SMALL);
    assert!(rows[at("2222222")].contains("!!"), "at the limit");
    assert!(rows[at("2222222")].contains("0:20/0:20"));
}

#[test]
fn without_colour_the_bar_and_the_signs_say_the_same() {
    let mut kit = Kit::new();
    kit.model.theme = ringdesk::tui::theme::Theme::load("mono", &[]).0;
    kit.call(ringing(1, "1111111", "", 10_000, "1001"));
    let text = kit.text(SMALL);
    assert!(text.contains("##") && text.contains("--") && text.contains('!'), "{text}");
    let (buffer, _) = kit.buffer(SMALL);
    for cell in &buffer.content {
        assert!(matches!(cell.fg, ratatui::style::Color::Reset) && matches!(cell.bg, ratatui::style::Color::Reset));
    }
}

#[test]
fn a_call_takes_neither_the_focus_nor_a_typed_word() {
    let mut kit = Kit::new();
    kit.keys("F3").types("漏水在三");
    kit.call(ringing(1, "13800001234", "", 0, "1001"));
    assert_eq!(kit.model.focus, Pane::Form);
    kit.types("楼");
    assert_eq!(kit.model.drafts.open().unwrap().fields.subject, "漏水在三楼");
    // Answered at the phone, not by a key: the form stays all the same, and it is said.
    kit.talks(1);
    assert_eq!(kit.model.drafts.open().unwrap().fields.subject, "漏水在三楼");
    assert!(kit.notice().contains("13800001234"), "{}", kit.notice());
}

#[test]
fn one_key_answers_and_parks_the_form_and_another_brings_it_back() {
    let mut kit = Kit::new();
    kit.keys("F3").types("第一件");
    kit.call(ringing(1, "13800001234", "王五", 0, "1001"));
    kit.text(SMALL);
    kit.keys("F2");
    assert!(matches!(kit.sent()[..], [Command::Call(CallCommand::Answer(CallId(1)))]), "{:?}", kit.sent());
    // What is typed before the desk has answered goes to the new form.
    kit.types("第二件");
    kit.talks(1);
    kit.types("!");
    let draft = kit.model.drafts.open().unwrap();
    assert_eq!((draft.fields.subject.as_str(), draft.fields.phone.as_str()), ("第二件!", "13800001234"));
    assert_eq!(draft.call, Some(CallId(1)));
    kit.keys("ctrl-o");
    assert_eq!(kit.model.drafts.open().unwrap().fields.subject, "第一件");
    assert_eq!(kit.model.drafts.parked().len(), 1);
}

#[test]
fn a_colleague_who_was_faster_gives_the_parked_form_back() {
    let mut kit = Kit::new();
    kit.keys("F3").types("第一件");
    kit.call(ringing(1, "13800001234", "王五", 0, "1001"));
    kit.text(SMALL);
    kit.keys("F2");
    let request = kit.effects.iter().position(|effect| matches!(effect, Effect::Send(_))).unwrap() as u64 + 1;
    kit.model.hear(ringdesk::client::Heard::Refused(request, ringdesk::text::Say::new("refuse.call-gone")));
    assert_eq!(kit.model.drafts.open().unwrap().fields.subject, "第一件");
    assert!(!kit.notice().is_empty());
}

#[test]
fn a_key_typed_ahead_is_refused_when_the_call_changed_under_it() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "1111111", "", 15_000, "1001"));
    kit.text(SMALL);
    kit.passes(1_000);
    // A colleague takes the first, a second comes into its place; the key was pressed for the first.
    let mut gone = ringing(1, "1111111", "", 15_000, "1001");
    gone.phase = Phase::Talking;
    gone.answered_by = Some("1002".into());
    kit.call(gone);
    kit.call(ringing(2, "2222222", "", 0, "1001"));
    kit.keys("F2");
    assert!(kit.sent().is_empty(), "{:?}", kit.sent());
    assert!(kit.notice().contains("1111111"), "{}", kit.notice());
    // Once the change has been on the screen long enough to be seen, the key means the second.
    kit.text(SMALL);
    kit.passes(100);
    kit.keys("F2");
    assert!(kit.sent().is_empty(), "too soon to have been seen");
    kit.passes(500);
    kit.keys("F2");
    assert!(matches!(kit.sent()[..], [Command::Call(CallCommand::Answer(CallId(2)))]));
}

#[test]
fn who_calls_is_asked_without_a_key_and_shown() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "13800001234", "", 0, "1001"));
    let asked = kit.effects.iter().any(|effect| matches!(effect, Effect::Ask(..)));
    assert!(asked, "{:?}", kit.effects);
    let ticket = Ticket {
        id: TicketId(1042),
        fields: TicketFields {
            subject: "燃气表不走".into(), phone: "13800001234".into(), ..TicketFields::default()
        },
        clocks: due(NOW.plus(60_000)),
        ..Ticket::default()
    };
    kit.card(ringdesk::client::PersonCard {
        number: "13800001234".into(),
        customer: Some(Customer { name: "赵六".into(), address: "解放路一号".into(), ..Customer::default() }),
        tickets: vec![ticket],
        callbacks: vec![Callback {
            key: "13800001234".into(),
            debts: vec![ringdesk::domain::Debt { note: "约下午回电".into(), ..Default::default() }],
            due_at: NOW,
            ..Callback::default()
        }],
        ..Default::default()
    });
    kit.keys("alt-2");
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        for shown in ["赵六", "1042-", "燃气表不走", "约下午回电", "解放路一号"] {
            assert!(text.contains(shown), "{size:?} {shown}\n{text}");
        }
    }
}

#[test]
fn a_withheld_number_says_so() {
    let mut kit = Kit::new();
    let mut call = ringing(1, "", "", 0, "1001");
    call.party.withheld = true;
    kit.call(call);
    kit.keys("alt-2");
    assert!(kit.text(SMALL).contains("号码保密"));
}

#[test]
fn rehearsed_by_hand_and_filled_in_are_marked() {
    let mut kit = Kit::new();
    let mut rehearsed = ringing(1, "1111111", "", 0, "1001");
    rehearsed.rehearsal = true;
    let mut filled = ringing(2, "2222222", "", 0, "");
    filled.reconstructed = true;
    let mut hand = ringing(3, "3333333", "", 0, "");
    hand.source = SourceId::HAND;
    for call in [rehearsed, filled, hand] {
        kit.call(call);
    }
    let text = kit.text(SMALL);
    for mark in ["[演练]", "[补录]", "[手工]"] {
        assert!(text.contains(mark), "{mark}\n{text}");
    }
}

#[test]
fn the_grade_shows_on_the_ringing_call_and_how_often_they_called() {
    let mut kit = Kit::new();
    let mut call = ringing(1, "13800001234", "王五", 0, "1001");
    call.grade = Grade::Special;
    call.nth_today = 3;
    kit.call(call);
    let rows = kit.rows(SMALL);
    let row = rows.iter().find(|row| row.contains("13800001234")).unwrap();
    assert!(row.contains("特级") && row.contains("第3次"), "{row}");
}

#[test]
fn bell_and_flash_for_a_new_ringing_call_are_settings() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "1111111", "", 0, "1001"));
    assert!(kit.effects.iter().any(|effect| matches!(effect, Effect::Bell)));
    assert!(kit.text(SMALL).contains("新来电"));
    kit.passes(2_000);
    assert!(!kit.text(SMALL).contains("新来电"));
    kit.keys("s b s f");
    kit.effects.clear();
    kit.call(ringing(2, "2222222", "", 0, "1001"));
    assert!(!kit.effects.iter().any(|effect| matches!(effect, Effect::Bell)));
    assert!(!kit.text(SMALL).contains("新来电"));
}

#[test]
fn with_no_pbx_it_says_so_and_offers_both_ways() {
    let mut kit = Kit::new();
    kit.welcome().pbx = false;
    kit.state().sources.clear();
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        for shown in ["没有配置交换机", "F4 手工登记", "alt-y 演练", "无交换机"] {
            assert!(text.contains(shown), "{shown}\n{text}");
        }
    }
    kit.keys("F4");
    assert!(matches!(kit.sent()[..], [Command::Call(CallCommand::EnterByHand { .. })]));
    kit.keys("alt-y");
    assert!(kit.effects.iter().any(|effect| matches!(effect, Effect::Rehearse)));
}

#[test]
fn each_call_action_is_at_most_two_keys() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "1111111", "", 0, "1001"));
    kit.text(SMALL);
    kit.keys("F2");
    kit.talks(1);
    kit.text(SMALL);
    kit.passes(1_000);
    kit.keys("F5").keys("F6 enter").keys("F12");
    let sent = kit.sent();
    assert!(matches!(sent[1], Command::Call(CallCommand::Hold(CallId(1)))), "{sent:?}");
    assert!(matches!(sent[2], Command::Call(CallCommand::Transfer { to, .. }) if to == "1002"), "{sent:?}");
    assert!(matches!(sent[3], Command::Call(CallCommand::HangUp(CallId(1)))), "{sent:?}");
    kit.keys("F9 2");
    assert!(
        matches!(kit.sent()[4], Command::Agent(command::AgentCommand::Set(AgentState::Break(reason))) if reason == "用餐")
    );
    let mut call = kit.state().calls.get(CallId(1)).unwrap().clone();
    call.phase = Phase::Ended;
    let mut agent = kit.state().agents[&AgentId("1001".into())].clone();
    agent.state = AgentState::WrapUp;
    kit.happens(vec![Event::Call(Box::new(call)), Event::Agent(Box::new(agent))]);
    kit.keys("F8 1");
    assert!(matches!(kit.sent()[5], Command::Call(CallCommand::Dispose { .. })), "{:?} {}", kit.sent(), kit.notice());
}

#[test]
fn a_call_at_a_colleagues_phone_is_picked_up_with_one_key() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "1111111", "", 0, "1002"));
    assert!(kit.text(MIDDLE).contains("李四"));
    kit.keys("alt-p");
    assert!(matches!(kit.sent()[..], [Command::Call(CallCommand::Answer(CallId(1)))]));
}

#[test]
fn saved_is_said_when_the_desk_has_said_it() {
    let mut kit = Kit::new();
    kit.keys("F3");
    kit.types("灯不亮").keys("ctrl-s");
    assert!(matches!(kit.sent()[..], [Command::Ticket(TicketCommand::Open { .. })]));
    assert!(!kit.text(SMALL).contains("已保存"));
    kit.types("x");
    assert!(kit.notice().contains("正在保存"), "{}", kit.notice());
    kit.answers_draft(1042);
    assert!(kit.text(SMALL).contains(&format!("已保存 {}", TicketId(1042).spoken())));
    kit.types("x");
    assert!(kit.notice().contains("已保存"), "typing into a saved form is refused");
}

#[test]
fn a_colleagues_change_to_the_same_field_shows_both() {
    let mut kit = Kit::new();
    let mut ticket = Ticket {
        id: TicketId(5),
        owner: Owner::Staff(StaffId("8001".into())),
        fields: TicketFields { subject: "旧".into(), demand: "旧".into(), ..TicketFields::default() },
        version: 1,
        clocks: due(NOW.plus(1)),
        ..Ticket::default()
    };
    kit.happens(vec![Event::Ticket(Box::new(ticket.clone()))]);
    kit.keys("alt-4 e").types("我写的");
    kit.model.drafts.open_mut().unwrap().step_kind(1);
    let mine = kit.model.drafts.open().unwrap().fields.kind;
    ticket.version = 2;
    ticket.fields.kind = RequestType::Emergency;
    ticket.fields.subject = "他写的".into();
    ticket.fields.demand = "新".into();
    kit.happens(vec![Event::Ticket(Box::new(ticket))]);
    let fields = &kit.model.drafts.open().unwrap().fields;
    assert_eq!((fields.subject.as_str(), fields.demand.as_str()), ("旧我写的", "新"));
    let text = kit.text(SMALL);
    assert!(text.contains("旧我写的") && text.contains("他写的"), "{text}");
    // The kind as well: nobody's emergency is made something else unseen.
    assert!(kit.model.drafts.open().unwrap().fields.kind == mine && mine != RequestType::Emergency);
    assert!(text.contains(&kit.model.word("kind.emergency")), "{text}");
    kit.keys("shift-tab").keys("alt-v");
    assert_eq!(kit.model.drafts.open().unwrap().fields.kind, RequestType::Emergency);
}

fn row_of<'r>(rows: &'r [String], number: &str) -> &'r str {
    rows.iter().find(|row| row.contains(number)).map_or("", String::as_str)
}

#[test]
fn the_time_begins_the_row_and_the_key_stands_at_the_call_it_answers() {
    for size in [SMALL, MIDDLE, LARGE] {
        let mut kit = Kit::new();
        kit.call(ringing(1, "1111111", "", 21_000, ""));
        kit.call(ringing(2, "2222222", "王五", 3_000, "1001"));
        let rows = kit.rows(size);
        let (first, target) = (row_of(&rows, "1111111"), row_of(&rows, "2222222"));
        assert!(first.starts_with(" !! 0:21/0:20") && !first.contains("F2"), "{size:?} {first}");
        assert!(target.starts_with(">   0:03/0:20 F2"), "{size:?} {target}");
        let column = |row: &str, number: &str| width(row.split_once(number).unwrap().0, Ambiguous::Narrow);
        assert_eq!(column(first, "1111111"), column(target, "2222222"), "{first}\n{target}");
    }
}

#[test]
fn the_key_is_not_shown_where_it_would_be_refused() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "1111111", "", 0, "1001"));
    kit.talks(1);
    kit.call(ringing(2, "2222222", "", 0, ""));
    let rows = kit.rows(MIDDLE);
    assert!(row_of(&rows, "2222222").starts_with("    0:00/0:20"), "{}", row_of(&rows, "2222222"));
    assert!(!rows.join("\n").contains("F2"));
}

#[test]
fn the_call_at_my_phone_is_in_sight_among_many_more_urgent_ones() {
    for size in [SMALL, MIDDLE, LARGE] {
        let mut kit = Kit::new();
        for id in 1..=40 {
            kit.call(ringing(id, &format!("55500{id:02}"), "", 15_000, ""));
        }
        kit.call(ringing(99, "7777777", "", 1_000, "1001"));
        for keys in ["F3", "alt-4", "alt-1"] {
            kit.keys(keys);
            let rows = kit.rows(size);
            assert!(has_call(&rows, "5550001", "0:15/0:20"), "the most urgent, {size:?} {keys}");
            assert!(keys == "alt-1" || has_call(&rows, "7777777", "0:01/0:20"), "{size:?} {keys}");
        }
    }
}

#[test]
fn the_list_of_calls_grows_and_gives_its_rows_back_and_does_not_shake_the_form() {
    let top_of = |kit: &mut Kit, word: &str| {
        let rows = kit.rows(MIDDLE);
        rows.iter().position(|row| row.contains(word)).unwrap()
    };
    let mut kit = Kit::new();
    kit.keys("F3");
    let calm = top_of(&mut kit, "登记");
    let mut places = Vec::new();
    for id in 1..=8 {
        kit.call(ringing(id, &format!("55500{id:02}"), "", 0, ""));
        places.push(top_of(&mut kit, "登记"));
    }
    places.dedup();
    assert!(places.len() <= 2, "moved once for eight calls: {places:?}");
    let rows = kit.rows(MIDDLE);
    assert!((1..=8).all(|id| has_call(&rows, &format!("55500{id:02}"), "0:00/0:20")), "{}", rows.join("\n"));
    for id in 1..=8 {
        let mut gone = ringing(id, &format!("55500{id:02}"), "", 0, "");
        gone.phase = Phase::Ended;
        kit.call(gone);
    }
    assert_eq!(top_of(&mut kit, "登记"), calm);
}

#[test]
fn a_saved_form_closes_when_its_call_is_written_up_and_another_stays() {
    for saves in [true, false] {
        let mut kit = Kit::new();
        kit.call(ringing(1, "1111111", "", 0, "1001"));
        kit.text(SMALL);
        kit.keys("F2");
        kit.talks(1);
        kit.types("灯不亮");
        if saves {
            kit.keys("ctrl-s");
            kit.answers_draft(1042);
        }
        assert!(kit.model.drafts.open().is_some(), "while the call is open");
        let mut call = kit.state().calls.get(CallId(1)).unwrap().clone();
        call.phase = Phase::Ended;
        call.disposition = Some(call::Disposition::TicketOpened);
        kit.call(call);
        assert_eq!(kit.model.drafts.open().is_none(), saves);
        assert_eq!(kit.model.focus, if saves { Pane::Tickets } else { Pane::Form });
    }
}

#[test]
fn a_notice_goes_with_time_and_stays_in_the_log() {
    let mut kit = Kit::new();
    kit.keys("F3 alt-k");
    let said = kit.notice();
    assert!(!said.is_empty() && kit.text(SMALL).contains(&said));
    kit.passes(60_000);
    assert!(!kit.text(SMALL).contains(&said));
}

#[test]
fn a_popup_is_one_even_ground_in_every_theme() {
    for name in ["night", "day", "contrast", "sixteen", "plain", "mono"] {
        let mut kit = Kit::new();
        kit.model.theme = ringdesk::tui::theme::Theme::load(name, &[]).0;
        kit.keys("F1 down");
        let (buffer, _) = kit.buffer(MIDDLE);
        let ground = kit.model.theme.style("popup").bg.unwrap_or_default();
        // The rows below the line that is typed in and the chosen one.
        let first = 6 + 1 + 3;
        for y in first..first + 10 {
            for x in 10..110 {
                assert_eq!(buffer[(x, y)].bg, ground, "{name} {x},{y}");
            }
        }
    }
}

#[test]
fn sixteen_colours_are_readable_on_white_and_on_black() {
    use ratatui::style::Color;
    let theme = ringdesk::tui::theme::Theme::load("sixteen", &[]).0;
    for meaning in ringdesk::tui::theme::MEANINGS {
        let style = theme.style(meaning);
        let unknown_ground = style.bg.is_none_or(|ground| ground == Color::Reset);
        let pale = matches!(
            style.fg,
            Some(Color::Yellow | Color::Green | Color::Cyan | Color::White | Color::Gray | Color::Black)
        );
        assert!(!unknown_ground || !pale, "{meaning} {style:?}");
    }
}

#[test]
fn the_subject_of_a_ticket_has_the_room_of_its_row() {
    let mut kit = Kit::new();
    let subject = "三单元楼道里的燃气表不走字请上门";
    for (id, at) in [(1042, NOW.plus(8_400_000)), (1043, NOW.plus(86_400_000))] {
        kit.happens(vec![Event::Ticket(Box::new(Ticket {
            id: TicketId(id),
            owner: Owner::Staff(StaffId("8001".into())),
            fields: TicketFields { subject: subject.into(), phone: "13800001234".into(), ..TicketFields::default() },
            clocks: due(at),
            ..Ticket::default()
        }))]);
    }
    kit.keys("alt-4");
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        assert_eq!(text.matches(subject).count(), 2, "{size:?}\n{text}");
        assert!(text.contains("12:20") && text.contains("11-23 "), "{text}");
    }
}

/// Where the screen does not show a name or number as it is stored, it says so, and what is in it.
#[test]
fn an_altered_name_is_marked_and_spelt_out() {
    for (number, name) in
        [("13800001234", "张三\u{202E}李四"), ("138\u{200B}00001234", "张三"), ("13800001234", "\u{626}\u{6C7}")]
    {
        let mut kit = Kit::new();
        kit.call(ringing(1, number, name, 5_000, "1001"));
        let text = kit.text(LARGE);
        assert!(text.matches("[异字]").count() >= 2, "in the list and in the call pane\n{text}");
        assert!(["U+202E", "U+200B", "U+0626 U+06C7"].iter().any(|codes| text.contains(codes)), "{text}");
    }
    for name in ["", "王五", "𠮷野", "é", "“引号”", "李四  ", "(02)"] {
        let mut kit = Kit::new();
        kit.call(ringing(1, "13800001234", name, 5_000, "1001"));
        let text = kit.text(LARGE);
        assert!(!text.contains("异字") && !text.contains("U+"), "{name}\n{text}");
    }
}

#[test]
fn a_second_form_in_one_call_knows_who_speaks() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "13800001234", "", 5_000, "1001"));
    kit.talks(1);
    kit.keys("F3");
    let first = kit.model.drafts.open().expect("the form of the call").id;
    kit.keys("F3");
    assert_eq!(kit.model.drafts.open().map(|draft| draft.id), Some(first), "nothing was typed: it is the same form");
    let phone = kit.model.drafts.open().map(|draft| draft.fields.phone.clone()).unwrap_or_default();
    assert!(!phone.is_empty());
    kit.types("灯不亮").keys("F3");
    let second = kit.model.drafts.open().expect("another matter");
    assert!(second.id != first && second.fields.subject.is_empty() && second.call.is_none());
    assert_eq!(second.fields.phone, phone);
    assert_eq!(kit.model.drafts.parked().len(), 1);
}
