//! The calls of one local day, by half-hour, queue and agent. Kept up call by call, or counted anew: the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Facts;
use crate::domain::call::Call;
use crate::domain::state::DAY_MS;
use crate::domain::time::Stamp;

/// Half-hours in a day.
const SLOTS: i64 = 48;

/// Where a call counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    /// The half-hour of the local day it arrived in, 0 to 47.
    pub half_hour: u8,
    /// The queue; empty for none.
    pub queue: String,
    /// The phone that answered; empty for nobody.
    pub agent: String,
}

/// A day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallDay {
    /// Days since 1970-01-01, local.
    pub day: i64,
    /// What counted where; nothing where nothing is left.
    pub cells: BTreeMap<Slot, Facts>,
}

impl CallDay {
    /// The local day of a call: that of its arrival, also where it is answered after midnight.
    pub fn of(call: &Call, offset_ms: i64) -> i64 {
        (call.arrived_at.0 + offset_ms).div_euclid(DAY_MS)
    }

    /// A call changed: what it added before goes, what it adds now comes. A call of another day adds nothing here.
    pub fn exchange(&mut self, old: Option<&Call>, new: Option<&Call>, offset_ms: i64) {
        for (call, times) in [(old, -1), (new, 1)] {
            let Some(call) = call.filter(|call| CallDay::of(call, offset_ms) == self.day) else { continue };
            let facts = Facts::of(call);
            if facts == Facts::default() {
                continue;
            }
            let slot = slot(call, offset_ms);
            let cell = self.cells.entry(slot.clone()).or_default();
            cell.add(&facts, times);
            if *cell == Facts::default() {
                self.cells.remove(&slot);
            }
        }
    }

    /// The sum of the cells that are wanted.
    pub fn sum(&self, wanted: impl Fn(&Slot) -> bool) -> Facts {
        let mut sum = Facts::default();
        self.cells.iter().filter(|(slot, _)| wanted(slot)).for_each(|(_, facts)| sum.add(facts, 1));
        sum
    }
}

fn slot(call: &Call, offset_ms: i64) -> Slot {
    let of_day = (call.arrived_at.0 + offset_ms).rem_euclid(DAY_MS);
    Slot {
        half_hour: u8::try_from(of_day * SLOTS / DAY_MS).unwrap_or_default(),
        queue: call.queue.clone().unwrap_or_default(),
        agent: call.answered_by.clone().unwrap_or_default(),
    }
}

/// The moment a half-hour of a local day begins.
pub fn begins(day: i64, half_hour: u8, offset_ms: i64) -> Stamp {
    Stamp(day * DAY_MS + i64::from(half_hour) * (DAY_MS / SLOTS) - offset_ms)
}
