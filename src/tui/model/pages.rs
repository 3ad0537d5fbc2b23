//! Pages to read: a ticket whole, a message, the notices of the day.

pub mod history;
mod script;
mod ticket;

pub use ticket::PageRow;

use super::Model;
use crate::domain::{MessageId, Owner, Ticket};
use crate::tui::layer::Page;
use crate::tui::words;

impl Model {
    pub(super) fn labelled(&self, key: &str, value: &str) -> (&'static str, String) {
        ("value", format!("{}  {value}", self.word(key)))
    }

    /// A moment as it is shown: the time today, the date with it on other days.
    pub fn when(&self, at: crate::domain::Stamp) -> String {
        words::moment(at, self.now, self.desk.welcome().offset_ms)
    }

    /// How the stage a ticket is in is called.
    pub fn stage_name(&self, ticket: &Ticket) -> String {
        self.desk.welcome().rulebook.stage_word(ticket.fields.kind, &ticket.stage).words(self.settings.language)
    }

    /// How an owner is called.
    pub fn owner_name(&self, owner: &Owner) -> String {
        match owner {
            Owner::Staff(staff) => self.staff_name(staff),
            Owner::Department(id) => {
                self.desk.welcome().rulebook.departments.get(id).map_or(id, |department| &department.name).clone()
            }
        }
    }

    /// A message of mine.
    pub fn message_page(&self, id: MessageId) -> Option<Page> {
        let message = self.my_messages().find(|message| message.id == id)?;
        let mut lines = vec![
            self.labelled("message.from", &self.staff_name(&message.from)),
            self.labelled("message.at", &self.when(message.at)),
        ];
        if let Some(call) = message.call.and_then(|call| self.desk.state().calls.get(call)) {
            lines.push(self.labelled("message.call", &self.caller(call)));
        }
        lines.push(("value", String::new()));
        lines.push(("strong", message.text.clone()));
        Some(Page { title: self.word("pane.message"), lines, at: 0 })
    }

    /// The notices of this console, the newest first.
    pub fn log_page(&self) -> Page {
        let offset = self.desk.welcome().offset_ms;
        let line = |notice: &super::Notice| {
            (notice.tone.style(), format!("{} {}", words::clock(notice.at, offset), self.words(&notice.say)))
        };
        let lines = self.log.iter().rev().map(line).collect();
        Page { title: self.word("command.view.log.name"), lines, at: 0 }
    }
}
