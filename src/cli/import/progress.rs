//! How far an import is: a bar that stays in its line on a terminal, a line every so often elsewhere.

use std::io::Write;
use std::time::{Duration, Instant};

use rustix::termios::{isatty, tcgetwinsize};

use crate::cli::complain;
use crate::text::{Ambiguous, Language, Say, clip};

/// How often the bar is drawn.
const BAR: Duration = Duration::from_millis(200);
/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(10);
/// Cells of the bar itself.
const CELLS: u64 = 20;
/// Lines between two looks at the clock.
const LOOK: usize = 64;

/// Tells how far an import is.
pub struct Progress {
    language: Language,
    bytes: u64,
    terminal: bool,
    began: Instant,
    told: Instant,
    drawn: bool,
}

impl Progress {
    /// Of a file of so many bytes, 0 where that is not known.
    pub fn new(language: Language, bytes: u64) -> Progress {
        let now = Instant::now();
        Progress { language, bytes, terminal: isatty(std::io::stderr()), began: now, told: now, drawn: false }
    }

    /// So many lines and calls are done, and so many bytes read.
    pub fn at(&mut self, lines: usize, calls: usize, read: u64) {
        if !lines.is_multiple_of(LOOK) {
            return;
        }
        let span = if self.terminal { BAR } else { LINE };
        if self.told.elapsed() < span {
            return;
        }
        self.told = Instant::now();
        let words = words(lines, calls, read, self.bytes, self.began.elapsed()).words(self.language);
        if !self.terminal {
            return complain(&words);
        }
        let share = (read * CELLS).checked_div(self.bytes).unwrap_or(0).min(CELLS);
        let bar: String = (0..CELLS).map(|cell| if cell < share { '#' } else { '-' }).collect();
        let columns = tcgetwinsize(std::io::stderr()).map_or(80, |size| usize::from(size.ws_col).max(1));
        let line = clip(&format!("[{bar}] {words}"), columns.saturating_sub(1), Ambiguous::Wide);
        // A terminal that has gone away shows no bar.
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
        self.drawn = true;
    }

    /// Makes room for another line.
    pub fn clear(&mut self) {
        if self.drawn {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
            self.drawn = false;
        }
    }

    /// It is over.
    pub fn done(&mut self) {
        self.clear();
    }
}

fn words(lines: usize, calls: usize, read: u64, bytes: u64, took: Duration) -> Say {
    let seconds = took.as_secs_f64().max(0.001);
    let rate = (lines as f64 / seconds) as u64;
    let share = (read * 100).checked_div(bytes).unwrap_or(0).min(100);
    let left = if read == 0 { 0.0 } else { bytes.saturating_sub(read) as f64 / (read as f64 / seconds) };
    let left = format!("{}:{:02}", left as u64 / 60, left as u64 % 60);
    let say = Say::new("import.progress").with("share", share).with("lines", lines).with("calls", calls);
    say.with("rate", rate).with("left", left)
}
