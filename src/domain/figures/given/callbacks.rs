//! What is owed to people: debts as they come up and as they end, tries, and what was said (R-CB-1, R-CB-5, R-CB-9).
//!
//! A debt that went over to another line of the same person is counted there, with its sheets and the line's tries; what
//! was settled on a line before it was joined stays with it.

use super::tickets::is_content;
use super::{Cells, about};
use crate::domain::callback::{Callback, CallbackEnd, Debt, Reach, Sheet};
use crate::domain::figures::{About, Fact, Slot};

pub(super) fn give(line: &Callback, cells: &mut Cells) {
    let queue = line.queue.clone().unwrap_or_default();
    for debt in line.debts.iter().filter(|debt| !matches!(debt.end, Some((_, CallbackEnd::Joined(_))))) {
        let place = Slot { queue: queue.clone(), kind: debt.reason.code().to_owned(), ..about(About::Callbacks) };
        give_debt(debt, &place, cells);
    }
    if tries_went_over(line) {
        return;
    }
    for attempt in &line.attempts {
        // While it rings it may still turn out to be none: the PBX refuses, or the dialler's own phone is not taken up.
        let Some(reach) = attempt.reach else { continue };
        let reached = matches!(reach, Reach::Reached | Reach::Refused);
        let place = Slot { queue: queue.clone(), who: attempt.by.0.clone(), ..about(About::Callbacks) };
        cells.put(attempt.at, &place, [(Fact::Tries, 1), (Fact::TriesReached, i64::from(reached))]);
    }
}

/// The line was joined to another, and its tries are that one's. A line without debts holds tries that were put away from
/// a long line, which has them no more.
fn tries_went_over(line: &Callback) -> bool {
    matches!(line.end, Some(CallbackEnd::Joined(_))) && !line.debts.is_empty()
}

fn give_debt(debt: &Debt, place: &Slot, cells: &mut Cells) {
    cells.put(debt.made_at, place, [(Fact::Owed, 1)]);
    if let Some((at, end)) = &debt.end {
        let settled = |late: bool| [(Fact::Settled, 1), (Fact::SettledInTime, i64::from(!late))];
        match end {
            // The person was spoken to, seen, or told as they had asked; also one who did not want to be asked.
            CallbackEnd::CalledAgain(_)
            | CallbackEnd::Reached(_)
            | CallbackEnd::Refused(_)
            | CallbackEnd::Visited(_)
            | CallbackEnd::Told => cells.put(*at, place, settled(*at > debt.due_at)),
            // Given up with a reason is off the list, and not done.
            CallbackEnd::Closed { .. } => cells.put(*at, place, [(Fact::ClosedByHand, 1)]),
            CallbackEnd::Lapsed => cells.put(*at, place, [(Fact::Lapsed, 1)]),
            CallbackEnd::Joined(_) => {}
        }
    }
    for (nth, sheet) in debt.sheets.iter().enumerate().filter(|(_, sheet)| !sheet.satisfaction.is_empty()) {
        // Written again about the same call, the later sheet corrects the earlier.
        let same = |later: &Sheet| sheet.call.is_some() && later.call == sheet.call && !later.satisfaction.is_empty();
        if debt.sheets.iter().skip(nth + 1).any(same) {
            continue;
        }
        let place = Slot { who: sheet.by.0.clone(), ..place.clone() };
        cells.put(sheet.at, &place, [(Fact::Asked, 1), (Fact::Pleased, i64::from(is_content(&sheet.satisfaction)))]);
    }
}
