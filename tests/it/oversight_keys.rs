//! A supervisor's keys in the live queue, and the operator's one key for help (R-LIVE-2).

use ringdesk::domain::agent::AgentState;
use ringdesk::domain::command::{AgentCommand, OversightCommand as O, TicketCommand};
use ringdesk::domain::oversight::{Ending, Help, Intervention, SpyMode, Step};
use ringdesk::domain::ticket::{Clock, ClockState};
use ringdesk::domain::{
    AgentId, CallId, Command, Due, Event, InterventionId, Owner, Role, StaffId, Ticket, TicketFields, TicketId,
};
use ringdesk::tui::model::Pane;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, ringing};

/// 李四 talks in call 1; I supervise.
fn supervisor() -> Kit {
    let mut kit = Kit::new();
    kit.welcome().me.role = Role::Supervisor;
    kit.model.focus = Pane::Live;
    kit.call(ringing(1, "13800000001", "王小明", 8_000, ""));
    let mut call = kit.state().calls.get(CallId(1)).unwrap().clone();
    call.phase = ringdesk::domain::call::Phase::Talking;
    call.answered_at = Some(NOW);
    let mut agent = kit.state().agents[&AgentId("1002".into())].clone();
    (agent.state, agent.call) = (AgentState::OnCall, Some(CallId(1)));
    kit.happens(vec![Event::Call(Box::new(call)), Event::Agent(Box::new(agent))]);
    kit
}

fn asks_help(kit: &mut Kit, phone: &str) {
    let mut agent = kit.state().agents[&AgentId(phone.into())].clone();
    agent.help = Some(Help { at: NOW, words: "骂人".into(), call: None });
    kit.happens(vec![Event::Agent(Box::new(agent))]);
}

fn stay(told: bool, by: &str, agent: &str) -> Intervention {
    Intervention {
        id: InterventionId(1),
        at: NOW,
        by: StaffId(by.into()),
        step: Step::Spy(SpyMode::Listen),
        agent: Some(AgentId(agent.into())),
        call: Some(CallId(1)),
        reason: "新人".into(),
        told,
        source: None,
        channel: "spy-1-1".into(),
        ended_at: None,
        rehearsal: false,
        ending: Ending::Over,
    }
}

fn overseen(kit: &Kit) -> Vec<O> {
    let sent = kit.sent().into_iter();
    sent.filter_map(|command| if let Command::Oversight(command) = command { Some(command.clone()) } else { None })
        .collect()
}

#[test]
fn listening_whispering_and_barging_ask_for_the_reason() {
    for (key, mode) in [("l", SpyMode::Listen), ("y", SpyMode::Whisper), ("c", SpyMode::Barge)] {
        let mut kit = supervisor();
        // The chosen row: 张三 is first, 李四 the next.
        kit.keys("down").keys(key);
        assert!(kit.text(SMALL).replace(' ', "").contains("1002李四─"), "whom it is about\n{}", kit.text(SMALL));
        kit.keys("enter");
        assert!(overseen(&kit).is_empty(), "no reason, no step");
        kit.types("新人第一周").keys("enter");
        let (agent, reason) = (AgentId("1002".into()), "新人第一周".into());
        assert_eq!(overseen(&kit), [O::Spy { agent, mode, reason }], "{key}");
    }
}

#[test]
fn who_is_in_no_talk_can_not_be_listened_to_and_without_a_row_one_is_picked() {
    let mut kit = supervisor();
    kit.keys("l");
    assert!(kit.model.layers.is_empty() && kit.notice().contains("没有在通话"), "{}", kit.notice());
    // Elsewhere, by the palette: only those in a talk are offered.
    kit.model.focus = Pane::Tickets;
    kit.keys("ctrl-p").types("监听").keys("enter");
    assert!(kit.text(MIDDLE).contains("李四"));
    kit.keys("enter").types("抽查").keys("enter");
    assert!(matches!(&overseen(&kit)[..], [O::Spy { agent, .. }] if agent.0 == "1002"));
}

#[test]
fn a_reason_given_before_is_offered_again() {
    let mut kit = supervisor();
    kit.happens(vec![Event::Intervention(Box::new(Intervention {
        ended_at: Some(NOW),
        ..stay(true, "8001", "1002")
    }))]);
    kit.keys("down l");
    assert!(kit.text(MIDDLE).contains("新人"));
    kit.keys("1");
    assert!(matches!(&overseen(&kit)[..], [O::Spy { reason, .. }] if reason == "新人"));
}

#[test]
fn states_queues_calls_and_announcements_by_key() {
    let mut kit = supervisor();
    kit.keys("e 1").types("排队太长").keys("enter");
    let mut there = kit.state().agents[&AgentId("1002".into())].clone();
    there.pbx.queues = vec!["热线".into()];
    kit.happens(vec![Event::Agent(Box::new(there))]);
    kit.keys("down u 1").types("忙").keys("enter");
    kit.call(ringing(5, "13800000005", "赵六", 30_000, ""));
    kit.keys("home o 1").types("老客户").keys("enter");
    kit.keys("z").types("95598").keys("enter").types("别的公司").keys("enter");
    kit.keys("g d 1").types("停气").keys("enter 2");
    let done = overseen(&kit);
    let [force, queue, take, redirect, announce] = &done[..] else { panic!("{done:?} {}", kit.notice()) };
    assert!(matches!(force, O::Force { agent, state: AgentState::Ready, .. } if agent.0 == "1001"));
    assert!(matches!(queue, O::Queue { agent, joined: false, queue, .. } if agent.0 == "1002" && queue == "热线"));
    assert!(matches!(take, O::Take { call: CallId(5), phone, .. } if phone == "1001"));
    assert!(matches!(redirect, O::Redirect { call: CallId(5), to, .. } if to == "95598"));
    assert!(matches!(announce, O::Announce { text, rings: true, .. } if text == "停气"));
}

