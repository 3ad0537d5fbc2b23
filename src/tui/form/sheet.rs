//! 回访单: the form of a callback line (R-CB-5, R-CB-7). A page for each debt that asks for a sheet of its own, one after
//! the other; a line that only wants to be spoken to has one page.
//!
//! It is a draft like any other: kept key by key, parked, brought back. What is typed on the pages that are not in sight
//! lies in the sheet; the page in sight has its values in the draft's own fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Ask, Draft, Field, Stage};
use crate::domain::callback::Reach;
use crate::domain::rulebook::FieldId;
use crate::domain::{CallId, Callback, CallbackReason, Debt};
use crate::text::Word;

/// Whether the person was reached.
pub const REACH: &str = "sheet.reach";
/// How satisfied they are.
pub const SATISFACTION: &str = "sheet.satisfaction";
/// What was said.
pub const SAID: &str = "sheet.said";
/// What comes next.
pub const NEXT: &str = "sheet.next";
/// When they are called again, where a time was agreed.
pub const AT: &str = "sheet.at";

/// What may be chosen for how satisfied somebody is, as sheets and rulebooks name it.
pub const SATISFIED: [&str; 4] = ["very", "satisfied", "fair", "dissatisfied"];

/// What comes next, as it is kept in a draft.
pub const SETTLED: &str = "settled";
/// Handled again.
pub const AGAIN: &str = "again";
/// Called again at an agreed time.
pub const AGREED: &str = "agreed";

/// One page of the sheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetPage {
    /// The debt's number in the line; 0 for the line as a whole.
    pub debt: u32,
    /// The desk has it on its disk.
    pub done: bool,
    /// What is typed on it, while it is not in sight.
    card: BTreeMap<FieldId, String>,
    base: BTreeMap<FieldId, String>,
}

impl SheetPage {
    /// An empty page: nothing more is owed unless something else is said.
    fn new(debt: u32) -> SheetPage {
        let mut page = SheetPage { debt, ..SheetPage::default() };
        page.give(NEXT, SETTLED);
        page
    }

    fn give(&mut self, field: &str, value: &str) {
        self.card.insert(field.to_owned(), value.to_owned());
        self.base.insert(field.to_owned(), value.to_owned());
    }
}

/// What makes a draft the sheet of a line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetDraft {
    /// The line as it was heard last, with its end.
    pub line: Callback,
    /// The pages.
    pub pages: Vec<SheetPage>,
    /// The page in sight.
    pub at: usize,
    /// The call it is about: dialled for the line, or the one that was in hand when the sheet was opened.
    pub call: Option<CallId>,
}

impl SheetDraft {
    /// A sheet with a page for each debt that asks for one, the gravest first.
    pub fn of(line: &Callback) -> SheetDraft {
        let mut sheet = SheetDraft { line: line.clone(), ..SheetDraft::default() };
        sheet.add_pages();
        if sheet.pages.is_empty() {
            sheet.pages.push(SheetPage::new(0));
        }
        sheet
    }

    fn add_pages(&mut self) {
        let asks = |debt: &&&Debt| !debt.reason.is_settled_by_speaking();
        let owed: Vec<u32> = self.line.owed().iter().filter(asks).map(|debt| debt.number).collect();
        for debt in owed {
            if self.pages.iter().all(|page| page.debt != debt) {
                self.pages.push(SheetPage::new(debt));
            }
        }
    }

    /// The line changed: debts that came meanwhile get a page of their own, behind those that are there.
    pub fn meet(&mut self, line: &Callback) {
        self.line = line.clone();
        self.add_pages();
    }

    /// The debt of a page; nothing for the page of the line as a whole.
    pub fn debt_of(&self, page: &SheetPage) -> Option<&Debt> {
        self.line.debts.iter().find(|debt| debt.number == page.debt)
    }

    /// The page in sight.
    pub fn page(&self) -> Option<&SheetPage> {
        self.pages.get(self.at)
    }

    /// The debt in sight.
    pub fn debt(&self) -> Option<&Debt> {
        self.page().and_then(|page| self.debt_of(page))
    }

