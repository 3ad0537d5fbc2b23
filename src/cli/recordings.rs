//! `ringdesk recordings`: what the PBX may delete, for whatever deletes it there, and the recording register (R-CALL-7).
//! ringdesk itself deletes no sound.

use chrono::{DateTime, FixedOffset};

use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, out, rows};
use crate::domain::Recording;
use crate::domain::recording::UNFINISHED;
use crate::text::{Ambiguous, Say, clean};
use crate::wire::{Answer, Query};

/// Recordings of one piece.
const PIECE: u32 = 500;

/// Prints the register, or the paths that are free.
pub fn recordings(wanted: &Wanted, register: bool, since: Option<&str>, null: bool, json: bool) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let offset = FixedOffset::east_opt(wanted.config.offset_minutes * 60)
        .ok_or_else(|| Say::new("config.offset").with("value", wanted.config.offset_minutes))?;
    let since = since.map(|text| super::export::moment(text, offset)).transpose()?;
    let mut access = Access::open(wanted, "recordings")?;
    let mut after = 0;
    loop {
        let mut piece = Vec::new();
        access.ask(Query::RecordingsAfter { register, since, after, limit: PIECE }, &mut |answer| {
            if let Answer::Recordings(recordings) = answer {
                piece = recordings;
            }
            Ok(false)
        })?;
        for recording in &piece {
            out(&match (json, register) {
                (true, _) => format!("{}\n", serde_json::Value::Object(rows::recording_row(recording, offset))),
                (false, true) => format!("{}\n", entry(wanted, recording, offset)),
                (false, false) => paths(recording, if null { '\0' } else { '\n' }),
            })?;
        }
        let number = |recording: &Recording| recording.extraction.as_ref().map_or(0, |entry| entry.number);
        after = piece.last().map_or(after, |last| if register { number(last) } else { last.call.0 });
        if piece.len() < PIECE as usize {
            break;
        }
    }
    access.close()?;
    Ok(DONE)
}

/// As the PBX said them. In lines, a path with a line's end in it would be two others: it is left to `-0`.
fn paths(recording: &Recording, end: char) -> String {
    let whole = |path: &&str| !path.contains(end);
    recording.paths().filter(whole).map(|path| format!("{path}{end}")).collect()
}

fn entry(wanted: &Wanted, recording: &Recording, offset: FixedOffset) -> String {
    let Some(entry) = &recording.extraction else { return String::new() };
    let language = wanted.config.language;
    let none = || "\u{2013}".to_owned();
    let by = entry.by.as_ref().map_or_else(|| language.word("happened.desk").to_owned(), |by| by.0.clone());
    let by_desk = entry.by.is_none() && entry.reason == UNFINISHED;
    let reason = if by_desk { language.word("recording.unfinished").to_owned() } else { entry.reason.clone() };
    let at = DateTime::from_timestamp_millis(entry.at.0).unwrap_or_default().with_timezone(&offset);
    let at = at.format("%Y-%m-%d %H:%M").to_string();
    let say = Say::new("recording.entry").with("number", entry.number).with("at", at).with("by", by);
    let say = say.with("call", recording.call.0).with("reason", clean(&reason, Ambiguous::Narrow));
    let say = say.with("ticket", entry.ticket.map_or_else(none, |ticket| ticket.spoken()));
    let place =
        if entry.place.is_empty() { recording.paths().collect::<Vec<_>>().join(" ") } else { entry.place.clone() };
    say.with("place", clean(&place, Ambiguous::Narrow)).words(language)
}
