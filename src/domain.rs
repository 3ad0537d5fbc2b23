//! What a hotline is: nouns, commands, events, rules. Pure.
//!
//! Nothing here reads a clock, a file, a socket or a random number; time is an argument. `decide` turns a command into
//! events or a refusal; `State::apply` folds events and cannot fail.

pub mod agent;
pub mod call;
pub mod callback;
pub mod customer;
pub mod ids;
pub mod message;
pub mod phone;
pub mod source;
pub mod ticket;
pub mod time;

pub use agent::{Agent, AgentState};
pub use call::{Call, CallBook};
pub use callback::{Callback, CallbackEnd, CallbackReason};
pub use customer::{Customer, Grade};
pub use ids::{AgentId, CallId, CallbackId, CustomerId, MessageId, SourceId, StaffId, TicketId};
pub use message::Message;
pub use source::{Link, Source, SourceClock, SourceKind};
pub use ticket::{RequestType, Ticket, TicketFields, TicketStage};
pub use time::{Millis, Stamp};
