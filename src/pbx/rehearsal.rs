//! Plays a recording of a PBX through the same codec and session as a live link.

use std::path::PathBuf;

use super::Report;
use crate::domain::time::Stamp;
use crate::text::Say;

/// A recording being played. Time is the recording's own; whoever plays it decides how fast.
#[derive(Debug)]
pub struct Player {}

impl Player {
    /// Opens recordings: `.jsonl[.gz]` (several are further links of the same minutes) or raw `.ami[.gz]`.
    pub fn open(files: &[PathBuf]) -> Result<Player, Say> {
        let _ = files;
        Ok(Player {})
    }

    /// The recording's name: the first file's, without endings.
    pub fn name(&self) -> &str {
        ""
    }

    /// The PBX's stamp at the recording's start, which is millisecond 0 of `next`.
    pub fn first_stamp(&self) -> Stamp {
        Stamp(0)
    }
}

impl Iterator for Player {
    /// Milliseconds since the start, and what is reported at that moment. The last one reports `Link::Over`.
    type Item = (i64, Vec<Report>);

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}
