//! What supervisors may do from the live queue, and what follows from it (R-LIVE-2).

use ringdesk::domain::agent::AgentState;
use ringdesk::domain::call::{Action, Signal};
use ringdesk::domain::command::{AgentCommand, OversightCommand as O};
use ringdesk::domain::event::Event;
use ringdesk::domain::notice::Addressee;
use ringdesk::domain::oversight::{BreakAsked, EVERYBODY, Ending, SpyMode, Step};
use ringdesk::domain::source::Link;
use ringdesk::domain::{CallId, Command, InterventionId, StaffId};

use crate::oversight_kit::{PBX, World, agent, listen};

fn why() -> String {
    "排队太长".into()
}

fn every_command() -> Vec<O> {
    vec![
        listen("1001"),
        O::StopSpy(InterventionId(1)),
        O::Force { agent: agent("1002"), state: AgentState::Training, reason: why() },
        O::Queue { agent: agent("1002"), queue: "hotline".into(), joined: false, reason: why() },
        O::Take { call: CallId(2), phone: String::new(), reason: why() },
        O::Redirect { call: CallId(2), to: "95598".into(), reason: why() },
        O::Announce { to: Addressee::Role(EVERYBODY.into()), text: "停气".into(), rings: true },
        O::Break { agent: agent("1002"), allowed: true, reason: why() },
        O::Help(agent("1002")),
        O::Failed(InterventionId(1)),
    ]
}

#[test]
fn operators_and_technicians_are_refused_each_of_them() {
    for who in ["wang", "zhou"] {
        let mut world = World::new();
        for command in every_command() {
            let key = world.refused(who, command.clone());
            let theirs = ["refused.supervisor_only", "refused.not_over_the_line"];
            assert!(theirs.contains(&key.as_str()), "{command:?}: {key}");
        }
    }
    // What the desk says to itself no supervisor can say.
    let mut world = World::new();
    world.oversees("chen", listen("1001")).unwrap();
    assert_eq!(world.refused("chen", O::Failed(InterventionId(1))), "refused.not_over_the_line");
}

#[test]
fn nothing_is_done_without_a_reason() {
    let mut world = World::new();
    let blank = || "  ".to_owned();
    let commands = [
        O::Spy { agent: agent("1001"), mode: SpyMode::Barge, reason: blank() },
        O::Force { agent: agent("1002"), state: AgentState::Ready, reason: blank() },
        O::Queue { agent: agent("1002"), queue: "hotline".into(), joined: true, reason: blank() },
        O::Take { call: CallId(2), phone: String::new(), reason: blank() },
        O::Redirect { call: CallId(2), to: "95598".into(), reason: blank() },
        O::Break { agent: agent("1002"), allowed: false, reason: blank() },
    ];
    for command in commands {
        assert_eq!(world.refused("chen", command), "oversight.no_reason");
    }
    let silent = O::Announce { to: Addressee::Role(EVERYBODY.into()), text: blank(), rings: true };
    assert_eq!(world.refused("chen", silent), "oversight.no_text");
}

