//! Registering: the ticket, its clocks, its customer, and what an emergency starts at once (R-REQ-2, R-REQ-4).

use std::collections::BTreeMap;

use super::values;
use super::work::Work;
use crate::domain::call::Call;
use crate::domain::command::Made;
use crate::domain::decide::{Context, Decision, calls, customer};
use crate::domain::rulebook::{FieldId, REGISTERED, Trigger};
use crate::domain::ticket::{Happened, Owner, Seal, Ticket, TicketFields};
use crate::domain::{CallId, RequestType, TicketId};
use crate::text::Say;

pub(super) fn check(context: Context<'_>, fields: &TicketFields) -> Result<(), Say> {
    if fields.subject.trim().is_empty() && fields.detail.trim().is_empty() {
        return Err(Say::new("refused.ticket_empty"));
    }
    TicketFields::NAMES
        .iter()
        .try_for_each(|field| values::check(context.rules, field, fields.get(field).unwrap_or_default()))
}

pub(super) fn open(
    context: Context<'_>,
    fields: &TicketFields,
    card: &BTreeMap<FieldId, String>,
    call: Option<CallId>,
    seal: Option<&Seal>,
) -> Result<Decision, Say> {
    let me = context.me()?;
    check(context, fields)?;
    card.iter().try_for_each(|(field, value)| values::check(context.rules, field, value))?;
    let call = match call {
        Some(id) => Some(context.state.calls.get(id).ok_or_else(|| Say::new("refused.call_gone"))?),
        None => None,
    };
    let rehearsal = call.is_some_and(|call| call.rehearsal);
    // A sealed informant has no customer file: the file would say who it was (R-REQ-6).
    let (customer, made_file) =
        if seal.is_some() { (None, None) } else { customer::of_intake(context, fields, rehearsal) };
    let ticket = Ticket {
        id: TicketId(context.state.last.ticket + 1),
        rehearsal,
        fields: fields.clone(),
        card: card.iter().filter(|(_, value)| !value.is_empty()).map(|(f, v)| (f.clone(), v.clone())).collect(),
        stage: REGISTERED.to_owned(),
        entered_at: context.now,
        times: vec![(REGISTERED.to_owned(), context.now)],
        round: 1,
        first_receiver: me.clone(),
        owner: Owner::Staff(me.clone()),
        assigned_at: context.now,
        opened_at: context.now,
        calls: call.map(|call| call.id).into_iter().collect(),
        customer,
        seal: seal.cloned(),
        ..Ticket::default()
    };
    form_complete(context, &ticket)?;
    let id = ticket.id;
    let mut work = Work::new(context, ticket);
    if let Some(call) = call {
        let mut with_ticket = Call { customer: call.customer.or(customer), ..call.clone() };
        with_ticket.tickets.push(id);
        let events = match seal {
            Some(_) => calls::sealed(with_ticket),
            None => calls::named_by_intake(context, with_ticket, fields),
        };
        work.others.extend(events);
    }
    work.others.extend(made_file);
    work.line(Happened::Registered(call.map(|call| call.id)));
    work.happened(&Trigger::Registered);
    work.happened(&Trigger::Entered(REGISTERED.to_owned()));
    work.filled(card.iter().filter(|(_, value)| !value.trim().is_empty()).map(|(field, _)| field.as_str()));
    if fields.kind == RequestType::Emergency {
        work.raise_emergency();
    }
    work.watch_for_burst();
    let rule = if fields.kind == RequestType::Emergency { "R-REQ-4" } else { "R-REQ-2" };
    let mut decision = work.done(rule);
    decision.made = Made::Ticket(id);
    Ok(decision)
}

/// R-CB-2: somebody drawn for the sample is not content with what was settled: a complaint of its own, linked with that
/// matter. What the form asks beyond what was said is asked while it is worked.
pub(in crate::domain::decide) fn open_again(
    context: Context<'_>,
    (of, call): (Option<TicketId>, CallId),
    (name, phone): (&str, &str),
    said: &str,
) -> Result<Decision, Say> {
    let me = context.me()?;
    if said.is_empty() {
        return Err(Say::new("debt.said_missing"));
    }
    let subject = said.lines().next().unwrap_or_default().to_owned();
    let fields = TicketFields {
        kind: RequestType::Complaint,
        subject,
        detail: said.to_owned(),
        name: name.to_owned(),
        phone: phone.to_owned(),
        ..TicketFields::default()
    };
    check(context, &fields)?;
    let rehearsal = context.state.calls.get(call).is_some_and(|call| call.rehearsal);
    let (customer, made_file) = customer::of_intake(context, &fields, rehearsal);
    let ticket = Ticket {
        id: TicketId(context.state.last.ticket + 1),
        rehearsal,
        fields,
        stage: REGISTERED.to_owned(),
        entered_at: context.now,
        round: 1,
        first_receiver: me.clone(),
        owner: Owner::Staff(me.clone()),
        assigned_at: context.now,
        opened_at: context.now,
        calls: vec![call],
        links: of.into_iter().collect(),
        customer,
        ..Ticket::default()
    };
    let mut work = Work::new(context, ticket);
    work.others.extend(made_file);
    work.line(Happened::Registered(Some(call)));
    of.into_iter().for_each(|of| work.line(Happened::Linked(of)));
    work.happened(&Trigger::Registered);
    work.happened(&Trigger::Entered(REGISTERED.to_owned()));
    Ok(work.done("R-CB-2"))
}

/// What the intake form demands must be there. An emergency is taken in with whatever there is: the rest is asked
/// while people are on their way.
pub(super) fn form_complete(context: Context<'_>, ticket: &Ticket) -> Result<(), Say> {
    if ticket.fields.kind == RequestType::Emergency {
        return Ok(());
    }
    let form = &context.rules.kind(ticket.fields.kind).form;
    let value = |field: &str| ticket.value(field);
    // What is under seal was asked before it was sealed.
    let open = |field: &str| ticket.seal.is_none() || !["name", "phone", "address"].contains(&field);
    let missing = form
        .iter()
        .filter(|used| open(&used.field) && used.need.holds(value) && ticket.value(&used.field).trim().is_empty());
    let words: Vec<_> = missing.map(|used| context.rules.field_word(&used.field)).collect();
    if words.is_empty() { Ok(()) } else { Err(Say::new("life.form_missing").with_list("fields", &words)) }
}
