//! The pages of figures (§9, R-LIVE-3): which span, which rows, which of them are chosen. The numbers are summed anew
//! from the sums whenever they are drawn, so that nothing in them is old.
//!
//! Yesterday and today come from the desk's own sums, kept up with every change; what is before them is asked for once.

mod answers;
mod day;
mod formula;
mod names;
mod span;
mod strip;
mod table;

pub use answers::Figures;
pub use day::{AtWait, DayOfTickets, SLOTS};
pub use formula::{FormulaPage, Of, Side, Sides, slot_words};
pub use names::{NOTHING, amount, figure_words, formula_sign, wait_words};
pub use span::{FigureSpan, slot_clock};
pub use strip::{Strip, StripRow, sign_of};
pub use table::{COUNTS, Figured};

use super::Model;
use crate::domain::figures::{By, Filter, Group, Measure};
use crate::text::Say;
use crate::tui::command::{Effect, Outcome};
use crate::tui::layer::Layer;

/// What is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FigureKind {
    /// 总览: every measure.
    #[default]
    Overview,
    /// 来电: arrivals and the answer rate over the day.
    Arrivals,
    /// 等待: the wait over the day.
    Waiting,
    /// 放弃: who gave up after which wait.
    Abandons,
    /// 座席: the agents' day as a strip.
    Agents,
    /// 工单: opened, closed and overdue by day.
    Tickets,
    /// 周时: the week by hours.
    Heat,
}

impl FigureKind {
    /// All of them, in the order of their keys.
    pub const ALL: [FigureKind; 7] = [
        FigureKind::Overview,
        FigureKind::Arrivals,
        FigureKind::Waiting,
        FigureKind::Abandons,
        FigureKind::Agents,
        FigureKind::Tickets,
        FigureKind::Heat,
    ];

    /// Its name in the catalogue.
    pub fn key(self) -> &'static str {
        match self {
            FigureKind::Overview => "figure_page.overview",
            FigureKind::Arrivals => "figure_page.arrivals",
            FigureKind::Waiting => "figure_page.waiting",
            FigureKind::Abandons => "figure_page.abandons",
            FigureKind::Agents => "figure_page.agents",
            FigureKind::Tickets => "figure_page.tickets",
            FigureKind::Heat => "figure_page.heat",
        }
    }

    /// The one beside.
    pub fn beside(self, step: isize) -> FigureKind {
        let all = FigureKind::ALL.len() as isize;
        let at = FigureKind::ALL.iter().position(|kind| *kind == self).unwrap_or(0) as isize;
        FigureKind::ALL.get((at + step).rem_euclid(all) as usize).copied().unwrap_or_default()
    }
}

/// What tables can be put together by, in the order of the key that walks through them.
pub const BYS: [By; 6] = [By::All, By::Queue, By::Agent, By::Team, By::Type, By::Department];

/// The half-hour that a chart of a day begins with where nothing is in it: eight in the morning.
const WORK_BEGINS: usize = 16;

/// The page of figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FiguresView {
    /// What is looked at.
    pub kind: FigureKind,
    /// Over which days.
    pub span: FigureSpan,
    /// What the overview's rows are.
    pub by: By,
    /// Which facts.
    pub filter: Filter,
    /// The chosen row.
    pub at: usize,
    /// The chosen column; of a chart, the half-hour of the day.
    pub across: usize,
}

impl FiguresView {
    /// Another look at the same facts, from its begin.
    fn show(&mut self, kind: FigureKind) {
        (self.kind, self.at, self.across) = (kind, 0, 0);
    }
}

impl Model {
    /// The page of figures on the screen.
    pub fn figures_view(&self) -> Option<&FiguresView> {
        match self.layers.last() {
            Some(Layer::Figures(view)) => Some(view),
            _ => None,
        }
    }

    fn figures_view_mut(&mut self) -> Result<&mut FiguresView, Say> {
        match self.layers.last_mut() {
            Some(Layer::Figures(view)) => Ok(view),
            _ => Err(Say::new("figure_page.only-here")),
        }
    }

    /// Opens the page of figures; what was asked for before is asked anew.
    pub(in crate::tui) fn open_figures(&mut self) -> Outcome {
        self.figures.forget();
        Ok(vec![Effect::Open(Layer::Figures(Box::default()))])
    }

    /// Looks at something else.
    pub(in crate::tui) fn show_figures(&mut self, kind: FigureKind) -> Outcome {
        self.figures_view_mut()?.show(kind);
        self.start_across();
        Ok(Vec::new())
    }

