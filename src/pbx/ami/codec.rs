//! Bytes in, messages out (AMI.md §1). Split at CRLF only; nothing here assumes that the bytes are UTF-8.

use std::borrow::Cow;

/// A message longer than this, in bytes, is skipped up to the next empty line.
pub const MESSAGE_BYTES: usize = 256 * 1024;
/// A message of more lines than this is skipped as well.
pub const MESSAGE_LINES: usize = 1024;

/// What the PBX calls itself in its first line, up to the version.
const BANNER: &[u8] = b"Asterisk Call Manager/";

/// One thing the decoder found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The first line of a link: the version of the protocol, not of Asterisk.
    Banner(String),
    /// A response or an event.
    Message(Message),
    /// A message beyond the caps was skipped.
    TooLong,
}

/// One line of a message, as places in its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    start: usize,
    colon: usize,
    value: usize,
    end: usize,
}

/// A response or an event: a list of headers in the order they came. A key may come twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    raw: Vec<u8>,
    lines: Vec<Line>,
}

impl Message {
    /// A message from keys and values, for tests and for requests overheard in a recording.
    pub fn of(headers: &[(&str, &str)]) -> Message {
        let mut message = Message::default();
        for (key, value) in headers {
            let start = message.raw.len();
            message.raw.extend_from_slice(key.as_bytes());
            message.raw.extend_from_slice(b": ");
            message.raw.extend_from_slice(value.as_bytes());
            message.lines.push(line_of(&message.raw, start, message.raw.len()));
        }
        message
    }

    /// The headers in order; a line without a colon has an empty key.
    pub fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.lines.iter().map(|line| (part(&self.raw, line.start, line.colon), part(&self.raw, line.value, line.end)))
    }

    /// The first value of a key, whatever its case.
    pub fn bytes(&self, key: &str) -> Option<&[u8]> {
        self.headers().find(|(name, _)| name.eq_ignore_ascii_case(key.as_bytes())).map(|(_, value)| value)
    }

    /// The first value of a key as text; bytes that are no UTF-8 become U+FFFD (AMI.md §2).
    pub fn get(&self, key: &str) -> Option<Cow<'_, str>> {
        self.bytes(key).map(String::from_utf8_lossy)
    }

    /// The first value of a key as text, empty where there is none.
    pub fn text(&self, key: &str) -> Cow<'_, str> {
        self.get(key).unwrap_or_default()
    }

    /// Every value of a key.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
        self.headers()
            .filter(move |(name, _)| name.eq_ignore_ascii_case(key.as_bytes()))
            .map(|(_, value)| String::from_utf8_lossy(value))
    }

    /// The event's name, decided by the first line alone: an `OriginateResponse` has a `Response` line too.
    pub fn event(&self) -> Option<Cow<'_, str>> {
        self.first("Event")
    }

    /// The response's word, decided by the first line alone.
    pub fn response(&self) -> Option<Cow<'_, str>> {
        self.first("Response")
    }

    fn first(&self, key: &str) -> Option<Cow<'_, str>> {
        let (name, value) = self.headers().next()?;
        name.eq_ignore_ascii_case(key.as_bytes()).then(|| String::from_utf8_lossy(value))
    }
}

/// A slice that is empty instead of out of bounds.
fn part(raw: &[u8], start: usize, end: usize) -> &[u8] {
    raw.get(start..end).unwrap_or_default()
}

/// Splits a line at its first `": "`; a key without a value may end in a bare colon.
fn line_of(raw: &[u8], start: usize, end: usize) -> Line {
    let line = part(raw, start, end);
    if let Some(colon) = line.windows(2).position(|pair| pair == b": ") {
        return Line { start, colon: start + colon, value: start + colon + 2, end };
    }
    match line.iter().position(|byte| *byte == b':') {
        Some(colon) => Line { start, colon: start + colon, value: start + colon + 1, end },
        None => Line { start, colon: start, value: start, end },
    }
}

