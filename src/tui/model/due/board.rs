//! Figures in rows, each of which opens to what it is made of, down to the ticket. Made anew from the replica whenever
//! they are drawn: nothing in them is old.

use crate::domain::revisit::ShareOf;
use crate::domain::{CallId, CheckSheetId, CustomerId, SpotDrawId, TicketId};
use crate::text::Say;
use crate::tui::command::{Effect, Outcome};
use crate::tui::layer::Layer;
use crate::tui::model::Model;

/// Which figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoardKind {
    /// R-CB-1, R-CB-2: what was called again of what was owed, this month and the last.
    Shares,
    /// The follow-up calls behind one of its rows.
    Calls(Calls),
    /// R-CB-8: visits of the year, by class.
    Visits,
    /// The customers of a class; all of them for an empty one.
    Class(String),
    /// R-LIVE-4: how many agents the next half-hours need, of a queue; of all for an empty one.
    Staffing(String),
    /// R-CALL-8: what is to be checked, by rule and period.
    Checks,
    /// The calls of a draw.
    Picks(SpotDrawId),
}

/// Follow-up calls of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The month, counted from the year 0.
    pub month: i64,
    /// Which of them.
    pub of: Which,
}

/// Which follow-up calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those behind a share.
    Share(ShareOf),
    /// Those that were answered so.
    Satisfied(String),
}

/// Figures on the screen, and the row that is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardView {
    /// Which.
    pub kind: BoardKind,
    /// The chosen row.
    pub at: usize,
}

/// What a row opens to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Opens {
    /// Nothing further.
    #[default]
    Nothing,
    /// Other rows.
    Board(BoardKind),
    /// A ticket.
    Ticket(TicketId),
    /// A customer who is visited.
    Customer(CustomerId),
    /// A call that was drawn to be checked.
    Check(SpotDrawId, CallId),
    /// A sheet of my own that waits to be seen.
    Sheet(CheckSheetId),
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardRow {
    /// What stands in the columns.
    pub cells: Vec<String>,
    /// The meaning of its style.
    pub style: &'static str,
    /// What it opens to.
    pub opens: Opens,
}

impl BoardRow {
    /// A heading over the rows that follow.
    pub fn heading(text: String) -> BoardRow {
        BoardRow { cells: vec![text], style: "title", opens: Opens::Nothing }
    }

    /// It spans all columns.
    pub fn is_heading(&self) -> bool {
        self.cells.len() == 1
    }
}

/// Figures, ready to be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// The title.
    pub title: String,
    /// What the columns are.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<BoardRow>,
    /// What is said below them.
    pub foot: String,
}

/// So much of so many, in percent rounded down; `–` where there was nobody, never 100 %.
pub fn share(part: usize, whole: usize) -> String {
    (part * 100).checked_div(whole).map_or_else(|| "\u{2013}".to_owned(), |percent| format!("{percent}%"))
}

impl Model {
    /// The figures as they are now.
    pub fn board(&self, kind: &BoardKind) -> Board {
        match kind {
            BoardKind::Shares => self.shares_board(),
            BoardKind::Calls(calls) => self.calls_board(calls),
            BoardKind::Visits => self.visits_board(),
            BoardKind::Class(class) => self.class_board(class),
            BoardKind::Staffing(queue) => self.staffing_board(queue),
            BoardKind::Checks => self.checks_board(),
            BoardKind::Picks(draw) => self.picks_board(*draw),
        }
    }

    /// A board on the screen.
    pub(in crate::tui) fn open_board(kind: BoardKind) -> Effect {
        Effect::Open(Layer::Board(BoardView { kind, at: 0 }))
    }

    /// Opens a row.
    pub(in crate::tui) fn open_of_board(&mut self, kind: BoardKind, at: usize) -> Outcome {
        let opens = self.board(&kind).rows.into_iter().nth(at).map(|row| row.opens).unwrap_or_default();
        match opens {
            Opens::Board(kind) => Ok(vec![Model::open_board(kind)]),
            Opens::Ticket(ticket) => self.open_ticket(ticket),
            Opens::Customer(customer) => crate::tui::command::record_visit(self, customer),
            Opens::Check(draw, call) => self.open_check(draw, call),
            Opens::Sheet(sheet) => self.open_own_sheet(sheet),
            Opens::Nothing => Err(Say::new("refuse.no-choice")),
        }
    }

    /// Keeps the choice inside the rows, and a page inside what it has. Called after keys, not while drawing.
    pub(in crate::tui) fn settle_pages(&mut self) {
        let rows = match self.layers.last() {
            Some(Layer::Board(view)) => self.board(&view.kind.clone()).rows.len(),
            _ => 0,
        };
        let end = self.page_end.get();
        match self.layers.last_mut() {
            Some(Layer::Board(view)) => view.at = view.at.min(rows.saturating_sub(1)),
            Some(Layer::Line(page)) => page.at = page.at.min(end),
            Some(Layer::Call(page)) => page.at = page.at.min(end),
            _ => {}
        }
        self.settle_figures();
    }
}
