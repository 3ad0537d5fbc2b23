//! The figures of follow-up calls: one row for each that was owed, kept for two months so that a share can be opened to
//! its rows (R-CB-1, R-CB-2). Folded from the callback lines; nothing is decided by them.

use serde::{Deserialize, Serialize};

use super::callback::{Callback, CallbackEnd, CallbackReason, Debt};
use super::ids::{CallbackId, DrawId, TicketId};
use super::rulebook::RoleId;
use super::time::Stamp;

/// How long the rows of settled lines are at hand, in milliseconds: 62 days.
pub const KEPT_MS: i64 = 62 * 86_400_000;

/// A follow-up call that was owed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisit {
    /// The line.
    pub line: CallbackId,
    /// When the line was made: decides how long the row is kept.
    pub line_made_at: Stamp,
    /// The debt's number in the line.
    pub debt: u32,
    /// Made by a rehearsal.
    pub rehearsal: bool,
    /// Returned work, or drawn.
    pub reason: CallbackReason,
    /// The draw that chose it.
    pub draw: Option<DrawId>,
    /// Who calls, where the rulebook says so.
    pub by: RoleId,
    /// The ticket.
    pub ticket: TicketId,
    /// When it came up.
    pub made_at: Stamp,
    /// When it was or is due.
    pub due_at: Stamp,
    /// When and how it was settled.
    pub end: Option<(Stamp, CallbackEnd)>,
    /// Settled by a call dialled by hand: its only proof is the operator's word.
    pub by_hand: bool,
    /// What the customer said of it: `very`, `satisfied`, `fair`, `dissatisfied`; empty for not asked.
    pub satisfaction: String,
    /// Nobody could be reached, or they did not want to be asked: it does not count as done.
    pub unreached: bool,
}

impl Revisit {
    /// R-CB-10: with an answered outbound call on record, or a signed visit.
    pub fn is_done(&self) -> bool {
        matches!(&self.end, Some((_, CallbackEnd::Reached(_) | CallbackEnd::Visited(_))))
    }

    /// Still owed.
    pub fn is_owed(&self) -> bool {
        self.end.is_none()
    }
}

/// The rows of a line: its follow-up calls.
pub fn rows(line: &Callback) -> impl Iterator<Item = Revisit> {
    // What moved to another line is a row there.
    let moved = |debt: &Debt| matches!(&debt.end, Some((_, CallbackEnd::Joined(_))));
    let follow_ups = line.debts.iter().filter(move |debt| !moved(debt)).filter_map(|debt| Some((debt, debt.ticket?)));
    let follow_ups =
        follow_ups.filter(|(debt, _)| matches!(debt.reason, CallbackReason::Revisit | CallbackReason::Sample));
    follow_ups.map(|(debt, ticket)| {
        let last = debt.sheets.last();
        let ended_in_vain = matches!(&debt.end, Some((_, CallbackEnd::Closed { .. } | CallbackEnd::Refused(_))));
        Revisit {
            line: line.id,
            line_made_at: line.made_at,
            debt: debt.number,
            rehearsal: line.rehearsal,
            reason: debt.reason,
            draw: debt.draw,
            by: debt.by.clone(),
            ticket,
            made_at: debt.made_at,
            due_at: debt.due_at,
            end: debt.end.clone(),
            by_hand: last.is_some_and(|sheet| sheet.by_hand),
            satisfaction: last.map(|sheet| sheet.satisfaction.clone()).unwrap_or_default(),
            unreached: ended_in_vain,
        }
    })
}
