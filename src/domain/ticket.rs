//! Tickets: every request gets an answer and an owner (R-REQ-1, R-REQ-2).

mod clock;
mod history;
mod parts;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::{CallId, CustomerId, StaffId, TicketId};
use super::rulebook::{DepartmentId, FILED, FieldId, StageId};
use super::time::Stamp;

pub use clock::{Clock, ClockChange, ClockState, Fired, Mark, Shift};
pub use history::{FieldChange, Happened, TicketLine};
pub use parts::{
    ExtensionAsked, FileReference, Finished, Informant, Master, Merge, Objection, Round, Seal, TellHow, Tick, Told,
};

/// 工单类型. The order is how much it can wait: the first are the most urgent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RequestType {
    /// 报警/泄漏
    Emergency,
    /// 停电/停气
    Outage,
    /// 隐患
    Hazard,
    /// 报修
    Repair,
    /// 投诉
    Complaint,
    /// 举报
    TipOff,
    /// 报装/安装
    Application,
    /// 咨询
    #[default]
    Enquiry,
    /// 建议
    Suggestion,
    /// 表扬
    Praise,
}

impl RequestType {
    /// All of them, in the order they are offered.
    pub const ALL: [RequestType; 10] = [
        RequestType::Enquiry,
        RequestType::Repair,
        RequestType::Emergency,
        RequestType::Complaint,
        RequestType::Suggestion,
        RequestType::TipOff,
        RequestType::Application,
        RequestType::Hazard,
        RequestType::Outage,
        RequestType::Praise,
    ];

    /// Reads the name back.
    pub fn parse(code: &str) -> Option<RequestType> {
        RequestType::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name in rulebooks and exports.
    pub fn code(self) -> &'static str {
        match self {
            RequestType::Emergency => "emergency",
            RequestType::Outage => "outage",
            RequestType::Hazard => "hazard",
            RequestType::Repair => "repair",
            RequestType::Complaint => "complaint",
            RequestType::TipOff => "tip_off",
            RequestType::Application => "application",
            RequestType::Enquiry => "enquiry",
            RequestType::Suggestion => "suggestion",
            RequestType::Praise => "praise",
        }
    }
}

/// What the intake form holds; the same fields open a ticket and change one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFields {
    /// 类型
    pub kind: RequestType,
    /// 主题: one line.
    pub subject: String,
    /// 内容
    pub detail: String,
    /// 诉求
    pub demand: String,
    /// 姓名
    pub name: String,
    /// 电话
    pub phone: String,
    /// 地址
    pub address: String,
    /// 负责部门
    pub team: String,
}

impl TicketFields {
    /// The names of the desk's own fields, in the order of the form.
    pub const NAMES: [&'static str; 8] = ["kind", "subject", "detail", "demand", "name", "phone", "address", "team"];

    /// What stands in one of the desk's own fields; the kind by its code. Nothing for any other name.
    pub fn get(&self, field: &str) -> Option<&str> {
        Some(match field {
            "kind" => self.kind.code(),
            "subject" => &self.subject,
            "detail" => &self.detail,
            "demand" => &self.demand,
            "name" => &self.name,
            "phone" => &self.phone,
            "address" => &self.address,
            "team" => &self.team,
            _ => return None,
        })
    }

    /// What is different from what was there before, field by field.
    pub fn changes_from(&self, base: &TicketFields) -> Vec<FieldChange> {
        let change = |field: &&str| {
            let (from, to) = (base.get(field)?.to_owned(), self.get(field)?.to_owned());
            (from != to).then(|| FieldChange { field: (*field).to_owned(), from, to })
        };
        TicketFields::NAMES.iter().filter_map(change).collect()
    }

    /// Puts a value into one of the desk's own fields; false for any other name, or a kind there is none of.
    pub fn set(&mut self, field: &str, value: &str) -> bool {
        let slot = match field {
            "kind" => {
                let Some(kind) = RequestType::parse(value) else { return false };
                self.kind = kind;
                return true;
            }
            "subject" => &mut self.subject,
            "detail" => &mut self.detail,
            "demand" => &mut self.demand,
            "name" => &mut self.name,
            "phone" => &mut self.phone,
            "address" => &mut self.address,
            "team" => &mut self.team,
            _ => return false,
        };
        value.clone_into(slot);
        true
    }
}

/// Whose a ticket is: always exactly one (R-REQ-8).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Owner {
    /// A member of staff.
    Staff(StaffId),
    /// A department that has not named a person yet.
    Department(DepartmentId),
}

impl Default for Owner {
    fn default() -> Self {
        Owner::Staff(StaffId::default())
    }
}

impl Owner {
    /// The member of staff, where it is one.
    pub fn staff(&self) -> Option<&StaffId> {
        if let Owner::Staff(staff) = self { Some(staff) } else { None }
    }
}

