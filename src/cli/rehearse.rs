//! `ringdesk rehearse`: plays a recording into the desk, as it was, or faster.
//!
//! In its own time (or N times faster) the recording happens now: its stamps are moved so that it begins at this
//! moment. At `max` nobody watches, and the recording keeps the stamps it was made with.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, complain, now};
use crate::client::{Heard, Request};
use crate::domain::call::Capabilities;
use crate::domain::command::{Command, Made, SourceCommand};
use crate::domain::source::{Link, SourceClock, SourceKind};
use crate::domain::{SourceId, Stamp};
use crate::pbx::{Player, Report};
use crate::text::Say;

/// Commands that may be under way at once: keeps the desk busy without piling up.
const UNDER_WAY: usize = 32;
/// Signals of one command.
const SIGNALS: usize = 256;

/// Five callers, three agents, forty seconds: one of everything a first day brings.
const BUNDLED: &[u8] = include_bytes!("../../tests/fixtures/recordings/busy-agents.jsonl.gz");
const BUNDLED_NAME: &str = "busy-agents.jsonl.gz";

/// What can be done with a rehearsed call: all that the desk can do without a PBX.
const TAKES: Capabilities = Capabilities {
    answer: true,
    pickup: true,
    redirect: true,
    hangup: true,
    hold: true,
    transfer: true,
    dial: false,
    pause: false,
    spy: false,
    queues: false,
};

/// How fast.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Speed {
    Times(f64),
    Max,
}

pub fn rehearse(wanted: Wanted, files: &[PathBuf], speed: &str) -> Result<u8, Say> {
    let speed = match speed {
        "max" => Speed::Max,
        number => match number.parse::<f64>() {
            Ok(times) if times.is_finite() && (0.01..=1_000.0).contains(&times) => Speed::Times(times),
            _ => return Err(Say::new("cli.speed").with("value", number)),
        },
    };
    let player = if files.is_empty() { bundled(&wanted) } else { Player::open(files) }?;
    let language = wanted.config.language;
    let name = player.name().to_owned();
    let access = Access::open(&wanted, "rehearse")?;
    let mut stage = Stage::begin(access, &player, speed)?;
    if speed != Speed::Max {
        complain(&Say::new("cli.rehearsing").with("name", &name).words(language));
    }
    for (at_ms, reports) in player {
        stage.wait_for(at_ms)?;
        for report in reports {
            stage.report(report)?;
        }
    }
    let signals = stage.end()?;
    complain(&Say::new("cli.rehearsed").with("name", name).with("signals", signals).words(language));
    Ok(DONE)
}

/// The recording that comes with the desk, laid beside the data where the player can open it.
fn bundled(wanted: &Wanted) -> Result<Player, Say> {
    let fault = |error: std::io::Error| Say::new("cli.unreadable").with("file", BUNDLED_NAME).with("error", error);
    std::fs::create_dir_all(&wanted.data).map_err(fault)?;
    let file = wanted.data.join(BUNDLED_NAME);
    std::fs::write(&file, BUNDLED).map_err(fault)?;
    Player::open(&[file])
}

/// A rehearsal under way.
struct Stage {
    access: Access,
    source: SourceId,
    speed: Speed,
    shift: i64,
    begun: Instant,
    under_way: usize,
    pending: Vec<(Stamp, crate::domain::call::Signal)>,
    played: usize,
}

impl Stage {
    fn begin(mut access: Access, player: &Player, speed: Speed) -> Result<Stage, Say> {
        let (desk0, first) = (now(), player.first_stamp());
        let (shift, rate_permille) = match speed {
            Speed::Max => (0, 1000),
            Speed::Times(times) => (desk0.since(first), (times * 1000.0).round() as i64),
        };
        let clock = SourceClock { desk0, stamp0: first.plus(shift), rate_permille };
        let begin =
            SourceCommand::Begin { kind: SourceKind::Rehearsal, name: player.name().to_owned(), can: TAKES, clock };
        let made = access.perform(Command::Source(begin))?;
        let Made::Source(source) = made else { return Err(Say::new("cli.line_lost").with("error", "source")) };
        Ok(Stage { access, source, speed, shift, begun: Instant::now(), under_way: 0, pending: Vec::new(), played: 0 })
    }

    /// Waits until the recording's clock shows `at_ms`; at `max` goes on at once.
    fn wait_for(&mut self, at_ms: i64) -> Result<(), Say> {
        let Speed::Times(times) = self.speed else { return Ok(()) };
        self.flush()?;
        let due = self.begun + Duration::from_secs_f64((at_ms.max(0) as f64) / 1000.0 / times);
        while let Some(left) = due.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.hear(Some(left))?;
        }
        Ok(())
    }

    fn report(&mut self, report: Report) -> Result<(), Say> {
        let source = self.source;
        match report {
            Report::Signals(signals) => {
                let shift = self.shift;
                self.pending.extend(signals.into_iter().map(|(at, signal)| (at.plus(shift), signal.shifted(shift))));
                if self.pending.len() >= SIGNALS { self.flush() } else { Ok(()) }
            }
            Report::Link { link: Link::Over, .. } => self.flush(),
            Report::Link { link, fault } => self.command(SourceCommand::Link { source, link, fault }),
            // The recorded PBX's clock is not this desk's; what it could do, it can't do now.
            Report::Clock(_) | Report::Can(_) | Report::Done { .. } => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<(), Say> {
        let signals = std::mem::take(&mut self.pending);
        if signals.is_empty() {
            return Ok(());
        }
        self.played += signals.len();
        self.send(SourceCommand::Signals { source: self.source, signals })
    }

    fn command(&mut self, command: SourceCommand) -> Result<(), Say> {
        self.flush()?;
        self.send(command)
    }

    fn send(&mut self, command: SourceCommand) -> Result<(), Say> {
        while self.under_way >= UNDER_WAY {
            self.hear(None)?;
        }
        self.access.send(Command::Source(command))?;
        self.under_way += 1;
        Ok(())
    }

    fn hear(&mut self, limit: Option<Duration>) -> Result<(), Say> {
        for heard in self.access.hear(limit)? {
            match heard {
                Heard::Done(..) => self.under_way = self.under_way.saturating_sub(1),
                Heard::Refused(_, why) | Heard::Goodbye(why) => return Err(why),
                _ => {}
            }
        }
        Ok(())
    }

    fn end(mut self) -> Result<usize, Say> {
        self.flush()?;
        let last: Request = self.access.send(Command::Source(SourceCommand::Link {
            source: self.source,
            link: Link::Over,
            fault: None,
        }))?;
        self.access.done(last)?;
        self.access.close()?;
        Ok(self.played)
    }
}
