//! A PBX that is told what happens: callers come and give up, telephones ring and are answered. It answers the desk as a
//! healthy one does and hears what it is asked to dial.

use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use ringdesk::domain::Command;
use ringdesk::domain::call::Phase;
use ringdesk::domain::command::AgentCommand;
use ringdesk::domain::rulebook::QuietHours;
use ringdesk::domain::source::{Link, SourceKind};
use ringdesk::domain::{Source, State};
use ringdesk::pbx::{PbxConfig, Secret};
use ringdesk::server::ServeOptions;

use crate::bench::{Bench, Console, LIMIT, now};
use crate::fake_pbx::{Fake, FakeLink, Request, answer};

/// The stand-in.
pub struct Standin {
    originates: Receiver<Request>,
    others: Receiver<Request>,
    say: Sender<String>,
}

/// A call that the desk asked for, as the PBX has it.
pub struct Dialled {
    action: String,
    uid: String,
    pub phone: String,
    pub number: String,
}

/// A desk at a stand-in, with no quiet hours, and whatever else a test changes.
pub fn desk(change: impl Fn(&mut ServeOptions) + 'static) -> (Bench, Standin) {
    desk_at(false, change)
}

/// The same at a PBX that also moves callers and agents.
pub fn able_desk(change: impl Fn(&mut ServeOptions) + 'static) -> (Bench, Standin) {
    desk_at(true, change)
}

fn desk_at(able: bool, change: impl Fn(&mut ServeOptions) + 'static) -> (Bench, Standin) {
    let fake = Fake::listen();
    let port = fake.port();
    let standin = Standin::over(fake, able);
    let bench = Bench::with(move |options| {
        options.link = true;
        options.config.rulebook.attempts.quiet = QuietHours { from: 0, to: 0 };
        options.config.pbx = Some(PbxConfig {
            name: "pbx".into(),
            port,
            username: "ringdesk".into(),
            secret: Secret::new("s".to_owned()),
            ..PbxConfig::default()
        });
        change(options);
    });
    (bench, standin)
}

/// Waits until the desk hears its PBX.
pub fn hears(console: &mut Console) {
    let up = |source: &&Source| source.kind == SourceKind::Live && source.link == Link::Up && source.can.dial;
    console.sees(|state| state.sources.values().find(up).map(drop));
}

/// Somebody at the desk's socket, signed on at a telephone.
pub fn sign_on(console: &mut Console, phone: &str) {
    console.perform(Command::Agent(AgentCommand::SignOn { phone: phone.into() })).unwrap();
}

/// The open call with this number is in this phase.
pub fn is_in(state: &State, number: &str, phase: Phase) -> Option<()> {
    state.calls.open().find(|call| call.party.number == number && call.phase == phase).map(drop)
}

impl Standin {
    fn over(fake: Fake, able: bool) -> Standin {
        let (heard, originates) = channel();
        let (other, others) = channel();
        let (say, said) = channel::<String>();
        thread::spawn(move || {
            let mut said = Some(said);
            for _ in 0..2 {
                let mut link = fake.accept();
                let Some(login) = link.until_login() else { return };
                link.write("Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1000\r\n\r\n");
                if !login.contains_key("Events")
                    && let Some(said) = said.take()
                {
                    let mut events = link.stream.try_clone().unwrap();
                    thread::spawn(move || {
                        while let Ok(text) = said.recv() {
                            let _ = events.write_all(text.as_bytes());
                        }
                    });
                }
                let (heard, other) = (heard.clone(), able.then(|| other.clone()));
                thread::spawn(move || serve(link, &heard, other.as_ref()));
            }
        });
        Standin { originates, others, say }
    }

    /// What the desk asks for next that is no dial.
    pub fn asked(&self) -> Request {
        self.others.recv_timeout(LIMIT).unwrap()
    }

    /// What the desk asks to be rung next, whole.
    pub fn originated(&self) -> Request {
        self.originates.recv_timeout(LIMIT).unwrap()
    }

    /// The telephone that rings for this caller is answered.
    pub fn is_answered(&self, uid: &str, number: &str, phone: &str) {
        let up = trunk(uid, number, (6, "Up"));
        let leg = format!("{uid}1");
        let own = own(&leg, uid, phone, number);
        let queue = ["Queue: hotline", "HoldTime: 1", "RingTime: 1"].map(String::from);
        self.event("Newstate", &own("", (6, "Up")));
        let answer = "DialStatus: ANSWER".to_owned();
        self.event("DialEnd", &[&up[..], &own("Dest", (6, "Up")), &[answer]].concat());
        self.event("QueueCallerLeave", &[&up[..], &queue[..1], &["Count: 0".to_owned()]].concat());
        let member = [format!("Interface: PJSIP/{phone}"), format!("MemberName: {phone}")];
        self.event("AgentConnect", &[&up[..], &own("Dest", (6, "Up")), &queue, &member].concat());
    }

