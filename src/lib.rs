//! ringdesk (铃台): a full-screen terminal desk for Chinese hotlines. The map of the house.

pub mod client;
pub mod domain;
pub mod text;
pub mod tui;
pub mod wire;
