//! The desk's state from the records: what a full replay of the journal would give, without reading all of it.

use std::collections::BTreeSet;

use super::keys;
use super::records::{Records, Walk};
use crate::domain::revisit::KEPT_MS;
use crate::domain::state::DAY_MS;
use crate::domain::{Event, Stamp, State};

/// Ended calls folded beside those of the newest day; the state keeps fewer.
const ENDED: usize = 5_000;

/// Folds what the state must have in mind.
pub(super) fn state(records: &Records, offset_ms: i64) -> Result<State, String> {
    let mut state = State::new(offset_ms);
    for kind in [
        keys::SOURCE,
        keys::AGENT,
        keys::RULES,
        keys::CREW,
        keys::DRAW,
        keys::VISIT,
        keys::INTERVENTION,
        keys::SPOT_DRAW,
    ] {
        fold_all(records, &mut state, kind)?;
    }
    fold_customers(records, &mut state)?;
    let open = [
        (keys::TICKET, keys::TICKET_OPEN),
        (keys::CALLBACK, keys::CALLBACK_OPEN),
        (keys::MESSAGE, keys::MESSAGE_UNREAD),
        (keys::NOTICE, keys::NOTICE_OPEN),
        (keys::CHECK_SHEET, keys::CHECK_UNSEEN),
    ];
    for (kind, index) in open {
        fold_open(records, &mut state, kind, index)?;
    }
    fold_calls(records, &mut state)?;
    fold_last_numbers(records, &mut state)?;
    fold_revisits(records, &mut state)?;
    state.sequence = records.mark()?.map_or(0, |mark| mark.sequence);
    Ok(state)
}

fn fold_all(records: &Records, state: &mut State, kind: u8) -> Result<(), String> {
    for pair in records.prefix(&[kind]) {
        let (key, value) = pair?;
        state.fold(&records.unseal(&key, &value)?.1);
    }
    Ok(())
}

/// In the order they were last saved in, so that a number belongs to the file it was last saved with.
fn fold_customers(records: &Records, state: &mut State) -> Result<(), String> {
    let mut customers = Vec::new();
    for pair in records.prefix(&[keys::CUSTOMER]) {
        let (key, value) = pair?;
        customers.push(records.unseal(&key, &value)?);
    }
    customers.sort_by_key(|(sequence, _)| *sequence);
    for (_, event) in customers {
        state.fold(&event);
    }
    Ok(())
}

/// The open ones, and the last one for its number.
fn fold_open(records: &Records, state: &mut State, kind: u8, index: u8) -> Result<(), String> {
    for id in ids(records.prefix(&[index])) {
        fold_one(records, state, kind, id?)?;
    }
    match records.prefix(&[kind]).next_back() {
        Some(pair) => {
            let (key, value) = pair?;
            state.fold(&records.unseal(&key, &value)?.1);
            Ok(())
        }
        None => Ok(()),
    }
}

/// The highest numbers given out of what is looked up where it is read.
fn fold_last_numbers(records: &Records, state: &mut State) -> Result<(), String> {
    if let Some(pair) = records.prefix(&[keys::RECORDING_REGISTER]).next_back() {
        let (key, _) = pair?;
        let number = key.get(1..9).and_then(|number| number.first_chunk::<8>());
        state.last.extraction = number.map_or(0, |number| u64::from_be_bytes(*number));
    }
    Ok(())
}

/// The follow-up calls of settled lines, as far back as they are kept.
fn fold_revisits(records: &Records, state: &mut State) -> Result<(), String> {
    let Some(newest) = records.prefix(&[keys::CALLBACK_MADE]).next_back() else { return Ok(()) };
    let (newest, _) = newest?;
    let id = keys::last_number(&newest).ok_or("a short key")?;
    let Some((_, Event::Callback(line))) = records.record(&keys::numbered(keys::CALLBACK, id))? else {
        return Err("an index names a line that is not there".to_owned());
    };
    let from = keys::moment(keys::CALLBACK_MADE, line.made_at.plus(-KEPT_MS));
    let kept: Vec<u64> = records
        .range(from, vec![keys::CALLBACK_MADE + 1])
        .map(|pair| pair.and_then(|(key, _)| keys::last_number(&key).ok_or_else(|| "a short key".to_owned())))
        .collect::<Result<_, _>>()?;
    kept.into_iter().try_for_each(|id| fold_one(records, state, keys::CALLBACK, id))
}

fn fold_one(records: &Records, state: &mut State, kind: u8, id: u64) -> Result<(), String> {
    let (_, event) = records.record(&keys::numbered(kind, id))?.ok_or("an index names a record that is not there")?;
    state.fold(&event);
    Ok(())
}

/// Open calls, the ended ones that arrived last, and every call of the newest day: its counts begin with its first. The
/// call with the highest number comes too, whenever it arrived, so that no number is given out twice.
fn fold_calls(records: &Records, state: &mut State) -> Result<(), String> {
    let open: BTreeSet<u64> = ids(records.prefix(&[keys::CALL_OPEN])).collect::<Result<_, _>>()?;
    let mut wanted = open.clone();
    if let Some(pair) = records.prefix(&[keys::CALL]).next_back() {
        wanted.insert(keys::last_number(&pair?.0).ok_or("a short key")?);
    }
    let (mut day_begins, mut ended) = (None, 0);
    for pair in records.prefix(&[keys::CALL_ARRIVED]).rev() {
        let (key, value) = pair?;
        let id = keys::last_number(&key).ok_or("a short key")?;
        // The newest day is that of the newest call that was not rehearsed.
        if day_begins.is_none() && value == [0] {
            day_begins = Some(begin_of_day(records, state, id)?);
        }
        if ended >= ENDED && day_begins.as_ref().is_some_and(|begins| key < *begins) {
            break;
        }
        ended += usize::from(!open.contains(&id));
        wanted.insert(id);
    }
    for id in wanted {
        fold_one(records, state, keys::CALL, id)?;
    }
    // What is recorded of calls that go on is at hand.
    for id in open {
        if let Some((_, event)) = records.record(&keys::numbered(keys::RECORDING, id))? {
            state.fold(&event);
        }
    }
    Ok(())
}

/// Where the local day of this call begins in the index of arrivals.
fn begin_of_day(records: &Records, state: &State, id: u64) -> Result<Vec<u8>, String> {
    let Some((_, Event::Call(newest))) = records.record(&keys::numbered(keys::CALL, id))? else {
        return Err("an index names a call that is not there".to_owned());
    };
    let begin = state.day_of(newest.arrived_at).saturating_mul(DAY_MS).saturating_sub(state.offset_ms);
    Ok(keys::moment(keys::CALL_ARRIVED, Stamp(begin)))
}

fn ids(walk: Walk) -> impl Iterator<Item = Result<u64, String>> {
    walk.map(|pair| pair.and_then(|(key, _)| keys::last_number(&key).ok_or_else(|| "a short key".to_owned())))
}
