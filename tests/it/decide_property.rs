//! Random commands of several operators, with a recording playing into the same desk: whatever the order, folding is
//! idempotent, a replay gives the same, nobody is forgotten and nobody is in two calls.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringdesk::domain::agent::AgentState;
use ringdesk::domain::call::{Disposition, Outcome, Signal};
use ringdesk::domain::command::{AgentCommand, CallCommand, CallbackCommand, SourceCommand, TicketCommand};
use ringdesk::domain::decide::{self, Context};
use ringdesk::domain::phone::match_key;
use ringdesk::domain::source::{Link, SourceClock, SourceKind};
use ringdesk::domain::{
    Actor, CallId, Callback, CallbackId, Command, Entry, Event, Rulebook, SourceId, Staff, StaffId, Stamp, State,
    TicketFields, TicketId,
};
use ringdesk::text::Language;

use crate::recorded::signals;

#[derive(Clone, Debug)]
enum Step {
    /// A member of staff asks something.
    Ask(usize, Box<Command>),
    /// So many more signals of the recording.
    Play(usize),
    /// Time passes.
    Wait(i64),
}

fn staff() -> Vec<Staff> {
    ["wang", "li"].map(|id| Staff { id: StaffId(id.into()), name: id.into(), ..Staff::default() }).to_vec()
}

