//! A real sshd on loopback with the very block of docs/operations.md, technicians' accounts made for the test, and ssh
//! clients in terminals of their own. Needs root and an sshd; where either is missing it says so and the test is skipped.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use ringdesk::domain::{Role, Staff, StaffId};
use ringdesk::store::Lock;
use rustix::process::{Pid, Signal, kill_process};

use crate::bench::{Bench, LIMIT};
use crate::pty::Pty;

/// A phone in the hand.
pub const PHONE: (u16, u16) = (60, 20);

const SSHD: &str = "/usr/sbin/sshd";

/// An sshd, a desk behind it, and two technicians, `a` and `b`, with accounts of their own.
pub struct House {
    pub bench: Bench,
    pub dir: tempfile::TempDir,
    pub port: u16,
    sshd: Sshd,
    accounts: Accounts,
}

/// The daemon, gone when this is.
struct Sshd(Child);

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is missing for it, in words; nothing where all is there.
fn missing() -> Option<&'static str> {
    let there = |program: &str| Command::new(program).arg("-V").stderr(Stdio::null()).stdout(Stdio::null()).status();
    if !rustix::process::geteuid().is_root() {
        return Some("not root");
    }
    if !Path::new(SSHD).exists() {
        return Some("no sshd");
    }
    if there("ssh").is_err() || there("useradd").is_err() {
        return Some("no ssh client, or no useradd");
    }
    None
}

fn must(program: &str, arguments: &[&str]) {
    let told = Command::new(program).args(arguments).output().unwrap();
    assert!(told.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&told.stderr));
}

/// Changes the system's accounts, which one at a time may do.
fn account(program: &str, arguments: &[&str]) {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    until(|| {
        let told = Command::new(program).args(arguments).output().unwrap();
        let words = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success() || words.contains("lock"), "{program} {arguments:?}: {words}");
        told.status.success()
    });
}

/// Accounts and a group that are gone when this is.
struct Accounts {
    group: String,
    names: Vec<String>,
}

impl Accounts {
    fn new(dir: &Path) -> Accounts {
        static HOUSES: AtomicUsize = AtomicUsize::new(0);
        sweep();
        let group = format!("rdt{}x{}", std::process::id(), HOUSES.fetch_add(1, Ordering::Relaxed));
        account("groupadd", &[&group]);
        let mut accounts = Accounts { group: group.clone(), names: Vec::new() };
        for which in ["a", "b"] {
            let name = format!("{group}{which}");
            let home = dir.join("home").join(which);
            fs::create_dir_all(&home).unwrap();
            // As the document has it, but for the place of the home folder.
            let home_text = home.to_str().unwrap();
            account("useradd", &["--no-create-home", "-d", home_text, "-s", "/bin/sh", "-g", &group, "-p", "*", &name]);
            accounts.names.push(name.clone());
            chown(&home, Some(accounts.uid(which)), None).unwrap();
            fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
        }
        accounts
    }

    fn name(&self, which: &str) -> String {
        format!("{}{which}", self.group)
    }

    fn uid(&self, which: &str) -> u32 {
        let told = Command::new("id").args(["-u", &self.name(which)]).output().unwrap();
        String::from_utf8_lossy(&told.stdout).trim().parse().unwrap()
    }
}

impl Drop for Accounts {
    fn drop(&mut self) {
        self.names.iter().for_each(|name| remove("userdel", name));
        remove("groupdel", &self.group);
    }
}

/// Removes an account or a group, also while a test fails: it tries as long as sshd's last process for it lives or another
/// change is being written, and never panics, which would end the whole run with the other accounts left behind.
fn remove(program: &str, name: &str) {
    let limit = Instant::now() + LIMIT;
    let gone = || Command::new(program).arg(name).output().is_ok_and(|told| told.status.success());
    while !gone() && Instant::now() < limit {
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Accounts of a run that was killed: nobody was left to remove them.
fn sweep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (table, program) in [("/etc/passwd", "userdel"), ("/etc/group", "groupdel")] {
            let table = fs::read_to_string(table).unwrap_or_default();
            let names = table.lines().filter_map(|line| line.split(':').next());
            let orphans = names.filter(|name| {
                let run = name.strip_prefix("rdt").and_then(|rest| rest.split_once('x'));
                let run = run.filter(|(pid, rest)| {
                    let house = rest.trim_end_matches(['a', 'b']);
                    pid.parse::<u32>().is_ok() && house.parse::<u32>().is_ok()
                });
                run.is_some_and(|(pid, _)| !Path::new("/proc").join(pid).exists())
            });
            orphans.for_each(|name| remove(program, name));
        }
    });
}

