//! The byte forms of every released schema, opened for ever.
//!
//! **When a test here fails, a struct that is on disk has changed.** Old data folders would then be read wrongly or not
//! at all. After the first release: copy the old struct into a frozen module of its own, raise its kind's schema in
//! `store::envelope`, turn the old form into the new one there, and add golden files of the new schema beside these;
//! never change a file of a released schema.
//!
//! Before the first release the files may be made again, after any change of the domain's structs:
//! `RINGDESK_WRITE_GOLDEN=1 cargo test --test it -- --exact store_golden::golden_files_are_written`

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use ringdesk::domain::call::{Direction, Disposition, Leg, LegEnd, Outcome, Phase, Verdict};
use ringdesk::domain::event::RulesInForce;
use ringdesk::domain::oversight::{Ending, SpyMode, Step};
use ringdesk::domain::recording::{Extraction, Listen};
use ringdesk::domain::spot::{CheckItem, Finding, Pick};
use ringdesk::domain::ticket::{Clock, ClockState, Mark, TellHow};
use ringdesk::domain::{
    Actor, Agent, AgentId, AgentState, Attempt, Call, CallId, Callback, CallbackEnd, CallbackId, CallbackReason, Crew,
    Customer, CustomerId, Debt, Draw, DrawId, Entry, Event, Grade, Gravity, Link, Message, MessageId, Next, Reach,
    RequestType, Sheet, Source, SourceId, SourceKind, StaffId, Stamp, Ticket, TicketId, TicketLine, Visit, VisitId,
};
use ringdesk::domain::{Addressee, Allowance, Due, Happened, Notice, NoticeId, Owner};
use ringdesk::domain::{CheckSheet, CheckSheetId, Intervention, InterventionId, Recording, Span, SpotDraw, SpotDrawId};
use ringdesk::store::golden;
use ringdesk::text::Say;

use super::store_kit::{folder, journal, replayed, try_open, visible};

/// Set to write the files instead of comparing with them.
const WRITE: &str = "RINGDESK_WRITE_GOLDEN";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden").join(name)
}

fn staff() -> StaffId {
    StaffId("1001".to_owned())
}

fn sample_call() -> Call {
    let mut call = Call { id: CallId(7), source: SourceId(1), uniqueid: "1700000000.17".to_owned(), ..Call::default() };
    call.linkedid = call.uniqueid.clone();
    call.channel = "PJSIP/trunk-0000002a".to_owned();
    call.direction = Direction::Inbound;
    call.party.number = "013800138000".to_owned();
    call.party.name = "王\u{200d}\x1b[31m".to_owned();
    call.dialled = "12345".to_owned();
    call.queue = Some("hotline".to_owned());
    call.phase = Phase::Ended;
    call.outcome = Outcome::Answered;
    call.verdict = Some(Verdict::InTime);
    call.limit_ms = 20_000;
    call.arrived_at = Stamp(1_700_000_000_000);
    call.joined_at = Some(Stamp(1_700_000_001_000));
    call.answered_at = Some(Stamp(1_700_000_006_000));
    call.ended_at = Some(Stamp(1_700_000_066_000));
    call.answered_by = Some("1002".to_owned());
    call.legs = vec![Leg {
        uniqueid: "1700000001.18".to_owned(),
        phone: "1002".to_owned(),
        offered_at: Stamp(1_700_000_001_500),
        end: Some(LegEnd::Answered),
        ..Leg::default()
    }];
    call.disposition = Some(Disposition::TicketOpened);
    call.disposed_by = Some(staff());
    call.tickets = vec![TicketId(3)];
    call.grade = Grade::First;
    call.nth_today = 2;
    call
}

fn sample_ticket() -> Ticket {
    let mut ticket =
        Ticket { id: TicketId(3), first_receiver: staff(), owner: Owner::Staff(staff()), ..Ticket::default() };
    ticket.fields.kind = RequestType::Repair;
    ticket.fields.subject = "没气".to_owned();
    ticket.fields.phone = "0571-8888/8801".to_owned();
    ticket.stage = "investigated".to_owned();
    ticket.card.insert("cause".to_owned(), "worn ring".to_owned());
    ticket.clocks = vec![Clock {
        id: "told".to_owned(),
        round: 2,
        started_at: Stamp(1_700_000_030_000),
        allow: Some(Allowance::WorkingDays(2)),
        first_due: Due { at: Stamp(1_700_086_430_000), provisional: true },
        due: Due { at: Stamp(1_700_090_000_000), provisional: false },
        shifts: Vec::new(),
        pauses: vec![(Stamp(1_700_000_031_000), None)],
        marks: vec![Mark { percent: 80, at: Stamp(1_700_070_000_000), fired: None }],
        state: ClockState::Paused,
    }];
    ticket.opened_at = Stamp(1_700_000_030_000);
    ticket.calls = vec![CallId(7)];
    ticket.version = 300;
    ticket
}

