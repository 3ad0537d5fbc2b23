//! Commands about the figures of follow-up calls and visits (R-CB-1, R-CB-2, R-CB-8).

use super::super::call::on_line;
use super::super::{Def, Effect, Outcome, Place, send_and_tell};
use crate::domain::command::{Command, VisitCommand};
use crate::domain::rulebook::VisitPlan;
use crate::domain::{CustomerId, TicketId};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject, Then};
use crate::tui::model::{BoardKind, Model, Opens};

pub(in crate::tui::command) const COMMANDS: &[Def] = &[
    Def::new("callback.shares", Place::Desk, |_| Ok(vec![Model::open_board(BoardKind::Shares)])),
    Def::new("callback.visits", Place::Desk, |model| {
        Ok(vec![Model::open_board(BoardKind::Visits), model.ask_for_visits()])
    }),
    Def::new("callback.record-visit", Place::Anywhere, record).when(can_record),
    Def::new("callback.class", Place::Anywhere, class).when(can_record),
];

/// The customer whose row is chosen, else the one of the call in hand.
fn customer(model: &Model) -> Result<CustomerId, Say> {
    let chosen = match model.layers.last() {
        Some(Layer::Board(view)) => match model.board(&view.kind).rows.get(view.at).map(|row| row.opens.clone()) {
            Some(Opens::Customer(customer)) => Some(customer),
            _ => None,
        },
        _ => None,
    };
    let card = || model.card.as_ref().and_then(|card| card.customer.as_ref()).map(|customer| customer.id);
    chosen.or_else(card).ok_or_else(|| Say::new("due.no-customer"))
}

fn can_record(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    if matches!(model.layers.last(), Some(layer) if !layer.is_page()) {
        return Err(Say::new("refuse.popup-open"));
    }
    customer(model).map(drop)
}

fn record(model: &mut Model) -> Outcome {
    let customer = customer(model)?;
    record_visit(model, customer)
}

/// Into which class the customer goes: those the rulebook plans visits for, or none.
fn class(model: &mut Model) -> Outcome {
    let subject = Subject::CustomerSteps(customer(model)?, Vec::new());
    let plans = &model.desk.welcome().rulebook.visits;
    let row = |plan: &VisitPlan| Row {
        id: plan.class.clone(),
        text: plan.class.clone(),
        beside: model.words(&Say::new("visits.per_year").with("count", plan.per_year)),
    };
    let none = Row { id: "-".to_owned(), text: model.word("visits.no_class"), beside: String::new() };
    let rows = plans.iter().map(row).chain([none]).collect();
    let then: Then = |_, subject, class| {
        let Subject::CustomerSteps(customer, _) = subject else { return Err(Say::new("due.no-customer")) };
        let class = class.trim_matches('-').to_owned();
        let command = VisitCommand::Class { customer: *customer, class };
        send_and_tell(Command::Visit(command), Say::new("visits.class_put"))
    };
    Ok(vec![Effect::Open(Layer::Picker(Picker::new("command.callback.class.name", rows, subject, then)))])
}

fn prompt(title: &'static str, given: &str, subject: Subject, then: Then) -> Outcome {
    Ok(vec![Effect::Open(Layer::Prompt(Prompt::new(title, given, subject, then)))])
}

fn and(subject: &Subject, answer: &str) -> Result<Subject, Say> {
    match subject {
        Subject::CustomerSteps(customer, steps) => {
            let steps = steps.iter().cloned().chain([answer.trim().to_owned()]).collect();
            Ok(Subject::CustomerSteps(*customer, steps))
        }
        _ => Err(Say::new("due.no-customer")),
    }
}

/// When it was, what was spoken of, where the signature lies, which tickets were followed up.
pub(in crate::tui) fn record_visit(_: &mut Model, customer: CustomerId) -> Outcome {
    prompt("due.ask-visited", "", Subject::CustomerSteps(customer, Vec::new()), |model, subject, text| {
        visited_at(model, text)?;
        prompt("due.ask-words", "", and(subject, text)?, |_, subject, text| {
            if text.trim().is_empty() {
                return Err(Say::new("refuse.no-text"));
            }
            prompt("due.ask-signature", "", and(subject, text)?, |_, subject, text| {
                prompt("due.ask-tickets", "", and(subject, text)?, visited)
            })
        })
    })
}

/// A moment that is over, typed short.
fn visited_at(model: &Model, text: &str) -> Result<crate::domain::Stamp, Say> {
    let typing = crate::tui::words::typing(model.settings.language, model.now, model.desk.welcome().offset_ms, false);
    let at = typing.stamp(text.trim()).ok_or_else(|| Say::new("refuse_life.no-moment"))?;
    if at > model.now { Err(Say::new("due.visit-ahead")) } else { Ok(at) }
}

fn visited(model: &mut Model, subject: &Subject, tickets: &str) -> Outcome {
    let Subject::CustomerSteps(customer, steps) = subject else { return Err(Say::new("due.no-customer")) };
    let step = |at: usize| steps.get(at).cloned().unwrap_or_default();
    let at = visited_at(model, &step(0))?;
    let numbers = tickets.split_whitespace().map(|number| {
        TicketId::parse_spoken(number).ok_or_else(|| Say::new("due.no-such-number").with("number", number))
    });
    let tickets = numbers.collect::<Result<Vec<TicketId>, Say>>()?;
    let command = VisitCommand::Record { customer: *customer, at, words: step(1), signature: step(2), tickets };
    send_and_tell(Command::Visit(command), Say::new("due.visit-was-recorded"))
}
