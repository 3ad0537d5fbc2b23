//! Planned visits by class A to D (R-CB-8): the year's rate, who is owed a visit now, what was recorded late.

use std::collections::BTreeMap;

use crate::client::Query;
use crate::domain::visit::VisitYear;
use crate::domain::{CustomerId, Stamp, Visit};
use crate::text::Say;
use crate::tui::command::{Effect, Question};
use crate::tui::layer::Layer;
use crate::tui::model::Model;

use super::board::{Board, BoardKind, BoardRow, Opens, share};

/// A customer with a plan of visits, as the desk tells it: customers are not in the replica.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitOwed {
    /// Whom.
    pub customer: CustomerId,
    /// The name.
    pub name: String,
    /// A, B, C or D.
    pub class: String,
    /// Visits a year by the plan.
    pub planned: u32,
    /// Made this year.
    pub done: u32,
    /// Owed by now and not made.
    pub owed: u32,
    /// The last one.
    pub last: Option<Stamp>,
}

impl Model {
    fn year(&self) -> i64 {
        self.month_of(self.now).div_euclid(12)
    }

    /// Asks the desk for the year's plan: customers are not in the replica.
    pub(in crate::tui) fn ask_for_visits(&self) -> Effect {
        let year = i32::try_from(self.year()).unwrap_or_default();
        Effect::Ask(Query::Visits { year }, Question::Visits)
    }

    /// Visits are on the screen.
    pub(in crate::tui::model) fn shows_visits(&self) -> bool {
        let shows = |layer: &Layer| matches!(layer, Layer::Board(view) if matches!(view.kind, BoardKind::Visits | BoardKind::Class(_)));
        self.layers.iter().any(shows)
    }

    /// The plan customer by customer; the periods of one lie beside each other.
    pub(in crate::tui::model) fn plan_of(&self, year: &VisitYear) -> Vec<VisitOwed> {
        let mut plan: BTreeMap<CustomerId, VisitOwed> = BTreeMap::new();
        for row in &year.rows {
            let owed = plan.entry(row.customer).or_insert_with(|| VisitOwed {
                customer: row.customer,
                name: row.name.clone(),
                class: row.class.clone(),
                ..VisitOwed::default()
            });
            owed.planned += 1;
            owed.done += u32::from(row.done_at.is_some());
            owed.owed += u32::from(row.is_owed(self.now));
            owed.last = owed.last.max(row.done_at);
        }
        plan.into_values().collect()
    }

    fn visits_of_year(&self) -> impl Iterator<Item = &Visit> {
        let year = self.year();
        let of_year = move |visit: &&Visit| !visit.rehearsal && self.month_of(visit.at).div_euclid(12) == year;
        self.desk.state().visits.values().filter(of_year)
    }

    pub(super) fn visits_board(&self) -> Board {
        let head = ["class", "customers", "planned", "done", "rate", "owed"];
        let mut rows: Vec<BoardRow> =
            self.desk.welcome().rulebook.visits.iter().map(|plan| self.class_row(&plan.class)).collect();
        if rows.len() > 1 {
            rows.push(self.all_classes_row());
        }
        let plan = self.visit_plan.as_deref().unwrap_or_default();
        let owed: Vec<&VisitOwed> = plan.iter().filter(|row| row.owed > 0).collect();
        if !owed.is_empty() {
            rows.push(BoardRow::heading(self.words(&Say::new("due.visits-owed").with("count", owed.len()))));
            rows.extend(owed.into_iter().map(|row| self.customer_row(row)));
        }
        let late: Vec<&Visit> = self.visits_of_year().filter(|visit| visit.late).collect();
        if !late.is_empty() {
            rows.push(BoardRow::heading(self.words(&Say::new("due.visits-late").with("count", late.len()))));
            rows.extend(late.into_iter().map(|visit| self.visit_row(visit)));
        }
        let foot = if self.visit_plan.is_none() { "due.visits-unknown" } else { "due.visits-foot" };
        Board {
            title: self.words(&Say::new("due.visits").with("year", self.year())),
            head: head.into_iter().map(|key| self.word(&format!("due.visit-{key}"))).collect(),
            rows,
            foot: self.word(foot),
        }
    }

