//! Dialling people of the queue (R-CB-6, R-CB-7, R-CB-9): who has the line, what a try comes to, and what the desk
//! concludes from the recordings against what the phones saw.

use std::collections::BTreeMap;

use ringdesk::domain::agent::AgentState;
use ringdesk::domain::call::{Action, Capabilities, Direction, Disposition, Outcome, Phase, Signal};
use ringdesk::domain::callback::{Callback, CallbackReason, Debt, Gravity, Reach};
use ringdesk::domain::command::{AgentCommand, CallCommand, Made};
use ringdesk::domain::decide::{self, Context, Decision};
use ringdesk::domain::phone::match_key;
use ringdesk::domain::source::{Link, Source, SourceKind};
use ringdesk::domain::{
    Actor, Call, CallId, CallbackId, Command, Entry, Event, Role, Rulebook, SourceId, Staff, StaffId, Stamp, State,
};
use ringdesk::pbx::{Player, Report};
use ringdesk::text::{Language, Say};
use serde_json::Value;

use crate::recorded::{bytes, signals};

/// Eight hours ahead of UTC.
const OFFSET: i64 = 8 * 3_600_000;
const MINUTE: i64 = 60_000;
/// 2026-11-22 10:00 in China.
const TEN: Stamp = Stamp(1_795_312_800_000);

fn staff() -> Vec<Staff> {
    let person = |id: &str, role| Staff { id: StaffId(id.into()), name: format!("{id}姐"), role, ..Staff::default() };
    vec![person("wang", Role::Operator), person("li", Role::Operator), person("chen", Role::Supervisor)]
}

struct World {
    state: State,
    rules: Rulebook,
    entries: Vec<Entry>,
    /// The last value of every line, open or settled.
    lines: BTreeMap<CallbackId, Callback>,
    now: Stamp,
}

impl World {
    /// A desk with a PBX, two operators and a supervisor at their phones.
    fn new(now: Stamp) -> World {
        let (state, lines) = (State::new(OFFSET), BTreeMap::new());
        let mut world = World { state, rules: Rulebook::default(), entries: Vec::new(), lines, now };
        let can = Capabilities { dial: true, hangup: true, ..Capabilities::default() };
        let (kind, link) = (SourceKind::Live, Link::Up);
        let pbx = Source { id: SourceId(1), kind, link, can, name: "pbx".into(), ..Source::default() };
        world.keep(vec![Event::Source(pbx)]);
        for (who, phone) in [("wang", "1001"), ("li", "1002"), ("chen", "1003")] {
            world.must(who, Command::Agent(AgentCommand::SignOn { phone: phone.into() }));
        }
        world
    }

    fn keep(&mut self, events: Vec<Event>) {
        for event in &events {
            if let Event::Callback(line) = event {
                self.lines.insert(line.id, (**line).clone());
            }
        }
        let (seat, rule, actor) = (String::new(), String::new(), Actor::Desk);
        let sequence = self.state.sequence + 1;
        let entry = Entry { sequence, at: self.now, actor, seat, rule, command: 0, events };
        self.state.apply(&entry);
        self.entries.push(entry);
    }

    fn ask(&mut self, who: &str, command: Command) -> Result<Decision, Say> {
        let (actor, staff) = (Actor::Staff(StaffId(who.into())), staff());
        let context = Context { state: &self.state, rules: &self.rules, staff: &staff, actor: &actor, now: self.now };
        let decision = decide::decide(context, &command)?;
        self.keep(decision.events.clone());
        Ok(decision)
    }

    fn must(&mut self, who: &str, command: Command) -> Decision {
        self.ask(who, command.clone()).unwrap_or_else(|why| panic!("{command:?}: {}", why.words(Language::ZhHans)))
    }

    fn refused(&mut self, who: &str, command: Command) -> Say {
        let before = self.state.clone();
        let why = self.ask(who, command).unwrap_err();
        assert_eq!(before, self.state);
        for language in Language::ALL {
            let words = why.words(language);
            assert!(words != why.key && !words.contains('{'), "{words}");
        }
        why
    }

