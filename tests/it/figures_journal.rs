//! Random weeks and random lives of tickets, played by the desk's own decisions, as journals: at every entry the
//! sums kept up by differences are those counted anew, and those are what counting by hand gives, for every formula
//! (R-LIVE-3). Agents' time is all there, once. The records on disk say the same, and the check finds what does not.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use ringdesk::domain::command::AgentCommand;
use ringdesk::domain::figures::{
    Book, By, Counts, Fact, Filter, Group, Ledger, Measure, Places, RecordRef, Slot, given,
};
use ringdesk::domain::oversight::{SpyMode, Step};
use ringdesk::domain::spot::Pick;
use ringdesk::domain::state::DAY_MS;
use ringdesk::domain::*;

use crate::figures_naive::{Records, Wanted};
use crate::life_property::lives;
use crate::life_rules::rulebook;
use crate::life_world::{self, World};
use crate::play::at;
use crate::store_kit::{append, folder, open, settled};
use crate::week_live::{self, NUMBERS};
use crate::week_world::{Person, Week};

const OFFSET: i64 = 8 * 3_600_000;
const HALF_HOUR: i64 = 30 * 60_000;
const PLACES: [(&str, &str); 3] = [("wang", "1001"), ("li", "1002"), ("boss", "1009")];

/// What happens at the desk beside a week's calls and orders.
#[derive(Clone, Debug)]
enum Op {
    Week(week_live::Op),
    Complains(usize),
    Judges,
    /// Somebody calls, and the call is written up so many minutes later.
    Talks(usize, i64),
    Takes(usize, AgentState),
    Leaves(usize),
    Comes(usize),
    /// A supervisor does something; told again when it is over.
    Intervenes(usize, bool),
    /// Calls are drawn to be checked, and so many of them are.
    Checks(usize, usize),
    /// A record so far, once more as a rehearsal has it.
    Rehearses(usize),
}

fn op() -> impl Strategy<Value = Op> {
    let what = prop_oneof![
        3 => Just(AgentState::Ready),
        2 => Just(AgentState::Break("午饭".into())),
        1 => Just(AgentState::Break("喝水".into())),
        1 => Just(AgentState::Training),
    ];
    prop_oneof![
        14 => week_live::op().prop_map(Op::Week),
        // Two people who turn out to be one, with tries on both lines.
        2 => (0..NUMBERS.len(), 0..NUMBERS.len()).prop_map(|(one, other)| Op::Week(week_live::Op::File(one, other))),
        1 => (0..NUMBERS.len()).prop_map(Op::Complains),
        1 => Just(Op::Judges),
        2 => (0..NUMBERS.len(), 0..50i64).prop_map(|(person, minutes)| Op::Talks(person, minutes)),
        3 => (0..3usize, what).prop_map(|(who, state)| Op::Takes(who, state)),
        1 => (1..3usize).prop_map(Op::Leaves),
        1 => (1..3usize).prop_map(Op::Comes),
        1 => (0..4usize, any::<bool>()).prop_map(|(step, over)| Op::Intervenes(step, over)),
        1 => (0..6usize, 0..4usize).prop_map(|(picks, done)| Op::Checks(picks, done)),
        2 => (0..400usize).prop_map(Op::Rehearses),
    ]
}

/// The journal of a week: what the desk decided, and the records that no slice of it decides yet.
pub struct Played {
    week: Week,
    pub entries: Vec<Entry>,
    taken: usize,
}

impl Played {
    fn new(habits: &[(u8, u8)], seed: u64, plan: rulebook::AttemptPlan) -> Played {
        Played::from(at("2026-03-02 09:00"), habits, seed, plan)
    }

    fn from(begin: Stamp, habits: &[(u8, u8)], seed: u64, plan: rulebook::AttemptPlan) -> Played {
        let people = NUMBERS.iter().zip(habits);
        let people = people.map(|((number, written), (answers, pleased))| Person {
            number,
            written,
            answers: *answers,
            pleased: *pleased,
        });
        let mut week = Week::new("gas", begin, people.collect(), seed);
        week.rules.attempts = rulebook::AttemptPlan { then: week.rules.attempts.then.clone(), ..plan };
        let mut played = Played { week, entries: Vec::new(), taken: 0 };
        played.take();
        played
    }

    /// What the desk has decided since goes into the journal.
    fn take(&mut self) {
        for entry in &self.week.entries[self.taken..] {
            let sequence = self.entries.len() as u64 + 1;
            self.entries.push(Entry { sequence, ..entry.clone() });
        }
        self.taken = self.week.entries.len();
    }

