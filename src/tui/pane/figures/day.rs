//! The day by half-hours: arrivals with the answer rate, the wait with the service level; and tickets by day.

use ratatui::layout::Rect;

use super::{foot, is_front};
use crate::domain::figures::{Counts, Fact, Measure};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::figures::{DayOfTickets, NOTHING, figure_words, slot_words};
use crate::tui::model::{FiguresView, Model};
use crate::tui::pane::chart::{self, Chart};
use crate::tui::pane::columns;
use crate::tui::pane::popup::{choose, ink};
use crate::tui::words;

/// The half-hours that are shown where nothing is before or after them: the working day.
const DAY: (usize, usize) = (16, 36);

/// Arrivals by half-hour, and below them how many were answered.
pub fn arrivals(model: &Model, canvas: &mut Canvas<'_>, area: Rect, below: Rect, view: &FiguresView) -> Option<()> {
    let slots = model.half_hours(view)?;
    let number = |counts: &Counts| Some(counts.get(Fact::Offered)).filter(|count| *count > 0);
    let upper =
        Panel { key: "figure_page.chart-arrivals", number: &number, words: &|value| value.to_string(), full: None };
    let rate = |counts: &Counts| Measure::AnswerRate.of(counts).number();
    let lower = Panel { key: "figure_page.chart-answer-rate", number: &rate, words: &percent, full: Some(1_000) };
    two(model, canvas, area, view, &slots, [upper, lower]);
    let counts = slots.get(view.across).cloned().unwrap_or_default();
    let say = Say::new("figure_page.at-arrivals")
        .with("time", slot_words(view.across))
        .with("offered", counts.get(Fact::Offered))
        .with("answered", counts.get(Fact::Answered))
        .with("rate", figure_words(&Measure::AnswerRate.of(&counts)))
        .with("abandoned", counts.get(Fact::Abandoned));
    foot(model, canvas, below, &model.words(&say));
    Some(())
}

/// How long the answered waited, and below it the service level.
pub fn waiting(model: &Model, canvas: &mut Canvas<'_>, area: Rect, below: Rect, view: &FiguresView) -> Option<()> {
    let slots = model.half_hours(view)?;
    let level = Measure::ServiceLevel(model.formula());
    let wait = |counts: &Counts| Measure::AnswerSpeed.of(counts).share.mean();
    let upper = Panel { key: "figure_page.chart-wait", number: &wait, words: &words::span, full: None };
    let share = |counts: &Counts| level.of(counts).number();
    let lower = Panel { key: "figure_page.chart-level", number: &share, words: &percent, full: Some(1_000) };
    two(model, canvas, area, view, &slots, [upper, lower]);
    let counts = slots.get(view.across).cloned().unwrap_or_default();
    let say = Say::new("figure_page.at-waiting")
        .with("time", slot_words(view.across))
        .with("wait", figure_words(&Measure::AnswerSpeed.of(&counts)))
        .with("level", figure_words(&level.of(&counts)))
        .with("formula", crate::tui::model::figures::formula_sign(model.formula()))
        .with("gave_up", figure_words(&Measure::AbandonWait.of(&counts)));
    foot(model, canvas, below, &model.words(&say));
    Some(())
}

/// The lowest of some shares, and when it was; of equal ones the first.
fn lowest(model: &Model, values: &[Option<i64>], first: usize, words: &dyn Fn(i64) -> String) -> String {
    let there = values.iter().enumerate().filter_map(|(at, value)| Some(((*value)?, at)));
    there.min().map_or_else(String::new, |(value, at)| {
        let say = Say::new("figure_page.lowest").with("value", words(value)).with("time", slot_words(first + at));
        model.words(&say)
    })
}

fn percent(permille: i64) -> String {
    format!("{}%", permille / 10)
}

/// One of two charts over the same half-hours.
struct Panel<'a> {
    key: &'static str,
    number: &'a dyn Fn(&Counts) -> Option<i64>,
    words: &'a dyn Fn(i64) -> String,
    full: Option<i64>,
}

