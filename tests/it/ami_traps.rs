//! The seventeen traps of AMI.md §5, each on a recording of a real PBX.

use std::io::{BufReader, Read, Write};
use std::sync::mpsc;

use ringdesk::domain::call::record::Side;
use ringdesk::domain::call::{Action, DialEnd, Direction, LegEnd, Outcome, Signal, Turn};
use ringdesk::domain::source::Link;
use ringdesk::domain::Stamp;
use ringdesk::pbx::ami::actions::{Asks, request};
use ringdesk::pbx::ami::codec::{Decoder, Frame, Message};
use ringdesk::pbx::ami::mapping::{Layout, signal};
use ringdesk::pbx::ami::session::{Output, PONG_WITHIN, Role, Session};
use ringdesk::pbx::{LiveLink, PbxConfig, Report};

use crate::fake_pbx::{Fake, login};
use crate::recorded::{Desk, bytes, desk, pbx_lines, signals};

fn header(file: &str, event: &str, key: &str) -> Vec<String> {
    let lines = pbx_lines(file);
    let key = format!("{key}: ");
    lines
        .split(|line| line.is_empty())
        .filter(|message| message.first() == Some(&format!("Event: {event}")))
        .filter_map(|message| message.iter().find_map(|line| line.strip_prefix(&key)).map(str::to_owned))
        .collect()
}

fn messages(file: &str) -> Vec<Message> {
    let mut decoder = Decoder::new();
    decoder.push(pbx_lines(file).join("\r\n").as_bytes());
    decoder.push(b"\r\n\r\n");
    std::iter::from_fn(|| decoder.next_frame())
        .filter_map(|frame| if let Frame::Message(message) = frame { Some(message) } else { None })
        .collect()
}

#[test]
fn trap_01_hold_time_is_whole_seconds() {
    assert_eq!(header("abandoned-8s.jsonl.gz", "QueueCallerAbandon", "HoldTime"), ["7"]);
    let call = desk(&["abandoned-8s.jsonl.gz"]).call("13800000008");
    assert!((7_450..7_600).contains(&call.wait_ms().unwrap()), "{:?}", call.wait_ms());
}

#[test]
fn trap_02_ring_time_has_two_units() {
    let file = "ring-no-answer-then-next.jsonl.gz";
    assert_eq!(header(file, "AgentRingNoAnswer", "RingTime"), ["10000", "10000"]);
    assert_eq!(header(file, "AgentConnect", "RingTime"), ["4"]);
    let call = desk(&[file]).call("13800000010");
    let ends: Vec<_> = call.legs.iter().map(|leg| leg.end.unwrap()).collect();
    assert_eq!(ends, [LegEnd::RangOut, LegEnd::RangOut, LegEnd::Answered]);
    for leg in &call.legs[..2] {
        let rang = leg.ended_at.unwrap().since(leg.offered_at);
        assert!((9_900..10_100).contains(&rang), "{rang}");
    }
    assert!((3_950..4_100).contains(&call.ring_ms().unwrap()), "{:?}", call.ring_ms());
}

#[test]
fn trap_03_abandon_is_not_the_caller_hanging_up() {
    let cases = [
        ("queue-timeout-callback.jsonl.gz", "13811117777", Outcome::Timeout),
        ("channelvars-and-presentation.jsonl.gz", "13955550003", Outcome::Timeout),
        ("nobody-available.jsonl.gz", "13811118806", Outcome::QueueEmpty),
        ("nobody-available.jsonl.gz", "13811118802", Outcome::Abandoned),
        ("pickup-and-remote-answer.jsonl.gz", "13822220003", Outcome::Withdrawn),
        ("pickup-and-remote-answer.jsonl.gz", "13822220004", Outcome::Abandoned),
        ("pbx-restart-graceful.jsonl.gz", "13800001004", Outcome::CutByPbx),
        ("abandoned-cancel-8s.jsonl.gz", "13800000009", Outcome::Abandoned),
    ];
    for (file, number, outcome) in cases {
        assert!(!header(file, "QueueCallerAbandon", "Uniqueid").is_empty());
        assert_eq!(desk(&[file]).call(number).outcome, outcome, "{file} {number}");
    }
}

