//! The overview: every measure, and the counts they are made of, by queue, agent, team, type, department.

use std::collections::BTreeMap;

use super::{FiguresView, Of};
use crate::domain::figures::{Counts, Fact, Group, Measure};
use crate::tui::model::Model;

/// The counts shown below the measures.
pub const COUNTS: [Fact; 26] = [
    Fact::Offered,
    Fact::Answered,
    Fact::InTime,
    Fact::Abandoned,
    Fact::AbandonedShort,
    Fact::TimedOut,
    Fact::TurnedAway,
    Fact::Elsewhere,
    Fact::Transferred,
    Fact::Reconstructed,
    Fact::Dialled,
    Fact::Reached,
    Fact::Opened,
    Fact::Closed,
    Fact::ClosedInTime,
    Fact::ClosedLate,
    Fact::Overdue,
    Fact::OrdersFinished,
    Fact::Owed,
    Fact::Settled,
    Fact::SettledInTime,
    Fact::Tries,
    Fact::TriesReached,
    Fact::ChecksOwed,
    Fact::ChecksDone,
    Fact::Interventions,
];

/// A figure as it stands in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figured {
    /// What it is.
    pub of: Of,
    /// Its name.
    pub name: String,
    /// The number; `–` where there is nothing to count.
    pub value: String,
    /// Above and below the line, for measures.
    pub share: String,
}

impl Model {
    /// Everything that is figured, in the order of the overview: the service level by the formula that is shown, then
    /// the other measures, then counts.
    pub fn figured(&self) -> impl Iterator<Item = Of> + use<> {
        let level = Measure::ServiceLevel(self.formula());
        let others = Measure::ALL.into_iter().filter(|measure| !matches!(measure, Measure::ServiceLevel(_)));
        let measures = std::iter::once(level).chain(others).map(Of::Measure);
        measures.chain(COUNTS.into_iter().map(Of::Count))
    }

    /// The overview's rows with what they count; nothing while it is being asked for.
    pub fn overview(&self, view: &FiguresView) -> Option<BTreeMap<Group, Counts>> {
        let mut table = self.figure_table(view.span, view.by, &view.filter)?;
        if view.by == crate::domain::figures::By::All {
            table.entry(Group::All).or_default();
        }
        Some(table)
    }

    /// A figure of these counts.
    pub fn figured_of(&self, of: Of, counts: &Counts) -> Figured {
        match of {
            Of::Measure(measure) => {
                let figure = measure.of(counts);
                let share = figure.share;
                let above = if measure.is_time() || measure == Measure::Occupancy {
                    crate::tui::words::span(share.numerator)
                } else {
                    share.numerator.to_string()
                };
                let below = match measure {
                    Measure::Occupancy => crate::tui::words::span(share.denominator),
                    _ => share.denominator.to_string(),
                };
                Figured {
                    of,
                    name: self.measure_name(measure),
                    value: super::names::figure_words(&figure),
                    share: format!("{above} / {below}"),
                }
            }
            Of::Count(fact) => Figured {
                of,
                name: self.fact_name(fact),
                value: super::names::amount(fact, counts.get(fact)),
                share: String::new(),
            },
        }
    }
}
