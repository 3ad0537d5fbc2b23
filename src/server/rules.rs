//! The rulebook and the calendars, read from their files for a desk that runs.

use std::path::Path;

use crate::config::{self, calendars};
use crate::domain::Rulebook;
use crate::text::Say;

/// The rulebook that the configuration file `config` names now, or another one: a shipped one by its name, or a file,
/// relative to the configuration's folder. With the calendars beside the configuration. All that is wrong, a sentence
/// each; then nothing of it may be used.
pub fn read(config: Option<&Path>, named: Option<&str>) -> Result<Rulebook, Vec<Say>> {
    let Some(named) = named else {
        let config = config::load(config).map_err(|why| vec![why])?;
        return config.rules_fault.map_or(Ok(config.rulebook), |why| Err(vec![why]));
    };
    let calendar = calendars::load(Some(&calendars::folder(config))).map_err(|why| vec![why])?;
    let folder = config.and_then(Path::parent).unwrap_or(Path::new("."));
    config::check_rulebook(named, folder, calendar)
}
