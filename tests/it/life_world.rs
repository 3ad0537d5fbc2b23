//! A desk in virtual time that lives by a random rulebook: operations are turned into commands, clocks ring when they
//! are due, and after every entry a second reckoning from the history says whether the tickets are what they should be.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use ringdesk::domain::command::{SourceCommand, TicketCommand as T};
use ringdesk::domain::decide::{self, Context, Decision};
use ringdesk::domain::event::RulesInForce;
use ringdesk::domain::rulebook::{FILED, Need};
use ringdesk::domain::ticket::{FieldChange, TellHow, Ticket};
use ringdesk::domain::{
    Actor, Command, Entry, Event, Owner, Rulebook, Staff, StaffId, Stamp, State, TicketFields, TicketId, TicketLine,
};
use ringdesk::text::{Language, Say};

use crate::life_holds;
use crate::life_rules::{CARD, KINDS, staff};

/// Eight hours ahead of UTC.
pub const OFFSET: i64 = 8 * 3_600_000;
/// Tuesday 2026-02-10, 09:00: the last week before Spring Festival.
pub const START: Stamp = Stamp(1_770_685_200_000);
/// A minute.
pub const MINUTE: i64 = 60_000;

/// What somebody does; numbers are turned into what there is.
#[derive(Clone, Debug)]
pub enum Op {
    Open {
        kind: usize,
        who: usize,
        card: Vec<(usize, usize)>,
        anonymous: bool,
    },
    Edit {
        ticket: usize,
        card: Vec<(usize, usize)>,
        stale: bool,
    },
    Kind {
        ticket: usize,
        kind: usize,
    },
    Advance {
        ticket: usize,
        seed: Vec<usize>,
        skip: bool,
    },
    File {
        ticket: usize,
        how: usize,
    },
    Tell {
        ticket: usize,
        how: usize,
    },
    Assign {
        ticket: usize,
        to: usize,
    },
    Object(usize),
    Review {
        ticket: usize,
        upheld: bool,
    },
    Ask {
        ticket: usize,
        clock: usize,
        minutes: i64,
    },
    Answer {
        ticket: usize,
        grant: bool,
    },
    Agree {
        ticket: usize,
        clock: usize,
        minutes: i64,
    },
    Pause(usize),
    Resume(usize),
    Merge {
        ticket: usize,
        into: usize,
    },
    Unmerge(usize),
    Incident(usize),
    Attach {
        ticket: usize,
        incident: usize,
    },
    Detach(usize),
    Plain {
        ticket: usize,
        which: usize,
    },
    Each(Vec<Op>),
    /// The desk looks although nothing is due.
    Ring(usize),
    /// Another rulebook of the three comes into force.
    Rules(usize),
}

/// A step: who does it, after how much time, and whether the desk was down until then.
#[derive(Clone, Debug)]
pub struct Step {
    pub wait: i64,
    pub down: bool,
    pub who: usize,
    pub op: Op,
}

