//! The callback queue: lines that make themselves, merge by person, and settle themselves (R-CALL-5, R-CB-9, R-CB-10).
//!
//! What follows from calls is here, the commands about a line in the slices beside; what tickets owe is in `debts`.

mod agree;
mod close;
mod report;
mod settled;
mod take;

use super::debts::{Lines, Person, lifted, speak};
use super::{Context, Decision, spoken};
use crate::domain::call::{Call, Direction, Outcome};
use crate::domain::callback::{Callback, CallbackReason, Debt, Gravity};
use crate::domain::command::CallbackCommand;
use crate::domain::event::Event;
use crate::domain::ids::CallbackId;
use crate::domain::{Rulebook, Stamp, State};
use crate::text::{Say, Word};

/// The longest text of a sheet or a reason, in bytes.
const LONGEST: usize = 8_000;

/// Lost calls of one person that are debts of their own; further ones are noted on the last of them.
const MOST_LOST: usize = 20;

pub(super) fn decide(context: Context<'_>, command: &CallbackCommand) -> Result<Decision, Say> {
    if let CallbackCommand::LetGo(staff) = command {
        return take::let_go(context, staff);
    }
    context.me()?;
    context.at_desk()?;
    match command {
        CallbackCommand::Agree { number, name, due_at, note, ticket } => {
            agree::agree(context, &agree::Agreed { number, name, due_at: *due_at, note, ticket: *ticket })
        }
        CallbackCommand::Close { callback, reason } => close::close(context, *callback, reason),
        CallbackCommand::PutBack { callback, due_at, number, reason } => {
            close::put_back(context, *callback, *due_at, number.as_deref(), reason)
        }
        CallbackCommand::Take(callback) => take::take(context, *callback),
        CallbackCommand::Release(callback) => take::release(context, *callback),
        CallbackCommand::Report { callback, debt, call, reach, satisfaction, said, next } => {
            let written = report::Written {
                debt: *debt,
                call: *call,
                reach: *reach,
                satisfaction,
                said: said.trim(),
                next: *next,
            };
            report::report(context, *callback, &written)
        }
        CallbackCommand::LetGo(_) => Err(Say::new("refused.not_over_the_line")),
    }
}

/// An open line.
fn open<'a>(context: Context<'a>, id: CallbackId) -> Result<&'a Callback, Say> {
    context.state.callbacks.get(&id).ok_or_else(|| Say::new("refused.callback_settled"))
}

/// Refuses a line that somebody else has in hand, naming them.
fn free(context: Context<'_>, line: &Callback) -> Result<(), Say> {
    let me = context.me()?;
    match line.taken_by.as_ref().filter(|taken_by| *taken_by != me) {
        Some(other) => {
            let name = context.staff.iter().find(|staff| staff.id == *other).map_or(&other.0, |staff| &staff.name);
            Err(Say::new("debt.taken").with("who", name))
        }
        None => Ok(()),
    }
}

/// What only a supervisor does with a line, or whoever it was handed up to.
fn above(context: Context<'_>, line: &Callback) -> Result<(), Say> {
    let staff = context.person()?;
    let holds = |role: &str| context.rules.holds(staff, role);
    if holds("supervisor") || line.with.as_ref().is_some_and(|role| holds(role)) {
        Ok(())
    } else {
        Err(Say::new("debt.above").with_word("role", &supervisor(context)))
    }
}

fn supervisor(context: Context<'_>) -> Word {
    context.rules.role_word("supervisor")
}

fn short(text: &str) -> Result<(), Say> {
    if text.len() > LONGEST {
        Err(Say::new("refused.text_too_long").with("bytes", text.len()).with("most", LONGEST))
    } else {
        Ok(())
    }
}

fn changed(line: Callback) -> Event {
    Event::Callback(Box::new(line))
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

/// The line for somebody who is owed a call about this one. Nothing where they were spoken to since: what a PBX says late
/// makes nobody be called again.
pub(super) fn asked(
    state: &State,
    rules: &Rulebook,
    call: &Call,
    reason: CallbackReason,
    number: &str,
    at: Stamp,
) -> Option<Callback> {
    let person =
        Person::of(number, &call.party.name, state.customer_by_phone(number), call.rehearsal, &state.area_code);
    if call.party.withheld || person.keys.is_empty() {
        return None;
    }
    let spoke = |other: &Call| {
        other.id != call.id
            && other.source == call.source
            && other.rehearsal == call.rehearsal
            && other.answered_at.is_some_and(|answered| answered > at)
            && person.keys.contains(&spoken::key_of(other))
    };
    if state.calls.all().rev().any(spoke) {
        return None;
    }
    let mut lines = Lines::with(state, std::iter::empty());
    let line = lines.line_of(&person, at);
    if line.queue.is_none() {
        line.queue.clone_from(&call.queue);
    }
    if line.debts.iter().any(|debt| debt.calls.contains(&call.id)) {
        return Some(line.clone());
    }
    let lost = |debt: &&mut Debt| debt.is_open() && !debt.calls.is_empty();
    let many = line.debts.iter_mut().filter(lost).count() >= MOST_LOST;
    // Somebody who calls a hundred times unanswered is owed no more than one who calls twenty times.
    if let Some(debt) = line.debts.iter_mut().rev().filter(lost).find(|debt| many && debt.reason == reason) {
        debt.calls.push(call.id);
    } else {
        line.add(Debt {
            reason,
            gravity: lifted(Gravity::default(), person.grade.min(call.grade)),
            calls: vec![call.id],
            made_at: at,
            due_at: at.plus(rules.callback_after_ms),
            ..Debt::default()
        });
    }
    line.reckon_due();
    Some(line.clone())
}

/// The open line of the person this answered call reached, with what it settles.
pub(super) fn settled_by(state: &State, call: &Call) -> Option<Callback> {
    let at = call.answered_at?;
    if spoken::key_of(call).is_empty() {
        return None;
    }
    let number = &call.party.number;
    let person =
        Person::of(number, &call.party.name, state.customer_by_phone(number), call.rehearsal, &state.area_code);
    let mut lines = Lines::with(state, std::iter::empty());
    let id = lines.of(&person).first().copied()?;
    let line = lines.change(id).filter(|line| line.made_at <= at)?;
    person.known_to(line);
    speak(state, line, call);
    line.wind_up();
    Some(line.clone())
}
