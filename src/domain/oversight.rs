//! What a supervisor does from the live queue (R-LIVE-2): every step is a record with a reason.

use serde::{Deserialize, Serialize};

use super::agent::AgentState;
use super::ids::{AgentId, CallId, InterventionId, SourceId, StaffId};
use super::time::Stamp;

/// What the desk's own ids of channels that listen in begin with.
pub const SPY_ID: &str = "spy-";

/// The role a notice for every supervisor is addressed to.
pub const SUPERVISOR: &str = "supervisor";

/// In an announcement, the role of everybody at the desk.
pub const EVERYBODY: &str = "*";

/// The notice that somebody asks for help.
pub const HELP_NOTICE: &str = "oversight.notice_help";

/// The notice that somebody asks for a break (R-LIVE-4).
pub const BREAK_NOTICE: &str = "oversight.notice_break_asked";

/// How a supervisor is in a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpyMode {
    /// 监听: hears both, is heard by nobody.
    Listen,
    /// 耳语: heard by the agent alone.
    Whisper,
    /// 强插: heard by both.
    Barge,
}

impl SpyMode {
    /// The name in exports and in the catalogue (`spy.CODE`).
    pub fn code(self) -> &'static str {
        match self {
            SpyMode::Listen => "listen",
            SpyMode::Whisper => "whisper",
            SpyMode::Barge => "barge",
        }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Came into a talk.
    Spy(SpyMode),
    /// Put the agent into another state.
    Force(AgentState),
    /// Put the agent into a queue (true), or took them out of it.
    Queue {
        /// Which.
        queue: String,
        /// In, or out.
        joined: bool,
    },
    /// Took a waiting call out of turn, to this phone.
    Take {
        /// Whose.
        phone: String,
    },
    /// Sent a waiting call elsewhere.
    Redirect {
        /// Phone or number.
        to: String,
    },
    /// Said something to everybody.
    Announce,
    /// Allowed the break the agent had asked for, or refused it.
    Break {
        /// Allowed.
        allowed: bool,
    },
    /// Came to help an agent who had asked for it.
    Help,
}

impl Step {
    /// The name in exports and in the catalogue (`step.CODE`).
    pub fn code(&self) -> &'static str {
        match self {
            Step::Spy(mode) => mode.code(),
            Step::Force(_) => "force",
            Step::Queue { .. } => "queue",
            Step::Take { .. } => "take",
            Step::Redirect { .. } => "redirect",
            Step::Announce => "announce",
            Step::Break { .. } => "break",
            Step::Help => "help",
        }
    }
}

/// How it came that something a supervisor did is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// It took no time, or the supervisor left the talk.
    #[default]
    Over,
    /// The PBX would not do its part.
    Refused,
    /// The talk was over, or the agent's part in it.
    TalkOver,
    /// The link to the PBX was lost: from then on nobody knows.
    LinkLost,
}

impl Ending {
    /// The name in exports and in the catalogue (`ending.CODE`).
    pub fn code(self) -> &'static str {
        match self {
            Ending::Over => "over",
            Ending::Refused => "refused",
            Ending::TalkOver => "talk_over",
            Ending::LinkLost => "link_lost",
        }
    }
}

/// One thing a supervisor did, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intervention {
    /// Its number.
    pub id: InterventionId,
    /// When it began.
    pub at: Stamp,
    /// Who.
    pub by: StaffId,
    /// What.
    pub step: Step,
    /// To which agent.
    pub agent: Option<AgentId>,
    /// In, or with, which call.
    pub call: Option<CallId>,
    /// Why; for an announcement, what was said.
    pub reason: String,
    /// The agent was told that somebody listens.
    pub told: bool,
    /// Over the PBX of this source, where it is one.
    pub source: Option<SourceId>,
    /// The supervisor's own channel in the talk, by the id the desk gave it; empty for none.
    pub channel: String,
    /// When it was over; for what takes no time, at once.
    pub ended_at: Option<Stamp>,
    /// Of a rehearsal: in no figure.
    pub rehearsal: bool,
    /// How it ended; while it goes on, [`Ending::Over`].
    pub ending: Ending,
}

impl Intervention {
    /// Still going on.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// A supervisor in a talk, now.
    pub fn is_in_talk(&self) -> bool {
        self.is_open() && matches!(self.step, Step::Spy(_))
    }
}

/// An agent asks for somebody to come (求助).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// Since when.
    pub at: Stamp,
    /// Why; empty where there was no time for words.
    pub words: String,
    /// In which call.
    pub call: Option<CallId>,
}

/// An agent asks for a break that the service level does not allow (R-LIVE-4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakAsked {
    /// Since when.
    pub at: Stamp,
    /// What for.
    pub reason: String,
}
