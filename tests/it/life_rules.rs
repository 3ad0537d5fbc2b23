//! Rulebooks nobody would write, from numbers: stages in any order that still ends, clocks of every unit that start and
//! stop with anything, roles, departments, chains. For the properties of a ticket's life.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use ringdesk::config::calendars;
use ringdesk::domain::calendar::{Allowance, Calendar, Hours};
use ringdesk::domain::rulebook::{
    Act, AllowRule, ChoiceRule, ClockRule, Condition, DepartmentRule, EmergencyRule, FILED, FieldKind, FieldRule,
    FieldUse, Item, MarkRule, MoveRule, Need, REGISTERED, RoleRef, RoleRule, StageRule, Test, Trigger, TypeRule,
};
use ringdesk::domain::{RequestType, Role, Rulebook, Staff, StaffId};

/// The types a random rulebook speaks of; the others follow the plain one.
pub const KINDS: [RequestType; 3] = [RequestType::Complaint, RequestType::Repair, RequestType::Emergency];

/// Fields of the rulebook with the values that go into them.
pub const CARD: [(&str, &[&str]); 10] = [
    ("valid", &["yes", "no"]),
    ("approved", &["yes", "no"]),
    ("satisfaction", &["good", "bad"]),
    ("gravity", &["high", "low"]),
    ("department", &["service", "repair"]),
    ("responsible", &["zhou", "sun", "nobody known"]),
    ("cause", &["阀门老化", "计量有误", " "]),
    ("wish", &["2026-02-20 09:30", "2026-12-31 17:00", "2020-01-01 00:00"]),
    ("outcome", &["已修复", "已退费", "已道歉"]),
    ("told_how", &["phone", "letter", "untold"]),
];

/// Two operators, a supervisor, a technician of the repair department, a head of the service department, a keeper.
pub fn staff() -> Vec<Staff> {
    let one = |id: &str, role: Role, team: &str, roles: &[&str]| Staff {
        id: StaffId(id.into()),
        name: id.into(),
        role,
        team: team.into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        ..Staff::default()
    };
    vec![
        one("wang", Role::Operator, "", &[]),
        one("li", Role::Operator, "", &[]),
        one("chen", Role::Supervisor, "", &[]),
        one("zhou", Role::Technician, "repair", &[]),
        one("sun", Role::Operator, "service", &["head"]),
        one("bao", Role::Operator, "service", &["keeper"]),
    ]
}

/// What is needed to write one type's rule.
#[derive(Clone, Debug)]
struct TypePlan {
    stages: Vec<StagePlan>,
    clocks: Vec<ClockPlan>,
    chain: bool,
}

#[derive(Clone, Debug)]
struct StagePlan {
    shape: Shape,
    by: Option<&'static str>,
    waits: bool,
    back: Index,
    jump: Option<(Index, &'static str)>,
    round: bool,
}

/// What a stage is there for.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Plain,
    Judge,
    Dispatch,
    Approve,
    Outcome,
    Satisfy,
}

#[derive(Clone, Debug)]
struct ClockPlan {
    start: TriggerPlan,
    stop: Vec<TriggerPlan>,
    allow: Allowance,
    until: bool,
    when: usize,
    marks: Vec<(u16, Vec<usize>)>,
}

#[derive(Clone, Debug)]
enum TriggerPlan {
    Registered,
    Entered(Index),
    Left(Index),
    Filled(Index),
    Told,
    Agreed,
    Stopped(Index),
}

fn stage() -> impl Strategy<Value = StagePlan> {
    let shapes = [
        Shape::Plain,
        Shape::Judge,
        Shape::Dispatch,
        Shape::Dispatch,
        Shape::Approve,
        Shape::Outcome,
        Shape::Outcome,
        Shape::Satisfy,
        Shape::Satisfy,
    ];
    let by = prop_oneof![4 => Just(None), 1 => Just(Some("head")), 1 => Just(Some("agent"))];
    let jump = proptest::option::weighted(0.2, (any::<Index>(), select(vec!["high", "low"])));
    (select(shapes.to_vec()), by, prop::bool::weighted(0.2), any::<Index>(), jump, any::<bool>())
        .prop_map(|(shape, by, waits, back, jump, round)| StagePlan { shape, by, waits, back, jump, round })
}

