//! A clock on a ticket: when it started, when it falls due, what was agreed since, and what has fired.

use serde::{Deserialize, Serialize};

use crate::domain::calendar::{Allowance, Due};
use crate::domain::ids::StaffId;
use crate::domain::rulebook::ClockId;
use crate::domain::time::Stamp;

/// A clock as stored with its ticket. One that stopped stays, with how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which of the type's clocks.
    pub id: ClockId,
    /// The round it was started in.
    pub round: u32,
    /// When it started.
    pub started_at: Stamp,
    /// What it was given; nothing where the moment itself was agreed.
    pub allow: Option<Allowance>,
    /// The due time as it was first; stays visible for ever (R-CMP-3).
    pub first_due: Due,
    /// The due time now.
    pub due: Due,
    /// How it came from the one to the other.
    pub shifts: Vec<Shift>,
    /// The spans it was paused, oldest first; the last may be open.
    pub pauses: Vec<(Stamp, Option<Stamp>)>,
    /// What happens on the way, rising.
    pub marks: Vec<Mark>,
    /// How it stands.
    pub state: ClockState,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockState {
    /// It runs.
    #[default]
    Running,
    /// It is paused; nothing fires.
    Paused,
    /// What it waited for happened then.
    Stopped(Stamp),
    /// It does not apply any more: the rulebook or the fields changed, or the ticket went back.
    Void(Stamp),
}

/// A due time that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// When.
    pub at: Stamp,
    /// By whom; none for the desk itself.
    pub by: Option<StaffId>,
    /// Before.
    pub from: Due,
    /// After.
    pub to: Due,
    /// What kind of change.
    pub why: ClockChange,
    /// Who agreed, for a renegotiated time.
    pub with: String,
    /// The reason, in words.
    pub reason: String,
}

/// Why a due time changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockChange {
    /// R-CMP-3: agreed anew with the person who asked.
    Agreed,
    /// R-REQ-9: an extension was approved.
    Extended,
    /// It was paused meanwhile.
    Resumed,
    /// The rulebook or the calendar changed.
    Recomputed,
}

/// Something that happens on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Percent of the allowance.
    pub percent: u16,
    /// When.
    pub at: Stamp,
    /// When it fired, if it has. A mark fires once, whatever the wall clock does.
    pub fired: Option<Fired>,
}

/// That a mark fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// When.
    pub at: Stamp,
    /// Later than it should have: the desk was down.
    pub late: bool,
}

impl Clock {
    /// It counts now.
    pub fn is_running(&self) -> bool {
        self.state == ClockState::Running
    }

    /// It is not over.
    pub fn is_open(&self) -> bool {
        matches!(self.state, ClockState::Running | ClockState::Paused)
    }

    /// The first mark that has not fired, while it runs.
    pub fn alarm(&self) -> Option<Stamp> {
        if !self.is_running() {
            return None;
        }
        self.marks.iter().filter(|mark| mark.fired.is_none()).map(|mark| mark.at).min()
    }

    /// Kept: it stopped at or before its due time. None while it is open or void.
    pub fn kept(&self) -> Option<bool> {
        if let ClockState::Stopped(at) = self.state { Some(at <= self.due.at) } else { None }
    }

    /// Kept against the due time as it was first (R-REQ-9: figures count both).
    pub fn kept_first(&self) -> Option<bool> {
        if let ClockState::Stopped(at) = self.state { Some(at <= self.first_due.at) } else { None }
    }

    /// The highest percentage that has fired; 0 for none. Decides the colour.
    pub fn reached(&self) -> u16 {
        self.marks.iter().filter(|mark| mark.fired.is_some()).map(|mark| mark.percent).max().unwrap_or(0)
    }
}