    /// What the debt in sight is owed for; for the line as a whole, what it is first of all about.
    pub fn reason(&self) -> CallbackReason {
        self.debt().map_or_else(|| self.line.reason(), |debt| debt.reason)
    }

    /// A page that is not in sight holds something that is not saved.
    fn is_touched(&self) -> bool {
        let other = |(index, _): &(usize, &SheetPage)| *index != self.at;
        self.pages.iter().enumerate().filter(other).any(|(_, page)| !page.done && page.card != page.base)
    }

    /// The next page that is still to be written, after the one in sight; around the end.
    fn next_open(&self, step: isize) -> Option<usize> {
        let count = self.pages.len();
        let step = step.rem_euclid(count.max(1) as isize) as usize;
        let around = (1..count).map(|turn| (self.at + turn * step) % count);
        around.into_iter().find(|at| self.pages.get(*at).is_some_and(|page| !page.done))
    }
}

impl Draft {
    /// The sheet of a line, with what is known of the outcome of each debt's ticket.
    pub fn for_line(id: u64, command: u128, line: &Callback, outcomes: &BTreeMap<u32, String>) -> Draft {
        let mut draft = Draft { id, command, rehearsal: line.rehearsal, ..Draft::default() };
        let mut sheet = SheetDraft::of(line);
        for page in &mut sheet.pages {
            if let Some(outcome) = outcomes.get(&page.debt).filter(|outcome| !outcome.is_empty()) {
                page.give(SAID, outcome);
            }
        }
        if let Some(page) = sheet.pages.first_mut() {
            (draft.card, draft.base_card) = (std::mem::take(&mut page.card), std::mem::take(&mut page.base));
        }
        draft.sheet = Some(Box::new(sheet));
        draft.go_to(Field::of(REACH));
        draft
    }

    /// It is the sheet of this line.
    pub fn is_sheet_of(&self, line: crate::domain::CallbackId) -> bool {
        self.sheet.as_ref().is_some_and(|sheet| sheet.line.id == line)
    }

    /// Something stands on a page of the sheet that is not in sight.
    pub(super) fn sheet_is_touched(&self) -> bool {
        self.sheet.as_ref().is_some_and(|sheet| sheet.is_touched())
    }

    /// What was chosen for whether the person was reached.
    pub fn reach(&self) -> Option<Reach> {
        let chosen = self.value_of(REACH);
        Reach::ALL.into_iter().find(|reach| reach.code() == chosen)
    }

    /// The fields of the page in sight: a try in vain asks for nothing but a word.
    pub(super) fn sheet_fields(&self) -> Vec<Field> {
        let Some(sheet) = &self.sheet else { return Vec::new() };
        let mut ids = vec![REACH];
        let whole = sheet.debt().is_none();
        let agreed = self.value_of(NEXT) == AGREED;
        let spoken = matches!(self.reach(), None | Some(Reach::Reached));
        if spoken {
            ids.extend((!whole).then_some(SATISFACTION));
            ids.push(NEXT);
            ids.extend(agreed.then_some(AT));
        }
        // What is said on a line that is settled by speaking belongs into a ticket, or into nothing.
        ids.extend((!whole || agreed || !spoken).then_some(SAID));
        ids.into_iter().map(Field::of).collect()
    }

    /// Whether a field of the sheet must be filled, as the others stand now (R-CB-5).
    pub(super) fn sheet_needs(&self, field: &Field) -> bool {
        let Some(sheet) = &self.sheet else { return false };
        let reached = self.reach() == Some(Reach::Reached);
        let agreed = self.value_of(NEXT) == AGREED;
        let asked = matches!(sheet.reason(), CallbackReason::Revisit | CallbackReason::Sample);
        match field.id() {
            REACH => true,
            SATISFACTION => reached && !agreed && asked && sheet.debt().is_some(),
            // Why somebody does not want to be asked is written down too.
            SAID => (reached || self.reach() == Some(Reach::Refused)) && sheet.debt().is_some(),
            AT => agreed,
            _ => false,
        }
    }

