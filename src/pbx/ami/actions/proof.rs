//! What proves that an ask was carried out.

use super::super::codec::Message;
use super::super::encode::Request;
use super::super::mapping::phone_of;
use super::RING_FOR;
use crate::domain::call::Action;
use crate::domain::time::Millis;
use crate::text::Say;

/// The proof an ask waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The PBX's word is enough.
    Word,
    /// This channel is up.
    Up(String),
    /// This channel holds.
    Held(String),
    /// This channel took back.
    Unheld(String),
    /// The target of an attended transfer is rung: `Success` has been seen to prove nothing (AMI.md §4).
    Consulting {
        /// The agent's channel.
        channel: String,
        /// The number asked.
        to: String,
    },
    /// The leg on this channel was picked up.
    PickedUp(String),
    /// The first leg answered.
    FirstLeg,
}

impl Proof {
    /// The proof of an action.
    pub fn of(action: &Action) -> Proof {
        match action {
            Action::Answer { channel } => Proof::Up(channel.clone()),
            Action::Hold { channel } => Proof::Held(channel.clone()),
            Action::Resume { channel } => Proof::Unheld(channel.clone()),
            Action::AttendedTransfer { channel, to } => Proof::Consulting { channel: channel.clone(), to: to.clone() },
            Action::Pickup { channel, .. } => Proof::PickedUp(channel.clone()),
            Action::Dial { .. } | Action::Spy { .. } => Proof::FirstLeg,
            Action::BlindTransfer { .. } | Action::Redirect { .. } | Action::Hangup { .. } | Action::Pause { .. } => {
                Proof::Word
            }
            Action::JoinQueue { .. } | Action::LeaveQueue { .. } => Proof::Word,
        }
    }

    /// How long after the PBX's word it may take, milliseconds.
    pub fn within(&self) -> Millis {
        match self {
            Proof::Word => 0,
            Proof::Up(_) | Proof::Held(_) | Proof::Unheld(_) => 3_000,
            // The feature is played as digits with sounds in between: 3.4 s were seen (AMI.md §4).
            Proof::Consulting { .. } => 12_000,
            Proof::PickedUp(_) | Proof::FirstLeg => RING_FOR + 3_000,
        }
    }

    /// The sentence for a proof that did not come.
    pub fn missing(&self) -> &'static str {
        match self {
            Proof::Word => "pbx.ask_unanswered",
            Proof::Up(_) => "pbx.phone_did_not_answer",
            Proof::Held(_) | Proof::Unheld(_) => "pbx.phone_did_not_hold",
            Proof::Consulting { .. } => "pbx.transfer_did_not_start",
            Proof::PickedUp(_) => "pbx.pickup_failed",
            Proof::FirstLeg => "pbx.dial_unanswered",
        }
    }

    /// What to take back with when the proof did not come.
    pub fn cancel(&self) -> Option<Request> {
        match self {
            Proof::Consulting { channel, .. } => Some(Request::new("CancelAtxfer").with("Channel", channel.clone())),
            _ => None,
        }
    }

    /// Whether this event proves it, or proves that it failed; `own` is an event with the ask's own ActionID.
    pub fn judge(&self, message: &Message, own: bool) -> Option<Result<(), Say>> {
        let name = message.event()?;
        let on = |channel: &String| message.text("Channel") == channel.as_str();
        match (self, &*name) {
            (Proof::Up(channel), "Newstate") if on(channel) && message.text("ChannelState") == "6" => Some(Ok(())),
            (Proof::Up(channel), "Hangup") if on(channel) => Some(Err(Say::new(self.missing()))),
            (Proof::Held(channel), "Hold") if on(channel) => Some(Ok(())),
            (Proof::Unheld(channel), "Unhold") if on(channel) => Some(Ok(())),
            (Proof::Consulting { to, .. }, "DialBegin") if rings(message, to) => Some(Ok(())),
            (Proof::Consulting { channel, .. }, "AttendedTransfer")
                if message.text("OrigTransfererChannel") == channel.as_str() =>
            {
                Some(Ok(()))
            }
            (Proof::PickedUp(channel), "Pickup") if message.text("TargetChannel") == channel.as_str() => Some(Ok(())),
            (Proof::PickedUp(_) | Proof::FirstLeg, "OriginateResponse") if own => self.first_leg(message),
            _ => None,
        }
    }

    fn first_leg(&self, message: &Message) -> Option<Result<(), Say>> {
        let reason = message.text("Reason");
        if message.text("Response") != "Success" {
            return Some(Err(Say::new(self.missing()).with("reason", reason)));
        }
        // The phone that is to pick up answered; the pickup itself is another matter.
        (*self == Proof::FirstLeg).then_some(Ok(()))
    }
}

/// A dial towards this number.
fn rings(message: &Message, to: &str) -> bool {
    message.text("DestExten") == to
        || message.text("Exten") == to
        || phone_of(&message.text("DestChannel")) == to
        || message.text("DialString").split('@').next() == Some(to)
}
