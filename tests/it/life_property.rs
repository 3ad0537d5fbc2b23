//! Random lives under random rulebooks: whatever is asked, by whom and when, nobody is forgotten, nothing is lost, and
//! what was undone was never there.

use proptest::prelude::*;
use ringdesk::domain::command::TicketCommand as T;
use ringdesk::domain::{Actor, Happened, State, Ticket, TicketId};

use crate::life_rules::rulebook;
use crate::life_world::{MINUTE, OFFSET, World, steps};
use crate::store_kit::{append, folder, journal, open, settled};

/// How many lives; the long run sets more.
const LIVES: &str = "RINGDESK_TEST_LIVES";

/// So many random cases, or as many as the long run sets.
pub fn lives(usual: u32) -> ProptestConfig {
    let cases = std::env::var(LIVES).ok().and_then(|lives| lives.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() }
}

/// A ticket without what every change counts up.
fn bare(ticket: &Ticket) -> Ticket {
    Ticket { version: 0, lines: 0, changed_at: Default::default(), ..ticket.clone() }
}

/// What happened to a ticket but for merges.
fn told(world: &World, id: TicketId) -> Vec<Happened> {
    let merges = |what: &Happened| {
        matches!(what, Happened::MergedInto(_) | Happened::Unmerged(_) | Happened::Took(_) | Happened::GaveBack(_))
    };
    world.lines[&id].iter().map(|line| line.what.clone()).filter(|what| !merges(what)).collect()
}

proptest! {
    #![proptest_config(lives(192))]

    #[test]
    fn no_ticket_is_lost_whatever_is_asked(rules in rulebook(), steps in steps()) {
        let mut world = World::new(rules);
        steps.iter().for_each(|step| world.step(step));
        world.wait(400 * 24 * 60 * MINUTE);
        let mut again = State::new(OFFSET);
        world.entries.iter().for_each(|entry| again.apply(entry));
        prop_assert!(again == world.state);
        world.entries.iter().for_each(|entry| again.apply(entry));
        prop_assert!(again == world.state);
    }

    #[test]
    fn merge_then_unmerge_was_never_there(
        rules in rulebook(),
        steps in steps(),
        (one, other) in (0..6usize, 0..6usize),
        minutes in prop_oneof![Just(0i64), 1..20_000i64],
    ) {
        let mut world = World::new(rules);
        steps.iter().for_each(|step| world.step(step));
        let (one, other) = (world.pick(one), world.pick(other));
        let mut merged = world.clone();
        if merged.ask(&merged.actor("chen"), &T::Merge { ticket: one, into: other }).is_ok() {
            merged.down(minutes * MINUTE);
            prop_assert!(merged.state.alarms_until(merged.now).all(|id| id != one));
            merged.must("chen", T::Unmerge(one));
            merged.down(0);
            world.down(minutes * MINUTE);
            for id in [one, other] {
                prop_assert_eq!(bare(&merged.state.tickets[&id]), bare(&world.state.tickets[&id]));
                prop_assert_eq!(told(&merged, id), told(&world, id));
            }
            merged.ask(&Actor::Desk, &T::Ring(one)).unwrap();
            prop_assert_eq!(bare(&merged.state.tickets[&one]), bare(&world.state.tickets[&one]));
        }
    }
}

proptest! {
    #![proptest_config(lives(16))]

    #[test]
    fn the_records_are_the_journal_byte_for_byte(rules in rulebook(), steps in steps(), groups in 1..9usize) {
        let mut world = World::new(rules);
        steps.iter().for_each(|step| world.step(step));
        let dir = folder();
        let mut opened = open(dir.path());
        append(&mut opened.store, &world.entries, groups);
        opened.store.close().unwrap();
        settled(dir.path());
        for rebuilt in [false, true] {
            if rebuilt {
                std::fs::remove_dir_all(dir.path().join("records")).unwrap();
            }
            let opened = open(dir.path());
            prop_assert_eq!(journal(&opened.store), world.entries.clone());
            prop_assert!(opened.state == world.state, "{:#?}\n{:#?}", opened.state, world.state);
            let report = opened.store.reader().check();
            prop_assert_eq!((report.entries as usize, report.faults.len()), (world.entries.len(), 0));
            for (id, lines) in &world.lines {
                prop_assert_eq!(&opened.store.reader().ticket_lines(*id), lines);
                prop_assert_eq!(opened.store.reader().ticket(*id), world.last.get(id).cloned());
            }
            drop(opened);
            settled(dir.path());
        }
    }
}