    fn signal(&mut self, at: Stamp, signal: &Signal) {
        self.now = self.now.max(at);
        let (actor, staff) = (Actor::Pbx("pbx".into()), staff());
        let context = Context { state: &self.state, rules: &self.rules, staff: &staff, actor: &actor, now: self.now };
        let events = decide::signal(context, SourceId(1), at, signal).events;
        if !events.is_empty() {
            self.keep(events);
        }
    }

    /// Somebody is owed a call.
    fn owes(&mut self, number: &str) -> CallbackId {
        let id = CallbackId(self.state.last.callback + 1);
        let debt = Debt { number: 1, made_at: self.now, due_at: self.now, ..Debt::default() };
        let line = Callback {
            id,
            number: number.into(),
            key: match_key(number),
            keys: vec![match_key(number)],
            debts: vec![debt],
            made_at: self.now,
            due_at: self.now,
            ..Callback::default()
        };
        self.keep(vec![Event::Callback(Box::new(line))]);
        id
    }

    fn line(&self, id: CallbackId) -> &Callback {
        &self.lines[&id]
    }

    fn agent(&self, who: &str) -> &AgentState {
        &self.state.agent_of(&StaffId(who.into())).unwrap().state
    }

    fn call(&self, id: CallId) -> &Call {
        self.state.calls.get(id).unwrap()
    }

    /// All of it follows from the journal.
    fn replays(&self) {
        let mut again = State::new(OFFSET);
        self.entries.iter().for_each(|entry| again.apply(entry));
        assert_eq!(again, self.state);
        self.entries.iter().flat_map(|entry| &entry.events).for_each(|event| {
            if let Event::Callback(line) = event {
                assert!(line.attempts.iter().filter(|attempt| attempt.reach.is_none()).count() <= 1);
            }
        });
    }
}

fn dial(number: &str, line: Option<CallbackId>) -> Command {
    Command::Call(CallCommand::Dial { number: number.into(), callback: line })
}

fn by_hand(number: &str, line: Option<CallbackId>) -> Command {
    Command::Call(CallCommand::DialByHand { number: number.into(), callback: line })
}

fn reached(call: CallId, answered: bool) -> Command {
    Command::Call(CallCommand::ReachedByHand { call, answered })
}

fn call_of(decision: &Decision) -> CallId {
    match decision.made {
        Made::Call(call) => call,
        other => panic!("{other:?}"),
    }
}

fn dialled(decision: &Decision) -> (String, String) {
    match &decision.actions[..] {
        [(SourceId(1), Action::Dial { id, number, .. })] => (id.clone(), number.clone()),
        other => panic!("{other:?}"),
    }
}

/// The PBX says that the dialler's own phone was not answered, or that it would not dial.
fn own_phone_silent(world: &mut World, id: &str, number: &str) {
    let (id, phone, number) = (id.to_owned(), "1001".to_owned(), number.to_owned());
    world.signal(world.now, &Signal::DialStarted { id, phone, number, answered: false });
}

#[test]
fn two_desks_that_dial_one_person_in_the_same_instant_are_one_call() {
    let mut world = World::new(TEN);
    let line = world.owes("13800000001");
    // A group of commands: the second is decided on what the first one left.
    let first = world.must("wang", dial("13800000001", Some(line)));
    let why = world.refused("li", dial("13800000001", Some(line)));
    assert_eq!(why.key, "try.taken");
    assert!(why.words(Language::ZhHans).contains("wang姐"), "{}", why.words(Language::ZhHans));
    // The same person by another way of writing the number, by hand, or by no line's key.
    assert_eq!(world.refused("li", dial("+86 138-0000-0001", None)).key, "try.taken");
    assert_eq!(world.refused("li", by_hand("13800000001", Some(line))).key, "try.taken");
    assert_eq!(world.refused("chen", dial("13800000001", Some(line))).key, "try.taken");
    assert_eq!(world.refused("wang", dial("13800000001", Some(line))).key, "refused.already_talking");
    let open = world.line(line);
    assert_eq!((open.attempts.len(), open.taken_by.clone()), (1, Some(StaffId("wang".into()))));
    assert_eq!(open.attempts[0].call, Some(call_of(&first)));
    let of_one_entry = world.entries.iter().filter(|entry| {
        let calls = entry.events.iter().any(|event| matches!(event, Event::Call(_)));
        calls && entry.events.iter().any(|event| matches!(event, Event::Callback(line) if line.taken_by.is_some()))
    });
    assert_eq!(of_one_entry.count(), 1, "the line is taken in the entry that begins the call");
    world.replays();
}

