//! Desk and consoles over the socket: what one does the others see, what is acknowledged stays, who may do what.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;

use ringdesk::client::{Heard, Line};
use ringdesk::domain::agent::AgentState;
use ringdesk::domain::call::{Disposition, Outcome, Phase, Signal, Verdict};
use ringdesk::domain::command::{
    AgentCommand, CallCommand, CallbackCommand, MessageCommand, SourceCommand, TicketCommand,
};
use ringdesk::domain::source::{Link, SourceKind};
use ringdesk::domain::{CallbackEnd, Command, Made, Owner, SourceId, StaffId, Stamp, TicketFields, TicketId};
use ringdesk::text::Language;
use ringdesk::wire::{self, Answer, Export, ExportRow, Hello, Query, ToDesk};

use crate::bench::{Bench, Console, options};

fn ticket(subject: &str) -> TicketFields {
    TicketFields { subject: subject.into(), phone: "13812345678".into(), name: "张三".into(), ..Default::default() }
}

fn open(fields: TicketFields) -> Command {
    Command::Ticket(TicketCommand::open(fields, None))
}

fn sign_on(console: &mut Console, phone: &str) {
    console.perform(Command::Agent(AgentCommand::SignOn { phone: phone.into() })).unwrap();
}

#[test]
fn what_one_console_does_the_others_see() {
    let bench = Bench::new();
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    let made = wang.perform(open(ticket("没气了"))).unwrap();
    assert_eq!(made, Made::Ticket(TicketId(1)));
    let seen = li.sees(|state| state.tickets.get(&TicketId(1)).cloned());
    assert_eq!((seen.fields.subject.as_str(), seen.owner), ("没气了", Owner::Staff(StaffId("wang".into()))));
    assert_eq!(li.state().sequence, wang.state().sequence);
}

#[test]
fn what_was_acknowledged_is_there_after_the_desk_comes_back() {
    let mut bench = Bench::new();
    let mut wang = bench.console("wang");
    wang.perform(open(ticket("一"))).unwrap();
    wang.perform(open(ticket("二"))).unwrap();
    // A replica also keeps the customer files it heard of; a fresh one asks for them.
    let before = wang.state().for_console();
    drop(wang);
    bench.reopen();
    let wang = bench.console("wang");
    assert_eq!(wang.state(), &before);
}

#[test]
fn a_command_that_comes_again_is_not_done_again() {
    let mut bench = Bench::new();
    let mut wang = bench.console("wang");
    let first = wang.line.send(7, open(ticket("一次"))).unwrap();
    assert_eq!(wang.done(first), Ok(Made::Ticket(TicketId(1))));
    let again = wang.line.send(7, open(ticket("一次"))).unwrap();
    assert_eq!(wang.done(again), Ok(Made::Ticket(TicketId(1))));
    drop(wang);
    bench.reopen();
    let mut wang = bench.console("wang");
    let later = wang.line.send(7, open(ticket("一次"))).unwrap();
    assert!(wang.done(later).is_ok());
    assert_eq!(wang.state().tickets.len(), 1);
}

#[test]
fn a_second_desk_is_refused_and_told_of_the_first() {
    let bench = Bench::new();
    let why = ringdesk::server::start(options(bench.dir.path()), &mut |_| {}).map(|_| ()).unwrap_err();
    let words = why.words(Language::En);
    assert!(words.contains(&std::process::id().to_string()), "{words}");
    assert!(words.contains(&bench.socket().display().to_string()), "{words}");
}

#[test]
fn the_socket_is_for_its_owner_alone() {
    let bench = Bench::new();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(bench.socket()), 0o600);
    assert_eq!(mode(bench.dir.path()), 0o700);
}

#[test]
fn a_console_that_stops_reading_is_dropped_and_the_desk_goes_on() {
    let bench = Bench::new();
    let mut lazy = UnixStream::connect(bench.socket()).unwrap();
    let hello = Hello { version: wire::VERSION, staff: "li".into(), follow: true, ..Hello::default() };
    lazy.write_all(&wire::encode(&ToDesk::Hello(hello)).unwrap()).unwrap();
    let mut wang = bench.console("wang");
    let long = "字".repeat(2_600);
    for number in 0..1_500u32 {
        let fields = TicketFields { detail: long.clone(), ..ticket(&number.to_string()) };
        wang.perform(open(fields)).unwrap();
    }
    assert_eq!(wang.state().tickets.len(), 1_500);
}

