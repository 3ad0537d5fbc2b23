//! A technician's line to a desk (R-WO-2, SPEC §10.4): what comes over it, what may be asked on it, and that there is one.

use std::collections::BTreeSet;

use ringdesk::client::{Heard, Line};
use ringdesk::domain::command::{
    AgentCommand, CallCommand, CallbackCommand, CrewCommand, MessageCommand, NoticeCommand, SourceCommand,
    TicketCommand as T, VisitCommand,
};
use ringdesk::domain::source::SourceKind;
use ringdesk::domain::ticket::{FieldChange, TellHow};
use ringdesk::domain::{
    AgentState, CallId, CallbackId, Command, CustomerId, Made, NoticeId, Owner, Role, Staff, StaffId, Stamp,
    TicketFields, TicketId,
};
use ringdesk::text::Say;
use ringdesk::wire::{Answer, Export, Hello, Query};

use crate::bench::{Bench, Console, login};

fn bench() -> Bench {
    Bench::with(|options| {
        for (id, role, team) in
            [("zhou", Role::Technician, "repair"), ("qian", Role::Technician, "repair"), ("chen", Role::Supervisor, "")]
        {
            options.config.staff.push(Staff {
                id: StaffId(id.into()),
                name: format!("{id}先生"),
                login: login(),
                phone: format!("20{}", options.config.staff.len()),
                role,
                team: team.into(),
                roles: Vec::new(),
            });
        }
    })
}

fn tech(bench: &Bench, staff: &str) -> Console {
    bench.line(Hello { seat: "tech".into(), staff: staff.into(), follow: true, ..Hello::default() })
}

fn open(console: &mut Console, name: &str) -> TicketId {
    let fields = TicketFields {
        kind: ringdesk::domain::RequestType::Repair,
        subject: "灶具打不着火".into(),
        name: name.into(),
        phone: "13812345678".into(),
        address: "文三路9号".into(),
        ..TicketFields::default()
    };
    match console.perform(Command::Ticket(T::open(fields, None))) {
        Ok(Made::Ticket(id)) => id,
        other => panic!("{other:?}"),
    }
}

fn assign(console: &mut Console, ticket: TicketId, to: &str) {
    let to = Owner::Staff(StaffId(to.into()));
    console.perform(Command::Ticket(T::Assign { ticket, to, why: String::new() })).unwrap();
}

fn note(ticket: TicketId, text: &str) -> Command {
    Command::Ticket(T::Note { ticket, text: text.into() })
}

/// The refusal of a question.
fn refusal(console: &mut Console, query: Query) -> Say {
    let request = console.line.ask(query).unwrap();
    let why = |heard: &Heard| match heard {
        Heard::Refused(refused, why) if *refused == request => Some(why.clone()),
        _ => None,
    };
    let heard = console.until(|heard| why(heard).is_some() || matches!(heard, Heard::Answer(..)));
    heard.iter().find_map(why).unwrap_or_else(|| panic!("answered: {heard:?}"))
}

#[test]
fn a_ticket_comes_with_the_hand_that_gets_it_and_goes_with_the_next() {
    let bench = bench();
    let mut wang = bench.console("wang");
    let others = open(&mut wang, "不相干的人");
    let (mut zhou, mut qian) = (tech(&bench, "zhou"), tech(&bench, "qian"));
    assert!(zhou.state().tickets.is_empty());
    assert_eq!(zhou.line.welcome().staff.len(), 1);
    let order = open(&mut wang, "王小明");
    assign(&mut wang, order, "zhou");
    let seen = zhou.sees(|state| state.tickets.get(&order).cloned());
    assert_eq!((seen.fields.name.as_str(), seen.fields.phone.as_str()), ("王小明", "13812345678"));
    // The notice of it came too; nothing of the other one did.
    assert_eq!(zhou.state().notices.len(), 1);
    // The desk tells what changed before it answers.
    zhou.line.send(0, note(order, "在路上")).unwrap();
    let heard = zhou.until(|heard| matches!(heard, Heard::Done(..)));
    assert!(format!("{heard:?}").contains("在路上"));
    wang.perform(note(others, "与他无关")).unwrap();
    zhou.line.send(0, note(order, "到了")).unwrap();
    let heard = zhou.until(|heard| matches!(heard, Heard::Done(..)));
    assert!(!format!("{heard:?}").contains("与他无关"));
    assign(&mut wang, order, "qian");
    zhou.sees(|state| state.tickets.is_empty().then_some(()));
    let there = qian.sees(|state| state.tickets.get(&order).cloned());
    assert_eq!(there.fields.name, "王小明");
    // A new line is given what the old one had.
    let again = tech(&bench, "qian");
    assert_eq!(again.state().tickets, qian.state().tickets);
    assert!(!again.state().tickets.contains_key(&others));
    assert!(again.state().agents.is_empty() && again.state().callers.is_empty());
}

