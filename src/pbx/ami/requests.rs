//! Which answers are still owed (AMI.md §1): lists and answers are told from live events by the table of open
//! requests, never by the ActionID alone and never by an event's name.

use std::collections::BTreeMap;

use super::codec::Message;
use crate::domain::time::Stamp;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A challenge for the MD5 login.
    Challenge,
    /// The login itself.
    Login,
    /// A sign of life, asked at this moment of the desk's clock.
    Ping(Stamp),
    /// Every channel.
    Channels,
    /// Every queue, member and waiting caller; `false` for one queue only.
    Queues(bool),
    /// What this user may do.
    Commands,
    /// Anything else.
    Other,
}

impl Kind {
    /// Its answer is a list even where an old PBX does not say so.
    fn lists(self) -> bool {
        matches!(self, Kind::Channels | Kind::Queues(_))
    }

    /// A list begun by somebody whose request was not seen, by the PBX's own words.
    fn of_words(message: &str) -> Kind {
        match message {
            "Channels will follow" => Kind::Channels,
            "Queue status will follow" => Kind::Queues(true),
            _ => Kind::Other,
        }
    }
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// An event of its own.
    Live,
    /// A list begins.
    Begin(Kind),
    /// An item of a list.
    Item(Kind),
    /// A list is whole.
    End(Kind),
    /// A plain answer; `false` for an error.
    Answer(Kind, bool),
    /// An answer to nobody in this table.
    Stray,
}

/// The open requests of one link.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    open: BTreeMap<String, (Kind, bool)>,
}

impl Requests {
    /// Owes an answer from now on.
    pub fn add(&mut self, id: &str, kind: Kind) {
        self.open.insert(id.to_owned(), (kind, false));
    }

    /// Nothing is owed any more: the link is gone.
    pub fn clear(&mut self) {
        self.open.clear();
    }

    /// Tells what a message is, and closes what it closes.
    pub fn hear(&mut self, message: &Message) -> Heard {
        let id = message.text("ActionID");
        if let Some(name) = message.event() {
            return self.hear_event(&id, &name, message);
        }
        let Some(word) = message.response() else { return Heard::Stray };
        let good = matches!(&*word, "Success" | "Goodbye" | "Follows");
        let starts = message.text("EventList").eq_ignore_ascii_case("start");
        let Some((kind, listing)) = self.open.get_mut(&*id) else {
            if !starts || id.is_empty() {
                return Heard::Stray;
            }
            let kind = Kind::of_words(&message.text("Message"));
            self.open.insert(id.into_owned(), (kind, true));
            return Heard::Begin(kind);
        };
        let kind = *kind;
        if good && (starts || kind.lists()) {
            *listing = true;
            return Heard::Begin(kind);
        }
        self.open.remove(&*id);
        Heard::Answer(kind, good)
    }

    fn hear_event(&mut self, id: &str, name: &str, message: &Message) -> Heard {
        match self.open.get(id) {
            Some((kind, true)) => {
                let kind = *kind;
                let whole = message.get("EventList").is_some_and(|word| word.eq_ignore_ascii_case("complete"));
                if whole || name.ends_with("Complete") && message.get("Privilege").is_none() {
                    self.open.remove(id);
                    return Heard::End(kind);
                }
                Heard::Item(kind)
            }
            _ => Heard::Live,
        }
    }
}
