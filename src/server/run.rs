//! The desk's thread: takes what lines, links and signals bring, works it in groups, answers and publishes.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::alarm::Alarm;
use super::door::{Socket, door, let_find, listen};
use super::duties::Duties;
use super::figures;
use super::line::{House, LineId, Outbox, frame};
use super::queries::Standing;
use super::staffing;
use crate::config::{Config, socket_path};
use crate::desk::{Desk, Job, KEY_FILE, Origin, Seals, Token, Worked};
use crate::domain::command::{Command, Made, SourceCommand};
use crate::domain::event::Actor;
use crate::domain::figures::{Ledger, kept_from};
use crate::domain::sight::untold::hears_all;
use crate::domain::source::{Link, SourceKind};
use crate::domain::{Rulebook, Sight, SourceId, Staff, Stamp, Ticket, TicketId};
use crate::pbx::{LiveLink, Report};
use crate::store::{Lock, LockInfo, OpenOptions, Store};
use crate::text::Say;
use crate::wire::{Answer, FromDesk, Hello, Query};

/// How long after a change the records are brought up to the journal on disk.
const FLUSH_AFTER: Duration = Duration::from_secs(2);
/// How long a background desk stays after its last console left.
const LINGER: Duration = Duration::from_millis(1_500);
/// How long a background desk waits for its first console.
const FIRST_CONSOLE: Duration = Duration::from_secs(30);
/// How often what a full disk held up is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// How often records that stand still are tried to be built anew.
const RENEW: Duration = Duration::from_secs(5);
/// Messages worked as one group.
const AT_ONCE: usize = 512;

/// How a desk is to run.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Its data folder.
    pub data: PathBuf,
    /// Its socket; the usual place where none is named.
    pub socket: Option<PathBuf>,
    /// Its configuration.
    pub config: Config,
    /// Leave when the last console left.
    pub background: bool,
    /// Link to the PBX, where one is configured.
    pub link: bool,
    /// Keep the tickets' clocks and follow the rulebook. A desk that is there for one script leaves both alone.
    pub clocks: bool,
    /// What it is, for whoever finds it there: `serve`, `export`.
    pub what: String,
    /// The program to look into the records with before opening them.
    pub probe: Option<PathBuf>,
    /// The clock.
    pub now: fn() -> Stamp,
    /// Where a desk without a screen says what it notices about its links.
    pub tell: fn(&Say),
}

/// Why a desk stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It was asked to.
    Asked,
    /// Nobody needs it any more.
    Left,
    /// The disk failed.
    Failed(Say),
    /// The records have to be built anew, and there is room for it again: to be started once more.
    Renew,
}

/// To the desk's thread.
#[derive(Debug)]
pub enum ToLoop {
    /// A console says hello and was let in.
    Hello { line: LineId, hello: Hello, staff: Box<Staff>, outbox: Outbox },
    /// A console asks that something be done.
    Do { line: LineId, request: u64, id: u128, command: Box<Command> },
    /// A console asks whether everything before this is done.
    Fence { line: LineId, request: u64 },
    /// A console asks that this rulebook, already checked, be followed from now on.
    Reload { line: LineId, request: u64, rulebook: Box<Rulebook> },
    /// A technician's console asks something; with the filed tickets that may belong to the answer.
    Ask { line: LineId, request: u64, query: Query, filed: Vec<Ticket> },
    /// A console looks at this ticket now.
    Looking { line: LineId, ticket: Option<TicketId> },
    /// The timer rang, or the wall clock was set.
    Alarm,
    /// A line is closed.
    Gone(LineId),
    /// A PBX has something to say.
    Report(SourceId, Report),
    /// Stop.
    Stop,
}

/// A desk that runs in threads of this process.
#[derive(Debug)]
pub struct Running {
    /// Its socket.
    pub socket: PathBuf,
    /// What was noticed while opening.
    pub notes: Vec<Say>,
    desk: Sender<ToLoop>,
    thread: JoinHandle<Stop>,
}

impl Running {
    /// A hand to stop it with from elsewhere.
    pub fn stopper(&self) -> impl Fn() + Send + 'static {
        let desk = self.desk.clone();
        // A desk that is gone already needs no stopping.
        move || drop(desk.send(ToLoop::Stop))
    }

    /// Waits until it stops.
    pub fn wait(self) -> Stop {
        self.thread.join().unwrap_or_else(|_| Stop::Failed(Say::new("server.broke")))
    }

    /// Stops it.
    pub fn stop(self) -> Stop {
        self.stopper()();
        self.wait()
    }
}

