//! When the desk works: on which days, and from when to when on each of them.

use serde::{Deserialize, Serialize};

use crate::text::Say;

/// 24:00 as a minute of the day.
pub const MIDNIGHT: u16 = 1_440;

/// The whole day as a span.
const WHOLE_DAY: &[(u16, u16)] = &[(0, MIDNIGHT)];

/// Which days the desk works on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkDays {
    /// Working days of the calendar, make-up weekends among them.
    #[default]
    Working,
    /// Every day of the year; the calendar is not asked.
    Every,
}

/// Hours of business. The default is working days, the whole day, closing at 24:00.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    days: WorkDays,
    /// Minutes of the day, in order, apart from each other. Empty: the whole day.
    spans: Vec<(u16, u16)>,
}

impl Hours {
    /// These spans on these days, in minutes of the day, the end not included; no span at all is the whole day. Spans
    /// that touch become one. Refused are spans that are empty, end before they begin, reach beyond 24:00, or overlap.
    pub fn new(days: WorkDays, spans: &[(u16, u16)]) -> Result<Hours, Say> {
        for (begin, end) in spans {
            let text = || format!("{}-{}", clock(*begin), clock(*end));
            if *end > MIDNIGHT {
                return Err(Say::new("calendar.span_beyond").with("span", text()));
            }
            if begin >= end {
                return Err(Say::new("calendar.span_reversed").with("span", text()));
            }
        }
        let mut sorted = spans.to_vec();
        sorted.sort_unstable();
        let mut spans: Vec<(u16, u16)> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match spans.last_mut() {
                Some(before) if span.0 < before.1 => {
                    let text = |span: &(u16, u16)| format!("{}-{}", clock(span.0), clock(span.1));
                    return Err(Say::new("calendar.span_overlap").with("one", text(before)).with("other", text(&span)));
                }
                Some(before) if span.0 == before.1 => before.1 = span.1,
                _ => spans.push(span),
            }
        }
        Ok(Hours { days, spans })
    }

    /// Working days from texts such as `08:30-12:00`, one a span. An empty list is refused: a desk without an end to its
    /// day is [`Hours::always`] or the default, and is said so.
    pub fn parse(spans: &[String]) -> Result<Hours, Say> {
        Hours::parse_on(WorkDays::Working, spans)
    }

    /// As [`Hours::parse`], on the days named.
    pub fn parse_on(days: WorkDays, spans: &[String]) -> Result<Hours, Say> {
        if spans.is_empty() {
            return Err(Say::new("calendar.span_none"));
        }
        let read = |text: &String| {
            let (begin, end) = text.split_once('-')?;
            Some((minute(begin.trim())?, minute(end.trim())?))
        };
        let spans: Result<Vec<_>, _> = spans
            .iter()
            .map(|text| read(text).ok_or_else(|| Say::new("calendar.span_wrong").with("span", text.trim())))
            .collect();
        Hours::new(days, &spans?)
    }

    /// A desk that never closes: every day, round the clock.
    pub fn always() -> Hours {
        Hours { days: WorkDays::Every, spans: Vec::new() }
    }

    /// Whether it never closes.
    pub fn is_always(&self) -> bool {
        self.days == WorkDays::Every && self.spans() == WHOLE_DAY
    }

    /// The days it works on.
    pub fn days(&self) -> WorkDays {
        self.days
    }

    /// The spans of a day, in minutes of the day, in order; the whole day where none were given.
    pub fn spans(&self) -> &[(u16, u16)] {
        if self.spans.is_empty() { WHOLE_DAY } else { &self.spans }
    }

    /// Close of business as a minute of the day: the end of the last span, or 24:00.
    pub fn close(&self) -> u16 {
        self.spans().last().map_or(MIDNIGHT, |span| span.1)
    }
}

/// `08:30`, and `24:00` for the end of the day.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let figures = |text: &str, most: usize| {
        let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (figures(hours, 2)?, figures(minutes, 2)?);
    let whole = hours * 60 + minutes;
    // 24:01 and the like are read, so that the refusal can say that the day ends at 24:00.
    (minutes < 60).then_some(whole)
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
