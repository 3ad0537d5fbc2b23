//! `ringdesk rulebook`: checks a rulebook and puts it into words. Needs no desk and no data folder.

mod explain;
mod fields;
mod plans;
mod types;
mod words;

use std::path::Path;

use super::arguments::{RulebookVerb, Wanted};
use super::reload::reload;
use super::{DONE, FAILED, out};
use crate::config::{self, RULEBOOKS, calendars};
use crate::domain::{RequestType, Rulebook};
use crate::text::Say;

pub use explain::explain as explain_rulebook;

pub fn rulebook(wanted: &Wanted, verb: &RulebookVerb) -> Result<u8, Say> {
    match verb {
        RulebookVerb::List => list(wanted),
        RulebookVerb::Check { rulebook } => check(wanted, rulebook),
        RulebookVerb::Use { rulebook } => reload(wanted, rulebook.as_deref()),
        RulebookVerb::Explain { rulebook, kind } => explain(wanted, rulebook, kind.as_deref()),
    }
}

fn read(wanted: &Wanted, named: &str) -> Result<Result<Rulebook, Vec<Say>>, Say> {
    let calendar = calendars::load(Some(&calendars::folder(wanted.config.file.as_deref())))?;
    Ok(config::check_rulebook(named, Path::new(""), calendar))
}

fn list(wanted: &Wanted) -> Result<u8, Say> {
    let mut lines = String::new();
    for (name, _) in RULEBOOKS {
        let title = read(wanted, name)?.map(|rules| rules.title).unwrap_or_default();
        lines.push_str(&format!("{name:<12}{title}\n"));
    }
    out(&lines)?;
    Ok(DONE)
}

/// One line where all is well, else every fault on a line of its own.
fn check(wanted: &Wanted, named: &str) -> Result<u8, Say> {
    let language = wanted.config.language;
    match read(wanted, named)? {
        Ok(rules) => {
            let clocks: usize = rules.types.values().map(|rule| rule.clocks.len()).sum();
            let say = Say::new("explain.good").with("name", &rules.name).with("title", &rules.title);
            let say = say.with("types", rules.types.len()).with("clocks", clocks);
            out(&format!("{}\n", say.words(language)))?;
            for warning in config::check_staff(&rules, &wanted.config.staff) {
                out(&format!("{}\n", warning.words(language)))?;
            }
            Ok(DONE)
        }
        Err(faults) => {
            for fault in faults {
                out(&format!("{}\n", fault.words(language)))?;
            }
            Ok(FAILED)
        }
    }
}

fn explain(wanted: &Wanted, named: &str, kind: Option<&str>) -> Result<u8, Say> {
    let language = wanted.config.language;
    let kind = match kind {
        None => None,
        Some(code) => Some(RequestType::parse(&code.replace('-', "_")).ok_or_else(|| {
            let allowed = RequestType::ALL.map(RequestType::code).join(", ");
            Say::new("explain.no_type").with("type", code).with("allowed", allowed)
        })?),
    };
    match read(wanted, named)? {
        Ok(rules) => {
            out(&explain::explain(&rules, kind, language))?;
            Ok(DONE)
        }
        Err(faults) => {
            for fault in faults {
                out(&format!("{}\n", fault.words(language)))?;
            }
            Ok(FAILED)
        }
    }
}
