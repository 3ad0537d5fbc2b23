//! Roles, departments, chains, quotas, consequences, rewards, attempts.

use super::notation;
use super::reader::{Entry, Reader};
use super::tree::{Node, Tree};
use crate::domain::recording::LEAST_DAYS;
use crate::domain::rulebook::{
    AttemptPlan, Consequence, DepartmentRule, DuplicateRule, IncidentRule, QuietHours, RecordingRule, ReportRule,
    Reward, RoleRule, Sampling, ShareRule, VisitPlan,
};
use crate::domain::time::Millis;
use crate::domain::{Allowance, RequestType, Rulebook};
use crate::text::Say;

/// How often a sample is drawn or a sheet is due.
pub const PERIODS: [&str; 6] = ["day", "week", "month", "quarter", "half_year", "year"];

pub fn people(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    for (id, node) in reader.named(root, "roles") {
        let entry = reader.entry(node, &format!("roles.{id}"), &["name", "operators", "named_only", "article"]);
        let role = RoleRule {
            name: reader.must(&entry, "name"),
            operators: reader.yes(&entry, "operators"),
            named_only: reader.yes(&entry, "named_only"),
            article: reader.article(&entry),
        };
        if role.operators && role.named_only {
            reader.faults.add(entry.place("named_only"), Say::new("rulebook.role_both").with("role", id));
        }
        rules.roles.insert(id.to_owned(), role);
    }
    for (id, node) in reader.named(root, "departments") {
        let entry = reader.entry(node, &format!("departments.{id}"), &["name", "head", "article"]);
        let department = DepartmentRule {
            name: reader.must(&entry, "name"),
            head: reader.must(&entry, "head"),
            article: reader.article(&entry),
        };
        rules.departments.insert(id.to_owned(), department);
    }
    for (id, node) in reader.named(root, "chains") {
        let path = format!("chains.{id}");
        let entry = reader.entry(node, &path, &["roles", "article"]);
        let article = reader.article(&entry);
        let roles = reader.words(&entry, "roles").into_iter().map(|(_, role)| role).collect();
        rules.chains.insert(id.to_owned(), roles);
        rules.articles.insert(path, article);
    }
}

pub fn plans(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    if let Some(node) = root.get("duplicates") {
        let entry = reader.entry(node, "duplicates", &["days", "article"]);
        let days = reader.number(&entry, "days", 1, 3_650).unwrap_or(30);
        rules.duplicates = DuplicateRule { days, article: reader.article(&entry) };
    }
    if let Some(node) = root.get("incidents") {
        let entry = reader.entry(node, "incidents", &["count", "minutes", "article"]);
        let count = reader.number(&entry, "count", 2, 10_000).unwrap_or(3);
        let minutes = reader.number(&entry, "minutes", 1, 10_080).unwrap_or(30);
        rules.incidents = IncidentRule { count, minutes, article: reader.article(&entry) };
    }
    if let Some(node) = root.get("objection") {
        let entry = reader.entry(node, "objection", &["allow", "article"]);
        let article = reader.article(&entry);
        rules.objection = reader.allowance(&entry, "allow").unwrap_or(rules.objection);
        rules.articles.insert("objection".into(), article);
    }
    consequences(reader, root, rules);
    attempts(reader, root, rules);
    revisits(reader, root, rules);
    for (class, node) in reader.named(root, "visits") {
        let entry = reader.entry(node, &format!("visits.{class}"), &["per_year", "article"]);
        let per_year = reader.number(&entry, "per_year", 1, 366).unwrap_or_default();
        rules.visits.push(VisitPlan { class: class.to_owned(), per_year, article: reader.article(&entry) });
    }
    sampling(reader, root, rules);
    if let Some(node) = root.get("recordings") {
        let entry = reader.entry(node, "recordings", &["days", "listen", "article"]);
        // R-CALL-7 has the last word: a rulebook may keep them longer, not shorter.
        let days = reader.number(&entry, "days", i64::from(LEAST_DAYS), 36_500).unwrap_or(LEAST_DAYS);
        let listen = reader.words(&entry, "listen").into_iter().map(|(_, role)| role).collect();
        rules.recordings = RecordingRule { days, listen, article: reader.article(&entry) };
    }
    for (id, node) in reader.named(root, "reports") {
        let entry = reader.entry(node, &format!("reports.{id}"), &["name", "every", "day", "to", "article"]);
        let report = ReportRule {
            id: id.to_owned(),
            name: reader.must(&entry, "name"),
            every: every(reader, &entry),
            day: reader.number(&entry, "day", 0, 31).unwrap_or_default(),
            to: reader.must(&entry, "to"),
            article: reader.article(&entry),
        };
        rules.reports.push(report);
    }
}

