//! Answers as an operator's line carries them: without what supervisors did unseen (R-LIVE-2).
//!
//! Every kind of answer is listed, so that a new one is thought about.

use crate::domain::figures::Fact;
use crate::domain::sight::untold;
use crate::wire::{Answer, ExportRow, FigureOf, Query};

/// The question without it: not even how many there are is answered.
pub(super) fn asked(query: Query) -> Query {
    let hidden = Fact::Interventions.number();
    match query {
        Query::FigureRows { since, until, filter, facts, limit } => {
            let all = (0..=u8::MAX).filter(|number| Fact::of_number(*number).is_some());
            let wanted = if facts.is_empty() { all.collect() } else { facts };
            let open: Vec<u8> = wanted.into_iter().filter(|number| *number != hidden).collect();
            // Without any fact all would be meant: then nothing is asked.
            let until = if open.is_empty() { since } else { until };
            Query::FigureRows { since, until, filter, facts: open, limit }
        }
        query => query,
    }
}

/// The answer without it.
pub(super) fn filtered(answer: Answer) -> Answer {
    match answer {
        Answer::Rows { rows, last } => Answer::Rows { rows: rows.into_iter().filter_map(row).collect(), last },
        Answer::Figures { mut cells, last } => {
            untold::delta(&mut cells);
            Answer::Figures { cells, last }
        }
        Answer::FigureRows { rows, of } => {
            let all = rows.len();
            let rows: Vec<_> = rows.into_iter().filter(|row| !matches!(row.row, FigureOf::Intervention(_))).collect();
            let of = of.saturating_sub((all - rows.len()) as u64);
            Answer::FigureRows { rows, of }
        }
        Answer::StateAt(mut state, mut book) => {
            untold::state(&mut state);
            untold::book(&mut book);
            Answer::StateAt(state, book)
        }
        Answer::Person(_)
        | Answer::Ticket(_)
        | Answer::TicketLines(_)
        | Answer::Tickets(_)
        | Answer::Checked { .. }
        | Answer::Calls(_)
        | Answer::Faults(_)
        | Answer::Spans(_)
        | Answer::Call(..)
        | Answer::Recordings(_)
        | Answer::CheckSheets(_)
        | Answer::SpotDraws(_)
        | Answer::Visits(_)
        | Answer::Informant(_)
        | Answer::Fence => answer,
    }
}

fn row(row: ExportRow) -> Option<ExportRow> {
    match row {
        // The hash stays that of the whole entry: an operator's copy can't be held to it.
        ExportRow::Entry(entry, hash) => Some(ExportRow::Entry(Box::new(untold::entry(&entry)?), hash)),
        ExportRow::Intervention(step) => step.told.then_some(ExportRow::Intervention(step)),
        ExportRow::Call(_)
        | ExportRow::Ticket(..)
        | ExportRow::Callback(_)
        | ExportRow::Line(_)
        | ExportRow::Notice(_)
        | ExportRow::Draw(_)
        | ExportRow::Revisit(_)
        | ExportRow::Visit(_)
        | ExportRow::Span(_)
        | ExportRow::Recording(_)
        | ExportRow::SpotDraw(_)
        | ExportRow::CheckSheet(_) => Some(row),
    }
}
