//! A command's line to the desk of a data folder: the one that runs there, or one started for the command alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::arguments::Wanted;
use super::{complain, now, program};
use crate::client::{Heard, Line, LineError, Request, Welcome};
use crate::domain::{Command, Made, Rulebook, Staff, State};
use crate::server::{Running, ServeOptions, start};
use crate::store::{Lock, Progress};
use crate::text::{Language, Say};
use crate::wire::{Answer, Hello, Query};

/// How long a desk that is just starting or just leaving is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A line, and the desk behind it where it is our own.
pub struct Access {
    line: Line,
    own: Option<Running>,
    socket: PathBuf,
    staff: String,
}

/// Options of a desk that is started in this process.
pub fn own_desk(wanted: &Wanted, what: &str) -> ServeOptions {
    ServeOptions {
        data: wanted.data.clone(),
        socket: None,
        config: wanted.config.clone(),
        background: false,
        link: false,
        clocks: false,
        what: what.to_owned(),
        probe: program().ok(),
        now,
        tell: |_| {},
    }
}

impl Access {
    /// Finds the desk of the data folder, or starts one in this process, and says hello as a script.
    pub fn open(wanted: &Wanted, what: &str) -> Result<Access, Say> {
        let until = Instant::now() + PATIENCE;
        loop {
            let own = match Lock::holder(&wanted.data) {
                Some(_) => None,
                None => start_own(wanted, what)?,
            };
            let socket = own.as_ref().map(|desk| desk.socket.clone());
            let socket = socket.or_else(|| Lock::holder(&wanted.data).map(|holder| holder.socket.into()));
            match socket.as_ref().map(|socket| connect(socket, &wanted.staff, false).map(|line| (line, socket))) {
                Some(Ok((line, socket))) => {
                    return Ok(Access { line, own, socket: socket.clone(), staff: wanted.staff.clone() });
                }
                Some(Err(why)) if Instant::now() >= until => return Err(why),
                None if Instant::now() >= until => return Err(Say::new("cli.no_desk")),
                _ => pause(Duration::from_millis(50)),
            }
        }
    }

    /// The desk's state as it is now, over a line of its own. Only for those to whom figures are told: a technician's
    /// line that follows would end their console.
    pub fn state(&self) -> Result<State, Say> {
        Ok(connect(&self.socket, &self.staff, true)?.state().clone())
    }

    /// Sends a command without waiting for its answer.
    pub fn send(&mut self, command: Command) -> Result<Request, Say> {
        self.line.send(0, command).map_err(lost)
    }

    /// Sends a command under an id of its own, without waiting for its answer: what was done under it is not done again.
    pub fn send_as(&mut self, id: u128, command: Command) -> Result<Request, Say> {
        self.line.send(id, command).map_err(lost)
    }

    /// Asks the desk to follow other rules without waiting for its answer.
    pub fn reload(&mut self, rulebook: Option<&str>) -> Result<Request, Say> {
        self.line.reload(rulebook.map(str::to_owned)).map_err(lost)
    }

    /// Does a command and waits until it is on disk.
    pub fn perform(&mut self, command: Command) -> Result<Made, Say> {
        let request = self.send(command)?;
        self.done(request)
    }

    /// What the desk said at the door.
    pub fn welcome(&self) -> &Welcome {
        self.line.welcome()
    }

    /// The figures in force at the desk.
    pub fn rulebook(&self) -> &Rulebook {
        &self.line.welcome().rulebook
    }

    /// The desk was there before; else it was started for this command.
    pub fn is_running(&self) -> bool {
        self.own.is_none()
    }

    /// Everybody who may be named.
    pub fn staff(&self) -> &[Staff] {
        &self.line.welcome().staff
    }

