//! What stands on a sheet, part by part. What did not happen is left out, but for the calls: that nobody called is said.

use std::collections::BTreeMap;

use super::{Sheet, Span};
use crate::cli::figures::{
    Column, MIDNIGHT, SUBJECTS, Split, footnotes, formula_words, local, pairs_part, side_by_side_part, table_part,
};
use crate::cli::report::{Page, Part};
use crate::domain::figures::{About, By, Counts, Fact, Filter, Measure};
use crate::text::Say;

/// What a sheet tells of calls for each half-hour, day, queue and agent.
const CALLS: [Fact; 4] = [Fact::Offered, Fact::Answered, Fact::InTime, Fact::Abandoned];

/// What a sheet has measures of beside calls.
const OTHERS: [&str; 4] = ["tickets", "callbacks", "orders", "checks"];

/// The sheet as a page.
pub fn page(sheet: &Sheet<'_>) -> Page {
    let total = sheet.book.sum(|_| true);
    let mut parts = sheet.calls(&total);
    parts.extend(sheet.ticket_parts(&total));
    parts.extend(sheet.work_parts(&total));
    parts.push((
        sheet.own("formulae"),
        footnotes(&sheet.measures(&total), &total, sheet.names.rules.limit_ms(None), sheet.language),
    ));
    let signed = ["sign_drawn_up", "sign_head", "sign_management"].map(|who| sheet.own(who));
    parts.push((sheet.own("signatures"), Part::Signatures(signed.to_vec())));
    let key = match sheet.span {
        Span::Day => "printed.day_title",
        Span::Week => "printed.week_title",
        Span::Month => "printed.month_title",
    };
    let form = if sheet.span == Span::Month { "%Y-%m" } else { "%Y-%m-%d" };
    let title = Say::new(key).with("date", sheet.first.format(form));
    let mut foot =
        Say::new("report.printed_at").with("at", local(sheet.now, sheet.offset, MIDNIGHT)).words(sheet.language);
    if sheet.until > sheet.now {
        foot = format!("{foot} {}", sheet.own("unfinished"));
    }
    Page { title: title.words(sheet.language), foot, parts }
}

