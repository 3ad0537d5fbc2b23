//! Planned visits (R-CB-8): the year in equal parts, recorded by the day after, and what a signed one settles (R-CB-4,
//! R-CB-10).

use proptest::prelude::*;
use ringdesk::domain::command::VisitCommand;
use ringdesk::domain::decide::{Context, Decision, decide};
use ringdesk::domain::rulebook::VisitPlan;
use ringdesk::domain::visit::{self, VisitYear, periods};
use ringdesk::domain::*;
use ringdesk::server::ServeOptions;
use ringdesk::text::Say;
use ringdesk::wire::{Answer, Export, ExportRow, Query};

use crate::bench::Bench;
use crate::play::{at, local};

const OFFSET: i64 = 8 * 3_600_000;
const HOUR: i64 = 3_600_000;
const WANG: CustomerId = CustomerId(1);

fn plan(class: &str, per_year: u16) -> VisitPlan {
    VisitPlan { class: class.into(), per_year, article: String::new() }
}

fn plans() -> Vec<VisitPlan> {
    vec![plan("A", 12), plan("B", 4), plan("C", 2), plan("D", 1)]
}

fn customer(id: u64, class: &str) -> Customer {
    Customer { id: CustomerId(id), name: format!("客户{id}"), class: class.into(), ..Customer::default() }
}

fn visited(id: u64, customer: u64, when: &str) -> Visit {
    Visit { id: VisitId(id), customer: CustomerId(customer), at: at(when), ..Visit::default() }
}

fn year(customers: &[Customer], visits: &[Visit], now: &str) -> VisitYear {
    visit::year(2026, &plans(), customers.iter(), visits.iter(), OFFSET, at(now))
}

#[test]
fn a_year_is_months_quarters_halves_or_itself() {
    let begins = |count| periods(2026, count, OFFSET).iter().map(|(from, _)| local(*from)).collect::<Vec<_>>();
    assert_eq!(begins(1), ["2026-01-01 00:00"]);
    assert_eq!(begins(2), ["2026-01-01 00:00", "2026-07-01 00:00"]);
    assert_eq!(begins(4)[1..], ["2026-04-01 00:00", "2026-07-01 00:00", "2026-10-01 00:00"]);
    assert_eq!(begins(12)[10..], ["2026-11-01 00:00", "2026-12-01 00:00"]);
    assert_eq!(
        begins(5),
        ["2026-01-01 00:00", "2026-03-15 00:00", "2026-05-27 00:00", "2026-08-08 00:00", "2026-10-20 00:00"]
    );
    assert_eq!(periods(2026, 0, OFFSET), []);
    assert_eq!(periods(i32::MAX, 4, OFFSET), []);
}

proptest! {
    /// Without a gap, from the year's first moment to its last, none more than a day longer than another where days are
    /// counted.
    #[test]
    fn the_parts_are_the_whole_year(of in 1970..2400i32, count in 1..=366u16) {
        let parts = periods(of, count, OFFSET);
        prop_assert_eq!(parts.len(), usize::from(count));
        let begin = |year: i32| at(&format!("{year:04}-01-01 00:00"));
        prop_assert_eq!((parts[0].0, parts.last().unwrap().1), (begin(of), begin(of + 1)));
        prop_assert!(parts.windows(2).all(|pair| pair[0].1 == pair[1].0));
        if 12 % count != 0 {
            let days: Vec<i64> = parts.iter().map(|(from, until)| until.since(*from) / (24 * HOUR)).collect();
            prop_assert!(days.iter().max().unwrap() - days.iter().min().unwrap() <= 1);
        }
    }
}

