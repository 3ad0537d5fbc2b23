//! Commands about the callback queue.

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, send, send_and_tell};
use crate::domain::command::{CallCommand, CallbackCommand, Command};
use crate::domain::{AgentState, Callback};
use crate::text::Say;
use crate::tui::form::Draft;
use crate::tui::layer::{Layer, Prompt, Subject};
use crate::tui::model::{Model, Pane};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("callback.dial", Place::Callbacks, dial).when(can_dial),
    Def::new("callback.agree", Place::Desk, agree).when(on_line),
    Def::new("callback.close", Place::Callbacks, close).when(can_close),
];

fn selected(model: &Model) -> Result<&Callback, Say> {
    model.selected_callback().ok_or_else(|| Say::new("refuse.no-callback"))
}

fn can_close(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    selected(model).map(drop)
}

fn can_dial(model: &Model) -> Result<(), Say> {
    can_close(model)?;
    if !model.desk.welcome().pbx && !model.rehearses() {
        return Err(Say::new("refuse.no-pbx"));
    }
    match model.my_agent().map(|agent| &agent.state) {
        Some(AgentState::OnCall | AgentState::Hold) => Err(Say::new("refuse.in-call")),
        _ => Ok(()),
    }
}

/// R-CB-7: one key dials, and the form is open before the phone is answered.
fn dial(model: &mut Model) -> Outcome {
    let line = selected(model)?.clone();
    let command = model.next_command_id();
    let id = model.drafts.next_id();
    let mut draft = Draft::new(id, command);
    draft.rehearsal = line.rehearsal;
    draft.prefill(&crate::tui::form::Field::Phone, &line.number);
    draft.prefill(&crate::tui::form::Field::Name, &line.name);
    model.drafts.show(draft);
    model.focus = Pane::Form;
    send(Command::Call(CallCommand::Dial { number: line.number, callback: Some(line.id) }))
}

fn close(model: &mut Model) -> Outcome {
    let line = selected(model)?.id;
    let prompt = Prompt::new("callback.ask-reason", "", Subject::Callback(line), |_, subject, reason| {
        let Subject::Callback(callback) = *subject else { return Err(Say::new("refuse.no-callback")) };
        if reason.trim().is_empty() {
            return Err(Say::new("refuse.no-reason"));
        }
        let reason = reason.trim().to_owned();
        send_and_tell(Command::Callback(CallbackCommand::Close { callback, reason }), Say::new("callback.closed"))
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

/// R-CB-3: `time number what about`, with number and name of the one at hand already there.
fn agree(model: &mut Model) -> Outcome {
    let number = model.number_at_hand();
    let typed = format!(" {number}");
    let mut prompt = Prompt::new("callback.ask-time", typed.trim_end(), Subject::None, |model, _, text| {
        let mut words = text.split_whitespace();
        let due_at = words
            .next()
            .and_then(|word| crate::tui::words::parse_time(word, model.now, model.desk.welcome().offset_ms))
            .ok_or_else(|| Say::new("refuse.no-time"))?;
        let number = words.next().unwrap_or_default().to_owned();
        if !number.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err(Say::new("refuse.no-number"));
        }
        let note = words.collect::<Vec<_>>().join(" ");
        let name = model.name_of_number(&number);
        let agree = CallbackCommand::Agree { number, name, due_at, note, ticket: None };
        send_and_tell(Command::Callback(agree), Say::new("callback.agreed"))
    });
    prompt.line.home();
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}
