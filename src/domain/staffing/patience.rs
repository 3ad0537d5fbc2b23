//! How long callers are willing to wait, from our own abandoned calls.

use crate::domain::figures::{Counts, Fact};

/// Fewer abandoned calls than this tell nothing: the estimate of thirty is already a third off either way.
pub const LEAST_ABANDONED: i64 = 30;

/// The normal distribution's bound for nineteen times of twenty.
const SURE: f64 = 1.96;

/// The callers' patience, taken to be exponential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// On average, in seconds.
    pub mean_s: f64,
    /// Nineteen times of twenty it is at least this, in seconds.
    pub low_s: f64,
    /// And at most this.
    pub high_s: f64,
    /// From so many calls that were abandoned.
    pub abandoned: i64,
    /// And so many that were answered before their callers lost patience.
    pub answered: i64,
}

/// The maximum-likelihood estimate with censoring: whoever was answered had at least as much patience as they waited,
/// so all waits count, and only the abandoned ones are ends of it. Mean = (waits of the abandoned + waits of the
/// answered) / abandoned. None with fewer than `least` abandoned, or without any wait.
///
/// Sources: Garnett, Mandelbaum, Reiman 2002 (the model); Brown et al., "Statistical analysis of a telephone call
/// center", 2005 (waits of the answered as censored patience); the range by the logarithm's normal approximation, whose
/// deviation is one over the root of the number of ends. Calls that the queue's own limit ended give no wait to the
/// figures and are left out.
pub fn patience(counts: &Counts, least: i64) -> Option<Patience> {
    let (abandoned, answered) = (counts.get(Fact::Abandoned), counts.get(Fact::Answered));
    let waited_ms = counts.get(Fact::AbandonedWaitMs) + counts.get(Fact::WaitMs);
    if abandoned < least.max(1) || waited_ms <= 0 {
        return None;
    }
    let mean_s = waited_ms as f64 / 1_000.0 / abandoned as f64;
    let spread = (SURE / (abandoned as f64).sqrt()).exp();
    Some(Patience { mean_s, low_s: mean_s / spread, high_s: mean_s * spread, abandoned, answered })
}
