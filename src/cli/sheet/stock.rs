//! What is still open when the sheet is printed: tickets by stage, hazards by grade and age, what is owed.

use std::collections::BTreeMap;

use super::Sheet;
use crate::cli::report::Part;
use crate::domain::state::DAY_MS;
use crate::domain::{RequestType, Ticket};

/// The ages by which hazards are told apart, in days: below each of these, and whatever is older.
const AGES: [i64; 3] = [1, 7, 30];
/// Grades of hazards, the gravest first, as the rulebook's field has them.
const GRADES: [&str; 4] = ["grave", "larger", "ordinary", "slight"];

impl Sheet<'_> {
    fn open(&self) -> impl Iterator<Item = &Ticket> {
        self.state.tickets.values().filter(|ticket| ticket.is_live() && !ticket.rehearsal)
    }

    fn is_overdue(&self, ticket: &Ticket) -> bool {
        ticket.due_at() < self.now
    }

    /// Open tickets by type and stage: how many, how many of them with a clock run out, how old the oldest is.
    pub fn open_tickets(&self) -> Part {
        let mut stages: BTreeMap<(RequestType, String), [i64; 3]> = BTreeMap::new();
        for ticket in self.open() {
            let row = stages.entry((ticket.fields.kind, ticket.stage.clone())).or_default();
            row[0] += 1;
            row[1] += i64::from(self.is_overdue(ticket));
            row[2] = row[2].max(self.now.since(ticket.opened_at) / DAY_MS);
        }
        let name = |kind: RequestType, stage: &str| {
            let stage = self.names.rules.stage_word(kind, stage).words(self.language);
            format!("{} {stage}", self.names.kind(kind.code()))
        };
        let total = stages.values().fold([0; 3], |sum, row| [sum[0] + row[0], sum[1] + row[1], sum[2].max(row[2])]);
        let rows = stages.iter().map(|((kind, stage), row)| self.row(name(*kind, stage), row));
        let rows = rows.chain([self.row(self.own("total"), &total)]).collect();
        Part::Numbers(["stage", "open", "overdue_now", "oldest"].map(|key| self.own(key)).to_vec(), rows)
    }

    /// Open hazards by grade and age.
    pub fn hazards(&self) -> Part {
        let mut grades: BTreeMap<usize, [i64; 5]> = BTreeMap::new();
        for ticket in self.open().filter(|ticket| ticket.fields.kind == RequestType::Hazard) {
            let grade = ticket.value("hazard_grade");
            let place = GRADES.iter().position(|known| *known == grade).unwrap_or(GRADES.len());
            let days = self.now.since(ticket.opened_at) / DAY_MS;
            let age = AGES.iter().position(|below| days < *below).unwrap_or(AGES.len());
            let row = grades.entry(place).or_default();
            row[age] += 1;
            row[4] += i64::from(self.is_overdue(ticket));
        }
        let word = |place: &usize| match GRADES.get(*place) {
            Some(grade) => self.names.rules.value_word("hazard_grade", grade).words(self.language),
            None => self.own("none"),
        };
        let mut total = [0; 5];
        grades.values().for_each(|row| total.iter_mut().zip(row).for_each(|(sum, count)| *sum += count));
        let rows = grades.iter().map(|(place, row)| self.row(word(place), row));
        let rows = rows.chain([self.row(self.own("total"), &total)]).collect();
        let heads = ["grade", "age_day", "age_week", "age_month", "age_older", "overdue_now"];
        Part::Numbers(heads.map(|key| self.own(key)).to_vec(), rows)
    }

    /// What is owed to people, by its reason: how much, and how much of it is past its time.
    pub fn owed(&self) -> Part {
        let mut reasons: BTreeMap<&str, [i64; 2]> = BTreeMap::new();
        for line in self.state.callbacks.values().filter(|line| !line.rehearsal) {
            for debt in line.debts.iter().filter(|debt| debt.is_open()) {
                let row = reasons.entry(debt.reason.code()).or_default();
                row[0] += 1;
                row[1] += i64::from(debt.due_at < self.now);
            }
        }
        let total = reasons.values().fold([0; 2], |sum, row| [sum[0] + row[0], sum[1] + row[1]]);
        let rows = reasons.iter().map(|(reason, row)| self.row(self.names.kind(reason), row));
        let rows = rows.chain([self.row(self.own("total"), &total)]).collect();
        Part::Numbers(["reason", "owed", "overdue_now"].map(|key| self.own(key)).to_vec(), rows)
    }

    /// Spot checks that are still owed, by their rule.
    pub fn checks(&self) -> Vec<(String, i64)> {
        let mut rules: BTreeMap<&str, i64> = BTreeMap::new();
        for draw in self.state.spot_draws.values() {
            let owed = draw.picks.iter().filter(|pick| pick.sheet.is_none()).count();
            *rules.entry(&draw.rule).or_default() += i64::try_from(owed).unwrap_or(i64::MAX);
        }
        rules.into_iter().filter(|(_, owed)| *owed > 0).map(|(rule, owed)| (self.names.kind(rule), owed)).collect()
    }

    fn row(&self, name: String, numbers: &[i64]) -> Vec<String> {
        std::iter::once(name).chain(numbers.iter().map(i64::to_string)).collect()
    }
}
