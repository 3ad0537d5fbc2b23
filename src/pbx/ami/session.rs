//! One conversation with a PBX, without its socket and its clock (AMI.md §3, §5, §6).
//!
//! Bytes and moments of the desk's clock come in; what to send, what to report and whether to hang up comes out. A
//! session has one of three parts: it carries events, it carries commands, or it listens to a recording.

pub(in crate::pbx) use login::md5_key;

mod login;
mod sync;

use super::actions::{Asks, Capable};
use super::codec::{Decoder, Frame, Message};
use super::encode::Request;
use super::mapping::{self, Layout};
use super::requests::{Heard, Kind, Requests};
use crate::domain::call::{Capabilities, Signal};
use crate::domain::source::{Link, SourceClock};
use crate::domain::time::{Millis, Stamp};
use crate::pbx::{PbxConfig, Report, Secret};
use crate::text::Say;
use sync::Sync;

/// How often a sign of life is asked for, milliseconds (AMI.md §5 trap 11).
pub const PING_EVERY: Millis = 10_000;
/// How long one may take.
pub const PONG_WITHIN: Millis = 3_000;
/// How long banner and login may take.
pub const LOGIN_WITHIN: Millis = 10_000;
/// How long `FullyBooted` is waited for before the desk tries without: a user without read class `system` never gets
/// it, and a PBX that is still booting says so by not knowing the queue commands.
pub const BOOT_WITHIN: Millis = 5_000;
/// How long the lists of a resync may take.
pub const SYNC_WITHIN: Millis = 15_000;

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Carries the events and the lists.
    Events,
    /// Carries what is asked of the PBX; events are off.
    Commands,
    /// Listens to a recorded link.
    Replay,
}

/// What a session wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes for the socket.
    Send(Vec<u8>),
    /// Something to tell the desk.
    Report(Report),
    /// Hang up; `refused` says that trying again soon is no use.
    Close {
        /// Why.
        fault: Say,
        /// The PBX said no, rather than nothing.
        refused: bool,
    },
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Waits for the banner.
    Greeting,
    /// Waits for a challenge or the login's answer.
    LoggingIn,
    /// Logged in; the PBX may still be booting.
    Booting,
    /// The lists run.
    Syncing,
    /// All known.
    Up,
    /// Hung up.
    Closed,
}

/// One conversation.
#[derive(Clone, Debug)]
pub struct Session {
    role: Role,
    username: String,
    secret: Secret,
    md5: bool,
    layout: Layout,
    decoder: Decoder,
    requests: Requests,
    phase: Phase,
    since: Stamp,
    pinged: Option<Stamp>,
    ping_at: Stamp,
    clock: Option<SourceClock>,
    sync: Sync,
    /// Signals ready to be reported together.
    signals: Vec<(Stamp, Signal)>,
    out: Vec<Output>,
    serial: u64,
}

impl Session {
    /// A session at the start of a link, opened at this moment.
    pub fn new(role: Role, config: &PbxConfig, at: Stamp) -> Session {
        Session {
            role,
            username: config.username.clone(),
            secret: config.secret.clone(),
            md5: config.md5,
            layout: Layout {
                inbound: config.inbound_contexts.clone(),
                inside: vec![config.dial_context.clone(), config.transfer_context.clone()],
            },
            decoder: Decoder::new(),
            requests: Requests::default(),
            phase: Phase::Greeting,
            since: at,
            pinged: None,
            ping_at: at.plus(PING_EVERY),
            clock: None,
            sync: Sync::default(),
            signals: Vec::new(),
            out: Vec::new(),
            serial: 0,
        }
    }

    /// Takes in what the socket gave at this moment.
    pub fn receive(&mut self, bytes: &[u8], at: Stamp, asks: &mut Asks) -> Vec<Output> {
        self.decoder.push(bytes);
        while let Some(frame) = self.decoder.next_frame() {
            match frame {
                Frame::Banner(version) => self.greeted(&version, at),
                Frame::Message(message) => self.hear(&message, at, asks),
                Frame::TooLong => {}
            }
        }
        self.flush()
    }

