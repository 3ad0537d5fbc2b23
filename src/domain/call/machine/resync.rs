//! After a lost link: what the PBX lists now against what was known (AMI.md §6). Whatever is filled in here, and not
//! seen, marks the call as reconstructed; what can't be known stays unknown.

use std::collections::BTreeMap;

use super::Scene;
use super::draft::Draft;
use super::talk::in_talk;
use crate::domain::call::record::{Call, Direction, LegEnd, Outcome, Side, Verdict};
use crate::domain::call::signal::{Origin, SeenCaller, SeenChannel, Snapshot};
use crate::domain::call::turn::{CallTurn, Turn};
use crate::domain::ids::CallId;
use crate::domain::time::{Millis, Stamp};

/// Lists tell ages in whole seconds: two stamps from them may differ by this much and mean the same moment.
const LIST_GRAIN: Millis = 1_000;

/// A snapshot with its lookups.
struct Listed<'a> {
    channels: BTreeMap<&'a str, &'a SeenChannel>,
    waiting: BTreeMap<&'a str, &'a SeenCaller>,
    snapshot: &'a Snapshot,
}

impl<'a> Listed<'a> {
    fn of(snapshot: &'a Snapshot) -> Listed<'a> {
        Listed {
            channels: snapshot.channels.iter().map(|seen| (seen.facts.uniqueid.as_str(), seen)).collect(),
            waiting: snapshot.waiting.iter().map(|seen| (seen.uniqueid.as_str(), seen)).collect(),
            snapshot,
        }
    }

    fn has(&self, uniqueid: &str) -> bool {
        self.channels.contains_key(uniqueid) || self.waiting.contains_key(uniqueid)
    }

    /// The phones of a caller's group.
    fn phones(&self, call: &Call) -> Vec<&'a SeenChannel> {
        self.group(call).filter(|seen| seen.facts.pair.is_none()).collect()
    }

    /// The other channels of a caller's group.
    fn group(&self, call: &Call) -> impl Iterator<Item = &'a SeenChannel> {
        let (uniqueid, linkedid) = (call.uniqueid.clone(), call.linkedid.clone());
        let channels = self.snapshot.channels.iter();
        channels.filter(move |seen| seen.facts.linkedid == linkedid && seen.facts.uniqueid != uniqueid)
    }

    /// The talks a caller is in: his own, and those at the far end of an inner line in it (trap 8).
    fn talks_of(&self, call: &Call) -> Vec<&'a str> {
        let own = self.channels.get(call.uniqueid.as_str()).and_then(|seen| seen.talk.as_deref());
        let mut talks: Vec<&str> = own.into_iter().collect();
        for near in self.group(call).filter(|seen| seen.facts.pair.is_some() && seen.talk.as_deref() == own) {
            let far = self.group(call).filter(|seen| seen.facts.pair == near.facts.pair);
            talks.extend(far.filter_map(|seen| seen.talk.as_deref()));
        }
        talks
    }
}

