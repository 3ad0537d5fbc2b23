//! Looks a PBX over: can the desk log in, see what it must see, do what it must do (`ringdesk pbx check`).
//!
//! Two links are opened for a few seconds, as the desk will. Nothing is changed at the PBX; a `UserEvent` named
//! `RingdeskCheck` is sent to oneself, if that is allowed, to see whether events arrive and carry their time.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::PbxConfig;
use super::ami::actions::Capable;
use super::ami::codec::{Decoder, Frame, Message};
use super::ami::encode::Request;
use super::ami::session::md5_key;
use super::live::connect_for_check;
use crate::text::Say;

/// How long one answer is waited for.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// Actions the desk sends, with the write class that allows each (AMI.md §3).
const ACTIONS: [(&str, &str); 12] = [
    ("QueuePause", "agent"),
    ("QueueAdd", "agent"),
    ("QueueRemove", "agent"),
    ("Redirect", "call"),
    ("BlindTransfer", "call"),
    ("Atxfer", "call"),
    ("CancelAtxfer", "call"),
    ("Hangup", "call"),
    ("Originate", "originate"),
    ("CoreShowChannels", "reporting"),
    ("PJSIPNotify", "system"),
    ("UserEvent", "user"),
];

/// The PBX's module for listening in.
const SPYING: &str = "app_chanspy";

/// Read classes without which the desk misses calls (AMI.md §3).
const READ: [&str; 4] = ["agent", "call", "system", "user"];

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be, or only worth knowing.
    Good,
    /// Works, with something missing.
    Warning,
    /// The desk can't work like this.
    Error,
}

/// One thing found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is.
    pub say: Say,
}

