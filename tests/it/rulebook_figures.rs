//! SPEC's figures, written down here once more and compared with what the shipped rulebooks say.

use std::path::Path;

use ringdesk::config::check_rulebook;
use ringdesk::domain::rulebook::{AllowRule, ClockRule, Formula, Need, Rulebook, Trigger};
use ringdesk::domain::{Allowance, Calendar, RequestType};

fn shipped(name: &str) -> Rulebook {
    check_rulebook(name, Path::new(""), Calendar::default()).unwrap()
}

fn written(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Registered => "registered".into(),
        Trigger::Entered(stage) => format!("entered {stage}"),
        Trigger::Left(stage) => format!("left {stage}"),
        Trigger::Filled(field) => format!("filled {field}"),
        Trigger::Told => "told".into(),
        Trigger::Agreed => "agreed".into(),
        Trigger::Stopped(clock) => format!("stopped {clock}"),
        Trigger::Filed => "filed".into(),
        Trigger::Reopened => "reopened".into(),
    }
}

fn allow(clock: &ClockRule) -> String {
    match &clock.allow {
        AllowRule::Fixed(allow) => allow.code(),
        AllowRule::Until(field, allow) => format!("until {field} or {}", allow.code()),
    }
}

/// R-CMP-GAS … R-CMP-DIRECT: rulebook, clock of a complaint, its start, its allowance, all that stops it. What the customer
/// is promised in so many days, satisfied (lab, service, hotel, retail, direct), stops with the filing alone; and where a
/// new time is to be agreed (gas), a call that agreed nothing stops nothing.
const CLOCKS: [(&str, &str, &str, &str, &str); 34] = [
    ("gas", "hand_over", "registered", "24h", "left registered"),
    ("gas", "forward", "stopped hand_over", "24h", "left dispatched, entered answered"),
    ("gas", "result", "entered investigated", "3d", "left carried_out"),
    ("gas", "told", "stopped result", "2d", "filled outcome"),
    ("gas", "told_invalid", "entered answered", "2d", "filled outcome"),
    ("gas", "renegotiate", "registered", "3d", "agreed, filled outcome"),
    ("property", "looked_into", "registered", "same-day", "left investigated, entered answered"),
    ("property", "looked_into_again", "reopened", "same-day", "left investigated"),
    ("property", "reported", "left investigated", "same-day", "entered approved"),
    ("property", "replied", "left carried_out", "same-day", "filled outcome"),
    ("property", "told_invalid", "entered answered", "same-day", "filled outcome"),
    ("lab", "plan", "registered", "1d", "left proposed, entered answered"),
    ("lab", "report", "left investigated", "3d", "filled report"),
    ("lab", "close", "registered", "7d", "filed"),
    ("lab", "follow_up", "left carried_out", "same-day", "filled outcome"),
    ("service", "opened", "registered", "1wd", "entered investigated, entered answered"),
    ("service", "answer", "registered", "2wd", "filed"),
    ("hotel", "guest_time", "registered", "until wanted_by or 2h", "filed"),
    ("hotel", "departed", "registered", "3wd", "filed"),
    ("retail", "close", "registered", "7d", "filed"),
    ("direct", "settle", "registered", "3d", "filed"),
    ("power", "contact", "registered", "1wd", "told, agreed"),
    ("power", "contact_again", "left followed_up", "1wd", "told, agreed"),
    ("power", "answer", "registered", "5wd", "filled outcome"),
    ("power", "answer_again", "left followed_up", "5wd", "filled outcome"),
    ("government", "told_danger", "registered", "2h", "filled outcome"),
    ("government", "told_danger_again", "left followed_up", "2h", "filled outcome"),
    ("government", "told_utility", "registered", "24h", "filled outcome"),
    ("government", "told_utility_again", "left followed_up", "24h", "filled outcome"),
    ("government", "told_ordinary", "registered", "7d", "filled outcome"),
    ("government", "told_ordinary_again", "left followed_up", "7d", "filled outcome"),
    ("government", "told_complex", "registered", "15d", "filled outcome"),
    ("government", "told_complex_again", "left followed_up", "15d", "filled outcome"),
    ("base", "answer", "registered", "3d", "filled outcome"),
];

#[test]
fn the_clocks_of_a_complaint_are_those_of_the_regulations() {
    for (name, id, start, allowed, stop) in CLOCKS {
        let rules = shipped(name);
        let clock = rules.kind(RequestType::Complaint).clock(id).unwrap_or_else(|| panic!("{name} has no {id}"));
        assert_eq!(written(&clock.start), start, "{name} {id}");
        assert_eq!(allow(clock), allowed, "{name} {id}");
        assert_eq!(clock.stop.iter().map(written).collect::<Vec<_>>().join(", "), stop, "{name} {id}");
        assert!(clock.marks.iter().any(|mark| mark.percent == 100), "{name} {id}");
    }
    // No clock of a complaint stands in a rulebook that the table above does not know.
    for (name, _) in ringdesk::config::RULEBOOKS {
        for clock in &shipped(name).kind(RequestType::Complaint).clocks {
            let known = CLOCKS.iter().any(|(book, id, ..)| *book == name && *id == clock.id);
            assert!(known, "{name} {}", clock.id);
        }
    }
}

