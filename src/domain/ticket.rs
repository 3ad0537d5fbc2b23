//! Tickets: every request gets an answer and an owner (R-REQ-1, R-REQ-2).

use serde::{Deserialize, Serialize};

use super::ids::{CallId, CustomerId, StaffId, TicketId};
use super::time::Stamp;

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

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TicketStage {
    /// 登记
    #[default]
    Registered,
    /// 处理中
    Working,
    /// 归档: the outcome was told to the person who asked.
    Filed,
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

/// One line of a ticket's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketNote {
    /// When.
    pub at: Stamp,
    /// Who.
    pub by: StaffId,
    /// What was said or done, in words.
    pub text: String,
}

/// A ticket as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number.
    pub id: TicketId,
    /// Opened during a rehearsal.
    pub rehearsal: bool,
    /// What was asked.
    pub fields: TicketFields,
    /// Where it stands.
    pub stage: TicketStage,
    /// 首问: who took it in; stays visible for ever (R-REQ-2).
    pub first_receiver: StaffId,
    /// Whose it is now: always exactly one.
    pub owner: StaffId,
    /// When it was registered.
    pub opened_at: Stamp,
    /// When the answer is due (rulebook).
    pub due_at: Stamp,
    /// Last change.
    pub changed_at: Stamp,
    /// When it was filed.
    pub filed_at: Option<Stamp>,
    /// 结果: what the caller was told.
    pub outcome: Option<String>,
    /// Calls it was spoken of in.
    pub calls: Vec<CallId>,
    /// The customer file.
    pub customer: Option<CustomerId>,
    /// What happened, oldest first.
    pub notes: Vec<TicketNote>,
    /// Counts changes; an edit names the one it was made on.
    pub version: u32,
}

impl Ticket {
    /// Still owed.
    pub fn is_open(&self) -> bool {
        self.stage != TicketStage::Filed
    }
}