/// One event of each kind, fixed for ever.
fn samples() -> Vec<(&'static str, Event)> {
    let source = Source {
        id: SourceId(1),
        kind: SourceKind::Live,
        name: "pbx".to_owned(),
        link: Link::Up,
        link_since: Stamp(-5),
        ..Source::default()
    };
    let agent = Agent {
        id: AgentId("1002".to_owned()),
        staff: Some(staff()),
        state: AgentState::Break("lunch".to_owned()),
        totals: [1, -2, 3, 400, 50_000, 6, 7, i64::MAX],
        ..Agent::default()
    };
    let callback = Callback {
        id: CallbackId(9),
        key: "13800138000".to_owned(),
        keys: vec!["13800138000".to_owned(), "057188881234x8001".to_owned()],
        customer: Some(CustomerId(4)),
        debts: vec![Debt {
            number: 1,
            reason: CallbackReason::Revisit,
            gravity: Gravity::Grave,
            ticket: Some(TicketId(3)),
            draw: Some(DrawId(2)),
            by: "assistant".to_owned(),
            calls: vec![CallId(7)],
            made_at: Stamp(1_700_000_000_001),
            due_at: Stamp(1_700_000_000_002),
            sheets: vec![Sheet {
                at: Stamp(1_700_000_000_003),
                by: staff(),
                call: Some(CallId(8)),
                by_hand: true,
                reach: Reach::Refused,
                satisfaction: "fair".to_owned(),
                said: "not now".to_owned(),
                next: Next::Agreed(Stamp(1_700_000_000_004)),
            }],
            end: Some((Stamp(1_700_000_000_005), CallbackEnd::Refused(CallId(8)))),
            ..Debt::default()
        }],
        attempts: vec![Attempt { at: Stamp(6), by: staff(), reach: Some(Reach::NotReached), ..Attempt::default() }],
        tries: 1,
        with: Some("supervisor".to_owned()),
        end: Some(CallbackEnd::Closed { by: staff(), reason: "wrong number".to_owned() }),
        ended_at: Some(Stamp(1_700_000_100_000)),
        ..Callback::default()
    };
    let customer = Customer {
        id: CustomerId(4),
        name: "王".to_owned(),
        phones: vec!["13800138000".to_owned()],
        note: "long ".repeat(4_000),
        sheet: "main valve in the yard".to_owned(),
        ..Customer::default()
    };
    let message = Message { id: MessageId(5), to: staff(), text: "call back".to_owned(), ..Message::default() };
    let line = TicketLine {
        ticket: TicketId(3),
        number: 4,
        at: Stamp(1_700_000_040_000),
        by: Actor::Staff(staff()),
        what: Happened::Told { how: TellHow::Letter, what: "by letter".to_owned(), call: Some(CallId(7)) },
    };
    let notice = Notice {
        id: NoticeId(2),
        rehearsal: false,
        ticket: Some(TicketId(3)),
        callback: None,
        to: Addressee::Role("supervisor".to_owned()),
        at: Stamp(1_700_000_050_000),
        what: Say::new("life.clock_over").with("ticket", "3-4"),
        rings: true,
        late: true,
        acknowledged: Some((Stamp(1_700_000_060_000), staff())),
    };
    let draw = Draw {
        id: DrawId(2),
        rule: "complaint_ordinary".to_owned(),
        day: 19_675,
        at: Stamp(1_700_000_000_000),
        seed: 0x0123_4567_89ab_cdef,
        population: vec![TicketId(3), TicketId(4)],
        wanted: 1,
        drawn: vec![TicketId(3)],
        topped: vec![TicketId(4)],
        ..Draw::default()
    };
    let visit = Visit {
        id: VisitId(5),
        customer: CustomerId(4),
        class: "A".to_owned(),
        late: true,
        signature: "box 7".to_owned(),
        tickets: vec![TicketId(3)],
        ..Visit::default()
    };
    let crew = Crew { staff: staff(), on_duty_since: Some(Stamp(7)), place: "yard".to_owned(), ..Crew::default() };
    let span = Span {
        agent: AgentId("1002".to_owned()),
        staff: Some(staff()),
        state: AgentState::Break("tea".to_owned()),
        since: Stamp(1_700_000_000_000),
        until: Stamp(1_700_000_600_000),
        ..Span::default()
    };
    let step = Intervention {
        id: InterventionId(6),
        at: Stamp(1_700_000_000_000),
        by: staff(),
        step: Step::Spy(SpyMode::Whisper),
        agent: Some(AgentId("1002".to_owned())),
        call: Some(CallId(2)),
        reason: "training".to_owned(),
        told: true,
        source: Some(SourceId(1)),
        channel: "spy-6".to_owned(),
        ended_at: None,
        rehearsal: false,
        ending: Ending::Over,
    };
    let extraction = Extraction { number: 1, at: Stamp(9), ticket: Some(TicketId(3)), ..Extraction::default() };
    let recording = Recording {
        call: CallId(2),
        path: "/var/spool/asterisk/monitor/2.wav".to_owned(),
        made_at: Stamp(1_700_000_000_000),
        listens: vec![Listen { at: Stamp(8), by: staff(), reason: "check".to_owned() }],
        extraction: Some(extraction),
        ..Recording::default()
    };
    let pick = Pick { call: CallId(2), staff: Some(staff()), agent: AgentId("1002".to_owned()), ..Pick::default() };
    let spot_draw = SpotDraw {
        id: SpotDrawId(7),
        rule: "recording".to_owned(),
        first_day: 19_675,
        last_day: 19_675,
        seed: 0x0123_4567_89ab_cdef,
        population: vec![CallId(2)],
        picks: vec![pick],
        ..SpotDraw::default()
    };
    let sheet = CheckSheet {
        id: CheckSheetId(8),
        draw: SpotDrawId(7),
        call: CallId(2),
        items: vec![CheckItem { item: "knows_plan".to_owned(), finding: Finding::Good, computed: false }],
        ..CheckSheet::default()
    };
    let rules = RulesInForce { name: "gas".to_owned(), fingerprint: "00ff".to_owned() };
    vec![
        ("source", Event::Source(source)),
        ("call", Event::Call(Box::new(sample_call()))),
        ("agent", Event::Agent(Box::new(agent))),
        ("ticket", Event::Ticket(Box::new(sample_ticket()))),
        ("callback", Event::Callback(Box::new(callback))),
        ("customer", Event::Customer(Box::new(customer))),
        ("message", Event::Message(Box::new(message))),
        ("line", Event::TicketLine(Box::new(line))),
        ("notice", Event::Notice(Box::new(notice))),
        ("rules", Event::Rules(rules)),
        ("draw", Event::Draw(Box::new(draw))),
        ("visit", Event::Visit(Box::new(visit))),
        ("crew", Event::Crew(Box::new(crew))),
        ("span", Event::Span(Box::new(span))),
        ("intervention", Event::Intervention(Box::new(step))),
        ("recording", Event::Recording(Box::new(recording))),
        ("spot_draw", Event::SpotDraw(Box::new(spot_draw))),
        ("check_sheet", Event::CheckSheet(Box::new(sheet))),
    ]
}

