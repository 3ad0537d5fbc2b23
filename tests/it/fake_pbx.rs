//! A PBX on loopback that speaks just enough AMI, and a login without sockets.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use ringdesk::domain::Stamp;
use ringdesk::pbx::ami::actions::Asks;
use ringdesk::pbx::ami::session::{Output, Session};

/// What a whole list of queues looks like here.
pub const QUEUES: &str = "Event: QueueParams\r\nQueue: hotline\r\nActionID: {id}\r\n\r\n\
     Event: QueueMember\r\nQueue: hotline\r\nName: A\r\nLocation: PJSIP/1001\r\nPaused: 0\r\nStatus: 1\r\nActionID: {id}\r\n\r\n";

/// The keys and values of a request.
pub type Request = BTreeMap<String, String>;

/// The request in these bytes.
pub fn parse(bytes: &[u8]) -> Request {
    String::from_utf8_lossy(bytes)
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// What a healthy PBX answers.
pub fn answer(request: &Request) -> String {
    let id = request.get("ActionID").cloned().unwrap_or_default();
    let list = |words: &str, items: &str, end: &str| {
        format!(
            "Response: Success\r\nActionID: {id}\r\nEventList: start\r\nMessage: {words}\r\n\r\n{}\
             Event: {end}\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n",
            items.replace("{id}", &id)
        )
    };
    match request["Action"].as_str() {
        "Challenge" => format!("Response: Success\r\nActionID: {id}\r\nChallenge: 166489821\r\n\r\n"),
        "Login" => format!("Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n"),
        "Ping" => {
            format!("Response: Success\r\nActionID: {id}\r\nPing: Pong\r\nTimestamp: 1795307581.844720\r\n\r\n")
        }
        "CoreShowChannels" => list("Channels will follow", "", "CoreShowChannelsComplete"),
        "QueueStatus" => list("Queue status will follow", QUEUES, "QueueStatusComplete"),
        "ListCommands" => format!(
            "Response: Success\r\nActionID: {id}\r\nHangup: Hangup channel.  (Priv: call,all)\r\n\
             Originate: Originate a call.  (Priv: originate,all)\r\nQueueStatus: Show.  (Priv: <none>)\r\n\r\n"
        ),
        _ => format!("Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n"),
    }
}

/// Takes a session through banner, login, boot and lists.
pub fn login(session: &mut Session, asks: &mut Asks, at: Stamp) -> Vec<Output> {
    let mut all = Vec::new();
    let mut out = session.receive(b"Asterisk Call Manager/11.0.0\r\n", at, asks);
    for _ in 0..10 {
        let mut replies = String::new();
        for output in &out {
            if let Output::Send(bytes) = output {
                let request = parse(bytes);
                replies.push_str(&answer(&request));
                if request["Action"] == "Login" {
                    replies.push_str("Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1000\r\n\r\n");
                }
            }
        }
        all.append(&mut out);
        if replies.is_empty() {
            break;
        }
        out = session.receive(replies.as_bytes(), at, asks);
    }
    assert!(session.is_up(), "{all:?}");
    all
}

/// A listening PBX.
pub struct Fake {
    listener: TcpListener,
}

/// One link, read by request.
pub struct FakeLink {
    pub stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Fake {
    /// Listens on a free port of loopback.
    pub fn listen() -> Fake {
        Fake { listener: TcpListener::bind(("127.0.0.1", 0)).unwrap() }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    /// The next link, greeted.
    pub fn accept(&self) -> FakeLink {
        let (stream, _) = self.listener.accept().unwrap();
        let mut link = FakeLink { reader: BufReader::new(stream.try_clone().unwrap()), stream };
        link.write("Asterisk Call Manager/11.0.0\r\n");
        link
    }

    /// The next link whose login is for events (`commands` false) or for commands, answered up to its login.
    pub fn accept_logged_in(&self, commands: bool) -> TcpStream {
        loop {
            let mut link = self.accept();
            let Some(request) = link.until_login() else { continue };
            if request.contains_key("Events") == commands {
                return link.stream;
            }
            // The other link of the pair: held open by a thread of its own until the desk closes it.
            std::thread::spawn(move || while link.request().is_some() {});
        }
    }
}

impl FakeLink {
    /// Sends text.
    pub fn write(&mut self, text: &str) {
        let _ = self.stream.write_all(text.as_bytes());
    }

    /// The next request; `None` when the desk hung up.
    pub fn request(&mut self) -> Option<Request> {
        let mut request = Request::new();
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end_matches(['\r', '\n']).split_once(": ") {
                Some((key, value)) => {
                    request.insert(key.to_owned(), value.to_owned());
                }
                None if !request.is_empty() => return Some(request),
                None => {}
            }
        }
    }

    /// Answers up to and including the login.
    pub fn until_login(&mut self) -> Option<Request> {
        loop {
            let request = self.request()?;
            self.write(&answer(&request));
            if request["Action"] == "Login" {
                return Some(request);
            }
        }
    }

    /// Answers like a healthy PBX until the desk hangs up, or until `stop` says so.
    pub fn serve(&mut self, mut stop: impl FnMut(&Request) -> bool) {
        while let Some(request) = self.request() {
            if stop(&request) {
                return;
            }
            self.write(&answer(&request));
            if request["Action"] == "Login" && !request.contains_key("Events") {
                self.write("Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1000\r\n\r\n");
            }
        }
    }
}
