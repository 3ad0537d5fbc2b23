//! Ringing, holding, handing on: what phones do with a call outside the queue's own events.

use crate::domain::call::{ChannelFacts, ChannelState, DialEnd, Signal};

use super::super::codec::Message;
use super::facts::{Layout, phone_of};

/// The signal of a dial, hold or transfer event.
pub(super) fn signal(layout: &Layout, message: &Message, name: &str) -> Option<Signal> {
    Some(match name {
        "DialBegin" | "DialState" => dialling(layout, message),
        "DialEnd" => dial_over(layout, message)?,
        "Hold" => Signal::Held(layout.facts(message, "")),
        "Unhold" => Signal::Unheld(layout.facts(message, "")),
        "Pickup" => {
            Signal::PickedUp { by: layout.facts(message, ""), target: message.text("TargetUniqueid").into_owned() }
        }
        "BlindTransfer" if succeeded(message) => Signal::TransferredBlind {
            by: message.text("TransfererUniqueid").into_owned(),
            caller: message.get("TransfereeUniqueid").map(|id| id.into_owned()),
            to: message.text("Extension").into_owned(),
        },
        "AttendedTransfer" if succeeded(message) => attended(layout, message),
        "ChanSpyStart" => Signal::SpyStarted {
            spy: message.text("SpyerUniqueid").into_owned(),
            spied: message.text("SpyeeUniqueid").into_owned(),
        },
        "ChanSpyStop" => Signal::SpyStopped { spy: message.text("SpyerUniqueid").into_owned() },
        "OriginateResponse" => originated(message),
        "UserEvent" if message.text("UserEvent") == "CallbackRequested" => callback(layout, message),
        _ => return None,
    })
}

fn succeeded(message: &Message) -> bool {
    message.text("Result") == "Success"
}

fn from(layout: &Layout, message: &Message) -> Option<ChannelFacts> {
    message.get("Channel").map(|_| layout.facts(message, ""))
}

fn dialling(layout: &Layout, message: &Message) -> Signal {
    let mut to = layout.facts(message, "Dest");
    if message.text("DialStatus") == "RINGING" {
        to.state = to.state.max(ChannelState::Ringing);
    }
    Signal::Dialling { from: from(layout, message), to }
}

fn dial_over(layout: &Layout, message: &Message) -> Option<Signal> {
    let end = match &*message.text("DialStatus") {
        "ANSWER" => DialEnd::Answered,
        "BUSY" => DialEnd::Busy,
        "NOANSWER" => DialEnd::NoAnswer,
        "CHANUNAVAIL" | "CONGESTION" => DialEnd::Failed,
        "" => return None,
        _ => DialEnd::Cancelled,
    };
    Some(Signal::DialOver { from: from(layout, message), to: layout.facts(message, "Dest"), end })
}

fn attended(layout: &Layout, message: &Message) -> Signal {
    let target = message.get("TransferTargetUniqueid").map(|_| layout.facts(message, "TransferTarget"));
    Signal::TransferredAttended {
        by: message.text("OrigTransfererUniqueid").into_owned(),
        caller: message.get("TransfereeUniqueid").map(|id| id.into_owned()),
        target,
        to: message.text("SecondTransfererConnectedLineNum").into_owned(),
    }
}

/// Only the first leg (AMI.md §5 trap 14). A leg for a pickup or for listening has an application instead of a number.
fn originated(message: &Message) -> Signal {
    let number = if message.get("Application").is_some() { String::new() } else { message.text("Exten").into_owned() };
    Signal::DialStarted {
        id: message.text("Uniqueid").into_owned(),
        phone: phone_of(&message.text("Channel")),
        number,
        answered: message.text("Reason") == "4",
    }
}

/// A dialplan's `UserEvent(CallbackRequested,…)`. Its own `Uniqueid` line is the second one; the first is the channel's.
fn callback(layout: &Layout, message: &Message) -> Signal {
    let withheld = layout.facts(message, "").party.withheld;
    let number = ["CallerNumber", "Number", "CallerIDNum"]
        .iter()
        .find_map(|key| message.get(key).filter(|number| !withheld && !number.is_empty() && number != "<unknown>"))
        .map(|number| number.into_owned())
        .unwrap_or_default();
    Signal::CallbackRequested {
        uniqueid: message.text("Uniqueid").into_owned(),
        number,
        queue: message.get("Queue").map(|queue| queue.into_owned()).filter(|queue| !queue.is_empty()),
    }
}
