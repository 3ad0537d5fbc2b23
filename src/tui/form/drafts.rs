//! The form on the screen and the parked ones.

use serde::{Deserialize, Serialize};

use super::store::Kept;
use super::{Draft, Field, Stage};
use crate::domain::{CallId, TicketId};

/// What follows when a form is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Then {
    /// R-REQ-3: it is the same matter as this one.
    Merge(TicketId),
    /// R-REQ-10: it belongs to this incident.
    Attach(TicketId),
}

/// A second step that the desk has not said yes to: kept beside the drafts, so that it is not lost with the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The ticket it is about.
    pub ticket: TicketId,
    /// What.
    pub then: Then,
    /// The id of the command.
    pub command: u128,
}

/// All drafts of a console.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    pub(super) kept: Kept,
    next: u64,
    pub(super) changed: bool,
    /// Forms whose save was on its way when the console before this one ended.
    interrupted: Vec<u64>,
}

impl Drafts {
    /// Takes in what was kept. A save that was on its way is open again: nobody heard its answer.
    pub fn take_in(&mut self, mut kept: Kept) {
        kept.owed.extend(std::mem::take(&mut self.kept.owed));
        kept.steps.extend(std::mem::take(&mut self.kept.steps));
        for draft in kept.open.iter_mut().chain(&mut kept.parked) {
            if draft.stage == Stage::Sending {
                draft.stage = Stage::Open;
                self.interrupted.push(draft.id);
            }
            draft.go_to(draft.field.clone());
            self.next = self.next.max(draft.id);
        }
        kept.open = kept.open.filter(|draft| draft.saved().is_none());
        let before = std::mem::replace(&mut self.kept, kept);
        // What was begun before these were read stays in front; nothing is written over.
        for mut draft in before.parked {
            draft.id = self.next_id();
            self.kept.parked.push(draft);
        }
        if let Some(mut draft) = before.open {
            draft.id = self.next_id();
            self.kept.parked.extend(self.kept.open.replace(draft));
        }
    }

    /// Takes in what another console has left since: its forms come to the parked ones, the one that was on its screen
    /// last. What is here already is not taken twice.
    pub fn take_in_left(&mut self, kept: Kept) {
        let known = |drafts: &Drafts, draft: &Draft| {
            drafts.kept.open.iter().chain(&drafts.kept.parked).any(|own| own.command == draft.command)
        };
        self.kept.front = self.kept.front.or(kept.front);
        for mut draft in kept.parked {
            if known(self, &draft) {
                continue;
            }
            draft.id = self.next_id();
            if draft.stage == Stage::Sending {
                draft.stage = Stage::Open;
                self.interrupted.push(draft.id);
            }
            self.kept.parked.push(draft);
        }
        for step in kept.steps {
            if !self.kept.steps.iter().any(|own| own.id == step.id) {
                self.kept.steps.push(step);
            }
        }
        self.changed = true;
    }

    /// The form that was on another console's screen comes to the screen, where there is none; once.
    pub fn resume_front(&mut self) -> bool {
        let front = self.kept.front.take();
        let id =
            front.and_then(|command| self.kept.parked.iter().find(|draft| draft.command == command)).map(|it| it.id);
        self.open().is_none() && id.is_some_and(|id| self.resume(Some(id)))
    }

