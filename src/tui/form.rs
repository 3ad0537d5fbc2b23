//! The intake form: what is typed while somebody talks. One form is on the screen, others are parked with their calls.
//!
//! A form is a draft until the desk has said that the ticket is on disk. Drafts are kept key by key (see [`store`]) and
//! carry the id of the command that saves them, so that a save that is said twice is done once.

mod ask;
mod danger;
mod drafts;
mod errand;
mod field;
mod line;
mod meet;
pub mod sheet;
mod step;
pub mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use danger::Raised;
pub use drafts::{Drafts, Owed, Then};
pub use errand::Errand;
pub use field::{Ask, Field};
pub use line::TextLine;
pub use sheet::SheetDraft;
pub use step::Step;

use crate::domain::rulebook::{ChoiceRule, FieldId, FieldKind, Rulebook, StageId};
use crate::domain::{Call, CallId, Customer, RequestType, Ticket, TicketFields, TicketId};

/// How far a draft has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Being typed.
    #[default]
    Open,
    /// On its way to the desk.
    Sending,
    /// On the desk's disk.
    Saved(TicketId),
}

/// A form with what is typed in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Its number on this console.
    pub id: u64,
    /// The call it came with.
    pub call: Option<CallId>,
    /// Belongs to a rehearsal.
    pub rehearsal: bool,
    /// What is in it.
    pub fields: TicketFields,
    /// What was in it before anybody typed: prefilled, or the ticket as it was.
    pub base: TicketFields,
    /// What is in the rulebook's fields, also in those another kind asks.
    pub card: BTreeMap<FieldId, String>,
    /// What was in them before anybody typed.
    pub base_card: BTreeMap<FieldId, String>,
    /// The stage whose screen it is; none for an intake form.
    pub advance: Option<StageId>,
    /// What a technician writes about this order beside the screens of its stages.
    pub errand: Option<(Errand, TicketId)>,
    /// Only what the values before ask is shown: a technician's screen is small.
    pub brief: bool,
    /// The callback line whose sheet it is (R-CB-5); none for the form of a ticket.
    pub sheet: Option<Box<SheetDraft>>,
    /// The danger word that made it an emergency, and what it was before (R-REQ-11).
    pub raised: Option<Raised>,
    /// Danger words that were raised already: each is raised once.
    pub known_danger: Vec<String>,
    /// Tickets that the operator has said are another matter.
    pub not_the_same: Vec<TicketId>,
    /// What follows when it is saved.
    pub then: Option<Then>,
    /// The ticket it changes, and the version it was read at.
    pub edits: Option<(TicketId, u32)>,
    /// What a colleague wrote meanwhile into a field that was changed here too.
    pub theirs: BTreeMap<Field, String>,
    /// The id of the command that saves it.
    pub command: u128,
    /// How far it has come.
    pub stage: Stage,
    /// The field the caret is in.
    pub field: Field,
    /// The field being typed, with its caret and what can be undone.
    #[serde(skip)]
    line: TextLine,
}

impl Draft {
    /// An empty form.
    pub fn new(id: u64, command: u128) -> Draft {
        let mut draft = Draft { id, command, ..Draft::default() };
        draft.go_to(Field::Subject);
        draft
    }

    /// The form of a call, filled with what the call tells.
    pub fn for_call(id: u64, command: u128, call: &Call) -> Draft {
        let mut draft = Draft { call: Some(call.id), rehearsal: call.rehearsal, ..Draft::new(id, command) };
        draft.prefill(&Field::Phone, &call.party.number);
        if call.party.name != call.party.number {
            draft.prefill(&Field::Name, &call.party.name);
        }
        draft
    }

    /// A form that changes a ticket.
    pub fn for_ticket(id: u64, command: u128, ticket: &Ticket) -> Draft {
        let mut draft = Draft {
            rehearsal: ticket.rehearsal,
            fields: ticket.fields.clone(),
            base: ticket.fields.clone(),
            card: ticket.card.clone(),
            base_card: ticket.card.clone(),
            edits: Some((ticket.id, ticket.version)),
            ..Draft::new(id, command)
        };
        draft.go_to(Field::Subject);
        draft
    }

    /// The screen of the stage a ticket is in, filled with what is known. The caret is in the first field that lacks
    /// something.
    pub fn for_stage(id: u64, command: u128, ticket: &Ticket, rules: &Rulebook) -> Draft {
        let mut draft = Draft { advance: Some(ticket.stage.clone()), ..Draft::for_ticket(id, command, ticket) };
        let first = draft.missing(rules).into_iter().next().or_else(|| draft.shown(rules).into_iter().next());
        draft.go_to(first.unwrap_or_default());
        draft
    }

    /// What stands in a field; the kind by its code.
    pub fn value(&self, field: &Field) -> &str {
        self.value_of(field.id())
    }

