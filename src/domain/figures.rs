//! Figures: facts counted from the records, and the named formulae that make a number of them (R-LIVE-1, R-LIVE-3, §9).
//!
//! Each record by itself gives facts (`given`), and a figure is a sum of them. So what a changed record adds is its new
//! facts less its old ones; a figure kept up incrementally, one counted anew, and the rows behind it are the same thing
//! seen three ways. A formula is chosen where a figure is shown; changing it rewrites no fact.

mod book;
mod fact;
mod formula;
mod given;
mod group;
mod running;
mod table;

pub use book::{Book, Delta, Ledger, RecordRef, SLOT_MS, half_hour_of, kept_from};
pub use fact::{Counts, Fact, PATIENCE_S};
pub use formula::{Figure, Measure, Parts, Share, side_by_side};
pub use given::{given, given_by_call};
pub use group::{About, By, Filter, Slot};
pub use running::running;
pub use table::{Group, Places, first_of_month, monday_of};
