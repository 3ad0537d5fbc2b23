//! Recordings (R-CALL-7): where they come from, who may listen, the register without gaps, and that nothing which belongs
//! to an unfinished matter is ever given free for deletion.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use ringdesk::domain::call::{ChannelFacts, Direction, Origin, Phase, Signal};
use ringdesk::domain::command::RecordingCommand;
use ringdesk::domain::decide::{self, Context};
use ringdesk::domain::recording::UNFINISHED;
use ringdesk::domain::rulebook::RoleRule;
use ringdesk::domain::source::{Link, SourceKind};
use ringdesk::domain::*;
use ringdesk::text::Language;

use crate::play::at;
use crate::recorded::signals;

const DAY: i64 = 86_400_000;

/// A desk that remembers recordings as the records do.
struct World {
    state: State,
    rules: Rulebook,
    staff: Vec<Staff>,
    now: Stamp,
    /// As the records have them.
    recordings: BTreeMap<CallId, Recording>,
    calls: BTreeMap<CallId, Call>,
    /// Every listen there ever was in an event, by call and number.
    journal: Vec<Recording>,
}

impl World {
    fn new() -> World {
        let person = |id: &str, role, roles: &[&str]| Staff {
            id: StaffId(id.into()),
            name: id.into(),
            role,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..Staff::default()
        };
        let mut rules = Rulebook::default();
        let role = RoleRule { name: "质检".into(), named_only: true, ..RoleRule::default() };
        rules.roles.insert("quality".into(), role);
        let staff = vec![
            person("wang", Role::Operator, &[]),
            person("li", Role::Operator, &["quality"]),
            person("boss", Role::Supervisor, &[]),
            person("ma", Role::Technician, &[]),
        ];
        let mut state = State::new(8 * 3_600_000);
        let source =
            Source { id: SourceId(1), kind: SourceKind::Live, name: "pbx".into(), link: Link::Up, ..Source::default() };
        state.fold(&Event::Source(source));
        let (recordings, calls, journal) = Default::default();
        World { state, rules, staff, now: at("2026-11-01 09:00"), recordings, calls, journal }
    }

    fn fold(&mut self, events: Vec<Event>) {
        let sequence = self.state.sequence + 1;
        for event in &events {
            match event {
                Event::Recording(recording) => {
                    self.recordings.insert(recording.call, (**recording).clone());
                    self.journal.push((**recording).clone());
                }
                Event::Call(call) => drop(self.calls.insert(call.id, (**call).clone())),
                _ => {}
            }
        }
        let entry = Entry {
            sequence,
            at: self.now,
            actor: Actor::Desk,
            seat: String::new(),
            rule: String::new(),
            command: 0,
            events,
        };
        self.state.apply(&entry);
    }

    fn context<'a>(&'a self, actor: &'a Actor) -> Context<'a> {
        Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor, now: self.now }
    }

    fn signal(&mut self, signal: &Signal) {
        let actor = Actor::Pbx("pbx".into());
        let decision = decide::signal(self.context(&actor), SourceId(1), self.now, signal);
        self.fold(decision.events);
    }

    fn ask(&mut self, who: &str, command: RecordingCommand) -> Result<(), String> {
        let actor = if who.is_empty() { Actor::Desk } else { Actor::Staff(StaffId(who.into())) };
        let held = self.recordings.values().cloned().collect();
        let calls = self.calls.values().cloned().collect();
        let decided = decide::decide(self.context(&actor), &Command::Recording { command, held, calls });
        decided.map(|decision| self.fold(decision.events)).map_err(|why| why.words(Language::ZhHans))
    }

    fn arrives(&mut self, id: &str) -> CallId {
        let facts =
            ChannelFacts { uniqueid: id.into(), linkedid: id.into(), origin: Origin::Outside, ..Default::default() };
        self.signal(&Signal::ChannelNew(facts));
        self.state.calls.by_channel(SourceId(1), id).unwrap().id
    }

    fn recorded(&mut self, id: &str, path: &str) {
        self.signal(&Signal::Recorded { uniqueid: id.into(), path: path.into() });
    }

    fn ends(&mut self, id: CallId) {
        let call = Call { phase: Phase::Ended, ended_at: Some(self.now), ..self.state.calls.get(id).unwrap().clone() };
        self.fold(vec![Event::Call(Box::new(call))]);
    }

    /// A call with a recording, over.
    fn call(&mut self, id: &str) -> CallId {
        let call = self.arrives(id);
        self.recorded(id, &format!("/var/spool/{id}.wav"));
        self.ends(call);
        call
    }

    fn ticket(&mut self, id: u64, calls: &[CallId], filed: bool) {
        let stage = if filed { "filed" } else { "registered" };
        let filed_at = filed.then_some(self.now);
        let ticket =
            Ticket { id: TicketId(id), calls: calls.to_vec(), stage: stage.into(), filed_at, ..Ticket::default() };
        self.fold(vec![Event::Ticket(Box::new(ticket))]);
    }

    fn listen(&mut self, who: &str, call: CallId, reason: &str) -> Result<(), String> {
        self.ask(who, RecordingCommand::Listen { call, reason: reason.into() })
    }

    fn extract(&mut self, who: &str, call: CallId, ticket: Option<u64>, reason: &str) -> Result<(), String> {
        let (ticket, place, reason) = (ticket.map(TicketId), String::new(), reason.into());
        self.ask(who, RecordingCommand::Extract { call, ticket, place, reason })
    }

    fn expire(&mut self) {
        let before = self.now.plus(-i64::from(self.rules.recordings.days) * DAY);
        self.ask("", RecordingCommand::Expire { before }).unwrap();
    }
}