    fn put(&mut self, event: Event) {
        let sequence = self.entries.len() as u64 + 1;
        let (actor, seat, rule) = (Actor::Desk, String::new(), String::new());
        self.entries.push(Entry { sequence, at: self.week.now, actor, seat, rule, command: 0, events: vec![event] });
    }

    fn step(&mut self, op: &Op) {
        let agent = |week: &mut Week, who: usize, command| {
            let _refused = week.by(PLACES[who].0, Command::Agent(command));
        };
        match op {
            Op::Week(op) => week_live::step(&mut self.week, op),
            Op::Complains(person) => self.week.complains(*person, "li"),
            Op::Judges => self.week.judge_complaints(),
            Op::Talks(person, minutes) => {
                let call = self.week.calls_in(*person, Some("li"));
                self.week.talk_ends(call);
                self.week.until(self.week.now.plus(minutes * 60_000));
                self.week.writes_up(call, "li");
            }
            Op::Takes(who, state) => agent(&mut self.week, *who, AgentCommand::Set(state.clone())),
            Op::Leaves(who) => agent(&mut self.week, *who, AgentCommand::SignOff),
            Op::Comes(who) => agent(&mut self.week, *who, AgentCommand::SignOn { phone: PLACES[*who].1.into() }),
            _ => {}
        }
        self.take();
        match op {
            Op::Intervenes(step, over) => self.intervene(*step, *over),
            Op::Checks(picks, done) => self.check(*picks, *done),
            Op::Rehearses(nth) => {
                let events: Vec<&Event> = self.entries.iter().flat_map(|entry| &entry.events).collect();
                let shadow = events.get(nth % events.len().max(1)).and_then(|event| rehearsed(event));
                shadow.into_iter().for_each(|event| self.put(event));
            }
            _ => {}
        }
    }

    fn intervene(&mut self, step: usize, over: bool) {
        let id = InterventionId(self.entries.len() as u64);
        let steps = [
            Step::Spy(SpyMode::Listen),
            Step::Queue { queue: "hotline".into(), joined: true },
            Step::Announce,
            Step::Help,
        ];
        let mut done = Intervention {
            id,
            at: self.week.now,
            by: StaffId("boss".into()),
            step: steps[step].clone(),
            agent: (step != 2).then(|| AgentId(PLACES[step % 2].1.into())),
            call: None,
            reason: "忙".into(),
            told: true,
            source: None,
            channel: String::new(),
            ended_at: None,
            rehearsal: step == 3 && over,
            ending: ringdesk::domain::oversight::Ending::Over,
        };
        self.put(Event::Intervention(Box::new(done.clone())));
        if over {
            done.ended_at = Some(self.week.now.plus(60_000));
            self.put(Event::Intervention(Box::new(done)));
        }
    }

    fn check(&mut self, picks: usize, done: usize) {
        let id = SpotDrawId(self.entries.len() as u64);
        let pick = |nth: usize| Pick {
            call: CallId(nth as u64 + 1),
            agent: AgentId(PLACES[nth % 3].1.into()),
            ..Pick::default()
        };
        let picks: Vec<Pick> = (0..picks).map(pick).collect();
        let rule = if picks.len().is_multiple_of(2) { "recording" } else { "operator_call" };
        let population = picks.iter().map(|pick| pick.call).collect();
        let mut draw =
            SpotDraw { id, rule: rule.into(), at: self.week.now, population, percent: 100, ..SpotDraw::default() };
        // A check makes the draw again.
        let drawn = draw.drawn();
        draw.picks =
            drawn.into_iter().filter_map(|call| picks.iter().find(|pick| pick.call == call).cloned()).collect();
        self.put(Event::SpotDraw(Box::new(draw.clone())));
        for nth in 0..done.min(draw.picks.len()) {
            draw.picks[nth].sheet = Some(CheckSheetId(nth as u64 + 1));
            draw.picks[nth].passed = nth != 1;
            self.put(Event::SpotDraw(Box::new(draw.clone())));
        }
    }
}

