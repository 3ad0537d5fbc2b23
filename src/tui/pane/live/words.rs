//! Figures of the live queue in words and signs: what can't be known is said so, and nothing to count is no number.

use crate::domain::figures::{Fact, Measure};
use crate::domain::{AgentState, Millis};
use crate::text::Say;
use crate::tui::model::{LiveView, Model, QueueLine, Unknown};
use crate::tui::words;

/// Nothing to count (R-LIVE-3).
pub const NONE: &str = "\u{2013}";

/// A share in thousandths as `95.4%`.
pub fn share(permille: Option<i64>) -> String {
    permille.map_or_else(|| NONE.to_owned(), |share| format!("{}.{}%", share / 10, share % 10))
}

/// A mean of times.
pub fn mean(ms: Option<Millis>) -> String {
    ms.map_or_else(|| NONE.to_owned(), words::span)
}

/// The service level by the formula in force.
pub fn level(model: &Model) -> Measure {
    Measure::ServiceLevel(model.desk.welcome().rulebook.service_level.formula)
}

/// The formula in force, as it is written everywhere (R-LIVE-3).
pub fn formula(model: &Model) -> &'static str {
    use crate::domain::rulebook::Formula;
    match model.desk.welcome().rulebook.service_level.formula {
        Formula::Answered => "A/N",
        Formula::AbandonedInTimeGood => "(A+Bs)/(N+B)",
        Formula::AllOffered => "A/(N+B)",
        Formula::AbandonedInTimeOut => "A/(N+B-Bs)",
    }
}

/// A service level with the meaning of its style and the sign that says the same.
pub fn kept(model: &Model, view: &LiveView<'_>, permille: Option<i64>) -> (&'static str, String) {
    if view.unknown.is_some() {
        return ("muted", model.word("live.unknown"));
    }
    let words = share(permille);
    match permille.and_then(|permille| model.keeps_target(permille)) {
        Some(true) => ("timer.calm", words),
        Some(false) => ("timer.late", format!("{words}!!")),
        None => ("strong", words),
    }
}

/// The service level of the last thirty minutes; nobody on duty has none.
pub fn lately(model: &Model, view: &LiveView<'_>, line: &QueueLine) -> Option<i64> {
    line.of_lately(level(model)).filter(|_| view.on_duty() > 0)
}

/// How many wait, as a word where it can't be known.
pub fn count(model: &Model, view: &LiveView<'_>, count: usize) -> String {
    if view.unknown.is_some() { model.word("live.unknown") } else { count.to_string() }
}

/// What can't be known and since when; empty where all is known.
pub fn unknown(model: &Model, view: &LiveView<'_>) -> String {
    let Some(unknown) = view.unknown else { return String::new() };
    let key = if matches!(unknown, Unknown::Desk(_)) { "live.desk_lost" } else { "live.pbx_lost" };
    match unknown.since() {
        Some(since) => {
            let time = words::moment(since, model.now, model.desk.welcome().offset_ms);
            model.words(&Say::new(key).with("time", time))
        }
        None => model.word("live.pbx_never"),
    }
}

/// The link to the PBX, with the meaning of its style.
pub fn pbx(model: &Model) -> (&'static str, String) {
    match model.pbx() {
        _ if !model.is_linked() => ("muted", model.word("status.pbx-unknown")),
        None if !model.desk.welcome().pbx => ("muted", model.word("status.no-pbx")),
        None => ("warning", model.words(&Say::new("status.pbx").with("link", model.word("link.down")))),
        Some(source) => {
            let up = source.link == crate::domain::source::Link::Up;
            let say = Say::new("status.pbx").with("link", model.word(words::link(source.link)));
            (if up { "good" } else { "warning" }, model.words(&say))
        }
    }
}

/// The line to the desk, and when something changed last.
pub fn desk(model: &Model) -> (&'static str, String) {
    if !model.is_linked() {
        return ("warning", model.word("status.desk-lost"));
    }
    let changed = model.changed_at.map(|at| clock(at, model.desk.welcome().offset_ms));
    match changed {
        Some(time) => ("good", model.words(&Say::new("live.desk").with("time", time))),
        None => ("good", model.word("status.desk-up")),
    }
}

/// `15:04:05`.
pub fn clock(at: crate::domain::Stamp, offset_ms: i64) -> String {
    let seconds = (at.0 + offset_ms).rem_euclid(60_000) / 1_000;
    format!("{}:{seconds:02}", words::clock(at, offset_ms))
}

/// The counted agents by state: each kind that has any, in the order of a call's life.
pub fn states(model: &Model, view: &LiveView<'_>) -> Vec<(&'static str, String)> {
    let kinds = [
        (AgentState::Ready, "good"),
        (AgentState::Ringing, "strong"),
        (AgentState::OnCall, "value"),
        (AgentState::Hold, "value"),
        (AgentState::WrapUp, "value"),
        (AgentState::Break(String::new()), "muted"),
        (AgentState::Training, "muted"),
    ];
    let counted = kinds.into_iter().map(|(state, style)| (view.states[state.kind()], state, style));
    let counted = counted.filter(|(count, state, _)| *count > 0 || *state == AgentState::Ready);
    counted
        .map(|(count, state, style)| (style, format!("{} {count}", model.word(words::agent_state(&state)))))
        .collect()
}

/// Figures that hold calls nobody saw are marked with how many (R-LIVE-3).
pub fn reconstructed(model: &Model, line: &QueueLine) -> String {
    match line.today.get(Fact::Reconstructed) {
        0 => String::new(),
        count => model.words(&Say::new("live.reconstructed").with("count", count)),
    }
}
