//! Seals: who gave a tip-off is taken out of a command before anything is decided, and goes on encrypted (R-REQ-6).
//!
//! What is decided, written, published, exported and searched afterwards has never held the informant. The key lies in
//! a file of its own beside the journal and is read anew each time: a desk whose key was taken away seals and opens
//! nothing more, and never makes another key while there is a seal that the other one made.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::domain::ticket::{Informant, Seal};
use crate::text::Say;

/// The name of the key's file in the data folder.
pub const KEY_FILE: &str = "seal.key";

const KEY: usize = 32;
const NONCE: usize = 24;
/// What is sealed is filled up to a multiple of this, so that the length of a name does not show.
const BLOCK: usize = 256;
/// Bound to every seal: bytes of another purpose are not taken for one.
const PURPOSE: &[u8] = b"ringdesk informant 1";

/// Where the key lies.
#[derive(Debug, Default)]
pub struct Seals {
    file: Option<PathBuf>,
}

impl Seals {
    /// Seals with the key in this data folder.
    pub fn of(data: &Path) -> Seals {
        Seals { file: Some(data.join(KEY_FILE)) }
    }

    /// Puts an informant under seal. `other` is any seal that is there already: a key that does not open it is not the
    /// desk's, and where there is none a new one is made.
    pub fn seal(&self, informant: &Informant, other: Option<&Seal>) -> Result<Seal, Say> {
        let key = match (self.key()?, other) {
            (Some(key), None) => key,
            (Some(key), Some(other)) => {
                open(&key, other).ok_or_else(|| self.fault("seal.key_other"))?;
                key
            }
            (None, Some(_)) => return Err(self.fault("seal.key_missing")),
            (None, None) => self.make()?,
        };
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| Say::new("seal.no_chance").with("error", error))?;
        let plain = packed(informant);
        let text = XChaCha20Poly1305::new(&key.into())
            .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: PURPOSE })
            .map_err(|_| self.fault("seal.not_made"))?;
        Ok(Seal { nonce: nonce.to_vec(), text })
    }

    /// Opens a seal.
    pub fn open(&self, seal: &Seal) -> Result<Informant, Say> {
        let key = self.key()?.ok_or_else(|| self.fault("seal.key_missing"))?;
        open(&key, seal).ok_or_else(|| self.fault("seal.key_other"))
    }

    /// Makes sure that there is a key before one is needed; true where one was made now. `other` as in [`Seals::seal`].
    pub fn ready(&self, other: Option<&Seal>) -> Result<bool, Say> {
        match (self.key()?, other) {
            (Some(key), Some(other)) => open(&key, other).map(|_| false).ok_or_else(|| self.fault("seal.key_other")),
            (Some(_), None) => Ok(false),
            (None, Some(_)) => Err(self.fault("seal.key_missing")),
            (None, None) => self.make().map(|_| true),
        }
    }

    fn fault(&self, key: &str) -> Say {
        let file = self.file.as_deref().unwrap_or(Path::new(KEY_FILE));
        Say::new(key).with("file", file.display())
    }

    /// The key, where there is one.
    fn key(&self) -> Result<Option<[u8; KEY]>, Say> {
        let Some(file) = &self.file else { return Ok(None) };
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.fault("seal.key_unreadable").with("error", error)),
        };
        parse(text.trim()).map(Some).ok_or_else(|| self.fault("seal.key_bad"))
    }

    /// A new key, on the disk before it is used.
    fn make(&self) -> Result<[u8; KEY], Say> {
        let file = self.file.as_ref().ok_or_else(|| self.fault("seal.key_missing"))?;
        let mut key = [0; KEY];
        getrandom::fill(&mut key).map_err(|error| Say::new("seal.no_chance").with("error", error))?;
        let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        write(file, &format!("{text}\n")).map_err(|error| self.fault("seal.key_unwritable").with("error", error))?;
        Ok(key)
    }
}

/// Whole or not at all: half a key would be worse than none.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let new = file.with_extension("key.new");
    let mut out = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    fs::rename(&new, file)?;
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn parse(text: &str) -> Option<[u8; KEY]> {
    let digits = text.as_bytes();
    let pairs = digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok().filter(|_| digits.len() == 2 * KEY)
}

fn open(key: &[u8; KEY], seal: &Seal) -> Option<Informant> {
    let nonce: [u8; NONCE] = seal.nonce.as_slice().try_into().ok()?;
    let payload = Payload { msg: &seal.text, aad: PURPOSE };
    let plain = XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(nonce), payload).ok()?;
    unpacked(&plain)
}

/// Three texts, each behind its length (u32, big-endian), filled up with zeros.
fn packed(informant: &Informant) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in [&informant.name, &informant.phone, &informant.address] {
        // Weighed before: no text of a field is near four gigabytes.
        bytes.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    bytes
}

fn unpacked(mut bytes: &[u8]) -> Option<Informant> {
    let mut text = || {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        bytes = rest;
        String::from_utf8(text.to_vec()).ok()
    };
    Some(Informant { name: text()?, phone: text()?, address: text()? })
}