/// The same thing as if it were practised; nothing where a record knows no rehearsal.
fn rehearsed(event: &Event) -> Option<Event> {
    const FAR: u64 = 1_000_000;
    Some(match event.clone() {
        Event::Call(mut call) => {
            (call.rehearsal, call.id.0) = (true, call.id.0 % FAR + FAR);
            Event::Call(call)
        }
        Event::Ticket(mut ticket) => {
            (ticket.rehearsal, ticket.id.0) = (true, ticket.id.0 % FAR + FAR);
            Event::Ticket(ticket)
        }
        Event::Callback(mut line) => {
            (line.rehearsal, line.id.0) = (true, line.id.0 % FAR + FAR);
            Event::Callback(line)
        }
        Event::Span(mut span) => {
            (span.rehearsal, span.agent) = (true, AgentId("practice".into()));
            Event::Span(span)
        }
        _ => return None,
    })
}

/// Of whom figures are asked, beside everything together.
fn some() -> Vec<Wanted> {
    vec![
        Wanted { queue: Some("hotline"), ..Wanted::ALL },
        Wanted { queue: Some(""), ..Wanted::ALL },
        Wanted { who: Some("1001"), ..Wanted::ALL },
        Wanted { who: Some("wang"), ..Wanted::ALL },
        Wanted { who: Some("zhao"), ..Wanted::ALL },
        Wanted { kind: Some("repair"), ..Wanted::ALL },
        Wanted { kind: Some("abandoned"), ..Wanted::ALL },
        Wanted { kind: Some("recording"), ..Wanted::ALL },
        Wanted { department: Some("repair"), ..Wanted::ALL },
    ]
}

fn days(entries: &[Entry]) -> Vec<Wanted> {
    let day = |at: Stamp| (at.0 + OFFSET).div_euclid(DAY_MS);
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Vec::new() };
    let begin = |day: i64| day * DAY_MS - OFFSET;
    (day(first.at)..=day(last.at))
        .map(|day| Wanted { from: begin(day), until: begin(day + 1), ..Wanted::ALL })
        .collect()
}

fn sum(book: &Book, wanted: &Wanted) -> Counts {
    let same = |wanted: Option<&str>, has: &str| wanted.is_none_or(|wanted| wanted == has);
    book.sum(|slot| {
        let begin = slot.half_hour * HALF_HOUR;
        wanted.from <= begin
            && begin < wanted.until
            && same(wanted.queue, &slot.queue)
            && same(wanted.who, &slot.who)
            && same(wanted.kind, &slot.kind)
            && same(wanted.department, &slot.department)
    })
}

/// Every formula, and every fact that is in none, against the count by hand.
fn by_hand(book: &Book, records: &Records, wanted: &Wanted) {
    let counts = sum(book, wanted);
    for measure in Measure::ALL {
        let share = measure.of(&counts).share;
        let (above, below) = records.measure(measure, wanted);
        assert_eq!((share.numerator, share.denominator), (above, below), "{measure:?} {wanted:?}");
    }
    for fact in Fact::ALL {
        if let Some(count) = records.fact(*fact, wanted) {
            assert_eq!(counts.get(*fact), count, "{fact:?} {wanted:?}");
        }
    }
}

/// What the walk along a journal has at its end.
pub struct Walked {
    pub ledger: Ledger,
    pub records: Records,
    last: BTreeMap<RecordRef, Event>,
}

/// Along a journal, with everything held against everything at every entry.
pub fn walk(entries: &[Entry]) -> Walked {
    let mut walked = Walked { ledger: Ledger::new(i64::MIN), records: Records::default(), last: BTreeMap::new() };
    // What a console hears: differences alone.
    let mut replica = Book::default();
    let some = some();
    for (nth, entry) in entries.iter().enumerate() {
        for event in &entry.events {
            let delta = walked.ledger.take(event);
            assert!(delta.iter().all(|(_, counts)| !counts.is_empty()), "{delta:?}");
            replica.add(&delta, 1);
            // The same value again changes nothing.
            assert_eq!(walked.ledger.take(event), Vec::new());
            walked.records.keep(event);
            walked.last.extend(RecordRef::of(event).map(|record| (record, event.clone())));
        }
        let anew = anew(walked.last.values());
        assert_eq!(walked.ledger.book(), &anew, "entry {}", entry.sequence);
        assert_eq!(replica, anew, "entry {}", entry.sequence);
        by_hand(&anew, &walked.records, &Wanted::ALL);
        by_hand(&anew, &walked.records, &some[nth % some.len()]);
    }
    let book = walked.ledger.book();
    for day in days(entries) {
        by_hand(book, &walked.records, &day);
        for wanted in &some {
            by_hand(book, &walked.records, &Wanted { from: day.from, until: day.until, ..wanted.clone() });
        }
    }
    walked
}

