//! What must not be missed: emergencies (R-REQ-4) and the notices that wait for my acknowledgement (R-CMP-4). They are
//! told and rung for once; none of them takes the focus.

use super::{Model, Tone};
use crate::domain::rulebook::Rulebook;
use crate::domain::ticket::Clock;
use crate::domain::{Entry, Event, Notice, Staff, Ticket};
use crate::text::Say;
use crate::tui::command::Effect;
use crate::tui::layer::Layer;

impl Model {
    /// Takes in what an entry says about tickets and notices; what is new and urgent rings once.
    pub(super) fn hear_alarms(&mut self, entry: &Entry) -> Vec<Effect> {
        let known = self.tickets.known_emergencies();
        self.hear_tickets(entry);
        let mut effects = Vec::new();
        let me = &self.desk.welcome().me.id;
        let fresh = known.is_some_and(|known| {
            self.emergencies().iter().any(|ticket| !known.contains(&ticket.id) && ticket.first_receiver != *me)
        });
        if fresh {
            effects.extend(self.sound());
        }
        let new: Vec<Notice> = entry
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Notice(notice) if notice.acknowledged.is_none() && self.is_mine(notice) => Some(notice),
                _ => None,
            })
            .map(|notice| (**notice).clone())
            .collect();
        if let Some(Layer::Notices(list)) = self.layers.iter_mut().find(|layer| matches!(layer, Layer::Notices(_))) {
            new.iter().for_each(|notice| list.add(notice.clone()));
        }
        effects.extend(self.ring_for(new));
        effects
    }

    /// Rings for what came in while this console was not attached.
    pub(super) fn ring_for_notices(&mut self) -> Option<Effect> {
        let waiting: Vec<Notice> = self.my_notices().cloned().collect();
        self.ring_for(waiting)
    }

    fn ring_for(&mut self, notices: Vec<Notice>) -> Option<Effect> {
        // What a supervisor says is shown at once, also where it does not ring.
        let told = |notice: &Notice| notice.rings || notice.what.key.starts_with("oversight.");
        let new: Vec<Notice> = notices.into_iter().filter(|notice| told(notice) && notice.id > self.rung).collect();
        let newest = new.iter().max_by_key(|notice| notice.id)?;
        self.rung = newest.id;
        self.tell(Tone::Warning, newest.what.clone());
        if new.iter().any(|notice| notice.rings) { self.sound() } else { None }
    }

    fn is_mine(&self, notice: &Notice) -> bool {
        let welcome = self.desk.welcome();
        notice.is_for(&welcome.me, &welcome.rulebook)
    }

    /// The notices that wait for my acknowledgement, the oldest first.
    pub fn my_notices(&self) -> impl DoubleEndedIterator<Item = &Notice> {
        let (me, rules): (&Staff, &Rulebook) = (&self.desk.welcome().me, &self.desk.welcome().rulebook);
        let mine = move |notice: &&Notice| notice.acknowledged.is_none() && notice.is_for(me, rules);
        self.desk.state().notices.values().filter(mine)
    }

    /// An escalation that nobody has acknowledged stays in sight: the newest.
    pub fn escalation_in_sight(&self) -> Option<&Notice> {
        self.my_notices().rev().find(|notice| is_escalation(notice))
    }

    /// The clock of an emergency that is shown: the dispatch clock while it runs, else what is due first.
    pub fn emergency_clock<'t>(&self, ticket: &'t Ticket) -> Option<&'t Clock> {
        let dispatch = ticket.clocks.iter().find(|clock| clock.is_running() && clock.id == "dispatch");
        dispatch.or_else(|| ticket.next_clock())
    }

    /// How many of an emergency's checklist and of those who must be told are ticked off, and how many there are.
    pub fn ticked(&self, ticket: &Ticket) -> (usize, usize) {
        let rule = self.desk.welcome().rulebook.kind(ticket.fields.kind).emergency.as_ref();
        let items: Vec<&str> =
            rule.iter().flat_map(|rule| rule.checklist.iter().chain(&rule.tell)).map(|item| item.id.as_str()).collect();
        (items.iter().filter(|item| ticket.ticks.contains_key(**item)).count(), items.len())
    }

    /// Who called in an emergency, or about what: a sentence for the notice line.
    pub fn notice_words(&self, notice: &Notice) -> String {
        let late = if notice.late { format!("[{}] ", self.word("notices.late")) } else { String::new() };
        format!("{late}{}", self.words(&notice.what))
    }

    /// R-REQ-5: grade, note and emergency sheet of the customer on the line.
    pub fn sheet_page(&self) -> Result<crate::tui::layer::Page, Say> {
        let customer = self.card.as_ref().and_then(|card| card.customer.as_ref());
        let customer = customer.ok_or_else(|| Say::new("sheet.none"))?;
        let mut lines = Vec::new();
        if let Some((word, style)) = crate::tui::words::grade(customer.grade) {
            lines.push((style, self.word(word)));
        }
        lines.push(("value", customer.address.clone()));
        for (key, text) in [("sheet.note", &customer.note), ("sheet.sheet", &customer.sheet)] {
            if !text.is_empty() {
                lines.push(("label", self.word(key)));
                lines.extend(text.lines().map(|line| ("value", line.to_owned())));
            }
        }
        if customer.sheet.is_empty() {
            lines.push(("muted", self.word("sheet.empty")));
        }
        let title = self.words(&Say::new("sheet.title").with("name", &customer.name));
        Ok(crate::tui::layer::Page { title, lines, at: 0 })
    }
}

/// A notice that a matter has come one level up.
pub fn is_escalation(notice: &Notice) -> bool {
    notice.what.key == "life.notice_escalated"
}