fn trigger() -> impl Strategy<Value = TriggerPlan> {
    prop_oneof![
        2 => Just(TriggerPlan::Registered),
        3 => any::<Index>().prop_map(TriggerPlan::Entered),
        2 => any::<Index>().prop_map(TriggerPlan::Left),
        2 => any::<Index>().prop_map(TriggerPlan::Filled),
        1 => Just(TriggerPlan::Told),
        1 => Just(TriggerPlan::Agreed),
        2 => any::<Index>().prop_map(TriggerPlan::Stopped),
    ]
}

fn clock() -> impl Strategy<Value = ClockPlan> {
    let allow = prop_oneof![
        (1..600u32).prop_map(Allowance::Minutes),
        (1..100u32).prop_map(Allowance::Hours),
        (1..20u32).prop_map(Allowance::Days),
        (1..15u32).prop_map(Allowance::WorkingDays),
        (1..2000u32).prop_map(Allowance::WorkMinutes),
        Just(Allowance::SameDay),
    ];
    let mark = (select(vec![50u16, 80, 100, 120]), vec(0..4usize, 0..3));
    (trigger(), vec(trigger(), 1..3), allow, prop::bool::weighted(0.2), 0..6usize, vec(mark, 1..4)).prop_map(
        |(start, stop, allow, until, when, mut marks)| {
            marks.sort();
            marks.dedup_by_key(|(percent, _)| *percent);
            ClockPlan { start, stop, allow, until, when, marks }
        },
    )
}

/// A rulebook with two or three types.
pub fn rulebook() -> impl Strategy<Value = Rulebook> {
    let kind = (vec(stage(), 1..5), vec(clock(), 1..6), any::<bool>());
    let kinds = vec(kind.prop_map(|(stages, clocks, chain)| TypePlan { stages, clocks, chain }), 2..4);
    (kinds, 0..3usize, prop::bool::weighted(0.8)).prop_map(|(kinds, hours, loaded)| {
        let mut rules = frame();
        rules.types = KINDS.into_iter().zip(kinds.iter().map(kind_rule)).collect();
        rules.hours = match hours {
            0 => Hours::default(),
            1 => Hours::always(),
            _ => Hours::parse(&["08:30-12:00".into(), "13:30-17:30".into()]).unwrap(),
        };
        if !loaded {
            rules.calendar = Calendar::default();
        }
        rules
    })
}

/// Everything but the types: fields, roles, departments, chains, the shipped calendar.
pub fn frame() -> Rulebook {
    let choice = |values: &[&str]| {
        let choice = |id: &&str| ChoiceRule { id: (*id).to_owned(), name: Some((*id).to_owned()) };
        FieldKind::Choice(values.iter().map(choice).collect())
    };
    let kind_of = |field: &str, values: &[&str]| match field {
        "wish" => FieldKind::Moment,
        "department" => FieldKind::Department,
        "responsible" => FieldKind::Person,
        "cause" | "outcome" => FieldKind::Long,
        "told_how" => choice(&["phone", "visit", "letter", "message", "untold"]),
        _ => choice(values),
    };
    let extra: [(&str, &[&str]); 3] =
        [("untold_reason", &[]), ("anonymous", &["yes", "no"]), ("answer_by", &["letter", "phone"])];
    let field = |(field, values): &(&str, &[&str])| {
        let kind = if *field == "untold_reason" { FieldKind::Long } else { kind_of(field, values) };
        ((*field).to_owned(), FieldRule { name: Some((*field).to_owned()), kind, article: String::new() })
    };
    let role = |operators, named_only| RoleRule { operators, named_only, ..RoleRule::default() };
    let department =
        |name: &str| DepartmentRule { name: name.into(), head: "head".into(), ..DepartmentRule::default() };
    Rulebook {
        name: "random".into(),
        calendar: calendars::shipped().unwrap(),
        fields: CARD.iter().chain(&extra).map(field).collect(),
        roles: [("agent", role(true, false)), ("head", role(false, false)), ("keeper", role(false, true))]
            .map(|(id, rule)| (id.to_owned(), rule))
            .into(),
        departments: ["service", "repair"].map(|id| (id.to_owned(), department(id))).into(),
        chains: [("up".to_owned(), vec!["agent".to_owned(), "head".to_owned(), "supervisor".to_owned()])].into(),
        ..Rulebook::default()
    }
}

fn kind_rule(plan: &TypePlan) -> TypeRule {
    let mut stages: Vec<StageRule> = (0..plan.stages.len()).map(|at| stage_rule(plan, at)).collect();
    stages.push(StageRule { id: FILED.into(), ..StageRule::default() });
    TypeRule {
        clocks: (0..plan.clocks.len()).map(|at| clock_rule(plan, at)).collect(),
        stages,
        chain: if plan.chain { "up".into() } else { String::new() },
        sealed_for: Some("keeper".into()),
        emergency: Some(EmergencyRule {
            checklist: vec![Item { id: "valve".into(), ..Item::default() }],
            ..EmergencyRule::default()
        }),
        ..TypeRule::default()
    }
}

