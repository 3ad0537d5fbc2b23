//! What a ticket owes the person who asked: a call after the work was carried out, an answer where one is due (R-CB-1,
//! R-REQ-1), and how that was settled (R-CB-10).

use super::{After, Pass, Person};
use crate::domain::call::Direction;
use crate::domain::callback::{CallbackEnd, CallbackReason, Debt, Gravity};
use crate::domain::customer::Grade;
use crate::domain::decide::ticket::is_told;
use crate::domain::ids::{CallbackId, TicketId};
use crate::domain::phone::match_key;
use crate::domain::rulebook::{FOLLOWED_UP, REGISTERED, Trigger};
use crate::domain::state::DAY_MS;
use crate::domain::ticket::{Clock, TellHow, Ticket, Told};
use crate::domain::{RequestType, Rulebook, Stamp, Visit};

/// A clock rings for an answer from this share of its allowance on.
const PRESSING: u16 = 80;

/// What is owed about a ticket now.
struct Owed {
    reason: CallbackReason,
    /// When it came up, where that was when the ticket came to its stage; else now.
    since: Option<Stamp>,
    due_at: Stamp,
}

/// A debt that follows its ticket, by its line and number.
struct There {
    line: CallbackId,
    number: u32,
    reason: CallbackReason,
    made_at: Stamp,
}

impl Pass<'_> {
    /// Brings a ticket's debts up to how it stands.
    pub(super) fn ticket(&mut self, id: TicketId) {
        let Some(ticket) = self.after.ticket(id).cloned() else { return };
        let owed = owed(&self.after, self.context.rules, &ticket);
        let file = self.after.customer_of(&ticket.fields.phone);
        let file = file.or_else(|| self.after.customer(ticket.customer?));
        let person = Person::of(
            &ticket.fields.phone,
            &ticket.fields.name,
            file,
            ticket.rehearsal,
            &self.context.state.area_code,
        );
        let mut there = self.there(id);
        if let Some(owed) = owed {
            let gravity = gravity(&ticket, person.grade);
            let stays = |debt: &There| {
                let again = owed.reason == CallbackReason::Revisit && debt.made_at != ticket.entered_at;
                debt.reason == owed.reason && !again && self.lines.get(debt.line).is_some_and(|line| person.has(line))
            };
            match there.iter().position(stays) {
                Some(at) => self.refresh(&there.swap_remove(at), &person, &owed, gravity),
                None => self.make(id, &person, &owed, gravity),
            }
        }
        for debt in there {
            let end = self.settled(&ticket, &debt);
            let now = self.context.now;
            if let Some(debt) = self.lines.change(debt.line).and_then(|line| line.debt_mut(debt.number)) {
                debt.end = Some((now, end));
            }
        }
    }

    fn there(&self, ticket: TicketId) -> Vec<There> {
        let follows = |debt: &&Debt| {
            debt.is_open()
                && debt.ticket == Some(ticket)
                && matches!(debt.reason, CallbackReason::Answer | CallbackReason::Revisit)
        };
        let lines = self.lines.among(self.context.state.lines_about(ticket), |line| line.ended_at.is_none());
        let lines = lines.into_iter().filter_map(|id| self.lines.get(id));
        lines
            .flat_map(|line| line.debts.iter().filter(follows).map(|debt| (line.id, debt)))
            .map(|(line, debt)| There { line, number: debt.number, reason: debt.reason, made_at: debt.made_at })
            .collect()
    }

    fn make(&mut self, ticket: TicketId, person: &Person, owed: &Owed, gravity: Gravity) {
        let now = self.context.now;
        self.lines.line_of(person, now).add(Debt {
            reason: owed.reason,
            gravity,
            ticket: Some(ticket),
            made_at: owed.since.unwrap_or(now),
            due_at: owed.due_at,
            ..Debt::default()
        });
    }

    fn refresh(&mut self, debt: &There, person: &Person, owed: &Owed, gravity: Gravity) {
        let number = debt.number;
        let key = match_key(&person.number);
        let stands = self.lines.get(debt.line).is_some_and(|line| {
            let same = |debt: &&Debt| debt.number == number && debt.due_at == owed.due_at && debt.gravity == gravity;
            line.debts.iter().any(|debt| same(&debt)) && line.has_key(&key)
        });
        let Some(line) = self.lines.change(debt.line).filter(|_| !stands) else { return };
        if !line.has_key(&key) {
            // The ticket was given another number of the same person: that is the one to call now.
            (line.number, line.key) = (person.number.clone(), key);
            line.spoken_to();
        }
        person.known_to(line);
        if let Some(debt) = line.debt_mut(number) {
            (debt.due_at, debt.gravity) = (owed.due_at, gravity);
        }
    }

    /// How a debt that is owed no more was settled.
    fn settled(&self, ticket: &Ticket, debt: &There) -> CallbackEnd {
        let since = |told: &&Told| told.at >= debt.made_at;
        let counts = |told: &&Told| told.last || debt.reason == CallbackReason::Answer;
        let Some(told) = ticket.told.iter().rev().filter(since).find(counts) else { return CallbackEnd::Lapsed };
        let call = told.call.and_then(|id| self.after.call(id)).filter(|call| call.answered_at.is_some());
        match (told.how, call) {
            (TellHow::Untold, Some(call)) => CallbackEnd::Refused(call.id),
            (TellHow::Untold, None) => CallbackEnd::Closed { by: told.by.clone(), reason: told.what.clone() },
            (TellHow::Phone, Some(call)) if call.direction == Direction::Outbound => CallbackEnd::Reached(call.id),
            (TellHow::Phone, Some(call)) => CallbackEnd::CalledAgain(call.id),
            _ => CallbackEnd::Told,
        }
    }
}

