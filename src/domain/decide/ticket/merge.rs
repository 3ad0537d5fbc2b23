//! The same matter reported again (R-REQ-3): one record with every report listed; undone to exactly what was before.

use std::collections::BTreeSet;

use super::edit::with_line;
use super::work::Work;
use crate::domain::TicketId;
use crate::domain::decide::{Context, Decision};
use crate::domain::phone::same_person;
use crate::domain::rulebook::FILED;
use crate::domain::ticket::{FieldChange, Happened, Merge, Ticket};
use crate::text::Say;

pub(super) fn merge(context: Context<'_>, id: TicketId, into: TicketId) -> Result<Decision, Say> {
    if id == into {
        return Err(Say::new("life.itself").with("ticket", id.spoken()));
    }
    let mut work = Work::load(context, id)?;
    let main = Work::load(context, into)?.ticket;
    if main.rehearsal != work.ticket.rehearsal {
        return Err(Say::new("life.rehearsed_merge"));
    }
    if work.ticket.seal.is_some() != main.seal.is_some() {
        return Err(Say::new("life.sealed_merge"));
    }
    work.ticket.merged = Some(Merge { into, at: context.now, by: work.me() });
    work.line(Happened::MergedInto(into));
    let reports = [&main.reports[..], &[id]].concat();
    let (ticket, line) = with_line(context, Ticket { reports, ..main }, Happened::Took(id));
    work.others.extend([ticket, line]);
    Ok(work.done("R-REQ-3"))
}

/// Nothing of a merged ticket is changed while it is inside the other; so taking it out gives back what was.
pub(super) fn unmerge(context: Context<'_>, id: TicketId) -> Result<Decision, Say> {
    context.me()?;
    let mut work = Work::any(context, id)?;
    let Some(merge) = work.ticket.merged.take() else {
        return Err(Say::new("life.not_merged").with("ticket", id.spoken()));
    };
    let main = Work::any(context, merge.into)?.ticket;
    work.line(Happened::Unmerged(merge.into));
    let reports = main.reports.iter().copied().filter(|report| *report != id).collect();
    let (ticket, line) = with_line(context, Ticket { reports, ..main }, Happened::GaveBack(id));
    work.others.extend([ticket, line]);
    Ok(work.done("R-REQ-3"))
}

/// Whether the caller of a report has been told: the outcome before it was merged, or anything after. How things stood
/// before is no answer. One who is told by the outcome of the ticket that stands for both (the same number) has been.
pub(in crate::domain::decide) fn is_told(report: &Ticket, main: &Ticket) -> bool {
    let same = same_person(&main.fields.phone, &report.fields.phone, "");
    let since = report.merged.as_ref().map_or(report.opened_at, |merge| merge.at);
    let answered = report.outcome().is_some() && report.told.iter().any(|told| told.last);
    same || report.is_anonymous() || answered || report.told.iter().any(|told| told.at >= since)
}

impl Work<'_> {
    /// Every ticket inside this one, at any depth.
    pub(super) fn inside(&self) -> Vec<&Ticket> {
        let tickets = &self.context.state.tickets;
        let mut found: Vec<&Ticket> = Vec::new();
        let mut next: Vec<TicketId> = self.ticket.reports.clone();
        let mut seen = BTreeSet::from([self.ticket.id]);
        while let Some(id) = next.pop() {
            if let Some(ticket) = tickets.get(&id).filter(|_| seen.insert(id)) {
                next.extend(&ticket.reports);
                found.push(ticket);
            }
        }
        found.sort_by_key(|ticket| ticket.id);
        found
    }

    /// The reports whose callers have not been told.
    pub(super) fn reports_untold(&self) -> Vec<TicketId> {
        self.inside().into_iter().filter(|report| !is_told(report, &self.ticket)).map(|report| report.id).collect()
    }

    /// The matter is settled: so are its reports.
    pub(super) fn end_reports(&mut self) {
        let outcome = self.ticket.value("outcome").to_owned();
        let reports: Vec<Ticket> = self.inside().into_iter().cloned().collect();
        for report in reports {
            let mut part = Work::new(self.context, report);
            let from = part.ticket.value("outcome").to_owned();
            if from != outcome {
                let field = "outcome".to_owned();
                part.ticket.card.insert(field.clone(), outcome.clone());
                part.line(Happened::Edited(vec![FieldChange { field, from, to: outcome.clone() }]));
            }
            part.come_to(FILED);
            part.ticket.filed_at = Some(part.now());
            part.stop_all();
            part.ticket.paused = None;
            part.ticket.extension = None;
            part.ticket.objection = None;
            self.others.extend(part.done("R-REQ-3").events);
        }
    }
}