fn consequences(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    for (id, node) in reader.named(root, "consequences") {
        let keys = ["cause", "when", "late", "fine", "fine_most", "points", "demerit", "article"];
        let entry = reader.entry(node, &format!("consequences.{id}"), &keys);
        let one = Consequence {
            cause: reader.must(&entry, "cause"),
            when: reader.condition(&entry, "when"),
            late: reader.text(&entry, "late").unwrap_or_default(),
            fine: reader.number(&entry, "fine", 0, 1_000_000).unwrap_or_default(),
            fine_most: reader.number(&entry, "fine_most", 0, 1_000_000).unwrap_or_default(),
            points: reader.number(&entry, "points", 0, 1_000).unwrap_or_default(),
            demerit: reader.text(&entry, "demerit").unwrap_or_default(),
            article: reader.article(&entry),
        };
        if one.fine == 0 && one.points == 0 && one.demerit.is_empty() {
            reader.faults.add(node.place, Say::new("rulebook.nothing_follows").with("entry", &entry.path));
        }
        if one.fine_most != 0 && one.fine_most < one.fine {
            let say = Say::new("rulebook.bounds").with("entry", &entry.path);
            reader.faults.add(entry.place("fine_most"), say.with("least", one.fine).with("most", one.fine_most));
        }
        if one.when.0.is_empty() && one.late.is_empty() {
            reader.faults.add(node.place, Say::new("rulebook.applies_always").with("entry", &entry.path));
        }
        rules.consequences.push(one);
    }
    for (id, node) in reader.named(root, "rewards") {
        let entry = reader.entry(node, &format!("rewards.{id}"), &["cause", "when", "yuan", "percent", "article"]);
        let one = Reward {
            cause: reader.must(&entry, "cause"),
            when: reader.condition(&entry, "when"),
            yuan: reader.number(&entry, "yuan", 0, 1_000_000).unwrap_or_default(),
            percent: reader.percent(&entry, "percent").into(),
            article: reader.article(&entry),
        };
        if (one.yuan == 0) == (one.percent == 0) {
            reader.faults.add(node.place, Say::new("rulebook.reward").with("entry", &entry.path));
        }
        rules.rewards.push(one);
    }
}