#[test]
fn a_console_of_another_version_is_sent_away_with_a_sentence() {
    let bench = Bench::new();
    let mut other = UnixStream::connect(bench.socket()).unwrap();
    let hello = Hello { version: wire::VERSION + 1, ..Hello::default() };
    other.write_all(&wire::encode(&ToDesk::Hello(hello)).unwrap()).unwrap();
    let mut framer = wire::Framer::default();
    let mut buffer = [0; 4096];
    let said = loop {
        let count = std::io::Read::read(&mut other, &mut buffer).unwrap();
        assert!(count > 0, "closed without a word");
        framer.feed(&buffer[..count]);
        if let Some(message) = framer.message::<wire::FromDesk>().unwrap() {
            break message;
        }
    };
    assert!(matches!(said, wire::FromDesk::Goodbye(why) if why.key == "server.version"));
}

#[test]
fn nobody_sits_as_somebody_else() {
    let bench = Bench::new();
    let hello = Hello { staff: "zhao".into(), ..Hello::default() };
    let mut line = Line::connect(bench.socket(), hello).unwrap();
    let why = loop {
        if let Some(Heard::Goodbye(why)) = line.pump().unwrap().into_iter().next() {
            break why;
        }
        std::thread::yield_now();
    };
    assert_eq!(why.key, "server.not_that_staff");
}

#[test]
fn a_line_speaks_only_for_the_rehearsal_it_began() {
    let bench = Bench::new();
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    let begin = |kind| {
        Command::Source(SourceCommand::Begin {
            kind,
            name: "x".into(),
            can: Default::default(),
            clock: Default::default(),
        })
    };
    assert_eq!(wang.perform(begin(SourceKind::Live)).unwrap_err().key, "refused.not_over_the_line");
    let Made::Source(source) = wang.perform(begin(SourceKind::Rehearsal)).unwrap() else { panic!() };
    let stop = || Signal::PbxStopping { restart: false };
    let signals = |source| Command::Source(SourceCommand::Signals { source, signals: vec![(Stamp(1), stop())] });
    assert!(wang.perform(signals(source)).is_ok());
    assert_eq!(li.perform(signals(source)).unwrap_err().key, "refused.not_over_the_line");
    assert_eq!(li.perform(signals(SourceId::HAND)).unwrap_err().key, "refused.not_over_the_line");
    drop(wang);
    li.sees(|state| state.sources.get(&source).filter(|source| source.link == Link::Over).map(|_| ()));
}

