//! What any PBX can tell about calls, in neutral words. A signal is idempotent: it names the PBX's own ids, and seeing
//! it twice, late or out of order changes nothing it should not.

use serde::{Deserialize, Serialize};

use super::record::Party;

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

/// Who and where a channel is, as a signal carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFacts {
    /// The PBX's id of the channel.
    pub uniqueid: String,
    /// The PBX's id of the group; equal to `uniqueid` for the first channel of a call.
    pub linkedid: String,
    /// The PBX's name of the channel (`PJSIP/trunk-0000002a`).
    pub channel: String,
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
}

/// Something happened at the PBX.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// A channel appeared.
    ChannelNew(ChannelFacts),
    /// A channel rings or is up, or its facts changed.
    ChannelChanged(ChannelFacts),
    /// A queue member's state at the PBX.
    Member(MemberFacts),
    /// A member left a queue.
    MemberGone {
        /// The queue.
        queue: String,
        /// The member's interface.
        interface: String,
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
