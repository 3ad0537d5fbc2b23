//! Moments and spans as plain values. Nothing here asks what time it is: whoever calls hands the time in.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp(pub i64);

/// A span of time in milliseconds. Negative when clocks disagree; callers decide what that means.
pub type Millis = i64;

impl Stamp {
    /// The time from `earlier` to `self`, in milliseconds.
    pub fn since(self, earlier: Stamp) -> Millis {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment `span` milliseconds later.
    pub fn plus(self, span: Millis) -> Stamp {
        Stamp(self.0.saturating_add(span))
    }

    /// The moment in the given offset, or the epoch when the number is beyond what a calendar holds.
    pub fn at(self, offset: FixedOffset) -> DateTime<FixedOffset> {
        Utc.timestamp_millis_opt(self.0).single().unwrap_or_default().with_timezone(&offset)
    }

    /// RFC 3339 with milliseconds and offset, as every export writes it.
    pub fn rfc3339(self, offset: FixedOffset) -> String {
        self.at(offset).to_rfc3339_opts(SecondsFormat::Millis, false)
    }
}

impl From<DateTime<FixedOffset>> for Stamp {
    fn from(at: DateTime<FixedOffset>) -> Self {
        Stamp(at.timestamp_millis())
    }
}
