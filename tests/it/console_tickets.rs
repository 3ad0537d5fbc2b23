//! The ticket list: narrowed, ordered and looked through, and the operator always on the ticket they chose.

use proptest::prelude::*;
use ringdesk::domain::command::{Command, TicketCommand};
use ringdesk::domain::rulebook::{DepartmentRule, FILED};
use ringdesk::domain::ticket::{ExtensionAsked, Fired, Mark, Master, Merge, Objection, Seal};
use ringdesk::domain::*;
use ringdesk::tui::command::{Effect, Question};
use ringdesk::tui::model::{Pane, Plan, RowKey, Sort, Which};

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, due, ringing};

/// A ticket of mine that is due in so many minutes.
pub fn ticket(id: u64, subject: &str, minutes: i64) -> Ticket {
    Ticket {
        id: TicketId(id),
        owner: Owner::Staff(StaffId("8001".into())),
        first_receiver: StaffId("8001".into()),
        stage: "registered".into(),
        fields: TicketFields { subject: subject.into(), ..TicketFields::default() },
        opened_at: NOW.plus(-(id as i64) * 1_000),
        clocks: due(NOW.plus(minutes * 60_000)),
        ..Ticket::default()
    }
}

pub fn happens(kit: &mut Kit, tickets: impl IntoIterator<Item = Ticket>) {
    kit.happens(tickets.into_iter().map(|ticket| Event::Ticket(Box::new(ticket))).collect());
}

fn ids(kit: &Kit) -> Vec<u64> {
    kit.model.tickets_listed().into_iter().map(|id| id.0).collect()
}

fn found(typed: &str) -> Vec<u64> {
    let mut kit = Kit::new();
    let mut one = ticket(1042, "燃气表不走字", 60);
    one.fields.name = "单雄信".into();
    one.fields.phone = "0571-88001234".into();
    one.fields.address = "解放路一号".into();
    one.card.insert("meter_number".into(), "MB-7788".into());
    let mut two = ticket(77, "厨房漏水", 61);
    two.fields.name = "张三".into();
    two.fields.phone = "13900005678".into();
    two.owner = Owner::Staff(StaffId("8002".into()));
    happens(&mut kit, [one, two]);
    kit.keys("alt-4 3 /").types(typed);
    ids(&kit)
}

#[test]
fn a_ticket_is_found_by_any_part_as_it_is_typed() {
    for typed in [
        "1042",
        &TicketId(1042).spoken(),
        "1234",
        "88001",
        "0571",
        "057188001234",
        "雄信",
        "danxx",
        "shanx",
        "sxx",
        "燃气",
        "rqb",
        "ranqibiao",
        "解放",
        "jfl",
        "mb-77",
        "ＭＢ",
        "zhangsan rqb",
    ] {
        // The owner is called 张三 too: what is typed is looked for in every part.
        assert!(found(typed).contains(&1042), "{typed}: {:?}", found(typed));
    }
    for typed in ["5678", "李四", "lisi", "ls", "厨房", "cfls"] {
        assert_eq!(found(typed), [77], "{typed}");
    }
    for typed in ["zzz", "99999", "1042-", "rqx", "燃水"] {
        let wrong_digit = typed == "1042-";
        assert_eq!(found(typed).is_empty(), !wrong_digit, "{typed}");
    }
}

#[test]
fn letters_narrow_and_widen_the_list_and_the_title_says_what_is_shown() {
    let mut kit = Kit::new();
    happens(&mut kit, [ticket(1, "漏水", 60), ticket(2, "漏气", 50), ticket(3, "表不走", 40)]);
    kit.keys("alt-4 /").types("lou");
    assert_eq!(ids(&kit), [2, 1]);
    kit.types("shui");
    assert_eq!(ids(&kit), [1]);
    kit.keys("backspace backspace backspace backspace");
    assert_eq!(ids(&kit), [2, 1]);
    let text = kit.text(SMALL);
    assert!(text.contains("/ lou"), "{text}");
    kit.keys("enter");
    let text = kit.text(SMALL);
    assert!(
        text.contains("工单 2") && text.contains("我的") && text.contains("按到期") && text.contains("找“lou”"),
        "{text}"
    );
    kit.keys("down esc");
    assert_eq!(ids(&kit), [3, 2, 1]);
    assert_eq!(kit.model.selected_ticket().unwrap().id, TicketId(1), "the operator stays on what was found");
    assert!(!kit.text(SMALL).contains("找“"));
}

