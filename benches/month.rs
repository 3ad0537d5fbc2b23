//! Figures over a whole month of calls in a desk that runs, with a console that works meanwhile:
//! `cargo bench --bench month` (`RINGDESK_CALLS=20000` for a small one; ten thousand calls a day). Prints what each
//! question takes, the memory of the desk, and what the console waited for its answers; asserts nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ringdesk::client::{Heard, Line};
use ringdesk::domain::call::{Direction, Outcome, Phase, Verdict};
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::figures::{Fact, Filter, half_hour_of};
use ringdesk::domain::{
    Actor, AgentId, AgentState, Call, CallId, Command, Entry, Event, SourceId, Span, Stamp, TicketFields,
};
use ringdesk::store::{Lock, LockInfo, OpenOptions, Store};
use ringdesk::wire::{Answer, Hello, Query};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Between two calls: ten thousand a day.
const PACE_MS: i64 = 8_640;
const DAY: i64 = 86_400_000;

/// A call that is over, and the time of whoever took it.
fn events(id: u64, arrived_at: Stamp) -> Vec<Event> {
    let (wait, talk) = ((id * 7_919 % 40_000) as i64, (5_000 + id * 13 % 200 * 1_000) as i64);
    let (answered, phone) = (!id.is_multiple_of(7), format!("1{:03}", id % 37));
    let (picked, queue) = (arrived_at.plus(wait), format!("queue-{}", id % 4));
    let end = if answered { picked.plus(talk) } else { picked };
    let mut call = Call {
        id: CallId(id),
        source: SourceId(1),
        uniqueid: format!("{}.{id}", arrived_at.0 / 1_000),
        direction: Direction::Inbound,
        phase: Phase::Ended,
        queue: Some(queue.clone()),
        limit_ms: 20_000,
        arrived_at,
        answered_at: answered.then_some(picked),
        ended_at: Some(end),
        answered_by: answered.then(|| phone.clone()),
        outcome: if answered { Outcome::Answered } else { Outcome::Abandoned },
        verdict: Some(match (answered, wait <= 20_000) {
            (true, true) => Verdict::InTime,
            (true, false) => Verdict::Late,
            (false, _) => Verdict::Unanswered,
        }),
        ..Call::default()
    };
    call.party.number = format!("139{id:08}");
    let stretch = |state, since: Stamp, until| {
        let (agent, call, queue) = (AgentId(phone.clone()), Some(CallId(id)), queue.clone());
        Event::Span(Box::new(Span { agent, state, since, until, call, queue, ..Span::default() }))
    };
    let mut events = vec![Event::Call(Box::new(call))];
    if answered {
        events.push(stretch(AgentState::OnCall, picked, end));
        events.push(stretch(AgentState::WrapUp, end, end.plus(20_000)));
        events.push(stretch(AgentState::Ready, end.plus(20_000), end.plus(100_000)));
    }
    events
}

fn now() -> Stamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Stamp(since.as_millis() as i64)
}

fn fill(data: &Path, calls: i64) {
    let lock = Lock::take(data, &LockInfo { pid: std::process::id(), what: "bench".to_owned(), ..LockInfo::default() });
    let mut store =
        Store::open_with(data, lock.unwrap(), 8 * 3_600_000, &OpenOptions::default(), &mut |_| {}).unwrap().store;
    let first = now().plus(-calls * PACE_MS);
    for group in (1..=calls.unsigned_abs()).collect::<Vec<_>>().chunks(200) {
        let entries: Vec<Entry> = group
            .iter()
            .map(|id| {
                let at = first.plus(*id as i64 * PACE_MS);
                let (actor, seat, rule) = (Actor::Desk, String::new(), "bench".to_owned());
                Entry { sequence: *id, at, actor, seat, rule, command: 0, events: events(*id, at) }
            })
            .collect();
        store.append(&entries).unwrap();
    }
    store.close().unwrap();
    // The records are let go a moment after the store.
    let db = std::fs::File::open(data.join("records/db")).unwrap();
    rustix::fs::flock(&db, rustix::fs::FlockOperation::LockExclusive).unwrap();
}

fn ringdesk(data: &Path) -> Process {
    // Another build may be measured with the same records.
    let program = std::env::var_os("RINGDESK_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_ringdesk").into());
    let mut command = Process::new(program);
    command.env("HOME", data).env("RINGDESK_LANGUAGE", "en").arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// Memory of a process in MB: now, and the most it has had.
fn memory(pid: u32) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1_024
    };
    (of("VmRSS"), of("VmHWM"))
}

struct Console {
    line: Line,
}

