//! Every integration test, in one binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod store_crash;
mod store_full;
mod store_golden;
mod store_journal;
mod store_kit;
mod store_records;
mod store_tail;
