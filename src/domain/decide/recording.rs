//! Recordings (R-CALL-7): listened to, extracted, expired.

use super::{Context, Decision};
use crate::domain::Recording;
use crate::domain::command::RecordingCommand;
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, command: &RecordingCommand, held: &[Recording]) -> Result<Decision, Say> {
    let _ = (command, held);
    context.at_desk()?;
    Err(Say::new("may.desk_only"))
}
