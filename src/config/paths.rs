//! Where things lie: the XDG places, and the desk's socket.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A Unix socket's path may be this long on Linux (108 bytes with the closing zero).
const SOCKET_LONGEST: usize = 107;

fn home() -> PathBuf {
    std::env::var_os("HOME").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

fn xdg(variable: &str, below_home: &str) -> PathBuf {
    let set = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    set.unwrap_or_else(|| home().join(below_home)).join("ringdesk")
}

/// The configuration file's usual place.
pub fn config_file() -> PathBuf {
    xdg("XDG_CONFIG_HOME", ".config").join("config.toml")
}

/// The data folder's usual place.
pub fn data_dir() -> PathBuf {
    xdg("XDG_DATA_HOME", ".local/share")
}

/// The place for drafts and the like.
pub fn state_dir() -> PathBuf {
    xdg("XDG_STATE_HOME", ".local/state")
}

/// The socket of a data folder's desk: inside it, or, where that path is too long for a socket, at a place of its own
/// derived from it.
pub fn socket_path(data: &Path) -> PathBuf {
    let inside = data.join("desk.sock");
    if inside.as_os_str().len() <= SOCKET_LONGEST {
        return inside;
    }
    let whole = std::fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    let name: String =
        Sha256::digest(whole.as_os_str().as_encoded_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.as_os_str().len() < 60);
    runtime.unwrap_or_else(std::env::temp_dir).join(format!("ringdesk-{name}.sock"))
}
