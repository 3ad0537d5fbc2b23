//! Which draws are due (R-CB-2): what was filed on the days since the last one, read from the records, and a seed by
//! chance. What is drawn is decided like everything else.

use super::work::Desk;
use crate::domain::command::Command;
use crate::domain::draw;
use crate::domain::{Stamp, Ticket};
use crate::text::Say;

impl Desk {
    /// Every draw that is due, the oldest day first. A rule goes on after the newest day that was drawn for it; one never
    /// drawn begins with the month. Days on which none of its tickets was filed are passed over, but for the last one: it
    /// is drawn, and says how far the rule has come.
    pub fn draws_due(&self, now: Stamp) -> Result<Vec<Command>, Say> {
        let (state, reader) = (self.state(), self.reader());
        let last = draw::last_day(now, state.offset_ms);
        let newest = |rule: &str| reader.newest_draw(rule, last).unwrap_or(*draw::month_of(last).start() - 1);
        let rules = self.rules().revisits.shares.iter().map(|rule| (rule, newest(&rule.id)));
        let behind: Vec<_> = rules.filter(|(_, newest)| *newest < last).collect();
        let Some(first) = behind.iter().map(|(_, newest)| newest + 1).min() else { return Ok(Vec::new()) };
        let span = (draw::begin_of(first, state.offset_ms), draw::begin_of(last + 1, state.offset_ms));
        let filed: Vec<Ticket> = reader.tickets_filed(Some(span.0), Some(span.1)).collect();
        // Records that stand still would leave somebody out.
        if let Some(fault) = reader.fault() {
            return Err(fault);
        }
        let mut due = Vec::new();
        for day in first..=last {
            let of_day = |ticket: &&Ticket| ticket.filed_at.is_some_and(|at| state.day_of(at) == day);
            let filed: Vec<&Ticket> = filed.iter().filter(of_day).collect();
            for (rule, _) in behind.iter().filter(|(_, newest)| *newest < day) {
                let own = filed.iter().filter(|ticket| ticket.fields.kind == rule.kind);
                let settled: Vec<Ticket> = own.map(|ticket| (*ticket).clone()).collect();
                if !settled.is_empty() || day == last {
                    due.push(Command::Draw { rule: rule.id.clone(), day, seed: seed()?, settled });
                }
            }
        }
        Ok(due)
    }
}

pub(super) fn seed() -> Result<u64, Say> {
    getrandom::u64().map_err(|error| Say::new("draw.no_chance").with("error", error))
}
