//! R-WO-2 under random lives: nothing a technician's line is ever sent names the customer of a ticket that is not in
//! their hands at that moment. Every ticket carries marks of its own, and every message is searched for them byte by byte.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use ringdesk::domain::command::TicketCommand as T;
use ringdesk::domain::rulebook::{FILED, StageRule, Trigger};
use ringdesk::domain::sight::{FINISHED_MS, Seen, Sight, seen, shown};
use ringdesk::domain::{
    Actor, Event, Owner, Role, Rulebook, Staff, StaffId, Stamp, State, Ticket, TicketFields, TicketId,
};
use ringdesk::wire::{Answer, FromDesk, Welcome, encode};

use crate::life_rules::rulebook;
use crate::life_world::{OFFSET, Op, START, World, steps};

/// What names the customer of one ticket: the parts that no masking may leave.
fn marks(number: u64) -> [String; 3] {
    [format!("Q{number:06}Z"), format!("1391{number:07}"), format!("{number:06}弄7号")]
}

fn named(number: u64, fields: TicketFields) -> TicketFields {
    let [name, phone, address] = marks(number);
    let (name, address) = (format!("钱{name}"), format!("钱塘路{address}"));
    let subject = format!("{name}家没气，{address}，电话{phone}");
    TicketFields { subject: subject.clone(), detail: subject, name, phone, address, ..fields }
}

fn technician(id: &str, team: &str) -> Staff {
    let id = StaffId(id.into());
    Staff { name: id.0.clone(), id, role: Role::Technician, team: team.into(), ..Staff::default() }
}

/// The stages of a work order in the place of a random rulebook's own.
fn with_orders(mut rules: Rulebook) -> Rulebook {
    for kind in rules.types.values_mut() {
        // The last one before filing is the desk's call; the others are the technician's.
        let last = format!("s{}", kind.stages.len().saturating_sub(2));
        let renamed = |stage: &mut String| match stage.as_str() {
            id if id == last => *stage = "followed_up".into(),
            "s1" => *stage = "dispatched".into(),
            "s2" => *stage = "accepted".into(),
            _ => {}
        };
        for stage in &mut kind.stages {
            renamed(&mut stage.id);
            stage.moves.iter_mut().for_each(|way| renamed(&mut way.to));
        }
        for clock in &mut kind.clocks {
            for trigger in clock.stop.iter_mut().chain(std::iter::once(&mut clock.start)) {
                if let Trigger::Entered(stage) | Trigger::Left(stage) = trigger {
                    renamed(stage);
                }
            }
        }
    }
    rules
}

/// Said a second time, in other words than the code's: whose hands a ticket is in.
fn in_hands(ticket: &Ticket, staff: &Staff, rules: &Rulebook) -> bool {
    let is_order = || rules.types.get(&ticket.fields.kind).is_some_and(has_accepted);
    let open = ticket.stage != FILED && ticket.stage != "followed_up" && ticket.merged.is_none();
    open && match &ticket.owner {
        Owner::Staff(id) => *id == staff.id,
        Owner::Department(team) => *team == staff.team && ticket.stage == "dispatched" && is_order(),
    }
}

fn has_accepted(kind: &ringdesk::domain::rulebook::TypeRule) -> bool {
    kind.stages.iter().any(|stage: &StageRule| stage.id == "accepted")
}

/// One technician's line, and what came over it.
struct Tech {
    staff: Staff,
    sight: Sight,
    replica: State,
}

/// The world as the line sees it go by, entry by entry.
struct Watch {
    state: State,
    tickets: BTreeMap<TicketId, Ticket>,
    read: usize,
    techs: Vec<Tech>,
    numbers: BTreeMap<TicketId, u64>,
    /// How often something was sent, masked, and gone: a property about nothing would hold too.
    sent: [usize; 3],
}

impl Watch {
    fn new(staff: &[Staff]) -> Watch {
        let techs = staff.iter().filter_map(|staff| {
            let mut sight = Sight::of(staff)?;
            let replica = sight.state(&State::new(OFFSET), &Rulebook::default(), START);
            Some(Tech { staff: staff.clone(), sight, replica })
        });
        let techs = techs.collect();
        Watch {
            state: State::new(OFFSET),
            tickets: BTreeMap::new(),
            read: 0,
            techs,
            numbers: BTreeMap::new(),
            sent: [0; 3],
        }
    }

