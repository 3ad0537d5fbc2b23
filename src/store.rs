//! What is kept on disk: the journal, which is the truth, and the records, which are its fold, kept for reading.
//!
//! One thread owns the [`Store`] and appends; any thread may hold a [`Reader`]. A group of entries is one write and one
//! `fdatasync` of the journal, and only then acknowledged; after that its changes go into the records as one batch. The
//! records may be lost or in doubt at any time: they are rebuilt from the journal. docs/storage.md has every byte.
//!
//! Nothing above this floor may see sled, a segment file or an envelope. Nothing here reads a clock or decides anything
//! about calls.

mod check;
mod disk;
mod envelope;
mod error;
mod figures;
mod fold;
mod frame;
mod journal;
mod keys;
mod lock;
mod open;
mod options;
mod probe;
mod reader;
mod records;
mod replay;
mod revive;
mod search;
mod segment;

pub use check::CheckReport;
pub use error::StoreError;
pub use lock::{Lock, LockInfo};
pub use open::{Opened, Store};
pub use options::{Doing, OpenOptions, Progress};
pub use probe::probe;
pub use reader::Reader;

/// The byte forms that are on disk for ever, for the tests that hold them still.
pub mod golden;
