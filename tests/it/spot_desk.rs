//! The desk's nights (R-CALL-7, R-CALL-8): recordings come to the end of their time and calls are drawn at ten past
//! midnight, also those of the days it was down; the register goes on after a restart; every listen is in the journal.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use ringdesk::desk::{Desk, Job, Origin};
use ringdesk::domain::call::{ChannelFacts, Offer, Origin as From, Signal};
use ringdesk::domain::command::{RecordingCommand, SourceCommand, SpotCommand};
use ringdesk::domain::rulebook::Sampling;
use ringdesk::domain::source::SourceKind;
use ringdesk::domain::*;
use ringdesk::text::Language;
use ringdesk::wire::{Answer, Query};

use crate::bench::{Bench, Console, configuration};
use crate::store_kit::{roomy, settled, try_open};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const OFFSET: i64 = 8 * HOUR;
/// 2026-11-10, a local midnight, a Tuesday.
const TENTH: i64 = 1_794_240_000_000;
const TENTH_DAY: i64 = (TENTH + OFFSET) / DAY;

macro_rules! clock {
    ($time:ident, $now:ident, $set:ident) => {
        static $time: AtomicI64 = AtomicI64::new(TENTH);
        fn $now() -> Stamp {
            Stamp($time.load(Ordering::SeqCst))
        }
        let $set = |at: i64| $time.store(TENTH + at, Ordering::SeqCst);
    };
}

fn rules() -> Rulebook {
    let quota = |what: &str, percent, least, every: &str| Sampling {
        what: what.into(),
        name: what.into(),
        percent,
        least,
        every: every.into(),
        by: "supervisor".into(),
        ..Sampling::default()
    };
    let sampling = vec![quota("recording", 50, 0, "day"), quota("operator_call", 0, 1, "week")];
    Rulebook { sampling, ..Rulebook::default() }
}

fn staff() -> Vec<Staff> {
    let mut staff = configuration().staff;
    let boss = Staff { id: StaffId("boss".into()), role: Role::Supervisor, ..staff[0].clone() };
    staff.push(Staff { phone: String::new(), ..boss });
    staff
}

/// The desk's own hands, without a server: what the PBX says can be said to it.
struct Hands {
    desk: Desk,
}

impl Hands {
    fn open(dir: &Path, now: fn() -> Stamp) -> Hands {
        settled(dir);
        let opened = try_open(dir, &roomy()).unwrap();
        let mut hands = Hands { desk: Desk::new(opened.store, opened.state, rules(), staff(), now) };
        let (kind, name) = (SourceKind::Live, "pbx".to_owned());
        hands.does(SourceCommand::Begin { kind, name, can: Default::default(), clock: Default::default() });
        hands
    }

    fn job(actor: Actor, command: Command) -> Job {
        Job { origin: Origin { actor, seat: "test".into() }, token: Some(1), id: 0, command }
    }

    fn work(&mut self, jobs: Vec<Job>) -> Vec<Result<Made, String>> {
        let worked = self.desk.work(jobs);
        assert_eq!(worked.stopped, None);
        worked.answers.into_iter().map(|(_, answer)| answer.map_err(|why| why.words(Language::ZhHans))).collect()
    }

    fn does(&mut self, command: SourceCommand) {
        let answers = self.work(vec![Hands::job(Actor::Pbx("pbx".into()), Command::Source(command))]);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }

    fn by(who: &str, command: RecordingCommand) -> Job {
        let command = Command::Recording {
            command,
            held: vec![Recording { call: CallId(1), ..Recording::default() }],
            calls: vec![],
        };
        Hands::job(Actor::Staff(StaffId(who.into())), command)
    }

