//! From the values of the domain to the words of the catalogue, and from moments to the figures on the screen.

use crate::domain::call::{Call, Disposition, Outcome, Phase};
use crate::domain::source::Link;
use crate::domain::state::DAY_MS;
use crate::domain::typed::{TimeWords, Typing};
use crate::domain::{AgentState, CallbackReason, Grade, Gravity, Millis, Reach, RequestType, SourceId, Stamp};
use crate::text::clean::has_right_to_left;
use crate::text::{Ambiguous, Language, is_clean};

/// 工单类型
pub fn kind(kind: RequestType) -> &'static str {
    match kind {
        RequestType::Emergency => "kind.emergency",
        RequestType::Outage => "kind.outage",
        RequestType::Hazard => "kind.hazard",
        RequestType::Repair => "kind.repair",
        RequestType::Complaint => "kind.complaint",
        RequestType::TipOff => "kind.tip-off",
        RequestType::Application => "kind.application",
        RequestType::Enquiry => "kind.enquiry",
        RequestType::Suggestion => "kind.suggestion",
        RequestType::Praise => "kind.praise",
    }
}

/// 等级, with the meaning of its style; nothing for an ordinary customer.
pub fn grade(grade: Grade) -> Option<(&'static str, &'static str)> {
    Some(match grade {
        Grade::Special => ("grade.special", "grade.special"),
        Grade::First => ("grade.first", "grade.first"),
        Grade::Second => ("grade.second", "grade.second"),
        Grade::Temporary => ("grade.temporary", "grade.temporary"),
        Grade::Ordinary => return None,
    })
}

/// 座席状态
pub fn agent_state(state: &AgentState) -> &'static str {
    match state {
        AgentState::Offline => "state.offline",
        AgentState::Ready => "state.ready",
        AgentState::Ringing => "state.ringing",
        AgentState::OnCall => "state.on-call",
        AgentState::Hold => "state.hold",
        AgentState::WrapUp => "state.wrap-up",
        AgentState::Break(_) => "state.break",
        AgentState::Training => "state.training",
    }
}

/// Where a call stands.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Arrived => "phase.arrived",
        Phase::Waiting => "phase.waiting",
        Phase::Offered => "phase.offered",
        Phase::Ringing => "phase.ringing",
        Phase::Talking => "phase.talking",
        Phase::Held => "phase.held",
        Phase::Transferred => "phase.transferred",
        Phase::Ended => "phase.ended",
    }
}

/// How a call came out.
pub fn outcome(call: &Call) -> &'static str {
    match call.outcome {
        Outcome::Answered => "outcome.answered",
        Outcome::Transferred => "outcome.transferred",
        Outcome::Abandoned => "outcome.abandoned",
        Outcome::Timeout => "outcome.timeout",
        Outcome::QueueFull => "outcome.queue-full",
        Outcome::QueueEmpty => "outcome.queue-empty",
        Outcome::Redirected => "outcome.redirected",
        Outcome::Withdrawn => "outcome.withdrawn",
        Outcome::CutByPbx => "outcome.cut",
        Outcome::NotReached => "outcome.not-reached",
        Outcome::Unknown => "outcome.unknown",
    }
}

/// 处理结果
pub fn disposition(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::EnquiryAnswered => "disposition.answered",
        Disposition::TicketOpened => "disposition.ticket",
        Disposition::Transferred => "disposition.transferred",
        Disposition::WrongNumber => "disposition.wrong",
        Disposition::Nuisance => "disposition.nuisance",
        Disposition::NoVoice => "disposition.silent",
    }
}

/// Why a call is owed.
pub fn reason(reason: CallbackReason) -> &'static str {
    match reason {
        CallbackReason::Abandoned => "reason.abandoned",
        CallbackReason::Timeout => "reason.timeout",
        CallbackReason::TurnedAway => "reason.turned-away",
        CallbackReason::CutByPbx => "reason.cut",
        CallbackReason::Asked => "reason.asked",
        CallbackReason::Agreed => "reason.agreed",
        CallbackReason::Answer => "reason.answer",
        CallbackReason::Revisit => "reason.revisit",
        CallbackReason::Sample => "reason.sample",
    }
}

/// 轻重
pub fn gravity(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Emergency => "due.gravity.emergency",
        Gravity::Grave => "due.gravity.grave",
        Gravity::Important => "due.gravity.important",
        Gravity::Ordinary => "due.gravity.ordinary",
    }
}

/// What came of a try.
pub fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Reached => "reach.reached",
        Reach::NotReached => "reach.not_reached",
        Reach::Refused => "reach.refused",
        Reach::WrongNumber => "reach.wrong_number",
    }
}

/// How a link is.
pub fn link(link: Link) -> &'static str {
    match link {
        Link::Down => "link.down",
        Link::Syncing => "link.syncing",
        Link::Up => "link.up",
        Link::Over => "link.over",
    }
}

