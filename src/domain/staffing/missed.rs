//! R-LIVE-4: how many more calls may be missed so that the rate to keep still holds. Whole numbers throughout.

use crate::domain::figures::{About, Book, Counts, Measure, SLOT_MS, Share, Slot, half_hour_of};
use crate::domain::rulebook::Formula;
use crate::domain::time::{Millis, Stamp};

/// What room is left. A missed call is one answered too late, or abandoned after the limit; where the formula does not
/// count abandoned calls at all (A/N), one answered too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MayMiss {
    /// Missed so far: what stands below the line and not above it.
    pub missed: i64,
    /// Counted so far: what stands below the line.
    pub counted: i64,
    /// So many calls may be missed next, one after the other, and the rate still holds; 0 also where it does not.
    pub left: i64,
    /// So many of the calls that are still expected may be missed, if the others are answered in time; at most all.
    pub left_of_expected: Option<i64>,
    /// Where the rate does not hold: so many calls in a row have to be answered in time until it does. `None` where no
    /// number is enough: a hundred percent is lost with the first call missed.
    pub to_mend: Option<i64>,
    /// The rate holds now.
    pub holds: bool,
}

/// The room a rate leaves: `target_percent` by `formula`, for the calls of the window so far and, where given, with
/// `expected` more to come. None where nothing was counted: then there is no rate to hold or to lose.
///
/// By each of R-LIVE-3's formulae a call answered in time adds one above and one below the line, and a missed one adds
/// one below. So 100·above ≥ target·(below + left).
pub fn may_miss(counts: &Counts, formula: Formula, target_percent: u16, expected: Option<i64>) -> Option<MayMiss> {
    let Share { numerator: above, denominator: below } = Measure::ServiceLevel(formula).of(counts).share;
    if below <= 0 {
        return None;
    }
    let target = i64::from(target_percent.clamp(1, 100));
    let spare = 100 * above - target * below;
    let holds = spare >= 0;
    let of_expected = |expected: i64| {
        let spare = 100 * (above + expected) - target * (below + expected);
        spare.div_euclid(100).clamp(0, expected)
    };
    let mend = |short: i64| (target < 100).then(|| (short + 99 - target) / (100 - target));
    Some(MayMiss {
        missed: below - above,
        counted: below,
        left: spare.div_euclid(target).max(0),
        left_of_expected: expected.map(|expected| of_expected(expected.max(0))),
        to_mend: if holds { Some(0) } else { mend(-spare) },
        holds,
    })
}

/// The calls of the last `over_hours`, of a queue or of all; of the local day for 0. The window begins with the first
/// whole half-hour in it, so it is never longer than the rulebook says.
pub fn window(book: &Book, queue: Option<&str>, over_hours: u32, now: Stamp, offset_ms: Millis) -> Counts {
    const HOUR_MS: Millis = 3_600_000;
    let since = match over_hours {
        0 => now.plus(-(now.0 + offset_ms).rem_euclid(24 * HOUR_MS)),
        hours => now.plus(-Millis::from(hours) * HOUR_MS),
    };
    let from = half_hour_of(since.plus(SLOT_MS - 1));
    // Cells are in the order of time: weeks before cost nothing.
    let first = Slot { half_hour: from, ..Slot::default() };
    let cells = book.cells.range(first..).take_while(|(slot, _)| slot.half_hour <= half_hour_of(now));
    let wanted = |slot: &Slot| slot.about == About::Calls && queue.is_none_or(|queue| queue == slot.queue);
    let mut sum = Counts::default();
    cells.filter(|(slot, _)| wanted(slot)).for_each(|(_, counts)| sum.add(counts, 1));
    sum
}
