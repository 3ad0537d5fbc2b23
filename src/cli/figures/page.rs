//! The figures as a page: for a terminal and for paper the same parts.

use super::subjects::{Column, SUBJECTS, left_out, made_of, measure_name, pairs_part, table_part, value};
use super::{MIDNIGHT, Names, Report, Split, local};
use crate::cli::report::{Page, Part};
use crate::domain::figures::{By, Counts, Fact, Measure, side_by_side};
use crate::domain::rulebook::{Formula, Rulebook};
use crate::domain::time::Millis;
use crate::text::{Language, Say};

/// The page of a report.
pub fn page(report: &Report<'_>, names: &Names<'_>) -> Page {
    let language = report.language;
    let own = |key: &str| language.word(&format!("printed.{key}")).to_owned();
    let mut parts = vec![(own("about"), about(report, names)), (own("side_by_side"), levels(report))];
    let mut used = Vec::new();
    for subject in &SUBJECTS {
        if subject.code != "calls" && subject.is_empty(&report.table.total) {
            continue;
        }
        let columns = subject.columns(report.formula);
        let part = match report.split {
            Split::By(By::All) => pairs_part(&columns, &report.table.total, language),
            split => table_part(subject, &columns, split, &report.table.lines, &report.table.total, language),
        };
        parts.push((own(&format!("subject.{}", subject.code)), part));
        used.extend(report.measures_of(subject));
    }
    let limit_ms = report.rules.limit_ms(report.filter.queue.as_deref());
    parts.push((own("formulae"), footnotes(&used, &report.table.total, limit_ms, language)));
    let title = Say::new("printed.title").with("by", own(&format!("by.{}", report.split.code().replace('-', "_"))));
    let foot = Say::new("report.printed_at").with("at", local(report.now, report.offset, MIDNIGHT));
    Page { title: title.words(language), foot: foot.words(language), parts }
}

/// From when to when, what of it, and by which formula.
fn about(report: &Report<'_>, names: &Names<'_>) -> Part {
    let language = report.language;
    let own = |key: &str| language.word(&format!("printed.{key}")).to_owned();
    let at = |at| local(at, report.offset, MIDNIGHT);
    let mut pairs = vec![
        (own("span"), format!("{} \u{2013} {}", at(report.since), at(report.until))),
        (own("formula"), formula_words(report.rules, report.formula, language)),
    ];
    let filter = &report.filter;
    let kind = filter.kind.as_ref().map(|kind| names.kind(kind));
    let who = filter.who.as_ref().and_then(|who| who.last().cloned());
    let wanted = [("queue", filter.queue.clone()), ("agent", who), ("type", kind)];
    let department = ("department", filter.department.clone());
    for (key, value) in wanted.into_iter().chain([department]) {
        pairs.extend(value.map(|value| (own(&format!("by.{key}")), value)));
    }
    Part::Pairs(pairs)
}

/// The formula that is asked for, named, with the share to keep.
pub fn formula_words(rules: &Rulebook, formula: Formula, language: Language) -> String {
    let level = &rules.service_level;
    let key = if formula == level.formula { "printed.in_force" } else { "printed.not_in_force" };
    let say = Say::new(key).with("formula", formula.written()).with("in_force", level.formula.written());
    let mut words = say.words(language);
    if let Some(percent) = level.target_percent {
        let target = Say::new("printed.target").with("percent", percent).with("hours", level.over_hours);
        words.push_str(&target.words(language));
    }
    words
}

fn levels(report: &Report<'_>) -> Part {
    match report.split {
        Split::By(By::All) => side_by_side_part(&report.table.total, report.rules, report.formula, report.language),
        split => {
            let formulae = side_by_side(&Counts::default()).map(|figure| figure.measure);
            let columns = formulae.map(Column::Measure);
            let table = &report.table;
            let part = table_part(&SUBJECTS[0], &columns, split, &table.lines, &table.total, report.language);
            let Part::Numbers(mut heads, rows) = part else { return part };
            // The first column is the groups'; the formulae stand behind it in their own order.
            for (head, measure) in heads.iter_mut().skip(1).zip(formulae) {
                let formula = if let Measure::ServiceLevel(formula) = measure { formula.written() } else { "" };
                *head = format!("{formula}{}", mark(measure, report.rules, report.formula, report.language));
            }
            Part::Numbers(heads, rows)
        }
    }
}

/// The mark of the formula in force, and of one asked for in its place.
fn mark(measure: Measure, rules: &Rulebook, chosen: Formula, language: Language) -> String {
    let Measure::ServiceLevel(formula) = measure else { return String::new() };
    let key = match (formula == rules.service_level.formula, formula == chosen) {
        (true, _) => "printed.mark_in_force",
        (false, true) => "printed.mark_chosen",
        _ => return String::new(),
    };
    format!(" {}", language.word(key))
}

/// R-LIVE-3: the service level by every formula, the one in force marked.
pub fn side_by_side_part(counts: &Counts, rules: &Rulebook, chosen: Formula, language: Language) -> Part {
    let heads =
        ["figure", "value", "made_of", "left_out"].map(|key| language.word(&format!("printed.{key}")).to_owned());
    let rows = side_by_side(counts).map(|figure| {
        let formula = if let Measure::ServiceLevel(formula) = figure.measure { formula.written() } else { "" };
        let name = format!("{formula}{}", mark(figure.measure, rules, chosen, language));
        vec![name, value(&figure), made_of(&figure), left_out(&figure, language)]
    });
    Part::Table(heads.to_vec(), rows.to_vec())
}

/// Each measure with its formula, what stands above and below its line, and what it leaves out. `limit_ms` is the limit
/// for answering that the formulae speak of.
pub fn footnotes(measures: &[Measure], counts: &Counts, limit_ms: Millis, language: Language) -> Part {
    let fact = |fact: &Fact| language.word(&format!("fact.{}", fact.code())).to_owned();
    let words = |measure: &Measure| {
        let say = Say::new(&format!("formula.{}", measure.code()));
        say.with("limit", limit_ms / 1_000).words(language)
    };
    let joined = |facts: &[Fact], with: &str| facts.iter().map(fact).collect::<Vec<_>>().join(with);
    let line = |measure: &Measure| {
        let parts = measure.parts();
        let mut below = joined(parts.below, " + ");
        if !parts.less.is_empty() {
            below = format!("{below} \u{2212} {}", joined(parts.less, " \u{2212} "));
        }
        let figure = measure.of(counts);
        let (name, words) = (measure_name(*measure, language), words(measure));
        // Where the words begin with the formula, it need not stand before them too.
        let plain = words.replace('\u{2212}', "-");
        let formula = if let Measure::ServiceLevel(formula) = measure { formula.written() } else { "" };
        let short = name.strip_suffix(formula).filter(|_| !formula.is_empty() && plain.starts_with(formula));
        let mut say = Say::new("printed.footnote")
            .with("measure", short.unwrap_or(&name).trim_end())
            .with("words", &words)
            .with("above", joined(parts.above, " + "))
            .with("below", below)
            .with("numbers", made_of(&figure))
            .words(language);
        let out = left_out(&figure, language);
        if !out.is_empty() {
            say.push_str(&Say::new("printed.footnote_out").with("facts", out).words(language));
        } else if !parts.out.is_empty() {
            let none = joined(parts.out, language.word("list.join"));
            say.push_str(&Say::new("printed.footnote_none").with("facts", none).words(language));
        }
        say
    };
    Part::Words(measures.iter().map(line).collect())
}