fn attempts(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    let Some(node) = root.get("attempts") else { return };
    let keys = ["waits", "next_day_at", "quiet", "then", "share_percent", "article"];
    let entry = reader.entry(node, "attempts", &keys);
    let article = reader.article(&entry);
    let waits = reader.read(&entry, "waits", |text| {
        let wait = Allowance::parse(text).ok().and_then(Allowance::elapsed_ms);
        wait.ok_or_else(|| Say::new("rulebook.wait").with("text", text))
    });
    let waits_ms: Vec<Millis> = waits.into_iter().map(|(_, wait)| wait).collect();
    if waits_ms.is_empty() {
        reader
            .faults
            .add(entry.place("waits"), Say::new("rulebook.missing").with("key", "waits").with("entry", "attempts"));
    }
    let next_day_at = reader.text(&entry, "next_day_at").and_then(|text| {
        let minute = notation::minute(&text);
        if minute.is_none() {
            reader.faults.add(entry.place("next_day_at"), Say::new("rulebook.minute").with("text", &text));
        }
        minute
    });
    let quiet = reader.must(&entry, "quiet");
    let span = quiet.split_once('-').and_then(|(from, to)| Some((notation::minute(from)?, notation::minute(to)?)));
    if span.is_none() && !quiet.is_empty() {
        reader.faults.add(entry.place("quiet"), Say::new("rulebook.span_wrong").with("span", &quiet));
    }
    let quiet = span.map_or(rules.attempts.quiet, |(from, to)| QuietHours { from, to });
    let share_percent = reader.percent(&entry, "share_percent");
    let then = reader.must(&entry, "then");
    rules.attempts = AttemptPlan { waits_ms, next_day_at, quiet, then, share_percent, article };
}

fn revisits(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    for (id, node) in reader.named(root, "revisits") {
        let keys = ["kind", "when", "percent", "within", "by", "article"];
        let entry = reader.entry(node, &format!("revisits.{id}"), &keys);
        let code = reader.must(&entry, "kind");
        let kind = RequestType::parse(&code);
        if kind.is_none() && !code.is_empty() {
            let allowed = RequestType::ALL.map(RequestType::code).join(", ");
            let say = Say::new("rulebook.request_type").with("type", &code).with("allowed", allowed);
            reader.faults.add(entry.place("kind"), say);
        }
        let when = reader.condition(&entry, "when");
        let (percent, within) = (reader.percent(&entry, "percent"), reader.allowance(&entry, "within"));
        let (by, article) = (reader.must(&entry, "by"), reader.article(&entry));
        if let (Some(kind), Some(within)) = (kind, within) {
            rules.revisits.shares.push(ShareRule { id: id.to_owned(), kind, when, percent, within, by, article });
        }
    }
}

fn sampling(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    for (what, node) in reader.named(root, "sampling") {
        let keys = ["name", "percent", "percent_most", "least", "every", "parts", "by", "article"];
        let entry = reader.entry(node, &format!("sampling.{what}"), &keys);
        let mut parts: Vec<(String, u16)> = Vec::new();
        if let Some(node) = entry.node.get("parts") {
            let names: Vec<&str> = node.entries().iter().map(|(name, _)| name.as_str()).collect();
            let below = reader.entry(node, &entry.below("parts"), &names);
            for name in names {
                parts.push((name.to_owned(), reader.percent(&below, name)));
            }
            let sum: u32 = parts.iter().map(|(_, percent)| u32::from(*percent)).sum();
            if sum != 100 || !matches!(node.tree, Tree::Table(_)) {
                reader.faults.add(node.place, Say::new("rulebook.parts").with("entry", &entry.path).with("sum", sum));
            }
        }
        let one = Sampling {
            what: what.to_owned(),
            name: reader.must(&entry, "name"),
            percent: reader.percent(&entry, "percent"),
            percent_most: reader.percent(&entry, "percent_most"),
            least: reader.number(&entry, "least", 0, 1_000_000).unwrap_or_default(),
            every: every(reader, &entry),
            parts,
            by: reader.must(&entry, "by"),
            article: reader.article(&entry),
        };
        if one.percent == 0 && one.least == 0 {
            reader.faults.add(node.place, Say::new("rulebook.nothing_drawn").with("entry", &entry.path));
        }
        rules.sampling.push(one);
    }
}

fn every(reader: &mut Reader, entry: &Entry<'_>) -> String {
    let every = reader.must(entry, "every");
    if !every.is_empty() && !PERIODS.contains(&every.as_str()) {
        let say = Say::new("rulebook.one_of").with("key", "every").with("value", &every);
        reader.faults.add(entry.place("every"), say.with("allowed", PERIODS.join(", ")));
    }
    every
}
