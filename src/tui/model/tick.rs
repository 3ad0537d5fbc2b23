//! When the screen changes by itself: at the full second while a timer is in sight, else at the full minute.

use super::Model;
use crate::domain::Stamp;
use crate::tui::pane::status::counts_seconds;

impl Model {
    /// Something that counts in seconds is on the screen.
    pub fn counts_seconds(&self) -> bool {
        if self.is_wall() {
            return self.live_counts_seconds();
        }
        if self.is_tech() {
            return false;
        }
        if self.has_live() && self.live_counts_seconds() {
            return true;
        }
        let me = self.my_agent().is_some_and(|agent| counts_seconds(&agent.state));
        me || self.in_hand().is_some() || !self.incoming().is_empty() || !self.emergencies().is_empty()
    }

    /// Plans the next change by itself. Called when a frame is out.
    pub fn plan_tick(&mut self) {
        let full = |ms: i64| Stamp((self.now.0.div_euclid(ms) + 1) * ms);
        let clock = full(if self.counts_seconds() { 1_000 } else { 60_000 });
        let flash = self.flash_until.filter(|until| *until > self.now);
        self.tick = Some(flash.map_or(clock, |flash| flash.min(clock)));
    }

    /// When that is.
    pub fn next_tick(&self) -> Option<Stamp> {
        self.tick
    }

    /// Whether it is time.
    pub fn tick_due(&mut self) -> bool {
        let due = self.tick.is_some_and(|tick| self.now >= tick);
        if due {
            self.tick = None;
        }
        due
    }
}
