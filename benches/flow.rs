//! How fast: `cargo bench --bench flow`. Prints what it measured; asserts nothing. The figures of docs/architecture.md
//! come from here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use ratatui::style::Style;
use ringdesk::desk::{Desk, Job, Origin};
use ringdesk::domain::call::{CallBook, step};
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::source::{Source, SourceKind};
use ringdesk::domain::{Actor, Command, Rulebook, SourceId, StaffId, Stamp, TicketFields};
use ringdesk::pbx::{Player, Report};
use ringdesk::store::{Lock, LockInfo, Store};
use ringdesk::tui::terminal::{Profile, Surface};

fn now() -> Stamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Stamp(since.as_millis() as i64)
}

fn tell(what: &str, count: usize, took: Duration) {
    let each = took.as_secs_f64() * 1e6 / count.max(1) as f64;
    println!(
        "{what:<52} {count:>8} in {:>9.3} ms, {each:>9.2} us each, {:>9.0}/s",
        took.as_secs_f64() * 1e3,
        1e6 / each
    );
}

fn burst() -> Player {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings/burst-200.ami.gz");
    Player::open(&[file]).unwrap()
}

/// From the wire's bytes to calls, without a disk.
fn ingest() {
    let begun = Instant::now();
    let source = Source { id: SourceId(1), kind: SourceKind::Rehearsal, ..Source::default() };
    let (mut book, mut signals) = (CallBook::default(), 0);
    for (_, reports) in burst() {
        for report in reports {
            let Report::Signals(all) = report else { continue };
            for (at, signal) in &all {
                signals += 1;
                step(&book, &source, &|_| 20_000, *at, signal).into_iter().for_each(|turn| book.put(turn.call));
            }
        }
    }
    tell("burst-200: signals, wire to calls (7 MB of AMI)", signals, begun.elapsed());
}

/// Commands through the desk: decided, on disk, answered.
fn commands() {
    let dir = tempfile::tempdir().unwrap();
    let lock = Lock::take(dir.path(), &LockInfo::default()).unwrap();
    let opened = Store::open(dir.path(), lock, 0, &mut |_| {}).unwrap();
    let mut desk = Desk::new(opened.store, opened.state, Rulebook::default(), Vec::new(), now);
    let job = |number: u64| {
        let fields = TicketFields { subject: format!("{number}"), phone: "13812345678".into(), ..Default::default() };
        Job {
            origin: Origin { actor: Actor::Staff(StaffId("x".into())), seat: "bench".into() },
            token: Some(number),
            id: 0,
            command: Command::Ticket(TicketCommand::open(fields, None)),
        }
    };
    for group in [1, 16, 128] {
        let (rounds, mut spans) = (2_000 / group.max(4), BTreeMap::new());
        let begun = Instant::now();
        for round in 0..rounds {
            let one = Instant::now();
            let worked = desk.work((0..group as u64).map(job).collect());
            assert!(worked.stopped.is_none());
            spans.insert((one.elapsed(), round), ());
        }
        tell(&format!("tickets registered, on disk, groups of {group}"), rounds * group, begun.elapsed());
        let at = |share: usize| spans.keys().nth(spans.len() * share / 1000).map_or(Duration::ZERO, |key| key.0);
        println!("{:<52} p50 {:?}, p99 {:?}", "", at(500), at(990));
    }
}

/// Frames of 200 by 50: bytes and time.
fn frames() {
    let mut surface = Surface::new(200, 50, Profile::default());
    let draw = |surface: &mut Surface, seed: u32| {
        surface.draw_with(|canvas| {
            for y in 0..50 {
                let text: String =
                    (0..99).filter_map(|x| char::from_u32(0x4e00 + (x * 31 + y as u32 * 97 + seed) % 20_000)).collect();
                canvas.put(0, y, &text, 198, Style::default());
            }
            None
        })
    };
    let first = draw(&mut surface, 0).len();
    let begun = Instant::now();
    let bytes: usize = (1..=100).map(|seed| draw(&mut surface, seed).len()).sum();
    tell("frames of 200x50 full of Chinese", 100, begun.elapsed());
    println!("{:<52} first {first} bytes, then {} bytes each", "", bytes / 100);
    let begun = Instant::now();
    let idle: usize = (0..100).map(|_| draw(&mut surface, 100).len()).sum();
    tell("frames with nothing new", 100, begun.elapsed());
    println!("{:<52} {} bytes each", "", idle / 100);
}

fn main() {
    ingest();
    commands();
    frames();
}
