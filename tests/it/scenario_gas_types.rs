//! The gas company's other types, each from open to filed: leaks with their checklist, repairs with the tightness test
//! (R-WO-1), tip-offs with their rewards (R-REQ-6), and the plain ones.

use ringdesk::domain::RequestType;
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::ticket::TellHow;

use crate::play::Play;
use crate::scenario_moves::*;

#[test]
fn the_plain_types_owe_what_they_owe_across_the_holidays() {
    plain_types("gas", "24:00");
}

#[test]
fn a_hazard_is_followed_until_it_is_gone() {
    hazard("gas");
}

pub const SAFE: Filled<'_> = &[
    ("cause", "胶管脱落"),
    ("done_what", "换管"),
    ("pressure_kpa", "5"),
    ("minutes", "15"),
    ("drop", "0"),
    ("verdict", "tight"),
    ("replaced", "no"),
];

#[test]
fn a_leak_is_dispatched_at_once_ticked_off_and_called_back() {
    emergency("gas", SAFE);
}

/// A leak nobody dispatches: the supervisor in five minutes, the manager on duty within the hour.
#[test]
fn a_leak_nobody_goes_to_rings_in_minutes() {
    let mut play = Play::new("gas", "2026-10-03 02:00");
    let id = play.open(fields(RequestType::Emergency, "厨房有煤气味"), &[]);
    play.until("2026-10-03 03:00");
    assert_eq!(
        rings(&play, id),
        [
            "10-03 02:02 dispatch 50%",
            "10-03 02:04 dispatch 80%",
            "10-03 02:05 dispatch 100%",
            "10-03 02:30 arrive 50%",
            "10-03 02:48 arrive 80%",
            "10-03 03:00 arrive 100%",
        ]
    );
    assert_eq!(
        notices(&play, id),
        [
            "10-03 02:00 @supervisor notice_emergency",
            "10-03 02:02 wang clock_soon",
            "10-03 02:04 wang clock_soon",
            "10-03 02:05 @supervisor clock_over",
            "10-03 02:05 @supervisor notice_escalated",
            "10-03 02:30 wang clock_soon",
            "10-03 02:48 wang clock_soon",
            "10-03 03:00 @duty_manager clock_over",
            "10-03 03:00 @duty_manager notice_escalated",
        ]
    );
}

/// R-WO-1: a leak is not finished while the test says that it leaks, nor with a field of the test left empty.
#[test]
fn a_leak_that_still_leaks_is_not_finished() {
    let mut play = Play::new("gas", "2026-02-17 03:00");
    let id = play.open(fields(RequestType::Emergency, "表后漏气"), &[]);
    assert_eq!(goes(&mut play, "wang", id, &[("department", "repair")]), "dispatched");
    assert_eq!(goes(&mut play, "wang", id, &[("responsible", "department_head")]), "accepted");
    drives(&mut play, "department_head", id);
    let wanted = ["cause", "done_what", "pressure_kpa", "minutes", "drop", "verdict", "replaced"];
    assert_eq!(missing(&play, "department_head", id, &[]), wanted);
    let leaks: Vec<(&str, &str)> = SAFE.iter().map(|(f, v)| (*f, if *f == "verdict" { "leaks" } else { *v })).collect();
    assert_eq!(goes(&mut play, "department_head", id, &leaks), "carried_out");
    assert_eq!(runs(&play, id, "answer"), 0, "nothing to call back about while it leaks");
    assert_eq!(goes(&mut play, "department_head", id, &[("verdict", "tight")]), "finished");
    assert_eq!(runs(&play, id, "answer"), 0, "not returned yet");
    returned(&mut play, "department_head", id);
    assert_eq!(runs(&play, id, "answer"), 1);
    // Still not content: dispatched again, and one level up its own chain.
    assert_eq!(goes(&mut play, "wang", id, &dissatisfied("还有味")), "dispatched");
    assert_eq!(levels(&play, id), ["02-17 03:00 supervisor satisfaction"]);
}

/// The screen of a gas repair asks the whole test; a replaced meter both serials; a fee its receipt.
#[test]
fn a_repair_needs_the_tightness_test() {
    let mut play = Play::new("gas", "2026-02-13 16:00");
    let id = play.open(fields(RequestType::Repair, "灶具打不着"), &[]);
    assert_eq!(goes(&mut play, "wang", id, &[("department", "repair")]), "dispatched");
    assert_eq!(goes(&mut play, "wang", id, &[("responsible", "department_head")]), "accepted");
    drives(&mut play, "department_head", id);
    let wanted = ["done_what", "pressure_kpa", "minutes", "drop", "verdict", "replaced", "charged"];
    assert_eq!(missing(&play, "department_head", id, &[("progress", "done")]), wanted);
    let paid = [TIGHT, &[("replaced", "yes"), ("charged", "yes")]].concat();
    let paid: Vec<(&str, &str)> =
        paid.into_iter().filter(|pair| !["replaced", "charged"].contains(&pair.0) || pair.1 == "yes").collect();
    assert_eq!(missing(&play, "department_head", id, &paid), ["old_serial", "new_serial", "amount", "receipt"]);
    let wrong = [("pressure_kpa", "多")];
    assert_eq!(play.advance("department_head", id, &wrong), Err("life.not_a_number".into()));
    let leaks: Vec<(&str, &str)> =
        TIGHT.iter().map(|(f, v)| (*f, if *f == "verdict" { "leaks" } else { *v })).collect();
    play.until("2026-02-14 10:00");
    assert_eq!(goes(&mut play, "department_head", id, &leaks), "carried_out");
    assert!(play.clock(id, "repair").is_running(), "it leaks: it is not mended");
    play.until("2026-02-14 17:00");
    assert_eq!(goes(&mut play, "department_head", id, &[("verdict", "tight")]), "finished");
    assert_eq!(play.clock(id, "repair").kept(), Some(false), "an hour late");
    returned(&mut play, "department_head", id);
    assert_eq!(span(&play, id, "answer"), "02-14 17:00 → 02-15 17:00");
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    assert_eq!(rings(&play, id), ["02-14 04:00 repair 50%", "02-14 11:12 repair 80%", "02-14 16:00 repair 100%"]);
    assert_eq!(levels(&play, id), ["02-14 16:00 supervisor repair"]);
}

