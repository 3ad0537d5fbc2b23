//! A technician's console without a terminal: a repair department's rulebook, orders in every stage, and the bytes a
//! frame takes.

use ringdesk::domain::rulebook::*;
use ringdesk::domain::ticket::{Clock, ClockState};
use ringdesk::domain::*;
use ringdesk::text::Say;
use ringdesk::tui::screen;
use ringdesk::tui::terminal::{Depth, Profile, Surface};
use ringdesk::tui::theme::Theme;

use crate::console_kit::{Kit, NOW};

/// A phone held across, and one held upright.
pub const PHONE: (u16, u16) = (60, 20);
pub const NARROW: (u16, u16) = (40, 12);

const MINUTE: i64 = 60_000;

fn used(field: &str, need: Need) -> FieldUse {
    FieldUse { field: field.into(), need }
}

fn when(field: &str, is: &[&str]) -> Need {
    Need::When(Condition(vec![Test::Is(field.into(), is.iter().map(|value| (*value).into()).collect())]))
}

fn field(kind: FieldKind, name: &str) -> FieldRule {
    FieldRule { name: Some(name.into()), kind, article: "R-WO-1".into() }
}

fn choice(choices: &[(&str, &str)]) -> FieldKind {
    let rule = |(id, name): &(&str, &str)| ChoiceRule { id: (*id).into(), name: Some((*name).into()) };
    FieldKind::Choice(choices.iter().map(rule).collect())
}

fn number(unit: &str) -> FieldKind {
    FieldKind::Number { least: Some(0), most: None, unit: unit.into() }
}

fn stage(id: &str, name: &str, fields: Vec<FieldUse>, moves: &[&str]) -> StageRule {
    let to = |to: &&str| MoveRule { to: (*to).into(), ..MoveRule::default() };
    StageRule {
        id: id.into(),
        name: Some(name.into()),
        fields,
        moves: moves.iter().map(to).collect(),
        ..StageRule::default()
    }
}

/// The stages of an order as SPEC §5 has them, with the tightness test of R-WO-1.
pub fn repair() -> TypeRule {
    let done = || when("progress", &["done"]);
    let mut carried_out = stage(
        "carried_out",
        "到场",
        vec![
            used("progress", Need::Always),
            used("waiting_for", when("progress", &["parts", "customer"])),
            used("done_what", done()),
            used("pressure_kpa", done()),
            used("minutes", done()),
            used("drop", done()),
            used("verdict", done()),
            used("replaced", done()),
            used("old_serial", when("replaced", &["yes"])),
            used("new_serial", when("replaced", &["yes"])),
            used("charged", done()),
            used("receipt", when("charged", &["yes"])),
        ],
        &["waiting", "finished"],
    );
    if let Some(way) = carried_out.moves.first_mut() {
        way.when = Condition(vec![Test::Is("progress".into(), vec!["parts".into(), "customer".into()])]);
    }
    let operators = |mut rule: StageRule| {
        rule.by = vec!["operator".into()];
        rule
    };
    TypeRule {
        stages: vec![
            operators(stage("registered", "登记", vec![], &["dispatched"])),
            stage("dispatched", "派单", vec![], &["accepted"]),
            stage("accepted", "接单", vec![], &["en_route"]),
            stage("en_route", "出发", vec![], &["carried_out"]),
            carried_out,
            stage("waiting", "挂起", vec![], &["carried_out"]),
            stage("finished", "完工", vec![], &["followed_up"]),
            operators(stage("followed_up", "回单", vec![used("outcome", Need::Always)], &["filed"])),
            stage("filed", "归档", vec![], &[]),
        ],
        article: "R-WO".into(),
        ..TypeRule::default()
    }
}

fn hazard() -> TypeRule {
    let asked = ["hazard_grade", "notice_number", "deadline", "acknowledged"];
    TypeRule {
        stages: vec![stage(
            "investigated",
            "调查",
            asked.into_iter().map(|id| used(id, Need::Always)).collect(),
            &["reinspected"],
        )],
        ..TypeRule::default()
    }
}

pub fn rules() -> Rulebook {
    let fields = [
        ("progress", field(choice(&[("done", "已处理"), ("parts", "等配件"), ("customer", "等客户")]), "处理情况")),
        ("waiting_for", field(FieldKind::Text, "等什么")),
        ("done_what", field(FieldKind::Long, "处理经过")),
        ("pressure_kpa", field(number("kPa"), "试验压力")),
        ("minutes", field(number("分钟"), "稳压时间")),
        ("drop", field(number("Pa"), "压降")),
        ("verdict", field(choice(&[("tight", "合格"), ("leaks", "漏气")]), "试验结论")),
        ("replaced", field(FieldKind::YesNo, "有无更换")),
        ("old_serial", field(FieldKind::Text, "旧表号")),
        ("new_serial", field(FieldKind::Text, "新表号")),
        ("charged", field(FieldKind::YesNo, "有无收费")),
        ("receipt", field(FieldKind::Text, "收据号")),
        (
            "hazard_grade",
            field(
                choice(&[("slight", "轻微"), ("ordinary", "一般"), ("larger", "较大"), ("grave", "严重")]),
                "隐患等级",
            ),
        ),
        ("notice_number", field(FieldKind::Text, "整改通知书号")),
        ("deadline", field(FieldKind::Moment, "整改期限")),
        ("acknowledged", field(FieldKind::YesNo, "客户已签收")),
    ];
    let mut rules = Rulebook {
        fields: fields.into_iter().map(|(id, rule)| (id.into(), rule)).collect(),
        danger_words: vec!["煤气味".into()],
        ..Rulebook::default()
    };
    for kind in [RequestType::Repair, RequestType::Emergency] {
        rules.types.insert(kind, repair());
    }
    rules.types.insert(RequestType::Hazard, hazard());
    let department = DepartmentRule { name: "维修一队".into(), ..DepartmentRule::default() };
    rules.departments.insert("repair".into(), department);
    rules
}