#[test]
fn a_dial_that_rang_nobody_is_no_try() {
    let mut world = World::new(TEN);
    let line = world.owes("13800000001");
    let before = world.line(line).clone();
    let decision = world.must("wang", dial("13800000001", Some(line)));
    assert_eq!(world.agent("wang"), &AgentState::Ringing);
    assert_eq!(world.state.tally.callbacks, 1, "it may become one");
    // The PBX refuses: what the desk says to itself then (no number, no stamp).
    own_phone_silent(&mut world, &dialled(&decision).0, "");
    assert_eq!(world.line(line), &before);
    assert_eq!((world.agent("wang"), world.state.tally.callbacks), (&AgentState::Ready, 0));
    assert_eq!(world.call(call_of(&decision)).outcome, Outcome::NotReached);
    // And the line is free for the colleague at once.
    world.must("li", dial("13800000001", Some(line)));
    world.replays();
}

#[test]
fn a_person_is_dialled_again_when_it_is_time() {
    let mut world = World::new(TEN);
    let line = world.owes("0571-88881234转8001");
    let call = call_of(&world.must("wang", by_hand("0571-88881234转8001", Some(line))));
    world.must("wang", reached(call, false));
    assert_eq!((world.line(line).tries, world.line(line).due_at), (1, TEN.plus(5 * MINUTE)));
    assert_eq!(world.line(line).attempts[0].reach, Some(Reach::NotReached));
    assert!(world.line(line).attempts[0].by_hand && world.line(line).taken_by.is_none());
    let why = world.refused("li", dial("0571-88881234转8001", Some(line)));
    assert!(why.words(Language::ZhHans).contains("10:05"), "{}", why.words(Language::ZhHans));
    world.now = TEN.plus(5 * MINUTE);
    let decision = world.must("li", dial("0571-88881234转8001", Some(line)));
    assert_eq!(dialled(&decision).1, "057188881234", "the extension is dialled when the switchboard answers");
    assert_eq!(world.call(call_of(&decision)).party.number, "0571-88881234转8001");
    own_phone_silent(&mut world, &dialled(&decision).0, "");
    world.replays();
}

#[test]
fn a_supervisor_needs_not_wait_and_gets_what_was_tried_in_vain() {
    let mut world = World::new(TEN);
    world.rules.attempts.waits_ms = vec![5 * MINUTE];
    world.rules.attempts.next_day_at = None;
    let line = world.owes("13800000001");
    for who in ["wang", "chen"] {
        let call = call_of(&world.must(who, by_hand("13800000001", Some(line))));
        world.must(who, reached(call, false));
    }
    assert_eq!(world.line(line).with.as_ref().map(ToString::to_string), Some("supervisor".into()));
    assert!(world.state.callbacks.contains_key(&line), "never silently dropped");
    world.now = TEN.plus(60 * MINUTE);
    assert_eq!(world.refused("wang", dial("13800000001", Some(line))).key, "try.with_role");
    world.must("chen", dial("13800000001", Some(line)));
    world.replays();
}

#[test]
fn nobody_is_dialled_at_night_but_for_an_emergency() {
    let mut world = World::new(TEN.plus(11 * 60 * MINUTE));
    let line = world.owes("13800000001");
    let why = world.refused("wang", dial("13800000001", Some(line)));
    let words = why.words(Language::ZhHans);
    assert!(why.key == "try.quiet" && words.contains("21:00") && words.contains("08:00"), "{words}");
    assert_eq!(world.refused("chen", by_hand("13800000001", None)).key, "try.quiet");
    let mut agreed = world.line(line).clone();
    (agreed.debts[0].reason, agreed.debts[0].due_at) = (CallbackReason::Agreed, world.now);
    world.keep(vec![Event::Callback(Box::new(agreed.clone()))]);
    let call = call_of(&world.must("wang", by_hand("13800000001", Some(line))));
    world.must("wang", reached(call, false));
    let next = world.line(line).due_at;
    assert_eq!(next, TEN.plus(22 * 60 * MINUTE), "8:00 the next morning");
    let urgent = world.owes("13900000002");
    let mut grave = world.line(urgent).clone();
    grave.debts[0].gravity = Gravity::Emergency;
    world.keep(vec![Event::Callback(Box::new(grave))]);
    world.must("wang", dial("13900000002", Some(urgent)));
    // Somebody who is in no queue may be rung: the technician, the fire brigade.
    world.must("li", dial("119", None));
}