/// R-CALL-1, R-CALL-5, R-CALL-6 without a PBX: a call entered by hand lives like any other.
#[test]
fn a_call_entered_by_hand_lives_from_ring_to_disposition() {
    let bench = Bench::new();
    let mut wang = bench.console("wang");
    let by_hand = Command::Call(CallCommand::EnterByHand { number: "13800000001".into() });
    assert_eq!(wang.perform(by_hand.clone()).unwrap_err().key, "refused.not_signed_on");
    sign_on(&mut wang, "1001");
    let Made::Call(lost) = wang.perform(by_hand.clone()).unwrap() else { panic!() };
    assert_eq!(wang.state().calls.get(lost).unwrap().phase, Phase::Ringing);
    wang.perform(Command::Call(CallCommand::GaveUp(lost))).unwrap();
    let call = wang.state().calls.get(lost).unwrap();
    assert_eq!((call.outcome, call.verdict), (Outcome::Abandoned, Some(Verdict::Unanswered)));
    let line = wang.state().callbacks.values().next().cloned().unwrap();
    assert_eq!((line.number.as_str(), line.debts[0].calls.as_slice()), ("13800000001", &[lost][..]));

    let Made::Call(again) = wang.perform(by_hand).unwrap() else { panic!() };
    wang.perform(Command::Call(CallCommand::Answer(again))).unwrap();
    assert!(wang.state().callbacks.is_empty(), "answered: the callback is settled");
    assert_eq!(wang.state().calls.get(again).unwrap().nth_today, 2);
    let agent = wang.state().agent_of(&StaffId("wang".into())).unwrap();
    assert_eq!((&agent.state, agent.call), (&AgentState::OnCall, Some(again)));
    wang.perform(Command::Call(CallCommand::Hold(again))).unwrap();
    assert_eq!(wang.state().calls.get(again).unwrap().phase, Phase::Held);
    wang.perform(Command::Call(CallCommand::Hold(again))).unwrap();
    let opened = Command::Ticket(TicketCommand::open(ticket("漏气"), Some(again)));
    wang.perform(opened).unwrap();
    wang.perform(Command::Call(CallCommand::HangUp(again))).unwrap();
    let agent = wang.state().agent_of(&StaffId("wang".into())).unwrap();
    assert_eq!((&agent.state, agent.call), (&AgentState::WrapUp, Some(again)));
    for refused in [AgentCommand::Set(AgentState::Ready), AgentCommand::SignOff] {
        assert_eq!(wang.perform(Command::Agent(refused)).unwrap_err().key, "refused.disposition_first");
    }
    let disposition = Disposition::TicketOpened;
    wang.perform(Command::Call(CallCommand::Dispose { call: again, disposition })).unwrap();
    let call = wang.state().calls.get(again).unwrap();
    assert_eq!((call.verdict, call.disposition), (Some(Verdict::InTime), Some(disposition)));
    assert_eq!(call.tickets, [TicketId(1)]);
    assert_eq!(wang.state().agent_of(&StaffId("wang".into())).unwrap().state, AgentState::Ready);

    let export = Query::Export(Export { what: "callbacks".into(), since: None, until: None });
    let Some(Answer::Rows { rows, .. }) = wang.ask(export).pop() else { panic!() };
    let [ExportRow::Callback(settled)] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(settled.end, Some(CallbackEnd::CalledAgain(again)));
    let Some(Answer::Checked { faults, entries }) = wang.ask(Query::Check).pop() else { panic!() };
    assert!(faults.is_empty() && entries > 8, "{faults:?}");
}

#[test]
fn refusals_are_sentences_and_change_nothing() {
    let bench = Bench::new();
    let mut wang = bench.console("wang");
    sign_on(&mut wang, "1001");
    let before = wang.state().clone();
    let refusals = [
        (open(TicketFields::default()), "refused.ticket_empty"),
        (open(TicketFields { detail: "字".repeat(3_000), ..ticket("长") }), "refused.text_too_long"),
        (Command::Call(CallCommand::Dial { number: "95001".into(), callback: None }), "refused.cannot_dial"),
        (Command::Call(CallCommand::Dial { number: "abc".into(), callback: None }), "refused.no_number"),
        (Command::Agent(AgentCommand::Set(AgentState::Break(" ".into()))), "refused.break_reason"),
        (Command::Agent(AgentCommand::Set(AgentState::OnCall)), "refused.state_not_chosen"),
        (
            Command::Callback(CallbackCommand::Close { callback: Default::default(), reason: "x".into() }),
            "refused.callback_settled",
        ),
        (
            Command::Ticket(TicketCommand::File {
                ticket: TicketId(9),
                outcome: "已告知".into(),
                how: Default::default(),
            }),
            "refused.ticket_not_open",
        ),
    ];
    for (command, key) in refusals {
        let why = wang.perform(command).unwrap_err();
        assert_eq!(why.key, key);
        for language in Language::ALL {
            assert!(!why.words(language).contains(['{', '}']), "{}", why.words(language));
        }
    }
    assert_eq!(wang.state(), &before);
}

/// R-CALL-3: a message stays in the inbox until it is read, also over a restart.
#[test]
fn a_message_stays_until_it_is_read() {
    let mut bench = Bench::new();
    let mut wang = bench.console("wang");
    let leave = MessageCommand::Leave { to: StaffId("li".into()), text: "请回电".into(), call: None };
    wang.perform(Command::Message(leave)).unwrap();
    drop(wang);
    bench.reopen();
    let mut li = bench.console("li");
    let id = *li.state().messages.keys().next().unwrap();
    let mut wang = bench.console("wang");
    let read = Command::Message(MessageCommand::Read(id));
    assert_eq!(wang.perform(read.clone()).unwrap_err().key, "refused.message_not_yours");
    li.perform(read).unwrap();
    assert!(li.state().messages.is_empty());
}