/// Counted from nothing.
pub fn anew<'a>(events: impl Iterator<Item = &'a Event>) -> Book {
    let mut book = Book::default();
    for event in events {
        let facts = given(event);
        // In order, and each place once: the store has one key for it.
        assert!(facts.windows(2).all(|pair| pair[0].0 < pair[1].0), "{facts:?}");
        book.add(&facts, 1);
    }
    book
}

/// A table's rows are the sums of what they name, whatever it is put together by.
fn tables(book: &Book) {
    let team_of = |who: &str| if who.starts_with('1') { "desk".to_owned() } else { String::new() };
    let places = Places { offset_ms: OFFSET, team_of: &team_of };
    let everything = Filter::default();
    for by in [
        By::Queue,
        By::Agent,
        By::Team,
        By::Type,
        By::Department,
        By::HalfHour,
        By::Day,
        By::Week,
        By::Month,
        By::WeekHour,
    ] {
        for (group, counts) in book.table(by, &everything, &places) {
            let hour = |slot: &Slot| (slot.half_hour * HALF_HOUR + OFFSET).div_euclid(3_600_000);
            let here = |slot: &Slot| match (by, &group) {
                (By::Queue, Group::Named(name)) => slot.queue == *name,
                (By::Agent, Group::Named(name)) => slot.who == *name,
                (By::Team, Group::Named(name)) => team_of(&slot.who) == *name,
                (By::Type, Group::Named(name)) => slot.kind == *name,
                (By::Department, Group::Named(name)) => slot.department == *name,
                (By::HalfHour, Group::At(at)) => (slot.half_hour + OFFSET / HALF_HOUR).rem_euclid(48) == *at,
                (By::Day, Group::At(at)) => hour(slot).div_euclid(24) == *at,
                // 2026-03-02, a Monday, is day 20,514.
                (By::Week, Group::At(at)) => (hour(slot).div_euclid(24) - 20_514).div_euclid(7) * 7 + 20_514 == *at,
                (By::Month, Group::At(at)) => {
                    let local = chrono::DateTime::from_timestamp_millis(slot.half_hour * HALF_HOUR + OFFSET).unwrap();
                    let first = chrono::DateTime::from_timestamp_millis(at * DAY_MS).unwrap();
                    local.format("%Y-%m").to_string() == first.format("%Y-%m").to_string()
                        && first.format("%d").to_string() == "01"
                }
                (By::WeekHour, Group::At(at)) => (hour(slot) - 20_514 * 24).rem_euclid(168) == *at,
                _ => panic!("{by:?} {group:?}"),
            };
            assert_eq!(counts, book.sum(here), "{by:?} {group:?}");
        }
    }
    let all: Counts = book.table(By::All, &everything, &places).remove(&Group::All).unwrap_or_default();
    assert_eq!(all, book.sum(|_| true));
}

/// An agent's time as their records tell it, entry by entry, and as the stretches do: from when to when in which state.
pub fn agents_time(entries: &[Entry], records: &Records) {
    type Stretch = (i64, i64, AgentState);
    let mut told: BTreeMap<AgentId, Vec<Stretch>> = BTreeMap::new();
    let mut now: BTreeMap<AgentId, (i64, Agent)> = BTreeMap::new();
    let end = entries.last().map_or(0, |entry| entry.at.0);
    let mut put = |id: &AgentId, stretch: Stretch| {
        let told = told.entry(id.clone()).or_default();
        match told.last_mut().filter(|last| last.1 == stretch.0 && last.2 == stretch.2) {
            Some(last) => last.1 = stretch.1,
            None if stretch.0 < stretch.1 && stretch.2 != AgentState::Offline => told.push(stretch),
            None => {}
        }
    };
    for entry in entries {
        for event in &entry.events {
            let Event::Agent(agent) = event else { continue };
            if let Some((since, before)) = now.insert(agent.id.clone(), (entry.at.0, (**agent).clone())) {
                put(&agent.id, (since, entry.at.0, before.state));
            }
        }
    }
    for (id, (since, agent)) in &now {
        put(id, (*since, end, agent.state.clone()));
    }
    for (id, (_, agent)) in &now {
        let mut stretches: Vec<Stretch> = Vec::new();
        let own = records.spans.values().filter(|span| span.agent == *id && !span.rehearsal);
        let running = Span { state: agent.state.clone(), since: agent.since, until: Stamp(end), ..Span::default() };
        for span in own.chain([&running]).filter(|span| span.state != AgentState::Offline && span.since < span.until) {
            let last = stretches.last().map_or(i64::MIN, |last| last.1);
            assert!(span.since.0 >= last, "{id:?}: two stretches at once: {span:?}");
            match stretches.last_mut().filter(|last| last.1 == span.since.0 && last.2 == span.state) {
                Some(last) => last.1 = span.until.0,
                None => stretches.push((span.since.0, span.until.0, span.state.clone())),
            }
        }
        assert_eq!(Some(&stretches), told.get(id).or(Some(&Vec::new())), "{id:?}");
    }
}

