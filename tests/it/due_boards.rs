//! Follow-up calls and visits in figures, each opening to its rows and down to the ticket (R-CB-1, R-CB-2, R-CB-8), and
//! the list a work order is sent from (SPEC §5).

use ringdesk::client::{Answer, Heard, Query};
use ringdesk::domain::call::Direction;
use ringdesk::domain::callback::{Reach, Sheet};
use ringdesk::domain::command::{Command, TicketCommand, VisitCommand};
use ringdesk::domain::rulebook::{DepartmentRule, ShareRule, StageRule, VisitPlan};
use ringdesk::domain::visit::{VisitPlanRow, VisitYear};
use ringdesk::domain::*;
use ringdesk::tui::command::{Effect, Question};
use ringdesk::tui::model::{BoardKind, VisitOwed};

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, staff};
use crate::console_tickets::ticket;
use crate::due_kit::{debt, happens, line};

/// A follow-up call, made this month unless it is of another day.
fn revisit(id: u64, reason: CallbackReason, ticket: u64, end: Option<CallbackEnd>, satisfied: &str) -> Callback {
    let mut owed = debt(1, reason, -60, Some(ticket));
    if end.is_some() || !satisfied.is_empty() {
        let sheet = Sheet { reach: Reach::Reached, satisfaction: satisfied.into(), ..Sheet::default() };
        owed.sheets.push(sheet);
    }
    owed.end = end.map(|end| (NOW, end));
    let ended = owed.end.clone();
    let mut line = line(id, "13800001234", "王强", vec![owed]);
    (line.ended_at, line.end) = (ended.as_ref().map(|end| end.0), ended.map(|end| end.1));
    line
}

fn reached(call: u64) -> Option<CallbackEnd> {
    Some(CallbackEnd::Reached(CallId(call)))
}

/// The cells of the row whose first cell holds this.
fn cells(kit: &Kit, kind: &BoardKind, name: &str) -> Vec<String> {
    let board = kit.model.board(kind);
    let row = board.rows.iter().find(|row| row.cells[0].contains(name));
    row.unwrap_or_else(|| panic!("{name}: {board:#?}")).cells.clone()
}

#[test]
fn returned_work_is_counted_and_nobody_is_no_share() {
    let mut kit = Kit::new();
    assert_eq!(cells(&kit, &BoardKind::Shares, "回单回访").last().unwrap(), "–");
    let mut by_hand = revisit(2, CallbackReason::Revisit, 12, reached(2), "fair");
    by_hand.debts[0].sheets[0].by_hand = true;
    let closed = CallbackEnd::Closed { by: StaffId("8002".into()), reason: "打不通".into() };
    let mut rehearsed = revisit(6, CallbackReason::Revisit, 16, reached(6), "very");
    rehearsed.rehearsal = true;
    let mut before = revisit(5, CallbackReason::Revisit, 15, reached(5), "very");
    before.debts[0].made_at = NOW.plus(-30 * 86_400_000);
    happens(
        &mut kit,
        [
            revisit(1, CallbackReason::Revisit, 11, reached(1), "very"),
            by_hand,
            revisit(3, CallbackReason::Revisit, 13, Some(closed), ""),
            revisit(4, CallbackReason::Revisit, 14, None, ""),
            before,
            rehearsed,
        ],
    );
    // 总数 应访 抽中 补抽 已访 手拨 没接通 还欠 比例
    let row = cells(&kit, &BoardKind::Shares, "回单回访");
    assert_eq!(row[1..], ["4", "4", "–", "–", "2", "1", "1", "1", "50%"].map(String::from));
    assert_eq!(cells(&kit, &BoardKind::Shares, "非常满意")[5], "1");
    kit.keys("g r");
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        for part in ["2026-11", "回单回访", "50%", "应访", "还欠", "非常满意"] {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
    }
    kit.keys("down enter");
    let text = kit.text(MIDDLE);
    assert!(text.contains("2026-11 回单回访 4 件") && text.contains("还欠，已过期"), "{text}");
    let rows = kit.model.board(&BoardKind::Shares).rows;
    assert_eq!(rows.iter().filter(|row| row.cells[0] == "回单回访").count(), 2, "this month and the last");
    // What is owed stands on top and opens to its ticket.
    crate::console_tickets::happens(&mut kit, [ticket(14, "漏水", 60)]);
    kit.keys("enter");
    assert!(kit.text(MIDDLE).contains(&format!("工单 {}", TicketId(14).spoken())), "{}", kit.text(MIDDLE));
    kit.keys("esc esc esc");
    assert!(kit.model.layers.is_empty());
}

