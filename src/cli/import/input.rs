//! The file that is brought in, packed or not, and how far it was read.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Read at once.
const BUFFER: usize = 256 * 1024;

/// A log being read.
pub struct Input {
    log: Box<dyn BufRead>,
    bytes: u64,
    read: Arc<AtomicU64>,
}

impl Input {
    /// Opens it; packed files are known by what they are, not by their name.
    pub fn open(file: &Path) -> std::io::Result<Input> {
        let opened = File::open(file)?;
        let bytes = opened.metadata().map_or(0, |meta| meta.len());
        let read = Arc::new(AtomicU64::new(0));
        let mut counted = BufReader::with_capacity(BUFFER, Counting { file: opened, read: Arc::clone(&read) });
        let packed = counted.fill_buf()?.starts_with(&GZIP);
        let log: Box<dyn BufRead> = if packed {
            Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(counted)))
        } else {
            Box::new(counted)
        };
        Ok(Input { log, bytes, read })
    }

    /// The file's size; 0 where it has none.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many bytes of the file were read.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.log.read(buffer)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.log.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.log.consume(amount);
    }
}

struct Counting {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