#[test]
fn trap_04_turned_away_calls_have_no_queue_event_and_are_counted() {
    let desk = desk(&["nobody-available.jsonl.gz"]);
    for (number, outcome) in [("13811118801", Outcome::QueueEmpty), ("13811118805", Outcome::QueueFull)] {
        let call = desk.call(number);
        assert_eq!((call.outcome, call.joined_at), (outcome, None), "{number}");
        assert!(call.wait_ms().is_some_and(|wait| wait < 1_000));
    }
}

#[test]
fn trap_05_removal_waits_for_the_ringing_to_end() {
    let desk = desk(&["pickup-and-remote-answer.jsonl.gz"]);
    let asked = desk.turns.iter().find(|(_, turn)| turn.call.memory.withdraw_asked).unwrap().0;
    let call = desk.call("13822220003");
    let waited = call.left_queue_at.unwrap().since(asked);
    assert!((8_300..8_500).contains(&waited), "{waited}");
    assert_eq!(call.wait_ms().unwrap(), call.left_queue_at.unwrap().since(call.joined_at.unwrap()));
}

#[test]
fn trap_06_the_agent_offered_is_not_the_one_who_answered() {
    let file = "pickup-and-remote-answer.jsonl.gz";
    assert!(header(file, "AgentConnect", "Interface").contains(&"PJSIP/1003".to_owned()));
    let call = desk(&[file]).call("13822220001");
    assert_eq!(call.answered_by.as_deref(), Some("1009"));
    let offered = header(file, "AgentConnect", "MemberName").remove(0);
    assert_ne!(call.agent, Some(offered));
    let ends: Vec<_> = call.legs.iter().map(|leg| (leg.phone.as_str(), leg.end.unwrap())).collect();
    assert_eq!(ends, [("1003", LegEnd::Cancelled), ("1009", LegEnd::Answered)]);
}

#[test]
fn trap_07_agent_complete_may_name_nobody() {
    let file = "burst-200.ami.gz";
    let complete = messages(file).into_iter().filter(|message| message.event().as_deref() == Some("AgentComplete"));
    let (mut all, mut bare) = (0, 0);
    for message in complete {
        all += 1;
        bare += usize::from(message.get("Uniqueid").is_none() && message.get("DestUniqueid").is_none());
    }
    assert!(all == 60 && bare > 40, "{bare} of {all}");
    let desk = desk(&[file]);
    let done = desk.turns.iter().flat_map(|(_, turn)| &turn.turns).filter(|turn| matches!(turn, Turn::PhoneDone(_)));
    assert_eq!(done.count(), 60);
    for call in desk.book.all().filter(|call| call.answered_at.is_some()) {
        let leg = call.legs.iter().find(|leg| leg.end == Some(LegEnd::Answered)).unwrap();
        assert!(leg.ended_at.unwrap() <= call.ended_at.unwrap());
    }
}

#[test]
fn trap_08_a_local_member_is_one_call_and_one_phone() {
    let desk = desk(&["local-channel-member.jsonl.gz"]);
    assert_eq!(desk.book.all().count(), 2);
    let call = desk.call("13811116666");
    assert_eq!(call.answered_by.as_deref(), Some("1006"));
    assert_eq!(call.legs.len(), 1);
    assert!(call.legs[0].channel.starts_with("PJSIP/1006-"), "{}", call.legs[0].channel);
    assert_eq!(call.legs[0].interface, "Local/1006@from-queue/n");
    assert!(call.legs[0].ringing_at.is_some());
    let unanswered = desk.call("13811116667");
    assert_eq!(unanswered.outcome, Outcome::Abandoned);
    assert!(unanswered.legs.iter().all(|leg| leg.phone == "1006"));
    assert_eq!(unanswered.legs[0].end, Some(LegEnd::RangOut));
}

