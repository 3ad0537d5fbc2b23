//! What the desk asks for, in AMI's words, and what became of it (AMI.md §7).
//!
//! A plain `Success` often proves nothing: it says that a NOTIFY was sent or that digits were queued. Such asks are
//! done when the event that proves them comes, and failed when it does not come in time.

mod proof;
mod words;

use std::collections::BTreeMap;

use super::codec::Message;
use super::encode::Request;
use super::mapping::phone_of;
use super::session::Role;
use crate::domain::call::{Action, Capabilities, LeaveReason, Signal};
use crate::domain::oversight::SpyMode;
use crate::domain::time::{Millis, Stamp};
use crate::pbx::{PbxConfig, Report};
use crate::text::Say;
use proof::Proof;

pub use words::error_say;

/// How long a plain answer may take.
const ANSWER_WITHIN: Millis = 10_000;
/// How long the agent's phone rings for a call the desk makes, and how long a pickup's phone does.
pub const RING_FOR: Millis = 20_000;

/// One ask that is not decided yet.
#[derive(Clone, Debug)]
struct Open {
    id: u64,
    proof: Proof,
    due: Stamp,
    accepted: bool,
    /// What to tell the call machine when the PBX says yes.
    promise: Option<Signal>,
    /// The call to end when the PBX says no.
    dialled: Option<(String, String, String)>,
}

/// The asks under way, over both links: a response comes on the link that asked, a proof on the other.
#[derive(Clone, Debug, Default)]
pub struct Asks {
    open: BTreeMap<String, Open>,
    serial: u64,
    reports: Vec<Report>,
    signals: Vec<Signal>,
    bytes: Vec<Vec<u8>>,
}

impl Asks {
    /// Puts an ask into words; what to send and report is then taken by `take_bytes` and `take_reports`.
    pub fn ask(&mut self, id: u64, action: &Action, config: &PbxConfig, at: Stamp) {
        self.serial += 1;
        let action_id = format!("ringdesk-ask-{}", self.serial);
        let request = request(action, config);
        match request.encode(&action_id) {
            Err(fault) => self.reports.push(Report::Done { id, result: Err(fault) }),
            Ok(bytes) => {
                let dialled = match action {
                    Action::Dial { id, phone, number } => {
                        // Told before it is sent: the call's own events may come first, on the other link.
                        self.signals.push(Signal::DialAsked {
                            id: id.clone(),
                            phone: phone.clone(),
                            number: number.clone(),
                        });
                        Some((id.clone(), phone.clone(), number.clone()))
                    }
                    _ => None,
                };
                let open = Open {
                    id,
                    proof: Proof::of(action),
                    due: at.plus(ANSWER_WITHIN),
                    accepted: false,
                    promise: promise(&request),
                    dialled,
                };
                self.open.insert(action_id, open);
                self.bytes.push(bytes);
            }
        }
    }

    /// Looks whether a message decides an ask.
    pub fn hear(&mut self, message: &Message, at: Stamp, role: Role) {
        if self.open.is_empty() {
            return;
        }
        if message.event().is_none() {
            if role == Role::Commands {
                self.hear_response(message, at);
            }
            return;
        }
        let id = message.text("ActionID");
        let decided: Vec<(String, Result<(), Say>)> = self
            .open
            .iter()
            .filter_map(|(key, open)| Some((key.clone(), open.proof.judge(message, *id == **key)?)))
            .collect();
        for (key, result) in decided {
            self.decide(&key, result);
        }
    }

    fn hear_response(&mut self, message: &Message, at: Stamp) {
        let key = message.text("ActionID").into_owned();
        let Some(open) = self.open.get_mut(&key) else { return };
        if message.response().as_deref() != Some("Success") {
            let fault = error_say(&message.text("Message"));
            self.decide(&key, Err(fault));
            return;
        }
        open.accepted = true;
        open.due = at.plus(open.proof.within());
        self.signals.extend(open.promise.take());
        if open.proof == Proof::Word {
            self.decide(&key, Ok(()));
        }
    }

