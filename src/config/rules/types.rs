//! Fields, and what happens to each type of request: its form, its stages, its clocks, its emergency plan.

use super::figures::choices;
use super::notation;
use super::reader::{Entry, Reader};
use super::tree::{Node, Place, Tree, merge};
use crate::domain::rulebook::{
    AllowRule, ClockRule, EmergencyRule, FILED, FieldKind, FieldRule, FieldUse, Item, MarkRule, MoveRule, StageRule,
    Trigger, TypeRule,
};
use crate::domain::{RequestType, Rulebook};
use crate::text::Say;

const TYPE_KEYS: [&str; 9] = ["like", "article", "form", "chain", "stages", "stage", "clocks", "sealed_for", "plan"];
const CLOCK_KEYS: [&str; 8] = ["name", "start", "stop", "allow", "until", "when", "marks", "article"];
/// A type may be like another that is like a third, but not for ever.
const LIKE_DEEPEST: usize = 8;

pub fn fields(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    for (id, node) in reader.named(root, "fields") {
        let path = format!("fields.{id}");
        let keys = ["name", "kind", "choices", "least", "most", "unit", "article"];
        let entry = reader.entry(node, &path, &keys);
        let article = reader.article(&entry);
        let name = reader.text(&entry, "name");
        if let Some(kind) = kind(reader, &entry) {
            rules.fields.insert(id.to_owned(), FieldRule { name, kind, article });
        }
    }
}

fn kind(reader: &mut Reader, entry: &Entry<'_>) -> Option<FieldKind> {
    let written = reader.must(entry, "kind");
    let kind = match written.as_str() {
        "text" => FieldKind::Text,
        "long" => FieldKind::Long,
        "number" => FieldKind::Number {
            least: reader.number(entry, "least", i64::MIN, i64::MAX),
            most: reader.number(entry, "most", i64::MIN, i64::MAX),
            unit: reader.text(entry, "unit").unwrap_or_default(),
        },
        "choice" => FieldKind::Choice(choices(reader, entry)),
        "yes_no" => FieldKind::YesNo,
        "date" => FieldKind::Date,
        "moment" => FieldKind::Moment,
        "phone" => FieldKind::Phone,
        "person" => FieldKind::Person,
        "department" => FieldKind::Department,
        "reference" => FieldKind::Reference,
        "" => return None,
        other => {
            let say = Say::new("rulebook.one_of").with("key", "kind").with("value", other);
            let allowed = "text, long, number, choice, yes_no, date, moment, phone, person, department, reference";
            reader.faults.add(entry.place("kind"), say.with("allowed", allowed));
            return None;
        }
    };
    match &kind {
        FieldKind::Choice(choices) if choices.len() < 2 => {
            let say = Say::new("rulebook.few_choices").with("entry", &entry.path);
            reader.faults.add(entry.place("choices"), say);
        }
        FieldKind::Number { least: Some(least), most: Some(most), .. } if least > most => {
            let say = Say::new("rulebook.bounds").with("entry", &entry.path);
            reader.faults.add(entry.place("most"), say.with("least", least).with("most", most));
        }
        _ => {}
    }
    let strays = [("choices", "choice"), ("least", "number"), ("most", "number"), ("unit", "number")];
    for (key, _) in strays.into_iter().filter(|(key, kind)| entry.has(key) && *kind != written) {
        let say = Say::new("rulebook.not_for_kind").with("key", key).with("kind", &written);
        reader.faults.add(entry.place(key), say);
    }
    Some(kind)
}

pub fn types(reader: &mut Reader, root: &Node, rules: &mut Rulebook) {
    let marks = default_marks(reader, root, rules);
    let Some(all) = root.get("types") else {
        reader.faults.add(root.place, Say::new("rulebook.missing").with("key", "types").with("entry", "."));
        return;
    };
    for (code, node) in reader.named(root, "types") {
        let Some(kind) = RequestType::parse(code) else {
            let allowed = RequestType::ALL.map(RequestType::code).join(", ");
            let say = Say::new("rulebook.request_type").with("type", code).with("allowed", allowed);
            reader.faults.add(node.place, say);
            continue;
        };
        let Some(whole) = like(reader, all, code, node, &mut Vec::new()) else { continue };
        let rule = type_rule(reader, &whole, code, &marks);
        unlisted(reader, node, &rule);
        rules.types.insert(kind, rule);
    }
    shared_clocks(reader, root, rules, &marks);
}

/// The type with what it takes over from another.
fn like(reader: &mut Reader, all: &Node, code: &str, node: &Node, seen: &mut Vec<String>) -> Option<Node> {
    let Some(from) = node.get("like") else { return Some(node.clone()) };
    seen.push(code.to_owned());
    let other = from.text().unwrap_or_default();
    let Some(base) = all.get(other) else {
        reader.faults.add(from.place, Say::new("rulebook.like_nothing").with("type", other));
        return None;
    };
    if seen.iter().any(|seen| seen == other) || seen.len() > LIKE_DEEPEST {
        reader.faults.add(from.place, Say::new("rulebook.like_itself").with("type", other));
        return None;
    }
    let mut whole = like(reader, all, other, base, seen)?;
    let mut own = node.clone();
    if let Tree::Table(entries) = &mut own.tree {
        entries.retain(|(key, _)| key != "like");
    }
    whole.place = node.place;
    merge(&mut whole, own, &format!("types.{code}"), &mut reader.faults);
    Some(whole)
}

