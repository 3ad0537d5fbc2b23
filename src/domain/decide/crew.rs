//! A technician's duty: on and off, said by the technician alone (SPEC §5). Where they are follows their orders' steps.

use super::{Context, Decision};
use crate::domain::command::CrewCommand;
use crate::domain::event::Event;
use crate::domain::{Crew, Role};
use crate::text::Say;

/// On duty twice is on duty since the first time; the orders of whoever goes off duty stay theirs.
pub(super) fn decide(context: Context<'_>, command: CrewCommand) -> Result<Decision, Say> {
    let me = context.me()?;
    if context.person()?.role != Role::Technician {
        return Err(Say::new("order.crew_only"));
    }
    let known = context.state.crew.get(me).cloned();
    let crew = known.unwrap_or_else(|| Crew { staff: me.clone(), ..Crew::default() });
    let on_duty_since = match command {
        CrewCommand::OnDuty => crew.on_duty_since.or(Some(context.now)),
        CrewCommand::OffDuty => None,
    };
    let decision = Decision::under("R-WO");
    if on_duty_since == crew.on_duty_since {
        return Ok(decision);
    }
    Ok(decision.with(Event::Crew(Box::new(Crew { on_duty_since, ..crew }))))
}
