//! How long a key takes to the screen, as this console has it today (SPEC §9): from reading the key to the frame that
//! answers it being written whole.

use crate::domain::Millis;

/// Longer ones count as this long, in milliseconds.
const LONGEST: usize = 2_000;

/// The day's times, counted by the millisecond.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    day: i64,
    counts: Vec<u32>,
    keys: u64,
}

impl Response {
    /// A key's time, on a local day (days since 1970-01-01). Another day begins anew.
    pub fn note(&mut self, day: i64, took: Millis) {
        if self.day != day {
            *self = Response { day, ..Response::default() };
        }
        let took = usize::try_from(took).unwrap_or(0).min(LONGEST);
        if self.counts.len() <= took {
            self.counts.resize(took + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(took) {
            *count += 1;
            self.keys += 1;
        }
    }

    /// The time within which so many percent of the day's keys were on the screen, in milliseconds, rounded down to the
    /// whole one; none before there was a key.
    pub fn within(&self, percent: u64) -> Option<Millis> {
        let wanted = (self.keys * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let at = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= wanted
        });
        at.map(|at| Millis::try_from(at).unwrap_or(Millis::MAX))
    }

    /// The day's keys.
    pub fn keys(&self) -> u64 {
        self.keys
    }
}