#[test]
fn a_number_typed_whole_is_stood_on() {
    let mut kit = Kit::new();
    happens(&mut kit, [ticket(142, "甲", 10), ticket(42, "乙", 20), ticket(421, "丙", 5)]);
    kit.keys("alt-4 /").types("42");
    assert_eq!(ids(&kit), [421, 142, 42]);
    assert_eq!(kit.model.selected_ticket().unwrap().id, TicketId(42));
}

#[test]
fn one_key_looks_among_the_filed_ones_for_what_is_typed() {
    let mut kit = Kit::new();
    kit.keys("alt-4 /").types("漏水").keys("alt-f");
    assert!(
        kit.effects.iter().any(|effect| matches!(effect, Effect::Ask(_, Question::Find(text)) if text == "漏水")),
        "{:?}",
        kit.effects
    );
}

#[test]
fn a_sealed_tip_off_is_not_found_by_its_informant_and_shows_none() {
    let mut kit = Kit::new();
    let mut tip = ticket(5, "有人偷气", 60);
    tip.fields.kind = RequestType::TipOff;
    tip.fields.name = "钱七".into();
    tip.fields.phone = "13700009999".into();
    tip.fields.address = "人民路九号".into();
    tip.card.insert("witness".into(), "孙八".into());
    tip.seal = Some(Seal::default());
    happens(&mut kit, [tip]);
    kit.keys("alt-4");
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        assert!(text.contains("举报") && text.contains("有人偷气"), "{text}");
        assert!(!text.contains("钱七") && !text.contains("13700009999"), "{text}");
    }
    for (typed, found) in [("钱七", 0), ("qq", 0), ("9999", 0), ("人民路", 0), ("孙八", 0), ("偷气", 1), ("5", 1)]
    {
        kit.keys("/ ctrl-u").types(typed);
        assert_eq!(ids(&kit).len(), found, "{typed}");
        kit.keys("esc");
    }
}

#[test]
fn a_report_is_found_inside_the_ticket_it_was_merged_into() {
    let mut kit = Kit::new();
    let main = ticket(1, "主件", 60);
    let mut report = ticket(2, "又报", 50);
    report.fields.phone = "13900008765".into();
    happens(&mut kit, [main.clone(), report.clone()]);
    kit.keys("alt-4 /").types("8765");
    assert_eq!(ids(&kit), [2]);
    report.merged = Some(Merge { into: TicketId(1), ..Merge::default() });
    happens(&mut kit, [Ticket { reports: vec![TicketId(2)], ..main.clone() }, report.clone()]);
    assert_eq!(ids(&kit), [1], "it shows inside the main one");
    kit.keys("esc");
    assert!(kit.text(SMALL).contains("+1"), "{}", kit.text(SMALL));
    kit.keys("/").types("8765");
    report.merged = None;
    happens(&mut kit, [report, main]);
    assert_eq!(ids(&kit), [2], "and by itself when it is taken out");
}