fn op() -> impl Strategy<Value = Op> {
    let t = || 0..6usize;
    let card = || vec((0..CARD.len(), 0..3usize), 0..4);
    prop_oneof![
        8 => (0..3usize, 0..4usize, card(), prop::bool::weighted(0.1))
            .prop_map(|(kind, who, card, anonymous)| Op::Open { kind, who, card, anonymous }),
        5 => (t(), card(), prop::bool::weighted(0.1)).prop_map(|(ticket, card, stale)| Op::Edit { ticket, card, stale }),
        1 => (t(), 0..4usize).prop_map(|(ticket, kind)| Op::Kind { ticket, kind }),
        22 => (t(), vec(0..3usize, CARD.len()), prop::bool::weighted(0.1))
            .prop_map(|(ticket, seed, skip)| Op::Advance { ticket, seed, skip }),
        3 => (t(), 0..5usize).prop_map(|(ticket, how)| Op::File { ticket, how }),
        3 => (t(), 0..5usize).prop_map(|(ticket, how)| Op::Tell { ticket, how }),
        3 => (t(), 0..8usize).prop_map(|(ticket, to)| Op::Assign { ticket, to }),
        4 => t().prop_map(Op::Object),
        4 => (t(), any::<bool>()).prop_map(|(ticket, upheld)| Op::Review { ticket, upheld }),
        4 => (t(), 0..4usize, -600..20_000i64).prop_map(|(ticket, clock, minutes)| Op::Ask { ticket, clock, minutes }),
        4 => (t(), any::<bool>()).prop_map(|(ticket, grant)| Op::Answer { ticket, grant }),
        2 => (t(), 0..4usize, -600..20_000i64)
            .prop_map(|(ticket, clock, minutes)| Op::Agree { ticket, clock, minutes }),
        2 => t().prop_map(Op::Pause),
        2 => t().prop_map(Op::Resume),
        3 => (t(), t()).prop_map(|(ticket, into)| Op::Merge { ticket, into }),
        2 => t().prop_map(Op::Unmerge),
        2 => t().prop_map(Op::Incident),
        6 => (t(), t()).prop_map(|(ticket, incident)| Op::Attach { ticket, incident }),
        1 => t().prop_map(Op::Detach),
        2 => (t(), 0..7usize).prop_map(|(ticket, which)| Op::Plain { ticket, which }),
        1 => t().prop_map(Op::Ring),
        1 => (0..3usize).prop_map(Op::Rules),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![
        3 => Just(0i64),
        4 => 1..180i64,
        3 => 180..3_000i64,
        1 => 3_000..30_000i64,
    ];
    let op = prop_oneof![12 => op(), 1 => vec(op(), 1..5).prop_map(Op::Each)];
    (wait, prop::bool::weighted(0.15), 0..6usize, op).prop_map(|(minutes, down, who, op)| Step {
        wait: minutes * MINUTE,
        down,
        who,
        op,
    })
}

/// A working life.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..110)
}

/// The desk.
#[derive(Clone)]
pub struct World {
    pub state: State,
    pub rules: Rulebook,
    pub books: [Rulebook; 3],
    pub staff: Vec<Staff>,
    pub entries: Vec<Entry>,
    pub lines: BTreeMap<TicketId, Vec<TicketLine>>,
    /// What the history says stands in the rulebook's fields.
    pub cards: BTreeMap<TicketId, BTreeMap<String, String>>,
    /// The last form of every ticket there ever was.
    pub last: BTreeMap<TicketId, Ticket>,
    pub now: Stamp,
}

impl World {
    /// A desk with a rulebook, the same without a calendar, and the same with other figures.
    pub fn new(rules: Rulebook) -> World {
        let mut guessed = rules.clone();
        guessed.calendar.years.clear();
        let mut other = rules.clone();
        other.hours = ringdesk::domain::Hours::parse(&["09:00-18:00".into()]).unwrap();
        for kind in other.types.values_mut() {
            kind.clocks.reverse();
            kind.clocks.pop();
        }
        World {
            state: State::new(OFFSET),
            books: [rules.clone(), guessed, other],
            rules,
            staff: staff(),
            entries: Vec::new(),
            lines: BTreeMap::new(),
            cards: BTreeMap::new(),
            last: BTreeMap::new(),
            now: START,
        }
    }

    /// Somebody of the staff, by number, as an actor.
    pub fn actor(&self, who: &str) -> Actor {
        Actor::Staff(StaffId(who.into()))
    }

