//! Random days under the shipped rulebooks: calls in and out, tickets on their way, files, sheets, supervisors. Whatever
//! happens and in whatever order, one person has one line, no debt ends without what ended it, and nobody is forgotten.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use ringdesk::domain::call::{Direction, Outcome};
use ringdesk::domain::command::{CallbackCommand as C, TicketCommand as T};
use ringdesk::domain::phone::match_key;
use ringdesk::domain::rulebook::FOLLOWED_UP;
use ringdesk::domain::ticket::{FieldChange, TellHow};
use ringdesk::domain::*;
use ringdesk::text::Language;

use crate::life_property::lives;
use crate::play::{Play, answered};
use crate::rulebook_walk::{Dice, fill};

/// Two ways to write one number, a land line, another mobile, a short number, none.
const NUMBERS: [&str; 6] = ["13800000001", "+86 138 0000 0001", "0571-88880002", "13900000003", "95598", ""];
const KINDS: [RequestType; 4] =
    [RequestType::Complaint, RequestType::Enquiry, RequestType::Repair, RequestType::Emergency];
const BOOKS: [&str; 4] = ["property", "gas", "government", "retail"];
const MINUTE: i64 = 60_000;

#[derive(Clone, Debug)]
enum Op {
    Lost(usize),
    In(usize),
    Out(usize, bool),
    File(u64, usize, usize),
    Open(usize, usize, usize),
    Advance(usize, u64),
    Phone(usize, usize),
    Merge(usize, usize),
    Unmerge(usize),
    Tell(usize, usize),
    Untold(usize),
    Report { line: usize, debt: Option<u32>, reach: usize, satisfaction: usize, said: bool, next: usize, who: usize },
    Agree(usize, i64, Option<usize>),
    Take(usize, usize),
    Release(usize, usize),
    LetGo(usize),
    Close(usize, usize),
    PutBack(usize, i64, usize),
    Book(usize),
    Wait(i64),
}

fn op() -> impl Strategy<Value = Op> {
    let number = || 0..NUMBERS.len();
    let t = || 0..5usize;
    let reports = (t(), proptest::option::of(1..5u32), 0..4usize, 0..5usize, any::<bool>(), 0..3usize, 0..2usize);
    prop_oneof![
        4 => number().prop_map(Op::Lost),
        3 => number().prop_map(Op::In),
        8 => (number(), prop::bool::weighted(0.8)).prop_map(|(number, up)| Op::Out(number, up)),
        2 => (0..3u64, number(), number()).prop_map(|(id, one, other)| Op::File(id, one, other)),
        5 => (0..KINDS.len(), number(), 0..4usize).prop_map(|(kind, number, card)| Op::Open(kind, number, card)),
        30 => (t(), any::<u64>()).prop_map(|(ticket, seed)| Op::Advance(ticket, seed)),
        1 => (t(), number()).prop_map(|(ticket, number)| Op::Phone(ticket, number)),
        1 => (t(), t()).prop_map(|(one, other)| Op::Merge(one, other)),
        1 => t().prop_map(Op::Unmerge),
        2 => (t(), 0..5usize).prop_map(|(ticket, how)| Op::Tell(ticket, how)),
        1 => t().prop_map(Op::Untold),
        14 => reports.prop_map(|(line, debt, reach, satisfaction, said, next, who)| {
            Op::Report { line, debt, reach, satisfaction, said, next, who }
        }),
        2 => (number(), -60..3000i64, proptest::option::of(t())).prop_map(|(n, minutes, t)| Op::Agree(n, minutes, t)),
        2 => (t(), 0..2usize).prop_map(|(line, who)| Op::Take(line, who)),
        1 => (t(), 0..2usize).prop_map(|(line, who)| Op::Release(line, who)),
        1 => (0..2usize).prop_map(Op::LetGo),
        2 => (t(), 0..2usize).prop_map(|(line, who)| Op::Close(line, who)),
        1 => (t(), 0..600i64, number()).prop_map(|(line, minutes, number)| Op::PutBack(line, minutes, number)),
        1 => (0..BOOKS.len()).prop_map(Op::Book),
        8 => (1..400i64).prop_map(Op::Wait),
        1 => (400..10_000i64).prop_map(Op::Wait),
    ]
}

struct World {
    play: Play,
    /// Lost calls, with the moment each was over.
    lost: Vec<(CallId, Stamp)>,
}

