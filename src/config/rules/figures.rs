//! The plain figures of a rulebook: answer limits, wrap-up, hours, words, lists.

use super::notation;
use super::reader::{Entry, Reader, ours};
use super::tree::Node;
use crate::domain::Rulebook;
use crate::domain::calendar::{Hours, WorkDays};
use crate::domain::rulebook::{BreakRule, ChoiceRule, Formula, rings_to_ms};
use crate::domain::time::Millis;
use crate::text::Say;

pub fn figures(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    let entry = |reader: &mut Reader, key: &str, keys: &[&str]| {
        let node = root.get(key)?;
        let entry = reader.entry(node, key, keys);
        let article = reader.article(&entry);
        Some((Entry { node, path: key.to_owned() }, article))
    };
    if let Some((answer, article)) = entry(reader, "answer", &["seconds", "rings", "article"]) {
        rules.answer_limit_ms = limit(reader, &answer).unwrap_or(rules.answer_limit_ms);
        rules.articles.insert("answer".into(), article);
    }
    for (queue, node) in root.get("queues").map(Node::entries).unwrap_or_default() {
        let path = format!("queues.{queue}");
        let answer = reader.entry(node, &path, &["seconds", "rings", "article"]);
        let article = reader.article(&answer);
        if let Some(limit) = limit(reader, &answer) {
            rules.queue_limit_ms.insert(queue.clone(), limit);
        }
        rules.articles.insert(path, article);
    }
    if let Some((wrap_up, article)) = entry(reader, "wrap_up", &["seconds", "article"]) {
        let seconds: Option<u32> = reader.number(&wrap_up, "seconds", 1, 3_600);
        rules.wrap_up_ms = seconds.map_or(rules.wrap_up_ms, |seconds| Millis::from(seconds) * 1_000);
        rules.articles.insert("wrap_up".into(), article);
    }
    if let Some((callback, article)) = entry(reader, "callback", &["minutes", "article"]) {
        let minutes: Option<u32> = reader.number(&callback, "minutes", 0, 1_440);
        rules.callback_after_ms = minutes.map_or(rules.callback_after_ms, |minutes| Millis::from(minutes) * 60_000);
        rules.articles.insert("callback".into(), article);
    }
    service_level(reader, root, rules);
    if let Some((oversight, article)) = entry(reader, "oversight", &["told", "article"]) {
        rules.oversight.told = !oversight.has("told") || reader.yes(&oversight, "told");
        rules.oversight.article = article;
    }
    words(reader, root, rules);
    hours(reader, root, rules);
}

/// In seconds or in rings, never in both (R-CALL-1, R-CALL-2).
fn limit(reader: &mut Reader, entry: &Entry<'_>) -> Option<Millis> {
    let seconds: Option<u32> = reader.number(entry, "seconds", 1, 600);
    let rings: Option<u32> = reader.number(entry, "rings", 1, 60);
    let (said, rung) = (entry.place("seconds"), entry.place("rings"));
    if entry.has("seconds") == entry.has("rings") && (said.file == rung.file || !entry.has("rings")) {
        reader.faults.add(entry.node.place, Say::new("rulebook.answer_limit"));
    }
    let seconds = seconds.map(|seconds| Millis::from(seconds) * 1_000);
    // Whichever the nearer file says takes the place of what is inherited.
    if rung.file < said.file { rings.map(rings_to_ms).or(seconds) } else { seconds.or(rings.map(rings_to_ms)) }
}

fn service_level(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    let Some(node) = root.get("service_level") else { return };
    let entry = reader.entry(node, "service_level", &["formula", "target_percent", "over_hours", "article"]);
    rules.service_level.article = reader.article(&entry);
    if let Some(text) = reader.text(&entry, "formula") {
        match Formula::ALL.into_iter().find(|formula| formula.written() == text.trim()) {
            Some(formula) => rules.service_level.formula = formula,
            None => {
                let allowed = Formula::ALL.map(Formula::written).join("  ");
                let say = Say::new("rulebook.one_of").with("key", "formula").with("value", text);
                reader.faults.add(entry.place("formula"), say.with("allowed", allowed));
            }
        }
    }
    rules.service_level.target_percent =
        entry.has("target_percent").then(|| reader.number(&entry, "target_percent", 1, 100)).flatten();
    rules.service_level.over_hours = reader.number(&entry, "over_hours", 1, 744).unwrap_or_default();
}

