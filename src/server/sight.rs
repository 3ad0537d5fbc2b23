//! A technician's line at the desk's thread: what it is given and may ask (R-WO-2), that there is one of it, and what
//! is let go when somebody's last line is gone. What is seen of what is decided in `domain::sight`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::line::{LineId, Outbox};
use super::queries;
use super::run::{Loop, Seat};
use crate::desk::{Job, Origin};
use crate::domain::command::{CallbackCommand, Command};
use crate::domain::event::{Actor, Entry, Event};
use crate::domain::figures::{Book, Delta, kept_from};
use crate::domain::sight::{Seen, seen, shown, untold};
use crate::domain::{Role, Sight, Staff, StaffId, Stamp, Ticket, TicketId};
use crate::text::Say;
use crate::wire::{Answer, FromDesk, Hello, Query, Welcome};

/// The seat of `ringdesk tech`.
const TECH: &str = "tech";

impl Loop {
    /// Somebody was let in by the door: the line is welcomed, and takes the place of the technician's one before it.
    pub(super) fn hello(&mut self, line: LineId, hello: Hello, staff: Staff, outbox: Outbox) {
        if hello.seat == TECH && staff.role != Role::Technician {
            outbox.say(&FromDesk::Goodbye(Say::new("tech.not_technician").with("login", &staff.login)));
            return outbox.finish();
        }
        if staff.role == Role::Technician && hello.follow {
            self.end_former(&staff.id);
        }
        let mut sight = Sight::of(&staff);
        let welcome = self.welcome(&hello, &staff, sight.as_mut());
        if outbox.say(&FromDesk::Welcome(Box::new(welcome))) {
            let (seat, follow) = (hello.seat, hello.follow);
            let seat = Seat { staff, seat, follow, outbox, began: BTreeSet::new(), looking: None, sight };
            self.lines.insert(line, seat);
            self.leave_at = None;
        }
    }

    fn welcome(&self, hello: &Hello, staff: &Staff, sight: Option<&mut Sight>) -> Welcome {
        let now = (self.options.now)();
        let (state, rules) = (self.desk.state(), self.desk.rules());
        let hears_all = untold::hears_all(staff);
        let mut book = Book::default();
        if hello.follow && staff.role != Role::Technician {
            book = self.ledger.book().clone();
            if !hears_all {
                untold::book(&mut book);
            }
        }
        let (all, state) = match sight {
            None => {
                let mut own = hello.follow.then(|| state.for_console());
                own.iter_mut().filter(|_| !hears_all).for_each(untold::state);
                (self.desk.staff().to_vec(), own)
            }
            Some(sight) => {
                let own = sight.state(state, rules, now);
                let names = sight.names(&own);
                (self.names(staff, &names), hello.follow.then_some(own))
            }
        };
        Welcome {
            me: staff.clone(),
            staff: all,
            rulebook: rules.clone(),
            now,
            offset_ms: self.options.config.offset_ms(),
            pbx: self.options.config.pbx.is_some(),
            pid: std::process::id(),
            book: Box::new(book),
            state: state.map(Box::new),
        }
    }

    /// Numbers and names, and nothing else, of somebody and of whom their tickets name.
    fn names(&self, me: &Staff, named: &BTreeSet<&StaffId>) -> Vec<Staff> {
        let there = self.desk.staff().iter().filter(|staff| staff.id == me.id || named.contains(&staff.id));
        there.map(|staff| Staff { id: staff.id.clone(), name: staff.name.clone(), ..Staff::default() }).collect()
    }

    /// A technician has one line: the newest. A connection that broke unnoticed must not type on beside it.
    fn end_former(&mut self, staff: &StaffId) {
        let former = self.lines.iter().filter(|(_, seat)| seat.follow && seat.staff.id == *staff);
        for line in former.map(|(line, _)| *line).collect::<Vec<_>>() {
            let Some(seat) = self.lines.remove(&line) else { continue };
            self.waiting.retain(|_, waiting| waiting.line != line);
            seat.outbox.say(&FromDesk::Goodbye(Say::new("tech.elsewhere")));
            seat.outbox.finish();
            self.tell_lookers(seat.looking);
        }
    }

    /// An entry to everybody who follows: whole, or as much of it as a technician sees.
    pub(super) fn tell_entry(&mut self, entry: &Arc<Entry>) {
        let now = (self.options.now)();
        let (state, rules) = (self.desk.state(), self.desk.rules());
        for seat in self.lines.values_mut().filter(|seat| seat.follow) {
            let Some(sight) = &mut seat.sight else { continue };
            if let Some(own) = sight.entry(entry, state, rules, now) {
                // One that has stopped reading hears nothing more; its line's end is reported by its reader.
                seat.outbox.say(&FromDesk::Changed(Box::new(own)));
            }
        }
        let whole = FromDesk::Changed(Box::new(Entry::clone(entry)));
        if untold::is_whole(entry) {
            self.tell_desk(&whole);
        } else {
            self.tell_those(true, &whole);
            if let Some(rest) = untold::entry(entry) {
                self.tell_those(false, &FromDesk::Changed(Box::new(rest)));
            }
        }
        self.count(entry, now);
    }

    /// What an entry changes in the figures, to everybody who sees them (R-LIVE-1).
    fn count(&mut self, entry: &Entry, now: Stamp) {
        let from = kept_from(now, self.options.config.offset_ms());
        if from > self.counted_from {
            self.ledger.forget_before(from);
            self.counted_from = from;
        }
        let delta: Delta = entry.events.iter().flat_map(|event| self.ledger.take(event)).collect();
        let mut rest = delta.clone();
        untold::delta(&mut rest);
        if !delta.is_empty() {
            self.tell_those(true, &FromDesk::Counted(delta));
        }
        if !rest.is_empty() {
            self.tell_those(false, &FromDesk::Counted(rest));
        }
    }

