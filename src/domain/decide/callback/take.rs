//! Who has a line in hand: taken, let go, let go by the desk when somebody is gone (R-CB-9: never two desks dialling one
//! person).

use super::{changed, free, open};
use crate::domain::call::Call;
use crate::domain::callback::Callback;
use crate::domain::decide::{Context, Decision, dial};
use crate::domain::event::{Actor, Event};
use crate::domain::ids::{CallbackId, StaffId};
use crate::text::Say;

pub(super) fn take(context: Context<'_>, id: CallbackId) -> Result<Decision, Say> {
    let me = context.me()?;
    let line = open(context, id)?;
    free(context, line)?;
    if let Some(role) = line.with.as_ref().filter(|_| super::above(context, line).is_err()) {
        return Err(Say::new("debt.with_role").with_word("role", &context.rules.role_word(role)));
    }
    let taken = Callback { taken_by: Some(me.clone()), leaving: false, ..line.clone() };
    let decision = Decision::under("R-CB-9");
    Ok(if taken == *line { decision } else { decision.with(changed(taken)) })
}

pub(super) fn release(context: Context<'_>, id: CallbackId) -> Result<Decision, Say> {
    let line = open(context, id)?;
    if super::above(context, line).is_err() {
        free(context, line)?;
    }
    let decision = Decision::under("R-CB-9");
    if line.taken_by.is_none() {
        return Ok(decision);
    }
    if is_up(context, line) {
        return Err(Say::new("debt.call_up"));
    }
    Ok(decision.with(changed(Callback { taken_by: None, leaving: false, ..line.clone() })))
}

/// The desk's own: somebody is gone. A line whose call is still up is let go when that has ended.
pub(super) fn let_go(context: Context<'_>, staff: &StaffId) -> Result<Decision, Say> {
    if !matches!(context.actor, Actor::Desk) {
        return Err(Say::new("refused.not_over_the_line"));
    }
    let mut decision = Decision::under("R-CB-9");
    // What they were still dialling by hand is over; the rest of their calls the PBX ends.
    decision.events = dial::put_down(context, staff);
    let down = |line: &Callback| {
        decision.events.iter().any(|event| matches!(event, Event::Callback(down) if down.id == line.id))
    };
    let theirs = context.state.lines_of_hand(staff).filter_map(|id| context.state.callbacks.get(&id));
    let theirs: Vec<&Callback> = theirs.filter(|line| !down(line)).collect();
    for line in theirs {
        let leaving = is_up(context, line);
        let taken_by = line.taken_by.clone().filter(|_| leaving);
        decision.events.push(changed(Callback { taken_by, leaving, ..line.clone() }));
    }
    Ok(decision)
}

/// The call of the line's last try is up.
fn is_up(context: Context<'_>, line: &Callback) -> bool {
    let call = line.attempts.last().and_then(|attempt| attempt.call);
    call.and_then(|id| context.state.calls.get(id)).is_some_and(Call::is_open)
}
