//! One sleeper for all the clocks of all the tickets (R-CMP-1): a timer of the kernel on the wall clock.
//!
//! The timer names a moment of the wall clock, not a span: a machine that slept wakes the desk at once where that moment
//! has passed, and so does a clock that is set, in either direction, while the desk waits (`TFD_TIMER_CANCEL_ON_SET`).
//! Whether something is due then is not decided here: the desk looks, and sets the timer anew. Nothing polls.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use rustix::io::Errno;
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime, timerfd_create,
    timerfd_settime,
};

use crate::domain::{Millis, Stamp};

/// As long as a timer is ever set: a year. Whatever is due later is looked at once more then.
const LONGEST_MS: Millis = 366 * 86_400_000;
/// The least that still rings: nothing would take the alarm away.
const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 1 };
const NEVER: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

/// The sleeper, and the moment it was set for.
#[derive(Debug)]
pub struct Alarm {
    timer: Arc<OwnedFd>,
    ending: Arc<AtomicBool>,
    thread: JoinHandle<()>,
    set_for: Option<Stamp>,
}

impl Alarm {
    /// Begins to sleep. `rings` is called whenever the desk has to look at the time; it says whether anybody still
    /// listens.
    pub fn start(rings: impl Fn() -> bool + Send + 'static) -> io::Result<Alarm> {
        let timer = Arc::new(timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC)?);
        let ending = Arc::new(AtomicBool::new(false));
        let (sleeping, ended) = (Arc::clone(&timer), Arc::clone(&ending));
        let thread = thread::Builder::new().name("alarm".into()).spawn(move || sleep(&sleeping, &ended, &rings))?;
        Ok(Alarm { timer, ending, thread, set_for: None })
    }

    /// Has the desk woken when its clock, which shows `now`, shows `at`; never where nothing is to come. Setting it for
    /// the same moment again costs nothing.
    pub fn set(&mut self, at: Option<Stamp>, now: Stamp) {
        if self.set_for == at {
            return;
        }
        self.set_for = at;
        self.arm(at.map(|at| at.since(now).clamp(0, LONGEST_MS)));
    }

    /// It rang: whatever it is set for next is set anew.
    pub fn rang(&mut self) {
        self.set_for = None;
    }

    fn arm(&self, wait: Option<Millis>) {
        // A clock that was set between the reading and the setting: the second reading is of the new one.
        for _ in 0..2 {
            let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
            let at = wait.map_or(NEVER, |wait| later(clock_gettime(ClockId::Realtime), wait));
            match timerfd_settime(&self.timer, flags, &once(at)) {
                Err(Errno::CANCELED) => {}
                _ => return,
            }
        }
    }

    /// Ends it, and waits until it has.
    pub fn stop(self) {
        self.ending.store(true, Ordering::SeqCst);
        // Where the timer can't be set the thread can't be woken: then it is left behind, asleep.
        if timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once(AT_ONCE)).is_ok() {
            let _ = self.thread.join();
        }
    }
}

fn once(it_value: Timespec) -> Itimerspec {
    Itimerspec { it_interval: NEVER, it_value }
}

fn later(from: Timespec, wait: Millis) -> Timespec {
    let nanos = from.tv_nsec + (wait % 1000) * 1_000_000;
    Timespec { tv_sec: from.tv_sec + wait / 1000 + nanos / 1_000_000_000, tv_nsec: nanos % 1_000_000_000 }
}

fn sleep(timer: &OwnedFd, ending: &AtomicBool, rings: &impl Fn() -> bool) {
    let mut count = [0; 8];
    loop {
        match rustix::io::read(timer, &mut count) {
            // It rang; or the wall clock was set.
            Ok(_) | Err(Errno::CANCELED) => {}
            Err(Errno::INTR) => continue,
            Err(_) => return,
        }
        if ending.load(Ordering::SeqCst) || !rings() {
            return;
        }
    }
}