/// The marks of a clock that has none of its own.
fn default_marks(reader: &mut Reader, root: &Node, rules: &mut Rulebook) -> Vec<MarkRule> {
    let Some(node) = root.get("marks") else { return Vec::new() };
    let entry = reader.entry(node, "marks", &["steps", "article"]);
    rules.articles.insert("marks".into(), reader.article(&entry));
    marks(reader, &entry, "steps")
}

fn marks(reader: &mut Reader, entry: &Entry<'_>, key: &str) -> Vec<MarkRule> {
    let read = reader.read(entry, key, notation::mark);
    for (before, after) in read.iter().zip(read.iter().skip(1)) {
        if after.1.percent <= before.1.percent {
            let say = Say::new("rulebook.marks_fall").with("before", before.1.percent).with("after", after.1.percent);
            reader.faults.add(after.0, say);
        }
    }
    read.into_iter().map(|(_, mark)| mark).collect()
}

fn type_rule(reader: &mut Reader, node: &Node, code: &str, marks: &[MarkRule]) -> TypeRule {
    let path = format!("types.{code}");
    let entry = reader.entry(node, &path, &TYPE_KEYS);
    let article = reader.article(&entry);
    for key in ["form", "chain", "stages", "sealed_for", "stage", "clocks"] {
        let place = entry.place(key);
        reader.places.insert(entry.below(key), place);
    }
    let stages = stages(reader, &entry, &article);
    let mut clocks = Vec::new();
    for (id, node) in node.get("clocks").map(Node::entries).unwrap_or_default() {
        let path = format!("{path}.clocks.{id}");
        let entry = reader.entry(node, &path, &CLOCK_KEYS);
        clocks.extend(clock(reader, &entry, id, marks));
    }
    TypeRule {
        form: uses(reader, &entry, "form"),
        stages,
        clocks,
        chain: reader.text(&entry, "chain").unwrap_or_default(),
        sealed_for: reader.text(&entry, "sealed_for"),
        emergency: node.get("plan").map(|node| emergency(reader, node, &format!("{path}.plan"))),
        article,
    }
}

/// A list of fields; each named once, with a place of its own for the checks.
fn uses(reader: &mut Reader, entry: &Entry<'_>, key: &str) -> Vec<FieldUse> {
    let mut uses: Vec<FieldUse> = Vec::new();
    for (place, one) in reader.read(entry, key, notation::field_use) {
        if uses.iter().any(|known| known.field == one.field) {
            reader.faults.add(place, Say::new("rulebook.twice").with("name", &one.field));
        }
        reader.places.insert(format!("{}.{}", entry.below(key), uses.len()), place);
        uses.push(one);
    }
    uses
}

fn stages(reader: &mut Reader, entry: &Entry<'_>, article: &str) -> Vec<StageRule> {
    let mut stages: Vec<StageRule> = Vec::new();
    let tables = entry.node.get("stage").map(Node::entries).unwrap_or_default();
    let listed = reader.words(entry, "stages");
    for (place, id) in &listed {
        if stages.iter().any(|known| known.id == *id) {
            reader.faults.add(*place, Say::new("rulebook.twice").with("name", id));
            continue;
        }
        let path = format!("{}.stage.{id}", entry.path);
        match tables.iter().find(|(known, _)| known == id) {
            Some((_, node)) => stages.push(stage(reader, node, &path, id)),
            None if id == FILED => {
                reader.places.insert(path, *place);
                stages.push(StageRule { id: id.clone(), article: article.to_owned(), ..StageRule::default() });
            }
            None => reader.faults.add(*place, Say::new("rulebook.unknown_stage").with("stage", id)),
        }
    }
    stages
}

/// A stage that is written in this very file and nobody comes to is a typing error; what is inherited and not used is
/// not.
fn unlisted(reader: &mut Reader, own: &Node, rule: &TypeRule) {
    let tables = own.get("stage").map(Node::entries).unwrap_or_default();
    for (id, node) in tables.iter().filter(|(id, node)| node.place.file == 0 && rule.stage(id).is_none()) {
        reader.faults.add(node.place, Say::new("rulebook.stage_unlisted").with("stage", id));
    }
}

