//! Calendar files: one year's public holidays and make-up weekends as TOML, with the notice they come from. The years
//! that ship with the desk, and those in the folder `calendars` beside the configuration file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::config_file;
use crate::domain::calendar::{DayKind, day};
use crate::domain::{Calendar, Day, Year};
use crate::text::Say;

/// The years that ship with the desk, by the names their files have.
pub const CALENDARS: [(&str, &str); 7] = [
    ("2020.toml", include_str!("../../rulebooks/calendars/2020.toml")),
    ("2021.toml", include_str!("../../rulebooks/calendars/2021.toml")),
    ("2022.toml", include_str!("../../rulebooks/calendars/2022.toml")),
    ("2023.toml", include_str!("../../rulebooks/calendars/2023.toml")),
    ("2024.toml", include_str!("../../rulebooks/calendars/2024.toml")),
    ("2025.toml", include_str!("../../rulebooks/calendars/2025.toml")),
    ("2026.toml", include_str!("../../rulebooks/calendars/2026.toml")),
];

/// The years that ship with the desk.
pub fn shipped() -> Result<Calendar, Say> {
    let mut calendar = Calendar::default();
    for (name, source) in CALENDARS {
        let (number, year) = parse(source, Path::new(name))?;
        calendar.years.insert(number, year);
    }
    Ok(calendar)
}

/// The folder of a company's own calendars: `calendars` beside the configuration file, which is the one named or the one
/// in the usual place.
pub fn folder(config: Option<&Path>) -> PathBuf {
    config.map_or_else(config_file, Path::to_owned).with_file_name("calendars")
}

/// The shipped years, and every `YYYY.toml` of the folder `dir` where there is one. A year of the folder takes the place
/// of the shipped one. Refused are files that can't be read, with file, line and what is wrong; hidden files and those
/// that do not end in `.toml` are left alone.
pub fn load(dir: Option<&Path>) -> Result<Calendar, Say> {
    let mut calendar = shipped()?;
    let Some(dir) = dir else { return Ok(calendar) };
    for path in files(dir)? {
        let source = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let (number, year) = parse(&source, &path)?;
        calendar.years.insert(number, year);
    }
    Ok(calendar)
}

/// The calendar files of a folder, in order. A folder that is not there has none.
fn files(dir: &Path) -> Result<Vec<PathBuf>, Say> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(dir, &error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(dir, &error))?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Say {
    Say::new("config.unreadable").with("file", path.display()).with("error", error)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Spanned<i32>,
    source: Spanned<String>,
    #[serde(default)]
    make_up: Vec<Spanned<Datetime>>,
    #[serde(default)]
    holiday: Vec<RawHoliday>,
}

/// `[[holiday]]`: from one day to another and with it, or one day alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHoliday {
    name: Spanned<String>,
    from: Spanned<Datetime>,
    to: Option<Spanned<Datetime>>,
}

/// Reads one year. The file's name must be the year it holds. A fault names the file and the line.
pub fn parse(source: &str, path: &Path) -> Result<(i32, Year), Say> {
    let reading = Reading { path, source };
    let file: File = toml::from_str(source).map_err(|error| {
        let line = reading.line(error.span().map_or(0, |span| span.start));
        Say::new("config.wrong").with("file", path.display()).with("line", line).with("error", error.message())
    })?;
    let number = *file.year.get_ref();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if !(1900..=9999).contains(&number) || name != format!("{number}.toml") {
        return Err(reading.fault("calendar.file_name", &file.year).with("year", number).with("name", name));
    }
    if file.source.get_ref().trim().is_empty() {
        return Err(reading.fault("calendar.no_source", &file.source));
    }
    let holidays = reading.holidays(number, &file.holiday)?;
    if holidays.is_empty() {
        return Err(reading.fault("calendar.no_holiday", &file.year).with("year", number));
    }
    let make_up = reading.make_up(number, &file.make_up, &holidays)?;
    Ok((number, Year { holidays, make_up, source: file.source.get_ref().trim().to_owned() }))
}

/// A file being read.
struct Reading<'a> {
    path: &'a Path,
    source: &'a str,
}

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        self.source.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    fn fault<T>(&self, key: &str, at: &Spanned<T>) -> Say {
        Say::new(key).with("file", self.path.display()).with("line", self.line(at.span().start))
    }

    /// A day of the file's own year.
    fn day(&self, number: i32, value: &Spanned<Datetime>) -> Result<Day, Say> {
        let with = |key: &str| Err(self.fault(key, value).with("day", value.get_ref()));
        let (Some(date), None) = (value.get_ref().date, value.get_ref().time) else {
            return with("calendar.no_day");
        };
        if i32::from(date.year) != number {
            return Err(self.outside(value, number, date.year));
        }
        match day(number, date.month.into(), date.day.into()) {
            Some(day) => Ok(day),
            None => with("calendar.no_day"),
        }
    }

    fn outside(&self, value: &Spanned<Datetime>, number: i32, other: impl Display) -> Say {
        let say = self.fault("calendar.outside", value).with("day", value.get_ref());
        say.with("year", number).with("other", other)
    }

    fn holidays(&self, number: i32, raw: &[RawHoliday]) -> Result<BTreeMap<Day, String>, Say> {
        let mut holidays = BTreeMap::new();
        for holiday in raw {
            let name = holiday.name.get_ref().trim();
            if name.is_empty() {
                return Err(self.fault("calendar.no_name", &holiday.name));
            }
            let from = self.day(number, &holiday.from)?;
            let to = holiday.to.as_ref().map_or(Ok(from), |to| self.day(number, to))?;
            if to < from {
                return Err(self.fault("calendar.reversed", &holiday.from).with("from", from).with("to", to));
            }
            for day in from.iter_days().take_while(|day| *day <= to) {
                if let Some(before) = holidays.insert(day, name.to_owned()) {
                    let say = self.fault("calendar.twice", &holiday.from).with("day", day);
                    return Err(say.with("one", before).with("other", name));
                }
            }
        }
        Ok(holidays)
    }

    fn make_up(
        &self,
        number: i32,
        raw: &[Spanned<Datetime>],
        holidays: &BTreeMap<Day, String>,
    ) -> Result<BTreeSet<Day>, Say> {
        let mut days = BTreeSet::new();
        for value in raw {
            let day = self.day(number, value)?;
            if let Some(name) = holidays.get(&day) {
                return Err(self.fault("calendar.both", value).with("day", day).with("name", name));
            }
            if Calendar::default().kind(day) != DayKind::Weekend {
                return Err(self.fault("calendar.not_weekend", value).with("day", day));
            }
            if !days.insert(day) {
                return Err(self.fault("calendar.make_up_twice", value).with("day", day));
            }
        }
        Ok(days)
    }
}