    /// A call that was answered at a phone, with so many recordings, and is over.
    fn call(&mut self, id: &str, phone: &str, paths: &[&str]) -> CallId {
        let facts = |id: &str, phone: &str, origin| ChannelFacts {
            uniqueid: id.into(),
            linkedid: id.into(),
            channel: format!("PJSIP/{phone}-{id}"),
            phone: phone.into(),
            origin,
            ..ChannelFacts::default()
        };
        let caller = facts(id, "trunk", From::Outside);
        let leg = ChannelFacts { linkedid: id.into(), ..facts(&format!("{id}-leg"), phone, From::Rung) };
        let offer =
            Offer { leg, queue: Some("热线".into()), interface: format!("PJSIP/{phone}"), agent: String::new() };
        let mut signals = vec![
            Signal::ChannelNew(caller.clone()),
            Signal::QueueJoined { caller: caller.clone(), queue: "热线".into(), position: None },
            Signal::Answered { caller: caller.clone(), offer },
        ];
        signals.extend(paths.iter().map(|path| Signal::Recorded { uniqueid: id.into(), path: (*path).into() }));
        signals.push(Signal::Hungup { channel: caller, cause: Default::default() });
        let (source, now) = (SourceId(1), self.now());
        self.does(SourceCommand::Signals {
            source,
            signals: signals.into_iter().map(|signal| (now, signal)).collect(),
        });
        let call = self.desk.state().calls.by_channel(source, id).unwrap();
        assert!(!call.is_open() && call.answered_at.is_some(), "{call:?}");
        call.id
    }

    fn now(&self) -> Stamp {
        CLOCK.with(|clock| clock.get())()
    }
}

thread_local! {
    static CLOCK: std::cell::Cell<fn() -> Stamp> = const { std::cell::Cell::new(|| Stamp(TENTH)) };
}

fn set_up(bench: &mut Bench, now: fn() -> Stamp, fill: impl FnOnce(&mut Hands)) {
    bench.stop();
    CLOCK.with(|clock| clock.set(now));
    let mut hands = Hands::open(bench.dir.path(), now);
    fill(&mut hands);
    hands.desk.close().unwrap();
    settled(bench.dir.path());
}

fn desk(now: fn() -> Stamp) -> impl Fn(&mut ringdesk::server::ServeOptions) {
    move |options| {
        options.now = now;
        options.config.rulebook = rules();
        options.config.staff = staff();
    }
}

fn recordings(console: &mut Console, register: bool) -> Vec<Recording> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let query = Query::RecordingsAfter { register, since: None, after, limit: 100 };
        let Some(Answer::Recordings(piece)) = console.ask(query).pop() else { panic!() };
        let last = piece.len() < 100;
        let number = |one: &Recording| one.extraction.as_ref().map_or(one.call.0, |entry| entry.number);
        after = piece.last().map_or(after, number);
        all.extend(piece);
        if last {
            return all;
        }
    }
}

fn draws(console: &mut Console) -> Vec<SpotDraw> {
    let Some(Answer::SpotDraws(draws)) = console.ask(Query::SpotDraws { after: 0, limit: 1000 }).pop() else {
        panic!()
    };
    draws
}

fn sound(console: &mut Console) {
    let Some(Answer::Checked { faults, .. }) = console.ask(Query::Check).pop() else { panic!() };
    assert_eq!(faults, []);
    assert!(draws(console).iter().all(|draw| draw.differs().is_none()));
}