    /// The caller hangs up in the talk.
    pub fn hangs_up(&self, uid: &str, number: &str, phone: &str) {
        let up = trunk(uid, number, (6, "Up"));
        let leg = format!("{uid}1");
        let own = own(&leg, uid, phone, number);
        self.event("HangupRequest", &up);
        for side in [&up, &own("", (6, "Up"))] {
            self.event("Hangup", &[&side[..], &["Cause: 16".to_owned()]].concat());
        }
    }

    /// What a telephone that was to listen in says: it rings, and is answered or not.
    pub fn spy_rings(&self, asked: &Request, answered: bool) {
        let (uid, phone) = (&asked["ChannelId"], asked["Channel"].trim_start_matches("PJSIP/"));
        let own = own(uid, uid, phone, "");
        self.event("Newchannel", &own("", (0, "Down")));
        self.event("DialBegin", &own("Dest", (0, "Down")));
        self.event("Newstate", &own("", (5, "Ringing")));
        let (response, reason) = if answered { ("Success", "4") } else { ("Failure", "3") };
        if answered {
            self.event("Newstate", &own("", (6, "Up")));
            self.event("DialEnd", &[&own("Dest", (6, "Up"))[..], &["DialStatus: ANSWER".to_owned()]].concat());
        }
        let said = [
            format!("ActionID: {}", asked["ActionID"]),
            format!("Response: {response}"),
            format!("Channel: PJSIP/{phone}-{uid}"),
            "Application: ChanSpy".to_owned(),
            format!("Data: {}", asked["Data"]),
            format!("Reason: {reason}"),
            format!("Uniqueid: {uid}"),
        ];
        self.event("OriginateResponse", &said);
        if answered {
            self.event("ChanSpyStart", &spying(asked));
        }
    }

    /// It listens no more, and is hung up.
    pub fn spy_stops(&self, asked: &Request) {
        let (uid, phone) = (&asked["ChannelId"], asked["Channel"].trim_start_matches("PJSIP/"));
        self.event("ChanSpyStop", &spying(asked));
        let own = own(uid, uid, phone, "");
        self.event("Hangup", &[&own("", (6, "Up"))[..], &["Cause: 0".to_owned()]].concat());
    }

    /// A member joined a queue, or left it.
    pub fn member(&self, event: &str, queue: &str, phone: &str) {
        let lines =
            [("Queue", queue), ("MemberName", phone), ("Interface", &format!("PJSIP/{phone}")), ("Paused", "0")];
        self.event(event, &lines.map(|(key, value)| format!("{key}: {value}")));
    }

    /// What the desk asks to be dialled next.
    pub fn dialled(&self) -> Dialled {
        let request = self.originates.recv_timeout(LIMIT).unwrap();
        assert_eq!(request["Async"], "true");
        Dialled {
            action: request["ActionID"].clone(),
            uid: request["ChannelId"].clone(),
            phone: request["Channel"].trim_start_matches("PJSIP/").to_owned(),
            number: request["Exten"].clone(),
        }
    }

    /// Nothing was asked to be dialled.
    pub fn is_quiet(&self) -> bool {
        self.originates.try_recv().is_err()
    }

    fn event(&self, name: &str, lines: &[String]) {
        let at = now().0;
        let stamp = format!("Timestamp: {}.{:06}", at / 1000, at % 1000 * 1000);
        let head = format!("Event: {name}\r\nPrivilege: call,all\r\n{stamp}\r\n");
        self.say.send(format!("{head}{}\r\n\r\n", lines.join("\r\n"))).unwrap();
    }

    /// A caller comes and waits in the queue; a telephone rings for them.
    pub fn caller(&self, uid: &str, number: &str, phone: &str) {
        let ring = trunk(uid, number, (4, "Ring"));
        self.event("Newchannel", &ring);
        let up = trunk(uid, number, (6, "Up"));
        let queue = ["Queue: hotline", "Position: 1", "Count: 1"].map(String::from);
        self.event("QueueCallerJoin", &[&up[..], &queue].concat());
        let leg = format!("{uid}1");
        let own = own(&leg, uid, phone, number);
        self.event("Newchannel", &own("", (0, "Down")));
        self.event(
            "AgentCalled",
            &[&up[..], &own("Dest", (0, "Down")), &queue[..1], &[format!("Interface: PJSIP/{phone}")]].concat(),
        );
        self.event("DialBegin", &[&up[..], &own("Dest", (0, "Down"))].concat());
        self.event("Newstate", &own("", (5, "Ringing")));
    }

