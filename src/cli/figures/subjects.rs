//! What figures are about, one table each: which facts stand in it, which measures, and how a number is written.

use super::{Line, Split};
use crate::cli::report::Part;
use crate::domain::figures::{By, Counts, Fact, Figure, Measure};
use crate::domain::rulebook::Formula;
use crate::domain::time::Millis;
use crate::text::Language;

/// Stands where there is nothing to count (R-LIVE-3).
pub const NOTHING: &str = "\u{2013}";

/// What a table of figures is about.
#[derive(Debug)]
pub struct Subject {
    /// Its name in the catalogue (`printed.subject.CODE`).
    pub code: &'static str,
    /// The facts.
    pub facts: &'static [Fact],
    /// The measures; the service level stands for the formula that is asked for.
    pub measures: &'static [Measure],
}

/// All of them, in the order they are printed in.
pub const SUBJECTS: [Subject; 8] = [
    Subject {
        code: "calls",
        facts: &[
            Fact::Offered,
            Fact::Answered,
            Fact::InTime,
            Fact::AnsweredLate,
            Fact::Abandoned,
            Fact::AbandonedShort,
            Fact::TimedOut,
            Fact::TurnedAway,
            Fact::Elsewhere,
            Fact::Transferred,
            Fact::Reconstructed,
        ],
        measures: &[
            Measure::ServiceLevel(Formula::AbandonedInTimeGood),
            Measure::AnswerRate,
            Measure::LateRate,
            Measure::AbandonRate,
            Measure::AnswerSpeed,
            Measure::TalkTime,
            Measure::HandlingTime,
            Measure::HoldTime,
            Measure::TransferRate,
            Measure::AbandonWait,
        ],
    },
    Subject { code: "outbound", facts: &[Fact::Dialled, Fact::Reached], measures: &[Measure::ReachRate] },
    Subject {
        code: "time",
        facts: &[
            Fact::ReadyMs,
            Fact::RingingMs,
            Fact::OnCallMs,
            Fact::HeldMs,
            Fact::WrapUpMs,
            Fact::BreakMs,
            Fact::TrainingMs,
        ],
        measures: &[Measure::Occupancy],
    },
    Subject {
        code: "tickets",
        facts: &[
            Fact::Opened,
            Fact::Closed,
            Fact::ClosedInTime,
            Fact::ClosedInFirstTime,
            Fact::ClosedLate,
            Fact::Overdue,
            Fact::ClocksKept,
            Fact::ClocksKeptFirst,
            Fact::Rated,
            Fact::Satisfied,
        ],
        measures: &[
            Measure::Timeliness,
            Measure::FirstTimeliness,
            Measure::OverdueRate,
            Measure::CloseTime,
            Measure::Satisfaction,
        ],
    },
    Subject { code: "orders", facts: &[Fact::OrdersFinished, Fact::OrderMs], measures: &[Measure::OrderTime] },
    Subject {
        code: "callbacks",
        facts: &[
            Fact::Owed,
            Fact::Settled,
            Fact::SettledInTime,
            Fact::ClosedByHand,
            Fact::Lapsed,
            Fact::Tries,
            Fact::TriesReached,
            Fact::Asked,
            Fact::Pleased,
        ],
        measures: &[Measure::CallbackTimeliness, Measure::CallbackReach, Measure::CallbackSatisfaction],
    },
    Subject {
        code: "checks",
        facts: &[Fact::ChecksOwed, Fact::ChecksDone, Fact::ChecksPassed],
        measures: &[Measure::CheckRate, Measure::CheckPass],
    },
    Subject { code: "oversight", facts: &[Fact::Interventions], measures: &[] },
];

impl Subject {
    /// Nothing of it happened.
    pub fn is_empty(&self, counts: &Counts) -> bool {
        self.facts.iter().all(|fact| counts.get(*fact) == 0)
    }

    /// Its columns, the service level by the formula that is asked for.
    pub fn columns(&self, formula: Formula) -> Vec<Column> {
        let facts = self.facts.iter().map(|fact| Column::Fact(*fact));
        facts.chain(measures(self, formula).into_iter().map(Column::Measure)).collect()
    }
}

/// A subject's measures, the service level by the formula that is asked for.
pub fn measures(subject: &Subject, formula: Formula) -> Vec<Measure> {
    let chosen = |measure: &Measure| match measure {
        Measure::ServiceLevel(_) => Measure::ServiceLevel(formula),
        other => *other,
    };
    subject.measures.iter().map(chosen).collect()
}

/// A column of a table of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// How many, or how long.
    Fact(Fact),
    /// A share or a mean.
    Measure(Measure),
}

