//! Commands about the one who sits here: ready, break with reason, training, leaving.

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, send, send_and_tell};
use crate::domain::AgentState;
use crate::domain::command::{AgentCommand, Command};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Row, Subject};
use crate::tui::model::Model;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("agent.ready", Place::Anywhere, |model| set(model, AgentState::Ready)).when(on_line),
    Def::new("agent.break", Place::Anywhere, take_break).when(on_line),
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
    let reasons = &model.desk.welcome().rulebook.break_reasons;
    let rows = reasons.iter().map(|reason| Row { id: reason.clone(), text: reason.clone(), beside: String::new() });
    let picker = Picker::new("command.agent.break.name", rows.collect(), Subject::None, |model, _, reason| {
        if reason.trim().is_empty() {
            return Err(Say::new("refuse.no-reason"));
        }
        set(model, AgentState::Break(reason.trim().to_owned()))
    });
    Ok(vec![Effect::Open(Layer::Picker(picker.or_typed()))])
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