#[test]
fn two_people_cannot_sit_at_one_phone() {
    let bench = Bench::new();
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    sign_on(&mut wang, "1001");
    let why = li.perform(Command::Agent(AgentCommand::SignOn { phone: "1001".into() })).unwrap_err();
    assert_eq!(why.key, "refused.seat_taken");
    wang.perform(Command::Agent(AgentCommand::SignOff)).unwrap();
    sign_on(&mut li, "1001");
}

/// The number asked for during a call entered by hand is the call's: it settles what was owed to that person.
#[test]
fn the_intake_names_a_call_entered_by_hand() {
    let bench = Bench::new();
    let mut wang = bench.console("wang");
    sign_on(&mut wang, "1001");
    let enter = |number: &str| Command::Call(CallCommand::EnterByHand { number: number.into() });
    let Made::Call(lost) = wang.perform(enter("13812345678")).unwrap() else { panic!() };
    wang.perform(Command::Call(CallCommand::GaveUp(lost))).unwrap();
    let Made::Call(call) = wang.perform(enter("")).unwrap() else { panic!() };
    wang.perform(Command::Call(CallCommand::Answer(call))).unwrap();
    assert_eq!(wang.state().callbacks.len(), 1);
    wang.perform(Command::Ticket(TicketCommand::open(ticket("没气"), Some(call)))).unwrap();
    let call = wang.state().calls.get(call).unwrap();
    assert_eq!((call.party.number.as_str(), call.nth_today), ("13812345678", 2));
    assert!(wang.state().callbacks.is_empty());
}

/// A line that begins a rehearsal and closes without waiting for the answer leaves nothing running.
#[test]
fn a_rehearsal_ends_with_its_line_however_soon_that_closes() {
    let bench = Bench::new();
    let mut li = bench.console("li");
    for number in 1..=20u32 {
        let (kind, name) = (SourceKind::Rehearsal, "x".into());
        let begin = SourceCommand::Begin { kind, name, can: Default::default(), clock: Default::default() };
        let hello = Hello { version: wire::VERSION, staff: "wang".into(), ..Hello::default() };
        let begin = ToDesk::Do { request: 1, id: 0, command: Box::new(Command::Source(begin)) };
        let said = [wire::encode(&ToDesk::Hello(hello)).unwrap(), wire::encode(&begin).unwrap()].concat();
        // Closed for writing only: with unread words a closed socket may lose what it said last.
        let mut line = UnixStream::connect(bench.socket()).unwrap();
        line.write_all(&said).unwrap();
        line.shutdown(std::net::Shutdown::Write).unwrap();
        let id = SourceId(number);
        li.sees(|state| state.sources.get(&id).filter(|source| source.link == Link::Over).map(drop));
    }
}

/// However much somebody pastes: it is refused with a sentence, and the desk goes on.
#[test]
fn too_much_text_is_refused_and_stops_nobody() {
    let bench = Bench::new();
    let mut wang = bench.console("wang");
    sign_on(&mut wang, "1001");
    let before = wang.state().clone();
    let long = || "字".repeat(600_000);
    let agree = CallbackCommand::Agree {
        number: "13800000001".into(),
        name: String::new(),
        due_at: Stamp(9),
        note: long(),
        ticket: None,
    };
    for command in [
        Command::Message(MessageCommand::Leave { to: StaffId("li".into()), text: long(), call: None }),
        Command::Callback(agree),
        Command::Customer(Box::new(ringdesk::domain::Customer { name: long(), ..Default::default() })),
        Command::Call(CallCommand::EnterByHand { number: long() }),
    ] {
        assert_eq!(wang.perform(command).unwrap_err().key, "desk.too_much");
    }
    assert_eq!(wang.state(), &before);
    assert_eq!(wang.perform(open(ticket("没气"))), Ok(Made::Ticket(TicketId(1))));
}
