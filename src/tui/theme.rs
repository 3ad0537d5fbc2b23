//! Styles by meaning. Panes ask for `timer.late`, never for red; the colours are in `themes/*.toml`.
//!
//! A meaning a theme does not know falls back to the part before its last dot, and at last to `base`.

mod load;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ratatui::style::Style;

pub use load::SHELF;

use crate::tui::fault::Fault;

/// Every meaning the console asks for. A theme that names another is told so.
pub const MEANINGS: &[&str] = &[
    "base",
    "title",
    "title.focus",
    "border",
    "border.focus",
    "muted",
    "label",
    "value",
    "strong",
    "selected",
    "selected.idle",
    "selected.target",
    "selected.popup",
    "status",
    "status.name",
    "status.good",
    "status.bad",
    "status.state",
    "key",
    "key.name",
    "notice",
    "warning",
    "error",
    "good",
    "emergency",
    "flash",
    "timer",
    "timer.calm",
    "timer.half",
    "timer.late",
    "timer.calm.bar",
    "timer.half.bar",
    "timer.late.bar",
    "timer.empty",
    "grade",
    "grade.special",
    "grade.first",
    "grade.second",
    "grade.temporary",
    "mark",
    "field",
    "field.focus",
    "field.popup",
    "field.label",
    "popup",
    "popup.border",
    "popup.title",
    "match",
    "dangerous",
    "due",
    "due.soon",
    "due.late",
    "unclean",
    "chart",
    "chart.rate",
    "heat",
    "heat.low",
    "heat.some",
    "heat.much",
    "heat.most",
    "strip",
    "strip.ready",
    "strip.ringing",
    "strip.on-call",
    "strip.hold",
    "strip.wrap-up",
    "strip.break",
    "strip.training",
];

/// A theme in force.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    /// Its name.
    pub name: String,
    styles: BTreeMap<String, Style>,
}

impl Theme {
    /// Loads a theme by name or path. Never fails: what can't be used is in the faults, the default is in its place.
    pub fn load(name: &str, user_dirs: &[PathBuf]) -> (Theme, Vec<Fault>) {
        load::load(name, user_dirs)
    }

    /// The style for a meaning, over the base.
    pub fn style(&self, meaning: &str) -> Style {
        let base = self.styles.get("base").copied().unwrap_or_default();
        base.patch(self.own(meaning).unwrap_or_default())
    }

    /// A meaning on the ground of another, as of a popup: what it leaves open the ground says, and not the base.
    pub fn on(&self, ground: &str, meaning: &str) -> Style {
        self.style(ground).patch(self.own(meaning).unwrap_or_default())
    }

    /// A meaning over what is there already.
    pub fn only(&self, meaning: &str) -> Style {
        self.own(meaning).unwrap_or_else(|| self.style(meaning))
    }

    /// What the theme says of a meaning, or of what is before its last dot.
    fn own(&self, meaning: &str) -> Option<Style> {
        let mut name = meaning;
        loop {
            if let Some(style) = self.styles.get(name) {
                return Some(*style);
            }
            name = name.rsplit_once('.')?.0;
        }
    }

    /// Whether the theme says something of its own about a meaning.
    pub fn knows(&self, meaning: &str) -> bool {
        self.styles.contains_key(meaning)
    }
}
