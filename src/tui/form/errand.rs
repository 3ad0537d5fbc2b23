//! What a technician writes about an order beside the screens of its stages: a hazard, an objection, a note, where a
//! photograph lies, why it has to wait. Each is a draft like any form: kept key by key, sent under its own id, once.

use serde::{Deserialize, Serialize};

use super::{Draft, Field};
use crate::domain::command::TicketCommand;
use crate::domain::rulebook::{FieldId, Need, Rulebook};
use crate::domain::{RequestType, Ticket, TicketId};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// 隐患: found on site (R-WO-3).
    Hazard,
    /// 退单: given back, with a reason (R-REQ-8).
    Object,
    /// 备注
    Note,
    /// 照片: where it lies.
    Photo,
    /// 挂起: it waits, and its clocks stand.
    Pause,
}

impl Errand {
    /// Its fields, in the order of the screen.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Errand::Hazard => &["subject", "hazard_grade", "notice_number", "deadline", "acknowledged"],
            Errand::Object | Errand::Pause => &["errand_why"],
            Errand::Note => &["errand_note"],
            Errand::Photo => &["errand_place", "errand_what"],
        }
    }

    /// Whether a field must be filled. What a hazard needs is what the rulebook's own stages for hazards ask of it.
    fn needs(self, rules: &Rulebook, id: &str) -> bool {
        match self {
            Errand::Hazard => {
                let asked = rules.kind(RequestType::Hazard).stages.iter().flat_map(|stage| &stage.fields);
                let always = |used: &crate::domain::rulebook::FieldUse| used.field == id && used.need == Need::Always;
                matches!(id, "subject" | "hazard_grade") || asked.into_iter().any(always)
            }
            _ => id != "errand_what",
        }
    }
}

impl Draft {
    /// An empty form for this.
    pub fn for_errand(id: u64, command: u128, errand: Errand, ticket: &Ticket) -> Draft {
        let mut draft = Draft { rehearsal: ticket.rehearsal, ..Draft::new(id, command) };
        draft.errand = Some((errand, ticket.id));
        draft.go_to(errand.fields().first().map(|id| Field::of(id)).unwrap_or_default());
        draft
    }

    /// The order it is about: the one whose stage or errand it is.
    pub fn order(&self) -> Option<TicketId> {
        self.errand.map(|(_, ticket)| ticket).or(self.edits.map(|(ticket, _)| ticket))
    }

    pub(super) fn errand_fields(&self) -> Option<Vec<Field>> {
        let (errand, _) = self.errand?;
        Some(errand.fields().iter().map(|id| Field::of(id)).collect())
    }

    pub(super) fn errand_needs(&self, rules: &Rulebook, field: &Field) -> Option<bool> {
        Some(self.errand?.0.needs(rules, field.id()))
    }

    /// What saves it.
    pub(in crate::tui) fn errand_command(&self) -> Option<TicketCommand> {
        let (errand, ticket) = self.errand?;
        let said = |id: &str| self.value_of(id).trim().to_owned();
        Some(match errand {
            Errand::Hazard => {
                let filled = |id: &&&str| **id != "subject" && !said(id).is_empty();
                let card = errand.fields().iter().filter(filled).map(|id| (FieldId::from(*id), said(id))).collect();
                TicketCommand::FoundHazard { ticket, subject: said("subject"), card }
            }
            Errand::Object => TicketCommand::Object { ticket, why: said("errand_why") },
            Errand::Pause => TicketCommand::Pause { ticket, why: said("errand_why") },
            Errand::Note => TicketCommand::Note { ticket, text: said("errand_note") },
            Errand::Photo => {
                TicketCommand::AttachFile { ticket, place: said("errand_place"), words: said("errand_what") }
            }
        })
    }
}
