//! Conversations: logins as recorded, boots, lists, lost links, asks; and a live pair of links to a PBX on loopback.

use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use ringdesk::domain::Stamp;
use ringdesk::domain::call::{Action, Signal};
use ringdesk::domain::source::Link;
use ringdesk::pbx::ami::actions::Asks;
use ringdesk::pbx::ami::session::{BOOT_WITHIN, LOGIN_WITHIN, Output, Role, Session};
use ringdesk::pbx::{LiveLink, PbxConfig, Player, Report, Secret, Severity, check};

use crate::fake_pbx::{Fake, answer, login, parse};
use crate::recorded::{path, reports};

fn session(role: Role, md5: bool) -> (Session, Asks) {
    let config = PbxConfig {
        username: "hotline".into(),
        secret: Secret::new("desk-Secret-1"),
        md5,
        ..PbxConfig::default()
    };
    (Session::new(role, &config, Stamp(0)), Asks::default())
}

fn sent(out: &[Output]) -> Vec<String> {
    out.iter()
        .filter_map(|output| match output {
            Output::Send(bytes) => Some(String::from_utf8(bytes.clone()).unwrap()),
            _ => None,
        })
        .collect()
}

fn links(out: &[Output]) -> Vec<Link> {
    out.iter()
        .filter_map(|output| match output {
            Output::Report(Report::Link { link, .. }) => Some(*link),
            _ => None,
        })
        .collect()
}

const BANNER: &[u8] = b"Asterisk Call Manager/11.0.0\r\n";

#[test]
fn md5_login_answers_the_recorded_challenge_as_the_recorded_client_did() {
    let (mut session, mut asks) = session(Role::Events, true);
    let out = sent(&session.receive(BANNER, Stamp(1), &mut asks));
    assert!(out[0].starts_with("Action: Challenge\r\n") && out[0].contains("AuthType: MD5\r\n"), "{out:?}");
    let out = session.receive(answer(&parse(out[0].as_bytes())).as_bytes(), Stamp(2), &mut asks);
    let out = sent(&out);
    assert!(out[0].contains("Key: ba179a50ebe3fbe0f3392637bd5142a4\r\n"), "{out:?}");
    assert!(!out[0].contains("desk-Secret"), "the secret itself stays here");
}

#[test]
fn plain_login_sends_the_secret_and_a_command_link_turns_events_off() {
    let (mut session, mut asks) = session(Role::Commands, false);
    let out = sent(&session.receive(BANNER, Stamp(1), &mut asks));
    assert!(out[0].contains("Secret: desk-Secret-1\r\n") && out[0].contains("Events: off\r\n"), "{out:?}");
}

#[test]
fn secrets_are_never_shown() {
    let config = PbxConfig { secret: Secret::new("hush"), ..PbxConfig::default() };
    assert!(!format!("{config:?} {:?}", Session::new(Role::Events, &config, Stamp(0))).contains("hush"));
}

#[test]
fn every_recorded_login_is_lived_through() {
    for file in std::fs::read_dir(path("")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains(".jsonl") || name.contains(".ami") {
            let player = Player::open(&[file]).unwrap();
            assert_eq!(player.last().unwrap().1, [Report::Link { link: Link::Over, fault: None }], "{name}");
        }
    }
    for (file, refused) in [("plain", false), ("badsecret", true), ("badmd5", true), ("readonly", false)] {
        let all = reports(&[&format!("login-and-protocol.{file}.jsonl.gz")]);
        let fault = all.iter().any(|(_, report)| matches!(report, Report::Link { link: Link::Down, fault: Some(say) } if say.key == "pbx.login_refused"));
        assert_eq!(fault, refused, "{file}: {all:?}");
    }
}

#[test]
fn an_old_protocol_is_refused() {
    let (mut session, mut asks) = session(Role::Events, true);
    let out = session.receive(b"Asterisk Call Manager/1.3\r\n", Stamp(1), &mut asks);
    assert!(matches!(&out[..], [Output::Close { fault, refused: true }] if fault.key == "pbx.too_old"), "{out:?}");
}

#[test]
fn a_silent_pbx_is_given_up() {
    let (mut session, _) = session(Role::Events, true);
    assert!(session.tick(Stamp(LOGIN_WITHIN - 1)).is_empty());
    assert_eq!(session.due(), Stamp(LOGIN_WITHIN));
    let out = session.tick(Stamp(LOGIN_WITHIN));
    assert!(matches!(&out[..], [Output::Close { fault, .. }] if fault.key == "pbx.silent"), "{out:?}");
}

