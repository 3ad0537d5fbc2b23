//! Two links to a living PBX, one for events and one for commands.
//!
//! Each link has a reader thread that does nothing but read, into a queue without a bound, so that the PBX is never
//! kept waiting (AMI.md §5 trap 12). One more thread owns both sessions, writes, keeps the deadlines and reports.

mod wire;

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::ami::actions::Asks;
use super::ami::session::{Output, Role, Session};
use super::{PbxConfig, Report};
use crate::domain::call::{Action, Capabilities};
use crate::domain::source::Link;
use crate::domain::time::{Millis, Stamp};
use crate::text::Say;
pub(super) use wire::connect_for_check;
use wire::{Heard, Wire};

/// Waits between attempts, milliseconds; the last one is kept to.
const BACK_OFF: [Millis; 6] = [500, 1_000, 2_000, 5_000, 10_000, 30_000];

/// What the owning thread is told.
#[derive(Debug)]
enum Word {
    /// Something from a link's reader; the number is the attempt it belongs to.
    Link(Role, u64, Stamp, Heard),
    /// An ask of the desk.
    Ask(u64, Action),
    /// Close everything.
    Stop,
}

/// A running pair of links. Dropping it closes them as `stop` does.
#[derive(Debug)]
pub struct LiveLink {
    words: Sender<Word>,
    thread: Option<JoinHandle<()>>,
}

impl LiveLink {
    /// Starts the links; reports come from one thread, in order, for as long as the link lives. `now` is the desk's
    /// clock.
    pub fn start(config: PbxConfig, report: impl Fn(Report) + Send + 'static, now: fn() -> Stamp) -> LiveLink {
        let (words, heard) = mpsc::channel();
        let own = words.clone();
        let thread = std::thread::Builder::new().name("pbx".to_owned()).spawn(move || {
            Owner::new(config, Box::new(report), now, own).run(&heard);
        });
        LiveLink { words, thread: thread.ok() }
    }

    /// Asks something of the PBX; `Report::Done` with the same id tells what became of it.
    pub fn ask(&self, id: u64, action: Action) {
        // The owner is gone only after `stop`, when nobody waits for an answer.
        let _ = self.words.send(Word::Ask(id, action));
    }

    /// Closes the links and waits for their thread to end.
    pub fn stop(mut self) {
        self.close();
    }

    fn close(&mut self) {
        let _ = self.words.send(Word::Stop);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has already said so; there is nothing to add here.
            let _ = thread.join();
        }
    }
}

impl Drop for LiveLink {
    fn drop(&mut self) {
        self.close();
    }
}

/// One link as its owner sees it.
struct Side {
    /// Counts attempts: what an older reader still sends is not listened to.
    attempt: u64,
    wire: Option<Wire>,
    session: Option<Session>,
    /// When to try again, while there is no wire.
    retry_at: Option<Stamp>,
    failures: usize,
}

struct Owner {
    config: PbxConfig,
    report: Box<dyn Fn(Report) + Send>,
    now: fn() -> Stamp,
    words: Sender<Word>,
    asks: Asks,
    events: Side,
    commands: Side,
}

impl Side {
    fn new() -> Side {
        Side { attempt: 0, wire: None, session: None, retry_at: None, failures: 0 }
    }
}

impl Owner {
    fn new(config: PbxConfig, report: Box<dyn Fn(Report) + Send>, now: fn() -> Stamp, words: Sender<Word>) -> Owner {
        Owner { config, report, now, words, asks: Asks::default(), events: Side::new(), commands: Side::new() }
    }