#[test]
fn live_callers_go_first_and_callbacks_get_their_share() {
    let mut world = World::new(TEN);
    let line = world.owes("13800000001");
    let waiting = call_of(&world.must("li", Command::Call(CallCommand::EnterByHand { number: "13900000009".into() })));
    let why = world.refused("wang", dial("13800000001", Some(line)));
    assert!(why.key == "try.callers_wait" && why.words(Language::ZhHans).contains('1'));
    // The caller is not kept waiting by anything here.
    world.must("li", Command::Call(CallCommand::Answer(waiting)));
    world.must("wang", dial("13800000001", Some(line)));
}

#[test]
fn a_rehearsed_number_is_never_really_dialled() {
    let mut world = World::new(TEN);
    let line = world.owes("13800000001");
    let rehearsed = Callback { rehearsal: true, ..world.line(line).clone() };
    world.keep(vec![Event::Callback(Box::new(rehearsed))]);
    assert_eq!(world.refused("wang", dial("13800000001", Some(line))).key, "try.rehearsal");
    let call = call_of(&world.must("wang", by_hand("13800000001", Some(line))));
    assert!(world.call(call).rehearsal && world.state.tally.callbacks == 0);
    world.must("wang", reached(call, true));
    assert_eq!(world.line(line).attempts[0].reach, Some(Reach::Reached));
}

#[test]
fn without_a_pbx_the_outcome_is_entered_by_hand() {
    let mut world = World::new(TEN);
    let pbx = world.state.sources[&SourceId(1)].clone();
    world.keep(vec![Event::Source(Source { link: Link::Down, ..pbx })]);
    let line = world.owes("13800000001");
    assert_eq!(world.refused("wang", dial("13800000001", Some(line))).key, "refused.link_down");
    let call = call_of(&world.must("wang", by_hand("138 0000 0001", Some(line))));
    let ringing = world.call(call);
    assert_eq!(
        (ringing.direction, ringing.phase, ringing.source),
        (Direction::Outbound, Phase::Ringing, SourceId::HAND)
    );
    assert_eq!((ringing.callback, world.agent("wang")), (Some(line), &AgentState::Ringing));
    assert_eq!(world.refused("li", reached(call, true)).key, "refused.not_in_hand");
    world.now = TEN.plus(20_000);
    world.must("wang", reached(call, true));
    let talking = world.call(call);
    assert_eq!((talking.phase, talking.outcome, talking.verdict), (Phase::Talking, Outcome::Answered, None));
    assert_eq!((talking.answered_at, world.agent("wang")), (Some(world.now), &AgentState::OnCall));
    assert_eq!(world.line(line).attempts[0].reach, Some(Reach::Reached));
    assert_eq!(world.refused("wang", reached(call, false)).key, "try.answered_already");
    world.now = TEN.plus(80_000);
    world.must("wang", Command::Call(CallCommand::HangUp(call)));
    let over = world.call(call);
    assert_eq!((over.phase, over.outcome, over.talk_ms()), (Phase::Ended, Outcome::Answered, Some(60_000)));
    assert_eq!(world.agent("wang"), &AgentState::WrapUp);
    let disposition = Disposition::EnquiryAnswered;
    world.must("wang", Command::Call(CallCommand::Dispose { call, disposition }));
    assert_eq!(world.agent("wang"), &AgentState::Ready);
    let row = ringdesk::cli::call_row(world.call(call), chrono::FixedOffset::east_opt(0).unwrap());
    assert_eq!((row["by_hand"].clone(), row["direction"].clone()), (Value::Bool(true), "outbound".into()));
    world.replays();
}

