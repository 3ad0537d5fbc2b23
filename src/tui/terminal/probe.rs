//! Asks the terminal how wide it draws what terminals do not agree on, in one round trip before the first frame.
//!
//! Thirteen strings, each followed by "where is the cursor", and at the end a question that every terminal answers, so
//! that silence is known to be silence. What arrives and is no answer was typed, and is given back. No clock and no file
//! here.

use crate::text::Ambiguous;
use crate::tui::canvas::Policy;

/// How long to wait for the answers, in milliseconds.
pub const PATIENCE_LOCAL: u64 = 300;
/// The same over SSH.
pub const PATIENCE_REMOTE: u64 = 1_000;

/// What is drawn and measured. The row is the second one: an answer from the first could be a function key.
pub const STRINGS: [&str; 13] =
    ["①", "─", "“", "中", "𠮷", "\u{31350}", "✅", "☎\u{FE0F}", "👨\u{200D}👩\u{200D}👧", "👍🏽", "e\u{301}", "ｶﾞ", "é"];

const HAN: usize = 3;
const EXTENSION_H: usize = 5;
/// Those whose width is up to the terminal's mode.
const AMBIGUOUS: [usize; 3] = [0, 1, 2];

/// What the terminal was found to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// The columns of characters that Unicode leaves open.
    pub ambiguous: Ambiguous,
    /// Draw boxes with ASCII.
    pub ascii_borders: bool,
    /// The terminal reads another encoding: a Chinese character was not two columns wide.
    pub not_utf8: bool,
    /// Han of Extension H and later, as in rare names, takes two columns; elsewhere it may not show at all.
    pub ext_h: bool,
    /// The terminal can show a frame at once.
    pub sync: bool,
    /// It answered at all.
    pub answered: bool,
    /// What was measured, for each of [`STRINGS`].
    pub widths: [Option<u16>; STRINGS.len()],
}

impl Probe {
    /// What drawing needs of it.
    pub fn policy(&self) -> Policy {
        Policy { plain_rare: !self.ext_h, ..Policy::new(self.ambiguous, self.ascii_borders) }
    }
}

/// A probe under way.
#[derive(Debug)]
pub struct Prober {
    until: u64,
    pending: Vec<u8>,
    typed: Vec<u8>,
    measured: Vec<u16>,
    sync: bool,
    done: bool,
}

impl Prober {
    /// Begins a probe: [`Prober::request`] has just been written.
    pub fn new(now_ms: u64, patience_ms: u64) -> Prober {
        Prober {
            until: now_ms.saturating_add(patience_ms),
            pending: Vec::new(),
            typed: Vec::new(),
            measured: Vec::new(),
            sync: false,
            done: false,
        }
    }

    /// What to write, in raw mode on the alternate screen.
    pub fn request() -> Vec<u8> {
        let mut request = Vec::new();
        for string in STRINGS {
            request.extend_from_slice(b"\x1b[2H");
            request.extend_from_slice(string.as_bytes());
            request.extend_from_slice(b"\x1b[6n\x1b[2H\x1b[K");
        }
        // A terminal that does not know the question may show its last letter; the row is erased after it.
        request.extend_from_slice(b"\x1b[?2026$p\x1b[2H\x1b[K\x1b[c");
        request
    }

    /// Takes bytes from the terminal.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        let pending = std::mem::take(&mut self.pending);
        let mut rest = pending.as_slice();
        while let Some(&first) = rest.first() {
            match if self.done { Reply::None } else { reply(rest) } {
                Reply::Begun => break,
                Reply::None => {
                    self.typed.push(first);
                    rest = rest.get(1..).unwrap_or_default();
                }
                Reply::Cursor(taken, column) => {
                    self.measured.push(column.saturating_sub(1));
                    rest = rest.get(taken..).unwrap_or_default();
                }
                Reply::Synchronized(taken, yes) => {
                    self.sync = yes;
                    rest = rest.get(taken..).unwrap_or_default();
                }
                Reply::End(taken) => {
                    self.done = true;
                    rest = rest.get(taken..).unwrap_or_default();
                }
            }
        }
        self.pending = rest.to_vec();
    }

    /// Whether there is nothing more to wait for.
    pub fn is_done(&self, now_ms: u64) -> bool {
        self.done || now_ms >= self.until
    }

    /// When waiting ends.
    pub fn deadline(&self) -> u64 {
        self.until
    }

    /// What was found, and what was typed meanwhile.
    pub fn finish(mut self) -> (Probe, Vec<u8>) {
        self.typed.append(&mut self.pending);
        (decide(&self.measured, self.sync), self.typed)
    }
}

fn decide(measured: &[u16], sync: bool) -> Probe {
    let answered = !measured.is_empty();
    // With an answer missing nobody knows which string an answer belongs to.
    if measured.len() != STRINGS.len() {
        return Probe { ascii_borders: true, sync, answered, ..Probe::default() };
    }
    let mut widths = [None; STRINGS.len()];
    for (slot, &width) in widths.iter_mut().zip(measured) {
        *slot = Some(width);
    }
    let narrow = AMBIGUOUS.iter().all(|&at| widths[at] == Some(1)); // all below the length
    Probe {
        ambiguous: if narrow { Ambiguous::Narrow } else { Ambiguous::Wide },
        ascii_borders: !narrow,
        not_utf8: widths[HAN] != Some(2),
        ext_h: widths[EXTENSION_H] == Some(2),
        sync,
        answered,
        widths,
    }
}

enum Reply {
    /// The cursor's column, from 1.
    Cursor(usize, u16),
    Synchronized(usize, bool),
    End(usize),
    /// This may become an answer.
    Begun,
    None,
}

fn reply(bytes: &[u8]) -> Reply {
    let body = match bytes {
        [0x1B, b'[', body @ ..] => body,
        [0x1B] => return Reply::Begun,
        _ => return Reply::None,
    };
    let Some(length) = body.iter().position(|byte| !(0x20..0x40).contains(byte)) else {
        return if body.len() > 64 { Reply::None } else { Reply::Begun };
    };
    let taken = length + 3;
    let parameters = body.get(..length).and_then(|part| std::str::from_utf8(part).ok()).unwrap_or_default();
    match (body.get(length), parameters.strip_prefix('?')) {
        (Some(b'c'), Some(_)) => Reply::End(taken),
        (Some(b'y'), Some(mode)) if mode.starts_with("2026;") => {
            Reply::Synchronized(taken, matches!(mode, "2026;1$" | "2026;2$"))
        }
        (Some(b'R'), None) => match parameters.split_once(';') {
            Some((row, column)) if row != "1" => column.parse().map_or(Reply::None, |at| Reply::Cursor(taken, at)),
            _ => Reply::None,
        },
        _ => Reply::None,
    }
}