/// Cuts a stream of bytes into frames. Bytes come in as the socket gives them.
#[derive(Clone, Debug)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// Where the message under way starts.
    start: usize,
    /// Where its unfinished line starts.
    line: usize,
    /// How far that line has been looked through.
    scanned: usize,
    lines: Vec<Line>,
    greeted: bool,
    skipping: bool,
    /// The unfinished line lost its beginning: its end is no empty line.
    torn: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder::new()
    }
}

impl Decoder {
    /// A decoder at the start of a link, where the banner is still to come.
    pub fn new() -> Decoder {
        Decoder {
            buffer: Vec::new(),
            start: 0,
            line: 0,
            scanned: 0,
            lines: Vec::new(),
            greeted: false,
            skipping: false,
            torn: false,
        }
    }

    /// Takes in what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.line -= self.start;
            self.scanned -= self.start;
            for line in &mut self.lines {
                line.start -= self.start;
                line.colon -= self.start;
                line.value -= self.start;
                line.end -= self.start;
            }
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame, if there is one.
    pub fn next_frame(&mut self) -> Option<Frame> {
        while let Some(end) = self.find_crlf() {
            let line = (self.line, end);
            self.line = end + 2;
            self.scanned = self.line;
            if let Some(frame) = self.take_line(line.0, line.1) {
                return Some(frame);
            }
        }
        self.scanned = self.line.max(self.buffer.len().saturating_sub(1));
        if self.buffer.len() - self.start > MESSAGE_BYTES {
            self.skip();
        }
        None
    }

    /// Nothing of a message is waiting for its end.
    pub fn is_between_messages(&self) -> bool {
        self.lines.is_empty() && !self.skipping && self.line == self.buffer.len()
    }

    fn find_crlf(&self) -> Option<usize> {
        let from = self.scanned.max(self.line);
        let found = part(&self.buffer, from, self.buffer.len()).windows(2).position(|pair| pair == b"\r\n")?;
        Some(from + found)
    }

    fn take_line(&mut self, start: usize, end: usize) -> Option<Frame> {
        if std::mem::take(&mut self.torn) {
            self.start = self.line;
            return None;
        }
        if start == end {
            return self.end_message();
        }
        if !self.greeted {
            self.greeted = true;
            if let Some(version) = part(&self.buffer, start, end).strip_prefix(BANNER) {
                let version = String::from_utf8_lossy(version).into_owned();
                self.start = self.line;
                return Some(Frame::Banner(version));
            }
        }
        if self.skipping {
            self.start = self.line;
            return None;
        }
        let line = line_of(&self.buffer, start, end);
        self.lines.push(line);
        if self.lines.len() > MESSAGE_LINES || end - self.start > MESSAGE_BYTES {
            self.skip();
        }
        None
    }

    fn end_message(&mut self) -> Option<Frame> {
        let from = self.start;
        self.start = self.line;
        if self.skipping {
            self.skipping = false;
            self.lines.clear();
            return Some(Frame::TooLong);
        }
        if self.lines.is_empty() {
            return None;
        }
        let raw = part(&self.buffer, from, self.line).to_vec();
        let lines = std::mem::take(&mut self.lines)
            .into_iter()
            .map(|line| Line {
                start: line.start - from,
                colon: line.colon - from,
                value: line.value - from,
                end: line.end - from,
            })
            .collect();
        Some(Frame::Message(Message { raw, lines }))
    }

    /// Gives the message under way up and waits for its empty line.
    fn skip(&mut self) {
        self.skipping = true;
        self.lines.clear();
        self.start = self.line;
        if self.buffer.len() - self.start > MESSAGE_BYTES {
            // An endless line: all of it goes but the last byte, which may be half of its CRLF.
            self.start = self.buffer.len() - 1;
            self.line = self.start;
            self.scanned = self.start;
            self.torn = true;
        }
    }
}
