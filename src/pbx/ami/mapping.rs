//! AMI events to neutral signals, one event at a time (AMI.md §4). Who belongs to whom is not decided here.

mod facts;
mod queue;
mod talk;

use crate::domain::call::{LeaveReason, Signal};
use crate::domain::time::Stamp;

use super::codec::Message;

pub use facts::{Layout, phone_of, seen_caller, seen_channel};
pub use queue::member;

/// Reads `seconds.microseconds` to the nearest millisecond.
pub fn stamp_of(text: &str) -> Option<Stamp> {
    let (seconds, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let seconds: i64 = seconds.parse().ok()?;
    let mut micros: i64 = 0;
    for place in 0..6 {
        let digit = match fraction.as_bytes().get(place) {
            Some(digit) if digit.is_ascii_digit() => i64::from(digit - b'0'),
            Some(_) => return None,
            None => 0,
        };
        micros = micros * 10 + digit;
    }
    Some(Stamp(seconds.checked_mul(1000)?.checked_add((micros + 500) / 1000)?))
}

/// The stamp an event carries, where the site writes one (`timestampevents`).
pub fn event_stamp(message: &Message) -> Option<Stamp> {
    stamp_of(&message.get("Timestamp")?)
}

/// What a live event says, if it says anything about calls.
pub fn signal(layout: &Layout, message: &Message) -> Option<Signal> {
    let name = message.event()?;
    let facts = |prefix: &str| layout.facts(message, prefix);
    Some(match &*name {
        "Newchannel" => Signal::ChannelNew(layout.new_channel(message)),
        "Newstate" => Signal::ChannelChanged(facts("")),
        "VarSet" => return facts::recorded(message).or_else(|| facts::queue_status(layout, message)),
        // Where the site sends no `VarSet`, the path is among the variables its events carry (`channelvars`); the first
        // of these may come before the PBX has put it there.
        "MixMonitorStart" | "MixMonitorStop" | "BridgeEnter" | "BridgeLeave" => return facts::recorded_beside(message),
        "HangupRequest" => Signal::HangupAsked(facts("")),
        // The cause of a soft hangup is a set of flags; 4 is "the PBX shuts down" (AMI.md §5 trap 10).
        "SoftHangupRequest" if message.text("Cause") == "4" => Signal::CutAsked(facts("")),
        "Hangup" => Signal::Hungup { channel: facts(""), cause: facts::cause(message) },
        "Shutdown" => Signal::PbxStopping { restart: message.text("Restart").eq_ignore_ascii_case("true") },
        "QueueCallerJoin" | "QueueCallerLeave" | "QueueCallerAbandon" | "AgentCalled" | "AgentRingNoAnswer"
        | "AgentConnect" | "AgentComplete" => return queue::signal(layout, message, &name),
        "QueueMemberStatus"
        | "QueueMemberAdded"
        | "QueueMemberPause"
        | "QueueMemberPenalty"
        | "QueueMemberRinginuse" => Signal::Member(queue::member(message)),
        "QueueMemberRemoved" => Signal::MemberGone {
            queue: message.text("Queue").into_owned(),
            interface: message.text("Interface").into_owned(),
        },
        "DialBegin" | "DialState" | "DialEnd" | "Hold" | "Unhold" | "Pickup" | "BlindTransfer" | "AttendedTransfer"
        | "ChanSpyStart" | "ChanSpyStop" | "OriginateResponse" | "UserEvent" => {
            return talk::signal(layout, message, &name);
        }
        _ => return None,
    })
}

/// `QUEUESTATUS` in the neutral words (AMI.md §5 traps 3 and 4).
pub fn leave_reason(status: &str) -> LeaveReason {
    match status {
        "TIMEOUT" => LeaveReason::Timeout,
        "FULL" => LeaveReason::Full,
        "JOINEMPTY" | "LEAVEEMPTY" | "JOINUNAVAIL" | "LEAVEUNAVAIL" => LeaveReason::Empty,
        "WITHDRAW" => LeaveReason::Withdrawn,
        _ => LeaveReason::Unsaid,
    }
}
