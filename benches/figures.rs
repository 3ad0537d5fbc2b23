//! What figures cost: `cargo bench --bench figures`. A day of 50,000 calls kept up and counted anew, a table of it, and a
//! table of a year with a million places. Prints; asserts nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;
use std::time::Instant;

use ringdesk::domain::call::{Direction, Outcome, Phase, Verdict};
use ringdesk::domain::figures::{
    About, Book, By, Counts, Fact, Filter, Ledger, Measure, Places, Slot, given, half_hour_of,
};
use ringdesk::domain::{Call, CallId, Event, Stamp};

const NOW: Stamp = Stamp(1_795_312_800_000);
const CALLS: u64 = 50_000;

fn call(id: u64, over: bool) -> Event {
    let arrived_at = NOW.plus((id * 86_400_000 / CALLS) as i64);
    let wait = (id * 7_919 % 40_000) as i64;
    let answered = !id.is_multiple_of(9);
    let end = arrived_at.plus(wait);
    Event::Call(Box::new(Call {
        id: CallId(id),
        direction: Direction::Inbound,
        phase: if over || !answered { Phase::Ended } else { Phase::Talking },
        queue: Some(format!("queue-{}", id % 6)),
        answered_by: answered.then(|| format!("1{:03}", id % 60)),
        limit_ms: 20_000,
        arrived_at,
        answered_at: answered.then_some(end),
        ended_at: (over || !answered).then(|| end.plus(if answered { 120_000 } else { 0 })),
        outcome: if answered { Outcome::Answered } else { Outcome::Abandoned },
        verdict: answered.then_some(if wait <= 20_000 { Verdict::InTime } else { Verdict::Late }),
        ..Call::default()
    }))
}

fn timed<T>(what: &str, of: u64, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = black_box(work());
    let took = begun.elapsed();
    println!("{what}: {:.1} ms, {:.2} µs each", took.as_secs_f64() * 1e3, took.as_secs_f64() * 1e6 / of as f64);
    done
}

fn main() {
    let events: Vec<Event> = (1..=CALLS).flat_map(|id| [call(id, false), call(id, true)]).collect();
    let from = half_hour_of(NOW);
    let ledger = timed("50,000 calls, answered and ended, kept up", 2 * CALLS, || {
        let mut ledger = Ledger::new(from);
        events.iter().for_each(|event| drop(ledger.take(event)));
        ledger
    });
    timed("the same counted anew", CALLS, || {
        let mut book = Book::default();
        events.iter().skip(1).step_by(2).for_each(|event| book.add(&given(event), 1));
        book
    });
    let team_of = |who: &str| who.get(..2).unwrap_or_default().to_owned();
    let places = Places { offset_ms: 8 * 3_600_000, team_of: &team_of };
    println!("places in the day: {}", ledger.book().cells.len());
    for by in [By::Queue, By::Agent, By::HalfHour] {
        timed(&format!("table of the day by {by:?}"), 1, || ledger.book().table(by, &Filter::default(), &places));
    }
    let mut year = Book::default();
    for place in 0..1_000_000i64 {
        let slot = Slot {
            half_hour: from + place % 17_520,
            about: About::Calls,
            queue: format!("queue-{}", place / 17_520 % 6),
            who: format!("1{:03}", place / 17_520),
            ..Slot::default()
        };
        let counts = Counts::of([(Fact::Offered, 9), (Fact::Answered, 8), (Fact::InTime, 7), (Fact::WaitMs, place)]);
        year.cells.insert(slot, counts);
    }
    for by in [By::All, By::Agent, By::WeekHour, By::Month] {
        timed(&format!("table of a year of a million places by {by:?}"), 1, || {
            let table = year.table(by, &Filter::default(), &places);
            table.values().map(|counts| Measure::ALL.map(|measure| measure.of(counts))).collect::<Vec<_>>()
        });
    }
}
