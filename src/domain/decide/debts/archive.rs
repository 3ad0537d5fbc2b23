//! A line that goes on for years stays small: what is long settled, and the oldest tries, are put away into an ended line
//! of the same person, where the records keep them. Every entry holds a line whole, so that without this each would be
//! larger than the one before.

use super::Pass;
use super::lines::Lines;
use crate::domain::Stamp;
use crate::domain::callback::{Callback, CallbackEnd};
use crate::domain::ids::CallbackId;
use crate::domain::state::SETTLED_KEPT_MS;

/// Settled debts on an open line at most, and how many stay when it has more.
const SETTLED: (usize, usize) = (40, 20);
/// The same of its tries.
const TRIES: (usize, usize) = (60, 30);

impl Pass<'_> {
    /// Puts away what the changed lines have too much of.
    pub(super) fn put_away(&mut self) {
        let open: Vec<CallbackId> =
            self.lines.changed().filter(|line| line.ended_at.is_none()).map(|line| line.id).collect();
        for id in open {
            put_away(&mut self.lines, id, self.context.now);
        }
    }
}

fn put_away(lines: &mut Lines<'_>, id: CallbackId, now: Stamp) {
    let Some(line) = lines.get(id).filter(|line| {
        let settled = line.debts.iter().filter(|debt| !debt.is_open()).count();
        settled > SETTLED.0 || line.attempts.len() > TRIES.0
    }) else {
        return;
    };
    let mut left = line.clone();
    // What was settled within the hour may still be taken back, and the highest number is never given again.
    let last = left.debts.iter().map(|debt| debt.number).max().unwrap_or_default();
    let long_ago = |at: &Stamp| now.since(*at) >= SETTLED_KEPT_MS;
    let settled = left.debts.iter().filter(|debt| !debt.is_open()).count();
    let mut over = if settled > SETTLED.0 { settled - SETTLED.1 } else { 0 };
    let (mut gone, mut kept) = (Vec::new(), Vec::new());
    for debt in std::mem::take(&mut left.debts) {
        let goes = over > 0 && debt.number != last && debt.end.as_ref().is_some_and(|(at, _)| long_ago(at));
        over -= usize::from(goes);
        if goes { gone.push(debt) } else { kept.push(debt) }
    }
    left.debts = kept;
    let over = if left.attempts.len() > TRIES.0 { left.attempts.len() - TRIES.1 } else { 0 };
    let over = left.attempts.iter().take(over).take_while(|attempt| attempt.reach.is_some()).count();
    let tries: Vec<_> = left.attempts.drain(..over).collect();
    let begun = gone.iter().map(|debt| debt.made_at).chain(tries.iter().map(|attempt| attempt.at)).min();
    let Some(made_at) = begun else { return };
    let settled = gone.iter().filter_map(|debt| debt.end.clone()).max_by_key(|(at, _)| *at);
    let (at, end) = settled.unwrap_or((now, CallbackEnd::Joined(id)));
    let away = Callback {
        id: lines.next_id(),
        debts: gone,
        attempts: tries,
        made_at,
        tries: 0,
        taken_by: None,
        leaving: false,
        not_before: None,
        with: None,
        ended_at: Some(at),
        end: Some(end),
        ..left.clone()
    };
    lines.put(left);
    lines.put(away);
}
