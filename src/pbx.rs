//! The PBX: what it tells in neutral signals, and what it is asked. AMI is the one dialect so far.
//!
//! `ami` speaks the protocol (frames, session, mapping), `live` keeps two links to a PBX and reports, `rehearsal` plays
//! a recording through the same code, `queue_log` reads the PBX's own log, `check` looks a PBX over before it is used.
//! Nothing here keeps a call: that is `domain::call::machine`.

pub mod ami;
pub mod check;
pub mod live;
pub mod queue_log;
pub mod rehearsal;

use std::fmt;

use crate::domain::call::{Capabilities, Signal};
use crate::domain::source::{Link, SourceClock};
use crate::domain::time::Stamp;
use crate::text::Say;

pub use check::{Finding, Severity, check};
pub use live::LiveLink;
pub use rehearsal::Player;

/// What a PBX, live or played, has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The link's state changed.
    Link {
        /// How it is now.
        link: Link,
        /// What is wrong, if anything.
        fault: Option<Say>,
    },
    /// How the PBX's clock runs against the desk's.
    Clock(SourceClock),
    /// What can be asked of it.
    Can(Capabilities),
    /// What happened, each with the PBX's own stamp, in the order it came.
    Signals(Vec<(Stamp, Signal)>),
    /// What became of an action asked for under this id.
    Done {
        /// The id given with the action.
        id: u64,
        /// Done, or why not.
        result: Result<(), Say>,
    },
}

/// A secret. `Debug` and every log show only that there is one.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` out of sight.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one line that sends it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(..)")
    }
}

/// How to reach a PBX and how it is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PbxConfig {
    /// The name on screen and of the source.
    pub name: String,
    /// Host name or address.
    pub host: String,
    /// TCP port, 5038 as a rule.
    pub port: u16,
    /// The AMI user.
    pub username: String,
    /// Its secret.
    pub secret: Secret,
    /// Log in by MD5 challenge, so that the secret itself is not sent (AMI.md §3).
    pub md5: bool,
    /// Contexts callers from outside arrive in; empty: a channel whose peer is not the caller's own number is outside.
    pub inbound_contexts: Vec<String>,
    /// The context numbers are dialled in for an agent.
    pub dial_context: String,
    /// The context transfers and redirects go to.
    pub transfer_context: String,
    /// The channel driver of the phones (`PJSIP`).
    pub technology: String,
}

impl Default for PbxConfig {
    fn default() -> Self {
        PbxConfig {
            name: String::new(),
            host: "127.0.0.1".to_owned(),
            port: 5038,
            username: String::new(),
            secret: Secret::default(),
            md5: true,
            inbound_contexts: Vec::new(),
            dial_context: "from-internal".to_owned(),
            transfer_context: "from-internal".to_owned(),
            technology: "PJSIP".to_owned(),
        }
    }
}
