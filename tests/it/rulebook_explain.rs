//! `ringdesk rulebook explain`: whatever a rulebook holds is said in words, in every language, within eighty columns.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ringdesk::cli::explain_rulebook;
use ringdesk::config::{RULEBOOKS, check_rulebook, check_rulebook_text};
use ringdesk::domain::rulebook::Rulebook;
use ringdesk::domain::{Calendar, RequestType};
use ringdesk::text::{Ambiguous, Language, width};

fn shipped(name: &str) -> Rulebook {
    check_rulebook(name, Path::new(""), Calendar::default()).unwrap()
}

/// The text without its line ends and the spaces that wrapping takes and gives.
fn flat(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Every article that a rulebook holds, wherever it stands.
fn articles(rules: &Rulebook) -> BTreeSet<String> {
    // The standard fields that no screen of this company asks are not its business.
    let mut rules = rules.clone();
    let screens = |field: &String| {
        let mut uses = rules
            .types
            .values()
            .flat_map(|rule| rule.form.iter().chain(rule.stages.iter().flat_map(|stage| &stage.fields)));
        uses.any(|one| one.field == *field)
    };
    let unused: Vec<String> = rules.fields.keys().filter(|field| !screens(field)).cloned().collect();
    unused.iter().for_each(|field| {
        rules.fields.remove(field);
    });
    let value = serde_json::to_value(&rules).unwrap();
    let mut found = BTreeSet::new();
    fn walk(value: &serde_json::Value, found: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(entries) => {
                for (key, value) in entries {
                    match value {
                        serde_json::Value::String(article) if key == "article" => {
                            found.insert(article.clone());
                        }
                        serde_json::Value::Object(articles) if key == "articles" => {
                            found.extend(articles.values().filter_map(|article| article.as_str().map(str::to_owned)));
                        }
                        _ => walk(value, found),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    walk(&value, &mut found);
    found
}

#[test]
fn every_article_and_every_clock_is_in_the_words() {
    for (name, _) in RULEBOOKS {
        let rules = shipped(name);
        let words = flat(&explain_rulebook(&rules, None, Language::ZhHans));
        let all = articles(&rules);
        assert!(all.len() > 20, "{name}: {}", all.len());
        for article in all {
            assert!(words.contains(&flat(&article)), "{name} does not say {article}");
        }
        for (kind, rule) in &rules.types {
            let part = flat(&explain_rulebook(&rules, Some(*kind), Language::ZhHans));
            for clock in &rule.clocks {
                assert!(part.contains(&format!("（{}）", clock.id)), "{name} {}: {}", kind.code(), clock.id);
            }
            for stage in &rule.stages {
                let word = rules.stage_word(*kind, &stage.id).words(Language::ZhHans);
                assert!(part.contains(&flat(&word)), "{name} {}: {word}", kind.code());
            }
        }
    }
}

/// A key shown instead of its words, or a place left open.
#[test]
fn nothing_is_left_unsaid_in_any_language() {
    let tables = ["explain.", "field.", "choice.", "stage.", "clock.", "kind.", "rulebook."];
    for (name, _) in RULEBOOKS {
        let rules = shipped(name);
        for language in Language::ALL {
            let words = explain_rulebook(&rules, None, language);
            for line in words.lines() {
                assert!(width(line, Ambiguous::Wide) <= 80, "{name} {}: {line}", language.tag());
                assert!(!line.contains('{'), "{name} {}: {line}", language.tag());
                for table in tables {
                    assert!(!line.contains(table), "{name} {}: {line}", language.tag());
                }
            }
            for kind in RequestType::ALL {
                assert!(words.contains(kind.code()), "{name} {}", language.tag());
            }
        }
    }
}

#[test]
fn every_shared_word_is_in_the_catalogue() {
    let rules = shipped("base");
    for language in Language::ALL {
        for field in rules.fields.keys() {
            let word = rules.field_word(field).words(language);
            assert!(!word.starts_with("field."), "{}: {word}", language.tag());
        }
    }
}

/// A manager's questions, answered in words that are compared by eye once and kept.
#[test]
fn the_complaint_of_a_gas_company_reads_as_it_was_agreed() {
    let words = explain_rulebook(&shipped("gas"), Some(RequestType::Complaint), Language::ZhHans);
    let flat = flat(&words);
    for sentence in [
        "2. 判定：班长、客服经理办",
        "“是否成立”为不成立，到“答复”",
        "转客服（hand_over）：从登记起，24 小时；“登记”办完为止",
        "部门结果（result）：从到“调查”起，3 天（节假日也算）；“实施”办完为止",
        "告知客户（told）：从“部门结果”办完起，2 天",
        "只在“能否马上解决”为否时计",
        "“满意程度”为不满意，到“调查”，另起一轮，并上报一级",
        "逾期或不满意，逐级上报：班长 > 客服经理 > 副总经理 > 总经理",
    ] {
        let sentence: String = sentence.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(flat.contains(&sentence), "{sentence} is not in\n{words}");
    }
}

/// The examples of docs/rulebooks.md are what a rulebook may really be.
#[test]
fn every_example_in_the_documentation_loads() {
    let doc = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rulebooks.md")).unwrap();
    let mut whole = String::new();
    for block in doc.split("```toml\n").skip(1) {
        whole.push_str(block.split("```").next().unwrap());
    }
    assert!(whole.lines().count() > 100, "the examples are gone");
    let rules = check_rulebook_text("docs.toml", &whole, Path::new(""), Calendar::default());
    let rules = rules.unwrap_or_else(|faults| {
        let words: Vec<String> = faults.iter().map(|say| say.words(Language::En)).collect();
        panic!("{}", words.join("\n"))
    });
    assert!(rules.kind(RequestType::Complaint).clock("told").is_some());
    // Every key that a rulebook may have is shown in an example.
    for (_, source) in RULEBOOKS {
        let table: toml::Table = source.parse().unwrap();
        for key in table.keys() {
            let shown =
                whole.lines().any(|line| line.starts_with(&format!("[{key}")) || line.starts_with(&format!("{key} =")));
            assert!(shown, "{key} is not in docs/rulebooks.md");
        }
    }
}
