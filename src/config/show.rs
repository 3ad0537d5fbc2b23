//! `ringdesk config`: the whole configuration with defaults, and where each value came from.

use super::{Config, Origin};
use crate::text::{Language, Say};

/// The configuration as lines of `key = value  # origin`. Secrets show as `***`.
pub fn show(config: &Config, language: Language) -> String {
    let file = match &config.file {
        Some(file) => Say::new("config.file").with("file", file.display()),
        None => Say::new("config.no_file").with("file", super::config_file().display()),
    };
    let mut text = format!("# {}\n", file.words(language));
    let widest = config.origins.iter().map(|(key, value, _)| key.len() + value.len() + 3).max().unwrap_or(0).min(60);
    for (key, value, origin) in &config.origins {
        let origin = match origin {
            Origin::Default => Say::new("config.from_default"),
            Origin::Line(line) => Say::new("config.from_line").with("line", line),
            Origin::Environment(name) => Say::new("config.from_environment").with("name", name),
        };
        let pair = format!("{key} = {value}");
        text.push_str(&format!("{pair:<widest$}  # {}\n", origin.words(language)));
    }
    text
}
