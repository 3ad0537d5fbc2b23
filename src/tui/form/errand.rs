//! What a technician writes about an order beside the screens of its stages: a hazard, an objection, a note, where a
//! photograph lies, why it has to wait. Each is a draft like any form: kept key by key, sent under its own id, once.

use serde::{Deserialize, Serialize};

use super::{Draft, Field};
use crate::domain::command::TicketCommand;
use crate::domain::rulebook::{FieldId, FieldUse, Need, Rulebook};
use crate::domain::{RequestType, Ticket, TicketId};

/// Said by the subject, where nobody says it otherwise.
const CONCLUSION: &str = "conclusion";

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
    /// The field the caret begins in.
    fn first(self) -> &'static str {
        match self {
            Errand::Hazard => "subject",
            Errand::Object | Errand::Pause => "errand_why",
            Errand::Note => "errand_note",
            Errand::Photo => "errand_place",
        }
    }

    /// Its fields, in the order of the screen. A hazard's are what the rulebook asks of one until it is graded, so that
    /// what is written down is never refused for something the screen did not ask.
    pub fn fields(self, rules: &Rulebook) -> Vec<FieldId> {
        let mut fields = vec![self.first().to_owned()];
        match self {
            Errand::Hazard => {
                fields.extend(hazard_asks(rules).map(|used| used.field.clone()));
                // On site it is typed once: where nothing else is concluded, it is what was found.
                fields.sort_by_key(|field| field == CONCLUSION);
            }
            Errand::Photo => fields.push("errand_what".to_owned()),
            Errand::Object | Errand::Pause | Errand::Note => {}
        }
        fields
    }

    /// Whether a field must be filled.
    fn needs(self, rules: &Rulebook, id: &str) -> bool {
        match self {
            Errand::Hazard => {
                let mut asked = hazard_asks(rules).filter(|used| used.need == Need::Always);
                matches!(id, "subject" | "hazard_grade") || asked.any(|used| used.field == id && id != CONCLUSION)
            }
            _ => id != "errand_what",
        }
    }
}

/// What a hazard's intake demands, and the two screens that whoever finds it fills at once; whose it is follows from who
/// found it.
fn hazard_asks(rules: &Rulebook) -> impl Iterator<Item = &FieldUse> {
    let kind = rules.kind(RequestType::Hazard);
    let intake = kind.form.iter().filter(|used| used.need == Need::Always);
    let screens = kind.stages.iter().take(2).flat_map(|stage| &stage.fields);
    intake.chain(screens).filter(|used| used.field != "department")
}

impl Draft {
    /// An empty form for this; what the order tells of a hazard stands in it already.
    pub fn for_errand(id: u64, command: u128, errand: Errand, ticket: &Ticket) -> Draft {
        let mut draft = Draft { rehearsal: ticket.rehearsal, ..Draft::new(id, command) };
        draft.errand = Some((errand, ticket.id));
        if errand == Errand::Hazard {
            (draft.card, draft.base_card) = (ticket.card.clone(), ticket.card.clone());
        }
        draft.go_to(Field::of(errand.first()));
        draft
    }

    /// The order it is about: the one whose stage or errand it is.
    pub fn order(&self) -> Option<TicketId> {
        self.errand.map(|(_, ticket)| ticket).or(self.edits.map(|(ticket, _)| ticket))
    }

    pub(super) fn errand_fields(&self, rules: &Rulebook) -> Option<Vec<Field>> {
        let (errand, _) = self.errand?;
        Some(errand.fields(rules).iter().map(|id| Field::of(id)).collect())
    }

    pub(super) fn errand_needs(&self, rules: &Rulebook, field: &Field) -> Option<bool> {
        Some(self.errand?.0.needs(rules, field.id()))
    }

    /// What saves it.
    pub(in crate::tui) fn errand_command(&self, rules: &Rulebook) -> Option<TicketCommand> {
        let (errand, ticket) = self.errand?;
        let said = |id: &str| self.value_of(id).trim().to_owned();
        Some(match errand {
            Errand::Hazard => {
                let filled = |id: &FieldId| id != "subject" && !said(id).is_empty();
                let asked = errand.fields(rules).into_iter().filter(filled);
                let card = asked.map(|id| (id.clone(), said(&id))).collect();
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
