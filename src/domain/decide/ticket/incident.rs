//! Master incidents (R-REQ-10): proposed on a burst, attached with one key; every caller attached is still owed an answer.

use super::edit::with_line;
use super::values;
use super::work::Work;
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::likeness::{self, Burst};
use crate::domain::ticket::{Happened, Master, Owner, Ticket};
use crate::domain::{Addressee, Notice, TicketId};
use crate::text::Say;

pub(super) fn make(context: Context<'_>, id: TicketId, area: &str, sentence: &str) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    if area.trim().is_empty() || sentence.trim().is_empty() {
        return Err(Say::new("life.incident_words"));
    }
    values::short(area)?;
    values::short(sentence)?;
    if work.ticket.incident.is_some() {
        return Err(Say::new("life.attached_already").with("ticket", id.spoken()));
    }
    let (area, sentence) = (area.trim().to_owned(), sentence.trim().to_owned());
    work.ticket.master = Some(Master { area, sentence: sentence.clone(), approved_by: work.me() });
    work.line(Happened::BecameIncident(sentence));
    Ok(work.done("R-REQ-10"))
}

pub(super) fn attach(context: Context<'_>, id: TicketId, incident: TicketId) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    let master = Work::load(context, incident)?.ticket;
    if id == incident || work.ticket.master.is_some() {
        return Err(Say::new("life.itself").with("ticket", id.spoken()));
    }
    if master.master.is_none() || master.rehearsal != work.ticket.rehearsal {
        return Err(Say::new("life.no_incident").with("ticket", incident.spoken()));
    }
    work.ticket.incident = Some(incident);
    work.line(Happened::Attached(incident));
    Ok(work.done("R-REQ-10"))
}

pub(super) fn detach(context: Context<'_>, id: TicketId) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    let Some(incident) = work.ticket.incident.take() else {
        return Err(Say::new("life.not_attached").with("ticket", id.spoken()));
    };
    work.line(Happened::Detached(incident));
    Ok(work.done("R-REQ-10"))
}

impl Work<'_> {
    /// R-REQ-10: so many of one kind in one area within so short a time: a supervisor is told once, by the ticket that
    /// makes the number full. More of the same burst, and what comes while there is an incident, say nothing new.
    pub(super) fn watch_for_burst(&mut self) {
        let (state, rules) = (self.context.state, self.rules());
        let Some(burst) = likeness::burst(state, rules, &self.ticket, self.now()) else { return };
        let full = |burst: &Burst| burst.tickets.len() + 1 >= rules.incidents.count as usize;
        if burst.incident.is_some() || !full(&burst) {
            return;
        }
        let newest = burst.tickets.last().and_then(|id| state.tickets.get(id));
        let before = newest.and_then(|ticket| likeness::burst(state, rules, ticket, ticket.opened_at));
        if before.as_ref().is_some_and(full) {
            return;
        }
        let what = self.about("life.notice_burst").with("area", &burst.area).with("count", burst.tickets.len() + 1);
        self.notice(Addressee::Role("supervisor".to_owned()), what, true, false);
    }

    /// An incident is over: whoever owns an attached ticket is told, and each of those callers is still owed an answer.
    pub(super) fn tell_attached(&mut self) {
        // An incident may have been merged into this ticket, and what is inside it ends with it: only what stays is told.
        let over: Vec<&Ticket> = [&self.ticket].into_iter().chain(self.inside()).collect();
        let ends = |id: TicketId| over.iter().any(|ticket| ticket.id == id);
        let masters: Vec<TicketId> = over.iter().filter(|t| t.master.is_some()).map(|t| t.id).collect();
        let attached = |ticket: &&Ticket| ticket.incident.is_some_and(|incident| masters.contains(&incident));
        let attached: Vec<Ticket> =
            self.context.state.tickets.values().filter(attached).filter(|ticket| !ends(ticket.id)).cloned().collect();
        let outcome = self.ticket.value("outcome").to_owned();
        for ticket in attached {
            let to = match &ticket.owner {
                Owner::Staff(staff) => Addressee::Staff(staff.clone()),
                Owner::Department(department) => Addressee::Department(department.clone()),
            };
            let what = Say::new("life.notice_incident_over")
                .with("ticket", ticket.id.spoken())
                .with("subject", &ticket.fields.subject)
                .with("outcome", &outcome);
            let notice = Notice {
                id: self.next_notice(),
                rehearsal: ticket.rehearsal,
                ticket: Some(ticket.id),
                callback: None,
                to,
                at: self.now(),
                what,
                rings: false,
                late: false,
                acknowledged: None,
            };
            let (ticket, line) = with_line(self.context, ticket, Happened::Note(outcome.clone()));
            self.others.extend([ticket, line, Event::Notice(Box::new(notice))]);
        }
    }
}