    /// What may be chosen in a field of the sheet.
    pub(super) fn sheet_choices(&self, field: &str) -> Vec<(String, Word)> {
        let whole = self.sheet.as_ref().is_some_and(|sheet| sheet.debt().is_none());
        let ids: Vec<&str> = match field {
            REACH => Reach::ALL.into_iter().map(Reach::code).collect(),
            SATISFACTION => SATISFIED.to_vec(),
            // A line as a whole has no matter that could be handled again.
            NEXT if whole => vec![SETTLED, AGREED],
            NEXT => vec![SETTLED, AGAIN, AGREED],
            _ => Vec::new(),
        };
        ids.into_iter().filter_map(|id| Some((id.to_owned(), value_word(field, id)?))).collect()
    }

    /// Turns to another page that is still to be written; gives whether there was one.
    pub fn turn_page(&mut self, step: isize) -> bool {
        let Some(to) = self.sheet.as_ref().and_then(|sheet| sheet.next_open(step)) else { return false };
        self.show_page(to);
        true
    }

    fn show_page(&mut self, to: usize) {
        let reach = self.value_of(REACH).to_owned();
        let (card, base) = (std::mem::take(&mut self.card), std::mem::take(&mut self.base_card));
        let Some(sheet) = &mut self.sheet else { return };
        if let Some(page) = sheet.pages.get_mut(sheet.at) {
            (page.card, page.base) = (card, base);
        }
        sheet.at = to;
        if let Some(page) = sheet.pages.get_mut(to) {
            (self.card, self.base_card) = (std::mem::take(&mut page.card), std::mem::take(&mut page.base));
        }
        // One conversation: whoever was reached for one thing was reached for the next.
        self.prefill(&Field::of(REACH), &reach);
        self.go_to(Field::of(REACH));
    }

    /// The page in sight is on the desk's disk. Turns to the next; gives whether there is one.
    pub fn page_done(&mut self, command: u128) -> bool {
        self.stage = Stage::Open;
        self.command = command;
        self.base_card = self.card.clone();
        if let Some(sheet) = &mut self.sheet {
            let at = sheet.at;
            if let Some(page) = sheet.pages.get_mut(at) {
                page.done = true;
            }
        }
        self.turn_page(1)
    }

    /// Beyond the last field comes the next page, before the first the one before. Gives whether a page was turned.
    pub(super) fn step_over(&mut self, at: usize, shown: usize, step: isize) -> bool {
        let beyond = (step == 1 && at + 1 >= shown) || (step == -1 && at == 0);
        if self.sheet.is_none() || !beyond || !self.turn_page(step) {
            return false;
        }
        if step == -1
            && let Some(last) = self.sheet_fields().pop()
        {
            self.go_to(last);
        }
        true
    }

    /// What follows from a choice: who is not satisfied is handled again unless something else is said.
    pub(in crate::tui) fn after_choice(&mut self) {
        if self.sheet.is_none() || self.field.id() != SATISFACTION || self.is_typed(&Field::of(NEXT)) {
            return;
        }
        let again = self.value_of(SATISFACTION) == "dissatisfied";
        self.put(&Field::of(NEXT), if again { AGAIN } else { SETTLED });
        let next = self.value_of(NEXT).to_owned();
        self.base_card.insert(NEXT.to_owned(), next);
    }
}

/// How a field of the sheet is asked; nothing for a field that is not the sheet's.
pub(super) fn ask(field: &str) -> Option<Ask<'static>> {
    Some(match field {
        REACH | SATISFACTION | NEXT => Ask::Choice,
        SAID => Ask::Long,
        AT => Ask::Moment,
        _ => return None,
    })
}

/// How a value of the sheet is called.
pub fn value_word(field: &str, value: &str) -> Option<Word> {
    let table = match field {
        REACH => "reach",
        SATISFACTION => "choice.satisfaction",
        NEXT => "due.next",
        _ => return None,
    };
    Some(if value.is_empty() { Word::Text(String::new()) } else { Word::Key(format!("{table}.{value}")) })
}