/// Nobody takes in what the form demands of a caller who is still speaking, but for what a promise is reckoned by.
#[test]
fn a_form_demands_only_what_its_clocks_are_reckoned_by() {
    for (name, _) in ringdesk::config::RULEBOOKS {
        let mut demanded: Vec<String> = Vec::new();
        for rule in shipped(name).types.values() {
            let musts = rule.form.iter().filter(|used| !matches!(used.need, Need::Free));
            demanded.extend(musts.map(|used| used.field.clone()));
        }
        demanded.sort();
        demanded.dedup();
        let wanted: &[&str] = match name {
            "hotel" => &["in_house", "wanted_by"],
            "government" => &["matter"],
            _ => &[],
        };
        assert_eq!(demanded, wanted, "{name}");
    }
}

#[test]
fn calls_are_answered_as_fast_as_written() {
    for (name, _) in ringdesk::config::RULEBOOKS {
        let seconds = if name == "government" { 15 } else { 20 };
        assert_eq!(shipped(name).answer_limit_ms, seconds * 1_000, "{name}");
    }
    let level = shipped("government").service_level;
    assert_eq!((level.formula, level.target_percent, level.over_hours), (Formula::AllOffered, Some(95), 24));
}

#[test]
fn an_emergency_has_a_plan_and_is_dispatched_in_minutes() {
    for (name, _) in ringdesk::config::RULEBOOKS {
        let rules = shipped(name);
        let rule = rules.kind(RequestType::Emergency);
        let plan = rule.emergency.as_ref().unwrap();
        assert!(plan.script.len() > 2 && plan.checklist.len() > 3 && plan.tell.len() > 3, "{name}");
        for number in ["110", "119", "120"] {
            assert!(plan.tell.iter().any(|item| item.phone == number), "{name} {number}");
        }
        assert_eq!(allow(rule.clock("dispatch").unwrap()), "5m", "{name}");
        assert!(rules.danger_words.len() > 8, "{name}");
    }
    let power = shipped("power");
    for (clock, allowed) in [("arrive_city", "45m"), ("arrive_rural", "90m"), ("arrive_remote", "120m")] {
        for kind in [RequestType::Emergency, RequestType::Outage, RequestType::Repair] {
            assert_eq!(allow(power.kind(kind).clock(clock).unwrap()), allowed, "{clock}");
        }
    }
}

/// R-CB-2, R-CB-6, R-CB-8.
#[test]
fn callbacks_are_made_as_written() {
    let property = shipped("property");
    let shares: Vec<(&str, &str, u16, String, &str)> = property
        .revisits
        .shares
        .iter()
        .map(|share| {
            let when = share.when.0.first().map(|test| match test {
                ringdesk::domain::rulebook::Test::Is(_, values) => values[0].as_str(),
                _ => "?",
            });
            let within = share.within.code();
            (share.kind.code(), when.unwrap_or(""), share.percent, within, share.by.as_str())
        })
        .collect();
    assert_eq!(
        shares,
        [
            ("complaint", "ordinary", 50, "3d".into(), "assistant"),
            ("complaint", "important", 50, "3d".into(), "department_head"),
            ("complaint", "grave", 50, "3d".into(), "manager"),
            ("repair", "", 30, "30d".into(), "assistant"),
        ]
    );
    assert!(property.sampling.iter().any(|one| one.what == "event" && one.percent == 10));
    for (name, _) in ringdesk::config::RULEBOOKS {
        let plan = shipped(name).attempts;
        assert_eq!(plan.waits_ms, [300_000, 1_800_000, 7_200_000], "{name}");
        assert_eq!((plan.next_day_at, plan.quiet.from, plan.quiet.to), (Some(540), 1_260, 480), "{name}");
        assert_eq!(plan.then, "supervisor", "{name}");
        assert_eq!(shipped(name).visits.iter().map(|visit| visit.class.as_str()).collect::<String>(), "ABCD");
        assert_eq!(shipped(name).objection, Allowance::WorkingDays(2), "{name}");
    }
}