/// The block of the document, with the places of this test in the place of the system's.
pub fn documented_block() -> String {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md")).unwrap();
    let (_, rest) = document.split_once("```sshd_config\n").expect("the document has the block");
    rest.split_once("```").unwrap().0.to_owned()
}

fn block_here(dir: &Path, group: &str) -> String {
    let mut block = documented_block();
    let place = |below: &str| dir.join(below).to_str().unwrap().to_owned();
    for (system, here) in [
        ("Group technicians\n", format!("Group {group}\n")),
        ("/usr/local/bin/ringdesk ", format!("{} ", place("ringdesk"))),
        ("/etc/ringdesk/tech.toml", place("tech.toml")),
        ("/var/lib/ringdesk ", format!("{} ", place("data"))),
        ("/run/ringdesk/desk.sock", place("run/desk.sock")),
        ("/etc/ssh/technicians/%u", place("keys/%u")),
    ] {
        assert_eq!(block.matches(system).count(), 1, "{system} in\n{block}");
        block = block.replace(system, &here);
    }
    block
}

impl House {
    /// Lays it all out and starts it; nothing where it can't be, which it has said then.
    pub fn new() -> Option<House> {
        if let Some(what) = missing() {
            println!("skipped: {what}");
            return None;
        }
        // Not below /tmp: sshd trusts no key under a folder that others can write.
        let dir = tempfile::Builder::new().prefix("ringdesk-test-").tempdir_in("/var/lib").unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let at = |below: &str| dir.path().join(below);
        let accounts = Accounts::new(dir.path());
        for folder in ["run", "keys"] {
            fs::create_dir(at(folder)).unwrap();
        }
        // A build folder may be nobody else's to enter.
        let built = env!("CARGO_BIN_EXE_ringdesk");
        fs::hard_link(built, at("ringdesk")).or_else(|_| fs::copy(built, at("ringdesk")).map(drop)).unwrap();
        fs::write(at("tech.toml"), "language = \"zh-Hans\"\n").unwrap();
        for (name, place) in [("host", "host_key"), ("user", "user_key")] {
            must("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", at(place).to_str().unwrap()]);
        }
        for which in ["a", "b"] {
            fs::copy(at("user_key.pub"), at("keys").join(accounts.name(which))).unwrap();
        }
        let bench = desk(&accounts, at("run/desk.sock"));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let sshd = sshd(dir.path(), port, &accounts.group);
        Some(House { bench, dir, port, sshd, accounts })
    }

    /// The login of a technician.
    pub fn login(&self, which: &str) -> String {
        self.accounts.name(which)
    }

    /// A technician's home folder.
    pub fn home(&self, which: &str) -> PathBuf {
        self.dir.path().join("home").join(which)
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let at = |below: &str| self.dir.path().join(below).to_str().unwrap().to_owned();
        command.args(["-F", "/dev/null", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"]);
        command.args(["-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR"]);
        command.args(["-o", &format!("UserKnownHostsFile={}", at("known"))]);
        command.args(["-o", &format!("Port={}", self.port), "-i", &at("user_key")]);
        command.env("TERM", "xterm-256color").env_remove("SSH_AUTH_SOCK").env_remove("LANG");
        command
    }

    /// `ssh` as this technician, with options before the host and a command behind it.
    pub fn ssh(&self, which: &str, options: &[&str], asked: &[&str]) -> Command {
        let mut command = self.client("ssh");
        command.args(options).args(["-l", &self.login(which), "127.0.0.1"]).args(asked);
        command
    }

    /// `scp` or `sftp`.
    pub fn copier(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.client(program);
        command.args(arguments);
        command
    }

    /// A technician signs in with a phone.
    pub fn sign_in(&self, which: &str) -> Pty {
        self.sign_in_with(which, PHONE, &[])
    }

    /// The same with options and in a terminal of another size.
    pub fn sign_in_with(&self, which: &str, size: (u16, u16), options: &[&str]) -> Pty {
        let options: Vec<&str> = ["-tt"].iter().chain(options).copied().collect();
        Pty::run(&self.ssh(which, &options, &[]), size)
    }

    /// The processes of a technician's account that are `ringdesk`.
    pub fn consoles(&self, which: &str) -> Vec<Pid> {
        let uid = self.accounts.uid(which);
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let of_account = numbers.filter(|number| {
            let place = PathBuf::from(format!("/proc/{number}"));
            let name = fs::read_to_string(place.join("comm")).unwrap_or_default();
            fs::metadata(&place).is_ok_and(|meta| meta.uid() == uid) && name.trim() == "ringdesk"
        });
        of_account.filter_map(Pid::from_raw).collect()
    }

    /// Every process of the account, by name, but for sshd's own.
    pub fn processes(&self, which: &str) -> Vec<String> {
        let uid = self.accounts.uid(which);
        let places = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        let own = places.filter(|place| place.join("comm").exists());
        let own = own.filter(|place| fs::metadata(place).is_ok_and(|meta| meta.uid() == uid));
        let names = own.filter_map(|place| fs::read_to_string(place.join("comm")).ok());
        names.map(|name| name.trim().to_owned()).filter(|name| name != "sshd").collect()
    }

    /// Waits until no console of the account is left.
    pub fn until_gone(&self, which: &str) {
        until(|| self.consoles(which).is_empty());
    }

    /// The account's files of drafts, with what is in them.
    pub fn drafts(&self, which: &str) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut folders = vec![self.home(which).join(".local/state/ringdesk")];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "json") {
                    found.push((path.clone(), fs::read_to_string(&path).unwrap_or_default()));
                }
            }
        }
        found
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.sshd.0.kill();
        let _ = self.sshd.0.wait();
        // No panic here: the accounts have to go, whatever failed.
        let limit = Instant::now() + LIMIT;
        let left = || ["a", "b"].into_iter().flat_map(|which| self.consoles(which)).collect::<Vec<_>>();
        while !left().is_empty() && Instant::now() < limit {
            for console in left() {
                let _ = kill_process(console, Signal::KILL);
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }
}

