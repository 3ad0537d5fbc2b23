//! One line: a reader that hands on what the console asks, and a writer that sends what it is given.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::people::{peer, staff_of};
use super::queries::Standing;
use super::run::ToLoop;
use super::untold::{asked, filtered};
use super::{queries, rules};
use crate::domain::sight::untold;
use crate::domain::{Command, Role, Staff};
use crate::store::Reader;
use crate::text::Say;
use crate::wire::{self, Answer, Framer, FromDesk, Hello, Query, ToDesk};

/// Frames that may wait for a console. One that lets more pile up has stopped reading: it is dropped, comes back, and
/// is given the whole state anew.
const WAITING: usize = 8_192;
/// How long one write may take.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// The desk's number of a line.
pub type LineId = u64;

/// The way out to a console.
#[derive(Debug)]
pub struct Outbox {
    frames: SyncSender<Arc<[u8]>>,
    socket: UnixStream,
}

impl Outbox {
    /// Gives a frame to the writer without waiting. False: the console has stopped reading, the line is closed.
    pub fn give(&self, frame: Arc<[u8]>) -> bool {
        match self.frames.try_send(frame) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.hang_up();
                false
            }
        }
    }

    /// Gives a message to the writer without waiting.
    pub fn say(&self, message: &FromDesk) -> bool {
        frame(message).is_some_and(|frame| self.give(frame))
    }

    /// Closes the line once all that was given is sent. An empty frame is the writer's sign to end.
    pub fn finish(&self) {
        self.give(Arc::from([]));
    }

    /// Closes the line at once.
    pub fn hang_up(&self) {
        // A line that is closed already can't be closed again; nothing is lost by that.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// A message as it goes over the line. A message that can't be encoded is one of ours gone wrong; it is left out.
pub fn frame(message: &FromDesk) -> Option<Arc<[u8]>> {
    wire::encode(message).ok().map(Arc::from)
}

/// What a line needs to know of its desk.
#[derive(Clone)]
pub struct House {
    /// To the desk's thread.
    pub desk: Sender<ToLoop>,
    /// The records.
    pub reader: Reader,
    /// Everybody who may sit at the desk.
    pub staff: Arc<Vec<Staff>>,
    /// The configuration file, where there is one: read anew when a supervisor asks for it.
    pub config_file: Option<PathBuf>,
    /// What answers need to know beside the records.
    pub standing: Standing,
}

/// Serves a line until it is closed, in two threads of its own.
pub fn serve(id: LineId, socket: UnixStream, house: House) -> std::io::Result<[JoinHandle<()>; 2]> {
    let (frames, waiting) = mpsc::sync_channel(WAITING);
    let mut writing = socket.try_clone()?;
    writing.set_write_timeout(Some(WRITE_LIMIT))?;
    let writer = thread::Builder::new().name(format!("line-{id}-out")).spawn(move || {
        write(&mut writing, &waiting);
        // Closed already, perhaps; the reader must not wait for a console that can't be answered.
        let _ = writing.shutdown(Shutdown::Both);
    })?;
    let outbox = Outbox { frames: frames.clone(), socket: socket.try_clone()? };
    let reader = thread::Builder::new().name(format!("line-{id}-in")).spawn(move || {
        let reading = Reading { id, frames, house: house.clone(), outbox: Some(outbox), staff: None };
        reading.run(socket);
        // The desk's thread ends before its lines: then nobody needs to hear it.
        let _ = house.desk.send(ToLoop::Gone(id));
    })?;
    Ok([reader, writer])
}

fn write(socket: &mut UnixStream, waiting: &Receiver<Arc<[u8]>>) {
    while let Ok(frame) = waiting.recv() {
        if frame.is_empty() || socket.write_all(&frame).is_err() {
            return;
        }
    }
}

struct Reading {
    id: LineId,
    frames: SyncSender<Arc<[u8]>>,
    house: House,
    outbox: Option<Outbox>,
    /// Who it is, once let in.
    staff: Option<Staff>,
}

impl Reading {
    fn run(mut self, mut socket: UnixStream) {
        let mut framer = Framer::default();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = match socket.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            framer.feed(buffer.get(..count).unwrap_or_default());
            loop {
                match framer.message::<ToDesk>() {
                    Ok(Some(message)) => {
                        if !self.take(message, &socket) {
                            return;
                        }
                    }
                    Ok(None) => break,
                    Err(_) => {
                        self.say(&FromDesk::Goodbye(Say::new("server.not_understood")));
                        return;
                    }
                }
            }
        }
    }

    fn take(&mut self, message: ToDesk, socket: &UnixStream) -> bool {
        match message {
            ToDesk::Hello(hello) => match self.hello(&hello, socket) {
                Ok(staff) => {
                    self.staff = Some(staff.clone());
                    let Some(outbox) = self.outbox.take() else { return false };
                    self.house.desk.send(ToLoop::Hello { line: self.id, hello, staff: Box::new(staff), outbox }).is_ok()
                }
                Err(why) => {
                    self.say(&FromDesk::Goodbye(why));
                    false
                }
            },
            _ if self.outbox.is_some() => {
                self.say(&FromDesk::Goodbye(Say::new("server.hello_first")));
                false
            }
            ToDesk::Do { request, id, command } => self.hand_on(request, id, *command),
            ToDesk::Ask { request, query } => self.answer(request, query),
            ToDesk::Reload { request, rulebook } => self.reload(request, rulebook.as_deref()),
            ToDesk::Looking(ticket) => self.house.desk.send(ToLoop::Looking { line: self.id, ticket }).is_ok(),
        }
    }

    fn hello(&self, hello: &Hello, socket: &UnixStream) -> Result<Staff, Say> {
        if hello.version != wire::VERSION {
            return Err(Say::new("server.version").with("desk", wire::VERSION).with("console", hello.version));
        }
        staff_of(&self.house.staff, peer(socket)?, &hello.staff)
    }

    fn hand_on(&self, request: u64, id: u128, command: Command) -> bool {
        let job = ToLoop::Do { line: self.id, request, id, command: Box::new(command) };
        self.house.desk.send(job).is_ok()
    }

    /// The files are read here: the desk's thread is not held up by a disk.
    fn reload(&self, request: u64, named: Option<&str>) -> bool {
        // Said before any file is looked at: what is wrong with one is told with its words.
        if self.staff.as_ref().is_none_or(|staff| staff.role != Role::Supervisor) {
            return self.say(&FromDesk::Refused { request, why: Say::new("refused.supervisor_only") });
        }
        match rules::read(self.house.config_file.as_deref(), named) {
            Ok(rulebook) => {
                let rulebook = Box::new(rulebook);
                self.house.desk.send(ToLoop::Reload { line: self.id, request, rulebook }).is_ok()
            }
            Err(faults) => {
                let why = Say::new("reload.refused").with("count", faults.len());
                self.say(&FromDesk::Answer { request, answer: Box::new(Answer::Faults(faults)) })
                    && self.say(&FromDesk::Refused { request, why })
            }
        }
    }

    fn answer(&self, request: u64, query: Query) -> bool {
        if query == Query::Fence {
            return self.house.desk.send(ToLoop::Fence { line: self.id, request }).is_ok();
        }
        if let Some(staff) = self.staff.as_ref().filter(|staff| staff.role == Role::Technician) {
            return self.ask_desk(request, query, staff);
        }
        let hears_all = self.staff.as_ref().is_some_and(untold::hears_all);
        let query = if hears_all { query } else { asked(query) };
        let mut give = |answer| {
            let answer = if hears_all { answer } else { filtered(answer) };
            self.say(&FromDesk::Answer { request, answer: Box::new(answer) })
        };
        match queries::answer(&self.house.reader, &self.house.standing, query, &mut give) {
            Ok(()) => true,
            Err(why) => self.say(&FromDesk::Refused { request, why }),
        }
    }

    /// A technician's question is answered by the desk's thread, which knows what is theirs.
    fn ask_desk(&self, request: u64, query: Query, staff: &Staff) -> bool {
        let why = match query {
            Query::Ticket(_) | Query::TicketLines(_) | Query::FindTickets { .. } => self.house.reader.fault(),
            _ => Some(Say::new("tech.no_query")),
        };
        if let Some(why) = why {
            return self.say(&FromDesk::Refused { request, why });
        }
        let filed = queries::filed(&self.house.reader, &query, staff);
        self.house.desk.send(ToLoop::Ask { line: self.id, request, query, filed }).is_ok()
    }

    /// Sends a message, waiting for room: only the line's own answers go this way.
    fn say(&self, message: &FromDesk) -> bool {
        frame(message).is_some_and(|frame| self.frames.send(frame).is_ok())
    }
}
