//! What is owed to people follows from what happened: one look at every decision's events, so that no slice can forget
//! it (R-CALL-5, R-CB-1, R-CB-6, R-CB-9, R-REQ-1).
//!
//! The slices decide calls, tickets, files and lines; here the lines are brought up to what these say: a ticket's debts
//! are made, moved and settled, whoever spoke to the desk is owed no call any more, one person's lines are one line, and
//! a line's due time is what its debts and its tries say. Looking again at what did not change adds nothing.

mod archive;
mod lines;
mod owed;

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Decision, spoken};
use crate::domain::call::{Call, Direction};
use crate::domain::callback::{Callback, CallbackEnd, Reach};
use crate::domain::event::Event;
use crate::domain::ids::{CallId, CustomerId, NoticeId, StaffId, TicketId};
use crate::domain::phone::same_person;
use crate::domain::ticket::Ticket;
use crate::domain::{Addressee, Agent, Customer, Notice, State, Visit};
use crate::text::Say;

pub(super) use lines::{Lines, Person};
pub(super) use owed::lifted;

/// Brings the lines up to a decision. `looked_at` is a ticket that is reckoned anew even where nothing of it changed.
pub(super) fn follow(context: Context<'_>, looked_at: Option<TicketId>, decision: &mut Decision) {
    let matters = |event: &Event| {
        use Event as E;
        matches!(event, E::Call(_) | E::Agent(_) | E::Ticket(_) | E::Callback(_) | E::Customer(_))
    };
    if looked_at.is_none() && !decision.events.iter().any(matters) {
        return;
    }
    let after = After::of(context, &decision.events);
    let mut pass =
        Pass { context, lines: after.lines(&decision.events), after, tickets: looked_at.into_iter().collect() };
    pass.customers();
    pass.calls();
    pass.tickets();
    pass.gone();
    pass.settle_lines();
    pass.put_away();
    let notices = pass.notices(&decision.events);
    decision.events.retain(|event| !matches!(event, Event::Callback(_)));
    let lines = pass.lines.into_changed().map(|line| Event::Callback(Box::new(line)));
    decision.events.extend(lines);
    decision.events.extend(notices);
}

/// What a decision leaves, where it is looked at: the newest value of each record, in the decision or before it.
struct After<'a> {
    state: &'a State,
    tickets: BTreeMap<TicketId, Ticket>,
    customers: BTreeMap<CustomerId, Customer>,
    calls: BTreeMap<CallId, Call>,
    agents: Vec<Agent>,
    visits: Vec<Visit>,
}

impl<'a> After<'a> {
    fn of(context: Context<'a>, events: &[Event]) -> After<'a> {
        let (mut tickets, mut customers, mut calls) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut agents, mut visits) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                Event::Ticket(ticket) => drop(tickets.insert(ticket.id, (**ticket).clone())),
                Event::Customer(customer) => drop(customers.insert(customer.id, (**customer).clone())),
                Event::Call(call) => drop(calls.insert(call.id, (**call).clone())),
                Event::Agent(agent) => agents.push((**agent).clone()),
                Event::Visit(visit) => visits.push((**visit).clone()),
                _ => {}
            }
        }
        After { state: context.state, tickets, customers, calls, agents, visits }
    }

    fn lines(&self, events: &[Event]) -> Lines<'a> {
        let line = |event: &Event| if let Event::Callback(line) = event { Some((**line).clone()) } else { None };
        Lines::with(self.state, events.iter().filter_map(line))
    }

    fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.get(&id).or_else(|| self.state.tickets.get(&id))
    }

    fn visits(&self) -> impl Iterator<Item = &Visit> {
        self.visits.iter().chain(self.state.visits.values().rev())
    }

    fn call(&self, id: CallId) -> Option<&Call> {
        self.calls.get(&id).or_else(|| self.state.calls.get(id))
    }

    fn customer(&self, id: CustomerId) -> Option<&Customer> {
        self.customers.get(&id).or_else(|| self.state.customers.get(&id))
    }

    /// The file a number belongs to.
    fn customer_of(&self, number: &str) -> Option<&Customer> {
        let area = &self.state.area_code;
        let has = |customer: &&Customer| customer.phones.iter().any(|phone| same_person(number, phone, area));
        let changed = self.customers.values().rev().find(has);
        changed.or_else(|| self.state.customer_by_phone(number).and_then(|known| self.customer(known.id)).filter(has))
    }

    /// The call of the line's last try is up.
    fn is_up(&self, line: &Callback) -> bool {
        let call = line.attempts.last().and_then(|attempt| attempt.call);
        call.and_then(|id| self.call(id)).is_some_and(Call::is_open)
    }

    /// Whether somebody sits at the desk.
    fn sits(&self, staff: &StaffId) -> bool {
        let changed = |agent: &&Agent| !self.agents.iter().any(|new| new.id == agent.id);
        // The newest value of an agent is the last of the decision's.
        let newest: BTreeMap<_, _> = self.agents.iter().map(|agent| (&agent.id, agent)).collect();
        let before = self.state.agents.values().filter(changed);
        newest.into_values().chain(before).any(|agent| agent.staff.as_ref() == Some(staff))
    }
}

