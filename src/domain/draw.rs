//! Drawn samples: who of the settled is called again (R-CB-2). Fair, seeded, and repeatable by anyone.

use serde::{Deserialize, Serialize};

use super::callback::Gravity;
use super::ids::{CustomerId, DrawId, TicketId};
use super::time::Stamp;

/// A draw as stored: everything needed to make it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// Its number.
    pub id: DrawId,
    /// Made by a rehearsal.
    pub rehearsal: bool,
    /// The rulebook's rule: the name of its `[revisits.NAME]`.
    pub rule: String,
    /// The local day whose settled matters were drawn from, as days since 1970-01-01.
    pub day: i64,
    /// When it was made.
    pub at: Stamp,
    /// The seed, made at random by the desk when it drew.
    pub seed: u64,
    /// All that could be drawn, in order of their numbers.
    pub population: Vec<TicketId>,
    /// How many had to be drawn.
    pub wanted: u32,
    /// Drawn, in the order of the draw.
    pub drawn: Vec<TicketId>,
    /// Drawn later, because one before could not be reached: in the same order, further on.
    pub topped: Vec<TicketId>,
    /// Of the population: followed up already when it was drawn. They count as done and are not drawn from.
    pub done: Vec<TicketId>,
    /// All others that are not drawn yet, in the order of the draw: whoever has to be drawn next stands first.
    pub reserve: Vec<Settled>,
}

/// A settled matter as far as calling about it needs: filed tickets are not at hand when one more is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The ticket.
    pub ticket: TicketId,
    /// When it was settled: filed.
    pub at: Stamp,
    /// The number to call.
    pub number: String,
    /// The name.
    pub name: String,
    /// The customer file.
    pub customer: Option<CustomerId>,
    /// How grave.
    pub gravity: Gravity,
}

/// The population in the order of the draw: the first n are the sample of n, whatever n is. The same seed and the same
/// population give the same order on any machine (SplitMix64 over seed and number; written down in docs/architecture.md).
pub fn order(seed: u64, population: &[TicketId]) -> Vec<TicketId> {
    let mut ranked: Vec<(u64, TicketId)> = population.iter().map(|id| (rank(seed, id.0), *id)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().map(|(_, id)| id).collect()
}

/// How many of a population a share in percent asks for: rounded up, "at least".
pub fn wanted(percent: u16, population: usize) -> usize {
    (population * usize::from(percent)).div_ceil(100)
}

fn rank(seed: u64, number: u64) -> u64 {
    mix(seed ^ mix(number))
}

/// SplitMix64's step.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