/// Opens the data folder and serves it.
pub fn start(options: ServeOptions, progress: &mut dyn FnMut(crate::store::Progress)) -> Result<Running, Say> {
    let socket = options.socket.clone().unwrap_or_else(|| socket_path(&options.data));
    let info = LockInfo {
        pid: std::process::id(),
        what: options.what.clone(),
        since: (options.now)(),
        offset_ms: options.config.offset_ms(),
        socket: socket.display().to_string(),
    };
    let lock = Lock::take(&options.data, &info).map_err(|error| error.say())?;
    let open = OpenOptions { probe: options.probe.clone(), ..OpenOptions::default() };
    let opened = Store::open_with(&options.data, lock, options.config.offset_ms(), &open, progress)
        .map_err(|error| error.say())?;
    let staff = options.config.staff.clone();
    let area_code = options.config.area_code.clone();
    let mut state = opened.state;
    state.area_code.clone_from(&area_code);
    let desk = Desk::new(opened.store, state, options.config.rulebook.clone(), staff.clone(), options.now)
        .sealing(Seals::of(&options.data));
    let mut notes = opened.notes;
    if options.clocks {
        match desk.ready_seals() {
            Ok(true) => notes.push(Say::new("seal.key_made").with("file", options.data.join(KEY_FILE).display())),
            Ok(false) => {}
            // The desk goes on; what is sealed stays closed until the key is back.
            Err(why) => notes.push(why),
        }
    }
    let listener = listen(&socket, options.config.socket_group.as_deref())?;
    let_find(&options.data, options.config.socket_group.as_deref())?;
    let (sender, receiver) = mpsc::channel();
    let config_file = options.config.file.clone();
    let plans = Arc::new(RwLock::new(options.config.rulebook.visits.clone()));
    let standing =
        Standing { area_code, plans: Arc::clone(&plans), offset_ms: options.config.offset_ms(), now: options.now };
    let staffed = Arc::new(staff);
    let house = House { desk: sender.clone(), reader: desk.reader(), staff: staffed, config_file, standing };
    let broken = |error: std::io::Error| Say::new("server.no_thread").with("error", error);
    let (lines, threads) = mpsc::channel();
    let (open, door_open) = UnixStream::pair().map_err(broken)?;
    let door = move || door(&listener, house, &lines, &door_open);
    thread::Builder::new().name("door".into()).spawn(door).map_err(broken)?;
    let ringing = sender.clone();
    let alarm = Alarm::start(move || ringing.send(ToLoop::Alarm).is_ok()).map_err(broken)?;
    let (own, place) = (sender.clone(), Socket::at(&socket));
    let thread = thread::Builder::new()
        .name("desk".into())
        .spawn(move || Loop::new(desk, options, own, place, open, Duties::new(alarm, plans)).run(&receiver, &threads))
        .map_err(broken)?;
    Ok(Running { socket, notes, desk: sender, thread })
}

/// A console as the desk knows it.
pub(super) struct Seat {
    pub(super) staff: Staff,
    pub(super) seat: String,
    pub(super) follow: bool,
    pub(super) outbox: Outbox,
    pub(super) began: BTreeSet<SourceId>,
    /// The ticket it has open.
    pub(super) looking: Option<TicketId>,
    /// What it is given, where that is not everything.
    pub(super) sight: Option<Sight>,
}

/// The desk's thread.
pub(super) struct Loop {
    pub(super) desk: Desk,
    pub(super) options: ServeOptions,
    own: Sender<ToLoop>,
    socket: Socket,
    /// The door is open while this is held.
    open: UnixStream,
    pub(super) lines: BTreeMap<LineId, Seat>,
    pub(super) waiting: BTreeMap<Token, Waiting>,
    last_token: Token,
    link: Option<(SourceId, LiveLink)>,
    pub(super) held: Vec<Job>,
    flush_at: Option<Instant>,
    pub(super) leave_at: Option<Instant>,
    pub(super) retry_at: Option<Instant>,
    renew_at: Option<Instant>,
    pub(super) stop: Option<Stop>,
    pub(super) duties: Duties,
    /// The figures of yesterday and today, record by record.
    pub(super) ledger: Ledger,
    /// The half-hour they begin with.
    pub(super) counted_from: i64,
}

/// Who waits for an answer.
pub(super) struct Waiting {
    pub(super) line: LineId,
    request: u64,
    begins: bool,
}

