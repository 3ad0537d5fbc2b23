//! Plays a recording of a PBX through the same codec and session as a live link.
//!
//! A recording is one file, or several that are further links of the same minutes and are merged by time. Times are
//! the recording's own: whoever plays it decides how fast.

mod load;

use std::collections::VecDeque;
use std::path::PathBuf;

use super::ami::actions::Asks;
use super::ami::session::{Output, Role, Session};
use super::{PbxConfig, Report};
use crate::domain::source::Link;
use crate::domain::time::Stamp;
use crate::text::Say;
use load::{Step, What};

/// One recorded link being played.
#[derive(Debug)]
struct Line {
    session: Session,
    link: Link,
}

/// A recording being played.
#[derive(Debug)]
pub struct Player {
    name: String,
    first: Stamp,
    steps: VecDeque<Step>,
    lines: Vec<Line>,
    told: Link,
    last_ms: i64,
    over: bool,
}

impl Player {
    /// Opens recordings: `.jsonl[.gz]` with a line of the wire each, or raw `.ami[.gz]` bytes. Several files are
    /// further links of the same minutes. What is wrong is said with file and line.
    pub fn open(files: &[PathBuf]) -> Result<Player, Say> {
        Player::open_as(files, &PbxConfig::default())
    }

    /// As `open`, for a PBX laid out as `config` says (contexts).
    pub fn open_as(files: &[PathBuf], config: &PbxConfig) -> Result<Player, Say> {
        let mut steps = Vec::new();
        for (index, file) in files.iter().enumerate() {
            steps.extend(load::load(file, index)?);
        }
        // Stable: what came in one order over one link stays in it.
        steps.sort_by_key(|step| step.at_us);
        let Some(first) = steps.first() else { return Err(Say::new("pbx.recording_empty")) };
        let first = stamp(first.at_us);
        Ok(Player {
            name: files.first().map(|file| load::name_of(file)).unwrap_or_default(),
            first,
            lines: files
                .iter()
                .map(|_| Line { session: Session::new(Role::Replay, config, first), link: Link::Down })
                .collect(),
            steps: steps.into(),
            told: Link::Down,
            last_ms: 0,
            over: false,
        })
    }

    /// The recording's name: the first file's, without its endings.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The PBX's stamp at the recording's start, which is millisecond 0 of `next`.
    pub fn first_stamp(&self) -> Stamp {
        self.first
    }

    fn play(&mut self, step: &Step) -> Vec<Report> {
        let at = stamp(step.at_us);
        let Some(line) = self.lines.get_mut(step.line) else { return Vec::new() };
        let out = match &step.what {
            What::Bytes(bytes) => line.session.receive(bytes, at, &mut Asks::default()),
            What::Sent(message) => line.session.overhear(message, at),
            What::Closed => return self.closed(step.line),
        };
        let mut reports = Vec::new();
        for output in out {
            match output {
                Output::Report(Report::Link { link, fault }) => reports.extend(self.linked(step.line, link, fault)),
                Output::Report(report) => reports.push(report),
                Output::Close { fault, .. } => reports.extend(self.linked(step.line, Link::Down, Some(fault))),
                Output::Send(_) => {}
            }
        }
        reports
    }

    /// A recorded link ended; at the recording's own end there is nothing to say but that it is over.
    fn closed(&mut self, line: usize) -> Vec<Report> {
        if self.steps.iter().all(|step| matches!(step.what, What::Closed)) {
            return Vec::new();
        }
        self.linked(line, Link::Down, Some(Say::new("pbx.link_closed"))).into_iter().collect()
    }

    /// The links together are as good as the best of them.
    fn linked(&mut self, line: usize, link: Link, fault: Option<Say>) -> Option<Report> {
        self.lines.get_mut(line)?.link = link;
        let best = self.lines.iter().map(|line| line.link).max_by_key(|link| match link {
            Link::Down | Link::Over => 0,
            Link::Syncing => 1,
            Link::Up => 2,
        })?;
        if best == self.told && !(best == Link::Down && fault.is_some()) {
            return None;
        }
        self.told = best;
        Some(Report::Link { link: best, fault: fault.filter(|_| best != Link::Up) })
    }
}

impl Iterator for Player {
    /// Milliseconds since the start, and what is reported at that moment. The last one reports `Link::Over`.
    type Item = (i64, Vec<Report>);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(step) = self.steps.pop_front() {
            self.last_ms = stamp(step.at_us).since(self.first);
            let reports = self.play(&step);
            if !reports.is_empty() {
                return Some((self.last_ms, reports));
            }
        }
        if self.over {
            return None;
        }
        self.over = true;
        Some((self.last_ms, vec![Report::Link { link: Link::Over, fault: None }]))
    }
}

fn stamp(micros: i64) -> Stamp {
    Stamp(micros.div_euclid(1000))
}
