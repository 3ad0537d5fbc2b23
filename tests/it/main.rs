//! All integration tests, one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ami_codec;
mod ami_session;
mod ami_traps;
mod call_machine;
mod call_referee;
mod fake_pbx;
mod queue_log;
mod recorded;
