//! One socket: connected and read in a thread of its own, written by its owner.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::text::Say;

/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long one write may take before the link is given up.
const WRITE_WITHIN: Duration = Duration::from_secs(3);
/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// What a reader has to say.
#[derive(Debug)]
pub(super) enum Heard {
    /// Connected.
    Open(Wire),
    /// Bytes came.
    Bytes(Vec<u8>),
    /// The link ended, or never came about.
    Closed(Say),
}

/// The writing half of a link.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
}

impl Wire {
    /// Sends whole.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Ends the link for both halves; the reader notices.
    pub fn close(self) {
        // A link that is already gone can't be shut down, which is what was wanted.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// Starts a reader. `tell` says `false` when nobody listens any more.
pub(super) fn start(host: String, port: u16, tell: impl Fn(Heard) -> bool + Send + 'static) -> io::Result<()> {
    std::thread::Builder::new().name("pbx-read".to_owned()).spawn(move || read(&host, port, &tell)).map(drop)
}

fn read(host: &str, port: u16, tell: &dyn Fn(Heard) -> bool) {
    let opened = connect(host, port).and_then(|stream| Ok((stream.try_clone()?, stream)));
    let (writing, mut reading) = match opened {
        Ok(halves) => halves,
        Err(error) => {
            tell(Heard::Closed(Say::new("pbx.unreachable").with("error", error)));
            return;
        }
    };
    if !tell(Heard::Open(Wire { stream: writing })) {
        return;
    }
    let mut chunk = vec![0; CHUNK];
    loop {
        match reading.read(&mut chunk) {
            Ok(0) => {
                tell(Heard::Closed(Say::new("pbx.link_closed")));
                return;
            }
            Ok(count) => {
                if !tell(Heard::Bytes(chunk.get(..count).unwrap_or_default().to_vec())) {
                    return;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                tell(Heard::Closed(Say::new("pbx.unreachable").with("error", error)));
                return;
            }
        }
    }
}

fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "no address");
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT_WITHIN) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(WRITE_WITHIN))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A connection for a check, with a time limit on reading too.
pub(in crate::pbx) fn connect_for_check(host: &str, port: u16, read_within: Duration) -> io::Result<TcpStream> {
    let stream = connect(host, port)?;
    stream.set_read_timeout(Some(read_within))?;
    Ok(stream)
}
