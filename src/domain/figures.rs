//! Figures: facts counted from the records, and the named formulae that make a number of them (R-LIVE-1, R-LIVE-3, §9).
//!
//! Facts are a sum: what a changed record adds is its new facts less its old ones, so a figure kept up incrementally and
//! one counted anew are the same. A formula is chosen where a figure is shown; changing it rewrites no fact.

mod day;
mod facts;
mod formula;

pub use day::{CallDay, Slot, begins};
pub use facts::{Facts, PATIENCE_S};
pub use formula::{Figure, Measure, Part, Share, side_by_side};
