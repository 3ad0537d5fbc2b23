//! What happened to a ticket, in words, with the rulebook's names for fields, stages and clocks.

use crate::domain::calendar::Due;
use crate::domain::ticket::{ClockChange, FieldChange, TellHow};
use crate::domain::{Actor, Happened, RequestType};
use crate::text::{Say, Word};
use crate::tui::model::Model;

/// How somebody was told.
pub fn how(how: TellHow) -> &'static str {
    match how {
        TellHow::Phone => "happened.how-phone",
        TellHow::Visit => "happened.how-visit",
        TellHow::Letter => "happened.how-letter",
        TellHow::Message => "happened.how-message",
        TellHow::Untold => "happened.how-untold",
    }
}

fn change_key(change: ClockChange) -> &'static str {
    match change {
        ClockChange::Agreed => "happened.agreed",
        ClockChange::Extended => "happened.extended",
        ClockChange::Resumed => "happened.resumed-clock",
        ClockChange::Recomputed => "happened.recomputed",
    }
}

impl Model {
    /// Who did something.
    pub fn actor_name(&self, actor: &Actor) -> String {
        match actor {
            Actor::Staff(staff) => self.staff_name(staff),
            Actor::Desk => self.word("happened.desk"),
            Actor::Pbx(name) => name.clone(),
        }
    }

    /// A line of a ticket's history in words.
    pub fn happened(&self, kind: RequestType, what: &Happened) -> String {
        let say = match what {
            Happened::Edited(changes) => return self.edited(changes),
            Happened::Moved { .. }
            | Happened::Assigned { .. }
            | Happened::Dispatched { .. }
            | Happened::Told { .. }
            | Happened::Escalated { .. }
            | Happened::Objected(_)
            | Happened::Reviewed { .. } => self.of_work(kind, what),
            Happened::ClockStarted { .. }
            | Happened::ClockStopped { .. }
            | Happened::ClockVoid(_)
            | Happened::ClockRang { .. }
            | Happened::ClockShifted { .. }
            | Happened::Paused(_)
            | Happened::Resumed
            | Happened::ExtensionAsked { .. }
            | Happened::ExtensionRefused(_) => self.of_time(kind, what),
            _ => self.of_others(what),
        };
        // Where no reason was given, the colon before it is left out as well.
        self.words(&say).trim_end_matches([' ', ':', '\u{ff1a}']).to_owned()
    }

    fn edited(&self, changes: &[FieldChange]) -> String {
        let language = self.settings.language;
        let words = changes.iter().map(|change| {
            let key = if change.from.is_empty() { "happened.filled" } else { "happened.edited" };
            let name = self.desk.welcome().rulebook.field_word(&change.field).words(language);
            let say = Say::new(key).with("field", name).with("from", self.field_value(&change.field, &change.from));
            self.words(&say.with("to", self.field_value(&change.field, &change.to)))
        });
        words.collect::<Vec<_>>().join(language.word("happened.join"))
    }

    fn of_work(&self, kind: RequestType, what: &Happened) -> Say {
        let rules = &self.desk.welcome().rulebook;
        match what {
            Happened::Moved { from, to, round } => {
                let key = if *round > 1 { "happened.moved-round" } else { "happened.moved" };
                let say = Say::new(key).with_word("from", &rules.stage_word(kind, from));
                say.with_word("to", &rules.stage_word(kind, to)).with("round", round)
            }
            Happened::Assigned { from, to, why } => Say::new("happened.assigned")
                .with("from", self.owner_name(from))
                .with("to", self.owner_name(to))
                .with("why", why),
            Happened::Dispatched { from, to, why } => {
                let key = if from == to { "happened.dispatched-again" } else { "happened.dispatched" };
                let say = Say::new(key).with("from", self.owner_name(from));
                say.with("to", self.owner_name(to)).with("why", why)
            }
            Happened::Told { how: by, what, .. } => {
                Say::new("happened.told").with_word("how", &Word::Key(how(*by).to_owned())).with("what", what)
            }
            Happened::Escalated { to, why } => {
                let why = match why.as_str() {
                    "satisfaction" => Word::Key("life.dissatisfied".to_owned()),
                    clock if rules.kind(kind).clock(clock).is_some() => rules.clock_word(kind, clock),
                    words => Word::Text(words.to_owned()),
                };
                Say::new("happened.escalated").with_word("to", &rules.role_word(to)).with_word("why", &why)
            }
            Happened::Objected(why) => Say::new("happened.objected").with("why", why),
            Happened::Reviewed { upheld, why } => {
                Say::new(if *upheld { "happened.upheld" } else { "happened.not-upheld" }).with("why", why)
            }
            _ => Say::default(),
        }
    }