#[test]
fn a_supervisor_comes_into_a_talk_and_whatever_ends_it_first_ends_the_stay() {
    type End = fn(&mut World);
    let ends: [(&str, End, Ending); 6] = [
        ("the PBX says so", |world| world.hears(Signal::SpyStopped { spy: own(world) }), Ending::Over),
        ("the supervisor hangs up", |world| world.hangs_up(&own(world), &own(world)), Ending::Over),
        ("the caller hangs up", |world| world.hangs_up("u1", "u1"), Ending::TalkOver),
        ("the agent's leg goes", |world| world.hangs_up("leg1", "u1"), Ending::TalkOver),
        ("the link is lost", |world| world.links(Link::Down), Ending::LinkLost),
        ("the PBX would not", |world| drop(world.oversees("", O::Failed(InterventionId(1)))), Ending::Refused),
    ];
    for (words, end, ending) in ends {
        let mut world = World::new();
        assert_eq!(world.oversees("chen", listen("1001")), Ok(1));
        let [Action::Spy { id, phone, channel, mode: SpyMode::Listen, .. }] = &world.asked[..] else { panic!() };
        assert_eq!((phone.as_str(), channel.as_str()), ("1009", "PJSIP/1001-00000061"));
        assert_eq!(*id, own(&world));
        assert!(id.starts_with("spy-"));
        let step = world.step(1).clone();
        assert!(step.is_in_talk() && step.by == StaffId("chen".into()) && step.reason == "新人第一周");
        assert_eq!((step.call, step.source), (Some(CallId(1)), Some(PBX)));
        // The one who listens is no call, and moves none.
        let calls = world.state.calls.clone();
        let spied = "leg1".to_owned();
        world.hears(Signal::SpyStarted { spy: own(&world), spied });
        world.hears(Signal::DialStarted {
            id: own(&world),
            phone: "1009".into(),
            number: String::new(),
            answered: true,
        });
        assert!(world.state.calls == calls && world.step(1).is_in_talk(), "{words}");
        world.now = world.now.plus(5_000);
        end(&mut world);
        let step = world.step(1).clone();
        assert_eq!((step.ended_at, step.ending), (Some(world.now), ending), "{words}");
        // Late words change nothing any more.
        let state = world.state.clone();
        world.now = world.now.plus(1_000);
        world.hears(Signal::SpyStopped { spy: step.channel.clone() });
        world.hangs_up(&step.channel, &step.channel);
        assert!(state == world.state, "{words}");
    }
}

fn own(world: &World) -> String {
    world.step(1).channel.clone()
}

#[test]
fn where_no_talk_can_be_entered_a_sentence_says_why() {
    let mut world = World::new();
    assert_eq!(world.refused("chen", listen("1002")), "oversight.no_talk");
    assert_eq!(world.refused("chen", listen("4711")), "oversight.agent_gone");
    world.talks(3, "1009");
    assert_eq!(world.refused("chen", listen("1009")), "oversight.own_talk");
    assert_eq!(world.refused("chen", listen("1001")), "refused.already_talking");
    assert_eq!(world.oversees("sun", listen("1001")), Ok(1));
    assert_eq!(world.refused("sun", listen("1009")), "oversight.already_in");
    let mut world = World::new();
    world.links(Link::Down);
    assert_eq!(world.refused("chen", listen("1001")), "refused.link_down");
    let mut world = World::new();
    let mut source = world.state.sources[&PBX].clone();
    source.can.spy = false;
    world.fold(&World::actor(""), vec![Event::Source(source)]);
    assert_eq!(world.refused("chen", listen("1001")), "oversight.cannot_spy");
    let mut world = World::new();
    let mut rehearsed = world.call(1).clone();
    rehearsed.rehearsal = true;
    world.fold(&World::actor(""), vec![Event::Call(Box::new(rehearsed))]);
    assert_eq!(world.refused("chen", listen("1001")), "oversight.no_pbx");
    let mut world = World::new();
    world.does("chen", Command::Agent(AgentCommand::SignOff)).unwrap();
    assert_eq!(world.refused("chen", listen("1001")), "refused.not_signed_on");
    world.does("chen", Command::Agent(AgentCommand::SignOn { phone: String::new() })).unwrap();
    assert_eq!(world.refused("chen", listen("1001")), "refused.no_phone");
}

#[test]
fn two_supervisors_in_one_talk_each_have_their_own_stay() {
    let mut world = World::new();
    assert_eq!(world.oversees("chen", listen("1001")), Ok(1));
    assert_eq!(world.oversees("sun", O::Spy { agent: agent("1001"), mode: SpyMode::Barge, reason: why() }), Ok(2));
    assert_ne!(world.step(1).channel, world.step(2).channel);
    assert_eq!(world.refused("chen", O::StopSpy(InterventionId(2))), "oversight.not_yours");
    world.oversees("chen", O::StopSpy(InterventionId(1))).unwrap();
    let [Action::Hangup { channel }] = &world.asked[..] else { panic!("{:?}", world.asked) };
    assert_eq!(*channel, world.step(1).channel);
    // In the talk until the PBX says that they are not.
    assert!(world.step(1).is_in_talk());
    world.hears(Signal::SpyStopped { spy: world.step(1).channel.clone() });
    assert!(!world.step(1).is_in_talk() && world.step(2).is_in_talk());
    assert_eq!(world.refused("chen", O::StopSpy(InterventionId(1))), "oversight.not_in");
    world.hangs_up("u1", "u1");
    assert_eq!(world.step(2).ending, Ending::TalkOver);
    assert_eq!(world.step(1).ending, Ending::Over);
}