impl Scene<'_> {
    /// Puts every call right that the snapshot tells something new of.
    pub fn snapshot(&self, snapshot: &Snapshot) -> Vec<CallTurn> {
        let listed = Listed::of(snapshot);
        let mut turns = Vec::new();
        for call in self.book.open().filter(|call| call.source == self.source.id && call.arrived_at <= self.at) {
            let mut draft = Draft::of(call);
            if listed.has(&call.uniqueid) {
                self.still_there(&mut draft, &listed);
            } else {
                self.vanished(&mut draft, &listed);
            }
            turns.extend(draft.finish());
        }
        self.unknown_before(&listed, &mut turns);
        turns
    }

    /// Went while nobody looked. Whether the caller gave up, or what became of him, can't be known from this list.
    fn vanished(&self, draft: &mut Draft, listed: &Listed<'_>) {
        let restarted = listed
            .snapshot
            .pbx_since
            .is_some_and(|since| draft.call.arrived_at < since.plus(-LIST_GRAIN) || draft.call.memory.cut);
        let asked = draft.call.hung_up_by;
        self.end(draft);
        let call = &mut draft.call;
        call.reconstructed = true;
        if restarted {
            call.hung_up_by = asked.or(Some(Side::Pbx));
        } else {
            call.hung_up_by = asked;
        }
        if call.answered_at.is_none() && call.direction != Direction::Outbound {
            call.outcome = if restarted { Outcome::CutByPbx } else { Outcome::Unknown };
            call.verdict = restarted.then_some(Verdict::Unanswered);
        }
    }

    /// Still there: waits, rings or talks as listed.
    fn still_there(&self, draft: &mut Draft, listed: &Listed<'_>) {
        if draft.call.answered_at.is_some_and(|answered| answered > self.at) {
            return;
        }
        if let Some(seen) = listed.waiting.get(draft.call.uniqueid.as_str()) {
            self.waits(draft, seen);
        }
        let talks = listed.talks_of(&draft.call);
        for seen in listed.phones(&draft.call) {
            match &seen.talk {
                Some(talk) if talks.contains(&talk.as_str()) => self.talks(draft, seen),
                None if draft.call.answered_at.is_none() => self.rung(draft, seen),
                _ => {}
            }
        }
        self.legs_gone(draft, listed);
    }

    /// A phone on the call that talks to nobody is being rung.
    fn rung(&self, draft: &mut Draft, seen: &SeenChannel) {
        let known = draft.leg_of(&seen.facts).is_some();
        let index = draft.leg_or_new(&seen.facts, seen.since.min(self.at));
        if !known {
            draft.leg(index).agent.clone_from(&seen.facts.party.name);
            draft.call.reconstructed = true;
        }
        draft.rings_if(index, &seen.facts, self.at);
    }

    fn waits(&self, draft: &mut Draft, seen: &SeenCaller) {
        let call = &mut draft.call;
        if call.joined_at.is_some() || call.answered_at.is_some() {
            return;
        }
        call.joined_at = Some(seen.joined_at.max(call.arrived_at));
        call.memory.joined_last = call.joined_at;
        call.queue = Some(seen.queue.clone());
        call.limit_ms = (self.limits)(Some(&seen.queue));
        call.reconstructed = true;
        draft.turns.push(Turn::Joined);
    }

    /// Answered while nobody looked: between the phone being rung and now.
    fn talks(&self, draft: &mut Draft, seen: &SeenChannel) {
        if draft.leg_of(&seen.facts).and_then(|index| draft.call.legs.get(index)).is_some_and(in_talk) {
            return;
        }
        let index = draft.leg_or_new(&seen.facts, seen.since.min(self.at));
        let from = draft.leg(index).ringing_at.unwrap_or(draft.leg(index).offered_at);
        if draft.leg(index).agent.is_empty() {
            draft.leg(index).agent.clone_from(&seen.facts.party.name);
        }
        draft.leg(index).end = None;
        draft.picks_up(index, from);
        draft.others_cancelled(Some(index), self.at);
        draft.call.reconstructed = true;
        let (phone, agent) = (draft.leg(index).phone.clone(), draft.leg(index).agent.clone());
        let call = &mut draft.call;
        if call.answered_at.is_some() {
            if call.direction == Direction::Outbound || call.answered_by.as_ref() == Some(&phone) {
                return;
            }
            call.outcome = Outcome::Transferred;
            call.transferred_to = Some(phone.clone());
            draft.turns.push(Turn::Transferred(phone));
            return;
        }
        call.left_queue_at = None;
        call.answered_at = Some(from);
        call.answered_by = Some(phone.clone());
        call.agent = Some(agent).filter(|name| !name.is_empty());
        call.outcome = Outcome::Answered;
        call.verdict = certain(call, from, self.at);
        draft.turns.push(Turn::Answered(phone));
    }

    /// Phones that are no longer on the call.
    fn legs_gone(&self, draft: &mut Draft, listed: &Listed<'_>) {
        for index in 0..draft.call.legs.len() {
            let leg = draft.leg(index);
            if leg.ended_at.is_some() || leg.offered_at > self.at || listed.channels.contains_key(leg.uniqueid.as_str())
            {
                continue;
            }
            draft.phone_done(index, self.at);
            draft.offer_over(index, LegEnd::Cancelled, self.at);
            draft.call.reconstructed = true;
        }
    }

    /// Callers the desk never heard of.
    fn unknown_before(&self, listed: &Listed<'_>, turns: &mut Vec<CallTurn>) {
        let mut next = self.book.next_id();
        for seen in &listed.snapshot.channels {
            let waits = listed.waiting.get(seen.facts.uniqueid.as_str());
            let caller = seen.facts.origin == Origin::Outside || waits.is_some();
            if !caller || self.call_of(&seen.facts).is_some() {
                continue;
            }
            let mut draft = self.arrival(&seen.facts);
            draft.call.id = next;
            draft.call.arrived_at = seen.since.min(self.at);
            draft.call.reconstructed = true;
            self.still_there(&mut draft, listed);
            next = CallId(next.0 + 1);
            turns.extend(draft.finish());
        }
    }
}

/// The verdict where it is the same for every moment the answer can have come at.
fn certain(call: &Call, earliest: Stamp, latest: Stamp) -> Option<Verdict> {
    if call.direction != Direction::Inbound {
        return None;
    }
    let from = call.timer_from();
    if latest.since(from) + LIST_GRAIN <= call.limit_ms {
        Some(Verdict::InTime)
    } else if earliest.since(from) - LIST_GRAIN > call.limit_ms {
        Some(Verdict::Late)
    } else {
        None
    }
}
