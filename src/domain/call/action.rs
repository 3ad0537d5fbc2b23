//! What the desk can ask of a PBX, in neutral words, and which of it a given PBX can do.

use serde::{Deserialize, Serialize};

use crate::domain::oversight::SpyMode;

/// What a PBX can do for the desk. A key whose capability is missing says so instead of doing nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// Answer a ringing phone from the desk.
    pub answer: bool,
    /// Put a talk on hold and take it back.
    pub hold: bool,
    /// Hand a talk on.
    pub transfer: bool,
    /// Take a call that rings at a colleague's phone.
    pub pickup: bool,
    /// Hang a call up.
    pub hangup: bool,
    /// Dial out for an agent.
    pub dial: bool,
    /// Pause an agent in the queues.
    pub pause: bool,
    /// Send a waiting caller elsewhere.
    pub redirect: bool,
    /// Listen in, whisper and barge.
    pub spy: bool,
    /// Put agents into queues and take them out.
    pub queues: bool,
}

/// Something asked of the PBX. Channels and phones are the PBX's own names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Answer the phone whose leg rings on `channel`.
    Answer {
        /// The phone's channel.
        channel: String,
    },
    /// Hold the talk of the agent's `channel`.
    Hold {
        /// The agent's channel.
        channel: String,
    },
    /// Take it back.
    Resume {
        /// The agent's channel.
        channel: String,
    },
    /// Hand the talk on at once.
    BlindTransfer {
        /// The agent's channel.
        channel: String,
        /// Phone or number.
        to: String,
    },
    /// Ask first, then hand on.
    AttendedTransfer {
        /// The agent's channel.
        channel: String,
        /// Phone or number.
        to: String,
    },
    /// Take the call that rings on `channel` to `phone`.
    Pickup {
        /// The ringing leg's channel.
        channel: String,
        /// The phone that takes it.
        phone: String,
    },
    /// Send the waiting caller on `channel` to `phone` out of turn.
    Redirect {
        /// The caller's channel.
        channel: String,
        /// Phone or number.
        to: String,
    },
    /// Hang up.
    Hangup {
        /// The channel.
        channel: String,
    },
    /// Ring `phone`, then call `number`; `id` becomes the PBX's id of the call.
    Dial {
        /// Our own id.
        id: String,
        /// The agent's phone.
        phone: String,
        /// The number to call.
        number: String,
    },
    /// Ring a supervisor's `phone` and bring it into the talk of the agent's `channel` (R-LIVE-2).
    Spy {
        /// Our own id; becomes the PBX's id of the supervisor's channel.
        id: String,
        /// The supervisor's phone.
        phone: String,
        /// The agent's channel.
        channel: String,
        /// How.
        mode: SpyMode,
        /// The agent is to know. A PBX that can say so by itself may; the agent's console shows it in any case.
        told: bool,
    },
    /// Put an agent into a queue.
    JoinQueue {
        /// The queue.
        queue: String,
        /// The agent's phone, or the queue's interface for it where the member is no plain phone.
        phone: String,
        /// The agent's name, as the PBX is to know it.
        name: String,
        /// Paused there.
        paused: bool,
    },
    /// Take an agent out of a queue.
    LeaveQueue {
        /// The queue.
        queue: String,
        /// As above.
        phone: String,
    },
    /// Pause or unpause an agent in all queues.
    Pause {
        /// The agent's phone, or the queue's interface for it where the member is no plain phone.
        phone: String,
        /// Pause, or unpause.
        paused: bool,
        /// The reason, as people read it.
        reason: String,
    },
}