#[test]
fn lists_are_asked_for_after_fully_booted_and_the_clock_is_taken_from_the_ping() {
    let (mut session, mut asks) = session(Role::Events, true);
    let all = login(&mut session, &mut asks, Stamp(1_000));
    assert_eq!(links(&all), [Link::Syncing, Link::Up]);
    let clock = all.iter().find_map(|output| match output {
        Output::Report(Report::Clock(clock)) => Some(*clock),
        _ => None,
    });
    assert_eq!(clock.unwrap().at(Stamp(2_000)), Stamp(1_795_307_582_845));
    assert!(all.iter().any(|output| matches!(output, Output::Report(Report::Signals(signals))
        if signals.iter().any(|(_, signal)| matches!(signal, Signal::Snapshot(_))))));
}

#[test]
fn modules_that_are_not_up_yet_are_waited_for() {
    let (mut session, mut asks) = session(Role::Events, false);
    let out = sent(&session.receive(BANNER, Stamp(0), &mut asks));
    let out = sent(&session.receive(answer(&parse(out[0].as_bytes())).as_bytes(), Stamp(0), &mut asks));
    session.receive(answer(&parse(out[0].as_bytes())).as_bytes(), Stamp(0), &mut asks);
    // No FullyBooted: the desk asks all the same after a while.
    let out = session.tick(Stamp(BOOT_WITHIN));
    let queue = sent(&out).into_iter().find(|text| text.contains("QueueStatus")).unwrap();
    let id = parse(queue.as_bytes())["ActionID"].clone();
    let refusal = format!("Response: Error\r\nActionID: {id}\r\nMessage: Invalid/unknown command: QueueStatus. Use\r\n\r\n");
    let out = session.receive(refusal.as_bytes(), Stamp(BOOT_WITHIN), &mut asks);
    assert!(matches!(&out[..], [Output::Report(Report::Link { link: Link::Syncing, fault: Some(say) })] if say.key == "pbx.no_queue_module"), "{out:?}");
    assert!(!session.is_up());
    let again = session.tick(session.due());
    let replies: String = sent(&again).iter().map(|text| answer(&parse(text.as_bytes()))).collect();
    let out = session.receive(replies.as_bytes(), Stamp(BOOT_WITHIN + 2_000), &mut asks);
    assert_eq!(links(&out), [Link::Up]);
}

#[test]
fn live_events_wait_until_the_lists_are_whole() {
    let (mut session, mut asks) = session(Role::Events, false);
    let out = sent(&session.receive(BANNER, Stamp(0), &mut asks));
    session.receive(answer(&parse(out[0].as_bytes())).as_bytes(), Stamp(0), &mut asks);
    let out = sent(&session.receive(b"Event: FullyBooted\r\nUptime: 3\r\n\r\n", Stamp(0), &mut asks));
    let event = b"Event: Hangup\r\nTimestamp: 5.0\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\n\r\n";
    assert!(session.receive(event, Stamp(0), &mut asks).is_empty());
    let replies: String = out.iter().map(|text| answer(&parse(text.as_bytes()))).collect();
    let out = session.receive(replies.as_bytes(), Stamp(0), &mut asks);
    let told = out.iter().find_map(|output| match output {
        Output::Report(Report::Signals(signals)) => Some(signals),
        _ => None,
    });
    let told = told.unwrap();
    let snapshot = told.iter().position(|(_, signal)| matches!(signal, Signal::Snapshot(_))).unwrap();
    let hangup = told.iter().position(|(_, signal)| matches!(signal, Signal::Hungup { .. })).unwrap();
    assert!(snapshot < hangup);
}

fn ask(action: Action) -> (Asks, String) {
    let mut asks = Asks::default();
    asks.ask(7, &action, &PbxConfig::default(), Stamp(0));
    let bytes = asks.take_bytes().remove(0);
    let id = parse(&bytes)["ActionID"].clone();
    (asks, id)
}

fn hear(asks: &mut Asks, role: Role, headers: &[(&str, &str)]) -> Vec<Report> {
    asks.hear(&ringdesk::pbx::ami::codec::Message::of(headers), Stamp(10), role);
    asks.take_reports(Stamp(10))
}