/// Every way to narrow the list, each with the one ticket that it shows.
#[test]
fn each_filter_shows_what_it_says() {
    let mut kit = Kit::new();
    kit.welcome().me.role = Role::Supervisor;
    kit.welcome()
        .rulebook
        .departments
        .insert("kefu".into(), DepartmentRule { name: "客服".into(), ..Default::default() });
    let other = |id, minutes| Ticket { owner: Owner::Staff(StaffId("x".into())), ..ticket(id, "别人的", minutes) };
    let day = 24 * 60;
    let mut complaint = other(4, 2 * day);
    complaint.fields.kind = RequestType::Complaint;
    complaint.stage = "judged".into();
    let mut escalated = other(5, 2 * day);
    escalated.level = 2;
    let mut objected = other(6, 2 * day);
    objected.objection = Some(Objection::default());
    let mut extended = other(7, 2 * day);
    extended.extension = Some(ExtensionAsked::default());
    let mut main = other(8, 2 * day);
    main.reports = vec![TicketId(99)];
    let mut ours = other(9, 2 * day);
    ours.owner = Owner::Department("kefu".into());
    let mut emergency = other(10, 2 * day);
    emergency.fields.kind = RequestType::Emergency;
    let mut merged = ticket(99, "并入", 1);
    merged.merged = Some(Merge { into: TicketId(8), ..Merge::default() });
    happens(
        &mut kit,
        [
            ticket(1, "我的", 3 * day),
            other(2, -5),
            other(3, 30),
            complaint,
            escalated,
            objected,
            extended,
            main,
            ours,
            emergency,
            merged,
        ],
    );
    kit.keys("alt-4");
    for (keys, shown) in [
        ("1", vec![1]),
        ("2", vec![1, 9]),
        ("4", vec![10]),
        ("5", vec![2]),
        ("6", vec![2, 3]),
        ("7", vec![4]),
        ("8", vec![5]),
        ("9", vec![6, 7]),
    ] {
        kit.keys(keys);
        let mut listed = ids(&kit);
        listed.sort_unstable();
        assert_eq!(listed, shown, "{keys}");
    }
    kit.keys("3");
    assert_eq!(ids(&kit)[0], 10, "emergencies outrank every row");
    assert_eq!(ids(&kit).len(), 10);
    for (which, shown) in
        [(Which::Merged, 8), (Which::Stage("judged".into()), 4), (Which::Kind(RequestType::Complaint), 4)]
    {
        kit.model.tickets.show(which);
        assert_eq!(ids(&kit), [shown]);
    }
    // The picker names them all and counts.
    kit.keys("0").types("投诉").keys("enter");
    assert_eq!(ids(&kit), [4]);
    assert!(kit.text(SMALL).contains("投诉 · 按到期"), "{}", kit.text(SMALL));
}

#[test]
fn time_alone_moves_a_ticket_into_the_overdue_ones_and_out_of_the_days() {
    let mut kit = Kit::new();
    happens(&mut kit, [ticket(1, "甲", 5), ticket(2, "乙", 20 * 60)]);
    kit.keys("alt-4 5");
    assert!(ids(&kit).is_empty());
    kit.passes(5 * 60_000);
    assert_eq!(ids(&kit), [1]);
    kit.keys("6");
    assert_eq!(ids(&kit), [1]);
    kit.passes(14 * 3_600_000);
    assert_eq!(ids(&kit), [2], "midnight has passed");
    kit.passes(-14 * 3_600_000);
    assert_eq!(ids(&kit), [1], "and the clock was set back");
}

#[test]
fn each_order_is_what_it_says() {
    let mut kit = Kit::new();
    let mut one = ticket(1, "甲", 30);
    one.level = 1;
    one.changed_at = NOW.plus(-5);
    let mut two = ticket(2, "乙", 20);
    two.fields.kind = RequestType::Complaint;
    two.changed_at = NOW;
    let mut three = ticket(3, "丙", 10);
    three.owner = Owner::Staff(StaffId("8002".into()));
    happens(&mut kit, [one, two, three]);
    kit.keys("alt-4 3");
    for (typed, order) in [
        ("按到期", [3, 2, 1]),
        ("按轻重", [1, 2, 3]),
        ("按登记", [1, 2, 3]),
        ("按变动", [2, 1, 3]),
        ("按类型", [2, 3, 1]),
        ("按责任人", [2, 1, 3]),
    ] {
        kit.keys("S").types(typed).keys("enter");
        assert_eq!(ids(&kit), order, "{typed}");
        assert!(kit.text(SMALL).contains(typed));
    }
}

