//! What a line may ask for, by who is on it. The desk's own machinery is not moved over the socket: a line may only
//! speak for a rehearsal it began itself.

use std::collections::BTreeSet;

use crate::domain::command::{Command, SourceCommand};
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
        _ => Ok(()),
    }
}
