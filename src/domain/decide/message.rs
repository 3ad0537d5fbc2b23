//! Messages passed on for colleagues (转告, R-CALL-3).

use super::{Context, Decision};
use crate::domain::command::MessageCommand;
use crate::domain::event::Event;
use crate::domain::{Message, MessageId};
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, command: &MessageCommand) -> Result<Decision, Say> {
    let me = context.me()?;
    match command {
        MessageCommand::Leave { to, text, call } => {
            if text.trim().is_empty() {
                return Err(Say::new("refused.message_empty"));
            }
            if !context.staff.iter().any(|staff| staff.id == *to) {
                return Err(Say::new("refused.nobody").with("who", &to.0));
            }
            let message = Message {
                id: MessageId(context.state.last.message + 1),
                to: to.clone(),
                from: me.clone(),
                at: context.now,
                text: text.clone(),
                call: *call,
                read_at: None,
            };
            Ok(Decision::under("R-CALL-3").with(Event::Message(Box::new(message))))
        }
        MessageCommand::Read(id) => {
            let message = context.state.messages.get(id).ok_or_else(|| Say::new("refused.message_gone"))?;
            if message.to != *me {
                return Err(Say::new("refused.message_not_yours"));
            }
            let read = Message { read_at: Some(context.now), ..message.clone() };
            Ok(Decision::under("R-CALL-3").with(Event::Message(Box::new(read))))
        }
    }
}