    /// The look beside; on the page of a formula, the part beside.
    pub(in crate::tui) fn figures_beside(&mut self, step: isize) -> Outcome {
        if let Some(Layer::Formula(page)) = self.layers.last_mut() {
            page.turn(step);
            return Ok(Vec::new());
        }
        let kind = self.figures_view_mut()?.kind.beside(step);
        self.show_figures(kind)
    }

    /// The column beside.
    pub(in crate::tui) fn figures_across(&mut self, step: isize) -> Outcome {
        if matches!(self.layers.last(), Some(Layer::Formula(_))) {
            return self.figures_beside(step);
        }
        let view = self.figures_view_mut()?;
        view.across = view.across.saturating_add_signed(step);
        Ok(Vec::new())
    }

    /// Charts of a day begin where something is to be seen.
    fn start_across(&mut self) {
        let Some(view) = self.figures_view() else { return };
        let across = match view.kind {
            FigureKind::Arrivals | FigureKind::Waiting => {
                let slots = self.half_hours(view).unwrap_or_default();
                slots.iter().position(|counts| !counts.is_empty()).unwrap_or(WORK_BEGINS)
            }
            _ => 0,
        };
        if let Ok(view) = self.figures_view_mut() {
            view.across = across;
        }
    }

    /// Over other days.
    pub(in crate::tui) fn figures_over(&mut self, span: FigureSpan) -> Outcome {
        self.figures.forget();
        let view = self.figures_view_mut()?;
        (view.span, view.at) = (span, 0);
        Ok(Vec::new())
    }

    /// As many days earlier or later.
    pub(in crate::tui) fn figures_shift(&mut self, step: i64) -> Outcome {
        let (today, view) = (self.today(), self.figures_view_mut()?);
        let (first, last) = view.span.days(today);
        let days = (last - first + 1) * step;
        if first + days > today {
            return Err(Say::new("figure_page.ahead"));
        }
        self.figures_over(FigureSpan::Days(first + days, last + days))
    }

    /// The rows are something else.
    pub(in crate::tui) fn figures_by(&mut self) -> Outcome {
        let view = self.figures_view_mut()?;
        let at = BYS.iter().position(|by| *by == view.by).unwrap_or(0);
        view.by = BYS.get((at + 1) % BYS.len()).copied().unwrap_or_default();
        (view.kind, view.at, view.across) = (FigureKind::Overview, 0, 0);
        Ok(Vec::new())
    }

    /// Everything is wanted again.
    pub(in crate::tui) fn figures_unfilter(&mut self) -> Outcome {
        let view = self.figures_view_mut()?;
        view.filter = Filter::default();
        view.at = 0;
        Ok(Vec::new())
    }

    /// Enter on a row: only that queue, agent, type is wanted; where nothing is left to choose, the formula of the figure.
    pub(in crate::tui) fn open_of_figures(&mut self) -> Outcome {
        let view = self.figures_view_mut()?.clone();
        match (view.kind, view.by) {
            (FigureKind::Agents, _) => {
                let strip = self.strip(&view);
                let row = strip.as_ref().and_then(|strip| strip.rows.get(view.at));
                let who = row.map(|row| row.who.clone()).ok_or_else(|| Say::new("refuse.no-choice"))?;
                self.keep_only(By::Agent, &Group::Named(who))
            }
            (FigureKind::Overview, by) if by != By::All => {
                let table = self.overview(&view).unwrap_or_default();
                let group = table.keys().nth(view.at).cloned().ok_or_else(|| Say::new("refuse.no-choice"))?;
                self.keep_only(by, &group)
            }
            (FigureKind::Tickets, _) => {
                let days = self.tickets_by_day(&view).unwrap_or_default();
                let day = days.get(view.at).map(|day| day.day).ok_or_else(|| Say::new("refuse.no-choice"))?;
                self.figures_over(FigureSpan::Days(day, day))?;
                self.show_figures(FigureKind::Overview)
            }
            _ => self.formula_in_sight(),
        }
    }

    fn keep_only(&mut self, by: By, group: &Group) -> Outcome {
        let view = self.figures_view_mut()?.clone();
        let filter = self.narrowed(&view.filter, by, group, view.span);
        let view = self.figures_view_mut()?;
        (view.filter, view.by) = (filter, By::All);
        view.show(FigureKind::Overview);
        Ok(Vec::new())
    }

    /// R-LIVE-3: the formula of the figure that is chosen, with all that is behind it.
    pub(in crate::tui) fn formula_in_sight(&mut self) -> Outcome {
        let view = self.figures_view_mut()?.clone();
        let (of, filter, span) = self.chosen_figure(&view)?;
        Ok(vec![self.formula_layer(of, filter, span)])
    }

