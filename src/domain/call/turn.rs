//! What a signal changed about a call: the words in which the rest of the desk hears of it.

use super::record::{Call, LegEnd};

/// One notable change. Legs are named by their index in `Call::legs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// First sign of the call.
    Arrived,
    /// Entered a queue.
    Joined,
    /// Offered to a phone.
    Offered(usize),
    /// That phone rings.
    Ringing(usize),
    /// An offer ended without this phone answering, or with it.
    OfferEnded(usize, LegEnd),
    /// Somebody talks to the caller: the phone.
    Answered(String),
    /// The agent put it on hold.
    Held,
    /// The agent took it back.
    Resumed,
    /// Handed on to this phone or number.
    Transferred(String),
    /// This phone's part in the call is over: its agent writes up.
    PhoneDone(String),
    /// The call is over; `outcome` and `verdict` are set.
    Ended,
    /// Facts changed that are none of the above.
    Changed,
}

/// A call's new value and what is new about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTurn {
    /// The full new value.
    pub call: Call,
    /// What changed, in order.
    pub turns: Vec<Turn>,
}
