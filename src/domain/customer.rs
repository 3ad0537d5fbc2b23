//! The customer file, as far as the ringing call needs it (R-CALL-4, R-REQ-5).

use serde::{Deserialize, Serialize};

use super::ids::CustomerId;
use super::time::Stamp;

/// 重要客户等级 (R-REQ-5). The order is what goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// 特级
    Special,
    /// 一级
    First,
    /// 二级
    Second,
    /// 临时性
    Temporary,
    /// Not an important customer.
    #[default]
    Ordinary,
}

/// A customer as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its number.
    pub id: CustomerId,
    /// Made during a rehearsal.
    pub rehearsal: bool,
    /// 姓名
    pub name: String,
    /// 电话, as entered; matched by `domain::phone`.
    pub phones: Vec<String>,
    /// 地址
    pub address: String,
    /// 等级
    pub grade: Grade,
    /// 客户类别 A–D, for planned visits (R-CB-8); empty for none.
    pub class: String,
    /// 备注: what the next operator should know.
    pub note: String,
    /// 一户一册: what to do here in an emergency, line by line; empty where there is none (R-REQ-5).
    pub sheet: String,
    /// First entered.
    pub made_at: Stamp,
    /// Last change.
    pub changed_at: Stamp,
}