#[test]
fn the_paths_of_a_real_pbx_belong_to_their_call() {
    let signals = signals(&["monitor-whisper-record.jsonl.gz"]);
    let paths: BTreeSet<(&str, &str)> = signals
        .iter()
        .filter_map(|(_, signal)| match signal {
            Signal::Recorded { uniqueid, path } => Some((uniqueid.as_str(), path.as_str())),
            _ => None,
        })
        .collect();
    let channel = "1795308027.106";
    let both =
        ["/var/spool/asterisk/monitor/1795308027.106.wav", "/var/spool/asterisk/monitor/desk-1795308027.106.wav"];
    assert_eq!(paths, both.map(|path| (channel, path)).into_iter().collect(), "as the recording's own .md names them");
    let mut world = World::new();
    for (at, signal) in &signals {
        world.now = *at;
        world.signal(signal);
    }
    let recordings: Vec<&Recording> = world.recordings.values().collect();
    assert_eq!(recordings.len(), 1, "one call, and the supervisor's legs are none");
    let call = &world.calls[&recordings[0].call];
    assert_eq!((call.party.number.as_str(), call.direction), ("13811115555", Direction::Inbound));
    assert_eq!(
        recordings[0].paths().collect::<Vec<_>>(),
        both,
        "the dialplan's first, the one begun by hand behind it"
    );
    assert_eq!(world.journal.len(), 2, "whatever else was said of them was no news");
    assert!(world.state.recordings.is_empty(), "the call is over: it is looked up from now on");
}

#[test]
fn a_path_said_again_late_or_of_no_call_changes_nothing() {
    let mut world = World::new();
    world.recorded("nobody", "/a.wav");
    let call = world.arrives("u1");
    world.recorded("u1", "/a.wav");
    world.recorded("u1", "/a.wav");
    assert_eq!(world.journal.len(), 1);
    assert_eq!(world.state.recordings.len(), 1);
    world.now = world.now.plus(60_000);
    world.recorded("u1", "/b \u{1b}[31m.wav");
    let made = world.recordings[&call].made_at;
    assert_eq!((made, world.journal.len()), (world.now, 2), "its time is counted from the last one");
    assert_eq!(world.recordings[&call].further, ["/b \u{1b}[31m.wav"], "stored as the PBX said it");
    world.ends(call);
    world.recorded("u1", "/late.wav");
    assert_eq!(world.journal.len(), 2, "a call that is over is recorded no more");
}

#[test]
fn who_may_listen_and_that_each_listen_is_written_down() {
    let mut world = World::new();
    let call = world.call("u1");
    assert_eq!(world.listen("boss", CallId(99), "投诉").unwrap_err(), "通话 99 没有录音");
    for who in ["wang", "li", "ma"] {
        assert!(world.listen(who, call, "好奇").unwrap_err().contains("只有班长"), "{who}");
    }
    assert_eq!(world.listen("boss", call, "  ").unwrap_err(), "请写明原因");
    assert_eq!(world.journal.len(), 1, "what was refused left nothing");
    world.rules.recordings.listen = vec!["quality".into()];
    world.listen("boss", call, "投诉核实").unwrap();
    world.listen("li", call, " 每日监听 ").unwrap();
    let heard: Vec<_> =
        world.recordings[&call].listens.iter().map(|one| (one.by.0.as_str(), one.reason.as_str())).collect();
    assert_eq!(heard, [("boss", "投诉核实"), ("li", "每日监听")]);
    assert_eq!(world.journal.iter().map(|one| one.listens.len()).collect::<Vec<_>>(), [0, 1, 2], "each has its entry");
    world.now = world.now.plus(31 * DAY);
    world.expire();
    assert!(world.listen("boss", call, "再听").unwrap_err().contains("已过保存期"));
    assert!(world.extract("boss", call, None, "再取").unwrap_err().contains("已过保存期"));
}