/// R-LIVE-2: reassigned from the pane, the most pressing first, and never without a reason.
#[test]
fn a_ticket_is_given_to_somebody_else_from_the_live_queue() {
    let mut kit = supervisor();
    kit.keys("Y");
    assert!(kit.sent().is_empty() && !kit.notice().is_empty(), "there is no ticket");
    let clock = |at| Clock {
        id: "answer".into(),
        round: 1,
        started_at: NOW,
        allow: None,
        first_due: Due { at, provisional: false },
        due: Due { at, provisional: false },
        shifts: Vec::new(),
        pauses: Vec::new(),
        marks: Vec::new(),
        state: ClockState::Running,
    };
    let ticket = |id: u64, hours: i64| {
        let due = clock(NOW.plus(hours * 3_600_000));
        let fields = TicketFields { subject: format!("漏水{id}"), ..TicketFields::default() };
        let owner = Owner::Staff(StaffId("wang".into()));
        Ticket { id: TicketId(id), stage: "registered".into(), fields, owner, clocks: vec![due], ..Ticket::default() }
    };
    let opened = [ticket(1, 5), ticket(2, 1)].map(|ticket| Event::Ticket(Box::new(ticket)));
    kit.happens(opened.to_vec());
    kit.effects.clear();
    kit.model.focus = Pane::Live;
    kit.keys("Y 1 1");
    kit.keys("enter");
    assert!(kit.sent().is_empty(), "no reason, nothing sent");
    kit.types("手上太多").keys("enter");
    let sent = kit.sent();
    let Some(Command::Ticket(TicketCommand::Assign { ticket, to: Owner::Staff(_), why })) = sent.last() else {
        panic!("{sent:?} {}", kit.notice())
    };
    assert_eq!((*ticket, why.as_str()), (TicketId(2), "手上太多"), "what is due first stands first");
}

#[test]
fn help_is_one_key_everywhere_and_the_same_key_again_when_it_is_not_needed() {
    for key in ["shift-F1", "alt-9"] {
        let mut kit = Kit::new();
        kit.keys("n").types("没有").keys(key);
        let asked = Command::Agent(AgentCommand::AskHelp { words: String::new() });
        assert_eq!(kit.sent().last(), Some(&&asked), "while typing: {key}");
        asks_help(&mut kit, "1001");
        assert!(kit.text(SMALL).contains("已求助"));
        kit.keys("esc").keys(key);
        assert_eq!(kit.sent().last(), Some(&&Command::Agent(AgentCommand::HelpOver)));
    }
}

#[test]
fn a_supervisor_sees_help_at_once_below_the_emergencies_and_goes_there_with_one_key() {
    let mut kit = supervisor();
    asks_help(&mut kit, "1002");
    kit.passes(75_000);
    for size in [SMALL, MIDDLE, LARGE] {
        let rows = kit.rows(size);
        println!("{}", rows.join("\n"));
        assert!(rows[0].replace(' ', "").contains("!求助李四10021:15骂人"), "{}", rows[0]);
    }
    // Another operator is not bothered.
    let mut other = Kit::new();
    asks_help(&mut other, "1002");
    assert!(!other.text(MIDDLE).contains("求助"));
    kit.keys("g w");
    assert_eq!(overseen(&kit), [O::Help(AgentId("1002".into()))]);
}

#[test]
fn the_agent_who_is_told_sees_who_is_in_the_talk_and_the_supervisor_leaves_by_key() {
    for told in [true, false] {
        let mut kit = Kit::new();
        kit.call(ringing(1, "13800000001", "王小明", 8_000, "1001"));
        kit.talks(1);
        kit.happens(vec![Event::Intervention(Box::new(stay(told, "8002", "1001")))]);
        assert_eq!(kit.text(MIDDLE).replace(' ', "").contains("李四正在监听"), told);
    }
    let mut kit = supervisor();
    kit.happens(vec![Event::Intervention(Box::new(stay(true, "8001", "1002")))]);
    assert!(kit.text(SMALL).replace(' ', "").contains("正在监听李四"));
    kit.keys("x");
    assert_eq!(overseen(&kit), [O::StopSpy(InterventionId(1))]);
}

#[test]
fn an_operator_has_none_of_these_keys() {
    let mut kit = Kit::new();
    for key in ["g d", "g w", "g 0"] {
        kit.keys(key);
        assert!(kit.notice().contains("班长"), "{key}: {}", kit.notice());
    }
    assert!(overseen(&kit).is_empty() && kit.model.layers.is_empty());
}