fn words(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    let list = |reader: &mut Reader, key: &str| {
        let node = root.get(key)?;
        let entry = reader.entry(
            node,
            key,
            match key {
                "danger" => &["words", "except", "article"],
                "breaks" => &["words", "allowed", "article"],
                _ => &["words", "article"],
            },
        );
        let article = reader.article(&entry);
        let words: Vec<String> = reader.words(&entry, "words").into_iter().map(|(_, word)| word).collect();
        if words.is_empty() {
            reader.faults.add(entry.place("words"), Say::new("rulebook.no_words").with("entry", key));
        }
        Some((words, article))
    };
    if let Some((words, article)) = list(reader, "breaks") {
        rules.break_reasons = words;
        rules.breaks_allowed = breaks_allowed(reader, root);
        rules.articles.insert("breaks".into(), article);
    }
    match list(reader, "danger") {
        Some((words, article)) => {
            if let Some(node) = root.get("danger") {
                let entry = reader.entry(node, "danger", &["words", "except", "article"]);
                rules.danger_except = reader.words(&entry, "except").into_iter().map(|(_, word)| word).collect();
            }
            rules.danger_words = words;
            rules.articles.insert("danger".into(), article);
        }
        None => reader.faults.add(root.place, Say::new("rulebook.no_words").with("entry", "danger")),
    }
    if let Some(node) = root.get("dispositions") {
        let entry = reader.entry(node, "dispositions", &["choices", "article"]);
        let article = reader.article(&entry);
        rules.dispositions = choices(reader, &entry);
        rules.articles.insert("dispositions".into(), article);
    }
    for (name, node) in reader.named(root, "scripts") {
        let path = format!("scripts.{name}");
        let entry = reader.entry(node, &path, &["lines", "article"]);
        let article = reader.article(&entry);
        let lines = reader.words(&entry, "lines").into_iter().map(|(_, line)| line).collect();
        rules.scripts.insert(name.to_owned(), lines);
        rules.articles.insert(path, article);
    }
}

/// R-LIVE-4: `always` or `while_level_holds`.
fn breaks_allowed(reader: &mut Reader, root: &Node) -> Option<BreakRule> {
    let entry = Entry { node: root.get("breaks")?, path: "breaks".to_owned() };
    match reader.text(&entry, "allowed")?.trim() {
        "always" => Some(BreakRule::Always),
        "while_level_holds" => Some(BreakRule::WhileLevelHolds),
        other => {
            let say = Say::new("rulebook.one_of").with("key", "allowed").with("value", other);
            reader.faults.add(entry.place("allowed"), say.with("allowed", "always, while_level_holds"));
            None
        }
    }
}

/// The choices of an entry; each name once.
pub fn choices(reader: &mut Reader, entry: &Entry<'_>) -> Vec<ChoiceRule> {
    let mut choices: Vec<ChoiceRule> = Vec::new();
    for (place, choice) in reader.read(entry, "choices", notation::choice) {
        if choices.iter().any(|known| known.id == choice.id) {
            reader.faults.add(place, Say::new("rulebook.twice").with("name", &choice.id));
        }
        choices.push(choice);
    }
    choices
}

fn hours(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    let Some(node) = root.get("hours") else { return };
    let entry = reader.entry(node, "hours", &["days", "spans", "article"]);
    let article = reader.article(&entry);
    rules.articles.insert("hours".into(), article);
    let days = match reader.text(&entry, "days").as_deref() {
        None | Some("working") => WorkDays::Working,
        Some("every") => WorkDays::Every,
        Some(other) => {
            let say = Say::new("rulebook.one_of").with("key", "days").with("value", other);
            reader.faults.add(entry.place("days"), say.with("allowed", "working, every"));
            return;
        }
    };
    let spans: Vec<String> = reader.words(&entry, "spans").into_iter().map(|(_, span)| span).collect();
    let read = if spans.is_empty() { Hours::new(days, &[]) } else { Hours::parse_on(days, &spans) };
    match read {
        Ok(hours) => rules.hours = hours,
        Err(say) => reader.faults.add(entry.place("spans"), ours(&say)),
    }
}