#[test]
fn the_register_has_every_number_once() {
    let mut world = World::new();
    let calls = [world.call("u1"), world.call("u2"), world.call("u3")];
    world.ticket(7, &[], false);
    assert!(world.extract("wang", calls[0], None, "投诉").unwrap_err().contains("班长"));
    assert_eq!(world.extract("boss", calls[0], None, "").unwrap_err(), "请写明原因");
    assert!(world.extract("boss", calls[0], Some(8), "投诉").unwrap_err().contains("不是未办结"));
    world.extract("boss", calls[0], Some(7), "投诉").unwrap();
    assert_eq!(world.extract("boss", calls[0], None, "再取").unwrap_err(), "通话 1 的录音已提取，登记第 1 号");
    world.extract("boss", calls[2], None, "培训").unwrap();
    let entry = |world: &World, call: CallId| world.recordings[&call].extraction.clone().unwrap();
    assert_eq!(entry(&world, calls[0]).ticket, Some(TicketId(7)));
    assert_eq!(entry(&world, calls[2]).number, 2);
    world.now = world.now.plus(400 * DAY);
    world.expire();
    assert_eq!(world.recordings[&calls[0]].expired_at, None, "what is extracted is never free");
    assert!(world.recordings[&calls[1]].expired_at.is_some());
}

#[test]
fn thirty_days_to_the_millisecond() {
    let mut world = World::new();
    let call = world.call("u1");
    let made = world.recordings[&call].made_at;
    world.now = made.plus(30 * DAY);
    world.expire();
    assert_eq!(world.recordings[&call].expired_at, None, "thirty days are not over before they are over");
    // Nobody's word makes it shorter, not even the desk's own.
    world.ask("", RecordingCommand::Expire { before: world.now.plus(DAY) }).unwrap();
    assert_eq!(world.recordings[&call].expired_at, None);
    world.rules.recordings.days = 1;
    world.expire();
    assert_eq!(world.recordings[&call].expired_at, None, "a rulebook may keep them longer, not shorter");
    world.now = made.plus(30 * DAY + 1);
    world.rules.recordings.days = 60;
    world.expire();
    assert_eq!(world.recordings[&call].expired_at, None);
    world.rules.recordings.days = 30;
    assert!(world.ask("boss", RecordingCommand::Expire { before: made.plus(1) }).is_err(), "nobody asks for it");
    world.expire();
    assert_eq!(world.recordings[&call].expired_at, Some(world.now));
    let entries = world.journal.len();
    world.expire();
    assert_eq!(world.journal.len(), entries, "once");
}

#[test]
fn an_unfinished_matter_keeps_its_recording() {
    let mut world = World::new();
    let calls = [world.call("u1"), world.call("u2"), world.call("u3"), world.call("u4")];
    world.ticket(1, &calls[..1], false);
    world.ticket(2, &[], false);
    world.ticket(3, &calls[2..3], true);
    let mut named = world.calls[&calls[1]].clone();
    named.tickets = vec![TicketId(2)];
    world.fold(vec![Event::Call(Box::new(named))]);
    let on_line = world.arrives("u5");
    world.recorded("u5", "/u5.wav");
    world.now = world.now.plus(31 * DAY);
    world.expire();
    let kept = |world: &World, call: CallId| world.recordings[&call].extraction.clone();
    for (call, ticket, number) in [(calls[0], 1, 1), (calls[1], 2, 2)] {
        let entry = kept(&world, call).unwrap();
        assert_eq!((entry.ticket, entry.number, entry.by), (Some(TicketId(ticket)), number, None));
        assert_eq!(entry.reason, UNFINISHED);
        assert_eq!(world.recordings[&call].expired_at, None);
    }
    assert!(world.recordings[&calls[2]].expired_at.is_some(), "its ticket is filed");
    assert!(world.recordings[&calls[3]].expired_at.is_some());
    let untouched = &world.recordings[&on_line];
    assert_eq!((untouched.expired_at, &untouched.extraction), (None, &None), "a call that goes on is left alone");
}