#[test]
fn trap_09_ringing_and_talking_never_come_from_the_status() {
    for file in ["answered-6s.jsonl.gz", "thirty-at-once.jsonl.gz"] {
        let all = signals(&[file]);
        let without: Vec<_> =
            all.iter().filter(|(_, signal)| !matches!(signal, Signal::Member(_))).cloned().collect();
        assert!(without.len() < all.len());
        let (mut one, mut other) = (Desk::default(), Desk::default());
        one.take(&all);
        other.take(&without);
        assert_eq!(one.calls(), other.calls(), "{file}");
    }
    // Status 3, "busy", is what `device_state_busy_at=1` says of a ringing phone: it is not out of reach.
    let busy = Message::of(&[("Event", "QueueMemberStatus"), ("Interface", "PJSIP/1001"), ("Status", "3")]);
    let Some(Signal::Member(member)) = signal(&Layout::default(), &busy) else { panic!("no member") };
    assert!(!member.unavailable);
}

#[test]
fn trap_10_a_restart_cuts_talks_that_the_pbx_blames_on_the_caller() {
    let file = "pbx-restart-graceful.jsonl.gz";
    assert_eq!(header(file, "AgentComplete", "Reason"), ["caller", "caller", "caller"]);
    let desk = desk(&[file]);
    for number in ["13800001001", "13800001002", "13800001003"] {
        let call = desk.call(number);
        assert_eq!((call.outcome, call.hung_up_by), (Outcome::Answered, Some(Side::Pbx)), "{number}");
    }
    assert_eq!(desk.call("13800001004").outcome, Outcome::CutByPbx);
    assert!(signals(&[file]).iter().any(|(_, signal)| *signal == Signal::PbxStopping { restart: true }));
}

#[test]
fn trap_11_a_half_open_link_is_dropped_by_the_desk_itself() {
    // The recorded link froze without an error; the desk's own sign of life finds it out.
    let mut session = Session::new(Role::Events, &PbxConfig::default(), Stamp(0));
    let mut asks = Asks::default();
    login(&mut session, &mut asks, Stamp(0));
    let due = session.due();
    let out = session.tick(due);
    assert!(matches!(&out[..], [Output::Send(bytes)] if bytes.starts_with(b"Action: Ping\r\n")), "{out:?}");
    assert!(session.tick(due.plus(PONG_WITHIN - 1)).is_empty());
    let out = session.tick(due.plus(PONG_WITHIN));
    assert!(matches!(&out[..], [Output::Close { fault, refused: false }] if fault.key == "pbx.half_open"), "{out:?}");
}

#[test]
fn trap_12_a_busy_desk_never_holds_the_socket_up() {
    // The desk's thread stands still until the PBX has written seven megabytes: they must all have been taken.
    let fake = Fake::listen();
    let (wrote, written) = mpsc::channel::<()>();
    let (saw, seen) = mpsc::channel::<()>();
    let port = fake.port();
    let flood = bytes("burst-200.ami.gz");
    let pbx = std::thread::spawn(move || {
        let mut link = fake.accept_logged_in(false);
        link.write_all(&flood[flood.iter().position(|byte| *byte == b'\n').unwrap() + 1..]).unwrap();
        wrote.send(()).unwrap();
        let mut rest = Vec::new();
        let _ = BufReader::new(link).read_to_end(&mut rest);
    });
    let config = PbxConfig { port, md5: false, ..PbxConfig::default() };
    let first = std::sync::atomic::AtomicBool::new(true);
    let link = LiveLink::start(
        config,
        move |report| {
            if matches!(report, Report::Link { link: Link::Syncing, .. })
                && first.swap(false, std::sync::atomic::Ordering::SeqCst)
            {
                written.recv().unwrap();
                saw.send(()).unwrap();
            }
        },
        || Stamp(0),
    );
    seen.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    link.stop();
    pbx.join().unwrap();
}

#[test]
fn trap_13_originate_is_always_async() {
    let config = PbxConfig::default();
    let dial = Action::Dial { id: "desk-1".into(), phone: "1001".into(), number: "13700000001".into() };
    let pickup = Action::Pickup { channel: "PJSIP/1003-00000012".into(), phone: "1009".into() };
    for action in [dial, pickup] {
        let request = request(&action, &config);
        assert_eq!((request.name(), request.get("Async")), ("Originate", Some("true")));
    }
    // Try 7 of the recording was synchronous and for no number: a lump of events, and no call.
    let desk = desk(&["click-to-dial.jsonl.gz"]);
    assert_eq!(desk.book.all().count(), 6);
}

