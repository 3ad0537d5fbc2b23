//! From a command to events, or a refusal in a sentence. Pure: the state, the rules and the time are handed in.
//!
//! One slice a noun; this file only joins them.

mod agent;
mod callback;
mod calls;
mod crew;
mod customer;
mod debts;
mod dial;
mod draw;
mod message;
mod notice;
mod oversight;
mod recording;
mod spans;
mod spoken;
mod spot;
mod ticket;
mod traffic;
mod tries;
mod visit;

use std::sync::OnceLock;

use super::call::{Action, Signal};
use super::command::{Command, Made, TicketCommand};
use super::event::{Actor, Event};
use super::ids::SourceId;
use super::{Agent, Role, Rulebook, Staff, StaffId, Stamp, State};
use crate::text::Say;

pub use agent::moved;

/// What a command leads to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What changes, with full values.
    pub events: Vec<Event>,
    /// What is to be asked of a PBX; the command is answered when the PBX has answered.
    pub actions: Vec<(SourceId, Action)>,
    /// What was made.
    pub made: Made,
    /// The rule or command, for the journal.
    pub rule: &'static str,
}

impl Decision {
    fn under(rule: &'static str) -> Decision {
        Decision { rule, ..Decision::default() }
    }

    fn with(mut self, event: Event) -> Decision {
        self.events.push(event);
        self
    }
}

/// All that a decision may look at.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The desk as it is.
    pub state: &'a State,
    /// The figures in force.
    pub rules: &'a Rulebook,
    /// Everybody who may sit at the desk.
    pub staff: &'a [Staff],
    /// Who asks.
    pub actor: &'a Actor,
    /// The desk's clock.
    pub now: Stamp,
}

impl<'a> Context<'a> {
    /// The member of staff who asks; the desk and the PBX give no such commands.
    fn me(&self) -> Result<&'a StaffId, Say> {
        match self.actor {
            Actor::Staff(staff) => Ok(staff),
            Actor::Desk | Actor::Pbx(_) => Err(Say::new("refused.not_staff")),
        }
    }

    /// The same with what they may do. An account that is let in without an entry is a supervisor by rank: the desk's
    /// own, or anybody's where nobody is configured.
    fn person(&self) -> Result<&'a Staff, Say> {
        static UNLISTED: OnceLock<Staff> = OnceLock::new();
        let me = self.me()?;
        let listed = self.staff.iter().find(|staff| staff.id == *me);
        Ok(listed.unwrap_or_else(|| UNLISTED.get_or_init(|| Staff { role: Role::Supervisor, ..Staff::default() })))
    }

    /// Refuses a technician: callbacks and customer files are the desk's work (SPEC §10.4; tickets have their own list).
    fn at_desk(&self) -> Result<(), Say> {
        if self.person()?.role == Role::Technician { Err(Say::new("may.desk_only")) } else { Ok(()) }
    }

    /// The agent the asker sits as.
    fn seat(&self) -> Result<&'a Agent, Say> {
        self.state.agent_of(self.me()?).ok_or_else(|| Say::new("refused.not_signed_on"))
    }
}

/// Decides one command, and what is owed to people by it.
pub fn decide(context: Context<'_>, command: &Command) -> Result<Decision, Say> {
    let mut decision = alone(context, command)?;
    let looked_at = match command {
        Command::Ticket(TicketCommand::Recompute(ticket)) => Some(*ticket),
        _ => None,
    };
    debts::follow(context, looked_at, &mut decision);
    // Whose debt ended in vain by it is made good by the next of the draw.
    draw::top_up(context, &mut decision);
    oversight::follow(context, &mut decision);
    spans::follow(context, &mut decision);
    Ok(decision)
}

/// What one signal of a source leads to, and what is owed to people by it. Nothing where it is not new.
pub fn signal(context: Context<'_>, source: SourceId, at: Stamp, signal: &Signal) -> Decision {
    let mut decision = traffic::signal(context, source, at, signal);
    debts::follow(context, None, &mut decision);
    decision.events.extend(oversight::heard(context, source, signal));
    decision.actions.extend(oversight::too_late(context, source, signal));
    oversight::follow(context, &mut decision);
    spans::follow(context, &mut decision);
    decision
}

fn alone(context: Context<'_>, command: &Command) -> Result<Decision, Say> {
    match command {
        Command::Source(command) => traffic::source(context, command),
        Command::Call(command) => calls::decide(context, command),
        Command::Agent(command) => agent::decide(context, command),
        Command::Ticket(command) => ticket::decide(context, command),
        Command::Callback(command) => callback::decide(context, command),
        Command::Customer(customer) => customer::decide(context, customer),
        Command::Message(command) => message::decide(context, command),
        Command::Notice(command) => notice::decide(context, command),
        Command::Visit(command) => visit::decide(context, command),
        Command::Draw { rule, day, seed, settled } => draw::decide(context, rule, *day, *seed, settled),
        Command::Crew(command) => crew::decide(context, *command),
        Command::Oversight(command) => oversight::decide(context, command),
        Command::Recording { command, held, calls } => recording::decide(context, command, held, calls),
        Command::Spot(command) => spot::decide(context, command),
    }
}
