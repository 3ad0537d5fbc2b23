//! What the desk was asked for the figures, and what it said. Every question has a number of its own, so that the answer
//! to a former one is never taken for the new one.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{FigureKind, FigureSpan, FiguresView};
use crate::client::Query;
use crate::domain::figures::{Book, By, Counts, Delta, Filter, Group, Places, Slot};
use crate::domain::rulebook::Formula;
use crate::domain::state::DAY_MS;
use crate::domain::{Event, Span, Stamp};
use crate::tui::command::{Effect, Question};
use crate::tui::layer::Layer;
use crate::tui::model::Model;

/// Records that one look behind a figure shows.
pub(super) const ROWS: u32 = 500;
/// A stretch that began before the day may reach into it.
const REACH_MS: i64 = DAY_MS / 2;

/// Sums of a range of half-hours, as they were when they were asked for on this day.
#[derive(Debug, Default)]
struct Kept {
    range: (i64, i64),
    day: i64,
    book: Book,
}

/// The agents' stretches of a day.
#[derive(Debug, Default)]
struct Stretches {
    day: i64,
    spans: Vec<Span>,
}

/// What a console knows for the figures beside the desk's own sums.
#[derive(Debug, Default)]
pub struct Figures {
    /// The formula that was chosen here; none for the rulebook's. It changes no fact.
    pub formula: Option<Formula>,
    kept: Option<Kept>,
    asked: Option<(u64, Kept)>,
    stretches: Option<Stretches>,
    asked_stretches: Option<(u64, Stretches)>,
    questions: u64,
    /// What was put together of the kept sums: they stand still, and every frame wants the same of them.
    summed: RefCell<Vec<(Wanted, BTreeMap<Group, Counts>)>>,
}

/// Of the kept sums: from which half-hour to which, by what, which facts.
type Wanted = (i64, i64, By, Filter);
/// Tables kept beside the sums.
const SUMMED: usize = 12;

impl Figures {
    /// What was heard is asked for anew.
    pub(in crate::tui::model) fn forget(&mut self) {
        let (formula, questions) = (self.formula, self.questions);
        *self = Figures { formula, questions, ..Figures::default() };
    }

    /// A number for a question.
    pub(super) fn next(&mut self) -> u64 {
        self.questions += 1;
        self.questions
    }
}

impl Model {
    /// The first half-hour of yesterday: from there on the desk keeps the sums up by itself.
    fn kept_up_from(&self) -> i64 {
        FigureSpan::Yesterday.half_hours(self.today(), self.desk.welcome().offset_ms).0
    }

    fn range_of(&self, span: FigureSpan) -> (i64, i64) {
        span.half_hours(self.today(), self.desk.welcome().offset_ms)
    }

    /// The sums of a span, put together; nothing while they are being asked for.
    pub fn figure_table(&self, span: FigureSpan, by: By, filter: &Filter) -> Option<BTreeMap<Group, Counts>> {
        let (since, until) = self.range_of(span);
        let live_from = self.kept_up_from();
        let team_of = |who: &str| self.team_of(who);
        let places = Places { offset_ms: self.desk.welcome().offset_ms, team_of: &team_of };
        let mut live = part(self.desk.book(), (since.max(live_from), until));
        live.add(&self.running_in((since, until)), 1);
        let mut table = live.table(by, filter, &places);
        if since < live_from {
            let kept = self.figures.kept.as_ref().filter(|kept| self.covers(kept, span))?;
            let wanted = (since, until.min(live_from), by, filter.clone());
            let known =
                self.figures.summed.borrow().iter().find(|(of, _)| *of == wanted).map(|(_, table)| table.clone());
            let older = known.unwrap_or_else(|| {
                let older = part(&kept.book, (wanted.0, wanted.1)).table(by, filter, &places);
                let mut summed = self.figures.summed.borrow_mut();
                if summed.len() >= SUMMED {
                    summed.clear();
                }
                summed.push((wanted, older.clone()));
                older
            });
            for (group, counts) in older {
                table.entry(group).or_default().add(&counts, 1);
            }
        }
        Some(table)
    }

    /// What agents' stretches that still run have come to by now, in a range of half-hours: in no record yet.
    fn running_in(&self, (since, until): (i64, i64)) -> Delta {
        let mut running = self.running_figures();
        running.retain(|(slot, _)| (since..until).contains(&slot.half_hour));
        running
    }

    /// Of the sum of a span, what still runs.
    pub fn figure_running(&self, span: FigureSpan, filter: &Filter) -> Counts {
        let mut sum = Counts::default();
        let running = self.running_in(self.range_of(span));
        running.iter().filter(|(slot, _)| filter.takes(slot)).for_each(|(_, counts)| sum.add(counts, 1));
        sum
    }

    /// The sum of a span, as of now.
    pub fn figure_counts(&self, span: FigureSpan, filter: &Filter) -> Option<Counts> {
        let table = self.figure_table(span, By::All, filter)?;
        Some(table.into_values().next().unwrap_or_default())
    }

