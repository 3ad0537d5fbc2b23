//! The order of a draw (R-CB-2): written a second time from docs/architecture.md alone, fair to everybody, and the same
//! whatever order the population comes in. And the days and months it is drawn over.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ringdesk::domain::draw::{self, Draw, Settled, differs, last_day, month_of, next_at, order, wanted};
use ringdesk::domain::{DrawId, Stamp, TicketId};

const OFFSET: i64 = 8 * 3_600_000;
const DAY: i64 = 86_400_000;
/// 2^64.
const WORD: u128 = 1 << 64;

/// SplitMix64's output for a state, in plain arithmetic modulo 2^64, without a wrapping or an exclusive-or of words.
fn splitmix(state: u128) -> u128 {
    let xor_shifted =
        |z: u128, by: u32| (0..64).map(|bit| (((z >> bit) + (z >> (bit + by)) % WORD) % 2) << bit).sum::<u128>();
    let z = (state + 0x9e37_79b9_7f4a_7c15) % WORD;
    let z = xor_shifted(z, 30) * 0xbf58_476d_1ce4_e5b9 % WORD;
    let z = xor_shifted(z, 27) * 0x94d0_49bb_1331_11eb % WORD;
    xor_shifted(z, 31)
}

/// Bit by bit, as on paper.
fn xor(a: u128, b: u128) -> u128 {
    (0..64).map(|bit| (((a >> bit) + (b >> bit)) % 2) << bit).sum()
}

/// The order by picking the least of those left, again and again.
fn picked(seed: u64, numbers: &BTreeSet<u64>) -> Vec<u64> {
    let mut left = numbers.clone();
    let mut picked = Vec::new();
    while !left.is_empty() {
        let rank = |number: u64| splitmix(xor(seed.into(), splitmix(number.into())));
        let least = *left.iter().min_by_key(|number| (rank(**number), **number)).unwrap();
        left.remove(&least);
        picked.push(least);
    }
    picked
}