#[test]
fn success_of_an_attended_transfer_proves_nothing() {
    let (mut asks, id) = ask(Action::AttendedTransfer { channel: "PJSIP/1001-00000001".into(), to: "1009".into() });
    let word = hear(&mut asks, Role::Commands, &[("Response", "Success"), ("ActionID", &id)]);
    assert!(word.is_empty(), "{word:?}");
    asks.tick(asks.due().unwrap());
    let cancel = asks.take_bytes();
    assert!(cancel[0].starts_with(b"Action: CancelAtxfer\r\n"));
    let done = asks.take_reports(Stamp(20));
    assert!(matches!(&done[..], [Report::Done { id: 7, result: Err(say) }] if say.key == "pbx.transfer_did_not_start"));
}

#[test]
fn an_answered_phone_proves_the_answer() {
    let (mut asks, id) = ask(Action::Answer { channel: "PJSIP/1001-00000015".into() });
    assert!(hear(&mut asks, Role::Commands, &[("Response", "Success"), ("ActionID", &id)]).is_empty());
    let up = [("Event", "Newstate"), ("Channel", "PJSIP/1001-00000015"), ("ChannelState", "6")];
    assert_eq!(hear(&mut asks, Role::Events, &up), [Report::Done { id: 7, result: Ok(()) }]);
    assert_eq!(asks.due(), None);
}

#[test]
fn a_dialled_phone_that_refuses_ends_the_call_and_the_ask() {
    let (mut asks, id) =
        ask(Action::Dial { id: "desk-1".into(), phone: "1001".into(), number: "13700000001".into() });
    let told = asks.take_reports(Stamp(1));
    assert!(matches!(&told[..], [Report::Signals(signals)] if matches!(&signals[0].1, Signal::DialAsked { id, .. } if id == "desk-1")));
    assert!(hear(&mut asks, Role::Commands, &[("Response", "Success"), ("ActionID", &id)]).is_empty());
    let no = [("Event", "OriginateResponse"), ("ActionID", id.as_str()), ("Response", "Failure"), ("Reason", "0")];
    let done = hear(&mut asks, Role::Events, &no);
    assert!(matches!(&done[..], [Report::Signals(_), Report::Done { id: 7, result: Err(_) }]), "{done:?}");
}

#[test]
fn refusals_are_put_into_words() {
    let (mut asks, id) = ask(Action::Hangup { channel: "PJSIP/1".into() });
    let done = hear(&mut asks, Role::Commands, &[("Response", "Error"), ("ActionID", &id), ("Message", "No such channel")]);
    assert!(matches!(&done[..], [Report::Done { result: Err(say), .. }] if say.key == "pbx.channel_gone"), "{done:?}");
    let mut asks = Asks::default();
    let evil = Action::Pause { phone: "1001".into(), paused: true, reason: "a\r\nAction: Command".into() };
    asks.ask(8, &evil, &PbxConfig::default(), Stamp(0));
    assert!(asks.take_bytes().is_empty());
    let done = asks.take_reports(Stamp(0));
    assert!(matches!(&done[..], [Report::Done { id: 8, result: Err(say) }] if say.key == "pbx.bad_value"), "{done:?}");
}

/// The wall clock, only to keep the links' deadlines.
fn now() -> Stamp {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let passed = START.get_or_init(Instant::now).elapsed().as_millis();
    Stamp(i64::try_from(passed).unwrap())
}

fn start(port: u16) -> (LiveLink, Receiver<Report>) {
    let (tell, told) = mpsc::channel();
    let config = PbxConfig { port, username: "hotline".into(), secret: Secret::new("s"), ..PbxConfig::default() };
    let link = LiveLink::start(config, move |report| drop(tell.send(report)), now);
    (link, told)
}

fn wait_for(told: &Receiver<Report>, mut what: impl FnMut(&Report) -> bool) -> Report {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let report = told.recv_timeout(left).expect("the report waited for never came");
        if what(&report) {
            return report;
        }
    }
}

/// Serves every link of the listener like a healthy PBX, until the test's end.
fn serve(fake: Fake) {
    std::thread::spawn(move || {
        loop {
            let mut link = fake.accept();
            std::thread::spawn(move || link.serve(|_| false));
        }
    });
}

