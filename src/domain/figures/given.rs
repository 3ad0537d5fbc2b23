//! What one record gives to the figures. Each follows from the record alone, so that it can be counted again at any time.

use super::fact::{Counts, Fact, PATIENCE_S};
use super::group::{About, Slot};
use super::{Delta, half_hour_of};
use crate::domain::call::{Call, Direction, Outcome, Verdict};
use crate::domain::event::Event;
use crate::domain::time::Millis;

/// What a record gives, and where it counts. Rehearsals give nothing.
pub fn given(event: &Event) -> Delta {
    match event {
        Event::Call(call) => given_by_call(call),
        _ => Delta::new(),
    }
}

/// Internal calls give nothing; one that still waits gives nothing yet.
fn given_by_call(call: &Call) -> Delta {
    if call.rehearsal {
        return Delta::new();
    }
    let counts = match call.direction {
        Direction::Internal => return Delta::new(),
        Direction::Outbound => Counts::of([(Fact::Dialled, 1), (Fact::Reached, i64::from(call.answered_at.is_some()))]),
        Direction::Inbound => inbound(call),
    };
    if counts.is_empty() {
        return Delta::new();
    }
    let slot = Slot {
        half_hour: half_hour_of(call.arrived_at),
        about: About::Calls,
        queue: call.queue.clone().unwrap_or_default(),
        who: call.answered_by.clone().unwrap_or_default(),
        ..Slot::default()
    };
    vec![(slot, counts)]
}

fn inbound(call: &Call) -> Counts {
    let wait = call.wait_ms().unwrap_or(0);
    let mut counts = Counts::default();
    if call.answered_at.is_some() {
        counts.put(Fact::Answered, 1);
        counts.put(Fact::InTime, i64::from(call.verdict == Some(Verdict::InTime)));
        counts.put(Fact::WaitMs, wait);
        counts.put(Fact::AnsweredAfter(span_of(wait)), 1);
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
    counts.put(Fact::Transferred, i64::from(call.outcome == Outcome::Transferred));
    counts.put(Fact::Reconstructed, i64::from(call.reconstructed));
    counts
}

/// The span of waits that begins at or before this wait.
fn span_of(wait: Millis) -> u8 {
    PATIENCE_S.iter().position(|end| wait < end * 1_000).unwrap_or(PATIENCE_S.len()) as u8
}
