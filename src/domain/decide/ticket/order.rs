//! Work orders: sent, accepted, followed on their way (SPEC §5).

use super::hands::exists;
use super::values;
use super::work::Work;
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::rulebook::{ACCEPTED, CARRIED_OUT, DISPATCHED, EN_ROUTE, FINISHED, REGISTERED, RoleRef, Trigger};
use crate::domain::ticket::{FieldChange, Finished, Happened, Owner};
use crate::domain::{Addressee, Crew, Notice, Role, Staff, StaffId, Stamp, TicketId};
use crate::text::Say;

/// The notice of an order that was sent. It rings until somebody accepts, or it is sent elsewhere.
const SENT: &str = "order.notice_sent";

/// 派单, 转派: to a technician or a department, until it is finished.
pub(super) fn dispatch(context: Context<'_>, id: TicketId, to: &Owner, why: &str) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    values::short(why)?;
    work.must_be_to_do()?;
    exists(context, to)?;
    may_be_sent(context, to)?;
    if work.ticket.objection.is_some() {
        return Err(Say::new("life.objection_open").with("ticket", id.spoken()));
    }
    let begins = work.ticket.stage == REGISTERED;
    if begins {
        work.may_move()?;
    } else if work.ticket.owner == *to && work.ticket.stage != DISPATCHED {
        return Err(Say::new("order.has_it").with("ticket", id.spoken()).with("who", work.owner_name(to)));
    }
    work.send(to.clone(), why)?;
    Ok(work.done("R-WO"))
}

/// 接单: by the technician it was sent to, or by the first of the department's.
pub(super) fn accept(context: Context<'_>, id: TicketId) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    let (me, staff) = (work.me(), work.staff()?);
    let mine = match &work.ticket.owner {
        Owner::Staff(owner) => *owner == me,
        Owner::Department(department) => context.rules.department_of(staff) == Some(department),
    };
    if !mine {
        return Err(work.not_mine(staff));
    }
    work.must_be_to_do()?;
    if work.ticket.stage != DISPATCHED {
        let key = if work.ticket.stage == REGISTERED { "order.not_sent" } else { "order.accepted_already" };
        return Err(Say::new(key).with("ticket", id.spoken()));
    }
    let to = Owner::Staff(me.clone());
    if work.ticket.owner != to {
        // Inside the department it does not change hands: it was the department's, and is one of its technicians' now.
        work.ticket.owner = to;
        work.ticket.assigned_at = context.now;
        work.ticket.objection = None;
    }
    work.line(Happened::Accepted);
    let same_name = context.staff.iter().filter(|other| other.name == staff.name).count();
    let known = !staff.name.is_empty() && same_name == 1;
    work.fill_in(&[("responsible", if known { &staff.name } else { &me.0 })])?;
    work.step()?;
    Ok(work.done("R-WO"))
}

/// Whom an order can be sent to: a technician, or a department.
pub(super) fn may_be_sent(context: Context<'_>, to: &Owner) -> Result<(), Say> {
    let Owner::Staff(id) = to else { return Ok(()) };
    match context.staff.iter().find(|staff| staff.id == *id) {
        Some(staff) if staff.role == Role::Technician => Ok(()),
        found => Err(Say::new("order.not_technician").with("who", found.map_or(&id.0, |staff| &staff.name))),
    }
}