fn stage(reader: &mut Reader, node: &Node, path: &str, id: &str) -> StageRule {
    let entry = reader.entry(node, path, &["name", "by", "fields", "moves", "waits", "article"]);
    let article = reader.article(&entry);
    let moves: Vec<(Place, MoveRule)> = reader.read(&entry, "moves", notation::way_on);
    for (at, (place, _)) in moves.iter().enumerate() {
        reader.places.insert(format!("{path}.moves.{at}"), *place);
    }
    let by = reader.words(&entry, "by");
    for (at, (place, _)) in by.iter().enumerate() {
        reader.places.insert(format!("{path}.by.{at}"), *place);
    }
    StageRule {
        id: id.to_owned(),
        name: reader.text(&entry, "name"),
        by: by.into_iter().map(|(_, role)| role).collect(),
        fields: uses(reader, &entry, "fields"),
        moves: moves.into_iter().map(|(_, rule)| rule).collect(),
        waits: reader.yes(&entry, "waits"),
        article,
    }
}

fn clock(reader: &mut Reader, entry: &Entry<'_>, id: &str, default: &[MarkRule]) -> Option<ClockRule> {
    if !notation::is_name(id) {
        reader.faults.add(entry.node.place, Say::new("rulebook.no_name").with("text", id));
    }
    for key in ["start", "stop", "until", "when", "marks"] {
        let place = entry.place(key);
        reader.places.insert(entry.below(key), place);
    }
    let article = reader.article(entry);
    let allow = reader.allowance(entry, "allow");
    let start = reader.must(entry, "start");
    let start = match notation::trigger(&start) {
        Ok(trigger) => Some(trigger),
        Err(say) => {
            if !start.is_empty() {
                reader.faults.add(entry.place("start"), say);
            }
            None
        }
    };
    let stop: Vec<Trigger> = reader.read(entry, "stop", notation::trigger).into_iter().map(|(_, stop)| stop).collect();
    if stop.is_empty() {
        reader.faults.add(entry.place("stop"), Say::new("rulebook.clock_no_stop").with("clock", id));
    }
    let own = marks(reader, entry, "marks");
    let allow = allow?;
    Some(ClockRule {
        id: id.to_owned(),
        name: reader.text(entry, "name"),
        start: start?,
        stop,
        allow: match reader.text(entry, "until") {
            Some(field) => AllowRule::Until(field, allow),
            None => AllowRule::Fixed(allow),
        },
        when: reader.condition(entry, "when"),
        marks: if entry.has("marks") { own } else { default.to_vec() },
        article,
    })
}

/// `[clocks.NAME]` with `types`: one clock for several types.
fn shared_clocks(reader: &mut Reader, root: &Node, rules: &mut Rulebook, marks: &[MarkRule]) {
    for (id, node) in reader.named(root, "clocks") {
        let mut keys = CLOCK_KEYS.to_vec();
        keys.push("types");
        let entry = reader.entry(node, &format!("clocks.{id}"), &keys);
        let Some(clock) = clock(reader, &entry, id, marks) else { continue };
        for (place, code) in reader.words(&entry, "types") {
            let kind = RequestType::parse(&code);
            let Some(rule) = kind.and_then(|kind| rules.types.get_mut(&kind)) else {
                let allowed = RequestType::ALL.map(RequestType::code).join(", ");
                let say = Say::new("rulebook.request_type").with("type", &code).with("allowed", allowed);
                reader.faults.add(place, say);
                continue;
            };
            if rule.clocks.iter().any(|known| known.id == clock.id) {
                reader.faults.add(place, Say::new("rulebook.twice").with("name", id));
                continue;
            }
            for key in ["", ".start", ".stop", ".until", ".when", ".marks"] {
                let at = reader.place(&format!("clocks.{id}{key}"));
                reader.places.insert(format!("types.{code}.clocks.{id}{key}"), at);
            }
            rule.clocks.push(clock.clone());
        }
    }
}

fn emergency(reader: &mut Reader, node: &Node, path: &str) -> EmergencyRule {
    let entry = reader.entry(node, path, &["script", "checklist", "tell", "article"]);
    EmergencyRule {
        article: reader.article(&entry),
        script: reader.words(&entry, "script").into_iter().map(|(_, line)| line).collect(),
        checklist: items(reader, &entry, "checklist"),
        tell: items(reader, &entry, "tell"),
    }
}

/// `{ id = "fire", name = "...", phone = "119" }`, one after the other.
fn items(reader: &mut Reader, entry: &Entry<'_>, key: &str) -> Vec<Item> {
    let Some(node) = entry.node.get(key) else { return Vec::new() };
    let Tree::List(list) = &node.tree else {
        reader.faults.add(node.place, Say::new("rulebook.not_list").with("key", key));
        return Vec::new();
    };
    let mut items: Vec<Item> = Vec::new();
    for (at, node) in list.iter().enumerate() {
        let one = reader.entry(node, &format!("{}.{at}", entry.below(key)), &["id", "name", "phone"]);
        let item = Item {
            id: reader.must(&one, "id"),
            name: reader.must(&one, "name"),
            phone: reader.text(&one, "phone").unwrap_or_default(),
        };
        if items.iter().any(|known| known.id == item.id) {
            reader.faults.add(one.place("id"), Say::new("rulebook.twice").with("name", &item.id));
        }
        items.push(item);
    }
    items
}