#[test]
fn a_repair_the_caller_is_not_content_with_goes_out_again() {
    repair_again("gas", TIGHT);
}

/// Waiting for parts over the festival is not counted: three days of waiting, three days later.
#[test]
fn waiting_for_parts_stands_still() {
    let mut play = Play::new("gas", "2026-02-13 16:00");
    let id = play.open(fields(RequestType::Repair, "换表"), &[]);
    assert_eq!(goes(&mut play, "wang", id, &[("department", "repair")]), "dispatched");
    assert_eq!(goes(&mut play, "wang", id, &[("responsible", "department_head")]), "accepted");
    drives(&mut play, "department_head", id);
    play.until("2026-02-13 20:00");
    assert_eq!(goes(&mut play, "department_head", id, &[("progress", "parts"), ("waiting_for", "新表")]), "waiting");
    play.until("2026-02-16 19:59");
    // The promise to mend stands; that it waits is followed up all the same.
    assert_eq!(rings(&play, id), ["02-15 08:00 waiting 50%", "02-16 05:36 waiting 80%"]);
    play.until("2026-02-16 20:00");
    assert_eq!(goes(&mut play, "department_head", id, &[]), "carried_out");
    assert_eq!(play.due(id, "repair"), "2026-02-17 16:00");
    assert_eq!(play.ticket(id).value("progress"), "", "what was waited for is over: how it goes is asked anew");
    assert_eq!(goes(&mut play, "department_head", id, TIGHT), "finished");
    assert_eq!(play.clock(id, "repair").kept(), Some(true));
}

/// R-REQ-6: inspected within two days; verified fields decide the reward.
#[test]
fn a_tip_off_is_sealed_inspected_and_rewarded() {
    let hazard = |grade| [("verified", "yes"), ("conclusion", "属实"), ("hazard_grade", grade)];
    let rewards = |play: &Play, id| -> Vec<(u32, u32)> {
        let ticket = play.ticket(id);
        let due = play.rules.rewards.iter().filter(|reward| reward.when.holds(|field| ticket.value(field)));
        due.map(|reward| (reward.yuan, reward.percent)).collect()
    };
    let mut play = Play::new("gas", "2026-02-13 16:00");
    for (grade, yuan) in [("slight", 200), ("ordinary", 500), ("larger", 1000), ("grave", 2000)] {
        let id = tip_off(&mut play, "hazard", &hazard(grade));
        assert_eq!(rewards(&play, id), [(yuan, 0)], "{grade}");
        assert_eq!(span(&play, id, "inspect"), "02-13 16:00 → 02-15 16:00");
    }
    for (rate, percent) in [("five", 5), ("ten", 10)] {
        let found = [("verified", "yes"), ("conclusion", "属实"), ("amount", "3000"), ("reward_rate", rate)];
        let id = tip_off(&mut play, "theft", &found);
        assert_eq!(rewards(&play, id), [(0, percent)]);
    }
    let id = tip_off(&mut play, "theft", &[("verified", "no"), ("conclusion", "不属实")]);
    assert_eq!(rewards(&play, id), []);
}

#[test]
fn a_verified_tip_off_needs_what_the_reward_is_reckoned_by() {
    let mut play = Play::new("gas", "2026-09-30 16:00");
    let id = play.open(fields(RequestType::TipOff, "盗气"), &[("tip_kind", "theft")]);
    assert_eq!(goes(&mut play, "wang", id, &[("department", "audit")]), "investigated");
    assert_eq!(missing(&play, "boss", id, &[("verified", "yes"), ("conclusion", "属实")]), ["amount", "reward_rate"]);
    play.until("2026-10-02 16:00");
    assert_eq!(
        rings(&play, id),
        ["10-01 16:00 inspect 50%", "10-02 06:24 inspect 80%", "10-02 16:00 inspect 100%"],
        "two days are two days, National Day or not"
    );
}

/// R-REQ-7: nobody to tell is said with its reason; a written answer is attached before it ends.
#[test]
fn anonymous_and_written_answers_end_in_their_own_way() {
    let mut play = Play::new("gas", "2026-02-13 16:00");
    let id = play.open(fields(RequestType::Enquiry, "匿名问"), &[("anonymous", "yes")]);
    let untold = TicketCommand::File { ticket: id, outcome: "匿名，无法告知".into(), how: TellHow::Untold };
    play.by("wang", untold).unwrap();
    assert_eq!(play.ticket(id).value("untold_reason"), "匿名，无法告知");
    let id = play.open(fields(RequestType::Enquiry, "要书面答复"), &[("answer_by", "letter")]);
    let file = || TicketCommand::File { ticket: id, outcome: "见复函".into(), how: TellHow::Letter };
    assert_eq!(play.by("wang", file()), Err("life.letter_missing".into()));
    let letter = TicketCommand::AttachFile { ticket: id, place: "复函-7".into(), words: "复函".into() };
    play.by("wang", letter).unwrap();
    play.by("wang", file()).unwrap();
    told_then_filed(&play, id);
}