    fn decide(&mut self, key: &str, result: Result<(), Say>) {
        let Some(open) = self.open.remove(key) else { return };
        if let (Err(_), Some((id, phone, number))) = (&result, open.dialled) {
            self.signals.push(Signal::DialStarted { id, phone, number, answered: false });
        }
        self.reports.push(Report::Done { id: open.id, result });
    }

    /// Gives up what is overdue.
    pub fn tick(&mut self, at: Stamp) {
        let late: Vec<String> =
            self.open.iter().filter(|(_, open)| at >= open.due).map(|(key, _)| key.clone()).collect();
        for key in late {
            let Some(open) = self.open.get(&key) else { continue };
            let fault = Say::new(if open.accepted { open.proof.missing() } else { "pbx.ask_unanswered" });
            if let Some(cancel) = open.proof.cancel() {
                self.serial += 1;
                self.bytes.extend(cancel.encode(&format!("ringdesk-cancel-{}", self.serial)));
            }
            self.decide(&key, Err(fault));
        }
    }

    /// When something falls overdue.
    pub fn due(&self) -> Option<Stamp> {
        self.open.values().map(|open| open.due).min()
    }

    /// The command link is gone, and with it every answer owed.
    pub fn lose_all(&mut self, fault: &Say) {
        let keys: Vec<String> = self.open.keys().cloned().collect();
        for key in keys {
            self.decide(&key, Err(fault.clone()));
        }
        self.bytes.clear();
    }

    /// Bytes for the command link.
    pub fn take_bytes(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.bytes)
    }

    /// Results, and signals stamped with the PBX's clock, to report.
    pub fn take_reports(&mut self, now: Stamp) -> Vec<Report> {
        let mut reports = Vec::new();
        if !self.signals.is_empty() {
            let signals = std::mem::take(&mut self.signals);
            reports.push(Report::Signals(signals.into_iter().map(|signal| (now, signal)).collect()));
        }
        reports.append(&mut self.reports);
        reports
    }
}

/// An ask in AMI's words.
pub fn request(action: &Action, config: &PbxConfig) -> Request {
    let technology = &config.technology;
    match action {
        Action::Answer { channel } | Action::Resume { channel } => notify(channel, "talk"),
        Action::Hold { channel } => notify(channel, "hold"),
        Action::BlindTransfer { channel, to } => Request::new("BlindTransfer")
            .with("Channel", channel.clone())
            .with("Context", config.transfer_context.clone())
            .with("Exten", to.clone()),
        Action::AttendedTransfer { channel, to } => Request::new("Atxfer")
            .with("Channel", channel.clone())
            .with("Context", config.transfer_context.clone())
            .with("Exten", to.clone()),
        Action::Pickup { channel, phone } => Request::new("Originate")
            .with("Channel", format!("{technology}/{phone}"))
            .with("Application", "PickupChan")
            .with("Data", channel.clone())
            .with("Async", "true")
            .with("Timeout", RING_FOR.to_string()),
        Action::Redirect { channel, to } => Request::new("Redirect")
            .with("Channel", channel.clone())
            .with("Context", config.transfer_context.clone())
            .with("Exten", to.clone())
            .with("Priority", "1"),
        Action::Hangup { channel } => Request::new("Hangup").with("Channel", channel.clone()).with("Cause", "16"),
        Action::Dial { id, phone, number } => Request::new("Originate")
            .with("Channel", format!("{technology}/{phone}"))
            .with("Context", config.dial_context.clone())
            .with("Exten", number.clone())
            .with("Priority", "1")
            .with("CallerID", format!("\"{number}\" <{number}>"))
            .with("Timeout", RING_FOR.to_string())
            // Without it the whole session waits for the phone (AMI.md §5 trap 13).
            .with("Async", "true")
            .with("ChannelId", id.clone()),
        // Whether the agent is told is shown at the agent's own desk: the PBX's tone is heard by the listener alone.
        Action::Spy { id, phone, channel, mode, told: _ } => Request::new("Originate")
            .with("Channel", format!("{technology}/{phone}"))
            .with("Application", "ChanSpy")
            .with("Data", format!("{channel},{}", spy_options(*mode)))
            .with("Timeout", RING_FOR.to_string())
            .with("Async", "true")
            .with("ChannelId", id.clone()),
        Action::JoinQueue { queue, phone, name, paused } => Request::new("QueueAdd")
            .with("Queue", queue.clone())
            .with("Interface", interface(technology, phone))
            .with("MemberName", name.clone())
            .with("Paused", if *paused { "true" } else { "false" }),
        Action::LeaveQueue { queue, phone } => {
            Request::new("QueueRemove").with("Queue", queue.clone()).with("Interface", interface(technology, phone))
        }
        Action::Pause { phone, paused, reason } => {
            let interface = interface(technology, phone);
            let request = Request::new("QueuePause")
                .with("Interface", interface)
                .with("Paused", if *paused { "true" } else { "false" });
            if reason.is_empty() { request } else { request.with("Reason", reason.clone()) }
        }
    }
}