fn stage_id(plan: &TypePlan, at: usize) -> String {
    match at {
        0 => REGISTERED.into(),
        at if at >= plan.stages.len() => FILED.into(),
        at => format!("s{at}"),
    }
}

/// `field=value`.
pub fn is(field: &str, value: &str) -> Condition {
    Condition(vec![Test::Is(field.into(), vec![value.into()])])
}

fn stage_rule(plan: &TypePlan, at: usize) -> StageRule {
    let one = &plan.stages[at];
    let asks = |fields: &[&str]| {
        let asks = |field: &&str| FieldUse { field: (*field).to_owned(), need: Need::Always };
        fields.iter().map(asks).collect::<Vec<_>>()
    };
    let on = MoveRule { to: stage_id(plan, at + 1), ..MoveRule::default() };
    let back = |when| MoveRule {
        to: stage_id(plan, one.back.index(at + 1)),
        when,
        round: true,
        escalate: one.round,
        tell: Vec::new(),
    };
    let (fields, mut moves) = match one.shape {
        Shape::Plain => (vec![FieldUse { field: "cause".into(), need: Need::When(is("gravity", "high")) }], vec![on]),
        Shape::Judge => {
            let not_valid = MoveRule { to: FILED.into(), when: is("valid", "no"), ..MoveRule::default() };
            (asks(&["valid"]), vec![not_valid, on])
        }
        Shape::Dispatch => {
            let mut fields = asks(&["department"]);
            fields.push(FieldUse { field: "responsible".into(), need: Need::Free });
            (fields, vec![on])
        }
        Shape::Approve => (asks(&["cause", "approved"]), vec![back(is("approved", "no")), on]),
        Shape::Outcome => (asks(&["outcome"]), vec![on]),
        Shape::Satisfy => (asks(&["outcome", "satisfaction"]), vec![back(is("satisfaction", "bad")), on]),
    };
    if let Some((to, gravity)) = &one.jump {
        let way = MoveRule {
            to: stage_id(plan, to.index(plan.stages.len() + 1)),
            when: is("gravity", gravity),
            round: one.round,
            escalate: false,
            tell: Vec::new(),
        };
        moves.insert(0, way);
    }
    StageRule {
        id: stage_id(plan, at),
        by: one.by.map(str::to_owned).into_iter().collect(),
        fields,
        moves,
        waits: one.waits,
        ..StageRule::default()
    }
}

fn clock_rule(plan: &TypePlan, at: usize) -> ClockRule {
    let one = &plan.clocks[at];
    let trigger = |plan_of: &TriggerPlan| match plan_of {
        TriggerPlan::Registered => Trigger::Registered,
        TriggerPlan::Entered(to) => Trigger::Entered(stage_id(plan, to.index(plan.stages.len()))),
        TriggerPlan::Left(from) => Trigger::Left(stage_id(plan, from.index(plan.stages.len()))),
        TriggerPlan::Filled(field) => Trigger::Filled(CARD[field.index(CARD.len())].0.into()),
        TriggerPlan::Told => Trigger::Told,
        TriggerPlan::Agreed => Trigger::Agreed,
        TriggerPlan::Stopped(other) => Trigger::Stopped(format!("c{}", other.index(plan.clocks.len()))),
    };
    let act = |act: &usize| match act {
        0 => Act::Ring,
        1 => Act::Escalate,
        2 => Act::Notify(RoleRef::Owner),
        _ => Act::Notify(RoleRef::Role("head".into())),
    };
    ClockRule {
        id: format!("c{at}"),
        name: Some(format!("c{at}")),
        start: trigger(&one.start),
        stop: one.stop.iter().map(trigger).collect(),
        allow: if one.until { AllowRule::Until("wish".into(), one.allow) } else { AllowRule::Fixed(one.allow) },
        when: match one.when {
            0 => is("valid", "yes"),
            1 => is("gravity", "high"),
            2 => Condition(vec![Test::Empty("cause".into())]),
            _ => Condition::default(),
        },
        marks: one
            .marks
            .iter()
            .map(|(percent, acts)| MarkRule { percent: *percent, acts: acts.iter().map(act).collect() })
            .collect(),
        article: String::new(),
    }
}