#[test]
fn putting_the_receiver_down_unanswered_is_a_try_in_vain() {
    let mut world = World::new(TEN);
    let line = world.owes("13800000001");
    let call = call_of(&world.must("wang", by_hand("13800000001", Some(line))));
    world.must("wang", Command::Call(CallCommand::HangUp(call)));
    assert_eq!((world.call(call).outcome, world.line(line).tries), (Outcome::NotReached, 1));
    assert_eq!(world.agent("wang"), &AgentState::Ready);
    assert!(world.state.callbacks.contains_key(&line) && world.state.callbacks.len() == 1, "no line of its own");
    assert_eq!(world.refused("wang", dial("13800000001", Some(CallbackId(9)))).key, "refused.callback_settled");
    world.replays();
}

#[test]
fn who_leaves_while_dialling_by_hand_leaves_nobody_taken() {
    let mut world = World::new(TEN);
    let line = world.owes("13800000001");
    let call = call_of(&world.must("wang", by_hand("13800000001", Some(line))));
    world.must("wang", Command::Agent(AgentCommand::SignOff));
    assert!(world.state.agent_of(&StaffId("wang".into())).is_none());
    assert_eq!((world.call(call).outcome, world.line(line).tries), (Outcome::NotReached, 1));
    assert!(world.line(line).taken_by.is_none() && world.line(line).under_way().is_none());
    world.now = TEN.plus(5 * MINUTE);
    world.must("li", dial("13800000001", Some(line)));
    world.replays();
}

// ── the recordings ──

fn truth(name: &str) -> Value {
    serde_json::from_slice(&bytes(&format!("{name}.truth.json"))).unwrap()
}

/// What the customers' phone saw of each number dialled: rung at all, and whether it answered.
fn customers(truth: &Value) -> BTreeMap<String, bool> {
    let phones = truth["phones"].as_array().unwrap().iter().filter(|phone| phone["phone"] == "customer");
    phones.map(|phone| (phone["caller_number"].as_str().unwrap().to_owned(), !phone["t_answer"].is_null())).collect()
}

