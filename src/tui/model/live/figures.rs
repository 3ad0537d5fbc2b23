//! The figures of the live queue: of the last half-hour from the calls in mind, of today from the sums (R-LIVE-1, R-LIVE-3).

use std::collections::BTreeMap;

use crate::domain::figures::{About, Counts, Delta, Measure, given_by_call, half_hour_of, running};
use crate::domain::state::DAY_MS;
use crate::domain::{Call, Millis, Stamp};
use crate::tui::model::{Model, Timer};

/// What "just now" is.
const LATELY_MS: Millis = 30 * 60_000;

/// A queue, or everything together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueLine {
    /// Its name; nothing for everything together, empty for calls of no queue.
    pub queue: Option<String>,
    /// How many wait.
    pub waiting: usize,
    /// The longest of their waits.
    pub longest: Option<Timer>,
    /// What calls of the last thirty minutes gave.
    pub lately: Counts,
    /// What today gave, with the stretches of agents' time that still run.
    pub today: Counts,
}

impl QueueLine {
    /// A share in thousandths, or a mean in milliseconds, of today; nothing where there is nothing to count.
    pub fn of_today(&self, measure: Measure) -> Option<i64> {
        measure.of(&self.today).number()
    }

    /// The same of the last thirty minutes.
    pub fn of_lately(&self, measure: Measure) -> Option<i64> {
        measure.of(&self.lately).number()
    }

    fn waits(&mut self, timer: Timer) {
        self.waiting += 1;
        if self.longest.is_none_or(|longest| longest.elapsed < timer.elapsed) {
            self.longest = Some(timer);
        }
    }
}

impl Model {
    /// When the local day began.
    pub fn day_begins(&self) -> Stamp {
        let offset = self.desk.state().offset_ms;
        Stamp((self.now.0 + offset).div_euclid(DAY_MS) * DAY_MS - offset)
    }

    /// Whether a service level is as it must be, where the rulebook has a share to keep.
    pub fn keeps_target(&self, permille: i64) -> Option<bool> {
        let target = self.desk.welcome().rulebook.service_level.target_percent?;
        Some(permille >= i64::from(target) * 10)
    }

    /// Everything together first, then each queue that has a call today or now, by name.
    pub(super) fn queue_lines(&self, waiting: &[&Call], rehearsed: bool) -> Vec<QueueLine> {
        let mut all = QueueLine::default();
        let mut of: BTreeMap<String, QueueLine> = BTreeMap::new();
        for call in waiting.iter().filter(|call| call.rehearsal == rehearsed) {
            let timer = self.timer(call);
            all.waits(timer);
            of.entry(call.queue.clone().unwrap_or_default()).or_default().waits(timer);
        }
        for call in self.desk.state().calls.all().filter(|call| !call.rehearsal) {
            if !(0..=LATELY_MS).contains(&self.call_now(call).since(call.arrived_at)) {
                continue;
            }
            for (slot, counts) in given_by_call(call) {
                all.lately.add(&counts, 1);
                of.entry(slot.queue).or_default().lately.add(&counts, 1);
            }
        }
        let begin = half_hour_of(self.day_begins());
        // What agents have done since their last change is in no record yet; it counts up to now.
        let running = self.running_figures();
        let cells = self.desk.book().cells.iter().chain(running.iter().map(|(slot, counts)| (slot, counts)));
        let today = cells.filter(|(slot, _)| slot.half_hour >= begin);
        for (slot, counts) in today.filter(|(slot, _)| matches!(slot.about, About::Calls | About::Time)) {
            all.today.add(counts, 1);
            if slot.about == About::Calls || !slot.queue.is_empty() {
                of.entry(slot.queue.clone()).or_default().today.add(counts, 1);
            }
        }
        let lines = of.into_iter().map(|(queue, line)| QueueLine { queue: Some(queue), ..line });
        std::iter::once(all).chain(lines).collect()
    }

    /// What agents do now, up to now; with the line lost, up to when it was: nobody knows what they did since.
    pub fn running_figures(&self) -> Delta {
        let until = self.lost.as_ref().map_or(self.now, |(since, _)| *since);
        running(self.desk.state(), until)
    }
}
