//! The rulebook and the calendars, read from their files for a desk that runs.

use std::fs;
use std::path::Path;

use crate::config::{self, RULEBOOKS, calendars};
use crate::domain::Rulebook;
use crate::text::Say;

/// The rulebook that the configuration file `config` names now, or another one: a shipped one by its name, or a file,
/// relative to the configuration's folder. With the calendars beside the configuration. All that is wrong, a sentence
/// each; then nothing of it may be used.
pub fn read(config: Option<&Path>, named: Option<&str>) -> Result<Rulebook, Vec<Say>> {
    let rulebook = match named {
        None => config::load(config).map_err(|why| vec![why])?.rulebook,
        Some(named) => find(config, named).map_err(|why| vec![why])?,
    };
    let calendar = calendars::load(Some(&calendars::folder(config))).map_err(|why| vec![why])?;
    Ok(Rulebook { calendar, ..rulebook })
}

fn find(config: Option<&Path>, named: &str) -> Result<Rulebook, Say> {
    if let Some((name, source)) = RULEBOOKS.iter().find(|(name, _)| *name == named) {
        return config::parse_rulebook(name, source, Path::new(name));
    }
    let file = config.and_then(Path::parent).unwrap_or(Path::new(".")).join(named);
    let source = fs::read_to_string(&file)
        .map_err(|error| Say::new("config.rulebook").with("file", file.display()).with("error", error))?;
    config::parse_rulebook(named, &source, &file)
}