#[test]
fn a_rehearsal_goes_into_no_register() {
    let mut world = World::new();
    let call = world.call("u1");
    let rehearsed = Recording { rehearsal: true, ..world.recordings[&call].clone() };
    world.fold(vec![Event::Recording(Box::new(rehearsed))]);
    world.ticket(1, &[call], false);
    world.listen("boss", call, "练习").unwrap();
    assert!(world.extract("boss", call, None, "练习").unwrap_err().contains("演练"));
    world.now = world.now.plus(31 * DAY);
    world.expire();
    assert!(world.recordings[&call].extraction.is_none() && world.state.last.extraction == 0);
}

#[derive(Clone, Debug)]
enum Step {
    Call,
    /// A ticket about this call, from the ticket's side or the call's.
    Ticket(usize, bool),
    File(usize),
    Reopen(usize),
    Listen(usize),
    Extract(usize),
    Passes(i64),
    Expire,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Call),
        2 => (0..20usize, any::<bool>()).prop_map(|(call, side)| Step::Ticket(call, side)),
        1 => (0..20usize).prop_map(Step::File),
        1 => (0..20usize).prop_map(Step::Reopen),
        1 => (0..20usize).prop_map(Step::Listen),
        1 => (0..20usize).prop_map(Step::Extract),
        2 => prop_oneof![Just(DAY), Just(29 * DAY), Just(30 * DAY), Just(1), 0..40 * DAY].prop_map(Step::Passes),
        2 => Just(Step::Expire),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    /// Random calls, tickets and time. A second bookkeeping says which matters are open: what belongs to one is never given
    /// free while it is, nothing is given free before its thirty days, and the register counts from 1 without gaps.
    #[test]
    fn nothing_unfinished_is_ever_free(steps in proptest::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        let mut calls = Vec::new();
        // Which ticket is open, and about which call.
        let mut tickets: Vec<(CallId, bool)> = Vec::new();
        for step in steps {
            let before = world.recordings.clone();
            match step {
                Step::Call => {
                    let id = format!("u{}", calls.len());
                    calls.push(world.call(&id));
                }
                Step::Ticket(at, by_call) if !calls.is_empty() => {
                    let call = calls[at % calls.len()];
                    let id = tickets.len() as u64 + 1;
                    if by_call {
                        let mut named = world.calls[&call].clone();
                        named.tickets.push(TicketId(id));
                        world.fold(vec![Event::Call(Box::new(named))]);
                    }
                    world.ticket(id, if by_call { &[] } else { std::slice::from_ref(&call) }, false);
                    tickets.push((call, true));
                }
                Step::File(at) | Step::Reopen(at) if !tickets.is_empty() => {
                    let at = at % tickets.len();
                    let open = matches!(step, Step::Reopen(_));
                    let call = tickets[at].0;
                    let named = world.calls[&call].tickets.contains(&TicketId(at as u64 + 1));
                    world.ticket(at as u64 + 1, if named { &[] } else { std::slice::from_ref(&call) }, !open);
                    tickets[at].1 = open;
                }
                Step::Listen(at) if !calls.is_empty() => drop(world.listen("boss", calls[at % calls.len()], "抽查")),
                Step::Extract(at) if !calls.is_empty() => drop(world.extract("boss", calls[at % calls.len()], None, "要")),
                Step::Passes(ms) => world.now = world.now.plus(ms),
                Step::Expire => world.expire(),
                _ => {}
            }
            for (call, recording) in &world.recordings {
                let freed = recording.expired_at.is_some() && before.get(call).is_some_and(|old| old.expired_at.is_none());
                if freed {
                    let open = tickets.iter().any(|(of, open)| of == call && *open);
                    prop_assert!(!open, "{call:?} belongs to an open ticket");
                    prop_assert!(world.now.since(recording.made_at) > 30 * DAY);
                    prop_assert!(recording.extraction.is_none());
                }
                prop_assert!(recording.extraction.is_none() || recording.expired_at.is_none());
                // What was written down of it stays.
                if let Some(old) = before.get(call) {
                    prop_assert!(recording.listens.starts_with(&old.listens));
                    prop_assert!(old.extraction.is_none() || old.extraction == recording.extraction);
                }
            }
            let entries = world.recordings.values().filter_map(|one| one.extraction.as_ref());
            let numbers: BTreeSet<u64> = entries.clone().map(|entry| entry.number).collect();
            prop_assert_eq!(numbers.len(), entries.count());
            prop_assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "{:?}", numbers);
        }
    }
}