impl Console {
    fn open(socket: &Path) -> Console {
        let hello = Hello { seat: "console".into(), follow: true, ..Hello::default() };
        let line = Line::connect(socket, hello).unwrap();
        let mut console = Console { line };
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
    fn one(&mut self) -> Duration {
        let fields = TicketFields { subject: "Leak in the kitchen".into(), ..TicketFields::default() };
        let sent = Instant::now();
        let request = self.line.send(0, Command::Ticket(TicketCommand::open(fields, None))).unwrap();
        let answers = |heard: &Heard| matches!(heard, Heard::Done(done, _) if *done == request);
        while !self.hear(Duration::from_secs(10)).iter().any(answers) {}
        sent.elapsed()
    }

    /// Asks, and says how much was answered.
    fn ask(&mut self, query: Query) -> String {
        let request = self.line.ask(query).unwrap();
        let mut places = 0;
        loop {
            for heard in self.hear(Duration::from_secs(600)) {
                let Heard::Answer(answered, answer) = heard else { continue };
                if answered != request {
                    continue;
                }
                match *answer {
                    Answer::Figures { cells, last } => {
                        places += cells.len();
                        if last {
                            return format!("{places} places");
                        }
                    }
                    Answer::FigureRows { rows, of } => return format!("{} rows of {of}", rows.len()),
                    Answer::StateAt(state, book) => {
                        return format!("entry {}, {} places", state.sequence, book.cells.len());
                    }
                    Answer::Checked { entries, faults } => {
                        return format!("{entries} entries, {} faults", faults.len());
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

/// Tickets one after the other, until it is told to stop; gives how long the slowest took.
fn works(socket: PathBuf, stop: Arc<AtomicBool>) -> (usize, Duration, Duration) {
    let mut console = Console::open(&socket);
    let mut took = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        took.push(console.one());
        console.hear(Duration::from_millis(20));
    }
    took.sort();
    let middle = took.get(took.len() / 2).copied().unwrap_or_default();
    (took.len(), middle, took.last().copied().unwrap_or_default())
}

fn main() {
    let calls = std::env::var("RINGDESK_CALLS").ok().and_then(|calls| calls.parse().ok()).unwrap_or(280_000_i64);
    // A folder that is kept and filled once, or one that goes away.
    let temporary = tempfile::tempdir().unwrap();
    let data = std::env::var_os("RINGDESK_DATA").map_or(temporary.path().to_owned(), PathBuf::from);
    let first = half_hour_of(now().plus(-calls * PACE_MS)) - 48;
    let until = half_hour_of(now()) + 1;
    if !data.join("records").is_dir() {
        let begun = Instant::now();
        fill(&data, calls);
        println!("{calls} calls with agents' time written in {:.1?}", begun.elapsed());
    }
    let begun = Instant::now();
    let mut desk = ringdesk(&data).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(desk.stderr.take().unwrap()).lines();
    // Progress may be told first, and other files.
    let socket = said
        .find_map(|line| {
            let line = line.unwrap();
            let word = line.split_whitespace().map(|word| word.trim_matches(['"', '.', ',']));
            word.map(PathBuf::from).find(|word| word.extension().is_some_and(|kind| kind == "sock"))
        })
        .unwrap();
    println!(
        "desk starts, yesterday's and today's sums in mind, in {:.1?}; {} MB",
        begun.elapsed(),
        memory(desk.id()).0
    );
    let mut console = Console::open(&socket);
    let day = until - 48;
    let rows = |since: i64, facts: &[Fact]| Query::FigureRows {
        since,
        until,
        filter: Filter::default(),
        facts: facts.iter().map(|fact| fact.number()).collect(),
        limit: 500,
    };
    let back = |days: i64| Stamp(now().0 - days * DAY);
    let all = [
        ("figures of a day", Query::Figures { since: day, until }),
        ("figures of a week", Query::Figures { since: until - 7 * 48, until }),
        ("figures of everything", Query::Figures { since: first, until }),
        ("rows of a day: answered", rows(day, &[Fact::Answered])),
        ("rows of everything: abandoned", rows(first, &[Fact::Abandoned])),
        ("rows of everything: answered", rows(first, &[Fact::Answered])),
        ("rows of everything: every fact", rows(first, &[])),
        ("the desk as it was a day ago", Query::StateAt(back(1))),
        ("check", Query::Check),
    ];
    for (what, query) in all {
        let stop = Arc::new(AtomicBool::new(false));
        let worker = std::thread::spawn({
            let (socket, stop) = (socket.clone(), Arc::clone(&stop));
            move || works(socket, stop)
        });
        let begun = Instant::now();
        let answered = console.ask(query);
        let took = begun.elapsed();
        stop.store(true, Ordering::Relaxed);
        let (count, middle, longest) = worker.join().unwrap();
        let (now, most) = memory(desk.id());
        println!(
            "{what}: {took:.2?}, {answered}; {now} MB, {most} MB at most; meanwhile {count} tickets, middle {middle:.1?}, longest {longest:.1?}"
        );
    }
    drop(console);
    desk.kill().unwrap();
    desk.wait().unwrap();
}