/// Logs in, asks around for a few seconds, and tells what was found, gravest first.
pub fn check(config: &PbxConfig) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(say) = look(config, &mut findings) {
        findings.push(Finding { severity: Severity::Error, say });
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

fn look(config: &PbxConfig, findings: &mut Vec<Finding>) -> Result<(), Say> {
    let mut tell = |severity, say| findings.push(Finding { severity, say });
    let mut link = Line::open(config)?;
    tell(Severity::Good, Say::new("pbx.check_version").with("version", &link.version));
    link.login(config)?;
    tell(Severity::Good, Say::new("pbx.check_login").with("user", &config.username));
    if !link.booted {
        tell(Severity::Warning, Say::new("pbx.check_not_booted"));
    }
    let commands = link.ask(&Request::new("ListCommands"))?;
    let can = Capable::of(&commands);
    let system = can.has("Filter") || can.has("ModuleCheck");
    for (action, class) in ACTIONS.iter().filter(|(action, _)| !can.has(action)) {
        if *action == "PJSIPNotify" && system {
            tell(Severity::Warning, Say::new("pbx.check_no_module").with("module", "res_pjsip_notify"));
        } else {
            tell(Severity::Warning, Say::new("pbx.check_no_write").with("action", action).with("class", class));
        }
    }
    look_at_listening(&mut link, &can, &mut tell)?;
    look_at_reading(&mut link, &can, config, &mut tell)?;
    look_at_queues(&mut link, &can, &mut tell)?;
    look_at_channels(&mut link, &can, &mut tell)?;
    look_at_events(&mut link, &can, &mut tell)
}

/// R-LIVE-2: listening in needs `Originate`, and the module that does it; which modules are there can only be asked with
/// the class `system`.
fn look_at_listening(link: &mut Line, can: &Capable, tell: &mut dyn FnMut(Severity, Say)) -> Result<(), Say> {
    if !can.has("Originate") || !can.has("ModuleCheck") {
        return Ok(());
    }
    let answer = link.ask(&Request::new("ModuleCheck").with("Module", SPYING))?;
    if answer.response().as_deref() != Some("Success") && answer.text("Message") != "Permission denied" {
        tell(Severity::Warning, Say::new("pbx.check_no_module").with("module", SPYING));
    }
    Ok(())
}

/// What the user may read can only be asked by a command of the console, where that is allowed; otherwise it shows by
/// what arrives, and is not guessed here.
fn look_at_reading(
    link: &mut Line,
    can: &Capable,
    config: &PbxConfig,
    tell: &mut dyn FnMut(Severity, Say),
) -> Result<(), Say> {
    if !can.has("Command") {
        tell(Severity::Good, Say::new("pbx.check_read_unknown"));
        return Ok(());
    }
    let show = format!("manager show user {}", config.username);
    let answer = link.ask(&Request::new("Command").with("Command", show))?;
    let line = answer.all("Output").find(|line| line.contains("read perm:")).map(|line| line.into_owned());
    let Some(classes) = line.as_deref().and_then(|line| line.split_once("read perm:")) else { return Ok(()) };
    let has = |class: &str| classes.1.split(',').any(|given| given.trim() == class || given.trim() == "all");
    for class in READ.iter().filter(|class| !has(class)) {
        tell(Severity::Error, Say::new("pbx.check_no_read").with("class", class));
    }
    Ok(())
}

/// Queues need no class at all: without the command there is no queue module.
fn look_at_queues(link: &mut Line, can: &Capable, tell: &mut dyn FnMut(Severity, Say)) -> Result<(), Say> {
    if !can.has("QueueStatus") {
        tell(Severity::Error, Say::new("pbx.check_no_module").with("module", "app_queue"));
        return Ok(());
    }
    let items = link.list(&Request::new("QueueStatus"))?;
    let count = |event: &str| items.iter().filter(|item| item.event().as_deref() == Some(event)).count();
    let (queues, members) = (count("QueueParams"), count("QueueMember"));
    let severity = if queues == 0 { Severity::Error } else { Severity::Good };
    tell(severity, Say::new("pbx.check_queues").with("queues", queues).with("members", members));
    Ok(())
}

/// `channelvars` shows only on a channel, so only while a call is on.
fn look_at_channels(link: &mut Line, can: &Capable, tell: &mut dyn FnMut(Severity, Say)) -> Result<(), Say> {
    if !can.has("CoreShowChannels") {
        return Ok(());
    }
    let items = link.list(&Request::new("CoreShowChannels"))?;
    let channels: Vec<&Message> =
        items.iter().filter(|item| item.event().as_deref() == Some("CoreShowChannel")).collect();
    let Some(one) = channels.first() else {
        tell(Severity::Good, Say::new("pbx.check_no_calls"));
        return Ok(());
    };
    for variable in ["CALLERID(num-pres)", "QUEUESTATUS"] {
        let shown = one.all("ChanVariable").any(|line| line.split('=').next() == Some(variable));
        if !shown {
            tell(Severity::Warning, Say::new("pbx.check_no_channelvar").with("variable", variable));
        }
    }
    Ok(())
}

/// An event of our own, to see whether events arrive at all and with their time.
fn look_at_events(link: &mut Line, can: &Capable, tell: &mut dyn FnMut(Severity, Say)) -> Result<(), Say> {
    if !can.has("UserEvent") {
        tell(Severity::Warning, Say::new("pbx.check_events_unknown"));
        return Ok(());
    }
    link.send(&Request::new("UserEvent").with("UserEvent", "RingdeskCheck"), "ringdesk-check-event")?;
    let found = link.until(Duration::from_secs(1), |message| {
        message.event().as_deref() == Some("UserEvent") && message.text("UserEvent") == "RingdeskCheck"
    })?;
    match found {
        None => tell(Severity::Warning, Say::new("pbx.check_no_read_user")),
        Some(event) if event.get("Timestamp").is_none() => {
            tell(Severity::Warning, Say::new("pbx.check_no_timestamps"));
        }
        Some(_) => tell(Severity::Good, Say::new("pbx.check_timestamps")),
    }
    Ok(())
}

/// A link that asks and waits.
struct Line {
    stream: TcpStream,
    decoder: Decoder,
    version: String,
    booted: bool,
    serial: u32,
}

impl Line {
    fn open(config: &PbxConfig) -> Result<Line, Say> {
        let stream = connect_for_check(&config.host, config.port, Duration::from_millis(200))
            .map_err(|error| Say::new("pbx.unreachable").with("error", error))?;
        let mut line = Line { stream, decoder: Decoder::new(), version: String::new(), booted: false, serial: 0 };
        let deadline = Instant::now() + ANSWER_WITHIN;
        while line.version.is_empty() {
            if let Some(Frame::Banner(version)) = line.frame(deadline)? {
                line.version = version;
            } else if Instant::now() >= deadline {
                return Err(Say::new("pbx.silent"));
            }
        }
        let major: u32 = line.version.split('.').next().and_then(|part| part.parse().ok()).unwrap_or(0);
        if major < 2 { Err(Say::new("pbx.too_old").with("version", &line.version)) } else { Ok(line) }
    }

    fn login(&mut self, config: &PbxConfig) -> Result<(), Say> {
        let login = Request::new("Login").with("Username", config.username.clone());
        let login = if config.md5 {
            let answer = self.ask(&Request::new("Challenge").with("AuthType", "MD5"))?;
            let key = md5_key(&answer.text("Challenge"), config.secret.reveal());
            login.with("AuthType", "MD5").with("Key", key)
        } else {
            login.with("Secret", config.secret.reveal())
        };
        let answer = self.ask(&login)?;
        if answer.response().as_deref() != Some("Success") {
            return Err(Say::new("pbx.login_refused").with("words", answer.text("Message")));
        }
        let booted = self.until(Duration::from_secs(1), |message| message.event().as_deref() == Some("FullyBooted"))?;
        self.booted = booted.is_some();
        Ok(())
    }

    fn send(&mut self, request: &Request, id: &str) -> Result<(), Say> {
        let bytes = request.encode(id)?;
        self.stream.write_all(&bytes).map_err(|error| Say::new("pbx.unreachable").with("error", error))
    }

    fn next_id(&mut self) -> String {
        self.serial += 1;
        format!("ringdesk-check-{}", self.serial)
    }

    fn ask(&mut self, request: &Request) -> Result<Message, Say> {
        let id = self.next_id();
        self.send(request, &id)?;
        self.until(ANSWER_WITHIN, |message| message.response().is_some() && message.text("ActionID") == id)?
            .ok_or_else(|| Say::new("pbx.silent"))
    }

    /// The items of a list; an error or nothing at all gives none.
    fn list(&mut self, request: &Request) -> Result<Vec<Message>, Say> {
        let id = self.next_id();
        self.send(request, &id)?;
        let mut items = Vec::new();
        self.until(ANSWER_WITHIN, |message| {
            if message.text("ActionID") != id {
                return false;
            }
            items.push(message.clone());
            let error = message.response().is_some_and(|word| word == "Error");
            error || message.event().is_some_and(|name| name.ends_with("Complete"))
        })?;
        Ok(items)
    }

    fn until(&mut self, within: Duration, mut found: impl FnMut(&Message) -> bool) -> Result<Option<Message>, Say> {
        let deadline = Instant::now() + within;
        while Instant::now() < deadline {
            if let Some(Frame::Message(message)) = self.frame(deadline)?
                && found(&message)
            {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    fn frame(&mut self, deadline: Instant) -> Result<Option<Frame>, Say> {
        loop {
            if let Some(frame) = self.decoder.next_frame() {
                return Ok(Some(frame));
            }
            let mut chunk = [0; 16 * 1024];
            match self.stream.read(&mut chunk) {
                Ok(0) => return Err(Say::new("pbx.link_closed")),
                Ok(count) => self.decoder.push(chunk.get(..count).unwrap_or_default()),
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                    if Instant::now() >= deadline {
                        return Ok(None);
                    }
                }
                Err(error) => return Err(Say::new("pbx.unreachable").with("error", error)),
            }
        }
    }
}
