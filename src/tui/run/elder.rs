//! The console before this one, which holds the forms of the same account: a technician's line died and nobody told the
//! console at its end yet. The desk sends it away when this one comes; what it left is taken over the moment it is gone.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

/// Waits on a thread of its own; readable once the other console has ended.
pub(super) struct Elder {
    wake: UnixStream,
}

impl Elder {
    /// Waits for this lock to be free. It is let go again at once: who needs it takes it as always.
    pub(super) fn wait_for(lock: &Path) -> std::io::Result<Elder> {
        let file: File = OpenOptions::new().write(true).open(lock)?;
        let (wake, mut waker) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        std::thread::Builder::new().name("elder".into()).spawn(move || {
            // A signal may wake it early; a lock that can't be had is not waited for.
            while let Err(rustix::io::Errno::INTR) = flock(&file, FlockOperation::LockExclusive) {}
            drop(file);
            // This console is gone where nobody reads.
            let _ = waker.write_all(b"!");
        })?;
        Ok(Elder { wake })
    }

    /// It is gone.
    pub(super) fn is_gone(&self) -> bool {
        let mut word = [0; 1];
        matches!(rustix::io::read(&self.wake, &mut word), Ok(_) | Err(rustix::io::Errno::PIPE))
    }
}

impl AsFd for Elder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }
}
