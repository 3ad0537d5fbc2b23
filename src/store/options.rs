//! How a store is opened, and how it tells what it is doing meanwhile.

use std::path::PathBuf;
use std::time::Duration;

use crate::text::Say;

/// How a store is opened. The defaults are right for a desk but for `probe`.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Our own executable, to be started as `EXE --probe-records DIR` before the records are opened. Without it the
    /// records are opened in this process at once.
    pub probe: Option<PathBuf>,
    /// How long the probe may take before the records are held to be bad.
    pub probe_limit: Duration,
    /// A segment of the journal that has reached this size is followed by a new one.
    pub segment_bytes: u64,
    /// How much is written ahead at once, as zeros.
    pub ahead_bytes: u64,
    /// What `make_room` leaves over for signing off and handing over on a full disk.
    pub reserve_bytes: u64,
    /// How much of the journal, from its end, is verified on opening. `check` verifies all of it.
    pub verify_bytes: u64,
    /// The records' cache.
    pub cache_bytes: u64,
}

impl Default for OpenOptions {
    fn default() -> Self {
        OpenOptions {
            probe: None,
            probe_limit: Duration::from_secs(60),
            segment_bytes: 16 << 20,
            ahead_bytes: 1 << 20,
            reserve_bytes: 256 << 10,
            verify_bytes: 256 << 20,
            cache_bytes: 64 << 20,
        }
    }
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// The journal's newest segments are verified; counted in bytes.
    Verifying,
    /// The records are brought up to the journal's end; counted in entries.
    CatchingUp,
    /// The records are built anew from the journal; counted in entries.
    Rebuilding,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What.
    pub doing: Doing,
    /// Done so far.
    pub done: u64,
    /// Of this many.
    pub total: u64,
}

impl Progress {
    /// The same in a sentence.
    pub fn say(&self) -> Say {
        let key = match self.doing {
            Doing::Verifying => "store.verifying",
            Doing::CatchingUp => "store.catching_up",
            Doing::Rebuilding => "store.rebuilding",
        };
        let percent = if self.total == 0 { 100 } else { u128::from(self.done) * 100 / u128::from(self.total) };
        Say::new(key).with("percent", percent).with("done", self.done).with("total", self.total)
    }
}