    fn of_time(&self, kind: RequestType, what: &Happened) -> Say {
        let clock = |id: &str| self.desk.welcome().rulebook.clock_word(kind, id);
        let about = |key: &str, id: &str| Say::new(key).with_word("clock", &clock(id));
        match what {
            Happened::ClockStarted { clock, due } => about("happened.started", clock).with("due", self.due_words(due)),
            Happened::ClockStopped { clock, kept } => {
                about(if *kept { "happened.kept" } else { "happened.late" }, clock)
            }
            Happened::ClockVoid(clock) => about("happened.void", clock),
            Happened::ClockRang { clock, percent, late } => {
                let key = match (*percent >= 100, late) {
                    (true, false) => "happened.over",
                    (true, true) => "happened.over-late",
                    (false, false) => "happened.rang",
                    (false, true) => "happened.rang-late",
                };
                about(key, clock).with("percent", percent)
            }
            Happened::ClockShifted { clock, from, to, change, with, why } => about(change_key(*change), clock)
                .with("from", self.due_words(from))
                .with("to", self.due_words(to))
                .with("with", with)
                .with("why", why),
            Happened::Paused(why) => Say::new("happened.paused").with("why", why),
            Happened::Resumed => Say::new("happened.resumed"),
            Happened::ExtensionAsked { clock, until, why } => {
                about("happened.extension-asked", clock).with("until", self.when(*until)).with("why", why)
            }
            Happened::ExtensionRefused(why) => Say::new("happened.extension-refused").with("why", why),
            _ => Say::default(),
        }
    }

    fn of_others(&self, what: &Happened) -> Say {
        let other = |key: &str, id: &crate::domain::TicketId| Say::new(key).with("other", self.ticket_word(*id));
        match what {
            Happened::Registered(None) => Say::new("happened.registered"),
            Happened::Registered(Some(_)) => Say::new("happened.registered-call"),
            Happened::Note(text) => Say::new("happened.note").with("text", text),
            Happened::Took(id) => other("happened.took", id),
            Happened::MergedInto(id) => other("happened.merged", id),
            Happened::GaveBack(id) => other("happened.gave-back", id),
            Happened::Unmerged(id) => other("happened.unmerged", id),
            Happened::BecameIncident(sentence) => Say::new("happened.incident").with("sentence", sentence),
            Happened::Attached(id) => other("happened.attached", id),
            Happened::Detached(id) => other("happened.detached", id),
            Happened::Ticked { item, done, note } => {
                let key = if *done { "happened.ticked" } else { "happened.unticked" };
                Say::new(key).with("item", self.item_name(item)).with("note", note)
            }
            Happened::SealOpened(why) => Say::new("happened.seal").with("why", why),
            Happened::FileAttached { place, words } => {
                Say::new("happened.file").with("place", place).with("words", words)
            }
            Happened::Linked(id) => other("happened.linked", id),
            Happened::RulesChanged(name) => Say::new("happened.rules").with("name", name),
            Happened::Printed => Say::new("happened.printed"),
            Happened::Accepted => Say::new("happened.accepted"),
            Happened::HazardFound(id) => other("happened.hazard-found", id),
            _ => Say::default(),
        }
    }

    /// How something to tick off is called, in whatever plan it stands.
    fn item_name(&self, id: &str) -> String {
        let plans = self.desk.welcome().rulebook.types.values().filter_map(|kind| kind.emergency.as_ref());
        let item = plans.flat_map(|plan| plan.checklist.iter().chain(&plan.tell)).find(|item| item.id == id);
        item.map_or(id, |item| &item.name).to_owned()
    }

    fn due_words(&self, due: &Due) -> String {
        let mark = if due.provisional { self.word("ticket_page.provisional") } else { String::new() };
        format!("{}{mark}", self.when(due.at))
    }
}
