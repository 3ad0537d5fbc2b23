//! Technicians over a real sshd (R-WO-2, R-WO-4): the screen comes, nothing else can be reached, and a cut connection
//! costs nothing.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ringdesk::domain::command::TicketCommand as T;
use ringdesk::domain::{Command as Asked, Made, Owner, RequestType, StaffId, TicketFields, TicketId};
use ringdesk::text::{Language, Say};
use rustix::process::{Signal, kill_process};

use crate::bench::LIMIT;
use crate::pty::Pty;
use crate::ssh_kit::{House, bytes_of, cut, end, holder, until};

/// An order in this technician's hands.
fn order(house: &House, subject: &str, which: &str) -> TicketId {
    let mut wang = house.bench.console("wang");
    let kind = RequestType::Repair;
    let fields = TicketFields { kind, subject: subject.into(), phone: "13812345678".into(), ..Default::default() };
    let Ok(Made::Ticket(ticket)) = wang.perform(Asked::Ticket(T::open(fields, None))) else { panic!("not opened") };
    let to = Owner::Staff(StaffId(house.login(which)));
    wang.perform(Asked::Ticket(T::Assign { ticket, to, why: String::new() })).unwrap();
    ticket
}

/// The sentence as a technician reads it.
fn words(key: &str) -> String {
    let words = Say::new(key).words(Language::ZhHans);
    words.split(['{', '，', '：']).next().unwrap().to_owned()
}

