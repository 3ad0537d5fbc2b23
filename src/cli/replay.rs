//! `ringdesk replay`: the wall as it was on a day, for review and training. The state at the day's begin and the day's
//! entries are asked for; after that the desk is not spoken to any more.

use chrono::{FixedOffset, NaiveDate, TimeZone};

use super::access::Access;
use super::arguments::{Screen, Wanted};
use super::console::{at_terminal, shown};
use super::now;
use super::wall::wall_options;
use crate::client::{Answer, Query};
use crate::domain::state::DAY_MS;
use crate::domain::{Entry, Role, Stamp, State};
use crate::text::Say;
use crate::tui::model::Replay;
use crate::tui::run::replay::{Day, replay as play};
use crate::wire::{Export, ExportRow};

pub fn replay(wanted: &Wanted, screen: Screen, day: &str, speed: &str, dense: bool) -> Result<u8, Say> {
    let wrong = || Say::new("wall.speed").with("value", speed);
    let times = speed.parse::<u32>().ok().filter(|times| (1..=300).contains(times)).ok_or_else(wrong)?;
    let date = NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| Say::new("wall.replay_day").with("day", day))?;
    at_terminal()?;
    let mut access = Access::open(wanted, "replay")?;
    let mut found = day_of(&mut access, date)?;
    access.close()?;
    found.replay.speed = times;
    let no_line = Box::new(|| Err(Say::new("wall.not_here")));
    let options = wall_options(wanted, screen, dense, no_line)?;
    shown(play(options, found))
}

/// The day as the desk has it.
fn day_of(access: &mut Access, date: NaiveDate) -> Result<Day, Say> {
    let mut welcome = access.welcome().clone();
    if welcome.me.role != Role::Supervisor {
        return Err(Say::new("wall.replay_only_supervisor"));
    }
    let offset = FixedOffset::east_opt(i32::try_from(welcome.offset_ms / 1_000).unwrap_or(0));
    let midnight =
        offset.zip(date.and_hms_opt(0, 0, 0)).and_then(|(east, day)| east.from_local_datetime(&day).single());
    let begin = midnight.map(Stamp::from).ok_or_else(|| Say::new("wall.replay_day").with("day", date))?;
    if begin > now() {
        return Err(Say::new("wall.replay_future").with("day", date));
    }
    let mut state: Option<Box<State>> = None;
    access.ask(Query::StateAt(begin), &mut |answer| {
        if let Answer::StateAt(there, _) = answer {
            state = Some(there);
        }
        Ok(false)
    })?;
    let export = Export { what: "journal".into(), since: Some(begin), until: Some(begin.plus(DAY_MS)) };
    let mut entries: Vec<Entry> = Vec::new();
    access.ask(Query::Export(export), &mut |answer| {
        let Answer::Rows { rows, last } = answer else { return Ok(false) };
        entries.extend(rows.into_iter().filter_map(|row| match row {
            ExportRow::Entry(entry, _) => Some(*entry),
            _ => None,
        }));
        Ok(!last)
    })?;
    if entries.is_empty() {
        return Err(Say::new("wall.replay_nothing").with("day", date));
    }
    let state = state.unwrap_or_else(|| Box::new(State::new(welcome.offset_ms)));
    let replay = Replay::new(begin, &state, entries);
    *welcome.book = Default::default();
    Ok(Day { welcome: Box::new(welcome), state, replay })
}
