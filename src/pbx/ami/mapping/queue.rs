//! Queue and agent events.

use crate::domain::call::record::Side;
use crate::domain::call::{LeaveReason, MemberFacts, Offer, Signal};

use super::super::codec::Message;
use super::facts::{Layout, phone_of};

/// The signal of a queue event about a call.
pub(super) fn signal(layout: &Layout, message: &Message, name: &str) -> Option<Signal> {
    let caller = layout.facts(message, "");
    let queue = message.text("Queue").into_owned();
    Some(match name {
        "QueueCallerJoin" => Signal::QueueJoined { caller, queue, position: message.text("Position").parse().ok() },
        "QueueCallerLeave" => Signal::QueueLeft { caller, queue },
        // Not "the caller hung up": it comes for every way out but an answer (AMI.md §5 trap 3).
        "QueueCallerAbandon" => Signal::QueueGaveUp { caller, queue, reason: LeaveReason::Unsaid },
        "AgentCalled" => Signal::Offered { caller, offer: offer(layout, message) },
        // RingTime is milliseconds here and whole seconds in AgentConnect (AMI.md §5 trap 2).
        "AgentRingNoAnswer" => Signal::OfferFailed {
            caller,
            offer: offer(layout, message),
            rang_ms: message.text("RingTime").parse().ok(),
        },
        "AgentConnect" => Signal::Answered { caller, offer: offer(layout, message) },
        "AgentComplete" => talk_ended(layout, message, queue),
        _ => return None,
    })
}

fn offer(layout: &Layout, message: &Message) -> Offer {
    Offer {
        leg: layout.facts(message, "Dest"),
        queue: Some(message.text("Queue").into_owned()),
        interface: message.text("Interface").into_owned(),
        agent: message.text("MemberName").into_owned(),
    }
}

fn talk_ended(layout: &Layout, message: &Message, queue: String) -> Signal {
    let reason = message.text("Reason");
    Signal::TalkEnded {
        caller: message.get("Uniqueid").map(|id| id.into_owned()),
        leg: message.get("DestUniqueid").map(|_| layout.facts(message, "Dest")),
        queue,
        interface: message.text("Interface").into_owned(),
        by: match &*reason {
            "caller" => Some(Side::Caller),
            "agent" => Some(Side::Agent),
            _ => None,
        },
        transfer: reason == "transfer",
    }
}

/// A member as events (`MemberName`, `Interface`) and lists (`Name`, `Location`) tell it.
pub fn member(message: &Message) -> MemberFacts {
    let either = |event: &str, list: &str| message.get(event).unwrap_or_else(|| message.text(list)).into_owned();
    let interface = either("Interface", "Location");
    let device = message.text("StateInterface");
    MemberFacts {
        queue: message.text("Queue").into_owned(),
        phone: phone_of(if device.is_empty() { &interface } else { &device }),
        interface,
        name: either("MemberName", "Name"),
        paused: message.text("Paused") == "1",
        reason: message.text("PausedReason").into_owned(),
        unavailable: matches!(&*message.text("Status"), "4" | "5"),
    }
}
