//! R-REQ-6: who gave a tip-off is known to the one line that opened the seal, and to nothing and nobody else.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ringdesk::client::Heard;
use ringdesk::domain::call::signal::Origin;
use ringdesk::domain::call::{ChannelFacts, Party, Signal};
use ringdesk::domain::command::{AgentCommand, CallCommand, CallbackCommand, SourceCommand, TicketCommand};
use ringdesk::domain::rulebook::{FieldUse, Need, REGISTERED, RoleRule, TypeRule};
use ringdesk::domain::source::SourceKind;
use ringdesk::domain::ticket::{FieldChange, Informant, TellHow};
use ringdesk::domain::{Command, Made, RequestType, Rulebook, Stamp, TicketFields, TicketId};
use ringdesk::server::ServeOptions;
use ringdesk::wire::{Answer, Export, Query};

use crate::bench::{Bench, Console};

const NAME: &str = "欧阳举报";
const PHONE: &str = "13987654321";
const ADDRESS: &str = "隐秘路九十九号";
const FIRST: TicketId = TicketId(1);

/// Tip-offs are sealed for the role `keeper`, which wang is named for; their form demands a number.
fn sealed(options: &mut ServeOptions) {
    let mut rules = Rulebook { name: "sealing".into(), ..Rulebook::default() };
    rules.roles.insert("keeper".into(), RoleRule { name: "保密员".into(), named_only: true, ..RoleRule::default() });
    let form = vec![FieldUse {
        field: "phone".into(),
        need: Need::When(ringdesk::domain::rulebook::Condition(vec![ringdesk::domain::rulebook::Test::IsNot(
            "anonymous".into(),
            vec!["yes".into()],
        )])),
    }];
    let tip_off = TypeRule { sealed_for: Some("keeper".into()), form, ..TypeRule::plain().clone() };
    rules.types.insert(RequestType::TipOff, tip_off);
    options.config.rulebook = rules;
    options.config.staff[0].roles = vec!["keeper".into()];
}

fn bench() -> Bench {
    Bench::with(sealed)
}

fn tip_off() -> TicketFields {
    TicketFields {
        kind: RequestType::TipOff,
        subject: "有人偷气".into(),
        name: NAME.into(),
        phone: PHONE.into(),
        address: ADDRESS.into(),
        ..TicketFields::default()
    }
}

fn open(fields: TicketFields) -> Command {
    Command::Ticket(TicketCommand::open(fields, None))
}

fn edit(field: &str, from: &str, to: &str) -> Command {
    let changes = vec![FieldChange { field: field.into(), from: from.into(), to: to.into() }];
    Command::Ticket(TicketCommand::Edit { ticket: FIRST, changes, seal: None })
}

/// Opens the seal; the informant and what else came on the line meanwhile.
fn unseal(console: &mut Console) -> Result<Informant, String> {
    let command = Command::Ticket(TicketCommand::OpenSeal { ticket: FIRST, why: "核实奖励".into() });
    let request = console.line.send(0, command).unwrap();
    let ends = |heard: &Heard| matches!(heard, Heard::Done(done, _) | Heard::Refused(done, _) if *done == request);
    let mut informant = None;
    for heard in console.until(ends) {
        match heard {
            Heard::Answer(answered, answer) if answered == request => {
                let Answer::Informant(told) = *answer else { panic!("{answer:?}") };
                informant = Some(*told);
            }
            Heard::Refused(_, why) => return Err(why.key),
            Heard::Done(..) => assert!(informant.is_some(), "the answer comes before the command is done"),
            _ => {}
        }
    }
    Ok(informant.unwrap())
}

fn informant() -> Informant {
    Informant { name: NAME.into(), phone: PHONE.into(), address: ADDRESS.into() }
}

/// The files below a folder that hold one of the secrets.
fn leaks(dir: &Path, secrets: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(leaks(&path, secrets));
        } else if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let holds = |secret: &&str| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            found.extend(secrets.iter().filter(|secret| holds(secret)).map(|secret| format!("{path:?}: {secret}")));
        }
    }
    found
}

/// Everything a line can be told of: exports, searches, the person's card, the state.
fn told(console: &mut Console) -> String {
    let mut all = format!("{:?}", console.state());
    for what in ["calls", "tickets", "callbacks"] {
        let export = Export { what: what.into(), since: None, until: None };
        all += &format!("{:?}", console.ask(Query::Export(export)));
    }
    all += &format!("{:?}", console.ask(Query::FindTickets { text: String::new(), limit: 100 }));
    all += &format!("{:?}", console.ask(Query::TicketLines(FIRST)));
    all
}

