//! `ringdesk draw`: the samples as they were drawn, and whether they come out the same when they are drawn again.

use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, FAILED, out, rows};
use crate::domain::draw::differs;
use crate::domain::{Draw, SpotDraw};
use crate::text::Say;
use crate::wire::{Answer, Export, ExportRow, Query};

/// Draws of one piece.
const PIECE: u32 = 50;

/// Prints the draws, or the one with this number; fails where one differs from what its seed gives, or is not there.
pub fn draw(wanted: &Wanted, only: Option<u64>, check: bool) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let mut access = Access::open(wanted, "draw")?;
    let (mut count, mut differing) = (0_usize, 0_usize);
    let language = wanted.config.language;
    access.ask(Query::Export(Export { what: "draws".to_owned(), since: None, until: None }), &mut |answer| {
        let Answer::Rows { rows, last } = answer else { return Ok(true) };
        for row in rows {
            let ExportRow::Draw(draw) = row else { continue };
            if only.is_some_and(|only| only != draw.id.0) {
                continue;
            }
            count += 1;
            let difference = if check { differs(&draw) } else { None };
            differing += usize::from(difference.is_some());
            let mut said = said(&draw).words(language);
            if check {
                said = format!("{said}  {}", difference.unwrap_or_else(|| Say::new("draw.same")).words(language));
            }
            out(&format!("{said}\n"))?;
        }
        Ok(!last)
    })?;
    access.close()?;
    summed(wanted, only, check, (count, differing))
}

/// The end of both: how many there were, and how many came out otherwise.
fn summed(wanted: &Wanted, only: Option<u64>, check: bool, (count, differing): (usize, usize)) -> Result<u8, Say> {
    if let (Some(only), 0) = (only, count) {
        return Err(Say::new("draw.none").with("draw", only));
    }
    if check {
        let summary = Say::new("draw.checked").with("count", count).with("differing", differing);
        out(&format!("{}\n", summary.words(wanted.config.language)))?;
    }
    Ok(if differing == 0 { DONE } else { FAILED })
}

/// The same for the draws of calls to be checked (R-CALL-8).
pub fn spot(wanted: &Wanted, only: Option<u64>, check: bool) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let mut access = Access::open(wanted, "draw")?;
    let (mut count, mut differing, mut after) = (0_usize, 0_usize, 0);
    let language = wanted.config.language;
    loop {
        let mut piece = Vec::new();
        access.ask(Query::SpotDraws { after, limit: PIECE }, &mut |answer| {
            if let Answer::SpotDraws(draws) = answer {
                piece = draws;
            }
            Ok(false)
        })?;
        for draw in piece.iter().filter(|draw| only.is_none_or(|only| only == draw.id.0)) {
            count += 1;
            let difference = if check { draw.differs() } else { None };
            differing += usize::from(difference.is_some());
            let mut said = said_spot(draw).words(language);
            if check {
                said = format!("{said}  {}", difference.unwrap_or_else(|| Say::new("draw.same")).words(language));
            }
            out(&format!("{said}\n"))?;
        }
        after = piece.last().map_or(after, |draw| draw.id.0);
        if piece.len() < PIECE as usize {
            break;
        }
    }
    access.close()?;
    summed(wanted, only, check, (count, differing))
}

fn said_spot(draw: &SpotDraw) -> Say {
    let picks: Vec<String> = draw.picks.iter().map(|pick| pick.call.0.to_string()).collect();
    let say = Say::new("spot.said").with("draw", draw.id.0).with("rule", &draw.rule);
    let say = say.with("first", rows::day(draw.first_day)).with("last", rows::day(draw.last_day));
    let say = say.with("seed", format!("{:016x}", draw.seed)).with("population", draw.population.len());
    let say = say.with("done", draw.done());
    say.with("picks", if picks.is_empty() { "–".to_owned() } else { picks.join(" ") })
}

fn said(draw: &Draw) -> Say {
    let drawn: Vec<String> = draw.drawn.iter().map(|ticket| ticket.spoken()).collect();
    let say = Say::new("draw.said").with("draw", draw.id.0).with("rule", &draw.rule).with("day", rows::day(draw.day));
    let say = say.with("seed", format!("{:016x}", draw.seed)).with("population", draw.population.len());
    let say = say.with("done", draw.done.len()).with("topped", draw.topped.len());
    say.with("drawn", if drawn.is_empty() { "–".to_owned() } else { drawn.join(" ") })
}
