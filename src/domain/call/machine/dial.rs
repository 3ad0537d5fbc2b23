//! Plain dialling: direct calls, transfers' targets, inner lines of queue members, and calls the desk makes.

use super::Scene;
use super::draft::Draft;
use super::queue::{answer, waits_in_queue};
use crate::domain::call::record::{Call, Direction, Leg, LegEnd, Outcome};
use crate::domain::call::signal::{ChannelFacts, ChannelState, DialEnd, Origin};
use crate::domain::call::turn::Turn;

impl Scene<'_> {
    /// A channel says something new about itself.
    pub fn changed(&self, facts: &ChannelFacts) -> Option<Draft> {
        let mut draft = self.open(facts)?;
        draft.absorb(facts);
        if let Some(index) = draft.leg_of(facts) {
            if index == 0 && draft.call.direction == Direction::Outbound && draft.leg(0).channel.is_empty() {
                draft.leg(0).channel.clone_from(&facts.channel);
            }
            if facts.pair.is_none() || facts.uniqueid == draft.leg(index).uniqueid {
                draft.rings_if(index, facts, self.at);
            }
        }
        Some(draft)
    }

    /// Something is rung.
    pub fn dialling(&self, from: Option<&ChannelFacts>, to: &ChannelFacts) -> Option<Draft> {
        let Some(from) = from else {
            // The PBX itself rings it: the first leg of a call the desk asked for.
            let mut draft = self.open(to).filter(|draft| draft.call.uniqueid == to.uniqueid)?;
            let index = draft.leg_of(to)?;
            draft.leg(index).channel.clone_from(&to.channel);
            draft.rings_if(index, to, self.at);
            return Some(draft);
        };
        let mut draft = match self.call_of(from) {
            Some(call) if call.is_open() => Draft::of(call),
            Some(_) => return None,
            None => self.dialled_out(from, to)?,
        };
        if let Some(index) = behind_inner_line(&draft, from, to) {
            self.real_phone(&mut draft, index, to);
            return Some(draft);
        }
        if from.uniqueid != draft.call.uniqueid {
            return None;
        }
        let known = draft.leg_of(to).is_some();
        let index = draft.leg_or_new(to, self.at);
        if !known && draft.call.direction == Direction::Outbound {
            draft.leg(index).phone = draft.call.party.number.clone();
        }
        if !known && draft.leg(index).agent.is_empty() && draft.call.direction != Direction::Outbound {
            draft.leg(index).agent.clone_from(&to.party.name);
        }
        draft.rings_if(index, to, self.at);
        Some(draft)
    }

    /// A queue member that is an inner line: the phone behind it takes the line's place in the leg (trap 8).
    fn real_phone(&self, draft: &mut Draft, index: usize, to: &ChannelFacts) {
        if draft.leg(index).uniqueid != to.uniqueid {
            let half = std::mem::replace(&mut draft.leg(index).uniqueid, to.uniqueid.clone());
            let leg = draft.leg(index);
            leg.channel.clone_from(&to.channel);
            leg.phone.clone_from(&to.phone);
            draft.remember(&half);
        }
        draft.rings_if(index, to, self.at);
    }

    /// An attempt to ring something is over.
    pub fn dial_over(&self, from: Option<&ChannelFacts>, to: &ChannelFacts, end: DialEnd) -> Option<Draft> {
        let mut draft = match from {
            Some(from) => self.open(from)?,
            None => self.open(to).filter(|draft| draft.call.uniqueid == to.uniqueid)?,
        };
        let by_caller = from.is_some_and(|from| from.uniqueid == draft.call.uniqueid);
        if end != DialEnd::Answered {
            let index = draft.leg_of(to)?;
            draft.offer_over(index, unanswered(end), self.at);
            return Some(draft);
        }
        if from.is_none() {
            // The agent's own phone answered; whether the other side does is the next leg's affair (trap 14).
            let index = draft.leg_of(to)?;
            draft.picks_up(index, self.at);
            return Some(draft);
        }
        if !by_caller || waits_in_queue(&draft.call) {
            return None;
        }
        let index = draft.leg_or_new(to, self.at);
        if draft.leg(index).answered_at.is_some() {
            return Some(draft);
        }
        if draft.call.direction == Direction::Outbound {
            self.reached(&mut draft, index);
        } else {
            answer(&mut draft, index, self.at);
        }
        Some(draft)
    }

    /// The other side of a call from the desk answered.
    fn reached(&self, draft: &mut Draft, index: usize) {
        draft.picks_up(index, self.at);
        let phone = draft.call.legs.first().map(|leg| leg.phone.clone()).unwrap_or_default();
        let call = &mut draft.call;
        call.answered_at = Some(self.at);
        call.answered_by = Some(phone.clone());
        call.outcome = Outcome::Answered;
        draft.turns.push(Turn::Answered(phone));
    }

    /// The desk asked for a call; its id is known before the PBX says anything of it.
    pub fn dial_asked(&self, id: &str, phone: &str, number: &str) -> Option<Draft> {
        if id.is_empty() || self.call_by(id).is_some() {
            return None;
        }
        let mut draft = Draft::fresh(self.outbound(id, phone, number));
        draft.turns.extend([Turn::Arrived, Turn::Offered(0)]);
        Some(draft)
    }

    fn outbound(&self, id: &str, phone: &str, number: &str) -> Call {
        let mut call = self.blank(id, id);
        call.direction = Direction::Outbound;
        call.party.number = number.to_owned();
        call.dialled = number.to_owned();
        call.offered_at = Some(self.at);
        call.limit_ms = 0;
        call.legs.push(Leg { uniqueid: id.to_owned(), phone: phone.to_owned(), offered_at: self.at, ..Leg::default() });
        call
    }

    /// The agent's phone was answered, or was not.
    pub fn dial_started(&self, id: &str, phone: &str, number: &str, answered: bool) -> Option<Draft> {
        let mut draft = match self.call_by(id) {
            Some(call) if call.is_open() && call.direction == Direction::Outbound => Draft::of(call),
            Some(_) => return None,
            None if number.is_empty() => return None,
            None => self.dial_asked(id, phone, number)?,
        };
        if answered {
            draft.picks_up(0, self.at);
        } else {
            draft.offer_over(0, LegEnd::RangOut, self.at);
            self.end(&mut draft);
        }
        Some(draft)
    }

    /// A phone of the house, or a call asked for by somebody else, dials a number outside: a call from the desk.
    fn dialled_out(&self, from: &ChannelFacts, to: &ChannelFacts) -> Option<Draft> {
        let first = !from.uniqueid.is_empty() && from.uniqueid == from.linkedid && from.pair.is_none();
        let asked_for = !from.exten.is_empty() && from.party.number == from.exten;
        let ours = from.origin == Origin::Inside || asked_for;
        let outside =
            to.pair.is_none() && !to.phone.is_empty() && to.phone != to.party.number && to.phone != from.exten;
        if !first || !ours || !outside || from.exten.is_empty() {
            return None;
        }
        let mut draft = self.dial_asked(&from.uniqueid, &from.phone, &from.exten)?;
        draft.call.channel.clone_from(&from.channel);
        draft.leg(0).channel.clone_from(&from.channel);
        if from.state == ChannelState::Up || from.origin == Origin::Inside {
            draft.picks_up(0, self.at);
        }
        Some(draft)
    }
}

/// The leg whose inner line rings this phone.
fn behind_inner_line(draft: &Draft, from: &ChannelFacts, to: &ChannelFacts) -> Option<usize> {
    let pair = from.pair.as_ref()?;
    if to.pair.is_some() {
        return None;
    }
    draft.call.legs.iter().position(|leg| leg.pair.as_ref() == Some(pair))
}

fn unanswered(end: DialEnd) -> LegEnd {
    match end {
        DialEnd::Answered => LegEnd::Answered,
        DialEnd::Busy => LegEnd::Refused,
        DialEnd::NoAnswer => LegEnd::RangOut,
        DialEnd::Cancelled => LegEnd::Cancelled,
        DialEnd::Failed => LegEnd::Failed,
    }
}
