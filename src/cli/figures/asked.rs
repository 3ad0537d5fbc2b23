//! What is asked of the desk, and whether what was asked for is there at all.

use crate::cli::access::Access;
use crate::cli::arguments::Figured;
use crate::domain::figures::{Book, Filter, SLOT_MS, Slot, running};
use crate::domain::rulebook::Formula;
use crate::domain::{Stamp, State};
use crate::text::Say;
use crate::wire::{Answer, Query};

/// The sums of a span, as the desk has them. Where local time is not a whole number of half-hours ahead of UTC, a
/// half-hour counts where it begins.
///
/// # Errors
/// The desk's own sentence: technicians are told no figures; or the line's.
pub fn book(access: &mut Access, since: Stamp, until: Stamp) -> Result<Book, Say> {
    let first = |at: Stamp| at.0.div_euclid(SLOT_MS) + i64::from(at.0.rem_euclid(SLOT_MS) != 0);
    let mut book = Book::default();
    access.ask(Query::Figures { since: first(since), until: first(until) }, &mut |answer| {
        let Answer::Figures { cells, last } = answer else { return Ok(true) };
        book.add(&cells, 1);
        Ok(!last)
    })?;
    Ok(book)
}

/// Adds what agents' stretches that still run have come to by now: figures that are printed are as of now, like those on
/// the screens. Nobody sits at a desk that was started for this question alone.
pub fn add_running(book: &mut Book, state: &State, (since, until): (Stamp, Stamp), now: Stamp) {
    let mut delta = running(state, now);
    delta.retain(|(slot, _)| (since.0..until.0).contains(&(slot.half_hour * SLOT_MS)));
    book.add(&delta, 1);
}

/// A formula as the rulebook writes it.
///
/// # Errors
/// What is allowed.
pub fn formula(text: &str) -> Result<Formula, Say> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let plain = plain.replace('\u{2212}', "-");
    let found = Formula::ALL.into_iter().find(|formula| formula.written().eq_ignore_ascii_case(&plain));
    found.ok_or_else(|| {
        let allowed = Formula::ALL.map(Formula::written).join("  ");
        Say::new("printed.no_formula").with("formula", text).with("allowed", allowed)
    })
}

/// What was asked for and nothing in the span counts for: no fault, and yet most often a slip of the pen.
pub fn unheard_of(book: &Book, filter: &Filter, asked: &Figured) -> Vec<Say> {
    let nowhere = |wanted: Option<&String>, has: &dyn Fn(&Slot) -> bool| {
        wanted.filter(|_| !book.cells.keys().any(has)).map(|name| Say::new("printed.nothing_of").with("name", name))
    };
    let who = |slot: &Slot| filter.who.as_ref().is_some_and(|who| who.contains(&slot.who));
    [
        nowhere(asked.queue.as_ref(), &|slot| filter.queue.as_ref() == Some(&slot.queue)),
        nowhere(asked.agent.as_ref(), &who),
        nowhere(asked.department.as_ref(), &|slot| filter.department.as_ref() == Some(&slot.department)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
