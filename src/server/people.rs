//! Who is calling: the kernel says which account, the configuration says which member of staff.

use std::os::fd::AsFd;
use std::process::Command;

use crate::domain::{Role, Staff, StaffId};
use crate::text::Say;

/// The account at the other end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// User id.
    pub uid: u32,
    /// Process.
    pub pid: i32,
}

/// Asks the kernel who is at the other end.
pub fn peer(socket: impl AsFd) -> Result<Peer, Say> {
    let credentials = rustix::net::sockopt::socket_peercred(socket)
        .map_err(|error| Say::new("server.no_credentials").with("error", error))?;
    Ok(Peer { uid: credentials.uid.as_raw(), pid: credentials.pid.as_raw_nonzero().get() })
}

/// The account's login name, from the system's own tables (which may be on another machine).
pub fn login(uid: u32) -> String {
    let told = Command::new("id").args(["-nu", &uid.to_string()]).output().ok().filter(|told| told.status.success());
    let name = told.map(|told| String::from_utf8_lossy(&told.stdout).trim().to_owned()).filter(|name| !name.is_empty());
    name.or_else(|| passwd(uid)).unwrap_or_else(|| format!("uid-{uid}"))
}

fn passwd(uid: u32) -> Option<String> {
    let table = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = table.lines().find(|line| line.split(':').nth(2) == Some(&uid.to_string()))?;
    line.split(':').next().map(str::to_owned)
}

/// The member of staff behind an account. `asked` names one of several who share it. With no staff configured every
/// account let in by the socket is a supervisor under its own name; so is the desk's own account at any time.
pub fn staff_of(staff: &[Staff], peer: Peer, asked: &str) -> Result<Staff, Say> {
    let login = login(peer.uid);
    let mut mine = staff.iter().filter(|person| person.login == login);
    if !asked.is_empty() {
        let named = mine.find(|person| person.id.0 == asked);
        return named.cloned().ok_or_else(|| Say::new("server.not_that_staff").with("login", &login).with("id", asked));
    }
    if let Some(person) = mine.next() {
        return Ok(person.clone());
    }
    if staff.is_empty() || peer.uid == rustix::process::geteuid().as_raw() {
        return Ok(Staff {
            id: StaffId(login.clone()),
            name: login.clone(),
            login,
            role: Role::Supervisor,
            ..Staff::default()
        });
    }
    Err(Say::new("server.not_staff").with("login", login))
}
