//! What is written of a talk that settled something when it was answered: its sheet, or that it was not the person after
//! all (R-CB-5, R-CB-10).
//!
//! A switchboard, an answering machine and a stranger answer like anybody: the PBX says "answered", and speaking settles.
//! Only who was on the telephone knows. So for an hour after the talk their word takes back what its call settled; a line
//! that ended with it is open again.

use super::agree::{Agreed, agree};
use super::changed;
use super::report::{self, Written};
use crate::domain::call::Call;
use crate::domain::callback::{Callback, CallbackEnd, Debt, Next, Reach};
use crate::domain::decide::debts::speak;
use crate::domain::decide::{Context, Decision, spoken};
use crate::domain::ids::{CallId, CallbackId};
use crate::domain::state::SETTLED_KEPT_MS;
use crate::domain::{Stamp, State};
use crate::text::Say;

/// The line was settled by the call itself before anybody wrote.
pub(super) fn afterwards(context: Context<'_>, id: CallbackId, written: &Written<'_>) -> Result<Decision, Say> {
    let line = context.state.settled.get(&id);
    let talk = line.and_then(|line| Some((line, of_talk(context, line, written.debt, written)?)));
    if let Some((line, call)) = talk {
        return write(context, line, call, written);
    }
    let call = written.call.and_then(|id| context.state.calls.get(id)).filter(|call| !spoken::key_of(call).is_empty());
    match (written.next, call, written.reach) {
        // A time that was agreed is owed all the same.
        (Next::Agreed(due_at), Some(call), Reach::Reached) => agreed(context, call, due_at, written.said),
        _ => Err(Say::new("refused.callback_settled")),
    }
}

/// The same of one debt on a line that goes on; nothing where no talk just now settled it.
pub(super) fn of_debt(
    context: Context<'_>,
    line: &Callback,
    number: u32,
    written: &Written<'_>,
) -> Option<Result<Decision, Say>> {
    let call = of_talk(context, line, Some(number), written)?;
    Some(write(context, line, call, written))
}

fn write(context: Context<'_>, line: &Callback, call: &Call, written: &Written<'_>) -> Result<Decision, Say> {
    let written = Written { call: Some(call.id), ..*written };
    match written.reach {
        Reach::Reached | Reach::Refused => kept(context, line, call, &written),
        Reach::NotReached | Reach::WrongNumber => {
            let again = Callback { ended_at: None, end: None, ..line.clone() };
            report::in_vain(context, &again, &written)
        }
    }
}

/// The sheet of the talk, on what it settled.
fn kept(context: Context<'_>, line: &Callback, call: &Call, written: &Written<'_>) -> Result<Decision, Say> {
    let mut line = line.clone();
    let sheet = report::sheet(context, &line, written, Some(call.id))?;
    let number = written.debt.or_else(|| first_by(&line, call.id).map(|debt| debt.number));
    if let Some(debt) = line.debts.iter_mut().find(|debt| Some(debt.number) == number) {
        debt.sheets.push(sheet);
    }
    if let Some(attempt) = line.attempts.iter_mut().rev().find(|attempt| attempt.call == Some(call.id)) {
        attempt.reach = Some(written.reach);
    }
    (line.taken_by, line.leaving) = (None, false);
    let decision = match written.next {
        Next::Agreed(due_at) => agreed_on(context, &mut line, call, due_at, written.said)?,
        Next::Settled | Next::Again => Decision::under("R-CB-5"),
    };
    Ok(decision.with(changed(line)))
}

/// R-CB-3: a time agreed in the talk: on the line while it is open, else on the person's next.
fn agreed_on(
    context: Context<'_>,
    line: &mut Callback,
    call: &Call,
    due_at: Stamp,
    note: &str,
) -> Result<Decision, Say> {
    if line.ended_at.is_some() {
        return agreed(context, call, due_at, note);
    }
    let gravity = line.gravity();
    let reason = crate::domain::CallbackReason::Agreed;
    line.add(Debt { reason, gravity, note: note.to_owned(), made_at: context.now, due_at, ..Debt::default() });
    Ok(Decision::under("R-CB-3"))
}

fn agreed(context: Context<'_>, call: &Call, due_at: Stamp, note: &str) -> Result<Decision, Say> {
    let (number, name) = (&call.party.number, &call.party.name);
    agree(context, &Agreed { number, name, due_at, note, ticket: None })
}

/// The talk that is written of: the call named, else the last that settled something here. Its call is up, or was within
/// the hour; that it was not the person can be said of a call from the desk only.
fn of_talk<'a>(context: Context<'a>, line: &Callback, number: Option<u32>, written: &Written<'_>) -> Option<&'a Call> {
    let of_debt = |debt: &&Debt| number.is_none_or(|number| debt.number == number);
    let settled = line.debts.iter().filter(of_debt).filter_map(|debt| by(debt).map(|call| (debt.end.as_ref(), call)));
    let settled = settled.filter(|(_, call)| written.call.is_none_or(|named| named == *call));
    let (end, call) = settled.max_by_key(|(end, _)| end.map(|(at, _)| *at))?;
    let call = context.state.calls.get(call)?;
    let over = call.ended_at.filter(|_| !call.is_open());
    let now = spoken::moment(context.state, call, context.now);
    let fresh = over.is_none_or(|over| now.since(over) < SETTLED_KEPT_MS);
    let from_desk = matches!(end, Some((_, CallbackEnd::Reached(_))));
    let vain = matches!(written.reach, Reach::NotReached | Reach::WrongNumber);
    (fresh && (from_desk || !vain)).then_some(call)
}

/// The call that settled a debt by speaking.
fn by(debt: &Debt) -> Option<CallId> {
    match debt.end {
        Some((_, CallbackEnd::Reached(call) | CallbackEnd::CalledAgain(call))) => {
            Some(call).filter(|_| debt.reason.is_settled_by_speaking())
        }
        _ => None,
    }
}

/// The first debt that speaking in this call settled.
pub(super) fn first_by(line: &Callback, call: CallId) -> Option<&Debt> {
    line.debts.iter().find(|debt| by(debt) == Some(call))
}

/// What a call no longer settles is settled all the same where the person was spoken to after it.
pub(super) fn spoken_since(state: &State, line: &mut Callback, call: CallId) {
    let Some(taken_back) = state.calls.get(call) else { return };
    let keys = [&line.keys[..], std::slice::from_ref(&line.key)].concat();
    let wanted = spoken::Wanted { keys: &keys, since: Stamp(i64::MIN), outbound: false, rehearsal: line.rehearsal };
    let after = |other: &&Call| {
        other.id != call && other.source == taken_back.source && other.answered_at > taken_back.answered_at
    };
    let since = state.calls.all().filter(after).find(|other| wanted.is(state, other) && !line.was_in_vain(other.id));
    if let Some(since) = since {
        speak(state, line, since);
    }
}
