//! Going through the days one by one: the one place that looks at the calendar, remembers whether it had to guess, and
//! notes each day for whoever wants to see how a due time came about. A walk ends after so many days, whatever was asked.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::{Day, DayKind, Due, Timing, WorkDays};
use crate::domain::{Millis, Stamp};

/// No walk looks at more days than a hundred years have; what lies beyond is provisional.
const LONGEST_WALK: u32 = 36_600;

/// One line of a derivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The day.
    pub day: Day,
    /// What it counted for.
    pub what: What,
    /// Its year is not loaded, and the calendar was asked about it: a guess.
    pub guessed: bool,
}

/// What a day counted for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The start, at this moment. In working days this day does not count.
    Start(Stamp),
    /// Plain time: so many milliseconds, day and night.
    Elapsed(Millis),
    /// The n-th day that counts; `make_up` where it is a weekend day that is worked.
    Counted {
        /// From 1.
        nth: u32,
        /// A weekend day that is worked.
        make_up: bool,
    },
    /// A weekend day, which does not count.
    Weekend,
    /// A day of this holiday, which does not count.
    Holiday(String),
    /// Business was over when the start came.
    Closed,
    /// Time of business in milliseconds that this day gave, and how much was left to find after it.
    Business {
        /// Used on this day.
        used_ms: Millis,
        /// Still to be used on later days.
        left_ms: Millis,
        /// A weekend day that is worked.
        make_up: bool,
    },
    /// Due. `Step::day` is the day that it closes: 24:00 belongs to the day that ends.
    Due(Due),
}

/// A walk under way.
pub(super) struct Walk<'t> {
    timing: Timing<'t>,
    /// Had to look at a day of a year that is not loaded, or gave up.
    pub(super) provisional: bool,
    days_left: u32,
    steps: Option<Vec<Step>>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(timing: Timing<'t>) -> Walk<'t> {
        Walk { timing, provisional: false, days_left: LONGEST_WALK, steps: None }
    }

    /// One that notes every step.
    pub(super) fn noting(timing: Timing<'t>) -> Walk<'t> {
        Walk { steps: Some(Vec::new()), ..Walk::new(timing) }
    }

    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps.unwrap_or_default()
    }

    pub(super) fn note(&mut self, day: Day, guessed: bool, what: impl FnOnce() -> What) {
        if let Some(steps) = &mut self.steps {
            steps.push(Step { day, what: what(), guessed });
        }
    }

    /// What the desk makes of this day, and whether that is a guess. A desk that works every day does not ask the
    /// calendar about its hours of business.
    fn look(&mut self, day: Day, days: WorkDays) -> (DayKind<'t>, bool) {
        if days == WorkDays::Every {
            return (DayKind::Working, false);
        }
        let guessed = !self.timing.calendar.is_loaded(day.year());
        self.provisional |= guessed;
        (self.timing.calendar.kind(day), guessed)
    }

    /// The day after, unless the walk has gone on for too long.
    fn onward(&mut self, day: Day) -> Option<Day> {
        let next = day.succ_opt().filter(|_| self.days_left > 0);
        self.days_left = self.days_left.saturating_sub(1);
        self.provisional |= next.is_none();
        next
    }

    fn note_off(&mut self, day: Day, guessed: bool, kind: DayKind<'_>) {
        self.note(day, guessed, || match kind {
            DayKind::Holiday(name) => What::Holiday(name.to_owned()),
            _ => What::Weekend,
        });
    }

    /// The `count`-th day after `day` that counts. Gives up at the end of the walk, where it then stands.
    pub(super) fn nth_after(&mut self, day: Day, count: u32, days: WorkDays) -> Day {
        let (mut day, mut nth) = (day, 0);
        while nth < count {
            let Some(next) = self.onward(day) else { break };
            day = next;
            let (kind, guessed) = self.look(day, days);
            if kind.works() {
                nth += 1;
                self.note(day, guessed, || What::Counted { nth, make_up: kind == DayKind::MakeUp });
            } else {
                self.note_off(day, guessed, kind);
            }
        }
        day
    }

    /// How many days after `after`, up to `until` and with it, count.
    pub(super) fn counted(&mut self, after: Day, until: Day, days: WorkDays) -> u32 {
        let (mut day, mut count) = (after, 0);
        while day < until {
            let Some(next) = self.onward(day) else { break };
            day = next;
            count += u32::from(self.look(day, days).0.works());
        }
        count
    }

    /// The day whose close ends a same-day rule: the start day, or the next day of business.
    pub(super) fn same_day(&mut self, from: Stamp) -> Day {
        let (timing, days) = (self.timing, self.timing.hours.days());
        let day = timing.day(from);
        if from >= timing.close_of(day) {
            self.note(day, false, || What::Closed);
            return self.nth_after(day, 1, days);
        }
        let (kind, guessed) = self.look(day, days);
        if kind.works() {
            self.note(day, guessed, || What::Counted { nth: 1, make_up: kind == DayKind::MakeUp });
            return day;
        }
        self.note_off(day, guessed, kind);
        self.nth_after(day, 1, days)
    }

    /// The first moment at which so much time of business has passed since `from`.
    pub(super) fn advance(&mut self, from: Stamp, span: Millis) -> Stamp {
        let (timing, hours) = (self.timing, self.timing.hours);
        if span <= 0 || hours.is_always() {
            return from.plus(span.max(0));
        }
        let (mut day, mut left) = (timing.day(from), span);
        loop {
            let before = left;
            if from < timing.close_of(day) {
                let (kind, guessed) = self.look(day, hours.days());
                let make_up = kind == DayKind::MakeUp;
                for (begin, end) in timing.spans_of(day).filter(|_| kind.works()) {
                    let begin = begin.max(from);
                    if left <= end.since(begin) {
                        self.note(day, guessed, || What::Business { used_ms: before, left_ms: 0, make_up });
                        return begin.plus(left);
                    }
                    left -= end.since(begin).max(0);
                }
                if kind.works() {
                    self.note(day, guessed, || What::Business { used_ms: before - left, left_ms: left, make_up });
                } else {
                    self.note_off(day, guessed, kind);
                }
            } else {
                self.note(day, false, || What::Closed);
            }
            match self.onward(day) {
                Some(next) => day = next,
                None => return timing.close_of(day).max(from),
            }
        }
    }

    /// The time of business between two moments.
    pub(super) fn business(&mut self, from: Stamp, until: Stamp) -> Millis {
        let (timing, hours) = (self.timing, self.timing.hours);
        if hours.is_always() || until <= from {
            return until.since(from).max(0);
        }
        let (mut day, last) = (timing.day(from), timing.day(until));
        let mut sum: Millis = 0;
        loop {
            let inside = timing.spans_of(day).map(|(begin, end)| end.min(until).since(begin.max(from)).max(0));
            let open: Millis = inside.sum();
            if open > 0 && self.look(day, hours.days()).0.works() {
                sum = sum.saturating_add(open);
            }
            if day >= last {
                return sum;
            }
            match self.onward(day) {
                Some(next) => day = next,
                None => return sum,
            }
        }
    }
}
