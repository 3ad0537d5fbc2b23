//! Frames on the socket: four bytes of length (big-endian), then one bincode message. Sans-IO.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The largest frame taken: a state of a large desk fits; a lie about the length does not exhaust the memory.
pub const LARGEST: usize = 256 * 1024 * 1024;

/// A frame that can't be read or written. The line is closed: what follows can't be trusted.
#[derive(Debug, Error)]
pub enum FrameError {
    /// Longer than `LARGEST`.
    #[error("frame of {0} bytes")]
    TooLong(usize),
    /// Not a message of this version.
    #[error("not a message: {0}")]
    NotAMessage(String),
}

/// A message as a frame.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    let mut frame = vec![0; 4];
    bincode::serde::encode_into_std_write(message, &mut frame, bincode::config::standard())
        .map_err(|error| FrameError::NotAMessage(error.to_string()))?;
    let length = frame.len() - 4;
    let header = u32::try_from(length).map_err(|_| FrameError::TooLong(length))?.to_be_bytes();
    frame.splice(..4, header);
    Ok(frame)
}

/// Collects bytes and gives messages.
#[derive(Debug, Default)]
pub struct Framer {
    bytes: Vec<u8>,
    read: usize,
}

impl Framer {
    /// Takes what came.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.read > 0 {
            self.bytes.drain(..self.read);
            self.read = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message, if there is one.
    pub fn message<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        let rest = self.bytes.get(self.read..).unwrap_or_default();
        let Some((header, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_be_bytes(*header) as usize;
        if length > LARGEST {
            return Err(FrameError::TooLong(length));
        }
        let Some(body) = rest.get(..length) else { return Ok(None) };
        let (message, used) = bincode::serde::decode_from_slice(body, bincode::config::standard())
            .map_err(|error| FrameError::NotAMessage(error.to_string()))?;
        if used != length {
            return Err(FrameError::NotAMessage(format!("{} bytes left over", length - used)));
        }
        self.read += 4 + length;
        Ok(Some(message))
    }
}