/// A member of a queue. One that is no plain phone is named by its interface, which has a slash.
fn interface(technology: &str, phone: &str) -> String {
    if phone.contains('/') { phone.to_owned() } else { format!("{technology}/{phone}") }
}

/// ChanSpy's options (AMI.md §7): `E` ends it with the talk, `w` whispers, `B` is heard by both. `q`: without it the PBX
/// first speaks the channel's name to the one who listens, and the first words of the talk are missed.
fn spy_options(mode: SpyMode) -> &'static str {
    match mode {
        SpyMode::Listen => "qE",
        SpyMode::Whisper => "qwE",
        SpyMode::Barge => "qBE",
    }
}

/// A NOTIFY to the phone of this channel; phones that know the BroadSoft events answer, hold or take back by it.
fn notify(channel: &str, event: &str) -> Request {
    Request::new("PJSIPNotify")
        .with("Channel", channel)
        .with("Variable", format!("Event={event}"))
        .with("Variable", "Content-Length=0")
}

/// What a request means for the calls once the PBX says yes.
fn promise(request: &Request) -> Option<Signal> {
    match request.name() {
        "Redirect" => {
            Some(Signal::RemovalAsked { channel: request.get("Channel")?.to_owned(), reason: LeaveReason::Redirected })
        }
        _ => None,
    }
}

/// What a recorded client's request means for the calls.
pub fn overheard(message: &Message) -> Option<Signal> {
    let value = |key: &str| message.get(key).map(|value| value.into_owned());
    match &*message.text("Action") {
        "Redirect" => Some(Signal::RemovalAsked { channel: value("Channel")?, reason: LeaveReason::Redirected }),
        "QueueWithdrawCaller" => {
            Some(Signal::RemovalAsked { channel: value("Caller")?, reason: LeaveReason::Withdrawn })
        }
        "Originate" => Some(Signal::DialAsked {
            id: value("ChannelId")?,
            phone: phone_of(&value("Channel")?),
            number: value("Exten")?,
        }),
        _ => None,
    }
}

/// What this user may do, as `ListCommands` names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capable {
    commands: Vec<String>,
}

impl Capable {
    /// Reads the answer to `ListCommands`.
    pub fn of(message: &Message) -> Capable {
        Capable { commands: message.headers().map(|(key, _)| String::from_utf8_lossy(key).into_owned()).collect() }
    }

    /// The user may send this action.
    pub fn has(&self, action: &str) -> bool {
        self.commands.iter().any(|command| command.eq_ignore_ascii_case(action))
    }

    /// In the desk's words.
    pub fn capabilities(&self) -> Capabilities {
        let originate = self.has("Originate");
        Capabilities {
            answer: self.has("PJSIPNotify"),
            hold: self.has("PJSIPNotify"),
            transfer: self.has("BlindTransfer"),
            pickup: originate,
            hangup: self.has("Hangup"),
            dial: originate,
            pause: self.has("QueuePause"),
            redirect: self.has("Redirect"),
            spy: originate,
            queues: self.has("QueueAdd") && self.has("QueueRemove"),
        }
    }
}
