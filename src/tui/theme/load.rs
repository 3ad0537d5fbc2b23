//! Reads theme files: what they inherit, what they change, what is wrong with them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{MEANINGS, Theme};
use crate::text::Say;
use crate::tui::fault::{Fault, Shelf, Source};

/// The themes that come with the program.
pub const SHELF: Shelf = Shelf {
    folder: "themes",
    presets: &[
        ("night", include_str!("../../../themes/night.toml")),
        ("day", include_str!("../../../themes/day.toml")),
        ("contrast", include_str!("../../../themes/contrast.toml")),
        ("sixteen", include_str!("../../../themes/sixteen.toml")),
        ("plain", include_str!("../../../themes/plain.toml")),
        ("mono", include_str!("../../../themes/mono.toml")),
    ],
};

pub(super) fn load(name: &str, user_dirs: &[PathBuf]) -> (Theme, Vec<Fault>) {
    let mut reader = Reader { palette: BTreeMap::new(), faults: Vec::new() };
    let mut theme = Theme { name: name.to_owned(), ..Theme::default() };
    let chain = SHELF.chain(name, user_dirs, &mut reader.faults);
    // Palettes first: a file that only changes colours changes what it inherits too.
    for source in chain.iter().rev() {
        reader.palette(source);
    }
    for source in chain.iter().rev() {
        reader.styles(source, &mut theme);
    }
    (theme, reader.faults)
}

struct Reader {
    palette: BTreeMap<String, Color>,
    faults: Vec<Fault>,
}

impl Reader {
    fn palette(&mut self, source: &Source) {
        let table = source.parse(&mut self.faults);
        for (name, value) in &table {
            match name.get_ref().as_ref() {
                "inherits" | "styles" => {}
                "palette" => {
                    for (name, value) in self.table(source, value) {
                        let Some(text) = source.text_of(&value, &mut self.faults) else { continue };
                        match colour(&text) {
                            Some(colour) => drop(self.palette.insert(name.get_ref().to_string(), colour)),
                            None => self.fault(source, &value.span(), "fault.no-such-colour", &text),
                        }
                    }
                }
                other => self.fault(source, &name.span(), "fault.no-such-table", other),
            }
        }
    }

    fn styles(&mut self, source: &Source, theme: &mut Theme) {
        let table = source.parse(&mut Vec::new());
        let Some(styles) = table.get("styles") else { return };
        for (name, value) in self.table(source, styles) {
            let meaning = name.get_ref().to_string();
            if !MEANINGS.contains(&meaning.as_str()) {
                self.fault(source, &name.span(), "fault.no-such-style", &meaning);
                continue;
            }
            let mut style = Style::new();
            if value.get_ref().is_str() {
                style.fg = self.colour(source, &value);
            } else {
                for (part, value) in self.table(source, &value) {
                    style = self.part(source, style, &part, &value);
                }
            }
            theme.styles.insert(meaning, style);
        }
    }

    fn part(
        &mut self,
        source: &Source,
        style: Style,
        part: &Spanned<Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Style {
        let modifier = match part.get_ref().as_ref() {
            "fg" => return Style { fg: self.colour(source, value).or(style.fg), ..style },
            "bg" => return Style { bg: self.colour(source, value).or(style.bg), ..style },
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            other => {
                self.fault(source, &part.span(), "fault.no-such-part", other);
                return style;
            }
        };
        match value.get_ref().as_bool() {
            Some(true) => style.add_modifier(modifier),
            Some(false) => style.remove_modifier(modifier),
            None => {
                self.fault(source, &value.span(), "fault.not-yes-no", "");
                style
            }
        }
    }

    fn colour(&mut self, source: &Source, value: &Spanned<DeValue<'_>>) -> Option<Color> {
        let text = source.text_of(value, &mut self.faults)?;
        let found = self.palette.get(&text).copied().or_else(|| colour(&text));
        if found.is_none() {
            self.fault(source, &value.span(), "fault.no-such-colour", &text);
        }
        found
    }

    fn table<'i>(&mut self, source: &Source, value: &Spanned<DeValue<'i>>) -> DeTable<'i> {
        match value.get_ref().as_table() {
            Some(table) => table.clone(),
            None => {
                self.fault(source, &value.span(), "fault.not-table", "");
                DeTable::new()
            }
        }
    }

    fn fault(&mut self, source: &Source, at: &Range<usize>, key: &str, name: &str) {
        self.faults.push(source.fault(at, Say::new(key).with("name", name)));
    }
}

/// `#rrggbb`, one of the sixteen names, a number of the 256, or `default`.
fn colour(text: &str) -> Option<Color> {
    if let Some(hex) = text.strip_prefix('#') {
        return (hex.len() == 6).then(|| u32::from_str_radix(hex, 16).ok())?.map(Color::from_u32);
    }
    match text {
        "default" => Some(Color::Reset),
        "grey" => Some(Color::Gray),
        "dark-grey" => Some(Color::DarkGray),
        name if name.bytes().all(|byte| byte.is_ascii_digit()) => name.parse().ok().map(Color::Indexed),
        name => name.replace("bright-", "light").parse().ok(),
    }
}
