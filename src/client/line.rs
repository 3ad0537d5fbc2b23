//! One line to a desk over its Unix socket.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use thiserror::Error;

use crate::domain::figures::{Book, kept_from};
use crate::domain::{Command, Entry, Made, StaffId, Stamp, State, TicketId};
use crate::text::Say;
use crate::wire::{self, Answer, FrameError, Framer, FromDesk, Hello, Query, ToDesk, Welcome};

/// The number of a request; its answer carries the same.
pub type Request = u64;

/// Why a line is no longer.
#[derive(Debug, Error)]
pub enum LineError {
    /// The socket.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The desk said something this version does not understand.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The desk closed the line.
    #[error("the desk closed the line")]
    Closed,
}

/// What came over the line.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Let in; the replica is filled where `follow` was asked.
    Welcome,
    /// Sent away, with a sentence.
    Goodbye(Say),
    /// Something changed; the replica has it already.
    Changed(Box<Entry>),
    /// A command was done and is on disk.
    Done(Request, Made),
    /// Refused, with a sentence.
    Refused(Request, Say),
    /// An answer.
    Answer(Request, Box<Answer>),
    /// A line for everybody.
    Notice(Say),
    /// Other figures are in force; the welcome holds them already.
    Rules,
    /// The sums of the figures changed; the book has it already.
    Counted,
    /// Who else looks at this ticket now, which is open on this console.
    Looking(TicketId, Vec<StaffId>),
}

/// A line to a desk.
#[derive(Debug)]
pub struct Line {
    socket: UnixStream,
    framer: Framer,
    unsent: Vec<u8>,
    requests: Request,
    welcome: Welcome,
    state: State,
    book: Book,
    /// The half-hour the sums begin with: the desk keeps up no older ones.
    counted_from: i64,
}

impl Line {
    /// Connects and says hello. The welcome comes through `pump`.
    pub fn connect(path: &Path, hello: Hello) -> Result<Line, LineError> {
        let socket = UnixStream::connect(path)?;
        socket.set_nonblocking(true)?;
        let mut line = Line {
            socket,
            framer: Framer::default(),
            unsent: Vec::new(),
            requests: 0,
            welcome: Welcome::default(),
            state: State::default(),
            book: Book::default(),
            counted_from: i64::MIN,
        };
        line.say(&ToDesk::Hello(Hello { version: wire::VERSION, ..hello }))?;
        Ok(line)
    }

    /// What the desk said at the door.
    pub fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// The replica: the desk's state as far as this console has heard.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The sums of the figures of yesterday and today, as far as this console has heard.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Bytes wait to be sent: poll for writing too.
    pub fn wants_to_write(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Asks the desk to do something. `id` is the command's own id, 0 for one that is not to be repeated.
    pub fn send(&mut self, id: u128, command: Command) -> Result<Request, LineError> {
        self.requests += 1;
        self.say(&ToDesk::Do { request: self.requests, id, command: Box::new(command) })?;
        Ok(self.requests)
    }

    /// Asks the desk something.
    pub fn ask(&mut self, query: Query) -> Result<Request, LineError> {
        self.requests += 1;
        self.say(&ToDesk::Ask { request: self.requests, query })?;
        Ok(self.requests)
    }

    /// Asks the desk to read its rulebook anew, or to follow another one.
    pub fn reload(&mut self, rulebook: Option<String>) -> Result<Request, LineError> {
        self.requests += 1;
        self.say(&ToDesk::Reload { request: self.requests, rulebook })?;
        Ok(self.requests)
    }

    /// Says which ticket is open here, so that others who open it see who else is there.
    pub fn looking(&mut self, ticket: Option<TicketId>) -> Result<(), LineError> {
        self.say(&ToDesk::Looking(ticket))
    }

    /// Sends what waits and takes in some of what came, without waiting; where more is there the descriptor stays ready.
    /// An error means that the line is gone.
    pub fn pump(&mut self) -> Result<Vec<Heard>, LineError> {
        self.push()?;
        let mut heard = Vec::new();
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) if heard.is_empty() => return Err(LineError::Closed),
                Ok(0) => return Ok(heard),
                Ok(count) => {
                    self.framer.feed(buffer.get(..count).unwrap_or_default());
                    while let Some(message) = self.framer.message()? {
                        heard.push(self.take(message));
                    }
                    // What more there is comes with the next call: a desk that says things faster than they are taken
                    // in must not keep its owner from drawing.
                    if !heard.is_empty() {
                        return Ok(heard);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(heard),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if heard.is_empty() => return Err(error.into()),
                Err(_) => return Ok(heard),
            }
        }
    }

    fn take(&mut self, message: FromDesk) -> Heard {
        match message {
            FromDesk::Welcome(mut welcome) => {
                if let Some(state) = welcome.state.take() {
                    self.state = *state;
                }
                self.book = std::mem::take(&mut *welcome.book);
                self.welcome = *welcome;
                self.counted_from = kept_from(self.welcome.now, self.welcome.offset_ms);
                Heard::Welcome
            }
            FromDesk::Goodbye(say) => Heard::Goodbye(say),
            FromDesk::Changed(entry) => {
                self.state.apply(&entry);
                self.forget_old_sums(entry.at);
                Heard::Changed(entry)
            }
            FromDesk::Done { request, made } => Heard::Done(request, made),
            FromDesk::Refused { request, why } => Heard::Refused(request, why),
            FromDesk::Answer { request, answer } => Heard::Answer(request, answer),
            FromDesk::Notice(say) => Heard::Notice(say),
            FromDesk::Rules(rulebook) => {
                self.welcome.rulebook = *rulebook;
                Heard::Rules
            }
            FromDesk::Counted(delta) => {
                self.book.add(&delta, 1);
                Heard::Counted
            }
            FromDesk::Looking { ticket, staff } => Heard::Looking(ticket, staff),
        }
    }

    /// A day is over: the desk forgets the sums of the day before yesterday, and tells nothing more of them.
    fn forget_old_sums(&mut self, now: Stamp) {
        let from = kept_from(now, self.welcome.offset_ms);
        if from > self.counted_from {
            self.counted_from = from;
            self.book.forget_before(from);
        }
    }

    fn say(&mut self, message: &ToDesk) -> Result<(), LineError> {
        self.unsent.extend(wire::encode(message)?);
        self.push()
    }

    fn push(&mut self) -> Result<(), LineError> {
        while !self.unsent.is_empty() {
            match self.socket.write(&self.unsent) {
                Ok(0) => return Err(LineError::Closed),
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl AsFd for Line {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
