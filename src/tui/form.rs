//! The intake form: what is typed while somebody talks. One form is on the screen, others are parked with their calls.
//!
//! A form is a draft until the desk has said that the ticket is on disk. Drafts are kept key by key (see [`store`]) and
//! carry the id of the command that saves them, so that a save that is said twice is done once.

mod drafts;
mod line;
pub mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use drafts::Drafts;
pub use line::TextLine;

use crate::domain::{Call, CallId, Customer, RequestType, Ticket, TicketFields, TicketId};

/// A field of the form, in the order of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    /// 类型
    #[default]
    Kind,
    /// 主题
    Subject,
    /// 内容
    Detail,
    /// 诉求
    Demand,
    /// 姓名
    Name,
    /// 电话
    Phone,
    /// 地址
    Address,
    /// 部门
    Team,
}

impl Field {
    /// All of them.
    pub const ALL: [Field; 8] = [
        Field::Kind,
        Field::Subject,
        Field::Detail,
        Field::Demand,
        Field::Name,
        Field::Phone,
        Field::Address,
        Field::Team,
    ];

    /// The key of its label.
    pub fn key(self) -> &'static str {
        match self {
            Field::Kind => "field.kind",
            Field::Subject => "field.subject",
            Field::Detail => "field.detail",
            Field::Demand => "field.demand",
            Field::Name => "field.name",
            Field::Phone => "field.phone",
            Field::Address => "field.address",
            Field::Team => "field.team",
        }
    }

    fn beside(self, step: isize) -> Field {
        let count = Field::ALL.len() as isize;
        let at = Field::ALL.iter().position(|field| *field == self).unwrap_or(0) as isize;
        Field::ALL.get((at + step).rem_euclid(count) as usize).copied().unwrap_or(self)
    }

    /// The text behind the field; none for the kind, which is chosen.
    pub fn text(self, fields: &TicketFields) -> Option<&String> {
        Some(match self {
            Field::Kind => return None,
            Field::Subject => &fields.subject,
            Field::Detail => &fields.detail,
            Field::Demand => &fields.demand,
            Field::Name => &fields.name,
            Field::Phone => &fields.phone,
            Field::Address => &fields.address,
            Field::Team => &fields.team,
        })
    }

    fn text_mut(self, fields: &mut TicketFields) -> Option<&mut String> {
        Some(match self {
            Field::Kind => return None,
            Field::Subject => &mut fields.subject,
            Field::Detail => &mut fields.detail,
            Field::Demand => &mut fields.demand,
            Field::Name => &mut fields.name,
            Field::Phone => &mut fields.phone,
            Field::Address => &mut fields.address,
            Field::Team => &mut fields.team,
        })
    }
}

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
        draft.prefill(Field::Phone, &call.party.number);
        if call.party.name != call.party.number {
            draft.prefill(Field::Name, &call.party.name);
        }
        draft
    }

    /// A form that changes a ticket.
    pub fn for_ticket(id: u64, command: u128, ticket: &Ticket) -> Draft {
        let mut draft = Draft {
            rehearsal: ticket.rehearsal,
            fields: ticket.fields.clone(),
            base: ticket.fields.clone(),
            edits: Some((ticket.id, ticket.version)),
            ..Draft::new(id, command)
        };
        draft.go_to(Field::Subject);
        draft
    }

    /// Fills a field nobody has typed in. The caret's own field is left alone once something stands in it.
    pub fn prefill(&mut self, field: Field, text: &str) {
        let typed = self.is_typed(field);
        if typed || text.is_empty() {
            return;
        }
        for fields in [&mut self.fields, &mut self.base] {
            if let Some(slot) = field.text_mut(fields) {
                text.clone_into(slot);
            }
        }
        if field == self.field {
            self.go_to(field);
        }
    }

    /// Fills what the customer file knows.
    pub fn prefill_from(&mut self, customer: &Customer) {
        self.prefill(Field::Name, &customer.name);
        self.prefill(Field::Address, &customer.address);
        if let Some(phone) = customer.phones.first().filter(|_| self.fields.phone.is_empty()) {
            self.prefill(Field::Phone, phone);
        }
    }

    /// Somebody changed this field here.
    pub fn is_typed(&self, field: Field) -> bool {
        match field {
            Field::Kind => self.fields.kind != self.base.kind,
            _ => field.text(&self.fields) != field.text(&self.base),
        }
    }

    /// Somebody changed something here that is not saved yet.
    pub fn is_touched(&self) -> bool {
        self.saved().is_none() && self.fields != self.base
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
        self.field = field;
        self.line = TextLine::new(field.text(&self.fields).map_or("", String::as_str));
    }

    /// The next field, or the one before.
    pub fn step(&mut self, step: isize) {
        self.go_to(self.field.beside(step));
    }

    /// Changes the text of the field the caret is in.
    pub fn edit(&mut self, change: impl FnOnce(&mut TextLine)) {
        change(&mut self.line);
        let text = self.line.text().to_owned();
        if let Some(slot) = self.field.text_mut(&mut self.fields) {
            *slot = text;
        }
    }

    /// Chooses the next kind, or the one before.
    pub fn step_kind(&mut self, step: isize) {
        let all = RequestType::ALL;
        let at = all.iter().position(|kind| *kind == self.fields.kind).unwrap_or(0) as isize;
        let next = (at + step).rem_euclid(all.len() as isize) as usize;
        self.fields.kind = all.get(next).copied().unwrap_or_default();
    }

    /// A colleague changed the ticket: their values stand where nothing was typed; where both changed one field both
    /// values are kept in sight.
    pub fn meet(&mut self, ticket: &Ticket) {
        if self.edits.is_none_or(|(id, version)| id != ticket.id || version == ticket.version) {
            return;
        }
        for field in Field::ALL {
            let (Some(theirs), Some(old)) = (field.text(&ticket.fields).cloned(), field.text(&self.base)) else {
                continue;
            };
            let mine = self.is_typed(field);
            if theirs == *old {
                continue;
            }
            if mine && field.text(&self.fields) != Some(&theirs) {
                self.theirs.insert(field, theirs);
            } else if let Some(slot) = field.text_mut(&mut self.fields) {
                *slot = theirs;
            }
        }
        let theirs = ticket.fields.kind;
        if theirs != self.base.kind && self.fields.kind != self.base.kind && self.fields.kind != theirs {
            self.theirs.insert(Field::Kind, theirs.code().to_owned());
        } else if theirs != self.base.kind {
            self.fields.kind = theirs;
        }
        self.base = ticket.fields.clone();
        self.edits = Some((ticket.id, ticket.version));
        if !self.theirs.contains_key(&self.field) && !self.is_typed(self.field) {
            self.go_to(self.field);
        }
    }
}
