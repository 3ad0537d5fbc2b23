//! Visits: recorded by the day after, with the tickets that were followed up; and the class a customer is visited by
//! (R-CB-4, R-CB-8).

use std::collections::BTreeSet;

use chrono::Datelike;

use super::{Context, Decision};
use crate::domain::callback::{Callback, CallbackEnd, CallbackReason, Debt};
use crate::domain::command::{Made, VisitCommand};
use crate::domain::event::Event;
use crate::domain::ids::{CallbackId, CustomerId, StaffId, TicketId, VisitId};
use crate::domain::phone::match_key;
use crate::domain::{Customer, Stamp, Visit};
use crate::text::Say;

/// The stage in which carried-out work waits for its follow-up.
const FOLLOWED_UP: &str = "followed_up";
/// The longest text of one field, in bytes (storage.md rule D).
const LONGEST: usize = 8_000;
/// Tickets followed up on one visit at most.
const MOST_TICKETS: usize = 50;
/// The classes where the rulebook has no plan.
const CLASSES: [&str; 4] = ["A", "B", "C", "D"];

pub(super) fn decide(context: Context<'_>, command: &VisitCommand) -> Result<Decision, Say> {
    let me = context.me()?;
    context.at_desk()?;
    match command {
        VisitCommand::Record { customer, at, words, signature, tickets } => {
            let customer = file(context, *customer)?;
            when(context, *at)?;
            for text in [words, signature] {
                if text.len() > LONGEST {
                    return Err(Say::new("refused.text_too_long").with("bytes", text.len()).with("most", LONGEST));
                }
            }
            let signature = signature.trim();
            let mut tickets = tickets.clone();
            tickets.sort_unstable();
            tickets.dedup();
            if tickets.len() > MOST_TICKETS {
                return Err(Say::new("life.too_many").with("count", tickets.len()).with("most", MOST_TICKETS));
            }
            let followed = tickets.iter().map(|id| follows_up(context, customer, *id, *at, !signature.is_empty()));
            followed.collect::<Result<Vec<()>, Say>>()?;
            let visit = recorded(context, me, customer, *at, (words.trim(), signature), tickets);
            let settled = if signature.is_empty() { Vec::new() } else { settled(context, &visit) };
            let mut decision = Decision::under("R-CB-8");
            decision.made = Made::Visit(visit.id);
            decision.events.push(Event::Visit(Box::new(visit)));
            decision.events.extend(settled.into_iter().map(|line| Event::Callback(Box::new(line))));
            Ok(decision)
        }
        VisitCommand::Class { customer, class } => put_into_class(context, *customer, class.trim()),
    }
}

fn file(context: Context<'_>, id: CustomerId) -> Result<&Customer, Say> {
    context.state.customers.get(&id).ok_or_else(|| Say::new("refused.customer_gone"))
}

/// A visit was made by now, and not before last year: the year's plan it belongs to can still be read.
fn when(context: Context<'_>, at: Stamp) -> Result<(), Say> {
    if at > context.now {
        return Err(Say::new("visit.ahead"));
    }
    let timing = context.rules.timing(context.state.offset_ms);
    let first = timing.day(context.now).year() - 1;
    if timing.day(at).year() < first { Err(Say::new("visit.too_old").with("year", first)) } else { Ok(()) }
}

fn recorded(
    context: Context<'_>,
    me: &StaffId,
    customer: &Customer,
    at: Stamp,
    (words, signature): (&str, &str),
    tickets: Vec<TicketId>,
) -> Visit {
    let state = context.state;
    Visit {
        id: VisitId(state.last.visit + 1),
        rehearsal: customer.rehearsal,
        customer: customer.id,
        name: customer.name.clone(),
        class: customer.class.clone(),
        at,
        recorded_at: context.now,
        by: me.clone(),
        late: state.day_of(context.now) > state.day_of(at) + 1,
        words: words.to_owned(),
        signature: signature.to_owned(),
        tickets,
    }
}

