//! Steps of an order that were made with one key: kept beside the drafts until the desk has answered, so that one made
//! while the line was down is sent when it is back, once, also by the next console (R-WO-4).

use serde::{Deserialize, Serialize};

use super::Drafts;
use crate::domain::command::TicketCommand;
use crate::domain::{Stamp, TicketId};
use crate::text::Say;

/// A step the desk has not said yes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The id of the command: said twice it is done once.
    pub id: u128,
    /// The order.
    pub ticket: TicketId,
    /// The key of its name: accepted, set out, arrived.
    pub word: String,
    /// What is asked of the desk.
    pub command: TicketCommand,
    /// When it was made.
    pub at: Stamp,
    /// The desk said no: it stays in sight until that was read.
    pub refused: Option<Say>,
}

impl Drafts {
    /// Steps that were not answered, and refused ones that were not read.
    pub fn steps(&self) -> &[Step] {
        &self.kept.steps
    }

    /// A step was made.
    pub fn make_step(&mut self, step: Step) {
        self.changed = true;
        self.kept.steps.push(step);
    }

    /// The desk did it, or it was read that it did not.
    pub fn end_step(&mut self, id: u128) -> Option<Step> {
        let at = self.kept.steps.iter().position(|step| step.id == id)?;
        self.changed = true;
        Some(self.kept.steps.remove(at))
    }

    /// The desk said no.
    pub fn refuse_step(&mut self, id: u128, why: Say) {
        self.changed = true;
        if let Some(step) = self.kept.steps.iter_mut().find(|step| step.id == id) {
            step.refused = Some(why);
        }
    }
}
