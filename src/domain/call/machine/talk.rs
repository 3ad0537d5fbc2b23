//! A talk: held, handed on, over for one phone.

use super::Scene;
use super::draft::Draft;
use crate::domain::call::record::{Call, Leg, LegEnd, Outcome, Side};
use crate::domain::call::signal::ChannelFacts;
use crate::domain::call::turn::Turn;
use crate::domain::time::Stamp;

/// What is said of a talk that ended; any id may be missing (AMI.md §5 trap 7).
pub(super) struct Ended<'a> {
    pub caller: &'a Option<String>,
    pub leg: &'a Option<ChannelFacts>,
    pub queue: &'a str,
    pub interface: &'a str,
    pub by: Option<Side>,
    pub transfer: bool,
}

impl Scene<'_> {
    /// The agent's phone put the other side on hold. A hold pressed by the caller is none of the desk's.
    pub fn held(&self, facts: &ChannelFacts) -> Option<Draft> {
        let mut draft = self.talking(facts)?;
        if draft.call.held_since.is_some() || old(draft.call.memory.hold_changed_at, self.at) {
            return None;
        }
        draft.call.held_since = Some(self.at);
        draft.call.memory.hold_changed_at = Some(self.at);
        draft.turns.push(Turn::Held);
        Some(draft)
    }

    /// Taken back. One comes without a hold at every transfer and means nothing (AMI.md §4, 6).
    pub fn unheld(&self, facts: &ChannelFacts) -> Option<Draft> {
        let mut draft = self.talking(facts)?;
        if !draft.unhold(self.at) {
            return None;
        }
        draft.turns.push(Turn::Resumed);
        Some(draft)
    }

    /// The open call in which this very channel talks to the caller.
    fn talking(&self, facts: &ChannelFacts) -> Option<Draft> {
        let draft = self.open(facts)?;
        let leg = draft.call.legs.get(draft.leg_of(facts)?)?;
        (draft.call.answered_at.is_some() && in_talk(leg)).then_some(draft)
    }

    /// The agent's part of a queue call is over; the caller's own end comes separately.
    pub fn talk_ended(&self, ended: &Ended<'_>) -> Option<Draft> {
        let (call, index) = self.find_talk(ended)?;
        let mut draft = Draft::of(call);
        if ended.transfer {
            forget_hangup(&mut draft);
        } else if draft.call.hung_up_by.is_none() && !draft.call.memory.cut {
            draft.call.hung_up_by = ended.by;
        }
        if draft.unhold(self.at) {
            draft.turns.push(Turn::Resumed);
        }
        draft.phone_done(index, self.at);
        Some(draft)
    }

    /// By the caller's id, else by the phone's, else the open talk of this queue and member (trap 7).
    fn find_talk(&self, ended: &Ended<'_>) -> Option<(&Call, usize)> {
        let fits = |leg: &Leg| in_talk(leg) && leg.answered_at.is_some_and(|answered| answered <= self.at);
        let member = |leg: &Leg| fits(leg) && leg.interface == ended.interface;
        let by_id =
            ended.caller.as_deref().and_then(|id| self.call_by(id)).or_else(|| self.call_of(ended.leg.as_ref()?));
        if let Some(call) = by_id {
            if !call.is_open() {
                return None;
            }
            if let Some(index) = ended.leg.as_ref().and_then(|leg| super::draft::leg_index(call, leg)) {
                return call.legs.get(index).is_some_and(fits).then_some((call, index));
            }
            let index = call.legs.iter().position(member).or_else(|| call.legs.iter().position(fits))?;
            return Some((call, index));
        }
        self.book
            .open()
            .filter(|call| call.source == self.source.id && call.queue.as_deref() == Some(ended.queue))
            .find_map(|call| call.legs.iter().position(member).map(|index| (call, index)))
    }

    /// Handed on at once.
    pub fn moved_blind(&self, by: &str, caller: Option<&str>, to: &str) -> Option<Draft> {
        let mut draft = self.moved(by, caller)?;
        self.hand_on(&mut draft, to);
        Some(draft)
    }

    /// Handed on after asking: the target's channel now belongs to this call.
    pub fn moved_attended(
        &self,
        by: &str,
        caller: Option<&str>,
        target: Option<&ChannelFacts>,
        to: &str,
    ) -> Option<Draft> {
        let mut draft = self.moved(by, caller)?;
        let Some(target) = target.filter(|target| target.uniqueid != draft.call.uniqueid) else {
            self.hand_on(&mut draft, to);
            return Some(draft);
        };
        let phone = if target.pair.is_some() && !to.is_empty() { to.to_owned() } else { target.phone.clone() };
        self.hand_on(&mut draft, &phone);
        if draft.leg_of(target).is_none() {
            draft.call.legs.push(Leg {
                uniqueid: target.uniqueid.clone(),
                channel: target.channel.clone(),
                phone,
                agent: target.party.name.clone(),
                offered_at: self.at,
                answered_at: Some(self.at),
                end: Some(LegEnd::Answered),
                ..Leg::default()
            });
        }
        Some(draft)
    }

    fn moved(&self, by: &str, caller: Option<&str>) -> Option<Draft> {
        let call = self.call_by(by).or_else(|| self.call_by(caller?))?;
        if !call.is_open() || call.answered_at.is_none() || old(call.memory.moved_at, self.at) {
            return None;
        }
        Some(Draft::of(call))
    }

    fn hand_on(&self, draft: &mut Draft, to: &str) {
        forget_hangup(draft);
        if draft.unhold(self.at) {
            draft.turns.push(Turn::Resumed);
        }
        draft.call.outcome = Outcome::Transferred;
        draft.call.transferred_to = Some(to.to_owned());
        draft.call.memory.moved_at = Some(self.at);
        draft.turns.push(Turn::Transferred(to.to_owned()));
    }
}

/// This phone talks now.
pub(super) fn in_talk(leg: &Leg) -> bool {
    leg.end == Some(LegEnd::Answered) && leg.ended_at.is_none()
}

/// An agent who hands a talk on hangs up his own phone, not the call.
fn forget_hangup(draft: &mut Draft) {
    if draft.call.hung_up_by == Some(Side::Agent) {
        draft.call.hung_up_by = None;
        draft.call.hangup_asked_at = None;
    }
}

/// A signal no younger than the last change of its kind.
fn old(last: Option<Stamp>, at: Stamp) -> bool {
    last.is_some_and(|last| at <= last)
}
