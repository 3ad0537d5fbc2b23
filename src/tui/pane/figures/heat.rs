//! The week by hours: every cell its number, and a ground by how much of the highest it is.

use ratatui::layout::Rect;

use super::day::weekday;
use super::{foot, is_front};
use crate::domain::figures::{Counts, Fact, Measure};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::figures::figure_words;
use crate::tui::model::{FiguresView, Model};
use crate::tui::pane::popup::ink;

/// The day's name, and the narrowest cell: three figures.
const NAME: u16 = 3;
const CELL: u16 = 3;
/// A Monday, to name the days by.
const MONDAY: i64 = 4;

/// Draws it; nothing where the sums are being asked for.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect, below: Rect, view: &FiguresView) -> Option<()> {
    let hours = model.week_hours(view)?;
    let offered = |counts: &Counts| counts.get(Fact::Offered);
    let most = hours.iter().map(offered).max().unwrap_or(0);
    let cell = (area.width.saturating_sub(NAME) / 24).min(6);
    let step = if area.height >= 16 { 2 } else { 1 };
    if cell < 2 {
        return Some(());
    }
    for hour in 0..24 {
        let x = area.x + NAME + hour * cell;
        canvas.put_right(x + cell - 1, area.y, &format!("{hour:02}"), cell, ink(model, "muted"));
    }
    for (day, row) in hours.chunks(24).enumerate() {
        let y = area.y + 1 + step * u16::try_from(day).unwrap_or(0);
        if y >= area.bottom() {
            break;
        }
        let names = model.word("figure_page.weekdays-short");
        let name = names.split('|').nth(day).unwrap_or_default();
        canvas.put_fit(area.x, y, name, NAME - 1, ink(model, "label"));
        for (hour, counts) in (0..).zip(row) {
            let count = offered(counts);
            let (text, style) = match (count, most) {
                (0, _) => (".".to_owned(), "heat"),
                (count, _) if count > 999 && cell <= CELL + 1 => (format!("{}k", count / 1_000), level(count, most)),
                (count, _) => (count.to_string(), level(count, most)),
            };
            let place = Rect { x: area.x + NAME + hour * cell, y, width: cell, height: 1 };
            let ground = Rect { width: cell - 1, ..place };
            canvas.restyle(ground, ink(model, style));
            canvas.put_right(place.right() - 1, y, &text, cell - 1, ink(model, style));
            if is_front(model) && view.at == day && view.across == usize::from(hour) {
                canvas.restyle(ground, model.theme.only("selected.popup"));
                if ground.x > area.x {
                    canvas.put(ground.x - 1, y, ">", 1, ink(model, "key"));
                }
            }
        }
    }
    let counts = hours.get(view.at * 24 + view.across).cloned().unwrap_or_default();
    let day = weekday(model, MONDAY + i64::try_from(view.at).unwrap_or(0));
    let say = Say::new("figure_page.at-heat")
        .with("day", day)
        .with("hour", format!("{:02}:00", view.across))
        .with("offered", counts.get(Fact::Offered))
        .with("rate", figure_words(&Measure::AnswerRate.of(&counts)))
        .with("most", most);
    foot(model, canvas, below, &model.words(&say));
    Some(())
}

/// How much of the highest, in four steps.
fn level(count: i64, most: i64) -> &'static str {
    match count * 4 / most.max(1) {
        0 => "heat.low",
        1 => "heat.some",
        2 => "heat.much",
        _ => "heat.most",
    }
}
