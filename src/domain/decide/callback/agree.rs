//! A time agreed with somebody: it becomes the next callback (R-CB-3).

use super::changed;
use crate::domain::callback::{CallbackReason, Debt, Gravity};
use crate::domain::command::Made;
use crate::domain::decide::debts::{Lines, Person, lifted};
use crate::domain::decide::{Context, Decision};
use crate::domain::ids::TicketId;
use crate::domain::{Stamp, phone::match_key};
use crate::text::Say;

/// What was agreed.
pub(super) struct Agreed<'a> {
    pub number: &'a str,
    pub name: &'a str,
    pub due_at: Stamp,
    pub note: &'a str,
    pub ticket: Option<TicketId>,
}

pub(super) fn agree(context: Context<'_>, agreed: &Agreed<'_>) -> Result<Decision, Say> {
    if match_key(agreed.number).is_empty() {
        return Err(Say::new("refused.no_number"));
    }
    if let Some(unknown) = agreed.ticket.filter(|id| id.0 > context.state.last.ticket) {
        return Err(Say::new("refused.ticket_not_open").with("ticket", unknown.spoken()));
    }
    let ticket = agreed.ticket.and_then(|id| context.state.tickets.get(&id));
    if ticket.is_some_and(|ticket| ticket.seal.is_some()) {
        // The line would hold the informant's number beside the ticket's (R-REQ-6).
        return Err(Say::new("seal.callback"));
    }
    let file = context.state.customer_by_phone(agreed.number);
    let rehearsal = ticket.is_some_and(|ticket| ticket.rehearsal);
    let person = Person::of(agreed.number, agreed.name, file, rehearsal, &context.state.area_code);
    let mut lines = Lines::with(context.state, std::iter::empty());
    let line = lines.line_of(&person, context.now);
    line.add(debt(context, agreed, &person));
    line.reckon_due();
    let mut decision = Decision::under("R-CB-3");
    decision.made = Made::Callback(line.id);
    Ok(decision.with(changed(line.clone())))
}

fn debt(context: Context<'_>, agreed: &Agreed<'_>, person: &Person) -> Debt {
    Debt {
        reason: CallbackReason::Agreed,
        gravity: lifted(Gravity::default(), person.grade),
        note: agreed.note.to_owned(),
        ticket: agreed.ticket,
        made_at: context.now,
        due_at: agreed.due_at,
        ..Debt::default()
    }
}
