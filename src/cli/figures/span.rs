//! From when to when: what people write, held to what figures can be counted by.

use chrono::FixedOffset;

use crate::cli::export::moment;
use crate::domain::Stamp;
use crate::domain::figures::SLOT_MS;
use crate::domain::state::DAY_MS;
use crate::text::Say;

/// The longest span, in days: five years.
const LONGEST_DAYS: i64 = 5 * 366;

/// A day and a time as they are printed.
pub const MIDNIGHT: &str = "%Y-%m-%d %H:%M";

/// A moment in local time.
pub fn local(at: Stamp, offset: FixedOffset, form: &str) -> String {
    at.at(offset).format(form).to_string()
}

/// When the local day of a moment begins.
pub fn midnight(at: Stamp, offset: FixedOffset) -> Stamp {
    let east = i64::from(offset.local_minus_utc()) * 1_000;
    Stamp((at.0 + east).div_euclid(DAY_MS) * DAY_MS - east)
}

/// The span that is asked for: without a begin the day of the end, without an end all of today.
///
/// # Errors
/// A sentence where a time can't be read, lies between half-hours, where nothing is between the two, or too much.
pub fn window(
    since: Option<&str>,
    until: Option<&str>,
    now: Stamp,
    offset: FixedOffset,
) -> Result<(Stamp, Stamp), Say> {
    let read = |text: &str| moment(text, offset).and_then(|at| on_the_half_hour(at, text, offset));
    let until = until.map(read).transpose()?;
    let since = since.map(read).transpose()?;
    let end = until.unwrap_or(midnight(now, offset).plus(DAY_MS));
    let begin = since.unwrap_or(midnight(Stamp(end.0.saturating_sub(1)), offset));
    let words = |at: Stamp| local(at, offset, MIDNIGHT);
    if begin >= end {
        return Err(Say::new("printed.backwards").with("since", words(begin)).with("until", words(end)));
    }
    if end.since(begin) > LONGEST_DAYS * DAY_MS {
        return Err(Say::new("printed.too_long").with("since", words(begin)).with("until", words(end)));
    }
    Ok((begin, end))
}

/// Figures are counted by half-hours: a time between two of them would name a part of a sum that nobody has.
fn on_the_half_hour(at: Stamp, text: &str, offset: FixedOffset) -> Result<Stamp, Say> {
    let east = i64::from(offset.local_minus_utc()) * 1_000;
    if (at.0 + east).rem_euclid(SLOT_MS) == 0 { Ok(at) } else { Err(Say::new("printed.half_hour").with("text", text)) }
}
