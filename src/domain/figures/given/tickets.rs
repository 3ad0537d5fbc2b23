//! Tickets, each fact at its own time: registered, filed, clocks kept and fallen due (R-REQ-8, R-REQ-9, R-CMP-1); and work
//! orders at the end of the work (SPEC §5).
//!
//! They count where the ticket stands now: under its type, its owner and its department as they are. Of a sealed ticket
//! the same is given; nothing of the informant is in a place.

use super::{Cells, about};
use crate::domain::figures::{About, Fact, Slot};
use crate::domain::ticket::{Clock, ClockState, Owner, RequestType, Ticket};
use crate::domain::time::Stamp;

pub(super) fn give(ticket: &Ticket, cells: &mut Cells) {
    let place = Slot {
        who: ticket.owner.staff().map(|staff| staff.0.clone()).unwrap_or_default(),
        kind: ticket.fields.kind.code().to_owned(),
        department: department(ticket).to_owned(),
        detail: grade(ticket).to_owned(),
        ..about(About::Tickets)
    };
    cells.put(ticket.opened_at, &place, [(Fact::Opened, 1)]);
    // What is merged into another is worked, judged and settled with that one.
    if ticket.merged.is_some() {
        return;
    }
    ticket.clocks.iter().for_each(|clock| give_clock(clock, &place, cells));
    if let Some(at) = ticket.filed_at {
        give_end(ticket, at, &place, cells);
    }
    for done in &ticket.finished {
        let place = Slot { about: About::Orders, who: done.by.0.clone(), ..place.clone() };
        let took = done.at.since(done.accepted_at).max(0);
        cells.put(done.at, &place, [(Fact::OrdersFinished, 1), (Fact::OrderMs, took)]);
    }
}

fn give_clock(clock: &Clock, place: &Slot, cells: &mut Cells) {
    if let (ClockState::Stopped(at), Some(true)) = (clock.state, clock.kept()) {
        cells.put(at, place, [(Fact::ClocksKept, 1)]);
    }
    if let (ClockState::Stopped(at), Some(true)) = (clock.state, clock.kept_first()) {
        cells.put(at, place, [(Fact::ClocksKeptFirst, 1)]);
    }
    if fell_due(clock) {
        cells.put(clock.due.at, place, [(Fact::Overdue, 1)]);
    }
}

/// It fell due before what it waits for had happened, as far as the record tells: it stopped afterwards, or one of its
/// marks fired at its due time or after it while it is still open.
fn fell_due(clock: &Clock) -> bool {
    let fired = |clock: &Clock| clock.marks.iter().filter_map(|mark| mark.fired).any(|fired| fired.at >= clock.due.at);
    clock.kept() == Some(false) || (clock.is_open() && fired(clock))
}

fn give_end(ticket: &Ticket, at: Stamp, place: &Slot, cells: &mut Cells) {
    let counts = |clock: &&Clock| !matches!(clock.state, ClockState::Void(_));
    let in_time = ticket.clocks.iter().filter(counts).all(|clock| clock.kept() == Some(true));
    let in_first = ticket.clocks.iter().filter(counts).all(|clock| clock.kept_first() == Some(true));
    let satisfaction = ticket.value("satisfaction");
    cells.put(
        at,
        place,
        [
            (Fact::Closed, 1),
            (Fact::ClosedInTime, i64::from(in_time)),
            (Fact::ClosedLate, i64::from(!in_time)),
            (Fact::ClosedInFirstTime, i64::from(in_first)),
            (Fact::HandlingMs, at.since(ticket.opened_at).max(0)),
            (Fact::Rated, i64::from(!satisfaction.is_empty())),
            (Fact::Satisfied, i64::from(is_content(satisfaction))),
        ],
    );
}

/// Satisfied or very satisfied, by the desk's own words.
pub(super) fn is_content(satisfaction: &str) -> bool {
    matches!(satisfaction, "very" | "satisfied")
}

/// Whose it is: the department that owns it, else the one its card names, else what the form says.
fn department(ticket: &Ticket) -> &str {
    match &ticket.owner {
        Owner::Department(department) => department,
        Owner::Staff(_) => {
            let named = ticket.value("department");
            if named.is_empty() { &ticket.fields.team } else { named }
        }
    }
}

/// The grade of a hazard. An order in which one was found has registered it as a ticket of its own, and is none.
fn grade(ticket: &Ticket) -> &str {
    if ticket.fields.kind == RequestType::Hazard { ticket.value("hazard_grade") } else { "" }
}