    /// The figure that the cursor stands on: what it is, of which facts, over which days.
    fn chosen_figure(&self, view: &FiguresView) -> Result<(Of, Filter, FigureSpan), Say> {
        let none = || Say::new("refuse.no-choice");
        let whole = |measure: Measure| Ok((Of::Measure(measure), view.filter.clone(), view.span));
        match view.kind {
            FigureKind::Overview if view.by == By::All => {
                let of = self.figured().nth(view.at).ok_or_else(none)?;
                Ok((of, view.filter.clone(), view.span))
            }
            FigureKind::Overview => {
                let of = self.figured().nth(view.across).ok_or_else(none)?;
                let table = self.overview(view).unwrap_or_default();
                let group = table.keys().nth(view.at).ok_or_else(none)?;
                Ok((of, self.narrowed(&view.filter, view.by, group, view.span), view.span))
            }
            FigureKind::Arrivals => self.of_half_hour(view, Measure::AnswerRate),
            FigureKind::Waiting => self.of_half_hour(view, Measure::AnswerSpeed),
            FigureKind::Abandons => match view.at {
                0 => whole(Measure::AbandonRate),
                at => {
                    let span = u8::try_from(at - 1).map_err(|_| none())?;
                    let of = Of::Count(crate::domain::figures::Fact::AbandonedAfter(span));
                    Ok((of, view.filter.clone(), view.span))
                }
            },
            FigureKind::Agents => {
                let day = self.strip_day(view);
                let row = self.strip(view).and_then(|strip| strip.rows.into_iter().nth(view.at)).ok_or_else(none)?;
                let filter = self.narrowed(&view.filter, By::Agent, &Group::Named(row.who), view.span);
                Ok((Of::Measure(Measure::Occupancy), filter, FigureSpan::Days(day, day)))
            }
            FigureKind::Tickets => {
                let days = self.tickets_by_day(view).unwrap_or_default();
                let day = days.get(view.at).ok_or_else(none)?.day;
                let fact = DayOfTickets::FACTS.get(view.across).copied().ok_or_else(none)?;
                Ok((Of::Count(fact), view.filter.clone(), FigureSpan::Days(day, day)))
            }
            FigureKind::Heat => Ok((
                Of::Count(crate::domain::figures::Fact::Offered),
                view.filter.clone(),
                self.heat_day(view).map_or(view.span, |(day, hour)| FigureSpan::Slots(day, hour * 2, hour * 2 + 1)),
            )),
        }
    }

    /// A figure of the chosen half-hour, where the days are one; of many days, of all of it.
    fn of_half_hour(&self, view: &FiguresView, measure: Measure) -> Result<(Of, Filter, FigureSpan), Say> {
        let (first, last) = view.span.days(self.today());
        let slot = i64::try_from(view.across).unwrap_or(0);
        let span = if first == last { FigureSpan::Slots(first, slot, slot) } else { view.span };
        Ok((Of::Measure(measure), view.filter.clone(), span))
    }

    /// How many rows and columns the cursor can stand on.
    fn figure_bounds(&self, view: &FiguresView) -> (usize, usize) {
        let figured = self.figured().count();
        match view.kind {
            FigureKind::Overview if view.by == By::All => (figured, 1),
            FigureKind::Overview => (self.overview(view).map_or(0, |table| table.len()), figured),
            FigureKind::Arrivals | FigureKind::Waiting => (1, SLOTS),
            FigureKind::Abandons => (crate::domain::figures::PATIENCE_S.len() + 2, 1),
            FigureKind::Agents => (self.strip(view).map_or(0, |strip| strip.rows.len()), 1),
            FigureKind::Tickets => (self.tickets_by_day(view).map_or(0, |days| days.len()), DayOfTickets::FACTS.len()),
            FigureKind::Heat => (7, 24),
        }
    }

    /// Keeps the cursor inside what is there.
    pub(in crate::tui::model) fn settle_figures(&mut self) {
        let bounds = match self.layers.last() {
            Some(Layer::Figures(view)) => self.figure_bounds(view),
            Some(Layer::Formula(page)) => (page.rows_in_sight().len(), 1),
            _ => return,
        };
        let (rows, columns) = (bounds.0.saturating_sub(1), bounds.1.saturating_sub(1));
        match self.layers.last_mut() {
            Some(Layer::Figures(view)) => (view.at, view.across) = (view.at.min(rows), view.across.min(columns)),
            Some(Layer::Formula(page)) => page.at = page.at.min(rows),
            _ => {}
        }
    }
}