/// The day's totals an agent carries are the facts of that day.
fn totals(book: &Book, week: &Week) {
    const KINDS: [(usize, Fact); 7] = [
        (1, Fact::ReadyMs),
        (2, Fact::RingingMs),
        (3, Fact::OnCallMs),
        (4, Fact::HeldMs),
        (5, Fact::WrapUpMs),
        (6, Fact::BreakMs),
        (7, Fact::TrainingMs),
    ];
    for agent in week.state.agents.values() {
        let from = (agent.totals_day * DAY_MS - OFFSET) / HALF_HOUR;
        let day = book.sum(|slot| slot.who == agent.id.0 && (from..from + 48).contains(&slot.half_hour));
        for (kind, fact) in KINDS {
            assert_eq!(day.get(fact), agent.totals[kind], "{:?} {fact:?}", agent.id);
        }
    }
}

fn habits() -> impl Strategy<Value = Vec<(u8, u8)>> {
    vec((0..=10u8, 0..=10u8), NUMBERS.len())
}

proptest! {
    #![proptest_config(lives(10))]

    /// Calls, agents, orders, callbacks, checks and what supervisors do.
    #[test]
    fn figures_of_a_random_week_are_what_counting_by_hand_gives(
        habits in habits(),
        plan in week_live::plan(),
        seed in any::<u64>(),
        ops in vec(op(), 1..50),
    ) {
        let mut played = Played::new(&habits, seed, plan);
        ops.iter().for_each(|op| played.step(op));
        let walked = walk(&played.entries);
        tables(walked.ledger.book());
        agents_time(&played.entries, &walked.records);
        totals(walked.ledger.book(), &played.week);
    }

    /// Tickets under random rulebooks: merged and taken out, paused, extended, agreed anew, sent back, filed.
    #[test]
    fn figures_of_random_lives_are_what_counting_by_hand_gives(rules in rulebook(), steps in life_world::steps()) {
        let mut world = World::new(rules);
        steps.iter().for_each(|step| world.step(step));
        world.wait(30 * DAY_MS);
        walk(&world.entries);
    }

    /// The records on disk, after they were closed and opened again.
    #[test]
    fn the_records_give_the_same_figures(habits in habits(), seed in any::<u64>(), ops in vec(op(), 1..40), group in 1..9usize) {
        let mut played = Played::new(&habits, seed, rulebook::AttemptPlan::default());
        ops.iter().for_each(|op| played.step(op));
        let walked = walk(&played.entries);
        let dir = folder();
        let mut store = open(dir.path()).store;
        append(&mut store, &played.entries, group);
        store.close().unwrap();
        settled(dir.path());
        let opened = open(dir.path());
        let reader = opened.store.reader();
        let mut filled = Ledger::new(i64::MIN);
        for (record, slot, counts) in reader.figures(i64::MIN, i64::MAX) {
            filled.put(record, slot, counts);
        }
        prop_assert_eq!(&filled, &walked.ledger);
        // A span of half-hours is what lies in it.
        let middle = played.entries[played.entries.len() / 2].at.0 / HALF_HOUR;
        let mut part = Book::default();
        reader.figures(middle, middle + 7).for_each(|(_, slot, counts)| part.add(&[(slot, counts)], 1));
        let mut cells = walked.ledger.book().clone();
        cells.cells.retain(|slot, _| (middle..middle + 7).contains(&slot.half_hour));
        prop_assert_eq!(part, cells);
        let report = reader.check();
        prop_assert_eq!((report.entries, report.faults), (played.entries.len() as u64, vec![]));
    }
}

