//! What the technician asked of the desk: sent once, kept until it is answered.

use crate::domain::command::{Command, NoticeCommand, TicketCommand};
use crate::domain::{NoticeId, TicketId};
use crate::text::Say;
use crate::tui::command::{About, Effect, Envelope};
use crate::tui::form::{Draft, Errand, Stage, Step};
use crate::tui::model::{Model, Pane, Tone};

impl Model {
    /// Makes a step: it is kept, shown as not sent until the desk has answered, and sent as soon as there is a line.
    pub(in crate::tui) fn make_step(&mut self, ticket: TicketId, word: &str, command: TicketCommand) -> Vec<Effect> {
        let step =
            Step { id: self.next_command_id(), ticket, word: word.to_owned(), command, at: self.now, refused: None };
        let effect = Effect::Send(step_envelope(&step));
        self.drafts.make_step(step);
        let mut effects = vec![effect];
        effects.extend(self.acknowledge_for(ticket));
        effects
    }

    /// Whoever works an order has read what rang for it.
    pub(in crate::tui) fn acknowledge_for(&mut self, ticket: TicketId) -> Vec<Effect> {
        let own: Vec<NoticeId> =
            self.my_notices().filter(|notice| notice.ticket == Some(ticket)).map(|notice| notice.id).collect();
        own.into_iter().map(|id| self.acknowledge(id)).collect()
    }

    /// Acknowledges a notice; said again with the next line where this one is down.
    pub(in crate::tui) fn acknowledge(&mut self, notice: NoticeId) -> Effect {
        let command = Command::Notice(NoticeCommand::Acknowledge(notice));
        Effect::Send(Envelope { id: self.next_command_id(), command, about: About::Heed })
    }

    /// Another line is there: what was not answered is said again under its own id; forms whose save was on its way when
    /// the last console ended, too.
    pub(in crate::tui::model) fn say_steps_again(&mut self) -> Vec<Effect> {
        let open = self.drafts.steps().iter().filter(|step| step.refused.is_none());
        let mut effects: Vec<Effect> = open.map(|step| Effect::Send(step_envelope(step))).collect();
        let tech = self.is_tech();
        for id in self.drafts.take_interrupted() {
            let rules = &self.desk.welcome().rulebook;
            if let Some(draft) = self.drafts.get_mut(id).filter(|_| tech) {
                draft.stage = Stage::Sending;
                effects.push(Effect::Send(crate::tui::command::draft_envelope(rules, draft)));
            }
        }
        effects
    }

    /// What the console before this one left is said as after a new line.
    pub(in crate::tui) fn say_left_again(&mut self) -> Vec<Effect> {
        if self.is_linked() { self.say_steps_again() } else { Vec::new() }
    }

    pub(in crate::tui::model) fn step_done(&mut self, id: u128) {
        let Some(step) = self.drafts.end_step(id) else { return };
        let say = Say::new("techui.done").with("ticket", step.ticket.spoken()).with("step", self.word(&step.word));
        self.tell(Tone::Good, say);
    }

    /// It stands as a banner until it was read.
    pub(in crate::tui::model) fn step_refused(&mut self, id: u128, why: Say) {
        self.notice = None;
        // Who is not the first to accept is not told whose orders are whose, but that this one is gone.
        let late = |step: &&Step| step.id == id && matches!(step.command, TicketCommand::Accept(_));
        let accepting = self.drafts.steps().iter().find(late).map(|step| step.ticket);
        let tickets = &self.desk.state().tickets;
        let theirs = |id| tickets.get(&id).is_none_or(|ticket| self.tech_part(ticket).is_none());
        let why = if accepting.is_some_and(theirs) { Say::new("techui.taken") } else { why };
        self.drafts.refuse_step(id, why);
    }

    /// What a form is for, in a word.
    pub fn form_name(&self, draft: &Draft) -> String {
        let word = match draft.errand.map(|(errand, _)| errand) {
            Some(Errand::Hazard) => "techui.hazard",
            Some(Errand::Object) => "techui.object",
            Some(Errand::Note) => "techui.note",
            Some(Errand::Photo) => "techui.photo",
            Some(Errand::Pause) => "techui.wait",
            None => {
                let stage = draft.advance.clone().unwrap_or_default();
                let known = self.desk.welcome().rulebook.stage_word(draft.fields.kind, &stage);
                // By the key it is opened with: the screen of what is finished is the one for giving it back.
                return match stage.as_str() {
                    "carried_out" => self.word("techui.finish"),
                    "finished" => self.word("techui.give_back"),
                    _ => known.words(self.settings.language),
                };
            }
        };
        self.word(word)
    }

    /// At login the form that was on the screen is on the screen again; its order is behind it.
    pub(in crate::tui) fn tech_resume(&mut self) {
        if !self.is_tech() {
            return;
        }
        self.drafts.resume_front();
        if let Some(order) = self.drafts.open().and_then(Draft::order) {
            self.focus = Pane::Form;
            self.tech_show(Some(order));
        }
    }
}

/// The command of a step; the same one however often it is said.
pub(in crate::tui) fn step_envelope(step: &Step) -> Envelope {
    Envelope { id: step.id, command: Command::Ticket(step.command.clone()), about: About::Step }
}
