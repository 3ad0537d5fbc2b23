//! A caller in a queue: joined, offered, answered, gave up.

use super::Scene;
use super::draft::{Draft, in_queue};
use crate::domain::call::record::{Call, Direction, LegEnd, Outcome, Verdict};
use crate::domain::call::signal::{ChannelFacts, LeaveReason, Offer};
use crate::domain::call::turn::Turn;
use crate::domain::time::{Millis, Stamp};

impl Scene<'_> {
    /// R-CALL-1's timer starts at the first join. A second queue later in the same call does not start it anew.
    pub fn joined(&self, caller: &ChannelFacts, queue: &str) -> Option<Draft> {
        let mut draft = self.caller(caller)?;
        let call = &mut draft.call;
        if call.memory.joined_last.is_some_and(|last| self.at <= last) {
            return Some(draft);
        }
        call.joined_at.get_or_insert(self.at);
        call.memory.joined_last = Some(self.at);
        call.memory.left_reason = None;
        call.left_queue_at = None;
        call.queue = Some(queue.to_owned());
        if call.answered_at.is_none() {
            call.limit_ms = (self.limits)(Some(queue));
        }
        draft.turns.push(Turn::Joined);
        Some(draft)
    }

    /// Out of the queue without an answer. Why is settled when the call ends (AMI.md §5 trap 3).
    pub fn gave_up(&self, caller: &ChannelFacts, queue: &str, reason: LeaveReason) -> Option<Draft> {
        let mut draft = self.caller(caller)?;
        let joined = draft.call.memory.joined_last;
        if draft.call.left_queue_at.is_some() || joined.is_some_and(|joined| self.at < joined) {
            return Some(draft);
        }
        if draft.call.queue.is_none() {
            draft.call.queue = Some(queue.to_owned());
        }
        draft.call.left_queue_at = Some(self.at);
        if reason != LeaveReason::Unsaid {
            draft.call.memory.left_reason = Some(reason);
        }
        Some(draft)
    }

    /// The queue rings a phone for the caller.
    pub fn offered(&self, caller: &ChannelFacts, offer: &Offer) -> Option<Draft> {
        let mut draft = self.caller(caller)?;
        let index = draft.leg_or_new(&offer.leg, self.at);
        name_offer(&mut draft, index, offer);
        draft.rings_if(index, &offer.leg, self.at);
        Some(draft)
    }

    /// The queue gave a phone up. A ring time of nothing is a refusal (AMI.md §4, 5b).
    pub fn offer_failed(&self, caller: &ChannelFacts, offer: &Offer, rang_ms: Option<Millis>) -> Option<Draft> {
        let mut draft = self.caller(caller)?;
        let known = draft.leg_of(&offer.leg).is_some();
        let index = draft.leg_or_new(&offer.leg, self.at.plus(-rang_ms.unwrap_or(0)));
        if !known {
            name_offer(&mut draft, index, offer);
        }
        let end = if rang_ms == Some(0) { LegEnd::Refused } else { LegEnd::RangOut };
        draft.offer_over(index, end, self.at);
        Some(draft)
    }

    /// Somebody talks to the caller: the phone on the line, whoever the queue offered it to (AMI.md §5 trap 6).
    pub fn answered(&self, caller: &ChannelFacts, offer: &Offer) -> Option<Draft> {
        let mut draft = self.caller(caller)?;
        let index = draft.leg_or_new(&offer.leg, self.at);
        if draft.leg(index).answered_at.is_some() {
            return Some(draft);
        }
        if draft.call.queue.is_none() {
            draft.call.queue = offer.queue.clone();
        }
        name_offer(&mut draft, index, offer);
        answer(&mut draft, index, self.at);
        Some(draft)
    }
}

/// Takes over what the queue calls this member, where the leg is that member's own phone and no pickup.
fn name_offer(draft: &mut Draft, index: usize, offer: &Offer) {
    let member = phone_of_interface(&offer.interface);
    let leg = draft.leg(index);
    if leg.interface.is_empty() && (offer.leg.pair.is_some() || leg.phone == member) {
        leg.interface.clone_from(&offer.interface);
        leg.agent.clone_from(&offer.agent);
    } else if leg.agent.is_empty() && leg.interface.is_empty() {
        leg.agent.clone_from(&offer.leg.party.name);
    }
}

/// `PJSIP/1002` is phone `1002`; the same in every dialect that writes technology and phone with a slash.
fn phone_of_interface(interface: &str) -> &str {
    let place = interface.split_once('/').map_or(interface, |(_, place)| place);
    place.split(['@', '/']).next().unwrap_or(place)
}

/// The answer itself, from a queue or a plain dial: the first sets R-CALL-1, a later one is a transfer's.
pub(super) fn answer(draft: &mut Draft, index: usize, at: Stamp) {
    draft.picks_up(index, at);
    draft.others_cancelled(Some(index), at);
    let phone = draft.leg(index).phone.clone();
    let agent = draft.leg(index).agent.clone();
    let call = &mut draft.call;
    call.left_queue_at = None;
    if call.answered_at.is_none() {
        call.answered_at = Some(at);
        call.answered_by = Some(phone.clone());
        call.agent = Some(agent).filter(|name| !name.is_empty());
        call.outcome = Outcome::Answered;
        call.verdict = verdict(call, at);
        draft.turns.push(Turn::Answered(phone));
        return;
    }
    call.outcome = Outcome::Transferred;
    call.memory.moved_at = Some(at);
    if call.transferred_to.as_deref() != Some(phone.as_str()) {
        call.transferred_to = Some(phone.clone());
        draft.turns.push(Turn::Transferred(phone));
    }
}

/// R-CALL-1 for an inbound call answered now. A wait of exactly the limit is in time.
fn verdict(call: &Call, at: Stamp) -> Option<Verdict> {
    if call.direction != Direction::Inbound {
        return None;
    }
    let wait = at.since(call.timer_from());
    Some(if wait <= call.limit_ms { Verdict::InTime } else { Verdict::Late })
}

/// Used where only a plain dial can answer.
pub(super) fn waits_in_queue(call: &Call) -> bool {
    in_queue(call)
}