/// A week that has a bit of everything.
pub fn one_week() -> Played {
    use week_live::Op as W;
    let mut played = Played::new(&[(10, 10); 4], 7, rulebook::AttemptPlan::default());
    let ops = [
        Op::Week(W::GivesUp(0)),
        Op::Week(W::ReportsRepair(1)),
        Op::Week(W::Wait(50)),
        Op::Week(W::Returns(0)),
        Op::Week(W::Dials(true)),
        Op::Takes(1, AgentState::Break("午饭".into())),
        Op::Week(W::Wait(400)),
        Op::Takes(1, AgentState::Ready),
        Op::Week(W::Dials(true)),
        Op::Checks(4, 2),
        Op::Intervenes(0, true),
        Op::Week(W::Wait(1_500)),
        Op::Week(W::Dials(true)),
        Op::Week(W::Wait(5)),
        Op::Week(W::Dials(false)),
        Op::Talks(2, 45),
        Op::Complains(3),
        Op::Judges,
    ];
    ops.iter().for_each(|op| played.step(op));
    played
}

/// What random things at a desk come to from one moment to another.
pub fn busy(begin: Stamp, end: Stamp, seed: u8) -> Vec<Entry> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let mut played = Played::from(begin, &[(8, 7), (5, 10), (10, 3), (9, 9)], seed.into(), Default::default());
    let (mut ops, op) = (0, op());
    while played.week.now < end && ops < 400 {
        let tree = op.new_tree(&mut runner).unwrap();
        played.step(&tree.current());
        ops += 1;
    }
    played.entries
}

/// The week has all kinds of facts, so that a referee over it referees something.
#[test]
fn a_week_has_facts_of_every_kind() {
    let walked = walk(&one_week().entries);
    let all = walked.ledger.book().sum(|_| true);
    for fact in [
        Fact::Answered,
        Fact::Abandoned,
        Fact::Reached,
        Fact::ReadyMs,
        Fact::OnCallMs,
        Fact::WrapUpMs,
        Fact::BreakMs,
        Fact::Opened,
        Fact::Closed,
        Fact::ClocksKept,
        Fact::OrdersFinished,
        Fact::OrderMs,
        Fact::Owed,
        Fact::Settled,
        Fact::Tries,
        Fact::Asked,
        Fact::Pleased,
        Fact::ChecksDone,
        Fact::Interventions,
    ] {
        assert!(all.get(fact) > 0, "{fact:?} {all:?}");
    }
}

/// Two lines, both tried in vain, turn out to be one person's: nothing of them counts twice.
#[test]
fn lines_that_become_one_count_once() {
    use week_live::Op as W;
    let mut played = Played::new(&[(0, 0); 4], 3, rulebook::AttemptPlan::default());
    for op in [W::GivesUp(0), W::GivesUp(1), W::Wait(30), W::Dials(true), W::Dials(false), W::File(0, 1), W::Wait(600)]
    {
        played.step(&Op::Week(op));
    }
    let walked = walk(&played.entries);
    let joined = |line: &&Callback| matches!(line.end, Some(CallbackEnd::Joined(_))) && !line.attempts.is_empty();
    assert_eq!(walked.records.lines.values().filter(joined).count(), 1, "{:#?}", walked.records.lines);
    let all = walked.ledger.book().sum(|_| true);
    let dials = played.week.talks.values().filter(|talk| talk.outbound).count() as i64;
    assert_eq!((all.get(Fact::Owed), all.get(Fact::Tries)), (2, dials));
}

#[test]
fn the_check_finds_a_figure_that_was_tampered_with() {
    const FIGURE: u8 = 0x50;
    let played = one_week();
    let dir = folder();
    let mut store = open(dir.path()).store;
    append(&mut store, &played.entries, 8);
    store.close().unwrap();
    settled(dir.path());
    let db = sled::Config::new().path(dir.path().join("records")).open().unwrap();
    let tree = db.open_tree("records").unwrap();
    let keys: Vec<_> = tree.scan_prefix([FIGURE]).keys().map(|key| key.unwrap()).collect();
    assert!(keys.len() > 20, "{}", keys.len());
    // One call more answered than there was; one fact forgotten; one of a half-hour in which nothing was.
    let mut more = tree.get(&keys[3]).unwrap().unwrap().to_vec();
    *more.last_mut().unwrap() ^= 1;
    tree.insert(&keys[3], more.clone()).unwrap();
    tree.remove(&keys[7]).unwrap();
    let mut elsewhere = keys[9].to_vec();
    elsewhere[8] ^= 0x40;
    tree.insert(elsewhere, more).unwrap();
    db.flush().unwrap();
    drop((tree, db));
    let opened = open(dir.path());
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);
    let report = opened.store.reader().check();
    let mut faults: Vec<&str> = report.faults.iter().map(|fault| fault.key.as_str()).collect();
    faults.sort_unstable();
    assert_eq!(faults, ["store.fault_differs", "store.fault_extra", "store.fault_missing"]);
}