    /// The same, by the field's name in the domain.
    pub fn value_of<'a>(&'a self, id: &str) -> &'a str {
        self.fields.get(id).or_else(|| self.card.get(id).map(String::as_str)).unwrap_or_default()
    }

    /// What stood in a field before anybody typed.
    pub fn base_value(&self, field: &Field) -> &str {
        let id = field.id();
        self.base.get(id).or_else(|| self.base_card.get(id).map(String::as_str)).unwrap_or_default()
    }

    /// Puts a value into a field; an emptied field of the rulebook's is taken away.
    pub fn put(&mut self, field: &Field, value: &str) {
        match field {
            Field::Card(id) if value.is_empty() => {
                self.card.remove(id);
            }
            Field::Card(id) => {
                self.card.insert(id.clone(), value.to_owned());
            }
            own => {
                self.fields.set(own.id(), value);
            }
        }
    }

    /// Fills a field nobody has typed in. The caret's own field is left alone once something stands in it.
    pub fn prefill(&mut self, field: &Field, text: &str) {
        if self.is_typed(field) || text.is_empty() {
            return;
        }
        self.put(field, text);
        match field {
            Field::Card(id) => {
                self.base_card.insert(id.clone(), text.to_owned());
            }
            own => {
                self.base.set(own.id(), text);
            }
        }
        if *field == self.field {
            self.go_to(field.clone());
        }
    }

    /// How the matter came in is known where it came with a call: nobody is asked for it.
    pub fn came_by_phone(&mut self, rules: &Rulebook) {
        let by_phone = |choices: &Vec<ChoiceRule>| choices.iter().any(|choice| choice.id == "phone");
        if let Some(FieldKind::Choice(choices)) = rules.fields.get("channel").map(|rule| &rule.kind)
            && by_phone(choices)
        {
            self.prefill(&Field::of("channel"), "phone");
        }
    }

    /// Another matter of the caller who is on the line: who it is was written down once already.
    pub fn same_caller(&mut self, before: &Draft, rules: &Rulebook) {
        self.rehearsal = before.rehearsal;
        for field in [Field::Name, Field::Phone, Field::Address] {
            self.prefill(&field, before.value(&field));
        }
        self.came_by_phone(rules);
    }

    /// Fills what the customer file knows.
    pub fn prefill_from(&mut self, customer: &Customer) {
        self.prefill(&Field::Name, &customer.name);
        self.prefill(&Field::Address, &customer.address);
        if let Some(phone) = customer.phones.first().filter(|_| self.fields.phone.is_empty()) {
            self.prefill(&Field::Phone, phone);
        }
    }

    /// Somebody changed this field here.
    pub fn is_typed(&self, field: &Field) -> bool {
        self.value(field) != self.base_value(field)
    }

    /// Somebody changed something here that is not saved yet.
    pub fn is_touched(&self) -> bool {
        let typed = self.fields != self.base || self.card != self.base_card;
        self.saved().is_none() && (typed || self.sheet_is_touched())
    }

    /// The ticket it was saved as.
    pub fn saved(&self) -> Option<TicketId> {
        if let Stage::Saved(ticket) = self.stage { Some(ticket) } else { None }
    }

    /// The field being typed.
    pub fn line(&self) -> &TextLine {
        &self.line
    }

    /// Puts the caret into a field, at the end of its text.
    pub fn go_to(&mut self, field: Field) {
        self.line = TextLine::new(self.value(&field));
        self.field = field;
    }

    /// The next field on the screen, or the one before.
    pub fn step(&mut self, rules: &Rulebook, step: isize) {
        let shown = self.shown(rules);
        let at = shown.iter().position(|field| *field == self.field).unwrap_or(0);
        if self.step_over(at, shown.len(), step) {
            return;
        }
        let next = (at as isize + step).rem_euclid(shown.len().max(1) as isize) as usize;
        if let Some(field) = shown.into_iter().nth(next) {
            self.go_to(field);
        }
    }

    /// Changes the text of the field the caret is in.
    pub fn edit(&mut self, change: impl FnOnce(&mut TextLine)) {
        change(&mut self.line);
        let text = self.line.text().to_owned();
        self.put(&self.field.clone(), &text);
    }

    /// Puts a value into the field the caret is in.
    pub fn choose(&mut self, value: &str) {
        let field = self.field.clone();
        self.put(&field, value);
        self.go_to(field);
        self.after_choice();
    }

    /// Chooses the next kind, or the one before.
    pub fn step_kind(&mut self, step: isize) {
        let all = RequestType::ALL;
        let at = all.iter().position(|kind| *kind == self.fields.kind).unwrap_or(0) as isize;
        let next = (at + step).rem_euclid(all.len() as isize) as usize;
        self.choose_kind(all.get(next).copied().unwrap_or_default());
    }

    /// Chooses a kind by hand.
    pub fn choose_kind(&mut self, kind: RequestType) {
        self.fields.kind = kind;
        self.raised = None;
    }
}
