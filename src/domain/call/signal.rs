//! What any PBX can tell about calls, in neutral words. A signal is idempotent: it names the PBX's own ids, and seeing
//! it twice, late or out of order changes nothing it should not.
//!
//! Ids are opaque strings. Stamps come beside a signal, never inside it, except where a thing is older than the
//! signal that tells of it (`Snapshot`).

use serde::{Deserialize, Serialize};

use super::record::{Party, Side};
use crate::domain::time::{Millis, Stamp};

/// Whether the network lets the number be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presentation {
    /// The PBX did not say.
    #[default]
    Unsaid,
    /// May be shown.
    Allowed,
    /// Withheld by the caller.
    Withheld,
}

/// Which side of the PBX a channel comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Not known.
    #[default]
    Unsaid,
    /// Somebody outside calls in.
    Outside,
    /// A phone of the house dials.
    Inside,
    /// The PBX rings it: an agent's leg, a trunk leg, half of an inner line.
    Rung,
}

/// How far a channel is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChannelState {
    /// Not there yet, or not known.
    #[default]
    Down,
    /// Rings.
    Ringing,
    /// Answered.
    Up,
}

/// Who and where a channel is, as a signal carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFacts {
    /// The PBX's id of the channel.
    pub uniqueid: String,
    /// The PBX's id of the group; equal to `uniqueid` for the first channel of a call.
    pub linkedid: String,
    /// The PBX's name of the channel (`PJSIP/trunk-0000002a`).
    pub channel: String,
    /// The phone or trunk the channel belongs to (`1002`, `trunk`).
    pub phone: String,
    /// Where it comes from.
    pub origin: Origin,
    /// How far it is.
    pub state: ChannelState,
    /// Who is on it.
    pub party: Party,
    /// May the number be shown.
    pub presentation: Presentation,
    /// What was dialled on it; empty for a phone that is being rung.
    pub exten: String,
    /// The PBX's context, which tells inside from outside.
    pub context: String,
    /// What the PBX said of the queue's verdict, if it says (`QUEUESTATUS`).
    pub queue_status: Option<String>,
    /// The name both halves of an inner line share (a queue member that is no phone but a dialplan place); `None` for
    /// a channel that is no such half.
    pub pair: Option<String>,
}

/// A phone being offered a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The leg's channel.
    pub leg: ChannelFacts,
    /// The queue, where a queue offers it.
    pub queue: Option<String>,
    /// The interface the queue knows the member by; empty outside queues.
    pub interface: String,
    /// The name of the agent the queue offers it to; empty outside queues.
    pub agent: String,
}

/// Why a caller left a queue without an answer, as far as the PBX itself says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeaveReason {
    /// Not said: to be found out from what else was seen (AMI.md §5 trap 3).
    #[default]
    Unsaid,
    /// The caller gave up.
    Caller,
    /// The queue's limit.
    Timeout,
    /// Nobody was on duty.
    Empty,
    /// The queue was full.
    Full,
    /// Taken out on purpose.
    Withdrawn,
    /// Sent elsewhere.
    Redirected,
}

/// How an attempt to ring something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DialEnd {
    /// Answered.
    Answered,
    /// Busy or refused.
    Busy,
    /// Rang out.
    NoAnswer,
    /// Stopped by the side that rang it.
    Cancelled,
    /// Could not be rung.
    Failed,
}

/// Why a channel ended, as far as it tells about the phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HangupCause {
    /// An ordinary end, or nothing said.
    #[default]
    Normal,
    /// Busy or refused (SIP 486, 600, 603).
    Refused,
    /// Did not answer (SIP 408, 480).
    NoAnswer,
    /// Answered at another phone (a pickup).
    Elsewhere,
    /// Could not be reached.
    Unreachable,
}

