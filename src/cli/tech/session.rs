//! One session an account: the newest. It ends the one before, which may hang on a connection that broke unnoticed, and
//! waits until that one's drafts are let go; only then are they read. So no two sessions ever write the same drafts.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};

/// How long the session before may take to leave by itself; then it is ended as it is: its drafts are on disk key by key.
const LEAVING: Duration = Duration::from_secs(2);
/// How long may pass until it is gone then.
const GONE: Duration = Duration::from_secs(5);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(20);
/// What is written to see whether there is room for a draft.
const PROBE: [u8; 16 * 1024] = [0; 16 * 1024];

/// The session of this account at one desk, for as long as this lives.
#[derive(Debug)]
pub struct Session {
    _lock: File,
    next: PathBuf,
}

impl Session {
    /// Takes the folder of drafts for this process, making it where it is missing, and makes sure that it can be written.
    pub fn take(dir: &Path) -> io::Result<Session> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let (held, next) = (dir.join("session"), dir.join("session.next"));
        let lock = open(&held)?;
        end_former(&lock, &held, &next)?;
        write(&held, own().as_bytes())?;
        write(&next, own().as_bytes())?;
        probe(&dir.join("probe"))?;
        Ok(Session { _lock: lock, next })
    }

    /// Whether a newer session asked for the place.
    pub fn taken_over(&self) -> bool {
        fs::read_to_string(&self.next).is_ok_and(|next| next != own())
    }
}

fn own() -> String {
    std::process::id().to_string()
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.write_all(bytes)
}

/// A full disk may show only when what was written has to be on it.
fn probe(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    let written = file.write_all(&PROBE).and_then(|()| file.sync_all());
    fs::remove_file(path)?;
    written
}

/// Waits for the lock, asking whoever holds it to leave, and making them where they do not.
fn end_former(lock: &File, held: &Path, next: &Path) -> io::Result<()> {
    let mut asked: Option<(Pid, Instant)> = None;
    let until = Instant::now() + LEAVING + GONE;
    loop {
        match flock(lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(()),
            Err(rustix::io::Errno::WOULDBLOCK) => {}
            Err(error) => return Err(error.into()),
        }
        if Instant::now() >= until {
            return Err(ErrorKind::ResourceBusy.into());
        }
        let holder = holder(held);
        match (&asked, holder) {
            (Some((pid, since)), Some(holder)) if *pid == holder => {
                if since.elapsed() > LEAVING {
                    // Gone meanwhile is as good.
                    let _ = kill_process(holder, Signal::KILL);
                }
            }
            (_, Some(holder)) => {
                write(next, own().as_bytes())?;
                let _ = kill_process(holder, Signal::TERM);
                asked = Some((holder, Instant::now()));
            }
            (_, None) => {}
        }
        // Nothing wakes whoever waits for another process's lock and can't wait for ever.
        std::thread::park_timeout(LOOK);
    }
}

/// The process that holds the lock, where it is one of this program: a number left behind may be anybody's by now.
fn holder(held: &Path) -> Option<Pid> {
    let number: i32 = fs::read_to_string(held).ok()?.parse().ok()?;
    let name = |process: &str| fs::read_to_string(format!("/proc/{process}/comm")).ok();
    let same = name(&number.to_string()).is_some() && name(&number.to_string()) == name("self");
    Pid::from_raw(number).filter(|_| same && number.to_string() != own())
}
