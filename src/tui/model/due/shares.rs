//! How much of what was settled was called again (R-CB-1, R-CB-2): this month and the last, counted from the replica as the
//! desk counts everywhere.
//! What a rehearsal made is in none of it.

use std::collections::BTreeMap;

use crate::domain::revisit::{self, Share, ShareOf};
use crate::domain::{CallbackEnd, Revisit, Stamp};
use crate::text::Say;
use crate::tui::form::sheet::SATISFIED;
use crate::tui::model::Model;
use crate::tui::words;

use super::board::{Board, BoardKind, BoardRow, Calls, Opens, Which, share};

/// What stands where a figure is not asked.
const NONE: &str = "\u{2013}";

impl Model {
    pub(super) fn month_of(&self, at: Stamp) -> i64 {
        words::month(at, self.desk.welcome().offset_ms)
    }

    /// The shares of a local month, as the desk counts them everywhere.
    fn shares_of(&self, month: i64) -> Vec<Share> {
        let offset = self.desk.welcome().offset_ms;
        let (from, until) = (words::month_begins(month, offset), words::month_begins(month + 1, offset));
        revisit::shares(self.desk.state(), &self.desk.welcome().rulebook, offset, from, until)
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
        let shares = self.shares_of(month);
        rows.extend(shares.iter().map(|share| self.share_row(share, month)));
        rows.extend(self.satisfaction_rows(&shares, month));
        rows
    }

    fn share_row(&self, of: &Share, month: i64) -> BoardRow {
        let drawn = matches!(of.of, ShareOf::Rule(_));
        let draws = [of.drawn, of.topped].map(|figure| if drawn { figure.to_string() } else { NONE.to_owned() });
        let mut cells = vec![self.share_name(&of.of)];
        cells.extend([of.population, of.wanted].map(|figure| figure.to_string()));
        cells.extend(draws);
        cells.extend([of.done, of.by_hand, of.unreached, of.owed].map(|figure| figure.to_string()));
        cells.push(share((of.done + of.told).min(of.wanted), of.wanted));
        let style = match of.is_met() {
            None => "muted",
            Some(true) => "good",
            // Nobody is left who could still be called: it will not be met any more.
            Some(false) if of.short() > 0 => "error",
            Some(false) => "warning",
        };
        BoardRow {
            cells,
            style,
            opens: Opens::Board(BoardKind::Calls(Calls { month, of: Which::Share(of.of.clone()) })),
        }
    }

    /// What a share is of: returned work, or a rule by what it is about: the type, who calls, how many at least.
    fn share_name(&self, of: &ShareOf) -> String {
        let ShareOf::Rule(rule) = of else { return self.word("due.returned") };
        let rules = &self.desk.welcome().rulebook;
        let Some(share) = rules.revisits.shares.iter().find(|share| share.id == *rule) else { return rule.clone() };
        let role = rules.role_word(&share.by).words(self.settings.language);
        format!("{} {role} \u{2265}{}%", self.word(words::kind(share.kind)), share.percent)
    }

    fn satisfaction_rows(&self, shares: &[Share], month: i64) -> Vec<BoardRow> {
        let asked = SATISFIED.map(|how| {
            let calls = Calls { month, of: Which::Satisfied(how.to_owned()) };
            (how, calls_of(shares, &calls.of).len(), calls)
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
        let shares = self.shares_of(calls.month);
        let mut all = calls_of(&shares, &calls.of);
        all.sort_by_key(|row| (!row.is_owed(), row.due_at, row.line, row.debt));
        let rows: Vec<BoardRow> = all.into_iter().map(|row| self.call_row(row)).collect();
        let name = match &calls.of {
            Which::Share(of) => self.share_name(of),
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
            _ if row.is_in_vain() => "warning",
            _ => "due",
        };
        let cells = vec![self.when(row.due_at), how, satisfied, self.ticket_word(row.ticket)];
        BoardRow { cells, style, opens: Opens::Ticket(row.ticket) }
    }
}

/// The follow-up calls behind a row, each once: one that was done before the draw counts in two shares.
fn calls_of<'a>(shares: &'a [Share], which: &Which) -> Vec<&'a Revisit> {
    let of = |share: &&Share| !matches!(which, Which::Share(of) if share.of != *of);
    let rows = shares.iter().filter(of).flat_map(|share| &share.rows);
    let rows = rows.filter(|row| !matches!(which, Which::Satisfied(how) if row.satisfaction != *how));
    let each: BTreeMap<_, &Revisit> = rows.map(|row| ((row.line, row.debt), row)).collect();
    each.into_values().collect()
}