#[test]
fn a_welcome_names_only_whom_the_own_tickets_name() {
    let bench = bench();
    let mut wang = bench.console("wang");
    let order = open(&mut wang, "王小明");
    assign(&mut wang, order, "zhou");
    let zhou = tech(&bench, "zhou");
    let named: Vec<&Staff> = zhou.line.welcome().staff.iter().collect();
    assert_eq!(named.iter().map(|staff| staff.id.0.as_str()).collect::<BTreeSet<_>>(), ["wang", "zhou"].into());
    assert!(named.iter().all(|staff| staff.phone.is_empty() && staff.login.is_empty() && staff.team.is_empty()));
    assert_eq!(zhou.line.welcome().me.role, Role::Technician);
}

#[test]
fn questions_get_no_further_than_their_own_tickets() {
    let bench = bench();
    let mut wang = bench.console("wang");
    let (others, order) = (open(&mut wang, "不相干的人"), open(&mut wang, "王小明"));
    assign(&mut wang, order, "zhou");
    let mut zhou = tech(&bench, "zhou");
    let export = |what: &str| Query::Export(Export { what: what.into(), since: None, until: None });
    for query in [
        Query::Person { number: "13812345678".into(), rehearsal: false },
        export("tickets"),
        export("journal"),
        export("callbacks"),
        Query::Check,
        Query::CallsByUniqueid(vec!["1".into()]),
    ] {
        assert_eq!(refusal(&mut zhou, query.clone()).key, "tech.no_query", "{query:?}");
    }
    assert_eq!(zhou.ask(Query::Ticket(others)), [Answer::Ticket(None)]);
    assert_eq!(zhou.ask(Query::Ticket(TicketId(99))), [Answer::Ticket(None)]);
    assert_eq!(zhou.ask(Query::TicketLines(others)), [Answer::TicketLines(Vec::new())]);
    let [Answer::TicketLines(lines)] = &zhou.ask(Query::TicketLines(order))[..] else { panic!("no lines") };
    assert!(lines.len() >= 2);
    for (text, found) in [("", 1), ("王小明", 1), ("不相干", 0), ("1381234", 1)] {
        let [Answer::Tickets(tickets)] = &zhou.ask(Query::FindTickets { text: text.into(), limit: 50 })[..] else {
            panic!("no tickets")
        };
        assert_eq!(tickets.iter().filter(|ticket| ticket.id == order).count(), found, "{text}");
        assert_eq!(tickets.len(), found, "{text}");
    }
    // Another desk file may not even be looked for.
    let request = zhou.line.reload(Some("/etc/passwd".into())).unwrap();
    assert_eq!(zhou.done(request).unwrap_err().key, "refused.supervisor_only");
}