fn nothing_in(text: &str) {
    for secret in [NAME, PHONE, ADDRESS] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn the_informant_is_told_to_the_keeper_s_line_alone_and_stands_nowhere() {
    let mut bench = bench();
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    assert_eq!(wang.perform(open(tip_off())), Ok(Made::Ticket(FIRST)));
    li.sees(|state| state.tickets.get(&FIRST).map(drop));
    assert_eq!(wang.state().customers.len(), 0, "no file says who it was");
    for text in [NAME, "欧阳", PHONE, "4321", "oyjb", ADDRESS] {
        let Some(Answer::Tickets(found)) = wang.ask(Query::FindTickets { text: text.into(), limit: 9 }).pop() else {
            panic!()
        };
        assert!(found.is_empty(), "found by {text}");
    }
    let Some(Answer::Person(card)) = wang.ask(Query::Person { number: PHONE.into(), rehearsal: false }).pop() else {
        panic!()
    };
    assert!(card.tickets.is_empty() && card.calls.is_empty() && card.customer.is_none());

    assert_eq!(unseal(&mut li), Err("life.not_keeper".into()));
    assert_eq!(unseal(&mut wang), Ok(informant()));
    // The other console heard that it was opened, and nothing of what was in it.
    li.sees(|state| (state.sequence == wang.state().sequence).then_some(()));
    let lines = format!("{:?}", li.ask(Query::TicketLines(FIRST)));
    assert_eq!(lines.matches("SealOpened").count(), 1, "{lines}");
    nothing_in(&told(&mut li));
    nothing_in(&told(&mut wang));
    let journal = Export { what: "journal".into(), since: None, until: None };
    nothing_in(&format!("{:?}", wang.ask(Query::Export(journal))));

    drop((wang, li));
    bench.stop();
    assert_eq!(leaks(bench.dir.path(), &[NAME, PHONE, ADDRESS]), [""; 0]);
    assert!(!leaks(bench.dir.path(), &[&tip_off().subject]).is_empty(), "what is not sealed is found so");
    bench.start();
    let mut wang = bench.console("wang");
    assert_eq!(unseal(&mut wang), Ok(informant()), "also after the desk was started anew");
}

#[test]
fn the_keeper_opens_the_seal_also_after_the_matter_is_filed() {
    let mut bench = bench();
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    wang.perform(open(tip_off())).unwrap();
    let told = TicketCommand::File { ticket: FIRST, outcome: "已查处".into(), how: TellHow::Phone };
    wang.perform(Command::Ticket(told)).unwrap();
    assert!(!wang.state().tickets.contains_key(&FIRST));
    assert_eq!(unseal(&mut li), Err("life.not_keeper".into()));
    // Two at once are decided in one group, as many as the desk finds in its queue; each has a line of its own.
    let look = || Command::Ticket(TicketCommand::OpenSeal { ticket: FIRST, why: "发奖".into() });
    let last = (0..4).map(|_| wang.line.send(0, look()).unwrap()).last().unwrap();
    wang.done(last).unwrap();
    assert_eq!(unseal(&mut wang), Ok(informant()));
    wang.fence();
    let lines = format!("{:?}", wang.ask(Query::TicketLines(FIRST)));
    assert_eq!(lines.matches("SealOpened").count(), 5, "{lines}");
    assert!(!wang.state().tickets.contains_key(&FIRST), "it stays filed");
    let edit = wang.perform(edit("subject", "有人偷气", "没事")).unwrap_err();
    assert_eq!(edit.key, "refused.ticket_not_open", "nothing else of it can be changed");
    drop((wang, li));
    bench.stop();
    bench.start();
    let mut wang = bench.console("wang");
    assert_eq!(unseal(&mut wang), Ok(informant()));
    nothing_in(&format!("{:?}", wang.ask(Query::TicketLines(FIRST))));
}

#[test]
fn what_is_learnt_later_goes_under_the_same_seal() {
    let mut bench = bench();
    let mut wang = bench.console("wang");
    let card = BTreeMap::from([("anonymous".to_owned(), "yes".to_owned())]);
    let fields = TicketFields { name: String::new(), phone: String::new(), address: String::new(), ..tip_off() };
    let refused = wang.perform(open(fields.clone())).unwrap_err();
    assert_eq!(refused.key, "life.form_missing", "the form demands a number of whoever is not anonymous");
    let command = TicketCommand::Open { fields, card, call: None, seal: None };
    wang.perform(Command::Ticket(command)).unwrap();
    assert_eq!(unseal(&mut wang), Ok(Informant::default()));
    wang.perform(edit("name", "", NAME)).unwrap();
    wang.perform(edit("phone", "", PHONE)).unwrap();
    wang.perform(Command::Ticket(TicketCommand::Each(vec![TicketCommand::Edit {
        ticket: FIRST,
        changes: vec![FieldChange { field: "address".into(), from: String::new(), to: ADDRESS.into() }],
        seal: None,
    }])))
    .unwrap();
    assert_eq!(unseal(&mut wang), Ok(informant()));
    // A stage's screen is no way around it, nor is a callback, nor another type.
    let changes = vec![FieldChange { field: "phone".into(), from: String::new(), to: PHONE.into() }];
    let advance = TicketCommand::Advance { ticket: FIRST, from: REGISTERED.into(), changes };
    assert_eq!(wang.perform(Command::Ticket(advance)).unwrap_err().key, "seal.by_form");
    let agree = CallbackCommand::Agree {
        number: PHONE.into(),
        name: NAME.into(),
        due_at: Stamp(i64::MAX / 2),
        note: String::new(),
        ticket: Some(FIRST),
    };
    assert_eq!(wang.perform(Command::Callback(agree)).unwrap_err().key, "seal.callback");
    wang.perform(edit("kind", "tip_off", "complaint")).unwrap();
    wang.perform(edit("name", "", "欧阳举报人")).unwrap();
    assert_eq!(unseal(&mut wang).map(|informant| informant.name), Ok("欧阳举报人".into()));
    nothing_in(&told(&mut wang));
    drop(wang);
    bench.stop();
    assert_eq!(leaks(bench.dir.path(), &[NAME, PHONE, ADDRESS]), [""; 0]);
}

/// What was written before anybody knew that it was a tip-off stays in the journal and in the history's earlier lines;
/// the records of the ticket and its call say it no more.
#[test]
fn a_ticket_that_becomes_a_tip_off_is_sealed_then() {
    let bench = bench();
    let mut wang = bench.console("wang");
    wang.perform(Command::Agent(AgentCommand::SignOn { phone: "1001".into() })).unwrap();
    let enter = Command::Call(CallCommand::EnterByHand { number: PHONE.into() });
    let Made::Call(call) = wang.perform(enter).unwrap() else { panic!() };
    wang.perform(Command::Call(CallCommand::Answer(call))).unwrap();
    let fields = TicketFields { kind: RequestType::Enquiry, name: String::new(), phone: String::new(), ..tip_off() };
    wang.perform(Command::Ticket(TicketCommand::open(fields, Some(call)))).unwrap();
    wang.perform(edit("kind", "enquiry", "tip_off")).unwrap();
    let expected = Informant { name: String::new(), ..informant() };
    assert_eq!(unseal(&mut wang), Ok(expected), "the call's number went under the seal");
    let blank = wang.state().calls.get(call).unwrap().party.clone();
    assert_eq!(blank, Party { withheld: true, ..Party::default() });
    let naming = CallCommand::NameByHand { call, number: PHONE.into(), name: NAME.into() };
    assert_eq!(wang.perform(Command::Call(naming)).unwrap_err().key, "seal.call");
    // Another, ordinary matter in the same call does not name the call again.
    let other = TicketFields {
        kind: RequestType::Repair,
        subject: "修表".into(),
        phone: "13800000000".into(),
        ..TicketFields::default()
    };
    wang.perform(Command::Ticket(TicketCommand::open(other, Some(call)))).unwrap();
    assert_eq!(wang.state().calls.get(call).unwrap().party, blank);
    nothing_in(&told(&mut wang));
}

/// The PBX goes on speaking of the call that brought the tip-off, with its number in every signal.
#[test]
fn the_pbx_does_not_bring_the_number_back() {
    let bench = bench();
    let mut wang = bench.console("wang");
    let begin = SourceCommand::Begin {
        kind: SourceKind::Rehearsal,
        name: "x".into(),
        can: Default::default(),
        clock: Default::default(),
    };
    let Made::Source(source) = wang.perform(Command::Source(begin)).unwrap() else { panic!() };
    let caller = || ChannelFacts {
        uniqueid: "a".into(),
        linkedid: "a".into(),
        channel: "PJSIP/trunk-1".into(),
        origin: Origin::Outside,
        party: Party { number: PHONE.into(), name: NAME.into(), withheld: false },
        exten: "95001".into(),
        ..ChannelFacts::default()
    };
    let joined = || Signal::QueueJoined { caller: caller(), queue: "hotline".into(), position: Some(1) };
    let mut at = 0;
    let mut say = |console: &mut Console, signal: Signal| {
        at += 1_000;
        let signals = SourceCommand::Signals { source, signals: vec![(Stamp(at), signal)] };
        console.perform(Command::Source(signals)).unwrap();
    };
    say(&mut wang, Signal::ChannelNew(caller()));
    say(&mut wang, joined());
    let call = wang.sees(|state| state.calls.all().next().map(|call| call.id));
    assert_eq!(wang.state().calls.get(call).unwrap().party.number, PHONE);
    let fields = TicketFields { name: String::new(), phone: String::new(), address: String::new(), ..tip_off() };
    let card = BTreeMap::from([("phone".to_owned(), PHONE.to_owned())]);
    let command = TicketCommand::Open { fields, card, call: Some(call), seal: None };
    wang.perform(Command::Ticket(command)).unwrap();
    say(&mut wang, Signal::ChannelChanged(caller()));
    say(&mut wang, joined());
    let tell = TicketCommand::Tell { ticket: FIRST, how: TellHow::Phone, what: "已受理".into(), call: Some(call) };
    wang.perform(Command::Ticket(tell)).unwrap();
    assert_eq!(wang.state().calls.get(call).unwrap().party, Party { withheld: true, ..Party::default() });
    assert!(wang.state().callers.is_empty(), "{:?}", wang.state().callers);
    nothing_in(&told(&mut wang));
    let Some(Answer::Person(card)) = wang.ask(Query::Person { number: PHONE.into(), rehearsal: true }).pop() else {
        panic!()
    };
    assert!(card.tickets.is_empty() && card.calls.is_empty(), "{card:?}");
    let Some(Answer::Checked { faults, .. }) = wang.ask(Query::Check).pop() else { panic!() };
    assert_eq!(faults, []);
}

/// Without its key the desk makes no other one, and says what to do; with another one it neither seals nor opens.
#[test]
fn a_key_that_is_gone_is_not_made_anew() {
    let mut bench = bench();
    let key = bench.dir.path().join("seal.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(bench.notes().iter().filter(|note| note.key == "seal.key_made").count(), 1);
    let mut wang = bench.console("wang");
    wang.perform(open(tip_off())).unwrap();
    let kept = std::fs::read_to_string(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let before = wang.state().sequence;
    assert_eq!(unseal(&mut wang), Err("seal.key_missing".into()));
    assert_eq!(wang.perform(open(tip_off())).unwrap_err().key, "seal.key_missing");
    drop(wang);
    bench.reopen();
    assert_eq!(bench.notes().iter().filter(|note| note.key == "seal.key_missing").count(), 1);
    assert!(!key.exists());
    let mut wang = bench.console("wang");
    for (text, refused) in
        [("0".repeat(64), "seal.key_other"), ("x".repeat(64), "seal.key_bad"), ("00".into(), "seal.key_bad")]
    {
        std::fs::write(&key, text).unwrap();
        assert_eq!(unseal(&mut wang), Err(refused.into()));
        assert_eq!(wang.perform(open(tip_off())).unwrap_err().key, refused);
    }
    assert_eq!(wang.state().sequence, before, "an opening that failed is no opening");
    std::fs::write(&key, kept).unwrap();
    assert_eq!(unseal(&mut wang), Ok(informant()));
}

/// A filed tip-off keeps its seal, and the key stays the only one.
#[test]
fn a_filed_tip_off_still_binds_the_key() {
    let mut bench = bench();
    let mut wang = bench.console("wang");
    wang.perform(open(tip_off())).unwrap();
    let file = TicketCommand::File { ticket: FIRST, outcome: "已查处".into(), how: TellHow::Phone };
    wang.perform(Command::Ticket(file)).unwrap();
    drop(wang);
    bench.stop();
    std::fs::remove_file(bench.dir.path().join("seal.key")).unwrap();
    std::fs::remove_dir_all(bench.dir.path().join("records")).unwrap();
    bench.start();
    let mut wang = bench.console("wang");
    assert_eq!(wang.perform(open(tip_off())).unwrap_err().key, "seal.key_missing");
}
