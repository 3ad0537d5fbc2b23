//! A desk in this process over a folder of its own, and consoles on its socket, for tests of the whole way.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tempfile::TempDir;

use ringdesk::client::{Heard, Line, Request};
use ringdesk::config::{self, Config};
use ringdesk::domain::{Command, Made, Staff, StaffId, Stamp, State};
use ringdesk::server::{Running, ServeOptions, Stop, start};
use ringdesk::text::Say;
use ringdesk::wire::{Answer, Hello, Query};

/// How long anything may take before a test gives up on it.
pub const LIMIT: Duration = Duration::from_secs(30);

/// A desk and its folder.
pub struct Bench {
    pub dir: TempDir,
    running: Option<Running>,
    change: Box<dyn Fn(&mut ServeOptions)>,
}

pub fn now() -> Stamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Stamp(since.as_millis() as i64)
}

pub fn login() -> String {
    let told = std::process::Command::new("id").arg("-nu").output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}

/// A configuration with two operators who share this test's account.
pub fn configuration() -> Config {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut config = config::load(Some(file.path())).unwrap();
    for (id, phone) in [("wang", "1001"), ("li", "1002")] {
        config.staff.push(Staff {
            id: StaffId(id.into()),
            name: id.into(),
            login: login(),
            phone: phone.into(),
            ..Staff::default()
        });
    }
    config
}

pub fn options(dir: &Path) -> ServeOptions {
    ServeOptions {
        data: dir.to_owned(),
        socket: None,
        config: configuration(),
        background: false,
        link: false,
        clocks: true,
        what: "test".into(),
        probe: None,
        now,
        tell: |_| {},
    }
}

impl Bench {
    pub fn new() -> Bench {
        Bench::with(|_| {})
    }

    /// A desk whose options differ from the usual ones.
    pub fn with(change: impl Fn(&mut ServeOptions) + 'static) -> Bench {
        let mut bench = Bench { dir: tempfile::tempdir().unwrap(), running: None, change: Box::new(change) };
        bench.start();
        bench
    }

    /// Stops the desk; its folder stays.
    pub fn stop(&mut self) {
        assert_eq!(self.running.take().unwrap().stop(), Stop::Asked);
    }

    /// Opens it again on the same folder.
    pub fn start(&mut self) {
        let mut options = options(self.dir.path());
        (self.change)(&mut options);
        let running = start(options, &mut |_| {}).map_err(|why| why.words(Default::default())).unwrap();
        self.running = Some(running);
    }

    /// Opens it again with other options.
    pub fn start_with(&mut self, change: impl Fn(&mut ServeOptions) + 'static) {
        self.change = Box::new(change);
        self.start();
    }

    /// What was noticed while opening.
    pub fn notes(&self) -> &[Say] {
        &self.running.as_ref().unwrap().notes
    }

    pub fn console(&self, staff: &str) -> Console {
        self.line(Hello { seat: "console".into(), staff: staff.into(), follow: true, ..Hello::default() })
    }

    pub fn line(&self, hello: Hello) -> Console {
        let mut console = Console { line: Line::connect(&self.running.as_ref().unwrap().socket, hello).unwrap() };
        console.until(|heard| matches!(heard, Heard::Welcome | Heard::Goodbye(_)));
        console
    }

    pub fn socket(&self) -> &Path {
        &self.running.as_ref().unwrap().socket
    }

    /// Stops the desk and opens it again on the same folder.
    pub fn reopen(&mut self) {
        self.stop();
        self.start();
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}

/// A line to the desk that waits.
pub struct Console {
    pub line: Line,
}

impl Console {
    pub fn state(&self) -> &State {
        self.line.state()
    }

    /// Takes in what comes until `enough` says so of one of it.
    pub fn until(&mut self, enough: impl Fn(&Heard) -> bool) -> Vec<Heard> {
        let limit = Instant::now() + LIMIT;
        let mut all = Vec::new();
        loop {
            assert!(Instant::now() < limit, "nothing like that came; heard {} things", all.len());
            let mut flags = PollFlags::IN;
            flags.set(PollFlags::OUT, self.line.wants_to_write());
            let wait = Timespec { tv_sec: 1, tv_nsec: 0 };
            let _ = poll(&mut [PollFd::new(&self.line, flags)], Some(&wait));
            let heard = match self.line.pump() {
                Ok(heard) => heard,
                Err(error) => panic!("the line is gone: {error}; heard {all:?}"),
            };
            let done = heard.iter().any(&enough);
            all.extend(heard);
            if done {
                return all;
            }
        }
    }

    pub fn done(&mut self, request: Request) -> Result<Made, Say> {
        let answers = |heard: &Heard| match heard {
            Heard::Done(answered, made) if *answered == request => Some(Ok(*made)),
            Heard::Refused(answered, why) if *answered == request => Some(Err(why.clone())),
            _ => None,
        };
        let heard = self.until(|heard| answers(heard).is_some());
        heard.iter().find_map(answers).unwrap()
    }

    pub fn perform(&mut self, command: Command) -> Result<Made, Say> {
        let request = self.line.send(0, command).unwrap();
        self.done(request)
    }

    /// The same under the command's own id.
    pub fn perform_as(&mut self, id: u128, command: Command) -> Result<Made, Say> {
        let request = self.line.send(id, command).unwrap();
        self.done(request)
    }

    /// Waits until the desk has done everything that was said before on this line.
    pub fn fence(&mut self) {
        self.ask(Query::Fence);
    }

    pub fn ask(&mut self, query: Query) -> Vec<Answer> {
        let request = self.line.ask(query).unwrap();
        let last = |heard: &Heard| match heard {
            Heard::Answer(answered, answer) if *answered == request => {
                !matches!(**answer, Answer::Rows { last: false, .. })
            }
            Heard::Refused(answered, _) => *answered == request,
            _ => false,
        };
        let heard = self.until(last);
        let answers = heard.into_iter().filter_map(|heard| match heard {
            Heard::Answer(answered, answer) if answered == request => Some(*answer),
            _ => None,
        });
        answers.collect()
    }

    /// Waits until the replica shows what `shown` looks for.
    pub fn sees<T>(&mut self, shown: impl Fn(&State) -> Option<T>) -> T {
        loop {
            if let Some(found) = shown(self.state()) {
                return found;
            }
            self.until(|heard| matches!(heard, Heard::Changed(_)));
        }
    }
}
