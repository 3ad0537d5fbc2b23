//! The Asterisk Manager Interface: bytes to messages (`codec`, `escape`), messages to neutral signals (`mapping`),
//! actions to bytes (`encode`, `actions`), and the conversation that holds them together (`session`).
//!
//! All of it is free of sockets and clocks: bytes and stamps come in as arguments. What the protocol really does is
//! written down, with the traps by number, in the protocol note the comments call AMI.md.

pub mod actions;
pub mod codec;
pub mod encode;
pub mod escape;
pub mod mapping;
pub mod requests;
pub mod session;
