//! Reads recordings into steps: bytes from the PBX, requests of the recorded client, ends of links.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::pbx::ami::codec::{Decoder, Frame, Message};
use crate::pbx::ami::mapping::{event_stamp, stamp_of};
use crate::text::Say;

/// A recording is refused beyond this many bytes, unpacked.
const LARGEST: u64 = 1 << 30;

/// One moment of one recorded link.
#[derive(Debug)]
pub(super) struct Step {
    /// Microseconds since 1970 on the recording host's clock.
    pub at_us: i64,
    /// Which file.
    pub line: usize,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug)]
pub(super) enum What {
    /// The PBX sent these bytes.
    Bytes(Vec<u8>),
    /// The recorded client sent this request.
    Sent(Message),
    /// The link ended.
    Closed,
}

/// The file's name without its endings.
pub(super) fn name_of(file: &Path) -> String {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    plain.strip_suffix(".jsonl").or_else(|| plain.strip_suffix(".ami")).unwrap_or(plain).to_owned()
}

/// Reads one file; its ending says what it is.
pub(super) fn load(file: &Path, line: usize) -> Result<Vec<Step>, Say> {
    let name = file.to_string_lossy();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    if !plain.ends_with(".jsonl") && !plain.ends_with(".ami") {
        return Err(Say::new("pbx.recording_kind").with("file", &name));
    }
    let bytes = read(file, name.ends_with(".gz"))
        .map_err(|error| Say::new("pbx.recording_unreadable").with("file", &name).with("error", error))?;
    if plain.ends_with(".ami") { raw(&name, &bytes, line) } else { lines(&name, &bytes, line) }
}

fn read(file: &Path, packed: bool) -> std::io::Result<Vec<u8>> {
    let source = File::open(file)?;
    let mut bytes = Vec::new();
    if packed {
        MultiGzDecoder::new(source).take(LARGEST).read_to_end(&mut bytes)?;
    } else {
        source.take(LARGEST).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The recorder's lines: `{"t": seconds, "d": "<" | ">" | "meta", "l": line without CRLF}`.
fn lines(name: &str, bytes: &[u8], line: usize) -> Result<Vec<Step>, Say> {
    let mut reader = Reader { line, ..Reader::default() };
    for (number, text) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let bad = || Say::new("pbx.recording_line").with("file", name).with("line", number + 1);
        let value: Value = serde_json::from_slice(text).map_err(|_| bad())?;
        let field = |key: &str| value.get(key).and_then(Value::as_str);
        let t = value.get("t").and_then(Value::as_f64).filter(|t| t.is_finite()).ok_or_else(bad)?;
        // Seconds with a fraction, a few hours at most: far inside what fits.
        let t_us = (t * 1_000_000.0).round() as i64;
        match (field("d"), field("l")) {
            (Some("<"), Some(text)) => reader.from_pbx(t_us, text),
            (Some(">"), Some(text)) => reader.to_pbx(t_us, text),
            (Some("meta"), Some(text)) => reader.meta(t_us, text),
            _ => return Err(bad()),
        }
    }
    Ok(reader.finish())
}

/// Puts lines together again.
#[derive(Debug, Default)]
struct Reader {
    line: usize,
    /// What to add to a line's time to get the recording host's clock.
    base_us: i64,
    based: bool,
    steps: Vec<Step>,
    request: Vec<(String, String)>,
}

impl Reader {
    fn from_pbx(&mut self, t_us: i64, text: &str) {
        // Lines of one moment came in one read, and are given to the codec in one piece.
        if let Some(Step { at_us, what: What::Bytes(bytes), .. }) = self.steps.last_mut()
            && *at_us == t_us
        {
            bytes.extend_from_slice(text.as_bytes());
            bytes.extend_from_slice(b"\r\n");
            return;
        }
        self.push(t_us, What::Bytes([text.as_bytes(), b"\r\n"].concat()));
    }

    fn to_pbx(&mut self, t_us: i64, text: &str) {
        if !text.is_empty() {
            let (key, value) = text.split_once(':').unwrap_or((text, ""));
            self.request.push((key.trim().to_owned(), value.trim_start().to_owned()));
            return;
        }
        let request = std::mem::take(&mut self.request);
        let headers: Vec<(&str, &str)> = request.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        if !headers.is_empty() {
            self.push(t_us, What::Sent(Message::of(&headers)));
        }
    }

    fn meta(&mut self, t_us: i64, text: &str) {
        let wall = text.split_whitespace().find_map(|word| word.strip_prefix("wall="));
        if let Some(wall_us) = wall.and_then(micros)
            && !self.based
        {
            self.base_us = wall_us - t_us;
            self.based = true;
        }
        if text.starts_with("closed") {
            self.push(t_us, What::Closed);
        }
    }

    fn push(&mut self, t_us: i64, what: What) {
        self.steps.push(Step { at_us: t_us, line: self.line, what });
    }

    /// Times become the recording host's clock; without a wall time, that of the first stamp in the recording.
    fn finish(mut self) -> Vec<Step> {
        if !self.based {
            self.base_us = first_stamp(&self.steps).unwrap_or(0);
        }
        for step in &mut self.steps {
            step.at_us += self.base_us;
        }
        self.steps
    }
}

/// `seconds.micros` in microseconds.
fn micros(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(digits.parse().ok()?)
}

fn first_stamp(steps: &[Step]) -> Option<i64> {
    let mut decoder = Decoder::new();
    for step in steps {
        let What::Bytes(bytes) = &step.what else { continue };
        decoder.push(bytes);
        while let Some(frame) = decoder.next_frame() {
            if let Frame::Message(message) = frame
                && let Some(stamp) = event_stamp(&message)
            {
                return Some(stamp.0.saturating_mul(1000).saturating_sub(step.at_us));
            }
        }
    }
    None
}

/// Raw bytes have no times of arrival: each message is played at its own stamp, or with the one before it.
fn raw(name: &str, bytes: &[u8], line: usize) -> Result<Vec<Step>, Say> {
    if !bytes.starts_with(b"Asterisk Call Manager/") && !bytes.windows(7).any(|part| part == b"Event: ") {
        return Err(Say::new("pbx.recording_line").with("file", name).with("line", 1));
    }
    let mut pieces: Vec<(Option<i64>, Vec<u8>)> = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.windows(4).position(|end| end == b"\r\n\r\n").map_or(rest.len(), |found| found + 4);
        let piece = rest.get(..length).unwrap_or_default().to_vec();
        pieces.push((piece_stamp(&piece), piece));
        start += length;
    }
    let mut clock = pieces.iter().find_map(|(stamp, _)| *stamp).unwrap_or(0);
    let mut steps: Vec<Step> = Vec::new();
    for (stamp, piece) in pieces {
        clock = clock.max(stamp.unwrap_or(clock));
        steps.push(Step { at_us: clock, line, what: What::Bytes(piece) });
    }
    Ok(steps)
}

fn piece_stamp(piece: &[u8]) -> Option<i64> {
    let key = b"\r\nTimestamp: ";
    let at = piece.windows(key.len()).position(|part| part == key)? + key.len();
    let rest = piece.get(at..)?;
    let end = rest.windows(2).position(|part| part == b"\r\n")?;
    let text = std::str::from_utf8(rest.get(..end)?).ok()?;
    stamp_of(text)?;
    micros(text)
}