    /// They give up.
    pub fn gives_up(&self, uid: &str, number: &str, phone: &str) {
        let up = trunk(uid, number, (6, "Up"));
        let leg = format!("{uid}1");
        let own = own(&leg, uid, phone, number);
        // Without it nobody could tell who hung up.
        self.event("HangupRequest", &up);
        let cancel = "DialStatus: CANCEL".to_owned();
        self.event("DialEnd", &[&up[..], &own("Dest", (5, "Ringing")), &[cancel]].concat());
        let queue = ["Queue: hotline", "Position: 1", "OriginalPosition: 1", "HoldTime: 7"].map(String::from);
        self.event("QueueCallerAbandon", &[&up[..], &queue].concat());
        self.event("QueueCallerLeave", &[&up[..], &queue[..1], &["Count: 0".to_owned()]].concat());
        self.event("Hangup", &[&up[..], &["Cause: 0".to_owned()]].concat());
        self.event("Hangup", &[&own("", (5, "Ringing"))[..], &["Cause: 0".to_owned()]].concat());
    }

    /// The telephone of whoever dialled rings.
    pub fn own_rings(&self, dialled: &Dialled) {
        let own = own(&dialled.uid, &dialled.uid, &dialled.phone, &dialled.number);
        self.event("Newchannel", &own("", (0, "Down")));
        self.event("DialBegin", &own("Dest", (0, "Down")));
        self.event("Newstate", &own("", (5, "Ringing")));
    }

    /// They pick up, and it rings at the other side.
    pub fn own_answers(&self, dialled: &Dialled) {
        let own = own(&dialled.uid, &dialled.uid, &dialled.phone, &dialled.number);
        let said = [
            format!("ActionID: {}", dialled.action),
            "Response: Success".to_owned(),
            format!("Channel: PJSIP/{}-{}", dialled.phone, dialled.uid),
            format!("Exten: {}", dialled.number),
            "Reason: 4".to_owned(),
            format!("Uniqueid: {}", dialled.uid),
        ];
        self.event("OriginateResponse", &said);
        self.event("Newstate", &own("", (6, "Up")));
        self.event("DialEnd", &[&own("Dest", (6, "Up"))[..], &["DialStatus: ANSWER".to_owned()]].concat());
        let there = there(dialled);
        self.event("Newchannel", &there("", (0, "Down")));
        self.event("Newstate", &there("", (5, "Ringing")));
        self.event("DialBegin", &[&own("", (6, "Up"))[..], &there("Dest", (5, "Ringing"))].concat());
    }

    /// The other side answers.
    pub fn answers(&self, dialled: &Dialled) {
        let own = own(&dialled.uid, &dialled.uid, &dialled.phone, &dialled.number);
        let there = there(dialled);
        self.event("Newstate", &there("", (6, "Up")));
        let answer = "DialStatus: ANSWER".to_owned();
        self.event("DialEnd", &[&own("", (6, "Up"))[..], &there("Dest", (6, "Up")), &[answer]].concat());
        let bridge = format!("BridgeUniqueid: bridge-{}", dialled.uid);
        self.event("BridgeCreate", std::slice::from_ref(&bridge));
        for side in [there("", (6, "Up")), own("", (6, "Up"))] {
            self.event("BridgeEnter", &[std::slice::from_ref(&bridge), &side[..]].concat());
        }
    }

    /// It is over.
    pub fn is_over(&self, dialled: &Dialled, answered: bool) {
        let own = own(&dialled.uid, &dialled.uid, &dialled.phone, &dialled.number);
        let there = there(dialled);
        let state = if answered { (6, "Up") } else { (5, "Ringing") };
        if !answered {
            let status = "DialStatus: NOANSWER".to_owned();
            self.event("DialEnd", &[&own("", (6, "Up"))[..], &there("Dest", state), &[status]].concat());
        }
        for side in [there("", state), own("", (6, "Up"))] {
            self.event("Hangup", &[&side[..], &["Cause: 16".to_owned()]].concat());
        }
    }
}

/// Both sides of a stay in a talk.
fn spying(asked: &Request) -> Vec<String> {
    let (uid, phone) = (&asked["ChannelId"], asked["Channel"].trim_start_matches("PJSIP/"));
    let spied = asked["Data"].split(',').next().unwrap();
    let (number, leg) = spied.trim_start_matches("PJSIP/").split_once('-').unwrap();
    let mut lines = own(uid, uid, phone, "")("Spyer", (6, "Up"));
    lines.extend(own(leg, leg, number, "")("Spyee", (6, "Up")));
    lines
}

