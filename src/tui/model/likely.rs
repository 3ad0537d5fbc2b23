//! What the open form may already be (R-REQ-3), and what it may belong to (R-REQ-10). Looked for again only when one of
//! the fields that decide it changes, or a ticket of the replica does.

use crate::domain::likeness::{Burst, Likeness, burst, duplicates};
use crate::domain::{RequestType, Ticket, TicketId};

use super::Model;

/// What was found, and for what.
#[derive(Clone, Debug, Default)]
pub struct Likely {
    asked: Option<Asked>,
    found: Vec<Likeness>,
    burst: Option<Burst>,
}

/// The fields that decide it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    draft: u64,
    kind: RequestType,
    subject: String,
    phone: String,
    address: String,
}

impl Likely {
    /// A ticket changed: what was found may be out of date.
    pub(super) fn forget(&mut self) {
        self.asked = None;
    }
}

impl Model {
    /// Looks again where something that decides it has changed.
    pub(super) fn look_for_likely(&mut self) {
        let Some(draft) = self
            .drafts
            .open()
            .filter(|draft| draft.edits.is_none() && draft.sheet.is_none() && draft.errand.is_none())
            .filter(|draft| draft.saved().is_none())
        else {
            self.likely = Likely::default();
            return;
        };
        let fields = &draft.fields;
        let asked = Asked {
            draft: draft.id,
            kind: fields.kind,
            subject: fields.subject.clone(),
            phone: fields.phone.clone(),
            address: fields.address.clone(),
        };
        if self.likely.asked.as_ref() == Some(&asked) {
            return;
        }
        let (state, rules) = (self.desk.state(), &self.desk.welcome().rulebook);
        let ticket = Ticket { fields: fields.clone(), rehearsal: draft.rehearsal, ..Ticket::default() };
        let found = duplicates(state, rules, &ticket, self.now);
        let burst = burst(state, rules, &ticket, self.now);
        self.likely = Likely { asked: Some(asked), found, burst };
    }

    /// The likeliest ticket that the open form may already be, unless the operator has said it is not.
    pub fn likely_same(&self) -> Option<&Likeness> {
        let draft = self.drafts.open().filter(|draft| draft.saved().is_none())?;
        self.likely.found.iter().find(|like| !draft.not_the_same.contains(&like.ticket))
    }

    /// The incident of the form's area and kind, with its ticket.
    pub fn likely_incident(&self) -> Option<(TicketId, &Ticket)> {
        let id = self.likely.burst.as_ref()?.incident?;
        let ticket = self.desk.state().tickets.get(&id)?;
        let draft = self.drafts.open().filter(|draft| draft.saved().is_none())?;
        (!draft.not_the_same.contains(&id)).then_some((id, ticket))
    }

    /// So many of a kind in one area that an incident may be made of them.
    pub fn likely_burst(&self) -> Option<&Burst> {
        self.likely.burst.as_ref().filter(|burst| burst.incident.is_none())
    }
}
