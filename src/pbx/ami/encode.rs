//! Actions out: what may go on the wire and how it is written (AMI.md §1, sizes and sanitising).

use crate::text::Say;

/// The longest line the PBX takes, CRLF not counted.
pub const LINE_BYTES: usize = 1022;
/// The most header lines the PBX takes.
pub const LINES: usize = 128;

/// An action being put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    headers: Vec<(String, String)>,
}

impl Request {
    /// An action by its name.
    pub fn new(action: &str) -> Request {
        Request { headers: vec![("Action".to_owned(), action.to_owned())] }
    }

    /// Adds a header; keys may repeat.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Request {
        self.headers.push((key.to_owned(), value.into()));
        self
    }

    /// The action's name.
    pub fn name(&self) -> &str {
        self.headers.first().map_or("", |(_, value)| value)
    }

    /// The first value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
    }

    /// The bytes to send, with `id` as ActionID. Refuses a value that would break out of its line; cuts lines that are
    /// too long at the end of a character.
    pub fn encode(&self, id: &str) -> Result<Vec<u8>, Say> {
        if self.headers.len() >= LINES {
            return Err(Say::new("pbx.too_many_lines").with("count", self.headers.len()));
        }
        let mut out = Vec::with_capacity(64 * self.headers.len());
        for (index, (key, value)) in self.headers.iter().enumerate() {
            write_line(&mut out, key, value)?;
            if index == 0 && !id.is_empty() {
                write_line(&mut out, "ActionID", id)?;
            }
        }
        out.extend_from_slice(b"\r\n");
        Ok(out)
    }
}

fn write_line(out: &mut Vec<u8>, key: &str, value: &str) -> Result<(), Say> {
    if value.contains(['\r', '\n', '\0']) || key.contains(['\r', '\n', '\0', ':']) {
        return Err(Say::new("pbx.bad_value").with("key", key));
    }
    let room = LINE_BYTES.saturating_sub(key.len() + 2);
    let mut end = value.len().min(room);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value.get(..end).unwrap_or_default().as_bytes());
    out.extend_from_slice(b"\r\n");
    Ok(())
}
