//! The page of a callback line: the person, all that is owed to them, every try, every sheet, what comes next.

use crate::domain::callback::{CallbackEnd, Next, Sheet};
use crate::domain::phone::match_key;
use crate::domain::{Call, Callback, CallbackId, Debt, TicketId};
use crate::text::Say;
use crate::tui::command::Outcome;
use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::model::pages::PageRow;
use crate::tui::words;

/// Calls of the person that the page shows.
const CALLS: usize = 8;

/// The page of a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinePage {
    /// The line as it was heard last, with its end.
    pub line: Callback,
    /// The first row shown.
    pub at: usize,
}

impl Model {
    /// Opens the page of a line.
    pub(in crate::tui) fn line_page(&self, id: CallbackId) -> Option<Layer> {
        let line = self.desk.state().callbacks.get(&id)?.clone();
        Some(Layer::Line(Box::new(LinePage { line, at: 0 })))
    }

    /// The tickets a line is about, in the order of its page.
    pub fn line_tickets(line: &Callback) -> Vec<TicketId> {
        let settled = line.debts.iter().filter(|debt| !debt.is_open());
        let mut tickets = Vec::new();
        for ticket in line.owed().into_iter().chain(settled).filter_map(|debt| debt.ticket) {
            if !tickets.contains(&ticket) {
                tickets.push(ticket);
            }
        }
        tickets
    }

    /// Opens the ticket of this place on a line's page; the first where none is named.
    pub(in crate::tui) fn open_of_line(&mut self, line: &Callback, at: Option<usize>) -> Outcome {
        let ticket = Model::line_tickets(line).get(at.unwrap_or(0)).copied();
        self.open_ticket(ticket.ok_or_else(|| Say::new("due.no-ticket"))?)
    }

    /// The title: whom it is about.
    pub fn line_title(&self, line: &Callback) -> String {
        let mark = if line.rehearsal { format!(" [{}]", self.word("mark.rehearsal")) } else { String::new() };
        format!("{} {} {}{mark}", self.word("due.line"), line.number, line.name)
    }

    /// The rows of the page.
    pub fn line_rows(&self, line: &Callback) -> Vec<PageRow> {
        let mut rows = Vec::new();
        self.person_rows(line, &mut rows);
        let tickets = Model::line_tickets(line);
        let owed = line.owed();
        let heading = self.words(&Say::new("due.owed").with("count", owed.len()));
        rows.push(PageRow::Heading(heading, String::new()));
        rows.extend(owed.iter().flat_map(|debt| self.debt_rows(debt, &tickets)));
        let settled: Vec<&Debt> = line.debts.iter().filter(|debt| !debt.is_open()).collect();
        if !settled.is_empty() {
            rows.push(PageRow::Heading(self.word("due.settled-debts"), String::new()));
            rows.extend(settled.iter().flat_map(|debt| self.debt_rows(debt, &tickets)));
        }
        self.try_rows(line, &mut rows);
        self.call_rows(line, &mut rows);
        rows
    }

    fn person_rows(&self, line: &Callback, rows: &mut Vec<PageRow>) {
        let mut who = format!("{}  {}", line.number, line.name);
        if let Some((grade, _)) = words::grade(line.grade) {
            who = format!("{who}  [{}]", self.word(grade));
        }
        rows.push(PageRow::Pair(self.word("due.person"), "strong", who.trim().to_owned()));
        let others: Vec<&str> = line.keys.iter().map(String::as_str).filter(|key| *key != line.key).collect();
        if !others.is_empty() {
            rows.push(PageRow::Pair(self.word("due.other-numbers"), "value", others.join("  ")));
        }
        let (style, words) = self.next_try(line);
        rows.push(PageRow::Pair(self.word("due.next-try"), style, words));
        if let Some(staff) = &line.taken_by {
            rows.push(PageRow::Pair(self.word("due.in-hand"), "strong", self.staff_name(staff)));
        }
    }

    /// When it is tried next, or who has it, with the meaning of its style.
    pub fn next_try(&self, line: &Callback) -> (&'static str, String) {
        if let Some((at, end)) = line.ended_at.zip(line.end.as_ref()) {
            return ("good", format!("{}  {}", self.when(at), self.end_words(end)));
        }
        if let Some(role) = &line.with {
            let role = self.desk.welcome().rulebook.role_word(role);
            return ("warning", self.words(&Say::new("due.handed-to").with_word("role", &role)));
        }
        let when = self.when(line.due_at);
        let key = match (line.due_at <= self.now, line.tries) {
            (true, _) => "due.now-late",
            (false, 0) => "due.first-at",
            (false, _) => "due.again-at",
        };
        let say = Say::new(key).with("time", when).with("count", line.tries + 1);
        (if line.due_at <= self.now { "due.late" } else { "value" }, self.words(&say))
    }

