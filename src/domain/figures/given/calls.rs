//! Calls, at their arrival (R-CALL-1, R-LIVE-3).

use super::{Cells, about};
use crate::domain::call::{Call, Direction, Outcome, Verdict};
use crate::domain::figures::{About, Counts, Fact, PATIENCE_S, Slot};
use crate::domain::time::Millis;

/// Internal calls give nothing; one that still waits, or rings at the other side, gives nothing yet.
pub(super) fn give(call: &Call, cells: &mut Cells) {
    let counts = match call.direction {
        Direction::Internal => return,
        Direction::Outbound => outbound(call),
        Direction::Inbound => inbound(call),
    };
    let place = Slot {
        queue: call.queue.clone().unwrap_or_default(),
        who: call.answered_by.clone().unwrap_or_default(),
        ..about(About::Calls)
    };
    cells.put(call.arrived_at, &place, counts.iter());
}

fn outbound(call: &Call) -> Counts {
    let reached = call.answered_at.is_some();
    if call.is_open() && !reached {
        return Counts::default();
    }
    Counts::of([(Fact::Dialled, 1), (Fact::Reached, i64::from(reached))])
}

fn inbound(call: &Call) -> Counts {
    let wait = call.wait_ms().unwrap_or(0);
    let mut counts = Counts::default();
    if call.answered_at.is_some() {
        let in_time = call.verdict == Some(Verdict::InTime);
        counts.put(Fact::Answered, 1);
        counts.put(Fact::InTime, i64::from(in_time));
        counts.put(Fact::AnsweredLate, i64::from(!in_time));
        counts.put(Fact::WaitMs, wait);
        counts.put(Fact::AnsweredAfter(span_of(wait)), 1);
        counts.put(Fact::Transferred, i64::from(call.outcome == Outcome::Transferred));
        if let Some(talk) = call.talk_ms() {
            counts.put(Fact::Talked, 1);
            counts.put(Fact::TalkMs, talk);
            counts.put(Fact::HoldMs, call.hold_ms().unwrap_or(0));
        }
    } else if call.is_open() {
        return counts;
    } else {
        match call.outcome {
            Outcome::Abandoned => {
                counts.put(Fact::Abandoned, 1);
                counts.put(Fact::AbandonedShort, i64::from(wait <= call.limit_ms));
                counts.put(Fact::AbandonedWaitMs, wait);
                counts.put(Fact::AbandonedAfter(span_of(wait)), 1);
            }
            Outcome::Timeout => counts.put(Fact::TimedOut, 1),
            Outcome::QueueFull | Outcome::QueueEmpty => counts.put(Fact::TurnedAway, 1),
            _ => counts.put(Fact::Elsewhere, 1),
        }
    }
    counts.put(Fact::Offered, 1);
    counts.put(Fact::Reconstructed, i64::from(call.reconstructed));
    counts
}

/// The span of waits that begins at or before this wait.
fn span_of(wait: Millis) -> u8 {
    PATIENCE_S.iter().position(|end| wait < end * 1_000).unwrap_or(PATIENCE_S.len()) as u8
}
