//! A million lines of queue_log through `ringdesk import` into a desk that runs, with a console that works meanwhile:
//! `cargo bench --bench import` (`RINGDESK_CALLS=1000` for a small one). Prints minutes, memory and what the console
//! waited for its answers; asserts nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

use ringdesk::client::{Heard, Line};
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::{Command, TicketFields};
use ringdesk::wire::Hello;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Between two commands of the console.
const PACE: Duration = Duration::from_millis(50);

/// About three and a half lines a call: 280,000 calls are a million lines. Ten thousand calls a day.
fn write_log(path: &Path, calls: i64) -> usize {
    let mut log = BufWriter::new(File::create(path).unwrap());
    let mut lines = 0;
    for call in 0..calls {
        let at = 1_790_000_000 - (calls - call) * 9;
        let (id, wait, talk, agent) = (format!("{at}.{call}"), call * 7 % 29, 5 + call * 13 % 200, call % 37);
        writeln!(log, "{at}|{id}|gas|NONE|ENTERQUEUE||139{call:08}|1").unwrap();
        let end = at + wait;
        lines += 2;
        if call % 7 == 0 {
            writeln!(log, "{end}|{id}|gas|NONE|ABANDON|1|1|{wait}").unwrap();
            continue;
        }
        if call % 3 > 0 {
            writeln!(log, "{end}|{id}|gas|B{agent}|RINGNOANSWER|4000").unwrap();
            lines += 1;
        }
        writeln!(log, "{end}|{id}|gas|A{agent}|CONNECT|{wait}|{id}1|{wait}").unwrap();
        writeln!(log, "{}|{id}|gas|A{agent}|COMPLETECALLER|{wait}|{talk}|1", end + talk).unwrap();
        lines += 1;
    }
    lines
}

fn ringdesk(data: &Path) -> Process {
    let mut command = Process::new(env!("CARGO_BIN_EXE_ringdesk"));
    command.env("HOME", data).env("RINGDESK_LANGUAGE", "en").arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// The most memory a process has had, in MB.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

struct Console {
    line: Line,
    took: Vec<Duration>,
}

impl Console {
    fn open(socket: &str) -> Console {
        let hello = Hello { seat: "console".into(), follow: true, ..Hello::default() };
        let mut console = Console { line: Line::connect(Path::new(socket), hello).unwrap(), took: Vec::new() };
        while !console.hear(Duration::from_secs(5)).iter().any(|heard| matches!(heard, Heard::Welcome)) {}
        console
    }

    fn hear(&mut self, limit: Duration) -> Vec<Heard> {
        let mut flags = PollFlags::IN;
        flags.set(PollFlags::OUT, self.line.wants_to_write());
        let limit = Timespec::try_from(limit).unwrap();
        let _ = poll(&mut [PollFd::new(&self.line, flags)], Some(&limit));
        self.line.pump().unwrap()
    }

    /// A ticket, and how long it took until the desk had it.
    fn one(&mut self) {
        let fields = TicketFields { subject: "Leak in the kitchen".into(), ..TicketFields::default() };
        let sent = Instant::now();
        let request = self.line.send(0, Command::Ticket(TicketCommand::open(fields, None))).unwrap();
        let answers = |heard: &Heard| matches!(heard, Heard::Done(done, _) if *done == request);
        while !self.hear(Duration::from_secs(10)).iter().any(answers) {}
        self.took.push(sent.elapsed());
        let next = sent + PACE;
        while Instant::now() < next {
            self.hear(next.saturating_duration_since(Instant::now()));
        }
    }

    fn told(&mut self, when: &str) {
        self.took.sort();
        let share = |part: f64| self.took[((self.took.len() - 1) as f64 * part) as usize];
        println!(
            "{when}: {} commands of the console, p50 {:?}, p99 {:?}, longest {:?}",
            self.took.len(),
            share(0.5),
            share(0.99),
            share(1.0)
        );
        self.took.clear();
    }
}

fn import(data: &Path, log: &Path, console: &mut Console) -> (Duration, u64) {
    let began = Instant::now();
    let mut child: Child = ringdesk(data).args(["import", "queue_log"]).arg(log).spawn().unwrap();
    let mut memory = 0;
    while child.try_wait().unwrap().is_none() {
        memory = memory.max(peak(child.id()));
        console.one();
    }
    (began.elapsed(), memory)
}

fn main() {
    let calls = std::env::var("RINGDESK_CALLS").ok().and_then(|calls| calls.parse().ok()).unwrap_or(280_000);
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("queue_log");
    let lines = write_log(&log, calls);
    let mut desk = ringdesk(dir.path()).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
    // A new desk names other files first; its socket is what it says it is open at.
    let mut said = BufReader::new(desk.stderr.take().unwrap()).lines().map_while(Result::ok);
    let socket = said.find_map(|line| {
        let mut words = line.split_whitespace().map(|word| word.trim_matches(['"', '.', ',']).to_owned());
        words.find(|word| word.ends_with(".sock"))
    });
    let socket = socket.unwrap();
    let mut console = Console::open(&socket);
    for _ in 0..100 {
        console.one();
    }
    console.told("before");
    println!("desk before: {} MB at most", peak(desk.id()));
    for when in ["first", "again"] {
        let (took, memory) = import(dir.path(), &log, &mut console);
        println!(
            "{when}: {lines} lines, {calls} calls in {took:.1?}; import {memory} MB, desk {} MB at most",
            peak(desk.id())
        );
        console.told(when);
    }
    drop(console);
    desk.kill().unwrap();
    desk.wait().unwrap();
}
