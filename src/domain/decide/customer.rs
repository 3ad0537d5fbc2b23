//! Customer files: saving one, and making one from an intake.

use super::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::phone::match_key;
use crate::domain::{Customer, CustomerId, TicketFields};
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, customer: &Customer) -> Result<Decision, Say> {
    context.at_desk()?;
    if customer.name.trim().is_empty() && customer.phones.iter().all(|phone| match_key(phone).is_empty()) {
        return Err(Say::new("refused.customer_empty"));
    }
    let mut saved = customer.clone();
    saved.changed_at = context.now;
    if saved.id == CustomerId(0) {
        saved.id = CustomerId(context.state.last.customer + 1);
        saved.made_at = context.now;
    } else {
        let known = context.state.customers.get(&saved.id).ok_or_else(|| Say::new("refused.customer_gone"))?;
        // Set by a command of its own: a file that was opened before must not put the old class back.
        saved.class.clone_from(&known.class);
    }
    Ok(Decision::under("R-CUS-1").with(Event::Customer(Box::new(saved))))
}

/// The file an intake belongs to: the one with its number, or a new one where name and number are there.
/// A rehearsal makes no files.
pub(super) fn of_intake(
    context: Context<'_>,
    fields: &TicketFields,
    rehearsal: bool,
) -> (Option<CustomerId>, Option<Event>) {
    if let Some(customer) = context.state.customer_by_phone(&fields.phone) {
        return (Some(customer.id), None);
    }
    if rehearsal || fields.name.trim().is_empty() || match_key(&fields.phone).is_empty() {
        return (None, None);
    }
    let customer = Customer {
        id: CustomerId(context.state.last.customer + 1),
        name: fields.name.trim().to_owned(),
        phones: vec![fields.phone.trim().to_owned()],
        address: fields.address.trim().to_owned(),
        made_at: context.now,
        changed_at: context.now,
        ..Customer::default()
    };
    (Some(customer.id), Some(Event::Customer(Box::new(customer))))
}
