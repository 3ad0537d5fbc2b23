//! 派单 and 转派: one key for the list, one for whom it is sent to (SPEC §5).

use super::super::{Outcome, send_and_tell};
use super::{change_ready, filled, hands, in_sight, of, open_ready, pick};
use crate::domain::Command;
use crate::domain::command::TicketCommand;
use crate::domain::rulebook::FILED;
use crate::text::Say;
use crate::tui::layer::Subject;
use crate::tui::model::Model;

/// A ticket whose type has the stage of an order that waits to be accepted.
pub(super) fn ready(model: &Model) -> Result<(), Say> {
    change_ready(model)?;
    open_ready(model)?;
    let ticket = in_sight(model)?;
    let rules = &model.desk.welcome().rulebook;
    let dispatched = rules.kind(ticket.fields.kind).stage("dispatched").is_some();
    if dispatched && ticket.stage != FILED {
        return Ok(());
    }
    Err(Say::new("due.no-dispatch").with("ticket", ticket.id.spoken()))
}

/// Technicians on duty first, each with their open orders, where they were last and when; then departments.
pub(super) fn dispatch(model: &mut Model) -> Outcome {
    let subject = Subject::Ticket(in_sight(model)?.id);
    pick("command.ticket.dispatch.name", model.crew_rows(hands::DEPARTMENT), subject, |model, subject, to| {
        let (ticket, _) = of(subject)?;
        let to = hands::owner(filled(to, "refuse.no-choice")?);
        let done = Say::new("due.dispatched").with("ticket", ticket.spoken()).with("name", model.owner_name(&to));
        send_and_tell(Command::Ticket(TicketCommand::Dispatch { ticket, to, why: String::new() }), done)
    })
}
