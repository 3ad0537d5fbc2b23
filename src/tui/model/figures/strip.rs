//! The agents' day as a strip: one row an agent, every column a few minutes, the state that lasted longest in it (R-CALL-10).

use std::collections::BTreeMap;

use super::FiguresView;
use crate::domain::state::DAY_MS;
use crate::domain::{AgentState, Millis, Span, Stamp};
use crate::tui::model::Model;

/// Minutes that a column can stand for.
const STEPS: [i64; 9] = [1, 2, 3, 5, 10, 15, 20, 30, 60];
const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;

/// An agent's day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StripRow {
    /// The agent's place.
    pub who: String,
    /// The kind of state of each column (`AgentState::kind`); 0 for offline.
    pub columns: Vec<usize>,
    /// Time in each kind of state.
    pub totals: [Millis; AgentState::KINDS],
}

/// The agents' day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// When the first column begins.
    pub from: Stamp,
    /// How long a column is.
    pub step: Millis,
    /// The agents, by their place.
    pub rows: Vec<StripRow>,
}

/// The sign of a kind of state, the same whatever the colours; a blank for offline.
pub fn sign_of(kind: usize) -> char {
    match kind {
        1 => '.',
        2 => 'r',
        3 => '#',
        4 => 'h',
        5 => 'w',
        6 => 'b',
        7 => 't',
        _ => ' ',
    }
}

impl Model {
    /// The day whose strip is shown: the last one of the span, today at the latest.
    pub fn strip_day(&self, view: &FiguresView) -> i64 {
        view.span.days(self.today()).1.min(self.today())
    }

    /// The agents' day, cut to as many columns as fit; nothing while it is being asked for. The width is that of a
    /// screen of 80 columns where nothing says otherwise.
    pub fn strip(&self, view: &FiguresView) -> Option<Strip> {
        self.strip_of(view, 60)
    }

    /// The same for a width.
    pub fn strip_of(&self, view: &FiguresView, width: usize) -> Option<Strip> {
        let day = self.strip_day(view);
        let begin = Stamp(day * DAY_MS - self.desk.welcome().offset_ms);
        let end = begin.plus(DAY_MS);
        let wanted = |who: &str| view.filter.who.as_ref().is_none_or(|wanted| wanted.iter().any(|one| one == who));
        let clip = |since: Stamp, until: Stamp| (since.max(begin), until.min(end));
        let mut pieces: BTreeMap<String, Vec<(Stamp, Stamp, usize)>> = BTreeMap::new();
        let mut add = |who: &str, state: &AgentState, (since, until): (Stamp, Stamp)| {
            if wanted(who) && since < until && *state != AgentState::Offline {
                pieces.entry(who.to_owned()).or_default().push((since, until, state.kind()));
            }
        };
        let seen = |span: &&Span| !span.rehearsal;
        for span in self.stretches(day)?.iter().filter(seen) {
            add(&span.agent.0, &span.state, clip(span.since, span.until));
        }
        if day == self.today() {
            // The running stretch is a record only when it is over.
            for agent in self.desk.state().agents.values().filter(|agent| !agent.rehearsal) {
                add(&agent.id.0, &agent.state, clip(agent.since, self.now.min(end)));
            }
        }
        let first = pieces.values().flatten().map(|piece| piece.0).min().unwrap_or(begin.plus(8 * HOUR));
        let last = pieces.values().flatten().map(|piece| piece.1).max().unwrap_or(begin.plus(18 * HOUR));
        let from = begin.plus(first.since(begin).div_euclid(HOUR) * HOUR);
        let hours = (last.since(from) + HOUR - 1).div_euclid(HOUR).max(1);
        let columns = |step: i64| (hours * 60 + step - 1) / step;
        let fits = |step: &i64| usize::try_from(columns(*step)).is_ok_and(|columns| columns <= width.max(24));
        let step = STEPS.into_iter().find(fits).unwrap_or(60);
        let count = usize::try_from(columns(step)).unwrap_or(0);
        let row = |(who, pieces): (String, Vec<(Stamp, Stamp, usize)>)| {
            let mut totals = [0; AgentState::KINDS];
            for (since, until, kind) in &pieces {
                if let Some(total) = totals.get_mut(*kind) {
                    *total += until.since(*since);
                }
            }
            StripRow { who, columns: cut(&pieces, from, step * MINUTE, count), totals }
        };
        Some(Strip { from, step: step * MINUTE, rows: pieces.into_iter().map(row).collect() })
    }
}

/// What lasted longest in each column.
fn cut(pieces: &[(Stamp, Stamp, usize)], from: Stamp, step: Millis, count: usize) -> Vec<usize> {
    let mut shares = vec![[0; AgentState::KINDS]; count];
    for (since, until, kind) in pieces {
        let at = |stamp: Stamp| usize::try_from(stamp.since(from).div_euclid(step)).unwrap_or(0);
        for column in at(*since)..=at(until.plus(-1)).min(count.saturating_sub(1)) {
            let begin = from.plus(step * i64::try_from(column).unwrap_or(0));
            let share = (*until).min(begin.plus(step)).since((*since).max(begin));
            if let Some(cell) = shares.get_mut(column).and_then(|shares| shares.get_mut(*kind)) {
                *cell += share.max(0);
            }
        }
    }
    let longest = |shares: [Millis; AgentState::KINDS]| {
        let there = shares.into_iter().enumerate().filter(|(_, share)| *share > 0);
        there.max_by_key(|(kind, share)| (*share, *kind)).map_or(0, |(kind, _)| kind)
    };
    shares.into_iter().map(longest).collect()
}
