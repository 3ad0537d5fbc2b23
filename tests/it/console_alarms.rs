//! What must not be missed: emergencies on every screen, notices until they are acknowledged, the sheet of an important
//! customer.

use ringdesk::client::PersonCard;
use ringdesk::domain::command::{Command, NoticeCommand};
use ringdesk::domain::rulebook::{EmergencyRule, FILED, Item, TypeRule};
use ringdesk::domain::ticket::Tick;
use ringdesk::domain::*;
use ringdesk::text::Say;
use ringdesk::tui::command::Effect;
use ringdesk::tui::layer::Layer;
use ringdesk::tui::model::Pane;
use ringdesk::tui::theme::Theme;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, due, ringing};
use crate::console_tickets::{happens, ticket};

const SIZES: [(u16, u16); 3] = [SMALL, MIDDLE, LARGE];

fn kit() -> Kit {
    let mut kit = Kit::new();
    let item = |id: &str| Item { id: id.into(), name: id.into(), phone: String::new() };
    let emergency = EmergencyRule {
        checklist: vec![item("valve"), item("leave")],
        tell: vec![item("manager")],
        ..Default::default()
    };
    let rule = TypeRule { emergency: Some(emergency), ..TypeRule::plain().clone() };
    kit.welcome().rulebook.types.insert(RequestType::Emergency, rule);
    kit
}

/// Registered five minutes ago by a colleague, two minutes of its clock left.
fn leak(id: u64) -> Ticket {
    let mut leak = ticket(id, "厨房煤气泄漏", 2);
    leak.fields.kind = RequestType::Emergency;
    leak.fields.address = "解放路一号".into();
    leak.first_receiver = StaffId("8002".into());
    leak.owner = Owner::Staff(StaffId("8002".into()));
    leak.opened_at = NOW.plus(-5 * 60_000);
    leak.ticks.insert("valve".into(), Tick::default());
    leak
}

fn seconds(kit: &mut Kit) -> String {
    kit.rows(SMALL)[0].clone()
}

#[test]
fn an_emergency_is_the_top_row_on_the_next_frame_wherever_one_is() {
    for keys in [
        "alt-1", "alt-2", "alt-3", "alt-4", "alt-5", "F3", "F3 alt-1", "F1", "ctrl-p", "F7", "g", "g s", "g l",
        "alt-m", "alt-4 /", "alt-4 v", "alt-f", "ctrl-q",
    ] {
        for size in SIZES {
            let mut kit = kit();
            kit.call(ringing(1, "13800001234", "王五", 5_000, "1001"));
            kit.keys(keys);
            kit.rows(size);
            let (focus, layers) = (kit.model.focus, kit.model.layers.len());
            let typed = kit.model.drafts.open().cloned();
            happens(&mut kit, [leak(42)]);
            let rows = kit.rows(size);
            let top = &rows[0];
            for part in ["!!", "报警", &TicketId(42).spoken(), "5:00", "厨房煤气泄漏", "2:00", "预案 1/3"] {
                assert!(top.contains(part), "{keys} {size:?} {part}: {top}");
            }
            if size != SMALL {
                assert!(top.contains("解放路") && top.contains("李四"), "{top}");
            }
            assert!(
                rows.iter().any(|row| row.contains("13800001234") && row.contains("0:05/0:20")),
                "{keys} {size:?}: the ringing call and its timer\n{}",
                rows.join("\n")
            );
            assert_eq!((kit.model.focus, kit.model.layers.len()), (focus, layers), "{keys}: takes no focus");
            assert_eq!(kit.model.drafts.open().map(|draft| &draft.fields), typed.as_ref().map(|draft| &draft.fields));
        }
    }
}

#[test]
fn it_counts_by_the_second_and_says_when_its_clock_is_over() {
    let mut kit = kit();
    happens(&mut kit, [leak(42)]);
    kit.text(SMALL);
    kit.model.flash_until = None;
    kit.model.plan_tick();
    assert_eq!(kit.model.next_tick(), Some(NOW.plus(1_000)));
    kit.passes(61_000);
    assert!(seconds(&mut kit).contains("6:01") && seconds(&mut kit).contains("0:59"), "{}", seconds(&mut kit));
    kit.passes(120_000);
    assert!(seconds(&mut kit).contains("超 1:01!!"), "{}", seconds(&mut kit));
    happens(&mut kit, [Ticket { stage: FILED.into(), ..leak(42) }]);
    assert!(!seconds(&mut kit).contains("报警"), "{}", seconds(&mut kit));
    kit.model.flash_until = None;
    kit.model.plan_tick();
    assert_eq!(kit.model.next_tick(), Some(NOW.plus(240_000)));
}

