//! Staffing figures against their referees: the tables under ../shared/data where they are there, published examples,
//! and a second way of reckoning (the chain of states, added up).

use std::path::PathBuf;

use proptest::prelude::*;
use ringdesk::domain::erlang::{Load, agents_needed, blocked, impatient, patient};

fn table(name: &str) -> Option<Vec<Vec<String>>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared", "../../shared"].map(|shared| root.join(shared).join("data/erlang").join(name));
    let Some(file) = places.iter().find(|file| file.is_file()) else {
        println!("skipped: no {name} beside the repository");
        return None;
    };
    let text = std::fs::read_to_string(file).unwrap();
    Some(text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// Equal to the last digit that is printed.
fn agrees(got: f64, printed: &str, row: &[String]) {
    let digits = printed.split('.').nth(1).map_or(0, str::len);
    assert_eq!(format!("{got:.digits$}"), printed, "{row:?}");
}

#[test]
fn erlang_c_agrees_with_its_table_to_the_last_digit() {
    for row in table("erlang_c_sample.csv").unwrap_or_default() {
        let load = Load { calls: number(&row[0]), interval_s: number(&row[1]), handling_s: number(&row[2]) };
        let got = patient(load, row[3].parse().unwrap(), number(&row[4]));
        agrees(load.erlangs(), &row[5], &row);
        for (value, printed) in [got.waits, got.in_limit, got.wait_s, got.queue, got.occupancy].iter().zip(&row[6..]) {
            agrees(*value, printed, &row);
        }
    }
}

#[test]
fn erlang_a_agrees_with_its_table_to_the_last_digit() {
    for row in table("erlang_a_sample.csv").unwrap_or_default() {
        let load = Load { calls: number(&row[0]), interval_s: 1800.0, handling_s: number(&row[1]) };
        let got = impatient(load, row[3].parse().unwrap(), number(&row[4]), number(&row[2]));
        agrees(load.erlangs(), &row[5], &row);
        let values = [got.waits, got.abandon, got.wait_s, got.queue, got.occupancy, got.in_limit];
        for (value, printed) in values.iter().zip(&row[6..]) {
            agrees(*value, printed, &row);
        }
    }
}

/// 100 calls in half an hour of three minutes each, 14 agents: the example of the R package ErlangC.
#[test]
fn the_published_examples_come_out() {
    let got = patient(Load { calls: 100.0, interval_s: 1800.0, handling_s: 180.0 }, 14, 20.0);
    assert_eq!(format!("{:.7} {:.5} {:.6}", got.waits, got.in_limit, got.wait_s), "0.1741319 0.88835 7.835937");
    // 3.5 calls a minute of three minutes: Callcenter-Simulator's own tests.
    let load = Load { calls: 3.5, interval_s: 60.0, handling_s: 180.0 };
    assert_eq!(format!("{:.2}", patient(load, 13, 20.0).wait_s), "26.56");
    assert_eq!(format!("{:.2}", impatient(load, 13, 20.0, 300.0).wait_s), "9.91");
    assert_eq!(format!("{:.2}", impatient(load, 9, 20.0, 300.0).wait_s), "56.62");
}

#[test]
fn five_thousand_agents_do_not_overflow() {
    for calls in [45_000.0, 49_900.0, 50_000.0, 50_100.0, 90_000.0] {
        let load = Load { calls, interval_s: 1800.0, handling_s: 180.0 };
        for agents in [1, 4_999, 5_000, 5_001, 20_000] {
            let a = impatient(load, agents, 20.0, 120.0);
            let shares = [a.waits, a.in_limit, a.occupancy, a.abandon];
            assert!(shares.iter().all(|share| (-1e-9..=1.0 + 1e-9).contains(share)), "{calls} {agents} {a:?}");
            assert!(a.wait_s.is_finite() && a.queue.is_finite(), "{calls} {agents} {a:?}");
            // Who comes is served or gives up; nobody is served by more agents than there are.
            let served = calls / 1800.0 * 180.0 * (1.0 - a.abandon);
            assert!(
                (served - a.occupancy * f64::from(agents)).abs() < 1e-6 * served.max(1.0),
                "{calls} {agents} {a:?}"
            );
        }
    }
    let load = Load { calls: 50_000.0, interval_s: 1800.0, handling_s: 180.0 };
    let needed = agents_needed(load, 0.95, 20.0, None, 100_000).unwrap();
    assert!(patient(load, needed, 20.0).in_limit >= 0.95 && patient(load, needed - 1, 20.0).in_limit < 0.95);
    assert_eq!(agents_needed(load, 0.95, 20.0, None, 5_000), None, "more than there are");
}

#[test]
fn no_calls_and_no_agents_are_no_division() {
    let none = Load { calls: 0.0, interval_s: 1800.0, handling_s: 180.0 };
    assert_eq!(agents_needed(none, 0.95, 20.0, Some(60.0), 10), Some(0));
    assert_eq!(impatient(none, 3, 20.0, 60.0).occupancy, 0.0);
    let some = Load { calls: 10.0, ..none };
    assert_eq!((patient(some, 0, 20.0).in_limit, impatient(some, 0, 20.0, 60.0).abandon), (0.0, 1.0));
}

/// Erlang A by its states: how many are in the system, each weighed by the one before.
fn chain(load: Load, agents: u32, patience_s: f64) -> (f64, f64) {
    let (arrive, serve, leave) = (load.calls / load.interval_s, 1.0 / load.handling_s, 1.0 / patience_s);
    let mut weights = vec![1.0f64];
    for there in 1..4_000u32 {
        let out = serve * f64::from(there.min(agents)) + leave * f64::from(there.saturating_sub(agents));
        weights.push(weights[weights.len() - 1] * arrive / out);
        // Kept in range: only their proportions matter.
        if weights[weights.len() - 1] > 1e200 {
            weights.iter_mut().for_each(|weight| *weight /= 1e200);
        }
    }
    let whole: f64 = weights.iter().sum();
    let waits: f64 = weights.iter().skip(agents as usize).sum::<f64>() / whole;
    let queue: f64 = (0..).zip(weights.iter().skip(agents as usize)).map(|(at, weight)| f64::from(at) * weight).sum();
    (waits, queue / whole)
}

proptest! {
    #[test]
    fn erlang_a_is_the_chain_of_its_states(
        calls in 1.0..400.0f64, handling in 30.0..600.0f64, patience in 10.0..900.0f64, agents in 1u32..120,
    ) {
        let load = Load { calls, interval_s: 1800.0, handling_s: handling };
        let (waits, queue) = chain(load, agents, patience);
        let got = impatient(load, agents, 20.0, patience);
        prop_assert!((got.waits - waits).abs() < 1e-8, "{} {waits}", got.waits);
        prop_assert!((got.queue - queue).abs() < 1e-7 * queue.max(1.0), "{} {queue}", got.queue);
    }

    #[test]
    fn more_agents_never_answer_fewer(calls in 1.0..2000.0f64, handling in 30.0..600.0f64, agents in 1u32..700) {
        let load = Load { calls, interval_s: 1800.0, handling_s: handling };
        prop_assert!(patient(load, agents + 1, 20.0).in_limit >= patient(load, agents, 20.0).in_limit);
        let (few, more) = (impatient(load, agents, 20.0, 90.0), impatient(load, agents + 1, 20.0, 90.0));
        prop_assert!(more.in_limit >= few.in_limit - 1e-12);
        prop_assert!(blocked(load.erlangs(), agents + 1) <= blocked(load.erlangs(), agents));
    }

    #[test]
    fn endless_patience_is_erlang_c(calls in 1.0..100.0f64, agents in 8u32..60) {
        let load = Load { calls, interval_s: 1800.0, handling_s: 60.0 };
        let (a, c) = (impatient(load, agents, 20.0, 1e9), patient(load, agents, 20.0));
        prop_assert!((a.in_limit - c.in_limit).abs() < 1e-5 && (a.waits - c.waits).abs() < 1e-5, "{a:?} {c:?}");
    }
}
