//! The one integration test binary; it only says which modules there are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ami_codec;
mod ami_session;
mod ami_traps;
mod bench;
mod call_machine;
mod call_referee;
mod catalogues;
mod console_calls;
mod console_files;
mod console_keys;
mod console_kit;
mod desk_killed;
mod desk_lines;
mod emulator;
mod fake_pbx;
mod floors;
mod hostile;
mod queue_log;
mod recorded;
mod store_crash;
mod store_full;
mod store_golden;
mod store_journal;
mod store_kit;
mod store_records;
mod store_tail;
mod terminal_diff;
mod terminal_input;
mod terminal_output;
mod terminal_probe;
mod terminal_tty;
mod text_clean;
mod text_pinyin;
mod text_width;
mod text_wrap;
