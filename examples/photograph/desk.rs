//! A gas company's desk in a folder of its own, worked directly while its past is made, and served when consoles come.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command as Program;

use anyhow::{Context as _, Result, anyhow};
use ringdesk::config::{self, Config, socket_path};
use ringdesk::desk::{Desk, Job, Origin, Seals};
use ringdesk::domain::call::{Capabilities, Signal};
use ringdesk::domain::command::{SourceCommand, TicketCommand};
use ringdesk::domain::ticket::FieldChange;
use ringdesk::domain::{
    Actor, CallId, Command, Link, Made, RequestType, SourceClock, SourceId, SourceKind, StaffId, Stamp, Ticket,
    TicketFields, TicketId,
};
use ringdesk::server::{Running, ServeOptions, start};
use ringdesk::store::{Lock, LockInfo, OpenOptions, Store};
use ringdesk::text::{Language, Say};

use super::clock;

/// The name of the PBX.
const PBX: &str = "总机";

/// Who works there: staff number, name, phone, role, department.
pub const STAFF: [(&str, &str, &str, &str, &str); 9] = [
    ("8001", "王芳", "1001", "operator", "早班"),
    ("8002", "李静", "1002", "operator", "早班"),
    ("8003", "陈晓", "1003", "operator", "晚班"),
    ("8004", "刘洋", "1004", "operator", "晚班"),
    ("8010", "赵敏", "1010", "supervisor", "客服"),
    ("9001", "孙国强", "", "technician", "repair"),
    ("9002", "周立新", "", "technician", "repair"),
    ("9003", "吴海", "", "technician", "repair"),
    ("9010", "郑安", "", "technician", "safety"),
];

/// A refusal or fault in words.
pub fn words(say: &Say) -> anyhow::Error {
    anyhow!("{}", say.words(Language::ZhHans))
}

/// The desk while its past is made.
pub struct House {
    pub dir: PathBuf,
    config: Config,
    desk: Desk,
    source: SourceId,
}

/// Where consoles find what they need.
pub struct Served {
    pub data: PathBuf,
    pub config: PathBuf,
    running: Option<Running>,
}

fn account() -> String {
    let told = Program::new("id").arg("-nu").output().ok().filter(|told| told.status.success());
    let name = told.map(|told| String::from_utf8_lossy(&told.stdout).trim().to_owned()).filter(|name| !name.is_empty());
    name.or_else(|| std::env::var("USER").ok()).unwrap_or_default()
}

fn write_config(file: &Path) -> Result<()> {
    let mut text = String::from(
        "language = \"zh-Hans\"\nutc_offset = \"+08:00\"\nbell = false\nflash = false\n\n\
         [desk]\narea_code = \"0571\"\nrulebook = \"gas\"\n\n\
         [pbx]\nname = \"总机\"\nhost = \"127.0.0.1\"\nusername = \"ringdesk\"\nsecret = \"none\"\n",
    );
    let login = account();
    for (id, name, phone, role, team) in STAFF {
        write!(
            text,
            "\n[[staff]]\nid = \"{id}\"\nname = \"{name}\"\nlogin = \"{login}\"\nphone = \"{phone}\"\nrole = \"{role}\"\nteam = \"{team}\"\n"
        )?;
    }
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    Ok(std::io::Write::write_all(&mut out, text.as_bytes())?)
}

impl House {
    /// A new desk in this folder, its PBX linked.
    pub fn open(dir: &Path) -> Result<House> {
        let (file, data) = (dir.join("config.toml"), dir.join("data"));
        write_config(&file)?;
        let config = config::load(Some(&file)).map_err(|why| words(&why))?;
        std::fs::create_dir_all(&data)?;
        let info = LockInfo {
            pid: std::process::id(),
            what: "photograph".into(),
            since: clock::now(),
            offset_ms: config.offset_ms(),
            socket: String::new(),
        };
        let lock = Lock::take(&data, &info)?;
        let opened = Store::open_with(&data, lock, config.offset_ms(), &OpenOptions::default(), &mut |_| {})?;
        let mut state = opened.state;
        state.area_code.clone_from(&config.area_code);
        let desk = Desk::new(opened.store, state, config.rulebook.clone(), config.staff.clone(), clock::now)
            .sealing(Seals::of(&data));
        desk.ready_seals().map_err(|why| words(&why))?;
        let mut house = House { dir: dir.to_owned(), config, desk, source: SourceId(0) };
        house.link()?;
        Ok(house)
    }

