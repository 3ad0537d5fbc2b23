//! What a supervisor does with a line: closes it with a reason, or puts one that was handed up back into the queue
//! (R-CB-6).

use super::{above, changed, open, short};
use crate::domain::callback::{Callback, CallbackEnd, CallbackReason, Debt, Next, Sheet};
use crate::domain::command::TicketCommand;
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::ids::CallbackId;
use crate::domain::phone::match_key;
use crate::domain::ticket::FieldChange;
use crate::domain::{Stamp, Ticket, TicketId};
use crate::text::{Say, Word};

/// What follows a ticket is settled on the ticket.
fn follows(debt: &Debt) -> Option<TicketId> {
    debt.ticket.filter(|_| matches!(debt.reason, CallbackReason::Answer | CallbackReason::Revisit))
}

pub(super) fn close(context: Context<'_>, id: CallbackId, reason: &str) -> Result<Decision, Say> {
    let reason = given(reason)?;
    let me = context.me()?;
    let mut line = open(context, id)?.clone();
    above(context, &line)?;
    let tickets: Vec<Word> =
        line.owed().into_iter().filter_map(follows).map(|ticket| Word::Text(ticket.spoken())).collect();
    let end = CallbackEnd::Closed { by: me.clone(), reason: reason.to_owned() };
    let mut closed = false;
    for debt in line.debts.iter_mut().filter(|debt| debt.is_open() && follows(debt).is_none()) {
        debt.end = Some((context.now, end.clone()));
        closed = true;
    }
    if !closed {
        return Err(Say::new("debt.close_ticket").with_list("tickets", &tickets));
    }
    line.wind_up();
    line.reckon_due();
    Ok(Decision::under("R-CB-6").with(changed(line)))
}

pub(super) fn put_back(
    context: Context<'_>,
    id: CallbackId,
    due_at: Stamp,
    number: Option<&str>,
    reason: &str,
) -> Result<Decision, Say> {
    let reason = given(reason)?;
    let mut line = open(context, id)?.clone();
    above(context, &line)?;
    let mut decision = Decision::under("R-CB-6");
    if let Some(number) = number {
        let key = match_key(number);
        if key.is_empty() {
            return Err(Say::new("refused.no_number"));
        }
        // The one before is somebody else's number, or none.
        let before = std::mem::replace(&mut line.key, key.clone());
        line.keys.retain(|known| *known != before || before == key);
        number.trim().clone_into(&mut line.number);
        context.state.keys_of(number).iter().for_each(|key| line.know(key));
        for ticket in line.owed().into_iter().filter_map(|debt| context.state.tickets.get(&debt.ticket?)) {
            if match_key(&ticket.fields.phone) == before {
                decision.events.extend(renumbered(context, ticket, number)?);
            }
        }
    }
    line.spoken_to();
    line.not_before = Some(due_at);
    let sheet = Sheet {
        at: context.now,
        by: context.me()?.clone(),
        said: reason.to_owned(),
        next: Next::Agreed(due_at),
        ..Sheet::default()
    };
    note(&mut line, None, sheet);
    line.reckon_due();
    Ok(decision.with(changed(line)))
}

/// The ticket had the wrong number, too. What is merged into another is changed no more.
fn renumbered(context: Context<'_>, ticket: &Ticket, number: &str) -> Result<Vec<Event>, Say> {
    if ticket.merged.is_some() {
        return Ok(Vec::new());
    }
    let (from, to) = (ticket.fields.phone.clone(), number.trim().to_owned());
    let changes = vec![FieldChange { field: "phone".to_owned(), from, to }];
    let edit = TicketCommand::Edit { ticket: ticket.id, changes, seal: None };
    super::super::ticket::decide(context, &edit).map(|decision| decision.events)
}

/// Writes a sheet on a debt, or on the first that is owed.
pub(super) fn note(line: &mut Callback, debt: Option<u32>, sheet: Sheet) {
    let number = debt.or_else(|| line.owed().first().map(|debt| debt.number));
    if let Some(debt) = line.debts.iter_mut().find(|debt| Some(debt.number) == number) {
        debt.sheets.push(sheet);
    }
}

fn given(reason: &str) -> Result<&str, Say> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Say::new("refused.close_reason"));
    }
    short(reason).map(|()| reason)
}