    /// Takes in a request of the recorded client, so that its answers are understood (replay only).
    pub fn overhear(&mut self, message: &Message, at: Stamp) -> Vec<Output> {
        let id = message.text("ActionID");
        let kind = match &*message.text("Action") {
            "CoreShowChannels" => Kind::Channels,
            "QueueStatus" => Kind::Queues(message.get("Queue").is_none() && message.get("Member").is_none()),
            _ => Kind::Other,
        };
        self.requests.add(&id, kind);
        if let Some(signal) = super::actions::overheard(message) {
            self.signals.push((self.now(at), signal));
        }
        self.flush()
    }

    /// Does what is due by now.
    pub fn tick(&mut self, at: Stamp) -> Vec<Output> {
        if self.role == Role::Replay || self.phase == Phase::Closed {
            return Vec::new();
        }
        let waited = at.since(self.since);
        match self.phase {
            Phase::Greeting | Phase::LoggingIn if waited >= LOGIN_WITHIN => self.close("pbx.silent", false),
            Phase::Booting if waited >= BOOT_WITHIN => self.booted(at),
            Phase::Syncing if waited >= SYNC_WITHIN => self.close("pbx.sync_timeout", false),
            _ => {}
        }
        if self.phase == Phase::Syncing && self.sync.retry_at.is_some_and(|due| at >= due) {
            self.ask_lists();
        }
        if self.pinged.is_some_and(|asked| at.since(asked) >= PONG_WITHIN) {
            self.close("pbx.half_open", false);
        }
        if self.is_in() && self.pinged.is_none() && at >= self.ping_at {
            self.ping(at);
        }
        self.flush()
    }

    /// When `tick` has something to do next.
    pub fn due(&self) -> Stamp {
        let phase = match self.phase {
            Phase::Greeting | Phase::LoggingIn => Some(self.since.plus(LOGIN_WITHIN)),
            Phase::Booting => Some(self.since.plus(BOOT_WITHIN)),
            Phase::Syncing => Some(self.since.plus(SYNC_WITHIN)),
            Phase::Up | Phase::Closed => None,
        };
        let ping = self.pinged.map_or(self.ping_at, |asked| asked.plus(PONG_WITHIN));
        let ping = self.is_in().then_some(ping);
        [phase, ping, self.sync.retry_at].into_iter().flatten().min().unwrap_or(self.since.plus(PING_EVERY))
    }

    /// Everything is known and kept up to date.
    pub fn is_up(&self) -> bool {
        self.phase == Phase::Up
    }

    /// The PBX's clock at a moment of the desk's, as far as it is known.
    pub fn now(&self, at: Stamp) -> Stamp {
        self.clock.map_or(at, |clock| clock.at(at))
    }

    /// Sends an action that is nobody's ask.
    pub(super) fn send(&mut self, request: &Request, kind: Kind) {
        self.serial += 1;
        let id = format!("ringdesk-{}-{}", self.part(), self.serial);
        // What the session sends itself is checked by tests: no value of it can break a line.
        if let Ok(bytes) = request.encode(&id) {
            self.requests.add(&id, kind);
            self.out.push(Output::Send(bytes));
        }
    }

