//! What one record gives to the figures. Each follows from the record alone, so that it can be counted again at any time;
//! nothing here knows the rulebook, the staff list or another record.

mod callbacks;
mod calls;
mod checks;
mod tickets;
mod time;

use super::fact::Fact;
use super::group::{About, Slot};
use super::{Book, Counts, Delta, half_hour_of};
use crate::domain::call::Call;
use crate::domain::event::Event;
use crate::domain::time::Stamp;

/// What a record gives, and where it counts: each place once, in their order, so that two equal records give equal lists
/// and the store has one key for a place. Rehearsals give nothing.
pub fn given(event: &Event) -> Delta {
    let mut cells = Cells::default();
    match event {
        Event::Call(call) => return given_by_call(call),
        Event::Span(span) if !span.rehearsal => time::give(span, &mut cells),
        Event::Ticket(ticket) if !ticket.rehearsal => tickets::give(ticket, &mut cells),
        Event::Callback(line) if !line.rehearsal => callbacks::give(line, &mut cells),
        Event::SpotDraw(draw) => checks::give(draw, &mut cells),
        Event::Intervention(step) if !step.rehearsal => checks::give_step(step, &mut cells),
        _ => {}
    }
    cells.0.cells.into_iter().collect()
}

/// The same of a call at hand: for screens that count many of them in each frame.
pub fn given_by_call(call: &Call) -> Delta {
    let mut cells = Cells::default();
    if !call.rehearsal {
        calls::give(call, &mut cells);
    }
    cells.0.cells.into_iter().collect()
}

/// What is given so far. Equal places become one.
#[derive(Default)]
struct Cells(Book);

impl Cells {
    fn put(&mut self, at: Stamp, place: &Slot, facts: impl IntoIterator<Item = (Fact, i64)>) {
        self.add(Slot { half_hour: half_hour_of(at), ..place.clone() }, Counts::of(facts));
    }

    fn add(&mut self, slot: Slot, counts: Counts) {
        self.0.add(&[(slot, counts)], 1);
    }
}

/// A place of this kind, to be filled in.
fn about(about: About) -> Slot {
    Slot { about, ..Slot::default() }
}
