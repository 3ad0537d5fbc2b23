//! What charts are made of: the day by half-hours, waits by spans, tickets by day, the week by hours.

use super::FiguresView;
use crate::domain::figures::{By, Counts, Fact, Group, PATIENCE_S};
use crate::tui::model::Model;

/// Half-hours of a day.
pub const SLOTS: usize = 48;

/// Who waited so long: who was answered then, who gave up then, and how many still waited when it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtWait {
    /// Answered after a wait in this span.
    pub answered: i64,
    /// Gave up after a wait in this span.
    pub abandoned: i64,
    /// Still waiting when the span begins: they are answered or give up in it or later.
    pub waiting: i64,
}

impl AtWait {
    /// How many of those who still waited gave up in this span, in thousandths; nothing where nobody waited.
    pub fn gave_up(self) -> Option<i64> {
        (self.waiting > 0).then(|| self.abandoned * 1_000 / self.waiting)
    }
}

/// The tickets of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayOfTickets {
    /// The day, as days since 1970-01-01.
    pub day: i64,
    /// Opened, closed, closed in time, closed late, overdue.
    pub counts: [i64; 5],
}

impl DayOfTickets {
    /// What is counted of each day.
    pub const FACTS: [Fact; 5] = [Fact::Opened, Fact::Closed, Fact::ClosedInTime, Fact::ClosedLate, Fact::Overdue];
}

impl Model {
    /// The half-hours of the day, all days of the span together.
    pub fn half_hours(&self, view: &FiguresView) -> Option<Vec<Counts>> {
        let table = self.figure_table(view.span, By::HalfHour, &view.filter)?;
        let mut slots = vec![Counts::default(); SLOTS];
        for (group, counts) in table {
            if let Some(slot) = index(&group).and_then(|at| slots.get_mut(at)) {
                *slot = counts;
            }
        }
        Some(slots)
    }

    /// Who was answered and who gave up after which wait (how patient callers are), by the spans of `PATIENCE_S`.
    pub fn waits(&self, view: &FiguresView) -> Option<Vec<AtWait>> {
        let counts = self.figure_counts(view.span, &view.filter)?;
        let mut waits: Vec<AtWait> = (0..=PATIENCE_S.len() as u8)
            .map(|span| AtWait {
                answered: counts.get(Fact::AnsweredAfter(span)),
                abandoned: counts.get(Fact::AbandonedAfter(span)),
                waiting: 0,
            })
            .collect();
        let mut waiting = 0;
        for wait in waits.iter_mut().rev() {
            waiting += wait.answered + wait.abandoned;
            wait.waiting = waiting;
        }
        Some(waits)
    }

    /// Tickets by day, every day of the span up to today, the newest first.
    pub fn tickets_by_day(&self, view: &FiguresView) -> Option<Vec<DayOfTickets>> {
        let table = self.figure_table(view.span, By::Day, &view.filter)?;
        let (first, last) = view.span.days(self.today());
        let days = (first..=last.min(self.today())).rev().map(|day| {
            let counts = table.get(&Group::At(day));
            DayOfTickets { day, counts: DayOfTickets::FACTS.map(|fact| counts.map_or(0, |counts| counts.get(fact))) }
        });
        Some(days.collect())
    }

    /// Calls that arrived, by the hour of the week: seven days of 24, from Monday.
    pub fn week_hours(&self, view: &FiguresView) -> Option<Vec<Counts>> {
        let table = self.figure_table(view.span, By::WeekHour, &view.filter)?;
        let mut hours = vec![Counts::default(); 7 * 24];
        for (group, counts) in table {
            if let Some(hour) = index(&group).and_then(|at| hours.get_mut(at)) {
                *hour = counts;
            }
        }
        Some(hours)
    }

    /// The day and hour of the chosen cell, where the span has that day of the week once.
    pub(super) fn heat_day(&self, view: &FiguresView) -> Option<(i64, i64)> {
        let (first, last) = view.span.days(self.today());
        let row = i64::try_from(view.at).ok()?;
        let mut days = (first..=last).filter(|day| day - crate::domain::figures::monday_of(*day) == row);
        let day = days.next()?;
        days.next().is_none().then_some((day, i64::try_from(view.across).ok()?))
    }
}

fn index(group: &Group) -> Option<usize> {
    match group {
        Group::At(at) => usize::try_from(*at).ok(),
        _ => None,
    }
}
