//! What can go wrong with the disk, each with a sentence for whoever has to do something about it.

use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use thiserror::Error;

use super::lock::LockInfo;
use crate::text::Say;

/// Why the store could not do it.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process has the folder.
    #[error("locked by process {}", .0.pid)]
    Locked(Box<LockInfo>),
    /// The folder can't be written.
    #[error("read-only: {}", .0.display())]
    ReadOnly(PathBuf),
    /// The disk is full; nothing was written.
    #[error("disk full: {}", .0.display())]
    Full(PathBuf),
    /// Damage before the journal's tail.
    #[error("damaged: {}:{offset}", .file.display())]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// Where in it.
        offset: u64,
    },
    /// A segment in the middle of the journal, or all of it, is not there.
    #[error("missing: {}", .0.display())]
    Missing(PathBuf),
    /// Written by a newer version of the program.
    #[error("schema {schema} is newer than this program: {}", .file.display())]
    Newer {
        /// Which file.
        file: PathBuf,
        /// Its schema.
        schema: u16,
    },
    /// An entry over the limit; nothing was written.
    #[error("entry of {0} bytes")]
    TooLarge(usize),
    /// An entry that does not follow the last one; nothing was written.
    #[error("entry {got} instead of {expected}")]
    OutOfOrder {
        /// The number it should have.
        expected: u64,
        /// The number it has.
        got: u64,
    },
    /// A write failed before; what reached the disk is not known, so this store takes nothing more.
    #[error("a write failed before: {0}")]
    Poisoned(String),
    /// The records failed. The journal is whole.
    #[error("records: {0}")]
    Records(String),
    /// The operating system refused.
    #[error("{op} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        op: &'static str,
        /// On which file.
        path: PathBuf,
        /// The answer.
        source: io::Error,
    },
}

impl StoreError {
    /// The error of an operation on a file, told apart by what people can do about it.
    pub(super) fn io(op: &'static str, path: &Path, source: io::Error) -> StoreError {
        match Errno::from_io_error(&source) {
            Some(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => StoreError::Full(path.to_owned()),
            Some(Errno::ROFS | Errno::ACCESS | Errno::PERM) => StoreError::ReadOnly(path.to_owned()),
            _ => StoreError::Io { op, path: path.to_owned(), source },
        }
    }

    /// True where the disk has no room.
    pub fn is_full(&self) -> bool {
        matches!(self, StoreError::Full(_))
    }

    /// The sentence.
    pub fn say(&self) -> Say {
        match self {
            StoreError::Locked(info) => Say::new("store.locked")
                .with("pid", info.pid)
                .with("what", &info.what)
                .with("since", info.since_words())
                .with("socket", &info.socket),
            StoreError::ReadOnly(path) => Say::new("store.read_only").with("path", path.display()),
            StoreError::Full(path) => Say::new("store.full").with("path", path.display()),
            StoreError::Damaged { file, offset } => {
                Say::new("store.damaged").with("file", file.display()).with("offset", offset)
            }
            StoreError::Missing(path) => Say::new("store.missing").with("path", path.display()),
            StoreError::Newer { file, schema } => {
                Say::new("store.newer").with("file", file.display()).with("schema", schema)
            }
            StoreError::TooLarge(bytes) => Say::new("store.too_large").with("bytes", bytes),
            StoreError::OutOfOrder { expected, got } => {
                Say::new("store.out_of_order").with("expected", expected).with("got", got)
            }
            StoreError::Poisoned(error) => Say::new("store.poisoned").with("error", error),
            StoreError::Records(error) => Say::new("store.records").with("error", error),
            StoreError::Io { op, path, source } => {
                Say::new("store.io").with("op", op).with("path", path.display()).with("error", source)
            }
        }
    }
}
