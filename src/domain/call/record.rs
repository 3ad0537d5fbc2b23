//! What is stored of a call. Facts only, each from the PBX's own stamps; figures are computed from them.

use serde::{Deserialize, Serialize};

use super::signal::LeaveReason;
use crate::domain::customer::Grade;
use crate::domain::ids::{AgentId, CallId, CallbackId, CustomerId, SourceId, StaffId, TicketId};
use crate::domain::time::{Millis, Stamp};

/// Which way a call goes, seen from the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// From outside to the hotline.
    #[default]
    Inbound,
    /// From the desk to the outside.
    Outbound,
    /// Between phones of the house.
    Internal,
}

/// Where a call stands now (R-CALL-1). `Ended` is for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phase {
    /// Reached the PBX, in no queue yet (an announcement, a menu).
    #[default]
    Arrived,
    /// In a queue, no phone ringing for it.
    Waiting,
    /// Offered to a phone which has not said that it rings.
    Offered,
    /// At least one phone rings.
    Ringing,
    /// Two people talk.
    Talking,
    /// The agent put the caller on hold.
    Held,
    /// Handed to somebody else, who talks now or is being rung.
    Transferred,
    /// Over.
    Ended,
}

/// How a call came out. Set when it ends (`Answered` and `Transferred` as soon as they are true).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Somebody talked to the caller.
    Answered,
    /// Answered, then handed on.
    Transferred,
    /// The caller hung up unanswered (R-CALL-5).
    Abandoned,
    /// The queue's own limit ended the wait.
    Timeout,
    /// The queue was full; the call never entered it.
    QueueFull,
    /// Nobody was on duty in the queue, at the join or later.
    QueueEmpty,
    /// An operator or a rule sent the waiting caller elsewhere.
    Redirected,
    /// Taken out of the queue on purpose.
    Withdrawn,
    /// The PBX stopped under the call.
    CutByPbx,
    /// A call from the desk which nobody at the other end answered; the last leg says how it ended.
    NotReached,
    /// Not known (yet): the call is still open, or the link was lost.
    #[default]
    Unknown,
}

/// The verdict of R-CALL-1, from PBX stamps; never edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Answered within the limit (a wait of exactly the limit is in time).
    InTime,
    /// Answered after the limit.
    Late,
    /// Never answered.
    Unanswered,
}

/// How an offer to one phone ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LegEnd {
    /// This phone answered.
    Answered,
    /// It rang until the ring time was over.
    RangOut,
    /// The agent pressed refuse (SIP 486/603).
    Refused,
    /// The ringing was stopped: another phone answered, or the caller left.
    Cancelled,
    /// The phone could not be reached.
    Failed,
}

/// Who is at the other end of a leg or a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The number as the PBX gave it; empty when unknown or withheld (R-CALL-4).
    pub number: String,
    /// The name as the PBX gave it, unescaped; stored unchanged, cleaned only for the screen.
    pub name: String,
    /// The caller asked that the number be not shown.
    pub withheld: bool,
}

impl Party {
    /// The network told a name like `anonymous` instead of a number: nothing is known of the caller. This is not the
    /// same as `withheld`, where the PBX knows the number and keeps it back (AMI.md §2).
    pub fn is_anonymous(&self) -> bool {
        !self.withheld && self.number.is_empty() && self.name.eq_ignore_ascii_case("anonymous")
    }
}

/// One offer of a call to one phone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The PBX's id of the phone's channel.
    pub uniqueid: String,
    /// The PBX's name of the phone's channel; actions are addressed to it.
    pub channel: String,
    /// The phone itself (`1002`), not the queue member's interface string.
    pub phone: String,
    /// The interface the queue knows the member by (`PJSIP/1002`, `Local/1006@from-queue/n`).
    pub interface: String,
    /// The inner line in between, where the queue's member is one (the name its halves share).
    pub pair: Option<String>,
    /// The name of the agent the queue offered it to.
    pub agent: String,
    /// When it was offered.
    pub offered_at: Stamp,
    /// When the phone said that it rings.
    pub ringing_at: Option<Stamp>,
    /// When this phone answered.
    pub answered_at: Option<Stamp>,
    /// When it was over for this phone.
    pub ended_at: Option<Stamp>,
    /// How it ended.
    pub end: Option<LegEnd>,
}

/// R-CALL-6: what came of a call, chosen in wrap-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Disposition {
    /// 咨询已答复
    EnquiryAnswered,
    /// 已登记工单
    TicketOpened,
    /// 已转接
    Transferred,
    /// 打错
    WrongNumber,
    /// 骚扰
    Nuisance,
    /// 无声
    NoVoice,
}