/// Answered after the talk was over, it would wait for the next one on that channel.
#[test]
fn a_telephone_answered_too_late_is_hung_up() {
    let mut world = World::new();
    world.oversees("chen", listen("1001")).unwrap();
    world.hangs_up("u1", "u1");
    world.hears(Signal::DialStarted { id: own(&world), phone: "1009".into(), number: String::new(), answered: true });
    assert_eq!(world.asked, [Action::Hangup { channel: own(&world) }]);
}

#[test]
fn only_listening_is_kept_from_the_agent_and_only_by_the_rulebook() {
    for (told, mode, shown) in [
        (true, SpyMode::Listen, true),
        (false, SpyMode::Listen, false),
        (false, SpyMode::Whisper, true),
        (false, SpyMode::Barge, true),
    ] {
        let mut world = World::new();
        world.rules.oversight.told = told;
        world.oversees("chen", O::Spy { agent: agent("1001"), mode, reason: why() }).unwrap();
        assert_eq!(world.step(1).told, shown, "{mode:?}");
    }
}

#[test]
fn an_agent_is_put_into_another_state_at_once_or_after_the_call() {
    let mut world = World::new();
    let force = |to: &str, state: AgentState| O::Force { agent: agent(to), state, reason: why() };
    let lunch = AgentState::Break("用餐".into());
    world.oversees("chen", force("1002", lunch.clone())).unwrap();
    assert_eq!(world.agent("1002").state, lunch);
    let pause = |paused, reason: &str| Action::Pause { phone: "1002".into(), paused, reason: reason.into() };
    assert_eq!(world.asked, [pause(true, "用餐")]);
    assert_eq!(world.step(1).step, Step::Force(lunch.clone()));
    let [notice] = &world.notices_for("li")[..] else { panic!() };
    assert!(notice.rings && notice.what.args.iter().any(|(_, text)| *text == why()));
    world.oversees("chen", force("1002", AgentState::Ready)).unwrap();
    assert_eq!((world.agent("1002").state, &world.asked[..]), (AgentState::Ready, &[pause(false, "")][..]));
    world.oversees("chen", force("1002", AgentState::Training)).unwrap();
    assert_eq!(world.asked, [pause(true, &why())]);
    // In a talk it is set aside; nobody is sent home out of one.
    world.oversees("chen", force("1001", lunch.clone())).unwrap();
    assert_eq!((world.agent("1001").state, world.agent("1001").after), (AgentState::OnCall, Some(lunch)));
    assert_eq!(world.refused("chen", force("1001", AgentState::Offline)), "oversight.talks");
    assert_eq!(world.refused("chen", force("1002", AgentState::OnCall)), "refused.state_not_chosen");
    assert_eq!(world.refused("chen", force("1002", AgentState::Break(String::new()))), "refused.break_reason");
    world.oversees("chen", force("1002", AgentState::Offline)).unwrap();
    let gone = world.agent("1002");
    assert_eq!((gone.state, gone.staff, gone.help), (AgentState::Offline, None, None));
    assert_eq!(world.refused("chen", force("1002", AgentState::Ready)), "oversight.agent_left");
    // The pause that goes with it is no break of somebody who is not there.
    world.hears(Signal::Member(ringdesk::domain::call::MemberFacts {
        queue: "hotline".into(),
        interface: "PJSIP/1002".into(),
        phone: "1002".into(),
        paused: true,
        reason: why(),
        ..Default::default()
    }));
    assert_eq!(world.agent("1002").state, AgentState::Offline);
}