#[test]
fn what_is_filed_is_found_without_its_customer() {
    let bench = bench();
    let mut wang = bench.console("wang");
    let order = open(&mut wang, "王小明");
    let change = |field: &str, to: &str| FieldChange { field: field.into(), from: String::new(), to: to.into() };
    let changes = vec![change("responsible", "zhou")];
    wang.perform(Command::Ticket(T::Edit { ticket: order, changes, seal: None })).unwrap();
    let mut chen = bench.console("chen");
    let file = T::File { ticket: order, outcome: "修好了，已告诉王小明".into(), how: TellHow::Phone };
    if let Err(why) = chen.perform(Command::Ticket(file)) {
        // A rulebook that files no repair before it was done: then there is nothing to be found.
        println!("skipped: {}", why.key);
        return;
    }
    let mut zhou = tech(&bench, "zhou");
    let [Answer::Ticket(Some(ticket))] = &zhou.ask(Query::Ticket(order))[..] else { panic!("not found") };
    assert_eq!((ticket.fields.name.as_str(), ticket.fields.phone.as_str()), ("王**", "138****5678"));
    assert!(!format!("{ticket:?}").contains("王小明"));
    let mut qian = tech(&bench, "qian");
    assert_eq!(qian.ask(Query::Ticket(order)), [Answer::Ticket(None)]);
}

/// Every command there is, about a ticket that is not theirs; those of the desk about their own too.
#[test]
fn commands_get_no_further_than_their_own_tickets() {
    let bench = bench();
    let mut wang = bench.console("wang");
    let (others, order) = (open(&mut wang, "不相干的人"), open(&mut wang, "王小明"));
    assign(&mut wang, order, "zhou");
    let mut zhou = tech(&bench, "zhou");
    let words = || "有话说".to_owned();
    let call = CallId(1);
    let theirs = |ticket: TicketId| {
        vec![
            T::Advance { ticket, from: "registered".into(), changes: Vec::new() },
            T::Note { ticket, text: words() },
            T::Tell { ticket, how: TellHow::Phone, what: words(), call: None },
            T::Tick { ticket, item: "valve".into(), done: true, note: words() },
            T::AttachFile { ticket, place: words(), words: words() },
            T::Pause { ticket, why: words() },
            T::Resume(ticket),
            T::Object { ticket, why: words() },
            T::AskExtension { ticket, clock: "answer".into(), until: Stamp(0), why: words() },
            T::Accept(ticket),
            T::FoundHazard { ticket, subject: words(), card: Default::default() },
            T::Printed(ticket),
            T::Each(vec![T::Note { ticket: order, text: words() }, T::Note { ticket, text: words() }]),
        ]
    };
    for command in theirs(others) {
        let why = zhou.perform(Command::Ticket(command.clone())).unwrap_err();
        assert_eq!(why, Say::new("may.not_theirs").with("ticket", others.spoken()), "{command:?}");
    }
    for command in theirs(TicketId(99)) {
        let why = zhou.perform(Command::Ticket(command.clone())).unwrap_err();
        assert_eq!(why, Say::new("may.not_theirs").with("ticket", TicketId(99).spoken()), "{command:?}");
    }
    let to = || Owner::Staff(StaffId("zhou".into()));
    let desk = |ticket: TicketId| {
        vec![
            T::open(TicketFields::default(), None),
            T::Edit { ticket, changes: Vec::new(), seal: None },
            T::File { ticket, outcome: words(), how: TellHow::Phone },
            T::Dispatch { ticket, to: to(), why: words() },
            T::Assign { ticket, to: to(), why: words() },
            T::Escalate { ticket, why: words() },
            T::Review { ticket, upheld: true, to: None, why: words() },
            T::AnswerExtension { ticket, grant: true, why: words() },
            T::Agree { ticket, clock: "answer".into(), until: Stamp(0), with: words(), why: words() },
            T::Merge { ticket, into: others },
            T::Unmerge(ticket),
            T::MakeIncident { ticket, area: words(), sentence: words() },
            T::Attach { ticket, incident: others },
            T::Detach(ticket),
            T::Link { ticket, other: others },
            T::OpenSeal { ticket, why: words() },
        ]
    };
    let tickets = desk(order).into_iter().chain(desk(others)).map(Command::Ticket);
    let callback = CallbackId(1);
    let more = [
        Command::Call(CallCommand::Dial { number: "13812345678".into(), callback: None }),
        Command::Call(CallCommand::DialByHand { number: "13812345678".into(), callback: None }),
        Command::Call(CallCommand::EnterByHand { number: "1".into() }),
        Command::Call(CallCommand::HangUp(call)),
        Command::Agent(AgentCommand::SignOn { phone: "1001".into() }),
        Command::Agent(AgentCommand::SignOff),
        Command::Agent(AgentCommand::Set(AgentState::Ready)),
        Command::Callback(CallbackCommand::Take(callback)),
        Command::Callback(CallbackCommand::Release(callback)),
        Command::Callback(CallbackCommand::Close { callback, reason: words() }),
        Command::Customer(Box::default()),
        Command::Visit(VisitCommand::Class { customer: CustomerId(1), class: "A".into() }),
    ];
    for command in tickets.chain(more) {
        assert_eq!(zhou.perform(command.clone()).unwrap_err().key, "may.desk_only", "{command:?}");
    }
    let begin = SourceCommand::Begin {
        kind: SourceKind::Rehearsal,
        name: words(),
        can: Default::default(),
        clock: Default::default(),
    };
    let own = [
        Command::Source(begin),
        Command::Ticket(T::Ring(order)),
        Command::Ticket(T::Recompute(order)),
        Command::Callback(CallbackCommand::LetGo(StaffId("zhou".into()))),
        Command::Draw { rule: words(), day: 0, seed: 0, settled: Vec::new() },
    ];
    for command in own {
        assert_eq!(zhou.perform(command.clone()).unwrap_err().key, "refused.not_over_the_line", "{command:?}");
    }
    // And what is theirs goes through to whoever decides it.
    zhou.perform(note(order, "到了")).unwrap();
    let leave = MessageCommand::Leave { to: StaffId("wang".into()), text: words(), call: None };
    zhou.perform(Command::Message(leave)).unwrap();
    let notice = zhou.state().notices.keys().next().copied().unwrap_or(NoticeId(1));
    zhou.perform(Command::Notice(NoticeCommand::Acknowledge(notice))).unwrap();
    let _later = zhou.perform(Command::Crew(CrewCommand::OnDuty));
}

