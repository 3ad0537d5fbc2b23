//! `ringdesk staffing`: how many agents the half-hours of a day need, what comes out with those on duty, how many more
//! calls may be missed, and where each number comes from.

use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};

use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, now, out};
use crate::domain::figures::{Book, SLOT_MS, half_hour_of, running};
use crate::domain::rulebook::Rulebook;
use crate::domain::staffing::{self, Ask, COLUMNS, MayMiss, Plan, Row, WEEKS};
use crate::domain::state::DAY_MS;
use crate::domain::{Millis, Stamp};
use crate::text::{Ambiguous, Language, Say, fit_right, width::width};
use crate::wire::{Answer, Query};

/// What is asked for.
pub struct Question {
    /// A local day, `2026-11-23`; none for what is left of today.
    pub day: Option<String>,
    /// One queue; none for all together.
    pub queue: Option<String>,
    /// So many agents, instead of those on duty.
    pub agents: Option<u32>,
    /// For scripts.
    pub json: bool,
}

pub fn staffing(wanted: &Wanted, question: &Question) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let offset_ms = Millis::from(wanted.config.offset_minutes) * 60_000;
    let (now, day) = (now(), question.day.as_deref().map(read_day).transpose()?);
    let queue = question.queue.as_deref();
    let mut access = Access::open(wanted, "staffing")?;
    let today = (now.0 + offset_ms).div_euclid(DAY_MS);
    let begin = |day: i64| half_hour_of(Stamp(day * DAY_MS - offset_ms));
    let since = begin(day.unwrap_or(today).min(today) - WEEKS * 7);
    let mut book = Book::default();
    access.ask(Query::Figures { since, until: begin(day.unwrap_or(today).max(today) + 1) }, &mut |answer| {
        let Answer::Figures { cells, last } = answer else { return Ok(true) };
        book.add(&cells, 1);
        Ok(!last)
    })?;
    // Nobody sits at a desk that was started for this question alone.
    let state = if access.is_running() { Some(access.state()?) } else { None };
    if let Some(state) = &state {
        book.add(&running(state, now), 1);
    }
    let there = state.as_ref().filter(|state| staffing::knows_who_is_there(state));
    let on_duty = question.agents.unwrap_or_else(|| there.map_or(0, |state| staffing::on_duty(state, queue)));
    let rules = access.rulebook().clone();
    access.close()?;
    let ask = Ask { book: &book, rules: &rules, offset_ms, queue, now, day, on_duty };
    let plan = staffing::plan(&ask);
    let room = room(&ask, &plan);
    let said = match question.json {
        true => format!("{:#}\n", as_json(&ask, &plan, room)),
        false => as_text(&rules, &plan, room, wanted.config.language),
    };
    out(&said)?;
    Ok(DONE)
}

fn read_day(text: &str) -> Result<i64, Say> {
    let bad = |_| Say::new("staffing.bad_day").with("day", text);
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").map_err(bad)?;
    Ok(day.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days())
}

/// R-LIVE-4, where the rulebook has a rate to keep; of now, so not for another day.
fn room(ask: &Ask<'_>, plan: &Plan) -> Option<MayMiss> {
    let level = &ask.rules.service_level;
    let target = level.target_percent.filter(|_| ask.day.is_none())?;
    let counts = staffing::window(ask.book, ask.queue, level.over_hours, ask.now, ask.offset_ms);
    staffing::may_miss(&counts, level.formula, target, plan.left())
}

fn as_text(rules: &Rulebook, plan: &Plan, room: Option<MayMiss>, language: Language) -> String {
    let head: Vec<String> =
        COLUMNS.iter().map(|code| language.word(&format!("staffing.head_{code}")).to_owned()).collect();
    let rows: Vec<Vec<String>> = plan.rows.iter().map(|row| plan.cells(row)).collect();
    let wide = |at: usize| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(at));
        cells.map(|cell| width(cell, Ambiguous::Narrow)).max().unwrap_or(0)
    };
    let line = |cells: &Vec<String>| {
        let set = cells.iter().enumerate().map(|(at, cell)| fit_right(cell, wide(at), Ambiguous::Narrow));
        set.collect::<Vec<_>>().join("  ")
    };
    let mut lines: Vec<String> = [&head].into_iter().chain(&rows).map(line).collect();
    lines.push(String::new());
    if let Some(room) = room {
        lines.push(room.said(&rules.service_level).words(language));
        if let (Some(left), Some(expected)) = (room.left_of_expected, plan.left()) {
            let say = Say::new("staffing.left_expected").with("expected", expected).with("left", left);
            lines.push(say.words(language));
        }
    }
    lines.extend(plan.sources().iter().map(|say| say.words(language)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn as_json(ask: &Ask<'_>, plan: &Plan, room: Option<MayMiss>) -> Value {
    let row = |row: &Row| {
        let from = Stamp(row.half_hour * SLOT_MS - ask.offset_ms);
        let offset = chrono::FixedOffset::east_opt(i32::try_from(ask.offset_ms / 1_000).unwrap_or(0));
        json!({
            "from": offset.map(|offset| from.rfc3339(offset)),
            "expected": row.expected.map(|expected| json!({
                "calls": expected.calls, "days": expected.days, "least": expected.least, "most": expected.most,
            })),
            "came": row.came,
            "needed": row.needed,
            "with_on_duty": row.with.filter(|_| row.needed.is_some()).map(|with| json!({
                "in_limit": with.in_limit, "occupancy": with.occupancy, "abandon": with.abandon,
                "wait_s": Some(with.wait_s).filter(|wait| wait.is_finite()),
            })),
        })
    };
    json!({
        "queue": ask.queue,
        "on_duty": plan.on_duty,
        "model": format!("erlang_{}", plan.erlang().to_lowercase()),
        "target": { "percent": plan.target.percent, "seconds": plan.target.limit_s, "of_rulebook": plan.target.stated },
        "handling": plan.handling.map(|handling| json!({
            "seconds": handling.mean_s, "wrap_up_seconds": handling.wrap_up_s, "talks": handling.talks,
            "of_queue": handling.of_queue,
        })),
        "patience": plan.patience.map(|patience| json!({
            "seconds": patience.mean_s, "low": patience.low_s, "high": patience.high_s,
            "abandoned": patience.abandoned, "answered": patience.answered,
        })),
        "trend": { "came": plan.trend.came, "expected": plan.trend.expected, "factor": plan.trend.factor },
        "may_miss": room.map(|room| json!({
            "left": room.left, "left_of_expected": room.left_of_expected, "missed": room.missed,
            "counted": room.counted, "holds": room.holds, "to_mend": room.to_mend,
        })),
        "rows": plan.rows.iter().map(row).collect::<Vec<_>>(),
    })
}
