//! 回访单: what came of a try or of a conversation, and what comes next (R-CB-3, R-CB-5, R-CB-10).
//!
//! On a debt about a ticket the sheet is the ticket's own screen filled in: it moves on, or is refused with what is
//! missing, in the same decision.

use super::close::note;
use super::{changed, free, open, settled, short};
use crate::domain::callback::{Callback, CallbackEnd, CallbackReason, Debt, Next, Reach, Sheet};
use crate::domain::decide::debts::speak;
use crate::domain::decide::ticket::{Spoken, follow_up, open_again};
use crate::domain::decide::{Context, Decision, spoken};
use crate::domain::ids::{CallId, CallbackId, SourceId, TicketId};
use crate::domain::rulebook::FieldKind;
use crate::domain::{Rulebook, Stamp};
use crate::text::Say;

/// What was written.
pub(super) struct Written<'a> {
    pub debt: Option<u32>,
    pub call: Option<CallId>,
    pub reach: Reach,
    pub satisfaction: &'a str,
    pub said: &'a str,
    pub next: Next,
}

pub(super) fn report(context: Context<'_>, id: CallbackId, written: &Written<'_>) -> Result<Decision, Say> {
    short(written.said)?;
    known_word(context.rules, written.satisfaction)?;
    if let Next::Agreed(at) = written.next
        && at <= context.now
    {
        return Err(Say::new("debt.agreed_past"));
    }
    let Ok(line) = open(context, id) else { return settled::afterwards(context, id, written) };
    free(context, line)?;
    let debt = match written.debt {
        Some(number) => match owed(line, number) {
            Ok(debt) => Some(debt.clone()),
            Err(why) => return settled::of_debt(context, line, number, written).unwrap_or(Err(why)),
        },
        None => None,
    };
    if let Some(role) = debt.as_ref().map(|debt| &debt.by).filter(|role| !role.is_empty())
        && !context.rules.holds(context.person()?, role)
    {
        return Err(Say::new("debt.by_role").with_word("role", &context.rules.role_word(role)));
    }
    match written.reach {
        Reach::NotReached | Reach::WrongNumber => in_vain(context, line, written),
        Reach::Reached | Reach::Refused => match debt {
            Some(debt) if !debt.reason.is_settled_by_speaking() => about(context, line, &debt, written),
            debt => talked(context, line, debt.as_ref(), written),
        },
    }
}

fn owed(line: &Callback, number: u32) -> Result<&Debt, Say> {
    let found = line.debts.iter().find(|debt| debt.number == number);
    let debt = found.ok_or_else(|| Say::new("debt.none_such").with("number", number))?;
    if debt.is_open() { Ok(debt) } else { Err(Say::new("debt.settled").with("number", number)) }
}

/// Satisfaction by the rulebook's own words, else by the desk's.
fn known_word(rules: &Rulebook, word: &str) -> Result<(), Say> {
    let known = match rules.fields.get("satisfaction").map(|rule| &rule.kind) {
        Some(FieldKind::Choice(choices)) => choices.iter().any(|choice| choice.id == word),
        _ => ["very", "satisfied", "fair", "dissatisfied"].contains(&word),
    };
    if word.is_empty() || known { Ok(()) } else { Err(Say::new("debt.satisfaction").with("value", word)) }
}

/// The sheet itself.
pub(super) fn sheet(
    context: Context<'_>,
    line: &Callback,
    written: &Written<'_>,
    call: Option<CallId>,
) -> Result<Sheet, Say> {
    let dialled = line.attempts.iter().rev().find(|attempt| attempt.call == call);
    let by_hand = match call.and_then(|id| context.state.calls.get(id)) {
        Some(call) => call.source == SourceId::HAND,
        None => true,
    };
    Ok(Sheet {
        at: context.now,
        by: context.me()?.clone(),
        call,
        by_hand: dialled.map_or(by_hand, |attempt| attempt.by_hand),
        reach: written.reach,
        satisfaction: written.satisfaction.to_owned(),
        said: written.said.to_owned(),
        next: written.next,
    })
}

