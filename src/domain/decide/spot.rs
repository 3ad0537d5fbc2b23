//! Spot checks of calls (R-CALL-8): drawn, signed, seen.

use super::{Context, Decision};
use crate::domain::command::SpotCommand;
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, command: &SpotCommand) -> Result<Decision, Say> {
    let _ = command;
    context.at_desk()?;
    Err(Say::new("may.desk_only"))
}
