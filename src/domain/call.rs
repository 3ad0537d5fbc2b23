//! A call's life, from the first sign of it to its disposition (R-CALL-1…6, 10).
//!
//! `record` is what is stored of a call; `signal` is what any PBX can tell about calls, in neutral words;
//! `machine` folds signals into records and stands any order, doubles and gaps; `action` is what the desk can ask
//! of a PBX; `backfill` fills a call in from the PBX's own log. Nothing here knows one PBX from another.

pub mod action;
pub mod backfill;
pub mod book;
pub mod machine;
pub mod record;
mod shift;
pub mod signal;
pub mod turn;

pub use action::{Action, Capabilities};
pub use book::CallBook;
pub use machine::step;
pub use record::{Call, Direction, Disposition, Leg, LegEnd, Outcome, Party, Phase, Side, Verdict};
pub use signal::{
    ChannelFacts, ChannelState, DialEnd, HangupCause, LeaveReason, MemberFacts, Offer, Origin, Presentation,
    SeenCaller, SeenChannel, Signal, Snapshot,
};
pub use turn::{CallTurn, Turn};