    /// Decides without keeping.
    pub fn decide(&self, actor: &Actor, command: &T) -> Result<Decision, Say> {
        let context = Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor, now: self.now };
        decide::decide(context, &Command::Ticket(command.clone()))
    }

    /// Decides and keeps; what must hold is looked at on the way.
    pub fn ask(&mut self, actor: &Actor, command: &T) -> Result<(), Say> {
        if let T::Each(parts) = command {
            self.each_is_one_by_one(actor, parts);
        }
        match self.decide(actor, command) {
            Ok(decision) => {
                life_holds::allowed(self, actor, command);
                self.keep(actor, command, decision);
                Ok(())
            }
            Err(why) => {
                for language in Language::ALL {
                    let words = why.words(language);
                    assert!(words != why.key && !words.contains('{'), "{command:?}: {words}");
                }
                Err(why)
            }
        }
    }

    /// The same by a member of staff, who must be let.
    pub fn must(&mut self, who: &str, command: T) {
        let actor = self.actor(who);
        if let Err(why) = self.ask(&actor, &command) {
            panic!("{command:?} was refused: {}", why.words(Language::ZhHans));
        }
    }

    /// The key of the refusal.
    pub fn refused(&mut self, who: &str, command: T) -> Say {
        let actor = self.actor(who);
        self.ask(&actor, &command).expect_err("this should be refused")
    }

    /// Time passes; the desk rings what is due on the way, each at its own moment, as its one sleeper does.
    pub fn wait(&mut self, span: i64) {
        let until = self.now.plus(span);
        while let Some((at, _)) = self.state.first_alarm().filter(|(at, _)| *at <= until) {
            self.now = self.now.max(at);
            self.ring_due();
        }
        self.now = until;
        self.ring_due();
    }

    /// Time passes with the desk down; what fell due meanwhile rings once, now.
    pub fn down(&mut self, span: i64) {
        self.now = self.now.plus(span);
        self.ring_due();
    }

    fn ring_due(&mut self) {
        let due: Vec<TicketId> = self.state.alarms_until(self.now).collect();
        for id in due {
            self.ask(&Actor::Desk, &T::Ring(id)).unwrap();
        }
        assert_eq!(self.state.alarms_until(self.now).count(), 0, "what rang is still due");
    }

    /// Somebody calls a number from the desk now, and it is answered.
    pub fn calls(&mut self, number: &str) {
        let call = crate::play::answered(number, self.now);
        let command = Command::Source(SourceCommand::Backfill(Box::new(call)));
        let actor = Actor::Desk;
        let context =
            Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor: &actor, now: self.now };
        let decision = decide::decide(context, &command).unwrap();
        let (sequence, rule) = (self.state.sequence + 1, decision.rule.into());
        let (at, seat, command) = (self.now, String::new(), u128::from(sequence));
        let entry = Entry { sequence, at, actor, seat, rule, command, events: decision.events };
        self.state.apply(&entry);
        self.entries.push(entry);
    }

    fn each_is_one_by_one(&self, actor: &Actor, parts: &[T]) {
        let mut alone = self.clone();
        let mut events = Vec::new();
        let mut refused = None;
        for part in parts {
            match alone.decide(actor, part) {
                Ok(decision) => {
                    life_holds::allowed(&alone, actor, part);
                    decision.events.iter().for_each(|event| alone.state.fold(event));
                    events.extend(decision.events);
                }
                Err(why) => {
                    refused = Some(why);
                    break;
                }
            }
        }
        let whole = self.decide(actor, &T::Each(parts.to_vec()));
        match refused {
            Some(why) => assert_eq!(whole.unwrap_err(), why),
            None => {
                // What is owed to people is looked at once, when all of them are done.
                let own = |events: Vec<Event>| -> Vec<Event> {
                    events.into_iter().filter(|event| !matches!(event, Event::Callback(_))).collect()
                };
                assert_eq!(own(whole.unwrap().events), own(events));
            }
        }
    }

    fn keep(&mut self, actor: &Actor, command: &T, decision: Decision) {
        if decision.events.is_empty() {
            return;
        }
        let before = self.state.clone();
        let entry = Entry {
            sequence: self.state.sequence + 1,
            at: self.now,
            actor: actor.clone(),
            seat: String::new(),
            rule: decision.rule.into(),
            command: u128::from(self.state.sequence + 1),
            events: decision.events,
        };
        self.state.apply(&entry);
        let once = self.state.clone();
        entry.events.iter().for_each(|event| self.state.fold(event));
        assert!(once == self.state, "folding twice changed something: {command:?}");
        let mut fresh: Vec<TicketLine> = Vec::new();
        for event in &entry.events {
            match event {
                Event::TicketLine(line) => fresh.push((**line).clone()),
                Event::Ticket(ticket) => {
                    self.last.insert(ticket.id, (**ticket).clone());
                }
                _ => {}
            }
        }
        self.entries.push(entry);
        life_holds::after(self, &before, command, &fresh);
    }

    /// Does a step.
    pub fn step(&mut self, step: &Step) {
        if step.down {
            self.down(step.wait);
        } else {
            self.wait(step.wait);
        }
        if let Op::Rules(which) = step.op {
            return self.change_rules(which);
        }
        let owner = |at: usize| self.state.tickets.get(&self.pick(at)).and_then(|ticket| ticket.owner.staff().cloned());
        let actor = match step.op {
            Op::Ring(_) => Actor::Desk,
            Op::Object(at) if step.who > 1 => owner(at).map_or(Actor::Desk, Actor::Staff),
            _ => Actor::Staff(self.staff[step.who % self.staff.len()].id.clone()),
        };
        if let Some(command) = self.command(&step.op) {
            let _refused = self.ask(&actor, &command);
        }
    }

    /// Another rulebook comes into force.
    pub fn change_rules(&mut self, which: usize) {
        self.rules = self.books[which].clone();
        let now = RulesInForce { name: "random".into(), fingerprint: which.to_string() };
        self.ask(&Actor::Desk, &T::RulesChanged(now)).unwrap();
        for id in self.state.tickets.keys().copied().collect::<Vec<_>>() {
            self.ask(&Actor::Desk, &T::Recompute(id)).unwrap();
            self.ask(&Actor::Desk, &T::Recompute(id)).unwrap();
        }
    }

    /// One of the open tickets, or one there is none of.
    pub fn pick(&self, at: usize) -> TicketId {
        let open: Vec<TicketId> = self.state.tickets.keys().copied().collect();
        if open.is_empty() { TicketId(at as u64 + 1) } else { open[at % open.len()] }
    }

    /// One of the open tickets that this holds of, or any.
    fn pick_where(&self, at: usize, holds: impl Fn(&Ticket) -> bool) -> TicketId {
        let some: Vec<TicketId> = self.state.tickets.values().filter(|t| holds(t)).map(|t| t.id).collect();
        if some.is_empty() { self.pick(at) } else { some[at % some.len()] }
    }

    fn change(&self, id: TicketId, field: &str, to: &str) -> FieldChange {
        let from = self.state.tickets.get(&id).map_or("", |ticket| ticket.value(field)).to_owned();
        FieldChange { field: field.into(), from, to: to.into() }
    }

    fn changes(&self, id: TicketId, card: &[(usize, usize)]) -> Vec<FieldChange> {
        let value = |(field, value): &(usize, usize)| {
            let (field, values) = CARD[*field];
            // One past the last empties the field.
            self.change(id, field, values.get(*value).copied().unwrap_or_default())
        };
        let mut changes: Vec<FieldChange> = card.iter().map(value).collect();
        let mut seen = Vec::new();
        changes.retain(|change| {
            !seen.contains(&change.field) && {
                seen.push(change.field.clone());
                true
            }
        });
        changes
    }

    /// What the stage's screen asks, filled in.
    fn screen(&self, id: TicketId, seed: &[usize], skip: bool) -> Option<T> {
        let ticket = self.state.tickets.get(&id)?;
        let stage = self.rules.kind(ticket.fields.kind).stage(&ticket.stage)?;
        let asked = stage.fields.iter().filter(|used| used.need != Need::Free || seed[0] == 0);
        let mut changes: Vec<FieldChange> = Vec::new();
        for used in asked.filter(|_| !skip) {
            let at = CARD.iter().position(|(field, _)| *field == used.field);
            let to = at.map_or("已告知", |at| CARD[at].1[seed[at] % CARD[at].1.len()]);
            changes.push(self.change(id, &used.field, to));
        }
        Some(T::Advance { ticket: id, from: ticket.stage.clone(), changes })
    }

    fn clock(&self, id: TicketId, at: usize) -> String {
        let open = self.state.tickets.get(&id).map(|ticket| {
            ticket.clocks.iter().filter(|clock| clock.is_open()).map(|clock| clock.id.clone()).collect::<Vec<_>>()
        });
        open.filter(|open| !open.is_empty()).map_or("c0".into(), |open| open[at % open.len()].clone())
    }

    /// The command an operation comes to.
    pub fn command(&self, op: &Op) -> Option<T> {
        let (id, why) = (|at: &usize| self.pick(*at), || "有原因".to_owned());
        Some(match op {
            Op::Open { kind, who, card, anonymous } => {
                return Some(open(*kind, *who, &self.changes(TicketId(0), card), *anonymous));
            }
            Op::Edit { ticket, card, stale } => {
                let mut changes = self.changes(id(ticket), card);
                changes.iter_mut().filter(|_| *stale).for_each(|change| change.from.push('旧'));
                T::Edit { ticket: id(ticket), changes, seal: None }
            }
            Op::Kind { ticket, kind } => {
                let kind = KINDS.get(*kind).map_or("praise", |kind| kind.code());
                T::Edit { ticket: id(ticket), changes: vec![self.change(id(ticket), "kind", kind)], seal: None }
            }
            Op::Advance { ticket, seed, skip } => return self.screen(id(ticket), seed, *skip),
            Op::File { ticket, how } => {
                T::File { ticket: id(ticket), outcome: "都好了".into(), how: TellHow::ALL[how % 5] }
            }
            Op::Tell { ticket, how } => {
                T::Tell { ticket: id(ticket), how: TellHow::ALL[how % 5], what: "正在处理".into(), call: None }
            }
            Op::Assign { ticket, to } => {
                let to = match to {
                    6 => Owner::Department("repair".into()),
                    7 => Owner::Department("nowhere".into()),
                    to => Owner::Staff(self.staff[*to].id.clone()),
                };
                T::Assign { ticket: id(ticket), to, why: String::new() }
            }
            Op::Object(ticket) => T::Object { ticket: id(ticket), why: why() },
            Op::Review { ticket, upheld } => {
                let ticket = self.pick_where(*ticket, |ticket| ticket.objection.is_some());
                T::Review { ticket, upheld: *upheld, to: None, why: why() }
            }
            Op::Ask { ticket, clock, minutes } => {
                let (ticket, until) = (id(ticket), self.now.plus(minutes * MINUTE));
                T::AskExtension { ticket, clock: self.clock(ticket, *clock), until, why: why() }
            }
            Op::Answer { ticket, grant } => {
                let ticket = self.pick_where(*ticket, |ticket| ticket.extension.is_some());
                T::AnswerExtension { ticket, grant: *grant, why: why() }
            }
            Op::Agree { ticket, clock, minutes } => {
                let (ticket, until) = (id(ticket), self.now.plus(minutes * MINUTE));
                T::Agree { ticket, clock: self.clock(ticket, *clock), until, with: "客户".into(), why: why() }
            }
            Op::Pause(ticket) => T::Pause { ticket: id(ticket), why: why() },
            Op::Resume(ticket) => T::Resume(self.pick_where(*ticket, |ticket| ticket.paused.is_some())),
            Op::Merge { ticket, into } => T::Merge { ticket: id(ticket), into: id(into) },
            Op::Unmerge(ticket) => T::Unmerge(self.pick_where(*ticket, |ticket| ticket.merged.is_some())),
            Op::Incident(ticket) => {
                T::MakeIncident { ticket: id(ticket), area: "城东".into(), sentence: "正在抢修".into() }
            }
            Op::Attach { ticket, incident } => {
                T::Attach { ticket: id(ticket), incident: self.pick_where(*incident, |ticket| ticket.master.is_some()) }
            }
            Op::Detach(ticket) => T::Detach(self.pick_where(*ticket, |ticket| ticket.incident.is_some())),
            Op::Plain { ticket, which } => plain(id(ticket), *which),
            Op::Each(ops) => T::Each(ops.iter().filter_map(|op| self.command(op)).collect()),
            Op::Ring(ticket) => T::Ring(id(ticket)),
            Op::Rules(_) => return None,
        })
    }
}