#[test]
fn what_is_owed_and_the_rates() {
    let mut new = customer(4, "B");
    new.made_at = at("2026-08-01 00:00");
    let customers = [customer(3, "B"), customer(2, "A"), new, customer(5, ""), customer(6, "X")];
    let mut late = visited(3, 2, "2026-02-28 23:59");
    late.late = true;
    late.signature = "S-17".into();
    let mut rehearsed = visited(9, 3, "2026-05-05 09:00");
    rehearsed.rehearsal = true;
    let visits = [
        visited(1, 2, "2026-01-01 00:00"),
        visited(2, 2, "2026-01-31 10:00"),
        late,
        visited(4, 3, "2026-08-01 09:00"),
        visited(5, 3, "2025-12-31 23:59"),
        rehearsed,
    ];
    let now = at("2026-08-15 12:00");
    let year = year(&customers, &visits, "2026-08-15 12:00");
    let rows: Vec<(u64, String, bool, bool)> = year
        .rows
        .iter()
        .map(|row| (row.customer.0, local(row.from)[..7].to_owned(), row.done_at.is_some(), row.is_owed(now)))
        .collect();
    assert_eq!(rows.len(), 12 + 4 + 2, "a file made in August has no plan for the first half");
    assert_eq!(rows[0], (2, "2026-01".into(), true, false));
    assert_eq!(rows[1], (2, "2026-02".into(), true, false));
    assert_eq!(rows[7], (2, "2026-08".into(), false, true), "runs, and is owed");
    assert_eq!(rows[8], (2, "2026-09".into(), false, false), "has not begun");
    assert_eq!(rows[12..16].iter().map(|row| row.2).collect::<Vec<_>>(), [false, false, true, false]);
    assert_eq!((rows[16].0, rows[16].1.as_str()), (4, "2026-07"));
    let february = &year.rows[1];
    assert_eq!((february.late, february.signed, february.visit), (true, true, Some(VisitId(3))));
    assert_eq!(year.rows[0].visit, Some(VisitId(1)), "the first of two");
    assert!(year.rows[2].is_missed(now) && !year.rows[7].is_missed(now));
    let rate = |class: &str| year.rates.iter().find(|rate| rate.class == class).unwrap();
    let (a, b, d) = (rate("A"), rate("B"), rate("D"));
    assert_eq!((a.customers, a.planned, a.so_far, a.done), (1, 12, 8, 2));
    assert_eq!((a.percent_so_far(), a.percent_of_year()), (Some(25), Some(16)));
    assert_eq!((b.customers, b.planned, b.so_far, b.done), (2, 6, 4, 1));
    assert_eq!(
        (d.planned, d.percent_so_far(), d.percent_of_year()),
        (0, None, None),
        "nothing is not a hundred percent"
    );
}

struct Desk {
    state: State,
    rules: Rulebook,
    now: Stamp,
}

impl Desk {
    /// Wang, of class B, with a repair that came back on the 20th at ten and a sample of what was settled that day.
    fn new() -> Desk {
        let mut state = State::new(OFFSET);
        let mut wang = customer(1, "B");
        wang.phones = vec!["13800000001".into()];
        state.fold(&Event::Customer(Box::new(wang)));
        let mut ticket = Ticket { id: TicketId(1), stage: "followed_up".into(), ..Ticket::default() };
        ticket.fields.kind = RequestType::Repair;
        ticket.fields.phone = "138 0000 0001".into();
        ticket.entered_at = at("2026-11-20 10:00");
        state.fold(&Event::Ticket(Box::new(ticket)));
        let other = Ticket { id: TicketId(2), stage: "registered".into(), ..Ticket::default() };
        state.fold(&Event::Ticket(Box::new(other)));
        let draw = Draw { id: DrawId(1), day: state.day_of(at("2026-11-20 10:00")), ..Draw::default() };
        state.fold(&Event::Draw(Box::new(draw)));
        let debt = |number, reason, ticket, draw| Debt {
            number,
            reason,
            ticket,
            draw,
            made_at: at("2026-11-21 00:05"),
            ..Debt::default()
        };
        let line = Callback {
            id: CallbackId(1),
            key: "13800000001".into(),
            debts: vec![
                debt(1, CallbackReason::Revisit, Some(TicketId(1)), None),
                debt(2, CallbackReason::Sample, Some(TicketId(7)), Some(DrawId(1))),
                debt(3, CallbackReason::Abandoned, None, None),
            ],
            ..Callback::default()
        };
        state.fold(&Event::Callback(Box::new(line)));
        Desk { state, rules: Rulebook { visits: plans(), ..Rulebook::default() }, now: at("2026-11-22 09:00") }
    }

    fn give(&mut self, command: Command, role: Role) -> Result<Decision, Say> {
        let staff = [Staff { id: StaffId("wang".into()), role, ..Staff::default() }];
        let actor = Actor::Staff(StaffId("wang".into()));
        let context = Context { state: &self.state, rules: &self.rules, staff: &staff, actor: &actor, now: self.now };
        let decision = decide(context, &command)?;
        decision.events.iter().for_each(|event| self.state.fold(event));
        Ok(decision)
    }