#[test]
fn agents_are_moved_between_queues_and_the_pbx_says_so() {
    let mut world = World::new();
    let queue = |queue: &str, joined| O::Queue { agent: agent("1002"), queue: queue.into(), joined, reason: why() };
    assert_eq!(world.refused("chen", queue("vip", true)), "oversight.no_queue");
    world.rules.queue_limit_ms.insert("vip".into(), 10_000);
    world.oversees("chen", queue("vip", true)).unwrap();
    let (name, phone) = (world.agent("1002").name, "1002".to_owned());
    assert_eq!(world.asked, [Action::JoinQueue { queue: "vip".into(), phone, name, paused: false }]);
    assert_eq!(world.agent("1002").pbx.queues, ["hotline"], "not before the PBX says so");
    let facts = ringdesk::domain::call::MemberFacts {
        queue: "vip".into(),
        interface: "PJSIP/1002".into(),
        phone: "1002".into(),
        ..Default::default()
    };
    world.hears(Signal::Member(facts));
    assert_eq!(world.agent("1002").pbx.queues, ["hotline", "vip"]);
    world.oversees("chen", queue("hotline", false)).unwrap();
    world.hears(Signal::MemberGone { queue: "hotline".into(), interface: "PJSIP/1002".into() });
    assert_eq!(world.agent("1002").pbx.queues, ["vip"]);
    // The PBX would not: marked, and the agent is told.
    world.oversees("", O::Failed(InterventionId(2))).unwrap();
    assert_eq!(world.step(2).ending, Ending::Refused);
    assert_eq!(world.notices_for("li").last().unwrap().what.key, "oversight.notice_undone");
    world.links(Link::Down);
    assert_eq!(world.refused("chen", queue("vip", false)), "refused.link_down");
}

#[test]
fn a_waiting_call_is_taken_out_of_turn_or_sent_elsewhere() {
    let take = |phone: &str| O::Take { call: CallId(2), phone: phone.into(), reason: why() };
    for (asked, phone) in [("", "1009"), ("1002", "1002")] {
        let mut world = World::new();
        world.oversees("chen", take(asked)).unwrap();
        assert_eq!(world.asked, [Action::Redirect { channel: "PJSIP/trunk-00000002".into(), to: phone.into() }]);
        // Our own mark comes first: an abandoned call is one nobody took.
        assert!(world.call(2).memory.redirect_asked);
        assert_eq!(world.step(1).agent, Some(agent(phone)));
        world.oversees("", O::Failed(InterventionId(1))).unwrap();
        assert!(!world.call(2).memory.redirect_asked);
        assert_eq!(world.step(1).ending, Ending::Refused);
    }
    let mut world = World::new();
    assert_eq!(world.refused("chen", take("1001")), "oversight.talks");
    assert_eq!(world.refused("chen", take("95598")), "oversight.not_a_phone");
    let redirect = |call: u64, to: &str| O::Redirect { call: CallId(call), to: to.into(), reason: why() };
    for to in ["", "阿姨", "\r\nAction: Command"] {
        assert_eq!(world.refused("chen", redirect(2, to)), "oversight.not_a_number");
    }
    assert_eq!(world.refused("chen", redirect(1, "95598")), "oversight.not_waiting");
    assert_eq!(world.refused("chen", redirect(9, "95598")), "refused.call_gone");
    world.oversees("chen", redirect(2, "0571-8888 8888")).unwrap();
    let [Action::Redirect { to, .. }] = &world.asked[..] else { panic!() };
    assert_eq!(to, "057188888888");
    world.hangs_up("u2", "u2");
    assert_eq!(world.refused("chen", take("")), "refused.call_over");
}