#[test]
fn trap_14_originate_response_is_the_first_leg_only() {
    let desk = desk(&["click-to-dial.jsonl.gz"]);
    let story = |number: &str| {
        let call = desk.call(number);
        assert_eq!(call.direction, Direction::Outbound);
        (call.outcome, call.legs.iter().map(|leg| leg.end.unwrap()).collect::<Vec<_>>())
    };
    use LegEnd::{Answered, Cancelled, RangOut, Refused};
    assert_eq!(story("13700000001"), (Outcome::Answered, vec![Answered, Answered]));
    assert_eq!(story("13700000002"), (Outcome::NotReached, vec![Answered, Refused]));
    assert_eq!(story("13700000003"), (Outcome::NotReached, vec![Answered, Cancelled]));
    assert_eq!(story("13700000004"), (Outcome::NotReached, vec![RangOut]));
    assert_eq!(story("13700000005"), (Outcome::NotReached, vec![Refused]));
    assert_eq!(story("13700000006"), (Outcome::NotReached, vec![RangOut]));
    let call = desk.call("13700000001");
    assert_eq!(call.answered_by.as_deref(), Some("1001"));
    assert!((4_900..5_100).contains(&call.talk_ms().unwrap()), "{:?}", call.talk_ms());
    assert_eq!(call.hung_up_by, Some(Side::Caller), "the person called hung up");
}

#[test]
fn trap_15_stamps_may_go_back() {
    let back = signals(&["burst-200.ami.gz"]).windows(2).filter(|pair| pair[1].0 < pair[0].0).count();
    let all = desk(&["burst-200.ami.gz"]);
    for call in all.book.all() {
        assert!(call.joined_at.unwrap() >= call.arrived_at && call.ended_at.unwrap() >= call.joined_at.unwrap());
    }
    assert_eq!(all.book.all().count(), 200, "{back} stamps went back");
}

#[test]
fn trap_16_a_reload_asks_for_the_members_again() {
    let mut session = Session::new(Role::Events, &PbxConfig::default(), Stamp(0));
    let mut asks = Asks::default();
    login(&mut session, &mut asks, Stamp(0));
    let reload = b"Event: Reload\r\nPrivilege: system,all\r\nModule: app_queue.so\r\nStatus: 0\r\n\r\n";
    let out = session.receive(reload, Stamp(100), &mut asks);
    let [Output::Send(sent)] = &out[..] else { panic!("{out:?}") };
    let sent = String::from_utf8(sent.clone()).unwrap();
    assert!(sent.starts_with("Action: QueueStatus\r\n"), "{sent}");
    let id = sent.lines().find_map(|line| line.strip_prefix("ActionID: ")).unwrap();
    let list = format!(
        "Response: Success\r\nActionID: {id}\r\nEventList: start\r\nMessage: Queue status will follow\r\n\r\n\
         Event: QueueStatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"
    );
    let out = session.receive(list.as_bytes(), Stamp(101), &mut asks);
    let [Output::Report(Report::Signals(told))] = &out[..] else { panic!("{out:?}") };
    assert!(matches!(&told[..], [(_, Signal::MemberGone { queue, .. })] if queue == "hotline"), "{told:?}");
}

#[test]
fn trap_17_nothing_is_counted_from_cdr() {
    let file = "local-channel-member.jsonl.gz";
    let cdr: Vec<Message> =
        messages(file).into_iter().filter(|message| message.event().as_deref() == Some("Cdr")).collect();
    assert!(cdr.len() > 2, "more records than calls");
    assert!(cdr.iter().all(|message| signal(&Layout::default(), message).is_none()));
    assert_eq!(desk(&[file]).book.all().count(), 2);
}

#[test]
fn a_busy_customer_is_told_by_the_second_leg() {
    let over = signals(&["click-to-dial.jsonl.gz"]);
    assert!(over.iter().any(|(_, signal)| matches!(signal, Signal::DialOver { end: DialEnd::Busy, .. })));
}
