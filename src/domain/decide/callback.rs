//! The callback queue: lines that make themselves, merge by person, and settle themselves (R-CALL-5, R-CB-9, R-CB-10).

use super::{Context, Decision};
use crate::domain::call::{Call, Direction, Outcome};
use crate::domain::callback::{Callback, CallbackEnd, CallbackReason, Debt};
use crate::domain::command::{CallbackCommand, Made};
use crate::domain::event::Event;
use crate::domain::ids::CallbackId;
use crate::domain::phone::match_key;
use crate::domain::{Rulebook, Stamp, State};
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, command: &CallbackCommand) -> Result<Decision, Say> {
    let me = context.me()?;
    context.at_desk()?;
    match command {
        CallbackCommand::Agree { number, name, due_at, note, ticket } => {
            let key = match_key(number);
            if key.is_empty() {
                return Err(Say::new("refused.no_number"));
            }
            if ticket.and_then(|id| context.state.tickets.get(&id)).is_some_and(|ticket| ticket.seal.is_some()) {
                // The line would hold the informant's number beside the ticket's (R-REQ-6).
                return Err(Say::new("seal.callback"));
            }
            let old = context.state.callback_for(false, &key).cloned();
            let mut line = old.unwrap_or_else(|| fresh(context.state, number, name, context.now));
            line.due_at = *due_at;
            line.debts.push(Debt {
                number: line.debts.len() as u32 + 1,
                reason: CallbackReason::Agreed,
                note: note.clone(),
                ticket: *ticket,
                made_at: context.now,
                due_at: *due_at,
                ..Debt::default()
            });
            let mut decision = Decision::under("R-CB-3");
            decision.made = Made::Callback(line.id);
            Ok(decision.with(Event::Callback(Box::new(line))))
        }
        CallbackCommand::Close { callback, reason } => {
            if reason.trim().is_empty() {
                return Err(Say::new("refused.close_reason"));
            }
            let line = context.state.callbacks.get(callback).ok_or_else(|| Say::new("refused.callback_settled"))?;
            let end = CallbackEnd::Closed { by: me.clone(), reason: reason.trim().to_owned() };
            Ok(Decision::under("R-CB-6").with(Event::Callback(Box::new(ended(line, end, context.now)))))
        }
        _ => Err(Say::new("refused.callback_settled")),
    }
}

fn fresh(state: &State, number: &str, name: &str, now: Stamp) -> Callback {
    Callback {
        id: CallbackId(state.last.callback + 1),
        number: number.to_owned(),
        key: match_key(number),
        name: name.to_owned(),
        made_at: now,
        due_at: now,
        ..Callback::default()
    }
}

fn ended(line: &Callback, end: CallbackEnd, at: Stamp) -> Callback {
    let mut line = line.clone();
    for debt in line.debts.iter_mut().filter(|debt| debt.is_open()) {
        debt.end = Some((at, end.clone()));
    }
    Callback { end: Some(end), ended_at: Some(at), taken_by: None, ..line }
}

/// The line an unanswered call makes or joins; nothing for a number that is not known or was withheld, and nothing
/// where an operator took the call elsewhere.
pub(super) fn for_unanswered(state: &State, rules: &Rulebook, call: &Call) -> Option<Callback> {
    let reason = match call.outcome {
        Outcome::Abandoned => CallbackReason::Abandoned,
        Outcome::Timeout | Outcome::Withdrawn => CallbackReason::Timeout,
        Outcome::QueueFull | Outcome::QueueEmpty => CallbackReason::TurnedAway,
        Outcome::CutByPbx => CallbackReason::CutByPbx,
        Outcome::Answered | Outcome::Transferred | Outcome::Redirected | Outcome::NotReached | Outcome::Unknown => {
            return None;
        }
    };
    if call.direction != Direction::Inbound || call.answered_at.is_some() {
        return None;
    }
    let at = call.ended_at.or(call.left_queue_at)?;
    asked(state, rules, call, reason, &call.party.number, at)
}

/// The line for somebody who is owed a call about this one.
pub(super) fn asked(
    state: &State,
    rules: &Rulebook,
    call: &Call,
    reason: CallbackReason,
    number: &str,
    at: Stamp,
) -> Option<Callback> {
    let key = match_key(number);
    if call.party.withheld || key.is_empty() {
        return None;
    }
    let mut line = match state.callback_for(call.rehearsal, &key) {
        Some(line) => line.clone(),
        None => Callback {
            rehearsal: call.rehearsal,
            queue: call.queue.clone(),
            due_at: at.plus(rules.callback_after_ms),
            ..fresh(state, number, &call.party.name, at)
        },
    };
    if !line.debts.iter().any(|debt| debt.calls.contains(&call.id)) {
        line.debts.push(Debt {
            number: line.debts.len() as u32 + 1,
            reason,
            calls: vec![call.id],
            made_at: at,
            due_at: line.due_at,
            ..Debt::default()
        });
    }
    if line.name.is_empty() {
        line.name.clone_from(&call.party.name);
    }
    Some(line)
}

/// The open line of the person this answered call reached, settled by it.
pub(super) fn settled_by(state: &State, call: &Call) -> Option<Callback> {
    let at = call.answered_at?;
    let end = match call.direction {
        Direction::Inbound => CallbackEnd::CalledAgain(call.id),
        Direction::Outbound => CallbackEnd::Reached(call.id),
        Direction::Internal => return None,
    };
    let line = state.callback_for(call.rehearsal, &match_key(&call.party.number))?;
    (line.made_at <= at).then(|| ended(line, end, at))
}