#[test]
fn an_announcement_is_acknowledged_by_each_for_themselves() {
    let mut world = World::new();
    let text = "城东片区停气到 18:00";
    let everybody = O::Announce { to: Addressee::Role(EVERYBODY.into()), text: text.into(), rings: true };
    world.oversees("chen", everybody.clone()).unwrap();
    for who in ["wang", "li", "sun"] {
        let [notice] = &world.notices_for(who)[..] else { panic!("{who}") };
        assert!(notice.rings && notice.ticket.is_none());
        assert!(notice.what.words(Default::default()).contains(text));
    }
    // Technicians have a line of their own; whoever says it need not hear it.
    assert!(world.notices_for("zhou").is_empty() && world.notices_for("chen").is_empty());
    let id = world.notices_for("wang")[0].id;
    let read = ringdesk::domain::command::NoticeCommand::Acknowledge(id);
    assert!(world.does("li", Command::Notice(read.clone())).is_err());
    world.does("wang", Command::Notice(read)).unwrap();
    assert!(world.notices_for("wang").is_empty() && world.notices_for("li").len() == 1);
    assert_eq!(world.step(1).reason, text);
    let supervisors = O::Announce { to: Addressee::Role("supervisor".into()), text: text.into(), rings: false };
    world.oversees("chen", supervisors).unwrap();
    assert_eq!((world.notices_for("li").len(), world.notices_for("sun").len()), (1, 2));
    let nobody = O::Announce { to: Addressee::Department("仓库".into()), text: text.into(), rings: false };
    assert_eq!(world.refused("chen", nobody), "oversight.nobody_addressed");
    let long = O::Announce { to: Addressee::Role(EVERYBODY.into()), text: "长".repeat(501), rings: false };
    assert_eq!(world.refused("chen", long), "oversight.text_long");
}

#[test]
fn a_break_that_was_asked_for_is_answered_with_a_reason() {
    for allowed in [true, false] {
        let mut world = World::new();
        let answer = || O::Break { agent: agent("1002"), allowed, reason: why() };
        assert_eq!(world.refused("chen", answer()), "oversight.no_break");
        let mut asking = world.agent("1002");
        asking.break_asked = Some(BreakAsked { at: world.now, reason: "喝水".into() });
        world.fold(&World::actor("li"), vec![Event::Agent(Box::new(asking))]);
        world.oversees("chen", answer()).unwrap();
        let there = world.agent("1002");
        assert_eq!(there.break_asked, None);
        assert_eq!(there.state == AgentState::Break("喝水".into()), allowed);
        assert_eq!(world.asked.len(), usize::from(allowed));
        let [notice] = &world.notices_for("li")[..] else { panic!() };
        assert!(notice.what.words(Default::default()).contains(&why()));
    }
}

#[test]
fn help_is_heard_at_once_and_is_over_when_somebody_comes() {
    let mut world = World::new();
    let ask = |words: &str| Command::Agent(AgentCommand::AskHelp { words: words.into() });
    world.does("wang", ask("")).unwrap();
    let help = world.agent("1001").help.unwrap();
    assert_eq!((help.at, help.call), (world.now, Some(CallId(1))));
    for who in ["chen", "sun"] {
        let [notice] = &world.notices_for(who)[..] else { panic!("{who}") };
        assert!(notice.rings && notice.what.key == "oversight.notice_help");
    }
    assert!(world.notices_for("li").is_empty());
    // Asked again: no second notice; the end of the call leaves it standing.
    world.does("wang", ask("骂人")).unwrap();
    world.hangs_up("u1", "u1");
    assert_eq!(world.notices_for("chen").len(), 1);
    assert_eq!(world.agent("1001").help.unwrap().words, "骂人");
    world.oversees("chen", O::Help(agent("1001"))).unwrap();
    assert_eq!(world.agent("1001").help, None);
    assert!(world.notices_for("chen").is_empty() && world.notices_for("sun").is_empty());
    assert_eq!(world.step(1).call, Some(CallId(1)));
    assert!(world.notices_for("wang")[0].what.words(Default::default()).contains("chen"));
    assert_eq!(world.refused("sun", O::Help(agent("1001"))), "oversight.no_help");
    // Taken back, and signed off.
    for over in [AgentCommand::HelpOver, AgentCommand::SignOff] {
        world.does("li", ask("")).unwrap();
        assert_eq!(world.notices_for("sun").len(), 1);
        world.does("li", Command::Agent(over)).unwrap();
        assert_eq!((world.notices_for("sun").len(), world.agent("1002").help), (0, None));
    }
}

