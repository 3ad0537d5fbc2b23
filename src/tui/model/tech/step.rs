//! The next step of an order: always on the same key, whatever it is.

use super::{DISPATCHED, FOLLOWED_UP, Part};
use crate::domain::command::TicketCommand;
use crate::domain::rulebook::{FieldKind, Rulebook};
use crate::domain::ticket::FieldChange;
use crate::domain::{Ticket, TicketId};
use crate::tui::form::{Draft, Field, Step};
use crate::tui::model::Model;
use crate::tui::words;

/// Arrived, and at work.
const CARRIED_OUT: &str = "carried_out";

/// The stages of an order, each with the word for leaving it and the word for having come to it.
const STAGES: [(&str, &str, &str); 7] = [
    (DISPATCHED, "techui.accept", "techui.was_sent"),
    ("accepted", "techui.set_out", "techui.accept"),
    ("en_route", "techui.arrive", "techui.set_out"),
    (CARRIED_OUT, "techui.finish", "techui.arrive"),
    ("finished", "techui.give_back", "techui.finish"),
    ("waiting", "techui.go_on", "techui.wait"),
    ("contractor", "techui.go_on", "techui.contractor"),
];

/// How a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By one command.
    AtOnce,
    /// By one command that can't be taken back: asked first.
    Sure,
    /// By a form.
    Form,
}

/// The next step.
#[derive(Clone, Debug, PartialEq)]
pub struct NextStep {
    /// The key of its name.
    pub word: &'static str,
    /// How it is done.
    pub how: How,
    /// What is asked of the desk, where no form is needed.
    pub command: TicketCommand,
}

/// The word for having come to a stage; nothing for one that is not a technician's.
pub(super) fn came_to(stage: &str) -> Option<&'static str> {
    STAGES.iter().find(|known| known.0 == stage).map(|known| known.2)
}

impl Model {
    /// What comes next for this order; nothing where it is not the technician's turn.
    pub fn next_step(&self, ticket: &Ticket) -> Option<NextStep> {
        let at_once = |word, command| Some(NextStep { word, how: How::AtOnce, command });
        match self.tech_part(ticket)? {
            Part::Done => return None,
            Part::Offered => return at_once("techui.accept", TicketCommand::Accept(ticket.id)),
            Part::Mine => {}
        }
        let rules = &self.desk.welcome().rulebook;
        let stage = rules.kind(ticket.fields.kind).stage(&ticket.stage)?;
        // Where its stage waits, going on is leaving the stage: its clocks run again by themselves.
        if ticket.paused.is_some() && !stage.waits {
            return at_once("techui.go_on", TicketCommand::Resume(ticket.id));
        }
        let me = &self.desk.welcome().me;
        let mine = stage.by.is_empty() || stage.by.iter().any(|role| rules.holds(me, role));
        if stage.moves.is_empty() || !mine {
            return None;
        }
        let word = STAGES.iter().find(|known| known.0 == ticket.stage).map_or("techui.next", |known| known.1);
        let draft = self.stage_draft(ticket, 0, 0);
        let last = stage.moves.iter().any(|way| way.to == FOLLOWED_UP);
        // What may be filled is shown before it is too late; a form is question enough.
        let asks = ticket.stage == CARRIED_OUT || last;
        let form = !draft.missing(rules).is_empty() || (asks && !draft.shown(rules).is_empty());
        let how = if form {
            How::Form
        } else if last {
            How::Sure
        } else {
            How::AtOnce
        };
        let changes: Vec<FieldChange> = draft.changes(rules);
        let command = TicketCommand::Advance { ticket: ticket.id, from: ticket.stage.clone(), changes };
        Some(NextStep { word, how, command })
    }

    /// The screen of the stage an order is in, with what can be known without asking: that it is done, and when somebody
    /// arrived.
    pub(in crate::tui) fn stage_draft(&self, ticket: &Ticket, id: u64, command: u128) -> Draft {
        let rules = &self.desk.welcome().rulebook;
        let mut draft = Draft::for_stage(id, command, ticket, rules);
        draft.brief = true;
        let asks = |draft: &Draft, id: &str| draft.uses(rules).iter().any(|used| used.field == id);
        if asks(&draft, "progress") && choices(rules, "progress").iter().any(|choice| choice == "done") {
            draft.put(&Field::of("progress"), "done");
        }
        if asks(&draft, "arrived_at") && draft.value_of("arrived_at").is_empty() {
            let offset = self.desk.welcome().offset_ms;
            let typing = words::typing(self.settings.language, self.now, offset, false);
            let now = typing.moment(&words::clock(self.now, offset)).unwrap_or_default();
            draft.put(&Field::of("arrived_at"), &now);
        }
        let first = draft.missing(rules).into_iter().next().or_else(|| draft.shown(rules).into_iter().next());
        draft.go_to(first.unwrap_or_default());
        draft
    }

    /// Whether the stage an order is in asks how far it came: then that it waits is said there.
    pub(in crate::tui) fn asks_progress(&self, ticket: &Ticket) -> bool {
        let stage = self.desk.welcome().rulebook.kind(ticket.fields.kind).stage(&ticket.stage);
        stage.is_some_and(|stage| stage.fields.iter().any(|used| used.field == "progress"))
    }

    /// A step of this order that the desk has not answered.
    pub fn step_under_way(&self, ticket: TicketId) -> Option<&Step> {
        self.drafts.steps().iter().find(|step| step.ticket == ticket && step.refused.is_none())
    }
}

/// The values of a field that is chosen.
fn choices(rules: &Rulebook, field: &str) -> Vec<String> {
    match rules.fields.get(field).map(|rule| &rule.kind) {
        Some(FieldKind::Choice(choices)) => choices.iter().map(|choice| choice.id.clone()).collect(),
        _ => Vec::new(),
    }
}