/// The recording with the ids its desk chose replaced by those that this one will.
fn with_our_ids(file: &str, ids: &BTreeMap<String, String>) -> Vec<(Stamp, Signal)> {
    let mut text = String::from_utf8(bytes(file)).unwrap();
    for (theirs, ours) in ids {
        text = text.replace(theirs.as_str(), ours);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recording.jsonl");
    std::fs::write(&path, text).unwrap();
    let mut all = Vec::new();
    for (_, reports) in Player::open(&[path]).unwrap() {
        for report in reports {
            if let Report::Signals(signals) = report {
                all.extend(signals);
            }
        }
    }
    all
}

/// The six dials of the recording, each given as an operator's key to a desk that owes those people a call: what their
/// tries came to is what the customers' phone saw, and a dial that rang nobody was no try.
#[test]
fn tries_through_the_pbx_came_to_what_the_phones_saw() {
    let file = "click-to-dial.jsonl.gz";
    let asked: Vec<(Stamp, String, String, String)> = signals(&[file])
        .into_iter()
        .filter_map(|(at, signal)| match signal {
            Signal::DialAsked { id, phone, number } if !number.is_empty() => Some((at, id, phone, number)),
            _ => None,
        })
        .collect();
    assert_eq!(asked.len(), 6);
    let ours = |at: Stamp, call: usize| format!("desk-{}-{call}", at.0);
    let ids = asked.iter().zip(1..).map(|((at, id, ..), call)| (id.clone(), ours(*at, call))).collect();
    let mut world = World::new(asked[0].0);
    let lines: BTreeMap<String, CallbackId> =
        asked.iter().map(|(.., number)| (number.clone(), world.owes(number))).collect();
    for (at, signal) in with_our_ids(file, &ids) {
        if let Signal::DialAsked { id, phone, number } = &signal {
            world.now = world.now.max(at);
            let who = if phone == "1001" { "wang" } else { "li" };
            let decision = world.must(who, dial(number, Some(lines[number])));
            assert_eq!(dialled(&decision), (id.clone(), number.clone()));
            continue;
        }
        world.signal(at, &signal);
    }
    let (seen, mut dialled) = (customers(&truth("click-to-dial")), 0);
    for (number, id) in &lines {
        let line = world.line(*id);
        let tries: Vec<Option<Reach>> = line.attempts.iter().map(|attempt| attempt.reach).collect();
        match seen.get(number) {
            Some(true) => {
                assert_eq!(tries, [Some(Reach::Reached)], "{number}");
                assert!(!world.state.callbacks.contains_key(id), "{number} was spoken to: the line is settled");
                let call = world.call(line.attempts[0].call.unwrap());
                assert_eq!((call.outcome, call.answered_by.as_deref()), (Outcome::Answered, Some("1001")));
            }
            Some(false) => {
                assert_eq!(tries, [Some(Reach::NotReached)], "{number}");
                let ended = world.call(line.attempts[0].call.unwrap()).ended_at.unwrap();
                assert!((line.due_at.since(ended) - 5 * MINUTE).abs() < 1_000, "{number}: {:?}", line.due_at);
                assert!(line.taken_by.is_none() && line.tries == 1);
            }
            None => {
                assert_eq!((tries.len(), line.tries), (0, 0), "{number}: nobody was rung");
                assert!(line.taken_by.is_none() && world.state.callbacks.contains_key(id));
            }
        }
        dialled += usize::from(seen.contains_key(number));
    }
    assert_eq!((dialled, world.state.tally.callbacks), (3, 3));
    assert_eq!(world.state.calls.open().count(), 0);
    world.replays();
}

/// A recording as a PBX says it, on a desk with people at the phones.
fn lived(file: &str) -> World {
    let signals = signals(&[file]);
    let mut world = World::new(signals[0].0);
    for (at, signal) in &signals {
        world.signal(*at, signal);
    }
    world
}

/// Who is owed a call after these recordings, and for what, is who was not answered: a limit and a request in the menu
/// for one call are one line.
#[test]
fn callbacks_made_by_the_pbx_are_of_those_who_were_not_answered() {
    for (name, people) in [("queue-timeout-callback", 1), ("pickup-and-remote-answer", 4)] {
        let world = lived(&format!("{name}.jsonl.gz"));
        let truth = truth(name);
        let callers = truth["callers"].as_array().unwrap();
        assert_eq!(callers.len(), people);
        for caller in callers {
            let number = caller["number"].as_str().unwrap();
            let call = world.state.calls.all().find(|call| call.party.number == number).unwrap();
            let owed: Vec<&Callback> = world.state.callbacks.values().filter(|line| line.has_key(number)).collect();
            if !caller["t_agent_answer"].is_null() {
                assert!(owed.is_empty(), "{name}: {number} was answered");
                continue;
            }
            let [line] = owed[..] else { panic!("{name}: {number} has {} lines", owed.len()) };
            assert!(line.debts.iter().all(|debt| debt.calls == [call.id] && debt.end.is_none()), "{name}: {number}");
            let gave_up = caller["hung_up_by"] == "caller";
            let reasons: Vec<CallbackReason> = line.debts.iter().map(|debt| debt.reason).collect();
            assert_eq!(gave_up, reasons.contains(&CallbackReason::Abandoned), "{name}: {number} {reasons:?}");
            if name == "queue-timeout-callback" {
                let asked_in_the_menu = reasons.contains(&CallbackReason::Asked);
                assert!(asked_in_the_menu || reasons.contains(&CallbackReason::Timeout), "{reasons:?}");
            }
        }
        world.replays();
    }
}

/// R-CALL-3: the phone that picked up is the one that has the call, not the one it was offered to.
#[test]
fn a_picked_up_call_is_in_the_hands_of_who_picked_it_up() {
    let world = lived("pickup-and-remote-answer.jsonl.gz");
    let truth = truth("pickup-and-remote-answer");
    assert!(truth["note"].as_str().unwrap().contains("picked up by phone 1009"));
    let by = |number: &str| world.state.calls.all().find(|call| call.party.number == number).unwrap().clone();
    assert_eq!(by("13822220001").answered_by.as_deref(), Some("1009"));
    assert_eq!(by("13822220001").in_hand.map(|agent| agent.0).as_deref(), Some("1009"));
    assert_eq!(by("13822220002").answered_by.as_deref(), Some("1001"));
    for number in ["13822220003", "13822220004"] {
        assert_eq!(by(number).answered_by, None, "{number}");
    }
    // Nobody else is left ringing or talking.
    assert!(world.state.agents.values().all(|agent| !matches!(agent.state, AgentState::Ringing | AgentState::OnCall)));
}