/// R-WO-4: the answer to what took the ticket out of their hands was lost with the connection; asked again, it was done.
#[test]
fn what_was_done_is_answered_again_after_it_left_their_hands() {
    let bench = bench();
    let mut wang = bench.console("wang");
    let order = open(&mut wang, "王小明");
    assign(&mut wang, order, "zhou");
    let mut zhou = tech(&bench, "zhou");
    let first = zhou.line.send(77, note(order, "修好了")).unwrap();
    assert_eq!(zhou.done(first), Ok(Made::Ticket(order)));
    assign(&mut wang, order, "qian");
    let mut zhou = tech(&bench, "zhou");
    let again = zhou.line.send(77, note(order, "修好了")).unwrap();
    assert!(zhou.done(again).is_ok());
    let fresh = zhou.line.send(78, note(order, "修好了")).unwrap();
    assert_eq!(zhou.done(fresh).unwrap_err().key, "may.not_theirs");
}

fn goodbye(line: &mut Console) -> Say {
    let said = |heard: &Heard| match heard {
        Heard::Goodbye(why) => Some(why.clone()),
        _ => None,
    };
    let heard = line.until(|heard| said(heard).is_some());
    heard.iter().find_map(said).unwrap()
}

#[test]
fn a_technician_has_one_line_the_newest() {
    let bench = bench();
    let mut wang = bench.console("wang");
    let mut second = bench.console("wang");
    let (mut former, mut other) = (tech(&bench, "zhou"), tech(&bench, "qian"));
    // Whichever way the newer one came in.
    let mut newer = bench.console("zhou");
    assert_eq!(goodbye(&mut former).key, "tech.elsewhere");
    let _newest = tech(&bench, "zhou");
    assert_eq!(goodbye(&mut newer).key, "tech.elsewhere");
    [&mut wang, &mut second, &mut other].into_iter().for_each(Console::fence);
}

#[test]
fn the_technicians_seat_is_for_technicians() {
    let bench = bench();
    for staff in ["wang", "chen"] {
        let hello = Hello { seat: "tech".into(), staff: staff.into(), follow: true, ..Hello::default() };
        let mut line = Console { line: Line::connect(bench.socket(), hello).unwrap() };
        assert_eq!(goodbye(&mut line).key, "tech.not_technician");
    }
}
