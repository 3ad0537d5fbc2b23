//! The socket: laid where consoles look for it, for the owner or a group, and the door that lets lines in.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use rustix::event::{PollFd, PollFlags, poll};

use super::line::{self, House};
use crate::text::Say;

/// Opens the socket, for the owner or a group. A socket left behind by a desk that died is taken away: we hold the
/// lock, so nobody listens on it.
pub fn listen(path: &Path, group: Option<&str>) -> Result<UnixListener, Say> {
    let fault = |error: std::io::Error| Say::new("server.socket").with("path", path.display()).with("error", error);
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fault(error)),
        _ => {}
    }
    let listener = UnixListener::bind(path).map_err(fault)?;
    // The door waits for lines and for its closing; a line that has gone again must not hold it.
    listener.set_nonblocking(true).map_err(fault)?;
    let mut mode = 0o600;
    if let Some(name) = group {
        let gid = group_id(name).ok_or_else(|| Say::new("server.no_group").with("group", name))?;
        std::os::unix::fs::chown(path, None, Some(gid)).map_err(fault)?;
        if let Some(folder) = path.parent() {
            std::os::unix::fs::chown(folder, None, Some(gid)).map_err(fault)?;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o710)).map_err(fault)?;
        }
        mode = 0o660;
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(fault)?;
    Ok(listener)
}

/// Lets the group find the desk of this data folder: they may come to its lock, which says where the socket is. Nothing
/// else in the folder is theirs to read, nor is the list of what is in it.
pub fn let_find(data: &Path, group: Option<&str>) -> Result<(), Say> {
    let Some(name) = group else { return Ok(()) };
    let gid = group_id(name).ok_or_else(|| Say::new("server.no_group").with("group", name))?;
    for (path, mode) in [(data.to_owned(), 0o710), (data.join("lock"), 0o640)] {
        let done = std::os::unix::fs::chown(&path, None, Some(gid))
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(mode)));
        done.map_err(|error| Say::new("server.socket").with("path", path.display()).with("error", error))?;
    }
    Ok(())
}

/// The socket's place, and which file it was: a folder may be taken away and laid anew under a running desk, and then
/// the socket there is another's.
pub struct Socket {
    path: PathBuf,
    file: Option<(u64, u64)>,
}

impl Socket {
    /// The socket that is there now.
    pub fn at(path: &Path) -> Socket {
        Socket { path: path.to_owned(), file: file_at(path) }
    }

    /// Takes it away, where it still is ours.
    pub fn take_away(&self) {
        if self.file.is_some() && file_at(&self.path) == self.file {
            // A socket that stays behind is taken away by the next desk.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn file_at(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

fn group_id(name: &str) -> Option<u32> {
    let told = std::process::Command::new("getent").args(["group", name]).output().ok()?;
    String::from_utf8_lossy(&told.stdout).split(':').nth(2)?.trim().parse().ok()
}

/// Lets lines in, until the other end of `open` is let go.
pub fn door(listener: &UnixListener, house: House, lines: &Sender<JoinHandle<()>>, open: &UnixStream) {
    for id in 1.. {
        let mut fds = [PollFd::new(listener, PollFlags::IN), PollFd::new(open, PollFlags::IN)];
        match poll(&mut fds, None) {
            Ok(_) if !fds[1].revents().is_empty() => return,
            Ok(_) => {}
            Err(_) => continue,
        }
        let Ok((socket, _)) = listener.accept() else { continue };
        // A thread that can't be had costs this one line, not the desk.
        for thread in line::serve(id, socket, house.clone()).into_iter().flatten() {
            if lines.send(thread).is_err() {
                return;
            }
        }
    }
}
