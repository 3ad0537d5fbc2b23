//! What a hotline is: nouns, commands, events, rules. Pure.
//!
//! Nothing here reads a clock, a file, a socket or a random number; time is an argument. `decide` turns a command into
//! events or a refusal; `State::apply` folds events and cannot fail.

pub mod agent;
pub mod attempt;
pub mod calendar;
pub mod call;
pub mod callback;
pub mod command;
pub mod crew;
pub mod customer;
pub mod decide;
pub mod draw;
pub mod erlang;
pub mod event;
pub mod figures;
pub mod ids;
pub mod likeness;
pub mod message;
pub mod notice;
pub mod oversight;
pub mod phone;
pub mod recording;
pub mod revisit;
pub mod rulebook;
pub mod sight;
pub mod source;
pub mod span;
pub mod spot;
pub mod staff;
pub mod staffing;
pub mod state;
pub mod tally;
pub mod ticket;
pub mod time;
pub mod typed;
pub mod visit;

pub use agent::{Agent, AgentState};
pub use calendar::{Allowance, Calendar, Day, Due, Hours, Step, Timing, What, WorkDays, Year};
pub use call::{Call, CallBook};
pub use callback::{Attempt, Callback, CallbackEnd, CallbackReason, Debt, Gravity, Next, Reach, Sheet};
pub use command::{Command, Made};
pub use crew::Crew;
pub use customer::{Customer, Grade};
pub use draw::Draw;
pub use event::{Actor, Entry, Event};
pub use ids::{
    AgentId, CallId, CallbackId, CheckSheetId, CustomerId, DrawId, InterventionId, MessageId, NoticeId, SourceId,
    SpotDrawId, StaffId, TicketId, VisitId,
};
pub use message::Message;
pub use notice::{Addressee, Notice};
pub use oversight::Intervention;
pub use recording::Recording;
pub use revisit::Revisit;
pub use rulebook::Rulebook;
pub use sight::{Seen, Sight};
pub use source::{Link, Source, SourceClock, SourceKind};
pub use span::Span;
pub use spot::{CheckSheet, SpotDraw};
pub use staff::{Role, Staff};
pub use state::State;
pub use tally::Tally;
pub use ticket::{Happened, Owner, RequestType, Ticket, TicketFields, TicketLine};
pub use time::{Millis, Stamp};
pub use visit::Visit;
