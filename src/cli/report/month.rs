//! 客户回访记录: what was called back in a month, with its totals, for the head of the department to read and sign and to
//! hand on to the management (R-CB-5). Names are masked: it is passed on.

use std::collections::BTreeMap;

use chrono::FixedOffset;

use super::content::{Page, Part};
use crate::domain::callback::{Callback, CallbackEnd, CallbackReason, Debt, Next, Reach, Sheet};
use crate::domain::revisit::{Revisit, rows};
use crate::domain::{Staff, StaffId, Stamp, Visit, VisitId};
use crate::text::{Language, Say, mask};

/// The answers to how satisfied somebody is, the best first.
const SATISFIED: [&str; 4] = ["very", "satisfied", "fair", "dissatisfied"];

/// What a month's sheet is made of.
#[derive(Clone, Copy, Debug)]
pub struct Month<'a> {
    /// The month as it was asked for: `2026-11`.
    pub name: &'a str,
    /// It begins…
    pub from: Stamp,
    /// …and ends before this moment.
    pub until: Stamp,
    /// Every line of the desk.
    pub lines: &'a [Callback],
    /// Every visit.
    pub visits: &'a [Visit],
    /// Everybody who may be named in it.
    pub staff: &'a [Staff],
    /// The language of the sheet.
    pub language: Language,
    /// Local time.
    pub offset: FixedOffset,
    /// When it is printed.
    pub now: Stamp,
}

/// The sheet of a month. What a rehearsal made is in none of it.
pub fn month_page(month: &Month<'_>) -> Page {
    let signed = ["sign_caller", "sign_head", "sign_management"].map(|who| month.own(who));
    let parts = vec![
        (month.own("totals"), Part::Pairs(month.totals())),
        (month.own("sheets"), Part::Table(month.heads(), month.written())),
        (month.own("signatures"), Part::Signatures(signed.to_vec())),
    ];
    let title = Say::new("month.title").with("month", month.name).words(month.language);
    let foot = Say::new("report.printed_at").with("at", month.at(month.now, "%Y-%m-%d %H:%M")).words(month.language);
    Page { title, foot, parts }
}