    fn visit(&mut self, when: &str, signature: &str, tickets: &[u64]) -> Result<Visit, String> {
        let tickets = tickets.iter().map(|id| TicketId(*id)).collect();
        let (words, signature) = (" 用气正常 ".into(), signature.into());
        let record = VisitCommand::Record { customer: WANG, at: at(when), words, signature, tickets };
        let decision = self.give(Command::Visit(record), Role::Operator).map_err(|why| why.key)?;
        let Made::Visit(id) = decision.made else { panic!("{:?}", decision.made) };
        Ok(self.state.visits[&id].clone())
    }

    fn class(&mut self, class: &str) -> Result<Decision, String> {
        let class = Command::Visit(VisitCommand::Class { customer: WANG, class: class.into() });
        self.give(class, Role::Operator).map_err(|why| why.key)
    }

    fn ends(&self) -> Vec<Option<CallbackEnd>> {
        let line = &self.state.callbacks[&CallbackId(1)];
        line.debts.iter().map(|debt| debt.end.as_ref().map(|(_, end)| end.clone())).collect()
    }
}

#[test]
fn recorded_by_the_day_after_or_late() {
    let mut desk = Desk::new();
    let visit = desk.visit("2026-11-21 00:00", "", &[]).unwrap();
    assert_eq!((visit.late, visit.words.as_str(), visit.class.as_str()), (false, "用气正常", "B"));
    assert_eq!((visit.recorded_at, visit.by.0.as_str()), (desk.now, "wang"));
    assert!(desk.visit("2026-11-20 23:59", "", &[]).unwrap().late);
    assert!(!desk.visit("2026-11-22 09:00", "", &[]).unwrap().late);
    assert_eq!(desk.visit("2026-11-22 09:01", "", &[]), Err("visit.ahead".into()));
    assert!(desk.visit("2025-01-01 00:00", "", &[]).unwrap().late);
    assert_eq!(desk.visit("2024-12-31 23:59", "", &[]), Err("visit.too_old".into()));
    assert_eq!(desk.state.visits.len(), 4);
    let record = VisitCommand::Record {
        customer: CustomerId(9),
        at: desk.now,
        words: String::new(),
        signature: String::new(),
        tickets: Vec::new(),
    };
    assert_eq!(desk.give(Command::Visit(record.clone()), Role::Operator).unwrap_err().key, "refused.customer_gone");
    assert_eq!(desk.give(Command::Visit(record), Role::Technician).unwrap_err().key, "may.desk_only");
    let long = "字".repeat(3_000);
    assert_eq!(desk.visit("2026-11-22 08:00", &long, &[]), Err("refused.text_too_long".into()));
}

#[test]
fn a_signature_settles_and_nothing_less() {
    let mut desk = Desk::new();
    assert_eq!(desk.visit("2026-11-20 15:00", " ", &[1, 7]).unwrap().tickets, [TicketId(1), TicketId(7)]);
    assert_eq!(desk.ends(), [None, None, None], "without a signature");
    let sequence = desk.state.tickets.clone();
    let visit = desk.visit("2026-11-20 15:00", "S-18", &[7, 1, 7]).unwrap();
    let settled = Some(CallbackEnd::Visited(visit.id));
    assert_eq!(desk.ends(), [settled.clone(), settled, None], "the call that was lost is owed all the same");
    assert_eq!(desk.state.tickets, sequence, "the ticket goes on by its own screen");
    assert!(desk.state.revisits.values().all(Revisit::is_done));
    assert!(desk.state.callbacks[&CallbackId(1)].ended_at.is_none());
}

#[test]
fn a_visit_settles_only_what_it_can_have_followed_up() {
    let mut desk = Desk::new();
    assert_eq!(desk.visit("2026-11-20 09:59", "S", &[1]), Err("visit.before".into()));
    assert_eq!(desk.visit("2026-11-20 15:00", "S", &[2]), Err("visit.other_customer".into()));
    assert_eq!(desk.visit("2026-11-20 15:00", "S", &[99]), Err("visit.nothing_owed".into()));
    // The day before it was settled: named, and not settled by it.
    desk.visit("2026-11-19 15:00", "S", &[7]).unwrap();
    assert_eq!(desk.ends(), [None, None, None]);
}

