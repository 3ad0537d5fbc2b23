//! How much of what was settled was called again (R-CB-1, R-CB-2): this month and the last, from the replica's own rows.
//! What a rehearsal made is in none of it.

use std::collections::BTreeSet;

use crate::domain::state::DAY_MS;
use crate::domain::{CallbackEnd, CallbackReason, Draw, Revisit, Stamp};
use crate::text::Say;
use crate::tui::form::sheet::SATISFIED;
use crate::tui::model::Model;
use crate::tui::words;

use super::board::{Board, BoardKind, BoardRow, Calls, Opens, Which, share};

/// What stands where a figure is not asked.
const NONE: &str = "\u{2013}";

/// It went over to another line of the person and is counted there, or is not owed any more.
fn is_elsewhere(row: &Revisit) -> bool {
    matches!(&row.end, Some((_, CallbackEnd::Joined(_) | CallbackEnd::Lapsed)))
}

impl Model {
    pub(super) fn month_of(&self, at: Stamp) -> i64 {
        words::month(at, self.desk.welcome().offset_ms)
    }

    fn draws_of(&self, month: i64) -> impl Iterator<Item = &Draw> {
        // The day is a local one: noon of it lies in it, whatever the offset.
        let of_month = move |draw: &&Draw| words::month(Stamp(draw.day * DAY_MS + DAY_MS / 2), 0) == month;
        self.desk.state().draws.values().filter(|draw| !draw.rehearsal).filter(of_month)
    }

    fn rule_of(&self, row: &Revisit) -> Option<&str> {
        Some(self.desk.state().draws.get(&row.draw?)?.rule.as_str())
    }

    /// The follow-up calls behind a row.
    fn calls_of(&self, calls: &Calls) -> Vec<&Revisit> {
        let of = |row: &&Revisit| {
            let month = match (row.draw.and_then(|draw| self.desk.state().draws.get(&draw)), &calls.of) {
                // What was drawn counts where it was drawn, also when its call came up later.
                (Some(draw), Which::Drawn(_)) => words::month(Stamp(draw.day * DAY_MS + DAY_MS / 2), 0),
                _ => self.month_of(row.made_at),
            };
            !row.rehearsal
                && !is_elsewhere(row)
                && month == calls.month
                && match &calls.of {
                    Which::Returned => row.reason == CallbackReason::Revisit,
                    Which::Drawn(rule) => self.rule_of(row) == Some(rule),
                    Which::Satisfied(how) => row.satisfaction == *how,
                }
        };
        self.desk.state().revisits.values().filter(of).collect()
    }

    pub(super) fn shares_board(&self) -> Board {
        let head = ["what", "population", "wanted", "drawn", "topped", "done", "by-hand", "unreached", "owed", "share"];
        let this = self.month_of(self.now);
        let rows = [this, this - 1].into_iter().flat_map(|month| self.month_rows(month)).collect();
        Board {
            title: self.word("due.shares"),
            head: head.into_iter().map(|key| self.word(&format!("due.share-{key}"))).collect(),
            rows,
            foot: self.word("due.shares-foot"),
        }
    }

