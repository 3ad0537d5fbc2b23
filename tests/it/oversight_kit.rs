//! A desk with a PBX, three agents in talks and supervisors beside them, decided command by command.

use ringdesk::domain::agent::{Agent, AgentState};
use ringdesk::domain::call::{Action, Capabilities, ChannelFacts, Leg, LegEnd, Party, Phase, Signal};
use ringdesk::domain::command::{AgentCommand, OversightCommand, SourceCommand};
use ringdesk::domain::decide::{self, Context};
use ringdesk::domain::oversight::{Intervention, SpyMode};
use ringdesk::domain::source::{Link, SourceClock, SourceKind};
use ringdesk::domain::{
    Actor, AgentId, Call, CallId, Command, Entry, Event, InterventionId, Made, Notice, Role, Rulebook, Source,
    SourceId, Staff, StaffId, Stamp, State,
};
use ringdesk::text::{Language, Say};

pub const PBX: SourceId = SourceId(1);
pub const NOON: Stamp = Stamp(1_795_320_000_000);

/// Two operators, a technician, two supervisors; each at the telephone of the same number.
pub const PEOPLE: [(&str, Role, &str); 5] = [
    ("wang", Role::Operator, "1001"),
    ("li", Role::Operator, "1002"),
    ("zhou", Role::Technician, ""),
    ("chen", Role::Supervisor, "1009"),
    ("sun", Role::Supervisor, "1010"),
];

pub fn people() -> Vec<Staff> {
    let person = |(id, role, phone): (&str, Role, &str)| Staff {
        id: StaffId(id.into()),
        name: format!("{id}姐"),
        role,
        phone: phone.into(),
        team: "service".into(),
        ..Staff::default()
    };
    PEOPLE.map(person).to_vec()
}

#[derive(Clone)]
pub struct World {
    pub state: State,
    pub rules: Rulebook,
    pub staff: Vec<Staff>,
    pub now: Stamp,
    pub entries: Vec<Entry>,
    /// What was asked of the PBX by the last command.
    pub asked: Vec<Action>,
}

pub fn agent(id: &str) -> AgentId {
    AgentId(id.into())
}

pub fn listen(whom: &str) -> OversightCommand {
    OversightCommand::Spy { agent: agent(whom), mode: SpyMode::Listen, reason: "新人第一周".into() }
}

