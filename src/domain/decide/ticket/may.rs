//! Who may ask what of a ticket (SPEC §10.4): the one place that looks at ranks before anything is decided. What a
//! rulebook's roles decide (a stage's screen, an approval, a seal) is asked where it is decided.

use crate::domain::command::TicketCommand;
use crate::domain::decide::Context;
use crate::domain::event::Actor;
use crate::domain::rulebook::DISPATCHED;
use crate::domain::ticket::{Owner, Ticket};
use crate::domain::{Role, Staff, TicketId};
use crate::text::Say;

/// What somebody of a rank may ask of a ticket.
enum Reach {
    /// It is decided elsewhere, or by nobody's rank.
    Anybody,
    /// A technician only where the ticket is theirs or their department's.
    Theirs(TicketId),
    /// The same, but a work order must be their own: whoever takes a step on it has accepted it (SPEC §5).
    Own(TicketId),
    /// The desk's work: operators and supervisors.
    Desk,
    /// Supervisors alone, by rank or by name.
    Supervisors,
}

/// Every command is listed, so that a new one is thought about.
fn reach(command: &TicketCommand) -> Reach {
    use TicketCommand as T;
    match command {
        // Whoever takes a request registers it (R-REQ-2). A seal, an extension and a review ask for their own roles, the
        // desk's own commands for the desk.
        T::Open { .. } | T::OpenSeal { .. } | T::AnswerExtension { .. } | T::Review { .. } => Reach::Anybody,
        // Whoever comes second is told by name who accepted it.
        T::Accept(_) => Reach::Anybody,
        T::Each(_) | T::Ring(_) | T::Recompute(_) | T::RulesChanged(_) => Reach::Anybody,
        T::Advance { ticket, .. }
        | T::Tell { ticket, .. }
        | T::Tick { ticket, .. }
        | T::AttachFile { ticket, .. }
        | T::Pause { ticket, .. }
        | T::Resume(ticket)
        | T::AskExtension { ticket, .. }
        | T::FoundHazard { ticket, .. } => Reach::Own(*ticket),
        T::Note { ticket, .. } | T::Object { ticket, .. } | T::Printed(ticket) => Reach::Theirs(*ticket),
        T::Dispatch { .. } => Reach::Desk,
        T::Edit { .. } | T::File { .. } | T::Assign { .. } | T::Escalate { .. } | T::Agree { .. } => Reach::Desk,
        T::Merge { .. } | T::Unmerge(_) | T::Attach { .. } | T::Detach(_) | T::Link { .. } => Reach::Desk,
        // R-REQ-10: what every operator reads out is approved first.
        T::MakeIncident { .. } => Reach::Supervisors,
    }
}

pub(super) fn check(context: Context<'_>, command: &TicketCommand) -> Result<(), Say> {
    // The desk itself, and the PBX: the slices know what they may not ask.
    if !matches!(context.actor, Actor::Staff(_)) {
        return Ok(());
    }
    let staff = context.person()?;
    let technician = staff.role == Role::Technician;
    match reach(command) {
        Reach::Anybody => Ok(()),
        Reach::Theirs(id) if technician => match context.state.tickets.get(&id) {
            Some(ticket) if !theirs(context, staff, ticket) => {
                Err(Say::new("may.not_theirs").with("ticket", id.spoken()))
            }
            _ => Ok(()),
        },
        Reach::Own(id) if technician => match context.state.tickets.get(&id) {
            Some(ticket) if by_role(context, staff, ticket, command) => Ok(()),
            Some(ticket) => own(context, staff, ticket, command),
            None => Ok(()),
        },
        Reach::Desk if technician => Err(Say::new("may.desk_only")),
        Reach::Supervisors if !context.rules.holds(staff, "supervisor") => {
            Err(Say::new("may.supervisor").with_word("role", &context.rules.role_word("supervisor")))
        }
        Reach::Theirs(_) | Reach::Own(_) | Reach::Desk | Reach::Supervisors => Ok(()),
    }
}

/// A ticket they own, or their department does.
fn theirs(context: Context<'_>, staff: &Staff, ticket: &Ticket) -> bool {
    match &ticket.owner {
        Owner::Staff(owner) => *owner == staff.id,
        Owner::Department(department) => context.rules.department_of(staff) == Some(department),
    }
}

/// A step on a ticket of theirs. A work order is accepted first; with that it is somebody's own.
fn own(context: Context<'_>, staff: &Staff, ticket: &Ticket, command: &TicketCommand) -> Result<(), Say> {
    let id = ticket.id.spoken();
    if !theirs(context, staff, ticket) {
        return Err(Say::new("may.not_theirs").with("ticket", id));
    }
    let sent = ticket.stage == DISPATCHED;
    let step = matches!(command, TicketCommand::Advance { .. });
    match ticket.owner.staff() {
        _ if !context.rules.kind(ticket.fields.kind).is_order() => Ok(()),
        Some(_) if !sent || !step => Ok(()),
        None if !sent => Err(Say::new("order.departments").with("ticket", id)),
        _ => Err(Say::new("order.accept_first").with("ticket", id)),
    }
}

/// A technician named for the role that a stage's screen is for fills that screen, whoever owns the ticket.
fn by_role(context: Context<'_>, staff: &Staff, ticket: &Ticket, command: &TicketCommand) -> bool {
    let stage = context.rules.kind(ticket.fields.kind).stage(&ticket.stage);
    let named = stage.is_some_and(|stage| stage.by.iter().any(|role| context.rules.holds(staff, role)));
    named && matches!(command, TicketCommand::Advance { .. })
}