    fn month_rows(&self, month: i64) -> Vec<BoardRow> {
        let mut rows = vec![BoardRow::heading(format!("{}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1))];
        let calls = Calls { month, of: Which::Returned };
        let all = self.calls_of(&calls);
        let figures = [all.len().to_string(), all.len().to_string(), NONE.to_owned(), NONE.to_owned()];
        rows.push(self.share_row(self.word("due.returned"), &figures, &all, all.len(), calls));
        let mut rules: Vec<String> =
            self.desk.welcome().rulebook.revisits.shares.iter().map(|rule| rule.id.clone()).collect();
        let drawn: BTreeSet<&str> = self.draws_of(month).map(|draw| draw.rule.as_str()).collect();
        let gone: Vec<String> = drawn.iter().map(|rule| (*rule).to_owned()).filter(|id| !rules.contains(id)).collect();
        rules.extend(gone);
        for rule in rules {
            let draws: Vec<&Draw> = self.draws_of(month).filter(|draw| draw.rule == rule).collect();
            let sum = |part: fn(&Draw) -> usize| draws.iter().map(|draw| part(draw)).sum::<usize>();
            let wanted = sum(|draw| usize::try_from(draw.wanted).unwrap_or(usize::MAX));
            let figures = [
                sum(|draw| draw.population.len()),
                wanted,
                sum(|draw| draw.drawn.len()),
                sum(|draw| draw.topped.len()),
            ]
            .map(|figure| figure.to_string());
            let name = self.share_name(&rule);
            let calls = Calls { month, of: Which::Drawn(rule) };
            let all = self.calls_of(&calls);
            rows.push(self.share_row(name, &figures, &all, wanted, calls));
        }
        rows.extend(self.satisfaction_rows(month));
        rows
    }

    fn share_row(
        &self,
        name: String,
        figures: &[String; 4],
        all: &[&Revisit],
        wanted: usize,
        calls: Calls,
    ) -> BoardRow {
        let count = |holds: fn(&Revisit) -> bool| all.iter().filter(|row| holds(row)).count();
        let done = count(Revisit::is_done);
        let by_hand = count(|row| row.is_done() && row.by_hand);
        let owed = count(Revisit::is_owed);
        let mut cells = vec![name];
        cells.extend(figures.iter().cloned());
        cells.extend([done, by_hand, count(|row| row.unreached), owed].map(|figure| figure.to_string()));
        cells.push(share(done.min(wanted), wanted));
        let style = match (wanted, done) {
            (0, _) => "muted",
            (wanted, done) if done >= wanted => "good",
            _ if owed > 0 => "warning",
            _ => "value",
        };
        BoardRow { cells, style, opens: Opens::Board(BoardKind::Calls(calls)) }
    }

    /// A rule by what it is about: the type, who calls, how many at least.
    fn share_name(&self, rule: &str) -> String {
        let rules = &self.desk.welcome().rulebook;
        let Some(share) = rules.revisits.shares.iter().find(|share| share.id == rule) else { return rule.to_owned() };
        let role = rules.role_word(&share.by).words(self.settings.language);
        format!("{} {role} \u{2265}{}%", self.word(words::kind(share.kind)), share.percent)
    }

    fn satisfaction_rows(&self, month: i64) -> Vec<BoardRow> {
        let asked = SATISFIED.map(|how| {
            let calls = Calls { month, of: Which::Satisfied(how.to_owned()) };
            (how, self.calls_of(&calls).len(), calls)
        });
        let all: usize = asked.iter().map(|(_, count, _)| count).sum();
        let row = |(how, count, calls): (&str, usize, Calls)| {
            let mut cells = vec![format!("  {}", self.word(&format!("choice.satisfaction.{how}")))];
            cells.extend([const { String::new() }; 4]);
            cells.push(count.to_string());
            cells.extend([const { String::new() }; 3]);
            cells.push(share(count, all));
            let style = if how == "dissatisfied" && count > 0 { "warning" } else { "value" };
            BoardRow { cells, style, opens: Opens::Board(BoardKind::Calls(calls)) }
        };
        asked.into_iter().map(row).collect()
    }

    /// The follow-up calls behind a row, what is owed on top.
    pub(super) fn calls_board(&self, calls: &Calls) -> Board {
        let mut all = self.calls_of(calls);
        all.sort_by_key(|row| (!row.is_owed(), row.due_at, row.line, row.debt));
        let rows: Vec<BoardRow> = all.into_iter().map(|row| self.call_row(row)).collect();
        let name = match &calls.of {
            Which::Returned => self.word("due.returned"),
            Which::Drawn(rule) => self.share_name(rule),
            Which::Satisfied(how) => self.word(&format!("choice.satisfaction.{how}")),
        };
        let say = Say::new("due.calls-title").with("count", rows.len()).with("what", name);
        let month = format!("{}-{:02}", calls.month.div_euclid(12), calls.month.rem_euclid(12) + 1);
        Board {
            title: self.words(&say.with("month", month)),
            head: ["due", "how", "satisfied", "ticket"].map(|key| self.word(&format!("due.call-{key}"))).to_vec(),
            rows,
            foot: String::new(),
        }
    }

    fn call_row(&self, row: &Revisit) -> BoardRow {
        let late = row.is_owed() && row.due_at <= self.now;
        let how = match &row.end {
            None if late => self.word("due.owed-late"),
            None => self.word("due.owed-still"),
            // R-CB-4: a phone callback is marked as one.
            Some((at, end @ CallbackEnd::Reached(_))) => {
                format!("{} {} {}", self.when(*at), self.word("month.phone"), self.end_words(end))
            }
            Some((at, end)) => format!("{} {}", self.when(*at), self.end_words(end)),
        };
        let how = if row.by_hand { format!("{how} [{}]", self.word("due.by-hand")) } else { how };
        let satisfied = match row.satisfaction.as_str() {
            "" => String::new(),
            how => self.word(&format!("choice.satisfaction.{how}")),
        };
        let style = match (row.is_done(), late) {
            (true, _) => "value",
            (_, true) => "due.late",
            _ if row.unreached => "warning",
            _ => "due",
        };
        let cells = vec![self.when(row.due_at), how, satisfied, self.ticket_word(row.ticket)];
        BoardRow { cells, style, opens: Opens::Ticket(row.ticket) }
    }
}