/// As exports write it: the staff number, or `department:NAME`.
impl fmt::Display for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Staff(staff) => out.write_str(&staff.0),
            Owner::Department(department) => write!(out, "department:{department}"),
        }
    }
}

/// A ticket as stored. Its history is kept beside it, line by line ([`TicketLine`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number.
    pub id: TicketId,
    /// Opened during a rehearsal.
    pub rehearsal: bool,
    /// What was asked.
    pub fields: TicketFields,
    /// What the rulebook's forms and stages ask beyond that, by field; only what is filled.
    pub card: BTreeMap<FieldId, String>,
    /// Where it stands.
    pub stage: StageId,
    /// Since when.
    pub entered_at: Stamp,
    /// Which round it is in, from 1.
    pub round: u32,
    /// When it came to each stage of this round, in order (SPEC §5: stages with times).
    pub times: Vec<(StageId, Stamp)>,
    /// The rounds before (直至客户满意为止).
    pub rounds: Vec<Round>,
    /// Each time the work was finished, oldest first.
    pub finished: Vec<Finished>,
    /// 首问: who took it in; stays visible for ever (R-REQ-2).
    pub first_receiver: StaffId,
    /// Whose it is now.
    pub owner: Owner,
    /// Since when it is theirs.
    pub assigned_at: Stamp,
    /// How often it changed hands (R-REQ-8).
    pub hand_overs: u32,
    /// How far it was escalated along its type's chain; 0 for not at all (R-CMP-4).
    pub level: u32,
    /// When it was registered.
    pub opened_at: Stamp,
    /// Last change.
    pub changed_at: Stamp,
    /// When it was filed.
    pub filed_at: Option<Stamp>,
    /// Its clocks, in the order they started.
    pub clocks: Vec<Clock>,
    /// What the person who asked was told, oldest first.
    pub told: Vec<Told>,
    /// Calls it was spoken of in.
    pub calls: Vec<CallId>,
    /// The customer file.
    pub customer: Option<CustomerId>,
    /// It is the same matter as another, and waits inside that one (R-REQ-3).
    pub merged: Option<Merge>,
    /// The tickets merged into this one, oldest first.
    pub reports: Vec<TicketId>,
    /// The master incident it belongs to (R-REQ-10).
    pub incident: Option<TicketId>,
    /// It is a master incident itself.
    pub master: Option<Master>,
    /// The informant, sealed (R-REQ-6).
    pub seal: Option<Seal>,
    /// What was ticked off the emergency's lists, by item.
    pub ticks: BTreeMap<String, Tick>,
    /// A department's objection that is not reviewed yet (R-REQ-8).
    pub objection: Option<Objection>,
    /// An extension that was asked for and is not answered yet (R-REQ-9).
    pub extension: Option<ExtensionAsked>,
    /// Paused by hand since then, with the reason (waiting for the customer).
    pub paused: Option<(Stamp, String)>,
    /// Other tickets it has to do with.
    pub links: Vec<TicketId>,
    /// Files, letters, photographs: where they lie.
    pub files: Vec<FileReference>,
    /// Lines of its history so far; the next one's number.
    pub lines: u32,
    /// Counts changes.
    pub version: u32,
}

impl Ticket {
    /// Still owed. What is merged into another ticket stays owed with that one.
    pub fn is_open(&self) -> bool {
        self.stage != FILED
    }

    /// Shown and worked by itself: open, and not merged into another.
    pub fn is_live(&self) -> bool {
        self.is_open() && self.merged.is_none()
    }

    /// What stands in a field, the desk's own or the rulebook's; empty for nothing.
    pub fn value(&self, field: &str) -> &str {
        self.fields.get(field).or_else(|| self.card.get(field).map(String::as_str)).unwrap_or_default()
    }

    /// What the person who asked was told in the end.
    pub fn outcome(&self) -> Option<&str> {
        self.card.get("outcome").map(String::as_str).filter(|outcome| !outcome.is_empty())
    }

    /// The running clock that falls due first, if any.
    pub fn next_clock(&self) -> Option<&Clock> {
        self.clocks.iter().filter(|clock| clock.is_running()).min_by_key(|clock| clock.due.at)
    }

    /// When the next thing is owed; at the end of time where nothing is.
    pub fn due_at(&self) -> Stamp {
        self.next_clock().map_or(Stamp(i64::MAX), |clock| clock.due.at)
    }

    /// When the desk must look at it again: the first mark of a running clock that has not fired.
    pub fn alarm(&self) -> Option<Stamp> {
        if !self.is_live() {
            return None;
        }
        self.clocks.iter().filter_map(Clock::alarm).min()
    }

    /// Asked for without a name: no callback is due (R-REQ-7).
    pub fn is_anonymous(&self) -> bool {
        self.value("anonymous") == "yes"
    }

    /// Only a written answer was asked (R-REQ-7).
    pub fn wants_letter(&self) -> bool {
        self.value("answer_by") == "letter"
    }
}