/// A clock that is due so many minutes from now.
pub fn due_in(minutes: i64) -> Clock {
    let at = Due { at: NOW.plus(minutes * MINUTE), provisional: false };
    Clock {
        id: "repair".into(),
        round: 1,
        started_at: NOW.plus(-60 * MINUTE),
        allow: None,
        first_due: at,
        due: at,
        shifts: Vec::new(),
        pauses: Vec::new(),
        marks: Vec::new(),
        state: ClockState::Running,
    }
}

/// An order in this stage, mine.
pub fn order(id: u64, kind: RequestType, stage: &str, due: i64, address: &str, subject: &str) -> Ticket {
    let fields = TicketFields {
        kind,
        subject: subject.into(),
        name: "陈小姐".into(),
        phone: "13800138000".into(),
        address: address.into(),
        ..TicketFields::default()
    };
    Ticket {
        id: TicketId(id),
        fields,
        stage: stage.into(),
        entered_at: NOW.plus(-7 * MINUTE),
        owner: Owner::Staff(StaffId("w07".into())),
        changed_at: NOW.plus(-7 * MINUTE),
        clocks: vec![due_in(due)],
        version: 1,
        round: 1,
        ..Ticket::default()
    }
}

pub fn notice(id: u64, ticket: u64) -> Event {
    Event::Notice(Box::new(Notice {
        id: NoticeId(id),
        rehearsal: false,
        ticket: Some(TicketId(ticket)),
        callback: None,
        to: notice_to_me(),
        at: NOW,
        what: Say::new("life.notice_escalated")
            .with("ticket", TicketId(ticket).spoken())
            .with("why", "超时")
            .with("subject", "路面冒气泡"),
        rings: true,
        late: false,
        acknowledged: None,
    }))
}

fn notice_to_me() -> ringdesk::domain::notice::Addressee {
    ringdesk::domain::notice::Addressee::Staff(StaffId("w07".into()))
}

pub fn is(ticket: Ticket) -> Event {
    Event::Ticket(Box::new(ticket))
}

/// The technician 王强, on duty, with no orders.
pub fn technician() -> Kit {
    let mut kit = Kit::new();
    let me = Staff {
        id: StaffId("w07".into()),
        name: "王强".into(),
        role: Role::Technician,
        team: "repair".into(),
        ..Staff::default()
    };
    let welcome = kit.welcome();
    welcome.staff.push(me.clone());
    welcome.me = me.clone();
    welcome.rulebook = rules();
    kit.model.theme = Theme::load("plain", &[]).0;
    let crew = Crew { staff: me.id, on_duty_since: Some(NOW), ..Crew::default() };
    kit.happens(vec![Event::Crew(Box::new(crew))]);
    kit
}

/// A day's work: one for the department, one sent to me, an emergency under way, late and calm repairs, one given back.
pub fn day() -> Kit {
    let mut kit = technician();
    let mut ours = order(21, RequestType::Repair, "dispatched", 110, "文三路 77 号 5 幢", "热水器点不着");
    ours.owner = Owner::Department("repair".into());
    let mut emergency =
        order(12, RequestType::Emergency, "en_route", -12, "滨江路 8 号 2 幢 301 室", "厨房闻到很浓的煤气味");
    emergency.fields.detail = "一家三口已经到楼下，阀门关了没有说不清。隔壁 302 有老人在家，敲门没有应。".into();
    emergency.times = vec![
        ("dispatched".into(), NOW.plus(-20 * MINUTE)),
        ("accepted".into(), NOW.plus(-18 * MINUTE)),
        ("en_route".into(), NOW.plus(-15 * MINUTE)),
    ];
    let mut done = order(9, RequestType::Repair, "followed_up", 600, "滨**", "换表");
    done.fields.name = "王**".into();
    done.fields.phone = "138****1234".into();
    kit.happens(vec![
        is(ours),
        is(order(22, RequestType::Emergency, "dispatched", 50, "建国北路 120 号", "路面冒气泡")),
        is(emergency),
        is(order(13, RequestType::Repair, "accepted", 45, "莫干山路 1418 号 12 幢 2 单元 1103 室", "燃气表不走字")),
        is(order(14, RequestType::Repair, "carried_out", 200, "体育场路 9 号", "灶具打不着火")),
        is(done),
    ]);
    kit
}

/// The bytes that the real way out writes, as a terminal of 256 colours gets them.
pub struct Wire {
    surface: Surface,
}

impl Wire {
    pub fn new(size: (u16, u16)) -> Wire {
        let profile = Profile { depth: Depth::Indexed, scroll: true, ..Profile::default() };
        Wire { surface: Surface::new(size.0, size.1, profile) }
    }

    pub fn frame(&mut self, kit: &mut Kit) -> Vec<u8> {
        let bytes = self.surface.draw_with(|canvas| screen::draw(&kit.model, canvas));
        kit.model.mark_shown();
        bytes
    }
}

/// The rows without blanks at their ends, as a snapshot holds them.
pub fn snapshot(kit: &mut Kit, size: (u16, u16)) -> String {
    let rows = kit.rows(size);
    rows.iter().map(|row| row.trim_end()).collect::<Vec<_>>().join("\n")
}