/// An entry of each kind of event, by each kind of actor.
fn sample_entries() -> Vec<Entry> {
    let actors = [Actor::Desk, Actor::Pbx("pbx".to_owned()), Actor::Staff(staff())];
    let events = samples().into_iter().zip(actors.into_iter().cycle()).zip(1u64..);
    events
        .map(|(((kind, event), actor), sequence)| Entry {
            sequence,
            at: Stamp(1_700_000_000_000 + sequence as i64),
            actor,
            seat: "console".to_owned(),
            rule: kind.to_owned(),
            command: u128::MAX - u128::from(sequence),
            events: vec![event],
        })
        .collect()
}

/// All a sample puts into the records, as lines of `kind key value` in hexadecimal digits.
fn record_lines() -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut lines = String::new();
    for (kind, event) in samples() {
        for (key, value) in golden::record_bytes(&event).unwrap() {
            writeln!(lines, "{kind} {} {}", hex(&key), hex(&value)).unwrap();
        }
    }
    lines
}

#[test]
fn golden_files_are_written() {
    if std::env::var_os(WRITE).is_none() {
        return;
    }
    fs::create_dir_all(file("")).unwrap();
    fs::write(file("journal-v1.seg"), golden::segment_bytes(&sample_entries()).unwrap()).unwrap();
    fs::write(file("records-v1.txt"), record_lines()).unwrap();
}

#[test]
fn the_golden_journal_opens() {
    let dir = folder();
    fs::create_dir(dir.path().join("journal")).unwrap();
    fs::copy(file("journal-v1.seg"), dir.path().join("journal/00000001.seg")).unwrap();
    let opened = try_open(dir.path(), &ringdesk::store::OpenOptions::default()).unwrap();
    assert_eq!(journal(&opened.store), sample_entries());
    // The sample's draw of calls was made up: its seed and its quota give another list, and the check says so.
    let faults: Vec<String> = opened.store.reader().check().faults.into_iter().map(|say| say.key).collect();
    assert_eq!(faults, ["draw.differs"]);
    assert_eq!(opened.store.reader().call(CallId(7)), Some(sample_call()));
    assert!(visible(&opened.state) == visible(&replayed(&sample_entries())));
}

#[test]
fn the_byte_form_of_an_entry_stands_still() {
    let now = golden::segment_bytes(&sample_entries()).unwrap();
    assert!(now == fs::read(file("journal-v1.seg")).unwrap(), "a struct on disk changed: see the top of this file");
}

#[test]
fn the_byte_form_of_the_records_stands_still() {
    let golden = fs::read_to_string(file("records-v1.txt")).unwrap();
    let kinds = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    for (now, then) in record_lines().lines().zip(golden.lines()) {
        assert!(now == then, "the records of {} changed: see the top of this file", kinds(now));
    }
    assert_eq!(record_lines().lines().count(), golden.lines().count());
}