    /// Other rules may show a technician other tickets: their consoles come back by themselves, and are given them anew.
    pub(super) fn renew_technicians(&self) {
        self.lines.values().filter(|seat| seat.sight.is_some()).for_each(|seat| seat.outbox.hang_up());
    }

    /// Whether this line may ask this: a technician's only about what they see. A command that was done already is
    /// answered again, also where it took the ticket out of their hands (R-WO-4).
    pub(super) fn in_sight(&self, line: LineId, id: u128, command: &Command) -> Result<(), Say> {
        match self.lines.get(&line).and_then(|seat| seat.sight.as_ref()) {
            Some(_) if self.desk.was_done(id) => Ok(()),
            Some(sight) => sight.may(command, self.desk.state(), self.desk.rules(), (self.options.now)()),
            None => Ok(()),
        }
    }

    /// Whether somebody on this line may know that there is this ticket.
    pub(super) fn is_in_sight(&self, seat: &Seat, ticket: TicketId) -> bool {
        let (state, rules) = (self.desk.state(), self.desk.rules());
        seat.sight.as_ref().is_none_or(|sight| sight.sees(ticket, state, rules, (self.options.now)()) == Seen::Whole)
    }

    /// A technician's question. `filed` are filed tickets that may belong to the answer.
    pub(super) fn ask(&mut self, line: LineId, request: u64, query: Query, filed: Vec<Ticket>) {
        let Some(sight) = self.lines.get(&line).and_then(|seat| seat.sight.as_ref()) else { return };
        let (state, rules, now) = (self.desk.state(), self.desk.rules(), (self.options.now)());
        let answer = match query {
            Query::Ticket(id) => {
                let ticket = state.tickets.get(&id).or(filed.first());
                let seen = ticket.map(|ticket| (ticket, seen(ticket, sight.staff(), rules, now)));
                let seen = seen.filter(|(_, seen)| *seen != Seen::Nothing);
                Answer::Ticket(seen.map(|(ticket, seen)| Box::new(shown(ticket, seen, rules))))
            }
            Query::TicketLines(id) => {
                let whole = sight.sees(id, state, rules, now) == Seen::Whole;
                Answer::TicketLines(if whole { queries::lines(&self.desk.reader(), id) } else { Vec::new() })
            }
            Query::FindTickets { text, limit } => {
                let mut found = sight.find(&text, filed, state, rules, now);
                found.truncate(limit as usize);
                Answer::Tickets(found)
            }
            // Refused by the line before it gets here; listed, so that a new one is thought about.
            Query::Person { .. }
            | Query::Export(_)
            | Query::Check
            | Query::CallsByUniqueid(_)
            | Query::Visits { .. }
            | Query::Figures { .. }
            | Query::FigureRows { .. }
            | Query::Spans { .. }
            | Query::Call(_)
            | Query::Recordings { .. }
            | Query::RecordingsAfter { .. }
            | Query::SpotDraws { .. }
            | Query::CheckSheets(_)
            | Query::StateAt(_)
            | Query::Fence => {
                return self.say(line, &FromDesk::Refused { request, why: Say::new("tech.no_query") });
            }
        };
        self.say(line, &FromDesk::Answer { request, answer: Box::new(answer) });
    }

    /// At the start: nobody is there yet, so whoever had callback lines in hand has let them go.
    pub(super) fn let_all_go(&mut self) {
        let jobs = self.takers().into_iter().map(let_go).collect();
        self.work(jobs);
    }

    /// A line of this member of staff is gone: where it was their last, the callback lines they took are let go.
    pub(super) fn let_go_of(&self, staff: &StaffId) -> Option<Job> {
        (!self.is_here(staff) && self.takers().contains(staff)).then(|| let_go(staff.clone()))
    }

    /// A call that ended may have held a callback line of somebody who left meanwhile; who signs off leaves too. Done in
    /// the next turn, which begins at once.
    pub(super) fn let_go_after(&mut self, entries: &[Arc<Entry>]) {
        let events = || entries.iter().flat_map(|entry| entry.events.iter().map(move |event| (event, &entry.actor)));
        let ended = events().any(|(event, _)| matches!(event, Event::Call(call) if !call.is_open()));
        let left = |event: &Event| matches!(event, Event::Agent(agent) if agent.staff.is_none());
        let left: BTreeSet<&StaffId> =
            events().filter(|(event, _)| left(event)).filter_map(|(_, by)| staff(by)).collect();
        if !ended && left.is_empty() {
            return;
        }
        let mut leaving = self.takers();
        leaving.retain(|staff| left.contains(staff) || (ended && !self.is_here(staff)));
        if !leaving.is_empty() {
            self.held.extend(leaving.into_iter().map(let_go));
            self.retry_at = Some(Instant::now());
        }
    }

    fn takers(&self) -> BTreeSet<StaffId> {
        self.desk.state().callbacks.values().filter_map(|line| line.taken_by.clone()).collect()
    }

    fn is_here(&self, staff: &StaffId) -> bool {
        self.lines.values().any(|seat| seat.follow && seat.staff.id == *staff)
    }
}

fn staff(actor: &Actor) -> Option<&StaffId> {
    if let Actor::Staff(staff) = actor { Some(staff) } else { None }
}

/// The desk's own word that somebody is gone.
fn let_go(staff: StaffId) -> Job {
    let origin = Origin { actor: Actor::Desk, seat: "desk".to_owned() };
    Job { origin, token: None, id: 0, command: Command::Callback(CallbackCommand::LetGo(staff)) }
}