#[test]
fn what_had_its_time_goes_in_batches_and_the_unfinished_goes_into_the_register() {
    clock!(TIME, time, set);
    set(9 * HOUR);
    let mut bench = Bench::with(desk(time));
    let mut kept = CallId(0);
    set_up(&mut bench, time, |hands| {
        for n in 0..300 {
            let path = format!("/rec/{n}.wav");
            let further = format!("/rec/{n}-2.wav");
            let id = hands.call(&format!("u{n}"), "1001", &[path.as_str(), further.as_str()][..1 + n % 2]);
            if n == 7 {
                kept = id;
            }
        }
    });
    bench.start();
    let mut boss = bench.console("boss");
    // A ticket about the eighth call, opened by hand on its record.
    let fields = TicketFields { subject: "漏气".into(), ..TicketFields::default() };
    boss.perform(Command::Ticket(command::TicketCommand::open(fields, Some(kept)))).unwrap();
    set(30 * DAY + 9 * HOUR);
    boss.fence();
    assert_eq!(recordings(&mut boss, false).len(), 0, "not before thirty days are over");
    set(31 * DAY + 10 * MINUTE - 1);
    boss.fence();
    assert_eq!(recordings(&mut boss, false).len(), 0, "not before ten past midnight");
    set(31 * DAY + 10 * MINUTE);
    // A step of the night's work is done between two things that are asked.
    let mut free = Vec::new();
    for _ in 0..200 {
        boss.fence();
        free = recordings(&mut boss, false);
        if free.len() == 299 {
            break;
        }
    }
    assert_eq!(free.len(), 299);
    assert!(free.iter().all(|one| one.call != kept && one.extraction.is_none()));
    let register = recordings(&mut boss, true);
    assert_eq!(register.len(), 1);
    let entry = register[0].extraction.clone().unwrap();
    assert_eq!((register[0].call, entry.number, entry.by, entry.ticket), (kept, 1, None, Some(TicketId(1))));
    let of = |one: &Recording| one.paths().count();
    assert_eq!(free.iter().map(of).sum::<usize>() + of(&register[0]), 450, "every path is in one of the two");
    sound(&mut boss);
}

#[test]
fn the_register_goes_on_after_a_restart_and_two_at_once_lose_nothing() {
    clock!(TIME, time, set);
    set(9 * HOUR);
    let dir = tempfile::tempdir().unwrap();
    CLOCK.with(|clock| clock.set(time));
    let listen = |call, reason: &str| RecordingCommand::Listen { call, reason: reason.into() };
    let extract =
        |call| RecordingCommand::Extract { call, ticket: None, place: String::new(), reason: "留存".into() };
    let mut calls = Vec::new();
    for round in 0..3u64 {
        let mut hands = Hands::open(dir.path(), time);
        for n in 0..2 {
            calls.push(hands.call(&format!("r{round}-{n}"), "1001", &["/a.wav"]));
        }
        let fresh = [calls[calls.len() - 2], calls[calls.len() - 1]];
        // One group: each is decided on what the one before it left, not on the records.
        let jobs = vec![
            Hands::by("boss", listen(fresh[0], "一")),
            Hands::by("boss", listen(fresh[0], "二")),
            Hands::by("boss", extract(fresh[0])),
            Hands::by("boss", extract(fresh[0])),
            Hands::by("boss", extract(fresh[1])),
            Hands::by("wang", listen(fresh[1], "好奇")),
        ];
        let answers: Vec<bool> = hands.work(jobs).iter().map(Result::is_ok).collect();
        assert_eq!(answers, [true, true, true, false, true, false]);
        let reader = hands.desk.reader();
        assert_eq!(reader.recording(fresh[0]).unwrap().listens.len(), 2, "what was sent in its place was thrown away");
        let numbers: Vec<u64> = reader.recording_register().filter_map(|one| Some(one.extraction?.number)).collect();
        assert_eq!(numbers, (1..=2 * (round + 1)).collect::<Vec<_>>());
        // Every listen stands in the journal, with who and why.
        let entries = reader.journal(None, None).map(|entry| entry.unwrap().0);
        let listened = entries.filter(|entry| {
            let at = |event: &Event| matches!(event, Event::Recording(one) if one.call == fresh[0] && !one.listens.is_empty());
            entry.actor == Actor::Staff(StaffId("boss".into())) && entry.rule == "R-CALL-7" && entry.events.iter().any(at)
        });
        assert_eq!(listened.count(), 3, "two listens, and the extraction that keeps them");
        assert!(reader.check().faults.is_empty());
        drop(reader);
        hands.desk.close().unwrap();
        settled(dir.path());
    }
}