#[test]
fn of_several_the_most_pressing_shows_with_how_many_there_are() {
    let mut kit = kit();
    let mut rehearsed = leak(40);
    rehearsed.rehearsal = true;
    let pressing = Ticket { clocks: due(NOW.plus(30_000)), ..leak(43) };
    happens(&mut kit, [leak(42), rehearsed, pressing, leak(44), leak(45)]);
    let rows = kit.rows(SMALL);
    assert!(rows[0].contains(&TicketId(43).spoken()) && rows[0].contains("1/5"), "{}", rows[0]);
    assert!(!rows[1].contains("报警"), "one row at 24 rows\n{}", rows.join("\n"));
    let rows = kit.rows(LARGE);
    assert!(rows[1].contains("2/5") && rows[2].contains("3/5") && !rows[3].contains("4/5"), "{}", rows.join("\n"));
}

#[test]
fn one_key_goes_to_it_and_again_to_the_next() {
    let mut kit = kit();
    happens(&mut kit, [ticket(1, "单", 1), leak(42), leak(43)]);
    kit.keys("F3").types("半句").keys("alt-g");
    assert_eq!(kit.model.focus, Pane::Tickets);
    assert_eq!(kit.model.selected_ticket().unwrap().id, TicketId(42));
    assert!(matches!(kit.model.layers.last(), Some(Layer::Ticket(page)) if page.id == TicketId(42)));
    kit.keys("alt-g");
    assert_eq!((kit.model.selected_ticket().unwrap().id, kit.model.layers.len()), (TicketId(43), 1));
    assert_eq!(kit.model.drafts.open().unwrap().fields.subject, "半句");
    // In a popup that is typed in it shows on top, and what was typed is still there.
    kit.keys("esc alt-m").types("李四").keys("enter").types("转告").keys("alt-g esc");
    assert!(matches!(kit.model.layers.last(), Some(Layer::Prompt(prompt)) if prompt.line.text() == "转告"));
}

#[test]
fn another_desks_emergency_rings_once_and_ones_own_does_not() {
    let mut kit = kit();
    kit.text(SMALL);
    kit.model.plan_tick();
    let bells = |kit: &Kit| kit.effects.iter().filter(|effect| matches!(effect, Effect::Bell)).count();
    happens(&mut kit, [leak(42)]);
    assert_eq!(bells(&kit), 1);
    happens(&mut kit, [leak(42)]);
    assert_eq!(bells(&kit), 1);
    let mine = Ticket { first_receiver: StaffId("8001".into()), ..leak(43) };
    happens(&mut kit, [mine]);
    assert_eq!(bells(&kit), 1);
}

#[test]
fn a_tiny_terminal_has_the_call_first_and_then_the_emergency() {
    let mut kit = kit();
    happens(&mut kit, [leak(42)]);
    kit.call(ringing(1, "1111111", "", 3_000, "1001"));
    let rows = kit.rows((40, 5));
    assert!(rows[0].contains("1111111") && rows[1].contains(&TicketId(42).spoken()), "{}", rows.join("\n"));
    for width in [1, 2, 10, 59, 60, 61, 79, 110, 300] {
        for height in [1, 2, 5, 15, 16, 17, 23, 40, 90] {
            kit.text((width, height));
        }
    }
}

fn notice(id: u64, key: &str, to: Addressee) -> Notice {
    Notice {
        id: NoticeId(id),
        rehearsal: false,
        ticket: Some(TicketId(1)),
        callback: None,
        to,
        at: NOW.plus(id as i64 * 1_000),
        what: Say::new(key)
            .with("ticket", TicketId(1).spoken())
            .with("subject", format!("第{id}条"))
            .with("why", "超时")
            .with("clock", "答复")
            .with("percent", 80),
        rings: key == "life.notice_escalated",
        late: false,
        acknowledged: None,
    }
}

