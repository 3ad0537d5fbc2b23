//! Opening the records first in a process that may panic, hang or die of it: a copy of our own executable.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::records::Records;

/// Records larger than this are opened by the probe but not read from end to end.
const READ_ALL: u64 = 64 << 20;

/// What the probe says when all is well; anything else, or nothing, is a failure.
const WELL: &str = "well";

/// Opens the records of a data folder and reads them. For the hidden command `ringdesk --probe-records DIR`, whose exit
/// code this gives: 0 when all is well. Never call it in a process that must go on.
pub fn probe(dir: &Path) -> i32 {
    let folder = dir.join("records");
    let size = fs::metadata(folder.join("db")).map_or(0, |meta| meta.len());
    let read = || -> Result<(), String> {
        let records = Records::open(&folder, 16 << 20)?;
        records.mark()?;
        if size <= READ_ALL {
            records.read_all()?;
        }
        Ok(())
    };
    match read() {
        Ok(()) => {
            // Nobody may be listening any more; then the code says enough.
            let _sent = std::io::Write::write_all(&mut std::io::stdout(), WELL.as_bytes());
            0
        }
        Err(_) => 1,
    }
}

/// Runs the probe and waits for it, at most so long.
pub(super) fn run(exe: &Path, dir: &Path, limit: Duration) -> Result<(), String> {
    let mut child = Command::new(exe)
        .arg("--probe-records")
        .arg(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let answer = listen(&mut child, limit);
    if answer.is_err() {
        // It may have ended by itself meanwhile.
        let _gone = child.kill();
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    match answer {
        Ok(()) if status.success() => Ok(()),
        Ok(()) => Err(status.to_string()),
        Err(error) => Err(error),
    }
}

/// Reads what the probe says until it closes its end.
fn listen(child: &mut Child, limit: Duration) -> Result<(), String> {
    let mut pipe = child.stdout.take().ok_or("no pipe")?;
    let wait = Timespec::try_from(limit).map_err(|error| error.to_string())?;
    let mut said = String::new();
    let mut chunk = [0; 64];
    loop {
        let mut fds = [PollFd::new(&pipe, PollFlags::IN)];
        match poll(&mut fds, Some(&wait)) {
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.to_string()),
            Ok(0) => return Err("time limit".to_owned()),
            Ok(_) => {}
        }
        match pipe.read(&mut chunk).map_err(|error| error.to_string())? {
            0 if said.ends_with(WELL) => return Ok(()),
            0 => return Err("no answer".to_owned()),
            read => said.push_str(&String::from_utf8_lossy(chunk.get(..read).unwrap_or_default())),
        }
    }
}