fn environment(pid: rustix::process::Pid) -> Vec<String> {
    let bytes = fs::read(format!("/proc/{}/environ", pid.as_raw_nonzero())).unwrap();
    let names = bytes.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    names.map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

/// Text in a terminal, whatever lines it was wrapped at.
fn unwrapped(pty: &Pty) -> String {
    pty.screen.screen().contents().replace(['\n', ' '], "")
}

#[test]
fn a_technician_signs_in_and_is_at_their_orders() {
    let Some(house) = House::new() else { return };
    order(&house, "灶具打不着火", "a");
    order(&house, "不归他的那一单", "b");
    let mut phone = house.sign_in("a");
    phone.sees("灶具打不着火");
    println!("bytes to the first screen: {}", phone.written.len());
    assert!(!phone.screen.screen().contents().contains("不归他"));
    assert_eq!(house.processes("a"), ["ringdesk"], "a shell was left behind");
    // Another order comes by itself.
    let before = phone.written.len();
    order(&house, "热水器不出水", "a");
    phone.sees("热水器不出水");
    println!("bytes of an order that comes: {}", phone.written.len() - before);
    println!("bytes of a step: {}", bytes_of(&mut phone, "\x1b[B", "热水器不出水"));
    let [console] = house.consoles("a")[..] else { panic!("one console") };
    let left = environment(console);
    let allowed = ["PATH=/usr/bin:/bin", "TERM=xterm-256color", "SSH_CONNECTION=yes"];
    let home = format!("HOME={}", house.home("a").display());
    assert!(left.iter().all(|part| allowed.contains(&part.as_str()) || *part == home), "{left:?}");
}

#[test]
fn nothing_but_the_desk_can_be_started() {
    let Some(house) = House::new() else { return };
    order(&house, "灶具打不着火", "a");
    let mark = house.dir.path().join("home/a/escaped");
    let touch = format!("touch {}", mark.display());
    let export = ["export", "tickets"];
    let ringdesk = house.dir.path().join("ringdesk").display().to_string();
    let asked: [&[&str]; 12] = [
        &["sh"],
        &["sh", "-c", &touch],
        &[&touch],
        &["/bin/sh", "-i"],
        &export,
        &[&ringdesk, "export", "tickets"],
        &["tech", ";", &touch],
        &["ringdesk", "--help"],
        &["serve"],
        &["rulebook", "check", "/etc/passwd"],
        &["internal-sftp"],
        &["$(", &touch, ")"],
    ];
    for asked in asked {
        for options in [&[][..], &["-tt"][..]] {
            let output = end(house.ssh("a", options, asked));
            let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{asked:?}: {told}");
            assert!(told.contains(&words("tech.only_this")), "{asked:?}: {told}");
            assert!(!told.contains("灶具"), "{asked:?}: {told}");
        }
    }
    // Without a terminal and without a command there is nothing to be shown; what is piped in is run by nobody.
    let mut piped = house.ssh("a", &["-T"], &[]);
    let mut child = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(format!("{touch}\n").as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    // A subsystem, asked for by its name.
    assert!(!end(house.ssh("a", &["-s"], &["sftp"])).status.success());
    assert!(!mark.exists(), "something was run");
    assert_eq!(house.processes("a"), Vec::<String>::new());
}

#[test]
fn no_file_is_copied_in_or_out() {
    let Some(house) = House::new() else { return };
    let here = house.dir.path().join("secret");
    fs::write(&here, "geheim").unwrap();
    fs::set_permissions(&here, fs::Permissions::from_mode(0o644)).unwrap();
    let (secret, got) = (here.display().to_string(), house.dir.path().join("got").display().to_string());
    let remote = |path: &str| format!("{}@127.0.0.1:{path}", house.login("a"));
    let put = house.dir.path().join("home/a/put").display().to_string();
    let (from, to) = (remote(&secret), remote(&put));
    for old in [&["-O"][..], &[][..]] {
        let out = [old, &[from.as_str(), &got]].concat();
        assert!(!end(house.copier("scp", &out)).status.success());
        let into = [old, &[secret.as_str(), &to]].concat();
        assert!(!end(house.copier("scp", &into)).status.success());
    }
    let batch = house.dir.path().join("batch");
    fs::write(&batch, format!("get {secret} {got}\nput {secret} {put}\nls /\n")).unwrap();
    let host = format!("{}@127.0.0.1", house.login("a"));
    let output = end(house.copier("sftp", &["-b", batch.to_str().unwrap(), &host]));
    assert!(!output.status.success() && !String::from_utf8_lossy(&output.stdout).contains("etc"));
    assert!(!Path::new(&got).exists() && !Path::new(&put).exists(), "something was copied");
}

/// A client that only forwards; ended with the test.
struct Forward(Child);

impl Forward {
    fn start(mut command: Command) -> Forward {
        Forward(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Forward {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Connects as soon as somebody listens there.
fn connected(port: u16) -> TcpStream {
    until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

fn reads_nothing(mut stream: impl Read) {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "left open"),
    }
    assert!(bytes.is_empty(), "{bytes:?}");
}

#[test]
fn nothing_is_forwarded() {
    let Some(house) = House::new() else { return };
    // A telephone system's manager port, say: nobody may come to it from here.
    let inside = TcpListener::bind("127.0.0.1:0").unwrap();
    inside.set_nonblocking(true).unwrap();
    let target = format!("127.0.0.1:{}", inside.local_addr().unwrap().port());
    let desk = house.dir.path().join("run/desk.sock").display().to_string();

    let port = free_port();
    let forward = format!("{port}:{target}");
    let local = Forward::start(house.ssh("a", &["-N", "-L", &forward], &[]));
    reads_nothing(connected(port));
    drop(local);

    let port = free_port();
    let dynamic = Forward::start(house.ssh("a", &["-N", "-D", &port.to_string()], &[]));
    let mut socks = connected(port);
    socks.write_all(&[5, 1, 0]).unwrap();
    let mut greeting = [0; 2];
    socks.read_exact(&mut greeting).unwrap();
    let at = inside.local_addr().unwrap().port().to_be_bytes();
    socks.write_all(&[5, 1, 0, 1, 127, 0, 0, 1, at[0], at[1]]).unwrap();
    let mut said = Vec::new();
    let _ = socks.read_to_end(&mut said);
    assert!(said.get(1) != Some(&0), "the connection was made: {said:?}");
    drop(dynamic);

    // The desk's own socket, past `ringdesk tech`: as somebody who could say anything over it.
    let own = house.dir.path().join("local.sock").display().to_string();
    let forward = format!("{own}:{desk}");
    let stream = Forward::start(house.ssh("a", &["-N", "-L", &forward], &[]));
    until(|| UnixStream::connect(&own).is_ok());
    reads_nothing(UnixStream::connect(&own).unwrap());
    drop(stream);

    let refused: [&[&str]; 6] = [
        &["-N", "-W", &target],
        &["-N", "-o", "ExitOnForwardFailure=yes", "-R", &format!("0:{target}")],
        &["-N", "-o", "ExitOnForwardFailure=yes", "-R", "0"],
        &["-N", "-o", "ExitOnForwardFailure=yes", "-R", &format!("{}/in.sock:{target}", house.home("a").display())],
        &["-N", "-o", "ExitOnForwardFailure=yes", "-o", "Tunnel=point-to-point", "-w", "9:9"],
        &["-N", "-o", "ExitOnForwardFailure=yes", "-R", &format!("127.0.0.1:{}:{target}", free_port())],
    ];
    for options in refused {
        let output = end(house.ssh("a", options, &[]));
        assert!(!output.status.success(), "{options:?}");
    }
    assert!(!house.home("a").join("in.sock").exists());
    assert_eq!(inside.accept().map(drop).unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "somebody came through");
    // What is refused to the forwarder is what holds for the account, not a fault of the test: the screen comes.
    order(&house, "灶具打不着火", "a");
    house.sign_in("a").sees("灶具打不着火");
}

#[test]
fn the_callers_surroundings_change_nothing() {
    let Some(house) = House::new() else { return };
    order(&house, "灶具打不着火", "a");
    let bad = house.dir.path().join("bad");
    fs::create_dir_all(bad.join("ringdesk")).unwrap();
    fs::set_permissions(&bad, fs::Permissions::from_mode(0o777)).unwrap();
    fs::write(bad.join("ringdesk/config.toml"), "language = \"en\"\n").unwrap();
    let place = bad.display().to_string();
    let set = format!(
        "SetEnv=RINGDESK_LANGUAGE=en XDG_CONFIG_HOME={place} XDG_STATE_HOME={place} XDG_DATA_HOME={place} HOME={place} \
         LD_PRELOAD={place}/x.so PATH={place} SHELL={place} LC_ALL={place} LANG=en_US.UTF-8 TERM=../../{place}"
    );
    // As sshd's ForceCommand does it, and past what it accepts: nothing of it may matter.
    let command = |program: &str| {
        let mut command = Command::new(program);
        for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "HOME", "TMPDIR"] {
            command.env(variable, &place);
        }
        command.env("RINGDESK_LANGUAGE", "en").env("TERM", format!("../../{place}")).env("COLUMNS", "300");
        command
    };
    let mut over_ssh = house.sign_in_with("a", crate::ssh_kit::PHONE, &["-A", "-X", "-o", &set]);
    over_ssh.sees("灶具打不着火");
    let [console] = house.consoles("a")[..] else { panic!("one console") };
    let names = environment(console);
    let names: Vec<&str> = names.iter().filter_map(|part| part.split('=').next()).collect();
    assert!(names.iter().all(|name| ["HOME", "PATH", "TERM", "SSH_CONNECTION"].contains(name)), "{names:?}");
    cut(over_ssh);
    house.until_gone("a");

    let at = |below: &str| house.dir.path().join(below).display().to_string();
    let mut direct = command("setpriv");
    let (login, group) = (house.login("a"), house.login("").to_owned());
    direct.args(["--reuid", &login, "--regid", &group, "--clear-groups", &at("ringdesk"), "tech"]);
    direct.args(["--config", &at("tech.toml"), "--data", &at("data"), "--socket", &at("run/desk.sock")]);
    let mut direct = Pty::run(&direct, crate::ssh_kit::PHONE);
    direct.sees("灶具打不着火");
    let [console] = house.consoles("a")[..] else { panic!("one console") };
    let left = environment(console);
    assert!(left.contains(&format!("HOME={}", house.home("a").display())), "{left:?}");
    assert!(left.contains(&"TERM=xterm".to_owned()) && left.len() == 3, "{left:?}");
    let there: Vec<_> = fs::read_dir(&bad).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(there, ["ringdesk"], "something was written there");
}

#[test]
fn keys_lead_nowhere_else() {
    let Some(house) = House::new() else { return };
    order(&house, "灶具打不着火", "a");
    let mut phone = house.sign_in("a");
    phone.sees("灶具打不着火");
    let before = house.consoles("a");
    for keys in ["\x1a", "!sh\r", "\x1b\x1b", ":!sh\r", "\x1c", "\x03", "\x1b", "\x04"] {
        phone.keys(keys);
    }
    // Whatever these keys did on the screen: it is the same process, it answers, and nothing runs beside it.
    phone.keys("\x1b\x1b\x0c");
    let drawn = phone.written.len();
    phone.until(|_| true);
    order(&house, "热水器不出水", "a");
    phone.until(|screen| screen.contents().contains("热水器不出水") || screen.contents().contains("灶具打不着火"));
    assert!(phone.written.len() >= drawn);
    assert_eq!((house.consoles("a"), house.processes("a")), (before, vec!["ringdesk".to_owned()]));
    assert_eq!(holder(&house.bench), std::process::id());
}

/// The newest session is the one: the former is told, its drafts are the newer's.
#[test]
fn a_newer_session_takes_the_place_of_the_former() {
    let Some(house) = House::new() else { return };
    order(&house, "灶具打不着火", "a");
    let mut first = house.sign_in("a");
    first.sees("灶具打不着火");
    let mut second = house.sign_in("a");
    second.sees("灶具打不着火");
    let (status, written) = first.end();
    assert_eq!(status.code(), Some(1));
    let told = String::from_utf8_lossy(&written).into_owned();
    assert!(told.contains(&words("tech.elsewhere")), "{told}");
    // One that does not react at all, as on a connection that broke unnoticed, is ended.
    let [hung] = house.consoles("a")[..] else { panic!("one console") };
    kill_process(hung, Signal::STOP).unwrap();
    let mut third = house.sign_in("a");
    third.sees("灶具打不着火");
    assert_eq!(house.consoles("a").len(), 1);
    assert_ne!(house.consoles("a"), [hung]);
    drop(second);
    // The other technician has a session of their own.
    order(&house, "不归他的那一单", "b");
    house.sign_in("b").sees("不归他的那一单");
    assert_eq!(house.consoles("a").len(), 1);
}

#[test]
fn a_cut_connection_leaves_nothing_running() {
    let Some(house) = House::new() else { return };
    order(&house, "灶具打不着火", "a");
    for _ in 0..2 {
        let mut phone = house.sign_in("a");
        phone.sees("灶具打不着火");
        cut(phone);
        house.until_gone("a");
    }
    assert_eq!(house.processes("a"), Vec::<String>::new());
}

#[test]
fn drafts_that_cannot_be_kept_are_said_before_anything_is_typed() {
    let Some(house) = House::new() else { return };
    order(&house, "灶具打不着火", "a");
    // Not the account's own any more.
    std::os::unix::fs::chown(house.home("a"), Some(0), Some(0)).unwrap();
    fs::set_permissions(house.home("a"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut phone = house.sign_in("a");
    phone.sees(&words("tech.no_drafts"));
    assert!(unwrapped(&phone).contains(".local/state/ringdesk"));
    assert!(!phone.screen.screen().contents().contains("灶具打不着火"));
    phone.keys("\r");
    phone.sees("灶具打不着火");
}

/// From the account itself, past sshd: neither the desk's folder nor its journal can be looked into.
#[test]
fn the_account_reads_nothing_of_the_desks() {
    let Some(house) = House::new() else { return };
    order(&house, "灶具打不着火", "a");
    let data = house.bench.dir.path().join("journal");
    let (login, group) = (house.login("a"), house.login(""));
    let as_account = |arguments: &[&str]| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", &login, "--regid", &group, "--clear-groups"]).args(arguments);
        command.env("HOME", house.home("a")).env_remove("XDG_CONFIG_HOME");
        end(command)
    };
    assert!(data.exists());
    assert!(!as_account(&["ls", data.to_str().unwrap()]).status.success());
    let program = house.dir.path().join("ringdesk").display().to_string();
    let folder = house.bench.dir.path().display().to_string();
    // The desk is found, as operators' accounts of the group find it, and says no.
    let output = as_account(&[&program, "--data", &folder, "export", "tickets"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(told.contains(&words("tech.no_query")), "{told}");
    let readable = as_account(&["find", &folder, "-maxdepth", "1", "-readable"]);
    assert!(String::from_utf8_lossy(&readable.stdout).is_empty(), "{readable:?}");
    let lock = format!("{folder}/lock");
    assert!(as_account(&["cat", &lock]).status.success());
    for name in ["seal.key", "records", "journal"] {
        assert!(!as_account(&["test", "-r", &format!("{folder}/{name}")]).status.success(), "{name}");
    }
}