fn desk(accounts: &Accounts, socket: PathBuf) -> Bench {
    let (group, names) = (accounts.group.clone(), accounts.names.clone());
    Bench::with(move |options| {
        options.socket = Some(socket.clone());
        options.config.socket_group = Some(group.clone());
        for name in &names {
            options.config.staff.push(Staff {
                id: StaffId(name.clone()),
                name: name.clone(),
                login: name.clone(),
                role: Role::Technician,
                team: "repair".into(),
                ..Staff::default()
            });
        }
    })
}

fn sshd(dir: &Path, port: u16, group: &str) -> Sshd {
    // Its own folder for the part of it that has no rights.
    fs::create_dir_all("/run/sshd").unwrap();
    let at = |below: &str| dir.join(below).to_str().unwrap().to_owned();
    let (key, block) = (at("host_key"), block_here(dir, group));
    // What Debian's own configuration says before, as far as it widens anything.
    let before = "AcceptEnv LANG LC_*\nSubsystem sftp /usr/lib/openssh/sftp-server\nX11Forwarding yes\nUsePAM no\n";
    let config = format!("ListenAddress 127.0.0.1\nPort {port}\nHostKey {key}\nPidFile none\n{before}{block}");
    fs::write(dir.join("sshd_config"), config).unwrap();
    must(SSHD, &["-t", "-f", &at("sshd_config")]);
    let log = fs::File::create(dir.join("sshd.log")).unwrap();
    let mut command = Command::new(SSHD);
    command.args(["-D", "-e", "-f", &at("sshd_config")]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    // None of the test's own surroundings.
    let sshd = Sshd(command.env_clear().env("PATH", "/usr/bin:/bin").spawn().unwrap());
    until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
    sshd
}

/// Looks until this holds, as long as a test may wait.
pub fn until(holds: impl Fn() -> bool) {
    let limit = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < limit, "it never came to that");
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// Runs to the end, which must come in time.
pub fn end(mut command: Command) -> Output {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = Pid::from_child(&child);
    let (told, heard) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || told.send(child.wait_with_output()));
    let Ok(output) = heard.recv_timeout(LIMIT) else {
        let _ = kill_process(pid, Signal::KILL);
        panic!("{command:?} does not end");
    };
    waiting.join().unwrap().unwrap();
    output.unwrap()
}

/// Bytes that came to the terminal from these keys to the screen they lead to.
pub fn bytes_of(pty: &mut Pty, keys: &str, shown: &str) -> usize {
    let before = pty.written.len();
    pty.keys(keys);
    pty.sees(shown);
    pty.written.len() - before
}

/// Cuts the connection as a tunnel does: the client is gone without a word.
pub fn cut(pty: Pty) {
    let _ = kill_process(pty.pid(), Signal::KILL);
}

/// Nobody but the desk holds the data folder.
pub fn holder(bench: &Bench) -> u32 {
    Lock::holder(bench.dir.path()).map_or(0, |holder| holder.pid)
}