impl Column {
    /// What it is called; the service level with its formula.
    pub fn name(self, language: Language) -> String {
        match self {
            Column::Fact(fact) => language.word(&format!("fact.{}", fact.code())).to_owned(),
            Column::Measure(measure) => measure_name(measure, language),
        }
    }

    /// What stands in it.
    pub fn words(self, counts: &Counts) -> String {
        match self {
            Column::Fact(fact) => amount(fact, counts.get(fact)),
            Column::Measure(measure) => value(&measure.of(counts)),
        }
    }
}

/// What a measure is called. A service level is named with its formula wherever it stands.
pub fn measure_name(measure: Measure, language: Language) -> String {
    let key = format!("measure.{}", measure.code());
    let name = language.word(&key);
    match measure {
        Measure::ServiceLevel(formula) if !name.contains(formula.written()) => format!("{name} {}", formula.written()),
        _ => name.to_owned(),
    }
}

/// A figure: a share in percent, a mean in seconds, or nothing.
pub fn value(figure: &Figure) -> String {
    match figure.number() {
        None => NOTHING.to_owned(),
        Some(mean) if figure.measure.is_time() => seconds(mean),
        Some(permille) => format!("{}.{}%", permille / 1_000 * 100 + permille % 1_000 / 10, permille % 10),
    }
}

/// What a figure is made of: above the line, below it.
pub fn made_of(figure: &Figure) -> String {
    let parts = figure.measure.parts();
    let sum = |facts: &[Fact], number: i64| match facts.first() {
        Some(fact) => amount(*fact, number),
        None => number.to_string(),
    };
    format!("{} / {}", sum(parts.above, figure.share.numerator), sum(parts.below, figure.share.denominator))
}

/// What a figure leaves out, with how many; empty for nothing.
pub fn left_out(figure: &Figure, language: Language) -> String {
    let words = figure
        .left_out
        .iter()
        .map(|(fact, count)| format!("{} {}", language.word(&format!("fact.{}", fact.code())), amount(*fact, *count)));
    words.collect::<Vec<_>>().join(language.word("list.join"))
}

/// A fact is a sum of milliseconds.
pub fn is_span(fact: Fact) -> bool {
    fact.code().ends_with("_ms")
}

/// How many, or how long: `1:02:03`.
pub fn amount(fact: Fact, count: i64) -> String {
    if !is_span(fact) {
        return count.to_string();
    }
    let whole = (count + 500).div_euclid(1_000);
    format!("{}:{:02}:{:02}", whole / 3_600, whole / 60 % 60, whole % 60)
}

/// A mean: below a minute seconds with a tenth, from there on minutes and seconds.
pub fn seconds(mean: Millis) -> String {
    let tenths = (mean + 50).div_euclid(100);
    if tenths < 600 {
        return format!("{}.{}s", tenths / 10, tenths % 10);
    }
    let whole = (mean + 500).div_euclid(1_000);
    if whole < 3_600 { format!("{}:{:02}", whole / 60, whole % 60) } else { amount(Fact::WaitMs, mean) }
}

/// Everything together: a line for each number, with what it is made of and what it leaves out.
pub fn pairs_part(columns: &[Column], counts: &Counts, language: Language) -> Part {
    let heads =
        ["figure", "value", "made_of", "left_out"].map(|key| language.word(&format!("printed.{key}")).to_owned());
    let row = |column: &Column| {
        let name = column.name(language);
        match column {
            Column::Fact(_) => vec![name, column.words(counts), String::new(), String::new()],
            Column::Measure(measure) => {
                let figure = measure.of(counts);
                vec![name, value(&figure), made_of(&figure), left_out(&figure, language)]
            }
        }
    };
    Part::Table(heads.to_vec(), columns.iter().map(row).collect())
}

/// A line for each group and one for everything together. Groups without any of it are left out, but for times.
pub fn table_part(
    subject: &Subject,
    columns: &[Column],
    split: Split,
    lines: &[Line],
    total: &Counts,
    language: Language,
) -> Part {
    let first = language.word(&format!("printed.by.{}", split.code().replace('-', "_"))).to_owned();
    let heads = std::iter::once(first).chain(columns.iter().map(|column| column.name(language)));
    let row = |label: &str, counts: &Counts| {
        std::iter::once(label.to_owned()).chain(columns.iter().map(|column| column.words(counts))).collect()
    };
    let shown = lines.iter().filter(|line| split.is_time() || !subject.is_empty(&line.counts));
    let mut rows: Vec<Vec<String>> = shown.map(|line| row(&line.label, &line.counts)).collect();
    rows.push(row(language.word("printed.total"), total));
    debug_assert_ne!(split, Split::By(By::All));
    Part::Numbers(heads.collect(), rows)
}