    fn link(&mut self) -> Result<()> {
        let now = clock::now();
        let can = Capabilities {
            answer: true,
            hold: true,
            transfer: true,
            pickup: true,
            hangup: true,
            dial: true,
            pause: true,
            redirect: true,
            spy: true,
            queues: true,
        };
        let clock = SourceClock { desk0: now, stamp0: now, rate_permille: 1000 };
        let begin = SourceCommand::Begin { kind: SourceKind::Live, name: PBX.into(), can, clock };
        if let Made::Source(source) = self.give(Actor::Desk, Command::Source(begin))? {
            self.source = source;
        }
        let up = SourceCommand::Link { source: self.source, link: Link::Up, fault: None };
        self.give(Actor::Desk, Command::Source(up)).map(drop)
    }

    fn give(&mut self, actor: Actor, command: Command) -> Result<Made> {
        let job = Job { origin: Origin { actor, seat: "desk".into() }, token: Some(1), id: 0, command };
        let worked = self.desk.work(vec![job]);
        let (_, answer) = worked.answers.into_iter().next().context("the desk did not answer")?;
        answer.map_err(|why| words(&why))
    }

    /// Lets time come to this moment; what falls due on the way rings at its own time.
    pub fn comes(&mut self, at: Stamp) -> Result<()> {
        while let Some((alarm, ticket)) = self.desk.state().first_alarm().filter(|(alarm, _)| *alarm <= at) {
            clock::stand(alarm.max(clock::now()));
            self.give(Actor::Desk, Command::Ticket(TicketCommand::Ring(ticket)))?;
        }
        clock::stand(at);
        Ok(())
    }

    /// A member of staff does something now.
    pub fn by(&mut self, who: &str, command: Command) -> Result<Made> {
        let what = format!("{who}: {command:?}");
        self.give(Actor::Staff(StaffId(who.into())), command).context(what)
    }

    /// The PBX says something now.
    pub fn hears(&mut self, signals: Vec<Signal>) -> Result<()> {
        let now = clock::now();
        let signals = signals.into_iter().map(|signal| (now, signal)).collect();
        let command = SourceCommand::Signals { source: self.source, signals };
        let job = Job {
            origin: Origin { actor: Actor::Pbx(PBX.into()), seat: PBX.into() },
            token: None,
            id: 0,
            command: Command::Source(command),
        };
        self.desk.work(vec![job]).stopped.map_or(Ok(()), |why| Err(words(&why)))
    }

    /// The desk's number of the PBX's call.
    pub fn call(&self, uid: &str) -> Option<CallId> {
        self.desk.state().calls.all().find(|call| call.uniqueid == uid).map(|call| call.id)
    }

    /// An open ticket.
    pub fn ticket(&self, id: TicketId) -> Result<&Ticket> {
        self.desk.state().tickets.get(&id).with_context(|| format!("no open ticket {id:?}"))
    }

    /// Registers a ticket: its subject and detail, who asked, and what the form asks beyond that.
    pub fn registers(
        &mut self,
        who: &str,
        kind: RequestType,
        (subject, detail): (&str, &str),
        (name, phone, address): (&str, &str, &str),
        card: &[(&str, &str)],
    ) -> Result<TicketId> {
        let fields = TicketFields {
            kind,
            subject: subject.into(),
            detail: detail.into(),
            name: name.into(),
            phone: phone.into(),
            address: address.into(),
            ..TicketFields::default()
        };
        let card: BTreeMap<_, _> = card.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect();
        match self.by(who, Command::Ticket(TicketCommand::Open { fields, card, call: None, seal: None }))? {
            Made::Ticket(id) => Ok(id),
            made => Err(anyhow!("no ticket but {made:?}")),
        }
    }

    /// Fills the screen of the stage a ticket is in, and moves on.
    pub fn advances(&mut self, who: &str, id: TicketId, filled: &[(&str, &str)]) -> Result<()> {
        let ticket = self.ticket(id)?;
        let change = |(field, to): &(&str, &str)| FieldChange {
            field: (*field).into(),
            from: ticket.value(field).into(),
            to: (*to).into(),
        };
        let (from, changes) = (ticket.stage.clone(), filled.iter().map(change).collect());
        self.by(who, Command::Ticket(TicketCommand::Advance { ticket: id, from, changes })).map(drop)
    }

    /// Closes the folder, and serves it as `ringdesk serve` does, with a clock that may be set. The PBX is only told of:
    /// nothing is dialled.
    pub fn serve(self) -> Result<Served> {
        let (data, config) = (self.dir.join("data"), self.dir.join("config.toml"));
        self.desk.close()?;
        let options = ServeOptions {
            socket: Some(socket_path(&data)),
            data: data.clone(),
            config: self.config,
            background: false,
            link: false,
            clocks: true,
            what: "serve".into(),
            probe: None,
            now: clock::now,
            tell: |_| {},
        };
        let running = start(options, &mut |_| {}).map_err(|why| words(&why))?;
        Ok(Served { data, config, running: Some(running) })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}
