//! Emergencies (R-REQ-4, R-REQ-11): told at once, ticked off, everybody named who must know.

use super::values;
use super::work::Work;
use crate::domain::decide::{Context, Decision};
use crate::domain::ticket::{Happened, Tick};
use crate::domain::{Addressee, TicketId};
use crate::text::{Say, Word};

pub(super) fn tick(context: Context<'_>, id: TicketId, item: &str, done: bool, note: &str) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::short(note)?;
    let plan = context.rules.kind(work.ticket.fields.kind).emergency.as_ref();
    let listed = plan.is_some_and(|plan| plan.checklist.iter().chain(&plan.tell).any(|listed| listed.id == item));
    if !listed && !work.ticket.ticks.contains_key(item) {
        return Err(Say::new("life.no_item").with("item", item));
    }
    if work.ticket.ticks.contains_key(item) == done {
        return Ok(work.done("R-REQ-4"));
    }
    let note = note.trim().to_owned();
    if done {
        let by = work.me();
        work.ticket.ticks.insert(item.to_owned(), Tick { at: context.now, by, note: note.clone() });
    } else {
        work.ticket.ticks.remove(item);
    }
    work.line(Happened::Ticked { item: item.to_owned(), done, note });
    Ok(work.done("R-REQ-4"))
}

impl Work<'_> {
    /// Whom the plan has told, and of whom nobody has said yet whether they were: each is ticked, with the reason in its
    /// words where there was no need.
    pub(super) fn plan_unsaid(&self) -> Vec<Word> {
        let plan = self.rules().kind(self.ticket.fields.kind).emergency.as_ref();
        let unsaid =
            plan.into_iter().flat_map(|plan| &plan.tell).filter(|item| !self.ticket.ticks.contains_key(&item.id));
        unsaid.map(|item| Word::Text(item.name.clone())).collect()
    }

    /// The supervisor on duty is told at once; the clocks of the type do the rest.
    pub(super) fn raise_emergency(&mut self) {
        let what = self.about("life.notice_emergency").with("address", &self.ticket.fields.address);
        self.notice(Addressee::Role("supervisor".to_owned()), what, true, false);
    }
}
