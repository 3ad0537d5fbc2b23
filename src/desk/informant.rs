//! Which commands carry an informant, and what is left of them once the informant is taken out (R-REQ-6).

use super::seal::Seals;
use crate::domain::command::TicketCommand;
use crate::domain::ticket::{FieldChange, Informant, Seal};
use crate::domain::{CallId, RequestType, Rulebook, State, Ticket, TicketFields};
use crate::text::{Say, Word};

/// The fields that say who somebody is.
const IDENTITY: [&str; 3] = ["name", "phone", "address"];
/// The longest text of one field, in bytes, as everywhere (storage.md rule D).
const LONGEST: usize = 8_000;

/// All that is looked at.
pub struct Sealing<'a> {
    pub state: &'a State,
    pub rules: &'a Rulebook,
    pub seals: &'a Seals,
    /// Gives a seal that is there already, if there is any.
    pub other: &'a dyn Fn() -> Result<Option<Seal>, Say>,
}

impl Sealing<'_> {
    /// The command without the informant, where it carries one; nothing where it may go on as it is.
    pub fn taken_out(&self, command: &TicketCommand) -> Result<Option<TicketCommand>, Say> {
        match command {
            TicketCommand::Open { fields, call, .. } if self.seals_kind(fields.kind) => {
                self.opening(command, *call).map(Some)
            }
            TicketCommand::Edit { ticket, changes, .. } => match self.state.tickets.get(ticket) {
                Some(ticket) => self.editing(ticket, changes),
                None => Ok(None),
            },
            TicketCommand::Advance { ticket, changes, .. } => match self.state.tickets.get(ticket) {
                Some(ticket) => self.advancing(ticket, changes).map(|()| None),
                None => Ok(None),
            },
            TicketCommand::Each(commands) => {
                let mut any = false;
                let mut each = Vec::with_capacity(commands.len());
                for command in commands {
                    let taken = self.taken_out(command)?;
                    any |= taken.is_some();
                    each.push(taken.unwrap_or_else(|| command.clone()));
                }
                Ok(any.then_some(TicketCommand::Each(each)))
            }
            _ => Ok(None),
        }
    }

    fn seals_kind(&self, kind: RequestType) -> bool {
        self.rules.kind(kind).sealed_for.is_some()
    }

    /// A tip-off is registered. What the form demands of the informant is looked at here: nobody can afterwards.
    fn opening(&self, command: &TicketCommand, call: Option<CallId>) -> Result<TicketCommand, Say> {
        let TicketCommand::Open { fields, card, .. } = command else { return Ok(command.clone()) };
        let mut card = card.clone();
        let mut fields = fields.clone();
        for field in IDENTITY {
            // A form of the rulebook may ask for one of the desk's own fields; wherever it was typed, it is the same.
            let typed = card.remove(field).unwrap_or_default();
            if fields.get(field).is_some_and(str::is_empty) {
                fields.set(field, &typed);
            }
        }
        let anonymous = card.get("anonymous").is_some_and(|value| value == "yes");
        self.demanded(&fields, |field| card.get(field).map(String::as_str).unwrap_or_default())?;
        let mut informant = Informant {
            name: std::mem::take(&mut fields.name),
            phone: std::mem::take(&mut fields.phone),
            address: std::mem::take(&mut fields.address),
        };
        if !anonymous {
            self.known_by_call(&mut informant, call);
        }
        let seal = Some(self.seal(&informant)?);
        Ok(TicketCommand::Open { fields, card, call, seal })
    }

    fn demanded<'a>(&self, fields: &'a TicketFields, card: impl Fn(&str) -> &'a str) -> Result<(), Say> {
        let value = |field: &str| fields.get(field).unwrap_or_else(|| card(field));
        let form = &self.rules.kind(fields.kind).form;
        let asked = form.iter().filter(|used| IDENTITY.contains(&used.field.as_str()) && used.need.holds(value));
        let missing: Vec<Word> = asked
            .filter(|used| value(&used.field).trim().is_empty())
            .map(|used| self.rules.field_word(&used.field))
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(Say::new("life.form_missing").with_list("fields", &missing)) }
    }

    /// The call itself will say no more who called: what it knew goes under the seal.
    fn known_by_call(&self, informant: &mut Informant, call: Option<CallId>) {
        let Some(call) = call.and_then(|id| self.state.calls.get(id)) else { return };
        if informant.phone.trim().is_empty() {
            informant.phone.clone_from(&call.party.number);
        }
        if informant.name.trim().is_empty() {
            informant.name.clone_from(&call.party.name);
        }
    }

    fn editing(&self, ticket: &Ticket, changes: &[FieldChange]) -> Result<Option<TicketCommand>, Say> {
        let named = |field: &str| changes.iter().rev().find(|change| change.field == field);
        let kind = named("kind").and_then(|change| RequestType::parse(&change.to)).unwrap_or(ticket.fields.kind);
        let touched = IDENTITY.iter().any(|field| named(field).is_some());
        let mut informant = match &ticket.seal {
            // Whoever typed over something that is under seal by now is told so by the decision.
            Some(_)
                if !touched || IDENTITY.iter().filter_map(|field| named(field)).any(|typed| !typed.from.is_empty()) =>
            {
                return Ok(None);
            }
            Some(seal) => self.seals.open(seal)?,
            None if !self.seals_kind(kind) => return Ok(None),
            None => Informant {
                name: ticket.fields.name.clone(),
                phone: ticket.fields.phone.clone(),
                address: ticket.fields.address.clone(),
            },
        };
        for (field, slot) in IDENTITY.iter().zip([&mut informant.name, &mut informant.phone, &mut informant.address]) {
            if let Some(change) = named(field) {
                slot.clone_from(&change.to);
            }
        }
        if ticket.seal.is_none() && !ticket.is_anonymous() {
            self.known_by_call(&mut informant, ticket.calls.first().copied());
        }
        let emptied = IDENTITY.iter().map(|field| {
            let from = named(field).map_or(ticket.value(field), |change| &change.from).to_owned();
            FieldChange { field: (*field).to_owned(), from, to: String::new() }
        });
        let others = changes.iter().filter(|change| !IDENTITY.contains(&change.field.as_str())).cloned();
        let changes = emptied.chain(others).collect();
        let seal = Some(self.seal(&informant)?);
        Ok(Some(TicketCommand::Edit { ticket: ticket.id, changes, seal }))
    }

    /// A stage's screen asks nothing about the informant, and makes no tip-off of anything: that is the form's matter.
    fn advancing(&self, ticket: &Ticket, changes: &[FieldChange]) -> Result<(), Say> {
        let seals = |change: &FieldChange| {
            let becomes =
                change.field == "kind" && RequestType::parse(&change.to).is_some_and(|to| self.seals_kind(to));
            let identity = IDENTITY.contains(&change.field.as_str()) && !change.to.is_empty();
            becomes || (identity && (ticket.seal.is_some() || self.seals_kind(ticket.fields.kind)))
        };
        match changes.iter().find(|change| seals(change)) {
            Some(change) => Err(Say::new("seal.by_form").with_word("field", &self.rules.field_word(&change.field))),
            None => Ok(()),
        }
    }

    fn seal(&self, informant: &Informant) -> Result<Seal, Say> {
        for text in [&informant.name, &informant.phone, &informant.address] {
            if text.len() > LONGEST {
                return Err(Say::new("refused.text_too_long").with("bytes", text.len()).with("most", LONGEST));
            }
        }
        self.seals.seal(informant, (self.other)()?.as_ref())
    }
}
