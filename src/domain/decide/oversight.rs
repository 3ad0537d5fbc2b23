//! What a supervisor does from the live queue (R-LIVE-2): decided, with its reason, as one entry.

use super::{Context, Decision};
use crate::domain::command::OversightCommand;
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, command: &OversightCommand) -> Result<Decision, Say> {
    let _ = command;
    context.at_desk()?;
    Err(Say::new("may.desk_only"))
}