/// A call as it is stored. Everything needed to go on after a restart of the desk is in here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The desk's number of the call.
    pub id: CallId,
    /// The link or rehearsal it came over.
    pub source: SourceId,
    /// True for every call of a rehearsal; such calls are in no figure.
    pub rehearsal: bool,
    /// The PBX's id of the caller's channel.
    pub uniqueid: String,
    /// The PBX's id of the group of channels.
    pub linkedid: String,
    /// The PBX's name of the caller's channel.
    pub channel: String,
    /// Which way it goes.
    pub direction: Direction,
    /// The other side: the caller, or for outbound the person called.
    pub party: Party,
    /// What was dialled.
    pub dialled: String,
    /// The queue it entered, if any (the last one).
    pub queue: Option<String>,
    /// Where it stands.
    pub phase: Phase,
    /// How it came out.
    pub outcome: Outcome,
    /// R-CALL-1, once known.
    pub verdict: Option<Verdict>,
    /// The limit in force when it arrived, in milliseconds (rulebook, per queue).
    pub limit_ms: Millis,
    /// First sign of it.
    pub arrived_at: Stamp,
    /// When it entered the queue.
    pub joined_at: Option<Stamp>,
    /// When the first phone was offered it.
    pub offered_at: Option<Stamp>,
    /// When somebody answered.
    pub answered_at: Option<Stamp>,
    /// When it was over.
    pub ended_at: Option<Stamp>,
    /// The phone that really answered.
    pub answered_by: Option<String>,
    /// The agent's name at that phone.
    pub agent: Option<String>,
    /// Every offer, in order.
    pub legs: Vec<Leg>,
    /// Since when it is on hold.
    pub held_since: Option<Stamp>,
    /// Time on hold so far, finished holds only.
    pub held_ms: Millis,
    /// When a hang-up of the caller's own channel was asked for, and by which side.
    pub hangup_asked_at: Option<Stamp>,
    /// `caller`, `agent` or `pbx`, once known.
    pub hung_up_by: Option<Side>,
    /// Left the queue unanswered at this moment, for a reason not known yet.
    pub left_queue_at: Option<Stamp>,
    /// Who talks since a transfer: the phone or number.
    pub transferred_to: Option<String>,
    /// Some of it was filled in after a lost link, not seen.
    pub reconstructed: bool,
    /// The member of staff who has it in hand on the desk.
    pub in_hand: Option<AgentId>,
    /// R-CALL-6.
    pub disposition: Option<Disposition>,
    /// Who chose the disposition.
    pub disposed_by: Option<StaffId>,
    /// Tickets opened or touched during it.
    pub tickets: Vec<TicketId>,
    /// The callback line this call made or was made for.
    pub callback: Option<CallbackId>,
    /// The customer file the number belongs to.
    pub customer: Option<CustomerId>,
    /// The customer's grade when the call arrived (R-REQ-5).
    pub grade: Grade,
    /// Which call of this number today it is: 1 for the first, 0 for a number not known.
    pub nth_today: u32,
    /// What the machine must remember between signals (set by `machine`, opaque to everyone else).
    pub memory: Memory,
}

/// Who ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The caller.
    Caller,
    /// The phone that talked to the caller.
    Agent,
    /// The PBX: a limit, a rule, a restart.
    Pbx,
}

/// The machine's own notes on a call that is still open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Further channels known to belong to the call (Local halves, transfer targets), by their PBX id.
    pub channels: Vec<String>,
    /// What the PBX said about the queue (`TIMEOUT`, `FULL`, `JOINEMPTY`, …), if it said.
    pub queue_status: Option<String>,
    /// The desk asked for a redirect of this call.
    pub redirect_asked: bool,
    /// The desk, or somebody, asked that it be taken out of the queue.
    pub withdraw_asked: bool,
    /// The PBX said that it stops, or cut a channel of this call.
    pub cut: bool,
    /// When it entered the queue it is in now (the last one; `Call::joined_at` is the first).
    pub joined_last: Option<Stamp>,
    /// Why it left the queue unanswered, where the PBX said so.
    pub left_reason: Option<LeaveReason>,
    /// The last hold or take-back, so that an old one seen again changes nothing.
    pub hold_changed_at: Option<Stamp>,
    /// The last transfer, for the same reason.
    pub moved_at: Option<Stamp>,
}

impl Call {
    /// From entering the queue (or arriving, where it entered none) to the answer, or to the end unanswered.
    pub fn wait_ms(&self) -> Option<Millis> {
        let from = self.joined_at.unwrap_or(self.arrived_at);
        let to = self.answered_at.or(self.left_queue_at).or(self.ended_at)?;
        Some(to.since(from).max(0))
    }

    /// How long the phone that answered (else the first one offered) rang.
    pub fn ring_ms(&self) -> Option<Millis> {
        let answered = self.legs.iter().find(|leg| leg.end == Some(LegEnd::Answered));
        let leg = answered.or(self.legs.first())?;
        let to = leg.answered_at.or(leg.ended_at)?;
        Some(to.since(leg.ringing_at.unwrap_or(leg.offered_at)).max(0))
    }

    /// From the answer to the end, holds included.
    pub fn talk_ms(&self) -> Option<Millis> {
        Some(self.ended_at?.since(self.answered_at?).max(0))
    }

    /// Time on hold; zero when never held, nothing before the end of a call never answered.
    pub fn hold_ms(&self) -> Option<Millis> {
        self.answered_at.map(|_| self.held_ms)
    }

    /// A call from the desk that rang at the other side, and not only at the dialler's own phone.
    pub fn rang_the_other_side(&self) -> bool {
        self.direction == Direction::Outbound && (self.source == SourceId::HAND || self.legs.len() > 1)
    }

    /// Still going on.
    pub fn is_open(&self) -> bool {
        self.phase != Phase::Ended
    }

    /// Waits for an answer now.
    pub fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Arrived | Phase::Waiting | Phase::Offered | Phase::Ringing)
    }

    /// The moment the timer of R-CALL-1 counts from: the join, or the arrival until then.
    pub fn timer_from(&self) -> Stamp {
        self.joined_at.unwrap_or(self.arrived_at)
    }
}