/// Something happened at the PBX.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// A channel appeared.
    ChannelNew(ChannelFacts),
    /// A channel rings or is up, or its facts changed.
    ChannelChanged(ChannelFacts),
    /// A caller entered a queue.
    QueueJoined {
        /// The caller's channel.
        caller: ChannelFacts,
        /// The queue.
        queue: String,
        /// The place in it, 1 for the next; `None` where the PBX has no places.
        position: Option<u32>,
    },
    /// A caller left a queue without an answer.
    QueueGaveUp {
        /// The caller's channel.
        caller: ChannelFacts,
        /// The queue.
        queue: String,
        /// Why, if said.
        reason: LeaveReason,
    },
    /// A caller is no longer in a queue, answered or not.
    QueueLeft {
        /// The caller's channel.
        caller: ChannelFacts,
        /// The queue.
        queue: String,
    },
    /// A queue offers a caller to a phone.
    Offered {
        /// The caller's channel.
        caller: ChannelFacts,
        /// To whom.
        offer: Offer,
    },
    /// A queue's offer ended unanswered.
    OfferFailed {
        /// The caller's channel.
        caller: ChannelFacts,
        /// To whom it was offered.
        offer: Offer,
        /// How long it rang, milliseconds, if said. Zero means refused at once.
        rang_ms: Option<Millis>,
    },
    /// A queue's caller is answered. The leg is the phone that really answered (pickup!), the offer's agent is the one
    /// the queue thinks of (AMI.md §5 trap 6).
    Answered {
        /// The caller's channel.
        caller: ChannelFacts,
        /// Who answered.
        offer: Offer,
    },
    /// An agent's part in a queue's call is over. Any of the ids may be missing (AMI.md §5 trap 7).
    TalkEnded {
        /// The caller's channel, if said.
        caller: Option<String>,
        /// The phone's channel, if said.
        leg: Option<ChannelFacts>,
        /// The queue.
        queue: String,
        /// The member's interface.
        interface: String,
        /// Who ended it, if said.
        by: Option<Side>,
        /// It ended by a transfer.
        transfer: bool,
    },
    /// Something begins to be rung, or says that it rings.
    Dialling {
        /// The channel that rings the other; `None` when the PBX itself does.
        from: Option<ChannelFacts>,
        /// What is rung; `state` says whether it rings by now.
        to: ChannelFacts,
    },
    /// An attempt to ring something is over.
    DialOver {
        /// The channel that rang the other; `None` when the PBX itself did.
        from: Option<ChannelFacts>,
        /// What was rung.
        to: ChannelFacts,
        /// How it ended.
        end: DialEnd,
    },
    /// The desk asked the PBX to ring `phone` and then call `number`; `id` is the first channel's id.
    DialAsked {
        /// The first channel's id and the group's.
        id: String,
        /// The agent's phone.
        phone: String,
        /// The number to call.
        number: String,
    },
    /// The first leg of an asked-for call is decided (AMI.md §5 trap 14: the first leg only).
    DialStarted {
        /// The first channel's id.
        id: String,
        /// The agent's phone.
        phone: String,
        /// The number to call; empty when the leg was for something else (pickup, listening).
        number: String,
        /// The agent answered.
        answered: bool,
    },
    /// The desk asked the PBX to take this waiting caller elsewhere; named by channel name.
    RemovalAsked {
        /// The caller's channel, by name.
        channel: String,
        /// Redirected or withdrawn; `Unsaid` where the PBX refused to.
        reason: LeaveReason,
    },
    /// Put on hold by this channel.
    Held(ChannelFacts),
    /// Taken back by this channel. May come without a hold (AMI.md §4, transfers).
    Unheld(ChannelFacts),
    /// A phone took a call that rang at another phone.
    PickedUp {
        /// The phone that took it.
        by: ChannelFacts,
        /// The leg that rang, by id.
        target: String,
    },
    /// A talk was handed on at once.
    TransferredBlind {
        /// The channel that handed it on, by id.
        by: String,
        /// The channel handed on, by id and group, if said.
        caller: Option<String>,
        /// Phone or number.
        to: String,
    },
    /// A talk was handed on after asking.
    TransferredAttended {
        /// The channel of the talk that handed it on, by id.
        by: String,
        /// The channel handed on, by id, if said.
        caller: Option<String>,
        /// Who talks now, if said.
        target: Option<ChannelFacts>,
        /// Phone or number, where the target is not said.
        to: String,
    },
    /// A channel only listens, whispers or joins in: it is no call, and the talk it is in stays where it is.
    SpyStarted {
        /// The listener's channel, by id.
        spy: String,
        /// The channel listened to, by id.
        spied: String,
    },
    /// It does so no more.
    SpyStopped {
        /// The listener's channel, by id.
        spy: String,
    },
    /// A channel is asked to end. This is how the one who hung up is known.
    HangupAsked(ChannelFacts),
    /// The PBX cuts a channel because it stops (AMI.md §5 trap 10).
    CutAsked(ChannelFacts),
    /// A channel is gone.
    Hungup {
        /// The channel.
        channel: ChannelFacts,
        /// Why.
        cause: HangupCause,
    },
    /// The PBX says that it stops.
    PbxStopping {
        /// It means to come back.
        restart: bool,
    },
    /// All that is going on at one moment, after a lost link (AMI.md §6).
    Snapshot(Snapshot),
    /// A queue member's state at the PBX.
    Member(MemberFacts),
    /// A member left a queue.
    MemberGone {
        /// The queue.
        queue: String,
        /// The member's interface.
        interface: String,
    },
    /// A recording was begun on a channel (R-CALL-7).
    Recorded {
        /// The channel, by id.
        uniqueid: String,
        /// The full path on the PBX's host.
        path: String,
    },
    /// A caller asked in the menu to be called back.
    CallbackRequested {
        /// The caller's channel.
        uniqueid: String,
        /// The number to call.
        number: String,
        /// The queue, if said.
        queue: Option<String>,
    },
}

/// A queue member as the PBX sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFacts {
    /// The queue.
    pub queue: String,
    /// The member's interface.
    pub interface: String,
    /// The phone behind it.
    pub phone: String,
    /// The agent's name.
    pub name: String,
    /// Paused.
    pub paused: bool,
    /// The reason given for the pause.
    pub reason: String,
    /// The phone can't be reached.
    pub unavailable: bool,
}

/// A channel as a snapshot lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenChannel {
    /// The channel.
    pub facts: ChannelFacts,
    /// The talk it is in; `None` when it talks to nobody.
    pub talk: Option<String>,
    /// When it appeared, whole seconds exact.
    pub since: Stamp,
}

/// A waiting caller as a snapshot lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCaller {
    /// The caller's channel.
    pub uniqueid: String,
    /// The queue.
    pub queue: String,
    /// When it joined, within a second.
    pub joined_at: Stamp,
}

/// All that is going on at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When the PBX was started, if it said: calls older than that did not survive.
    pub pbx_since: Option<Stamp>,
    /// Every channel.
    pub channels: Vec<SeenChannel>,
    /// Every waiting caller.
    pub waiting: Vec<SeenCaller>,
    /// Every queue member; each has been told by `Signal::Member` as well.
    pub members: Vec<MemberFacts>,
}
