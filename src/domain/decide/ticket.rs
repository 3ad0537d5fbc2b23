//! Tickets: from the first word to filing. This file hands each command to the slice that decides it.

mod clocks;
mod edit;
mod emergency;
mod flow;
mod hands;
mod hazard;
mod incident;
mod may;
mod merge;
mod open;
mod order;
mod proof;
mod times;
mod values;
mod work;

use super::{Context, Decision};
use crate::domain::command::TicketCommand;
use crate::domain::event::{Actor, Event};
use crate::domain::ticket::Happened;
use crate::text::Say;
use work::Work;

pub(super) use flow::{Spoken, follow_up};
pub(super) use merge::is_told;
pub(super) use open::open_again;

/// The longest text of one field, in bytes: records stay small (storage.md rule D).
const LONGEST: usize = 8_000;
/// Tickets changed by one command at most.
const MOST_AT_ONCE: usize = 200;

pub(super) fn decide(context: Context<'_>, command: &TicketCommand) -> Result<Decision, Say> {
    use TicketCommand as T;
    may::check(context, command)?;
    match command {
        T::Open { fields, card, call, seal } => open::open(context, fields, card, *call, seal.as_ref()),
        T::Edit { ticket, changes, seal } => edit::edit(context, *ticket, changes, seal.as_ref()),
        T::Note { ticket, text } => edit::note(context, *ticket, text),
        T::AttachFile { ticket, place, words } => edit::attach_file(context, *ticket, place, words),
        T::Link { ticket, other } => edit::link(context, *ticket, *other),
        T::Printed(ticket) => edit::printed(context, *ticket),
        T::Advance { ticket, from, changes } => flow::advance(context, *ticket, from, changes),
        T::Tell { ticket, how, what, call } => flow::tell(context, *ticket, *how, what, *call),
        T::File { ticket, outcome, how } => flow::file(context, *ticket, outcome, *how),
        T::Dispatch { ticket, to, why } => order::dispatch(context, *ticket, to, why),
        T::Accept(ticket) => order::accept(context, *ticket),
        T::FoundHazard { ticket, subject, card } => hazard::found(context, *ticket, subject, card),
        T::Assign { ticket, to, why } => hands::assign(context, *ticket, to, why),
        T::Escalate { ticket, why } => hands::escalate(context, *ticket, why),
        T::Object { ticket, why } => hands::object(context, *ticket, why),
        T::Review { ticket, upheld, to, why } => hands::review(context, *ticket, *upheld, to.as_ref(), why),
        T::AskExtension { ticket, clock, until, why } => times::ask(context, *ticket, clock, *until, why),
        T::AnswerExtension { ticket, grant, why } => times::answer(context, *ticket, *grant, why),
        T::Agree { ticket, clock, until, with, why } => times::agree(context, *ticket, clock, *until, with, why),
        T::Pause { ticket, why } => times::pause(context, *ticket, why),
        T::Resume(ticket) => times::resume(context, *ticket),
        T::Merge { ticket, into } => merge::merge(context, *ticket, *into),
        T::Unmerge(ticket) => merge::unmerge(context, *ticket),
        T::MakeIncident { ticket, area, sentence } => incident::make(context, *ticket, area, sentence),
        T::Attach { ticket, incident } => incident::attach(context, *ticket, *incident),
        T::Detach(ticket) => incident::detach(context, *ticket),
        T::Tick { ticket, item, done, note } => emergency::tick(context, *ticket, item, *done, note),
        T::OpenSeal { ticket, why } => open_seal(context, *ticket, why),
        T::Each(commands) => each(context, commands),
        T::Ring(ticket) => {
            own(context)?;
            Ok(clocks::ring(context, *ticket))
        }
        T::Recompute(ticket) => {
            own(context)?;
            Ok(clocks::recompute(context, *ticket))
        }
        T::RulesChanged(rules) => {
            own(context)?;
            Ok(Decision::under("rulebook").with(Event::Rules(rules.clone())))
        }
    }
}

/// What only the desk itself may ask.
fn own(context: Context<'_>) -> Result<(), Say> {
    if matches!(context.actor, Actor::Desk) { Ok(()) } else { Err(Say::new("refused.not_over_the_line")) }
}

/// All of them, or none with the first refusal: each is decided on what the one before it left.
fn each(context: Context<'_>, commands: &[TicketCommand]) -> Result<Decision, Say> {
    if commands.len() > MOST_AT_ONCE {
        return Err(Say::new("life.too_many").with("count", commands.len()).with("most", MOST_AT_ONCE));
    }
    let mut state = context.state.clone();
    let mut whole = Decision::under("ticket.each");
    for command in commands {
        if matches!(command, TicketCommand::Each(_)) {
            return Err(Say::new("refused.not_over_the_line"));
        }
        let part = decide(Context { state: &state, ..context }, command)?;
        part.events.iter().for_each(|event| state.fold(event));
        whole.events.extend(part.events);
        whole.made = part.made;
    }
    Ok(whole)
}

/// R-REQ-6: only the role that the type's rule names; every opening stays in the history and the journal.
fn open_seal(context: Context<'_>, id: crate::domain::TicketId, why: &str) -> Result<Decision, Say> {
    let mut work = Work::any(context, id)?;
    if work.ticket.seal.is_none() {
        return Err(Say::new("life.no_seal").with("ticket", id.spoken()));
    }
    // A tip-off that was made another type's matter keeps its seal, and the keeper of tip-offs keeps it.
    let sealing = std::iter::once(context.rules.kind(work.ticket.fields.kind)).chain(context.rules.types.values());
    let keeper = sealing.filter_map(|kind| kind.sealed_for.clone()).next().unwrap_or_default();
    let staff = work.staff()?;
    if !context.rules.holds(staff, &keeper) {
        return Err(Say::new("life.not_keeper").with_word("role", &context.rules.role_word(&keeper)));
    }
    values::reason(why)?;
    work.line(Happened::SealOpened(why.trim().to_owned()));
    Ok(work.done("R-REQ-6"))
}
