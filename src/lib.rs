//! ringdesk (铃台): a full-screen terminal desk for Chinese hotlines. The map of the house.

pub mod cli;
pub mod client;
pub mod config;
pub mod desk;
pub mod domain;
pub mod pbx;
pub mod server;
pub mod store;
pub mod text;
pub mod tui;
pub mod wire;
