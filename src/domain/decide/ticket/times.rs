//! Times that change: extensions, times agreed anew, pauses (R-REQ-9, R-CMP-3).

use super::values;
use super::work::Work;
use crate::domain::decide::{Context, Decision};
use crate::domain::rulebook::Trigger;
use crate::domain::ticket::{Clock, ClockChange, ExtensionAsked, Happened};
use crate::domain::{Addressee, Role, Stamp, TicketId};
use crate::text::Say;

/// Nothing is put off further than this: ten years.
const FURTHEST_MS: i64 = 10 * 366 * 86_400_000;

fn clock<'a>(work: &'a Work<'_>, id: &str) -> Result<&'a Clock, Say> {
    let found = work.ticket.clocks.iter().find(|clock| clock.id == id && clock.is_open());
    found.ok_or_else(|| {
        let word = work.rules().clock_word(work.ticket.fields.kind, id);
        Say::new("life.clock_not_running").with_word("clock", &word).with("ticket", work.ticket.id.spoken())
    })
}

fn later(context: Context<'_>, until: Stamp, than: Stamp) -> Result<(), Say> {
    if until <= than {
        return Err(Say::new("life.not_later"));
    }
    if until.since(context.now) > FURTHEST_MS { Err(Say::new("life.too_far")) } else { Ok(()) }
}

pub(super) fn ask(
    context: Context<'_>,
    id: TicketId,
    clock_id: &str,
    until: Stamp,
    why: &str,
) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::reason(why)?;
    let due = clock(&work, clock_id)?.due;
    if context.now > due.at {
        return Err(Say::new("life.extension_late").with("ticket", id.spoken()));
    }
    later(context, until, due.at)?;
    if work.ticket.extension.is_some() {
        return Err(Say::new("life.extension_open").with("ticket", id.spoken()));
    }
    let (by, why) = (work.me(), why.trim().to_owned());
    let asked = ExtensionAsked { clock: clock_id.to_owned(), until, at: context.now, by, why: why.clone() };
    work.ticket.extension = Some(asked);
    work.line(Happened::ExtensionAsked { clock: clock_id.to_owned(), until, why: why.clone() });
    let what = work.about("life.notice_extension").with("why", why);
    work.notice(Addressee::Role(approver(&work)), what, false, false);
    Ok(work.done("R-REQ-9"))
}

/// Who answers an extension: the first of the type's chain, else a supervisor.
fn approver(work: &Work<'_>) -> String {
    let rules = work.rules();
    let chain = rules.chains.get(&rules.kind(work.ticket.fields.kind).chain);
    chain.and_then(|chain| chain.first()).cloned().unwrap_or_else(|| "supervisor".to_owned())
}

pub(super) fn answer(context: Context<'_>, id: TicketId, grant: bool, why: &str) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::reason(why)?;
    let staff = work.staff()?;
    let role = approver(&work);
    if staff.role != Role::Supervisor && !context.rules.holds(staff, &role) {
        return Err(Say::new("life.not_approver").with_word("role", &context.rules.role_word(&role)));
    }
    let Some(asked) = work.ticket.extension.take() else {
        return Err(Say::new("life.no_extension").with("ticket", id.spoken()));
    };
    if asked.by == staff.id && staff.role != Role::Supervisor {
        return Err(Say::new("life.own_extension"));
    }
    if grant {
        // Another time may have been agreed meanwhile: an extension does not bring it nearer.
        if asked.until <= clock(&work, &asked.clock)?.due.at {
            return Err(Say::new("life.not_later"));
        }
        work.shift_clock(&asked.clock, asked.until, ClockChange::Extended, &staff.name, &asked.why);
        // R-REQ-9: the person who asked is told.
        let what = work.about("life.notice_tell_extension");
        let owner = work.addressee(&crate::domain::rulebook::RoleRef::Owner);
        work.notice(owner, what, false, false);
    } else {
        work.line(Happened::ExtensionRefused(why.trim().to_owned()));
    }
    let key = if grant { "life.notice_extended" } else { "life.notice_not_extended" };
    let what = work.about(key).with("why", why.trim());
    work.notice(Addressee::Staff(asked.by), what, false, false);
    Ok(work.done("R-REQ-9"))
}

pub(super) fn agree(
    context: Context<'_>,
    id: TicketId,
    clock_id: &str,
    until: Stamp,
    with: &str,
    why: &str,
) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::reason(why)?;
    values::short(with)?;
    if with.trim().is_empty() {
        return Err(Say::new("life.agreed_with"));
    }
    clock(&work, clock_id)?;
    later(context, until, context.now)?;
    work.shift_clock(clock_id, until, ClockChange::Agreed, with.trim(), why.trim());
    work.happened(&Trigger::Agreed);
    Ok(work.done("R-CMP-3"))
}

pub(super) fn pause(context: Context<'_>, id: TicketId, why: &str) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::reason(why)?;
    if work.ticket.paused.is_some() {
        return Err(Say::new("life.paused_already").with("ticket", id.spoken()));
    }
    work.ticket.paused = Some((context.now, why.trim().to_owned()));
    work.line(Happened::Paused(why.trim().to_owned()));
    work.pause_clocks();
    Ok(work.done("R-CMP-1"))
}

pub(super) fn resume(context: Context<'_>, id: TicketId) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    if work.ticket.paused.is_none() {
        return Err(Say::new("life.not_paused").with("ticket", id.spoken()));
    }
    work.wake();
    Ok(work.done("R-CMP-1"))
}

impl Work<'_> {
    /// The clocks run again.
    pub(super) fn wake(&mut self) {
        if self.ticket.paused.take().is_some() {
            self.line(Happened::Resumed);
            self.resume_clocks();
        }
    }

    /// After another type or another rulebook: a ticket that waited because its stage did goes on where this one does
    /// not, and the other way round. What was paused by hand, with a reason, stays so.
    pub(super) fn stand_as_the_stage_says(&mut self) {
        let waits =
            self.rules().kind(self.ticket.fields.kind).stage(&self.ticket.stage).is_some_and(|stage| stage.waits);
        match &self.ticket.paused {
            Some((_, why)) if why.is_empty() && !waits => self.wake(),
            // What was a clock of the waiting itself may be none any more.
            Some(_) => self.pause_clocks(),
            None if waits => self.wait(),
            _ => {}
        }
    }

    /// The clocks stand because the stage waits.
    pub(super) fn wait(&mut self) {
        if self.ticket.paused.is_none() {
            self.ticket.paused = Some((self.now(), String::new()));
        }
        self.pause_clocks();
    }
}