#[test]
fn a_drawn_share_is_of_what_was_wanted() {
    let mut kit = Kit::new();
    kit.welcome().rulebook.revisits.shares.push(ShareRule {
        id: "repair".into(),
        kind: RequestType::Repair,
        when: Default::default(),
        percent: 30,
        within: ringdesk::domain::calendar::Allowance::Days(30),
        by: "assistant".into(),
        article: "1.4".into(),
    });
    let draw = Draw {
        id: DrawId(1),
        rule: "repair".into(),
        day: (NOW.0 + 8 * 3_600_000) / 86_400_000,
        at: NOW,
        population: (1..=10).map(TicketId).collect(),
        wanted: 3,
        drawn: vec![TicketId(3), TicketId(5), TicketId(9)],
        topped: vec![TicketId(1)],
        ..Draw::default()
    };
    kit.happens(vec![Event::Draw(Box::new(draw))]);
    let sample = |id, ticket, end| {
        let mut line = revisit(id, CallbackReason::Sample, ticket, end, "");
        line.debts[0].draw = Some(DrawId(1));
        line
    };
    let refused = Some(CallbackEnd::Refused(CallId(8)));
    let lines = [sample(1, 3, reached(1)), sample(2, 5, refused), sample(3, 9, reached(2)), sample(4, 1, None)];
    happens(&mut kit, lines);
    let row = cells(&kit, &BoardKind::Shares, "报修");
    assert!(row[0].contains("assistant") && row[0].contains("30%"), "{row:?}");
    assert_eq!(row[1..], ["10", "3", "3", "1", "2", "0", "1", "1", "66%"].map(String::from));
}

#[test]
fn visits_are_counted_by_class_and_recorded_by_a_key() {
    let mut kit = Kit::new();
    for (class, per_year) in [("A", 12), ("B", 4)] {
        kit.welcome().rulebook.visits.push(VisitPlan { class: class.into(), per_year, article: String::new() });
    }
    kit.keys("g v");
    let asked = |effect: &Effect| matches!(effect, Effect::Ask(Query::Visits { year: 2026 }, Question::Visits));
    assert!(kit.effects.iter().any(asked));
    assert!(kit.text(SMALL).contains("还没有取到"), "{}", kit.text(SMALL));
    assert_eq!(cells(&kit, &BoardKind::Visits, "A")[4], "–");
    let owed = |customer, name: &str, done, owed| VisitOwed {
        customer: CustomerId(customer),
        name: name.into(),
        class: "A".into(),
        planned: 12,
        done,
        owed,
        last: None,
    };
    kit.model.visit_plan = Some(vec![owed(1, "第一医院", 6, 4), owed(2, "华联商厦", 14, 0)]);
    let late = Visit {
        id: VisitId(1),
        customer: CustomerId(2),
        name: "华联商厦".into(),
        class: "A".into(),
        at: NOW.plus(-9 * 86_400_000),
        recorded_at: NOW,
        by: StaffId("8002".into()),
        late: true,
        ..Visit::default()
    };
    kit.happens(vec![Event::Visit(Box::new(late))]);
    // 24 planned, 6 + 12 kept: more visits to one make up for nobody else.
    assert_eq!(cells(&kit, &BoardKind::Visits, "A")[1..], ["2", "24", "1", "75%", "4"].map(String::from));
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        for part in ["2026 年走访", "第一医院", "75%", "记得晚的 1", "华联商厦"] {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
    }
    kit.keys("down down down down o").types("23:30").keys("enter");
    assert!(kit.notice().contains("还没到"), "{}", kit.notice());
    kit.keys("ctrl-u").types("20 15:00").keys("enter").types("用气安全").keys("enter").types("柜3-17").keys("enter");
    kit.types("1042-").keys("enter");
    assert!(kit.sent().is_empty(), "a number with a wrong digit is no ticket");
    kit.keys("ctrl-u").types(&TicketId(77).spoken()).keys("enter");
    let record = VisitCommand::Record {
        customer: CustomerId(1),
        at: NOW.plus(-2 * 86_400_000 + 5 * 3_600_000),
        words: "用气安全".into(),
        signature: "柜3-17".into(),
        tickets: vec![TicketId(77)],
    };
    assert_eq!(kit.sent(), [&Command::Visit(record)], "{}", kit.notice());
}

