//! How calls end, and what came of them (R-CALL-1, R-CALL-5; AMI.md §5 traps 3, 4, 5, 10).

use super::Scene;
use super::draft::Draft;
use super::talk::in_talk;
use crate::domain::call::record::{Call, Direction, LegEnd, Outcome, Side, Verdict};
use crate::domain::call::signal::{ChannelFacts, HangupCause, LeaveReason};
use crate::domain::call::turn::{CallTurn, Turn};

impl Scene<'_> {
    /// Who hung up: the first to ask, as long as that one is in the talk.
    pub fn hangup_asked(&self, facts: &ChannelFacts) -> Option<Draft> {
        let mut draft = self.open(facts)?;
        draft.absorb(facts);
        if draft.call.hung_up_by.is_some() {
            return Some(draft);
        }
        let side = if facts.uniqueid == draft.call.uniqueid {
            if draft.call.direction == Direction::Outbound { Side::Agent } else { Side::Caller }
        } else {
            let leg = draft.leg_of(facts).and_then(|index| draft.call.legs.get(index));
            if !leg.is_some_and(in_talk) || draft.call.answered_at.is_none() {
                return Some(draft);
            }
            if draft.call.direction == Direction::Outbound { Side::Caller } else { Side::Agent }
        };
        draft.call.hung_up_by = Some(side);
        draft.call.hangup_asked_at = Some(self.at);
        Some(draft)
    }

    /// The PBX cuts the call because it stops.
    pub fn cut(&self, facts: &ChannelFacts) -> Option<Draft> {
        let mut draft = self.open(facts)?;
        cut_short(&mut draft);
        Some(draft)
    }

    /// The PBX says that it stops: whatever still goes on is cut.
    pub fn stopping(&self) -> Vec<CallTurn> {
        let mine = self.book.open().filter(|call| call.source == self.source.id);
        mine.filter_map(|call| {
            let mut draft = Draft::of(call);
            cut_short(&mut draft);
            draft.finish()
        })
        .collect()
    }

    /// A channel is gone: the call's own ends it, a phone's ends that phone's part.
    pub fn hungup(&self, facts: &ChannelFacts, cause: HangupCause) -> Option<Draft> {
        let mut draft = self.open(facts)?;
        draft.absorb(facts);
        if let Some(index) = draft.leg_of(facts) {
            let own = draft.leg(index).uniqueid == facts.uniqueid;
            if own || facts.pair.is_none() {
                self.leg_gone(&mut draft, index, cause);
            }
        }
        if facts.uniqueid == draft.call.uniqueid {
            self.end(&mut draft);
        }
        Some(draft)
    }

    fn leg_gone(&self, draft: &mut Draft, index: usize, cause: HangupCause) {
        draft.phone_done(index, self.at);
        let end = match cause {
            HangupCause::Refused => LegEnd::Refused,
            HangupCause::NoAnswer => LegEnd::RangOut,
            HangupCause::Unreachable => LegEnd::Failed,
            HangupCause::Normal | HangupCause::Elsewhere => LegEnd::Cancelled,
        };
        draft.offer_over(index, end, self.at);
        if matches!(end, LegEnd::Refused | LegEnd::Failed) {
            draft.offer_was(index, end);
        }
    }

    /// The call is over, now and for good.
    pub(super) fn end(&self, draft: &mut Draft) {
        if draft.call.ended_at.is_some() {
            return;
        }
        draft.others_cancelled(None, self.at);
        draft.unhold(self.at);
        for index in 0..draft.call.legs.len() {
            // The other side's leg of a call from the desk is no phone of the house.
            if draft.call.direction == Direction::Outbound && index > 0 {
                let leg = draft.leg(index);
                leg.ended_at.get_or_insert(self.at);
            } else {
                draft.phone_done(index, self.at);
            }
        }
        let call = &mut draft.call;
        call.ended_at = Some(self.at);
        if call.answered_at.is_none() {
            call.outcome = unanswered(call);
            call.verdict = (call.direction == Direction::Inbound).then_some(Verdict::Unanswered);
        }
        call.hung_up_by.get_or_insert(Side::Pbx);
        draft.turns.push(Turn::Ended);
    }
}

fn cut_short(draft: &mut Draft) {
    draft.call.memory.cut = true;
    draft.call.hung_up_by.get_or_insert(Side::Pbx);
}

/// What came of a call nobody answered.
fn unanswered(call: &Call) -> Outcome {
    if call.direction == Direction::Outbound {
        return Outcome::NotReached;
    }
    // Giving up is having hung up while still in the queue, or before it; who was put out first and hangs up in what
    // the dialplan plays next did not give up.
    let put_out = match (call.left_queue_at, call.hangup_asked_at) {
        (Some(left), Some(asked)) => left < asked,
        (left, asked) => left.is_some() && asked.is_none(),
    };
    if call.hung_up_by == Some(Side::Caller) && !put_out {
        return Outcome::Abandoned;
    }
    if call.memory.cut {
        return Outcome::CutByPbx;
    }
    by_word(call).unwrap_or(match (call.left_queue_at, &call.hung_up_by) {
        // The queue let go by itself and no other reason was seen.
        (Some(_), _) => Outcome::Timeout,
        (None, Some(Side::Caller)) => Outcome::Abandoned,
        (None, _) => Outcome::Unknown,
    })
}

/// What the PBX said, or the desk asked for.
fn by_word(call: &Call) -> Option<Outcome> {
    let status = match call.memory.queue_status.as_deref() {
        Some("TIMEOUT") => Some(Outcome::Timeout),
        Some("FULL") => Some(Outcome::QueueFull),
        Some("JOINEMPTY" | "LEAVEEMPTY" | "JOINUNAVAIL" | "LEAVEUNAVAIL") => Some(Outcome::QueueEmpty),
        Some("WITHDRAW") => Some(Outcome::Withdrawn),
        _ => None,
    };
    let said = match call.memory.left_reason {
        Some(LeaveReason::Caller) => Some(Outcome::Abandoned),
        Some(LeaveReason::Timeout) => Some(Outcome::Timeout),
        Some(LeaveReason::Empty) => Some(Outcome::QueueEmpty),
        Some(LeaveReason::Full) => Some(Outcome::QueueFull),
        Some(LeaveReason::Withdrawn) => Some(Outcome::Withdrawn),
        Some(LeaveReason::Redirected) => Some(Outcome::Redirected),
        Some(LeaveReason::Unsaid) | None => None,
    };
    let asked = match (call.memory.redirect_asked, call.memory.withdraw_asked) {
        (true, _) => Some(Outcome::Redirected),
        (false, true) => Some(Outcome::Withdrawn),
        (false, false) => None,
    };
    status.or(said).or(asked)
}