fn command() -> impl Strategy<Value = Command> {
    let call = (1..8u64).prop_map(CallId);
    let number = prop_oneof![Just("13800000001"), Just("+86 138-0000-0001"), Just("0571-88888888"), Just("")];
    let fields = number.clone().prop_map(|phone| TicketFields {
        subject: "没气".into(),
        phone: phone.into(),
        name: "张三".into(),
        ..TicketFields::default()
    });
    prop_oneof![
        prop_oneof![Just("1001"), Just("1002"), Just("")]
            .prop_map(|phone| Command::Agent(AgentCommand::SignOn { phone: phone.into() })),
        Just(Command::Agent(AgentCommand::SignOff)),
        prop_oneof![Just(AgentState::Ready), Just(AgentState::Break("饭".into())), Just(AgentState::Training)]
            .prop_map(|state| Command::Agent(AgentCommand::Set(state))),
        number.clone().prop_map(|number| Command::Call(CallCommand::EnterByHand { number: number.into() })),
        (number.clone(), proptest::option::of((1..4u64).prop_map(CallbackId))).prop_map(|(number, callback)| {
            Command::Call(CallCommand::DialByHand { number: number.into(), callback })
        }),
        (call.clone(), any::<bool>())
            .prop_map(|(call, answered)| Command::Call(CallCommand::ReachedByHand { call, answered })),
        call.clone().prop_map(|call| Command::Call(CallCommand::Answer(call))),
        call.clone().prop_map(|call| Command::Call(CallCommand::Answer(call))),
        call.clone().prop_map(|call| Command::Call(CallCommand::Hold(call))),
        call.clone().prop_map(|call| Command::Call(CallCommand::HangUp(call))),
        call.clone().prop_map(|call| Command::Call(CallCommand::GaveUp(call))),
        call.clone().prop_map(|call| Command::Call(CallCommand::Transfer { call, to: "1002".into(), attended: false })),
        call.clone().prop_map(|call| Command::Call(CallCommand::Dispose { call, disposition: Disposition::NoVoice })),
        (fields.clone(), proptest::option::of(call))
            .prop_map(|(fields, call)| Command::Ticket(TicketCommand::open(fields, call))),
        (1..5u64, fields).prop_map(|(ticket, fields)| {
            Command::Ticket(TicketCommand::Edit {
                ticket: TicketId(ticket),
                changes: fields.changes_from(&TicketFields::default()),
                seal: None,
            })
        }),
        (1..5u64).prop_map(|ticket| {
            Command::Ticket(TicketCommand::File {
                ticket: TicketId(ticket),
                outcome: "已告知".into(),
                how: Default::default(),
            })
        }),
        number.prop_map(|number| {
            let (number, name, note) = (number.into(), String::new(), String::new());
            Command::Callback(CallbackCommand::Agree { number, name, due_at: Stamp(9), note, ticket: None })
        }),
        (1..4u64).prop_map(|line| {
            Command::Callback(CallbackCommand::Close { callback: CallbackId(line), reason: "已回".into() })
        }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..2usize, command()).prop_map(|(who, command)| Step::Ask(who, Box::new(command))),
        2 => (1..12usize).prop_map(Step::Play),
        1 => (0..30_000i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..60)
}

struct World {
    state: State,
    entries: Vec<Entry>,
    lines: BTreeMap<CallbackId, Callback>,
    now: Stamp,
    signals: std::vec::IntoIter<(Stamp, Signal)>,
}

impl World {
    fn new(signals: Vec<(Stamp, Signal)>) -> World {
        let first = signals.first().map_or(Stamp(0), |(at, _)| *at);
        let mut world = World {
            state: State::new(8 * 3_600_000),
            entries: Vec::new(),
            lines: BTreeMap::new(),
            now: first,
            signals: signals.into_iter(),
        };
        let clock = SourceClock { desk0: first, stamp0: first, rate_permille: 1000 };
        let (name, can) = ("r".into(), Default::default());
        let begin = SourceCommand::Begin { kind: SourceKind::Rehearsal, name, can, clock };
        world.decide(&Actor::Desk, &Command::Source(begin));
        world
    }

    fn decide(&mut self, actor: &Actor, command: &Command) {
        let (rules, staff) = (Rulebook::default(), staff());
        let context = Context { state: &self.state, rules: &rules, staff: &staff, actor, now: self.now };
        match decide::decide(context, command) {
            Ok(decision) => self.keep(actor, decision.events),
            Err(why) => {
                for language in Language::ALL {
                    let words = why.words(language);
                    assert!(words != why.key && !words.contains('{'), "{command:?}: {words}");
                }
            }
        }
    }

    fn play(&mut self) {
        let Some((at, signal)) = self.signals.next() else { return };
        self.now = self.now.max(at);
        let (rules, staff, actor) = (Rulebook::default(), staff(), Actor::Pbx("r".into()));
        let context = Context { state: &self.state, rules: &rules, staff: &staff, actor: &actor, now: self.now };
        let decision = decide::signal(context, SourceId(1), at, &signal);
        self.keep(&actor, decision.events);
    }

    fn keep(&mut self, actor: &Actor, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        for event in &events {
            if let Event::Callback(line) = event {
                self.lines.insert(line.id, (**line).clone());
            }
        }
        let (seat, rule) = (String::new(), String::new());
        let sequence = self.state.sequence + 1;
        let entry = Entry { sequence, at: self.now, actor: actor.clone(), seat, rule, command: 0, events };
        self.state.apply(&entry);
        let once = self.state.clone();
        entry.events.iter().for_each(|event| self.state.fold(event));
        assert_eq!(once, self.state, "folding twice changed something");
        self.entries.push(entry);
        self.holds();
    }

    /// What must be true after every entry.
    fn holds(&self) {
        let talks = |state: &AgentState| matches!(state, AgentState::OnCall | AgentState::Hold);
        for agent in self.state.agents.values().filter(|agent| talks(&agent.state)) {
            let call =
                self.state.calls.get(agent.call.expect("talks in no call")).expect("talks in a call that is gone");
            assert!(call.is_open(), "{:?} talks in a call that is over", agent.id);
        }
        for ticket in self.state.tickets.values() {
            assert!(
                ticket.owner.staff().is_some_and(|staff| !staff.0.is_empty()) && !ticket.first_receiver.0.is_empty()
            );
        }
        for call in self.state.calls.all().filter(|call| !call.is_open()) {
            let owed = call.outcome == Outcome::Abandoned && !match_key(&call.party.number).is_empty();
            if owed && !call.party.withheld {
                assert!(
                    self.lines.values().any(|line| line.debts.iter().any(|debt| debt.calls.contains(&call.id))),
                    "{:?} is forgotten",
                    call.id
                );
            }
        }
        for line in self.lines.values() {
            let tried: Vec<_> = line.attempts.iter().filter(|attempt| attempt.reach.is_none()).collect();
            let up = |call: CallId| self.state.calls.get(call).is_some_and(|call| call.is_open());
            assert!(tried.len() <= 1 && tried.iter().all(|attempt| attempt.call.is_some_and(up)), "{line:?}");
            assert!(tried.is_empty() || line.end.is_some() || line.taken_by.is_some(), "dialled, and nobody has it");
        }
        let open: Vec<_> = self.state.callbacks.values().map(|line| (line.rehearsal, &line.key)).collect();
        assert!(open.iter().enumerate().all(|(at, key)| !open[..at].contains(key)), "two lines for one person");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_forgotten_whatever_is_asked(steps in steps()) {
        let mut world = World::new(signals(&["busy-agents.jsonl.gz"]));
        for step in steps {
            match step {
                Step::Ask(who, command) => {
                    let actor = Actor::Staff(staff()[who].id.clone());
                    world.decide(&actor, &command);
                }
                Step::Play(count) => (0..count).for_each(|_| world.play()),
                Step::Wait(span) => world.now = world.now.plus(span),
            }
        }
        let over = SourceCommand::Link { source: SourceId(1), link: Link::Over, fault: None };
        world.decide(&Actor::Desk, &Command::Source(over));
        let mut again = State::new(8 * 3_600_000);
        world.entries.iter().for_each(|entry| again.apply(entry));
        prop_assert_eq!(&again, &world.state);
        world.entries.iter().for_each(|entry| again.apply(entry));
        prop_assert_eq!(&again, &world.state);
        prop_assert!(world.state.calls.open().all(|call| call.source == SourceId::HAND));
    }
}
