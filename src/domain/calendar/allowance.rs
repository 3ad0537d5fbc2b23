//! How much time a rule allows (R-CMP-1): a number and what it counts.

use serde::{Deserialize, Serialize};

use crate::domain::Millis;
use crate::text::Say;

const MINUTE_MS: Millis = 60_000;
const HOUR_MS: Millis = 60 * MINUTE_MS;
const DAY_MS: Millis = 24 * HOUR_MS;

/// The longest allowance that is taken: ten years. A longer one is a typing error.
pub const LONGEST_DAYS: u32 = 3_650;

/// How much time is allowed, and which time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Allowance {
    /// `30m`: so many minutes, day and night.
    Minutes(u32),
    /// `24h`: so many hours, day and night.
    Hours(u32),
    /// `3d`: so many times 24 hours, to the minute. "Within 3 days" of Monday 10:15 ends on Thursday at 10:15,
    /// holidays or not.
    Days(u32),
    /// `5wd`: until the close of business of the n-th working day after the start day. The start day never counts,
    /// whatever the hour.
    WorkingDays(u32),
    /// `90wm`, `8wh`: so many minutes of business, counted only while the desk works.
    WorkMinutes(u32),
    /// `same-day`: until the close of business of the start day. A start at or after it, or on a day off, has until the
    /// close of the next day of business. A desk that never closes has until 24:00 of the start day.
    SameDay,
}

impl Allowance {
    /// Reads `30m`, `24h`, `3d`, `5wd`, `90wm`, `8wh` (480 minutes of business) or `same-day`. Zero and more than ten
    /// years are refused.
    pub fn parse(text: &str) -> Result<Allowance, Say> {
        let trimmed = text.trim().to_ascii_lowercase();
        if trimmed == "same-day" {
            return Ok(Allowance::SameDay);
        }
        let wrong = || Say::new("calendar.allowance_wrong").with("text", text.trim());
        let end = trimmed.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (digits, unit) = trimmed.split_at(end);
        let a_day: u32 = match unit {
            "m" | "wm" => 1_440,
            "h" | "wh" => 24,
            "d" | "wd" => 1,
            _ => return Err(wrong()),
        };
        if digits.is_empty() {
            return Err(wrong());
        }
        let longest = LONGEST_DAYS * a_day;
        let too_long =
            || Say::new("calendar.allowance_long").with("text", text.trim()).with("most", format!("{longest}{unit}"));
        let number: u32 = digits.parse().map_err(|_| too_long())?;
        match (number, unit) {
            (0, _) => Err(Say::new("calendar.allowance_zero").with("text", text.trim())),
            _ if number > longest => Err(too_long()),
            (_, "m") => Ok(Allowance::Minutes(number)),
            (_, "h") => Ok(Allowance::Hours(number)),
            (_, "d") => Ok(Allowance::Days(number)),
            (_, "wd") => Ok(Allowance::WorkingDays(number)),
            (_, "wh") => Ok(Allowance::WorkMinutes(number * 60)),
            _ => Ok(Allowance::WorkMinutes(number)),
        }
    }

    /// The text that [`Allowance::parse`] reads back as the same allowance.
    pub fn code(self) -> String {
        match self {
            Allowance::Minutes(n) => format!("{n}m"),
            Allowance::Hours(n) => format!("{n}h"),
            Allowance::Days(n) => format!("{n}d"),
            Allowance::WorkingDays(n) => format!("{n}wd"),
            Allowance::WorkMinutes(n) => format!("{n}wm"),
            Allowance::SameDay => "same-day".to_owned(),
        }
    }

    /// The span in milliseconds, where every hour counts alike; `None` where the calendar or the hours decide.
    pub fn elapsed_ms(self) -> Option<Millis> {
        match self {
            Allowance::Minutes(n) => Some(Millis::from(n) * MINUTE_MS),
            Allowance::Hours(n) => Some(Millis::from(n) * HOUR_MS),
            Allowance::Days(n) => Some(Millis::from(n) * DAY_MS),
            Allowance::WorkingDays(_) | Allowance::WorkMinutes(_) | Allowance::SameDay => None,
        }
    }
}
