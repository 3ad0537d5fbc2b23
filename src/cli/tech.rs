//! `ringdesk tech`: a technician's console, made to be the one program an account can start (`ForceCommand`).
//!
//! Nothing of the environment widens it: it begins by starting itself anew with nothing but the terminal's name, and
//! takes its places from its own command line or the system's. It starts no desk, plays nothing, writes nothing but the
//! drafts. What it may see and do is the desk's to say, which knows the account from the kernel.

mod session;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::arguments::{Screen, Wanted};
use super::console::{at_terminal, desk_name, options, show};
use super::{complain, program};
use crate::client::{Line, LineError};
use crate::config;
use crate::text::Say;
use crate::tui::run::ConsoleOptions;
use crate::wire::Hello;
use session::Session;

/// Where the desk's data lies when the command line does not say.
const SYSTEM_DATA: &str = "/var/lib/ringdesk";
/// The technicians' configuration, where there is one and the command line names no other: language, colours.
const SYSTEM_CONFIG: &str = "/etc/ringdesk/tech.toml";
/// Read as an empty configuration.
const NO_CONFIG: &str = "/dev/null";
/// Programs of the system are looked for here and nowhere else.
const PATH: &str = "/usr/bin:/bin";
/// The longest name of a terminal.
const TERM_LONGEST: usize = 64;

/// Goes on as a process whose environment says nothing but the terminal. Refuses whoever asked for another command than
/// this one: a copied file, a shell.
pub fn alone() -> Result<(), Say> {
    if std::env::var_os("SSH_ORIGINAL_COMMAND").is_some_and(|asked| !asked.is_empty()) {
        return Err(Say::new("tech.only_this"));
    }
    let bare = bare(|name| std::env::var_os(name));
    if std::env::vars_os().collect::<BTreeMap<_, _>>() == bare {
        return Ok(());
    }
    let fault = |error: std::io::Error| Say::new("tech.not_alone").with("error", error);
    let program = program().map_err(fault)?;
    Err(fault(Command::new(program).args(std::env::args_os().skip(1)).env_clear().envs(bare).exec()))
}

/// The environment that is left. What comes of it is the same when it is asked of itself.
fn bare(given: impl Fn(&str) -> Option<OsString>) -> BTreeMap<OsString, OsString> {
    let mut bare: BTreeMap<OsString, OsString> = BTreeMap::new();
    bare.insert("PATH".into(), PATH.into());
    bare.insert("HOME".into(), home().into());
    bare.insert("TERM".into(), terminal(given("TERM").unwrap_or_default().as_os_str()).into());
    // That there is a network in between makes the terminal be waited for longer; its value is never looked at.
    bare.extend(given("SSH_CONNECTION").map(|_| ("SSH_CONNECTION".into(), "yes".into())));
    bare
}

/// The terminal's name, where it is one.
fn terminal(name: &OsStr) -> String {
    let name = name.to_str().unwrap_or_default();
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.+".contains(char);
    let good = !name.is_empty() && name.len() <= TERM_LONGEST && name.chars().all(plain);
    if good { name.to_owned() } else { "xterm".to_owned() }
}

/// The account's own folder, as the system has it, whatever the environment says.
fn home() -> PathBuf {
    let uid = rustix::process::getuid().as_raw().to_string();
    let told =
        Command::new("/usr/bin/getent").args(["passwd", &uid]).output().ok().filter(|told| told.status.success());
    let entry = told.map(|told| told.stdout).or_else(|| {
        let table = std::fs::read("/etc/passwd").ok()?;
        let mine = |line: &&[u8]| line.split(|byte| *byte == b':').nth(2) == Some(uid.as_bytes());
        table.split(|byte| *byte == b'\n').find(mine).map(<[u8]>::to_vec)
    });
    let entry = entry.unwrap_or_default();
    let home = entry.trim_ascii().split(|byte| *byte == b':').nth(5).unwrap_or_default();
    if home.starts_with(b"/") { PathBuf::from(OsStr::from_bytes(home)) } else { PathBuf::from("/nonexistent") }
}

/// The configuration to read: the one named, the system's, or none; never one of the account's own.
pub fn config_file(named: Option<&Path>) -> PathBuf {
    let system = Path::new(SYSTEM_CONFIG);
    named.unwrap_or(if system.exists() { system } else { Path::new(NO_CONFIG) }).to_owned()
}

/// The desk's data folder: the one named, or the system's.
pub fn data(named: Option<PathBuf>) -> PathBuf {
    named.unwrap_or_else(|| SYSTEM_DATA.into())
}

/// Runs it. Whatever keeps drafts from being written is said before anything can be typed.
pub fn tech(wanted: &Wanted, screen: Screen, socket: Option<PathBuf>) -> Result<u8, Say> {
    at_terminal()?;
    let _ = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let dir = home().join(".local/state/ringdesk").join(desk_name(&wanted.data));
    let session = match Session::take(&dir) {
        Ok(session) => Some(session),
        Err(error) => {
            let why = Say::new("tech.no_drafts").with("folder", dir.display()).with("error", error);
            complain(&why.words(wanted.config.language));
            wait_for_enter();
            None
        }
    };
    let socket = socket.unwrap_or_else(|| config::socket_path(&wanted.data));
    let staff = wanted.staff.clone();
    let options = ConsoleOptions {
        tech: true,
        rehearse: Box::new(|| Err(Say::new("tech.not_here"))),
        user_dirs: vec![PathBuf::from("/etc/ringdesk")],
        state_dir: session.is_some().then_some(dir),
        phone: None,
        play: Vec::new(),
        ..options(wanted, screen, Box::new(move || connect(&socket, &staff)))?
    };
    let shown = show(options);
    match session {
        Some(session) if session.taken_over() => Err(Say::new("tech.elsewhere")),
        _ => shown,
    }
}

fn connect(socket: &Path, staff: &str) -> Result<Line, Say> {
    let hello = Hello { seat: "tech".into(), staff: staff.to_owned(), follow: true, ..Hello::default() };
    Line::connect(socket, hello).map_err(|error: LineError| {
        let why = match &error {
            LineError::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => "tech.no_way_in",
            _ => "tech.no_desk",
        };
        Say::new(why).with("path", socket.display()).with("error", error)
    })
}

/// Reads a line from the terminal as it is; what is typed there is for nothing but going on.
fn wait_for_enter() {
    let mut line = String::new();
    let _ = std::io::stdin().read_line(&mut line);
}
