//! A call being changed: the facts, and what is notable about the change.

use crate::domain::call::record::{Call, Direction, Leg, LegEnd, Party, Phase};
use crate::domain::call::signal::{ChannelFacts, ChannelState, Presentation};
use crate::domain::call::turn::{CallTurn, Turn};
use crate::domain::time::Stamp;

/// A call's value before and after.
pub(super) struct Draft {
    /// The value under change.
    pub call: Call,
    /// What is notable so far.
    pub turns: Vec<Turn>,
    before: Option<Call>,
}

impl Draft {
    /// Changes a call in the book.
    pub fn of(call: &Call) -> Draft {
        Draft { call: call.clone(), turns: Vec::new(), before: Some(call.clone()) }
    }

    /// A call that is not in the book yet.
    pub fn fresh(call: Call) -> Draft {
        Draft { call, turns: Vec::new(), before: None }
    }

    /// The finished turn, if anything changed.
    pub fn finish(mut self) -> Option<CallTurn> {
        self.call.phase = phase(&self.call);
        if self.before.as_ref() == Some(&self.call) {
            return None;
        }
        if self.turns.is_empty() {
            self.turns.push(Turn::Changed);
        }
        Some(CallTurn { call: self.call, turns: self.turns })
    }

    /// Takes over what the caller's own channel tells: its name, the caller, the queue's word.
    pub fn absorb(&mut self, facts: &ChannelFacts) {
        let call = &mut self.call;
        if facts.uniqueid != call.uniqueid {
            return;
        }
        if !facts.channel.is_empty() {
            call.channel.clone_from(&facts.channel);
        }
        if let Some(status) = &facts.queue_status {
            call.memory.queue_status = Some(status.clone());
        }
        if call.direction == Direction::Outbound {
            return;
        }
        if facts.presentation == Presentation::Withheld || facts.party.withheld {
            // Whatever was known before the PBX said so is forgotten (AMI.md §2, R-CALL-4).
            call.party = Party { withheld: true, ..Party::default() };
        }
        if call.party.withheld {
            return;
        }
        if call.party.number.is_empty() && !facts.party.number.is_empty() {
            call.party.number.clone_from(&facts.party.number);
        }
        if call.party.name.is_empty() && !facts.party.name.is_empty() {
            call.party.name.clone_from(&facts.party.name);
        }
        if call.dialled.is_empty() && !facts.exten.is_empty() {
            call.dialled.clone_from(&facts.exten);
        }
    }

    /// The leg a channel is, or stands for as half of an inner line.
    pub fn leg_of(&self, facts: &ChannelFacts) -> Option<usize> {
        leg_index(&self.call, facts)
    }

    /// The leg of a channel, made if it is not there.
    pub fn leg_or_new(&mut self, facts: &ChannelFacts, at: Stamp) -> usize {
        if let Some(index) = self.leg_of(facts) {
            return index;
        }
        self.call.legs.push(Leg {
            uniqueid: facts.uniqueid.clone(),
            channel: facts.channel.clone(),
            phone: facts.phone.clone(),
            pair: facts.pair.clone(),
            offered_at: at,
            ..Leg::default()
        });
        let index = self.call.legs.len() - 1;
        self.call.offered_at.get_or_insert(at);
        self.turns.push(Turn::Offered(index));
        index
    }

    /// Changes a leg that is known to be there.
    pub fn leg(&mut self, index: usize) -> &mut Leg {
        // The index comes from `leg_of` or `leg_or_new` of the same draft; legs are never removed.
        &mut self.call.legs[index]
    }

    /// This phone rings.
    pub fn rings(&mut self, index: usize, at: Stamp) {
        let leg = self.leg(index);
        if leg.ringing_at.is_none() && leg.end.is_none() {
            leg.ringing_at = Some(at);
            self.turns.push(Turn::Ringing(index));
        }
    }

    /// This phone rings if its channel says so.
    pub fn rings_if(&mut self, index: usize, facts: &ChannelFacts, at: Stamp) {
        if facts.state == ChannelState::Ringing {
            self.rings(index, at);
        }
    }