/// What sets a call apart from a live, seen one: 演练, 手工, 补录, and from one that shows as it is stored: 异字.
pub fn marks(call: &Call) -> impl Iterator<Item = &'static str> {
    // A call that was filled in from the PBX's log has no link it came by, and nobody entered it by hand.
    let hand = call.source == SourceId::HAND && !call.rehearsal && !call.reconstructed;
    [
        (call.rehearsal, "mark.rehearsal"),
        (hand, "mark.by-hand"),
        (call.reconstructed, "mark.reconstructed"),
        (told(call).any(is_odd), "mark.altered"),
    ]
    .into_iter()
    .filter_map(|(holds, key)| holds.then_some(key))
}

/// The characters of the caller's name and number that the screen does not show as they are, by their codes; empty
/// where it shows all.
pub fn odd_codes(call: &Call) -> String {
    let mut codes = Vec::new();
    for text in told(call).filter(|text| is_odd(text)) {
        let odd = |character: &char| is_odd(character.encode_utf8(&mut [0; 4]));
        let begun = codes.len();
        codes.extend(text.chars().filter(odd).map(code));
        if codes.len() == begun {
            codes.extend(text.chars().map(code));
        }
    }
    codes.join(" ")
}

fn code(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// What the telephone network told of the caller.
fn told(call: &Call) -> impl Iterator<Item = &str> {
    [&call.party.name, &call.party.number].into_iter().map(|text| text.trim_end())
}

/// Shown, a text is not what is stored: characters are left out, replaced, or masked because they turn the row. Measured
/// by the narrow mode, so that the answer is the same at every terminal.
fn is_odd(text: &str) -> bool {
    !is_clean(text, Ambiguous::Narrow) || has_right_to_left(text)
}

/// `15:04`.
pub fn clock(at: Stamp, offset_ms: i64) -> String {
    let minutes = (at.0 + offset_ms).rem_euclid(DAY_MS) / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `15:04` on the same day as `now`, `03-21 15:04` on others.
pub fn moment(at: Stamp, now: Stamp, offset_ms: i64) -> String {
    let (day, today) = ((at.0 + offset_ms).div_euclid(DAY_MS), (now.0 + offset_ms).div_euclid(DAY_MS));
    if day == today {
        return clock(at, offset_ms);
    }
    let (month, day) = month_and_day(day);
    format!("{month:02}-{day:02} {}", clock(at, offset_ms))
}

/// The local month of a moment, counted from the year 0: twelve a year.
pub fn month(at: Stamp, offset_ms: i64) -> i64 {
    let days = (at.0 + offset_ms).div_euclid(DAY_MS);
    let eras = (days + 719_468).div_euclid(146_097);
    let of_era = (days + 719_468).rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let (month, _) = month_and_day(days);
    // The years of this reckoning begin in March.
    (eras * 400 + year + i64::from(month < 3)) * 12 + month - 1
}

/// When a local month begins, counted as [`month`] counts.
pub fn month_begins(month: i64, offset_ms: i64) -> Stamp {
    // The years of this reckoning begin in March.
    let (year, march) = ((month - 2).div_euclid(12), (month - 2).rem_euclid(12));
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = 365 * year + leaps + (153 * march + 2) / 5 - 719_468;
    Stamp(days * DAY_MS - offset_ms)
}

/// A day since 1970-01-01: `11-22`, with the year on days of another year than today's: `2025-11-22`.
pub fn date(day: i64, today: i64) -> String {
    let year = |day: i64| month(Stamp(day * DAY_MS), 0).div_euclid(12);
    let (month, of_month) = month_and_day(day);
    match year(day) == year(today) {
        true => format!("{month:02}-{of_month:02}"),
        false => format!("{:04}-{month:02}-{of_month:02}", year(day)),
    }
}

/// Month and day of a day since 1970-01-01, by the years of 365.2425 days that begin in March.
fn month_and_day(days: i64) -> (i64, i64) {
    let of_era = (days + 719_468).rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    (if march < 10 { march + 3 } else { march - 9 }, day)
}

/// `0:07`, `12:30`, `1:02:03`.
pub fn span(ms: Millis) -> String {
    let seconds = ms.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `12`, `1:05`: minutes, and hours where there are some. For what need not count in seconds.
pub fn minutes(ms: Millis) -> String {
    let minutes = ms.max(0) / 60_000;
    if minutes >= 60 { format!("{}h{:02}", minutes / 60, minutes % 60) } else { format!("{minutes}m") }
}

/// How days and moments are read where they are typed short. `ahead`: what is meant lies ahead.
pub fn typing(language: Language, now: Stamp, offset_ms: i64, ahead: bool) -> Typing<'static> {
    let word = |name: &str| language.entries().find(|(key, _)| *key == name).map_or("", |(_, words)| words);
    let words = TimeWords {
        today: word("when.today"),
        tomorrow: word("when.tomorrow"),
        after: word("when.after"),
        hour: word("when.hour"),
        half: word("when.half"),
        morning: word("when.morning"),
        afternoon: word("when.afternoon"),
    };
    Typing { now, offset_ms, words, ahead }
}
