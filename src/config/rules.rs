//! Rulebook files: the figures of a regulation as TOML, each with the article it comes from.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::domain::rulebook::rings_to_ms;
use crate::domain::{RequestType, Rulebook};
use crate::text::Say;

/// The rulebooks that ship with the desk.
pub const RULEBOOKS: [(&str, &str); 2] = [
    ("gas", include_str!("../../rulebooks/gas.toml")),
    ("government", include_str!("../../rulebooks/government.toml")),
];

/// The shipped rulebook of this name.
pub(super) fn find(name: &str) -> Option<&'static str> {
    RULEBOOKS.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    answer: Answer,
    #[serde(default)]
    queues: BTreeMap<String, Answer>,
    wrap_up: Seconds,
    callback: After,
    #[serde(default)]
    due: BTreeMap<String, Due>,
    #[serde(default)]
    breaks: Words,
    #[serde(default)]
    danger: Words,
}

/// A limit: in seconds, or in rings (R-CALL-2). With the article it follows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    seconds: Option<u32>,
    rings: Option<u32>,
    #[serde(rename = "article")]
    _article: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seconds {
    seconds: u32,
    #[serde(rename = "article")]
    _article: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct After {
    minutes: u32,
    #[serde(rename = "article")]
    _article: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Due {
    minutes: u32,
    #[serde(rename = "article")]
    _article: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(default)]
    words: Vec<String>,
    #[serde(default, rename = "article")]
    _article: String,
}

/// Reads a rulebook. A fault names the file and the line.
pub fn parse(name: &str, source: &str, path: &Path) -> Result<Rulebook, Say> {
    let fault = |line: usize, error: &str| {
        Say::new("config.wrong").with("file", path.display()).with("line", line).with("error", error)
    };
    let file: File = toml::from_str(source).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = source.get(..at).unwrap_or_default().matches('\n').count() + 1;
        fault(line, error.message())
    })?;
    let limit = |answer: &Answer| match (answer.seconds, answer.rings) {
        (Some(seconds), None) if seconds > 0 => Ok(i64::from(seconds) * 1000),
        (None, Some(rings)) if rings > 0 => Ok(rings_to_ms(rings)),
        _ => Err(Say::new("config.answer_limit").with("file", path.display())),
    };
    let mut rules = Rulebook {
        name: if file.name.is_empty() { name.to_owned() } else { file.name.clone() },
        answer_limit_ms: limit(&file.answer)?,
        wrap_up_ms: i64::from(file.wrap_up.seconds) * 1000,
        callback_after_ms: i64::from(file.callback.minutes) * 60_000,
        break_reasons: file.breaks.words,
        danger_words: file.danger.words,
        ..Rulebook::default()
    };
    for (queue, answer) in &file.queues {
        rules.queue_limit_ms.insert(queue.clone(), limit(answer)?);
    }
    for (kind, due) in &file.due {
        let kind = RequestType::parse(kind).ok_or_else(|| {
            let line = source.lines().position(|line| line.contains(&format!("[due.{kind}]"))).map_or(1, |at| at + 1);
            Say::new("config.request_type").with("file", path.display()).with("line", line).with("type", kind)
        })?;
        let _ = (kind, due.minutes);
    }
    Ok(rules)
}