#[test]
fn the_choice_stays_on_its_ticket_when_rows_move() {
    let mut kit = Kit::new();
    happens(&mut kit, [ticket(1, "甲", 10), ticket(2, "乙", 20), ticket(3, "丙", 30)]);
    kit.keys("alt-4 down");
    kit.text(SMALL);
    happens(
        &mut kit,
        [
            ticket(4, "丁", 1),
            Ticket { fields: TicketFields { kind: RequestType::Emergency, ..Default::default() }, ..ticket(5, "", 90) },
        ],
    );
    assert_eq!(kit.model.selected_ticket().unwrap().id, TicketId(2));
    // It is due later now: it goes down, and the choice with it.
    happens(&mut kit, [ticket(2, "乙", 99)]);
    assert_eq!(kit.model.selected_ticket().unwrap().id, TicketId(2));
    kit.keys("o").types("记一笔").keys("enter");
    assert!(matches!(kit.sent()[..], [Command::Ticket(TicketCommand::Note { ticket: TicketId(2), .. })]));
}

#[test]
fn nobody_acts_on_another_ticket_because_the_chosen_one_left() {
    let mut kit = Kit::new();
    happens(&mut kit, [ticket(1, "甲", 10), ticket(2, "乙", 20), ticket(3, "丙", 30)]);
    kit.keys("alt-4 down");
    kit.text(SMALL);
    kit.passes(5_000);
    let filed = |id| Ticket { stage: FILED.into(), ..ticket(id, "", 20) };
    happens(&mut kit, [filed(2)]);
    kit.keys("e");
    assert!(kit.model.drafts.open().is_none() && kit.notice().contains(&TicketId(2).spoken()), "{}", kit.notice());
    // On the screen for less than anybody needs to see it.
    kit.text(SMALL);
    kit.passes(100);
    kit.keys("e");
    assert!(kit.model.drafts.open().is_none(), "too soon to have been seen");
    kit.passes(400);
    kit.keys("e");
    assert_eq!(kit.model.drafts.open().unwrap().edits.map(|edits| edits.0), Some(TicketId(3)));
    // Keys of the operator's own, faster than any frame, mean what they have just chosen.
    kit.keys("alt-4 up e");
    assert_eq!(kit.model.drafts.open().unwrap().edits.map(|edits| edits.0), Some(TicketId(1)));
}

#[test]
fn before_any_key_the_first_row_stays_the_chosen_one() {
    let mut kit = Kit::new();
    happens(&mut kit, [ticket(1, "甲", 10)]);
    kit.keys("alt-4");
    kit.text(SMALL);
    happens(&mut kit, [ticket(2, "乙", 1)]);
    assert_eq!(kit.model.selected_ticket().unwrap().id, TicketId(1));
}

#[test]
fn pages_and_ends_move_by_what_is_on_the_screen() {
    let mut kit = Kit::new();
    happens(&mut kit, (1..=500).map(|id| ticket(id, "单", id as i64)));
    kit.keys("alt-4");
    let at = |kit: &Kit| kit.model.ticket_cursor();
    kit.text(SMALL);
    kit.keys("pagedown");
    let page = at(&kit);
    assert!((8..20).contains(&page), "{page}");
    kit.keys("pageup");
    assert_eq!(at(&kit), 0);
    kit.keys("end");
    assert_eq!(at(&kit), 499);
    let text = kit.text(SMALL);
    assert!(text.contains(&TicketId(500).spoken()), "{text}");
    kit.keys("up");
    let rows = kit.rows(SMALL);
    assert!(
        rows.iter().any(|row| row.contains(&TicketId(500).spoken())),
        "the list stands still while the choice moves"
    );
    kit.keys("home");
    assert!(kit.text(SMALL).contains(&TicketId(1).spoken()));
}