fn crew(kit: &mut Kit) {
    let team = [("9001", "马师傅"), ("9002", "丁师傅"), ("9003", "何师傅")];
    for (id, name) in team {
        let technician = Staff { role: Role::Technician, ..staff(id, name, "") };
        kit.welcome().staff.push(technician);
    }
    kit.welcome()
        .rulebook
        .departments
        .insert("repair".into(), DepartmentRule { name: "维修部".into(), ..Default::default() });
    let rules = kit.welcome().rulebook.types.entry(RequestType::Repair).or_default();
    let stages = ["registered", "dispatched", "accepted", "finished"];
    rules.stages.extend(stages.map(|id| StageRule { id: id.into(), ..StageRule::default() }));
    for (id, place) in [("9002", "解放路 1 号"), ("9003", "")] {
        let on_duty = Crew {
            staff: StaffId(id.into()),
            on_duty_since: Some(NOW),
            place: place.into(),
            place_at: Some(NOW.plus(-600_000)),
            ticket: None,
        };
        kit.happens(vec![Event::Crew(Box::new(on_duty))]);
    }
    let mut busy = ticket(50, "忙", 30);
    busy.owner = Owner::Staff(StaffId("9002".into()));
    (busy.fields.kind, busy.stage) = (RequestType::Repair, "accepted".into());
    // What is done or given back is open no more: it is only to be called about.
    let done = Ticket { id: TicketId(51), stage: "finished".into(), ..busy.clone() };
    let given_back = Ticket { id: TicketId(52), stage: "followed_up".into(), ..busy.clone() };
    crate::console_tickets::happens(kit, [busy, done, given_back]);
}

#[test]
fn an_order_is_sent_with_two_keys_to_who_is_free_on_duty_or_to_a_department() {
    let sent = |keys: &str, page: bool| {
        let mut kit = Kit::new();
        crew(&mut kit);
        let mut order = ticket(42, "漏气", 5);
        order.fields.kind = RequestType::Repair;
        crate::console_tickets::happens(&mut kit, [order]);
        kit.keys(if page { "alt-4 enter P" } else { "alt-4 P" });
        for size in [SMALL, MIDDLE, LARGE] {
            let rows = kit.rows(size);
            let at = |name: &str| rows.iter().position(|row| row.contains(name)).unwrap_or_else(|| panic!("{rows:#?}"));
            let order = ["何师傅", "丁师傅", "马师傅", "维修部"].map(at);
            assert!(order.is_sorted(), "{rows:#?}");
            assert!(rows[order[1]].contains("在岗 1 单") && rows[order[1]].contains("09:50 解放路 1 号"), "{rows:#?}");
        }
        kit.keys(keys);
        let [Command::Ticket(TicketCommand::Dispatch { ticket, to, .. })] = kit.sent()[..] else {
            panic!("{} {:?}", kit.notice(), kit.sent())
        };
        (*ticket, to.to_string())
    };
    assert_eq!(sent("1", false), (TicketId(42), "9003".into()));
    assert_eq!(sent("2", true), (TicketId(42), "9002".into()));
    assert_eq!(sent("4", true), (TicketId(42), "department:repair".into()));
    assert_eq!(sent("down enter", false), (TicketId(42), "9002".into()));
}

#[test]
fn what_is_no_order_is_not_sent() {
    let mut kit = Kit::new();
    crew(&mut kit);
    let mut question = ticket(42, "问价", 5);
    question.fields.kind = RequestType::Enquiry;
    crate::console_tickets::happens(&mut kit, [question]);
    kit.keys("alt-4 P");
    assert!(kit.model.layers.is_empty() && kit.notice().contains("不派单"), "{}", kit.notice());
}

