//! Spot checks (R-CALL-8, R-QA-1…3): the draw made a second time from docs/architecture.md alone, its shares, and the
//! sheet: what is reckoned is never typed, nobody checks their own call, a signed sheet never changes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use ringdesk::domain::call::{Phase, Verdict};
use ringdesk::domain::command::SpotCommand;
use ringdesk::domain::decide::{self, Context};
use ringdesk::domain::notice::Addressee;
use ringdesk::domain::rulebook::Sampling;
use ringdesk::domain::spot::{CheckItem, Finding, ITEMS, Known, Pick, last_day, next_at, period_of};
use ringdesk::domain::ticket::{Clock, ClockState};
use ringdesk::domain::*;
use ringdesk::text::Language;

use crate::play::at;

const DAY: i64 = 86_400_000;
const OFFSET: i64 = 8 * 3_600_000;
/// 2026-11-10, a Tuesday.
const TENTH: i64 = 20_767;

struct World {
    state: State,
    rules: Rulebook,
    staff: Vec<Staff>,
    now: Stamp,
    sheets: Vec<CheckSheet>,
    notices: Vec<Notice>,
}

fn quota(what: &str, percent: u16, least: u32, every: &str) -> Sampling {
    let (what, every, by) = (what.into(), every.into(), "quality".into());
    Sampling { what, percent, least, every, by, ..Sampling::default() }
}

fn pick(call: u64, staff: &str) -> Pick {
    let known = (!staff.is_empty()).then(|| StaffId(staff.into()));
    Pick { call: CallId(call), staff: known, agent: AgentId(format!("place-{staff}")), ..Pick::default() }
}

impl World {
    fn new() -> World {
        let person = |id: &str, role, roles: &[&str]| Staff {
            id: StaffId(id.into()),
            role,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..Staff::default()
        };
        let staff = vec![
            person("wang", Role::Operator, &[]),
            person("li", Role::Operator, &["quality"]),
            person("boss", Role::Supervisor, &[]),
        ];
        let sampling = vec![quota("recording", 10, 0, "day"), quota("operator_call", 0, 2, "week")];
        let mut rules = Rulebook { sampling, ..Rulebook::default() };
        rules.roles.insert("quality".into(), Default::default());
        World { state: State::new(OFFSET), rules, staff, now: at("2026-11-16 00:10"), sheets: vec![], notices: vec![] }
    }

    fn fold(&mut self, events: Vec<Event>) {
        for event in &events {
            match event {
                Event::CheckSheet(sheet) => self.sheets.push((**sheet).clone()),
                Event::Notice(notice) => self.notices.push((**notice).clone()),
                _ => {}
            }
            self.state.fold(event);
        }
    }

    fn ask(&mut self, who: &str, command: SpotCommand) -> Result<(), String> {
        let actor = if who.is_empty() { Actor::Desk } else { Actor::Staff(StaffId(who.into())) };
        let context =
            Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor: &actor, now: self.now };
        let decided = decide::decide(context, &Command::Spot(command));
        decided.map(|decision| self.fold(decision.events)).map_err(|why| why.words(Language::ZhHans))
    }

    fn draw(&mut self, rule: &str, days: (i64, i64), seed: u64, population: Vec<Pick>) -> Result<(), String> {
        let (rule, first_day, last_day) = (rule.into(), days.0, days.1);
        self.ask("", SpotCommand::Draw { rule, first_day, last_day, seed, population })
    }

    fn only(&self) -> &SpotDraw {
        self.state.spot_draws.values().next_back().unwrap()
    }

    fn sign(&mut self, who: &str, call: u64, items: &[(&str, Finding)], known: Known) -> Result<(), String> {
        let item =
            |(item, finding): &(&str, Finding)| CheckItem { item: (*item).into(), finding: *finding, computed: false };
        let sign = SpotCommand::Sign {
            draw: self.only().id,
            call: CallId(call),
            items: items.iter().map(item).collect(),
            finding: "听了".into(),
            opinion: String::new(),
            corrects: self.only().pick(CallId(call)).and_then(|pick| pick.sheet),
            known: Box::new(known),
        };
        self.ask(who, sign)
    }
}

/// SplitMix64's output in plain arithmetic on wide numbers.
fn splitmix(state: u128) -> u128 {
    let word = 1u128 << 64;
    let z = (state + 0x9e37_79b9_7f4a_7c15) % word;
    let z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9 % word;
    let z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb % word;
    z ^ (z >> 31)
}