    /// Waits until every command of these is answered, and hands each refusal on with its place in the list.
    pub fn all_answered(&mut self, requests: &[Request], refused: &mut dyn FnMut(usize, Say)) -> Result<(), Say> {
        let places = requests.iter().enumerate().map(|(place, request)| (*request, place));
        let mut left: BTreeMap<Request, usize> = places.collect();
        while !left.is_empty() {
            for heard in self.hear(None)? {
                match heard {
                    Heard::Done(done, _) => drop(left.remove(&done)),
                    Heard::Refused(request, why) => match left.remove(&request) {
                        Some(place) => refused(place, why),
                        None => return Err(why),
                    },
                    Heard::Goodbye(why) => return Err(why),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Waits for the answer to a command sent.
    pub fn done(&mut self, request: Request) -> Result<Made, Say> {
        loop {
            for heard in self.hear(None)? {
                match heard {
                    Heard::Done(done, made) if done == request => return Ok(made),
                    Heard::Refused(refused, why) if refused == request => return Err(why),
                    Heard::Refused(_, why) | Heard::Goodbye(why) => return Err(why),
                    _ => {}
                }
            }
        }
    }

    /// Asks, and hands each piece of the answer on, until `more` says that it was the last.
    pub fn ask(&mut self, query: Query, more: &mut dyn FnMut(Answer) -> Result<bool, Say>) -> Result<(), Say> {
        let request = self.line.ask(query).map_err(lost)?;
        loop {
            for heard in self.hear(None)? {
                if let Some(answer) = answer_to(request, heard)?
                    && !more(answer)?
                {
                    return Ok(());
                }
            }
        }
    }

    /// Waits until something is heard, or until `limit` has passed.
    pub fn hear(&mut self, limit: Option<Duration>) -> Result<Vec<Heard>, Say> {
        wait(&self.line, limit)?;
        self.line.pump().map_err(lost)
    }

    /// Closes the line, and the desk where it was ours.
    pub fn close(self) -> Result<(), Say> {
        drop(self.line);
        match self.own.map(Running::stop) {
            Some(crate::server::Stop::Failed(why)) => Err(why),
            _ => Ok(()),
        }
    }
}

/// Tells how far an opening is, once a second and not before it has taken one.
pub fn seldom(language: Language) -> impl FnMut(Progress) {
    let mut told = Instant::now();
    move |progress| {
        if told.elapsed() > Duration::from_secs(1) {
            told = Instant::now();
            complain(&progress.say().words(language));
        }
    }
}

fn start_own(wanted: &Wanted, what: &str) -> Result<Option<Running>, Say> {
    let language = wanted.config.language;
    match start(own_desk(wanted, what), &mut seldom(language)) {
        Ok(running) => {
            running.notes.iter().for_each(|note| complain(&note.words(language)));
            Ok(Some(running))
        }
        // Somebody was faster: then there is a desk to talk to.
        Err(why) if Lock::holder(&wanted.data).is_some() => {
            drop(why);
            Ok(None)
        }
        Err(why) => Err(why),
    }
}

/// The answer to this request, if that is what was heard.
fn answer_to(request: Request, heard: Heard) -> Result<Option<Answer>, Say> {
    match heard {
        Heard::Answer(answered, answer) if answered == request => Ok(Some(*answer)),
        Heard::Refused(_, why) | Heard::Goodbye(why) => Err(why),
        _ => Ok(None),
    }
}

fn connect(socket: &Path, staff: &str, follow: bool) -> Result<Line, Say> {
    let hello = Hello { seat: "script".to_owned(), staff: staff.to_owned(), follow, ..Hello::default() };
    let fault = |error: LineError| Say::new("cli.no_line").with("path", socket.display()).with("error", error);
    let mut line = Line::connect(socket, hello).map_err(fault)?;
    loop {
        wait(&line, Some(PATIENCE))?;
        for heard in line.pump().map_err(fault)? {
            match heard {
                Heard::Welcome => return Ok(line),
                Heard::Goodbye(why) => return Err(why),
                _ => {}
            }
        }
    }
}

fn wait(line: &Line, limit: Option<Duration>) -> Result<(), Say> {
    let mut flags = PollFlags::IN;
    flags.set(PollFlags::OUT, line.wants_to_write());
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    match poll(&mut [PollFd::new(line, flags)], limit.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(lost(LineError::Io(error.into()))),
    }
}

/// Waits a moment for a desk that is starting or leaving; there is nothing to be woken by.
fn pause(span: Duration) {
    std::thread::park_timeout(span);
}

fn lost(error: LineError) -> Say {
    Say::new("cli.line_lost").with("error", error)
}
