//! Random supervisors, random calls, a link that comes and goes: nobody is ever left in a talk that is over, and what was
//! written down gives the same again.

use proptest::prelude::*;
use ringdesk::domain::agent::AgentState;
use ringdesk::domain::call::Signal;
use ringdesk::domain::command::{AgentCommand, OversightCommand as O};
use ringdesk::domain::notice::Addressee;
use ringdesk::domain::oversight::{SpyMode, Step};
use ringdesk::domain::source::Link;
use ringdesk::domain::{CallId, Command, InterventionId, Source, State};

use crate::oversight_kit::{PBX, World, agent};

#[derive(Clone, Debug)]
enum Op {
    Oversee(usize, O),
    Agent(usize, AgentCommand),
    Talk(usize),
    Waits,
    HangUp(u64),
    LegGone(u64),
    Link(Link),
    Stopped(u64),
    Unanswered(u64),
    Refused(u64),
}

const PHONES: [&str; 4] = ["1001", "1002", "1009", "1010"];
const WHO: [&str; 5] = ["chen", "sun", "wang", "li", "zhou"];

fn oversight() -> impl Strategy<Value = O> {
    let whom = || prop::sample::select(&PHONES[..]).prop_map(agent);
    let why = || prop_oneof![4 => Just("看一下".to_owned()), 1 => Just(String::new())];
    let mode = prop_oneof![Just(SpyMode::Listen), Just(SpyMode::Whisper), Just(SpyMode::Barge)];
    let state = prop_oneof![
        Just(AgentState::Ready),
        Just(AgentState::Break("饭".into())),
        Just(AgentState::Training),
        Just(AgentState::Offline)
    ];
    let call = || (1..12u64).prop_map(CallId);
    prop_oneof![
        8 => (whom(), mode, why()).prop_map(|(agent, mode, reason)| O::Spy { agent, mode, reason }),
        2 => (1..8u64).prop_map(|id| O::StopSpy(InterventionId(id))),
        3 => (whom(), state, why()).prop_map(|(agent, state, reason)| O::Force { agent, state, reason }),
        1 => (whom(), any::<bool>(), why())
            .prop_map(|(agent, joined, reason)| O::Queue { agent, queue: "hotline".into(), joined, reason }),
        2 => (call(), prop_oneof![Just(""), Just("1002")], why())
            .prop_map(|(call, phone, reason)| O::Take { call, phone: phone.into(), reason }),
        1 => (call(), why()).prop_map(|(call, reason)| O::Redirect { call, to: "95598".into(), reason }),
        1 => any::<bool>().prop_map(|rings| O::Announce { to: Addressee::Role("*".into()), text: "开会".into(), rings }),
        1 => (whom(), any::<bool>(), why()).prop_map(|(agent, allowed, reason)| O::Break { agent, allowed, reason }),
        1 => whom().prop_map(O::Help),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let asks = prop_oneof![
        Just(AgentCommand::SignOff),
        Just(AgentCommand::AskHelp { words: String::new() }),
        Just(AgentCommand::HelpOver),
        Just(AgentCommand::AskBreak { reason: "喝水".into() }),
    ];
    let link = prop_oneof![2 => Just(Link::Up), 1 => Just(Link::Down), 1 => Just(Link::Syncing)];
    prop_oneof![
        10 => (prop::sample::select(&[0usize, 0, 0, 1, 1, 2, 4][..]), oversight()).prop_map(|(who, command)| Op::Oversee(who, command)),
        3 => (0..4usize, asks).prop_map(|(who, command)| Op::Agent(who, command)),
        5 => (0..4usize).prop_map(Op::Talk),
        2 => Just(Op::Waits),
        3 => (1..12u64).prop_map(Op::HangUp),
        2 => (1..12u64).prop_map(Op::LegGone),
        1 => link.prop_map(Op::Link),
        1 => (1..8u64).prop_map(Op::Stopped),
        1 => (1..8u64).prop_map(Op::Unanswered),
        1 => (1..8u64).prop_map(Op::Refused),
    ]
}

fn channel(world: &World, id: u64) -> Option<String> {
    world.state.interventions.get(&InterventionId(id)).map(|step| step.channel.clone()).filter(|id| !id.is_empty())
}

fn next(world: &World) -> u64 {
    world.state.calls.next_id().0
}

fn does(world: &mut World, op: &Op) {
    match op {
        Op::Oversee(who, command) => drop(world.oversees(WHO[*who], command.clone())),
        Op::Agent(who, command) => drop(world.does(WHO[*who], Command::Agent(command.clone()))),
        Op::Talk(phone) => {
            let there = world.agent(PHONES[*phone]);
            if there.is_there() && there.call.is_none() {
                let id = next(world);
                world.talks(id, PHONES[*phone]);
            }
        }
        Op::Waits => {
            let id = next(world);
            world.waits(id);
        }
        Op::HangUp(call) => world.hangs_up(&format!("u{call}"), &format!("u{call}")),
        Op::LegGone(call) => world.hangs_up(&format!("leg{call}"), &format!("u{call}")),
        Op::Link(link) => world.links(*link),
        Op::Stopped(id) => {
            if let Some(spy) = channel(world, *id) {
                world.hears(Signal::SpyStopped { spy });
            }
        }
        Op::Unanswered(id) => {
            if let Some(id) = channel(world, *id) {
                world.hears(Signal::DialStarted { id, phone: String::new(), number: String::new(), answered: false });
            }
        }
        Op::Refused(id) => drop(world.oversees("", O::Failed(InterventionId(*id)))),
    }
}

fn holds(world: &World) {
    let lost = |source: &Source| matches!(source.link, Link::Down | Link::Over);
    for step in world.state.interventions.values() {
        assert!(!step.reason.is_empty() || step.step == Step::Help, "{step:?}");
        assert!(step.by.0 == "chen" || step.by.0 == "sun", "{step:?}");
        if !step.is_in_talk() {
            assert!(step.ended_at.is_some());
            continue;
        }
        let call = world.state.calls.get(step.call.unwrap()).unwrap();
        assert!(call.is_open(), "{step:?} in {call:?}");
        let agent = &world.state.agents[step.agent.as_ref().unwrap()];
        assert!(matches!(agent.state, AgentState::OnCall | AgentState::Hold) && agent.call == step.call, "{agent:?}");
        assert!(!lost(&world.state.sources[&PBX]));
        let mine = world.state.interventions.values().filter(|other| other.is_in_talk() && other.by == step.by);
        assert_eq!(mine.count(), 1, "in two talks at once");
    }
    for agent in world.state.agents.values().filter(|agent| agent.state == AgentState::Offline) {
        assert!(agent.help.is_none() && agent.break_asked.is_none(), "{agent:?}");
    }
    let asking = world.state.agents.values().filter(|agent| agent.help.is_some()).count();
    let told = world.state.notices.values().filter(|notice| notice.what.key == "oversight.notice_help").count();
    assert_eq!(asking, told, "every help is said to the supervisors, and none that is over");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_left_in_a_talk_that_is_over(ops in prop::collection::vec(op(), 1..80)) {
        let mut world = World::new();
        for op in &ops {
            world.now = world.now.plus(1_000);
            does(&mut world, op);
            holds(&world);
        }
        let mut again = State::new(8 * 3_600_000);
        world.entries.iter().for_each(|entry| again.apply(entry));
        prop_assert!(again == world.state);
    }
}
