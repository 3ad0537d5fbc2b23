//! Which open line is whose: found by number, file, ticket, call and hand, so that a decision looks at what it changes and
//! not at all there is. Folded with the lines; the lines alone say what holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::State;
use crate::domain::Stamp;
use crate::domain::callback::{Callback, CallbackEnd};
use crate::domain::ids::{CallId, CallbackId, CustomerId, StaffId, TicketId};
use crate::domain::phone::alike;
use crate::domain::revisit::{self, KEPT_MS};

/// How long a line that speaking settled is at hand, so that what is written of the talk still finds it: an hour, in
/// milliseconds.
pub const SETTLED_KEPT_MS: i64 = 3_600_000;

/// What an open line is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Mark {
    Key(String),
    File(CustomerId),
    /// Something is owed about it.
    Ticket(TicketId),
    /// A try that is under way.
    Call(CallId),
    /// Who has it in hand.
    Hand(StaffId),
    /// To be let go when its call has ended.
    Leaving,
}

/// The open lines by what they are found by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct LineIndex {
    marks: BTreeSet<(Mark, CallbackId)>,
}

impl LineIndex {
    fn exchange(&mut self, before: Option<&Callback>, line: &Callback) {
        for mark in before.into_iter().flat_map(marks) {
            self.marks.remove(&(mark, line.id));
        }
        if line.ended_at.is_none() {
            self.marks.extend(marks(line).map(|mark| (mark, line.id)));
        }
    }

    fn with(&self, mark: Mark) -> impl Iterator<Item = CallbackId> + use<'_> {
        let range = (mark.clone(), CallbackId(0))..=(mark, CallbackId(u64::MAX));
        self.marks.range(range).map(|(_, line)| *line)
    }
}

fn marks(line: &Callback) -> impl Iterator<Item = Mark> + use<'_> {
    let keys = line.keys.iter().chain([&line.key]).filter(|key| !key.is_empty()).cloned().map(Mark::Key);
    let tickets = line.debts.iter().filter(|debt| debt.is_open()).filter_map(|debt| debt.ticket).map(Mark::Ticket);
    let calls = line.attempts.iter().filter(|attempt| attempt.reach.is_none()).filter_map(|attempt| attempt.call);
    let hand = line.taken_by.iter().cloned().map(Mark::Hand);
    let leaving = line.leaving.then_some(Mark::Leaving);
    keys.chain(line.customer.map(Mark::File)).chain(tickets).chain(calls.map(Mark::Call)).chain(hand).chain(leaving)
}

/// Speaking settled something on it.
fn was_spoken_to(line: &Callback) -> bool {
    let by_speaking = |end: &CallbackEnd| matches!(end, CallbackEnd::Reached(_) | CallbackEnd::CalledAgain(_));
    line.debts
        .iter()
        .any(|debt| debt.reason.is_settled_by_speaking() && debt.end.as_ref().is_some_and(|(_, end)| by_speaking(end)))
}

impl State {
    pub(super) fn fold_line(&mut self, line: &Callback) {
        self.last.callback = self.last.callback.max(line.id.0);
        if line.made_at > self.newest_line {
            self.newest_line = line.made_at;
            let newest = self.newest_line;
            self.settled.retain(|_, line| is_at_hand(line, newest));
        }
        self.fold_revisits(line);
        self.line_index.exchange(self.callbacks.get(&line.id), line);
        super::keep_if(&mut self.callbacks, line.id, line, line.ended_at.is_none());
        let at_hand = is_at_hand(line, self.newest_line);
        super::keep_if(&mut self.settled, line.id, line, at_hand);
    }

    /// The follow-up calls of a line. Those of settled lines are kept for two months.
    fn fold_revisits(&mut self, line: &Callback) {
        let of = |id: CallbackId| (id, 0)..=(id, u32::MAX);
        let before: Vec<u32> = self.revisits.range(of(line.id)).map(|((_, debt), _)| *debt).collect();
        for debt in before {
            if let Some(row) = self.revisits.remove(&(line.id, debt)) {
                self.settled_rows.remove(&(row.line_made_at, line.id));
            }
        }
        self.revisits.extend(revisit::rows(line).map(|row| ((row.line, row.debt), row)));
        if line.ended_at.is_some() && self.revisits.range(of(line.id)).next().is_some() {
            self.settled_rows.insert((line.made_at, line.id));
        }
        let newest = self.newest_line;
        while let Some(oldest) = self.settled_rows.first().copied().filter(|(at, _)| newest.since(*at) > KEPT_MS) {
            self.settled_rows.remove(&oldest);
            let gone: Vec<u32> = self.revisits.range(of(oldest.1)).map(|((_, debt), _)| *debt).collect();
            for debt in gone {
                self.revisits.remove(&(oldest.1, debt));
            }
        }
    }

    /// Open lines with this number, by its key alone.
    pub fn lines_with_key(&self, key: &str) -> impl Iterator<Item = CallbackId> + use<'_> {
        self.line_index.with(Mark::Key(key.to_owned()))
    }

    /// Open lines of a customer file.
    pub fn lines_of_file(&self, customer: CustomerId) -> impl Iterator<Item = CallbackId> + use<'_> {
        self.line_index.with(Mark::File(customer))
    }

    /// Open lines on which something is owed about a ticket.
    pub fn lines_about(&self, ticket: TicketId) -> impl Iterator<Item = CallbackId> + use<'_> {
        self.line_index.with(Mark::Ticket(ticket))
    }

    /// Open lines of which this call is the try under way.
    pub fn lines_trying(&self, call: CallId) -> impl Iterator<Item = CallbackId> + use<'_> {
        self.line_index.with(Mark::Call(call))
    }

    /// Open lines somebody has in hand.
    pub fn lines_of_hand(&self, staff: &StaffId) -> impl Iterator<Item = CallbackId> + use<'_> {
        self.line_index.with(Mark::Hand(staff.clone()))
    }

    /// Open lines that are let go as soon as their call has ended.
    pub fn lines_leaving(&self) -> impl Iterator<Item = CallbackId> + use<'_> {
        self.line_index.with(Mark::Leaving)
    }

    /// The open callback line of a person, by match key.
    pub fn callback_for(&self, rehearsal: bool, key: &str) -> Option<&Callback> {
        let found =
            alike(key, &self.area_code).into_iter().flat_map(|key| self.lines_with_key(&key).collect::<Vec<_>>());
        let lines = found.filter_map(|id| self.callbacks.get(&id));
        lines.filter(|line| line.rehearsal == rehearsal).min_by_key(|line| line.id)
    }

    /// Lines, draws and follow-up calls alone, to draw on.
    pub(in crate::domain) fn for_draw(&self) -> State {
        State {
            area_code: self.area_code.clone(),
            callbacks: self.callbacks.clone(),
            draws: self.draws.clone(),
            revisits: self.revisits.clone(),
            settled_rows: self.settled_rows.clone(),
            newest_line: self.newest_line,
            line_index: self.line_index.clone(),
            last: self.last,
            ..State::new(self.offset_ms)
        }
    }
}

/// Settled by speaking, and not long before the newest line was made.
fn is_at_hand(line: &Callback, newest: Stamp) -> bool {
    let lately = |ended: Stamp| newest.since(ended) < SETTLED_KEPT_MS && newest.since(line.made_at) <= KEPT_MS;
    line.ended_at.is_some_and(lately) && was_spoken_to(line)
}