impl Month<'_> {
    fn own(&self, key: &str) -> String {
        self.language.word(&format!("month.{key}")).to_owned()
    }

    fn at(&self, at: Stamp, form: &str) -> String {
        at.at(self.offset).format(form).to_string()
    }

    fn holds(&self, at: Stamp) -> bool {
        (self.from..self.until).contains(&at)
    }

    fn name(&self, id: &StaffId) -> String {
        let named = self.staff.iter().find(|staff| staff.id == *id).filter(|staff| !staff.name.is_empty());
        named.map_or_else(|| id.0.clone(), |staff| staff.name.clone())
    }

    fn real(&self) -> impl Iterator<Item = &Callback> {
        self.lines.iter().filter(|line| !line.rehearsal)
    }

    /// The follow-up calls that came up in the month, and what became of them: counted as on the supervisor's screen.
    fn totals(&self) -> Vec<(String, String)> {
        let all: Vec<Revisit> = self
            .real()
            .flat_map(rows)
            .filter(|row| self.holds(row.made_at))
            .filter(|row| !matches!(&row.end, Some((_, CallbackEnd::Joined(_) | CallbackEnd::Lapsed))))
            .collect();
        let count = |holds: &dyn Fn(&Revisit) -> bool| all.iter().filter(|row| holds(row)).count();
        let done = count(&Revisit::is_done);
        let share = (done * 100).checked_div(all.len()).map_or("\u{2013}".to_owned(), |share| format!("{share}%"));
        let figures = [
            ("returned", count(&|row| row.reason == CallbackReason::Revisit)),
            ("drawn", count(&|row| row.reason == CallbackReason::Sample)),
            ("done", done),
            ("by_phone", count(&|row| matches!(&row.end, Some((_, CallbackEnd::Reached(_)))))),
            ("by_hand", count(&|row| row.is_done() && row.by_hand)),
            ("by_visit", count(&|row| matches!(&row.end, Some((_, CallbackEnd::Visited(_)))))),
            ("told", count(&Revisit::is_told)),
            ("in_vain", count(&Revisit::is_in_vain)),
            ("owed", count(&Revisit::is_owed)),
        ];
        let mut pairs: Vec<(String, String)> =
            figures.into_iter().map(|(key, figure)| (self.own(key), figure.to_string())).collect();
        pairs.push((self.own("share"), share));
        for how in SATISFIED {
            let word = self.language.word(&format!("choice.satisfaction.{how}")).to_owned();
            pairs.push((word, count(&|row| row.satisfaction == how).to_string()));
        }
        pairs
    }

    fn heads(&self) -> Vec<String> {
        ["at", "ticket", "who", "how", "tries", "result", "next", "by", "said"].map(|key| self.own(key)).to_vec()
    }

    /// Every sheet of the month, and every follow-up that a signed visit settled, as they were written.
    fn written(&self) -> Vec<Vec<String>> {
        let visits: BTreeMap<VisitId, &Visit> = self.visits.iter().map(|visit| (visit.id, visit)).collect();
        let mut written: Vec<(Stamp, Vec<String>)> = Vec::new();
        for line in self.real() {
            for debt in &line.debts {
                let sheets = debt.sheets.iter().filter(|sheet| self.holds(sheet.at));
                written.extend(sheets.map(|sheet| (sheet.at, self.sheet(line, debt, sheet))));
                let visit = match &debt.end {
                    Some((_, CallbackEnd::Visited(id))) => visits.get(id).filter(|visit| self.holds(visit.at)),
                    _ => None,
                };
                written.extend(visit.map(|visit| (visit.at, self.visit(line, debt, visit))));
            }
        }
        written.sort_by_key(|(at, _)| *at);
        written.into_iter().map(|(_, row)| row).collect()
    }

    fn row(&self, line: &Callback, debt: &Debt, at: Stamp, rest: [String; 6]) -> Vec<String> {
        let ticket = debt.ticket.map(|ticket| ticket.spoken()).unwrap_or_default();
        let who = if line.name.is_empty() { mask::phone(&line.number) } else { mask::name(&line.name) };
        [self.at(at, "%m-%d %H:%M"), ticket, who].into_iter().chain(rest).collect()
    }

    fn sheet(&self, line: &Callback, debt: &Debt, sheet: &Sheet) -> Vec<String> {
        let reach = self.language.word(&format!("reach.{}", sheet.reach.code())).to_owned();
        let result = match sheet.satisfaction.as_str() {
            how if sheet.reach == Reach::Reached && !how.is_empty() => {
                self.language.word(&format!("choice.satisfaction.{how}")).to_owned()
            }
            _ => reach,
        };
        let next = match sheet.next {
            _ if sheet.reach != Reach::Reached => String::new(),
            Next::Settled => self.own("next_settled"),
            Next::Again => self.own("next_again"),
            Next::Agreed(at) => {
                Say::new("month.next_agreed").with("at", self.at(at, "%m-%d %H:%M")).words(self.language)
            }
        };
        let tries = line.attempts.iter().filter(|one| (debt.made_at..=sheet.at).contains(&one.at)).count();
        let how = if sheet.by_hand { "phone_by_hand" } else { "phone" };
        let rest = [self.own(how), tries.to_string(), result, next, self.name(&sheet.by), mask::words(&sheet.said)];
        self.row(line, debt, sheet.at, rest)
    }

    fn visit(&self, line: &Callback, debt: &Debt, visit: &Visit) -> Vec<String> {
        let said = Say::new("month.signed").with("words", mask::words(&visit.words)).with("place", &visit.signature);
        let none = String::new;
        let rest = [self.own("visit"), none(), none(), none(), self.name(&visit.by), said.words(self.language)];
        self.row(line, debt, visit.at, rest)
    }
}
