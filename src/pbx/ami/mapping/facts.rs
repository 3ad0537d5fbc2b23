//! Channels as headers tell them: names, numbers, where they come from, how far they are.

use crate::domain::call::record::Party;
use crate::domain::call::{
    ChannelFacts, ChannelState, HangupCause, Origin, Presentation, SeenCaller, SeenChannel, Signal,
};
use crate::domain::oversight::SPY_ID;
use crate::domain::time::Stamp;

use super::super::codec::Message;
use super::super::escape::unescape;

/// How the dialplan is laid out, as far as telling inside from outside needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Contexts callers from outside arrive in; empty: told by the peer's name.
    pub inbound: Vec<String>,
    /// Contexts of the house.
    pub inside: Vec<String>,
}

impl Layout {
    /// The channel whose headers start with `prefix` (`""`, `Dest`, `Transferee`, …).
    pub fn facts(&self, message: &Message, prefix: &str) -> ChannelFacts {
        let value = |key: &str| message.text(&format!("{prefix}{key}")).into_owned();
        let channel = value("Channel");
        let party = party(&value("CallerIDNum"), &unescape(&value("CallerIDName")));
        let mut facts = ChannelFacts {
            uniqueid: value("Uniqueid"),
            linkedid: value("Linkedid"),
            phone: phone_of(&channel),
            pair: pair_of(&channel),
            state: state_of(&value("ChannelState")),
            party,
            exten: value("Exten"),
            context: value("Context"),
            channel,
            ..ChannelFacts::default()
        };
        self.read_variables(message, prefix, &mut facts);
        facts.origin = self.origin(&facts);
        facts
    }

    /// A channel that has just appeared: only now does its state tell dialling in from being rung.
    pub fn new_channel(&self, message: &Message) -> ChannelFacts {
        let mut facts = self.facts(message, "");
        if message.text("ChannelState") == "0" {
            facts.origin = Origin::Rung;
        }
        facts
    }

    fn origin(&self, facts: &ChannelFacts) -> Origin {
        if facts.pair.is_some() || (!facts.linkedid.is_empty() && facts.linkedid != facts.uniqueid) {
            return Origin::Rung;
        }
        if self.inbound.contains(&facts.context) {
            return Origin::Outside;
        }
        let own_number = !facts.phone.is_empty() && facts.phone == facts.party.number;
        if !self.inbound.is_empty() || self.inside.contains(&facts.context) || own_number {
            return Origin::Inside;
        }
        Origin::Outside
    }

    /// `channelvars`: what the site has every event carry (AMI.md §2, §5 traps 3 and 4).
    fn read_variables(&self, message: &Message, prefix: &str, facts: &mut ChannelFacts) {
        let key = format!("{prefix}ChanVariable");
        for line in message.all(&key) {
            let Some((name, value)) = line.split_once('=') else { continue };
            match name {
                "CALLERID(num-pres)" | "CALLERID(pres)" => facts.presentation = presentation(value),
                "QUEUESTATUS" if !value.is_empty() => facts.queue_status = Some(value.to_owned()),
                _ => {}
            }
        }
        if facts.presentation != Presentation::Unsaid && facts.party.is_anonymous() {
            // The site tells presentations, so the desk can say for certain that this one is withheld.
            facts.presentation = Presentation::Withheld;
        }
        if facts.presentation == Presentation::Withheld {
            facts.party = Party { withheld: true, ..Party::default() };
        }
    }
}

fn presentation(value: &str) -> Presentation {
    if value.starts_with("prohib") {
        Presentation::Withheld
    } else if value.starts_with("allowed") {
        Presentation::Allowed
    } else {
        Presentation::Unsaid
    }
}

/// A caller's number and name without the PBX's words for "none".
pub(super) fn party(number: &str, name: &str) -> Party {
    let mut party = Party { number: known(number), name: known(name), withheld: false };
    if party.number.eq_ignore_ascii_case("anonymous") {
        party.name = std::mem::take(&mut party.number);
    }
    party
}

/// Events say `<unknown>`, lists `unknown` (AMI.md §2).
fn known(value: &str) -> String {
    match value {
        "<unknown>" | "unknown" => String::new(),
        _ => value.to_owned(),
    }
}

fn state_of(number: &str) -> ChannelState {
    match number {
        "5" => ChannelState::Ringing,
        "6" => ChannelState::Up,
        _ => ChannelState::Down,
    }
}