    /// A class: the rate is what was made of what the plan asks for the year, at most all of it for each customer.
    fn class_row(&self, class: &str) -> BoardRow {
        self.rate_row(class.to_owned(), class, |row| row == class)
    }

    /// R-CB-8: the year's rate of all classes together.
    fn all_classes_row(&self) -> BoardRow {
        self.rate_row(self.word("visits.all"), "", |_| true)
    }

    fn rate_row(&self, name: String, opens: &str, counts: impl Fn(&str) -> bool) -> BoardRow {
        let plan: Vec<&VisitOwed> =
            self.visit_plan.iter().flatten().filter(|row| counts(&row.class) && row.planned > 0).collect();
        let sum = |part: fn(&VisitOwed) -> u32| plan.iter().map(|row| u64::from(part(row))).sum::<u64>();
        let (planned, kept) = (sum(|row| row.planned), sum(|row| row.done.min(row.planned)));
        let done = self.visits_of_year().filter(|visit| counts(&visit.class) && !visit.class.is_empty()).count();
        let figure = |figure: u64| if self.visit_plan.is_some() { figure.to_string() } else { "\u{2013}".to_owned() };
        let whole = usize::try_from(planned).unwrap_or(usize::MAX);
        let cells = vec![
            name,
            figure(plan.len() as u64),
            figure(planned),
            done.to_string(),
            share(usize::try_from(kept).unwrap_or(usize::MAX), whole),
            figure(sum(|row| row.owed)),
        ];
        let style = if sum(|row| row.owed) > 0 { "warning" } else { "value" };
        BoardRow { cells, style, opens: Opens::Board(BoardKind::Class(opens.to_owned())) }
    }

    fn customer_row(&self, row: &VisitOwed) -> BoardRow {
        let last = row.last.map_or_else(|| self.word("due.visit-never"), |at| self.when(at));
        let cells = vec![
            format!("  {} {}", row.class, row.name),
            last,
            row.planned.to_string(),
            row.done.to_string(),
            share(usize::try_from(row.done.min(row.planned)).unwrap_or(0), usize::try_from(row.planned).unwrap_or(0)),
            row.owed.to_string(),
        ];
        let style = if row.owed > 0 { "warning" } else { "value" };
        BoardRow { cells, style, opens: Opens::Customer(row.customer) }
    }

    fn visit_row(&self, visit: &Visit) -> BoardRow {
        let recorded = self.words(&Say::new("due.visit-recorded").with("time", self.when(visit.recorded_at)));
        let cells = vec![
            format!("  {} {}", visit.class, visit.name),
            self.when(visit.at),
            recorded,
            self.staff_name(&visit.by),
            String::new(),
            String::new(),
        ];
        BoardRow { cells, style: "muted", opens: Opens::Nothing }
    }

    pub(super) fn class_board(&self, class: &str) -> Board {
        let plan = self.visit_plan.iter().flatten().filter(|row| class.is_empty() || row.class == class);
        let mut plan: Vec<&VisitOwed> = plan.collect();
        plan.sort_by_key(|row| (std::cmp::Reverse(row.owed), row.last, row.customer));
        let head = ["customer", "last", "planned", "done", "rate", "owed"];
        Board {
            title: match class {
                "" => self.word("visits.all"),
                class => self.words(&Say::new("due.visits-class").with("class", class)),
            },
            head: head.into_iter().map(|key| self.word(&format!("due.visit-{key}"))).collect(),
            rows: plan.into_iter().map(|row| self.customer_row(row)).collect(),
            foot: self.word(if self.visit_plan.is_none() { "due.visits-unknown" } else { "due.visits-foot" }),
        }
    }
}
