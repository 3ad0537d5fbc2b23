//! People who are owed a call, made by hand.

use ringdesk::domain::call::{Direction, Leg, Party, Phase};
use ringdesk::domain::callback::{Attempt, Debt, Gravity, Reach};
use ringdesk::domain::*;

use crate::console_kit::{Kit, NOW};

/// A debt that is due in so many minutes.
pub fn debt(number: u32, reason: CallbackReason, minutes: i64, ticket: Option<u64>) -> Debt {
    Debt {
        number,
        reason,
        ticket: ticket.map(TicketId),
        made_at: NOW.plus(-3_600_000),
        due_at: NOW.plus(minutes * 60_000),
        ..Debt::default()
    }
}

/// A line of this person; tried next when its first debt is due.
pub fn line(id: u64, number: &str, name: &str, debts: Vec<Debt>) -> Callback {
    let due_at = debts.iter().map(|debt| debt.due_at).min().unwrap_or(NOW);
    Callback {
        id: CallbackId(id),
        number: number.into(),
        key: number.into(),
        keys: vec![number.into()],
        name: name.into(),
        made_at: NOW.plus(-3_600_000),
        debts,
        due_at,
        ..Callback::default()
    }
}

/// A returned work order that waits for its revisit.
pub fn returned(id: u64, subject: &str, phone: &str) -> Ticket {
    let mut ticket = crate::console_tickets::ticket(id, subject, 600);
    ticket.stage = "followed_up".into();
    ticket.fields.kind = RequestType::Repair;
    ticket.fields.phone = phone.into();
    ticket.card.insert("done_what".into(), "换了减压阀，气密性合格".into());
    ticket
}

pub fn happens(kit: &mut Kit, lines: impl IntoIterator<Item = Callback>) {
    kit.happens(lines.into_iter().map(|line| Event::Callback(Box::new(line))).collect());
}

/// Taken by me.
pub fn mine(line: &Callback) -> Callback {
    Callback { taken_by: Some(StaffId("8001".into())), ..line.clone() }
}

/// A try of mine.
pub fn tried(line: &Callback, call: u64, reach: Option<Reach>) -> Callback {
    let mut line = mine(line);
    line.attempts.push(Attempt {
        at: NOW,
        by: StaffId("8001".into()),
        call: Some(CallId(call)),
        by_hand: false,
        reach,
    });
    line
}

/// A call that the desk dialled for a line from my phone, which has picked up.
pub fn dialled(id: u64, line: &Callback) -> Call {
    let own =
        Leg { phone: "1001".into(), offered_at: NOW, ringing_at: Some(NOW), answered_at: Some(NOW), ..Leg::default() };
    Call {
        id: CallId(id),
        source: SourceId(1),
        uniqueid: format!("out{id}"),
        direction: Direction::Outbound,
        party: Party { number: line.number.clone(), ..Party::default() },
        phase: Phase::Offered,
        arrived_at: NOW,
        legs: vec![own],
        in_hand: Some(AgentId("1001".into())),
        callback: Some(line.id),
        ..Call::default()
    }
}

/// It rings at the other side.
pub fn rings(mut call: Call) -> Call {
    call.phase = Phase::Ringing;
    call.legs.push(Leg { phone: call.party.number.clone(), offered_at: NOW, ringing_at: Some(NOW), ..Leg::default() });
    call
}

/// The other side picked up.
pub fn talks(mut call: Call) -> Call {
    call.phase = Phase::Talking;
    call.answered_at = Some(NOW);
    if let Some(leg) = call.legs.get_mut(1) {
        leg.answered_at = Some(NOW);
    }
    call
}

/// It is over.
pub fn over(mut call: Call) -> Call {
    call.phase = Phase::Ended;
    call.ended_at = Some(NOW.plus(60_000));
    if call.answered_at.is_none() {
        call.outcome = ringdesk::domain::call::Outcome::NotReached;
    }
    call
}

/// Two returned work orders and a lost call of one person: line 5, tickets 71 and 72.
pub fn wang(kit: &mut Kit) -> Callback {
    let mut lost = debt(1, CallbackReason::Abandoned, -5, None);
    lost.note = "排队 3 分钟".into();
    let mut grave = debt(2, CallbackReason::Revisit, -30, Some(71));
    grave.gravity = Gravity::Important;
    let line = line(5, "13800001234", "王强", vec![lost, grave, debt(3, CallbackReason::Revisit, 60, Some(72))]);
    let tickets = [returned(71, "厨房漏气", &line.number), returned(72, "燃气表不走字", &line.number)];
    crate::console_tickets::happens(kit, tickets);
    happens(kit, [line.clone()]);
    line
}