    fn debt_rows(&self, debt: &Debt, tickets: &[TicketId]) -> Vec<PageRow> {
        let reason = self.word(words::reason(debt.reason));
        let at = debt.ticket.and_then(|ticket| tickets.iter().position(|known| *known == ticket));
        let name = match at.filter(|at| *at < 9) {
            Some(at) => format!("{} {reason}", at + 1),
            None => format!("  {reason}"),
        };
        let late = debt.is_open() && debt.due_at <= self.now;
        let style = if late { "due.late" } else { "value" };
        let sign = if late { "!! " } else { "" };
        let mut parts = vec![format!("{sign}{}", self.when(debt.due_at))];
        if debt.is_open() && debt.gravity != crate::domain::Gravity::Ordinary {
            parts.push(self.word(words::gravity(debt.gravity)));
        }
        if !debt.by.is_empty() {
            let by = self.desk.welcome().rulebook.role_word(&debt.by);
            parts.push(self.words(&Say::new("due.by-role").with_word("role", &by)));
        }
        parts.extend(debt.ticket.map(|ticket| self.ticket_word(ticket)));
        if !debt.note.is_empty() {
            parts.push(debt.note.clone());
        }
        let (style, text) = match &debt.end {
            None => (style, parts.join("  ")),
            Some((at, end)) => {
                let ticket = debt.ticket.map(|ticket| self.ticket_word(ticket)).unwrap_or_default();
                ("muted", format!("{}  {}  {ticket}", self.when(*at), self.end_words(end)).trim_end().to_owned())
            }
        };
        let mut rows = vec![PageRow::Pair(name, style, text)];
        rows.extend(debt.sheets.iter().map(|sheet| self.sheet_row(sheet)));
        rows
    }

    /// A sheet that was written, in one line.
    fn sheet_row(&self, sheet: &Sheet) -> PageRow {
        let mut parts = vec![self.word(words::reach(sheet.reach))];
        if sheet.by_hand {
            parts.push(format!("[{}]", self.word("due.by-hand")));
        }
        if !sheet.satisfaction.is_empty() {
            parts.push(self.word(&format!("choice.satisfaction.{}", sheet.satisfaction)));
        }
        parts.push(match sheet.next {
            Next::Settled => String::new(),
            Next::Again => self.word("due.next.again"),
            Next::Agreed(at) => self.words(&Say::new("due.agreed-at").with("time", self.when(at))),
        });
        parts.push(sheet.said.clone());
        parts.retain(|part| !part.is_empty());
        PageRow::Line(self.when(sheet.at), self.staff_name(&sheet.by), parts.join("  "))
    }

    fn try_rows(&self, line: &Callback, rows: &mut Vec<PageRow>) {
        if line.attempts.is_empty() {
            return;
        }
        let heading = self.words(&Say::new("due.tries").with("count", line.attempts.len()));
        rows.push(PageRow::Heading(heading, String::new()));
        for attempt in line.attempts.iter().rev() {
            let mut what = self.word(attempt.reach.map_or("due.rings", words::reach));
            if attempt.by_hand {
                what = format!("{what} [{}]", self.word("due.by-hand"));
            }
            rows.push(PageRow::Line(self.when(attempt.at), self.staff_name(&attempt.by), what));
        }
    }

    fn call_rows(&self, line: &Callback, rows: &mut Vec<PageRow>) {
        let theirs = |call: &&Call| {
            call.rehearsal == line.rehearsal
                && (call.callback == Some(line.id) || line.has_key(&match_key(&call.party.number)))
        };
        let calls: Vec<&Call> = self.desk.state().calls.all().rev().filter(theirs).take(CALLS).collect();
        if calls.is_empty() {
            return;
        }
        rows.push(PageRow::Heading(self.word("due.calls"), String::new()));
        for call in calls {
            let way = match call.direction {
                crate::domain::call::Direction::Outbound => self.word("call.outbound"),
                _ => self.word("due.inbound"),
            };
            let what = call.disposition.map_or(words::outcome(call), words::disposition);
            let talk = call.talk_ms().map(words::span).unwrap_or_default();
            let text = format!("{way}  {}  {talk}", self.word(what));
            rows.push(PageRow::Line(
                self.when(call.arrived_at),
                call.agent.clone().unwrap_or_default(),
                text.trim_end().to_owned(),
            ));
        }
    }

    /// How something owed was settled, in words.
    pub fn end_words(&self, end: &CallbackEnd) -> String {
        let say = match end {
            CallbackEnd::CalledAgain(call) => Say::new("due.end-called").with("call", call.0),
            CallbackEnd::Reached(call) => Say::new("due.end-reached").with("call", call.0),
            CallbackEnd::Refused(call) => Say::new("due.end-refused").with("call", call.0),
            CallbackEnd::Visited(visit) => Say::new("due.end-visited").with("visit", visit.0),
            CallbackEnd::Told => Say::new("due.end-told"),
            CallbackEnd::Lapsed => Say::new("due.end-lapsed"),
            CallbackEnd::Joined(_) => Say::new("due.end-joined"),
            CallbackEnd::Closed { by, reason } => {
                Say::new("due.end-closed").with("name", self.staff_name(by)).with("reason", reason)
            }
        };
        self.words(&say)
    }

    /// What an agreed time stood for when the debt was made, or the ticket's promise: what the person was told last.
    pub fn promised(&self, debt: &Debt) -> String {
        if !debt.note.is_empty() {
            return debt.note.clone();
        }
        let ticket = debt.ticket.and_then(|ticket| self.desk.state().tickets.get(&ticket));
        let told = ticket.and_then(|ticket| ticket.told.last());
        told.map(|told| format!("{} {}", self.when(told.at), told.what)).unwrap_or_default()
    }

    /// What was done about a debt's ticket: the outcome as it is drafted, else what was carried out.
    pub fn done_about(&self, debt: &Debt) -> String {
        let ticket = debt.ticket.and_then(|ticket| self.desk.state().tickets.get(&ticket));
        let fields = ["outcome", "done_what", "remedy", "conclusion"];
        let found = ticket.and_then(|ticket| fields.into_iter().map(|f| ticket.value(f)).find(|text| !text.is_empty()));
        found.unwrap_or_default().to_owned()
    }
}