#[test]
fn calls_are_drawn_for_every_day_also_those_it_was_down() {
    clock!(TIME, time, set);
    set(-10 * DAY);
    let mut bench = Bench::with(desk(time));
    // Neither rule has been drawn by before: it begins with the first calls there are.
    let mut boss = bench.console("boss");
    boss.fence();
    assert_eq!(draws(&mut boss), [], "nothing to draw from, nothing drawn");
    drop(boss);
    set_up(&mut bench, time, |hands| {
        // Monday the 9th: two recorded calls of wang's, one of li's that was not recorded.
        set(-14 * HOUR);
        hands.call("a1", "1001", &["/a1.wav"]);
        hands.call("a2", "1001", &["/a2.wav"]);
        hands.call("a3", "1002", &[]);
        // Thursday the 12th: one each; nothing on the days between.
        set(2 * DAY + 9 * HOUR);
        hands.call("b1", "1001", &["/b1.wav"]);
        hands.call("b2", "1002", &[]);
    });
    // The desk comes back on Tuesday the 17th: the week of the 9th is over.
    set(7 * DAY + 8 * HOUR);
    bench.start();
    let mut boss = bench.console("boss");
    while draws(&mut boss).len() < 4 {
        boss.fence();
    }
    let seen: Vec<_> = draws(&mut boss)
        .iter()
        .map(|draw| {
            let who = draw.picks.iter().filter_map(|pick| Some(pick.staff.as_ref()?.0.clone())).collect::<Vec<_>>();
            let days = (draw.first_day - TENTH_DAY, draw.last_day - TENTH_DAY);
            (draw.rule.clone(), days, draw.population.len(), who.join(" "))
        })
        .filter(|(_, days, ..)| days.0 >= -1)
        .collect();
    let expected = [
        ("recording", (-1, -1), 2, "wang"),
        ("recording", (2, 2), 1, "wang"),
        ("recording", (6, 6), 0, ""),
        ("operator_call", (-1, 5), 2, "li"),
    ];
    assert_eq!(seen, expected.map(|(rule, days, count, who)| (rule.to_owned(), days, count, who.to_owned())));
    sound(&mut boss);
    let before = draws(&mut boss);
    for _ in 0..2 {
        drop(boss);
        bench.reopen();
        boss = bench.console("boss");
        boss.fence();
        boss.fence();
        assert_eq!(draws(&mut boss), before, "never twice");
    }
    // The sheet is signed over the line: what is reckoned comes from the records, whatever is sent.
    let draw = before.iter().find(|draw| draw.rule == "recording" && draw.picks.len() == 1).unwrap();
    let forged = spot::Known {
        call: Some(Call { verdict: Some(call::Verdict::Late), ..Call::default() }),
        ..Default::default()
    };
    let sign = SpotCommand::Sign {
        draw: draw.id,
        call: draw.picks[0].call,
        items: vec![],
        finding: String::new(),
        opinion: String::new(),
        corrects: None,
        known: Box::new(forged),
    };
    boss.perform(Command::Spot(sign)).unwrap();
    let Some(Answer::CheckSheets(sheets)) = boss.ask(Query::CheckSheets(draw.picks[0].call)).pop() else { panic!() };
    assert_eq!(sheets[0].items[0].finding, spot::Finding::Good, "answered at once");
    let mut wang = bench.console("wang");
    assert_eq!(wang.state().check_sheets.len(), 1);
    wang.perform(Command::Spot(SpotCommand::Seen(sheets[0].id))).unwrap();
    let noticed = wang.state().notices.values().filter(|notice| notice.what.key == "spot.told_good").count();
    assert_eq!(noticed, 1);
    drop((boss, wang));
    bench.reopen();
    let mut boss = bench.console("boss");
    assert_eq!((boss.state().check_sheets.len(), boss.state().last.check_sheet), (0, 1));
    sound(&mut boss);
}