/// Nobody was reached, or not the person: the try is over, and what its call seemed to settle is owed again.
pub(super) fn in_vain(context: Context<'_>, line: &Callback, written: &Written<'_>) -> Result<Decision, Say> {
    let (plan, offset) = (&context.rules.attempts, context.state.offset_ms);
    let mut line = line.clone();
    if let Some(id) = written.call {
        of_line(context, &line, id)?;
    }
    let last = line.attempts.last().map(|attempt| attempt.call);
    let call = written.call.or(line.trying().and_then(|attempt| attempt.call)).or(last.flatten());
    let sheet = sheet(context, &line, written, call)?;
    // A try without a call is over when it was written: the next one is another.
    let tried = line.attempts.iter().rev().find(|attempt| attempt.call == call);
    let tried = tried.filter(|attempt| call.is_some() || attempt.reach.is_none());
    let before = tried.map(|attempt| attempt.reach);
    if before.is_none() {
        // A try that no dial of the desk began: the operator's word is all there is of it.
        line.begin_try(context.me()?, context.now, call, true);
    }
    if before != Some(Some(written.reach)) {
        line.end_try(context.now, call, written.reach, plan, offset);
    }
    let mut taken_back = false;
    for debt in line.debts.iter_mut().filter(|debt| debt.reason.is_settled_by_speaking()) {
        let by_it = |end: &CallbackEnd| matches!(end, CallbackEnd::Reached(id) if Some(*id) == call);
        let before = debt.end.is_some();
        debt.end = debt.end.take().filter(|(_, end)| !by_it(end));
        taken_back |= before && debt.end.is_none();
    }
    if let Some(call) = call.filter(|_| taken_back) {
        settled::spoken_since(context.state, &mut line, call);
    }
    note(&mut line, written.debt, sheet);
    (line.taken_by, line.leaving) = (None, false);
    Ok(Decision::under("R-CB-6").with(changed(line)))
}

/// A call of the desk's record with this person.
fn of_line(context: Context<'_>, line: &Callback, id: CallId) -> Result<(), Say> {
    let call = context.state.calls.get(id).ok_or_else(|| Say::new("refused.call_gone"))?;
    let tried = line.attempts.iter().any(|attempt| attempt.call == Some(id));
    if tried || line.has_key(&spoken::key_of(call)) { Ok(()) } else { Err(Say::new("debt.other_call")) }
}

/// The answered call that a sheet speaks of: the one that is named, else the newest with this person (R-CB-10).
fn spoke(
    context: Context<'_>,
    line: &Callback,
    written: &Written<'_>,
    since: Stamp,
    outbound: bool,
) -> Result<CallId, Say> {
    let keys = [&line.keys[..], std::slice::from_ref(&line.key)].concat();
    let wanted = spoken::Wanted { keys: &keys, since, outbound, rehearsal: line.rehearsal };
    let named = match written.call {
        Some(id) => {
            of_line(context, line, id)?;
            Some(id).filter(|id| context.state.calls.get(*id).is_some_and(|call| wanted.is(context.state, call)))
        }
        None => wanted.newest(context.state, |call| line.was_in_vain(call)),
    };
    named
        .ok_or_else(|| Say::new(if outbound { "debt.no_call" } else { "debt.not_spoken" }).with("number", &line.number))
}

