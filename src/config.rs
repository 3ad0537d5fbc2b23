//! The configuration: one TOML file, all of it optional, and where each value came from.
//!
//! Reads files and the environment; starts nothing. A fault names the file, the line, and what to do.

pub mod calendars;
mod fingerprint;
mod load;
mod paths;
mod raw;
mod rules;
mod show;

use std::path::PathBuf;

use crate::domain::{Rulebook, Staff};
use crate::pbx::PbxConfig;
use crate::text::{Language, Say};

pub use fingerprint::fingerprint;
pub use load::load;
pub use paths::{config_file, data_dir, socket_path, state_dir};
pub use rules::{
    RULEBOOKS, check as check_rulebook, check_staff, check_text as check_rulebook_text, load as load_rulebook,
};
pub use show::show;

/// Everything the desk and the console are told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it came from, where there is one.
    pub file: Option<PathBuf>,
    /// The language of the screen.
    pub language: Language,
    /// The theme's name.
    pub theme: String,
    /// The keymap's name.
    pub keymap: String,
    /// Ring the terminal's bell for a new ringing call.
    pub bell: bool,
    /// Flash the screen for it.
    pub flash: bool,
    /// Take mouse clicks.
    pub mouse: bool,
    /// `auto`, `1` or `2`: the width of ambiguous characters.
    pub ambiguous: String,
    /// `auto`, `ascii` or `box`.
    pub borders: String,
    /// Offset of local time from UTC in minutes.
    pub offset_minutes: i32,
    /// Group whose members may reach the desk; only the owner where none is named.
    pub socket_group: Option<String>,
    /// The desk's own area code (`0571`), by which local numbers are the same with and without it; empty for none.
    pub area_code: String,
    /// The command that plays a recording, word by word, `{path}` for its place; empty for none.
    pub play: Vec<String>,
    /// The figures in force; none where `rules_fault` says what is wrong with them.
    pub rulebook: Rulebook,
    /// What is wrong with the rulebook or the calendars. No desk starts by them; a console of a desk that runs already
    /// is given that desk's own.
    pub rules_fault: Option<Say>,
    /// The PBX, where one is configured.
    pub pbx: Option<PbxConfig>,
    /// Everybody who may sit at the desk.
    pub staff: Vec<Staff>,
    /// Where each value came from, by key, for `ringdesk config`.
    pub origins: Vec<(String, String, Origin)>,
    /// What is wrong with it without keeping the desk from starting.
    pub warnings: Vec<Say>,
}

impl Config {
    /// Offset of local time from UTC in milliseconds.
    pub fn offset_ms(&self) -> i64 {
        i64::from(self.offset_minutes) * 60_000
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said otherwise.
    Default,
    /// The file, at this line.
    Line(usize),
    /// The environment variable.
    Environment(&'static str),
}