#[test]
fn calls_of_the_person_stand_on_the_page_with_their_way() {
    let mut kit = Kit::new();
    happens(&mut kit, [line(5, "13800001234", "王强", vec![debt(1, CallbackReason::Asked, 5, None)])]);
    let mut call = crate::console_kit::ringing(3, "+86 138 0000 1234", "", 0, "");
    call.phase = call::Phase::Ended;
    call.outcome = call::Outcome::Abandoned;
    call.ended_at = Some(NOW);
    call.direction = Direction::Inbound;
    kit.call(call);
    kit.keys("alt-5 enter");
    let text = kit.text(SMALL);
    assert!(text.contains("近期通话") && text.contains("来电"), "{text}");
}

#[test]
fn the_plan_the_desk_tells_is_set_customer_by_customer() {
    let mut kit = Kit::new();
    let row = |customer, month: i64, done: bool| VisitPlanRow {
        customer: CustomerId(customer),
        name: format!("客户{customer}"),
        class: "A".into(),
        from: NOW.plus(month * 30 * 86_400_000),
        until: NOW.plus((month + 1) * 30 * 86_400_000),
        done_at: done.then(|| NOW.plus(-86_400_000)),
        ..VisitPlanRow::default()
    };
    let rows = vec![row(1, -2, true), row(1, -1, false), row(1, 1, false), row(2, -1, true)];
    kit.keys("g v");
    kit.model.note_asked(7, Question::Visits);
    let year = VisitYear { year: 2026, rows, rates: Vec::new() };
    kit.model.hear(Heard::Answer(7, Box::new(Answer::Visits(Box::new(year)))));
    let plan = kit.model.visit_plan.clone().unwrap();
    let figures: Vec<_> = plan.iter().map(|row| (row.customer.0, row.planned, row.done, row.owed)).collect();
    assert_eq!(figures, [(1, 3, 1, 1), (2, 1, 1, 0)], "a period that has not begun is not owed");
    assert!(kit.text(SMALL).contains("现在应走访 1"), "{}", kit.text(SMALL));
}

#[test]
fn a_local_month_begins_where_the_one_before_ends() {
    use ringdesk::tui::words::{month, month_begins};
    for (offset, of) in [(8 * 3_600_000, 1800 * 12..2400 * 12), (-5 * 3_600_000, 2000 * 12..2030 * 12)] {
        for number in of {
            let begins = month_begins(number, offset);
            assert_eq!((month(begins, offset), month(begins.plus(-1), offset)), (number, number - 1), "{number}");
        }
    }
}

/// R-CB-8: who is visited how often is said by the class, which has a key on the visits' page; the year's rate is of all.
#[test]
fn a_customer_is_put_into_a_class_and_all_classes_have_one_rate() {
    let mut kit = Kit::new();
    for (class, per_year) in [("A", 12), ("B", 4)] {
        kit.welcome().rulebook.visits.push(VisitPlan { class: class.into(), per_year, article: String::new() });
    }
    let row = |customer, class: &str, planned, done| VisitOwed {
        customer: CustomerId(customer),
        name: format!("客户{customer}"),
        class: class.into(),
        planned,
        done,
        owed: planned - done,
        last: None,
    };
    kit.keys("g v");
    kit.model.visit_plan = Some(vec![row(1, "A", 12, 6), row(2, "B", 4, 2)]);
    assert_eq!(cells(&kit, &BoardKind::Visits, "合计")[1..], ["2", "16", "0", "50%", "8"].map(String::from));
    kit.keys("down down down down c");
    assert!(kit.text(SMALL).contains("一年 12 次"), "{}", kit.text(SMALL));
    kit.keys("2");
    let class = VisitCommand::Class { customer: CustomerId(1), class: "B".into() };
    assert_eq!(kit.sent(), [&Command::Visit(class)], "{}", kit.notice());
    kit.keys("c 3");
    let none = VisitCommand::Class { customer: CustomerId(1), class: String::new() };
    assert_eq!(kit.sent().last(), Some(&&Command::Visit(none)), "{}", kit.notice());
}
