//! The desk's clock, which the photographer sets: the evening is always the same evening.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use ringdesk::domain::{Millis, Stamp};

/// What is added to the machine's clock; while the clock stands, what it shows.
static SET: AtomicI64 = AtomicI64::new(0);
static STANDS: AtomicBool = AtomicBool::new(true);

fn machine() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The time at the desk.
pub fn now() -> Stamp {
    let set = SET.load(Ordering::SeqCst);
    Stamp(if STANDS.load(Ordering::SeqCst) { set } else { machine() + set })
}

/// Stands at this moment.
pub fn stand(at: Stamp) {
    SET.store(at.0, Ordering::SeqCst);
    STANDS.store(true, Ordering::SeqCst);
}

/// Runs from this moment on.
pub fn run(from: Stamp) {
    SET.store(from.0 - machine(), Ordering::SeqCst);
    STANDS.store(false, Ordering::SeqCst);
}

/// How long until the desk's clock shows this, in milliseconds; negative where it was before.
pub fn until(at: Stamp) -> Millis {
    at.since(now())
}