struct Pass<'a> {
    context: Context<'a>,
    after: After<'a>,
    lines: Lines<'a>,
    /// Tickets whose debts are looked at.
    tickets: BTreeSet<TicketId>,
}

impl Pass<'_> {
    /// A file that changed: its numbers are one person's, and its grade tells on what is owed to them (R-REQ-5).
    fn customers(&mut self) {
        let changed: Vec<Customer> = self.after.customers.values().cloned().collect();
        for file in changed {
            let before = self.context.state.customers.get(&file.id);
            if before.is_some_and(|before| before.phones == file.phones && before.grade == file.grade) {
                continue;
            }
            let area = &self.context.state.area_code;
            let keys: Vec<String> = lines::keys(&file.phones, area);
            let gone: Vec<String> = before.map(|before| lines::keys(&before.phones, area)).unwrap_or_default();
            let gone: Vec<String> = gone.into_iter().filter(|key| !keys.contains(key)).collect();
            let theirs = |line: &Callback| line.customer == Some(file.id) || keys.iter().any(|key| line.has_key(key));
            let found = self.lines.open_of(keys.iter(), Some(file.id), theirs);
            for id in found {
                let kept = self.lines.get(id).map(|line| self.own_keys(line)).unwrap_or_default();
                let Some(line) = self.lines.change(id) else { continue };
                line.keys.retain(|key| kept.contains(key) || !gone.contains(key));
                keys.iter().for_each(|key| line.know(key));
                line.customer.get_or_insert(file.id);
                if line.customer == Some(file.id) {
                    line.grade = file.grade;
                }
                if line.name.is_empty() {
                    line.name.clone_from(&file.name);
                }
                self.tickets.extend(line.debts.iter().filter(|debt| debt.is_open()).filter_map(|debt| debt.ticket));
            }
        }
    }

    /// The numbers that are the line's by itself, whatever a file says.
    fn own_keys(&self, line: &Callback) -> Vec<String> {
        let open = line.debts.iter().filter(|debt| debt.is_open());
        let tickets = open.clone().filter_map(|debt| self.after.ticket(debt.ticket?));
        let calls = open.flat_map(|debt| &debt.calls).filter_map(|call| self.after.call(*call));
        let texts: Vec<String> = tickets.map(|ticket| ticket.fields.phone.clone()).collect();
        let area = &self.context.state.area_code;
        let said = calls.map(spoken::key_of).chain([line.key.clone()]).filter(|key| !key.is_empty());
        lines::keys(&texts.into_iter().chain(said).collect::<Vec<_>>(), area)
    }

    /// What calls say: how a try came out, and who was spoken to.
    fn calls(&mut self) {
        let changed: Vec<Call> = self.after.calls.values().cloned().collect();
        for call in changed {
            let reach = match call.answered_at {
                Some(at) => Some((at, Reach::Reached)),
                None if !call.is_open() => Some((call.ended_at.unwrap_or(self.context.now), Reach::NotReached)),
                None => None,
            };
            if let Some((at, reach)) = reach {
                self.tried(&call, at, reach);
            }
            let before = self.context.state.calls.get(call.id);
            let same = |before: &Call| before.answered_at.is_some() && spoken::key_of(before) == spoken::key_of(&call);
            if !before.is_some_and(same) {
                self.spoke(&call);
            }
        }
    }

    /// The try this call was is over, unless somebody said already how it came out.
    fn tried(&mut self, call: &Call, at: crate::domain::Stamp, reach: Reach) {
        let (plan, offset) = (&self.context.rules.attempts, self.context.state.offset_ms);
        let waits = |line: &Callback| line.trying().is_some_and(|attempt| attempt.call == Some(call.id));
        let found = self.lines.among(self.context.state.lines_trying(call.id), waits);
        for id in found {
            if let Some(line) = self.lines.change(id) {
                line.end_try(at, Some(call.id), reach, plan, offset);
                if reach == Reach::NotReached {
                    // Whoever is free when the next try is due may make it.
                    (line.taken_by, line.leaving) = (None, false);
                }
            }
        }
    }

    /// Whoever was spoken to in this call is owed no call for what speaking settles (R-CALL-5, R-CB-9).
    fn spoke(&mut self, call: &Call) {
        if call.answered_at.is_none() || spoken::key_of(call).is_empty() {
            return;
        }
        let file = self.after.customer_of(&call.party.number);
        let person =
            Person::of(&call.party.number, &call.party.name, file, call.rehearsal, &self.context.state.area_code);
        for id in self.lines.of(&person) {
            if let Some(line) = self.lines.change(id) {
                person.known_to(line);
                speak(self.context.state, line, call);
            }
        }
    }

    /// What tickets owe, those that changed and those that hang on them.
    fn tickets(&mut self) {
        let mut looked_at = std::mem::take(&mut self.tickets);
        looked_at.extend(self.after.tickets.keys());
        let mut next: Vec<TicketId> = looked_at.iter().copied().collect();
        // Whatever is merged into a ticket is owed as that one stands.
        while let Some(id) = next.pop() {
            let reports = self.after.ticket(id).map(|ticket| ticket.reports.clone()).unwrap_or_default();
            next.extend(reports.into_iter().filter(|report| looked_at.insert(*report)));
        }
        for id in looked_at {
            self.ticket(id);
        }
    }

    /// Whoever left the desk has no line in hand any more.
    fn gone(&mut self) {
        let before = |agent: &Agent| self.context.state.agents.get(&agent.id).and_then(|old| old.staff.clone());
        let gone: BTreeSet<StaffId> =
            self.after.agents.iter().filter_map(before).filter(|staff| !self.after.sits(staff)).collect();
        gone.iter().for_each(|staff| self.let_go(staff));
    }

    fn let_go(&mut self, staff: &StaffId) {
        let has = |line: &Callback| line.ended_at.is_none() && line.taken_by.as_ref() == Some(staff);
        for id in self.lines.among(self.context.state.lines_of_hand(staff), has) {
            let up = self.lines.get(id).is_some_and(|line| self.after.is_up(line));
            if let Some(line) = self.lines.change(id) {
                (line.leaving, line.taken_by) = (up, line.taken_by.take().filter(|_| up));
            }
        }
    }

    /// One person, one line; let go, tried again and ended as it stands now.
    fn settle_lines(&mut self) {
        self.lines.join_all(self.context.now);
        let leaves = |line: &Callback| line.ended_at.is_none() && line.leaving && !self.after.is_up(line);
        for id in self.lines.among(self.context.state.lines_leaving(), leaves) {
            if let Some(line) = self.lines.change(id) {
                (line.leaving, line.taken_by) = (false, None);
            }
        }
        for line in self.lines.changed_mut() {
            let unknown = Callback::default();
            let before = self.context.state.callbacks.get(&line.id).unwrap_or(&unknown);
            if line.attempts.len() > before.attempts.len() && line.trying().is_some() {
                line.leaving = false;
            }
            if line.not_before == before.not_before {
                // A try in vain put off the next one; having spoken to them did away with that.
                if line.tries > before.tries {
                    line.not_before = Some(line.due_at);
                }
            }
            line.wind_up();
            if line.ended_at.is_none() {
                line.reckon_due();
            }
        }
    }

    /// R-CB-6: a line that went up to a role is said to that role, aloud: never silently dropped.
    fn notices(&self, events: &[Event]) -> Vec<Event> {
        let given =
            events.iter().filter_map(|event| if let Event::Notice(notice) = event { Some(notice.id.0) } else { None });
        let mut last = given.max().unwrap_or(0).max(self.context.state.last.notice);
        let mut notices = Vec::new();
        for line in self.lines.changed().filter(|line| line.ended_at.is_none()) {
            let before = self.context.state.callbacks.get(&line.id).and_then(|before| before.with.as_ref());
            let Some(role) = line.with.as_ref().filter(|role| before != Some(role)) else { continue };
            last += 1;
            notices.push(Event::Notice(Box::new(Notice {
                id: NoticeId(last),
                rehearsal: line.rehearsal,
                ticket: line.owed().iter().find_map(|debt| debt.ticket),
                callback: Some(line.id),
                to: Addressee::Role(role.clone()),
                at: self.context.now,
                what: up(line),
                rings: true,
                late: false,
                acknowledged: None,
            })));
        }
        notices
    }
}

