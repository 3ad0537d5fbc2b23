//! Commands about the one who sits here: ready, break with reason, training, leaving.

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, send, send_and_tell};
use crate::domain::command::{AgentCommand, Command};
use crate::domain::{AgentState, Millis, Stamp};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Row, Subject, Then};
use crate::tui::model::Model;

/// So long after a refusal the key that asks means the break that was refused.
const REFUSED_MS: Millis = 60_000;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("agent.ready", Place::Anywhere, |model| set(model, AgentState::Ready)).when(on_line),
    Def::new("agent.break", Place::Anywhere, take_break).when(on_line),
    Def::new("agent.ask-break", Place::Anywhere, ask_break).when(can_ask_break),
    Def::new("agent.break-not-needed", Place::Anywhere, |_| {
        let done = Say::new("staffing.asked_back");
        send_and_tell(Command::Agent(AgentCommand::BreakNotNeeded), done)
    })
    .when(has_asked),
    Def::new("agent.training", Place::Anywhere, |model| set(model, AgentState::Training)).when(on_line),
    Def::new("agent.ask-help", Place::Anywhere, ask_help).when(is_seated),
    Def::new("agent.sign-off", Place::Desk, |_| send(Command::Agent(AgentCommand::SignOff)))
        .when(can_leave)
        .dangerous(),
];

/// Sets a state; who has not sat down yet sits down first.
fn set(model: &mut Model, state: AgentState) -> Outcome {
    let mut effects = Vec::new();
    if model.my_agent().is_none_or(|agent| agent.state == AgentState::Offline) {
        let phone = model.phone_to_sit_at();
        effects.extend(send(Command::Agent(AgentCommand::SignOn { phone }))?);
    }
    effects.extend(send(Command::Agent(AgentCommand::Set(state)))?);
    Ok(effects)
}

fn take_break(model: &mut Model) -> Outcome {
    pick_reason(model, "command.agent.break.name", |model, _, reason| {
        if reason.trim().is_empty() {
            return Err(Say::new("refuse.no-reason"));
        }
        set(model, AgentState::Break(reason.trim().to_owned()))
    })
}

fn pick_reason(model: &Model, title: &str, then: Then) -> Outcome {
    let reasons = &model.desk.welcome().rulebook.break_reasons;
    let rows = reasons.iter().map(|reason| Row { id: reason.clone(), text: reason.clone(), beside: String::new() });
    let picker = Picker::new(title, rows.collect(), Subject::None, then);
    Ok(vec![Effect::Open(Layer::Picker(picker.or_typed()))])
}

/// R-LIVE-4: asks for the break that was just refused, with its reason; else for one whose reason is picked.
fn ask_break(model: &mut Model) -> Outcome {
    let fresh = |(at, _): &(Stamp, String)| model.now.since(*at) < REFUSED_MS;
    if let Some((_, reason)) = model.break_refused.clone().filter(fresh) {
        model.break_refused = None;
        return ask_for(&reason);
    }
    pick_reason(model, "command.agent.ask-break.name", |_, _, reason| match reason.trim() {
        "" => Err(Say::new("refuse.no-reason")),
        reason => ask_for(reason),
    })
}

fn ask_for(reason: &str) -> Outcome {
    let command = Command::Agent(AgentCommand::AskBreak { reason: reason.to_owned() });
    send_and_tell(command, Say::new("staffing.asked").with("reason", reason))
}

fn can_ask_break(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    match model.my_agent() {
        None => Err(Say::new("refuse.not-signed-on")),
        Some(agent) if agent.state == AgentState::Offline => Err(Say::new("refuse.not-signed-on")),
        Some(agent) if agent.break_asked.is_some() => Err(Say::new("staffing.asked_already")),
        Some(_) => Ok(()),
    }
}

fn has_asked(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    match model.my_agent().and_then(|agent| agent.break_asked.as_ref()) {
        Some(_) => Ok(()),
        None => Err(Say::new("staffing.asked_not")),
    }
}

fn can_leave(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    match model.my_agent() {
        None => Err(Say::new("refuse.not-signed-on")),
        Some(agent) if agent.state == AgentState::Offline => Err(Say::new("refuse.not-signed-on")),
        Some(_) if model.in_hand().is_some() => Err(Say::new("refuse.in-call")),
        Some(_) => Ok(()),
    }
}

fn is_seated(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    let there = model.my_agent().is_some_and(|agent| agent.state != AgentState::Offline);
    if there { Ok(()) } else { Err(Say::new("refuse.not-signed-on")) }
}

/// One key: asks, and pressed again says that it is over. No words are asked for: there may be no time for them.
fn ask_help(model: &mut Model) -> Outcome {
    let asked = model.my_agent().is_some_and(|agent| agent.help.is_some());
    let (command, key) = if asked {
        (AgentCommand::HelpOver, "oversight.help_over")
    } else {
        (AgentCommand::AskHelp { words: String::new() }, "oversight.help_sent")
    };
    send_and_tell(Command::Agent(command), Say::new(key))
}
