//! Commands about messages for colleagues (R-CALL-3).

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, send, send_and_tell};
use crate::domain::command::{Command, MessageCommand};
use crate::domain::{MessageId, StaffId};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject};
use crate::tui::model::Model;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("message.leave", Place::Desk, leave).when(on_line),
    Def::new("message.read", Place::Desk, read).when(has_unread),
];

fn has_unread(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    if model.my_messages().next().is_none() { Err(Say::new("refuse.no-message")) } else { Ok(()) }
}

fn leave(model: &mut Model) -> Outcome {
    let me = &model.desk.welcome().me.id;
    let staff = model.desk.welcome().staff.iter().filter(|staff| staff.id != *me);
    let rows = staff.map(|staff| Row { id: staff.id.0.clone(), text: staff.name.clone(), beside: staff.team.clone() });
    let picker = Picker::new("command.message.leave.name", rows.collect(), Subject::None, |_, _, staff| {
        let prompt = Prompt::new("message.ask-text", "", Subject::Staff(StaffId(staff.to_owned())), write);
        Ok(vec![Effect::Open(Layer::Prompt(prompt))])
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn write(model: &mut Model, subject: &Subject, text: &str) -> Outcome {
    let Subject::Staff(to) = subject.clone() else { return Err(Say::new("refuse.no-text")) };
    if text.trim().is_empty() {
        return Err(Say::new("refuse.no-text"));
    }
    let done = Say::new("message.left").with("name", model.staff_name(&to));
    let call = model.in_hand().map(|call| call.id);
    let leave = MessageCommand::Leave { to, text: text.trim().to_owned(), call };
    send_and_tell(Command::Message(leave), done)
}

/// The unread ones; the one that is picked is shown whole and counts as read.
fn read(model: &mut Model) -> Outcome {
    let offset = model.desk.welcome().offset_ms;
    let rows = model.my_messages().map(|message| Row {
        id: message.id.0.to_string(),
        text: message.text.clone(),
        beside: format!("{} {}", model.staff_name(&message.from), crate::tui::words::clock(message.at, offset)),
    });
    let rows = rows.collect();
    let picker = Picker::new("command.message.read.name", rows, Subject::None, |model, _, id| {
        let id = MessageId(id.parse().unwrap_or_default());
        let Some(page) = model.message_page(id) else { return Err(Say::new("refuse.no-message")) };
        let mut effects = send(Command::Message(MessageCommand::Read(id)))?;
        effects.push(Effect::Open(Layer::Reader(page)));
        Ok(effects)
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}
