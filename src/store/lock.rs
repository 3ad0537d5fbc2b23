//! One desk a folder: a lock the kernel takes back when its holder dies, with a word on who holds it.

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::disk;
use super::error::StoreError;
use crate::domain::Stamp;

/// Whoever only looks ([`Lock::holder`]) has the lock for a moment; taking it tries again so often.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(5);

/// Who holds a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LockInfo {
    /// The process.
    pub pid: u32,
    /// What it is: `desk`, `restore`.
    pub what: String,
    /// Since when.
    pub since: Stamp,
    /// Offset of its local time from UTC in milliseconds, for showing `since`.
    pub offset_ms: i64,
    /// Where it can be reached; empty for nowhere.
    pub socket: String,
}

impl LockInfo {
    /// `since` in the holder's local time.
    pub fn since_words(&self) -> String {
        let seconds = self.since.plus(self.offset_ms).0.div_euclid(1000);
        let (year, month, day) = date(seconds.div_euclid(86_400));
        let second = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

/// The date of a day since 1970-01-01, counted in years that begin in March, so that the leap day comes last.
fn date(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let turn = i64::from(month >= 10);
    (era * 400 + year + turn, month + 3 - 12 * turn, day - (153 * month + 2) / 5 + 1)
}

/// The lock on a data folder, held as long as this lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    dir: PathBuf,
}

impl Lock {
    /// Takes the lock of `dir`, making the folder where it is missing; `Locked` with the holder where it is taken.
    pub fn take(dir: &Path, who: &LockInfo) -> Result<Lock, StoreError> {
        disk::private_dir(dir)?;
        let path = dir.join("lock");
        let mut file = disk::open_private(&path)?;
        for _ in 0..TRIES {
            if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
                let text = serde_json::to_string(who).map_err(|error| StoreError::io("write", &path, error.into()))?;
                file.set_len(0)
                    .and_then(|()| file.rewind())
                    .and_then(|()| file.write_all(text.as_bytes()))
                    .map_err(|error| StoreError::io("write", &path, error))?;
                return Ok(Lock { _file: file, dir: dir.to_owned() });
            }
            std::thread::sleep(PAUSE);
        }
        Err(StoreError::Locked(Box::new(read_info(&mut file))))
    }

    /// Who holds the lock of `dir`; nothing where nobody does, whatever the file says.
    pub fn holder(dir: &Path) -> Option<LockInfo> {
        let mut file = fs::File::open(dir.join("lock")).ok()?;
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => None,
            Err(_) => Some(read_info(&mut file)),
        }
    }

    /// The folder it is the lock of.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

fn read_info(file: &mut File) -> LockInfo {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    read.ok().and_then(|_| serde_json::from_str(&text).ok()).unwrap_or_default()
}