    fn part(&self) -> &'static str {
        match self.role {
            Role::Events => "events",
            Role::Commands => "commands",
            Role::Replay => "replay",
        }
    }

    fn is_in(&self) -> bool {
        matches!(self.phase, Phase::Booting | Phase::Syncing | Phase::Up)
    }

    fn ping(&mut self, at: Stamp) {
        self.pinged = Some(at);
        self.send(&Request::new("Ping"), Kind::Ping(at));
    }

    fn go(&mut self, phase: Phase, at: Stamp) {
        self.phase = phase;
        self.since = at;
    }

    fn close(&mut self, key: &str, refused: bool) {
        self.close_with(Say::new(key), refused);
    }

    fn close_with(&mut self, fault: Say, refused: bool) {
        if self.phase == Phase::Closed {
            return;
        }
        self.phase = Phase::Closed;
        self.requests.clear();
        self.out.push(Output::Close { fault, refused });
    }

    fn report_link(&mut self, link: Link, fault: Option<Say>) {
        if self.role != Role::Commands {
            self.out.push(Output::Report(Report::Link { link, fault }));
        }
    }

    /// Signals first, in one report, then whatever else came of the same bytes.
    fn flush(&mut self) -> Vec<Output> {
        let mut out = Vec::new();
        if !self.signals.is_empty() {
            out.push(Output::Report(Report::Signals(std::mem::take(&mut self.signals))));
        }
        out.append(&mut self.out);
        out
    }

    fn hear(&mut self, message: &Message, at: Stamp, asks: &mut Asks) {
        if self.phase == Phase::Closed {
            return;
        }
        asks.hear(message, at, self.role);
        match self.requests.hear(message) {
            Heard::Begin(_) | Heard::Item(_) | Heard::End(_) if self.role == Role::Commands => {}
            Heard::Live => self.live(message, at),
            Heard::Begin(kind) => self.list_begins(kind, at),
            Heard::Item(kind) => self.list_item(kind, message),
            Heard::End(kind) => self.list_ends(kind, at),
            Heard::Answer(kind, good) => self.answer(kind, good, message, at),
            Heard::Stray => self.login_words(message, at),
        }
    }

    fn answer(&mut self, kind: Kind, good: bool, message: &Message, at: Stamp) {
        match kind {
            Kind::Challenge => self.challenged(good, message),
            Kind::Login => self.login_answer(good, message, at),
            Kind::Ping(asked) => self.pong(asked, message, at),
            Kind::Channels | Kind::Queues(_) => self.no_list(kind, message, at),
            Kind::Commands => self.can(message),
            Kind::Other => self.login_words(message, at),
        }
    }

    fn live(&mut self, message: &Message, at: Stamp) {
        if self.role == Role::Commands {
            return;
        }
        let Some(name) = message.event() else { return };
        if name == "FullyBooted" {
            self.fully_booted(message, at);
            return;
        }
        if self.role == Role::Replay && matches!(self.phase, Phase::Greeting | Phase::LoggingIn) {
            // A recording cut out of the middle of a link.
            self.replay_in(at);
        }
        if name == "Reload" && message.text("Module").contains("app_queue") {
            // A reload changes members without a word (AMI.md §5 trap 16).
            self.refresh_members();
        }
        if let Some(signal) = mapping::signal(&self.layout, message) {
            let stamp = mapping::event_stamp(message).unwrap_or_else(|| self.now(at));
            self.take(stamp, signal);
        }
    }

    /// Live signals wait while the lists run, so that the lists do not undo them (AMI.md §6).
    fn take(&mut self, stamp: Stamp, signal: Signal) {
        if self.phase == Phase::Syncing && self.role == Role::Events {
            self.sync.held_back.push((stamp, signal));
        } else {
            self.signals.push((stamp, signal));
        }
    }

    /// The PBX's clock, to half a round trip.
    fn pong(&mut self, asked: Stamp, message: &Message, at: Stamp) {
        self.pinged = None;
        self.ping_at = at.plus(PING_EVERY);
        let Some(stamp) = message.get("Timestamp").and_then(|text| mapping::stamp_of(&text)) else { return };
        let middle = asked.plus(at.since(asked) / 2);
        let clock = SourceClock { desk0: middle, stamp0: stamp, rate_permille: 1000 };
        let drift = self.clock.map(|old| old.at(middle).since(stamp).abs());
        if drift.is_none_or(|drift| drift > 5) {
            self.clock = Some(clock);
            if self.role == Role::Events {
                self.out.push(Output::Report(Report::Clock(clock)));
            }
        }
    }

    /// `ListCommands` names exactly what this user may do.
    fn can(&mut self, message: &Message) {
        let can: Capabilities = Capable::of(message).capabilities();
        self.out.push(Output::Report(Report::Can(can)));
    }
}
