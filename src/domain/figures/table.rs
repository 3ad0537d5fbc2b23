//! Sums put together by something: what a table's rows, an export's lines and a chart's columns are made of.

use std::collections::BTreeMap;

use super::{Book, By, Counts, Filter, SLOT_MS, Slot};
use crate::domain::state::DAY_MS;
use crate::domain::time::Millis;

/// What a row of a table is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Everything.
    All,
    /// A queue, an agent, a team, a type, a department, by its name in the records; empty for none.
    Named(String),
    /// A time: the half-hour of the day (0 to 47), the hour of the week (0 is Monday midnight), or a local day as days
    /// since 1970-01-01 (of weeks and months their first one).
    At(i64),
}

/// What putting together must know beside the sums.
pub struct Places<'a> {
    /// Local time is UTC plus this many milliseconds.
    pub offset_ms: Millis,
    /// The team of an agent's place or a technician; empty for none.
    pub team_of: &'a dyn Fn(&str) -> String,
}

impl Book {
    /// The sums that are wanted, put together. What has nothing to count is not there.
    pub fn table(&self, by: By, filter: &Filter, places: &Places<'_>) -> BTreeMap<Group, Counts> {
        let mut table: BTreeMap<Group, Counts> = BTreeMap::new();
        for (slot, counts) in self.cells.iter().filter(|(slot, _)| filter.takes(slot)) {
            table.entry(group(slot, by, places)).or_default().add(counts, 1);
        }
        table.retain(|_, counts| !counts.is_empty());
        table
    }
}

fn group(slot: &Slot, by: By, places: &Places<'_>) -> Group {
    let local = slot.half_hour * SLOT_MS + places.offset_ms;
    let day = local.div_euclid(DAY_MS);
    let slot_of_day = local.rem_euclid(DAY_MS) / SLOT_MS;
    match by {
        By::All => Group::All,
        By::Queue => Group::Named(slot.queue.clone()),
        By::Agent => Group::Named(slot.who.clone()),
        By::Team => Group::Named((places.team_of)(&slot.who)),
        By::Type => Group::Named(slot.kind.clone()),
        By::Department => Group::Named(slot.department.clone()),
        By::HalfHour => Group::At(slot_of_day),
        By::Day => Group::At(day),
        By::Week => Group::At(monday_of(day)),
        By::Month => Group::At(first_of_month(day)),
        By::WeekHour => Group::At((day - monday_of(day)) * 24 + slot_of_day / 2),
    }
}

/// The Monday of a day's week. 1970-01-01 was a Thursday.
pub fn monday_of(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

/// The first day of a day's month.
pub fn first_of_month(day: i64) -> i64 {
    *crate::domain::draw::month_of(day).start()
}