/// What is said of a line that went up.
fn up(line: &Callback) -> Say {
    let wrong = line.attempts.last().is_some_and(|attempt| attempt.reach == Some(Reach::WrongNumber));
    let key = if wrong { "debt.notice_wrong" } else { "debt.notice_in_vain" };
    let who = if line.name.is_empty() { &line.number } else { &line.name };
    let say = Say::new(key).with("who", who).with("number", &line.number);
    if wrong { say } else { say.with("count", line.attempts.len()) }
}

/// What an answered call settles on a line: what is settled by speaking and had come up before (R-CALL-5, R-CB-9).
pub(super) fn speak(state: &State, line: &mut Callback, call: &Call) {
    let Some(at) = call.answered_at else { return };
    let end = match call.direction {
        Direction::Inbound => CallbackEnd::CalledAgain(call.id),
        Direction::Outbound => CallbackEnd::Reached(call.id),
        Direction::Internal => return,
    };
    // What a call left has that PBX's own stamp, what was agreed the desk's.
    let came_before = |debt: &crate::domain::Debt| {
        let made = if debt.calls.is_empty() { spoken::moment(state, call, debt.made_at) } else { debt.made_at };
        made <= at
    };
    // Whoever spoke there was not this person, as was written since.
    if line.was_in_vain(call.id) || !line.debts.iter().any(came_before) {
        return;
    }
    for debt in line.debts.iter_mut().filter(|debt| debt.is_open() && debt.reason.is_settled_by_speaking()) {
        if came_before(debt) {
            debt.end = Some((at, end.clone()));
        }
    }
    let last = line.not_before;
    line.spoken_to();
    if call.direction == Direction::Inbound {
        // Whoever calls right after they were dialled is not rung up again at once for what is still owed.
        line.not_before = last;
    }
    line.reckon_due();
}