/// Two charts one over the other, the hours below them.
fn two(
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
    view: &FiguresView,
    slots: &[Counts],
    [upper, lower]: [Panel<'_>; 2],
) {
    if area.height < 7 {
        return;
    }
    let (first, last) = shown(slots, view.across);
    let height = area.height - 1;
    let top = Rect { height: height * 3 / 5, ..area };
    let bottom = Rect { y: top.bottom(), height: height - top.height, ..area };
    for (area, panel, style) in [(top, upper, "chart"), (bottom, lower, "chart.rate")] {
        let part = slots.get(first..last).unwrap_or_default();
        let values: Vec<Option<i64>> = part.iter().map(panel.number).collect();
        let highest = values.iter().flatten().max().copied().unwrap_or(0);
        let chosen = Some(view.across.saturating_sub(first)).filter(|_| is_front(model));
        let chart = Chart {
            values: &values,
            full: panel.full.unwrap_or(highest).max(1),
            words: panel.words,
            style,
            peaks: panel.full.is_none(),
            chosen,
        };
        let title = model.word(panel.key);
        let used = canvas.put(area.x, area.y, &title, area.width, ink(model, "title"));
        if panel.full.is_some() {
            let low = lowest(model, &values, first, panel.words);
            canvas.put(area.x + used + 2, area.y, &low, area.width.saturating_sub(used + 2), ink(model, "strong"));
        }
        // The row above the columns is for the numbers of the highest.
        let above = u16::from(chart.peaks);
        let plot = Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area };
        chart::draw(model, canvas, plot, &chart);
        if values.iter().flatten().next().is_none() {
            let words = format!("{NOTHING} {}", model.word("figure_page.empty"));
            canvas.put(plot.x + chart::SCALE, plot.y + plot.height / 2, &words, plot.width, ink(model, "muted"));
        }
    }
    let axis = Rect { y: bottom.bottom(), height: 1, ..area };
    chart::hours(model, canvas, axis, first, last - first);
}

/// From the first half-hour shown to the one after the last: where something is, the working day, and the chosen one.
fn shown(slots: &[Counts], chosen: usize) -> (usize, usize) {
    let some = |counts: &Counts| !counts.is_empty();
    let first = slots.iter().position(some).unwrap_or(DAY.0);
    let last = slots.iter().rposition(some).map_or(DAY.1, |at| at + 1);
    let first = first.min(DAY.0).min(chosen);
    let last = last.max(DAY.1).max(chosen + 1).min(slots.len());
    // It begins with a full hour.
    (first - first % 2, last.max(first + 1))
}

/// Tickets by day: opened, closed, in time, late, overdue, and two bars.
pub fn tickets(model: &Model, canvas: &mut Canvas<'_>, area: Rect, below: Rect, view: &FiguresView) -> Option<()> {
    let days = model.tickets_by_day(view)?;
    let heads = DayOfTickets::FACTS.map(|fact| model.fact_name(fact));
    let width = heads.each_ref().map(|head| columns(canvas, head).clamp(5, 10));
    // A narrow page has room for all five where they stand close.
    let (date, gap) = if area.width < 68 { (10, 1) } else { (13, 2) };
    let mut xs = [0; 5];
    let mut x = area.x + 2 + date;
    for (at, (width, head)) in width.into_iter().zip(&heads).enumerate() {
        if x + width > area.right() {
            break;
        }
        if let Some(slot) = xs.get_mut(at) {
            *slot = x + width;
        }
        let style = if at == view.across { "strong" } else { "label" };
        canvas.put_right(x + width, area.y, head, width, ink(model, style));
        x += width + gap;
    }
    let bars = Rect { x, width: area.right().saturating_sub(x), ..area };
    let most = days.iter().flat_map(|day| [day.counts[0], day.counts[1]]).max().unwrap_or(0).max(1);
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let height = usize::from(list.height);
    let top = (view.at + 1).saturating_sub(height);
    for (y, (at, day)) in (list.y..list.bottom()).zip(days.iter().enumerate().skip(top)) {
        let name = format!("{} {}", words::date(day.day, model.today()), weekday(model, day.day));
        canvas.put_fit(area.x + 2, y, &name, date, ink(model, "value"));
        for (column, (right, count)) in xs.into_iter().zip(day.counts).enumerate().filter(|(_, (right, _))| *right > 0)
        {
            let style = if column > 2 && count > 0 { "due.late" } else { "value" };
            canvas.put_right(right, y, &count.to_string(), 10, ink(model, style));
        }
        if bars.width >= 16 {
            let half = bars.width / 2 - 1;
            let left = Rect { x: bars.x, y, width: half, height: 1 };
            chart::bar(canvas, left, day.counts[0] * 1_000 / most, ink(model, "chart"));
            let right = Rect { x: bars.x + half + 2, ..left };
            chart::bar(canvas, right, day.counts[1] * 1_000 / most, ink(model, "chart.rate"));
        }
        if at == view.at && is_front(model) {
            choose(model, canvas, Rect { y, height: 1, ..area });
        }
    }
    if bars.width >= 16 {
        let half = bars.width / 2 + 1;
        canvas.put(bars.x, area.y, &model.word("figure_page.bar-opened"), half, ink(model, "chart"));
        canvas.put(bars.x + half, area.y, &model.word("figure_page.bar-closed"), half, ink(model, "chart.rate"));
    }
    foot(model, canvas, below, &model.word("figure_page.tickets-foot"));
    Some(())
}

/// A day of the week, by its one word in the catalogue.
pub fn weekday(model: &Model, day: i64) -> String {
    let at = usize::try_from(day - crate::domain::figures::monday_of(day)).unwrap_or(0);
    model.word("figure_page.weekdays").split('|').nth(at).unwrap_or_default().to_owned()
}