impl Sheet<'_> {
    /// A word of the sheet.
    pub fn own(&self, key: &str) -> String {
        self.language.word(&format!("printed.{key}")).to_owned()
    }

    fn level(&self) -> Measure {
        Measure::ServiceLevel(self.names.rules.service_level.formula)
    }

    /// Every measure that stands on the sheet: those of the calls, and those of whatever else happened.
    fn measures(&self, total: &Counts) -> Vec<Measure> {
        use Measure as M;
        let calls = [
            self.level(),
            M::AnswerRate,
            M::LateRate,
            M::AbandonRate,
            M::AnswerSpeed,
            M::TalkTime,
            M::HandlingTime,
            M::HoldTime,
            M::TransferRate,
            M::Occupancy,
        ];
        let others = SUBJECTS.iter().filter(|subject| OTHERS.contains(&subject.code) && !subject.is_empty(total));
        calls.into_iter().chain(others.flat_map(|subject| subject.measures.iter().copied())).collect()
    }

    fn about(about: About) -> Filter {
        Filter { about: Some(about), ..Filter::default() }
    }

    fn calls(&self, total: &Counts) -> Vec<(String, Part)> {
        let rules = self.names.rules;
        let formula = rules.service_level.formula;
        let at = |at| local(at, self.offset, MIDNIGHT);
        let span = format!("{} \u{2013} {}", at(self.since), at(self.until));
        let mut about = vec![(self.own("span"), span)];
        about.push((self.own("formula"), formula_words(rules, formula, self.language)));
        let late = total.get(Fact::AnsweredLate);
        let reconstructed = total.get(Fact::Reconstructed);
        // A log has whole seconds: what it can't tell to be in time is not claimed to be (docs/operations.md).
        let open = Say::new("printed.late_or_open").with("count", late).words(self.language);
        about.push((self.own("late"), if reconstructed > 0 { open } else { late.to_string() }));
        let key = if reconstructed > 0 { "printed.reconstructed" } else { "printed.reconstructed_none" };
        about.push((self.own("reconstructed_name"), Say::new(key).with("count", reconstructed).words(self.language)));
        let level = Column::Measure(self.level());
        let m = Column::Measure;
        let (speed, handling) = (m(Measure::AnswerSpeed), m(Measure::HandlingTime));
        let short: Vec<Column> = CALLS.map(Column::Fact).into_iter().collect();
        let whole = [Fact::AnsweredLate, Fact::TimedOut, Fact::TurnedAway, Fact::Elsewhere, Fact::Transferred]
            .map(Column::Fact);
        let rates = [level, m(Measure::AnswerRate), m(Measure::LateRate), m(Measure::AbandonRate), speed];
        let times = [Measure::TalkTime, Measure::HandlingTime, Measure::HoldTime].map(m);
        let rest = [Measure::TransferRate, Measure::Occupancy].map(m);
        let brief: Vec<Column> = short.iter().copied().chain(whole).chain(rates).chain(times).chain(rest).collect();
        let mut parts = vec![
            (self.own("about"), Part::Pairs(about)),
            (self.own("brief"), pairs_part(&brief, total, self.language)),
            (self.own("side_by_side"), side_by_side_part(total, rules, formula, self.language)),
        ];
        let by_time: Vec<Column> =
            short.iter().copied().chain([level, m(Measure::AnswerRate), speed, handling]).collect();
        let by = if self.span == Span::Day { By::HalfHour } else { By::Day };
        let calls = Self::about(About::Calls);
        let lines = self.lines(by, &calls);
        if !SUBJECTS[0].is_empty(total) {
            parts.push((self.own("arrivals"), Part::Chart(self.arrivals(&lines))));
        }
        parts.push((self.title_by(by), self.grouped("calls", by, &calls, &by_time)));
        parts.push((self.title_by(By::Queue), self.grouped("calls", By::Queue, &calls, &by_time)));
        let busy = [Fact::ReadyMs, Fact::OnCallMs, Fact::WrapUpMs, Fact::BreakMs].map(Column::Fact);
        let agents = [Fact::Answered, Fact::InTime].map(Column::Fact).into_iter();
        let agents: Vec<Column> = agents.chain([speed, handling]).chain(busy).chain([m(Measure::Occupancy)]).collect();
        parts.extend(self.agents(&agents).map(|part| (self.title_by(By::Agent), part)));
        if total.get(Fact::Abandoned) + total.get(Fact::Answered) > 0 {
            parts.push((self.own("patience"), Part::Chart(self.patience(total))));
            if self.span != Span::Day {
                parts.push((self.own("week"), Part::Chart(self.week())));
            }
        }
        parts
    }

    fn title_by(&self, by: By) -> String {
        let by = self.own(&format!("by.{}", Split::By(by).code().replace('-', "_")));
        Say::new("printed.calls_by").with("by", by).words(self.language)
    }

    /// A subject's table, put together by something.
    fn grouped(&self, subject: &str, by: By, filter: &Filter, columns: &[Column]) -> Part {
        let lines = self.lines(by, filter);
        let total = self.book.sum(|slot| filter.takes(slot));
        let subject = SUBJECTS.iter().find(|known| known.code == subject).unwrap_or(&SUBJECTS[0]);
        table_part(subject, columns, Split::By(by), &lines, &total, self.language)
    }

    /// Those who answered or were on duty: their calls and their time beside each other; nothing where nobody was.
    fn agents(&self, columns: &[Column]) -> Option<Part> {
        let mut book = crate::domain::figures::Book::default();
        let theirs = self
            .book
            .cells
            .iter()
            .filter(|(slot, _)| matches!(slot.about, About::Calls | About::Time) && !slot.who.is_empty());
        theirs.for_each(|(slot, counts)| book.add(&[(slot.clone(), counts.clone())], 1));
        let split = Split::By(By::Agent);
        let all = Filter::default();
        let span = (self.since, self.until);
        let mut table = crate::cli::figures::table(&book, split, &all, &self.names, span, self.offset);
        let shown = |counts: &Counts| counts.get(Fact::Answered) != 0 || !SUBJECTS[2].is_empty(counts);
        table.lines.retain(|line| shown(&line.counts));
        if table.lines.is_empty() {
            return None;
        }
        let heads =
            std::iter::once(self.own("by.agent")).chain(columns.iter().map(|column| column.name(self.language)));
        let row = |label: &str, counts: &Counts| {
            std::iter::once(label.to_owned()).chain(columns.iter().map(|column| column.words(counts))).collect()
        };
        let mut rows: Vec<Vec<String>> = table.lines.iter().map(|line| row(&line.label, &line.counts)).collect();
        rows.push(row(&self.own("total"), &table.total));
        Some(Part::Numbers(heads.collect(), rows))
    }

    fn ticket_parts(&self, total: &Counts) -> Vec<(String, Part)> {
        let tickets = Self::about(About::Tickets);
        let facts = [Fact::Opened, Fact::Closed, Fact::ClosedInTime, Fact::ClosedLate, Fact::Overdue];
        let rates = [Measure::Timeliness, Measure::OverdueRate, Measure::CloseTime, Measure::Satisfaction];
        let rates = rates.map(Column::Measure);
        let columns: Vec<Column> = facts.map(Column::Fact).into_iter().chain(rates).collect();
        let mut parts = Vec::new();
        if !SUBJECTS[3].is_empty(total) {
            parts.push((self.own("tickets_type"), self.grouped("tickets", By::Type, &tickets, &columns)));
            parts.push((self.own("tickets_department"), self.grouped("tickets", By::Department, &tickets, &columns)));
            if self.span != Span::Day {
                parts.push((self.own("tickets_day"), Part::Chart(self.tickets(&self.lines(By::Day, &tickets)))));
            }
        }
        let now = local(self.now, self.offset, MIDNIGHT);
        let stock = |key: &str| Say::new(key).with("at", &now).words(self.language);
        parts.push((stock("printed.open_tickets"), self.open_tickets()));
        let found = self.found();
        if !found.is_empty() {
            parts.push((self.own("hazards_found"), Part::Pairs(found)));
        }
        parts.push((stock("printed.hazards"), self.hazards()));
        parts
    }

    /// Hazards registered in the span, by grade.
    fn found(&self) -> Vec<(String, String)> {
        let mut grades: BTreeMap<&str, i64> = BTreeMap::new();
        for (slot, counts) in &self.book.cells {
            if slot.about == About::Tickets && slot.kind == "hazard" {
                *grades.entry(&slot.detail).or_default() += counts.get(Fact::Opened);
            }
        }
        let word = |grade: &str| match grade {
            "" => self.own("none"),
            grade => self.names.rules.value_word("hazard_grade", grade).words(self.language),
        };
        grades
            .into_iter()
            .filter(|(_, count)| *count != 0)
            .map(|(grade, count)| (word(grade), count.to_string()))
            .collect()
    }

    /// Callbacks, work orders, spot checks, and what supervisors did.
    fn work_parts(&self, total: &Counts) -> Vec<(String, Part)> {
        let mut parts = Vec::new();
        for (code, by, about, title) in [
            ("callbacks", By::Type, About::Callbacks, "callbacks"),
            ("orders", By::Agent, About::Orders, "orders"),
            ("checks", By::Type, About::Checks, "checks"),
        ] {
            let Some(subject) = SUBJECTS.iter().find(|subject| subject.code == code) else { continue };
            if !subject.is_empty(total) {
                let columns = subject.columns(self.names.rules.service_level.formula);
                parts.push((self.own(title), self.grouped(code, by, &Self::about(about), &columns)));
            }
        }
        let now = local(self.now, self.offset, MIDNIGHT);
        let stock = |key: &str| Say::new(key).with("at", &now).words(self.language);
        parts.push((stock("printed.owed_now"), self.owed()));
        let checks: Vec<_> = self.checks().into_iter().map(|(rule, owed)| (rule, owed.to_string())).collect();
        if !checks.is_empty() {
            parts.push((stock("printed.checks_now"), Part::Pairs(checks)));
        }
        if !self.steps.is_empty() {
            parts.push((self.own("subject.oversight"), self.steps()));
        }
        parts
    }

    /// What supervisors did: how often each did what.
    fn steps(&self) -> Part {
        let mut done: BTreeMap<(String, &str), i64> = BTreeMap::new();
        for step in self.steps {
            *done.entry((self.names.who(&step.by.0), step.step.code())).or_default() += 1;
        }
        let word = |code: &str| {
            let key = format!("step.{code}");
            let word = self.language.word(&key);
            if word == key { code.to_owned() } else { word.to_owned() }
        };
        let rows = done.into_iter().map(|((who, step), count)| vec![who, word(step), count.to_string()]);
        Part::Table(["who", "step", "count"].map(|key| self.own(key)).to_vec(), rows.collect())
    }
}
