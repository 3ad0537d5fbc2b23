//! The charts of a sheet, from the same tables that stand beside them.

use crate::cli::figures::{Line, Split, table};
use crate::cli::report::Chart;
use crate::domain::figures::{By, Counts, Fact, Filter, Measure, PATIENCE_S};

use super::Sheet;

impl Sheet<'_> {
    /// The lines of everything that counts, put together by something.
    pub fn lines(&self, by: By, filter: &Filter) -> Vec<Line> {
        table(self.book, Split::By(by), filter, &self.names, (self.since, self.until), self.offset).lines
    }

    fn fact(&self, fact: Fact) -> String {
        self.language.word(&format!("fact.{}", fact.code())).to_owned()
    }

    /// Arrivals, and how many of them were answered.
    pub fn arrivals(&self, lines: &[Line]) -> Chart {
        let offered = lines.iter().map(|line| line.counts.get(Fact::Offered)).collect();
        let rate = lines.iter().map(|line| Measure::AnswerRate.of(&line.counts).number()).collect();
        let rate_name = self.language.word(&format!("measure.{}", Measure::AnswerRate.code())).to_owned();
        Chart::Bars {
            names: lines.iter().map(|line| short(&line.key)).collect(),
            series: vec![(self.fact(Fact::Offered), offered)],
            share: Some((rate_name, rate)),
        }
    }

    /// How patient callers are: who gave up after how long, and who was answered after how long.
    pub fn patience(&self, counts: &Counts) -> Chart {
        let begins = || std::iter::once(&0).chain(&PATIENCE_S);
        let ends = begins().zip(&PATIENCE_S).map(|(begin, end)| format!("{begin}-{end}s"));
        let last = PATIENCE_S.last().map(|end| format!("{end}s+"));
        let spans = || 0..=PATIENCE_S.len() as u8;
        let abandoned = spans().map(|span| counts.get(Fact::AbandonedAfter(span))).collect();
        let answered = spans().map(|span| counts.get(Fact::AnsweredAfter(span))).collect();
        Chart::Bars {
            names: ends.chain(last).collect(),
            series: vec![(self.fact(Fact::Abandoned), abandoned), (self.fact(Fact::Answered), answered)],
            share: None,
        }
    }

    /// When in the week calls come.
    pub fn week(&self) -> Chart {
        let mut cells = vec![vec![0; 24]; 7];
        for line in self.lines(By::WeekHour, &Filter::default()) {
            let place = line.key.split_once(' ').and_then(|(day, hour)| {
                Some((day.parse::<usize>().ok()?.checked_sub(1)?, hour.get(..2)?.parse::<usize>().ok()?))
            });
            if let Some(cell) = place.and_then(|(day, hour)| cells.get_mut(day)?.get_mut(hour)) {
                *cell = line.counts.get(Fact::Offered);
            }
        }
        let weekday = |day: i64| self.language.word(&format!("printed.weekday.{day}")).to_owned();
        Chart::Heat {
            rows: (1..=7).map(weekday).collect(),
            columns: (0..24).map(|hour| format!("{hour:02}")).collect(),
            cells,
            what: self.fact(Fact::Offered),
        }
    }

    /// Tickets opened, filed and fallen due, day by day.
    pub fn tickets(&self, lines: &[Line]) -> Chart {
        let series = |fact: Fact| {
            let numbers = lines.iter().map(|line| line.counts.get(fact)).collect();
            (self.fact(fact), numbers)
        };
        Chart::Bars {
            names: lines.iter().map(|line| short(&line.key)).collect(),
            series: [Fact::Opened, Fact::Closed, Fact::Overdue].map(series).to_vec(),
            share: None,
        }
    }
}

/// A date without its year: the title has it.
fn short(key: &str) -> String {
    if key.len() == 10 { key.get(5..).unwrap_or(key).to_owned() } else { key.to_owned() }
}
