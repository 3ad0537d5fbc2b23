//! Whose a ticket is: assigned, escalated, objected to, reviewed (R-REQ-8, R-CMP-4). Always exactly one owner.

use super::work::Work;
use super::{order, values};
use crate::domain::decide::{Context, Decision};
use crate::domain::rulebook::{REGISTERED, RoleRef};
use crate::domain::ticket::{Happened, Objection, Owner};
use crate::domain::{Addressee, Role, TicketId};
use crate::text::{Say, Word};

pub(super) fn assign(context: Context<'_>, id: TicketId, to: &Owner, why: &str) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    exists(context, to)?;
    values::short(why)?;
    // An order that is out is not slipped to another technician: it is sent, and they accept it.
    if work.is_out() && order::may_be_sent(context, to).is_ok() {
        return order::dispatch(context, id, to, why);
    }
    work.hand(to.clone(), why);
    Ok(work.done("ticket.assign"))
}

pub(super) fn escalate(context: Context<'_>, id: TicketId, why: &str) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::reason(why)?;
    if work.chain().is_empty() {
        return Err(Say::new("life.no_chain").with("ticket", id.spoken()));
    }
    work.one_level_up(why.trim(), false);
    Ok(work.done("R-CMP-4"))
}

pub(super) fn object(context: Context<'_>, id: TicketId, why: &str) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::reason(why)?;
    let staff = work.staff()?;
    let theirs = match &work.ticket.owner {
        Owner::Staff(owner) => *owner == staff.id,
        Owner::Department(department) => {
            context.rules.department_of(staff) == Some(department) || staff.role == Role::Supervisor
        }
    };
    if !theirs {
        return Err(Say::new("life.not_owner").with("ticket", id.spoken()));
    }
    if work.ticket.objection.is_some() {
        return Err(Say::new("life.objection_open").with("ticket", id.spoken()));
    }
    if work.is_order() && !work.is_to_be_done() {
        return Err(Say::new("order.no_objection").with("ticket", id.spoken()));
    }
    let until = work.timing().due(work.ticket.assigned_at, context.rules.objection);
    if context.now > until.at {
        let hours = context.now.since(until.at) / 3_600_000;
        return Err(Say::new("life.objection_late").with("ticket", id.spoken()).with("hours", hours));
    }
    let why = why.trim().to_owned();
    work.ticket.objection = Some(Objection { at: context.now, by: work.me(), why: why.clone() });
    work.line(Happened::Objected(why.clone()));
    let what = work.about("life.notice_objected").with("why", why);
    let to = work.addressee(&RoleRef::FirstReceiver);
    work.notice(to, what.clone(), false, false);
    // Either may review it, and whoever took it in may have gone home.
    work.notice(Addressee::Role("supervisor".to_owned()), what, false, false);
    Ok(work.done("R-REQ-8"))
}

pub(super) fn review(
    context: Context<'_>,
    id: TicketId,
    upheld: bool,
    to: Option<&Owner>,
    why: &str,
) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::reason(why)?;
    let staff = work.staff()?;
    if staff.role != Role::Supervisor && work.ticket.first_receiver != staff.id {
        return Err(Say::new("life.not_reviewer").with("ticket", id.spoken()));
    }
    let Some(objection) = work.ticket.objection.take() else {
        return Err(Say::new("life.no_objection").with("ticket", id.spoken()));
    };
    work.line(Happened::Reviewed { upheld, why: why.trim().to_owned() });
    if upheld {
        // Without another place named it comes back to whoever took it in, so that it has an owner all the time.
        let to = to.cloned().unwrap_or_else(|| Owner::Staff(work.ticket.first_receiver.clone()));
        exists(context, &to)?;
        match work.is_out() {
            true if order::may_be_sent(context, &to).is_ok() => work.send(to, why.trim())?,
            true => {
                work.put_into(REGISTERED);
                work.hand(to, why.trim());
            }
            false => work.hand(to, why.trim()),
        }
    } else {
        let what = work.about("life.notice_not_upheld").with("why", why.trim());
        work.notice(Addressee::Staff(objection.by), what, false, false);
    }
    Ok(work.done("R-REQ-8"))
}

pub(super) fn exists(context: Context<'_>, owner: &Owner) -> Result<(), Say> {
    let (there, who) = match owner {
        // An account without an entry can be given what it can be signed on with: itself.
        Owner::Staff(id) => {
            let me = context.me().ok() == Some(id);
            (me || context.staff.iter().any(|staff| staff.id == *id), &id.0)
        }
        Owner::Department(id) => (context.rules.departments.contains_key(id), id),
    };
    if there { Ok(()) } else { Err(Say::new("refused.nobody").with("who", who)) }
}

impl Work<'_> {
    /// The roles this ticket is escalated to, one level after the other.
    fn chain(&self) -> &[String] {
        let chain = &self.rules().kind(self.ticket.fields.kind).chain;
        self.rules().chains.get(chain).map_or(&[], Vec::as_slice)
    }

    /// Gives the ticket to somebody, who is told.
    pub(super) fn hand(&mut self, to: Owner, why: &str) {
        if to == self.ticket.owner {
            return;
        }
        let from = std::mem::replace(&mut self.ticket.owner, to.clone());
        self.ticket.assigned_at = self.now();
        self.ticket.hand_overs += 1;
        // What the one before objected to is not the next one's.
        self.ticket.objection = None;
        let why = why.trim().to_owned();
        if self.is_sent() {
            self.line(Happened::Dispatched { from, to, why: why.clone() });
            return self.ring_for_order(&why);
        }
        self.line(Happened::Assigned { from, to: to.clone(), why });
        if !self.is_me(&to) {
            let what = self.about("life.notice_assigned");
            let to = self.addressee(&RoleRef::Owner);
            self.notice(to, what, false, false);
        }
    }

    /// One level up the chain. At its top the top is told again.
    pub(super) fn one_level_up(&mut self, why: &str, late: bool) {
        let chain = self.chain();
        let level = usize::try_from(self.ticket.level).unwrap_or(usize::MAX);
        let Some(role) = chain.get(level).or_else(|| chain.last()).cloned() else { return };
        self.ticket.level = u32::try_from((level + 1).min(chain.len())).unwrap_or(1);
        self.line(Happened::Escalated { to: role.clone(), why: why.to_owned() });
        let rules = self.rules();
        let kind = self.ticket.fields.kind;
        let reason = match why {
            "satisfaction" => Word::Key("life.dissatisfied".into()),
            clock if rules.kind(kind).clock(clock).is_some() => rules.clock_word(kind, clock),
            words => Word::Text(words.to_owned()),
        };
        let what = self.about("life.notice_escalated").with_word("why", &reason);
        self.notice(Addressee::Role(role), what, true, late);
    }
}