fn me() -> Addressee {
    Addressee::Staff(StaffId("8001".into()))
}

fn told(kit: &mut Kit, notices: Vec<Notice>) {
    kit.happens(notices.into_iter().map(|notice| Event::Notice(Box::new(notice))).collect());
}

#[test]
fn notices_for_me_are_counted_and_listed_the_newest_on_top() {
    let mut kit = kit();
    happens(&mut kit, [ticket(1, "单", 10)]);
    let late = Notice { late: true, ..notice(2, "life.clock_soon", me()) };
    let theirs = notice(3, "life.clock_soon", Addressee::Staff(StaffId("8002".into())));
    told(&mut kit, vec![notice(1, "life.notice_assigned", me()), late, theirs]);
    for size in SIZES {
        assert!(kit.text(size).contains("提醒2"), "{}", kit.text(size));
    }
    kit.keys("alt-w");
    for size in SIZES {
        let rows = kit.rows(size);
        let at = |part: &str| rows.iter().position(|row| row.contains(part));
        assert!(at("[补报]").is_some() && at("第2条") < at("第1条") && at("第3条").is_none(), "{}", rows.join("\n"));
    }
    // The chosen row stays the chosen one when another comes on top of it.
    told(&mut kit, vec![notice(4, "life.notice_assigned", me())]);
    kit.keys("y");
    assert!(matches!(kit.sent()[..], [Command::Notice(NoticeCommand::Acknowledge(NoticeId(2)))]), "{:?}", kit.sent());
    kit.keys("home enter");
    assert!(matches!(kit.model.layers.last(), Some(Layer::Ticket(_))), "enter shows the ticket");
    kit.keys("esc");
    assert!(matches!(kit.model.layers.last(), Some(Layer::Notices(_))), "and the list is still there");
}

#[test]
fn all_at_once_is_asked_first_and_leaves_what_came_since() {
    let mut kit = kit();
    told(&mut kit, vec![notice(1, "life.notice_assigned", me()), notice(2, "life.notice_escalated", me())]);
    kit.keys("alt-w Y");
    let text = kit.text(SMALL);
    assert!(text.contains("确认 2 条提醒") && text.contains("1 条是上报给您的"), "{text}");
    told(&mut kit, vec![notice(3, "life.notice_assigned", me())]);
    kit.keys("enter");
    let sent = kit.sent();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(!sent.contains(&&Command::Notice(NoticeCommand::Acknowledge(NoticeId(3)))));
}

#[test]
fn an_escalation_rings_once_and_stays_in_sight_until_it_is_acknowledged() {
    let mut kit = kit();
    let escalated = notice(1, "life.notice_escalated", me());
    told(&mut kit, vec![escalated.clone()]);
    assert_eq!(kit.effects.iter().filter(|effect| matches!(effect, Effect::Bell)).count(), 1);
    told(&mut kit, vec![escalated.clone()]);
    assert_eq!(kit.effects.iter().filter(|effect| matches!(effect, Effect::Bell)).count(), 1, "once");
    kit.passes(3_600_000);
    for keys in ["alt-1", "F3", "alt-4"] {
        kit.keys(keys);
        for size in SIZES {
            let text = kit.text(size);
            assert!(text.contains("!! 上报给您") && text.contains("!!提醒1"), "{size:?}\n{text}");
        }
    }
    told(&mut kit, vec![Notice { acknowledged: Some((NOW, StaffId("8001".into()))), ..escalated }]);
    let text = kit.text(SMALL);
    assert!(!text.contains("上报给您") && !text.contains("提醒"), "{text}");
}

#[test]
fn one_that_a_colleague_acknowledged_keeps_its_row_and_says_so() {
    let mut kit = kit();
    kit.welcome().me.role = Role::Supervisor;
    kit.welcome().rulebook.roles.insert("supervisor".into(), Default::default());
    let to = || Addressee::Role("supervisor".into());
    told(&mut kit, vec![notice(1, "life.notice_assigned", to()), notice(2, "life.notice_assigned", to())]);
    kit.keys("alt-w");
    let seen = Some((NOW, StaffId("8002".into())));
    told(&mut kit, vec![Notice { acknowledged: seen, ..notice(2, "life.notice_assigned", to()) }]);
    assert!(kit.text(SMALL).contains("[已确认]"), "{}", kit.text(SMALL));
    kit.keys("y");
    assert!(kit.sent().is_empty() && kit.notice().contains("已有人确认"), "{}", kit.notice());
}