impl World {
    /// Everybody is signed on; wang talks in call 1, li is free, call 2 waits.
    pub fn new() -> World {
        let mut world = World {
            state: State::new(8 * 3_600_000),
            rules: Rulebook::default(),
            staff: people(),
            now: NOON,
            entries: Vec::new(),
            asked: Vec::new(),
        };
        let all = Capabilities {
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
        let clock = SourceClock { desk0: NOON, stamp0: NOON, rate_permille: 1000 };
        let source =
            Source { id: PBX, kind: SourceKind::Live, name: "pbx".into(), can: all, clock, ..Source::default() };
        world.fold(&Actor::Desk, vec![Event::Source(Source { link: Link::Up, ..source })]);
        for (id, role, phone) in PEOPLE {
            if role != Role::Technician {
                world.does(id, Command::Agent(AgentCommand::SignOn { phone: phone.into() })).unwrap();
            }
        }
        for phone in ["1001", "1002"] {
            let mut there = world.agent(phone);
            there.pbx.queues.push("hotline".into());
            world.fold(&Actor::Desk, vec![Event::Agent(Box::new(there))]);
        }
        world.talks(1, "1001");
        world.waits(2);
        world
    }

    pub fn agent(&self, id: &str) -> Agent {
        self.state.agents[&agent(id)].clone()
    }

    pub fn call(&self, id: u64) -> &Call {
        self.state.calls.get(CallId(id)).unwrap()
    }

    pub fn step(&self, id: u64) -> &Intervention {
        &self.state.interventions[&InterventionId(id)]
    }

    pub fn notices_for(&self, who: &str) -> Vec<&Notice> {
        let person = self.staff.iter().find(|staff| staff.id.0 == who).unwrap();
        self.state.notices.values().filter(|notice| notice.is_for(person, &self.rules)).collect()
    }

    fn blank(&self, id: u64) -> Call {
        Call {
            id: CallId(id),
            source: PBX,
            uniqueid: format!("u{id}"),
            linkedid: format!("u{id}"),
            channel: format!("PJSIP/trunk-0000000{id}"),
            party: Party { number: format!("1380000000{id}"), ..Party::default() },
            queue: Some("hotline".into()),
            phase: Phase::Waiting,
            limit_ms: 20_000,
            arrived_at: self.now,
            joined_at: Some(self.now),
            ..Call::default()
        }
    }

    pub fn waits(&mut self, id: u64) {
        let call = self.blank(id);
        self.fold(&Actor::Pbx("pbx".into()), vec![Event::Call(Box::new(call))]);
    }

    pub fn talks(&mut self, id: u64, phone: &str) {
        let mut call = self.blank(id);
        call.legs.push(Leg {
            uniqueid: format!("leg{id}"),
            channel: format!("PJSIP/{phone}-0000006{id}"),
            phone: phone.into(),
            offered_at: self.now,
            answered_at: Some(self.now),
            end: Some(LegEnd::Answered),
            ..Leg::default()
        });
        call.phase = Phase::Talking;
        call.answered_at = Some(self.now);
        call.answered_by = Some(phone.into());
        call.in_hand = Some(agent(phone));
        let there = self.agent(phone);
        let there = Agent {
            after: Some(there.state.clone()),
            ..decide::moved(&there, AgentState::OnCall, Some(CallId(id)), self.now, &self.state)
        };
        let events = vec![Event::Call(Box::new(call)), Event::Agent(Box::new(there))];
        self.fold(&Actor::Pbx("pbx".into()), events);
    }

    pub fn actor(who: &str) -> Actor {
        if who.is_empty() { Actor::Desk } else { Actor::Staff(StaffId(who.into())) }
    }

    pub fn does(&mut self, who: &str, command: Command) -> Result<Made, Say> {
        let actor = World::actor(who);
        let context =
            Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor: &actor, now: self.now };
        let decided = decide::decide(context, &command);
        self.asked.clear();
        match decided {
            Ok(decision) => {
                self.asked.extend(decision.actions.into_iter().map(|(_, action)| action));
                self.fold(&actor, decision.events);
                Ok(decision.made)
            }
            Err(why) => {
                for language in Language::ALL {
                    let words = why.words(language);
                    assert!(words != why.key && !words.contains('{'), "{command:?}: {words}");
                }
                Err(why)
            }
        }
    }

    pub fn oversees(&mut self, who: &str, command: OversightCommand) -> Result<u64, Say> {
        self.does(who, Command::Oversight(command)).map(|made| match made {
            Made::Intervention(id) => id.0,
            _ => 0,
        })
    }

    /// The refusal's key.
    pub fn refused(&mut self, who: &str, command: OversightCommand) -> String {
        let before = self.state.clone();
        let why = self.oversees(who, command.clone()).expect_err(&format!("{command:?}"));
        assert!(before == self.state && self.asked.is_empty());
        why.key
    }

    pub fn hears(&mut self, signal: Signal) {
        let actor = Actor::Pbx("pbx".into());
        let context =
            Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor: &actor, now: self.now };
        let decision = decide::signal(context, PBX, self.now, &signal);
        self.asked = decision.actions.into_iter().map(|(_, action)| action).collect();
        self.fold(&actor, decision.events);
    }

    /// A channel is gone.
    pub fn hangs_up(&mut self, uniqueid: &str, linkedid: &str) {
        let channel = ChannelFacts { uniqueid: uniqueid.into(), linkedid: linkedid.into(), ..ChannelFacts::default() };
        self.hears(Signal::Hungup { channel, cause: Default::default() });
    }

    pub fn links(&mut self, link: Link) {
        self.does("", Command::Source(SourceCommand::Link { source: PBX, link, fault: None })).unwrap();
    }

    pub fn fold(&mut self, actor: &Actor, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let entry = Entry {
            sequence: self.state.sequence + 1,
            at: self.now,
            actor: actor.clone(),
            seat: String::new(),
            rule: "test".into(),
            command: 0,
            events,
        };
        self.state.apply(&entry);
        let once = self.state.clone();
        entry.events.iter().for_each(|event| self.state.fold(event));
        assert!(once == self.state, "folding twice changed something");
        self.entries.push(entry);
    }
}
