//! Two operators press the key in the same instant: one dials (R-CB-9). Over the whole desk: the socket, the group of
//! commands on disk, and what a PBX is asked.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ringdesk::desk::{Desk, Job, Origin};
use ringdesk::domain::command::{AgentCommand, CallCommand, CallbackCommand};
use ringdesk::domain::rulebook::QuietHours;
use ringdesk::domain::source::{Link, SourceKind};
use ringdesk::domain::{Actor, CallbackId, Command, Made, Rulebook, StaffId, Stamp};
use ringdesk::pbx::{PbxConfig, Secret};
use ringdesk::store::{Lock, LockInfo, Store};
use ringdesk::text::Language;

use crate::bench::{Bench, LIMIT};
use crate::fake_pbx::{Fake, FakeLink, Request, answer};

const NUMBER: &str = "13800000001";

fn dial(line: CallbackId) -> Command {
    Command::Call(CallCommand::Dial { number: NUMBER.into(), callback: Some(line) })
}

fn agree(due_at: Stamp) -> Command {
    let (number, name, note) = (NUMBER.into(), "张三".into(), "报装进度".into());
    Command::Callback(CallbackCommand::Agree { number, name, due_at, note, ticket: None })
}

/// What the desk under test asks of its PBX.
struct Pbx {
    originates: Receiver<Request>,
    say: std::sync::mpsc::Sender<String>,
}

/// A PBX whose two links answer as a healthy one does; it says that it will dial, and what came of it when told to.
fn pbx(fake: Fake) -> Pbx {
    let (heard, originates) = channel();
    let (say, said) = channel::<String>();
    std::thread::spawn(move || {
        let mut said = Some(said);
        for _ in 0..2 {
            let mut link = fake.accept();
            let Some(login) = link.until_login() else { return };
            link.write("Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1000\r\n\r\n");
            if !login.contains_key("Events")
                && let Some(said) = said.take()
            {
                // The link for events hears what is said.
                let mut speaker = link.stream.try_clone().unwrap();
                std::thread::spawn(move || {
                    while let Ok(text) = said.recv() {
                        let _ = std::io::Write::write_all(&mut speaker, text.as_bytes());
                    }
                });
            }
            let heard = heard.clone();
            std::thread::spawn(move || serve(link, &heard));
        }
    });
    Pbx { originates, say }
}

fn serve(mut link: FakeLink, heard: &std::sync::mpsc::Sender<Request>) {
    while let Some(request) = link.request() {
        if request["Action"] == "Originate" {
            let id = &request["ActionID"];
            link.write(&format!(
                "Response: Success\r\nActionID: {id}\r\nMessage: Originate successfully queued\r\n\r\n"
            ));
            if heard.send(request).is_err() {
                return;
            }
        } else {
            link.write(&answer(&request));
        }
    }
}

#[test]
fn two_consoles_that_dial_one_person_ring_one_telephone() {
    let fake = Fake::listen();
    let port = fake.port();
    let pbx = pbx(fake);
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
    });
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    for (console, phone) in [(&mut wang, "1001"), (&mut li, "1002")] {
        console.perform(Command::Agent(AgentCommand::SignOn { phone: phone.into() })).unwrap();
        console.sees(|state| {
            let up = |source: &&ringdesk::domain::Source| source.link == Link::Up && source.can.dial;
            state.sources.values().filter(|source| source.kind == SourceKind::Live).find(up).map(drop)
        });
    }
    let Made::Callback(line) = wang.perform(agree(crate::bench::now())).unwrap() else { panic!() };
    li.sees(|state| state.callbacks.get(&line).map(drop));
    wang.fence();
    let (first, second) = (wang.line.send(0, dial(line)).unwrap(), li.line.send(0, dial(line)).unwrap());
    let asked = pbx.originates.recv_timeout(LIMIT).unwrap();
    assert_eq!((asked["Exten"].as_str(), asked["Async"].as_str()), (NUMBER, "true"));
    let dialler = if asked["Channel"] == "PJSIP/1001" { "wang" } else { "li" };
    // Whoever dials is answered when the own telephone was; the other one at once.
    let why = if dialler == "wang" { li.done(second) } else { wang.done(first) }.unwrap_err();
    assert_eq!(why.key, "try.taken");
    assert!(why.words(Language::ZhHans).contains(dialler), "{}", why.words(Language::ZhHans));
    let taken = wang.sees(|state| state.callbacks.get(&line).and_then(|line| line.taken_by.clone()));
    assert_eq!(taken, StaffId(dialler.into()));
    // The dialler's own telephone is not answered: nobody was rung, and the line is free for the colleague.
    let (action, id) = (&asked["ActionID"], &asked["ChannelId"]);
    let failed = format!(
        "Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: {action}\r\nResponse: Failure\r\n\
         Channel: {}\r\nReason: 3\r\nUniqueid: {id}\r\n\r\n",
        asked["Channel"]
    );
    pbx.say.send(failed).unwrap();
    let other = if dialler == "wang" { &mut li } else { &mut wang };
    other.sees(|state| state.callbacks.get(&line).filter(|line| line.taken_by.is_none()).map(drop));
    assert!(other.state().callbacks[&line].attempts.is_empty());
    assert!(pbx.originates.recv_timeout(Duration::ZERO).is_err(), "one telephone was rung");
    other.line.send(0, dial(line)).unwrap();
    let again = pbx.originates.recv_timeout(LIMIT).unwrap();
    assert_ne!(again["Channel"], asked["Channel"]);
    assert_ne!(again["ChannelId"], asked["ChannelId"], "an id of its own");
}

fn noon() -> Stamp {
    Stamp(1_795_320_000_000)
}

/// The two commands in one group: one journal append, one fdatasync, and still one call.
#[test]
fn two_dials_in_one_group_of_commands_are_one_call() {
    let dir = tempfile::tempdir().unwrap();
    let lock = Lock::take(dir.path(), &LockInfo::default()).unwrap();
    let opened = Store::open(dir.path(), lock, 8 * 3_600_000, &mut |_| {}).unwrap();
    let mut desk = Desk::new(opened.store, opened.state, Rulebook::default(), Vec::new(), noon);
    let job = |who: &str, token: u64, command: Command| Job {
        origin: Origin { actor: Actor::Staff(StaffId(who.into())), seat: "console".into() },
        token: Some(token),
        id: 0,
        command,
    };
    let sign_on = |phone: &str| Command::Agent(AgentCommand::SignOn { phone: phone.into() });
    desk.work(vec![job("wang", 1, sign_on("1001")), job("li", 2, sign_on("1002")), job("wang", 3, agree(noon()))]);
    let line = *desk.state().callbacks.keys().next().unwrap();
    let by_hand = || Command::Call(CallCommand::DialByHand { number: NUMBER.into(), callback: Some(line) });
    let worked = desk.work(vec![job("wang", 4, by_hand()), job("li", 5, by_hand())]);
    let [(4, Ok(Made::Call(call))), (5, Err(why))] = &worked.answers[..] else { panic!("{:?}", worked.answers) };
    assert_eq!((why.key.as_str(), worked.entries.len()), ("try.taken", 1));
    assert!(why.words(Language::ZhHans).contains("wang"));
    assert_eq!(desk.state().calls.open().map(|call| call.id).collect::<Vec<_>>(), [*call]);
    assert_eq!(desk.state().callbacks[&line].attempts.len(), 1);
}
