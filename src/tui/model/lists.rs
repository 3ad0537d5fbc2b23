//! The lists: what is in them, in which order, and where the operator stands in them.

use super::{Model, Pane};
use crate::domain::{Call, Callback, Message};

/// Where the operator stands in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListView {
    at: usize,
}

impl ListView {
    /// The chosen row of a list of this length.
    pub fn at(&self, rows: usize) -> usize {
        self.at.min(rows.saturating_sub(1))
    }

    /// Chooses a row.
    pub fn select(&mut self, at: usize) {
        self.at = at;
    }

    /// Moves the choice.
    pub fn step(&mut self, step: isize, rows: usize) {
        self.at = self.at(rows).saturating_add_signed(step).min(rows.saturating_sub(1));
    }

    /// The first row shown, where so many fit.
    pub fn top(&self, rows: usize, height: usize) -> usize {
        let at = self.at(rows);
        (at + 1).saturating_sub(height)
    }
}

impl Model {
    /// The waiting calls that so many rows show: the most urgent, or those around the chosen one. The call that the key
    /// would answer is among them, in the last row where it stands further down.
    pub fn incoming_in_sight(&self, height: usize) -> Vec<&Call> {
        let calls = self.incoming();
        let focused = self.focus == Pane::Incoming && self.layers.is_empty();
        let top = if focused { self.incoming_list.top(calls.len(), height) } else { 0 };
        let mut shown: Vec<&Call> = calls.into_iter().skip(top).take(height).collect();
        let target = self.target().filter(|target| !shown.iter().any(|call| call.id == target.id));
        if let (Some(target), Some(last)) = (target, shown.last_mut()) {
            *last = target;
        }
        shown
    }

    /// The callback lines: what is due first, then by gravity (R-CB-6). What a supervisor has now stands behind what the
    /// desk works on, and alone where that is asked for.
    pub fn callback_rows(&self) -> Vec<&Callback> {
        let mut lines: Vec<&Callback> = self.desk.state().callbacks.values().collect();
        lines.retain(|line| !self.handed_up || line.with.is_some());
        lines.sort_by_key(|line| (line.rehearsal, line.with.is_some(), line.order(self.now)));
        lines
    }

    /// The chosen callback line.
    pub fn selected_callback(&self) -> Option<&Callback> {
        let rows = self.callback_rows();
        rows.get(self.callback_list.at(rows.len())).copied()
    }

    /// My unread messages.
    pub fn my_messages(&self) -> impl Iterator<Item = &Message> {
        let me = &self.desk.welcome().me.id;
        self.desk.state().messages.values().filter(move |message| message.to == *me)
    }

    /// Moves in the list that has the focus.
    pub fn step(&mut self, step: isize) {
        match self.focus {
            Pane::Incoming => {
                let rows = self.incoming().len();
                self.incoming_list.step(step, rows);
            }
            Pane::Tickets => self.step_tickets(step),
            Pane::Callbacks => {
                let rows = self.callback_rows().len();
                self.callback_list.step(step, rows);
            }
            Pane::Live => self.step_live(step),
            Pane::Call | Pane::Form => {}
        }
    }
}
