//! Reads what is typed out of the bytes a terminal sends: keys, pastes, the mouse, focus.
//!
//! No clock and no file here: bytes and the time go in, inputs come out, and [`Reader::deadline`] says when to come back
//! though nothing arrived. A sequence may arrive in pieces, a paste may lose its end, a terminal may send another
//! encoding; none of that makes a key out of what is none, or loses the keys after it.

use super::key::KeyPress;
use super::sequence::{Parsed, Wait, parse};

/// Something done at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(KeyPress),
    /// A pasted text, line ends as `\n`; `cut` when its end was lost or it was too long.
    Paste {
        /// What came.
        text: String,
        /// Something may be missing.
        cut: bool,
    },
    /// The mouse.
    Mouse(Mouse),
    /// The terminal's window got the focus, or lost it.
    Focus(bool),
    /// Bytes in another encoding than UTF-8.
    Garbled,
}

/// Something done with the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub kind: MouseKind,
    /// Column, from 0.
    pub x: u16,
    /// Row, from 0.
    pub y: u16,
}

/// What is done with the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// A button went down; 0 is the left one.
    Press(u8),
    /// A button went up.
    Release(u8),
    /// Moved with a button down.
    Drag(u8),
    /// The wheel, up.
    ScrollUp,
    /// The wheel, down.
    ScrollDown,
}

/// How long Escape may be the begin of a sequence, in milliseconds.
pub const ESCAPE_LOCAL: u64 = 50;
/// The same over SSH.
pub const ESCAPE_REMOTE: u64 = 100;
/// How long a begun sequence may be silent.
const SEQUENCE_SILENCE: u64 = 1_000;
/// How long a begun character may be silent.
const TEXT_SILENCE: u64 = 250;
/// How long a paste may be silent before its end counts as lost.
const PASTE_SILENCE: u64 = 2_000;
/// The longest paste, in bytes.
pub const PASTE_BYTES: usize = 1 << 20;

const PASTE_END: &[u8] = b"\x1b[201~";

/// The reader.
#[derive(Debug)]
pub struct Reader {
    pending: Vec<u8>,
    paste: Option<Paste>,
    escape: u64,
    since: u64,
    wait: Option<Wait>,
    /// Until when what looks like the rest of a sequence is the rest of one whose Escape came too early.
    late_until: u64,
}

#[derive(Debug, Default)]
struct Paste {
    bytes: Vec<u8>,
    /// What is too long has been handed out; the rest is thrown away up to its end.
    delivered: bool,
}

impl Reader {
    /// A reader that takes Escape for a key after so many milliseconds of silence.
    pub fn new(escape: u64) -> Reader {
        Reader { pending: Vec::new(), paste: None, escape, since: 0, wait: None, late_until: 0 }
    }

    /// Takes bytes that arrived now; none is a way to say that time went by.
    pub fn feed(&mut self, bytes: &[u8], now_ms: u64) -> Vec<Input> {
        let mut inputs = Vec::new();
        self.expire(now_ms, &mut inputs);
        if !bytes.is_empty() {
            self.since = now_ms;
            if now_ms < self.late_until && self.pending.is_empty() && is_rest_of_sequence(bytes) {
                self.pending.push(0x1B);
            }
            self.late_until = 0;
            self.pending.extend_from_slice(bytes);
        }
        self.drain(false, &mut inputs);
        inputs
    }

    /// When to come back at the latest, though nothing arrived.
    pub fn deadline(&self) -> Option<u64> {
        let silence = match (&self.paste, self.wait) {
            (Some(_), _) => PASTE_SILENCE,
            (None, Some(Wait::Escape)) => self.escape,
            (None, Some(Wait::Sequence)) => SEQUENCE_SILENCE,
            (None, Some(Wait::Text)) => TEXT_SILENCE,
            (None, None) => return None,
        };
        Some(self.since.saturating_add(silence))
    }

    fn expire(&mut self, now_ms: u64, inputs: &mut Vec<Input>) {
        if self.deadline().is_none_or(|deadline| now_ms < deadline) {
            return;
        }
        if let Some(paste) = self.paste.take() {
            self.wait = None;
            let mut bytes = paste.bytes;
            bytes.append(&mut self.pending);
            if !paste.delivered {
                inputs.push(pasted(&bytes, true));
            }
        } else {
            if self.wait == Some(Wait::Escape) {
                self.late_until = now_ms.saturating_add(SEQUENCE_SILENCE);
            }
            self.drain(true, inputs);
        }
    }

    /// Reads what is complete; at the end of patience, what is left too.
    fn drain(&mut self, hurry: bool, inputs: &mut Vec<Input>) {
        let pending = std::mem::take(&mut self.pending);
        let mut rest = pending.as_slice();
        self.wait = None;
        while !rest.is_empty() {
            if let Some(paste) = &mut self.paste {
                match paste.take(rest, inputs) {
                    Some(after) => {
                        self.paste = None;
                        rest = after;
                        continue;
                    }
                    None => {
                        rest = tail_of_paste(rest);
                        break;
                    }
                }
            }
            match parse(rest, hurry) {
                Parsed::Input(taken, input) => {
                    inputs.push(input);
                    rest = rest.get(taken..).unwrap_or_default();
                }
                Parsed::Nothing(taken) => rest = rest.get(taken..).unwrap_or_default(),
                Parsed::Paste(taken) => {
                    self.paste = Some(Paste::default());
                    rest = rest.get(taken..).unwrap_or_default();
                }
                Parsed::Wait(wait) => {
                    self.wait = Some(wait);
                    break;
                }
            }
        }
        self.pending = rest.to_vec();
    }
}

impl Paste {
    /// Takes bytes; gives what is behind the end of the paste once that came.
    fn take<'a>(&mut self, bytes: &'a [u8], inputs: &mut Vec<Input>) -> Option<&'a [u8]> {
        let end = bytes.windows(PASTE_END.len()).position(|window| window == PASTE_END);
        let kept = end.unwrap_or(bytes.len() - tail_of_paste(bytes).len());
        if !self.delivered {
            self.bytes.extend_from_slice(bytes.get(..kept).unwrap_or_default());
            if self.bytes.len() > PASTE_BYTES {
                self.bytes.truncate(PASTE_BYTES);
                inputs.push(pasted(&self.bytes, true));
                self.bytes = Vec::new();
                self.delivered = true;
            }
        }
        let end = end?;
        if !self.delivered {
            inputs.push(pasted(&self.bytes, false));
        }
        bytes.get(end + PASTE_END.len()..)
    }
}

/// What at the end of the bytes may be the begin of the paste's end.
fn tail_of_paste(bytes: &[u8]) -> &[u8] {
    let longest =
        (1..PASTE_END.len()).rev().find(|&length| bytes.ends_with(PASTE_END.get(..length).unwrap_or_default()));
    bytes.get(bytes.len() - longest.unwrap_or(0)..).unwrap_or_default()
}

/// Whether bytes that came in one piece are what follows Escape when an arrow or a function key is pressed. Nobody types
/// that in one piece; taken letter by letter it would be commands.
fn is_rest_of_sequence(bytes: &[u8]) -> bool {
    match bytes {
        [b'[', parameters @ .., b'A'..=b'Z' | b'~'] => parameters.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';')),
        _ => false,
    }
}

fn pasted(bytes: &[u8], cut: bool) -> Input {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    Input::Paste { text, cut }
}
