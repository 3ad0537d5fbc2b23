//! Charts on paper: drawn in place, in black and white, with the numbers in them. Nothing is fetched and nothing runs.

use super::chart::{Chart, percent};
use super::html::escaped;

/// The drawing's width; the page scales it.
const WIDE: i64 = 720;
/// The height of the bars' field, and of the legend above it.
const HIGH: i64 = 130;
const LEGEND: i64 = 18;
/// The room between them for the shares, where there are any: their numbers, and a field of their own for their line, so
/// that it crosses no bar's number.
const SHARES: i64 = 56;
const SHARE_HIGH: i64 = 34;
/// Room below for the names.
const BELOW: i64 = 16;
/// Room at the left for what the rows of a heat map are called.
const LEFT: i64 = 44;
/// Fills of the first, second and third series: told apart in black and white.
const FILLS: [&str; 3] = ["#999", "#ddd", "#fff"];

/// The chart as a drawing.
pub fn svg(chart: &Chart) -> String {
    match chart {
        Chart::Bars { names, series, share } => bars(names, series, share.as_ref(), chart.most()),
        Chart::Heat { rows, columns, cells, what } => heat(rows, columns, cells, what, chart.most()),
    }
}

fn drawing(high: i64, title: &str, inner: &str) -> String {
    let title = escaped(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDE} {high}\" role=\"img\">\n<title>{title}</title>\n\
         {inner}</svg>\n"
    )
}

fn text(x: i64, y: i64, size: i64, anchor: &str, words: &str) -> String {
    format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"{anchor}\">{}</text>\n", escaped(words))
}

fn rectangle((x, y): (i64, i64), (wide, high): (i64, i64), fill: &str) -> String {
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"{fill}\" stroke=\"#000\" stroke-width=\".5\"/>\n"
    )
}

fn bars(
    names: &[String],
    series: &[(String, Vec<i64>)],
    share: Option<&(String, Vec<Option<i64>>)>,
    most: i64,
) -> String {
    let many = i64::try_from(names.len().max(1)).unwrap_or(1);
    let step = WIDE / many;
    let bar = ((step - 2) / i64::try_from(series.len().max(1)).unwrap_or(1)).max(1);
    let size = (step / 3).clamp(5, 9);
    let top = if share.is_some() { LEGEND + SHARES } else { LEGEND };
    let ground = top + HIGH;
    let floor = top - 6;
    let mut inner = legend(series, share.map(|(name, _)| name));
    let mut points = Vec::new();
    // Names that would run into each other: every second, third … is written.
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let every = (i64::try_from(longest).unwrap_or(0) * size * 6 / 10 / step.max(1) + 1) as usize;
    for (at, (name, left)) in names.iter().zip((0..).step_by(usize::try_from(step).unwrap_or(1))).enumerate() {
        for (which, ((_, numbers), x)) in
            series.iter().zip((left + 1..).step_by(usize::try_from(bar).unwrap_or(1))).enumerate()
        {
            let number = numbers.get(at).copied().unwrap_or(0);
            let high = if most > 0 { number.max(0) * (HIGH - 12) / most } else { 0 };
            if number > 0 {
                inner.push_str(&rectangle((x, ground - high), (bar, high.max(1)), FILLS.get(which).unwrap_or(&"#fff")));
                inner.push_str(&text(x + bar / 2, ground - high.max(1) - 2, size, "middle", &number.to_string()));
            }
        }
        if at % every == 0 {
            inner.push_str(&text(left + step / 2, ground + 11, size, "middle", name));
        }
        if let Some((_, shares)) = share {
            let told = shares.get(at).copied().flatten();
            inner.push_str(&text(left + step / 2, LEGEND + 9, size, "middle", &percent(told)));
            points.push(told.map(|permille| (left + step / 2, floor - permille.clamp(0, 1_000) * SHARE_HIGH / 1_000)));
        }
    }
    if share.is_some() {
        let dotted = "stroke=\"#999\" stroke-width=\".5\" fill=\"none\"";
        inner.push_str(&format!("<path d=\"M0 {}H{WIDE}M0 {floor}H{WIDE}\" {dotted}/>\n", floor - SHARE_HIGH));
    }
    inner.push_str(&line(&points));
    inner.push_str(&format!("<path d=\"M0 {ground}H{WIDE}\" stroke=\"#000\" fill=\"none\"/>\n"));
    let title: Vec<&str> = series.iter().map(|(name, _)| name.as_str()).collect();
    drawing(ground + BELOW, &title.join(" / "), &inner)
}

/// The share as a line that is broken where there was nothing to count.
fn line(points: &[Option<(i64, i64)>]) -> String {
    let mut path = String::new();
    let mut drawn = false;
    for point in points {
        if let Some((x, y)) = point {
            path.push_str(&format!("{}{x} {y}h2", if drawn { "L" } else { "M" }));
        }
        drawn = point.is_some();
    }
    if path.is_empty() {
        return path;
    }
    format!("<path d=\"{path}\" stroke=\"#000\" stroke-width=\"1.5\" stroke-dasharray=\"4 2\" fill=\"none\"/>\n")
}

fn legend(series: &[(String, Vec<i64>)], share: Option<&String>) -> String {
    let mut inner = String::new();
    let mut x = 0;
    for ((name, _), fill) in series.iter().zip(FILLS) {
        inner.push_str(&rectangle((x, 3), (10, 8), fill));
        inner.push_str(&text(x + 14, 11, 10, "start", name));
        x += 34 + 10 * i64::try_from(name.chars().count()).unwrap_or(0);
    }
    if let Some(name) = share {
        inner.push_str(&format!(
            "<path d=\"M{x} 7h16\" stroke=\"#000\" stroke-width=\"1.5\" stroke-dasharray=\"4 2\" fill=\"none\"/>\n"
        ));
        inner.push_str(&text(x + 20, 11, 10, "start", name));
    }
    inner
}

fn heat(rows: &[String], columns: &[String], cells: &[Vec<i64>], what: &str, most: i64) -> String {
    let step = (WIDE - LEFT) / i64::try_from(columns.len().max(1)).unwrap_or(1);
    let high = 18;
    let mut inner = String::new();
    for (name, left) in columns.iter().zip((LEFT..).step_by(usize::try_from(step).unwrap_or(1))) {
        inner.push_str(&text(left + step / 2, 10, 8, "middle", name));
    }
    for ((name, numbers), top) in rows.iter().zip(cells).zip((14..).step_by(18)) {
        inner.push_str(&text(0, top + 12, 9, "start", name));
        for (number, left) in numbers.iter().zip((LEFT..).step_by(usize::try_from(step).unwrap_or(1))) {
            // From white to a grey on which black can still be read.
            let shade = if most > 0 { 255 - number.clamp(&0, &most) * 135 / most } else { 255 };
            inner.push_str(&rectangle((left, top), (step, high), &format!("rgb({shade},{shade},{shade})")));
            if *number != 0 {
                inner.push_str(&text(left + step / 2, top + 12, 8, "middle", &number.to_string()));
            }
        }
    }
    drawing(14 + high * i64::try_from(rows.len()).unwrap_or(0) + 4, what, &inner)
}
