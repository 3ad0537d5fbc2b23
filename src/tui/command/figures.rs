//! Commands on the pages of figures (R-LIVE-3, §9): what is looked at, over which days, by which formula.

use super::{Def, Effect, Outcome, Place};
use crate::domain::figures::Measure;
use crate::domain::rulebook::Formula;
use crate::domain::state::DAY_MS;
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject};
use crate::tui::model::figures::{FigureKind, FigureSpan};
use crate::tui::model::{Model, Tone};
use crate::tui::words;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("figures.formula", Place::Popup, Model::formula_in_sight).when(on_figures),
    Def::new("figures.days", Place::Popup, days).when(on_figures),
    Def::new("figures.earlier", Place::Popup, |model| model.figures_shift(-1)).when(on_figures),
    Def::new("figures.later", Place::Popup, |model| model.figures_shift(1)).when(on_figures),
    Def::new("figures.by", Place::Popup, Model::figures_by).when(on_figures),
    Def::new("figures.all", Place::Popup, Model::figures_unfilter).when(is_filtered),
    Def::new("figures.choose", Place::Popup, choose).when(on_pages),
    Def::new("figures.next", Place::Popup, |model| model.figures_beside(1)).when(on_pages),
    Def::new("figures.previous", Place::Popup, |model| model.figures_beside(-1)).when(on_pages),
    Def::new("figures.right", Place::Popup, |model| model.figures_across(1)).when(on_pages),
    Def::new("figures.left", Place::Popup, |model| model.figures_across(-1)).when(on_pages),
    Def::new("figures.overview", Place::Popup, |model| model.show_figures(FigureKind::Overview)).when(on_figures),
    Def::new("figures.arrivals", Place::Popup, |model| model.show_figures(FigureKind::Arrivals)).when(on_figures),
    Def::new("figures.waiting", Place::Popup, |model| model.show_figures(FigureKind::Waiting)).when(on_figures),
    Def::new("figures.abandons", Place::Popup, |model| model.show_figures(FigureKind::Abandons)).when(on_figures),
    Def::new("figures.agents", Place::Popup, |model| model.show_figures(FigureKind::Agents)).when(on_figures),
    Def::new("figures.tickets", Place::Popup, |model| model.show_figures(FigureKind::Tickets)).when(on_figures),
    Def::new("figures.heat", Place::Popup, |model| model.show_figures(FigureKind::Heat)).when(on_figures),
];

fn on_figures(model: &Model) -> Result<(), Say> {
    model.figures_view().map(drop).ok_or_else(|| Say::new("figure_page.only-here"))
}

fn on_pages(model: &Model) -> Result<(), Say> {
    match model.layers.last() {
        Some(Layer::Figures(_) | Layer::Formula(_)) => Ok(()),
        _ => Err(Say::new("figure_page.only-here")),
    }
}

fn is_filtered(model: &Model) -> Result<(), Say> {
    on_figures(model)?;
    let filtered = model.figures_view().is_some_and(|view| view.filter != Default::default());
    if filtered { Ok(()) } else { Err(Say::new("figure_page.all-already")) }
}

/// Which days: named ones, or two dates typed.
fn days(model: &mut Model) -> Outcome {
    let rows = FigureSpan::NAMED.into_iter().filter_map(|span| {
        let key = span.key()?;
        Some(Row { id: key.to_owned(), text: model.word(key), beside: model.span_words(span) })
    });
    let typed = Row { id: String::new(), text: model.word("figure_page.typed"), beside: String::new() };
    let rows = rows.chain([typed]).collect();
    let picker = Picker::new("command.figures.days.name", rows, Subject::None, |model, _, id| match FigureSpan::NAMED
        .into_iter()
        .find(|span| span.key() == Some(id))
    {
        Some(span) => model.figures_over(span),
        None => {
            let prompt = Prompt::new("figure_page.ask-days", "", Subject::None, |model, _, text| {
                let span = typed_days(model, text)?;
                model.figures_over(span)
            });
            Ok(vec![Effect::Open(Layer::Prompt(prompt))])
        }
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

/// One day, or two: from the one to the other and with it.
fn typed_days(model: &Model, text: &str) -> Result<FigureSpan, Say> {
    let mut days = text.split_whitespace().map(|text| typed_day(model, text));
    let first = days.next().ok_or_else(|| Say::new("figure_page.no-days").with("text", text))??;
    let last = days.next().unwrap_or(Ok(first))?;
    if days.next().is_some() || last < first {
        return Err(Say::new("figure_page.no-days").with("text", text));
    }
    if first > model.today() {
        return Err(Say::new("figure_page.ahead"));
    }
    Ok(FigureSpan::Days(first, last))
}

fn typed_day(model: &Model, text: &str) -> Result<i64, Say> {
    let offset = model.desk.welcome().offset_ms;
    let typing = words::typing(model.settings.language, model.now, offset, false);
    let midnight = typing.stamp(&format!("{text} 0:00"));
    let at = midnight.ok_or_else(|| Say::new("figure_page.no-days").with("text", text))?;
    Ok((at.0 + offset).div_euclid(DAY_MS))
}

/// R-LIVE-3: the service level by another formula; for the eye alone.
fn choose(model: &mut Model) -> Outcome {
    const ALL: [Formula; 4] =
        [Formula::Answered, Formula::AbandonedInTimeGood, Formula::AllOffered, Formula::AbandonedInTimeOut];
    let (shown, in_force) = (model.formula(), model.desk.welcome().rulebook.service_level.formula);
    let rows = ALL.into_iter().map(|formula| {
        let measure = Measure::ServiceLevel(formula);
        let mut beside = crate::tui::model::figures::formula_sign(formula).to_owned();
        if formula == in_force {
            beside = format!("{beside} {}", model.word("figure_page.in-force"));
        }
        if formula == shown {
            beside = format!("* {beside}");
        }
        Row { id: measure.code().to_owned(), text: model.measure_name(measure), beside }
    });
    let picker = Picker::new("command.figures.choose.name", rows.collect(), Subject::None, |model, _, code| {
        let formula = ALL.into_iter().find(|formula| Measure::ServiceLevel(*formula).code() == code);
        model.choose_formula(formula.ok_or_else(|| Say::new("refuse.no-choice"))?);
        let say =
            Say::new("figure_page.chosen").with("formula", crate::tui::model::figures::formula_sign(model.formula()));
        Ok(vec![Effect::Tell(Tone::Plain, say)])
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}
