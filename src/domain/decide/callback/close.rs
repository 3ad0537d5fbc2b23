//! What a supervisor does with a line: closes it with a reason, or puts one that was handed up back into the queue
//! (R-CB-6).

use super::{above, changed, open, short};
use crate::domain::callback::{Callback, CallbackEnd, CallbackReason, Debt, Next, Sheet};
use crate::domain::decide::{Context, Decision};
use crate::domain::ids::CallbackId;
use crate::domain::phone::match_key;
use crate::domain::{Stamp, TicketId};
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
    if let Some(number) = number {
        let key = match_key(number);
        if key.is_empty() {
            return Err(Say::new("refused.no_number"));
        }
        // The one before is somebody else's number, or none.
        let before = std::mem::replace(&mut line.key, key.clone());
        line.keys.retain(|known| *known != before || before == key);
        number.trim().clone_into(&mut line.number);
        line.know(&key);
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
    Ok(Decision::under("R-CB-6").with(changed(line)))
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