/// The draw by taking the least of those left, again and again, until everybody's quota is met.
fn again(seed: u64, calls: &BTreeMap<u64, String>, percent: usize, least: usize) -> Vec<CallId> {
    let mut quota: BTreeMap<&String, usize> = BTreeMap::new();
    for whose in calls.values() {
        let count = calls.values().filter(|other| *other == whose).count();
        let share = (0..=count).find(|n| n * 100 >= count * percent).unwrap();
        quota.insert(whose, share.max(least).min(count));
    }
    let (mut left, mut drawn) = (calls.clone(), Vec::new());
    while let Some(call) =
        left.keys().copied().min_by_key(|call| (splitmix(u128::from(seed) ^ splitmix((*call).into())), *call))
    {
        left.remove(&call);
        let room = quota.get_mut(&calls[&call]).unwrap();
        if *room > 0 {
            *room -= 1;
            drawn.push(CallId(call));
        }
    }
    drawn
}

proptest! {
    #[test]
    fn a_second_writing_draws_the_same(
        seed: u64,
        calls in proptest::collection::btree_map(1..5_000u64, 0..4u8, 0..40),
        percent in 0..=100u16,
        least in 0..5u32,
    ) {
        for rule in ["recording", "operator_call"] {
            let mut world = World::new();
            world.rules.sampling = vec![quota(rule, percent, least, "day")];
            let whose: BTreeMap<u64, String> = calls.iter().map(|(call, of)| (*call, format!("s{of}"))).collect();
            let population = whose.iter().rev().map(|(call, of)| pick(*call, of)).collect();
            world.draw(rule, (TENTH, TENTH), seed, population).unwrap();
            let whose = if rule == "recording" { whose.keys().map(|call| (*call, String::new())).collect() } else { whose };
            let draw = world.only();
            let drawn: Vec<CallId> = draw.picks.iter().map(|pick| pick.call).collect();
            prop_assert_eq!(&drawn, &again(seed, &whose, percent.into(), least as usize));
            prop_assert_eq!(draw.differs(), None);
            let mut forged = draw.clone();
            if forged.picks.len() > 1 {
                forged.picks.swap(0, 1);
                prop_assert!(forged.differs().is_some());
            }
            // The shares, counted from outside.
            let groups: BTreeSet<&String> = whose.values().collect();
            for of in groups {
                let all = whose.values().filter(|other| *other == of).count();
                let got = drawn.iter().filter(|call| &whose[&call.0] == of).count();
                prop_assert!(got * 100 >= all * usize::from(percent) && got >= (least as usize).min(all) && got <= all);
            }
        }
    }

    #[test]
    fn there_is_a_day_more_at_ten_past_midnight(now in -4_000_000_000_000..8_000_000_000_000i64) {
        let (now, at) = (Stamp(now), next_at(Stamp(now), OFFSET));
        prop_assert!(at > now && at.since(now) <= DAY);
        prop_assert_eq!((at.0 + OFFSET).rem_euclid(DAY), 10 * 60_000);
        prop_assert_eq!(last_day(at, OFFSET), last_day(now, OFFSET) + 1);
    }

    /// Periods follow one another without a gap, against chrono's own calendar.
    #[test]
    fn periods_follow_one_another(day in -40_000..60_000i64) {
        use chrono::{DateTime, Datelike, Weekday};
        let of = |day: i64| DateTime::from_timestamp_millis(day * DAY).unwrap().date_naive();
        for (every, months) in [("day", 0), ("week", 0), ("month", 1), ("quarter", 3), ("half_year", 6), ("year", 12)] {
            let (first, last) = period_of(every, day);
            prop_assert!(first <= day && day <= last, "{}", every);
            prop_assert_eq!(period_of(every, last), (first, last));
            prop_assert_eq!(period_of(every, last + 1).0, last + 1);
            match every {
                "day" => prop_assert_eq!(first, last),
                "week" => prop_assert!(of(first).weekday() == Weekday::Mon && last - first == 6),
                _ => {
                    prop_assert_eq!((of(first).day(), (of(first).month0()) % months), (1, 0));
                    let next = of(last + 1);
                    let run = (next.year() - of(first).year()) * 12 + next.month0() as i32 - of(first).month0() as i32;
                    prop_assert_eq!(run, months as i32);
                }
            }
        }
    }
}

