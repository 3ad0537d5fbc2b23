//! Makes lines to the desk on a thread of its own, so that no key waits for it; tries again, each time a little later.

use std::io::{Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use super::{Connector, to_ms};
use crate::client::Line;
use crate::text::Say;

/// The first wait, and the longest.
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

pub(super) struct Dialer {
    asked: Sender<()>,
    lines: Receiver<Result<Line, Say>>,
    wake: UnixStream,
    /// When to ask next; nothing while a line is being made or is there.
    next: Option<Instant>,
    wait: Duration,
}

impl Dialer {
    /// A dialer that has not asked yet.
    pub(super) fn new(mut connector: Connector) -> std::io::Result<Dialer> {
        let (wake, mut waker) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let (asked, asks) = channel();
        let (found, lines) = channel();
        std::thread::Builder::new().name("dial".into()).spawn(move || {
            while asks.recv().is_ok() {
                // The console is gone when nobody takes the line, or the word that there is one.
                if found.send(connector()).is_err() || waker.write_all(b"!").is_err() {
                    return;
                }
            }
        })?;
        Ok(Dialer { asked, lines, wake, next: Some(Instant::now()), wait: FIRST })
    }

    /// Asks for a line if it is time.
    pub(super) fn ask_when_due(&mut self) {
        if self.next.is_some_and(|next| Instant::now() >= next) {
            self.next = None;
            // The thread lives as long as this side does.
            let _ = self.asked.send(());
        }
    }

    /// A line, or why there is none.
    pub(super) fn take(&mut self) -> Option<Result<Line, Say>> {
        let mut waste = [0; 16];
        while matches!(self.wake.read(&mut waste), Ok(1..)) {}
        self.lines.try_recv().ok()
    }

    pub(super) fn retry_soon(&mut self) {
        self.next = Some(Instant::now() + self.wait);
    }

    pub(super) fn retry_later(&mut self) {
        self.retry_soon();
        self.wait = (self.wait * 2).min(LONGEST);
    }

    pub(super) fn joined(&mut self) {
        self.wait = FIRST;
    }

    /// Milliseconds until it is time to ask.
    pub(super) fn until_next(&self) -> Option<i64> {
        let left = self.next?.saturating_duration_since(Instant::now());
        // Rounded up: waking a little early would be waking twice.
        Some(to_ms(u64::try_from(left.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)))
    }
}

impl AsFd for Dialer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}