/// Somebody was spoken to: what that settles is settled by it.
fn talked(context: Context<'_>, line: &Callback, debt: Option<&Debt>, written: &Written<'_>) -> Result<Decision, Say> {
    let since = debt.map_or(line.made_at, |debt| debt.made_at);
    // What a lost call left has that PBX's own stamp; the speaking itself is looked at debt by debt.
    let since = if debt.is_some_and(|debt| !debt.calls.is_empty()) { Stamp(i64::MIN) } else { since };
    let call = spoke(context, line, written, since, false)?;
    let mut line = line.clone();
    let sheet = sheet(context, &line, written, Some(call))?;
    // What the talk settled when it was answered has its sheet; what else is owed gets its own.
    let settled = settled::first_by(&line, call).map(|debt| debt.number);
    note(&mut line, written.debt.or(settled), sheet);
    reached(context, &mut line, call, written.reach);
    if debt.is_some_and(|debt| line.debts.iter().any(|there| there.number == debt.number && there.is_open())) {
        return Err(Say::new("debt.not_spoken").with("number", &line.number));
    }
    again(context, &mut line, None, written);
    Ok(Decision::under("R-CB-5").with(changed(line)))
}

/// The try is complete, the line is free again, and speaking settled what it settles.
fn reached(context: Context<'_>, line: &mut Callback, call: CallId, reach: Reach) {
    let (plan, offset) = (&context.rules.attempts, context.state.offset_ms);
    let waits = |attempt: &crate::domain::Attempt| attempt.call == Some(call) && attempt.reach != Some(reach);
    if line.attempts.iter().any(waits) {
        line.end_try(context.now, Some(call), reach, plan, offset);
    }
    line.spoken_to();
    if let Some(call) = context.state.calls.get(call) {
        speak(context.state, line, call);
    }
    (line.taken_by, line.leaving) = (None, false);
}

/// R-CB-3: a time was agreed in the conversation; it is owed as well.
fn again(context: Context<'_>, line: &mut Callback, ticket: Option<TicketId>, written: &Written<'_>) {
    if let Next::Agreed(due_at) = written.next {
        let (reason, note, made_at) = (CallbackReason::Agreed, written.said.to_owned(), context.now);
        let gravity = line.gravity();
        line.add(Debt { reason, gravity, note, ticket, made_at, due_at, ..Debt::default() });
    }
}

/// A debt with a sheet of its own: an answer, a revisit, a drawn sample.
fn about(context: Context<'_>, line: &Callback, debt: &Debt, written: &Written<'_>) -> Result<Decision, Say> {
    if written.reach == Reach::Refused && written.said.is_empty() {
        return Err(Say::new("debt.said_missing"));
    }
    if written.next == Next::Again && written.satisfaction != "dissatisfied" {
        return Err(Say::new("debt.again"));
    }
    let ticket = debt.ticket.and_then(|id| context.state.tickets.get(&id));
    let follows = ticket.filter(|_| debt.reason != CallbackReason::Sample);
    let since = follows.filter(|_| debt.reason == CallbackReason::Revisit).map_or(debt.made_at, |t| t.entered_at);
    let call = spoke(context, line, written, since, debt.reason != CallbackReason::Answer)?;
    let mut line = line.clone();
    let sheet = sheet(context, &line, written, Some(call))?;
    note(&mut line, Some(debt.number), sheet);
    reached(context, &mut line, call, written.reach);
    let put_off = matches!(written.next, Next::Agreed(_)) && written.reach == Reach::Reached;
    let mut decision = Decision::under("R-CB-5");
    if put_off {
        again(context, &mut line, debt.ticket, written);
    } else if let Some(ticket) = follows {
        let refused = written.reach == Reach::Refused;
        let Written { said, satisfaction, .. } = *written;
        decision = follow_up(context, ticket.id, &Spoken { call, refused, said, satisfaction })?;
        decision.rule = "R-CB-1";
    } else if let Some(debt) = line.debt_mut(debt.number) {
        let refused = written.reach == Reach::Refused;
        let end = if refused { CallbackEnd::Refused(call) } else { CallbackEnd::Reached(call) };
        debt.end = Some((context.now, end));
        if written.satisfaction == "dissatisfied" && !refused {
            // R-CB-2: a drawn customer who is not content is heard again, in a matter of its own.
            decision = open_again(context, (debt.ticket, call), (&line.name, &line.number), written.said)?;
        }
    }
    line.reckon_due();
    decision.events.push(changed(line));
    Ok(decision)
}