/// The published first outputs of SplitMix64 from state 0.
#[test]
fn the_second_writing_is_splitmix64() {
    let gamma = 0x9e37_79b9_7f4a_7c15;
    let outputs: Vec<u128> = (0..3).map(|n| splitmix(n * gamma % WORD)).collect();
    assert_eq!(outputs, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
}

proptest! {
    #[test]
    fn a_second_writing_gives_the_same_order(
        seed: u64,
        numbers in proptest::collection::btree_set(prop_oneof![0..50u64, any::<u64>()], 0..12),
    ) {
        let population: Vec<TicketId> = numbers.iter().map(|number| TicketId(*number)).collect();
        let again: Vec<TicketId> = picked(seed, &numbers).into_iter().map(TicketId).collect();
        prop_assert_eq!(order(seed, &population), again.clone());
        // However it comes, and whatever is in it twice.
        let mut mixed: Vec<TicketId> = population.iter().rev().chain(&population).copied().collect();
        let by = seed as usize % mixed.len().max(1);
        mixed.rotate_left(by);
        prop_assert_eq!(order(seed, &mixed), again);
    }

    /// Whoever was followed up already is left out; all others keep their order.
    #[test]
    fn leaving_somebody_out_changes_nothing_for_the_others(seed: u64, count in 1..40u64, out in 0..40u64) {
        let whole: Vec<TicketId> = (1..=count).map(TicketId).collect();
        let left: Vec<TicketId> = whole.iter().copied().filter(|id| id.0 != out).collect();
        let mut expected = order(seed, &whole);
        expected.retain(|id| id.0 != out);
        prop_assert_eq!(order(seed, &left), expected);
    }

    #[test]
    fn a_share_is_at_least_what_is_asked(percent in 0..=100u16, population in 0..5_000usize) {
        let count = wanted(percent, population);
        let asked = usize::from(percent) * population;
        prop_assert!(count * 100 >= asked && (count == 0 || (count - 1) * 100 < asked));
    }

    /// Against chrono's own calendar.
    #[test]
    fn a_month_is_the_calendar_s(day in -40_000..60_000i64) {
        use chrono::{DateTime, Datelike, Days};
        let date = DateTime::from_timestamp_millis(day * DAY).unwrap().date_naive();
        let month = month_of(day);
        let of = |day: i64| DateTime::from_timestamp_millis(day * DAY).unwrap().date_naive();
        prop_assert!(month.contains(&day));
        prop_assert_eq!((of(*month.start()).day(), of(*month.start()).month()), (1, date.month()));
        prop_assert_eq!(of(*month.end()).month(), date.month());
        prop_assert_eq!((of(*month.end()) + Days::new(1)).day(), 1);
    }

    #[test]
    fn there_is_a_day_more_at_five_past_midnight(now in -4_000_000_000_000..8_000_000_000_000i64) {
        let (now, at) = (Stamp(now), next_at(Stamp(now), OFFSET));
        prop_assert!(at > now && at.since(now) <= DAY);
        prop_assert_eq!((at.0 + OFFSET).rem_euclid(DAY), 5 * 60_000);
        prop_assert_eq!(last_day(at, OFFSET), last_day(now, OFFSET) + 1);
        prop_assert_eq!(last_day(at.plus(-1), OFFSET), last_day(now, OFFSET));
        prop_assert!(draw::begin_of(last_day(now, OFFSET) + 1, OFFSET) <= now);
    }
}

/// How far the counts of 20 tickets lie from all the same, as a chi-square with 19 degrees of freedom: 43.8 is passed once
/// in a thousand fair trials. `share` of them are drawn each time, without putting back.
fn chi_square(counts: &[u64; 20], seeds: u64, share: f64) -> f64 {
    let expected = seeds as f64 * share;
    let spread: f64 = counts.iter().map(|count| (*count as f64 - expected).powi(2)).sum();
    spread / (expected * (1.0 - share)) * 19.0 / 20.0
}

#[test]
fn everybody_is_drawn_with_their_share() {
    const SEEDS: u64 = 20_000;
    // Seeds one after the other, and spread out; numbers one after the other, and far apart.
    for (seed_step, number_step) in [(1, 1), (0x1234_5678_9abc_def1, 1), (1, 0x0123_4567_89ab), (1 << 40, 10)] {
        let population: Vec<TicketId> = (1..=20u64).map(|n| TicketId(n * number_step)).collect();
        let mut drawn = [[0u64; 20]; 3];
        for n in 0..SEEDS {
            let order = order(n.wrapping_mul(seed_step), &population);
            for (counts, share) in drawn.iter_mut().zip([1, 6, 10]) {
                order[..share].iter().for_each(|id| counts[(id.0 / number_step - 1) as usize] += 1);
            }
        }
        for (counts, share) in drawn.iter().zip([0.05, 0.3, 0.5]) {
            let chi = chi_square(counts, SEEDS, share);
            assert!(chi < 43.8, "steps {seed_step} {number_step}, share {share}: {chi} of {counts:?}");
        }
    }
}

fn a_draw() -> Draw {
    let population: Vec<TicketId> = (1..=9).map(TicketId).collect();
    let done = vec![TicketId(2)];
    let left: Vec<TicketId> = population.iter().copied().filter(|id| !done.contains(id)).collect();
    let order = order(77, &left);
    let reserve = order[4..].iter().map(|id| Settled { ticket: *id, ..Settled::default() }).collect();
    Draw {
        id: DrawId(3),
        seed: 77,
        population,
        done,
        wanted: 3,
        drawn: order[..3].to_vec(),
        topped: order[3..4].to_vec(),
        reserve,
        ..Draw::default()
    }
}

#[test]
fn a_draw_that_was_touched_does_not_come_out_the_same() {
    type Touch = fn(&mut Draw);
    assert_eq!(differs(&a_draw()), None);
    let touched: [(&str, Touch); 9] = [
        ("seed", |draw| draw.seed += 1),
        ("population", |draw| draw.population.push(TicketId(10))),
        ("somebody left out", |draw| draw.population.truncate(8)),
        ("done", |draw| draw.done.clear()),
        ("tried", |draw| draw.tried.push(TicketId(5))),
        ("swapped", |draw| draw.drawn.swap(0, 1)),
        ("another drawn", |draw| std::mem::swap(&mut draw.drawn[0], &mut draw.reserve[0].ticket)),
        ("one fewer", |draw| {
            let last = draw.drawn.pop().unwrap();
            draw.topped.insert(0, last);
        }),
        ("reserve lost", |draw| draw.reserve.clear()),
    ];
    for (what, touch) in touched {
        let mut draw = a_draw();
        touch(&mut draw);
        assert!(differs(&draw).is_some(), "{what}");
    }
    let mut draw = a_draw();
    draw.drawn.swap(0, 1);
    let why = differs(&draw).unwrap();
    assert_eq!((why.key.as_str(), why.args[1].1.as_str()), ("draw.differs", "1"));
}