#[test]
fn the_sheet_of_an_important_customer_is_one_key_away_while_it_rings() {
    let mut kit = kit();
    for (grade, word) in
        [(Grade::Special, "特级"), (Grade::First, "一级"), (Grade::Second, "二级"), (Grade::Temporary, "临时")]
    {
        let call = Call { grade, ..ringing(1, "13800001234", "医院", 5_000, "1001") };
        kit.call(call);
        for size in SIZES {
            let rows = kit.rows(size);
            assert!(rows.iter().any(|row| row.contains("13800001234") && row.contains(word)), "{}", rows.join("\n"));
        }
    }
    let customer = Customer {
        name: "第一医院".into(),
        grade: Grade::Special,
        sheet: "总阀在锅炉房东墙\n先电话总务科 8800".into(),
        note: "夜里有人值班".into(),
        ..Customer::default()
    };
    kit.card(PersonCard { number: "13800001234".into(), customer: Some(customer), ..Default::default() });
    kit.keys("F3").types("半句").keys("alt-s");
    for size in SIZES {
        let text = kit.text(size);
        for part in ["第一医院", "特级", "总阀在锅炉房东墙", "先电话总务科", "夜里有人值班", "0:05/0:20"]
        {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
    }
    let mut other = Kit::new();
    other.keys("alt-s");
    assert!(other.notice().contains("客户档案"), "{}", other.notice());
}

#[test]
fn the_sheet_and_the_grade_of_the_customer_on_the_line_are_written_at_the_console() {
    let mut kit = kit();
    kit.call(ringing(1, "13800001234", "医院", 5_000, "1001"));
    let customer = Customer {
        id: CustomerId(7),
        name: "第一医院".into(),
        phones: vec!["13800001234".into()],
        sheet: "总阀在锅炉房东墙".into(),
        ..Customer::default()
    };
    let card = |customer: &Customer| PersonCard {
        number: "13800001234".into(),
        customer: Some(customer.clone()),
        ..Default::default()
    };
    kit.card(card(&customer));
    kit.keys("g u").types("；先电话总务科").keys("enter");
    let sheet = "总阀在锅炉房东墙\n先电话总务科".to_owned();
    assert_eq!(kit.sent().last(), Some(&&Command::Customer(Box::new(Customer { sheet, ..customer.clone() }))));
    kit.keys("g y").keys("1");
    assert_eq!(
        kit.sent().last(),
        Some(&&Command::Customer(Box::new(Customer { grade: Grade::Special, ..customer.clone() })))
    );
    // Another customer is on the line by the time it is said: nobody's file gets somebody else's grade.
    kit.keys("g y");
    kit.card(card(&Customer { id: CustomerId(8), ..customer }));
    let before = kit.sent().len();
    kit.keys("1");
    assert_eq!(kit.sent().len(), before);
    assert!(kit.notice().contains("已换"), "{}", kit.notice());
}

/// An emergency stands out in a list by its ground. The chosen row has another one, and its letters are for the first.
#[test]
fn an_emergency_keeps_its_ground_on_the_chosen_row() {
    for name in ["night", "day", "contrast", "sixteen"] {
        for focus in [Pane::Tickets, Pane::Incoming] {
            let mut kit = kit();
            kit.model.theme = Theme::load(name, &[]).0;
            happens(&mut kit, [leak(42), ticket(43, "灯不亮", 90)]);
            kit.keys("alt-4 3 home");
            kit.model.focus = focus;
            let (buffer, _) = kit.buffer(MIDDLE);
            let wanted = kit.model.theme.style("emergency");
            let mut words = (1..MIDDLE.1)
                .flat_map(|y| (60..MIDDLE.0 - 2).map(move |x| (x, y)))
                .filter(|(x, y)| buffer[(*x, *y)].symbol() == "报" && buffer[(*x + 2, *y)].symbol() == "警");
            let at = words.next().unwrap_or_else(|| panic!("{name}: no emergency in the list"));
            let cell = &buffer[at];
            assert_eq!((Some(cell.bg), Some(cell.fg)), (wanted.bg, wanted.fg), "{name} {focus:?}");
        }
    }
}
