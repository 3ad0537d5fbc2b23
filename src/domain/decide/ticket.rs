//! Tickets: register, change, note, hand on, file.

use super::{Context, Decision, calls, customer};
use crate::domain::call::Call;
use crate::domain::command::{Made, TicketCommand};
use crate::domain::event::Event;
use crate::domain::ticket::{Ticket, TicketFields, TicketNote, TicketStage};
use crate::domain::{CallId, TicketId};
use crate::text::Say;

/// The longest text of one field, in bytes: records stay small (storage.md rule D).
const LONGEST: usize = 8_000;

pub(super) fn decide(context: Context<'_>, command: &TicketCommand) -> Result<Decision, Say> {
    match command {
        TicketCommand::Open { fields, call } => open(context, fields, *call),
        TicketCommand::Edit { ticket, version, fields } => edit(context, *ticket, *version, fields),
        TicketCommand::Note { ticket, text } => note(context, *ticket, text),
        TicketCommand::Assign { ticket, owner } => {
            if !context.staff.iter().any(|staff| staff.id == *owner) {
                return Err(Say::new("refused.nobody").with("who", &owner.0));
            }
            let mut changed = load(context, *ticket)?;
            changed.owner = owner.clone();
            Ok(saved(context, changed, "ticket.assign"))
        }
        TicketCommand::File { ticket, outcome } => {
            if outcome.trim().is_empty() {
                return Err(Say::new("refused.outcome_missing"));
            }
            let mut changed = load(context, *ticket)?;
            changed.stage = TicketStage::Filed;
            changed.outcome = Some(outcome.trim().to_owned());
            changed.filed_at = Some(context.now);
            Ok(saved(context, changed, "R-REQ-1"))
        }
    }
}

fn check(fields: &TicketFields) -> Result<(), Say> {
    if fields.subject.trim().is_empty() && fields.detail.trim().is_empty() {
        return Err(Say::new("refused.ticket_empty"));
    }
    let texts =
        [&fields.subject, &fields.detail, &fields.demand, &fields.name, &fields.phone, &fields.address, &fields.team];
    match texts.into_iter().find(|text| text.len() > LONGEST) {
        Some(text) => Err(Say::new("refused.text_too_long").with("bytes", text.len()).with("most", LONGEST)),
        None => Ok(()),
    }
}

fn open(context: Context<'_>, fields: &TicketFields, call: Option<CallId>) -> Result<Decision, Say> {
    let me = context.me()?;
    check(fields)?;
    let call = match call {
        Some(id) => Some(context.state.calls.get(id).ok_or_else(|| Say::new("refused.call_gone"))?),
        None => None,
    };
    let rehearsal = call.is_some_and(|call| call.rehearsal);
    let (customer, made_file) = customer::of_intake(context, fields, rehearsal);
    let ticket = Ticket {
        id: TicketId(context.state.last.ticket + 1),
        rehearsal,
        fields: fields.clone(),
        first_receiver: me.clone(),
        owner: me.clone(),
        opened_at: context.now,
        due_at: context.now.plus(context.rules.ticket_due_ms(fields.kind)),
        changed_at: context.now,
        calls: call.map(|call| call.id).into_iter().collect(),
        customer,
        version: 1,
        ..Ticket::default()
    };
    let mut decision = Decision::under("R-REQ-2");
    decision.made = Made::Ticket(ticket.id);
    if let Some(call) = call {
        let mut with_ticket = Call { customer: call.customer.or(customer), ..call.clone() };
        with_ticket.tickets.push(ticket.id);
        decision.events.extend(calls::named_by_intake(context, with_ticket, fields));
    }
    decision.events.extend(made_file);
    Ok(decision.with(Event::Ticket(Box::new(ticket))))
}

fn edit(context: Context<'_>, id: TicketId, version: u32, fields: &TicketFields) -> Result<Decision, Say> {
    check(fields)?;
    let mut changed = load(context, id)?;
    if changed.version != version {
        return Err(Say::new("refused.ticket_changed").with("ticket", id.spoken()));
    }
    if changed.fields.kind != fields.kind {
        changed.due_at = changed.opened_at.plus(context.rules.ticket_due_ms(fields.kind));
    }
    changed.fields = fields.clone();
    Ok(saved(context, changed, "ticket.edit"))
}

fn note(context: Context<'_>, id: TicketId, text: &str) -> Result<Decision, Say> {
    if text.trim().is_empty() {
        return Err(Say::new("refused.note_empty"));
    }
    if text.len() > LONGEST {
        return Err(Say::new("refused.text_too_long").with("bytes", text.len()).with("most", LONGEST));
    }
    let by = context.me()?.clone();
    let mut changed = load(context, id)?;
    changed.notes.push(TicketNote { at: context.now, by, text: text.trim().to_owned() });
    if changed.stage == TicketStage::Registered {
        changed.stage = TicketStage::Working;
    }
    Ok(saved(context, changed, "ticket.note"))
}

fn load(context: Context<'_>, id: TicketId) -> Result<Ticket, Say> {
    context.me()?;
    context
        .state
        .tickets
        .get(&id)
        .cloned()
        .ok_or_else(|| Say::new("refused.ticket_not_open").with("ticket", id.spoken()))
}

fn saved(context: Context<'_>, mut ticket: Ticket, rule: &'static str) -> Decision {
    ticket.changed_at = context.now;
    ticket.version += 1;
    let mut decision = Decision::under(rule);
    decision.made = Made::Ticket(ticket.id);
    decision.with(Event::Ticket(Box::new(ticket)))
}