fn plain(ticket: TicketId, which: usize) -> T {
    match which {
        0 => T::Note { ticket, text: "客户又来电".into() },
        1 => T::AttachFile { ticket, place: "柜三".into(), words: "回函".into() },
        2 => T::Link { ticket, other: TicketId(1) },
        3 => T::Printed(ticket),
        4 => T::OpenSeal { ticket, why: "核实".into() },
        5 => T::Escalate { ticket, why: "太慢".into() },
        _ => T::Tick { ticket, item: "valve".into(), done: true, note: String::new() },
    }
}

fn open(kind: usize, who: usize, card: &[FieldChange], anonymous: bool) -> T {
    let callers = [("张三", "13800000001"), ("李四", "0571-88880002"), ("", ""), ("张三", "+86 138 0000 0001")];
    let (name, phone) = callers[who % callers.len()];
    let fields = TicketFields {
        kind: KINDS[kind % KINDS.len()],
        subject: "没气".into(),
        name: name.into(),
        phone: phone.into(),
        address: "文三路1号2幢".into(),
        ..TicketFields::default()
    };
    let mut card: BTreeMap<String, String> =
        card.iter().map(|change| (change.field.clone(), change.to.clone())).collect();
    if anonymous {
        card.insert("anonymous".into(), "yes".into());
    }
    T::Open { fields, card, call: None, seal: None }
}

/// Whether a ticket is at its end.
pub fn filed(ticket: &Ticket) -> bool {
    ticket.stage == FILED
}
