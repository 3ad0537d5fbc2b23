//! From a start and an allowance to a due time.

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::walk::{Step, Walk, What};
use super::{Allowance, Calendar, Day, Hours, WorkDays};
use crate::domain::{Millis, Stamp};

const MINUTE_MS: Millis = 60_000;
const DAY_MS: Millis = 86_400_000;

/// A due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The moment. A close at 24:00 is 00:00 of the day after; [`Timing::day_of`] gives the day that it closes.
    pub at: Stamp,
    /// 暂定: a day of a year that is not loaded had to be guessed. To be reckoned anew when the year is loaded.
    pub provisional: bool,
}

/// What due times are reckoned with.
#[derive(Clone, Copy, Debug)]
pub struct Timing<'a> {
    /// Which days are worked.
    pub calendar: &'a Calendar,
    /// The hours of business.
    pub hours: &'a Hours,
    /// Local time is UTC plus this many milliseconds.
    pub offset_ms: i64,
}

impl<'a> Timing<'a> {
    /// The local day of a moment; the first or last day that can be written for one beyond it.
    pub fn day(&self, at: Stamp) -> Day {
        let local = at.0.saturating_add(self.offset_ms);
        DateTime::from_timestamp_millis(local)
            .map_or(if local < 0 { Day::MIN } else { Day::MAX }, |at| at.naive_utc().date())
    }

    /// The day that a due time closes: 24:00 belongs to the day that ends.
    pub fn day_of(&self, due: Stamp) -> Day {
        self.day(due.plus(-1))
    }

    /// Local midnight, with which a day begins.
    pub fn begin_of(&self, day: Day) -> Stamp {
        let days = day.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days();
        Stamp((days * DAY_MS).saturating_sub(self.offset_ms))
    }

    /// Close of business of a day, whether it is worked or not.
    pub fn close_of(&self, day: Day) -> Stamp {
        self.begin_of(day).plus(Millis::from(self.hours.close()) * MINUTE_MS)
    }

    /// The spans of business of a day, if it is one of business.
    pub(super) fn spans_of(&self, day: Day) -> impl Iterator<Item = (Stamp, Stamp)> + 'a {
        let begin = self.begin_of(day);
        let at = move |minute: u16| begin.plus(Millis::from(minute) * MINUTE_MS);
        self.hours.spans().iter().map(move |(from, until)| (at(*from), at(*until)))
    }

    /// When this allowance ends (R-CMP-1, R-CMP-2; see [`Allowance`] for what each kind means). Never earlier than
    /// `from`. An allowance beyond a hundred years of days ends there, provisionally.
    pub fn due(&self, from: Stamp, allow: Allowance) -> Due {
        self.reckon(&mut Walk::new(*self), from, allow)
    }

    /// How [`Timing::due`] comes about, day by day; the last step is the due time itself.
    pub fn derive(&self, from: Stamp, allow: Allowance) -> Vec<Step> {
        let mut walk = Walk::noting(*self);
        walk.note(self.day(from), false, || What::Start(from));
        let due = self.reckon(&mut walk, from, allow);
        if let Some(span) = allow.elapsed_ms() {
            walk.note(self.day(due.at), false, || What::Elapsed(span));
            walk.note(self.day(due.at), false, || What::Due(due));
        } else {
            walk.note(self.day_of(due.at), due.provisional, || What::Due(due));
        }
        walk.into_steps()
    }

    /// The time of business between two moments, in milliseconds.
    pub fn business_ms(&self, from: Stamp, until: Stamp) -> Millis {
        Walk::new(*self).business(from, until)
    }

    fn reckon(&self, walk: &mut Walk<'a>, from: Stamp, allow: Allowance) -> Due {
        let at = match allow {
            Allowance::Minutes(_) | Allowance::Hours(_) | Allowance::Days(_) => {
                from.plus(allow.elapsed_ms().unwrap_or_default())
            }
            Allowance::WorkingDays(count) => self.close_of(walk.nth_after(self.day(from), count, WorkDays::Working)),
            Allowance::SameDay => self.close_of(walk.same_day(from)),
            Allowance::WorkMinutes(count) => walk.advance(from, Millis::from(count) * MINUTE_MS),
        };
        Due { at: at.max(from), provisional: walk.provisional }
    }

    /// The moment at which so many percent of the allowance are used: in time of business for
    /// [`Allowance::WorkMinutes`], along the wall clock for all others. 100 is the due time exactly, more lies beyond it.
    /// `due` is taken as it is, so that it holds for a due time that was moved by pauses or by agreement.
    pub fn mark(&self, from: Stamp, due: Due, allow: Allowance, percent: u16) -> Stamp {
        if percent == 100 || due.at <= from {
            return due.at;
        }
        let part = |whole: Millis| {
            let part = i128::from(whole) * i128::from(percent) / 100;
            Millis::try_from(part).unwrap_or(Millis::MAX)
        };
        if matches!(allow, Allowance::WorkMinutes(_)) {
            let mut walk = Walk::new(*self);
            let whole = walk.business(from, due.at);
            if whole > 0 {
                let at = walk.advance(from, part(whole));
                return if percent < 100 { at.min(due.at) } else { at.max(due.at) };
            }
        }
        from.plus(part(due.at.since(from)))
    }

    /// When the allowance ends if the clock stood still during these pauses (begin, end). Their order does not matter,
    /// they may touch and overlap, and one that ends before it begins is none.
    ///
    /// - Minutes, hours, days: later by the time paused before the end that moves along.
    /// - Minutes of business: those inside a pause do not count. A pause over a weekend changes nothing.
    /// - Working days and same-day: later by the days that count after the day a pause begins, up to the day it ends and
    ///   with it. A pause from Friday to Monday is worth one day and not three, one within a day or a weekend none.
    pub fn resume(&self, from: Stamp, allow: Allowance, pauses: &[(Stamp, Stamp)]) -> Due {
        let pauses = merged(from, pauses);
        let mut walk = Walk::new(*self);
        if let Allowance::WorkMinutes(count) = allow {
            let (mut begin, mut left) = (from, Millis::from(count) * MINUTE_MS);
            for (paused, resumed) in pauses {
                let used = walk.business(begin, paused);
                if used >= left {
                    break;
                }
                (begin, left) = (resumed, left - used);
            }
            let at = walk.advance(begin, left);
            return Due { at, provisional: walk.provisional };
        }
        let mut at = self.reckon(&mut walk, from, allow).at;
        let days = if allow == Allowance::SameDay { self.hours.days() } else { WorkDays::Working };
        for (paused, resumed) in pauses {
            if paused >= at {
                break;
            }
            at = match allow.elapsed_ms() {
                Some(_) => at.plus(resumed.since(paused)),
                None => {
                    let more = walk.counted(self.day(paused), self.day(resumed), days);
                    at.max(self.close_of(walk.nth_after(self.day_of(at), more, days)))
                }
            };
        }
        Due { at, provisional: walk.provisional }
    }
}

/// The pauses after `from`, in order and apart from each other.
fn merged(from: Stamp, pauses: &[(Stamp, Stamp)]) -> Vec<(Stamp, Stamp)> {
    let mut sorted: Vec<_> =
        pauses.iter().map(|(begin, end)| (*begin.max(&from), *end)).filter(|(begin, end)| begin < end).collect();
    sorted.sort_unstable();
    let mut merged: Vec<(Stamp, Stamp)> = Vec::with_capacity(sorted.len());
    for (begin, end) in sorted {
        match merged.last_mut() {
            Some(last) if begin <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((begin, end)),
        }
    }
    merged
}