/// The rulebooks, read once, each with its people.
static DESKS: LazyLock<Vec<(Rulebook, Vec<Staff>)>> = LazyLock::new(|| {
    let desk = |book: &&str| Play::new(book, "2026-03-02 10:00");
    BOOKS.iter().map(desk).map(|play| (play.rules, play.staff)).collect()
});

const WHO: [&str; 2] = ["wang", "boss"];

impl World {
    fn new(book: usize) -> World {
        let (rules, staff) = DESKS[book].clone();
        World { play: Play::with(rules, staff, "2026-03-02 10:00"), lost: Vec::new() }
    }

    fn ticket(&self, at: usize) -> TicketId {
        let open: Vec<TicketId> = self.play.state.tickets.keys().copied().collect();
        if open.is_empty() { TicketId(99) } else { open[at % open.len()] }
    }

    fn line(&self, at: usize) -> CallbackId {
        let open: Vec<CallbackId> = self.play.state.callbacks.keys().copied().collect();
        if open.is_empty() { CallbackId(99) } else { open[at % open.len()] }
    }

    fn ask(&mut self, who: &str, command: Command) {
        let actor = if who.is_empty() { Actor::Desk } else { Actor::Staff(StaffId(who.into())) };
        let before = self.play.callbacks.clone();
        match self.play.give(&actor, &command) {
            Ok(decision) => {
                let once = self.play.state.clone();
                decision.events.iter().for_each(|event| self.play.state.fold(event));
                assert!(once == self.play.state, "folding twice changed something: {command:?}");
                let mut seen = Vec::new();
                for event in &decision.events {
                    if let Event::Callback(line) = event {
                        assert!(!seen.contains(&line.id), "two values of one line: {command:?}");
                        seen.push(line.id);
                    }
                }
                self.ends(&before, &command);
                self.holds(&command);
            }
            Err(why) => {
                for language in Language::ALL {
                    let words = why.words(language);
                    assert!(words != why.key && !words.contains('{'), "{command:?}: {words}");
                }
            }
        }
    }

    fn call(&mut self, number: usize, direction: Direction, outcome: Outcome) {
        let call = answered(NUMBERS[number], self.play.now);
        let answered_at = call.answered_at.filter(|_| outcome == Outcome::Answered);
        let id = self.play.state.calls.next_id();
        if outcome == Outcome::Abandoned && !match_key(NUMBERS[number]).is_empty() {
            self.lost.push((id, self.play.now));
        }
        let call = Call { direction, outcome, answered_at, ..call };
        self.ask("", Command::Source(command::SourceCommand::Backfill(Box::new(call))));
    }