/// What is owed about a ticket as it stands; nothing for what has no caller to be called (R-REQ-6, R-REQ-7).
fn owed(after: &After<'_>, rules: &Rulebook, ticket: &Ticket) -> Option<Owed> {
    let nobody = ticket.seal.is_some() || ticket.is_anonymous() || ticket.wants_letter();
    if !ticket.is_open() || nobody || match_key(&ticket.fields.phone).is_empty() {
        return None;
    }
    match &ticket.merged {
        None if is_visited(after, ticket) => None,
        None => by_stage(rules, ticket).or_else(|| by_clock(rules, ticket)),
        Some(_) => inside(after, rules, ticket),
    }
}

/// A merged ticket's caller is still owed an answer of their own, as the ticket that stands for both comes to its end.
fn inside(after: &After<'_>, rules: &Rulebook, ticket: &Ticket) -> Option<Owed> {
    let mut main = ticket;
    let mut steps = 0;
    while let Some(merge) = main.merged.as_ref().filter(|_| steps < 100) {
        main = after.ticket(merge.into)?;
        steps += 1;
    }
    let owed = asks(rules, main) && !is_told(ticket, main);
    owed.then(|| Owed { reason: CallbackReason::Answer, since: None, due_at: answer_due(rules, main) })
}

/// It stands where the outcome is told.
fn asks(rules: &Rulebook, ticket: &Ticket) -> bool {
    let stage = rules.kind(ticket.fields.kind).stage(&ticket.stage);
    let asks = |stage: &crate::domain::rulebook::StageRule| {
        stage.id == FOLLOWED_UP || stage.fields.iter().any(|used| used.field == "told_how")
    };
    ticket.is_open() && ticket.stage != REGISTERED && stage.is_some_and(asks)
}

/// A signed visit since the ticket came here has followed it up (R-CB-4, R-CB-10): only its screen is still to be filled.
fn is_visited(after: &After<'_>, ticket: &Ticket) -> bool {
    let of_stay = |visit: &&Visit| visit.recorded_at >= ticket.entered_at && !visit.signature.is_empty();
    ticket.stage == FOLLOWED_UP && after.visits().filter(of_stay).any(|visit| visit.tickets.contains(&ticket.id))
}

fn by_stage(rules: &Rulebook, ticket: &Ticket) -> Option<Owed> {
    let revisit = ticket.stage == FOLLOWED_UP;
    let told = |told: &Told| told.last && told.at >= ticket.entered_at && told.how != TellHow::Untold;
    if !asks(rules, ticket) || (!revisit && ticket.told.iter().any(told)) {
        return None;
    }
    let reason = if revisit { CallbackReason::Revisit } else { CallbackReason::Answer };
    Some(Owed { reason, since: Some(ticket.entered_at), due_at: answer_due(rules, ticket) })
}

/// A clock that waits for the caller to be told has come near its end, and nobody has told them since.
fn by_clock(rules: &Rulebook, ticket: &Ticket) -> Option<Owed> {
    let pressing = |clock: &&Clock| {
        let fired = clock.marks.iter().filter(|mark| mark.percent >= PRESSING).filter_map(|mark| mark.fired);
        let last = fired.map(|fired| fired.at).max();
        let told = |at: Stamp| {
            ticket.told.iter().any(|told| told.at >= at && (told.how != TellHow::Untold || told.call.is_some()))
        };
        clock.is_open()
            && waits_for(rules, ticket, clock, &[Trigger::Told, Trigger::Agreed, Trigger::Filled("outcome".into())])
            && last.is_some_and(|at| !told(at))
    };
    let due = ticket.clocks.iter().filter(pressing).map(|clock| clock.due.at).min()?;
    Some(Owed { reason: CallbackReason::Answer, since: None, due_at: due })
}

fn waits_for(rules: &Rulebook, ticket: &Ticket, clock: &Clock, triggers: &[Trigger]) -> bool {
    let rule = rules.kind(ticket.fields.kind).clock(&clock.id);
    rule.is_some_and(|rule| rule.stop.iter().any(|stop| triggers.contains(stop)))
}

/// When the outcome must be told: with the running clock that stops by it, else a day after the ticket came here.
fn answer_due(rules: &Rulebook, ticket: &Ticket) -> Stamp {
    let stops = |clock: &&Clock| {
        clock.is_open() && waits_for(rules, ticket, clock, &[Trigger::Told, Trigger::Filled("outcome".into())])
    };
    let due = ticket.clocks.iter().filter(stops).map(|clock| clock.due.at).min();
    due.unwrap_or(ticket.entered_at.plus(DAY_MS))
}

fn gravity(ticket: &Ticket, grade: Grade) -> Gravity {
    let said = match ticket.value("gravity") {
        "grave" => Gravity::Grave,
        "important" => Gravity::Important,
        _ => Gravity::Ordinary,
    };
    if ticket.fields.kind == RequestType::Emergency { Gravity::Emergency } else { lifted(said, grade) }
}

/// R-REQ-5: what is owed to an important customer goes before what is ordinary.
pub(in crate::domain::decide) fn lifted(gravity: Gravity, grade: Grade) -> Gravity {
    let important = matches!(grade, Grade::Special | Grade::First);
    if important { gravity.min(Gravity::Important) } else { gravity }
}
