//! Which commands were done already: a command that comes again with its id is answered again, not done again.

use std::collections::{HashMap, VecDeque};

use crate::domain::Made;

/// How many are remembered; older ones are looked up in the store.
const REMEMBERED: usize = 20_000;

/// Commands done, by id, with what they made.
#[derive(Debug, Default)]
pub struct DoneCommands {
    made: HashMap<u128, Made>,
    order: VecDeque<u128>,
}

impl DoneCommands {
    /// Remembers a command; id 0 names none.
    pub fn remember(&mut self, id: u128, made: Made) {
        if id == 0 || self.made.insert(id, made).is_some() {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.made.remove(&oldest);
        }
    }

    /// What the command with this id made, where it was done.
    pub fn made(&self, id: u128) -> Option<Made> {
        self.made.get(&id).copied()
    }
}