    fn step(&mut self, op: &Op) {
        let ticket = |world: &World, at: &usize| world.ticket(*at);
        let give = |world: &mut World, who: &str, command| world.ask(who, Command::Callback(command));
        match op {
            Op::Lost(number) => self.call(*number, Direction::Inbound, Outcome::Abandoned),
            Op::In(number) => self.call(*number, Direction::Inbound, Outcome::Answered),
            Op::Out(number, true) => self.call(*number, Direction::Outbound, Outcome::Answered),
            Op::Out(number, false) => self.call(*number, Direction::Outbound, Outcome::NotReached),
            Op::File(id, one, other) => {
                let phones = vec![NUMBERS[*one].to_owned(), NUMBERS[*other].to_owned()];
                let grade = if *one == 0 { Grade::First } else { Grade::Ordinary };
                let name = "某".into();
                let file = Customer { id: CustomerId(*id), name, phones, grade, ..Customer::default() };
                self.ask("wang", Command::Customer(Box::new(file)));
            }
            Op::Open(kind, number, card) => {
                let fields = TicketFields {
                    kind: KINDS[*kind],
                    subject: "有事".into(),
                    name: "某".into(),
                    phone: NUMBERS[*number].into(),
                    ..TicketFields::default()
                };
                let blank = Ticket { fields: fields.clone(), ..Ticket::default() };
                let form = self.play.rules.kind(KINDS[*kind]).form.clone();
                let mut filled = fill(&self.play, &form, &blank, &mut Dice(*card as u64), false);
                match card {
                    0 => drop(filled.insert("anonymous".into(), "yes".into())),
                    1 => drop(filled.insert("answer_by".into(), "letter".into())),
                    _ => {}
                }
                self.ask("wang", Command::Ticket(T::Open { fields, card: filled, call: None, seal: None }));
            }
            Op::Advance(at, seed) => {
                let Some(ticket) = self.play.state.tickets.get(&self.ticket(*at)).cloned() else { return };
                let Some(stage) = self.play.rules.kind(ticket.fields.kind).stage(&ticket.stage).cloned() else {
                    return;
                };
                let filled = fill(&self.play, &stage.fields, &ticket, &mut Dice(*seed), seed % 3 == 0);
                let change = |(field, to): (String, String)| {
                    let from = ticket.value(&field).to_owned();
                    FieldChange { field, from, to }
                };
                let changes = filled.into_iter().map(change).collect();
                let who = WHO[(*seed % 4 == 0 && stage.id == FOLLOWED_UP) as usize ^ 1];
                self.ask(who, Command::Ticket(T::Advance { ticket: ticket.id, from: ticket.stage, changes }));
            }
            Op::Phone(at, number) => {
                let id = ticket(self, at);
                let from =
                    self.play.state.tickets.get(&id).map(|ticket| ticket.fields.phone.clone()).unwrap_or_default();
                let changes = vec![FieldChange { field: "phone".into(), from, to: NUMBERS[*number].into() }];
                self.ask("wang", Command::Ticket(T::Edit { ticket: id, changes, seal: None }));
            }
            Op::Merge(one, other) => {
                let command = T::Merge { ticket: ticket(self, one), into: ticket(self, other) };
                self.ask("wang", Command::Ticket(command));
            }
            Op::Unmerge(at) => {
                let merged = self.play.state.tickets.values().filter(|ticket| ticket.merged.is_some());
                let id = merged.map(|ticket| ticket.id).nth(*at % 2).unwrap_or(ticket(self, at));
                self.ask("wang", Command::Ticket(T::Unmerge(id)));
            }
            Op::Tell(at, how) => {
                let (ticket, how) = (ticket(self, at), TellHow::ALL[*how]);
                self.ask("wang", Command::Ticket(T::Tell { ticket, how, what: "在办".into(), call: None }));
            }
            Op::Untold(at) => {
                let (ticket, how) = (ticket(self, at), TellHow::Untold);
                self.ask("boss", Command::Ticket(T::File { ticket, outcome: "联系不上".into(), how }));
            }
            Op::Report { line, debt, reach, satisfaction, said, next, who } => {
                let next = match next {
                    0 => Next::Settled,
                    1 => Next::Again,
                    _ => Next::Agreed(self.play.now.plus(90 * MINUTE)),
                };
                let satisfaction = ["", "very", "satisfied", "fair", "dissatisfied"][*satisfaction].to_owned();
                let said = if *said { "办好了".into() } else { String::new() };
                let (callback, reach) = (self.line(*line), Reach::ALL[*reach]);
                let (debt, call) = (*debt, None);
                give(self, WHO[*who], C::Report { callback, debt, call, reach, satisfaction, said, next });
            }
            Op::Agree(number, minutes, about) => {
                let (number, name, note) = (NUMBERS[*number].into(), String::new(), String::new());
                let ticket = about.map(|at| self.ticket(at));
                let due_at = self.play.now.plus(minutes * MINUTE);
                give(self, "wang", C::Agree { number, name, due_at, note, ticket });
            }
            Op::Take(line, who) => give(self, WHO[*who], C::Take(self.line(*line))),
            Op::Release(line, who) => give(self, WHO[*who], C::Release(self.line(*line))),
            Op::LetGo(who) => give(self, "", C::LetGo(StaffId(WHO[*who].into()))),
            Op::Close(line, who) => {
                give(self, WHO[*who], C::Close { callback: self.line(*line), reason: "不用回".into() });
            }
            Op::PutBack(line, minutes, number) => {
                let due_at = self.play.now.plus(minutes * MINUTE);
                let number = (*number < 4).then(|| NUMBERS[*number].to_owned());
                give(self, "boss", C::PutBack { callback: self.line(*line), due_at, number, reason: "再打".into() });
            }
            Op::Book(book) => {
                self.play.rules = DESKS[*book].0.clone();
                for id in self.play.state.tickets.keys().copied().collect::<Vec<_>>() {
                    self.ask("", Command::Ticket(T::Recompute(id)));
                }
            }
            Op::Wait(minutes) => {
                let until = self.play.now.plus(minutes * MINUTE);
                while let Some((at, id)) = self.play.state.first_alarm().filter(|(at, _)| *at <= until) {
                    self.play.now = self.play.now.max(at);
                    self.ask("", Command::Ticket(T::Ring(id)));
                }
                self.play.now = until;
            }
        }
    }

