//! Over which days figures are taken: named ones that move with the day, and any two dates.

use crate::domain::figures::{SLOT_MS, first_of_month, monday_of};
use crate::domain::state::DAY_MS;
use crate::text::Say;
use crate::tui::model::Model;
use crate::tui::words;

/// Local days, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FigureSpan {
    /// 今日
    #[default]
    Today,
    /// 昨日
    Yesterday,
    /// 本周, from its Monday to today.
    ThisWeek,
    /// 近七天, today with them.
    LastSeven,
    /// 本月, to today.
    ThisMonth,
    /// 上月
    LastMonth,
    /// From this day to this one and with it.
    Days(i64, i64),
    /// Of this day, from this half-hour to this one and with it.
    Slots(i64, i64, i64),
}

impl FigureSpan {
    /// Those with a name, in the order they are offered.
    pub const NAMED: [FigureSpan; 6] = [
        FigureSpan::Today,
        FigureSpan::Yesterday,
        FigureSpan::ThisWeek,
        FigureSpan::LastSeven,
        FigureSpan::ThisMonth,
        FigureSpan::LastMonth,
    ];

    /// Its name in the catalogue; none for typed days.
    pub fn key(self) -> Option<&'static str> {
        Some(match self {
            FigureSpan::Today => "figure_page.today",
            FigureSpan::Yesterday => "figure_page.yesterday",
            FigureSpan::ThisWeek => "figure_page.this-week",
            FigureSpan::LastSeven => "figure_page.last-seven",
            FigureSpan::ThisMonth => "figure_page.this-month",
            FigureSpan::LastMonth => "figure_page.last-month",
            FigureSpan::Days(..) | FigureSpan::Slots(..) => return None,
        })
    }

    /// The first and the last day.
    pub fn days(self, today: i64) -> (i64, i64) {
        match self {
            FigureSpan::Today => (today, today),
            FigureSpan::Yesterday => (today - 1, today - 1),
            FigureSpan::ThisWeek => (monday_of(today), today),
            FigureSpan::LastSeven => (today - 6, today),
            FigureSpan::ThisMonth => (first_of_month(today), today),
            FigureSpan::LastMonth => {
                let last = first_of_month(today) - 1;
                (first_of_month(last), last)
            }
            FigureSpan::Days(first, last) => (first, last),
            FigureSpan::Slots(day, ..) => (day, day),
        }
    }

    /// From this half-hour on, and before this one, as facts are counted (`figures::half_hour_of`).
    pub fn half_hours(self, today: i64, offset_ms: i64) -> (i64, i64) {
        let begin = |day: i64| (day * DAY_MS - offset_ms).div_euclid(SLOT_MS);
        match self {
            FigureSpan::Slots(day, first, last) => (begin(day) + first, begin(day) + last + 1),
            span => {
                let (first, last) = span.days(today);
                (begin(first), begin(last + 1))
            }
        }
    }
}

impl Model {
    /// Today, as days since 1970-01-01.
    pub fn today(&self) -> i64 {
        (self.now.0 + self.desk.welcome().offset_ms).div_euclid(DAY_MS)
    }

    /// A span in words, its days with it.
    pub fn span_words(&self, span: FigureSpan) -> String {
        let (first, last) = span.days(self.today());
        let days = match first == last {
            true => words::date(first, self.today()),
            false => {
                let (first, last) = (words::date(first, self.today()), words::date(last, self.today()));
                self.words(&Say::new("figure_page.from-to").with("first", first).with("last", last))
            }
        };
        match span {
            FigureSpan::Slots(_, first, last) => format!("{days} {}-{}", slot_clock(first), slot_clock(last + 1)),
            span => span.key().map_or(days.clone(), |key| format!("{} {days}", self.word(key))),
        }
    }
}

/// When a half-hour of the day begins: `09:30`.
pub fn slot_clock(slot: i64) -> String {
    format!("{:02}:{:02}", slot / 2, slot % 2 * 30)
}