impl Loop {
    fn new(
        desk: Desk,
        options: ServeOptions,
        own: Sender<ToLoop>,
        socket: Socket,
        open: UnixStream,
        duties: Duties,
    ) -> Loop {
        let (now, offset_ms) = ((options.now)(), options.config.offset_ms());
        let counted_from = kept_from(now, offset_ms);
        let ledger = figures::ledger(&desk.reader(), now, offset_ms);
        let leave_at = options.background.then(|| Instant::now() + FIRST_CONSOLE);
        Loop {
            desk,
            options,
            own,
            socket,
            open,
            lines: BTreeMap::new(),
            waiting: BTreeMap::new(),
            last_token: 0,
            link: None,
            held: Vec::new(),
            flush_at: None,
            leave_at,
            retry_at: None,
            renew_at: None,
            stop: None,
            duties,
            ledger,
            counted_from,
        }
    }

    fn run(mut self, inbox: &Receiver<ToLoop>, threads: &Receiver<JoinHandle<()>>) -> Stop {
        self.left_over();
        self.let_all_go();
        self.compare_rules();
        self.link_up();
        self.duties();
        while self.stop.is_none() {
            let first = match self.next_deadline() {
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            let mut jobs = Vec::new();
            match first {
                Ok(message) => self.take(message, &mut jobs),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.stop = Some(Stop::Asked),
            }
            while jobs.len() < AT_ONCE {
                let Ok(message) = inbox.try_recv() else { break };
                self.take(message, &mut jobs);
            }
            self.work(jobs);
            // Every turn, not only a quiet one: traffic without a pause must not put them off.
            self.deadlines();
            self.duties();
        }
        self.finish(threads)
    }

    fn next_deadline(&self) -> Option<Instant> {
        [self.flush_at, self.leave_at, self.retry_at, self.renew_at, self.duties.next].into_iter().flatten().min()
    }

    fn deadlines(&mut self) {
        let now = Instant::now();
        if self.flush_at.is_some_and(|at| at <= now) {
            self.flush_at = None;
            // The journal has it all; records that can't follow are told below.
            let _ = self.desk.flush();
            self.tell_lagging();
        }
        if self.retry_at.is_some_and(|at| at <= now) {
            self.retry_at = None;
            self.work(Vec::new());
        }
        if self.renew_at.is_some_and(|at| at <= now) {
            self.renew_at = Some(now + RENEW);
            if self.held.is_empty() && self.desk.has_room() {
                self.stop = Some(Stop::Renew);
            }
        }
        if self.leave_at.is_some_and(|at| at <= now) {
            self.stop = Some(Stop::Left);
        }
    }

    /// Records that stand still: everybody is told once, and the desk starts anew as soon as there is room.
    fn tell_lagging(&mut self) {
        let Some(why) = self.desk.lagging().filter(|_| self.renew_at.is_none()) else { return };
        self.renew_at = Some(Instant::now() + RENEW);
        self.tell_all(&FromDesk::Notice(why));
    }

    fn take(&mut self, message: ToLoop, jobs: &mut Vec<Job>) {
        match message {
            ToLoop::Hello { line, hello, staff, outbox } => {
                // What is queued before a welcome belongs into the state that the welcome carries.
                self.work(std::mem::take(jobs));
                self.hello(line, hello, *staff, outbox);
            }
            ToLoop::Do { line, request, id, command } => jobs.extend(self.job(line, request, id, *command)),
            ToLoop::Fence { line, request } => {
                self.work(std::mem::take(jobs));
                // What is due by now is done before it too.
                self.duties();
                self.say(line, &FromDesk::Answer { request, answer: Box::new(Answer::Fence) });
            }
            ToLoop::Reload { line, request, rulebook } => {
                self.work(std::mem::take(jobs));
                self.reload(line, request, *rulebook);
            }
            ToLoop::Ask { line, request, query, filed } => {
                self.work(std::mem::take(jobs));
                self.ask(line, request, query, filed);
            }
            ToLoop::Looking { line, ticket } => self.looking(line, ticket),
            ToLoop::Alarm => self.duties.alarm.rang(),
            ToLoop::Gone(line) => {
                // What it asked last is done first: a rehearsal begun just before has to end with its line.
                self.work(std::mem::take(jobs));
                jobs.extend(self.gone(line));
            }
            ToLoop::Report(source, report) => {
                let done = self.report(source, report);
                jobs.extend(done);
            }
            ToLoop::Stop => self.stop = Some(Stop::Asked),
        }
    }

    fn job(&mut self, line: LineId, request: u64, id: u128, command: Command) -> Option<Job> {
        let seat = self.lines.get(&line)?;
        let may = staffing::may(&seat.staff, &seat.began, &command);
        if let Err(why) = may.and_then(|()| self.in_sight(line, id, &command)) {
            self.say(line, &FromDesk::Refused { request, why });
            return None;
        }
        let actor = match &command {
            Command::Source(_) => Actor::Pbx(seat.seat.clone()),
            _ => Actor::Staff(seat.staff.id.clone()),
        };
        let origin = Origin { actor, seat: seat.seat.clone() };
        let begins = matches!(command, Command::Source(SourceCommand::Begin { .. }));
        self.last_token += 1;
        self.waiting.insert(self.last_token, Waiting { line, request, begins });
        Some(Job { origin, token: Some(self.last_token), id, command })
    }

    /// A line is closed: what it rehearsed is over, and a background desk without consoles makes ready to leave.
    fn gone(&mut self, line: LineId) -> Vec<Job> {
        let Some(seat) = self.lines.remove(&line) else { return Vec::new() };
        self.waiting.retain(|_, waiting| waiting.line != line);
        self.tell_lookers(seat.looking);
        let left = self.let_go_of(&seat.staff.id);
        if self.options.background && self.link.is_none() && self.lines.is_empty() {
            self.leave_at = Some(Instant::now() + LINGER);
        }
        seat.began.into_iter().map(|source| link_is(source, Link::Over)).chain(left).collect()
    }

    /// What a dead desk left behind: rehearsals that run no more, links that are not up until they are made again.
    fn left_over(&mut self) {
        let links = self.options.link;
        let stale = self.desk.state().sources.values().filter_map(|source| match source.kind {
            SourceKind::Rehearsal if source.link != Link::Over => Some(link_is(source.id, Link::Over)),
            SourceKind::Live if links && source.link != Link::Down => Some(link_is(source.id, Link::Down)),
            _ => None,
        });
        let jobs = stale.collect();
        self.work(jobs);
    }

    fn link_up(&mut self) {
        let Some(pbx) = self.options.config.pbx.clone().filter(|_| self.options.link) else { return };
        let command = SourceCommand::Begin {
            kind: SourceKind::Live,
            name: pbx.name.clone(),
            can: Default::default(),
            clock: Default::default(),
        };
        let job = Job {
            origin: Origin { actor: Actor::Desk, seat: "desk".into() },
            token: Some(0),
            id: 0,
            command: Command::Source(command),
        };
        let worked = self.desk.work(vec![job]);
        let Some((_, Ok(Made::Source(source)))) = worked.answers.first().cloned() else { return };
        self.publish(worked);
        let own = self.own.clone();
        // A desk that stops no longer listens to its link.
        let report = move |report| drop(own.send(ToLoop::Report(source, report)));
        self.link = Some((source, LiveLink::start(pbx, report, self.options.now)));
    }

    fn report(&mut self, source: SourceId, report: Report) -> Option<Job> {
        let command = match report {
            Report::Link { link, fault } => {
                let name = self.options.config.pbx.as_ref().map(|pbx| pbx.name.clone()).unwrap_or_default();
                match (&fault, link) {
                    (Some(fault), _) => (self.options.tell)(fault),
                    (None, Link::Up) => (self.options.tell)(&Say::new("server.pbx_up").with("name", name)),
                    _ => {}
                }
                SourceCommand::Link { source, link, fault }
            }
            Report::Clock(clock) => SourceCommand::Clock { source, clock },
            Report::Can(can) => SourceCommand::Can { source, can },
            Report::Signals(signals) => SourceCommand::Signals { source, signals },
            Report::Done { id, result } => {
                let (answer, undo) = self.desk.asked_done(id, result);
                answer.into_iter().for_each(|(token, result)| self.answer(token, result));
                return undo;
            }
        };
        let name = self.options.config.pbx.as_ref().map(|pbx| pbx.name.clone()).unwrap_or_default();
        let origin = Origin { actor: Actor::Pbx(name.clone()), seat: name };
        Some(Job { origin, token: None, id: 0, command: Command::Source(command) })
    }

    pub(super) fn work(&mut self, jobs: Vec<Job>) {
        let mut all = std::mem::take(&mut self.held);
        all.extend(jobs);
        if all.is_empty() {
            return;
        }
        let mut worked = self.desk.work(all);
        self.held = std::mem::take(&mut worked.held);
        if !self.held.is_empty() && self.retry_at.is_none() {
            self.retry_at = Some(Instant::now() + RETRY);
        }
        self.publish(worked);
    }

    fn publish(&mut self, worked: Worked) {
        if !worked.entries.is_empty() && self.flush_at.is_none() {
            self.flush_at = Some(Instant::now() + FLUSH_AFTER);
        }
        worked.entries.iter().for_each(|entry| self.tell_entry(entry));
        self.let_go_after(&worked.entries);
        for (token, informant) in worked.opened {
            let Some((line, request)) = self.waiting.get(&token).map(|waiting| (waiting.line, waiting.request)) else {
                continue;
            };
            let answer = Box::new(Answer::Informant(Box::new(informant)));
            self.say(line, &FromDesk::Answer { request, answer });
        }
        for (token, result) in worked.answers {
            self.answer(token, result);
        }
        for (source, id, action) in worked.asks {
            match &self.link {
                Some((linked, link)) if *linked == source => link.ask(id, action),
                _ => {
                    let (answer, undo) =
                        self.desk.asked_done(id, Err(Say::new("refused.link_down").with("name", "PBX")));
                    answer.into_iter().for_each(|(token, result)| self.answer(token, result));
                    // Done in the next turn, which begins at once.
                    self.retry_at = undo.is_some().then(Instant::now).or(self.retry_at);
                    self.held.extend(undo);
                }
            }
        }
        if let Some(why) = worked.stopped {
            self.tell_all(&FromDesk::Notice(why.clone()));
            self.stop = Some(Stop::Failed(why));
        }
    }

    fn answer(&mut self, token: Token, result: Result<Made, Say>) {
        let Some(Waiting { line, request, begins }) = self.waiting.remove(&token) else { return };
        if let (true, Ok(Made::Source(source)), Some(seat)) = (begins, &result, self.lines.get_mut(&line)) {
            seat.began.insert(*source);
        }
        let message = match result {
            Ok(made) => FromDesk::Done { request, made },
            Err(why) => FromDesk::Refused { request, why },
        };
        self.say(line, &message);
    }

    pub(super) fn say(&mut self, line: LineId, message: &FromDesk) {
        let heard = self.lines.get(&line).is_none_or(|seat| seat.outbox.say(message));
        if !heard {
            self.lines.remove(&line).into_iter().for_each(|seat| seat.outbox.hang_up());
        }
    }

    /// To everybody who follows.
    pub(super) fn tell_all(&self, message: &FromDesk) {
        self.tell(message, |_| true);
    }

    /// To operators and supervisors who follow.
    pub(super) fn tell_desk(&self, message: &FromDesk) {
        self.tell(message, |seat| seat.sight.is_none());
    }

    /// Of operators and supervisors who follow, to those who hear of everything that supervisors do, or to the others.
    pub(super) fn tell_those(&self, hear_all: bool, message: &FromDesk) {
        self.tell(message, |seat| seat.sight.is_none() && hears_all(&seat.staff) == hear_all);
    }

    fn tell(&self, message: &FromDesk, to: impl Fn(&Seat) -> bool) {
        let mut seats = self.lines.values().filter(|seat| seat.follow && to(seat)).peekable();
        if seats.peek().is_none() {
            return;
        }
        let Some(frame) = frame(message) else { return };
        // A console that has stopped reading hears nothing more; its line's end is reported by its reader.
        for seat in seats {
            seat.outbox.give(Arc::clone(&frame));
        }
    }

    fn finish(mut self, threads: &Receiver<JoinHandle<()>>) -> Stop {
        let stop = self.stop.take().unwrap_or(Stop::Asked);
        // Closed first, so that whoever comes now finds no desk instead of one that is leaving.
        drop(self.open);
        self.socket.take_away();
        if let Some((_, link)) = self.link.take() {
            link.stop();
        }
        self.duties.alarm.stop();
        let why = match &stop {
            Stop::Asked | Stop::Left | Stop::Renew => Say::new("server.leaving"),
            Stop::Failed(why) => why.clone(),
        };
        for seat in self.lines.values() {
            seat.outbox.say(&FromDesk::Goodbye(why.clone()));
            seat.outbox.finish();
        }
        self.lines.clear();
        // The door's end of this channel is gone once the door is closed; each line ends once its goodbye is sent.
        for line in threads {
            let _ = line.join();
        }
        let closed = self.desk.close();
        match (stop, closed) {
            (Stop::Asked | Stop::Left, Err(error)) => Stop::Failed(error.say()),
            (stop, _) => stop,
        }
    }
}

fn link_is(source: SourceId, link: Link) -> Job {
    let command = SourceCommand::Link { source, link, fault: None };
    Job {
        origin: Origin { actor: Actor::Desk, seat: "desk".into() },
        token: None,
        id: 0,
        command: Command::Source(command),
    }
}
