//! The figures for other programs. docs/exports.md promises these forms.

use serde_json::{Map, Value, json};

use super::Report;
use crate::cli::export::{BYTE_ORDER_MARK, cell};
use crate::domain::figures::{Counts, Fact, Measure, PATIENCE_S};
use crate::domain::rulebook::Formula;
use crate::text::Say;

/// The name of the form; a number higher where what stands there is changed, not where something is added.
const FORM: &str = "ringdesk.figures/1";

/// Each fact with its column. Waits are told apart by where their span begins: `answered_after_20s`.
fn facts() -> Vec<(String, Fact)> {
    let begins = || std::iter::once(0).chain(PATIENCE_S).zip(0u8..);
    let answered = begins().map(|(from, span)| (format!("answered_after_{from}s"), Fact::AnsweredAfter(span)));
    let abandoned = begins().map(|(from, span)| (format!("abandoned_after_{from}s"), Fact::AbandonedAfter(span)));
    Fact::ALL.iter().map(|fact| (fact.code().to_owned(), *fact)).chain(answered).chain(abandoned).collect()
}

fn unit(measure: Measure) -> &'static str {
    if measure.is_time() { "ms" } else { "permille" }
}

/// One JSON object.
pub fn json(report: &Report<'_>) -> String {
    let level = &report.rules.service_level;
    let at = |at: crate::domain::Stamp| at.rfc3339(report.offset);
    let lines = report.table.lines.iter().map(|line| {
        let mut group = json!({ "group": line.key, "label": line.label });
        extend(&mut group, sums(&line.counts));
        group
    });
    let filter = &report.filter;
    let whole = json!({
        "form": FORM,
        "since": at(report.since),
        "until": at(report.until),
        "printed_at": at(report.now),
        "by": report.split.code(),
        "filter": {
            "queue": filter.queue,
            "agent": filter.who,
            "type": filter.kind,
            "department": filter.department,
        },
        "formula": code(report.formula),
        "formula_in_force": code(level.formula),
        "target_percent": level.target_percent,
        "over_hours": level.target_percent.map(|_| level.over_hours),
        "formulae": Measure::ALL.iter().map(|measure| (measure.code().to_owned(), formula(*measure))).collect::<Map<_, _>>(),
        "groups": lines.collect::<Vec<_>>(),
        "total": sums(&report.table.total),
    });
    format!("{whole:#}\n")
}

fn code(formula: Formula) -> Value {
    json!({ "measure": Measure::ServiceLevel(formula).code(), "written": formula.written() })
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (value, more) {
        object.extend(more);
    }
}

/// What a measure is made of, by the names of the facts.
fn formula(measure: Measure) -> Value {
    let parts = measure.parts();
    let codes = |facts: &[Fact]| facts.iter().map(|fact| fact.code()).collect::<Vec<_>>();
    let written = if let Measure::ServiceLevel(formula) = measure { Some(formula.written()) } else { None };
    json!({
        "unit": unit(measure),
        "written": written,
        "above": codes(parts.above),
        "below": codes(parts.below),
        "less": codes(parts.less),
        "left_out": codes(parts.out),
    })
}

/// Every fact and every measure of some sums.
fn sums(counts: &Counts) -> Value {
    let facts: Map<String, Value> = facts().into_iter().map(|(name, fact)| (name, json!(counts.get(fact)))).collect();
    let measures = Measure::ALL.iter().map(|measure| {
        let figure = measure.of(counts);
        let left_out = figure.left_out.iter().map(|(fact, count)| (fact.code().to_owned(), json!(count)));
        let value = json!({
            "value": figure.number(),
            "unit": unit(*measure),
            "numerator": figure.share.numerator,
            "denominator": figure.share.denominator,
            "left_out": left_out.collect::<Map<_, _>>(),
        });
        (measure.code().to_owned(), value)
    });
    json!({ "facts": facts, "measures": measures.collect::<Map<_, _>>() })
}

/// One line a group: the facts, then each measure with what stands above and below its line.
///
/// # Errors
/// What the writer says; it writes to memory.
pub fn csv(report: &Report<'_>) -> Result<String, Say> {
    let fault = |error: &dyn std::fmt::Display| Say::new("cli.stdout").with("error", error);
    let facts = facts();
    let mut heads = vec!["group".to_owned(), "label".to_owned()];
    heads.extend(facts.iter().map(|(name, _)| name.clone()));
    for measure in Measure::ALL {
        let code = measure.code();
        heads.extend([format!("{code}_{}", unit(measure)), format!("{code}_numerator"), format!("{code}_denominator")]);
    }
    let mut out = csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec());
    out.write_record(&heads).map_err(|error| fault(&error))?;
    for line in &report.table.lines {
        let mut row = vec![cell(&json!(line.key)), cell(&json!(line.label))];
        row.extend(facts.iter().map(|(_, fact)| line.counts.get(*fact).to_string()));
        for measure in Measure::ALL {
            let figure = measure.of(&line.counts);
            row.push(figure.number().map(|number| number.to_string()).unwrap_or_default());
            row.extend([figure.share.numerator, figure.share.denominator].map(|number| number.to_string()));
        }
        out.write_record(&row).map_err(|error| fault(&error))?;
    }
    let bytes = out.into_inner().map_err(|error| fault(&error))?;
    String::from_utf8(bytes).map_err(|error| fault(&error))
}