    fn clean(&self, staff: &Staff, rules: &Rulebook, message: &FromDesk) {
        let bytes = encode(message).unwrap();
        for (id, ticket) in self.tickets.iter().filter(|(_, ticket)| !in_hands(ticket, staff, rules)) {
            let Some(number) = self.numbers.get(id) else { continue };
            for mark in marks(*number) {
                let found = bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
                assert!(!found, "{mark} of {id:?} ({ticket:?}) went to {}: {message:?}", staff.id.0);
            }
        }
    }

    /// Takes in what the world wrote since; every technician's line is looked at after every entry.
    fn follow(&mut self, world: &World) {
        while let Some(entry) = world.entries.get(self.read) {
            self.read += 1;
            self.state.apply(entry);
            for event in &entry.events {
                if let Event::Ticket(ticket) = event {
                    self.tickets.insert(ticket.id, (**ticket).clone());
                }
            }
            let mut techs = std::mem::take(&mut self.techs);
            for tech in &mut techs {
                let own = tech.sight.entry(entry, &self.state, &world.rules, entry.at);
                if let Some(own) = own {
                    assert!(!own.events.is_empty());
                    tech.replica.apply(&own);
                    self.count(&own.events);
                    self.clean(&tech.staff, &world.rules, &FromDesk::Changed(Box::new(own)));
                }
                self.agrees(tech, &world.rules, entry.at);
            }
            self.techs = techs;
        }
    }

    fn count(&mut self, events: &[Event]) {
        for event in events {
            if let Event::Ticket(ticket) = event {
                let which = if ticket.stage == FILED { 2 } else { usize::from(ticket.fields.name.ends_with('*')) };
                self.sent[which] += 1;
            }
        }
    }

    /// What came over the line piece by piece is what a new line is given whole; and what is in their hands is there.
    fn agrees(&self, tech: &Tech, rules: &Rulebook, now: Stamp) {
        let mut sight = Sight::of(&tech.staff).unwrap();
        let fresh = sight.state(&self.state, rules, now);
        assert_eq!(tech.replica.tickets, fresh.tickets);
        assert!(tech.replica.notices.keys().eq(fresh.notices.keys()));
        for ticket in self.tickets.values() {
            let there = tech.replica.tickets.get(&ticket.id);
            match (in_hands(ticket, &tech.staff, rules), there) {
                (true, there) => assert_eq!(there.map(|there| &there.fields), Some(&ticket.fields)),
                (false, None) => {}
                (false, Some(there)) => {
                    assert!(there.stage == "followed_up" && now.since(there.entered_at) < FINISHED_MS);
                    assert_eq!((&there.clocks, &there.told, there.customer), (&Vec::new(), &Vec::new(), None));
                }
            }
        }
        let welcome = Welcome { state: Some(Box::new(fresh)), ..Welcome::default() };
        self.clean(&tech.staff, rules, &FromDesk::Welcome(Box::new(welcome)));
        let all: Vec<Ticket> = self.tickets.values().cloned().collect();
        let found = tech.sight.find("", all, &self.state, rules, now);
        let answer = Box::new(Answer::Tickets(found));
        self.clean(&tech.staff, rules, &FromDesk::Answer { request: 1, answer });
    }

    /// What a technician asks for gets no further than their own.
    fn asked(&self, world: &World, command: &T) {
        for tech in &self.techs {
            let command = ringdesk::domain::Command::Ticket(command.clone());
            if tech.sight.may(&command, &self.state, &world.rules, world.now).is_ok() {
                let named = format!("{command:?}");
                let mine = |ticket: &&Ticket| in_hands(ticket, &tech.staff, &world.rules);
                let hits =
                    self.state.tickets.values().filter(mine).any(|ticket| named.contains(&format!("{:?}", ticket.id)));
                assert!(hits || named.contains("Each([])"), "{named}");
            }
        }
    }
}

/// Somebody hands a ticket to one of these.
const HANDS: [&str; 4] = ["zhou", "qian", "department:repair", "department:service"];

fn hand(world: &mut World, ticket: usize, to: usize) {
    let to = match HANDS[to].strip_prefix("department:") {
        Some(team) => Owner::Department(team.into()),
        None => Owner::Staff(StaffId(HANDS[to].into())),
    };
    let command = T::Assign { ticket: world.pick(ticket), to, why: String::new() };
    let _refused = world.ask(&Actor::Staff(StaffId("chen".into())), &command);
}