/// R-QA-1.
#[test]
fn gas_draws_the_samples_it_must() {
    let gas = shipped("gas");
    let sample = |what: &str| {
        let one = gas.sampling.iter().find(|one| one.what == what).unwrap_or_else(|| panic!("{what}"));
        (one.percent, one.percent_most, one.least, one.every.as_str())
    };
    assert_eq!(sample("meter_reading"), (2, 0, 0, "month"));
    assert_eq!(sample("meter_change"), (5, 0, 0, "month"));
    assert_eq!(sample("ignition"), (5, 0, 0, "month"));
    assert_eq!(sample("open_pipe"), (50, 0, 0, "month"));
    assert_eq!(sample("concealed_pipe"), (100, 0, 0, "month"));
    assert_eq!(sample("safety_inspection"), (2, 0, 20, "month"));
    assert_eq!(sample("audit"), (3, 5, 10, "month"));
    assert_eq!(sample("operator_log"), (100, 0, 0, "week"));
    assert_eq!(sample("recording"), (100, 0, 0, "day"));
    let parts = |what: &str| -> Vec<u16> {
        let one = gas.sampling.iter().find(|one| one.what == what).unwrap();
        one.parts.iter().map(|(_, percent)| *percent).collect()
    };
    assert_eq!(parts("meter_reading"), [30, 30, 15, 15, 10]);
    assert_eq!(parts("safety_inspection"), [50, 50]);
}

/// R-REQ-6 and R-CMP-5.
#[test]
fn rewards_and_consequences_are_those_of_the_regulations() {
    let gas = shipped("gas");
    let given = |card: &[(&str, &str)]| -> Vec<(u32, u32)> {
        let value = |field: &str| card.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| *value);
        gas.rewards.iter().filter(|one| one.when.holds(value)).map(|one| (one.yuan, one.percent)).collect()
    };
    for (grade, yuan) in [("slight", 200), ("ordinary", 500), ("larger", 1_000), ("grave", 2_000)] {
        assert_eq!(given(&[("tip_kind", "hazard"), ("verified", "yes"), ("hazard_grade", grade)]), [(yuan, 0)]);
    }
    assert_eq!(given(&[("tip_kind", "theft"), ("verified", "yes"), ("reward_rate", "five")]), [(0, 5)]);
    assert_eq!(given(&[("tip_kind", "theft"), ("verified", "yes"), ("reward_rate", "ten")]), [(0, 10)]);
    assert!(given(&[("tip_kind", "theft"), ("verified", "no"), ("reward_rate", "ten")]).is_empty());

    let follows = |name: &str, fault: &str| -> Vec<(u32, u32, u32)> {
        let value = |field: &str| match field {
            "validity" => "valid",
            "fault_of" => fault,
            _ => "",
        };
        let rules = shipped(name);
        let hit = rules.consequences.iter().filter(|one| one.when.holds(value) && one.late.is_empty());
        hit.map(|one| (one.fine, one.fine_most, one.points)).collect()
    };
    assert_eq!(follows("lab", ""), [(200, 1_500, 0)]);
    assert_eq!(follows("service", "attitude"), [(30, 100, 0)]);
    assert_eq!(follows("service", "quarrel"), [(200, 0, 5)]);
    assert_eq!(follows("service", "deny"), [(300, 0, 10)]);
    assert_eq!(follows("service", "conceal"), [(1_000, 0, 0)]);
    assert_eq!(follows("service", "abuse"), [(0, 0, 0)]);
    let direct = shipped("direct");
    let late = direct.consequences.iter().find(|one| one.late == "settle").unwrap();
    assert_eq!(late.fine, 500);
}

/// R-CMP-HOTEL, R-CMP-RETAIL, R-REQ-3, R-REQ-6.
#[test]
fn who_is_asked_and_who_keeps_what() {
    let hotel = shipped("hotel");
    // The receiver has it already, every operator being one: going up begins with the head of the department.
    let complaint = hotel.kind(RequestType::Complaint);
    assert_eq!(complaint.chain, "service");
    assert!(hotel.roles["receiver"].operators);
    assert!(complaint.stage("judged").unwrap().by.contains(&"receiver".to_owned()));
    assert_eq!(hotel.chains["service"], ["department_head", "deputy_manager", "general_manager"]);
    let report = shipped("retail").reports.into_iter().find(|report| report.id == "complaints").unwrap();
    assert_eq!((report.every.as_str(), report.day, report.to.as_str()), ("month", 10, "general_manager"));
    for (name, _) in ringdesk::config::RULEBOOKS {
        let rules = shipped(name);
        let keeper = rules.kind(RequestType::TipOff).sealed_for.clone().unwrap();
        assert!(rules.roles[&keeper].named_only, "{name}");
        assert!(!rules.departments.is_empty(), "{name}");
    }
}

/// R-REQ-11: a stove that won't light is the commonest complaint there is, and no fire; a smell of gas beside it is.
#[test]
fn a_stove_that_will_not_light_is_no_fire() {
    for name in ["base", "gas", "power"] {
        let rules = shipped(name);
        assert!(rules.dangers_in("灶具打不着火").is_empty(), "{name}");
        assert_eq!(rules.dangers_in("打不着火，后来厨房着火了"), ["着火"], "{name}");
    }
    assert_eq!(shipped("gas").dangers_in("点不着火，有煤气味"), ["煤气味"]);
}
