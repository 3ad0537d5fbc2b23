//! How many agents, and how many more calls may be missed (R-LIVE-4). Pure: sums of what the records gave in, numbers
//! with what they rest on out.
//!
//! [`plan`] reckons the half-hours of a day: the calls expected from the days that were like it, how many agents hold
//! the target, and what comes out with those on duty. [`may_miss`] is exact arithmetic over calls that have come.
//! [`break_allowed`] decides whether somebody may leave the queue now, from the desk's state alone.

mod breaks;
mod handling;
mod history;
mod missed;
mod patience;
mod plan;
mod said;

pub use breaks::{break_allowed, knows_who_is_there, on_duty};
pub use handling::{Handling, LEAST_TALKS, handling};
pub use history::{Expected, History, TREND_CALLS, TREND_LEAST, TREND_MOST, Trend, WEEKS};
pub use missed::{MayMiss, may_miss, window};
pub use patience::{LEAST_ABANDONED, Patience, patience};
pub use plan::{Ask, MOST_AGENTS, PERCENT, Plan, Row, Target, plan};
pub use said::{COLUMNS, NOT_KNOWN};