/// What a PBX says that also moves callers and agents; telephone 1002 is in every queue already.
fn moves(request: &Request) -> Option<String> {
    let id = &request["ActionID"];
    let success = |words: &str| format!("Response: Success\r\nActionID: {id}\r\nMessage: {words}\r\n\r\n");
    let error = |words: &str| format!("Response: Error\r\nActionID: {id}\r\nMessage: {words}\r\n\r\n");
    Some(match request["Action"].as_str() {
        "ListCommands" => format!(
            "Response: Success\r\nActionID: {id}\r\nHangup: .\r\nOriginate: .\r\nQueueStatus: .\r\nRedirect: .\r\n\
             QueueAdd: .\r\nQueueRemove: .\r\nQueuePause: .\r\n\r\n"
        ),
        "QueueAdd" if request["Interface"] == "PJSIP/1002" => error("Unable to add interface: Already there"),
        "QueueRemove" if request["Interface"] == "PJSIP/1009" => error("Unable to remove interface: Not there"),
        "Redirect" if request["Exten"] == "110" => error("No such channel"),
        "QueueAdd" | "QueueRemove" | "QueuePause" | "Redirect" | "Hangup" => success("done"),
        _ => return None,
    })
}

fn serve(mut link: FakeLink, heard: &Sender<Request>, other: Option<&Sender<Request>>) {
    while let Some(request) = link.request() {
        if let Some((other, said)) = other.zip(moves(&request)) {
            link.write(&said);
            if request["Action"] != "ListCommands" && other.send(request).is_err() {
                return;
            }
        } else if request["Action"] == "Originate" {
            let words = "Message: Originate successfully queued";
            link.write(&format!("Response: Success\r\nActionID: {}\r\n{words}\r\n\r\n", request["ActionID"]));
            if heard.send(request).is_err() {
                return;
            }
        } else if request["Action"] == "Ping" {
            // Its clock is this machine's.
            let (id, at) = (&request["ActionID"], now().0);
            let stamp = format!("{}.{:06}", at / 1000, at % 1000 * 1000);
            link.write(&format!("Response: Success\r\nActionID: {id}\r\nPing: Pong\r\nTimestamp: {stamp}\r\n\r\n"));
        } else {
            link.write(&answer(&request));
        }
    }
}

/// A channel as events write it: what it is called, its own id and its call's, where it stands.
struct Channel<'a> {
    name: String,
    uid: &'a str,
    linked: &'a str,
    caller: &'a str,
    connected: &'a str,
    context: &'a str,
    exten: &'a str,
}

impl Channel<'_> {
    fn lines(&self, prefix: &str, (state, words): (u8, &str)) -> Vec<String> {
        let pairs: [(&str, &str); 9] = [
            ("Channel", &self.name),
            ("ChannelState", &state.to_string()),
            ("ChannelStateDesc", words),
            ("CallerIDNum", self.caller),
            ("ConnectedLineNum", self.connected),
            ("Context", self.context),
            ("Exten", self.exten),
            ("Uniqueid", self.uid),
            ("Linkedid", self.linked),
        ];
        pairs.iter().map(|(key, value)| format!("{prefix}{key}: {value}")).collect()
    }
}

fn trunk(uid: &str, number: &str, state: (u8, &str)) -> Vec<String> {
    let name = format!("PJSIP/trunk-{uid}");
    let (connected, context, exten) = ("<unknown>", "from-trunk", "95001");
    Channel { name, uid, linked: uid, caller: number, connected, context, exten }.lines("", state)
}

/// The telephone of an operator.
fn own<'a>(
    uid: &'a str,
    linked: &'a str,
    phone: &str,
    number: &'a str,
) -> impl Fn(&str, (u8, &str)) -> Vec<String> + 'a {
    let name = format!("PJSIP/{phone}-{uid}");
    let caller = if uid == linked { number.to_owned() } else { phone.to_owned() };
    move |prefix, state| {
        let (connected, context, exten) = (number, "from-agent", "s");
        Channel { name: name.clone(), uid, linked, caller: &caller, connected, context, exten }.lines(prefix, state)
    }
}

/// The telephone that is called.
fn there(dialled: &Dialled) -> impl Fn(&str, (u8, &str)) -> Vec<String> + '_ {
    let uid = format!("{}-2", dialled.uid);
    move |prefix, state| {
        let (number, context) = (&dialled.number[..], "from-trunk");
        let name = format!("PJSIP/trunk-{uid}");
        let (caller, connected, exten) = (number, number, number);
        Channel { name, uid: &uid, linked: &dialled.uid, caller, connected, context, exten }.lines(prefix, state)
    }
}
