//! Folds signals into calls (R-CALL-1…6, 10). Pure: the book, the signal and its stamp in, the changed calls out.
//!
//! Each signal changes facts only; the phase is worked out from the facts afterwards, so that the order in which
//! signals of different channels come does not matter. A call that is over takes nothing more: a late answer does not
//! reopen it. Stamps guard what can go back and forth (joins, holds, transfers) against an old signal seen again.

mod dial;
mod draft;
mod end;
mod queue;
mod resync;
mod talk;

use super::book::CallBook;
use super::record::{Call, Direction};
use super::signal::{ChannelFacts, LeaveReason, Origin, Signal};
use super::turn::{CallTurn, Turn};
use crate::domain::source::{Source, SourceKind};
use crate::domain::time::{Millis, Stamp};
use draft::Draft;

/// What `signal`, stamped `at` on the PBX's clock, changes. `limits` gives the time limit of R-CALL-1 in milliseconds
/// for a queue (`None`: no queue yet). Nothing comes back when nothing changed; the caller stores each turn's call.
pub fn step(
    book: &CallBook,
    source: &Source,
    limits: &dyn Fn(Option<&str>) -> Millis,
    at: Stamp,
    signal: &Signal,
) -> Vec<CallTurn> {
    let scene = Scene { book, source, limits, at };
    let one = match signal {
        Signal::ChannelNew(facts) => scene.appeared(facts),
        Signal::ChannelChanged(facts) => scene.changed(facts),
        Signal::QueueJoined { caller, queue, .. } => scene.joined(caller, queue),
        Signal::QueueGaveUp { caller, queue, reason } => scene.gave_up(caller, queue, *reason),
        Signal::Offered { caller, offer } => scene.offered(caller, offer),
        Signal::OfferFailed { caller, offer, rang_ms } => scene.offer_failed(caller, offer, *rang_ms),
        Signal::Answered { caller, offer } => scene.answered(caller, offer),
        Signal::TalkEnded { caller, leg, queue, interface, by, transfer } => {
            scene.talk_ended(&talk::Ended { caller, leg, queue, interface, by: *by, transfer: *transfer })
        }
        Signal::Dialling { from, to } => scene.dialling(from.as_ref(), to),
        Signal::DialOver { from, to, end } => scene.dial_over(from.as_ref(), to, *end),
        Signal::DialAsked { id, phone, number } => scene.dial_asked(id, phone, number),
        Signal::DialStarted { id, phone, number, answered } => scene.dial_started(id, phone, number, *answered),
        Signal::RemovalAsked { channel, reason } => scene.removal_asked(channel, *reason),
        Signal::Held(facts) => scene.held(facts),
        Signal::Unheld(facts) => scene.unheld(facts),
        Signal::TransferredBlind { by, caller, to } => scene.moved_blind(by, caller.as_deref(), to),
        Signal::TransferredAttended { by, caller, target, to } => {
            scene.moved_attended(by, caller.as_deref(), target.as_ref(), to)
        }
        Signal::HangupAsked(facts) => scene.hangup_asked(facts),
        Signal::CutAsked(facts) => scene.cut(facts),
        Signal::Hungup { channel, cause } => scene.hungup(channel, *cause),
        Signal::PbxStopping { .. } => return scene.stopping(),
        Signal::Snapshot(snapshot) => return scene.snapshot(snapshot),
        // Leaving says nothing that giving up or being answered has not said; a pickup shows in the answer itself; a
        // listener is no call; members, recordings and requests to be called back are not calls.
        Signal::QueueLeft { .. }
        | Signal::PickedUp { .. }
        | Signal::SpyStarted { .. }
        | Signal::SpyStopped { .. }
        | Signal::Member(_)
        | Signal::MemberGone { .. }
        | Signal::Recorded { .. }
        | Signal::CallbackRequested { .. } => None,
    };
    one.and_then(Draft::finish).into_iter().collect()
}

/// All that a step may look at.
struct Scene<'a> {
    book: &'a CallBook,
    source: &'a Source,
    limits: &'a dyn Fn(Option<&str>) -> Millis,
    at: Stamp,
}

impl Scene<'_> {
    /// The call this channel or its group belongs to, whether open or over.
    fn call_of(&self, facts: &ChannelFacts) -> Option<&Call> {
        self.call_by(&facts.uniqueid).or_else(|| self.call_by(&facts.linkedid))
    }

    /// The call a PBX id belongs to.
    fn call_by(&self, id: &str) -> Option<&Call> {
        if id.is_empty() { None } else { self.book.by_channel(self.source.id, id) }
    }

    /// The open call of this channel, ready to be changed.
    fn open(&self, facts: &ChannelFacts) -> Option<Draft> {
        self.call_of(facts).filter(|call| call.is_open()).map(Draft::of)
    }

    /// A call seen for the first time, with the id `next_id` gives.
    fn blank(&self, uniqueid: &str, linkedid: &str) -> Call {
        Call {
            id: self.book.next_id(),
            source: self.source.id,
            rehearsal: self.source.kind == SourceKind::Rehearsal,
            uniqueid: uniqueid.to_owned(),
            linkedid: if linkedid.is_empty() { uniqueid.to_owned() } else { linkedid.to_owned() },
            arrived_at: self.at,
            limit_ms: (self.limits)(None),
            ..Call::default()
        }
    }

    /// A caller seen for the first time.
    fn arrival(&self, caller: &ChannelFacts) -> Draft {
        let mut call = self.blank(&caller.uniqueid, &caller.linkedid);
        call.direction = if caller.origin == Origin::Inside { Direction::Internal } else { Direction::Inbound };
        call.dialled = caller.exten.clone();
        let mut draft = Draft::fresh(call);
        draft.absorb(caller);
        draft.turns.push(Turn::Arrived);
        draft
    }

    /// The caller's open call; a new one where the caller is not known. `None` when the call is over.
    fn caller(&self, caller: &ChannelFacts) -> Option<Draft> {
        match self.call_of(caller) {
            Some(call) if call.is_open() => {
                let mut draft = Draft::of(call);
                draft.absorb(caller);
                Some(draft)
            }
            Some(_) => None,
            None if caller.uniqueid.is_empty() => None,
            None => Some(self.arrival(caller)),
        }
    }

    /// A channel appeared: a caller from outside is a call, anything else is part of one or none of the desk's.
    fn appeared(&self, facts: &ChannelFacts) -> Option<Draft> {
        match self.call_by(&facts.uniqueid) {
            Some(_) => self.changed(facts),
            None if facts.origin == Origin::Outside => Some(self.arrival(facts)),
            None => None,
        }
    }

    /// Sets aside that a waiting caller is about to be taken out of the queue on purpose (AMI.md §5 traps 3, 5).
    fn removal_asked(&self, channel: &str, reason: LeaveReason) -> Option<Draft> {
        let call = self.book.open().find(|call| call.source == self.source.id && call.channel == channel)?;
        let mut draft = Draft::of(call);
        match reason {
            LeaveReason::Redirected => draft.call.memory.redirect_asked = true,
            LeaveReason::Withdrawn => draft.call.memory.withdraw_asked = true,
            // The PBX would not: whatever becomes of the caller, the desk did not do it.
            LeaveReason::Unsaid => draft.call.memory.redirect_asked = false,
            _ => return None,
        }
        Some(draft)
    }
}
