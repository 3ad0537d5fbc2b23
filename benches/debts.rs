//! What one decision costs with the debts that follow from it, on a large desk: `cargo bench --bench debts`. Prints, asserts
//! nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ringdesk::config::{calendars, load_rulebook};
use ringdesk::domain::call::{Direction, Outcome, Party, Phase};
use ringdesk::domain::callback::CallbackReason;
use ringdesk::domain::command::{CallbackCommand, SourceCommand, TicketCommand};
use ringdesk::domain::decide::{Context, decide};
use ringdesk::domain::*;

const NOW: Stamp = Stamp(1_795_312_800_000);

fn number(of: u64) -> String {
    format!("139{of:08}")
}

/// So many open tickets, every third of them owed a follow-up on a line of its own, and 60 days of settled ones.
fn desk(tickets: u64, lines: u64) -> State {
    let mut state = State::new(8 * 3_600_000);
    for id in 1..=tickets {
        let fields = TicketFields {
            kind: RequestType::Repair,
            subject: "厨房漏水".into(),
            phone: number(id),
            ..TicketFields::default()
        };
        let stage = if id <= lines { "followed_up" } else { "registered" };
        let ticket = Ticket {
            id: TicketId(id),
            stage: stage.into(),
            fields,
            opened_at: NOW,
            entered_at: NOW,
            ..Ticket::default()
        };
        state.fold(&Event::Ticket(Box::new(ticket)));
    }
    for id in 1..=lines * 10 {
        let settled = id > lines;
        let made_at = if settled { NOW.plus(-((id % 60) as i64) * 86_400_000) } else { NOW };
        let mut line = Callback {
            id: CallbackId(id),
            number: number(id),
            key: number(id),
            keys: vec![number(id)],
            made_at,
            due_at: NOW,
            ..Callback::default()
        };
        line.add(Debt {
            reason: CallbackReason::Revisit,
            ticket: Some(TicketId(id)),
            made_at,
            due_at: NOW.plus(86_400_000),
            ..Debt::default()
        });
        if settled {
            line.debts[0].end = Some((made_at, CallbackEnd::Lapsed));
            line.wind_up();
        }
        state.fold(&Event::Callback(Box::new(line)));
    }
    state
}

fn call(id: u64, of: u64, outcome: Outcome) -> Call {
    Call {
        id: CallId(id),
        direction: Direction::Inbound,
        party: Party { number: number(of), ..Party::default() },
        phase: Phase::Ended,
        outcome,
        arrived_at: NOW,
        answered_at: (outcome == Outcome::Answered).then_some(NOW),
        ended_at: Some(NOW),
        ..Call::default()
    }
}

fn tell(what: &str, state: &mut State, actor: &Actor, command: impl Fn(u64, &State) -> Command) {
    let rules = load_rulebook("gas", std::path::Path::new("."), calendars::shipped().unwrap()).unwrap();
    let mut spans: Vec<Duration> = (0..200u64)
        .map(|turn| {
            let command = command(turn, state);
            let begun = Instant::now();
            let decision =
                decide(Context { state, rules: &rules, staff: &[], actor, now: NOW.plus(turn as i64) }, &command);
            let decision = decision.unwrap_or_else(|why| panic!("{what}: {why:?}"));
            decision.events.iter().for_each(|event| state.fold(event));
            let span = begun.elapsed();
            black_box(&decision);
            span
        })
        .collect();
    spans.sort_unstable();
    let us = |at: usize| spans[at].as_secs_f64() * 1e6;
    println!("  {what:<44} {:>9.1} us, worst {:>9.1} us", us(100), us(199));
}

fn main() {
    let wang = Actor::Staff(StaffId("wang".into()));
    for (tickets, lines) in [(100, 30), (1_000, 300), (10_000, 3_000)] {
        let mut state = desk(tickets, lines);
        println!("{tickets} open tickets, {lines} open lines, {} follow-up rows", state.revisits.len());
        let spread = |turn: u64| turn * 7_919 % lines + 1;
        let backfill = |call| Command::Source(SourceCommand::Backfill(Box::new(call)));
        tell("a lost call of somebody unknown", &mut state, &Actor::Desk, |turn, state| {
            backfill(call(state.calls.next_id().0, 50_000_000 + turn, Outcome::Abandoned))
        });
        tell("a lost call of somebody with a line", &mut state, &Actor::Desk, |turn, state| {
            backfill(call(state.calls.next_id().0, spread(turn), Outcome::Abandoned))
        });
        tell("an answered call of somebody with a line", &mut state, &Actor::Desk, |turn, state| {
            backfill(call(state.calls.next_id().0, spread(turn), Outcome::Answered))
        });
        tell("a ticket in its follow-up is noted on", &mut state, &wang, |turn, _| {
            Command::Ticket(TicketCommand::Note { ticket: TicketId(spread(turn)), text: "在办".into() })
        });
        tell("a try in vain is written", &mut state, &wang, |turn, _| {
            let callback = CallbackId(spread(turn));
            let (satisfaction, said) = (String::new(), String::new());
            let (debt, call, reach, next) = (None, None, Reach::NotReached, Next::Settled);
            Command::Callback(CallbackCommand::Report { callback, debt, call, reach, satisfaction, said, next })
        });
    }
}