    fn run(&mut self, heard: &Receiver<Word>) {
        self.connect(Role::Events);
        self.connect(Role::Commands);
        loop {
            let wait = self.wait();
            match heard.recv_timeout(wait) {
                Ok(Word::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Word::Ask(id, action)) => self.ask(id, &action),
                Ok(Word::Link(role, attempt, at, heard)) => self.heard(role, attempt, at, heard),
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.tick();
        }
        for side in [&mut self.events, &mut self.commands] {
            if let Some(wire) = side.wire.take() {
                wire.close();
            }
        }
    }

    fn side(&mut self, role: Role) -> &mut Side {
        if role == Role::Commands { &mut self.commands } else { &mut self.events }
    }

    /// How long nothing is due.
    fn wait(&self) -> Duration {
        let sides = [&self.events, &self.commands].into_iter();
        let due = sides
            .filter_map(|side| side.retry_at.or_else(|| side.session.as_ref().map(Session::due)))
            .chain(self.asks.due())
            .min();
        let millis = due.map_or(60_000, |due| due.since((self.now)()).clamp(0, 60_000));
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    fn connect(&mut self, role: Role) {
        let (words, now) = (self.words.clone(), self.now);
        let side = self.side(role);
        side.attempt += 1;
        side.retry_at = None;
        side.session = None;
        let attempt = side.attempt;
        let (host, port) = (self.config.host.clone(), self.config.port);
        let started = wire::start(host, port, move |heard| words.send(Word::Link(role, attempt, now(), heard)).is_ok());
        if let Err(error) = started {
            self.lost(role, &Say::new("pbx.unreachable").with("error", error), false);
        }
    }

    fn heard(&mut self, role: Role, attempt: u64, at: Stamp, heard: Heard) {
        if self.side(role).attempt != attempt {
            if let Heard::Open(wire) = heard {
                wire.close();
            }
            return;
        }
        match heard {
            Heard::Open(wire) => {
                let session = Session::new(role, &self.config, at);
                let side = self.side(role);
                side.wire = Some(wire);
                side.session = Some(session);
            }
            Heard::Bytes(bytes) => {
                let mut asks = std::mem::take(&mut self.asks);
                let out = self.side(role).session.as_mut().map(|session| session.receive(&bytes, at, &mut asks));
                self.asks = asks;
                self.carry_out(role, out.unwrap_or_default());
            }
            Heard::Closed(fault) => self.lost(role, &fault, false),
        }
    }

    fn tick(&mut self) {
        let at = (self.now)();
        for role in [Role::Events, Role::Commands] {
            if self.side(role).retry_at.is_some_and(|due| at >= due) {
                self.connect(role);
            }
            let out = self.side(role).session.as_mut().map(|session| session.tick(at));
            self.carry_out(role, out.unwrap_or_default());
        }
        self.asks.tick(at);
        self.flush_asks(at);
    }

    fn carry_out(&mut self, role: Role, out: Vec<Output>) {
        for output in out {
            match output {
                Output::Send(bytes) => {
                    let sent = self.side(role).wire.as_mut().map(|wire| wire.send(&bytes));
                    if let Some(Err(error)) = sent {
                        self.lost(role, &Say::new("pbx.unreachable").with("error", error), false);
                        return;
                    }
                }
                Output::Report(report) => (self.report)(report),
                Output::Close { fault, refused } => {
                    self.lost(role, &fault, refused);
                    return;
                }
            }
        }
        if self.side(role).session.as_ref().is_some_and(Session::is_up) {
            self.side(role).failures = 0;
        }
    }

    /// A link is gone or never was: says so once, and sets when to try again.
    fn lost(&mut self, role: Role, fault: &Say, refused: bool) {
        let at = (self.now)();
        let side = self.side(role);
        if let Some(wire) = side.wire.take() {
            wire.close();
        }
        side.session = None;
        // What the old reader still has to say is about a link that is given up.
        side.attempt += 1;
        let last = BACK_OFF.len() - 1;
        let step = if refused { last } else { side.failures.min(last) };
        side.failures += 1;
        side.retry_at = Some(at.plus(BACK_OFF.get(step).copied().unwrap_or(30_000)));
        match role {
            Role::Commands => {
                self.asks.lose_all(fault);
                (self.report)(Report::Can(Capabilities::default()));
                self.flush_asks(at);
            }
            _ => (self.report)(Report::Link { link: Link::Down, fault: Some(fault.clone()) }),
        }
    }

    fn ask(&mut self, id: u64, action: &Action) {
        let at = (self.now)();
        if !self.commands.session.as_ref().is_some_and(Session::is_up) {
            (self.report)(Report::Done { id, result: Err(Say::new("pbx.no_command_link")) });
            return;
        }
        self.asks.ask(id, action, &self.config, at);
        self.flush_asks(at);
    }

    fn flush_asks(&mut self, at: Stamp) {
        let now = self.events.session.as_ref().map_or(at, |session| session.now(at));
        for report in self.asks.take_reports(now) {
            (self.report)(report);
        }
        for bytes in self.asks.take_bytes() {
            self.carry_out(Role::Commands, vec![Output::Send(bytes)]);
        }
    }
}