#[test]
fn a_period_is_drawn_once_when_it_is_over_and_by_the_desk_alone() {
    let mut world = World::new();
    let population = || (1..=25).map(|call| pick(call, "wang")).collect::<Vec<_>>();
    let today = last_day(world.now, OFFSET) + 1;
    assert!(world.draw("recording", (today, today), 1, population()).is_err(), "the day runs");
    assert!(world.draw("meter_reading", (TENTH, TENTH), 1, population()).is_err(), "no calls");
    let (rule, seed) = ("recording".to_owned(), 1);
    let asked = SpotCommand::Draw { rule, first_day: TENTH, last_day: TENTH, seed, population: population() };
    assert!(world.ask("boss", asked).is_err());
    world.draw("recording", (TENTH, TENTH), 1, population()).unwrap();
    assert_eq!(world.only().picks.len(), 3, "at least a tenth of 25");
    world.draw("recording", (TENTH, TENTH), 2, population()).unwrap();
    assert_eq!(world.state.spot_draws.len(), 1);
}

fn clock(due: Stamp, state: ClockState) -> Clock {
    let due = Due { at: due, provisional: false };
    Clock {
        id: "dispatch".into(),
        round: 1,
        started_at: due.at,
        allow: None,
        first_due: due,
        due,
        shifts: vec![],
        pauses: vec![],
        marks: vec![],
        state,
    }
}

fn found(sheet: &CheckSheet) -> Vec<(Finding, bool)> {
    sheet.items.iter().map(|item| (item.finding, item.computed)).collect()
}

fn drawn() -> World {
    let mut world = World::new();
    world.rules.sampling = vec![quota("recording", 100, 0, "day")];
    world.draw("recording", (TENTH, TENTH), 7, vec![pick(1, "wang"), pick(2, "li"), pick(3, "")]).unwrap();
    world
}

#[test]
fn what_the_desk_reckons_is_never_typed() {
    use Finding::{Fault, Good, NotAsked};
    let call = |verdict| Some(Call { id: CallId(1), phase: Phase::Ended, verdict: Some(verdict), ..Call::default() });
    let noon = at("2026-11-10 12:00");
    let emergency = |clocks: Vec<Clock>| {
        let fields = TicketFields { kind: RequestType::Emergency, ..TicketFields::default() };
        Ticket { id: TicketId(1), fields, clocks, ..Ticket::default() }
    };
    let kept = clock(noon, ClockState::Stopped(noon));
    let late = clock(noon, ClockState::Stopped(noon.plus(1)));
    let over = clock(noon, ClockState::Running);
    let line = |due_at, end| {
        let debt = Debt { due_at, end, ..Debt::default() };
        let attempts = vec![Attempt { by: StaffId("wang".into()), ..Attempt::default() }];
        Callback { id: CallbackId(9), debts: vec![debt], attempts, ..Callback::default() }
    };
    let told = Some((noon, CallbackEnd::Told));
    let cases = [
        (Known { call: call(Verdict::InTime), ..Known::default() }, [Good, NotAsked, NotAsked]),
        (
            Known { call: call(Verdict::Late), tickets: vec![emergency(vec![kept])], ..Known::default() },
            [Fault, Good, NotAsked],
        ),
        (Known { tickets: vec![emergency(vec![late])], ..Known::default() }, [NotAsked, Fault, NotAsked]),
        (Known { tickets: vec![emergency(vec![over])], ..Known::default() }, [NotAsked, Fault, NotAsked]),
        (Known { tickets: vec![Ticket::default()], ..Known::default() }, [NotAsked, NotAsked, NotAsked]),
        (Known { callbacks: vec![line(noon, told.clone())], ..Known::default() }, [NotAsked, NotAsked, Good]),
        (Known { callbacks: vec![line(noon, None)], ..Known::default() }, [NotAsked, NotAsked, Fault]),
        (Known { callbacks: vec![line(noon.plus(DAY), None)], ..Known::default() }, [NotAsked, NotAsked, NotAsked]),
    ];
    for (known, [answered, dispatched, callbacks]) in cases {
        let mut world = drawn();
        // The other way round is typed for what is reckoned.
        let other = |finding| if finding == Good { Fault } else { Good };
        let typed = [
            ("answered_in_time", other(answered)),
            ("leak_dispatched", other(dispatched)),
            ("callbacks_done", other(callbacks)),
            ("knows_plan", Fault),
        ];
        world.sign("boss", 1, &typed, known).unwrap();
        let expected = [(answered, true), (dispatched, true), (NotAsked, false), (Fault, false), (callbacks, true)];
        assert_eq!(found(&world.sheets[0]), expected);
        assert_eq!(
            world.sheets[0].items.iter().map(|item| item.item.as_str()).collect::<Vec<_>>(),
            ITEMS.map(|one| one.0)
        );
    }
    let mut world = drawn();
    assert!(world.sign("boss", 1, &[("smiles", Good)], Known::default()).is_err());
}

