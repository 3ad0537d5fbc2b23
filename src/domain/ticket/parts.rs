//! What hangs on a ticket: rounds, what was told, merges, incidents, seals, objections, extensions, files.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::ids::{CallId, StaffId, TicketId};
use crate::domain::rulebook::{ClockId, FieldId};
use crate::domain::time::Stamp;

/// A round that did not settle the matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Which, from 1.
    pub number: u32,
    /// When it ended.
    pub ended_at: Stamp,
    /// What stood in the stages' fields.
    pub card: BTreeMap<FieldId, String>,
}

/// That a work order was carried to its end (SPEC §5). Kept beside the stages' times, which are those of the round alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// In which round.
    pub round: u32,
    /// By whom: the technician whose it was.
    pub by: StaffId,
    /// When they had accepted it.
    pub accepted_at: Stamp,
    /// When it was finished.
    pub at: Stamp,
}

/// How somebody was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TellHow {
    /// 电话
    #[default]
    Phone,
    /// 上门
    Visit,
    /// 书面
    Letter,
    /// 短信
    Message,
    /// Nobody could be told; the reason stands in the words (R-REQ-1).
    Untold,
}

impl TellHow {
    /// All of them.
    pub const ALL: [TellHow; 5] = [TellHow::Phone, TellHow::Visit, TellHow::Letter, TellHow::Message, TellHow::Untold];

    /// The name in rulebooks and exports, and the value of the field `told_how`.
    pub fn code(self) -> &'static str {
        match self {
            TellHow::Phone => "phone",
            TellHow::Visit => "visit",
            TellHow::Letter => "letter",
            TellHow::Message => "message",
            TellHow::Untold => "untold",
        }
    }

    /// Reads the name back.
    pub fn parse(code: &str) -> Option<TellHow> {
        TellHow::ALL.into_iter().find(|how| how.code() == code)
    }
}

/// That the person who asked was told something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// How.
    pub how: TellHow,
    /// What; or why nobody could be told.
    pub what: String,
    /// In which call.
    pub call: Option<CallId>,
    /// It was the outcome, not how things stand.
    pub last: bool,
}

/// That a ticket is the same matter as another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The one that stands for both.
    pub into: TicketId,
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
}

/// R-REQ-10: what makes a ticket a master incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Master {
    /// The area, in words.
    pub area: String,
    /// The one approved sentence the operators read out.
    pub sentence: String,
    /// Who approved it.
    pub approved_by: StaffId,
}

/// Who gave a tip-off. Never in a record or an event in this form (R-REQ-6).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Informant {
    /// 姓名
    pub name: String,
    /// 电话
    pub phone: String,
    /// 地址
    pub address: String,
}

/// Says nothing: whatever is written about a fault must not name anybody.
impl fmt::Debug for Informant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Informant")
    }
}

/// An informant under seal: readable only with the desk's key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Used once.
    pub nonce: Vec<u8>,
    /// The informant, encrypted and authenticated.
    pub text: Vec<u8>,
}

/// Something ticked off a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// What there is to say: whom one spoke to, or why it could not be done.
    pub note: String,
}

/// R-REQ-8: a department gives an order back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// Why.
    pub why: String,
}

/// R-REQ-9: more time is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionAsked {
    /// For which clock.
    pub clock: ClockId,
    /// Until when.
    pub until: Stamp,
    /// When it was asked.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// Why.
    pub why: String,
}

/// Where a file, a letter or a photograph lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReference {
    /// Added when.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// A path, an address, a shelf mark.
    pub place: String,
    /// What it is.
    pub words: String,
}
