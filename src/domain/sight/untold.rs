//! What an operator's line does not carry: that a supervisor listened where agents are not told (R-LIVE-2). Nor is it
//! counted there: the figures of what supervisors did are for supervisors.
//!
//! Filtered before it is sent, for every operator alike: who sits beside the one listened to would tell.

use crate::domain::event::{Entry, Event};
use crate::domain::figures::{Book, Counts, Delta, Fact};
use crate::domain::staff::{Role, Staff};
use crate::domain::state::State;

/// Whether somebody hears of everything that supervisors do.
pub fn hears_all(staff: &Staff) -> bool {
    staff.role == Role::Supervisor
}

fn is_open_to_all(event: &Event) -> bool {
    !matches!(event, Event::Intervention(step) if !step.told)
}

/// Whether there is anything in an entry that operators do not hear of.
pub fn is_whole(entry: &Entry) -> bool {
    entry.events.iter().all(is_open_to_all)
}

/// As much of an entry as operators hear of; nothing where nothing is left.
pub fn entry(entry: &Entry) -> Option<Entry> {
    let events: Vec<Event> = entry.events.iter().filter(|event| is_open_to_all(event)).cloned().collect();
    let gone = events.is_empty() && !entry.events.is_empty();
    (!gone).then(|| Entry { events, ..entry.clone() })
}

/// The state without it. How many there were is not told either.
pub fn state(state: &mut State) {
    state.interventions.retain(|_, step| step.told);
    state.last.intervention = state.interventions.keys().next_back().map_or(0, |id| id.0);
}

/// What sums hold of what supervisors did, taken out.
pub fn counts(counts: &mut Counts) {
    counts.put(Fact::Interventions, -counts.get(Fact::Interventions));
}

/// The same of differences.
pub fn delta(delta: &mut Delta) {
    delta.iter_mut().for_each(|(_, sum)| counts(sum));
    delta.retain(|(_, counts)| !counts.is_empty());
}

/// The same of a book of sums.
pub fn book(book: &mut Book) {
    book.cells.values_mut().for_each(counts);
    book.cells.retain(|_, counts| !counts.is_empty());
}
