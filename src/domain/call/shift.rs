//! Moves a signal in time, for a recording that is played as if it happened now.

use super::signal::{Signal, Snapshot};
use crate::domain::time::Millis;

impl Signal {
    /// The same signal with every stamp inside it moved by `span` milliseconds.
    #[must_use]
    pub fn shifted(self, span: Millis) -> Signal {
        match self {
            Signal::Snapshot(snapshot) => Signal::Snapshot(moved(snapshot, span)),
            other => other,
        }
    }
}

fn moved(mut snapshot: Snapshot, span: Millis) -> Snapshot {
    snapshot.pbx_since = snapshot.pbx_since.map(|since| since.plus(span));
    snapshot.channels.iter_mut().for_each(|channel| channel.since = channel.since.plus(span));
    snapshot.waiting.iter_mut().for_each(|caller| caller.joined_at = caller.joined_at.plus(span));
    snapshot
}