    fn covers(&self, kept: &Kept, span: FigureSpan) -> bool {
        let (since, until) = self.range_of(span);
        kept.day == self.today() && kept.range.0 <= since && kept.range.1 >= until.min(self.kept_up_from())
    }

    /// Asks for what is on the screen and not known yet.
    pub(in crate::tui::model) fn ask_for_figures(&mut self) -> Vec<Effect> {
        if !self.is_linked() {
            return Vec::new();
        }
        let shown = self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Figures(view) => Some((view.span, Some(view.clone()))),
            Layer::Formula(page) => Some((page.span, None)),
            _ => None,
        });
        let mut effects = Vec::new();
        if let Some((span, view)) = shown {
            effects.extend(self.ask_for_sums(span));
            effects.extend(view.and_then(|view| self.ask_for_stretches(&view)));
        }
        effects.extend(self.ask_for_rows());
        effects.extend(self.ask_for_call());
        effects
    }

    fn ask_for_sums(&mut self, span: FigureSpan) -> Option<Effect> {
        let (range, day) = (self.range_of(span), self.today());
        let known =
            range.0 >= self.kept_up_from() || self.figures.kept.as_ref().is_some_and(|kept| self.covers(kept, span));
        let same = |kept: &Kept| kept.range == range && kept.day == day;
        if known || self.figures.asked.as_ref().is_some_and(|(_, kept)| same(kept)) {
            return None;
        }
        let number = self.figures.next();
        self.figures.asked = Some((number, Kept { range, day, book: Book::default() }));
        Some(Effect::Ask(Query::Figures { since: range.0, until: range.1 }, Question::Figures(number)))
    }

    fn ask_for_stretches(&mut self, view: &FiguresView) -> Option<Effect> {
        let day = self.strip_day(view);
        let known = self.figures.stretches.as_ref().is_some_and(|kept| kept.day == day);
        let asked = self.figures.asked_stretches.as_ref().is_some_and(|(_, asked)| asked.day == day);
        if view.kind != FigureKind::Agents || known || asked {
            return None;
        }
        let number = self.figures.next();
        self.figures.asked_stretches = Some((number, Stretches { day, spans: Vec::new() }));
        let begin = day * DAY_MS - self.desk.welcome().offset_ms;
        let (since, until) = (Stamp(begin - REACH_MS), Stamp(begin + DAY_MS));
        Some(Effect::Ask(Query::Spans { since, until }, Question::Spans(number)))
    }

    /// A piece of the sums that were asked for. Gives whether another piece is to come.
    pub(in crate::tui::model) fn hear_sums(&mut self, number: u64, cells: Vec<(Slot, Counts)>, last: bool) -> bool {
        match &mut self.figures.asked {
            Some((asked, kept)) if *asked == number => {
                kept.book.add(&cells, 1);
                if last {
                    self.figures.summed.borrow_mut().clear();
                    self.figures.kept = self.figures.asked.take().map(|(_, kept)| kept);
                }
            }
            // An answer to a question that is none any more.
            _ => {}
        }
        !last
    }

    /// The stretches that were asked for; those heard meanwhile are among them.
    pub(in crate::tui::model) fn hear_spans(&mut self, number: u64, spans: Vec<Span>) {
        let Some((_, mut kept)) = self.figures.asked_stretches.take_if(|(asked, _)| *asked == number) else { return };
        let known: Vec<Span> = std::mem::replace(&mut kept.spans, spans);
        let new: Vec<Span> = known.into_iter().filter(|span| !kept.spans.contains(span)).collect();
        kept.spans.extend(new);
        self.figures.stretches = Some(kept);
    }

    /// A stretch is over: it stands in the strip with the next frame.
    pub(in crate::tui::model) fn figures_meet(&mut self, event: &Event) {
        if matches!(event, Event::Agent(_)) {
            // Who sits where says which team it counts for.
            self.figures.summed.borrow_mut().clear();
        }
        let Event::Span(span) = event else { return };
        let asked = self.figures.asked_stretches.as_mut().map(|(_, kept)| kept);
        for kept in self.figures.stretches.as_mut().into_iter().chain(asked) {
            if !kept.spans.contains(span) {
                kept.spans.push((**span).clone());
            }
        }
    }

    /// The agents' stretches of a day; nothing while they are being asked for.
    pub(super) fn stretches(&self, day: i64) -> Option<&[Span]> {
        self.figures.stretches.as_ref().filter(|kept| kept.day == day).map(|kept| kept.spans.as_slice())
    }

    /// Another line: what was asked over the old one will not be answered.
    pub(in crate::tui::model) fn figures_unasked(&mut self) {
        self.figures.forget();
        for layer in &mut self.layers {
            match layer {
                Layer::Formula(page) => page.outdate(),
                Layer::Call(page) => page.asked = false,
                _ => {}
            }
        }
    }
}

/// The sums of a range of half-hours.
fn part(book: &Book, (since, until): (i64, i64)) -> Book {
    let at = |half_hour: i64| Slot { half_hour, ..Slot::default() };
    if since >= until {
        return Book::default();
    }
    let cells = book.cells.range(at(since)..at(until)).map(|(slot, counts)| (slot.clone(), counts.clone()));
    Book { cells: cells.collect() }
}