    /// The forms whose save nobody heard the answer to.
    pub fn take_interrupted(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.interrupted)
    }

    /// The number of the next draft.
    pub fn next_id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// The form on the screen.
    pub fn open(&self) -> Option<&Draft> {
        self.kept.open.as_ref()
    }

    /// The form on the screen, to be changed.
    pub fn open_mut(&mut self) -> Option<&mut Draft> {
        self.changed = true;
        self.kept.open.as_mut()
    }

    /// The parked forms, the last parked last.
    pub fn parked(&self) -> &[Draft] {
        &self.kept.parked
    }

    /// Every draft.
    pub fn all(&self) -> impl Iterator<Item = &Draft> {
        self.kept.open.iter().chain(&self.kept.parked)
    }

    /// A draft by number.
    pub fn get(&self, id: u64) -> Option<&Draft> {
        self.all().find(|draft| draft.id == id)
    }

    /// Every draft, to be changed.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Draft> {
        self.changed = true;
        self.kept.open.iter_mut().chain(&mut self.kept.parked)
    }

    /// A draft by number, to be changed.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut Draft> {
        self.all_mut().find(|draft| draft.id == id)
    }

    /// Shows a form; what was on the screen is parked if something was typed into it. Gives whether it was.
    pub fn show(&mut self, draft: Draft) -> bool {
        let parked = self.park();
        self.changed = true;
        self.kept.open = Some(draft);
        parked
    }

    /// Parks the form on the screen; one that nobody typed in is dropped. Gives whether it was kept.
    pub fn park(&mut self) -> bool {
        self.changed = true;
        let Some(draft) = self.kept.open.take() else { return false };
        // A callback's sheet stays while it is open: its line is in hand.
        let keep = draft.is_touched() || draft.sheet.is_some();
        if keep {
            self.kept.parked.push(draft);
        }
        keep
    }

    /// Brings a parked form back; the one on the screen takes its place. The last parked, where no number is given.
    pub fn resume(&mut self, id: Option<u64>) -> bool {
        let parked = &self.kept.parked;
        let at = match id {
            Some(id) => parked.iter().position(|draft| draft.id == id),
            None => parked.len().checked_sub(1),
        };
        let Some(at) = at else { return false };
        let draft = self.kept.parked.remove(at);
        self.park();
        self.kept.open = Some(draft);
        if let Some(draft) = self.kept.open.as_mut() {
            draft.go_to(draft.field.clone());
        }
        true
    }

    /// The form of a call comes back from where it is parked. Gives whether there is one.
    pub fn resume_call(&mut self, call: CallId) -> bool {
        if self.open().is_some_and(|draft| draft.call == Some(call)) {
            return true;
        }
        let id = self.kept.parked.iter().find(|draft| draft.call == Some(call)).map(|draft| draft.id);
        id.is_some_and(|id| self.resume(Some(id)))
    }

    /// The desk has a draft on its disk: on the screen it says so, a parked one is done with.
    pub fn saved(&mut self, id: u64, ticket: TicketId) {
        if let Some(draft) = self.get_mut(id) {
            draft.stage = Stage::Saved(ticket);
            draft.theirs.clear();
        }
        self.kept.parked.retain(|draft| draft.id != id);
    }

    /// Second steps that are owed.
    pub fn owed(&self) -> &[Owed] {
        &self.kept.owed
    }

    /// One more second step is owed.
    pub fn owe(&mut self, owed: Owed) {
        self.changed = true;
        self.kept.owed.push(owed);
    }

    /// A second step was done, or refused: it is owed no more.
    pub fn settle(&mut self, command: u128) -> Option<Owed> {
        let at = self.kept.owed.iter().position(|owed| owed.command == command)?;
        self.changed = true;
        Some(self.kept.owed.remove(at))
    }

    /// Throws the form on the screen away.
    pub fn discard(&mut self) {
        self.changed = true;
        self.kept.open = None;
    }

    /// Whether something changed since this was asked last, and what there is to keep then.
    pub fn to_keep(&mut self) -> Option<&Kept> {
        std::mem::take(&mut self.changed).then_some(&self.kept)
    }

    /// Throws a form away, wherever it is.
    pub fn drop(&mut self, id: u64) {
        self.changed = true;
        self.kept.open = self.kept.open.take().filter(|draft| draft.id != id);
        self.kept.parked.retain(|draft| draft.id != id);
    }

    /// Puts the caret into a field of the form on the screen.
    pub fn go_to(&mut self, field: Field) {
        if let Some(draft) = self.open_mut() {
            draft.go_to(field);
        }
    }
}
