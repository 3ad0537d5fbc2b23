//! Keys in the live queue that look and change nothing: where a figure comes from (R-LIVE-3), and the page of a call.

use super::{Def, Effect, Outcome, Place};
use crate::domain::CallId;
use crate::domain::figures::{Filter, Measure};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Row, Subject};
use crate::tui::model::figures::{FigureSpan, figure_words, formula_sign};
use crate::tui::model::{LiveRow, Model};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("live.formula", Place::Live, formula),
    Def::new("live.read", Place::Live, read).when(|model| chosen_call(model).map(drop)),
];

/// The figures the live queue shows, in the order they stand there.
fn shown(model: &Model) -> [Measure; 5] {
    let level = model.live_figure_under_cursor();
    [level, Measure::AbandonRate, Measure::AnswerSpeed, Measure::HandlingTime, Measure::Occupancy]
}

/// Of the queue of the chosen call; of all where none is chosen. Who is free belongs to no queue, so that the share of
/// time that is used is always of all.
fn filter(model: &Model, subject: &Subject, measure: Measure) -> Filter {
    let call = if let Subject::Call(call) = subject { model.desk.state().calls.get(*call) } else { None };
    let queue = call.and_then(|call| call.queue.clone()).filter(|_| measure != Measure::Occupancy);
    Filter { queue, ..Filter::default() }
}

/// Which of the figures; its page is one key further.
fn formula(model: &mut Model) -> Outcome {
    let subject = match model.chosen_live() {
        Some(LiveRow::Call(call)) => Subject::Call(call),
        _ => Subject::None,
    };
    let row = |measure: Measure| {
        let filter = filter(model, &subject, measure);
        let counts = model.figure_counts(FigureSpan::Today, &filter).unwrap_or_default();
        let sign = if let Measure::ServiceLevel(formula) = measure { formula_sign(formula) } else { "" };
        let value = figure_words(&measure.of(&counts));
        let beside = [value.as_str(), sign, &model.filter_words(&filter)].join(" ");
        Row { id: measure.code().to_owned(), text: model.measure_name(measure), beside: beside.trim_end().to_owned() }
    };
    let rows = shown(model).map(row).into();
    let picker = Picker::new("command.live.formula.name", rows, subject, |model, subject, code| {
        let measure = shown(model).into_iter().find(|measure| measure.code() == code);
        let measure = measure.ok_or_else(|| Say::new("refuse.no-choice"))?;
        let filter = filter(model, subject, measure);
        model.open_formula(measure, filter, FigureSpan::Today)
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

/// The chosen call, or the one that the chosen agent is with.
fn chosen_call(model: &Model) -> Result<CallId, Say> {
    let call = match model.chosen_live() {
        Some(LiveRow::Call(call)) => Some(call),
        Some(LiveRow::Agent(id)) => model.desk.state().agents.get(&id).and_then(|agent| agent.call),
        None => None,
    };
    call.ok_or_else(|| Say::new("refuse.no-call"))
}

fn read(model: &mut Model) -> Outcome {
    let call = chosen_call(model)?;
    model.open_call(call, None)
}
