//! How long a call keeps an agent busy: talk, hold and wrap-up.

use crate::domain::figures::{About, Book, Counts, Fact, Measure};

/// A queue with fewer talks than this goes by all queues together.
pub const LEAST_TALKS: i64 = 30;

/// The average handling time and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handling {
    /// In seconds: talk, hold and wrap-up (AHT).
    pub mean_s: f64,
    /// Of which this is wrap-up; nothing where nobody's wrap-up was measured.
    pub wrap_up_s: f64,
    /// From so many talks.
    pub talks: i64,
    /// Of the queue asked for; else of all queues together.
    pub of_queue: bool,
}

/// The handling time of a queue where it has talks enough, else of all queues; of all queues for none. None where nobody
/// has talked.
pub fn handling(book: &Book, queue: Option<&str>) -> Option<Handling> {
    let of = |queue: Option<&str>| {
        // Time that belongs to no queue is time with calls the desk made: no caller waits for that.
        let takes = |name: &str, about: About| match (queue, about) {
            (Some(queue), _) => queue == name,
            (None, About::Calls) => true,
            (None, _) => !name.is_empty(),
        };
        let mut sum = Counts::default();
        let cells = book.cells.iter().filter(|(slot, _)| matches!(slot.about, About::Calls | About::Time));
        cells.filter(|(slot, _)| takes(&slot.queue, slot.about)).for_each(|(_, counts)| sum.add(counts, 1));
        sum
    };
    let own = queue.map(|queue| of(Some(queue))).filter(|own| own.get(Fact::Talked) >= LEAST_TALKS);
    let (counts, of_queue) = own.map_or_else(|| (of(None), false), |own| (own, true));
    let share = Measure::HandlingTime.of(&counts).share;
    let seconds = |ms: i64| ms as f64 / 1_000.0 / share.denominator as f64;
    (share.denominator > 0 && share.numerator > 0).then(|| Handling {
        mean_s: seconds(share.numerator),
        wrap_up_s: seconds(counts.get(Fact::CallWrapUpMs)),
        talks: share.denominator,
        of_queue,
    })
}