#[test]
fn who_signs_and_that_a_signed_sheet_never_changes() {
    let mut world = drawn();
    let good = [("knows_plan", Finding::Good)];
    assert!(world.sign("wang", 2, &good, Known::default()).unwrap_err().contains("班长"));
    assert_eq!(world.sign("li", 2, &good, Known::default()).unwrap_err(), "不能检查自己的通话");
    assert!(world.sign("li", 99, &good, Known::default()).unwrap_err().contains("没有被抽中"));
    world.sign("li", 1, &good, Known::default()).unwrap();
    let first = world.sheets[0].clone();
    assert_eq!((first.staff.clone(), first.by.clone()), (Some(StaffId("wang".into())), StaffId("li".into())));
    let one = world.only().pick(CallId(1)).unwrap();
    assert_eq!((one.sheet, one.passed), (Some(first.id), true));
    assert_eq!(world.notices.len(), 1);
    assert_eq!(world.notices[0].to, Addressee::Staff(StaffId("wang".into())));
    // What was wrong in it is another sheet.
    world.sign("boss", 1, &[("knows_plan", Finding::Fault)], Known::default()).unwrap();
    assert_eq!(world.sheets[0], first);
    assert_eq!((world.sheets[1].corrects, world.sheets[1].id), (Some(first.id), CheckSheetId(2)));
    let one = world.only().pick(CallId(1)).unwrap();
    assert_eq!((one.sheet, one.passed, world.only().done()), (Some(CheckSheetId(2)), false, 1));
    // Only the person checked has seen it, once, and nothing else of it changes.
    for who in ["li", "boss"] {
        assert_eq!(world.ask(who, SpotCommand::Seen(first.id)).unwrap_err(), "这张检查单不是关于你的");
    }
    assert_eq!(world.state.check_sheets.len(), 2);
    world.now = world.now.plus(60_000);
    world.ask("wang", SpotCommand::Seen(first.id)).unwrap();
    assert_eq!(world.sheets[2], CheckSheet { seen_at: Some(world.now), ..first.clone() });
    assert!(world.ask("wang", SpotCommand::Seen(first.id)).is_err());
    assert_eq!(world.state.check_sheets.keys().copied().collect::<Vec<_>>(), [CheckSheetId(2)]);
    // A call of a place nobody is known for: checked, and nobody has to see it.
    world.sign("boss", 3, &good, Known::default()).unwrap();
    assert_eq!(world.state.check_sheets.len(), 1);
    assert_eq!(world.notices.len(), 2);
}

/// R-QA-2: two who sign at once have not seen each other's sheet; the later one learns of the other before it corrects it.
#[test]
fn a_sheet_signed_meanwhile_is_not_corrected_unseen() {
    let mut world = drawn();
    let sign = |corrects| SpotCommand::Sign {
        draw: SpotDrawId(1),
        call: CallId(1),
        items: Vec::new(),
        finding: "听了".into(),
        opinion: String::new(),
        corrects,
        known: Box::default(),
    };
    world.ask("li", sign(None)).unwrap();
    let why = world.ask("boss", sign(None)).unwrap_err();
    assert!(why.contains("检查单 1") && why.contains("更正"), "{why}");
    assert_eq!((world.sheets.len(), world.notices.len()), (1, 1));
    world.ask("boss", sign(Some(CheckSheetId(1)))).unwrap();
    assert_eq!(world.sheets[1].corrects, Some(CheckSheetId(1)));
    // A sheet that is not the newest can't be corrected past the one that did.
    assert!(world.ask("li", sign(Some(CheckSheetId(1)))).is_err());
}

#[test]
fn a_fault_that_was_heard_is_put_into_words() {
    let mut world = drawn();
    let item = CheckItem { item: "knows_emergency".into(), finding: Finding::Fault, computed: false };
    let sign = |finding: &str| SpotCommand::Sign {
        draw: SpotDrawId(1),
        call: CallId(1),
        items: vec![item.clone()],
        finding: finding.into(),
        opinion: String::new(),
        corrects: None,
        known: Box::default(),
    };
    assert!(world.ask("boss", sign(" ")).unwrap_err().contains("写明"));
    world.ask("boss", sign("不知道关阀顺序")).unwrap();
}