#[test]
fn the_last_debt_ends_the_line() {
    let mut desk = Desk::new();
    let mut line = desk.state.callbacks[&CallbackId(1)].clone();
    line.debts.truncate(1);
    line.taken_by = Some(StaffId("li".into()));
    desk.state.fold(&Event::Callback(Box::new(line)));
    desk.visit("2026-11-20 15:00", "S", &[1]).unwrap();
    assert!(desk.state.callbacks.is_empty());
}

#[test]
fn a_class_is_one_of_the_rulebook_s_and_stays_with_the_file() {
    let mut desk = Desk::new();
    assert_eq!(desk.class("E").map(|_| ()), Err("visit.no_class".into()));
    assert_eq!(desk.class("B").unwrap().events, [], "nothing changes");
    desk.class(" A ").unwrap();
    assert_eq!(desk.state.customers[&WANG].class, "A");
    // A console that opened the file before saves its address: the class is not put back.
    let stale = Customer { class: "B".into(), address: "东河路1号".into(), ..desk.state.customers[&WANG].clone() };
    desk.give(Command::Customer(Box::new(stale)), Role::Operator).unwrap();
    let file = &desk.state.customers[&WANG];
    assert_eq!((file.class.as_str(), file.address.as_str()), ("A", "东河路1号"));
    desk.class("").unwrap();
    assert_eq!(desk.state.customers[&WANG].class, "");
    desk.rules.visits = vec![plan("甲", 6)];
    assert_eq!(desk.class("A").map(|_| ()), Err("visit.no_class".into()));
    desk.class("甲").unwrap();
}

/// The whole way: over the socket, into the records, back as the year's plan and as an export; not for a technician.
#[test]
fn the_year_s_plan_over_a_line() {
    fn now() -> Stamp {
        at("2026-11-22 09:00")
    }
    let with = |options: &mut ServeOptions| {
        options.now = now;
        options.config.rulebook = Rulebook { visits: plans(), ..Rulebook::default() };
        options.config.staff[1].role = Role::Technician;
    };
    let mut bench = Bench::with(with);
    let mut wang = bench.console("wang");
    for name in ["王", "李"] {
        let file = Customer { name: name.into(), ..Customer::default() };
        wang.perform(Command::Customer(Box::new(file))).unwrap();
    }
    let class = VisitCommand::Class { customer: WANG, class: "B".into() };
    wang.perform(Command::Visit(class)).unwrap();
    let record = VisitCommand::Record {
        customer: WANG,
        at: at("2026-11-21 15:00"),
        words: "用气正常".into(),
        signature: "S-19".into(),
        tickets: Vec::new(),
    };
    wang.perform(Command::Visit(record)).unwrap();
    drop(wang);
    bench.reopen();
    let mut wang = bench.console("wang");
    assert_eq!(wang.state().visits.len(), 1);
    let Some(Answer::Visits(year)) = wang.ask(Query::Visits { year: 2026 }).pop() else { panic!() };
    // The file was made today: of the four quarters only the last is left.
    assert_eq!((year.rows.len(), year.rows[0].done_at), (1, Some(at("2026-11-21 15:00"))));
    let rate = year.rates.iter().find(|rate| rate.class == "B").unwrap();
    assert_eq!((rate.percent_so_far(), rate.percent_of_year()), (Some(100), Some(100)));
    let Some(Answer::Visits(before)) = wang.ask(Query::Visits { year: 2025 }).pop() else { panic!() };
    assert_eq!(before.rows, []);
    let export = Export { what: "visits".into(), since: Some(at("2026-11-21 00:00")), until: Some(now()) };
    let Some(Answer::Rows { rows, .. }) = wang.ask(Query::Export(export)).pop() else { panic!() };
    assert!(matches!(rows.as_slice(), [ExportRow::Visit(visit)] if visit.signature == "S-19"));
    let mut technician = bench.console("li");
    assert_eq!(technician.ask(Query::Visits { year: 2026 }), []);
    let class = VisitCommand::Class { customer: WANG, class: "A".into() };
    assert_eq!(technician.perform(Command::Visit(class)).unwrap_err().key, "may.desk_only");
}
