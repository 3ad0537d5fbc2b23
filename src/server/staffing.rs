//! What a line may ask for, by who is on it. The desk's own machinery is not moved over the socket: a line may only
//! speak for a rehearsal it began itself.

use std::collections::BTreeSet;

use crate::domain::command::{CallbackCommand, Command, OversightCommand, SourceCommand, TicketCommand};
use crate::domain::source::SourceKind;
use crate::domain::{Role, SourceId, Staff};
use crate::text::Say;

/// Whether this command may come over a line on which `staff` is, and which began the sources `began`.
pub fn may(staff: &Staff, began: &BTreeSet<SourceId>, command: &Command) -> Result<(), Say> {
    match command {
        Command::Source(SourceCommand::Begin { kind, .. }) if *kind != SourceKind::Rehearsal => {
            Err(Say::new("refused.not_over_the_line"))
        }
        Command::Source(SourceCommand::Begin { .. }) => Ok(()),
        Command::Source(SourceCommand::Backfill(_)) if staff.role == Role::Supervisor => Ok(()),
        Command::Source(SourceCommand::Backfill(_)) => Err(Say::new("refused.supervisor_only")),
        Command::Source(
            SourceCommand::Link { source, .. }
            | SourceCommand::Clock { source, .. }
            | SourceCommand::Can { source, .. }
            | SourceCommand::Signals { source, .. },
        ) if began.contains(source) => Ok(()),
        Command::Source(_) => Err(Say::new("refused.not_over_the_line")),
        Command::Ticket(command) => may_ticket(command),
        Command::Draw { .. }
        | Command::Callback(CallbackCommand::LetGo(_))
        | Command::Oversight(OversightCommand::Failed(_)) => Err(Say::new("refused.not_over_the_line")),
        _ => Ok(()),
    }
}

/// What only the desk itself does, and seals that the desk itself did not make, come over no line.
fn may_ticket(command: &TicketCommand) -> Result<(), Say> {
    use TicketCommand as T;
    match command {
        T::Ring(_) | T::Recompute(_) | T::RulesChanged(_) => Err(Say::new("refused.not_over_the_line")),
        T::Open { seal: Some(_), .. } | T::Edit { seal: Some(_), .. } => Err(Say::new("refused.not_over_the_line")),
        T::Each(commands) => commands.iter().try_for_each(|command| match command {
            // An answer goes with every opening (R-REQ-6); several at once have one answer.
            T::Each(_) | T::OpenSeal { .. } => Err(Say::new("refused.not_over_the_line")),
            command => may_ticket(command),
        }),
        _ => Ok(()),
    }
}