impl Work<'_> {
    /// Whether it is a work order at all.
    pub(super) fn is_order(&self) -> bool {
        self.rules().kind(self.ticket.fields.kind).is_order()
    }

    /// A work order that is not finished yet.
    pub(super) fn is_to_be_done(&self) -> bool {
        self.rules().kind(self.ticket.fields.kind).before_finished(&self.ticket.stage)
    }

    /// A work order that has left the desk and is not finished yet.
    pub(super) fn is_out(&self) -> bool {
        self.is_to_be_done() && self.ticket.stage != REGISTERED
    }

    /// A work order that was sent and that nobody has accepted.
    pub(super) fn is_sent(&self) -> bool {
        self.is_order() && self.ticket.stage == DISPATCHED
    }

    fn must_be_to_do(&self) -> Result<(), Say> {
        let key = match (self.is_order(), self.is_to_be_done()) {
            (true, true) => return Ok(()),
            (true, false) => "order.finished_already",
            (false, _) => "order.not_order",
        };
        Err(Say::new(key).with("ticket", self.ticket.id.spoken()))
    }

    /// Why somebody cannot accept it: a colleague was faster, or it was never sent to them. Whose it is, is said within the
    /// department only.
    fn not_mine(&self, staff: &Staff) -> Say {
        let department = self.rules().department_of(staff);
        let owner = self.ticket.owner.staff();
        let colleague = self.context.staff.iter().find(|other| Some(&other.id) == owner);
        let colleague =
            colleague.filter(|other| department.is_some() && self.rules().department_of(other) == department);
        let id = self.ticket.id.spoken();
        match colleague {
            Some(other) if self.is_out() && !self.is_sent() => {
                Say::new("order.taken").with("ticket", id).with("who", &other.name)
            }
            _ => Say::new("order.not_yours").with("ticket", id),
        }
    }

    fn owner_name(&self, owner: &Owner) -> String {
        match owner {
            Owner::Staff(id) => {
                let found = self.context.staff.iter().find(|staff| staff.id == *id);
                found.map_or(&id.0, |staff| &staff.name).clone()
            }
            Owner::Department(id) => self.rules().departments.get(id).map_or(id, |rule| &rule.name).clone(),
        }
    }

    /// Fields are filled by what is done, not on a screen; the history shows them as any other change.
    pub(super) fn fill_in(&mut self, fields: &[(&str, &str)]) -> Result<(), Say> {
        let change = |(field, to): &(&str, &str)| FieldChange {
            field: (*field).to_owned(),
            from: self.ticket.value(field).to_owned(),
            to: (*to).to_owned(),
        };
        let changes: Vec<FieldChange> = fields.iter().map(change).collect();
        let done = values::apply(self, &changes)?;
        self.put_in(&done);
        Ok(())
    }

    /// To somebody who has to accept it. What the first screen demands must be there; its department follows from to whom
    /// it goes, and a person is more than a department.
    pub(super) fn send(&mut self, to: Owner, why: &str) -> Result<(), Say> {
        let rules = self.rules();
        let department = match &to {
            Owner::Department(department) => Some(department),
            Owner::Staff(id) => {
                self.context.staff.iter().find(|staff| staff.id == *id).and_then(|staff| rules.department_of(staff))
            }
        };
        let mut fields = vec![("responsible", "")];
        fields.extend(department.map(|department| ("department", department.as_str())));
        if self.ticket.value("done_by") == "contractor" {
            fields.push(("done_by", "own"));
        }
        self.fill_in(&fields)?;
        if let Some(stage) = self.stage().filter(|stage| stage.id == REGISTERED) {
            let mut missing = self.missing(stage);
            missing.retain(|word| to.staff().is_none() || *word != rules.field_word("department"));
            if !missing.is_empty() {
                let word = rules.stage_word(self.ticket.fields.kind, REGISTERED);
                return Err(Say::new("life.missing").with_word("stage", &word).with_list("fields", &missing));
            }
        }
        let again = self.is_sent() && self.ticket.owner == to;
        if !again {
            self.tell_former(&to);
            self.put_into(DISPATCHED);
        }
        if self.ticket.owner == to {
            self.line(Happened::Dispatched { from: to.clone(), to: to.clone(), why: why.trim().to_owned() });
            self.ring_for_order(why);
        } else {
            self.hand(to.clone(), why);
        }
        self.tell_nobody_there(&to);
        Ok(())
    }

    /// Whom it was sent to hears it, until somebody accepts.
    pub(super) fn ring_for_order(&mut self, why: &str) {
        let owner = self.ticket.owner.clone();
        if !self.is_me(&owner) {
            let what = self.about(SENT).with("address", &self.ticket.fields.address).with("why", why.trim());
            let to = self.addressee(&RoleRef::Owner);
            self.notice(to, what, true, false);
        }
    }

    /// A technician who had it knows that it is not theirs any more.
    fn tell_former(&mut self, to: &Owner) {
        let owner = self.ticket.owner.clone();
        let technician = may_be_sent(self.context, &owner).is_ok() && self.is_out();
        if let Some(staff) = owner.staff().filter(|_| technician && owner != *to && !self.is_me(&owner)) {
            let what = self.about("order.notice_taken").with("who", self.owner_name(to));
            self.notice(Addressee::Staff(staff.clone()), what, false, false);
        }
    }

    /// An order may be sent to somebody off duty, and to a department of which nobody is on duty: whoever sends it is told,
    /// for only a telephone reaches them.
    fn tell_nobody_there(&mut self, to: &Owner) {
        let on_duty = |id: &StaffId| self.context.state.crew.get(id).is_some_and(|crew| crew.on_duty_since.is_some());
        let there = match to {
            Owner::Staff(id) => on_duty(id),
            Owner::Department(department) => self.context.staff.iter().any(|staff| {
                staff.role == Role::Technician
                    && self.rules().department_of(staff) == Some(department)
                    && on_duty(&staff.id)
            }),
        };
        if !there {
            let key = if to.staff().is_some() { "order.notice_off_duty" } else { "order.notice_nobody_there" };
            let what = self.about(key).with("who", self.owner_name(to));
            self.notice(Addressee::Staff(self.me()), what, false, false);
        }
    }

    /// What follows from a step: what rang for acceptance rings no more, and where the technician is becomes known.
    pub(super) fn follow_order(&mut self, from: &str) {
        if !self.is_order() {
            return;
        }
        if self.ticket.stage == FINISHED {
            self.note_finished();
        }
        if from == DISPATCHED {
            self.end_sent();
        }
        let step = matches!((from, self.ticket.stage.as_str()), (ACCEPTED, EN_ROUTE) | (EN_ROUTE, CARRIED_OUT));
        let owner = self.ticket.owner.clone();
        let technician = may_be_sent(self.context, &owner).is_ok() && !self.ticket.rehearsal;
        if let Some(staff) = owner.staff().filter(|_| step && technician) {
            let known = self.context.state.crew.get(staff).cloned();
            self.others.push(Event::Crew(Box::new(Crew {
                staff: staff.clone(),
                place: self.ticket.fields.address.clone(),
                place_at: Some(self.now()),
                ticket: Some(self.ticket.id),
                ..known.unwrap_or_default()
            })));
        }
    }

    /// The work is done, by whoever accepted it since it was finished last. What went to a contractor before anybody
    /// accepted it is nobody's here.
    fn note_finished(&mut self) {
        let last = self.ticket.finished.last().map(|done| done.at);
        let accepted = self.ticket.times.iter().rev().find(|(stage, _)| stage == ACCEPTED).map(|(_, at)| *at);
        let since = |at: &Stamp| last.is_none_or(|last| last <= *at);
        let (Some(accepted_at), Some(by)) = (accepted.filter(since), self.ticket.owner.staff().cloned()) else {
            return;
        };
        self.ticket.finished.push(Finished { round: self.ticket.round, by, accepted_at, at: self.now() });
    }

    /// The notices that asked somebody to accept are answered by this step, for everybody who was asked.
    fn end_sent(&mut self) {
        let (rules, kind) = (self.rules(), self.ticket.fields.kind);
        let waits = Trigger::Left(DISPATCHED.to_owned());
        let clocks = rules.kind(kind).clocks.iter().filter(|rule| rule.stop.contains(&waits));
        let words: Vec<Say> =
            clocks.map(|rule| Say::new(SENT).with_word("clock", &rules.clock_word(kind, &rule.id))).collect();
        let asks = |notice: &Notice| {
            let clock = matches!(notice.what.key.as_str(), "life.clock_soon" | "life.clock_over");
            let accept = words.iter().flat_map(|say| &say.args).any(|word| notice.what.args.contains(word));
            notice.what.key == SENT || (clock && accept)
        };
        let (now, me) = (self.now(), self.me());
        let open = self.context.state.notices.values().filter(|notice| notice.ticket == Some(self.ticket.id));
        let ended: Vec<Event> = open
            .filter(|notice| asks(notice))
            .map(|notice| Notice { acknowledged: Some((now, me.clone())), ..notice.clone() })
            .map(|notice| Event::Notice(Box::new(notice)))
            .collect();
        self.others.extend(ended);
    }
}
