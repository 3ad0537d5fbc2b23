//! Supervisors over the whole way: sockets, the journal, and what a stand-in PBX is asked and says (R-LIVE-2).

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use ringdesk::domain::call::{Action, Origin, Outcome, Phase, Signal};
use ringdesk::domain::command::OversightCommand as O;
use ringdesk::domain::figures::Filter;
use ringdesk::domain::oversight::{Ending, SpyMode};
use ringdesk::domain::{AgentId, CallId, Command, Intervention, InterventionId, Made, Role, Staff, StaffId, Stamp};
use ringdesk::pbx::PbxConfig;
use ringdesk::pbx::ami::actions::{error_say, request};
use ringdesk::pbx::ami::codec::{Decoder, Frame, Message};
use ringdesk::pbx::ami::mapping::{Layout, seen_channel, signal};
use ringdesk::wire::{self, Answer, Export, Framer, FromDesk, Hello, Query, ToDesk};

use crate::bench::{Bench, Console, login};
use crate::standin::{self, Standin, hears, is_in, sign_on};

const WHY: &str = "听听新人怎么说";

fn message(text: &str) -> Message {
    let mut decoder = Decoder::new();
    decoder.push(text.replace('\n', "\r\n").as_bytes());
    decoder.push(b"\r\n\r\n");
    match decoder.next_frame() {
        Some(Frame::Message(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_asked_is_what_the_pbx_understands() {
    let config = PbxConfig::default();
    let spy = |mode| Action::Spy {
        id: "spy-1-9".into(),
        phone: "1009".into(),
        channel: "PJSIP/1001-00000065".into(),
        mode,
        told: true,
    };
    for (mode, options) in [(SpyMode::Listen, "qE"), (SpyMode::Whisper, "qwE"), (SpyMode::Barge, "qBE")] {
        let bytes = request(&spy(mode), &config).encode("a2").unwrap();
        let wanted = format!(
            "Action: Originate\r\nActionID: a2\r\nChannel: PJSIP/1009\r\nApplication: ChanSpy\r\n\
             Data: PJSIP/1001-00000065,{options}\r\nTimeout: 20000\r\nAsync: true\r\nChannelId: spy-1-9\r\n\r\n"
        );
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }
    for (words, key) in [
        ("Unable to add interface: Already there", "pbx.already_member"),
        ("Unable to remove interface: Not there", "pbx.not_a_member"),
        ("Unable to add interface to queue: No such queue", "pbx.no_such_queue"),
        ("Member not dynamic", "pbx.fixed_member"),
        ("No such channel", "pbx.channel_gone"),
    ] {
        assert_eq!(error_say(words).key, key);
    }
}

/// As a real PBX wrote them: the two events name both sides, and neither is a call of its own.
#[test]
fn who_listens_in_is_known_by_the_events_and_never_taken_for_a_caller() {
    let layout = Layout::default();
    let sides = "SpyerChannel: PJSIP/1009-00000066\nSpyerUniqueid: 1795308029.108\nSpyerLinkedid: 1795308029.108\n\
                 SpyeeChannel: PJSIP/1001-00000065\nSpyeeUniqueid: 1795308027.107\nSpyeeLinkedid: 1795308027.106";
    let (spy, spied) = ("1795308029.108".to_owned(), "1795308027.107".to_owned());
    let start = message(&format!("Event: ChanSpyStart\nPrivilege: call,all\n{sides}"));
    assert_eq!(signal(&layout, &start), Some(Signal::SpyStarted { spy: spy.clone(), spied }));
    let stop = message(&format!("Event: ChanSpyStop\nPrivilege: call,all\n{sides}"));
    assert_eq!(signal(&layout, &stop), Some(Signal::SpyStopped { spy }));
    let listed = |uniqueid: &str, application: &str| {
        let text = format!(
            "Event: CoreShowChannel\nChannel: PJSIP/1009-00000066\nChannelState: 6\nCallerIDNum: <unknown>\n\
             Context: default\nExten: s\nUniqueid: {uniqueid}\nLinkedid: {uniqueid}\nApplication: {application}\n\
             Duration: 00:00:04\nBridgeId: "
        );
        seen_channel(&layout, &message(&text), Stamp(0)).facts.origin
    };
    assert_eq!(listed("1.1", "Queue"), Origin::Outside);
    assert_eq!(listed("1.1", "ChanSpy"), Origin::Rung);
    assert_eq!(listed("spy-1-9", "AppDial2"), Origin::Rung);
}

fn desk(told: bool) -> (Bench, Standin) {
    standin::able_desk(move |options| {
        options.config.rulebook.oversight.told = told;
        options.config.staff.push(Staff {
            id: StaffId("chen".into()),
            name: "chen".into(),
            login: login(),
            phone: "1009".into(),
            role: Role::Supervisor,
            ..Staff::default()
        });
    })
}

const CALLER: &str = "13800000001";
/// As long as a real one's serial: a telephone is known by what stands before it.
const CALL: &str = "c0000001";
const CALL_2: &str = "c0000002";

/// wang talks with a caller; chen sits at a telephone.
fn in_talk(bench: &Bench, pbx: &Standin) -> (Console, Console) {
    let (mut wang, mut chen) = (bench.console("wang"), bench.console("chen"));
    hears(&mut chen);
    sign_on(&mut wang, "1001");
    sign_on(&mut chen, "1009");
    pbx.caller(CALL, CALLER, "1001");
    pbx.is_answered(CALL, CALLER, "1001");
    for console in [&mut wang, &mut chen] {
        console.sees(|state| is_in(state, CALLER, Phase::Talking));
    }
    (wang, chen)
}

fn listen(mode: SpyMode) -> Command {
    Command::Oversight(O::Spy { agent: AgentId("1001".into()), mode, reason: WHY.into() })
}

fn step(console: &mut Console, id: u64, is: impl Fn(&Intervention) -> bool) -> Intervention {
    console.sees(|state| state.interventions.get(&InterventionId(id)).filter(|step| is(step)).cloned())
}

#[test]
fn a_supervisor_listens_and_the_agent_who_is_to_know_does() {
    let (bench, pbx) = desk(true);
    let (mut wang, mut chen) = in_talk(&bench, &pbx);
    let request = chen.line.send(77, listen(SpyMode::Listen)).unwrap();
    let asked = pbx.originated();
    assert_eq!((asked["Channel"].as_str(), asked["Application"].as_str()), ("PJSIP/1009", "ChanSpy"));
    assert_eq!(asked["Data"], "PJSIP/1001-c00000011,qE");
    pbx.spy_rings(&asked, true);
    assert_eq!(chen.done(request), Ok(Made::Intervention(InterventionId(1))));
    let seen = step(&mut wang, 1, Intervention::is_in_talk);
    assert!(seen.told && seen.by.0 == "chen" && seen.channel == asked["ChannelId"]);
    // Said twice it is done once.
    assert!(chen.perform_as(77, listen(SpyMode::Listen)).is_ok());
    assert!(pbx.is_quiet() && chen.state().interventions.len() == 1);
    // Nothing of it is a call, and the talk stays where it is.
    assert_eq!(chen.state().calls.all().count(), 1);
    assert!(is_in(chen.state(), CALLER, Phase::Talking).is_some());
    let leave = Command::Oversight(O::StopSpy(InterventionId(1)));
    chen.perform(leave).unwrap();
    let hung = pbx.asked();
    assert_eq!((hung["Action"].as_str(), &hung["Channel"]), ("Hangup", &asked["ChannelId"]));
    pbx.spy_stops(&asked);
    assert_eq!(step(&mut chen, 1, |step| !step.is_open()).ending, Ending::Over);
    assert!(is_in(chen.state(), CALLER, Phase::Talking).is_some());
    pbx.hangs_up(CALL, CALLER, "1001");
    wang.sees(|state| state.calls.get(CallId(1)).filter(|call| !call.is_open()).map(drop));
}

#[test]
fn what_the_pbx_would_not_do_is_told_and_marked() {
    let (bench, pbx) = desk(true);
    let (_wang, mut chen) = in_talk(&bench, &pbx);
    let request = chen.line.send(0, listen(SpyMode::Barge)).unwrap();
    let asked = pbx.originated();
    pbx.spy_rings(&asked, false);
    assert_eq!(chen.done(request).unwrap_err().key, "pbx.dial_unanswered");
    assert_eq!(step(&mut chen, 1, |step| !step.is_open()).ending, Ending::Refused);
    let agent = |id: &str| AgentId(id.into());
    let queue = |id: &str, joined| {
        Command::Oversight(O::Queue { agent: agent(id), queue: "hotline".into(), joined, reason: WHY.into() })
    };
    sign_on(&mut bench.console("li"), "1002");
    assert_eq!(chen.perform(queue("1002", true)).unwrap_err().key, "pbx.already_member");
    assert_eq!(step(&mut chen, 2, |step| step.ending == Ending::Refused).reason, WHY);
    assert_eq!(pbx.asked()["Interface"], "PJSIP/1002");
    assert_eq!(chen.perform(queue("1009", false)).unwrap_err().key, "pbx.not_a_member");
    assert_eq!(pbx.asked()["Action"], "QueueRemove");
    // What it does, it says: the agent is in the queue from then on.
    chen.perform(queue("1009", true)).unwrap();
    assert_eq!(pbx.asked()["Paused"], "false");
    pbx.member("QueueMemberAdded", "hotline", "1009");
    let there = |state: &ringdesk::domain::State| state.agents.get(&agent("1009"))?.pbx.queues.first().cloned();
    assert_eq!(chen.sees(there), "hotline");
    pbx.member("QueueMemberRemoved", "hotline", "1009");
    chen.sees(|state| state.agents[&agent("1009")].pbx.queues.is_empty().then_some(()));
}

#[test]
fn a_waiting_caller_is_sent_on_and_is_no_abandoned_one() {
    let (bench, pbx) = desk(true);
    let mut chen = bench.console("chen");
    hears(&mut chen);
    sign_on(&mut chen, "1009");
    for (uid, number) in [(CALL, CALLER), (CALL_2, "13800000002")] {
        pbx.caller(uid, number, "1001");
        chen.sees(|state| is_in(state, number, Phase::Ringing));
    }
    let send =
        |call: u64, to: &str| Command::Oversight(O::Redirect { call: CallId(call), to: to.into(), reason: WHY.into() });
    // Refused: the mark is taken back, and who gives up afterwards did give up.
    assert_eq!(chen.perform(send(1, "110")).unwrap_err().key, "pbx.channel_gone");
    pbx.asked();
    step(&mut chen, 1, |step| step.ending == Ending::Refused);
    assert!(!chen.state().calls.get(CallId(1)).unwrap().memory.redirect_asked);
    pbx.gives_up(CALL, CALLER, "1001");
    let over = |id: u64| {
        move |state: &ringdesk::domain::State| {
            state.calls.get(CallId(id)).filter(|call| !call.is_open()).map(|call| call.outcome)
        }
    };
    assert_eq!(chen.sees(over(1)), Outcome::Abandoned);
    chen.perform(Command::Oversight(O::Take { call: CallId(2), phone: String::new(), reason: WHY.into() })).unwrap();
    let asked = pbx.asked();
    assert_eq!((asked["Channel"].as_str(), asked["Exten"].as_str()), ("PJSIP/trunk-c0000002", "1009"));
    assert!(chen.state().calls.get(CallId(2)).unwrap().memory.redirect_asked);
}

/// A line whose bytes are kept.
struct Raw {
    socket: UnixStream,
    framer: Framer,
    bytes: Vec<u8>,
    requests: u64,
}

impl Raw {
    fn of(bench: &Bench, staff: &str) -> Raw {
        let socket = UnixStream::connect(bench.socket()).unwrap();
        let mut raw = Raw { socket, framer: Framer::default(), bytes: Vec::new(), requests: 0 };
        let hello = Hello { seat: "console".into(), staff: staff.into(), follow: true, ..Hello::default() };
        let hello = Hello { version: wire::VERSION, ..hello };
        raw.socket.write_all(&wire::encode(&ToDesk::Hello(hello)).unwrap()).unwrap();
        raw
    }

    /// Asks, and takes in everything up to the answer of a fence behind it.
    fn asks(&mut self, queries: Vec<Query>) {
        let queries = queries.into_iter().chain([Query::Fence]);
        for query in queries {
            self.requests += 1;
            let ask = ToDesk::Ask { request: self.requests, query };
            self.socket.write_all(&wire::encode(&ask).unwrap()).unwrap();
        }
        loop {
            while let Some(message) = self.framer.message::<FromDesk>().unwrap() {
                if let FromDesk::Answer { request, answer } = message
                    && request == self.requests
                {
                    assert!(matches!(*answer, Answer::Fence));
                    return;
                }
            }
            let mut chunk = vec![0; 64 * 1024];
            let count = self.socket.read(&mut chunk).unwrap();
            assert!(count > 0, "the line is gone");
            self.bytes.extend_from_slice(&chunk[..count]);
            self.framer.feed(&chunk[..count]);
        }
    }

    fn holds(&self, mark: &str) -> bool {
        self.bytes.windows(mark.len()).any(|window| window == mark.as_bytes())
    }
}

fn everything() -> Vec<Query> {
    let export = |what: &str| Query::Export(Export { what: what.into(), since: None, until: None });
    let (since, until, limit) = (i64::MIN, i64::MAX, 1_000);
    let rows = |facts: Vec<u8>| Query::FigureRows { since, until, filter: Filter::default(), facts, limit };
    let interventions = ringdesk::domain::figures::Fact::Interventions.number();
    vec![
        export("journal"),
        export("calls"),
        export("notices"),
        rows(Vec::new()),
        rows(vec![interventions]),
        Query::Figures { since, until },
        Query::StateAt(Stamp(i64::MAX / 4)),
    ]
}

#[test]
fn of_what_agents_are_not_told_no_byte_goes_over_their_lines() {
    let (bench, pbx) = desk(false);
    let (_wang, mut chen) = in_talk(&bench, &pbx);
    let (mut before, mut supervisor) = (Raw::of(&bench, "wang"), Raw::of(&bench, "chen"));
    before.asks(Vec::new());
    let request = chen.line.send(0, listen(SpyMode::Listen)).unwrap();
    let asked = pbx.originated();
    pbx.spy_rings(&asked, true);
    chen.done(request).unwrap();
    let mut during = Raw::of(&bench, "wang");
    during.asks(everything());
    // Ended by the end of the call: one entry holds both.
    pbx.hangs_up(CALL, CALLER, "1001");
    assert_eq!(step(&mut chen, 1, |step| !step.is_open()).ending, Ending::TalkOver);
    let mut after = Raw::of(&bench, "li");
    for raw in [&mut before, &mut during, &mut after, &mut supervisor] {
        raw.asks(everything());
    }
    for mark in [WHY, asked["ChannelId"].as_str()] {
        assert!(supervisor.holds(mark), "{mark}");
        for raw in [&before, &during, &after] {
            assert!(raw.holds(CALLER) && !raw.holds(mark), "{mark}");
        }
    }
    assert_eq!(bench.console("li").state().last.intervention, 0);
    // Whispering is heard anyway.
    pbx.caller(CALL_2, "13800000002", "1001");
    pbx.is_answered(CALL_2, "13800000002", "1001");
    chen.sees(|state| is_in(state, "13800000002", Phase::Talking));
    let request = chen.line.send(0, listen(SpyMode::Whisper)).unwrap();
    let asked = pbx.originated();
    pbx.spy_rings(&asked, true);
    chen.done(request).unwrap_or_else(|why| panic!("{why:?}"));
    before.asks(Vec::new());
    assert!(before.holds(WHY));
}