#[test]
fn a_break_that_is_asked_for_is_told_to_every_supervisor_and_taken_back_with_it() {
    let ask = |reason: &str| Command::Agent(AgentCommand::AskBreak { reason: reason.into() });
    let mut world = World::new();
    assert!(world.does("li", ask(" ")).is_err());
    world.does("li", ask("喝水")).unwrap();
    let at = world.now;
    for who in ["chen", "sun"] {
        let [notice] = &world.notices_for(who)[..] else { panic!("{who}") };
        assert!(!notice.rings && notice.what.key == "oversight.notice_break_asked", "{notice:?}");
        let words = notice.what.words(Default::default());
        assert!(words.contains("li姐") && words.contains("喝水") && !words.contains('{'), "{words}");
    }
    assert!(world.notices_for("wang").is_empty());
    // For another reason: the same asking, no second notice.
    world.now = world.now.plus(60_000);
    world.does("li", ask("用餐")).unwrap();
    let asked = world.agent("1002").break_asked.unwrap();
    assert_eq!((asked.at, asked.reason.as_str(), world.notices_for("sun").len()), (at, "用餐", 1));
    // Help and a break are two things: the end of one leaves the other's notice.
    world.does("li", Command::Agent(AgentCommand::AskHelp { words: String::new() })).unwrap();
    assert_eq!(world.notices_for("sun").len(), 2);
    world.does("li", Command::Agent(AgentCommand::HelpOver)).unwrap();
    let [notice] = &world.notices_for("sun")[..] else { panic!() };
    assert_eq!(notice.what.key, "oversight.notice_break_asked");
    // Whatever ends it takes the notice with it.
    type End = fn(&mut World);
    fn answer(world: &mut World, allowed: bool) {
        world.oversees("chen", O::Break { agent: agent("1002"), allowed, reason: why() }).unwrap();
    }
    let ends: [End; 6] = [
        |world| answer(world, true),
        |world| answer(world, false),
        |world| {
            world.does("li", Command::Agent(AgentCommand::BreakNotNeeded)).unwrap();
        },
        |world| {
            world.does("li", Command::Agent(AgentCommand::SignOff)).unwrap();
        },
        |world| {
            world.does("li", Command::Agent(AgentCommand::Set(AgentState::Break("喝水".into())))).unwrap();
        },
        |world| {
            let state = AgentState::Offline;
            world.oversees("chen", O::Force { agent: agent("1002"), state, reason: why() }).unwrap();
        },
    ];
    for (nth, end) in ends.into_iter().enumerate() {
        let mut world = world.clone();
        end(&mut world);
        assert_eq!((world.notices_for("chen").len(), world.agent("1002").break_asked), (0, None), "{nth}");
    }
}

#[test]
fn the_journal_says_who_and_why() {
    let mut world = World::new();
    let mut asking = world.agent("1002");
    asking.break_asked = Some(BreakAsked { at: world.now, reason: "喝水".into() });
    world.fold(&World::actor("li"), vec![Event::Agent(Box::new(asking))]);
    world.does("li", Command::Agent(AgentCommand::AskHelp { words: why() })).unwrap();
    let before = world.entries.len();
    let mut done = 0;
    for command in every_command() {
        if !matches!(command, O::StopSpy(_) | O::Failed(_)) {
            world.oversees("chen", command.clone()).unwrap_or_else(|why| panic!("{command:?}: {why:?}"));
            world.waits(2);
            done += 1;
        }
    }
    let steps: Vec<_> = world.entries[before..]
        .iter()
        .flat_map(|entry| entry.events.iter().map(move |event| (entry, event)))
        .filter_map(|(entry, event)| if let Event::Intervention(step) = event { Some((entry, step)) } else { None })
        .collect();
    assert_eq!(steps.len(), done);
    for (entry, step) in steps {
        assert_eq!(entry.actor, World::actor("chen"));
        assert!(step.by.0 == "chen" && !step.reason.is_empty(), "{step:?}");
    }
}