#[test]
fn a_live_pair_comes_up_asks_and_stops() {
    let fake = Fake::listen();
    let (link, told) = start(fake.port());
    serve(fake);
    let (mut up, mut can) = (false, false);
    wait_for(&told, |report| {
        up |= matches!(report, Report::Link { link: Link::Up, .. });
        can |= matches!(report, Report::Can(can) if can.hangup && can.dial && !can.answer);
        up && can
    });
    link.ask(1, Action::Hangup { channel: "PJSIP/1001-00000001".into() });
    let done = wait_for(&told, |report| matches!(report, Report::Done { id: 1, .. }));
    assert!(matches!(done, Report::Done { result: Err(say), .. } if say.key == "pbx.permission_denied"));
    link.stop();
    assert!(told.try_iter().all(|report| !matches!(report, Report::Link { link: Link::Up, .. })));
    assert_eq!(told.recv_timeout(Duration::ZERO), Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn an_absent_pbx_is_told_and_nothing_can_be_asked_of_it() {
    let port = Fake::listen().port();
    let (link, told) = start(port);
    let down = wait_for(&told, |report| matches!(report, Report::Link { link: Link::Down, .. }));
    assert!(matches!(down, Report::Link { fault: Some(say), .. } if say.key == "pbx.unreachable"));
    link.ask(5, Action::Hangup { channel: "x".into() });
    let done = wait_for(&told, |report| matches!(report, Report::Done { id: 5, .. }));
    assert!(matches!(done, Report::Done { result: Err(say), .. } if say.key == "pbx.no_command_link"));
    link.stop();
}

#[test]
fn a_wrong_secret_is_told_as_such() {
    let fake = Fake::listen();
    let port = fake.port();
    std::thread::spawn(move || {
        loop {
            let mut link = fake.accept();
            std::thread::spawn(move || {
                while let Some(request) = link.request() {
                    if request["Action"] == "Login" {
                        let id = &request["ActionID"];
                        link.write(&format!("Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n"));
                        return;
                    }
                    link.write(&answer(&request));
                }
            });
        }
    });
    let (link, told) = start(port);
    let down = wait_for(&told, |report| matches!(report, Report::Link { link: Link::Down, .. }));
    assert!(matches!(&down, Report::Link { fault: Some(say), .. } if say.key == "pbx.login_refused"), "{down:?}");
    link.stop();
    let config = PbxConfig { port, ..PbxConfig::default() };
    let findings = check(&config);
    assert_eq!(findings[0].severity, Severity::Error);
    assert_eq!(findings[0].say.key, "pbx.login_refused");
}

#[test]
fn a_lost_link_comes_back_and_catches_up() {
    let fake = Fake::listen();
    let (link, told) = start(fake.port());
    let pbx = std::thread::spawn(move || {
        // Every link of the first pair dies at the first list; the next ones live.
        for _ in 0..2 {
            let mut link = fake.accept();
            std::thread::spawn(move || {
                link.serve(|request| matches!(request["Action"].as_str(), "QueueStatus" | "ListCommands"));
            });
        }
        serve(fake);
    });
    let mut downs = 0;
    wait_for(&told, |report| {
        downs += usize::from(matches!(report, Report::Link { link: Link::Down, .. }));
        matches!(report, Report::Link { link: Link::Up, .. })
    });
    assert_eq!(downs, 1);
    link.stop();
    pbx.join().unwrap();
}

#[test]
fn a_check_tells_what_is_missing() {
    let fake = Fake::listen();
    let port = fake.port();
    serve(fake);
    let keys: Vec<(Severity, String)> = check(&PbxConfig { port, ..PbxConfig::default() })
        .into_iter()
        .map(|finding| (finding.severity, finding.say.key))
        .collect();
    assert!(keys.contains(&(Severity::Good, "pbx.check_login".into())), "{keys:?}");
    assert!(keys.contains(&(Severity::Warning, "pbx.check_no_write".into())), "{keys:?}");
    assert!(keys.contains(&(Severity::Good, "pbx.check_queues".into())), "{keys:?}");
    assert!(keys.is_sorted_by(|a, b| a.0 >= b.0));
}

#[test]
fn bad_recordings_are_told_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.jsonl");
    std::fs::write(&file, "{\"t\": 0.1, \"d\": \"<\", \"l\": \"a\"}\nnot json\n").unwrap();
    let fault = Player::open(&[file]).unwrap_err();
    assert_eq!(fault.key, "pbx.recording_line");
    assert!(fault.args.contains(&("line".into(), "2".into())), "{fault:?}");
    assert_eq!(Player::open(&[folder.path().join("x.txt")]).unwrap_err().key, "pbx.recording_kind");
    assert_eq!(Player::open(&[folder.path().join("none.ami")]).unwrap_err().key, "pbx.recording_unreadable");
    assert_eq!(Player::open(&[]).unwrap_err().key, "pbx.recording_empty");
}