    /// Nothing that is owed ends without what ended it.
    fn ends(&self, before: &BTreeMap<CallbackId, Callback>, command: &Command) {
        for line in self.play.callbacks.values() {
            for debt in &line.debts {
                let old = before.get(&line.id).and_then(|old| old.debts.iter().find(|old| old.number == debt.number));
                match (&debt.end, old.and_then(|old| old.end.as_ref())) {
                    (now, Some(then)) if now.as_ref() != Some(then) => {
                        // Taken back; or settled by who called since.
                        let spoke =
                            matches!(now, None | Some((_, CallbackEnd::Reached(_) | CallbackEnd::CalledAgain(_))));
                        let again = matches!(command, Command::Callback(C::Report { .. })) && spoke;
                        assert!(again, "a settled debt changed: {command:?} {debt:#?}");
                    }
                    (Some((at, end)), None) => self.end(line, debt, *at, end, command),
                    _ => {}
                }
            }
        }
    }

    fn end(&self, line: &Callback, debt: &Debt, at: Stamp, end: &CallbackEnd, command: &Command) {
        let follows = matches!(debt.reason, CallbackReason::Answer | CallbackReason::Revisit);
        let context = || format!("{command:?} {line:#?}");
        let spoke = |id: &CallId, outbound: bool| {
            let call = self.play.state.calls.get(*id).unwrap();
            let key = match_key(&call.party.number);
            let theirs = line.has_key(&key)
                || debt.ticket.is_some_and(|id| match_key(&self.play.tickets[&id].fields.phone) == key);
            assert!(call.answered_at.is_some_and(|at| at >= debt.made_at) && theirs, "{}", context());
            assert!(call.direction == if outbound { Direction::Outbound } else { Direction::Inbound });
        };
        match end {
            CallbackEnd::CalledAgain(call) => {
                assert!(debt.reason != CallbackReason::Revisit, "a revisit is a call from the desk: {}", context());
                spoke(call, false);
            }
            CallbackEnd::Reached(call) => spoke(call, true),
            CallbackEnd::Refused(call) => {
                assert!(follows && matches!(command, Command::Callback(_)), "{}", context());
                let outbound = self.play.state.calls.get(*call).unwrap().direction == Direction::Outbound;
                assert!(outbound || debt.reason == CallbackReason::Answer, "{}", context());
                spoke(call, outbound);
            }
            CallbackEnd::Lapsed => assert!(follows, "{}", context()),
            CallbackEnd::Told => {
                assert!(follows, "{}", context());
                let told = self.play.tickets[&debt.ticket.unwrap()].told.last().unwrap();
                let proven = told.how != TellHow::Phone || debt.reason == CallbackReason::Answer;
                assert!(proven && told.at >= debt.made_at, "{}", context());
            }
            CallbackEnd::Closed { by, reason } => {
                let ticket = debt.ticket.map(|id| &self.play.tickets[&id]);
                let untold =
                    follows && ticket.is_some_and(|ticket| ticket.told.iter().any(|told| told.how == TellHow::Untold));
                let above = by.0 == "boss" || debt.reason == CallbackReason::Answer;
                assert!(!reason.is_empty() && (untold || !follows) && above, "{}", context());
            }
            CallbackEnd::Joined(older) => {
                let older = &self.play.callbacks[older];
                let same = |there: &&Debt| {
                    there.ticket == debt.ticket && there.calls == debt.calls && there.reason == debt.reason
                };
                assert!(older.id < line.id && older.debts.iter().any(|there| same(&there)), "{}", context());
            }
            CallbackEnd::Visited(_) => panic!("nobody visits here"),
        }
        assert!(at <= self.play.now);
    }

