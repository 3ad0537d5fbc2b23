//! Rows about agents' time, supervisors, recordings and spot checks.

use chrono::FixedOffset;
use serde_json::{Value, json};

use super::follow_up::day;
use super::{Row, agent_state, row, time};
use crate::domain::agent::AgentState;
use crate::domain::oversight::{Intervention, Step};
use crate::domain::recording::Recording;
use crate::domain::spot::{CheckSheet, Finding, SpotDraw};
use crate::domain::{Span, StaffId};

fn staff(staff: Option<&StaffId>) -> Value {
    staff.map_or(Value::Null, |staff| Value::from(staff.0.clone()))
}

fn reason(state: &AgentState) -> &str {
    if let AgentState::Break(reason) = state { reason } else { "" }
}

/// A stretch of an agent's time.
pub fn span_row(span: &Span, offset: FixedOffset) -> Row {
    row(json!({
        "agent": span.agent.0,
        "staff": staff(span.staff.as_ref()),
        "state": agent_state(span.state.kind()),
        "reason": reason(&span.state),
        "since": time(Some(span.since), offset),
        "until": time(Some(span.until), offset),
        "call": span.call.map(|call| call.0),
        "queue": span.queue,
        "outbound": span.outbound,
        "rehearsal": span.rehearsal,
    }))
}

/// Something a supervisor did.
pub fn intervention_row(step: &Intervention, offset: FixedOffset) -> Row {
    let (state, queue, to) = match &step.step {
        Step::Force(state) => (Some(agent_state(state.kind())), None, None),
        Step::Queue { queue, joined } => (Some(if *joined { "joined" } else { "left" }), Some(queue), None),
        Step::Take { phone } => (None, None, Some(phone)),
        Step::Redirect { to } => (None, None, Some(to)),
        Step::Break { allowed } => (Some(if *allowed { "allowed" } else { "refused" }), None, None),
        Step::Spy(_) | Step::Announce | Step::Help => (None, None, None),
    };
    row(json!({
        "id": step.id.0,
        "at": time(Some(step.at), offset),
        "by": step.by.0,
        "step": step.step.code(),
        "agent": step.agent.as_ref().map(|agent| &agent.0),
        "call": step.call.map(|call| call.0),
        "state": state,
        "queue": queue,
        "to": to,
        "reason": step.reason,
        "told": step.told,
        "ended_at": time(step.ended_at, offset),
        "ending": step.ended_at.map(|_| step.ending.code()),
        "rehearsal": step.rehearsal,
    }))
}

/// A recording with who listened and whether it is kept.
pub fn recording_row(recording: &Recording, offset: FixedOffset) -> Row {
    let listens = recording
        .listens
        .iter()
        .map(|listen| json!({ "at": time(Some(listen.at), offset), "by": listen.by.0, "reason": listen.reason }));
    let extraction = recording.extraction.as_ref();
    row(json!({
        "call": recording.call.0,
        "path": recording.path,
        "further": recording.further,
        "made_at": time(Some(recording.made_at), offset),
        "listens": listens.collect::<Vec<_>>(),
        "register": extraction.map(|one| one.number),
        "extracted_at": time(extraction.map(|one| one.at), offset),
        "extracted_by": extraction.and_then(|one| one.by.as_ref()).map(|by| &by.0),
        "ticket": extraction.and_then(|one| one.ticket).map(|ticket| ticket.spoken()),
        "reason": extraction.map(|one| &one.reason),
        "place": extraction.map(|one| &one.place),
        "expired_at": time(recording.expired_at, offset),
        "rehearsal": recording.rehearsal,
    }))
}

/// A draw of calls to be checked: all that is needed to make it again.
pub fn spot_draw_row(draw: &SpotDraw, offset: FixedOffset) -> Row {
    let picks = draw.picks.iter().map(|pick| {
        json!({
            "call": pick.call.0,
            "agent": pick.agent.0,
            "staff": staff(pick.staff.as_ref()),
            "sheet": pick.sheet.map(|sheet| sheet.0),
            "passed": pick.sheet.map(|_| pick.passed),
        })
    });
    row(json!({
        "id": draw.id.0,
        "rule": draw.rule,
        "first_day": day(draw.first_day),
        "last_day": day(draw.last_day),
        "at": time(Some(draw.at), offset),
        // A number of 64 bits does not survive in every reader of JSON.
        "seed": format!("{:016x}", draw.seed),
        "population": draw.population.iter().map(|call| call.0).collect::<Vec<_>>(),
        "picks": picks.collect::<Vec<_>>(),
        "by": draw.by,
        "percent": draw.percent,
        "least": draw.least,
        "whose": draw.whose,
    }))
}

/// A signed sheet of a spot check.
pub fn check_sheet_row(sheet: &CheckSheet, offset: FixedOffset) -> Row {
    let finding = |finding: Finding| match finding {
        Finding::Good => "good",
        Finding::Fault => "fault",
        Finding::NotAsked => "not_asked",
    };
    let items = sheet
        .items
        .iter()
        .map(|item| json!({ "item": item.item, "finding": finding(item.finding), "computed": item.computed }));
    row(json!({
        "id": sheet.id.0,
        "draw": sheet.draw.0,
        "call": sheet.call.0,
        "at": time(Some(sheet.at), offset),
        "by": sheet.by.0,
        "staff": staff(sheet.staff.as_ref()),
        "items": items.collect::<Vec<_>>(),
        "finding": sheet.finding,
        "opinion": sheet.opinion,
        "seen_at": time(sheet.seen_at, offset),
        "corrects": sheet.corrects.map(|sheet| sheet.0),
    }))
}