/// Whether a ticket can be named on a visit: this customer's, and open or still owed a call. Where the visit is to settle
/// its follow-up, the work had come back by then.
fn follows_up(context: Context<'_>, customer: &Customer, id: TicketId, at: Stamp, signed: bool) -> Result<(), Say> {
    let keys: Vec<String> = customer.phones.iter().map(|phone| match_key(phone)).collect();
    let has = |key: &str| !key.is_empty() && keys.iter().any(|known| known == key);
    let theirs = match context.state.tickets.get(&id) {
        Some(ticket) => {
            if signed && ticket.stage == FOLLOWED_UP && at < ticket.entered_at {
                return Err(Say::new("visit.before").with("ticket", id.spoken()));
            }
            // Whose a sealed tip-off is stands nowhere (R-REQ-6).
            ticket.seal.is_none() && (ticket.customer == Some(customer.id) || has(&match_key(&ticket.fields.phone)))
        }
        None => {
            let line = context.state.lines_about(id).find_map(|line| context.state.callbacks.get(&line));
            let line = line.ok_or_else(|| Say::new("visit.nothing_owed").with("ticket", id.spoken()))?;
            line.customer == Some(customer.id) || keys.iter().any(|key| line.has_key(key))
        }
    };
    if theirs { Ok(()) } else { Err(Say::new("visit.other_customer").with("ticket", id.spoken())) }
}

/// The lines whose debts this signed visit settles (R-CB-10): the follow-up of returned work, and drawn samples of a day
/// that was not over before the visit. Their tickets go on by their own screens.
fn settled(context: Context<'_>, visit: &Visit) -> Vec<Callback> {
    let state = context.state;
    let settles = |debt: &Debt| {
        let Some(ticket) = debt.ticket.filter(|id| debt.is_open() && visit.tickets.contains(id)) else { return false };
        match debt.reason {
            CallbackReason::Revisit => state.tickets.get(&ticket).is_some_and(|ticket| ticket.stage == FOLLOWED_UP),
            CallbackReason::Sample => {
                let draw = debt.draw.and_then(|id| state.draws.get(&id));
                draw.is_some_and(|draw| draw.day <= state.day_of(visit.at)) || debt.made_at <= visit.at
            }
            _ => false,
        }
    };
    let lines: BTreeSet<CallbackId> = visit.tickets.iter().flat_map(|ticket| state.lines_about(*ticket)).collect();
    let lines = lines.into_iter().filter_map(|id| state.callbacks.get(&id));
    let lines = lines.filter(|line| !line.rehearsal && line.debts.iter().any(settles));
    let settled = lines.map(|line| {
        let mut line = line.clone();
        for debt in line.debts.iter_mut().filter(|debt| settles(debt)) {
            debt.end = Some((context.now, CallbackEnd::Visited(visit.id)));
        }
        if line.debts.iter().all(|debt| !debt.is_open()) {
            line.ended_at = Some(context.now);
            line.end = Some(CallbackEnd::Visited(visit.id));
            line.taken_by = None;
        }
        line
    });
    settled.collect()
}

fn put_into_class(context: Context<'_>, id: CustomerId, class: &str) -> Result<Decision, Say> {
    let customer = file(context, id)?;
    let planned: Vec<&str> = context.rules.visits.iter().map(|plan| plan.class.as_str()).collect();
    let offered: &[&str] = if planned.is_empty() { &CLASSES } else { &planned };
    if !class.is_empty() && !offered.contains(&class) {
        return Err(Say::new("visit.no_class").with("class", class).with("offered", offered.join(", ")));
    }
    let decision = Decision::under("R-CB-8");
    if customer.class == class {
        return Ok(decision);
    }
    let customer = Customer { class: class.to_owned(), changed_at: context.now, ..customer.clone() };
    Ok(decision.with(Event::Customer(Box::new(customer))))
}