    fn holds(&self, command: &Command) {
        let state = &self.play.state;
        let lines: Vec<&Callback> = state.callbacks.values().collect();
        for (at, line) in lines.iter().enumerate() {
            for other in &lines[at + 1..] {
                let number = line.keys.iter().chain([&line.key]).any(|key| other.has_key(key));
                let file = line.customer.is_some() && line.customer == other.customer;
                assert!(!number && !file, "two lines for one person: {command:?} {line:#?} {other:#?}");
            }
            let open: Vec<&Debt> = line.debts.iter().filter(|debt| debt.is_open()).collect();
            assert!(!open.is_empty() && line.ended_at.is_none(), "{command:?} {line:#?}");
            let agreed =
                |ticket| open.iter().any(|debt| debt.reason == CallbackReason::Agreed && debt.ticket == ticket);
            let waits = |debt: &&&Debt| !debt.reason.is_settled_by_speaking() && agreed(debt.ticket);
            let first = open.iter().filter(|debt| !waits(debt)).map(|debt| debt.due_at).min().unwrap();
            assert_eq!(line.due_at, line.not_before.map_or(first, |at| at.max(first)), "{command:?} {line:#?}");
            let mut numbers: Vec<u32> = line.debts.iter().map(|debt| debt.number).collect();
            numbers.dedup();
            assert_eq!(numbers.len(), line.debts.len());
        }
        for line in self.play.callbacks.values().filter(|line| !state.callbacks.contains_key(&line.id)) {
            assert!(
                line.ended_at.is_some() && line.taken_by.is_none() && line.debts.iter().all(|debt| !debt.is_open())
            );
        }
        for ticket in self.play.tickets.values() {
            let is = |debt: &&Debt, reason| debt.is_open() && debt.ticket == Some(ticket.id) && debt.reason == reason;
            let count = |reason| lines.iter().flat_map(|line| &line.debts).filter(|debt| is(debt, reason)).count();
            let nobody = ticket.is_anonymous() || ticket.wants_letter() || match_key(&ticket.fields.phone).is_empty();
            // A stage of another rulebook counts once the ticket was reckoned by it.
            let there = self.play.rules.kind(ticket.fields.kind).stage(&ticket.stage).is_some();
            let owes = there && ticket.stage == FOLLOWED_UP && ticket.merged.is_none() && !nobody;
            if there {
                assert_eq!(count(CallbackReason::Revisit), usize::from(owes), "{command:?} {ticket:#?} {lines:#?}");
            }
            let at_most = usize::from(ticket.is_open() && !nobody && !owes);
            assert!(count(CallbackReason::Answer) <= at_most.max(usize::from(!there)), "{command:?} {ticket:#?}");
        }
        for (call, over) in &self.lost {
            self.nobody_forgotten(*call, *over, command);
        }
    }

    fn nobody_forgotten(&self, call: CallId, over: Stamp, command: &Command) {
        let lines = self.play.callbacks.values();
        let debts: Vec<&Debt> = lines.flat_map(|line| &line.debts).filter(|debt| debt.calls.contains(&call)).collect();
        if debts.is_empty() {
            let later = self.play.state.calls.all().any(|other| other.answered_at.is_some_and(|at| at >= over));
            assert!(later, "{call:?} is owed nothing and nobody was spoken to: {command:?}");
            return;
        }
        let last = debts.iter().filter(|debt| !matches!(debt.end, Some((_, CallbackEnd::Joined(_)))));
        let mut kept = 0;
        for debt in last {
            kept += 1;
            match &debt.end {
                None => {}
                Some((_, CallbackEnd::CalledAgain(by) | CallbackEnd::Reached(by))) => {
                    assert!(self.play.state.calls.get(*by).unwrap().answered_at.unwrap() >= over);
                }
                Some((_, CallbackEnd::Closed { by, .. })) => assert_eq!(by.0, "boss"),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(kept, 1, "{call:?}: {command:?} {debts:#?}");
    }
}

proptest! {
    #![proptest_config(lives(64))]

    #[test]
    fn one_line_a_person_and_nothing_ends_without_its_reason(book in 0..BOOKS.len(), steps in vec(op(), 1..140)) {
        let mut world = World::new(book);
        for step in &steps {
            world.step(step);
        }
        // Looking at every ticket again finds nothing to do.
        for id in world.play.state.tickets.keys().copied().collect::<Vec<_>>() {
            let actor = Actor::Desk;
            let looked = world.play.give(&actor, &Command::Ticket(T::Recompute(id))).unwrap();
            let again = world.play.give(&actor, &Command::Ticket(T::Recompute(id))).unwrap();
            prop_assert!(!looked.events.iter().any(|event| matches!(event, Event::Callback(_))), "{:#?}", looked.events);
            prop_assert!(again.events.is_empty(), "{:#?}", again.events);
        }
    }
}
