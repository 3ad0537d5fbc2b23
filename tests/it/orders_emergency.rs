//! Emergencies that wait for parts and that a contractor does (SPEC §5 挂起, 外协), and what nobody may forget meanwhile.

use ringdesk::domain::*;

use crate::orders_kit::*;
use crate::play::Play;
use crate::scenario_gas_types::SAFE;
use crate::scenario_moves::{fields, goes, levels, missing, notices, returned, rings};

fn leak(begin: &str) -> (Play, TicketId) {
    let mut play = gas(begin);
    let id = play.open(fields(RequestType::Emergency, "表后漏气"), &[]);
    (play, id)
}

/// Registered 03:00, on site at once; the valve is shut and a meter missing: waiting from 03:20, told of at 04:20, over at
/// 05:20. What was promised meanwhile does not stand.
#[test]
fn an_emergency_that_waits_is_made_safe_first_and_followed_up() {
    let (mut play, id) = leak("2026-02-17 03:00");
    on_site(&mut play, id, ZHAO);
    play.until("2026-02-17 03:20");
    assert_eq!(missing(&play, ZHAO, id, &[("progress", "parts")]), ["waiting_for", "done_what"]);
    let waits = [("progress", "parts"), ("waiting_for", "新表"), ("done_what", "已关阀、通风，浓度为零")];
    assert_eq!(goes(&mut play, ZHAO, id, &waits), "waiting");
    assert_eq!(play.due(id, "waiting"), "2026-02-17 05:20");
    play.until("2026-02-17 06:00");
    assert_eq!(rings(&play, id), ["02-17 04:20 waiting 50%", "02-17 05:20 waiting 100%"]);
    assert_eq!(levels(&play, id), ["02-17 05:20 supervisor waiting"]);
    assert!(notices(&play, id).contains(&"02-17 04:20 zhao clock_soon".to_owned()), "{:?}", notices(&play, id));
    assert_eq!(goes(&mut play, ZHAO, id, &[]), "carried_out");
    assert_eq!(play.clock(id, "waiting").kept(), Some(false));
    assert_eq!(play.ticket(id).value("progress"), "", "whether it is done now is asked anew");
    assert_eq!(goes(&mut play, ZHAO, id, SAFE), "finished");
    returned(&mut play, ZHAO, id);
}

/// 遇紧急叫修，维修员都不在：the head approves a contractor; nobody approves for five minutes, and it goes up.
#[test]
fn an_emergency_goes_to_a_contractor_with_the_heads_approval() {
    let (mut play, id) = leak("2026-02-17 03:00");
    let asked = [("department", "repair"), ("done_by", "contractor")];
    assert_eq!(goes(&mut play, "wang", id, &asked), "contractor");
    assert!(
        notices(&play, id).contains(&"02-17 03:00 @department_head moves.notice".to_owned()),
        "{:?}",
        notices(&play, id)
    );
    play.until("2026-02-17 03:06");
    assert_eq!(rings(&play, id), ["02-17 03:02 contractor 50%", "02-17 03:05 contractor 100%"]);
    assert_eq!(levels(&play, id), ["02-17 03:05 supervisor contractor"]);
    assert_eq!(play.advance("wang", id, &[("approval", "approved")]), Err("life.not_your_stage".into()));
    assert_eq!(missing(&play, "department_head", id, &[("approval", "approved")]), ["contractor_name"]);
    let yes = [("approval", "approved"), ("contractor_name", "安顺公司")];
    assert_eq!(goes(&mut play, "department_head", id, &yes), "en_route");
    play.until("2026-02-17 03:40");
    assert_eq!(goes(&mut play, "wang", id, &[]), "carried_out");
    assert_eq!(play.clock(id, "arrive").kept(), Some(true), "a contractor is there in time like anybody");
    assert_eq!(goes(&mut play, "wang", id, SAFE), "finished");
}

/// From the site, too; and not approved, the technician who is there goes on.
#[test]
fn a_contractor_who_is_not_approved_leaves_it_to_whoever_is_there() {
    let (mut play, id) = leak("2026-02-17 03:00");
    on_site(&mut play, id, ZHAO);
    assert_eq!(goes(&mut play, ZHAO, id, &[("progress", "contractor")]), "contractor");
    let no = [("approval", "rejected"), ("approver_opinion", "自己能修")];
    assert_eq!(goes(&mut play, "department_head", id, &no), "carried_out");
    // R-WO-1: what was paid for has its receipt, in an emergency as well.
    let paid = [SAFE, &[("charged", "yes")]].concat();
    assert_eq!(missing(&play, ZHAO, id, &paid), ["amount", "receipt"]);
    assert_eq!(goes(&mut play, ZHAO, id, SAFE), "finished");
}

/// A contractor who was asked for and an order that waits ring in every type of order, under every shipped rulebook.
#[test]
fn no_order_waits_or_asks_for_a_contractor_without_a_clock() {
    for (name, _) in ringdesk::config::RULEBOOKS {
        let play = Play::new(name, "2026-03-03 10:00");
        for (kind, rules) in play.rules.types.iter().filter(|(_, rules)| rules.is_order()) {
            for stage in ["waiting", "contractor"] {
                assert!(rules.stage(stage).is_some(), "{name} {kind:?} {stage}");
                let clock = rules.clocks.iter().find(|clock| clock.is_of(stage));
                let rings = clock.is_some_and(|clock| clock.marks.iter().any(|mark| mark.percent >= 100));
                assert!(rings, "{name} {kind:?} {stage}");
            }
        }
    }
}