fn lives() -> ProptestConfig {
    let cases = std::env::var("RINGDESK_TEST_LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(48);
    ProptestConfig { cases, max_shrink_iters: 1_000, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn a_technicians_line_never_names_a_customer_who_is_not_theirs() {
    let mut runner = proptest::test_runner::TestRunner::new(lives());
    let sent = std::cell::Cell::new([0; 3]);
    let life = (rulebook(), steps(), vec((0..6usize, 0..HANDS.len()), 1..110));
    let outcome = runner.run(&life, |(rules, steps, hands)| {
        let mut world = World::new(with_orders(rules));
        world.staff.push(technician("qian", "service"));
        let mut watch = Watch::new(&world.staff);
        for (at, step) in steps.iter().enumerate() {
            match (&step.op, world.command(&step.op)) {
                (Op::Open { .. }, Some(T::Open { fields, card, call, seal })) => {
                    let number = at as u64 + 1;
                    let fields = named(number, fields);
                    let next = TicketId(world.state.last.ticket + 1);
                    if world.ask(&world.actor("wang"), &T::Open { fields, card, call, seal }).is_ok() {
                        watch.numbers.insert(next, number);
                    }
                }
                (_, command) => {
                    if let Some(command) = command {
                        watch.asked(&world, &command);
                    }
                    world.step(step);
                }
            }
            if let Some((ticket, to)) = hands.get(at) {
                hand(&mut world, *ticket, *to);
            }
            watch.follow(&world);
        }
        let so_far: [usize; 3] = sent.get();
        sent.set([0, 1, 2].map(|at| so_far[at] + watch.sent[at]));
        Ok(())
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
    assert!(sent.get().iter().all(|count| *count > 20), "whole, masked, gone: {:?}", sent.get());
}

/// The rules one by one, on one order.
#[test]
fn an_order_is_seen_whole_then_masked_then_not_at_all() {
    let mut rules = crate::life_rules::frame();
    let stages = ["registered", "dispatched", "accepted", "followed_up", FILED];
    let stages = stages.map(|id| StageRule { id: id.into(), ..StageRule::default() }).to_vec();
    let kind = ringdesk::domain::RequestType::Repair;
    rules.types.insert(kind, ringdesk::domain::rulebook::TypeRule { stages, ..Default::default() });
    let (zhou, wu, sun) = (technician("zhou", "repair"), technician("wu", "repair"), technician("sun", "service"));
    let how = |ticket: &Ticket, now: i64| [&zhou, &wu, &sun].map(|staff| seen(ticket, staff, &rules, Stamp(now)));
    let fields = named(7, TicketFields { kind, ..TicketFields::default() });
    let mut order = Ticket { id: TicketId(7), fields, stage: "registered".into(), version: 1, ..Ticket::default() };
    order.owner = Owner::Department("repair".into());
    assert_eq!(how(&order, 0), [Seen::Nothing; 3]);
    order.stage = "dispatched".into();
    assert_eq!(how(&order, 0), [Seen::Whole, Seen::Whole, Seen::Nothing]);
    (order.stage, order.owner) = ("accepted".into(), Owner::Staff(zhou.id.clone()));
    order.card.insert("responsible".into(), "zhou".into());
    assert_eq!(how(&order, 0), [Seen::Whole, Seen::Nothing, Seen::Nothing]);
    // Returned to the desk: theirs is what they did, whoever calls the customer now.
    (order.stage, order.owner) = ("followed_up".into(), Owner::Staff(StaffId("wang".into())));
    order.times.push(("followed_up".into(), Stamp(1_000)));
    assert_eq!(how(&order, 1_000 + FINISHED_MS - 1), [Seen::Masked, Seen::Nothing, Seen::Nothing]);
    assert_eq!(how(&order, 1_000 + FINISHED_MS), [Seen::Nothing; 3]);
    let masked = shown(&order, Seen::Masked, &rules);
    assert_eq!(masked.fields.name, "钱**");
    assert_eq!(masked.fields.phone, "139****0007");
    assert_eq!(masked.fields.address, "钱塘路***");
    assert_eq!(masked.fields.subject, "钱**家没气，钱塘路***，电话139****0007");
}