#[test]
fn a_row_tells_what_is_out_of_the_ordinary_without_colour() {
    let mut kit = Kit::new();
    let mut one = ticket(1, "表坏了", 3 * 60);
    one.hand_overs = 2;
    one.level = 1;
    one.reports = vec![TicketId(8), TicketId(9)];
    one.incident = Some(TicketId(3));
    one.fields.phone = "13800001234".into();
    one.fields.name = "王五".into();
    one.clocks[0].marks = vec![Mark { percent: 80, at: NOW, fired: Some(Fired { at: NOW, late: false }) }];
    let mut two = ticket(2, "等配件", 60);
    two.clocks.clear();
    two.paused = Some((NOW, "等配件".into()));
    let mut three = ticket(3, "停气", 30 * 24 * 60);
    three.master = Some(Master::default());
    three.clocks[0].due.provisional = true;
    happens(&mut kit, [one, two, three, ticket(4, "晚了", -30)]);
    kit.keys("alt-4");
    let rows = kit.rows(LARGE);
    let row = |subject: &str| rows.iter().find(|row| row.contains(subject)).cloned().unwrap_or_default();
    for part in ["! ", "转2", "报1级", "+2", "属3", "13800001234", "王五", "张三", "3h00"] {
        assert!(row("表坏了").contains(part), "{part}: {}", row("表坏了"));
    }
    assert!(row("等配件").contains("暂停"));
    assert!(
        row("停气").contains("主事件") && row("停气").contains("暂定") && row("停气").contains("30d"),
        "{}",
        row("停气")
    );
    assert!(row("晚了").contains("!!") && row("晚了").contains("-0h30"));
    for size in [SMALL, MIDDLE] {
        let text = kit.text(size);
        for part in ["暂定", "报1级", "!!", "表坏了"] {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
    }
}

/// What can happen to the list.
#[derive(Clone, Debug)]
enum Step {
    Change(u64, u8, i64, u8, bool, bool),
    Gone(u64),
    Look(u8, u8, &'static str),
    Passes(i64),
    Miss(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let change = (1..40u64, 0..10u8, -100..2_000i64, 0..3u8, any::<bool>(), any::<bool>())
        .prop_map(|(id, kind, due, level, mine, merged)| Step::Change(id, kind, due, level, mine, merged));
    let look = (0..6u8, 0..6u8, prop::sample::select(vec!["", "z", "zs", "李", "1", "12", "lou shui"]))
        .prop_map(|(which, sort, typed)| Step::Look(which, sort, typed));
    let step = prop_oneof![
        8 => change,
        1 => (1..40u64).prop_map(Step::Gone),
        2 => look,
        1 => (-50..500i64).prop_map(Step::Passes),
        1 => (1..40u64).prop_map(Step::Miss),
    ];
    prop::collection::vec(step, 1..60)
}

fn changed(step: &Step) -> Option<Ticket> {
    let (id, kind, minutes, level, mine, merged) = match *step {
        Step::Change(id, kind, minutes, level, mine, merged) => (id, kind, minutes, level, mine, merged),
        Step::Gone(id) => return Some(Ticket { stage: FILED.into(), ..ticket(id, "", 0) }),
        Step::Miss(id) => (id, 3, 7, 0, true, false),
        _ => return None,
    };
    let mut one = ticket(id, if level == 1 { "漏水" } else { "停气" }, minutes);
    one.fields.kind = RequestType::ALL[usize::from(kind)];
    one.fields.phone = format!("1390000{:04}", id * 37);
    one.level = u32::from(level);
    one.changed_at = NOW.plus(minutes);
    one.rehearsal = id % 7 == 0;
    if !mine {
        one.owner = Owner::Staff(StaffId("8002".into()));
    }
    if merged && id > 1 {
        one.merged = Some(Merge { into: TicketId(id - 1), ..Merge::default() });
    }
    Some(one)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// The rows that follow the desk word by word are those that a plain sort of everything gives.
    #[test]
    fn the_index_is_what_sorting_everything_gives(steps in steps()) {
        let mut kit = Kit::new();
        kit.model.focus = Pane::Tickets;
        for step in &steps {
            match step {
                Step::Look(which, sort, typed) => {
                    let whiches = [Which::Mine, Which::All, Which::Overdue, Which::Today, Which::Escalated, Which::Kind(RequestType::Complaint)];
                    kit.model.tickets.which = whiches[usize::from(*which)].clone();
                    kit.model.tickets.sort = Sort::ALL[usize::from(*sort)];
                    kit.model.tickets.line = ringdesk::tui::form::TextLine::new(typed);
                }
                Step::Passes(minutes) => kit.passes(minutes * 60_000),
                // An entry that the list was not told of.
                Step::Miss(_) => {
                    let ticket = changed(step).unwrap();
                    let sequence = kit.state().sequence + 1;
                    let entry = Entry { sequence, at: NOW, actor: Actor::Desk, seat: String::new(), rule: String::new(), command: 0, events: vec![Event::Ticket(Box::new(ticket))] };
                    kit.state().apply(&entry);
                }
                other => happens(&mut kit, changed(other)),
            }
            let scope = kit.model.scope();
            let plan = Plan { which: kit.model.tickets.which.clone(), sort: kit.model.tickets.sort, query: String::new() };
            let mut keys: Vec<RowKey> = scope.tickets.values().filter(|ticket| plan.which.shows(ticket, &scope)).map(|ticket| RowKey::of(ticket, plan.sort, &scope)).collect();
            keys.sort();
            let typed = kit.model.tickets.line.text().to_owned();
            let naive: Vec<TicketId> = keys.iter().map(|key| key.id).filter(|id| answers(&scope.tickets[id], &typed, &scope)).collect();
            prop_assert_eq!(&kit.model.tickets_listed(), &naive);
            for (row, id) in naive.iter().enumerate() {
                prop_assert_eq!(kit.model.ticket_row(*id), Some(row));
            }
            let mut emergencies: Vec<TicketId> = kit.model.emergencies().iter().map(|ticket| ticket.id).collect();
            emergencies.sort();
            let all: Vec<TicketId> = kit.model.scope().tickets.values().filter(|ticket| ticket.is_live() && ticket.fields.kind == RequestType::Emergency).map(|ticket| ticket.id).collect();
            prop_assert_eq!(emergencies, all);
        }
    }
}

/// What a search answers, told another way: by the words these tickets are made of.
fn answers(ticket: &Ticket, typed: &str, scope: &ringdesk::tui::model::Scope<'_>) -> bool {
    let zhang = ticket.owner.staff() == Some(&StaffId("8001".into()));
    let water = ticket.fields.subject == "漏水";
    let _ = scope;
    match typed {
        "" => true,
        "z" | "zs" => zhang,
        "李" => !zhang,
        "lou shui" => water,
        digits => ticket.id.spoken().contains(digits) || ticket.fields.phone.contains(digits),
    }
}

#[test]
fn whoever_looks_for_another_ticket_leaves_the_page_and_no_letter_puts_the_caller_out() {
    let mut kit = Kit::new();
    happens(&mut kit, [ticket(1042, "燃气表不走字", 60)]);
    kit.call(ringing(1, "13800001234", "", 5_000, "1001"));
    kit.talks(1);
    kit.keys("alt-4 enter");
    kit.types("x");
    assert!(kit.sent().is_empty(), "{:?}", kit.sent());
    kit.keys("alt-f").types("zxm");
    assert!(kit.sent().is_empty() && kit.text(SMALL).contains("zxm"), "{}", kit.text(SMALL));
    kit.keys("esc enter alt-1");
    assert!(kit.model.layers.is_empty() && kit.model.focus == Pane::Incoming);
    kit.keys("alt-4 enter ctrl-q");
    assert_eq!(kit.model.layers.len(), 2, "the page is still there behind a question");
}

#[test]
fn the_kind_is_chosen_by_the_letters_its_name_begins_with() {
    let kinds = |typed: &str| {
        let mut kit = Kit::new();
        kit.keys("F3 shift-tab").types(typed);
        kit.model.drafts.open().map(|draft| draft.fields.kind)
    };
    assert_eq!(kinds("t"), Some(RequestType::Complaint));
    assert_eq!(kinds("bj"), Some(RequestType::Emergency));
    assert_eq!(kinds("jj"), Some(RequestType::TipOff));
}
