//! Where calls come from, how its clock runs against the desk's, and whether its link is up.

use serde::{Deserialize, Serialize};

use super::call::Capabilities;
use super::ids::SourceId;
use super::time::Stamp;
use crate::text::Say;

/// What kind of source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// Entered by hand.
    #[default]
    Hand,
    /// A PBX.
    Live,
    /// A recording being played.
    Rehearsal,
}

/// The state of the link to the PBX.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// No link yet.
    #[default]
    Down,
    /// Connected, catching up.
    Syncing,
    /// Connected, all known.
    Up,
    /// The recording is over.
    Over,
}

/// How the source's stamps relate to the desk's clock: `stamp = stamp0 + (desk - desk0) * rate_permille / 1000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceClock {
    /// A moment on the desk's clock.
    pub desk0: Stamp,
    /// The source's stamp at that moment.
    pub stamp0: Stamp,
    /// Thousandths of the desk's speed: 1000 for anything live.
    pub rate_permille: i64,
}

impl Default for SourceClock {
    fn default() -> Self {
        SourceClock { desk0: Stamp(0), stamp0: Stamp(0), rate_permille: 1000 }
    }
}

impl SourceClock {
    /// What the source's clock shows when the desk's shows `desk`.
    pub fn at(&self, desk: Stamp) -> Stamp {
        let passed = i128::from(desk.since(self.desk0)) * i128::from(self.rate_permille) / 1000;
        self.stamp0.plus(i64::try_from(passed).unwrap_or(i64::MAX))
    }
}

/// A source as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its number.
    pub id: SourceId,
    /// What it is.
    pub kind: SourceKind,
    /// The PBX's or the recording's name.
    pub name: String,
    /// Its clock.
    pub clock: SourceClock,
    /// Its link.
    pub link: Link,
    /// Since when the link is so (desk clock).
    pub link_since: Stamp,
    /// What can be asked of it.
    pub can: Capabilities,
    /// What is wrong with the link, while something is.
    pub fault: Option<Say>,
}
