//! A ticket being changed: the record, the lines of history and the notices that come of it.

use crate::domain::command::Made;
use crate::domain::decide::{Context, Decision};
use crate::domain::event::{Actor, Event};
use crate::domain::ids::NoticeId;
use crate::domain::rulebook::{RoleRef, Rulebook};
use crate::domain::ticket::{Happened, Owner, Ticket, TicketLine};
use crate::domain::{Addressee, CallId, Notice, Staff, StaffId, Stamp, TicketId};
use crate::text::Say;

/// A ticket being changed.
pub(super) struct Work<'a> {
    pub context: Context<'a>,
    pub ticket: Ticket,
    lines: Vec<TicketLine>,
    notices: Vec<Notice>,
    last_notice: u64,
    /// What else changes with it, before the ticket itself.
    pub others: Vec<Event>,
    /// Clocks stopped so far.
    pub stops: usize,
    /// The call that a sheet says the person was spoken to in (R-CB-10).
    pub spoken: Option<CallId>,
    /// They were reached in it, and did not want to be asked.
    pub refused: bool,
}

impl<'a> Work<'a> {
    /// A ticket that is there in this form from now on.
    pub fn new(context: Context<'a>, ticket: Ticket) -> Work<'a> {
        let last_notice = context.state.last.notice;
        Work {
            context,
            ticket,
            lines: Vec::new(),
            notices: Vec::new(),
            last_notice,
            others: Vec::new(),
            stops: 0,
            spoken: None,
            refused: false,
        }
    }

    /// An open ticket, merged or not.
    pub fn any(context: Context<'a>, id: TicketId) -> Result<Work<'a>, Say> {
        let ticket = context.state.tickets.get(&id).cloned();
        ticket
            .map(|ticket| Work::new(context, ticket))
            .ok_or_else(|| Say::new("refused.ticket_not_open").with("ticket", id.spoken()))
    }

    /// An open ticket that stands by itself, changed by a member of staff.
    pub fn load(context: Context<'a>, id: TicketId) -> Result<Work<'a>, Say> {
        context.me()?;
        let work = Work::any(context, id)?;
        match &work.ticket.merged {
            None => Ok(work),
            Some(merge) => {
                Err(Say::new("life.is_merged").with("ticket", id.spoken()).with("into", merge.into.spoken()))
            }
        }
    }

    pub fn now(&self) -> Stamp {
        self.context.now
    }

    pub fn rules(&self) -> &'a Rulebook {
        self.context.rules
    }

    /// The member of staff who asks. Accounts without an entry (the desk's own) are supervisors by rank.
    pub fn staff(&self) -> Result<&'a Staff, Say> {
        self.context.person()
    }

    /// A line of history.
    pub fn line(&mut self, what: Happened) {
        let (at, by) = (self.now(), self.context.actor.clone());
        self.lines.push(TicketLine { ticket: self.ticket.id, number: self.ticket.lines, at, by, what });
        self.ticket.lines += 1;
    }

    /// A notice; one to nobody (a role without a name) is not given.
    pub fn notice(&mut self, to: Addressee, what: Say, rings: bool, late: bool) {
        let at = self.now();
        let (ticket, rehearsal) = (self.ticket.id, self.ticket.rehearsal);
        let id = self.next_notice();
        let ticket = Some(ticket);
        let callback = None;
        self.notices.push(Notice { id, rehearsal, ticket, callback, to, at, what, rings, late, acknowledged: None });
    }

    /// The number of the next notice.
    pub fn next_notice(&mut self) -> NoticeId {
        self.last_notice += 1;
        NoticeId(self.last_notice)
    }

    /// Whom a rulebook's reference means for this ticket now.
    pub fn addressee(&self, to: &RoleRef) -> Addressee {
        match to {
            RoleRef::Owner => match &self.ticket.owner {
                Owner::Staff(staff) => Addressee::Staff(staff.clone()),
                Owner::Department(department) => Addressee::Department(department.clone()),
            },
            RoleRef::FirstReceiver => Addressee::Staff(self.ticket.first_receiver.clone()),
            RoleRef::Role(role) => Addressee::Role(role.clone()),
        }
    }

    /// The sentence of a notice, with the ticket's number and subject in it.
    pub fn about(&self, key: &str) -> Say {
        Say::new(key).with("ticket", self.ticket.id.spoken()).with("subject", &self.ticket.fields.subject)
    }

    /// Whoever asks is told nothing about their own doing.
    pub fn is_me(&self, owner: &Owner) -> bool {
        matches!((self.context.actor, owner), (Actor::Staff(me), Owner::Staff(staff)) if me == staff)
    }

    /// The member of staff who asks, for records.
    pub fn me(&self) -> StaffId {
        match self.context.actor {
            Actor::Staff(staff) => staff.clone(),
            Actor::Desk | Actor::Pbx(_) => StaffId::default(),
        }
    }

    /// The decision. A ticket nothing happened to is left as it is.
    pub fn done(mut self, rule: &'static str) -> Decision {
        let mut decision = Decision::under(rule);
        decision.made = Made::Ticket(self.ticket.id);
        decision.events = self.others;
        let before = self.context.state.tickets.get(&self.ticket.id);
        if before != Some(&self.ticket) {
            self.ticket.changed_at = self.context.now;
            self.ticket.version += 1;
            decision.events.push(Event::Ticket(Box::new(self.ticket)));
        }
        decision.events.extend(self.lines.into_iter().map(|line| Event::TicketLine(Box::new(line))));
        decision.events.extend(self.notices.into_iter().map(|notice| Event::Notice(Box::new(notice))));
        decision
    }
}