    /// This phone answered.
    pub fn picks_up(&mut self, index: usize, at: Stamp) {
        let leg = self.leg(index);
        if leg.answered_at.is_none() {
            leg.answered_at = Some(at);
            leg.end = Some(LegEnd::Answered);
            leg.ended_at = None;
            self.turns.push(Turn::OfferEnded(index, LegEnd::Answered));
        }
    }

    /// An offer ended without this phone answering.
    pub fn offer_over(&mut self, index: usize, end: LegEnd, at: Stamp) {
        let leg = self.leg(index);
        if leg.end.is_none() {
            leg.end = Some(end);
            leg.ended_at = Some(at);
            self.turns.push(Turn::OfferEnded(index, end));
        }
    }

    /// A better word for how an unanswered offer ended.
    pub fn offer_was(&mut self, index: usize, end: LegEnd) {
        let leg = self.leg(index);
        if leg.end.is_some_and(|old| old != LegEnd::Answered && old != end) {
            leg.end = Some(end);
            self.turns.push(Turn::OfferEnded(index, end));
        }
    }

    /// The part of a phone that answered is over.
    pub fn phone_done(&mut self, index: usize, at: Stamp) {
        let leg = self.leg(index);
        if leg.end == Some(LegEnd::Answered) && leg.ended_at.is_none() {
            leg.ended_at = Some(at);
            let phone = leg.phone.clone();
            self.turns.push(Turn::PhoneDone(phone));
        }
    }

    /// Every offer but one is over.
    pub fn others_cancelled(&mut self, keep: Option<usize>, at: Stamp) {
        for index in 0..self.call.legs.len() {
            if Some(index) != keep {
                self.offer_over(index, LegEnd::Cancelled, at);
            }
        }
    }

    /// A hold ends.
    pub fn unhold(&mut self, at: Stamp) -> bool {
        let Some(since) = self.call.held_since.filter(|since| at >= *since) else { return false };
        self.call.held_ms += at.since(since).max(0);
        self.call.held_since = None;
        self.call.memory.hold_changed_at = Some(at);
        true
    }

    /// Counts among the channels the call is found by.
    pub fn remember(&mut self, uniqueid: &str) {
        let known = uniqueid.is_empty()
            || self.call.uniqueid == uniqueid
            || self.call.legs.iter().any(|leg| leg.uniqueid == uniqueid)
            || self.call.memory.channels.iter().any(|known| known == uniqueid);
        if !known {
            self.call.memory.channels.push(uniqueid.to_owned());
        }
    }
}

/// The leg a channel is, or stands for.
pub(super) fn leg_index(call: &Call, facts: &ChannelFacts) -> Option<usize> {
    let by_id = call.legs.iter().position(|leg| leg.uniqueid == facts.uniqueid);
    by_id.or_else(|| {
        let pair = facts.pair.as_ref()?;
        call.legs.iter().position(|leg| leg.pair.as_ref() == Some(pair))
    })
}

/// In a queue and not answered from it.
pub(super) fn in_queue(call: &Call) -> bool {
    let Some(joined) = call.memory.joined_last else { return false };
    call.left_queue_at.is_none() && call.answered_at.is_none_or(|answered| answered < joined)
}

/// Where a call stands, from its facts alone.
fn phase(call: &Call) -> Phase {
    if call.ended_at.is_some() {
        return Phase::Ended;
    }
    if call.answered_at.is_some() {
        return match (call.held_since, &call.transferred_to) {
            (Some(_), _) => Phase::Held,
            (None, Some(_)) => Phase::Transferred,
            (None, None) => Phase::Talking,
        };
    }
    let mut open = call.legs.iter().filter(|leg| leg.end.is_none()).peekable();
    if open.peek().is_some() {
        return if open.any(|leg| leg.ringing_at.is_some()) { Phase::Ringing } else { Phase::Offered };
    }
    if in_queue(call) { Phase::Waiting } else { Phase::Arrived }
}