/// The phone or trunk in a channel's or member's name: `PJSIP/1002-0000002f`, `Local/1006@from-queue/n`, `SIP/1003`.
pub fn phone_of(name: &str) -> String {
    let place = name.split_once('/').map_or(name, |(_, place)| place);
    if let Some((number, _)) = place.split_once('@') {
        return number.to_owned();
    }
    match place.rsplit_once('-') {
        Some((phone, serial)) if serial.len() >= 8 && serial.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            phone.to_owned()
        }
        _ => place.split('/').next().unwrap_or(place).to_owned(),
    }
}

/// The name both halves of a Local channel share.
fn pair_of(channel: &str) -> Option<String> {
    if !channel.starts_with("Local/") {
        return None;
    }
    Some(channel.rsplit_once(';').map_or(channel, |(pair, _)| pair).to_owned())
}

/// Why a channel ended. `TechCause` is there from 20.17 and 22.7 on (AMI.md §9).
pub(super) fn cause(message: &Message) -> HangupCause {
    match &*message.text("TechCause") {
        "486" | "600" | "603" => return HangupCause::Refused,
        "408" | "480" => return HangupCause::NoAnswer,
        _ => {}
    }
    match &*message.text("Cause") {
        "17" | "21" => HangupCause::Refused,
        "18" | "19" => HangupCause::NoAnswer,
        "26" => HangupCause::Elsewhere,
        "1" | "3" | "20" | "22" | "27" | "28" | "34" | "38" | "41" | "58" => HangupCause::Unreachable,
        _ => HangupCause::Normal,
    }
}

/// What the queue said of a caller, where the site sends `VarSet`.
pub(super) fn queue_status(layout: &Layout, message: &Message) -> Option<Signal> {
    if message.text("Variable") != "QUEUESTATUS" || message.text("Value").is_empty() {
        return None;
    }
    let mut facts = layout.facts(message, "");
    facts.queue_status = Some(message.text("Value").into_owned());
    Some(Signal::ChannelChanged(facts))
}

/// Where the PBX puts the path of a recording (AMI.md §7).
const RECORDED: &str = "MIXMONITOR_FILENAME";

/// A recording begun on a channel, as `VarSet` tells it.
pub(super) fn recorded(message: &Message) -> Option<Signal> {
    if message.text("Variable") != RECORDED {
        return None;
    }
    recording(message, &message.text("Value"))
}

/// The same from the variables that an event carries.
pub(super) fn recorded_beside(message: &Message) -> Option<Signal> {
    let lines = message.all("ChanVariable");
    let path = lines.filter_map(|line| Some(line.split_once('=').filter(|(name, _)| *name == RECORDED)?.1.to_owned()));
    recording(message, &path.last()?)
}

/// A variable that is emptied, or inherited by nothing, is no recording.
fn recording(message: &Message, path: &str) -> Option<Signal> {
    let uniqueid = message.text("Uniqueid").into_owned();
    (!path.is_empty() && !uniqueid.is_empty()).then(|| Signal::Recorded { uniqueid, path: path.to_owned() })
}

/// A line of `CoreShowChannels`; `at` is the moment of the list.
pub fn seen_channel(layout: &Layout, message: &Message, at: Stamp) -> SeenChannel {
    let mut facts = layout.facts(message, "");
    if message.text("Application") == "ChanSpy" || facts.uniqueid.starts_with(SPY_ID) {
        // Whoever listens in was rung by the PBX; without a caller's number it would look like somebody from outside.
        facts.origin = Origin::Rung;
    }
    let talk = message.text("BridgeId");
    SeenChannel {
        facts,
        talk: (!talk.is_empty()).then(|| talk.into_owned()),
        since: at.plus(-duration_ms(&message.text("Duration"))),
    }
}

/// A line of `QueueStatus` about a waiting caller; `at` is the moment of the list.
pub fn seen_caller(message: &Message, at: Stamp) -> SeenCaller {
    let wait: i64 = message.text("Wait").parse().unwrap_or(0);
    SeenCaller {
        uniqueid: message.text("Uniqueid").into_owned(),
        queue: message.text("Queue").into_owned(),
        joined_at: at.plus(-wait.saturating_mul(1000)),
    }
}

/// `00:00:14` in milliseconds.
fn duration_ms(text: &str) -> i64 {
    text.split(':').fold(0i64, |total, part| total.saturating_mul(60).saturating_add(part.parse().unwrap_or(0))) * 1000
}
