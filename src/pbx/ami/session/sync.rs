//! Catching up after a link is made: what is going on now (AMI.md §6).

use std::collections::BTreeSet;

use super::{Phase, Role, Session};
use crate::domain::call::{MemberFacts, SeenCaller, SeenChannel, Signal, Snapshot};
use crate::domain::source::Link;
use crate::domain::time::{Millis, Stamp};
use crate::pbx::ami::codec::Message;
use crate::pbx::ami::encode::Request;
use crate::pbx::ami::mapping;
use crate::pbx::ami::requests::Kind;
use crate::text::Say;

/// How long until the lists are asked for again of a PBX whose queues are not loaded yet.
const RETRY_AFTER: Millis = 1_000;

/// Lists that began further apart than this are not one picture.
const TOGETHER: Millis = 10_000;

/// A resync under way, and what it leaves behind.
#[derive(Clone, Debug, Default)]
pub(super) struct Sync {
    /// When the PBX was started, if it said.
    pub pbx_since: Option<Stamp>,
    /// Live signals that came while the lists ran.
    pub held_back: Vec<(Stamp, Signal)>,
    /// When to ask again.
    pub retry_at: Option<Stamp>,
    /// When each list began, on the PBX's clock, and whether it is whole.
    channels_at: Option<(Stamp, bool)>,
    queues_at: Option<(Stamp, bool)>,
    channels: Vec<SeenChannel>,
    waiting: Vec<SeenCaller>,
    members: Vec<MemberFacts>,
    /// Members by the last whole list, so that one that went without a word is noticed (trap 16).
    known: BTreeSet<(String, String)>,
    /// What is missing for a whole picture.
    fault: Option<Say>,
}

impl Session {
    pub(super) fn ask_lists(&mut self) {
        self.sync.retry_at = None;
        self.send(&Request::new("CoreShowChannels"), Kind::Channels);
        self.send(&Request::new("QueueStatus"), Kind::Queues(true));
    }

    pub(super) fn refresh_members(&mut self) {
        if self.role == Role::Events && self.phase == Phase::Up {
            self.send(&Request::new("QueueStatus"), Kind::Queues(true));
        }
    }

    pub(super) fn list_begins(&mut self, kind: Kind, at: Stamp) {
        let now = self.now(at);
        match kind {
            Kind::Channels => {
                self.sync.channels_at = Some((now, false));
                self.sync.channels.clear();
            }
            Kind::Queues(true) => {
                self.sync.queues_at = Some((now, false));
                self.sync.waiting.clear();
                self.sync.members.clear();
            }
            _ => {}
        }
    }

    pub(super) fn list_item(&mut self, kind: Kind, message: &Message) {
        let name = message.event().unwrap_or_default();
        match (kind, &*name) {
            (Kind::Channels, "CoreShowChannel") => {
                if let Some((at, _)) = self.sync.channels_at {
                    self.sync.channels.push(mapping::seen_channel(&self.layout, message, at));
                }
            }
            (Kind::Queues(true), "QueueEntry") => {
                if let Some((at, _)) = self.sync.queues_at {
                    self.sync.waiting.push(mapping::seen_caller(message, at));
                }
            }
            (Kind::Queues(_), "QueueMember") => self.sync.members.push(mapping::member(message)),
            _ => {}
        }
    }

    pub(super) fn list_ends(&mut self, kind: Kind, at: Stamp) {
        let whole = |list: &mut Option<(Stamp, bool)>| {
            if let Some((_, whole)) = list {
                *whole = true;
            }
        };
        match kind {
            Kind::Channels => whole(&mut self.sync.channels_at),
            Kind::Queues(_) => {
                if kind == Kind::Queues(true) {
                    whole(&mut self.sync.queues_at);
                }
                self.tell_members(kind == Kind::Queues(true), at);
            }
            _ => {}
        }
        self.try_finish(at);
    }

    /// An error instead of a list.
    pub(super) fn no_list(&mut self, kind: Kind, message: &Message, at: Stamp) {
        if self.role != Role::Events || self.phase != Phase::Syncing {
            return;
        }
        let words = message.text("Message").into_owned();
        if words.starts_with("Invalid/unknown command") {
            // Between login and the end of booting the queue module may not be there (AMI.md §3).
            let fault = Say::new("pbx.no_queue_module");
            if self.sync.fault.as_ref() != Some(&fault) {
                self.report_link(Link::Syncing, Some(fault.clone()));
            }
            self.sync.fault = Some(fault);
            self.sync.retry_at = Some(at.plus(RETRY_AFTER));
            self.since = at;
            return;
        }
        self.sync.fault = Some(Say::new("pbx.list_refused").with("words", words));
        match kind {
            Kind::Channels => self.sync.channels_at = None,
            _ => self.sync.queues_at = Some((self.now(at), true)),
        }
        self.try_finish(at);
    }

    /// Each member by itself, and those that are gone by themselves.
    fn tell_members(&mut self, whole: bool, at: Stamp) {
        let now = self.now(at);
        let listed: BTreeSet<(String, String)> =
            self.sync.members.iter().map(|member| (member.queue.clone(), member.interface.clone())).collect();
        if whole {
            for (queue, interface) in self.sync.known.difference(&listed) {
                let gone = Signal::MemberGone { queue: queue.clone(), interface: interface.clone() };
                self.signals.push((now, gone));
            }
            self.sync.known = listed;
        }
        for member in &self.sync.members {
            self.signals.push((now, Signal::Member(member.clone())));
        }
    }

    /// Once the lists are whole: the snapshot, then what was held back.
    fn try_finish(&mut self, at: Stamp) {
        let (channels, queues) = (self.sync.channels_at, self.sync.queues_at);
        if let (Some((first, true)), Some((second, true))) = (channels, queues) {
            if first.since(second).abs() > TOGETHER {
                // Two lists of different minutes, in a recording: no picture of one moment.
                return;
            }
            let snapshot = Snapshot {
                pbx_since: self.sync.pbx_since,
                channels: std::mem::take(&mut self.sync.channels),
                waiting: std::mem::take(&mut self.sync.waiting),
                members: self.sync.members.clone(),
            };
            self.signals.push((first, Signal::Snapshot(snapshot)));
            self.sync.fault = None;
        } else if !(self.phase == Phase::Syncing
            && channels.is_none()
            && queues.is_some_and(|(_, whole)| whole)
            && self.sync.fault.is_some())
        {
            return;
        }
        self.sync.channels_at = None;
        self.sync.queues_at = None;
        if self.phase == Phase::Syncing && self.role == Role::Events {
            self.signals.append(&mut self.sync.held_back);
            self.go(Phase::Up, at);
            let fault = self.sync.fault.take();
            self.report_link(Link::Up, fault);
        }
    }
}
